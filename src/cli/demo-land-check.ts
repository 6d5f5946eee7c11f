/**
 * The judge of the land cases: how each of them ended in the land system's own journal, in the gateway, and at the portal; and the counts
 * beside those of the plan, which has passed through no adapter.
 */
import { createHash } from 'node:crypto';
import { landFigures, type LandFigures, type LandPlan, type LandStep } from '../../examples/can-tho-2025-07/generate.ts';
import type { JournalEntry } from '../adapter/types.ts';
import type { Dossier } from '../model/canonical.ts';
import type { LandEventKind, LandFile } from '../model/generated/land-case.ts';
import type { DeliveryReport } from '../testing/index.ts';

export interface LandReport {
  counted: LandFigures;
  planned: LandFigures;
  /** receipts of cases that the land system never got, or of which less was told, heard, answered or fetched than should be */
  lost: string[];
  /** … of which something is there twice */
  doubled: string[];
  /** … that ended otherwise in one of the three */
  different: string[];
  ok: boolean;
}

type Told = Partial<Record<LandEventKind, number>>;
/** What of a plan the land system tells. */
const TELLS: Readonly<Record<LandStep, readonly LandEventKind[]>> = {
  move: ['HANDOVER'], pause: ['PAUSED', 'SUPPLEMENT_RECEIVED'], supplement: ['SUPPLEMENT_REQUESTED', 'SUPPLEMENT_RECEIVED'], tax: ['TAX_NOTICES'], finish: ['FINISHED'], return: ['FINISHED'],
};
/** How the land system's journal calls it; a pause is a request that says so. */
const KINDS: Readonly<Record<string, LandEventKind>> = { moved: 'HANDOVER', supplementRequested: 'SUPPLEMENT_REQUESTED', supplementReceived: 'SUPPLEMENT_RECEIVED', taxNotices: 'TAX_NOTICES', finished: 'FINISHED' };

const add = <K extends string>(to: Partial<Record<K, number>>, key: K): void => void (to[key] = (to[key] ?? 0) + 1);
const differs = (a: Told, b: Told): number => {
  let most = 0;
  for (const key of Object.keys({ ...a, ...b }) as LandEventKind[]) {
    const by = (a[key] ?? 0) - (b[key] ?? 0);
    if (Math.abs(by) > Math.abs(most)) most = by;
  }
  return most;
};

interface AtLand { created: number; told: Told; withoutResult: number; answered: number; returned: number }

function readLand(journal: Iterable<JournalEntry>): Map<string, AtLand> {
  const cases = new Map<string, AtLand>();
  for (const { service, effect, key, item } of journal) {
    if (key === undefined || (effect !== 'create' && effect !== 'update')) continue;
    let at = cases.get(key);
    if (at === undefined) cases.set(key, (at = { created: 0, told: {}, withoutResult: 0, answered: 0, returned: 0 }));
    const how = item as { isPause?: boolean; isResult?: boolean } | undefined;
    const kind = KINDS[service];
    if (kind !== undefined) add(at.told, kind === 'SUPPLEMENT_REQUESTED' && how?.isPause === true ? 'PAUSED' : kind);
    if (service === 'finished' && how?.isResult === false) at.withoutResult += 1;
    if (service === 'submit') at.created += 1;
    if (service === 'supplementDone') at.answered += 1;
    if (service === 'resultReturned') at.returned += 1;
  }
  return cases;
}

/** Every file that the land system has named in a dossier. */
export const landFiles = ({ landCase }: Dossier): LandFile[] => {
  if (landCase === undefined) return [];
  const all = [...landCase.results, ...landCase.events.flatMap(({ files }) => files ?? []), ...landCase.obligations.flatMap(({ document }) => document ?? [])];
  // The result stands in the case and in its event.
  return [...new Map(all.map((file) => [file.link, file])).values()];
};

