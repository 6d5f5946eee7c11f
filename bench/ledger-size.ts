/** What size costs: changes at a million dossiers against ten thousand, a restart with a backlog, memory with a million waiting. */
import { rmSync } from 'node:fs';
import { getJson } from '../src/cli/ndjson-client.ts';
import { changes } from './lib/changes.ts';
import { filledLedger } from './lib/fill.ts';
import { load } from './lib/load.ts';
import { arrived, openExchanges, until0 } from './lib/progress.ts';
import { peakMemoryMb, startGateway, startSimulator } from './lib/processes.ts';
import type { Result } from './lib/report.ts';

const SMALL = 10_000;
const LARGE = 1_000_000;
const CHANGES = 8_000;
const ROUNDS = 3;
const RESTART_PENDING = 100_000;

const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

export async function benchGrowth(): Promise<Result> {
  const folders = { small: await filledLedger(SMALL, true), large: await filledLedger(LARGE, true) };
  const costs: Record<keyof typeof folders, number[]> = { small: [], large: [] };
  let memory = 0;
  // Interleaved, so that a slow moment of the machine hits both.
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const size of ['small', 'large'] as const) {
      const portal = await startSimulator();
      const gateway = await startGateway({ roles: 'intake,deliver,schedule,console', portal, folder: folders[size] });
      const made = changes(CHANGES, 0, `g${round}`);
      const started = performance.now();
      await load(gateway.url, '/v1/dossiers', made.map((c) => c.text).values(), { connections: 64, requests: made.length });
      await until0(() => openExchanges(gateway.url));
      // The first round warms the file cache.
      if (round > 0) costs[size].push(((performance.now() - started) * 1000) / CHANGES);
      if (size === 'large') memory = Math.max(memory, peakMemoryMb(gateway.child));
      await gateway.stop();
      await portal.stop();
    }
  }
  for (const folder of Object.values(folders)) rmSync(folder, { recursive: true, force: true });
  const [small, large] = [median(costs.small), median(costs.large)];
  return {
    settings: `${CHANGES.toLocaleString('en-US')} changes accepted, delivered and settled, ${ROUNDS} interleaved rounds, medians; SQLite`,
    rows: [
      { what: `cost of a change with ${SMALL.toLocaleString('en-US')} dossiers in the ledger (baseline)`, value: small, unit: 'µs', ratio: 1 },
      { what: `cost of a change with ${LARGE.toLocaleString('en-US')} dossiers in the ledger`, value: large, unit: 'µs', ratio: large / small, goal: { below: 1.3, of: 'ratio' } },
      { what: '  gateway memory at the larger, highest', value: memory, unit: 'MB', goal: { below: 300 } },
    ],
  };
}

export async function benchRestart(): Promise<Result> {
  const folder = await filledLedger(RESTART_PENDING, false);
  const portal = await startSimulator();
  const started = performance.now();
  const gateway = await startGateway({ roles: 'intake,deliver,schedule,console', portal, folder });
  await getJson({ url: gateway.url }, '/readyz');
  const ready = (performance.now() - started) / 1000;
  while (((await arrived(portal))['dossiers'] ?? 0) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const first = (performance.now() - started) / 1000;
  await gateway.stop();
  await portal.stop();
  rmSync(folder, { recursive: true, force: true });
  return {
    settings: `${RESTART_PENDING.toLocaleString('en-US')} deliveries wait; from starting the command`,
    rows: [
      { what: 'until it answers that it is ready', value: ready, unit: 's', goal: { below: 10 } },
      { what: 'until the first waiting dossier is at the portal', value: first, unit: 's', goal: { below: 10 } },
    ],
  };
}

export async function benchBacklogMemory(): Promise<Result> {
  const folder = await filledLedger(LARGE, false);
  const portal = await startSimulator();
  const gateway = await startGateway({ roles: 'intake,deliver,schedule,console', portal, folder });
  const made = changes(4_000, 0, 'm');
  await load(gateway.url, '/v1/dossiers', made.map((c) => c.text).values(), { connections: 64, requests: made.length });
  const before = (await arrived(portal))['dossiers'] ?? 0;
  const started = performance.now();
  await new Promise((resolve) => setTimeout(resolve, 15_000));
  const rate = (((await arrived(portal))['dossiers'] ?? 0) - before) / ((performance.now() - started) / 1000);
  const memory = peakMemoryMb(gateway.child);
  await gateway.stop();
  await portal.stop();
  rmSync(folder, { recursive: true, force: true });
  return {
    settings: `${LARGE.toLocaleString('en-US')} deliveries wait; ${made.length.toLocaleString('en-US')} changes are accepted, then 15 s of delivery; SQLite`,
    rows: [
      { what: 'gateway memory, highest', value: memory, unit: 'MB', goal: { below: 300 } },
      { what: 'delivered meanwhile', value: rate, unit: 'changes/s' },
    ],
  };
}
