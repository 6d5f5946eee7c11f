/**
 * The facts of all dossiers in columns: typed arrays in chunks, so that nothing is ever copied to grow, and dictionaries for codes. A million
 * dossiers take about 120 MB, one change costs microseconds whatever the size, and a report is one pass over the columns that it needs.
 */
import { VIETNAM_OFFSET_MS } from '../model/index.ts';
import { CodeIndex } from './code-index.ts';
import type { DossierFacts } from './facts.ts';
import { BRANCHES } from './on-time.ts';
import { channelOf, isSynchronised, levelOf, marksOf, paidOf, statusOf, withSynchronised, wordOf } from './word.ts';

export const CHUNK_ROWS = 16_384;
const DAY_MS = 86_400_000;
/** Branch of a row that holds no dossier. */
export const EMPTY_ROW = 255;
/** Day of a dossier that has neither a receipt nor a submission date: no period holds it. */
export const NO_DAY = -0x80000000;

/** One column each; times are epoch ms with NaN for "not known". */
export interface Chunk {
  word: Uint32Array;
  branch: Uint8Array;
  supplements: Uint8Array;
  /** Vietnamese day (number since 1970-01-01) by which a period holds the dossier: received, else submitted */
  day: Int32Array;
  agency: Uint32Array;
  receiving: Uint32Array;
  procedure: Uint32Array;
  sector: Uint32Array;
  submitted: Float64Array;
  accepted: Float64Array;
  due: Float64Array;
  ended: Float64Array;
  paused: Float64Array;
  synchronised: Float64Array;
}
export const COLUMNS: { readonly [K in keyof Chunk]: new (length: number) => Chunk[K] } = {
  word: Uint32Array, branch: Uint8Array, supplements: Uint8Array, day: Int32Array, agency: Uint32Array, receiving: Uint32Array, procedure: Uint32Array, sector: Uint32Array,
  submitted: Float64Array, accepted: Float64Array, due: Float64Array, ended: Float64Array, paused: Float64Array, synchronised: Float64Array,
};
export const COLUMN_NAMES = Object.keys(COLUMNS) as (keyof Chunk)[];

/** Texts ↔ small numbers, in the order of their first appearance. */
export class Dictionary {
  readonly texts: string[];
  /** beside each text, the name that it was told with last; '' for none */
  readonly names: string[];
  readonly #ids: Map<string, number>;

  constructor(texts: string[] = [], names: string[] = []) {
    this.texts = texts;
    this.names = names;
    this.#ids = new Map(texts.map((text, id) => [text, id]));
  }

  id(text: string, name = ''): number {
    let id = this.#ids.get(text);
    if (id === undefined) {
      id = this.texts.push(text) - 1;
      this.names.push('');
      this.#ids.set(text, id);
    }
    if (name !== '') this.names[id] = name;
    return id;
  }

