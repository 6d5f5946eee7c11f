/**
 * The circuit breaker, pure: closed → open → half-open → closed. What is here is a value in a cell that all processes share and that
 * survives restarts; how often calls failed is counted by each process for itself (`createSamples`).
 * In half-open one call at a time is let through. It belongs to whoever wrote the cell first, and is free again after a time, so
 * that a process that died with it does not keep the upstream shut.
 */
import type { BreakerPolicy, BreakerState } from './policy.ts';

export const BREAKER_DEFAULTS: BreakerPolicy = { minimumCalls: 20, failureRate: 0.5, windowMs: 60_000, openMs: 10_000, mostOpenMs: 5 * 60_000 };

/** What the cell holds. Times in ms. */
export interface Breaker {
  state: BreakerState;
  /** in this state since */
  since: number;
  /** open: when a trial may be made · half-open: when the trial counts as dead · closed: null */
  until: number | null;
  /** how often it opened since it was last closed; the pause doubles with each */
  trips: number;
  /** who makes the trial: the process, a slash, and a number that only this trial has */
  trial: string | null;
  /** the upstream's own word (Retry-After): no call before */
  throttledUntil: number | null;
}

export const CLOSED: Breaker = { state: 'closed', since: 0, until: null, trips: 0, trial: null, throttledUntil: null };

/** Doubling must end somewhere below what a number holds. */
const MOST_DOUBLINGS = 20;

const pauseOf = (policy: BreakerPolicy, trips: number): number => Math.min(policy.mostOpenMs, policy.openMs * 2 ** Math.min(trips - 1, MOST_DOUBLINGS));

/** Too many calls failed. Only a closed one opens by itself: calls that were still on the way say nothing about a trial. */
export function trip(breaker: Breaker, policy: BreakerPolicy, now: number): Breaker {
  if (breaker.state !== 'closed') return breaker;
  return { ...breaker, state: 'open', since: now, until: now + pauseOf(policy, 1), trips: 1, trial: null };
}

/** Clocks of machines differ by less than this; what is dated further ahead was written under a wrong one, and must not shut an upstream for years. */
const MOST_SKEW_MS = 60 * 60 * 1000;

/** Whether a trial may begin now: the pause is over, or an earlier trial was never heard of again. */
export function mayTry(breaker: Breaker, now: number): boolean {
  return breaker.state !== 'closed' && ((breaker.until ?? 0) <= now || breaker.since > now + MOST_SKEW_MS);
}

/** Without a Retry-After that is over, or that ends later than any is taken at its word. */
export function withoutStale(breaker: Breaker, longestMs: number, now: number): Breaker {
  const { throttledUntil } = breaker;
  return throttledUntil === null || (throttledUntil > now && throttledUntil <= now + longestMs + MOST_SKEW_MS) ? breaker : { ...breaker, throttledUntil: null };
}

/** Takes the trial. It is given to whoever manages to write this. */
export function beginTrial(breaker: Breaker, trial: string, trialMs: number, now: number): Breaker {
  return { ...breaker, state: 'half-open', since: breaker.state === 'half-open' ? Math.min(breaker.since, now) : now, until: now + trialMs, trial };
}

/** What the trial brought. A trial that is no longer the one that counts changes nothing. */
export function afterTrial(breaker: Breaker, trial: string, result: 'worked' | 'failed' | 'not-made', policy: BreakerPolicy, now: number): Breaker {
  if (breaker.state !== 'half-open' || breaker.trial !== trial) return breaker;
  if (result === 'worked') return { ...CLOSED, since: now, throttledUntil: breaker.throttledUntil };
  // Nothing was learned: the next one may try at once.
  if (result === 'not-made') return { ...breaker, state: 'open', since: now, until: now, trial: null };
  const trips = breaker.trips + 1;
  return { ...breaker, state: 'open', since: now, until: now + pauseOf(policy, trips), trips, trial: null };
}

/** The upstream asked to be left alone. A later word does not shorten an earlier one. */
export function throttle(breaker: Breaker, until: number): Breaker {
  return (breaker.throttledUntil ?? 0) >= until ? breaker : { ...breaker, throttledUntil: until };
}

/** A person opens it. */
export function openByHand(breaker: Breaker, until: number, now: number): Breaker {
  return { ...breaker, state: 'open', since: now, until, trips: Math.max(1, breaker.trips), trial: null };
}

/** A person closes it; what the upstream asked for is forgotten too. */
export const closeByHand = (now: number): Breaker => ({ ...CLOSED, since: now });

/** Calls of the last `windowMs` and how many of them failed, in slices of time. */
export interface Samples {
  /** @returns true when the breaker must open */
  add(failed: boolean, now: number): boolean;
  clear(): void;
}

const SLICES = 10;

export function createSamples(policy: BreakerPolicy): Samples {
  const sliceMs = Math.max(1, policy.windowMs / SLICES);
  const numbers = new Array<number>(SLICES).fill(-1);
  const calls = new Array<number>(SLICES).fill(0);
  const failures = new Array<number>(SLICES).fill(0);
  return {
    add(failed, now) {
      const slice = Math.floor(now / sliceMs);
      const place = slice % SLICES;
      if (numbers[place] !== slice) {
        numbers[place] = slice;
        calls[place] = 0;
        failures[place] = 0;
      }
      calls[place] = (calls[place] ?? 0) + 1;
      if (!failed) return false;
      failures[place] = (failures[place] ?? 0) + 1;
      let all = 0;
      let bad = 0;
      for (let i = 0; i < SLICES; i += 1) {
        if ((numbers[i] ?? -1) <= slice - SLICES) continue;
        all += calls[i] ?? 0;
        bad += failures[i] ?? 0;
      }
      return all >= policy.minimumCalls && bad >= all * policy.failureRate;
    },
    clear() {
      numbers.fill(-1);
    },
  };
}
