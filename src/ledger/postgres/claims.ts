/** Which lanes a worker gets, and what it gets with them. Lanes that another process looks at just now are passed over, not waited for. */
import { LedgerError, isLedgerError } from '../errors.ts';
import type { ClaimOptions, ClaimedExchange, ClaimedLane } from '../ledger.ts';
import { LANE, STATE, dossierOfLane, upstreamOfLane } from '../codes.ts';
import { apply, begin } from './exchanges.ts';
import { makeReady, setAside, waitingIn } from './lane-states.ts';
import type { Store } from './store.ts';
import { LANE_FIELDS } from './unit.ts';
import type { Exchange, Lane, Unit } from './unit.ts';

/** Ready lanes with nothing due are put to rest on the way, but never without end. */
const MOST_ROUNDS = 4;
/** Entries of the index by due date that one claim passes: most may belong to lanes in a pause. */
const URGENT_ENTRIES = 2_000;
const URGENT_SHARE = 3;
const SHARES = 4;

const OLDEST = `SELECT l.* FROM unnest($1::int[], $2::int[]) u(no, most) CROSS JOIN LATERAL (
    SELECT ${LANE_FIELDS} FROM lanes l WHERE l.state = ${LANE.ready} AND l.upstream_no = u.no AND l.ready_at <= $3
    ORDER BY l.ready_at, l.id LIMIT u.most FOR UPDATE SKIP LOCKED) l ORDER BY l."readyAt", l.id LIMIT $4`;
const URGENT = `SELECT l.* FROM unnest($1::int[], $2::int[]) u(no, most) CROSS JOIN LATERAL (
    SELECT ${LANE_FIELDS} FROM (
      SELECT id FROM (SELECT id, ready_at, due_at FROM lanes WHERE state = ${LANE.ready} AND due_at IS NOT NULL AND upstream_no = u.no AND due_at <= $5
        ORDER BY due_at, ready_at LIMIT ${URGENT_ENTRIES}) near WHERE near.ready_at <= $3 ORDER BY near.due_at, near.ready_at LIMIT u.most) first
    JOIN lanes l ON l.id = first.id WHERE l.state = ${LANE.ready} FOR UPDATE OF l SKIP LOCKED) l ORDER BY l."dueAt", l."readyAt", l.id LIMIT $4`;

/** `id`: the lane's */
export interface Claimed { lane: ClaimedLane; id: number }
interface Body { seq: number; body: Uint8Array }

export class Claims {
  readonly #store: Store;
  // Quarters of a lane that urgent ones have not taken yet: a claim of one lane goes to them three times of four.
  #urgentQuarters = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Takes ready lanes with what is due in them: the urgent ones' share first, then the longest waiting. */
  async claim(unit: Unit, options: ClaimOptions): Promise<Claimed[]> {
    const rooms = await this.#rooms(unit, options);
    const claimed: Claimed[] = [];
    if (options.urgentWithinMs !== undefined) {
      const quarters = options.limit * URGENT_SHARE + this.#urgentQuarters;
      this.#urgentQuarters = quarters % SHARES;
      await this.#fill(unit, claimed, Math.floor(quarters / SHARES), rooms, options, URGENT, [options.now + options.urgentWithinMs]);
    }
    await this.#fill(unit, claimed, options.limit, rooms, options, OLDEST, []);
    return claimed;
  }

