/**
 * A real PostgreSQL for tests: the server of DATABASE_URL, else one that all test files of a run share and that is started by the
 * first of them that needs it. Each test makes its own database. `startOwnPostgres` is for tests that kill the server.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Client } from 'pg';
import type { QueryResultRow } from 'pg';
import { waitFor } from '../../src/testing/wait.ts';
import { answers, freshServerFolder, isRunning, makeServer, removeServer, runningPid, signalQuietly, startServer, urlOf } from './postgres-server.ts';
import type { ServerPlace, Settings } from './postgres-server.ts';

/** Names the folder of the run's shared server to all its processes; set by `.ci/vitest-setup.ts`. */
export const RUN_FOLDER = 'LIENTHONG_TEST_POSTGRES';
const PLACE_FILE = 'place.json';

/** Tests of behaviour need no survival of a power cut; `startOwnPostgres` has it. */
const SHARED: Settings = { fsync: 'off', full_page_writes: 'off', max_connections: '200', shared_buffers: '64MB', max_wal_size: '256MB' };
const OWN: Settings = { max_connections: '100', shared_buffers: '64MB' };

export interface TestDatabase {
  name: string;
  url: string;
  /** one statement on a connection of its own */
  query<R extends QueryResultRow>(sql: string, values?: unknown[]): Promise<R[]>;
  /** also when sessions are still open */
  drop(): Promise<void>;
}

/** A database of the test's own on the run's server. */
export const testDatabase = async (): Promise<TestDatabase> => createDatabase(await serverUrl());

/** Address of a server where databases may be made. */
export async function serverUrl(): Promise<string> {
  const external = process.env['DATABASE_URL'];
  if (external !== undefined && external !== '') return external;
  return urlOf(await sharedServer());
}

async function createDatabase(server: string): Promise<TestDatabase> {
  const name = `lt_test_${randomBytes(8).toString('hex')}`;
  const url = new URL(server);
  url.pathname = `/${name}`;
  await queryOnce(server, `CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`);
  return {
    name,
    url: url.href,
    query: (sql, values) => queryOnce(url.href, sql, values),
    drop: async () => void (await queryOnce(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
  };
}

async function queryOnce<R extends QueryResultRow>(url: string, sql: string, values?: unknown[]): Promise<R[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<R>(sql, values)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

let shared: Promise<ServerPlace> | undefined;

const sharedServer = (): Promise<ServerPlace> => (shared ??= findOrStart());

async function findOrStart(): Promise<ServerPlace> {
  const run = process.env[RUN_FOLDER];
  if (run === undefined) throw new Error(`${RUN_FOLDER} is not set: use .ci/vitest.config.ts`);
  const file = join(run, PLACE_FILE);
  try {
    // Making a folder is the lock: one process of the run succeeds.
    mkdirSync(run, { recursive: true });
    mkdirSync(join(run, 'lock'));
  } catch {
    await waitFor(() => existsSync(file), { timeoutMs: 60_000, describe: 'the server that another test file starts' });
    return JSON.parse(readFileSync(file, 'utf8')) as ServerPlace;
  }
  // A worker ends with its test file, the server with the run: the watch follows the folder, which the run's end removes, and the main process.
  const place = await makeServer(run, SHARED, process.ppid);
  await startServer(place);
  writeFileSync(`${file}.new`, JSON.stringify(place));
  renameSync(`${file}.new`, file);
  return place;
}

/** At the end of a run. */
export async function endSharedServer(run: string): Promise<void> {
  await removeServer({ folder: run, port: 0, password: '' });
}

export interface OwnPostgres extends AsyncDisposable {
  /** of the database `postgres`; the port stays the same over restarts */
  url: string;
  port: number;
  pid(): number | undefined;
  createDatabase(): Promise<TestDatabase>;
  /** SIGKILL for the server itself; its sessions end by themselves */
  kill(): Promise<void>;
  /** SIGINT: rolls open transactions back and ends in order */
  stop(): Promise<void>;
  /** starts it unless it answers */
  start(): Promise<void>;
  /** SIGSTOP for the server and all its sessions: connections stay open, nothing answers */
  pause(): void;
  resume(): void;
}

/** A server of the test's own, durable (fsync), which the test may kill and start again. */
export async function startOwnPostgres(settings: Settings = {}): Promise<OwnPostgres> {
  const place = await makeServer(freshServerFolder(), { ...OWN, ...settings }, process.pid);
  await startServer(place);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const pid = runningPid(place.folder);
    if (pid === undefined) return;
    signalQuietly(pid, signal);
    await waitFor(() => !isRunning(pid), { timeoutMs: 30_000, describe: 'the end of PostgreSQL' });
  };
  const signalAll = (signal: NodeJS.Signals): void => {
    const pid = runningPid(place.folder);
    if (pid !== undefined) for (const one of [pid, ...childrenOf(pid)]) signalQuietly(one, signal);
  };
  return {
    url: urlOf(place),
    port: place.port,
    pid: () => runningPid(place.folder),
    createDatabase: () => createDatabase(urlOf(place)),
    kill: () => end('SIGKILL'),
    stop: () => end('SIGINT'),
    start: () => startAgain(place),
    pause: () => { signalAll('SIGSTOP'); },
    resume: () => { signalAll('SIGCONT'); },
    [Symbol.asyncDispose]: async () => {
      signalAll('SIGCONT');
      await removeServer(place);
    },
  };
}

/** Sessions of a killed server may still hold its shared memory for a moment: a start that is refused for that is tried again. */
async function startAgain(place: ServerPlace): Promise<void> {
  await waitFor(async () => {
    if (await answers(place)) return true;
    return startServer(place).then(() => true, () => false);
  }, { timeoutMs: 30_000, intervalMs: 200, describe: 'PostgreSQL to start again' });
}

const childrenOf = (pid: number): number[] =>
  spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).stdout
    .split('\n').map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([child, parent]) => (parent === pid && child !== undefined ? [child] : []));
