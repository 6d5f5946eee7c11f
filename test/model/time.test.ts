import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalInstant, endOfLocalDay, epochFromInstant, formatTime, instantFromEpoch, instantFromWire14, isCanonicalInstant, isDate, localDateOf, localParts,
  parseTime, startOfLocalDay, TIME_FORMATS, wire14FromEpoch, wire14FromInstant,
} from '../../src/model/index.ts';

const epochs = fc.integer({ min: Date.UTC(1900, 0, 1), max: Date.UTC(2100, 11, 31) });
const wholeSeconds = epochs.map((ms) => Math.floor(ms / 1000) * 1000);
const parsed = (text: string, format?: (typeof TIME_FORMATS)[number]) => {
  const result = parseTime(text, format);
  return result.ok ? result.instant : result.code;
};

describe('instants', () => {
  it('are written like the platform writes them, without empty milliseconds', () => {
    fc.assert(fc.property(epochs, (ms) => {
      const expected = new Date(ms).toISOString().replace('.000Z', 'Z');
      expect(instantFromEpoch(ms)).toBe(expected);
      expect(epochFromInstant(expected)).toBe(ms);
      expect(isCanonicalInstant(expected)).toBe(true);
    }));
  });

  it('go to the wire of the national portal and back', () => {
    fc.assert(fc.property(wholeSeconds, (ms) => {
      const instant = instantFromEpoch(ms);
      const wire = wire14FromInstant(instant);
      expect(wire).toBe(new Date(ms + 7 * 3_600_000).toISOString().replace(/[-:T]|\.000Z/g, ''));
      expect(wire14FromEpoch(ms)).toBe(wire);
      expect(instantFromWire14(wire)).toBe(instant);
      expect(parsed(wire)).toBe(instant);
    }));
  });

  it('survive every wire shape up to what the shape can hold', () => {
    fc.assert(fc.property(wholeSeconds, fc.constantFrom(...TIME_FORMATS), (ms, format) => {
      const instant = instantFromEpoch(ms);
      const back = parseTime(formatTime(instant, format), format);
      expect(back.ok).toBe(true);
      if (!back.ok) return;
      const wanted = format.includes('HH:mm:ss') || format === 'iso' || format === 'yyyyMMddHHmmss' ? ms
        : back.dateOnly ? Math.floor((ms + 25_200_000) / 86_400_000) * 86_400_000 - 25_200_000 : Math.floor(ms / 60_000) * 60_000;
      expect(back.epochMs).toBe(wanted);
      expect(back.format).toBe(format);
      expect(back.assumedOffset).toBe(format !== 'iso');
    }));
  });

  it('keep milliseconds only when there are some', () => {
    expect(instantFromEpoch(Date.UTC(2025, 6, 1, 1, 30, 0, 5))).toBe('2025-07-01T01:30:00.005Z');
    expect(canonicalInstant('2025-07-01T01:30:00.000Z')).toBe('2025-07-01T01:30:00Z');
    expect(canonicalInstant('2025-07-01T08:30:00.120999+07:00')).toBe('2025-07-01T01:30:00.120Z');
    expect(formatTime('2025-07-01T01:30:00.120Z', 'iso')).toBe('2025-07-01T08:30:00.120+07:00');
    expect(isCanonicalInstant('2025-07-01T08:30:00+07:00')).toBe(false);
  });

  it.each([
    '', '2025-07-01', '2025-07-01T01:30:00', '2025-07-01T01:30:00z', '2025-02-29T00:00:00Z', '2025-07-01T24:00:00Z', '2025-07-01T23:59:60Z', '2025-13-01T00:00:00Z',
    '2025-00-10T00:00:00Z', '2025-07-01T01:30:00.Z', '2025-07-01T01:30:00Z ', '2025-07-01T01:30:00+0700', '2025-07-01 01:30:00Z', '1799-01-01T00:00:00Z', '2025-07-01T01:30:00.1234567890Z',
    '2025-07-01T01:30:0xZ', '２０２５-07-01T01:30:00Z',
  ])('%j is no instant', (text) => {
    expect(epochFromInstant(text)).toBeUndefined();
    expect(() => wire14FromInstant(text)).toThrow(RangeError);
  });

  it('refuses epochs that no dossier can have', () => {
    for (const ms of [Number.NaN, Infinity, -1e15, 1e15]) expect(() => instantFromEpoch(ms)).toThrow(RangeError);
  });
});

