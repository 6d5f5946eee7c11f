/** K5 and K7 as the fact sheet shows them (3.5, 3.7, 7.5), with what differs between intake and push. */
import { describe, expect, it } from 'vitest';
import { encodePush } from '../../../adapters/dvclt/encode-push.ts';
import { encodeStatus } from '../../../adapters/dvclt/encode-status.ts';
import { eventsOf } from '../../../adapters/dvclt/events.ts';
import { nameParts } from '../../../adapters/dvclt/encode-push.ts';
import { isValidationError } from '../../../src/contract/validate.ts';
import type { Dossier } from '../../../src/model/canonical.ts';
import { CODE, handedOver, received, registered, said, told, at } from './dossiers.ts';
import { config, NUMBER, xmlOf } from './fixtures.ts';

const inside = (text: string | null | undefined): Record<string, unknown> => JSON.parse(text ?? 'null') as Record<string, unknown>;
const codesOf = (act: () => unknown): string[] => {
  try {
    act();
    return [];
  } catch (error) {
    if (!isValidationError(error)) throw error;
    return error.issues.map(({ code, pointer }) => `${code} ${pointer ?? ''}`);
  }
};
const marriage = (dossier: Dossier): Dossier => ({
  ...dossier, components: [],
  civilStatus: {
    kind: 'MARRIAGE', registrationPlace: '99001', copies: 2, note: 'Ghi chú', facts: {
      husband: { name: 'Đỗ Văn Ba', birthDate: '1993-02-01', marriageCount: 1, citizenNumber: '099093000789', residence: { text: 'Xã Ví Dụ', provinceCode: '99', communeCode: '99001' }, identityPaper: { kindCode: '4', number: '099093000789', issuedOn: '2021-05-04' } },
      wife: { name: 'Vũ Thị Hai', birthDate: '1995', marriageCount: 2 }, marriedOn: '2025-01-09',
    },
  },
});

