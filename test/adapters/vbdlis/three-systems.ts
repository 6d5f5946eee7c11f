/** A gateway between a simulated land system and the simulated portal, all of them over sockets; every call of the land system is made twice. */
import { INBOUND_SECRETS } from '../../../adapters/vbdlis/fixtures/inbound.ts';
import { fixtures } from '../../../adapters/vbdlis/fixtures.ts';
import type { VbdlisSimulator } from '../../../adapters/vbdlis/simulator.ts';
import type { Dossier } from '../../../src/model/canonical.ts';
import { startMockServer, type RunningSimulator } from '../../../src/testing/index.ts';
import { BEGIN, isOf, startStory, type Story } from '../../support/story.ts';

export { BEGIN };
export type Profile = 'vbdlis' | 'ilis';

export interface ThreeSystems extends Omit<Story<VbdlisSimulator>, 'until' | 'system'> {
  land: RunningSimulator<VbdlisSimulator>;
  /** lets the land system do what is due, until the dossier is as it is waited for and all that follows from it has gone out */
  until(is: (dossier: Dossier) => boolean, what: string): Promise<Dossier>;
  /** what the land system has applied of a dossier, as `service effect` */
  atLand(code: string): string[];
}

/**
 * @param simulator options of the simulated land system
 * @param config of the land adapter, over what the simulator asks for
 */
export async function threeSystems(profile: Profile, watched: string, simulator: Record<string, unknown>, config: Record<string, unknown> = {}): Promise<ThreeSystems> {
  const story = await startStory<VbdlisSimulator>({
    agency: 'H99.99.01', inbound: 'dat-dai',
    system: async (deskUrl) => (await startMockServer('vbdlis', {
      seed: 'two-notices', callbacks: { url: deskUrl },
      simulator: { ...fixtures.simulator?.options, profile, scripts: {}, taxSteps: [], now: () => BEGIN, ...simulator } as never,
    })) as RunningSimulator<VbdlisSimulator>,
    upstreams: (land) => ({ 'dat-dai': { adapter: 'vbdlis', ...fixtures.simulator?.config?.(land.url, land.simulator as never), taxSecurityKey: INBOUND_SECRETS.taxSecurityKey, ...config } }),
  });
  const { system: land, until, ...rest } = story;
  return {
    ...rest, land,
    until: (is, what) => until(watched, is, what),
    atLand: (code) => land.simulator.journal().filter(isOf(code)).map(({ service, effect, note }) => `${service} ${effect}${effect === 'refused' ? ` ${note ?? ''}` : ''}`),
  };
}
