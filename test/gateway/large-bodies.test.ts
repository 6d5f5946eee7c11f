/** Calls of upstreams that bring papers inside: beyond the gateway's usual limit on their own route only, a few at a time, over sockets. */
import { mkdtempSync, rmSync } from 'node:fs';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Adapter } from '../../src/adapter/types.ts';
import { createLargeBodies } from '../../src/gateway/large-bodies.ts';
import type { Gateway } from '../../src/gateway/server.ts';
import { loadKeys } from '../../src/ledger/keys.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { waitFor } from '../../src/testing/index.ts';
import { gatewayWith, testConfig, toyAdapter } from './fixtures.ts';

const USUAL = 10_000;
const LARGE = 400_000;

let inside: { end: () => void }[] = [];
let most = 0;
const papers: Adapter = {
  ...toyAdapter,
  inbound: [
    {
      id: 'papers', title: { vi: 'Giấy tờ', en: 'Papers' }, method: 'POST', path: 'papers', request: (value) => ({ ok: true, value }),
      bodyLimit: (config) => (config as { limit: number }).limit,
      guard: ({ headers }) => (headers['x-secret'] === 'right' ? undefined : { status: 400, body: 'sai mã' }),
      tooLarge: () => ({ status: 200, body: { code: '01', why: 'quá lớn' } }),
      unavailable: () => ({ status: 503, body: { code: '03' } }),
      async handle({ text }) {
        await new Promise<void>((end) => {
          inside.push({ end });
          most = Math.max(most, inside.length);
        });
        return { status: 200, body: { read: text.length } };
      },
    },
    { id: 'usual', title: { vi: 'Thường', en: 'Usual' }, method: 'POST', path: 'usual', request: (value) => ({ ok: true, value }), handle: async ({ text }) => ({ status: 200, body: { read: text.length } }) },
  ],
};

