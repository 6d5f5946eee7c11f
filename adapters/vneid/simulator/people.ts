/**
 * Dossiers that invented citizens fill in on VNeID (fact sheet 2.3, 7.2): written by hand from the sheet, on purpose not from the code that reads them.
 * Nobody is real: numbers begin with 099, a prefix that no province has, and phones with 0900 00.
 */
import { inventedPdf } from '../../../src/adapter/invented-pdf.ts';
import type { Random } from '../../../src/adapter/random.ts';
import type { Settings, Spoil } from './options.ts';

export type Fields = Record<string, unknown>;

/** What a test or a person decides; whatever is left out is drawn. */
export interface Wish {
  /** 1 or 2 */
  form?: 1 | 2;
  copies?: number;
  authorised?: boolean;
  abroad?: boolean;
  /** no fee */
  free?: boolean;
  /** papers. Default 1 or 2 */
  papers?: number;
  spoil?: Spoil;
}

const SURNAMES = ['Trần', 'Lê', 'Phạm', 'Ngô', 'Đỗ', 'Nguyễn'];
const MIDDLE = { male: 'Văn', female: 'Thị' } as const;
const GIVEN = ['Ví Dụ', 'Mẫu', 'Giả Định', 'Minh Họa', 'Thử', 'Hư Cấu'];
const STREETS = ['Thôn Một', 'Số 12, đường Ví Dụ', 'Tổ 5, ấp Minh Họa'];
const PURPOSES = [[1, 'Bổ sung hồ sơ xin việc'], [2, 'Xin cấp thị thực'], [3, 'Học tập']] as const;
const JOBS = [['Kế toán', 'Công ty Ví Dụ'], ['Giáo viên', 'Trường Minh Họa'], ['Nông nghiệp', '']] as const;

const two = (n: number): string => String(n).padStart(2, '0');

interface Person { isFemale: boolean; name: string; birth: string; year: number; number: string; phone: string; email: string }
function person(random: Random): Person {
  const isFemale = random.int(2) === 1;
  const year = 1960 + random.int(46);
  const century = (year >= 2000 ? 2 : 0) + (isFemale ? 1 : 0);
  return {
    isFemale, year,
    name: `${random.pick(SURNAMES)} ${isFemale ? MIDDLE.female : MIDDLE.male} ${random.pick(GIVEN)}`,
    birth: `${two(1 + random.int(28))}/${two(1 + random.int(12))}/${year}`,
    number: `099${century}${two(year % 100)}${String(random.int(1_000_000)).padStart(6, '0')}`,
    phone: `090000${String(random.int(10_000)).padStart(4, '0')}`,
    email: `cong-dan-${random.hex(6)}@mail.example`,
  };
}

/** Two-level addresses as they are written since July 2025 have no district (U5); both kinds come. */
function address(random: Random, settings: Settings): Fields {
  const hasDistrict = random.int(2) === 0;
  return {
    maTinhThanh: settings.provinceCode, tenTinhThanh: settings.provinceName,
    maQuanHuyen: hasDistrict ? `${settings.provinceCode}0` : '', tenQuanHuyen: hasDistrict ? 'Huyện Thử Nghiệm' : '',
    maPhuongXa: `${settings.provinceCode}00${1 + random.int(9)}`, tenPhuongXa: 'Xã Ví Dụ', chiTiet: random.pick(STREETS), tenQuocGia: 'Việt Nam',
  };
}

function birthPlace(random: Random, settings: Settings, abroad: boolean): Fields {
  if (abroad) return { maQuocGia: 'LA', tenQuocGia: 'Lào', maTinhThanh: '', tenTinhThanh: '', maQuanHuyen: '', tenQuanHuyen: '', maPhuongXa: '', tenPhuongXa: '', chiTiet: 'Viêng Chăn', dcChiTiet: '' };
  const { tenQuocGia: _, ...home } = address(random, settings);
  return { maQuocGia: 'VN', tenQuocGia: 'Việt Nam', ...home, dcChiTiet: '' };
}

