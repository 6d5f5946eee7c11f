import { verifyFiles, type VerifyReport } from '../../ledger/audit/verify.ts';
import type { ChainPosition } from '../../ledger/chain.ts';
import type { LedgerKeys } from '../../ledger/keys.ts';
import { CommandError, EXIT } from '../output.ts';

/** Checks exported files, archives and evidence bundles from nothing but themselves. Exit code 1 when something is not whole. */
export async function verify(files: string[], options: { from?: string; checkpoints?: string; config?: string; json?: boolean }): Promise<void> {
  const from = options.from === undefined ? undefined : positionOf(options.from);
  const keys = options.config === undefined ? undefined : await keysOf(options.config);
  let report: VerifyReport;
  try {
    report = await verifyFiles(files, { ...(from === undefined ? {} : { from }), ...(options.checkpoints === undefined ? {} : { checkpoints: options.checkpoints }), ...(keys === undefined ? {} : { keys }) });
  } catch (error) {
    const { code, path, syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw new CommandError(`${path ?? files.join(' ')}: ${code ?? 'unreadable'} / không đọc được tệp`, EXIT.usage);
  }
  process.stdout.write(options.json === true ? `${JSON.stringify(report)}\n` : `${sentences(report).join('\n')}\n`);
  if (!report.ok) process.exitCode = EXIT.findings;
}

/** Loaded only here: checking needs no adapter and no gateway. */
async function keysOf(config: string): Promise<LedgerKeys> {
  const { existingKeys, readConfig } = await import('./ledger-source.ts');
  return existingKeys(readConfig(config));
}

function positionOf(text: string): ChainPosition {
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (seq === undefined || hash === undefined) throw new CommandError(`--from: <seq>:<hash, 64 hex digits>, not '${text}' / không đúng dạng`, EXIT.usage);
  return { seq: Number(seq), hash };
}

function sentences({ events, bodies, from, to, checkpoints, archives, evidence, compared, findings }: VerifyReport): string[] {
  const n = (value: number) => value.toLocaleString('en-US');
  return [
    `events / sự kiện ${n(events)}${from === null || to === null ? '' : ` (${from.seq} … ${to.seq})`} · bodies / nội dung ${n(bodies)} · checkpoints / điểm kiểm tra ${n(checkpoints)}`,
    ...(archives.files === 0 ? [] : [`archives / tệp lưu trữ ${n(archives.files)}: ${n(archives.events)} events, ${n(archives.attempts)} attempts, ${n(archives.quarantine)} quarantined`]),
    ...(evidence.files === 0 ? [] : [`evidence / hồ sơ chứng cứ ${n(evidence.files)}: ${n(evidence.events)} events`]),
    ...(archives.files + evidence.files === 0 ? [] : [`found in the chain too / đối chiếu được với chuỗi ${n(compared)}`]),
    ...(to === null ? [] : [`last / cuối cùng ${to.seq}:${to.hash}`]),
    ...findings.flatMap(({ why, file, line, seq, text }) => [`✗ ${why} · ${file}${line === null ? '' : `:${line}`}${seq === null ? '' : ` · event / sự kiện ${seq}`}`, `  ${text.vi}`, `  ${text.en}`]),
    findings.length === 0 ? 'whole / toàn vẹn' : 'NOT whole / KHÔNG toàn vẹn',
  ];
}
