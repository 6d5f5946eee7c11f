/**
 * What is worth telling a person, from the figures of the ledger: pure, so that it can be read and tested in one piece.
 * A change is a change of state; a state that lasts is told once. Nothing here names a dossier or a person.
 */
import { nextOpening } from '../../delivery/calendar.ts';
import type { UpstreamView } from '../../delivery/policy.ts';
import type { LedgerCounts } from '../../ledger/ledger.ts';
import type { AlertsConfig } from '../config.ts';
import { fullAt, levelOf, type LimitReading } from '../limits.ts';

export const ALERT_KINDS = [
  'upstream-down', 'breaker-open', 'dead-letters', 'rejected', 'doubts', 'backlog-age', 'nothing-sent', 'limit-near', 'limit-reached', 'clock-skew', 'drift', 'round-failing', 'evidence-unwritable',
] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

/** `grown`: what was told has become more since, told again once an hour at most */
export interface Change {
  kind: AlertKind;
  /** configured upstream or limit that it is about; '' for the whole gateway */
  subject: string;
  change: 'raised' | 'grown' | 'cleared';
  at: number;
  /** when the state began */
  since: number;
  /** how many, how long (s), how much (per cent), by kind */
  figure: number;
}
export interface Facts {
  now: number;
  counts: LedgerCounts;
  /** `nextReadyAt`: when work of this upstream is due, may lie in the past; null: nothing waits */
  upstreams: readonly { id: string; view: UpstreamView | undefined; nextReadyAt: number | null }[];
  limits: readonly LimitReading[];
  /** by upstream or source: ways in which its answers differ from their pinned shape and that nobody has acknowledged */
  drift?: readonly { upstream: string; open: number }[];
  /** what upstreams are asked by the clock, and since when none of it has ended without a failure, ms */
  rounds?: readonly { upstream: string; failingSince: number | null }[];
  /** largest difference between the clock of a process and that of the database, ms */
  clockSkewMs: number;
}
export interface Active { since: number; told: number; toldAt: number }
/** What is remembered between two looks. */
export interface Memory {
  /** key `kind/subject` */
  active: Record<string, Active>;
  /** by upstream: how many exchanges it had answered, and when that last changed or nothing waited */
  answered: Record<string, { count: number; at: number }>;
  /** how many were sent in all, when that last changed, and how many changes had come in by then */
  sent: { count: number; at: number; events: number } | null;
}
export const EMPTY_MEMORY: Memory = { active: {}, answered: {}, sent: null };

const AGAIN_MS = 60 * 60 * 1000;
const SAMPLE_MS = 5 * 60 * 1000;
const SKEW_MS = 5_000;
/** Memory and disk concern everybody; a full queue of one process passes within seconds. */
const TOLD_LIMITS: ReadonlySet<string> = new Set(['disk', 'ledger-size', 'backlog', 'memory']);
/** Reasons of our own why nothing goes out: then an upstream that answers nothing is not down. */
const OUR_REASONS: ReadonlySet<string> = new Set(['held', 'calendar']);

const standsByUs = (view: UpstreamView | undefined): boolean => view?.waits.some(({ reason }) => OUR_REASONS.has(reason)) === true;

interface Found { kind: AlertKind; subject: string; figure: number; counted?: true }

/** @returns what to remember, and what has changed; both new objects */
export function judge(facts: Facts, before: Memory, settings: AlertsConfig): { memory: Memory; changes: Change[] } {
  const { now } = facts;
  const memory: Memory = { active: {}, answered: {}, sent: null };
  const found = [...upstreamsFound(facts, before, memory, settings), ...sendingFound(facts, before, memory, settings), ...limitsFound(facts, before)];
  if (Math.abs(facts.clockSkewMs) > SKEW_MS) found.push({ kind: 'clock-skew', subject: '', figure: Math.round(Math.abs(facts.clockSkewMs) / 1000) });

  for (const { upstream, open } of facts.drift ?? []) if (open > 0) found.push({ kind: 'drift', subject: upstream, figure: open, counted: true });

  const changes: Change[] = [];
  for (const { kind, subject, figure, counted } of found) {
    const key = `${kind}/${subject}`;
    const known = before.active[key];
    if (known === undefined) {
      memory.active[key] = { since: now, told: figure, toldAt: now };
      changes.push({ kind, subject, change: 'raised', at: now, since: now, figure });
    } else if (counted === true && figure > known.told && now - known.toldAt >= AGAIN_MS) {
      memory.active[key] = { ...known, told: figure, toldAt: now };
      changes.push({ kind, subject, change: 'grown', at: now, since: known.since, figure });
    } else {
      // Some were dealt with: more than are left now is more again.
      memory.active[key] = counted === true && figure < known.told ? { ...known, told: figure } : known;
    }
  }
  for (const [key, { since }] of Object.entries(before.active)) {
    if (memory.active[key] !== undefined) continue;
    const [kind = '', subject = ''] = key.split('/');
    changes.push({ kind: kind as AlertKind, subject, change: 'cleared', at: now, since, figure: Math.round((now - since) / 1000) });
  }
  return { memory, changes };
}

