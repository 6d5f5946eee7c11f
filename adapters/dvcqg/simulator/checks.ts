/**
 * What the simulated portal refuses. Written by hand from the fact sheet (sections 3.1, 3.2, 4 and 9), on purpose not from
 * the schemas that the adapter sends by: two readings of the same sheet catch each other's mistakes.
 * Every check answers with the portal's sentence, or undefined when all is well. Sentences never repeat a field's value,
 * which may be personal.
 */
import { isRecord } from '../../../src/contract/is-record.ts';

export type Fields = Record<string, unknown>;
export const isFields: (value: unknown) => value is Fields = isRecord;
/** The text of a field, '' when it is absent or no text. */
export const textOf = (item: Fields, name: string): string => {
  const v = item[name];
  return typeof v === 'string' ? v : '';
};

interface Rule {
  /** present: the key must stand there; filled: and may not be '' */
  need?: 'present' | 'filled';
  max?: number;
  /** yyyyMMddHHmmss or '' */
  date?: true;
  codes?: ReadonlySet<string>;
  /** a list of objects with these fields */
  list?: Rules;
  /** sources disagree on the JSON type (3.1.4, 3.1.5): text, number and boolean pass */
  anyScalar?: true;
}
type Rules = ReadonlyMap<string, Rule>;

const rules = (fields: Record<string, Rule>): Rules => new Map(Object.entries(fields));
const oneOf = (...codes: string[]): Rule => ({ codes: new Set(codes) });
const text: Rule = {};
const date: Rule = { date: true };
const loose: Rule = { anyScalar: true };
const present: Rule = { need: 'present' };
const filled: Rule = { need: 'filled' };
const flag = oneOf('', '0', '1');
const status: Rule = { need: 'filled', codes: new Set(['1', '2', '3', '4', '5', '6', '7', '8', '9', '10']) };

const ATTACHMENT = rules({
  TepDinhKemId: present, TenTepDinhKem: { need: 'present', max: 4000 }, IsDeleted: { need: 'filled', codes: new Set(['True', 'False']) },
  MaThanhPhanHoSo: present, DuongDanTaiTepTin: present, DuocSoHoa: flag, DuocTaiSuDung: oneOf('', '0', '1', '2'),
  DuocLayTuKhoDMQG: flag, MaKetQuaThayThe: text,
});
const FEE = rules({ TenPhiLePhi: text, MaPhiLePhi: text, HinhThucThu: text, Gia: text, LoaiPhiLePhi: text });
const SUPPLEMENT = rules({
  HoSoBoSungId: loose, NguoiYeuCauBoSung: text, NoiDungBoSung: text, NgayBoSung: date, NguoiTiepNhanBoSung: text, ThongTinTiepNhan: text,
  NgayTiepNhanBoSung: date, TrangThaiBoSung: loose, DanhSachGiayToBoSung: { list: ATTACHMENT }, DanhSachLePhiBoSung: { list: FEE },
  NgayHenTraTruoc: date, NgayHenTraMoi: date,
});
const RESULT = rules({ TenGiayTo: { need: 'present', max: 5000 }, MaThanhPhanHoSo: present, GiayToId: present, DuongDanTepTinKetQua: present, MaGiayToKetQua: text });

const DOSSIER = rules({
  MaHoSo: { need: 'filled', max: 50 }, MaTTHC: { need: 'filled', max: 50 }, TenTTHC: filled, MaLinhVuc: present, TenLinhVuc: present,
  KenhThucHien: oneOf('', '1', '2', '3'), SoBienNhan: text, SoGiayToChuHoSo: text, ChuHoSo: { max: 500 },
  LoaiDoiTuong: { need: 'filled', codes: new Set(['1', '2', '3', '4']) }, MaDoiTuong: text, ThongTinKhac: text, Email: present, Fax: text, SoDienThoai: present,
  TrichYeuHoSo: { need: 'present', max: 2000 }, NgayTiepNhan: { need: 'filled', date: true }, NgayHenTra: { need: 'present', date: true },
  TrangThaiHoSo: status, NgayTra: date, ThongTinTra: text, HinhThuc: { need: 'filled', codes: new Set(['0', '1']) }, NgayKetThucXuLy: date,
  DonViXuLy: filled, GhiChu: { max: 1999 },
  TaiLieuNop: { list: ATTACHMENT }, DanhSachLePhi: { list: FEE },
  DanhSachTepDinhKemKhac: { list: rules({ TenGiayTo: text, SoLuong: loose, LoaiGiayTo: loose }) },
  DanhSachHoSoBoSung: { list: SUPPLEMENT }, DanhSachGiayToKetQua: { list: RESULT },
  NoiNopHoSo: { max: 2 }, HoSoCoThanhPhanSoHoa: { max: 2 }, TaiKhoanDuocXacThucVoiVNeID: { max: 2 }, DuocThanhToanTrucTuyen: { max: 2 },
  NgayTuChoi: date, DinhDanhCHS: { list: rules({ LoaiDinhDanh: { need: 'filled', max: 2 }, SoDinhDanh: { need: 'filled', max: 40 } }) },
  NgayNopHoSo: date, DSKetNoiCSDL: { list: rules({ MaCSDL: filled }) },
});
const STEP = rules({
  MaHoSo: { need: 'filled', max: 50 }, NguoiXuLy: { need: 'filled', max: 50 }, ChucDanh: text, ThoiDiemXuLy: { need: 'filled', date: true },
  PhongBanXuLy: text, NoiDungXuLy: filled, TrangThai: status, NgayBatDau: date, NgayKetThucTheoQuyDinh: date,
});
const NATIONAL_STATUS = rules({
  MaHoSo: { need: 'filled', max: 50 }, MaHoSoDonVi: text, MaDoiTuong: text, NoiDung: text, NgayXuLy: { need: 'filled', date: true }, TrangThai: filled,
  TaiLieuXuLy: { list: ATTACHMENT },
});

