/** A slow upstream: throughput must be what the allowed concurrency can do, whatever the number of processes. */
import { rmSync } from 'node:fs';
import { changes } from './lib/changes.ts';
import { sendFile } from './lib/load.ts';
import { benchDatabase } from './lib/postgres.ts';
import { arrived } from './lib/progress.ts';
import { startGateway, startSimulator, temporaryFolder, type GatewayChoice } from './lib/processes.ts';
import type { Result, Row } from './lib/report.ts';

const LATENCY_MS = 200;
const WINDOW_MS = 8_000;
const CASES: readonly { store: 'sqlite' | 'postgres'; processes: number; concurrency: number; beyond?: true }[] = [
  { store: 'sqlite', processes: 1, concurrency: 16 },
  { store: 'sqlite', processes: 1, concurrency: 64 },
  { store: 'sqlite', processes: 1, concurrency: 128 },
  { store: 'postgres', processes: 1, concurrency: 32 },
  { store: 'postgres', processes: 2, concurrency: 32 },
  { store: 'postgres', processes: 4, concurrency: 32 },
  // Four gateways, their database and the portal on two cores: the processors end this one, not the waiting.
  { store: 'postgres', processes: 4, concurrency: 64, beyond: true },
];

/** The whole backlog is taken in before anybody delivers: intake on the same cores is another benchmark's matter. */
async function deliveredPerSecond(processes: number, concurrency: number, databaseUrl: string | undefined): Promise<number> {
  const folder = temporaryFolder();
  const portal = await startSimulator(LATENCY_MS);
  const choice: Omit<GatewayChoice, 'roles'> = { portal, concurrency, folder, ...(databaseUrl === undefined ? {} : { databaseUrl }) };
  const intake = await startGateway({ ...choice, roles: 'intake,console' });
  // Enough for the whole window and its beginning.
  const count = Math.ceil((processes * concurrency * (WINDOW_MS + 6_000)) / LATENCY_MS);
  const summary = await sendFile(intake.url, '/v1/dossiers:import', Buffer.from(changes(count, 0, `${databaseUrl === undefined ? 's' : 'p'}${processes}.${concurrency}.`).map((c) => `${c.text}\n`).join('')));
  if (summary['accepted'] !== count) throw new Error(`${String(summary['accepted'])} of ${count} changes were accepted`);
  await intake.stop();

  const gateways = await Promise.all(Array.from({ length: processes }, () => startGateway({ ...choice, roles: 'deliver,schedule,console' })));
  const dossiers = async (): Promise<number> => (await arrived(portal))['dossiers'] ?? 0;
  // Everybody is at work once the first places have been filled twice.
  const deadline = performance.now() + 10_000;
  while ((await dossiers()) < 2 * processes * concurrency && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
  const before = await dossiers();
  const started = performance.now();
  await new Promise((resolve) => setTimeout(resolve, WINDOW_MS));
  const after = await dossiers();
  const rate = (after - before) / ((performance.now() - started) / 1000);
  await Promise.all(gateways.map((gateway) => gateway.stop()));
  await portal.stop();
  rmSync(folder, { recursive: true, force: true });
  if (after >= count) throw new Error('the backlog ran out inside the window: the figure would be too low');
  return rate;
}

export async function benchLatency(): Promise<Result> {
  const database = await benchDatabase();
  const rows: Row[] = [];
  try {
    for (const { store, processes, concurrency, beyond } of CASES) {
      const possible = (processes * concurrency * 1000) / LATENCY_MS;
      const rate = await deliveredPerSecond(processes, concurrency, store === 'postgres' ? await database.url() : undefined);
      rows.push({ what: `${store}, ${processes} process${processes > 1 ? 'es' : ''} × ${concurrency} at a time (possible: ${possible.toLocaleString('en-US')}/s)`, value: rate, unit: 'changes/s', ratio: rate / possible, ...(beyond === true ? {} : { goal: { atLeast: 0.9, of: 'ratio' } }) });
    }
  } finally {
    await database.stop();
  }
  return { settings: `every call takes ${LATENCY_MS} ms at the portal; the backlog is there before delivery begins; changes that arrived at the portal during ${WINDOW_MS / 1000} s; ratio = measured / (processes × concurrency / latency)`, rows };
}
