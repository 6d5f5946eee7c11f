/**
 * The province's own system knows nothing of what the land system has told the gateway: its next snapshot would wipe it out. Put back are
 * the case, the entries of the history, the supplements, the due date and, where the land system's word is the later one, the status.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Dossier, DossierDates, DossierStatus, Supplement } from '../../src/model/canonical.ts';
import type { FinancialObligation, LandCase } from '../../src/model/generated/land-case.ts';
import { isPaid, upsertObligations } from './obligations.ts';
import { epochOf, inOrder, isLandEntry, pausesOf, provinceMoves, situationOf, withEntry, type ProvinceMove } from './situation.ts';
import { ENDED, FINAL } from './status.ts';

const GOES_ON: ReadonlySet<DossierStatus> = new Set(['PROCESSING', 'ACCEPTED']);

/** @returns `incoming` itself where there is nothing to put back. Done again to what came out, it changes nothing */
export function keep(known: Dossier, incoming: Dossier): Dossier {
  const told = known.landCase;
  if (told === undefined) return incoming;
  if (told.events.length === 0 && told.obligations.length === 0 && told.results.length === 0) return told.origin === 'land' ? withFacts(told, incoming) : incoming;
  const isIn = (list: readonly { id?: string }[], one: { id?: string }): boolean => list.some(({ id }) => id === one.id);
  // Asked once more by another upstream of the same adapter.
  if (told.events.every((event) => isIn(incoming.landCase?.events ?? [], event)) && known.history.every((entry) => !isLandEntry(entry) || isIn(incoming.history, entry)) && incoming.landCase !== undefined) return incoming;
  const moves = movesOf(known, incoming);
  // What the province did before it could know of a request is no answer to it.
  const heard = Math.max(...provinceMoves(known.history).map(({ at }) => epochOf(at)));
  const news = moves.filter(({ at }) => epochOf(at) > heard);
  const landCase = confirmed(mergeCases(told, incoming.landCase, incoming.code), moves, news);
  const own = incoming.history.filter((entry) => !isLandEntry(entry));
  const ours = [...known.history, ...incoming.history].filter((entry, at, all) => isLandEntry(entry) && all.findIndex(({ id }) => id === entry.id) === at);
  const history = ours.reduce((list, entry) => withEntry(list, entry), own);

  const situation = situationOf({ start: incoming.status, moves, landCase, pauses: pausesOf({ history, landCase }) });
  const merged: Dossier = { ...incoming, history, landCase: { ...landCase, state: situation.state, stateSince: situation.since ?? landCase.stateSince } };
  const status = FINAL.has(incoming.status) ? incoming.status : ENDED.has(situation.state) && known.status === 'RETURNED' ? known.status : situation.status;
  if (status !== incoming.status) {
    merged.status = status;
    delete merged.subStatus;
    const subStatus = status === known.status ? known.subStatus : situation.subStatus;
    if (subStatus !== undefined) merged.subStatus = subStatus;
    if (merged.statusReason === undefined && status === known.status && known.statusReason !== undefined) merged.statusReason = known.statusReason;
  }
  merged.supplements = supplementsOf(known, incoming, news);
  merged.dates = datesOf(known, incoming, landCase);
  return isDeepStrictEqual(merged, incoming) ? incoming : merged;
}

/** Nothing has happened there yet, but it began there (I6). */
function withFacts(told: LandCase, incoming: Dossier): Dossier {
  const landCase = mergeCases(told, incoming.landCase, incoming.code);
  return isDeepStrictEqual(landCase, incoming.landCase) ? incoming : { ...incoming, landCase };
}

/** What was told stays; facts that both have are the province's, which alone may correct them. */
function mergeCases(told: LandCase, given: LandCase | undefined, code: string): LandCase {
  if (given === undefined) return told;
  const events = new Map([...given.events, ...told.events].map((event) => [event.id, event]));
  const links = new Set(told.results.map(({ link }) => link));
  return {
    ...told, ...given, system: told.system, state: told.state, stateSince: told.stateSince, ...(told.newDueAt === undefined ? {} : { newDueAt: told.newDueAt }),
    events: inOrder([...events.values()]),
    obligations: upsertObligations(code, told.obligations, given.obligations.map(({ id: _, ...notice }) => notice)),
    results: [...told.results, ...given.results.filter(({ link }) => !links.has(link))],
  };
}

