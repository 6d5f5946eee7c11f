/**
 * What a value looks like without saying what it is: kind and length. Made for people who must see that something has changed while
 * nobody may see whose data it is.
 */
import type { Text } from './errors/types.ts';

export type JsonType = 'string' | 'number' | 'integer' | 'boolean' | 'null' | 'object' | 'array';

/** A value's outside. `size`: characters of a text, digits before the point of a number, items of a list, fields of an object. */
export interface Form { type: JsonType; size?: number; /** texts only */ of?: 'digits' | 'time' | 'text' }

/** Beyond this the exact length says nothing more, and a long text's would nearly name it. */
const MOST_SIZE = 10_000;
const TIME = /^(\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}.{0,15})?|\d{2}\/\d{2}\/\d{4}( \d{2}:\d{2}(:\d{2})?)?)$/;

/** The JSON type of what `JSON.parse` gives. Anything else counts as null. */
export function typeOf(value: unknown): JsonType {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value !== 'object' || value === null) return 'null';
  return Array.isArray(value) ? 'array' : 'object';
}

/** @param value parsed JSON of any size; nothing below its first level is looked at */
export function formOf(value: unknown): Form {
  const type = typeOf(value);
  const size = (n: number): number => Math.min(MOST_SIZE, n);
  switch (type) {
    case 'string': {
      const text = value as string;
      const of = text.length <= 40 && /^\d+$/.test(text) ? 'digits' : text.length <= 40 && TIME.test(text) ? 'time' : 'text';
      return { type, size: size(text.length), of };
    }
    case 'integer': case 'number': return { type, size: Math.trunc(Math.abs(value as number)).toLocaleString('en-US', { useGrouping: false }).length };
    case 'array': return { type, size: size((value as unknown[]).length) };
    case 'object': return { type, size: size(Object.keys(value as object).length) };
    case 'boolean': case 'null': return { type };
  }
}

/** The form in words: “text of 12 digits”. */
export function formText({ type, size = 0, of }: Form): Text {
  switch (type) {
    case 'string':
      if (size === 0) return { vi: 'chuỗi rỗng', en: 'empty text' };
      if (of === 'digits') return { vi: `chuỗi ${size} chữ số`, en: `text of ${size} digits` };
      if (of === 'time') return { vi: 'chuỗi có dạng thời gian', en: 'text in the form of a time' };
      return { vi: `chuỗi ${size} ký tự`, en: `text of ${size} characters` };
    case 'integer': return { vi: `số nguyên ${size} chữ số`, en: `whole number of ${size} digits` };
    case 'number': return { vi: 'số thập phân', en: 'decimal number' };
    case 'boolean': return { vi: 'true hoặc false', en: 'true or false' };
    case 'null': return { vi: 'null', en: 'null' };
    case 'array': return { vi: `mảng ${size} phần tử`, en: `list of ${size}` };
    case 'object': return { vi: `đối tượng ${size} trường`, en: `object with ${size} fields` };
  }
}

/** Seven digits in a row may be a date of birth, a phone or an identity number; a code of six may stand inside a longer one. */
const NUMBERED = /\d{7}/;
/** A date or a longer number with dots or dashes between its groups; codes of agencies (000.00.01.H16) stay below. */
const GROUPED = /\d(?:[._-]?\d){7}/;
/** A year, at most. */
const MOST_DIGITS = 4;
const NAME = /^[\p{L}_$][\p{L}\p{N}_$.:-]{0,63}$/u;
const DIGITS = /^-?\d{1,6}$/;
const WORD = /^[A-Za-z0-9_.-]{1,24}$/;

/** A field's name as it may be shown. Names that look like data are not: a list by identity number is an object, too. */
export const shownName = (name: string): string => (NAME.test(name) && (name.match(/\d/g)?.length ?? 0) <= MOST_DIGITS ? name : '*');

/**
 * A code that nobody knows, as it may be shown, where the field is not personal: only when it has the form of those that are known,
 * digits where they are digits.
 */
export function shownCode(code: string, known: Iterable<string>): string | undefined {
  for (const one of known) if (!DIGITS.test(one)) return WORD.test(code) && !NUMBERED.test(code) && !GROUPED.test(code) ? code : undefined;
  return DIGITS.test(code) ? code : undefined;
}
