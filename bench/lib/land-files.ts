/** Land files of any size, invented by counting: one parcel with its use and origin, its owners and its certificate, again and again. */
import type { LandFile } from '../../adapters/vbdlis/xml/types.ts';

const NAMES = ['Trần Thị Ví Dụ', 'Lê Văn Mẫu', 'Phạm Thị Giả Định', 'Ngô Văn Minh Họa'];
const USES = ['ONT', 'CLN', 'LUC', 'ODT'];
const pick = (list: readonly string[], n: number): string => list[n % list.length] ?? '';
/** As GUIDs are: longer than what V8 copies out of a larger text. */
const guid = (kind: number, n: number): string => `00000000-0000-4000-${String(kind).padStart(4, '0')}-${String(n).padStart(12, '0')}`;

/** @param parcels so many parcels, each with one owner, one certificate and one right; about 2.1 kB of XML each. @param first number of the first one */
export function landFile(parcels: number, first = 0): LandFile {
  const each = <T>(make: (n: number) => T): T[] => Array.from({ length: parcels }, (_, i) => make(first + i));
  return {
    hoSoGuid: guid(0, first),
    DC_TinhHinhDangKy: [{ tinhHinhDangKyId: guid(1, first), maXa: '00091', ngayTiepNhan: '2025-03-04T00:00:00', soThuTu: 1, coQuyenSuDung: true, coQuyenSoHuu: false }],
    ThongTinGiayChungNhan: { DC_GiayChungNhan: each((n) => ({ giayChungNhanId: guid(2, n), loaiGiayChungNhan: '11', soVaoSo: `VS ${n}`, soPhatHanh: `ZZ ${String(n).padStart(6, '0')}`, daCongNhanPhapLy: true, ngayCap: '2025-03-19T00:00:00' })) },
    ThongTinQuyenSuDungDat: { DC_QuyenSuDungDat: each((n) => ({ quyenSuDungDatId: guid(3, n), loaiDoiTuong: '0', chuId: guid(4, n), thuaDatId: guid(5, n), mucDichSuDungId: guid(6, n), giayChungNhanId: guid(2, n) })) },
    ThongTinTaiSan: { ThongTinThuaDat: { DC_ThuaDat: each((n) => ({
      thuaDatId: guid(5, n), maXa: '00091', soHieuToBanDo: String(n % 97), soThuTuThua: String(n), dienTich: `${100 + (n % 400)}.5`, dienTichPhapLy: `${100 + (n % 400)}.5`, laDoiTuongChiemDat: false, diaChi: 'Thôn Ví Dụ, xã Minh Họa',
      ThongTinMucDichSuDung: { DC_MucDichSuDung: [{
        mucDichSuDungId: guid(6, n), soThuTuMucDichSuDung: 1, maMucDichSuDung: pick(USES, n), dienTich: `${100 + (n % 400)}.5`, thoiHanSuDung: 'Lâu dài',
        ThongTinNguonGocDat: { DC_NguonGocDat: [{ nguonGocDatId: guid(7, n), nguonGoc: 'CNQ-CTT', nguonGocChuyenQuyen: '2', dienTich: `${100 + (n % 400)}.5` }] },
      }] },
    })) } },
    ThongTinChu: { ThongTinCaNhan: { DC_CaNhan: each((n) => ({
      caNhanId: guid(4, n), loaiDoiTuongSuDungDat: 'GDC', hoTen: pick(NAMES, n), namSinh: 1950 + (n % 50), maSoDinhDanh: `099199${String(n).padStart(6, '0')}`,
      ThongTinGiayToTuyThan: { DC_GiayToTuyThan: [{ giayToTuyThanId: guid(8, n), loaiGiayToTuyThan: 'CCCD', soGiayTo: `099199${String(n).padStart(6, '0')}`, ngayCap: '2022-01-01T00:00:00' }] },
    })) } },
  };
}
