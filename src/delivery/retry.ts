/**
 * The retry decision: pure, so that it can be read, tested and argued about.
 * Idempotency first, retries second; outcome-unknown is a state, not a retry (architecture.md, laws 2 and 3).
 */
import type { AnyOperation } from '../adapter/types.ts';
import type { ClaimedExchange } from '../ledger/ledger.ts';
import { nextOpening } from './calendar.ts';
import type { CalendarPolicy } from './policy.ts';

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

/** What its author has declared about the operation. */
export interface OperationRule {
  idempotency: AnyOperation['idempotency']['kind'];
  /** the upstream can be asked whether an earlier call took effect */
  hasProbe: boolean;
  /** without a probe: which harm is worse; absent: nothing was declared */
  lostReply?: 'resend-once' | 'never-resend' | undefined;
}

/** What is known of the exchange at this moment. */
export type Seen =
  /** it waits, and nothing stands against sending it */
  | { kind: 'waiting' }
  /** a call has just ended */
  | { kind: 'sent'; outcome: 'done' | 'rejected' | 'unknown' }
  | { kind: 'sent'; outcome: 'retry'; retryAfterMs?: number | undefined }
  /** an earlier call may have taken effect, and has had its time to come to rest */
  | { kind: 'in-doubt' }
  /** the upstream has just been asked about that call */
  | { kind: 'asked'; answer: 'applied' | 'not-applied' | 'unknown' };

export interface RetryInput {
  operation: OperationRule;
  seen: Seen;
  /** attempts: sends and probes made, one that has just ended included; lostReplies: how many of them ended without an answer */
  history: { attempts: number; lostReplies: number };
  policy: RetryPolicy;
  calendar?: CalendarPolicy | undefined;
  /** ms since epoch */
  now: number;
  /** 0 to 1: where in its range the pause lies */
  jitter: number;
}

export type Decision =
  /** now; the doubt is for the timeline */
  | { then: 'send'; doubt?: 'probe-not-applied' | 'resent-after-lost-reply' }
  /** ask the upstream now */
  | { then: 'probe' }
  /** look again then: `for` says whether it is certain that nothing was applied */
  | { then: 'wait'; until: number; for: 'send' | 'resolve' }
  | { then: 'done'; doubt?: 'probe-applied' }
  | { then: 'rejected' }
  /** settled and flagged: it may be there twice, or not at all, and nobody can be asked */
  | { then: 'doubtful'; doubt: 'never-resent' | 'resent-after-lost-reply' }
  /** a person must look */
  | { then: 'dead'; why: 'gave-up' | 'probe-failed' };

/** Where the calendar has no opening at all, it is looked at again after this time: it may be another one by then. */
const LOOK_AGAIN_MS = 24 * 60 * 60 * 1000;

