/**
 * What the simulated systems refuse in K4 to K7. Written by hand from the fact sheet (3.2, 3.5–3.7), on purpose not from the schemas that the adapter sends
 * by: two readings of the same sheet catch each other's mistakes. Sentences never repeat a field's value, which may be personal.
 */
import { hash } from 'node:crypto';
import { isRecord } from '../../../src/contract/is-record.ts';
import type { Settings } from './options.ts';

/** @returns what is wrong with a value; undefined when nothing is */
type Test = (value: unknown, at: string, options: CheckOptions) => Problem | undefined;
type Rules = Readonly<Record<string, Test>>;
/** `missing` and `type` are told apart since the civil-status system has a code for each (B.5). */
export interface Problem { why: 'missing' | 'type' | 'content'; field: string; words: string }
export interface Drift { unknownFields: number }
export interface CheckOptions extends Pick<Settings, 'unknownFields' | 'variant'> { drift: Drift }

const wrong = (field: string, wanted: string): Problem => ({ why: 'type', field, words: `trường ${field} phải là ${wanted}` });
const test = (is: (value: unknown) => boolean, wanted: string): Test => (value, at) => (is(value) ? undefined : wrong(at, wanted));
const orNull = (one: Test): Test => (value, at, options) => (value === null ? undefined : one(value, at, options));
/** May be left out. */
const optional = new WeakSet<Test>();
const may = (one: Test): Test => {
  const given: Test = (value, at, options) => one(value, at, options);
  optional.add(given);
  return given;
};

