/** The dates of a dossier: from its own fields, and from the progress where OpenCPS keeps none (mapping C.5). */
import type { DossierDates, DossierStatus, HistoryEntry, Supplement } from '../../src/model/canonical.ts';
import { isReceived } from '../../src/model/status.ts';
import { instantFromEpoch } from '../../src/model/time.ts';
import { momentOf, type Fields, type Findings } from './fields.ts';
import { firstEntered, lastEntered } from './history.ts';

/** Times of the record's own fields, epoch ms. */
export interface OwnDates {
  submitted?: number; received?: number; due?: number; extended?: number; released?: number; finished?: number; cancelling?: number; modified?: number;
}

export function ownDatesOf(record: Fields, found: Findings): OwnDates {
  const own: OwnDates = {};
  const read = (name: keyof OwnDates, key: string): void => {
    const ms = momentOf(record, key, found, '');
    if (ms !== undefined) own[name] = ms;
  };
  read('submitted', 'submitDate');
  read('received', 'receiveDate');
  read('due', 'dueDate');
  read('extended', 'extendDate');
  read('released', 'releaseDate');
  read('finished', 'finishDate');
  read('cancelling', 'cancellingDate');
  read('modified', 'modifiedDate');
  return own;
}

export function datesOf(own: OwnDates, status: DossierStatus, history: readonly HistoryEntry[], supplements: readonly Supplement[], found: Findings): DossierDates {
  const dates: DossierDates = {};
  if (own.submitted !== undefined) dates.submittedAt = instantFromEpoch(own.submitted);
  if (own.released !== undefined) dates.resolvedAt = instantFromEpoch(own.released);
  if (own.finished !== undefined) dates.returnedAt = instantFromEpoch(own.finished);
  if (own.received !== undefined) dates.acceptedAt = instantFromEpoch(own.received);
  dueDates(own, dates);

  // What the status asks for and the national portal will ask for (dvcqg fact sheet §9), taken from the progress if need be.
  const need = (field: 'acceptedAt' | 'resolvedAt' | 'returnedAt', key: string, entry: HistoryEntry | undefined): void => {
    if (dates[field] !== undefined) return;
    if (entry === undefined) found.warn('LT-OPENCPS-DATE-MISSING', `/${key}`);
    else {
      dates[field] = entry.at;
      found.warn('LT-OPENCPS-DATE-DERIVED', `/${key}`);
    }
  };
  if (isReceived(status)) need('acceptedAt', 'receiveDate', firstEntered(history, 'ACCEPTED') ?? firstEntered(history, 'PROCESSING'));
  if (status === 'RESOLVED' || status === 'RETURNED') need('resolvedAt', 'releaseDate', lastEntered(history, 'RESOLVED') ?? (status === 'RETURNED' ? lastEntered(history, 'RETURNED') : undefined));
  if (status === 'RETURNED') need('returnedAt', 'finishDate', lastEntered(history, 'RETURNED'));
  if (status === 'REJECTED') ended('rejectedAt', lastEntered(history, 'REJECTED'), own.finished ?? own.released, '/dossierStatus', dates, found);
  if (status === 'WITHDRAWN') ended('withdrawnAt', lastEntered(history, 'WITHDRAWN'), own.cancelling ?? own.finished, '/cancellingDate', dates, found);

  const last = supplements[supplements.length - 1];
  if (last !== undefined) {
    dates.supplementRequestedAt = last.requestedAt;
    if (last.completedAt !== undefined) dates.supplementedAt = last.completedAt;
  }
  order(own, found);
  return dates;
}

/** OpenCPS has no field for these two ends: the progress tells, else the date that it wrote instead. */
function ended(field: 'rejectedAt' | 'withdrawnAt', entry: HistoryEntry | undefined, instead: number | undefined, pointer: string, dates: DossierDates, found: Findings): void {
  const at = entry?.at ?? (instead === undefined ? undefined : instantFromEpoch(instead));
  if (at !== undefined) dates[field] = at;
  else found.warn('LT-OPENCPS-DATE-MISSING', pointer);
}

/** An extension never overwrites: the first due date goes to the history. When it was granted the record does not say. */
function dueDates(own: OwnDates, dates: DossierDates): void {
  const due = own.extended ?? own.due;
  if (due === undefined) return;
  dates.dueAt = instantFromEpoch(due);
  if (own.extended === undefined || own.due === undefined || own.extended === own.due) return;
  const changed = Math.min(own.modified ?? own.due, own.due);
  dates.dueHistory = [{ dueAt: instantFromEpoch(own.due), changedAt: instantFromEpoch(changed), reason: 'extendDate' }];
}

const ORDER: readonly [before: keyof OwnDates, after: keyof OwnDates, key: string][] = [
  ['submitted', 'received', 'receiveDate'],
  ['received', 'due', 'dueDate'],
  ['received', 'released', 'releaseDate'],
  ['released', 'finished', 'finishDate'],
];

function order(own: OwnDates, found: Findings): void {
  for (const [before, after, key] of ORDER) {
    const first = own[before];
    const second = own[after];
    if (first !== undefined && second !== undefined && second < first) found.warn('LT-OPENCPS-DATE-ORDER', `/${key}`);
  }
}
