/** Which name on the wire is which field of the canonical event, for every message of it (fact sheet 3.4, 3.5, 3.6), as data: one row, both directions. */
import { issue } from '../../src/contract/errors/issue.ts';
import type { Issue } from '../../src/contract/errors/types.ts';
import { isRecord } from '../../src/contract/is-record.ts';
import type { CivilStatus } from '../../src/model/canonical.ts';
import { cleanText } from '../../src/model/text.ts';
import { SEX } from './codes.ts';
import { compact, dotted, readDay, slashed } from './dates.ts';

/** How a value is written. `day` dd.MM.yyyy · `compact` yyyyMMdd · `slashed` dd/MM/yyyy · `place` an address of its own, whose line stands in `text` */
export type As = 'text' | 'sex' | 'day' | 'compact' | 'slashed' | 'count' | 'place' | 'citizen';
export interface Field { wire: string; path: readonly string[]; as: As }

const row = (wire: string, path: string, as: As = 'text'): Field => ({ wire, path: path.split('.'), as });

type PersonKey = keyof NonNullable<CivilStatus['facts']>;
/** Suffix of a person's field → where it stands in the person. */
const PERSON: Readonly<Record<string, readonly [string, As]>> = {
  HoTen: ['name', 'text'], GioiTinh: ['gender', 'sex'], NgaySinh: ['birthDate', 'day'], NgaySinhBangChu: ['birthDateInWords', 'text'],
  NoiSinh: ['birthPlace', 'place'], NoiSinhDVHC: ['birthPlace.provinceCode', 'text'], NoiSinhNuocNgoai: ['birthPlaceAbroad', 'text'], QueQuan: ['homeTown', 'place'],
  DanToc: ['ethnicityCode', 'text'], DanTocKhac: ['ethnicityOther', 'text'], QuocTich: ['nationalityCode', 'text'], QuocTichKhac: ['nationalityOther', 'text'],
  LoaiCuTru: ['residenceKindCode', 'text'], NoiCuTru: ['residence', 'place'], CuTruNuocNgoai: ['residenceAbroad', 'text'],
  LoaiGiayToTuyThan: ['identityPaper.kindCode', 'text'], GiayToKhac: ['identityPaper.otherName', 'text'], SoGiayToTuyThan: ['identityPaper.number', 'text'],
  NgayCapGiayToTuyThan: ['identityPaper.issuedOn', 'day'], NoiCapGiayToTuyThan: ['identityPaper.issuedBy', 'text'], SoGiayTo: ['identityPaper.number', 'text'],
  XacThucThongTin: ['verifiedCode', 'text'], SoDDCN: ['citizenNumber', 'citizen'], QuanHe: ['relation', 'text'], SoDienThoai: ['phone', 'text'], Email: ['email', 'text'],
  SoLanKH: ['marriageCount', 'count'], LoaiTinhTrangHonNhan: ['maritalKindCode', 'text'], TinhTrangHonNhan: ['maritalState', 'text'], YeuCauXNTTHN: ['maritalProofCode', 'text'], NoiXNTTHN: ['maritalProofPlace', 'text'],
};
const person = (prefix: string, who: PersonKey, suffixes: string): Field[] =>
  suffixes.split(' ').map((suffix) => {
    const [path, as] = PERSON[suffix] ?? ['', 'text'];
    return row(prefix + suffix, `facts.${who}.${path}`, as);
  });

const REGISTRATION = [row('loaiDangKy', 'registrationTypeCode'), row('noiDangKy', 'registrationPlace'), row('soLuongBanSao', 'copies', 'count')];
const PARENT = 'HoTen NgaySinh DanToc DanTocKhac QuocTich QuocTichKhac LoaiCuTru NoiCuTru LoaiGiayToTuyThan SoGiayToTuyThan XacThucThongTin';
const REQUESTER = person('nyc', 'requester', 'HoTen QuanHe LoaiGiayToTuyThan GiayToKhac SoGiayToTuyThan NgayCapGiayToTuyThan NoiCapGiayToTuyThan SoDienThoai Email XacThucThongTin');

