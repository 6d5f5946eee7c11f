import { resolve } from 'node:path';
import { exportLedger } from '../../ledger/audit/export.ts';
import { table } from '../output.ts';
import { openReader, readConfig } from './ledger-source.ts';

/** Writes the ledger's events as files that `verify` checks by themselves. A gateway may run meanwhile. */
export async function ledgerExport(options: { config: string; out: string; bodies?: boolean; json?: boolean }): Promise<void> {
  const reader = await openReader(readConfig(options.config));
  try {
    const folder = resolve(options.out);
    const report = await exportLedger(reader, folder, { bodies: options.bodies === true, ...(reader.lastSeq === undefined ? {} : { toSeq: reader.lastSeq() }) });
    if (options.json === true) process.stdout.write(`${JSON.stringify(report)}\n`);
    else {
      process.stdout.write(`${table(['file', 'from', 'to', 'events', 'bytes'], report.files.map(({ file, from, to, events, bytes }) => [file, from, to, events, bytes]))}\n`);
      process.stdout.write(`checkpoints / điểm kiểm tra ${report.checkpoints}\n${report.head === null ? 'empty / trống' : `last / cuối cùng ${report.head.seq}:${report.head.hash}`}\n`);
    }
  } finally {
    await reader.close();
  }
}
