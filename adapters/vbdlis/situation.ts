/** Where a case stands: worked out of everything that is known of it, in the order in which it happened and not in which it was told. */
import type { Dossier, DossierStatus, HistoryEntry } from '../../src/model/canonical.ts';
import type { LandCase, LandEvent, LandState } from '../../src/model/generated/land-case.ts';
import { epochFromInstant } from '../../src/model/time.ts';
import { CLOSED, END_WORDS, ENDED, endState, FINAL, rowOf, STATE_BY_PROVINCE, STATUS_ROWS } from './status.ts';
import { isPaid } from './obligations.ts';

/** Ids of everything that a land system has put into a dossier begin with this. */
export const LAND_ID = 'vbdlis:';
export const isLandEntry = ({ id }: { id?: string }): boolean => id?.startsWith(LAND_ID) === true;

/** -Infinity for what is no instant: it happened before everything. */
export const epochOf = (instant: string | undefined): number => (instant === undefined ? undefined : epochFromInstant(instant)) ?? Number.NEGATIVE_INFINITY;

/** What the province itself says, at the time at which it began to hold. */
export interface ProvinceMove { at: string; status: DossierStatus }
export const provinceMoves = (history: readonly HistoryEntry[]): ProvinceMove[] => history.filter((entry) => !isLandEntry(entry));

export interface Situation {
  state: LandState;
  /** undefined while nothing has set it */
  since: string | undefined;
  status: DossierStatus;
  /** `LoaiKetQua`, once it has ended */
  subStatus: string | undefined;
  /** whose word the status is */
  by: 'province' | 'land';
  /** status right after each event */
  after: ReadonlyMap<string, DossierStatus>;
}

/** The order in which things happened; at one instant, the order of the table. */
const before = (a: { at: number; order: number; id: string }, b: { at: number; order: number; id: string }): number => a.at - b.at || a.order - b.order || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
const placeOf = ({ id, at, kind }: LandEvent) => ({ at: epochOf(at), order: rowOf(kind).order, id });
export const inOrder = (events: readonly LandEvent[]): LandEvent[] => [...events].sort((a, b) => before(placeOf(a), placeOf(b)));

/** An entry of the land system's goes behind what was before it, and behind the province's own of the same instant; the order of the others is theirs. */
export function withEntry(history: readonly HistoryEntry[], entry: HistoryEntry): HistoryEntry[] {
  const place = ({ id = '', at }: HistoryEntry) => ({ at: epochOf(at), order: STATUS_ROWS.findIndex(({ kind }) => id.startsWith(`${LAND_ID}${kind}:`)), id });
  const at = place(entry);
  return history.toSpliced(history.findLastIndex((one) => before(place(one), at) <= 0) + 1, 0, entry);
}

interface Told {
  start: DossierStatus;
  moves: readonly ProvinceMove[];
  landCase: Pick<LandCase, 'events' | 'obligations'>;
  /** what a pause meant when it was told, by event id */
  pauses: ReadonlyMap<string, DossierStatus>;
}

type Item = { at: number } & ({ move: ProvinceMove; order: -1; id: '' } | { event: LandEvent; order: number; id: string });

export function situationOf({ start, moves, landCase, pauses }: Told): Situation {
  const items: Item[] = [
    ...moves.map((move): Item => ({ at: epochOf(move.at), move, order: -1, id: '' })),
    ...landCase.events.filter(({ isLate }) => isLate !== true).map((event): Item => ({ event, ...placeOf(event) })),
  ];
  items.sort(before);
  const unpaid = landCase.obligations.some((one) => !isPaid(one));

  const now = { state: 'PROCESSING' as LandState, since: undefined as string | undefined, status: start, subStatus: undefined as string | undefined, by: 'province' as Situation['by'] };
  const after = new Map<string, DossierStatus>();
  const enter = (state: LandState | undefined, at: string): void => {
    if (state === undefined || state === now.state) {
      now.since ??= at;
      return;
    }
    now.state = state;
    now.since = at;
  };
  const byProvince = ({ at, status }: ProvinceMove): void => {
    // What has ended at the land system goes on to the citizen or nowhere.
    if (ENDED.has(now.state) && !FINAL.has(status)) return;
    if (FINAL.has(now.status) && !FINAL.has(status)) return;
    now.status = status;
    now.subStatus = undefined;
    now.by = 'province';
    enter(status === 'RETURNED' ? (ENDED.has(now.state) ? 'RETURNED_TO_CITIZEN' : undefined) : STATE_BY_PROVINCE[status], at);
  };
  const byLand = (event: LandEvent): void => {
    const { move, notFrom = [] } = rowOf(event.kind);
    if (move === undefined || notFrom.includes(now.state)) return;
    if (event.kind === 'FINISHED') {
      const state = endState(event.statusCode);
      enter(state, event.at);
      if (FINAL.has(now.status)) return;
      now.status = 'RESOLVED';
      now.subStatus = END_WORDS[state as keyof typeof END_WORDS];
      now.by = 'land';
      return;
    }
    if (ENDED.has(now.state) || CLOSED.has(now.status)) return;
    if (event.kind === 'TAX_NOTICES' && !unpaid) return;
    if (event.kind === 'OBLIGATION_PAID' && (unpaid || landCase.obligations.length === 0)) return;
    // A pause for a payment that is known is the wait for it (3.4, kinds 2 and 5).
    const waits = event.kind === 'PAUSED' && unpaid;
    enter(waits ? 'WAITING_FINANCIAL_OBLIGATION' : move.state, event.at);
    const status = waits ? 'PAYMENT_REQUIRED' : event.kind === 'PAUSED' ? (pauses.get(event.id) ?? move.status) : move.status;
    if (status === undefined) return;
    now.status = status;
    now.subStatus = undefined;
    now.by = 'land';
  };
  for (const item of items) {
    if ('move' in item) byProvince(item.move);
    else {
      byLand(item.event);
      after.set(item.event.id, now.status);
    }
  }
  return { ...now, after };
}

/** What pauses meant when they were told stands in the history. */
export function pausesOf({ history, landCase }: Pick<Dossier, 'history' | 'landCase'>): Map<string, DossierStatus> {
  const pauses = new Set(landCase?.events.filter(({ kind }) => kind === 'PAUSED').map(({ id }) => id));
  return new Map(history.flatMap(({ id, status }) => (id !== undefined && pauses.has(id) ? [[id, status]] : [])));
}

/** Ended, by anybody's word: what a land system tells from now on is late. */
export const hasEnded = ({ status, landCase }: Pick<Dossier, 'status' | 'landCase'>): boolean => CLOSED.has(status) || (landCase !== undefined && ENDED.has(landCase.state));
