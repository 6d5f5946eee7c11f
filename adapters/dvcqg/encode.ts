/**
 * Canonical dossier → the portal's HoSo. One pass, no copies of the input; every fault found on the way is collected with a
 * pointer into the canonical dossier. Field by field reasons: README.md, table of the 38 fields.
 */
import type { Issue } from '../../src/contract/errors/types.ts';
import { ValidationError } from '../../src/contract/validate.ts';
import { fileIdIn } from '../../src/model/file-address.ts';
import type { Component, Dossier, Fee, FileRef, PaperInventoryItem, Party, Result, Supplement } from '../../src/model/canonical.ts';
import { checkCross } from './checks.ts';
import {
  boolText, CHANNEL_TABLE, DIGITIZATION_TABLE, FEE_TABLE, flag, LIMITS, ONLINE_PAYMENT_TABLE, RETURN_TABLE, TIMING_TABLE, type NationalStatus,
} from './codes.ts';
import { statusTarget, type DvcqgConfig } from './config.ts';
import type { HoSo, HoSo2020, HoSo2023, HoSoBoSung, LePhi, TepDinhKemKhac } from './contract.ts';
import { caution, cut, fault, identifier, needed, text, time, type Findings } from './fields.ts';
import { PROFILES } from './profiles.ts';

type File2023 = HoSo2023['TaiLieuNop'][number];
type File2020 = HoSo2020['TaiLieuNop'][number];
type Result2023 = HoSo2023['DanhSachGiayToKetQua'][number];
type Result2020 = HoSo2020['DanhSachGiayToKetQua'][number];

/** The portal takes national codes, alone or with the agency's suffix (fact sheet 5; row 2). */
const PROCEDURE_CODE = /^\d\.\d{6}(\.[0-9A-Z]+)*$/;
const CCCD = /^\d{12}$/;
const CMND = /^\d{9}$/;
const DATABASE_CODE = /^\d{1,3}$/;
const LARGEST_AMOUNT = 999_999_999_999_999;

/**
 * @param dossier canonical, valid against the canonical schema
 * @param warn told what goes out incomplete all the same; without it nobody looks for that
 * @throws ValidationError with every fault at once, pointers into the dossier
 */
export function encodeDossier(dossier: Dossier, config: DvcqgConfig, warn?: (warning: Issue) => void): HoSo {
  const found: Findings = { issues: [], warnings: warn === undefined ? undefined : [] };
  const hoSo = writeDossier(dossier, config, found);
  if (found.issues.length === 0) {
    if (warn !== undefined) found.warnings?.forEach(warn);
    return hoSo;
  }
  // Only now is it worth knowing the warnings too: a person reads them together.
  throw new ValidationError(checkDossier(dossier, config));
}

/**
 * Everything that is wrong or doubtful about sending this dossier, at once: errors would stop it, warnings would not.
 * @returns issues with pointers into the dossier, errors first; empty when it can go as it is
 */
export function checkDossier(dossier: Dossier, config: DvcqgConfig): Issue[] {
  const found: Findings = { issues: [], warnings: [] };
  writeDossier(dossier, config, found);
  return [...found.issues, ...(found.warnings ?? [])];
}