/** Of one upstream, over its operations, how many exchanges are in one of the states. */
function countOf(counts: LedgerCounts, upstream: string, states: readonly string[]): number {
  let n = 0;
  for (const [path, count] of Object.entries(counts.exchanges)) {
    if (path.startsWith(`${upstream}/`) && states.includes(path.slice(path.lastIndexOf('/') + 1))) n += count;
  }
  return n;
}

function upstreamsFound({ now, counts, upstreams, rounds = [] }: Facts, before: Memory, memory: Memory, settings: AlertsConfig): Found[] {
  const found: Found[] = [];
  for (const { id, view, nextReadyAt } of upstreams) {
    const ours = standsByUs(view);
    const count = countOf(counts, id, ['done', 'rejected']);
    const waits = nextReadyAt !== null || countOf(counts, id, ['sending', 'unknown']) > 0;
    const mark = before.answered[id];
    // What is marked ahead of now was marked under a wrong clock.
    const at = mark === undefined || mark.count !== count || !waits || ours ? now : Math.min(mark.at, now);
    memory.answered[id] = { count, at };
    if (now - at >= settings.upstreamDownSeconds * 1000) found.push({ kind: 'upstream-down', subject: id, figure: Math.round((now - at) / 1000) });
    if (view !== undefined && view.breaker.state !== 'closed') found.push({ kind: 'breaker-open', subject: id, figure: view.breaker.trips });

    for (const [kind, state] of [['dead-letters', 'dead'], ['rejected', 'rejected'], ['doubts', 'doubtful']] as const) {
      const n = countOf(counts, id, [state]);
      if (n > 0) found.push({ kind, subject: id, figure: n, counted: true });
    }
    const failing = Math.min(...rounds.flatMap(({ upstream, failingSince }) => (upstream === id && failingSince !== null ? [failingSince] : [])));
    // While we do not ask it nothing is new: what was told stays as it is.
    if (now - failing >= settings.upstreamDownSeconds * 1000 && (!ours || before.active[`round-failing/${id}`] !== undefined)) found.push({ kind: 'round-failing', subject: id, figure: Math.round((now - failing) / 1000) });
    const waited = nextReadyAt === null || ours ? 0 : now - nextReadyAt;
    // Half of it is caught up before it counts as over.
    const share = before.active[`backlog-age/${id}`] === undefined ? 1 : 0.5;
    if (waited > settings.backlogAgeSeconds * 1000 * share) found.push({ kind: 'backlog-age', subject: id, figure: Math.round(waited / 1000) });
  }
  return found;
}

function sendingFound({ now, counts, upstreams }: Facts, before: Memory, memory: Memory, settings: AlertsConfig): Found[] {
  const done = upstreams.reduce((sum, { id }) => sum + countOf(counts, id, ['done']), 0);
  const last = before.sent;
  const isOurs = upstreams.length > 0 && upstreams.every(({ view }) => standsByUs(view));
  if (last === null || last.count !== done || isOurs) {
    memory.sent = { count: done, at: now, events: counts.events };
    return [];
  }
  memory.sent = { ...last, at: Math.min(last.at, now) };
  const quietMs = settings.quietMinutes * 60_000;
  const silent = now - memory.sent.at >= quietMs && upstreams.length > 0;
  const isKnown = before.active['nothing-sent/'] !== undefined;
  // Once told it ends when something is sent, not when the busy hours do.
  if (!silent || !(isKnown || isBusyFor(settings, now, quietMs))) return [];
  return [{ kind: 'nothing-sent', subject: '', figure: Math.max(0, counts.events - last.events) }];
}

/** All of the time until now lies within busy hours. */
export function isBusyFor({ busyHours }: Pick<AlertsConfig, 'busyHours'>, now: number, spanMs: number): boolean {
  if (busyHours.length === 0) return false;
  for (let at = now; at > now - spanMs; at -= SAMPLE_MS) if (nextOpening({ hours: busyHours }, at) !== at) return false;
  return true;
}

function limitsFound({ limits }: Facts, before: Memory): Found[] {
  const found: Found[] = [];
  for (const { limit, ratio } of limits) {
    if (!TOLD_LIMITS.has(limit)) continue;
    const level = levelOf(ratio, fullAt(limit), before.active[`limit-near/${limit}`] === undefined ? 'far' : 'near');
    const figure = Math.round(ratio * 100);
    if (level !== 'far') found.push({ kind: 'limit-near', subject: limit, figure });
    if (level === 'reached') found.push({ kind: 'limit-reached', subject: limit, figure });
  }
  return found;
}
