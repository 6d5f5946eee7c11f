import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { createDvcqgSimulator } from '../../adapters/dvcqg/simulator.ts';
import type { DvcqgSimulatorOptions } from '../../adapters/dvcqg/simulator.ts';
import { startSimulator } from '../../src/testing/index.ts';
import { CODE, portalClient, send, snapshot, step } from './portal.ts';

const running: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((r) => r.close()));
});

async function portal(options: DvcqgSimulatorOptions = {}, base?: string) {
  let at = Date.UTC(2025, 6, 15, 1);
  const simulator = createDvcqgSimulator({ seed: 'test', now: () => at, ...options });
  const host = await startSimulator(simulator);
  running.push(host);
  const client = portalClient(host.url, simulator, base === undefined ? {} : { base });
  await client.login();
  return { simulator, host, client, tick: (ms: number) => { at += ms; } };
}
const ok = (reply: { body: { error_code?: number | string } }) => Number(reply.body.error_code) === 0;

describe('sessions', () => {
  it('gives a session for a right password and refuses a wrong one with HTTP 200', async () => {
    const { client, simulator } = await portal();
    expect(client.session).toMatch(/^[0-9a-f]{32}$/);
    const refused = await client.post('/mapi/login', { username: simulator.accounts[0]?.username, password: 'wrong' });
    expect(refused.status).toBe(200);
    expect(refused.body.session).toBeUndefined();
    expect(ok(refused)).toBe(false);
    expect(simulator.summary()).toMatchObject({ logins: 1, loginsRefused: 1 });
  });

  it('makes its accounts from the seed, another for every seed, and a fresh one without a seed', () => {
    const account = (seed?: string) => createDvcqgSimulator(seed === undefined ? {} : { seed }).accounts[0];
    expect(account('a')).toEqual(account('a'));
    expect(account('a')?.password).not.toBe(account('b')?.password);
    expect(account()?.password).not.toBe(account()?.password);
  });

  it('refuses an expired session by its own clock, in words', async () => {
    const { client, tick } = await portal({ sessionTtlMs: 60_000 });
    tick(59_999);
    expect(ok(await client.find())).toBe(true);
    tick(1);
    const late = await client.find();
    expect(late.status).toBe(200);
    expect(Number(late.body.error_code)).toBe(-1);
    expect(late.body.message).toContain('hết hạn');
    await client.login();
    expect(ok(await client.find())).toBe(true);
  });

  it('keeps the clocks of two instances apart', async () => {
    const one = await portal();
    const two = await portal();
    one.simulator.advance(11 * 60_000);
    expect(ok(await one.client.find())).toBe(false);
    expect(ok(await two.client.find())).toBe(true);
  });

  it('refuses a session after its last allowed call', async () => {
    const { client } = await portal({ maxCallsPerSession: 2 });
    expect([ok(await client.find()), ok(await client.find()), ok(await client.find())]).toEqual([true, true, false]);
  });

  it('refuses a foreign agency and an unknown session', async () => {
    const { client, simulator } = await portal();
    const headers = { dstcode: simulator.dstcode };
    expect(ok(await client.post('/mapi/g', { session: client.session, madonvi: '000.00.00.H01', service: 'TraCuuHoSo', mahoso: CODE }, headers))).toBe(false);
    expect(ok(await client.post('/mapi/g', { session: 'x', madonvi: simulator.agencies[0], service: 'TraCuuHoSo', mahoso: CODE }, headers))).toBe(false);
  });
});

