/**
 * Counts that cost nothing to read at a million dossiers: kept in memory, and in rows that change in the same transaction as
 * what they count. A group of writes touches each counter once, whatever the number of changes in it.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';

export class Counters {
  readonly #db: DatabaseSync;
  readonly #upsert: StatementSync;
  readonly #committed = new Map<string, number>();
  readonly #changes = new Map<string, number>();

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#upsert = db.prepare('INSERT INTO counters (key, n) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET n = excluded.n');
    this.reload();
  }

  reload(): void {
    this.#committed.clear();
    this.#changes.clear();
    for (const row of this.#db.prepare('SELECT key, n FROM counters').all() as unknown as { key: string; n: number }[]) this.#committed.set(row.key, row.n);
  }

  add(key: string, by: number): void {
    this.#changes.set(key, (this.#changes.get(key) ?? 0) + by);
  }

  /** Writes the changed rows; part of the transaction. */
  write(): void {
    for (const [key, by] of this.#changes) if (by !== 0) this.#upsert.run(key, (this.#committed.get(key) ?? 0) + by);
  }

  /** The transaction is durable. */
  committed(): void {
    for (const [key, by] of this.#changes) this.#committed.set(key, (this.#committed.get(key) ?? 0) + by);
    this.#changes.clear();
  }

  /** The transaction is lost. */
  rolledBack(): void { this.#changes.clear(); }

  /** With what the running transaction has changed. */
  current(key: string): number { return this.get(key) + (this.#changes.get(key) ?? 0); }

  get(key: string): number { return this.#committed.get(key) ?? 0; }

  /** Non-zero counters whose key starts with `prefix`, without it. */
  under(prefix: string): Record<string, number> {
    const found: Record<string, number> = {};
    for (const [key, n] of this.#committed) if (n !== 0 && key.startsWith(prefix)) found[key.slice(prefix.length)] = n;
    return found;
  }
}
