/**
 * Canonical → what goes to the land system (fact sheet 2.1 to 2.4, 5.1). One pass; every fault found on the way is collected, with a pointer
 * into what was given. Field by field reasons: README.md.
 */
import { fault, type Findings } from '../../src/adapter/findings.ts';
import type { Issue } from '../../src/contract/errors/types.ts';
import { ValidationError } from '../../src/contract/validate.ts';
import type { Dossier, Instant, Party } from '../../src/model/canonical.ts';
import type { Parcel } from '../../src/model/generated/land-case.ts';
import { writeAttachments, type Paper } from './attachments.ts';
import { RECEIPT_LENGTH } from './codes.ts';
import type { AreaCodes, LandConfig } from './config.ts';
import type { ReturnRequest, SubmitRequest, SupplementRequest, TaxRequest, WireParcel, WrongResultRequest } from './contract.ts';
import { needed, text, textOrNull, wireTime, wireTimeOrNull } from './fields.ts';
import { areaOf, procedureRow, receivingOfficer } from './route.ts';

type Warn = ((warning: Issue) => void) | undefined;

/** O2: papers came, or the financial obligation is fulfilled. */
export interface SupplementInput {
  /** of the dossier */
  code: string;
  /** due date from now on */
  newDueAt: Instant;
  note?: string;
  /** papers that were added */
  papers?: readonly Paper[];
}
/** O3 */
export interface ReturnInput { code: string; returnedAt: Instant }
/** O4 */
export interface WrongResultInput { code: string; /** what is wrong */ content: string; papers?: readonly Paper[] }

/** Runs a writer and lets nothing out that is wrong. @throws ValidationError with every fault at once */
function written<T>(warn: Warn, write: (found: Findings) => T): T {
  const found: Findings = { issues: [], warnings: [] };
  const message = write(found);
  if (found.issues.length > 0) throw new ValidationError([...found.issues, ...(found.warnings ?? [])]);
  found.warnings?.forEach((warning) => warn?.(warning));
  return message;
}

/** @throws ValidationError with every fault at once, pointers into the dossier */
export const encodeSubmit = (dossier: Dossier, config: LandConfig, warn?: Warn): SubmitRequest => written(warn, (found) => {
  const area = writeArea(dossier, config, found);
  return {
    ...opening(dossier, config, found),
    TinhId: Number(area.provinceCode),
    HuyenId: area.districtCode === undefined ? config.noDistrict : Number(area.districtCode),
    XaId: Number(area.communeCode),
    NguoiTiepNhan: officer(dossier, config, 'code', found),
    ...body(dossier, config, found),
  };
});

/** The tax step: the same, with codes as text and the officer's GUID (5.1). @throws ValidationError */
export const encodeTax = (dossier: Dossier, config: LandConfig, warn?: Warn): TaxRequest => written(warn, (found) => {
  const area = writeArea(dossier, config, found);
  return {
    ...opening(dossier, config, found),
    TinhId: area.provinceCode,
    HuyenId: area.districtCode ?? '',
    XaId: area.communeCode,
    NguoiTiepNhan: officer(dossier, config, 'id', found),
    ...body(dossier, config, found),
  };
});

/** @throws ValidationError with pointers into the input */
export const encodeSupplement = (input: SupplementInput, config: LandConfig, warn?: Warn): SupplementRequest => written(warn, (found) => {
  const papers = writeAttachments(input.papers ?? [], '/papers', input.code, config, found);
  return {
    SoBienNhan: receipt(input.code, found),
    NgayHenTraMoi: wireTime(needed(input.newDueAt, '/newDueAt', found), '/newDueAt', config, found),
    GhiChu: text(input.note),
    DanhSachGiayToBoSung: papers.length === 0 ? null : papers,
  };
});

/** @throws ValidationError with pointers into the input */
export const encodeReturn = (input: ReturnInput, config: LandConfig): ReturnRequest => written(undefined, (found) => ({
  SoBienNhan: receipt(input.code, found),
  NgayTra: wireTime(input.returnedAt, '/returnedAt', config, found),
}));

/** @throws ValidationError with pointers into the input */
export const encodeWrongResult = (input: WrongResultInput, config: LandConfig, warn?: Warn): WrongResultRequest => written(warn, (found) => ({
  SoBienNhan: receipt(input.code, found),
  NoiDung: needed(input.content, '/content', found),
  DanhSachGiayToDinhKem: writeAttachments(input.papers ?? [], '/papers', input.code, config, found),
}));