describe('routing', () => {
  it.each(['', '/XrdAdapter/RestService/forward', '/VXPAdapter/RestService/forward'])('answers below the prefix "%s"', async (base) => {
    const { client } = await portal({}, base);
    expect(ok(await client.find())).toBe(true);
  });

  it('wants dstcode in the header or in the query, as configured', async () => {
    const found: Record<string, boolean[]> = {};
    for (const dstcodeIn of ['header', 'query', 'either'] as const) {
      const { client, simulator, host } = await portal({ dstcodeIn });
      const body = { session: client.session, madonvi: simulator.agencies[0], service: 'TraCuuHoSo', mahoso: CODE };
      const inHeader = await send(`${host.url}/mapi/g`, { body, headers: { dstcode: simulator.dstcode } });
      const inQuery = await send(`${host.url}/mapi/g?dstcode=${encodeURIComponent(simulator.dstcode)}`, { body });
      const nowhere = await send(`${host.url}/mapi/g`, { body });
      const wrong = await send(`${host.url}/mapi/g`, { body, headers: { dstcode: 'VN:GOV:000.00.00.G99:other' } });
      found[dstcodeIn] = [ok(inHeader), ok(inQuery), ok(nowhere), ok(wrong)];
    }
    expect(found).toEqual({ header: [true, false, false, false], query: [false, true, false, false], either: [true, true, false, false] });
  });

  it('keeps share and integration services apart when their paths differ', async () => {
    const { client } = await portal({ sharePath: '/mapi/g', integrationPath: '/mapi/p', endpointOf: { LayThuTuc: 'share' } });
    expect(ok(await client.call('LayDanhMucLinhVuc', {}, '/mapi/g'))).toBe(true);
    expect(ok(await client.call('LayDanhMucLinhVuc', {}, '/mapi/p'))).toBe(false);
    expect(ok(await client.call('TraCuuHoSo', { mahoso: CODE }, '/mapi/p'))).toBe(true);
    expect(ok(await client.call('TraCuuHoSo', { mahoso: CODE }, '/mapi/g'))).toBe(false);
    expect(ok(await client.call('LayThuTuc', { maTTHC: '1.009999' }, '/mapi/g'))).toBe(true);
  });

  it('refuses unknown services, broken JSON and unknown paths without falling over', async () => {
    const { client, host } = await portal();
    expect((await client.call('KhongCo')).body.message).toBe('Dịch vụ không tồn tại');
    for (const body of ['{"session":', '[]', '"x"', 'null', '', '['.repeat(50_000)]) expect(ok(await client.post('/mapi/g', body))).toBe(false);
    expect((await send(`${host.url}/elsewhere`, { body: {} })).status).toBe(404);
    expect((await send(`${host.url}/mapi/g`, { method: 'GET' })).status).toBe(405);
  });
});

