/**
 * One dossier's evidence: what the ledger holds of it, and the links by which anyone can tell that the hash chain holds just that.
 * Pure of HTTP: the operator API and the command line make the same bundle.
 */
import dossierSchema from '../../schemas/canonical/dossier.schema.json' with { type: 'json' };
import eventSchema from '../../schemas/canonical/event.schema.json' with { type: 'json' };
import manifest from '../../package.json' with { type: 'json' };
import { evidenceDigest, EVIDENCE_FORMAT, EVIDENCE_VERSION, type EvidenceChain } from '../ledger/audit/evidence.ts';
import { breakInside, type ExportedEvent } from '../ledger/chain.ts';
import type { Ledger, Timeline } from '../ledger/ledger.ts';
import type { Checkpoint } from '../ledger/upkeep.ts';
import { instantFromEpoch } from '../model/time.ts';
import { ordersOf, type OrderView } from './order-views.ts';
import { timelineView } from './views.ts';

export type EvidenceSource = Pick<Ledger, 'timeline' | 'exportEvents' | 'listCheckpoints' | 'bodies' | 'seal'>;
export interface EvidenceBundle extends EvidenceChain {
  code: string;
  madeAt: string;
  /** what wrote and what described it: the package, the canonical schemas, the adapters' mappings of the attempts */
  versions: { package: string; dossierSchema: string; eventSchema: string; mappings: string[] };
  /** as the operator API shows it, content included */
  timeline: Record<string, unknown>;
  /** what people ordered about it, with their reasons */
  orders: OrderView[];
  verification: { whole: boolean; events: number; broken: number[]; statement: { vi: string; en: string } };
}
type Unsealed = Omit<EvidenceBundle, 'seal'>;

const MOST_CHECKPOINTS = 4_000;

/** undefined when the ledger knows no such dossier */
export async function evidenceBundle(source: EvidenceSource, code: string, now: number): Promise<EvidenceBundle | undefined> {
  const timeline = await source.timeline(code);
  if (timeline === undefined) return undefined;
  const chain: ExportedEvent[] = [];
  for (const { seq } of timeline.events) chain.push(...(await source.exportEvents({ afterSeq: seq - 1, limit: 1, bodies: false })));
  const checkpoints = around(await source.listCheckpoints(MOST_CHECKPOINTS), chain);
  const broken = chain.filter((event) => breakInside(event) !== null).map((event) => event.seq);
  const bundle: Unsealed = {
    format: EVIDENCE_FORMAT,
    version: EVIDENCE_VERSION,
    code,
    madeAt: instantFromEpoch(now),
    versions: { package: manifest.version, dossierSchema: dossierSchema.$id, eventSchema: eventSchema.$id, mappings: mappingsOf(timeline) },
    timeline: timelineView(timeline),
    orders: await ordersOf(source, timeline),
    chain,
    checkpoints,
    verification: { whole: broken.length === 0, events: chain.length, broken, statement: statement(chain, checkpoints) },
  };
  return { ...bundle, seal: await source.seal(evidenceDigest(bundle)) };
}

const mappingsOf = (timeline: Timeline): string[] => [...new Set(timeline.attempts.flatMap((attempt) => (attempt.mapping === undefined ? [] : [`${attempt.upstream} ${attempt.mapping}`])))].sort();

/** The nearest checkpoint before the dossier's first event and the nearest one that covers its last. */
function around(newestFirst: readonly Checkpoint[], chain: readonly ExportedEvent[]): EvidenceChain['checkpoints'] {
  const first = chain[0]?.seq ?? 0;
  const last = chain.at(-1)?.seq ?? 0;
  return { before: newestFirst.find((checkpoint) => checkpoint.seq < first) ?? null, after: newestFirst.findLast((checkpoint) => checkpoint.seq >= last) ?? null };
}

function statement(chain: readonly ExportedEvent[], { after }: EvidenceChain['checkpoints']): { vi: string; en: string } {
  const seqs = chain.map((event) => event.seq).join(', ');
  const en = [
    `Each event's hash is SHA-256 over the hash before it, its metadata and the hash of its encrypted body; "lienthong verify <this file>" recomputes it. Events ${seqs}.`,
    `That these events stand in the ledger's chain is shown by an export: "lienthong verify <export> <this file>" compares them${after === null ? '' : `, and the checkpoint behind event ${after.seq} (hash ${after.hash}) must be in it`}.`,
    'With the key of the ledger, "lienthong verify --config …" also shows that nothing in this evidence was changed after it was made.',
    ...(after === null ? ['No checkpoint covers the last event yet; the next daily one will.'] : []),
  ].join(' ');
  const vi = [
    `Mã băm của mỗi sự kiện là SHA-256 trên mã băm đứng trước, thông tin của sự kiện và mã băm của nội dung đã mã hoá; "lienthong verify <tệp này>" tính lại. Các sự kiện ${seqs}.`,
    `Bản xuất cho thấy các sự kiện này nằm trong chuỗi của sổ cái: "lienthong verify <bản xuất> <tệp này>" so sánh${after === null ? '' : `, và điểm kiểm tra sau sự kiện ${after.seq} (mã băm ${after.hash}) phải nằm trong đó`}.`,
    'Có khoá của sổ cái thì "lienthong verify --config …" còn cho thấy chứng cứ này không bị sửa sau khi lập.',
    ...(after === null ? ['Chưa có điểm kiểm tra bao gồm sự kiện cuối; điểm kiểm tra hằng ngày kế tiếp sẽ bao gồm.'] : []),
  ].join(' ');
  return { vi, en };
}
