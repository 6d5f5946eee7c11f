/** What a mock server says of the requests that it gets and of its own answers, and what its log shows to whom. */
import { request as httpRequest } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it } from 'vitest';
import { startMockServer, waitFor } from '../../src/testing/index.ts';
import type { LoggedExchange, MockServerOptions } from '../../src/testing/index.ts';
import { createExchangeLog } from '../../src/testing/server/exchange-log.ts';
import { record } from '../adapters/opencps/record.ts';
import { CODE, portalClient, send, snapshot, step } from './portal.ts';

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((o) => o.close()));
});
async function portal(options: MockServerOptions<'dvcqg'> = {}) {
  const running = await startMockServer('dvcqg', { seed: 'validation', ...options });
  open.push(running);
  const client = portalClient(running.url, running.simulator);
  await client.login();
  const admin = (path: string, body?: unknown) => send(`${running.url}/__admin${path}`, body === undefined ? { method: 'GET' } : { body });
  const rows = async (query = '') => (await admin(`/requests${query}`)).text.split('\n').filter(Boolean).map((line) => JSON.parse(line) as LoggedExchange);
  return { ...running, client, admin, rows };
}

describe('requests held against the document', () => {
  it('observe: the upstream answers as ever; what is wrong is counted, named and pointed at', async () => {
    const { client, admin, validation } = await portal();
    expect((await client.create(snapshot())).headers).toMatchObject({ 'x-lienthong-issues': '0' });
    const wrong = await client.append(step('4', '20250715090000', CODE, { NguoiXuLy: 7, Khac: 'x' }));
    expect(wrong.status).toBe(200);
    expect(wrong.headers['x-lienthong-issues']).toBe('2');
    const { body } = await admin(`/requests/${String(wrong.headers['x-lienthong-exchange'])}`);
    expect(body).toMatchObject({
      validation: 'observe', service: 'CapNhatTienDoHoSoMC', operation: 'call', status: 200, end: 'answered', breaches: [],
      issues: expect.arrayContaining([
        expect.objectContaining({ code: 'LT-INPUT-TYPE', pointer: '/body/data/0/NguoiXuLy', message: { vi: expect.stringContaining('chuỗi'), en: expect.stringContaining('text') } }),
        expect.objectContaining({ code: 'LT-INPUT-UNKNOWN-FIELD', pointer: '/body/data/0/Khac' }),
      ]),
    });
    expect(validation.counts()).toEqual({ checked: 3, withIssues: 1, breaches: 0 });
    expect((await admin('/summary')).body).toMatchObject({ validation: { mode: 'observe', documented: true, withIssues: 1 } });
  });

  it('a body in an old encoding is no JSON, whatever can be read of it', async () => {
    const { client, url } = await portal({ validate: 'refuse' });
    const old = Buffer.concat([Buffer.from(`{"session":"${client.session}","madonvi":"H99","service":"LayDanhMucLinhVuc","x":"Nguy`), Buffer.from([0xea, 0xcc]), Buffer.from('n"}')]);
    const reply = await fetch(`${url}/mapi/g`, { method: 'POST', body: old, headers: { 'content-type': 'application/json' } });
    expect([reply.status, ((await reply.json()) as { issues: { code: string; pointer: string }[] }).issues.map(({ code, pointer }) => `${code} ${pointer}`)]).toEqual([400, expect.arrayContaining(['LT-INPUT-NOT-JSON /body'])]);
  });

  it('refuse: 400 with everything that is wrong, in both languages, and nothing applied', async () => {
    const { client, simulator } = await portal({ validate: 'refuse' });
    await client.create(snapshot());
    const before = simulator.journal().length;
    const refused = await client.append(step('77', '2025', CODE));
    expect([refused.status, refused.headers['content-type']]).toEqual([400, 'application/problem+json; charset=utf-8']);
    expect(refused.body).toMatchObject({ code: 'LT-KIT-REQUEST-NOT-ALLOWED', status: 400, issues: expect.arrayContaining([expect.objectContaining({ pointer: '/body/data/0/ThoiDiemXuLy' }), expect.objectContaining({ pointer: '/body/data/0/TrangThai' })]) });
    expect(refused.text).not.toContain('77');
    expect(simulator.journal()).toHaveLength(before);
    expect((await client.append(step('4', '20250715090000'))).body.error_code).toSatisfy((code) => Number(code) === 0);
    const nowhere = await send(`${(await portal({ validate: 'refuse' })).url}/nowhere`, {});
    expect(nowhere.body).toMatchObject({ issues: [{ pointer: '/path' }] });
  });

  it('can be switched by the admin API, and by a header for one request', async () => {
    const { client, admin, url } = await portal({ validate: 'off' });
    const wrong = (headers: Record<string, string> = {}) => client.post('/mapi/g', { service: 'TraCuuHoSo' }, headers);
    expect((await wrong()).headers['x-lienthong-issues']).toBeUndefined();
    expect((await wrong({ 'x-lienthong-validate': 'refuse' })).status).toBe(400);
    expect(Number((await wrong({ 'x-lienthong-validate': 'observe' })).headers['x-lienthong-issues'])).toBeGreaterThan(0);
    expect((await admin('/validation', { mode: 'refuse' })).body).toEqual({ mode: 'refuse' });
    expect((await wrong()).status).toBe(400);
    expect((await wrong({ 'x-lienthong-validate': 'off' })).status).toBe(200);
    expect((await admin('/validation', { mode: 'sometimes' })).status).toBe(400);
    expect((await send(`${url}/__admin/validation`, { method: 'GET' })).body).toMatchObject({ mode: 'refuse', documented: true });
  });

  it('a fault comes before a refusal, as a network would', async () => {
    const { client, faults } = await portal({ validate: 'refuse' });
    faults.once('html-502');
    expect((await client.append({})).status).toBe(502);
  });

  it('the portal’s double keeps to the document itself, whatever it is asked', async () => {
    const { client, rows, simulator } = await portal({ simulator: { mode: 'both' } });
    await client.create(snapshot());
    await client.create(snapshot());
    await client.update(snapshot('H99.14-250715-0043'));
    await client.append(step('4', '20250715090000'), step('5', '20250715100000'));
    await client.find();
    for (const [service, params] of Object.entries<Record<string, unknown>>({
      LayThuTuc: { maTTHC: '1.009999' }, TraCuuTechID: { provider: 'wso2is', mstorcmnd: '092199999002' }, LayDanhSachTTHC: { madonvi: '000.00.00.H99' }, LayLV: {}, LayDonVi: {}, LayDanhMucGioiTinh: {}, KhongCo: {},
      DongBoTrangThaiHoSo: { type: '2', data: { MaHoSo: 'G22.99-1', TrangThai: '2', NgayXuLy: '20250715100000' } },
    })) await client.call(service, params);
    await client.post('/mapi/login', { username: 'nobody', password: 'wrong' });
    simulator.expireSessions();
    await client.find();
    await client.post('/HoSo/ThemMoi', [snapshot('H99.14-250715-0044')]);
    const all = await rows();
    expect(all.length).toBeGreaterThan(14);
    expect(all.filter((e) => e.breaches.length > 0).map((e) => [e.service, e.breaches])).toEqual([]);
  });

  it('a façade’s calls are held against the document too, whatever their addresses', async () => {
    const { rows, url } = await portal({ simulator: { mode: 'both', loginPath: '/dang-nhap' } });
    const issues = async (path: string, body?: unknown) => Number((await send(`${url}${path}`, body === undefined ? { method: 'GET' } : { body })).headers['x-lienthong-issues']);
    expect(await issues('/tinh/ThemMoi', [snapshot('H99.14-250715-0044')])).toBe(0);
    expect(await issues('/tinh/DongBoHoSoMC?isUpdating=True', [snapshot('H99.14-250715-0044')])).toBe(0);
    expect(await issues('/tinh/DongBoTienTrinh', [step('4', '20250715090000', 'H99.14-250715-0044')])).toBe(0);
    expect(await issues('/tinh/LayThuTuc?maTTHC=1.009999')).toBe(0);
    expect(await issues('/tinh/ThemMoi', snapshot())).toBe(1);
    expect(await issues('/tinh/DongBoTienTrinh', [step('77', '2025')])).toBe(2);
    expect(await issues('/tinh/khong-co')).toBe(1);
    expect(await issues('/dang-nhap', { username: 'x', password: 'y' })).toBe(0);
    // but for the first, a login at the address that this portal does not have
    expect((await rows('?after=1')).filter((e) => e.breaches.length > 0)).toEqual([]);
  });

  it('a mock that lies is caught lying', async () => {
    const { client, simulator, admin, validation } = await portal();
    const honest = simulator.handle.bind(simulator);
    simulator.handle = (request) => ({ ...honest(request), body: '{"error_code":{"so":"wrong"}}' });
    const answer = await client.find();
    expect(Number(answer.headers['x-lienthong-breaches'])).toBeGreaterThan(0);
    expect(validation.counts().breaches).toBe(1);
    expect((await admin(`/requests/${String(answer.headers['x-lienthong-exchange'])}`)).body).toMatchObject({ issues: [], breaches: [{ pointer: '/body/error_code' }] });
  });
});

