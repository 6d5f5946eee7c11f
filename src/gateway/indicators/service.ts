/**
 * Answers questions about the indicators from a population that follows the ledger. Everything that HTTP and the command line show comes from here; nothing
 * here knows of either. Reports that were computed lately are kept until the population moves on.
 */
import type { Text } from '../../contract/errors/types.ts';
import { forecast, type Forecast } from '../../indicators/forecast.ts';
import {
  computeReport, daysOf, decimal, DEFINITION_SETS, explainDossiers, findInconsistencies, listDossiers, RegisterIndex,
  type DefinitionSet, type DossierFacts, type Figure, type GroupFigures, type Inconsistency, type LostReason, type Period, type Population, type Query, type Register, type Report,
} from '../../indicators/index.ts';
import { composeReport } from '../../indicators/report/compose.ts';
import type { ReportDocument } from '../../indicators/report/document.ts';
import { iocCourse, iocStatuses, iocUnits } from '../../indicators/report/ioc.ts';
import { shown } from '../../indicators/report/words.ts';
import { figureView, indicatorView, reportView, type FigureView, type IndicatorView, type ReportView } from '../../indicators/report/views.ts';
import { formatTime, instantFromEpoch } from '../../model/index.ts';
import type { Ask } from './ask.ts';

/** Where the figures come from. */
export interface FigureSource {
  /** undefined until the ledger was read for the first time */
  population(): Population | undefined;
  /** number of the last event that is in the figures, and how many times they have moved */
  state(): { seq: number; moves: number };
  /** takes in what happened since; cheap, and bounded in how often it asks */
  refresh(): Promise<void>;
  /**
   * Reads the whole ledger anew. `replace` false: compares with what is followed and changes nothing. undefined: one is under way
   */
  recompute(replace: boolean): Promise<RecomputeView | undefined>;
}
export interface RecomputeView {
  equal: boolean;
  replaced: boolean;
  dossiers: number;
  differing: number;
  /** the first that differ; `in`: where the dossier stands, among what is followed (first) or what was read anew (second) */
  rows: { code: string; fields: string[]; in: 'both' | 'first' | 'second' }[];
  durationMs: number;
}

export interface DossierItem { code: string; agency: string; procedure: string; status: string; acceptedAt: string | null; dueAt: string | null; synchronisedAt: string | null; reasons: ReasonView[]; points: string | null }
export interface ReasonView { code: string; field: string | null; text: Text; repair: Text }
export interface FindingView { code: string; text: Text; count: number; dossiers: string[] }
export type Part = 'numerator' | 'denominator' | 'missing';

export interface IndicatorService {
  ready(): boolean;
  state(): { dossiers: number; seq: number };
  report(ask: Ask, page: { limit: number; after?: string }): ReportView & { asOf: string | null; area: string; upTo: number; next: string | null };
  document(ask: Ask): ReportDocument;
  /** @throws RangeError when the set has no such indicator */
  indicator(ask: Ask, id: string): { indicator: IndicatorView; basis: string; figure: FigureView; lost: string | null; /** why dossiers are missing, the most frequent reason first */ reasons: (ReasonView & { dossiers: number })[]; /** of how many missing dossiers the reasons were worked out */ looked: number; missing: number | null };
  /** @throws RangeError when the set has no such indicator, or no dossier feeds it */
  dossiers(ask: Ask, id: string, page: { part: Part; group?: string; after?: string; limit: number }): { indicator: IndicatorView; part: Part; items: DossierItem[]; next: string | null };
  /** undefined when the dossier is not known */
  dossier(ask: Ask, code: string): { dossier: DossierItem; points: string | null; indicators: { indicator: IndicatorView; state: 'counts' | 'lost' | 'outside'; reasons: ReasonView[]; points: string | null }[] } | undefined;
  findings(ask: Ask): { items: FindingView[] };
  forecast(ask: Ask, days: number, limit: number): ForecastView;
  ioc(name: IocName, period: Period): unknown;
  refresh(): Promise<void>;
  recompute(replace: boolean): Promise<RecomputeView | undefined>;
}
export const IOC_NAMES = ['ThongKeTheoTrangThaiHoSo', 'ThongKeThangChiTiet', 'ThongKeHoSoTheoNgay', 'ThongKeThang', 'ThongKeNam'] as const;
export type IocName = (typeof IOC_NAMES)[number];

