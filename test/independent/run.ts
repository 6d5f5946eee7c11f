/**
 * npm run test:prism               the whole demo (16,581 dossiers, every progress step) with Prism between gateway and portal
 *   --dossiers N                   only the first N
 *   --document FILE                another document than the published one
 * Ends with 1 when Prism objected to a call or an answer, or when the judge found anything lost, doubled or out of order.
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { EXPECTED, generateExport } from '../../examples/can-tho-2025-07/generate.ts';
import { progress, type Progress } from '../../src/cli/progress.ts';
import { exchangeThroughPrism } from './exchange.ts';

const MOST_SHOWN = 40;
const { values } = parseArgs({ options: { dossiers: { type: 'string' }, document: { type: 'string' } } });
const wanted = values.dossiers === undefined ? EXPECTED.received : Number(values.dossiers);
if (!Number.isInteger(wanted) || wanted < 1) throw new RangeError(`--dossiers: '${String(values.dossiers)}' is not a number above 0`);

const lines: string[] = [];
for (const line of generateExport()) if (lines.push(line) >= wanted) break;

let shown: { stage: string; bar: Progress } | undefined;
const report = await exchangeThroughPrism({
  lines, timeoutMs: 30 * 60_000,
  ...(values.document === undefined ? {} : { document: values.document }),
  onProgress(stage, done, of) {
    if (shown?.stage !== stage) {
      shown?.bar.done();
      shown = { stage, bar: progress(stage, of) };
    }
    shown.bar.to(done);
  },
});
shown?.bar.done();

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const { figures } = report.judged ?? {};
const violations = report.violations.reduce((sum, { count }) => sum + count, 0);
say(`\ndossiers ${report.dossiers} · progress steps ${figures?.steps ?? 0} · calls ${report.total} · violations ${violations} · lost on the line to Prism ${report.unanswered} · ${report.seconds.toFixed(1)} s on ${cpus().length} cores, node ${process.version}`);
for (const [operation, count] of report.calls) say(`  ${String(count).padStart(6)}  ${operation}`);
for (const { operation, side, where, message, count } of report.violations.slice(0, MOST_SHOWN)) say(`  ${String(count).padStart(6)} × ${operation}  ${side} ${where}\n           ${message}`);
if (report.violations.length > MOST_SHOWN) say(`  … ${report.violations.length - MOST_SHOWN} kinds more`);
say(`judge: ${report.judged?.ok === true ? 'everything arrived, once and in order' : 'NOT everything arrived once and in order'}`);
if (violations > 0 || report.judged?.ok !== true) process.exitCode = 1;
