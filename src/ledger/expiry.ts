/** Which events may lose their body, by policy alone: one rule for every engine. */
import type { DossierStatus } from '../model/canonical.ts';
import { STATUS_INFO, isStopped, isTerminal } from '../model/status.ts';
import { FILES_DROPPED } from './files.ts';
import type { ExpirableFrom, RetentionPolicy } from './upkeep.ts';

export const ARCHIVED = 'retention.archived';
export const CHECKPOINT = 'chain.checkpoint';
/** What the gateway does by itself and nobody ordered. The content is no person's data and proves the rest. */
export const OWN_KINDS: readonly string[] = [ARCHIVED, CHECKPOINT, FILES_DROPPED];
const KEPT_KINDS = new Set(OWN_KINDS);
/** A slice ends behind this many bytes of bodies. */
export const MOST_SLICE_BYTES = 4 * 1024 * 1024;
export const FROM_THE_START: ExpirableFrom = { eventSeq: 0, attemptId: 0, quarantineId: 0 };

/** An event with what is kept of its dossier; null where it has none. */
export interface EventSeen {
  seq: number; kind: string; recordedAt: number; bodyBytes: number; dossierId: number; lastSeq: number | null;
  status: string | null; resolvedAt: number | null; returnedAt: number | null; updatedAt: number | null;
}

/** By policy alone; whether one of its exchanges still waits is asked of the table. */
export function mayExpire(event: EventSeen, policy: RetentionPolicy): boolean {
  if (event.bodyBytes === 0 || KEPT_KINDS.has(event.kind)) return false;
  if (event.seq !== event.lastSeq) return policy.bodiesBefore !== null && event.recordedAt < policy.bodiesBefore;
  const before = policy.lastBodiesBefore;
  const finishedAt = event.returnedAt ?? event.resolvedAt ?? (isOver(event.status) ? event.updatedAt : null);
  return before !== null && finishedAt !== null && Math.max(finishedAt, event.updatedAt ?? 0, event.recordedAt) < before;
}

/** Withdrawn, stopped, refused: no date of its own. The ledger takes any word for a status; one that the model does not know lets nothing go. */
function isOver(status: string | null): boolean {
  if (status === null || !Object.hasOwn(STATUS_INFO, status)) return false;
  return isStopped(status as DossierStatus) || isTerminal(status as DossierStatus);
}
