import { connect } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway/server.ts';
import type { Problem } from '../../src/gateway/problem.ts';
import { dossier, gatewayWith, testConfig } from './fixtures.ts';
import { memoryLedger, type MemoryLedger } from './memory-ledger.ts';

let gateway: Gateway;
let ledger: MemoryLedger;
async function start(overrides: Record<string, unknown> = {}): Promise<void> {
  ledger = memoryLedger();
  gateway = await gatewayWith({ ledger, config: testConfig(overrides) });
}
afterEach(async () => {
  await gateway.close();
});

const post = (payload: string | Buffer | object, headers: Record<string, string> = {}, url = '/v1/dossiers') =>
  gateway.app.inject({ method: 'POST', url, headers: { 'content-type': 'application/json', ...headers }, payload: typeof payload === 'string' || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload) });
const pointers = (problem: Problem): string[] => (problem.issues ?? []).map((i) => `${i.code} ${i.pointer}`);

describe('one dossier', () => {
  it('is answered with its event and its exchanges', async () => {
    await start();
    const reply = await post(dossier());
    expect(reply.statusCode).toBe(202);
    expect(reply.json()).toEqual({ status: 'accepted', eventId: 'e1', dossierCode: 'H99.14-250701-0001', exchanges: 3 });
    expect(reply.headers['x-request-id']).toMatch(/./);
    const change = ledger.changes[0];
    expect(change).toMatchObject({
      kind: 'dossier.snapshot', sourceSystem: 'demo', sourceId: '1', via: 'api', actor: 'loopback', sourceUpdatedAt: Date.parse('2025-07-01T02:00:00Z'),
      columns: { status: 'PROCESSING', subStatus: null, procedureCode: '1.009999', sectorCode: 'G99-HT01', agencyCode: '000.14.99.H99', channel: 'COUNTER', acceptedAt: Date.parse('2025-07-01T01:30:00Z'), resolvedAt: null },
    });
    expect(change?.terms).toEqual([{ kind: 'identity', value: '092199999002' }, { kind: 'phone', value: '0900000001' }, { kind: 'email', value: 'mau@example.vn' }, { kind: 'name', value: 'nguyen van mau' }]);
    expect(JSON.parse(change?.body ?? '')).toEqual(dossier());
  });

  it('plans a new snapshot for every change and the same step once', async () => {
    await start();
    await post(dossier());
    await post(dossier(1, { note: 'Bổ sung' }));
    const keys = ledger.changes.map((c) => c.plans.map((p) => p.itemKey));
    const [a, b] = [keys[0] ?? [], keys[1] ?? []];
    expect(a[0]).toMatch(/^snapshot~/);
    expect(a[0]).not.toBe(b[0]);
    expect(a.slice(1)).toEqual(b.slice(1));
    expect(ledger.changes[0]?.plans.map((p) => p.coalesce)).toEqual([true, false, false]);
  });

  it('is not answered before it is durable', async () => {
    await start();
    ledger.hold();
    let answered = false;
    const reply = post(dossier()).then((r) => {
      answered = true;
      return r;
    });
    while (ledger.pending() === 0 && !answered) await new Promise((resolve) => setImmediate(resolve));
    expect(answered).toBe(false);
    ledger.letGo();
    expect((await reply).statusCode).toBe(202);
  });

  it('wakes delivery once it is durable, and only when there is something to deliver', async () => {
    ledger = memoryLedger();
    let woken = 0;
    gateway = await gatewayWith({ ledger, delivery: { wake: () => void (woken += 1), stats: () => ({ running: true, active: 0 }) } });
    await post(dossier());
    await post(dossier());
    expect(woken).toBe(1);
  });

  it('that was sent before is a duplicate with the same event', async () => {
    await start();
    const first = await post(dossier());
    const second = await post(dossier());
    expect(second.statusCode).toBe(202);
    expect(second.json()).toMatchObject({ status: 'duplicate', eventId: first.json<{ eventId: string }>().eventId });
  });

  it('is the same change in whatever order its fields come', async () => {
    await start();
    const turned = (v: unknown): unknown => (Array.isArray(v) ? v.map(turned) : typeof v === 'object' && v !== null ? Object.fromEntries(Object.entries(v).reverse().map(([k, x]) => [k, turned(x)])) : v);
    const first = await post(dossier());
    const second = await post(turned(dossier()) as object);
    expect(second.json()).toMatchObject({ status: 'duplicate', eventId: first.json<{ eventId: string }>().eventId });
  });

  it('under a used Idempotency-Key with other content is a conflict', async () => {
    await start();
    await post(dossier(1), { 'idempotency-key': 'abc' });
    expect((await post(dossier(1), { 'idempotency-key': 'abc' })).json()).toMatchObject({ status: 'duplicate' });
    const reply = await post(dossier(2), { 'idempotency-key': 'abc' });
    expect(reply.statusCode).toBe(409);
    expect(reply.json()).toMatchObject({ code: 'LT-GATEWAY-CONFLICT', eventId: 'e1' });
    expect(ledger.changes[0]?.idempotencyKey).toBe('abc');
    expect((await post(dossier(3), { 'idempotency-key': 'x'.repeat(201) })).json()).toMatchObject({ status: 400, code: 'LT-GATEWAY-IDEMPOTENCY-KEY' });
  });

  it('has its decomposed letters composed, written as letters or as escapes', async () => {
    await start();
    const name = 'Nguyễn Thị Hòa';
    const decomposed = JSON.stringify(dossier(1)).replace('Nguyễn Văn Mẫu', name.normalize('NFD'));
    const escaped = JSON.stringify(dossier(2)).replace('Nguyễn Văn Mẫu', [...name.normalize('NFD')].map((c) => (c.charCodeAt(0) > 127 ? `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}` : c)).join(''));
    await post(decomposed);
    await post(escaped);
    for (const change of ledger.changes) {
      expect(JSON.parse(change.body)).toMatchObject({ applicant: { name } });
      expect(change.terms).toContainEqual({ kind: 'name', value: 'nguyen thi hoa' });
    }
    expect(ledger.changes).toHaveLength(2);
  });

  it('keeps what is odd about its history as warnings', async () => {
    await start();
    const reply = await post(dossier(1, { history: [{ at: '2025-07-02T00:00:00Z', status: 'RETURNED', action: 'Trả' }, { at: '2025-07-01T00:00:00Z', status: 'ACCEPTED', action: 'Nhận' }] }));
    expect(reply.statusCode).toBe(202);
    const { warnings } = reply.json<{ warnings: { code: string; severity: string; pointer: string }[] }>();
    expect(warnings.length).toBeGreaterThan(0);
    expect(warnings.every((w) => w.severity === 'warning' && w.pointer.startsWith('/history/'))).toBe(true);
  });
});

