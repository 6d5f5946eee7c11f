/**
 * Lanes: everything that waits for one (upstream, dossier), drained by one worker at a time, in order (law 3).
 *
 *   idle ──new change, retry, sweep──▶ ready ──claim──▶ leased ──release──▶ idle | ready (at a time) | blocked
 *   blocked ──new change, retry──▶ ready            leased ──lease ran out, restart──▶ ready
 *
 * Where a hold matches, `held` stands in for `ready`, on every way there; it ends with the hold.
 *
 * A change that arrives while the lane is leased sets `woken`; release then makes the lane ready at once, whatever the worker
 * asked: nothing is forgotten between a worker's last look and its release.
 */
import type { StatementSync } from 'node:sqlite';
import { LedgerError } from '../errors.ts';
import type { CancelResult } from '../control.ts';
import type { ExchangeState, LaneUpdate } from '../ledger.ts';
import { LANE, STATE, dossierOfLane, laneId, stateName, upstreamOfLane } from '../codes.ts';
import type { Exchanges } from './exchanges.ts';
import type { Holds } from './holds.ts';
import { LaneRows } from './lane-rows.ts';
import type { StoredLane } from './lane-rows.ts';
import type { Store } from './store.ts';

export interface DossierOfLane { id: number; code: string; procedureCode: string }

const RETRYABLE: ReadonlySet<number> = new Set([STATE.rejected, STATE.dead, STATE.doubtful, STATE.cancelled]);
/** Rows of waiting work that one sweep examines; the next sweep goes on behind them. */
const SWEEP_ROWS = 20_000;
/** The longest pause that a configuration can ask for. */
const LONGEST_WAIT_MS = 24 * 60 * 60 * 1000;

export class Lanes {
  readonly rows: LaneRows;
  readonly #store: Store;
  readonly #exchanges: Exchanges;
  readonly #holds: Holds;
  #sweptTo = 0;
  readonly #sql: Record<'dossier' | 'expired' | 'leased' | 'waiting' | 'head' | 'next' | 'byCode' | 'due', StatementSync>;

