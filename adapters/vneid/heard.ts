/** What the judicial-record software was heard to say, put into the dossier. Pure: the same again changes nothing (fact sheet 2.7, 2.10). */
import type { Dossier, FileRef, HistoryEntry, Instant, Result, Supplement } from '../../src/model/canonical.ts';
import type { JudicialBackend, JudicialCertificate, JudicialRecord } from '../../src/model/generated/judicial-record.ts';
import { startOfLocalDay } from '../../src/model/time.ts';
import type { BackendState } from './backend/port.ts';
import { FINAL, WAITS } from './codes.ts';
import type { VneidConfig } from './config.ts';
import { OUR_ID } from './inbound/dossier.ts';
import { refundOf } from './refund.ts';
import { submissionOf } from './route.ts';
import { present, sha256 } from './values.ts';

/** Code of the certificate among the results of a dossier. */
const RESULT_CODE = 'PHIEU_LLTP';

function backendHeard(record: JudicialRecord, { state, message }: BackendState, at: Instant): JudicialBackend | undefined {
  const known = record.backend;
  if (known === undefined || state === undefined || known.state === state) return known;
  const { message: _before, ...rest } = known;
  return { ...rest, state, stateAt: at, ...present({ message }) };
}

const certificateWith = ({ certificate }: BackendState, file: FileRef, at: Instant): JudicialCertificate | undefined => (certificate === undefined ? undefined : { ...certificate, file, receivedAt: at });

const isSameCertificate = (known: JudicialCertificate | undefined, one: JudicialCertificate): boolean => known?.number === one.number && known.file?.url === one.file?.url;

function resultOf(certificate: JudicialCertificate, form: string): Result {
  const issuedAt = startOfLocalDay(certificate.issuedOn);
  return {
    code: RESULT_CODE, name: `Phiếu lý lịch tư pháp số ${certificate.form ?? form}`, number: certificate.number, files: certificate.file === undefined ? [] : [certificate.file],
    ...present({ signedBy: certificate.signedBy, issuedAt }),
  };
}
/** The results of the dossier with the certificate among them, once. */
export const withResult = (results: readonly Result[], certificate: JudicialCertificate, form: string): Result[] =>
  [...results.filter(({ code, number }) => code !== RESULT_CODE && number !== certificate.number), resultOf(certificate, form)];

/** The certificate has come: the dossier is done, unless somebody has ended it or waits for papers. */
export function resolved(dossier: Dossier, heard: BackendState, file: FileRef, at: Instant): Dossier | undefined {
  const record = dossier.judicialRecord;
  const certificate = certificateWith(heard, file, at);
  if (record === undefined || certificate === undefined) return undefined;
  // Only what waits for a result is done by one: while it was asked for, the citizen may have submitted anew.
  const isNow = WAITS.has(dossier.status);
  const words = [certificate.number, file.url ?? '', ...(submissionOf(dossier) > 1 ? [submissionOf(dossier)] : [])].join(' ');
  const id = `${OUR_ID}result:${sha256(words).slice(0, 16)}`;
  // The one that came while papers were asked for is the result of what was submitted then, too; one that has done its work does it once.
  const hasMoved = dossier.history.some((one) => one.id === id);
  if (isSameCertificate(record.certificate, certificate) && (!isNow || hasMoved)) return undefined;
  const backend = backendHeard(record, heard, at);
  const entry: HistoryEntry = { id, at, status: 'RESOLVED', action: 'Đã có Phiếu lý lịch tư pháp' };
  return {
    ...dossier,
    ...(isNow ? { status: 'RESOLVED' as const, history: [...dossier.history, entry], dates: { ...dossier.dates, resolvedAt: at } } : {}),
    results: withResult(dossier.results, certificate, record.form),
    judicialRecord: { ...record, certificate, ...present({ backend }) },
  };
}

/** Another state there. A refusal or a request for papers is taken over only where that is agreed (U13). */
export function stateHeard(dossier: Dossier, heard: BackendState, at: Instant, { backend: { refusals } }: Pick<VneidConfig, 'backend'>): Dossier | undefined {
  const record = dossier.judicialRecord;
  const backend = record === undefined ? undefined : backendHeard(record, heard, at);
  if (record === undefined || backend === undefined || backend === record.backend) return undefined;
  const next: Dossier = { ...dossier, judicialRecord: { ...record, backend } };
  const moves = refusals === 'take-over' && (heard.meaning === 'refused' || heard.meaning === 'supplement') && !FINAL.has(dossier.status);
  if (!moves) return next;
  const reason = heard.message ?? 'Phần mềm lý lịch tư pháp không nêu lý do';
  const id = `${OUR_ID}${heard.meaning}:${backend.submission ?? 1}:${at}`;
  if (heard.meaning === 'refused') {
    const refund = refundOf({ ...next, status: 'REJECTED' }, record.refund, undefined, at);
    return {
      ...next, status: 'REJECTED', statusReason: reason, dates: { ...next.dates, rejectedAt: at },
      history: [...next.history, { id, at, status: 'REJECTED', action: 'Phần mềm lý lịch tư pháp từ chối hồ sơ', note: reason }],
      judicialRecord: { ...record, backend, ...present({ refund }) },
    };
  }
  const supplement: Supplement = { id, requestedAt: at, reason };
  return {
    ...next, status: 'SUPPLEMENT_REQUIRED', statusReason: reason, dates: { ...next.dates, supplementRequestedAt: at }, supplements: [...next.supplements, supplement],
    history: [...next.history, { id, at, status: 'SUPPLEMENT_REQUIRED', action: 'Phần mềm lý lịch tư pháp yêu cầu bổ sung', note: reason }],
  };
}

/** Nothing came in the agreed time: no longer asked. */
export function wentOverdue(dossier: Dossier, at: Instant): Dossier | undefined {
  const record = dossier.judicialRecord;
  return record?.backend === undefined || record.backend.overdueAt !== undefined ? undefined : { ...dossier, judicialRecord: { ...record, backend: { ...record.backend, overdueAt: at } } };
}

/** Before a withdrawal goes out: the certificate as it is there now, or as it was where nothing newer came. */
export function askedAgain(dossier: Dossier, heard: BackendState, file: FileRef | undefined, at: Instant): Dossier | undefined {
  const record = dossier.judicialRecord;
  const waiting = record?.revocations?.some(({ certificateAskedAt }) => certificateAskedAt === undefined) === true;
  if (record === undefined || !waiting) return undefined;
  const given = file === undefined ? undefined : certificateWith(heard, file, at);
  const certificate = given === undefined || isSameCertificate(record.certificate, given) ? record.certificate : given;
  return {
    ...dossier,
    ...(certificate === undefined ? {} : { results: withResult(dossier.results, certificate, record.form) }),
    judicialRecord: {
      ...record, ...present({ certificate }),
      revocations: (record.revocations ?? []).map((one) => (one.certificateAskedAt === undefined ? { ...one, certificateAskedAt: at } : one)),
    },
  };
}