/** True for a real instant written yyyyMMddHHmmss. */
export function isPortalDate(value: string): boolean {
  if (!/^\d{14}$/.test(value)) return false;
  const n = (from: number, to: number): number => Number(value.slice(from, to));
  const [year, month, day] = [n(0, 4), n(4, 6), n(6, 8)];
  if (month < 1 || month > 12 || day < 1) return false;
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  return year >= 1900 && day <= days && n(8, 10) < 24 && n(10, 12) < 60 && n(12, 14) < 60;
}

function scalarProblem(name: string, value: unknown, rule: Rule): string | undefined {
  if (typeof value !== 'string') {
    return rule.anyScalar && (typeof value === 'number' || typeof value === 'boolean') ? undefined : `Trường ${name} phải là chuỗi ký tự`;
  }
  if (value === '') return rule.need === 'filled' ? `Trường ${name} không được để trống` : undefined;
  if (rule.max !== undefined && value.length > rule.max) return `Trường ${name} vượt quá ${rule.max} ký tự`;
  if (rule.date && !isPortalDate(value)) return `Trường ${name} không đúng định dạng yyyyMMddHHmmss`;
  if (rule.codes && !rule.codes.has(value)) return `Giá trị của trường ${name} không hợp lệ`;
  return undefined;
}

/** Counts of what was let through although the fact sheet does not know it. */
export interface Drift { unknownFields: number }
export interface CheckOptions { strict: boolean; unknownFields: 'count' | 'refuse'; drift: Drift }

function check(item: unknown, table: Rules, options: CheckOptions, prefix = ''): string | undefined {
  if (!isFields(item)) return `${prefix === '' ? 'Phần tử của data' : prefix.slice(0, -1)} phải là một đối tượng`;
  for (const name in item) {
    const rule = table.get(name);
    if (rule === undefined) {
      if (options.unknownFields === 'refuse') return `Trường ${prefix}${name.slice(0, 60)} không có trong đặc tả`;
      options.drift.unknownFields += 1;
      continue;
    }
    const value = item[name];
    if (rule.list === undefined) {
      const problem = scalarProblem(prefix + name, value, rule);
      if (problem !== undefined) return problem;
      continue;
    }
    if (!Array.isArray(value)) return `Trường ${prefix}${name} phải là một danh sách`;
    for (let i = 0; i < value.length; i += 1) {
      const problem = check(value[i], rule.list, options, `${prefix}${name}[${i}].`);
      if (problem !== undefined) return problem;
    }
  }
  for (const [name, rule] of table) if (rule.need !== undefined && !(name in item)) return `Thiếu trường ${prefix}${name}`;
  return undefined;
}

/** Order of dates and the dates that a final status needs (fact sheet 9). */
function dossierCrossProblem(item: Fields): string | undefined {
  const state = textOf(item, 'TrangThaiHoSo');
  const finished = textOf(item, 'NgayKetThucXuLy');
  if ((state === '9' || state === '10') && finished === '') return `Hồ sơ ở trạng thái ${state} phải có NgayKetThucXuLy`;
  if (state === '10' && textOf(item, 'NgayTra') === '') return 'Hồ sơ ở trạng thái 10 phải có NgayTra';
  // only profiles that know the field can be asked for it
  if (state === '3' && item['NgayTuChoi'] === '') return 'Hồ sơ ở trạng thái 3 phải có NgayTuChoi';
  if (finished !== '' && finished < textOf(item, 'NgayTiepNhan')) return 'NgayKetThucXuLy không được trước NgayTiepNhan';
  return undefined;
}

/** Without `strict` only the key is looked at. */
const keyProblem = (item: unknown): string | undefined =>
  isFields(item) && textOf(item, 'MaHoSo') !== '' ? undefined : 'Trường MaHoSo không được để trống';

export const dossierProblem = (item: unknown, options: CheckOptions): string | undefined =>
  options.strict ? (check(item, DOSSIER, options) ?? dossierCrossProblem(item as Fields)) : keyProblem(item);
export const stepProblem = (item: unknown, options: CheckOptions): string | undefined =>
  options.strict ? check(item, STEP, options) : keyProblem(item);
export const nationalStatusProblem = (item: unknown, options: CheckOptions): string | undefined =>
  options.strict ? check(item, NATIONAL_STATUS, options) : keyProblem(item);
