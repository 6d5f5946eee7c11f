/** Everything that only looks. Runs after the commit of its group, so it sees what has been acknowledged. */
import type { SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import type {
  AttemptRow, DossierColumns, DossierRow, EventRow, ExchangeFilter, ExchangeRow, Ledger, LedgerCounts, SearchTerm, Timeline, Via,
} from '../ledger.ts';
import type { Issue } from '../../contract/errors/types.ts';
import { GENESIS_HASH, eventId } from '../chain.ts';
import { evidenceSeal } from '../seal.ts';
import { POLICY_DOUBTS, STATE, doubtName, lanesOf, stateName, termBucket, upstreamOfLane } from '../codes.ts';
import { exchangeCounts } from './exchanges.ts';
import type { Store } from './store.ts';

type Row = Record<string, SQLOutputValue>;

const MOST_ROWS = 10_000;
/** A dossier's whole life fits; a runaway source must not make one answer unbounded. */
const MOST_TIMELINE_ROWS = 5_000;
const COLUMN_NAMES = [
  'status', 'sub_status', 'procedure_code', 'sector_code', 'agency_code', 'channel', 'submitted_at', 'accepted_at', 'due_at', 'resolved_at', 'returned_at',
] as const;
const EVENT_FIELDS = 'e.seq, e.kind, e.source_system, e.recorded_at, e.source_updated_at, e.via, e.actor, e.stale, e.hash, e.warnings';
const EXCHANGE_FIELDS = `x.id, x.lane_id, x.operation_no, x.item_key, x.event_seq, x.state, x.attempts, x.lost_replies, x.created_at, x.settled_at, x.next_at, x.code,
  x.doubt, x.replay, d.code AS dossier_code`;
const EXCHANGE_FROM = 'exchanges x JOIN dossiers d ON d.id = x.lane_id / 1024';

interface QuarantineContent { raw: string; issues: Issue[]; dossierCode: string | null; line: number | null }

/** What reading needs of a store: a copy that another process only reads has no more. */
export type ReadableStore = Pick<Store, 'db' | 'sealer' | 'indexer' | 'counters' | 'names'>;

export class Reads {
  readonly #store: ReadableStore;
  // The texts are few: filters combine, values never enter them.
  readonly #prepared = new Map<string, StatementSync>();

  constructor(store: ReadableStore) {
    this.#store = store;
  }

  dossier(code: string): DossierRow | undefined {
    const row = this.#one('SELECT * FROM dossiers WHERE code = ?', code);
    if (row === undefined) return undefined;
    const seq = Number(row['last_seq']);
    return {
      code,
      // Expired: it can no longer be shown.
      body: this.#openCell(this.#one('SELECT body FROM events WHERE seq = ? AND length(body) > 0', seq)?.['body'], `events:${seq}`) ?? '',
      columns: columnsOf(row),
      version: Number(row['version']),
      updatedAt: Number(row['updated_at']),
      lastEventSeq: seq,
    };
  }

  /** Codes of dossiers that ever carried the value, newest first. */
  find(term: SearchTerm, limit: number): string[] {
    const hash = this.#store.indexer.term(term.kind, term.value);
    const newest = Number(this.#one('SELECT coalesce(max(id), 0) AS id FROM dossiers')?.['id'] ?? 0);
    const codes: string[] = [];
    const bound = clamp(limit);
    for (let bucket = termBucket(newest); bucket >= 0 && codes.length < bound; bucket--) {
      const rows = this.#all(
        'SELECT d.code FROM terms t JOIN dossiers d ON d.id = t.dossier_id WHERE t.bucket = ? AND t.hash = ? ORDER BY t.dossier_id DESC LIMIT ?',
        bucket, hash, bound - codes.length,
      );
      codes.push(...rows.map((row) => String(row['code'])));
    }
    return codes;
  }

  timeline(code: string): Timeline | undefined {
    const dossier = this.dossier(code);
    if (dossier === undefined) return undefined;
    const id = Number(this.#one('SELECT id FROM dossiers WHERE code = ?', code)?.['id']);
    const [first, last] = lanesOf(id);
    const events = this.#all(
      `SELECT ${EVENT_FIELDS}, p.hash AS prev_hash FROM events e LEFT JOIN events p ON p.seq = e.seq - 1 WHERE e.dossier_id = ? ORDER BY e.seq LIMIT ${MOST_TIMELINE_ROWS}`,
      id,
    );
    const exchanges = this.#all(`SELECT ${EXCHANGE_FIELDS} FROM ${EXCHANGE_FROM} WHERE x.lane_id BETWEEN ? AND ? ORDER BY x.id LIMIT ${MOST_TIMELINE_ROWS}`, first, last);
    const attempts = this.#all(`SELECT * FROM attempts WHERE lane_id BETWEEN ? AND ? ORDER BY id LIMIT ${MOST_TIMELINE_ROWS}`, first, last);
    const lanes = this.#all('SELECT id, remote FROM lanes WHERE id BETWEEN ? AND ?', first, last);
    return {
      dossier,
      events: events.map((row) => this.#event(row, code)),
      exchanges: exchanges.map((row) => this.#exchange(row)),
      attempts: attempts.map((row) => this.#attempt(row, code)),
      remotes: Object.fromEntries(lanes.map((row) => [this.#store.names.upstreamName(upstreamOfLane(Number(row['id']))), String(row['remote'])])),
    };
  }

  exchange(id: number): ExchangeRow | undefined {
    const row = this.#one(`SELECT ${EXCHANGE_FIELDS} FROM ${EXCHANGE_FROM} WHERE x.id = ?`, id);
    return row === undefined ? undefined : this.#exchange(row);
  }

  /** Ascending by id, after `afterId`. Every filter narrows an index range or is checked on the rows of one. */
  exchanges(filter: ExchangeFilter): ExchangeRow[] {
    const limit = clamp(filter.limit);
    const where = ['x.id > ?'];
    const values: SQLInputValue[] = [filter.afterId ?? 0];
    if (filter.dossierCode !== undefined) {
      const dossier = this.#one('SELECT id FROM dossiers WHERE code = ?', filter.dossierCode);
      if (dossier === undefined) return [];
      where.push('x.lane_id BETWEEN ? AND ?');
      values.push(...lanesOf(Number(dossier['id'])));
    }
    if (filter.upstream !== undefined) {
      const upstream = this.#store.names.knownUpstream(filter.upstream);
      if (upstream === undefined) return [];
      where.push('x.lane_id % 1024 = ?');
      values.push(upstream);
    }
    if (filter.operation !== undefined) {
      const operations = this.#store.names.operationsNamed(filter.operation);
      if (operations.length === 0) return [];
      where.push(`x.operation_no IN (${operations.map(() => '?').join(', ')})`);
      values.push(...operations);
    }
    for (const [condition, value] of [
      ['d.procedure_code = ?', filter.procedureCode], ['x.code = ?', filter.code], ['x.settled_at >= ?', filter.settledFrom],
      ['x.settled_at < ?', filter.settledBefore], ['x.replay = ?', filter.replay],
    ] as const) {
      if (value === undefined) continue;
      where.push(condition);
      values.push(value);
    }
    if (filter.doubtOnly === true) where.push(`x.doubt IS NOT NULL AND x.doubt < ${POLICY_DOUBTS}`);
    const states = filter.states?.map((state) => STATE[state]);
    if (states === undefined) return this.#page(where, values, limit);
    // A replay is a narrower range than any state.
    if (filter.replay !== undefined) return this.#page([...where, `+x.state IN (${states.map(() => '?').join(', ')})`], [...values, ...states], limit);
    // One page per state, each straight off the index by state, then the first of all of them.
    return states
      .flatMap((state) => this.#page([...where, 'x.state = ?'], [...values, state], limit))
      .sort((a, b) => a.id - b.id)
      .slice(0, limit);
  }

  quarantine(options: Parameters<Ledger['listQuarantine']>[0]): Awaited<ReturnType<Ledger['listQuarantine']>> {
    const rows = this.#all('SELECT * FROM quarantine WHERE id > ? ORDER BY id LIMIT ?', options.afterId ?? 0, clamp(options.limit));
    return rows.map((row) => {
      const id = Number(row['id']);
      const content = JSON.parse(this.#openCell(row['content'], `quarantine:${id}`) ?? '{}') as QuarantineContent;
      const { raw, issues, dossierCode, line } = content;
      return { id, at: Number(row['at']), via: row['via'] as Via, raw, issues, dossierCode, line };
    });
  }

  bodies(seqs: readonly number[]): { seq: number; body: string }[] {
    return seqs.flatMap((seq) => {
      const body = this.#openCell(this.#one('SELECT body FROM events WHERE seq = ? AND length(body) > 0', seq)?.['body'], `events:${seq}`);
      return body === undefined ? [] : [{ seq, body }];
    });
  }

  seal(digest: string): string { return evidenceSeal(this.#store.indexer, digest).toString('hex'); }

  cursor(name: string): string | undefined {
    const value = this.#one('SELECT value FROM cursors WHERE name = ?', name)?.['value'];
    return value === undefined ? undefined : String(value);
  }

  /** Answered from memory, apart from three index look-ups for the age. */
  counts(now: number): LedgerCounts {
    const { counters, names } = this.#store;
    const exchanges: Record<string, number> = {};
    for (const { operationNo, state, n } of exchangeCounts(this.#store)) {
      const operation = names.operationByNo(operationNo);
      exchanges[`${operation.upstream}/${operation.name}/${stateName(state)}`] = n;
    }
    const oldest = [STATE.pending, STATE.sending, STATE.unknown]
      .map((state) => this.#one('SELECT created_at FROM exchanges WHERE state = ? ORDER BY id LIMIT 1', state)?.['created_at'])
      .filter((at) => at !== undefined)
      .map(Number);
    return {
      dossiers: counters.get('dossiers'),
      events: counters.get('events'),
      quarantined: counters.get('quarantined'),
      byStatusAndChannel: counters.under('status/'),
      exchanges,
      doubts: counters.get('doubts'),
      lanesReady: counters.get('lanes/ready'),
      lanesBlocked: counters.get('lanes/blocked'),
      lanesHeld: counters.get('lanes/held'),
      oldestPendingMs: oldest.length === 0 ? null : Math.max(0, now - Math.min(...oldest)),
    };
  }

  #page(where: string[], values: SQLInputValue[], limit: number): ExchangeRow[] {
    const rows = this.#all(`SELECT ${EXCHANGE_FIELDS} FROM ${EXCHANGE_FROM} WHERE ${where.join(' AND ')} ORDER BY x.id LIMIT ?`, ...values, limit);
    return rows.map((row) => this.#exchange(row));
  }

  #exchange(row: Row): ExchangeRow {
    const operation = this.#store.names.operationByNo(Number(row['operation_no']));
    return {
      id: Number(row['id']),
      upstream: this.#store.names.upstreamName(upstreamOfLane(Number(row['lane_id']))),
      operation: operation.name,
      dossierCode: String(row['dossier_code']),
      itemKey: String(row['item_key']),
      eventSeq: Number(row['event_seq']),
      state: stateName(Number(row['state'])),
      attempts: Number(row['attempts']),
      lostReplies: Number(row['lost_replies']),
      createdAt: Number(row['created_at']),
      settledAt: numberOrNull(row['settled_at']),
      nextAt: numberOrNull(row['next_at']),
      code: textOrNull(row['code']),
      doubt: doubtName(numberOrNull(row['doubt'])),
      replay: numberOrNull(row['replay']),
    };
  }

  #event(row: Row, dossierCode: string): EventRow {
    const seq = Number(row['seq']);
    const hash = hexOf(row['hash']) ?? '';
    const warnings = this.#openCell(row['warnings'], `events.warnings:${seq}`);
    return {
      seq,
      id: eventId(hash),
      kind: String(row['kind']),
      dossierCode,
      sourceSystem: String(row['source_system']),
      recordedAt: Number(row['recorded_at']),
      sourceUpdatedAt: numberOrNull(row['source_updated_at']),
      via: row['via'] as Via,
      actor: textOrNull(row['actor']),
      stale: row['stale'] === 1,
      warnings: warnings === undefined ? [] : (JSON.parse(warnings) as Issue[]),
      hash,
      prevHash: hexOf(row['prev_hash']) ?? GENESIS_HASH,
    };
  }

  #attempt(row: Row, dossierCode: string): AttemptRow {
    const id = Number(row['id']);
    return {
      id,
      upstream: this.#store.names.upstreamName(upstreamOfLane(Number(row['lane_id']))),
      dossierCode,
      exchangeIds: JSON.parse(String(row['exchange_ids'])) as number[],
      operation: String(row['operation']),
      kind: row['kind'] as AttemptRow['kind'],
      startedAt: Number(row['started_at']),
      endedAt: Number(row['ended_at']),
      outcome: row['outcome'] as AttemptRow['outcome'],
      code: textOrNull(row['code']),
      httpStatus: numberOrNull(row['http_status']),
      ...(row['mapping'] === null ? {} : { mapping: String(row['mapping']) }),
      evidence: this.#openCell(row['evidence'], `attempts:${id}`) ?? null,
    };
  }

  #openCell(cell: SQLOutputValue | undefined, place: string): string | undefined {
    return cell instanceof Uint8Array ? this.#store.sealer.open(cell, place) : undefined;
  }

  #one(sql: string, ...values: SQLInputValue[]): Row | undefined { return this.#prepare(sql).get(...values); }
  #all(sql: string, ...values: SQLInputValue[]): Row[] { return this.#prepare(sql).all(...values); }

  #prepare(sql: string): StatementSync {
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    const statement = this.#store.db.prepare(sql);
    this.#prepared.set(sql, statement);
    return statement;
  }
}

const clamp = (limit: number): number => Math.max(1, Math.min(MOST_ROWS, Math.floor(limit)));
const numberOrNull = (cell: SQLOutputValue | undefined): number | null => (cell === null || cell === undefined ? null : Number(cell));
const textOrNull = (cell: SQLOutputValue | undefined): string | null => (cell === null || cell === undefined ? null : String(cell));
const hexOf = (cell: SQLOutputValue | undefined): string | undefined => (cell instanceof Uint8Array ? Buffer.from(cell).toString('hex') : undefined);

export function columnsOf(row: Row): DossierColumns {
  const [status, subStatus, procedureCode, sectorCode, agencyCode, channel, submittedAt, acceptedAt, dueAt, resolvedAt, returnedAt] = COLUMN_NAMES.map((name) => row[name]);
  return {
    status: String(status), subStatus: textOrNull(subStatus), procedureCode: String(procedureCode), sectorCode: String(sectorCode),
    agencyCode: String(agencyCode), channel: String(channel), submittedAt: numberOrNull(submittedAt), acceptedAt: numberOrNull(acceptedAt),
    dueAt: numberOrNull(dueAt), resolvedAt: numberOrNull(resolvedAt), returnedAt: numberOrNull(returnedAt),
  };
}