function delegate(random: Random, settings: Settings): Fields {
  const one = person(random);
  return {
    nuqHoTen: one.name, nuqGioiTinh: one.isFemale ? 2 : 1, nuqTenGioiTinh: one.isFemale ? 'Nữ' : 'Nam', nuqNgaySinh: one.birth, nuqDienThoai: one.phone, nuqEmail: one.email,
    nuqLoaiGiayTo: 4, nuqTenLoaiGiayTo: 'Thẻ căn cước', nuqSoGiayTo: one.number, nuqNgayCapGiayTo: '20/05/2021', nuqNoiCapGiayTo: 'Cơ quan cấp giả định',
    nuqQuocTich: 'VN', nuqTenQuocTich: 'Việt Nam', nuqDanToc: '01', nuqTenDanToc: 'Kinh', nuqNoiDKKS: address(random, settings), nuqNoiOHienTai: address(random, settings),
    nuqQuanHe: { ma: 3, ten: 'Con' }, nuqNgayKyVanBanUyQuyen: '06/01/2025',
  };
}

/** @param mark what tells one paper's content from another's */
const paper = (code: string, name: string, mark: string, settings: Settings): Fields => ({
  ma: code, ten: name, danhSach: [{ loai: 'application/pdf', duLieu: Buffer.from(inventedPdf(`Giay to minh hoa ${mark}`, settings.paperBytes), 'latin1').toString('base64') }],
});

const SPOIL: Record<Exclude<Spoil, 'none'>, (declaration: Fields) => void> = {
  money: (d) => void ((d['thongTinThanhToan'] as Fields)['tongPhi'] = '105.000,5'),
  'no-name': (d) => void (d['nycHoTen'] = ''),
  'no-residence': (d) => void (d['nycThuongTru'] = null),
  'bad-base64': (d) => void ((d['giayToDinhKem'] as Fields[])[0] = { ma: 'CCCD', ten: 'Ảnh thẻ căn cước', danhSach: [{ loai: 'image/jpeg', duLieu: 'data:image/jpeg;base64,/9j/' }] }),
  'no-media-type': (d) => void ((d['giayToDinhKem'] as Fields[])[0] = { ma: 'CCCD', ten: 'Ảnh thẻ căn cước', danhSach: [{ loai: null, duLieu: 'JVBERi0xLjcK' }] }),
};

/** Codes as the other side may write them: a number where the sheet says int, or the same as text. */
const asText = (value: unknown): unknown => (typeof value === 'number' ? String(value) : Array.isArray(value) ? value.map(asText) : value !== null && typeof value === 'object' ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, asText(v)])) : value);

/**
 * A whole body of L2.
 * @param random of this citizen: the same person each time
 * @param version 1 for the first; another one has other papers
 * @param day dd/MM/yyyy
 */
