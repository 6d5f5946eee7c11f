/**
 * What one transaction of a group reads, decides on and writes: rows are loaded with few statements for the whole group, changed in
 * memory exactly as the SQLite engine changes them one by one, and written back with few statements. Changes to one lane or
 * dossier inside a group see one another because they share these objects. A unit lives as long as its transaction.
 *
 * Locks are taken in one order everywhere: the chain's head, then lanes by id; exchanges are changed only under the lock of their lane.
 */
import type { AttemptRecord } from '../ledger.ts';
import type { Notice } from '../cluster.ts';
import { LANE, STATE, dossierOfLane } from '../codes.ts';
import { CounterChanges } from './counters.ts';
import type { Tx } from './db.ts';
import { HOLD_QUERY } from './holds.ts';
import { StandingHolds, type StandingHold } from '../standing-holds.ts';
import type { Store } from './store.ts';

export interface Lane {
  id: number; upstreamNo: number; state: number; readyAt: number | null; woken: number; lease: number; leaseUntil: number | null; leaseMs: number | null;
  owner: string | null; remote: string; dueAt: number | null; holdId: number | null;
}
export interface Exchange {
  id: number; laneId: number; operationNo: number; itemKey: string; eventSeq: number; state: number; createdAt: number; attempts: number; lostReplies: number;
  place: number | null; begunAt: number | null; settledAt: number | null; nextAt: number | null; code: string | null; doubt: number | null; replay: number | null;
}

export const LANE_FIELDS = `l.id, l.upstream_no AS "upstreamNo", l.state, l.ready_at AS "readyAt", l.woken, l.lease, l.lease_until AS "leaseUntil",
  l.lease_ms AS "leaseMs", l.owner, l.remote, l.due_at AS "dueAt", l.hold_id AS "holdId"`;
export const EXCHANGE_FIELDS = `x.id, x.lane_id AS "laneId", x.operation_no AS "operationNo", x.item_key AS "itemKey", x.event_seq AS "eventSeq", x.state,
  x.created_at AS "createdAt", x.attempts, x.lost_replies AS "lostReplies", x.place, x.begun_at AS "begunAt", x.settled_at AS "settledAt",
  x.next_at AS "nextAt", x.code, x.doubt, x.replay`;

/** Callers cut evidence to a few kB; this is the bound that holds anyway. */
const MOST_EVIDENCE_CHARS = 32_768;
const CHANNEL = 'lienthong';

export class Unit {
  readonly store: Store;
  readonly tx: Tx;
  /** by id, as far as they were loaded or made; all of them are locked */
  readonly lanes = new Map<number, Lane>();
  /** by id, as far as they were loaded or made */
  readonly exchanges = new Map<number, Exchange>();
  readonly counters = new CounterChanges();
  /** codes by dossier id, as far as they are known: all of the locked lanes' after `loadHolds` found any hold */
  readonly subjects = new Map<number, { code: string; procedureCode: string }>();
  #holds = new StandingHolds([]);
  /**
   * Says 'work' when a lane becomes ready. Not for what a worker gives back: it claims again itself, and commits that notify wait
   * for one another in all of the server.
   */
  announces = false;
  readonly #slot: string;
  readonly #byLane = new Map<number, Exchange[]>();
  readonly #newLanes = new Set<Lane>();
  readonly #changedLanes = new Set<Lane>();
  readonly #newExchanges = new Set<Exchange>();
  readonly #changedExchanges = new Set<Exchange>();
  readonly #attempts: { laneId: number; attempt: AttemptRecord }[] = [];
  readonly #attemptIds: number[] = [];
  readonly #notices = new Set<Notice>();

  constructor(store: Store, tx: Tx, slot: string) {
    this.store = store;
    this.tx = tx;
    this.#slot = slot;
  }

  /** Locks lanes, in order. What is loaded already stays as it is here. */
  async loadLanes(ids: readonly number[]): Promise<void> {
    if (ids.length === 0) return;
    this.keepLanes(await this.tx.query<Lane>(`SELECT ${LANE_FIELDS} FROM lanes l WHERE l.id = ANY($1::bigint[]) ORDER BY l.id FOR UPDATE`, [ids]));
  }

  /** The exchanges of these lanes that are open (waiting, flying, failed). Their lanes must be locked. */
  async loadOpen(laneIds: readonly number[]): Promise<void> {
    if (laneIds.length === 0) return;
    this.keepExchanges(await this.tx.query<Exchange>(
      `SELECT ${EXCHANGE_FIELDS} FROM unnest($1::bigint[]) v(id) JOIN exchanges x ON x.lane_id = v.id AND x.state < 5`, [laneIds],
    ));
  }

  async loadExchanges(ids: readonly number[]): Promise<void> {
    if (ids.length === 0) return;
    this.keepExchanges(await this.tx.query<Exchange>(`SELECT ${EXCHANGE_FIELDS} FROM exchanges x WHERE x.id = ANY($1::bigint[])`, [ids]));
  }

