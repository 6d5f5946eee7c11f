/**
 * A report: every indicator of a set of definitions for every group of a query. One pass counts equal dossiers (group, word, scan); the indicators
 * are then worked out over the few different words that occur, in whole numbers and exact fractions.
 */
import type { DefinitionSet, CountSpec, IndicatorDefinition } from './definitions.ts';
import { needsRegister } from './definitions.ts';
import { add, compare, divide, fraction, fractionOf, multiply, type Fraction } from './fraction.ts';
import { Histogram } from './histogram.ts';
import type { Population } from './population.ts';
import { CARRIED_OVER, ENDED_IN_PERIOD, NEED_REGISTER, PROCEDURE_PREDICATES, RECEIVED_IN_PERIOD, bare, conditionOf, type ProcedurePredicateName } from './predicates.ts';
import { keyOf, RegisterIndex, type Register } from './register.ts';
import { sameProcedure } from '../model/index.ts';
import { isTimeUnit, prepareScan, type Dimension, type Group, type Prepared, type Selection } from './scan.ts';

export interface Query extends Selection {
  definitions: DefinitionSet;
  register?: Register | RegisterIndex;
  /** numbers for indicators that no dossier feeds, by id; for the whole query only, not for its groups */
  external?: Readonly<Record<string, { numerator: number; denominator: number }>>;
}

/**
 * Why there is no rate: the denominator is zero · the register does not say what is needed · nothing feeds it here · it has no meaning for a
 * group of this kind (carried over, by day)
 */
export type NoFigure = 'zero-denominator' | 'register' | 'external' | 'not-in-groups';

export interface Figure {
  id: string;
  /** whole numbers; null where they are not known. For a mean: seconds */
  numerator: number | null;
  /** null for a plain count too */
  denominator: number | null;
  /** of a rate or mean, exact, with the factor in it; null with `why` */
  rate: Fraction | null;
  why?: NoFigure;
  /** points: maximum × min(1, rate ÷ threshold); null where the rate is, and where the indicator gives none */
  score: Fraction | null;
  maximum: Fraction | null;
  /** dossiers in the denominator whose procedure the register does not have */
  unregistered?: number;
  /** the denominator was raised to what was reported nationally */
  nationalCount?: number;
}
export interface GroupFigures {
  key: string;
  code: string;
  name: string;
  /** dossiers of this group that lie in the period in a way that the definitions count, received or not */
  dossiers: number;
  figures: Figure[];
  /** by group of the definitions: sum of the scores that are known, and of the maxima behind them */
  scores: { id: string; score: Fraction | null; of: Fraction | null }[];
  total: { score: Fraction | null; of: Fraction | null };
}
export interface Report {
  definitions: { id: string; version: string };
  period: { from: string; to: string };
  by: Dimension | null;
  /** sorted by key; empty without `by` */
  groups: GroupFigures[];
  whole: GroupFigures;
}

/** @throws TypeError when a definition names a predicate that does not exist (checkDefinitions finds them all) */
export function computeReport(population: Population, query: Query): Report {
  const { definitions, by } = query;
  const register = query.register instanceof RegisterIndex ? query.register : new RegisterIndex(query.register);
  const specs = definitions.indicators.flatMap(({ numerator, denominator }) => [numerator, denominator]).filter((spec) => spec !== undefined);
  const places: Places = {
    dossiers: specs.filter(({ count }) => count === 'dossiers' || count === 'handling-seconds'),
    procedures: specs.filter(({ count }) => count === 'procedures'),
    unregistered: specs.filter(({ count }) => count === 'dossiers'),
  };
  const tests = { dossiers: [...places.dossiers.map(testOf), ...places.unregistered.map((spec) => testOf(withoutRegister(spec)))], procedures: places.procedures.map(testOf) };
  const needed = specs.reduce((bits, { when = 'received' }) => bits | WHEN[when], 0);
  const count = (selection: Selection): { scan: Prepared; context: Context } => {
    const scan = prepareScan(population, selection, register, needed);
    const histogram = new Histogram(tests, population.procedures.texts.length);
    scan.run((_row, group, word, bits, procedure, handling) => { histogram.add(group, word, bits, procedure, handling); });
    return { scan, context: { query, register, places, histogram } };
  };

  const { scan, context } = count(query);
  const { histogram } = context;
  // Pieces of time are periods of their own, judged at their own ends: the whole is not their sum.
  const { by: _by, ...undivided } = query;
  const whole = figuresOf({ key: '', code: '', name: '', lastDay: scan.last }, null, isTimeUnit(by) ? count(undivided).context : context);
  const groups = by === undefined ? [] : scan.groups
    .map((group, no) => ({ group, no }))
    .filter(({ no }) => isTimeUnit(by) || histogram.all(no) > 0)
    .map(({ group, no }) => figuresOf(group, no, context))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return { definitions: { id: definitions.id, version: definitions.version }, period: query.period, by: by ?? null, groups, whole };
}

