/** The judge of births and deaths: the journals of the interconnected service and the civil-status system, the gateway, and the portal, beside a plan that has passed through no adapter. */
import type { JournalEntry } from '../adapter/types.ts';
import type { Dossier } from '../model/canonical.ts';
import type { DeliveryReport } from '../testing/index.ts';
import type { CivilPlan, CivilStory } from './demo-civil.ts';
import { compareTold } from './demo-told.ts';

/** What the interconnected service is told of each, in this order (K7). */
const EVENTS: Readonly<Record<CivilStory, readonly string[]>> = { registered: ['1', '3', '7', '4', '5'], supplemented: ['1', '2', '3', '7', '4', '5'], refused: ['1', '6'] };
/** Steps that the portal gets. */
const STEPS: Readonly<Record<CivilStory, number>> = { registered: 5, supplemented: 7, refused: 2 };
const ALL_EVENTS = ['1', '2', '3', '7', '4', '5', '6'] as const;

export interface CivilFigures {
  /** taken in: acknowledged as new */
  births: number;
  deaths: number;
  /** K4, one for each declaration, supplements too */
  acknowledged: number;
  /** K5 */
  pushed: number;
  /** K6; the same content here and at the interconnected service */
  registered: number;
  /** numbers of newborns that came back */
  newborns: number;
  returned: number;
  refused: number;
  /** K7, by event */
  told: Record<string, number>;
  steps: number;
}
export interface CivilReport {
  counted: CivilFigures;
  planned: CivilFigures;
  /** numbers of dossiers of which a journal has less than it should */
  lost: string[];
  doubled: string[];
  /** … that ended otherwise, or were told in another order */
  different: string[];
  ok: boolean;
}

const none = (): CivilFigures => ({ births: 0, deaths: 0, acknowledged: 0, pushed: 0, registered: 0, newborns: 0, returned: 0, refused: 0, told: Object.fromEntries(ALL_EVENTS.map((event) => [event, 0])), steps: 0 });

/** @param plans of every declaration that was made */
export function civilFigures(plans: Iterable<CivilPlan>): CivilFigures {
  const n = none();
  for (const { kind, story } of plans) {
    const isDone = story !== 'refused';
    n[kind === 'BIRTH' ? 'births' : 'deaths'] += 1;
    n.acknowledged += story === 'supplemented' ? 2 : 1;
    n[isDone ? 'returned' : 'refused'] += 1;
    if (isDone) {
      n.pushed += 1;
      n.registered += 1;
      if (kind === 'BIRTH') n.newborns += 1;
    }
    for (const event of EVENTS[story]) n.told[event] = (n.told[event] ?? 0) + 1;
    n.steps += STEPS[story];
  }
  return n;
}

interface Seen { acknowledged: number; pushed: number; told: string[]; registration?: string }

/** @returns by the province's number; the interconnected service's own stands in its dossier */
function readJournal(journal: Iterable<JournalEntry>, dossiers: ReadonlyMap<string, Dossier>, codes: ReadonlyMap<string, unknown>): Map<string, Seen> {
  const seen = new Map([...codes.keys()].map((code): [string, Seen] => [code, { acknowledged: 0, pushed: 0, told: [] }]));
  const byNumber = new Map([...dossiers.values()].map(({ code, civilStatus }) => [civilStatus?.interconnectedNumber ?? '', code]));
  for (const { service, effect, key = '', item } of journal) {
    const one = seen.get(service === 'pushCivilStatus' ? key : (byNumber.get(key) ?? ''));
    if (one === undefined || (effect !== 'create' && effect !== 'update')) continue;
    if (service === 'acknowledge') one.acknowledged += 1;
    if (service === 'pushCivilStatus') one.pushed += 1;
    if (service !== 'reportStatus') continue;
    const { trangThai, tep } = item as { trangThai: number; tep?: { sha256: string } };
    one.told.push(String(trangThai));
    if (tep !== undefined) one.registration = tep.sha256;
  }
  return seen;
}