export interface LandInput {
  plans: ReadonlyMap<string, LandPlan>;
  /** the land system's */
  journal: Iterable<JournalEntry>;
  dossiers: ReadonlyMap<string, Dossier>;
  /** of these dossiers */
  portal: DeliveryReport;
}

export function checkLand({ plans, journal, dossiers, portal }: LandInput): LandReport {
  const atLand = readLand(journal);
  const counted: LandFigures = { sent: 0, moves: 0, supplements: 0, pauses: 0, received: 0, taxed: 0, finished: 0, withoutResult: 0, answered: 0, files: 0, returned: 0, steps: 0 };
  const report: LandReport = { counted, planned: landFigures(plans.values()), lost: [], doubled: [], different: [], ok: false };
  const wrongAtPortal = new Set(portal.lost.map(({ dossier }) => dossier));
  const FIELD: Partial<Record<LandEventKind, keyof LandFigures>> = { HANDOVER: 'moves', SUPPLEMENT_REQUESTED: 'supplements', PAUSED: 'pauses', SUPPLEMENT_RECEIVED: 'received', TAX_NOTICES: 'taxed', FINISHED: 'finished' };
  let steps = 0;
  for (const [receipt, plan] of plans) {
    steps += plan.steps;
    const land = atLand.get(receipt);
    const dossier = dossiers.get(receipt);
    const heard: Told = {};
    for (const { kind } of dossier?.landCase?.events ?? []) {
      add(heard, kind);
      const field = FIELD[kind];
      if (field !== undefined) counted[field] += 1;
    }
    const planned: Told = {};
    for (const step of plan.script) for (const kind of TELLS[step]) add(planned, kind);
    const answers = plan.script.filter((step) => step === 'supplement' || step === 'tax').length;
    const fetched = dossier === undefined ? [] : landFiles(dossier).filter((file) => file.fetched !== undefined);
    counted.sent += land?.created ?? 0;
    counted.answered += land?.answered ?? 0;
    counted.returned += land?.returned ?? 0;
    counted.withoutResult += land?.withoutResult ?? 0;
    counted.files += fetched.length;

    const told = land?.told ?? {};
    if (land === undefined || land.created < 1 || land.answered < answers || land.returned < 1 || differs(heard, told) < 0 || differs(told, planned) < 0 || fetched.length < (dossier === undefined ? 0 : landFiles(dossier).length)) report.lost.push(receipt);
    if (land !== undefined && (land.created > 1 || land.answered > answers || land.returned > 1 || differs(heard, told) > 0)) report.doubled.push(receipt);
    const ended = dossier?.status === 'RETURNED' && dossier.landCase?.state === 'RETURNED_TO_CITIZEN' && dossier.landCase.obligations.every(({ payments }) => payments?.some(({ status }) => status === 'PAID') === true);
    if ((land?.returned ?? 0) > 0 !== ended || wrongAtPortal.has(receipt)) report.different.push(receipt);
  }
  counted.steps = portal.figures.steps - portal.figures.doubledAccounted + portal.figures.missingShown - steps;
  report.ok = portal.ok && [report.lost, report.doubled, report.different].every((list) => list.length === 0)
    && (Object.keys(report.planned) as (keyof LandFigures)[]).every((name) => counted[name] === report.planned[name]);
  return report;
}

/**
 * Asks the land system once more for files of which the dossier knows the hash.
 * @param downloadUrl before a relative link
 * @returns how many have another content
 */
export async function checkFiles(dossiers: Iterable<Dossier>, downloadUrl: string, most: number): Promise<number> {
  let wrong = 0;
  let asked = 0;
  for (const dossier of dossiers) {
    for (const { link, fetched } of landFiles(dossier)) {
      if (asked >= most || fetched === undefined) break;
      asked += 1;
      const content = Buffer.from(await (await fetch(`${downloadUrl}${link}`)).arrayBuffer());
      if (createHash('sha256').update(content).digest('hex') !== fetched.sha256) wrong += 1;
    }
  }
  return wrong;
}
