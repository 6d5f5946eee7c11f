/** How long a sender waits for its acknowledgement while deliveries go on beside it. */
import { changes } from './lib/changes.ts';
import { load, steady } from './lib/load.ts';
import { startGateway, startSimulator } from './lib/processes.ts';
import type { Result } from './lib/report.ts';

const RATE = 200;
const SECONDS = 20;
const SATURATED = 16_000;

export async function benchIntakeLatency(): Promise<Result> {
  const portal = await startSimulator();
  const gateway = await startGateway({ roles: 'intake,deliver,schedule,console', portal });
  const texts = (count: number, prefix: string): string[] => changes(count, 0, prefix).map((c) => c.text);
  await load(gateway.url, '/v1/dossiers', texts(2_000, 'w').values(), { connections: 16, requests: 2_000 });
  const calm = await steady(gateway.url, '/v1/dossiers', texts(RATE * SECONDS, 'c'), RATE);
  const full = await load(gateway.url, '/v1/dossiers', texts(SATURATED, 'f').values(), { connections: 64, requests: SATURATED });
  await gateway.stop();
  await portal.stop();
  if (calm.failed + full.failed > 0) throw new Error('not every change was accepted');
  return {
    settings: `${RATE}/s for ${SECONDS} s in open loop, then 64 connections in closed loop; SQLite, delivery on, portal without latency, everything on the same cores`,
    rows: [
      { what: `at ${RATE}/s: p50`, value: calm.p50, unit: 'ms' },
      { what: `at ${RATE}/s: p99`, value: calm.p99, unit: 'ms', goal: { below: 20 } },
      { what: `saturated (${Math.round(full.perSecond).toLocaleString('en-US')}/s accepted): p50`, value: full.p50, unit: 'ms' },
      { what: 'saturated: p99', value: full.p99, unit: 'ms', goal: { below: 150 } },
    ],
  };
}
