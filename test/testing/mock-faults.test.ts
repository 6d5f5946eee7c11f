/** Faults that need a real socket: a connection that nobody reads any more, a clock that is wrong. With the gateway's own HTTP line. */
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { createDvcqgSimulator } from '../../adapters/dvcqg/simulator.ts';
import { createTransport } from '../../src/adapter/http.ts';
import { FAULT_KINDS, isCallbackFault, startSimulator, waitFor } from '../../src/testing/index.ts';
import type { CallbackFaultKind, FaultKind, FaultPlan, HostedSimulator, JournalEntry } from '../../src/testing/index.ts';
import { CODE, portalClient, send, snapshot, step } from './portal.ts';

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((o) => o.close()));
});

async function host(plan: FaultPlan = {}) {
  const running = await startSimulator(createDvcqgSimulator({ seed: 'sockets', errorCodeStyle: 'number' }), { faults: plan });
  open.push(running);
  return running;
}
function socketTo(url: string): Socket {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  open.push({ close: async () => socket.destroy() });
  return socket;
}
const request = (path: string): string => `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`;

describe('half-open', () => {
  it('looks to our HTTP line like an answer that never comes, and applies nothing', async () => {
    const { url, faults, simulator } = await host();
    simulator.plant(snapshot());
    const transport = createTransport({ baseUrl: url, connections: 1, readTimeoutMs: 300 });
    open.push(transport);
    faults.once('half-open');
    const before = simulator.journal().length;
    expect(await transport.request({ method: 'POST', path: '/mapi/login', body: JSON.stringify(simulator.accounts[0]) })).toMatchObject({ kind: 'failure', sent: 'after', code: 'READ_TIMEOUT' });
    expect(simulator.journal()).toHaveLength(before);
    // the line was given up with its connection: the next call goes through on a new one
    expect(await transport.request({ method: 'POST', path: '/mapi/login', body: JSON.stringify(simulator.accounts[0]) })).toMatchObject({ kind: 'response', status: 200 });
  });

  it('reads nothing that comes on the connection afterwards; another connection is served', async () => {
    const { url, faults } = await host();
    /** Sends a request, then more than the buffers between us take; `whole` is true when all of it was taken. */
    const taken = async (): Promise<{ socket: Socket; whole: () => boolean }> => {
      const socket = socketTo(url);
      await once(socket, 'connect');
      let drained = false;
      socket.write(request('/mapi/g'));
      await waitFor(() => faults.counts()['half-open'] === 1 || socket.bytesRead > 0);
      socket.write(`POST /mapi/g HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: ${12 * 1024 * 1024}\r\n\r\n`);
      socket.write(Buffer.alloc(12 * 1024 * 1024, 0x20), () => (drained = true));
      return { socket, whole: () => drained };
    };
    faults.once('half-open');
    const dead = await taken();
    faults.reset();
    const alive = await taken();
    await waitFor(() => alive.whole(), { describe: 'a connection that is read' });
    expect(dead.whole()).toBe(false);
    expect(dead.socket.bytesRead).toBe(0);
    // and nobody takes leave of it either
    expect(dead.socket.closed).toBe(false);
  });

  it('later requests on the connection hang as well', async () => {
    const { url, faults, exchanges } = await host();
    faults.once('half-open');
    const socket = socketTo(url);
    await once(socket, 'connect');
    socket.write(request('/one'));
    await waitFor(() => exchanges.last() === 1);
    socket.write(request('/two'));
    expect((await send(`${url}/three`, { method: 'GET' })).status).toBe(404);
    expect(exchanges.list(0, 10).map((e) => e.path)).toEqual(['/one', '/three']);
    expect(exchanges.get(1)).toMatchObject({ fault: 'half-open' });
    expect(exchanges.get(1)?.status).toBeUndefined();
  });
});

describe('clock-skew', () => {
  const dateOf = (headers: Record<string, unknown>): number => Date.parse(String(headers['date']));

  it('for one request: its Date header and what it does by the clock', async () => {
    const { url, faults, simulator } = await host();
    const client = portalClient(url, simulator);
    await client.login();
    faults.once({ kind: 'clock-skew', skewMs: 3_600_000 });
    const wrong = await client.create(snapshot());
    // an hour ahead the session is over
    expect(wrong.body.message).toContain('hết hạn');
    expect(Math.abs(dateOf(wrong.headers) - Date.now() - 3_600_000)).toBeLessThan(60_000);
    const right = await client.login();
    expect(Math.abs(dateOf(right.headers) - Date.now())).toBeLessThan(60_000);
    expect(simulator.journal().filter((e: JournalEntry) => e.service === 'login').every((e) => Math.abs(e.at - Date.now()) < 60_000)).toBe(true);
  });

  it('standing, by the admin API, ahead and behind; reset puts it right', async () => {
    const { url, clock, simulator } = await host();
    const set = (skewMs: unknown) => send(`${url}/__admin/clock`, { body: { skewMs } });
    expect((await set(-300_000)).body).toMatchObject({ skewMs: -300_000 });
    expect(Math.abs(dateOf((await send(`${url}/x`, { method: 'GET' })).headers) - Date.now() + 300_000)).toBeLessThan(60_000);
    expect(Math.abs(simulator.now() - Date.now() + 300_000)).toBeLessThan(60_000);
    expect((await set('soon')).status).toBe(400);
    expect((await send(`${url}/__admin/clock`, { body: {} })).status).toBe(400);
    await send(`${url}/__admin/reset`, {});
    expect(clock.skewMs()).toBe(0);
    expect(Math.abs(simulator.now() - Date.now())).toBeLessThan(60_000);
  });

  it('of an upstream that has no clock of its own shows in its answers', async () => {
    const plain: HostedSimulator = { id: 'plain', handle: () => ({ status: 200, body: '' }), journal: () => [], summary: () => ({}), reset: () => undefined };
    const running = await startSimulator(plain, { faults: { rules: [{ kind: 'clock-skew', skewMs: -86_400_000 }] } });
    open.push(running);
    expect(Math.abs(dateOf((await send(`${running.url}/`, { method: 'GET' })).headers) - Date.now() + 86_400_000)).toBeLessThan(60_000);
    expect((await send(`${running.url}/__admin/clock`, { body: { advanceMs: 1 } })).status).toBe(409);
  });
});

