/** From the database's record to ours (fact sheet 4.5). What no table explains is kept as it came, told in the record, and warned of without its value. */
import type { CitizenQuestion } from '../../src/adapter/citizens.ts';
import { issue } from '../../src/contract/errors/issue.ts';
import type { Issue } from '../../src/contract/errors/types.ts';
import { isRecord } from '../../src/contract/is-record.ts';
import type { CitizenAddress, CitizenCoded, CitizenHouseholdHead, CitizenRecord, CitizenRelative, CitizenUnknownCode, CitizenVerification } from '../../src/model/canonical.ts';
import { compareCitizenNumber, parseCitizenNumber } from '../../src/model/citizen-number.ts';
import { isDate } from '../../src/model/civil-date.ts';
import { isCitizenId12, isCmnd9 } from '../../src/model/identity.ts';
import { cleanLine } from '../../src/model/text.ts';
import { BLOOD_CODES, COUNTRY, ETHNIC_NAMES, KINSHIP, MARITAL_CODES, RELIGION_NAMES, SEX_CODES } from './codes.ts';
import type { DancuConfig } from './config.ts';
import { isCollection, type CongDan, type CongdanCollection, type DiaChi, type NhanThan, type NhanThanResponse, type VerifyAnswer } from './contract.ts';
import { isSameName } from './names.ts';

/** What a relatives' question is answered with; `outcome` as of a verification. */
export type CitizenRelatives = Pick<CitizenRecord, 'father' | 'mother' | 'spouse' | 'representative' | 'householdHead'> & Pick<CitizenVerification, 'outcome'>;

/** One page of the change feed. */
export interface CitizenChanges {
  records: CitizenRecord[];
  /** records without a name: they are left out, and do not hold up the others */
  unread: number;
  /** as the answer says it */
  total?: number;
  dataAt?: string;
}

const text = (value: unknown): string => (typeof value === 'string' ? cleanLine(value) : '');
const LONGEST_NAME = 300;
const LONGEST_DETAIL = 1_000;

/** `HoVaTen` is text, or parts of which often `Ten` alone is filled, with the whole name in it. */
export function fullNameOf(name: unknown): string {
  const parts = isRecord(name) ? [name['Ho'], name['ChuDem'], name['Ten']] : [name];
  return parts.map(text).filter((part) => part !== '').join(' ').slice(0, LONGEST_NAME);
}

/** Numbers by their length, whichever element they stand in: 12 digits, or 9. What is neither is no number. */
export function numbersOf(soDinhDanh: unknown, soCMND: unknown): { citizenId?: string; oldId?: string } {
  const numbers = [text(soDinhDanh), text(soCMND)];
  const citizenId = numbers.find(isCitizenId12);
  const oldId = numbers.find(isCmnd9);
  return { ...(citizenId === undefined ? {} : { citizenId }), ...(oldId === undefined ? {} : { oldId }) };
}

/** `yyyyMMdd` or `yyyy-MM-dd` → `YYYY-MM-DD`; `yyyy`, and a day that does not exist, → the year. */
export function birthOf(value: unknown): string | undefined {
  const { NgayThangNam, Nam } = isRecord(value) ? value : { NgayThangNam: value, Nam: undefined };
  const [whole, year] = [text(NgayThangNam), text(Nam)];
  const [, y = '', m = '', d = ''] = /^(\d{4})-?(\d{2})-?(\d{2})$/.exec(whole) ?? [];
  if (isDate(`${y}-${m}-${d}`)) return `${y}-${m}-${d}`;
  return [y, /^\d{4}$/.test(whole) ? whole : '', year].find((one) => /^[12]\d{3}$/.test(one));
}

const given = <T extends Record<string, unknown>>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== '' && !(isRecord(value) && Object.keys(value).length === 0))) as { [K in keyof T]?: NonNullable<T[K]> };

type Config = Pick<DancuConfig, 'maritalStatus3'>;
type Warn = ((warning: Issue) => void) | undefined;

