/**
 * The on-time rule of Quyết định 766/QĐ-TTg, indicator 2.1 (fact sheet A.6.3, rules §4.1), in two halves: which event of the progress ended a
 * dossier does not depend on the report and is worked out once; whether that was in time may depend on the end of the reporting period.
 * All times are epoch milliseconds.
 */

/**
 * Which line of the rule gave the end:
 * resolved: status 9 · returned: status 10, there is no 9 · stopped: 8 · rejected: 3 · withdrawn: 7, after it had been received ·
 * supplement-open: one request for papers, not answered yet · supplement-repeated: more than one request, not ended: late ·
 * in-progress: measured at the end of the reporting period.
 */
export const BRANCHES = ['resolved', 'returned', 'stopped', 'rejected', 'withdrawn', 'supplement-open', 'supplement-repeated', 'in-progress'] as const;
export type Branch = (typeof BRANCHES)[number];

/** What the progress of a dossier says; null: it does not occur. Where a status occurs more than once, the last one counts. */
export interface Progress {
  resolvedAt: number | null;
  returnedAt: number | null;
  stoppedAt: number | null;
  rejectedAt: number | null;
  withdrawnAt: number | null;
  /** it was received at some time: a withdrawal before that ends nothing */
  wasReceived: boolean;
  /** requests for supplement, answered or not */
  supplementsAsked: number;
  /** the request that the applicant has not answered yet */
  openSupplementAt: number | null;
  /** together, of all requests that were answered */
  pausedMs: number;
}

/** `at`: when it ended as the progress tells, before pauses are taken off; null where the branch has no time of its own */
export interface Ending { branch: Branch; at: number | null }

/** First half: what ended the dossier. */
export function endingOf(progress: Progress): Ending {
  // 9 wins over 10 where both exist: the agency was done, whenever the applicant came for the result.
  if (progress.resolvedAt !== null) return { branch: 'resolved', at: progress.resolvedAt };
  if (progress.returnedAt !== null) return { branch: 'returned', at: progress.returnedAt };
  if (progress.stoppedAt !== null) return { branch: 'stopped', at: progress.stoppedAt };
  if (progress.rejectedAt !== null) return { branch: 'rejected', at: progress.rejectedAt };
  if (progress.withdrawnAt !== null && progress.wasReceived) return { branch: 'withdrawn', at: progress.withdrawnAt };
  if (progress.supplementsAsked > 1) return { branch: 'supplement-repeated', at: null };
  if (progress.supplementsAsked === 1 && progress.openSupplementAt !== null) return { branch: 'supplement-open', at: progress.openSupplementAt };
  return { branch: 'in-progress', at: null };
}

/** Has the dossier ended for the rule? Then answered requests for supplement are taken off. */
export function isEnded(branch: Branch): boolean {
  return branch !== 'supplement-open' && branch !== 'supplement-repeated' && branch !== 'in-progress';
}

export interface Terms {
  /** NgayHenTra */
  dueAt: number | null;
  /**
   * Where there is no NgayHenTra: when the statutory maximum of the procedure, counted from NgayTiepNhan, runs out. null: not known.
   * A function, because it is seldom needed and asks the calendar
   */
  statutoryEnd(): number | null;
  pausedMs: number;
  /** the last instant of the reporting period */
  periodEnd: number;
}

/** `onTime` null: there is neither a due date nor a known statutory maximum. `margin`: term minus end, so that 0 is "to the second"; null where `onTime` needs none */
export interface Judgement { onTime: boolean | null; end: number | null; margin: number | null }

/** Second half: was the end in time? */
export function judge({ branch, at }: Ending, terms: Terms): Judgement {
  if (branch === 'supplement-repeated') return { onTime: false, end: null, margin: null };
  const reached = at ?? terms.periodEnd;
  if (terms.dueAt !== null) {
    // The supplement's time is given back only to a dossier that has ended.
    const end = isEnded(branch) ? reached - terms.pausedMs : reached;
    return { onTime: end <= terms.dueAt, end, margin: terms.dueAt - end };
  }
  // Without a due date: (end − NgayTiepNhan − supplement) ≤ maximum, ended or not.
  const end = reached - terms.pausedMs;
  const limit = terms.statutoryEnd();
  return limit === null ? { onTime: null, end, margin: null } : { onTime: end <= limit, end, margin: limit - end };
}

/** The whole rule for one dossier. */
export function onTime(progress: Progress, terms: Omit<Terms, 'pausedMs'>): Judgement & { branch: Branch } {
  const ending = endingOf(progress);
  return { ...judge(ending, { ...terms, pausedMs: progress.pausedMs, statutoryEnd: () => terms.statutoryEnd() }), branch: ending.branch };
}
