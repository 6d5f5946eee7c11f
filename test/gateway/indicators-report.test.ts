/** The formats of a report, the comparison with the portal's answers, and the forecast, each by itself. */
import { inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { compareFigures, readPortalReports } from '../../src/indicators/compare.ts';
import { forecast } from '../../src/indicators/forecast.ts';
import { DEFINITION_SETS, factsOf, fraction, Population } from '../../src/indicators/index.ts';
import { svgOf } from '../../src/indicators/report/charts.ts';
import { csvOf } from '../../src/indicators/report/csv.ts';
import type { DocumentTable, ReportDocument } from '../../src/indicators/report/document.ts';
import { htmlOf } from '../../src/indicators/report/html.ts';
import { localNumber, shown } from '../../src/indicators/report/words.ts';
import { xlsxOf } from '../../src/indicators/report/xlsx.ts';
import { dossier } from './fixtures.ts';

const NASTY = ['=1+1', '+84', '-1', '@SUM(A1)', '\tx', '\rx', 'a,"b"\r\nc', '</td><script>alert(1)</script>', '"onload="x', '00070', '1.000105', 'H13.14', ' đầu', '😀'];
const both = (text: string) => ({ vi: text, en: text });
const table = (rows: DocumentTable['rows']): DocumentTable => ({ id: 't', title: both('Bảng: [1]/2*?'), columns: [{ id: 'c', kind: 'code', title: both('Mã') }, { id: 'n', kind: 'text', title: both('Tên') }, { id: 'x', kind: 'count', title: both('Số') }, { id: 's', kind: 'share', title: both('Tỷ lệ') }], rows });
const document = (rows: DocumentTable['rows']): ReportDocument => ({ title: both('Báo cáo & <b>'), subtitle: both('Kỳ'), facts: [], headlines: [], warnings: [], sections: [{ table: table(rows) }, { table: table(rows) }], notes: [] });
const rows = NASTY.map((text, i) => [text, text, i, fraction(i, 3)]);

/** Reads CSV by its grammar, knowing nothing of who wrote it. */
function parseCsv(text: string): string[][] {
  const lines: string[][] = [[]];
  let field = '';
  let quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i] ?? '';
    if (quoted) {
      if (c !== '"') field += c;
      else if (text[i + 1] === '"') { field += '"'; i += 1; }
      else quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === ',' || c === '\n') {
      lines.at(-1)?.push(field.replace(/\r$/, ''));
      field = '';
      if (c === '\n') lines.push([]);
    } else field += c;
  }
  return lines.slice(0, -1);
}