/** Writes all fields and collects what is wrong; the result may only be sent when `found.issues` stayed empty. */
export function writeDossier(dossier: Dossier, config: DvcqgConfig, found: Findings): HoSo {
  const { procedure, applicant, dates } = dossier;
  const profile = PROFILES[config.profile];
  const status = nationalStatus(dossier.status, dossier.subStatus, '/status', config, found);
  const base = {
    MaHoSo: identifier(dossier.code, LIMITS.MaHoSo, '/code', found),
    MaTTHC: procedureCode(procedure.code, found),
    TenTTHC: needed(procedure.name, '/procedure/name', found),
    MaLinhVuc: needed(procedure.sector.code, '/procedure/sector/code', found),
    TenLinhVuc: text(procedure.sector.name) || text(procedure.sector.code),
    SoBienNhan: text(dossier.receiptNumber),
    ChuHoSo: cut(needed(applicant.name, '/applicant/name', found), LIMITS.ChuHoSo),
    LoaiDoiTuong: (config.partyKinds[applicant.kind] ?? '') as HoSo['LoaiDoiTuong'],
    MaDoiTuong: technicalId(applicant),
    ThongTinKhac: '',
    Email: text(applicant.email),
    Fax: text(applicant.fax),
    SoDienThoai: text(applicant.phone),
    TrichYeuHoSo: cut(dossier.summary || procedure.name, LIMITS.TrichYeuHoSo),
    NgayTiepNhan: time(dates.acceptedAt, '/dates/acceptedAt', found),
    NgayHenTra: time(dates.dueAt, '/dates/dueAt', found),
    TrangThaiHoSo: status,
    NgayTra: time(dates.returnedAt, '/dates/returnedAt', found),
    ThongTinTra: '',
    HinhThuc: (RETURN_TABLE.encode(dossier.delivery?.method ?? 'COUNTER') ?? '0') as HoSo['HinhThuc'],
    NgayKetThucXuLy: time(dates.resolvedAt, '/dates/resolvedAt', found),
    DonViXuLy: needed(dossier.agency.name, '/agency/name', found),
    GhiChu: cut(dossier.note, LIMITS.GhiChu),
    DanhSachLePhi: fees(dossier.fees, '/fees', found),
    DanhSachTepDinhKemKhac: papers(dossier.otherPapers, '/otherPapers', found),
    DanhSachHoSoBoSung: supplements(dossier.supplements, config, found),
  };
  const hoSo: HoSo = profile.reportingFields ? modern(base, dossier, config, found) : {
    ...base,
    TaiLieuNop: files(dossier.components, config, found, file2020),
    DanhSachGiayToKetQua: results(dossier.results, config, found, result2020),
  };
  checkCross(hoSo, dossier, config, found);
  return hoSo;
}

type Base = Omit<HoSo2020, 'TaiLieuNop' | 'DanhSachGiayToKetQua' | 'KenhThucHien' | 'SoGiayToChuHoSo'> & { SoBienNhan: string };

/** Written out field by field: spreading the base costs more than all of its fields. */
function modern(base: Base, dossier: Dossier, config: DvcqgConfig, found: Findings): HoSo2023 {
  const { dates } = dossier;
  const owner = ownerPapers(dossier.applicant, config, found);
  return {
    MaHoSo: base.MaHoSo, MaTTHC: base.MaTTHC, TenTTHC: base.TenTTHC, MaLinhVuc: base.MaLinhVuc, TenLinhVuc: base.TenLinhVuc,
    KenhThucHien: (CHANNEL_TABLE.encode(dossier.channel) ?? '') as HoSo2023['KenhThucHien'],
    SoBienNhan: base.SoBienNhan,
    SoGiayToChuHoSo: owner[0]?.SoDinhDanh ?? '',
    ChuHoSo: base.ChuHoSo, LoaiDoiTuong: base.LoaiDoiTuong, MaDoiTuong: base.MaDoiTuong, ThongTinKhac: base.ThongTinKhac,
    Email: base.Email, Fax: base.Fax, SoDienThoai: base.SoDienThoai, TrichYeuHoSo: base.TrichYeuHoSo,
    NgayTiepNhan: base.NgayTiepNhan, NgayHenTra: base.NgayHenTra, TrangThaiHoSo: base.TrangThaiHoSo, NgayTra: base.NgayTra,
    ThongTinTra: base.ThongTinTra, HinhThuc: base.HinhThuc, NgayKetThucXuLy: base.NgayKetThucXuLy, DonViXuLy: base.DonViXuLy, GhiChu: base.GhiChu,
    TaiLieuNop: files(dossier.components, config, found, file2023),
    DanhSachLePhi: base.DanhSachLePhi, DanhSachTepDinhKemKhac: base.DanhSachTepDinhKemKhac, DanhSachHoSoBoSung: base.DanhSachHoSoBoSung,
    DanhSachGiayToKetQua: results(dossier.results, config, found, result2023),
    NoiNopHoSo: config.filingPlaces[dossier.source] ?? '',
    HoSoCoThanhPhanSoHoa: flag(dossier.flags?.hasDigitizedComponents ?? hasDigitized(dossier.components)),
    TaiKhoanDuocXacThucVoiVNeID: flag(dossier.flags?.vneidVerified === true),
    DuocThanhToanTrucTuyen: onlinePayment(dossier, config),
    NgayTuChoi: time(dates.rejectedAt, '/dates/rejectedAt', found),
    DinhDanhCHS: owner,
    // Without a submission of its own the reception is the submission, as the one known sender of this field has it (row 37).
    NgayNopHoSo: dates.submittedAt === undefined ? base.NgayTiepNhan : time(dates.submittedAt, '/dates/submittedAt', found),
    DSKetNoiCSDL: databases(dossier.linkedDatabases, config, found),
  };
}

