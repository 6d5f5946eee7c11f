/** Upstreams that are asked by the clock: what they bring arrives once, a row that fails is its own, and nobody is asked who must not be. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openConnection } from '../../src/adapter/client.ts';
import type { Adapter, Round, RoundDeps } from '../../src/adapter/types.ts';
import { startApp, type App } from '../../src/cli/app.ts';
import { createProtection } from '../../src/delivery/index.ts';
import { loadConfig } from '../../src/gateway/config.ts';
import type { MakeDossierDeps } from '../../src/gateway/dossier-deps.ts';
import { createRounds, type RoundsOptions } from '../../src/gateway/rounds/rounds.ts';
import { readRounds, type RoundSeen } from '../../src/gateway/rounds/record.ts';
import { createLogger } from '../../src/gateway/log.ts';
import type { Standing } from '../../src/gateway/schedule.ts';
import { keysFromMasters } from '../../src/ledger/keys.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { waitFor } from '../../src/testing/wait.ts';
import { MAILBOX, mailbox, snapshotPortal, startMailbox, type MailboxServer } from '../support/mailbox.ts';
import { gatewayWith, quiet } from './fixtures.ts';
import { memoryLedger, type MemoryLedger } from './memory-ledger.ts';

let server: MailboxServer;
let folder = '';
let app: App | undefined;
const logged: string[] = [];
beforeEach(async () => {
  server = await startMailbox();
  folder = mkdtempSync(join(tmpdir(), 'lt-rounds-'));
  logged.length = 0;
});
afterEach(async () => {
  server.mode = 'ok';
  await app?.close();
  app = undefined;
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

async function begin(delivery: Record<string, unknown> = {}): Promise<App> {
  app = await startApp(loadConfig({
    env: {}, adapters: { mailbox: mailbox as unknown as Adapter, snapshots: snapshotPortal as unknown as Adapter },
    overrides: {
      server: { port: 0, maxEventLoopDelayMs: 0, maxRssBytes: 0 }, ledger: { folder }, delivery, indicators: { enabled: false },
      upstreams: { mailbox: { adapter: 'mailbox', baseUrl: server.url }, portal: { adapter: 'snapshots', baseUrl: server.url } },
    },
  }), { logger: createLogger({ level: 'debug', stream: { write: (line: string) => void logged.push(line) } }) });
  return app;
}
const records = async (): Promise<Record<string, RoundSeen>> => Object.fromEntries((await readRounds((app as App).ledger, [{ id: 'mailbox', adapter: mailbox as unknown as Adapter }])).map((seen) => [seen.round, seen]));
const held = async (code: string) => (await (app as App).ledger.getDossier(code))?.columns.status;

describe('in a running gateway', () => {
  it('brings what waits there once, moves it on by what the answers tell, brings its results, and every step reaches the portal', { timeout: 30_000 }, async () => {
    server.rows.set('a', 'good').set('b', 'bad').set('c', 'good');
    await begin();
    await waitFor(() => server.acked.length === 2);
    const codes = server.acked.toSorted();
    expect(codes).toEqual(['H99.14-990101-0001', 'H99.14-990101-0002']);
    // What the acknowledgement's answer told is a step of the history: the portal is told of it as well.
    await waitFor(() => codes.every((code) => server.snapshots.includes(`${code} PROCESSING`)));
    server.results.set(codes[0] as string, 'Đã đăng ký');
    await waitFor(() => server.snapshots.includes(`${codes[0]} RESOLVED`));
    expect([await held(codes[0] as string), await held(codes[1] as string)]).toEqual(['RESOLVED', 'PROCESSING']);
    // Rounds later there is nothing new, and nothing twice.
    const listed = () => server.calls.filter((call) => call === 'rows/').length;
    const before = listed();
    await waitFor(() => listed() > before + 1);
    expect((await app?.ledger.counts(Date.now()))?.dossiers).toBe(2);
    expect(server.acked).toHaveLength(2);
    expect(server.snapshots.filter((line) => line.endsWith('RESOLVED'))).toHaveLength(1);
    // The row that cannot be read is told, and keeps nobody.
    await waitFor(async () => (await records())['new']?.told === 0);
    expect((await records())['new']).toMatchObject({ upstream: 'mailbox', failed: 1, code: null });
    expect((await records())['new']?.failingSince).not.toBeNull();
    expect((await records())['results']).toMatchObject({ failed: 0, failingSince: null });
    const metrics = await (await fetch(`${app?.url}/metrics`)).text();
    expect(metrics).toMatch(/lienthong_rounds_total\{upstream="mailbox",round="new",result="partly"\} \d/);
    expect(metrics).toMatch(/lienthong_round_rows_total\{upstream="mailbox",round="new",result="told"\} 2/);
    const items = (await (await fetch(`${app?.url}/v1/upstreams`)).json() as { items: { upstream: string; rounds: unknown[] }[] }).items;
    expect(items.find(({ upstream }) => upstream === 'mailbox')?.rounds).toMatchObject([{ id: 'new', failed: 1 }, { id: 'results', failed: 0, failingSince: null }]);
    expect(items.find(({ upstream }) => upstream === 'portal')?.rounds).toEqual([]);
    expect((await app?.ledger.verify())?.brokenAt).toBeNull();
  });

  it('says that an upstream does not answer, does not ask it while its breaker is open, and goes on afterwards', { timeout: 30_000 }, async () => {
    server.mode = 'down';
    server.rows.set('a', 'good');
    await begin({ upstreams: { mailbox: { breaker: { minimumCalls: 2, failureRate: 0.5, openMs: 600_000, mostOpenMs: 600_000 } } } });
    await waitFor(async () => (await app?.ledger.getCell('breaker/mailbox')) !== undefined);
    await waitFor(async () => (await records())['new']?.code === 'LT-GATEWAY-ROUND-FAILED');
    expect(logged.some((line) => line.includes('"event":"round failed"') && line.includes('LT-GATEWAY-ROUND-FAILED'))).toBe(true);
    const seen = server.calls.length;
    server.mode = 'ok';
    await new Promise((resolve) => setTimeout(resolve, 1_500)); // longer than a round's pause: nobody must have called
    expect(server.calls.length).toBe(seen);
    await fetch(`${app?.url}/v1/upstreams/mailbox/breaker`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ state: 'closed', reason: 'lại hoạt động' }) });
    await waitFor(() => server.acked.length === 1);
    await waitFor(async () => (await records())['new']?.failingSince === null);
  });

  it('ends at once though the upstream hangs', { timeout: 30_000 }, async () => {
    server.mode = 'hang';
    const running = await begin();
    await waitFor(() => server.calls.includes('hang'));
    await running.close();
    app = undefined;
  });
});

describe('the loop', () => {
  let rounds: Standing | undefined;
  afterEach(() => rounds?.stop());

  type More = Partial<Omit<RoundsOptions, 'dossierDeps'>> & { dossierDeps?: (gateway: MakeDossierDeps) => MakeDossierDeps };
  async function loop<L extends Ledger = MemoryLedger>(round: Pick<Round, 'run'>, { dossierDeps = (own) => own, ...more }: More = {}, ledger: L = memoryLedger() as Ledger as L) {
    const protection = createProtection({ ledger });
    const gateway = await gatewayWith({ ledger });
    const adapter = { ...mailbox, rounds: [{ ...round, id: 'own', title: { vi: '', en: '' }, everyMs: () => 1 }] } as unknown as Adapter;
    const connection = openConnection(adapter, { baseUrl: server.url, everyMs: 1 });
    rounds = createRounds({
      connections: new Map([[MAILBOX, connection as never]]), protection, ledger, logger: quiet, dossierDeps: dossierDeps(gateway.dossierDeps), readRetry: { retries: 0 }, ...more,
    });
    return { ledger, adapter, end: async () => { await rounds?.stop(); await connection.close(); await gateway.close(); } };
  }

  it('asks nothing while the ledger takes no writes', async () => {
    let runs = 0;
    let paused = true;
    const scene = await loop({ run: async () => ({ told: (runs += 1), failed: 0 }) }, { paused: () => paused });
    rounds?.start();
    rounds?.start();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(runs).toBe(0);
    paused = false;
    await waitFor(() => runs === 2);
    await scene.end();
  });

  it('asks nothing of an upstream that a person holds, and what a round asks meanwhile is told to wait', async () => {
    const said: string[] = [];
    let isHeld = false;
    const scene = await loop({
      async run({ run }) {
        isHeld = true;
        const outcome = await run(mailbox.operations['list'] as never, ['']);
        said.push(outcome.kind === 'retry' ? outcome.issue.code : outcome.kind);
        return { told: 0, failed: 0 };
      },
    }, { protection: { ...createProtection({ ledger: memoryLedger() }), isHeld: () => isHeld } });
    rounds?.start();
    await waitFor(() => said.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(said).toEqual(['LT-GATEWAY-ROUND-WAITS']);
    expect(server.calls).toEqual([]);
    await scene.end();
  });

  it('that is cut between the number and the dossier gets the same number the next time', async () => {
    const ledger = await openSqliteLedger({ folder, keys: keysFromMasters([randomBytes(32)]) });
    const taken: string[] = [];
    server.rows.set('a', 'good');
    const scene = await loop((mailbox.rounds as Round[])[0] as Round, {
      dossierDeps: (gateway) => (teller) => ({
        ...gateway(teller),
        acceptDossier(one, ...more) {
          taken.push(one.code);
          return taken.length === 1 ? Promise.reject(new Error('cut')) : gateway(teller).acceptDossier(one, ...more);
        },
      }),
    }, ledger);
    rounds?.start();
    const recorded = async () => (await readRounds(ledger, [{ id: MAILBOX, adapter: scene.adapter }]))[0];
    await waitFor(async () => (await recorded())?.told === 1);
    await scene.end();
    expect(new Set(taken)).toEqual(new Set(['H99.14-990101-0001']));
    expect((await ledger.counts(Date.now())).dossiers).toBe(1);
    expect(await recorded()).toMatchObject({ failed: 0, failingSince: null });
    expect(taken).toHaveLength(2);
    await ledger.close();
  });

  it('waits at its end for what is on its way to the disk, not for the round; nothing is begun afterwards', async () => {
    let deps: RoundDeps | undefined;
    let taken = false;
    let hangs: (() => void) | undefined;
    const scene = await loop({
      async run(given) {
        deps = given;
        void given.putAside({ text: 'x' }, []).then(() => { taken = true; });
        await new Promise<void>((resolve) => { hangs = resolve; });
        return { told: 0, failed: 0 };
      },
    });
    scene.ledger.hold();
    rounds?.start();
    await waitFor(() => hangs !== undefined);
    const stopped = rounds?.stop().then(() => taken);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(taken).toBe(false);
    scene.ledger.letGo();
    expect(await stopped).toBe(true);
    await expect(deps?.putAside({ text: 'y' }, [])).rejects.toThrow('stops');
    expect(await deps?.run(mailbox.operations['list'] as never, [''])).toMatchObject({ kind: 'retry', issue: { code: 'LT-GATEWAY-ROUND-WAITS' } });
    expect(scene.ledger.quarantined).toHaveLength(1);
    hangs?.();
    await scene.end();
  });
});
