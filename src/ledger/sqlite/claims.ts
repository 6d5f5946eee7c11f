/** Which lanes a worker gets, and what it gets with them. */
import type { StatementSync } from 'node:sqlite';
import { LedgerError, isLedgerError } from '../errors.ts';
import type { ClaimOptions, ClaimedExchange, ClaimedLane } from '../ledger.ts';
import { LANE, STATE, upstreamOfLane } from '../codes.ts';
import type { Exchanges } from './exchanges.ts';
import type { DossierOfLane, Lanes } from './lanes.ts';
import type { Store } from './store.ts';

interface ReadyLane { id: number; readyAt: number; dueAt: number | null; lease: number; remote: string }
interface OpenExchange { id: number; operationNo: number; itemKey: string; eventSeq: number; state: number; attempts: number; lostReplies: number; createdAt: number; nextAt: number | null }

/** Lanes looked at per claimed lane: ready ones with nothing due are put to rest on the way, but never without end. */
const LOOKS_PER_LANE = 4;
/** Entries of the index by due date that one claim passes: most may belong to lanes in a pause. */
const URGENT_ENTRIES = 2_000;
const URGENT_SHARE = 3;
const SHARES = 4;

export class Claims {
  readonly #store: Store;
  readonly #exchanges: Exchanges;
  readonly #lanes: Lanes;
  // Quarters of a lane that urgent ones have not taken yet: a claim of one lane goes to them three times of four.
  #urgentQuarters = URGENT_SHARE;
  readonly #sql: Record<'oldest' | 'urgent' | 'due' | 'body', StatementSync>;

