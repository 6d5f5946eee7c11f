/** One rate limit as a process uses it: slots that it has reserved, and callers that wait for one, first come first served. */
import type { LedgerCells } from '../ledger/cells.ts';
import type { RatePolicy } from './policy.ts';
import { handful, nextSlotAt, reserve, type RateClock, type Slot } from './rate.ts';
import { changeCell } from './shared-cell.ts';

/** Longer waits are not made inside the process: the lane is given back, so that its slot in the room is free for others. */
export const PATIENCE_MS = 2_000;
/** Those who are sent away are spread over at most this time. */
const LONGEST_PROMISE_MS = 60_000;

export interface Limiter {
  /** uses a slot that is at hand; false: `wait` for one */
  take(): boolean;
  /** @returns null with a slot in hand, else when to come back (ms) */
  wait(signal: AbortSignal): Promise<number | null>;
  /** callers that could get a slot within the time that anyone waits here */
  room(): number;
  /** when the next call could go, as far as this process knows (ms) */
  nextAt(): number;
  /** what the cell holds, as just read */
  learn(seen: RateClock): void;
}

export function createLimiter(cells: LedgerCells, name: string, policy: RatePolicy, now: () => number): Limiter {
  const interval = 1_000 / policy.perSecond;
  let slots: Slot[] = [];
  let clock: RateClock | undefined;
  let waiters = 0;
  let promised = 0;
  let turn: Promise<void> = Promise.resolve();
  // How many slots to take at once: doubles while they are all used, starts anew when some were lost.
  let wanted = 1;

  function pick(latest: number): Slot | undefined {
    const before = slots.length;
    if (before > 0) slots = slots.filter((slot) => slot.until >= now());
    if (slots.length < before) wanted = 1;
    const [first] = slots;
    return first !== undefined && first.from <= latest ? slots.shift() : undefined;
  }

  async function obtain(latest: number): Promise<Slot | undefined> {
    const known = pick(latest);
    if (known !== undefined) return known;
    if (slots.length > 0) return undefined;
    let got: Slot[] = [];
    const { value, written } = await changeCell<RateClock>(cells, name, (held) => {
      const reserved = reserve(held, policy, now(), wanted, latest);
      got = reserved.slots;
      return got.length === 0 ? held : reserved.clock;
    });
    clock = value;
    if (!written) return undefined;
    wanted = Math.min(handful(policy), wanted * 2);
    slots = got;
    return slots.shift();
  }

  const nextAt = (): number => slots.find((slot) => slot.until >= now())?.from ?? nextSlotAt(clock, policy, now());

  /** Everyone who is sent away gets a time of his own. */
  function promise(): number {
    const earliest = Math.max(nextAt() + waiters * interval, promised + interval, now() + 1);
    promised = Math.min(earliest, now() + LONGEST_PROMISE_MS);
    return promised;
  }

  return {
    take: () => waiters === 0 && pick(now()) !== undefined,
    nextAt,
    learn(seen) {
      if (seen.tat > (clock?.tat ?? 0)) clock = seen;
    },
    room: () => Math.max(0, Math.floor((now() + PATIENCE_MS - nextAt()) / interval) + 1 - waiters),
    async wait(signal) {
      const latest = now() + PATIENCE_MS;
      if (nextAt() + waiters * interval > latest) return promise();
      waiters += 1;
      const before = turn;
      const { promise: mine, resolve: pass } = Promise.withResolvers<undefined>();
      turn = mine;
      try {
        await before;
        const slot = await obtain(latest);
        if (slot === undefined) return promise();
        await pause(slot.from - now(), signal);
        return null;
      } finally {
        waiters -= 1;
        pass(undefined);
      }
    },
  };
}

/** Waits; ends early when the signal says so. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}