export interface CivilInput {
  /** which dossier got which number, by the interconnected service's journal */
  codes: ReadonlyMap<string, CivilPlan>;
  /** the plan: of every declaration that was made */
  plans: readonly CivilPlan[];
  journal: Iterable<JournalEntry>;
  dossiers: ReadonlyMap<string, Dossier>;
  /** SHA-256 of the registrations that the gateway keeps, by number */
  kept: ReadonlyMap<string, string>;
  /** of these dossiers */
  portal: DeliveryReport;
}

const numberOf = ({ civilStatus }: Dossier): string | undefined => civilStatus?.result?.citizenNumber;

function endedAs(dossier: Dossier | undefined, { kind, story }: CivilPlan): boolean {
  if (dossier === undefined || dossier.civilStatus?.kind !== kind) return false;
  if (story === 'refused') return dossier.status === 'REJECTED' && dossier.civilStatus.result === undefined;
  const hasNumber = numberOf(dossier) !== undefined && dossier.civilStatus.facts?.child?.citizenNumber === numberOf(dossier);
  return dossier.status === 'RETURNED' && dossier.results.length === 1 && (kind === 'DEATH' || hasNumber);
}

export function checkCivil({ codes, plans, journal, dossiers, kept, portal }: CivilInput): CivilReport {
  const seen = readJournal(journal, dossiers, codes);
  const wrongAtPortal = new Set([...portal.lost, ...portal.outOfOrder].map(({ dossier }) => dossier));
  const counted = none();
  const report: CivilReport = { counted, planned: civilFigures(plans), lost: [], doubled: [], different: [], ok: false };
  const count = (what: 'pushed' | 'registered' | 'newborns' | 'returned' | 'refused' | 'births' | 'deaths', isSo: boolean): void => void (counted[what] += isSo ? 1 : 0);
  for (const [code, plan] of codes) {
    const one = seen.get(code) as Seen;
    const dossier = dossiers.get(code);
    const isDone = plan.story !== 'refused';
    const acknowledged = plan.story === 'supplemented' ? 2 : 1;
    counted.acknowledged += one.acknowledged;
    counted.pushed += one.pushed;
    count('births', dossier?.civilStatus?.kind === 'BIRTH');
    count('deaths', dossier?.civilStatus?.kind === 'DEATH');
    count('registered', one.registration !== undefined && one.registration === kept.get(code));
    count('newborns', dossier !== undefined && numberOf(dossier) !== undefined);
    count('returned', dossier?.status === 'RETURNED');
    count('refused', dossier?.status === 'REJECTED');
    for (const event of one.told) counted.told[event] = (counted.told[event] ?? 0) + 1;

    const told = compareTold(one.told, EVENTS[plan.story]);
    if (dossier === undefined || told.isShort || one.acknowledged < acknowledged || one.pushed < (isDone ? 1 : 0)) report.lost.push(code);
    if (told.isTwice || one.acknowledged > acknowledged || one.pushed > (isDone ? 1 : 0)) report.doubled.push(code);
    if (!endedAs(dossier, plan) || !told.isInOrder || one.registration !== kept.get(code) || wrongAtPortal.has(code)) report.different.push(code);
  }
  counted.steps = portal.figures.steps - portal.figures.doubledAccounted + portal.figures.missingShown;
  report.ok = portal.ok && [report.lost, report.doubled, report.different].every((list) => list.length === 0) && isSame(counted, report.planned);
  return report;
}

const isSame = ({ told, ...rest }: CivilFigures, { told: plannedTold, ...planned }: CivilFigures): boolean =>
  (Object.keys(planned) as (keyof typeof planned)[]).every((name) => rest[name] === planned[name]) && Object.keys({ ...told, ...plannedTold }).every((event) => told[event] === plannedTold[event]);
