/**
 * What keeps a ledger healthy for years: export, checkpoints, retention, storage figures. All times are epoch milliseconds.
 */
import type { ExportedEvent } from './chain.ts';
import type { AttemptRow } from './ledger.ts';

/** Which rows have outlived their purpose. null: never. */
export interface RetentionPolicy {
  /**
   * bodies of events recorded before: emptied, the event itself and its link in the chain stay for ever. Never the latest event of a
   * dossier before `lastBodiesBefore`, never one with an exchange that is not settled
   */
  bodiesBefore: number | null;
  /** the latest body too, of dossiers that were finished (resolved, returned or stopped) before; they can then no longer be shown or sent */
  lastBodiesBefore: number | null;
  /** attempts that ended before, of settled exchanges */
  attemptsBefore: number | null;
  /** quarantined input that came in before */
  quarantineBefore: number | null;
}
/** One slice of what `RetentionPolicy` lets go: to be archived first, then expired. Bodies and evidence are still encrypted (base64). */
export interface Expirable {
  /** with `body`, as it is stored */
  events: ExportedEvent[];
  attempts: (Omit<AttemptRow, 'evidence'> & { evidence: string | null })[];
  quarantine: { id: number; at: number; via: string; content: string }[];
  /** where to go on; null when every table has been looked through */
  next: ExpirableFrom | null;
}
/** A place in the tables that retention looks through: the last event, attempt and quarantined input seen. */
export interface ExpirableFrom { eventSeq: number; attemptId: number; quarantineId: number }
export interface StorageFigures {
  /** what the ledger takes on its disk, bytes */
  usedBytes: number;
  /** free for it, bytes; null when the engine cannot know */
  freeBytes: number | null;
  /** upper bound by configuration, bytes */
  limitBytes: number | null;
}
/** The chain at one moment, with a seal that only the key's holder could have made: publish it, print it, send it away. */
export interface Checkpoint { seq: number; hash: string; at: number; /** hex */ seal: string }

export interface LedgerUpkeep {
  /** events in order, as lines that `verifyExport` checks. `bodies`: with the ciphertext, else its hash alone */
  exportEvents(options: { afterSeq: number; limit: number; bodies: boolean }): Promise<ExportedEvent[]>;
  /** appends an event `chain.checkpoint` that names the head before it */
  checkpoint(now: number): Promise<Checkpoint>;
  /** newest first */
  listCheckpoints(limit: number): Promise<Checkpoint[]>;
  /** looks at no more than `limit` rows of each table behind `after` (not: until so many were found), so that a slice may be empty while `next` goes on */
  expirable(policy: RetentionPolicy, limit: number, after?: ExpirableFrom): Promise<Expirable>;
  /**
   * Lets a slice go, in one transaction with an event `retention.archived` that names the archive file and its SHA-256 (hex). Call it
   * only when the archive is durable. An event whose exchange was set going again meanwhile keeps its body
   */
  expire(slice: { eventSeqs: number[]; attemptIds: number[]; quarantineIds: number[] }, archive: { file: string; sha256: string }, now: number): Promise<void>;
  storage(): Promise<StorageFigures>;
  /** decrypted bodies of events; those that have expired or are unknown are left out */
  bodies(seqs: readonly number[]): Promise<{ seq: number; body: string }[]>;
  /** seals the digest (hex) of an evidence bundle: hex that only the key's holder could have made */
  seal(digest: string): Promise<string>;
}
