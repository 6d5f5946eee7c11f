/**
 * The life of a dossier: which status means what, and which may follow which. Source: status machine C.6 of the
 * province fact sheet; code list and clock in rules §5.1. Data that a province already holds is judged by warnings, because
 * its history happened whatever we think of it; a command that would make a wrong move is an error.
 */
import { DOSSIER_STATUSES, type DossierStatus, type HistoryEntry } from './canonical.ts';
import type { ModelCode, Why } from './result.ts';

/** What the statutory clock does while a dossier is in a status; `unknown` when the status itself is unknown. */
export type ClockState = 'not_started' | 'running' | 'paused' | 'stopped' | 'unknown';
/** Groups of the published figures: in processing = {2, 4, 5, 6}, stopped = {7, 8}, completed = {9, 10} (rules §7.2). */
export type StatusGroup = 'not_received' | 'in_processing' | 'stopped' | 'completed' | 'unknown';

export interface StatusInfo {
  status: DossierStatus;
  name: Why;
  meaning: Why;
  clock: ClockState;
  /** no other status may follow, except by a recorded correction outside this table */
  terminal: boolean;
  /** counts towards "received" in reports */
  received: boolean;
  group: StatusGroup;
}

function info(status: DossierStatus, group: StatusGroup, clock: ClockState, terminal: boolean, vi: string, en: string, meaningVi: string, meaningEn: string): StatusInfo {
  const received = group === 'in_processing' || group === 'stopped' || group === 'completed';
  return { status, name: { vi, en }, meaning: { vi: meaningVi, en: meaningEn }, clock, terminal, received, group };
}

/** Every status with its meaning; names are those of the national code list. */
export const STATUS_INFO: Readonly<Record<DossierStatus, StatusInfo>> = {
  DRAFT: info('DRAFT', 'not_received', 'not_started', false, 'Bản nháp', 'Draft',
    'Người nộp đang soạn, chưa gửi cho cơ quan nào', 'Being written by the applicant, not yet sent to any agency'),
  SUBMITTED: info('SUBMITTED', 'not_received', 'not_started', false, 'Mới đăng ký', 'Submitted',
    'Đã nộp, chờ cán bộ tiếp nhận; thời hạn chưa tính', 'Filed and waiting for an officer to accept it; the term has not begun'),
  ACCEPTED: info('ACCEPTED', 'in_processing', 'running', false, 'Được tiếp nhận', 'Accepted',
    'Đã tiếp nhận chính thức, thời hạn giải quyết bắt đầu tính', 'Officially accepted; the statutory term runs'),
  REJECTED: info('REJECTED', 'not_received', 'not_started', true, 'Không được tiếp nhận', 'Not accepted',
    'Bị từ chối trước khi tiếp nhận', 'Refused before acceptance'),
  PROCESSING: info('PROCESSING', 'in_processing', 'running', false, 'Đang xử lý', 'In processing',
    'Cơ quan có thẩm quyền đang giải quyết', 'The competent agency is working on it'),
  SUPPLEMENT_REQUIRED: info('SUPPLEMENT_REQUIRED', 'in_processing', 'paused', false, 'Yêu cầu bổ sung giấy tờ', 'Supplement required',
    'Chờ người nộp bổ sung giấy tờ; thời hạn tạm dừng', 'Waiting for papers from the applicant; the term is paused'),
  PAYMENT_REQUIRED: info('PAYMENT_REQUIRED', 'in_processing', 'paused', false, 'Yêu cầu thực hiện nghĩa vụ tài chính', 'Payment required',
    'Chờ người nộp thực hiện nghĩa vụ tài chính; thời hạn tạm dừng', 'Waiting for the applicant to pay what is due; the term is paused'),
  WITHDRAWN: info('WITHDRAWN', 'stopped', 'stopped', true, 'Công dân yêu cầu rút hồ sơ', 'Withdrawn',
    'Người nộp đã rút hồ sơ', 'Taken back by the applicant'),
  STOPPED: info('STOPPED', 'stopped', 'stopped', false, 'Dừng xử lý', 'Processing stopped',
    'Cơ quan dừng giải quyết; vẫn có thể được tiếp tục', 'The agency has stopped working on it; it may still be taken up again'),
  RESOLVED: info('RESOLVED', 'completed', 'stopped', false, 'Đã xử lý xong', 'Resolved',
    'Đã giải quyết xong, kết quả chưa trao cho người nộp', 'Finished; the result has not been handed over yet'),
  RETURNED: info('RETURNED', 'completed', 'stopped', true, 'Đã trả kết quả', 'Result returned',
    'Đã trao kết quả cho người nộp', 'The result has been handed to the applicant'),
  UNKNOWN: info('UNKNOWN', 'unknown', 'unknown', false, 'Không xác định', 'Unknown',
    'Hệ thống nguồn dùng một trạng thái chưa được ánh xạ', 'The source uses a status that no rule maps'),
};

