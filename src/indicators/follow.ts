/**
 * Keeps a population in step with the ledger. The ledger is the truth: everything here can be thrown away and made again from it, with the same
 * numbers. What one event costs does not depend on how many dossiers there are.
 */
import type { Acceptance, FollowedDossier, LedgerFeed } from '../ledger/feed.ts';
import { MOST_FOLLOWED } from '../ledger/feed.ts';
import type { Dossier } from '../model/index.ts';
import { factsOf, type DossierFacts, type FactOptions } from './facts.ts';
import { factsOfColumns } from './facts-of-columns.ts';
import { Population } from './population.ts';

/** How far the ledger was read: the last event, and the last call at an upstream. */
export interface FollowCursor { seq: number; call: number }
export interface FollowOptions {
  ledger: LedgerFeed;
  /** whose acceptance makes a dossier "synchronised"; default PORTAL */
  acceptance?: Acceptance;
  facts?: FactOptions;
  /** several processes write: a gap in the ids of calls is looked at again for this long (ms) after what stands behind it was seen; default 5000 */
  overlapMs?: number;
}
export interface CaughtUp { /** events read */ events: number; /** calls read */ calls: number; /** dossiers read again */ dossiers: number }
export interface Follower {
  readonly population: Population;
  readonly cursor: Readonly<FollowCursor>;
  /** Reads what is new. One at a time: a call during another one waits for it. */
  catchUp(): Promise<CaughtUp>;
  /** Runs something while nothing changes the population: saving it, say. */
  quietly<T>(work: () => Promise<T>): Promise<T>;
}

/** The snapshot of a dossier at the national portal. */
export const PORTAL: Acceptance = { upstream: 'dvcqg', operation: 'syncDossier' };
const PAGE = 2000;
const TOOK: ReadonlySet<string> = new Set(['done', 'applied']);

/** @param from where a population was left; absent: an empty one from the beginning of the ledger (`recompute` is quicker) */
export function createFollower(options: FollowOptions, from?: { population: Population; cursor: FollowCursor }): Follower {
  const { ledger, acceptance = PORTAL, overlapMs = 5000 } = options;
  const population = from?.population ?? new Population();
  const cursor: FollowCursor = { ...(from?.cursor ?? { seq: 0, call: 0 }) };
  /** calls behind the cursor that were taken in already, and when (ms of this process: when a call ended, by whose clock ever, says nothing of when it became visible) */
  const recent = new Map<number, number>();
  let turn: Promise<unknown> = Promise.resolve();

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined);
    return mine;
  };

  /** The first acceptance never changes: of dossiers that have one it is not asked again. */
  const acceptedAt = (code: string): number | null => population.synchronisedAt(code);

  async function read(codes: Iterable<string>): Promise<number> {
    const asked = [...new Set(codes)];
    for (const [known, acceptanceAsked] of [[true, undefined], [false, acceptance]] as const) {
      const those = asked.filter((code) => (acceptedAt(code) !== null) === known);
      for (let i = 0; i < those.length; i += MOST_FOLLOWED) {
        for (const row of await ledger.dossiers(those.slice(i, i + MOST_FOLLOWED), acceptanceAsked)) takeIn(population, known ? { ...row, doneAt: acceptedAt(row.code) } : row, options.facts);
      }
    }
    return asked.length;
  }

  async function changes(): Promise<CaughtUp> {
    const done: CaughtUp = { events: 0, calls: 0, dossiers: 0 };
    for (;;) {
      const page = await ledger.listChanges({ afterSeq: cursor.seq, limit: PAGE });
      if (page.through === cursor.seq) return done;
      done.dossiers += await read(page.changes.map(({ dossierCode }) => dossierCode));
      done.events += page.changes.length;
      // Only now: what throws above is read again.
      cursor.seq = page.through;
    }
  }

  async function calls(): Promise<CaughtUp> {
    const done: CaughtUp = { events: 0, calls: 0, dossiers: 0 };
    let after = cursor.call;
    const seenAt = performance.now();
    for (;;) {
      const page = await ledger.listCalls({ afterId: after, limit: PAGE });
      if (page.newest < after) {
        // Retention emptied the table, and its ids begin anew.
        after = 0;
        recent.clear();
        cursor.call = 0;
        if (page.newest > 0) continue;
      }
      const fresh = page.calls.filter(({ id }) => !recent.has(id));
      const took = fresh.filter(({ upstream, operation, outcome, dossierCode }) => upstream === acceptance.upstream && operation === acceptance.operation && TOOK.has(outcome) && acceptedAt(dossierCode) === null);
      done.dossiers += await read(took.map(({ dossierCode }) => dossierCode));
      done.calls += fresh.length;
      for (const { id } of fresh) recent.set(id, seenAt);
      after = page.calls.at(-1)?.id ?? after;
      if (page.calls.length === 0 || after >= page.newest) break;
    }
    for (const [id, seen] of [...recent].sort(([a], [b]) => a - b)) {
      // Nothing can come into where there is no gap.
      if (id > cursor.call + 1 && seen > seenAt - overlapMs) break;
      cursor.call = Math.max(cursor.call, id);
      recent.delete(id);
    }
    return done;
  }

  return {
    population, cursor,
    catchUp: () => inTurn(async () => {
      const [a, b] = [await changes(), await calls()];
      return { events: a.events, calls: b.calls, dossiers: a.dossiers + b.dossiers };
    }),
    quietly: inTurn,
  };
}

