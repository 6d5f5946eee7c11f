/** The hot path: one change into events, dossier, exchanges, lanes and search terms (architecture, path of a change, step 2). */
import type { StatementSync } from 'node:sqlite';
import { eventId } from '../chain.ts';
import type { AppendResult, PlannedExchange } from '../ledger.ts';
import { STATE, laneId, termBucket } from '../codes.ts';
import { exchangeCounter } from './exchanges.ts';
import { pressingDue } from '../urgency.ts';
import type { Files } from './files.ts';
import type { Lanes } from './lanes.ts';
import type { Store } from './store.ts';
import type { AppendCall, Cell } from '../flat-change.ts';

interface KnownDossier { id: number; status: string; channel: string; version: number; lastSeq: number; sourceUpdatedAt: number | null }
interface KnownEvent { seq: number; hash: Uint8Array; exchanges: number }
interface Replaceable { id: number; state: number; place: number | null }

const EXCHANGE_COLUMNS = 'lane_id, operation_no, item_key, event_seq, state, created_at';
/** Beyond this the statements kept for each number of rows would cost more than they save. */
const MOST_ROWS_AT_ONCE = 64;
const SOURCE_CLOCK_SKEW_MS = 10 * 60 * 1000;
const SCRATCH_BYTES = 64 * 1024;
/** UTF-8 needs at most three bytes for a UTF-16 unit. */
const MOST_BYTES_PER_CHAR = 3;

export class Appender {
  readonly #store: Store;
  readonly #lanes: Lanes;
  readonly #files: Files;
  readonly #scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);
  readonly #manyExchanges = new Map<number, StatementSync>();
  readonly #sql: Record<
    'dossier' | 'insertDossier' | 'updateDossier' | 'sameEvent' | 'eventBySeq' | 'byKey' | 'keepKey' | 'term' | 'exchange' | 'replaceable' | 'givenUp' | 'supersede' | 'place' | 'same' | 'refresh' | 'reopen',
    StatementSync
  >;