describe('CSV', () => {
  it('gives back what was put in, and nothing in it runs', () => {
    const [head, ...lines] = parseCsv(csvOf(table(rows), 'vi').slice(1));
    expect(head).toEqual(['Mã', 'Tên', 'Số', 'Tỷ lệ']);
    lines.forEach((line, i) => {
      const text = NASTY[i] ?? '';
      expect(line[1]?.replace(/^'/, '')).toBe(text);
      expect(line[0]?.replace(/^'/, '').replace(/^="(.*)"$/, '$1')).toBe(text);
      // A formula only where we made one of digits and points, so that a code stays a text.
      for (const field of line.slice(0, 2)) expect(/^[=+\-@\t\r]/.test(field) && !/^="[\d.]+"$/.test(field), field).toBe(false);
    });
    expect(lines[9]?.[0]).toBe('="00070"');
    expect(lines.map((line) => line[3]).slice(0, 3)).toEqual(['0.00', '33.33', '66.67']);
  });
});

/** File names and texts of a ZIP, by its central directory. */
function unzip(zip: Buffer): Map<string, string> {
  const files = new Map<string, string>();
  for (let at = zip.indexOf('PK\u0001\u0002'); at >= 0; at = zip.indexOf('PK\u0001\u0002', at + 4)) {
    const [method, packed, nameBytes, local] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20), zip.readUInt16LE(at + 28), zip.readUInt32LE(at + 42)];
    const begin = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const bytes = zip.subarray(begin, begin + packed);
    files.set(zip.toString('utf8', at + 46, at + 46 + nameBytes), (method === 0 ? bytes : inflateRawSync(bytes)).toString('utf8'));
  }
  return files;
}

it('XLSX: codes are texts, figures are numbers, nothing is a formula, sheets have names that Excel takes', async () => {
  const files = unzip(await xlsxOf(document(rows), 'vi'));
  const sheets = [...files].filter(([name]) => /worksheets\/sheet\d+\.xml$/.test(name)).map(([, text]) => text);
  expect(sheets).toHaveLength(3);
  for (const sheet of sheets) expect(sheet).not.toMatch(/<f[ >]/);
  const names = [...(files.get('xl/workbook.xml') ?? '').matchAll(/<sheet [^>]*name="([^"]*)"/g)].map(([, name]) => name ?? '');
  expect(new Set(names).size).toBe(3);
  for (const name of names) expect(name).toMatch(/^[^[\]:*?/\\]{1,31}$/);
  const everything = [...files.values()].join('');
  for (const text of ['00070', '1.000105', '=1+1']) expect(everything).toContain(`>${text}</t>`);
  expect(sheets[1]).toMatch(/<v>0\.333333333333333\d*<\/v>/);
});

it('the page escapes everything, has no script, no style attribute and no second style sheet', () => {
  const page = htmlOf({ ...document(rows), sections: [{ table: table(rows), charts: [{ kind: 'bars', id: 'b', title: both('<x>'), full: 1, bars: NASTY.map((label, i) => ({ label, value: i === 0 ? null : i / 20, shown: both(label), mark: 0.5 })) }, { kind: 'columns', id: 'k', title: both('<y>'), series: [{ name: both('<z>'), tone: 'a' }], items: NASTY.map((label, i) => ({ label, values: [i] })) }] }] }, 'vi');
  expect(page).not.toMatch(/<script|<b>|<x>|<y>|<z>| style=| on\w+=|javascript:/);
  expect(page.match(/<style>/g)).toHaveLength(1);
  expect(page).toContain('&lt;/td&gt;&lt;script&gt;');
  expect(svgOf({ kind: 'columns', id: 'e', title: both('trống'), series: [], items: [] }, 'vi')).not.toContain('NaN');
});

it('numbers as each language writes them', () => {
  expect([localNumber('1234567.50', 'vi'), localNumber('1234567.50', 'en'), localNumber('-1234', 'vi'), localNumber('999', 'en')]).toEqual(['1.234.567,50', '1,234,567.50', '-1.234', '999']);
  expect([shown(fraction(701, 712), 'share', 'vi'), shown(fraction(1, 200), 'points', 'en'), shown(null, 'count', 'vi'), shown(16_581, 'count', 'vi')]).toEqual(['98,46 %', '0.01', '–', '16.581']);
});

describe('the portal’s answers', () => {
  it('may be anything at all', () => {
    const own = { whole: { code: '', name: '', figures: [{ id: '2.1', numerator: 1, denominator: 2 }] }, groups: [] };
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 6 }), (answer) => {
      const { rows: found } = compareFigures(readPortalReports(answer), own);
      return found.every(({ theirs }) => theirs === null || Number.isFinite(theirs));
    }), { seed: 766, numRuns: 500 });
    fc.assert(fc.property(fc.array(fc.record({ departmentName: fc.anything(), metrics: fc.anything(), totalOnTime: fc.anything(), source: fc.anything() }, { requiredKeys: [] })), (children) => {
      readPortalReports({ data: { children, evaluation: children, overview: children[0] } });
    }), { seed: 766, numRuns: 500 });
  });

  it('a null stays null, a mean is compared in days, a unit is found by name or code', () => {
    const figures = (id: string, numerator: number | null, denominator: number | null) => [{ id, numerator, denominator }];
    const reading = readPortalReports({ data: { parent: { departmentName: 'Tỉnh', avgProcessingDays: 2.13, totalOnTime: null, qualityFlags: ['NO_NATIONAL_REPORT_DATA'] }, children: [{ departmentName: 'SỞ  mẫu', totalOnTime: '5' }, { departmentName: 'Khác', departmentCode: '000.00.14.H99', totalOnTime: 6 }] } });
    const result = compareFigures(reading, { whole: { code: '', name: '', figures: [...figures('2.2', 183_888, 1), ...figures('2.1', 4, 5)] }, groups: [{ code: 'H99.01', name: 'Sở Mẫu', figures: figures('2.1', 5, 5) }, { code: 'H99.14', name: 'Phường', figures: figures('2.1', null, null) }] });
    expect(result.rows.map(({ unit, code, ours, theirs, verdict }) => [unit, code, ours, theirs, verdict])).toEqual([
      [null, 'totalOnTime', 4, null, 'not-reported'], [null, 'avgProcessingDays', 2.13, 2.13, 'equal'], ['H99.01', 'totalOnTime', 5, 5, 'equal'], ['H99.14', 'totalOnTime', null, 6, 'not-computed'],
    ]);
    expect(result.flags).toEqual(['NO_NATIONAL_REPORT_DATA']);
  });
});

it('the forecast counts working days as the civil service does', () => {
  const population = new Population();
  const due = (n: number, dueAt: string, over = {}) => population.put(factsOf(dossier(n, { dates: { acceptedAt: '2025-08-25T02:00:00Z', dueAt }, ...over }), null));
  due(1, '2025-08-29T10:00:00Z');
  // 30 August to 2 September 2025 were off; the third is the first working day.
  due(2, '2025-09-03T10:00:00Z');
  due(3, '2025-09-04T10:00:00Z');
  // Waits for papers: its clock stands.
  due(4, '2025-08-29T10:00:00Z', { status: 'SUPPLEMENT_REQUIRED', history: [{ at: '2025-08-26T02:00:00Z', status: 'SUPPLEMENT_REQUIRED', action: 'Bổ sung' }], supplements: [{ requestedAt: '2025-08-26T02:00:00Z', reason: 'Thiếu giấy tờ' }] });
  const at = (days: number) => forecast(population, { definitions: DEFINITION_SETS['qd766-2022'], period: { from: '2025-08-01', to: '2025-12-31' }, now: Date.parse('2025-08-28T02:00:00Z'), days });
  expect([1, 2, 3].map((days) => at(days).dossiers.map(({ code, workingDaysLeft }) => [code.slice(-1), workingDaysLeft]))).toEqual([[['1', 1]], [['1', 1], ['2', 2]], [['1', 1], ['2', 2], ['3', 3]]]);
  expect(at(2)).toMatchObject({ provisional: false, late: 0, becoming: 2 });
  expect(at(2).costs.map(({ indicator }) => indicator)).toContain('2.1');
  expect(() => at(0)).toThrow(RangeError);
});
