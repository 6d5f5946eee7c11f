/** Explains a dossier: for every indicator whether it counts, and where it does not, why, what mends it and what it costs. */
import { computeReport, testOf, type Figure, type GroupFigures, type Query } from './compute.ts';
import type { IndicatorDefinition } from './definitions.ts';
import type { DossierFacts } from './facts.ts';
import { add, compare, divide, fraction, fractionOf, multiply, subtract, type Fraction } from './fraction.ts';
import { Population } from './population.ts';
import { bare, conditionOf, VERDICT } from './predicates.ts';
import { REASONS, type Reason, type ReasonCode } from './reasons.ts';
import { RegisterIndex } from './register.ts';
import { prepareScan } from './scan.ts';
import { isCompleted } from '../model/index.ts';

export interface LostReason extends Reason { code: ReasonCode }
export interface Explained {
  indicator: string;
  /** counts: in the numerator · lost: in the denominator only · outside: in neither (not received, another period, no such fee …) */
  state: 'counts' | 'lost' | 'outside';
  /** every reason, the first one to be mended first; empty unless lost */
  reasons: LostReason[];
  /** points that the whole would gain if this one dossier counted; null without figures or where the indicator gives no points */
  points: Fraction | null;
}
export interface DossierExplanation { code: string; indicators: Explained[]; /** sum of all points lost */ points: Fraction | null }

/**
 * Explains dossiers by the same conditions that the figures are counted with.
 * @param query as for the report; grouping is passed over
 * @param figures of the report that points are measured against, `report.whole` or a group of it; absent: no points
 */
export function explainDossiers(dossiers: readonly DossierFacts[], query: Query, figures?: GroupFigures): DossierExplanation[] {
  const { by: _by, filter: _filter, ...plain } = query;
  const register = query.register instanceof RegisterIndex ? query.register : new RegisterIndex(query.register);
  const alone = new Population();
  for (const facts of dossiers) alone.put(facts);
  const seen = new Map<string, { word: number; scan: number }>();
  prepareScan(alone, plain, register).run((row, _group, word, scan) => { seen.set(alone.code(row), { word, scan }); });
  return dossiers.map((facts) => {
    const place = seen.get(facts.code);
    const indicators = query.definitions.indicators.flatMap((indicator): Explained[] => {
      const { numerator, denominator } = indicator;
      if (indicator.kind !== 'rate' || numerator?.count !== 'dossiers' || denominator?.count !== 'dossiers') return [];
      const base = { indicator: indicator.id, reasons: [], points: null };
      if (place === undefined || !testOf(denominator)(place.word, place.scan)) return [{ ...base, state: 'outside' }];
      if (testOf(numerator)(place.word, place.scan)) return [{ ...base, state: 'counts' }];
      const failing = (numerator.where ?? []).filter((term) => !conditionOf([term])(place.word, place.scan));
      const reasons = [...new Set(failing.map((term) => reasonOf(term, facts, place.scan)))].map((code) => ({ code, ...REASONS[code] }));
      return [{ indicator: indicator.id, state: 'lost', reasons, points: figures === undefined ? null : gain(indicator, query, figures) }];
    });
    const lost = indicators.flatMap(({ points }) => (points === null ? [] : [points]));
    return { code: facts.code, indicators, points: lost.length === 0 ? null : lost.reduce((sum, points) => add(sum, points)) };
  });
}

/** What is lost only. */
export function lostPoints(facts: DossierFacts, query: Query, figures?: GroupFigures): Explained[] {
  return explainDossiers([facts], query, figures)[0]?.indicators.filter(({ state }) => state === 'lost') ?? [];
}

const PLAIN: Readonly<Record<string, ReasonCode>> = {
  accepted: 'needs-receipt-date', synchronised: 'not-synchronised', online: 'not-online', resultAsRequired: 'needs-electronic-result', electronicResult: 'needs-electronic-result',
  resultFile: 'needs-result-file', componentFile: 'needs-component-file', paidOnline: 'not-paid-online', reusesDigitised: 'no-digitised-data', componentReused: 'no-digitised-data',
  fromRepository: 'not-from-repository', usesPopulationData: 'no-population-data',
};

function reasonOf(term: string, facts: DossierFacts, scan: number): ReasonCode {
  const name = bare(term);
  if (name !== 'inTime') return (Object.hasOwn(PLAIN, name) ? PLAIN[name] : undefined) ?? 'not-so';
  const verdict = scan & 7;
  if (verdict === VERDICT.repeated) return 'second-supplement';
  if (verdict === VERDICT.none) return 'needs-due-date';
  // Finished, and yet measured at its hand-over or at the end of the period.
  if (facts.marks.endDateMissing && isCompleted(facts.status) && facts.branch !== 'resolved') return 'needs-end-date';
  if (facts.branch === 'supplement-open') return 'supplement-late';
  return verdict === VERDICT.late ? 'ended-late' : 'open-late';
}

/** What one more dossier in the numerator is worth, for the indicator itself and for those that are multiplied with it. */
function gain(indicator: IndicatorDefinition, query: Query, figures: GroupFigures): Fraction | null {
  const { indicators } = query.definitions;
  const own = figures.figures.find(({ id }) => id === indicator.id);
  if (own?.rate == null || own.numerator === null || own.denominator === null) return null;
  const factor = indicator.factor === undefined ? undefined : figures.figures.find(({ id }) => id === indicator.factor)?.rate;
  const raised = multiply(fraction(own.numerator + 1, own.denominator), factor ?? fraction(1));
  let points = own.maximum === null ? null : subtract(scoreAt(raised, indicator, own), scoreAt(own.rate, indicator, own));
  for (const dependent of indicators.filter(({ factor: through }) => through === indicator.id)) {
    const figure = figures.figures.find(({ id }) => id === dependent.id);
    if (figure?.rate == null || figure.maximum === null || own.rate.n === 0n) continue;
    const more = subtract(scoreAt(multiply(divide(figure.rate, own.rate), raised), dependent, figure), scoreAt(figure.rate, dependent, figure));
    points = points === null ? more : add(points, more);
  }
  return points;
}

function scoreAt(rate: Fraction, { threshold = '1' }: IndicatorDefinition, { maximum }: Figure): Fraction {
  const share = divide(rate, fractionOf(threshold));
  return multiply(maximum ?? fraction(0), compare(share, fraction(1)) >= 0 ? fraction(1) : share);
}

/** `explainDossiers` with points measured against the whole of a population. */
export function explainWithin(population: Population, codes: readonly string[], query: Query): DossierExplanation[] {
  const facts = codes.flatMap((code) => population.get(code) ?? []);
  const { by: _by, ...whole } = query;
  return explainDossiers(facts, query, computeReport(population, whole).whole);
}
