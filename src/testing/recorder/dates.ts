/** Days of birth: another day of the same year, in the form in which the day was written. */
import { createHmac } from 'node:crypto';
import { dateFromDayNumber, dayNumberFromDate } from '../../model/civil-date.ts';

/** Forms of a day, and what may follow it. */
const FORMS: readonly { pattern: RegExp; order: 'ymd' | 'dmy' }[] = [
  { pattern: /^(\d{4})([-/.]?)(\d{2})\2(\d{2})(?=$|[T ]|\d{6}$)/, order: 'ymd' },
  { pattern: /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?=$|[T ])/, order: 'dmy' },
  { pattern: /^(\d{2})()(\d{2})(\d{4})$/, order: 'dmy' },
];

interface WrittenDay { day: number; year: number; length: number; write(day: number): string }

/** Reads a day in any form that is in use; `undefined` when the text begins with none. */
export function readDay(text: string): WrittenDay | undefined {
  for (const { pattern, order } of FORMS) {
    const match = pattern.exec(text);
    if (match === null) continue;
    const [whole, first = '', gap = '', middle = '', last = ''] = match;
    const [year, month, date] = order === 'ymd' ? [first, middle, last] : [last, middle, first];
    const day = dayNumberFromDate(`${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`);
    if (day === undefined || Number(year) < 1850 || Number(year) > 2150) continue;
    const like = (sample: string, value: string): string => (sample.length === 1 ? String(Number(value)) : value);
    return {
      day, year: Number(year), length: whole.length,
      write(other) {
        const [y = '', m = '', d = ''] = dateFromDayNumber(other).split('-');
        return order === 'ymd' ? [y, m, d].join(gap) : [like(first, d), like(middle, m), y].join(gap);
      },
    };
  }
  return undefined;
}

/** The days of a year in a secret order; each day is replaced by the one behind it, so that no day stands for itself and no two for one. */
export function dayShuffler(key: Buffer): (day: number, year: number) => number {
  const years = new Map<number, Map<number, number>>();
  return (day, year) => {
    let next = years.get(year);
    if (next === undefined) {
      const first = dayNumberFromDate(`${String(year).padStart(4, '0')}-01-01`) as number;
      const after = dayNumberFromDate(`${String(year + 1).padStart(4, '0')}-01-01`) as number;
      const order = Array.from({ length: after - first }, (_, i) => first + i)
        .map((at) => ({ at, rank: createHmac('sha256', key).update(`day\u0000${at}`).digest('hex') }))
        .sort((a, b) => (a.rank < b.rank ? -1 : 1));
      next = new Map(order.map(({ at }, i) => [at, (order[(i + 1) % order.length] as { at: number }).at]));
      years.set(year, next);
    }
    return next.get(day) as number;
  };
}
