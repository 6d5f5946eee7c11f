import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { moveLedger, type MoveProof } from '../../ledger/move.ts';
import { CommandError, EXIT, table } from '../output.ts';
import { existingKeys, readConfig } from './ledger-source.ts';

/** Moves an embedded ledger into an empty PostgreSQL database and proves that nothing changed. Exit code 1 when the proof fails. */
export async function ledgerMove(options: { fromConfig: string; toConfig: string; proof?: string; json?: boolean }): Promise<void> {
  const from = readConfig(options.fromConfig);
  const to = readConfig(options.toConfig);
  if (from.ledger.engine !== 'sqlite' || to.ledger.engine !== 'postgres' || to.ledger.url === undefined) {
    throw new CommandError('--from-config: ledger.engine sqlite; --to-config: ledger.engine postgres and ledger.url / chỉ chuyển từ sqlite sang postgres', EXIT.usage);
  }
  const proof = await moveLedger({ folder: resolve(from.ledger.folder), url: to.ledger.url, keys: existingKeys(from), now: Date.now() });
  const file = resolve(options.proof ?? `ledger-move-${proof.movedAt.replace(/[-:.]/g, '')}.json`);
  writeFileSync(file, `${JSON.stringify(proof, null, 2)}\n`, { mode: 0o600 });
  process.stdout.write(options.json === true ? `${JSON.stringify(proof)}\n` : `${text(proof)}\n${file}\n`);
  if (!proof.ok) process.exitCode = EXIT.findings;
}

function text({ ok, tables, chain, head }: MoveProof): string {
  const chainWord = ({ events, brokenAt }: MoveProof['chain']['source']) => `${events.toLocaleString('en-US')} events, ${brokenAt === null ? 'whole / toàn vẹn' : `broken at / đứt ở ${brokenAt}`}`;
  return [
    table(['table', 'source', 'target', '', 'sha256'], tables.map((t) => [t.table, t.rows, t.targetRows, t.same ? '=' : 'DIFFERS', t.sha256.slice(0, 16)])),
    '',
    `chain / chuỗi: source ${chainWord(chain.source)} · target ${chainWord(chain.target)}${head === null ? '' : ` · last / cuối cùng ${head.seq}:${head.hash}`}`,
    ok
      ? 'nothing changed. Start gateways with the new configuration only, never on the old folder again: both would send / không có gì thay đổi. Chỉ chạy cổng với cấu hình mới, không chạy lại trên thư mục cũ: cả hai sẽ cùng gửi'
      : 'DIFFERS: go on with the source, drop the target / KHÁC: tiếp tục dùng nguồn, xoá cơ sở dữ liệu đích',
  ].join('\n');
}
