/** The upstream's own calls: in order, tried again, lost, doubled, late, out of order; and the portal's look-up at a real gateway. */
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createDvcqgSimulator } from '../../adapters/dvcqg/simulator.ts';
import { ADAPTERS } from '../../src/cli/adapters.ts';
import { startApp } from '../../src/cli/app.ts';
import { loadConfig } from '../../src/gateway/config.ts';
import { createAuthority } from '../../src/testing/server/certificate.ts';
import { upstream } from '../../src/testing/upstreams.ts';
import { startSimulator, waitFor } from '../../src/testing/index.ts';
import type { CallbackRecord, FaultPlan, HostedSimulator, HostOptions, SimulatorCallback } from '../../src/testing/index.ts';
import { codeOf, exportLines, sceneConfig, sendLines, startPortal } from '../faults/scene.ts';
import { endEverything, freshFolder } from '../support/process.ts';
import { send } from './portal.ts';

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((o) => o.close()));
  endEverything();
});

interface Seen { path: string; body: string; headers: Record<string, unknown> }
/** The province's endpoint: remembers what came and answers with `status(n)` to the n-th call, or with nothing at all. */
async function endpoint(status: (n: number) => number | 'reset' = () => 200, answer = '{}') {
  const seen: Seen[] = [];
  const server: Server = createServer((req, res) => {
    let body = '';
    req.setEncoding('utf8').on('data', (chunk: string) => (body += chunk)).on('end', () => {
      seen.push({ path: req.url ?? '', body, headers: req.headers });
      const code = status(seen.length);
      if (code === 'reset') req.socket.resetAndDestroy();
      else res.writeHead(code, { 'content-type': 'application/json' }).end(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({ close: () => new Promise((resolve) => { server.close(resolve); server.closeAllConnections(); }) });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, order: () => seen.map((s) => s.path.slice(1)) };
}

/** A toy upstream that announces each request's path to us: `/a,b` makes the calls a and b. */
function toy(retry?: SimulatorCallback['retry']): HostedSimulator {
  let waiting: SimulatorCallback[] = [];
  return {
    id: 'toy',
    handle(request) {
      waiting = request.path.slice(1).split(',').map((name) => ({ name, method: 'POST', path: `/${name}`, headers: { 'content-type': 'application/json' }, body: `{"name":"${name}"}`, ...(retry === undefined ? {} : { retry }) }));
      return { status: 202, body: '' };
    },
    takeCallbacks: () => waiting.splice(0),
    journal: () => [], summary: () => ({}), reset: () => undefined,
  };
}
async function host(options: HostOptions = {}, simulator = toy()) {
  const running = await startSimulator(simulator, options);
  open.push(running);
  const settled = () => waitFor(() => running.callbacks.waiting() === 0, { describe: 'the calls' });
  return { ...running, announce: (names: string) => send(`${running.url}/${names}`, {}), settled };
}

describe('calls of the upstream', () => {
  it('come in order, with what the host was told to send along', async () => {
    const province = await endpoint();
    const { announce, settled, callbacks } = await host({ callbacks: { url: province.url, headers: { authorization: 'Bearer invented' } } });
    await announce('a,b,c');
    await announce('d');
    await settled();
    expect(province.order()).toEqual(['a', 'b', 'c', 'd']);
    expect(province.seen[0]).toMatchObject({ body: '{"name":"a"}', headers: { authorization: 'Bearer invented', 'content-type': 'application/json' } });
    expect(callbacks.journal().map((c) => [c.id, c.name, c.state, c.tries.length])).toEqual([[1, 'a', 'answered', 1], [2, 'b', 'answered', 1], [3, 'c', 'answered', 1], [4, 'd', 'answered', 1]]);
  });

  it('are told their answers, and may be followed by what comes of them; silence is no answer', async () => {
    const province = await endpoint((n) => (n === 1 ? 503 : n === 3 ? 'reset' : 200), '{"data":"0007"}');
    const heard: string[] = [];
    let waiting: SimulatorCallback[] = [];
    const simulator: HostedSimulator = {
      ...toy(),
      takeCallbacks: () => waiting.splice(0),
      handle() {
        waiting = [{ name: 'ask', method: 'GET', path: '/ask', retry: { attempts: 1, delayMs: 10 }, answered(status, body) {
          heard.push(`${status} ${body}`);
          if (status === 200) waiting.push({ name: 'tell', method: 'POST', path: '/tell', body: '{}', answered: () => void heard.push('told') });
        } }];
        return { status: 202, body: '' };
      },
    };
    const { announce, settled, callbacks } = await host({ callbacks: { url: province.url } }, simulator);
    await announce('begin');
    await waitFor(() => callbacks.last() === 2, { describe: () => 'the second call' });
    await settled();
    expect(heard).toEqual(['503 {"data":"0007"}', '200 {"data":"0007"}']);
    expect(callbacks.journal().map(({ name, state }) => [name, state])).toEqual([['ask', 'answered'], ['tell', 'failed']]);
  });

  it('go on several lines when the host is told so: in order for each subject, and one that hangs holds back its own only', async () => {
    const province = await endpoint((n) => (n === 1 ? 503 : 200));
    const calls = ['a1', 'b1', 'a2', 'b2', 'a3'].map((name): SimulatorCallback => ({ name, method: 'POST', path: `/${name}`, subject: name.slice(0, 1), retry: { attempts: 1, delayMs: 50 } }));
    const { callbacks, settled } = await host({ callbacks: { url: province.url, lines: 2 } });
    callbacks.push(calls);
    await settled();
    const order = province.order();
    expect(order.filter((name) => name.startsWith('a'))).toEqual(['a1', 'a1', 'a2', 'a3']);
    expect(order.indexOf('b2')).toBeLessThan(order.lastIndexOf('a1'));
  });

  it('go where the admin API says from then on', async () => {
    const province = await endpoint();
    const { url, announce, settled, callbacks } = await host();
    const told = (body: unknown) => fetch(`${url}/__admin/callbacks`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    await announce('a');
    expect((await told({ url: `${province.url}/below` })).status).toBe(200);
    await announce('b');
    await settled();
    expect(province.order()).toEqual(['below/b']);
    expect((await told({ url: 'https://user:secret@example.vn' })).status).toBe(400);
    expect((await told({})).status).toBe(400);
    expect((await told({ url: null })).status).toBe(200);
    await announce('c');
    expect(callbacks.journal().map(({ state }) => state)).toEqual(['no-address', 'answered', 'no-address']);
  });

  it('are tried again as the simulator says, and then given up', async () => {
    const province = await endpoint((n) => (n === 1 ? 503 : n === 2 ? 'reset' : n === 3 ? 200 : 500));
    const { announce, settled, callbacks } = await host({ callbacks: { url: province.url } }, toy({ attempts: 2, delayMs: 1 }));
    await announce('a,b');
    await settled();
    expect(callbacks.journal()[0]).toMatchObject({ state: 'answered', tries: [{ status: 503 }, { failure: 'RESET' }, { status: 200 }] });
    expect(callbacks.journal()[1]).toMatchObject({ state: 'failed', tries: [{ status: 500 }, { status: 500 }, { status: 500 }] });
  });

  it('a refusal is an answer and not tried again; without a retry nothing is', async () => {
    const province = await endpoint((n) => (n === 1 ? 404 : 500));
    const { announce, settled, callbacks } = await host({ callbacks: { url: province.url } }, toy({ attempts: 5, delayMs: 1 }));
    await announce('a');
    await settled();
    expect(callbacks.journal()[0]).toMatchObject({ state: 'answered', tries: [{ status: 404 }] });
    const once = await host({ callbacks: { url: province.url } });
    await once.announce('b');
    await once.settled();
    expect(once.callbacks.journal()[0]).toMatchObject({ state: 'failed', tries: [{ status: 500 }] });
  });

  it('without an address are only listed', async () => {
    const { announce, url } = await host();
    await announce('a,b,c');
    const page = await send(`${url}/__admin/callbacks?after=1&limit=1`, { method: 'GET' });
    expect(JSON.parse(page.text)).toMatchObject({ id: 2, name: 'b', state: 'no-address', tries: [] });
    expect(page.headers['x-next-after']).toBe('2');
    expect((await send(`${url}/__admin/summary`, { method: 'GET' })).body).toMatchObject({ callbacks: { made: 3, waiting: 0 } });
  });

  it('reach an HTTPS endpoint whose authority is named, and no other', async () => {
    const authority = await createAuthority();
    const province = await startSimulator(toy(), { tls: await authority.issue([]) });
    open.push(province);
    const caFile = join(freshFolder(), 'ca.pem');
    writeFileSync(caFile, authority.ca);
    const trusting = await host({ callbacks: { url: province.url, caFile } });
    const doubting = await host({ callbacks: { url: province.url } });
    for (const { announce, settled } of [trusting, doubting]) {
      await announce('a');
      await settled();
    }
    expect(trusting.callbacks.journal()).toMatchObject([{ state: 'answered', tries: [{ status: 202 }] }]);
    expect(doubting.callbacks.journal()).toMatchObject([{ state: 'failed', tries: [{ failure: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }] }]);
  });

  it('closing ends a call that nobody answers', async () => {
    const silent = await startSimulator(toy(), { faults: { rules: [{ kind: 'hang' }] } });
    open.push(silent);
    const { announce, close, callbacks } = await host({ callbacks: { url: silent.url } });
    await announce('a,b');
    await waitFor(() => silent.faults.counts().hang === 1);
    await close();
    expect(callbacks.journal().map((c) => c.state)).toEqual(['waiting', 'failed']);
  });
});

describe('faults of these calls', () => {
  it.each<[NonNullable<FaultPlan['rules']>, string[], string[]]>([
    [[{ kind: 'callback-lost', match: { service: 'b' } }], ['a', 'c'], ['answered', 'lost', 'answered']],
    [[{ kind: 'callback-duplicate', match: { service: 'b' } }], ['a', 'b', 'b', 'c'], ['answered', 'answered', 'answered']],
    [[{ kind: 'callback-reorder', match: { service: 'a' } }], ['b', 'a', 'c'], ['answered', 'answered', 'answered']],
    [[{ kind: 'callback-delay', delay: { fixed: 5 }, match: { path: '/a' } }], ['a', 'b', 'c'], ['answered', 'answered', 'answered']],
    [[{ kind: 'callback-delay', delay: { fixed: 5 } }, { kind: 'callback-duplicate', limit: 1 }], ['a', 'a', 'b', 'c'], ['answered', 'answered', 'answered']],
  ])('%j', async (rules, order, states) => {
    const province = await endpoint();
    const { announce, settled, callbacks, faults } = await host({ callbacks: { url: province.url }, faults: { rules } });
    await announce('a,b,c');
    await settled();
    expect(province.order()).toEqual(order);
    expect(callbacks.journal().map((c) => c.state)).toEqual(states);
    const played = callbacks.journal().flatMap((c) => c.faults);
    expect(played.length).toBeGreaterThan(0);
    expect(new Set(played)).toEqual(new Set(Object.keys(faults.counts())));
  });

  it('one that is to be overtaken goes out late when no other follows', async () => {
    const province = await endpoint();
    const { announce, settled } = await host({ callbacks: { url: province.url }, faults: { rules: [{ kind: 'callback-reorder', delay: { fixed: 20 } }] } });
    await announce('a');
    await settled();
    expect(province.order()).toEqual(['a']);
  });

  it('one that is to be overtaken waits for the next', async () => {
    const province = await endpoint();
    const { announce, settled, faults } = await host({ callbacks: { url: province.url }, faults: { rules: [{ kind: 'callback-reorder', delay: { fixed: 60_000 }, limit: 1 }] } });
    await announce('a');
    await waitFor(() => faults.counts()['callback-reorder'] === 1);
    await announce('b');
    await settled();
    expect(province.order()).toEqual(['b', 'a']);
  });
});

describe('the portal’s look-up of a dossier, asked for by a person', () => {
  const digest = { MaHoSo: 'H99.14-250715-0042', MaTTHC: '1.009999', TenTTHC: 'Cấp bản sao trích lục mẫu', MaLinhVuc: 'G99-HT01', TenLinhVuc: 'Hộ tịch (mẫu)', LoaiDoiTuong: '1', TrangThaiHoSo: '2', HinhThuc: '0', DonViXuLy: 'UBND phường Mẫu' };
  const portal = async (url: string) => {
    const { contract } = await upstream('dvcqg');
    return host({ callbacks: { url }, ...(contract === undefined ? {} : { contract }) }, createDvcqgSimulator({ seed: 'calls', agencies: ['000.00.00.H99'] }));
  };
  const call = (url: string, body: unknown) => send(`${url}/__admin/call`, { body });

  it('says what came back and that it fits the contract', async () => {
    const province = await endpoint(() => 200, JSON.stringify(digest));
    const { url } = await portal(`${province.url}/inbound/dvcqg`);
    expect((await send(`${url}/__admin/calls`, { method: 'GET' })).body).toMatchObject([{ name: 'search/call', params: [{ name: 'masohoso' }, { name: 'madonvi' }] }]);
    const made = await call(url, { name: 'search/call', params: { masohoso: digest.MaHoSo } });
    expect(made.body).toMatchObject({ state: 'answered', issues: [], breaches: [], response: { status: 200, body: { MaHoSo: digest.MaHoSo, TrangThaiHoSo: '2' } } });
    expect(province.seen).toMatchObject([{ path: '/inbound/dvcqg/search/call', body: JSON.stringify({ madonvi: '000.00.00.H99', service: 'TraCuuHoSo', masohoso: digest.MaHoSo }) }]);
  });

  it('says what is wrong with an answer that does not', async () => {
    const { TrangThaiHoSo: _, ...broken } = digest;
    const province = await endpoint(() => 200, JSON.stringify(broken));
    const { url } = await portal(province.url);
    const { body } = await call(url, { name: 'search/call', params: { masohoso: digest.MaHoSo } });
    expect(body).toMatchObject({ state: 'answered', issues: [{ code: 'LT-INPUT-REQUIRED', pointer: '/body/TrangThaiHoSo' }] });
  });

  it('reaches a real gateway: what it holds, what it does not hold, and both answers fit the contract', async () => {
    const folder = freshFolder();
    const upstreamOfGateway = await startPortal('look-up');
    open.push(upstreamOfGateway);
    const app = await startApp(loadConfig({ overrides: sceneConfig({ folder, portal: upstreamOfGateway }), adapters: ADAPTERS }));
    open.push(app);
    const [line = ''] = exportLines(1);
    await sendLines(app.url, [line]);
    const { url } = await portal(`${app.url}/inbound/dvcqg`);
    // a gateway under pressure asks to be called again
    const lookUp = (code: string) => waitFor(async () => {
      const { body } = await call(url, { name: 'search/call', params: { masohoso: code } });
      return (body as CallbackRecord).response?.status !== 503 && body;
    });
    const found = await lookUp(codeOf(line));
    expect(found).toMatchObject({ state: 'answered', issues: [], breaches: [], response: { status: 200, body: { MaHoSo: codeOf(line) } } });
    const missing = await lookUp('H99-NONE');
    expect(missing).toMatchObject({ state: 'answered', issues: [], response: { status: 200, body: { error_code: '-1' } } });
  });

  it('says what is missing, and that an upstream makes no calls', async () => {
    const { url } = await portal('http://127.0.0.1:9');
    expect((await call(url, { name: 'search/call', params: {} })).text).toContain('masohoso');
    expect((await call(url, { name: 'nothing' })).status).toBe(400);
    expect((await call(url, { name: 'search/call', params: { masohoso: 7 } })).status).toBe(400);
    expect((await call(url, { name: 'search/call', params: { masohoso: 'H99' } })).body).toMatchObject({ state: 'failed', tries: [{ failure: 'ECONNREFUSED' }] });
    expect((await call((await host()).url, { name: 'search/call' })).status).toBe(409);
  });
});
