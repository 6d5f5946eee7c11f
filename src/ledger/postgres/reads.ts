/** Everything that only looks. Each call sees what was committed before it, by whichever process. */
import type { Issue } from '../../contract/errors/types.ts';
import { GENESIS_HASH, eventId } from '../chain.ts';
import type {
  AttemptRow, DossierColumns, DossierRow, EventRow, ExchangeFilter, ExchangeRow, Ledger, LedgerCounts, SearchTerm, Timeline, Via,
} from '../ledger.ts';
import { POLICY_DOUBTS, STATE, doubtName, lanesOf, stateName, termBucket, upstreamOfLane } from '../codes.ts';
import { Counts } from './counters.ts';
import { exchangeCounts } from './exchanges.ts';
import type { Store } from './store.ts';

const MOST_ROWS = 10_000;
/** A dossier's whole life fits; a runaway source must not make one answer unbounded. */
const MOST_TIMELINE_ROWS = 5_000;
export const COLUMN_FIELDS = `d.status, d.sub_status AS "subStatus", d.procedure_code AS "procedureCode", d.sector_code AS "sectorCode", d.agency_code AS "agencyCode", d.channel,
  d.submitted_at AS "submittedAt", d.accepted_at AS "acceptedAt", d.due_at AS "dueAt", d.resolved_at AS "resolvedAt", d.returned_at AS "returnedAt"`;
const EVENT_FIELDS = `e.seq, e.kind, e.source_system AS "sourceSystem", e.recorded_at AS "recordedAt", e.source_updated_at AS "sourceUpdatedAt", e.via, e.actor,
  e.stale, e.hash, e.warnings`;
const EXCHANGE_FIELDS = `x.id, x.lane_id AS "laneId", x.operation_no AS "operationNo", x.item_key AS "itemKey", x.event_seq AS "eventSeq", x.state, x.attempts,
  x.lost_replies AS "lostReplies", x.created_at AS "createdAt", x.settled_at AS "settledAt", x.next_at AS "nextAt", x.code, x.doubt, x.replay, d.code AS "dossierCode"`;
const EXCHANGE_FROM = 'exchanges x JOIN dossiers d ON d.id = x.lane_id / 1024';
const ATTEMPT_FIELDS = `id, lane_id AS "laneId", exchange_ids AS "exchangeIds", operation, kind, started_at AS "startedAt", ended_at AS "endedAt", outcome, code,
  http_status AS "httpStatus", mapping, evidence`;

interface DossierCells extends DossierColumns { id: number; code: string; version: number; updatedAt: number; lastSeq: number; body: Uint8Array | null }
interface EventCells { seq: number; kind: string; sourceSystem: string; recordedAt: number; sourceUpdatedAt: number | null; via: Via; actor: string | null; stale: number; hash: Uint8Array; warnings: Uint8Array | null; prevHash: Uint8Array | null }
interface ExchangeCells extends Omit<ExchangeRow, 'upstream' | 'operation' | 'state' | 'doubt'> { laneId: number; operationNo: number; state: number; doubt: number | null }
interface AttemptCells extends Omit<AttemptRow, 'upstream' | 'dossierCode' | 'exchangeIds' | 'mapping' | 'evidence'> { laneId: number; exchangeIds: string; mapping: string | null; evidence: Uint8Array | null }
interface QuarantineContent { raw: string; issues: Issue[]; dossierCode: string | null; line: number | null }

