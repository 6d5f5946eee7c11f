/**
 * A population: how many dossiers of which kind a province had in a period. A file in this format is all that the generator needs to know of a
 * province; README.md describes it. What the cells add up to is worked out here, and must be what the file says was published.
 */
import { listUnits, lookupProvince, TWO_LEVEL_SINCE, type Unit as AreaUnit } from '../../../src/model/units.ts';
import { dayNumberFromDate } from '../../../src/model/civil-date.ts';
import canTho from '../population.json' with { type: 'json' };
import { SECTOR_CODES } from './procedures.ts';

/** 1 in person, 2 online: the national portal's channel codes. */
export type ChannelCode = 1 | 2;
/** The national portal's ten status codes; a population counts by them. */
export type StatusCode = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10;

/** So many dossiers of one kind; `late` of them are. `field` narrows the procedures to a sector. */
export interface PopulationCell { status: StatusCode; channel: ChannelCode; count: number; late: number; field?: string }
export interface PopulationUnits {
  centre: number;
  receptionPoints: readonly { id: string; count: number }[];
  departments: number;
  departmentsTotal: number;
  /** communes with dossiers, and what they have together */
  communes: number;
  communesTotal: number;
  /** by commune code; a key that begins with `other` is shared out among all communes that are not named */
  communeShare: Readonly<Record<string, number>>;
}
/** What a correct count gives; percentages are text with two decimals, half up. */
export interface PopulationFigures {
  received: number; online: number; direct: number; inProcessing: number; stopped: number; completed: number; late: number; onTimeOrInTime: number;
  onlinePercent: string; completedPercent: string; inProcessingPercent: string; stoppedPercent: string; onTimePercent: string;
}
export interface Population {
  /** also the seed */
  id: string;
  /** code of the province since 01/07/2025 */
  province: string;
  /** code of the province among agencies, e.g. H13 */
  agency: string;
  /** first and last day, Vietnam */
  period: readonly [from: string, to: string];
  cells: readonly PopulationCell[];
  units: PopulationUnits;
  /** submitted and not received: no figure counts them */
  extraNotReceived: readonly { status: StatusCode; count: number }[];
  /** province digits in the numbers of citizens; default the province's own */
  birthProvinces: readonly string[];
  expected: PopulationFigures;
  /** the province's name, and its communes by code */
  area: { province: AreaUnit; communes: readonly AreaUnit[] };
}

const MOST = 200_000;
const LONGEST_DAYS = 366;
const NAMED = 14;
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MOST;
const list = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) && value.every(isObject) ? value : []);

/** Two decimals, half up, in whole numbers. */
export const percentOf = (part: number, whole: number): string => {
  const hundredths = whole === 0 ? 0 : Math.floor((20_000 * part + whole) / (2 * whole));
  return `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')}`;
};

/** The figures of the cells, by plain sums. */
export function figuresOf(cells: readonly PopulationCell[]): PopulationFigures {
  const sum = (test: (cell: PopulationCell) => boolean): number => cells.reduce((total, cell) => total + (test(cell) ? cell.count : 0), 0);
  const of = (...statuses: StatusCode[]): number => sum(({ status }) => statuses.includes(status));
  const received = sum(() => true);
  const online = sum(({ channel }) => channel === 2);
  const [inProcessing, stopped, completed] = [of(2, 4, 5, 6), of(7, 8), of(9, 10)];
  const late = cells.reduce((total, cell) => total + cell.late, 0);
  return {
    received, online, direct: received - online, inProcessing, stopped, completed, late, onTimeOrInTime: received - late,
    onlinePercent: percentOf(online, received), completedPercent: percentOf(completed, received), inProcessingPercent: percentOf(inProcessing, received),
    stoppedPercent: percentOf(stopped, received), onTimePercent: percentOf(received - late, received),
  };
}

/**
 * Checks a population as it was read from its file.
 * @throws RangeError with every fault, one on a line
 */
