/** A report as one page for the screen and for A4 paper: no scripts, nothing loaded, charts beside their tables, both languages. */
import { hash } from 'node:crypto';
import type { Text } from '../../contract/errors/types.ts';
import { escapeMarkup } from '../../contract/markup.ts';
import { svgOf } from './charts.ts';
import type { Column, DocumentTable, ReportDocument, Section } from './document.ts';
import { STYLE } from './html-style.ts';
import { NOTHING, shown, type Language } from './words.ts';

/** The page's only style sheet is in it; a browser applies no other. Also said in the HTTP header. */
export const PAGE_POLICY = `default-src 'none'; style-src 'sha256-${hash('sha256', STYLE, 'base64')}'; base-uri 'none'; form-action 'none'`;

/** @param language which of the two languages stands first; the other one stands small beside titles and heads */
export function htmlOf(document: ReportDocument, language: Language): string {
  const other: Language = language === 'vi' ? 'en' : 'vi';
  const both = (text: Text): string => (text.vi === text.en ? escapeMarkup(text.vi) : `${escapeMarkup(text[language])} <span class="o" lang="${other}">${escapeMarkup(text[other])}</span>`);
  const { title, subtitle, facts, headlines, warnings, sections, notes } = document;
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${escapeMarkup(PAGE_POLICY)}">
<title>${escapeMarkup(`${title[language]} · ${subtitle[language]}`)}</title>
<style>${STYLE}</style>
</head>
<body>
<header><h1>${both(title)}</h1><p class="sub">${both(subtitle)}</p></header>
<main>
<dl>
${facts.map(({ label, value }) => `<dt>${both(label)}</dt><dd>${typeof value === 'string' ? escapeMarkup(value) : both(value)}</dd>`).join('\n')}
</dl>
${warnings.length === 0 ? '' : `<ul class="warn" role="note">\n${warnings.map((warning) => `<li>${both(warning)}</li>`).join('\n')}\n</ul>`}
<ul class="head">
${headlines.map(({ label, value, under, tone }) => `<li class="${tone ?? 'a'}"><b>${escapeMarkup(shown(value.cell, value.kind, language))}</b>${both(label)}${under === undefined ? '' : `<small>${escapeMarkup(under[language])}</small>`}</li>`).join('\n')}
</ul>
${sections.filter(({ table }) => table.sheetOnly !== true).map((section) => sectionOf(section, language, both)).join('\n')}
<div class="sign">${[{ vi: 'Người lập báo cáo', en: 'Prepared by' }, { vi: 'Thủ trưởng đơn vị', en: 'Head of the authority' }].map((who) => `<div><p>${both(who)}</p><p class="how">${both({ vi: '(ký, ghi rõ họ tên)', en: '(signature and full name)' })}</p></div>`).join('')}</div>
</main>
<footer>
${notes.map((note) => `<p>${both(note)}</p>`).join('\n')}
</footer>
</body>
</html>
`;
}

type Both = (text: Text) => string;

function sectionOf({ table, charts = [] }: Section, language: Language, both: Both): string {
  const figures = charts.map((chart) => `<figure><figcaption>${both(chart.title)}</figcaption>${svgOf(chart, language)}</figure>`);
  return `<section aria-labelledby="s-${table.id}">
<h2 id="s-${table.id}">${both(table.title)}</h2>
${table.note === undefined ? '' : `<p>${both(table.note)}</p>`}
${figures.join('\n')}
${tableOf(table, language, both)}
</section>`;
}

const classOf = ({ kind }: Column): string => (kind === 'text' ? ' class="t"' : kind === 'code' ? ' class="c"' : ' class="n"');

function tableOf({ columns, rows }: DocumentTable, language: Language, both: Both): string {
  const cell = (row: DocumentTable['rows'][number], column: Column, i: number): string => {
    const value = shown(row[i] ?? null, column.kind, language);
    const text = value === NOTHING ? `<span class="none">${NOTHING}</span>` : escapeMarkup(value);
    return i === 0 ? `<th scope="row"${classOf(column)}>${text}</th>` : `<td${classOf(column)}>${text}</td>`;
  };
  return `<div class="wide"><table>
<thead><tr>${columns.map((column) => `<th scope="col"${classOf(column)}>${both(column.title)}</th>`).join('')}</tr></thead>
<tbody>
${rows.map((row) => `<tr>${columns.map((column, i) => cell(row, column, i)).join('')}</tr>`).join('\n')}
</tbody>
</table></div>`;
}
