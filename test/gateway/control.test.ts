import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { errorEntry } from '../../src/contract/errors/catalogue.ts';
import { waitFor } from '../../src/testing/index.ts';
import { LOOKS, operated, type Operated } from './operated.ts';

let at: Operated;
beforeEach(async () => {
  at = await operated();
});
afterEach(() => at.end());

const HOUR = 3_600_000;
const states = async () => (await at.ledger.listExchanges({ limit: 100 })).map((row) => row.state);

describe('holds', () => {
  it('keep a dossier back and let it go, with who, why and until when', async () => {
    const code = await at.take(1);
    await at.take(2);
    const before = Date.now();
    const held = await at.post('/v1/holds', { scope: 'dossier', key: code, reason: 'chờ xác minh', forHours: 2 });
    expect(held).toMatchObject({ status: 200, body: { scope: 'dossier', key: code, upstream: null, by: 'dieu-hanh', reason: 'chờ xác minh' } });
    expect(Date.parse(held.body.until) - before).toBeGreaterThanOrEqual(2 * HOUR - 1000);
    at.delivery.start();
    await waitFor(() => at.toy.sent.length === 1);
    expect(at.toy.sent.map((call) => call.code)).not.toContain(code);

    expect((await at.get('/v1/holds')).body).toEqual({ items: [held.body] });
    expect((await at.get('/v1/blocked')).body).toMatchObject({ next: null, items: [{ dossierCode: code, upstream: 'toy', why: 'hold', holdId: held.body.id, code: 'LT-DELIVERY-HELD', who: 'operator', title: errorEntry('LT-DELIVERY-HELD')?.title, waiting: 1, hold: { by: 'dieu-hanh', reason: 'chờ xác minh', until: held.body.until } }] });
    expect((await at.get('/v1/summary')).body).toMatchObject({ lanesHeld: 1 });

    const url = `/v1/holds/${held.body.id}:release`;
    expect(await at.post(url, { reason: 'đã xác minh' })).toMatchObject({ status: 200, body: { id: held.body.id, released: true } });
    await waitFor(() => at.toy.sent.length === 2);
    expect((await at.get('/v1/holds')).body).toEqual({ items: [] });
    expect(await at.post(url, { reason: 'lần nữa' })).toMatchObject({ status: 404, body: { code: 'LT-GATEWAY-HOLD-UNKNOWN' } });
    const orders = (await at.events()).filter((event) => event.kind.startsWith('control.'));
    expect(orders).toEqual([{ kind: 'control.frozen', actor: 'dieu-hanh' }, { kind: 'control.released', actor: 'dieu-hanh' }]);
    const shown = await at.get(`/v1/dossiers/${code}`);
    expect(shown.body.events.map((event: { kind: string }) => event.kind)).toEqual(['dossier.snapshot', 'control.frozen', 'control.released']);
    expect(shown.text, 'every caller that reads sees the timeline: it has no reasons').not.toContain('xác minh');
    const about = { hold: held.body.id, scope: 'dossier', key: code, upstream: null };
    expect((await at.get(`/v1/orders?dossier=${code}`)).body).toMatchObject({ next: null, items: [
      { kind: 'control.released', by: 'dieu-hanh', reason: 'đã xác minh', about, title: { vi: 'Gỡ tạm giữ', en: 'Released' } },
      { kind: 'control.frozen', by: 'dieu-hanh', reason: 'chờ xác minh', about: { ...about, until: held.body.until } },
    ] });
    expect((await at.get('/v1/orders')).body.items, 'those of a dossier are asked for by its number').toEqual([]);
    expect((await at.get(`/v1/dossiers/${code}/evidence`)).body.orders).toMatchObject([{ reason: 'chờ xác minh' }, { reason: 'đã xác minh' }]);
    expect(await at.get('/v1/orders?dossier=H99-0')).toMatchObject({ status: 404, body: { code: 'LT-GATEWAY-DOSSIER-UNKNOWN' } });
  });

  it('of a procedure and of an upstream hold all that match; the same thing held again takes the new order', async () => {
    await at.take(1);
    await at.take(2, { procedure: { code: '1.000777', name: 'Thủ tục khác', sector: { code: 'G99-HT01', name: 'Hộ tịch' } } });
    const first = await at.post('/v1/holds', { scope: 'procedure', key: '1.000777', upstream: 'toy', reason: 'a' });
    const again = await at.post('/v1/holds', { scope: 'procedure', key: '1.000777', upstream: 'toy', reason: 'b', until: new Date(Date.now() + HOUR).toISOString() });
    expect(again.body).toMatchObject({ id: first.body.id, reason: 'b', upstream: 'toy' });
    at.delivery.start();
    await waitFor(() => at.toy.sent.length === 1);
    const all = await at.post('/v1/holds', { scope: 'upstream', key: 'toy', reason: 'bảo trì' });
    expect(all.status).toBe(200);
    expect((await at.get('/v1/upstreams')).body.items[0]).toMatchObject({ upstream: 'toy', open: false, waits: [{ reason: 'held', until: null }] });
    await at.take(3);
    expect((await at.get('/v1/holds')).body.items).toHaveLength(2);
    expect(at.toy.sent).toHaveLength(1);
  });

  it('and every other order can be read afterwards: who, when, why, newest first and in pages', async () => {
    await at.take(1);
    const [dead = 0] = await at.settle('dead', 'LT-DELIVERY-GAVE-UP');
    const hold = await at.post('/v1/holds', { scope: 'procedure', key: '1.000777', reason: 'phí sai', forHours: 1 });
    await at.post('/v1/upstreams/toy/breaker', { state: 'open', reason: 'sự cố', forMinutes: 5 });
    await at.post('/v1/upstreams/toy/breaker', { state: 'closed', reason: 'hết sự cố' });
    const replay = await at.post('/v1/replays', { filter: { states: ['dead'] }, reason: 'tài khoản đã mở' });
    await at.post(`/v1/replays/${replay.body.id}:cancel`, { reason: 'nhầm bộ lọc' });
    await at.post(`/v1/holds/${hold.body.id}:release`, { reason: 'phí đã sửa' });
    const { items } = (await at.get('/v1/orders')).body;
    expect(items.map((order: { kind: string; by: string; reason: string }) => [order.kind, order.by, order.reason])).toEqual([
      ['control.released', 'dieu-hanh', 'phí đã sửa'], ['replay.cancelled', 'dieu-hanh', 'nhầm bộ lọc'], ['replay.started', 'dieu-hanh', 'tài khoản đã mở'],
      ['control.breaker-reset', 'dieu-hanh', 'hết sự cố'], ['control.breaker-open', 'dieu-hanh', 'sự cố'], ['control.frozen', 'dieu-hanh', 'phí sai'],
    ]);
    expect(items[4].about).toMatchObject({ upstream: 'toy', until: expect.stringMatching(/^20\d\d-.*Z$/) });
    expect(items[2].about.filter).toMatchObject({ states: ['dead'], settledBefore: expect.stringMatching(/Z$/) });
    const first = (await at.get('/v1/orders?limit=4')).body;
    expect([first.items.length, (await at.get(`/v1/orders?limit=4&before=${first.next}`)).body]).toEqual([4, { items: items.slice(4), next: null }]);
    expect(await at.post(`/v1/exchanges/${dead}:retry`, { reason: 'thử lại' })).toMatchObject({ status: 202 });
    expect((await at.get(`/v1/orders?dossier=${(await at.ledger.getExchange(dead))?.dossierCode}&limit=1`)).body.items).toMatchObject([{ kind: 'exchange.retried', reason: 'thử lại', about: { exchangeId: dead } }]);
    expect(await at.get('/v1/orders', 'lt_khoa-khong-ai-biet-cua-bai-kiem-thu')).toMatchObject({ status: 401 });
  });

  it('that make no sense are refused, each with a pointer', async () => {
    const wrong: [body: Record<string, unknown>, pointer: string][] = [
      [{ scope: 'dossier', key: 'x' }, '/body/reason'],
      [{ scope: 'dossier', key: 'x', reason: '   ' }, '/body/reason'],
      [{ scope: 'everything', key: 'x', reason: 'a' }, '/body/scope'],
      [{ scope: 'dossier', key: 'x', reason: 'a', until: 'tomorrow!!' }, '/body/until'],
      [{ scope: 'dossier', key: 'x', reason: 'a', until: '2020-01-01T00:00:00Z' }, '/body/until'],
      [{ scope: 'dossier', key: 'x', reason: 'a', forHours: 0 }, '/body/forHours'],
      [{ scope: 'dossier', key: 'x', reason: 'a', forHours: 1, until: '2090-01-01T00:00:00Z' }, '/body/forHours'],
      [{ scope: 'upstream', key: 'toy', upstream: 'toy', reason: 'a' }, '/body/upstream'],
      [{ scope: 'dossier', key: 'x', reason: 'a', colour: 'red' }, '/body/colour'],
    ];
    for (const [body, pointer] of wrong) expect(await at.post('/v1/holds', body), JSON.stringify(body)).toMatchObject({ status: 400, body: { issues: [{ pointer }] } });
    expect(await at.post('/v1/holds', { scope: 'upstream', key: 'nobody', reason: 'a' })).toMatchObject({ status: 404, body: { code: 'LT-GATEWAY-UPSTREAM-UNKNOWN' } });
    expect(await at.post('/v1/holds', { scope: 'dossier', key: 'x', upstream: 'nobody', reason: 'a' })).toMatchObject({ status: 404, body: { code: 'LT-GATEWAY-UPSTREAM-UNKNOWN' } });
    expect((await at.get('/v1/holds')).body).toEqual({ items: [] });
  });
});

