/** The province's figures as the gateway computes them, beside what was published, and what later work did to them. Pure, so that a test can hold them. */
import { units, type Population } from '../../examples/can-tho-2025-07/generate.ts';
import type { FigureView, GroupView, ReportView } from '../indicators/report/views.ts';
import { getJson } from './ndjson-client.ts';
import { table, type Cell } from './output.ts';

export interface PublishedIndicators {
  received: number; online: number; direct: number; inProcessing: number; stopped: number; completed: number; late: number; onTimeOrInTime: number;
  onlinePercent: string; completedPercent: string; inProcessingPercent: string; stoppedPercent: string; onTimePercent: string;
}
/** Of the units: how many have dossiers, and how many dossiers the named ones have. */
export interface PublishedUnits { units: number; named: readonly { code: string; name: string; received: number }[] }
/** `counts`: `province-counts`, by unit where units are compared · `scores`: `qd766-2022`, of the same period */
export interface Indicators { counts: ReportView; scores: ReportView }

/** Asks a running gateway. */
export async function readIndicators(url: string, { period }: Population): Promise<Indicators> {
  const ask = (query: string): Promise<ReportView> => getJson({ url }, `/v1/indicators?period=${period.join('..')}&${query}`);
  return { counts: await ask('set=province-counts&by=unit'), scores: await ask('set=qd766-2022') };
}

export function publishedUnits(population: Population): PublishedUnits {
  const all = units(population);
  const named = all.filter(({ communeCode }) => communeCode !== undefined && Object.hasOwn(population.units.communeShare, communeCode));
  return { units: all.length, named: named.map(({ code, name, count }) => ({ code, name: name.replace('Ủy ban nhân dân ', ''), received: count })) };
}

const figureOf = ({ figures }: GroupView, id: string): FigureView | undefined => figures.find((one) => one.id === id);
const countOf = (group: GroupView | undefined, id: string): number => (group === undefined ? 0 : (figureOf(group, id)?.numerator ?? 0));
const percentOf = (rate: string | null | undefined): string => (rate == null ? '–' : `${rate} %`).padStart(8);

export function indicatorTable({ counts, scores }: Indicators, published: PublishedIndicators, places?: PublishedUnits): { text: string; ok: boolean } {
  const compared: [name: string, id: string, count: number, percent?: string][] = [
    ['received / tiếp nhận', 'received', published.received], ['online / trực tuyến', 'online', published.online, published.onlinePercent], ['in person, by post / trực tiếp, bưu chính', 'direct', published.direct],
    ['in processing / đang giải quyết', 'in-processing', published.inProcessing, published.inProcessingPercent], ['stopped or cancelled / dừng, hủy', 'stopped', published.stopped, published.stoppedPercent],
    ['completed / đã giải quyết', 'completed', published.completed, published.completedPercent], ['in time / đúng, trong hạn', 'in-time', published.onTimeOrInTime, published.onTimePercent], ['late / quá hạn', 'late', published.late],
  ];
  let ok = true;
  const row = (name: string, ours: Cell, rate: string, theirs: number, percent: string, same: boolean): Cell[] => {
    ok &&= same;
    return [name, ours, rate, theirs, percent, same ? '=' : 'DIFFERS'];
  };
  const rows = compared.map(([name, id, count, percent]) => {
    const figure = figureOf(counts.whole, id);
    const same = figure?.numerator === count && (percent === undefined || figure.rate === percent);
    return percent === undefined ? row(name, figure?.numerator ?? '–', '', count, '', same) : row(name, figure?.numerator ?? '–', percentOf(figure?.rate), count, percentOf(percent), same);
  });
  if (places !== undefined) {
    const active = counts.groups.filter((group) => countOf(group, 'received') > 0).length;
    rows.push(row('units with dossiers / đơn vị có hồ sơ', active, '', places.units, '', active === places.units));
    for (const { code, name, received } of places.named) {
      const ours = countOf(counts.groups.find((group) => group.code === code), 'received');
      rows.push(row(`received, ${name}`, ours, '', received, '', ours === received));
    }
  }
  const text = [
    `Indicators ${counts.period.from} … ${counts.period.to} / Chỉ số`, '', table(['', 'ours', '', 'published', '', ''], rows), ...sumLine(counts), '',
    pointsTable(scores),
  ].join('\n');
  return { text, ok };
}

/** The parts of what was received add to what they add to. */
function sumLine({ whole }: ReportView): string[] {
  const shares = ['completed', 'in-processing', 'stopped'].map((id) => figureOf(whole, id)?.rate);
  if (shares.some((rate) => rate == null)) return [];
  const sum = shares.reduce((hundredths, rate) => hundredths + Number(rate?.replace('.', '')), 0);
  return [`completed + in processing + stopped = ${Math.floor(sum / 100)}.${String(sum % 100).padStart(2, '0')} %, as rounded: not forced to 100 / theo số đã làm tròn, không ép về 100`];
}

/** What dossiers give of the points of Decision 766, and how many dossiers (or procedures) are missing for each. */
function pointsTable({ definitions, whole }: ReportView, before?: ReportView): string {
  const rows = definitions.indicators.flatMap(({ id, name, kind }): Cell[][] => {
    const figure = figureOf(whole, id);
    if (figure === undefined || kind !== 'rate' || figure.maximum === null || figure.why === 'external') return [];
    const { numerator, denominator, rate, why, score, maximum } = figure;
    const missing = why !== null ? `(${why})` : numerator === null || denominator === null ? '' : Math.max(0, denominator - numerator).toLocaleString('en-US');
    const earlier = before === undefined ? [] : [(figureOf(before.whole, id)?.score ?? '–').padStart(6)];
    return [[id, `${name.en} / ${name.vi}`, percentOf(rate), ...earlier, (score ?? '–').padStart(6), maximum.padStart(5), missing.padStart(7)]];
  });
  const earlier = before === undefined ? [] : [(before.whole.total.score ?? '–').padStart(6)];
  return table(['QĐ 766', '', 'rate', ...(before === undefined ? [] : ['before']), 'points', 'of', 'missing'], [...rows, ['', 'together / cộng', '', ...earlier, (whole.total.score ?? '–').padStart(6), (whole.total.of ?? '–').padStart(5), '']]);
}

const MOVED: readonly (readonly [id: string, name: string])[] = [
  ['received', 'received / tiếp nhận'], ['in-processing', 'in processing / đang giải quyết'], ['completed', 'completed / đã giải quyết'], ['returned', 'result handed over / đã trả kết quả'],
  ['stopped', 'stopped or cancelled / dừng, hủy'], ['in-time', 'in time / đúng, trong hạn'], ['late', 'late / quá hạn'], ['supplement', 'supplement asked / yêu cầu bổ sung'],
];

/** The same dossiers some time later. */
export function movedTable(before: Indicators, after: Indicators): string {
  const rows = MOVED.map(([id, name]): Cell[] => {
    const [was, is] = [countOf(before.counts.whole, id), countOf(after.counts.whole, id)];
    return [name, was, is, `${is > was ? '+' : ''}${(is - was).toLocaleString('en-US')}`.padStart(7), percentOf(figureOf(after.counts.whole, id)?.rate)];
  });
  return [
    'The same dossiers after the land weeks / Cùng những hồ sơ ấy sau các tuần xử lý đất đai', '',
    table(['', 'before', 'now', 'change', ''], rows), '', pointsTable(after.scores, before.scores),
  ].join('\n');
}
