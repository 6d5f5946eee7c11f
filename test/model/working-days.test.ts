import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CIVIL_SERVICE_YEARS, civilServiceCalendar as calendar, defineWorkingCalendar } from '../../src/model/index.ts';
import dueDates from './vectors/due-date-vectors.json' with { type: 'json' };
import holidays from './vectors/holidays-vn.json' with { type: 'json' };

const day = fc.integer({ min: 0, max: 1095 }).map((n) => new Date(Date.UTC(2024, 0, 1) + n * 86_400_000).toISOString().slice(0, 10));

describe('due dates', () => {
  it.each(dueDates.vectors)('$received + $workingDays: $why', ({ received, workingDays, due, naiveMonFri, differs }) => {
    expect(calendar.addWorkingDays(received, workingDays)).toEqual({ ok: true, due, provisional: false });
    expect(calendar.countWorkingDays(received, due)).toEqual({ ok: true, days: workingDays, provisional: false });
    const naive = defineWorkingCalendar([2024, 2025, 2026].map((year) => ({ year, notices: [], off: {}, makeUp: [] })));
    expect(naive.addWorkingDays(received, workingDays)).toMatchObject({ due: naiveMonFri });
    expect(due !== naiveMonFri).toBe(differs);
  });
  it('are 19 vectors, 16 of which a Monday-to-Friday count gets wrong', () => {
    expect(dueDates.vectors).toHaveLength(19);
    expect(dueDates.vectors.filter(({ differs }) => differs)).toHaveLength(16);
  });
  it('begin on the first working day when a dossier arrives on a day off', () => {
    expect(calendar.firstWorkingDayFrom('2025-01-25')).toEqual({ ok: true, due: '2025-02-03', provisional: false });
    expect(calendar.firstWorkingDayFrom('2025-04-26')).toMatchObject({ due: '2025-04-26' });
  });
  it('agree with counting', () => {
    fc.assert(fc.property(day, fc.integer({ min: 1, max: 60 }), (received, days) => {
      const end = calendar.addWorkingDays(received, days, { missingYear: 'provisional' });
      expect(end.ok).toBe(true);
      if (!end.ok) return;
      expect(calendar.countWorkingDays(received, end.due, { missingYear: 'provisional' })).toMatchObject({ days });
      expect(calendar.isWorkingDay(end.due, { missingYear: 'provisional' })).toMatchObject({ working: true });
    }));
  });
});

describe('calendar', () => {
  it.each(holidays.years.filter(({ complete }) => complete))('$year has its working days', ({ year, workingDays, off, makeUpWorkdays }) => {
    expect(calendar.countWorkingDays(`${year - 1}-12-31`, `${year}-12-31`)).toEqual({ ok: true, days: workingDays, provisional: false });
    for (const { date, name } of off) expect(calendar.isWorkingDay(date)).toEqual({ ok: true, working: false, holiday: name, provisional: false });
    for (const { date } of makeUpWorkdays) expect(calendar.isWorkingDay(date)).toEqual({ ok: true, working: true, provisional: false });
  });
  it('refuses a year without a table, or marks the answer provisional', () => {
    expect(calendar.years).toEqual([2024, 2025, 2026]);
    expect(calendar.addWorkingDays('2026-12-28', 10)).toMatchObject({ ok: false, code: 'LT-MODEL-CALENDAR-YEAR', why: { en: 'there is no table of days off for 2027' } });
    expect(calendar.addWorkingDays('2026-12-28', 10, { missingYear: 'provisional' })).toEqual({ ok: true, due: '2027-01-11', provisional: true });
    expect(calendar.addWorkingDays('2026-12-28', 3)).toMatchObject({ ok: true, due: '2026-12-31', provisional: false });
    expect(calendar.isWorkingDay('2027-01-01')).toMatchObject({ ok: false, code: 'LT-MODEL-CALENDAR-YEAR' });
  });
  it('takes the table of another year', () => {
    const longer = defineWorkingCalendar([...CIVIL_SERVICE_YEARS, { year: 2027, notices: ['example'], off: { '2027-01-01': 'Tết Dương lịch' }, makeUp: [] }]);
    expect(longer.addWorkingDays('2026-12-31', 1)).toEqual({ ok: true, due: '2027-01-04', provisional: false });
    expect(() => defineWorkingCalendar([{ year: 2027, notices: [], off: { '2026-01-01': 'x' }, makeUp: [] }])).toThrow(TypeError);
    expect(() => defineWorkingCalendar([{ year: 2027, notices: [], off: {}, makeUp: ['2027-02-30'] }])).toThrow(TypeError);
  });
  it('refuses what is no date and no term', () => {
    for (const date of ['', '2025-02-29', '01/07/2025']) expect(calendar.addWorkingDays(date, 1)).toMatchObject({ code: 'LT-MODEL-CALENDAR-DATE' });
    for (const days of [0, -1, 1.5, Number.NaN, 1e9]) expect(calendar.addWorkingDays('2025-07-01', days)).toMatchObject({ code: 'LT-MODEL-CALENDAR-TERM' });
    expect(calendar.countWorkingDays('2025-07-02', '2025-07-01')).toMatchObject({ days: 0 });
    expect(calendar.countWorkingDays('0001-01-01', '2025-07-01')).toMatchObject({ code: 'LT-MODEL-CALENDAR-DATE' });
  });
});
