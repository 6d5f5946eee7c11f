/**
 * Which states of a dossier VNeID is told of, derived from its history. Each is told once, whichever change brings it: `5#2` is the second time that papers were asked for. A
 * dossier goes forward; only a supplement, or a new submission, begins it anew, so that the province's notes of an earlier state tell nothing (fact sheet 2.9).
 */
import type { Dossier, DossierDates, DossierStatus, HistoryEntry, Instant } from '../../src/model/canonical.ts';
import { epochFromInstant } from '../../src/model/time.ts';
import { isLltpStatus, PLACE, statusCode, type LltpStatus } from './codes.ts';
import type { VneidConfig } from './config.ts';
import { isOurs } from './inbound/dossier.ts';

export interface Step {
  key: string;
  status: LltpStatus;
  /** the entry that says so; absent where only the dossier's own status does */
  entry?: HistoryEntry;
  /** how many times the dossier had come to it, this time included */
  nth: number;
}
type Story = Pick<Dossier, 'history' | 'dates' | 'status'>;

const DATES: Readonly<Partial<Record<DossierStatus, keyof DossierDates>>> = {
  ACCEPTED: 'acceptedAt', REJECTED: 'rejectedAt', SUPPLEMENT_REQUIRED: 'supplementRequestedAt', WITHDRAWN: 'withdrawnAt', RESOLVED: 'resolvedAt', RETURNED: 'returnedAt',
};
/** When the dossier came to a status that its history does not have. */
export function dateOfStatus({ dates }: Pick<Dossier, 'dates'>, status: DossierStatus): Instant | undefined {
  const at = dates[DATES[status] ?? 'dueHistory'];
  return typeof at === 'string' ? at : undefined;
}

export const msOf = (at: string | undefined): number => epochFromInstant(at ?? '') ?? Number.NEGATIVE_INFINITY;
/** Oldest first; what happened in one instant stays in the order in which it was written. */
export const inOrder = (entries: readonly HistoryEntry[]): HistoryEntry[] => [...entries].sort((a, b) => msOf(a.at) - msOf(b.at));

/** May `next` follow? Forward, and from a state that waits for somebody, anywhere. */
export function isForward(from: DossierStatus, next: DossierStatus): boolean {
  const [here, there] = [PLACE[from], PLACE[next]];
  return here === undefined || there === undefined || there > here;
}

/** Every state that there is to tell, oldest first, whether it was told before or not. */
export function stepsOf(dossier: Story): Step[] {
  const steps: Step[] = [];
  const times = new Map<string, number>();
  let now: DossierStatus | undefined;
  const come = (status: DossierStatus, entry?: HistoryEntry): void => {
    // A submission of our own writing begins anew; the same state again, or one that is behind, tells nothing.
    const isAnew = status === 'SUBMITTED' && entry !== undefined && isOurs(entry);
    if (status === now || (now !== undefined && !isAnew && !isForward(now, status))) return;
    // A refusal is the end (2.9): papers that the desk gives back then are no result.
    if (status === 'RETURNED' && (now === 'REJECTED' || now === 'WITHDRAWN')) return;
    now = status;
    const code = statusCode(status);
    if (code === undefined) return;
    const nth = (times.get(code) ?? 0) + 1;
    times.set(code, nth);
    steps.push({ key: `${code}#${nth}`, status: code, nth, ...(entry === undefined ? {} : { entry }) });
  };
  const entries = inOrder(dossier.history);
  for (const entry of entries) come(entry.status, entry);
  // What the dossier is now, where no entry tells of it: a source may have no history at all. That we handed it over is told by our clock, and may stand behind what came after.
  const said = entries.findLast((entry) => !isOurs(entry) || entry.status !== 'PROCESSING');
  if (said?.status !== dossier.status) come(dossier.status);
  return steps;
}

/**
 * Those that VNeID is told of. A 9 waits for its certificate, unless it may go without one; one that waited until the dossier began anew is not made up for, since the
 * certificate belongs to the last.
 */
export function reportedSteps(dossier: Story & Pick<Dossier, 'judicialRecord'>, { reported, withoutCertificate }: Pick<VneidConfig, 'reported' | 'withoutCertificate'>): Step[] {
  const codes = new Set(reported.map(statusCode));
  const done = statusCode('RESOLVED');
  const mayResolve = withoutCertificate === 'send' || dossier.judicialRecord?.certificate?.file !== undefined;
  const steps = stepsOf(dossier);
  const last = steps.findLast(({ status }) => status === done);
  return steps.filter((step) => codes.has(step.status) && (step.status !== done || (mayResolve && step === last)));
}

/** A step by its key, in the dossier as it was when the key was planned. */
export function stepOf(dossier: Story, key: string): Step | undefined {
  const [code] = key.split('#');
  return isLltpStatus(code) ? stepsOf(dossier).find((step) => step.key === key) : undefined;
}
