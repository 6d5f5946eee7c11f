/**
 * Time. Inside: UTC instants as RFC 3339 text (`2025-07-01T01:30:00Z`, milliseconds only when they are not zero) or epoch
 * milliseconds. On the wires: Vietnam's `+07:00`, mostly without saying so (dvcqg fact sheet §5; rules §3.3.8). The country
 * has had one offset without daylight saving since 1975, so the conversion is arithmetic; for older dates the same offset is
 * taken on purpose, because every system at the other end does.
 */
import { dateFromDayNumber, dayNumberFromDate, dayNumberOf, daysInMonth, digits2, digits4, packedDateOf, pad2, pad4 } from './civil-date.ts';
import { refuse, type Refusal } from './result.ts';

/** Vietnam's offset from UTC in milliseconds. */
export const VIETNAM_OFFSET_MS = 7 * 3_600_000;
const DAY_MS = 86_400_000;

/** Years outside are placeholders (`0001-01-01` of .NET, `9999-12-31`), not dates of dossiers, papers or people. */
const FIRST_YEAR = 1800;
const LAST_YEAR = 2199;
const FIRST_EPOCH = dayNumberOf(FIRST_YEAR, 1, 1) * DAY_MS - VIETNAM_OFFSET_MS;
const LAST_EPOCH = dayNumberOf(LAST_YEAR + 1, 1, 1) * DAY_MS - VIETNAM_OFFSET_MS - 1;

const DASH = 45;
const COLON = 58;
const LETTER_T = 84;
const LETTER_Z = 90;

function dayExists(year: number, month: number, day: number): boolean {
  return year >= FIRST_YEAR - 1 && year <= LAST_YEAR && day >= 1 && (day <= 28 ? month >= 1 && month <= 12 : day <= daysInMonth(year, month));
}

function clockExists(hour: number, minute: number, second: number): boolean {
  return hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59 && second >= 0 && second <= 59;
}

/** Is this epoch (ms) within what the model accepts as a time, the years 1800–2199 in Vietnam? */
export function isEpoch(ms: number): boolean {
  return ms >= FIRST_EPOCH && ms <= LAST_EPOCH;
}

/** Epoch milliseconds → canonical instant. Fractions of a millisecond are cut. @throws RangeError outside the years 1800–2199 */
export function instantFromEpoch(ms: number): string {
  if (!isEpoch(ms)) throw new RangeError('time outside the years 1800 to 2199');
  const whole = Math.floor(ms);
  const day = Math.floor(whole / DAY_MS);
  const rest = whole - day * DAY_MS;
  const packed = packedDateOf(day);
  const seconds = (rest / 1000) | 0;
  const millis = rest - seconds * 1000;
  const head =
    pad4((packed / 10_000) | 0) + '-' + pad2(((packed / 100) | 0) % 100) + '-' + pad2(packed % 100) +
    'T' + pad2((seconds / 3600) | 0) + ':' + pad2(((seconds / 60) | 0) % 60) + ':' + pad2(seconds % 60);
  return millis === 0 ? head + 'Z' : head + '.' + pad3(millis) + 'Z';
}

function pad3(millis: number): string {
  return millis < 100 ? '0' + pad2(millis) : String(millis);
}

/**
 * RFC 3339 instant → epoch milliseconds; `undefined` when it is not one. `Z` or an offset is required; fractions of a
 * second beyond the millisecond are cut; a day, hour or second that does not exist is refused, 24:00 and :60 included.
 */