export interface ForecastView {
  now: string; horizon: string; provisional: boolean; late: number; becoming: number;
  dossiers: { code: string; agency: string; agencyName: string; procedure: string; status: string; dueAt: string; statutory: boolean; workingDaysLeft: number }[];
  units: Forecast['units'];
  costs: { indicator: IndicatorView; before: CostSide; after: CostSide; lost: string | null }[];
}
interface CostSide { numerator: number | null; denominator: number | null; score: string | null }

export interface IndicatorServiceOptions { source: FigureSource; register?: Register; authority?: string; now?: () => number }

/** Of missing dossiers, so many are asked why. */
const MOST_REASONED = 2_000;
const MOST_KEPT = 24;
/** Larger reports are not kept: a few thousand groups of exact fractions are tens of megabytes. */
const MOST_KEPT_GROUPS = 400;
/** Groups in a document; more are left out, and the document says so. */
const MOST_GROUPS = 1_000;
const COUNTS = DEFINITION_SETS['province-counts'];

export function createIndicatorService({ source, register: given, authority, now = Date.now }: IndicatorServiceOptions): IndicatorService {
  const register = new RegisterIndex(given);
  const kept = new Map<string, Report>();
  let keptAt = -1;
  const held = (): Population => {
    const population = source.population();
    if (population === undefined) throw new NotReady();
    return population;
  };
  const queryOf = (ask: Ask, set: DefinitionSet = ask.set): Query => ({ definitions: set, period: ask.period, area: ask.area, filter: ask.filter, register, ...(ask.by === undefined ? {} : { by: ask.by }), ...(ask.asOf === undefined ? {} : { asOf: ask.asOf }) });

  function compute(query: Query): Report {
    const population = held();
    const { moves } = source.state();
    if (moves !== keptAt) kept.clear();
    keptAt = moves;
    const { definitions, register: _register, ...rest } = query;
    const key = JSON.stringify([definitions.id, rest]);
    const known = kept.get(key);
    if (known !== undefined) return known;
    const report = computeReport(population, query);
    if (report.groups.length > MOST_KEPT_GROUPS) return report;
    if (kept.size >= MOST_KEPT) kept.delete(kept.keys().next().value as string);
    kept.set(key, report);
    return report;
  }
  const definitionOf = (ask: Ask, id: string) => {
    const index = ask.set.indicators.findIndex((one) => one.id === id);
    const definition = ask.set.indicators[index];
    if (definition === undefined) throw new RangeError('no such indicator');
    return { definition, index };
  };
  const wholeOf = (ask: Ask): GroupFigures => compute(queryOf({ ...ask, by: undefined })).whole;

  function itemOf(facts: DossierFacts, reasons: readonly LostReason[] = [], points: string | null = null): DossierItem {
    const { code, agency, procedure, status, acceptedAt, dueAt, synchronisedAt } = facts;
    return { code, agency, procedure, status, acceptedAt: instant(acceptedAt), dueAt: instant(dueAt), synchronisedAt: instant(synchronisedAt), reasons: reasons.map(reasonView), points };
  }

  const service: IndicatorService = {
    ready: () => source.population() !== undefined,
    state: () => ({ dossiers: source.population()?.size ?? 0, seq: source.state().seq }),
    report(ask, { limit, after }) {
      const report = compute(queryOf(ask));
      const start = after === undefined ? 0 : report.groups.findIndex(({ key }) => key > after);
      const groups = start < 0 ? [] : report.groups.slice(start, start + limit);
      const next = start >= 0 && start + limit < report.groups.length ? (groups.at(-1)?.key ?? null) : null;
      return { ...reportView({ ...report, groups }, ask.set), asOf: instant(ask.asOf ?? null), area: ask.area, upTo: source.state().seq, next };
    },
    document(ask) {
      const whole = compute(queryOf(ask));
      const report = { ...whole, groups: whole.groups.slice(0, MOST_GROUPS) };
      const { first, last } = daysOf(ask.period);
      const by = last - first < 62 ? 'day' : last - first < 1_200 ? 'month' : 'year';
      const { seq } = source.state();
      return composeReport({
        set: ask.set, report, countSet: COUNTS, counts: compute(queryOf(ask, COUNTS)), course: compute({ ...queryOf(ask, COUNTS), by }),
        findings: inconsistencies(ask).map(({ code, text, count }) => ({ code, text, count })), filter: filterWords(ask), area: ask.area, ...(authority === undefined ? {} : { authority }),
        state: { vi: `${shown(held().size, 'count', 'vi')} hồ sơ, sổ cái đến sự kiện ${shown(seq, 'count', 'vi')}`, en: `${shown(held().size, 'count', 'en')} dossiers, ledger up to event ${shown(seq, 'count', 'en')}` }, madeAt: formatTime(instantFromEpoch(now()), 'dd/MM/yyyy HH:mm:ss').slice(0, 16), leftOut: whole.groups.length - report.groups.length,
      });
    },
    indicator(ask, id) {
      const { definition, index } = definitionOf(ask, id);
      const whole = wholeOf(ask);
      const figure = whole.figures[index] as Figure;
      const missing = definition.numerator?.count === 'dossiers' && definition.denominator?.count === 'dossiers' ? listDossiers(held(), queryOf({ ...ask, by: undefined }), { indicator: id, part: 'missing', limit: MOST_REASONED }) : { codes: [] };
      const tally = new Map<string, ReasonView & { dossiers: number }>();
      for (const { indicators } of explained(ask, missing.codes)) {
        const [reason] = indicators.find((one) => one.indicator === id)?.reasons ?? [];
        if (reason === undefined) continue;
        const entry = tally.get(reason.code) ?? { ...reasonView(reason), dossiers: 0 };
        entry.dossiers += 1;
        tally.set(reason.code, entry);
      }
      const { numerator, denominator } = figure;
      return {
        indicator: indicatorView(definition), basis: ask.set.basis, figure: figureView(figure, definition.kind),
        lost: figure.score === null || figure.maximum === null ? null : lostOf(figure),
        reasons: [...tally.values()].sort((a, b) => b.dossiers - a.dossiers || (a.code < b.code ? -1 : 1)), looked: missing.codes.length,
        missing: definition.kind !== 'rate' || numerator === null || denominator === null ? null : Math.max(0, denominator - numerator),
      };
    },
    dossiers(ask, id, { part, group, after, limit }) {
      const { definition } = definitionOf(ask, id);
      const { codes, next } = listDossiers(held(), queryOf(ask), { indicator: id, part, limit, ...(group === undefined ? {} : { group }), ...(after === undefined ? {} : { after }) });
      const why = part === 'missing' ? new Map(explained(ask, codes).map(({ code, indicators }) => [code, indicators.find((one) => one.indicator === id)])) : undefined;
      const items = codes.flatMap((code) => {
        const facts = held().get(code);
        const own = why?.get(code);
        return facts === undefined ? [] : [itemOf(facts, own?.reasons, own?.points == null ? null : decimal(own.points, 6))];
      });
      return { indicator: indicatorView(definition), part, items, next };
    },
    dossier(ask, code) {
      const facts = held().get(code);
      const [found] = explained(ask, facts === undefined ? [] : [code]);
      if (facts === undefined || found === undefined) return undefined;
      return {
        dossier: itemOf(facts), points: found.points === null ? null : decimal(found.points, 6),
        indicators: found.indicators.map(({ indicator, state, reasons, points }) => ({ indicator: indicatorView(definitionOf(ask, indicator).definition), state, reasons: reasons.map(reasonView), points: points === null ? null : decimal(points, 6) })),
      };
    },
    findings: (ask) => ({ items: inconsistencies(ask).map(({ code, text, count, rows }) => ({ code, text, count, dossiers: rows })) }),
    forecast(ask, days, limit) {
      const { by: _by, asOf, ...query } = queryOf(ask);
      const { now: at, horizon, dossiers, costs, ...rest } = forecast(held(), { ...query, now: asOf ?? now(), days, limit });
      const side = ({ numerator, denominator, score }: Forecast['costs'][number]['before']): CostSide => ({ numerator, denominator, score: score === null ? null : decimal(score, 4) });
      return {
        ...rest, now: instantFromEpoch(at), horizon: instantFromEpoch(horizon),
        dossiers: dossiers.map(({ dueAt, ...one }) => ({ ...one, dueAt: instantFromEpoch(dueAt) })),
        costs: costs.map(({ indicator, before, after, lost }) => ({ indicator: indicatorView(definitionOf(ask, indicator).definition), before: side(before), after: side(after), lost: lost === null ? null : decimal(lost, 4) })),
      };
    },
    ioc(name, period) {
      const query: Query = { definitions: COUNTS, period, register, asOf: now() };
      switch (name) {
        case 'ThongKeTheoTrangThaiHoSo': return iocStatuses(compute(query));
        case 'ThongKeThangChiTiet': return iocUnits(compute({ ...query, by: 'unit' }));
        case 'ThongKeHoSoTheoNgay': return iocCourse(compute({ ...query, by: 'day' }));
        case 'ThongKeThang': return iocCourse(compute({ ...query, by: 'month' }));
        case 'ThongKeNam': return iocCourse(compute({ ...query, by: 'year' }));
      }
    },
    refresh: () => source.refresh(),
    recompute: (replace) => source.recompute(replace),
  };
  return service;

  function explained(ask: Ask, codes: readonly string[]) {
    const population = held();
    if (codes.length === 0) return [];
    return explainDossiers(codes.flatMap((code) => population.get(code) ?? []), queryOf({ ...ask, by: undefined }), wholeOf(ask));
  }
  function inconsistencies(ask: Ask): Inconsistency[] {
    const { definitions: _definitions, by: _by, ...query } = queryOf(ask);
    return findInconsistencies(held(), query);
  }
}

