/**
 * Charts as SVG that stands in the page: no scripts, no style attributes (a strict CSP lets neither in), colours by class so that dark pages and grey
 * prints work. The figures stand in a table beside every chart; each bar tells its value in a title too.
 */
import { escapeMarkup } from '../../contract/markup.ts';
import type { BarChart, Chart, ColumnChart } from './document.ts';
import { localNumber, type Language } from './words.ts';

const WIDTH = 720;
const LABEL = 250;
const VALUE = 92;
const BAR = 18;
const GAP = 9;
const r = (n: number): string => String(Math.round(n * 100) / 100);

export function svgOf(chart: Chart, language: Language): string {
  const { height, body } = chart.kind === 'bars' ? bars(chart, language) : columns(chart, language);
  const id = `c-${chart.id}`;
  return `<svg class="chart" viewBox="0 0 ${WIDTH} ${r(height)}" role="img" aria-labelledby="${id}"><title id="${id}">${escapeMarkup(chart.title[language])}</title>${body}</svg>`;
}

/** Cut by what fits; the whole text is in the table and in the title. */
const cut = (label: string, most: number): string => (label.length <= most ? label : `${label.slice(0, most - 1)}…`);
const labelOf = (label: BarChart['bars'][number]['label'], language: Language): string => (typeof label === 'string' ? label : label[language]);

function bars({ bars, full }: BarChart, language: Language): { height: number; body: string } {
  const room = WIDTH - LABEL - VALUE;
  const at = (value: number): number => LABEL + room * Math.max(0, Math.min(1, full === 0 ? 0 : value / full));
  const lines = bars.map(({ label, value, shown, mark }, i) => {
    const y = i * (BAR + GAP) + 4;
    const name = labelOf(label, language);
    const said = shown[language];
    const tick = mark === undefined ? '' : `<line class="mark" x1="${r(at(mark))}" x2="${r(at(mark))}" y1="${r(y - 3)}" y2="${r(y + BAR + 3)}"/>`;
    const tone = mark !== undefined && value !== null && value < mark ? 't-low' : 't-a';
    const bar = value === null ? '' : `<rect class="${tone}" x="${LABEL}" y="${r(y)}" width="${r(Math.max(value > 0 ? 1 : 0, at(value) - LABEL))}" height="${BAR}"/>`;
    return `<g><title>${escapeMarkup(`${name}: ${said}`)}</title><text class="l" x="${LABEL - 8}" y="${r(y + 13.5)}">${escapeMarkup(cut(name, 40))}</text><rect class="track" x="${LABEL}" y="${r(y)}" width="${r(room)}" height="${BAR}"/>${bar}${tick}<text class="v" x="${LABEL + room + 8}" y="${r(y + 13.5)}">${escapeMarkup(said)}</text></g>`;
  });
  return { height: bars.length * (BAR + GAP) + 4, body: lines.join('') };
}

/** A round number at or above the highest column. */
function roundAbove(value: number): number {
  if (value <= 5) return 5;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((step) => step * power).find((step) => step >= value) ?? value;
}

function columns({ series, items }: ColumnChart, language: Language): { height: number; body: string } {
  const [left, top, bottom, high] = [56, 12, 46, 170];
  const room = WIDTH - left - 8;
  const most = roundAbove(Math.max(1, ...items.map(({ values }) => values.reduce((a, b) => a + b, 0))));
  const step = room / Math.max(1, items.length);
  const wide = Math.min(38, step * 0.72);
  const height = (value: number): number => (value / most) * high;
  const grid = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const y = top + high - high * share;
    return `<line class="grid" x1="${left}" x2="${WIDTH - 8}" y1="${r(y)}" y2="${r(y)}"/><text class="l" x="${left - 6}" y="${r(y + 4)}">${localNumber(String(Math.round(most * share)), language)}</text>`;
  });
  // Labels that would run into one another are left out, evenly.
  const every = Math.max(1, Math.ceil(items.length / 16));
  const stacks = items.map(({ label, values }, i) => {
    const x = left + step * i + (step - wide) / 2;
    let y = top + high;
    const parts = values.map((value, s) => {
      y -= height(value);
      return value === 0 ? '' : `<rect class="t-${series[s]?.tone ?? 'a'}" x="${r(x)}" y="${r(y)}" width="${r(wide)}" height="${r(height(value))}"/>`;
    });
    const said = values.map((value, s) => `${series[s]?.name[language] ?? ''} ${localNumber(String(value), language)}`).join(', ');
    const name = i % every === 0 ? `<text class="x" x="${r(x + wide / 2)}" y="${top + high + 16}">${escapeMarkup(label)}</text>` : '';
    return `<g><title>${escapeMarkup(`${label}: ${said}`)}</title>${parts.join('')}${name}</g>`;
  });
  let x = left;
  const legend = series.map(({ name, tone }) => {
    const key = `<rect class="t-${tone}" x="${r(x)}" y="${top + high + 28}" width="12" height="12"/><text class="k" x="${r(x + 17)}" y="${top + high + 38}">${escapeMarkup(name[language])}</text>`;
    x += 34 + name[language].length * 7.2;
    return key;
  });
  return { height: top + high + bottom, body: [...grid, ...stacks, ...legend].join('') };
}
