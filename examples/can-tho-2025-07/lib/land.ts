/**
 * The weeks after the fortnight, for its land dossiers: what the land system does with each of those that are in process, and how the
 * one-stop desk answers. Counted here and nowhere else: what a correct run gives passes through no adapter.
 */
import { liferayTime } from './calendar.ts';
import { LAND_SECTOR, PROCEDURES } from './procedures.ts';
import { randomFor, type Random } from './random.ts';
import { ACTIONS, type ActionKey } from './story.ts';
import { calendarOf } from './calendar.ts';
import { CAN_THO, type Population } from './population.ts';
import { units } from './units.ts';

/** As the simulated land system names what may happen to a case. */
export type LandStep = 'move' | 'pause' | 'supplement' | 'tax' | 'finish' | 'return';
export interface LandPlan {
  /** the dossier's number */
  receipt: string;
  script: readonly LandStep[];
  /** steps in its log before anything happened to it there */
  steps: number;
}

/** A line of the export, as far as it is looked at or changed here. */
export interface LandRecord {
  dossierNo: string;
  serviceCode: string;
  domainCode: string;
  dossierStatus: string;
  actions: Record<string, unknown>[];
  dossierFiles: Record<string, unknown>[];
  [field: string]: unknown;
}

const LAND = PROCEDURES.filter(({ sector }) => sector.code === LAND_SECTOR);

/** National code → what the land system calls it; invented. */
export const LAND_PROCEDURES: Readonly<Record<string, { code: string; name: string }>> = Object.fromEntries(LAND.map(({ code, name }, i) => [code, { code: `CT-DD-0${i + 1}`, name: `${name} (minh họa)` }]));
/** Names of the papers that land dossiers have. */
export const LAND_PAPERS: readonly string[] = [...new Set(LAND.flatMap(({ papers }) => papers.map(({ name }) => name)))];
/** Agency → commune, where the agency is a commune's. */
export const landAreas = (population: Population = CAN_THO): Record<string, { provinceCode: string; communeCode: string }> =>
  Object.fromEntries(units(population).flatMap(({ code, communeCode }) => (communeCode === undefined ? [] : [[code, { provinceCode: population.province, communeCode }]])));
/** The officers of the log who receive, and invented ones of the land office. */
export const RECEPTION = [{ code: 'motcua.01', name: 'Cán bộ một cửa 01' }, { code: 'motcua.02', name: 'Cán bộ một cửa 02' }] as const;
export const LAND_OFFICE = [{ code: 'vpdk.01', name: 'Thẩm tra viên mẫu 21' }, { code: 'vpdk.02', name: 'Thẩm tra viên mẫu 22' }, { code: 'vpdk.03', name: 'Lãnh đạo văn phòng mẫu 23' }] as const;
/** The first working day after the period, 08:00 in Vietnam. */
export const landStart = ({ period }: Population = CAN_THO): string => new Date(calendarOf(period).nextOpening).toISOString();

/** Only what the province has accepted and works on; what waits at the desk or has ended goes nowhere. */
const IN_PROCESS = new Set(['handover', 'processing']);
export const isForLand = ({ serviceCode, dossierStatus }: Pick<LandRecord, 'serviceCode' | 'dossierStatus'>): boolean => Object.hasOwn(LAND_PROCEDURES, serviceCode) && IN_PROCESS.has(dossierStatus);

/** How often in a hundred, by procedure: a transfer is nearly always taxed, a mortgage never. */
const CHANCES: Readonly<Record<string, { supplement: number; tax: number; moves: number }>> = {
  '1.009912': { supplement: 12, tax: 70, moves: 1 },
  '1.009913': { supplement: 15, tax: 0, moves: 1 },
  '1.009923': { supplement: 3, tax: 0, moves: 1 },
  '1.009924': { supplement: 10, tax: 80, moves: 2 },
};

function scriptOf(serviceCode: string, random: Random): LandStep[] {
  const chances = CHANCES[serviceCode];
  if (chances === undefined) throw new RangeError(`no land procedure: ${serviceCode}`);
  const script: LandStep[] = Array.from({ length: chances.moves }, () => 'move');
  if (random.chance(chances.supplement)) script.push('supplement');
  if (random.chance(3)) script.push('pause');
  if (random.chance(chances.tax)) script.push('tax');
  script.push(random.chance(4) ? 'return' : 'finish');
  return script;
}

