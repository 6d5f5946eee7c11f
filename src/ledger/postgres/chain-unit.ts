/** A unit that holds the chain's head: what appends events, and what may give out ids and names. */
import { GENESIS, eventHash, eventId, sha256Hex } from '../chain.ts';
import type { ChainPosition, ChainedMetadata } from '../chain.ts';
import { LedgerError } from '../errors.ts';
import type { Order } from '../order.ts';
import { slotOf } from './counters.ts';
import type { Tx } from './db.ts';
import { understands } from './migrations/index.ts';
import { NewNames } from './names.ts';
import { HEAD_FIELDS } from './store.ts';
import type { HeadRow, Store } from './store.ts';
import { Unit } from './unit.ts';

/** What an append must know of an event; the body is encrypted here. */
export interface NewEvent extends Omit<ChainedMetadata, 'seq' | 'warningsHash'> {
  dossierId: number;
  fingerprint: Uint8Array;
  exchanges: number;
  /** JSON of the warnings, undefined when there are none */
  warnings: string | undefined;
}
interface StoredEvent { seq: number; event: NewEvent; hash: Buffer; warnings: Buffer | null; body: Buffer }

export class ChainUnit extends Unit {
  override announces = true;
  readonly names: NewNames;
  #head: ChainPosition = GENESIS;
  #row: HeadRow | undefined;
  readonly #events: StoredEvent[] = [];

  constructor(store: Store, tx: Tx) {
    super(store, tx, slotOf(store.instanceId, 'intake'));
    this.names = new NewNames(store.names);
  }

  /**
   * Locks the head: from here to the commit no other process appends. First of all loads.
   *
   * Where the chain goes on: when the head's seal is broken, or events lie beyond it, someone edited the database: one number is
   * then left out, so that the break stays visible in every later check and export, whatever is appended behind it.
   */
  async lockHead(): Promise<void> {
    const [[row], [last]] = await Promise.all([
      this.tx.query<HeadRow>(`SELECT ${HEAD_FIELDS} FROM chain_head WHERE one = 1 FOR UPDATE`),
      this.tx.query<{ seq: number }>('SELECT coalesce(max(seq), 0) AS seq FROM events'),
    ]);
    if (row === undefined) throw new LedgerError('LT-LEDGER-BROKEN', 'chain_head');
    if (!understands(row.requires)) throw new LedgerError('LT-LEDGER-NEWER', `${row.requires}`);
    this.#row = { ...row };
    const sealed = this.store.checkedHead(row);
    const beyond = last?.seq ?? 0;
    this.#head = sealed !== undefined && sealed.seq >= beyond ? sealed : { seq: Math.max(beyond, row.seq) + 1, hash: GENESIS.hash };
  }

