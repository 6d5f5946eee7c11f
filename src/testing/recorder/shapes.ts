/** What looks personal wherever it stands, whoever declared the field: numbers, addresses of mail, tokens, names behind common surnames. */
import { parseCitizenNumber } from '../../model/citizen-number.ts';
import { isDate } from '../../model/civil-date.ts';
import { parseTaxCode } from '../../model/tax-code.ts';
import { phoneCore, type Kind } from './invent.ts';
import { readDay } from './dates.ts';

/** A piece of a text, end exclusive, and of what kind it is. */
export interface Span { from: number; to: number; kind: Kind; text: string }

const EMAIL = /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}.-]{1,200}\.\p{L}{2,24}/gu;
const DOSSIER = /(?<![0-9A-Za-z.])[0-9A-Za-z]{1,8}(?:\.[0-9A-Za-z]{1,4}){0,4}-(?:\d{6}|\d{8})-\d{4,7}(?!\d)/g;
const UUID = /(?<![0-9a-fA-F])[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}(?![0-9a-fA-F])/g;
/** Its head is bounded, or a long run of heads would be read again from each of them; longer ones are tokens. */
const JWT = /eyJ[\w-]{6,400}\.[\w-]{4,}(?:\.[\w-]*)?/g;
const TOKEN = /[A-Za-z0-9_-]{24,}={0,2}/g;
/** Digits with at most one blank, dot or hyphen between two of them; a fraction or a version is caught only where it is as long as a number. */
const NUMBER = /(?<![\d.])\+?\(?\d(?:[ .\-()]{0,2}\d){7,}/g;
const SURE_SURNAMES = 'Nguyễn|Trần|Phạm|Huỳnh|Phan|Võ|Đặng|Bùi|Đỗ|Ngô|Đinh|Trương|Trịnh|Lê|Dương|Vũ';
/** A common surname and two or more words with capitals: "Nguyễn Văn An", also in capitals alone. */
const NAME = new RegExp(`(?<![\\p{L}\\p{M}])(?:(?:${SURE_SURNAMES})(?: \\p{Lu}[\\p{Ll}\\p{M}]*){2,4}|(?:${SURE_SURNAMES.toUpperCase()})(?: [\\p{Lu}\\p{M}]+){2,4})(?![\\p{L}\\p{M}])`, 'gu');
/** Roads, communes and schools carry the names of the dead. */
const PLACE_BEFORE = /(?:phường|xã|đường|phố|quận|huyện|thị trấn|trường|thpt|thcs|bệnh viện)\s*$/iu;

const FIRST_SECOND = 1_000_000_000; // September 2001
const LAST_SECOND = 2_200_000_000;

/** Digits that are a moment: `yyyyMMddHHmmss` and its shorter and longer forms, or seconds or milliseconds since 1970. */
export function isMoment(digits: string): boolean {
  if (digits.length === 8 || digits.length === 12 || digits.length === 14 || digits.length === 17) {
    const day = `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6, 8)}`;
    if (/^20/.test(day) && isDate(day) && (digits.length === 8 || (Number(digits.slice(8, 10)) < 24 && Number(digits.slice(10, 12)) < 60))) return true;
  }
  if (digits.length === 13) return Number(digits) >= FIRST_SECOND * 1000 && Number(digits) < LAST_SECOND * 1000;
  return digits.length === 10 && !parseTaxCode(digits).ok && Number(digits) >= FIRST_SECOND && Number(digits) < LAST_SECOND && phoneCore(digits) === undefined;
}

/** What a number of eight digits or more is; `undefined` when it may stay. */
export function kindOfNumber(text: string): Kind | undefined {
  const digits = text.replace(/\D/g, '');
  // Dates and times with their marks between them are read by their marks.
  if (/^\d{4}-\d{2}-\d{2}(?![\d-])/.test(text) || /^\d{2}[-.]\d{2}[-.]\d{4}(?!\d)/.test(text)) return undefined;
  if (isMoment(digits)) return undefined;
  if (digits.length === 12) return 'citizen';
  if (phoneCore(text) !== undefined) return 'phone';
  if (digits.length === 9) return digits.endsWith('000') ? undefined : 'card';
  if ((digits.length === 10 || digits.length === 13) && parseTaxCode(digits).ok) return 'tax';
  if (lostItsZero(digits)) return 'citizen';
  return digits.length >= 10 ? 'id' : undefined;
}

/** A citizen number that a spreadsheet has taken the leading zeros from. */
export function lostItsZero(digits: string): boolean {
  if (!/^[1-9]\d{9,10}$/.test(digits)) return false;
  const read = parseCitizenNumber(digits);
  return !read.ok && read.code === 'LT-MODEL-CITIZEN-NUMBER-ZERO-LOST';
}

/** Days of birth written in a text: a day that is more than a dozen years gone; everything later may be a day of work. */
const WRITTEN_DAY = /(?<![\d/.-])(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|\d{4}-\d{2}-\d{2})(?![\d/-])/g;
const YOUNGEST_YEARS = 12;

/** Everything in a text that looks personal; pieces may overlap. */
export function shapesIn(text: string, thisYear: number): Span[] {
  const spans: Span[] = [];
  const add = (kind: Kind, match: RegExpMatchArray): void => {
    const from = match.index ?? 0;
    spans.push({ kind, from, to: from + match[0].length, text: match[0] });
  };
  if (text.includes('@')) for (const match of text.matchAll(EMAIL)) add('email', match);
  if (/\d{4}/.test(text)) {
    for (const match of text.matchAll(DOSSIER)) add('dossier', match);
    for (const match of text.matchAll(WRITTEN_DAY)) {
      const day = readDay(match[0]);
      if (day !== undefined && day.year <= thisYear - YOUNGEST_YEARS && day.year >= 1900) add('birth', match);
    }
  }
  for (const match of text.matchAll(UUID)) add('id', match);
  for (const match of text.matchAll(JWT)) add('id', match);
  for (const match of text.matchAll(TOKEN)) if (/\d/.test(match[0]) && /[A-Za-z]/.test(match[0]) && !/^\w+-\d{6,8}-\d{4,7}$/.test(match[0])) add('id', match);
  for (const match of text.matchAll(NUMBER)) numbersIn(match[0], match.index, spans);
  for (const match of text.matchAll(NAME)) if (!PLACE_BEFORE.test(text.slice(Math.max(0, match.index - 16), match.index))) add('name', match);
  return spans;
}

/** A stretch of digits and separators: one number, or several that stand beside one another. */
function numbersIn(text: string, at: number, spans: Span[]): void {
  const push = (kind: Kind, from: number, piece: string): void => void spans.push({ kind, from: at + from, to: at + from + piece.length, text: piece });
  const whole = kindOfNumber(text);
  if (whole !== undefined && whole !== 'id') return push(whole, 0, text);
  const pieces = [...text.matchAll(/\+?\d+/g)];
  let found = false;
  for (const piece of pieces) {
    const kind = kindOfNumber(piece[0]);
    if (kind !== undefined) {
      push(kind, piece.index, piece[0]);
      found = true;
    }
  }
  // Groups of few digits, more of them than a date has: a number that is written apart.
  if (!found && whole === 'id' && pieces.length > 1 && pieces.every((piece) => piece[0].length < 8) && !/^\d{4}[-.]\d{2}[-.]\d{2}|^\d{1,2}[-.]\d{1,2}[-.]\d{4}/.test(text)) push('id', 0, text);
}
