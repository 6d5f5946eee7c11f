/**
 * Opens the ledger that a configuration asks for. The PostgreSQL engine and its driver are loaded only when they are asked for:
 * an embedded gateway needs neither.
 */
import { join } from 'node:path';
import { LedgerError } from './errors.ts';
import { loadKeys } from './keys.ts';
import type { LedgerKeys } from './keys.ts';
import type { Ledger } from './ledger.ts';
import { openSqliteLedger } from './sqlite/ledger.ts';

export interface LedgerSettings {
  engine: 'sqlite' | 'postgres';
  /** sqlite: data folder, one process for each */
  folder: string;
  /** file of the encryption key; `LIENTHONG_LEDGER_KEY` wins over it */
  keyFile?: string;
  /** postgres: address of the database, with user and password */
  url?: string;
  /** postgres: connections that this process may open */
  poolSize?: number;
  /** postgres: the server has LISTEN and NOTIFY; true if not given */
  notify?: boolean;
  /** upper bound of what the ledger may take on its disk, bytes; 0 or absent: none */
  maxBytes?: number;
  /** largest content of one kept file, bytes; 20 MB if not given */
  maxFileBytes?: number;
}

/**
 * The keys that a ledger of these settings is read and written with. An embedded ledger makes its own at the first start. For PostgreSQL
 * none is ever made: every process on one database must hold the same key, and one that a machine made for itself would be another.
 * @throws LedgerError LT-LEDGER-KEY-MISSING, -FORMAT, -WEAK, -EXPOSED
 */
export function ledgerKeys(settings: LedgerSettings, env: Readonly<Record<string, string | undefined>> = process.env): LedgerKeys {
  const embedded = settings.engine === 'sqlite';
  const keyFile = settings.keyFile ?? (embedded ? join(settings.folder, 'ledger.key') : undefined);
  return loadKeys({ envVar: 'LIENTHONG_LEDGER_KEY', env, createIfMissing: embedded, ...(keyFile === undefined ? {} : { keyFile }) });
}

export interface OpenOptions {
  env?: Readonly<Record<string, string | undefined>>;
  now?: () => number;
  /** something that an operator should know and that stops nothing */
  onWarning?: (warning: LedgerError) => void;
}

/** @throws LedgerError when it is held by another process, unreachable, of another key, newer, or its driver is not installed */
export async function openLedger(settings: LedgerSettings, options: OpenOptions = {}): Promise<Ledger> {
  const keys = ledgerKeys(settings, options.env);
  const shared = { ...(options.now === undefined ? {} : { now: options.now }), ...(settings.maxFileBytes === undefined ? {} : { maxFileBytes: settings.maxFileBytes }) };
  if (settings.engine === 'sqlite') {
    return openSqliteLedger({ folder: settings.folder, keys, ...shared, ...(settings.maxBytes === undefined || settings.maxBytes === 0 ? {} : { maxBytes: settings.maxBytes }) });
  }
  if (settings.url === undefined) throw new LedgerError('LT-LEDGER-OPEN-FAILED', 'ledger.url');
  const { openPostgresLedger } = await import('./postgres/ledger.ts');
  const { onWarning } = options;
  return openPostgresLedger({ url: settings.url, keys, ...shared, ...(onWarning === undefined ? {} : { onWarning }), ...(settings.poolSize === undefined ? {} : { poolSize: settings.poolSize }), ...(settings.notify === undefined ? {} : { notify: settings.notify }) });
}