  async #fill(unit: Unit, claimed: Claimed[], upTo: number, rooms: Map<number, number>, options: ClaimOptions, sql: string, more: number[]): Promise<void> {
    for (let round = 0; round < MOST_ROUNDS && claimed.length < upTo; round++) {
      const wanted = upTo - claimed.length;
      const open = [...rooms].filter(([, room]) => room > 0);
      if (open.length === 0) return;
      await unit.flush();
      const rows = await unit.tx.query<Lane>(sql, [open.map(([no]) => no), open.map(([, room]) => Math.min(room, wanted)), options.now, wanted, ...more]);
      if (rows.length === 0) return;
      unit.keepLanes(rows);
      const lanes = rows.flatMap(({ id }) => unit.lanes.get(id) ?? []);
      const before = claimed.length;
      for (const taken of await this.#look(unit, lanes, options)) {
        claimed.push(taken);
        const no = upstreamOfLane(taken.id);
        rooms.set(no, (rooms.get(no) ?? 0) - 1);
      }
      // All that were ready and free, all of them taken: there is nothing behind them.
      if (rows.length < wanted && claimed.length - before === rows.length && rooms.size === 1) return;
    }
  }

  /** Leases each lane, or puts it where it belongs: to rest, to its next time, or under its hold. */
  async #look(unit: Unit, lanes: readonly Lane[], options: ClaimOptions): Promise<Claimed[]> {
    await Promise.all([unit.loadOpen(lanes.map(({ id }) => id)), unit.loadSubjects(true)]);
    const perLane = Math.max(1, options.perLane);
    const dueOf = new Map<Lane, Exchange[]>();
    for (const lane of lanes) {
      const open = waitingIn(unit, lane).slice(0, perLane);
      const hold = open.length === 0 ? undefined : unit.holdOn(lane);
      // Strict order: what is behind one that must wait, waits too.
      const firstLater = open.findIndex((exchange) => exchange.nextAt !== null && exchange.nextAt > options.now);
      const due = firstLater < 0 ? open : open.slice(0, firstLater);
      if (open.length === 0) setAside(unit, lane, LANE.idle);
      else if (hold !== undefined) unit.changeLane(lane, { state: LANE.held, holdId: hold });
      else if (due.length === 0) makeReady(unit, lane, open[0]?.nextAt ?? options.now);
      else dueOf.set(lane, due);
    }
    const wanted = [...dueOf.values()].flat();
    const [bodies] = await Promise.all([this.#bodies(unit, wanted), this.#store.names.know(wanted.map(({ operationNo }) => operationNo), unit.tx)]);
    return [...dueOf].flatMap(([lane, due]) => this.#take(unit, lane, due, bodies, options) ?? []);
  }

  async #bodies(unit: Unit, exchanges: readonly Exchange[]): Promise<Map<number, Uint8Array>> {
    if (exchanges.length === 0) return new Map();
    const rows = await unit.tx.query<Body>('SELECT seq, body FROM events WHERE seq = ANY($1::bigint[])', [[...new Set(exchanges.map(({ eventSeq }) => eventSeq))]]);
    return new Map(rows.map(({ seq, body }) => [seq, body]));
  }

  #take(unit: Unit, lane: Lane, due: readonly Exchange[], blobs: ReadonlyMap<number, Uint8Array>, options: ClaimOptions): Claimed | undefined {
    const bodies = this.#open(unit, due, blobs, options.now);
    const readable = due.filter((exchange) => bodies.has(exchange.eventSeq));
    if (readable.length === 0) {
      makeReady(unit, lane, options.now);
      return undefined;
    }
    const subject = unit.subjects.get(dossierOfLane(lane.id));
    unit.changeLane(lane, {
      state: LANE.leased, lease: lane.lease + 1, leaseUntil: options.now + options.leaseMs, leaseMs: options.leaseMs, owner: this.#store.instanceId, readyAt: null, holdId: null,
      // Fewer than asked for looks like the end of the lane to its worker; it is to be looked at again.
      woken: readable.length < due.length ? 1 : 0,
    });
    const exchanges = readable.map((exchange) => this.#claimed(exchange));
    const [first] = exchanges;
    const [begun] = readable;
    if (first?.state === 'pending' && begun !== undefined && options.beginFirst?.has(first.operation) === true) {
      begin(unit, begun, options.now);
      first.begun = true;
    }
    const claimed: ClaimedLane = {
      upstream: this.#store.names.upstreamName(lane.upstreamNo),
      dossierCode: subject?.code ?? '',
      procedureCode: subject?.procedureCode ?? '',
      lease: lane.lease,
      remote: lane.remote,
      exchanges,
      events: [...bodies].map(([seq, body]) => ({ seq, body })),
    };
    return { lane: claimed, id: lane.id };
  }

  #claimed(exchange: Exchange): ClaimedExchange {
    const { id, itemKey, eventSeq, attempts, lostReplies, createdAt } = exchange;
    const { name } = this.#store.names.operationByNo(exchange.operationNo);
    return { id, operation: name, itemKey, eventSeq, state: exchange.state === STATE.unknown ? 'unknown' : 'pending', attempts, lostReplies, createdAt };
  }

  /**
   * The bodies that exchanges refer to, each once. One that does not open (damage, tampering) or has expired must not stop the
   * other lanes: its exchanges become dead letters, which a person sees.
   */
  #open(unit: Unit, due: readonly Exchange[], blobs: ReadonlyMap<number, Uint8Array>, now: number): Map<number, string> {
    const bodies = new Map<number, string>();
    for (const exchange of due) {
      const { id, eventSeq, attempts, lostReplies } = exchange;
      if (bodies.has(eventSeq)) continue;
      const blob = blobs.get(eventSeq);
      try {
        if (blob === undefined) throw new LedgerError('LT-LEDGER-UNREADABLE', `events:${eventSeq}`);
        if (blob.length === 0) throw new LedgerError('LT-LEDGER-BODY-EXPIRED', `events:${eventSeq}`);
        bodies.set(eventSeq, this.#store.sealer.open(blob, `events:${eventSeq}`));
      } catch (e) {
        if (!isLedgerError(e)) throw e;
        apply(unit, exchange, { id, state: 'dead', attempts, lostReplies, code: e.code }, undefined, now);
      }
    }
    return bodies;
  }

  /** How many lanes of each upstream asked for may be leased now. Limits count over all processes, so those claim one after the other. */
  async #rooms(unit: Unit, options: ClaimOptions): Promise<Map<number, number>> {
    const { names } = this.#store;
    if (options.upstreams === undefined || options.upstreams.some((name) => names.knownUpstream(name) === undefined)) await names.reload(unit.tx);
    const asked = options.upstreams === undefined ? names.upstreamNumbers() : [...new Set(options.upstreams)].flatMap((name) => names.knownUpstream(name) ?? []);
    const rooms = new Map(asked.map((no) => [no, options.limit]));
    const limited = asked.filter((no) => options.mostLeased?.[names.upstreamName(no)] !== undefined);
    if (limited.length === 0) return rooms;
    await unit.flush();
    const [, leased] = await Promise.all([
      unit.tx.query('SELECT no FROM upstreams WHERE no = ANY($1::int[]) ORDER BY no FOR UPDATE', [limited]),
      unit.tx.query<{ no: number; n: number }>(
        `SELECT u.no, (SELECT count(*) FROM lanes l WHERE l.state = ${LANE.leased} AND l.upstream_no = u.no) AS n FROM unnest($1::int[]) u(no)`, [limited],
      ),
    ]);
    for (const { no, n } of leased) rooms.set(no, Math.min(options.limit, (options.mostLeased?.[names.upstreamName(no)] ?? 0) - n));
    return rooms;
  }
}