describe('the day in Vietnam', () => {
  it('changes at 17:00 UTC, over month, leap day and year', () => {
    expect(localDateOf('2024-12-31T16:59:59Z')).toBe('2024-12-31');
    expect(localDateOf('2024-12-31T17:00:00Z')).toBe('2025-01-01');
    expect(wire14FromInstant('2024-12-31T17:00:00Z')).toBe('20250101000000');
    expect(wire14FromInstant('2024-02-28T17:00:00Z')).toBe('20240229000000');
    expect(instantFromWire14('20240301065959')).toBe('2024-02-29T23:59:59Z');
    expect(instantFromWire14('19000301000000')).toBe('1900-02-28T17:00:00Z');
    expect(wire14FromInstant('2024-12-31T17:00:00.999Z')).toBe('20250101000000');
    expect(localParts(Date.UTC(2024, 11, 31, 17, 0, 0, 7))).toEqual({ year: 2025, month: 1, day: 1, hour: 0, minute: 0, second: 0, ms: 7 });
  });

  it('has a first and a last second', () => {
    expect(startOfLocalDay('2025-07-01')).toBe('2025-06-30T17:00:00Z');
    expect(endOfLocalDay('2025-07-01')).toBe('2025-07-01T16:59:59Z');
    expect(startOfLocalDay('2025-02-29')).toBeUndefined();
    expect(endOfLocalDay('0001-01-01')).toBeUndefined();
  });
});

describe('times as the wires write them', () => {
  it.each([
    ['20250701083000', 'yyyyMMddHHmmss'], ['01/07/2025 08:30:00', 'dd/MM/yyyy HH:mm:ss'], ['1/7/2025 8:30', 'dd/MM/yyyy HH:mm'], ['2025-07-01 08:30:00', 'yyyy-MM-dd HH:mm:ss'],
    ['2025/07/01 08:30:00', 'yyyy/MM/dd HH:mm:ss'], ['2025-07-01T08:30:00', 'iso'], ['2025-07-01T01:30:00Z', 'iso'], ['2025-07-01T08:30:00+07:00', 'iso'],
    ['2025-07-01T08:30:00.000+0700', 'iso'], ['2025-06-30T20:30:00-05:00', 'iso'], ['2025-07-01 08:30:00.0', 'iso'], [' 2025-07-01T08:30 ', 'iso'], ['202507010830', 'yyyyMMddHHmm'],
  ] as const)('%s', (text, format) => {
    const result = parseTime(text);
    expect(result).toMatchObject({ ok: true, instant: '2025-07-01T01:30:00Z', format, dateOnly: false });
  });

  it.each(['01/07/2025', '1/7/2025', '01-07-2025', '2025-07-01', '2025/07/01', '20250701'])('%s is a day and begins at midnight in Vietnam', (text) => {
    expect(parseTime(text)).toMatchObject({ ok: true, instant: '2025-06-30T17:00:00Z', dateOnly: true, assumedOffset: true });
  });

  it('puts the day before the month', () => {
    expect(parsed('07/01/2025')).toBe('2025-01-06T17:00:00Z');
    expect(parsed('07/13/2025')).toBe('LT-MODEL-TIME-IMPOSSIBLE');
  });

  it.each(['30/02/2025', '29/02/2025', '29/02/1900', '20250230000000', '20250701240000', '2025-07-01 23:59:60', '31/04/2025', '00/01/2025', '2025-07-01T08:60:00'])('%s does not exist', (text) => {
    expect(parsed(text)).toBe('LT-MODEL-TIME-IMPOSSIBLE');
  });
  it.each(['0001-01-01T00:00:00', '00010101000000', '9999-12-31 23:59:59', '01/01/1753'])('%s is a placeholder', (text) => {
    expect(parsed(text)).toBe('LT-MODEL-TIME-RANGE');
  });
  it.each(['', 'hôm nay', '2025', '2025-7', '1/7-2025', '2025070108300', '2025-07-01T08:30:00+25:00', '2025-07-01T08:30:00+7', '1'.repeat(5000), '01-07-2025 08:30:00'])('%j has no known shape', (text) => {
    expect(parsed(text)).toBe('LT-MODEL-TIME-FORMAT');
  });

  it('refuses another shape than the one the field has', () => {
    expect(parsed('2025-07-01 08:30:00', 'yyyyMMddHHmmss')).toBe('LT-MODEL-TIME-FORMAT');
    expect(parsed('2025-07-01', 'iso')).toBe('2025-06-30T17:00:00Z');
  });

  it('takes leap days where they are', () => {
    expect(isDate('2000-02-29')).toBe(true);
    expect(isDate('2024-02-29')).toBe(true);
    expect(isDate('2100-02-29')).toBe(false);
    expect(isDate('2025-2-9')).toBe(false);
  });

  it('never throws on any text', () => {
    fc.assert(fc.property(fc.string(), (text) => {
      const result = parseTime(text);
      expect(typeof result.ok).toBe('boolean');
      expect(instantFromWire14(text) === undefined || parseTime(text).ok).toBe(true);
    }));
  });
});
