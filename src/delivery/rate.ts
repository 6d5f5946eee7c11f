/**
 * The rate limit: GCRA (a leaky bucket kept as one instant), pure. The instant lies in a cell that all processes share, so that
 * together they never exceed `perSecond` and `burst`. A process reserves a handful of slots at a time, which it must use soon:
 * a hundred calls a second must not be a hundred writes a second.
 */
import type { RatePolicy } from './policy.ts';

/** What the cell holds. */
export interface RateClock {
  /** the theoretical arrival time of the next call, ms: each slot moves it on by one interval */
  tat: number;
}
/** A permission for one call. */
export interface Slot {
  /** not before, ms */
  from: number;
  /** lost when it was not used by then, ms */
  until: number;
}

const MOST_AT_ONCE = 50;
const HANDFULS_PER_SECOND = 10;

/** How many slots a process takes at once. One, where the burst leaves no room for using slots late. */
export function handful(policy: RatePolicy): number {
  return Math.max(1, Math.min(Math.ceil(policy.perSecond / HANDFULS_PER_SECOND), Math.floor(policy.burst / 2), MOST_AT_ONCE));
}

const intervalOf = (policy: RatePolicy): number => 1_000 / policy.perSecond;

/**
 * How far the clock may run ahead of a call. Slots of a handful may be used late by as much time as the handful spans, so that many
 * calls of the burst are kept back for them: together it is never more than `burst` at once.
 */
function tolerance(policy: RatePolicy): number {
  const size = handful(policy);
  const atOnce = Math.max(1, Math.floor(policy.burst) - (size > 1 ? size : 0));
  return (atOnce - 1) * intervalOf(policy);
}

/** When the next call could go, ms. */
export function nextSlotAt(clock: RateClock | undefined, policy: RatePolicy, now: number): number {
  return clock === undefined ? now : Math.max(now, clock.tat - tolerance(policy));
}

/**
 * Takes slots out of the shared clock.
 * @param wanted at most a handful are taken
 * @param latest slots that begin later are left to others; none may be left then
 */
export function reserve(clock: RateClock | undefined, policy: RatePolicy, now: number, wanted: number, latest: number): { clock: RateClock; slots: Slot[] } {
  const interval = intervalOf(policy);
  const size = handful(policy);
  // A clock that someone set far ahead by a wrong hour of his own machine must not silence the upstream.
  let tat = Math.min(clock?.tat ?? now, now + tolerance(policy) + LONGEST_QUEUE_MS);
  const slots: Slot[] = [];
  while (slots.length < Math.min(wanted, size)) {
    const from = Math.max(now, tat - tolerance(policy));
    if (from > latest) break;
    slots.push({ from, until: from + size * interval });
    tat = Math.max(from, tat) + interval;
  }
  return { clock: { tat }, slots };
}

/** Slots are only reserved for callers who wait seconds for them; nothing honest is further ahead than this. */
const LONGEST_QUEUE_MS = 60_000;
