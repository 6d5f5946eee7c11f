/** Walks the hash chain in short slices, so that writers wait milliseconds and not the whole walk. */
import type { StatementSync } from 'node:sqlite';
import { GENESIS, follows, sha256Hex } from '../chain.ts';
import type { ChainPosition } from '../chain.ts';
import type { Via } from '../ledger.ts';
import type { Store } from './store.ts';

const EVENTS_PER_SLICE = 250;

interface ChainRow {
  seq: number; kind: string; dossierCode: string | null; sourceSystem: string; sourceId: string; recordedAt: number; sourceUpdatedAt: number | null;
  via: Via; actor: string | null; stale: number; hash: Uint8Array; warnings: Uint8Array | null; body: Uint8Array; bodyHash: Uint8Array | null;
}

export class Verification {
  readonly #store: Store;
  readonly #slice: StatementSync;
  #previous: ChainPosition = GENESIS;
  #events = 0;

  constructor(store: Store) {
    this.#store = store;
    this.#slice = store.db.prepare(`SELECT e.seq, e.kind, d.code AS dossierCode, e.source_system AS sourceSystem, e.source_id AS sourceId, e.recorded_at AS recordedAt,
      e.source_updated_at AS sourceUpdatedAt, e.via, e.actor, e.stale, e.hash, e.warnings, e.body, e.body_hash AS bodyHash
      FROM events e LEFT JOIN dossiers d ON d.id = e.dossier_id WHERE e.seq > ? ORDER BY e.seq LIMIT ${EVENTS_PER_SLICE}`);
  }

  /** The next slice; a result once the chain is broken or at its end. */
  step(): { events: number; brokenAt: number | null } | undefined {
    const rows = this.#slice.all(this.#previous.seq) as unknown as ChainRow[];
    for (const row of rows) {
      if (!this.#follows(row)) return { events: this.#events, brokenAt: this.#previous.seq + 1 };
    }
    if (rows.length === EVENTS_PER_SLICE) return undefined;
    // The sealed head tells whether the end itself was cut off. Slices and commits share one thread: it cannot be ahead of us.
    const head = this.#store.sealedHead();
    const whole = head !== undefined && head.seq === this.#previous.seq && head.hash === this.#previous.hash;
    return { events: this.#events, brokenAt: whole ? null : this.#previous.seq + 1 };
  }

  #follows(row: ChainRow): boolean {
    const hash = Buffer.from(row.hash).toString('hex');
    const whole = follows(this.#previous, {
      seq: row.seq, kind: row.kind, dossierCode: row.dossierCode ?? '', sourceSystem: row.sourceSystem, sourceId: row.sourceId, recordedAt: row.recordedAt,
      sourceUpdatedAt: row.sourceUpdatedAt, via: row.via, actor: row.actor, stale: row.stale === 1,
      warningsHash: row.warnings === null ? '' : sha256Hex(row.warnings), prevHash: this.#previous.hash, hash, bodyHash: bodyHashOf(row.body, row.bodyHash),
    });
    if (!whole) return false;
    this.#previous = { seq: row.seq, hash };
    this.#events += 1;
    return true;
  }
}

/** An expired body is an empty blob and leaves its hash behind; beside bytes that are still there a stored hash counts for nothing. */
export const bodyHashOf = (body: Uint8Array, kept: Uint8Array | null): string =>
  body.length === 0 && kept !== null ? Buffer.from(kept).toString('hex') : sha256Hex(body);
