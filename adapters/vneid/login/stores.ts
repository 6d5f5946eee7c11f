/**
 * What a sign-in has to remember on the server. One process keeps it in memory; several processes share a store that does the same
 * (README: `SET key 1 NX PXAT until`, or an INSERT that a primary key may refuse).
 */
import type { SignedIn } from './person.ts';

/** Sign-ins that were used. */
export interface SpentStore {
  /**
   * Atomic: of two callers with one id exactly one gets true.
   * @param until ms since epoch; the id may be forgotten then, since its transaction has expired
   */
  take(id: string, until: number): boolean | Promise<boolean>;
}

/** Sign-ins that a gateway application handed over and no browser has fetched. Holds personal data and tokens: encrypt it where it is shared. */
export interface HandoverStore {
  /** @returns false when there is, or was, one under this key */
  put(key: string, value: Handed, until: number): boolean | Promise<boolean>;
  /** atomic: one caller gets it */
  take(key: string): Handed | undefined | Promise<Handed | undefined>;
}
export type Handed = Omit<SignedIn, 'returnTo'> & {
  /** ms since epoch; nobody gets it afterwards, though its key stays known for longer */
  until: number;
  /** of the one sign-in that may have it, where the application told */
  state?: string;
};

const MOST = 500_000;

/** Keys until a moment. A full one refuses: a replay let through would be worse. */
function createExpiring<T>(now: () => number, most = MOST) {
  const entries = new Map<string, { value: T; until: number }>();
  return {
    add(key: string, value: T, until: number): boolean {
      // Keys come in the order of their beginning, so that the oldest are the first to go.
      for (const [old, entry] of entries) {
        if (entry.until > now()) break;
        entries.delete(old);
      }
      if (entries.has(key) || entries.size >= most) return false;
      entries.set(key, { value, until });
      return true;
    },
    /** what is there and has not expired; its key stays known */
    empty(key: string, to: T): T | undefined {
      const entry = entries.get(key);
      if (entry === undefined || entry.until <= now()) return undefined;
      const { value } = entry;
      entry.value = to;
      return value;
    },
  };
}

export function createSpentStore(now: () => number = Date.now): SpentStore {
  const spent = createExpiring<true>(now);
  return { take: (id, until) => spent.add(id, true, until) };
}

export function createHandoverStore(now: () => number = Date.now): HandoverStore {
  const waiting = createExpiring<Handed | undefined>(now, 50_000);
  return { put: (key, value, until) => waiting.add(key, value, until), take: (key) => waiting.empty(key, undefined) };
}