const isText = (value: unknown): value is string => typeof value === 'string';
const like = (form: RegExp, wanted: string): Test => test((value) => isText(value) && form.test(value), wanted);
const TEXT = test(isText, 'chuỗi ký tự');
const FILLED = test((value) => isText(value) && value.trim() !== '', 'chuỗi không trống');
const EMPTY = test((value) => value === '', 'chuỗi trống');
const NULL = test((value) => value === null, 'null');
const WHOLE = test((value) => Number.isSafeInteger(value), 'số nguyên');
const TIME = like(/^(0[1-9]|[12]\d|3[01])\/(0[1-9]|1[0-2])\/\d{4} ([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/, 'dd/MM/yyyy HH:mm:ss');
/** With the day alone for the other modules (LGSP sheet B.5). */
const TIME_OR_DAY = like(/^(0[1-9]|[12]\d|3[01])\/(0[1-9]|1[0-2])\/\d{4}( ([01]\d|2[0-3]):[0-5]\d:[0-5]\d)?$/, 'dd/MM/yyyy HH:mm:ss hoặc dd/MM/yyyy');
const DOTTED = like(/^((0[1-9]|[12]\d|3[01])\.)?((0[1-9]|1[0-2])\.)?\d{4}$/, 'ngày dd.MM.yyyy');
const SLASHED = like(/^(\d{2}\/)?(\d{2}\/)?\d{4}$/, 'ngày dd/MM/yyyy');
// Both patterns only look for one place, so that files of many megabytes cost no stack.
const isBase64 = (value: unknown): boolean => isText(value) && value !== '' && value.length % 4 === 0 && !/[^A-Za-z0-9+/=]/.test(value) && !/=[^=]/.test(value) && !value.endsWith('===');
const BASE64 = test(isBase64, 'chuỗi base64, không có tiền tố');

/** Every name of the words, with a prefix. */
const each = (words: string, one: Test, prefix = ''): Rules => Object.fromEntries(words.trim().split(/\s+/).map((name) => [prefix + name, one]));
const object = (rules: Rules): Test => (value, at, options) => (isRecord(value) ? check(value, rules, options, `${at}.`) : wrong(at, 'một đối tượng'));
const list = (one: Test): Test => (value, at, options) => {
  if (!Array.isArray(value)) return wrong(at, 'một danh sách');
  for (const [i, item] of (value as unknown[]).entries()) {
    const problem = one(item, `${at}[${i}]`, options);
    if (problem !== undefined) return problem;
  }
  return undefined;
};

function check(item: Record<string, unknown>, rules: Rules, options: CheckOptions, at = ''): Problem | undefined {
  for (const name in item) {
    if (Object.hasOwn(rules, name)) continue;
    const field = `${at}${name.slice(0, 60)}`;
    if (options.unknownFields === 'refuse') return { why: 'content', field, words: `trường ${field} không có trong đặc tả` };
    options.drift.unknownFields += 1;
  }
  for (const [name, one] of Object.entries(rules)) {
    const field = `${at}${name}`;
    if (!(name in item)) {
      if (optional.has(one)) continue;
      return { why: 'missing', field, words: `thiếu trường ${field}` };
    }
    const problem = one(item[name], field, options);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

// ---- K5 (3.5) ------------------------------------------------------------------------------------------------------------

const SAID = orNull(TEXT);
const PLACE = object(each('maTinh maHuyen maXa dcChiTiet', SAID));
const LINE = object({ dcChiTiet: may(TEXT) });
const REQUESTER = 'HoTen QuanHe LoaiGiayToTuyThan GiayToKhac SoGiayToTuyThan NgayCapGiayToTuyThan NoiCapGiayToTuyThan SoDienThoai Email XacThucThongTin';
const PARENT = 'DanToc DanTocKhac QuocTich QuocTichKhac LoaiCuTru SoGiayToTuyThan XacThucThongTin';
const REGISTRATION = { ...each('loaiDangKy noiDangKy soLuongBanSao', SAID) };
/** Always there and always empty. */
const NOTHING_SAID = 'nksSoGiayToTuyThan nksNgayCapGiayToTuyThan nksNoiCapGiayToTuyThan meGiayToKhac chaGiayToKhac meSoDDCN chaSoDDCN nycSoDDCN nycLoaiCuTru soDangKyNuocNgoai ngayDangKyNuocNgoai cqNuocNgoaiDaDangKy qgNuocNgoaiDaDangKy';
const CHILD = 'GioiTinh NgaySinhBangChu NoiSinhDVHC NoiSinhNuocNgoai DanToc DanTocKhac QuocTich LoaiKhaiSinh';
const DECEASED = 'GioiTinh DanToc DanTocKhac QuocTich QuocTichKhac LoaiCuTru GiayToKhac SoGiayToTuyThan NgayCapGiayToTuyThan NoiCapGiayToTuyThan GioPhutChet NguyenNhanChet XacThucThongTin';
const SPOUSE = 'HoTen DanToc DanTocKhac QuocTich LoaiCuTru GiayToKhac SoGiayToTuyThan NgayCapGiayToTuyThan NoiCapGiayToTuyThan SoDDCN LoaiTinhTrangHonNhan TinhTrangHonNhan YeuCauXNTTHN NoiXNTTHN';

/** How the two variants write what they write differently. */
interface Forms { name: Test; birth: Test; place: Test; death: Test; none: Test; paper: Test }
const THREE: Forms = { name: FILLED, birth: orNull(DOTTED), place: PLACE, death: LINE, none: object({}), paper: SAID };
const TWO: Forms = {
  name: object({ Ho: TEXT, ChuDem: TEXT, Ten: FILLED }), birth: orNull(object({ namSinh: like(/^\d{4}$/, 'năm'), thangSinh: SAID, ngaySinh: SAID })),
  place: orNull(object(each('quocGia maTinh maXa dcChiTiet', SAID))), death: orNull(object(each('quocGia maTinh maXa dcChiTiet', SAID))), none: NULL, paper: orNull(WHOLE),
};
const person = (prefix: string, words: string, { name, birth, paper }: Forms): Rules => ({ ...each(words, SAID, prefix), [`${prefix}HoTen`]: name, [`${prefix}NgaySinh`]: birth, [`${prefix}LoaiGiayToTuyThan`]: paper });
const requester = (forms: Forms): Rules => ({ ...each(REQUESTER, SAID, 'nyc'), nycHoTen: orNull(forms.name), nycLoaiGiayToTuyThan: forms.paper });
const maybeParent = (prefix: string, forms: Forms): Rules => ({ ...person(prefix, PARENT, forms), [`${prefix}HoTen`]: orNull(forms.name), [`${prefix}NoiCuTru`]: forms.place });

const births = (forms: Forms): Rules => {
  const { nksLoaiGiayToTuyThan: _own, ...child } = person('nks', CHILD, forms);
  return {
    maGCS: NULL, ngayCapGCS: orNull(DOTTED), ...REGISTRATION, ...child, nksNoiSinh: forms.place, nksQueQuan: forms.place, ...maybeParent('me', forms), ...maybeParent('cha', forms), ...requester(forms), nycNoiCuTru: NULL,
    // As a number there is none to say (2025).
    ...(forms === THREE ? { nksLoaiGiayToTuyThan: EMPTY } : {}), ...each(NOTHING_SAID, EMPTY),
  };
};
const deaths = (forms: Forms): Rules => ({
  maGBT: SAID, ngayCapGBT: orNull(DOTTED), ...REGISTRATION, ...person('nkt', DECEASED, forms), nktNgayChet: orNull(DOTTED), nktNoiCuTru: forms.death, nktNoiChet: forms.death,
  gbtLoai: SAID, gbtSo: SAID, gbtNgay: orNull(DOTTED), gbtCoQuanCap: SAID, ...requester(forms), nycNoiCuTru: forms.none,
});
const marriages = (forms: Forms): Rules => ({
  ...person('chong', SPOUSE, forms), chongNoiCuTru: forms.place, chongSoLanKH: orNull(WHOLE), chongCuTruNuocNgoai: SAID, ...person('vo', SPOUSE, forms), voNoiCuTru: forms.place, voSoLanKH: orNull(WHOLE),
  loaiDangKy: SAID, noiDangKy: SAID, ngayXacLapQuanHeHonNhan: orNull(DOTTED), ghiChu: SAID, soBanSao: orNull(WHOLE), soLuongBanSao: (value, at) => (value === null || isText(value) || Number.isSafeInteger(value) ? undefined : wrong(at, 'số')),
});
const COPIES: Rules = {
  ...person('cbs', 'GioiTinh DanToc QuocTich SoGiayToTuyThan NgayCapGiayToTuyThan NoiCapGiayToTuyThan', TWO), cbsNoiCuTru: TWO.place,
  ...each('QuanHe SoGiayToTuyThan NgayCapGiayToTuyThan NoiCapGiayToTuyThan SoDienThoai Email', SAID, 'nyc'), nycHoTen: orNull(TWO.name), nycNoiCuTru: TWO.place, nycLoaiGiayToTuyThan: TWO.paper,
  loaiBanSao: orNull(WHOLE), ...each('loaiBSCC soLuongBanSao noiDangKy noiDangKyTruocDay soDangKyTruocDay quyenSoDangKyTruocDay', SAID), ngayDangKyTruocDay: orNull(SLASHED),
};
const DATA: Readonly<Record<string, (forms: Forms) => Rules>> = { LTKS: births, LTKT: deaths, LTKH: marriages, BS: () => COPIES };
export const MODULES = Object.keys(DATA);

const PUSH: Rules = {
  module: like(/^(LTKS|LTKT|LTKH|BS)$/, 'một module đã biết'), maHoSoMCDT: FILLED, maHoSoLT: FILLED, maDonVi: like(/^\d{3,10}$/, 'mã đơn vị'), ngayTiepNhan: TIME_OR_DAY, data: TEXT,
  fileDinhKem: list(object({ id: WHOLE, loaiGiayTo: WHOLE, tenGiayTo: TEXT, tenTepDinhKem: FILLED, huyGiayTo: test((value) => value === 0, '0: giấy tờ đã hủy không gửi sang hộ tịch'), duLieuTepDinhKem: BASE64 })),
};
const RESULTS: Rules = { maDinhDanhHoSo: list(FILLED), maTinh: like(/^\d{2,3}$/, 'mã tỉnh'), module: FILLED };

/** JSON in text. */
export function inside(text: unknown): unknown {
  try {
    return isText(text) ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

export function problemOfPush(body: Record<string, unknown>, options: CheckOptions): Problem | undefined {
  const problem = check(body, PUSH, options);
  if (problem !== undefined) return problem;
  const data = inside(body['data']);
  if (!isRecord(data)) return wrong('data', 'văn bản JSON');
  const rules = DATA[fieldOf(body, 'module')]?.(options.variant === 'two-level' ? TWO : THREE) ?? {};
  const found = check(data, rules, options, 'data.');
  if (found !== undefined || data['noiDangKy'] === body['maDonVi']) return found;
  return { why: 'content', field: 'maDonVi', words: 'trường maDonVi phải là noiDangKy' };
}
export const problemOfResults = (body: Record<string, unknown>, options: CheckOptions): Problem | undefined => check(body, RESULTS, options);

// ---- K4, K7 (3.2, 3.7) ---------------------------------------------------------------------------------------------------

const TIME_OR = orNull(TIME);
const STATUS: Rules = {
  maTTHC: FILLED, soHoSoLT: FILLED, maHoSo: FILLED, coQuanXuLy: test((value) => value === 5, '5'), trangThai: test((value) => Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) <= 7, 'số từ 1 đến 7'),
  thoiGianThucHien: TIME, ...each('ghiChu noiDungXuLy nguoiXuLy chucDanh phongBanXuLy ketQuaXuLy', SAID), ...each('ngayBatDau ngayKetThucTheoQuyDinh ngayHenTraTruoc ngayHenTraMoi hanBoSungHoSo', TIME_OR),
};
/** Extra fields that an event cannot do without. */
const NEEDS: Readonly<Record<number, readonly string[]>> = {
  1: ['ngayBatDau', 'ngayKetThucTheoQuyDinh'], 2: ['noiDungXuLy', 'ngayBatDau', 'hanBoSungHoSo'], 3: ['noiDungXuLy', 'ngayBatDau'], 4: ['ketQuaXuLy', 'ngayKetThucTheoQuyDinh'], 5: ['ngayKetThucTheoQuyDinh'], 6: [], 7: ['ngayKetThucTheoQuyDinh'],
};
const SEX = orNull(WHOLE);
const REGISTERED_PARENT = 'HoTen NgaySinh DanToc QuocTich SoGiayTo';
const parentOf = (prefix: string): Rules => ({ ...each(REGISTERED_PARENT, SAID, prefix), [`${prefix}LoaiCuTru`]: orNull(WHOLE), [`${prefix}NoiCuTru`]: FILLED });
const BIRTH_RESULT: Rules = {
  soDinhDanh: orNull(like(/^\d{12}$/, '12 chữ số')), ngayDangKy: orNull(SLASHED), ...each('ndkksMaTinh ndkksMaHuyen ndkksMaXa nksHoTen nksNgaySinh nksNgaySinhBangChu nksDanToc nksQueQuan nksQuocTich nksNoiSinh nksNoiSinhMaTinh', SAID), nksGioiTinh: SEX,
  ...parentOf('me'), ...parentOf('cha'), ...each('nycHoTen nycQuanHe nycSoGiayTo soDangKy quyenSo trangSo', SAID), giayKhaiSinh: orNull(BASE64), maGiayToKetQua: FILLED,
};
const DEATH_RESULT: Rules = {
  ...each('nktHoTen nktNgaySinh nktDanToc nktQuocTich nktNoiCuTru nktSoGiayTo nktNgayChet nktNoiChet nktNguyenNhanChet giayBaoTuLoai giayBaoTuSo nycHoTen nycQuanHe nycSoGiayTo soDangKy quyenSo trangSo', SAID),
  nktGioiTinh: SEX, nktLoaiCuTru: orNull(WHOLE), giayKhaiTu: test((value) => isBase64(value) || value === 'Không có thông tin', 'chuỗi base64 hoặc “Không có thông tin”'), maGiayToKetQua: FILLED,
};

export function problemOfStatus(body: Record<string, unknown>, options: CheckOptions): Problem | undefined {
  const problem = check(body, STATUS, options);
  if (problem !== undefined) return problem;
  const status = Number(body['trangThai']);
  const lacking = (NEEDS[status] ?? []).find((name) => !isText(body[name]));
  if (lacking !== undefined) return { why: 'missing', field: lacking, words: `trạng thái ${status} phải có ${lacking}` };
  if (status !== 4) return body['ketQuaXuLy'] === null ? undefined : { why: 'content', field: 'ketQuaXuLy', words: 'trường ketQuaXuLy chỉ có ở trạng thái 4' };
  const result = inside(body['ketQuaXuLy']);
  return isRecord(result) ? check(result, 'giayKhaiTu' in result ? DEATH_RESULT : BIRTH_RESULT, options, 'ketQuaXuLy.') : wrong('ketQuaXuLy', 'văn bản JSON');
}
export const problemOfAcknowledge = (body: Record<string, unknown>, options: CheckOptions): Problem | undefined => check(body, { maHoSo: FILLED, daNhan: test((value) => value === true, 'true') }, options);

/** The text of a field, '' when it is absent or no text. */
export function fieldOf(item: unknown, name: string): string {
  const value = isRecord(item) ? item[name] : undefined;
  return isText(value) ? value : '';
}

export interface SeenFile { bytes: number; /** hex */ sha256: string }
/** What is kept of a file's content; undefined for none. */
export function fileSeen(base64: string): SeenFile | undefined {
  if (!isBase64(base64)) return undefined;
  const content = Buffer.from(base64, 'base64');
  return { bytes: content.length, sha256: hash('sha256', content) };
}
