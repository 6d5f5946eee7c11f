/**
 * Following a ledger from outside the delivery room: what changed, what was called, and the present dossiers in batches. Whoever keeps figures of
 * its own reads these three and nothing else. All times are epoch milliseconds.
 */
import type { DossierRow } from './ledger.ts';

/** The operation whose acceptance by the upstream is asked for with a dossier. */
export interface Acceptance { upstream: string; operation: string }

export interface FollowedDossier extends DossierRow {
  /** ascending in the order of first arrival; where `listDossiers` goes on */
  id: number;
  /** when the asked operation was first done for it: never a doubt that was settled by policy. null: it was not, or nothing was asked */
  doneAt: number | null;
}
/** One event that concerns a dossier. */
export interface ChangeNotice { seq: number; dossierCode: string }
/** One call that ended, without its evidence. */
export interface CallNotice { id: number; upstream: string; operation: string; dossierCode: string; outcome: string; endedAt: number }

export interface LedgerFeed {
  /** at most 1,000 dossiers by code, in no order; codes that are not known are left out */
  dossiers(codes: readonly string[], acceptance?: Acceptance): Promise<FollowedDossier[]>;
  /** pages of all dossiers by `id`; fewer than `limit` where the bodies are large, none only at the end */
  listDossiers(options: { afterId: number; limit: number; acceptance?: Acceptance }): Promise<FollowedDossier[]>;
  /** events behind `afterSeq`, in their order; `through` is the last one that was looked at: `afterSeq` itself at the end. `newest`: the last one there is */
  listChanges(options: { afterSeq: number; limit: number }): Promise<{ changes: ChangeNotice[]; through: number; newest: number }>;
  /**
   * Calls behind `afterId`. With several processes a call may become visible after one with a higher id: look again at the last few seconds.
   * `newest` is the highest id there is, 0 for none; retention may have taken it below `afterId`
   */
  listCalls(options: { afterId: number; limit: number }): Promise<{ calls: CallNotice[]; newest: number }>;
}

/** Most dossiers that one call may name. */
export const MOST_FOLLOWED = 1000;
/** A slice of bodies ends behind this many bytes: the engine's thread and a message between threads stay short. */
export const MOST_SLICE_BYTES = 4 * 1024 * 1024;
