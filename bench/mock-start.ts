/** How long a mock server takes from the command to its first line, as an installed package: `node bench/mock-start.ts` after a build. */
import { spawn } from 'node:child_process';
import { UPSTREAM_IDS } from '../src/testing/upstreams.ts';

const MAIN = new URL('../dist/src/cli/main.js', import.meta.url).pathname;
const RUNS = 12;

async function once(args: readonly string[]): Promise<number> {
  const began = performance.now();
  const child = spawn(process.execPath, [MAIN, 'mock', ...args, '--json'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const line = new Promise<void>((resolve) => child.stdout.once('data', () => resolve()));
  await Promise.race([line, ended.then(() => Promise.reject(new Error(`mock ${args.join(' ')} ended before it was up`)))]);
  const took = performance.now() - began;
  child.kill('SIGKILL');
  await ended;
  return took;
}

for (const args of [...UPSTREAM_IDS.map((id) => [id]), ['all'], ['all', '--tls']]) {
  const took: number[] = [];
  for (let i = 0; i < RUNS; i += 1) {
    process.stderr.write(`\rmock ${args.join(' ')}: ${i + 1} of ${RUNS} `);
    took.push(await once(args));
  }
  took.sort((a, b) => a - b);
  const ms = (at: number): string => `${Math.round(took[at] ?? 0)} ms`;
  process.stderr.write('\r');
  process.stdout.write(`mock ${args.join(' ')}: fastest ${ms(0)}, median ${ms(RUNS >> 1)}, slowest ${ms(RUNS - 1)}\n`);
}
