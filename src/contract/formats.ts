/**
 * The text formats that the schemas name. Used in two ways: by ajv at run time, and copied as source text into the
 * generated validators. So every function here stands alone: it refers to nothing outside itself.
 * Written by hand over character codes because dates are a third of all checks on a dossier; an impossible day
 * (30 February) is refused, which a pattern cannot do.
 */

/** Instant in UTC, `2025-07-01T01:30:00Z`, with exactly three decimals when there are any; years 1800–2199. */
function instant(s: string): boolean {
  const n = s.length;
  if (n !== 20 && (n !== 24 || s.charCodeAt(19) !== 46)) return false;
  if (s.charCodeAt(n - 1) !== 90 || s.charCodeAt(4) !== 45 || s.charCodeAt(7) !== 45 || s.charCodeAt(10) !== 84 || s.charCodeAt(13) !== 58 || s.charCodeAt(16) !== 58) return false;
  for (let i = 0; i < n - 1; i++) {
    const c = s.charCodeAt(i);
    if ((c < 48 || c > 57) && i !== 4 && i !== 7 && i !== 10 && i !== 13 && i !== 16 && i !== 19) return false;
  }
  const two = (i: number): number => s.charCodeAt(i) * 10 + s.charCodeAt(i + 1) - 528;
  const year = two(0) * 100 + two(2), month = two(5), day = two(8);
  if (year < 1800 || year > 2199 || month < 1 || month > 12 || day < 1 || two(11) > 23 || two(14) > 59 || two(17) > 59) return false;
  return day < 29 || day <= (month === 2 ? (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28) : month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31);
}

/** RFC 3339 date-time with `Z` or an offset, any number of decimals up to nine. */
function dateTime(s: string): boolean {
  const m = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/.exec(s);
  if (m === null || +(m[4] ?? 99) > 23 || +(m[5] ?? 99) > 59 || +(m[6] ?? 99) > 59) return false;
  const year = +(m[1] ?? 0), month = +(m[2] ?? 0), day = +(m[3] ?? 0);
  if (year < 1800 || year > 2199 || month < 1 || month > 12 || day < 1) return false;
  return day <= (month === 2 ? (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28) : month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31);
}

/** Calendar day `2025-07-01`. */
function date(s: string): boolean {
  const m = /^(\d{4})-(\d\d)-(\d\d)$/.exec(s);
  if (m === null) return false;
  const year = +(m[1] ?? 0), month = +(m[2] ?? 0), day = +(m[3] ?? 0);
  if (year < 1800 || year > 2199 || month < 1 || month > 12 || day < 1) return false;
  return day <= (month === 2 ? (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28) : month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31);
}

/** A day of which only the year, or year and month, may be known: `1957`, `1957-05`, `1957-05-20`. Old papers name a birth year only. */
function partialDate(s: string): boolean {
  const m = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(s);
  if (m === null) return false;
  const year = +(m[1] ?? 0), month = +(m[2] ?? 1), day = +(m[3] ?? 1);
  if (year < 1800 || year > 2199 || month < 1 || month > 12 || day < 1) return false;
  return day <= (month === 2 ? (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28) : month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31);
}

/** Wire time of the national portal: `yyyyMMddHHmmss`, Vietnam time (dvcqg fact sheet, section 9). */
function vnDateTime(s: string): boolean {
  if (s.length !== 14) return false;
  for (let i = 0; i < 14; i++) {
    const c = s.charCodeAt(i);
    if (c < 48 || c > 57) return false;
  }
  const two = (i: number): number => s.charCodeAt(i) * 10 + s.charCodeAt(i + 1) - 528;
  const year = two(0) * 100 + two(2), month = two(4), day = two(6);
  if (year < 1800 || year > 2199 || month < 1 || month > 12 || day < 1 || two(8) > 23 || two(10) > 59 || two(12) > 59) return false;
  return day < 29 || day <= (month === 2 ? (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28) : month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31);
}

/** As `vn-datetime`, or the empty text with which the portal says "none". */
function vnDateTimeOrEmpty(s: string): boolean {
  if (s.length === 0) return true;
  if (s.length !== 14) return false;
  for (let i = 0; i < 14; i++) {
    const c = s.charCodeAt(i);
    if (c < 48 || c > 57) return false;
  }
  const two = (i: number): number => s.charCodeAt(i) * 10 + s.charCodeAt(i + 1) - 528;
  const year = two(0) * 100 + two(2), month = two(4), day = two(6);
  if (year < 1800 || year > 2199 || month < 1 || month > 12 || day < 1 || two(8) > 23 || two(10) > 59 || two(12) > 59) return false;
  return day < 29 || day <= (month === 2 ? (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28) : month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31);
}

/** Wire day `yyyyMMdd`, or empty. */
function vnDateOrEmpty(s: string): boolean {
  if (s.length === 0) return true;
  const m = /^(\d{4})(\d\d)(\d\d)$/.exec(s);
  if (m === null) return false;
  const year = +(m[1] ?? 0), month = +(m[2] ?? 0), day = +(m[3] ?? 0);
  if (year < 1800 || year > 2199 || month < 1 || month > 12 || day < 1) return false;
  return day <= (month === 2 ? (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28) : month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31);
}

/** Wire day or minute as people write it: `dd/MM/yyyy`, optionally ` HH:mm` or ` HH:mm:ss`, or empty. */
function vnSlashDate(s: string): boolean {
  if (s.length === 0) return true;
  const m = /^(\d\d)\/(\d\d)\/(\d{4})(?: (\d\d):(\d\d)(?::(\d\d))?)?$/.exec(s);
  if (m === null || +(m[4] ?? 0) > 23 || +(m[5] ?? 0) > 59 || +(m[6] ?? 0) > 59) return false;
  const year = +(m[3] ?? 0), month = +(m[2] ?? 0), day = +(m[1] ?? 0);
  if (year < 1800 || year > 2199 || month < 1 || month > 12 || day < 1) return false;
  return day <= (month === 2 ? (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28) : month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31);
}

/** An absolute http(s) address without blanks. */
function httpUrl(s: string): boolean {
  return /^https?:\/\/[^\s/?#]+(?:[/?#]\S*)?$/i.test(s);
}

/** The formats by the name that a schema uses. */
export const FORMATS: Readonly<Record<string, (s: string) => boolean>> = {
  instant,
  'date-time': dateTime,
  date,
  'partial-date': partialDate,
  'vn-datetime': vnDateTime,
  'vn-datetime-or-empty': vnDateTimeOrEmpty,
  'vn-date-or-empty': vnDateOrEmpty,
  'vn-slash-date': vnSlashDate,
  'http-url': httpUrl,
};

/** How each date format looks, for the text of an issue. */
export const DATE_SHAPES: Readonly<Record<string, string>> = {
  instant: '2025-07-01T01:30:00Z',
  'date-time': '2025-07-01T08:30:00+07:00',
  date: '2025-07-01',
  'partial-date': '1957, 1957-05, 1957-05-20',
  'vn-datetime': '20250701083000',
  'vn-datetime-or-empty': '20250701083000',
  'vn-date-or-empty': '20250701',
  'vn-slash-date': '01/07/2025 08:30:00',
};

/** Format names that only describe a value (OpenAPI) and check nothing. */
export const ANNOTATION_FORMATS: readonly string[] = ['int32', 'int64', 'float', 'double', 'password', 'binary', 'byte'];
