/** Rows of lanes. Every change of a lane's state passes here, so that what is counted stays right. */
import type { StatementSync } from 'node:sqlite';
import { LANE, dossierOfLane, upstreamOfLane } from '../codes.ts';
import type { Store } from './store.ts';

export interface StoredLane { state: number; lease: number; leaseMs: number | null; woken: number; readyAt: number | null }
export interface Lease { lease: number; until: number; ms: number; owner: string }

const COUNTED: Readonly<Record<number, string>> = { [LANE.ready]: 'lanes/ready', [LANE.blocked]: 'lanes/blocked', [LANE.held]: 'lanes/held' };

export class LaneRows {
  readonly #store: Store;
  // In memory only: SQLite has one process, and a start takes every lease back.
  readonly #leasedOf = new Map<number, number>();
  readonly #sql: Record<'insert' | 'insertKnown' | 'get' | 'ready' | 'rest' | 'hold' | 'lease' | 'wakeLeased' | 'extend' | 'remote' | 'leased', StatementSync>;

  constructor(store: Store) {
    this.#store = store;
    const { db } = store;
    this.#sql = {
      insert: db.prepare(`INSERT INTO lanes (id, upstream_no, state, ready_at, due_at) VALUES (?, ?, ${LANE.ready}, ?, ?)`),
      insertKnown: db.prepare(`INSERT INTO lanes (id, upstream_no, state, ready_at, due_at) VALUES (?, ?, ${LANE.idle}, NULL,
        (SELECT CASE WHEN (resolved_at IS NULL AND returned_at IS NULL) OR due_at > updated_at THEN due_at END FROM dossiers WHERE id = ?))`),
      get: db.prepare('SELECT state, lease, lease_ms AS leaseMs, woken, ready_at AS readyAt FROM lanes WHERE id = ?'),
      ready: db.prepare(`UPDATE lanes SET state = ${LANE.ready}, ready_at = ?, woken = 0, lease_until = NULL, owner = NULL, hold_id = NULL WHERE id = ?`),
      rest: db.prepare('UPDATE lanes SET state = ?, ready_at = NULL, woken = 0, lease_until = NULL, owner = NULL, hold_id = NULL WHERE id = ?'),
      hold: db.prepare(`UPDATE lanes SET state = ${LANE.held}, ready_at = ?, woken = 0, lease_until = NULL, owner = NULL, hold_id = ? WHERE id = ?`),
      lease: db.prepare(`UPDATE lanes SET state = ${LANE.leased}, lease = ?, lease_until = ?, lease_ms = ?, owner = ?, woken = 0, ready_at = NULL WHERE id = ?`),
      wakeLeased: db.prepare('UPDATE lanes SET woken = 1 WHERE id = ?'),
      extend: db.prepare('UPDATE lanes SET lease_until = ? WHERE id = ?'),
      remote: db.prepare('UPDATE lanes SET remote = ? WHERE id = ?'),
      leased: db.prepare(`SELECT upstream_no AS no, count(*) AS n FROM lanes INDEXED BY lanes_leased WHERE state = ${LANE.leased} GROUP BY upstream_no`),
    };
    this.#recount();
    store.onRollback(() => { this.#recount(); });
  }

  get(lane: number): StoredLane | undefined { return this.#sql.get.get(lane) as StoredLane | undefined; }
  /** Lanes of an upstream that workers hold now. */
  leasedOf(upstreamNo: number): number { return this.#leasedOf.get(upstreamNo) ?? 0; }

  /** The lane of a dossier that was not known before: ready. `dueAt` as `pressingDue` has it. */
  open(lane: number, upstreamNo: number, now: number, dueAt: number | null): void {
    this.#sql.insert.run(lane, upstreamNo, now, dueAt);
    this.#store.counters.add('lanes/ready', 1);
  }

  /** A further lane of a known dossier: idle. */
  openKnown(lane: number): void { this.#sql.insertKnown.run(lane, upstreamOfLane(lane), dossierOfLane(lane)); }

  ready(lane: number, from: number, at: number): void {
    this.#sql.ready.run(at, lane);
    this.#count(lane, from, LANE.ready);
  }

  rest(lane: number, from: number, to: typeof LANE.idle | typeof LANE.blocked): void {
    this.#sql.rest.run(to, lane);
    this.#count(lane, from, to);
  }

  /** `at`: when it is to be ready once it is let go. */
  hold(lane: number, from: number, holdId: number, at: number): void {
    this.#sql.hold.run(at, holdId, lane);
    this.#count(lane, from, LANE.held);
  }

  /** A ready lane goes to a worker. */
  lease(lane: number, { lease, until, ms, owner }: Lease): void {
    this.#sql.lease.run(lease, until, ms, owner, lane);
    this.#count(lane, LANE.ready, LANE.leased);
  }

  /** Something arrived during the lease. */
  wakeLeased(lane: number): void { this.#sql.wakeLeased.run(lane); }
  extend(lane: number, until: number): void { this.#sql.extend.run(until, lane); }
  setRemote(lane: number, remote: string): void { this.#sql.remote.run(remote, lane); }

  #count(lane: number, from: number, to: number): void {
    if (from === to) return;
    const [before, after] = [COUNTED[from], COUNTED[to]];
    if (before !== undefined) this.#store.counters.add(before, -1);
    if (after !== undefined) this.#store.counters.add(after, 1);
    const change = Number(to === LANE.leased) - Number(from === LANE.leased);
    if (change !== 0) this.#leasedOf.set(upstreamOfLane(lane), this.leasedOf(upstreamOfLane(lane)) + change);
  }

  #recount(): void {
    this.#leasedOf.clear();
    for (const { no, n } of this.#sql.leased.all() as unknown as { no: number; n: number }[]) this.#leasedOf.set(no, n);
  }
}
