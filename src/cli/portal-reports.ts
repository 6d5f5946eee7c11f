/** Asks the national portal's public report endpoints, politely: few calls, one after another, everything bounded. They are undocumented and may go at any time. */
import type { Period } from '../indicators/index.ts';
import { isRecord } from '../contract/is-record.ts';
import { CommandError, EXIT } from './output.ts';

const TAILS = ['transparency', 'dossier-digitized', 'dvc-progress-tree', 'provide-online-tree', 'formality-online-payment-tree', 'handling-satisfaction'] as const;
const PAGE_SIZE = 100;
const MOST_PAGES = 20;
const TIMEOUT_MS = 30_000;
const MOST_BYTES = 20 * 1024 * 1024;

/**
 * @param base scheme and host
 * @returns every page of every report, as it came
 * @throws CommandError when the portal cannot be reached or answers with something else
 */
export async function fetchPortalReports(base: string, department: string, period: Period): Promise<unknown[]> {
  const time = timeOf(period);
  if (time === undefined) throw new CommandError('--period: the portal reports months, quarters and years / cổng chỉ báo cáo theo tháng, quý, năm', EXIT.usage);
  const answers: unknown[] = [];
  for (const tail of TAILS) {
    const asked = tail === 'handling-satisfaction' ? { fromDate: period.from, toDate: period.to } : time;
    for (let currentPage = 1; currentPage <= MOST_PAGES; currentPage += 1) {
      const answer = await post(new URL(`/api/v1/reporting/evaluation/${tail}`, base), { ...asked, rootDepartmentId: department, currentPage, pageSize: PAGE_SIZE });
      answers.push(answer);
      const data = isRecord(answer) && isRecord(answer['data']) ? answer['data'] : {};
      const pages = isRecord(data['pagination']) ? Number(data['pagination']['totalPages']) : 1;
      if (!(pages > currentPage)) break;
    }
  }
  return answers;
}

/** The portal's own words for a period; undefined for any other span of days. */
function timeOf({ from, to }: Period): Record<string, string | number> | undefined {
  const [year = 0, month = 0, day] = from.split('-').map(Number);
  const [lastYear = 0, lastMonth = 0, lastDay = 0] = to.split('-').map(Number);
  const whole = day === 1 && year === lastYear && lastDay === new Date(Date.UTC(lastYear, lastMonth, 0)).getUTCDate();
  if (!whole) return undefined;
  if (month === lastMonth) return { timeType: 'month', year, month };
  if (month === 1 && lastMonth === 12) return { timeType: 'year', year };
  return lastMonth - month === 2 && month % 3 === 1 ? { timeType: 'quarter', year, quarter: (month + 2) / 3 } : undefined;
}

async function post(url: URL, body: unknown): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json' }, body: JSON.stringify(body), signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error' });
  } catch (error) {
    const why = error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : String(error);
    throw new CommandError(`${url.host} cannot be reached / không kết nối được: ${why}`, EXIT.unavailable);
  }
  const text = await bounded(response);
  if (!response.ok) throw new CommandError(`${url.pathname}: HTTP ${response.status}`, EXIT.unavailable);
  try {
    return JSON.parse(text);
  } catch {
    throw new CommandError(`${url.pathname}: not JSON / không phải JSON`, EXIT.unavailable);
  }
}

async function bounded(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += (part as Uint8Array).length;
    if (bytes > MOST_BYTES) throw new CommandError('the answer is too large / câu trả lời quá lớn', EXIT.unavailable);
    parts.push(part as Uint8Array);
  }
  return Buffer.concat(parts).toString('utf8');
}
