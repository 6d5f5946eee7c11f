import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Instance } from '../../src/ledger/cluster.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { openLedger } from '../../src/ledger/open.ts';
import { waitFor } from '../../src/testing/index.ts';
import { configFile, endEverything, freshFolder, serveGateway, type GatewayProcess } from '../support/process.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { openHome, type Home } from './engines.ts';
import { drained, evidence, exchangesOf, exportLines, findings, judge, NO_FINDINGS, sceneConfig, seedOf, sendLines, startPortal, type Portal } from './scene.ts';

/** What others hold is theirs after 6 s of silence; then somebody has to look. */
const TAKEN_OVER_MS = 10_000;
const { seed } = seedOf('cluster');

let portal: Portal;
let home: Home;
/** a look at the ledger from outside, no gateway of its own */
let ledger: Ledger;
let lines: TcpProxy[];
let files: string[];
beforeEach(async () => {
  portal = await startPortal(seed, { rules: [{ kind: 'latency', delay: { fixed: 40 } }] });
  home = await openHome('postgres');
  const at = new URL(portal.url);
  lines = await Promise.all([0, 1].map(() => startTcpProxy(() => ({ host: at.hostname, port: Number(at.port) }))));
  files = lines.map((line) => {
    const folder = freshFolder();
    return configFile(folder, { ...sceneConfig({ folder, portal, upstream: { baseUrl: `http://127.0.0.1:${line.port}` }, delivery: { concurrency: 8 } }), ledger: home.ledgerConfig() });
  });
}, 60_000);
afterEach(async () => {
  endEverything();
  await ledger.close();
  for (const line of lines) await line.close();
  await portal.close();
  await home[Symbol.asyncDispose]();
});

const serve = (i: number, options: Parameters<typeof serveGateway>[1] = {}): Promise<GatewayProcess> => serveGateway(files[i] ?? '', options);
async function both(first: Parameters<typeof serveGateway>[1] = {}, second: Parameters<typeof serveGateway>[1] = {}): Promise<[GatewayProcess, GatewayProcess]> {
  const a = await serve(0, first);
  const b = await serve(1, second);
  const { url, keyFile } = home.ledgerConfig() as { url: string; keyFile: string };
  ledger = await openLedger({ engine: 'postgres', folder: '', url, keyFile }, { env: {} });
  await waitFor(async () => (await ledger.instances()).length === 2, { describe: 'two processes to be known' });
  return [a, b];
}
const sent = (): number[] => lines.map((line) => line.figures().sentBytes);
const instanceOf = async (process: GatewayProcess): Promise<Instance | undefined> => (await ledger.instances()).find((i) => i.pid === process.child.pid);
const sending = async (): Promise<number[]> => (await ledger.listExchanges({ states: ['sending'], limit: 1_000 })).map((e) => e.id);

/** Everything arrived once, in order, and no call was cut off, unless `died`. */
async function endsWell(input: readonly string[], running: readonly GatewayProcess[], died: 'somebody died' | 'nobody died'): Promise<void> {
  await drained(running[0]?.url ?? '', 60_000);
  for (const process of running) expect(await process.stop()).toEqual({ code: 0, signal: null });
  const exchanges = await exchangesOf(ledger);
  const report = judge({ portal, lines: input, exchanges, evidence: died === 'somebody died' ? 'host-or-ledger' : 'host' });
  expect(findings(report), evidence(seed, report, portal, exchanges)).toEqual(NO_FINDINGS);
  expect((await ledger.verify()).brokenAt).toBeNull();
  if (died === 'nobody died') expect(exchanges.filter((e) => e.lostReplies > 0 || e.doubt !== null)).toEqual([]);
}

