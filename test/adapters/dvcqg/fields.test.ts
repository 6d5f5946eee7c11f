/** The 38 rows of fact sheet 3.1.1, one by one: what the full dossier writes, and what an empty one does. */
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../adapters/dvcqg/codes.ts';
import { checkDossier, encodeDossier } from '../../../adapters/dvcqg/encode.ts';
import { operations } from '../../../adapters/dvcqg/operations.ts';
import { syncRequest } from '../../../adapters/dvcqg/contract.ts';
import type { RemoteState } from '../../../src/adapter/types.ts';
import type { Dossier } from '../../../src/model/canonical.ts';
import { fileAddress } from '../../../src/model/file-address.ts';
import { bareDossier } from '../../../adapters/dvcqg/fixtures.ts';
import { config, context, dossier } from './fixtures.ts';

const modern = config();
const old = config({ profile: 'v1.4-2020' });

const bare = bareDossier();

/** row, field, full dossier, bare dossier, in the 2020 message? */
const ROWS: [number, string, unknown, unknown, boolean][] = [
  [1, 'MaHoSo', 'H92.14-250701-0042', 'H92.14-250701-0042', true],
  [2, 'MaTTHC', '1.009999', '1.009999', true],
  [3, 'TenTTHC', 'Cấp bản sao trích lục mẫu', 'Cấp bản sao trích lục mẫu', true],
  [4, 'MaLinhVuc', 'G99-HT01', 'G99-HT01', true],
  [5, 'TenLinhVuc', 'Hộ tịch (mẫu)', 'Hộ tịch (mẫu)', true],
  [6, 'KenhThucHien', '2', '1', false],
  [7, 'SoBienNhan', 'BN-0042', '', true],
  [8, 'SoGiayToChuHoSo', '092199999002', '', false],
  [9, 'ChuHoSo', 'Trần Thị Mẫu', 'Trần Thị Mẫu', true],
  [10, 'LoaiDoiTuong', '1', '1', true],
  [11, 'MaDoiTuong', 'tech-0001', '', true],
  [12, 'ThongTinKhac', '', '', true],
  [13, 'Email', 'mau@example.vn', '', true],
  [14, 'Fax', '02923000000', '', true],
  [15, 'SoDienThoai', '0900000001', '', true],
  [16, 'TrichYeuHoSo', 'Đề nghị cấp bản sao (mẫu)', 'Cấp bản sao trích lục mẫu', true],
  [17, 'NgayTiepNhan', '20250701083000', '20250701083000', true],
  [18, 'NgayHenTra', '20250703170000', '', true],
  [19, 'TrangThaiHoSo', '10', '2', true],
  [20, 'NgayTra', '20250702154500', '', true],
  [21, 'ThongTinTra', '', '', true],
  [22, 'HinhThuc', '1', '0', true],
  [23, 'NgayKetThucXuLy', '20250702101500', '', true],
  [24, 'DonViXuLy', 'UBND phường Mẫu', 'UBND phường Mẫu', true],
  [25, 'GhiChu', 'Ghi chú mẫu', '', true],
  [26, 'TaiLieuNop', [expect.objectContaining({ TepDinhKemId: '90001', TenTepDinhKem: 'to-khai.pdf', IsDeleted: 'False', MaThanhPhanHoSo: 'KQ.G99.000001', DuongDanTaiTepTin: 'https://tep.example.vn/downloadfile/1' })], [], true],
  [27, 'DanhSachLePhi', [{ TenPhiLePhi: 'Lệ phí bản sao', MaPhiLePhi: 'LP1', HinhThucThu: '4', Gia: '8000', LoaiPhiLePhi: '1' }], [], true],
  [28, 'DanhSachTepDinhKemKhac', [{ TenGiayTo: 'Bản sao giấy tờ', SoLuong: '2', LoaiGiayTo: '1' }], [], true],
  [29, 'DanhSachHoSoBoSung', [{
    HoSoBoSungId: '7', NguoiYeuCauBoSung: 'Lê Văn Mẫu', NoiDungBoSung: 'Bổ sung giấy tờ mẫu', NgayBoSung: '20250701100000', NguoiTiepNhanBoSung: 'Phạm Thị Mẫu',
    ThongTinTiepNhan: 'Đã nhận', NgayTiepNhanBoSung: '20250701140000', TrangThaiBoSung: 'True', DanhSachGiayToBoSung: [],
    DanhSachLePhiBoSung: [{ TenPhiLePhi: 'Phí bổ sung', MaPhiLePhi: '', HinhThucThu: '1', Gia: '0', LoaiPhiLePhi: '1' }], NgayHenTraTruoc: '20250703170000', NgayHenTraMoi: '20250704170000',
  }], [], true],
  [30, 'DanhSachGiayToKetQua', [expect.objectContaining({ TenGiayTo: 'Bản sao trích lục', MaThanhPhanHoSo: 'KQ.G99.000001', GiayToId: '90077', DuongDanTepTinKetQua: 'https://tep.example.vn/downloadfile/77' })], [], true],
  [31, 'NoiNopHoSo', '2', '2', false],
  [32, 'HoSoCoThanhPhanSoHoa', '1', '0', false],
  [33, 'TaiKhoanDuocXacThucVoiVNeID', '1', '0', false],
  [34, 'DuocThanhToanTrucTuyen', '1', '0', false],
  [35, 'NgayTuChoi', '', '', false],
  [36, 'DinhDanhCHS', [{ LoaiDinhDanh: '1', SoDinhDanh: '092199999002' }], [], false],
  [37, 'NgayNopHoSo', '20250701080112', '20250701083000', false],
  [38, 'DSKetNoiCSDL', [{ MaCSDL: '1' }], [], false],
];

