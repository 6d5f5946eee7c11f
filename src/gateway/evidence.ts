/**
 * Can the ledger take evidence now? A gateway that cannot write down what it exchanges must not exchange: intake and inbound calls
 * are refused, polls pause, and everybody is told. It goes on by itself when a write works again.
 */
import { isLedgerError } from '../ledger/errors.ts';
import type { Ledger } from '../ledger/ledger.ts';

export interface EvidenceState {
  writable: boolean;
  /** of the last change, ms */
  since: number;
  /** stable code of what the ledger failed with; null while it is writable */
  code: string | null;
}
export interface EvidenceWatch {
  state(): EvidenceState;
  /** Something that was to be written was not. One refused record is no reason to stop: the ledger itself is asked first. */
  failed(error: unknown): void;
  /** asks the ledger, at most once a second; never throws */
  check(): Promise<EvidenceState>;
  /** told of every change from now on */
  onChange(listener: (state: EvidenceState) => void): void;
  /** asks every few seconds; every second while nothing can be written or the database has not been heard of */
  start(): void;
  stop(): void;
}

const CURSOR = 'gateway/readiness';
const MAX_AGE_MS = 1_000;
const CALM_MS = 5_000;
/** A ledger that takes no write for so long is as good as none. */
const PATIENCE_MS = 5_000;
/** A few pages: on a full disk a word still finds room in a page that is there already, and would promise too much. */
const ROOM_CHARS = 32_768;
/** Refusals that say nothing about whether evidence can be written. */
const NOT_ABOUT_WRITING: ReadonlySet<string> = new Set(['LT-LEDGER-BUSY', 'LT-LEDGER-LEASE-LOST', 'LT-LEDGER-INTERRUPTED', 'LT-LEDGER-INVALID']);

export function createEvidenceWatch(options: { ledger: Pick<Ledger, 'setCursor' | 'fresh'>; now: () => number }): EvidenceWatch {
  const { ledger, now } = options;
  let state: EvidenceState = { writable: true, since: now(), code: null };
  let last: { at: number; asked: Promise<EvidenceState> } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const listeners: ((state: EvidenceState) => void)[] = [];

  function turn(writable: boolean, code: string | null): EvidenceState {
    if (state.writable === writable) return state;
    state = { writable, since: now(), code };
    for (const tell of listeners) tell(state);
    return state;
  }

  async function ask(room: boolean): Promise<EvidenceState> {
    let late: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_resolve, reject) => {
      late = setTimeout(() => reject(new Error('no answer')), PATIENCE_MS).unref();
    });
    try {
      if (room) await Promise.race([ledger.setCursor(CURSOR, 'x'.repeat(ROOM_CHARS)), tooLate]);
      await Promise.race([ledger.setCursor(CURSOR, String(now())), tooLate]);
      return turn(true, null);
    } catch (error) {
      if (stopped || (isLedgerError(error) && NOT_ABOUT_WRITING.has(error.code))) return state;
      return turn(false, isLedgerError(error) ? error.code : 'LT-GATEWAY-LEDGER');
    } finally {
      clearTimeout(late);
    }
  }

  function check(room = !state.writable): Promise<EvidenceState> {
    const at = now();
    if (last !== undefined && at - last.at < MAX_AGE_MS && at >= last.at) return last.asked;
    last = { at, asked: ask(room) };
    return last.asked;
  }

  /** Looks every second whether there is reason to ask; asks in any case when the last answer is some seconds old. */
  function next(): void {
    timer = setTimeout(() => {
      const calm = state.writable && ledger.fresh() && last !== undefined && now() - last.at < CALM_MS;
      void (calm ? Promise.resolve() : check()).finally(() => { if (!stopped) next(); });
    }, MAX_AGE_MS).unref();
  }

  return {
    state: () => state,
    failed(error) {
      if (!state.writable || stopped || (isLedgerError(error) && NOT_ABOUT_WRITING.has(error.code))) return;
      // What was asked a moment ago was asked before this failure.
      if (last !== undefined && now() - last.at < MAX_AGE_MS / 4) return;
      last = { at: now(), asked: ask(true) };
    },
    check: () => check(),
    onChange: (listener) => void listeners.push(listener),
    start() {
      if (timer === undefined) next();
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
