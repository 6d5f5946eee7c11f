/** What keeps the SQLite ledger healthy for years: checkpoints, retention, storage figures. Runs on the ledger's thread, in short slices. */
import { existsSync, statSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { StatementSync } from 'node:sqlite';
import { sha256Hex } from '../chain.ts';
import type { ExportedEvent } from '../chain.ts';
import { ARCHIVED, CHECKPOINT, FROM_THE_START, MOST_SLICE_BYTES, mayExpire } from '../expiry.ts';
import type { EventSeen } from '../expiry.ts';
import type { AttemptRow } from '../ledger.ts';
import { checkpointSeal } from '../seal.ts';
import type { Checkpoint, Expirable, ExpirableFrom, RetentionPolicy, StorageFigures } from '../upkeep.ts';
import { STATE, lanesOf, upstreamOfLane } from '../codes.ts';
import { recordOrder } from './orders.ts';
import type { Store } from './store.ts';
import { EventExport } from './upkeep-export.ts';

const BY = 'system';
/** SQLite's own bound, which means: none. */
const UNBOUNDED_PAGES = 4_294_967_294;

interface AttemptCells {
  id: number; lane_id: number; code_of_dossier: string | null; operation: string; kind: string; exchange_ids: string; started_at: number; ended_at: number; outcome: string;
  code: string | null; http_status: number | null; mapping: string | null; evidence: Uint8Array | null; open: number;
}
/** A page of one table: what may go, and where the table's next page begins; null at its end. */
interface Looked<T> { rows: T[]; upTo: number | null }

export class Upkeep {
  readonly #store: Store;
  readonly #export: EventExport;
  readonly #sql: Record<'events' | 'waits' | 'body' | 'empty' | 'attempts' | 'quarantine' | 'dropAttempt' | 'dropQuarantine' | 'checkpoint', StatementSync>;

  constructor(store: Store) {
    this.#store = store;
    const { db } = store;
    this.#export = new EventExport(db);
    this.#sql = {
      // length() of a blob is read from the row's head: the body's own pages are not touched.
      events: db.prepare(`SELECT e.seq, e.kind, e.recorded_at AS recordedAt, length(e.body) AS bodyBytes, e.dossier_id AS dossierId, d.last_seq AS lastSeq,
        d.status, d.resolved_at AS resolvedAt, d.returned_at AS returnedAt, d.updated_at AS updatedAt
        FROM events e LEFT JOIN dossiers d ON d.id = e.dossier_id WHERE e.seq > ? ORDER BY e.seq LIMIT ?`),
      waits: db.prepare(`SELECT 1 FROM exchanges INDEXED BY exchanges_open WHERE lane_id BETWEEN ? AND ? AND state < 5 AND state < ${STATE.rejected} AND event_seq = ? LIMIT 1`),
      body: db.prepare('SELECT body, dossier_id AS dossierId FROM events WHERE seq = ?'),
      empty: db.prepare(`UPDATE events SET body_hash = ?, body = x'' WHERE seq = ?`),
      // The newest row of a table stays: the next id is counted from it, and an id must never be given twice.
      attempts: db.prepare(`SELECT a.*, d.code AS code_of_dossier,
        EXISTS (SELECT 1 FROM json_each(a.exchange_ids) j JOIN exchanges x ON x.id = j.value WHERE x.state < ${STATE.rejected}) AS open
        FROM attempts a LEFT JOIN dossiers d ON d.id = a.lane_id / 1024 WHERE a.id > ? AND a.id < (SELECT max(id) FROM attempts) ORDER BY a.id LIMIT ?`),
      quarantine: db.prepare('SELECT id, at, via, content FROM quarantine WHERE id > ? AND id < (SELECT max(id) FROM quarantine) ORDER BY id LIMIT ?'),
      dropAttempt: db.prepare('DELETE FROM attempts WHERE id = ?'),
      dropQuarantine: db.prepare('DELETE FROM quarantine WHERE id = ?'),
      checkpoint: db.prepare('INSERT INTO checkpoints (seq, hash, at, seal) VALUES (?, ?, ?, ?)'),
    };
  }

  exportEvents(options: { afterSeq: number; limit: number; bodies: boolean }): ExportedEvent[] { return this.#export.events(options); }
  listCheckpoints(limit: number): Checkpoint[] { return this.#export.checkpoints(limit); }

  /** Inside a write transaction. */
  checkpoint(now: number): Checkpoint {
    const { seq, hash } = this.#store.head;
    const seal = checkpointSeal(this.#store.indexer, seq, hash, now);
    const made: Checkpoint = { seq, hash, at: now, seal: seal.toString('hex') };
    this.#sql.checkpoint.run(seq, Buffer.from(hash, 'hex'), now, seal);
    recordOrder(this.#store, { kind: CHECKPOINT, by: BY, now, subject: `checkpoint:${seq}`, content: { ...made } });
    return made;
  }

  expirable(policy: RetentionPolicy, limit: number, after: ExpirableFrom = FROM_THE_START): Expirable {
    const events = this.#events(policy, limit, after.eventSeq);
    const attempts = this.#attempts(policy.attemptsBefore, limit, after.attemptId);
    const quarantine = this.#quarantine(policy.quarantineBefore, limit, after.quarantineId);
    const done = events.upTo === null && attempts.upTo === null && quarantine.upTo === null;
    return {
      events: events.rows, attempts: attempts.rows, quarantine: quarantine.rows,
      // A table that is through is not looked at again: nothing in it is beyond the largest id.
      next: done ? null : { eventSeq: events.upTo ?? Number.MAX_SAFE_INTEGER, attemptId: attempts.upTo ?? Number.MAX_SAFE_INTEGER, quarantineId: quarantine.upTo ?? Number.MAX_SAFE_INTEGER },
    };
  }

  /** Inside a write transaction. */
  expire(slice: { eventSeqs: number[]; attemptIds: number[]; quarantineIds: number[] }, archive: { file: string; sha256: string }, now: number): void {
    const { counters } = this.#store;
    let bodies = 0;
    for (const seq of slice.eventSeqs) {
      if (this.#emptyBody(seq)) bodies += 1;
    }
    const drop = (statement: StatementSync, ids: number[]): number => ids.reduce((n, id) => n + Number(statement.run(id).changes), 0);
    const attempts = drop(this.#sql.dropAttempt, slice.attemptIds);
    const quarantine = drop(this.#sql.dropQuarantine, slice.quarantineIds);
    counters.add('quarantined', -quarantine);
    recordOrder(this.#store, { kind: ARCHIVED, by: BY, now, subject: `archive:${archive.file}`, content: { ...archive, bodies, attempts, quarantine } });
  }

  storage(): StorageFigures {
    const { db } = this.#store;
    const pragma = (name: string): number => Number(Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0] ?? 0);
    const file = db.location() ?? '';
    const wal = `${file}-wal`;
    const pages = pragma('max_page_count');
    const disk = statfsSync(dirname(file));
    return {
      usedBytes: pragma('page_count') * pragma('page_size') + (existsSync(wal) ? statSync(wal).size : 0),
      freeBytes: disk.bavail * disk.bsize,
      limitBytes: pages >= UNBOUNDED_PAGES ? null : pages * pragma('page_size'),
    };
  }

  #events(policy: RetentionPolicy, limit: number, after: number): Looked<ExportedEvent> {
    const newest = Math.max(policy.bodiesBefore ?? 0, policy.lastBodiesBefore ?? 0);
    const seen = newest === 0 ? [] : (this.#sql.events.all(after, limit) as unknown as EventSeen[]);
    const rows: ExportedEvent[] = [];
    let bytes = 0;
    for (const event of seen) {
      if (bytes > MOST_SLICE_BYTES) return { rows, upTo: event.seq - 1 };
      const line = mayExpire(event, policy) && !this.#waits(event) ? this.#export.event(event.seq) : undefined;
      if (line === undefined) continue;
      rows.push(line);
      bytes += event.bodyBytes;
    }
    // Events are recorded in the order of time: a whole page of young ones has only younger ones behind it.
    const through = seen.length < limit || seen.every((event) => event.recordedAt >= newest);
    return { rows, upTo: through ? null : (seen.at(-1)?.seq ?? null) };
  }

  #waits(event: { seq: number; dossierId: number }): boolean {
    return this.#sql.waits.get(...lanesOf(event.dossierId), event.seq) !== undefined;
  }

  #attempts(before: number | null, limit: number, after: number): Looked<Expirable['attempts'][number]> {
    const seen = before === null ? [] : (this.#sql.attempts.all(after, limit) as unknown as AttemptCells[]);
    const through = before === null || seen.length < limit || seen.every((row) => row.ended_at >= before);
    return {
      rows: seen.filter((row) => before !== null && row.ended_at < before && row.open === 0).map((row) => this.#attempt(row)),
      upTo: through ? null : (seen.at(-1)?.id ?? null),
    };
  }

  #attempt(row: AttemptCells): Expirable['attempts'][number] {
    return {
      id: row.id, upstream: this.#store.names.upstreamName(upstreamOfLane(row.lane_id)), dossierCode: row.code_of_dossier ?? '', exchangeIds: JSON.parse(row.exchange_ids) as number[],
      operation: row.operation, kind: row.kind as AttemptRow['kind'], startedAt: row.started_at, endedAt: row.ended_at, outcome: row.outcome as AttemptRow['outcome'], code: row.code,
      httpStatus: row.http_status, ...(row.mapping === null ? {} : { mapping: row.mapping }), evidence: row.evidence === null ? null : Buffer.from(row.evidence).toString('base64'),
    };
  }

  #quarantine(before: number | null, limit: number, after: number): Looked<Expirable['quarantine'][number]> {
    const seen = before === null ? [] : (this.#sql.quarantine.all(after, limit) as unknown as { id: number; at: number; via: string; content: Uint8Array }[]);
    const through = before === null || seen.length < limit || seen.every((row) => row.at >= before);
    return {
      rows: seen.filter((row) => before !== null && row.at < before).map((row) => ({ ...row, content: Buffer.from(row.content).toString('base64') })),
      upTo: through ? null : (seen.at(-1)?.id ?? null),
    };
  }

  /** false when there is nothing to empty, or when a person has set its exchange going again since it was archived */
  #emptyBody(seq: number): boolean {
    const event = this.#body(seq);
    if (event === undefined || this.#waits({ seq, dossierId: event.dossierId })) return false;
    this.#sql.empty.run(Buffer.from(sha256Hex(event.body), 'hex'), seq);
    return true;
  }

  #body(seq: number): { body: Uint8Array; dossierId: number } | undefined {
    const row = this.#sql.body.get(seq) as { body: Uint8Array; dossierId: number } | undefined;
    return row === undefined || row.body.length === 0 ? undefined : row;
  }
}
