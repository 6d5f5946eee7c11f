/** The hot path: changes into events, dossiers, exchanges, lanes and search terms (architecture, path of a change, step 2), a group at a time. */
import { eventId } from '../chain.ts';
import type { AppendResult, PlannedExchange } from '../ledger.ts';
import { STATE, laneId, lanesOf, termBucket } from '../codes.ts';
import { pressingDue } from '../urgency.ts';
import type { AppendCall, Cell } from '../flat-change.ts';
import { fileIdsIn } from '../../model/file-address.ts';
import type { ChainUnit } from './chain-unit.ts';
import { correct, exchangeCounter, supersede } from './exchanges.ts';
import { wake } from './lane-states.ts';
import type { Store } from './store.ts';
import { EXCHANGE_FIELDS, LANE_FIELDS } from './unit.ts';
import type { Exchange, Lane } from './unit.ts';

/** A change with what can be computed before the chain is locked. */
export interface PreparedChange {
  change: AppendCall;
  /** ms */
  now: number;
  body: Buffer;
  fingerprint: Buffer;
  key: Buffer | undefined;
  terms: Buffer[];
}

interface Dossier {
  id: number; code: string; columns: Cell[]; version: number; updatedAt: number; lastSeq: number; sourceUpdatedAt: number | null;
}
interface DossierRow {
  id: number; code: string; status: string; sub_status: string | null; procedure_code: string; sector_code: string; agency_code: string; channel: string;
  submitted_at: number | null; accepted_at: number | null; due_at: number | null; resolved_at: number | null; returned_at: number | null;
  version: number; updated_at: number; last_seq: number; source_updated_at: number | null;
}
interface KnownEvent { seq: number; hash: Uint8Array; exchanges: number }
type KeyedEvent = KnownEvent & { fingerprint: Uint8Array };

const SOURCE_CLOCK_SKEW_MS = 10 * 60 * 1000;
/** Places in the columns of a dossier. */
const [STATUS, PROCEDURE, CHANNEL] = [0, 2, 5];
const TEXT_COLUMNS = 6;
const COLUMN_COUNT = 11;

export function prepare(store: Store, change: AppendCall, now: number): PreparedChange {
  const body = Buffer.from(change.body);
  const { indexer } = store;
  return {
    change, now, body,
    fingerprint: indexer.hash(`change:${change.sourceSystem}\0${change.sourceUpdatedAt ?? ''}`, change.origin === null ? body : Buffer.from(change.origin)),
    key: change.idempotencyKey === null ? undefined : indexer.hash(`idempotency:${change.actor ?? ''}`, change.idempotencyKey),
    terms: change.terms.map((term) => indexer.term(term.kind, term.value)),
  };
}

/** What a group of changes needs of the database, and what it leaves there. */
export class Appender {
  readonly #unit: ChainUnit;
  readonly #dossiers = new Map<string, Dossier>();
  readonly #events = new Map<string, KnownEvent>();
  readonly #keys = new Map<string, KeyedEvent>();
  readonly #exchanges = new Map<string, Exchange>();
  readonly #newDossiers = new Set<Dossier>();
  readonly #changedDossiers = new Set<Dossier>();
  readonly #newKeys: { key: Buffer; seq: number }[] = [];
  readonly #newUses: { fileId: Buffer; seq: number }[] = [];
  readonly #newTerms = new Map<string, { bucket: number; hash: Buffer; dossierId: number }>();

  constructor(unit: ChainUnit) {
    this.#unit = unit;
  }

