/**
 * Logging in, for every upstream that has a session: one login for all calls that wait, a pause after the account was refused, and one
 * more try of a call whose session was refused. How an upstream is asked and what its answer means is its adapter's.
 */
import { createSessionProvider, type SessionProvider, type TimedSession } from './session.ts';
import type { WireResult } from './types.ts';

/** Pause after a refused login: the account is shared by every dossier, and a locked one helps nobody. */
export const LOGIN_PAUSE_MS = 60_000;
/** Code of a failure that our own line makes before anything is sent. */
export const LOGIN_REFUSED = 'LOGIN_REFUSED';

/** Nothing of the call itself was sent: whatever happened to the login, that much is certain. */
export const notSent = (code: string, durationMs = 0): WireResult => ({ kind: 'failure', sent: 'before', code, durationMs });

type Answer = Extract<WireResult, { kind: 'response' }>;
export interface LoginOptions {
  ask(): Promise<WireResult>;
  /** the session, and how long it holds where the upstream says so; `refused` when the account is at fault; `undefined` for any other answer */
  read(answer: Answer): TimedSession | 'refused' | undefined;
  ttlMs: number;
  now: () => number;
}

/** Carries what the waiting calls answer with. */
class LoginFailed extends Error {
  readonly result: WireResult;
  constructor(result: WireResult) {
    super('login failed');
    this.result = result;
  }
}

/** Thousands of waiting dossiers must not become thousands of logins with a wrong password, which locks accounts. */
export function guardedSessions({ ask, read, ttlMs, now }: LoginOptions): SessionProvider {
  let refusedUntil = Number.NEGATIVE_INFINITY;
  return createSessionProvider({
    ttlMs,
    now,
    async login() {
      if (now() < refusedUntil) throw new LoginFailed(notSent(LOGIN_REFUSED));
      const result = await ask();
      if (result.kind === 'failure') throw new LoginFailed(notSent(`LOGIN_${result.code}`, result.durationMs));
      const session = read(result);
      if (session !== undefined && session !== 'refused') return session;
      if (session === 'refused') refusedUntil = now() + LOGIN_PAUSE_MS;
      throw new LoginFailed(notSent(session === 'refused' ? LOGIN_REFUSED : `LOGIN_HTTP_${result.status}`, result.durationMs));
    },
  });
}

/** A refused session proves that the call was not looked at, so that even a write may go again, once, with a new one. */
export async function withSession(sessions: SessionProvider, signal: AbortSignal | undefined, call: (session: string) => Promise<WireResult>, isRefused: (result: WireResult) => boolean): Promise<WireResult> {
  for (let attempt = 0; ; attempt += 1) {
    let session: string;
    try {
      session = await sessions.get();
    } catch (error) {
      if (error instanceof LoginFailed) return error.result;
      throw error;
    }
    if (signal?.aborted === true) return notSent('ABORTED');
    const result = await call(session);
    if (attempt > 0 || !isRefused(result)) return result;
    sessions.invalidate(session);
  }
}