describe('DongBoHoSoMC', () => {
  it('creates, then updates with the full snapshot', async () => {
    const { client, simulator } = await portal({ keepPayloads: true });
    expect(ok(await client.create(snapshot()))).toBe(true);
    expect(ok(await client.update(snapshot(CODE, { TrangThaiHoSo: '10', NgayKetThucXuLy: '20250716101500', NgayTra: '20250716154500', GhiChu: 'moi' })))).toBe(true);
    expect(simulator.dossier(CODE)).toMatchObject({ status: '10', creates: 1, updates: 1, snapshot: { GhiChu: 'moi' } });
    expect(simulator.journal().filter((e) => e.key === CODE)).toMatchObject([
      { service: 'DongBoHoSoMC', effect: 'create', item: { isUpdating: 'False', TrangThaiHoSo: '2' } },
      { service: 'DongBoHoSoMC', effect: 'update', item: { isUpdating: 'True', TrangThaiHoSo: '10' } },
    ]);
  });

  it('refuses a create of what exists with each of its codes and the same words', async () => {
    const { client, simulator } = await portal({ seed: 'codes' });
    simulator.plant(snapshot());
    const codes = new Set<unknown>();
    for (let i = 0; i < 40; i += 1) {
      const reply = await client.create(snapshot());
      expect(reply.body.message).toBe(`Hồ sơ ${CODE} đã tồn tại trên hệ thống`);
      codes.add(reply.body.error_code);
    }
    expect(codes).toEqual(new Set([1, '3', '-3']));
    expect(simulator.summary()).toMatchObject({ duplicatesRefused: 40, creates: 0, dossiers: 1 });
  });

  it('refuses an update of what is missing', async () => {
    const { client, simulator } = await portal();
    const reply = await client.update(snapshot());
    expect(ok(reply)).toBe(false);
    expect(reply.body.message).toContain('không tồn tại');
    expect(simulator.dossier(CODE)).toBeUndefined();
  });

  it('applies all dossiers of a call or none', async () => {
    const { client, simulator } = await portal();
    const other = 'H99.14-250715-0043';
    expect(ok(await client.create(snapshot(CODE), snapshot(other, { NgayTiepNhan: '' })))).toBe(false);
    expect(ok(await client.create(snapshot(CODE), snapshot(CODE)))).toBe(false);
    expect(simulator.summary()).toMatchObject({ dossiers: 0, creates: 0 });
    expect(ok(await client.create(snapshot(CODE), snapshot(other)))).toBe(true);
    expect(simulator.summary()).toMatchObject({ dossiers: 2, creates: 2 });
  });

  it('takes isUpdating only as the texts True and False', async () => {
    const { client } = await portal();
    for (const isUpdating of [false, true, 'true', 'false', '', undefined]) expect(ok(await client.call('DongBoHoSoMC', { isUpdating, data: [snapshot()] }))).toBe(false);
  });

  it.each([
    ['a number', { LoaiDoiTuong: 1 }, 'LoaiDoiTuong'],
    ['null', { MaDoiTuong: null }, 'MaDoiTuong'],
    ['status ""', { TrangThaiHoSo: '' }, 'TrangThaiHoSo'],
    ['status "0"', { TrangThaiHoSo: '0' }, 'TrangThaiHoSo'],
    ['status "11"', { TrangThaiHoSo: '11' }, 'TrangThaiHoSo'],
    ['a long number', { MaHoSo: 'H'.repeat(51) }, 'MaHoSo'],
    ['no reception time', { NgayTiepNhan: '' }, 'NgayTiepNhan'],
    ['30 February', { NgayHenTra: '20250230000000' }, 'NgayHenTra'],
    ['an ISO date', { NgayHenTra: '2025-07-17T17:00:00+07:00' }, 'NgayHenTra'],
    ['a note of 2000', { GhiChu: 'x'.repeat(2000) }, 'GhiChu'],
    ['IsDeleted as false', { TaiLieuNop: [{ TepDinhKemId: '', TenTepDinhKem: '', IsDeleted: false, MaThanhPhanHoSo: '', DuongDanTaiTepTin: '' }] }, 'TaiLieuNop[0].IsDeleted'],
    ['a list that is none', { DanhSachLePhi: null }, 'DanhSachLePhi'],
    ['9 without its end', { TrangThaiHoSo: '9' }, 'NgayKetThucXuLy'],
    ['10 without its return', { TrangThaiHoSo: '10', NgayKetThucXuLy: '20250716101500' }, 'NgayTra'],
    ['an end before the start', { NgayKetThucXuLy: '20250701000000' }, 'NgayKetThucXuLy'],
  ])('refuses %s and says where', async (_, fields, where) => {
    const { client, simulator } = await portal();
    const reply = await client.create(snapshot(CODE, fields));
    expect(ok(reply)).toBe(false);
    expect(reply.body.message).toContain(where);
    expect(simulator.summary()).toMatchObject({ dossiers: 0 });
  });

  it('counts fields it does not know, or refuses them', async () => {
    const counting = await portal();
    expect(ok(await counting.client.create(snapshot(CODE, { LaLam: '1' })))).toBe(true);
    expect(counting.simulator.summary()).toMatchObject({ unknownFields: 1 });
    const strict = await portal({ unknownFields: 'refuse' });
    expect(ok(await strict.client.create(snapshot(CODE, { LaLam: '1' })))).toBe(false);
  });
});

