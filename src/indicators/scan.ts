/** One pass over the columns: which dossiers a query holds, in which group, with which word. Everything that a report says comes from here. */
import { dayNumberFromDate, procedureBase, TWO_LEVEL_SINCE, type Channel, type DossierStatus, type ServiceLevel } from '../model/index.ts';
import { placeOf, type Area } from './areas.ts';
import { BRANCHES, isEnded, judge, type Ending, type Terms } from './on-time.ts';
import { bucketsOf, daysOf, endOfDay, type Period, type TimeUnit } from './period.ts';
import { CHUNK_ROWS, EMPTY_ROW, dayOf, type Chunk, type Dictionary, type Population } from './population.ts';
import { CARRIED_OVER, ENDED_IN_PERIOD, RECEIVED_IN_PERIOD, VERDICT, registerBits } from './predicates.ts';
import { keyOf, type RegisterIndex } from './register.ts';
import { CHANNELS, channelIndex, channelOf, hasMark, isSynchronised, levelOf, statusOf } from './word.ts';

export const DIMENSIONS = ['unit', 'receiving-unit', 'commune', 'province', 'field', 'procedure', 'channel', 'day', 'month', 'quarter', 'year'] as const;
export type Dimension = (typeof DIMENSIONS)[number];
const TIME_UNITS: ReadonlySet<string> = new Set<TimeUnit>(['day', 'month', 'quarter', 'year']);
export const isTimeUnit = (by: Dimension | undefined): by is TimeUnit => by !== undefined && TIME_UNITS.has(by);

/** Every list: any of them. All that are given must hold. */
export interface Filter {
  /** agency codes in either spelling, with everything below them */
  units?: readonly string[];
  /** province codes, by the query's `area`; an old province is `93@2025-06-30` */
  provinces?: readonly string[];
  communes?: readonly string[];
  fields?: readonly string[];
  /** codes, any local suffix is passed over */
  procedures?: readonly string[];
  channels?: readonly Channel[];
  statuses?: readonly DossierStatus[];
  levels?: readonly ServiceLevel[];
  synchronised?: boolean;
}
export interface Selection {
  period: Period;
  by?: Dimension;
  /** default as-it-was */
  area?: Area;
  /** dossiers that are still open are judged at the end of the reporting period, or at this instant (epoch ms) where it is earlier */
  asOf?: number;
  filter?: Filter;
}

export interface Group { key: string; /** code of the unit, field or procedure; the key otherwise */ code: string; name: string; /** last day of the group's part of the period (day number) */ lastDay: number }
export interface Prepared { groups: Group[]; first: number; last: number; run(visit: Visit): void }
/**
 * @param scan verdict, register and place in the period, as bits (predicates.ts)
 * @param handling seconds from receipt to end without pauses, for dossiers that have ended; else 0
 */
export type Visit = (row: number, group: number, word: number, scan: number, procedure: number, handling: number) => void;

/**
 * Lays out groups and look-up tables of a selection; `run` passes over the population.
 * @param needed ways of lying in the period that anything counts (predicates.ts); rows that lie in it only in other ways are passed over
 */
