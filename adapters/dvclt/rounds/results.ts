/** States and results of what was handed over (K6): three dossiers of one module a call, each row on its own (fact sheet 3.6). */
import { createHash } from 'node:crypto';
import type { Round, RoundDeps } from '../../../src/adapter/types.ts';
import { isRecord } from '../../../src/contract/is-record.ts';
import { isValidationError } from '../../../src/contract/validate.ts';
import type { Dossier, FileRef } from '../../../src/model/canonical.ts';
import { instantFromEpoch } from '../../../src/model/time.ts';
import { putAsideOnce, wordsOfValue } from '../aside.ts';
import type { DvcltConfig } from '../config.ts';
import type { ResultRow } from '../contract.ts';
import { RESULT_FILES } from '../content.ts';
import { submissionOf } from '../history.ts';
import { readResults } from '../operations/read.ts';
import { applyTold, isOpen, readRow } from '../result.ts';

type Deps = RoundDeps<DvcltConfig>;
interface Sum { told: number; failed: number; broken: unknown[] }
/** Most dossiers of one question (3.6). */
const TOGETHER = 3;
const DAY_MS = 86_400_000;

export const results: Round<DvcltConfig> = {
  id: 'results',
  title: { vi: 'Lấy kết quả đăng ký hộ tịch', en: 'Ask for results of registrations' },
  everyMs: ({ resultsEveryMs }) => resultsEveryMs,
  async run(deps) {
    const { config } = deps;
    if (config.civilStatus === undefined) return { told: 0, failed: 0 };
    const waiting = new Map<string, Dossier[]>();
    for await (const dossier of deps.dossiersAfter('pushCivilStatus', deps.now() - config.resultsDays * DAY_MS)) {
      if (dossier.civilStatus === undefined || !isOpen(dossier)) continue;
      const module = config.modules[dossier.civilStatus.kind];
      waiting.set(module, [...(waiting.get(module) ?? []), dossier]);
    }
    const sum: Sum = { told: 0, failed: 0, broken: [] };
    for (const [module, dossiers] of waiting) {
      for (let i = 0; i < dossiers.length && !deps.signal.aborted; i += TOGETHER) await ask(module, dossiers.slice(i, i + TOGETHER), deps, sum);
    }
    // The others went on; the gateway's log has to know all the same.
    if (sum.broken.length > 0) throw sum.broken[0];
    return { told: sum.told, failed: sum.failed };
  },
};

async function ask(module: string, dossiers: readonly Dossier[], deps: Deps, sum: Sum): Promise<void> {
  const answer = await deps.run(readResults, [{ codes: dossiers.map(({ code }) => code), module }]);
  if (answer.kind !== 'done') {
    sum.failed += dossiers.length;
    return;
  }
  for (const dossier of dossiers) {
    // A dossier that was not asked for is nobody's news; of two rows for one, the last counts.
    const row = answer.value.rows.findLast(({ maHoSoMCDT }) => maHoSoMCDT === dossier.code);
    if (row === undefined) continue;
    try {
      const end = await takeRow(row, dossier, deps);
      if (end === 'told') sum.told += 1;
      if (end === 'failed') sum.failed += 1;
    } catch (error) {
      if (!isValidationError(error)) sum.broken.push(error);
      else {
        sum.failed += 1;
        await putAsideOnce(deps, rowText(row), error.issues, dossier.code);
      }
    }
  }
  for (const { row, issues } of answer.value.unread.slice(0, TOGETHER)) {
    await putAsideOnce(deps, wordsOfValue(row) ?? '', issues, dossiers.find(({ code }) => isRecord(row) && row['maHoSoMCDT'] === code)?.code);
    sum.failed += 1;
  }
}

async function takeRow(row: ResultRow, dossier: Dossier, deps: Deps): Promise<'told' | 'nothing' | 'failed'> {
  const { config } = deps;
  const event = dossier.civilStatus;
  if (event === undefined) return 'nothing';
  const read = readRow(row, event, config);
  if (read.kind === 'wait') return 'nothing';
  if (read.kind === 'bad') {
    await putAsideOnce(deps, rowText(row), read.issues, dossier.code);
    return 'failed';
  }
  const file = read.told.file === undefined ? undefined : await keepResult(read.told.file, dossier, deps);
  const at = instantFromEpoch(Math.floor(deps.now() / 1000) * 1000);
  const changed = await deps.changeDossier(dossier.code, { text: rowText(row), query: { submission: String(submissionOf(dossier)) } }, (now) => applyTold(now, read.told, file, at, config));
  if (changed.status !== 'changed') return 'nothing';
  // Told beside the result, which stands: a person may ask the registering office.
  if (read.told.warnings.length > 0) await putAsideOnce(deps, rowText(row), read.told.warnings, dossier.code);
  return 'told';
}

async function keepResult(base64: string, { code, civilStatus }: Dossier, deps: Deps): Promise<FileRef> {
  const content = Buffer.from(base64, 'base64');
  const name = `${civilStatus?.kind === 'DEATH' ? 'trich-luc-khai-tu' : civilStatus?.kind === 'BIRTH' ? 'giay-khai-sinh' : 'ket-qua'}-${code}.pdf`;
  return { name, url: await deps.keepFile(content, 'application/pdf'), size: content.length };
}

/** The row, its file by the digest: the same again is known by it. */
function rowText(row: ResultRow): string {
  const { ketQuaXuLy } = row;
  const named = isRecord(ketQuaXuLy) ? Object.fromEntries(Object.entries(ketQuaXuLy).map(([name, value]) => [name, typeof value === 'string' && value.length > 100 && isFile(name) ? `sha256:${createHash('sha256').update(value).digest('hex')}` : value])) : ketQuaXuLy;
  return wordsOfValue({ ...row, ketQuaXuLy: named }) ?? wordsOfValue({ maHoSoMCDT: row.maHoSoMCDT, trangThai: row.trangThai, thoiGianThucHien: row.thoiGianThucHien }) ?? '';
}
const isFile = (name: string): boolean => (RESULT_FILES as readonly string[]).includes(name);
