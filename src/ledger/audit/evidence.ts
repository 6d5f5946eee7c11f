/** The part of an evidence bundle that is checked: events of one dossier with their links, out of the middle of the chain. */
import { breakInside } from '../chain.ts';
import type { ExportedEvent } from '../chain.ts';
import type { Checkpoint } from '../upkeep.ts';

export const EVIDENCE_FORMAT = 'lienthong-evidence';
export const EVIDENCE_VERSION = 1;

export interface EvidenceChain {
  format: typeof EVIDENCE_FORMAT;
  version: typeof EVIDENCE_VERSION;
  chain: ExportedEvent[];
  /** nearest before the first event; nearest that covers the last */
  checkpoints: { before: Checkpoint | null; after: Checkpoint | null };
}

/** The first event whose own hash, or whose link to the one right before it, does not fit; null when all do. */
export function brokenEvidence(chain: readonly ExportedEvent[]): { seq: number; why: 'hash' | 'body' | 'link' } | null {
  let previous: ExportedEvent | undefined;
  for (const event of chain) {
    const why = breakInside(event) ?? (previous !== undefined && previous.seq + 1 === event.seq && previous.hash !== event.prevHash ? 'link' : null);
    if (why !== null) return { seq: event.seq, why };
    previous = event;
  }
  return null;
}
