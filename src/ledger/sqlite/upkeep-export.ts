/** Events as they leave the ledger: lines that check themselves. Only reads, so that another process may do it beside the gateway. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { GENESIS_HASH, sha256Hex } from '../chain.ts';
import type { ExportedEvent } from '../chain.ts';
import type { Via } from '../ledger.ts';
import type { Checkpoint } from '../upkeep.ts';
import { bodyHashOf } from './verify.ts';

/** A slice ends behind this many bytes of ciphertext: the engine's thread and a message between threads stay short. */
const MOST_SLICE_BYTES = 4 * 1024 * 1024;
const MOST_ROWS = 10_000;

interface EventLine {
  seq: number; kind: string; dossierCode: string | null; sourceSystem: string; sourceId: string; recordedAt: number; sourceUpdatedAt: number | null; via: Via;
  actor: string | null; stale: number; hash: Uint8Array; prevHash: Uint8Array | null; warnings: Uint8Array | null; body: Uint8Array; bodyHash: Uint8Array | null;
}

const FIELDS = `SELECT e.seq, e.kind, d.code AS dossierCode, e.source_system AS sourceSystem, e.source_id AS sourceId, e.recorded_at AS recordedAt,
  e.source_updated_at AS sourceUpdatedAt, e.via, e.actor, e.stale, e.hash, p.hash AS prevHash, e.warnings, e.body, e.body_hash AS bodyHash
  FROM events e LEFT JOIN dossiers d ON d.id = e.dossier_id LEFT JOIN events p ON p.seq = e.seq - 1`;

export class EventExport {
  readonly #slice: StatementSync;
  readonly #one: StatementSync;
  readonly #checkpoints: StatementSync;

  constructor(db: DatabaseSync) {
    this.#slice = db.prepare(`${FIELDS} WHERE e.seq > ? ORDER BY e.seq LIMIT ?`);
    this.#one = db.prepare(`${FIELDS} WHERE e.seq = ?`);
    this.#checkpoints = db.prepare('SELECT seq, hash, at, seal FROM checkpoints ORDER BY seq DESC LIMIT ?');
  }

  /** fewer than `limit` when the bodies are large; none only at the end */
  events(options: { afterSeq: number; limit: number; bodies: boolean }): ExportedEvent[] {
    const lines: ExportedEvent[] = [];
    let bytes = 0;
    for (const row of this.#slice.iterate(options.afterSeq, clamp(options.limit)) as Iterable<unknown>) {
      const event = row as EventLine;
      lines.push(lineOf(event, options.bodies));
      bytes += event.body.length;
      if (bytes > MOST_SLICE_BYTES) break;
    }
    return lines;
  }

  /** with its body, unless that has expired */
  event(seq: number): ExportedEvent | undefined {
    const row = this.#one.get(seq) as EventLine | undefined;
    return row === undefined ? undefined : lineOf(row, true);
  }

  checkpoints(limit: number): Checkpoint[] {
    const rows = this.#checkpoints.all(clamp(limit)) as unknown as { seq: number; hash: Uint8Array; at: number; seal: Uint8Array }[];
    return rows.map((row) => ({ seq: row.seq, hash: hex(row.hash), at: row.at, seal: hex(row.seal) }));
  }
}

function lineOf(row: EventLine, bodies: boolean): ExportedEvent {
  return {
    seq: row.seq, kind: row.kind, dossierCode: row.dossierCode ?? '', sourceSystem: row.sourceSystem, sourceId: row.sourceId, recordedAt: row.recordedAt, sourceUpdatedAt: row.sourceUpdatedAt,
    via: row.via, actor: row.actor, stale: row.stale === 1, warningsHash: row.warnings === null ? '' : sha256Hex(row.warnings),
    // An event before the first is the genesis; one that is missing elsewhere leaves a link that fits nothing.
    prevHash: row.prevHash === null ? (row.seq === 1 ? GENESIS_HASH : '') : hex(row.prevHash),
    hash: hex(row.hash), bodyHash: bodyHashOf(row.body, row.bodyHash),
    ...(bodies && row.body.length > 0 ? { body: Buffer.from(row.body).toString('base64') } : {}),
  };
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const clamp = (limit: number): number => Math.max(1, Math.min(MOST_ROWS, Math.floor(limit)));
