/**
 * The delivery room: takes lanes that have work from the ledger and drains them, a bounded number at a time.
 * The ledger is the truth; everything here can be lost at any instant.
 */
import type { Connection } from '../adapter/client.ts';
import { isLedgerError } from '../ledger/errors.ts';
import type { AttemptRecord, ClaimedLane, ClaimOptions, Ledger } from '../ledger/ledger.ts';
import { drainLane, type LaneDeps, type Learn } from './lane.ts';
import type { UpstreamPolicy } from './policy.ts';
import { createProtection, type Claimable, type Protection } from './protection.ts';
import { RETRY_DEFAULTS, type RetryPolicy } from './retry.ts';

export type ObservedAttempt = AttemptRecord & { upstream: string; items: number };

export interface DeliveryOptions {
  ledger: Ledger;
  /** by upstream id, as the exchanges name it */
  connections: ReadonlyMap<string, Connection>;
  /** lanes drained at the same time, over all upstreams. @default 32 */
  concurrency?: number;
  /** retry policy of the upstreams that have none of their own */
  policy?: Partial<RetryPolicy>;
  /** by upstream id */
  upstreams?: Readonly<Record<string, UpstreamPolicy>>;
  /** made with `upstreams` if not given; started and stopped with the delivery */
  protection?: Protection;
  /** lanes whose dossier is due within this time go first. @default 24 hours */
  urgentWithinMs?: number;
  /** a lane held longer than this counts as left behind by a crashed worker. @default 120000 */
  leaseMs?: number;
  /** how often lanes that were left behind or forgotten are looked for. @default 15000; 2000 on a ledger that processes share */
  sweepEveryMs?: number;
  now?: () => number;
  random?: () => number;
  /** puts into a dossier what an answer tells of it */
  learn?: Learn;
  observe?: (attempt: ObservedAttempt) => void;
  /** a lane or the loop failed for a reason of our own (ledger closed, lease lost) */
  onError?: (error: unknown, where: { upstream?: string; dossierCode?: string }) => void;
}

/** The ledger cannot be written: nothing is begun until it can. */
export interface Stall { since: number; code: string }
export interface DeliveryStats { stalled: Stall | null; running: boolean; active: number; sends: number; itemsDone: number; retries: number; probes: number; rejected: number; lostReplies: number }

export interface Delivery {
  start(): void;
  /** stops claiming, lets the calls on the wire finish, then aborts what is left after `graceMs` (default 10000) */
  stop(graceMs?: number): Promise<void>;
  /** something was appended: look now instead of at the next tick */
  wake(): void;
  stats(): DeliveryStats;
  readonly protection: Protection;
}

const PER_LANE = 32;
const IDLE_CHECK_MS = 5_000;
const SWEEP_MS = 15_000;
/** What a process leaves behind that died, another one takes up within seconds. */
const SWEEP_SHARED_MS = 2_000;
/** Lanes are ready that may not be claimed now (others work on as many as the upstream allows): nothing tells when that ends. */
const CROWDED_MS = 200;
const STALL_PAUSE_MS = { first: 500, most: 30_000 };
/** A call that does not end when it is cut is left behind: its lane is taken back when the process is gone. */
const ABORT_GRACE_MS = 2_000;
/** Any write does: it shows that the ledger takes writes again. */
const STALL_CURSOR = 'delivery/stall';