/** 3.4, Birth. */
export const BIRTH: readonly Field[] = [
  row('maGCS', 'facts.birthCertificate.number'), row('ngayCapGCS', 'facts.birthCertificate.issuedOn', 'compact'), ...REGISTRATION,
  ...person('nks', 'child', 'HoTen GioiTinh NgaySinh NgaySinhBangChu NoiSinh NoiSinhDVHC NoiSinhNuocNgoai QueQuan DanToc DanTocKhac QuocTich QuocTichKhac'), row('nksLoaiKhaiSinh', 'facts.birthKindCode'),
  ...person('me', 'mother', PARENT), ...person('cha', 'father', PARENT), ...REQUESTER,
];
/** 3.4, Death. */
export const DEATH: readonly Field[] = [
  row('maGBT', 'facts.deathNotice.number'), row('ngayCapGBT', 'facts.deathNotice.issuedOn', 'compact'), ...REGISTRATION,
  ...person('nkt', 'deceased', 'HoTen GioiTinh NgaySinh DanToc DanTocKhac QuocTich QuocTichKhac LoaiCuTru NoiCuTru LoaiGiayToTuyThan GiayToKhac SoGiayToTuyThan NgayCapGiayToTuyThan NoiCapGiayToTuyThan'),
  row('nktNgayChet', 'facts.diedOn', 'day'), row('nktGioPhutChet', 'facts.diedAtTime'), row('nktNoiChet', 'facts.deathPlace', 'place'), row('nktNguyenNhanChet', 'facts.deathCause'),
  ...person('nkt', 'deceased', 'XacThucThongTin'),
  row('gbtLoai', 'facts.deathProof.kindCode'), row('gbtSo', 'facts.deathProof.number'), row('gbtNgay', 'facts.deathProof.issuedOn', 'day'), row('gbtCoQuanCap', 'facts.deathProof.issuedBy'), ...REQUESTER,
];
const SPOUSE = 'HoTen NgaySinh DanToc DanTocKhac QuocTich LoaiCuTru NoiCuTru LoaiGiayToTuyThan GiayToKhac SoGiayToTuyThan NgayCapGiayToTuyThan NoiCapGiayToTuyThan SoDDCN SoLanKH LoaiTinhTrangHonNhan TinhTrangHonNhan YeuCauXNTTHN NoiXNTTHN';
/** 3.5, LTKH (DataDKKH). */
export const MARRIAGE: readonly Field[] = [
  ...person('chong', 'husband', `${SPOUSE} CuTruNuocNgoai`), ...person('vo', 'wife', SPOUSE),
  row('loaiDangKy', 'registrationTypeCode'), row('noiDangKy', 'registrationPlace'), row('ngayXacLapQuanHeHonNhan', 'facts.marriedOn', 'day'), row('ghiChu', 'note'),
  row('soBanSao', 'copies', 'count'), row('soLuongBanSao', 'copies', 'count'),
];
/** 3.5, BS of the 2025 variant. Names behind `cbs` and `nyc` are inferred. */
export const COPY: readonly Field[] = [
  ...person('cbs', 'subject', 'HoTen GioiTinh NgaySinh DanToc QuocTich NoiCuTru LoaiGiayToTuyThan SoGiayToTuyThan NgayCapGiayToTuyThan NoiCapGiayToTuyThan'),
  ...person('nyc', 'requester', 'HoTen QuanHe NoiCuTru LoaiGiayToTuyThan SoGiayToTuyThan NgayCapGiayToTuyThan NoiCapGiayToTuyThan SoDienThoai Email'),
  row('loaiBanSao', 'copy.kindCode', 'count'), row('loaiBSCC', 'copy.certifiedKindCode'), row('soLuongBanSao', 'copies', 'count'), row('noiDangKy', 'registrationPlace'),
  row('noiDangKyTruocDay', 'copy.previous.office'), row('soDangKyTruocDay', 'copy.previous.number'), row('quyenSoDangKyTruocDay', 'copy.previous.book'), row('ngayDangKyTruocDay', 'copy.previous.registeredOn', 'slashed'),
];

const result = (fields: Field[]): Field[] => fields.map((field) => ({ ...field, path: ['result', ...field.path] }));
const REGISTER = [row('soDangKy', 'result.register.number'), row('quyenSo', 'result.register.book'), row('trangSo', 'result.register.page')];
const RESULT_PARENT = 'HoTen NgaySinh DanToc QuocTich LoaiCuTru NoiCuTru SoGiayTo';
const RESULT_REQUESTER = 'HoTen QuanHe SoGiayTo';
/** 3.6, ketQuaXuLy KS. The file is taken apart before. */
export const BIRTH_RESULT: readonly Field[] = [
  row('soDinhDanh', 'result.citizenNumber', 'citizen'), row('ngayDangKy', 'result.register.registeredOn', 'slashed'),
  row('ndkksMaTinh', 'result.register.provinceCode'), row('ndkksMaHuyen', 'result.register.districtCode'), row('ndkksMaXa', 'result.register.communeCode'),
  ...result([...person('nks', 'child', 'HoTen GioiTinh NgaySinh NgaySinhBangChu DanToc QueQuan QuocTich NoiSinh'), ...person('me', 'mother', RESULT_PARENT), ...person('cha', 'father', RESULT_PARENT), ...person('nyc', 'requester', RESULT_REQUESTER)]),
  ...REGISTER,
];
/** 3.6, ketQuaXuLy KT. */
export const DEATH_RESULT: readonly Field[] = [
  ...result([
    ...person('nkt', 'deceased', 'HoTen GioiTinh NgaySinh DanToc QuocTich LoaiCuTru NoiCuTru SoGiayTo'),
    row('nktNgayChet', 'facts.diedOn', 'day'), row('nktNoiChet', 'facts.deathPlace', 'place'), row('nktNguyenNhanChet', 'facts.deathCause'),
    row('giayBaoTuLoai', 'facts.deathProof.kindCode'), row('giayBaoTuSo', 'facts.deathProof.number'), ...person('nyc', 'requester', RESULT_REQUESTER),
  ]),
  ...REGISTER, row('maGiayToKetQua', 'result.paperCode'),
];
/** Results of the other modules: no source shows one; what they share with the two above. */
export const OTHER_RESULT: readonly Field[] = [row('ngayDangKy', 'result.register.registeredOn', 'slashed'), ...result([...person('chong', 'husband', 'HoTen'), ...person('vo', 'wife', 'HoTen')]), ...REGISTER];

