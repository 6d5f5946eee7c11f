/**
 * Carries out what a person orders, each order with its event in one transaction under the chain's lock.
 *
 * The row of a hold is the order; every claim looks at it. Lanes are moved after that, in short transactions of their own: what a
 * crash leaves undone, the next claim finds under its hold and the next sweep lets go.
 */
import { LedgerError } from '../errors.ts';
import type { Act, BlockedLane, CancelResult, Hold, LedgerControl, NewHold, OrderRow } from '../control.ts';
import { OWN_KINDS } from '../expiry.ts';
import type { ExchangeState } from '../ledger.ts';
import { LANE, STATE, dossierOfLane, lanesOf, stateName } from '../codes.ts';
import { listBlocked } from './blocked.ts';
import type { ChainLine, ChainUnit } from './chain-unit.ts';
import { DATABASE_NOW } from './cluster.ts';
import { slotOf } from './counters.ts';
import type { Line, Tx } from './db.ts';
import { cancel } from './exchanges.ts';
import { makeReady, setAside, waitingIn, wake } from './lane-states.ts';
import type { Store } from './store.ts';
import { LANE_FIELDS, Unit } from './unit.ts';
import type { Lane } from './unit.ts';

/** Lanes that one transaction moves: a few ms for whoever waits behind it. */
const SLICE = 500;
/** Lanes that one transaction looks at for a procedure, most of which are of others. */
const PAGE = 5_000;
const MOST_ENDED = 1_000;
const SYSTEM = 'system';
const OWN_KIND_LIST = OWN_KINDS.map((kind) => `'${kind}'`).join(', ');
/** A process whose clock runs ahead must not let go before the time. */
const HAS_ENDED = `ends_at <= least($1::bigint, ${DATABASE_NOW})`;

const HOLD_FIELDS = 'id, scope, key, upstream, author AS "by", reason, ends_at AS until, created_at AS "createdAt"';
/** Holds that lanes still stand under though they are gone: one look into the index for each. */
const ORPHANED = `WITH RECURSIVE h (id) AS (
    SELECT min(hold_id) FROM lanes WHERE state = ${LANE.held}
    UNION ALL SELECT (SELECT min(hold_id) FROM lanes WHERE state = ${LANE.held} AND hold_id > h.id) FROM h WHERE h.id IS NOT NULL)
  SELECT id FROM h WHERE id IS NOT NULL AND NOT EXISTS (SELECT FROM holds WHERE holds.id = h.id)`;

type StoredHold = Omit<Hold, 'reason'> & { reason: Uint8Array };
interface KnownDossier { id: number; code: string }
/** One slice of lanes. @returns false when there is nothing left to do */
type Slice = (unit: Unit) => Promise<boolean>;

export class Control implements Omit<LedgerControl, 'retry'> {
  readonly #store: Store;
  readonly #chain: ChainLine;
  readonly #line: Line;
  readonly #walks = new Set<Promise<void>>();
  #turn: Promise<unknown> = Promise.resolve();
  #busy = 0;
  #isClosed = false;

  constructor(store: Store, chain: ChainLine) {
    this.#store = store;
    this.#chain = chain;
    this.#line = store.db.line();
  }

