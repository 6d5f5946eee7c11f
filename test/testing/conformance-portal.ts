/** A simulated portal under test, honest or with one fault that a vendor's implementation may have, and a run of the suite against it. */
import { createDvcqgSimulator, type DvcqgSimulator, type DvcqgSimulatorOptions } from '../../adapters/dvcqg/simulator.ts';
import type { SimulatorRequest, SimulatorResponse } from '../../src/adapter/types.ts';
import { conformanceSuite, runConformance, startSimulator, type ConformanceOptions, type ConformanceReport, type FaultPlan, type RunningSimulator } from '../../src/testing/index.ts';

export const AGENCY = '000.00.00.H99';

export type Body = Record<string, unknown>;
/** What a vendor does differently: sees the request as JSON, may ask the honest portal, and gives the answer. */
export type Twist = (call: { request: SimulatorRequest; body: Body; honest: (body?: Body) => SimulatorResponse; simulator: DvcqgSimulator }) => SimulatorResponse;

export const json = (body: unknown, more: Partial<SimulatorResponse> = {}): SimulatorResponse => ({ status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body), ...more });

export interface PortalUnderTest { running: RunningSimulator; simulator: DvcqgSimulator; account: { username: string; password: string } }

export async function portalUnderTest(options: { twist?: Twist; faults?: FaultPlan; simulator?: DvcqgSimulatorOptions } = {}): Promise<PortalUnderTest> {
  const simulator = createDvcqgSimulator({ seed: 'conformance', agencies: [AGENCY], ...options.simulator });
  const { twist } = options;
  const spoken = twist === undefined ? simulator : {
    ...simulator,
    handle(request: SimulatorRequest): SimulatorResponse {
      const honest = (body?: Body): SimulatorResponse => simulator.handle(body === undefined ? request : { ...request, body: JSON.stringify(body) });
      let body: Body;
      try {
        body = JSON.parse(request.body) as Body;
      } catch {
        body = {};
      }
      return twist({ request, body, honest, simulator });
    },
  };
  const running = await startSimulator(spoken, options.faults === undefined ? {} : { faults: options.faults });
  const [account] = simulator.accounts;
  if (account === undefined) throw new Error('no account');
  return { running, simulator, account };
}

export async function runPortal(portal: PortalUnderTest, options: Partial<ConformanceOptions> = {}): Promise<ConformanceReport> {
  const { settings, ...rest } = options;
  return runConformance({
    ...(await conformanceSuite('dvcqg')), target: portal.running.url, callsPerSecond: 1_000, seed: 'test', ...rest,
    settings: { agencyCode: AGENCY, username: portal.account.username, password: portal.account.password, ...settings },
  });
}

export const withVerdict = (report: ConformanceReport, verdict: string): string[] => report.checks.filter((check) => check.verdict === verdict).map(({ id }) => id);
