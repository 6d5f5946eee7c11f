/**
 * Draining one lane: everything that waits for one (upstream, dossier), in order, by one worker that holds the lease.
 * Every step is made durable before the wire is touched, so a crash at any instant leaves 'sending' behind, which the
 * ledger reads as 'unknown' and never repeats blindly.
 */
import type { Connection } from '../adapter/client.ts';
import type { AnyOperation, Outcome } from '../adapter/types.ts';
import { isLedgerError } from '../ledger/errors.ts';
import type { AttemptRecord, ClaimedExchange, ClaimedLane, ExchangeUpdate, Ledger } from '../ledger/ledger.ts';
import type { Dossier } from '../model/canonical.ts';
import { probeWithin, sendWithin } from './call-timeout.ts';
import { LaneRecord } from './lane-record.ts';
import type { CalendarPolicy } from './policy.ts';
import type { Admission, Protection } from './protection.ts';
import { decide, isInDoubt, ruleOf, type Decision, type RetryPolicy, type Seen } from './retry.ts';

export interface LaneDeps {
  ledger: Ledger;
  connection: Connection;
  policy: RetryPolicy;
  calendar?: CalendarPolicy | undefined;
  /** a call that takes longer is cut and counts as a lost reply */
  callTimeoutMs?: number | undefined;
  /** asked before every call */
  protection: Protection;
  /** performance.now() before the lane was claimed */
  claimedAt?: number;
  now: () => number;
  random: () => number;
  /** how many exchanges a claim brings at most */
  perLane: number;
  /** cuts calls on the wire */
  signal: AbortSignal;
  /** true: finish the call on the wire, then give the lane back */
  stopping: () => boolean;
  /** the lane makes no further call: what is left is to write it down and give the lane back */
  givingBack?: () => void;
  /**
   * Puts into the dossier what an upstream's answer tells of it, durably. `origin`: of which answer. Absent: nothing is learnt.
   * @throws what the ledger fails with
   */
  learn?: Learn | undefined;
  /** after an attempt was made; counts for metrics, never content */
  observe: (attempt: AttemptRecord & { upstream: string; items: number }) => void;
}

export type Learn = (where: { upstream: string; dossierCode: string; origin: string }, change: (dossier: Dossier) => Dossier | undefined) => Promise<void>;

/** An exchange on its way through this drain. */
interface Item extends ClaimedExchange { op: AnyOperation; input: unknown; alone: boolean; doubt?: ExchangeUpdate['doubt'] }

/** Where the drain stands: go on with the next item, or leave the lane until then (null: until something new arrives); the lane is not ours any more. */
type Next = 'on' | 'gone' | { leaveUntil: number | null; blocked?: boolean };

/** Others may hold our lanes by now, or a person has just said stop: the ledger knows better than we do when it goes on. */
const STAND_BACK_MS = 1_000;

export async function drainLane(lane: ClaimedLane, deps: LaneDeps): Promise<void> {
  await new LaneDrain(lane, deps).run();
}

class LaneDrain {
  readonly #lane: ClaimedLane;
  readonly #deps: LaneDeps;
  readonly #record: LaneRecord;
  /** the exchange that is being looked at; none while a call is made */
  #current: ClaimedExchange | undefined;
  readonly #dossiers = new Map<number, Dossier>();

  constructor(lane: ClaimedLane, deps: LaneDeps) {
    this.#lane = lane;
    this.#deps = deps;
    this.#record = new LaneRecord(lane, deps);
  }

