/** State changes of exchanges, in the memory of a unit. Every change of state passes here, so that the counters stay right. */
import { CANCEL_CODES } from '../control.ts';
import type { ExchangeUpdate } from '../ledger.ts';
import { POLICY_DOUBTS, STATE, doubtNo, isSettled } from '../codes.ts';
import type { Exchange, Unit } from './unit.ts';

const COUNTER_PREFIX = 'exchange/';
const INTERRUPTED = 'LT-LEDGER-INTERRUPTED';

export const exchangeCounter = (operationNo: number, state: number): string => `${COUNTER_PREFIX}${operationNo}/${state}`;
/** Every exchange counter, decoded. */
export function exchangeCounts(counts: { under(prefix: string): Record<string, number> }): { operationNo: number; state: number; n: number }[] {
  return Object.entries(counts.under(COUNTER_PREFIX)).map(([key, n]) => {
    const [operationNo, state] = key.split('/').map(Number);
    return { operationNo: operationNo ?? 0, state: state ?? 0, n };
  });
}

/** A newer exchange of the same lane and operation, for `apply`. */
export interface Newer { id: number; state: number; place: number | null }

function change(unit: Unit, exchange: Exchange, to: Partial<Exchange>): void {
  if (to.state !== undefined && to.state !== exchange.state) {
    unit.counters.add(exchangeCounter(exchange.operationNo, exchange.state), -1);
    unit.counters.add(exchangeCounter(exchange.operationNo, to.state), 1);
  }
  unit.changeExchange(exchange, to);
}

/** About to be sent. */
export function begin(unit: Unit, exchange: Exchange, now: number): void {
  change(unit, exchange, { state: STATE.sending, begunAt: now, nextAt: null });
}

/** Begun with its claim, and not sent after all. */
export function unbegin(unit: Unit, exchange: Exchange): void {
  change(unit, exchange, { state: STATE.pending, begunAt: null });
}

/**
 * What a worker says came of it. `newer`: the latest other exchange of its lane and operation that came after it, if any.
 * @returns the newer snapshot that takes its turn now, when one waits
 */
export function apply(unit: Unit, exchange: Exchange, update: ExchangeUpdate, newer: Newer | undefined, now: number): boolean {
  // A person gave it up while its worker was at it: only an effect that is known now counts for more.
  if (isSettled(exchange.state) && update.state !== 'done') return false;
  const failed = update.state === 'rejected' || update.state === 'dead';
  const replacedBy = failed && update.replaceable === true ? newer : undefined;
  // It failed while a newer one waited behind it or had gone already: sending it again would turn the clock back.
  const state = replacedBy === undefined ? STATE[update.state] : STATE.superseded;
  const doubt = doubtNo(update.doubt);
  // A doubt settled by policy is a fact about the record for ever; a later answer to another try does not undo it.
  const policyBefore = exchange.doubt !== null && exchange.doubt < POLICY_DOUBTS;
  const kept = policyBefore ? exchange.doubt : (doubt ?? exchange.doubt);
  if (!policyBefore && kept !== null && kept < POLICY_DOUBTS) unit.counters.add('doubts', 1);
  const turn = exchange.place ?? exchange.id;
  change(unit, exchange, {
    state, attempts: update.attempts, lostReplies: update.lostReplies, nextAt: isSettled(state) ? null : (update.nextAt ?? null), code: update.code, doubt: kept,
    begunAt: null, settledAt: isSettled(state) ? now : null,
  });
  if (replacedBy?.state !== STATE.pending) return false;
  const successor = unit.exchanges.get(replacedBy.id);
  if (successor !== undefined) unit.changeExchange(successor, { place: Math.min(turn, successor.place ?? successor.id) });
  return true;
}

/** A newer snapshot goes instead of it. */
export function supersede(unit: Unit, exchange: Exchange, now: number): void {
  change(unit, exchange, { state: STATE.superseded, settledAt: now, nextAt: null });
}

/** A person gives it up. */
export function cancel(unit: Unit, exchange: Exchange, to: 'cancelled' | 'dead', now: number): void {
  change(unit, exchange, { state: STATE[to], settledAt: now, nextAt: null, code: CANCEL_CODES[to] });
}

/** A person's retry, as part of a replay or alone. */
export function reopen(unit: Unit, exchange: Exchange, replay: number | null): void {
  change(unit, exchange, { state: STATE.pending, attempts: 0, settledAt: null, nextAt: null, code: null, replay: replay ?? exchange.replay });
}

/** A newer change brings what a refused step lacked. */
export function correct(unit: Unit, exchange: Exchange, eventSeq: number): void {
  change(unit, exchange, { state: STATE.pending, eventSeq, attempts: 0, settledAt: null, nextAt: null, code: null });
}

/**
 * What was on the wire when its worker vanished (crash, lost lease, lane given back): it may have taken effect. Counts as one
 * attempt without an answer, so `attempts` and `lostReplies` grow together, and the timeline shows it.
 */
export function interruptLane(unit: Unit, laneId: number, now: number): number {
  const flying = unit.ofLane(laneId).filter((exchange) => exchange.state === STATE.sending);
  for (const exchange of flying) {
    const startedAt = exchange.begunAt ?? now;
    change(unit, exchange, {
      state: STATE.unknown, attempts: exchange.attempts + 1, lostReplies: exchange.lostReplies + 1, begunAt: null, nextAt: null, code: INTERRUPTED,
    });
    unit.record(laneId, {
      exchangeIds: [exchange.id], operation: unit.store.names.operationByNo(exchange.operationNo).name, kind: 'send',
      startedAt, endedAt: now, outcome: 'unknown', code: INTERRUPTED, httpStatus: null,
    });
  }
  return flying.length;
}
