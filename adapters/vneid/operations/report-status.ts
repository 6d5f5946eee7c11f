/** L6: a state of a dossier, with its certificate, or with the decision to withdraw it (fact sheet 2.8, 2.10). What goes out is what the change said that planned it. */
import { defineOperation } from '../../../src/adapter/define.ts';
import { sayAgain } from '../../../src/adapter/say-again.ts';
import { caution, fault, type Findings } from '../../../src/adapter/findings.ts';
import { ValidationError } from '../../../src/contract/validate.ts';
import type { Dossier, FileRef } from '../../../src/model/canonical.ts';
import type { JudicialCertificate, JudicialRecord } from '../../../src/model/generated/judicial-record.ts';
import { toNfc } from '../../../src/model/text.ts';
import { localDateOf } from '../../../src/model/time.ts';
import { writeCertificate } from '../certificate.ts';
import { classifyReport, meaningOf } from '../classify.ts';
import { statusCode, statusName, type AnswerMeaning, type LltpStatus } from '../codes.ts';
import type { VneidConfig } from '../config.ts';
import { statusAnswer, statusRequest, type StatusAnswer, type StatusRequest, type WireCertificate } from '../contract.ts';
import { slotOf } from '../files.ts';
import { LOST_REPLIES } from '../lost-replies.ts';
import { isForHere, isIssued, revocationKey } from '../route.ts';
import { reportedSteps, stepOf, stepsOf, type Step } from '../steps.ts';
import { wireDate } from '../values.ts';

export interface StatusInput {
  code: string;
  status: LltpStatus;
  /** receiving unit: the wire has it in the place of the province's name */
  unitName: string;
  /** of a refusal, and of a request for papers */
  reason?: string;
  /** due date, Vietnamese day YYYY-MM-DD */
  dueOn?: string;
  form?: JudicialRecord['form'];
  certificate?: JudicialCertificate;
  /** the decision: this is a withdrawal */
  decision?: FileRef;
  /** money has to go back, whole VND */
  refundDue?: number;
}
export interface Reported { code: string; status: LltpStatus; meaning: AnswerMeaning }

// ---- what is planned ----------------------------------------------------------------------------------------------

const REVOKED = 'thuhoi:';

/** Withdrawals whose certificate was asked for once more, or need not be. */
const dueRevocations = ({ judicialRecord, ...rest }: Dossier, { backend }: VneidConfig): NonNullable<JudicialRecord['revocations']> =>
  isIssued(rest) ? (judicialRecord?.revocations ?? []).filter(({ certificateAskedAt }) => backend.kind === 'none' || certificateAskedAt !== undefined) : [];

function common({ code, agency, receivingAgency, dates, judicialRecord }: Dossier, status: LltpStatus): StatusInput {
  return {
    code, status, unitName: (receivingAgency ?? agency).name,
    ...(dates.dueAt === undefined ? {} : { dueOn: localDateOf(dates.dueAt) }), ...(judicialRecord === undefined ? {} : { form: judicialRecord.form }),
  };
}

/** Why, in the officer's words: of this request for papers, of the dossier where this is how it stands, or of the step. */
function reasonOf(dossier: Dossier, { key, status, entry, nth }: Step): string | undefined {
  if (status !== statusCode('REJECTED') && status !== statusCode('SUPPLEMENT_REQUIRED')) return undefined;
  const requests = [...dossier.supplements].sort((a, b) => (a.requestedAt < b.requestedAt ? -1 : 1));
  const asked = status === statusCode('SUPPLEMENT_REQUIRED') ? (requests.find(({ requestedAt }) => requestedAt === entry?.at) ?? requests[nth - 1])?.reason : undefined;
  const isNow = statusCode(dossier.status) === status && stepsOf(dossier).at(-1)?.key === key;
  return asked ?? (isNow ? dossier.statusReason : undefined) ?? entry?.note;
}

function stateInput(dossier: Dossier, step: Step): StatusInput {
  const { certificate, refund } = dossier.judicialRecord ?? {};
  const reason = reasonOf(dossier, step);
  return {
    ...common(dossier, step.status),
    ...(reason === undefined ? {} : { reason }),
    ...(step.status === statusCode('RESOLVED') && certificate?.file !== undefined ? { certificate } : {}),
    ...(step.status === statusCode('REJECTED') && refund?.state === 'DUE' ? { refundDue: refund.amount } : {}),
  };
}

