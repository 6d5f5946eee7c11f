/**
 * The province's own system knows only part of a dossier that came from VNeID: its next snapshot would wipe the rest out. Put back are the citizen's declaration and papers,
 * what the judicial-record software told, and our entries of the history. The officers' decisions are the province's: its status counts wherever it leads forward.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Component, Dossier, DossierStatus, HistoryEntry } from '../../src/model/canonical.ts';
import type { JudicialRecord, JudicialRevocation } from '../../src/model/generated/judicial-record.ts';
import { fileIdIn } from '../../src/model/file-address.ts';
import { FINAL, PLACE } from './codes.ts';
import { withResult } from './heard.ts';
import { isOurs } from './inbound/dossier.ts';
import { refundOf } from './refund.ts';
import { dateOfStatus, inOrder, isForward, msOf } from './steps.ts';
import { present } from './values.ts';

/** @returns `incoming` itself where there is nothing to put back. Done again to what came out, it changes nothing */
export function keep(known: Dossier, incoming: Dossier): Dossier {
  const record = known.judicialRecord;
  if (record?.system === undefined) return incoming;
  const own = withReasons(known, incoming, incoming.history.filter((entry) => !isOurs(entry)));
  const ours = known.history.filter(isOurs);
  const history = inOrder([...own, ...ours]);
  const status = statusOf(known, incoming, own);
  const moved = status !== incoming.status;
  const at = dateOfStatus(incoming, 'REJECTED') ?? own.findLast((entry) => entry.status === 'REJECTED')?.at ?? incoming.sourceUpdatedAt ?? known.history.at(-1)?.at ?? '1970-01-01T00:00:00Z';
  const payments = incoming.payments.length === 0 ? known.payments : incoming.payments;
  const refund = refundOf({ status, payments, history }, record.refund, incoming.judicialRecord?.refund, at);
  const { subStatus: _subStatus, ...rest } = incoming;
  const merged: Dossier = {
    ...(moved ? rest : incoming),
    status, source: known.source,
    // What the citizen declared may only change through VNeID (2.9).
    applicant: known.applicant, ...(known.delegate === undefined ? {} : { delegate: known.delegate }),
    components: componentsOf(known.components, incoming.components),
    fees: incoming.fees.length === 0 ? known.fees : incoming.fees, payments,
    ...present({ delivery: incoming.delivery ?? known.delivery, flags: incoming.flags ?? known.flags }),
    dates: datesOf(known, incoming),
    supplements: supplementsOf(known, incoming),
    history,
    judicialRecord: recordOf(record, incoming.judicialRecord, refund),
  };
  const { certificate } = merged.judicialRecord ?? {};
  if (certificate !== undefined) merged.results = withResult(incoming.results, certificate, record.form);
  if (moved && known.statusReason !== undefined && merged.statusReason === undefined && status === known.status) merged.statusReason = known.statusReason;
  return isDeepStrictEqual(merged, incoming) ? incoming : merged;
}

/**
 * The province's status where it is news that leads forward, or to a side (a refusal, a request for papers): nothing that it said before it could know of ours takes ours back.
 */
function statusOf(known: Dossier, incoming: Dossier, own: readonly HistoryEntry[]): DossierStatus {
  const next = incoming.status;
  if (next === known.status) return next;
  const ourLast = inOrder(known.history.filter(isOurs)).at(-1);
  const before = inOrder(known.history.filter((entry) => !isOurs(entry)));
  const since = own.findLast((entry) => entry.status === next)?.at ?? dateOfStatus(incoming, next);
  // News is what the gateway has not heard yet. A status of which no time is told is news where it differs from the province's own last one.
  const isNews = since === undefined ? before.at(-1)?.status !== next : !before.some((entry) => entry.status === next && entry.at === since) && dateOfStatus(known, next) !== since;
  if (FINAL.has(next)) return next;
  if (FINAL.has(known.status)) return isNews && (ourLast === undefined || msOf(since) >= msOf(ourLast.at)) ? next : known.status;
  const isSide = PLACE[next] === undefined;
  // The province has not looked at what the citizen has sent since.
  const isStale = known.status === 'SUBMITTED' && ourLast?.status === 'SUBMITTED' && !isNews;
  if (isStale) return known.status;
  if (isSide) return isNews ? next : known.status;
  return isForward(known.status, next) && (isNews || PLACE[known.status] !== undefined) ? next : known.status;
}

