/**
 * The database of one ledger and what is true about it in memory: chain head, counters, names, next ids. Everything that
 * writes goes through `transact`, so that memory and file change together or not at all.
 */
import { randomUUID, timingSafeEqual } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { GENESIS, eventHash, eventId, sha256Hex } from '../chain.ts';
import type { ChainPosition, ChainedMetadata } from '../chain.ts';
import { LedgerError, isLedgerError } from '../errors.ts';
import type { LedgerKey, LedgerKeys } from '../keys.ts';
import { Indexer, Sealer } from '../seal.ts';
import { Counters } from './counters.ts';
import { migrate } from './migrations/index.ts';
import { Names } from './names.ts';

export interface StoreOptions {
  /** path of the database file */
  file: string;
  keys: LedgerKeys;
  /** ms, when the ledger is opened */
  now: number;
  /** upper bound of the database file in bytes; unbounded when absent */
  maxBytes?: number;
}

const PAGE_BYTES = 8192;
const CACHE_KIB = 16_384;
const BUSY_MS = 5_000;

/** What an append must know of an event; the body is encrypted here. */
export interface NewEvent extends Omit<ChainedMetadata, 'seq' | 'warningsHash'> {
  dossierId: number;
  fingerprint: Uint8Array;
  exchanges: number;
  /** JSON of the warnings, undefined when there are none */
  warnings: string | undefined;
}

export class Store {
  readonly db: DatabaseSync;
  readonly sealer: Sealer;
  readonly indexer: Indexer;
  readonly counters: Counters;
  readonly names: Names;
  #head: ChainPosition = GENESIS;
  #committedHead: ChainPosition = GENESIS;
  #nextAttempt = 1;
  #nextQuarantine = 1;
  readonly #session = randomUUID();
  readonly #onRollback: (() => void)[] = [];
  readonly #statements;

