/** An upstream's simulator as a server, by the upstream's name: what `lienthong mock` runs, for test programs. */
import { startSimulator, type HostOptions, type RunningSimulator } from './host.ts';
import type { SimulatorOf } from './mock-upstream.ts';
import { anyUpstream, type UpstreamId } from './upstreams.ts';

export interface MockServerOptions extends Omit<HostOptions, 'contract'> {
  /** repeats a run: accounts, sessions, faults that name no seed of their own */
  seed?: string;
  /** options of the simulator, see the adapter's README */
  simulator?: Record<string, unknown>;
}

/**
 * Starts the mock server of an upstream on loopback. Requests are held against its OpenAPI document (`validate`, default `observe`).
 * @throws TypeError naming a simulator option or a fault that is wrong; what listening failed with
 */
export async function startMockServer<Id extends UpstreamId>(id: Id, options: MockServerOptions = {}): Promise<RunningSimulator<SimulatorOf<Id>>> {
  const { seed, simulator: own = {}, ...host } = options;
  const adapter = await anyUpstream(id);
  if (adapter.simulator === undefined) throw new TypeError(`there is no simulator of ${id}`);
  const simulator = adapter.simulator({ ...(seed === undefined ? {} : { seed }), ...own }) as SimulatorOf<Id>;
  return startSimulator(simulator, { ...host, ...(adapter.contract === undefined ? {} : { contract: adapter.contract }) });
}