/**
 * Why papers were asked for, or the dossier refused, where the province says it beside the status alone: the step keeps it, so that a report that still waits does not go out
 * with the words of a later snapshot, or with none.
 */
function withReasons(known: Dossier, { status, statusReason }: Dossier, own: readonly HistoryEntry[]): HistoryEntry[] {
  const last = inOrder(own).at(-1);
  return own.map((entry) => {
    if (entry.note !== undefined || (entry.status !== 'REJECTED' && entry.status !== 'SUPPLEMENT_REQUIRED')) return entry;
    const before = known.history.find((one) => one.status === entry.status && one.at === entry.at)?.note;
    const note = before ?? (entry === last && entry.status === status ? statusReason : undefined);
    return note === undefined ? entry : { ...entry, note };
  });
}

/** The citizen's papers as they came, and whatever the province added: not those of an earlier submission, which the province still has from us. */
function componentsOf(known: readonly Component[], incoming: readonly Component[]): Component[] {
  const isKnown = (one: Component): boolean => known.some(({ code, name }) => (code !== undefined && code === one.code) || name === one.name);
  const isOld = ({ files }: Component): boolean => files.length > 0 && files.every(({ url }) => url !== undefined && fileIdIn(url) !== undefined);
  return [...known, ...incoming.filter((one) => !isKnown(one) && !isOld(one))];
}

/** When we wrote something, where the province does not say when it did. */
function datesOf({ dates: known }: Dossier, { dates }: Dossier): Dossier['dates'] {
  return { ...present({ submittedAt: known.submittedAt, supplementedAt: known.supplementedAt, resolvedAt: known.resolvedAt, rejectedAt: known.rejectedAt, supplementRequestedAt: known.supplementRequestedAt }), ...dates };
}

/** Those that the software asked for, and the day on which the citizen fulfilled the province's: it need not know either. */
function supplementsOf(known: Dossier, incoming: Dossier): Dossier['supplements'] {
  const ours = known.supplements.filter((one) => isOurs(one) && !incoming.supplements.some(({ id }) => id === one.id));
  const done = incoming.supplements.map((one) => {
    if (one.completedAt !== undefined) return one;
    const before = known.supplements.find(({ id, requestedAt }) => (id === undefined || one.id === undefined ? requestedAt === one.requestedAt : id === one.id));
    return before?.completedAt === undefined ? one : { ...one, completedAt: before.completedAt };
  });
  return [...done, ...ours].sort((a, b) => msOf(a.requestedAt) - msOf(b.requestedAt));
}

/** Ours, with the province's withdrawals, its certificate where the software gave none, and the refund as it stands. */
function recordOf({ refund: _refund, ...known }: JudicialRecord, given: JudicialRecord | undefined, refund: JudicialRecord['refund']): JudicialRecord {
  const revocations = revocationsOf(known.revocations ?? [], given?.revocations ?? []);
  const certificate = known.certificate ?? given?.certificate;
  return { ...known, ...present({ certificate, refund, revocations: revocations.length === 0 ? undefined : revocations }) };
}

/** One decision is one withdrawal; what a first message said of it stays, since it may have gone out. */
function revocationsOf(known: readonly JudicialRevocation[], given: readonly JudicialRevocation[]): JudicialRevocation[] {
  // Whether the certificate was asked for is not the province's to say.
  const fresh = given.filter(({ decision }) => !known.some((one) => one.decision === decision)).map(({ certificateAskedAt: _asked, ...one }): JudicialRevocation => one);
  return [...known, ...fresh];
}
