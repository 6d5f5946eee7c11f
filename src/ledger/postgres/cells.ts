/** Small shared values, changed by compare-and-swap in one statement each. */
import type { Cell, LedgerCells } from '../cells.ts';
import { NOTICE_CHANNEL } from './cluster.ts';
import type { Store } from './store.ts';

const MOST_LISTED = 10_000;
/** Above every character that a name may hold. */
const LAST = '\u{10ffff}';
/** A rate limit's clock moves many times a second, and the server lets one notice through at a time. */
const TELL_EVERY_MS = 100;

interface CellRow { name: string; version: number; value: Uint8Array }

export class Cells implements LedgerCells {
  readonly #store: Store;
  #telling: NodeJS.Timeout | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  async getCell(name: string): Promise<Cell | undefined> {
    const [row] = await this.#query('SELECT name, version, value FROM cells WHERE name = $1', [name]);
    return row === undefined ? undefined : this.#open(row);
  }

  putCell(name: string, value: string, expectedVersion: number): Promise<boolean> {
    const sealed = this.#store.sealer.seal(Buffer.from(value), `cells:${name}`);
    return expectedVersion === 0
      ? this.#change('INSERT INTO cells (name, version, value) VALUES ($1, 1, $2) ON CONFLICT (name) DO NOTHING RETURNING name', [name, sealed])
      : this.#change('UPDATE cells SET version = version + 1, value = $2 WHERE name = $1 AND version = $3 RETURNING name', [name, sealed, expectedVersion]);
  }

  deleteCell(name: string, expectedVersion: number): Promise<boolean> {
    return this.#change('DELETE FROM cells WHERE name = $1 AND version = $2 RETURNING name', [name, expectedVersion]);
  }

  async listCells(prefix: string, limit: number): Promise<Cell[]> {
    const bound = Math.max(1, Math.min(MOST_LISTED, Math.floor(limit)));
    const rows = await this.#query('SELECT name, version, value FROM cells WHERE name >= $1 AND name < $2 ORDER BY name LIMIT $3', [prefix, prefix + LAST, bound]);
    return rows.map((row) => this.#open(row));
  }

  close(): void { clearTimeout(this.#telling); }

  async #change(text: string, values: unknown[]): Promise<boolean> {
    const changed = (await this.#query(text, values)).length === 1;
    if (changed) this.#tellSoon();
    return changed;
  }

  #tellSoon(): void {
    if (!this.#store.db.notifies) return;
    this.#telling ??= setTimeout(() => {
      this.#telling = undefined;
      // Who misses it looks again by itself.
      this.#store.query('SELECT pg_notify($1, $2)', [NOTICE_CHANNEL, 'control']).catch(() => undefined);
    }, TELL_EVERY_MS);
  }

  #query(text: string, values: unknown[]): Promise<CellRow[]> { return this.#store.query<CellRow & Record<string, unknown>>(text, values); }

  #open({ name, version, value }: CellRow): Cell { return { name, version, value: this.#store.sealer.open(value, `cells:${name}`) }; }
}