  nameOf(text: string): string { return this.names[this.#ids.get(text) ?? -1] ?? ''; }

  find(text: string): number | undefined { return this.#ids.get(text); }
}

/** The Vietnamese day number of an instant. */
export const dayOf = (ms: number): number => Math.floor((ms + VIETNAM_OFFSET_MS) / DAY_MS);
const orNull = (value: number | undefined): number | null => (value === undefined || Number.isNaN(value) ? null : value);

export class Population {
  readonly agencies: Dictionary;
  readonly procedures: Dictionary;
  readonly sectors: Dictionary;
  readonly chunks: Chunk[];
  readonly #codes = new CodeIndex();
  /** rows in use or given back */
  #rows = 0;
  readonly #free: number[] = [];

  /** @param saved columns from a snapshot, with the code of each row, '' for an empty one */
  constructor(saved?: { agencies: Dictionary; procedures: Dictionary; sectors: Dictionary; chunks: Chunk[]; codes: readonly string[] }) {
    this.agencies = saved?.agencies ?? new Dictionary();
    this.procedures = saved?.procedures ?? new Dictionary();
    this.sectors = saved?.sectors ?? new Dictionary();
    this.chunks = saved?.chunks ?? [];
    for (const code of saved?.codes ?? []) {
      if (code === '') this.#free.push(this.#rows);
      else this.#codes.add(code, this.#rows);
      this.#rows += 1;
    }
  }

  /** Dossiers held. */
  get size(): number { return this.#rows - this.#free.length; }
  /** Rows to look at; some may be empty. */
  get rows(): number { return this.#rows; }

  /** Records a dossier, or what has become of it. */
  put(facts: DossierFacts): void {
    let row = this.#codes.find(facts.code);
    if (row < 0) {
      row = this.#free.pop() ?? this.#rows;
      this.#codes.add(facts.code, row);
      if (row === this.#rows) this.#rows += 1;
    }
    const [chunk, i] = this.at(row);
    const received = facts.acceptedAt ?? facts.submittedAt;
    chunk.word[i] = wordOf(facts);
    chunk.branch[i] = BRANCHES.indexOf(facts.branch);
    chunk.supplements[i] = Math.min(255, facts.supplementsAsked);
    chunk.day[i] = received === null ? NO_DAY : dayOf(received);
    chunk.agency[i] = this.agencies.id(facts.agency, facts.names.agency);
    chunk.receiving[i] = this.agencies.id(facts.receivingAgency, facts.names.receivingAgency);
    chunk.procedure[i] = this.procedures.id(facts.procedure, facts.names.procedure);
    chunk.sector[i] = this.sectors.id(facts.sector, facts.names.sector);
    chunk.submitted[i] = facts.submittedAt ?? Number.NaN;
    chunk.accepted[i] = facts.acceptedAt ?? Number.NaN;
    chunk.due[i] = facts.dueAt ?? Number.NaN;
    chunk.ended[i] = facts.endedAt ?? Number.NaN;
    chunk.paused[i] = facts.pausedMs;
    chunk.synchronised[i] = facts.synchronisedAt ?? Number.NaN;
  }

  /** Notes that the national portal took a dossier (null: that it has not). false when the dossier is not known. */
  synchronised(code: string, at: number | null): boolean {
    const row = this.#codes.find(code);
    if (row < 0) return false;
    const [chunk, i] = this.at(row);
    chunk.word[i] = withSynchronised(chunk.word[i] ?? 0, at !== null);
    chunk.synchronised[i] = at === null ? Number.NaN : Math.floor(at / 1000) * 1000;
    return true;
  }

  /** When the national portal took it; null for one that it has not taken, or that is not known. */
  synchronisedAt(code: string): number | null {
    const row = this.#codes.find(code);
    if (row < 0) return null;
    const [chunk, i] = this.at(row);
    return isSynchronised(chunk.word[i] ?? 0) ? orNull(chunk.synchronised[i]) : null;
  }

  delete(code: string): boolean {
    const row = this.#codes.find(code);
    if (row < 0) return false;
    const [chunk, i] = this.at(row);
    chunk.branch[i] = EMPTY_ROW;
    this.#codes.remove(code);
    this.#free.push(row);
    return true;
  }

  has(code: string): boolean { return this.#codes.find(code) >= 0; }
  row(code: string): number { return this.#codes.find(code); }
  code(row: number): string { return this.#codes.code(row); }

  /** What was put, with a count of supplements above 255 cut. */
  get(code: string): DossierFacts | undefined {
    const row = this.#codes.find(code);
    return row < 0 ? undefined : this.factsAt(row);
  }

  factsAt(row: number): DossierFacts {
    const [chunk, i] = this.at(row);
    const word = chunk.word[i] ?? 0;
    const [agency, receiving, procedure, sector] = [chunk.agency[i] ?? 0, chunk.receiving[i] ?? 0, chunk.procedure[i] ?? 0, chunk.sector[i] ?? 0];
    return {
      code: this.code(row),
      agency: this.agencies.texts[agency] ?? '',
      receivingAgency: this.agencies.texts[receiving] ?? '',
      procedure: this.procedures.texts[procedure] ?? '',
      sector: this.sectors.texts[sector] ?? '',
      level: levelOf(word), channel: channelOf(word), status: statusOf(word),
      submittedAt: orNull(chunk.submitted[i]), acceptedAt: orNull(chunk.accepted[i]), dueAt: orNull(chunk.due[i]),
      branch: BRANCHES[chunk.branch[i] ?? 0] ?? 'in-progress',
      endedAt: orNull(chunk.ended[i]),
      pausedMs: chunk.paused[i] ?? 0,
      supplementsAsked: chunk.supplements[i] ?? 0,
      paidOnline: paidOf(word),
      synchronisedAt: isSynchronised(word) ? orNull(chunk.synchronised[i]) : null,
      marks: marksOf(word),
      names: {
        agency: this.agencies.names[agency] ?? '', receivingAgency: this.agencies.names[receiving] ?? '',
        procedure: this.procedures.names[procedure] ?? '', sector: this.sectors.names[sector] ?? '',
      },
    };
  }

  /** Rows that hold a dossier, in the order of the columns. */
  * occupied(): Generator<number> {
    for (let row = 0; row < this.#rows; row += 1) if (this.at(row)[0].branch[row % CHUNK_ROWS] !== EMPTY_ROW) yield row;
  }

  /** Memory of columns and codes. */
  bytes(): number {
    const [first] = this.chunks;
    const each = first === undefined ? 0 : COLUMN_NAMES.reduce((sum, name) => sum + first[name].byteLength, 0);
    return each * this.chunks.length + this.#codes.bytes();
  }

  /** Where a row lies. */
  at(row: number): [chunk: Chunk, i: number] {
    const no = Math.floor(row / CHUNK_ROWS);
    if (no === this.chunks.length) this.chunks.push(newChunk());
    return [this.chunks[no] as Chunk, row % CHUNK_ROWS];
  }
}

export function newChunk(): Chunk {
  return Object.fromEntries(COLUMN_NAMES.map((name) => [name, new COLUMNS[name](CHUNK_ROWS)])) as unknown as Chunk;
}
