import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DATE_SHAPES, FORMATS } from '../../src/contract/formats.ts';

const accepts = (format: string, text: string): boolean => FORMATS[format]?.(text) ?? false;
const two = (n: number): string => String(n).padStart(2, '0');
/** Days of a month by a way of its own: the day before the first of the next month. */
const daysIn = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

describe('date formats', () => {
  const parts = fc.record({ y: fc.integer({ min: 1700, max: 2300 }), mo: fc.integer({ min: 0, max: 13 }), d: fc.integer({ min: 0, max: 32 }), h: fc.integer({ min: 0, max: 25 }), mi: fc.integer({ min: 0, max: 61 }), s: fc.integer({ min: 0, max: 61 }) });
  it('accept exactly the days and times that exist, in each spelling', () => {
    fc.assert(fc.property(parts, ({ y, mo, d, h, mi, s }) => {
      const day = y >= 1800 && y <= 2199 && mo >= 1 && mo <= 12 && d >= 1 && d <= daysIn(y, mo);
      const all = day && h < 24 && mi < 60 && s < 60;
      const [ymd, hms] = [`${y}-${two(mo)}-${two(d)}`, `${two(h)}:${two(mi)}:${two(s)}`];
      expect(accepts('instant', `${ymd}T${hms}Z`)).toBe(all);
      expect(accepts('instant', `${ymd}T${hms}.007Z`)).toBe(all);
      expect(accepts('date-time', `${ymd}T${hms}+07:00`)).toBe(all);
      expect(accepts('date', ymd)).toBe(day);
      expect(accepts('partial-date', ymd)).toBe(day);
      expect(accepts('vn-datetime', `${y}${two(mo)}${two(d)}${two(h)}${two(mi)}${two(s)}`)).toBe(all);
      expect(accepts('vn-datetime-or-empty', `${y}${two(mo)}${two(d)}${two(h)}${two(mi)}${two(s)}`)).toBe(all);
      expect(accepts('vn-date-or-empty', `${y}${two(mo)}${two(d)}`)).toBe(day);
      expect(accepts('vn-slash-date', `${two(d)}/${two(mo)}/${y} ${hms}`)).toBe(all);
      expect(accepts('vn-slash-date', `${two(d)}/${two(mo)}/${y}`)).toBe(day);
    }), { numRuns: 5000 });
  });

  it.each(['2025-02-29T00:00:00Z', '2100-02-29T00:00:00Z', '2025-07-01T01:30:00+07:00', '2025-07-01T01:30:00', '2025-07-01 01:30:00Z', '2025-07-01T01:30:00z', '2025-07-01T01:30Z', '2025-07-01T01:30:00.1Z', '2025-07-01T01:30:00.1234Z', '0001-01-01T00:00:00Z', ' 2025-07-01T01:30:00Z', '2025-07-01T01:30:00Z\n', '2025-07-01T01:30:00Z2025', '20a5-07-01T01:30:00Z', '2025/07/01T01:30:00Z', '2025-07-01T01:30:00.12Z7', '２０25-07-01T01:30:00Z', ''])(
    'refuses %j as an instant', (text) => {
      expect(accepts('instant', text)).toBe(false);
    });
  it('knows leap years', () => {
    expect(accepts('instant', '2024-02-29T00:00:00Z')).toBe(true);
    expect(accepts('instant', '2000-02-29T00:00:00Z')).toBe(true);
    expect(accepts('vn-datetime', '20240229000000')).toBe(true);
    expect(accepts('vn-datetime', '20250229000000')).toBe(false);
  });
  it('lets a birth date be less than a day', () => {
    expect(['1957', '1957-05', '1957-05-20'].map((t) => accepts('partial-date', t))).toEqual([true, true, true]);
    expect(['1957-13', '57', '1957-5', '1957-', ''].map((t) => accepts('partial-date', t))).toEqual([false, false, false, false, false]);
  });
  it('takes the empty text only where the wire says "none" with it', () => {
    expect(Object.keys(FORMATS).filter((f) => accepts(f, '')).sort()).toEqual(['vn-date-or-empty', 'vn-datetime-or-empty', 'vn-slash-date']);
  });
  it('shows a shape for each that the format itself accepts', () => {
    for (const [format, shapes] of Object.entries(DATE_SHAPES)) for (const shape of shapes.split(', ')) expect(accepts(format, shape), `${format} ${shape}`).toBe(true);
  });
});

describe('http-url', () => {
  it.each([['https://example.vn/tep?id=1', true], ['http://127.0.0.1:8080', true], ['HTTPS://example.vn#a', true], ['ftp://example.vn', false], ['https://', false], ['javascript:alert(1)', false], ['https://example.vn/a b', false], ['//example.vn', false]])('%s is %s', (text, expected) => {
    expect(accepts('http-url', text)).toBe(expected);
  });
});
