import type { Cell } from './flat-change.ts';

/** Places among the columns of a change (flat-change.ts). */
const DUE_AT = 8;
const RESOLVED_AT = 9;
const RETURNED_AT = 10;

/**
 * Which lanes go first, the one rule of both engines: the due date that makes a lane urgent, ms; null for none. What is recorded of a
 * finished dossier still has to arrive before its date; once that has passed nothing is gained by going first, so an import of old
 * dossiers does not push the open ones back.
 */
export function pressingDue(columns: readonly Cell[], now: number): number | null {
  const dueAt = columns[DUE_AT] as number | null;
  const isFinished = columns[RESOLVED_AT] !== null || columns[RETURNED_AT] !== null;
  return isFinished && dueAt !== null && dueAt <= now ? null : dueAt;
}
