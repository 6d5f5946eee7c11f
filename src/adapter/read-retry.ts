/** In-call retry, for reads and logins only: repeating a read changes nothing. Writes are retried as durable rows. */
import { setTimeout as pause } from 'node:timers/promises';
import pRetry from 'p-retry';
import type { Outcome } from './types.ts';

export interface ReadRetryOptions {
  /** further tries after the first. @default 2 */
  retries?: number;
  /** first pause, ms; doubles each time. @default 200 */
  minTimeoutMs?: number;
  /** an upstream that asks for a longer pause than this is not waited for in the call. @default 5000 */
  maxTimeoutMs?: number;
}

class Again extends Error {
  readonly outcome: Outcome;
  constructor(outcome: Outcome) {
    super('read to be repeated');
    this.outcome = outcome;
  }
}

const askedPause = ({ outcome }: Again): number => (outcome.kind === 'retry' ? (outcome.retryAfterMs ?? 0) : 0);

export async function retryReads(once: () => Promise<Outcome>, options: ReadRetryOptions = {}): Promise<Outcome> {
  const { retries = 2, minTimeoutMs = 200, maxTimeoutMs = 5_000 } = options;
  try {
    return await pRetry(
      async () => {
        const outcome = await once();
        if (outcome.kind === 'retry' || outcome.kind === 'unknown') throw new Again(outcome);
        return outcome;
      },
      {
        retries,
        minTimeout: minTimeoutMs,
        maxTimeout: maxTimeoutMs,
        randomize: true,
        // Retry-After wins over our own pause.
        onFailedAttempt: async ({ error, retriesLeft }) => {
          if (retriesLeft > 0 && error instanceof Again && askedPause(error) <= maxTimeoutMs) await pause(askedPause(error));
        },
        shouldRetry: ({ error }) => error instanceof Again && askedPause(error) <= maxTimeoutMs,
      },
    );
  } catch (error) {
    if (error instanceof Again) return error.outcome;
    throw error;
  }
}
