/**
 * Counts that cost little to read at a million dossiers: rows that change in the same transaction as what they count. Every process
 * adds to rows of its own (`slot`), so that none waits for another; what is read is the sum.
 */
import type { QueryResultRow } from 'pg';
import type { Tx } from './db.ts';

/** Where the rows of processes that are gone are added up. */
const FOLDED = '';

interface Ask { query<R extends QueryResultRow>(text: string, values?: readonly unknown[]): Promise<R[]> }

/** What one transaction changes. */
export class CounterChanges {
  readonly #changes = new Map<string, number>();

  add(key: string, by: number): void {
    this.#changes.set(key, (this.#changes.get(key) ?? 0) + by);
  }

  save(tx: Tx, slot: string): void {
    const changed = [...this.#changes].filter(([, by]) => by !== 0);
    this.#changes.clear();
    if (changed.length === 0) return;
    tx.save(
      `INSERT INTO counters (slot, key, n) SELECT $1, * FROM unnest($2::text[], $3::bigint[])
       ON CONFLICT (slot, key) DO UPDATE SET n = counters.n + excluded.n`,
      [slot, changed.map(([key]) => key), changed.map(([, by]) => by)],
    );
  }
}

/** All counters as they stand now. */
export class Counts {
  readonly #sums: ReadonlyMap<string, number>;

  private constructor(sums: ReadonlyMap<string, number>) {
    this.#sums = sums;
  }

  static async read(ask: Ask): Promise<Counts> {
    const rows = await ask.query<{ key: string; n: number }>('SELECT key, sum(n)::bigint AS n FROM counters GROUP BY key');
    return new Counts(new Map(rows.map(({ key, n }) => [key, n])));
  }

  get(key: string): number { return this.#sums.get(key) ?? 0; }

  /** Non-zero counters whose key starts with `prefix`, without it. */
  under(prefix: string): Record<string, number> {
    const found: Record<string, number> = {};
    for (const [key, n] of this.#sums) if (n !== 0 && key.startsWith(prefix)) found[key.slice(prefix.length)] = n;
    return found;
  }
}

/** Adds up what crashes left behind. `isGone`: a query for the ids of processes that have stopped beating. */
export async function foldForgotten(tx: Tx, isGone: string): Promise<void> {
  const slots = await tx.query<{ id: string }>(
    `SELECT DISTINCT s.id FROM (SELECT split_part(slot, '/', 1) AS id FROM counters WHERE slot <> $1) s
     WHERE s.id IN (${isGone}) OR NOT EXISTS (SELECT FROM instances i WHERE i.id = s.id)`, [FOLDED],
  );
  await foldCounters(tx, slots.map(({ id }) => id));
}

/** The slot of one line of one process. */
const LINES = ['intake', 'lanes', 'control'] as const;
export const slotOf = (instanceId: string, line: (typeof LINES)[number]): string => `${instanceId}/${line}`;

/**
 * Adds the rows of instances that are gone to the common ones. A process that was only paused and comes back starts its rows
 * anew: nothing is counted twice or lost.
 */
export async function foldCounters(tx: Tx, instanceIds: readonly string[]): Promise<void> {
  if (instanceIds.length === 0) return;
  await tx.query(
    `WITH gone AS (DELETE FROM counters WHERE slot = ANY($1::text[]) RETURNING key, n)
     INSERT INTO counters (slot, key, n) SELECT $2, key, sum(n)::bigint FROM gone GROUP BY key ORDER BY key
     ON CONFLICT (slot, key) DO UPDATE SET n = counters.n + excluded.n`,
    [instanceIds.flatMap((id) => LINES.map((line) => slotOf(id, line))), FOLDED],
  );
}