let folder = '';
let ledger: Ledger;
let gateway: Gateway;
let url = '';
async function start(server: Record<string, unknown> = {}): Promise<void> {
  gateway = await gatewayWith({
    ledger, upstreams: [{ id: 'toy', adapter: papers, config: { limit: LARGE } }] as never, config: testConfig({ server: { port: 0, bodyLimit: USUAL, importLineLimit: USUAL, maxEventLoopDelayMs: 0, maxRssBytes: 0, ...server } }),
  });
  url = await gateway.listen();
}
beforeEach(async () => {
  [inside, most] = [[], 0];
  folder = mkdtempSync(join(tmpdir(), 'lt-large-'));
  ledger = await openSqliteLedger({ folder, keys: loadKeys({ env: {}, keyFile: join(folder, 'key'), createIfMissing: true }) });
});
afterEach(async () => {
  leave(inside.length);
  await gateway.close(100);
  await ledger.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Answer { status: number; body: string; headers: IncomingMessage['headers'] }
function post(path: string, size: number, { secret = 'right', chunked = false, hold = false } = {}): { call: ClientRequest; answer: Promise<Answer> } {
  const call = request(`${url}/inbound/toy/${path}`, { method: 'POST', agent: false, headers: { 'content-type': 'application/json', 'x-secret': secret, ...(chunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': String(size) }) } });
  const answer = new Promise<Answer>((resolve, reject) => {
    call.on('error', reject).on('response', (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part: string) => (body += part)).on('end', () => resolve({ status: response.statusCode ?? 0, body, headers: response.headers })).on('error', reject);
    });
  });
  answer.catch(() => undefined);
  const text = JSON.stringify('A'.repeat(size - 2));
  if (hold) call.write(text.slice(0, 20));
  else call.end(text);
  return { call, answer };
}
const arrived = (n: number) => waitFor(() => inside.length === n, { describe: () => `${n} inside, not ${inside.length}` });
function leave(n: number): void {
  for (const { end } of inside.splice(0, n)) end();
}
const read = async ({ answer }: { answer: Promise<Answer> }): Promise<unknown> => JSON.parse((await answer).body);

describe('a body that is larger than usual', () => {
  it('is taken on the route that allows it, and on no other; what is larger still is refused in the upstream’s words', async () => {
    await start();
    const one = post('papers', LARGE);
    await arrived(1);
    leave(1);
    expect(await read(one)).toEqual({ read: LARGE });
    expect((await post('usual', LARGE).answer).status).toBe(413);
    const refused = await post('papers', LARGE + 1).answer;
    expect([refused.status, JSON.parse(refused.body)]).toEqual([200, { code: '01', why: 'quá lớn' }]);
    const unending = await post('papers', LARGE + 1, { chunked: true }).answer;
    expect(JSON.parse(unending.body)).toEqual({ code: '01', why: 'quá lớn' });
    expect(inside).toEqual([]);
  });

  it('waits, unread, while as many as allowed are at work; small ones of the same route do not', async () => {
    await start({ maxLargeBodies: 2 });
    const all = Array.from({ length: 5 }, () => post('papers', LARGE));
    await arrived(2);
    const small = post('papers', 100);
    await arrived(3);
    most = 0;
    inside.splice(2, 1)[0]?.end();
    expect(await read(small)).toEqual({ read: 100 });
    for (let i = 0; i < 5; i += 1) {
      await arrived(Math.min(2, 5 - i));
      leave(1);
    }
    expect(await Promise.all(all.map(read))).toEqual(all.map(() => ({ read: LARGE })));
    expect(most).toBe(2);
  });

  it('of somebody without the secret takes no place, nor does one that is broken off or was refused', async () => {
    await start({ maxLargeBodies: 1 });
    expect((await post('papers', LARGE, { secret: 'wrong' }).answer).body).toBe('sai mã');
    await post('papers', LARGE + 1).answer;
    const broken = post('papers', LARGE, { hold: true });
    const next = post('papers', LARGE);
    const gone = post('papers', LARGE, { hold: true });
    await waitFor(() => gone.call.socket?.readyState === 'open');
    gone.call.destroy();
    broken.call.destroy();
    await arrived(1);
    leave(1);
    expect(await read(next)).toEqual({ read: LARGE });
    const last = post('papers', LARGE, { chunked: true });
    await arrived(1);
    leave(1);
    expect(await read(last)).toEqual({ read: LARGE });
  });

  it('is asked to come again while disk or ledger has no room for papers; small ones are taken', async () => {
    await start({ minFreeBytes: 1_000_000_000_000_000 });
    await gateway.limits.look();
    const large = await post('papers', LARGE).answer;
    expect([large.status, JSON.parse(large.body), large.headers['retry-after'], large.headers.connection]).toEqual([503, { code: '03' }, '10', 'close']);
    const small = post('papers', 100);
    await arrived(1);
    leave(1);
    expect(await read(small)).toEqual({ read: 100 });
  });

  it('that stops half-way gives its place back when its time is over', async () => {
    await start({ maxLargeBodies: 1, requestTimeoutMs: 400 });
    const stalled = post('papers', LARGE, { hold: true });
    expect((await stalled.answer).status).toBe(408);
    const next = post('papers', LARGE);
    await arrived(1);
    leave(1);
    expect(await read(next)).toEqual({ read: LARGE });
  });
});

describe('the places', () => {
  const call = () => {
    const listeners: (() => void)[] = [];
    const raw = { closed: false, destroyed: false, once: (_event: string, listener: () => void) => listeners.push(listener) };
    return { request: {} as never, reply: { raw } as never, close: () => { raw.closed = true; for (const listener of listeners) listener(); } };
  };
  it('are given in turn; who has waited too long is told so; nobody holds or frees one twice', async () => {
    const places = createLargeBodies(1, 20);
    const [a, b, c, d] = [call(), call(), call(), call()];
    expect(await places.enter(a.request, a.reply)).toBe(true);
    expect(await places.enter(b.request, b.reply)).toBe(false);
    const [waitsC, waitsD] = [places.enter(c.request, c.reply), places.enter(d.request, d.reply)];
    const leaveA = places.handle(a.request);
    a.close();
    c.close();
    leaveA();
    expect(await Promise.all([waitsC, waitsD])).toEqual([false, true]);
    d.close();
    places.handle(d.request)();
    const [e, f] = [call(), call()];
    expect(await places.enter(e.request, e.reply)).toBe(true);
    expect(await places.enter(f.request, f.reply)).toBe(false);
  });
});
