/** What a change costs in CPU and on the disk, on either engine: what docs/scaling.md computes with. */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { changes } from './lib/changes.ts';
import { sendFile } from './lib/load.ts';
import { benchDatabase } from './lib/postgres.ts';
import { openExchanges, until0 } from './lib/progress.ts';
import { startGateway, startSimulator, temporaryFolder } from './lib/processes.ts';
import type { Result, Row } from './lib/report.ts';

const COUNT = 8_000;
const WARM_UP = 1_000;
const TICK_MICROS = 10_000;

interface Stat { parent: number; micros: number }

/** CPU time of a process and of those that it has waited for, µs (Linux). */
function statOf(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ').map(Number);
    return { parent: fields[1] ?? 0, micros: [11, 12, 13, 14].reduce((sum, i) => sum + (fields[i] ?? 0), 0) * TICK_MICROS };
  } catch {
    return undefined;
  }
}

/** A process with its living children. */
function cpuOf(pid: number): number {
  const others = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map((name) => statOf(Number(name)));
  return (statOf(pid)?.micros ?? 0) + others.reduce((sum, stat) => sum + (stat?.parent === pid ? stat.micros : 0), 0);
}

export async function benchCosts(): Promise<Result> {
  const rows: Row[] = [];
  const database = await benchDatabase();
  try {
    for (const store of ['sqlite', 'postgres'] as const) {
      const databaseUrl = store === 'postgres' ? await database.url() : undefined;
      const portal = await startSimulator();
      const folder = temporaryFolder();
      const gateway = await startGateway({ roles: 'intake,deliver,schedule,console', portal, folder, concurrency: 64, ...(databaseUrl === undefined ? {} : { databaseUrl }) });
      const made = changes(WARM_UP + COUNT, 1, store[0] ?? '').map((c) => `${c.text}\n`);
      const pass = async (lines: string[]): Promise<void> => {
        await sendFile(gateway.url, '/v1/dossiers:import', Buffer.from(lines.join('')));
        await until0(() => openExchanges(gateway.url));
      };
      await pass(made.slice(0, WARM_UP));
      const before = { gateway: cpuOf(gateway.child.pid ?? 0), database: cpuOf(database.pid()) };
      await pass(made.slice(WARM_UP));
      const per = (micros: number): number => micros / COUNT;
      rows.push({ what: `${store}: CPU of the gateway for a change`, value: per(cpuOf(gateway.child.pid ?? 0) - before.gateway), unit: 'µs' });
      if (databaseUrl !== undefined) rows.push({ what: `${store}: CPU of the database server for a change`, value: per(cpuOf(database.pid()) - before.database), unit: 'µs' });
      const bytes = databaseUrl === undefined ? undefined : await sizeOf(databaseUrl);
      await gateway.stop();
      rows.push({ what: `${store}: on the disk for a change`, value: (bytes ?? statSync(join(folder, 'ledger.db')).size) / (WARM_UP + COUNT), unit: 'bytes' });
      await portal.stop();
    }
  } finally {
    await database.stop();
  }
  return { settings: `${COUNT.toLocaleString('en-US')} changes as NDJSON, each a snapshot and a step (two calls), 64 at a time; CPU of user and system, from /proc`, rows };
}

async function sizeOf(url: string): Promise<number> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return Number((await client.query<{ size: string }>('SELECT pg_database_size(current_database()) AS size')).rows[0]?.size);
  } finally {
    await client.end();
  }
}
