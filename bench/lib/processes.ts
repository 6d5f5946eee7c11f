/** Starts what is measured as processes of their own, as a user would run them, and reads what they cost. */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The built package: what an installation runs, without the compiler in its memory. */
const MAIN = new URL('../../dist/src/cli/main.js', import.meta.url).pathname;
export const AGENCY = '000.00.00.H13';

export interface Running { child: ChildProcess; url: string; firstLine: string; stop(): Promise<void> }

/** Runs the file itself, so that its first line decides with what flags: the way an installed command is run. */
async function start([file = '', ...args]: string[], urlOf: (line: string) => string, env: Record<string, string> = {}): Promise<Running> {
  const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...env } });
  // A benchmark that fails half way must leave nobody behind.
  const orphaned = (): void => void child.kill('SIGKILL');
  process.once('exit', orphaned);
  child.once('exit', () => process.removeListener('exit', orphaned));
  const firstLine = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`${file} ${args.join(' ')} ended at once (exit ${String(code)})`)));
  });
  return {
    child,
    firstLine,
    url: urlOf(firstLine),
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGTERM');
      }),
  };
}

/** A simulated upstream that checks nothing and keeps nothing, as fast as it can be. @param args further ones of `lienthong mock` */
export const startMock = (upstream: string, ...args: string[]): Promise<Running> =>
  start([MAIN, 'mock', upstream, '--json', '--no-validation', '--keep', '0', '--seed', 'bench', ...args], (line) => (JSON.parse(line) as { url: string }).url);

/** @param latencyMs how long the upstream takes to answer each call */
export function startSimulator(latencyMs = 0): Promise<Running> {
  const faults = latencyMs === 0 ? [] : ['--faults', writeTemporary('faults.json', { rules: [{ kind: 'latency', delay: { fixed: latencyMs } }] })];
  return startMock('dvcqg', '-o', `agencies=["${AGENCY}"]`, ...faults);
}

export const startBaseline = (file: string, env: Record<string, string> = {}): Promise<Running> =>
  start([process.execPath, new URL(`../baselines/${file}`, import.meta.url).pathname], (line) => line.trim(), env);

export interface GatewayChoice {
  roles: string;
  /** undefined: an upstream that nobody serves */
  portal?: Running;
  concurrency?: number;
  /** address of a PostgreSQL; absent: SQLite */
  databaseUrl?: string;
  /** data folder of an earlier gateway; absent: a fresh one, removed on stop */
  folder?: string;
  /** further sections of the configuration */
  config?: Record<string, unknown>;
}

/** One key for all gateways of a run, as all processes on one PostgreSQL need it. */
export const LEDGER_KEY = randomBytes(32).toString('base64');

export async function startGateway(options: GatewayChoice): Promise<Running & { folder: string }> {
  const folder = options.folder ?? temporaryFolder();
  const facts = options.portal === undefined ? undefined : (JSON.parse(options.portal.firstLine) as { url: string; accounts: { username: string; password: string }[] });
  const config = {
    server: { host: '127.0.0.1', port: 0, rateLimit: { max: 10_000_000 } },
    ledger: options.databaseUrl === undefined ? { engine: 'sqlite', folder } : { engine: 'postgres', url: options.databaseUrl, folder },
    delivery: { concurrency: options.concurrency ?? 32 },
    upstreams: { dvcqg: { adapter: 'dvcqg', baseUrl: facts?.url ?? 'http://127.0.0.1:9', agencyCode: AGENCY, ...(facts?.accounts[0] ?? { username: 'bench', password: 'not-used-because-nothing-is-sent' }) } },
    sources: { opencps: { adapter: 'opencps', mode: 'push' } },
    logging: { level: 'error', requests: 'none' },
    ...options.config,
  };
  const file = join(folder, `config-${randomBytes(4).toString('hex')}.json`);
  writeFileSync(file, JSON.stringify(config));
  const running = await start([MAIN, 'serve', '--config', file, '--roles', options.roles], (line) => line.replace('lienthong ', '').trim(), { LIENTHONG_LEDGER_KEY: LEDGER_KEY });
  return {
    ...running,
    folder,
    stop: async () => {
      await running.stop();
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'lienthong-bench-'));

function writeTemporary(name: string, value: unknown): string {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, JSON.stringify(value));
  return file;
}

/** Highest resident memory so far, MB (Linux; NaN elsewhere). */
export function peakMemoryMb(child: ChildProcess): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${String(child.pid)}/status`, 'utf8'))?.[1]) / 1024;
  } catch {
    return Number.NaN;
  }
}
