/**
 * What the simulated systems refuse in L4 to L6. Written by hand from the fact sheet (2.6–2.8), on purpose not from the schemas that the adapter sends by: two
 * readings of the same sheet catch each other's mistakes. Sentences never repeat a field's value, which may be personal.
 */
import { hash } from 'node:crypto';
import { isRecord } from '../../../src/contract/is-record.ts';

export type MessageKind = 'pushToBackend' | 'readResult' | 'reportStatus';

interface Rule {
  kind: 'text' | 'day' | 'object' | 'list' | 'pdf' | 'base64';
  /** null passes */
  nullable?: true;
  /** '' does not pass; a day or a file may be '' unless it is filled */
  filled?: true;
  /** may be left out */
  optional?: true;
  only?: RegExp;
  /** of the object, or of the list's items */
  of?: Rules;
}
type Rules = Readonly<Record<string, Rule>>;

const text: Rule = { kind: 'text' };
const filled: Rule = { kind: 'text', filled: true };
const maybe: Rule = { kind: 'text', nullable: true };
const day: Rule = { kind: 'day' };
const yes = (words: string): Rules => Object.fromEntries(words.trim().split(/\s+/).map((name) => [name, text]));
const may = (words: string): Rules => Object.fromEntries(words.trim().split(/\s+/).map((name) => [name, maybe]));
const optional = (rules: Rules): Rules => Object.fromEntries(Object.entries(rules).map(([name, rule]) => [name, { ...rule, optional: true }]));

const ADDRESS: Rule = { kind: 'object', of: may('maTinhThanh tenTinhThanh maQuanHuyen tenQuanHuyen maPhuongXa tenPhuongXa dcChiTiet') };

/** 2.6, all of it text. */
const DECLARATION: Rules = {
  ...yes(`yeuCauCDNCV mucDich maMucDich tenMucDich mucDichKhac soLuongCap nycTenGoiKhac nycGioiTinh nycTenGioiTinh nycDienThoai nycEmail nycSoGiayTo nycLoaiGiayTo nycTenLoaiGiayTo
    nycNgayCapGiayTo nycNoiCapGiayTo nycQuocTich nycTenQuocTich nycDanToc nycTenDanToc nycHoTenCha chaNgaySinh chaLoaiGiayTo chaSoGiayTo nycHoTenMe meNgaySinh meLoaiGiayTo meSoGiayTo
    nycHoTenVoChong voChongNgaySinh voChongLoaiGiayTo voChongSoGiayTo uyQuyen`),
  nycHoTen: filled, nycNgaySinh: { ...day, filled: true }, ngayHenTra: day, loaiPhieu: { ...text, only: /^[12]$/ },
  nycThuongTru: ADDRESS, nycTamTru: ADDRESS, nycNoiSinh: ADDRESS, nycNoiSinhNuocNgoai: { ...text, only: /^[12]$/ },
  nycCuTru: { kind: 'list', of: yes('tuNgay denNgay noiCuTru ngheNghiep noiLamViec') },
  fileHoSo: { kind: 'list', of: { tenLoaiFile: text, tenFile: { ...text, only: /^DinhKem\.[a-z0-9.+-]+$/i }, noiDungFile: { kind: 'base64', filled: true } } },
  ...optional({ thongTinAnTich: text, ...yes('uyQuyenHoTen nuqTenGoiKhac nuqGioiTinh nuqNgaySinh nuqDanToc nuqTenDanToc nuqQuocTich nuqTenQuocTich nuqEmail nuqDienThoai nuqLoaiGiayto nuqSoGiayTo nuqNgayCapGiayTo nuqNoiCapGiayTo nyqQuanHe'), nuqThuongTruChiTiet: ADDRESS }),
};

const CONVICTION: Rules = {
  ...may('soBanAn ngayBanAn toaDaTuyen tenToaDaTuyen ngayChapHanh ngayXoaAn dieuKhoan anPhi nghiaVuDanSu tinhTrangThiHanh'),
  dsToiDanh: { kind: 'list', nullable: true, of: may('toiDanh tenToiDanh') },
  dsHinhPhatChinh: { kind: 'list', nullable: true, of: may('maHinhPhat tenHinhPhat ghiChu') },
  dsHinhPhatBoSung: { kind: 'list', nullable: true, of: may('maHinhPhat tenHinhPhat noiDungHinhPhatBoSung') },
};
const CERTIFICATE: Rules = {
  ...yes('soPhieuLLTP loaiPhieu nguoiLapPhieu nguoiKy chucVu tinhTrangAnTich tenTinhTrangAnTich thongTinCDNCV tenThongTinCDNCV'), ngayCapPhieu: day,
  thongTinAn: { kind: 'list', nullable: true, of: CONVICTION },
  dsCDNCV: { kind: 'list', nullable: true, of: may('soQuyetDinh ngayQuyetDinh toaAnQD chucVuCam thoiHanCam camTuNgay') },
  phieuLLTP: { kind: 'pdf' }, quyetDinhThuHoi: { kind: 'pdf' },
};

