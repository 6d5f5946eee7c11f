/** What each callback does to a case, as data: the rows of fact sheet 3.2 and 3.4, and the statuses of 3.1. */
import type { DossierStatus } from '../../src/model/canonical.ts';
import type { LandEventKind, LandState } from '../../src/model/generated/land-case.ts';
import { defineCodeTable, type CodeTable } from '../../src/model/code-table.ts';
import type { Text } from '../../src/contract/errors/types.ts';

/** Where a row leads. Absent: the event is kept and shown, and moves nothing. */
export interface Move { state: LandState; /** absent: the dossier's own status stays */ status?: DossierStatus }

export interface StatusRow {
  kind: LandEventKind;
  /** of the history, in the words that the province's officers know */
  action: Text;
  move?: Move;
  /** from these states the event moves nothing; over a case that has ended no row moves anything but `FINISHED` */
  notFrom?: readonly LandState[];
  source: string;
}

/** The order of the rows is the order of what happened at one instant. */
export const STATUS_ROWS: readonly StatusRow[] = [
  { kind: 'CORRECTION_REQUESTED', action: { vi: 'Cơ quan đất đai yêu cầu cập nhật hồ sơ', en: 'The land office asks for a correction' }, move: { state: 'NEEDS_CORRECTION', status: 'ACCEPTED' }, source: '3.2 I7: to 2 even from 9 and 10 there; never backwards here' },
  { kind: 'WRONG_PROCEDURE', action: { vi: 'Cơ quan đất đai báo nhập sai thủ tục', en: 'The land office says that the wrong procedure was chosen' }, move: { state: 'WRONG_PROCEDURE' }, source: '2.12, 2.15: logged only; the province decides what becomes of it' },
  { kind: 'HANDOVER', action: { vi: 'Luân chuyển hồ sơ tại cơ quan đất đai', en: 'Handed over inside the land office' }, move: { state: 'PROCESSING', status: 'PROCESSING' }, notFrom: ['WAITING_SUPPLEMENT', 'PAUSED'], source: '3.2 I1: status not in 10, 9, 5' },
  { kind: 'SUPPLEMENT_REQUESTED', action: { vi: 'Cơ quan đất đai yêu cầu bổ sung hồ sơ', en: 'The land office asks for more papers' }, move: { state: 'WAITING_SUPPLEMENT', status: 'SUPPLEMENT_REQUIRED' }, source: '3.2 I2, 3.4 kind 0' },
  { kind: 'PAUSED', action: { vi: 'Cơ quan đất đai tạm dừng xử lý', en: 'The land office pauses the dossier' }, move: { state: 'PAUSED', status: 'SUPPLEMENT_REQUIRED' }, source: '3.4 kinds 4, 6, 3; the status is configuration (U6)' },
  { kind: 'SUPPLEMENT_RECEIVED', action: { vi: 'Cơ quan đất đai đã nhận hồ sơ bổ sung', en: 'The land office has received the supplement' }, move: { state: 'PROCESSING', status: 'PROCESSING' }, source: '3.2 I3' },
  { kind: 'TAX_NOTICES', action: { vi: 'Yêu cầu thực hiện nghĩa vụ tài chính', en: 'The financial obligation is to be fulfilled' }, move: { state: 'WAITING_FINANCIAL_OBLIGATION', status: 'PAYMENT_REQUIRED' }, notFrom: ['WAITING_SUPPLEMENT'], source: '3.4 kinds 2 and 5; only while something is unpaid' },
  { kind: 'TAX_RETURNED', action: { vi: 'Cơ quan thuế chuyển trả hồ sơ do sai', en: 'The tax office returned the file because of a mistake' }, source: '3.2 and 2.13: logged only' },
  { kind: 'OBLIGATION_PAID', action: { vi: 'Đã nộp nghĩa vụ tài chính', en: 'The financial obligation was paid' }, move: { state: 'PROCESSING', status: 'PROCESSING' }, notFrom: ['WAITING_SUPPLEMENT', 'PAUSED', 'NEEDS_CORRECTION', 'WRONG_PROCEDURE'], source: '3.2 O2; once everything is paid' },
  { kind: 'FINISHED', action: { vi: 'Cơ quan đất đai kết thúc hồ sơ', en: 'The land office has finished' }, move: { state: 'FINISHED_WITH_RESULT', status: 'RESOLVED' }, source: '3.2 I5: 9 with and without a result' },
];

