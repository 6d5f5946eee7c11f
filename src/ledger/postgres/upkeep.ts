/** What keeps the PostgreSQL ledger healthy for years: export, checkpoints, retention, storage figures. */
import { GENESIS_HASH, sha256Hex } from '../chain.ts';
import type { ExportedEvent } from '../chain.ts';
import { ARCHIVED, CHECKPOINT, FROM_THE_START, MOST_SLICE_BYTES, mayExpire } from '../expiry.ts';
import type { EventSeen } from '../expiry.ts';
import type { AttemptRow } from '../ledger.ts';
import { checkpointSeal, evidenceSeal } from '../seal.ts';
import type { Checkpoint, Expirable, ExpirableFrom, LedgerUpkeep, RetentionPolicy, StorageFigures } from '../upkeep.ts';
import { STATE, upstreamOfLane } from '../codes.ts';
import type { ChainLine } from './chain-unit.ts';
import type { Store } from './store.ts';
import { BODY_HASH } from './verify.ts';

const BY = 'system';
const MOST_ROWS = 10_000;
const LINE_FIELDS = `e.seq, e.kind, coalesce(d.code, '') AS "dossierCode", e.source_system AS "sourceSystem", e.source_id AS "sourceId", e.recorded_at AS "recordedAt",
  e.source_updated_at AS "sourceUpdatedAt", e.via, e.actor, e.stale, encode(e.hash, 'hex') AS hash, encode(p.hash, 'hex') AS "prevHash", e.warnings, ${BODY_HASH} AS "bodyHash"`;
const LINE_FROM = 'events e LEFT JOIN dossiers d ON d.id = e.dossier_id LEFT JOIN events p ON p.seq = e.seq - 1';
/** The rest of a page whose bodies would be too much for one answer waits for the next. */
const PAGE = `SELECT s.seq FROM (SELECT seq, sum(octet_length(body)) OVER (ORDER BY seq) - octet_length(body) AS before
    FROM (SELECT seq, body FROM events WHERE seq > $1 ORDER BY seq LIMIT $2) e) s WHERE s.before <= ${MOST_SLICE_BYTES}`;
/** An exchange of the event still waits for its end. */
const WAITS = `EXISTS (SELECT FROM exchanges x WHERE x.lane_id BETWEEN e.dossier_id * 1024 AND e.dossier_id * 1024 + 1023
    AND x.state < 5 AND x.state < ${STATE.rejected} AND x.event_seq = e.seq)`;

type LineRow = Omit<ExportedEvent, 'stale' | 'warningsHash' | 'prevHash' | 'body'> & { stale: number; warnings: Uint8Array | null; prevHash: string | null; body: Uint8Array | null };
interface AttemptCells {
  id: number; laneId: number; dossierCode: string | null; operation: string; kind: AttemptRow['kind']; exchangeIds: string; startedAt: number; endedAt: number;
  outcome: AttemptRow['outcome']; code: string | null; httpStatus: number | null; mapping: string | null; evidence: Uint8Array | null; open: boolean;
}
/** A page of one table: what may go, and where the table's next page begins; null at its end. */
interface Looked<T> { rows: T[]; upTo: number | null }

export class Upkeep implements LedgerUpkeep {
  readonly #store: Store;
  readonly #chain: ChainLine;

  constructor(store: Store, chain: ChainLine) {
    this.#store = store;
    this.#chain = chain;
  }

  exportEvents({ afterSeq, limit, bodies }: Parameters<LedgerUpkeep['exportEvents']>[0]): Promise<ExportedEvent[]> {
    return this.#lines(`e.seq IN (${PAGE})`, [afterSeq, clamp(limit)], bodies);
  }

