/** Invented text: as long as the real one, with its blanks, punctuation and case, and nothing of its words. */
import { parseAgencyCode } from '../../model/agency-code.ts';
import { parseProcedureCode } from '../../model/procedure-code.ts';
import { listUnits, TWO_LEVEL_SINCE } from '../../model/units.ts';
import type { Draw } from './draw.ts';
import { keyOf, likeWords } from './spelling.ts';
import { ANSWER_WORDS, PLACE_WORDS, SYSTEM_WORDS, THINGS } from './words.ts';

const WORD = /[\p{L}\p{M}\p{N}]+/gu;
const BY_LENGTH = new Map<number, string[]>();
for (const thing of THINGS) BY_LENGTH.set(thing.length, [...(BY_LENGTH.get(thing.length) ?? []), thing.toLowerCase()]);
const LETTERS = 'aeoicnhgtm';

/** A word of this many letters that means nothing here. */
function wordOf(length: number, draw: Draw): string {
  const fitting = BY_LENGTH.get(length);
  if (fitting !== undefined) return draw.pick(fitting);
  let out = '';
  while (out.length < length) out += LETTERS[draw.int(LETTERS.length)] as string;
  return out;
}

/** Letters become letters of the same case and digits digits; everything else stays. For numbers and ids whose form is all that is known. */
export function inventPattern(text: string, draw: Draw): string {
  const hex = /^[0-9a-fA-F-]{16,}$/.test(text);
  return text.normalize('NFC').replace(/[\p{L}\p{M}\p{N}]/gu, (letter) => {
    if (/\p{N}/u.test(letter)) return String(draw.int(10));
    const other = String.fromCharCode(97 + draw.int(hex ? 6 : 26));
    return letter === letter.toUpperCase() ? other.toUpperCase() : other;
  });
}

function inventWord(word: string, draw: Draw): string {
  if (/\p{N}/u.test(word)) return inventPattern(word, draw);
  const plain = word.normalize('NFC');
  const invented = wordOf(plain.length, draw);
  const [first = ''] = plain;
  const cased = plain.length > 1 && first !== first.toLowerCase() && plain !== plain.toUpperCase() ? `${(invented[0] as string).toUpperCase()}${invented.slice(1)}` : invented;
  return plain.length === 1 ? (first === first.toLowerCase() ? invented : invented.toUpperCase()) : likeWords(word, cased);
}

const capital = (word: string): boolean => word[0] !== word[0]?.toLowerCase();

const HTTP_STATUS = /^[1-5]\d\d$/;
const isSystem = (text: string): boolean => HTTP_STATUS.test(text) || SYSTEM_WORDS.has(text.toLowerCase());

/** Stretches of two and more answer words that cannot be a name: no two capitals beside one another. */
function keptWords(words: readonly { text: string; at: number }[], whole: string): Set<number> {
  const kept = new Set<number>();
  let run: number[] = [];
  const flush = (): void => {
    const texts = run.map((i) => (words[i] as { text: string }).text);
    const system = run.every((i) => isSystem((words[i] as { text: string }).text));
    const shouted = texts.some((text) => text.length > 1 && text === text.toUpperCase());
    const name = texts.some((text, i) => i > 0 && capital(text) && capital(texts[i - 1] as string));
    if (run.length >= 2 && (system || (!shouted && !name))) for (const i of run) kept.add(i);
    run = [];
  };
  words.forEach(({ text, at }, i) => {
    const before = words[i - 1];
    const apart = before !== undefined && whole.slice(before.at + before.text.length, at).trim() !== '';
    if (apart) flush();
    if (isSystem(text) || ANSWER_WORDS.has(text.normalize('NFC').toLowerCase())) run.push(i);
    else flush();
  });
  flush();
  return kept;
}

const PUBLIC_CODE = /(?<![\p{L}\p{N}.-])[\p{L}\p{N}]+(?:\.[\p{L}\p{N}]+)+(?![\p{L}\p{N}-])/gu;
export const isPublicCode = (text: string): boolean => parseProcedureCode(text).ok || parseAgencyCode(text).ok;

/** Free text. Codes of procedures and agencies stay, and the sentences by which systems answer. */
export function inventText(text: string, draw: Draw): string {
  const codes = [...text.matchAll(PUBLIC_CODE)].filter(([code]) => isPublicCode(code)).map((match) => [match.index, match.index + match[0].length] as const);
  const words = [...text.matchAll(WORD)].map((match) => ({ text: match[0], at: match.index })).filter(({ at }) => !codes.some(([from, to]) => at >= from && at < to));
  const kept = keptWords(words, text);
  let out = '';
  let from = 0;
  words.forEach((word, i) => {
    out += text.slice(from, word.at) + (kept.has(i) ? word.text : inventWord(word.text, draw));
    from = word.at + word.text.length;
  });
  return out + text.slice(from);
}

let provinces: ReadonlySet<string> | undefined;
/** Names of provinces, of today and before the mergers, with and without their kind. */
const provinceKeys = (): ReadonlySet<string> => provinces ??= new Set(['2025-06-30', TWO_LEVEL_SINCE]
  .flatMap((day) => listUnits('province', day)).flatMap(({ name }) => [name, `tỉnh ${name}`, `thành phố ${name}`, `tp ${name}`]).map(keyOf));

/** An address: the province stays, as do the words that say what a name is the name of. */
export function inventAddress(text: string, draw: Draw): string {
  return text.split(',').map((part) => (provinceKeys().has(keyOf(part)) ? part : part.replace(WORD, (word) => (PLACE_WORDS.has(word.normalize('NFC').toLowerCase()) ? word : inventWord(word, draw))))).join(',');
}

const ENDING = /\.[A-Za-z0-9]{1,5}$/;
/** First bytes of the kinds of files that are sent; what follows is nothing. */
const MAGIC: readonly { head: Buffer; stand: Buffer }[] = [
  { head: Buffer.from('%PDF-'), stand: Buffer.from('%PDF-1.4\n% invented\n%%EOF\n') },
  { head: Buffer.from([0x89, 0x50, 0x4e, 0x47]), stand: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) },
  { head: Buffer.from([0xff, 0xd8, 0xff]), stand: Buffer.from([0xff, 0xd8, 0xff, 0xd9]) },
  { head: Buffer.from('PK\u0003\u0004'), stand: Buffer.from('PK\u0005\u0006'.padEnd(22, '\0')) },
];
/** No group is repeated: files have millions of letters, and an engine holds only so many turns of a group. */
const BASE64 = /^[A-Za-z0-9+/\s]+={0,2}\s*$/;

/** The link, the name or the content of a file: another of its kind. */
export function inventFile(text: string, draw: Draw): string {
  const token = (): string => inventPattern('0'.repeat(12), draw);
  const data = /^(data:[^,;]*;base64,)?([\s\S]*)$/.exec(text);
  const [, prefix = '', content = ''] = data ?? [];
  if (/^https?:\/\//i.test(text)) return `https://tep.example.vn/${token()}${(ENDING.exec(text.split(/[?#]/)[0] ?? '')?.[0] ?? '')}`;
  if (prefix !== '' || (content.length >= 40 && BASE64.test(content) && content.replace(/\s/g, '').length % 4 === 0)) {
    const bytes = Buffer.from(content.slice(0, 64), 'base64');
    const stand = MAGIC.find(({ head }) => bytes.subarray(0, head.length).equals(head))?.stand ?? Buffer.from('invented');
    return `${prefix}${stand.toString('base64')}`;
  }
  const ending = ENDING.exec(text)?.[0] ?? '';
  return `${inventText(text.slice(0, text.length - ending.length), draw)}${ending}`;
}
