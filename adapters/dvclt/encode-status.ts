/** K7: one event of a dossier for DVCLT (fact sheet 3.7). Everything comes from the change that planned it, so that what is said later rewrites nothing. */
import { fault, type Findings } from '../../src/adapter/findings.ts';
import { ValidationError } from '../../src/contract/validate.ts';
import type { CivilStatus, Dossier } from '../../src/model/canonical.ts';
import { canonicalInstant } from '../../src/model/time.ts';
import { DEFAULT_RESULT_CODES, DVCLT, NO_INFORMATION } from './codes.ts';
import { composed } from './composed.ts';
import type { DvcltConfig } from './config.ts';
import { slotOf } from './content.ts';
import { INSIDE, type StatusRequest } from './contract.ts';
import { wireTime } from './dates.ts';
import { plusOneDay, supplementDue } from './deadlines.ts';
import type { ReportedEvent } from './events.ts';
import { at, REGISTERED, writeField } from './fields.ts';
import { inOrder } from './history.ts';

export type ReportInput = Dossier & { event: ReportedEvent };

type Parts = Pick<StatusRequest, 'ghiChu' | 'ketQuaXuLy' | 'nguoiXuLy' | 'chucDanh' | 'phongBanXuLy' | 'noiDungXuLy' | 'ngayBatDau' | 'ngayKetThucTheoQuyDinh' | 'hanBoSungHoSo'>;
const NOTHING: Parts = { ghiChu: null, ketQuaXuLy: null, nguoiXuLy: null, chucDanh: null, phongBanXuLy: null, noiDungXuLy: null, ngayBatDau: null, ngayKetThucTheoQuyDinh: null, hanBoSungHoSo: null };
const timeOr = (instant: string | undefined): string | null => (instant === undefined ? null : wireTime(instant));

/** The supplement that was asked for last at that time: those of the province and of the ministry's system stand in no common order. */
function askedFor({ supplements }: Dossier, instant: string): Dossier['supplements'][number] | undefined {
  const ordered = [...supplements].sort((a, b) => Date.parse(a.requestedAt) - Date.parse(b.requestedAt));
  return ordered.findLast(({ requestedAt }) => Date.parse(requestedAt) <= Date.parse(instant)) ?? ordered[0];
}

/** The hand-over is ours; the officer of it is who accepted the dossier last before. */
const acceptedBy = ({ history }: Dossier, instant: string): string | null =>
  inOrder(history).findLast(({ status, actor, at: when }) => status === 'ACCEPTED' && actor !== undefined && Date.parse(when) <= Date.parse(instant))?.actor ?? null;

/** The extra fields of each event, row by row of the table. */
function partsOf({ event, ...dossier }: ReportInput, config: DvcltConfig, found: Findings): Parts {
  const { entry, status, isImplied } = event;
  const when = wireTime(entry.at);
  const officer = isImplied ? null : (entry.actor ?? null);
  const note = isImplied ? null : (entry.note ?? null);
  switch (status) {
    case DVCLT.RECEIVED:
      return { ...NOTHING, ngayBatDau: when, ngayKetThucTheoQuyDinh: timeOr(dossier.dates.dueAt) };
    case DVCLT.ACCEPTED:
      return { ...NOTHING, nguoiXuLy: officer, noiDungXuLy: config.texts.accepted, ngayBatDau: when };
    case DVCLT.HANDED_OVER:
      return { ...NOTHING, nguoiXuLy: officer ?? acceptedBy(dossier, entry.at), noiDungXuLy: config.texts.handedOver, ngayKetThucTheoQuyDinh: wireTime(plusOneDay(entry.at)) };
    case DVCLT.SUPPLEMENT: {
      const asked = askedFor(dossier, entry.at);
      const reason = note ?? asked?.reason ?? null;
      const deadline = asked?.deadline ?? supplementDue(entry.at, config.deadlines);
      return { ...NOTHING, ghiChu: reason, noiDungXuLy: reason, nguoiXuLy: officer ?? asked?.requestedBy ?? null, ngayBatDau: when, hanBoSungHoSo: wireTime(deadline) };
    }
    case DVCLT.REFUSED: {
      const reason = note ?? dossier.statusReason ?? null;
      return { ...NOTHING, ghiChu: reason, noiDungXuLy: reason, nguoiXuLy: officer, chucDanh: entry.title ?? null, phongBanXuLy: entry.unit ?? null, hanBoSungHoSo: timeOr(dossier.civilStatus?.supplementDeadline) };
    }
    case DVCLT.RETURNED:
      return { ...NOTHING, nguoiXuLy: officer, ngayKetThucTheoQuyDinh: wireTime(plusOneDay(entry.at)) };
    default:
      return { ...NOTHING, nguoiXuLy: officer, ketQuaXuLy: resultText(dossier.civilStatus, config, found), ngayKetThucTheoQuyDinh: wireTime(plusOneDay(entry.at)) };
  }
}

