/** Values that were recognised as personal once: from then on they are found wherever they occur, in whatever spelling. */
import type { Inventor, Kind } from './invent.ts';
import { phoneCore } from './invent.ts';
import type { Span } from './shapes.ts';
import { digitsOf, keyed, keyOf } from './spelling.ts';

interface Known { key: string; kind: Kind; /** short ones must have the same number of words around them */ words: number; invented(found: string): string }

/** An occurrence, and what it is replaced by: the same spelling of the invented value. */
export interface KnownSpan extends Span { invented: string }

export interface KnownValues {
  /** @param real a value that is personal; one that is too short to be told from other text is not remembered */
  add(kind: Kind, real: string): void;
  /**
   * Where they occur in a text, in any spelling.
   * @param invented the text holds invented values already: what was given out as one stays, though somebody may really be called so
   */
  find(text: string, invented?: boolean): KnownSpan[];
  readonly size: number;
}

/** Thrown when there are more values than may be held: the recording ends rather than leak. */
export class TooManyValues extends Error {
  override name = 'TooManyValues' as const;
}

const START = 4;
const MOST = 1_000_000;
/** Keys as long as this cannot be met by chance. */
const LONG = 9;
const MOST_TEXT = 400;
const DIALLED = /(?:\+|00)?\(?(?:84|0)\)?[ .-]?$/;
const LETTER = /[\p{L}\p{N}\p{M}]/u;
const wordCount = (text: string): number => (text.match(/[\p{L}\p{M}\p{N}]+/gu) ?? []).length;

/** The least number of letters and digits of each kind that is looked for elsewhere. */
const SHORTEST: Record<Kind, number> = { citizen: 9, card: 9, tax: 10, phone: 8, email: 6, name: 4, birth: 99, address: 10, text: 99, file: 10, dossier: 10, id: 6, secret: 6 };

export function createKnownValues(inventor: Inventor): KnownValues {
  const byKey = new Map<string, Known[]>();
  /** first letters of keys → the lengths that keys with them have, longest first: a name inside a longer name is not the one that is meant */
  const lengths = new Map<string, number[]>();
  let size = 0;

  function put(known: Known): void {
    const same = byKey.get(known.key);
    if (same?.some(({ kind }) => kind === known.kind) === true) return;
    if (size >= MOST) throw new TooManyValues('more values than a recording may hold');
    size += 1;
    if (same !== undefined) {
      same.push(known);
      return;
    }
    byKey.set(known.key, [known]);
    const start = known.key.slice(0, START);
    const others = lengths.get(start);
    if (others === undefined) lengths.set(start, [known.key.length]);
    else if (!others.includes(known.key.length)) lengths.set(start, [...others, known.key.length].sort((a, b) => b - a));
  }

  /** The keys under which a value is found. */
  function add(kind: Kind, real: string): void {
    if (real.length > MOST_TEXT) return;
    const words = wordCount(real);
    const invented = (found: string): string => inventor.invent(kind, kind === 'name' ? spelledLike(real, found) : found);
    if (kind === 'phone') {
      const phone = phoneCore(real);
      if (phone === undefined) return add('id', real);
      return put({ key: phone.core, kind, words: 1, invented: (found) => swapCore(found, phone.core, digitsOf(inventor.invent('phone', phone.kind === 'foreign' ? `+${phone.core}` : `0${phone.core}`))) });
    }
    const key = keyOf(real);
    if (kind === 'name' && words < 2) return;
    if (kind === 'id' && (!/\d/.test(key) || (/^\d+$/.test(key) && key.length < 8))) return;
    if (key.length < SHORTEST[kind]) return;
    if (kind === 'email' || kind === 'address' || kind === 'file' || kind === 'id' || kind === 'dossier') return put({ key, kind, words, invented: () => inventor.invent(kind, real) });
    put({ key, kind, words, invented });
    // A spreadsheet takes leading zeros away.
    const bare = key.replace(/^0+/, '');
    if ((kind === 'citizen' || kind === 'card' || kind === 'tax') && bare !== key && bare.length >= 8) put({ key: bare, kind, words, invented: () => digitsOf(inventor.invent(kind, real)).slice(key.length - bare.length) });
  }

  return {
    add,
    find(text, invented = false) {
      if (size === 0 || text.length < START) return [];
      const spans: KnownSpan[] = [];
      const { key, from, to } = keyed(text);
      const at = (i: number): Known | undefined => {
        for (const length of lengths.get(key.slice(i, i + START)) ?? []) {
          const found = i + length > key.length ? undefined : byKey.get(key.slice(i, i + length))?.find((entry) => fits(entry, text, from[i] as number, to[i + length - 1] as number));
          if (found !== undefined) return found;
        }
        return undefined;
      };
      for (let i = 0; i + START <= key.length; i += 1) {
        const known = at(i);
        if (known === undefined || (invented && inventor.issued(known.key))) continue;
        const start = from[i] as number;
        // A number is replaced with what it is dialled by: alone, its trunk zero would be a digit of the text around it.
        const head = known.kind === 'phone' ? (DIALLED.exec(text.slice(Math.max(0, start - 8), start))?.[0].length ?? 0) : 0;
        const place = { from: start - head, to: to[i + known.key.length - 1] as number };
        const found = text.slice(place.from, place.to);
        spans.push({ ...place, kind: known.kind, text: found, invented: known.invented(found) });
        i += known.key.length - 1;
      }
      return spans;
    },
    get size() {
      return size;
    },
  };
}

/** Long keys are found anywhere, short ones only as whole words, as many as the value has. */
function fits(known: Known, text: string, from: number, to: number): boolean {
  if (known.key.length >= LONG && known.kind !== 'name' && known.kind !== 'address') return true;
  if (known.key.length < LONG && wordCount(text.slice(from, to)) !== known.words) return false;
  return !LETTER.test(text[from - 1] ?? ' ') && !LETTER.test(text[to] ?? ' ');
}

/** The real value in the spelling in which it was found, so that the invented one takes the same. */
function spelledLike(real: string, found: string): string {
  return wordCount(found) === wordCount(real) ? found : real;
}

function swapCore(found: string, core: string, invented: string): string {
  const next = invented.slice(-core.length);
  let at = core.length - digitsOf(found).length;
  return found.replace(/\p{N}/gu, (digit) => {
    at += 1;
    return at <= 0 ? digit : (next[at - 1] ?? '');
  });
}
