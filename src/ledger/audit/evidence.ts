/** The part of an evidence bundle that is checked: events of one dossier with their links, out of the middle of the chain. */
import { epochFromInstant } from '../../model/time.ts';
import { breakInside, sha256Hex } from '../chain.ts';
import type { ExportedEvent } from '../chain.ts';
import type { Checkpoint } from '../upkeep.ts';

export const EVIDENCE_FORMAT = 'lienthong-evidence';
export const EVIDENCE_VERSION = 1;

/** What a bundle shows of an event, in the words of the operator API. */
interface ShownEvent { seq: number; kind: string; recordedAt: string; sourceSystem: string; via: string; actor: string | null; stale: boolean; hash: string; prevHash: string }
export interface EvidenceChain {
  format: typeof EVIDENCE_FORMAT;
  version: typeof EVIDENCE_VERSION;
  code?: unknown;
  timeline?: Record<string, unknown>;
  chain: ExportedEvent[];
  /** over `evidenceDigest`, hex: shows the key's holder that nothing in the bundle was changed, content, exchanges and attempts included */
  seal: string;
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

/** The first event that the bundle shows otherwise than its chain says, or shows of another dossier; null when there is none. */
export function misshownEvidence({ chain, code, timeline }: EvidenceChain): number | null {
  const foreign = chain.find((event) => event.dossierCode !== code);
  if (foreign !== undefined) return foreign.seq;
  const shown = Array.isArray(timeline?.['events']) ? (timeline['events'] as ShownEvent[]) : [];
  const bySeq = new Map(chain.map((event) => [event.seq, event]));
  if (shown.length !== bySeq.size) return chain.find((event) => !shown.some((one) => one.seq === event.seq))?.seq ?? shown[0]?.seq ?? null;
  const wrong = shown.find((one) => {
    const event = bySeq.get(one.seq);
    return event === undefined || one.kind !== event.kind || epochFromInstant(one.recordedAt) !== event.recordedAt || one.sourceSystem !== event.sourceSystem || one.via !== event.via
      || one.actor !== event.actor || one.stale !== event.stale || one.hash !== event.hash || one.prevHash !== event.prevHash;
  });
  return wrong?.seq ?? null;
}

/** SHA-256 (hex) of a bundle without its seal; the order of fields does not count. */
export function evidenceDigest(bundle: object): string {
  const { seal: _seal, ...rest } = bundle as { seal?: unknown };
  return sha256Hex(JSON.stringify(rest, (_name, value: unknown) => (
    typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value
  )));
}
