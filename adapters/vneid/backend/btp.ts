/** The software of the Ministry of Justice (btp): `DataLGSP` with every leaf as text, and the question for a result (fact sheet 2.6, 2.7). Field by field: README.md. */
import { caution, fault, type Findings } from '../../../src/adapter/findings.ts';
import { isRecord } from '../../../src/contract/is-record.ts';
import { issue } from '../../../src/contract/errors/issue.ts';
import { ValidationError } from '../../../src/contract/validate.ts';
import type { Dossier, Party } from '../../../src/model/canonical.ts';
import type { JudicialAddress, JudicialRecord, JudicialRelative } from '../../../src/model/generated/judicial-record.ts';
import { toNfc } from '../../../src/model/text.ts';
import { localDateOf } from '../../../src/model/time.ts';
import { readCertificate } from '../certificate.ts';
import { isHeard, ofFailure, ofStatus } from '../classify.ts';
import { DEFAULT_PUSH_PHRASES, type PushPhrases } from '../codes.ts';
import type { VneidConfig } from '../config.ts';
import type { PushAddress, PushAnswer, PushDeclaration, PushRequest, ResultAnswer, ResultRequest } from '../contract.ts';
import { slotOf } from '../files.ts';
import { lineOfAddress } from '../inbound/declaration.ts';
import { codeOf, fieldsOf, folded, itemsOf, lineOf, says, textOf, wireBirth, wireDate } from '../values.ts';
import type { LltpBackend } from './port.ts';

/** Every leaf is text; what is absent is "". */
const text = (value: string | number | undefined): string => (value === undefined ? '' : toNfc(String(value)));

// ---- L4 -----------------------------------------------------------------------------------------------------------

const orNull = (value: string | undefined): string | null => (value === undefined ? null : toNfc(value));
const addressOf = (given: JudicialAddress | undefined): PushAddress => ({
  maTinhThanh: orNull(given?.provinceCode), tenTinhThanh: orNull(given?.provinceName), maQuanHuyen: orNull(given?.districtCode), tenQuanHuyen: orNull(given?.districtName),
  maPhuongXa: orNull(given?.communeCode), tenPhuongXa: orNull(given?.communeName), dcChiTiet: orNull(given?.detail),
});
const NOWHERE = addressOf(undefined);

const HOME: ReadonlySet<string> = new Set(['việt nam', 'viet nam', 'vietnam', 'vn'].map(folded));
/** `VN` decides; without a code, a country that is named and no province of ours. */
const isAbroad = ({ countryCode, countryName, provinceCode }: JudicialAddress): boolean =>
  (countryCode === undefined ? provinceCode === undefined && countryName !== undefined && !HOME.has(folded(countryName)) : countryCode.toUpperCase() !== 'VN');

/** At home only the province goes out; abroad the country stands in the detail (2.6). */
function birthPlace(place: JudicialAddress | undefined): Pick<PushDeclaration, 'nycNoiSinh' | 'nycNoiSinhNuocNgoai'> {
  const { provinceCode, provinceName, countryCode, countryName } = place ?? {};
  if (!isAbroad(place ?? {})) {
    return { nycNoiSinh: { ...NOWHERE, maTinhThanh: orNull(provinceCode), tenTinhThanh: orNull(provinceName) }, nycNoiSinhNuocNgoai: '1' };
  }
  return { nycNoiSinh: { ...NOWHERE, dcChiTiet: toNfc(countryName ?? countryCode ?? '') }, nycNoiSinhNuocNgoai: '2' };
}

const genderCode = ({ gender }: Party): string => (gender === 'MALE' ? '1' : gender === 'FEMALE' ? '2' : '');

/** The name says date, the value is the year (2.6). */
const relative = <P extends 'cha' | 'me' | 'voChong', H extends string>(p: P, name: H, given: JudicialRelative | undefined) =>
  ({ [name]: text(given?.name), [`${p}NgaySinh`]: text(given?.birthYear), [`${p}LoaiGiayTo`]: '', [`${p}SoGiayTo`]: '' }) as Record<H | `${P}NgaySinh` | `${P}LoaiGiayTo` | `${P}SoGiayTo`, string>;

function residences(record: JudicialRecord, found: Findings): PushDeclaration['nycCuTru'] {
  return (record.declaration?.residences ?? []).map((one, i) => {
    for (const name of ['from', 'until'] as const) if (one[name] === undefined) fault(found, 'LT-VNEID-FIELD-MISSING', `/judicialRecord/declaration/residences/${i}/${name}`);
    return { tuNgay: text(one.from), denNgay: text(one.until), noiCuTru: one.address === undefined ? '' : text(lineOfAddress(one.address)), ngheNghiep: text(one.occupation), noiLamViec: text(one.workplace) };
  });
}

