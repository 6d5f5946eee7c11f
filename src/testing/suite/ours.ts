/** The fixtures of our own adapters, for the suite and as examples to whoever writes some. */
import type { AdapterFixtures } from '../../adapter/fixtures.ts';
import type { UpstreamId } from '../upstreams.ts';

/** An upstream without fixtures does not compile. */
const FIXTURES: Record<UpstreamId, () => Promise<{ fixtures: unknown }>> = {
  dvcqg: () => import('../../../adapters/dvcqg/fixtures.ts'),
  opencps: () => import('../../../adapters/opencps/fixtures.ts'),
};

/** The fixtures of one of our adapters, typed for code that treats all of them alike. */
export const fixturesOf = async (id: UpstreamId): Promise<AdapterFixtures> => (await FIXTURES[id]()).fixtures as AdapterFixtures;
