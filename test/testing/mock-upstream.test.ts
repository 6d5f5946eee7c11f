/** The mock as a vendor uses it: several clients, strictness, faults, and nothing left behind. */
import http from 'node:http';
import { request as httpsRequest } from 'node:https';
import { once } from 'node:events';
import axios from 'axios';
import nock from 'nock';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { dvcqg } from '../../adapters/dvcqg/adapter.ts';
import { KNOWN_DOSSIER } from '../../adapters/dvcqg/scenarios.ts';
import { opencps } from '../../adapters/opencps/adapter.ts';
import example from '../../examples/sdk/dossier.json' with { type: 'json' };
import { connect } from '../../src/adapter/client.ts';
import { defineAdapter } from '../../src/adapter/define.ts';
import type { SimulatorRequest } from '../../src/adapter/types.ts';
import type { Dossier } from '../../src/model/canonical.ts';
import { FAULT_KINDS } from '../../src/testing/faults.ts';
import { mockUpstream, PLAYABLE_FAULTS, UnexpectedCallsError, type MockOptions, type MockUpstream } from '../../src/testing/mock-upstream.ts';
import { scenariosOf } from '../../src/testing/mockable.ts';
import { UPSTREAM_IDS, upstream, type UpstreamId } from '../../src/testing/upstreams.ts';
import { waitFor } from '../../src/testing/wait.ts';
import { httpLoopback } from '../support/loopback.ts';

const dossier = example as Dossier;
const cleanups: (() => unknown)[] = [];
const open = async <Id extends UpstreamId>(id: Id, options: MockOptions<Id> = {}): Promise<MockUpstream<Id>> => {
  const mock = await mockUpstream(id, options);
  cleanups.push(() => mock.restore());
  return mock;
};
const lineTo = (mock: MockUpstream<'dvcqg'>, more: Record<string, unknown> = {}) => {
  const line = connect(dvcqg, { ...mock.config(), ...more }, { readRetry: { retries: 0 } });
  cleanups.push(() => line.close());
  return line;
};
const post = (mock: { url: string }, path: string, body: unknown) =>
  fetch(mock.url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
const failureOf = async (call: Promise<unknown>): Promise<Error> => call.then(() => { throw new Error('it was answered'); }, (error: unknown) => error as Error);

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  // What vitest imported for this file's own use stays active; nothing of ours may stand in it.
  expect(nock.activeMocks()).toEqual([]);
});
afterAll(() => nock.restore());

