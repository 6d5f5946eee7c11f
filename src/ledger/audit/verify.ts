/**
 * Checks exported files and archives from nothing but themselves: no key, no database. Says exactly where a chain breaks.
 * What it cannot see without a trusted record: a tail that was cut off. Checkpoints kept elsewhere are that record.
 */
import { ARCHIVE_FORMAT, checkArchive } from '../archive.ts';
import { GENESIS, breakBetween } from '../chain.ts';
import type { ChainBreak, ChainPosition, ExportedEvent } from '../chain.ts';
import type { Text } from '../../contract/errors/types.ts';
import type { LedgerKeys } from '../keys.ts';
import { Indexer, checkpointSeal, evidenceSeal } from '../seal.ts';
import type { Checkpoint } from '../upkeep.ts';
import { EVIDENCE_FORMAT, brokenEvidence, evidenceDigest, misshownEvidence } from './evidence.ts';
import type { EvidenceChain } from './evidence.ts';
import { linesOf, recordOf } from './lines.ts';

export type Fault = ChainBreak | 'unreadable' | 'archive' | 'differs' | 'shown' | 'checkpoint' | 'cut-tail' | 'seal' | 'bundle-seal' | 'checkpoint-unreadable';
export interface Finding {
  why: Fault;
  file: string;
  /** from 1 */
  line: number | null;
  /** the event at which it is no longer whole */
  seq: number | null;
  text: Text;
}
export interface VerifyReport {
  ok: boolean;
  /** events of the chain that are whole, in order */
  events: number;
  /** where the checked part begins and ends; null when there were no events */
  from: ChainPosition | null;
  to: ChainPosition | null;
  bodies: number;
  checkpoints: number;
  archives: { files: number; events: number; attempts: number; quarantine: number };
  /** bundles of single dossiers, and the events in them */
  evidence: { files: number; events: number };
  /** events of archives and bundles that were found in the chain, too */
  compared: number;
  findings: Finding[];
}
export interface VerifyOptions { /** the last event of what was verified before */ from?: ChainPosition; /** file of a trusted record, one checkpoint a line */ checkpoints?: string; /** with the ledger's keys the seals of those lines and of evidence are checked, too */ keys?: LedgerKeys }

const SAYS: Record<Fault, (detail: string) => Text> = {
  sequence: (d) => ({ vi: `thiếu, thừa hoặc sai thứ tự sự kiện (${d})`, en: `events are missing, repeated or out of order (${d})` }),
  link: (d) => ({ vi: `mã băm trước không khớp với sự kiện đứng trước (${d})`, en: `its previous hash is not that of the event before (${d})` }),
  body: () => ({ vi: 'nội dung mã hoá không khớp với mã băm của nó', en: 'the ciphertext does not fit its hash' }),
  hash: () => ({ vi: 'thông tin của sự kiện không khớp với mã băm', en: 'what the event says does not fit its hash' }),
  unreadable: (d) => ({ vi: `dòng không đọc được là sự kiện, hoặc tệp bị cắt (${d})`, en: `not readable as an event, or the file is cut (${d})` }),
  archive: (d) => ({ vi: `tệp lưu trữ không toàn vẹn (${d})`, en: `the archive is not whole (${d})` }),
  differs: () => ({ vi: 'sự kiện trong tệp này khác với sự kiện trong chuỗi', en: 'the event in this file is not the one in the chain' }),
  shown: (d) => ({ vi: `dòng thời gian trong hồ sơ chứng cứ không khớp với chuỗi của chính nó (${d})`, en: `the evidence shows something else than its own chain says (${d})` }),
  checkpoint: (d) => ({ vi: `chuỗi khác với điểm kiểm tra (${d})`, en: `the chain is not the one of the checkpoint (${d})` }),
  'cut-tail': (d) => ({ vi: `tệp kết thúc trước điểm kiểm tra: phần cuối bị cắt, hoặc bản xuất cũ hơn (${d})`, en: `the files end before the checkpoint: the tail is cut off, or the export is older (${d})` }),
  seal: (d) => ({ vi: `niêm phong của điểm kiểm tra không phải của khoá này (${d})`, en: `the checkpoint was not sealed with this key (${d})` }),
  'bundle-seal': () => ({ vi: 'hồ sơ chứng cứ đã bị sửa, hoặc không được lập bằng khoá này', en: 'the evidence was changed, or was not made with this key' }),
  'checkpoint-unreadable': () => ({ vi: 'dòng không đọc được là điểm kiểm tra', en: 'not readable as a checkpoint' }),
};

