import { readFileSync, statSync } from 'node:fs';
import { compareFigures, flagText, readPortalReports, type Comparison } from '../../indicators/compare.ts';
import { parsePeriod } from '../../indicators/index.ts';
import { both } from '../../indicators/report/words.ts';
import { print, printJson } from '../gateway-api.ts';
import { CommandError, EXIT, table } from '../output.ts';
import { fetchPortalReports } from '../portal-reports.ts';
import { withIndicators, type AskOptions } from './indicators.ts';

const MOST_BYTES = 64 * 1024 * 1024;
const VERDICTS: Readonly<Record<Comparison['verdict'], string>> = { equal: '=', differs: '≠', 'not-reported': 'not reported / cổng để trống', 'not-computed': 'not computed / chưa tính được' };

/** Our figures beside those that the portal reports. Exit code 1 when any differ. */
export async function compare(options: AskOptions & { file?: string; url?: string; department?: string; all?: boolean }): Promise<void> {
  const { file, url, department, period: asked } = options;
  if ((file === undefined) === (url === undefined)) throw new CommandError('one of --file and --url / chọn --file hoặc --url', EXIT.usage);
  const period = parsePeriod(asked ?? '');
  if (period === undefined) throw new CommandError('--period: 2025, 2025-Q3, 2025-07', EXIT.usage);
  if (url !== undefined && (department === undefined || !URL.canParse(url))) throw new CommandError('--url wants an address and --department / cần địa chỉ và --department', EXIT.usage);
  const answers = file === undefined ? await fetchPortalReports(url ?? '', department ?? '', period) : fromFile(file);
  const reading = readPortalReports(answers);
  if (reading.figures.length === 0) throw new CommandError('no figure of the portal was found in it / không có số liệu nào của cổng', EXIT.usage);
  await withIndicators(options, async (client, raw) => {
    const [own, counts] = [await client.report({ ...raw, by: 'unit', set: 'qd766-2022' }), await client.report({ ...raw, by: 'unit', set: 'province-counts' })];
    const countsOf = new Map(counts.groups.map((group) => [group.key, group.figures]));
    const result = compareFigures(reading, {
      whole: { ...own.whole, figures: [...own.whole.figures, ...counts.whole.figures] },
      groups: own.groups.map((group) => ({ ...group, figures: [...group.figures, ...(countsOf.get(group.key) ?? [])] })),
    });
    if (result.differing > 0) process.exitCode = EXIT.findings;
    if (options.json === true) return printJson({ ...result, period });
    const shown = options.all === true ? result.rows : result.rows.filter(({ verdict }) => verdict === 'differs');
    if (shown.length > 0) print(table(['department', 'portal', 'ours', 'side', 'ours', 'portal', ''], shown.map(({ department: who, code, indicator, side, ours, theirs, verdict }) => [who, code, indicator, side, ours ?? '–', theirs ?? '–', VERDICTS[verdict]])), '');
    for (const flag of result.flags) print(`${flag}: ${both(flagText(flag))}`);
    if (result.unknown.length > 0) print(`departments that no unit of ours is / đơn vị không khớp: ${result.unknown.slice(0, 20).join(', ')}${result.unknown.length > 20 ? ' …' : ''}`);
    print(`${result.equal} equal / khớp · ${result.differing} differ / khác · ${result.rows.length - result.equal - result.differing} cannot be compared / không so được`);
  });
}

/** A saved answer, a list of them, or one on each line. */
function fromFile(file: string): unknown {
  let text: string;
  try {
    if (statSync(file).size > MOST_BYTES) throw new CommandError('--file is too large / tệp quá lớn', EXIT.usage);
    text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(`--file: no such file / không có tệp`, EXIT.usage);
  }
  try {
    return JSON.parse(text);
  } catch {
    try {
      return text.split('\n').filter((line) => line.trim() !== '').map((line): unknown => JSON.parse(line));
    } catch {
      throw new CommandError('--file is not JSON / không phải JSON', EXIT.usage);
    }
  }
}