/** The ledger has not been read to its end yet. */
export class NotReady extends Error {
  override name = 'NotReady' as const;
}

const instant = (ms: number | null): string | null => (ms === null ? null : instantFromEpoch(ms));
const reasonView = ({ code, field, text, repair }: LostReason): ReasonView => ({ code, field: field ?? null, text, repair });
const lostOf = ({ score, maximum }: Figure): string => (score === null || maximum === null ? '0.00' : decimal({ n: maximum.n * score.d - score.n * maximum.d, d: maximum.d * score.d }));

function filterWords({ filter }: Ask): { label: Text; value: string }[] {
  const { units, fields, procedures, channels } = filter;
  return [
    ...(units === undefined ? [] : [{ label: { vi: 'Chỉ đơn vị', en: 'Units only' }, value: units.join(', ') }]),
    ...(fields === undefined ? [] : [{ label: { vi: 'Chỉ lĩnh vực', en: 'Fields only' }, value: fields.join(', ') }]),
    ...(procedures === undefined ? [] : [{ label: { vi: 'Chỉ thủ tục', en: 'Procedures only' }, value: procedures.join(', ') }]),
    ...(channels === undefined ? [] : [{ label: { vi: 'Chỉ kênh', en: 'Channel only' }, value: channels.join(', ') }]),
  ];
}