describe('K5', () => {
  it('a birth, as in the example of the fact sheet', async () => {
    const sent = encodePush(said(await received(), 'ACCEPTED', '08:30:00'), config());
    expect(sent).toMatchObject({ maDonVi: '99001', module: 'LTKS', maHoSoLT: NUMBER, maHoSoMCDT: CODE, ngayTiepNhan: '10/01/2025 08:30:00' });
    // A cancelled file is not forwarded.
    expect(sent.fileDinhKem).toEqual([{ id: 1, loaiGiayTo: 1, tenGiayTo: 'Giấy chứng sinh', tenTepDinhKem: 'gcs.pdf', huyGiayTo: 0, duLieuTepDinhKem: expect.stringMatching(/^lienthong-file:[0-9a-f]{64}$/) }]);
    const data = inside(sent.data);
    const line = (dcChiTiet: string) => ({ maTinh: null, maHuyen: null, maXa: null, dcChiTiet });
    expect(data).toMatchObject({
      maGCS: null, ngayCapGCS: '08.01.2025', loaiDangKy: '1', noiDangKy: '99001', soLuongBanSao: '2', nksHoTen: 'Đỗ Minh Thử', nksGioiTinh: '1', nksNgaySinh: '07.01.2025', nksNoiSinhNuocNgoai: null,
      nksNoiSinh: { ...line('Bệnh viện Ví Dụ, Tỉnh Mẫu'), maTinh: '99' }, nksQueQuan: line('Xã Ví Dụ, Tỉnh Mẫu'), meNoiCuTru: line('Xã Ví Dụ, Tỉnh Mẫu'), chaNgaySinh: '1993', chaNoiCuTru: line('Xã Ví Dụ, Tỉnh Mẫu'),
      nycNoiCuTru: null, meSoDDCN: '', chaSoDDCN: '', nycSoDDCN: '', soDangKyNuocNgoai: '', nycLoaiCuTru: '', nksLoaiGiayToTuyThan: '', meGiayToKhac: '',
    });
    expect(data).not.toHaveProperty('nksQuocTichKhac');
  });
  it('a death: lines alone, and an empty address of the requester', async () => {
    const fields = { maGBT: 'DEMO-GBT', ngayCapGBT: '20250105', noiDangKy: '99001', nktHoTen: 'Lê Văn Cũ', nktNgaySinh: '05.1940', nktNoiCuTru: 'Xã Ví Dụ', nktNoiChet: 'Bệnh viện & nhà', nktNgayChet: '04.01.2025', nktGioPhutChet: '03:15', gbtLoai: '1', nycHoTen: 'Lê Thị Con' };
    const sent = encodePush(said(await received(config(), { module: 'KT', procedure: '1.011733', xml: xmlOf(fields) }), 'ACCEPTED', '08:30:00'), config());
    expect(sent.module).toBe('LTKT');
    expect(inside(sent.data)).toMatchObject({ maGBT: 'DEMO-GBT', ngayCapGBT: '05.01.2025', nktNgaySinh: '05.1940', nktNoiCuTru: { dcChiTiet: 'Xã Ví Dụ' }, nktNoiChet: { dcChiTiet: 'Bệnh viện & nhà' }, nycNoiCuTru: {}, nktGioPhutChet: '03:15', gbtSo: null });
  });
  it('a marriage of the province’s own: its own number twice, numbers as numbers', async () => {
    const sent = encodePush(marriage(said(await received(), 'ACCEPTED', '08:30:00')), config());
    expect(sent).toMatchObject({ module: 'LTKH', maHoSoLT: CODE, maHoSoMCDT: CODE });
    expect(inside(sent.data)).toMatchObject({ chongHoTen: 'Đỗ Văn Ba', chongNgaySinh: '01.02.1993', chongSoLanKH: 1, voSoLanKH: 2, chongNoiCuTru: { maTinh: '99', maHuyen: null, maXa: '99001', dcChiTiet: 'Xã Ví Dụ' }, ngayXacLapQuanHeHonNhan: '09.01.2025', soBanSao: 2, soLuongBanSao: '2', ghiChu: 'Ghi chú' });
  });
  it('the two-level variant: names and days in parts, no district', async () => {
    const two = config({ variant: 'two-level' });
    const birth = inside(encodePush(said(await received(two), 'ACCEPTED', '08:30:00'), two).data);
    expect(birth).toMatchObject({
      nksHoTen: { Ho: 'Đỗ', ChuDem: 'Minh', Ten: 'Thử' }, nksNgaySinh: { namSinh: '2025', thangSinh: '01', ngaySinh: '07' }, chaNgaySinh: { namSinh: '1993', thangSinh: null, ngaySinh: null },
      nksNoiSinh: { quocGia: 'VN', maTinh: '99', maXa: null, dcChiTiet: 'Bệnh viện Ví Dụ, Tỉnh Mẫu' }, meLoaiGiayToTuyThan: 4, nycLoaiGiayToTuyThan: 4,
    });
    const married = inside(encodePush(marriage(said(await received(two), 'ACCEPTED', '08:30:00')), two).data);
    expect(married).toMatchObject({ chongHoTen: { Ho: 'Đỗ', ChuDem: 'Văn', Ten: 'Ba' }, chongNoiCuTru: { quocGia: 'VN', maTinh: '99', maXa: '99001', dcChiTiet: 'Xã Ví Dụ' }, voNoiCuTru: null });
  });
  it('a copy', async () => {
    const accepted = said(await received(), 'ACCEPTED', '08:30:00');
    const copy: Dossier = { ...accepted, components: [], civilStatus: { kind: 'COPY', registrationPlace: '99001', copies: 3, facts: { subject: { name: 'Đỗ Văn Ba', birthDate: '1993' }, requester: { name: 'Ba' } }, copy: { kindCode: 2, previous: { number: '7', book: '01/1993', office: '99001', registeredOn: '1993-03-02' } } } };
    const sent = encodePush(copy, config());
    expect([sent.module, sent.ngayTiepNhan, inside(sent.data)]).toMatchObject(['BS', '10/01/2025', { cbsHoTen: { Ho: 'Đỗ', ChuDem: 'Văn', Ten: 'Ba' }, nycHoTen: { Ho: '', ChuDem: '', Ten: 'Ba' }, loaiBanSao: 2, ngayDangKyTruocDay: '02/03/1993', soDangKyTruocDay: '7' }]);
  });
  it.each([['Đỗ Ba', { Ho: 'Đỗ', ChuDem: '', Ten: 'Ba' }], ['  Ba ', { Ho: '', ChuDem: '', Ten: 'Ba' }], ['Tôn Nữ Thị  Minh Hà', { Ho: 'Tôn', ChuDem: 'Nữ Thị Minh', Ten: 'Hà' }]])('the name %j', (name, parts) => {
    expect(nameParts(name)).toEqual(parts);
  });
  it('tells everything that is missing at once', async () => {
    const dossier = await received();
    const { registrationPlace: _p, ...civilStatus } = dossier.civilStatus as NonNullable<Dossier['civilStatus']>;
    expect(codesOf(() => encodePush({ ...dossier, civilStatus, components: [{ name: 'a', files: [{ name: 'a', url: 'https://files.example.vn/a' }] }] }, config())).sort()).toEqual([
      'LT-DVCLT-FIELD-MISSING /civilStatus/registrationPlace', 'LT-DVCLT-FIELD-MISSING /dates/acceptedAt', 'LT-DVCLT-FILE-GONE /components/0/files/0/url',
    ]);
  });
});