function files({ components }: Dossier, config: VneidConfig, found: Findings): PushDeclaration['fileHoSo'] {
  return components.flatMap((paper, i) => paper.files.flatMap((file, j) => {
    if (file.deleted === true) return [];
    // The citizen's are all kept; one that the province only names can never be read, and holds nothing up.
    if (file.url === undefined) {
      caution(found, 'LT-VNEID-FILE-SOURCE', `/components/${i}/files/${j}`);
      return [];
    }
    const slot = slotOf(file, config.files);
    if (slot === undefined) {
      fault(found, 'LT-VNEID-FILE-SOURCE', `/components/${i}/files/${j}`);
      return [];
    }
    const dot = file.name.lastIndexOf('.');
    return [{ tenLoaiFile: text(paper.name), tenFile: `DinhKem${dot > 0 ? file.name.slice(dot) : '.bin'}`, noiDungFile: slot }];
  }));
}

/** What concerns the authorised person; not there at all for those who submit themselves. */
function authorised({ delegate, judicialRecord }: Dossier, config: VneidConfig): Partial<PushDeclaration> {
  const { person, relation } = judicialRecord?.authorisation ?? {};
  if (delegate === undefined) return {};
  const [paper] = delegate.ids;
  return {
    uyQuyenHoTen: text(delegate.name), nuqTenGoiKhac: '', nuqGioiTinh: genderCode(delegate), nuqNgaySinh: wireBirth(delegate.birthDate),
    nuqDanToc: text(person?.ethnicity?.code), nuqTenDanToc: text(person?.ethnicity?.name), nuqQuocTich: text(person?.nationality?.code), nuqTenQuocTich: text(person?.nationality?.name),
    nuqEmail: text(delegate.email).trim(), nuqDienThoai: text(delegate.phone),
    nuqLoaiGiayto: text(person?.identityType?.code), nuqSoGiayTo: text(paper?.number), nuqNgayCapGiayTo: wireDate(paper?.issuedOn), nuqNoiCapGiayTo: text(paper?.issuedBy),
    nyqQuanHe: text(relation?.[config.backend.relation]), nuqThuongTruChiTiet: addressOf(person?.residence),
  };
}

function declarationOf(dossier: Dossier, record: JudicialRecord, config: VneidConfig, found: Findings): PushDeclaration {
  const { applicant, delegate, dates } = dossier;
  const { declaration, purpose } = record;
  const person = declaration?.person;
  const [paper] = applicant.ids;
  const isAuthorised = record.authorisation !== undefined && delegate !== undefined;
  const sendsConvictions = isAuthorised || config.backend.declaredConvictions === 'always';
  if (!sendsConvictions && (declaration?.convictions ?? '') !== '') caution(found, 'LT-VNEID-CONVICTIONS-LEFT-OUT', '/judicialRecord/declaration/convictions');
  if (applicant.name === '') fault(found, 'LT-VNEID-FIELD-MISSING', '/applicant/name');
  if (wireBirth(applicant.birthDate) === '') fault(found, 'LT-VNEID-FIELD-MISSING', '/applicant/birthDate');
  return {
    ngayHenTra: dates.dueAt === undefined ? '' : wireDate(localDateOf(dates.dueAt)),
    loaiPhieu: record.form, yeuCauCDNCV: record.withProhibitions === undefined ? '' : record.withProhibitions ? '1' : '0',
    mucDich: '', maMucDich: text(purpose?.code), tenMucDich: text(purpose?.name), mucDichKhac: text(purpose?.other), soLuongCap: text(record.copies),
    nycHoTen: text(applicant.name), nycTenGoiKhac: text(person?.otherName), nycGioiTinh: genderCode(applicant), nycTenGioiTinh: text(person?.genderName), nycNgaySinh: wireBirth(applicant.birthDate),
    nycDienThoai: text(applicant.phone), nycEmail: text(applicant.email).trim(), nycSoGiayTo: text(paper?.number), nycLoaiGiayTo: text(person?.identityType?.code), nycTenLoaiGiayTo: text(person?.identityType?.name),
    nycNgayCapGiayTo: wireDate(paper?.issuedOn), nycNoiCapGiayTo: text(paper?.issuedBy),
    nycQuocTich: text(person?.nationality?.code), nycTenQuocTich: text(person?.nationality?.name), nycDanToc: text(person?.ethnicity?.code), nycTenDanToc: text(person?.ethnicity?.name),
    ...relative('cha', 'nycHoTenCha', declaration?.father), ...relative('me', 'nycHoTenMe', declaration?.mother), ...relative('voChong', 'nycHoTenVoChong', declaration?.spouse),
    nycThuongTru: addressOf(person?.residence), nycTamTru: addressOf(person?.temporaryResidence), ...birthPlace(person?.birthPlace),
    uyQuyen: isAuthorised ? '1' : '0', ...(isAuthorised ? authorised(dossier, config) : {}), ...(sendsConvictions ? { thongTinAnTich: text(declaration?.convictions) } : {}),
    nycCuTru: residences(record, found), fileHoSo: files(dossier, config, found),
  };
}

