/** Carries out what a person orders, each order with its event in one transaction; holds over many lanes go through them in slices. */
import type { StatementSync } from 'node:sqlite';
import { LedgerError } from '../errors.ts';
import type { Act, CancelResult, Hold, NewHold } from '../control.ts';
import type { ExchangeState } from '../ledger.ts';
import { LANE, STATE, laneId, stateName } from '../codes.ts';
import type { Holds } from './holds.ts';
import type { Lanes } from './lanes.ts';
import { recordOrder } from './orders.ts';
import type { Store } from './store.ts';
import type { CallArguments } from './wire.ts';

/** Lanes that one slice moves or looks at: a few ms for whoever waits behind it. */
const SLICE = 500;
const SYSTEM = 'system';

/** A hold on its way over the lanes: to those that it catches, or from those that it lets go. */
interface Walk { to: 'hold' | 'release'; holdId: number; after: number }
interface LaneRow { id: number; state: number; readyAt: number | null }

export class Control {
  readonly #store: Store;
  readonly #lanes: Lanes;
  readonly #holds: Holds;
  readonly #walks: Walk[];
  readonly #sql: Record<'dossier' | 'lanesFrom' | 'ofDossier' | 'readyOf' | 'heldBy' | 'nextHeld' | 'replay', StatementSync>;

