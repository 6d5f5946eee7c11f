/**
 * Reading single fields of a Liferay record. Wrong types are reported by the schema; here they simply yield nothing, so that
 * every other fault of the record is found in the same go.
 */
import { issue } from '../../src/contract/errors/issue.ts';
import type { Issue, Text } from '../../src/contract/errors/types.ts';
import { isRecord } from '../../src/contract/is-record.ts';
import { dateFromDayNumber, dayNumberOf, digits2, digits4, isCivilDate } from '../../src/model/civil-date.ts';
import { cleanText } from '../../src/model/text.ts';
import { isEpoch, parseTime, VIETNAM_OFFSET_MS } from '../../src/model/time.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** What was found in one record. Pointers lead into the record as it was given. */
export class Findings {
  readonly errors: Issue[] = [];
  readonly warnings: Issue[] = [];
  error(code: string, pointer: string, detail?: Partial<Text> | string): void {
    this.errors.push(issue(code, pointer, detail));
  }
  warn(code: string, pointer: string, detail?: Partial<Text> | string): void {
    this.warnings.push(issue(code, pointer, detail, 'warning'));
  }
}

/** What clean text never holds: control letters, odd blanks, anything that NFC may change. */
const UNCLEAN = /[^ -~\u00a1-\u00ac\u00ae-\u02ff\u1e00-\u1eff\u2010-\u2027]/;
const BLANK = 32;

/** One look for text that is clean already, as nearly all is. */
const clean = (text: string): string =>
  text.charCodeAt(0) !== BLANK && text.charCodeAt(text.length - 1) !== BLANK && !UNCLEAN.test(text) ? text : cleanText(text);

const POINTERS = new Map<string, string[]>();
const MOST_POINTERS = 256;

/** `/actions/3`, made once: every record has these few. */
export function itemPointer(list: string, index: number): string {
  let made = POINTERS.get(list);
  if (made === undefined) POINTERS.set(list, (made = Array.from({ length: MOST_POINTERS }, (_, i) => `/${list}/${i}`)));
  return made[index] ?? `/${list}/${index}`;
}

/**
 * Text or number as clean text in NFC; `undefined` when absent, empty or of another type.
 * @param max longest text that the canonical model takes; a longer one is an error, never cut
 */
export function textOf(fields: Fields, key: string, max: number, found: Findings, at: string): string | undefined {
  const value = fields[key];
  let text: string;
  if (typeof value === 'string') text = value === '' ? value : clean(value);
  else if (typeof value === 'number') text = String(value);
  else return undefined;
  if (text === '') return undefined;
  if (text.length <= max) return text;
  found.error('LT-INPUT-LENGTH', `${at}/${key}`);
  return text.slice(0, max);
}

/** A code or id: as `textOf`, where Liferay's "none" is 0 or -1. */
export function idOf(fields: Fields, key: string, max: number, found: Findings, at: string): string | undefined {
  const text = textOf(fields, key, max, found, at);
  return text === '0' || text === '-1' ? undefined : text;
}

/** A whole number, also when written as text; `undefined` otherwise. */
export function integerOf(fields: Fields, key: string): number | undefined {
  const value = fields[key];
  if (typeof value === 'number') return Number.isInteger(value) ? value : undefined;
  if (typeof value !== 'string' || !/^-?\d{1,15}$/.test(value)) return undefined;
  return Number(value);
}

const MOST_MONEY = 1_000_000_000_000_000;

/** An amount in whole VND, at least 0; `undefined` when absent. Anything else is an error: money is never rounded. */
export function amountOf(fields: Fields, key: string, found: Findings, at: string): number | undefined {
  const value = fields[key];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  // Liferay keeps some amounts as double: 15000.0 is the same money as 15000.
  const amount = typeof value === 'number' ? value : /^\d{1,16}(?:\.0+)?$/.test(value) ? Number(value) : Number.NaN;
  if (Number.isInteger(amount) && amount >= 0 && amount <= MOST_MONEY) return amount;
  found.error('LT-OPENCPS-AMOUNT', `${at}/${key}`);
  return undefined;
}

