import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { errorEntry } from '../../src/contract/errors/catalogue.ts';
import { validateLedgerEvent } from '../../src/contract/canonical.ts';
import { compileSchema } from '../../src/contract/compile.ts';
import { loadKeys } from '../../src/ledger/keys.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import type { Problem } from '../../src/gateway/problem.ts';
import type { Gateway, GatewayOptions } from '../../src/gateway/server.ts';
import { dossier, gatewayWith, testConfig } from './fixtures.ts';

let folder = '';
let ledger: Ledger;
let gateway: Gateway;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lt-gateway-'));
  ledger = await openSqliteLedger({ folder, keys: loadKeys({ env: {}, keyFile: join(folder, 'key'), createIfMissing: true }) });
  gateway = await gatewayWith({ ledger });
});
afterEach(async () => {
  await gateway.close();
  await ledger.close();
  rmSync(folder, { recursive: true, force: true });
});
async function restart(options: Partial<Omit<GatewayOptions, 'ledger'>>): Promise<void> {
  await gateway.close();
  gateway = await gatewayWith({ ledger, ...options });
}
const get = (url: string, headers: Record<string, string> = {}) => gateway.app.inject({ method: 'GET', url, headers });
const post = (url: string, body: unknown, headers: Record<string, string> = {}) => gateway.app.inject({ method: 'POST', url, headers: { 'content-type': 'application/json', ...headers }, payload: typeof body === 'string' ? body : JSON.stringify(body) });

/** Takes the exchanges of a lane to an end, as the delivery room would. */
async function settle(state: 'rejected' | 'done', code: string | null): Promise<number[]> {
  const [lane] = await ledger.claim({ now: Date.now() + 1000, limit: 1, leaseMs: 60_000, owner: 'test', perLane: 10 });
  if (lane === undefined) throw new Error('no lane');
  const ids = lane.exchanges.map((x) => x.id);
  await ledger.update({
    upstream: lane.upstream, dossierCode: lane.dossierCode, lease: lane.lease,
    attempts: [{ exchangeIds: ids, operation: 'push', kind: 'send', startedAt: 1_751_333_400_000, endedAt: 1_751_333_400_250, outcome: state, code, httpStatus: 200, evidence: '{"error_code":"-1"}' }],
    exchanges: ids.map((id) => ({ id, state, attempts: 1, lostReplies: 0, code })),
    release: { nextAt: null },
  });
  return ids;
}

describe('a dossier', () => {
  it('is shown with its events, exchanges and attempts', async () => {
    await post('/v1/dossiers', dossier());
    await settle('rejected', 'LT-DELIVERY-GAVE-UP');
    const reply = await get('/v1/dossiers/H99.14-250701-0001');
    expect(reply.statusCode).toBe(200);
    expect(reply.headers['cache-control']).toBe('no-store');
    const shown = reply.json<{ dossier: unknown; events: object[]; exchanges: object[]; attempts: object[] }>();
    expect(shown.dossier).toEqual(dossier());
    expect(shown.events).toMatchObject([{ kind: 'dossier.snapshot', via: 'api', actor: 'loopback', sourceUpdatedAt: '2025-07-01T02:00:00Z', stale: false }]);
    expect(shown.exchanges).toHaveLength(3);
    expect(shown.exchanges[0]).toMatchObject({ upstream: 'toy', operation: 'push', state: 'rejected', attempts: 1, code: 'LT-DELIVERY-GAVE-UP', title: errorEntry('LT-DELIVERY-GAVE-UP')?.title, who: 'operator' });
    expect(shown.attempts).toMatchObject([{ kind: 'send', outcome: 'rejected', durationMs: 250, startedAt: '2025-07-01T01:30:00Z', evidence: '{"error_code":"-1"}' }]);
  });

  it('has events of the published shape: fresh, stale, from a key or none, with and without warnings', async () => {
    const odd = [{ at: '2025-07-01T01:30:00Z', status: 'RETURNED' as const, action: 'Trả' }, { at: '2025-07-01T02:00:00Z', status: 'PROCESSING' as const, action: 'Phân công' }];
    await post('/v1/dossiers', dossier(1, { history: odd }));
    await post('/v1/dossiers', dossier(1, { sourceUpdatedAt: '2025-06-30T00:00:00Z', status: 'ACCEPTED' }));
    const { sourceUpdatedAt: _unknown, ...undated } = dossier(1, { summary: 'Lần ba' });
    await post('/v1/dossiers', undated);
    const { events } = (await get('/v1/dossiers/H99.14-250701-0001')).json<{ events: { stale: boolean; warnings: unknown[]; sourceUpdatedAt: string | null }[] }>();
    expect(events.length).toBeGreaterThanOrEqual(2);
    expect(events[0]?.warnings.length).toBeGreaterThan(0);
    expect(events.some((e) => e.stale)).toBe(true);
    for (const event of events) expect(validateLedgerEvent(event)).toMatchObject({ ok: true });
  });

  it('that is unknown is a 404 of its own', async () => {
    expect((await get('/v1/dossiers/H99.14-250701-9999')).json()).toMatchObject({ status: 404, code: 'LT-GATEWAY-DOSSIER-UNKNOWN' });
  });

  it('sent again, or older than what is known, says so and keeps one dossier', async () => {
    const first = await post('/v1/dossiers', dossier());
    expect((await post('/v1/dossiers', dossier())).json()).toMatchObject({ status: 'duplicate', eventId: first.json<{ eventId: string }>().eventId });
    const older = await post('/v1/dossiers', dossier(1, { sourceUpdatedAt: '2025-06-30T00:00:00Z', status: 'ACCEPTED' }));
    expect(older.json()).toMatchObject({ status: 'stale' });
    expect((await get('/v1/dossiers/H99.14-250701-0001')).json()).toMatchObject({ dossier: { status: 'PROCESSING' }, events: [{ stale: false }, { stale: true }] });
    expect((await post('/v1/dossiers', dossier(2), { 'idempotency-key': 'k' })).statusCode).toBe(202);
    expect((await post('/v1/dossiers', dossier(3), { 'idempotency-key': 'k' })).json()).toMatchObject({ code: 'LT-GATEWAY-CONFLICT' });
  });
});

