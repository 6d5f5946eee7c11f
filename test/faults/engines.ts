/** Where the ledger of a scene lives, by engine, and how to look into it when no gateway runs. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadKeys } from '../../src/ledger/keys.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import type { OwnPostgres } from '../support/postgres.ts';
import { freshFolder } from '../support/process.ts';
import type { EngineName } from './schedule.ts';

export interface Home extends AsyncDisposable {
  engine: EngineName;
  /** gateway processes that may run beside one another */
  gateways: number;
  /** the database server, where the engine has one */
  server: OwnPostgres | undefined;
  /** section `ledger` of a gateway's configuration. @param port where the database is reached instead of directly */
  ledgerConfig(port?: number): Record<string, unknown>;
  /** opens the ledger and closes it again */
  inLedger<T>(look: (ledger: Ledger) => Promise<T>): Promise<T>;
}

const keysOf = (keyFile: string): ReturnType<typeof loadKeys> => loadKeys({ envVar: 'LIENTHONG_NO_SUCH_VARIABLE', keyFile });

/** A ledger that nobody has used yet. */
export async function openHome(engine: EngineName): Promise<Home> {
  const folder = freshFolder();
  const keyFile = join(folder, 'ledger.key');
  writeFileSync(keyFile, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
  return engine === 'sqlite' ? sqliteHome(join(folder, 'data'), keyFile) : postgresHome(keyFile);
}

function sqliteHome(folder: string, keyFile: string): Home {
  return {
    engine: 'sqlite',
    gateways: 1,
    server: undefined,
    ledgerConfig: () => ({ engine: 'sqlite', folder, keyFile }),
    inLedger: async (look) => closing(await openSqliteLedger({ folder, keys: keysOf(keyFile) }), look),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function postgresHome(_keyFile: string): Promise<Home> {
  throw new Error('not yet');
}

async function closing<T>(ledger: Ledger, look: (ledger: Ledger) => Promise<T>): Promise<T> {
  try {
    return await look(ledger);
  } finally {
    await ledger.close();
  }
}
