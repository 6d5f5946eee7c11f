import { afterEach, describe, expect, it } from 'vitest';
import { hashApiKey, type ApiScope } from '../../src/gateway/keys.ts';
import type { Gateway } from '../../src/gateway/server.ts';
import { dossier, gatewayWith, testConfig } from './fixtures.ts';
import { memoryLedger, type MemoryLedger } from './memory-ledger.ts';

let gateway: Gateway;
let ledger: MemoryLedger;
const SCOPES: ApiScope[] = ['intake', 'read', 'operate', 'inbound', 'metrics', 'indicators', 'citizens'];
const keyOf = (scope: string): string => `lt_only-${scope}-and-nothing-else-0000000000`;
async function start(overrides: Record<string, unknown> = {}): Promise<void> {
  ledger = memoryLedger();
  gateway = await gatewayWith({ ledger, config: testConfig({ apiKeys: SCOPES.map((scope) => ({ name: `only-${scope}`, sha256: hashApiKey(keyOf(scope)), scopes: [scope] })), ...overrides }) });
}
afterEach(async () => {
  await gateway.close();
});

const CALLS: { method: 'GET' | 'POST'; url: string; scope: ApiScope | null; payload?: string; type?: string }[] = [
  { method: 'POST', url: '/v1/dossiers', scope: 'intake', payload: JSON.stringify(dossier()) },
  { method: 'POST', url: '/v1/dossiers:import', scope: 'intake', payload: '{}\n', type: 'application/x-ndjson' },
  { method: 'GET', url: '/v1/dossiers/x', scope: 'read' },
  { method: 'GET', url: '/v1/exchanges', scope: 'read' },
  { method: 'GET', url: '/v1/summary', scope: 'read' },
  { method: 'POST', url: '/v1/exchanges/1:retry', scope: 'operate', payload: '{"reason":"x"}' },
  { method: 'GET', url: '/v1/quarantine', scope: 'operate' },
  { method: 'POST', url: '/inbound/toy/search/call', scope: 'inbound', payload: '{}' },
  { method: 'GET', url: '/inbound/toy/ping', scope: 'inbound' },
  { method: 'GET', url: '/v1/indicators/findings', scope: 'read' },
  { method: 'POST', url: '/v1/citizens/look-up', scope: 'citizens', payload: '{"citizenId":"099190000123","fullName":"Lê Thị Mẫu","purpose":"x","officer":"x"}' },
  { method: 'GET', url: '/v1/citizens/queries', scope: 'read' },
  { method: 'GET', url: '/metrics', scope: 'metrics' },
  { method: 'GET', url: '/healthz', scope: null },
  { method: 'GET', url: '/readyz', scope: null },
  { method: 'GET', url: '/openapi.json', scope: null },
];
const run = (call: (typeof CALLS)[number], headers: Record<string, string> = {}) =>
  gateway.app.inject({ method: call.method, url: call.url, headers: { ...(call.payload === undefined ? {} : { 'content-type': call.type ?? 'application/json' }), ...headers }, ...(call.payload === undefined ? {} : { payload: call.payload }) });

