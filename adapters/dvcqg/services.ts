/** The portal's services by name: which endpoint takes them and whether they change anything (fact sheet 1.6 and 2.1). */
export type Endpoint = 'share' | 'integration';

/**
 * Where the one known client sends each service. It does not follow reading and writing (LayThuTuc goes to
 * integration), so `config.endpoints` can move each one.
 */
export const SERVICE_ENDPOINTS = {
  LayDanhMucCoQuan: 'share',
  LayDanhMucLinhVuc: 'share',
  LayDanhSachTTHC: 'share',
  TraCuuTechID: 'share',
  LayDanhMucGioiTinh: 'share',
  LayDanhMucTinhThanh: 'share',
  LayDanhMucQuanHuyen: 'share',
  LayDanhMucPhuongXa: 'share',
  LayDanhMucQuocGia: 'share',
  LayDanhMucDanToc: 'share',
  LayDanhMucTonGiao: 'share',
  LayDanhMucTinhTrangHonNhan: 'share',
  LayDanhMucDoiTuong: 'share',
  LayDanhMucCapThucHien: 'share',
  LayDanhMucCanCuPhapLy: 'share',
  LayDanhMucLePhi: 'share',
  LayDanhMucLoaiThuTuc: 'share',
  LayDanhMucNhomThuTuc: 'share',
  LayDanhMucThuTucThuocLoai: 'share',
  LayQDCB: 'share',
  LayThuTuc: 'integration',
  LayDVC: 'integration',
  TraCuuHoSo: 'integration',
  DongBoHoSoMC: 'integration',
  CapNhatTienDoHoSoMC: 'integration',
  DongBoTrangThaiHoSo: 'integration',
} as const satisfies Record<string, Endpoint>;

export type ServiceName = keyof typeof SERVICE_ENDPOINTS;
export const SERVICE_NAMES = Object.keys(SERVICE_ENDPOINTS) as ServiceName[];

/** Services whose lost reply leaves a doubt. */
export const WRITE_SERVICES: ReadonlySet<string> = new Set<ServiceName>(['DongBoHoSoMC', 'CapNhatTienDoHoSoMC', 'DongBoTrangThaiHoSo']);

/** The catalogues that the generic operation reads. Names only are known of most (fact sheet 2.1). */
export const CATALOGUES = [
  'LayDanhMucGioiTinh', 'LayDanhMucTinhThanh', 'LayDanhMucQuanHuyen', 'LayDanhMucPhuongXa', 'LayDanhMucQuocGia', 'LayDanhMucDanToc',
  'LayDanhMucTonGiao', 'LayDanhMucTinhTrangHonNhan', 'LayDanhMucDoiTuong', 'LayDanhMucCapThucHien', 'LayDanhMucCanCuPhapLy',
  'LayDanhMucLePhi', 'LayDanhMucLoaiThuTuc', 'LayDanhMucNhomThuTuc', 'LayDanhMucThuTucThuocLoai', 'LayQDCB',
] as const satisfies readonly ServiceName[];
export type CatalogueName = (typeof CATALOGUES)[number];

/** The façade's own names for writes: it takes create and update at two addresses. */
export type FacadeWrite = 'create' | 'update' | 'progress' | 'status';
