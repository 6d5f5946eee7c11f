/**
 * Numbered migrations, applied in order, each in one transaction, each recorded with its checksum. They are modules, not
 * .sql files, so that they are type-checked, bundled and found wherever the package is installed. A released one is never edited.
 */
import type { DatabaseSync } from 'node:sqlite';
import { sha256Hex } from '../../chain.ts';
import { LedgerError } from '../../errors.ts';
import { sql as ledger0001 } from './0001-ledger.ts';
import { sql as control0002 } from './0002-control.ts';
import { sql as files0003 } from './0003-files.ts';

export interface Migration { number: number; name: string; sql: string }

export const migrations: readonly Migration[] = [
  { number: 1, name: 'ledger', sql: ledger0001 },
  { number: 2, name: 'control', sql: control0002 },
  { number: 3, name: 'files', sql: files0003 },
];

/**
 * Brings the database to the newest shape that `known` describes.
 * @throws LedgerError LT-LEDGER-NEWER when the database knows more than the program, LT-LEDGER-MIGRATION-CHANGED when an
 * applied migration is not the one that the program holds
 */
export function migrate(db: DatabaseSync, now: number, known: readonly Migration[] = migrations): void {
  db.exec('CREATE TABLE IF NOT EXISTS schema_migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT');
  const applied = db.prepare('SELECT number, name, checksum FROM schema_migrations ORDER BY number').all() as unknown as { number: number; name: string; checksum: string }[];
  const byNumber = new Map(known.map((migration) => [migration.number, migration]));
  for (const row of applied) {
    const migration = byNumber.get(row.number);
    const label = `${row.number}-${row.name}`;
    if (migration === undefined) throw new LedgerError('LT-LEDGER-NEWER', label);
    if (sha256Hex(migration.sql) !== row.checksum) throw new LedgerError('LT-LEDGER-MIGRATION-CHANGED', label);
  }
  const done = new Set(applied.map((row) => row.number));
  for (const migration of [...known].sort((a, b) => a.number - b.number)) {
    if (done.has(migration.number)) continue;
    db.exec('BEGIN IMMEDIATE');
    try {
      db.exec(migration.sql);
      db.prepare('INSERT INTO schema_migrations VALUES (?, ?, ?, ?)').run(migration.number, migration.name, sha256Hex(migration.sql), now);
      db.exec('COMMIT');
    } catch (e) {
      db.exec('ROLLBACK');
      throw e;
    }
  }
}
