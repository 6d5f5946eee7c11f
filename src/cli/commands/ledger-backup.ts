import { resolve } from 'node:path';
import { LedgerError } from '../../ledger/errors.ts';
import { backupSqlite, restoreSqlite, type CopyReport } from '../../ledger/sqlite/upkeep-offline.ts';
import type { GatewayConfig } from '../../gateway/config.ts';
import { CommandError, EXIT, table } from '../output.ts';
import { existingKeys, readConfig } from './ledger-source.ts';

/** A checked copy of an embedded ledger in one file, while its gateway writes. */
export function ledgerBackup(options: { config: string; out: string; json?: boolean }): void {
  const config = embedded(options.config);
  const file = resolve(options.out);
  show(backupSqlite(resolve(config.ledger.folder), file, existingKeys(config)), file, options.json);
}

/** Puts a copy in the place of a ledger that is not there; checks it first. */
export function ledgerRestore(options: { config: string; from: string; json?: boolean }): void {
  const config = embedded(options.config);
  const folder = resolve(config.ledger.folder);
  const keys = keysForRestore(config);
  show(restoreSqlite(resolve(options.from), folder, keys, Date.now()), folder, options.json);
}

function embedded(file: string): GatewayConfig {
  const config = readConfig(file);
  if (config.ledger.engine !== 'sqlite') throw new CommandError('ledger.engine: pg_dump and point-in-time recovery back up a PostgreSQL ledger / sổ cái PostgreSQL được sao lưu bằng pg_dump và PITR', EXIT.usage);
  return config;
}

/** The key is not part of a backup: whoever had both would need nothing else. */
function keysForRestore(config: GatewayConfig) {
  try {
    return existingKeys(config);
  } catch (error) {
    if (error instanceof LedgerError && error.code === 'LT-LEDGER-KEY-MISSING') {
      throw new LedgerError(error.code, { vi: 'đưa tệp khoá của sổ cái vào chỗ cũ trước; bản sao lưu không chứa khoá', en: 'put the ledger’s key file in its place first; a backup does not hold it' }, error);
    }
    throw error;
  }
}

function show(report: CopyReport, where: string, json: boolean | undefined): void {
  if (json === true) process.stdout.write(`${JSON.stringify({ ...report, where })}\n`);
  else {
    process.stdout.write(`${table(['table', 'rows'], Object.entries(report.rows))}\n`);
    process.stdout.write(`${where} · ${report.bytes.toLocaleString('en-US')} bytes · chain whole / chuỗi toàn vẹn · last / cuối cùng ${report.head.seq}:${report.head.hash}\n`);
  }
}