function receipt(code: string, found: Findings): string {
  const whole = needed(code, '/code', found);
  if (whole.length > RECEIPT_LENGTH) fault(found, 'LT-VBDLIS-RECEIPT-LENGTH', '/code');
  return whole;
}

function opening(dossier: Dossier, config: LandConfig, found: Findings): Pick<SubmitRequest, 'LaQuyTrinhCapTinh' | 'SoBienNhan' | 'MaHoSoMotCua'> {
  return {
    LaQuyTrinhCapTinh: procedureRow(dossier, config)?.provincial ?? true,
    SoBienNhan: receipt(dossier.code, found),
    // Only where it differs from the receipt number; here the receipt number is the dossier's code.
    MaHoSoMotCua: null,
  };
}

function body(dossier: Dossier, config: LandConfig, found: Findings): Omit<SubmitRequest, 'LaQuyTrinhCapTinh' | 'SoBienNhan' | 'MaHoSoMotCua' | 'TinhId' | 'HuyenId' | 'XaId' | 'NguoiTiepNhan'> {
  const { dates, landCase } = dossier;
  return {
    NgayTiepNhan: wireTimeOrNull(dates.acceptedAt, '/dates/acceptedAt', config, found),
    NgayHenTra: wireTimeOrNull(dates.dueAt, '/dates/dueAt', config, found),
    DiaChiTaiSan: textOrNull(landCase?.propertyAddress),
    ThongTinNguoiNopDon: applicant(dossier.applicant, found),
    ThongTinQuyTrinh: procedure(dossier, config, found),
    ThongTinThuaDat: landCase?.parcels === undefined || landCase.parcels.length === 0 ? null : landCase.parcels.map(parcel),
    DanhSachGiayToDinhKem: writeAttachments(dossier.components, '/components', dossier.code, config, found),
  };
}

function applicant(party: Party, found: Findings): SubmitRequest['ThongTinNguoiNopDon'] {
  return {
    HoTen: needed(party.name, '/applicant/name', found),
    SoChungMinh: text(party.ids.find(({ type, number }) => type !== 'TECH_ID' && number !== '')?.number),
    DiaChiChiTiet: text(addressLine(party)),
    SoDienThoai: text(party.phone),
    Email: text(party.email),
  };
}

function addressLine({ address }: Party): string {
  if (address === undefined) return '';
  if ((address.text ?? '') !== '') return address.text ?? '';
  return [address.communeName, address.districtName, address.provinceName].filter((name) => name !== undefined && name !== '').join(', ');
}

function procedure(dossier: Dossier, config: LandConfig, found: Findings): SubmitRequest['ThongTinQuyTrinh'] {
  const row = procedureRow(dossier, config);
  if (row === undefined) fault(found, 'LT-VBDLIS-PROCEDURE', '/procedure/code');
  const { name } = dossier.procedure;
  return { MaQuyTrinh: text(row?.code), TenQuyTrinh: text(row?.name ?? (row?.caseName === undefined ? name : `${row.caseName}_${name}`)) };
}

const parcel = (given: Parcel): WireParcel => ({
  SoThuTuThua: textOrNull(given.number),
  SoHieuBanDo: textOrNull(given.mapSheet),
  DienTich: textOrNull(given.area),
  DiaChiChiTiet: textOrNull(given.address),
});

const CODE = /^\d{1,10}$/;

/** Every part that is given must be digits: a name in a code's place must not go out as NaN or null. */
function writeArea(dossier: Dossier, config: LandConfig, found: Findings): AreaCodes {
  const { provinceCode = '', districtCode, communeCode = '' } = areaOf(dossier, config);
  if (!CODE.test(provinceCode)) fault(found, 'LT-VBDLIS-AREA', '/landCase/area/provinceCode');
  if (!CODE.test(communeCode)) fault(found, 'LT-VBDLIS-AREA', '/landCase/area/communeCode');
  const district = districtCode === undefined || districtCode === '' ? undefined : districtCode;
  if (district !== undefined && !CODE.test(district)) fault(found, 'LT-VBDLIS-AREA', '/landCase/area/districtCode');
  return { provinceCode, communeCode, ...(district === undefined ? {} : { districtCode: district }) };
}

function officer(dossier: Dossier, config: LandConfig, field: 'code' | 'id', found: Findings): string {
  const value = text(receivingOfficer(dossier, config)?.[field]);
  if (value === '') fault(found, 'LT-VBDLIS-OFFICER', '/history');
  return value;
}
