/** The PostgreSQL end of a move: an empty database, filled in one transaction, read back table by table. */
import { LedgerError } from '../errors.ts';
import { TableDigest } from '../move.ts';
import type { MovedRow, MovedTable } from '../move.ts';
import type { SqliteRows } from '../sqlite/upkeep-rows.ts';
import { DEAD_AFTER_MS } from '../cluster.ts';
import { Database } from './db.ts';
import type { Line, Tx } from './db.ts';
import { migrate } from './migrations/index.ts';

const ROWS_PER_PAGE = 500;
/** Rows are large: fewer at a time where they hold bodies. */
const ROWS_PER_BODY_PAGE = 50;
/** A file may be as large as a whole page of bodies. */
const ROWS_PER_FILE_PAGE = 1;
/** A server that a gateway was started on once has keys of its own; they are replaced. */
const MAY_HOLD_ROWS = new Set(['keys']);

export class CopyTarget {
  readonly #db: Database;
  readonly #line: Line;
  readonly #types = new Map<string, Map<string, string>>();

  private constructor(db: Database, line: Line) {
    this.#db = db;
    this.#line = line;
  }

  /** Brings the database to this version's shape. */
  static async open(url: string, now: number): Promise<CopyTarget> {
    const db = await Database.open({ url, poolSize: 2, applicationName: 'lienthong move' });
    try {
      const line = db.line();
      await migrate(line, now);
      return new CopyTarget(db, line);
    } catch (error) {
      await db.close();
      throw error;
    }
  }

  /** @throws LedgerError LT-LEDGER-TARGET-NOT-EMPTY naming the first table that holds rows, or the processes that use it */
  async mustBeEmpty(tables: readonly MovedTable[]): Promise<void> {
    for (const { name } of tables) {
      if (MAY_HOLD_ROWS.has(name)) continue;
      if ((await this.#line.query(`SELECT 1 FROM ${name} LIMIT 1`)).length > 0) throw new LedgerError('LT-LEDGER-TARGET-NOT-EMPTY', name);
    }
    const living = await this.#line.query(`SELECT 1 FROM instances WHERE beat_at > extract(epoch FROM clock_timestamp()) * 1000 - $1 LIMIT 1`, [DEAD_AFTER_MS]);
    if (living.length > 0) throw new LedgerError('LT-LEDGER-TARGET-NOT-EMPTY', 'instances');
  }

  /** Without what only this engine has. */
  async columns(table: string): Promise<string[]> {
    const rows = await this.#line.query<{ name: string; type: string }>(
      'SELECT column_name AS name, udt_name AS type FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position', [table],
    );
    const own = rows.filter(({ name }) => !(table === 'counters' && name === 'slot'));
    this.#types.set(table, new Map(own.map(({ name, type }) => [name, type])));
    return own.map(({ name }) => name);
  }

  /** All tables and the chain's head in one transaction: a move that breaks off leaves an empty database behind. */
  copy(tables: readonly MovedTable[], columns: ReadonlyMap<string, string[]>, source: SqliteRows, onTable: (table: string, rows: number) => void = () => undefined): Promise<{ table: string; rows: number; sha256: string }[]> {
    return this.#line.transaction(async (tx) => {
      await tx.query('DELETE FROM keys');
      await tx.query('DELETE FROM chain_head');
      await tx.query(`INSERT INTO meta VALUES ('index_key', $1) ON CONFLICT (key) DO UPDATE SET value = excluded.value`, [source.indexKey()]);
      const done: { table: string; rows: number; sha256: string }[] = [];
      for (const table of tables) {
        const digest = new TableDigest();
        const names = columns.get(table.name) ?? [];
        for (const page of source.pages(table, names)) {
          for (const row of page) digest.add(row);
          await this.#insert(tx, table.name, names, page);
        }
        done.push({ table: table.name, ...digest.done() });
        onTable(table.name, digest.rows);
      }
      await this.#setHead(tx, source);
      return done;
    });
  }

  /** What was written, in the same order. */
  async *rows(table: MovedTable, columns: readonly string[]): AsyncGenerator<MovedRow[]> {
    const limit = table.name === 'files' ? ROWS_PER_FILE_PAGE : columns.includes('body') ? ROWS_PER_BODY_PAGE : ROWS_PER_PAGE;
    const key = table.key.map((name) => columns.indexOf(name));
    const types = this.#types.get(table.name);
    // Every process counts in rows of its own; what is counted is the sum.
    const from = table.name === 'counters' ? '(SELECT key, sum(n)::bigint AS n FROM counters GROUP BY key) c' : table.name;
    const order = `ORDER BY ${table.key.join(', ')} LIMIT ${limit}`;
    let last: MovedRow | undefined;
    for (;;) {
      const after = last === undefined ? '' : `WHERE (${table.key.join(', ')}) > (${table.key.map((name, i) => `$${i + 1}::${types?.get(name) ?? 'text'}`).join(', ')})`;
      const found = await this.#line.query<Record<string, MovedRow[number]>>(`SELECT ${columns.join(', ')} FROM ${from} ${after} ${order}`, last === undefined ? [] : key.map((at) => last?.[at]));
      if (found.length === 0) return;
      const page = found.map((row) => columns.map((name) => row[name] ?? null));
      last = page.at(-1);
      yield page;
    }
  }

  close(): Promise<void> { return this.#db.close(); }

  async #insert(tx: Tx, table: string, columns: readonly string[], page: readonly MovedRow[]): Promise<void> {
    const types = this.#types.get(table);
    const into = table === 'counters' ? [...columns, 'slot'] : columns;
    const values = columns.map((name, i) => `$${i + 1}::${types?.get(name) ?? 'text'}[]`);
    await tx.query(
      `INSERT INTO ${table} (${into.join(', ')}) SELECT *${table === 'counters' ? `, ''` : ''} FROM unnest(${values.join(', ')})`,
      columns.map((_, at) => page.map((row) => { const cell = row[at] ?? null; return cell instanceof Uint8Array ? Buffer.from(cell) : cell; })),
    );
  }

  async #setHead(tx: Tx, source: SqliteRows): Promise<void> {
    await tx.query(`SELECT setval('attempt_ids', greatest(1, (SELECT coalesce(max(id), 0) FROM attempts)), EXISTS (SELECT 1 FROM attempts))`);
    const head = source.head();
    if (head === null) return;
    await tx.query(
      `INSERT INTO chain_head (one, seq, hash, mac, next_dossier, next_exchange, next_quarantine, requires)
       SELECT 1, $1, $2, $3, (SELECT coalesce(max(id), 0) + 1 FROM dossiers), (SELECT coalesce(max(id), 0) + 1 FROM exchanges),
         (SELECT coalesce(max(id), 0) + 1 FROM quarantine), (SELECT coalesce(max(compatible_from), 1) FROM schema_migrations)`,
      [head.seq, head.hash, head.mac],
    );
  }
}