describe('bad input', () => {
  it('gets every error at once with pointers and is kept', async () => {
    await start();
    const bad = { ...dossier(), status: 'ĐANG XỬ LÝ', dates: { submittedAt: '2025-02-30T01:00:00Z' }, applicant: { ...dossier().applicant, ids: 'không', name: 7 }, unknownThing: 1, fees: [{ name: 'Phí', amount: 1.5 }] };
    const reply = await post(bad);
    expect(reply.statusCode).toBe(422);
    const problem = reply.json<Problem>();
    expect(problem.code).toBe('LT-GATEWAY-REFUSED');
    expect(pointers(problem).sort()).toEqual([
      'LT-INPUT-DATE /dates/submittedAt', 'LT-INPUT-ENUM /status', 'LT-INPUT-TYPE /applicant/ids', 'LT-INPUT-TYPE /applicant/name', 'LT-INPUT-TYPE /fees/0/amount', 'LT-INPUT-UNKNOWN-FIELD /unknownThing',
    ]);
    expect(problem['quarantineId']).toBe(1);
    expect(ledger.quarantined[0]).toMatchObject({ via: 'api', actor: 'loopback', dossierCode: 'H99.14-250701-0001' });
    expect(JSON.parse(ledger.quarantined[0]?.raw ?? '')).toMatchObject({ unknownThing: 1 });
    expect(reply.body).not.toMatch(/092199999002|Nguyễn/);
    expect(ledger.changes).toEqual([]);
  });

  it.each([
    ['not JSON', '{"a": nope}', 400, 'LT-INPUT-NOT-JSON'],
    ['cut short', JSON.stringify(dossier()).slice(0, -40), 400, 'LT-INPUT-TRUNCATED'],
    ['not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), 400, 'LT-INPUT-NOT-JSON'],
    ['deeper than the stack', '['.repeat(1_000_000), 400, 'LT-INPUT-TOO-DEEP'],
    ['deep inside a field', JSON.stringify(dossier()).replace('"linkedDatabases":[]', `"raw":${'{"a":'.repeat(60)}1${'}'.repeat(60)}`), 400, 'LT-INPUT-TOO-DEEP'],
    ['a name twice', '{"code":"a","code":"b"}', 422, 'LT-GATEWAY-REFUSED'],
    ['a poisoned prototype', '{"__proto__":{"admin":true}}', 422, 'LT-GATEWAY-REFUSED'],
    ['a list', '[]', 422, 'LT-GATEWAY-REFUSED'],
    ['null', 'null', 422, 'LT-GATEWAY-REFUSED'],
  ])('that is %s is refused and kept', async (_what, payload, status, code) => {
    await start();
    const reply = await post(payload);
    expect([reply.statusCode, reply.json<Problem>().code]).toEqual([status, code]);
    expect(ledger.quarantined).toHaveLength(1);
    expect(ledger.quarantined[0]?.issues.length).toBeGreaterThan(0);
  });

  it('that is empty, compressed or of another type is refused', async () => {
    await start();
    expect((await post('')).json()).toMatchObject({ status: 400, code: 'LT-GATEWAY-BODY-MISSING' });
    expect((await post('x', { 'content-encoding': 'gzip' })).json()).toMatchObject({ status: 415, code: 'LT-GATEWAY-MEDIA-TYPE' });
    expect((await post('<a/>', { 'content-type': 'application/xml' })).json()).toMatchObject({ status: 415, code: 'LT-GATEWAY-MEDIA-TYPE' });
    expect((await post(dossier(), { 'content-type': 'application/problem+json' })).statusCode).toBe(202);
  });

  it('of 50 MB is refused at once, without being read', async () => {
    await start();
    const url = new URL(await gateway.listen());
    const socket = connect(Number(url.port), '127.0.0.1');
    await once(socket, 'connect');
    const before = process.memoryUsage.rss();
    socket.write('POST /v1/dossiers HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 52428800\r\n\r\n{"a":"');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 413 [\s\S]*connection: close[\s\S]*LT-INPUT-TOO-LARGE/i);
    expect(process.memoryUsage.rss() - before).toBeLessThan(30_000_000);
    expect(ledger.quarantined).toMatchObject([{ raw: '', issues: [{ code: 'LT-INPUT-TOO-LARGE' }] }]);
    socket.destroy();
  });

  it('of 50 MB without a length is refused once the limit is reached', async () => {
    await start({ server: { port: 0, bodyLimit: 100_000 } });
    const url = new URL(await gateway.listen());
    const socket = connect(Number(url.port), '127.0.0.1');
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write('POST /v1/dossiers HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n');
    const answered = once(socket, 'data') as Promise<[Buffer]>;
    const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
    let answer: Buffer | undefined;
    void answered.then(([data]) => (answer = data));
    let sent = 0;
    while (answer === undefined && sent < 3200) {
      sent += 1;
      if (!socket.write(chunk)) await Promise.race([once(socket, 'drain'), answered, once(socket, 'close')]);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await answered)[0].toString()).toMatch(/^HTTP\/1\.1 413 /);
    expect(sent).toBeLessThan(3200);
    socket.destroy();
  });
});