export function createDelivery(options: DeliveryOptions): Delivery {
  const { ledger, connections, concurrency = 32, leaseMs = 120_000, sweepEveryMs = ledger.shared ? SWEEP_SHARED_MS : SWEEP_MS, now = Date.now, random = Math.random } = options;
  const urgentWithinMs = options.urgentWithinMs ?? 24 * 60 * 60 * 1000;
  const upstreams = [...connections.keys()];
  const protection = options.protection ?? createProtection({
    ledger, policies: options.upstreams ?? {}, upstreams, now, retryAfterCapMs: options.policy?.retryAfterCapMs ?? RETRY_DEFAULTS.retryAfterCapMs,
    onError: (error) => options.onError?.(error, {}),
  });
  const policies = new Map(upstreams.map((id) => [id, { ...RETRY_DEFAULTS, ...options.policy, ...protection.policy(id).retry }]));
  const mostLeased = Object.fromEntries(upstreams.flatMap((id) => { const most = protection.policy(id).concurrency; return most === undefined ? [] : [[id, most]]; }));
  // A call that the upstream can be asked about afterwards may be begun with the claim: should we crash in between, the probe
  // finds that it was never sent.
  const beginFirst = new Set([...connections.values()].flatMap(({ adapter }) => Object.values(adapter.operations).filter((op) => op.probe !== undefined).map((op) => op.id)));
  const stats: DeliveryStats = { stalled: null, running: false, active: 0, sends: 0, itemsDone: 0, retries: 0, probes: 0, rejected: 0, lostReplies: 0 };
  const abort = new AbortController();
  const draining = new Map<Promise<void>, { upstream: string; dossierCode: string }>();
  /** lanes that could not be given back, because the ledger did not write */
  const left: ClaimedLane[] = [];
  /** lanes that may still make calls: a lane that is being given back has made room for the next one */
  let calling = 0;
  let stopping = false;
  let loop: Promise<void> | undefined;
  let nudge: (() => void) | undefined;
  let nudged = false;

  const wake = () => {
    nudged = true;
    nudge?.();
  };

  const observe = (attempt: ObservedAttempt) => {
    if (attempt.kind === 'probe') stats.probes += 1;
    else {
      stats.sends += 1;
      if (attempt.outcome === 'done') stats.itemsDone += attempt.items;
      else if (attempt.outcome === 'retry') stats.retries += 1;
      else if (attempt.outcome === 'rejected') stats.rejected += 1;
      else stats.lostReplies += 1;
    }
    try {
      options.observe?.(attempt);
    } catch (error) {
      // A counter that fails must not make a delivered step look lost.
      options.onError?.(error, { upstream: attempt.upstream });
    }
  };

  /** What all lanes of an upstream have in common, made once. */
  const shared = new Map<string, Omit<LaneDeps, 'claimedAt'>>();
  for (const [id, connection] of connections) {
    const { calendar, callTimeoutMs } = protection.policy(id);
    shared.set(id, {
      ledger, connection, policy: policies.get(id) ?? RETRY_DEFAULTS, calendar, callTimeoutMs, protection, now, random, perLane: PER_LANE,
      signal: abort.signal, stopping: () => stopping || stats.stalled !== null, observe, learn: options.learn,
    });
  }

  /** The ledger did not take a write. A lease that was lost is no such sign: only that lane is someone else's now. */
  function noteFailure(error: unknown): boolean {
    if (!isLedgerError(error) || error.code === 'LT-LEDGER-LEASE-LOST') return false;
    stats.stalled ??= { since: now(), code: error.code };
    return true;
  }

  /** The ledger takes writes again: what could not be given back meanwhile is, instead of waiting for its lease to run out. */
  async function recover(): Promise<void> {
    await ledger.setCursor(STALL_CURSOR, '');
    for (const lane of left.splice(0)) {
      const { upstream, dossierCode, lease } = lane;
      await ledger.update({ upstream, dossierCode, lease, release: { nextAt: now() } }).catch((error: unknown) => {
        // Someone else's by now is as good as given back.
        if (!noteFailure(error)) return;
        left.push(lane);
        throw error;
      });
    }
    stats.stalled = null;
  }

  function drain(lane: ClaimedLane, claimedAt: number): void {
    const deps = shared.get(lane.upstream);
    // Claims name the configured upstreams, so a lane of another one cannot come here.
    if (deps === undefined) return;
    stats.active += 1;
    calling += 1;
    let isCalling = true;
    const givingBack = () => {
      if (isCalling) calling -= 1;
      isCalling = false;
      // Claim in handfuls: one claim for a quarter of the slots costs the ledger less than one for each.
      if (calling <= concurrency - Math.ceil(concurrency / 4)) nudge?.();
    };
    const work = drainLane(lane, { ...deps, claimedAt, givingBack })
      .catch((error: unknown) => {
        if (noteFailure(error)) left.push(lane);
        options.onError?.(error, { upstream: lane.upstream, dossierCode: lane.dossierCode });
      })
      .finally(() => {
        stats.active -= 1;
        draining.delete(work);
        // Told again: only now may its upstream have one lane more leased.
        givingBack();
      });
    draining.set(work, { upstream: lane.upstream, dossierCode: lane.dossierCode });
  }

  function rest(ms: number): Promise<void> {
    if (nudged) {
      nudged = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const timer = setTimeout(done, ms);
      function done(): void {
        clearTimeout(timer);
        nudge = undefined;
        nudged = false;
        resolve();
      }
      nudge = done;
    });
  }

  /** One claim for all upstreams that are not limited, and one for each that is: what is limited must not fill the slots of the others. */
  async function claim({ open }: Claimable, free: number): Promise<{ claimed: number; asked: string[]; isFull: boolean }> {
    const anyNumber = open.filter(({ room }) => room === Infinity).map(({ upstream }) => upstream);
    const groups = [
      ...(anyNumber.length > 0 ? [{ upstreams: anyNumber, room: Infinity }] : []),
      ...open.filter(({ room }) => room !== Infinity).map(({ upstream, room }) => ({ upstreams: [upstream], room })),
    ];
    const asked: string[] = [];
    let claimed = 0;
    for (const group of groups) {
      const limit = Math.min(free - claimed, group.room);
      if (limit <= 0 || stopping) break;
      const claimedAt = performance.now();
      const request: ClaimOptions = { now: now(), limit, leaseMs, owner: ledger.instanceId, perLane: PER_LANE, upstreams: group.upstreams, beginFirst, mostLeased, urgentWithinMs };
      const lanes = await ledger.claim(request);
      for (const lane of lanes) drain(lane, claimedAt);
      claimed += lanes.length;
      // Where as many came as were asked for, there may be more; the room for them is known when these have been through.
      if (lanes.length < limit) asked.push(...group.upstreams);
    }
    return { claimed, asked, isFull: claimed === free };
  }

  /** @returns how long to rest, ms; 0: look again at once */
  async function turn(): Promise<number> {
    // Others may hold our lanes soon, and what we would claim could be theirs.
    if (!ledger.fresh()) return CROWDED_MS;
    const free = concurrency - calling;
    if (free <= 0) return IDLE_CHECK_MS; // all slots taken: a finished lane nudges
    const claimable = protection.claimable(upstreams);
    const { asked, isFull, claimed } = await claim(claimable, free);
    if (isFull) return 0;
    const nextReady = asked.length === 0 ? null : await ledger.nextReadyAt(asked);
    const times = [nextReady, claimable.lookAgainAt].filter((at) => at !== null);
    const hasMore = asked.length < claimable.open.length;
    const pause = Math.min(hasMore ? CROWDED_MS : IDLE_CHECK_MS, ...times.map((at) => at - now()));
    return pause > 0 ? pause : claimed > 0 ? 1 : CROWDED_MS;
  }

  /** As `rest`, but new work does not end it: a ledger that does not write is not asked at every change. */
  async function restQuietly(ms: number): Promise<void> {
    const end = performance.now() + ms;
    while (!stopping && performance.now() < end) await rest(Math.max(1, end - performance.now()));
  }

  /** All lanes are given back, or the time is over. */
  async function ended(ms: number, first: Promise<void> = Promise.resolve()): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => { resolve(undefined); }, ms);
    await Promise.race([first.then(() => Promise.allSettled([...draining.keys()])), promise]);
    clearTimeout(timer);
  }

  async function run(): Promise<void> {
    await protection.start();
    let sweepAt = 0;
    let stallPause = STALL_PAUSE_MS.first;
    while (!stopping) {
      try {
        if (stats.stalled !== null) await recover();
        if (now() >= sweepAt) {
          // What this process still drains is not left behind, however long the call takes and whatever the clock did meanwhile.
          await ledger.sweep(now(), [...draining.values()]);
          sweepAt = now() + sweepEveryMs;
        }
        const pause = await turn();
        stallPause = STALL_PAUSE_MS.first;
        if (pause > 0) await rest(Math.max(1, Math.min(pause, sweepAt - now())));
      } catch (error) {
        noteFailure(error);
        options.onError?.(error, {});
        if (stopping) break;
        await restQuietly(stallPause);
        stallPause = Math.min(STALL_PAUSE_MS.most, stallPause * 2);
      }
    }
  }

  const unsubscribe: (() => void)[] = [];

  return {
    protection,
    start() {
      if (loop !== undefined) return;
      stats.running = true;
      unsubscribe.push(protection.onChange(wake), ledger.onNotice(wake));
      loop = run();
    },
    async stop(graceMs = 10_000) {
      stopping = true;
      wake();
      // A ledger out of reach must not hold up the end of the process either.
      await ended(graceMs, loop);
      if (draining.size > 0) {
        abort.abort();
        await ended(ABORT_GRACE_MS);
      }
      for (const end of unsubscribe) end();
      protection.stop();
      stats.running = false;
    },
    wake,
    stats: () => ({ ...stats }),
  };
}