describe('K7', () => {
  const send = (dossier: Dossier, status: number, more: Record<string, unknown> = {}) => {
    const event = eventsOf(dossier).find((one) => one.status === status);
    return event === undefined ? undefined : encodeStatus({ ...dossier, event }, config(more));
  };
  it('7 and 4, as in the example of the fact sheet', async () => {
    const done = await registered();
    const head = { maTTHC: '2.000986', soHoSoLT: NUMBER, coQuanXuLy: 5, maHoSo: CODE };
    expect(send(done, 7)).toMatchObject({ ...head, trangThai: 7, thoiGianThucHien: '10/01/2025 09:02:00', noiDungXuLy: 'Gửi hồ sơ qua hệ thống BTP', ngayKetThucTheoQuyDinh: '11/01/2025 09:02:00', ketQuaXuLy: null });
    const sent = send(done, 4);
    expect(sent).toMatchObject({ ...head, trangThai: 4, thoiGianThucHien: '10/01/2025 15:20:11', ngayKetThucTheoQuyDinh: '11/01/2025 15:20:11' });
    expect(inside(sent?.ketQuaXuLy)).toEqual({
      soDinhDanh: '099225000031', ngayDangKy: '10/01/2025', ndkksMaTinh: '99', ndkksMaHuyen: '990', ndkksMaXa: '99001', nksHoTen: 'Đỗ Minh Thử', nksGioiTinh: 1, nksNgaySinh: '07.01.2025',
      nksNgaySinhBangChu: 'Ngày bảy tháng một năm hai nghìn không trăm hai mươi lăm', nksDanToc: '01', nksQueQuan: 'Xã Ví Dụ, Tỉnh Mẫu', nksQuocTich: 'VN', nksNoiSinh: 'Bệnh viện Ví Dụ, Tỉnh Mẫu',
      meHoTen: 'Vũ Thị Hai', meNgaySinh: '03.03.1995', meDanToc: '01', meQuocTich: 'VN', meLoaiCuTru: 1, meNoiCuTru: 'Xã Ví Dụ, Tỉnh Mẫu', meSoGiayTo: '099195000456',
      chaHoTen: 'Đỗ Văn Ba', chaNgaySinh: '1993', chaDanToc: '01', chaQuocTich: 'VN', chaLoaiCuTru: 1, chaNoiCuTru: 'Xã Ví Dụ, Tỉnh Mẫu', chaSoGiayTo: '099093000789',
      nycHoTen: 'Đỗ Văn Ba', nycQuanHe: 'Cha', nycSoGiayTo: '099093000789', giayKhaiSinh: `lienthong-file:${'a'.repeat(64)}`, soDangKy: '12', quyenSo: '01/2025', trangSo: '12', nksNoiSinhMaTinh: '99', maGiayToKetQua: 'KQ.G15.000031',
    });
  });
  it('the fillers: an empty address of a parent, and residence 0 or none', async () => {
    const { meNoiCuTru: _m, meLoaiCuTru: _l, ...rest } = (await import('./fixtures.ts')).BIRTH_RESULT;
    const done = told(handedOver(said(await received(), 'ACCEPTED', '08:30:00')), { ketQuaXuLy: { ...rest, chaLoaiCuTru: 0 } });
    expect(inside(send(done, 4)?.ketQuaXuLy)).toMatchObject({ meNoiCuTru: 'Không có thông tin', meLoaiCuTru: 1, chaLoaiCuTru: 1 });
  });
  it('1, 3 and 5 with the fields of their rows', async () => {
    const done = said(await registered(), 'RETURNED', '16:00:00');
    expect(send(done, 1)).toMatchObject({ ngayBatDau: '10/01/2025 08:10:00', ngayKetThucTheoQuyDinh: '10/01/2025 17:00:00', nguoiXuLy: null });
    expect(send(done, 3)).toMatchObject({ ngayBatDau: '10/01/2025 08:30:00', nguoiXuLy: 'Hoàng Văn Tư', noiDungXuLy: 'Hồ sơ đã được tiếp nhận', ngayKetThucTheoQuyDinh: null });
    expect(send(done, 5)).toMatchObject({ nguoiXuLy: 'Hoàng Văn Tư', ngayKetThucTheoQuyDinh: '11/01/2025 16:00:00', thoiGianThucHien: '10/01/2025 16:00:00', ketQuaXuLy: null });
  });
  it('2 and 6 with reason and deadline', async () => {
    const handed = handedOver(said(await received(), 'ACCEPTED', '08:30:00'));
    expect(send(told(handed, { trangThai: '2', ketQuaXuLy: null, noiDungXuLy: 'Thiếu giấy' }), 2)).toMatchObject({ ghiChu: 'Thiếu giấy', noiDungXuLy: 'Thiếu giấy', nguoiXuLy: 'Hoàng Văn Tư', ngayBatDau: '10/01/2025 15:20:11', hanBoSungHoSo: '21/01/2025 17:00:00' });
    expect(send(told(handed, { trangThai: '6', ketQuaXuLy: null, noiDungXuLy: 'Đã đăng ký' }), 6)).toMatchObject({ ghiChu: 'Đã đăng ký', chucDanh: 'Công chức tư pháp - hộ tịch', phongBanXuLy: 'UBND Xã Ví Dụ', hanBoSungHoSo: null });
    // An officer's own supplement has the default deadline, too.
    const asked = said(await received(), 'SUPPLEMENT_REQUIRED', '08:40:00');
    expect(send(asked, 2)).toMatchObject({ thoiGianThucHien: '10/01/2025 08:40:00', hanBoSungHoSo: '21/01/2025 17:00:00' });
  });
  it('4 without a result cannot be written', async () => {
    const jumped = said(await received(), 'RETURNED', '09:00:00');
    const event = eventsOf(jumped).find(({ status }) => status === 4);
    expect(codesOf(() => encodeStatus({ ...jumped, event: event as NonNullable<typeof event> }, config()))).toEqual(['LT-DVCLT-RESULT-MISSING /civilStatus/result']);
  });
  it('what is said later rewrites nothing that was planned', async () => {
    const first = handedOver(said(await received(), 'ACCEPTED', '08:30:00'));
    const later = said(await registered(), 'RETURNED', '16:00:00', { summary: 'khác' });
    for (const status of [1, 3, 7]) expect(send(later, status)).toEqual(send(first, status));
    expect(at('08:30:00')).toBe('2025-01-10T01:30:00Z');
  });
});
