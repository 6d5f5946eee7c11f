/**
 * Group commit without a timer: whatever has arrived while the last group was written is the next group, so one fsync serves many
 * callers under load and a lone caller waits for nobody.
 */
import { LedgerError } from '../errors.ts';

/** A group ends at this many jobs or this weight: it bounds the wait of its first caller, and memory. */
const MOST_JOBS = 256;
const MOST_WEIGHT = 4 * 1024 * 1024;

export interface Job {
  /** characters of the body; 0 when small */
  weight: number;
  /** has a transaction of its own */
  alone: boolean;
}

export class Groups<J extends Job> {
  readonly #run: (group: J[]) => Promise<void>;
  #waiting: J[] = [];
  #running: Promise<void> | undefined;
  #isClosed = false;

  /** `run` answers every job of its group, and does not throw. */
  constructor(run: (group: J[]) => Promise<void>) {
    this.#run = run;
  }

  /** @throws LedgerError LT-LEDGER-CLOSED */
  push(job: J): void {
    if (this.#isClosed) throw new LedgerError('LT-LEDGER-CLOSED');
    this.#waiting.push(job);
    this.#running ??= this.#drain();
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

  #next(): J[] {
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