export function prepareScan(population: Population, selection: Selection, register: RegisterIndex, needed: number = RECEIVED_IN_PERIOD | ENDED_IN_PERIOD | CARRIED_OVER): Prepared {
  const { period, by, filter = {} } = selection;
  const { first, last } = daysOf(period);
  const groups = new Groups(last);
  const byTime = isTimeUnit(by);
  const buckets = byTime ? bucketsOf(period, by) : [];
  const bucketOfDay = new Int32Array(byTime ? last - first + 1 : 0);
  const periodEnds: number[] = [];
  const capped = (end: number): number => Math.min(end, selection.asOf ?? Number.POSITIVE_INFINITY);
  for (const bucket of buckets) {
    const group = groups.add(bucket.key, bucket.key, '', bucket.last);
    periodEnds.push(capped(endOfDay(bucket.last)));
    bucketOfDay.fill(group, bucket.first - first, bucket.last - first + 1);
  }
  const wholeEnd = capped(endOfDay(last));
  const find = byTime ? undefined : groupFinder(population, selection, register, groups);
  const allowed = filterOf(population, selection, register, filter);
  const bits = Int32Array.from(population.procedures.texts, (code) => registerBits(register.procedure(code)));

  const run = (visit: Visit): void => {
    const ending: Ending = { branch: 'in-progress', at: null };
    let acceptedAt = Number.NaN;
    let procedure = 0;
    const terms: Terms = {
      dueAt: null, pausedMs: 0, periodEnd: wholeEnd,
      statutoryEnd: () => (Number.isNaN(acceptedAt) ? null : register.statutoryEnd(population.procedures.texts[procedure] ?? '', acceptedAt)),
    };
    for (const [no, chunk] of population.chunks.entries()) {
      const base = no * CHUNK_ROWS;
      const rows = Math.min(CHUNK_ROWS, population.rows - base);
      for (let i = 0; i < rows; i += 1) {
        const branch = chunk.branch[i] ?? EMPTY_ROW;
        const day = chunk.day[i] ?? 0;
        if (branch === EMPTY_ROW || day > last) continue;
        const hasEnded = ENDED[branch] === 1;
        const endedDay = hasEnded ? dayOf(chunk.ended[i] ?? Number.NaN) : last + 1;
        const received = day >= first ? needed & RECEIVED_IN_PERIOD : 0;
        const ended = endedDay >= first && endedDay <= last ? needed & ENDED_IN_PERIOD : 0;
        const carried = day < first && endedDay >= first && day > NEVER ? needed & CARRIED_OVER : 0;
        if ((received | ended | carried) === 0 || (allowed !== undefined && !allowed(chunk, i, day))) continue;

        const word = chunk.word[i] ?? 0;
        procedure = chunk.procedure[i] ?? 0;
        acceptedAt = chunk.accepted[i] ?? Number.NaN;
        const due = chunk.due[i] ?? Number.NaN;
        const paused = chunk.paused[i] ?? 0;
        const endedAt = chunk.ended[i] ?? Number.NaN;
        ending.branch = BRANCHES[branch] ?? 'in-progress';
        ending.at = Number.isNaN(endedAt) ? null : endedAt;
        terms.dueAt = Number.isNaN(due) ? null : due;
        terms.pausedMs = paused;
        const known = bits[procedure] ?? 0;
        const handling = hasEnded && endedAt - paused > acceptedAt ? Math.floor((endedAt - paused - acceptedAt) / 1000) : 0;
        const isReceived = hasMark(word, 'received');
        if (find !== undefined) {
          const verdict = isReceived ? verdictOf(ending, terms) : VERDICT.none;
          visit(base + i, find(chunk, i, day, word), word, verdict | known | received | ended | carried, procedure, handling);
          continue;
        }
        // By time a dossier stands under the day it was received and under the day it ended; "carried over" belongs to no piece of the period.
        for (let when = received === 0 ? ended : received; when !== 0; when = when === received ? ended : 0) {
          const group = bucketOfDay[(when === received ? day : endedDay) - first] ?? 0;
          terms.periodEnd = periodEnds[group] ?? wholeEnd;
          visit(base + i, group, word, (isReceived ? verdictOf(ending, terms) : VERDICT.none) | known | when, procedure, handling);
        }
      }
    }
  };
  return { groups: groups.list, first, last, run };
}

/** By number of the branch: has the dossier ended? */
const ENDED = Uint8Array.from(BRANCHES, (branch) => (isEnded(branch) ? 1 : 0));
/** Days before this are no days: a dossier without any date. */
const NEVER = -0x7fffffff;

function verdictOf(ending: Ending, terms: Terms): number {
  const { onTime, margin } = judge(ending, terms);
  if (ending.branch === 'supplement-repeated') return VERDICT.repeated;
  if (onTime === null) return VERDICT.none;
  if (!isEnded(ending.branch)) return onTime ? VERDICT.openInTime : VERDICT.openLate;
  return !onTime ? VERDICT.late : margin === 0 ? VERDICT.onTheDot : VERDICT.early;
}

class Groups {
  readonly list: Group[] = [];
  readonly #byKey = new Map<string, number>();
  readonly #lastDay: number;