/**
 * @param files exported events and archives in any order, plain or gzip
 * @throws what opening a file fails with
 */
export async function verifyFiles(files: readonly string[], options: VerifyOptions = {}): Promise<VerifyReport> {
  const report: VerifyReport = { ok: true, events: 0, from: null, to: null, bodies: 0, checkpoints: 0, archives: { files: 0, events: 0, attempts: 0, quarantine: 0 }, evidence: { files: 0, events: 0 }, compared: 0, findings: [] };
  const find = (why: Fault, at: Omit<Finding, 'why' | 'text'>, detail = ''): void => {
    report.ok = false;
    report.findings.push({ why, ...at, text: SAYS[why](detail) });
  };
  const { exports, archives, bundles } = await sorted(files, find);
  const copies: Copies = new Map();
  for (const file of archives) await readArchiveInto(file, copies, report, find);
  for (const { file, bundle } of bundles) readBundleInto(file, bundle, copies, report, find, options.keys);
  const trusted = options.checkpoints === undefined ? new Map<number, string>() : await readCheckpoints(options.checkpoints, options.keys, find);

  const start = options.from ?? GENESIS;
  compare(start, trusted, report, options.checkpoints ?? '', find);
  let previous = start;
  let whole = true;
  for (const { file } of exports) {
    if (!whole) break;
    let line = 0;
    const lines = linesOf(file);
    for (;;) {
      line += 1;
      const step = await lines.next().catch(() => 'unreadable' as const);
      if (step !== 'unreadable' && step.done === true) break;
      if (step !== 'unreadable' && step.value.trim() === '') continue;
      const event = step === 'unreadable' ? undefined : eventOf(step.value);
      const why = event === undefined ? 'unreadable' : breakBetween(previous, event);
      if (why !== null || event === undefined) {
        const seq = previous.seq + 1;
        find(why ?? 'unreadable', { file, line, seq }, event === undefined ? `${seq}` : why === 'sequence' ? `${seq} ≠ ${event.seq}` : `${event.seq}`);
        whole = false;
        await lines.return(undefined);
        break;
      }
      previous = { seq: event.seq, hash: event.hash };
      report.from ??= previous;
      report.to = previous;
      report.events += 1;
      if (event.body !== undefined) report.bodies += 1;
      compare(previous, trusted, report, file, find);
      for (const copy of copies.get(event.seq) ?? []) {
        report.compared += 1;
        if (copy.hash !== event.hash) find('differs', { file: copy.file, line: null, seq: event.seq });
      }
    }
  }
  // Only a chain that is whole so far can tell that its end is missing.
  const last = Math.max(0, ...trusted.keys());
  if (whole && exports.length > 0 && last > previous.seq) find('cut-tail', { file: exports.at(-1)?.file ?? '', line: null, seq: previous.seq + 1 }, `${previous.seq} < ${last}`);
  return report;
}

type Find = (why: Fault, at: Omit<Finding, 'why' | 'text'>, detail?: string) => void;

function compare(at: ChainPosition, trusted: Map<number, string>, report: VerifyReport, file: string, find: Find): void {
  const hash = trusted.get(at.seq);
  if (hash === undefined) return;
  report.checkpoints += 1;
  if (hash !== at.hash) find('checkpoint', { file, line: null, seq: at.seq }, `${at.seq}`);
}

interface Sorted { exports: { file: string; first: number }[]; archives: string[]; bundles: { file: string; bundle: EvidenceChain }[] }
/** by number of the event */
type Copies = Map<number, { hash: string; file: string }[]>;
const keep = (copies: Copies, event: ExportedEvent, file: string): void => {
  copies.set(event.seq, [...(copies.get(event.seq) ?? []), { hash: event.hash, file }]);
};