/** Reads one record and gathers what it could not explain. */
function reader({ maritalStatus3 }: Config) {
  const unknown: CitizenUnknownCode[] = [];
  const flag = (field: string, code: string): void => void unknown.push({ field, code: code.slice(0, 50) });
  const word = <W>(field: string, value: unknown, decode: (code: string) => W | undefined): W | undefined => {
    const code = text(value);
    if (code === '') return undefined;
    const found = decode(code);
    if (found === undefined) flag(field, code);
    return found;
  };
  const coded = (field: string, value: unknown, name: (code: string) => string | undefined, isKnown: (code: string) => boolean = () => false): CitizenCoded | undefined => {
    const whole = text(value);
    const code = whole.slice(0, 20);
    if (code === '') return undefined;
    const found = name(whole);
    if (found === undefined && !isKnown(whole)) flag(field, whole);
    return { code, ...(found === undefined ? {} : { name: found }) };
  };
  const country = (field: string, value: unknown): CitizenCoded | undefined => coded(field, value, () => undefined, (code) => COUNTRY.test(code));
  const numbers = (field: string, soDinhDanh: unknown, soCMND: unknown) => {
    const found = numbersOf(soDinhDanh, soCMND);
    for (const value of [text(soDinhDanh), text(soCMND)]) if (value !== '' && value !== found.citizenId && value !== found.oldId) flag(`${field}citizenId`, value);
    return found;
  };
  const address = (value: DiaChi | undefined): CitizenAddress => given({
    countryCode: text(value?.QuocGia).slice(0, 20), provinceCode: text(value?.MaTinhThanh).slice(0, 20), districtCode: text(value?.MaQuanHuyen).slice(0, 20), communeCode: text(value?.MaPhuongXa).slice(0, 20), detail: text(value?.ChiTiet).slice(0, LONGEST_DETAIL),
  });
  const relative = (field: string, value: NhanThan | undefined): CitizenRelative => given({
    fullName: fullNameOf(value?.HoVaTen), nationality: country(`${field}.nationality`, value?.QuocTich), ...numbers(`${field}.`, value?.SoDinhDanh, value?.SoCMND),
  });
  const head = (value: NhanThan | undefined): CitizenHouseholdHead => given({
    relationship: coded('householdHead.relationship', value?.QuanHe, () => undefined, (code) => KINSHIP.test(code)), fullName: fullNameOf(value?.HoVaTen), ...numbers('householdHead.', value?.SoDinhDanh, value?.SoCMND),
  });
  const relatives = (from: NhanThanResponse | CongDan) => given({
    father: relative('father', from.Cha), mother: relative('mother', from.Me), spouse: relative('spouse', from.VoChong), representative: relative('representative', from.NguoiDaiDien), householdHead: head(from.ChuHo),
  });
  const nameParts = (name: unknown) => (isRecord(name) ? given({ family: text(name['Ho']).slice(0, LONGEST_NAME), middle: text(name['ChuDem']).slice(0, LONGEST_NAME), given: text(name['Ten']).slice(0, LONGEST_NAME) }) : undefined);

  function record(citizen: CongDan): CitizenRecord {
    const birth = birthOf(citizen.NgayThangNamSinh);
    if (birth === undefined && citizen.NgayThangNamSinh !== undefined) flag('birthDate', text(citizen.NgayThangNamSinh.NgayThangNam) || text(citizen.NgayThangNamSinh.Nam) || '?');
    return {
      fullName: fullNameOf(citizen.HoVaTen),
      ...given({
        nameParts: nameParts(citizen.HoVaTen),
        ...numbers('', citizen.SoDinhDanh, citizen.SoCMND),
        sex: word('sex', citizen.GioiTinh, (code) => SEX_CODES.decode(code)),
        birthDate: birth,
        ethnicity: coded('ethnicity', citizen.DanToc, (code) => ETHNIC_NAMES.decode(code)),
        religion: coded('religion', citizen.TonGiao, (code) => RELIGION_NAMES.decode(code)),
        nationality: country('nationality', citizen.QuocTich),
        maritalStatus: word('maritalStatus', citizen.TinhTrangHonNhan, (code) => MARITAL_CODES[maritalStatus3].decode(code)),
        bloodType: word('bloodType', citizen.NhomMau, (code) => BLOOD_CODES.decode(code)),
        birthRegistration: address(citizen.NoiDangKyKhaiSinh), hometown: address(citizen.QueQuan), permanentAddress: address(citizen.ThuongTru), currentAddress: address(citizen.NoiOHienTai),
        ...relatives(citizen),
        householdBookNumber: text(citizen.SoSoHoKhau).slice(0, 50), accountType: text(citizen.LoaiTaiKhoan).slice(0, 50), taxCode: text(citizen.MaSoThue).slice(0, 40), email: text(citizen.ThuDienTu).slice(0, 254),
      }),
    } as CitizenRecord;
  }
  return { record, relatives, unknown };
}

const tellUnknown = (unknown: readonly CitizenUnknownCode[], warn: Warn): void => {
  for (const { field } of unknown) warn?.(issue('LT-DANCU-CODE-UNKNOWN', `/${field.replaceAll('.', '/')}`, undefined, 'warning'));
};

