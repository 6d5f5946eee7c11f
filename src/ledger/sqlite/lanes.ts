/**
 * Lanes: everything that waits for one (upstream, dossier), drained by one worker at a time, in order (law 3).
 *
 *   idle ──new change, retry, sweep──▶ ready ──claim──▶ leased ──release──▶ idle | ready (at a time) | blocked
 *   blocked ──new change, retry──▶ ready            leased ──lease ran out, restart──▶ ready
 *
 * A change that arrives while the lane is leased sets `woken`; release then makes the lane ready at once, whatever the worker
 * asked: nothing is forgotten between a worker's last look and its release.
 */
import type { StatementSync } from 'node:sqlite';
import { LedgerError, isLedgerError } from '../errors.ts';
import type { ClaimOptions, ClaimedExchange, ClaimedLane, ExchangeState, LaneUpdate } from '../ledger.ts';
import { LANE, STATE, dossierOfLane, laneId, stateName, upstreamOfLane } from './codes.ts';
import type { Exchanges } from './exchanges.ts';
import type { Store } from './store.ts';

interface ReadyLane { id: number; readyAt: number; lease: number; remote: string }
interface StoredLane { state: number; lease: number; leaseMs: number | null; woken: number; readyAt: number | null }
interface OpenExchange { id: number; operationNo: number; itemKey: string; eventSeq: number; state: number; attempts: number; lostReplies: number; createdAt: number; nextAt: number | null }

const RETRYABLE: ReadonlySet<number> = new Set([STATE.rejected, STATE.dead, STATE.doubtful]);
/** Lanes looked at per claimed lane: ready ones with nothing due are put to rest on the way, but never without end. */
const LOOKS_PER_LANE = 4;
/** Rows of waiting work that one sweep examines; the next sweep goes on behind them. */
const SWEEP_ROWS = 20_000;
/** The longest pause that a configuration can ask for. */
const LONGEST_WAIT_MS = 24 * 60 * 60 * 1000;

export class Lanes {
  readonly #store: Store;
  readonly #exchanges: Exchanges;
  #sweptTo = 0;
  readonly #sql: Record<
    'insert' | 'get' | 'ready' | 'wakeLeased' | 'claimable' | 'lease' | 'rest' | 'extend' | 'remote' | 'due' | 'code' | 'body' | 'expired' | 'leased' | 'waiting' | 'head' | 'next' | 'byCode',
    StatementSync
  >;

