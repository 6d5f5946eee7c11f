/** Every table of a report as a sheet of an XLSX workbook; the one place that knows the library. Texts are written as texts: nothing in a cell can become a formula. */
import writeXlsxFile, { type CellObject, type Sheet } from 'write-excel-file/node';
import { isFraction, isText, type Cell, type Column, type DocumentTable, type ReportDocument } from './document.ts';
import { both, type Language } from './words.ts';

const FORMATS = { count: '#,##0', share: '0.00%', points: '0.00', decimal: '#,##0.00' } as const;
const HEAD = { fontWeight: 'bold', wrap: true, alignVertical: 'center', backgroundColor: '#E8EEF5', bottomBorderStyle: 'thin', bottomBorderColor: '#5B6B7B' } as const;
const MOST_TEXT = 32_767;
/** Excel takes no longer name of a sheet, and none of these characters. */
const sheetName = (text: string): string => text.replace(/[[\]:*?/\\]/g, ' ').slice(0, 31).trim();

export async function xlsxOf(document: ReportDocument, language: Language): Promise<Buffer> {
  const tables = document.sections.map(({ table }) => table);
  const names = new Set<string>();
  const sheets: Sheet<never>[] = [factSheet(document, language), ...tables.map((table) => tableSheet(table, language))].map((sheet) => {
    let name = sheetName(sheet.sheet ?? '');
    for (let n = 2; names.has(name); n += 1) name = `${sheetName(sheet.sheet ?? '').slice(0, 28)} ${n}`;
    names.add(name);
    return { ...sheet, sheet: name };
  });
  return await writeXlsxFile(sheets, { fontFamily: 'Times New Roman', fontSize: 12 }).toBuffer();
}

const text = (value: string, more: Partial<CellObject> = {}): CellObject => ({ value: value.slice(0, MOST_TEXT), type: String, ...more });

function factSheet({ title, subtitle, facts, headlines, warnings, notes }: ReportDocument, language: Language): Sheet<never> {
  return {
    sheet: { vi: 'Thông tin', en: 'About' }[language],
    columns: [{ width: 36 }, { width: 90 }],
    data: [
      [text(title[language], { fontWeight: 'bold', fontSize: 16 })],
      [text(subtitle[language])],
      [],
      ...facts.map(({ label, value }) => [text(label[language]), text(typeof value === 'string' ? value : value[language], { wrap: true })]),
      [],
      ...headlines.map(({ label, value }) => [text(label[language], { fontWeight: 'bold' }), valueOf(value.cell, value.kind, language, 'left')]),
      [],
      ...[...warnings, ...notes].map((note) => [text(note[language], { wrap: true, columnSpan: 2, height: 32 })]),
    ],
  };
}

function tableSheet(table: DocumentTable, language: Language): Sheet<never> {
  return {
    sheet: table.title[language], orientation: 'landscape', stickyRowsCount: 1,
    columns: table.columns.map((column) => ({ width: column.width ?? widthOf(column) })),
    data: [
      table.columns.map((column) => text(column.title[language], { ...HEAD, align: isNumber(column) ? 'right' : 'left' })),
      ...table.rows.map((row) => table.columns.map(({ kind }, i) => valueOf(row[i] ?? null, kind, language))),
    ],
  };
}

const isNumber = ({ kind }: Column): boolean => kind !== 'code' && kind !== 'text';
const widthOf = ({ kind, title }: Column): number => (kind === 'text' ? 44 : Math.max(12, Math.min(20, both(title).length / 2)));

function valueOf(cell: Cell, kind: Column['kind'], language: Language, align?: 'left'): CellObject | null {
  if (cell === null) return null;
  if (typeof cell === 'string') return text(cell, { wrap: kind === 'text' });
  if (isText(cell)) return text(cell[language], { wrap: kind === 'text' });
  const value = isFraction(cell) ? Number(cell.n) / Number(cell.d) : cell;
  return { value, type: Number, format: kind === 'code' || kind === 'text' ? FORMATS.count : FORMATS[kind], ...(align === undefined ? {} : { align }) };
}
