/** The command line as real processes: every one that a test starts is ended with the test, whatever happens to it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const CLI = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

const children = new Set<ChildProcess>();
const folders = new Set<string>();

/** For `afterEach`: nothing that a test started outlives it. */
export function endEverything(): void {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  folders.clear();
}

export function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-test-'));
  folders.add(folder);
  return folder;
}

export interface Ended { code: number | null; signal: NodeJS.Signals | null }
export interface Running {
  child: ChildProcess;
  ended: Promise<Ended>;
  /** everything it has printed so far */
  stdout(): string;
  stderr(): string;
  /** SIGKILL, and waits until the process is gone */
  kill(): Promise<void>;
  /** SIGTERM, and waits for the orderly end */
  stop(): Promise<Ended>;
}

export interface StartOptions {
  env?: Record<string, string>;
  stdin?: 'ignore' | 'pipe';
  /** another copy of the command line */
  cli?: string;
}

/** Starts `lienthong …` without waiting for anything. */
export function start(args: readonly string[], options: StartOptions = {}): Running {
  const env: NodeJS.ProcessEnv = { ...process.env, ...options.env };
  // A key of the machine that runs the tests must not decide what they do.
  if (options.env?.['LIENTHONG_LEDGER_KEY'] === undefined) delete env['LIENTHONG_LEDGER_KEY'];
  const child = spawn(process.execPath, [options.cli ?? CLI, ...args], { stdio: [options.stdin ?? 'ignore', 'pipe', 'pipe'], env });
  children.add(child);
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) => {
      children.delete(child);
      resolve({ code, signal });
    });
  });
  const end = (signal: NodeJS.Signals): Promise<Ended> => {
    child.kill(signal);
    return ended;
  };
  return { child, ended, stdout: () => stdout, stderr: () => stderr, kill: async () => void (await end('SIGKILL')), stop: () => end('SIGTERM') };
}

/** Runs a command to its end. */
export async function run(args: readonly string[], options: StartOptions = {}): Promise<Ended & { stdout: string; stderr: string }> {
  const running = start(args, options);
  const ended = await running.ended;
  return { ...ended, stdout: running.stdout(), stderr: running.stderr() };
}

/** The first line on standard output that fits. @throws Error with everything that was printed, when the process ends before */
export async function printed(running: Running, pattern: RegExp): Promise<RegExpExecArray> {
  for (;;) {
    const found = pattern.exec(running.stdout());
    if (found !== null) return found;
    const more = new Promise<'more'>((resolve) => running.child.stdout?.once('data', () => resolve('more')));
    const first = await Promise.race([more, running.ended]);
    const late = pattern.exec(running.stdout());
    if (first !== 'more' && late === null) throw new Error(`ended with ${String(first.code ?? first.signal)} before it printed ${String(pattern)}\n${running.stdout()}${running.stderr()}`);
  }
}

export interface GatewayProcess extends Running { url: string }

/** Writes a configuration as the file that `serve` and `config check` read. YAML is a superset of JSON. */
export function configFile(folder: string, config: Record<string, unknown>): string {
  const file = join(folder, 'lienthong.yaml');
  writeFileSync(file, JSON.stringify(config, null, 2));
  return file;
}

/** `lienthong serve`, up and listening. `roles`: what it does, all of it without */
export async function serveGateway(file: string, options: StartOptions & { roles?: string } = {}): Promise<GatewayProcess> {
  const running = start(['serve', '--config', file, ...(options.roles === undefined ? [] : ['--roles', options.roles])], options);
  const [, url = ''] = await printed(running, /^lienthong (http:\S+)$/m);
  return { ...running, url };
}
