/** The whole export, line by line. */
import population from '../population.json' with { type: 'json' };
import { applicants } from './people.ts';
import { planNotReceived, planReceived, type Plan } from './plan.ts';
import { randomFor } from './random.ts';
import { dossierNumber, recordOf, type Counters } from './record.ts';
import { storyOf, type Story } from './story.ts';

export interface ExportOptions {
  /** also the 449 dossiers that were submitted but not (yet) received; they follow after the others */
  withNotReceived?: boolean;
}

/** What a correct count of the default export gives; percentages are text with two decimals, half up. */
export const EXPECTED = {
  ...population.expected,
  units: population.given.units,
  /** lines that `withNotReceived` adds and that no figure may count */
  notReceived: population.extraNotReceived.reduce((sum, extra) => sum + extra.count, 0),
  /** progress steps in the log of the received dossiers; counted, not published */
  progressSteps: 63_381,
} as const;

interface Told { plan: Plan; story: Story; at: number }

function tell(plans: Plan[], random: ReturnType<typeof randomFor>): Told[] {
  return plans
    .map((plan) => {
      const story = storyOf(plan, random);
      return { plan, story, at: story.received ?? story.submitted };
    })
    // The receiving office numbers in the order of arrival; the unit's code decides between equal seconds.
    .sort((a, b) => a.at - b.at || (a.plan.unit.code < b.plan.unit.code ? -1 : a.plan.unit.code > b.plan.unit.code ? 1 : 0));
}

/**
 * Lines of NDJSON without line ends: one OpenCPS record each, the same bytes on every run.
 * The first 16,581 lines do not depend on the options.
 */
export function* generateExport(options: ExportOptions = {}): Generator<string, void, undefined> {
  const random = randomFor(population.id);
  const counters: Counters = { dossier: 920_000_000, action: 71_000_000, file: 83_000_000, payment: 64_000_000 };
  const people = applicants(random);
  const issued = new Map<string, number>();
  function* lines(told: Told[]): Generator<string, void, undefined> {
    for (const { plan, story } of told) {
      const key = `${plan.unit.code}/${plan.day}`;
      const sequence = (issued.get(key) ?? 0) + 1;
      issued.set(key, sequence);
      yield JSON.stringify(recordOf(plan, story, dossierNumber(plan.unit.code, plan.day, sequence), counters, people, random));
    }
  }
  yield* lines(tell(planReceived(random), random));
  if (options.withNotReceived === true) yield* lines(tell(planNotReceived(random), random));
}