describe('every client of the process', () => {
  it('the adapter: create, update, look-up, with state in between', async () => {
    const mock = await open('dvcqg');
    const line = lineTo(mock);
    expect(await line.run('findDossier', { code: dossier.code })).toMatchObject({ kind: 'done', value: { exists: false } });
    expect(await line.run('syncDossier', dossier)).toMatchObject({ kind: 'done' });
    expect(await line.run('findDossier', { code: dossier.code })).toMatchObject({ kind: 'done', value: { exists: true } });
    expect(mock.simulator.dossier(dossier.code)).toMatchObject({ creates: 1, updates: 0 });
    expect(mock.journal.map(({ seq, operation, service, schema, state, issues, answerIssues }) => ({ seq, operation, service, schema, state, issues, answerIssues }))).toEqual([
      { seq: 1, operation: 'login', service: 'login', schema: 'LoginRequest', state: 'answered', issues: [], answerIssues: [] },
      { seq: 2, operation: 'call', service: 'TraCuuHoSo', schema: 'TraCuuHoSoRequest', state: 'answered', issues: [], answerIssues: [] },
      { seq: 3, operation: 'call', service: 'DongBoHoSoMC', schema: 'DongBoHoSoMC2023Request', state: 'answered', issues: [], answerIssues: [] },
      { seq: 4, operation: 'call', service: 'TraCuuHoSo', schema: 'TraCuuHoSoRequest', state: 'answered', issues: [], answerIssues: [] },
    ]);
    expect(JSON.parse(mock.journal[2]?.body ?? '')).toMatchObject({ service: 'DongBoHoSoMC', data: [{ MaHoSo: dossier.code }] });
    expect(mock.journal[2]?.answer).toMatchObject({ status: 200 });
    mock.verify();
  });

  it('fetch, axios and node:https are served alike', async () => {
    const mock = await open('dvcqg');
    const [account] = mock.simulator.accounts;
    const viaFetch = await (await post(mock, '/mapi/login', account)).json() as object;
    const viaAxios = (await axios.post(`${mock.url}/mapi/login`, account)).data as object;
    const viaHttps = await new Promise<object>((resolve, reject) => {
      const request = httpsRequest(`${mock.url}/mapi/login`, { method: 'POST', headers: { 'content-type': 'application/json' } }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk)).on('end', () => resolve(JSON.parse(text) as object));
      });
      request.on('error', reject).end(JSON.stringify(account));
    });
    for (const answer of [viaFetch, viaAxios, viaHttps]) expect(answer).toMatchObject({ session: expect.stringMatching(/^[0-9a-f]{32}$/) as unknown });
    expect(mock.simulator.summary()).toMatchObject({ logins: 3 });
  });

  it('a kept connection carries a second and a third call', async () => {
    const mock = await open('dvcqg', { baseUrl: 'http://kept.mock.example.vn' });
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    cleanups.push(() => agent.destroy());
    for (let i = 0; i < 3; i += 1) {
      const request = http.request(`${mock.url}/mapi/login`, { agent, method: 'POST', headers: { 'content-type': 'application/json', connection: 'keep-alive' } });
      request.end(JSON.stringify(mock.simulator.accounts[0]));
      const [response] = await once(request, 'response') as [http.IncomingMessage];
      await once(response.resume(), 'end');
    }
    expect(mock.simulator.summary()).toMatchObject({ logins: 3 });
  });

  it.each(UPSTREAM_IDS)('%s: its adapter accepts the configuration of its mock', async (id) => {
    const mock = await open(id);
    const adapter = await upstream(id);
    expect(adapter.configure(mock.config())).toMatchObject({ baseUrl: mock.url });
  });

  it('a source is polled through its mock', async () => {
    const mock = await open('opencps', { scenario: 'small-pages' });
    for (let id = 1; id <= 3; id += 1) mock.simulator.put({ dossierId: String(id), referenceUid: `invented-${id}`, dossierNo: `H99-${id}`, modifiedDate: 1_751_300_000_000 + id });
    const line = connect(opencps, mock.config());
    cleanups.push(() => line.close());
    const page = await line.run('listDossiers', { start: 0, end: 20 } as never);
    expect(page).toMatchObject({ kind: 'done' });
    expect(mock.journal.map((call) => [call.operation, call.state, call.answerIssues])).toEqual([['listDossiers', 'answered', []]]);
  });
});

it('an adapter of somebody else is mocked like ours; without a document nothing is held against it', async () => {
  const greetings: string[] = [];
  const own = defineAdapter({
    id: 'greeter', title: { vi: 'Lời chào', en: 'Greeter' }, version: '1', configSchema: {}, configure: (raw: unknown) => raw as object, operations: {}, inbound: [],
    open: () => ({ call: () => Promise.reject(new Error('not called')), close: async () => {} }),
    simulator: () => ({
      id: 'greeter', greetings, journal: () => [], summary: () => ({}), reset: () => {},
      handle: ({ body }: SimulatorRequest) => ({ status: greetings.push(body) > 0 ? 200 : 500, body: 'xin chào' }),
    }),
    scenarios: { greeted: { title: { vi: 'Đã chào', en: 'Greeted' }, given: (greeter) => greeter.greetings.push('before') } },
  });
  await using mock = await mockUpstream(own, { scenario: 'greeted' });
  expect(await (await fetch(`${mock.url}/anywhere`, { method: 'PUT', body: 'hello' })).text()).toBe('xin chào');
  expect(mock.simulator.greetings).toEqual(['before', 'hello']);
  expect(() => mock.config()).toThrow('does not say how it is reached');
});

