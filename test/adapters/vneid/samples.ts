/** A dossier as VNeID sends it, written by hand from the fact sheet (7.2), and a province that takes it. Nobody is real. */
import { configure, type VneidConfig } from '../../../adapters/vneid/config.ts';
import { inboundRoutes } from '../../../adapters/vneid/inbound.ts';
import type { InboundCall, InboundReply } from '../../../src/adapter/types.ts';
import type { Dossier } from '../../../src/model/canonical.ts';
import { createDossierDesk, type DossierDesk } from '../../support/dossier-deps.ts';

export const NOW = Date.parse('2025-01-10T02:15:30Z');
export const CODE = 'H99.14-250110-0007';
export const SECRET = 'ma-bi-mat-CodeGet';
export const PDF = 'JVBERi0xLjcKJeLjz9MK';

export const RAW = {
  baseUrl: 'https://lgsp.example.vn', codeGet: SECRET, codes: { agencyCode: 'H99.14' }, province: { code: '99', name: 'Tỉnh Mẫu' }, agency: { code: 'H99.14', name: 'Đơn vị mẫu' },
  procedure: { code: '2.000488', name: 'Cấp Phiếu lý lịch tư pháp', sector: { code: 'LLTP', name: 'Lý lịch tư pháp' }, selfCase: 'TU-NOP', authorisedCase: 'UY-QUYEN' },
  backend: { kind: 'btp', pushPath: '/lltp/guiHoSo', resultPath: '/lltp/nhanTrangThai', authKey: 'khoa-bi-mat' },
} as const;
export const config = (more: Record<string, unknown> = {}): VneidConfig => configure({ ...RAW, ...more });