  /** @throws LedgerError LT-LEDGER-NEWER, -MIGRATION-CHANGED, -KEY-WRONG, -OPEN-FAILED */
  constructor(options: StoreOptions) {
    this.db = openDatabase(options);
    try {
      migrate(this.db, options.now);
      const indexKey = inTransaction(this.db, () => checkKeys(this.db, options.keys, options.now));
      this.sealer = new Sealer(options.keys);
      this.indexer = new Indexer(indexKey.index);
      this.counters = new Counters(this.db);
      this.names = new Names(this.db);
      this.#statements = {
        getMeta: this.db.prepare('SELECT value FROM meta WHERE key = ?'),
        setMeta: this.db.prepare('INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value'),
        insertEvent: this.db.prepare(`INSERT INTO events (seq, dossier_id, fingerprint, kind, source_system, source_id, recorded_at, source_updated_at,
          via, actor, stale, exchanges, hash, warnings, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`),
      };
      this.#reload();
      this.#committedHead = this.#head;
      this.#setMeta('session', this.#session);
    } catch (e) {
      this.db.close();
      throw e;
    }
  }

  get head(): ChainPosition { return this.#head; }

  /**
   * Runs `work` in one durable transaction. When it or the commit throws, nothing happened, in memory or on disk.
   * The session row fences: should another process have opened the file in spite of the lock, this one stops writing.
   */
  transact<T>(work: () => T): T {
    this.db.exec('BEGIN IMMEDIATE');
    try {
      if (this.#getMeta('session') !== this.#session) throw new LedgerError('LT-LEDGER-TAKEN-OVER');
      const result = work();
      if (this.#head !== this.#committedHead) this.#writeHead();
      this.counters.write();
      this.db.exec('COMMIT');
      this.#committedHead = this.#head;
      this.counters.committed();
      return result;
    } catch (e) {
      try {
        this.#rollback();
      } catch (cause) {
        // Memory and file can no longer be brought together: nothing may be written on top of that.
        throw new LedgerError('LT-LEDGER-BROKEN', undefined, cause);
      }
      throw e;
    }
  }

  /** `reload` brings what else is kept in memory back to what the file says, after a lost transaction. */
  onRollback(reload: () => void): void { this.#onRollback.push(reload); }

  /** Appends to the chain. Times in ms. Returns the event's seq and id. */
  appendEvent(event: NewEvent, body: Uint8Array): { seq: number; id: string } {
    const previous = this.#head;
    const seq = previous.seq + 1;
    const sealed = this.sealer.seal(body, `events:${seq}`);
    const warnings = event.warnings === undefined ? null : this.sealer.seal(Buffer.from(event.warnings), `events.warnings:${seq}`);
    const metadata: ChainedMetadata = {
      seq,
      kind: event.kind,
      dossierCode: event.dossierCode,
      sourceSystem: event.sourceSystem,
      sourceId: event.sourceId,
      recordedAt: event.recordedAt,
      sourceUpdatedAt: event.sourceUpdatedAt,
      via: event.via,
      actor: event.actor,
      stale: event.stale,
      warningsHash: warnings === null ? '' : sha256Hex(warnings),
    };
    const hash = eventHash(previous.hash, metadata, sha256Hex(sealed));
    this.#statements.insertEvent.run(
      seq, event.dossierId, event.fingerprint, event.kind, event.sourceSystem, event.sourceId, event.recordedAt, event.sourceUpdatedAt,
      event.via, event.actor, event.stale ? 1 : 0, event.exchanges, Buffer.from(hash, 'hex'), warnings, sealed,
    );
    this.#head = { seq, hash };
    this.counters.add('events', 1);
    return { seq, id: eventId(hash) };
  }

  nextAttemptId(): number { return this.#nextAttempt++; }
  nextQuarantineId(): number { return this.#nextQuarantine++; }

  /** The head as the last commit left it, if its seal is intact: a cut tail cannot hide behind an edited row. */
  sealedHead(): ChainPosition | undefined {
    const text = this.#getMeta('chain_head');
    if (text === undefined) return GENESIS;
    const [seq, hash, mac] = text.split(' ');
    if (seq === undefined || hash === undefined || mac !== headMac(this.indexer, Number(seq), hash)) return undefined;
    return { seq: Number(seq), hash };
  }

  close(): void {
    try {
      // Leaves one self-contained file behind, which is what people copy.
      this.db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } finally {
      this.db.close();
    }
  }

  #rollback(): void {
    // SQLite has rolled back by itself after a full disk or an I/O error.
    if (this.db.isTransaction) this.db.exec('ROLLBACK');
    this.counters.rolledBack();
    this.names.reload();
    this.#reload();
    for (const reload of this.#onRollback) reload();
  }

  #reload(): void {
    this.#head = this.#findHead();
    this.#committedHead = this.#head;
    this.#nextAttempt = this.#after('attempts');
    this.#nextQuarantine = this.#after('quarantine');
  }

  /**
   * Where the chain goes on. When the head's seal is broken, or events lie beyond it, someone edited the file: one number is
   * then left out, so that the break stays visible in every later check and export, whatever is appended behind it.
   */
  #findHead(): ChainPosition {
    const sealed = this.sealedHead();
    const last = (this.db.prepare('SELECT coalesce(max(seq), 0) AS seq FROM events').get() as { seq: number }).seq;
    if (sealed !== undefined && sealed.seq >= last) return sealed;
    const claimed = Number(this.#getMeta('chain_head')?.split(' ')[0] ?? 0);
    return { seq: Math.max(last, Number.isSafeInteger(claimed) ? claimed : 0) + 1, hash: GENESIS.hash };
  }

  #after(table: 'attempts' | 'quarantine'): number {
    const row = this.db.prepare(`SELECT coalesce(max(id), 0) + 1 AS next FROM ${table}`).get() as { next: number } | undefined;
    return row?.next ?? 1;
  }

  #writeHead(): void {
    const { seq, hash } = this.#head;
    this.#setMeta('chain_head', `${seq} ${hash} ${headMac(this.indexer, seq, hash)}`);
  }

  #getMeta(key: string): string | undefined {
    return (this.#statements.getMeta.get(key) as { value: string } | undefined)?.value;
  }

  #setMeta(key: string, value: string): void { this.#statements.setMeta.run(key, value); }
}

/** The seal of the chain's head, hex. */
export const headMac = (indexer: Indexer, seq: number, hash: string): string => indexer.hash('chain head', `${seq} ${hash}`).toString('hex');

function openDatabase(options: StoreOptions): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    // Created by us first: SQLite would take the umask's mode, and the WAL inherits whatever the file has.
    closeSync(openSync(options.file, 'a', 0o600));
    db = new DatabaseSync(options.file, { timeout: BUSY_MS, enableForeignKeyConstraints: false });
    // Only a new file takes the page size. 8 KiB holds two bodies of the usual 3 KB where 4 KiB holds one and wastes a quarter.
    db.exec(`PRAGMA page_size = ${PAGE_BYTES}`);
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF');
    db.exec(`PRAGMA cache_size = -${CACHE_KIB}; PRAGMA temp_store = MEMORY`);
    if (options.maxBytes !== undefined) db.exec(`PRAGMA max_page_count = ${Math.max(1, Math.floor(options.maxBytes / PAGE_BYTES))}`);
    return db;
  } catch (e) {
    db?.close();
    throw new LedgerError('LT-LEDGER-OPEN-FAILED', options.file, e);
  }
}

