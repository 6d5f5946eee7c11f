/** Changes on their way to the receivers: gathered for a while, sent as one message, tried again a bounded number of times. Pure. */
import type { Change } from './conditions.ts';

export interface Message {
  /** the same for every try, so that a receiver can tell a repeat */
  id: string;
  changes: Change[];
  /** changes that found no place: a message stays small however bad the hour is */
  more: number;
  attempts: number;
  nextAt: number;
  /** receivers that do not have it yet, by name */
  to: string[];
}
export interface Outbox {
  gathering: { since: number; changes: Change[]; more: number } | null;
  sending: Message | null;
}
export const EMPTY_OUTBOX: Outbox = { gathering: null, sending: null };

export const MOST_CHANGES = 40;
export const MOST_TRIES = 10;
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 10 * 60 * 1000;

export function gather(outbox: Outbox, changes: readonly Change[], now: number): Outbox {
  if (changes.length === 0) return outbox;
  const { since, changes: known, more } = outbox.gathering ?? { since: now, changes: [], more: 0 };
  const all = [...known, ...changes];
  return { ...outbox, gathering: { since, changes: all.slice(0, MOST_CHANGES), more: more + Math.max(0, all.length - MOST_CHANGES) } };
}

/** Turns what was gathered into a message once its time has come and the one before is through. */
export function dispatch(outbox: Outbox, now: number, digestMs: number, receivers: readonly string[], newId: () => string): Outbox {
  const { gathering, sending } = outbox;
  if (gathering === null || sending !== null || (now - gathering.since < digestMs && gathering.since <= now)) return outbox;
  if (receivers.length === 0) return EMPTY_OUTBOX;
  return { gathering: null, sending: { id: newId(), changes: gathering.changes, more: gathering.more, attempts: 0, nextAt: now, to: [...receivers] } };
}

/** Time for the next try. One that lies further ahead than any pause was reckoned by a wrong clock. */
export const isDue = ({ nextAt }: Message, now: number): boolean => nextAt <= now || nextAt > now + LONGEST_PAUSE_MS;

/** After a try. `givenUp`: receivers that will not get it any more. */
export function afterTry(outbox: Outbox, told: readonly string[], now: number): { outbox: Outbox; givenUp: string[] } {
  const { sending } = outbox;
  if (sending === null) return { outbox, givenUp: [] };
  const to = sending.to.filter((name) => !told.includes(name));
  const attempts = sending.attempts + 1;
  if (to.length === 0 || attempts >= MOST_TRIES) return { outbox: { ...outbox, sending: null }, givenUp: to };
  const nextAt = now + Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempts - 1));
  return { outbox: { ...outbox, sending: { ...sending, to, attempts, nextAt } }, givenUp: [] };
}
