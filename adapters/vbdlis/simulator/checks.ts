/**
 * What the simulated land system refuses in O1–O4 and the tax step. Written by hand from the fact sheet (2.1–2.4, 5.1), on purpose not
 * from the schemas that the adapter sends by: two readings of the same sheet catch each other's mistakes.
 * Sentences never repeat a field's value, which may be personal.
 */
import { hash } from 'node:crypto';
import { isRecord } from '../../../src/contract/is-record.ts';

export type Fields = Record<string, unknown>;
/** The text of a field, '' when it is absent or no text. */
export const textOf = (item: unknown, name: string): string => {
  const v = isRecord(item) ? item[name] : undefined;
  return typeof v === 'string' ? v : '';
};
export const listOf = (item: Fields, name: string): Fields[] => {
  const v = item[name];
  return Array.isArray(v) ? v.filter(isRecord) : [];
};

/** ms of a time that the province wrote: Vietnam's where no offset is written (1.7). */
export function momentOf(value: unknown): number | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?$/.test(value)) return undefined;
  const ms = Date.parse(/(Z|[+-]\d{2}:\d{2})$/.test(value) ? value : `${value}+07:00`);
  return Number.isNaN(ms) ? undefined : ms;
}

export type MessageKind = 'submit' | 'tax' | 'supplementDone' | 'resultReturned' | 'wrongResult';

interface Rule {
  kind: 'text' | 'whole' | 'flag' | 'time' | 'object' | 'list' | 'base64';
  /** null passes */
  nullable?: true;
  /** '' does not pass */
  filled?: true;
  max?: number;
  /** of the object, or of the list's items */
  of?: Rules;
}
type Rules = Readonly<Record<string, Rule>>;

const text: Rule = { kind: 'text' };
const filled: Rule = { kind: 'text', filled: true };
const maybe: Rule = { kind: 'text', nullable: true };
const time: Rule = { kind: 'time' };
const maybeTime: Rule = { kind: 'time', nullable: true };
const whole: Rule = { kind: 'whole' };
const maybeWhole: Rule = { kind: 'whole', nullable: true };
const receipt: Rule = { kind: 'text', filled: true, max: 50 };

const PAPERS: Rules = {
  TenGiayTo: text, SoBanChinh: maybeWhole, SoBanSao: maybeWhole,
  TapTin: { kind: 'object', nullable: true, of: { name: maybe, data: { kind: 'base64', nullable: true } } },
};
const submission = (area: Rule, district: Rule): Rules => ({
  LaQuyTrinhCapTinh: { kind: 'flag' }, TinhId: area, HuyenId: district, XaId: area, SoBienNhan: receipt, MaHoSoMotCua: maybe, NguoiTiepNhan: filled,
  NgayTiepNhan: maybeTime, NgayHenTra: maybeTime, DiaChiTaiSan: maybe,
  ThongTinNguoiNopDon: { kind: 'object', of: { HoTen: maybe, SoChungMinh: maybe, DiaChiChiTiet: maybe, SoDienThoai: maybe, Email: maybe } },
  ThongTinQuyTrinh: { kind: 'object', of: { MaQuyTrinh: filled, TenQuyTrinh: text } },
  ThongTinThuaDat: { kind: 'list', nullable: true, of: { SoThuTuThua: maybe, SoHieuBanDo: maybe, DienTich: maybe, DiaChiChiTiet: maybe } },
  DanhSachGiayToDinhKem: { kind: 'list', of: PAPERS },
});
const MESSAGES: Record<MessageKind, Rules> = {
  submit: submission(whole, whole),
  tax: submission(filled, text),
  supplementDone: { SoBienNhan: receipt, NgayHenTraMoi: time, GhiChu: maybe, DanhSachGiayToBoSung: { kind: 'list', nullable: true, of: PAPERS } },
  resultReturned: { SoBienNhan: receipt, NgayTra: time },
  wrongResult: { SoBienNhan: receipt, NoiDung: filled, DanhSachGiayToDinhKem: { kind: 'list', nullable: true, of: PAPERS } },
};

