/**
 * What keeps a ledger from growing for ever, and what lets anyone prove later that nothing was changed: expired content goes to an
 * archive and then out of the ledger, and once a day the chain's head is sealed and published. Two tasks of the schedule; they take a
 * small, bounded share of the ledger's time.
 */
import { appendFileSync, closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ArchiveWriter, type FinishedArchive } from '../ledger/archive.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Checkpoint, Expirable, ExpirableFrom, RetentionPolicy } from '../ledger/upkeep.ts';
import { VIETNAM_OFFSET_MS } from '../model/time.ts';
import type { RetentionConfig } from './config.ts';
import type { Logger } from './log.ts';
import { pause } from './pause.ts';

export interface RetentionOptions {
  ledger: Pick<Ledger, 'checkpoint' | 'listCheckpoints' | 'exportEvents' | 'expirable' | 'expire' | 'dropFiles' | 'getCursor' | 'setCursor'>;
  config: RetentionConfig;
  /** the ledger's folder, where archives and checkpoints go unless configured otherwise */
  folder: string;
  logger: Pick<Logger, 'info'>;
  now?: () => number;
  /** rows of each table in one slice. @default 200 */
  rowsPerSlice?: number;
  /** rows in one archive file. @default 20,000 */
  rowsPerFile?: number;
  /** of the time, at most, that the ledger works for retention; the rest is a pause. @default 0.1 */
  share?: number;
}
export interface RetentionTask { name: string; everyMs: number; run(signal: AbortSignal): Promise<void> }

const LOOK_EVERY_MS = 60_000;
const ROWS_PER_SLICE = 200;
const DAY_MS = 86_400_000;
const LONGEST_PAUSE_MS = 5_000;
const DONE_CURSOR = 'retention:done';
const CHECKPOINTS_FILE = 'checkpoints.ndjson';
/** A year of days: what a folder that was away for a while is told again. */
const MOST_PUBLISHED = 400;

/** Both look once a minute whether their day's work is due; a day that was slept through is made up for once. */
export function retentionTasks(options: RetentionOptions): RetentionTask[] {
  return [
    { name: 'checkpoint', everyMs: LOOK_EVERY_MS, run: () => dailyCheckpoint(options) },
    { name: 'retention', everyMs: LOOK_EVERY_MS, run: (signal) => dailyRetention(options, signal) },
  ];
}

/** Seals the chain's head, once a day, and writes every checkpoint that its file does not hold yet to the file and to the log. */
export async function dailyCheckpoint(options: RetentionOptions): Promise<void> {
  const { ledger, config, logger } = options;
  const now = (options.now ?? Date.now)();
  const [newest] = await ledger.listCheckpoints(1);
  const due = newest === undefined || isDue(newest.at, now, config.checkpointAt);
  // An empty ledger has nothing to seal.
  if (due && (newest !== undefined || (await ledger.exportEvents({ afterSeq: 0, limit: 1, bodies: false })).length > 0)) await ledger.checkpoint(now);
  const folder = config.checkpointFolder ?? options.folder;
  const file = join(folder, CHECKPOINTS_FILE);
  const known = lastPublished(file);
  // A crash between seal and file leaves the file behind, and so does a time in which another machine led: it is told here.
  const fresh = (await ledger.listCheckpoints(MOST_PUBLISHED)).filter((checkpoint) => checkpoint.seq > (known ?? -1)).reverse();
  if (fresh.length === 0) return;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  appendDurably(file, fresh.map((checkpoint) => `${JSON.stringify(checkpoint)}\n`).join(''));
  for (const { seq, hash, seal } of fresh) logger.info({ seq, hash, seal, file }, 'checkpoint');
}

/** Once a day: everything that the policy lets go now. Stops between two slices when told to; what is left is found again. */
export async function dailyRetention(options: RetentionOptions, signal: AbortSignal): Promise<void> {
  const { ledger, config } = options;
  const now = (options.now ?? Date.now)();
  const done = Number((await ledger.getCursor(DONE_CURSOR)) ?? 0);
  if (!isDue(done, now, config.checkpointAt)) return;
  await retain(options, policyAt(config, now), signal);
  await dropFiles(options, filesBefore(config, now), signal);
  if (!signal.aborted) await ledger.setCursor(DONE_CURSOR, String(now));
}

