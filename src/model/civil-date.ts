/**
 * Calendar dates (`YYYY-MM-DD`, proleptic Gregorian, no time zone) by integer arithmetic. A date is also a day number:
 * days since 1970-01-01. `Date` is avoided on purpose: it repairs impossible dates silently (30 February becomes 2 March).
 */

/** Text of 0–99 with two digits; a table because padding is on the hot path of every payload. */
export const TWO_DIGITS: readonly string[] = Array.from({ length: 100 }, (_, n) => (n < 10 ? `0${n}` : `${n}`));

/** 0–99 → two digits. */
export function pad2(n: number): string {
  return TWO_DIGITS[n] ?? String(n);
}

/** 0–9999 → four digits. */
export function pad4(n: number): string {
  return pad2((n / 100) | 0) + pad2(n % 100);
}

/** Two decimal digits at `i`, or -1 when there are none. */
export function digits2(text: string, i: number): number {
  const a = text.charCodeAt(i) - 48;
  const b = text.charCodeAt(i + 1) - 48;
  return a >= 0 && a <= 9 && b >= 0 && b <= 9 ? a * 10 + b : -1;
}

/** Four decimal digits at `i`, or -1 when there are none. */
export function digits4(text: string, i: number): number {
  const high = digits2(text, i);
  const low = digits2(text, i + 2);
  return high >= 0 && low >= 0 ? high * 100 + low : -1;
}

/** Gregorian leap year. */
export function isLeapYear(year: number): boolean {
  return (year & 3) === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Days in a month (1–12) of a year; 0 for a month that does not exist. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  if (month === 4 || month === 6 || month === 9 || month === 11) return 30;
  return month >= 1 && month <= 12 ? 31 : 0;
}

/** Does this calendar day exist? Years 0–9999. */
export function isCivilDate(year: number, month: number, day: number): boolean {
  return year >= 0 && year <= 9999 && day >= 1 && day <= daysInMonth(year, month);
}

/** Year, month, day → day number. The day must exist. */
export function dayNumberOf(year: number, month: number, day: number): number {
  // Counted in 400-year eras that begin on 1 March, so that the leap day is the last day of a year.
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = (((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) | 0) + day - 1;
  const dayOfEra = yearOfEra * 365 + ((yearOfEra / 4) | 0) - ((yearOfEra / 100) | 0) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** Day number → year × 10000 + month × 100 + day, one integer so that the hot path allocates nothing. */
export function packedDateOf(dayNumber: number): number {
  const z = dayNumber + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = ((dayOfEra - ((dayOfEra / 1_460) | 0) + ((dayOfEra / 36_524) | 0) - ((dayOfEra / 146_096) | 0)) / 365) | 0;
  const dayOfYear = dayOfEra - (365 * yearOfEra + ((yearOfEra / 4) | 0) - ((yearOfEra / 100) | 0));
  const shifted = ((5 * dayOfYear + 2) / 153) | 0;
  const day = dayOfYear - (((153 * shifted + 2) / 5) | 0) + 1;
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return year * 10_000 + month * 100 + day;
}

/** `YYYY-MM-DD` → day number; `undefined` when the text is not such a date or the day does not exist. */
export function dayNumberFromDate(date: string): number | undefined {
  if (date.length !== 10 || date.charCodeAt(4) !== 45 || date.charCodeAt(7) !== 45) return undefined;
  const year = digits4(date, 0);
  const month = digits2(date, 5);
  const day = digits2(date, 8);
  return isCivilDate(year, month, day) ? dayNumberOf(year, month, day) : undefined;
}

/** Day number → `YYYY-MM-DD`. @throws RangeError outside the years 0–9999 */
export function dateFromDayNumber(dayNumber: number): string {
  if (!(dayNumber >= -719_528 && dayNumber <= 2_932_896)) throw new RangeError('day number outside the years 0 to 9999');
  const packed = packedDateOf(Math.floor(dayNumber));
  return `${pad4((packed / 10_000) | 0)}-${pad2(((packed / 100) | 0) % 100)}-${pad2(packed % 100)}`;
}

/** Is this text a `YYYY-MM-DD` of a day that exists? */
export function isDate(date: string): boolean {
  return dayNumberFromDate(date) !== undefined;
}

/** Day of the week of a day number: 0 Sunday … 6 Saturday. */
export function weekdayOf(dayNumber: number): number {
  return (((dayNumber + 4) % 7) + 7) % 7;
}
