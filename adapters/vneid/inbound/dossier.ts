/** A dossier of VNeID in the canonical form: new, or the whole of one that waits for a supplement (fact sheet 2.5). Pure. */
import type { Component, Delivery, Dossier, Fee, FileRef, HistoryEntry, Payment, Supplement } from '../../../src/model/canonical.ts';
import { civilServiceCalendar } from '../../../src/model/working-days.ts';
import { localDateOf } from '../../../src/model/time.ts';
import type { VneidConfig } from '../config.ts';
import { codeOf, fieldsOf, itemsOf, lineOf, present, type Fields } from '../values.ts';
import { filesOf, moneyOf } from './check.ts';
import { readDeclaration } from './declaration.ts';

/** Before the ids of what this adapter writes into a history. */
export const OUR_ID = 'vneid:';
export const isOurs = ({ id }: { id?: string }): boolean => id?.startsWith(OUR_ID) === true;

/** Names of media types that say no extension themselves; that of an image is taken as it is (2.3). */
const EXTENSIONS: Readonly<Record<string, string>> = {
  'application/msword': 'doc', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.ms-excel': 'xls', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx', 'text/plain': 'txt',
};
function extensionOf(mediaType: string): string {
  const type = mediaType.toLowerCase();
  const last = type.slice(type.indexOf('/') + 1);
  return EXTENSIONS[type] ?? (/^[a-z0-9]{1,10}$/.test(last) ? last : 'bin');
}

/** The content of a file that was put away: where it is, and how large. In the order of the message. */
export interface KeptPaper { address: string; size: number; mediaType: string }

/** The files have no names on the wire: they are numbered through the whole dossier. */
function componentsOf(declaration: Fields, kept: readonly KeptPaper[]): Component[] {
  let n = 0;
  return itemsOf(declaration['giayToDinhKem']).map((paper, i): Component => {
    const { ma, ten } = fieldsOf(paper);
    const files = filesOf(paper).map((): FileRef => {
      const { address = '', size = 0, mediaType = '' } = kept[n] ?? {};
      n += 1;
      return { name: `DinhKem${n}.${extensionOf(mediaType)}`, url: address, size };
    });
    return { ...present({ code: codeOf(ma) }), name: lineOf(ten, 4000) ?? codeOf(ma) ?? `Giấy tờ ${i + 1}`, files };
  });
}

/** 2.5, 5: paid before the dossier came. What the transaction's state means is configuration (U2). */
function paymentsOf(code: string, payment: Fields, transaction: string | undefined, { payment: rules }: VneidConfig): Payment[] {
  const amount = moneyOf(payment['tongPhi']) ?? 0;
  return amount === 0 ? [] : [{ ref: `${code}-VNEID`, amount, method: 'ONLINE', status: rules.statuses[transaction ?? ''] ?? rules.otherwise, provider: 'VNeID' }];
}

const FEES = [['phiLLTP', 'Phí cấp Phiếu lý lịch tư pháp'], ['phiCapThemBanGiay', 'Phí cấp thêm bản giấy']] as const;
const feesOf = (payment: Fields): Fee[] => FEES.flatMap(([code, name]) => {
  const amount = moneyOf(payment[code]) ?? 0;
  return amount === 0 ? [] : [{ code, name, type: 'PHI' as const, amount, timing: 'AT_RECEPTION' as const }];
});

/** 2 with an address is by post (2.3); nothing else is known of the other codes (U2), and the certificate itself is electronic. */
function deliveryOf(payment: Fields): Delivery {
  const form = codeOf(payment['hinhThucNhanBanGiay']);
  const to = lineOf(payment['diaChiNhan'], 1000);
  if (form === '2' && to !== undefined) return { method: 'POST', address: { text: to } };
  return { method: form === undefined || form === '0' ? 'ONLINE' : 'COUNTER' };
}

export interface Submitted { code: string; body: Fields; /** of the body as it came */ sha256: string; kept: readonly KeptPaper[]; at: string }

const entry = (n: number, at: string): HistoryEntry => ({
  id: `${OUR_ID}submit:${n}`, at, status: 'SUBMITTED', action: n === 1 ? 'Công dân nộp hồ sơ qua VNeID' : 'Công dân bổ sung hồ sơ qua VNeID',
});

/** As it is new here. */
export function newDossier({ code, body, sha256, kept, at }: Submitted, config: VneidConfig): Dossier {
  const { record, applicant, delegate, payment } = readDeclaration(body);
  const { procedure } = config;
  const caseCode = delegate === undefined ? procedure.selfCase : procedure.authorisedCase;
  const due = civilServiceCalendar.addWorkingDays(localDateOf(at), config.termDays, { missingYear: 'provisional' });
  return {
    schemaVersion: '1', code, sourceSystem: config.system, sourceId: code, source: 'VNEID', channel: 'ONLINE',
    procedure: { code: procedure.code, name: procedure.name, level: 'FULL', sector: procedure.sector, ...(caseCode === undefined ? {} : { caseCode }) },
    agency: config.agency, applicant, ...(delegate === undefined ? {} : { delegate }),
    dates: { submittedAt: at }, status: 'SUBMITTED',
    components: componentsOf(fieldsOf(body['toKhai']), kept), results: [], supplements: [],
    fees: feesOf(payment), payments: paymentsOf(code, payment, record.payment?.receipt?.transaction?.code, config), delivery: deliveryOf(payment),
    flags: { vneidVerified: true }, linkedDatabases: [], history: [entry(1, at)],
    judicialRecord: { ...record, system: config.system, ...(due.ok ? { proposedDueOn: due.due } : {}), submissions: [{ at, sha256 }] },
  };
}

/**
 * The citizen's part as it came again, everything else as it is: our history and code, what was paid (a supplement adds no fee), and what other systems
 * have told. Waits for reception as a new one does.
 */
export function supplemented(known: Dossier, given: Submitted, config: VneidConfig): Dossier {
  const fresh = newDossier(given, config);
  const { at, sha256 } = given;
  const before = known.judicialRecord;
  const submissions = [...(before?.submissions ?? []), { at, sha256 }];
  const { subStatus: _subStatus, statusReason: _reason, step: _step, delegate: _delegate, ...rest } = known;
  const { backend, certificate, revocations, refund, payment } = before ?? {};
  return {
    ...rest,
    applicant: fresh.applicant, ...(fresh.delegate === undefined ? {} : { delegate: fresh.delegate }),
    components: fresh.components, ...(fresh.delivery === undefined ? {} : { delivery: fresh.delivery }),
    dates: { ...known.dates, supplementedAt: at }, status: 'SUBMITTED',
    supplements: known.supplements.map((one): Supplement => (one.completedAt === undefined ? { ...one, completedAt: at } : one)),
    history: [...known.history, entry(submissions.length, at)],
    judicialRecord: { ...(fresh.judicialRecord ?? { form: '1' }), submissions, ...present({ payment: payment ?? fresh.judicialRecord?.payment, backend, certificate, revocations, refund }) },
  };
}
