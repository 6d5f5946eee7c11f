/** What a round may do: ask its upstream through everything that protects it, and tell the gateway of dossiers until it is to end. */
import type { Connection } from '../../adapter/client.ts';
import { retryReads, type ReadRetryOptions } from '../../adapter/read-retry.ts';
import type { AnyOperation, DossierDeps, Outcome, RoundDeps } from '../../adapter/types.ts';
import { issue } from '../../contract/errors/issue.ts';
import { sendWithin } from '../../delivery/call-timeout.ts';
import type { Protection } from '../../delivery/protection.ts';
import type { AttemptSeen } from '../metrics.ts';
import type { Followed } from './followed.ts';

export interface RoundDepsOptions {
  upstream: string;
  connection: Connection;
  protection: Pick<Protection, 'admit' | 'isHeld' | 'policy'>;
  deps: DossierDeps;
  followed: Followed;
  signal: AbortSignal;
  readRetry?: ReadRetryOptions | undefined;
  observe?: ((attempt: AttemptSeen) => void) | undefined;
}
/** The round was told to end: nothing more is begun. */
class Ended extends Error {
  override name = 'Ended';
}

/** @returns what the round is given, and `settled`: what it has begun to write is on the disk, or has failed */
export function createRoundDeps(options: RoundDepsOptions): { deps: RoundDeps; settled(): Promise<void> } {
  const { upstream, connection, protection, deps, followed, signal } = options;
  const now = deps.now;
  const writing = new Set<Promise<unknown>>();

  /** Told as an outcome that may be had again: the adapter ends its round as with any upstream that does not answer. */
  const waits = (until?: number): Outcome<never> => ({ kind: 'retry', issue: issue('LT-GATEWAY-ROUND-WAITS'), ...(until === undefined ? {} : { retryAfterMs: Math.max(0, until - now()) }) });

  async function once(operation: AnyOperation, inputs: unknown[]): Promise<Outcome> {
    if (signal.aborted || protection.isHeld(upstream, '', '')) return waits();
    const admission = await protection.admit(upstream, operation.id, signal);
    if (!admission.go) return waits(admission.waitUntil);
    const startedAt = now();
    let outcome: Outcome | null = null;
    try {
      const execution = await sendWithin(protection.policy(upstream).callTimeoutMs, signal, {}, (cut) => connection.execute(operation, inputs, { signal: cut }));
      outcome = execution.outcome;
      return outcome;
    } finally {
      admission.done(outcome);
      options.observe?.({ upstream, operation: operation.id, kind: 'round', outcome: outcome?.kind ?? 'rejected', startedAt, endedAt: now() });
    }
  }

  /** Nothing is begun after the end, and what was begun is waited for. */
  function write<T>(begin: () => Promise<T>): Promise<T> {
    if (signal.aborted) return Promise.reject(new Ended('the gateway stops'));
    const work = begin();
    const mine = work.then(() => undefined, () => undefined).then(() => void writing.delete(mine));
    writing.add(mine);
    return work;
  }

  return {
    deps: {
      ...deps, signal,
      changeDossier: (...told) => write(() => deps.changeDossier(...told)),
      acceptDossier: (...told) => write(() => deps.acceptDossier(...told)),
      putAside: (...told) => write(() => deps.putAside(...told)),
      issueCode: (asked) => write(() => deps.issueCode(asked)),
      keepFile: (...file) => write(() => deps.keepFile(...file)),
      run: async <Out>(operation: AnyOperation, inputs: unknown[]) =>
        (operation.access === 'read' ? await retryReads(() => once(operation, inputs), options.readRetry) : await once(operation, inputs)) as Outcome<Out>,
      dossiersAfter: (operation, sinceMs) => followed.dossiersAfter(operation, sinceMs, signal),
    },
    async settled() {
      while (writing.size > 0) await Promise.all(writing);
    },
  };
}