/** Archives and expires what `policy` lets go. @returns the archives that were written */
export async function retain(options: RetentionOptions, policy: RetentionPolicy, signal: AbortSignal): Promise<FinishedArchive[]> {
  const { ledger, logger, now = Date.now, rowsPerSlice = ROWS_PER_SLICE, rowsPerFile = 20_000 } = options;
  const folder = options.config.archiveFolder ?? join(options.folder, 'archive');
  const paced = pacedBy(options, signal);
  const archives: FinishedArchive[] = [];
  if (Object.values(policy).every((before) => before === null)) return archives;
  let after: ExpirableFrom | undefined;
  let more = true;
  while (more && !signal.aborted) {
    let writer: ArchiveWriter | undefined;
    const slices: { eventSeqs: number[]; attemptIds: number[]; quarantineIds: number[] }[] = [];
    try {
      while (more && !signal.aborted && (writer?.rows ?? 0) < rowsPerFile) {
        const slice: Expirable = await paced(() => ledger.expirable(policy, rowsPerSlice, after));
        after = slice.next ?? undefined;
        more = slice.next !== null;
        if (slice.events.length + slice.attempts.length + slice.quarantine.length === 0) continue;
        writer ??= await ArchiveWriter.open(folder, (await ledger.listCheckpoints(1))[0] ?? null, now());
        await writer.add(slice);
        slices.push({ eventSeqs: slice.events.map((e) => e.seq), attemptIds: slice.attempts.map((a) => a.id), quarantineIds: slice.quarantine.map((q) => q.id) });
      }
      if (writer === undefined || signal.aborted) {
        await writer?.discard();
        continue;
      }
    } catch (error) {
      await writer?.discard();
      throw error;
    }
    const archive = await writer.finish();
    archives.push(archive);
    logger.info({ file: archive.file, sha256: archive.sha256, bodies: archive.counts.events, attempts: archive.counts.attempts, quarantined: archive.counts.quarantine }, 'archived');
    // From here on a crash costs nothing but a second archive of the same rows.
    for (const slice of slices) {
      if (signal.aborted) break;
      await paced(() => ledger.expire(slice, { file: archive.file, sha256: archive.sha256 }, now()));
    }
  }
  return archives;
}

/**
 * Lets go of kept files that no body names, for good: an archive holds bodies, not the files that they name.
 * @param before those kept (again) since then stay; null: all stay. @returns how many went
 */
export async function dropFiles(options: RetentionOptions, before: number | null, signal: AbortSignal): Promise<number> {
  const { ledger, logger, now = Date.now, rowsPerSlice = ROWS_PER_SLICE } = options;
  const paced = pacedBy(options, signal);
  let files = 0;
  let after: string | undefined;
  while (before !== null && !signal.aborted) {
    const dropped = await paced(() => ledger.dropFiles({ before, limit: rowsPerSlice, after }, now()));
    files += dropped.files;
    if (dropped.next === null) break;
    after = dropped.next;
  }
  if (files > 0) logger.info({ count: files }, 'files let go');
  return files;
}

/** Runs what works on the ledger one after the other, with a pause behind each. */
function pacedBy({ share = 0.1 }: RetentionOptions, signal: AbortSignal): <T>(work: () => Promise<T>) => Promise<T> {
  return async (work) => {
    const begun = performance.now();
    const result = await work();
    // What took long took others' time: a busy ledger is left alone for longer.
    await pause(Math.min(LONGEST_PAUSE_MS, ((performance.now() - begun) * (1 - share)) / share), signal);
    return result;
  };
}

/** The shortest of the times for which content is kept; a file that a body names stays all the same. null: all content stays for ever. */
export function filesBefore({ payloadMonths, finishedPayloadMonths, quarantineMonths }: RetentionConfig, now: number): number | null {
  const months = [payloadMonths, finishedPayloadMonths, quarantineMonths].filter((n) => n !== null);
  return months.length === 0 ? null : monthsBefore(now, Math.min(...months));
}

/** Months before `now` by the calendar in Vietnam; the last day of a shorter month stands for the days that it lacks. */
export function policyAt(config: RetentionConfig, now: number): RetentionPolicy {
  const before = (months: number | null): number | null => (months === null ? null : monthsBefore(now, months));
  return { bodiesBefore: before(config.payloadMonths), lastBodiesBefore: before(config.finishedPayloadMonths), attemptsBefore: before(config.attemptMonths), quarantineBefore: before(config.quarantineMonths) };
}

export function monthsBefore(now: number, months: number): number {
  const local = new Date(now + VIETNAM_OFFSET_MS);
  const day = local.getUTCDate();
  local.setUTCDate(1);
  local.setUTCMonth(local.getUTCMonth() - months);
  const daysInMonth = new Date(Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + 1, 0)).getUTCDate();
  local.setUTCDate(Math.min(day, daysInMonth));
  return local.getTime() - VIETNAM_OFFSET_MS;
}

/** Nothing was done since the day's moment. What is dated a day ahead was done under a wrong clock and must not stop what comes after. */
const isDue = (doneAt: number, now: number, at: string): boolean => doneAt < lastMoment(now, at) || doneAt > now + DAY_MS;

/** The last time at or before `now` that clocks in Vietnam showed `HH:MM`. */
export function lastMoment(now: number, at: string): number {
  const [hours = 0, minutes = 0] = at.split(':').map(Number);
  const midnight = Math.floor((now + VIETNAM_OFFSET_MS) / DAY_MS) * DAY_MS - VIETNAM_OFFSET_MS;
  const today = midnight + (hours * 60 + minutes) * 60_000;
  return today <= now ? today : today - DAY_MS;
}

/** Number of the last checkpoint in the file; a line that a crash cut off counts as not written. */
function lastPublished(file: string): number | undefined {
  if (!existsSync(file)) return undefined;
  let last: number | undefined;
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    try {
      const { seq } = JSON.parse(line) as Partial<Checkpoint>;
      if (typeof seq === 'number') last = Math.max(last ?? 0, seq);
    } catch {
      continue;
    }
  }
  return last;
}

function appendDurably(file: string, lines: string): void {
  const whole = !existsSync(file) || readFileSync(file, 'utf8').endsWith('\n');
  const fd = openSync(file, 'a', 0o600);
  try {
    appendFileSync(fd, whole ? lines : `\n${lines}`);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