  constructor(lastDay: number) { this.#lastDay = lastDay; }

  add(key: string, code: string, name: string, lastDay = this.#lastDay): number {
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const no = this.list.push({ key, code, name, lastDay }) - 1;
    this.#byKey.set(key, no);
    return no;
  }
}

type Find = (chunk: Chunk, i: number, day: number, word: number) => number;
const TWO_LEVEL_DAY = dayNumberFromDate(TWO_LEVEL_SINCE) ?? 0;

/** Tables from a dictionary's numbers to groups, made once for each scan. */
function groupFinder(population: Population, selection: Selection, register: RegisterIndex, groups: Groups): Find {
  const { by, area = 'as-it-was' } = selection;
  const { agencies, sectors, procedures } = population;
  const plain = (dictionary: Dictionary, nameOf: (code: string, told: string) => string): Int32Array =>
    Int32Array.from(dictionary.texts, (code, id) => groups.add(code, code, nameOf(code, dictionary.names[id] ?? '')));
  switch (by) {
    case 'unit': case 'receiving-unit': {
      const table = Int32Array.from(agencies.texts, (code) => {
        const present = area === 'same-area-today' ? register.successor(code) : code;
        return groups.add(keyOf(present), present, register.agency(present)?.name ?? agencies.nameOf(present));
      });
      return by === 'unit' ? (chunk, i) => table[chunk.agency[i] ?? 0] ?? 0 : (chunk, i) => table[chunk.receiving[i] ?? 0] ?? 0;
    }
    case 'province': case 'commune': {
      const tableOf = (old: boolean): Int32Array => Int32Array.from(agencies.texts, (code) => {
        const unit = placeOf(code, by, old, area, register);
        return groups.add(unit.key, unit.code, unit.name);
      });
      const [before, since] = [tableOf(true), tableOf(false)];
      return (chunk, i, day) => (day < TWO_LEVEL_DAY ? before : since)[chunk.agency[i] ?? 0] ?? 0;
    }
    case 'field': { const table = plain(sectors, (_code, told) => told); return (chunk, i) => table[chunk.sector[i] ?? 0] ?? 0; }
    case 'procedure': { const table = plain(procedures, (code, told) => register.procedure(code)?.name ?? told); return (chunk, i) => table[chunk.procedure[i] ?? 0] ?? 0; }
    case 'channel': { for (const channel of CHANNELS) groups.add(channel, channel, ''); return (_chunk, _i, _day, word) => channelIndex(word); }
    default: { const all = groups.add('', '', ''); return () => all; }
  }
}

/** Is a row within the filter? undefined: every row is. Lists of codes become tables over the dictionaries. */
function filterOf(population: Population, selection: Selection, register: RegisterIndex, filter: Filter): ((chunk: Chunk, i: number, day: number) => boolean) | undefined {
  const { area = 'as-it-was' } = selection;
  const { agencies, sectors, procedures } = population;
  const tests: ((chunk: Chunk, i: number, day: number) => boolean)[] = [];
  const tableOf = (dictionary: Dictionary, holds: (text: string) => boolean): Uint8Array => Uint8Array.from(dictionary.texts, (text) => (holds(text) ? 1 : 0));
  const { units, fields, channels, statuses, levels, synchronised } = filter;
  if (units !== undefined) {
    const keys = units.map(keyOf);
    const table = tableOf(agencies, (code) => {
      const key = keyOf(area === 'same-area-today' ? register.successor(code) : code);
      return keys.some((unit) => key === unit || key.startsWith(`${unit}.`));
    });
    tests.push((chunk, i) => table[chunk.agency[i] ?? 0] === 1);
  }
  for (const [level, wanted] of [['province', filter.provinces], ['commune', filter.communes]] as const) {
    if (wanted === undefined) continue;
    const [before, since] = [true, false].map((old) => tableOf(agencies, (code) => wanted.includes(placeOf(code, level, old, area, register).key))) as [Uint8Array, Uint8Array];
    tests.push((chunk, i, day) => (day < TWO_LEVEL_DAY ? before : since)[chunk.agency[i] ?? 0] === 1);
  }
  if (fields !== undefined) { const table = tableOf(sectors, (code) => fields.includes(code)); tests.push((chunk, i) => table[chunk.sector[i] ?? 0] === 1); }
  if (filter.procedures !== undefined) { const wanted = new Set(filter.procedures.map((code) => procedureBase(code) ?? code)); const table = tableOf(procedures, (code) => wanted.has(code)); tests.push((chunk, i) => table[chunk.procedure[i] ?? 0] === 1); }
  if (channels !== undefined) tests.push((chunk, i) => channels.includes(channelOf(chunk.word[i] ?? 0)));
  if (statuses !== undefined) tests.push((chunk, i) => statuses.includes(statusOf(chunk.word[i] ?? 0)));
  if (levels !== undefined) tests.push((chunk, i) => { const level = levelOf(chunk.word[i] ?? 0); return level !== null && levels.includes(level); });
  if (synchronised !== undefined) tests.push((chunk, i) => isSynchronised(chunk.word[i] ?? 0) === synchronised);
  return tests.length === 0 ? undefined : (chunk, i, day) => tests.every((test) => test(chunk, i, day));
}
