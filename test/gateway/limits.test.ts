/** Intake ends before disk or memory suffers, says why, and goes on by itself; without evidence nothing is exchanged. */
import { mkdtempSync, rmSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GatewayConfig } from '../../src/gateway/config.ts';
import { createEvidenceWatch } from '../../src/gateway/evidence.ts';
import { createLimits, type LimitName, type LimitsOptions } from '../../src/gateway/limits.ts';
import type { Gateway } from '../../src/gateway/server.ts';
import { LedgerError } from '../../src/ledger/errors.ts';
import { loadKeys } from '../../src/ledger/keys.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { waitFor } from '../../src/testing/wait.ts';
import { dossier, gatewayWith, testConfig } from './fixtures.ts';
import { memoryLedger, type MemoryLedger } from './memory-ledger.ts';

const MB = 1024 * 1024;
let gateway: Gateway | undefined;
afterEach(async () => {
  await gateway?.close();
  gateway = undefined;
});
const post = (n: number) => (gateway as Gateway).app.inject({ method: 'POST', url: '/v1/dossiers', headers: { 'content-type': 'application/json' }, payload: JSON.stringify(dossier(n)) });
const ready = async () => (await (gateway as Gateway).app.inject({ url: '/readyz' })).json<{ status: unknown; warnings?: { limit: string; ratio: number }[]; issues?: { code: string; message: { en: string } }[] }>();

describe('the figures', () => {
  const server = { minFreeBytes: 100 * MB, maxBacklog: 1000, maxRssBytes: 0, maxPending: 100, maxImports: 8 };
  const seen = { usedBytes: 50 * MB, freeBytes: 10_000 * MB as number | null, limitBytes: null as number | null, open: 0 };
  const told: string[] = [];
  const limitsOf = (over: Partial<typeof seen>, more: Partial<LimitsOptions> = {}) => {
    const { open, ...figures } = { ...seen, ...over };
    const ledger = { storage: async () => figures, pending: () => 0, counts: async () => ({ exchanges: { 'toy/push/pending': open, 'toy/push/unknown': 1, 'toy/push/done': 5000 } }) } as unknown as LimitsOptions['ledger'];
    return createLimits({ ledger, server, settings: {}, openImports: () => 0, now: () => 0, onChange: ({ limit, level }) => told.push(`${limit} ${level}`), ...more });
  };
  const ratio = async (limit: LimitName, over: Partial<typeof seen>, more: Partial<LimitsOptions> = {}) => {
    const limits = limitsOf(over, more);
    await limits.look();
    return { ratio: limits.readings().find((r) => r.limit === limit)?.ratio, reached: limits.reached(), near: limits.near().map((r) => r.limit) };
  };

  it('a disk is near its end when the reserve is, whoever filled it', async () => {
    expect(await ratio('disk', {})).toMatchObject({ reached: undefined, near: [] });
    expect(await ratio('disk', { freeBytes: 125 * MB })).toMatchObject({ ratio: 0.8, reached: undefined, near: ['disk'] });
    expect(await ratio('disk', { freeBytes: 100 * MB })).toMatchObject({ ratio: 1, reached: 'disk' });
    expect(await ratio('disk', { usedBytes: 900 * MB, freeBytes: 200 * MB })).toMatchObject({ ratio: 0.9, near: ['disk'] });
    expect((await ratio('disk', { freeBytes: null })).ratio).toBeUndefined();
  });

  it('a ledger keeps the last twentieth of its room for evidence', async () => {
    expect(await ratio('ledger-size', { usedBytes: 94 * MB, limitBytes: 100 * MB })).toMatchObject({ reached: undefined, near: ['ledger-size'] });
    expect(await ratio('ledger-size', { usedBytes: 95 * MB, limitBytes: 100 * MB })).toMatchObject({ reached: 'ledger-size' });
    expect(await ratio('ledger-size', { usedBytes: 96 * MB, limitBytes: null }, { settings: { maxBytes: 100 * MB } })).toMatchObject({ reached: 'ledger-size' });
  });

  it('a backlog counts what is not settled; a change of level is told once', async () => {
    told.length = 0;
    expect(await ratio('backlog', { open: 799 })).toMatchObject({ ratio: 0.8, near: ['backlog'], reached: undefined });
    expect(await ratio('backlog', { open: 999 })).toMatchObject({ reached: 'backlog' });
    const limits = limitsOf({ open: 900 });
    await limits.look();
    await limits.look();
    expect(told).toEqual(['backlog near', 'backlog reached', 'backlog near']);
  });
});

describe('a process beyond its memory', () => {
  it('takes no work, and still takes orders: whoever must stop it can', async () => {
    const ledger = Object.assign(memoryLedger(), { release: async () => false });
    const gateway = await gatewayWith({ ledger, config: testConfig({ server: { port: 0, maxRssBytes: 1 } }) });
    const post = (url: string, body: object) => gateway.app.inject({ method: 'POST', url, headers: { 'content-type': 'application/json' }, payload: JSON.stringify(body) });
    try {
      await waitFor(async () => (await post('/v1/dossiers', dossier())).statusCode === 503, { describe: 'the memory to be looked at' });
      expect((await gateway.app.inject({ url: '/v1/summary' })).statusCode).toBe(200);
      expect((await post('/v1/holds/1:release', { reason: 'nhầm' })).json()).toMatchObject({ code: 'LT-GATEWAY-HOLD-UNKNOWN' });
    } finally {
      await gateway.close();
    }
  });
});