/** National code of a status; `hold` and an unknown status are faults at the pointer. */
export function nationalStatus(status: string, subStatus: string | undefined, pointer: string, config: Pick<DvcqgConfig, 'statusMap'>, found: Findings): NationalStatus {
  const target = statusTarget(config, status, subStatus);
  if (target !== undefined && target !== 'hold' && target !== 'skip') return target;
  fault(found, 'LT-DVCQG-STATUS-HELD', pointer, target === 'skip' ? { vi: 'bảng ánh xạ bỏ qua trạng thái này', en: 'the map skips this status' } : undefined);
  return '' as NationalStatus;
}

function procedureCode(code: string, found: Findings): string {
  const whole = identifier(code, LIMITS.MaTTHC, '/procedure/code', found);
  if (whole !== '' && !PROCEDURE_CODE.test(whole)) {
    fault(found, 'LT-DVCQG-PROCEDURE-CODE', '/procedure/code');
  }
  return whole;
}

/** MaDoiTuong is the portal's account id; an identity number has no place in it (quirk 5). */
function technicalId(party: Party): string {
  for (const id of party.ids) if (id.type === 'TECH_ID') return text(id.number);
  return '';
}

function ownerPapers(party: Party, config: DvcqgConfig, found: Findings): HoSo2023['DinhDanhCHS'] {
  const out: HoSo2023['DinhDanhCHS'] = [];
  for (let i = 0; i < party.ids.length; i += 1) {
    const id = party.ids[i];
    if (id === undefined || id.type === 'TECH_ID') continue;
    const code = config.identityTypes[id.type];
    const fits = id.type === 'CCCD' ? CCCD.test(id.number) : id.type === 'CMND' ? CMND.test(id.number) : id.number !== '';
    if (code === undefined || !fits) {
      // Never a placeholder number in its place: the list may be empty (row 36).
      caution(found, 'LT-DVCQG-IDENTITY-DROPPED', `/applicant/ids/${i}`);
      continue;
    }
    out.push({ LoaiDinhDanh: code, SoDinhDanh: identifier(id.number, LIMITS.SoDinhDanh, `/applicant/ids/${i}/number`, found) });
  }
  return out;
}

const hasDigitized = (components: readonly Component[]): boolean => components.some((c) => c.digitization !== undefined && c.digitization !== 'NONE');

/** Paid online on which platform; otherwise whether a fee was due at all (4.8). */
function onlinePayment(dossier: Dossier, config: DvcqgConfig): HoSo2023['DuocThanhToanTrucTuyen'] {
  for (const payment of dossier.payments) {
    if (payment.method === 'ONLINE' && payment.status === 'PAID') {
      return ONLINE_PAYMENT_TABLE.encode(payment.platform ?? config.onlinePaymentPlatform) as '1' | '2';
    }
  }
  return dossier.fees.some((fee) => fee.amount > 0) ? config.unpaidFeeCode : '0';
}

