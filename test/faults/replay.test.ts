/** Dead letters of an outage, replayed by a gateway that is killed in the middle. Real processes, a real portal that was down. */
import { afterEach, expect, it } from 'vitest';
import { configFile, endEverything, freshFolder, run, serveGateway } from '../support/process.ts';
import { waitFor } from '../../src/testing/index.ts';
import { codeOf, exportLines, sceneConfig, seedOf, sendLines, startPortal, type Portal } from './scene.ts';

let portal: Portal | undefined;
afterEach(async () => {
  endEverything();
  await portal?.close();
});

const DOSSIERS = 150;

it('an outage left dead letters: replayed, killed on the way, gone on by itself, everything arrives once', { timeout: 120_000 }, async () => {
  portal = await startPortal(seedOf('replay').seed, { rules: [{ kind: 'http-503' }] });
  const folder = freshFolder();
  const config = sceneConfig({ folder, portal, delivery: { retry: { baseMs: 10, capMs: 20, maxAttempts: 4, retryAfterCapMs: 50, probeDelayMs: 10 }, upstreams: { dvcqg: { breaker: false } } } });
  const file = configFile(folder, config);
  let gateway = await serveGateway(file);
  const lines = exportLines(DOSSIERS);
  await sendLines(gateway.url, lines);
  const page = async <T>(path: string): Promise<T> => (await (await fetch(new URL(path, gateway.url))).json()) as T;
  const dead = async () => (await page<{ items: unknown[] }>('/v1/exchanges?state=dead&operation=syncDossier&limit=500')).items.length;
  await waitFor(async () => (await dead()) === DOSSIERS, { timeoutMs: 40_000, describe: 'every dossier to be given up' });

  portal.faults.reset();
  const started = await run(['replay', 'start', '--state', 'dead', '--reason', 'Cổng đã hoạt động lại', '--to', gateway.url, '--json']);
  expect(started.code, started.stderr).toBe(0);
  const { id, selected } = JSON.parse(started.stdout) as { id: number; selected: number };
  expect(selected).toBeGreaterThanOrEqual(DOSSIERS);
  const simulator = portal.simulator;
  await waitFor(() => simulator.journal().some((entry) => entry.effect === 'create'), { timeoutMs: 20_000, describe: 'the replay to send' });
  await gateway.kill();

  gateway = await serveGateway(file);
  const replay = () => page<{ state: string; woken: number; states: Record<string, number> }>(`/v1/replays/${id}`);
  await waitFor(async () => (await replay()).state === 'done', { timeoutMs: 60_000, describe: 'the replay to end by itself' });
  expect(await replay()).toMatchObject({ woken: selected, states: { done: selected } });
  const created = simulator.journal().filter((entry) => entry.effect === 'create').map((entry) => entry.key);
  expect(new Set(created)).toEqual(new Set(lines.map(codeOf)));
  expect(created, 'none twice').toHaveLength(DOSSIERS);
  // One retry for each that was woken, whatever the kill did.
  const retries = await Promise.all(lines.map(async (line) => (await page<{ events: { kind: string }[] }>(`/v1/dossiers/${codeOf(line)}`)).events.filter((event) => event.kind === 'exchange.retried').length));
  expect(retries.reduce((a, b) => a + b, 0)).toBe(selected);
  expect(await gateway.stop()).toEqual({ code: 0, signal: null });
});