describe('the 38 fields', () => {
  it('are all here, in order', () => {
    expect(ROWS.map(([n]) => n)).toEqual(Array.from({ length: 38 }, (_, i) => i + 1));
    expect(Object.keys(encodeDossier(dossier(), modern)).sort()).toEqual(ROWS.map(([, name]) => name).sort());
    expect(Object.keys(encodeDossier(dossier(), old)).sort()).toEqual(ROWS.filter(([, , , , in2020]) => in2020).map(([, name]) => name).sort());
  });

  it.each(ROWS)('%i %s', (_row, name, full, empty, in2020) => {
    const of = (d: Dossier, cfg: typeof modern): unknown => (encodeDossier(d, cfg) as Record<string, unknown>)[name];
    expect(of(dossier(), modern)).toEqual(full);
    expect(of(bare, modern)).toEqual(empty);
    expect(of(dossier(), old)).toEqual(in2020 ? full : undefined);
  });

  it('adds the reporting fields of files and results in 2023+ only', () => {
    const now = encodeDossier(dossier(), modern);
    expect(now.TaiLieuNop[0]).toMatchObject({ DuocSoHoa: '1', DuocTaiSuDung: '0', DuocLayTuKhoDMQG: '1', MaKetQuaThayThe: 'KQ.G99.000002' });
    expect(now.DanhSachGiayToKetQua[0]).toMatchObject({ MaGiayToKetQua: 'KQ.G99.000777' });
    const then = encodeDossier(dossier(), old);
    expect(Object.keys(then.TaiLieuNop[0] ?? {})).toHaveLength(5);
    expect(Object.keys(then.DanhSachGiayToKetQua[0] ?? {})).toHaveLength(4);
  });

  it('passes the strict schema of both generations, full and bare', () => {
    for (const cfg of [modern, old]) for (const d of [dossier(), bare]) expect(syncRequest(operations.syncDossier.encode([d], context(cfg)))).toMatchObject({ ok: true });
  });
});