// ---- answers ------------------------------------------------------------------------------------------------------

/** Everything that was said, as it is searched. Parsed where it can be: letters may be escaped in JSON. */
const wholeText = (body: unknown, raw: string): string => folded(body === undefined ? raw : JSON.stringify(body));

function meaningOf(whole: string, phrases: PushPhrases): 'ACCEPTED' | 'ALREADY_THERE' | 'REJECTED' | undefined {
  if (says(whole, phrases.alreadyThere)) return 'ALREADY_THERE';
  if (says(whole, phrases.failed)) return 'REJECTED';
  return says(whole, phrases.accepted) ? 'ACCEPTED' : undefined;
}

const STATES: Readonly<Record<string, 'result' | 'refused' | 'supplement'>> = { '9': 'result', '10': 'result', '3': 'refused', '5': 'supplement' };

export const btp: LltpBackend<PushRequest, PushAnswer, ResultRequest, ResultAnswer> = {
  encodePush(dossier, config, warn) {
    const found: Findings = { issues: [], warnings: [] };
    const record = dossier.judicialRecord;
    if (record === undefined) throw new ValidationError([issue('LT-VNEID-FIELD-MISSING', '/judicialRecord')]);
    const received = record.receivedOn ?? (dossier.dates.submittedAt === undefined ? undefined : localDateOf(dossier.dates.submittedAt));
    const message: PushRequest = {
      // The key is the line's: it is put in while the message goes out, and kept nowhere.
      authKey: '', maTinh: text(record.province?.code ?? config.province.code), tenTinh: text(record.province?.name ?? config.province.name), maHoSoMCDT: dossier.code,
      nguonDangKy: text(record.channel?.code), tenNguonDangKy: text(record.channel?.name), ngayTiepNhan: wireDate(received),
      toKhai: declarationOf(dossier, record, config, found),
    };
    if (found.issues.length > 0) throw new ValidationError(found.issues);
    found.warnings?.forEach((warning) => warn?.(warning));
    return message;
  },

  classifyPush(result, config) {
    if (result.kind === 'failure') return ofFailure(result, 'write');
    if (!isHeard(result)) return ofStatus(result, 'write');
    const meaning = meaningOf(wholeText(result.body, result.text), config?.backend.phrases ?? DEFAULT_PUSH_PHRASES);
    if (meaning === 'ACCEPTED' || meaning === 'ALREADY_THERE') return { kind: 'accepted', response: isRecord(result.body) ? result.body : { statusDescription: lineOf(result.text, 2000) ?? null } };
    // Only an answer in the agreed form refuses; a page of something in between has refused nothing.
    if (isRecord(result.body) && (meaning === 'REJECTED' || Object.hasOwn(result.body, 'status') || Object.hasOwn(result.body, 'errorCode'))) return { kind: 'rejected', issues: [issue('LT-VNEID-BACKEND-REFUSED')] };
    return ofStatus(result, 'write');
  },

  wasThere: (answer, { backend }) => meaningOf(wholeText(answer, ''), backend.phrases) === 'ALREADY_THERE',

  encodeAsk: (code, { province }) => ({ authKey: '', maTinh: province.code, maHoSoMCDT: code }),

  classifyAsk(result) {
    if (result.kind === 'failure') return ofFailure(result, 'read');
    const status = isHeard(result) && isRecord(result.body) ? codeOf(result.body['status']) : undefined;
    if (status === '1') return { kind: 'accepted', response: result.body as ResultAnswer };
    if (status !== undefined && result.status < 400) return { kind: 'rejected', issues: [issue('LT-VNEID-BACKEND-REFUSED')] };
    return ofStatus(result, 'read');
  },

  readState(answer, code, today) {
    const row = itemsOf(answer.value).map(fieldsOf).find((one) => codeOf(one['maHoSoMCDT']) === code);
    const state = row === undefined ? undefined : codeOf(row['trangThaiXuLy']);
    const message = textOf(answer.statusDescription, 2000);
    const read = STATES[state ?? ''] === 'result' ? readCertificate(row?.['ketQuaXuLy'], today) : undefined;
    return {
      meaning: STATES[state ?? ''] ?? 'working',
      ...(state === undefined ? {} : { state }), ...(message === undefined ? {} : { message }),
      ...(read === undefined ? {} : { certificate: read.certificate, ...(read.content === undefined ? {} : { content: read.content }) }),
    };
  },
};
