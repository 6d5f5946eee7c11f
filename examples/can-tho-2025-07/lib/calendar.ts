/**
 * The days of a period, and a clock that only runs while offices are open.
 *
 * Office hours are a choice of this example (07:30–11:30 and 13:30–17:00); which days are worked is the civil service's calendar.
 */
import { dateFromDayNumber, dayNumberFromDate } from '../../../src/model/civil-date.ts';
import { civilServiceCalendar } from '../../../src/model/working-days.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const OFFSET = 7 * HOUR;
const MORNING = 4 * 3600;
/** Seconds of open office in a day. */
export const OFFICE_DAY = MORNING + 3.5 * 3600;

/** Days count from 1, the first of the period, and may run past its end. Times are epoch ms. */
export interface Calendar {
  /** the last day of the period, and the last one on which offices are open */
  lastDay: number;
  lastOfficeDay: number;
  /** 23:59:59 of the last day: the moment the figures are counted for */
  lastMoment: number;
  /** 08:00 of the first working day after the period */
  nextOpening: number;
  startOf(day: number): number;
  isWorkingDay(day: number): boolean;
  /** The n-th working day after `day`; the day of receipt is not counted (Civil Code 2015 art. 147). */
  addWorkingDays(day: number, n: number): number;
  /** A term ends when the office closes on its last day. */
  dueAt(day: number): number;
  /** the office clock (seconds of open office since the period began) at the close of its last working day */
  officeEnd: number;
  /** the office clock at the opening of `day`, or of the next working day when it is not one; `officeEnd` after the period */
  officeOpening(day: number): number;
  /** office clock → epoch ms. @throws RangeError outside the period */
  officeTime(clock: number): number;
  /** `yymmdd`, for dossier numbers */
  yymmdd(day: number): string;
}

/** @param period first and last day. @throws RangeError when no day of it is worked */
export function calendarOf([from, to]: readonly [string, string]): Calendar {
  const first = dayNumberFromDate(from) ?? 0;
  const lastDay = (dayNumberFromDate(to) ?? 0) - first + 1;
  const midnight = Date.parse(`${from}T00:00:00Z`) - OFFSET;
  const known = new Map<number, boolean>();
  const startOf = (day: number): number => midnight + (day - 1) * DAY;
  const isWorkingDay = (day: number): boolean => {
    const seen = known.get(day);
    if (seen !== undefined) return seen;
    const answer = civilServiceCalendar.isWorkingDay(dateFromDayNumber(first + day - 1), { missingYear: 'provisional' });
    const working = answer.ok && answer.working;
    known.set(day, working);
    return working;
  };
  const addWorkingDays = (day: number, n: number): number => {
    let found = day;
    for (let left = n; left > 0; ) {
      found += 1;
      if (isWorkingDay(found)) left -= 1;
    }
    return found;
  };
  const working: number[] = [];
  for (let day = 1; day <= lastDay; day += 1) if (isWorkingDay(day)) working.push(day);
  const lastOfficeDay = working.at(-1);
  if (lastOfficeDay === undefined) throw new RangeError('no day of the period is worked');
  const officeEnd = working.length * OFFICE_DAY;
  return {
    lastDay, lastOfficeDay, lastMoment: startOf(lastDay + 1) - 1000, nextOpening: startOf(addWorkingDays(lastDay, 1)) + 8 * HOUR,
    startOf, isWorkingDay, addWorkingDays, officeEnd,
    dueAt: (day) => startOf(day) + 17 * HOUR,
    officeOpening(day) {
      const index = working.findIndex((d) => d >= day);
      return (index < 0 ? working.length : index) * OFFICE_DAY;
    },
    officeTime(clock) {
      const day = working[Math.floor(clock / OFFICE_DAY)];
      if (day === undefined || clock < 0) throw new RangeError('outside the office hours of the period');
      const seconds = clock % OFFICE_DAY;
      return startOf(day) + (seconds < MORNING ? 7.5 * 3600 + seconds : 13.5 * 3600 + (seconds - MORNING)) * 1000;
    },
    yymmdd(day) {
      const iso = new Date(startOf(day) + OFFSET).toISOString();
      return iso.slice(2, 4) + iso.slice(5, 7) + iso.slice(8, 10);
    },
  };
}

/** `dd/MM/yyyy HH:mm:ss`, Vietnamese clock: how OpenCPS writes times in its logs. */
export function liferayTime(ms: number): string {
  const iso = new Date(ms + OFFSET).toISOString();
  return `${iso.slice(8, 10)}/${iso.slice(5, 7)}/${iso.slice(0, 4)} ${iso.slice(11, 19)}`;
}