  async run(): Promise<void> {
    const waiting = [...this.#lane.exchanges];
    try {
      await this.#drain(waiting);
    } catch (error) {
      if (isLedgerError(error)) throw error;
      // A mistake of our own before the wire (needs, input, a body that does not parse) would come back for ever, seen by
      // nobody. The exchange at fault becomes a dead letter; what stands behind it goes on.
      // Nothing is said of what was on the wire: given back as it is, it becomes 'unknown' and its own rule decides.
      if (this.#current !== undefined) this.#record.settle(this.#current, { state: 'dead', code: 'LT-DELIVERY-INTERNAL' });
      await this.#release({ leaveUntil: this.#deps.now() });
      throw error;
    }
  }

  async #drain(waiting: ClaimedExchange[]): Promise<void> {
    while (waiting.length > 0) {
      // Stopped, or held back by a person: what is on the wire has ended, nothing more begins. The claim knows about the hold.
      if (this.#deps.stopping() || this.#isHeld()) {
        this.#unbegin(waiting);
        return this.#release({ leaveUntil: this.#deps.now() });
      }
      const group = await this.#nextGroup(waiting);
      const next = Array.isArray(group) ? await this.#send(group) : group;
      if (next === 'gone') return;
      if (next !== 'on') {
        const [held] = waiting;
        if (next.blocked === true && held !== undefined) this.#record.settle(held, { state: held.state, code: 'LT-DELIVERY-BLOCKED' });
        return this.#release(next);
      }
    }
    // A full claim may have left some behind; whatever came in meanwhile wakes the lane by itself.
    await this.#release({ leaveUntil: this.#lane.exchanges.length < this.#deps.perLane ? null : this.#deps.now() });
  }

  /** Takes from the front what can go in one call; settles on the way what needs no call. */
  async #nextGroup(waiting: ClaimedExchange[]): Promise<Item[] | Next> {
    const group: Item[] = [];
    for (;;) {
      const head = waiting[0];
      if (head === undefined) break;
      this.#current = head;
      const op = this.#deps.connection.adapter.operations[head.operation];
      if (op === undefined) {
        if (group.length > 0) break;
        waiting.shift();
        this.#record.settle(head, { state: 'dead', code: 'LT-DELIVERY-OPERATION-UNKNOWN' });
        continue;
      }
      if (group.length > 0 && (group[0]?.op !== op || group.length >= op.batch.max || group[0].alone)) break;
      if (op.needs !== undefined && !op.needs(this.#record.remote)) {
        if (group.length > 0) break;
        return { leaveUntil: null, blocked: true };
      }
      if (await this.#isOvertaken(op, head)) {
        waiting.shift();
        this.#record.settle(head, { state: 'rejected', code: 'LT-DELIVERY-OVERTAKEN' });
        continue;
      }
      const input = this.#inputOf(op, head);
      const item: Item = { ...head, op, input, alone: input !== undefined && op.batch.alone?.(input, this.#deps.connection.config) === true };
      if (item.alone && group.length > 0) break;
      if (item.input === undefined) {
        if (group.length > 0) break;
        waiting.shift();
        this.#record.settle(head, { state: 'dead', code: 'LT-DELIVERY-INTERNAL' });
        continue;
      }
      if (isInDoubt(head, op)) {
        if (group.length > 0 && op.probe !== undefined) break; // what is ready goes first; then there is time to ask
        const decision = await this.#resolve(item);
        if (decision.then === 'wait') {
          this.#record.settle(item, { state: 'unknown', code: 'LT-UPSTREAM-PROBE-FAILED', nextAt: decision.until });
          return { leaveUntil: decision.until };
        }
        if (decision.then === 'refused') this.#unbegin([head]);
        if (decision.then === 'refused') return { leaveUntil: decision.waitUntil };
        waiting.shift();
        if (decision.then === 'send') {
          item.doubt = decision.doubt;
          group.push(item);
        } else {
          this.#settleResolved(item, decision);
        }
        continue;
      }
      waiting.shift();
      group.push(item);
    }
    return group.length > 0 ? group : 'on';
  }

  /** Planned, certainly not there yet, and the dossier has become one that this is not for. */
  async #isOvertaken({ subscribe }: AnyOperation, exchange: ClaimedExchange): Promise<boolean> {
    if (subscribe?.isStillDue === undefined || exchange.state === 'unknown' || exchange.lostReplies > 0) return false;
    const newest = await this.#deps.ledger.getDossier(this.#lane.dossierCode);
    // A body that has expired says nothing any more.
    if (newest === undefined || newest.body === '' || newest.lastEventSeq === exchange.eventSeq) return false;
    return !subscribe.isStillDue(JSON.parse(newest.body) as Dossier, this.#deps.connection.config);
  }

  #inputOf(op: AnyOperation, exchange: ClaimedExchange): unknown {
    let dossier = this.#dossiers.get(exchange.eventSeq);
    if (dossier === undefined) {
      const body = this.#lane.events.find((event) => event.seq === exchange.eventSeq)?.body;
      if (body === undefined) return undefined;
      dossier = JSON.parse(body) as Dossier;
      this.#dossiers.set(exchange.eventSeq, dossier);
    }
    return op.subscribe?.input(dossier, exchange.itemKey);
  }

  #decide(item: Item, seen: Seen, jitter = this.#deps.random()): Decision {
    const { connection, policy, calendar, now } = this.#deps;
    return decide({ operation: ruleOf(item.op, item.input, connection.config), seen, history: item, policy, calendar, now: now(), jitter });
  }

  /** What becomes of an exchange in doubt: asks the upstream where it can be asked. */
  async #resolve(item: Item): Promise<Exclude<Decision, { then: 'probe' }> | { then: 'refused'; waitUntil: number }> {
    const first = this.#decide(item, { kind: 'in-doubt' });
    // The calendar is closed: nothing was asked, nothing is new.
    if (first.then === 'wait') return { then: 'refused', waitUntil: first.until };
    if (first.then !== 'probe') return first;
    const { connection, now, signal, callTimeoutMs } = this.#deps;
    const admission = await this.#admit(item.op);
    if (!admission.go) return { then: 'refused', waitUntil: admission.waitUntil };
    if (!this.#isFresh()) {
      admission.done(null);
      return { then: 'refused', waitUntil: now() + STAND_BACK_MS };
    }
    const startedAt = now();
    const answer = await probeWithin(callTimeoutMs, signal, (cut) => connection.probe(item.op, item.input, { remote: this.#record.remote, signal: cut }));
    admission.done(answer);
    item.attempts += 1;
    this.#record.attempt({
      exchangeIds: [item.id], operation: item.operation, kind: 'probe', startedAt, endedAt: now(), outcome: answer.kind,
      code: answer.kind === 'unknown' ? answer.issue.code : null,
      httpStatus: null,
      mapping: connection.adapter.version,
    });
    if (answer.kind !== 'unknown' && answer.remote !== undefined) this.#record.setRemote({ ...this.#record.remote, ...answer.remote });
    return this.#decide(item, { kind: 'asked', answer: answer.kind }) as Exclude<Decision, { then: 'probe' }>;
  }

  #settleResolved(item: Item, decision: Exclude<Decision, { then: 'send' | 'probe' | 'wait' }>): void {
    if (decision.then === 'done') {
      this.#record.setRemote({ ...this.#record.remote, exists: true });
      this.#record.settle(item, { state: 'done', code: null, ...(decision.doubt === undefined ? {} : { doubt: decision.doubt }) });
    } else if (decision.then === 'doubtful') {
      this.#record.settle(item, { state: 'doubtful', code: decision.doubt === 'never-resent' ? 'LT-DELIVERY-NEVER-RESENT' : 'LT-DELIVERY-RESENT-IN-DOUBT', doubt: decision.doubt });
    } else {
      this.#record.settle(item, { state: 'dead', code: decision.then === 'dead' && decision.why === 'gave-up' ? 'LT-DELIVERY-GAVE-UP' : 'LT-UPSTREAM-PROBE-FAILED' });
    }
  }

