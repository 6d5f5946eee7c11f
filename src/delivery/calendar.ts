/**
 * When an upstream may be called: hours, working days, regular downtime and planned maintenance. Pure; Vietnam's time is UTC+7
 * all year and is reckoned by arithmetic. A window belongs to the day on which it begins, also where it runs past midnight.
 */
import { dateFromDayNumber, weekdayOf } from '../model/civil-date.ts';
import { civilServiceCalendar } from '../model/working-days.ts';
import type { CalendarPolicy, DailyWindow, Weekday } from './policy.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const VIETNAM = 7 * 60 * MINUTE;
/** An opening further away than this is none. */
export const CALENDAR_HORIZON_MS = 400 * DAY;
/** Each step leaves a stretch behind that is closed for sure; a calendar that needs more of them opens for nobody. */
const MOST_STEPS = 5_000;
const WEEKDAYS: readonly Weekday[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const dayOf = (at: number): number => Math.floor((at + VIETNAM) / DAY);
const startOf = (day: number): number => day * DAY - VIETNAM;
const clock = (time: string): number => (Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))) * MINUTE;

/** The window as it stands on a day; undefined when it does not begin on that day. */
function on(window: DailyWindow, day: number): { from: number; to: number } | undefined {
  if (window.days !== undefined && !window.days.includes(WEEKDAYS[weekdayOf(day)] as Weekday)) return undefined;
  const from = clock(window.from);
  const to = clock(window.to);
  return { from: startOf(day) + from, to: startOf(day) + (to > from ? to : to + DAY) };
}

/** The end of the windows that hold `at`; undefined when none does. */
function endOfWindowAt(windows: readonly DailyWindow[], at: number): number | undefined {
  let end: number | undefined;
  for (const window of windows) {
    for (const day of [dayOf(at) - 1, dayOf(at)]) {
      const stretch = on(window, day);
      if (stretch !== undefined && stretch.from <= at && at < stretch.to) end = Math.max(end ?? 0, stretch.to);
    }
  }
  return end;
}

/** The next begin of any window after `at`, within eight days. */
function nextBegin(windows: readonly DailyWindow[], at: number): number | undefined {
  let begin: number | undefined;
  for (const window of windows) {
    for (let day = dayOf(at); day <= dayOf(at) + 8; day += 1) {
      const stretch = on(window, day);
      if (stretch === undefined || stretch.from <= at) continue;
      begin = Math.min(begin ?? stretch.from, stretch.from);
      break;
    }
  }
  return begin;
}

/** A year without a table is counted Monday to Friday: better a call on a day off than none for a year. */
function isWorkingDay(day: number): boolean {
  const answer = civilServiceCalendar.isWorkingDay(dateFromDayNumber(day), { missingYear: 'provisional' });
  return answer.ok && answer.working;
}

/** `at` when nothing is closed then, else a later instant before which it is closed for sure; undefined when it never opens. */
function leaveClosed(policy: CalendarPolicy, at: number): number | undefined {
  for (const planned of policy.maintenance ?? []) if (planned.from <= at && at < planned.to) return planned.to;
  const downUntil = policy.closed === undefined ? undefined : endOfWindowAt(policy.closed, at);
  if (downUntil !== undefined) return downUntil;
  if (policy.workingDaysOnly === true && !isWorkingDay(dayOf(at))) return startOf(dayOf(at) + 1);
  if (policy.hours !== undefined && endOfWindowAt(policy.hours, at) === undefined) return nextBegin(policy.hours, at);
  return at;
}

/**
 * When a call may go out.
 * @returns `now` itself when it may go now, a later instant (ms) when it must wait, null when there is no opening within `CALENDAR_HORIZON_MS`
 */
export function nextOpening(policy: CalendarPolicy | undefined, now: number): number | null {
  if (policy === undefined) return now;
  let at = now;
  for (let step = 0; step < MOST_STEPS && at - now <= CALENDAR_HORIZON_MS; step += 1) {
    const next = leaveClosed(policy, at);
    if (next === at) return at;
    if (next === undefined) return null;
    at = next;
  }
  return null;
}