const NUMBERS = /(?:GioiTinh|LoaiCuTru)$/;
/** Empty parent's address, and residence kind 0 (or none, of the mother): the fillers of 3.7. */
function filled(wire: string, text: string | null): string | number | null {
  if (text === null && (wire === 'meNoiCuTru' || wire === 'chaNoiCuTru')) return NO_INFORMATION;
  if (wire.endsWith('LoaiCuTru') && (text === '0' || (text === null && wire === 'meLoaiCuTru'))) return 1;
  return NUMBERS.test(wire) && text !== null ? (/^\d{1,4}$/.test(text) ? Number(text) : null) : text;
}

/** ketQuaXuLy of event 4: what the ministry's system has registered, addresses in one line each, as JSON in text. */
function resultText(event: CivilStatus | undefined, config: DvcltConfig, found: Findings): string | null {
  const { kind, result } = event ?? {};
  if (event === undefined || result === undefined || (kind !== 'BIRTH' && kind !== 'DEATH')) {
    fault(found, 'LT-DVCLT-RESULT-MISSING', '/civilStatus/result');
    return null;
  }
  const data: Record<string, unknown> = {};
  for (const field of REGISTERED[kind]) data[field.wire] = filled(field.wire, writeField(field, event));
  const slot = slotOf(result.file?.url);
  if (result.file !== undefined && slot === undefined) fault(found, 'LT-DVCLT-FILE-GONE', '/civilStatus/result/file/url');
  if (kind === 'BIRTH') {
    data['giayKhaiSinh'] = slot ?? null;
    data['nksNoiSinhMaTinh'] = at(event, ['result', 'facts', 'child', 'birthPlace', 'provinceCode']) ?? at(event, ['facts', 'child', 'birthPlace', 'provinceCode']) ?? null;
  } else data['giayKhaiTu'] = slot ?? NO_INFORMATION;
  const row = Object.hasOwn(config.procedures, event.nationalProcedure ?? '') ? config.procedures[event.nationalProcedure ?? ''] : undefined;
  data['maGiayToKetQua'] = row?.resultCode ?? DEFAULT_RESULT_CODES[kind];
  const checked = INSIDE.status[kind](data);
  if (!checked.ok) for (const one of checked.issues) fault(found, 'LT-DVCLT-FIELD-MISSING', `/civilStatus/result${one.pointer ?? ''}`);
  return JSON.stringify(composed(data));
}

/** @throws ValidationError with every issue, before anything is sent */
export function encodeStatus(input: ReportInput, config: DvcltConfig): StatusRequest {
  const found: Findings = { issues: [], warnings: undefined };
  const { civilStatus, event, code, dates } = input;
  if (civilStatus?.interconnectedNumber === undefined) fault(found, 'LT-DVCLT-FIELD-MISSING', '/civilStatus/interconnectedNumber');
  if (canonicalInstant(event.entry.at) === undefined) fault(found, 'LT-DVCLT-FIELD-MISSING', '/dates/submittedAt');
  if (found.issues.length > 0) throw new ValidationError(found.issues);
  const parts = partsOf(input, config, found);
  if (found.issues.length > 0) throw new ValidationError(found.issues);
  const before = dates.dueHistory?.at(-1)?.dueAt;
  return composed({
    maTTHC: civilStatus?.nationalProcedure ?? input.procedure.code, soHoSoLT: civilStatus?.interconnectedNumber ?? '', coQuanXuLy: config.responsibleAgency, maHoSo: code,
    trangThai: event.status, thoiGianThucHien: wireTime(event.entry.at), ...parts,
    ngayHenTraTruoc: timeOr(before), ngayHenTraMoi: before === undefined ? null : timeOr(dates.dueAt),
  });
}