function recordOf(citizen: CongDan, collection: CongdanCollection, config: Config, warn: Warn): CitizenRecord {
  const { record, unknown } = reader(config);
  const read = record(citizen);
  tellUnknown(unknown, warn);
  const { SoCongDan, GhiChu, ThoiDiemDuLieu, id } = collection;
  const source = given({ count: /^\d{1,6}$/.test(SoCongDan ?? '') ? Number(SoCongDan) : undefined, note: text(GhiChu).slice(0, 1000), dataAt: text(ThoiDiemDuLieu).slice(0, 50), id: text(id).slice(0, 100) });
  return { ...read, ...given({ source }), ...(unknown.length === 0 ? {} : { unknownCodes: unknown.slice(0, 50) }) } as CitizenRecord;
}

/** A year against a day says what the year says. */
const sameBirth = (asked: string, known: string): boolean => (asked.length === 4 || known.length === 4 ? asked.slice(0, 4) === known.slice(0, 4) : asked === known);

/** What of the question does not fit the record. */
function differences({ fullName, birth }: CitizenQuestion, known: { fullName: string; birthDate?: string | undefined }): ('NAME' | 'BIRTH')[] {
  const isOtherDay = birth !== undefined && known.birthDate !== undefined && !sameBirth(birth, known.birthDate);
  return [...(isSameName(fullName, known.fullName) ? [] : ['NAME' as const]), ...(isOtherDay ? ['BIRTH' as const] : [])];
}
const DIFFERS = { NAME: ['LT-DANCU-NAME-DIFFERS', '/fullName'], BIRTH: ['LT-DANCU-BIRTH-DIFFERS', '/birthDate'] } as const;

/** Sex and year are in the number (5.1). Registers are corrected and numbers are not: a warning (5.2). The province in it is not looked at: it says nothing of a record that is there. */
function tellNumber({ citizenId, sex, birthDate }: CitizenRecord, warn: Warn): void {
  const parsed = parseCitizenNumber(citizenId ?? '', { extraBirthPlaces: [(citizenId ?? '').slice(0, 3)] });
  if (!parsed.ok || parsed.kind !== 'CCCD') return;
  for (const { why } of compareCitizenNumber(parsed, given({ gender: sex, birthDate }))) warn?.(issue('LT-DANCU-NUMBER-DIFFERS', '/citizenId', why, 'warning'));
}

/** @returns undefined where nobody was found */
export function decodeLookUp(response: CongdanCollection, question: CitizenQuestion | undefined, config: Config, warn?: Warn): CitizenRecord | undefined {
  const [citizen] = response.CongDan;
  if (citizen === undefined) return undefined;
  const record = recordOf(citizen, response, config, warn);
  // The database refuses a wrong name or day itself; a wrapper may not.
  if (question !== undefined) {
    for (const what of differences(question, record)) {
      const [code, pointer] = DIFFERS[what];
      warn?.(issue(code, pointer, undefined, 'warning'));
    }
  }
  tellNumber(record, warn);
  return record;
}

/** Nothing but the outcome leaves: a record that was asked for to compare is not handed on. */
export function decodeVerify(response: VerifyAnswer, question: CitizenQuestion | undefined): CitizenVerification {
  if (!isCollection(response)) return { outcome: response.TonTai ? 'MATCH' : 'MISMATCH' };
  const [citizen] = response.CongDan;
  if (citizen === undefined) return { outcome: 'NOT_FOUND' };
  const fits = question !== undefined && differences(question, { fullName: fullNameOf(citizen.HoVaTen), birthDate: birthOf(citizen.NgayThangNamSinh) }).length === 0;
  return { outcome: fits ? 'MATCH' : 'MISMATCH' };
}

export function decodeRelatives(response: NhanThanResponse, config: Config, warn?: Warn): CitizenRelatives {
  const { relatives, unknown } = reader(config);
  const found = relatives(response);
  tellUnknown(unknown, warn);
  return { outcome: response.TonTai === false ? 'MISMATCH' : 'MATCH', ...found } as CitizenRelatives;
}

export function decodeChanges(response: CongdanCollection, config: Config, warn?: Warn): CitizenChanges {
  const { SoCongDan, ThoiDiemDuLieu, ...rest } = response;
  const named = rest.CongDan.filter(({ HoVaTen }) => fullNameOf(HoVaTen) !== '');
  const unread = rest.CongDan.length - named.length;
  if (unread > 0) warn?.(issue('LT-DANCU-RECORD', undefined, undefined, 'warning'));
  return {
    records: named.map((citizen) => recordOf(citizen, { CongDan: [] }, config, warn)), unread,
    ...given({ total: /^\d{1,9}$/.test(SoCongDan ?? '') ? Number(SoCongDan) : undefined, dataAt: text(ThoiDiemDuLieu).slice(0, 50) }),
  };
}
