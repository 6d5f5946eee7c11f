/**
 * One text at a place of which more or less is known: its invented counterpart. Works twice over each exchange: first every personal
 * value is learnt, then all are replaced, so that a name is found in an error message that stands before the field that gives it away.
 */
import { parseTaxCode } from '../../model/tax-code.ts';
import { DROPPED, phoneCore, type Inventor, type Kind } from './invent.ts';
import type { KnownValues } from './known.ts';
import { mapJson, packedJson } from './json-tree.ts';
import { NOWHERE, type Mark, type Marks, type Place, type Standing } from './marks.ts';
import { isPublicCode } from './prose.ts';
import { isMoment, kindOfNumber, lostItsZero, shapesIn } from './shapes.ts';
import { readDay } from './dates.ts';

export interface Cleaner {
  /** `learn` only remembers what is personal; `replace` gives the invented text */
  mode: 'learn' | 'replace';
  text(value: string, standing: Standing): string;
  /** @returns JSON text */
  json(value: unknown, place: Place): string;
  /** only what is known by now is replaced, nothing is judged by its form: for texts that have been through `text` already */
  sweep(value: string): string;
  counts: Readonly<Record<string, number>>;
}

interface Piece { from: number; to: number; made: string }
type Put = (from: number, to: number, made: () => string) => void;

