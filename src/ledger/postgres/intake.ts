/** The line of everything that takes the chain: appends, refused input and retries in groups, other orders one by one. */
import { LedgerError } from '../errors.ts';
import type { AppendResult, QuarantineItem } from '../ledger.ts';
import { STATE, dossierOfLane, stateName } from '../codes.ts';
import { unflatten } from '../flat-change.ts';
import type { AppendCall, Cell } from '../flat-change.ts';
import { Appender, prepare } from './append.ts';
import type { PreparedChange } from './append.ts';
import { ChainUnit } from './chain-unit.ts';
import type { ChainLine } from './chain-unit.ts';
import { reopen } from './exchanges.ts';
import { Groups, answerGroup } from './group.ts';
import type { Job, Outcome } from './group.ts';
import { wake } from './lane-states.ts';
import type { Store } from './store.ts';

const MOST_RAW_CHARS = 65_536;
const MOST_ISSUES = 200;
const RETRY_EVENT = 'exchange.retried';
const RETRYABLE: ReadonlySet<number> = new Set([STATE.rejected, STATE.dead, STATE.doubtful, STATE.cancelled]);

export interface Retry { exchangeId: number; by: string; now: number; reason: string | null; replay: number | undefined; /** a full snapshot */ replaceable: boolean }
type Write =
  | { kind: 'append'; prepared: PreparedChange }
  | { kind: 'quarantine'; item: QuarantineItem; now: number }
  | { kind: 'retry'; retry: Retry }
  | { kind: 'order'; work: (unit: ChainUnit) => Promise<unknown> };
type IntakeJob = Job & Write;

export class IntakeLine implements ChainLine {
  readonly #store: Store;
  readonly #groups: Groups<IntakeJob>;

  constructor(store: Store) {
    this.#store = store;
    this.#groups = new Groups((jobs) => answerGroup(jobs, (some) => this.#write(some)));
  }

  append(flat: Cell[]): Promise<AppendResult> {
    const change: AppendCall = unflatten(flat);
    return this.#groups.push({ kind: 'append', prepared: prepare(this.#store, change, this.#store.now()), weight: change.body.length, alone: false });
  }

  quarantine(item: QuarantineItem): Promise<{ id: number }> {
    return this.#groups.push({ kind: 'quarantine', item, now: this.#store.now(), weight: Math.min(item.raw.length, MOST_RAW_CHARS), alone: false });
  }

  retry(retry: Retry): Promise<boolean> { return this.#groups.push({ kind: 'retry', retry, weight: 0, alone: false }); }

  order<T>(work: (unit: ChainUnit) => Promise<T>): Promise<T> { return this.#groups.push({ kind: 'order', work, weight: 0, alone: true }); }

  close(): Promise<void> { return this.#groups.close(); }

  async #write(jobs: readonly IntakeJob[]): Promise<Outcome[]> {
    const result = await this.#store.intakeLine.transaction(async (tx) => {
      const unit = new ChainUnit(this.#store, tx);
      const appender = new Appender(unit);
      const changes = jobs.flatMap((job) => (job.kind === 'append' ? job.prepared : []));
      const retried = jobs.flatMap((job) => (job.kind === 'retry' ? job.retry.exchangeId : []));
      // One trip: the server runs them in this order, so what is loaded is what stands under the lock.
      await Promise.all([unit.lockHead(), ...(changes.length + retried.length > 0 ? [appender.load(changes, retried)] : [])]);
      if (retried.length > 0) await Promise.all([unit.loadSubjects(true), unit.loadNewer(jobs.flatMap((job) => (job.kind === 'retry' && job.retry.replaceable ? job.retry.exchangeId : [])))]);
      const outcomes: Outcome[] = [];
      for (const job of jobs) outcomes.push({ value: job.kind === 'order' ? await job.work(unit) : this.#one(job, unit, appender) });
      appender.save();
      await unit.flush();
      return { outcomes, names: unit.names };
    });
    result.names.committed();
    return result.outcomes;
  }

  #one(job: Exclude<IntakeJob, { kind: 'order' }>, unit: ChainUnit, appender: Appender): unknown {
    switch (job.kind) {
      case 'append': return appender.append(job.prepared);
      case 'quarantine': return this.#keepRefused(job.item, job.now, unit);
      case 'retry': return this.#retry(job.retry, unit);
    }
  }

  /** Pointers and codes of hostile input may hold anything, so all of it is sealed, not the raw text alone. */
  #keepRefused(item: QuarantineItem, now: number, unit: ChainUnit): { id: number } {
    const id = unit.nextQuarantineId();
    const content = {
      raw: item.raw.slice(0, MOST_RAW_CHARS),
      issues: item.issues.slice(0, MOST_ISSUES),
      dossierCode: item.dossierCode ?? null,
      line: item.line ?? null,
      actor: item.actor,
    };
    const sealed = this.#store.sealer.seal(Buffer.from(JSON.stringify(content)), `quarantine:${id}`);
    unit.tx.save('INSERT INTO quarantine (id, at, via, content) VALUES ($1, $2, $3, $4)', [id, now, item.via, sealed]);
    unit.counters.add('quarantined', 1);
    return { id };
  }

  /** The retry itself is an event of the dossier: hash-chained, with who asked for it. The reason is free text: sealed with the body (law 6). */
  #retry({ exchangeId, by, now, reason, replay, replaceable }: Retry, unit: ChainUnit): boolean {
    const exchange = unit.exchanges.get(exchangeId);
    if (exchange === undefined || !RETRYABLE.has(exchange.state)) return false;
    // A newer snapshot has gone or waits: this one would turn the clock back.
    if (replaceable && unit.newerOf(exchange) !== undefined) return false;
    const from = stateName(exchange.state);
    const dossierId = dossierOfLane(exchange.laneId);
    const subject = unit.subjects.get(dossierId);
    if (subject === undefined) throw new LedgerError('LT-LEDGER-UNREADABLE', `exchanges:${exchangeId}`);
    reopen(unit, exchange, replay ?? null);
    wake(unit, exchange.laneId, now, null);
    unit.recordOrder({
      kind: RETRY_EVENT, by, now, subject: `exchange:${exchangeId}`, dossier: { id: dossierId, code: subject.code },
      content: { exchangeId, from, ...(reason === null ? {} : { reason }), ...(replay === undefined ? {} : { replay }) },
    });
    return true;
  }
}