const NEXT: Readonly<Record<DossierStatus, readonly DossierStatus[]>> = {
  // Not in C.6: a draft is sent by the applicant, or accepted directly when it was written at a counter.
  DRAFT: ['SUBMITTED', 'ACCEPTED'],
  SUBMITTED: ['ACCEPTED', 'REJECTED', 'SUPPLEMENT_REQUIRED', 'WITHDRAWN'],
  ACCEPTED: ['PROCESSING', 'SUPPLEMENT_REQUIRED', 'PAYMENT_REQUIRED', 'RESOLVED', 'STOPPED', 'WITHDRAWN'],
  PROCESSING: ['PROCESSING', 'SUPPLEMENT_REQUIRED', 'PAYMENT_REQUIRED', 'STOPPED', 'RESOLVED', 'WITHDRAWN'],
  SUPPLEMENT_REQUIRED: ['SUBMITTED', 'ACCEPTED', 'PROCESSING', 'REJECTED', 'STOPPED', 'WITHDRAWN'],
  PAYMENT_REQUIRED: ['PROCESSING', 'ACCEPTED', 'STOPPED', 'WITHDRAWN'],
  STOPPED: ['PROCESSING', 'ACCEPTED'],
  // Back to processing is a recall of a result that was wrong.
  RESOLVED: ['RETURNED', 'PROCESSING'],
  RETURNED: [],
  REJECTED: [],
  WITHDRAWN: [],
  UNKNOWN: [],
};

/** Statuses in which a history may begin: written, filed online, or accepted at a counter. */
const FIRST: readonly DossierStatus[] = ['DRAFT', 'SUBMITTED', 'ACCEPTED'];

/** The statuses that may follow this one. */
export function nextStatuses(from: DossierStatus): readonly DossierStatus[] {
  return NEXT[from];
}

const KNOWN: ReadonlySet<string> = new Set(DOSSIER_STATUSES);

/** Is this one of the model's status words? */
export function isDossierStatus(value: unknown): value is DossierStatus {
  return typeof value === 'string' && KNOWN.has(value);
}

/**
 * Counts towards "received" in every report: not drafts, not filed-only, not refused, not unknown. A withdrawal counts
 * here; whether it happened before acceptance only the dates can tell (QĐ 766, indicator 2.1).
 */
export function isReceived(status: DossierStatus): boolean {
  return STATUS_INFO[status].received;
}

/** Accepted and neither finished nor stopped; paused dossiers are in processing. */
export function isInProcessing(status: DossierStatus): boolean {
  return STATUS_INFO[status].group === 'in_processing';
}

/** Stopped by the agency or withdrawn. */
export function isStopped(status: DossierStatus): boolean {
  return STATUS_INFO[status].group === 'stopped';
}

/** Finished, whether or not the result has been handed over. */
export function isCompleted(status: DossierStatus): boolean {
  return STATUS_INFO[status].group === 'completed';
}

/** No status may follow. */
export function isTerminal(status: DossierStatus): boolean {
  return STATUS_INFO[status].terminal;
}

/** What the statutory clock does in this status. */
export function clockOf(status: DossierStatus): ClockState {
  return STATUS_INFO[status].clock;
}