  constructor(store: Store, lanes: Lanes, holds: Holds) {
    this.#store = store;
    this.#lanes = lanes;
    this.#holds = holds;
    const { db } = store;
    const fields = 'id, state, ready_at AS readyAt';
    this.#sql = {
      dossier: db.prepare('SELECT id, code FROM dossiers WHERE code = ?'),
      lanesFrom: db.prepare(`SELECT ${fields} FROM lanes WHERE id > ? ORDER BY id LIMIT ${SLICE}`),
      ofDossier: db.prepare(`SELECT ${fields} FROM lanes WHERE id BETWEEN ? AND ?`),
      readyOf: db.prepare(`SELECT ${fields} FROM lanes INDEXED BY lanes_ready WHERE state = ${LANE.ready} AND upstream_no = ? LIMIT ${SLICE}`),
      heldBy: db.prepare(`SELECT ${fields} FROM lanes INDEXED BY lanes_held WHERE state = ${LANE.held} AND hold_id = ? LIMIT ${SLICE}`),
      nextHeld: db.prepare(`SELECT min(hold_id) AS id FROM lanes INDEXED BY lanes_held WHERE state = ${LANE.held} AND hold_id > ?`),
      replay: db.prepare('SELECT state, count(*) AS n FROM exchanges INDEXED BY exchanges_of_replay WHERE replay = ? AND state IN (SELECT value FROM json_each(?)) GROUP BY state'),
    };
    // What a stop has cut short. Lanes under a hold that is gone are found by the first sweep.
    this.#walks = holds.ids().map((holdId) => ({ to: 'hold', holdId, after: 0 }));
  }

  /** Slices of a hold are still to be done. */
  get hasWork(): boolean { return this.#walks.length > 0; }

  freeze(hold: NewHold, now: number): Hold {
    const known = this.#holds.same(hold);
    const { scope, key, upstream, until, reason } = hold;
    const id = known ?? this.#store.head.seq + 1;
    this.#record('control.frozen', `hold:${id}`, hold.by, now, scope === 'dossier' ? key : undefined, { hold: id, scope, key, upstream, until, reason });
    if (known === undefined) this.#holds.add(id, hold, now);
    else this.#holds.renew(id, hold);
    this.#walk({ to: 'hold', holdId: id, after: 0 }, now);
    return { ...hold, id, createdAt: this.#holds.get(id)?.createdAt ?? now };
  }

  release(holdId: number, by: string, now: number, reason: string | null): boolean {
    const hold = this.#holds.get(holdId);
    if (hold === undefined) return false;
    const { scope, key, upstream } = hold;
    this.#record('control.released', `hold:${holdId}`, by, now, scope === 'dossier' ? key : undefined, { hold: holdId, scope, key, upstream, ...(reason === null ? {} : { reason }) });
    this.#holds.remove(holdId);
    this.#walk({ to: 'release', holdId, after: 0 }, now);
    return true;
  }

  /** Lets go of what has ended, and of lanes that a crash left under a hold that is gone. @returns true when lanes may have become ready */
  sweep(now: number): boolean {
    const ended = this.#holds.ended(now);
    for (const { id } of ended) this.release(id, SYSTEM, now, null);
    const standing = new Set(this.#holds.ids());
    const walking = new Set(this.#walks.map(({ holdId }) => holdId));
    const next = (after: number): number | null => (this.#sql.nextHeld.get(after) as { id: number | null }).id;
    const gone: number[] = [];
    for (let id = next(0); id !== null; id = next(id)) if (!standing.has(id) && !walking.has(id)) gone.push(id);
    for (const holdId of gone) this.#walk({ to: 'release', holdId, after: 0 }, now);
    return ended.length > 0 || gone.length > 0;
  }

  /** One slice. @returns true when lanes may have become ready */
  step(now: number): boolean {
    const walk = this.#walks.shift();
    if (walk === undefined) return false;
    this.#walk(walk, now);
    return walk.to === 'release';
  }

  retry({ exchangeId, by, now, reason, replay, replaceable }: CallArguments['retry']): boolean {
    const retried = this.#lanes.retry(exchangeId, now, replay, replaceable);
    if (retried === undefined) return false;
    const content = { exchangeId, from: retried.from, ...(reason === null ? {} : { reason }), ...(replay === null ? {} : { replay }) };
    this.#record('exchange.retried', `exchange:${exchangeId}`, by, now, this.#codeOf(retried.laneId, exchangeId), content);
    return true;
  }

  cancel(exchangeId: number, by: string, now: number, reason: string | null, to: 'cancelled' | 'dead'): CancelResult {
    const { result, laneId: lane, from } = this.#lanes.cancel(exchangeId, to, now);
    if (lane === undefined) return result;
    this.#record('exchange.cancelled', `exchange:${exchangeId}`, by, now, this.#codeOf(lane, exchangeId), { exchangeId, from, to, ...(reason === null ? {} : { reason }) });
    return result;
  }

  /** @throws LedgerError LT-LEDGER-INVALID before anything is written */
  act(act: Act, now: number): { seq: number } {
    const isKnown = act.dossierCode === undefined || this.#sql.dossier.get(act.dossierCode) !== undefined;
    if (!isKnown) throw new LedgerError('LT-LEDGER-INVALID', 'dossierCode');
    return { seq: this.#record(act.kind, 'order', act.by, now, act.dossierCode, act.content) };
  }

  replayCounts(replay: number, states: readonly ExchangeState[]): Partial<Record<ExchangeState, number>> {
    const rows = this.#sql.replay.all(replay, JSON.stringify(states.map((state) => STATE[state]))) as unknown as { state: number; n: number }[];
    return Object.fromEntries(rows.map(({ state, n }) => [stateName(state), n]));
  }

  #codeOf(lane: number, exchangeId: number): string {
    const { code } = this.#lanes.dossierOf(lane);
    if (code === '') throw new LedgerError('LT-LEDGER-UNREADABLE', `exchanges:${exchangeId}`);
    return code;
  }

  /** A dossier may be held before it is known; its order then concerns none yet. */
  #record(kind: string, subject: string, by: string, now: number, dossierCode: string | undefined, content: Record<string, unknown>): number {
    const dossier = dossierCode === undefined ? undefined : (this.#sql.dossier.get(dossierCode) as { id: number; code: string } | undefined);
    return recordOrder(this.#store, { kind, by, now, subject, dossier, content }).seq;
  }

  #walk(walk: Walk, now: number): void {
    const next = walk.to === 'hold' ? this.#catch(walk) : this.#letGo(walk, now);
    if (next !== undefined) this.#walks.push(next);
  }

  #letGo(walk: Walk, now: number): Walk | undefined {
    // Its order was undone with the transaction that it stood in.
    if (this.#holds.get(walk.holdId) !== undefined) return undefined;
    const lanes = this.#sql.heldBy.all(walk.holdId) as unknown as LaneRow[];
    for (const lane of lanes) this.#lanes.makeReady(lane.id, LANE.held, lane.readyAt ?? now);
    return lanes.length < SLICE ? undefined : walk;
  }

  /** Lanes that a claim has not met yet: a list of what is held is then whole, and no worker is woken for them. */
  #catch(walk: Walk): Walk | undefined {
    const hold = this.#holds.get(walk.holdId);
    if (hold === undefined) return undefined;
    if (hold.scope === 'dossier') {
      const dossier = this.#sql.dossier.get(hold.key) as { id: number } | undefined;
      if (dossier !== undefined) this.#hold(this.#sql.ofDossier.all(laneId(dossier.id, 0), laneId(dossier.id + 1, 0) - 1));
      return undefined;
    }
    if (hold.scope === 'upstream') {
      const no = this.#store.names.knownUpstream(hold.key);
      const lanes = no === undefined ? [] : this.#sql.readyOf.all(no);
      this.#hold(lanes);
      return lanes.length < SLICE ? undefined : walk;
    }
    const lanes = this.#sql.lanesFrom.all(walk.after);
    this.#hold(lanes);
    return lanes.length < SLICE ? undefined : { ...walk, after: Number(lanes.at(-1)?.['id']) };
  }

  #hold(rows: unknown[]): void {
    for (const lane of rows as LaneRow[]) {
      const hold = lane.state === LANE.ready ? this.#lanes.holdOn(lane.id) : undefined;
      if (hold !== undefined) this.#lanes.rows.hold(lane.id, LANE.ready, hold, lane.readyAt ?? 0);
    }
  }
}