export function epochFromInstant(instant: string): number | undefined {
  const length = instant.length;
  if (length < 20 || instant.charCodeAt(4) !== DASH || instant.charCodeAt(7) !== DASH || instant.charCodeAt(10) !== LETTER_T ||
    instant.charCodeAt(13) !== COLON || instant.charCodeAt(16) !== COLON) return undefined;
  const year = digits4(instant, 0);
  const month = digits2(instant, 5);
  const day = digits2(instant, 8);
  const hour = digits2(instant, 11);
  const minute = digits2(instant, 14);
  const second = digits2(instant, 17);
  if (!dayExists(year, month, day) || !clockExists(hour, minute, second)) return undefined;
  let i = 19;
  let millis = 0;
  if (instant.charCodeAt(i) === 46) {
    const start = ++i;
    let scale = 100;
    for (; i < length; i += 1) {
      const digit = instant.charCodeAt(i) - 48;
      if (!(digit >= 0 && digit <= 9)) break;
      millis += digit * scale;
      scale = scale === 100 ? 10 : scale === 10 ? 1 : 0;
    }
    if (i === start || i - start > 9) return undefined;
  }
  let offset = 0;
  if (instant.charCodeAt(i) === LETTER_Z) {
    if (i + 1 !== length) return undefined;
  } else {
    const sign = instant.charCodeAt(i);
    const hours = digits2(instant, i + 1);
    const minutes = digits2(instant, i + 4);
    if ((sign !== 43 && sign !== DASH) || i + 6 !== length || instant.charCodeAt(i + 3) !== COLON || hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return undefined;
    offset = (hours * 60 + minutes) * (sign === 43 ? 60_000 : -60_000);
  }
  const ms = dayNumberOf(year, month, day) * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000 + millis - offset;
  return isEpoch(ms) ? ms : undefined;
}

/** Any RFC 3339 instant → the one canonical spelling; `undefined` when it is not one. */
export function canonicalInstant(instant: string): string | undefined {
  const ms = epochFromInstant(instant);
  return ms === undefined ? undefined : instantFromEpoch(ms);
}

/** Is this text a canonical instant: UTC, `Z`, milliseconds only when not zero? */
export function isCanonicalInstant(instant: string): boolean {
  return canonicalInstant(instant) === instant;
}

function refuseInstant(): never {
  throw new RangeError('not an RFC 3339 instant');
}

/**
 * Wire time `yyyyMMddHHmmss` at +07:00 without offset → canonical instant; `undefined` for anything else, the empty
 * string (the national portal's "absent") included. Source: dvcqg fact sheet §5.
 */
export function instantFromWire14(wire: string): string | undefined {
  if (wire.length !== 14) return undefined;
  const year = digits4(wire, 0);
  const month = digits2(wire, 4);
  const day = digits2(wire, 6);
  const hour = digits2(wire, 8);
  const minute = digits2(wire, 10);
  const second = digits2(wire, 12);
  if (year < FIRST_YEAR || !dayExists(year, month, day) || !clockExists(hour, minute, second)) return undefined;
  const tail = 'T' + pad2(hour >= 7 ? hour - 7 : hour + 17) + ':' + pad2(minute) + ':' + pad2(second) + 'Z';
  if (hour >= 7) return pad4(year) + '-' + pad2(month) + '-' + pad2(day) + tail;
  if (day > 1) return pad4(year) + '-' + pad2(month) + '-' + pad2(day - 1) + tail;
  if (month > 1) return pad4(year) + '-' + pad2(month - 1) + '-' + pad2(daysInMonth(year, month - 1)) + tail;
  return pad4(year - 1) + '-12-31' + tail;
}

/**
 * Canonical instant → wire time `yyyyMMddHHmmss` at +07:00. Milliseconds are cut: the wire has none.
 * @throws RangeError when the text is not an instant
 */
export function wire14FromInstant(instant: string): string {
  const year = digits4(instant, 0);
  const month = digits2(instant, 5);
  const day = digits2(instant, 8);
  const hour = digits2(instant, 11);
  const minute = digits2(instant, 14);
  const second = digits2(instant, 17);
  const plain = instant.length === 20 && instant.charCodeAt(19) === LETTER_Z && instant.charCodeAt(4) === DASH && instant.charCodeAt(7) === DASH &&
    instant.charCodeAt(10) === LETTER_T && instant.charCodeAt(13) === COLON && instant.charCodeAt(16) === COLON;
  // Only whole-second UTC instants whose day does not change take the short way.
  if (plain && hour >= 0 && hour < 17 && year >= FIRST_YEAR && dayExists(year, month, day) && clockExists(hour, minute, second)) {
    return pad4(year) + pad2(month) + pad2(day) + pad2(hour + 7) + pad2(minute) + pad2(second);
  }
  const ms = epochFromInstant(instant) ?? refuseInstant();
  return wire14FromEpoch(ms);
}

/** Epoch milliseconds → wire time `yyyyMMddHHmmss` at +07:00. @throws RangeError outside the years 1800–2199 */
export function wire14FromEpoch(ms: number): string {
  const local = localParts(ms);
  return pad4(local.year) + pad2(local.month) + pad2(local.day) + pad2(local.hour) + pad2(local.minute) + pad2(local.second);
}

export interface LocalParts { year: number; month: number; day: number; hour: number; minute: number; second: number; ms: number }

/** Epoch milliseconds → the parts of the Vietnamese clock. @throws RangeError outside the years 1800–2199 */
export function localParts(ms: number): LocalParts {
  if (!isEpoch(ms)) throw new RangeError('time outside the years 1800 to 2199');
  const local = Math.floor(ms) + VIETNAM_OFFSET_MS;
  const day = Math.floor(local / DAY_MS);
  const rest = local - day * DAY_MS;
  const packed = packedDateOf(day);
  const seconds = (rest / 1000) | 0;
  return {
    year: (packed / 10_000) | 0, month: ((packed / 100) | 0) % 100, day: packed % 100,
    hour: (seconds / 3600) | 0, minute: ((seconds / 60) | 0) % 60, second: seconds % 60, ms: rest - seconds * 1000,
  };
}

/** The day, `YYYY-MM-DD`, that an instant falls on in Vietnam. @throws RangeError when the text is not an instant */
export function localDateOf(instant: string): string {
  const ms = epochFromInstant(instant) ?? refuseInstant();
  return dateFromDayNumber(Math.floor((ms + VIETNAM_OFFSET_MS) / DAY_MS));
}

/** The first instant of a Vietnamese day (`YYYY-MM-DD`); `undefined` when that day does not exist. */
export function startOfLocalDay(date: string): string | undefined {
  const day = dayNumberFromDate(date);
  const ms = day === undefined ? Number.NaN : day * DAY_MS - VIETNAM_OFFSET_MS;
  return isEpoch(ms) ? instantFromEpoch(ms) : undefined;
}

/** The last whole second of a Vietnamese day: a term ends at the end of its last day (Civil Code 2015 art. 148). */
export function endOfLocalDay(date: string): string | undefined {
  const day = dayNumberFromDate(date);
  const ms = day === undefined ? Number.NaN : (day + 1) * DAY_MS - VIETNAM_OFFSET_MS - 1000;
  return isEpoch(ms) ? instantFromEpoch(ms) : undefined;
}

// ---- the other shapes seen on wires -----------------------------------------------------------------------------

/** Shapes of time on the wires; letters as in the fact sheets. `iso` carries its offset or is taken as +07:00. */
export const TIME_FORMATS = [
  'yyyyMMddHHmmss', 'yyyyMMddHHmm', 'yyyyMMdd', 'dd/MM/yyyy', 'dd/MM/yyyy HH:mm', 'dd/MM/yyyy HH:mm:ss', 'dd-MM-yyyy',
  'yyyy-MM-dd', 'yyyy-MM-dd HH:mm', 'yyyy-MM-dd HH:mm:ss', 'yyyy/MM/dd', 'yyyy/MM/dd HH:mm:ss', 'iso',
] as const;
export type TimeFormat = (typeof TIME_FORMATS)[number];

export interface ParsedTime {
  ok: true;
  /** canonical instant */
  instant: string;
  epochMs: number;
  format: TimeFormat;
  /** no clock time was given: the instant is the start of that Vietnamese day */
  dateOnly: boolean;
  /** no offset was given: +07:00 was taken */
  assumedOffset: boolean;
}

const WIRE = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?$/;
const DAY_FIRST = /^(\d{1,2})([/-])(\d{1,2})\2(\d{4})(?: (\d{1,2}):(\d\d)(?::(\d\d))?)?$/;
const YEAR_FIRST = /^(\d{4})([/-])(\d{1,2})\2(\d{1,2})(?:([T ])(\d{1,2}):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)?)?$/;
const LONGEST = 40;