describe('the log of exchanges', () => {
  it('shows how each one ended, faults included', async () => {
    const { client, faults, rows } = await portal();
    for (const kind of ['reset-after', 'html-502', 'truncated'] as const) {
      faults.once(kind);
      await client.find().catch(() => undefined);
    }
    faults.once({ kind: 'latency', delay: { fixed: 1 } });
    await client.find();
    const all = await waitFor(async () => {
      const found = await rows('?after=1');
      return found.every((e) => e.end !== undefined) && found;
    });
    expect(all.map((e) => [e.id, e.fault, e.status, e.end, e.latencyMs])).toEqual([[2, 'reset-after', undefined, 'broken', undefined], [3, 'html-502', 502, 'answered', undefined], [4, 'truncated', undefined, 'broken', undefined], [5, undefined, 200, 'answered', 1]]);
  });

  it('pages, and finds those with issues', async () => {
    const { client, admin, rows } = await portal();
    await client.find();
    await client.call('KhongCo');
    await client.find();
    expect((await rows('?issues=only')).map((e) => e.id)).toEqual([3]);
    const page = await admin('/requests?after=1&limit=2');
    expect([page.headers['x-next-after'], page.text.split('\n').filter(Boolean).length]).toEqual(['3', 2]);
    expect((await admin('/requests/999')).status).toBe(404);
    await admin('/reset', {});
    expect(await rows()).toEqual([]);
    await client.login();
    expect((await rows()).map((e) => e.id)).toEqual([5]);
  });

  it('masks personal data unless it is asked for, and secrets always', async () => {
    const running = await portal();
    const { client, admin, simulator, rows } = running;
    const created = await client.create(snapshot(CODE, { Moi: 'Trần Thị Mẫu', 'Trần Thị': { x: 'Mẫu' } }));
    const id = String(created.headers['x-lienthong-exchange']);
    const personal = ['Trần Thị Mẫu', '092199999002', '0900000000', 'mau@example.vn', 'Trần Thị'];
    const secrets = [client.session, simulator.accounts[0]?.password ?? 'none'];
    const masked = (await admin(`/requests/${id}`)).text;
    for (const value of [...personal, ...secrets]) expect(masked).not.toContain(value);
    expect(JSON.parse(masked)).toMatchObject({ request: { body: { session: '[secret]', service: 'DongBoHoSoMC', data: [{ MaHoSo: CODE, ChuHoSo: '[name]', SoDienThoai: '[phone]', Email: '[email]', Fax: '', Moi: '[hidden]', DinhDanhCHS: [{ LoaiDinhDanh: '1', SoDinhDanh: '[identity]' }] }] } } });
    const shown = (await admin(`/requests/${id}?personal=show`)).text;
    for (const value of personal) expect(shown).toContain(value);
    for (const value of secrets) expect(shown).not.toContain(value);
    const login = (await admin('/requests/1?personal=show')).text;
    for (const value of secrets) expect(login).not.toContain(value);
    // in an address as well
    await send(`${(await portal()).url}/tra-cuu/092199999002`, { method: 'GET' });
    await client.post('/HoSo/TraCuuHoSo?mstorcmnd=092199999002&token=invented-token', {}, { authorization: 'Bearer invented-token', 'x-ten': 'Tran Thi Mau' });
    const last = (await rows()).at(-1);
    expect(last?.query).toEqual({ mstorcmnd: '[hidden]', token: '[secret]' });
    expect((await admin(`/requests/${last?.id ?? 0}`)).body).toMatchObject({ request: { headers: { authorization: '[secret]', 'x-ten': '[hidden]' } } });
    // where the caller names the service, and where no document knows what a text holds
    await client.call('Trần Thị Mẫu 0900-000-000');
    await send(`${running.url}/tra-cuu/0900.000.000`, { method: 'POST', body: 'ten=mau&matKhau=invented-secret', headers: { 'content-type': 'application/x-www-form-urlencoded' } });
    const [named, form] = (await rows()).slice(-2);
    expect([named?.service, form?.path]).toEqual(['[hidden]', '/tra-cuu/[hidden]']);
    expect((await admin(`/requests/${form?.id ?? 0}?personal=show`)).body).toMatchObject({ path: '/tra-cuu/0900.000.000', request: { body: '[31 characters]' } });
  });

  it('is bounded by number and by size, and keeps the newest', () => {
    const request = (path: string, body = '') => ({ method: 'GET', path, query: {}, headers: {}, body });
    const log = createExchangeLog({ max: 300, bodyChars: 10, totalChars: 1_000 });
    for (let i = 1; i <= 2_000; i += 1) log.open(0, request(`/${i}`), { validation: 'off' });
    expect([log.list(0, 10_000).length, log.list(0, 1)[0]?.id, log.get(1_700), log.get(1_701)?.path, log.get(2_001), log.last()]).toEqual([300, 1_701, undefined, '/1701', undefined, 2_000]);
    const wide = log.open(0, request('/wide', 'x'.repeat(500)), { validation: 'off' });
    expect(wide?.request.body).toEqual({ text: 'x'.repeat(10), length: 500 });
    for (let i = 0; i < 200; i += 1) log.open(0, request('/wide', 'x'.repeat(500)), { validation: 'off' });
    expect(log.list(0, 10_000)).toHaveLength(100);
    if (wide !== undefined) log.answered(wide, { status: 200, body: 'late' });
    expect(log.list(0, 10_000)).toHaveLength(100);
    expect(log.list(2_199, 10).map((e) => e.id)).toEqual([2_200, 2_201]);
    const none = createExchangeLog({ max: 0 });
    expect([none.open(0, request('/'), { validation: 'off' }), none.list(0, 10)]).toEqual([undefined, []]);
  });

  it('keeps of a long body what it shows, and not the rest of it in memory', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const used = (): number => {
      // What lies outside the heap is let go with the second turn.
      collect();
      collect();
      return process.memoryUsage().heapUsed + process.memoryUsage().external;
    };
    const log = createExchangeLog();
    const before = used();
    for (let i = 0; i < 20; i += 1) log.open(0, { method: 'POST', path: '/', query: {}, headers: {}, body: Buffer.alloc(4_000_000, 'x').toString('latin1') }, { validation: 'off' });
    expect(used() - before).toBeLessThan(20_000_000);
    expect(log.get(20)?.request.body).toMatchObject({ length: 4_000_000 });
  });
});

