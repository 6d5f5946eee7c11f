/** The judge of the judicial records: VNeID's and the software's own journal, the gateway, and the portal, beside a plan that has passed through no adapter. */
import type { JournalEntry } from '../adapter/types.ts';
import type { Dossier } from '../model/canonical.ts';
import type { DeliveryReport } from '../testing/index.ts';
import type { JudicialStory } from './demo-judicial.ts';
import { compareTold } from './demo-told.ts';

/** A withdrawal among the states that VNeID is told. */
const WITHDRAWN = 'thuhoi';
/** What VNeID is told of each, in this order. */
const TOLD: Readonly<Record<JudicialStory, readonly string[]>> = {
  issued: ['2', '4', '9', '10'], supplemented: ['5', '2', '4', '9', '10'], withdrawn: ['2', '4', '9', '10', WITHDRAWN], refused: ['3'], refunded: ['3'], 'supplemented-refused': ['5', '3'],
};
/** Steps that the portal gets. */
const STEPS: Readonly<Record<JudicialStory, number>> = { issued: 5, supplemented: 7, withdrawn: 5, refused: 2, refunded: 2, 'supplemented-refused': 4 };
const REPORTS = ['2', '3', '4', '5', '9', '10', WITHDRAWN] as const;

export interface JudicialFigures {
  /** L1 */
  codes: number;
  /** L2, new ones */
  created: number;
  /** L2, supplements */
  supplemented: number;
  /** L4 */
  pushed: number;
  /** L5; the same content at the software, here and at VNeID */
  certificates: number;
  returned: number;
  refused: number;
  /** fees that are to be paid back, and that were */
  refundsDue: number;
  refundsSettled: number;
  /** L6, by state */
  told: Record<string, number>;
  steps: number;
}
export interface JudicialReport {
  counted: JudicialFigures;
  planned: JudicialFigures;
  /** numbers of dossiers of which a journal has less than it should */
  lost: string[];
  doubled: string[];
  /** … that ended otherwise, or were told in another order */
  different: string[];
  ok: boolean;
}

const none = (): JudicialFigures => ({ codes: 0, created: 0, supplemented: 0, pushed: 0, certificates: 0, returned: 0, refused: 0, refundsDue: 0, refundsSettled: 0, told: Object.fromEntries(REPORTS.map((state) => [state, 0])), steps: 0 });
const isRefused = (story: JudicialStory): boolean => !TOLD[story].includes('10');

/** @param stories of every citizen who applied */
export function judicialFigures(stories: Iterable<JudicialStory>): JudicialFigures {
  const n = none();
  for (const story of stories) {
    const issued = isRefused(story) ? 0 : 1;
    n.codes += 1;
    n.created += 1;
    n.supplemented += TOLD[story].filter((state) => state === '5').length;
    n.pushed += issued;
    n.certificates += issued;
    n.returned += issued;
    n.refused += 1 - issued;
    if (story === 'refunded') n.refundsSettled += 1;
    else n.refundsDue += 1 - issued;
    for (const state of TOLD[story]) n.told[state] = (n.told[state] ?? 0) + 1;
    n.steps += STEPS[story];
  }
  return n;
}

interface Seen { created: number; supplemented: number; pushed: number; told: string[]; certificate?: string }

function readJournal(journal: Iterable<JournalEntry>, codes: ReadonlyMap<string, unknown>): Map<string, Seen> {
  const seen = new Map([...codes.keys()].map((code): [string, Seen] => [code, { created: 0, supplemented: 0, pushed: 0, told: [] }]));
  for (const { service, effect, key, item } of journal) {
    const one = seen.get(key ?? '');
    if (one === undefined || (effect !== 'create' && effect !== 'update')) continue;
    if (service === 'createDossier') one[effect === 'create' ? 'created' : 'supplemented'] += 1;
    if (service === 'pushToBackend') one.pushed += 1;
    if (service !== 'reportStatus') continue;
    const { trangThaiXuLy, type, phieuLLTP } = item as { trangThaiXuLy: string; type: string; phieuLLTP?: { sha256: string } };
    one.told.push(type === 'thuhoi' ? WITHDRAWN : trangThaiXuLy);
    if (phieuLLTP !== undefined) one.certificate = phieuLLTP.sha256;
  }
  return seen;
}

export interface JudicialInput {
  /** which citizen got which number, by VNeID's journal */
  codes: ReadonlyMap<string, JudicialStory>;
  /** the plan: of every citizen who applied */
  stories: readonly JudicialStory[];
  journal: Iterable<JournalEntry>;
  dossiers: ReadonlyMap<string, Dossier>;
  /** SHA-256 of the certificates that the gateway keeps, by number */
  kept: ReadonlyMap<string, string>;
  /** of these dossiers */
  portal: DeliveryReport;
}

const endedAs = (dossier: Dossier | undefined, story: JudicialStory): boolean => {
  const { refund } = dossier?.judicialRecord ?? {};
  if (!isRefused(story)) return dossier?.status === 'RETURNED' && refund === undefined && dossier.results.length === 1;
  return dossier?.status === 'REJECTED' && refund?.state === (story === 'refunded' ? 'SETTLED' : 'DUE') && dossier.results.length === 0;
};

export function checkJudicial({ codes, stories, journal, dossiers, kept, portal }: JudicialInput): JudicialReport {
  const seen = readJournal(journal, codes);
  const wrongAtPortal = new Set([...portal.lost, ...portal.outOfOrder].map(({ dossier }) => dossier));
  const counted = { ...none(), codes: codes.size };
  const report: JudicialReport = { counted, planned: judicialFigures(stories), lost: [], doubled: [], different: [], ok: false };
  for (const [code, story] of codes) {
    const one = seen.get(code) as Seen;
    const dossier = dossiers.get(code);
    const plan = TOLD[story];
    const papers = plan.filter((state) => state === '5').length;
    const pushes = isRefused(story) ? 0 : 1;
    counted.created += one.created;
    counted.supplemented += one.supplemented;
    counted.pushed += one.pushed;
    if (one.certificate !== undefined && one.certificate === kept.get(code)) counted.certificates += 1;
    if (dossier?.status === 'RETURNED') counted.returned += 1;
    if (dossier?.status === 'REJECTED') counted.refused += 1;
    if (dossier?.judicialRecord?.refund?.state === 'DUE') counted.refundsDue += 1;
    if (dossier?.judicialRecord?.refund?.state === 'SETTLED') counted.refundsSettled += 1;
    for (const state of one.told) counted.told[state] = (counted.told[state] ?? 0) + 1;

    const told = compareTold(one.told, plan);
    if (dossier === undefined || one.created < 1 || one.supplemented < papers || one.pushed < pushes || told.isShort) report.lost.push(code);
    if (one.created > 1 || one.supplemented > papers || one.pushed > pushes || told.isTwice) report.doubled.push(code);
    if (!endedAs(dossier, story) || !told.isInOrder || one.certificate !== kept.get(code) || wrongAtPortal.has(code)) report.different.push(code);
  }
  counted.steps = portal.figures.steps - portal.figures.doubledAccounted + portal.figures.missingShown;
  report.ok = portal.ok && [report.lost, report.doubled, report.different].every((list) => list.length === 0) && isSame(counted, report.planned);
  return report;
}

const isSame = ({ told, ...rest }: JudicialFigures, { told: plannedTold, ...planned }: JudicialFigures): boolean =>
  (Object.keys(planned) as (keyof typeof planned)[]).every((name) => rest[name] === planned[name]) && Object.keys({ ...told, ...plannedTold }).every((state) => told[state] === plannedTold[state]);
