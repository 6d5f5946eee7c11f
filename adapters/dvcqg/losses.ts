/**
 * What the portal's message cannot hold, by name and with its reason (law 9): `decode(encode(x))` is `x` with exactly these
 * losses applied. Each loss is executable, so that the list cannot drift from the code: the property test applies it.
 */
import type { Component, Dossier, DossierDates, Fee, FileRef, PaperInventoryItem, Result, Supplement } from '../../src/model/canonical.ts';
import { instantFromWire14, wire14FromInstant } from '../../src/model/time.ts';
import { toNfc } from '../../src/model/text.ts';
import { LIMITS, STATUS_TABLE } from './codes.ts';
import { statusTarget, type DvcqgConfig } from './config.ts';
import { wordFor, type PortalDossier } from './decode.ts';
import { linkOf } from './encode.ts';
import { cut } from './fields.ts';
import { PROFILES } from './profiles.ts';

type View = PortalDossier & Partial<Pick<Dossier, 'payments'>>;
export interface Loss {
  name: string;
  /** canonical paths concerned */
  fields: string[];
  why: string;
  /** takes the loss; `dossier` is the original */
  apply(view: View, config: DvcqgConfig, dossier: Dossier): void;
}

function drop<T extends object>(from: T | undefined, ...keys: (keyof T)[]): void {
  if (from !== undefined) for (const key of keys) delete from[key];
}
/** "" is how the portal writes "none". */
function dropEmpty<T extends object>(from: T | undefined, ...keys: (keyof T)[]): void {
  if (from !== undefined) for (const key of keys) if (from[key] === '') delete from[key];
}
/** Only these keys of an object. */
function keep<T extends object>(from: T, ...keys: (keyof T)[]): T {
  return Object.fromEntries(keys.filter((k) => from[k] !== undefined && from[k] !== '').map((k) => [k, from[k]])) as T;
}
const second = (instant: string): string => instantFromWire14(wire14FromInstant(instant)) ?? instant;
/** Links and local ids are not text: they stay as they are. */
const nfc = (value: unknown, key = ''): unknown => {
  if (typeof value === 'string') return key === 'url' || key === 'id' ? value : toNfc(value);
  if (Array.isArray(value)) return value.map((v) => nfc(v));
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, nfc(v, k)])) : value;
};

const keptFee = (fee: Fee): Fee => ({
  ...keep(fee, 'name', 'code'),
  amount: fee.amount,
  type: fee.type === 'APPRAISAL' || fee.type === 'EXTENSION' ? fee.type : 'LE_PHI',
  timing: fee.timing === 'AT_SUPPLEMENT' || fee.timing === 'AT_RETURN' ? fee.timing : 'AT_RECEPTION',
});
const keptPaper = (paper: PaperInventoryItem): PaperInventoryItem => {
  const out = keep(paper, 'name', 'quantity', 'kind');
  if (out.kind !== undefined && !/^\d{1,2}$/.test(out.kind)) delete out.kind;
  return out;
};
const linkedFiles = (files: FileRef[], config: DvcqgConfig): (FileRef & { url: string })[] =>
  files.map((f) => ({ ...f, url: linkOf(f, config) })).filter((f) => f.url !== '');