  constructor(store: Store, lanes: Lanes, files: Files) {
    this.#store = store;
    this.#lanes = lanes;
    this.#files = files;
    const { db } = store;
    this.#sql = {
      dossier: db.prepare('SELECT id, status, channel, version, last_seq AS lastSeq, source_updated_at AS sourceUpdatedAt FROM dossiers WHERE code = ?'),
      insertDossier: db.prepare('INSERT INTO dossiers VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?)'),
      updateDossier: db.prepare(`UPDATE dossiers SET status = ?, sub_status = ?, procedure_code = ?, sector_code = ?, agency_code = ?, channel = ?,
        submitted_at = ?, accepted_at = ?, due_at = ?, resolved_at = ?, returned_at = ?, version = version + 1, updated_at = ?, last_seq = ?,
        source_updated_at = coalesce(?, source_updated_at) WHERE id = ?`),
      sameEvent: db.prepare('SELECT seq, hash, exchanges FROM events WHERE dossier_id = ? AND fingerprint = ? ORDER BY seq DESC LIMIT 1'),
      eventBySeq: db.prepare('SELECT seq, hash, exchanges, fingerprint FROM events WHERE seq = ?'),
      byKey: db.prepare('SELECT event_seq AS seq FROM idempotency WHERE key = ?'),
      keepKey: db.prepare('INSERT INTO idempotency VALUES (?, ?)'),
      term: db.prepare('INSERT OR IGNORE INTO terms VALUES (?, ?, ?)'),
      exchange: db.prepare(`INSERT OR IGNORE INTO exchanges (${EXCHANGE_COLUMNS}) VALUES (?, ?, ?, ?, ${STATE.pending}, ?)`),
      replaceable: db.prepare(`SELECT id, state, place FROM exchanges INDEXED BY exchanges_open
        WHERE lane_id = ? AND state < 5 AND state IN (${STATE.pending}, ${STATE.rejected}, ${STATE.dead}) AND operation_no = ? AND id <> ?`),
      givenUp: db.prepare(`SELECT id, state, place FROM exchanges INDEXED BY exchanges_once WHERE lane_id = ? AND operation_no = ? AND state = ${STATE.cancelled} AND id <> ?`),
      supersede: db.prepare(`UPDATE exchanges SET state = ${STATE.superseded}, settled_at = ?, next_at = NULL WHERE id = ?`),
      place: db.prepare('UPDATE exchanges SET place = ? WHERE id = ?'),
      same: db.prepare('SELECT id, state FROM exchanges WHERE lane_id = ? AND operation_no = ? AND item_key = ?'),
      refresh: db.prepare('UPDATE exchanges SET event_seq = ? WHERE id = ?'),
      reopen: db.prepare(`UPDATE exchanges SET state = ${STATE.pending}, event_seq = ?, attempts = 0, settled_at = NULL, next_at = NULL, code = NULL WHERE id = ?`),
    };
  }

  /**
   * Records a change. `now` in ms.
   *
   * The same change again: its fingerprint (source system, source time and body) equals the latest event's, or any earlier
   * one's when the source gives times, since a record can only return to an earlier content under a later time.
   * Older than what is known: recorded, but the dossier stays, neither its snapshots nor what else follows from how it stood are sent, only steps
   * not seen before are.
   */
  append(change: AppendCall, now: number): AppendResult {
    // The scratch holds one text: the origin is done with before the body goes there.
    const context = `change:${change.sourceSystem}\0${change.sourceUpdatedAt ?? ''}`;
    const ofOrigin = change.origin === null ? undefined : this.#store.indexer.hash(context, this.#utf8(change.origin));
    const body = this.#utf8(change.body);
    const fingerprint = ofOrigin ?? this.#store.indexer.hash(context, body);
    const key = change.idempotencyKey === null ? undefined : this.#store.indexer.hash(`idempotency:${change.actor ?? ''}`, change.idempotencyKey);
    const first = key === undefined ? undefined : this.#firstWithKey(key);
    if (first !== undefined) {
      if (Buffer.compare(first.fingerprint, fingerprint) === 0) return answer('duplicate', first);
      return { status: 'conflict', eventId: eventIdOf(first.hash), eventSeq: first.seq, exchanges: 0 };
    }
    const known = this.#sql.dossier.get(change.dossierCode) as KnownDossier | undefined;
    const same = known === undefined ? undefined : (this.#sql.sameEvent.get(known.id, fingerprint) as KnownEvent | undefined);
    if (same !== undefined && (change.sourceUpdatedAt !== null || same.seq === known?.lastSeq)) {
      if (key !== undefined) this.#sql.keepKey.run(key, same.seq);
      return answer('duplicate', same);
    }
    if (change.basedOn !== null && change.basedOn !== (known?.lastSeq ?? 0)) return { status: 'moved', eventId: '', eventSeq: known?.lastSeq ?? 0, exchanges: 0 };
    // A source whose clock runs ahead (a local time marked as UTC, say) must not silence the dossier until that time has come.
    const sourceTime = change.sourceUpdatedAt === null ? null : Math.min(change.sourceUpdatedAt, now + SOURCE_CLOCK_SKEW_MS);
    const stale = known?.sourceUpdatedAt != null && sourceTime !== null && sourceTime < known.sourceUpdatedAt;
    const seq = this.#store.head.seq + 1;
    const dossierId = this.#keepDossier(change, known, stale, seq, sourceTime, now);
    const dueAt = pressingDue(change.columns, now);
    if (known !== undefined && !stale) this.#lanes.setDue(dossierId, dueAt);
    const exchanges = known === undefined && change.plans.length > 0 && change.plans.length <= MOST_ROWS_AT_ONCE
      ? this.#planNew(change.plans, dossierId, seq, dueAt, now)
      : this.#plan(change.plans, dossierId, known === undefined, stale, seq, now);
    for (const term of change.terms) this.#sql.term.run(termBucket(dossierId), this.#store.indexer.term(term.kind, term.value), dossierId);
    const event = this.#store.appendEvent(
      {
        kind: change.kind, dossierId, dossierCode: change.dossierCode, sourceSystem: change.sourceSystem, sourceId: change.sourceId, recordedAt: now,
        sourceUpdatedAt: change.sourceUpdatedAt, via: change.via, actor: change.actor, stale, fingerprint, exchanges, warnings: change.warnings ?? undefined,
      },
      body,
    );
    this.#files.use(change.body, event.seq);
    if (key !== undefined) this.#sql.keepKey.run(key, event.seq);
    return { status: stale ? 'stale' : 'accepted', eventId: event.id, eventSeq: event.seq, exchanges };
  }

  /** Bytes of a text; valid until the next call. */
  #utf8(text: string): Buffer {
    if (text.length * MOST_BYTES_PER_CHAR > SCRATCH_BYTES) return Buffer.from(text);
    return this.#scratch.subarray(0, this.#scratch.write(text));
  }

  #firstWithKey(key: Buffer): (KnownEvent & { fingerprint: Uint8Array }) | undefined {
    const row = this.#sql.byKey.get(key) as { seq: number } | undefined;
    return row === undefined ? undefined : (this.#sql.eventBySeq.get(row.seq) as unknown as KnownEvent & { fingerprint: Uint8Array });
  }

  #keepDossier(change: AppendCall, known: KnownDossier | undefined, stale: boolean, seq: number, sourceTime: number | null, now: number): number {
    const { counters } = this.#store;
    const columns = change.columns as Exclude<Cell, boolean>[];
    // The two columns that every report begins with are counted together.
    const cell = `status/${change.columns[0]}/${change.columns[5]}`;
    if (known === undefined) {
      const { lastInsertRowid } = this.#sql.insertDossier.run(change.dossierCode, ...columns, now, seq, sourceTime);
      counters.add('dossiers', 1);
      counters.add(cell, 1);
      return Number(lastInsertRowid);
    }
    if (!stale) {
      this.#sql.updateDossier.run(...columns, now, seq, sourceTime, known.id);
      counters.add(`status/${known.status}/${known.channel}`, -1);
      counters.add(cell, 1);
    }
    return known.id;
  }

  /** Records what is to be sent and wakes the lanes that got something; returns how many exchanges are new. */
  #plan(plans: PlannedExchange[], dossierId: number, isNew: boolean, stale: boolean, seq: number, now: number): number {
    const { names, counters } = this.#store;
    const woken = new Set<number>();
    let recorded = 0;
    for (const plan of plans) {
      if (stale && (plan.coalesce || plan.newestOnly === true)) continue;
      const upstreamNo = names.upstream(plan.upstream);
      const operationNo = names.operation(upstreamNo, plan.operation);
      const lane = laneId(dossierId, upstreamNo);
      const inserted = this.#sql.exchange.run(lane, operationNo, plan.itemKey, seq, now);
      if (inserted.changes === 0) {
        if (!stale && this.#correct(lane, operationNo, plan.itemKey, seq)) woken.add(upstreamNo);
        continue;
      }
      recorded += 1;
      counters.add(exchangeCounter(operationNo, STATE.pending), 1);
      if (plan.coalesce && !isNew) this.#replaceOlder(lane, operationNo, Number(inserted.lastInsertRowid), now);
      woken.add(upstreamNo);
    }
    for (const upstreamNo of woken) this.#lanes.wake(laneId(dossierId, upstreamNo), now);
    return recorded;
  }

  /**
   * The same step in a newer change: what was not sent yet is sent as the newer change has it, and what was refused gets its
   * correction. What is on the wire, in doubt or done is never touched. @returns true when it waits again
   */
  #correct(lane: number, operationNo: number, itemKey: string, seq: number): boolean {
    const known = this.#sql.same.get(lane, operationNo, itemKey) as { id: number; state: number } | undefined;
    if (known?.state === STATE.pending) this.#sql.refresh.run(seq, known.id);
    if (known?.state !== STATE.rejected && known?.state !== STATE.dead) return false;
    this.#sql.reopen.run(seq, known.id);
    this.#store.counters.add(exchangeCounter(operationNo, known.state), -1);
    this.#store.counters.add(exchangeCounter(operationNo, STATE.pending), 1);
    return true;
  }

  /** A new dossier has nothing to compare with, so all its exchanges go in with one statement: the bulk of an import. */
  #planNew(plans: PlannedExchange[], dossierId: number, seq: number, dueAt: number | null, now: number): number {
    const { names, counters } = this.#store;
    const cells: (number | string)[] = [];
    const seen = new Set<string>();
    const upstreams = new Set<number>();
    for (const plan of plans) {
      const upstreamNo = names.upstream(plan.upstream);
      const operationNo = names.operation(upstreamNo, plan.operation);
      const key = `${operationNo} ${plan.itemKey}`;
      if (seen.has(key)) continue;
      seen.add(key);
      upstreams.add(upstreamNo);
      cells.push(laneId(dossierId, upstreamNo), operationNo, plan.itemKey, seq, now);
      counters.add(exchangeCounter(operationNo, STATE.pending), 1);
    }
    this.#exchangeRows(seen.size).run(...cells);
    for (const upstreamNo of upstreams) this.#lanes.open(laneId(dossierId, upstreamNo), upstreamNo, now, dueAt);
    return seen.size;
  }

  #exchangeRows(count: number): StatementSync {
    const known = this.#manyExchanges.get(count);
    if (known !== undefined) return known;
    const row = `(?, ?, ?, ?, ${STATE.pending}, ?)`;
    const statement = this.#store.db.prepare(`INSERT INTO exchanges (${EXCHANGE_COLUMNS}) VALUES ${Array<string>(count).fill(row).join(', ')}`);
    this.#manyExchanges.set(count, statement);
    return statement;
  }

  /**
   * A newer snapshot goes instead of unsent and of failed older ones, and takes the turn of the first of them: the steps behind
   * it were recorded on the understanding that a snapshot goes before. What is on the wire or in doubt is never touched. One
   * that a person gave up is replaced too: a later retry of it would turn the clock back.
   */
  #replaceOlder(lane: number, operationNo: number, id: number, now: number): void {
    const older = this.#sql.replaceable.all(lane, operationNo, id) as unknown as Replaceable[];
    // Cancelled ones stand in no index of their own, and hardly ever are there any.
    if (this.#store.counters.current(exchangeCounter(operationNo, STATE.cancelled)) > 0) older.push(...(this.#sql.givenUp.all(lane, operationNo, id) as unknown as Replaceable[]));
    let place = id;
    for (const exchange of older) {
      this.#sql.supersede.run(now, exchange.id);
      this.#store.counters.add(exchangeCounter(operationNo, exchange.state), -1);
      this.#store.counters.add(exchangeCounter(operationNo, STATE.superseded), 1);
      place = Math.min(place, exchange.place ?? exchange.id);
    }
    if (place !== id) this.#sql.place.run(place, id);
  }
}

const eventIdOf = (hash: Uint8Array): string => eventId(Buffer.from(hash).toString('hex'));

const answer = (status: 'duplicate', event: KnownEvent): AppendResult => ({
  status, eventId: eventIdOf(event.hash), eventSeq: event.seq, exchanges: event.exchanges,
});
