/** The README of the adapter, held against its code. */
import { readFileSync } from 'node:fs';
import type { ReadmeTable } from '../../adapter/fixtures.ts';
import { makeCheck, type Findings, type Suite } from './kit.ts';
import type { AdapterCheck } from './types.ts';

/** Rows of the first table below a heading, as cells; without the head. */
function rowsUnder(markdown: string, heading: string): string[][] | undefined {
  const lines = markdown.split('\n');
  const at = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, '').trim() === heading);
  if (at < 0) return undefined;
  const rows: string[][] = [];
  let inTable = false;
  for (const line of lines.slice(at + 1)) {
    if (/^#+ /.test(line)) break;
    if (line.startsWith('|')) {
      inTable = true;
      rows.push(line.split('|').slice(1, -1).map((cell) => cell.trim()));
    } else if (inTable) break;
  }
  return rows.slice(2);
}

/** Every code word of a cell: a row may speak of several. */
const codeWords = (cell = ''): string[] => [...cell.matchAll(/`([^`]+)`/g)].map((m) => m[1] ?? '');

function checkTable(markdown: string, { heading, row, expected: given }: ReadmeTable, found: Findings): void {
  const expected = typeof given === 'function' ? given() : given;
  const rows = rowsUnder(markdown, heading);
  if (rows === undefined || rows.length === 0) return found.add(heading, 'không có bảng nào dưới tiêu đề này', 'there is no table under this heading');
  const told = rows.flatMap((cells) => {
    const said = row === undefined ? codeWords(cells[0]) : row(cells);
    return said === undefined ? [] : typeof said === 'string' ? [said] : [...said];
  });
  for (const word of expected) if (!told.includes(word)) found.add(heading, `thiếu "${word}"`, `lacks "${word}"`);
  for (const word of told) if (!expected.includes(word)) found.add(heading, `có "${word}", mã nguồn không có`, `has "${word}", the code has not`);
  const twice = told.filter((word, i) => told.indexOf(word) !== i);
  for (const word of new Set(twice)) found.add(heading, `có "${word}" nhiều lần`, `has "${word}" more than once`);
}

export function docsChecks(suite: Suite): AdapterCheck[] {
  const { adapter, fixtures } = suite;
  return [
    makeCheck('docs.tables', (found) => {
      const { readme } = fixtures;
      if (readme === undefined) return found.add('readme', 'dữ liệu mẫu không nêu README; nếu không có, ghi lý do ở absent.readme', 'the fixtures name no README; if there is none, say why in absent.readme');
      const markdown = readFileSync(readme.file, 'utf8');
      checkTable(markdown, { heading: readme.operations ?? 'Operations', expected: Object.keys(adapter.operations) }, found);
      // A setting with parts may be written part by part: `poll.pageSize` speaks of `poll`.
      const settings = Object.keys((adapter.configSchema['properties'] ?? {}) as object);
      checkTable(markdown, { heading: readme.settings ?? 'Configuration', expected: settings, row: (cells) => codeWords(cells[0]).filter((word) => !word.includes('.')).concat(codeWords(cells[0]).some((word) => word.includes('.')) ? firstOf(cells, markdown, readme.settings ?? 'Configuration') : []) }, found);
      for (const table of readme.tables ?? []) checkTable(markdown, table, found);
    }, fixtures.absent?.readme),
  ];
}

/** `poll`, told by the first of the rows that speak of its parts. */
function firstOf(cells: readonly string[], markdown: string, heading: string): string[] {
  const rows = rowsUnder(markdown, heading) ?? [];
  const parents = [...new Set(codeWords(cells[0]).flatMap((word) => (word.includes('.') ? [word.split('.')[0] ?? ''] : [])))];
  return parents.filter((parent) => rows.find((other) => codeWords(other[0]).some((word) => word.startsWith(`${parent}.`)))?.[0] === cells[0]);
}
