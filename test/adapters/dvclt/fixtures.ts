/** Configurations, invented dossiers and the words of DVCLT and of the civil-status system (fact sheet 7.5) under short names. */
import { configure, type DvcltConfig } from '../../../adapters/dvclt/adapter.ts';
import type { Dossier } from '../../../src/model/canonical.ts';

export const PDF = 'JVBERi0xLjcKJeLjz9MK';
export const NUMBER = 'G22.99.99-250110-0031';
export const NOW = Date.parse('2025-01-10T01:10:00Z');

export const rawConfig = {
  baseUrl: 'https://dvclt.example.vn', gateway: { kind: 'none' }, provinceCode: '99', units: { 99001: { code: 'H99.45.01', name: 'UBND Xã Ví Dụ' } },
  civilStatus: { baseUrl: 'https://hotich.example.vn', gateway: { kind: 'none' } },
};
export const config = (more: Record<string, unknown> = {}): DvcltConfig => configure({ ...rawConfig, ...more });

export const BIRTH: Record<string, string> = {
  maGCS: 'DEMO-GCS-31', ngayCapGCS: '20250108', loaiDangKy: '1', noiDangKy: '99001', soLuongBanSao: '2', nksHoTen: 'Đỗ Minh Thử', nksGioiTinh: '1', nksNgaySinh: '07.01.2025',
  nksNgaySinhBangChu: 'Ngày bảy tháng một năm hai nghìn không trăm hai mươi lăm', nksNoiSinh: 'Bệnh viện Ví Dụ, Tỉnh Mẫu', nksNoiSinhDVHC: '99', nksQueQuan: 'Xã Ví Dụ, Tỉnh Mẫu', nksDanToc: '01', nksQuocTich: 'VN', nksLoaiKhaiSinh: '1',
  meHoTen: 'Vũ Thị Hai', meNgaySinh: '03.03.1995', meDanToc: '01', meQuocTich: 'VN', meLoaiCuTru: '1', meNoiCuTru: 'Xã Ví Dụ, Tỉnh Mẫu', meLoaiGiayToTuyThan: '4', meSoGiayToTuyThan: '099195000456',
  chaHoTen: 'Đỗ Văn Ba', chaNgaySinh: '1993', chaDanToc: '01', chaQuocTich: 'VN', chaLoaiCuTru: '1', chaNoiCuTru: 'Xã Ví Dụ, Tỉnh Mẫu', chaLoaiGiayToTuyThan: '4', chaSoGiayToTuyThan: '099093000789',
  nycHoTen: 'Đỗ Văn Ba', nycQuanHe: 'Cha', nycLoaiGiayToTuyThan: '4', nycSoGiayToTuyThan: '099093000789', nycSoDienThoai: '0900000102', nycEmail: 'ba@mail.example',
};
export const xmlOf = (fields: Record<string, string>): string =>
  `<root><hoTich>${Object.entries(fields).map(([name, value]) => `<${name}>${value.replace(/&/g, '&amp;').replace(/</g, '&lt;')}</${name}>`).join('')}</hoTich></root>`;

export const FILES = [
  { id: 1, loaiGiayTo: 1, tenGiayTo: 'Giấy chứng sinh', tenTepDinhKem: 'gcs.pdf', huyGiayTo: 0, duLieuTepDinhKem: PDF },
  { id: 2, loaiGiayTo: 1, tenGiayTo: 'Bản cũ', tenTepDinhKem: 'cu.pdf', huyGiayTo: 1, duLieuTepDinhKem: 'QsWpbiBjxak=' },
];
export interface DetailParts { number?: string; unit?: unknown; procedure?: string; module?: string; xml?: string; files?: unknown; level1?: unknown }
export function detail({ number = NUMBER, unit = 99001, procedure = '2.000986', module = 'KS', xml = xmlOf(BIRTH), files = FILES, level1 }: DetailParts = {}): unknown {
  const head = { maDonVi: unit, maTTHC: procedure, module, maHoSo: number, ngayTiepNhan: '10/01/2025 08:05:00', techId: '00000000-0000-4000-8000-000000000789' };
  return { data: { ...head, data: level1 ?? JSON.stringify({ ...head, data: xml, fileDinhKem: files }), fileDinhKem: [] } };
}
export const row = (more: Record<string, unknown> = {}): Record<string, unknown> =>
  ({ id: '77', maDonVi: 99001, maTTHC: '2.000986', module: 'KS', maHoSo: NUMBER, ngayTiepNhan: '10/01/2025 08:05:00', techId: '00000000-0000-4000-8000-000000000789', ...more });

const PLACE = (dcChiTiet: string, maTinh: string | null = null) => ({ maTinh, maHuyen: null, maXa: null, dcChiTiet });
export const BIRTH_RESULT = {
  soDinhDanh: '099225000031', ngayDangKy: '10/01/2025', ndkksMaTinh: '99', ndkksMaHuyen: '990', ndkksMaXa: '99001', nksHoTen: 'Đỗ Minh Thử', nksGioiTinh: 1, nksNgaySinh: '07.01.2025',
  nksNgaySinhBangChu: 'Ngày bảy tháng một năm hai nghìn không trăm hai mươi lăm', nksDanToc: '01', nksQueQuan: PLACE('Xã Ví Dụ, Tỉnh Mẫu', '99'), nksQuocTich: 'VN', nksNoiSinh: PLACE('Bệnh viện Ví Dụ, Tỉnh Mẫu', '99'),
  meHoTen: 'Vũ Thị Hai', meNgaySinh: '03.03.1995', meDanToc: '01', meQuocTich: 'VN', meLoaiCuTru: 1, meNoiCuTru: PLACE('Xã Ví Dụ, Tỉnh Mẫu'), meSoGiayTo: '099195000456',
  chaHoTen: 'Đỗ Văn Ba', chaNgaySinh: '1993', chaDanToc: '01', chaQuocTich: 'VN', chaLoaiCuTru: 1, chaNoiCuTru: PLACE('Xã Ví Dụ, Tỉnh Mẫu'), chaSoGiayTo: '099093000789',
  nycHoTen: 'Đỗ Văn Ba', nycQuanHe: 'Cha', nycSoGiayTo: '099093000789', giayKhaiSinh: PDF, soDangKy: '12', quyenSo: '01/2025', trangSo: '12',
};
export const resultRow = (code: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  maDonVi: '99001', maTinh: '99', module: 'LTKS', maHoSoLT: NUMBER, maHoSoMCDT: code, errors: null, trangThai: '4', thoiGianThucHien: '10/01/2025 15:20:11', ghiChu: null, ketQuaXuLy: BIRTH_RESULT,
  nguoiXuLy: 'Hoàng Văn Tư', chucDanh: 'Công chức tư pháp - hộ tịch', phongBanXuLy: 'UBND Xã Ví Dụ', noiDungXuLy: null, hanBoSungHoSo: null, ...more,
});

/** What an officer's system says of a dossier: its own words, nothing of what was told. */
export function snapshot(dossier: Dossier, status: Dossier['status'], at: string, more: Partial<Dossier> = {}): Dossier {
  const { civilStatus: _c, results: _r, supplements: _s, history, ...rest } = dossier;
  const own = history.filter(({ id }) => id?.startsWith('dvclt:') !== true);
  return {
    ...rest, sourceSystem: 'one-stop', components: [], results: [], supplements: [], status, history: [...own, { at, status, action: status, actor: 'Hoàng Văn Tư' }],
    dates: { ...dossier.dates, ...(status === 'ACCEPTED' ? { acceptedAt: at } : {}) }, ...more,
  };
}
