/**
 * What a land system tells, put into the dossier. Pure: the same thing told again changes nothing, and the order in which things are
 * told makes no difference to where the case stands.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Dossier, DossierDates, DossierStatus, HistoryEntry, Supplement } from '../../src/model/canonical.ts';
import type { LandCase, LandEvent, LandFile } from '../../src/model/generated/land-case.ts';
import { upsertObligations, type Notice } from './obligations.ts';
import { epochOf, hasEnded, inOrder, isLandEntry, pausesOf, provinceMoves, situationOf, withEntry } from './situation.ts';
import { rowOf } from './status.ts';

/** Fields of a case that stand as they are until somebody says something else. */
export type CaseFacts = Pick<LandCase, 'origin' | 'procedureCase' | 'area' | 'propertyAddress' | 'parcels'>;

/** One callback, understood. */
export interface Told {
  /** absent: it tells facts and nothing that happened (I6) */
  event?: LandEvent;
  /** the call carries no time (I7–I9 never do): told again within a day it is the same event, later it has happened again */
  mayRecur?: true;
  /** of `PAUSED`: what a pause is to the province (U6) */
  pauseStatus?: DossierStatus;
  notices?: readonly Notice[];
  facts?: Partial<CaseFacts>;
  /** officers by name, for people who read the history */
  names?: { actor?: string; from?: string; to?: string };
}

/** A dossier holds so many of each (schemas/canonical/); what is beyond is refused whole, and nothing of it is kept. */
const MOST = { events: 2000, obligations: 200, results: 200, supplements: 200 } as const;
/** More was told than a dossier can hold: the call is refused and leaves no trace. */
export class TooMuchTold extends Error {
  override name = 'TooMuchTold' as const;
}

/**
 * @param system configured name of the land system
 * @returns the changed dossier, undefined when nothing of it is news. @throws TooMuchTold
 */
export function tell(dossier: Dossier, told: Told, system: string, now: string): Dossier | undefined {
  const known = dossier.landCase;
  if (known === undefined && told.event === undefined && (told.notices ?? []).length === 0 && told.facts === undefined) return undefined;
  const news = newsOf(told, known?.events ?? []);
  const late = news !== undefined && news.kind !== 'FINISHED' && hasEnded(dossier);
  const event: LandEvent | undefined = news !== undefined && late ? { ...news, isLate: true } : news;
  const events = inOrder([...(known?.events ?? []), ...(event === undefined ? [] : [event])]);
  const obligations = upsertObligations(dossier.code, known?.obligations ?? [], told.notices ?? []);
  const facts = Object.fromEntries(Object.entries(told.facts ?? {}).filter(([name, value]) => value !== undefined && known?.[name as keyof CaseFacts] === undefined));
  const results = resultsOf(events, known?.results ?? [], event);
  if (events.length > MOST.events || obligations.length > MOST.obligations || results.length > MOST.results) throw new TooMuchTold();

  const before: LandCase = known ?? { system, state: 'PROCESSING', stateSince: event?.at ?? now, events: [], obligations: [], results: [] };
  const landCase: LandCase = { ...before, ...facts, events, obligations, results };
  const pauses = pausesOf(dossier);
  if (event?.kind === 'PAUSED' && told.pauseStatus !== undefined) pauses.set(event.id, told.pauseStatus);
  const moves = provinceMoves(dossier.history);
  const situation = situationOf({ start: startOf(dossier, moves), moves, landCase, pauses });
  const moved = event !== undefined && !late;
  if (moved) Object.assign(landCase, { state: situation.state, stateSince: situation.since ?? before.stateSince, ...latestDue(events) });

  const changed: Dossier = { ...dossier, landCase };
  if (moved) {
    const status = situation.by === 'land' ? situation.status : dossier.status;
    if (status !== dossier.status || situation.subStatus !== undefined) {
      changed.status = status;
      delete changed.subStatus;
      if (situation.subStatus !== undefined) changed.subStatus = situation.subStatus;
    }
    if (situation.state === 'FINISHED_WITHOUT_RESULT' && event.text !== undefined && lastOf(events, ({ kind }) => kind === 'FINISHED')?.id === event.id) changed.statusReason = event.text.slice(0, 4000);
    // The province's own status may be ahead of its history.
    const isLast = moves.every(({ at }) => epochOf(at) <= epochOf(event.at));
    // What the portal itself says of notices that are known (their amounts) is no further step, for the portal least of all.
    const isSecondWord = event.kind === 'TAX_NOTICES' && told.notices?.every(({ channel }) => channel === 'portal') === true && obligations.length === known?.obligations.length && status === dossier.status;
    if (!isSecondWord) changed.history = withEntry(dossier.history, entryOf(event, isLast && situation.by === 'province' ? status : (situation.after.get(event.id) ?? status), told.names));
    changed.dates = datesOf(dossier.dates, events, event);
    changed.supplements = supplementsOf(dossier, events);
    if (changed.supplements.length > MOST.supplements) throw new TooMuchTold();
  }
  return isDeepStrictEqual(changed, dossier) ? undefined : changed;
}

const SAME_MS = 24 * 3_600_000;

