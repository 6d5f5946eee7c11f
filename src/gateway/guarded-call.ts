/** One call to an upstream from outside of the lanes, through everything that stands between: holds, breaker, hours, rate, time limit. */
import type { Connection } from '../adapter/client.ts';
import { retryReads, type ReadRetryOptions } from '../adapter/read-retry.ts';
import type { AnyOperation, Outcome } from '../adapter/types.ts';
import { issue } from '../contract/errors/issue.ts';
import { sendWithin } from '../delivery/call-timeout.ts';
import type { Protection } from '../delivery/protection.ts';
import type { AttemptSeen } from './metrics.ts';

export interface GuardedCallOptions {
  upstream: string;
  connection: Connection;
  protection: Pick<Protection, 'admit' | 'isHeld' | 'policy'>;
  signal: AbortSignal;
  now: () => number;
  /** what kind of call it is, for the metrics */
  kind: string;
  /** code of the outcome that may be had again, where the call may not go out now */
  waits: string;
  readRetry?: ReadRetryOptions | undefined;
  observe?: ((attempt: AttemptSeen) => void) | undefined;
}

/** A read is repeated in the call, as everywhere; a write goes out once. */
export async function guardedCall(options: GuardedCallOptions, operation: AnyOperation, inputs: unknown[]): Promise<Outcome> {
  return operation.access === 'read' ? retryReads(() => once(options, operation, inputs), options.readRetry) : once(options, operation, inputs);
}

async function once({ upstream, connection, protection, signal, now, kind, waits, observe }: GuardedCallOptions, operation: AnyOperation, inputs: unknown[]): Promise<Outcome> {
  const notNow = (until?: number): Outcome => ({ kind: 'retry', issue: issue(waits), ...(until === undefined ? {} : { retryAfterMs: Math.max(0, until - now()) }) });
  if (signal.aborted || protection.isHeld(upstream, '', '')) return notNow();
  const admission = await protection.admit(upstream, operation.id, signal);
  if (!admission.go) return notNow(admission.waitUntil);
  const startedAt = now();
  let outcome: Outcome | null = null;
  try {
    const execution = await sendWithin(protection.policy(upstream).callTimeoutMs, signal, {}, (cut) => connection.execute(operation, inputs, { signal: cut }));
    outcome = execution.outcome;
    return outcome;
  } finally {
    admission.done(outcome);
    observe?.({ upstream, operation: operation.id, kind, outcome: outcome?.kind ?? 'rejected', startedAt, endedAt: now() });
  }
}