describe('CapNhatTienDoHoSoMC', () => {
  it('appends every step of a known dossier, a repeated one included', async () => {
    const { client, simulator } = await portal();
    await client.create(snapshot());
    const requested = step('5', '20250715100000');
    expect(ok(await client.append(step('4', '20250715090000'), requested))).toBe(true);
    expect(ok(await client.append(requested))).toBe(true);
    expect(ok(await client.append(step('5', '20250716100000')))).toBe(true);
    expect(simulator.dossier(CODE)?.steps.map((s) => s.TrangThai)).toEqual(['4', '5', '5', '5']);
    expect(simulator.summary()).toMatchObject({ steps: 4, doubledSteps: 1, doubledSupplementSteps: 1 });
    expect(simulator.journal().filter((e) => e.effect === 'append').map((e) => e.item)).toMatchObject([{ TrangThai: '4' }, { TrangThai: '5' }, { TrangThai: '5' }, { TrangThai: '5' }]);
  });

  it('counts doubled steps the same way however many there are', async () => {
    const { client, simulator } = await portal();
    await client.create(snapshot());
    const at = (i: number) => step('4', `202507${String(10 + Math.floor(i / 60))}10${String(i % 60).padStart(2, '0')}00`);
    const many = Array.from({ length: 200 }, (_, i) => at(i));
    await client.append(...many, at(0), at(150), at(199));
    expect(simulator.summary()).toMatchObject({ steps: 203, doubledSteps: 3 });
  });

  it('refuses steps of an unknown dossier and applies none of the call', async () => {
    const { client, simulator } = await portal();
    await client.create(snapshot());
    expect(ok(await client.append(step('4', '20250715090000'), step('4', '20250715090000', 'H99.14-250715-0099')))).toBe(false);
    expect(simulator.summary()).toMatchObject({ steps: 0, missingRefused: 1 });
  });

  it.each([['no time', { ThoiDiemXuLy: '' }], ['a long name', { NguoiXuLy: 'x'.repeat(51) }], ['status 11', { TrangThai: '11' }]])('refuses %s', async (_, fields) => {
    const { client } = await portal();
    await client.create(snapshot());
    expect(ok(await client.append(step('4', '20250715090000', CODE, fields)))).toBe(false);
  });
});

describe('the other services', () => {
  it('finds a dossier or answers with an empty list', async () => {
    const { client } = await portal();
    expect((await client.find()).body.result).toEqual([]);
    await client.create(snapshot());
    expect((await client.find()).body.result).toMatchObject([{ MaHoSo: CODE, TrangThaiHoSo: '2' }]);
  });

  it('answers its catalogues', async () => {
    const { client } = await portal();
    expect((await client.call('LayThuTuc', { maTTHC: '1.009999' })).body.result).toMatchObject([{ MATTHC: '1.009999', LINHVUCTHUCHIEN: [{ MALINHVUC: 'G99-HT01' }] }]);
    expect((await client.call('LayThuTuc', { maTTHC: '9.000000' })).body.result).toEqual([]);
    expect((await client.call('LayDanhSachTTHC')).body.result).toHaveLength(4);
    expect((await client.call('LayDVC')).body.result).toMatchObject({ data: [{ MADVC: '1.009999.01' }, {}, {}, {}] });
    for (const service of ['LayDanhMucCoQuan', 'LayDanhMucLinhVuc', 'LayDanhMucPhuongXa', 'LayDanhMucQuanHuyen']) expect(Array.isArray((await client.call(service)).body.result)).toBe(true);
  });

  it('gives one TechID for one number, and keeps the number out of its journal', async () => {
    const { client, simulator } = await portal();
    const number = '092199999002';
    const first = await client.call('TraCuuTechID', { provider: 'wso2is', mstorcmnd: number });
    expect((await client.call('TraCuuTechID', { provider: 'wso2is', mstorcmnd: number })).body.result).toEqual(first.body.result);
    expect(JSON.stringify(simulator.journal())).not.toContain(number);
  });

  it('takes the status of a dossier that was filed on the portal, and of no other', async () => {
    const { client } = await portal({ nationalDossiers: ['G22-1'] });
    const data = { MaHoSo: 'G22-1', MaHoSoDonVi: CODE, MaDoiTuong: '', NoiDung: '', NgayXuLy: '20250715090000', TrangThai: '2', TaiLieuXuLy: [] };
    expect(ok(await client.call('DongBoTrangThaiHoSo', { type: '2', data }))).toBe(true);
    expect(ok(await client.call('DongBoTrangThaiHoSo', { type: '2', data: [data] }))).toBe(false);
    expect(ok(await client.call('DongBoTrangThaiHoSo', { type: '2', data: { ...data, MaHoSo: 'G22-2' } }))).toBe(false);
  });

  it('answers questions and takes answers', async () => {
    const { client } = await portal({ questions: [{ HOIDAPID: 7, NOIDUNG: 'Hỏi (mẫu)', TRALOIID: 8, NOIDUNGTRALOI: 'Đáp (mẫu)' }] });
    expect((await client.call('LayDanhSachHoiDapGuiTuDVCQG')).body.result).toHaveLength(1);
    expect((await client.call('LayNoiDungTraLoiTheoCauHoi', { cauhoiid: '7' })).body.result).toEqual([{ TRALOIID: 8, NOIDUNGTRALOI: 'Đáp (mẫu)' }]);
    expect(ok(await client.call('DongBoKetQuaHoiDapGuiTuDVCQG', { data: [{ HOIDAPID: '7' }] }))).toBe(true);
  });
});

