/** The whole export, line by line. */
import { calendarOf, type Calendar } from './calendar.ts';
import { applicants } from './people.ts';
import { planNotReceived, planReceived, type Plan } from './plan.ts';
import { CAN_THO, type Population } from './population.ts';
import { randomFor } from './random.ts';
import { dossierNumber, fileHost, recordOf, type Making } from './record.ts';
import { storyOf, type Story } from './story.ts';
import { units } from './units.ts';

export interface ExportOptions {
  /** of which province and time; default the Cần Thơ fortnight */
  population?: Population;
  /** also the dossiers (449 here) that were submitted but not (yet) received; they follow after the others */
  withNotReceived?: boolean;
}

/** What a correct count of the default export gives; percentages are text with two decimals, half up. */
export const EXPECTED = {
  ...CAN_THO.expected,
  units: units().length,
  /** lines that `withNotReceived` adds and that no figure may count */
  notReceived: CAN_THO.extraNotReceived.reduce((sum, extra) => sum + extra.count, 0),
  /** progress steps in the log of the received dossiers; counted, not published */
  progressSteps: 63_381,
} as const;

interface Told { plan: Plan; story: Story; at: number }

function tell(plans: Plan[], calendar: Calendar, random: ReturnType<typeof randomFor>): Told[] {
  return plans
    .map((plan) => {
      const story = storyOf(plan, calendar, random);
      return { plan, story, at: story.received ?? story.submitted };
    })
    // The receiving office numbers in the order of arrival; the unit's code decides between equal seconds.
    .sort((a, b) => a.at - b.at || (a.plan.unit.code < b.plan.unit.code ? -1 : a.plan.unit.code > b.plan.unit.code ? 1 : 0));
}

/**
 * Lines of NDJSON without line ends: one OpenCPS record each, the same bytes on every run.
 * The lines of received dossiers do not depend on `withNotReceived`.
 * @throws RangeError when a cell of the population cannot be told in its period, or a unit has more than 9999 dossiers on a day
 */
export function* generateExport(options: ExportOptions = {}): Generator<string, void, undefined> {
  const population = options.population ?? CAN_THO;
  const calendar = calendarOf(population.period);
  const random = randomFor(population.id);
  const counters = { dossier: 920_000_000, action: 71_000_000, file: 83_000_000, payment: 64_000_000 };
  const making: Making = { population, host: fileHost(population), counters, people: applicants(population, random), random };
  const issued = new Map<string, number>();
  function* lines(told: Told[]): Generator<string, void, undefined> {
    for (const { plan, story } of told) {
      const key = `${plan.unit.code}/${plan.day}`;
      const sequence = (issued.get(key) ?? 0) + 1;
      issued.set(key, sequence);
      yield JSON.stringify(recordOf(plan, story, dossierNumber(plan.unit.code, calendar.yymmdd(plan.day), sequence), making));
    }
  }
  yield* lines(tell(planReceived(population, calendar, random), calendar, random));
  if (options.withNotReceived === true) yield* lines(tell(planNotReceived(population, calendar, random), calendar, random));
}
