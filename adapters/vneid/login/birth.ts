/** Dates of birth in every form that a login, a chip or a QR text has (fact sheet 1.5, 1.6). */
import { isDate } from '../../../src/model/civil-date.ts';

const OLDEST_YEAR = 1850;
const YEAR_FIRST = /^(?<year>\d{4})(?<dash>-?)(?<month>\d{2})\k<dash>(?<day>\d{2})$/;
const DAY_FIRST = /^(?<day>\d{2})\/(?<month>\d{2})\/(?<year>\d{4})$/;
const QR = /^(?<day>\d{2})(?<month>\d{2})(?<year>\d{4})$/;

/** Day and month `00` are what registers write where only the year is known. */
function dated(match: RegExpExecArray | null): string | undefined {
  const { year = '', month = '', day = '' } = match?.groups ?? {};
  if (Number(year) < OLDEST_YEAR) return undefined;
  if (month === '00' && day === '00') return year;
  const date = `${year}-${month}-${day}`;
  return isDate(date) ? date : undefined;
}

/** @param text `yyyyMMdd`, `dd/MM/yyyy`, `yyyy-MM-dd` or `yyyy`. @returns `YYYY-MM-DD` or `YYYY`; undefined for anything else, and for days that do not exist */
export const readBirth = (text: string): string | undefined =>
  /^\d{4}$/.test(text) ? (Number(text) < OLDEST_YEAR ? undefined : text) : dated(YEAR_FIRST.exec(text) ?? DAY_FIRST.exec(text));

/** `ddMMyyyy` of the QR text. Never tried on a login: eight digits mean the year first there. */
export const readQrDate = (text: string): string | undefined => dated(QR.exec(text));
