/** What is kept of one replay, in the cell `replay/<id>`: who ordered what, how far it has come. Times in ms since epoch. */
import type { ExchangeFilter, ExchangeState } from '../ledger/ledger.ts';

/** Ended, and not as they should: what a person may send again. */
export const REPLAYABLE = ['rejected', 'dead', 'doubtful', 'cancelled'] as const satisfies readonly ExchangeState[];
export type ReplayableState = (typeof REPLAYABLE)[number];

/** Which exchanges are sent again. At least one state must be named: an empty filter is more often a slip than a wish. */
export interface ReplayFilter extends Pick<ExchangeFilter, 'upstream' | 'operation' | 'dossierCode' | 'procedureCode' | 'code' | 'settledFrom' | 'settledBefore'> {
  states: ReplayableState[];
}

export interface ReplayRecord {
  /** place of its order on the chain, so that no number is ever used twice */
  id: number;
  state: 'running' | 'done' | 'cancelled';
  filter: ReplayFilter;
  /** name of an API key, in the clear */
  by: string;
  /** free text of that person; cells are encrypted */
  reason: string;
  startedAt: number;
  endedAt: number | null;
  /** how many the filter selected when it was ordered */
  selected: number;
  /** the last of them: what comes later belongs to no running replay */
  upTo: number;
  /** every selected exchange up to here was looked at */
  cursor: number;
  /** how many were set going; one that somebody else had sent again in the meantime is not */
  woken: number;
  lastError: { code: string; at: number } | null;
  cancelled: { by: string; reason: string; at: number } | null;
  /** a cancelled one whose woken exchanges may still have to be given back */
  loose: boolean;
}

export const REPLAY_CELLS = 'replay/';
/** Names sort as numbers do. */
export const cellName = (id: number): string => `${REPLAY_CELLS}${String(id).padStart(15, '0')}`;
export const readRecord = (value: string): ReplayRecord => JSON.parse(value) as ReplayRecord;

/** The filter of a person as the ledger reads it. */
export function exchangeFilter(filter: ReplayFilter, page: { afterId: number; limit: number }): ExchangeFilter {
  return { ...filter, states: [...filter.states], ...page };
}
