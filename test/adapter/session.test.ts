import { describe, expect, it } from 'vitest';
import { createSessionProvider, SESSION_TTL_MS } from '../../src/adapter/session.ts';

function counting() {
  let logins = 0;
  return { login: () => Promise.resolve(`session-${(logins += 1)}`), count: () => logins };
}

describe('session provider', () => {
  it('makes one login for any number of callers at once', async () => {
    const { login, count } = counting();
    const sessions = createSessionProvider({ login });
    expect(new Set(await Promise.all(Array.from({ length: 100 }, () => sessions.get())))).toEqual(new Set(['session-1']));
    expect(count()).toBe(1);
  });

  it('keeps a session for ten minutes and not longer', async () => {
    const { login } = counting();
    let now = 0;
    const sessions = createSessionProvider({ login, now: () => now });
    await sessions.get();
    now = SESSION_TTL_MS - 1;
    expect(await sessions.get()).toBe('session-1');
    now = SESSION_TTL_MS;
    expect(await sessions.get()).toBe('session-2');
  });

  it('logs in again once, whoever noticed the refusal', async () => {
    const { login, count } = counting();
    const sessions = createSessionProvider({ login });
    const first = await sessions.get();
    sessions.invalidate(first);
    expect(await sessions.get()).toBe('session-2');
    sessions.invalidate(first); // a slow caller with the old session must not throw the new one away
    expect(await sessions.get()).toBe('session-2');
    expect(count()).toBe(2);
  });

  it('tries again after a failed login', async () => {
    let fail = true;
    const sessions = createSessionProvider({ login: () => (fail ? Promise.reject(new Error('refused')) : Promise.resolve('s')) });
    await expect(sessions.get()).rejects.toThrow('refused');
    fail = false;
    expect(await sessions.get()).toBe('s');
  });
});