function revocationInput(dossier: Dossier, key: string): StatusInput | undefined {
  const { revocations = [], certificate } = dossier.judicialRecord ?? {};
  const revocation = revocations.find((one) => REVOKED + revocationKey(one) === key);
  const status = statusCode(dossier.status);
  if (revocation === undefined || status === undefined) return undefined;
  // Its reason stands in the decision: lyDoTuChoi is empty but for 3 and 5 (2.8).
  return { ...common(dossier, status), decision: revocation.file, ...(certificate === undefined ? {} : { certificate }) };
}

// ---- the message --------------------------------------------------------------------------------------------------

function slot(file: FileRef | undefined, pointer: string, config: VneidConfig, found: Findings): string {
  const found_ = file === undefined ? undefined : slotOf(file, config.files);
  if (found_ === undefined) fault(found, 'LT-VNEID-FILE-SOURCE', pointer);
  return found_ ?? '';
}

/** Never without the certificate where one is announced: a withdrawal of nothing would tell VNeID nothing (2.10). */
function resultOf({ certificate, decision, form }: StatusInput, config: VneidConfig, found: Findings): WireCertificate | null {
  if (certificate === undefined) {
    if (decision !== undefined) fault(found, 'LT-VNEID-REVOKE-NO-CERTIFICATE', '/certificate');
    return null;
  }
  return writeCertificate(certificate, form ?? '1', {
    certificate: slot(certificate.file, '/certificate/file', config, found),
    decision: decision === undefined ? '' : slot(decision, '/decision', config, found),
  });
}

const WANTS_REASON: ReadonlySet<string | undefined> = new Set([statusCode('REJECTED'), statusCode('SUPPLEMENT_REQUIRED')]);

/** @throws ValidationError with pointers into the input */
export function encodeStatus(input: StatusInput, config: VneidConfig, warn?: (warning: Parameters<NonNullable<Findings['warnings']>['push']>[0]) => void): StatusRequest {
  const found: Findings = { issues: [], warnings: [] };
  const { code, status, reason = '', decision } = input;
  if (WANTS_REASON.has(status) && reason.trim() === '') caution(found, 'LT-VNEID-NO-REASON', '/reason');
  if (input.refundDue !== undefined) caution(found, 'LT-VNEID-REFUND-DUE', '/refundDue');
  const message: StatusRequest = {
    maTinh: config.province.code, tenTinh: toNfc(input.unitName), maHoSoMCDT: code, trangThaiXuLy: status as unknown as StatusRequest['trangThaiXuLy'], tenTrangThaiXuLy: statusName(status),
    lyDoTuChoi: toNfc(reason), ngayHenTraKetQua: input.dueOn === undefined ? null : wireDate(input.dueOn) || null,
    type: decision === undefined ? 'ketqua' : 'thuhoi', ketQuaXuLy: resultOf(input, config, found),
  };
  if (found.issues.length > 0) throw new ValidationError(found.issues);
  found.warnings?.forEach((warning) => warn?.(warning));
  return message;
}

export const reportStatus = defineOperation<StatusInput, StatusRequest, StatusAnswer, Reported, VneidConfig>({
  id: 'reportStatus',
  title: { vi: 'Báo trạng thái, kết quả hoặc thu hồi cho VNeID (L6)', en: 'Tell VNeID a state, a result or a withdrawal (L6)' },
  access: 'write',
  idempotency: { kind: 'natural-key', why: LOST_REPLIES.reportStatus.why },
  ordering: 'dossier',
  coalesce: 'never',
  batch: { max: 1 },
  request: statusRequest,
  response: statusAnswer,
  encode: ([input], { config, warn }) => encodeStatus(input as StatusInput, config, warn),
  classify: (result, _request, config) => classifyReport(result, config),
  decode: (response, [input], { config }) => ({ code: input?.code ?? '', status: input?.status as LltpStatus, meaning: meaningOf(response, config.answers) ?? 'ACCEPTED' }),
  probe: sayAgain,
  subscribe: {
    plan(dossier, config) {
      if (!isForHere(dossier, config)) return [];
      return [...reportedSteps(dossier, config).map(({ key }) => ({ itemKey: key })), ...dueRevocations(dossier, config).map((one) => ({ itemKey: REVOKED + revocationKey(one) }))];
    },
    input(dossier, itemKey) {
      if (itemKey.startsWith(REVOKED)) return revocationInput(dossier, itemKey);
      const step = stepOf(dossier, itemKey);
      return step === undefined ? undefined : stateInput(dossier, step);
    },
  },
});