  async freeze(hold: NewHold, now: number): Promise<Hold> {
    const { scope, key, upstream, by, reason, until } = hold;
    const standing = await this.#chain.order(async (unit) => {
      const [known] = await unit.tx.query<{ id: number; createdAt: number }>(
        'SELECT id, created_at AS "createdAt" FROM holds WHERE scope = $1 AND key = $2 AND upstream IS NOT DISTINCT FROM $3', [scope, key, upstream],
      );
      const id = known?.id ?? unit.head.seq + 1;
      await record(unit, 'control.frozen', `hold:${id}`, by, now, scope === 'dossier' ? key : undefined, { hold: id, scope, key, upstream, until, reason });
      const sealed = this.#store.sealer.seal(Buffer.from(reason), `holds:${id}`);
      if (known === undefined) {
        unit.tx.save(
          'INSERT INTO holds (id, scope, key, upstream, author, reason, ends_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)',
          [id, scope, key, upstream, by, sealed, until, now],
        );
      } else unit.tx.save('UPDATE holds SET author = $2, reason = $3, ends_at = $4 WHERE id = $1', [id, by, sealed, until]);
      unit.notify('control');
      return { ...hold, id, createdAt: known?.createdAt ?? now };
    });
    await this.#walk(await this.#catching(standing, now));
    return standing;
  }

  release(holdId: number, by: string, now: number, reason?: string): Promise<boolean> {
    return this.#release('id = $1', [holdId], { holdId, by, now, reason });
  }

  async #release(which: string, values: readonly number[], order: { holdId: number; by: string; now: number; reason?: string | undefined }): Promise<boolean> {
    const { holdId, by, now, reason } = order;
    const released = await this.#chain.order(async (unit) => {
      const [hold] = await unit.tx.query<Pick<NewHold, 'scope' | 'key' | 'upstream'> & Record<string, unknown>>(`DELETE FROM holds WHERE ${which} RETURNING scope, key, upstream`, values);
      if (hold === undefined) return false;
      const { scope, key, upstream } = hold;
      const content = { hold: holdId, scope, key, upstream, ...(reason === undefined ? {} : { reason }) };
      await record(unit, 'control.released', `hold:${holdId}`, by, now, scope === 'dossier' ? key : undefined, content);
      unit.notify('control');
      return true;
    });
    if (released) await this.#walk(lettingGo(holdId, now));
    return released;
  }

  async listHolds(): Promise<Hold[]> {
    const rows = await this.#store.query<StoredHold & Record<string, unknown>>(`SELECT ${HOLD_FIELDS} FROM holds ORDER BY id`);
    return rows.map((row) => ({ ...row, reason: this.#store.sealer.open(row.reason, `holds:${row.id}`) }));
  }

  listBlocked(filter: Parameters<LedgerControl['listBlocked']>[0]): Promise<BlockedLane[]> { return listBlocked(this.#store, filter); }

  /** Lets go of what has ended, and of lanes that are left under a hold that is gone. */
  async sweep(now: number): Promise<void> {
    const ended = await this.#store.query<{ id: number }>(`SELECT id FROM holds WHERE ${HAS_ENDED} ORDER BY id LIMIT ${MOST_ENDED}`, [now]);
    // Looked at again: a person may have prolonged it just now.
    for (const { id } of ended) await this.#release(`${HAS_ENDED} AND id = $2`, [now, id], { holdId: id, by: SYSTEM, now });
    for (const { id } of await this.#store.query<{ id: number }>(ORPHANED)) await this.#walk(lettingGo(id, now));
  }

  cancel(exchangeId: number, by: string, now: number, reason?: string, to: 'cancelled' | 'dead' = 'cancelled'): Promise<CancelResult> {
    return this.#chain.order(async (unit): Promise<CancelResult> => {
      const [found] = await unit.tx.query<{ laneId: number }>('SELECT lane_id AS "laneId" FROM exchanges WHERE id = $1', [exchangeId]);
      if (found === undefined) return 'unknown-exchange';
      await Promise.all([unit.loadHolds(), unit.loadLanes([found.laneId])]);
      // Under the lane's lock only: its worker may have settled it a moment ago.
      await Promise.all([unit.loadExchanges([exchangeId]), unit.loadOpen([found.laneId]), unit.loadSubjects(true)]);
      const [exchange, lane, dossier] = [unit.exchanges.get(exchangeId), unit.lanes.get(found.laneId), unit.subjects.get(dossierOfLane(found.laneId))];
      if (exchange === undefined || lane === undefined || dossier === undefined) throw new LedgerError('LT-LEDGER-UNREADABLE', `exchanges:${exchangeId}`);
      if (exchange.state === STATE.sending) return 'in-flight';
      const isOver = exchange.state === STATE.done || exchange.state === STATE.superseded || exchange.state === STATE.cancelled;
      if (isOver || exchange.state === STATE[to]) return 'settled';
      const from = stateName(exchange.state);
      cancel(unit, exchange, to, now);
      if (lane.state === LANE.leased || waitingIn(unit, lane).length > 0) wake(unit, lane.id, now, null);
      else if (lane.state !== LANE.idle) setAside(unit, lane, LANE.idle);
      unit.recordOrder({
        kind: 'exchange.cancelled', by, now, subject: `exchange:${exchangeId}`, dossier: { id: dossierOfLane(lane.id), code: dossier.code },
        content: { exchangeId, from, to, ...(reason === undefined ? {} : { reason }) },
      });
      return 'cancelled';
    });
  }

  /** @throws LedgerError LT-LEDGER-INVALID when its dossier is not known */
  act(act: Act, now: number): Promise<{ seq: number }> {
    return this.#chain.order(async (unit) => {
      if (act.dossierCode !== undefined && (await dossierOf(unit.tx, act.dossierCode)) === undefined) throw new LedgerError('LT-LEDGER-INVALID', 'dossierCode');
      return { seq: await record(unit, act.kind, 'order', act.by, now, act.dossierCode, act.content) };
    });
  }

  async replayCounts(replay: number, states: readonly ExchangeState[]): Promise<Partial<Record<ExchangeState, number>>> {
    const rows = await this.#store.query<{ state: number; n: number }>(
      'SELECT state, count(*) AS n FROM exchanges WHERE replay = $1 AND state = ANY($2::int[]) GROUP BY state', [replay, states.map((state) => STATE[state])],
    );
    return Object.fromEntries(rows.map(({ state, n }) => [stateName(state), n]));
  }

  /** They are few: found by the index first, whatever the planner would rather read. */
  async listOrders({ beforeSeq, limit, citizens = false }: Parameters<LedgerControl['listOrders']>[0]): Promise<OrderRow[]> {
    const rows = await this.#store.query<{ seq: number; kind: string; by: string; at: number; body: Uint8Array }>(
      `WITH o AS MATERIALIZED (SELECT seq FROM events WHERE dossier_id = 0 AND kind NOT IN (${OWN_KIND_LIST}) AND kind ${citizens ? '' : 'NOT '}LIKE 'citizen.%' AND seq < $1)
       SELECT e.seq, e.kind, e.actor AS "by", e.recorded_at AS at, e.body FROM o JOIN events e ON e.seq = o.seq ORDER BY e.seq DESC LIMIT $2`,
      [beforeSeq ?? Number.MAX_SAFE_INTEGER, limit],
    );
    return rows.map(({ body, ...order }) => ({
      ...order, content: body.length === 0 ? null : (JSON.parse(this.#store.sealer.open(body, `events:${order.seq}`)) as Record<string, unknown>),
    }));
  }

  /** What is on its way over the lanes stops after its slice. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#walks);
  }

  /** The first slice is waited for, the others go on beside the calls. */
  async #walk(slice: Slice): Promise<void> {
    this.#busy += 1;
    if (!(await this.#slice(slice))) return this.#rest();
    const others = (async () => {
      while (!this.#isClosed && (await this.#slice(slice)));
    })();
    this.#walks.add(others);
    void others.finally(() => {
      this.#walks.delete(others);
      this.#rest();
    });
  }

  /** Orders are rare: between them the server has one session less. */
  #rest(): void {
    this.#busy -= 1;
    if (this.#busy === 0) this.#line.drop();
  }

  /** One at a time: the line carries one transaction. */
  #slice(slice: Slice): Promise<boolean> {
    const turn = this.#turn.then(() => this.#move(slice));
    this.#turn = turn;
    return turn;
  }

  async #move(slice: Slice): Promise<boolean> {
    try {
      return await this.#line.transaction(async (tx) => {
        const unit = new Unit(this.#store, tx, slotOf(this.#store.instanceId, 'control'));
        unit.announces = true;
        const more = await slice(unit);
        await unit.flush();
        return more;
      });
    } catch {
      // The order itself is durable: claims and sweeps do what is left.
      return false;
    }
  }

  /** Lanes that a claim has not met yet: a list of what is held is then whole, and no worker is woken for them. */
  async #catching({ scope, key, upstream }: Hold, now: number): Promise<Slice> {
    if (scope === 'dossier') {
      const dossier = await dossierOf(this.#store, key);
      return async (unit) => dossier !== undefined && (await hold(unit, await readyLanes(unit.tx, 'lanes l WHERE l.id BETWEEN $1 AND $2', lanesOf(dossier.id)), now)) > 0;
    }
    if (scope === 'upstream') {
      const no = await this.#upstreamNo(key);
      return async (unit) => no !== undefined && (await hold(unit, await readyLanes(unit.tx, 'lanes l WHERE l.upstream_no = $1', [no]), now)) > 0;
    }
    const only = upstream === null ? null : ((await this.#upstreamNo(upstream)) ?? 0);
    let after = 0;
    return async (unit) => {
      const [page] = await unit.tx.query<{ last: number | null }>(`SELECT max(id) AS last FROM (SELECT id FROM lanes WHERE id > $1 ORDER BY id LIMIT ${PAGE}) p`, [after]);
      if (page?.last == null) return false;
      const lanes = await readyLanes(
        unit.tx, 'lanes l JOIN dossiers d ON d.id = l.id / 1024 WHERE l.id > $1 AND l.id <= $2 AND d.procedure_code = $3 AND ($4::int IS NULL OR l.upstream_no = $4)',
        [after, page.last, key, only],
      );
      const held = await hold(unit, lanes, now);
      // A full slice leaves some of its page behind.
      if (lanes.length < SLICE || held === 0) after = page.last;
      return true;
    };
  }

  async #upstreamNo(name: string): Promise<number | undefined> {
    return (await this.#store.query<{ no: number }>('SELECT no FROM upstreams WHERE name = $1', [name]))[0]?.no;
  }
}

function lettingGo(holdId: number, now: number): Slice {
  return async (unit) => {
    const lanes = await unit.tx.query<Lane & Record<string, unknown>>(
      `SELECT ${LANE_FIELDS} FROM lanes l WHERE l.state = ${LANE.held} AND l.hold_id = $1 LIMIT ${SLICE} FOR UPDATE SKIP LOCKED`, [holdId],
    );
    await know(unit, lanes);
    for (const lane of lanes) makeReady(unit, lane, lane.readyAt ?? now);
    return lanes.length > 0;
  };
}

/** What someone works on at this moment is passed over, so nothing waits and nothing can be waited for in a circle. */
const readyLanes = (tx: Tx, from: string, values: readonly unknown[]): Promise<Lane[]> =>
  tx.query<Lane & Record<string, unknown>>(`SELECT ${LANE_FIELDS} FROM ${from} AND l.state = ${LANE.ready} LIMIT ${SLICE} FOR UPDATE OF l SKIP LOCKED`, values);

/** @returns how many were held back; none when the hold is gone by now */
async function hold(unit: Unit, lanes: readonly Lane[], now: number): Promise<number> {
  await know(unit, lanes);
  const held = lanes.filter((lane) => unit.holdOn(lane) !== undefined);
  for (const lane of held) makeReady(unit, lane, lane.readyAt ?? now);
  return held.length;
}

/** What holds are matched by: another process may have named an upstream since. */
async function know(unit: Unit, lanes: readonly Lane[]): Promise<void> {
  const { names } = unit.store;
  unit.keepLanes(lanes);
  await unit.loadHolds();
  await unit.loadSubjects();
  if (lanes.some((lane) => names.upstreamName(lane.upstreamNo) === '')) await names.reload(unit.store);
}

const dossierOf = async (ask: Pick<Tx, 'query'>, code: string): Promise<KnownDossier | undefined> =>
  (await ask.query<KnownDossier & Record<string, unknown>>('SELECT id, code FROM dossiers WHERE code = $1', [code]))[0];

/** A dossier may be held before it is known; its order then concerns none yet. */
async function record(unit: ChainUnit, kind: string, subject: string, by: string, now: number, dossierCode: string | undefined, content: Record<string, unknown>): Promise<number> {
  const dossier = dossierCode === undefined ? undefined : await dossierOf(unit.tx, dossierCode);
  return unit.recordOrder({ kind, by, now, subject, dossier, content }).seq;
}
