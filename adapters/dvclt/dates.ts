/** Days and times as these systems write them: Vietnam's, without an offset (Appendix A; quirk 10). Inside: partial dates and instants. */
import { isDate } from '../../src/model/civil-date.ts';
import { formatTime, parseTime } from '../../src/model/time.ts';

const DOT = /^(?:(?:(\d{1,2})[./-])?(\d{1,2})[./-])?(\d{4})$/;
const COMPACT = /^(\d{4})(?:-?(\d\d)-?(\d\d))?$/;
/** Midnight or any other time behind a day says nothing of the day. */
const TIME = /[T ]\d{1,2}:\d\d(?::\d\d(?:\.\d{1,7})?)?(?:Z|[+-]\d\d:\d\d)?$/;
const NOT_KNOWN = /^0{1,2}$/;

/**
 * `07.01.2025`, `01.2025`, `2025`, `20250107`, `2025-01-07`, `07/01/2025 00:00:00` → `2025-01-07`, `2025-01`, `2025`; a day or month 00 is not known.
 * undefined for what is no day.
 */
export function readDay(text: string): string | undefined {
  const given = text.trim().replace(TIME, '');
  const dotted = DOT.exec(given);
  const compact = dotted === null ? COMPACT.exec(given) : null;
  const [day, month, year] = dotted !== null ? [dotted[1], dotted[2], dotted[3]] : compact !== null ? [compact[3], compact[2], compact[1]] : [];
  if (year === undefined || Number(year) < 1800 || Number(year) > 2199) return undefined;
  if (month === undefined || NOT_KNOWN.test(month)) return year;
  const parts = [year, month.padStart(2, '0'), ...(day === undefined || NOT_KNOWN.test(day) ? [] : [day.padStart(2, '0')])];
  const whole = parts.length === 3 ? parts.join('-') : `${parts.join('-')}-01`;
  return isDate(whole) ? parts.join('-') : undefined;
}

/** `2025-01-07` → `07.01.2025`; what is not known of it is left out. */
export const dotted = (partial: string): string => partial.split('-').reverse().join('.');
/** `2025-01-07` → `07/01/2025`. */
export const slashed = (partial: string): string => partial.split('-').reverse().join('/');
/** `2025-01-07` → `20250107`, `2025` → `2025`; a month without a day cannot be said. */
export function compact(partial: string): string {
  const [year = '', month, day] = partial.split('-');
  return day === undefined ? year : `${year}${month}${day}`;
}

/** `dd/MM/yyyy HH:mm:ss` and its kin → instant; undefined for anything else. */
export function readTime(text: string | null | undefined): string | undefined {
  if (text === null || text === undefined || text.trim() === '') return undefined;
  const parsed = parseTime(text.trim());
  return parsed.ok ? parsed.instant : undefined;
}
/** Instant → `dd/MM/yyyy HH:mm:ss` at +07:00. */
export const wireTime = (instant: string): string => formatTime(instant, 'dd/MM/yyyy HH:mm:ss');
