/**
 * The ledger: dossiers, events, exchanges, attempts, lanes. One interface, engines behind it
 * (`sqlite` embedded, `postgres` for many processes). What a person orders, what processes share and what keeps it healthy stand
 * in control.ts, cells.ts, cluster.ts and upkeep.ts, what followers read in feed.ts, papers in files.ts.
 * All times are epoch milliseconds. A promise resolves only after the change is durable (fsync).
 */
import type { Issue } from '../contract/errors/types.ts';
import type { LedgerCells } from './cells.ts';
import type { LedgerCluster } from './cluster.ts';
import type { LedgerControl } from './control.ts';
import type { LedgerFeed } from './feed.ts';
import type { LedgerFiles } from './files.ts';
import type { LedgerUpkeep } from './upkeep.ts';

export type Via = 'api' | 'import' | 'poll' | 'inbound' | 'operator';

/** What is kept of a dossier in the clear, to filter and count by. Nothing personal. */
export interface DossierColumns {
  status: string;
  subStatus: string | null;
  procedureCode: string;
  sectorCode: string;
  agencyCode: string;
  channel: string;
  submittedAt: number | null;
  acceptedAt: number | null;
  dueAt: number | null;
  resolvedAt: number | null;
  returnedAt: number | null;
}
/** A personal value that must be findable; stored as a keyed hash only. */
export interface SearchTerm { kind: 'identity' | 'phone' | 'email' | 'name'; value: string }

export interface PlannedExchange {
  upstream: string;
  operation: string;
  /** the same (upstream, dossier, operation, itemKey) is recorded once; snapshots use a key per change */
  itemKey: string;
  /** replaces older unsent exchanges of the same (upstream, dossier, operation) */
  coalesce: boolean;
  /** follows from how the dossier stands and not from a step of its history: an older change than what is known does not make it */
  newestOnly?: boolean;
}

export interface NewChange {
  kind: 'dossier.snapshot';
  dossierCode: string;
  sourceSystem: string;
  sourceId: string;
  sourceUpdatedAt: number | null;
  via: Via;
  /** API key name, file name hash or source id; never a person's data */
  actor: string | null;
  /** the caller's own key; the same key with another body is a conflict */
  idempotencyKey?: string;
  /** canonical JSON; the engine encrypts it */
  body: string;
  /** what was sent, where `body` says more than that (several systems tell of one dossier): the same change is known again by it. Not kept */
  origin?: string;
  /** `lastEventSeq` of the dossier that this was worked out from, 0 for none: recorded only while it is still that one, else `moved` */
  basedOn?: number;
  columns: DossierColumns;
  terms: SearchTerm[];
  /** warnings found at intake, as stable codes with pointers */
  warnings: Issue[];
  plans: PlannedExchange[];
}

export type AppendResult =
  /** `duplicate`: the same change was recorded before; `stale`: older than what is known, recorded, moves nothing backwards */
  | { status: 'accepted' | 'duplicate' | 'stale'; eventId: string; eventSeq: number; exchanges: number }
  | { status: 'conflict'; eventId: string; eventSeq: number; exchanges: 0 }
  /** the dossier is no longer the one that the change was worked out from; nothing was recorded. `eventSeq`: its last event now, 0 for none */
  | { status: 'moved'; eventId: ''; eventSeq: number; exchanges: 0 };

export interface QuarantineItem { via: Via; actor: string | null; /** raw input, possibly cut; encrypted at rest */ raw: string; issues: Issue[]; dossierCode?: string; line?: number }

/**
 * pending: waits for its lane · sending: on the wire now (after a crash: unknown) · unknown: it may have taken effect ·
 * done · rejected: refused, a person must act · dead: gave up after the last retry, a person must act ·
 * doubtful: the reply was lost, the upstream cannot be asked and repeating is the worse harm: settled, flagged for a person ·
 * superseded: a newer snapshot went instead · cancelled: a person gave it up.
 */
export const EXCHANGE_STATES = ['pending', 'sending', 'unknown', 'done', 'rejected', 'dead', 'doubtful', 'superseded', 'cancelled'] as const;
export type ExchangeState = (typeof EXCHANGE_STATES)[number];