describe('facts that other senders get wrong', () => {
  it('says isUpdating with C# words, by what is known of the portal', () => {
    const updating = (remote: RemoteState) => operations.syncDossier.encode([dossier()], context(modern, remote)).isUpdating;
    expect([updating({}), updating({ exists: false }), updating({ exists: true })]).toEqual(['False', 'False', 'True']);
  });

  it('never puts a phone in Fax nor a number of a person in MaDoiTuong', () => {
    const wire = encodeDossier(dossier({ applicant: { kind: 'CITIZEN', name: 'Mẫu', phone: '0900000001', ids: [{ type: 'CCCD', number: '092199999002' }] } }), modern);
    expect(wire.Fax).toBe('');
    expect(wire.MaDoiTuong).toBe('');
  });

  it('sends no placeholder for identity papers that do not fit', () => {
    const ids: Dossier['applicant']['ids'] = [{ type: 'CCCD', number: '09219999900' }, { type: 'CMND', number: '123456789' }, { type: 'PASSPORT', number: 'P0000001' }, { type: 'TAX_CODE', number: '9900000001' }];
    const d = dossier({ applicant: { kind: 'CITIZEN', name: 'Mẫu', ids } });
    expect(encodeDossier(d, modern)).toMatchObject({ DinhDanhCHS: [{ LoaiDinhDanh: '2', SoDinhDanh: '123456789' }] });
    expect(encodeDossier(d, config({ identityTypes: { PASSPORT: '3' } }))).toMatchObject({ DinhDanhCHS: [{ LoaiDinhDanh: '2' }, { LoaiDinhDanh: '3', SoDinhDanh: 'P0000001' }] });
    expect(checkDossier(d, modern).filter((i) => i.code === 'LT-DVCQG-IDENTITY-DROPPED').map((i) => i.pointer)).toEqual(['/applicant/ids/0', '/applicant/ids/2', '/applicant/ids/3']);
  });

  it('names the applicant as owner, never the delegate', () => {
    expect(encodeDossier(dossier({ delegate: { kind: 'CITIZEN', name: 'Người Được Ủy Quyền', ids: [] } }), modern).ChuHoSo).toBe('Trần Thị Mẫu');
  });

  it('sends every file of a component, and none as a result that is not one', () => {
    const d = dossier({
      components: [{ name: 'Tờ khai', files: [{ name: 'a.pdf', url: 'https://tep.example.vn/a' }, { name: 'b.pdf', url: 'https://tep.example.vn/b', deleted: true }] }],
      results: [],
    });
    const wire = encodeDossier(d, modern);
    expect(wire.TaiLieuNop.map((f) => [f.TenTepDinhKem, f.IsDeleted])).toEqual([['a.pdf', 'False'], ['b.pdf', 'True']]);
    expect(wire.DanhSachGiayToKetQua).toEqual([]);
  });

  it('leaves out files that nobody could fetch, and builds links where the id is enough', () => {
    const d = dossier({ components: [{ name: 'Tờ khai', files: [{ id: '00000000-0000-4000-8000-000000000042', name: 'a.pdf' }] }] });
    expect(encodeDossier(d, modern).TaiLieuNop).toEqual([]);
    expect(checkDossier(d, modern)).toMatchObject([{ code: 'LT-DVCQG-FILE-LINK', pointer: '/components/0/files/0', severity: 'warning' }]);
    const linked = encodeDossier(d, config({ fileLink: 'https://tep.example.vn/downloadfile/{id}' }));
    expect(linked.TaiLieuNop[0]?.DuongDanTaiTepTin).toBe('https://tep.example.vn/downloadfile/00000000-0000-4000-8000-000000000042');
  });

  it('never sends the address of a kept file: a public link where the province has one, else nothing, as told', () => {
    const id = '4f'.repeat(32);
    const file = { name: 'a.pdf', url: fileAddress(id) };
    const d = dossier({ components: [{ name: 'Tờ khai', files: [file] }], results: [{ name: 'Bản sao', files: [file] }] });
    const bare = encodeDossier(d, modern);
    expect([bare.TaiLieuNop, bare.DanhSachGiayToKetQua]).toEqual([[], []]);
    expect(checkDossier(d, modern)).toMatchObject([{ code: 'LT-DVCQG-FILE-LINK', pointer: '/components/0/files/0', severity: 'warning' }, { code: 'LT-DVCQG-RESULT-INCOMPLETE' }]);
    const linked = encodeDossier(d, config({ keptFileLink: 'https://tep.example.vn/cong/{id}' }));
    expect([linked.TaiLieuNop[0]?.DuongDanTaiTepTin, linked.DanhSachGiayToKetQua[0]?.DuongDanTepTinKetQua]).toEqual([`https://tep.example.vn/cong/${id}`, `https://tep.example.vn/cong/${id}`]);
    const both = { ...file, id: '42' };
    expect(encodeDossier({ ...d, components: [{ name: 'Tờ khai', files: [both] }] }, config({ fileLink: 'https://tep.example.vn/{id}' })).TaiLieuNop[0]?.DuongDanTaiTepTin).toBe('https://tep.example.vn/42');
  });

  it('leaves component codes empty where the province says that they are not national ones', () => {
    expect(encodeDossier(dossier(), config({ componentCodes: 'omit' })).TaiLieuNop[0]?.MaThanhPhanHoSo).toBe('');
  });
});