/** What each file is, told by its first line; exports in the order of their events. */
async function sorted(files: readonly string[], find: Find): Promise<Sorted> {
  const exports: { file: string; first: number }[] = [];
  const archives: string[] = [];
  const bundles: Sorted['bundles'] = [];
  for (const file of files) {
    const lines = linesOf(file);
    let first: string | undefined;
    try {
      const step = await lines.next();
      if (step.done === true) continue;
      first = step.value;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).syscall !== undefined) throw error;
    } finally {
      await lines.return(undefined);
    }
    const record = first === undefined ? undefined : recordOf(first);
    if (record?.['format'] === ARCHIVE_FORMAT) archives.push(file);
    else if (record?.['format'] === EVIDENCE_FORMAT && Array.isArray(record['chain'])) bundles.push({ file, bundle: record as unknown as EvidenceChain });
    else if (record === undefined) find('unreadable', { file, line: 1, seq: null }, '1');
    else exports.push({ file, first: Number(record['seq'] ?? 0) });
  }
  return { exports: exports.sort((a, b) => a.first - b.first), archives, bundles };
}

async function readArchiveInto(file: string, copies: Copies, report: VerifyReport, find: Find): Promise<void> {
  const { counts, broken } = await checkArchive(file, (event) => keep(copies, event, file));
  report.archives.files += 1;
  report.archives.events += counts.events;
  report.archives.attempts += counts.attempts;
  report.archives.quarantine += counts.quarantine;
  if (broken !== null) find('archive', { file, line: broken.line, seq: broken.seq }, broken.why);
}

function readBundleInto(file: string, bundle: EvidenceChain, copies: Copies, report: VerifyReport, find: Find, keys?: LedgerKeys): void {
  const { chain } = bundle;
  const broken = brokenEvidence(chain);
  const misshown = misshownEvidence(bundle);
  if (broken !== null) find(broken.why, { file, line: null, seq: broken.seq }, String(broken.seq));
  else if (misshown !== null) find('shown', { file, line: null, seq: misshown }, String(misshown));
  if (keys !== undefined && !sealersOf(keys).some((indexer) => evidenceSeal(indexer, evidenceDigest(bundle)).toString('hex') === bundle.seal)) find('bundle-seal', { file, line: null, seq: null });
  for (const event of chain) keep(copies, event, file);
  report.evidence.files += 1;
  report.evidence.events += chain.length;
}

/** The key of searches and seals stays the first one for ever; which of the ring it is, is written in the ledger only. */
const sealersOf = (keys: LedgerKeys): Indexer[] => [keys.current, ...keys.older].map((key) => new Indexer(key.index));

async function readCheckpoints(file: string, keys: LedgerKeys | undefined, find: Find): Promise<Map<number, string>> {
  const trusted = new Map<number, string>();
  const sealers = keys === undefined ? [] : sealersOf(keys);
  let line = 0;
  for await (const text of linesOf(file)) {
    line += 1;
    if (text.trim() === '') continue;
    const { seq, hash, at, seal } = (recordOf(text) ?? {}) as Partial<Checkpoint>;
    const known = typeof seq === 'number' ? trusted.get(seq) : undefined;
    if (typeof seq !== 'number' || typeof hash !== 'string') find('checkpoint-unreadable', { file, line, seq: null });
    // Two lines that contradict each other: one of them was forged.
    else if (known !== undefined && known !== hash) find('checkpoint', { file, line, seq }, String(seq));
    else trusted.set(seq, hash);
    if (keys !== undefined && typeof seq === 'number' && !sealers.some((indexer) => checkpointSeal(indexer, seq, hash ?? '', at ?? 0).toString('hex') === seal)) find('seal', { file, line, seq }, String(seq));
  }
  return trusted;
}

function eventOf(line: string): ExportedEvent | undefined {
  const record = recordOf(line);
  return record !== undefined && typeof record['seq'] === 'number' ? (record as unknown as ExportedEvent) : undefined;
}