const MESSAGES: Record<MessageKind, Rules> = {
  pushToBackend: { authKey: text, maTinh: filled, tenTinh: text, maHoSoMCDT: filled, nguonDangKy: text, tenNguonDangKy: text, ngayTiepNhan: { ...day, filled: true }, toKhai: { kind: 'object', of: DECLARATION } },
  readResult: { authKey: text, maTinh: filled, maHoSoMCDT: filled },
  reportStatus: {
    maTinh: filled, tenTinh: text, maHoSoMCDT: filled, trangThaiXuLy: { ...text, only: /^([1-9]|10)$/ }, tenTrangThaiXuLy: filled, lyDoTuChoi: text, ngayHenTraKetQua: { ...day, nullable: true },
    type: { ...text, only: /^(ketqua|thuhoi)$/ }, ketQuaXuLy: { kind: 'object', nullable: true, of: CERTIFICATE },
  },
};

const KIND_WORDS: Record<Rule['kind'], string> = {
  text: 'chuỗi ký tự', day: 'ngày dd/MM/yyyy', object: 'một đối tượng', list: 'một danh sách', base64: 'chuỗi base64, không có tiền tố', pdf: 'tệp PDF dạng base64',
};
// Both patterns only look for one place, so that files of many megabytes cost no stack.
const isBase64 = (value: unknown): boolean => typeof value === 'string' && value.length % 4 === 0 && !/[^A-Za-z0-9+/=]/.test(value) && !/=[^=]/.test(value) && !value.endsWith('===');
function isKind({ kind, filled: isFilled }: Rule, value: unknown): boolean {
  if (value === '' && !isFilled && kind !== 'object' && kind !== 'list') return true;
  switch (kind) {
    case 'text': return typeof value === 'string';
    case 'day': return typeof value === 'string' && /^(0[1-9]|[12]\d|3[01])\/(0[1-9]|1[0-2])\/\d{4}$/.test(value);
    case 'object': return isRecord(value);
    case 'list': return Array.isArray(value);
    case 'base64': return isBase64(value);
    case 'pdf': return isBase64(value) && (value as string).startsWith('JVBERi');
  }
}

/** Counts of what was let through although the fact sheet does not know it. */
export interface Drift { unknownFields: number }
export interface CheckOptions { strict: boolean; unknownFields: 'count' | 'refuse'; drift: Drift }

function check(item: Record<string, unknown>, rules: Rules, options: CheckOptions, at: string): string | undefined {
  for (const name in item) {
    if (Object.hasOwn(rules, name)) continue;
    if (options.unknownFields === 'refuse') return `trường ${at}${name.slice(0, 60)} không có trong đặc tả`;
    options.drift.unknownFields += 1;
  }
  for (const [name, rule] of Object.entries(rules)) {
    if (!(name in item)) {
      if (rule.optional) continue;
      return `thiếu trường ${at}${name}`;
    }
    const value = item[name];
    if (value === null && rule.nullable) continue;
    if (rule.filled && value === '') return `trường ${at}${name} không được để trống`;
    if (!isKind(rule, value)) return `trường ${at}${name} phải là ${KIND_WORDS[rule.kind]}`;
    if (rule.only !== undefined && !rule.only.test(value as string)) return `trường ${at}${name} có giá trị ngoài danh mục`;
    if (rule.of === undefined) continue;
    for (const [i, part] of (Array.isArray(value) ? (value as unknown[]) : [value]).entries()) {
      const here = Array.isArray(value) ? `${at}${name}[${i}]` : `${at}${name}`;
      const problem = isRecord(part) ? check(part, rule.of, options, `${here}.`) : `trường ${here} phải là một đối tượng`;
      if (problem !== undefined) return problem;
    }
  }
  return undefined;
}

/** What is wrong in words, or undefined when all is well. Without `strict` only the code is looked at. */
export function problemOf(kind: MessageKind, body: unknown, options: CheckOptions): string | undefined {
  if (!isRecord(body)) return 'nội dung phải là một đối tượng JSON';
  if (!options.strict) return fieldOf(body, 'maHoSoMCDT') === '' ? 'thiếu trường maHoSoMCDT' : undefined;
  const problem = check(body, MESSAGES[kind], options, '');
  if (problem !== undefined || kind !== 'reportStatus') return problem;
  return problemOfReport(body);
}

/** 2.8: what may go together. */
function problemOfReport(body: Record<string, unknown>): string | undefined {
  const [state, type, result] = [fieldOf(body, 'trangThaiXuLy'), fieldOf(body, 'type'), body['ketQuaXuLy']];
  const decision = fieldOf(result, 'quyetDinhThuHoi');
  if (result !== null && state !== '9' && state !== '10') return 'trường ketQuaXuLy chỉ có ở trạng thái 9 và 10';
  if (type === 'thuhoi' && (decision === '' || fieldOf(result, 'phieuLLTP') === '')) return 'thu hồi phải kèm phieuLLTP và quyetDinhThuHoi';
  return type === 'ketqua' && decision !== '' ? 'trường quyetDinhThuHoi chỉ có khi thu hồi' : undefined;
}

/** The text of a field, '' when it is absent or no text. */
export function fieldOf(item: unknown, name: string): string {
  const value = isRecord(item) ? item[name] : undefined;
  return typeof value === 'string' ? value : '';
}

export interface SeenFile { bytes: number; /** hex */ sha256: string }
/** What is kept of a file's content; undefined for none. */
export function fileSeen(base64: string): SeenFile | undefined {
  if (base64 === '') return undefined;
  const content = Buffer.from(base64, 'base64');
  return { bytes: content.length, sha256: hash('sha256', content) };
}