function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (e) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw e;
  }
}

/**
 * Refuses keys that did not write this database; a new current key beside all the known ones is a rotation and is recorded.
 * Returns the key whose hashes the database holds: searches and fingerprints stay with the first key for ever.
 */
function checkKeys(db: DatabaseSync, keys: LedgerKeys, now: number): LedgerKey {
  const ring = [keys.current, ...keys.older];
  const known = db.prepare('SELECT id, check_value AS checkValue FROM keys ORDER BY first_used_at, id').all() as unknown as { id: string; checkValue: Uint8Array }[];
  for (const row of known) {
    const key = ring.find((candidate) => candidate.id === row.id);
    if (key === undefined || !timingSafeEqual(key.check, row.checkValue)) throw new LedgerError('LT-LEDGER-KEY-WRONG', `key ${row.id}`);
  }
  if (!known.some((row) => row.id === keys.current.id)) {
    db.prepare('INSERT INTO keys VALUES (?, ?, ?)').run(keys.current.id, keys.current.check, now);
  }
  const stored = db.prepare(`INSERT INTO meta VALUES ('index_key', ?) ON CONFLICT (key) DO UPDATE SET value = value RETURNING value`).get(keys.current.id) as { value: string } | undefined;
  const indexKey = ring.find((key) => key.id === stored?.value);
  if (indexKey === undefined) throw new LedgerError('LT-LEDGER-KEY-WRONG', `key ${stored?.value ?? ''}`);
  return indexKey;
}

/** True for failures after which the file's state is uncertain: an I/O error, damage, or a lost fence. A full disk is not one. */
export function isFatal(e: unknown): boolean {
  if (isLedgerError(e)) return e.code === 'LT-LEDGER-TAKEN-OVER' || e.code === 'LT-LEDGER-BROKEN';
  const code = (e as { errcode?: unknown } | null)?.errcode;
  // Primary result codes: 7 NOMEM, 10 IOERR, 11 CORRUPT, 14 CANTOPEN, 26 NOTADB
  return typeof code === 'number' && [7, 10, 11, 14, 26].includes(code & 0xff);
}

/** True when trying the next write of a failed group is pointless: 8 READONLY, 13 FULL, 5 BUSY, or fatal. */
export function isExhausted(e: unknown): boolean {
  const code = (e as { errcode?: unknown } | null)?.errcode;
  return isFatal(e) || (typeof code === 'number' && [5, 8, 13].includes(code & 0xff));
}
