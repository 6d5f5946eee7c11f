/** What can be mocked: an upstream by its name, or an adapter of one's own; and the states that its double can start from. */
import type { Simulator, SimulatorOptions, SimulatorScenario } from '../adapter/types.ts';
import type { Text } from '../contract/errors/types.ts';
import type { HostedSimulator } from './host.ts';
import { anyUpstream, isUpstreamId, UPSTREAM_IDS, type upstream, type UpstreamId } from './upstreams.ts';

/** What of an adapter is mocked; every adapter with a simulator fits. */
export interface Mockable {
  id: string;
  contract?: URL;
  simulator?: (options: SimulatorOptions) => Simulator;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each adapter's are made for its own double
  scenarios?: Readonly<Record<string, SimulatorScenario<any>>>;
}
type AdapterOf<Of extends UpstreamId | Mockable> = Of extends UpstreamId ? Awaited<ReturnType<typeof upstream<Of>>> : Of;
/** The double of an upstream, with what it offers beside the common part. */
export type SimulatorOf<Of extends UpstreamId | Mockable> = (AdapterOf<Of> extends { simulator?: (options: SimulatorOptions) => infer Double } ? Double : Simulator) & HostedSimulator;

/** Names of the states that an upstream's double can start from, with what each is. */
export async function scenariosOf(of: UpstreamId | Mockable): Promise<Record<string, Text>> {
  return Object.fromEntries(Object.entries((await mockableFor(of)).scenarios ?? {}).map(([name, scenario]) => [name, scenario.title]));
}

/** @throws TypeError for a name that is none */
export async function mockableFor(of: UpstreamId | Mockable): Promise<Mockable> {
  if (typeof of === 'object') return of;
  if (!isUpstreamId(of)) throw new TypeError(`no upstream is called ${String(of).slice(0, 40)}; there is: ${UPSTREAM_IDS.join(', ')}`);
  return anyUpstream(of);
}

/**
 * Makes the double of an upstream and says how it is brought into its first state.
 * @throws TypeError for an upstream without one, a scenario that it does not have, an option that is wrong
 */
export function doubleOf<Of extends UpstreamId | Mockable>(adapter: Mockable, seed: { seed?: string }, scenario: string | Partial<SimulatorScenario<SimulatorOf<Of>>> | undefined, own: SimulatorOptions | undefined): { simulator: SimulatorOf<Of>; given: (() => void) | undefined } {
  if (adapter.simulator === undefined) throw new TypeError(`${adapter.id} has no simulator`);
  const start = scenarioOf(adapter, scenario as string | Partial<SimulatorScenario> | undefined);
  const simulator = adapter.simulator({ ...seed, ...start.options, ...own }) as SimulatorOf<Of>;
  return { simulator, given: start.given === undefined ? undefined : () => start.given?.(simulator) };
}

/** @throws TypeError for a name that the upstream does not have */
export function scenarioOf({ id, scenarios = {} }: Mockable, given: string | Partial<SimulatorScenario> | undefined): Partial<SimulatorScenario> {
  if (given === undefined) return {};
  if (typeof given !== 'string') return given;
  const found = Object.hasOwn(scenarios, given) ? scenarios[given] : undefined;
  if (found === undefined) throw new TypeError(`${id} has no scenario '${given.slice(0, 40)}'; there is: ${Object.keys(scenarios).join(', ')}`);
  return found;
}
