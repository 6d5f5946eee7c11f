/** The upstreams that the test kit knows by name. Each is loaded when it is asked for: their validators are large. */
import type { Adapter } from '../adapter/types.ts';

const UPSTREAMS = {
  dvcqg: async () => (await import('../../adapters/dvcqg/adapter.ts')).dvcqg,
  opencps: async () => (await import('../../adapters/opencps/adapter.ts')).opencps,
  vbdlis: async () => (await import('../../adapters/vbdlis/adapter.ts')).vbdlis,
  emc: async () => (await import('../../adapters/emc/adapter.ts')).emc,
  dancu: async () => (await import('../../adapters/dancu/adapter.ts')).dancu,
  dvclt: async () => (await import('../../adapters/dvclt/adapter.ts')).dvclt,
  vneid: async () => (await import('../../adapters/vneid/adapter.ts')).vneid,
} as const;

export type UpstreamId = keyof typeof UPSTREAMS;
export const UPSTREAM_IDS = Object.keys(UPSTREAMS) as readonly UpstreamId[];

/** The adapter of an upstream, typed. */
export const upstream = async <Id extends UpstreamId>(id: Id): Promise<Awaited<ReturnType<(typeof UPSTREAMS)[Id]>>> =>
  (await UPSTREAMS[id]()) as Awaited<ReturnType<(typeof UPSTREAMS)[Id]>>;

export const isUpstreamId = (id: string): id is UpstreamId => Object.hasOwn(UPSTREAMS, id);

/** As `upstream`, for code that treats all of them alike. */
export const anyUpstream = async (id: UpstreamId): Promise<Adapter> => (await upstream(id)) as unknown as Adapter;
