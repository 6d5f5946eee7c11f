/**
 * The main job on real input: a province's export of 16,581 dossiers goes through the gateway to a simulated national
 * portal, every dossier and every progress step, and what arrived is compared with the published figures.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { EXPECTED, generateExport } from '../../../examples/can-tho-2025-07/generate.ts';
import { loadConfig } from '../../gateway/config.ts';
import { ADAPTERS } from '../adapters.ts';
import { startApp, type App } from '../app.ts';
import { compareWithPortal, expectedAtPortal } from '../demo-check.ts';
import { demoTable, type DemoFigures } from '../demo-table.ts';
import { importLines } from '../ndjson-client.ts';
import { CommandError, EXIT } from '../output.ts';
import { progress } from '../progress.ts';
import { untilSignal } from '../until-signal.ts';

interface MockFacts { url: string; accounts: { username: string; password: string }[]; seed: string }
const AGENCY = '000.00.00.H13';
const OPEN_STATES = ['pending', 'sending', 'unknown'];

export async function demo(options: { once?: boolean; data?: string; faults?: boolean }): Promise<void> {
  const folder = options.data ?? mkdtempSync(join(tmpdir(), 'lienthong-demo-'));
  const say = (text: string) => process.stderr.write(`${text}\n`);
  say('simulated national portal / cổng DVCQG giả lập …');
  const { child, facts } = await startMock();
  let app: App | undefined;
  try {
    const [account] = facts.accounts;
    if (account === undefined) throw new CommandError('the simulator made no account', EXIT.unavailable);
    const upstream = { baseUrl: facts.url, agencyCode: AGENCY, ...account };
    app = await startApp(loadConfig({ overrides: demoConfig(folder, upstream), adapters: ADAPTERS }));
    say(`gateway / cổng liên thông ${app.url} · ledger ${folder}`);
    if (options.faults === true) await setFaults(facts.url);

    const started = performance.now();
    const imported = await importAll(app.url);
    const importedMs = performance.now() - started;
    await drained(app);
    const totalMs = performance.now() - started;

    say('comparing what arrived with the export / đối soát …');
    if (options.faults === true) await fetch(`${facts.url}/__admin/faults`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"enabled":false}' });
    const report = await compareWithPortal({ expected: expectedAtPortal(generateExport(), upstream), ledger: app.ledger, upstream: 'dvcqg', adminUrl: `${facts.url}/__admin` });
    const portal = ((await (await fetch(`${facts.url}/__admin/summary`)).json()) as { summary: Record<string, number> }).summary;
    const figures: DemoFigures = { counts: await app.ledger.counts(Date.now()), stats: app.delivery?.stats(), report, portal, imported, importedMs, totalMs };
    const { text, ok } = demoTable(figures, EXPECTED);
    process.stdout.write(`\n${text}\n`);
    if (!ok) process.exitCode = EXIT.findings;

    if (options.once !== true) {
      process.stdout.write(`\n${[`gateway   ${app.url}`, `API       ${app.url}/openapi.json`, `metrics   ${app.url}/metrics`, `exchanges ${app.url}/v1/exchanges?state=dead`, `portal    ${facts.url}/__admin/summary`, 'Ctrl-C ends / Ctrl-C để kết thúc'].join('\n')}\n`);
      await untilSignal();
    }
  } finally {
    await app?.close();
    child.kill('SIGTERM');
    if (options.data === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

function demoConfig(folder: string, upstream: Record<string, unknown>): Record<string, unknown> {
  return {
    server: { host: '127.0.0.1', port: 0, rateLimit: { max: 1_000_000 } },
    ledger: { engine: 'sqlite', folder },
    upstreams: { dvcqg: { adapter: 'dvcqg', ...upstream } },
    sources: { opencps: { adapter: 'opencps', mode: 'push' } },
    logging: { level: 'error', requests: 'none' },
  };
}

/** The portal runs as a process of its own, as it would; it ends when we do. */
async function startMock(): Promise<{ child: ChildProcess; facts: MockFacts }> {
  const main = process.argv[1];
  if (main === undefined) throw new CommandError('cannot find the command to start the simulator with', EXIT.unavailable);
  const child = spawn(process.execPath, [main, 'mock', 'dvcqg', '--json', '--no-validation', '--seed', randomBytes(6).toString('hex'), '-o', `agencies=["${AGENCY}"]`], { stdio: ['pipe', 'pipe', 'inherit'] });
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', (code) => reject(new CommandError(`the simulator ended at once (exit ${String(code)})`, EXIT.unavailable)));
  });
  return { child, facts: JSON.parse(line) as MockFacts };
}

async function setFaults(url: string): Promise<void> {
  const plan = { seed: 'demo', rules: [
    { kind: 'reset-after', rate: 0.002, match: { method: 'POST' } },
    { kind: 'html-502', rate: 0.005, match: { method: 'POST' } },
    { kind: 'error-200', rate: 0.005, match: { method: 'POST' } },
  ] };
  const answer = await fetch(`${url}/__admin/faults`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(plan) });
  if (!answer.ok) throw new CommandError(`the simulator refused the fault plan: ${await answer.text()}`, EXIT.unavailable);
}

async function importAll(url: string): Promise<{ lines: number; refused: number }> {
  const bar = progress('import', EXPECTED.received);
  const imported = { lines: 0, refused: 0 };
  function* withLineEnds(): Generator<string> {
    for (const line of generateExport()) yield `${line}\n`;
  }
  for await (const result of importLines({ url }, 'opencps', withLineEnds())) {
    if (result.line === undefined) continue;
    imported.lines += 1;
    if (result.status !== 'accepted' && result.status !== 'duplicate') imported.refused += 1;
    bar.to(imported.lines);
  }
  bar.done();
  return imported;
}

/** Waits until nothing is left that goes on by itself. */
async function drained(app: App): Promise<void> {
  const first = await app.ledger.counts(Date.now());
  const bar = progress('deliver', Object.values(first.exchanges).reduce((a, b) => a + b, 0));
  for (;;) {
    const { exchanges } = await app.ledger.counts(Date.now());
    const open = Object.entries(exchanges).filter(([path]) => OPEN_STATES.includes(path.split('/').at(-1) ?? '')).reduce((sum, [, n]) => sum + n, 0);
    bar.to(Object.values(exchanges).reduce((a, b) => a + b, 0) - open);
    if (open === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  bar.done();
}