  checkpoint(now: number): Promise<Checkpoint> {
    return this.#chain.order((unit) => {
      const { seq, hash } = unit.head;
      const seal = checkpointSeal(this.#store.indexer, seq, hash, now);
      const made: Checkpoint = { seq, hash, at: now, seal: seal.toString('hex') };
      unit.tx.save('INSERT INTO checkpoints (seq, hash, at, seal) VALUES ($1, $2, $3, $4)', [seq, Buffer.from(hash, 'hex'), now, seal]);
      unit.recordOrder({ kind: CHECKPOINT, by: BY, now, subject: `checkpoint:${seq}`, content: { ...made } });
      return Promise.resolve(made);
    });
  }

  listCheckpoints(limit: number): Promise<Checkpoint[]> {
    return this.#store.query<Checkpoint & Record<string, unknown>>(
      `SELECT seq, encode(hash, 'hex') AS hash, at, encode(seal, 'hex') AS seal FROM checkpoints ORDER BY seq DESC LIMIT $1`, [clamp(limit)],
    );
  }

  async expirable(policy: RetentionPolicy, limit: number, after: ExpirableFrom = FROM_THE_START): Promise<Expirable> {
    const bound = clamp(limit);
    const events = await this.#events(policy, bound, after.eventSeq);
    const attempts = await this.#attempts(policy.attemptsBefore, bound, after.attemptId);
    const quarantine = await this.#quarantine(policy.quarantineBefore, bound, after.quarantineId);
    const done = events.upTo === null && attempts.upTo === null && quarantine.upTo === null;
    const end = Number.MAX_SAFE_INTEGER;
    return {
      events: events.rows, attempts: attempts.rows, quarantine: quarantine.rows,
      // A table that is through is not looked at again: nothing in it is beyond the largest id.
      next: done ? null : { eventSeq: events.upTo ?? end, attemptId: attempts.upTo ?? end, quarantineId: quarantine.upTo ?? end },
    };
  }

  /** Under the chain's lock nothing is set going again, so what is looked at here stays so until the commit. */
  async expire(slice: Parameters<LedgerUpkeep['expire']>[0], archive: { file: string; sha256: string }, now: number): Promise<void> {
    await this.#chain.order(async (unit) => {
      const count = async (text: string, ids: readonly number[]): Promise<number> => (ids.length === 0 ? 0 : (await unit.tx.query(text, [ids])).length);
      const bodies = await count(
        `UPDATE events e SET body_hash = sha256(e.body), body = '' WHERE e.seq = ANY($1::bigint[]) AND octet_length(e.body) > 0 AND NOT ${WAITS} RETURNING e.seq`, slice.eventSeqs,
      );
      const attempts = await count('DELETE FROM attempts WHERE id = ANY($1::bigint[]) RETURNING id', slice.attemptIds);
      const quarantine = await count('DELETE FROM quarantine WHERE id = ANY($1::bigint[]) RETURNING id', slice.quarantineIds);
      unit.counters.add('quarantined', -quarantine);
      unit.recordOrder({ kind: ARCHIVED, by: BY, now, subject: `archive:${archive.file}`, content: { ...archive, bodies, attempts, quarantine } });
    });
  }

  /** The server's disk is not ours to look at. */
  async storage(): Promise<StorageFigures> {
    const [row] = await this.#store.query<{ bytes: number }>('SELECT pg_database_size(current_database()) AS bytes');
    return { usedBytes: row?.bytes ?? 0, freeBytes: null, limitBytes: null };
  }

  seal(digest: string): Promise<string> { return Promise.resolve(evidenceSeal(this.#store.indexer, digest).toString('hex')); }

  async bodies(seqs: readonly number[]): Promise<{ seq: number; body: string }[]> {
    const rows = await this.#store.query<{ seq: number; body: Uint8Array }>('SELECT seq, body FROM events WHERE seq = ANY($1::bigint[]) AND octet_length(body) > 0', [[...seqs]]);
    const bodies = new Map(rows.map(({ seq, body }) => [seq, body]));
    return seqs.flatMap((seq) => {
      const body = bodies.get(seq);
      return body === undefined ? [] : [{ seq, body: this.#store.sealer.open(body, `events:${seq}`) }];
    });
  }

  async #lines(where: string, values: readonly unknown[], bodies: boolean): Promise<ExportedEvent[]> {
    const rows = await this.#store.query<LineRow & Record<string, unknown>>(
      `SELECT ${LINE_FIELDS}, ${bodies ? 'e.body' : 'NULL::bytea'} AS body FROM ${LINE_FROM} WHERE ${where} ORDER BY e.seq`, values,
    );
    return rows.map(lineOf);
  }

  async #events(policy: RetentionPolicy, limit: number, after: number): Promise<Looked<ExportedEvent>> {
    const newest = Math.max(policy.bodiesBefore ?? 0, policy.lastBodiesBefore ?? 0);
    const seen = newest === 0 ? [] : await this.#store.query<EventSeen & { waits: boolean } & Record<string, unknown>>(
      `SELECT e.seq, e.kind, e.recorded_at AS "recordedAt", octet_length(e.body) AS "bodyBytes", e.dossier_id AS "dossierId", d.last_seq AS "lastSeq", d.status,
         d.resolved_at AS "resolvedAt", d.returned_at AS "returnedAt", d.updated_at AS "updatedAt", ${WAITS} AS waits
       FROM events e LEFT JOIN dossiers d ON d.id = e.dossier_id WHERE e.seq > $1 ORDER BY e.seq LIMIT $2`, [after, limit],
    );
    const chosen: number[] = [];
    let bytes = 0;
    let cutAt: number | undefined;
    for (const event of seen) {
      if (bytes > MOST_SLICE_BYTES) {
        cutAt = event.seq - 1;
        break;
      }
      if (event.waits || !mayExpire(event, policy)) continue;
      chosen.push(event.seq);
      bytes += event.bodyBytes;
    }
    const rows = chosen.length === 0 ? [] : await this.#lines('e.seq = ANY($1::bigint[])', [chosen], true);
    // Events are recorded in the order of time: a whole page of young ones has only younger ones behind it.
    const through = seen.length < limit || seen.every((event) => event.recordedAt >= newest);
    return { rows, upTo: cutAt ?? (through ? null : (seen.at(-1)?.seq ?? null)) };
  }

  /** The newest row of a table stays, as on every engine: what is the last of its kind can be seen. */
  async #attempts(before: number | null, limit: number, after: number): Promise<Looked<Expirable['attempts'][number]>> {
    if (before === null) return { rows: [], upTo: null };
    const seen = await this.#store.query<AttemptCells & Record<string, unknown>>(
      `SELECT a.id, a.lane_id AS "laneId", d.code AS "dossierCode", a.operation, a.kind, a.exchange_ids AS "exchangeIds", a.started_at AS "startedAt", a.ended_at AS "endedAt",
         a.outcome, a.code, a.http_status AS "httpStatus", a.mapping, a.evidence,
         EXISTS (SELECT FROM jsonb_array_elements_text(a.exchange_ids::jsonb) j JOIN exchanges x ON x.id = j.value::bigint WHERE x.state < ${STATE.rejected}) AS open
       FROM attempts a LEFT JOIN dossiers d ON d.id = a.lane_id / 1024 WHERE a.id > $1 AND a.id < (SELECT max(id) FROM attempts) ORDER BY a.id LIMIT $2`, [after, limit],
    );
    const rows = seen.filter((row) => row.endedAt < before && !row.open);
    // An upstream that another process named since is not in our list yet.
    if (rows.some((row) => this.#store.names.upstreamName(upstreamOfLane(row.laneId)) === '')) await this.#store.names.reload(this.#store);
    const through = seen.length < limit || seen.every((row) => row.endedAt >= before);
    return { rows: rows.map((row) => this.#attempt(row)), upTo: through ? null : (seen.at(-1)?.id ?? null) };
  }

  #attempt({ laneId, dossierCode, exchangeIds, mapping, evidence, open: _open, ...row }: AttemptCells): Expirable['attempts'][number] {
    return {
      ...row, upstream: this.#store.names.upstreamName(upstreamOfLane(laneId)), dossierCode: dossierCode ?? '', exchangeIds: JSON.parse(exchangeIds) as number[],
      ...(mapping === null ? {} : { mapping }), evidence: evidence === null ? null : Buffer.from(evidence).toString('base64'),
    };
  }

  async #quarantine(before: number | null, limit: number, after: number): Promise<Looked<Expirable['quarantine'][number]>> {
    if (before === null) return { rows: [], upTo: null };
    const seen = await this.#store.query<{ id: number; at: number; via: string; content: Uint8Array }>(
      'SELECT id, at, via, content FROM quarantine WHERE id > $1 AND id < (SELECT max(id) FROM quarantine) ORDER BY id LIMIT $2', [after, limit],
    );
    const through = seen.length < limit || seen.every((row) => row.at >= before);
    return {
      rows: seen.filter((row) => row.at < before).map((row) => ({ ...row, content: Buffer.from(row.content).toString('base64') })),
      upTo: through ? null : (seen.at(-1)?.id ?? null),
    };
  }
}

function lineOf({ stale, warnings, prevHash, body, ...row }: LineRow): ExportedEvent {
  return {
    ...row, stale: stale === 1, warningsHash: warnings === null ? '' : sha256Hex(warnings),
    // An event before the first is the genesis; one that is missing elsewhere leaves a link that fits nothing.
    prevHash: prevHash ?? (row.seq === 1 ? GENESIS_HASH : ''),
    ...(body !== null && body.length > 0 ? { body: Buffer.from(body).toString('base64') } : {}),
  };
}

const clamp = (limit: number): number => Math.max(1, Math.min(MOST_ROWS, Math.floor(limit)));