const rows = new Map(STATUS_ROWS.map((row, order) => [row.kind, { ...row, order }]));
/** The row of a kind, with its place among what happened at one instant. */
export function rowOf(kind: LandEventKind): StatusRow & { order: number } {
  const row = rows.get(kind);
  if (row === undefined) throw new TypeError(`no row for ${kind}`);
  return row;
}

/** Ended at the land system: nothing but another end changes the state. */
export const ENDED: ReadonlySet<LandState> = new Set(['FINISHED_WITH_RESULT', 'FINISHED_WITHOUT_RESULT', 'RETURNED_TO_CITIZEN']);
/** No word of a land system leads out of these; each is the province's to say, but the first. */
export const CLOSED: ReadonlySet<DossierStatus> = new Set(['RESOLVED', 'RETURNED', 'WITHDRAWN', 'REJECTED']);
/** Nothing leads out of these at all (`src/model/status.ts`). */
export const FINAL: ReadonlySet<DossierStatus> = new Set(['RETURNED', 'WITHDRAWN', 'REJECTED']);

/** `TrangThaiKetThuc`: 0 and absent are a result, anything else is returned or withdrawn (2.9, U5). */
export const endState = (code: string | undefined): LandState => (code === undefined || Number(code) === 0 ? 'FINISHED_WITH_RESULT' : 'FINISHED_WITHOUT_RESULT');
/** `LoaiKetQua` of 3.1, the dossier's finer state after an end. */
export const END_WORDS = { FINISHED_WITH_RESULT: 'Kết quả', FINISHED_WITHOUT_RESULT: 'Trả lại/Xin rút' } as const;

/** What a pause may be to the province (U6): 5 as the reference has it, 6 as its disabled branch, 8 as 3.4 suggests. */
export const PAUSE_STATUSES = ['SUPPLEMENT_REQUIRED', 'PAYMENT_REQUIRED', 'STOPPED'] as const;
export type PauseStatus = (typeof PAUSE_STATUSES)[number];

/** 3.1, and what I12 offers unless something else is configured. */
export const PROVINCE_STATUSES: CodeTable<DossierStatus> = defineCodeTable<DossierStatus>({
  id: 'vbdlis.MaTrangThai',
  rows: [
    { canonical: 'SUBMITTED', wire: '1', meaning: { vi: 'Mới đăng ký', en: 'newly registered' }, source: 'fact sheet 3.1' },
    { canonical: 'ACCEPTED', wire: '2', meaning: { vi: 'Được tiếp nhận', en: 'received' }, source: 'fact sheet 3.1' },
    { canonical: 'REJECTED', wire: '3', meaning: { vi: 'Không được tiếp nhận', en: 'not accepted' }, source: 'fact sheet 3.1' },
    { canonical: 'PROCESSING', wire: '4', meaning: { vi: 'Đang xử lý', en: 'in process' }, source: 'fact sheet 3.1' },
    { canonical: 'SUPPLEMENT_REQUIRED', wire: '5', meaning: { vi: 'Yêu cầu bổ sung giấy tờ', en: 'supplement required' }, source: 'fact sheet 3.1' },
    { canonical: 'PAYMENT_REQUIRED', wire: '6', meaning: { vi: 'Yêu cầu thực hiện nghĩa vụ tài chính', en: 'financial obligation required' }, source: 'fact sheet 3.1' },
    { canonical: 'WITHDRAWN', wire: '7', meaning: { vi: 'Công dân yêu cầu rút hồ sơ', en: 'withdrawal requested' }, source: 'fact sheet 3.1' },
    { canonical: 'STOPPED', wire: '8', meaning: { vi: 'Dừng xử lý', en: 'stopped' }, source: 'fact sheet 3.1' },
    { canonical: 'RESOLVED', wire: '9', meaning: { vi: 'Đã xử lý xong', en: 'processing finished' }, source: 'fact sheet 3.1' },
    { canonical: 'RETURNED', wire: '10', meaning: { vi: 'Đã trả kết quả', en: 'result returned' }, source: 'fact sheet 3.1' },
  ],
  withheld: { DRAFT: 'not yet filed', UNKNOWN: 'no status' },
});

/** What the province's own move says of the case: a supplement or payment taken in (O2) lets it go on, a result handed over (O3) ends it (3.4). */
export const STATE_BY_PROVINCE: Readonly<Partial<Record<DossierStatus, LandState>>> = {
  PROCESSING: 'PROCESSING', SUPPLEMENT_REQUIRED: 'WAITING_SUPPLEMENT', PAYMENT_REQUIRED: 'WAITING_FINANCIAL_OBLIGATION', STOPPED: 'PAUSED',
};
