/** Holds, blocked lanes, replays, upstreams and processes as the API shows them. */
import type { Round } from '../adapter/types.ts';
import type { PreviewItem, Preview, PreviewUpstream } from '../delivery/replay-preview.ts';
import type { ReplayProgress } from '../delivery/replay.ts';
import type { UpstreamView } from '../delivery/policy.ts';
import type { Instance } from '../ledger/cluster.ts';
import type { BlockedLane, Hold } from '../ledger/control.ts';
import type { RoundSeen } from './rounds/record.ts';
import { explain, instant, maskedIssue } from './views.ts';

type Json = Record<string, unknown>;

export const holdView = (h: Hold): Json => ({ id: h.id, scope: h.scope, key: h.key, upstream: h.upstream, by: h.by, reason: h.reason, createdAt: instant(h.createdAt), until: instant(h.until) });

/** What stands in the way, who must act and what to do, in the words of the exchange's code; a hold with its author, reason and end. */
export function blockedView(b: BlockedLane, hold?: Hold): Json {
  const code = b.why === 'hold' ? 'LT-DELIVERY-HELD' : b.code;
  const said = explain(code);
  return {
    lane: b.lane, upstream: b.upstream, dossierCode: b.dossierCode, procedureCode: b.procedureCode, why: b.why, holdId: b.holdId, exchangeId: b.exchangeId, operation: b.operation, code,
    since: instant(b.since), waiting: b.waiting, hold: hold === undefined ? null : { by: hold.by, reason: hold.reason, until: instant(hold.until) },
    // A code that only the upstream knows: the attempts in the timeline say more.
    ...('title' in said ? said : explain('LT-DELIVERY-BLOCKED')),
  };
}

export const upstreamView = (v: UpstreamView): Json => ({
  open: v.open,
  waits: v.waits.map(({ reason, until }) => ({ reason, until: instant(until) })),
  breaker: { state: v.breaker.state, since: v.breaker.since === 0 ? null : instant(v.breaker.since), until: instant(v.breaker.until), trips: v.breaker.trips },
  throttledUntil: instant(v.throttledUntil), rate: v.rate, concurrency: v.concurrency,
});

export const roundView = ({ id, title }: Pick<Round, 'id' | 'title'>, seen?: RoundSeen): Json => ({
  id, title, at: instant(seen?.at ?? null), told: seen?.told ?? 0, failed: seen?.failed ?? 0, code: seen?.code ?? null, failingSince: instant(seen?.failingSince ?? null),
});

export const instanceView = (i: Instance): Json => ({ id: i.id, host: i.host, pid: i.pid, version: i.version, roles: i.roles, startedAt: instant(i.startedAt), beatAt: instant(i.beatAt), leads: i.leads });

export const replayView = (r: ReplayProgress): Json => ({
  id: r.id, state: r.state, by: r.by, reason: r.reason, startedAt: instant(r.startedAt), endedAt: instant(r.endedAt),
  filter: {
    states: r.filter.states, upstream: r.filter.upstream, operation: r.filter.operation, dossier: r.filter.dossierCode, procedure: r.filter.procedureCode, code: r.filter.code,
    settledFrom: instant(r.filter.settledFrom ?? null), settledBefore: instant(r.filter.settledBefore ?? null),
  },
  selected: r.selected, woken: r.woken, open: r.open, states: r.states,
  lastError: r.lastError === null ? null : { code: r.lastError.code, at: instant(r.lastError.at), ...explain(r.lastError.code) },
  cancelled: r.cancelled === null ? null : { by: r.cancelled.by, reason: r.cancelled.reason, at: instant(r.cancelled.at) },
});

const previewItem = (x: PreviewItem): Json => ({
  id: x.id, upstream: x.upstream, operation: x.operation, dossierCode: x.dossierCode, state: x.state, code: x.code, verdict: x.verdict, issues: x.issues.map(maskedIssue),
  mapping: { ...x.mapping, changed: x.mapping.then !== null && x.mapping.then !== x.mapping.now }, newer: x.newer, holdId: x.holdId, mayDouble: x.mayDouble,
});
const seconds = (ms: number | null): number | null => (ms === null ? null : Math.ceil(ms / 1000));
const previewUpstream = (u: PreviewUpstream): Json => ({
  upstream: u.upstream, selected: u.selected, averageMs: u.averageMs === null ? null : Math.round(u.averageMs), estimatedSeconds: seconds(u.estimatedMs), ...(u.view === null ? {} : upstreamView(u.view)),
});
export const previewView = (p: Preview): Json => ({
  selected: p.selected, more: p.more, examined: p.examined, counts: p.counts, estimatedSeconds: seconds(p.estimatedMs), upstreams: p.upstreams.map(previewUpstream), items: p.items.map(previewItem), next: p.next,
});