const READ_AHEAD = 500;

/** Reads every dossier of the ledger into a new population: the same numbers as having followed it. */
export async function recompute(options: FollowOptions, onProgress?: (dossiers: number) => void): Promise<Follower> {
  const { ledger, acceptance = PORTAL } = options;
  const population = new Population();
  // The places first: what comes while the pages are read is read once more behind them.
  const { newest: seq } = await ledger.listChanges({ afterSeq: Number.MAX_SAFE_INTEGER, limit: 1 });
  const { newest: call } = await ledger.listCalls({ afterId: Number.MAX_SAFE_INTEGER, limit: 1 });
  const page = (afterId: number): Promise<FollowedDossier[]> => ledger.listDossiers({ afterId, limit: READ_AHEAD, acceptance });
  let next = page(0);
  for (;;) {
    const rows = await next;
    const last = rows.at(-1);
    if (last === undefined) break;
    // The ledger's thread decrypts the next page while this one is parsed.
    next = page(last.id);
    next.catch(() => undefined);
    for (const row of rows) takeIn(population, row, options.facts);
    onProgress?.(population.size);
  }
  // A call may become visible after a later one: a few before the place are looked at again.
  const follower = createFollower(options, { population, cursor: { seq, call: Math.max(0, call - PAGE) } });
  await follower.catchUp();
  return follower;
}

function takeIn(population: Population, row: FollowedDossier, options: FactOptions | undefined): void {
  if (row.body !== '') {
    population.put(factsOf(JSON.parse(row.body) as Dossier, row.doneAt, options));
  } else if (!population.has(row.code)) {
    population.put(factsOfColumns(row.code, row.columns, row.doneAt));
  } else {
    // Its body has outlived its purpose; what was learnt of it while it was there stays.
    population.synchronised(row.code, row.doneAt);
  }
}

export interface Comparison {
  /** dossiers compared */
  dossiers: number;
  differing: number;
  /** the first of them by code; `fields` of the facts that differ, empty where only one side has the dossier */
  rows: { code: string; fields: string[]; in: 'both' | 'first' | 'second' }[];
}
const MOST_ROWS = 1000;

/** Which dossiers differ between two populations; names are for display and not compared. */
export function comparePopulations(first: Population, second: Population): Comparison {
  const rows: Comparison['rows'] = [];
  for (const row of first.occupied()) {
    const facts = first.factsAt(row);
    const other = second.get(facts.code);
    const fields = other === undefined ? [] : differing(facts, other);
    if (other === undefined) rows.push({ code: facts.code, fields, in: 'first' });
    else if (fields.length > 0) rows.push({ code: facts.code, fields, in: 'both' });
  }
  for (const row of second.occupied()) {
    const code = second.code(row);
    if (!first.has(code)) rows.push({ code, fields: [], in: 'second' });
  }
  rows.sort((a, b) => (a.code < b.code ? -1 : 1));
  return { dossiers: Math.max(first.size, second.size), differing: rows.length, rows: rows.slice(0, MOST_ROWS) };
}

function differing(a: DossierFacts, b: DossierFacts): string[] {
  const names = (Object.keys(a) as (keyof DossierFacts)[]).filter((name) => name !== 'names' && name !== 'marks');
  return [
    ...names.filter((name) => a[name] !== b[name]),
    ...(Object.keys(a.marks) as (keyof DossierFacts['marks'])[]).filter((mark) => a.marks[mark] !== b.marks[mark]).map((mark) => `marks.${mark}`),
  ];
}

/** Compares what was followed with the ledger read from scratch, while both go on: a difference stands when it is still there after catching up. */
export async function checkFollowed(follower: Follower, options: FollowOptions, onProgress?: (dossiers: number) => void): Promise<Comparison> {
  const fresh = await recompute(options, onProgress);
  for (let attempt = 1; ; attempt += 1) {
    await follower.catchUp();
    await fresh.catchUp();
    const comparison = comparePopulations(follower.population, fresh.population);
    if (comparison.differing === 0 || attempt === 3) return comparison;
  }
}
