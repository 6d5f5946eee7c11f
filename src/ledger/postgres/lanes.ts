/** The line of what moves lanes without taking the chain: claims and steps of workers in groups, sweeps one by one. */
import { LedgerError, isLedgerError } from '../errors.ts';
import type { ClaimOptions, ClaimedLane, ExchangeUpdate, LaneUpdate } from '../ledger.ts';
import { LANE, STATE } from '../codes.ts';
import { Claims } from './claims.ts';
import type { Claimed } from './claims.ts';
import { DATABASE_NOW, GONE_INSTANCES } from './cluster.ts';
import { slotOf } from './counters.ts';
import { apply, begin, unbegin } from './exchanges.ts';
import { Groups, answerGroup } from './group.ts';
import type { Job, Outcome } from './group.ts';
import { makeReady, release, takeBack, waitingIn } from './lane-states.ts';
import type { Store } from './store.ts';
import { LANE_FIELDS, Unit } from './unit.ts';
import type { Exchange, Lane } from './unit.ts';

/** Rows of waiting work that one sweep examines; the next sweep goes on behind them. */
const SWEEP_ROWS = 20_000;
/** Lanes that one transaction of a sweep moves, and how many it may make. */
const SWEEP_LANES = 500;
const MOST_SLICES = 20;
/** The longest pause that a configuration can ask for; a longer one was reckoned by a wrong clock. */
const LONGEST_WAIT_MS = 24 * 60 * 60 * 1000;
const LATEST = `(${DATABASE_NOW} + ${LONGEST_WAIT_MS})`;

const WAITING = `(
    (SELECT id, lane_id FROM exchanges WHERE state = ${STATE.pending} AND id > $1 ORDER BY id LIMIT ${SWEEP_ROWS})
    UNION ALL (SELECT id, lane_id FROM exchanges WHERE state = ${STATE.unknown} AND id > $1 ORDER BY id LIMIT ${SWEEP_ROWS})
    ORDER BY id LIMIT ${SWEEP_ROWS})`;

export type LaneName = Pick<LaneUpdate, 'upstream' | 'dossierCode'>;
type Work =
  | { kind: 'update'; update: LaneUpdate; now: number }
  | { kind: 'claim'; options: ClaimOptions }
  | { kind: 'alone'; work: (unit: Unit) => Promise<unknown> };
type LaneJob = Job & Work;
type UpdateJob = Extract<LaneJob, { kind: 'update' }>;

/** A failed snapshot, in whose place a newer one goes. */
const isReplaced = ({ state, replaceable }: ExchangeUpdate): boolean => replaceable === true && (state === 'rejected' || state === 'dead');

const nameOf = ({ upstream, dossierCode }: LaneName): string => `${upstream}\0${dossierCode}`;

export class LanesLine {
  readonly #store: Store;
  readonly #claims: Claims;
  readonly #groups: Groups<LaneJob>;
  /** lanes that this process has claimed and not given back, by name */
  readonly #ids = new Map<string, number>();
  #sweptTo = 0;

  constructor(store: Store) {
    this.#store = store;
    this.#claims = new Claims(store);
    this.#groups = new Groups((jobs) => answerGroup(jobs, (some) => this.#write(some)));
  }

  async claim(options: ClaimOptions): Promise<ClaimedLane[]> {
    const lanes = await this.#groups.push<Claimed[]>({ kind: 'claim', options, weight: 0, alone: false });
    for (const { lane, id } of lanes) this.#ids.set(nameOf(lane), id);
    return lanes.map(({ lane }) => lane);
  }

  async update(update: LaneUpdate): Promise<void> {
    try {
      await this.#groups.push({ kind: 'update', update, now: this.#store.now(), weight: 0, alone: false });
      if (update.release !== undefined) this.#ids.delete(nameOf(update));
    } catch (e) {
      if (isLedgerError(e) && e.code === 'LT-LEDGER-LEASE-LOST') this.#ids.delete(nameOf(update));
      throw e;
    }
  }

