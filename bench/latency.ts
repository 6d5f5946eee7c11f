/** A slow upstream: throughput must be what the allowed concurrency can do, whatever the number of processes. */
import { changes } from './lib/changes.ts';
import { load } from './lib/load.ts';
import { benchDatabase } from './lib/postgres.ts';
import { arrived } from './lib/progress.ts';
import { startGateway, startSimulator } from './lib/processes.ts';
import type { Result, Row } from './lib/report.ts';

const LATENCY_MS = 200;
const WINDOW_MS = 8_000;
const CASES = [
  { store: 'sqlite', processes: 1, concurrency: 16 },
  { store: 'sqlite', processes: 1, concurrency: 64 },
  { store: 'sqlite', processes: 1, concurrency: 128 },
  { store: 'postgres', processes: 1, concurrency: 64 },
  { store: 'postgres', processes: 2, concurrency: 64 },
  { store: 'postgres', processes: 4, concurrency: 64 },
] as const;

async function deliveredPerSecond(store: 'sqlite' | 'postgres', processes: number, concurrency: number, databaseUrl: string | undefined): Promise<number> {
  const portal = await startSimulator(LATENCY_MS);
  const first = await startGateway({ roles: 'intake,deliver,schedule,console', portal, concurrency, ...(databaseUrl === undefined ? {} : { databaseUrl }) });
  const others = await Promise.all(Array.from({ length: processes - 1 }, () => startGateway({ roles: 'deliver', portal, concurrency, ...(databaseUrl === undefined ? {} : { databaseUrl }) })));
  // Enough for the whole window and its beginning.
  const count = Math.ceil((processes * concurrency * (WINDOW_MS + 6_000)) / LATENCY_MS);
  await load(first.url, '/v1/dossiers', changes(count, 0, `${store[0] ?? ''}${processes}.${concurrency}.`).map((c) => c.text).values(), { connections: 64, requests: count });
  const count0 = (await arrived(portal))['dossiers'] ?? 0;
  const started = performance.now();
  await new Promise((resolve) => setTimeout(resolve, WINDOW_MS));
  const delivered = ((await arrived(portal))['dossiers'] ?? 0) - count0;
  const rate = delivered / ((performance.now() - started) / 1000);
  if (count0 + delivered >= count) throw new Error('the backlog ran out inside the window: the figure would be too low');
  await Promise.all([first, ...others].map((gateway) => gateway.stop()));
  await portal.stop();
  return rate;
}

export async function benchLatency(): Promise<Result> {
  const database = await benchDatabase();
  const rows: Row[] = [];
  try {
    for (const { store, processes, concurrency } of CASES) {
      const possible = (processes * concurrency * 1000) / LATENCY_MS;
      const rate = await deliveredPerSecond(store, processes, concurrency, store === 'postgres' ? await database.url() : undefined);
      rows.push({ what: `${store}, ${processes} process${processes > 1 ? 'es' : ''} × ${concurrency} at a time (possible: ${possible.toLocaleString('en-US')}/s)`, value: rate, unit: 'changes/s', ratio: rate / possible, goal: { atLeast: 0.9, of: 'ratio' } });
    }
  } finally {
    await database.stop();
  }
  return { settings: `every call takes ${LATENCY_MS} ms at the portal; changes that arrived there during ${WINDOW_MS / 1000} s with a backlog; ratio = measured / (processes × concurrency / latency)`, rows };
}
