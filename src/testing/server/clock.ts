/** The upstream's clock as its callers see it: moved forward, or wrong. */
import type { FaultSpec } from '../faults.ts';
import type { HostedSimulator } from '../host.ts';

export interface HostClock {
  /** ms since epoch */
  now(): number;
  /** how wrong it is, ms; negative for behind */
  skewMs(): number;
  setSkew(ms: number): void;
  /** @throws Error when the simulator has no clock of its own; RangeError backwards */
  advance(ms: number): void;
  /** runs something while the clock is wrong by so much more */
  during<T>(ms: number, run: () => T): T;
  /** for the header `Date`; undefined when the machine's clock is the right one */
  date(): string | undefined;
}

const DEFAULT_SKEW_MS = 5 * 60_000;
/** How wrong a fault makes the clock, ms. */
export const skewOf = (fault: FaultSpec | undefined): number => (fault?.kind === 'clock-skew' ? (fault.skewMs ?? DEFAULT_SKEW_MS) : 0);

/** @param advanced called after each step forward */
export function createClock(simulator: HostedSimulator, advanced?: () => void): HostClock {
  let standing = 0;
  let passing = 0;
  const set = (): void => simulator.skew?.(standing + passing);
  const ownSkew = (): number => (simulator.skew === undefined ? standing + passing : 0);
  const now = (): number => (simulator.now?.() ?? Date.now()) + ownSkew();
  let second = 0;
  let text = '';
  /** Every answer carries it, and it changes once a second. */
  const dateText = (ms: number): string => {
    const at = Math.floor(ms / 1000);
    if (at !== second) {
      second = at;
      text = new Date(ms).toUTCString();
    }
    return text;
  };
  return {
    now,
    skewMs: () => standing,
    setSkew(ms) {
      standing = ms;
      set();
    },
    advance(ms) {
      if (simulator.advance === undefined) throw new Error('this simulator has no clock of its own');
      simulator.advance(ms);
      advanced?.();
    },
    during(ms, run) {
      if (ms === 0) return run();
      passing = ms;
      set();
      try {
        return run();
      } finally {
        passing = 0;
        set();
      }
    },
    date: () => (simulator.now === undefined && ownSkew() === 0 ? undefined : dateText(now())),
  };
}
