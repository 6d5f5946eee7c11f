/** Accept to delivered and settled, sustained, against what a province would write and against plain pg-boss. */
import { changes, type Change } from './lib/changes.ts';
import { load, sendFile } from './lib/load.ts';
import { benchDatabase, type BenchDatabase } from './lib/postgres.ts';
import { arrived, leftInBaseline, openExchanges, until0 } from './lib/progress.ts';
import { peakMemoryMb, startBaseline, startGateway, startSimulator, temporaryFolder, type Running } from './lib/processes.ts';
import type { Result, Row } from './lib/report.ts';

const CONNECTIONS = 64;
const WARM_UP = 1_000;
const AT_ONCE = 64;
const COUNT = { naive: 2_500, 'pg-boss': 6_000, ours: 16_000, twoCalls: 8_000 } as const;

type Send = (url: string, part: Change[]) => Promise<{ failed: number }>;

const oneByOne: Send = (url, part) => load(url, '/v1/dossiers', part.map((c) => c.text).values(), { connections: CONNECTIONS, requests: part.length });
const asFile: Send = async (url, part) => {
  const summary = await sendFile(url, '/v1/dossiers:import', Buffer.from(part.map((c) => `${c.text}\n`).join('')));
  return { failed: part.length - (summary['accepted'] ?? 0) };
};

/** Changes per second from the first request to the last settled delivery. */
async function measure(target: Running, portal: Running, left: () => Promise<number>, made: Change[], send: Send): Promise<number> {
  const before = (await arrived(portal))['dossiers'] ?? 0;
  await send(target.url, made.slice(0, WARM_UP));
  await until0(left);
  const started = performance.now();
  const sent = await send(target.url, made.slice(WARM_UP));
  await until0(left);
  const seconds = (performance.now() - started) / 1000;
  if (sent.failed > 0) throw new Error(`${sent.failed} changes were not accepted`);
  const delivered = ((await arrived(portal))['dossiers'] ?? 0) - before;
  if (delivered !== made.length) throw new Error(`the portal got ${delivered} of ${made.length} dossiers`);
  return (made.length - WARM_UP) / seconds;
}

async function baseline(file: string, env: Record<string, string>, count: number, prefix: string): Promise<number> {
  const portal = await startSimulator();
  const target = await startBaseline(file, { ...env, PORTAL: portal.firstLine });
  const rate = await measure(target, portal, () => leftInBaseline(target.url), changes(count + WARM_UP, 0, prefix), oneByOne);
  await target.stop();
  await portal.stop();
  return rate;
}

async function ours(databaseUrl: string | undefined, send: Send, count: number, steps: 0 | 1, prefix: string): Promise<{ rate: number; memory: number }> {
  const portal = await startSimulator();
  const gateway = await startGateway({ roles: 'intake,deliver,schedule,console', portal, concurrency: AT_ONCE, ...(databaseUrl === undefined ? {} : { databaseUrl }) });
  const rate = await measure(gateway, portal, () => openExchanges(gateway.url), changes(count + WARM_UP, steps, prefix), send);
  const memory = peakMemoryMb(gateway.child);
  await gateway.stop();
  await portal.stop();
  return { rate, memory };
}

async function compare(goal: number, database?: BenchDatabase): Promise<Result> {
  const env = async (): Promise<Record<string, string>> => (database === undefined ? { STORE: 'sqlite', FOLDER: temporaryFolder() } : { STORE: 'postgres', DATABASE_URL: await database.url() });
  const naive = await baseline('naive-loop.ts', await env(), COUNT.naive, 'n');
  const rows: Row[] = [{ what: 'the loop that a province would write (baseline)', value: naive, unit: 'changes/s', ratio: 1 }];
  if (database !== undefined) {
    const boss = await baseline('pg-boss.ts', await env(), COUNT['pg-boss'], 'b');
    rows.push({ what: 'plain pg-boss, a job per change (second baseline)', value: boss, unit: 'changes/s', ratio: boss / naive });
  }
  const file = await ours(await database?.url(), asFile, COUNT.ours, 0, 'f');
  const single = await ours(await database?.url(), oneByOne, COUNT.ours, 0, 's');
  const double = await ours(await database?.url(), asFile, COUNT.twoCalls, 1, 'd');
  rows.push(
    { what: 'lienthong, changes as NDJSON, one call each', value: file.rate, unit: 'changes/s', ratio: file.rate / naive, goal: { atLeast: goal } },
    { what: '  times the loop', value: file.rate / naive, unit: '×', goal: { atLeast: 5 } },
    { what: 'lienthong, changes as single POSTs, one call each', value: single.rate, unit: 'changes/s', ratio: single.rate / naive },
    { what: 'lienthong, as NDJSON, a dossier and its step: two calls each', value: double.rate, unit: 'changes/s', ratio: double.rate / naive },
    { what: '  gateway memory, highest', value: Math.max(file.memory, single.memory, double.memory), unit: 'MB', goal: { below: 300 } },
  );
  return {
    settings: `${COUNT.ours.toLocaleString('en-US')} changes accepted, delivered (${AT_ONCE} at a time) and settled, portal without latency; single POSTs over ${CONNECTIONS} connections; ${database?.settings ?? 'SQLite WAL, synchronous=FULL'}; sender, gateway and portal on the same cores`,
    rows,
  };
}

export const benchDeliverSqlite = (): Promise<Result> => compare(2_000);

export async function benchDeliverPostgres(): Promise<Result> {
  const database = await benchDatabase();
  try {
    return await compare(1_200, database);
  } finally {
    await database.stop();
  }
}