describe('the page', () => {
  it('is one file that runs nothing but its own script', async () => {
    const { url } = await portal();
    const page = await send(`${url}/__admin/`, { method: 'GET' });
    expect(page.status).toBe(200);
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toMatch(/default-src 'none'/);
    expect(policy).not.toMatch(/unsafe/);
    expect(page.text).not.toMatch(/(src|href)="(?!data:,)|@import|url\(|https?:\/\//);
    expect(page.text).not.toMatch(/innerHTML|insertAdjacentHTML|document\.write| on[a-z]+="/);
    expect((await send(`${url}/__admin`, { method: 'GET' })).headers['location']).toBe('/__admin/');
  });

  it('speaks both languages of every word, and knows every fault', async () => {
    const { url, admin } = await portal();
    const { text } = await send(`${url}/__admin/`, { method: 'GET' });
    const script = /<script>([\s\S]*)<\/script>/.exec(text)?.[1] ?? '';
    expect(() => new Function(script)).not.toThrow();
    const tables = new Function(`${script.slice(0, script.indexOf('let lang'))}; return { WORDS, KINDS };`)() as Record<'WORDS' | 'KINDS', Record<'vi' | 'en', Record<string, string>>>;
    const { kinds } = (await admin('/faults')).body as unknown as { kinds: string[] };
    const used = [...text.matchAll(/data-t="([a-zA-Z]+)"/g)].map((m) => m[1] ?? '');
    for (const lang of ['vi', 'en'] as const) {
      expect(Object.keys(tables.KINDS[lang]).sort()).toEqual([...kinds].sort());
      expect(used.filter((word) => tables.WORDS[lang][word] === undefined)).toEqual([]);
    }
    expect(Object.keys(tables.WORDS.vi)).toEqual(Object.keys(tables.WORDS.en));
  });

  it('steers the mock from its own origin; another page or another name gets nothing', async () => {
    const { url, simulator } = await portal();
    const host = new URL(url).host;
    const status = (headers: Record<string, string>, path = '/__admin/sessions:expire') => new Promise<number | undefined>((resolve, reject) => {
      httpRequest(`${url}${path}`, { method: 'POST', headers }, (res) => { res.resume(); resolve(res.statusCode); }).on('error', reject).end('{}');
    });
    expect(await status({ origin: `http://${host}` })).toBe(200);
    expect(simulator.summary()['sessions']).toBe(0);
    for (const headers of [{ origin: 'https://example.vn' }, { origin: 'null' }, { host: `evil.example:${new URL(url).port}` }, { host: `evil.example:${new URL(url).port}`, origin: `http://evil.example:${new URL(url).port}` }]) {
      expect(await status(headers), JSON.stringify(headers)).toBe(403);
    }
    // only what stands below the admin path is the admin API
    expect(await status({ origin: 'https://example.vn' }, '/__administration')).toBe(404);
  });
});

describe('a scenario', () => {
  it('is the state that the mock starts from, and comes back to', async () => {
    const { client, admin } = await portal({ scenario: 'known-dossier' });
    const known = async () => (await client.find('H99.14-250701-0042')).body.result;
    expect(await known()).toMatchObject([{ MaHoSo: 'H99.14-250701-0042' }]);
    await client.create(snapshot());
    await admin('/reset', {});
    await client.login();
    expect(await known()).toMatchObject([{ TrangThaiHoSo: '2' }]);
    expect((await client.find()).body.result).toEqual([]);
    await expect(startMockServer('dvcqg', { scenario: 'unknown' })).rejects.toThrow('known-dossier');
  });

  it('an adapter of one’s own is hosted as well', async () => {
    const own = await startMockServer({ id: 'own', simulator: () => ({ id: 'own', handle: () => ({ status: 204, body: '' }), journal: () => [], summary: () => ({}), reset: () => undefined }) });
    open.push(own);
    expect([(await send(`${own.url}/x`, {})).status, own.validation.documented]).toEqual([204, false]);
    expect((await send(`${own.url}/__admin/validation`, { body: { mode: 'refuse' } })).status).toBe(409);
  });
});

describe('the source’s double', () => {
  it('keeps to its document, says what its reads are about, and shows what it holds without personal data', async () => {
    const source = await startMockServer('opencps', { simulator: { records: [record()] } });
    open.push(source);
    const get = (path: string) => send(`${source.url}${path}`, { method: 'GET', headers: { groupId: '20126' } });
    for (const path of ['', '?start=0&end=5', '/4711', '/4711/actions', '/4711/logs', '/4711/files', '/4711/payments', '/none']) await get(`/o/rest/v2/dossiers${path}`);
    const all = source.exchanges.list(0, 100);
    expect(all.map((e) => e.service)).toEqual(['dossiers', 'dossiers', 'dossier', 'actions', 'logs', 'files', 'payments', 'dossier']);
    expect(all.filter((e) => e.issues.length + e.breaches.length > 0).map((e) => [e.path, e.status, e.issues, e.breaches])).toEqual([]);
    const state = await get('/__admin/state');
    expect(state.body).toMatchObject({ state: { dossiersInAll: 1, dossiers: [{ dossierNo: 'H13.101-250701-0007' }] } });
    expect(state.text).not.toContain(String(record()['applicantName']));
    source.faults.once('html-502', { service: 'files' });
    expect([(await get('/o/rest/v2/dossiers')).status, (await get('/o/rest/v2/dossiers/4711/files')).status]).toEqual([200, 502]);
  });
});
