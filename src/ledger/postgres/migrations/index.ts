/**
 * Numbered migrations under an advisory lock: of several processes that start together one migrates, the others wait for it.
 *
 * Versions run side by side while they are rolled out, so every migration names the oldest one that a program must know to work
 * beside it: one that only adds names the number before; one that changes the meaning of what was there names itself. A released
 * one is never edited.
 */
import { sha256Hex } from '../../chain.ts';
import { LedgerError } from '../../errors.ts';
import type { Line, Tx } from '../db.ts';
import { sql as ledger0001 } from './0001-ledger.ts';
import { sql as files0002 } from './0002-files.ts';

export interface Migration {
  number: number;
  name: string;
  sql: string;
  /** programs that know migrations up to this number may go on beside it */
  compatibleFrom: number;
}

export const migrations: readonly Migration[] = [
  { number: 1, name: 'ledger', sql: ledger0001, compatibleFrom: 1 },
  { number: 2, name: 'files', sql: files0002, compatibleFrom: 1 },
];

/** Any number that no other program is likely to have chosen. */
const LOCK = 5_104_711;
const newest = (known: readonly Migration[]): number => Math.max(...known.map((migration) => migration.number));

/**
 * Brings the database to the newest shape that `known` describes; leaves a newer one alone when that allows it.
 * @throws LedgerError LT-LEDGER-NEWER when a migration that the program does not know asks for a newer program,
 * LT-LEDGER-MIGRATION-CHANGED when an applied migration is not the one that the program holds
 */
export function migrate(line: Line, now: number, known: readonly Migration[] = migrations): Promise<void> {
  return line.transaction(async (tx) => {
    await tx.query('SET LOCAL statement_timeout = 0');
    await tx.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
    await tx.script(`CREATE TABLE IF NOT EXISTS schema_migrations (
      number int PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied_at bigint NOT NULL, compatible_from int NOT NULL)`);
    const done = await checkApplied(tx, known);
    for (const migration of [...known].sort((a, b) => a.number - b.number)) {
      if (done.has(migration.number)) continue;
      await tx.script(migration.sql);
      await tx.query('INSERT INTO schema_migrations VALUES ($1, $2, $3, $4, $5)', [
        migration.number, migration.name, sha256Hex(migration.sql), now, migration.compatibleFrom,
      ]);
      // Programs that run already find it with their next write.
      await tx.query('UPDATE chain_head SET requires = $1', [migration.compatibleFrom]);
    }
  });
}

/** Does a program that knows `known` understand a database that asks for `requires`? */
export const understands = (requires: number, known: readonly Migration[] = migrations): boolean => requires <= newest(known);

async function checkApplied(tx: Tx, known: readonly Migration[]): Promise<Set<number>> {
  const applied = await tx.query<{ number: number; name: string; checksum: string; compatible_from: number }>(
    'SELECT number, name, checksum, compatible_from FROM schema_migrations ORDER BY number',
  );
  const byNumber = new Map(known.map((migration) => [migration.number, migration]));
  for (const row of applied) {
    const migration = byNumber.get(row.number);
    const label = `${row.number}-${row.name}`;
    if (migration === undefined && !understands(row.compatible_from, known)) throw new LedgerError('LT-LEDGER-NEWER', label);
    if (migration !== undefined && sha256Hex(migration.sql) !== row.checksum) throw new LedgerError('LT-LEDGER-MIGRATION-CHANGED', label);
  }
  return new Set(applied.map((row) => row.number));
}
