/** Reporting periods: whole days in Vietnam, first and last included. */
import { dateFromDayNumber, dayNumberFromDate, VIETNAM_OFFSET_MS } from '../model/index.ts';

/** `from` and `to` as `YYYY-MM-DD`, both included. */
export interface Period { from: string; to: string }

const DAY_MS = 86_400_000;

/** Any days. @throws RangeError when a day does not exist or `to` lies before `from` */
export function period(from: string, to: string): Period {
  const [a, b] = [dayNumberFromDate(from), dayNumberFromDate(to)];
  if (a === undefined || b === undefined || b < a) throw new RangeError('a period is two days YYYY-MM-DD, the second not before the first');
  return { from, to };
}
export const dayPeriod = (date: string): Period => period(date, date);
/** @param month 1–12 */
export const monthPeriod = (year: number, month: number): Period => months(year, month, 1);
/** @param quarter 1–4 */
export const quarterPeriod = (year: number, quarter: number): Period => months(year, quarter * 3 - 2, 3);
export const yearPeriod = (year: number): Period => months(year, 1, 12);

/**
 * Reads what people write: `2025`, `2025-Q3`, `2025-07`, `2025-07-01`, `2025-07-01..2025-07-13`. `undefined` for anything else.
 */
export function parsePeriod(text: string): Period | undefined {
  const match = /^(\d{4})(?:-(?:Q([1-4])|(\d{2})(?:-(\d{2}))?))?$/.exec(text);
  try {
    if (match === null) {
      const [from, to, more] = text.split('..');
      return from === undefined || to === undefined || more !== undefined ? undefined : period(from, to);
    }
    const [, year, quarter, month, day] = match;
    if (day !== undefined) return dayPeriod(text);
    if (quarter !== undefined) return quarterPeriod(Number(year), Number(quarter));
    return month === undefined ? yearPeriod(Number(year)) : monthPeriod(Number(year), Number(month));
  } catch {
    return undefined;
  }
}

/** The day numbers of a period. */
export function daysOf({ from, to }: Period): { first: number; last: number } {
  return { first: dayNumberFromDate(from) ?? Number.NaN, last: dayNumberFromDate(to) ?? Number.NaN };
}

/** The last whole second of a Vietnamese day number, epoch ms. */
export const endOfDay = (day: number): number => (day + 1) * DAY_MS - VIETNAM_OFFSET_MS - 1000;

export type TimeUnit = 'day' | 'month' | 'quarter' | 'year';

/** The pieces of a period, the first and last one cut at its ends: `key` is `2025-07-01`, `2025-07`, `2025-Q3` or `2025`. */
export function bucketsOf(whole: Period, unit: TimeUnit): { key: string; first: number; last: number }[] {
  const { first, last } = daysOf(whole);
  const buckets: { key: string; first: number; last: number }[] = [];
  for (let day = first; day <= last; day += 1) {
    const date = dateFromDayNumber(day);
    const key = unit === 'day' ? date : unit === 'month' ? date.slice(0, 7) : unit === 'year' ? date.slice(0, 4) : `${date.slice(0, 4)}-Q${Math.ceil(Number(date.slice(5, 7)) / 3)}`;
    const open = buckets.at(-1);
    if (open?.key === key) open.last = day;
    else buckets.push({ key, first: day, last: day });
  }
  return buckets;
}

function months(year: number, month: number, count: number): Period {
  const begin = (y: number, m: number): string => `${String(y + Math.floor((m - 1) / 12)).padStart(4, '0')}-${String(((m - 1) % 12) + 1).padStart(2, '0')}-01`;
  const next = dayNumberFromDate(begin(year, month + count));
  if (next === undefined || !Number.isInteger(month) || month < 1 || month > 12) throw new RangeError('no such month, quarter or year');
  return period(begin(year, month), dateFromDayNumber(next - 1));
}