  /** One trip for all of it. `retried`: exchanges that the same group sets going again; all lanes of a group are locked together, in order. */
  async load(changes: readonly PreparedChange[], retried: readonly number[]): Promise<void> {
    const { tx } = this.#unit;
    const codes = [...new Set(changes.map(({ change }) => change.dossierCode))];
    const keys = changes.flatMap(({ key }) => key ?? []);
    const plans = changes.flatMap(({ change }) => change.plans.map((plan) => ({ code: change.dossierCode, ...plan })));
    const [lanes, dossiers, events, keyed, open, same] = await Promise.all([
      tx.query<Lane>(
        // The ids as an array, worked out once: a join would be looked at again for each lane that had to be waited for, and lose it.
        `SELECT ${LANE_FIELDS} FROM lanes l WHERE l.id = ANY(ARRAY(
           SELECT o.id FROM dossiers d JOIN lanes o ON o.id BETWEEN d.id * 1024 AND d.id * 1024 + 1023 WHERE d.code = ANY($1::text[])
           UNION ALL SELECT x.lane_id FROM exchanges x WHERE x.id = ANY($2::bigint[]))) ORDER BY l.id FOR UPDATE`,
        [codes, retried],
      ),
      tx.query<DossierRow>('SELECT * FROM dossiers WHERE code = ANY($1::text[])', [codes]),
      tx.query<KnownEvent & { code: string; fingerprint: Buffer }>(
        `SELECT c.code, c.fingerprint, e.seq, e.hash, e.exchanges FROM unnest($1::text[], $2::bytea[]) c(code, fingerprint) JOIN dossiers d ON d.code = c.code
         CROSS JOIN LATERAL (SELECT seq, hash, exchanges FROM events WHERE dossier_id = d.id AND fingerprint = c.fingerprint ORDER BY seq DESC LIMIT 1) e`,
        [changes.map(({ change }) => change.dossierCode), changes.map(({ fingerprint }) => fingerprint)],
      ),
      keys.length === 0 ? [] : tx.query<KeyedEvent & { key: Buffer }>(
        'SELECT i.key, e.seq, e.hash, e.exchanges, e.fingerprint FROM idempotency i JOIN events e ON e.seq = i.event_seq WHERE i.key = ANY($1::bytea[])', [keys],
      ),
      plans.length === 0 ? [] : tx.query<Exchange>(
        `SELECT ${EXCHANGE_FIELDS} FROM dossiers d JOIN exchanges x ON x.lane_id BETWEEN d.id * 1024 AND d.id * 1024 + 1023 AND x.state < 5 WHERE d.code = ANY($1::text[])
         UNION ALL SELECT ${EXCHANGE_FIELDS} FROM dossiers d JOIN exchanges x ON x.lane_id BETWEEN d.id * 1024 AND d.id * 1024 + 1023 AND x.state = ${STATE.cancelled}
         WHERE d.code = ANY($1::text[])`,
        [codes],
      ),
      plans.length === 0 ? [] : tx.query<Exchange>(
        `SELECT ${EXCHANGE_FIELDS} FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) p(code, upstream, operation, item_key)
         JOIN dossiers d ON d.code = p.code JOIN upstreams u ON u.name = p.upstream JOIN operations o ON o.upstream_no = u.no AND o.name = p.operation
         JOIN exchanges x ON x.lane_id = d.id * 1024 + u.no AND x.operation_no = o.no AND x.item_key = p.item_key`,
        [plans.map(({ code }) => code), plans.map(({ upstream }) => upstream), plans.map(({ operation }) => operation), plans.map(({ itemKey }) => itemKey)],
      ),
      this.#unit.loadExchanges(retried),
      this.#knowNames(plans),
      this.#unit.loadHolds(),
    ]);
    this.#unit.keepLanes(lanes);
    this.#unit.keepExchanges([...open, ...same]);
    for (const exchange of this.#unit.exchanges.values()) this.#exchanges.set(exchangeKey(exchange), exchange);
    for (const row of dossiers) {
      this.#dossiers.set(row.code, dossierOf(row));
      this.#unit.subjects.set(row.id, { code: row.code, procedureCode: row.procedure_code });
    }
    await this.#unit.loadSubjects();
    for (const { code, fingerprint, seq, hash, exchanges } of events) this.#events.set(eventKey(code, fingerprint), { seq, hash, exchanges });
    for (const { key, ...event } of keyed) this.#keys.set(hex(key), event);
  }

  /**
   * Records a change.
   *
   * The same change again: its fingerprint (source system, source time and body) equals the latest event's, or any earlier
   * one's when the source gives times, since a record can only return to an earlier content under a later time.
   * Older than what is known: recorded, but the dossier stays, neither its snapshots nor what else follows from how it stood are sent, only steps
   * not seen before are.
   */
  append({ change, now, body, fingerprint, key, terms }: PreparedChange): AppendResult {
    const first = key === undefined ? undefined : this.#keys.get(hex(key));
    if (first !== undefined) {
      if (Buffer.compare(first.fingerprint, fingerprint) === 0) return duplicate(first);
      return { status: 'conflict', eventId: eventIdOf(first.hash), eventSeq: first.seq, exchanges: 0 };
    }
    const known = this.#dossiers.get(change.dossierCode);
    const same = known === undefined ? undefined : this.#events.get(eventKey(change.dossierCode, fingerprint));
    if (same !== undefined && (change.sourceUpdatedAt !== null || same.seq === known?.lastSeq)) {
      if (key !== undefined) this.#keepKey(key, { ...same, fingerprint });
      return duplicate(same);
    }
    if (change.basedOn !== null && change.basedOn !== (known?.lastSeq ?? 0)) return { status: 'moved', eventId: '', eventSeq: known?.lastSeq ?? 0, exchanges: 0 };
    // A source whose clock runs ahead (a local time marked as UTC, say) must not silence the dossier until that time has come.
    const sourceTime = change.sourceUpdatedAt === null ? null : Math.min(change.sourceUpdatedAt, now + SOURCE_CLOCK_SKEW_MS);
    const stale = known?.sourceUpdatedAt != null && sourceTime !== null && sourceTime < known.sourceUpdatedAt;
    const seq = this.#unit.head.seq + 1;
    const dossier = this.#keepDossier(change, known, stale, seq, sourceTime, now);
    const exchanges = this.#plan(change.plans, dossier, known === undefined, stale, seq, now);
    for (const hash of terms) this.#newTerms.set(`${dossier.id} ${hex(hash)}`, { bucket: termBucket(dossier.id), hash, dossierId: dossier.id });
    const event = this.#unit.appendEvent(
      {
        kind: change.kind, dossierId: dossier.id, dossierCode: change.dossierCode, sourceSystem: change.sourceSystem, sourceId: change.sourceId, recordedAt: now,
        sourceUpdatedAt: change.sourceUpdatedAt, via: change.via, actor: change.actor, stale, fingerprint, exchanges, warnings: change.warnings ?? undefined,
      },
      body,
    );
    for (const id of fileIdsIn(change.body)) this.#newUses.push({ fileId: Buffer.from(id, 'hex'), seq: event.seq });
    const recorded = { seq: event.seq, hash: event.hash, exchanges };
    this.#events.set(eventKey(change.dossierCode, fingerprint), recorded);
    if (key !== undefined) this.#keepKey(key, { ...recorded, fingerprint });
    return { status: stale ? 'stale' : 'accepted', eventId: event.id, eventSeq: event.seq, exchanges };
  }