/** What happens next to one exchange. Read it from top to bottom: the first branch that fits decides. */
export function decide(input: RetryInput): Decision {
  const { operation, seen, history, policy } = input;
  const isSpent = history.attempts >= policy.maxAttempts;

  // The upstream has said yes. Nothing else matters any more.
  if (seen.kind === 'sent' && seen.outcome === 'done') return { then: 'done' };
  if (seen.kind === 'asked' && seen.answer === 'applied') return { then: 'done', doubt: 'probe-applied' };

  // The upstream has said no. A refusal does not become an acceptance by repetition: only a person, or a newer snapshot, helps.
  if (seen.kind === 'sent' && seen.outcome === 'rejected') return { then: 'rejected' };

  // It is certain that nothing was applied, and that the same call may go again.
  if (seen.kind === 'sent' && seen.outcome === 'retry') {
    if (isSpent) return { then: 'dead', why: 'gave-up' };
    // The upstream's own word wins over our jitter, up to a cap: it knows when it will be back, but may not park us for days.
    const pause = seen.retryAfterMs === undefined ? backoffMs(history.attempts, policy, input.jitter) : Math.min(seen.retryAfterMs, policy.retryAfterCapMs);
    return wait(input, pause, 'send');
  }

  // It may have taken effect. Never a blind repeat, and not even the limit of attempts applies: what may have been done must be
  // resolved first. The call may still be at work over there, so it is given time to come to rest before anyone is asked.
  if (seen.kind === 'sent' && seen.outcome === 'unknown') {
    return wait(input, Math.max(policy.probeDelayMs, history.attempts > 1 ? backoffMs(history.attempts - 1, policy, input.jitter) : 0), 'resolve');
  }

  // The upstream does not have it: safe to send, unless that has been tried often enough.
  if (seen.kind === 'asked' && seen.answer === 'not-applied') return isSpent ? { then: 'dead', why: 'gave-up' } : whenOpen(input, { then: 'send', doubt: 'probe-not-applied' });

  // A probe that fails proves nothing: wait and ask again, and in the end call a person.
  if (seen.kind === 'asked') return isSpent ? { then: 'dead', why: 'probe-failed' } : wait(input, Math.max(policy.probeDelayMs, backoffMs(history.attempts, policy, input.jitter)), 'resolve');

  // In doubt, and the upstream can be asked: always ask.
  if (seen.kind === 'in-doubt' && operation.hasProbe) return whenOpen(input, { then: 'probe' });

  // In doubt, and nobody can be asked: the operation's author has weighed the two harms.
  if (seen.kind === 'in-doubt') {
    if (operation.lostReply === 'never-resend') return { then: 'doubtful', doubt: 'never-resent' };
    // A gap is worse than a double, once. A second lost reply is settled in doubt: no series of doubles.
    if (operation.lostReply === 'resend-once') return history.lostReplies <= 1 ? whenOpen(input, { then: 'send', doubt: 'resent-after-lost-reply' }) : { then: 'doubtful', doubt: 'resent-after-lost-reply' };
    // Nothing declared. An upsert writes the same over the same, so that a repeat does no harm; anything else is left to a person.
    if (operation.idempotency !== 'upsert') return { then: 'doubtful', doubt: 'never-resent' };
    return isSpent ? { then: 'doubtful', doubt: 'resent-after-lost-reply' } : whenOpen(input, { then: 'send', doubt: 'resent-after-lost-reply' });
  }

  // It waits, and nothing stands against it but the calendar.
  return whenOpen(input, { then: 'send' });
}

/** Exponential pause with full jitter over its upper half: spread, yet never a hammering zero. */
export function backoffMs(attempt: number, policy: RetryPolicy, jitter: number): number {
  const ceiling = Math.min(policy.capMs, policy.baseMs * 2 ** Math.min(Math.max(attempt, 1) - 1, 30));
  return Math.round(ceiling / 2 + (ceiling / 2) * jitter);
}

/** What an adapter's operation declares, in the words of the decision. @param input what would be sent: the harm may differ from one to the next */
export function ruleOf(operation: AnyOperation, input: unknown, config: unknown): OperationRule {
  const hasProbe = operation.probe !== undefined;
  return { idempotency: operation.idempotency.kind, hasProbe, lostReply: hasProbe ? undefined : operation.lostReply?.(input, { config }).then };
}

/**
 * Whether an earlier call may have taken effect. A person's retry begins the count of attempts anew, but it does not answer that
 * question: where the upstream can be asked, it is asked before anything is sent again.
 */
export function isInDoubt(exchange: Pick<ClaimedExchange, 'state' | 'attempts' | 'lostReplies'>, operation: Pick<AnyOperation, 'probe'>): boolean {
  return exchange.state === 'unknown' || (exchange.attempts === 0 && exchange.lostReplies > 0 && operation.probe !== undefined);
}

/** A pause never ends inside a closed window: whoever woke up there would only have to wait again. */
function wait(input: RetryInput, pauseMs: number, what: 'send' | 'resolve'): Decision {
  const end = input.now + pauseMs;
  return { then: 'wait', until: nextOpening(input.calendar, end) ?? end + LOOK_AGAIN_MS, for: what };
}

/** Whatever would call the upstream now, when it may be called now. */
function whenOpen(input: RetryInput, call: Extract<Decision, { then: 'send' | 'probe' }>): Decision {
  const opening = nextOpening(input.calendar, input.now);
  return opening === input.now ? call : { then: 'wait', until: opening ?? input.now + LOOK_AGAIN_MS, for: input.seen.kind === 'waiting' ? 'send' : 'resolve' };
}
