/**
 * The province's own system stays the master of what officers decide, and knows nothing of what DVCLT and the ministry's system have told: its next
 * snapshot would wipe that out. Put back are the event with where its registration stands, our entries of the history, kept files, supplements,
 * results, dates and, where what was told is the later word, the status.
 */
import { isDeepStrictEqual } from 'node:util';
import type { CivilStatus, Component, Dossier, DossierDates, DossierStatus, HistoryEntry, Result } from '../../src/model/canonical.ts';
import { fileIdIn } from '../../src/model/file-address.ts';
import { epochFromInstant } from '../../src/model/time.ts';
import { inOrder, isHandedOver, isOurs, receivedId, submissionBegun, submissionOf } from './history.ts';

const epochOf = (instant: string | undefined): number => (instant === undefined ? Number.NEGATIVE_INFINITY : (epochFromInstant(instant) ?? Number.NEGATIVE_INFINITY));
/** An officer's last word, whatever was told. */
const FINAL: ReadonlySet<DossierStatus> = new Set(['RETURNED', 'WITHDRAWN', 'STOPPED']);
/** Registered is registered: the province, which still processes, has not heard of it. */
const BEFORE_RESULT: ReadonlySet<DossierStatus> = new Set(['DRAFT', 'SUBMITTED', 'ACCEPTED', 'PROCESSING', 'UNKNOWN']);

/** @returns `incoming` itself where there is nothing to put back. Done again to what came out, it changes nothing */
export function keep(known: Dossier, incoming: Dossier): Dossier {
  const event = known.civilStatus;
  if (event === undefined) return incoming;
  const told = known.history.filter(isOurs);
  const own = incoming.history.filter((entry) => !isOurs(entry));
  const status = statusOf(known, incoming, told, own);
  const resumed = resumedAt(known, status, own);
  const ours = resumed === undefined ? told : [...told, { id: receivedId(submissionOf(known) + 1), at: resumed, status: 'SUBMITTED' as const, action: 'Bổ sung tại bộ phận Một cửa' }];
  const merged: Dossier = {
    ...incoming,
    civilStatus: eventOf(known, event, incoming.civilStatus, resumed !== undefined),
    history: inOrder(mixed(ours, own)),
    components: componentsOf(known, incoming),
    results: [...incoming.results, ...known.results.filter((one) => isToldResult(one, event) && !incoming.results.some((given) => isSameResult(one, given)))],
    supplements: [...incoming.supplements, ...known.supplements.filter((one) => isOurs(one) && !incoming.supplements.some(({ id }) => id === one.id)).map((one) => (resumed === undefined || one.completedAt !== undefined ? one : { ...one, completedAt: resumed }))],
    dates: datesOf(known, incoming),
    status,
  };
  if (merged.nationalCode === undefined && known.nationalCode !== undefined) merged.nationalCode = known.nationalCode;
  const fields = known.raw?.['hoTich'];
  if (fields !== undefined && merged.raw?.['hoTich'] === undefined) merged.raw = { ...merged.raw, hoTich: fields };
  if (status !== incoming.status) {
    delete merged.subStatus;
    if (merged.statusReason === undefined && status === known.status && known.statusReason !== undefined) merged.statusReason = known.statusReason;
  }
  return isDeepStrictEqual(merged, incoming) ? incoming : merged;
}

/** What the province declares goes first; where the registration stands, and what DVCLT calls it, is the gateway's. */
function eventOf(known: Dossier, event: CivilStatus, given: CivilStatus | undefined, isResumed: boolean): CivilStatus {
  const { facts, registrationTypeCode, registrationPlace, copies, note, copy } = { ...event, ...given };
  const declared = { facts: facts === undefined ? undefined : withNumber(facts, event.result?.citizenNumber), registrationTypeCode, registrationPlace, copies, note, copy };
  const merged: CivilStatus = { ...event, ...Object.fromEntries(Object.entries(declared).filter(([, value]) => value !== undefined)) };
  if (!isResumed) return merged;
  const { handedOverAt: _h, backend: _b, ...open } = merged;
  return { ...open, submission: submissionOf(known) + 1 };
}

/**
 * A supplement that the ministry's system asked for has come at the counter: the province goes on with the dossier, which has to be handed over once
 * more. @returns when, undefined for anything else
 */