type Json = Record<string, unknown>;
const HOME = { maTinhThanh: '99', tenTinhThanh: 'Tỉnh Mẫu', maQuanHuyen: '990', tenQuanHuyen: 'Huyện Thử Nghiệm', maPhuongXa: '99001', tenPhuongXa: 'Xã Ví Dụ', chiTiet: 'Thôn Một', tenQuocGia: 'Việt Nam' };
export const DELEGATE = {
  nuqHoTen: 'Đỗ Văn Giả', nuqGioiTinh: 1, nuqTenGioiTinh: 'Nam', nuqNgaySinh: '01/06/1985', nuqDienThoai: '0900000002', nuqEmail: 'gia@mail.example', nuqLoaiGiayTo: 4, nuqTenLoaiGiayTo: 'Thẻ căn cước',
  nuqSoGiayTo: '099085000456', nuqNgayCapGiayTo: '02/03/2022', nuqNoiCapGiayTo: 'Cơ quan cấp giả định', nuqQuocTich: 'VN', nuqTenQuocTich: 'Việt Nam', nuqDanToc: '01', nuqTenDanToc: 'Kinh',
  nuqNoiDKKS: HOME, nuqNoiOHienTai: HOME, nuqQuanHe: { ma: 3, ten: 'Anh trai' }, nuqNgayKyVanBanUyQuyen: '05/01/2025',
};
export function bodyOf(declaration: Json = {}, root: Json = {}): Json {
  return {
    maTinh: '99', tenTinh: 'Tỉnh Mẫu', maHoSoMCDT: CODE, ngayTiepNhan: '10/01/2025', nguonDangKy: 2, tenNguonDangKy: 'VNeID',
    toKhai: {
      loaiPhieu: 1, yeuCauCDNCV: 0, maMucDich: 1, tenMucDich: 'Bổ sung hồ sơ xin việc', mucDichKhac: '', soLuongCap: 3, nycHoTen: 'Lê Thị Mẫu', nycTenGoiKhac: '', nycGioiTinh: 2, nycTenGioiTinh: 'Nữ',
      nycNgaySinh: '14/02/1990', nycDoiTuongNopPhi: '1', nycTenDoiTuongNopPhi: 'Đối tượng thông thường', nycThuongTru: HOME, nycTamTru: null, nycDienThoai: '0900000101', nycEmail: ' mau@mail.example ',
      nycLoaiGiayTo: 4, nycTenLoaiGiayTo: 'Thẻ căn cước', nycSoGiayTo: '099190000123', nycNgayCapGiayTo: '20/05/2021', nycNoiCapGiayTo: 'Cơ quan cấp giả định', nycQuocTich: 'VN', nycTenQuocTich: 'Việt Nam',
      nycDanToc: '01', nycTenDanToc: 'Kinh', nycHoTenCha: 'Lê Văn Giả', chaNamSinh: 1962, nycHoTenMe: 'Phạm Thị Định', meNamSinh: 1965, nycHoTenVoChong: '', voChongNamSinh: null,
      nycNoiSinh: { maQuocGia: 'VN', tenQuocGia: 'Việt Nam', maTinhThanh: '99', tenTinhThanh: 'Tỉnh Mẫu', maQuanHuyen: '990', tenQuanHuyen: 'Huyện Thử Nghiệm', maPhuongXa: '99001', tenPhuongXa: 'Xã Ví Dụ', chiTiet: '', dcChiTiet: '' },
      uyQuyen: 0, thongTinUyQuyen: null, thongTinAnTich: 'Không',
      quaTrinhCTNNNLV: [
        { tuThangNam: '02/2004', denThangNam: '08/2012', loaiCuTru: '1', diaChiCuTru: HOME, ngheNghiep: 'Học sinh, sinh viên', noiLamViec: '' },
        { tuThangNam: '09-2012', denThangNam: '01-2025', loaiCuTru: '1', diaChiCuTru: HOME, ngheNghiep: 'Kế toán', noiLamViec: 'Công ty Ví Dụ' },
      ],
      thongTinThanhToan: { nhomDoiTuong: 1, tenNhomDoiTuong: 'Thông thường', phiLLTP: '100000', phiCapThemBanGiay: '5000', hinhThucNhanBanGiay: 2, tenHinhThucNhanBanGiay: 'Qua bưu chính', diaChiNhan: 'Thôn Một, Xã Ví Dụ, Tỉnh Mẫu', tongPhi: '105000' },
      giayToDinhKem: [{ ma: 'CCCD', ten: 'Ảnh thẻ căn cước', danhSach: [{ loai: 'image/jpeg', duLieu: '/9j/4AAQSkZJRgABAQ==' }, { loai: 'application/pdf', duLieu: PDF }] }],
      ...declaration,
    },
    thongTinBienLai: {
      maDichVu: 1, maDVC: 'DEMO-DVC', tenDVC: 'Cấp phiếu lý lịch tư pháp', maTTHC: '2.000488', tenTTHC: 'Cấp Phiếu lý lịch tư pháp', maDonVi: 'H99.14', tenDonVi: 'Đơn vị mẫu', tkThuHuong: '0000000000',
      maNhThuHuong: 'DEMOBANK', tenTkThuHuong: 'DON VI MAU', dSKhoanNop: [{ NoiDung: 'Phí cấp phiếu', SoTien: '105000' }], trangThaiGD: 1, tenTrangThaiGD: 'Thành công', urlBienLai: 'https://bienlai.example/demo/0007',
    },
    ...root,
  };
}

export interface Desk extends DossierDesk<VneidConfig> {
  clock: { now: number };
  /** as the gateway calls: the guard first */
  call(route: 'issueCode' | 'createDossier', body?: unknown, more?: Partial<InboundCall>): Promise<InboundReply>;
}
export function desk(settings: VneidConfig = config(), dossiers: readonly Dossier[] = []): Desk {
  const clock = { now: NOW };
  const inner = createDossierDesk({ config: settings, dossiers, now: () => clock.now });
  return {
    ...inner, clock,
    async call(id, body, more) {
      const route = inboundRoutes.find((one) => one.id === id);
      if (route === undefined) throw new TypeError(id);
      const call: InboundCall = { body, text: typeof body === 'string' ? body : JSON.stringify(body ?? ''), params: {}, query: { CodeGet: SECRET }, headers: {}, ...more };
      return route.guard?.(call, settings) ?? route.handle(call, inner.deps);
    },
  };
}

/** What a body becomes, taken in. */
export async function taken(body: unknown = bodyOf(), settings: VneidConfig = config()): Promise<Dossier> {
  const one = desk(settings);
  const reply = await one.call('createDossier', body);
  const dossier = [...one.dossiers.values()][0];
  if (dossier === undefined) throw new TypeError(JSON.stringify(reply.body));
  return dossier;
}
