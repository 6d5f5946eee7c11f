/** What a replay would do if it began now: each exchange is built and checked as delivery would, and nothing is sent or changed. */
import { prepare, type Connection } from '../adapter/client.ts';
import type { AnyOperation, RemoteState } from '../adapter/types.ts';
import { issue } from '../contract/errors/issue.ts';
import type { Issue } from '../contract/errors/types.ts';
import type { Hold } from '../ledger/control.ts';
import type { ExchangeRow, Ledger, Timeline } from '../ledger/ledger.ts';
import type { Dossier } from '../model/canonical.ts';
import type { UpstreamView } from './policy.ts';
import { exchangeFilter, type ReplayFilter } from './replay-record.ts';

/**
 * send: would leave at its turn · wait: would leave once the upstream is open again · held: a person holds it back ·
 * needs: waits until the upstream has the dossier · invalid: our own check would refuse it · replaced: a newer snapshot has gone
 * or waits · gone: cannot be built any more (content expired, operation unknown).
 */
export const VERDICTS = ['send', 'wait', 'held', 'needs', 'invalid', 'replaced', 'gone'] as const;
export type Verdict = (typeof VERDICTS)[number];

export interface PreviewItem {
  id: number;
  upstream: string;
  operation: string;
  dossierCode: string;
  state: ExchangeRow['state'];
  code: string | null;
  verdict: Verdict;
  /** why it would be refused here: pointers, never values */
  issues: Issue[];
  /** version of the mapping that made the last payload, and the present one */
  mapping: { then: string | null; now: string | null };
  /** the newer snapshot */
  newer: number | null;
  holdId: number | null;
  /** an earlier reply was lost, and the operation is not repeatable: it may be there already */
  mayDouble: boolean;
}
export interface PreviewUpstream {
  upstream: string;
  /** of what the filter selects; null after the first page */
  selected: number | null;
  view: UpstreamView | null;
  /** mean time of the calls that were looked at, ms */
  averageMs: number | null;
  /** until all that can go has gone; null when it cannot be told */
  estimatedMs: number | null;
}
export interface Preview {
  /** what the filter selects in all; null after the first page */
  selected: number | null;
  /** there are more than were counted */
  more: boolean;
  examined: number;
  /** of the examined ones */
  counts: Record<Verdict, number>;
  upstreams: PreviewUpstream[];
  estimatedMs: number | null;
  items: PreviewItem[];
  /** pass it as `after` for the next page */
  next: number | null;
}

export interface PreviewOptions {
  ledger: Ledger;
  connections: ReadonlyMap<string, Connection>;
  protection?: { view(upstream: string): Promise<UpstreamView> };
  concurrency?: number;
  mostOpen: number;
  /** pause between two slices of a replay */
  turnMs: number;
  now: () => number;
  count: (filter: ReplayFilter, most: number, each: (row: { upstream: string }) => void) => Promise<{ total: number }>;
}

const MOST_COUNTED = 100_000;
const MOST_ISSUES = 20;
/** Timelines read at the same time. */
const READ_AT_ONCE = 8;
const DEFAULT_CONCURRENCY = 32;

