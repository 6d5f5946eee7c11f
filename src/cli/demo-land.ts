/**
 * The second half of the demo: the land dossiers of the fortnight are worked on in the simulated land system. Its clock is let go a
 * fortnight at a time; what it asks for, the one-stop desk answers, as far as the gateway has heard of it.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  CAN_THO, deskAnswer, LAND_OFFICE, LAND_PAPERS, LAND_PROCEDURES, landAreas, landPlanOf, landStart, RECEPTION, type DeskTask, type LandPlan, type LandRecord, type Population,
} from '../../examples/can-tho-2025-07/generate.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Dossier } from '../model/canonical.ts';
import { askMock, startMock, tellMock, type MockProcess } from './demo-mocks.ts';
import { importLines } from './ndjson-client.ts';
import { progress } from './progress.ts';

/** The land system's name in the gateway's configuration. */
export const LAND_ID = 'dat-dai';
const DAY_MS = 24 * 3_600_000;
/** Longer than all that a case can go through without the province: seven steps of two days at the most. */
const ROUND_MS = 14 * DAY_MS;
/** A case waits for the province three times at the most. */
const MOST_ROUNDS = 6;
const CALLBACK_LINES = 48;

export interface LandCases {
  population: Population;
  plans: ReadonlyMap<string, LandPlan>;
  records: Map<string, LandRecord>;
  /** steps in the logs of all lines, land or not: the generator's own count */
  logged: number;
}

/** The land dossiers of the export that are in process, and what will become of each. */
export function landCases(lines: Iterable<string>, population: Population = CAN_THO): LandCases {
  const plans = new Map<string, LandPlan>();
  const records = new Map<string, LandRecord>();
  let logged = 0;
  for (const line of lines) {
    const record = JSON.parse(line) as LandRecord;
    logged += record.actions.length;
    const plan = landPlanOf(record);
    if (plan === undefined) continue;
    plans.set(plan.receipt, plan);
    records.set(plan.receipt, record);
  }
  return { population, plans, records, logged };
}

/** Options of the simulated land system. */
export const landOptions = ({ population, plans }: LandCases): Record<string, unknown> => ({
  startAt: landStart(population), scripts: Object.fromEntries([...plans.values()].map(({ receipt, script }) => [receipt, script])),
  procedures: LAND_PROCEDURES, requireKnownProcedure: true, officers: [RECEPTION[0], ...LAND_OFFICE], maxNotices: 1,
});

/** What stands for the province's file store: each paper once, found by its name. */
export function writePapers(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of LAND_PAPERS) writeFileSync(join(folder, `${name}.pdf`), `%PDF-1.4\n% ${name} (minh họa)\n${'%'.padEnd(2_000, '-')}\n%%EOF\n`);
}

/**
 * The gateway's line to it.
 * @param settings as the mock gives them @param papers folder of the file store
 */
export const landUpstream = (settings: Record<string, unknown> | undefined, papers: string, population: Population = CAN_THO): Record<string, unknown> => ({
  adapter: 'vbdlis', ...settings, officers: [...RECEPTION, ...LAND_OFFICE], receivingOfficer: RECEPTION[0].code,
  // A commune's own office has its commune's land; the city's offices go by where the applicant lives.
  agencies: [population.agency], areas: landAreas(population), areaFallback: 'applicant',
  attachments: { folder: papers, path: '{name}' },
});

/** @param folder where the plan and the papers are put */
export async function startLand(folder: string, cases: LandCases, seed: string): Promise<MockProcess & { upstream: Record<string, unknown> }> {
  const papers = join(folder, 'papers');
  writePapers(papers);
  // The plan is longer than a command line may be.
  const written = Object.entries(landOptions(cases)).map(([name, value]) => {
    const file = join(folder, `land-${name}.json`);
    writeFileSync(file, JSON.stringify(value));
    return `${name}=@${file}`;
  });
  const mock = await startMock('vbdlis', ['--seed', seed, '--callback-lines', String(CALLBACK_LINES), '--keep', '500', '-o', ...written]);
  return { ...mock, upstream: landUpstream(mock.facts.settings, papers, cases.population) };
}

/** What the province sees that it must do, by what the gateway holds. */
function taskOf({ status, landCase }: Dossier): DeskTask | undefined {
  switch (landCase?.state) {
    case 'WAITING_SUPPLEMENT': return status === 'SUPPLEMENT_REQUIRED' ? 'supplement' : undefined;
    case 'WAITING_FINANCIAL_OBLIGATION': return status === 'PAYMENT_REQUIRED' ? 'tax' : undefined;
    case 'FINISHED_WITH_RESULT': return status === 'RESOLVED' ? 'result' : undefined;
    case 'FINISHED_WITHOUT_RESULT': return status === 'RESOLVED' ? 'no-result' : undefined;
    default: return undefined;
  }
}

export async function readDossiers(ledger: Ledger, codes: Iterable<string>): Promise<Map<string, Dossier>> {
  const found = new Map<string, Dossier>();
  for (const code of codes) {
    const row = await ledger.getDossier(code);
    if (row !== undefined) found.set(code, JSON.parse(row.body) as Dossier);
  }
  return found;
}

/**
 * Lets the land system work until every case has come back, or nothing moves any more.
 * @param options.answered waits until the land system has what the desk has answered
 * @returns what was refused of the desk's answers
 */
export async function workLand(options: { gateway: string; ledger: Ledger; land: string; cases: LandCases; answered: () => Promise<void> }): Promise<{ refused: number }> {
  const { gateway, ledger, land, cases: { plans, records }, answered } = options;
  await tellMock(land, 'callbacks', { url: `${gateway}/inbound/${LAND_ID}` });
  const open = new Set(plans.keys());
  const bar = progress('land', plans.size);
  let refused = 0;
  for (let round = 0; round < MOST_ROUNDS && open.size > 0; round += 1) {
    await tellMock(land, 'clock', { advanceMs: ROUND_MS });
    let now = 0;
    for (let waiting = 1; waiting > 0; await pause(waiting > 0 ? 50 : 0)) ({ now, callbacks: { waiting } } = await askMock(land));
    const answers: string[] = [];
    for (const [code, dossier] of await readDossiers(ledger, open)) {
      const task = taskOf(dossier);
      const record = records.get(code);
      if (task === undefined || record === undefined) continue;
      const next = deskAnswer(record, task, now);
      records.set(code, next);
      answers.push(`${JSON.stringify(next)}\n`);
      if (task === 'result' || task === 'no-result') open.delete(code);
    }
    for await (const { line, status } of importLines({ url: gateway }, 'opencps', answers)) {
      if (line !== undefined && status !== 'accepted' && status !== 'duplicate') refused += 1;
    }
    await answered();
    bar.to(plans.size - open.size);
  }
  bar.done();
  return { refused };
}
