/** Rows of the ledger as the API shows them: instants as text, codes with their sentences. */
import { errorEntry } from '../contract/errors/catalogue.ts';
import type { Issue } from '../contract/errors/types.ts';
import type { AttemptRow, EventRow, ExchangeRow, LedgerCounts, Timeline } from '../ledger/ledger.ts';
import type { LedgerEvent } from '../model/generated/event.ts';
import { instantFromEpoch } from '../model/time.ts';
import type { LimitReading } from './limits.ts';

type Json = Record<string, unknown>;
export const instant = (ms: number | null): string | null => (ms === null ? null : instantFromEpoch(ms));

/** What a code means and who must act; nothing for a code that only an upstream knows. */
export function explain(code: string | null): Json {
  const entry = code === null ? undefined : errorEntry(code);
  return entry === undefined ? {} : { title: entry.title, who: entry.who, action: entry.action };
}

/** The shape is schemas/canonical/event.schema.json: whoever keeps events checks them with `validateLedgerEvent`. */
export const eventView = (e: EventRow): LedgerEvent => ({
  seq: e.seq, id: e.id, kind: e.kind, recordedAt: instantFromEpoch(e.recordedAt), sourceUpdatedAt: instant(e.sourceUpdatedAt), sourceSystem: e.sourceSystem, via: e.via, actor: e.actor, stale: e.stale,
  warnings: e.warnings, hash: e.hash, prevHash: e.prevHash,
});

export const exchangeView = (x: ExchangeRow): Json => ({
  id: x.id, upstream: x.upstream, operation: x.operation, dossierCode: x.dossierCode, itemKey: x.itemKey, eventSeq: x.eventSeq, state: x.state, attempts: x.attempts, lostReplies: x.lostReplies,
  createdAt: instant(x.createdAt), settledAt: instant(x.settledAt), nextAt: instant(x.nextAt), code: x.code, doubt: x.doubt, replay: x.replay, ...explain(x.code),
});

const attemptView = (a: AttemptRow): Json => ({
  id: a.id, upstream: a.upstream, operation: a.operation, kind: a.kind, exchangeIds: a.exchangeIds, startedAt: instant(a.startedAt), endedAt: instant(a.endedAt), durationMs: a.endedAt - a.startedAt,
  outcome: a.outcome, code: a.code, httpStatus: a.httpStatus, mapping: a.mapping ?? null, evidence: a.evidence, ...explain(a.code),
});

/** A dossier with everything that happened to it. The body is the canonical dossier, decrypted; null once retention has let it go. */
export const timelineView = (t: Timeline): Json => ({
  code: t.dossier.code,
  version: t.dossier.version,
  updatedAt: instant(t.dossier.updatedAt),
  dossier: t.dossier.body === '' ? null : (JSON.parse(t.dossier.body) as unknown),
  events: t.events.map(eventView),
  exchanges: t.exchanges.map(exchangeView),
  attempts: t.attempts.map(attemptView),
});

export const countsView = (c: LedgerCounts): Json => ({
  dossiers: c.dossiers,
  events: c.events,
  quarantined: c.quarantined,
  byStatusAndChannel: c.byStatusAndChannel,
  exchanges: Object.entries(c.exchanges).map(([key, count]) => {
    const [upstream = '', operation = '', state = ''] = key.split('/');
    return { upstream, operation, state, count };
  }),
  doubts: c.doubts,
  lanesReady: c.lanesReady,
  lanesBlocked: c.lanesBlocked,
  lanesHeld: c.lanesHeld,
  oldestPendingSeconds: c.oldestPendingMs === null ? null : Math.round(c.oldestPendingMs / 1000),
});

export const limitsView = (readings: readonly LimitReading[]): Json[] => readings.map(({ ratio, ...rest }) => ({ ...rest, ratio: Math.round(ratio * 1000) / 1000 }));

const MAX_MASKED_CHARS = 65_536;
const MAX_MASKED_ITEMS = 200;

/**
 * The outline of quarantined input: names of fields and kinds of values, no value. Enough to see which field is meant
 * by a pointer, nothing of a person. Text that is no JSON shows its length only.
 */
export function outline(raw: string): unknown {
  if (raw.length <= MAX_MASKED_CHARS) {
    try {
      let left = MAX_MASKED_ITEMS;
      const walk = (node: unknown, depth: number): unknown => {
        if (--left < 0 || depth > 8) return '…';
        if (node === null) return 'null';
        if (typeof node === 'string') return `text(${node.length})`;
        if (typeof node !== 'object') return typeof node;
        if (Array.isArray(node)) return node.length === 0 ? [] : [walk(node[0], depth + 1), ...(node.length > 1 ? [`… (${node.length})`] : [])];
        return Object.fromEntries(Object.entries(node).slice(0, MAX_MASKED_ITEMS).map(([key, value]) => [nameOf(key), walk(value, depth + 1)]));
      };
      return walk(JSON.parse(raw), 0);
    } catch {
      // Not JSON, or nested beyond what can be walked: only its length is told.
    }
  }
  return `text(${raw.length})`;
}

/** Pointers hold the sender's field names; see `nameOf`. */
export const maskedIssue = (i: Issue): Issue => (i.pointer === undefined ? i : { ...i, pointer: i.pointer.split('/').map((part) => (part === '' || /^\d{1,5}$/.test(part) ? part : nameOf(part))).join('/') });

/** A field name may itself be a person's number when the input is broken in that way. */
const nameOf = (key: string): string => (/^[\p{L}_$][\p{L}\p{N}_$.\-]{0,60}$/u.test(key) && !/\d{6}/.test(key) ? key : `name(${key.length})`);