describe('strictness', () => {
  const step = { MaHoSo: 12, NguoiXuLy: 'Người Mẫu', ChucDanh: '', ThoiDiemXuLy: '2025-07-01', PhongBanXuLy: '', NoiDungXuLy: 'mẫu', TrangThai: '2', NgayBatDau: '', NgayKetThucTheoQuyDinh: '' };

  it('a body in an old encoding is no JSON, whatever can be read of it', async () => {
    const mock = await mockUpstream('dvcqg');
    const body = Buffer.concat([Buffer.from('{"username":"Nguy'), Buffer.from([0xea, 0xcc]), Buffer.from('n","password":"x"}')]);
    await failureOf(fetch(`${mock.url}/mapi/login`, { method: 'POST', body, headers: { 'content-type': 'application/json' } }));
    expect((await failureOf(mock.restore())).message).toMatch(/\/body {2}LT-INPUT-NOT-JSON\n.*không phải UTF-8/);
  });

  it('a call that breaks the contract fails on the wire and at the end, in words, and changes nothing', async () => {
    const mock = await mockUpstream('dvcqg');
    const error = await failureOf(post(mock, '/mapi/g', { session: 's', madonvi: '000.00.00.H99', service: 'CapNhatTienDoHoSoMC', data: [step] }));
    expect(error.cause).toMatchObject({ code: 'ECONNREFUSED', message: expect.stringContaining('/body/data/0/ThoiDiemXuLy') as unknown });
    const told = await failureOf(mock.restore());
    expect(told).toBeInstanceOf(UnexpectedCallsError);
    expect(told).toMatchObject({ code: 'LT-KIT-UNEXPECTED-CALL', calls: [{ operation: 'call', state: 'unexpected' }] });
    expect(told.message).toContain('1. POST /mapi/g (call, CapNhatTienDoHoSoMCRequest)');
    expect(told.message).toMatch(/\/body\/data\/0\/MaHoSo {2}LT-INPUT-TYPE\n +vi: .*Cần: chuỗi, 1 đến 50 ký tự.*Nhận được: số\n +en: .*Expected: text, 1 to 50 characters.*Got: a number/);
    expect(told.message).toMatch(/ThoiDiemXuLy {2}LT-INPUT-PATTERN\n.*\n.*Got: text of 10 characters/);
    expect(told.message, 'values may be personal').not.toMatch(/Người Mẫu|2025-07-01/);
    expect(mock.simulator.journal()).toEqual([]);
  });

  it.each([
    ['an address that is not there', '/mapi/logon', {}, /1\. POST https:\/\/dvcqg\.mock\.example\.vn\/mapi\/logon\n[^]*· POST \/mapi\/login/],
    ['a service that is not there', '/mapi/g', { service: 'MatKhau-123456' }, /\/body\/service {2}LT-INPUT-ENUM\n.*DongBoHoSoMC/],
    ['a call of the other direction', '/search/call', { madonvi: 'G22', masohoso: KNOWN_DOSSIER }, /does not serve that address/],
    ['a prefix of nobody', '/somewhere/mapi/login', { username: 'a', password: 'b' }, /does not serve that address/],
    ['a body that is not there', '/mapi/g', undefined, /\/body {2}LT-INPUT-REQUIRED/],
  ])('%s', async (_, path, body, words) => {
    const mock = await mockUpstream('dvcqg');
    await failureOf(post(mock, path, body));
    const told = await failureOf(mock.restore());
    expect(told.message).toMatch(words);
    expect(told.message).not.toContain('MatKhau-123456');
  });

  it('a method that the address does not have', async () => {
    const mock = await mockUpstream('dvcqg');
    await failureOf(fetch(`${mock.url}/mapi/login`));
    await expect(mock.restore()).rejects.toThrow('expected method POST');
  });

  it('verify tells each call once; restore is quiet about what was told, and about a second time', async () => {
    const mock = await open('dvcqg');
    await failureOf(post(mock, '/nowhere', {}));
    expect(() => mock.verify()).toThrow('1 call');
    mock.verify();
    await failureOf(post(mock, '/nowhere', {}));
    await failureOf(post(mock, '/nowhere', {}));
    expect(() => mock.verify()).toThrow('2 calls');
    await mock.restore();
    await mock.restore();
  });

  it('not strict: the double answers as the upstream would, and the journal says what was wrong', async () => {
    const mock = await open('dvcqg', { strict: false });
    expect((await post(mock, '/mapi/logon', {})).status).toBe(404);
    expect(await (await post(mock, '/mapi/login', { username: 1 })).json()).toMatchObject({ message: expect.any(String) as unknown });
    expect(mock.journal.map(({ state, issues }) => [state, issues.map(({ pointer }) => pointer)])).toEqual([
      ['answered', ['/path', '/path']],
      ['answered', ['/body/password', '/body/username']],
    ]);
    mock.verify();
  });

  it('works under a clock of the test’s own', async () => {
    vi.useFakeTimers();
    cleanups.push(() => vi.useRealTimers());
    // An address of its own: fetch does not reuse a kept connection while setImmediate stands still.
    const mock = await mockUpstream('dvcqg', { baseUrl: 'https://clock.mock.example.vn' });
    expect((await post(mock, '/mapi/login', mock.simulator.accounts[0])).status).toBe(200);
    await failureOf(post(mock, '/mapi/logon', {}));
    await expect(mock.restore()).rejects.toThrow(UnexpectedCallsError);
  });

  it('await using fails the test at its end', async () => {
    await expect((async () => {
      await using mock = await mockUpstream('dvcqg');
      await failureOf(post(mock, '/nowhere', {}));
    })()).rejects.toThrow(UnexpectedCallsError);
  });
});