/** `true`, "true" and 1 are true; anything else is not. */
export function flagOf(fields: Fields, key: string): boolean {
  const value = fields[key];
  return value === true || value === 1 || value === '1' || value === 'true';
}

const DAY_MS = 86_400_000;
/** 1 January 2000 in Vietnam. No dossier is older; a smaller number is a time in seconds, or a slip. */
const FIRST_DOSSIER = Date.UTC(2000, 0, 1) - VIETNAM_OFFSET_MS;
const SLASH = 47;
const COLON = 58;

/** `dd/MM/yyyy HH:mm:ss` at +07:00, the form of nearly every log; `undefined` when it is not that or does not exist. */
function liferayEpoch(text: string): number | undefined {
  if (text.length !== 19 || text.charCodeAt(2) !== SLASH || text.charCodeAt(5) !== SLASH || text.charCodeAt(13) !== COLON || text.charCodeAt(16) !== COLON) return undefined;
  const day = digits2(text, 0);
  const month = digits2(text, 3);
  const year = digits4(text, 6);
  const hour = digits2(text, 11);
  const minute = digits2(text, 14);
  const second = digits2(text, 17);
  if (text.charCodeAt(10) !== 32 || !isCivilDate(year, month, day) || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return undefined;
  return dayNumberOf(year, month, day) * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000 - VIETNAM_OFFSET_MS;
}

function epochOf(value: string | number): number | undefined {
  if (typeof value === 'number') return Number.isInteger(value) && isEpoch(value) ? value : undefined;
  const text = value.trim();
  const quick = liferayEpoch(text);
  if (quick !== undefined) return isEpoch(quick) ? quick : undefined;
  if (/^-?\d{13}$/.test(text)) return epochOf(Number(text));
  // Some screens write dd-MM-yyyy HH:mm:ss.
  const parsed = parseTime(/^\d\d-\d\d-\d{4} /.test(text) ? text.replace(/^(\d\d)-(\d\d)-/, '$1/$2/') : text);
  return parsed.ok ? parsed.epochMs : undefined;
}

const absent = (value: unknown): boolean => value === undefined || value === null || value === '' || value === 0 || value === '0';

/**
 * A time of a dossier as epoch milliseconds; `undefined` when absent (Liferay writes 0 for "none") or impossible, which is an
 * error: `LT-OPENCPS-DATE`.
 */
export function momentOf(fields: Fields, key: string, found: Findings, at: string): number | undefined {
  const value = fields[key];
  if (absent(value)) return undefined;
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const ms = epochOf(value);
  if (ms !== undefined && ms >= FIRST_DOSSIER) return ms;
  found.error('LT-OPENCPS-DATE', `${at}/${key}`);
  return undefined;
}

/** A civil date (of an identity paper) as `YYYY-MM-DD` in Vietnam; one that cannot be read is only a warning. */
export function dateOf(fields: Fields, key: string, found: Findings, at: string): string | undefined {
  const value = fields[key];
  if (absent(value)) return undefined;
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const ms = epochOf(value);
  if (ms !== undefined) return localDay(ms);
  found.warn('LT-OPENCPS-DATE', `${at}/${key}`);
  return undefined;
}

/** The Vietnamese day of an epoch, `YYYY-MM-DD`. */
export function localDay(ms: number): string {
  return dateFromDayNumber(Math.floor((ms + VIETNAM_OFFSET_MS) / DAY_MS));
}

/** The objects of a list field; anything else yields none. */
export function listOf(fields: Fields, key: string): readonly unknown[] {
  const value = fields[key];
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/** A record, or an item of one of its lists. */
export const isFields: (value: unknown) => value is Fields = isRecord;
