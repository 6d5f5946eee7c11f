/** The fixtures of our own adapters, for the suite and as examples to whoever writes some. Loaded when they are asked for. */
import type { AdapterFixtures } from '../../adapter/fixtures.ts';
import type { UpstreamId } from '../upstreams.ts';

/** An upstream without fixtures does not compile. */
const FIXTURES = {
  dvcqg: async () => (await import('../../../adapters/dvcqg/fixtures.ts')).fixtures,
  opencps: async () => (await import('../../../adapters/opencps/fixtures.ts')).fixtures,
  vbdlis: async () => (await import('../../../adapters/vbdlis/fixtures.ts')).fixtures,
  emc: async () => (await import('../../../adapters/emc/fixtures.ts')).fixtures,
  vneid: async () => (await import('../../../adapters/vneid/fixtures.ts')).fixtures,
  dancu: async () => (await import('../../../adapters/dancu/fixtures.ts')).fixtures,
  dvclt: async () => (await import('../../../adapters/dvclt/fixtures.ts')).fixtures,
} satisfies Record<UpstreamId, () => Promise<unknown>>;

/** The fixtures of one of our adapters, typed. */
export const fixturesOf = async <Id extends UpstreamId>(id: Id): Promise<Awaited<ReturnType<(typeof FIXTURES)[Id]>>> =>
  (await FIXTURES[id]()) as Awaited<ReturnType<(typeof FIXTURES)[Id]>>;

/** As `fixturesOf`, for code that treats all of them alike. */
export const anyFixtures = async (id: UpstreamId): Promise<AdapterFixtures> => (await fixturesOf(id)) as unknown as AdapterFixtures;
