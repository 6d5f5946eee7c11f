/**
 * The retry decision: pure, so that it can be read, tested and argued about.
 * Idempotency first, retries second; outcome-unknown is a state, not a retry (architecture.md, laws 2 and 3).
 */
import type { AnyOperation, Outcome, ProbeAnswer } from '../adapter/types.ts';

/** Times in ms. */
export interface RetryPolicy {
  /** pause before the second attempt; doubles with each further one */
  baseMs: number;
  capMs: number;
  /** sends and probes together; then a person must look */
  maxAttempts: number;
  /** an upstream may not park us for longer than this */
  retryAfterCapMs: number;
  /** how long to let a lost call come to rest before the upstream is asked about it */
  probeDelayMs: number;
}

/** 60 attempts with these pauses span about 37 hours: a night and a working day of an upstream being down, and some. */
export const RETRY_DEFAULTS: RetryPolicy = { baseMs: 1_000, capMs: 60 * 60 * 1000, maxAttempts: 60, retryAfterCapMs: 6 * 60 * 60 * 1000, probeDelayMs: 2_000 };

export type Decision =
  | { then: 'done' }
  | { then: 'rejected' }
  /** send again after the pause; it is certain that nothing was applied */
  | { then: 'send-later'; delayMs: number }
  /** ask or decide after the pause; it may have been applied */
  | { then: 'resolve-later'; delayMs: number }
  | { then: 'dead' };

/** Exponential pause with full jitter over its upper half: spread, yet never a hammering zero. */
export function backoffMs(attempt: number, policy: RetryPolicy, random: () => number): number {
  const ceiling = Math.min(policy.capMs, policy.baseMs * 2 ** Math.min(attempt - 1, 30));
  return Math.round(ceiling / 2 + (ceiling / 2) * random());
}

/**
 * What to do after one attempt to send.
 * @param attempts attempts made, this one included
 */
export function afterSend(outcome: Outcome, attempts: number, policy: RetryPolicy, random: () => number): Decision {
  switch (outcome.kind) {
    case 'done':
      return { then: 'done' };
    // A refusal does not become an acceptance by repetition: only a person, or a newer snapshot, helps.
    case 'rejected':
      return { then: 'rejected' };
    case 'retry':
      if (attempts >= policy.maxAttempts) return { then: 'dead' };
      // The upstream's own word wins over our jitter, up to a cap.
      return {
        then: 'send-later',
        delayMs: outcome.retryAfterMs === undefined ? backoffMs(attempts, policy, random) : Math.min(outcome.retryAfterMs, policy.retryAfterCapMs),
      };
    // Never a blind repeat. Not even the attempt limit applies here: what may have taken effect must be resolved first.
    case 'unknown':
      return { then: 'resolve-later', delayMs: Math.max(policy.probeDelayMs, attempts > 1 ? backoffMs(attempts - 1, policy, random) : 0) };
  }
}

export type Resolution =
  /** the upstream has it */
  | { then: 'done'; doubt: 'probe-applied' }
  /** the upstream does not have it, or sending it twice is the smaller harm */
  | { then: 'send'; doubt: 'probe-not-applied' | 'resent-after-lost-reply' }
  /** a gap is the smaller harm: settled, flagged for a person */
  | { then: 'doubtful'; doubt: 'never-resent' | 'resent-after-lost-reply' }
  | { then: 'resolve-later'; delayMs: number }
  | { then: 'dead' };

/** What follows from the upstream's answer to a probe. A probe that fails proves nothing: wait and ask again. */
export function afterProbe(answer: ProbeAnswer, attempts: number, policy: RetryPolicy, random: () => number): Resolution {
  if (answer.kind === 'applied') return { then: 'done', doubt: 'probe-applied' };
  if (answer.kind === 'not-applied') return { then: 'send', doubt: 'probe-not-applied' };
  if (attempts >= policy.maxAttempts) return { then: 'dead' };
  return { then: 'resolve-later', delayMs: Math.max(policy.probeDelayMs, backoffMs(attempts, policy, random)) };
}

/**
 * What follows where nothing can be asked: the operation's own table of lost replies, by which harm is worse.
 * @param lostReplies how many replies were lost so far for this exchange; a repeat is allowed once
 */
export function withoutProbe(operation: AnyOperation, input: unknown, config: unknown, lostReplies: number): Resolution {
  const decision = operation.lostReply?.(input, { config });
  if (decision?.then === 'resend-once') return { then: lostReplies <= 1 ? 'send' : 'doubtful', doubt: 'resent-after-lost-reply' };
  return { then: 'doubtful', doubt: 'never-resent' };
}
