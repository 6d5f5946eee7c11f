/**
 * Group commit without a timer: whatever has arrived while the last group was written is the next group, so one fsync serves many
 * callers under load and a lone caller waits for nobody.
 */
import { LedgerError } from '../errors.ts';
import { failureOf, isExhausted } from './db.ts';

/** A group ends at this many jobs or this weight: it bounds the wait of its first caller, and memory. */
const MOST_JOBS = 256;
const MOST_WEIGHT = 4 * 1024 * 1024;

export interface Job {
  /** characters of the body; 0 when small */
  weight: number;
  /** has a transaction of its own */
  alone: boolean;
}

/** What a job of a committed group comes to: a refusal that wrote nothing fails alone. */
export type Outcome = { value: unknown } | { error: LedgerError };
export type Waiting<J> = J & { resolve: (value: never) => void; reject: (error: LedgerError) => void };

/**
 * All in one transaction. Only a refusal that wrote nothing may fail alone inside it; anything else undoes the group, and then
 * each job gets a transaction of its own, so that one bad record does not spoil its neighbours. Nothing is answered before the commit.
 */
export async function answerGroup<J extends Job>(jobs: readonly Waiting<J>[], write: (jobs: readonly J[]) => Promise<Outcome[]>): Promise<void> {
  try {
    const outcomes = await write(jobs);
    jobs.forEach((job, i) => {
      const outcome = outcomes[i];
      if (outcome !== undefined && 'value' in outcome) job.resolve(outcome.value as never);
      else job.reject(outcome?.error ?? new LedgerError('LT-LEDGER-WRITE-FAILED'));
    });
  } catch (e) {
    if (!isExhausted(e) && jobs.length > 1) for (const job of jobs) await answerGroup([job], write);
    else for (const job of jobs) job.reject(failureOf(e));
  }
}

export class Groups<J extends Job> {
  readonly #run: (group: readonly Waiting<J>[]) => Promise<void>;
  #waiting: Waiting<J>[] = [];
  #running: Promise<void> | undefined;
  #isClosed = false;

  /** `run` answers every job of its group, and does not throw. */
  constructor(run: (group: readonly Waiting<J>[]) => Promise<void>) {
    this.#run = run;
  }

  /** @throws LedgerError LT-LEDGER-CLOSED, or what became of the job */
  push<T>(job: J): Promise<T> {
    if (this.#isClosed) return Promise.reject(new LedgerError('LT-LEDGER-CLOSED'));
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ ...job, resolve: resolve as (value: never) => void, reject });
      this.#running ??= this.#drain();
    });
  }

  /** Takes nothing more, and finishes what was taken. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#running;
  }

  async #drain(): Promise<void> {
    // After the callbacks of this turn of the loop: the calls of all sockets that were readable share the first group.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) await this.#run(this.#next());
    this.#running = undefined;
  }

  #next(): Waiting<J>[] {
    let size = 0;
    let weight = 0;
    while (size < this.#waiting.length && size < MOST_JOBS && weight < MOST_WEIGHT) {
      const job = this.#waiting[size];
      if (job?.alone === true && size > 0) break;
      weight += job?.weight ?? 0;
      size += 1;
      if (job?.alone === true) break;
    }
    const group = this.#waiting.slice(0, size);
    this.#waiting = this.#waiting.slice(size);
    return group;
  }
}