describe('a source’s own shape', () => {
  it('is decoded, and its warnings are told', async () => {
    await start();
    const reply = await post({ n: 5 }, {}, '/v1/dossiers?source=toy');
    expect(reply.json()).toMatchObject({ status: 'accepted', dossierCode: 'H99.14-250701-0005', warnings: [{ code: 'LT-INPUT-ENUM', severity: 'warning' }] });
    expect(ledger.changes[0]?.sourceSystem).toBe('toy-source');
  });

  it('gets the decoder’s issues with pointers into what was sent', async () => {
    await start();
    const reply = await post({ n: 'x', extra: 1 }, {}, '/v1/dossiers?source=toy');
    expect(pointers(reply.json())).toEqual(['LT-INPUT-TYPE /n', 'LT-INPUT-UNKNOWN-FIELD /extra']);
  });

  it('survives a decoder that fails: the input is kept and the vendor named', async () => {
    await start();
    const reply = await post({ boom: true }, {}, '/v1/dossiers?source=toy');
    expect(reply.json()).toMatchObject({ status: 422, issues: [{ code: 'LT-GATEWAY-DECODE-FAILED' }], quarantineId: 1 });
    expect((await post({ n: null }, {}, '/v1/dossiers?source=toy')).statusCode).toBe(422);
    expect((await post('null', {}, '/v1/dossiers?source=toy')).json()).toMatchObject({ issues: [{ code: 'LT-GATEWAY-DECODE-FAILED' }] });
  });

  it('is kept when an upstream’s planner fails, and no part of the change is recorded', async () => {
    ledger = memoryLedger();
    const config = testConfig();
    const broken = config.upstreams.map((u) => ({
      ...u,
      adapter: { ...u.adapter, operations: Object.fromEntries(Object.entries(u.adapter.operations).map(([id, op]) => [id, { ...op, subscribe: { plan: () => { throw new RangeError('a mistake'); }, input: () => undefined } }])) },
    }));
    gateway = await gatewayWith({ ledger, config, upstreams: broken });
    expect((await post(dossier())).json()).toMatchObject({ status: 422, issues: [{ code: 'LT-GATEWAY-PLAN-FAILED' }], quarantineId: 1 });
    expect(ledger.changes).toEqual([]);
  });

  it('must be configured, and the query knows no other name', async () => {
    await start();
    expect((await post({ n: 1 }, {}, '/v1/dossiers?source=nobody')).json()).toMatchObject({ status: 400, code: 'LT-GATEWAY-SOURCE-UNKNOWN' });
    expect((await post({ n: 1 }, {}, '/v1/dossiers?sourc=toy')).json()).toMatchObject({ status: 400, code: 'LT-GATEWAY-PARAMETER', issues: [{ pointer: '/query/sourc' }] });
    expect((await post({ n: 1 }, {}, '/v1/dossiers?source=toy&source=toy')).json()).toMatchObject({ status: 400, code: 'LT-GATEWAY-PARAMETER' });
    expect(ledger.changes).toEqual([]);
  });
});