/** What the gateway's own HTTP line makes of each kind; `applied`: the step is at the portal. */
const SEEN: Record<Exclude<FaultKind, CallbackFaultKind>, { result: object; applied: boolean }> = {
  latency: { result: { kind: 'response', status: 200 }, applied: true },
  hang: { result: { kind: 'failure', sent: 'after', code: 'READ_TIMEOUT' }, applied: false },
  'hang-after': { result: { kind: 'failure', sent: 'after', code: 'READ_TIMEOUT' }, applied: true },
  'reset-before': { result: { kind: 'failure', sent: 'after', code: 'RESET' }, applied: false },
  'reset-after': { result: { kind: 'failure', sent: 'after', code: 'RESET' }, applied: true },
  'html-502': { result: { kind: 'response', status: 502, body: undefined }, applied: false },
  'html-502-after': { result: { kind: 'response', status: 502, body: undefined }, applied: true },
  'error-200': { result: { kind: 'response', status: 200, body: { error_code: -1 } }, applied: false },
  truncated: { result: { kind: 'failure', sent: 'after' }, applied: true },
  garbage: { result: { kind: 'response', status: 200, body: undefined }, applied: true },
  'wrong-content-type': { result: { kind: 'response', status: 200, body: { error_code: 0 }, headers: { 'content-type': 'text/html; charset=utf-8' } }, applied: true },
  'http-429': { result: { kind: 'response', status: 429, headers: { 'retry-after': '1' } }, applied: false },
  'http-503': { result: { kind: 'response', status: 503 }, applied: false },
  dribble: { result: { kind: 'response', status: 200, body: { error_code: 0 } }, applied: true },
  'half-open': { result: { kind: 'failure', sent: 'after', code: 'READ_TIMEOUT' }, applied: false },
  'expire-session': { result: { kind: 'response', status: 200, body: { message: expect.stringContaining('hết hạn') } }, applied: false },
  'clock-skew': { result: { kind: 'response', status: 200, body: { error_code: 0 } }, applied: true },
};

describe('every kind, on our own HTTP line', () => {
  it('is in this table', () => {
    expect(Object.keys(SEEN).sort()).toEqual(FAULT_KINDS.filter((kind) => !isCallbackFault(kind)).sort());
  });

  it.each(Object.entries(SEEN))('%s', async (kind, { result, applied }) => {
    const { url, faults, simulator } = await host();
    simulator.plant(snapshot());
    const client = portalClient(url, simulator);
    await client.login();
    const line = createTransport({ baseUrl: url, connections: 1, readTimeoutMs: 400 });
    open.push(line);
    faults.once({ kind: kind as FaultKind, skewMs: 1_000, ...(kind === 'latency' || kind === 'dribble' ? { delay: { fixed: 1 } } : {}) });
    const body = JSON.stringify({ session: client.session, madonvi: simulator.agencies[0], service: 'CapNhatTienDoHoSoMC', data: [step('4', '20250715090000')] });
    expect(await line.request({ method: 'POST', path: '/mapi/g', headers: { dstcode: simulator.dstcode, 'content-type': 'application/json' }, body })).toMatchObject(result);
    expect([simulator.summary()['steps'], faults.counts()]).toEqual([applied ? 1 : 0, { [kind]: 1 }]);
  });
});

describe('the plan', () => {
  it('says what it follows and what waits', async () => {
    const { url, faults, simulator } = await host({ rules: [{ kind: 'latency', rate: 0 }] });
    await send(`${url}/__admin/faults/once`, { body: { fault: { kind: 'http-429', retryAfterSeconds: 3 }, match: { service: 'login' }, times: 2 } });
    expect((await send(`${url}/__admin/faults`, { method: 'GET' })).body).toMatchObject({ enabled: true, waiting: 2, plan: { rules: [{ kind: 'latency' }] }, kinds: expect.arrayContaining(['half-open', 'callback-lost']) });
    const client = portalClient(url, simulator);
    expect((await client.login()).status).toBe(429);
    expect(faults.waiting()).toBe(1);
    expect((await client.find(CODE)).status).toBe(200);
    for (const wrong of [{ fault: 'explode' }, { fault: 7 }, { fault: 'hang', times: 0 }, { fault: 'hang', match: { path: 5 } }, { fault: { kind: 'clock-skew', skewMs: 'much' } }]) {
      expect((await send(`${url}/__admin/faults/once`, { body: wrong })).status, JSON.stringify(wrong)).toBe(400);
    }
  });

  it('keeps faults of callbacks away from requests, and out of sequences', async () => {
    await expect(host({ sequence: ['callback-lost'] })).rejects.toThrow(/sequence/);
    const { url, faults } = await host({ rules: [{ kind: 'callback-lost' }] });
    faults.once('callback-duplicate');
    expect((await send(`${url}/x`, { method: 'GET' })).status).toBe(404);
    expect([faults.counts(), faults.waiting()]).toEqual([{}, 1]);
  });
});
