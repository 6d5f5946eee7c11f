/**
 * One table as CSV that Excel opens as it is: UTF-8 with a byte order mark, CRLF, numbers with a point. Text that a spreadsheet would run as a formula
 * is defused by an apostrophe; a code of digits and points stands as ="…", or Excel would make a number of 1.000105 and drop the zeros of 00070.
 */
import { decimal, percent } from '../fraction.ts';
import { isFraction, isText, type Cell, type Column, type ColumnKind, type DocumentTable } from './document.ts';
import { both, type Language } from './words.ts';

const BOM = '\uFEFF';
const FORMULA = /^[=+\-@\t\r]/;
const NUMERIC_CODE = /^\d[\d.]*$/;

export function csvOf(table: DocumentTable, language?: Language): string {
  const head = table.columns.map((column) => quoted(titleOf(column, language)));
  const rows = table.rows.map((row) => table.columns.map(({ kind }, i) => fieldOf(row[i] ?? null, kind, language)));
  return BOM + [head, ...rows].map((fields) => `${fields.join(',')}\r\n`).join('');
}

const titleOf = ({ title }: Column, language: Language | undefined): string => (language === undefined ? both(title) : title[language]);

function fieldOf(cell: Cell, kind: ColumnKind, language: Language | undefined): string {
  if (cell === null) return '';
  if (isFraction(cell)) return kind === 'share' ? percent(cell) : decimal(cell, kind === 'count' ? 0 : 2);
  if (typeof cell === 'number') return String(cell);
  const text = isText(cell) ? (language === undefined ? both(cell) : cell[language]) : cell;
  if (kind === 'code' && NUMERIC_CODE.test(text)) return `"=""${text}"""`;
  return quoted(FORMULA.test(text) ? `'${text}` : text);
}

const quoted = (text: string): string => (/[",\r\n;]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text);
