/** Events out of a ledger as files that `verify` checks by themselves. Works beside a running gateway. */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { LedgerError } from '../errors.ts';
import type { ChainPosition, ExportedEvent } from '../chain.ts';
import type { Checkpoint, LedgerUpkeep } from '../upkeep.ts';
import { DurableFile } from './durable.ts';

const SLICE = 500;
export const EVENTS_PER_FILE = 100_000;

export type ExportSource = Pick<LedgerUpkeep, 'exportEvents' | 'listCheckpoints'>;
export interface ExportedFile { file: string; from: number; to: number; events: number; sha256: string; bytes: number }
export interface ExportReport { files: ExportedFile[]; events: number; head: ChainPosition | null; checkpoints: number; bodies: boolean }

/**
 * Writes `events-<first>.ndjson.gz` files, `checkpoints.ndjson` and `export.json` into an empty folder.
 * @throws LedgerError LT-LEDGER-TARGET-NOT-EMPTY; what the disk or the ledger fails with, after removing nothing but the file in work
 */
export async function exportLedger(source: ExportSource, folder: string, options: { bodies: boolean; afterSeq?: number; /** what was there at the beginning: a busy ledger would else never end */ toSeq?: number; eventsPerFile?: number; onProgress?: (events: number) => void }): Promise<ExportReport> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (readdirSync(folder).length > 0) throw new LedgerError('LT-LEDGER-TARGET-NOT-EMPTY', folder);
  const perFile = options.eventsPerFile ?? EVENTS_PER_FILE;
  const files: ExportedFile[] = [];
  // Before the events: each of them then lies inside what is exported, whatever is appended meanwhile.
  const checkpoints = await allCheckpoints(source);
  let head: ChainPosition | null = null;
  let after = options.afterSeq ?? 0;
  let events = 0;
  const read = async (room: number): Promise<ExportedEvent[]> => {
    const left = Math.min(SLICE, room, (options.toSeq ?? Infinity) - after);
    return left < 1 ? [] : source.exportEvents({ afterSeq: after, limit: left, bodies: options.bodies });
  };
  let slice = await read(perFile);
  while (slice.length > 0) {
    const first = slice[0]?.seq ?? 0;
    const name = `events-${String(first).padStart(12, '0')}.ndjson.gz`;
    const file = new DurableFile(join(folder, name), true);
    let count = 0;
    try {
      while (slice.length > 0 && count < perFile) {
        for (const event of slice) await file.line(JSON.stringify(lineOf(event)));
        const last = slice.at(-1) as ExportedEvent;
        head = { seq: last.seq, hash: last.hash };
        after = last.seq;
        count += slice.length;
        events += slice.length;
        options.onProgress?.(events);
        slice = await read(count < perFile ? perFile - count : perFile);
      }
    } catch (error) {
      await file.discard();
      throw error;
    }
    files.push({ file: name, from: first, to: after, events: count, ...(await file.finish()) });
  }
  const report: ExportReport = { files, events, head, checkpoints: checkpoints.length, bodies: options.bodies };
  await writeLines(join(folder, 'checkpoints.ndjson'), checkpoints.map((checkpoint) => JSON.stringify(checkpoint)));
  await writeLines(join(folder, 'export.json'), [JSON.stringify(report, null, 2)]);
  return report;
}

/** One field order, whatever the engine hands over. */
function lineOf(e: ExportedEvent): ExportedEvent {
  return {
    seq: e.seq, kind: e.kind, dossierCode: e.dossierCode, sourceSystem: e.sourceSystem, sourceId: e.sourceId, recordedAt: e.recordedAt, sourceUpdatedAt: e.sourceUpdatedAt,
    via: e.via, actor: e.actor, stale: e.stale, warningsHash: e.warningsHash, prevHash: e.prevHash, hash: e.hash, bodyHash: e.bodyHash, ...(e.body === undefined ? {} : { body: e.body }),
  };
}

const MOST_CHECKPOINTS = 10_000;
/** Oldest first: 27 years of days. */
const allCheckpoints = async (source: ExportSource): Promise<Checkpoint[]> => (await source.listCheckpoints(MOST_CHECKPOINTS)).reverse();

async function writeLines(path: string, lines: readonly string[]): Promise<void> {
  const file = new DurableFile(path, false);
  for (const line of lines) await file.line(line);
  await file.finish();
}