  constructor(store: Store, exchanges: Exchanges, holds: Holds) {
    this.#store = store;
    this.#exchanges = exchanges;
    this.#holds = holds;
    this.rows = new LaneRows(store);
    const { db } = store;
    this.#sql = {
      dossier: db.prepare('SELECT id, code, procedure_code AS procedureCode FROM dossiers WHERE id = ?'),
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
      due: db.prepare('UPDATE lanes SET due_at = ? WHERE id BETWEEN ? AND ? AND due_at IS NOT ?'),
    };
  }

  /** The lane of a dossier that was not known before. */
  open(lane: number, upstreamNo: number, now: number, dueAt: number | null): void {
    this.rows.open(lane, upstreamNo, now, dueAt);
    if (this.#holds.any) this.makeReady(lane, LANE.ready, now);
  }

  /** Something new to do in the lane. */
  wake(lane: number, now: number): void {
    let stored = this.rows.get(lane);
    if (stored === undefined) {
      this.rows.openKnown(lane);
      stored = { state: LANE.idle, lease: 0, leaseMs: null, woken: 0, readyAt: null };
    }
    if (stored.state === LANE.leased) this.rows.wakeLeased(lane);
    else this.makeReady(lane, stored.state, Math.min(stored.readyAt ?? now, now));
  }

  /** A change moved the dossier's due date. */
  setDue(dossierId: number, dueAt: number | null): void { this.#sql.due.run(dueAt, laneId(dossierId, 0), laneId(dossierId + 1, 0) - 1, dueAt); }

  dossierOf(lane: number): DossierOfLane {
    return (this.#sql.dossier.get(dossierOfLane(lane)) as DossierOfLane | undefined) ?? { id: dossierOfLane(lane), code: '', procedureCode: '' };
  }

  /** The hold that keeps the lane back, if one does. */
  holdOn(lane: number, dossier = this.#holds.any ? this.dossierOf(lane) : undefined): number | undefined {
    if (dossier === undefined || !this.#holds.any) return undefined;
    return this.#holds.match({ code: dossier.code, procedureCode: dossier.procedureCode, upstream: this.#store.names.upstreamName(upstreamOfLane(lane)) });
  }

  /** Ready at a time, or held back until a hold ends. */
  makeReady(lane: number, from: number, at: number): void {
    const hold = this.holdOn(lane);
    if (hold !== undefined) this.rows.hold(lane, from, hold, at);
    else this.rows.ready(lane, from, at);
  }

  /**
   * One durable step of a worker.
   * @returns false when what it is about to send may not go any more (cancelled or held back meanwhile): everything else of the
   * step is kept, the lane is given back and the worker must let go
   * @throws LedgerError LT-LEDGER-LEASE-LOST before anything is written
   */
  update(update: LaneUpdate, now: number): boolean {
    const { lane, stored } = this.#claimed(update);
    const changes = update.exchanges ?? [];
    const changing = changes.map((change) => this.#own(lane, change.id));
    for (const id of update.begin ?? []) this.#own(lane, id);
    for (const attempt of update.attempts ?? []) this.#exchanges.record(lane, attempt);
    for (const change of changes) {
      // Where there are several, one may have changed what the next is about.
      const exchange = changes.length === 1 ? changing[0] : undefined;
      // The lane's head is another one now: whatever the worker asks at the release, it is to be looked at again.
      if (!this.#exchanges.apply(exchange ?? this.#own(lane, change.id), change, now)) continue;
      stored.woken = 1;
      this.rows.wakeLeased(lane);
    }
    if (update.remote !== undefined) this.rows.setRemote(lane, update.remote);
    const mayBegin = this.#begin(lane, update.begin ?? [], now);
    if (!mayBegin) this.#release(lane, stored, { nextAt: now }, now);
    else if (update.release !== undefined) this.#release(lane, stored, update.release, now);
    else this.rows.extend(lane, now + (stored.leaseMs ?? 0));
    return mayBegin;
  }

  /**
   * Takes back leases that ran out, and wakes idle lanes whose first waiting exchange is due. The second should find nothing:
   * it is the net under every other path. It reads a bounded stretch of the waiting rows and goes on from there next time.
   */
  sweep(now: number, alive: readonly { upstream: string; dossierCode: string }[] = []): { woken: number; expired: number } {
    const drained = new Set(alive.map(({ upstream, dossierCode }) => `${upstream}\0${dossierCode}`));
    const nameOf = (lane: number): string => `${this.#store.names.upstreamName(upstreamOfLane(lane))}\0${this.dossierOf(lane).code}`;
    const expired = (this.#sql.expired.all(now) as unknown as { id: number }[]).filter(({ id }) => drained.size === 0 || !drained.has(nameOf(id)));
    for (const { id } of expired) this.#takeBack(id, now);
    const rows = this.#sql.waiting.all({ after: this.#sweptTo }) as unknown as { exchangeId: number; laneId: number; laneState: number }[];
    this.#sweptTo = rows.length < SWEEP_ROWS ? 0 : (rows.at(-1)?.exchangeId ?? 0);
    const idle = new Set(rows.filter((row) => row.laneState === LANE.idle).map((row) => row.laneId));
    let woken = 0;
    for (const lane of idle) {
      const head = this.#head(lane);
      if (head === undefined || (head.nextAt !== null && head.nextAt > now)) continue;
      this.makeReady(lane, LANE.idle, now);
      woken += 1;
    }
    return { woken, expired: expired.length };
  }

  /** After a start: no worker of the earlier process is left, and nothing waits for a time that only a wrong clock could have meant. */
  recover(now: number): void {
    const latest = now + LONGEST_WAIT_MS;
    this.#store.db.prepare(`UPDATE exchanges SET next_at = ? WHERE state IN (${STATE.pending}, ${STATE.unknown}) AND next_at > ?`).run(latest, latest);
    this.#store.db.prepare(`UPDATE lanes SET ready_at = ? WHERE state IN (${LANE.ready}, ${LANE.held}) AND ready_at > ?`).run(latest, latest);
    for (const { id } of this.#sql.leased.all() as unknown as { id: number }[]) this.#takeBack(id, now);
  }

  /** A person's retry of an exchange that had ended badly. A snapshot with a newer one behind it stays as it is. */
  retry(exchangeId: number, now: number, replay: number | null, replaceable: boolean): { laneId: number; from: ExchangeState } | undefined {
    const exchange = this.#exchanges.get(exchangeId);
    if (exchange === undefined || !RETRYABLE.has(exchange.state)) return undefined;
    if (replaceable && this.#exchanges.newer(exchange) !== undefined) return undefined;
    this.#exchanges.reopen(exchange, replay);
    this.wake(exchange.laneId, now);
    return { laneId: exchange.laneId, from: stateName(exchange.state) };
  }

  /** A person gives an exchange up; what stood behind it goes on. */
  cancel(exchangeId: number, to: 'cancelled' | 'dead', now: number): { result: CancelResult; laneId?: number; from?: ExchangeState } {
    const exchange = this.#exchanges.get(exchangeId);
    if (exchange === undefined) return { result: 'unknown-exchange' };
    if (exchange.state === STATE.sending) return { result: 'in-flight' };
    const isOver = exchange.state === STATE.done || exchange.state === STATE.superseded || exchange.state === STATE.cancelled;
    if (isOver || exchange.state === STATE[to]) return { result: 'settled' };
    this.#exchanges.cancel(exchange, to, now);
    const state = this.rows.get(exchange.laneId)?.state ?? LANE.idle;
    if (state === LANE.leased || this.#head(exchange.laneId) !== undefined) this.wake(exchange.laneId, now);
    else if (state !== LANE.idle) this.rows.rest(exchange.laneId, state, LANE.idle);
    return { result: 'cancelled', laneId: exchange.laneId, from: stateName(exchange.state) };
  }

  /** When the next lane becomes ready; a held upstream's lanes do not, even those that the hold has not reached yet. */
  nextReadyAt(upstreams?: readonly string[]): number | null {
    const { names } = this.#store;
    const asked = upstreams ?? names.upstreamNumbers().map((no) => names.upstreamName(no));
    const numbers = asked.filter((name) => !this.#holds.upstreamHeld(name)).map((name) => names.knownUpstream(name)).filter((no) => no !== undefined);
    const times = numbers.map((no) => (this.#sql.next.get(no) as { at: number | null }).at).filter((at) => at !== null);
    return times.length === 0 ? null : Math.min(...times);
  }

  #head(lane: number): { nextAt: number | null } | undefined { return this.#sql.head.get(lane) as { nextAt: number | null } | undefined; }

  #claimed(update: LaneUpdate): { lane: number; stored: StoredLane } {
    const dossier = this.#sql.byCode.get(update.dossierCode) as { id: number } | undefined;
    const upstreamNo = this.#store.names.knownUpstream(update.upstream);
    const lane = dossier === undefined || upstreamNo === undefined ? undefined : laneId(dossier.id, upstreamNo);
    const stored = lane === undefined ? undefined : this.rows.get(lane);
    if (lane === undefined || stored?.state !== LANE.leased || stored.lease !== update.lease) throw new LedgerError('LT-LEDGER-LEASE-LOST');
    return { lane, stored };
  }

  #own(lane: number, exchangeId: number) {
    const exchange = this.#exchanges.get(exchangeId);
    if (exchange?.laneId !== lane) throw new LedgerError('LT-LEDGER-INVALID', 'exchange of another lane');
    return exchange;
  }

  /** All or none: they go in one call. False when one of them is settled by now, or a hold keeps the lane back. */
  #begin(lane: number, ids: readonly number[], now: number): boolean {
    const exchanges = ids.map((id) => this.#own(lane, id));
    const fresh = exchanges.filter((exchange) => exchange.state !== STATE.sending);
    if (fresh.every(({ state }) => state === STATE.pending || state === STATE.unknown) && (fresh.length === 0 || this.holdOn(lane) === undefined)) {
      for (const exchange of exchanges) this.#exchanges.begin(exchange, now);
      return true;
    }
    // Begun with the claim, for the call that is not made after all.
    for (const exchange of exchanges) if (exchange.state === STATE.sending) this.#exchanges.unbegin(exchange);
    return false;
  }

  #release(lane: number, stored: StoredLane, release: NonNullable<LaneUpdate['release']>, now: number): void {
    const interrupted = this.#exchanges.interruptLane(lane, now);
    if (stored.woken === 1 || interrupted > 0) this.makeReady(lane, LANE.leased, now);
    else if (release.nextAt !== null) this.makeReady(lane, LANE.leased, release.nextAt);
    else if (release.blocked === true) this.rows.rest(lane, LANE.leased, LANE.blocked);
    else this.#rest(lane);
  }

  /** Nothing more to do now. What has a time of its own is still remembered; what has none waits for news, or for the sweep. */
  #rest(lane: number): void {
    const head = this.#head(lane);
    if (head?.nextAt == null) this.rows.rest(lane, LANE.leased, LANE.idle);
    else this.makeReady(lane, LANE.leased, head.nextAt);
  }

  #takeBack(lane: number, now: number): void {
    this.#exchanges.interruptLane(lane, now);
    this.makeReady(lane, LANE.leased, now);
  }
}
