/** Words of the interface as the small integers that are stored, and the arithmetic of lane ids. */
import type { ExchangeState, ExchangeUpdate } from './ledger.ts';

/** Position is the stored number: never reorder. Below SETTLED_FROM is open: it waits, flies, or failed and may be replaced. */
const STATE_ORDER = ['pending', 'sending', 'unknown', 'rejected', 'dead', 'doubtful', 'done', 'superseded', 'cancelled'] as const satisfies readonly ExchangeState[];

export const STATE = { pending: 0, sending: 1, unknown: 2, rejected: 3, dead: 4, doubtful: 5, done: 6, superseded: 7, cancelled: 8 } as const satisfies Record<ExchangeState, number>;

export const stateName = (no: number): ExchangeState => STATE_ORDER[no] ?? 'unknown';
/** rejected and everything behind it wait for nothing more by themselves */
export const isSettled = (no: number): boolean => no >= STATE.rejected;

export const LANE = { idle: 0, ready: 1, leased: 2, blocked: 3, held: 4 } as const;

type Doubt = NonNullable<ExchangeUpdate['doubt']>;
/** The first two were settled by policy, without an answer: those are counted as doubts. */
const DOUBT_ORDER = ['resent-after-lost-reply', 'never-resent', 'probe-applied', 'probe-not-applied'] as const satisfies readonly Doubt[];
export const POLICY_DOUBTS = 2;
export const doubtNo = (doubt: Doubt | undefined): number | null => (doubt === undefined ? null : DOUBT_ORDER.indexOf(doubt));
export const doubtName = (no: number | null): Doubt | null => (no === null ? null : (DOUBT_ORDER[no] ?? null));

const LANES_PER_DOSSIER = 1024;
/** Exact up to 2^43 dossiers. */
export const laneId = (dossierId: number, upstreamNo: number): number => dossierId * LANES_PER_DOSSIER + upstreamNo;
export const dossierOfLane = (lane: number): number => Math.floor(lane / LANES_PER_DOSSIER);
export const upstreamOfLane = (lane: number): number => lane % LANES_PER_DOSSIER;
/** First and last lane id of a dossier, for index ranges. */
export const lanesOf = (dossierId: number): [first: number, last: number] => [laneId(dossierId, 0), laneId(dossierId, LANES_PER_DOSSIER - 1)];

const DOSSIERS_PER_BUCKET = 4096;
export const termBucket = (dossierId: number): number => Math.floor(dossierId / DOSSIERS_PER_BUCKET);