const KIND_WORDS: Record<Rule['kind'], string> = {
  text: 'chuỗi ký tự', whole: 'số nguyên không âm', flag: 'true hoặc false', time: 'thời điểm yyyy-MM-ddTHH:mm:ss', object: 'một đối tượng', list: 'một danh sách', base64: 'chuỗi base64, không có tiền tố',
};
function isKind(kind: Rule['kind'], value: unknown): boolean {
  switch (kind) {
    case 'text': return typeof value === 'string';
    case 'whole': return Number.isSafeInteger(value) && (value as number) >= 0;
    case 'flag': return typeof value === 'boolean';
    case 'time': return momentOf(value) !== undefined;
    case 'object': return isRecord(value);
    case 'list': return Array.isArray(value);
    // both patterns only look for one place, so that files of many megabytes cost no stack
    case 'base64': return typeof value === 'string' && value.length % 4 === 0 && !/[^A-Za-z0-9+/=]/.test(value) && !/=[^=]/.test(value) && !value.endsWith('===');
  }
}

/** Counts of what was let through although the fact sheet does not know it. */
export interface Drift { unknownFields: number }
export interface CheckOptions { strict: boolean; unknownFields: 'count' | 'refuse'; drift: Drift }

function check(item: Fields, rules: Rules, options: CheckOptions, at: string): string | undefined {
  for (const name in item) {
    if (Object.hasOwn(rules, name)) continue;
    if (options.unknownFields === 'refuse') return `Trường ${at}${name.slice(0, 60)} không có trong đặc tả`;
    options.drift.unknownFields += 1;
  }
  for (const [name, rule] of Object.entries(rules)) {
    // nulls are written, not left out (1.7)
    if (!(name in item)) return `Thiếu trường ${at}${name}`;
    const value = item[name];
    if (value === null && rule.nullable) continue;
    if (!isKind(rule.kind, value)) return `Trường ${at}${name} phải là ${KIND_WORDS[rule.kind]}`;
    if (rule.filled && value === '') return `Trường ${at}${name} không được để trống`;
    if (rule.max !== undefined && (value as string).length > rule.max) return `Trường ${at}${name} vượt quá ${rule.max} ký tự`;
    if (rule.of === undefined) continue;
    for (const [i, part] of (Array.isArray(value) ? (value as unknown[]) : [value]).entries()) {
      const here = Array.isArray(value) ? `${at}${name}[${i}]` : `${at}${name}`;
      const problem = isRecord(part) ? check(part, rule.of, options, `${here}.`) : `Trường ${here} phải là một đối tượng`;
      if (problem !== undefined) return problem;
    }
  }
  return undefined;
}

/** The land system's sentence, or undefined when all is well. Without `strict` only the receipt number is looked at. */
export function problemOf(kind: MessageKind, body: unknown, options: CheckOptions): string | undefined {
  if (!isRecord(body)) return 'Dữ liệu gửi lên phải là một đối tượng';
  if (!options.strict) return textOf(body, 'SoBienNhan') === '' ? 'Trường SoBienNhan không được để trống' : undefined;
  return check(body, MESSAGES[kind], options, '');
}

export interface ReceivedFile { document: string; name: string; bytes: number; /** hex */ sha256: string }
/** Files of a message, whichever of the two lists they stand in. */
export function receivedFiles(body: Fields): ReceivedFile[] {
  return ['DanhSachGiayToDinhKem', 'DanhSachGiayToBoSung'].flatMap((list) => listOf(body, list)).flatMap((paper) => {
    const content = Buffer.from(textOf(paper['TapTin'], 'data'), 'base64');
    if (!isRecord(paper['TapTin'])) return [];
    return [{ document: textOf(paper, 'TenGiayTo'), name: textOf(paper['TapTin'], 'name'), bytes: content.length, sha256: hash('sha256', content) }];
  });
}
/** What a careless sender lets through, and no check refuses (6.4.1, 6.4.10). */
export interface Carelessness { repeatedFiles: number; foldersInNames: number }
export function carelessness(files: readonly ReceivedFile[]): Carelessness {
  const distinct = new Set(files.map((file) => JSON.stringify(file)));
  return { repeatedFiles: files.length - distinct.size, foldersInNames: files.filter(({ name }) => /[/\\]/.test(name)).length };
}
