/** Reports as JSON: whole numbers and decimal texts, never binary fractions; the exact fraction stands beside what is shown. */
import type { Text } from '../../contract/errors/types.ts';
import type { Figure, GroupFigures, NoFigure, Report } from '../compute.ts';
import type { DefinitionSet, IndicatorDefinition } from '../definitions.ts';
import { decimal, divide, fraction, percent, type Fraction } from '../fraction.ts';

export interface FigureView {
  id: string;
  numerator: number | null;
  denominator: number | null;
  /** percent with two decimals (`54.73`), half up; for a mean, days with two decimals; null where there is no rate */
  rate: string | null;
  /** the rate before rounding, as a reduced fraction; of a mean, in seconds */
  exact: string | null;
  why: NoFigure | null;
  score: string | null;
  maximum: string | null;
  unregistered?: number;
  nationalCount?: number;
}
export interface GroupView {
  key: string;
  code: string;
  name: string;
  dossiers: number;
  figures: FigureView[];
  /** by group of indicators: points that are known, and the maxima behind them */
  scores: { id: string; score: string | null; of: string | null }[];
  total: { score: string | null; of: string | null };
}
export interface IndicatorView { id: string; group: string; name: Text; kind: IndicatorDefinition['kind']; threshold: string | null; maximum: string | null; source: string; note: Text | null }
export interface ReportView {
  definitions: { id: string; version: string; name: Text; basis: string; indicators: IndicatorView[] };
  period: { from: string; to: string };
  by: string | null;
  whole: GroupView;
  groups: GroupView[];
}

const DAY_SECONDS = 86_400n;
/** Seconds → days. */
export const inDays = (seconds: Fraction): Fraction => divide(seconds, fraction(DAY_SECONDS));
const orNull = (value: Fraction | null, write: (value: Fraction) => string): string | null => (value === null ? null : write(value));
const points = (value: Fraction | null): string | null => orNull(value, (known) => decimal(known));

export function figureView(figure: Figure, kind: IndicatorDefinition['kind']): FigureView {
  const { id, numerator, denominator, rate, why, score, maximum, unregistered, nationalCount } = figure;
  return {
    id, numerator, denominator,
    rate: orNull(rate, (known) => (kind === 'mean' ? decimal(inDays(known)) : percent(known))), exact: orNull(rate, ({ n, d }) => `${n}/${d}`),
    why: why ?? null, score: points(score), maximum: points(maximum),
    ...(unregistered === undefined ? {} : { unregistered }), ...(nationalCount === undefined ? {} : { nationalCount }),
  };
}

export function groupView({ key, code, name, dossiers, figures, scores, total }: GroupFigures, set: DefinitionSet): GroupView {
  return {
    key, code, name, dossiers,
    figures: figures.map((figure, i) => figureView(figure, set.indicators[i]?.kind ?? 'rate')),
    scores: scores.map(({ id, score, of }) => ({ id, score: points(score), of: points(of) })),
    total: { score: points(total.score), of: points(total.of) },
  };
}

export function reportView(report: Report, set: DefinitionSet): ReportView {
  return {
    definitions: { id: set.id, version: set.version, name: set.name, basis: set.basis, indicators: set.indicators.map(indicatorView) },
    period: report.period, by: report.by,
    whole: groupView(report.whole, set),
    groups: report.groups.map((group) => groupView(group, set)),
  };
}

export const indicatorView = ({ id, group, name, kind, threshold, maximum, source, note }: IndicatorDefinition): IndicatorView =>
  ({ id, group, name, kind, threshold: threshold ?? null, maximum: maximum ?? null, source, note: note ?? null });