describe('other hosts', () => {
  it('this machine is let through, every other is refused', async () => {
    await using server = await httpLoopback((_, res) => void res.end('real'));
    const mock = await mockUpstream('dvcqg');
    expect(await (await fetch(server.url)).text()).toBe('real');
    expect((await failureOf(fetch('https://other.example.vn/a/b'))).cause).toMatchObject({ code: 'ECONNREFUSED' });
    await expect(mock.restore()).rejects.toThrow('GET https://other.example.vn/a/b');
  });

  it('refuse: not even this machine', async () => {
    await using server = await httpLoopback((_, res) => void res.end('real'));
    const mock = await mockUpstream('dvcqg', { otherHosts: 'refuse' });
    expect((await failureOf(fetch(server.url))).cause).toMatchObject({ code: 'ECONNREFUSED' });
    await expect(mock.restore()).rejects.toThrow(UnexpectedCallsError);
    expect(await (await fetch(server.url)).text()).toBe('real');
  });

  it('what the user mocks with nock is the user’s', async () => {
    const mock = await open('dvcqg');
    nock('https://other.example.vn').get('/mine').reply(200, 'mine');
    expect(await (await fetch('https://other.example.vn/mine')).text()).toBe('mine');
    expect(mock.journal).toEqual([]);
  });
});

describe('two mocks, and none', () => {
  it('each answers for its own address, with its own state', async () => {
    const one = await open('dvcqg', { seed: 'one' });
    await expect(mockUpstream('opencps', { baseUrl: one.url })).rejects.toThrow('already answers');
    const two = await open('dvcqg', { seed: 'two', baseUrl: 'https://two.mock.example.vn/VXPAdapter/RestService/forward' });
    await lineTo(two).run('syncDossier', dossier);
    expect([one.journal.length, two.journal.length]).toEqual([0, 2]);
    expect(two.journal[0]?.path).toBe('/mapi/login');
    await two.restore();
    expect(await lineTo(one).run('findDossier', { code: dossier.code })).toMatchObject({ kind: 'done', value: { exists: false } });
  });

  it('after restore the address is a stranger’s again, also on a connection that was kept', async () => {
    const mock = await open('dvcqg', { baseUrl: 'http://gone.mock.example.vn' });
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    cleanups.push(() => agent.destroy());
    const ask = () => new Promise<string>((resolve) => {
      const request = http.request(`${mock.url}/mapi/login`, { agent, method: 'POST', headers: { 'content-type': 'application/json' } }, (response) => response.resume().on('end', () => resolve(String(response.statusCode))));
      request.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? '')).end(JSON.stringify(mock.simulator.accounts[0]));
    });
    expect(await ask()).toBe('200');
    await mock.restore();
    expect(await ask()).toMatch(/^E/);
    expect(mock.journal).toHaveLength(1);
  });

  it('the same seed gives the same accounts and sessions, another one others', async () => {
    const sessionOf = async (seed: string): Promise<string> => {
      await using mock = await mockUpstream('dvcqg', { seed });
      return ((await (await post(mock, '/mapi/login', mock.simulator.accounts[0])).json()) as { session: string }).session;
    };
    expect(await sessionOf('a')).toBe(await sessionOf('a'));
    expect(await sessionOf('a')).not.toBe(await sessionOf('b'));
  });
});