  #isHeld(): boolean {
    const { upstream, dossierCode, procedureCode } = this.#lane;
    return this.#deps.protection.isHeld(upstream, dossierCode, procedureCode);
  }

  #isFresh(): boolean {
    return this.#deps.ledger.fresh(this.#deps.claimedAt);
  }

  /** Whether the call may be made; it may have to wait for its turn, and meanwhile a person may have said stop. */
  #admit(op: AnyOperation): Admission | Promise<Admission> {
    const asked = this.#deps.protection.admit(this.#lane.upstream, op.id, this.#deps.signal);
    if (!(asked instanceof Promise)) return asked;
    return asked.then((admission) => {
      if (!admission.go || !(this.#deps.stopping() || this.#isHeld())) return admission;
      admission.done(null);
      return { go: false, waitUntil: this.#deps.now(), reason: 'held' };
    });
  }

  /**
   * Not sent after all: what is on record as being sent must not look like a lost reply. What the upstream has just denied to have is
   * no doubt any more: asked again each time, it would use up the slot that the send waits for.
   */
  #unbegin(group: (ClaimedExchange & Pick<Item, 'doubt'>)[]): void {
    for (const item of group) if (item.begun === true || item.doubt === 'probe-not-applied') this.#record.settle(item, { state: 'pending', code: null });
  }

  async #send(group: Item[]): Promise<Next> {
    const { connection, now, random, signal, callTimeoutMs } = this.#deps;
    const op = group[0]?.op as AnyOperation;
    this.#current = undefined;
    const asked = this.#admit(op);
    const admission = asked instanceof Promise ? await asked : asked;
    if (!admission.go) {
      this.#unbegin(group);
      return { leaveUntil: admission.waitUntil };
    }
    try {
      // A repeat is on record before it leaves: should we crash now, the timeline must not say that it was never sent again.
      for (const item of group) if (item.doubt !== undefined) this.#record.settle(item, { state: 'pending', code: null });
      if (this.#record.isDirty || group.some((item) => item.begun !== true)) await this.#record.flush({ begin: group.map((item) => item.id) });
    } catch (error) {
      admission.done(null);
      // Cancelled, replaced or held back meanwhile, or someone else's lane by now: nothing of it is ours to give back.
      if (isLedgerError(error) && error.code === 'LT-LEDGER-LEASE-LOST') return 'gone';
      throw error;
    }
    for (const item of group) item.begun = true;
    // The last thing before the wire: a process that was asleep, or cut off, may have lost its lane to another one.
    if (!this.#isFresh()) {
      admission.done(null);
      this.#unbegin(group);
      return { leaveUntil: now() + STAND_BACK_MS };
    }
    const startedAt = now();
    let execution;
    try {
      execution = await sendWithin(callTimeoutMs, signal, this.#record.remote, (cut) => connection.execute(op, group.map((item) => item.input), { remote: this.#record.remote, signal: cut }));
    } catch (error) {
      admission.done(null);
      // Only our own code can throw here, before the wire: nothing was sent.
      this.#record.sent(group, { startedAt, outcome: 'rejected', code: 'LT-DELIVERY-INTERNAL', httpStatus: null, evidence: error instanceof Error ? `${error.name}: ${error.stack?.split('\n')[1]?.trim() ?? ''}` : 'unknown' });
      for (const item of group) this.#record.settle(item, { state: 'dead', code: 'LT-DELIVERY-INTERNAL' });
      return this.#afterFailure(op);
    }
    // What was refused here, before the wire, says nothing about the upstream.
    admission.done(execution.httpStatus === null && execution.outcome.kind === 'rejected' ? null : execution.outcome);
    const { outcome } = execution;
    for (const item of group) item.attempts += 1;
    this.#record.sent(group, {
      startedAt,
      outcome: outcome.kind,
      code: execution.code,
      httpStatus: execution.httpStatus,
      ...(outcome.kind === 'done' ? (outcome.warnings === undefined ? {} : { evidence: evidenceOf(outcome.warnings, null) }) : { evidence: evidenceOf(outcome.kind === 'rejected' ? outcome.issues : [outcome.issue], execution.answer) }),
    });

    // A batch that is refused as a whole is halved until the one at fault stands alone.
    if (outcome.kind === 'rejected' && group.length > 1) {
      const middle = Math.ceil(group.length / 2);
      // All of them are still on record as being sent, and none of them is on the wire.
      const first = await this.#send(group.slice(0, middle));
      if (first === 'gone') return first;
      if (first !== 'on') {
        this.#unbegin(group.slice(middle));
        return first;
      }
      return this.#send(group.slice(middle));
    }

    // An amended call leaves knowledge behind even when its own reply is lost.
    this.#record.setRemote(execution.remote);
    if (outcome.kind === 'done') await this.#learn(group, op, outcome.value);
    return this.#afterSend(group, op, outcome, execution.code, random());
  }

  /** Before the exchange is settled: whoever crashes in between asks the upstream again, and learns the same. */
  async #learn(group: readonly Item[], op: AnyOperation, value: unknown): Promise<void> {
    const { learn, now } = this.#deps;
    if (op.learn === undefined || learn === undefined) return;
    const { upstream, dossierCode } = this.#lane;
    for (const { itemKey, input } of group) {
      await learn({ upstream, dossierCode, origin: `${op.id} ${itemKey} ${JSON.stringify(value)}` }, (dossier) => op.learn?.(dossier, input, value, now()));
    }
  }

  /** Each exchange of the call is decided on its own: one has used its attempts, its neighbour has not. */
  #afterSend(group: Item[], op: AnyOperation, outcome: Outcome, code: string | null, jitter: number): Next {
    const seen: Seen = outcome.kind === 'retry' ? { kind: 'sent', outcome: 'retry', retryAfterMs: outcome.retryAfterMs } : { kind: 'sent', outcome: outcome.kind };
    let leaveUntil: number | null = null;
    let hasFailed = false;
    const decided = group.map((item) => ({ item, decision: this.#decide(item, seen, jitter) }));
    // They stand in one order, so that they go on together: at the latest of their times.
    for (const { decision } of decided) if (decision.then === 'wait') leaveUntil = Math.max(leaveUntil ?? 0, decision.until);
    for (const { item, decision } of decided) {
      if (decision.then === 'done') this.#record.settle(item, { state: 'done', code: item.doubt === 'resent-after-lost-reply' ? 'LT-DELIVERY-RESENT-IN-DOUBT' : null });
      else if (decision.then === 'wait' && decision.for === 'send') this.#record.settle(item, { state: 'pending', code, nextAt: leaveUntil ?? decision.until });
      else if (decision.then === 'wait') this.#record.settle({ ...item, lostReplies: item.lostReplies + 1 }, { state: 'unknown', code, nextAt: leaveUntil ?? decision.until });
      else {
        hasFailed = true;
        this.#record.settle(item, decision.then === 'dead' ? { state: 'dead', code: 'LT-DELIVERY-GAVE-UP' } : { state: 'rejected', code });
      }
    }
    if (leaveUntil !== null) return { leaveUntil };
    return hasFailed ? this.#afterFailure(op) : 'on';
  }

  /** A failed snapshot holds what stands behind it (the dossier may not exist there); a failed step does not. */
  #afterFailure(op: AnyOperation): Next {
    return op.coalesce === 'snapshot' && this.#record.remote.exists !== true ? { leaveUntil: null, blocked: true } : 'on';
  }

  #release(next: Exclude<Next, 'on' | 'gone'>): Promise<void> {
    this.#deps.givingBack?.();
    return this.#record.flush({ release: { nextAt: next.leaveUntil, ...(next.blocked === true ? { blocked: true } : {}) } });
  }
}

const evidenceOf = (issues: unknown[], answer: string | null): string => JSON.stringify({ issues, answer });