export interface ClaimedExchange {
  id: number;
  operation: string;
  itemKey: string;
  eventSeq: number;
  state: 'pending' | 'unknown';
  /** attempts made so far */
  attempts: number;
  /** how many of them ended without an answer */
  lostReplies: number;
  createdAt: number;
  /** it is 'sending' already, see `beginFirst`; one that is not sent after all must be settled as 'pending' */
  begun?: true;
}
export interface ClaimedLane {
  upstream: string;
  dossierCode: string;
  procedureCode: string;
  /** proof of the claim; an update with an old one is refused */
  lease: number;
  /** adapter-owned JSON, '{}' at first */
  remote: string;
  /** oldest first, at most the asked number; only those due now */
  exchanges: ClaimedExchange[];
  /** the decrypted bodies that the exchanges refer to */
  events: { seq: number; body: string }[];
}
export interface ClaimOptions {
  now: number;
  limit: number;
  leaseMs: number;
  owner: string;
  perLane: number;
  upstreams?: string[];
  /** operations whose first exchange is begun with the claim: one commit less for each lane */
  beginFirst?: ReadonlySet<string>;
  /** by upstream: lanes that may be leased at the same time, by all processes together */
  mostLeased?: Readonly<Record<string, number>>;
  /** lanes whose dossier is due within this time (or overdue) go first, for up to three quarters of a claim; absent: oldest first */
  urgentWithinMs?: number;
}

/** One call on the wire, covering one or more exchanges of a lane. */
export interface AttemptRecord {
  exchangeIds: number[];
  operation: string;
  kind: 'send' | 'probe';
  startedAt: number;
  endedAt: number;
  outcome: 'done' | 'rejected' | 'retry' | 'unknown' | 'applied' | 'not-applied';
  code: string | null;
  httpStatus: number | null;
  /** version of the adapter's mapping that made the payload */
  mapping?: string;
  /** kept encrypted, for the outcomes that a person may have to look at; already cut to a few kB */
  evidence?: string;
}
export interface ExchangeUpdate {
  id: number;
  state: ExchangeState;
  attempts: number;
  lostReplies: number;
  /** when a pending or unknown one may go on */
  nextAt?: number;
  code: string | null;
  /** a full snapshot: once it has failed, a newer one of its operation goes in its place, and nobody may send it again */
  replaceable?: true;
  /** the timeline shows the doubt */
  doubt?: 'resent-after-lost-reply' | 'never-resent' | 'probe-applied' | 'probe-not-applied';
}
/** One durable step of a lane's worker. */
export interface LaneUpdate {
  upstream: string;
  dossierCode: string;
  lease: number;
  attempts?: AttemptRecord[];
  exchanges?: ExchangeUpdate[];
  remote?: string;
  /**
   * About to be sent: made durable before the wire is touched, so that a crash leaves 'unknown', not a blind repeat. When one of them
   * may not go any more (cancelled, replaced or held back meanwhile), none is begun: the rest of the update is kept, the lane is given
   * back, and the call rejects with LT-LEDGER-LEASE-LOST
   */
  begin?: number[];
  /**
   * Give the lane back; `nextAt` null = only when something new arrives. Something that arrived during the lease makes the lane
   * ready at once, whatever is asked here. `blocked`: what still waits must not be tried before a new change or a person's
   * retry (a refused snapshot with steps behind it); `sweep` leaves such a lane alone. An exchange left in 'sending' becomes 'unknown'.
   */
  release?: { nextAt: number | null; blocked?: boolean };
}

