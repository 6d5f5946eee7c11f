/** What a round may do: ask its upstream through everything that protects it, and tell the gateway of dossiers until it is to end. */
import type { Connection } from '../../adapter/client.ts';
import type { ReadRetryOptions } from '../../adapter/read-retry.ts';
import type { AnyOperation, DossierDeps, Outcome, RoundDeps } from '../../adapter/types.ts';
import type { Protection } from '../../delivery/protection.ts';
import { guardedCall } from '../guarded-call.ts';
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
  const writing = new Set<Promise<unknown>>();

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
      // What may not go out now is told as an outcome that may be had again: the adapter ends its round as with any upstream that does not answer.
      run: async <Out>(operation: AnyOperation, inputs: unknown[]) =>
        await guardedCall({ upstream, connection, protection, signal, now: deps.now, kind: 'round', waits: 'LT-GATEWAY-ROUND-WAITS', readRetry: options.readRetry, observe: options.observe }, operation, inputs) as Outcome<Out>,
      dossiersAfter: (operation, sinceMs) => followed.dossiersAfter(operation, sinceMs, signal),
    },
    async settled() {
      while (writing.size > 0) await Promise.all(writing);
    },
  };
}
