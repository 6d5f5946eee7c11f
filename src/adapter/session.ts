/**
 * A session that is shared by every call to one upstream. Logging in is single-flight: a hundred callers that find it
 * expired make one login, not a hundred. The cache time is a client-side choice (10 minutes; dvcqg fact sheet 1.4).
 */
export interface SessionProvider {
  /** the cached session, or a fresh one. Rejects with what `login` rejected with; the next call tries again. */
  get(): Promise<string>;
  /** forget this session (the upstream refused it). A newer one that another caller already fetched is kept. */
  invalidate(session: string): void;
}

/** A session that the upstream has given a time of its own. */
export interface TimedSession { session: string; ttlMs: number }

export const SESSION_TTL_MS = 10 * 60 * 1000;

export function createSessionProvider(options: { login: () => Promise<string | TimedSession>; ttlMs?: number; now?: () => number }): SessionProvider {
  const { login, ttlMs = SESSION_TTL_MS, now = Date.now } = options;
  let current: { session: string; until: number } | undefined;
  let inFlight: Promise<string> | undefined;

  const renew = (): Promise<string> => {
    inFlight ??= login()
      .then((answer) => {
        const { session, ttlMs: own } = typeof answer === 'string' ? { session: answer, ttlMs } : answer;
        current = { session, until: now() + Math.min(own, ttlMs) };
        return session;
      })
      .finally(() => {
        inFlight = undefined;
      });
    return inFlight;
  };

  return {
    get: () => (current !== undefined && now() < current.until ? Promise.resolve(current.session) : renew()),
    invalidate(session) {
      if (current?.session === session) current = undefined;
    },
  };
}
