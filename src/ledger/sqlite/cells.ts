/** Small shared values, changed by compare-and-swap. */
import type { StatementSync } from 'node:sqlite';
import type { Cell } from '../cells.ts';
import type { Store } from './store.ts';

const MOST_LISTED = 10_000;
/** Above every character that a name may hold. */
const LAST = '\u{10ffff}';

interface CellRow { name: string; version: number; value: Uint8Array }

export class Cells {
  readonly #store: Store;
  readonly #sql: Record<'get' | 'insert' | 'swap' | 'delete' | 'list', StatementSync>;

  constructor(store: Store) {
    this.#store = store;
    const { db } = store;
    this.#sql = {
      get: db.prepare('SELECT name, version, value FROM cells WHERE name = ?'),
      insert: db.prepare('INSERT OR IGNORE INTO cells (name, version, value) VALUES (?, 1, ?)'),
      swap: db.prepare('UPDATE cells SET version = version + 1, value = ? WHERE name = ? AND version = ?'),
      delete: db.prepare('DELETE FROM cells WHERE name = ? AND version = ?'),
      list: db.prepare('SELECT name, version, value FROM cells WHERE name >= ? AND name < ? ORDER BY name LIMIT ?'),
    };
  }

  get(name: string): Cell | undefined {
    const row = this.#sql.get.get(name) as CellRow | undefined;
    return row === undefined ? undefined : this.#open(row);
  }

  put(name: string, value: string, expectedVersion: number): boolean {
    const sealed = this.#store.sealer.seal(Buffer.from(value), `cells:${name}`);
    const { changes } = expectedVersion === 0 ? this.#sql.insert.run(name, sealed) : this.#sql.swap.run(sealed, name, expectedVersion);
    return changes === 1;
  }

  delete(name: string, expectedVersion: number): boolean { return this.#sql.delete.run(name, expectedVersion).changes === 1; }

  list(prefix: string, limit: number): Cell[] {
    const rows = this.#sql.list.all(prefix, prefix + LAST, Math.max(1, Math.min(MOST_LISTED, Math.floor(limit)))) as unknown as CellRow[];
    return rows.map((row) => this.#open(row));
  }

  #open({ name, version, value }: CellRow): Cell { return { name, version, value: this.#store.sealer.open(value, `cells:${name}`) }; }
}