interface Context { query: Query; register: RegisterIndex; places: Places; histogram: Histogram }
/** What the histogram counts, by position; `unregistered` stands behind `dossiers`. */
interface Places { dossiers: CountSpec[]; procedures: CountSpec[]; unregistered: CountSpec[] }

/** The same dossiers whatever the register says of their procedure, where it says nothing. */
const withoutRegister = (spec: CountSpec): CountSpec => ({ ...spec, where: [...(spec.where ?? []).filter((term) => !NEED_REGISTER.has(bare(term))), '!registered'] });

const WHEN = { received: RECEIVED_IN_PERIOD, ended: ENDED_IN_PERIOD, 'carried-over': CARRIED_OVER } as const;

/** The whole condition of a count on one word. */
export function testOf({ where = [], when = 'received' }: CountSpec): (word: number, scan: number) => boolean {
  const holds = conditionOf(where);
  const bit = WHEN[when];
  return (word, scan) => (scan & bit) !== 0 && holds(word, scan);
}

function figuresOf(group: Group, no: number | null, context: Context): GroupFigures {
  const { definitions } = context.query;
  const rates = new Map<string, Figure>();
  const rest = [...definitions.indicators];
  // A factor stands before what it is a factor of.
  const ordered = rest.sort((a, b) => Number(a.factor !== undefined) - Number(b.factor !== undefined));
  for (const indicator of ordered) rates.set(indicator.id, figureOf(indicator, group, no, context, rates));
  const figures = definitions.indicators.map(({ id }) => rates.get(id) as Figure);
  const scores = definitions.groups.map(({ id }) => ({ id, ...sumOf(figures.filter((_, i) => definitions.indicators[i]?.group === id)) }));
  return { key: group.key, code: group.code, name: group.name, dossiers: context.histogram.all(no), figures, scores, total: sumOf(figures) };
}

function sumOf(figures: readonly Figure[]): { score: Fraction | null; of: Fraction | null } {
  const known = figures.filter((figure) => figure.score !== null);
  if (known.length === 0) return { score: null, of: null };
  return {
    score: known.reduce((sum, { score }) => add(sum, score as Fraction), fraction(0)),
    of: known.reduce((sum, { maximum }) => add(sum, maximum as Fraction), fraction(0)),
  };
}

function figureOf(indicator: IndicatorDefinition, group: Group, no: number | null, context: Context, done: ReadonlyMap<string, Figure>): Figure {
  const { id, kind } = indicator;
  const { query, register } = context;
  const maximum = indicator.maximum === undefined ? null : fractionOf(indicator.maximum);
  const nothing = (why: NoFigure, numbers: { numerator?: number | null; denominator?: number | null } = {}): Figure =>
    ({ id, numerator: numbers.numerator ?? null, denominator: numbers.denominator ?? null, rate: null, why, score: null, maximum });
  if (indicator.input === 'external') {
    const given = no === null && query.external !== undefined && Object.hasOwn(query.external, id) ? query.external[id] : undefined;
    if (given === undefined) return nothing('external');
    return given.denominator === 0 ? nothing('zero-denominator', given) : rated({ id, ...given, rate: fraction(given.numerator, given.denominator), score: null, maximum }, indicator);
  }
  const { numerator: above, denominator: below } = indicator;
  if (above === undefined) return nothing('external');
  if (needsRegister(indicator) && !register.hasProcedures) return nothing('register');
  if (no !== null && isTimeUnit(query.by) && above.when === 'carried-over') return nothing('not-in-groups');
  const numerator = countOf(above, group, no, context);
  if (numerator === null) return nothing('register');
  if (kind === 'count' || below === undefined) return { id, numerator, denominator: null, rate: null, score: null, maximum };
  const here = countOf(below, group, no, context);
  if (here === null) return nothing('register', { numerator });
  const national = below.orMore === 'national-received' ? nationalOf(group, no, context) : undefined;
  const denominator = Math.max(here, national ?? 0);
  const extra = {
    ...(needsRegister(indicator) && below.count === 'dossiers' ? { unregistered: context.histogram.dossiers(no, context.places.dossiers.length + context.places.unregistered.indexOf(below)) } : {}),
    ...(national !== undefined && national > here ? { nationalCount: national } : {}),
  };
  if (denominator === 0) return { ...nothing('zero-denominator', { numerator, denominator }), ...extra };
  const factor = indicator.factor === undefined ? undefined : done.get(indicator.factor);
  if (factor?.rate === null) return { ...nothing(factor.why ?? 'zero-denominator', { numerator, denominator }), ...extra };
  const own = fraction(numerator, denominator);
  return rated({ id, numerator, denominator, rate: factor === undefined ? own : multiply(own, factor.rate), score: null, maximum, ...extra }, indicator);
}

