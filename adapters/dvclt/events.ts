/**
 * Which events DVCLT is told of a dossier, in which order (fact sheet 3.7, 3.10). They follow from the history: 1 → 3 → 7 → 4 → 5, with 2 and 6 where
 * they happen. DVCLT refuses what skips a step, so a step that the province has passed over is put in before the one that follows it.
 */
import type { Dossier, HistoryEntry } from '../../src/model/canonical.ts';
import { DVCLT, type DvcltStatus } from './codes.ts';
import { inOrder, isHandedOver, submissionBegun } from './history.ts';

export interface ReportedEvent {
  status: DvcltStatus;
  /** never the same for two things that happened */
  key: string;
  /** the entry that it stands for, or that it had to come before */
  entry: HistoryEntry;
  /** no entry of its own: the province has passed over it */
  isImplied: boolean;
}

/** @returns in the order in which they have to arrive; the same keys for the same history, and the earlier ones again when it has grown */
export function eventsOf({ history, civilStatus, dates }: Pick<Dossier, 'history' | 'civilStatus' | 'dates'>): ReportedEvent[] {
  if (civilStatus?.interconnectedNumber === undefined) return [];
  const events: ReportedEvent[] = [];
  let submission = 1;
  let reached = new Set<DvcltStatus>();
  let supplements = 0;
  let waits = false;
  let isRefused = false;

  const tell = (status: DvcltStatus, entry: HistoryEntry, isImplied: boolean, key = `${status}#${submission}`): void => {
    if (reached.has(status)) return;
    reached.add(status);
    events.push({ status, key, entry, isImplied });
  };
  /** the steps that lead to one, each where it has not been told */
  const lead = (entry: HistoryEntry, ...steps: DvcltStatus[]): void => {
    for (const step of steps) tell(step, entry, true);
  };

  const ordered = inOrder(history);
  const since = dates.submittedAt ?? civilStatus.submittedAt;
  const first = ordered[0] ?? (since === undefined ? undefined : { at: since, status: 'SUBMITTED' as const, action: '' });
  // Of a dossier that says of nothing when it happened, there is nothing to tell yet.
  if (first === undefined) return [];
  tell(DVCLT.RECEIVED, first, false);
  for (const entry of ordered) {
    const begun = submissionBegun(entry);
    if (begun !== undefined && begun > submission) {
      // The citizen has sent it again: no new event 1, everything after it may come once more.
      submission = begun;
      reached = new Set([DVCLT.RECEIVED]);
      waits = false;
      isRefused = false;
      continue;
    }
    const waited: boolean = waits;
    waits = entry.status === 'SUPPLEMENT_REQUIRED';
    const wasRefused: boolean = isRefused;
    isRefused = entry.status === 'REJECTED' || (wasRefused && (entry.status === 'RETURNED' || isHandedOver(entry)));
    switch (entry.status) {
      case 'ACCEPTED':
        tell(DVCLT.ACCEPTED, entry, false);
        break;
      case 'PROCESSING':
        if (isHandedOver(entry) && (waited || wasRefused)) {
          // It was under way while an officer asked for a supplement, or refused: DVCLT is not told that it goes on.
          waits = waited;
          break;
        }
        lead(entry, DVCLT.ACCEPTED);
        if (isHandedOver(entry)) tell(DVCLT.HANDED_OVER, entry, false);
        break;
      case 'SUPPLEMENT_REQUIRED':
        // Told by the ministry's system and again by the province's own: one request.
        if (waited) break;
        supplements += 1;
        reached.delete(DVCLT.SUPPLEMENT);
        tell(DVCLT.SUPPLEMENT, entry, false, `${DVCLT.SUPPLEMENT}#${submission}.${supplements}`);
        break;
      case 'RESOLVED':
        lead(entry, DVCLT.ACCEPTED, DVCLT.HANDED_OVER);
        tell(DVCLT.REGISTERED, entry, false);
        break;
      case 'RETURNED':
        // Closed at the counter after a refusal, which was the end of it at DVCLT.
        if (wasRefused) break;
        lead(entry, DVCLT.ACCEPTED, DVCLT.HANDED_OVER, DVCLT.REGISTERED);
        tell(DVCLT.RETURNED, entry, false);
        break;
      case 'REJECTED':
        tell(DVCLT.REFUSED, entry, false);
        break;
      // DVCLT has no word for these.
      case 'DRAFT': case 'SUBMITTED': case 'PAYMENT_REQUIRED': case 'WITHDRAWN': case 'STOPPED': case 'UNKNOWN':
        break;
    }
  }
  return events;
}
