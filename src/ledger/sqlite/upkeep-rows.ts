/** The rows of a SQLite ledger as they are stored, for a move. Read-only; the caller sees to it that nobody writes. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { MovedCell, MovedRow, MovedTable } from '../move.ts';
import { DATABASE_FILE } from './upkeep-offline.ts';

const ROWS_PER_PAGE = 500;
const MOST_PAGE_BYTES = 8 * 1024 * 1024;
/** Of this engine alone. */
const OWN_TABLES = new Set(['meta', 'schema_migrations']);

export class SqliteRows {
  readonly #db: DatabaseSync;

  constructor(folder: string) {
    this.#db = new DatabaseSync(join(folder, DATABASE_FILE), { readOnly: true, enableForeignKeyConstraints: false });
  }

  tables(): string[] {
    const rows = this.#db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`).all();
    return rows.map((row) => String(row['name'])).filter((name) => !OWN_TABLES.has(name));
  }

  columns(table: string): string[] {
    return this.#db.prepare('SELECT name FROM pragma_table_info(?) ORDER BY cid').all(table).map((row) => String(row['name']));
  }

  /** Pages in the order of the table's key, each bounded in rows and bytes. */
  *pages(table: MovedTable, columns: readonly string[]): Generator<MovedRow[]> {
    const key = table.key.map((name) => columns.indexOf(name));
    const select = `SELECT ${columns.join(', ')} FROM ${table.name}`;
    const order = `ORDER BY ${table.key.join(', ')} LIMIT ${ROWS_PER_PAGE}`;
    const first = this.#db.prepare(`${select} ${order}`);
    const next = this.#db.prepare(`${select} WHERE (${table.key.join(', ')}) > (${table.key.map(() => '?').join(', ')}) ${order}`);
    let last: MovedRow | undefined;
    for (;;) {
      const found = last === undefined ? first.iterate() : next.iterate(...key.map((at) => last?.[at] ?? null));
      const page: MovedRow[] = [];
      let bytes = 0;
      for (const row of found) {
        const cells = columns.map((name) => row[name] as MovedCell);
        page.push(cells);
        bytes += cells.reduce<number>((sum, cell) => sum + (cell instanceof Uint8Array || typeof cell === 'string' ? cell.length : 0), 0);
        if (bytes > MOST_PAGE_BYTES) break;
      }
      if (page.length === 0) return;
      last = page.at(-1);
      yield page;
    }
  }

  /** with the seal, as it was written; null on an empty chain */
  head(): { seq: number; hash: string; mac: string } | null {
    const [seq, hash, mac] = this.#meta('chain_head')?.split(' ') ?? [];
    return seq === undefined || hash === undefined || mac === undefined ? null : { seq: Number(seq), hash, mac };
  }

  /** id of the key whose hashes the ledger holds */
  indexKey(): string { return this.#meta('index_key') ?? ''; }

  close(): void { this.#db.close(); }

  #meta(key: string): string | undefined {
    return (this.#db.prepare('SELECT value FROM meta WHERE key = ?').get(key) as { value: string } | undefined)?.value;
  }
}