describe('a limit that is reached', () => {
  it('is a 503 with Retry-After that names it, a warning before, a metric; and ends by itself', async () => {
    let free = 10_000 * MB;
    const ledger = Object.assign(memoryLedger(), { storage: async () => ({ usedBytes: MB, freeBytes: free, limitBytes: null }) });
    gateway = await gatewayWith({ ledger });
    await gateway.limits.look();
    expect((await post(1)).statusCode).toBe(202);
    free = 600 * MB;
    await gateway.limits.look();
    expect((await post(2)).statusCode).toBe(202);
    expect(await ready()).toMatchObject({ status: 'ready', warnings: [{ limit: 'disk', ratio: 0.853 }] });
    expect((await gateway.app.inject({ url: '/metrics' })).body).toMatch(/^lienthong_limit_used_ratio\{limit="disk"\} 0\.853/m);
    free = 500 * MB;
    await gateway.limits.look();
    const refused = await post(3);
    expect(refused.json()).toMatchObject({ status: 503, code: 'LT-GATEWAY-BUSY', limit: 'disk', who: 'operator' });
    expect(refused.headers['retry-after']).toBe('30');
    expect(await ready()).toMatchObject({ status: 503, issues: [{ code: 'LT-GATEWAY-BUSY', message: { en: expect.stringContaining('disk') } }] });
    expect(ledger.changes).toHaveLength(2);
    free = 10_000 * MB;
    await gateway.limits.look();
    expect((await post(3)).statusCode).toBe(202);
  });

  it('ends an import that runs between two lines, and the summary says where to go on', async () => {
    let free = 10_000 * MB;
    const ledger = Object.assign(memoryLedger(), { storage: async () => ({ usedBytes: MB, freeBytes: free, limitBytes: null }) });
    gateway = await gatewayWith({ ledger });
    const lines = await importWith(gateway, [dossier(1), dossier(2)], async () => {
      await waitFor(() => ledger.changes.length === 2);
      free = 1;
      await gateway?.limits.look();
    }, [dossier(3), dossier(4)]);
    expect(lines.slice(0, 2)).toMatchObject([{ line: 1, status: 'accepted' }, { line: 2, status: 'accepted' }]);
    expect(lines.at(-1)).toEqual({ summary: { lines: 2, accepted: 2, complete: false, code: 'LT-GATEWAY-BUSY', nextLine: 3 } });
    expect(ledger.changes).toHaveLength(2);
  });

  it('that passes only slows an import down', async () => {
    const ledger = memoryLedger();
    gateway = await gatewayWith({ ledger });
    let eased = false;
    const lines = await importWith(gateway, [dossier(1)], async () => {
      await waitFor(() => ledger.changes.length === 1);
      ledger.setPending(1_000_000);
      setTimeout(() => {
        eased = ledger.changes.length === 1;
        ledger.setPending(undefined);
      }, 150);
    }, [dossier(2)]);
    expect(lines.at(-1)).toEqual({ summary: { lines: 2, accepted: 2, complete: true } });
    expect(eased).toBe(true);
  });
});

/** Sends the first lines, waits for what lies between, sends the rest. */
async function importWith(to: Gateway, first: object[], between: () => Promise<void>, rest: object[]): Promise<unknown[]> {
  const url = await to.listen();
  const sending = request(`${url}/v1/dossiers:import`, { method: 'POST', headers: { 'content-type': 'application/x-ndjson' } });
  sending.on('error', () => undefined);
  const text = (all: object[]) => all.map((one) => `${JSON.stringify(one)}\n`).join('');
  const answer = once(sending, 'response') as Promise<[IncomingMessage]>;
  sending.write(text(first));
  await between();
  sending.end(text(rest));
  const [response] = await answer;
  let body = '';
  for await (const chunk of response) body += String(chunk);
  return body.trim().split('\n').map((line) => JSON.parse(line) as unknown);
}

