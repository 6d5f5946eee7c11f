/** A gateway between the simulated DVCLT with its civil-status system, the portal and EMC, and a province that decides. */
import { dvclt } from '../../../adapters/dvclt/adapter.ts';
import type { DvcltSimulator, DvcltSimulatorOptions } from '../../../adapters/dvclt/simulator.ts';
import type { EmcSimulator } from '../../../adapters/emc/simulator.ts';
import type { Adapter } from '../../../src/adapter/types.ts';
import { startMockServer, type RunningSimulator } from '../../../src/testing/index.ts';
import { officer, type Act } from '../../support/officer.ts';
import { BEGIN, isOf, startStory, type Story } from '../../support/story.ts';

export const AGENCY = 'H99.45.01';
/** The n-th dossier that the province takes over. */
export const codeOf = (n: number): string => `${AGENCY}-260302-${String(n).padStart(4, '0')}`;
export const numberOf = (n: number): string => `G22.99.99-260302-${String(n).padStart(4, '0')}`;
const HOUR = 3_600_000;

/** Rounds as often as a story wants them: by configuration the shortest is ten seconds. */
const quick = { ...dvclt, rounds: dvclt.rounds?.map((round) => ({ ...round, everyMs: () => 1 })) } as unknown as Adapter;

export interface FiveSystems extends Omit<Story<DvcltSimulator>, 'system'> {
  dvclt: RunningSimulator<DvcltSimulator>;
  /** an officer of one dossier */
  officer(code: string): Act;
  /** events that DVCLT has taken of a dossier, in order */
  events(number: string): number[];
  /** what DVCLT and the civil-status system have applied or refused of one, without what was only read */
  atDvclt(code: string, number: string): string[];
  /** states that EMC counted */
  atEmc(code: string): string[];
  /** an hour passes, in which both systems go on */
  hour(): void;
}

export async function fiveSystems(options: DvcltSimulatorOptions = {}, overrides: Record<string, unknown> = {}): Promise<FiveSystems> {
  let emc: RunningSimulator<EmcSimulator> | undefined;
  const story = await startStory<DvcltSimulator>({
    agency: AGENCY, inbound: 'dvclt', overrides, adapters: { dvclt: quick },
    system: async () => (await startMockServer('dvclt', {
      seed: 'five', simulator: { now: () => BEGIN, agencyCode: AGENCY, supplementAfterMs: [HOUR, HOUR], stepAfterMs: [HOUR, HOUR], ...options },
    })) as RunningSimulator<DvcltSimulator>,
    async upstreams(system, closing) {
      const counter = (emc = (await startMockServer('emc', {})) as RunningSimulator<EmcSimulator>);
      closing.add(() => counter.close());
      return { emc: { adapter: 'emc', ...counter.simulator.clientConfig?.(counter.url) }, dvclt: { adapter: 'dvclt', ...system.simulator.clientConfig?.(system.url) } };
    },
  });
  const { system, ...rest } = story;
  return {
    ...rest, dvclt: system,
    officer: (code) => officer(story, code),
    events: (number) => [...(system.simulator.application(number)?.events ?? [])],
    atDvclt: (code, number) => system.simulator.journal().filter(({ key, effect }) => (key === code || key === number) && effect !== 'read')
      .map(({ service, effect, item, note }) => `${service} ${effect === 'refused' ? `refused ${note ?? ''}` : service === 'reportStatus' ? (item as { trangThai: number }).trangThai : effect}`),
    atEmc: (code) => (emc as RunningSimulator<EmcSimulator>).simulator.journal().filter(isOf(code)).map(({ item }) => (item as { status: string }).status),
    hour: () => void rest.later(60),
  };
}
