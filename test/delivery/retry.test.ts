import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextOpening } from '../../src/delivery/calendar.ts';
import type { CalendarPolicy } from '../../src/delivery/policy.ts';
import { backoffMs, decide, RETRY_DEFAULTS, type Decision, type OperationRule, type RetryInput, type Seen } from '../../src/delivery/retry.ts';

const policy = RETRY_DEFAULTS;
const NOW = Date.UTC(2026, 9, 5, 3);
const DAY = 24 * 60 * 60 * 1000;
const rule: OperationRule = { idempotency: 'none', hasProbe: true };
const decided = (seen: Seen, over: Partial<Omit<RetryInput, 'seen'>> = {}): Decision => decide({ operation: rule, seen, history: { attempts: 1, lostReplies: 0 }, policy, now: NOW, jitter: 1, ...over });

// ---- every input there is -------------------------------------------------------------------------------------------
const operations: fc.Arbitrary<OperationRule> = fc.record({
  idempotency: fc.constantFrom('natural-key' as const, 'upsert' as const, 'none' as const),
  hasProbe: fc.boolean(),
  lostReply: fc.constantFrom('resend-once' as const, 'never-resend' as const, undefined),
});
const seens: fc.Arbitrary<Seen> = fc.oneof(
  fc.constant<Seen>({ kind: 'waiting' }),
  fc.constant<Seen>({ kind: 'in-doubt' }),
  fc.constantFrom('done' as const, 'rejected' as const, 'unknown' as const).map((outcome): Seen => ({ kind: 'sent', outcome })),
  fc.option(fc.nat(10 ** 10), { nil: undefined }).map((retryAfterMs): Seen => ({ kind: 'sent', outcome: 'retry', retryAfterMs })),
  fc.constantFrom('applied' as const, 'not-applied' as const, 'unknown' as const).map((answer): Seen => ({ kind: 'asked', answer })),
);
const calendars: fc.Arbitrary<CalendarPolicy | undefined> = fc.constantFrom<CalendarPolicy | undefined>(
  undefined,
  { hours: [{ from: '07:30', to: '17:00' }], workingDaysOnly: true },
  { closed: [{ from: '22:00', to: '04:00' }] },
  { maintenance: [{ from: NOW - DAY, to: NOW + 2 * DAY }] },
);
const inputs: fc.Arbitrary<RetryInput> = fc.record({
  operation: operations, seen: seens, calendar: calendars,
  history: fc.record({ attempts: fc.nat(200), lostReplies: fc.nat(5) }),
  policy: fc.record({ baseMs: fc.integer({ min: 1, max: 10_000 }), capMs: fc.integer({ min: 1, max: DAY }), maxAttempts: fc.integer({ min: 1, max: 100 }), retryAfterCapMs: fc.integer({ min: 1, max: DAY }), probeDelayMs: fc.nat(60_000) }),
  now: fc.integer({ min: NOW - 300 * DAY, max: NOW + 300 * DAY }),
  jitter: fc.double({ min: 0, max: 1, noNaN: true }),
});
const always = (holds: (input: RetryInput, decision: Decision) => void): void => {
  fc.assert(fc.property(inputs, (input) => { holds(input, decide(input)); }), { numRuns: 2_000 });
};

describe('whatever comes in', () => {
  it('nothing is sent while it may have been applied, unless the upstream said no or the operation declares the repeat', () => {
    always(({ operation, seen, history }, decision) => {
      if (decision.then !== 'send' || seen.kind === 'waiting') return;
      if (seen.kind === 'asked') return void expect(seen.answer).toBe('not-applied');
      expect(seen.kind).toBe('in-doubt');
      expect(operation.hasProbe).toBe(false);
      expect(operation.lostReply === 'resend-once' ? history.lostReplies <= 1 : operation.lostReply === undefined && operation.idempotency === 'upsert').toBe(true);
      expect(decision.doubt).toBe('resent-after-lost-reply');
    });
  });

  it('a doubt is always asked about where it can be asked, and never given up unresolved after a send', () => {
    always(({ operation, seen }, decision) => {
      if (seen.kind === 'in-doubt' && operation.hasProbe) expect(['probe', 'wait']).toContain(decision.then);
      if (seen.kind === 'sent' && seen.outcome === 'unknown') expect(decision).toMatchObject({ then: 'wait', for: 'resolve' });
    });
  });

  it('a refusal and an acceptance are the end', () => {
    always(({ seen }, decision) => {
      if (seen.kind === 'sent' && seen.outcome === 'rejected') expect(decision).toEqual({ then: 'rejected' });
      if (seen.kind === 'sent' && seen.outcome === 'done') expect(decision).toEqual({ then: 'done' });
      if (decision.then === 'rejected') expect(seen).toEqual({ kind: 'sent', outcome: 'rejected' });
      if (decision.then === 'done') expect(['sent', 'asked']).toContain(seen.kind);
    });
  });

  it('a wait is bounded, goes forward and ends where the calendar is open', () => {
    always(({ calendar, policy: own, now }, decision) => {
      if (decision.then !== 'wait') return;
      const longest = Math.max(own.capMs, own.retryAfterCapMs, own.probeDelayMs);
      expect(decision.until).toBeGreaterThanOrEqual(now);
      expect(decision.until - now).toBeLessThanOrEqual(longest + 15 * DAY); // the longest holiday of the table with its weekends
      expect(nextOpening(calendar, decision.until)).toBe(decision.until);
    });
  });

  it('no call begins where the calendar is closed', () => {
    always(({ calendar, now }, decision) => {
      if (decision.then === 'send' || decision.then === 'probe') expect(nextOpening(calendar, now)).toBe(now);
    });
  });

  it('what is only given up after every attempt is given up then', () => {
    always(({ seen, history, policy: own }, decision) => {
      if (decision.then === 'dead') expect(history.attempts).toBeGreaterThanOrEqual(own.maxAttempts);
      if (seen.kind === 'sent' && seen.outcome === 'retry' && history.attempts >= own.maxAttempts) expect(decision).toEqual({ then: 'dead', why: 'gave-up' });
    });
  });
});