  /** What came last after each of them, in its lane and of its operation: see `newerOf`. */
  async loadNewer(ids: readonly number[]): Promise<void> {
    if (ids.length === 0) return;
    this.keepExchanges(await this.tx.query<Exchange>(
      `SELECT n.* FROM exchanges o CROSS JOIN LATERAL (SELECT ${EXCHANGE_FIELDS} FROM exchanges x
         WHERE x.lane_id = o.lane_id AND x.operation_no = o.operation_no AND x.id > o.id AND x.state <> ${STATE.cancelled} ORDER BY x.id DESC LIMIT 1) n
       WHERE o.id = ANY($1::bigint[])`, [ids],
    ));
  }

  /** The latest of its lane and operation that came after it and was not given up, after `loadNewer`. */
  newerOf({ id, laneId, operationNo }: Exchange): Exchange | undefined {
    let newest: Exchange | undefined;
    for (const other of this.#byLane.get(laneId) ?? []) {
      if (other.operationNo === operationNo && other.id > (newest?.id ?? id) && other.state !== STATE.cancelled) newest = other;
    }
    return newest;
  }

  /** The standing holds. What follows it must call `loadSubjects` once its lanes are loaded. */
  async loadHolds(): Promise<void> { this.#holds = new StandingHolds(await this.tx.query<StandingHold>(HOLD_QUERY)); }

  /** What holds may match of the loaded lanes' dossiers. */
  async loadSubjects(always = false): Promise<void> {
    if (!always && !this.#holds.any) return;
    const missing = [...new Set([...this.lanes.keys()].map(dossierOfLane))].filter((id) => !this.subjects.has(id));
    if (missing.length === 0) return;
    const rows = await this.tx.query<{ id: number; code: string; procedureCode: string }>(
      'SELECT id, code, procedure_code AS "procedureCode" FROM dossiers WHERE id = ANY($1::bigint[])', [missing],
    );
    for (const { id, code, procedureCode } of rows) this.subjects.set(id, { code, procedureCode });
  }

  /** The hold that keeps the lane back, if one does. */
  holdOn(lane: Lane): number | undefined {
    const subject = this.subjects.get(dossierOfLane(lane.id));
    if (subject === undefined || !this.#holds.any) return undefined;
    return this.#holds.match({ ...subject, upstream: this.upstreamName(lane.upstreamNo) });
  }

  protected upstreamName(no: number): string { return this.store.names.upstreamName(no); }

  /** Asks for ids together with what is loaded, where it is known how many attempts there will be. */
  async expectAttempts(count: number): Promise<void> {
    if (count > 0) this.#attemptIds.push(...(await this.store.attemptIds(this.tx, count)));
  }

  keepLanes(rows: readonly Lane[]): void {
    for (const lane of rows) if (!this.lanes.has(lane.id)) this.lanes.set(lane.id, lane);
  }

  keepExchanges(rows: readonly Exchange[]): void {
    for (const exchange of rows) if (!this.exchanges.has(exchange.id)) this.#index(exchange);
  }

  /** The loaded and new exchanges of a lane, by turn. */
  ofLane(laneId: number): Exchange[] {
    return [...(this.#byLane.get(laneId) ?? [])].sort((a, b) => (a.place ?? a.id) - (b.place ?? b.id) || a.id - b.id);
  }

  addLane(lane: Lane): void {
    this.lanes.set(lane.id, lane);
    this.#newLanes.add(lane);
    this.countLane(undefined, lane.state);
  }

  addExchange(exchange: Exchange): void {
    this.#index(exchange);
    this.#newExchanges.add(exchange);
  }

  changeLane(lane: Lane, to: Partial<Lane>): void {
    if (to.state !== undefined) this.countLane(lane.state, to.state);
    Object.assign(lane, to);
    if (!this.#newLanes.has(lane)) this.#changedLanes.add(lane);
  }

  /** Without its counter: see exchanges.ts. */
  changeExchange(exchange: Exchange, to: Partial<Exchange>): void {
    Object.assign(exchange, to);
    if (!this.#newExchanges.has(exchange)) this.#changedExchanges.add(exchange);
  }

  record(laneId: number, attempt: AttemptRecord): void { this.#attempts.push({ laneId, attempt }); }

  /** Tells all processes, when this is durable. */
  notify(notice: Notice): void { this.#notices.add(notice); }

  countLane(from: number | undefined, to: number): void {
    if (from === to) return;
    for (const [state, key] of [[LANE.ready, 'lanes/ready'], [LANE.blocked, 'lanes/blocked'], [LANE.held, 'lanes/held']] as const) {
      if (from === state) this.counters.add(key, -1);
      if (to === state) this.counters.add(key, 1);
    }
    if (to === LANE.ready && this.announces) this.notify('work');
  }

  /** Writes everything. The unit may go on after it. */
  async flush(): Promise<void> {
    const { tx } = this;
    await this.#saveAttempts();
    if (this.#newLanes.size > 0) {
      const rows = [...this.#newLanes];
      tx.save(
        `INSERT INTO lanes (id, upstream_no, state, ready_at, woken, lease, remote, due_at, hold_id)
         SELECT * FROM unnest($1::bigint[], $2::int[], $3::int[], $4::bigint[], $5::int[], $6::bigint[], $7::text[], $8::bigint[], $9::bigint[])`,
        columns(rows, 'id', 'upstreamNo', 'state', 'readyAt', 'woken', 'lease', 'remote', 'dueAt', 'holdId'),
      );
    }
    if (this.#changedLanes.size > 0) {
      tx.save(
        `UPDATE lanes l SET state = v.state, ready_at = v.ready_at, woken = v.woken, lease = v.lease, lease_until = v.lease_until, lease_ms = v.lease_ms,
           owner = v.owner, remote = v.remote, due_at = v.due_at, hold_id = v.hold_id
         FROM unnest($1::bigint[], $2::int[], $3::bigint[], $4::int[], $5::bigint[], $6::bigint[], $7::bigint[], $8::text[], $9::text[], $10::bigint[], $11::bigint[])
           AS v(id, state, ready_at, woken, lease, lease_until, lease_ms, owner, remote, due_at, hold_id) WHERE l.id = v.id`,
        columns([...this.#changedLanes], 'id', 'state', 'readyAt', 'woken', 'lease', 'leaseUntil', 'leaseMs', 'owner', 'remote', 'dueAt', 'holdId'),
      );
    }
    if (this.#newExchanges.size > 0) {
      tx.save(
        `INSERT INTO exchanges (id, lane_id, operation_no, item_key, event_seq, state, created_at, attempts, lost_replies, place, settled_at, replay)
         SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::int[], $4::text[], $5::bigint[], $6::int[], $7::bigint[], $8::int[], $9::int[], $10::bigint[], $11::bigint[], $12::bigint[])`,
        columns([...this.#newExchanges], 'id', 'laneId', 'operationNo', 'itemKey', 'eventSeq', 'state', 'createdAt', 'attempts', 'lostReplies', 'place', 'settledAt', 'replay'),
      );
    }
    if (this.#changedExchanges.size > 0) {
      tx.save(
        `UPDATE exchanges x SET event_seq = v.event_seq, state = v.state, attempts = v.attempts, lost_replies = v.lost_replies, place = v.place,
           begun_at = v.begun_at, settled_at = v.settled_at, next_at = v.next_at, code = v.code, doubt = v.doubt, replay = v.replay
         FROM unnest($1::bigint[], $2::bigint[], $3::int[], $4::int[], $5::int[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::text[], $11::int[], $12::bigint[])
           AS v(id, event_seq, state, attempts, lost_replies, place, begun_at, settled_at, next_at, code, doubt, replay) WHERE x.id = v.id`,
        columns([...this.#changedExchanges], 'id', 'eventSeq', 'state', 'attempts', 'lostReplies', 'place', 'begunAt', 'settledAt', 'nextAt', 'code', 'doubt', 'replay'),
      );
    }
    for (const set of [this.#newLanes, this.#changedLanes, this.#newExchanges, this.#changedExchanges]) set.clear();
    this.counters.save(tx, this.#slot);
    if (this.store.db.notifies) for (const notice of this.#notices) tx.save('SELECT pg_notify($1, $2)', [CHANNEL, notice]);
    this.#notices.clear();
  }

  /** The id is part of what seals the evidence, so it is asked for first. */
  async #saveAttempts(): Promise<void> {
    const attempts = this.#attempts.splice(0);
    if (attempts.length === 0) return;
    if (this.#attemptIds.length < attempts.length) await this.expectAttempts(attempts.length - this.#attemptIds.length);
    const ids = this.#attemptIds.splice(0, attempts.length);
    const sealed = attempts.map(({ attempt }, i) =>
      attempt.evidence === undefined ? null : this.store.sealer.seal(Buffer.from(attempt.evidence.slice(0, MOST_EVIDENCE_CHARS)), `attempts:${ids[i] ?? 0}`));
    const of = <T>(pick: (attempt: AttemptRecord) => T): T[] => attempts.map(({ attempt }) => pick(attempt));
    this.tx.save(
      `INSERT INTO attempts (id, lane_id, operation, kind, exchange_ids, started_at, ended_at, outcome, code, http_status, evidence, mapping)
       SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::text[], $9::text[], $10::int[], $11::bytea[], $12::text[])`,
      [
        ids, attempts.map(({ laneId }) => laneId), of((a) => a.operation), of((a) => a.kind), of((a) => JSON.stringify(a.exchangeIds)), of((a) => a.startedAt), of((a) => a.endedAt),
        of((a) => a.outcome), of((a) => a.code), of((a) => a.httpStatus), sealed, of((a) => a.mapping ?? null),
      ],
    );
  }

  #index(exchange: Exchange): void {
    this.exchanges.set(exchange.id, exchange);
    const lane = this.#byLane.get(exchange.laneId);
    if (lane === undefined) this.#byLane.set(exchange.laneId, [exchange]);
    else lane.push(exchange);
  }
}

/** One array for each column, as `unnest` takes them. */
function columns<T, K extends keyof T>(rows: readonly T[], ...keys: K[]): T[K][][] {
  return keys.map((key) => rows.map((row) => row[key]));
}