function resumedAt(known: Dossier, status: DossierStatus, own: readonly HistoryEntry[]): string | undefined {
  if (known.status !== 'SUPPLEMENT_REQUIRED' || known.civilStatus?.backend?.state !== 'SUPPLEMENT_REQUIRED' || (status !== 'ACCEPTED' && status !== 'PROCESSING')) return undefined;
  const asked = epochOf(known.dates.supplementRequestedAt);
  return inOrder(own).find((entry) => epochOf(entry.at) > asked && (entry.status === 'ACCEPTED' || entry.status === 'PROCESSING'))?.at;
}

const EARLY: ReadonlySet<DossierStatus> = new Set(['DRAFT', 'SUBMITTED', 'ACCEPTED']);
/** Of one second, as things follow each other: a submission, what an officer makes of it, the hand-over and what comes back, and the rest of the officer's. */
const mixed = (ours: readonly HistoryEntry[], own: readonly HistoryEntry[]): HistoryEntry[] => [
  ...ours.filter((entry) => submissionBegun(entry) !== undefined), ...own.filter(({ status }) => EARLY.has(status)),
  ...ours.filter((entry) => submissionBegun(entry) === undefined), ...own.filter(({ status }) => !EARLY.has(status)),
];

type Facts = NonNullable<NonNullable<Dossier['civilStatus']>['facts']>;
const withNumber = (facts: Facts, citizenNumber: string | undefined): Facts =>
  citizenNumber === undefined || facts.child === undefined || facts.child.citizenNumber !== undefined ? facts : { ...facts, child: { ...facts.child, citizenNumber } };

/** Whose word is the later one: the last of our entries, or the last of the province's own. */
function statusOf(known: Dossier, incoming: Dossier, ours: readonly HistoryEntry[], own: readonly HistoryEntry[]): DossierStatus {
  const last = inOrder(ours).at(-1);
  // A hand-over that was under way when the officer decided otherwise says nothing against it: it only moves on what was accepted.
  const told = last !== undefined && isHandedOver(last) && !BEFORE_RESULT.has(incoming.status) && isDecision(known, incoming, own) ? undefined : last;
  if (told === undefined || FINAL.has(incoming.status)) return incoming.status;
  if (incoming.status === 'UNKNOWN') return told.status;
  if (told.status === 'RESOLVED' && BEFORE_RESULT.has(incoming.status)) return told.status;
  const moved = Math.max(...own.map(({ at }) => epochOf(at)), own.length === 0 && isNews(known, incoming) ? epochOf(incoming.sourceUpdatedAt) : Number.NEGATIVE_INFINITY);
  const since = epochOf(told.at);
  if (moved > since || (moved === since && told.status === 'SUBMITTED')) return incoming.status;
  // A first acceptance on a clock that runs behind ours is one all the same.
  if (ours.length === 1 && incoming.status !== 'SUBMITTED' && told.status === 'SUBMITTED') return incoming.status;
  return told.status;
}
/** What stands already, or the last word of the province's own history; an old snapshot that comes late is neither. */
const isDecision = (known: Dossier, incoming: Dossier, own: readonly HistoryEntry[]): boolean =>
  incoming.status === known.status || (own.length > 0 && latestOf(own) >= latestOf(known.history.filter((entry) => !isOurs(entry))));
const latestOf = (history: readonly HistoryEntry[]): number => Math.max(...history.map(({ at }) => epochOf(at)));
/** A source without a history shows a move by wording its status otherwise than before. */
const isNews = (known: Dossier, incoming: Dossier): boolean => !isDeepStrictEqual(known.sourceStatus ?? known.status, incoming.sourceStatus ?? incoming.status);

const isKept = ({ url }: { url?: string }): boolean => fileIdIn(url) !== undefined;
/** Made of what was registered: by its file, or, where the registration came without one, by its number. */
const isToldResult = (one: Result, { result }: CivilStatus): boolean => one.files.some(isKept) || (result !== undefined && result.file === undefined && one.files.length === 0 && one.number !== undefined && one.number.startsWith(result.register?.number ?? '\n'));
const isSameResult = (one: Result, given: Result): boolean => (one.name === given.name && one.number === given.number) || (one.files.length > 0 && sameFiles(one, given));
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
