/** Real processes with different roles on one ledger. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSimulator } from '../../adapters/opencps/adapter.ts';
import { waitFor } from '../../src/testing/index.ts';
import { record } from '../adapters/opencps/record.ts';
import { serve, type Served } from '../adapters/opencps/server.ts';
import { drained, exportLines, sceneConfig, seedOf, sendLines, startPortal, type Portal } from '../faults/scene.ts';
import { startOwnPostgres, type OwnPostgres } from '../support/postgres.ts';
import { configFile, endEverything, freshFolder, run, serveGateway } from '../support/process.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

let server: OwnPostgres;
let portal: Portal;
let folder: string;
let source: Served | undefined;
let config: (port?: number, over?: Record<string, unknown>) => string;
beforeAll(async () => {
  server = await startOwnPostgres();
}, 60_000);
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(async () => {
  portal = await startPortal(seedOf('roles').seed);
  const home = freshFolder();
  const keyFile = join(home, 'ledger.key');
  writeFileSync(keyFile, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
  const { url } = await server.createDatabase();
  folder = home;
  config = (port, over) => {
    const address = new URL(url);
    if (port !== undefined) address.port = String(port);
    const own = freshFolder();
    return configFile(own, { ...sceneConfig({ folder: own, portal }), ledger: { engine: 'postgres', url: address.href, keyFile, folder: own }, ...over });
  };
});
afterEach(async () => {
  endEverything();
  await portal.close();
  await source?.close();
  source = undefined;
});

interface Instances { items: { id: string; roles: string[]; leads: boolean }[] }
const instances = async (url: string): Promise<Instances['items']> => ((await (await fetch(`${url}/v1/instances`)).json()) as Instances).items;

describe('processes with roles of their own', () => {
  it('share one PostgreSQL: one takes and shows, one sends, one leads; each says what it does not do', { timeout: 90_000 }, async () => {
    const front = await serveGateway(config(), { roles: 'intake,console' });
    const back = await serveGateway(config(), { roles: 'deliver' });
    const leader = await serveGateway(config(), { roles: 'schedule' });
    expect((await sendLines(front.url, exportLines(20))).summary).toMatchObject({ accepted: 20, complete: true });
    const summary = await drained(front.url, 30_000);
    expect(summary.exchanges.filter((e) => e.state === 'done').reduce((n, e) => n + e.count, 0)).toBeGreaterThanOrEqual(20);
    expect(portal.simulator.summary()).toMatchObject({ dossiers: 20, creates: 20 });

    expect((await instances(front.url)).map((i) => [i.roles.join(), i.leads])).toEqual([['intake,console', false], ['deliver', false], ['schedule', true]]);
    for (const other of [back, leader]) {
      const answer = await fetch(`${other.url}/v1/summary`);
      expect([answer.status, await answer.json()]).toEqual([421, expect.objectContaining({ code: 'LT-GATEWAY-OTHER-ROLE', role: 'console' })]);
      expect((await fetch(`${other.url}/readyz`)).status).toBe(200);
    }
    for (const process of [front, back, leader]) expect(await process.stop()).toEqual({ code: 0, signal: null });
  });

  it('read a source once, whoever leads, also after the leader was killed', { timeout: 90_000 }, async () => {
    const simulator = createSimulator({ token: 'invented-token', groupId: '55301', records: [1, 2, 3].map((id) => record({ dossierId: id, dossierNo: `H13.101-250701-000${id}` })) });
    source = await serve((request) => simulator.handle(request));
    const sources = { mcdt: { adapter: 'opencps', mode: 'poll', pollSeconds: 1, baseUrl: source.url, token: 'invented-token', groupId: 55_301, poll: { pageSize: 4, read: 'list', overlapMinutes: 3 } } };
    const first = await serveGateway(config(undefined, { sources }), { roles: 'intake,schedule,console' });
    const second = await serveGateway(config(undefined, { sources }), { roles: 'intake,schedule,console' });
    await waitFor(async () => ((await (await fetch(`${second.url}/v1/summary`)).json()) as { dossiers: number }).dossiers === 3, { timeoutMs: 20_000 });
    const leaders = async () => (await instances(second.url)).filter((i) => i.leads).length;
    expect(await leaders()).toBe(1);
    await first.kill();
    const asked = source.requests.length;
    await waitFor(() => (source?.requests.length ?? 0) > asked + 1, { timeoutMs: 25_000, describe: 'the other to poll' });
    expect(await leaders()).toBe(1);
  });

  it('a database out of reach stops the exchange and says so; when it is back all goes on by itself', { timeout: 90_000 }, async () => {
    const line = await startTcpProxy(() => ({ host: '127.0.0.1', port: Number(new URL(server.url).port) }));
    try {
      const gateway = await serveGateway(config(line.port));
      expect((await sendLines(gateway.url, exportLines(3))).summary).toMatchObject({ accepted: 3 });
      // What is in flight when a line goes deaf is for its lease to end: another test's matter.
      await drained(gateway.url, 30_000);
      line.deafen();
      const status = async (path: string) => (await fetch(`${gateway.url}${path}`, { signal: AbortSignal.timeout(20_000) })).status;
      await waitFor(async () => (await status('/readyz')) === 503, { timeoutMs: 30_000 });
      await waitFor(async () => {
        const answer = await fetch(`${gateway.url}/v1/dossiers?source=opencps`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: exportLines(4)[3] ?? '', signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
        if (answer === undefined) return false;
        const { code } = (await answer.json()) as { code: string };
        return answer.status === 503 && answer.headers.get('retry-after') !== null && code === 'LT-GATEWAY-LEDGER';
      }, { timeoutMs: 30_000, intervalMs: 200 });
      expect(await status('/healthz')).toBe(200);
      line.heal();
      await waitFor(async () => (await status('/readyz')) === 200, { timeoutMs: 30_000, intervalMs: 200 });
      // One whose answer was lost may be in already.
      const { results, summary } = await sendLines(gateway.url, exportLines(6));
      expect(summary).toMatchObject({ lines: 6, complete: true });
      expect(results.map(({ status }) => status)).toEqual(['duplicate', 'duplicate', 'duplicate', expect.stringMatching(/accepted|duplicate/), 'accepted', 'accepted']);
      await drained(gateway.url, 30_000);
      expect(portal.simulator.summary()).toMatchObject({ dossiers: 6, creates: 6 });
      expect(await gateway.stop()).toEqual({ code: 0, signal: null });
    } finally {
      await line.close();
    }
  });

  it('need the one key: none is made for a shared ledger, and another is refused', { timeout: 60_000 }, async () => {
    const none = configFile(freshFolder(), { server: { port: 0 }, ledger: { engine: 'postgres', url: server.url, folder } });
    const without = await run(['serve', '--config', none]);
    expect([without.code, without.stderr]).toEqual([3, expect.stringContaining('LT-LEDGER-KEY-MISSING')]);
    const gateway = await serveGateway(config());
    const other = await run(['serve', '--config', config()], { env: { LIENTHONG_LEDGER_KEY: randomBytes(32).toString('base64') } });
    expect([other.code, other.stderr]).toEqual([3, expect.stringContaining('LT-LEDGER-KEY-WRONG')]);
    await gateway.stop();
  });
});

describe('usage', () => {
  it('an unknown role and a port that is none are named', async () => {
    const file = configFile(freshFolder(), { server: { port: 0 } });
    expect(await run(['serve', '--config', file, '--roles', 'intake,send'])).toMatchObject({ code: 2, stderr: expect.stringContaining("'send' is not one of intake, deliver, schedule, console") });
    expect(await run(['serve', '--config', file, '--port', 'http'])).toMatchObject({ code: 2, stderr: expect.stringContaining("'http' is not a port") });
  });
});
