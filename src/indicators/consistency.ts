/** Contradictions: in published figures, and in the dossiers behind our own. They are told, never rescaled away. */
import type { Text } from '../contract/errors/types.ts';
import type { Query } from './compute.ts';
import { add, compare, fraction, fractionOf, multiply, percent, subtract, type Fraction } from './fraction.ts';
import type { Mark } from './facts.ts';
import { NO_DAY, type Population } from './population.ts';
import { RegisterIndex } from './register.ts';
import { prepareScan } from './scan.ts';
import { hasMark, statusOf } from './word.ts';

export interface Inconsistency {
  /** stable */
  code: string;
  text: Text;
  /** dossiers concerned, or 0 for contradictions between figures */
  count: number;
  /** the first of them, by code; or the names of the figures concerned */
  rows: string[];
  /** what the figures come to, exact */
  found?: Fraction;
}

/** Figures as a province or a newspaper states them. */
export interface PublishedFigures {
  /** whole numbers by name */
  counts?: Readonly<Record<string, number>>;
  /** percentages as printed, by the name of the count that they are a share of `whole` */
  shares?: Readonly<Record<string, string>>;
  /** name of the count that shares are of; default `received` */
  whole?: string;
  /** names that together are the whole; default PARTITIONS */
  partitions?: readonly (readonly string[])[];
}

/** What adds up to everything received. */
export const PARTITIONS: readonly (readonly string[])[] = [
  ['online', 'direct'], ['online', 'counter', 'postal'], ['completed', 'inProcessing', 'stopped'], ['onTime', 'late', 'inProcessing'],
];

const HUNDRED = fraction(100);

/** Looks over published figures. Shares may miss 100 by what rounding each of them explains, no more. */
export function checkPublished(figures: PublishedFigures): Inconsistency[] {
  const { counts = {}, shares = {}, whole = 'received', partitions = PARTITIONS } = figures;
  const found: Inconsistency[] = [];
  const total = Object.hasOwn(counts, whole) ? counts[whole] : undefined;
  for (const parts of partitions) {
    if (total !== undefined && parts.every((part) => Object.hasOwn(counts, part))) {
      const sum = parts.reduce((all, part) => all + (counts[part] ?? 0), 0);
      if (sum !== total) found.push(contradiction('parts-sum', [...parts, whole], fraction(sum), `các phần cộng lại bằng ${sum}, tổng công bố là ${total}`, `the parts add up to ${sum}, the published whole is ${total}`));
    }
    if (parts.every((part) => Object.hasOwn(shares, part))) {
      const sum = parts.reduce((all, part) => add(all, fractionOf(shares[part] ?? '0')), fraction(0));
      const slack = parts.reduce((all, part) => add(all, halfUnit(shares[part] ?? '0')), fraction(0));
      const miss = subtract(sum, HUNDRED);
      if (compare(miss.n < 0n ? subtract(fraction(0), miss) : miss, slack) > 0) {
        const shown = percent(multiply(sum, fraction(1, 100)));
        found.push(contradiction('shares-sum', parts, sum, `các tỷ lệ cộng lại bằng ${shown} %, làm tròn không giải thích được`, `the shares add up to ${shown} %, which rounding does not explain`));
      }
    }
  }
  for (const [name, share] of Object.entries(shares)) {
    const part = Object.hasOwn(counts, name) ? counts[name] : undefined;
    if (part === undefined || total === undefined || total === 0) continue;
    const rate = fraction(part, total);
    if (percent(rate, decimalsOf(share)) !== share) {
      found.push(contradiction('share-of-count', [name, whole], rate, `${part}/${total} là ${percent(rate, decimalsOf(share))} %, công bố ${share} %`, `${part}/${total} is ${percent(rate, decimalsOf(share))} %, published ${share} %`));
    }
  }
  return found;
}

const decimalsOf = (text: string): number => text.split('.')[1]?.length ?? 0;
const halfUnit = (text: string): Fraction => fraction(1n, 2n * 10n ** BigInt(decimalsOf(text)));
const contradiction = (code: string, rows: readonly string[], found: Fraction, vi: string, en: string): Inconsistency => ({ code, text: { vi, en }, count: 0, rows: [...rows], found });

const MARKED: readonly [code: string, mark: Mark, text: Text][] = [
  ['ends-before-receipt', 'timesContradicted', { vi: 'Kết thúc, trả kết quả hoặc hẹn trả trước khi tiếp nhận', en: 'Ended, handed over or due before it was received' }],
  ['history-contradicts-status', 'statusContradicted', { vi: 'Bước cuối của tiến độ khác trạng thái hồ sơ', en: 'The last step of the progress has another status than the dossier' }],
  ['finished-without-end', 'endDateMissing', { vi: 'Đã xử lý xong nhưng thiếu NgayKetThucXuLy', en: 'Finished without NgayKetThucXuLy' }],
  ['reopened', 'reopened', { vi: 'Tiến độ đã có bước kết thúc nhưng hồ sơ đang xử lý: quy tắc 2.1 vẫn lấy bước kết thúc đó', en: 'The progress ended it once and it is in processing: rule 2.1 still takes that end' }],
];
const MOST_ROWS = 100;

/** Looks over the dossiers of a query's period. Rows are the first codes, the count is of all. */
export function findInconsistencies(population: Population, query: Omit<Query, 'definitions' | 'by'>): Inconsistency[] {
  const register = query.register instanceof RegisterIndex ? query.register : new RegisterIndex(query.register);
  const collected = new Map<string, { text: Text; codes: string[]; count: number }>();
  const note = (code: string, text: Text, row: number): void => {
    const entry = collected.get(code) ?? { text, codes: [], count: 0 };
    collected.set(code, entry);
    entry.count += 1;
    entry.codes.push(population.code(row));
    if (entry.codes.length > MOST_ROWS * 4) entry.codes = firstOf(entry.codes);
  };
  prepareScan(population, { ...query }, register).run((row, _group, word) => {
    for (const [code, mark, text] of MARKED) if (hasMark(word, mark)) note(code, text, row);
    if (statusOf(word) === 'UNKNOWN') note('status-unknown', { vi: 'Trạng thái không ánh xạ được, không có trong số liệu nào', en: 'A status that no rule maps: in no figure' }, row);
    if (hasMark(word, 'received') && !hasMark(word, 'accepted')) note('received-without-date', { vi: 'Đã tiếp nhận nhưng thiếu NgayTiepNhan: xếp kỳ theo ngày nộp', en: 'Received without NgayTiepNhan: put into a period by its submission' }, row);
  });
  for (const row of undated(population)) note('without-any-date', { vi: 'Không có ngày nộp và ngày tiếp nhận: không thuộc kỳ nào', en: 'Neither submitted nor received at any time: in no period' }, row);
  return [...collected].map(([code, { text, codes, count }]) => ({ code, text, count, rows: firstOf(codes) })).sort((a, b) => (a.code < b.code ? -1 : 1));
}

const firstOf = (codes: string[]): string[] => codes.sort((a, b) => (a < b ? -1 : 1)).slice(0, MOST_ROWS);

function* undated(population: Population): Generator<number> {
  for (const row of population.occupied()) {
    const [chunk, i] = population.at(row);
    if (chunk.day[i] === NO_DAY) yield row;
  }
}
