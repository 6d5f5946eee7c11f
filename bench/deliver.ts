/** Accept to delivered and settled, sustained, against what a province would write and against plain pg-boss. */
import { changes, type Change } from './lib/changes.ts';
import { load } from './lib/load.ts';
import { benchDatabase, type BenchDatabase } from './lib/postgres.ts';
import { arrived, leftInBaseline, openExchanges, until0 } from './lib/progress.ts';
import { peakMemoryMb, startBaseline, startGateway, startSimulator, temporaryFolder, type Running } from './lib/processes.ts';
import type { Result, Row } from './lib/report.ts';

const CONNECTIONS = 64;
const WARM_UP = 1_000;
const COUNT = { naive: 2_500, 'pg-boss': 6_000, ours: 16_000, twoCalls: 8_000 } as const;

/** Changes per second from the first request to the last settled delivery. */
async function measure(target: Running, portal: Running, left: () => Promise<number>, made: Change[]): Promise<number> {
  const before = (await arrived(portal))['dossiers'] ?? 0;
  const send = (part: Change[]) => load(target.url, '/v1/dossiers', part.map((c) => c.text).values(), { connections: CONNECTIONS, requests: part.length });
  await send(made.slice(0, WARM_UP));
  await until0(left);
  const started = performance.now();
  const sent = await send(made.slice(WARM_UP));
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
  const rate = await measure(target, portal, () => leftInBaseline(target.url), changes(count + WARM_UP, 0, prefix));
  await target.stop();
  await portal.stop();
  return rate;
}

async function ours(databaseUrl: string | undefined, count: number, steps: 0 | 1, prefix: string): Promise<{ rate: number; memory: number }> {
  const portal = await startSimulator();
  const gateway = await startGateway({ roles: 'intake,deliver,schedule,console', portal, ...(databaseUrl === undefined ? {} : { databaseUrl }) });
  const rate = await measure(gateway, portal, () => openExchanges(gateway.url), changes(count + WARM_UP, steps, prefix));
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
  const single = await ours(await database?.url(), COUNT.ours, 0, 's');
  const double = await ours(await database?.url(), COUNT.twoCalls, 1, 'd');
  rows.push(
    { what: 'lienthong, one call per change: rate', value: single.rate, unit: 'changes/s', ratio: single.rate / naive, goal: { atLeast: goal } },
    { what: 'lienthong, one call per change: against the loop', value: single.rate / naive, unit: '×', goal: { atLeast: 5 } },
    { what: 'lienthong, a dossier and its step (two calls)', value: double.rate, unit: 'changes/s', ratio: double.rate / naive },
    { what: '  gateway memory, highest', value: Math.max(single.memory, double.memory), unit: 'MB', goal: { below: 300 } },
  );
  return {
    settings: `${COUNT.ours.toLocaleString('en-US')} single POST /v1/dossiers over ${CONNECTIONS} connections, each delivered and settled, portal without latency; ${database?.settings ?? 'SQLite WAL, synchronous=FULL'}; sender, gateway and portal on the same cores`,
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