describe('keys', () => {
  it('open exactly what their scope names', async () => {
    await start();
    for (const call of CALLS) {
      expect([call.url, (await run(call)).statusCode === 401], 'without a key').toEqual([call.url, call.scope !== null]);
      for (const scope of SCOPES) {
        const reply = await run(call, { authorization: `Bearer ${keyOf(scope)}` });
        const open = call.scope === null || call.scope === scope;
        expect([call.url, scope, reply.statusCode === 403]).toEqual([call.url, scope, !open]);
        if (!open) expect(reply.json()).toMatchObject({ code: 'LT-GATEWAY-FORBIDDEN', scope: call.scope });
      }
    }
  });

  it('come as Bearer or X-Api-Key, and name who called', async () => {
    await start();
    const call = CALLS[0] as (typeof CALLS)[number];
    expect((await run(call, { 'x-api-key': keyOf('intake') })).statusCode).toBe(202);
    expect((await run(call, { authorization: `bearer ${keyOf('intake')}` })).statusCode).toBe(202);
    expect(ledger.changes[0]?.actor).toBe('only-intake');
    for (const headers of [{ authorization: `Basic ${keyOf('intake')}` }, { 'x-api-key': '' }, { 'x-api-key': `${keyOf('intake')} ` }, { 'x-api-key': 'k'.repeat(10_000) }, { 'x-api-key': hashApiKey(keyOf('intake')) }]) {
      const reply = await run(call, headers as Record<string, string>);
      expect([reply.statusCode, reply.headers['www-authenticate']]).toEqual([401, 'Bearer realm="lienthong"']);
    }
  });

  it('are checked before a body is read or kept', async () => {
    await start();
    expect((await run({ method: 'POST', url: '/v1/dossiers', scope: 'intake', payload: 'x'.repeat(5_000_000) })).statusCode).toBe(401);
    expect(ledger.quarantined).toEqual([]);
  });

  it('may not be guessed at any speed', async () => {
    await start({ server: { port: 0, rateLimit: { authFailures: 3 } } });
    const call = CALLS[2] as (typeof CALLS)[number];
    const codes: number[] = [];
    for (let i = 0; i < 5; i++) codes.push((await run(call, { 'x-api-key': `guess-${i}` })).statusCode);
    expect(codes).toEqual([401, 401, 401, 429, 429]);
    expect((await run(call, { 'x-api-key': keyOf('read') })).statusCode).toBe(404);
  });

  it('have a rate of their own', async () => {
    await start({ server: { port: 0, rateLimit: { max: 2 } } });
    const call = CALLS[3] as (typeof CALLS)[number];
    const codes: number[] = [];
    for (let i = 0; i < 3; i++) codes.push((await run(call, { 'x-api-key': keyOf('read') })).statusCode);
    expect(codes).toEqual([200, 200, 429]);
    const refused = await run(call, { 'x-api-key': keyOf('read') });
    expect(refused.json()).toMatchObject({ code: 'LT-GATEWAY-RATE-LIMIT' });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await run(CALLS[6] as (typeof CALLS)[number], { 'x-api-key': keyOf('operate') })).statusCode).toBe(200);
  });

  it('are not needed for metrics that were declared public', async () => {
    await start({ metrics: { public: true } });
    expect((await gateway.app.inject('/metrics')).statusCode).toBe(200);
  });
});

describe('without keys, on loopback', () => {
  it('this machine may do everything, another host name nothing', async () => {
    await start({ apiKeys: [] });
    for (const call of CALLS) expect([401, 403]).not.toContain((await run(call)).statusCode);
    for (const host of ['evil.example.vn', 'localhost.evil.example.vn', '127.0.0.1.evil.example.vn']) {
      expect((await run(CALLS[0] as (typeof CALLS)[number], { host })).json()).toMatchObject({ status: 403, code: 'LT-GATEWAY-HOST' });
    }
    for (const host of ['127.0.0.1:8090', '[::1]:8090', 'localhost']) expect((await run(CALLS[3] as (typeof CALLS)[number], { host })).statusCode).toBe(200);
  });

  it.each(['Forwarded', 'X-Forwarded-For', 'x-forwarded-host', 'X-Forwarded-Proto', 'x-forwarded-prefix', 'X-Real-IP', 'Via'])('nothing comes in through a proxy: %s', async (header) => {
    await start({ apiKeys: [] });
    for (const value of ['127.0.0.1', 'for=192.0.2.7', '']) {
      for (const call of CALLS.filter((c) => c.scope !== null)) expect((await run(call, { [header]: value })).json(), call.url).toMatchObject({ status: 403, code: 'LT-GATEWAY-PROXIED' });
    }
    expect([ledger.changes, ledger.quarantined]).toEqual([[], []]);
  });

  it('keys let a proxy stand in front', async () => {
    await start();
    expect((await run(CALLS[3] as (typeof CALLS)[number], { 'x-api-key': keyOf('read'), 'x-forwarded-for': '192.0.2.7', via: '1.1 proxy.example.vn' })).statusCode).toBe(200);
  });
});
