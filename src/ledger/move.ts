/**
 * Moves a ledger from SQLite to PostgreSQL, row by row with its ciphertext, and proves that nothing changed: counts and digests of
 * every table, read again on both sides, and the hash chain walked on both. The source is only read; its folder is locked meanwhile.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LedgerError } from './errors.ts';
import type { LedgerKeys } from './keys.ts';
import type { CopyTarget } from './postgres/copy.ts';
import { openSqliteLedger } from './sqlite/ledger.ts';
import { DATABASE_FILE } from './sqlite/upkeep-offline.ts';
import { SqliteRows } from './sqlite/upkeep-rows.ts';

export type MovedCell = string | number | null | Uint8Array;
export type MovedRow = MovedCell[];
/** A table as both engines have it; rows go in the order of `key`, which both engines compare in the same way. */
export interface MovedTable { name: string; key: readonly string[] }

/** Everything but what belongs to one engine or one process: the session, the chain's head (moved by itself), instances and leader. */
export const MOVED_TABLES: readonly MovedTable[] = [
  { name: 'keys', key: ['id'] },
  { name: 'upstreams', key: ['no'] },
  { name: 'operations', key: ['no'] },
  { name: 'counters', key: ['key'] },
  { name: 'cursors', key: ['name'] },
  { name: 'cells', key: ['name'] },
  { name: 'holds', key: ['id'] },
  { name: 'checkpoints', key: ['seq'] },
  { name: 'dossiers', key: ['id'] },
  { name: 'events', key: ['seq'] },
  { name: 'idempotency', key: ['key'] },
  { name: 'terms', key: ['bucket', 'hash', 'dossier_id'] },
  { name: 'exchanges', key: ['id'] },
  { name: 'lanes', key: ['id'] },
  { name: 'attempts', key: ['id'] },
  { name: 'quarantine', key: ['id'] },
  { name: 'files', key: ['id'] },
  { name: 'file_uses', key: ['file_id', 'event_seq'] },
];

export interface TableProof { table: string; rows: number; sha256: string; targetRows: number; targetSha256: string; same: boolean }
export interface MoveProof {
  ok: boolean;
  movedAt: string;
  tables: TableProof[];
  /** the chain's head with its seal, the same on both sides */
  head: { seq: number; hash: string } | null;
  chain: { source: { events: number; brokenAt: number | null }; target: { events: number; brokenAt: number | null } };
}
export interface MoveOptions { folder: string; url: string; keys: LedgerKeys; now: number; onTable?: (table: string, rows: number) => void }

/**
 * @throws LedgerError LT-LEDGER-LOCKED when a gateway runs on the source, -TARGET-NOT-EMPTY, -UNREACHABLE, -MOVE-DIFFERS when the two have
 * not the same tables. A proof that fails is returned, not thrown: it says where.
 */
export async function moveLedger(options: MoveOptions): Promise<MoveProof> {
  const [{ CopyTarget }, { openPostgresLedger }] = await Promise.all([import('./postgres/copy.ts'), import('./postgres/ledger.ts')]);
  // Opening would make an empty one.
  if (!existsSync(join(options.folder, DATABASE_FILE))) throw new LedgerError('LT-LEDGER-OPEN-FAILED', options.folder);
  // Holds the folder's lock until the end, and puts right what a crash left: nothing is on the wire.
  const source = await openSqliteLedger({ folder: options.folder, keys: options.keys });
  let rows: SqliteRows | undefined;
  let target: CopyTarget | undefined;
  try {
    const chain = await source.verify();
    rows = new SqliteRows(options.folder);
    target = await CopyTarget.open(options.url, options.now);
    await target.mustBeEmpty(MOVED_TABLES);
    const columns = new Map<string, string[]>();
    for (const table of tablesOf(rows)) columns.set(table.name, await sameColumns(table, rows, target));
    const proofs = await target.copy(MOVED_TABLES, columns, rows, options.onTable);
    const tables: TableProof[] = [];
    for (const proof of proofs) {
      const again = await digestOf(target.rows(tableOf(proof.table), columns.get(proof.table) ?? []));
      tables.push({ ...proof, targetRows: again.rows, targetSha256: again.sha256, same: again.rows === proof.rows && again.sha256 === proof.sha256 });
    }
    const moved = await openPostgresLedger({ url: options.url, keys: options.keys });
    let other: { events: number; brokenAt: number | null };
    try {
      other = await moved.verify();
    } finally {
      await moved.close();
    }
    const head = rows.head();
    const whole = chain.brokenAt === null && other.brokenAt === null && chain.events === other.events;
    return {
      ok: whole && tables.every((table) => table.same), movedAt: new Date(options.now).toISOString(), tables,
      head: head === null ? null : { seq: head.seq, hash: head.hash }, chain: { source: chain, target: other },
    };
  } finally {
    rows?.close();
    await target?.close();
    await source.close();
  }
}

/** A table that this list does not know would be left behind in silence. */
function tablesOf(rows: SqliteRows): readonly MovedTable[] {
  const known = new Set(MOVED_TABLES.map((table) => table.name));
  const unknown = rows.tables().filter((name) => !known.has(name));
  if (unknown.length > 0) throw new LedgerError('LT-LEDGER-MOVE-DIFFERS', unknown.join(', '));
  return MOVED_TABLES;
}

async function sameColumns(table: MovedTable, rows: SqliteRows, target: CopyTarget): Promise<string[]> {
  const here = rows.columns(table.name);
  const there = await target.columns(table.name);
  if ([...here].sort().join() !== [...there].sort().join()) throw new LedgerError('LT-LEDGER-MOVE-DIFFERS', `${table.name}: ${here.join(', ')} ≠ ${there.join(', ')}`);
  return here;
}

const tableOf = (name: string): MovedTable => MOVED_TABLES.find((table) => table.name === name) ?? { name, key: [] };

/** Digest of a table's rows in order: what a row says, not how an engine keeps it. */
export class TableDigest {
  readonly #hash = createHash('sha256');
  rows = 0;

  add(row: MovedRow): void {
    this.#hash.update(JSON.stringify(row.map((cell) => (cell instanceof Uint8Array ? { hex: Buffer.from(cell).toString('hex') } : cell)))).update('\n');
    this.rows += 1;
  }

  done(): { rows: number; sha256: string } { return { rows: this.rows, sha256: this.#hash.digest('hex') }; }
}

async function digestOf(pages: AsyncIterable<MovedRow[]>): Promise<{ rows: number; sha256: string }> {
  const digest = new TableDigest();
  for await (const page of pages) for (const row of page) digest.add(row);
  return digest.done();
}
