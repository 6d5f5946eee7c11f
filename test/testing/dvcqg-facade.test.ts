import { afterEach, describe, expect, it } from 'vitest';
import { createDvcqgSimulator } from '../../adapters/dvcqg/simulator.ts';
import type { DvcqgSimulatorOptions } from '../../adapters/dvcqg/simulator.ts';
import { startSimulator } from '../../src/testing/index.ts';
import { CODE, send, snapshot, step } from './portal.ts';

const running: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((r) => r.close()));
});
async function facade(options: DvcqgSimulatorOptions = {}) {
  const simulator = createDvcqgSimulator({ seed: 'test', mode: 'facade', ...options });
  const host = await startSimulator(simulator);
  running.push(host);
  return { simulator, url: host.url };
}

describe('a provincial façade', () => {
  it('takes bare lists with isUpdating in the query, without a session', async () => {
    const { simulator, url } = await facade();
    const at = `${url}/SynsTTHCC/DongBoHoSoMC?MaDinhDanhDV=000.00.00.H99`;
    expect((await send(`${at}&isUpdating=False`, { body: [snapshot()] })).body).toEqual({ error_code: '0', message: 'Đồng bộ thành công' });
    const again = await send(`${at}&isUpdating=False`, { body: [snapshot()] });
    expect(again.body.message).toBe(`Hồ sơ ${CODE} đã tồn tại trên hệ thống`);
    expect(typeof again.body.error_code).toBe('string');
    expect((await send(`${at}&isUpdating=True`, { body: [snapshot(CODE, { TrangThaiHoSo: '4' })] })).body.error_code).toBe('0');
    expect((await send(`${url}/SynsTTHCC/CapNhatTienDoHoSoMC`, { body: [step('4', '20250715090000')] })).body.error_code).toBe('0');
    expect(simulator.dossier(CODE)).toMatchObject({ status: '4', creates: 1, updates: 1, steps: [{ TrangThai: '4' }] });
  });

  it('has one address per kind of write', async () => {
    const { simulator, url } = await facade();
    expect((await send(`${url}/base/ThemMoi`, { body: [snapshot()] })).body.error_code).toBe('0');
    expect((await send(`${url}/base/CapNhat`, { body: [snapshot(CODE, { TrangThaiHoSo: '4' })] })).body.error_code).toBe('0');
    expect((await send(`${url}/base/DongBoTienTrinh`, { body: [step('4', '20250715090000')] })).body.error_code).toBe('0');
    expect(simulator.summary()).toMatchObject({ creates: 1, updates: 1, steps: 1 });
  });

  it('answers reads with the national answer as JSON inside message', async () => {
    const { url } = await facade();
    const outer = await send(`${url}/KetNoiMotCuaQuocGia/LayThuTuc?maTTHC=1.009999`, { method: 'GET' });
    expect(outer.body.error_code).toBe('0');
    expect(JSON.parse(outer.body.message ?? '')).toMatchObject({ error_code: 0, result: [{ MATTHC: '1.009999' }] });
    const units = await send(`${url}/KetNoiMotCuaQuocGia/LayDanhSachTTHCDonVi?maDonVi=000.00.00.H99`, { method: 'GET' });
    expect(JSON.parse(units.body.message ?? '')).toMatchObject({ result: [{}, {}, {}, {}] });
    const absent = await send(`${url}/KetNoiMotCuaQuocGia/TraCuuHoSo?mahoso=${CODE}`, { method: 'GET' });
    expect(JSON.parse(absent.body.message ?? '')).toMatchObject({ error_code: 0, result: [] });
  });

  it('embeds the answers of writes too when it is told so', async () => {
    const { url } = await facade({ facadeWriteMessage: 'json' });
    const reply = await send(`${url}/x/DongBoHoSoMC?isUpdating=False`, { body: [snapshot()] });
    expect(JSON.parse(reply.body.message ?? '')).toEqual({ error_code: 0, message: 'Đồng bộ thành công' });
  });

  it('refuses an object instead of a list, a foreign agency, and GET on a write', async () => {
    const { url, simulator } = await facade();
    expect((await send(`${url}/x/DongBoHoSoMC?isUpdating=False`, { body: snapshot() })).body.error_code).not.toBe('0');
    expect((await send(`${url}/x/DongBoHoSoMC?isUpdating=False&MaDinhDanhDV=000.00.00.H01`, { body: [snapshot()] })).body.error_code).not.toBe('0');
    expect((await send(`${url}/x/DongBoHoSoMC?isUpdating=False`, { method: 'GET' })).status).toBe(405);
    expect(simulator.summary()).toMatchObject({ dossiers: 0 });
  });

  it('takes the status of a promotion notice, wrapped or bare', async () => {
    const { url } = await facade({ nationalDossiers: ['G22-1'] });
    const data = { MaHoSo: 'G22-1', MaHoSoDonVi: CODE, NgayXuLy: '20250715090000', TrangThai: '2' };
    const at = `${url}/KetNoiMotCuaQuocGia/DongBoTrangThaiHoSoKM`;
    expect((await send(at, { body: { type: '2', data } })).body.error_code).toBe('0');
    expect((await send(at, { body: data })).body.error_code).toBe('0');
    expect((await send(at, { body: { ...data, MaHoSo: 'G22-2' } })).body.error_code).not.toBe('0');
  });

  it('is not there in direct mode, and the portal itself is not there in façade mode', async () => {
    const direct = await facade({ mode: 'direct' });
    expect((await send(`${direct.url}/x/DongBoHoSoMC?isUpdating=False`, { body: [snapshot()] })).status).toBe(404);
    const only = await facade();
    expect((await send(`${only.url}/mapi/login`, { body: only.simulator.accounts[0] })).status).toBe(404);
    const both = await facade({ mode: 'both' });
    expect((await send(`${both.url}/mapi/login`, { body: both.simulator.accounts[0] })).body.session).toBeTruthy();
    expect((await send(`${both.url}/x/LayDanhSachTTHC`, { method: 'GET' })).body.error_code).toBe('0');
  });
});