export function readPopulation(value: unknown): Population {
  const faults: string[] = [];
  const wrong = (where: string, what: string): void => void faults.push(`${where}: ${what}`);
  const given = isObject(value) ? value : {};
  const text = (name: string, pattern: RegExp, what: string, fallback?: string): string => {
    const found = given[name] ?? fallback;
    if (typeof found === 'string' && pattern.test(found)) return found;
    wrong(name, what);
    return '';
  };
  const id = text('id', /^[\w.-]{1,80}$/, 'letters, digits, - and . (it seeds the dossiers)');
  const agency = text('agency', /^H\d{2}$/, 'the province among agencies, such as H13');
  const provinceCode = text('province', /^\d{2}$/, 'the two-digit code of a province');
  const [from, to] = Array.isArray(given['period']) ? (given['period'] as unknown[]) : [];
  const [first, last] = [from, to].map((day) => (typeof day === 'string' ? dayNumberFromDate(day) : undefined));
  if (first === undefined || last === undefined || last < first || last - first >= LONGEST_DAYS) wrong('period', '["yyyy-MM-dd", "yyyy-MM-dd"], the first day not after the last, a year at the most');
  const beginning = first === undefined ? TWO_LEVEL_SINCE : String(from);
  if (beginning < TWO_LEVEL_SINCE) wrong('period', `begins before ${TWO_LEVEL_SINCE}, when there were other units`);
  const day = beginning < TWO_LEVEL_SINCE ? TWO_LEVEL_SINCE : beginning;
  const province = lookupProvince(provinceCode, day);
  if (province === undefined && provinceCode !== '') wrong('province', 'there is no such province on the first day');
  const communes = listUnits('commune', day).filter((unit) => unit.provinceCode === provinceCode);

  const cells = list(given['cells']).map((cell, i): PopulationCell => {
    const { status, channel, count, late = 0, field } = cell;
    if (!([2, 4, 5, 6, 7, 8, 9, 10] as unknown[]).includes(status)) wrong(`cells[${i}].status`, '2 or 4 to 10');
    if (channel !== 1 && channel !== 2) wrong(`cells[${i}].channel`, '1 in person, 2 online');
    if (!isCount(count)) wrong(`cells[${i}].count`, `a whole number up to ${MOST}`);
    if (!isCount(late) || (isCount(count) && late > count)) wrong(`cells[${i}].late`, 'a whole number, not more than count');
    else if (late > 0 && !([4, 9, 10] as unknown[]).includes(status)) wrong(`cells[${i}].late`, 'only dossiers in states 4, 9 and 10 can be late');
    if (field !== undefined && !SECTOR_CODES.includes(field as string)) wrong(`cells[${i}].field`, `one of ${SECTOR_CODES.join(', ')}`);
    return { status: status as StatusCode, channel: channel as ChannelCode, count: isCount(count) ? count : 0, late: isCount(late) ? late : 0, ...(field === undefined ? {} : { field: field as string }) };
  });
  const expected = figuresOf(cells);
  if (cells.length === 0) wrong('cells', 'a list of {status, channel, count, late}');
  else if (expected.received > MOST || expected.received === 0) wrong('cells', `1 to ${MOST} dossiers together`);
  for (const section of ['given', 'derived', 'expected']) {
    for (const [name, published] of Object.entries(isObject(given[section]) ? given[section] : {})) {
      const computed = (expected as unknown as Record<string, unknown>)[name];
      if (computed !== undefined && computed !== published) wrong(`${section}.${name}`, `the cells give ${String(computed)}`);
    }
  }

  const units = readUnits(given['units'], { communes, total: expected.received, wrong });
  const extraNotReceived = list(given['extraNotReceived']).map(({ status, count }, i) => {
    if ((status !== 1 && status !== 3) || !isCount(count)) wrong(`extraNotReceived[${i}]`, 'status 1 or 3, and a count');
    return { status: status as StatusCode, count: isCount(count) ? count : 0 };
  });
  const birth = given['birthProvinces'] ?? [`0${provinceCode}`];
  const birthProvinces = Array.isArray(birth) && birth.length > 0 && birth.every((code): code is string => typeof code === 'string' && /^\d{3}$/.test(code)) ? birth : [];
  if (birthProvinces.length === 0) wrong('birthProvinces', 'a list of three digits each');
  if (faults.length > 0 || province === undefined) throw new RangeError(faults.join('\n'));
  return { id, province: provinceCode, agency, period: [String(from), String(to)], cells, units, extraNotReceived, birthProvinces, expected, area: { province, communes } };
}

function readUnits(value: unknown, { communes, total, wrong }: { communes: readonly AreaUnit[]; total: number; wrong: (where: string, what: string) => void }): PopulationUnits {
  const given = isObject(value) ? value : {};
  const count = (name: string, limit = MOST): number => {
    const found = given[name] ?? 0;
    if (isCount(found) && found <= limit) return found;
    wrong(`units.${name}`, `a whole number up to ${limit}`);
    return 0;
  };
  const units = {
    centre: count('centre'), departments: count('departments', NAMED), departmentsTotal: count('departmentsTotal'), communes: count('communes', communes.length), communesTotal: count('communesTotal'),
    receptionPoints: list(given['receptionPoints']).map((point, i) => {
      if (typeof point['id'] !== 'string' || !isCount(point['count'])) wrong(`units.receptionPoints[${i}]`, 'an id and a count');
      return { id: String(point['id']), count: Number(point['count']) || 0 };
    }),
    communeShare: Object.fromEntries(Object.entries(isObject(given['communeShare']) ? given['communeShare'] : {}).map(([code, share]) => {
      if (!isCount(share)) wrong(`units.communeShare.${code}`, 'a whole number');
      if (!code.startsWith('other') && !communes.some((unit) => unit.code === code)) wrong(`units.communeShare.${code}`, 'the province has no such commune in the period');
      return [code, Number(share) || 0];
    })),
  };
  const shares = Object.entries(units.communeShare);
  const shared = shares.reduce((sum, [, n]) => sum + n, 0);
  if (shared !== units.communesTotal) wrong('units.communeShare', `adds to ${shared}, communesTotal is ${units.communesTotal}`);
  const named = shares.filter(([code]) => !code.startsWith('other')).length;
  const counted = shares.length > named ? communes.length : named;
  if (counted !== units.communes) wrong('units.communes', `communeShare speaks of ${counted}`);
  if (shares.length > named + 1) wrong('units.communeShare', 'one key that begins with "other" at the most');
  if ((units.departments === 0) !== (units.departmentsTotal === 0)) wrong('units.departmentsTotal', 'with departments, and only with them');
  const all = units.centre + units.departmentsTotal + units.communesTotal + units.receptionPoints.reduce((sum, point) => sum + point.count, 0);
  if (all !== total) wrong('units', `add to ${all}, the cells to ${total}`);
  return units;
}

/** The fortnight that this example is about. */
export const CAN_THO: Population = readPopulation(canTho);
