/**
 * Code tables: how one of our words is written in an upstream's words. Adapters keep their tables as such values, so that
 * "every code table is total" (law 9) can be checked and a code that was valid in 2021 is still read right (law 8).
 */
import { isDate } from './civil-date.ts';
import { refuse, type Refusal, type Why } from './result.ts';

/** Which way a row works. Several canonical words may share one wire code, but only one row of them may decode it. */
export type CodeDirection = 'both' | 'encode' | 'decode';

export interface CodeRow<C extends string = string, W extends string = string> {
  canonical: C;
  wire: W;
  /** default `both` */
  direction?: CodeDirection;
  /** what the code means, for documents and schemas */
  meaning?: Why;
  /** where the row was read, or why it is as it is */
  source?: string;
}

export interface CodeTableVersion<C extends string = string, W extends string = string> {
  /** first Vietnamese day (`YYYY-MM-DD`) on which it holds; absent: always has */
  from?: string;
  rows: readonly CodeRow<C, W>[];
}

export interface CodeTableSpec<C extends string, W extends string> {
  id: string;
  /** one table for all time … */
  rows?: readonly CodeRow<C, W>[];
  /** … or several, each holding until the next begins */
  versions?: readonly CodeTableVersion<C, W>[];
  /** canonical words that deliberately have no wire code, each with its reason */
  withheld?: Partial<Record<C, string>>;
}

export interface CodeTable<C extends string = string, W extends string = string> {
  readonly id: string;
  /** Our word → the wire's code on a Vietnamese day (default: the newest version); `undefined` when there is none. */
  encode(canonical: C, on?: string): W | undefined;
  /** The wire's code → our word; `undefined` for a code that the table does not know. Blanks around the code are ignored. */
  decode(wire: string, on?: string): C | undefined;
  /** The rows that hold on a day (default: the newest version). */
  rows(on?: string): readonly CodeRow<C, W>[];
  /** Why a word is deliberately not sent; `undefined` when it is or was forgotten. */
  withheld(canonical: C): string | undefined;
  /** The codes that decode, in the order of the rows: the enum of a schema. */
  wireCodes(on?: string): W[];
}

interface Compiled<C extends string, W extends string> { from: string; rows: readonly CodeRow<C, W>[]; encode: Map<C, W>; decode: Map<string, C> }

/**
 * Makes a code table.
 * @throws TypeError when the table contradicts itself: one word with two codes, one code with two words, a withheld word
 *   with a code, versions out of order. That is a mistake of the programmer or of a configuration, never of the data.
 */
export function defineCodeTable<C extends string, W extends string = string>(spec: CodeTableSpec<C, W>): CodeTable<C, W> {
  const withheld = new Map(Object.entries(spec.withheld ?? {}) as [C, string][]);
  const versions = (spec.versions ?? [{ rows: spec.rows ?? [] }]).map((version) => compile(spec.id, version, withheld));
  const newest = versions.at(-1);
  if (newest === undefined) throw new TypeError(`code table ${spec.id}: no version`);
  versions.reduce((before, after) => {
    if (after.from <= before.from) throw new TypeError(`code table ${spec.id}: versions must begin one after the other`);
    return after;
  });
  const versionOn = (on: string | undefined): Compiled<C, W> | undefined =>
    on === undefined ? newest : versions.findLast((version) => version.from <= on);
  return {
    id: spec.id,
    encode: (canonical, on) => versionOn(on)?.encode.get(canonical),
    decode: (wire, on) => {
      const version = versionOn(on);
      return version?.decode.get(wire) ?? version?.decode.get(wire.trim());
    },
    rows: (on) => versionOn(on)?.rows ?? [],
    withheld: (canonical) => withheld.get(canonical),
    wireCodes: (on) => [...new Set((versionOn(on)?.rows ?? []).filter((row) => row.direction !== 'encode').map((row) => row.wire))],
  };
}

function compile<C extends string, W extends string>(id: string, version: CodeTableVersion<C, W>, withheld: ReadonlyMap<C, string>): Compiled<C, W> {
  if (version.from !== undefined && !isDate(version.from)) throw new TypeError(`code table ${id}: a version begins on a date that does not exist`);
  const encode = new Map<C, W>();
  const decode = new Map<string, C>();
  for (const row of version.rows) {
    const direction = row.direction ?? 'both';
    if (direction !== 'decode') {
      if (encode.has(row.canonical)) throw new TypeError(`code table ${id}: "${row.canonical}" has two codes`);
      if (withheld.has(row.canonical)) throw new TypeError(`code table ${id}: "${row.canonical}" is withheld and has a code`);
      encode.set(row.canonical, row.wire);
    }
    if (direction !== 'encode') {
      if (decode.has(row.wire)) throw new TypeError(`code table ${id}: code "${row.wire}" has two meanings`);
      decode.set(row.wire, row.canonical);
    }
  }
  return { from: version.from ?? '', rows: version.rows, encode, decode };
}

/** What `checkTotal` found missing. */
export interface NotTotal extends Refusal { missing: string[] }

/**
 * Does the table answer for every key?
 * @param keys canonical words (`encode`, default) or wire codes (`decode`) that must all be known
 * @param options.direction `encode`: each word has a code or is declared withheld; `decode`: each code has a word
 * @param options.on the day, for tables with versions
 * @returns `LT-MODEL-CODE-TABLE-GAP` with the missing keys; keys are codes, never personal data
 */
export function checkTotal<C extends string, W extends string>(keys: readonly string[], table: CodeTable<C, W>, options: { direction?: 'encode' | 'decode'; on?: string } = {}): { ok: true } | NotTotal {
  const known = options.direction === 'decode'
    ? (key: string) => table.decode(key, options.on) !== undefined
    : (key: string) => table.encode(key as C, options.on) !== undefined || table.withheld(key as C) !== undefined;
  const missing = keys.filter((key) => !known(key));
  if (missing.length === 0) return { ok: true };
  const list = missing.join(', ');
  return { ...refuse('LT-MODEL-CODE-TABLE-GAP', `bảng ${table.id} thiếu: ${list}`, `table ${table.id} lacks: ${list}`), missing };
}

/**
 * A one-way table from configuration: `{ "receiving": "SUBMITTED", … }`, the upstream's word → ours.
 * @throws TypeError as `defineCodeTable`
 */
export function decodeTableFrom<C extends string>(id: string, words: Readonly<Record<string, C>>): CodeTable<C> {
  return defineCodeTable<C>({ id, rows: Object.entries(words).map(([wire, canonical]) => ({ wire, canonical, direction: 'decode' as const })) });
}
