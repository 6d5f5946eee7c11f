/**
 * Working days of the civil service (rules §3). The table is made of yearly notices and cannot be computed: swapped days
 * and make-up Saturdays are decided each year. A year without a table is therefore refused, or counted Monday to Friday and marked
 * provisional when the caller asks for that.
 */
import { dateFromDayNumber, dayNumberFromDate, weekdayOf } from './civil-date.ts';
import holidays from './data/holidays.json' with { type: 'json' };
import { refuse, type Refusal } from './result.ts';

export interface CalendarYear {
  year: number;
  /** the notices that fix it */
  notices: readonly string[];
  /** day off (`YYYY-MM-DD`) → why */
  off: Readonly<Record<string, string>>;
  /** Saturdays that are worked instead of a swapped day */
  makeUp: readonly string[];
}

export interface WorkingDayAnswer {
  ok: true;
  working: boolean;
  /** why it is off, where the table says so */
  holiday?: string;
  /** the year has no table: Monday to Friday was taken */
  provisional: boolean;
}
export interface DueDate {
  ok: true;
  /** the last day of the term, `YYYY-MM-DD`; the term ends at its end (`endOfLocalDay`) */
  due: string;
  provisional: boolean;
}
export interface DayCount { ok: true; days: number; provisional: boolean }

export interface CalendarOptions {
  /** what to do in a year without a table; default `refuse` */
  missingYear?: 'refuse' | 'provisional';
}

export interface WorkingCalendar {
  /** the years that have a table */
  readonly years: readonly number[];
  /** Is this Vietnamese day worked? */
  isWorkingDay(date: string, options?: CalendarOptions): WorkingDayAnswer | Refusal;
  /** The first working day on or after `date`: where a dossier that arrives on a day off is taken to be received. */
  firstWorkingDayFrom(date: string, options?: CalendarOptions): DueDate | Refusal;
  /** The n-th working day after `received`, which is itself not counted (Civil Code 2015 art. 147). `days` is 1–2000. */
  addWorkingDays(received: string, days: number, options?: CalendarOptions): DueDate | Refusal;
  /** Working days after `from` up to and including `to`; 0 when `to` is not later. */
  countWorkingDays(from: string, to: string, options?: CalendarOptions): DayCount | Refusal;
}

const MOST_DAYS = 2000;
/** A count over more days than this is a mistake in a date, not a term. */
const LONGEST_SPAN = 40_000;

const badDate = (): Refusal => refuse('LT-MODEL-CALENDAR-DATE', 'ngày không tồn tại', 'the date does not exist');
const noTable = (year: number): Refusal => refuse('LT-MODEL-CALENDAR-YEAR', `chưa có lịch nghỉ năm ${year}`, `there is no table of days off for ${year}`);

/**
 * Makes a calendar from yearly tables, for example to add a year that this release does not have.
 * @throws TypeError when a table names a day that does not exist or belongs to another year
 */
export function defineWorkingCalendar(years: readonly CalendarYear[]): WorkingCalendar {
  const known = new Set<number>();
  const off = new Map<number, string>();
  const makeUp = new Set<number>();
  for (const table of years) {
    const numberOf = (date: string): number => {
      const day = dayNumberFromDate(date);
      if (day === undefined || !date.startsWith(`${table.year}-`)) throw new TypeError(`calendar of ${table.year}: a day that does not exist or belongs to another year`);
      return day;
    };
    known.add(table.year);
    for (const [date, name] of Object.entries(table.off)) off.set(numberOf(date), name);
    for (const date of table.makeUp) makeUp.add(numberOf(date));
  }

  /** By the table, or Monday to Friday where there is none; `walk` decides whether that may be used. */
  const worked = (day: number): boolean => {
    if (makeUp.has(day)) return true;
    const weekday = weekdayOf(day);
    return weekday !== 0 && weekday !== 6 && !off.has(day);
  };

  /** Visits days from `start` on until the visitor says stop; ends with a refusal at a year without a table. */
  const walk = (start: number, options: CalendarOptions | undefined, visit: (day: number, isWorked: boolean) => boolean): { provisional: boolean } | Refusal => {
    let provisional = false;
    for (let day = start; ; day += 1) {
      const year = Number(dateFromDayNumber(day).slice(0, 4));
      if (!known.has(year)) {
        if (options?.missingYear !== 'provisional') return noTable(year);
        provisional = true;
      }
      if (visit(day, worked(day))) return { provisional };
    }
  };

  const first = (start: number, wanted: number, options: CalendarOptions | undefined): DueDate | Refusal => {
    let left = wanted;
    let found = start;
    const end = walk(start, options, (day, isWorked) => {
      found = day;
      if (isWorked) left -= 1;
      return left === 0;
    });
    return 'ok' in end ? end : { ok: true, due: dateFromDayNumber(found), provisional: end.provisional };
  };

  return {
    years: [...known].sort((a, b) => a - b),
    isWorkingDay(date, options) {
      const day = dayNumberFromDate(date);
      if (day === undefined) return badDate();
      const end = walk(day, options, () => true);
      if ('ok' in end) return end;
      const holiday = off.get(day);
      return { ok: true, working: worked(day), provisional: end.provisional, ...(holiday === undefined ? {} : { holiday }) };
    },
    firstWorkingDayFrom(date, options) {
      const day = dayNumberFromDate(date);
      return day === undefined ? badDate() : first(day, 1, options);
    },
    addWorkingDays(received, days, options) {
      const day = dayNumberFromDate(received);
      if (day === undefined) return badDate();
      if (!Number.isInteger(days) || days < 1 || days > MOST_DAYS) {
        return refuse('LT-MODEL-CALENDAR-TERM', `số ngày làm việc phải từ 1 đến ${MOST_DAYS}`, `a term has 1 to ${MOST_DAYS} working days`);
      }
      return first(day + 1, days, options);
    },
    countWorkingDays(from, to, options) {
      const start = dayNumberFromDate(from);
      const last = dayNumberFromDate(to);
      if (start === undefined || last === undefined || last - start > LONGEST_SPAN) return badDate();
      if (last <= start) return { ok: true, days: 0, provisional: false };
      let days = 0;
      const end = walk(start + 1, options, (day, isWorked) => {
        if (isWorked) days += 1;
        return day === last;
      });
      return 'ok' in end ? end : { ok: true, days, provisional: end.provisional };
    },
  };
}

/** The years of Vietnam's civil service that were published when this release was made. */
export const CIVIL_SERVICE_YEARS: readonly CalendarYear[] = holidays.map((table) => ({
  year: table.year, notices: table.notices, makeUp: table.makeUp,
  off: Object.fromEntries(Object.entries(table.off).filter((entry): entry is [string, string] => typeof entry[1] === 'string')),
}));

/** The calendar of the civil service. For a year that it lacks: `defineWorkingCalendar([...CIVIL_SERVICE_YEARS, year2027])`. */
export const civilServiceCalendar: WorkingCalendar = defineWorkingCalendar(CIVIL_SERVICE_YEARS);