/** @param record of the export @returns undefined for one that the land system does not get */
export function landPlanOf(record: LandRecord): LandPlan | undefined {
  if (!isForLand(record)) return undefined;
  return { receipt: record.dossierNo, script: scriptOf(record.serviceCode, randomFor(`can-tho-2025-07:land:${record.dossierNo}`)), steps: record.actions.length };
}

/** What a correct run gives. */
export interface LandFigures {
  sent: number;
  /** I1 */
  moves: number;
  /** I2 */
  supplements: number;
  pauses: number;
  /** I3 */
  received: number;
  /** I4; one notice each */
  taxed: number;
  /** I5 */
  finished: number;
  /** I5 that brings no result */
  withoutResult: number;
  /** O2 */
  answered: number;
  /** one with each I2, I4 and I5 */
  files: number;
  /** O3 */
  returned: number;
  /** what all of it adds to the log: one step for each call of the land system, and the desk's own */
  steps: number;
}

/** Steps that the desk takes itself. */
const DESK_STEPS = { supplement: 1, tax: 2, end: 2 } as const;

export function landFigures(plans: Iterable<LandPlan>): LandFigures {
  const n = { sent: 0, move: 0, supplement: 0, pause: 0, tax: 0, finish: 0, return: 0 };
  for (const { script } of plans) {
    n.sent += 1;
    for (const step of script) n[step] += 1;
  }
  const ended = n.finish + n.return;
  const received = n.supplement + n.pause;
  return {
    sent: n.sent, moves: n.move, supplements: n.supplement, pauses: n.pause, received, taxed: n.tax, finished: ended, withoutResult: n.return,
    answered: n.supplement + n.tax, files: received + n.tax + ended, returned: ended,
    steps: n.move + 2 * received + n.tax + ended + DESK_STEPS.supplement * n.supplement + DESK_STEPS.tax * n.tax + DESK_STEPS.end * ended,
  };
}

// ---- the desk ------------------------------------------------------------------------------------------------------

/** What the land system waits for, or has done. */
export type DeskTask = 'supplement' | 'tax' | 'result' | 'no-result';
const STEPS: Readonly<Record<DeskTask, readonly ActionKey[]>> = { supplement: ['supplemented'], tax: ['demand', 'paid'], result: ['release', 'handOver'], 'no-result': ['release', 'handOver'] };
const MINUTE = 60_000;

/**
 * The record as the province's system has it once the desk has dealt with it: the same, with more in its log.
 * @param at ms; the steps follow it, ten minutes apart
 */
export function deskAnswer(record: LandRecord, task: DeskTask, at: number): LandRecord {
  const first = Number(record.actions.at(-1)?.['dossierActionId']);
  const times = STEPS[task].map((_, i) => at + (i + 1) * 10 * MINUTE);
  const actions = STEPS[task].map((key, i): Record<string, unknown> => {
    const { code, name, status, from, to, role } = ACTIONS[key];
    // Numbers of these steps lie far above those of the export.
    return { dossierActionId: first + 1_000_000_000 + i, createDate: liferayTime(times[i] ?? at), actionCode: code, actionName: name, actionUser: RECEPTION[0].name, fromStepCode: from, toStepCode: to, dossierStatus: status, department: role };
  });
  const last = ACTIONS[STEPS[task].at(-1) ?? 'supplemented'];
  const [releasedAt = at] = times;
  const endedAt = times.at(-1) ?? at;
  const isEnd = task === 'result' || task === 'no-result';
  return {
    ...record, modifiedDate: endedAt, dossierStatus: last.status, dossierStatusText: last.text, stepCode: last.to, stepName: last.text,
    actions: [...record.actions, ...actions],
    ...(isEnd ? { releaseDate: releasedAt, finishDate: endedAt, assignedUsers: [] } : {}),
    ...(task === 'result' ? { dossierFiles: [...record.dossierFiles, resultOf(record, releasedAt)] } : {}),
  };
}

/** What the citizen gets, as the province's system keeps it. */
function resultOf({ serviceCode, dossierNo, dossierFiles }: LandRecord, at: number): Record<string, unknown> {
  const procedure = LAND.find(({ code }) => code === serviceCode);
  return {
    dossierFileId: Number(dossierFiles.at(-1)?.['dossierFileId']) + 1_000_000_000, dossierPartNo: 'KQ1', dossierPartType: 2, fileTemplateNo: procedure?.result.code ?? '', displayName: procedure?.result.name ?? '',
    fileSize: 90_000, fileUrl: `https://tep.cantho.example.vn/${dossierNo}/KQ1.pdf`, createDate: at, removed: false, deliverableCode: `DD-${dossierNo}`,
  };
}
