/**
 * What retention takes out of the ledger, as gzip NDJSON: a header, then events with their ciphertext, attempts and
 * quarantined input, then a last line with the numbers, so that a cut file never passes for a whole one. Everything
 * personal is as encrypted as it was in the ledger: reading needs the ledger's key, checking does not.
 */
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DurableFile, PART } from './audit/durable.ts';
import { linesOf, recordOf } from './audit/lines.ts';
import { breakInside } from './chain.ts';
import type { ChainPosition, ExportedEvent } from './chain.ts';
import type { Expirable } from './upkeep.ts';

export const ARCHIVE_FORMAT = 'lienthong-archive';
const ARCHIVE_VERSION = 1;
const SUFFIX = '.ndjson.gz';
const PART_FOR_MS = 86_400_000;

export interface ArchiveCounts { events: number; attempts: number; quarantine: number }
export interface ArchiveHeader { format: typeof ARCHIVE_FORMAT; version: number; /** ms */ madeAt: number; /** the newest checkpoint when the file was begun */ checkpoint: ChainPosition | null }
/** `file` is the name inside the archive folder. */
export interface FinishedArchive { file: string; path: string; sha256: string; bytes: number; counts: ArchiveCounts }

export class ArchiveWriter {
  readonly #file: DurableFile;
  readonly #name: string;
  readonly #counts: ArchiveCounts = { events: 0, attempts: 0, quarantine: 0 };

  private constructor(file: DurableFile, name: string) {
    this.#file = file;
    this.#name = name;
  }

  /** Begins a file in `folder`, which is made if missing. The name tells the time, nothing else; no file is ever written over. */
  static async open(folder: string, checkpoint: ChainPosition | null, now: number): Promise<ArchiveWriter> {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    clearParts(folder, now);
    const stem = `archive-${new Date(now).toISOString().replace(/[-:.]/g, '')}`;
    let name = `${stem}${SUFFIX}`;
    for (let n = 2; existsSync(join(folder, name)); n++) name = `${stem}-${n}${SUFFIX}`;
    const writer = new ArchiveWriter(new DurableFile(join(folder, name), true), name);
    await writer.#file.line(JSON.stringify({ format: ARCHIVE_FORMAT, version: ARCHIVE_VERSION, madeAt: now, checkpoint: checkpoint === null ? null : { seq: checkpoint.seq, hash: checkpoint.hash } } satisfies ArchiveHeader));
    return writer;
  }

  get rows(): number { return this.#counts.events + this.#counts.attempts + this.#counts.quarantine; }

  async add(slice: Pick<Expirable, 'events' | 'attempts' | 'quarantine'>): Promise<void> {
    for (const kind of ['events', 'attempts', 'quarantine'] as const) {
      for (const row of slice[kind]) await this.#file.line(JSON.stringify({ kind, row }));
      this.#counts[kind] += slice[kind].length;
    }
  }

  /**
   * Puts the file on the disk under its name and reads it back.
   * @throws Error when what is read is not what was written: nothing may be expired then
   */
  async finish(): Promise<FinishedArchive> {
    await this.#file.line(JSON.stringify({ kind: 'end', counts: this.#counts }));
    const { sha256, bytes } = await this.#file.finish();
    const read = await checkArchive(this.#file.path);
    const same = read.broken === null && (['events', 'attempts', 'quarantine'] as const).every((kind) => read.counts[kind] === this.#counts[kind]);
    if (!same) throw new Error(`archive ${this.#name} does not read back`);
    return { file: this.#name, path: this.#file.path, sha256, bytes, counts: { ...this.#counts } };
  }

  discard(): Promise<void> { return this.#file.discard(); }
}

/** What a crash left in the middle of a file. Young ones are let be: another process may be writing them. */
function clearParts(folder: string, now: number): void {
  for (const name of readdirSync(folder).filter((file) => file.endsWith(PART))) {
    const path = join(folder, name);
    if ((statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? now) < now - PART_FOR_MS) rmSync(path, { force: true });
  }
}

export type ArchiveLine =
  | { kind: 'events'; row: ExportedEvent }
  | { kind: 'attempts'; row: Expirable['attempts'][number] }
  | { kind: 'quarantine'; row: Expirable['quarantine'][number] };

/** Why an archive is not whole, and at which line (from 1). `event`: the event's hash or body does not fit. */
export interface ArchiveBreak { line: number; seq: number | null; why: 'unreadable' | 'not-an-archive' | 'event' | 'cut' | 'counts' }

/** The rows of an archive in order; the generator's return value tells whether the file is whole. */
export async function* readArchive(path: string): AsyncGenerator<ArchiveLine, { header: ArchiveHeader | undefined; counts: ArchiveCounts; broken: ArchiveBreak | null }> {
  const counts: ArchiveCounts = { events: 0, attempts: 0, quarantine: 0 };
  let header: ArchiveHeader | undefined;
  let line = 0;
  const broken = (why: ArchiveBreak['why'], seq: number | null = null) => ({ header, counts, broken: { line, seq, why } });
  const lines = linesOf(path);
  try {
    for (;;) {
      line += 1;
      let next: IteratorResult<string>;
      try {
        next = await lines.next();
      } catch {
        return broken('unreadable');
      }
      // The last line was never seen: every whole file ends by returning below.
      if (next.done === true) return broken('cut');
      const record = recordOf(next.value);
      if (record === undefined) return broken('unreadable');
      if (header === undefined) {
        if (record['format'] !== ARCHIVE_FORMAT || record['version'] !== ARCHIVE_VERSION) return broken('not-an-archive');
        header = record as unknown as ArchiveHeader;
        continue;
      }
      if (record['kind'] === 'end') {
        const said = record['counts'] as ArchiveCounts | undefined;
        const same = said !== undefined && (['events', 'attempts', 'quarantine'] as const).every((kind) => said[kind] === counts[kind]);
        if (!same) return broken('counts');
        const after = await lines.next().catch(() => ({ done: false }));
        return after.done === true ? { header, counts, broken: null } : broken('unreadable');
      }
      const found = record as ArchiveLine;
      if (found.kind !== 'events' && found.kind !== 'attempts' && found.kind !== 'quarantine') return broken('unreadable');
      if (found.kind === 'events' && breakInside(found.row) !== null) return broken('event', typeof found.row.seq === 'number' ? found.row.seq : null);
      counts[found.kind] += 1;
      yield found;
    }
  } finally {
    await lines.return(undefined);
  }
}

/** Reads an archive to its end. `onEvent` sees the events, so that they can be compared with the chain. */
export async function checkArchive(path: string, onEvent: (event: ExportedEvent) => void = () => undefined): Promise<{ header: ArchiveHeader | undefined; counts: ArchiveCounts; broken: ArchiveBreak | null }> {
  const rows = readArchive(path);
  for (;;) {
    const step = await rows.next();
    if (step.done === true) return step.value;
    if (step.value.kind === 'events') onEvent(step.value.row);
  }
}