  constructor(store: Store, exchanges: Exchanges) {
    this.#store = store;
    this.#exchanges = exchanges;
    const { db } = store;
    this.#sql = {
      insert: db.prepare(`INSERT INTO lanes (id, upstream_no, state, ready_at) VALUES (?, ?, ${LANE.ready}, ?)`),
      get: db.prepare('SELECT state, lease, lease_ms AS leaseMs, woken, ready_at AS readyAt FROM lanes WHERE id = ?'),
      ready: db.prepare(`UPDATE lanes SET state = ${LANE.ready}, ready_at = ?, woken = 0, lease_until = NULL, owner = NULL WHERE id = ?`),
      wakeLeased: db.prepare('UPDATE lanes SET woken = 1 WHERE id = ?'),
      claimable: db.prepare(`SELECT id, ready_at AS readyAt, lease, remote FROM lanes INDEXED BY lanes_ready
        WHERE state = ${LANE.ready} AND upstream_no = ? AND ready_at <= ? ORDER BY ready_at LIMIT ?`),
      lease: db.prepare(`UPDATE lanes SET state = ${LANE.leased}, lease = ?, lease_until = ?, lease_ms = ?, owner = ?, woken = 0, ready_at = NULL WHERE id = ?`),
      rest: db.prepare('UPDATE lanes SET state = ?, ready_at = NULL, woken = 0, lease_until = NULL, owner = NULL WHERE id = ?'),
      extend: db.prepare('UPDATE lanes SET lease_until = ? WHERE id = ?'),
      remote: db.prepare('UPDATE lanes SET remote = ? WHERE id = ?'),
      due: db.prepare(`SELECT id, operation_no AS operationNo, item_key AS itemKey, event_seq AS eventSeq, state, attempts, lost_replies AS lostReplies,
        created_at AS createdAt, next_at AS nextAt FROM exchanges INDEXED BY exchanges_open
        WHERE lane_id = ? AND state < 5 AND state IN (${STATE.pending}, ${STATE.unknown}) ORDER BY coalesce(place, id), id LIMIT ?`),
      code: db.prepare('SELECT code FROM dossiers WHERE id = ?'),
      body: db.prepare('SELECT body FROM events WHERE seq = ?'),
      expired: db.prepare(`SELECT id FROM lanes INDEXED BY lanes_leased WHERE state = ${LANE.leased} AND lease_until < ?`),
      leased: db.prepare(`SELECT id FROM lanes INDEXED BY lanes_leased WHERE state = ${LANE.leased}`),
      waiting: db.prepare(`SELECT e.id AS exchangeId, e.lane_id AS laneId, l.state AS laneState FROM (
          SELECT id, lane_id FROM exchanges WHERE state = ${STATE.pending} AND id > :after
          UNION ALL SELECT id, lane_id FROM exchanges WHERE state = ${STATE.unknown} AND id > :after
          ORDER BY id LIMIT ${SWEEP_ROWS}) e JOIN lanes l ON l.id = e.lane_id`),
      head: db.prepare(`SELECT next_at AS nextAt FROM exchanges INDEXED BY exchanges_open
        WHERE lane_id = ? AND state < 5 AND state IN (${STATE.pending}, ${STATE.unknown}) ORDER BY coalesce(place, id), id LIMIT 1`),
      next: db.prepare(`SELECT min(ready_at) AS at FROM lanes INDEXED BY lanes_ready WHERE state = ${LANE.ready} AND upstream_no = ?`),
      byCode: db.prepare('SELECT id FROM dossiers WHERE code = ?'),
    };
  }

  /** The lane of a dossier that was not known before. */
  open(lane: number, upstreamNo: number, now: number): void {
    this.#sql.insert.run(lane, upstreamNo, now);
    this.#store.counters.add('lanes/ready', 1);
  }

  /** Something new to do in the lane. */
  wake(lane: number, upstreamNo: number, now: number): void {
    const stored = this.#sql.get.get(lane) as StoredLane | undefined;
    if (stored === undefined) this.open(lane, upstreamNo, now);
    else if (stored.state === LANE.leased) this.#sql.wakeLeased.run(lane);
    else this.#setReady(lane, stored.state, Math.min(stored.readyAt ?? now, now));
  }

  /** Takes ready lanes, longest waiting first, with what is due in them. */
  claim(options: ClaimOptions): ClaimedLane[] {
    const claimed: ClaimedLane[] = [];
    for (const lane of this.#candidates(options)) {
      if (claimed.length >= options.limit) break;
      const open = this.#sql.due.all(lane.id, Math.max(1, options.perLane)) as unknown as OpenExchange[];
      // Strict order: what is behind one that must wait, waits too.
      const firstLater = open.findIndex((exchange) => exchange.nextAt !== null && exchange.nextAt > options.now);
      const due = firstLater < 0 ? open : open.slice(0, firstLater);
      const bodies = this.#bodies(due, options.now);
      const readable = due.filter((exchange) => bodies.has(exchange.eventSeq));
      if (readable.length > 0) claimed.push(this.#take(lane, readable, bodies, options));
      // Fewer than asked for looks like the end of the lane to its worker; it is to be looked at again.
      if (readable.length > 0 && readable.length < due.length) this.#sql.wakeLeased.run(lane.id);
      if (readable.length > 0) continue;
      if (due.length > 0) this.#setReady(lane.id, LANE.ready, options.now);
      else if (open[0]?.nextAt != null) this.#setReady(lane.id, LANE.ready, open[0].nextAt);
      else this.#setAside(lane.id, LANE.ready, LANE.idle);
    }
    return claimed;
  }

  /** One durable step of a worker. @throws LedgerError LT-LEDGER-LEASE-LOST before anything is written */
  update(update: LaneUpdate, now: number): void {
    const { lane, stored } = this.#held(update);
    for (const id of [...(update.exchanges ?? []).map((change) => change.id), ...(update.begin ?? [])]) this.#own(lane, id);
    for (const attempt of update.attempts ?? []) this.#exchanges.record(lane, attempt);
    for (const change of update.exchanges ?? []) {
      // The lane's head is another one now: whatever the worker asks at the release, it is to be looked at again.
      if (!this.#exchanges.apply(this.#own(lane, change.id), change, now)) continue;
      stored.woken = 1;
      this.#sql.wakeLeased.run(lane);
    }
    for (const id of update.begin ?? []) this.#exchanges.begin(this.#own(lane, id), now);
    if (update.remote !== undefined) this.#sql.remote.run(update.remote, lane);
    if (update.release !== undefined) this.#release(lane, stored, update.release, now);
    else this.#sql.extend.run(now + (stored.leaseMs ?? 0), lane);
  }

  /**
   * Takes back leases that ran out, and wakes idle lanes whose first waiting exchange is due. The second should find nothing:
   * it is the net under every other path. It reads a bounded stretch of the waiting rows and goes on from there next time.
   */
  sweep(now: number, alive: readonly { upstream: string; dossierCode: string }[] = []): { woken: number; expired: number } {
    const drained = new Set(alive.map(({ upstream, dossierCode }) => `${upstream}\0${dossierCode}`));
    const expired = (this.#sql.expired.all(now) as unknown as { id: number }[]).filter(({ id }) => drained.size === 0 || !drained.has(this.#nameOf(id)));
    for (const { id } of expired) this.#takeBack(id, now);
    const rows = this.#sql.waiting.all({ after: this.#sweptTo }) as unknown as { exchangeId: number; laneId: number; laneState: number }[];
    this.#sweptTo = rows.length < SWEEP_ROWS ? 0 : (rows.at(-1)?.exchangeId ?? 0);
    const idle = new Set(rows.filter((row) => row.laneState === LANE.idle).map((row) => row.laneId));
    let woken = 0;
    for (const lane of idle) {
      const head = this.#sql.head.get(lane) as { nextAt: number | null } | undefined;
      if (head === undefined || (head.nextAt !== null && head.nextAt > now)) continue;
      this.#setReady(lane, LANE.idle, now);
      woken += 1;
    }
    return { woken, expired: expired.length };
  }

  #nameOf(lane: number): string {
    return `${this.#store.names.upstreamName(upstreamOfLane(lane))}\0${(this.#sql.code.get(dossierOfLane(lane)) as { code: string } | undefined)?.code ?? ''}`;
  }

  /** After a start: no worker of the earlier process is left, and nothing waits for a time that only a wrong clock could have meant. */
  recover(now: number): void {
    const latest = now + LONGEST_WAIT_MS;
    this.#store.db.prepare(`UPDATE exchanges SET next_at = ? WHERE state IN (${STATE.pending}, ${STATE.unknown}) AND next_at > ?`).run(latest, latest);
    this.#store.db.prepare(`UPDATE lanes SET ready_at = ? WHERE state = ${LANE.ready} AND ready_at > ?`).run(latest, latest);
    for (const { id } of this.#sql.leased.all() as unknown as { id: number }[]) this.#takeBack(id, now);
  }

  /** A person's retry of an exchange that had ended badly. */
  retry(exchangeId: number, now: number): { laneId: number; from: ExchangeState } | undefined {
    const exchange = this.#exchanges.get(exchangeId);
    if (exchange === undefined || !RETRYABLE.has(exchange.state)) return undefined;
    this.#exchanges.reopen(exchange);
    this.wake(exchange.laneId, upstreamOfLane(exchange.laneId), now);
    return { laneId: exchange.laneId, from: stateName(exchange.state) };
  }

  nextReadyAt(upstreams?: readonly string[]): number | null {
    const { names } = this.#store;
    const numbers = upstreams === undefined ? names.upstreamNumbers() : upstreams.map((name) => names.knownUpstream(name)).filter((no) => no !== undefined);
    const times = numbers.map((no) => (this.#sql.next.get(no) as { at: number | null }).at).filter((at) => at !== null);
    return times.length === 0 ? null : Math.min(...times);
  }

  #candidates(options: ClaimOptions): ReadyLane[] {
    const { names } = this.#store;
    const upstreams = options.upstreams === undefined
      ? names.upstreamNumbers()
      : options.upstreams.map((name) => names.knownUpstream(name)).filter((no) => no !== undefined);
    const looks = options.limit * LOOKS_PER_LANE;
    const found = upstreams.flatMap((no) => this.#sql.claimable.all(no, options.now, looks) as unknown as ReadyLane[]);
    return found.sort((a, b) => a.readyAt - b.readyAt || a.id - b.id);
  }

  #take(lane: ReadyLane, due: OpenExchange[], bodies: Map<number, string>, options: ClaimOptions): ClaimedLane {
    const lease = lane.lease + 1;
    this.#sql.lease.run(lease, options.now + options.leaseMs, options.leaseMs, options.owner, lane.id);
    this.#store.counters.add('lanes/ready', -1);
    const code = (this.#sql.code.get(dossierOfLane(lane.id)) as { code: string } | undefined)?.code ?? '';
    const exchanges = due.map((exchange) => this.#claimedExchange(exchange));
    const [first] = exchanges;
    if (first?.state === 'pending' && options.beginFirst?.has(first.operation) === true) {
      this.#exchanges.begin(this.#own(lane.id, first.id), options.now);
      first.begun = true;
    }
    return {
      upstream: this.#store.names.upstreamName(upstreamOfLane(lane.id)),
      dossierCode: code,
      lease,
      remote: lane.remote,
      exchanges,
      events: [...bodies].map(([seq, body]) => ({ seq, body })),
    };
  }

  #claimedExchange(exchange: OpenExchange): ClaimedExchange {
    return {
      id: exchange.id,
      operation: this.#store.names.operationByNo(exchange.operationNo).name,
      itemKey: exchange.itemKey,
      eventSeq: exchange.eventSeq,
      state: exchange.state === STATE.unknown ? 'unknown' : 'pending',
      attempts: exchange.attempts,
      lostReplies: exchange.lostReplies,
      createdAt: exchange.createdAt,
    };
  }

  /**
   * The bodies that exchanges refer to, each once. One that does not open (damage, tampering) must not stop the other lanes:
   * its exchanges become dead letters, which a person sees.
   */
  #bodies(due: OpenExchange[], now: number): Map<number, string> {
    const bodies = new Map<number, string>();
    for (const { id, eventSeq, attempts, lostReplies } of due) {
      if (bodies.has(eventSeq)) continue;
      const row = this.#sql.body.get(eventSeq) as { body: Uint8Array } | undefined;
      try {
        if (row === undefined) throw new LedgerError('LT-LEDGER-UNREADABLE', `events:${eventSeq}`);
        bodies.set(eventSeq, this.#store.sealer.open(row.body, `events:${eventSeq}`));
      } catch (e) {
        const exchange = this.#exchanges.get(id);
        if (!isLedgerError(e) || exchange === undefined) throw e;
        this.#exchanges.apply(exchange, { id, state: 'dead', attempts, lostReplies, code: e.code }, now);
      }
    }
    return bodies;
  }

  #held(update: LaneUpdate): { lane: number; stored: StoredLane } {
    const dossier = this.#sql.byCode.get(update.dossierCode) as { id: number } | undefined;
    const upstreamNo = this.#store.names.knownUpstream(update.upstream);
    const lane = dossier === undefined || upstreamNo === undefined ? undefined : laneId(dossier.id, upstreamNo);
    const stored = lane === undefined ? undefined : (this.#sql.get.get(lane) as StoredLane | undefined);
    if (lane === undefined || stored?.state !== LANE.leased || stored.lease !== update.lease) throw new LedgerError('LT-LEDGER-LEASE-LOST');
    return { lane, stored };
  }

  #own(lane: number, exchangeId: number) {
    const exchange = this.#exchanges.get(exchangeId);
    if (exchange?.laneId !== lane) throw new LedgerError('LT-LEDGER-INVALID', 'exchange of another lane');
    return exchange;
  }

  #release(lane: number, stored: StoredLane, release: NonNullable<LaneUpdate['release']>, now: number): void {
    const interrupted = this.#exchanges.interruptLane(lane, now);
    if (stored.woken === 1 || interrupted > 0) this.#setReady(lane, LANE.leased, now);
    else if (release.nextAt !== null) this.#setReady(lane, LANE.leased, release.nextAt);
    else if (release.blocked === true) this.#setAside(lane, LANE.leased, LANE.blocked);
    else this.#rest(lane);
  }

  /** Nothing more to do now. What has a time of its own is still remembered; what has none waits for news, or for the sweep. */
  #rest(lane: number): void {
    const head = this.#sql.head.get(lane) as { nextAt: number | null } | undefined;
    if (head?.nextAt == null) this.#setAside(lane, LANE.leased, LANE.idle);
    else this.#setReady(lane, LANE.leased, head.nextAt);
  }

  #takeBack(lane: number, now: number): void {
    this.#exchanges.interruptLane(lane, now);
    this.#setReady(lane, LANE.leased, now);
  }

  #setReady(lane: number, from: number, at: number): void {
    this.#sql.ready.run(at, lane);
    this.#countState(from, LANE.ready);
  }

  #setAside(lane: number, from: number, to: typeof LANE.idle | typeof LANE.blocked): void {
    this.#sql.rest.run(to, lane);
    this.#countState(from, to);
  }

  #countState(from: number, to: number): void {
    const count = (state: number, by: number): void => {
      if (state === LANE.ready) this.#store.counters.add('lanes/ready', by);
      if (state === LANE.blocked) this.#store.counters.add('lanes/blocked', by);
    };
    count(from, -1);
    count(to, 1);
  }
}