/**
 * Vouchers do not come through every channel. Where the province itself waited for the payment and has gone on, it has seen that all was
 * paid that was asked for until then; O2 tells so, too.
 */
function confirmed(landCase: LandCase, moves: readonly ProvinceMove[], news: readonly ProvinceMove[]): LandCase {
  const asked = epochOf(landCase.events.findLast(({ kind, isLate }) => kind === 'TAX_NOTICES' && isLate !== true)?.at);
  const waited = moves.findLastIndex(({ status }) => status === 'PAYMENT_REQUIRED');
  const on = waited === -1 ? undefined : moves.slice(waited + 1).find((move) => news.includes(move) && epochOf(move.at) > asked && GOES_ON.has(move.status));
  if (on === undefined) return landCase;
  const obligations = landCase.obligations.map((one): FinancialObligation =>
    isPaid(one) ? one : { ...one, payments: [...(one.payments ?? []), { status: 'PAID', paidAt: on.at, text: 'Tỉnh xác nhận đã hoàn thành nghĩa vụ tài chính' }] });
  return { ...landCase, obligations };
}

/** The province's own moves, and its status as of now, where that says more than its history. */
function movesOf(known: Dossier, incoming: Dossier): ProvinceMove[] {
  const moves = provinceMoves(incoming.history);
  const last = moves.reduce<ProvinceMove | undefined>((latest, move) => (latest === undefined || epochOf(move.at) >= epochOf(latest.at) ? move : latest), undefined);
  if (last?.status === incoming.status) return moves;
  const { dates, status, sourceUpdatedAt } = incoming;
  // Without a step that tells when, a status that the source words otherwise than before is as new as the snapshot.
  const since = (status === 'RETURNED' ? dates.returnedAt : undefined)
    ?? (known.sourceStatus !== undefined && !isDeepStrictEqual(known.sourceStatus, incoming.sourceStatus) ? sourceUpdatedAt : undefined)
    ?? last?.at;
  return since === undefined ? (FINAL.has(status) ? [{ at: '', status }] : moves) : [...moves, { at: since, status }];
}

/** A request of the land system is done with once the province has gone on after it: that is what O2 tells the land system. */
function supplementsOf(known: Dossier, incoming: Dossier, news: readonly ProvinceMove[]): Supplement[] {
  const given = new Map(incoming.supplements.flatMap((one) => (one.id === undefined ? [] : [[one.id, one]])));
  const ours = known.supplements.filter((one) => isLandEntry(one) && !given.has(one.id ?? '')).map((one): Supplement => {
    if (one.completedAt !== undefined) return one;
    const after = (at: string | undefined): boolean => epochOf(at) > epochOf(one.requestedAt);
    const done = incoming.supplements.find(({ completedAt }) => after(completedAt))?.completedAt
      ?? news.find(({ at, status }) => after(at) && GOES_ON.has(status))?.at;
    return done === undefined ? one : { ...one, completedAt: done };
  });
  if (ours.length === 0) return incoming.supplements;
  return [...incoming.supplements, ...ours].sort((a, b) => epochOf(a.requestedAt) - epochOf(b.requestedAt));
}

function datesOf(known: Dossier, incoming: Dossier, { events, newDueAt }: LandCase): DossierDates {
  const dates = { ...incoming.dates };
  for (const name of ['supplementRequestedAt', 'supplementedAt', 'resolvedAt'] as const) {
    const before = known.dates[name];
    if (before !== undefined && epochOf(before) > epochOf(dates[name]) && events.some(({ at }) => at === before)) dates[name] = before;
  }
  const told = new Set(events.filter((event) => event.newDueAt !== undefined).map(({ at }) => at));
  const past = (known.dates.dueHistory ?? []).filter(({ changedAt }) => told.has(changedAt) && !(dates.dueHistory ?? []).some((one) => one.changedAt === changedAt));
  if (past.length > 0) dates.dueHistory = [...(dates.dueHistory ?? []), ...past].sort((a, b) => epochOf(a.changedAt) - epochOf(b.changedAt));
  // The province still has the date that the land system has replaced, or none.
  if (newDueAt !== undefined && (dates.dueAt === undefined || past.some(({ dueAt }) => dueAt === dates.dueAt))) dates.dueAt = newDueAt;
  return dates;
}
