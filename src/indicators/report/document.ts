/** A report as every format shows it: facts, tables and charts, texts in both languages. Formats know nothing of indicators, and this nothing of formats. */
import type { Text } from '../../contract/errors/types.ts';
import type { Fraction } from '../fraction.ts';

/** code: kept as text, leading zeros included · count: whole number · share: shown as per cent · points and decimal: two decimals */
export type ColumnKind = 'code' | 'text' | 'count' | 'share' | 'points' | 'decimal';
export interface Column { id: string; title: Text; kind: ColumnKind; /** of the sheet, in characters */ width?: number }
/** `null`: not known. Fractions stay exact until they are written */
export type Cell = string | Text | number | Fraction | null;
export interface DocumentTable {
  id: string;
  title: Text;
  note?: Text;
  columns: readonly Column[];
  rows: readonly (readonly Cell[])[];
  /** not on the page: too long for paper, meant for a spreadsheet */
  sheetOnly?: boolean;
}
/** Lying bars on a common scale from 0 to `full`; `mark` is a tick on the bar (a threshold, a maximum). */
export interface BarChart { kind: 'bars'; id: string; title: Text; full: number; bars: readonly { label: Text | string; value: number | null; shown: Text; mark?: number }[] }
/** Standing, stacked columns, one for each piece of time. */
export interface ColumnChart { kind: 'columns'; id: string; title: Text; series: readonly { name: Text; tone: Tone }[]; items: readonly { label: string; values: readonly number[] }[] }
export type Chart = BarChart | ColumnChart;
export type Tone = 'a' | 'b' | 'good' | 'bad' | 'quiet';
export interface Headline { label: Text; value: { kind: ColumnKind; cell: Cell }; under?: Text; tone?: Tone }
export interface Section { table: DocumentTable; charts?: readonly Chart[] }
export interface ReportDocument {
  title: Text;
  subtitle: Text;
  /** what the figures are of: period, units, rules, instant */
  facts: readonly { label: Text; value: Text | string }[];
  headlines: readonly Headline[];
  /** what a reader must know before using the figures */
  warnings: readonly Text[];
  sections: readonly Section[];
  /** below everything: how to read it */
  notes: readonly Text[];
}

export const isFraction = (cell: Cell): cell is Fraction => typeof cell === 'object' && cell !== null && 'd' in cell;
export const isText = (cell: Cell): cell is Text => typeof cell === 'object' && cell !== null && 'vi' in cell;
