import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterTrial, beginTrial, BREAKER_DEFAULTS, closeByHand, CLOSED, createSamples, mayTry, openByHand, throttle, trip, withoutStale, type Breaker } from '../../src/delivery/breaker.ts';

const policy = { ...BREAKER_DEFAULTS, openMs: 1_000, mostOpenMs: 8_000 };

describe('the state machine', () => {
  it('opens, lets one trial through, and doubles its pause with each that fails, up to the longest', () => {
    let breaker = trip(CLOSED, policy, 0);
    const pauses: number[] = [];
    for (let i = 0; i < 6; i += 1) {
      const until = breaker.until ?? 0;
      expect(mayTry(breaker, until - 1)).toBe(false);
      expect(mayTry(breaker, until)).toBe(true);
      breaker = beginTrial(breaker, `t${i}`, 5_000, until);
      expect(mayTry(breaker, until + 4_999)).toBe(false); // the trial is someone's
      expect(mayTry(breaker, until + 5_000)).toBe(true); // who has died with it
      breaker = afterTrial(breaker, `t${i}`, 'failed', policy, until + 10);
      pauses.push((breaker.until ?? 0) - until - 10);
    }
    expect(pauses).toEqual([2_000, 4_000, 8_000, 8_000, 8_000, 8_000]);
    breaker = beginTrial(breaker, 'last', 5_000, 100_000);
    expect(afterTrial(breaker, 'last', 'worked', policy, 100_001)).toEqual({ ...CLOSED, since: 100_001 });
  });

  it('is not shut for years by what was written under a wrong clock; still one trial at a time', () => {
    const year = 365 * 86_400_000;
    const open = trip(CLOSED, policy, year);
    expect(mayTry(open, 0)).toBe(true);
    const trial = beginTrial(beginTrial(open, 'ahead', 5_000, year), 'now', 5_000, 0);
    expect(trial).toMatchObject({ since: 0, until: 5_000 });
    expect(mayTry(trial, 1)).toBe(false);
    const throttled = throttle(CLOSED, year);
    expect(withoutStale(throttled, 10_000, 0).throttledUntil).toBe(null);
    expect(withoutStale(throttle(CLOSED, 9_000), 10_000, 0).throttledUntil).toBe(9_000);
    expect(throttle(withoutStale(throttled, 10_000, 0), 9_000).throttledUntil).toBe(9_000);
  });

  it('a trial that was not made is free for the next one at once', () => {
    const breaker = afterTrial(beginTrial(trip(CLOSED, policy, 0), 'a', 5_000, 1_000), 'a', 'not-made', policy, 1_010);
    expect(mayTry(breaker, 1_010)).toBe(true);
    expect(breaker.trips).toBe(1);
  });

  it('a person opens and closes it; closing forgets what the upstream asked for', () => {
    expect(openByHand(CLOSED, 900, 1)).toMatchObject({ state: 'open', until: 900 });
    expect(closeByHand(5)).toEqual({ ...CLOSED, since: 5 });
  });

  it('whatever happens: only the trial that counts moves a half-open one, it is never stuck, and Retry-After is never shortened', () => {
    const steps = fc.array(fc.tuple(fc.constantFrom('trip', 'try', 'worked', 'failed', 'not-made', 'throttle', 'old-trial'), fc.integer({ min: 1, max: 4_000 })), { maxLength: 60 });
    fc.assert(fc.property(steps, (happenings) => {
      let breaker: Breaker = CLOSED;
      let now = 0;
      let trial = 0;
      for (const [what, passed] of happenings) {
        now += passed;
        const before = breaker;
        if (what === 'trip') breaker = trip(breaker, policy, now);
        else if (what === 'throttle') breaker = throttle(breaker, now + passed);
        else if (what === 'old-trial') breaker = afterTrial(breaker, 'old', 'worked', policy, now);
        else if (what === 'try') {
          if (mayTry(breaker, now)) breaker = beginTrial(breaker, `${++trial}`, 5_000, now);
        } else breaker = afterTrial(breaker, `${trial}`, what as 'worked', policy, now);
        if (what === 'old-trial') expect(breaker).toBe(before);
        expect(breaker.throttledUntil ?? 0).toBeGreaterThanOrEqual(before.throttledUntil ?? 0);
        expect(breaker.state === 'closed').toBe(breaker.until === null);
        expect((breaker.until ?? now) - now).toBeLessThanOrEqual(policy.mostOpenMs);
        expect(breaker.trial !== null).toBe(breaker.state === 'half-open');
      }
    }));
  });
});

describe('the samples', () => {
  it('open at the share of failures, not before enough calls were made, and forget what is old', () => {
    const samples = createSamples({ ...policy, minimumCalls: 10, failureRate: 0.5, windowMs: 10_000 });
    const start = 1_000_000;
    for (let i = 0; i < 9; i += 1) expect(samples.add(true, start + i)).toBe(false);
    expect(samples.add(true, start + 10)).toBe(true);
    expect(samples.add(true, start + 11_500)).toBe(false); // the ten are forgotten
    for (let i = 0; i < 12; i += 1) expect(samples.add(false, start + 11_600)).toBe(false);
    for (let i = 0; i < 10; i += 1) expect(samples.add(true, start + 11_700)).toBe(false);
    expect(samples.add(true, start + 11_700)).toBe(true); // 12 of 24
    samples.clear();
    expect(samples.add(true, start + 11_800)).toBe(false);
  });
});