  constructor(store: Store, exchanges: Exchanges, lanes: Lanes) {
    this.#store = store;
    this.#exchanges = exchanges;
    this.#lanes = lanes;
    const { db } = store;
    const fields = 'id, ready_at AS readyAt, due_at AS dueAt, lease, remote';
    this.#sql = {
      oldest: db.prepare(`SELECT ${fields} FROM lanes INDEXED BY lanes_ready WHERE state = ${LANE.ready} AND upstream_no = ? AND ready_at <= ? ORDER BY ready_at LIMIT ?`),
      urgent: db.prepare(`SELECT l.id, l.ready_at AS readyAt, l.due_at AS dueAt, l.lease, l.remote FROM (
          SELECT id, ready_at FROM lanes INDEXED BY lanes_urgent WHERE state = ${LANE.ready} AND due_at IS NOT NULL AND upstream_no = ? AND due_at <= ?
          ORDER BY due_at, ready_at LIMIT ${URGENT_ENTRIES}) u CROSS JOIN lanes l ON l.id = u.id WHERE u.ready_at <= ? LIMIT ?`),
      due: db.prepare(`SELECT id, operation_no AS operationNo, item_key AS itemKey, event_seq AS eventSeq, state, attempts, lost_replies AS lostReplies,
        created_at AS createdAt, next_at AS nextAt FROM exchanges INDEXED BY exchanges_open
        WHERE lane_id = ? AND state < 5 AND state IN (${STATE.pending}, ${STATE.unknown}) ORDER BY coalesce(place, id), id LIMIT ?`),
      body: db.prepare('SELECT body FROM events WHERE seq = ?'),
    };
  }

  /** Takes ready lanes with what is due in them: the urgent ones' share first, then the longest waiting. */
  claim(options: ClaimOptions): ClaimedLane[] {
    const claimed: ClaimedLane[] = [];
    if (options.urgentWithinMs !== undefined) {
      const quarters = options.limit * URGENT_SHARE + this.#urgentQuarters;
      const share = Math.floor(quarters / SHARES);
      this.#urgentQuarters = quarters % SHARES;
      this.#fill(claimed, share, this.#urgent(options, options.urgentWithinMs, share * LOOKS_PER_LANE), options);
    }
    this.#fill(claimed, options.limit, this.#oldest(options), options);
    return claimed;
  }

  #fill(claimed: ClaimedLane[], upTo: number, candidates: ReadyLane[], options: ClaimOptions): void {
    for (const lane of candidates) {
      if (claimed.length >= upTo) break;
      if (this.#room(upstreamOfLane(lane.id), options) <= 0) continue;
      const taken = this.#look(lane, options);
      if (taken !== undefined) claimed.push(taken);
    }
  }

  #oldest(options: ClaimOptions): ReadyLane[] {
    const looks = options.limit * LOOKS_PER_LANE;
    return this.#upstreams(options)
      .flatMap((no) => this.#sql.oldest.all(no, options.now, looks) as unknown as ReadyLane[])
      .sort((a, b) => a.readyAt - b.readyAt || a.id - b.id);
  }

  #urgent(options: ClaimOptions, within: number, looks: number): ReadyLane[] {
    return this.#upstreams(options)
      .flatMap((no) => this.#sql.urgent.all(no, options.now + within, options.now, looks) as unknown as ReadyLane[])
      .sort((a, b) => (a.dueAt ?? 0) - (b.dueAt ?? 0) || a.readyAt - b.readyAt || a.id - b.id);
  }

  /** Those asked for that may have more lanes leased. */
  #upstreams(options: ClaimOptions): number[] {
    const { names } = this.#store;
    const asked = options.upstreams === undefined ? names.upstreamNumbers() : options.upstreams.map((name) => names.knownUpstream(name)).filter((no) => no !== undefined);
    return asked.filter((no) => this.#room(no, options) > 0);
  }

  #room(upstreamNo: number, options: ClaimOptions): number {
    const most = options.mostLeased?.[this.#store.names.upstreamName(upstreamNo)];
    return most === undefined ? Infinity : most - this.#lanes.rows.leasedOf(upstreamNo);
  }

  /** Leases the lane, or puts it where it belongs: to rest, to its next time, or under its hold. */
  #look(lane: ReadyLane, options: ClaimOptions): ClaimedLane | undefined {
    const { rows } = this.#lanes;
    const open = this.#sql.due.all(lane.id, Math.max(1, options.perLane)) as unknown as OpenExchange[];
    const [head] = open;
    if (head === undefined) {
      rows.rest(lane.id, LANE.ready, LANE.idle);
      return undefined;
    }
    const dossier = this.#lanes.dossierOf(lane.id);
    const hold = this.#lanes.holdOn(lane.id, dossier);
    if (hold !== undefined) {
      rows.hold(lane.id, LANE.ready, hold, lane.readyAt);
      return undefined;
    }
    // Strict order: what is behind one that must wait, waits too.
    const firstLater = open.findIndex((exchange) => exchange.nextAt !== null && exchange.nextAt > options.now);
    const due = firstLater < 0 ? open : open.slice(0, firstLater);
    const bodies = this.#bodies(due, options.now);
    const readable = due.filter((exchange) => bodies.has(exchange.eventSeq));
    if (readable.length === 0) {
      rows.ready(lane.id, LANE.ready, due.length > 0 ? options.now : (head.nextAt ?? options.now));
      return undefined;
    }
    const taken = this.#take(lane, dossier, readable, bodies, options);
    // Fewer than asked for looks like the end of the lane to its worker; it is to be looked at again.
    if (readable.length < due.length) rows.wakeLeased(lane.id);
    return taken;
  }

  #take(lane: ReadyLane, dossier: DossierOfLane, due: OpenExchange[], bodies: Map<number, string>, options: ClaimOptions): ClaimedLane {
    const lease = lane.lease + 1;
    this.#lanes.rows.lease(lane.id, { lease, until: options.now + options.leaseMs, ms: options.leaseMs, owner: options.owner });
    const exchanges = due.map((exchange) => this.#claimedExchange(exchange));
    const [[first], [stored]] = [exchanges, due];
    if (stored !== undefined && first?.state === 'pending' && options.beginFirst?.has(first.operation) === true) {
      this.#exchanges.begin(stored, options.now);
      first.begun = true;
    }
    return {
      upstream: this.#store.names.upstreamName(upstreamOfLane(lane.id)),
      dossierCode: dossier.code,
      procedureCode: dossier.procedureCode,
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
   * The bodies that exchanges refer to, each once. One that does not open (damage, tampering) or has expired must not stop the
   * other lanes: its exchanges become dead letters, which a person sees.
   */
  #bodies(due: OpenExchange[], now: number): Map<number, string> {
    const bodies = new Map<number, string>();
    for (const { id, eventSeq, attempts, lostReplies } of due) {
      if (bodies.has(eventSeq)) continue;
      const row = this.#sql.body.get(eventSeq) as { body: Uint8Array } | undefined;
      try {
        if (row === undefined) throw new LedgerError('LT-LEDGER-UNREADABLE', `events:${eventSeq}`);
        if (row.body.length === 0) throw new LedgerError('LT-LEDGER-BODY-EXPIRED', `events:${eventSeq}`);
        bodies.set(eventSeq, this.#store.sealer.open(row.body, `events:${eventSeq}`));
      } catch (e) {
        const exchange = this.#exchanges.get(id);
        if (!isLedgerError(e) || exchange === undefined) throw e;
        this.#exchanges.apply(exchange, { id, state: 'dead', attempts, lostReplies, code: e.code }, now);
      }
    }
    return bodies;
  }
}