describe('input that an adapter has parsed already', () => {
  it('passes the same gate', async () => {
    await start();
    const { intake } = gateway;
    const deep: unknown[] = [];
    let at = deep;
    for (let i = 0; i < 100_000; i++) at.push((at = []));
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    const take = (parsed: unknown) => intake.take({ raw: { parsed }, via: 'poll', actor: 'toy' });
    expect(await take(deep)).toMatchObject({ status: 'quarantined' });
    expect(await take(cycle)).toMatchObject({ status: 'quarantined' });
    expect(await take(undefined)).toMatchObject({ status: 'quarantined' });
    expect(await take(dossier(1, { note: 'ho\u0300a' }))).toMatchObject({ status: 'accepted' });
    expect(ledger.changes[0]?.body).toContain('hòa');
    expect(ledger.changes[0]).toMatchObject({ via: 'poll', actor: 'toy' });
  });
});

describe('a gateway that cannot take more', () => {
  it('sheds before anything is read', async () => {
    await start();
    ledger.setPending(1_000_000);
    const reply = await post(dossier());
    expect(reply.statusCode).toBe(503);
    expect(reply.headers['retry-after']).toBe('2');
    expect(reply.json()).toMatchObject({ code: 'LT-GATEWAY-BUSY' });
    ledger.setPending(undefined);
    expect((await post(dossier())).statusCode).toBe(202);
  });

  it('says that nothing was acknowledged when the ledger fails', async () => {
    await start();
    ledger.fail(new Error('disk full: /secret/path'));
    const reply = await post(dossier());
    expect(reply.statusCode).toBe(500);
    expect(reply.body).not.toContain('disk full');
    ledger.fail(undefined);
    expect((await post(dossier())).statusCode).toBe(202);
  });

  it('answers in time when the ledger hangs', async () => {
    await start({ server: { port: 0, requestTimeoutMs: 100 } });
    ledger.hold();
    const reply = await post(dossier());
    expect(reply.json()).toMatchObject({ status: 408, code: 'LT-GATEWAY-TIMEOUT' });
    ledger.letGo();
  });
});
