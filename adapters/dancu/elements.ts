/** The elements of each message in the order of its XSD sequence (fact sheet 4.2), and what the element around them is called. Data, not code: the order is all that differs. */

export const NAMESPACES = { current: 'http://dancuquocgia.bca', older: 'http://gtel.vn/qldc' } as const;
export type NamespaceName = keyof typeof NAMESPACES;
export const REPLY_NAMESPACE = 'http://www.mic.gov.vn/dancu/1.0';
export const SOAP_NAMESPACE = 'http://schemas.xmlsoap.org/soap/envelope/';

export const ELEMENTS = {
  /** 037, and the verification with MaTichHop; the unused number is left out */
  lookUp: ['MaYeuCau', 'MaDVC', 'MaTichHop', 'MaCanBo', 'MaDonVi', 'TaiKhoan', 'SoDienThoai', 'SoDinhDanh', 'SoCMND', 'HoVaTen', 'NgayThangNamSinh'],
  /** CV 761; the unused number is empty */
  verify: ['MaYeuCau', 'MaDichVu', 'MaCanBo', 'SoDinhDanh', 'SoCMND', 'HoVaTen'],
  relatives: ['MaYeuCau', 'MaDVC', 'MaTichHop', 'MaDonVi', 'MaCanBo', 'SoDinhDanh', 'SoCMND', 'HoVaTen', 'NgayThangNamSinh'],
  changes: ['MaYeuCau', 'MaDVC', 'MaTichHop', 'MaCanBo', 'TuNgay', 'DenNgay', 'Loai', 'Trang', 'SoBanGhi'],
} as const;
export type MessageForm = keyof typeof ELEMENTS;

/** Elements that an installation may want inside an element of their own. */
export const PAGING: readonly string[] = ['Trang', 'SoBanGhi'];

export const LOOK_UP_ELEMENT = 'TraCuuThongTinCongDan';
export const VERIFY_ELEMENT = 'XacThucThongTinCongDan';
export const RELATIVES_ELEMENT = 'XacMinhThongTinNhanThan';
