/**
 * The third part of the demo: citizens apply for judicial records on the simulated VNeID. Every one of their submissions is made twice, as after an answer that
 * was lost. The one-stop desk decides by what the gateway holds; the judicial-record software issues the certificates by its own clock.
 */
import type { Population } from '../../examples/can-tho-2025-07/generate.ts';
import { inventedPdf } from '../adapter/invented-pdf.ts';
import type { JournalEntry } from '../adapter/types.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Dossier } from '../model/canonical.ts';
import { calm, isElsewhere, keptHashes, workDesk, type Decision } from './demo-desk.ts';
import { readPages, startMock, tellMock, type MockProcess } from './demo-mocks.ts';

/** VNeID's name in the gateway's configuration. */
export const JUDICIAL_ID = 'vneid';
export const CITIZENS = 300;
/** Longer than a citizen takes to supplement, and than the software takes. */
const ROUND_MS = 7 * 24 * 3_600_000;
const CALLBACK_LINES = 16;
/** The software's days are this run's seconds. */
const POLL_MS = 1_000;

/**
 * What becomes of a request: a certificate; papers are asked for first; it is refused, with the fee to be paid back; the fee was paid back; papers, and then a
 * refusal; a certificate that is withdrawn afterwards.
 */
export type JudicialStory = 'issued' | 'supplemented' | 'refused' | 'refunded' | 'supplemented-refused' | 'withdrawn';
const STORIES: readonly JudicialStory[] = [
  'issued', 'issued', 'supplemented', 'issued', 'refused', 'issued', 'issued', 'supplemented', 'issued', 'issued',
  'withdrawn', 'issued', 'supplemented', 'issued', 'refunded', 'issued', 'issued', 'supplemented-refused', 'issued', 'issued',
];
/** @param citizen from 1 */
export const storyOf = (citizen: number): JudicialStory => STORIES[(citizen - 1) % STORIES.length] ?? 'issued';

const wantsPapers = (story: JudicialStory): boolean => story === 'supplemented' || story === 'supplemented-refused';
const isRefusal = (story: JudicialStory): boolean => story === 'refused' || story === 'refunded' || story === 'supplemented-refused';

/** Where their dossiers belong: a unit that has none of the fortnight's. */
export const judicialAgency = ({ agency }: Population): { code: string; name: string } => ({ code: `${agency}.98`, name: 'Bộ phận lý lịch tư pháp (minh họa)' });

/** Options of the simulated VNeID. Everybody pays: a refusal then means that the fee goes back. */
export const judicialOptions = (population: Population): Record<string, unknown> => ({
  agencyCode: judicialAgency(population).code, agencyName: judicialAgency(population).name, provinceCode: population.province, provinceName: population.area.province.fullName,
  delivery: 'lost-answer', chances: { free: 0 }, suffixes: false,
});
/** The gateway's line to it. @param settings as the mock gives them */
export function judicialUpstream(settings: Record<string, unknown> | undefined): Record<string, unknown> {
  const { backend, ...rest } = settings ?? {};
  return { adapter: 'vneid', ...rest, interruptedRetryMs: 1_000, backend: { ...(backend as object), pollEveryMs: POLL_MS } };
}

export function startJudicial(population: Population, seed: string): Promise<MockProcess> {
  const options = Object.entries(judicialOptions(population)).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return startMock('vneid', ['--seed', seed, '--callback-lines', String(CALLBACK_LINES), '--keep', '500', '-o', ...options]);
}

// ---- the desk ------------------------------------------------------------------------------------------------------

/** A decision to withdraw a certificate, kept by the gateway as the province's own files are. */
async function withdrawal({ code, judicialRecord }: Dossier, ledger: Ledger): Promise<Partial<Dossier>> {
  const url = await ledger.keepFile(Buffer.from(inventedPdf(`Quyet dinh thu hoi ${code}`), 'latin1'), { mediaType: 'application/pdf' });
  return { judicialRecord: { form: judicialRecord?.form ?? '1', revocations: [{ decision: `${code}/QĐ-TH`, reason: 'Thông tin trên Phiếu chưa chính xác', file: { name: 'quyet-dinh.pdf', url } }] } };
}