/** What is told, unless it is known. A repetition of the line's must not move a case again; a second request must not be lost for its words. */
function newsOf({ event, mayRecur }: Told, known: readonly LandEvent[]): LandEvent | undefined {
  if (event === undefined) return undefined;
  const same = known.filter(({ id }) => id === event.id || (mayRecur === true && id.startsWith(`${event.id}:`)));
  if (same.length === 0) return event;
  const isSame = mayRecur !== true || same.some(({ at }) => Math.abs(epochOf(event.at) - epochOf(at)) < SAME_MS);
  return isSame ? undefined : { ...event, id: `${event.id}:${same.length + 1}` };
}

/**
 * The status that the case began with. Where the province gives no history, the status as it is holds until the land system has
 * moved it: a dossier that was moved was in processing.
 */
function startOf(dossier: Dossier, moves: readonly unknown[]): DossierStatus {
  const moved = dossier.landCase?.events.some(({ kind, isLate }) => isLate !== true && kind !== 'HANDOVER' && rowOf(kind).move?.status !== undefined) === true;
  return moves.length === 0 && moved ? 'PROCESSING' : dossier.status;
}

/** A file's name, link and kind come from the last end that brought any; what was fetched stays unless it came anew. */
function resultsOf(events: readonly LandEvent[], known: readonly LandFile[], news: LandEvent | undefined): LandFile[] {
  const last = events.findLast(({ kind, files }) => kind === 'FINISHED' && files !== undefined && files.length > 0);
  return last !== undefined && last.id === news?.id ? [...(last.files ?? [])] : [...known];
}

const lastOf = (events: readonly LandEvent[], is: (event: LandEvent) => boolean): LandEvent | undefined => events.findLast((event) => event.isLate !== true && is(event));
const setsDue = ({ newDueAt }: LandEvent): boolean => newDueAt !== undefined;

function latestDue(events: readonly LandEvent[]): { newDueAt?: string } {
  const { newDueAt } = lastOf(events, setsDue) ?? {};
  return newDueAt === undefined ? {} : { newDueAt };
}

function entryOf(event: LandEvent, status: DossierStatus, names: Told['names'] = {}): HistoryEntry {
  const texts = { actor: names.actor ?? event.by ?? event.from, from: names.from ?? event.from, to: names.to ?? event.to, note: event.text };
  return { id: event.id, at: event.at, status, action: rowOf(event.kind).action.vi, ...Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== undefined)) };
}

const later = (a: string | undefined, b: string): string => (a !== undefined && epochOf(a) > epochOf(b) ? a : b);

function datesOf(dates: DossierDates, events: readonly LandEvent[], event: LandEvent): DossierDates {
  switch (event.kind) {
    case 'SUPPLEMENT_REQUESTED': return { ...dates, supplementRequestedAt: later(dates.supplementRequestedAt, event.at) };
    case 'FINISHED': return { ...dates, resolvedAt: later(dates.resolvedAt, event.at) };
    case 'SUPPLEMENT_RECEIVED': {
      const received = { ...dates, supplementedAt: later(dates.supplementedAt, event.at) };
      // Only the last word on it counts, and the province's is one, too.
      if (event.newDueAt === undefined || event.newDueAt === dates.dueAt || lastOf(events, setsDue)?.id !== event.id) return received;
      if ((dates.dueHistory ?? []).some(({ changedAt }) => epochOf(changedAt) > epochOf(event.at))) return received;
      const past = dates.dueAt === undefined ? [] : [{ dueAt: dates.dueAt, changedAt: event.at, ...(event.text === undefined ? {} : { reason: event.text.slice(0, 2000) }) }];
      return { ...received, dueAt: event.newDueAt, dueHistory: [...(dates.dueHistory ?? []), ...past] };
    }
    default: return dates;
  }
}

/** A request opens a supplement, the first receipt after it closes it; what the province has closed stays closed. */
function supplementsOf({ supplements, dates }: Dossier, events: readonly LandEvent[]): Supplement[] {
  const timely = events.filter(({ isLate }) => isLate !== true);
  const receipts = timely.filter(({ kind }) => kind === 'SUPPLEMENT_RECEIVED');
  const ours = timely.filter(({ kind }) => kind === 'SUPPLEMENT_REQUESTED').map((request): Supplement => {
    const known = supplements.find(({ id }) => id === request.id);
    const receipt = receipts.find(({ at }) => epochOf(at) >= epochOf(request.at));
    const opened: Supplement = { id: request.id, requestedAt: request.at, reason: request.text ?? rowOf(request.kind).action.vi, ...(request.by === undefined ? {} : { requestedBy: request.by }) };
    if (receipt === undefined) return known ?? opened;
    // The receipt may have been told before its request, and have set the date by then.
    const replaced = dates.dueHistory?.find(({ changedAt }) => changedAt === receipt.at)?.dueAt;
    const oldDueAt = known?.oldDueAt ?? replaced ?? (dates.dueAt === receipt.newDueAt ? undefined : dates.dueAt);
    return {
      ...opened, completedAt: known?.completedAt !== undefined && epochOf(known.completedAt) < epochOf(receipt.at) ? known.completedAt : receipt.at,
      ...(receipt.text === undefined ? {} : { receivedNote: receipt.text }),
      ...(receipt.newDueAt === undefined ? {} : { newDueAt: receipt.newDueAt, ...(oldDueAt === undefined ? {} : { oldDueAt }) }),
    };
  });
  const others = supplements.filter((one) => !isLandEntry(one));
  return [...others, ...ours].sort((a, b) => epochOf(a.requestedAt) - epochOf(b.requestedAt));
}
