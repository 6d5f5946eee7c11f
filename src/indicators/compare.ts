/**
 * Our figures beside those that the national portal reports (EMC fact sheet A.6.5). The portal's answers are undocumented: they are read with every field
 * optional, a null stays null, and quality flags are handed on. Nothing is adjusted: where figures differ, both are told.
 */
import type { Text } from '../contract/errors/types.ts';
import { isRecord } from '../contract/is-record.ts';
import { sameAgency, sameName } from '../model/index.ts';

/** One figure of the portal for one department. `code`: a metric's code, or the name of a parameter. */
export interface PortalFigure { department: string; departmentCode: string | null; isRoot: boolean; code: string; numerator: number | null; denominator: number | null; ratio: number | null; score: number | null }
export interface PortalReading { figures: PortalFigure[]; /** e.g. TEMP_NATIONAL_REPORT_DENOMINATOR */ flags: string[]; /** rows that had nothing to read */ passedOver: number }

/** Of our reports, what is compared: figures by id for the whole and for each unit. Views and reports both fit. */
export interface OwnGroup { code: string; name: string; figures: readonly { id: string; numerator: number | null; denominator: number | null; exact?: string | null }[] }
export interface OwnFigures { whole: OwnGroup; groups: readonly OwnGroup[] }

export type Verdict = 'equal' | 'differs' | 'not-reported' | 'not-computed';
export interface Comparison {
  /** the portal's name of the department */
  department: string;
  /** our unit, null for the whole or where none fits */
  unit: string | null;
  code: string;
  /** indicator or count of ours, and which side of it */
  indicator: string;
  side: Side;
  ours: number | null;
  theirs: number | null;
  verdict: Verdict;
}
export interface ComparisonReport { rows: Comparison[]; flags: string[]; equal: number; differing: number; /** departments of the portal that no unit of ours is */ unknown: string[]; passedOver: number }
type Side = 'numerator' | 'denominator' | 'days';

const METRICS: Readonly<Record<string, string>> = {
  PUBLISH_ON_TIME: '1.1', PUBLIC_UPDATE_ON_TIME: '1.2', PUBLIC_CONTENT_FULL: '1.3', DOSSIER_SYNC: '1.4', ORIGINAL_RESULT_AVAILABLE: '4.1', SO_HOA_GIAY_TO_GIAI_QUYET: '4.2', REUSED_DIGITIZED_DATA: '4.3',
  SYNCED_WITH_DVCQG_PERSONAL_STORAGE: '4.4', CITIZEN_DATA_CONNECTED_FORMALITY: '4.5a', CITIZEN_DATA_CONNECTED_DOSSIER: '4.5b', ELECTRONIC_CERTIFIED_COPY: '4.6', PETITION_PROCESSING_ON_TIME: '5.2', PETITION_HANDLING_SATISFACTION: '5.3',
  DOSSIER_RECEIVING_SATISFACTION: '5.4',
};
const PARAMETERS: Readonly<Record<string, readonly [indicator: string, side: Side]>> = {
  totalReceived: ['received', 'numerator'], totalOnTime: ['2.1', 'numerator'], totalOverdue: ['late', 'numerator'], totalCompleted: ['completed', 'numerator'], avgProcessingDays: ['2.2', 'days'],
  authorityCount: ['3.1', 'denominator'], fullCount: ['3.1-full', 'numerator'], onlineDossierCount: ['3.2', 'numerator'], onlineServiceTotal: ['3.2', 'denominator'],
  channelOnlineSum: ['online', 'numerator'], channelDirectSum: ['counter', 'numerator'], channelPostalSum: ['postal', 'numerator'], channelTotalSum: ['received', 'numerator'], onlineOnTimeSum: ['online-in-time', 'numerator'],
  totalFeeDossierFormality: ['3.5a', 'numerator'], totalFeeFormality: ['3.5a', 'denominator'], totalDossierOnlineFormalityPaymentSuccess: ['3.5b', 'numerator'], totalFeeDossierFormalityDistinct: ['3.5b', 'denominator'],
  totalDossierOnlinePaymentSuccess: ['3.6', 'numerator'], totalDossierFinancialObligation: ['3.6', 'denominator'],
};

const FLAGS: Readonly<Record<string, Text>> = {
  TEMP_NATIONAL_REPORT_DENOMINATOR: { vi: 'Cổng đang dùng mẫu số tạm của báo cáo quốc gia', en: 'the portal uses a provisional denominator of the national report' },
  NO_NATIONAL_REPORT_DATA: { vi: 'Cổng chưa có số liệu báo cáo quốc gia', en: 'the portal has no national report data' },
};
/** What a quality flag means; the flag itself where it is not known. */
export const flagText = (flag: string): Text => (Object.hasOwn(FLAGS, flag) ? FLAGS[flag] : undefined) ?? { vi: flag, en: flag };

