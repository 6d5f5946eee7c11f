/**
 * What a person may order the ledger to do: hold back, let go, give up, send again. Every order is an event on the hash
 * chain, with who gave it; the reason is free text, which may name a person, and is only kept encrypted.
 * All times are epoch milliseconds.
 */
import type { ExchangeState } from './ledger.ts';

export const HOLD_SCOPES = ['dossier', 'procedure', 'upstream'] as const;
export type HoldScope = (typeof HOLD_SCOPES)[number];

/** Nothing that matches leaves while a hold stands; what is on the wire finishes. Intake goes on. */
export interface NewHold {
  scope: HoldScope;
  /** dossier code, procedure code or configured upstream, by scope */
  key: string;
  /** a dossier or a procedure may be held towards one upstream only; null: towards all */
  upstream: string | null;
  /** name of an API key or `system`; kept in the clear */
  by: string;
  reason: string;
  /** when the hold ends by itself; null: when a person says so */
  until: number | null;
}
export interface Hold extends NewHold { id: number; createdAt: number }

/** A lane that does not go on by itself. */
export interface BlockedLane {
  /** cursor for the next page */
  lane: number;
  upstream: string;
  dossierCode: string;
  procedureCode: string;
  /** `hold`: a person holds it back · `refused`: a message that the rest stands behind was refused · `failed`: nothing waits, but an exchange was rejected or is dead */
  why: 'hold' | 'refused' | 'failed';
  holdId: number | null;
  /** the exchange to look at first */
  exchangeId: number | null;
  operation: string | null;
  code: string | null;
  /** when that exchange was recorded or settled */
  since: number;
  /** exchanges of the lane that wait */
  waiting: number;
}

/** An order that concerns no single exchange: a replay begun, an archive written, a citizen asked for. `content` is encrypted, `kind` is not. */
export interface Act { kind: `control.${string}` | `replay.${string}` | `retention.${string}` | `chain.${string}` | `citizen.${string}`; by: string; dossierCode?: string; content: Record<string, unknown> }

/** An order as it was given; `content` says what it was about and why, null once retention has let it go. */
export interface OrderRow { seq: number; kind: string; by: string; at: number; content: Record<string, unknown> | null }

export type CancelResult =
  /** it will not be sent; what stood behind it goes on */
  | 'cancelled'
  | 'unknown-exchange'
  /** on the wire now: its outcome must be known first */
  | 'in-flight'
  /** done or superseded: nothing to cancel */
  | 'settled';

/** The code of an exchange that a person gave up, by the state it went to. */
export const CANCEL_CODES = { cancelled: 'LT-DELIVERY-CANCELLED', dead: 'LT-DELIVERY-REPLAY-CANCELLED' } as const;

export interface LedgerControl {
  /** Holds back at once what is not on the wire. The same scope, key and upstream held already: that hold takes the new reason, author and end, under its id. */
  freeze(hold: NewHold, now: number): Promise<Hold>;
  /** Lets go: lanes with work become ready, in slices. false when there is no such hold. */
  release(holdId: number, by: string, now: number, reason?: string): Promise<boolean>;
  /** the standing holds, oldest first; ended ones are let go by `sweep` and are then gone */
  listHolds(): Promise<Hold[]>;
  listBlocked(filter: { upstream?: string; why?: BlockedLane['why']; afterLane?: number; limit: number }): Promise<BlockedLane[]>;
  /**
   * A person gives an exchange up. Waiting, in doubt or failed: it ends as `cancelled` (or as `to`) and is never sent again unless retried.
   * A newer change of the dossier may still plan a new one.
   * Its code then says so: LT-DELIVERY-CANCELLED, or LT-DELIVERY-REPLAY-CANCELLED where it goes back `to` dead (see `CANCEL_CODES`).
   */
  cancel(exchangeId: number, by: string, now: number, reason?: string, to?: 'cancelled' | 'dead'): Promise<CancelResult>;
  /** writes an order on the chain */
  act(act: Act, now: number): Promise<{ seq: number }>;
  /**
   * Orders that concern no single dossier (procedures, upstreams, breakers, replays), newest first, before `beforeSeq`. Those of a dossier are
   * events of its timeline; what the ledger does for itself (checkpoints, archives) is left out. Questions about citizens (`citizen.…`) are no
   * orders, and would bury them: they are listed with `citizens`, and then alone
   */
  listOrders(options: { beforeSeq?: number; limit: number; citizens?: boolean }): Promise<OrderRow[]>;
  /** How the exchanges that a replay has woken stand now. Those in few `states` are counted without a look at the others: a replay may have woken a million */
  replayCounts(replay: number, states?: readonly ExchangeState[]): Promise<Partial<Record<ExchangeState, number>>>;
}
