/** The fortnight's indicators as the gateway computes them, beside what was published. Pure, so that a test can hold it. */
import type { ReportView } from '../indicators/report/views.ts';
import { table, type Cell } from './output.ts';

export interface PublishedIndicators {
  received: number; online: number; direct: number; inProcessing: number; stopped: number; completed: number; late: number; onTimeOrInTime: number;
  onlinePercent: string; completedPercent: string; inProcessingPercent: string; stoppedPercent: string; onTimePercent: string;
}
/** Points are shown for these: what the figures above are worth. */
const SCORED = ['1.4', '2.1', '3.3'];

/** @param counts `province-counts` · @param scores `qd766-2022`, both of the same period */
export function indicatorTable(counts: ReportView, scores: ReportView, published: PublishedIndicators): { text: string; ok: boolean } {
  const compared: [name: string, id: string, count: number, percent?: string][] = [
    ['received / tiếp nhận', 'received', published.received], ['online / trực tuyến', 'online', published.online, published.onlinePercent], ['in person, by post / trực tiếp, bưu chính', 'direct', published.direct],
    ['in processing / đang giải quyết', 'in-processing', published.inProcessing, published.inProcessingPercent], ['stopped or cancelled / dừng, hủy', 'stopped', published.stopped, published.stoppedPercent],
    ['completed / đã giải quyết', 'completed', published.completed, published.completedPercent], ['in time / đúng, trong hạn', 'in-time', published.onTimeOrInTime, published.onTimePercent], ['late / quá hạn', 'late', published.late],
  ];
  let ok = true;
  const rows = compared.map(([name, id, count, percent]): Cell[] => {
    const figure = counts.whole.figures.find((one) => one.id === id);
    const same = figure?.numerator === count && (percent === undefined || figure.rate === percent);
    ok &&= same;
    return [name, figure?.numerator ?? '–', percent === undefined ? '' : `${figure?.rate ?? '–'} %`, count, percent === undefined ? '' : `${percent} %`, same ? '=' : 'DIFFERS'];
  });
  const points = scores.definitions.indicators.flatMap(({ id, name }, i): Cell[][] => {
    const figure = scores.whole.figures[i];
    return SCORED.includes(id) && figure !== undefined ? [[id, `${name.en} / ${name.vi}`, figure.rate === null ? '–' : `${figure.rate} %`, figure.score ?? '–', figure.maximum ?? '–']] : [];
  });
  const text = [
    `Indicators ${counts.period.from} … ${counts.period.to} / Chỉ số`, '', table(['', 'ours', '', 'published', '', ''], rows), '',
    table(['QĐ 766', '', 'rate', 'points', 'of'], points),
  ].join('\n');
  return { text, ok };
}
