/**
 * Which open dossiers become late if nothing is done, and what that costs: the same rule and the same report, once at this instant and once at the end of
 * the n-th working day from now.
 */
import { civilServiceCalendar, dateFromDayNumber, endOfLocalDay, epochFromInstant, type WorkingCalendar } from '../model/index.ts';
import { computeReport, type Query } from './compute.ts';
import { subtract, type Fraction } from './fraction.ts';
import { isEnded, judge } from './on-time.ts';
import { dayOf, type Population } from './population.ts';
import { VERDICT } from './predicates.ts';
import { RegisterIndex } from './register.ts';
import { prepareScan } from './scan.ts';
import { hasMark } from './word.ts';

export interface ForecastQuery extends Omit<Query, 'by' | 'asOf'> {
  /** epoch ms */
  now: number;
  /** working days to look ahead, 1–250; today is not counted */
  days: number;
  /** most dossiers to list, those due first. Default 200 */
  limit?: number;
  calendar?: WorkingCalendar;
}
export interface EndangeredDossier {
  code: string;
  agency: string;
  agencyName: string;
  procedure: string;
  status: string;
  /** epoch ms: the due date, or the end of the statutory maximum where there is none */
  dueAt: number;
  /** the term comes from the register, the dossier has no due date */
  statutory: boolean;
  /** whole working days after today until the due day, 0 for today */
  workingDaysLeft: number;
}
export interface Forecast {
  now: number;
  /** epoch ms, the last second of the last working day that is looked at */
  horizon: number;
  /** a year of the span has no published table of days off */
  provisional: boolean;
  /** open dossiers that are late already */
  late: number;
  /** open dossiers that become late by the horizon, in all */
  becoming: number;
  dossiers: EndangeredDossier[];
  units: { code: string; name: string; late: number; becoming: number }[];
  /** indicators whose figures change, with points now and then; `lost` null where no points are known */
  costs: { indicator: string; before: { numerator: number | null; denominator: number | null; score: Fraction | null }; after: { numerator: number | null; denominator: number | null; score: Fraction | null }; lost: Fraction | null }[];
}

/** @throws RangeError when `days` is no number of working days */
export function forecast(population: Population, query: ForecastQuery): Forecast {
  const { now, days, limit = 200, calendar = civilServiceCalendar, ...rest } = query;
  const today = dateFromDayNumber(dayOf(now));
  if (!Number.isInteger(days) || days < 1 || days > 250) throw new RangeError('1 to 250 working days');
  const last = calendar.addWorkingDays(today, days, { missingYear: 'provisional' });
  const horizon = last.ok ? (epochFromInstant(endOfLocalDay(last.due) ?? '') ?? Number.NaN) : Number.NaN;
  if (!last.ok || Number.isNaN(horizon)) throw new RangeError('no such day');
  const register = query.register instanceof RegisterIndex ? query.register : new RegisterIndex(query.register);
  const units = new Map<string, { code: string; name: string; late: number; becoming: number }>();
  const unitOf = (code: string, name: string) => {
    const known = units.get(code) ?? { code, name, late: 0, becoming: 0 };
    units.set(code, known);
    return known;
  };
  const endangered: EndangeredDossier[] = [];
  let late = 0;
  // Both scans see a dossier in the same group and order; only the instant that open ones are judged at differs.
  prepareScan(population, { ...rest, asOf: now }, register).run((row, _group, word, scan) => {
    const verdict = scan & 7;
    if (!hasMark(word, 'received') || (verdict !== VERDICT.openInTime && verdict !== VERDICT.openLate && verdict !== VERDICT.repeated)) return;
    const facts = population.factsAt(row);
    if (isEnded(facts.branch)) return;
    const unit = unitOf(facts.agency, register.agency(facts.agency)?.name ?? population.agencies.nameOf(facts.agency));
    if (verdict !== VERDICT.openInTime) {
      late += 1;
      unit.late += 1;
      return;
    }
    const statutory = (): number | null => (facts.acceptedAt === null ? null : register.statutoryEnd(facts.procedure, facts.acceptedAt));
    const then = judge({ branch: facts.branch, at: facts.endedAt }, { dueAt: facts.dueAt, statutoryEnd: statutory, pausedMs: facts.pausedMs, periodEnd: horizon });
    if (then.onTime !== false || then.margin === null) return;
    unit.becoming += 1;
    const dueAt = horizon + then.margin;
    const left = calendar.countWorkingDays(today, dateFromDayNumber(dayOf(dueAt)), { missingYear: 'provisional' });
    endangered.push({ code: facts.code, agency: facts.agency, agencyName: unit.name, procedure: facts.procedure, status: facts.status, dueAt, statutory: facts.dueAt === null, workingDaysLeft: left.ok ? left.days : 0 });
  });
  endangered.sort((a, b) => a.dueAt - b.dueAt || (a.code < b.code ? -1 : 1));
  return {
    now, horizon, provisional: last.provisional, late, becoming: endangered.length,
    dossiers: endangered.slice(0, Math.max(0, limit)),
    units: [...units.values()].filter((unit) => unit.late + unit.becoming > 0).sort((a, b) => b.becoming - a.becoming || b.late - a.late || (a.code < b.code ? -1 : 1)),
    costs: costsOf(population, { ...rest, register }, now, horizon),
  };
}

function costsOf(population: Population, query: Query, now: number, horizon: number): Forecast['costs'] {
  const before = computeReport(population, { ...query, asOf: now }).whole.figures;
  const after = computeReport(population, { ...query, asOf: horizon }).whole.figures;
  return before.flatMap((one, i) => {
    const then = after[i];
    if (then === undefined || (one.numerator === then.numerator && one.denominator === then.denominator)) return [];
    return [{
      indicator: one.id,
      before: { numerator: one.numerator, denominator: one.denominator, score: one.score }, after: { numerator: then.numerator, denominator: then.denominator, score: then.score },
      lost: one.score === null || then.score === null ? null : subtract(one.score, then.score),
    }];
  });
}