describe('blocked dossiers', () => {
  it('are listed by reason and in pages, each with what is the matter and who must act', async () => {
    for (const n of [1, 2, 3]) await at.take(n);
    await at.settle('rejected', 'LT-UPSTREAM-REFUSED');
    const held = await at.take(4);
    await at.post('/v1/holds', { scope: 'dossier', key: held, reason: 'x' });
    const failed = await at.get('/v1/blocked?why=failed&limit=2');
    expect(failed.body.items).toHaveLength(2);
    expect(failed.body.items[0]).toMatchObject({ why: 'failed', code: 'LT-UPSTREAM-REFUSED', who: errorEntry('LT-UPSTREAM-REFUSED')?.who, action: errorEntry('LT-UPSTREAM-REFUSED')?.action, operation: 'snapshot', holdId: null });
    const rest = await at.get(`/v1/blocked?why=failed&limit=2&after=${failed.body.next}`);
    expect([rest.body.items.length, rest.body.next]).toEqual([1, null]);
    expect((await at.get('/v1/blocked?why=hold')).body.items).toMatchObject([{ dossierCode: held }]);
    expect((await at.get('/v1/blocked?upstream=nobody')).body.items).toEqual([]);
    expect(await at.get('/v1/blocked?why=mood')).toMatchObject({ status: 400, body: { issues: [{ pointer: '/query/why' }] } });
  });

  it('show a refused message and how much stands behind it', async () => {
    at.toy.react = () => 'refuse';
    const code = await at.take(1, { history: [{ at: '2025-07-01T01:30:00Z', status: 'ACCEPTED', action: 'Tiếp nhận' }] });
    at.delivery.start();
    const blocked = await waitFor(async () => {
      const { items } = (await at.get('/v1/blocked?why=refused')).body as { items: { dossierCode: string; code: string; waiting: number }[] };
      return items[0];
    });
    expect(blocked).toMatchObject({ dossierCode: code, operation: 'snapshot', code: 'LT-UPSTREAM-REFUSED', waiting: 1 });
  });
});