export const DECLARED = { BIRTH, DEATH, MARRIAGE, COPY } as const;
export const REGISTERED = { BIRTH: BIRTH_RESULT, DEATH: DEATH_RESULT, MARRIAGE: OTHER_RESULT, COPY: OTHER_RESULT } as const;

// ---- reading -------------------------------------------------------------------------------------------------------

type Tree = Record<string, unknown>;
/** The value at a path, undefined where there is none. */
export function at(tree: unknown, path: readonly string[]): unknown {
  let here = tree;
  for (const key of path) here = isRecord(here) ? here[key] : undefined;
  return here;
}
function put(tree: Tree, path: readonly string[], value: unknown): void {
  let here = tree;
  for (const key of path.slice(0, -1)) here = (here[key] ??= {}) as Tree;
  here[path[path.length - 1] ?? ''] = value;
}

const scalar = (value: unknown): string => (typeof value === 'string' ? cleanText(value) : typeof value === 'number' ? String(value) : '');
const ADDRESS: Readonly<Record<string, string>> = { maTinh: 'provinceCode', maHuyen: 'districtCode', maXa: 'communeCode', dcChiTiet: 'text' };

/** @returns undefined for nothing; `bad` for what is no value of its kind */
function readOne(as: As, value: unknown): { value: unknown } | 'bad' | undefined {
  if (as === 'place' && isRecord(value)) {
    const address = Object.fromEntries(Object.entries(ADDRESS).map(([wire, name]) => [name, scalar(value[wire])]).filter(([, text]) => text !== ''));
    return Object.keys(address).length === 0 ? undefined : { value: address };
  }
  const text = scalar(value);
  if (text === '') return undefined;
  switch (as) {
    case 'text': return { value: text };
    case 'place': return { value: { text } };
    case 'sex': {
      const sex = SEX.decode(text);
      return sex === undefined ? 'bad' : { value: sex };
    }
    case 'count': return /^\d{1,4}$/.test(text) ? { value: Number(text) } : 'bad';
    case 'citizen': return /^\d{12}$/.test(text) ? { value: text } : 'bad';
    case 'day': case 'compact': case 'slashed': {
      const day = readDay(text);
      return day === undefined ? 'bad' : { value: day };
    }
  }
}

/**
 * @param given what came, by its names on the wire; an empty value is none
 * @param pointer of `given` in what the issues point into
 * @returns the part of a CivilStatus that it tells, and an issue for each value that is none of its kind
 */
export function readFields(fields: readonly Field[], given: Readonly<Record<string, unknown>>, pointer: string): { told: Tree; issues: Issue[] } {
  const told: Tree = {};
  const issues: Issue[] = [];
  for (const { wire, path, as } of fields) {
    const read = Object.hasOwn(given, wire) ? readOne(as, given[wire]) : undefined;
    if (read === 'bad') issues.push(issue('LT-DVCLT-VALUE', `${pointer}/${wire}`));
    else if (read !== undefined) {
      const before = at(told, path);
      put(told, path, isRecord(before) && isRecord(read.value) ? { ...before, ...read.value } : read.value);
    }
  }
  return { told, issues };
}

// ---- writing -------------------------------------------------------------------------------------------------------

/** A field of the event as text of its kind; null where there is none. A place is its line. */
export function writeField({ path, as }: Field, event: unknown): string | null {
  const value = at(event, path);
  if (as === 'place') return textOr(isRecord(value) ? value['text'] : undefined);
  if (value === undefined || value === null) return null;
  const text = String(value as string | number);
  switch (as) {
    case 'day': return dotted(text);
    case 'compact': return compact(text);
    case 'slashed': return slashed(text);
    case 'sex': return SEX.encode(text as 'MALE') ?? null;
    case 'text': case 'count': case 'citizen': return text;
  }
}
const textOr = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