/** What the desk does next with a dossier; undefined: nothing, or not yet. */
async function decisionOf(dossier: Dossier, story: JudicialStory, ledger: Ledger): Promise<Decision | undefined> {
  const { status, judicialRecord: { submissions = [], revocations = [], refund } = {}, payments } = dossier;
  if (status === 'SUBMITTED' && wantsPapers(story) && submissions.length < 2) return { status: 'SUPPLEMENT_REQUIRED', action: 'Yêu cầu bổ sung', reason: 'Ảnh thẻ căn cước bị mờ' };
  if (status === 'SUBMITTED' && isRefusal(story)) return { status: 'REJECTED', action: 'Từ chối hồ sơ', reason: 'Thông tin kê khai không đúng' };
  if (status === 'SUBMITTED') return { status: 'ACCEPTED', action: 'Tiếp nhận hồ sơ' };
  if (status === 'RESOLVED') return { status: 'RETURNED', action: 'Trả kết quả' };
  if (status === 'RETURNED' && story === 'withdrawn' && revocations.length === 0) return { status, action: 'Thu hồi Phiếu', more: await withdrawal(dossier, ledger) };
  if (status === 'REJECTED' && story === 'refunded' && refund?.state === 'DUE') return { status, action: 'Hoàn phí', more: { payments: payments.map((one) => ({ ...one, status: 'REFUNDED' as const })) } };
  return undefined;
}

/** The gateway's own round asks for the certificate once more before a withdrawal goes out. */
const waits = (dossier: Dossier): boolean => isElsewhere(dossier) || dossier.judicialRecord?.revocations?.some(({ certificateAskedAt }) => certificateAskedAt === undefined) === true;

// ---- the weeks -----------------------------------------------------------------------------------------------------

/** Number → story, by VNeID's own journal: which citizen got which number. */
export async function judicialCodes(url: string): Promise<Map<string, JudicialStory>> {
  const codes = new Map<string, JudicialStory>();
  for await (const { service, effect, key, item } of readPages<JournalEntry>(`${url}/__admin/journal?limit=10000`)) {
    if (service === 'issueCode' && effect === 'read' && key !== undefined) codes.set(key, storyOf((item as { citizen: number }).citizen));
  }
  return codes;
}

export interface JudicialWork {
  gateway: string;
  ledger: Ledger;
  /** address of the simulated VNeID */
  vneid: string;
  citizens: number;
  /** until all that the gateway has to tell has gone out */
  drained: () => Promise<void>;
}

/** @returns what the gateway refused of the desk's decisions */
export async function workJudicial({ gateway, ledger, vneid, citizens, drained }: JudicialWork): Promise<{ refused: number }> {
  await tellMock(vneid, 'callbacks', { url: `${gateway}/inbound/${JUDICIAL_ID}` });
  let next = 0;
  await Promise.all(Array.from({ length: CALLBACK_LINES }, async () => {
    for (next += 1; next <= citizens; next += 1) await tellMock(vneid, 'call', { name: 'apply' });
  }));
  await calm(vneid);
  const refused = await workDesk({ name: 'judicial', gateway, ledger, system: vneid, advanceMs: ROUND_MS, tickMs: 1, stories: await judicialCodes(vneid), decide: (dossier, story) => decisionOf(dossier, story, ledger), waits, drained });
  return { refused };
}

/** SHA-256 of each certificate as the gateway keeps it. */
export const keptCertificates = (dossiers: Iterable<Dossier>, ledger: Ledger): Promise<Map<string, string>> => keptHashes(dossiers, ledger, ({ judicialRecord }) => judicialRecord?.certificate?.file);
