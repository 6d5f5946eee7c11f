import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnyOperation, Outcome } from '../../src/adapter/types.ts';
import { afterProbe, afterSend, backoffMs, RETRY_DEFAULTS, withoutProbe } from '../../src/delivery/retry.ts';

const policy = RETRY_DEFAULTS;
const why = { code: 'LT-UPSTREAM-BUSY', message: { vi: '', en: '' } };
const retry = (retryAfterMs?: number): Outcome => ({ kind: 'retry', issue: why, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });

describe('after a send', () => {
  it('a refusal never repeats by itself', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 1000 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempts, r) => {
      expect(afterSend({ kind: 'rejected', issues: [] }, attempts, policy, () => r)).toEqual({ then: 'rejected' });
    }));
  });

  it('an unknown outcome is never sent blindly and never given up unresolved', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 1000 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempts, r) => {
      const decision = afterSend({ kind: 'unknown', issue: why }, attempts, policy, () => r);
      expect(decision.then).toBe('resolve-later');
      if (decision.then === 'resolve-later') expect(decision.delayMs).toBeGreaterThanOrEqual(policy.probeDelayMs);
    }));
  });

  it('Retry-After wins over our jitter, up to the cap', () => {
    expect(afterSend(retry(5_000), 1, policy, () => 1)).toEqual({ then: 'send-later', delayMs: 5_000 });
    expect(afterSend(retry(10 ** 9), 1, policy, () => 1)).toEqual({ then: 'send-later', delayMs: policy.retryAfterCapMs });
  });

  it('gives up after the last attempt, not before', () => {
    expect(afterSend(retry(), policy.maxAttempts - 1, policy, () => 0).then).toBe('send-later');
    expect(afterSend(retry(), policy.maxAttempts, policy, () => 0)).toEqual({ then: 'dead' });
  });

  it('backs off exponentially, jittered, within bounds', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 200 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, r) => {
      const pause = backoffMs(attempt, policy, () => r);
      const ceiling = Math.min(policy.capMs, policy.baseMs * 2 ** Math.min(attempt - 1, 30));
      expect(pause).toBeGreaterThanOrEqual(Math.floor(ceiling / 2));
      expect(pause).toBeLessThanOrEqual(ceiling);
    }));
  });
});

describe('after a probe', () => {
  it('follows what the upstream says', () => {
    expect(afterProbe({ kind: 'applied' }, 3, policy, () => 0)).toEqual({ then: 'done', doubt: 'probe-applied' });
    expect(afterProbe({ kind: 'not-applied' }, 3, policy, () => 0)).toEqual({ then: 'send', doubt: 'probe-not-applied' });
  });

  it('a probe that fails proves nothing: waits, and in the end calls a person', () => {
    expect(afterProbe({ kind: 'unknown', issue: why }, 3, policy, () => 0).then).toBe('resolve-later');
    expect(afterProbe({ kind: 'unknown', issue: why }, policy.maxAttempts, policy, () => 0)).toEqual({ then: 'dead' });
  });
});

describe('where nothing can be asked', () => {
  const operation = (then: 'resend-once' | 'never-resend') => ({ lostReply: () => ({ then, why: { vi: '', en: '' } }) }) as unknown as AnyOperation;

  it('repeats once at the most', () => {
    expect(withoutProbe(operation('resend-once'), {}, {}, 1)).toEqual({ then: 'send', doubt: 'resent-after-lost-reply' });
    expect(withoutProbe(operation('resend-once'), {}, {}, 2)).toEqual({ then: 'doubtful', doubt: 'resent-after-lost-reply' });
  });

  it('never repeats what does more harm doubled', () => {
    expect(withoutProbe(operation('never-resend'), {}, {}, 1)).toEqual({ then: 'doubtful', doubt: 'never-resent' });
  });
});
