/** PostgreSQL ledgers for tests: each storage is a database of its own. */
import { randomBytes } from 'node:crypto';
import { keysFromMasters } from '../../src/ledger/keys.ts';
import type { LedgerKeys } from '../../src/ledger/keys.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { openPostgresLedger } from '../../src/ledger/postgres/ledger.ts';
import type { PostgresLedgerOptions } from '../../src/ledger/postgres/ledger.ts';
import { testDatabase } from '../support/postgres.ts';
import type { TestDatabase } from '../support/postgres.ts';
import { T0 } from './fixtures.ts';
import type { Clock, Storage } from './fixtures.ts';

export interface PostgresStorage extends Storage { database: TestDatabase; keys: LedgerKeys }

/** Every ledger opened from it is closed on dispose, whatever the test did. */
export async function postgresStorage(clock: Clock = { now: T0 }, options: Partial<PostgresLedgerOptions> = {}): Promise<PostgresStorage> {
  const database = await testDatabase();
  const keys = options.keys ?? keysFromMasters([randomBytes(32)]);
  const opened: Ledger[] = [];
  return {
    database,
    keys,
    async open() {
      const ledger = await openPostgresLedger({ now: () => clock.now, url: database.url, ...options, keys });
      opened.push(ledger);
      return ledger;
    },
    async dispose() {
      await Promise.all(opened.map((ledger) => ledger.close()));
      await database.drop();
    },
  };
}
