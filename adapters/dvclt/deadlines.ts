/** Deadlines that this interface has of its own (fact sheet 3.8), on the calendar of the civil service. */
import { dateFromDayNumber, dayNumberFromDate } from '../../src/model/civil-date.ts';
import { epochFromInstant, instantFromEpoch, localDateOf, localParts, startOfLocalDay } from '../../src/model/time.ts';
import { CIVIL_SERVICE_YEARS, defineWorkingCalendar, type WorkingCalendar } from '../../src/model/working-days.ts';

export interface DeadlineSettings {
  /** `HH:mm`: what comes before it is due the same day */
  cutoff: string;
  /** `HH:mm` at which it is due */
  end: string;
  supplementWorkingDays: number;
  /** beside those that are published, `YYYY-MM-DD` */
  daysOff: readonly string[];
}

const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));
const DAY_MS = 86_400_000;
export const plusOneDay = (instant: string): string => instantFromEpoch((epochFromInstant(instant) ?? 0) + DAY_MS);

const calendars = new WeakMap<DeadlineSettings, WorkingCalendar>();
function calendarOf(settings: DeadlineSettings): WorkingCalendar {
  let calendar = calendars.get(settings);
  if (calendar === undefined) {
    const years = CIVIL_SERVICE_YEARS.map((table) => {
      const own = settings.daysOff.filter((day) => day.startsWith(`${table.year}-`));
      return own.length === 0 ? table : { ...table, off: { ...table.off, ...Object.fromEntries(own.map((day) => [day, 'configured'])) } };
    });
    calendars.set(settings, (calendar = defineWorkingCalendar(years)));
  }
  return calendar;
}

const at = (day: string, minutes: number): string => instantFromEpoch((epochFromInstant(startOfLocalDay(day) ?? '') ?? 0) + minutes * 60_000);

/** When a dossier that came at this instant is due: 17:00 of the same day where it came before 15:00, else of the next; days off are passed over. */
export function intakeDue(instant: string, settings: DeadlineSettings): string {
  const { hour, minute } = localParts(epochFromInstant(instant) ?? 0);
  const today = localDateOf(instant);
  const wanted = hour * 60 + minute < minutesOf(settings.cutoff) ? today : dateFromDayNumber((dayNumberFromDate(today) ?? 0) + 1);
  const found = calendarOf(settings).firstWorkingDayFrom(wanted, { missingYear: 'provisional' });
  return at(found.ok ? found.due : wanted, minutesOf(settings.end));
}

/** Seven working days after this instant, at the end of the office's day. */
export function supplementDue(instant: string, settings: DeadlineSettings): string {
  const found = calendarOf(settings).addWorkingDays(localDateOf(instant), settings.supplementWorkingDays, { missingYear: 'provisional' });
  return found.ok ? at(found.due, minutesOf(settings.end)) : plusOneDay(instant);
}
