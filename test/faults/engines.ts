/** Where the ledger of a scene lives, by engine, and how to look into it when no gateway runs. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { openLedger, type LedgerSettings } from '../../src/ledger/open.ts';
import { startOwnPostgres, type OwnPostgres } from '../support/postgres.ts';
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

/** A ledger that nobody has used yet. */
export async function openHome(engine: EngineName): Promise<Home> {
  const folder = freshFolder();
  const keyFile = join(folder, 'ledger.key');
  writeFileSync(keyFile, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
  return engine === 'sqlite' ? sqliteHome(join(folder, 'data'), keyFile) : postgresHome(keyFile);
}

function sqliteHome(folder: string, keyFile: string): Home {
  const settings: LedgerSettings = { engine: 'sqlite', folder, keyFile };
  return {
    engine: 'sqlite',
    gateways: 1,
    server: undefined,
    ledgerConfig: () => ({ ...settings }),
    inLedger: async (look) => closing(await openLedger(settings, { env: {} }), look),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function postgresHome(keyFile: string): Promise<Home> {
  const server = await startOwnPostgres();
  const { url } = await server.createDatabase();
  return {
    engine: 'postgres',
    gateways: 2,
    server,
    ledgerConfig(port) {
      const address = new URL(url);
      if (port !== undefined) address.port = String(port);
      return { engine: 'postgres', url: address.href, keyFile };
    },
    inLedger: async (look) => closing(await openLedger({ engine: 'postgres', folder: '', url, keyFile }, { env: {} }), look),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

async function closing<T>(ledger: Ledger, look: (ledger: Ledger) => Promise<T>): Promise<T> {
  try {
    return await look(ledger);
  } finally {
    await ledger.close();
  }
}