describe('after a send', () => {
  it('Retry-After wins over our jitter, up to the cap', () => {
    expect(decided({ kind: 'sent', outcome: 'retry', retryAfterMs: 5_000 })).toEqual({ then: 'wait', until: NOW + 5_000, for: 'send' });
    expect(decided({ kind: 'sent', outcome: 'retry', retryAfterMs: 10 ** 9 })).toEqual({ then: 'wait', until: NOW + policy.retryAfterCapMs, for: 'send' });
  });

  it('a lost call is given time to come to rest', () => {
    expect(decided({ kind: 'sent', outcome: 'unknown' })).toEqual({ then: 'wait', until: NOW + policy.probeDelayMs, for: 'resolve' });
  });

  it('backs off exponentially, jittered, within bounds', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 200 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, jitter) => {
      const pause = backoffMs(attempt, policy, jitter);
      const ceiling = Math.min(policy.capMs, policy.baseMs * 2 ** Math.min(attempt - 1, 30));
      expect(pause).toBeGreaterThanOrEqual(Math.floor(ceiling / 2));
      expect(pause).toBeLessThanOrEqual(ceiling);
    }));
  });
});

describe('after a probe', () => {
  it('follows what the upstream says', () => {
    expect(decided({ kind: 'asked', answer: 'applied' })).toEqual({ then: 'done', doubt: 'probe-applied' });
    expect(decided({ kind: 'asked', answer: 'not-applied' })).toEqual({ then: 'send', doubt: 'probe-not-applied' });
  });

  it('an upstream that loses every call and has none of them is given up too', () => {
    expect(decided({ kind: 'asked', answer: 'not-applied' }, { history: { attempts: policy.maxAttempts, lostReplies: 30 } })).toEqual({ then: 'dead', why: 'gave-up' });
  });

  it('a probe that fails proves nothing: waits, and in the end calls a person', () => {
    expect(decided({ kind: 'asked', answer: 'unknown' })).toMatchObject({ then: 'wait', for: 'resolve' });
    expect(decided({ kind: 'asked', answer: 'unknown' }, { history: { attempts: policy.maxAttempts, lostReplies: 1 } })).toEqual({ then: 'dead', why: 'probe-failed' });
  });
});

describe('where nothing can be asked', () => {
  const doubt = (operation: Partial<OperationRule>, lostReplies = 1) => decided({ kind: 'in-doubt' }, { operation: { ...rule, hasProbe: false, ...operation }, history: { attempts: 1, lostReplies } });

  it('repeats once at the most', () => {
    expect(doubt({ lostReply: 'resend-once' }, 1)).toEqual({ then: 'send', doubt: 'resent-after-lost-reply' });
    expect(doubt({ lostReply: 'resend-once' }, 2)).toEqual({ then: 'doubtful', doubt: 'resent-after-lost-reply' });
  });

  it('never repeats what does more harm doubled, nor what nobody has thought about', () => {
    expect(doubt({ lostReply: 'never-resend' })).toEqual({ then: 'doubtful', doubt: 'never-resent' });
    expect(doubt({})).toEqual({ then: 'doubtful', doubt: 'never-resent' });
    expect(doubt({ idempotency: 'upsert', lostReply: 'never-resend' })).toEqual({ then: 'doubtful', doubt: 'never-resent' });
  });

  it('an upsert without a word may be written over itself', () => {
    expect(doubt({ idempotency: 'upsert' }, 7)).toEqual({ then: 'send', doubt: 'resent-after-lost-reply' });
  });
});