/**
 * Reads a time as the wires write it. Day comes before month wherever the year is last.
 * @param text as received; outer blanks are ignored
 * @param format when given, any other shape is refused (the same field of one endpoint always has one shape: rules §3.3.8)
 * @returns the canonical instant, or a refusal `LT-MODEL-TIME-FORMAT` (shape), `LT-MODEL-TIME-IMPOSSIBLE` (30 February, hour 24,
 *   second 60) or `LT-MODEL-TIME-RANGE` (outside 1800–2199, mostly a placeholder for "no date")
 */
export function parseTime(text: string, format?: TimeFormat): ParsedTime | Refusal {
  const found = text.length > LONGEST ? undefined : shapeOf(text.trim());
  if (found === undefined || (format !== undefined && !fits(found.format, format))) {
    return refuse('LT-MODEL-TIME-FORMAT', 'không đúng dạng thời gian được chấp nhận', 'not in an accepted time format');
  }
  const { year, month, day, hour, minute, second } = found;
  if (year < FIRST_YEAR || year > LAST_YEAR) {
    return refuse('LT-MODEL-TIME-RANGE', 'năm nằm ngoài khoảng 1800–2199', 'the year is outside 1800–2199');
  }
  if (!dayExists(year, month, day) || !clockExists(hour, minute, second)) {
    return refuse('LT-MODEL-TIME-IMPOSSIBLE', 'ngày hoặc giờ không tồn tại', 'the day or the time of day does not exist');
  }
  const offset = found.offsetMs ?? VIETNAM_OFFSET_MS;
  const epochMs = dayNumberOf(year, month, day) * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000 + found.ms - offset;
  if (!isEpoch(epochMs)) return refuse('LT-MODEL-TIME-RANGE', 'năm nằm ngoài khoảng 1800–2199', 'the year is outside 1800–2199');
  return {
    ok: true, instant: instantFromEpoch(epochMs), epochMs, format: format ?? found.format,
    dateOnly: found.dateOnly, assumedOffset: found.offsetMs === undefined,
  };
}