describe('scenarios', () => {
  it.each(UPSTREAM_IDS)('%s: every one of its names starts, and has a title in both languages', async (id) => {
    const names = await scenariosOf(id);
    for (const [name, title] of Object.entries(names)) {
      expect(title.vi.length * title.en.length, name).toBeGreaterThan(0);
      await (await mockUpstream(id, { scenario: name })).restore();
    }
    await expect(mockUpstream(id, { scenario: 'no-such' })).rejects.toThrow(Object.keys(names).join(', '));
  });

  it('known-dossier: the create is refused, and an update follows', async () => {
    expect(dossier.code).toBe(KNOWN_DOSSIER);
    const mock = await open('dvcqg', { scenario: 'known-dossier' });
    expect(await lineTo(mock).run('syncDossier', dossier)).toMatchObject({ kind: 'done' });
    expect(mock.simulator.dossier(dossier.code)).toMatchObject({ updates: 1 });
    expect(mock.journal.map((call) => call.service)).toEqual(['login', 'DongBoHoSoMC', 'DongBoHoSoMC']);
  });

  it('short-sessions: the adapter logs in again', async () => {
    const mock = await open('dvcqg', { scenario: 'short-sessions' });
    const line = lineTo(mock);
    for (let i = 0; i < 5; i += 1) expect(await line.run('findDossier', { code: dossier.code })).toMatchObject({ kind: 'done' });
    expect(mock.simulator.summary()['logins']).toBe(3);
  });

  it('facade: the façade’s own addresses', async () => {
    const mock = await open('dvcqg', { scenario: 'facade' });
    expect(await lineTo(mock).run('syncDossier', dossier)).toMatchObject({ kind: 'done' });
    expect(mock.journal.map(({ operation, answerIssues }) => [operation, answerIssues])).toEqual([['facadeThemMoi', []]]);
  });

  it('one of the test’s own, with its own options', async () => {
    const mock = await open('dvcqg', { scenario: { options: { agencies: ['000.00.00.H01'] }, given: (portal) => portal.plant({ MaHoSo: 'H01-1', TrangThaiHoSo: '4' }) } });
    expect(mock.config()).toMatchObject({ agencyCode: '000.00.00.H01' });
    expect(await lineTo(mock).run('findDossier', { code: 'H01-1' })).toMatchObject({ kind: 'done', value: { exists: true } });
  });
});

