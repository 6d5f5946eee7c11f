/**
 * What stands between a lane and an upstream: breaker, Retry-After, calendar, rate, concurrency, and the holds that a person has
 * ordered. One for each process; the state behind it is shared through the ledger and survives restarts.
 */
import type { Transport, TransportOptions } from '../adapter/transport.ts';
import type { Hold } from '../ledger/control.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Breaker } from './breaker.ts';
import { breakerCell, Gate, rateCell, type Admission, type ProtectionChange } from './gate.ts';
import type { UpstreamPolicy, UpstreamView } from './policy.ts';
import type { RateClock } from './rate.ts';
import { RETRY_DEFAULTS } from './retry.ts';

export type { Admission, CallResult, ProtectionChange } from './gate.ts';

export interface ProtectionOptions {
  ledger: Ledger;
  /** by upstream id; one that is not named has the defaults */
  policies?: Readonly<Record<string, UpstreamPolicy>>;
  /** longest Retry-After that is taken at its word, where the upstream's policy does not say, ms. @default RETRY_DEFAULTS.retryAfterCapMs */
  retryAfterCapMs?: number;
  /** the upstreams there are, for `views` */
  upstreams?: readonly string[];
  now?: () => number;
  /** a breaker or a Retry-After changed, here or in another process */
  onChange?: (change: ProtectionChange) => void;
  /** the ledger could not be read or written */
  onError?: (error: unknown) => void;
}

export interface Claimable {
  /** the upstreams that lanes may be claimed of now, each with how many at most (Infinity: any number) */
  open: { upstream: string; room: number }[];
  /** when to look at the others again, ms; null when there are none */
  lookAgainAt: number | null;
}

export interface Protection {
  /** reads the shared state and keeps it fresh: at every notice, and once a second */
  start(): Promise<void>;
  stop(): void;
  /** asked before every call; at once where nothing is limited */
  admit(upstream: string, operation: string, signal: AbortSignal): Admission | Promise<Admission>;
  /** for `openConnection`: logins, corrected requests and the reads of a probe keep the upstream's rate too. `make` itself where it has none */
  metered(upstream: string, make: (options: TransportOptions) => Transport): (options: TransportOptions) => Transport;
  /** asked before lanes are claimed: none is claimed only to be given back */
  claimable(upstreams: readonly string[]): Claimable;
  /** a person holds this back, as of the last look */
  isHeld(upstream: string, dossierCode: string, procedureCode: string): boolean;
  policy(upstream: string): UpstreamPolicy;
  /** how an upstream stands; reads the ledger, so that it is right in a process that does not deliver */
  view(upstream: string): Promise<UpstreamView>;
  /** all upstreams that are named in `upstreams` or have a policy */
  views(): Promise<UpstreamView[]>;
  /** a person closes the breaker; a Retry-After is forgotten too. `by` is a key's name */
  resetBreaker(upstream: string, by: string, reason?: string): Promise<void>;
  /** a person opens the breaker. @param forMs before a call is let through as a trial; the longest pause of the policy if not given */
  openBreaker(upstream: string, by: string, reason?: string, forMs?: number): Promise<void>;
  /** told of changes too; for the loop that waits for one. @returns stops telling */
  onChange(listener: (change: ProtectionChange) => void): () => void;
}

const LOOK_EVERY_MS = 1_000;
const NO_POLICY: UpstreamPolicy = {};
const MOST_UPSTREAMS = 1_000;