export interface DossierRow { code: string; body: string; columns: DossierColumns; version: number; updatedAt: number; lastEventSeq: number }
export interface EventRow { seq: number; id: string; kind: string; dossierCode: string; sourceSystem: string; recordedAt: number; sourceUpdatedAt: number | null; via: Via; actor: string | null; stale: boolean; warnings: Issue[]; hash: string; prevHash: string }
export interface ExchangeRow { id: number; upstream: string; operation: string; dossierCode: string; itemKey: string; eventSeq: number; state: ExchangeState; attempts: number; lostReplies: number; createdAt: number; settledAt: number | null; nextAt: number | null; code: string | null; doubt: string | null; /** the replay that woke it last */ replay: number | null }
export interface AttemptRow extends Omit<AttemptRecord, 'evidence'> { id: number; upstream: string; dossierCode: string; evidence: string | null }
/** `remotes`: by upstream, what is known of the dossier there (adapter-owned JSON), where a lane was ever opened */
export interface Timeline { dossier: DossierRow; events: EventRow[]; exchanges: ExchangeRow[]; attempts: AttemptRow[]; remotes?: Record<string, string> }
export interface ExchangeFilter {
  states?: ExchangeState[];
  upstream?: string;
  operation?: string;
  dossierCode?: string;
  procedureCode?: string;
  /** stable code of the last outcome */
  code?: string;
  /** settled at or after, settled before; ms */
  settledFrom?: number;
  settledBefore?: number;
  replay?: number;
  doubtOnly?: boolean;
  afterId?: number;
  limit: number;
}

export interface LedgerCounts {
  dossiers: number;
  events: number;
  quarantined: number;
  /** key `${status}/${channel}` */
  byStatusAndChannel: Record<string, number>;
  /** key `${upstream}/${operation}/${state}` */
  exchanges: Record<string, number>;
  /** lost replies that were settled by policy instead of an answer */
  doubts: number;
  /** lanes that wait for a worker, now or at a set time */
  lanesReady: number;
  /** lanes given back as blocked: they hold work that only a new change or a person's retry sets going */
  lanesBlocked: number;
  /** lanes with work that a hold keeps back */
  lanesHeld: number;
  /** age in ms of the oldest exchange not yet settled; null when none */
  oldestPendingMs: number | null;
}

export interface Ledger extends LedgerControl, LedgerCells, LedgerCluster, LedgerUpkeep, LedgerFeed, LedgerFiles {
  append(change: NewChange): Promise<AppendResult>;
  quarantine(item: QuarantineItem): Promise<{ id: number }>;
  listQuarantine(options: { afterId?: number; limit: number }): Promise<{ id: number; at: number; via: Via; issues: Issue[]; dossierCode: string | null; line: number | null; raw: string }[]>;

  claim(options: ClaimOptions): Promise<ClaimedLane[]>;
  update(update: LaneUpdate): Promise<void>;
  /**
   * wakes lanes that hold due work but are neither ready nor leased, lets go of holds that have ended, and takes back leases that have
   * expired or whose process is gone (their 'sending' become 'unknown'); lanes that the caller still drains are `alive`, whatever the clock says;
   * with that list given, PostgreSQL also takes back what this process holds and does not drain (the answer of a claim was lost)
   */
  sweep(now: number, alive?: readonly { upstream: string; dossierCode: string }[]): Promise<{ woken: number; expired: number }>;
  /**
   * a person's retry of a settled exchange (rejected, dead, doubtful, cancelled): back to pending, lane woken, recorded as an event of the exchange. false when not in such a state.
   * `by` is a key's name and kept in the clear; `reason` is free text, which may name a person, and is only kept encrypted, in the event's body.
   * `replaceable`: a full snapshot; false too when a newer one of its operation has gone or waits, since this one would turn the clock back
   */
  retry(exchangeId: number, by: string, now: number, reason?: string, replay?: number, replaceable?: boolean): Promise<boolean>;
  /** when the next lane becomes ready, ms; null when nothing waits */
  nextReadyAt(upstreams?: readonly string[]): Promise<number | null>;

  getDossier(code: string): Promise<DossierRow | undefined>;
  findDossiers(term: SearchTerm, limit: number): Promise<string[]>;
  timeline(code: string): Promise<Timeline | undefined>;
  listExchanges(filter: ExchangeFilter): Promise<ExchangeRow[]>;
  getExchange(id: number): Promise<ExchangeRow | undefined>;
  counts(now: number): Promise<LedgerCounts>;
  /** walks the hash chain from the first event; the first broken seq, or null */
  verify(): Promise<{ events: number; brokenAt: number | null }>;

  getCursor(name: string): Promise<string | undefined>;
  setCursor(name: string, value: string): Promise<void>;

  /** callers waiting for the engine; intake sheds above a bound */
  pending(): number;
  close(): Promise<void>;
}
