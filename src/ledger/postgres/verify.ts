/** Walks the hash chain in pages, while others write. The bodies stay in the database: it computes their hashes. */
import { GENESIS, follows, sha256Hex } from '../chain.ts';
import type { ChainPosition } from '../chain.ts';
import type { Via } from '../ledger.ts';
import type { Store } from './store.ts';

const EVENTS_PER_PAGE = 1_000;
/** An expired body is empty and leaves its hash behind; beside bytes that are still there a stored hash counts for nothing. */
export const BODY_HASH = `encode(CASE WHEN octet_length(e.body) = 0 AND e.body_hash IS NOT NULL THEN e.body_hash ELSE sha256(e.body) END, 'hex')`;
const PAGE = `SELECT e.seq, e.kind, coalesce(d.code, '') AS "dossierCode", e.source_system AS "sourceSystem", e.source_id AS "sourceId", e.recorded_at AS "recordedAt",
  e.source_updated_at AS "sourceUpdatedAt", e.via, e.actor, e.stale, encode(e.hash, 'hex') AS hash, e.warnings, ${BODY_HASH} AS "bodyHash"
  FROM events e LEFT JOIN dossiers d ON d.id = e.dossier_id WHERE e.seq > $1 ORDER BY e.seq LIMIT ${EVENTS_PER_PAGE}`;

interface ChainRow {
  seq: number; kind: string; dossierCode: string; sourceSystem: string; sourceId: string; recordedAt: number; sourceUpdatedAt: number | null;
  via: Via; actor: string | null; stale: number; hash: string; warnings: Uint8Array | null; bodyHash: string;
}

/** From the first event to the head as it was when the walk began; what came later is left for the next walk. */
export async function verifyChain(store: Store): Promise<{ events: number; brokenAt: number | null }> {
  const head = await store.sealedHead();
  let previous: ChainPosition = GENESIS;
  let events = 0;
  // A head whose seal is broken says nothing: everything is walked, and the end counts as broken.
  while (head === undefined || previous.seq < head.seq) {
    const rows = await store.query<ChainRow & Record<string, unknown>>(PAGE, [previous.seq]);
    if (rows.length === 0) return { events, brokenAt: previous.seq + 1 };
    for (const row of rows) {
      if (head !== undefined && row.seq > head.seq && previous.seq === head.seq) break;
      if (!continues(previous, row)) return { events, brokenAt: previous.seq + 1 };
      previous = { seq: row.seq, hash: row.hash };
      events += 1;
    }
  }
  if (previous.hash !== head.hash || (await hasStrayTail(store))) return { events, brokenAt: previous.seq + 1 };
  return { events, brokenAt: null };
}

function continues(previous: ChainPosition, { warnings, stale, ...row }: ChainRow): boolean {
  return follows(previous, { ...row, stale: stale === 1, warningsHash: warnings === null ? '' : sha256Hex(warnings), prevHash: previous.hash });
}

/** Events behind the head, seen in one look: every append moves both. */
async function hasStrayTail(store: Store): Promise<boolean> {
  const [row] = await store.query<{ stray: boolean }>('SELECT EXISTS (SELECT FROM events e WHERE e.seq > h.seq) AS stray FROM chain_head h');
  return row?.stray !== false;
}