export type TransitionMode = 'import' | 'command';
export interface TransitionFinding {
  ok: false;
  code: ModelCode;
  severity: 'warning' | 'error';
  why: Why;
  from: DossierStatus | undefined;
  to: DossierStatus;
}
export type TransitionCheck = { ok: true } | TransitionFinding;

const FINE: TransitionCheck = { ok: true };

/**
 * May `to` follow `from`?
 * @param from `undefined` for the first status of a dossier
 * @param options.mode `import`: history that a province already holds, findings are warnings and a repeated status is no
 *   move at all; `command`: an action about to be taken, findings are errors and only listed moves pass
 * @returns `LT-MODEL-STATUS-FINAL` when the dossier had ended, `LT-MODEL-STATUS-UNKNOWN` for a command from or to UNKNOWN,
 *   `LT-MODEL-STATUS-TRANSITION` otherwise
 */
export function checkTransition(from: DossierStatus | undefined, to: DossierStatus, options: { mode: TransitionMode }): TransitionCheck {
  const command = options.mode === 'command';
  if (from === 'UNKNOWN' || to === 'UNKNOWN') {
    // An unmapped word proves nothing in either direction, so imported history is not judged by it.
    return command ? finding('LT-MODEL-STATUS-UNKNOWN', 'error', from, to) : FINE;
  }
  if (from === undefined ? FIRST.includes(to) : NEXT[from].includes(to)) return FINE;
  if (from === to && !command) return FINE;
  const code = from !== undefined && STATUS_INFO[from].terminal ? 'LT-MODEL-STATUS-FINAL' : 'LT-MODEL-STATUS-TRANSITION';
  return finding(code, command ? 'error' : 'warning', from, to);
}

function finding(code: ModelCode, severity: 'warning' | 'error', from: DossierStatus | undefined, to: DossierStatus): TransitionFinding {
  const a = from === undefined ? { vi: 'chưa có', en: 'none' } : STATUS_INFO[from].name;
  const b = STATUS_INFO[to].name;
  return { ok: false, code, severity, why: { vi: `từ "${a.vi}" sang "${b.vi}"`, en: `from "${a.en}" to "${b.en}"` }, from, to };
}

export interface HistoryFinding { code: ModelCode; severity: 'warning'; why: Why; /** position in the list that was given */ index: number }

/**
 * Looks over a progress history as imported. Never an error: it happened.
 * @param entries in the order of the source
 * @returns moves outside the table, times that run backwards (`LT-MODEL-HISTORY-ORDER`) and every further request for
 *   supplement (`LT-MODEL-HISTORY-SECOND-SUPPLEMENT`: QĐ 766, indicator 2.1, counts such a dossier as late)
 */
export function checkHistory(entries: readonly Pick<HistoryEntry, 'at' | 'status'>[]): HistoryFinding[] {
  const findings: HistoryFinding[] = [];
  let last: { status: DossierStatus; at: string } | undefined;
  let requests = 0;
  for (const [index, { status, at }] of entries.entries()) {
    const check = checkTransition(last?.status, status, { mode: 'import' });
    if (!check.ok) findings.push({ code: check.code, severity: 'warning', why: check.why, index });
    if (last !== undefined && earlier(at, last.at)) {
      findings.push({ code: 'LT-MODEL-HISTORY-ORDER', severity: 'warning', index, why: { vi: `bước ${index + 1} sớm hơn bước trước`, en: `step ${index + 1} is earlier than the one before it` } });
    }
    if (status === 'SUPPLEMENT_REQUIRED' && ++requests > 1) {
      findings.push({ code: 'LT-MODEL-HISTORY-SECOND-SUPPLEMENT', severity: 'warning', index, why: { vi: `lần yêu cầu thứ ${requests}`, en: `request number ${requests}` } });
    }
    last = { status, at };
  }
  return findings;
}

/** Order of two canonical instants. `Z` sorts after `.`, so text order alone would put 01:00:00Z after 01:00:00.5Z. */
function earlier(a: string, b: string): boolean {
  const seconds = a.slice(0, 19);
  const others = b.slice(0, 19);
  return seconds === others ? a.slice(19, -1) < b.slice(19, -1) : seconds < others;
}