export function createPreview(options: PreviewOptions): (filter: ReplayFilter, page: { after?: number; limit: number }) => Promise<Preview> {
  const { ledger, connections, now } = options;

  async function timelines(codes: readonly string[]): Promise<Map<string, Timeline>> {
    const read = new Map<string, Timeline>();
    for (let from = 0; from < codes.length; from += READ_AT_ONCE) {
      const found = await Promise.all(codes.slice(from, from + READ_AT_ONCE).map((code) => ledger.timeline(code)));
      for (const timeline of found) if (timeline !== undefined) read.set(timeline.dossier.code, timeline);
    }
    return read;
  }

  function examine(row: ExchangeRow, timeline: Timeline | undefined, body: string | undefined, holds: readonly Hold[], view: UpstreamView | undefined): PreviewItem {
    const connection = connections.get(row.upstream);
    const op = connection?.adapter.operations[row.operation];
    const last = timeline?.attempts.findLast((attempt) => attempt.mapping !== undefined && attempt.exchangeIds.includes(row.id));
    const newer = op?.coalesce === 'snapshot' ? timeline?.exchanges.findLast((other) => other.id > row.id && other.upstream === row.upstream && other.operation === row.operation && other.state !== 'cancelled') : undefined;
    const hold = timeline === undefined ? undefined : holds.find((h) => holdsBack(h, row, timeline.dossier.columns.procedureCode, now()));
    const facts = {
      id: row.id, upstream: row.upstream, operation: row.operation, dossierCode: row.dossierCode, state: row.state, code: row.code,
      mapping: { then: last?.mapping ?? null, now: connection?.adapter.version ?? null }, newer: newer?.id ?? null, holdId: hold?.id ?? null,
      mayDouble: op?.idempotency.kind === 'none' && (row.state === 'doubtful' || row.lostReplies > 0),
    };
    const judged = (verdict: Verdict, issues: Issue[] = []): PreviewItem => ({ ...facts, verdict, issues: issues.slice(0, MOST_ISSUES) });

    if (connection === undefined || op === undefined) return judged('gone', [issue('LT-DELIVERY-OPERATION-UNKNOWN')]);
    if (body === undefined || timeline === undefined) return judged('gone', [issue('LT-LEDGER-BODY-EXPIRED')]);
    if (newer !== undefined) return judged('replaced');
    const remote = JSON.parse(timeline.remotes?.[row.upstream] ?? '{}') as RemoteState;
    const issues = faults(op, connection, body, row.itemKey, remote, now);
    if (issues.length > 0) return judged('invalid', issues);
    if (hold !== undefined) return judged('held');
    if (op.needs !== undefined && !op.needs(remote)) return judged('needs');
    return judged(obstaclesOf(view).length > 0 ? 'wait' : 'send');
  }

  return async (filter, page) => {
    const rows = await ledger.listExchanges(exchangeFilter(filter, { afterId: page.after ?? 0, limit: page.limit + 1 }));
    const shown = rows.slice(0, page.limit);
    const selectedOf = new Map<string, number>();
    const counted = page.after === undefined
      ? await options.count(filter, MOST_COUNTED, ({ upstream }) => selectedOf.set(upstream, (selectedOf.get(upstream) ?? 0) + 1))
      : undefined;
    const [known, bodies, holds] = await Promise.all([
      timelines([...new Set(shown.map((row) => row.dossierCode))]),
      ledger.bodies([...new Set(shown.map((row) => row.eventSeq))]),
      ledger.listHolds(),
    ]);
    const bodyOf = new Map(bodies.map(({ seq, body }) => [seq, body]));
    const names = [...new Set([...selectedOf.keys(), ...shown.map((row) => row.upstream)])].sort();
    const views = new Map<string, UpstreamView>();
    for (const name of names) if (connections.has(name) && options.protection !== undefined) views.set(name, await options.protection.view(name));

    const items = shown.map((row) => examine(row, known.get(row.dossierCode), bodyOf.get(row.eventSeq), holds, views.get(row.upstream)));
    const counts = Object.fromEntries(VERDICTS.map((verdict) => [verdict, items.filter((item) => item.verdict === verdict).length])) as Record<Verdict, number>;
    const upstreams = names.map((upstream): PreviewUpstream => {
      const selected = counted === undefined ? null : (selectedOf.get(upstream) ?? 0);
      const view = views.get(upstream) ?? null;
      const averageMs = meanOf(known.values(), upstream);
      const own = items.filter((item) => item.upstream === upstream);
      const going = own.filter((item) => item.verdict === 'send' || item.verdict === 'wait').length;
      // What was looked at stands for the rest.
      const expected = selected === null ? going : own.length === 0 ? selected : selected * (going / own.length);
      const parallel = Math.min(options.mostOpen, view?.concurrency ?? options.concurrency ?? DEFAULT_CONCURRENCY);
      return { upstream, selected, view, averageMs, estimatedMs: estimate(expected, view, averageMs, { parallel, slowest: options.turnMs / options.mostOpen }, now()) };
    });
    return {
      selected: counted === undefined ? null : Math.min(counted.total, MOST_COUNTED),
      more: counted !== undefined && counted.total > MOST_COUNTED,
      examined: items.length,
      counts,
      upstreams,
      // Upstreams are worked on side by side: the slowest one decides.
      estimatedMs: upstreams.some((u) => u.estimatedMs === null) ? null : Math.max(0, ...upstreams.map((u) => u.estimatedMs ?? 0)),
      items,
      next: rows.length > page.limit ? (shown.at(-1)?.id ?? null) : null,
    };
  };
}

/** Everything that stands against the payload, as delivery would find it right before the wire. */
function faults(op: AnyOperation, { config }: Connection, body: string, itemKey: string, remote: RemoteState, now: () => number): Issue[] {
  try {
    const input: unknown = op.subscribe?.input(JSON.parse(body) as Dossier, itemKey);
    if (input === undefined) return [issue('LT-DELIVERY-INTERNAL')];
    // Encoding is pure; whatever asked the upstream here would have sent something.
    const prepared = prepare(op, [input], { config, remote, now, run: () => Promise.reject(new TypeError('a preview calls nobody')) });
    return prepared.ok ? [] : prepared.issues;
  } catch {
    return [issue('LT-DELIVERY-INTERNAL')];
  }
}

function holdsBack(hold: Hold, row: ExchangeRow, procedureCode: string, now: number): boolean {
  if (hold.until !== null && hold.until <= now) return false;
  if (hold.upstream !== null && hold.upstream !== row.upstream) return false;
  return hold.key === { dossier: row.dossierCode, procedure: procedureCode, upstream: row.upstream }[hold.scope];
}

/** Mean time of the sends that came to an answer. */
function meanOf(timelines: Iterable<Timeline>, upstream: string): number | null {
  let sum = 0;
  let n = 0;
  for (const { attempts } of timelines) {
    for (const attempt of attempts) {
      if (attempt.upstream !== upstream || attempt.kind !== 'send' || attempt.httpStatus === null) continue;
      sum += attempt.endedAt - attempt.startedAt;
      n += 1;
    }
  }
  return n === 0 ? null : sum / n;
}

/** What keeps calls back altogether; that they are paced is no obstacle. */
const obstaclesOf = (view: UpstreamView | null | undefined): UpstreamView['waits'] => (view?.waits ?? []).filter(({ reason }) => reason !== 'rate' && reason !== 'concurrency');

function estimate(calls: number, view: UpstreamView | null, averageMs: number | null, replay: { parallel: number; slowest: number }, now: number): number | null {
  if (calls === 0) return 0;
  const paced = view?.rate === null || view?.rate === undefined ? null : 1000 / view.rate.perSecond;
  if (paced === null && averageMs === null) return null;
  const obstacles = obstaclesOf(view);
  if (obstacles.some(({ until }) => until === null)) return null;
  const opensIn = Math.max(0, ...obstacles.map(({ until }) => (until ?? now) - now));
  return Math.round(opensIn + calls * Math.max(replay.slowest, paced ?? 0, (averageMs ?? 0) / replay.parallel));
}
