/** Catalogue data of the simulated portal. Keys are the portal's own, in upper case; every value here is invented. */

export type CatalogueItem = Record<string, unknown>;

/**
 * One `LayThuTuc` answer item. Number types are mixed on purpose, as the portal mixes them (fact sheet 3.5).
 * @param code national procedure code `n.nnnnnn`
 */
export function inventedProcedure(code: string, name: string, sector: { code: string; name: string }): CatalogueItem {
  return {
    ID: Number(code.replace('.', '')),
    MATTHC: code,
    TENTTHC: name,
    MACOQUANCONGBO: '000.00.00.G99',
    TRANGTHAI: '1',
    LOAITTHC: 1,
    YEUCAU: '',
    LINHVUCTHUCHIEN: [{ MALINHVUC: sector.code, TENLINHVUC: sector.name }],
    CAPTHUCHIEN: [{ CAPTHUCHIEN: 3, TENCAP: 'Cấp Xã' }],
    DOITUONGTHUCHIEN: [{ MADOITUONG: '1', TENDOITUONG: 'Công dân Việt Nam' }],
    COQUANTHUCHIEN: [{ MADONVI: 'H99.14', TENDONVI: 'UBND phường Mẫu' }],
    TRINHTUTHUCHIEN: null,
    CACHTHUCTHUCHIEN: [
      { KENH: '1', THOIGIAN: [{ THOIGIANGIAIQUYET: '3', DONVITINH: 'Ngày làm việc', MOTA: '', PHILEPHI: [{ MAPHILEPHI: '1', SOTIEN: 8000, DONVI: 'Đồng', MOTA: '' }] }] },
      { KENH: 2, THOIGIAN: [{ THOIGIANGIAIQUYET: 3, DONVITINH: 'Ngày làm việc', MOTA: '', PHILEPHI: [] }] },
    ],
    THANHPHANHOSO: [{ TRUONGHOP: 'Mặc định', GIAYTO: [{ MAGIAYTO: `${sector.code}.000001`, TENGIAYTO: 'Tờ khai', TENMAUDON: 'to-khai.docx', URL: '', SOBANCHINH: '1', SOBANSAO: 0, MA_KQ_THAYTHE: '' }] }],
    KETQUATHUCHIEN: [{ MAKETQUA: `KQ.${sector.code}.000001`, TENKETQUA: 'Kết quả mẫu', TENTEP: '', URL: '' }],
    CANCUPHAPLY: [],
  };
}

const civil = { code: 'G99-HT01', name: 'Hộ tịch (mẫu)' };
const land = { code: 'G99-DD01', name: 'Đất đai (mẫu)' };
const building = { code: 'G99-XD01', name: 'Xây dựng (mẫu)' };

export const DEFAULT_PROCEDURES: CatalogueItem[] = [
  inventedProcedure('1.009999', 'Cấp bản sao trích lục mẫu', civil),
  inventedProcedure('1.009998', 'Đăng ký mẫu', civil),
  inventedProcedure('2.009997', 'Đăng ký biến động mẫu', land),
  inventedProcedure('1.009996', 'Cấp giấy phép mẫu', building),
];

/** Small code lists answered as `[{MA…, TEN…}]` (fact sheet 2.1, names only; the values are well-known or invented). */
export const SMALL_LISTS: Record<string, CatalogueItem[]> = {
  LayDanhMucGioiTinh: [{ MAGIOITINH: '1', TENGIOITINH: 'Nam' }, { MAGIOITINH: '2', TENGIOITINH: 'Nữ' }],
  LayDanhMucTinhThanh: [{ MATINHTHANH: '99', TENTINHTHANH: 'Tỉnh Mẫu' }],
  // districts were abolished on 1 July 2025: an empty list is the right answer
  LayDanhMucQuanHuyen: [],
  LayDanhMucPhuongXa: [{ MAPHUONGXA: '99001', TENPHUONGXA: 'Phường Mẫu', MATINHTHANH: '99' }],
  LayDanhMucQuocGia: [{ MAQUOCGIA: 'VN', TENQUOCGIA: 'Việt Nam' }],
  LayDanhMucDanToc: [{ MADANTOC: '01', TENDANTOC: 'Kinh' }, { MADANTOC: '05', TENDANTOC: 'Khmer' }],
  LayDanhMucTonGiao: [{ MATONGIAO: '00', TENTONGIAO: 'Không' }],
  LayDanhMucTinhTrangHonNhan: [{ MATINHTRANGHONNHAN: '1', TENTINHTRANGHONNHAN: 'Chưa kết hôn' }],
  LayDanhMucDoiTuong: [{ MADOITUONG: '1', TENDOITUONG: 'Công dân Việt Nam' }, { MADOITUONG: '2', TENDOITUONG: 'Doanh nghiệp' }],
  LayDanhMucCapThucHien: [{ MACAP: '1', TENCAP: 'Cấp Tỉnh' }, { MACAP: 3, TENCAP: 'Cấp Xã' }],
  LayDanhMucCanCuPhapLy: [],
  LayDanhMucLePhi: [{ MALEPHI: '1', TENLEPHI: 'Lệ phí mẫu' }],
  LayDanhMucLoaiThuTuc: [{ MALOAI: '1', TENLOAI: 'Thủ tục mẫu' }],
  LayDanhMucNhomThuTuc: [],
  LayDanhMucThuTucThuocLoai: [],
  LayQDCB: [],
};

/** Sectors of the given procedures, each once. */
export function sectorsOf(procedures: Iterable<CatalogueItem>): CatalogueItem[] {
  const seen = new Map<string, CatalogueItem>();
  for (const p of procedures) {
    const list = p['LINHVUCTHUCHIEN'];
    for (const s of Array.isArray(list) ? (list as CatalogueItem[]) : []) {
      const code = String(s['MALINHVUC']);
      if (!seen.has(code)) seen.set(code, { MALINHVUC: code, TENLINHVUC: s['TENLINHVUC'], MANGANH: '000.00.00.G99' });
    }
  }
  return [...seen.values()];
}
