/**
 * The first gate for text from outside: how big, how deep, really JSON, one meaning only. What passes is a plain tree of
 * at most `maxDepth` levels, so that the code behind may recurse without fear.
 */
import { isUtf8 } from 'node:buffer';
import { issue } from './errors/issue.ts';
import { badText, duplicateField, forbiddenField } from './json-faults.ts';
import { normalizeStrings } from './nfc.ts';
import type { Checked } from './validate.ts';

export interface JsonLimits {
  /** largest size in bytes of UTF-8. Default 1 MiB */
  maxBytes?: number;
  /** most levels of lists and objects inside each other. Default 64, never more than 1000 */
  maxDepth?: number;
  /** bring all text values to NFC. Default true */
  nfc?: boolean;
}
export const DEFAULT_MAX_BYTES = 1024 * 1024;
export const DEFAULT_MAX_DEPTH = 64;
/** The walks behind the gate are recursive; this many levels are safe on any stack. */
const HARD_MAX_DEPTH = 1000;

/**
 * Parses JSON from outside.
 * Refused, each with its own code: too large, too deep, not UTF-8, not JSON, cut short, a field name twice in one object
 * (which of the two a reader takes differs between systems), `__proto__` as a name, text with NUL or half a surrogate pair.
 * A byte-order mark at the start is passed over, because Windows tools write one. Never throws for what the text holds.
 */
export function parseJson(input: string | Uint8Array, limits: JsonLimits = {}): Checked<unknown> {
  const maxBytes = limits.maxBytes ?? DEFAULT_MAX_BYTES;
  const maxDepth = Math.min(limits.maxDepth ?? DEFAULT_MAX_DEPTH, HARD_MAX_DEPTH);
  if (sizeOver(input, maxBytes)) return fail('LT-INPUT-TOO-LARGE', { vi: `tối đa ${maxBytes} byte`, en: `at most ${maxBytes} bytes` });

  let text: string;
  if (typeof input === 'string') text = input;
  else if (isUtf8(input)) text = Buffer.from(input.buffer, input.byteOffset, input.byteLength).toString('utf8');
  else return cutInsideCharacter(input) ? fail('LT-INPUT-TRUNCATED') : fail('LT-INPUT-NOT-JSON', { vi: 'không phải UTF-8', en: 'not UTF-8' });
  if (text.charCodeAt(0) === 0xfeff) text = text.slice(1);

  const shape = scan(text, maxDepth);
  if (shape.tooDeep) return fail('LT-INPUT-TOO-DEEP', { vi: `tối đa ${maxDepth} tầng`, en: `at most ${maxDepth} levels` });

  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (e) {
    return shape.open ? fail('LT-INPUT-TRUNCATED') : fail('LT-INPUT-NOT-JSON', position(e));
  }
  // Every member has one colon outside of texts; a parsed object that holds fewer fields lost one to a repeated name.
  if (fieldsOf(value) !== shape.colons) return fail('LT-INPUT-DUPLICATE-FIELD', undefined, duplicateField(text));
  if (shape.escapes || text.includes('__proto__')) {
    const forbidden = forbiddenField(value);
    if (forbidden !== undefined) return fail('LT-INPUT-FORBIDDEN-FIELD', undefined, forbidden);
  }
  // A NUL can only come from an escape, and so can half a pair when the bytes were UTF-8.
  if (shape.escapes || (shape.exotic && typeof input === 'string')) {
    const bad = badText(value);
    if (bad !== undefined) return fail('LT-INPUT-BAD-TEXT', undefined, bad);
  }
  if (limits.nfc !== false && (shape.escapes || shape.exotic)) value = normalizeStrings(value);
  return { ok: true, value };
}

function fail(code: string, detail?: { vi: string; en: string }, pointer = ''): { ok: false; issues: ReturnType<typeof issue>[] } {
  return { ok: false, issues: [issue(code, pointer, detail)] };
}

function sizeOver(input: string | Uint8Array, maxBytes: number): boolean {
  if (typeof input !== 'string') return input.byteLength > maxBytes;
  // One UTF-16 unit is at least one and at most three bytes, so that most texts need no count.
  return input.length > maxBytes || (input.length * 3 > maxBytes && Buffer.byteLength(input) > maxBytes);
}

interface Shape { tooDeep: boolean; /** ends inside a text, a list or an object */ open: boolean; colons: number; /** has `\u…` */ escapes: boolean; /** has characters that NFC may change, or surrogates */ exotic: boolean }

/** One pass over the text, before anything is built from it. */
function scan(text: string, maxDepth: number): Shape {
  const n = text.length;
  let depth = 0;
  let colons = 0;
  let escapes = false;
  let exotic = false;
  for (let i = 0; i < n; i++) {
    const c = text.charCodeAt(i);
    if (c === 34) {
      for (i++; i < n; i++) {
        const s = text.charCodeAt(i);
        if (s === 34) break;
        // Latin and all Vietnamese letters are safe; the exact ranges are those of nfc.ts, this is the quick part of them.
        if (s > 0x2ff) exotic ||= s < 0x1e00 || s > 0x1eff;
        else if (s === 92 && text.charCodeAt(++i) === 117) escapes = true;
      }
      if (i >= n) return { tooDeep: false, open: true, colons, escapes, exotic };
    } else if (c === 58) colons++;
    else if (c === 123 || c === 91) {
      if (++depth > maxDepth) return { tooDeep: true, open: true, colons, escapes, exotic };
    } else if (c === 125 || c === 93) depth--;
  }
  return { tooDeep: false, open: depth > 0, colons, escapes, exotic };
}

/** Number of fields in all objects of the tree. */
function fieldsOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let n = 0;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const item: unknown = value[i];
      if (typeof item === 'object' && item !== null) n += fieldsOf(item);
    }
    return n;
  }
  for (const key in value) {
    n++;
    const item = (value as Record<string, unknown>)[key];
    if (typeof item === 'object' && item !== null) n += fieldsOf(item);
  }
  return n;
}

/** The place that the engine reports. Its message is not used: it quotes the text, which may be personal data. */
function position(e: unknown): { vi: string; en: string } | undefined {
  const at = /at position (\d+)/.exec(e instanceof Error ? e.message : '')?.[1];
  return at === undefined ? undefined : { vi: `tại ký tự thứ ${at}`, en: `at character ${at}` };
}

/** The bytes are good UTF-8 but for the last character, which lacks its end. */
function cutInsideCharacter(bytes: Uint8Array): boolean {
  for (let back = 1; back <= 3 && back < bytes.length; back++) {
    const lead = bytes[bytes.length - back] ?? 0;
    if (lead >= 0xc2) return (lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2) > back && isUtf8(bytes.subarray(0, bytes.length - back));
    if (lead < 0x80) return false;
  }
  return false;
}
