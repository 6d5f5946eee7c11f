/**
 * The dossiers for which an operation of one upstream is done, for rounds that ask what became of them. Read from the calls in the ledger as they
 * come, a short page at a time, and remembered: to look for them each time would keep a ledger of millions of exchanges busy with nothing else.
 */
import type { CallNotice } from '../../ledger/feed.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Dossier } from '../../model/canonical.ts';

export type FollowedLedger = Pick<Ledger, 'listCalls' | 'listExchanges' | 'dossiers'>;
export interface Followed { dossiersAfter(operation: string, sinceMs: number, signal: AbortSignal): AsyncGenerator<Dossier> }

const PAGE = 1_000;
/** Dossiers with their bodies, decrypted and in memory at once. */
const BATCH = 50;
/** With several processes a call may be seen after one with a higher id: this long it is looked for again. */
const SETTLED_MS = 60_000;

/** When an operation was last called with success, and whether that is certain: a lost reply may have been settled either way. A few dozen bytes each. */
interface Seen { at: number; sure: boolean }

export function createFollowed({ ledger, upstream, now }: { ledger: FollowedLedger; upstream: string; now: () => number }): Followed {
  /** by operation, by dossier */
  let seen = new Map<string, Map<string, Seen>>();
  let reach: { since: number; afterId: number } | undefined;
  let reading: Promise<void> = Promise.resolve();

  /** The call behind which nothing has ended before `since`, about: ids grow with time. */
  async function firstBefore(since: number): Promise<number> {
    const { newest } = await ledger.listCalls({ afterId: Number.MAX_SAFE_INTEGER - 1, limit: 1 });
    let low = 0;
    let high = newest;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const [call] = (await ledger.listCalls({ afterId: middle, limit: 1 })).calls;
      if (call === undefined || call.endedAt >= since) high = middle;
      else low = Math.max(middle + 1, call.id);
    }
    return low;
  }

  function note({ operation, dossierCode, outcome, endedAt }: CallNotice): void {
    const sure = outcome === 'done' || outcome === 'applied';
    if (!sure && outcome !== 'unknown') return;
    let codes = seen.get(operation);
    if (codes === undefined) seen.set(operation, (codes = new Map<string, Seen>()));
    const known = codes.get(dossierCode);
    codes.set(dossierCode, { at: Math.max(endedAt, known?.at ?? 0), sure: sure || known?.sure === true });
  }

  /** One after the other: two rounds at once would move each other's place, and one that breaks off then leave a gap. */
  function readOn(since: number, signal: AbortSignal): Promise<void> {
    const mine = reading.then(() => read(since, signal));
    reading = mine.catch(() => undefined);
    return mine;
  }

  async function read(since: number, signal: AbortSignal): Promise<void> {
    if (reach === undefined || since < reach.since) {
      const afterId = await firstBefore(since - SETTLED_MS);
      seen = new Map();
      reach = { since, afterId };
    }
    const settled = now() - SETTLED_MS;
    let { afterId } = reach;
    let isSettled = true;
    while (!signal.aborted) {
      const { calls } = await ledger.listCalls({ afterId, limit: PAGE });
      for (const call of calls) {
        if (call.upstream === upstream) note(call);
        isSettled &&= call.endedAt < settled;
        afterId = call.id;
        if (isSettled) reach.afterId = call.id;
      }
      if (calls.length < PAGE) return;
    }
  }

  const isDone = async (operation: string, dossierCode: string): Promise<boolean> =>
    (await ledger.listExchanges({ dossierCode, upstream, operation, states: ['done', 'doubtful'], limit: 1 })).length > 0;

  return {
    async *dossiersAfter(operation, sinceMs, signal) {
      await readOn(sinceMs, signal);
      const codes = seen.get(operation);
      if (codes === undefined) return;
      const asked = [...codes].filter(([, { at }]) => at >= sinceMs);
      for (let i = 0; i < asked.length && !signal.aborted; i += BATCH) {
        const batch = await Promise.all(asked.slice(i, i + BATCH).map(async ([code, { sure }]) => (sure || (await isDone(operation, code)) ? [code] : [])));
        for (const { body } of await ledger.dossiers(batch.flat())) {
          if (signal.aborted) return;
          // The body of one that has expired is empty.
          if (body !== '') yield JSON.parse(body) as Dossier;
        }
      }
    },
  };
}