  /**
   * Takes back leases that ran out or whose process is gone, and wakes idle lanes whose first waiting exchange is due. The second
   * should find nothing: it is the net under every other path. It reads a bounded stretch of the waiting rows and goes on from there next time.
   */
  async sweep(now: number, alive: readonly LaneName[] | undefined): Promise<{ woken: number; expired: number }> {
    const drained = (alive ?? []).flatMap((lane) => this.#ids.get(nameOf(lane)) ?? []);
    // A claim or a release whose answer was lost leaves a lane that nobody drains: whoever says which ones it drains gets it back now.
    const own = alive === undefined ? 'l.owner = $2 AND l.lease_until < $1::bigint' : 'l.owner = $2';
    // A process that beats knows best what it drains: its calls may take long, and by whose clock would its lease have run out?
    const ended = `l.owner IN (${GONE_INSTANCES}) OR ${own}
      OR l.lease_until < $1::bigint AND NOT EXISTS (SELECT FROM instances i WHERE i.id = l.owner)`;
    const expired = await this.#takeBack(`(${ended}) AND l.id <> ALL($3::bigint[])`, [now, this.#store.instanceId, drained], now);
    await this.#bringNear();
    return { woken: await this.#wakeForgotten(now), expired };
  }

  /** Before the process ends: what it still holds goes back, and what it had on the wire is in doubt. */
  async giveBack(now: number): Promise<void> {
    await this.#takeBack('l.owner = $1', [this.#store.instanceId], now);
  }

  close(): Promise<void> { return this.#groups.close(); }

  #alone<T>(work: (unit: Unit) => Promise<T>): Promise<T> { return this.#groups.push({ kind: 'alone', work, weight: 0, alone: true }); }

  #write(jobs: readonly LaneJob[]): Promise<Outcome[]> {
    return this.#store.lanesLine.transaction(async (tx) => {
      const unit = new Unit(this.#store, tx, slotOf(this.#store.instanceId, 'lanes'));
      const updates = jobs.filter((job): job is UpdateJob => job.kind === 'update');
      await Promise.all([unit.loadHolds(), this.#load(unit, updates)]);
      await unit.loadSubjects();
      // Steps first: what they give back may be claimed by the same group.
      await this.#loadNewer(unit, updates);
      const outcomes = new Map<LaneJob, Outcome>(updates.map((job) => [job, this.#apply(unit, job)]));
      for (const job of jobs) {
        if (job.kind === 'alone') {
          unit.announces = true;
          outcomes.set(job, { value: await job.work(unit) });
        }
        if (job.kind !== 'claim') continue;
        outcomes.set(job, { value: await this.#claims.claim(unit, job.options) });
      }
      await unit.flush();
      return jobs.flatMap((job) => outcomes.get(job) ?? []);
    });
  }

  /** Locks the lanes of all updates together, in order, and reads what they touch. */
  async #load(unit: Unit, jobs: readonly UpdateJob[]): Promise<void> {
    if (jobs.length === 0) return;
    await this.#findLanes(unit, jobs);
    const lanes = [...new Set(jobs.flatMap(({ update }) => this.#ids.get(nameOf(update)) ?? []))];
    const mentioned = jobs.flatMap(({ update }) => [...(update.exchanges ?? []).map(({ id }) => id), ...(update.begin ?? [])]);
    const attempts = jobs.reduce((sum, { update }) => sum + (update.attempts?.length ?? 0), 0);
    await Promise.all([unit.loadLanes(lanes), unit.loadOpen(lanes), unit.loadExchanges([...new Set(mentioned)]), unit.expectAttempts(attempts)]);
  }

  /** Lanes that this process does not remember having claimed: the claim is checked all the same. */
  async #findLanes(unit: Unit, jobs: readonly UpdateJob[]): Promise<void> {
    const unknown = jobs.map(({ update }) => update).filter((update) => !this.#ids.has(nameOf(update)));
    if (unknown.length === 0) return;
    const rows = await unit.tx.query<{ id: number; upstream: string; code: string }>(
      `SELECT d.id * 1024 + u.no AS id, u.name AS upstream, d.code FROM unnest($1::text[], $2::text[]) n(upstream, code)
       JOIN upstreams u ON u.name = n.upstream JOIN dossiers d ON d.code = n.code`,
      [unknown.map(({ upstream }) => upstream), unknown.map(({ dossierCode }) => dossierCode)],
    );
    for (const { id, upstream, code } of rows) this.#ids.set(nameOf({ upstream, dossierCode: code }), id);
  }

  /** For failed snapshots: what came after them. */
  #loadNewer(unit: Unit, jobs: readonly UpdateJob[]): Promise<void> {
    const failed = jobs.flatMap(({ update }) => update.exchanges ?? []).filter(isReplaced);
    return unit.loadNewer(failed.flatMap(({ id }) => (unit.exchanges.has(id) ? id : [])));
  }

  /** One durable step of a worker: refused before anything is changed, or done. */
  #apply(unit: Unit, { update, now }: UpdateJob): Outcome {
    const lane = unit.lanes.get(this.#ids.get(nameOf(update)) ?? 0);
    if (lane?.state !== LANE.leased || lane.lease !== update.lease) return { error: new LedgerError('LT-LEDGER-LEASE-LOST') };
    const changes = (update.exchanges ?? []).map((change) => ({ change, exchange: unit.exchanges.get(change.id) }));
    const begun = (update.begin ?? []).flatMap((id) => unit.exchanges.get(id) ?? []);
    const own = changes.every(({ exchange }) => exchange?.laneId === lane.id) && begun.length === (update.begin ?? []).length && begun.every((exchange) => exchange.laneId === lane.id);
    if (!own) return { error: new LedgerError('LT-LEDGER-INVALID', 'exchange of another lane') };
    for (const attempt of update.attempts ?? []) unit.record(lane.id, attempt);
    for (const { change, exchange } of changes) {
      // The lane's head is another one now: whatever the worker asks at the release, it is to be looked at again.
      if (exchange !== undefined && apply(unit, exchange, change, isReplaced(change) ? unit.newerOf(exchange) : undefined, now)) unit.changeLane(lane, { woken: 1 });
    }
    if (update.remote !== undefined) unit.changeLane(lane, { remote: update.remote });
    if (!this.#begin(unit, lane, begun, now)) {
      // Everything else of the step is kept, the lane is given back and the worker must let go.
      release(unit, lane, { nextAt: now }, now);
      return { error: new LedgerError('LT-LEDGER-LEASE-LOST') };
    }
    if (update.release !== undefined) release(unit, lane, update.release, now);
    else unit.changeLane(lane, { leaseUntil: now + (lane.leaseMs ?? 0) });
    return { value: undefined };
  }

  /** All or none: they go in one call. False when one of them is settled by now, or a hold keeps the lane back. */
  #begin(unit: Unit, lane: Lane, exchanges: readonly Exchange[], now: number): boolean {
    const waiting = exchanges.filter((exchange) => exchange.state !== STATE.sending);
    if (waiting.every(({ state }) => state === STATE.pending || state === STATE.unknown) && (waiting.length === 0 || unit.holdOn(lane) === undefined)) {
      for (const exchange of exchanges) begin(unit, exchange, now);
      return true;
    }
    // Begun with the claim, for the call that is not made after all.
    for (const exchange of exchanges) if (exchange.state === STATE.sending) unbegin(unit, exchange);
    return false;
  }

  async #takeBack(where: string, values: readonly unknown[], now: number): Promise<number> {
    let taken = 0;
    for (let slice = 0; slice < MOST_SLICES; slice++) {
      const count = await this.#alone(async (unit) => {
        const rows = await unit.tx.query<Lane>(
          `SELECT ${LANE_FIELDS} FROM lanes l WHERE l.state = ${LANE.leased} AND ${where} ORDER BY l.id LIMIT ${SWEEP_LANES} FOR UPDATE SKIP LOCKED`, values,
        );
        unit.keepLanes(rows);
        await Promise.all([unit.loadOpen(rows.map(({ id }) => id)), unit.loadSubjects()]);
        await this.#knowOperations(unit);
        for (const { id } of rows) {
          const lane = unit.lanes.get(id);
          if (lane !== undefined) takeBack(unit, lane, now);
        }
        return rows.length;
      });
      taken += count;
      if (count < SWEEP_LANES) break;
    }
    return taken;
  }

  /** Nothing waits for a time that only a wrong clock could have meant. Held lanes follow when they are let go. */
  async #bringNear(): Promise<void> {
    const far = await this.#store.query<{ id: number; latest: number }>(
      `SELECT l.id, ${LATEST} AS latest FROM upstreams u CROSS JOIN LATERAL (
         SELECT id FROM lanes WHERE state = ${LANE.ready} AND upstream_no = u.no AND ready_at > ${LATEST} ORDER BY ready_at DESC LIMIT ${SWEEP_LANES}) l`,
    );
    if (far.length === 0) return;
    const latest = Math.min(...far.map((lane) => lane.latest));
    const ids = far.map(({ id }) => id);
    await this.#alone(async (unit) => {
      await unit.loadLanes(ids);
      await unit.loadOpen(ids);
      for (const lane of unit.lanes.values()) {
        if (lane.state !== LANE.ready || (lane.readyAt ?? 0) <= latest) continue;
        unit.changeLane(lane, { readyAt: latest });
        for (const exchange of waitingIn(unit, lane)) if ((exchange.nextAt ?? 0) > latest) unit.changeExchange(exchange, { nextAt: latest });
      }
    });
  }

  async #wakeForgotten(now: number): Promise<number> {
    // Looked for beside the lanes' line, and looked at again under the locks.
    const [[page], found] = await Promise.all([
      this.#store.query<{ n: number; last: number | null }>(`SELECT count(*) AS n, max(id) AS last FROM ${WAITING} e`, [this.#sweptTo]),
      this.#store.query<{ id: number }>(`SELECT DISTINCT l.id FROM ${WAITING} e JOIN lanes l ON l.id = e.lane_id WHERE l.state = ${LANE.idle} LIMIT ${SWEEP_LANES}`, [this.#sweptTo]),
    ]);
    this.#sweptTo = page === undefined || page.n < SWEEP_ROWS ? 0 : (page.last ?? 0);
    if (found.length === 0) return 0;
    const idle = found.map(({ id }) => id);
    return this.#alone(async (unit) => {
      await unit.loadLanes(idle);
      await Promise.all([unit.loadOpen(idle), unit.loadSubjects()]);
      let woken = 0;
      for (const lane of unit.lanes.values()) {
        const [head] = waitingIn(unit, lane);
        if (lane.state !== LANE.idle || head === undefined || (head.nextAt !== null && head.nextAt > now)) continue;
        makeReady(unit, lane, now);
        woken += 1;
      }
      return woken;
    });
  }

  /** The attempt that an interruption leaves behind names its operation. */
  #knowOperations(unit: Unit): Promise<void> {
    return this.#store.names.know([...unit.exchanges.values()].map(({ operationNo }) => operationNo), unit.tx);
  }
}