describe('an exchange', () => {
  it('that waits or has failed is cancelled by a person, and what is over is not', async () => {
    await at.take(1);
    const [id = 0] = await at.settle('dead', 'LT-DELIVERY-GAVE-UP');
    expect(await at.post(`/v1/exchanges/${id}:cancel`, { reason: 'công dân rút hồ sơ' })).toMatchObject({ status: 200, body: { id, state: 'cancelled' } });
    expect((await at.get(`/v1/exchanges?state=cancelled`)).body.items).toMatchObject([{ id, code: 'LT-DELIVERY-CANCELLED', who: 'operator' }]);
    expect(await at.post(`/v1/exchanges/${id}:cancel`, { reason: 'x' })).toMatchObject({ status: 409, body: { code: 'LT-GATEWAY-NOT-CANCELLABLE' } });
    expect(await at.post('/v1/exchanges/999999:cancel', { reason: 'x' })).toMatchObject({ status: 404, body: { code: 'LT-GATEWAY-EXCHANGE-UNKNOWN' } });
    expect(await at.post(`/v1/exchanges/${id}:cancel`, {})).toMatchObject({ status: 400, body: { issues: [{ code: 'LT-INPUT-REQUIRED', pointer: '/body/reason' }] } });
    expect((await at.events()).at(-1)).toEqual({ kind: 'exchange.cancelled', actor: 'dieu-hanh' });
    // A person may change his mind.
    expect(await at.post(`/v1/exchanges/${id}:retry`, { reason: 'lại nộp' })).toMatchObject({ status: 202 });
    at.delivery.start();
    await waitFor(async () => (await states())[0] === 'done');
  });

  it('on the wire is not cancelled: its outcome must be known first', async () => {
    await at.take(1);
    const [lane] = await at.ledger.claim({ now: Date.now() + 1_000, limit: 1, leaseMs: 60_000, owner: 'test', perLane: 1, beginFirst: new Set(['snapshot']) });
    expect(await at.post(`/v1/exchanges/${lane?.exchanges[0]?.id}:cancel`, { reason: 'x' })).toMatchObject({ status: 409, body: { code: 'LT-GATEWAY-IN-FLIGHT' } });
  });

  it('is found by procedure, code, time of its end and replay', async () => {
    await at.take(1);
    await at.take(2, { procedure: { code: '1.000777', name: 'Thủ tục khác', sector: { code: 'G99-HT01', name: 'Hộ tịch' } } });
    await at.settle('dead', 'LT-DELIVERY-GAVE-UP');
    const count = async (query: string) => (await at.get(`/v1/exchanges?${query}`)).body.items.length;
    expect(await count('procedure=1.000777')).toBe(1);
    expect(await count('code=LT-DELIVERY-GAVE-UP&procedure=1.009999')).toBe(1);
    expect(await count('code=LT-UPSTREAM-REFUSED')).toBe(0);
    expect(await count('settledFrom=2020-01-01T00:00:00%2B07:00')).toBe(2);
    // Nobody escapes a plus by hand.
    expect(await count('settledBefore=2020-01-01T00:00:00+07:00')).toBe(0);
    expect(await count('replay=7')).toBe(0);
    expect(await at.get('/v1/exchanges?settledFrom=yesterday!')).toMatchObject({ status: 400, body: { issues: [{ code: 'LT-INPUT-DATE', pointer: '/query/settledFrom' }] } });
  });
});

