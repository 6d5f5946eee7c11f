/** The simulated portal's public reports: counted from what was synchronised, set by hand where a person wants them otherwise. */
import { afterEach, describe, expect, it } from 'vitest';
import { createDvcqgSimulator } from '../../adapters/dvcqg/simulator.ts';
import { startSimulator } from '../../src/testing/index.ts';
import { portalClient, send, snapshot, step } from './portal.ts';

const running: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.close()));
});

type Row = Record<string, unknown> & { metrics?: { code: string; numerator: number | null; denominator: number | null; ratio: number | null; score: number | null }[] };
interface Report { code: string; data: { parent?: Row; children?: Row[]; overview?: Row; evaluation?: Row[]; pagination: Record<string, number>; source?: { qualityFlags: string[] } } }

const MONTH = { timeType: 'month', year: 2025, month: 7, rootDepartmentId: 'H99', currentPage: 1, pageSize: 50 };
const WARD = 'UBND phường Mẫu';

async function portal() {
  const host = await startSimulator(createDvcqgSimulator({ seed: 'reports', now: () => Date.parse('2025-08-10T00:00:00Z') }), { contract: new URL('../../schemas/upstream/dvcqg.openapi.yaml', import.meta.url), validate: 'refuse' });
  running.push(host);
  const client = portalClient(host.url, host.simulator);
  await client.login();
  const report = async (tail: string, asked: unknown = MONTH) => {
    const { status, body } = await send(`${host.url}/api/v1/reporting/evaluation/${tail}`, { body: asked });
    return { status, ...(body as unknown as Report) };
  };
  const admin = (method: 'GET' | 'POST' | 'DELETE', body?: unknown) => send(`${host.url}/__admin/figures`, { method, ...(body === undefined ? {} : { body }) });
  return { ...host, client, report, admin };
}
const finished = { TrangThaiHoSo: '10', NgayTra: '20250716090000', NgayKetThucXuLy: '20250716090000' };
const RESULT = [{ TenGiayTo: 'Bản sao (mẫu)', MaThanhPhanHoSo: '', GiayToId: '1', DuongDanTepTinKetQua: 'https://tep.example.vn/kq', MaGiayToKetQua: 'KQ' }];

