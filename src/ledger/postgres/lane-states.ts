/** How a lane moves between its states (see the picture in the SQLite engine's lanes.ts), in the memory of a unit. */
import type { LaneUpdate } from '../ledger.ts';
import { LANE, STATE, upstreamOfLane } from '../codes.ts';
import { interruptLane } from './exchanges.ts';
import type { Exchange, Lane, Unit } from './unit.ts';

const UNLEASED = { woken: 0, leaseUntil: null, owner: null, holdId: null } as const;

/** Something new to do in the lane, which is made if there is none. `dueAt` as `pressingDue` has it. */
export function wake(unit: Unit, laneId: number, now: number, dueAt: number | null): void {
  const known = unit.lanes.get(laneId);
  if (known === undefined) {
    const lane: Lane = { id: laneId, upstreamNo: upstreamOfLane(laneId), state: LANE.idle, readyAt: null, lease: 0, leaseMs: null, remote: '{}', dueAt, ...UNLEASED };
    unit.addLane(lane);
    makeReady(unit, lane, now);
  } else if (known.state === LANE.leased) unit.changeLane(known, { woken: 1 });
  else makeReady(unit, known, Math.min(known.readyAt ?? now, now));
}

/** Ready at a time, or held back until a hold ends. */
export function makeReady(unit: Unit, lane: Lane, at: number): void {
  const hold = unit.holdOn(lane);
  unit.changeLane(lane, { ...UNLEASED, state: hold === undefined ? LANE.ready : LANE.held, readyAt: at, holdId: hold ?? null });
}

export function setAside(unit: Unit, lane: Lane, to: typeof LANE.idle | typeof LANE.blocked): void {
  unit.changeLane(lane, { ...UNLEASED, state: to, readyAt: null });
}

/** What waits in the lane, by turn. Its open exchanges must be loaded. */
export const waitingIn = (unit: Unit, lane: Lane): Exchange[] =>
  unit.ofLane(lane.id).filter(({ state }) => state === STATE.pending || state === STATE.unknown);

export function release(unit: Unit, lane: Lane, asked: NonNullable<LaneUpdate['release']>, now: number): void {
  const interrupted = interruptLane(unit, lane.id, now);
  if (lane.woken === 1 || interrupted > 0) makeReady(unit, lane, now);
  else if (asked.nextAt !== null) makeReady(unit, lane, asked.nextAt);
  else if (asked.blocked === true) setAside(unit, lane, LANE.blocked);
  else rest(unit, lane);
}

/** Nothing more to do now. What has a time of its own is still remembered; what has none waits for news, or for the sweep. */
function rest(unit: Unit, lane: Lane): void {
  const [head] = waitingIn(unit, lane);
  if (head?.nextAt == null) setAside(unit, lane, LANE.idle);
  else makeReady(unit, lane, head.nextAt);
}

/** Its worker is gone. */
export function takeBack(unit: Unit, lane: Lane, now: number): void {
  interruptLane(unit, lane.id, now);
  makeReady(unit, lane, now);
}