function databases(names: readonly string[], config: DvcqgConfig, found: Findings): HoSo2023['DSKetNoiCSDL'] {
  return names.map((name, i) => {
    const code = config.databases[name] ?? name;
    if (!DATABASE_CODE.test(code)) fault(found, 'LT-DVCQG-DATABASE-CODE', `/linkedDatabases/${i}`);
    return { MaCSDL: code };
  });
}

/** The link the national side fetches the file by; "" when there is none. The address of a kept file means nothing out there. */
export function linkOf(file: FileRef, config: Pick<DvcqgConfig, 'fileLink' | 'keptFileLink'>): string {
  const kept = fileIdIn(file.url);
  if (kept !== undefined && config.keptFileLink !== '') return config.keptFileLink.replace('{id}', kept);
  if (kept === undefined && file.url !== undefined && file.url !== '') return file.url;
  return config.fileLink !== '' && file.id !== undefined && file.id !== '' ? config.fileLink.replace('{id}', encodeURIComponent(file.id)) : '';
}

function files<F>(components: readonly Component[], config: DvcqgConfig, found: Findings, write: (file: FileRef, link: string, code: string, component: Component) => F): F[] {
  const out: F[] = [];
  for (let i = 0; i < components.length; i += 1) {
    const component = components[i];
    if (component === undefined) continue;
    const code = config.componentCodes === 'send' ? text(component.code) : '';
    for (let j = 0; j < component.files.length; j += 1) {
      const file = component.files[j];
      if (file === undefined) continue;
      const link = linkOf(file, config);
      // The portal requires the link: a file that cannot be fetched is left out, and said so.
      if (link === '') caution(found, 'LT-DVCQG-FILE-LINK', `/components/${i}/files/${j}`);
      else out.push(write(file, link, code, component));
    }
  }
  return out;
}

/** A name the portal can show: a file without one is called by its component. */
const fileName = (file: FileRef, component: Component): string => cut(file.name || component.name || file.id || 'tep', LIMITS.TenTepDinhKem);

function file2020(file: FileRef, link: string, code: string, component: Component): File2020 {
  return { TepDinhKemId: file.id ?? '', TenTepDinhKem: fileName(file, component), IsDeleted: boolText(file.deleted === true), MaThanhPhanHoSo: code, DuongDanTaiTepTin: link };
}

function file2023(file: FileRef, link: string, code: string, component: Component): File2023 {
  const digitized = DIGITIZATION_TABLE.encode(component.digitization ?? 'NONE') ?? '0/0';
  return {
    TepDinhKemId: file.id ?? '',
    TenTepDinhKem: fileName(file, component),
    IsDeleted: boolText(file.deleted === true),
    MaThanhPhanHoSo: code,
    DuongDanTaiTepTin: link,
    DuocSoHoa: digitized[0] as '0' | '1',
    DuocTaiSuDung: digitized[2] as '0' | '1' | '2',
    DuocLayTuKhoDMQG: flag(component.nationalRepository === true),
    MaKetQuaThayThe: text(component.reusedFrom),
  };
}

function results<R>(list: readonly Result[], config: DvcqgConfig, found: Findings, write: (result: Result, file: FileRef, link: string) => R): R[] {
  const out: R[] = [];
  for (let i = 0; i < list.length; i += 1) {
    const result = list[i];
    if (result === undefined) continue;
    let sent = 0;
    for (const file of result.files) {
      const link = file.deleted === true ? '' : linkOf(file, config);
      if (link === '') continue;
      needed(result.name, `/results/${i}/name`, found);
      out.push(write(result, file, link));
      sent += 1;
    }
    if (sent === 0 || (result.code ?? '') === '') {
      const tell = config.incompleteResults === 'refuse' ? fault : caution;
      tell(found, 'LT-DVCQG-RESULT-INCOMPLETE', `/results/${i}`);
    }
  }
  return out;
}