interface Shape extends LocalParts { format: TimeFormat; dateOnly: boolean; offsetMs: number | undefined }

/** `iso` without offset and `yyyy-MM-dd HH:mm:ss` differ by one letter; a caller that asks for `iso` takes date-only too. */
function fits(found: TimeFormat, wanted: TimeFormat): boolean {
  return found === wanted || (wanted === 'iso' && found === 'yyyy-MM-dd');
}

function shapeOf(text: string): Shape | undefined {
  const n = (part: string | undefined): number => (part === undefined ? 0 : Number(part));
  let match = WIRE.exec(text);
  if (match !== null) {
    const [, y, mo, d, h, mi, s] = match;
    const format = h === undefined ? 'yyyyMMdd' : s === undefined ? 'yyyyMMddHHmm' : 'yyyyMMddHHmmss';
    return { year: n(y), month: n(mo), day: n(d), hour: n(h), minute: n(mi), second: n(s), ms: 0, format, dateOnly: h === undefined, offsetMs: undefined };
  }
  match = DAY_FIRST.exec(text);
  if (match !== null) {
    const [, d, separator, mo, y, h, mi, s] = match;
    if (separator === '-' && h !== undefined) return undefined;
    const format = separator === '-' ? 'dd-MM-yyyy' : h === undefined ? 'dd/MM/yyyy' : s === undefined ? 'dd/MM/yyyy HH:mm' : 'dd/MM/yyyy HH:mm:ss';
    return { year: n(y), month: n(mo), day: n(d), hour: n(h), minute: n(mi), second: n(s), ms: 0, format, dateOnly: h === undefined, offsetMs: undefined };
  }
  match = YEAR_FIRST.exec(text);
  if (match === null) return undefined;
  const [, y, separator, mo, d, t, h, mi, s, fraction, zone] = match;
  const offsetMs = zone === undefined ? undefined : offsetOf(zone);
  if (Number.isNaN(offsetMs)) return undefined;
  const format = yearFirstFormat(separator === '/', t, s !== undefined, zone !== undefined || fraction !== undefined);
  if (format === undefined) return undefined;
  const ms = fraction === undefined ? 0 : Number(fraction.slice(0, 3).padEnd(3, '0'));
  return { year: n(y), month: n(mo), day: n(d), hour: n(h), minute: n(mi), second: n(s), ms, format, dateOnly: h === undefined, offsetMs };
}

