/** The longest that a call may take, whatever the adapter allows. */
import type { Execution } from '../adapter/client.ts';
import type { ProbeAnswer, RemoteState } from '../adapter/types.ts';
import { issue } from '../contract/errors/issue.ts';

/** A call that was cut may still say what it knows (nothing was sent, say); one that does not is not waited for. */
const LAST_WORDS_MS = 250;

/** A send that takes longer is cut, and counts as a lost reply. */
export function sendWithin(ms: number | undefined, signal: AbortSignal, remote: RemoteState, call: (signal: AbortSignal) => Promise<Execution>): Promise<Execution> {
  return within(ms, signal, call, () => {
    const lost = issue('LT-UPSTREAM-LOST-REPLY');
    return { outcome: { kind: 'unknown', issue: lost }, remote, httpStatus: null, code: lost.code, answer: null };
  });
}

/** A probe that takes longer proves nothing. */
export function probeWithin(ms: number | undefined, signal: AbortSignal, call: (signal: AbortSignal) => Promise<ProbeAnswer>): Promise<ProbeAnswer> {
  return within(ms, signal, call, () => ({ kind: 'unknown', issue: issue('LT-UPSTREAM-PROBE-FAILED') }));
}

async function within<T>(ms: number | undefined, signal: AbortSignal, call: (signal: AbortSignal) => Promise<T>, lost: () => T): Promise<T> {
  if (ms === undefined) return call(signal);
  const cut = new AbortController();
  const { promise: tooLate, resolve } = Promise.withResolvers<T>();
  const end = (): void => { cut.abort(); };
  let lastWords: NodeJS.Timeout | undefined;
  const timer = setTimeout(() => {
    end();
    lastWords = setTimeout(() => { resolve(lost()); }, LAST_WORDS_MS);
  }, ms);
  signal.addEventListener('abort', end, { once: true });
  try {
    return await Promise.race([call(cut.signal), tooLate]);
  } finally {
    clearTimeout(timer);
    clearTimeout(lastWords);
    signal.removeEventListener('abort', end);
  }
}