export function submission(code: string, random: Random, version: number, day: string, wish: Wish, settings: Settings): Fields {
  const { chances } = settings;
  const draw = { authorised: random.next() < chances.authorised, abroad: random.next() < chances.abroad, free: random.next() < chances.free, form: (1 + random.int(2)) as 1 | 2, copies: 1 + random.int(4), papers: 1 + random.int(2) };
  const { authorised, abroad, free, form, copies, papers } = { ...draw, ...wish };
  const citizen = person(random);
  const home = address(random, settings);
  const [purpose, purposeName] = random.pick(PURPOSES);
  const [job, place] = random.pick(JOBS);
  const relative = (): [string, number] => [`${random.pick(SURNAMES)} ${random.pick(GIVEN)}`, citizen.year - 20 - random.int(15)];
  const [[father, fatherYear], [mother, motherYear]] = [relative(), relative()];
  // From the third copy each costs 5,000 (2.5).
  const [fee, more] = free ? [0, 0] : [100_000, Math.max(0, copies - 2) * 5_000];
  const start = Math.min(citizen.year + 14, 2020);
  const declaration: Fields = {
    loaiPhieu: form, yeuCauCDNCV: random.int(2), maMucDich: purpose, tenMucDich: purposeName, mucDichKhac: '', soLuongCap: copies,
    nycHoTen: citizen.name, nycTenGoiKhac: '', nycGioiTinh: citizen.isFemale ? 2 : 1, nycTenGioiTinh: citizen.isFemale ? 'Nữ' : 'Nam', nycNgaySinh: citizen.birth,
    nycDoiTuongNopPhi: '1', nycTenDoiTuongNopPhi: 'Đối tượng thông thường', nycThuongTru: home, nycTamTru: null, nycDienThoai: citizen.phone, nycEmail: citizen.email,
    nycLoaiGiayTo: 4, nycTenLoaiGiayTo: 'Thẻ căn cước', nycSoGiayTo: citizen.number, nycNgayCapGiayTo: '20/05/2021', nycNoiCapGiayTo: 'Cơ quan cấp giả định',
    nycQuocTich: 'VN', nycTenQuocTich: 'Việt Nam', nycDanToc: '01', nycTenDanToc: 'Kinh',
    nycHoTenCha: father, chaNamSinh: fatherYear, nycHoTenMe: mother, meNamSinh: motherYear, nycHoTenVoChong: '', voChongNamSinh: null,
    nycNoiSinh: birthPlace(random, settings, abroad), uyQuyen: authorised ? 1 : 0, thongTinUyQuyen: authorised ? delegate(random, settings) : null, thongTinAnTich: 'Không',
    quaTrinhCTNNNLV: [
      { tuThangNam: `02/${start}`, denThangNam: `08/${start + 4}`, loaiCuTru: '1', diaChiCuTru: home, ngheNghiep: 'Học sinh, sinh viên', noiLamViec: '' },
      // with a hyphen, as is seen
      { tuThangNam: `09-${start + 4}`, denThangNam: `01-${start + 6}`, loaiCuTru: '1', diaChiCuTru: home, ngheNghiep: job, noiLamViec: place },
    ],
    thongTinThanhToan: {
      nhomDoiTuong: 1, tenNhomDoiTuong: 'Thông thường', phiLLTP: String(fee), phiCapThemBanGiay: String(more), hinhThucNhanBanGiay: 2, tenHinhThucNhanBanGiay: 'Qua bưu chính',
      diaChiNhan: `${String(home['chiTiet'])}, Xã Ví Dụ, ${settings.provinceName}`, tongPhi: String(fee + more),
    },
    giayToDinhKem: Array.from({ length: papers }, (_, i) => paper(i === 0 ? 'CCCD' : `GT${i}`, i === 0 ? 'Ảnh thẻ căn cước' : 'Giấy tờ khác', `${code} ${i} v${version}`, settings)),
  };
  const spoil = wish.spoil ?? settings.spoil;
  if (spoil !== 'none') SPOIL[spoil](declaration);
  const body: Fields = {
    maTinh: settings.provinceCode, tenTinh: settings.provinceName, maHoSoMCDT: code, ngayTiepNhan: day, nguonDangKy: 2, tenNguonDangKy: 'VNeID', toKhai: declaration,
    thongTinBienLai: free ? null : {
      maDichVu: 1, maDVC: 'DEMO-DVC', tenDVC: 'Cấp phiếu lý lịch tư pháp', maTTHC: settings.procedure, tenTTHC: 'Cấp Phiếu lý lịch tư pháp cho công dân Việt Nam', maDonVi: settings.agencyCode, tenDonVi: settings.agencyName,
      tkThuHuong: '0000000000', maNhThuHuong: 'DEMOBANK', tenTkThuHuong: 'DON VI MAU', dSKhoanNop: [{ NoiDung: 'Phí cấp phiếu', SoTien: String(fee + more) }],
      trangThaiGD: 1, tenTrangThaiGD: 'Thành công', urlBienLai: `https://bienlai.example/demo/${random.hex(12)}`,
    },
  };
  return settings.codesAsText ? (asText(body) as Fields) : body;
}
