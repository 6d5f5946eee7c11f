/**
 * The delivery room: takes lanes that have work from the ledger and drains them, a bounded number at a time.
 * The ledger is the truth; everything here can be lost at any instant.
 */
import type { Connection } from '../adapter/client.ts';
import type { AttemptRecord, ClaimedLane, Ledger } from '../ledger/ledger.ts';
import { drainLane } from './lane.ts';
import { RETRY_DEFAULTS, type RetryPolicy } from './retry.ts';

export type ObservedAttempt = AttemptRecord & { upstream: string; items: number };

export interface DeliveryOptions {
  ledger: Ledger;
  /** by upstream id, as the exchanges name it */
  connections: ReadonlyMap<string, Connection>;
  /** lanes drained at the same time, over all upstreams. @default 32 */
  concurrency?: number;
  policy?: Partial<RetryPolicy>;
  /** a lane held longer than this counts as left behind by a crashed worker. @default 120000 */
  leaseMs?: number;
  /** how often forgotten lanes are looked for. @default 15000 */
  sweepEveryMs?: number;
  now?: () => number;
  random?: () => number;
  observe?: (attempt: ObservedAttempt) => void;
  /** a lane or the loop failed for a reason of our own (ledger closed, lease lost) */
  onError?: (error: unknown, where: { upstream?: string; dossierCode?: string }) => void;
}

export interface DeliveryStats { running: boolean; active: number; sends: number; itemsDone: number; retries: number; probes: number; rejected: number; lostReplies: number }

export interface Delivery {
  start(): void;
  /** stops claiming, lets the calls on the wire finish, then aborts what is left after `graceMs` (default 10000) */
  stop(graceMs?: number): Promise<void>;
  /** something was appended: look now instead of at the next tick */
  wake(): void;
  stats(): DeliveryStats;
}

const PER_LANE = 32;
const IDLE_CHECK_MS = 5_000;

export function createDelivery(options: DeliveryOptions): Delivery {
  const { ledger, connections, concurrency = 32, leaseMs = 120_000, sweepEveryMs = 15_000, now = Date.now, random = Math.random } = options;
  const policy: RetryPolicy = { ...RETRY_DEFAULTS, ...options.policy };
  const owner = `${process.pid}`;
  // A call that the upstream can be asked about afterwards may be begun with the claim: should we crash in between, the probe
  // finds that it was never sent.
  const beginFirst = new Set([...connections.values()].flatMap(({ adapter }) => Object.values(adapter.operations).filter((op) => op.probe !== undefined).map((op) => op.id)));
  const stats: DeliveryStats = { running: false, active: 0, sends: 0, itemsDone: 0, retries: 0, probes: 0, rejected: 0, lostReplies: 0 };
  const abort = new AbortController();
  const draining = new Map<Promise<void>, { upstream: string; dossierCode: string }>();
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

  function drain(lane: ClaimedLane): void {
    const connection = connections.get(lane.upstream);
    // Claims name the configured upstreams, so a lane of another one cannot come here.
    if (connection === undefined) return;
    stats.active += 1;
    const work = drainLane(lane, { ledger, connection, policy, now, random, perLane: PER_LANE, signal: abort.signal, stopping: () => stopping, observe })
      .catch((error: unknown) => options.onError?.(error, { upstream: lane.upstream, dossierCode: lane.dossierCode }))
      .finally(() => {
        stats.active -= 1;
        draining.delete(work);
        // Claim in handfuls: one claim for a quarter of the slots costs the ledger less than one for each.
        if (stats.active <= concurrency - Math.ceil(concurrency / 4)) nudge?.();
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

  async function run(): Promise<void> {
    let sweepAt = 0;
    while (!stopping) {
      try {
        if (now() >= sweepAt) {
          // What this process still drains is not left behind, however long the call takes and whatever the clock did meanwhile.
          await ledger.sweep(now(), [...draining.values()]);
          sweepAt = now() + sweepEveryMs;
        }
        const free = concurrency - stats.active;
        if (free <= 0) {
          await rest(IDLE_CHECK_MS); // all slots taken: a finished lane nudges
          continue;
        }
        const lanes = await ledger.claim({ now: now(), limit: free, leaseMs, owner, perLane: PER_LANE, upstreams: [...connections.keys()], beginFirst });
        for (const lane of lanes) drain(lane);
        if (lanes.length === free) continue;
        const nextReady = await ledger.nextReadyAt([...connections.keys()]);
        const pause = nextReady === null ? IDLE_CHECK_MS : Math.max(1, Math.min(IDLE_CHECK_MS, nextReady - now()));
        await rest(pause);
      } catch (error) {
        options.onError?.(error, {});
        if (!stopping) await rest(1_000);
      }
    }
  }

  return {
    start() {
      if (loop !== undefined) return;
      stats.running = true;
      loop = run();
    },
    async stop(graceMs = 10_000) {
      stopping = true;
      wake();
      await loop;
      const timer = setTimeout(() => abort.abort(), graceMs);
      await Promise.allSettled([...draining.keys()]);
      clearTimeout(timer);
      stats.running = false;
    },
    wake,
    stats: () => ({ ...stats }),
  };
}