describe('exchanges', () => {
  it('are listed by state, with pages', async () => {
    for (let n = 1; n <= 3; n++) await post('/v1/dossiers', dossier(n));
    await settle('rejected', 'LT-DELIVERY-GAVE-UP');
    const all = await get('/v1/exchanges?limit=4');
    const page = all.json<{ items: { id: number; state: string }[]; next: number }>();
    expect(page.items).toHaveLength(4);
    const rest = (await get(`/v1/exchanges?limit=500&after=${page.next}`)).json<{ items: { id: number }[]; next: number | null }>();
    expect(rest.items).toHaveLength(5);
    expect(rest.next).toBeNull();
    expect(new Set([...page.items, ...rest.items].map((x) => x.id)).size).toBe(9);
    expect((await get('/v1/exchanges?state=rejected,dead')).json<{ items: unknown[] }>().items).toHaveLength(3);
    expect((await get('/v1/exchanges?upstream=nobody')).json()).toEqual({ items: [], next: null });
    expect((await get('/v1/exchanges?doubt=true')).json()).toEqual({ items: [], next: null });
  });

  it('refuse parameters that they do not know', async () => {
    expect((await get('/v1/exchanges?state=lost')).json()).toMatchObject({ status: 400, code: 'LT-GATEWAY-PARAMETER', issues: [{ code: 'LT-INPUT-ENUM', pointer: '/query/state' }] });
    expect((await get('/v1/exchanges?limit=0&after=x&color=red')).json<Problem>().issues?.map((i) => i.pointer)).toEqual(['/query/color', '/query/limit', '/query/after']);
  });

  it('are retried by a person, with a reason', async () => {
    await post('/v1/dossiers', dossier());
    let woken = 0;
    await restart({ delivery: { wake: () => void (woken += 1), stats: () => ({ running: true, active: 0 }) } });
    const [id = 0] = await settle('rejected', 'LT-DELIVERY-GAVE-UP');
    const reply = await post(`/v1/exchanges/${id}:retry`, { reason: 'đã sửa ở Cổng' });
    expect([reply.statusCode, reply.json()]).toEqual([202, { id, state: 'pending' }]);
    expect(woken).toBe(1);
    const { events } = (await get('/v1/dossiers/H99.14-250701-0001')).json<{ events: { kind: string; actor: string }[] }>();
    expect(events.at(-1)).toMatchObject({ kind: 'exchange.retried', actor: 'loopback' });
    expect((await get('/v1/exchanges?state=pending')).json()).toMatchObject({ items: [{ id }] });
    expect((await post(`/v1/exchanges/${id}:retry`, { reason: 'lần nữa' })).json()).toMatchObject({ status: 409, code: 'LT-GATEWAY-NOT-RETRYABLE' });
    expect((await post('/v1/exchanges/999999:retry', { reason: 'x' })).json()).toMatchObject({ status: 404, code: 'LT-GATEWAY-EXCHANGE-UNKNOWN' });
    expect((await post(`/v1/exchanges/${id}:retry`, {})).json()).toMatchObject({ status: 400, issues: [{ code: 'LT-INPUT-REQUIRED', pointer: '/body/reason' }] });
    expect((await post(`/v1/exchanges/${id}:retry`, '{')).json()).toMatchObject({ status: 400, code: 'LT-INPUT-TRUNCATED' });
    expect((await post('/v1/exchanges/abc:retry', { reason: 'x' })).statusCode).toBe(404);
  });
});