const MOST_ROWS = 20_000;
const MOST_FLAGS = 100;
const MOST_NAME = 300;
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value.slice(0, MOST_NAME) : null);
/** A whole number, also as text; anything else is not known. */
function numberOf(value: unknown): number | null {
  const number = typeof value === 'string' && /^-?\d{1,15}(\.\d{1,9})?$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

/** Reads answers of the report endpoints, shapes A and B, alone or in a list; what is no such answer is passed over. */
export function readPortalReports(answers: unknown): PortalReading {
  const reading: PortalReading = { figures: [], flags: [], passedOver: 0 };
  for (const answer of Array.isArray(answers) ? (answers as unknown[]) : [answers]) readAnswer(answer, reading);
  reading.flags = [...new Set(reading.flags)].sort();
  return reading;
}

function readAnswer(answer: unknown, reading: PortalReading): void {
  // With or without its envelope: people keep what they see.
  const data = isRecord(answer) && isRecord(answer['data']) ? answer['data'] : answer;
  if (!isRecord(data)) {
    reading.passedOver += 1;
    return;
  }
  flagsIn(data['source'], reading.flags, 3);
  flagsIn(data['qualityFlags'] ?? data['flags'], reading.flags, 1);
  const list = (name: string): unknown[] => (Array.isArray(data[name]) ? (data[name] as unknown[]) : []);
  const rows: [unknown, boolean][] = [
    ...[data['overview'], data['parent']].filter((row) => row !== undefined && row !== null).map((row): [unknown, boolean] => [row, true]),
    ...[...list('evaluation'), ...list('children')].map((row): [unknown, boolean] => [row, false]),
  ];
  if (rows.length === 0) reading.passedOver += 1;
  for (const [row, isRoot] of rows) {
    if (!isRecord(row) || reading.figures.length >= MOST_ROWS) {
      reading.passedOver += 1;
      continue;
    }
    flagsIn(row['qualityFlags'] ?? row['flags'], reading.flags, 1);
    const before = reading.figures.length;
    const who = { department: text(row['departmentName']) ?? text(row['departmentCode']) ?? '', departmentCode: text(row['departmentCode']), isRoot };
    for (const metric of Array.isArray(row['metrics']) ? (row['metrics'] as unknown[]).slice(0, 200) : []) {
      if (!isRecord(metric)) continue;
      const code = text(metric['code']);
      flagsIn(metric['qualityFlags'] ?? metric['flags'], reading.flags, 1);
      if (code !== null) reading.figures.push({ ...who, code, numerator: numberOf(metric['numerator']), denominator: numberOf(metric['denominator']), ratio: numberOf(metric['ratio']), score: numberOf(metric['score']) });
    }
    for (const code of Object.keys(PARAMETERS)) if (Object.hasOwn(row, code)) reading.figures.push({ ...who, code, numerator: numberOf(row[code]), denominator: null, ratio: null, score: null });
    if (reading.figures.length === before) reading.passedOver += 1;
  }
}

/** Words in capitals, wherever they stand: nobody has said where flags go. */
function flagsIn(value: unknown, into: string[], depth: number): void {
  if (into.length >= MOST_FLAGS) return;
  if (typeof value === 'string') {
    if (/^[A-Z][A-Z0-9_]{4,60}$/.test(value)) into.push(value);
  } else if (depth > 0 && typeof value === 'object' && value !== null) for (const inner of Object.values(value).slice(0, MOST_FLAGS)) flagsIn(inner, into, depth - 1);
}

/** Holds what the portal reports against figures of ours. @param own indicators and counts together, by their ids */
export function compareFigures(reading: PortalReading, own: OwnFigures): ComparisonReport {
  const unknown = new Set<string>();
  const rows: Comparison[] = [];
  for (const figure of reading.figures) {
    const unit = figure.isRoot ? own.whole : own.groups.find((group) => sameName(group.name, figure.department) || (figure.departmentCode !== null && sameAgency(group.code, figure.departmentCode)));
    if (unit === undefined) {
      unknown.add(figure.department);
      continue;
    }
    const row = (indicator: string, side: Side, theirs: number | null): void => {
      const ours = sideOf(unit, indicator, side);
      const verdict: Verdict = theirs === null ? 'not-reported' : ours === null ? 'not-computed' : ours === theirs ? 'equal' : 'differs';
      rows.push({ department: figure.department, unit: figure.isRoot ? null : unit.code, code: figure.code, indicator, side, ours, theirs, verdict });
    };
    const parameter = Object.hasOwn(PARAMETERS, figure.code) ? PARAMETERS[figure.code] : undefined;
    const metric = Object.hasOwn(METRICS, figure.code) ? METRICS[figure.code] : undefined;
    if (parameter !== undefined) row(parameter[0], parameter[1], figure.numerator);
    else if (metric !== undefined) {
      row(metric, 'numerator', figure.numerator);
      row(metric, 'denominator', figure.denominator);
    }
  }
  return { rows, flags: reading.flags, equal: rows.filter(({ verdict }) => verdict === 'equal').length, differing: rows.filter(({ verdict }) => verdict === 'differs').length, unknown: [...unknown].sort(), passedOver: reading.passedOver };
}

const DAY_SECONDS = 86_400;
function sideOf(group: OwnGroup, indicator: string, side: Side): number | null {
  const found = group.figures.find(({ id }) => id === indicator);
  if (found === undefined) return null;
  if (side !== 'days') return found[side];
  // Two decimals, as the portal shows a mean; in whole numbers of hundredths, half up.
  const { numerator, denominator } = found;
  if (numerator === null || denominator === null || denominator === 0) return null;
  return Math.floor((200 * numerator + denominator * DAY_SECONDS) / (2 * denominator * DAY_SECONDS)) / 100;
}
