/**
 * npm run test:faults                            the fault tests, short and seeded, as CI runs them
 * npm run test:faults -- --minutes 10            runs of the nemesis, one after another, until the time is up
 *   --seed TEXT       seed of the first run (default: a new one); the others are derived from it
 *   --engine NAME     sqlite or postgres (default: by turns)
 *   --seconds N       how long the faults of one run last (default 40)
 *   --keep-going      go on after a run that failed
 * npm run test:faults -- --seed 7 --engine sqlite   exactly one run: what a failure prints to see it again
 * npm run test:faults -- --power-cut --trials 10  as root on Linux: cuts the power under a gateway's disk (a loop device)
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { powerCuts } from './power-cut.ts';
import { ENGINES, type EngineName } from './schedule.ts';
import { againWith, storm, type StormProgress, type StormReport } from './storm.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string' }, seed: { type: 'string' }, engine: { type: 'string' }, seconds: { type: 'string' }, 'keep-going': { type: 'boolean' },
    'power-cut': { type: 'boolean' }, trials: { type: 'string' }, blows: { type: 'boolean' },
  },
});

function positive(name: 'minutes' | 'seconds' | 'trials'): number | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  const n = Number(text);
  if (!(n > 0)) throw new RangeError(`--${name}: '${text}' is not a number above 0`);
  return n;
}

function enginesOf(name: string | undefined): readonly EngineName[] {
  if (name === undefined) return ENGINES;
  const engine = ENGINES.find((e) => e === name);
  if (engine === undefined) throw new RangeError(`--engine: '${name}' is not one of ${ENGINES.join(', ')}`);
  return [engine];
}

/** `a 3, b 5`, in the order of the first one seen */
const listed = (counts: Partial<Record<string, number>>): string => Object.entries(counts).map(([name, n]) => `${name} ${n ?? 0}`).join(', ');

function lineOf(run: string, p: StormProgress): string {
  return `${run} ${p.phase} ${p.seconds.toFixed(0)} s · ${p.acknowledged}/${p.lines} acknowledged · ${p.calls} calls · ${listed(p.blows)}`;
}

/** On a terminal one line that changes; elsewhere one in a while. */
function progressTo(run: string): (p: StormProgress, what?: string) => void {
  let toldAt = 0;
  return (progress, what) => {
    if (what !== undefined && values.blows === true) process.stdout.write(`${process.stdout.isTTY ? '\r\u001b[K' : ''}${progress.seconds.toFixed(1)} s ${what}\n`);
    const every = process.stdout.isTTY ? 250 : 15_000;
    if (performance.now() - toldAt < every) return;
    toldAt = performance.now();
    process.stdout.write(process.stdout.isTTY ? `\r\u001b[K${lineOf(run, progress).slice(0, process.stdout.columns - 1)}` : `${lineOf(run, progress)}\n`);
  };
}

function tellEnd(run: string, report: StormReport): void {
  const { progress, violations, figures } = report;
  process.stdout.write(`${process.stdout.isTTY ? '\r\u001b[K' : ''}${violations.length === 0 ? 'held  ' : 'FAILED'} ${lineOf(run, progress)}\n       faults at the upstream: ${listed(progress.faults)}\n       ${listed(figures)}\n`);
  for (const violation of violations) process.stdout.write(`  - ${violation}\n`);
}

async function nemesisRuns(): Promise<number> {
  const engines = enginesOf(values.engine);
  const first = values.seed ?? randomBytes(4).toString('hex');
  const seconds = positive('seconds') ?? 40;
  const until = performance.now() + (positive('minutes') ?? 0) * 60_000;
  const failed: string[] = [];
  let runs = 0;
  do {
    const seed = runs < engines.length ? first : `${first}.${Math.floor(runs / engines.length)}`;
    const engine = engines[runs % engines.length] ?? 'sqlite';
    const again = againWith({ engine, seed, seconds });
    runs += 1;
    process.stdout.write(`run ${runs}: ${again}\n`);
    const run = `${engine} seed ${seed}`;
    try {
      const report = await storm({ engine, seed, seconds, tell: progressTo(run) });
      tellEnd(run, report);
      if (report.violations.length > 0) failed.push(again);
    } catch (error) {
      process.stdout.write(`\nFAILED ${run}\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      failed.push(again);
    }
  } while ((performance.now() < until || (values.minutes === undefined && runs < engines.length)) && (failed.length === 0 || values['keep-going'] === true));
  process.stdout.write(failed.length === 0 ? `${runs} runs, all held\n` : `${failed.length} of ${runs} runs failed; to see one again:\n${failed.map((again) => `  ${again}\n`).join('')}`);
  return failed.length === 0 ? 0 : 1;
}

/** The tests of this folder; what follows `--` goes to the test runner. */
function shortTests(): number {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
  return spawnSync(process.execPath, [vitest, 'run', 'test/faults', '--config', '.ci/vitest.config.ts'], { cwd: root, stdio: 'inherit' }).status ?? 1;
}

if (values['power-cut'] === true) process.exitCode = await powerCuts({ trials: positive('trials') ?? 10, seed: values.seed ?? randomBytes(4).toString('hex') });
else process.exitCode = values.minutes === undefined && values.seed === undefined && values.engine === undefined ? shortTests() : await nemesisRuns();
