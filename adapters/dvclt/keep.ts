/**
 * The province's own system stays the master of what officers decide, and knows nothing of what DVCLT and the ministry's system have told: its next
 * snapshot would wipe that out. Put back are the event with where its registration stands, our entries of the history, kept files, supplements,
 * results, dates and, where what was told is the later word, the status.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Component, Dossier, DossierDates, DossierStatus, HistoryEntry } from '../../src/model/canonical.ts';
import { fileIdIn } from '../../src/model/file-address.ts';
import { epochFromInstant } from '../../src/model/time.ts';
import { inOrder, isOurs } from './history.ts';

const epochOf = (instant: string | undefined): number => (instant === undefined ? Number.NEGATIVE_INFINITY : (epochFromInstant(instant) ?? Number.NEGATIVE_INFINITY));
/** An officer's last word, whatever was told. */
const FINAL: ReadonlySet<DossierStatus> = new Set(['RETURNED', 'WITHDRAWN', 'STOPPED']);
/** Registered is registered: the province, which still processes, has not heard of it. */
const BEFORE_RESULT: ReadonlySet<DossierStatus> = new Set(['DRAFT', 'SUBMITTED', 'ACCEPTED', 'PROCESSING', 'UNKNOWN']);

/** @returns `incoming` itself where there is nothing to put back. Done again to what came out, it changes nothing */
export function keep(known: Dossier, incoming: Dossier): Dossier {
  const event = known.civilStatus;
  if (event === undefined) return incoming;
  const ours = known.history.filter(isOurs);
  const own = incoming.history.filter((entry) => !isOurs(entry));
  const status = statusOf(known, incoming, ours, own);
  const merged: Dossier = {
    ...incoming,
    // An officer may correct what was declared; everything else of it is the gateway's.
    civilStatus: { ...event, ...(incoming.civilStatus?.facts === undefined ? {} : { facts: withNumber(incoming.civilStatus.facts, event.result?.citizenNumber) }) },
    history: inOrder([...ours, ...own]),
    components: componentsOf(known, incoming),
    results: [...incoming.results, ...known.results.filter((one) => one.files.some(isKept) && !incoming.results.some((given) => sameFiles(one, given)))],
    supplements: [...incoming.supplements, ...known.supplements.filter((one) => isOurs(one) && !incoming.supplements.some(({ id }) => id === one.id))],
    dates: datesOf(known, incoming),
    status,
  };
  if (merged.nationalCode === undefined && known.nationalCode !== undefined) merged.nationalCode = known.nationalCode;
  if (status !== incoming.status) {
    delete merged.subStatus;
    if (merged.statusReason === undefined && status === known.status && known.statusReason !== undefined) merged.statusReason = known.statusReason;
  }
  return isDeepStrictEqual(merged, incoming) ? incoming : merged;
}

type Facts = NonNullable<NonNullable<Dossier['civilStatus']>['facts']>;
const withNumber = (facts: Facts, citizenNumber: string | undefined): Facts =>
  citizenNumber === undefined || facts.child === undefined || facts.child.citizenNumber !== undefined ? facts : { ...facts, child: { ...facts.child, citizenNumber } };

/** Whose word is the later one: the last of our entries, or the last of the province's own. */
function statusOf(known: Dossier, incoming: Dossier, ours: readonly HistoryEntry[], own: readonly HistoryEntry[]): DossierStatus {
  const told = inOrder(ours).at(-1);
  if (told === undefined || FINAL.has(incoming.status)) return incoming.status;
  if (told.status === 'RESOLVED' && BEFORE_RESULT.has(incoming.status)) return told.status;
  const moved = Math.max(...own.map(({ at }) => epochOf(at)), own.length === 0 && isNews(known, incoming) ? epochOf(incoming.sourceUpdatedAt) : Number.NEGATIVE_INFINITY);
  if (moved > epochOf(told.at)) return incoming.status;
  // A first acceptance on a clock that runs behind ours is one all the same.
  if (ours.length === 1 && incoming.status !== 'SUBMITTED' && incoming.status !== 'UNKNOWN' && told.status === 'SUBMITTED') return incoming.status;
  return told.status;
}
/** A source without a history shows a move by wording its status otherwise than before. */
const isNews = (known: Dossier, incoming: Dossier): boolean => !isDeepStrictEqual(known.sourceStatus ?? known.status, incoming.sourceStatus ?? incoming.status);

const isKept = ({ url }: { url?: string }): boolean => fileIdIn(url) !== undefined;
const sameFiles = (a: { files: { url?: string }[] }, b: { files: { url?: string }[] }): boolean => a.files.every(({ url }) => b.files.some((one) => one.url === url));

/** What the citizen has sent goes to the ministry's system from here, whatever the province's own list of papers has. */
function componentsOf(known: Dossier, incoming: Dossier): Component[] {
  const kept = known.components.filter((one) => one.files.some(isKept) && !incoming.components.some((given) => sameFiles(one, given)));
  return [...incoming.components, ...kept];
}

function datesOf(known: Dossier, incoming: Dossier): DossierDates {
  const dates = { ...incoming.dates };
  for (const name of ['submittedAt', 'dueAt', 'resolvedAt', 'rejectedAt', 'supplementRequestedAt', 'supplementedAt'] as const) {
    const before = known.dates[name];
    if (before !== undefined && dates[name] === undefined) dates[name] = before;
  }
  return dates;
}