describe('upstreams', () => {
  it('are shown with their counts; a person opens and closes the breaker', async () => {
    await at.take(1);
    await at.settle('dead', 'LT-DELIVERY-GAVE-UP');
    expect((await at.get('/v1/upstreams')).body.items).toMatchObject([{ upstream: 'toy', open: true, waits: [], breaker: { state: 'closed' }, counts: { dead: 1 }, adapter: { id: 'toy' } }]);
    const opened = await at.post('/v1/upstreams/toy/breaker', { state: 'open', reason: 'Cổng bảo trì', forMinutes: 30 });
    expect(opened).toMatchObject({ status: 200, body: { upstream: 'toy', open: false, breaker: { state: 'open' }, waits: [{ reason: 'breaker' }] } });
    expect(Date.parse(opened.body.breaker.until)).toBeGreaterThan(Date.now() + 29 * 60_000);
    await at.take(2);
    at.delivery.start();
    const closed = await at.post('/v1/upstreams/toy/breaker', { state: 'closed', reason: 'xong' });
    expect(closed.body).toMatchObject({ open: true, breaker: { state: 'closed' } });
    await waitFor(() => at.toy.sent.length === 1);
    expect((await at.events()).filter((event) => event.kind.startsWith('control.')).map((event) => event.actor)).toEqual(['dieu-hanh', 'dieu-hanh']);
    expect(await at.post('/v1/upstreams/nobody/breaker', { state: 'open', reason: 'x' })).toMatchObject({ status: 404, body: { code: 'LT-GATEWAY-UPSTREAM-UNKNOWN' } });
    expect(await at.post('/v1/upstreams/toy/breaker', { state: 'ajar', reason: 'x' })).toMatchObject({ status: 400, body: { issues: [{ pointer: '/body/state' }] } });
  });

  it('have processes that serve them', async () => {
    await at.ledger.join({ roles: ['deliver', 'console'], version: '0.0.0-test' });
    expect((await at.get('/v1/instances')).body.items).toMatchObject([{ pid: process.pid, roles: ['deliver', 'console'], version: '0.0.0-test', leads: true }]);
  });
});

it('who may only look, orders nothing', async () => {
  for (const [url, body] of [
    ['/v1/holds', { scope: 'dossier', key: 'x', reason: 'a' }], ['/v1/holds/1:release', { reason: 'a' }], ['/v1/exchanges/1:cancel', { reason: 'a' }], ['/v1/upstreams/toy/breaker', { state: 'open', reason: 'a' }],
    ['/v1/replays', { filter: { states: ['dead'] }, reason: 'a' }], ['/v1/replays/1:cancel', { reason: 'a' }],
  ] as const) expect(await at.post(url, body, LOOKS), url).toMatchObject({ status: 403, body: { code: 'LT-GATEWAY-FORBIDDEN', scope: 'operate' } });
  expect(await at.events()).toEqual([]);
});
