/** Values of the land system's calls: text or number for the same field, sometimes null, dates of .NET that mean “none”. Nothing here throws. */
import { createHash } from 'node:crypto';
import { isRecord } from '../../../src/contract/is-record.ts';
import type { LandFile } from '../../../src/model/generated/land-case.ts';
import { cleanLine, cleanText, toNfc } from '../../../src/model/text.ts';
import { epochFromInstant, instantFromEpoch, isEpoch, parseTime, VIETNAM_OFFSET_MS } from '../../../src/model/time.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** An object's fields; none for anything else. */
export const fieldsOf = (value: unknown): Fields => (isRecord(value) ? value : {});
export const itemsOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const scalar = (value: unknown): string | undefined => (typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined);
const cut = (text: string, most: number): string | undefined => (text === '' ? undefined : text.length > most ? text.slice(0, most) : text);

/** One line, as it should be kept; undefined for null, nothing, blanks, lists and objects. Longer text is cut. */
export const lineOf = (value: unknown, most: number): string | undefined => cut(cleanLine(scalar(value) ?? ''), most);
/** The same with its line breaks. */
export const textOf = (value: unknown, most: number): string | undefined => cut(cleanText(scalar(value) ?? ''), most);

export const isTrue = (value: unknown): boolean => value === true || value === 1 || (typeof value === 'string' && /^(true|1)$/i.test(value.trim()));

export function numberOf(value: unknown): number | undefined {
  const text = scalar(value)?.trim().replace(',', '.');
  return text !== undefined && /^-?\d{1,12}(\.\d{1,9})?$/.test(text) ? Number(text) : undefined;
}

/** How many papers: whole, and no more than anybody has. */
function countOf(value: unknown): number | undefined {
  const count = numberOf(value);
  return count !== undefined && Number.isInteger(count) && count >= 0 && count <= 100_000 ? count : undefined;
}

/** A GSO code, which the land system sends as a number: the zeros in front are put back. 0 is none. */
export function unitOf(value: unknown, digits: number): string | undefined {
  const text = scalar(value)?.trim() ?? '';
  return /^\d{1,5}$/.test(text) && Number(text) > 0 && text.length <= digits ? text.padStart(digits, '0') : undefined;
}

/**
 * A time as an instant. An offset that is written counts; without one it is UTC, or Vietnam's where `local` says so.
 * @returns undefined for what is no time, 0001-01-01 included
 */
export function timeOf(value: unknown, local = false): string | undefined {
  const parsed = typeof value === 'string' ? parseTime(value) : undefined;
  if (parsed?.ok !== true) return undefined;
  if (local || !parsed.assumedOffset) return parsed.instant;
  const ms = parsed.epochMs + VIETNAM_OFFSET_MS;
  return isEpoch(ms) ? instantFromEpoch(ms) : undefined;
}

const AHEAD_MS = 24 * 3_600_000;
/** When it happened, as far as that can be: now for a time that is not given, and for one that has not come, which would stand before everything told later. */
export function momentOf(given: string | undefined, now: number): string {
  const ms = given === undefined ? undefined : epochFromInstant(given);
  return given === undefined || ms === undefined || ms > now + AHEAD_MS ? instantFromEpoch(now) : given;
}

/** A day alone says nothing of the order in which things happened. */
export const isMidnight = (instant: string): boolean => /T(00|17):00:00Z$/.test(instant);

/** The same without the fields that are undefined. */
export const present = <T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;

/** One content, one short word for it. */
export const digestOf = (content: unknown): string => createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16);

const LONGEST_LINK = 4000;
/**
 * The address of a file. A store knows it byte by byte: letters that are not in NFC stay what they were, in the form that they have in an
 * address anyway, and blanks inside stay as many. One that is too long is none, since the first part of it leads elsewhere.
 */
export function linkOf(value: unknown): string | undefined {
  const given = scalar(value)?.replace(/[\u0000-\u001f\u007f]/g, '').trim().toWellFormed() ?? '';
  const link = toNfc(given) === given ? given : given.replace(/[^\u0000-\u007f]+/g, encodeURIComponent);
  return link === '' || link.length > LONGEST_LINK ? undefined : link;
}

/** A link attachment (2.5); undefined without a link. */
export function fileOf(value: unknown): LandFile | undefined {
  const file = fieldsOf(value);
  const link = linkOf(file['LinkFile']);
  if (link === undefined) return undefined;
  const extension = lineOf(file['KieuFile'], 19)?.toLowerCase();
  return {
    link,
    ...present({
      name: lineOf(file['TenGiayTo'], 1000), originals: countOf(file['SoBanChinh']), copies: countOf(file['SoBanSao']),
      extension: extension === undefined ? undefined : extension.startsWith('.') ? extension : `.${extension}`,
    }),
  };
}

/** Beyond what a dossier can hold of one event. */
const MOST_FILES = 200;
export function filesOf(value: unknown): LandFile[] | undefined {
  const files = itemsOf(value).flatMap((item) => fileOf(item) ?? []);
  return files.length === 0 ? undefined : files.slice(0, MOST_FILES);
}
