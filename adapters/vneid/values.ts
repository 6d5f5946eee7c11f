/** Values of messages that come in: text or number for the same field, sometimes null. Nothing here throws. */
import { createHash } from 'node:crypto';
import { isRecord } from '../../src/contract/is-record.ts';
import { cleanLine, cleanText, toNfc } from '../../src/model/text.ts';
import { formatTime, parseTime, startOfLocalDay } from '../../src/model/time.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** An object's fields; none for anything else. */
export const fieldsOf = (value: unknown): Fields => (isRecord(value) ? value : {});
export const itemsOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const scalar = (value: unknown): string | undefined => (typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined);
const cut = (text: string, most: number): string | undefined => (text === '' ? undefined : text.length > most ? text.slice(0, most).toWellFormed() : text);

/** One line, as it should be kept; undefined for null, nothing, blanks, lists and objects. Longer text is cut. */
export const lineOf = (value: unknown, most: number): string | undefined => cut(cleanLine(scalar(value) ?? ''), most);
/** The same with its line breaks. */
export const textOf = (value: unknown, most: number): string | undefined => cut(cleanText(scalar(value) ?? ''), most);
/** A code, as text. */
export const codeOf = (value: unknown): string | undefined => lineOf(value, 100);

/** `dd/MM/yyyy` → `YYYY-MM-DD`; undefined for what is no day of that form. */
export function dateOf(value: unknown): string | undefined {
  const parsed = typeof value === 'string' ? parseTime(value, 'dd/MM/yyyy') : undefined;
  return parsed?.ok === true ? formatTime(parsed.instant, 'yyyy-MM-dd') : undefined;
}

/** A birth date may be known by its year alone, or by month and year: `dd/MM/yyyy`, `MM/yyyy`, `yyyy` → `YYYY-MM-DD`, `YYYY-MM`, `YYYY`. */
export function birthOf(value: unknown): string | undefined {
  const text = codeOf(value) ?? '';
  const [, month, year] = /^(?:(0[1-9]|1[0-2])\/)?([12]\d{3})$/.exec(text) ?? [];
  return year === undefined ? dateOf(text) : month === undefined ? year : `${year}-${month}`;
}
/** The way back; '' for none. */
export const wireBirth = (date: string | undefined): string => (date !== undefined && date.length < 10 ? date.split('-').reverse().join('/') : wireDate(date));

/** `YYYY-MM-DD` → `dd/MM/yyyy`; '' for none. */
export function wireDate(date: string | undefined): string {
  const start = date === undefined ? undefined : startOfLocalDay(date);
  return start === undefined ? '' : formatTime(start, 'dd/MM/yyyy');
}

/** A message's words as they are compared: NFC, lower case, blanks as one. */
export const folded = (words: string): string => toNfc(words).toLowerCase().replace(/\s+/g, ' ');
export const says = (text: string, phrases: readonly string[]): boolean => phrases.some((phrase) => text.includes(folded(phrase)));

/** The same without the fields that are undefined. */
export const present = <T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
/** The same; undefined where nothing is left. */
export function some<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } | undefined {
  const left = present(fields);
  return Object.keys(left).length === 0 ? undefined : left;
}

export const sha256 = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
/** Standard base64, blanks between its letters allowed; undefined for nothing and for anything else. */
export function bytesOf(value: unknown): Buffer | undefined {
  const text = typeof value === 'string' ? value.replace(/\s+/g, '') : '';
  return text.length > 0 && text.length % 4 === 0 && BASE64.test(text) ? Buffer.from(text, 'base64') : undefined;
}