describe('the style of error_code', () => {
  it.each([['number', 'number'], ['string', 'string']] as const)('%s: every code is a %s', async (errorCodeStyle, type) => {
    const { client } = await portal({ errorCodeStyle });
    const codes = [await client.create(snapshot()), await client.create(snapshot()), await client.find()].map((r) => r.body.error_code);
    expect(codes.map((c) => typeof c)).toEqual([type, type, type]);
  });

  it('mixed: both occur, and the same seed mixes the same way', async () => {
    const run = async () => {
      const { client } = await portal({ seed: 'mix' });
      const texts = [];
      for (let i = 0; i < 24; i += 1) texts.push((await client.create(snapshot(`${CODE}${i}`))).text);
      return texts;
    };
    const first = await run();
    expect(await run()).toEqual(first);
    expect(first.some((t) => t.includes('"error_code":0'))).toBe(true);
    expect(first.some((t) => t.includes('"error_code":"0"'))).toBe(true);
    expect(first.some((t) => !t.includes('message'))).toBe(true);
  });
});

describe('hostile input', () => {
  it('is always answered, and changes nothing when it is refused', async () => {
    const { simulator, client } = await portal();
    const request = (path: string, query: Record<string, string>, body: string) => ({ method: 'POST', path, query, headers: { dstcode: simulator.dstcode }, body });
    const facade = createDvcqgSimulator({ seed: 'fuzz', mode: 'both' });
    const mutated = fc.tuple(fc.constantFrom(...Object.keys(snapshot())), fc.jsonValue({ maxDepth: 4 })).map(([name, value]) => ({ ...snapshot(), [name]: value }));
    const params = fc.record({ service: fc.oneof(fc.constantFrom('DongBoHoSoMC', 'CapNhatTienDoHoSoMC', 'TraCuuHoSo', 'DongBoTrangThaiHoSo', '__proto__', 'constructor'), fc.jsonValue()), isUpdating: fc.constantFrom('True', 'False', true), data: fc.oneof(fc.jsonValue(), fc.array(mutated, { maxLength: 3 })), mahoso: fc.jsonValue() }, { requiredKeys: [] });
    fc.assert(fc.property(params, fc.constantFrom('/mapi/g', '/mapi/login', '/x/DongBoHoSoMC', '/x/constructor'), (extra, path) => {
      for (const sim of [simulator, facade]) {
        const before = sim.summary();
        const reply = sim.handle(request(path, { isUpdating: 'False' }, JSON.stringify({ session: client.session, madonvi: sim.agencies[0], ...extra })));
        expect([200, 404, 405]).toContain(reply.status);
        if (reply.status !== 200) continue;
        const { error_code: code } = JSON.parse(reply.body) as { error_code: number | string };
        const after = sim.summary();
        if (Number(code) !== 0) expect([after['dossiers'], after['steps']]).toEqual([before['dossiers'], before['steps']]);
      }
    }), { numRuns: 300 });
  });
});

describe('options', () => {
  it.each([[{ sesionTtlMs: 5 }, 'sesionTtlMs'], [{ sessionTtlMs: '5' }, 'sessionTtlMs'], [{ mode: 'soap' }, 'mode'], [{ accounts: [{ username: 'a', password: '' }] }, 'accounts'], [{ duplicateCodes: [] }, 'duplicateCodes']])('refuses %j', (options, name) => {
    expect(() => createDvcqgSimulator(options)).toThrow(name);
  });

  it('reset brings the first state back', async () => {
    const { client, simulator } = await portal();
    await client.create(snapshot());
    simulator.advance(60_000);
    const { session } = client;
    simulator.reset();
    expect(simulator.summary()).toMatchObject({ dossiers: 0, journal: 0, sessions: 0 });
    await client.login();
    expect(client.session).toBe(session);
  });
});