describe('quarantine', () => {
  it('shows issues and the outline, never a value', async () => {
    await post('/v1/dossiers', { ...dossier(), status: 'X', '092199999002': 1 });
    await post('/v1/dossiers', 'Nguyễn Văn Mẫu 092199999002');
    const reply = await get('/v1/quarantine');
    expect(reply.body).not.toMatch(/Nguyễn|199999002|0900000001|example\.vn/);
    const { items } = reply.json<{ items: { id: number; issues: object[]; outline: unknown; dossierCode: string | null }[] }>();
    expect(items).toHaveLength(2);
    expect(items[0]).toMatchObject({ dossierCode: 'H99.14-250701-0001', outline: { applicant: { name: 'text(14)', ids: [{ number: 'text(12)' }] }, 'name(12)': 'number' } });
    expect(items[1]?.outline).toMatch(/^text\(\d+\)$/);
  });
});

describe('inbound calls of an upstream', () => {
  it('are answered in its own words', async () => {
    await post('/v1/dossiers', dossier());
    expect((await post('/inbound/toy/search/call', { masohoso: 'H99.14-250701-0001' })).json()).toEqual({ MaHoSo: 'H99.14-250701-0001', TrangThaiHoSo: '4' });
    expect((await post('/inbound/toy/search/call', { masohoso: 'nobody' })).json()).toEqual({ error_code: '-1', message: 'masohoso not found' });
  });

  it('get the upstream’s own refusal for broken JSON, also under an odd content type', async () => {
    expect((await post('/inbound/toy/search/call', '{"maso')).json()).toEqual({ error_code: '-1', message: 'bad request' });
    expect((await post('/inbound/toy/search/call', '{"masohoso":"nobody"}', { 'content-type': 'text/plain' })).json()).toMatchObject({ message: 'masohoso not found' });
  });

  it('keep their own status', async () => {
    const reply = await get('/inbound/toy/ping');
    expect([reply.statusCode, reply.body]).toEqual([203, 'pong']);
    expect((await get('/inbound/toy/other')).statusCode).toBe(404);
  });
});

