/**
 * The fourth part of the demo: births and deaths that citizens declared on the simulated interconnected service. The gateway fetches them, the one-stop desk
 * decides, the simulated civil-status system registers by its own clock, and the interconnected service is told each step.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Population } from '../../examples/can-tho-2025-07/generate.ts';
import type { JournalEntry } from '../adapter/types.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Dossier } from '../model/canonical.ts';
import { isElsewhere, keptHashes, PATIENCE_MS, workDesk, type Decision } from './demo-desk.ts';
import { askMock, readPages, startMock, tellMock, type MockProcess } from './demo-mocks.ts';

/** The interconnected service's name in the gateway's configuration. */
export const CIVIL_ID = 'dvclt';
/** Births and deaths in turn. */
export const DECLARATIONS = 240;
const ASK_EVERY_MS = 1_000;
/** Their times are told, so that their clock goes as ours does: hours are seconds, and still longer than the answer to a hand-over takes. */
const REGISTERED_AFTER_MS = [2_000, 2_500];
/** Longer than a lost reply to the request takes to be told again: what is asked twice of a citizen who has answered is another request. */
const SUPPLEMENT_AFTER_MS = [4_000, 4_500];

/** What becomes of a declaration: it is registered; papers are asked for first; it is refused. */
export type CivilStory = 'registered' | 'supplemented' | 'refused';
/** An odd number of them: each comes to births and to deaths. */
const STORIES: readonly CivilStory[] = ['registered', 'registered', 'supplemented', 'registered', 'registered', 'registered', 'refused', 'registered', 'registered'];
export interface CivilPlan { kind: 'BIRTH' | 'DEATH'; story: CivilStory }
/** @param order of the declaration, from 1 */
export const civilPlan = (order: number): CivilPlan => ({ kind: order % 2 === 1 ? 'BIRTH' : 'DEATH', story: STORIES[(order - 1) % STORIES.length] ?? 'registered' });

/** Where the dossiers belong: a unit that has none of the fortnight's. */
export const civilAgency = ({ agency }: Population): { code: string; name: string } => ({ code: `${agency}.97`, name: 'Bộ phận hộ tịch liên thông (minh họa)' });

/** Options of the simulated interconnected service with its civil-status system. */
export const civilOptions = (population: Population, declarations: number): Record<string, unknown> => ({
  agencyCode: civilAgency(population).code, agencyName: civilAgency(population).name, provinceCode: population.province, suffixes: false, citizens: declarations, citizensWait: true,
  registryStates: ['4'], stepAfterMs: REGISTERED_AFTER_MS, supplementAfterMs: SUPPLEMENT_AFTER_MS,
});
/** The gateway's line to it. @param settings as the mock gives them */
export const civilUpstream = (settings: Record<string, unknown> | undefined): Record<string, unknown> => ({ adapter: 'dvclt', ...settings, intakeEveryMs: ASK_EVERY_MS, resultsEveryMs: ASK_EVERY_MS });

export function startCivil(population: Population, seed: string): Promise<MockProcess> {
  const options = Object.entries(civilOptions(population, DECLARATIONS)).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return startMock('dvclt', ['--seed', seed, '--keep', '500', '-o', ...options]);
}

/** What the desk does next with a dossier; undefined: nothing, or not yet. */
function decisionOf({ status, civilStatus }: Dossier, { story }: CivilPlan): Decision | undefined {
  if (status === 'SUBMITTED' && story === 'supplemented' && (civilStatus?.submission ?? 1) < 2) return { status: 'SUPPLEMENT_REQUIRED', action: 'Yêu cầu bổ sung', reason: 'Giấy chứng sinh hoặc giấy báo tử bị mờ' };
  if (status === 'SUBMITTED' && story === 'refused') return { status: 'REJECTED', action: 'Từ chối hồ sơ', reason: 'Không thuộc thẩm quyền giải quyết' };
  if (status === 'SUBMITTED') return { status: 'ACCEPTED', action: 'Tiếp nhận hồ sơ' };
  return status === 'RESOLVED' ? { status: 'RETURNED', action: 'Trả kết quả' } : undefined;
}

/** `…-0007` → 7: declarations are numbered in the order in which they were made. */
const orderOf = (number: string): number => Number(number.slice(number.lastIndexOf('-') + 1));

/** The province's number → the plan, by the interconnected service's own journal: which of its dossiers got which number. */
export async function civilCodes(url: string): Promise<Map<string, CivilPlan>> {
  const codes = new Map<string, CivilPlan>();
  for await (const { service, effect, key, item } of readPages<JournalEntry>(`${url}/__admin/journal?limit=10000`)) {
    if (service === 'reportStatus' && effect === 'update' && key !== undefined) codes.set((item as { maHoSo: string }).maHoSo, civilPlan(orderOf(key)));
  }
  return codes;
}

export interface CivilWork {
  gateway: string;
  ledger: Ledger;
  /** address of the simulated interconnected service */
  dvclt: string;
  declarations: number;
  /** until all that the gateway has to tell has gone out */
  drained: () => Promise<void>;
}

/** @returns what the gateway refused of the desk's decisions */
export async function workCivil({ gateway, ledger, dvclt, declarations, drained }: CivilWork): Promise<{ refused: number }> {
  // They have waited until the fortnight was over.
  await tellMock(dvclt, 'clock', { advanceMs: 1 });
  for (const end = performance.now() + PATIENCE_MS; performance.now() < end; await pause(100)) {
    const { summary } = await askMock(dvclt);
    if (summary['waiting'] === 0 && summary['declared'] === declarations) break;
  }
  await drained();
  return { refused: await workDesk({ name: 'civil status', gateway, ledger, system: dvclt, advanceMs: 0, tickMs: 1_000, stories: await civilCodes(dvclt), decide: decisionOf, waits: isElsewhere, drained }) };
}

/** SHA-256 of each registration as the gateway keeps it. */
export const keptRegistrations = (dossiers: Iterable<Dossier>, ledger: Ledger): Promise<Map<string, string>> => keptHashes(dossiers, ledger, ({ civilStatus }) => civilStatus?.result?.file);