  get head(): ChainPosition { return this.#head; }

  nextDossierId(): number { return this.#locked().nextDossier++; }
  nextExchangeId(): number { return this.#locked().nextExchange++; }
  nextQuarantineId(): number { return this.#locked().nextQuarantine++; }

  /** Appends to the chain. Times in ms. Returns the event's seq, id and hash. */
  appendEvent(event: NewEvent, body: Uint8Array): { seq: number; id: string; hash: Buffer } {
    const previous = this.#head;
    const seq = previous.seq + 1;
    const { sealer } = this.store;
    const sealed = sealer.seal(body, `events:${seq}`);
    const warnings = event.warnings === undefined ? null : sealer.seal(Buffer.from(event.warnings), `events.warnings:${seq}`);
    const hash = eventHash(previous.hash, { ...event, seq, warningsHash: warnings === null ? '' : sha256Hex(warnings) }, sha256Hex(sealed));
    const stored = { seq, event, hash: Buffer.from(hash, 'hex'), warnings, body: sealed };
    this.#events.push(stored);
    this.#head = { seq, hash };
    this.counters.add('events', 1);
    return { seq, id: eventId(hash), hash: stored.hash };
  }

  recordOrder(order: Order): { seq: number; id: string } {
    return this.appendEvent(
      {
        kind: order.kind, dossierId: order.dossier?.id ?? 0, dossierCode: order.dossier?.code ?? '', sourceSystem: 'lienthong', sourceId: order.subject,
        recordedAt: order.now, sourceUpdatedAt: null, via: 'operator', actor: order.by, stale: false, exchanges: 0, warnings: undefined,
        // Nothing repeats an order: its place on the chain is all that tells it apart.
        fingerprint: this.store.indexer.hash('order', String(this.#head.seq + 1)),
      },
      Buffer.from(JSON.stringify(order.content)),
    );
  }

  override async flush(): Promise<void> {
    this.names.save(this.tx);
    this.#saveEvents();
    this.#saveHead();
    await super.flush();
  }

  protected override upstreamName(no: number): string { return this.names.upstreamName(no); }

  #locked(): HeadRow {
    if (this.#row === undefined) throw new LedgerError('LT-LEDGER-BROKEN', 'the chain is not locked');
    return this.#row;
  }

  #saveEvents(): void {
    const events = this.#events.splice(0);
    if (events.length === 0) return;
    const of = <T>(pick: (stored: StoredEvent) => T): T[] => events.map(pick);
    const lengths = of(({ body }) => body.length);
    let at = 1;
    const starts = lengths.map((length) => (at += length) - length);
    // Bodies go as one blob, which the driver sends as it is; an array of them would go as hexadecimal text.
    this.tx.save(
      `INSERT INTO events (seq, dossier_id, fingerprint, kind, source_system, source_id, recorded_at, source_updated_at, via, actor, stale, exchanges, hash, warnings, body)
       SELECT v.seq, v.dossier_id, v.fingerprint, v.kind, v.source_system, v.source_id, v.recorded_at, v.source_updated_at, v.via, v.actor, v.stale, v.exchanges, v.hash,
         v.warnings, substring($15::bytea FROM v.start FOR v.length)
       FROM unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[], $9::text[], $10::text[], $11::int[], $12::int[],
         $13::bytea[], $14::bytea[], $16::int[], $17::int[])
         AS v(seq, dossier_id, fingerprint, kind, source_system, source_id, recorded_at, source_updated_at, via, actor, stale, exchanges, hash, warnings, start, length)`,
      [
        of(({ seq }) => seq), of(({ event }) => event.dossierId), of(({ event }) => event.fingerprint), of(({ event }) => event.kind), of(({ event }) => event.sourceSystem),
        of(({ event }) => event.sourceId), of(({ event }) => event.recordedAt), of(({ event }) => event.sourceUpdatedAt), of(({ event }) => event.via),
        of(({ event }) => event.actor), of(({ event }) => (event.stale ? 1 : 0)), of(({ event }) => event.exchanges), of(({ hash }) => hash), of(({ warnings }) => warnings),
        Buffer.concat(of(({ body }) => body)), starts, lengths,
      ],
    );
  }

  #saveHead(): void {
    const { nextDossier, nextExchange, nextQuarantine } = this.#locked();
    const { seq, hash } = this.#head;
    this.tx.save(
      'UPDATE chain_head SET seq = $1, hash = $2, mac = $3, next_dossier = $4, next_exchange = $5, next_quarantine = $6 WHERE one = 1',
      [seq, hash, this.store.headMac(seq, hash), nextDossier, nextExchange, nextQuarantine],
    );
  }
}

/** The line of everything that takes the chain. */
export interface ChainLine {
  /**
   * A transaction of its own, in turn with the groups of appends. `unit` holds the head; what it changes is written when `work` has
   * ended, statements of `unit.tx` in between go at once. It may run several times: it must not touch what outlives it.
   */
  order<T>(work: (unit: ChainUnit) => Promise<T>): Promise<T>;
}
