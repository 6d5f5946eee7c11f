/**
 * Numbers of ours that upstreams ask for: counters in cells of the ledger, so that no two processes and no restart give one number twice.
 *
 * A counter belongs to a series and a day, whoever asks: two upstreams that number alike share it. What a number was for is remembered under a keyed
 * hash, so that whoever asks again gets it again: for a year after it was last asked for. Counters go a while after their day; a day that has no
 * counter any more is not near today's, and is refused.
 */
import { createHash } from 'node:crypto';
import type { CodeAsked } from '../adapter/types.ts';
import { changeCell } from '../delivery/shared-cell.ts';
import { LedgerError } from '../ledger/errors.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { dayNumberFromDate } from '../model/civil-date.ts';
import { VIETNAM_OFFSET_MS } from '../model/time.ts';

export type CodesLedger = Pick<Ledger, 'getCell' | 'putCell' | 'deleteCell' | 'listCells' | 'getDossier' | 'seal'>;
export interface Codes {
  /** @param upstream who asks: its keys are its own @throws RangeError, TypeError for what nobody may ask; what the ledger fails with */
  issue(upstream: string, asked: CodeAsked): Promise<string>;
  /** lets go of what nobody asks for any more. @returns how many cells went */
  letGo(signal: AbortSignal): Promise<number>;
}

const DAY_MS = 86_400_000;
/** A message may be older than the clock says, or come from a clock ahead of ours. */
const NEAR_DAYS = 3;
const KEEP_COUNTER_DAYS = 10;
const KEEP_KEY_DAYS = 366;
/** A key that is asked for every few minutes is not written down every few minutes. */
const REFRESH_DAYS = 7;
/** How often another process may be faster, and how many numbers in a row may be taken already. */
const MOST_TRIES = 1_000;
const COUNTERS = 'code-day/';
const KEYS = 'code-key/';
const MOST_AT_ONCE = 1_000;

interface Issued { code: string; /** when it was last asked for, ms */ at: number }

const digest = (...parts: string[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex');
export function createCodes({ ledger, now = Date.now }: { ledger: CodesLedger; now?: () => number }): Codes {
  const today = (): number => Math.floor((now() + VIETNAM_OFFSET_MS) / DAY_MS);
  /** by cell, the last of those who wait for it in this process: they would only get into each other's way */
  const turns = new Map<string, Promise<unknown>>();

  function inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
    const mine = (turns.get(name) ?? Promise.resolve()).then(work);
    const over = mine.catch(() => undefined).then(() => {
      if (turns.get(name) === over) turns.delete(name);
    });
    turns.set(name, over);
    return mine;
  }

  /** The counter moves on before anybody learns its number: a crash leaves a gap. */
  async function take(name: string, first: number): Promise<number> {
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      let taken = first;
      const { written } = await changeCell<{ next: number }>(ledger, name, (held) => {
        taken = Math.max(first, held?.next ?? first);
        return { next: taken + 1 };
      });
      if (written) return taken;
    }
    throw new LedgerError('LT-LEDGER-BUSY', name);
  }

  async function next(counter: string, { first = 1, format }: CodeAsked): Promise<string> {
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const code = format(await inTurn(counter, () => take(counter, first)));
      // The province's own system may number alike, and a ledger that was restored from a copy has older counters than dossiers.
      if ((await ledger.getDossier(code)) === undefined) return code;
    }
    throw new RangeError(`${MOST_TRIES} numbers in a row are taken already`);
  }

  /** Who is second with the same key gets the first one's number, and leaves a gap. */
  async function under(name: string, make: () => Promise<string>): Promise<string> {
    const held = await ledger.getCell(name);
    if (held !== undefined) {
      const issued = JSON.parse(held.value) as Issued;
      if (now() - issued.at > REFRESH_DAYS * DAY_MS) await changeCell<Issued>(ledger, name, (known) => (known === undefined ? { ...issued, at: now() } : { ...known, at: now() }));
      return issued.code;
    }
    const code = await make();
    const { value } = await changeCell<Issued>(ledger, name, (known) => known ?? { code, at: now() });
    if (value === undefined) throw new LedgerError('LT-LEDGER-BUSY', name);
    return value.code;
  }

  async function drop(cells: readonly { name: string; version: number }[], signal: AbortSignal): Promise<number> {
    let gone = 0;
    for (const { name, version } of cells) if (!signal.aborted && await ledger.deleteCell(name, version)) gone += 1;
    return gone;
  }

  return {
    async issue(upstream, asked) {
      const { series, day, first = 1, key } = asked;
      const number = dayNumberFromDate(day);
      if (number === undefined || Math.abs(number - today()) > NEAR_DAYS) throw new RangeError(`no number can be issued for this day: ${day.slice(0, 10)}`);
      if (!Number.isSafeInteger(first) || first < 0) throw new TypeError('first is a whole number, not below 0');
      const counter = `${COUNTERS}${day}/${digest(series).slice(0, 32)}`;
      if (key === undefined) return next(counter, asked);
      // Keyed by the ledger: a key may be a citizen's number, and there are too few of those for a plain hash.
      const name = KEYS + await ledger.seal(digest('issued code', upstream, key));
      return inTurn(name, () => under(name, () => next(counter, asked)));
    },
    async letGo(signal) {
      const counters = await ledger.listCells(COUNTERS, MOST_AT_ONCE);
      let gone = await drop(counters.filter(({ name }) => (dayNumberFromDate(name.slice(COUNTERS.length, COUNTERS.length + 10)) ?? 0) < today() - KEEP_COUNTER_DAYS), signal);
      // By the beginning of the hash, a part at a time: a province's keys of a year are many.
      for (let part = 0; part < 256 && !signal.aborted; part += 1) {
        const keys = await ledger.listCells(KEYS + part.toString(16).padStart(2, '0'), MOST_AT_ONCE);
        gone += await drop(keys.filter(({ value }) => now() - (JSON.parse(value) as Issued).at > KEEP_KEY_DAYS * DAY_MS), signal);
      }
      return gone;
    },
  };
}