function rated(figure: Figure, { threshold = '1' }: IndicatorDefinition): Figure {
  const { rate, maximum } = figure;
  if (rate === null || maximum === null) return figure;
  const share = divide(rate, fractionOf(threshold));
  return { ...figure, score: compare(share, fraction(1)) >= 0 ? maximum : multiply(maximum, share) };
}

/** null: the register does not say which units apply a procedure. */
function countOf(spec: CountSpec, group: Group, no: number | null, { query, register, places, histogram }: Context): number | null {
  switch (spec.count) {
    case 'dossiers': return histogram.dossiers(no, places.dossiers.indexOf(spec));
    case 'handling-seconds': return histogram.handling(no, places.dossiers.indexOf(spec));
    case 'procedures': return histogram.procedures(no, places.procedures.indexOf(spec));
    case 'registered': {
      const tests = (spec.procedures ?? []).map((name): ((typeof PROCEDURE_PREDICATES)[ProcedurePredicateName]) => PROCEDURE_PREDICATES[name as ProcedurePredicateName]);
      const units = unitsAsked(query, group, no);
      if (units === null) return null;
      const those = register.procedures().filter((procedure) => tests.every((test) => test(procedure)) && matches(procedure, query, group, no));
      if (units === undefined) return those.length;
      if (those.some(({ agencies }) => agencies === undefined)) return null;
      return those.filter(({ agencies = [] }) => agencies.some((agency) => units.some((unit) => isWithin(keyOf(agency), unit) || isWithin(unit, keyOf(agency))))).length;
    }
  }
}

const isWithin = (code: string, above: string): boolean => code === above || code.startsWith(`${above}.`);

/** Agencies that a group or the filter narrows procedures to; undefined: none; null: by a place that procedures are not registered by. */
function unitsAsked({ by, filter }: Query, group: Group, no: number | null): string[] | undefined | null {
  if (no !== null && (by === 'unit' || by === 'receiving-unit')) return [group.key];
  if ((no !== null && (by === 'province' || by === 'commune')) || filter?.provinces !== undefined || filter?.communes !== undefined) return null;
  return filter?.units?.map(keyOf);
}

function matches(procedure: { code: string; sector?: { code: string } }, { by, filter = {} }: Query, group: Group, no: number | null): boolean {
  if (no !== null && by === 'procedure' && !sameProcedure(procedure.code, group.code)) return false;
  if (no !== null && by === 'field' && procedure.sector?.code !== group.code) return false;
  if (filter.fields !== undefined && !filter.fields.includes(procedure.sector?.code ?? '')) return false;
  return filter.procedures === undefined || filter.procedures.some((code) => sameProcedure(procedure.code, code));
}

/** A national count stands for a whole query or a unit; anything narrower has none. */
function nationalOf(group: Group, no: number | null, { query, register }: Context): number | undefined {
  const { filter = {}, by, period } = query;
  const { units, ...narrower } = filter;
  if (Object.values(narrower).some((value) => value !== undefined)) return undefined;
  if (no !== null) return by === 'unit' ? register.nationalReceived(period, group.code) : undefined;
  if (units === undefined) return register.nationalReceived(period);
  return units.length === 1 && units[0] !== undefined ? register.nationalReceived(period, units[0]) : undefined;
}