describe('DuocThanhToanTrucTuyen', () => {
  const online = (status: 'PAID' | 'PENDING', platform?: 'NATIONAL' | 'PROVINCE') => [{ amount: 8000, method: 'ONLINE' as const, status, ...(platform === undefined ? {} : { platform }) }];
  const fee = dossier().fees;
  it.each([
    ['paid on the national platform', online('PAID', 'NATIONAL'), fee, {}, '1'],
    ['paid on the own gateway', online('PAID', 'PROVINCE'), fee, {}, '2'],
    ['platform not named', online('PAID'), fee, {}, '1'],
    ['platform not named, own gateway configured', online('PAID'), fee, { onlinePaymentPlatform: 'PROVINCE' }, '2'],
    ['not yet paid', online('PENDING', 'NATIONAL'), fee, {}, '0'],
    ['paid in cash', [{ amount: 8000, method: 'CASH' as const, status: 'PAID' as const }], fee, {}, '0'],
    ['unpaid, told apart by configuration', [], fee, { unpaidFeeCode: '3' }, '3'],
    ['no fee at all', [], [], { unpaidFeeCode: '3' }, '0'],
    ['every fee is zero', [], [{ name: 'Miễn phí', amount: 0 }], { unpaidFeeCode: '3' }, '0'],
  ])('%s', (_what, payments, fees, more, expected) => {
    expect(encodeDossier(dossier({ payments, fees }), config(more))).toMatchObject({ DuocThanhToanTrucTuyen: expected });
  });
});

describe('text', () => {
  const long = (n: number) => 'ă'.repeat(n);
  it.each([
    ['ChuHoSo', LIMITS.ChuHoSo, (t: string) => dossier({ applicant: { kind: 'CITIZEN', name: t, ids: [] } })],
    ['TrichYeuHoSo', LIMITS.TrichYeuHoSo, (t: string) => dossier({ summary: t })],
    ['GhiChu', LIMITS.GhiChu, (t: string) => dossier({ note: t })],
  ] as const)('%s is kept up to its limit and cut with an ellipsis above', (field, limit, make) => {
    const of = (n: number) => encodeDossier(make(long(n)), modern)[field];
    expect(of(limit)).toBe(long(limit));
    expect(of(limit + 1)).toBe(`${long(limit - 1)}…`);
  });

  it('cuts file and result names', () => {
    const d = dossier({ components: [{ name: 'x', files: [{ name: long(4001), url: 'https://tep.example.vn/a' }] }], results: [{ code: 'K', name: long(2001), files: [{ name: 'k', url: 'https://tep.example.vn/k' }] }] });
    const wire = encodeDossier(d, modern);
    expect(wire.TaiLieuNop[0]?.TenTepDinhKem).toHaveLength(4000);
    expect(wire.DanhSachGiayToKetQua[0]?.TenGiayTo).toHaveLength(2000);
  });

  it('never cuts through the middle of a character', () => {
    const cut = encodeDossier(dossier({ summary: `${'a'.repeat(998)}😀😀` }), modern).TrichYeuHoSo;
    expect(cut.isWellFormed()).toBe(true);
    expect(cut).toBe(`${'a'.repeat(998)}…`);
  });

  it('refuses an identifier that is too long instead of cutting it', () => {
    expect(checkDossier(dossier({ code: 'H'.repeat(51) }), modern)).toMatchObject([{ code: 'LT-DVCQG-IDENTIFIER-LENGTH', pointer: '/code' }]);
  });

  it('leaves in NFC whatever came in', () => {
    const d = dossier({ applicant: { kind: 'CITIZEN', name: 'Trần Thị Mẫu'.normalize('NFD'), ids: [] }, agency: { code: 'H92', name: 'UBND phường Mẫu'.normalize('NFD') } });
    expect(encodeDossier(d, modern)).toMatchObject({ ChuHoSo: 'Trần Thị Mẫu', DonViXuLy: 'UBND phường Mẫu' });
  });

  it('counts the limit after NFC: a decomposed name is not cut for its marks', () => {
    const name = 'ế'.repeat(400);
    expect(encodeDossier(dossier({ applicant: { kind: 'CITIZEN', name: name.normalize('NFD'), ids: [] } }), modern).ChuHoSo).toBe(name);
  });
});

describe('time', () => {
  it.each([
    ['2025-06-30T17:00:00Z', '20250701000000'],
    ['2025-12-31T17:00:00Z', '20260101000000'],
    ['2024-02-28T18:30:00Z', '20240229013000'],
    ['2025-07-01T01:30:00.999Z', '20250701083000'],
  ])('%s leaves as %s, whatever the server zone', (instant, wire) => {
    const d = dossier({ dates: { acceptedAt: instant }, status: 'PROCESSING' });
    expect(encodeDossier(d, modern).NgayTiepNhan).toBe(wire);
  });

  it('refuses what is no time, with its pointer and without its value', () => {
    const issues = checkDossier(dossier({ dates: { acceptedAt: '2025-02-30T00:00:00Z' }, status: 'PROCESSING' }), modern);
    expect(issues).toMatchObject([{ code: 'LT-DVCQG-TIME-INVALID', pointer: '/dates/acceptedAt' }]);
    expect(JSON.stringify(issues)).not.toContain('2025-02-30');
  });
});