function yearFirstFormat(slashes: boolean, between: string | undefined, seconds: boolean, precise: boolean): TimeFormat | undefined {
  if (slashes) {
    if (between === undefined) return 'yyyy/MM/dd';
    return between === ' ' && seconds && !precise ? 'yyyy/MM/dd HH:mm:ss' : undefined;
  }
  if (between === undefined) return 'yyyy-MM-dd';
  if (between === 'T' || precise) return 'iso';
  return seconds ? 'yyyy-MM-dd HH:mm:ss' : 'yyyy-MM-dd HH:mm';
}

/** `Z`, `+07:00`, `+0700` → milliseconds; NaN when no such offset can exist. */
function offsetOf(zone: string): number {
  if (zone === 'Z') return 0;
  const hours = digits2(zone, 1);
  const minutes = digits2(zone, zone.length - 2);
  if (hours > 23 || minutes > 59) return Number.NaN;
  return (hours * 60 + minutes) * (zone.startsWith('-') ? -60_000 : 60_000);
}

/**
 * Canonical instant → a wire shape at +07:00. What the shape does not hold (milliseconds, clock time) is cut.
 * `iso` is written with its offset: `2025-07-01T08:30:00+07:00`.
 * @throws RangeError when the text is not an instant
 */
export function formatTime(instant: string, format: TimeFormat): string {
  const p = localParts(epochFromInstant(instant) ?? refuseInstant());
  const y = pad4(p.year);
  const mo = pad2(p.month);
  const d = pad2(p.day);
  const h = pad2(p.hour);
  const mi = pad2(p.minute);
  const s = pad2(p.second);
  switch (format) {
    case 'yyyyMMddHHmmss': return y + mo + d + h + mi + s;
    case 'yyyyMMddHHmm': return y + mo + d + h + mi;
    case 'yyyyMMdd': return y + mo + d;
    case 'dd/MM/yyyy': return `${d}/${mo}/${y}`;
    case 'dd/MM/yyyy HH:mm': return `${d}/${mo}/${y} ${h}:${mi}`;
    case 'dd/MM/yyyy HH:mm:ss': return `${d}/${mo}/${y} ${h}:${mi}:${s}`;
    case 'dd-MM-yyyy': return `${d}-${mo}-${y}`;
    case 'yyyy-MM-dd': return `${y}-${mo}-${d}`;
    case 'yyyy-MM-dd HH:mm': return `${y}-${mo}-${d} ${h}:${mi}`;
    case 'yyyy-MM-dd HH:mm:ss': return `${y}-${mo}-${d} ${h}:${mi}:${s}`;
    case 'yyyy/MM/dd': return `${y}/${mo}/${d}`;
    case 'yyyy/MM/dd HH:mm:ss': return `${y}/${mo}/${d} ${h}:${mi}:${s}`;
    case 'iso': return `${y}-${mo}-${d}T${h}:${mi}:${s}${p.ms === 0 ? '' : `.${pad3(p.ms)}`}+07:00`;
  }
}
