import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLimiter, PATIENCE_MS } from '../../src/delivery/limiter.ts';
import type { RatePolicy } from '../../src/delivery/policy.ts';
import { handful, nextSlotAt, reserve, type RateClock } from '../../src/delivery/rate.ts';
import { memoryCells } from '../support/cells.ts';

const policies: fc.Arbitrary<RatePolicy> = fc.record({ perSecond: fc.double({ min: 0.1, max: 500, noNaN: true }), burst: fc.integer({ min: 1, max: 200 }) });

describe('slots out of the shared clock', () => {
  it('whoever takes them, and however late within their time, no stretch holds more than burst + rate', () => {
    fc.assert(fc.property(policies, fc.array(fc.record({ after: fc.nat(400), wanted: fc.integer({ min: 1, max: 60 }), late: fc.double({ min: 0, max: 1, noNaN: true }) }), { minLength: 1, maxLength: 60 }), (policy, takers) => {
      let clock: RateClock | undefined;
      let now = 1_000_000;
      const used: number[] = [];
      for (const { after, wanted, late } of takers) {
        now += after;
        const taken = reserve(clock, policy, now, wanted, now + 2_000);
        if (taken.slots.length > 0) clock = taken.clock;
        expect(taken.slots.length).toBeLessThanOrEqual(handful(policy));
        // One slot alone is used at its time: whoever reserved it waits for it.
        for (const slot of taken.slots) used.push(handful(policy) === 1 ? slot.from : slot.from + (slot.until - slot.from) * late);
      }
      used.sort((a, b) => a - b);
      for (let i = 0; i < used.length; i += 1) {
        for (let j = i; j < used.length; j += 1) {
          const stretch = ((used[j] ?? 0) - (used[i] ?? 0)) / 1_000;
          expect(j - i + 1).toBeLessThanOrEqual(policy.burst + policy.perSecond * stretch + 1e-6);
        }
      }
    }), { numRuns: 300 });
  });

  it('what is asked for steadily is given at the rate', () => {
    const policy = { perSecond: 50, burst: 10 };
    let clock: RateClock | undefined;
    let given = 0;
    for (let now = 0; now <= 10_000; now += 10) {
      const taken = reserve(clock, policy, now, 5, now);
      clock = taken.clock;
      given += taken.slots.length;
    }
    expect(given).toBeGreaterThanOrEqual(495);
    expect(given).toBeLessThanOrEqual(511);
  });

  it('slots that begin too late are left to others, and a clock set far ahead does not silence the upstream', () => {
    const policy = { perSecond: 1, burst: 1 };
    const { clock } = reserve(undefined, policy, 0, 1, 0);
    expect(reserve(clock, policy, 0, 1, 999).slots).toEqual([]);
    expect(nextSlotAt(clock, policy, 0)).toBe(1_000);
    expect(reserve({ tat: 10 ** 12 }, policy, 0, 1, 60_000).slots).toHaveLength(1);
  });
});

describe('a limiter', () => {
  it('several processes together keep the rate, with fewer writes than calls, and each caller that is sent away gets a time of his own', async () => {
    const cells = memoryCells();
    const policy = { perSecond: 200, burst: 40 };
    const limiters = [1, 2, 3].map(() => createLimiter(cells, 'rate/x', policy, Date.now));
    const signal = new AbortController().signal;
    const used: number[] = [];
    const sentAway: number[] = [];
    const begin = Date.now();
    await Promise.all(limiters.flatMap((limiter) => Array.from({ length: 300 }, async () => {
      if (!limiter.take()) {
        const later = await limiter.wait(signal);
        if (later !== null) return void sentAway.push(later);
      }
      used.push(Date.now());
    })));
    const seconds = (Date.now() - begin) / 1_000;
    expect(used.length).toBeLessThanOrEqual(policy.burst + policy.perSecond * seconds + 1);
    expect(used.length).toBeGreaterThan(policy.perSecond);
    expect(seconds).toBeLessThan(PATIENCE_MS / 1_000 + 1);
    expect(cells.writes).toBeLessThan(used.length / 2);
    expect(used.length + sentAway.length).toBe(900);
    expect(new Set(sentAway).size).toBeGreaterThan(sentAway.length / 4);
  });
});