describe('health and figures', () => {
  it('healthz is always fine, readyz looks at ledger, delivery and load', async () => {
    expect((await get('/healthz')).json()).toEqual({ status: 'ok' });
    expect((await get('/readyz')).json()).toEqual({ status: 'ready', checks: { ledger: true, delivery: true, load: true, open: true } });
    await restart({ delivery: { wake: () => undefined, stats: () => ({ running: false, active: 0 }) } });
    const reply = await get('/readyz');
    expect(reply.statusCode).toBe(503);
    expect(reply.json()).toMatchObject({ code: 'LT-GATEWAY-NOT-READY', checks: { delivery: false, ledger: true } });
  });

  it('readyz sees a ledger that cannot be written', async () => {
    await ledger.close();
    expect((await get('/readyz')).json()).toMatchObject({ status: 503, checks: { ledger: false } });
  });

  it('summary counts what the ledger holds', async () => {
    await post('/v1/dossiers', dossier());
    await post('/v1/dossiers', '[]');
    expect((await get('/v1/summary')).json()).toMatchObject({ dossiers: 1, events: 1, quarantined: 1, byStatusAndChannel: { 'PROCESSING/COUNTER': 1 }, lanesBlocked: 0, doubts: 0, delivery: null });
  });

  it('metrics are Prometheus text without anything personal', async () => {
    await post('/v1/dossiers', dossier());
    await post('/v1/dossiers', '[]');
    gateway.metrics.attempt({ upstream: 'toy', operation: 'push', kind: 'send', outcome: 'done', startedAt: 0, endedAt: 100 });
    const reply = await get('/metrics');
    expect(reply.headers['content-type']).toMatch(/^text\/plain/);
    const lines = reply.body.split('\n');
    expect(lines).toEqual(expect.arrayContaining([
      'lienthong_intake_total{result="accepted"} 1', 'lienthong_intake_total{result="quarantined"} 1', 'lienthong_dossiers 1', 'lienthong_exchanges{upstream="toy",operation="push",state="pending"} 1',
      'lienthong_attempts_total{upstream="toy",operation="push",kind="send",outcome="done"} 1', 'lienthong_http_request_seconds_count{method="POST",route="/v1/dossiers",status="202"} 1',
    ]));
    for (const name of ['lienthong_doubts', 'lienthong_lanes_active', 'lienthong_backlog_age_seconds', 'process_resident_memory_bytes', 'lienthong_intake_seconds_bucket']) expect(reply.body).toContain(name);
    expect(lines.filter((l) => l !== '' && !/^(#|[a-z_]+(\{[^}]*\})? [\d.e+-]+$)/.test(l))).toEqual([]);
    expect(reply.body).not.toMatch(/H99|Nguy/);
  });

  it('metrics are absent when they are turned off', async () => {
    await restart({ config: testConfig({ metrics: { enabled: false } }) });
    expect((await get('/metrics')).statusCode).toBe(404);
  });
});

describe('openapi.json', () => {
  it('describes every route in both languages, with its problem answer, and every reference leads somewhere', async () => {
    const reply = await get('/openapi.json');
    const document = reply.json<{ openapi: string; paths: Record<string, Record<string, { summary?: string; 'x-summary-vi'?: string; operationId?: string; responses?: Record<string, unknown> }>>; components: { schemas: Record<string, object> } }>();
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(Object.entries(document.paths).flatMap(([path, ops]) => Object.keys(ops).map((method) => `${method.toUpperCase()} ${path}`)).sort()).toEqual([
      'GET /healthz', 'GET /inbound/toy/ping', 'GET /metrics', 'GET /openapi.json', 'GET /readyz', 'GET /v1/alerts', 'GET /v1/blocked', 'GET /v1/citizens/queries', 'GET /v1/dossiers/{code}', 'GET /v1/dossiers/{code}/evidence',
      'GET /v1/dossiers/{code}/indicators', 'GET /v1/drift', 'GET /v1/exchanges', 'GET /v1/files/{id}', 'GET /v1/holds',
      'GET /v1/indicators', 'GET /v1/indicators/findings', 'GET /v1/indicators/forecast', 'GET /v1/indicators/{code}', 'GET /v1/indicators/{code}/dossiers', 'GET /v1/instances', 'GET /v1/ioc/{name}', 'GET /v1/orders',
      'GET /v1/quarantine', 'GET /v1/replays', 'GET /v1/replays/{id}', 'GET /v1/replays/{id}/result', 'GET /v1/summary', 'GET /v1/upstreams',
      'POST /inbound/toy/search/call', 'POST /v1/citizens/look-up', 'POST /v1/citizens/queries:search', 'POST /v1/citizens/verify', 'POST /v1/dossiers', 'POST /v1/dossiers:import', 'POST /v1/drift/{id}:acknowledge', 'POST /v1/exchanges/{id}:cancel', 'POST /v1/exchanges/{id}:retry', 'POST /v1/holds', 'POST /v1/holds/{id}:release',
      'POST /v1/indicators:recompute', 'POST /v1/replays', 'POST /v1/replays/{id}:cancel', 'POST /v1/replays:preview', 'POST /v1/upstreams/{id}/breaker',
    ]);
    const operations = Object.values(document.paths).flatMap((ops) => Object.values(ops));
    for (const op of operations) {
      expect(op.summary).toMatch(/./);
      expect(op['x-summary-vi']).toMatch(/./);
      expect(op.responses).toHaveProperty('default');
      expect(op.responses?.['default'], 'a caller that is turned away is told for how long').toMatchObject({ headers: { 'Retry-After': { schema: { type: 'integer' } } } });
    }
    expect(new Set(operations.map((op) => op.operationId)).size).toBe(operations.length);
    expect(reply.body).not.toContain('x-component');
    const references = [...reply.body.matchAll(/"\$ref":"([^"]+)"/g)].map((m) => m[1] ?? '');
    expect(references.length).toBeGreaterThan(20);
    for (const reference of new Set(references)) expect(document.components.schemas).toHaveProperty([reference.replace('#/components/schemas/', '')]);
  });

  it('describes the problem documents that are really sent', async () => {
    const document = (await get('/openapi.json')).json<{ components: { schemas: Record<string, Record<string, unknown>> } }>();
    const inline = (node: unknown): unknown => (Array.isArray(node) ? node.map(inline) : typeof node === 'object' && node !== null ? ('$ref' in node ? inline(document.components.schemas[String(node.$ref).split('/').at(-1) ?? '']) : Object.fromEntries(Object.entries(node).map(([k, v]) => [k, inline(v)]))) : node);
    const check = compileSchema(inline(document.components.schemas['Problem']) as Record<string, unknown>);
    for (const reply of [await get('/nowhere'), await post('/v1/dossiers', '{}'), await get('/v1/exchanges?limit=x')]) expect(check(reply.json())).toMatchObject({ ok: true });
  });
});

describe('problems', () => {
  it('speak the caller’s language and carry both', async () => {
    const vi = (await get('/v1/dossiers/none')).json<Problem>();
    const reply = await get('/v1/dossiers/none', { 'accept-language': 'fr;q=1, en-GB;q=0.8, vi;q=0.5', 'x-request-id': 'my-call-1' });
    const en = reply.json<Problem>();
    expect(reply.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect([vi.title, en.title]).toEqual(['Không có hồ sơ này', 'No such dossier']);
    expect(en).toMatchObject({ type: 'docs/errors.md#lt-gateway-dossier-unknown', status: 404, code: 'LT-GATEWAY-DOSSIER-UNKNOWN', who: 'province', requestId: 'my-call-1', instance: 'urn:lienthong:request:my-call-1' });
    expect(en.messages).toEqual(vi.messages);
    expect(en.messages.vi).toContain('Không có hồ sơ này');
    expect(reply.headers['content-language']).toBe('en');
  });

  it('are never named after what looks like a person’s number', async () => {
    expect((await get('/nowhere', { 'x-request-id': 'citizen-092199999002' })).headers['x-request-id']).not.toContain('092199999002');
  });

  it.each([
    ['GET', '/nowhere', 404, 'LT-GATEWAY-NOT-FOUND'],
    ['DELETE', '/v1/dossiers', 405, 'LT-GATEWAY-METHOD'],
    ['GET', '/v1/exchanges/12:retry', 405, 'LT-GATEWAY-METHOD'],
    ['GET', '/v1/dossiers/%zz', 400, 'LT-GATEWAY-BAD-REQUEST'],
    ['GET', `/v1/dossiers/${'x'.repeat(150)}`, 400, 'LT-GATEWAY-PARAMETER'],
    ['GET', `/v1/dossiers/${'x'.repeat(300)}`, 400, 'LT-GATEWAY-BAD-REQUEST'],
  ] as const)('%s %s', async (method, url, status, code) => {
    const reply = await gateway.app.inject({ method, url });
    expect([reply.statusCode, reply.json<Problem>().code]).toEqual([status, code]);
    expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/);
    if (status === 405) expect(reply.headers['allow']).toBe('POST');
  });

  it('answer bytes that are no HTTP, and headers that are too large', async () => {
    const url = new URL(await gateway.listen());
    const say = async (bytes: string): Promise<string> => {
      const socket = connect(Number(url.port), '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(bytes);
      const [data] = (await once(socket, 'data')) as [Buffer];
      socket.destroy();
      return data.toString();
    };
    expect(await say('HELO there\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [\s\S]*LT-GATEWAY-BAD-REQUEST/);
    expect(await say(`GET / HTTP/1.1\r\nhost: x\r\ncookie: ${'c'.repeat(40_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 [\s\S]*LT-GATEWAY-HEADERS-TOO-LARGE/);
  });
});

describe('closing', () => {
  it('answers what was begun and takes nothing new', async () => {
    const url = new URL(await gateway.listen());
    const agent = new Agent({ keepAlive: true });
    const call = (body: string) => {
      const req = request({ agent, host: '127.0.0.1', port: url.port, path: '/v1/dossiers', method: 'POST', headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } });
      return req;
    };
    const body = JSON.stringify(dossier());
    const req = call(body);
    const response = once(req, 'response');
    req.write(body.slice(0, 10));
    // The request is known to the gateway once a later call on another connection is answered.
    expect((await fetch(new URL('/healthz', url))).status).toBe(200);
    const began = performance.now();
    const closed = gateway.close();
    req.end(body.slice(10));
    const [res] = (await response) as [IncomingMessage];
    expect(res.statusCode).toBe(202);
    res.resume();
    await closed;
    expect(performance.now() - began, 'a caller that keeps its connection for a next call keeps nobody from closing').toBeLessThan(4_000);
    agent.destroy();
    expect(await ledger.getDossier('H99.14-250701-0001')).toBeDefined();
    await expect(fetch(new URL('/healthz', url))).rejects.toThrow();
  });
});
