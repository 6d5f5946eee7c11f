/** The double of an upstream as a server, by the upstream's name: what `lienthong mock` runs, for test programs. */
import type { SimulatorScenario } from '../adapter/types.ts';
import { createFaults, isFaults } from './faults.ts';
import { startSimulator, type HostOptions, type RunningSimulator } from './host.ts';
import { doubleOf, mockableFor, type Mockable, type SimulatorOf } from './mockable.ts';
import type { UpstreamId } from './upstreams.ts';

export interface MockServerOptions<Of extends UpstreamId | Mockable = UpstreamId | Mockable> extends Omit<HostOptions, 'contract' | 'given'> {
  /** repeats a run: accounts, sessions, and faults that name no seed of their own */
  seed?: string;
  /** the state to start from: a name of the upstream's (`scenariosOf` lists them), or one of the test's own. Default: empty */
  scenario?: string | Partial<SimulatorScenario<SimulatorOf<Of>>>;
  /** options of the double, beside those of the scenario; see the adapter's README */
  simulator?: Record<string, unknown>;
}

/**
 * Starts the mock server of an upstream on loopback. Requests are held against its OpenAPI document (`validate`, default `observe`).
 * @param of `dvcqg`, `opencps` …, or an adapter of your own that has a simulator
 * @throws TypeError naming an option, a scenario or a fault that is wrong; what listening failed with
 */
export async function startMockServer<const Of extends UpstreamId | Mockable>(of: Of, options: MockServerOptions<Of> = {}): Promise<RunningSimulator<SimulatorOf<Of>>> {
  const { seed, scenario, simulator: own, faults, ...host } = options;
  const adapter = await mockableFor(of);
  const seeded = seed === undefined ? {} : { seed };
  const { simulator, given } = doubleOf<Of>(adapter, seeded, scenario, own);
  return startSimulator(simulator, {
    ...host,
    ...(given === undefined ? {} : { given }),
    ...(faults === undefined ? {} : { faults: isFaults(faults) ? faults : createFaults({ ...seeded, ...faults }) }),
    ...(adapter.contract === undefined ? {} : { contract: adapter.contract }),
  });
}
