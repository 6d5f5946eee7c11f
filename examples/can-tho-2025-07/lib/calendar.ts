/**
 * The days of the fortnight, and a clock that only runs while offices are open.
 *
 * Office hours are a choice of this example (07:30–11:30 and 13:30–17:00, Monday to Friday); the days off are those of
 * 2025 (notice 6150/TB-BLĐTBXH). No make-up Saturday falls between July and December 2025.
 */
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const OFFSET = 7 * HOUR;

/** 1 July 2025, 00:00 in Vietnam. */
export const FIRST_DAY = Date.UTC(2025, 6, 1) - OFFSET;
/** 13 July 2025, 23:59:59 in Vietnam: the moment the figures are counted for. */
export const LAST_MOMENT = FIRST_DAY + 13 * DAY - 1000;
const DAYS_OFF = new Set([Date.UTC(2025, 8, 1), Date.UTC(2025, 8, 2)]);

/** Epoch ms of the start of a day; `day` counts from 1 = 1 July 2025 and may run into later months. */
export const startOf = (day: number): number => FIRST_DAY + (day - 1) * DAY;

export function isWorkingDay(day: number): boolean {
  const weekday = (2 + (day - 1)) % 7; // 1 July 2025 is a Tuesday; 0 is Sunday
  return weekday !== 0 && weekday !== 6 && !DAYS_OFF.has(startOf(day) + OFFSET);
}

/** The n-th working day after `day`; the day of receipt is not counted (Civil Code 2015 art. 147). */
export function addWorkingDays(day: number, n: number): number {
  let found = day;
  for (let left = n; left > 0; ) {
    found += 1;
    if (isWorkingDay(found)) left -= 1;
  }
  return found;
}

/** A term ends when the office closes on its last day. */
export const dueAt = (day: number): number => startOf(day) + 17 * HOUR;

// ---- the office clock: seconds of open office since 1 July, 07:30 ------------------------------------------------

const MORNING = 4 * 3600;
export const OFFICE_DAY = MORNING + 3.5 * 3600;
const WORKING_DAYS: number[] = [];
for (let day = 1; day <= 13; day += 1) if (isWorkingDay(day)) WORKING_DAYS.push(day);

/** The office clock at the close of the last working day of the period. */
export const OFFICE_END = WORKING_DAYS.length * OFFICE_DAY;

/** The office clock at the opening of `day`, or of the next working day when it is not one; OFFICE_END after the period. */
export function officeOpening(day: number): number {
  const index = WORKING_DAYS.findIndex((d) => d >= day);
  return (index < 0 ? WORKING_DAYS.length : index) * OFFICE_DAY;
}

/** Office clock → epoch ms. @throws RangeError outside the period */
export function officeTime(clock: number): number {
  const day = WORKING_DAYS[Math.floor(clock / OFFICE_DAY)];
  if (day === undefined || clock < 0) throw new RangeError('outside the office hours of the period');
  const seconds = clock % OFFICE_DAY;
  const sinceMidnight = seconds < MORNING ? 7.5 * 3600 + seconds : 13.5 * 3600 + (seconds - MORNING);
  return startOf(day) + sinceMidnight * 1000;
}

/** `dd/MM/yyyy HH:mm:ss`, Vietnamese clock: how OpenCPS writes times in its logs. */
export function liferayTime(ms: number): string {
  const iso = new Date(ms + OFFSET).toISOString();
  return `${iso.slice(8, 10)}/${iso.slice(5, 7)}/${iso.slice(0, 4)} ${iso.slice(11, 19)}`;
}

/** `yymmdd` of the day, for dossier numbers. */
export function yymmdd(day: number): string {
  const iso = new Date(startOf(day) + OFFSET).toISOString();
  return iso.slice(2, 4) + iso.slice(5, 7) + iso.slice(8, 10);
}