function result2020(result: Result, file: FileRef, link: string): Result2020 {
  return { TenGiayTo: cut(result.name, LIMITS.TenGiayTo), MaThanhPhanHoSo: text(result.componentCode), GiayToId: file.id ?? '', DuongDanTepTinKetQua: link };
}

function result2023(result: Result, file: FileRef, link: string): Result2023 {
  return { TenGiayTo: cut(result.name, LIMITS.TenGiayTo), MaThanhPhanHoSo: text(result.componentCode), GiayToId: file.id ?? '', DuongDanTepTinKetQua: link, MaGiayToKetQua: text(result.code) };
}

function fees(list: readonly Fee[], pointer: string, found: Findings): LePhi[] {
  const out: LePhi[] = [];
  for (let i = 0; i < list.length; i += 1) {
    const fee = list[i];
    if (fee === undefined) continue;
    if (!Number.isInteger(fee.amount) || fee.amount < 0 || fee.amount > LARGEST_AMOUNT) fault(found, 'LT-DVCQG-AMOUNT', `${pointer}/${i}/amount`);
    if (fee.name === '') fault(found, 'LT-DVCQG-FIELD-MISSING', `${pointer}/${i}/name`);
    out.push({
      TenPhiLePhi: text(fee.name),
      MaPhiLePhi: text(fee.code),
      HinhThucThu: (TIMING_TABLE.encode(fee.timing ?? 'OTHER') ?? '') as LePhi['HinhThucThu'],
      Gia: String(fee.amount),
      LoaiPhiLePhi: (FEE_TABLE.encode(fee.type ?? 'OTHER') ?? '') as LePhi['LoaiPhiLePhi'],
    });
  }
  return out;
}

/** LoaiGiayTo's table is unknown: only what already looks like a code is sent (4.12). */
const PAPER_KIND = /^\d{1,2}$/;

function papers(list: readonly PaperInventoryItem[] | undefined, pointer: string, found: Findings): TepDinhKemKhac[] {
  if (list === undefined) return [];
  return list.map((paper, i) => ({
    TenGiayTo: needed(paper.name, `${pointer}/${i}/name`, found),
    SoLuong: paper.quantity === undefined ? '' : String(paper.quantity),
    LoaiGiayTo: paper.kind !== undefined && PAPER_KIND.test(paper.kind) ? paper.kind : '',
  }));
}

function supplements(list: readonly Supplement[], config: DvcqgConfig, found: Findings): HoSoBoSung[] {
  return list.map((s, i) => {
    const pointer = `/supplements/${i}`;
    return {
      HoSoBoSungId: s.id ?? '',
      NguoiYeuCauBoSung: text(s.requestedBy) || config.officerFallback,
      NoiDungBoSung: needed(s.reason, `${pointer}/reason`, found),
      NgayBoSung: time(s.requestedAt, `${pointer}/requestedAt`, found),
      NguoiTiepNhanBoSung: text(s.receivedBy),
      ThongTinTiepNhan: text(s.receivedNote),
      NgayTiepNhanBoSung: time(s.completedAt, `${pointer}/completedAt`, found),
      TrangThaiBoSung: boolText(s.completedAt !== undefined),
      // Attachments in one source, name and amount in another (3.1.5): an empty list is right under both.
      DanhSachGiayToBoSung: [],
      DanhSachLePhiBoSung: fees(s.fees ?? [], `${pointer}/fees`, found),
      NgayHenTraTruoc: time(s.oldDueAt, `${pointer}/oldDueAt`, found),
      NgayHenTraMoi: time(s.newDueAt, `${pointer}/newDueAt`, found),
    };
  });
}
