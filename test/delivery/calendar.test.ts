import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CALENDAR_HORIZON_MS, nextOpening } from '../../src/delivery/calendar.ts';
import type { CalendarPolicy, DailyWindow, Weekday } from '../../src/delivery/policy.ts';

const MINUTE = 60_000;
const at = (local: string): number => Date.parse(`${local}:00+07:00`);
const shown = (instant: number | null): string | null => (instant === null ? null : new Date(instant + 7 * 3_600_000).toISOString().slice(0, 16));
const next = (policy: CalendarPolicy, local: string): string | null => shown(nextOpening(policy, at(local)));

describe('openings', () => {
  it('without a calendar it is always open', () => {
    expect(nextOpening(undefined, 12_345)).toBe(12_345);
    expect(nextOpening({}, 12_345)).toBe(12_345);
  });

  it('office hours of Vietnam, whatever the machine’s zone is', () => {
    const policy: CalendarPolicy = { hours: [{ from: '07:30', to: '11:30' }, { from: '13:00', to: '17:00' }] };
    expect(next(policy, '2026-10-05T06:00')).toBe('2026-10-05T07:30');
    expect(next(policy, '2026-10-05T07:30')).toBe('2026-10-05T07:30');
    expect(next(policy, '2026-10-05T11:30')).toBe('2026-10-05T13:00');
    expect(next(policy, '2026-10-05T17:00')).toBe('2026-10-06T07:30');
  });

  it('working days follow the civil service, not the week', () => {
    // 31 August 2026, a Monday, is off before the National Day, and worked for on Saturday 22 August.
    expect(next({ workingDaysOnly: true }, '2026-08-31T10:00')).toBe('2026-09-03T00:00');
    expect(next({ workingDaysOnly: true }, '2026-08-22T10:00')).toBe('2026-08-22T10:00');
    expect(next({ workingDaysOnly: true, hours: [{ from: '08:00', to: '17:00' }] }, '2026-09-02T10:00')).toBe('2026-09-03T08:00');
    expect(next({ workingDaysOnly: true }, '2026-10-10T10:00')).toBe('2026-10-12T00:00'); // a Saturday
  });

  it('a window past midnight belongs to the day on which it begins', () => {
    const policy: CalendarPolicy = { closed: [{ days: ['sat'], from: '22:00', to: '05:00' }] };
    expect(next(policy, '2026-10-10T22:30')).toBe('2026-10-11T05:00');
    expect(next(policy, '2026-10-11T04:59')).toBe('2026-10-11T05:00');
    expect(next(policy, '2026-10-11T22:30')).toBe('2026-10-11T22:30');
  });

  it('maintenance, downtime and hours add up', () => {
    const policy: CalendarPolicy = {
      hours: [{ from: '08:00', to: '17:00' }], closed: [{ from: '07:00', to: '09:00' }], maintenance: [{ from: at('2026-10-05T16:00'), to: at('2026-10-06T08:30') }],
    };
    expect(next(policy, '2026-10-05T16:00')).toBe('2026-10-06T09:00');
  });

  it('a calendar that never opens says so', () => {
    expect(nextOpening({ closed: [{ from: '00:00', to: '24:00' }] }, 0)).toBeNull();
    expect(nextOpening({ hours: [] }, 0)).toBeNull();
    expect(nextOpening({ hours: [{ from: '08:00', to: '09:00' }], closed: [{ from: '07:00', to: '10:00' }] }, 0)).toBeNull();
    expect(nextOpening({ maintenance: [{ from: 0, to: 2 * CALENDAR_HORIZON_MS }] }, 1)).toBeNull();
  });
});

// ---- against a slow and obvious reading of the same policy ------------------------------------------------------------
const DAYS: readonly Weekday[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const minutes = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

function inWindow(window: DailyWindow, instant: number): boolean {
  const local = new Date(instant + 7 * 3_600_000);
  const minute = local.getUTCHours() * 60 + local.getUTCMinutes();
  const today = DAYS[local.getUTCDay()] as Weekday;
  const yesterday = DAYS[(local.getUTCDay() + 6) % 7] as Weekday;
  const begins = (day: Weekday): boolean => window.days?.includes(day) ?? true;
  const [from, to] = [minutes(window.from), minutes(window.to)];
  if (to > from) return begins(today) && minute >= from && minute < to;
  return (begins(today) && minute >= from) || (begins(yesterday) && minute < to);
}
const isOpen = (policy: CalendarPolicy, instant: number): boolean =>
  !(policy.maintenance ?? []).some(({ from, to }) => from <= instant && instant < to)
  && !(policy.closed ?? []).some((window) => inWindow(window, instant))
  && (policy.hours === undefined || policy.hours.some((window) => inWindow(window, instant)));

const START = at('2026-10-05T00:00');
const times = fc.integer({ min: 0, max: 24 * 4 - 1 }).map((quarter) => `${String(Math.floor(quarter / 4)).padStart(2, '0')}:${String((quarter % 4) * 15).padStart(2, '0')}`);
const windows = fc.record({ from: times, to: times, days: fc.uniqueArray(fc.constantFrom(...DAYS), { minLength: 1 }) }).filter(({ from, to }) => from !== to);
const policies: fc.Arbitrary<CalendarPolicy> = fc.record({
  hours: fc.array(windows, { minLength: 1, maxLength: 3 }),
  closed: fc.array(windows, { maxLength: 2 }),
  maintenance: fc.array(fc.record({ from: fc.nat(5_000), length: fc.nat(3_000) }).map(({ from, length }) => ({ from: START + from * MINUTE, to: START + (from + length) * MINUTE })), { maxLength: 2 }),
});

it('the answer is open, and nothing before it is', () => {
  fc.assert(fc.property(policies, fc.nat(10_000), (policy, minute) => {
    const now = START + minute * MINUTE;
    const opening = nextOpening(policy, now);
    const last = opening ?? now + 15 * 24 * 60 * MINUTE;
    for (let t = now; t < last; t += 15 * MINUTE) if (isOpen(policy, t)) throw new Error(`open at ${shown(t)}, said ${shown(opening)}`);
    if (opening !== null) expect(isOpen(policy, opening)).toBe(true);
  }), { numRuns: 300 });
});