describe('a ledger that takes no evidence', () => {
  const inbound = (path: string) => (gateway as Gateway).app.inject({ method: 'POST', url: `/inbound/toy/${path}`, payload: JSON.stringify({ masohoso: dossier(1).code }) });
  let ledger: MemoryLedger;
  beforeEach(async () => {
    ledger = memoryLedger();
    gateway = await gatewayWith({ ledger });
  });

  it('stops intake and inbound calls once a write has failed, says so, and lets them go on when one succeeds', async () => {
    expect((await post(1)).statusCode).toBe(202);
    ledger.fail(new LedgerError('LT-LEDGER-WRITE-FAILED'));
    expect((await post(2)).json()).toMatchObject({ status: 503, code: 'LT-LEDGER-WRITE-FAILED' });
    await waitFor(() => gateway?.evidence.state().writable === false);
    const refused = await post(2);
    expect(refused.json()).toMatchObject({ status: 503, code: 'LT-GATEWAY-LEDGER', limit: 'evidence' });
    expect(refused.headers['retry-after']).toBe('10');
    const callback = await inbound('search/call');
    expect([callback.statusCode, callback.headers['retry-after'], callback.json<{ code: string }>().code]).toEqual([503, '10', 'LT-GATEWAY-LEDGER']);
    expect(await ready()).toMatchObject({ status: 503, issues: [{ code: 'LT-GATEWAY-LEDGER', message: { en: expect.stringContaining('LT-LEDGER-WRITE-FAILED') } }] });
    expect((await gateway?.app.inject({ url: '/v1/alerts' }))?.json()).toMatchObject({ current: [{ kind: 'evidence-unwritable' }] });

    ledger.fail(undefined);
    await waitFor(async () => (await gateway?.evidence.check())?.writable, { intervalMs: 100 });
    expect((await post(2)).statusCode).toBe(202);
    expect((await inbound('search/call')).statusCode).toBe(200);
    expect(await ready()).toMatchObject({ status: 'ready' });
  });

  it('is not concluded from one record that was refused, nor from a ledger that is busy', async () => {
    const watch = createEvidenceWatch({ ledger, now: Date.now });
    watch.failed(new LedgerError('LT-LEDGER-WRITE-FAILED'));
    expect((await watch.check()).writable).toBe(true);
    ledger.fail(new LedgerError('LT-LEDGER-BUSY'));
    watch.failed(new LedgerError('LT-LEDGER-BUSY'));
    await waitFor(async () => (await watch.check()).writable, { intervalMs: 100 });
    watch.stop();
  });
});

describe('on a real ledger with little room', () => {
  let folder = '';
  let ledger: Ledger;
  const open = (maxBytes?: number): Promise<Ledger> => openSqliteLedger({ folder, keys: loadKeys({ env: {}, keyFile: join(folder, 'key'), createIfMissing: true }), ...(maxBytes === undefined ? {} : { maxBytes }) });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lt-limits-'));
  });
  afterEach(async () => {
    await gateway?.close();
    gateway = undefined;
    await ledger.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const fill = async (config: GatewayConfig): Promise<number> => {
    gateway = await gatewayWith({ ledger, config });
    for (let n = 1; n <= 2000; n += 1) {
      if (n % 20 === 0) await gateway.limits.look();
      const { statusCode } = await post(n);
      if (statusCode !== 202) return n;
    }
    throw new Error('it never filled up');
  };

  it('intake ends with room left for evidence, and goes on when the limit is raised', async () => {
    ledger = await open(MB);
    const stoppedAt = await fill(testConfig({ server: { port: 0, minFreeBytes: 0 } }));
    expect((await post(stoppedAt)).json()).toMatchObject({ status: 503, code: 'LT-GATEWAY-BUSY', limit: 'ledger-size' });
    // What was taken can still be worked on and written down.
    const lanes = await ledger.claim({ now: Date.now() + 1000, limit: 5, leaseMs: 60_000, owner: ledger.instanceId, perLane: 10 });
    expect(lanes).toHaveLength(5);
    for (const lane of lanes) {
      await ledger.update({ upstream: lane.upstream, dossierCode: lane.dossierCode, lease: lane.lease, exchanges: lane.exchanges.map(({ id }) => ({ id, state: 'done', attempts: 1, lostReplies: 0, code: null })), release: { nextAt: null } });
    }
    await gateway?.close();
    await ledger.close();
    ledger = await open(16 * MB);
    gateway = await gatewayWith({ ledger });
    await gateway.limits.look();
    expect((await post(stoppedAt)).statusCode).toBe(202);
  });

  it('a ledger that is full all the same stops the gateway instead of losing anything', async () => {
    ledger = await open(MB);
    const blind = Object.assign(Object.create(ledger) as Ledger, { storage: async () => ({ usedBytes: 1, freeBytes: null, limitBytes: null }), append: ledger.append.bind(ledger), setCursor: ledger.setCursor.bind(ledger), pending: ledger.pending.bind(ledger), quarantine: ledger.quarantine.bind(ledger) });
    gateway = await gatewayWith({ ledger: blind, config: testConfig({ server: { port: 0, minFreeBytes: 0 } }) });
    let n = 1;
    while (n < 3000 && (await post(n)).statusCode === 202) n += 1;
    await waitFor(() => gateway?.evidence.state().writable === false);
    expect(gateway.evidence.state().code).toBe('LT-LEDGER-WRITE-FAILED');
    expect((await post(n)).json()).toMatchObject({ status: 503, code: 'LT-GATEWAY-LEDGER' });
    await gateway.close();
    await ledger.close();
    ledger = await open(16 * MB);
    gateway = await gatewayWith({ ledger });
    expect((await post(n)).statusCode).toBe(202);
    expect((await ledger.counts(Date.now())).events).toBe(n);
  });
});
