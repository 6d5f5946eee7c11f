/** State changes of exchanges, and the records of attempts. Every change of state passes here, so that the counters stay right. */
import type { StatementSync } from 'node:sqlite';
import { CANCEL_CODES } from '../control.ts';
import type { AttemptRecord, ExchangeUpdate } from '../ledger.ts';
import { POLICY_DOUBTS, STATE, doubtNo, isSettled } from '../codes.ts';
import type { Store } from './store.ts';

const COUNTER_PREFIX = 'exchange/';
const INTERRUPTED = 'LT-LEDGER-INTERRUPTED';
/** Callers cut evidence to a few kB; this is the bound that holds anyway. */
const MOST_EVIDENCE_CHARS = 32_768;

export const exchangeCounter = (operationNo: number, state: number): string => `${COUNTER_PREFIX}${operationNo}/${state}`;
/** Every exchange counter, decoded. */
export function exchangeCounts(store: Pick<Store, 'counters'>): { operationNo: number; state: number; n: number }[] {
  return Object.entries(store.counters.under(COUNTER_PREFIX)).map(([key, n]) => {
    const [operationNo, state] = key.split('/').map(Number);
    return { operationNo: operationNo ?? 0, state: state ?? 0, n };
  });
}

interface StoredExchange { id: number; laneId: number; operationNo: number; state: number; doubt: number | null; begunAt: number | null; attempts: number; lostReplies: number; place: number | null }
type Counted = Pick<StoredExchange, 'id' | 'operationNo' | 'state'>;
interface NewerExchange { id: number; state: number; place: number | null }

export class Exchanges {
  readonly #store: Store;
  readonly #sql: Record<'get' | 'sending' | 'settle' | 'begin' | 'unbegin' | 'cancel' | 'interrupt' | 'retry' | 'attempt' | 'newer' | 'place', StatementSync>;