describe('two gateway processes on one PostgreSQL', () => {
  it('share the work, and go on after the death of either, the leader too', { timeout: 120_000 }, async () => {
    const input = exportLines(360);
    const [first, b] = await both();
    let a = first;
    expect((await instanceOf(a))?.leads, 'the oldest leads').toBe(true);
    expect((await sendLines(a.url, input.slice(0, 160))).summary).toMatchObject({ accepted: 160, complete: true });
    await drained(b.url, 30_000);
    const [byA = 0, byB = 0] = sent();
    expect(Math.min(byA, byB) / (byA + byB), `${byA} and ${byB} bytes`).toBeGreaterThan(0.25);

    // Calls that hang are what the dead one leaves behind.
    portal.faults.set({ seed, rules: [{ kind: 'latency', delay: { fixed: 1_500 } }] });
    expect((await sendLines(b.url, input.slice(160, 200))).summary).toMatchObject({ accepted: 40, complete: true });
    await waitFor(async () => (await sending()).length >= 12, { describe: 'both to have calls on the wire' });
    await a.kill();
    const killedAt = performance.now();
    const left = new Set(await sending());
    portal.faults.set({});
    await waitFor(async () => !(await sending()).some((id) => left.has(id)), { timeoutMs: TAKEN_OVER_MS, describe: 'what was on the wire to be taken up' });
    await waitFor(async () => (await instanceOf(b))?.leads === true, { timeoutMs: TAKEN_OVER_MS, describe: 'the other one to lead' });
    await drained(b.url, Math.max(1_000, TAKEN_OVER_MS + 5_000 - (performance.now() - killedAt)));

    a = await serve(0);
    await waitFor(async () => (await instanceOf(a)) !== undefined);
    portal.faults.set({ seed, rules: [{ kind: 'latency', delay: { fixed: 200 } }] });
    const both2 = await Promise.all([sendLines(a.url, input.slice(200, 280)), sendLines(b.url, input.slice(280))]);
    for (const { summary } of both2) expect(summary).toMatchObject({ accepted: 80, complete: true });
    const before = sent();
    await waitFor(() => sent().every((bytes, i) => bytes > (before[i] ?? 0) + 20_000), { describe: 'both to deliver again' });
    await b.kill();
    await waitFor(async () => (await instanceOf(a))?.leads === true, { timeoutMs: TAKEN_OVER_MS, describe: 'the first one to lead again' });
    await endsWell(input, [a], 'somebody died');
  });

  it('run two versions side by side; the one that is told to stop under load leaves nothing half-done', { timeout: 120_000 }, async () => {
    const [a, b] = await both({}, { cli: anotherVersion('99.0.0') });
    expect([(await instanceOf(a))?.version, (await instanceOf(b))?.version]).toEqual([ownVersion(), '99.0.0']);
    portal.faults.set({ seed, rules: [{ kind: 'latency', delay: { fixed: 150 } }] });
    const input = exportLines(240);
    const imports = [sendLines(a.url, input.slice(0, 120)), sendLines(b.url, input.slice(120, 200))];
    await waitFor(() => sent().every((bytes) => bytes > 60_000), { timeoutMs: 20_000, describe: 'both versions to deliver' });
    for (const { summary } of await Promise.all(imports)) expect(summary).toMatchObject({ complete: true });
    await waitFor(async () => (await sending()).length >= 8, { describe: 'calls on the wire' });
    expect(await a.stop()).toEqual({ code: 0, signal: null });
    await waitFor(async () => (await instanceOf(b))?.leads === true, { timeoutMs: 3_000, describe: 'the new version to lead at once: the old one said goodbye' });
    portal.faults.set({});
    const successor = await serve(0, { cli: anotherVersion('99.0.0') });
    expect((await sendLines(successor.url, input.slice(200))).summary).toMatchObject({ accepted: 40, complete: true });
    await endsWell(input, [successor, b], 'nobody died');
  });

  it('may do different things; what one takes the other sends at once', { timeout: 60_000 }, async () => {
    const [taking] = await both({ roles: 'intake,console' }, { roles: 'deliver,schedule' });
    portal.faults.set({});
    const input = exportLines(12);
    const waits: number[] = [];
    for (const [i, line] of input.entries()) {
      expect((await sendLines(taking.url, [line])).summary).toMatchObject({ accepted: 1, complete: true });
      const taken = performance.now();
      await waitFor(() => portal.simulator.summary()['dossiers'] === i + 1, { timeoutMs: 5_000 });
      waits.push(performance.now() - taken);
    }
    expect(waits.sort((x, y) => x - y)[input.length >> 1], JSON.stringify(waits)).toBeLessThan(400);
    expect(sent()[0], 'one that does not deliver calls nobody').toBe(0);
    await drained(taking.url, 10_000);
  });
});

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ownVersion = (): string => (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version;

/** The same program under another version, as it lies on a machine during a rolling upgrade. @returns its command line */
function anotherVersion(version: string): string {
  const folder = join(freshFolder(), 'lienthong');
  mkdirSync(folder);
  for (const part of ['src', 'adapters', 'schemas', 'examples']) cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<string, unknown>;
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, version }));
  return join(folder, 'src', 'cli', 'main.ts');
}