export const LOSSES: readonly Loss[] = [
  {
    name: 'unicode-form', fields: ['*'], why: 'Text leaves in NFC, whatever form it came in.',
    apply(view) { Object.assign(view, nfc(view)); },
  },
  {
    name: 'not-carried', why: 'The message has no field for it; it stays in the ledger.',
    fields: ['schemaVersion', 'nationalCode', 'sourceSystem', 'sourceId', 'sourceUpdatedAt', 'receivingAgency', 'submittingAgency', 'delegate', 'subStatus', 'sourceStatus', 'statusReason', 'step', 'landCase', 'judicialRecord', 'civilStatus', 'raw'],
    apply(view) { drop(view, 'schemaVersion', 'nationalCode', 'sourceSystem', 'sourceId', 'sourceUpdatedAt', 'receivingAgency', 'submittingAgency', 'delegate', 'subStatus', 'sourceStatus', 'statusReason', 'step', 'landCase', 'judicialRecord', 'civilStatus', 'raw'); },
  },
  {
    name: 'history-apart', fields: ['history'], why: 'Steps travel in their own service (CapNhatTienDoHoSoMC).',
    apply(view) { drop(view, 'history'); },
  },
  {
    name: 'payments-summarised', fields: ['payments', 'fees'], why: 'Payments shrink to DuocThanhToanTrucTuyen: not, national platform, own gateway, and by configuration unpaid.',
    apply(view, config, dossier) {
      const paid = dossier.payments.find((p) => p.method === 'ONLINE' && p.status === 'PAID');
      const due = dossier.fees.some((f) => f.amount > 0);
      view.onlinePayment = paid === undefined ? (due && config.unpaidFeeCode === '3' ? 'UNPAID' : 'NONE') : (paid.platform ?? config.onlinePaymentPlatform);
      delete view.payments;
    },
  },
  {
    name: 'agency-name-only', fields: ['agency.code', 'agency.legacyCode'], why: 'DonViXuLy is a display name; there is no code field (quirk 7).',
    apply(view) { drop(view.agency, 'code', 'legacyCode'); },
  },
  {
    name: 'procedure-details', fields: ['procedure.localCode', 'procedure.level', 'procedure.caseCode', 'procedure.version', 'procedure.sector.name'],
    why: 'Only code and name of procedure and sector are carried; a sector without a name is called by its code.',
    apply(view) {
      drop(view.procedure, 'localCode', 'level', 'caseCode', 'version');
      const sector = view.procedure?.sector;
      if (sector !== undefined && !sector.name) sector.name = sector.code;
    },
  },
  {
    name: 'status-code', fields: ['status'], why: 'Several statuses may be mapped to one national code; it comes back as the status that the code means.',
    apply(view, config, dossier) {
      const status = STATUS_TABLE.decode(statusTarget(config, dossier.status, dossier.subStatus) ?? '');
      if (status !== undefined) view.status = status;
    },
  },
  {
    name: 'applicant-details', fields: ['applicant.birthDate', 'applicant.gender', 'applicant.address', 'applicant.kind', 'applicant.name'],
    why: 'No fields for birth, gender and address; kinds of one code come back as the first of them; names are cut at 500.',
    apply(view, config) {
      const party = view.applicant;
      if (party === undefined) return;
      drop(party, 'birthDate', 'gender', 'address');
      dropEmpty(party, 'email', 'fax', 'phone');
      party.name = cut(party.name, LIMITS.ChuHoSo);
      party.kind = wordFor(config.partyKinds, config.partyKinds[party.kind]) ?? party.kind;
    },
  },
  {
    name: 'identity-papers', fields: ['applicant.ids'],
    why: 'Kinds without a code and numbers of the wrong length are not sent, nor date and place of issue; of several TechIDs the first. 2020: only the TechID.',
    apply(view, config) {
      const party = view.applicant;
      if (party === undefined) return;
      const fits = { CCCD: /^\d{12}$/, CMND: /^\d{9}$/ } as Record<string, RegExp>;
      const papers = PROFILES[config.profile].reportingFields
        ? party.ids.filter((id) => id.type !== 'TECH_ID' && config.identityTypes[id.type] !== undefined && (fits[id.type] ?? /./s).test(id.number))
        : [];
      const account = party.ids.find((id) => id.type === 'TECH_ID');
      party.ids = [
        ...papers.map(({ type, number }) => ({ type: wordFor(config.identityTypes, config.identityTypes[type] ?? '') ?? type, number })),
        ...(account === undefined || account.number === '' ? [] : [{ type: 'TECH_ID' as const, number: account.number }]),
      ];
    },
  },
  {
    name: 'texts', fields: ['summary', 'note', 'receiptNumber'], why: 'summary is cut at 1000 and falls back to the procedure; note is cut at 1999 (the portal takes less than 2000); empty is absent.',
    apply(view, _config, dossier) {
      view.summary = cut(dossier.summary || dossier.procedure.name, LIMITS.TrichYeuHoSo);
      if (view.note !== undefined) view.note = cut(view.note, LIMITS.GhiChu);
      dropEmpty(view, 'note', 'receiptNumber');
    },
  },
  {
    name: 'dates', fields: ['dates'],
    why: 'Whole seconds; a missing submission is the reception; no fields for supplement dates, withdrawal and earlier due dates. 2020: no submission and refusal.',
    apply(view, config) {
      const from = view.dates ?? {};
      const kept: (keyof DossierDates)[] = ['submittedAt', 'acceptedAt', 'dueAt', 'resolvedAt', 'returnedAt', 'rejectedAt'];
      const out: Record<string, string> = {};
      for (const key of kept) if (typeof from[key] === 'string') out[key] = second(from[key]);
      if (out['submittedAt'] === undefined && out['acceptedAt'] !== undefined) out['submittedAt'] = out['acceptedAt'];
      if (!PROFILES[config.profile].reportingFields) for (const key of ['submittedAt', 'rejectedAt']) delete out[key];
      view.dates = out;
    },
  },
  {
    name: 'delivery', fields: ['delivery'], why: 'Only by post or not.',
    apply(view) { view.delivery = { method: view.delivery?.method === 'POST' ? 'POST' : 'COUNTER' }; },
  },
  {
    name: 'origin', fields: ['source', 'channel'], why: 'Sources of one NoiNopHoSo come back as the first of them. 2020: neither source nor channel.',
    apply(view, config) {
      const profile = PROFILES[config.profile];
      const source = view.source === undefined ? undefined : wordFor(config.filingPlaces, config.filingPlaces[view.source]);
      if (profile.reportingFields && source !== undefined) view.source = source;
      else delete view.source;
      if (!profile.channel) delete view.channel;
    },
  },
  {
    name: 'components-by-file', fields: ['components'],
    why: 'One entry per file with a link, called by its file; files without a link, components without files, counts of copies and sizes are not sent. 2020: no digitisation.',
    apply(view, config) {
      view.components = (view.components ?? []).flatMap((c) => linkedFiles(c.files, config).map((f): Component => {
        const name = cut(f.name || c.name || f.id || 'tep', LIMITS.TenTepDinhKem);
        const modern = PROFILES[config.profile].reuseFlags;
        return {
          ...(config.componentCodes === 'send' ? keep(c, 'code') : {}),
          name,
          files: [{ ...keep<FileRef>(f, 'id', 'url'), name, ...(f.deleted === true ? { deleted: true } : {}) }],
          ...(modern ? { digitization: c.digitization ?? 'NONE', ...keep(c, 'reusedFrom'), ...(c.nationalRepository === true ? { nationalRepository: true } : {}) } : {}),
        };
      }));
    },
  },
  {
    name: 'results-by-file', fields: ['results'],
    why: 'One entry per file with a link that is not deleted, called by the result; number, signer, issuer and date are not sent. 2020: no result code.',
    apply(view, config) {
      view.results = (view.results ?? []).flatMap((r) => linkedFiles(r.files.filter((f) => f.deleted !== true), config).map((f): Result => {
        const name = cut(r.name, LIMITS.TenGiayTo);
        return { ...keep(r, 'componentCode'), ...(PROFILES[config.profile].resultCode ? keep(r, 'code') : {}), name, files: [{ ...keep<FileRef>(f, 'id', 'url'), name }] };
      }));
    },
  },
  {
    name: 'fee-kinds', fields: ['fees'], why: 'One code for phí and lệ phí; a time of collection that is not known counts as reception.',
    apply(view) { view.fees = (view.fees ?? []).map(keptFee); },
  },
  {
    name: 'other-papers', fields: ['otherPapers'], why: 'Kinds that are no code are not sent; an empty list is none.',
    apply(view) {
      if (view.otherPapers === undefined || view.otherPapers.length === 0) delete view.otherPapers;
      else view.otherPapers = view.otherPapers.map(keptPaper);
    },
  },
  {
    name: 'supplements', fields: ['supplements'], why: 'No field for the deadline; the shape of the list of papers is disputed between sources, so it is sent empty; a request without a name is by the configured officer; whole seconds.',
    apply(view, config) {
      view.supplements = (view.supplements ?? []).map((s): Supplement => ({
        ...keep(s, 'id', 'reason', 'receivedBy', 'receivedNote'),
        requestedAt: second(s.requestedAt),
        requestedBy: s.requestedBy || config.officerFallback,
        ...(s.completedAt === undefined ? {} : { completedAt: second(s.completedAt) }),
        ...(s.oldDueAt === undefined ? {} : { oldDueAt: second(s.oldDueAt) }),
        ...(s.newDueAt === undefined ? {} : { newDueAt: second(s.newDueAt) }),
        ...(s.fees === undefined || s.fees.length === 0 ? {} : { fees: s.fees.map(keptFee) }),
      }));
    },
  },
  {
    name: 'reporting-flags', fields: ['flags', 'linkedDatabases'],
    why: 'Unknown flags count as no, digitisation is read off the components; databases of one code come back as the first of them. 2020: none of it.',
    apply(view, config, dossier) {
      if (!PROFILES[config.profile].reportingFields) return drop(view, 'flags', 'linkedDatabases', 'onlinePayment');
      const digitized = dossier.components.some((c) => c.digitization !== undefined && c.digitization !== 'NONE');
      view.flags = { vneidVerified: dossier.flags?.vneidVerified === true, hasDigitizedComponents: dossier.flags?.hasDigitizedComponents ?? digitized };
      view.linkedDatabases = dossier.linkedDatabases.map((name) => {
        const code = config.databases[name] ?? name;
        return wordFor(config.databases, code) ?? code;
      });
    },
  },
];

/** What is left of a dossier after the journey: the right side of the law. */
export function withLosses(dossier: Dossier, config: DvcqgConfig): PortalDossier {
  const view = structuredClone(dossier) as View;
  const original = nfc(structuredClone(dossier)) as Dossier;
  for (const loss of LOSSES) loss.apply(view, config, original);
  return view;
}
