import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { waitFor } from '../../src/testing/index.ts';
import { dossier, gatewayWith } from './fixtures.ts';
import { LOOKS, operated, type Operated } from './operated.ts';

let at: Operated;
beforeEach(async () => {
  at = await operated({ toy: { rate: { perSecond: 50, burst: 10 } } });
});
afterEach(() => at.end());

const DEAD = { filter: { states: ['dead'] } };
async function deadLetters(count: number): Promise<number[]> {
  for (let n = 1; n <= count; n += 1) await at.take(n);
  return at.settle('dead', 'LT-DELIVERY-GAVE-UP');
}

describe('a replay', () => {
  it('is previewed, started, followed to its end and looked at, exchange by exchange', async () => {
    const ids = await deadLetters(3);
    const preview = await at.post('/v1/replays:preview', DEAD, LOOKS);
    expect(preview).toMatchObject({
      status: 200,
      body: { selected: 3, more: false, examined: 3, counts: { send: 3, invalid: 0 }, next: null, estimatedSeconds: 1, upstreams: [{ upstream: 'toy', selected: 3, open: true, breaker: { state: 'closed' }, rate: { perSecond: 50, burst: 10 }, estimatedSeconds: 1 }] },
    });
    expect(preview.body.items[0]).toMatchObject({ id: ids[0], verdict: 'send', issues: [], mapping: { then: null, changed: false } });
    expect(at.toy.sent).toEqual([]);

    const started = await at.post('/v1/replays', { ...DEAD, reason: 'Cổng đã sửa xong' });
    const id = started.body.id as number;
    expect(started).toMatchObject({ status: 202, headers: { location: `/v1/replays/${id}` }, body: { state: 'running', by: 'dieu-hanh', reason: 'Cổng đã sửa xong', selected: 3, filter: { states: ['dead'] } } });
    at.delivery.start();
    await waitFor(async () => {
      await at.replays.tick();
      return (await at.get(`/v1/replays/${id}`)).body.state === 'done';
    });
    expect((await at.get(`/v1/replays/${id}`)).body).toMatchObject({ woken: 3, open: 0, states: { done: 3 }, lastError: null, cancelled: null, endedAt: expect.stringMatching(/^20/) });
    expect((await at.get('/v1/replays')).body.items).toMatchObject([{ id, state: 'done' }]);
    const page = await at.get(`/v1/replays/${id}/result?limit=2`);
    expect(page.body.items).toMatchObject([{ id: ids[0], state: 'done', replay: id }, { id: ids[1] }]);
    expect((await at.get(`/v1/replays/${id}/result?after=${page.body.next}`)).body).toMatchObject({ items: [{ id: ids[2] }], next: null });
    expect((await at.get(`/v1/replays/${id}/result?state=dead`)).body.items).toEqual([]);
    expect((await at.get(`/v1/exchanges?replay=${id}`)).body.items).toHaveLength(3);
    expect((await at.events()).filter((event) => event.kind.startsWith('replay.')).map((event) => [event.kind, event.actor])).toEqual([['replay.started', 'dieu-hanh'], ['replay.done', 'dieu-hanh']]);
  });

  it('is cancelled: what was not sent is a dead letter again, and its code says why', async () => {
    await deadLetters(2);
    const { body: { id } } = await at.post('/v1/replays', { ...DEAD, reason: 'thử' });
    await at.replays.tick();
    expect(await at.post(`/v1/replays/${id}:cancel`, { reason: 'nhầm' })).toMatchObject({ status: 200, body: { id, state: 'cancelled', givenBack: 2, cancelled: { by: 'dieu-hanh', reason: 'nhầm' } } });
    expect((await at.get('/v1/exchanges?state=dead')).body.items).toMatchObject([{ code: 'LT-DELIVERY-REPLAY-CANCELLED', who: 'operator' }, { code: 'LT-DELIVERY-REPLAY-CANCELLED' }]);
    expect(await at.post(`/v1/replays/${id}:cancel`, { reason: 'lần nữa' })).toMatchObject({ status: 409, body: { code: 'LT-GATEWAY-REPLAY-ENDED' } });
  });

  it('is not begun by accident', async () => {
    await deadLetters(1);
    const wrong: [body: Record<string, unknown>, pointer: string][] = [
      [{ reason: 'a' }, '/body/filter'],
      [{ filter: {}, reason: 'a' }, '/body/filter/states'],
      [{ filter: { states: [] }, reason: 'a' }, '/body/filter/states'],
      [{ filter: { states: ['done'] }, reason: 'a' }, '/body/filter/states/0'],
      [DEAD, '/body/reason'],
      [{ filter: { states: ['dead'], upstreams: 'toy' }, reason: 'a' }, '/body/filter/upstreams'],
      [{ filter: { states: ['dead'], settledFrom: '01/02/2026 10:00' }, reason: 'a' }, '/body/filter/settledFrom'],
      [{ filter: { states: ['dead'], settledFrom: '2026-02-01T00:00:00Z', settledBefore: '2026-01-01T00:00:00Z' }, reason: 'a' }, '/body/filter/settledBefore'],
    ];
    for (const [body, pointer] of wrong) expect(await at.post('/v1/replays', body), JSON.stringify(body)).toMatchObject({ status: 400, body: { issues: [{ pointer }] } });
    expect(await at.post('/v1/replays', { filter: { states: ['rejected'] }, reason: 'a' })).toMatchObject({ status: 422, body: { code: 'LT-GATEWAY-REPLAY-NOTHING' } });
    expect((await at.get('/v1/replays')).body).toEqual({ items: [] });
  });

  it('that would be too large says how large it may be', async () => {
    await deadLetters(1);
    const small = await gatewayWith({ ledger: at.ledger, replays: { ...at.replays, start: () => Promise.resolve({ status: 'too-many', most: 1_000_000 }) } });
    const reply = await small.app.inject({ method: 'POST', url: '/v1/replays', payload: { ...DEAD, reason: 'a' } });
    expect([reply.statusCode, reply.json()]).toEqual([422, expect.objectContaining({ code: 'LT-GATEWAY-REPLAY-TOO-MANY', most: 1_000_000 })]);
    await small.close();
  });

  it('that nobody knows is 404; a process without replays says so', async () => {
    expect(await at.get('/v1/replays/4711')).toMatchObject({ status: 404, body: { code: 'LT-GATEWAY-REPLAY-UNKNOWN' } });
    expect(await at.get('/v1/replays/4711/result')).toMatchObject({ status: 404, body: { code: 'LT-GATEWAY-REPLAY-UNKNOWN' } });
    expect(await at.post('/v1/replays/4711:cancel', { reason: 'a' })).toMatchObject({ status: 404, body: { code: 'LT-GATEWAY-REPLAY-UNKNOWN' } });
    const bare = await gatewayWith({ ledger: at.ledger });
    expect((await bare.app.inject('/v1/replays')).json()).toMatchObject({ code: 'LT-GATEWAY-OTHER-ROLE', role: 'console' });
    await bare.close();
  });
});

it('a preview names the fields that our own check would refuse, and never a value', async () => {
  await at.take(1, { summary: 'invalid' });
  await at.settle('dead', 'LT-DELIVERY-GAVE-UP');
  const preview = await at.post('/v1/replays:preview', { ...DEAD, limit: 10 });
  expect(preview.body.items).toMatchObject([{ verdict: 'invalid', issues: [{ code: 'LT-INPUT-TYPE', pointer: '/summary' }] }]);
  for (const secret of ['Nguyễn', dossier().applicant.phone ?? '0900', '092199999002']) expect(preview.text).not.toContain(secret);
  expect(await at.post('/v1/replays:preview', { ...DEAD, limit: 1000 })).toMatchObject({ status: 400, body: { issues: [{ pointer: '/body/limit' }] } });
});