describe('faults', () => {
  /** What a create comes to under each fault, and whether it was applied. */
  const EXPECTED: Record<(typeof PLAYABLE_FAULTS)[number], [kind: string, applied: number]> = {
    latency: ['done', 1], hang: ['unknown', 0], 'hang-after': ['unknown', 1], 'reset-before': ['unknown', 0], 'reset-after': ['unknown', 1], 'html-502': ['unknown', 0], 'html-502-after': ['unknown', 1],
    'error-200': ['retry', 0], truncated: ['unknown', 1], garbage: ['unknown', 1], 'wrong-content-type': ['done', 1], 'http-429': ['retry', 0], 'http-503': ['unknown', 0], dribble: ['done', 1], 'expire-session': ['done', 1], 'clock-skew': ['done', 1],
  };

  it.each(PLAYABLE_FAULTS)('%s', async (kind) => {
    const mock = await open('dvcqg', { options: { errorCodeStyle: 'string' } });
    const line = lineTo(mock, { readTimeoutMs: 150 });
    await line.run('findDossier', { code: dossier.code });
    mock.faults.once({ kind, delay: { fixed: 2 } }, { service: 'DongBoHoSoMC' });
    const outcome = await line.run('syncDossier', dossier);
    const [expected, applied] = EXPECTED[kind];
    expect([outcome.kind, mock.simulator.dossier(dossier.code)?.creates ?? 0]).toEqual([expected, applied]);
    const hit = mock.journal.find((call) => call.faults.includes(kind));
    await waitFor(() => hit?.state !== 'pending', { describe: 'the call to come to its end' });
    expect(hit?.state).toBe(kind === 'hang' || kind === 'reset-before' || (expected === 'unknown' && applied === 1) ? 'lost' : 'answered');
    expect(mock.faults.counts()).toEqual({ [kind]: 1 });
    expect(mock.faults.lostReplies().length, 'effects whose reply nobody read').toBe(expected === 'unknown' ? applied : 0);
  });

  it.each([
    ['longer than a call may wait', 3_600, { maxTimeoutMs: 60_000 }],
    ['with no try left', 50, { retries: 0, maxTimeoutMs: 60_000 }],
  ])('says Retry-After to whoever asks; it is not waited for: %s', async (_, retryAfterSeconds, readRetry) => {
    const mock = await open('dvcqg', { faults: { rules: [{ kind: 'http-429', retryAfterSeconds, match: { service: 'TraCuuHoSo' } }] } });
    const line = connect(dvcqg, mock.config(), { readRetry });
    cleanups.push(() => line.close());
    expect(await line.run('findDossier', { code: dossier.code })).toMatchObject({ kind: 'retry', retryAfterMs: retryAfterSeconds * 1_000 });
    expect(mock.faults.counts()).toEqual({ 'http-429': 1 });
  });

  it('a wrong clock is wrong in the Date header and in what the upstream does by it, for one call', async () => {
    const mock = await open('dvcqg', { options: { now: () => Date.UTC(2025, 6, 1) } });
    mock.faults.once({ kind: 'clock-skew', skewMs: -3_600_000 });
    const dates = [];
    for (let i = 0; i < 2; i += 1) dates.push((await post(mock, '/mapi/login', mock.simulator.accounts[0])).headers.get('date'));
    expect(dates).toEqual(['Mon, 30 Jun 2025 23:00:00 GMT', 'Tue, 01 Jul 2025 00:00:00 GMT']);
    expect(mock.simulator.journal().map((entry) => entry.at)).toEqual([Date.UTC(2025, 5, 30, 23), Date.UTC(2025, 6, 1)]);
  });

  it('a plan is seeded', async () => {
    const hits = async (seed: string): Promise<boolean[]> => {
      await using mock = await mockUpstream('dvcqg', { seed, faults: { rules: [{ kind: 'http-503', rate: 0.5, match: { service: 'login' } }] } });
      const seen: boolean[] = [];
      for (let i = 0; i < 16; i += 1) seen.push((await post(mock, '/mapi/login', mock.simulator.accounts[0])).status === 503);
      return seen;
    };
    expect(await hits('a')).toEqual(await hits('a'));
    expect(await hits('a')).not.toEqual(await hits('b'));
  });

  it.each(FAULT_KINDS.filter((kind) => !(PLAYABLE_FAULTS as readonly string[]).includes(kind)))('%s cannot be played, and says so', async (kind) => {
    await expect(mockUpstream('dvcqg', { faults: { rules: [{ kind }] } })).rejects.toThrow(`cannot play '${kind}'`);
    const mock = await open('dvcqg');
    expect(() => mock.faults.once(kind)).toThrow(TypeError);
  });

  it('restore ends what hangs', async () => {
    const mock = await open('dvcqg');
    mock.faults.once('hang');
    const hanging = failureOf(post(mock, '/mapi/login', mock.simulator.accounts[0]));
    await waitFor(() => mock.journal.length === 1);
    await mock.restore();
    expect((await hanging).cause).toMatchObject({ code: 'ECONNRESET' });
  });
});

describe('options', () => {
  it.each([
    ['an upstream that is not there', () => mockUpstream('nobody' as UpstreamId)],
    ['an address that is none', () => mockUpstream('dvcqg', { baseUrl: 'dvcqg' })],
    ['an address with an account', () => mockUpstream('dvcqg', { baseUrl: 'https://a:b@x.example.vn' })],
    ['an option of the double that is not there', () => mockUpstream('dvcqg', { options: { accunts: [] } })],
  ])('%s', async (_, start) => {
    await expect(start()).rejects.toThrow(TypeError);
  });
});