export class Reads {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async dossier(code: string): Promise<DossierRow | undefined> {
    const [row] = await this.#store.query<DossierCells & Record<string, unknown>>(
      `SELECT d.id, d.code, ${COLUMN_FIELDS}, d.version, d.updated_at AS "updatedAt", d.last_seq AS "lastSeq", e.body
       FROM dossiers d LEFT JOIN events e ON e.seq = d.last_seq WHERE d.code = $1`, [code],
    );
    if (row === undefined) return undefined;
    const { id: _id, version, updatedAt, lastSeq, body, code: _code, ...columns } = row;
    // An expired body is an empty one.
    const text = body === null || body.length === 0 ? '' : this.#store.sealer.open(body, `events:${lastSeq}`);
    return { code, body: text, columns, version, updatedAt, lastEventSeq: lastSeq };
  }

  /** Codes of dossiers that ever carried the value, newest first. */
  async find(term: SearchTerm, limit: number): Promise<string[]> {
    const hash = this.#store.indexer.term(term.kind, term.value);
    const [newest] = await this.#store.query<{ id: number }>('SELECT coalesce(max(id), 0) AS id FROM dossiers');
    const buckets = Array.from({ length: termBucket(newest?.id ?? 0) + 1 }, (_, bucket) => bucket);
    const rows = await this.#store.query<{ code: string }>(
      `SELECT d.code FROM terms t JOIN dossiers d ON d.id = t.dossier_id WHERE t.bucket = ANY($1::int[]) AND t.hash = $2 ORDER BY t.dossier_id DESC LIMIT $3`,
      [buckets, hash, clamp(limit)],
    );
    return rows.map(({ code }) => code);
  }

  /** What refers to something else is read before it, so that concurrent writers leave no reference without its target. */
  async timeline(code: string): Promise<Timeline | undefined> {
    const id = await this.#dossierId(code);
    if (id === undefined) return undefined;
    const lanes = lanesOf(id);
    const attempts = await this.#store.query<AttemptCells & Record<string, unknown>>(
      `SELECT ${ATTEMPT_FIELDS} FROM attempts WHERE lane_id BETWEEN $1 AND $2 ORDER BY id LIMIT ${MOST_TIMELINE_ROWS}`, lanes,
    );
    const remotes = await this.#store.query<{ id: number; remote: string }>('SELECT id, remote FROM lanes WHERE id BETWEEN $1 AND $2', lanes);
    const exchanges = await this.#exchanges(
      `SELECT ${EXCHANGE_FIELDS} FROM ${EXCHANGE_FROM} WHERE x.lane_id BETWEEN $1 AND $2 ORDER BY x.id LIMIT ${MOST_TIMELINE_ROWS}`, lanes,
    );
    const events = await this.#store.query<EventCells & Record<string, unknown>>(
      `SELECT ${EVENT_FIELDS}, p.hash AS "prevHash" FROM events e LEFT JOIN events p ON p.seq = e.seq - 1 WHERE e.dossier_id = $1 ORDER BY e.seq LIMIT ${MOST_TIMELINE_ROWS}`,
      [id],
    );
    const dossier = await this.dossier(code);
    if (dossier === undefined) return undefined;
    return {
      dossier,
      events: events.map((row) => this.#event(row, code)),
      exchanges,
      attempts: attempts.map((row) => this.#attempt(row, code)),
      remotes: Object.fromEntries(remotes.map((lane) => [this.#upstreamOf(lane.id), lane.remote])),
    };
  }

  async exchange(id: number): Promise<ExchangeRow | undefined> {
    const [row] = await this.#exchanges(`SELECT ${EXCHANGE_FIELDS} FROM ${EXCHANGE_FROM} WHERE x.id = $1`, [id]);
    return row;
  }

  /** Ascending by id, after `afterId`. Every filter narrows an index range or is checked on the rows of one. */
  async exchanges(filter: ExchangeFilter): Promise<ExchangeRow[]> {
    const values: unknown[] = [];
    const given = (value: unknown): string => `$${values.push(value)}`;
    const where = [`x.id > ${given(filter.afterId ?? 0)}`];
    if (filter.dossierCode !== undefined) {
      const id = await this.#dossierId(filter.dossierCode);
      if (id === undefined) return [];
      const [first, last] = lanesOf(id);
      where.push(`x.lane_id BETWEEN ${given(first)} AND ${given(last)}`);
    }
    if (filter.upstream !== undefined) {
      const upstream = await this.#knownUpstream(filter.upstream);
      if (upstream === undefined) return [];
      where.push(`x.lane_id % 1024 = ${given(upstream)}`);
    }
    if (filter.operation !== undefined) {
      const operations = await this.#operationsNamed(filter.operation);
      if (operations.length === 0) return [];
      where.push(`x.operation_no = ANY(${given(operations)}::int[])`);
    }
    if (filter.procedureCode !== undefined) where.push(`d.procedure_code = ${given(filter.procedureCode)}`);
    if (filter.code !== undefined) where.push(`x.code = ${given(filter.code)}`);
    if (filter.settledFrom !== undefined) where.push(`x.settled_at >= ${given(filter.settledFrom)}`);
    if (filter.settledBefore !== undefined) where.push(`x.settled_at < ${given(filter.settledBefore)}`);
    if (filter.replay !== undefined) where.push(`x.replay = ${given(filter.replay)}`);
    if (filter.doubtOnly === true) where.push(`x.doubt IS NOT NULL AND x.doubt < ${POLICY_DOUBTS}`);
    const limit = given(clamp(filter.limit));
    const page = (more: string[]): string => `(SELECT ${EXCHANGE_FIELDS} FROM ${EXCHANGE_FROM} WHERE ${[...where, ...more].join(' AND ')} ORDER BY x.id LIMIT ${limit})`;
    if (filter.states === undefined) return this.#exchanges(page([]), values);
    if (filter.states.length === 0) return [];
    // One page per state, each straight off the index by state, then the first of all of them.
    const pages = [...new Set(filter.states)].map((state) => page([`x.state = ${STATE[state]}`]));
    return this.#exchanges(`SELECT * FROM (${pages.join(' UNION ALL ')}) p ORDER BY p.id LIMIT ${limit}`, values);
  }

  async quarantine(options: Parameters<Ledger['listQuarantine']>[0]): ReturnType<Ledger['listQuarantine']> {
    const rows = await this.#store.query<{ id: number; at: number; via: Via; content: Uint8Array }>(
      'SELECT id, at, via, content FROM quarantine WHERE id > $1 ORDER BY id LIMIT $2', [options.afterId ?? 0, clamp(options.limit)],
    );
    return rows.map(({ id, at, via, content }) => {
      const { raw, issues, dossierCode, line } = JSON.parse(this.#store.sealer.open(content, `quarantine:${id}`)) as QuarantineContent;
      return { id, at, via, raw, issues, dossierCode, line };
    });
  }

  async cursor(name: string): Promise<string | undefined> {
    return (await this.#store.query<{ value: string }>('SELECT value FROM cursors WHERE name = $1', [name]))[0]?.value;
  }

  /** From the counters' rows, apart from three index look-ups for the age. */
  async counts(now: number): Promise<LedgerCounts> {
    const counts = await Counts.read(this.#store);
    const stored = exchangeCounts(counts);
    const { names } = this.#store;
    await names.know(stored.map(({ operationNo }) => operationNo), this.#store);
    const exchanges: Record<string, number> = {};
    for (const { operationNo, state, n } of stored) {
      const operation = names.operationByNo(operationNo);
      exchanges[`${operation.upstream}/${operation.name}/${stateName(state)}`] = n;
    }
    const first = (state: number): string => `(SELECT created_at FROM exchanges WHERE state = ${state} ORDER BY id LIMIT 1)`;
    const [oldest] = await this.#store.query<{ at: number | null }>(`SELECT least(${[STATE.pending, STATE.sending, STATE.unknown].map(first).join(', ')}) AS at`);
    return {
      dossiers: counts.get('dossiers'),
      events: counts.get('events'),
      quarantined: counts.get('quarantined'),
      byStatusAndChannel: counts.under('status/'),
      exchanges,
      doubts: counts.get('doubts'),
      lanesReady: counts.get('lanes/ready'),
      lanesBlocked: counts.get('lanes/blocked'),
      lanesHeld: counts.get('lanes/held'),
      oldestPendingMs: oldest?.at == null ? null : Math.max(0, now - oldest.at),
    };
  }

  async #dossierId(code: string): Promise<number | undefined> {
    return (await this.#store.query<{ id: number }>('SELECT id FROM dossiers WHERE code = $1', [code]))[0]?.id;
  }

  /** Another process may have given the name its number. */
  async #knownUpstream(name: string): Promise<number | undefined> {
    const { names } = this.#store;
    if (names.knownUpstream(name) === undefined) await names.reload(this.#store);
    return names.knownUpstream(name);
  }

  /** Of every upstream: a number that another process gave out is not noticed by its absence, so they are read. */
  async #operationsNamed(name: string): Promise<number[]> {
    return (await this.#store.query<{ no: number }>('SELECT no FROM operations WHERE name = $1', [name])).map(({ no }) => no);
  }

  async #exchanges(text: string, values: readonly unknown[]): Promise<ExchangeRow[]> {
    const rows = await this.#store.query<ExchangeCells & Record<string, unknown>>(text, values);
    await this.#store.names.know(new Set(rows.map(({ operationNo }) => operationNo)), this.#store);
    return rows.map(({ laneId, operationNo, state, doubt, ...row }) => ({
      ...row, upstream: this.#upstreamOf(laneId), operation: this.#store.names.operationByNo(operationNo).name, state: stateName(state), doubt: doubtName(doubt),
    }));
  }

  #upstreamOf(laneId: number): string { return this.#store.names.upstreamName(upstreamOfLane(laneId)); }

  #event({ hash, prevHash, warnings, stale, ...row }: EventCells, dossierCode: string): EventRow {
    const hex = Buffer.from(hash).toString('hex');
    return {
      ...row, dossierCode, id: eventId(hex), stale: stale === 1, hash: hex,
      prevHash: prevHash === null ? GENESIS_HASH : Buffer.from(prevHash).toString('hex'),
      warnings: warnings === null ? [] : (JSON.parse(this.#store.sealer.open(warnings, `events.warnings:${row.seq}`)) as Issue[]),
    };
  }

  #attempt({ laneId, exchangeIds, mapping, evidence, ...row }: AttemptCells, dossierCode: string): AttemptRow {
    return {
      ...row, upstream: this.#upstreamOf(laneId), dossierCode, exchangeIds: JSON.parse(exchangeIds) as number[], ...(mapping === null ? {} : { mapping }),
      evidence: evidence === null ? null : this.#store.sealer.open(evidence, `attempts:${row.id}`),
    };
  }
}

const clamp = (limit: number): number => Math.max(1, Math.min(MOST_ROWS, Math.floor(limit)));