describe('figures of the portal', () => {
  it('count what was synchronised, by the on-time rule on its progress', async () => {
    const { client, report } = await portal();
    await client.create(snapshot('H99.14-250715-0001', { ...finished, DanhSachGiayToKetQua: RESULT, DuocThanhToanTrucTuyen: '1' }));
    // Nine came after the due date; a later "10" within an earlier snapshot would not help.
    await client.create(snapshot('H99.14-250715-0002', { ...finished, NgayKetThucXuLy: '20250718090000', NgayTra: '20250718090000' }));
    // Asked twice for papers: late, whatever the date says.
    await client.create(snapshot('H99.14-250715-0003', { TrangThaiHoSo: '5', NgayHenTra: '20991231170000' }));
    for (const [status, at] of [['5', '20250715100000'], ['4', '20250715110000'], ['5', '20250716100000']] as const) await client.append(step(status, at, 'H99.14-250715-0003'));
    // Answered once: the pause is given back.
    await client.create(snapshot('H99.14-250715-0004', { ...finished, KenhThucHien: '1', NgayKetThucXuLy: '20250718080000', NgayTra: '20250718080000', DonViXuLy: 'Sở Mẫu', DanhSachHoSoBoSung: [supplement('20250716080000', '20250717090000')] }));
    // Neither received in July nor received at all.
    await client.create(snapshot('H99.14-250815-0001', { NgayTiepNhan: '20250815083000', NgayNopHoSo: '20250815080112', NgayHenTra: '20250820170000' }));
    await client.create(snapshot('H99.14-250715-0006', { TrangThaiHoSo: '3', NgayTuChoi: '20250715090000' }));

    const progress = await report('dvc-progress-tree');
    expect(progress).toMatchObject({ status: 201, code: 'OK', data: { parent: { departmentCode: 'H99', totalReceived: 4, totalOnTime: 2, totalOverdue: 2, totalCompleted: 3 } } });
    expect(progress.data.children).toEqual([
      expect.objectContaining({ departmentName: 'Sở Mẫu', childGroup: 'AGENCY', totalReceived: 1, totalOnTime: 1 }),
      expect.objectContaining({ departmentName: WARD, childGroup: 'COMMUNE', totalReceived: 3, totalOnTime: 1 }),
    ]);
    expect((await report('provide-online-tree')).data.parent).toMatchObject({ channelOnlineSum: 3, channelDirectSum: 1, channelTotalSum: 4, onlineOnTimeSum: 1, onlineOverdueSum: 2, authorityCount: null });
    expect((await report('formality-online-payment-tree')).data.parent).toMatchObject({ totalDossierOnlinePaymentSuccess: 1, totalDossierFinancialObligation: 4, totalFeeFormality: null });
    const digitised = (await report('dossier-digitized')).data.overview?.metrics ?? [];
    expect(digitised.find(({ code }) => code === 'SO_HOA_GIAY_TO_GIAI_QUYET')).toMatchObject({ numerator: 1, denominator: 4, ratio: 25 });
    expect(digitised.find(({ code }) => code === 'ELECTRONIC_CERTIFIED_COPY')).toMatchObject({ numerator: null, ratio: null, score: null });
    expect((await report('handling-satisfaction', { fromDate: '2025-07-01', toDate: '2025-07-31', rootDepartmentId: 'H99', currentPage: 1, pageSize: 10 })).status).toBe(201);
  });

  it('are what a person sets, with the quality flag of a provisional denominator until one is set', async () => {
    const { client, report, admin } = await portal();
    await client.create(snapshot());
    expect((await report('transparency')).data.source?.qualityFlags).toEqual(['TEMP_NATIONAL_REPORT_DENOMINATOR']);
    await admin('POST', { endpoint: 'transparency', code: 'DOSSIER_SYNC', values: { denominator: 4 } });
    await admin('POST', { endpoint: 'dvc-progress-tree', department: WARD, values: { totalOnTime: 7, avgProcessingDays: null } });
    const sync = await report('transparency');
    expect(sync.data.source?.qualityFlags).toEqual([]);
    expect(sync.data.overview?.metrics?.find(({ code }) => code === 'DOSSIER_SYNC')).toMatchObject({ numerator: 1, denominator: 4, ratio: 25, score: 1.5 });
    expect((await report('dvc-progress-tree')).data).toMatchObject({ parent: { totalOnTime: 0 }, children: [{ totalOnTime: 7 }] });
    await admin('DELETE');
    expect((await report('dvc-progress-tree')).data).toMatchObject({ children: [{ totalOnTime: 0 }] });
    for (const wrong of [{ endpoint: 'nowhere', values: {} }, { endpoint: 'transparency', values: {} }, { endpoint: 'dvc-progress-tree', values: { totalOnTime: 'many' } }, []]) expect((await admin('POST', wrong)).status).toBe(400);
  });

  it('have pages, and say what is wrong with a question', async () => {
    const { client, report, simulator } = await portal();
    for (let i = 0; i < 3; i += 1) await client.create(snapshot(`H99.14-250715-000${i}`, { DonViXuLy: `Sở Mẫu ${i}` }));
    const second = await report('dvc-progress-tree', { ...MONTH, currentPage: 2, pageSize: 2 });
    expect([second.data.children?.map((row) => row['departmentName']), second.data.pagination]).toEqual([['Sở Mẫu 2'], { currentPage: 2, pageSize: 2, totalItems: 3, totalPages: 2 }]);
    for (const wrong of [{ ...MONTH, timeType: 'week' }, { ...MONTH, month: 13 }, { ...MONTH, rootDepartmentId: 'H01' }, { ...MONTH, pageSize: 5_000 }, '[]', '{']) expect((await report('dvc-progress-tree', wrong)).status).toBe(400);
    expect((await report('nothing-like-it')).status).toBe(400);
    // A report applies nothing.
    expect(simulator.journal().filter(({ effect }) => effect !== 'login')).toHaveLength(3);
  });
});

function supplement(asked: string, answered: string) {
  return { HoSoBoSungId: '1', NguoiYeuCauBoSung: 'Chuyên viên', NoiDungBoSung: 'Bổ sung giấy tờ (mẫu)', NgayBoSung: asked, NguoiTiepNhanBoSung: '', ThongTinTiepNhan: '', NgayTiepNhanBoSung: answered, TrangThaiBoSung: 'True', DanhSachGiayToBoSung: [], DanhSachLePhiBoSung: [], NgayHenTraTruoc: '', NgayHenTraMoi: '' };
}