  /** Writes what the unit does not know of. */
  save(): void {
    const { tx } = this.#unit;
    const arrays = (dossiers: ReadonlySet<Dossier>) => {
      const rows = [...dossiers];
      const of = (pick: (dossier: Dossier) => unknown) => rows.map(pick);
      return [
        of(({ id }) => id), of(({ code }) => code), ...Array.from({ length: COLUMN_COUNT }, (_, i) => of(({ columns }) => columns[i])),
        of(({ version }) => version), of(({ updatedAt }) => updatedAt), of(({ lastSeq }) => lastSeq), of(({ sourceUpdatedAt }) => sourceUpdatedAt),
      ];
    };
    if (this.#newDossiers.size > 0) tx.save(`INSERT INTO dossiers (${DOSSIER_COLUMNS}) SELECT * FROM unnest(${DOSSIER_ARRAYS})`, arrays(this.#newDossiers));
    if (this.#changedDossiers.size > 0) {
      tx.save(
        `UPDATE dossiers d SET status = v.status, sub_status = v.sub_status, procedure_code = v.procedure_code, sector_code = v.sector_code, agency_code = v.agency_code,
           channel = v.channel, submitted_at = v.submitted_at, accepted_at = v.accepted_at, due_at = v.due_at, resolved_at = v.resolved_at, returned_at = v.returned_at,
           version = v.version, updated_at = v.updated_at, last_seq = v.last_seq, source_updated_at = v.source_updated_at
         FROM unnest(${DOSSIER_ARRAYS}) AS v(${DOSSIER_COLUMNS}) WHERE d.id = v.id`,
        arrays(this.#changedDossiers),
      );
    }
    if (this.#newKeys.length > 0) {
      tx.save('INSERT INTO idempotency (key, event_seq) SELECT * FROM unnest($1::bytea[], $2::bigint[])', [this.#newKeys.map(({ key }) => key), this.#newKeys.map(({ seq }) => seq)]);
    }
    if (this.#newUses.length > 0) {
      // An address that somebody made up is no use of anything.
      tx.save(
        'INSERT INTO file_uses (file_id, event_seq) SELECT f.id, u.seq FROM unnest($1::bytea[], $2::bigint[]) u(id, seq) JOIN files f ON f.id = u.id',
        [this.#newUses.map(({ fileId }) => fileId), this.#newUses.map(({ seq }) => seq)],
      );
    }
    if (this.#newTerms.size > 0) {
      const terms = [...this.#newTerms.values()];
      tx.save(
        'INSERT INTO terms (bucket, hash, dossier_id) SELECT * FROM unnest($1::int[], $2::bytea[], $3::bigint[]) ON CONFLICT DO NOTHING',
        [terms.map(({ bucket }) => bucket), terms.map(({ hash }) => hash), terms.map(({ dossierId }) => dossierId)],
      );
    }
  }

  /** Another process may have given numbers to names that are new here. */
  async #knowNames(plans: readonly PlannedExchange[]): Promise<void> {
    const { names } = this.#unit.store;
    const isKnown = (plan: PlannedExchange): boolean => {
      const upstream = names.knownUpstream(plan.upstream);
      return upstream !== undefined && names.knownOperation(upstream, plan.operation) !== undefined;
    };
    if (!plans.every(isKnown)) await names.reload(this.#unit.tx);
  }

  #keepKey(key: Buffer, event: KeyedEvent): void {
    this.#keys.set(hex(key), event);
    this.#newKeys.push({ key, seq: event.seq });
  }

  #keepDossier(change: AppendCall, known: Dossier | undefined, stale: boolean, seq: number, sourceTime: number | null, now: number): Dossier {
    const { counters } = this.#unit;
    // The two columns that every report begins with are counted together.
    const cell = (columns: readonly Cell[]): string => `status/${String(columns[STATUS])}/${String(columns[CHANNEL])}`;
    if (known === undefined) {
      const dossier = { id: this.#unit.nextDossierId(), code: change.dossierCode, columns: change.columns, version: 1, updatedAt: now, lastSeq: seq, sourceUpdatedAt: sourceTime };
      this.#dossiers.set(dossier.code, dossier);
      this.#newDossiers.add(dossier);
      this.#unit.subjects.set(dossier.id, subjectOf(dossier));
      counters.add('dossiers', 1);
      counters.add(cell(change.columns), 1);
      return dossier;
    }
    if (stale) return known;
    counters.add(cell(known.columns), -1);
    counters.add(cell(change.columns), 1);
    Object.assign(known, { columns: change.columns, version: known.version + 1, updatedAt: now, lastSeq: seq, sourceUpdatedAt: sourceTime ?? known.sourceUpdatedAt });
    if (!this.#newDossiers.has(known)) this.#changedDossiers.add(known);
    this.#unit.subjects.set(known.id, subjectOf(known));
    const dueAt = pressingDue(known.columns, now);
    const [first, last] = lanesOf(known.id);
    for (const lane of this.#unit.lanes.values()) if (lane.id >= first && lane.id <= last && lane.dueAt !== dueAt) this.#unit.changeLane(lane, { dueAt });
    return known;
  }

  /** Records what is to be sent and wakes the lanes that got something; returns how many exchanges are new. */
  #plan(plans: readonly PlannedExchange[], dossier: Dossier, isNew: boolean, stale: boolean, seq: number, now: number): number {
    const { names, counters } = this.#unit;
    const woken = new Set<number>();
    let recorded = 0;
    for (const plan of plans) {
      if (stale && (plan.coalesce || plan.newestOnly === true)) continue;
      const upstreamNo = names.upstream(plan.upstream);
      const operationNo = names.operation(upstreamNo, plan.operation);
      const lane = laneId(dossier.id, upstreamNo);
      const known = this.#exchanges.get(exchangeKey({ laneId: lane, operationNo, itemKey: plan.itemKey }));
      if (known !== undefined) {
        if (!stale && this.#correct(known, seq)) woken.add(upstreamNo);
        continue;
      }
      const exchange = newExchange(this.#unit.nextExchangeId(), lane, operationNo, plan.itemKey, seq, now);
      this.#unit.addExchange(exchange);
      this.#exchanges.set(exchangeKey(exchange), exchange);
      recorded += 1;
      counters.add(exchangeCounter(operationNo, STATE.pending), 1);
      if (plan.coalesce && !isNew) this.#replaceOlder(exchange, now);
      woken.add(upstreamNo);
    }
    for (const upstreamNo of woken) wake(this.#unit, laneId(dossier.id, upstreamNo), now, pressingDue(dossier.columns, now));
    return recorded;
  }

  /**
   * The same step in a newer change: what was not sent yet is sent as the newer change has it, and what was refused gets its
   * correction. What is on the wire, in doubt or done is never touched. @returns true when it waits again
   */
  #correct(known: Exchange, seq: number): boolean {
    if (known.state === STATE.pending) this.#unit.changeExchange(known, { eventSeq: seq });
    if (known.state !== STATE.rejected && known.state !== STATE.dead) return false;
    correct(this.#unit, known, seq);
    return true;
  }

  /**
   * A newer snapshot goes instead of unsent and of failed older ones, and takes the turn of the first of them: the steps behind
   * it were recorded on the understanding that a snapshot goes before. What is on the wire or in doubt is never touched. One
   * that a person gave up is replaced too: a later retry of it would turn the clock back.
   */
  #replaceOlder(newer: Exchange, now: number): void {
    let place = newer.id;
    for (const exchange of this.#unit.ofLane(newer.laneId)) {
      if (exchange.id === newer.id || exchange.operationNo !== newer.operationNo || !REPLACEABLE.has(exchange.state)) continue;
      place = Math.min(place, exchange.place ?? exchange.id);
      supersede(this.#unit, exchange, now);
    }
    if (place !== newer.id) this.#unit.changeExchange(newer, { place });
  }
}

const REPLACEABLE: ReadonlySet<number> = new Set([STATE.pending, STATE.rejected, STATE.dead, STATE.cancelled]);
const DOSSIER_COLUMNS = `id, code, status, sub_status, procedure_code, sector_code, agency_code, channel, submitted_at, accepted_at, due_at, resolved_at, returned_at,
  version, updated_at, last_seq, source_updated_at`;
const DOSSIER_ARRAYS = ['bigint', ...Array<string>(1 + TEXT_COLUMNS).fill('text'), ...Array<string>(COLUMN_COUNT - TEXT_COLUMNS).fill('bigint'), 'int', 'bigint', 'bigint', 'bigint']
  .map((type, i) => `$${i + 1}::${type}[]`).join(', ');

const newExchange = (id: number, lane: number, operationNo: number, itemKey: string, eventSeq: number, createdAt: number): Exchange => ({
  id, laneId: lane, operationNo, itemKey, eventSeq, state: STATE.pending, createdAt, attempts: 0, lostReplies: 0, place: null, begunAt: null, settledAt: null, nextAt: null,
  code: null, doubt: null, replay: null,
});

const dossierOf = (row: DossierRow): Dossier => ({
  id: row.id, code: row.code, version: row.version, updatedAt: row.updated_at, lastSeq: row.last_seq, sourceUpdatedAt: row.source_updated_at,
  columns: [
    row.status, row.sub_status, row.procedure_code, row.sector_code, row.agency_code, row.channel, row.submitted_at, row.accepted_at, row.due_at, row.resolved_at, row.returned_at,
  ],
});

const subjectOf = ({ code, columns }: Dossier): { code: string; procedureCode: string } => ({ code, procedureCode: String(columns[PROCEDURE]) });
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const eventKey = (code: string, fingerprint: Uint8Array): string => `${hex(fingerprint)} ${code}`;
const exchangeKey = ({ laneId: lane, operationNo, itemKey }: Pick<Exchange, 'laneId' | 'operationNo' | 'itemKey'>): string => `${lane} ${operationNo} ${itemKey}`;
const eventIdOf = (hash: Uint8Array): string => eventId(hex(hash));
const duplicate = (event: KnownEvent): AppendResult => ({ status: 'duplicate', eventId: eventIdOf(event.hash), eventSeq: event.seq, exchanges: event.exchanges });