export function createProtection(options: ProtectionOptions): Protection {
  const { ledger, policies = {}, now = Date.now } = options;
  const onError = options.onError ?? (() => undefined);
  const gates = new Map<string, Gate>();
  const listeners = new Set<(change: ProtectionChange) => void>(options.onChange === undefined ? [] : [options.onChange]);
  let holds: Hold[] = [];
  let timer: NodeJS.Timeout | undefined;
  let unsubscribe: (() => void) | undefined;
  let looking: Promise<void> | undefined;
  let lookAgain = false;

  const policy = (upstream: string): UpstreamPolicy => (Object.hasOwn(policies, upstream) ? (policies[upstream] ?? NO_POLICY) : NO_POLICY);

  function gate(upstream: string): Gate {
    let found = gates.get(upstream);
    if (found === undefined) {
      const { retryAfterCapMs = options.retryAfterCapMs ?? RETRY_DEFAULTS.retryAfterCapMs } = policy(upstream).retry ?? {};
      found = new Gate(upstream, policy(upstream), { ledger, now, retryAfterCapMs, onError, onChange: (change) => { for (const tell of listeners) tell(change); } });
      gates.set(upstream, found);
    }
    return found;
  }

  async function look(): Promise<void> {
    const [standing, cells] = await Promise.all([ledger.listHolds(), ledger.listCells(breakerCell(''), MOST_UPSTREAMS)]);
    holds = standing;
    for (const { name, version, value } of cells) gate(name.slice(breakerCell('').length)).learn(JSON.parse(value) as Breaker, version);
  }

  /** One look at a time; what is asked for meanwhile is one more look. */
  function refresh(): Promise<void> {
    lookAgain = looking !== undefined;
    looking ??= look().finally(() => {
      looking = undefined;
      if (lookAgain) void refresh().catch(onError);
      lookAgain = false;
    });
    return looking;
  }

  async function viewOf(upstreams: readonly string[]): Promise<UpstreamView[]> {
    for (const upstream of upstreams) gate(upstream);
    const [clocks] = await Promise.all([ledger.listCells(rateCell(''), MOST_UPSTREAMS), look()]);
    for (const { name, value } of clocks) gates.get(name.slice(rateCell('').length))?.learnRate(JSON.parse(value) as RateClock);
    return upstreams.map((upstream) => {
      const seen = gate(upstream).view();
      const hold = holds.find(({ scope, key, until }) => scope === 'upstream' && key === upstream && (until === null || until > now()));
      if (hold !== undefined) return { ...seen, open: false, waits: [{ reason: 'held', until: hold.until }, ...seen.waits] };
      return ledger.fresh() ? seen : { ...seen, open: false, waits: [...seen.waits, { reason: 'not-fresh', until: null }] };
    });
  }

  return {
    async start() {
      if (timer !== undefined) return;
      timer = setInterval(() => void refresh().catch(onError), LOOK_EVERY_MS);
      timer.unref();
      unsubscribe = ledger.onNotice((notice) => {
        if (notice === 'control') void refresh().catch(onError);
      });
      await refresh().catch(onError);
    },
    stop() {
      clearInterval(timer);
      timer = undefined;
      unsubscribe?.();
    },
    policy,
    metered: (upstream, make) => gate(upstream).metered(make),
    admit: (upstream, operation, signal) => gate(upstream).admit(operation, signal),
    claimable(upstreams) {
      const open: Claimable['open'] = [];
      let lookAgainAt: number | null = null;
      for (const upstream of upstreams) {
        const { room, until } = gate(upstream).room();
        if (room > 0) open.push({ upstream, room });
        else if (until !== null) lookAgainAt = Math.min(lookAgainAt ?? until, until);
      }
      return { open, lookAgainAt };
    },
    isHeld(upstream, dossierCode, procedureCode) {
      if (holds.length === 0) return false;
      const at = now();
      return holds.some((hold) => (hold.until === null || hold.until > at) && (hold.upstream === null || hold.upstream === upstream)
        && hold.key === (hold.scope === 'dossier' ? dossierCode : hold.scope === 'procedure' ? procedureCode : upstream));
    },
    view: async (upstream) => (await viewOf([upstream]))[0] as UpstreamView,
    views: () => viewOf([...new Set([...(options.upstreams ?? []), ...Object.keys(policies)])]),
    async resetBreaker(upstream, by, reason) {
      await ledger.act({ kind: 'control.breaker-reset', by, content: { upstream, ...(reason === undefined ? {} : { reason }) } }, now());
      await gate(upstream).close();
    },
    async openBreaker(upstream, by, reason, forMs) {
      const until = now() + (forMs ?? gate(upstream).mostOpenMs);
      await ledger.act({ kind: 'control.breaker-open', by, content: { upstream, until, ...(reason === undefined ? {} : { reason }) } }, now());
      await gate(upstream).open(until);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