const DEEPEST = 5;
/** Begins where a word begins, or a long word would be read again from each of its letters. */
const PERCENT = /(?<![^\s"'<>&=?#;,/\\])[^\s"'<>&=?#;,/\\]*%[0-9A-Fa-f]{2}[^\s"'<>&=?#;,/\\]*/g;
const BASE64 = /(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{8,}={0,2}(?![A-Za-z0-9+/_=-])/g;
const ESCAPE = /\\u[0-9a-fA-F]{4}|&#x?[0-9a-fA-F]+;|&(?:amp|lt|gt|quot|apos|nbsp);/g;
/** A long text without a blank is no prose: the content of a file, whatever the field is called. */
const LONGEST_PROSE = 2_000;
const BLOB = /^(?:data:[^,]{0,100},)?[A-Za-z0-9+/_=\r\n-]+$/;
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}\r\n\t]+$/u;
/** Values of fields that nobody declares and that say nothing about anybody. */
const PLAIN_VALUE = /^(?:true|false|null|yes|no|y|n|ok|success|error|failed|none|utf-8|-?\d{1,8}(?:[.,]\d{1,6})?)$/i;
const TIME = /^(?:\d{4}-\d{2}-\d{2}|\d{1,2}\/\d{1,2}\/\d{4})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;
const YOUNGEST_YEARS = 12;
const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

/** The kind of a marked value: what it is by its form, else what the mark says. */
export function kindOf(mark: Mark, value: string): Kind {
  const plain = value.normalize('NFKC').trim();
  const digits = plain.replace(/\D/g, '');
  const bare = /^[\d\s.\-()+]+$/.test(plain);
  switch (mark) {
    case 'secret': return 'secret';
    case 'identity':
      // The day on which a paper was issued belongs to the paper.
      if (readDay(plain) !== undefined && !/^\d{12}$/.test(plain)) return 'birth';
      if (bare && digits.length === 12) return 'citizen';
      if (bare && digits.length === 9) return 'card';
      if (bare && parseTaxCode(plain).ok) return 'tax';
      return bare && lostItsZero(digits) ? 'citizen' : 'id';
    case 'phone': return phoneCore(plain) === undefined ? 'text' : 'phone';
    case 'email': return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(plain) ? 'email' : 'text';
    case 'name': return /\p{L}/u.test(plain) ? 'name' : 'id';
    case 'birth': case 'address': case 'file': return mark;
    case 'free-text': return 'text';
  }
}

export function createCleaner(marks: Marks, inventor: Inventor, known: KnownValues, thisYear: () => number): Cleaner {
  const counts: Record<string, number> = {};
  const count = (kind: Kind): void => {
    counts[kind] = (counts[kind] ?? 0) + 1;
  };

  function leaf(value: string, standing: Standing, depth: number): string {
    if (value.trim() === '' || value === DROPPED) return value;
    if (depth < DEEPEST && standing !== 'secret') {
      const packed = packedJson(value);
      if (packed !== undefined) return json(packed, { ...NOWHERE, inherited: standing === 'known' || standing === 'unknown' ? undefined : standing }, depth + 1);
    }
    const mark = standing === 'known' || standing === 'unknown' ? undefined : standing;
    const kind = mark === undefined ? undefined : kindOf(mark, value);
    if (kind !== undefined && kind !== 'text') {
      if (cleaner.mode === 'learn') known.add(kind, value);
      else count(kind);
      return cleaner.mode === 'learn' ? value : inventor.invent(kind, value);
    }
    return prose(value, standing, depth);
  }

  /** A text in which personal values may stand beside others. */
  function prose(value: string, standing: Standing, depth: number): string {
    if (value.length > LONGEST_PROSE && BLOB.test(value)) {
      if (cleaner.mode === 'replace') count('file');
      return cleaner.mode === 'learn' ? value : inventor.invent('file', value);
    }
    if (depth < DEEPEST && ESCAPE.test(value)) {
      ESCAPE.lastIndex = 0;
      const open = unescaped(value);
      const cleaned = open === value ? value : leaf(open, standing, depth + 1);
      if (cleaned !== open) return cleaned;
    }
    const wide = /[\uff10-\uff19\uff21-\uff5a]/.test(value) ? value.normalize('NFKC') : value;
    const pieces = piecesOf(wide, depth);
    if (cleaner.mode === 'learn') return value;
    const keepRest = standing === 'known' || (standing === 'unknown' && isPlain(value));
    let out = '';
    let from = 0;
    for (const piece of pieces) {
      out += rest(wide.slice(from, piece.from), keepRest) + piece.made;
      from = piece.to;
    }
    return out + rest(wide.slice(from), keepRest);
  }

  function rest(text: string, keep: boolean): string {
    if (keep || !/[\p{L}\p{N}]/u.test(text)) return text;
    count('text');
    return inventor.invent('text', text);
  }

  const isPlain = (value: string): boolean => {
    const text = value.trim();
    return PLAIN_VALUE.test(text) || TIME.test(text) || (/^\d+$/.test(text) && isMoment(text)) || marks.isWord(text) || isPublicCode(text);
  };

  /** What is replaced in a text, first to last; what is hidden in an encoding goes before what is plain, and what is known before what is guessed. */
  function piecesOf(text: string, depth: number): Piece[] {
    const { pieces, put } = collecting();
    if (depth < DEEPEST) hiddenIn(text, put, (open) => leaf(open, 'known', depth + 1), (piece) => inventor.invent('id', piece));
    for (const span of known.find(text)) {
      put(span.from, span.to, () => {
        if (cleaner.mode === 'replace') count(span.kind);
        return span.invented;
      });
    }
    const shapes = shapesIn(text, thisYear()).sort((a, b) => a.from - b.from || b.to - a.to);
    for (const { from, to, kind, text: found } of shapes) {
      put(from, to, () => {
        if (cleaner.mode === 'learn') known.add(kind, found);
        else count(kind);
        return inventor.invent(kind, found);
      });
    }
    return pieces.sort((a, b) => a.from - b.from);
  }

  /** Texts that were cleaned before: what was recognised since. JSON is opened, so that nothing is found across its marks. */
  function sweep(text: string, depth: number): string {
    const packed = depth < DEEPEST ? packedJson(text) : undefined;
    if (packed !== undefined) {
      return mapJson(packed, NOWHERE, {
        field: () => NOWHERE, item: () => NOWHERE,
        name: (name) => sweep(name, depth + 1), text: (inner) => sweep(inner, depth + 1), number: (source) => numeral(sweep(source, depth + 1)),
      });
    }
    const { pieces, put } = collecting();
    if (depth < DEEPEST) hiddenIn(text, put, (open) => sweep(open, depth + 1), (piece) => piece);
    for (const span of known.find(text, true)) put(span.from, span.to, () => span.invented);
    let out = text;
    for (const piece of pieces.sort((a, b) => b.from - a.from)) out = out.slice(0, piece.from) + piece.made + out.slice(piece.to);
    return out;
  }

  function json(value: unknown, place: Place, depth: number): string {
    return mapJson(value, place, {
      field: (at, name, inner) => marks.field(at, name, inner),
      item: (at, inner) => marks.item(at, inner),
      name: (name) => (marks.declares(name) ? name : leaf(name, 'known', depth + 1)),
      text: (text, at, name) => leaf(text, marks.standing(at, name), depth),
      number: (source, at, name) => number(source, marks.standing(at, name)),
    });
  }

  /** A number of JSON stays one: no leading zero, no blank. */
  function number(source: string, standing: Standing): string {
    const mark = standing === 'known' || standing === 'unknown' ? undefined : standing;
    if (mark === 'secret') return '0';
    const digits = source.replace(/\D/g, '');
    if (!/^-?\d+$/.test(source) || (mark === undefined && digits.length < 8)) return source;
    const old = mark === undefined && digits.length === 8 ? readDay(digits) : undefined;
    const birth = old !== undefined && old.year <= thisYear() - YOUNGEST_YEARS;
    const [hit] = known.find(source);
    const kind = mark !== undefined ? kindOf(mark, source) : birth ? 'birth' : kindOfNumber(source);
    if (kind === undefined && hit === undefined) return source;
    if (kind !== undefined && kind !== 'text' && cleaner.mode === 'learn') known.add(kind, source);
    if (cleaner.mode === 'learn') return source;
    count(kind ?? 'id');
    const made = hit !== undefined ? source.slice(0, hit.from) + hit.invented + source.slice(hit.to) : inventor.invent(kind === 'text' || kind === 'name' ? 'id' : (kind ?? 'id'), source);
    return numeral(made);
  }

  const cleaner: Cleaner = {
    mode: 'learn',
    counts,
    text: (value, standing) => leaf(value, standing, 0),
    json: (value, place) => json(value, place, 0),
    sweep: (value) => sweep(value, 0),
  };
  return cleaner;
}

/** What was put first keeps its place: later pieces that overlap it are not made. */
function collecting(): { pieces: Piece[]; put: Put } {
  const pieces: Piece[] = [];
  return {
    pieces,
    put(from, to, made) {
      if (!pieces.some((piece) => from < piece.to && piece.from < to)) pieces.push({ from, to, made: made() });
    },
  };
}

/** Words in percent or base64 encoding whose plain text comes out of `inner` otherwise than it went in. */
function hiddenIn(text: string, put: Put, inner: (open: string) => string, unreadable: (piece: string) => string): void {
  if (text.includes('%')) {
    for (const match of text.matchAll(PERCENT)) {
      const open = percentDecoded(match[0]);
      const cleaned = open === undefined ? unreadable(match[0]) : inner(open);
      if (cleaned !== (open ?? match[0])) put(match.index, match.index + match[0].length, () => encodeURIComponent(cleaned));
    }
  }
  for (const match of text.matchAll(BASE64)) {
    const open = base64Decoded(match[0]);
    if (open === undefined) continue;
    const cleaned = inner(open);
    if (cleaned !== open) put(match.index, match.index + match[0].length, () => Buffer.from(cleaned).toString(/[-_]/.test(match[0]) ? 'base64url' : 'base64'));
  }
}

/** Digits as JSON writes a number: no leading zero, nothing between them. */
function numeral(text: string): string {
  if (/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text)) return text;
  const whole = text.replace(/(?!^-)\D/g, '').replace(/^(-?)0(?=\d)/, '$19');
  return whole === '' || whole === '-' ? '0' : whole;
}

function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

function base64Decoded(text: string): string | undefined {
  if (text.replace(/=+$/, '').length % 4 === 1) return undefined;
  const bytes = Buffer.from(text, 'base64');
  const open = bytes.toString('utf8');
  return open.length >= 4 && Buffer.from(open).equals(bytes) && PRINTABLE.test(open) ? open : undefined;
}

function unescaped(text: string): string {
  return text.replace(ESCAPE, (escape) => {
    const named = /^&([a-z]+);$/.exec(escape)?.[1];
    if (named !== undefined) return NAMED[named] ?? escape;
    const code = escape.startsWith('\\u') ? Number.parseInt(escape.slice(2), 16) : escape[2] === 'x' ? Number.parseInt(escape.slice(3, -1), 16) : Number(escape.slice(2, -1));
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
  });
}