  constructor(store: Store) {
    this.#store = store;
    const { db } = store;
    const fields = 'id, lane_id AS laneId, operation_no AS operationNo, state, doubt, begun_at AS begunAt, attempts, lost_replies AS lostReplies, place';
    this.#sql = {
      get: db.prepare(`SELECT ${fields} FROM exchanges WHERE id = ?`),
      sending: db.prepare(`SELECT ${fields} FROM exchanges INDEXED BY exchanges_open WHERE lane_id = ? AND state < 5 AND state = ${STATE.sending} ORDER BY id`),
      settle: db.prepare(`UPDATE exchanges SET state = ?, attempts = ?, lost_replies = ?, next_at = ?, code = ?, doubt = ?, begun_at = NULL, settled_at = ? WHERE id = ?`),
      begin: db.prepare(`UPDATE exchanges SET state = ${STATE.sending}, begun_at = ?, next_at = NULL WHERE id = ?`),
      unbegin: db.prepare(`UPDATE exchanges SET state = ${STATE.pending}, begun_at = NULL WHERE id = ?`),
      cancel: db.prepare('UPDATE exchanges SET state = ?, code = ?, settled_at = ?, next_at = NULL WHERE id = ?'),
      interrupt: db.prepare(`UPDATE exchanges SET state = ${STATE.unknown}, attempts = attempts + 1, lost_replies = lost_replies + 1,
        begun_at = NULL, next_at = NULL, code = '${INTERRUPTED}' WHERE id = ?`),
      newer: db.prepare(`SELECT id, state, place FROM exchanges WHERE lane_id = ? AND operation_no = ? AND id > ? AND state <> ${STATE.cancelled} ORDER BY id DESC LIMIT 1`),
      place: db.prepare('UPDATE exchanges SET place = ? WHERE id = ?'),
      retry: db.prepare(`UPDATE exchanges SET state = ${STATE.pending}, attempts = 0, settled_at = NULL, next_at = NULL, code = NULL, replay = coalesce(?, replay) WHERE id = ?`),
      attempt: db.prepare(`INSERT INTO attempts (id, lane_id, operation, kind, exchange_ids, started_at, ended_at, outcome, code, http_status, evidence, mapping)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`),
    };
  }

  get(id: number): StoredExchange | undefined { return this.#sql.get.get(id) as StoredExchange | undefined; }

  /** The latest of its lane and operation that came after it. */
  newer({ laneId, operationNo, id }: StoredExchange): NewerExchange | undefined { return this.#sql.newer.get(laneId, operationNo, id) as NewerExchange | undefined; }

  /** About to be sent. */
  begin(exchange: Counted, now: number): void {
    this.#sql.begin.run(now, exchange.id);
    this.#count(exchange, STATE.sending);
  }

  /** What a worker says came of it. @returns true when a newer snapshot that still waits took its turn */
  apply(exchange: StoredExchange, update: ExchangeUpdate, now: number): boolean {
    // A person gave it up while its worker was at it: only an effect that is known now counts for more.
    if (isSettled(exchange.state) && update.state !== 'done') return false;
    const failed = update.state === 'rejected' || update.state === 'dead';
    const newer = failed && update.replaceable === true ? this.newer(exchange) : undefined;
    // It failed while a newer one waited behind it or had gone already: sending it again would turn the clock back.
    const state = newer === undefined ? STATE[update.state] : STATE.superseded;
    const doubt = doubtNo(update.doubt);
    // A doubt settled by policy is a fact about the record for ever; a later answer to another try does not undo it.
    const policyBefore = exchange.doubt !== null && exchange.doubt < POLICY_DOUBTS;
    const kept = policyBefore ? exchange.doubt : (doubt ?? exchange.doubt);
    if (!policyBefore && kept !== null && kept < POLICY_DOUBTS) this.#store.counters.add('doubts', 1);
    this.#sql.settle.run(state, update.attempts, update.lostReplies, isSettled(state) ? null : (update.nextAt ?? null), update.code, kept, isSettled(state) ? now : null, exchange.id);
    this.#count(exchange, state);
    if (newer?.state !== STATE.pending) return false;
    this.#sql.place.run(Math.min(exchange.place ?? exchange.id, newer.place ?? newer.id), newer.id);
    return true;
  }

  /** Begun with its claim, and not sent after all. */
  unbegin(exchange: StoredExchange): void {
    this.#sql.unbegin.run(exchange.id);
    this.#count(exchange, STATE.pending);
  }

  /** A person gives it up. */
  cancel(exchange: StoredExchange, to: 'cancelled' | 'dead', now: number): void {
    this.#sql.cancel.run(STATE[to], CANCEL_CODES[to], now, exchange.id);
    this.#count(exchange, STATE[to]);
  }

  /** A person's retry, as part of a replay or alone. */
  reopen(exchange: StoredExchange, replay: number | null): void {
    this.#sql.retry.run(replay, exchange.id);
    this.#count(exchange, STATE.pending);
  }

  /**
   * What was on the wire when its worker vanished (crash, lost lease, lane given back): it may have taken effect. Counts as one
   * attempt without an answer, so `attempts` and `lostReplies` grow together, and the timeline shows it.
   */
  interruptLane(laneId: number, now: number): number {
    const flying = this.#sql.sending.all(laneId) as unknown as StoredExchange[];
    for (const exchange of flying) {
      this.#sql.interrupt.run(exchange.id);
      this.#count(exchange, STATE.unknown);
      this.record(laneId, {
        exchangeIds: [exchange.id], operation: this.#store.names.operationByNo(exchange.operationNo).name, kind: 'send',
        startedAt: exchange.begunAt ?? now, endedAt: now, outcome: 'unknown', code: INTERRUPTED, httpStatus: null,
      });
    }
    return flying.length;
  }

  record(laneId: number, attempt: AttemptRecord): void {
    const id = this.#store.nextAttemptId();
    const { evidence } = attempt;
    const sealed = evidence === undefined ? null : this.#store.sealer.seal(Buffer.from(evidence.slice(0, MOST_EVIDENCE_CHARS)), `attempts:${id}`);
    this.#sql.attempt.run(
      id, laneId, attempt.operation, attempt.kind, JSON.stringify(attempt.exchangeIds), attempt.startedAt, attempt.endedAt, attempt.outcome,
      attempt.code, attempt.httpStatus, sealed, attempt.mapping ?? null,
    );
  }

  #count(exchange: Counted, to: number): void {
    if (exchange.state === to) return;
    this.#store.counters.add(exchangeCounter(exchange.operationNo, exchange.state), -1);
    this.#store.counters.add(exchangeCounter(exchange.operationNo, to), 1);
  }
}
