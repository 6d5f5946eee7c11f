/**
 * Which states a dossier passed through, as EMC sees them, derived from its history and its dates. A first snapshot that comes late reports
 * all of them, in order. Changes that are none to EMC (from one officer to the next, from 9 to 10) make no step.
 *
 * A step is known by its state and by how many times the dossier has come into that state: `2#1`, the first time in process. The time of
 * what caused it is no part of the key: a source that tells a status first and its time later, or moves a time, would else be counted twice.
 */
import type { Dossier, DossierDates, DossierStatus, Instant } from '../../src/model/canonical.ts';
import { epochFromInstant, instantFromEpoch, startOfLocalDay } from '../../src/model/time.ts';
import { STATE_CODES, type EmcState } from './codes.ts';
import type { EmcConfig } from './config.ts';

export interface TrackedStep {
  key: string;
  state: EmcState;
  /** absent where the source tells neither a step nor a date of it */
  at?: Instant;
}
type Story = Pick<Dossier, 'history' | 'dates' | 'status' | 'sourceUpdatedAt'>;
type Settings = Pick<EmcConfig, 'statuses' | 'assignment' | 'assignedSubStatuses' | 'steps' | 'notBefore'>;
/** `told`: what its status is by the table, were it no assignment */
interface Seen { ms: number; state: EmcState; told: EmcState }

/** Dates that tell of a status which the history may not have. */
const MILESTONES: readonly (readonly [keyof DossierDates, DossierStatus])[] = [
  ['submittedAt', 'SUBMITTED'], ['acceptedAt', 'ACCEPTED'], ['rejectedAt', 'REJECTED'], ['withdrawnAt', 'WITHDRAWN'], ['resolvedAt', 'RESOLVED'], ['returnedAt', 'RETURNED'],
];
/** The order of what happened in one instant. */
const ORDER: readonly EmcState[] = ['RECEIVED', 'ASSIGNED', 'PROCESSING', 'OTHER', 'RETURNED'];

const byTime = (a: Seen, b: Seen): number => a.ms - b.ms || ORDER.indexOf(a.state) - ORDER.indexOf(b.state);

function milestones({ history, dates }: Story, { statuses }: Settings): Seen[] {
  return MILESTONES.flatMap(([name, status]) => {
    const at = dates[name];
    const ms = typeof at === 'string' ? epochFromInstant(at) : undefined;
    const state = statuses[status];
    return ms === undefined || state === 'NOT_REPORTED' || history.some((entry) => entry.status === status) ? [] : [{ ms, state, told: state }];
  });
}

function entries({ history }: Story, { statuses, assignment, assignedSubStatuses }: Settings): Seen[] {
  const seen: Seen[] = [];
  let first: { ms: number; at: Seen; isHandover: boolean } | undefined;
  for (const { at, status, subStatus, to } of history) {
    const ms = epochFromInstant(at);
    const state = statuses[status];
    if (ms === undefined || state === 'NOT_REPORTED') continue;
    const isAssigned = subStatus !== undefined && assignedSubStatuses.includes(subStatus);
    const one: Seen = { ms, state: isAssigned ? 'ASSIGNED' : state, told: state };
    seen.push(one);
    if (status === 'PROCESSING' && (first === undefined || ms < first.ms)) first = { ms, at: one, isHandover: (to ?? '').trim() !== '' };
  }
  // The step that begins the processing assigns it, where it hands the dossier over to somebody; a later hand-over is the processing.
  if (assignment === 'first-handover' && first?.isHandover === true) first.at.state = 'ASSIGNED';
  return seen;
}

/** Every step that there is to report, oldest first, whether it was reported before or not. */
export function stepsOf(dossier: Story, config: Settings): TrackedStep[] {
  const seen = [...entries(dossier, config), ...milestones(dossier, config)].sort(byTime);
  const steps: (TrackedStep & { ms?: number })[] = [];
  const times = new Map<EmcState, number>();
  const add = (state: EmcState, ms?: number): void => {
    if (steps.at(-1)?.state === state) return;
    const nth = (times.get(state) ?? 0) + 1;
    times.set(state, nth);
    steps.push({ key: `${STATE_CODES.encode(state) ?? ''}#${nth}`, state, ...(ms === undefined ? {} : { at: instantFromEpoch(ms), ms }) });
  };
  for (const { state, ms } of seen) add(state, ms);
  // What the dossier is now, where neither a step nor a date tells of it: a source may have no history at all.
  const now = config.statuses[dossier.status];
  if (now !== 'NOT_REPORTED' && now !== seen.at(-1)?.told) add(now);

  const from = config.notBefore === undefined ? undefined : epochFromInstant(startOfLocalDay(config.notBefore) ?? '');
  const taken = epochFromInstant(dossier.sourceUpdatedAt ?? '');
  const wanted = steps.filter(({ ms }) => from === undefined || (ms ?? taken ?? from) >= from).map(({ ms: _, ...step }): TrackedStep => step);
  return config.steps === 'latest' ? wanted.slice(-1) : wanted;
}
