/**
 * The SQLite ledger seen from another process than its gateway: reading beside it, backing it up while it writes, and putting a copy in
 * place. Only `restore` needs the folder for itself.
 */
import { chmodSync, closeSync, copyFileSync, existsSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { timingSafeEqual } from 'node:crypto';
import { PART, syncFolder, syncPath } from '../audit/durable.ts';
import { GENESIS, breakBetween } from '../chain.ts';
import type { ChainPosition } from '../chain.ts';
import { LedgerError, isLedgerError } from '../errors.ts';
import type { LedgerKey, LedgerKeys } from '../keys.ts';
import type { Timeline } from '../ledger.ts';
import { Indexer, Sealer } from '../seal.ts';
import type { LedgerFeed } from '../feed.ts';
import type { LedgerUpkeep } from '../upkeep.ts';
import { Counters } from './counters.ts';
import { Feed } from './feed.ts';
import { lockFolder } from './lock.ts';
import { migrate, migrations } from './migrations/index.ts';
import { Names } from './names.ts';
import { Reads } from './reads.ts';
import { headMac } from './store.ts';
import { EventExport } from './upkeep-export.ts';

export const DATABASE_FILE = 'ledger.db';
const BUSY_MS = 5_000;
const CHAIN_SLICE = 500;
/** Each is counted in full and compared with what the ledger itself keeps count of. */
const COUNTED = ['dossiers', 'events', 'quarantine'] as const;
const TABLES = ['dossiers', 'events', 'exchanges', 'attempts', 'quarantine', 'checkpoints', 'files'] as const;
const COUNTER_OF: Record<(typeof COUNTED)[number], string> = { dossiers: 'dossiers', events: 'events', quarantine: 'quarantined' };

export interface LedgerReader extends Pick<LedgerUpkeep, 'exportEvents' | 'listCheckpoints' | 'bodies' | 'seal'>, LedgerFeed {
  timeline(code: string): Promise<Timeline | undefined>;
  /** the newest event's number now, 0 when there is none */
  lastSeq(): number;
  close(): Promise<void>;
}
/** What was found in a copy that is sound. */
export interface CopyReport { rows: Record<(typeof TABLES)[number], number>; head: ChainPosition; bytes: number }

/**
 * Reads a ledger that a gateway may be writing to. Every call is a read transaction of its own and holds nobody up.
 * @throws LedgerError LT-LEDGER-OPEN-FAILED, -KEY-WRONG, -NEWER
 */
export function openSqliteReader(folder: string, keys: LedgerKeys): LedgerReader {
  const db = openToRead(join(folder, DATABASE_FILE));
  try {
    const indexKey = fittingKey(db, keys);
    const events = new EventExport(db);
    const store = () => ({ db, sealer: new Sealer(keys), indexer: new Indexer(indexKey.index), counters: new Counters(db), names: new Names(db) });
    const reads = (): Reads => new Reads(store());
    let feed: Feed | undefined;
    const followed = (): Feed => (feed ??= new Feed(store()));
    return {
      exportEvents: (options) => Promise.resolve(events.events(options)),
      listCheckpoints: (limit) => Promise.resolve(events.checkpoints(limit)),
      // Names are read anew for each: the gateway may have met an upstream since.
      timeline: (code) => Promise.resolve(reads().timeline(code)),
      bodies: (seqs) => Promise.resolve(reads().bodies(seqs)),
      seal: (digest) => Promise.resolve(reads().seal(digest)),
      dossiers: (codes, acceptance) => Promise.resolve(followed().dossiers(codes, acceptance)),
      listDossiers: (options) => Promise.resolve(followed().list(options)),
      listChanges: (options) => Promise.resolve(followed().changes(options)),
      listCalls: (options) => Promise.resolve(followed().calls(options)),
      lastSeq: () => count(db, 'SELECT coalesce(max(seq), 0) AS n FROM events'),
      close: () => Promise.resolve(db.close()),
    };
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * One self-contained, checked copy of a ledger, while its gateway goes on writing: everything that was committed when it began.
 * @param file must not exist yet
 * @throws LedgerError LT-LEDGER-TARGET-NOT-EMPTY, -COPY-UNSOUND, -OPEN-FAILED, -KEY-WRONG
 */
export function backupSqlite(folder: string, file: string, keys: LedgerKeys): CopyReport {
  if (existsSync(file)) throw new LedgerError('LT-LEDGER-TARGET-NOT-EMPTY', file);
  const part = `${file}${PART}`;
  rmSync(part, { force: true });
  try {
    const source = openToRead(join(folder, DATABASE_FILE));
    try {
      // Made by us first: it would take the umask's mode.
      closeSync(openSync(part, 'wx', 0o600));
      // One read transaction for the whole copy. The page-wise backup of SQLite begins again with every commit of another process.
      source.prepare('VACUUM INTO ?').run(part);
    } finally {
      source.close();
    }
    syncPath(part);
    const report = checkCopy(part, keys);
    renameSync(part, file);
    syncFolder(dirname(file));
    return report;
  } catch (error) {
    rmSync(part, { force: true });
    throw isLedgerError(error) ? error : new LedgerError('LT-LEDGER-OPEN-FAILED', file, error);
  }
}

/**
 * Puts a copy in the place of a ledger that is not there. It is brought to this version's shape and checked before it gets its name.
 * @throws LedgerError LT-LEDGER-TARGET-NOT-EMPTY, -LOCKED, -COPY-UNSOUND, -KEY-WRONG, -NEWER
 */
export function restoreSqlite(from: string, folder: string, keys: LedgerKeys, now: number): CopyReport {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = lockFolder(folder);
  const target = join(folder, DATABASE_FILE);
  const part = `${target}${PART}`;
  try {
    for (const file of [target, `${target}-wal`, `${target}-shm`]) if (existsSync(file)) throw new LedgerError('LT-LEDGER-TARGET-NOT-EMPTY', file);
    rmSync(part, { force: true });
    copyFileSync(from, part);
    chmodSync(part, 0o600);
    const db = new DatabaseSync(part, { enableForeignKeyConstraints: false });
    try {
      // An empty file would be made into an empty ledger.
      count(db, 'SELECT count(*) AS n FROM schema_migrations');
      migrate(db, now);
    } finally {
      db.close();
    }
    syncPath(part);
    const report = checkCopy(part, keys);
    renameSync(part, target);
    syncFolder(folder);
    return report;
  } catch (error) {
    rmSync(part, { force: true });
    throw isLedgerError(error) ? error : new LedgerError('LT-LEDGER-COPY-UNSOUND', from, error);
  } finally {
    lock.release();
  }
}

/**
 * Reads every page, walks the whole chain to its sealed head, and counts.
 * @throws LedgerError LT-LEDGER-COPY-UNSOUND naming what is wrong, -KEY-WRONG, -NEWER
 */
export function checkCopy(file: string, keys: LedgerKeys): CopyReport {
  const db = openToRead(file, 'LT-LEDGER-COPY-UNSOUND');
  try {
    const [damage] = db.prepare('PRAGMA integrity_check(1)').all().map((row) => String(row['integrity_check']));
    if (damage !== 'ok') throw new LedgerError('LT-LEDGER-COPY-UNSOUND', 'integrity_check');
    const indexKey = fittingKey(db, keys);
    const head = walk(db);
    const sealed = (db.prepare(`SELECT value FROM meta WHERE key = 'chain_head'`).get() as { value: string } | undefined)?.value;
    const expected = head.seq === 0 ? undefined : `${head.seq} ${head.hash} ${headMac(new Indexer(indexKey.index), head.seq, head.hash)}`;
    if (sealed !== expected) throw new LedgerError('LT-LEDGER-COPY-UNSOUND', { vi: `đầu chuỗi sau sự kiện ${head.seq}`, en: `head of the chain behind event ${head.seq}` });
    const rows = Object.fromEntries(TABLES.map((table) => [table, count(db, `SELECT count(*) AS n FROM ${table}`)])) as CopyReport['rows'];
    for (const table of COUNTED) {
      const kept = count(db, `SELECT coalesce((SELECT n FROM counters WHERE key = '${COUNTER_OF[table]}'), 0) AS n`);
      if (kept !== rows[table]) throw new LedgerError('LT-LEDGER-COPY-UNSOUND', `${table}: ${rows[table]} ≠ ${kept}`);
    }
    return { rows, head, bytes: count(db, 'SELECT page_count * page_size AS n FROM pragma_page_count(), pragma_page_size()') };
  } catch (error) {
    throw isLedgerError(error) ? error : new LedgerError('LT-LEDGER-COPY-UNSOUND', file, error);
  } finally {
    db.close();
  }
}

function walk(db: DatabaseSync): ChainPosition {
  const events = new EventExport(db);
  let previous: ChainPosition = GENESIS;
  for (;;) {
    const slice = events.events({ afterSeq: previous.seq, limit: CHAIN_SLICE, bodies: false });
    if (slice.length === 0) return previous;
    for (const event of slice) {
      if (breakBetween(previous, event) !== null) throw new LedgerError('LT-LEDGER-COPY-UNSOUND', { vi: `chuỗi đứt ở sự kiện ${previous.seq + 1}`, en: `chain broken at event ${previous.seq + 1}` });
      previous = { seq: event.seq, hash: event.hash };
    }
  }
}

/** Without this program's newest tables nothing here can read: the gateway brings a ledger up to them when it starts. */
function openToRead(file: string, otherwise: 'LT-LEDGER-OPEN-FAILED' | 'LT-LEDGER-COPY-UNSOUND' = 'LT-LEDGER-OPEN-FAILED'): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { readOnly: true, timeout: BUSY_MS, enableForeignKeyConstraints: false });
    const newest = count(db, 'SELECT coalesce(max(number), 0) AS n FROM schema_migrations');
    const known = Math.max(...migrations.map((migration) => migration.number));
    if (newest > known) throw new LedgerError('LT-LEDGER-NEWER', String(newest));
    if (newest < known) throw new LedgerError(otherwise, { vi: `${file}: bản cũ ${newest}, cần chạy cổng phiên bản này một lần`, en: `${file}: of the older shape ${newest}; let a gateway of this version open it once` });
    return db;
  } catch (error) {
    db?.close();
    throw isLedgerError(error) ? error : new LedgerError(otherwise, file, error);
  }
}

/** Every key that wrote the ledger must be there. Returns the one whose hashes it holds. */
function fittingKey(db: DatabaseSync, keys: LedgerKeys): LedgerKey {
  const ring = [keys.current, ...keys.older];
  for (const row of db.prepare('SELECT id, check_value AS checkValue FROM keys').all() as unknown as { id: string; checkValue: Uint8Array }[]) {
    const key = ring.find((candidate) => candidate.id === row.id);
    if (key === undefined || !timingSafeEqual(key.check, row.checkValue)) throw new LedgerError('LT-LEDGER-KEY-WRONG', `key ${row.id}`);
  }
  const id = (db.prepare(`SELECT value FROM meta WHERE key = 'index_key'`).get() as { value: string } | undefined)?.value;
  const found = ring.find((key) => key.id === id);
  if (found === undefined) throw new LedgerError('LT-LEDGER-KEY-WRONG', `key ${id ?? ''}`);
  return found;
}

const count = (db: DatabaseSync, sql: string): number => Number((db.prepare(sql).get() as { n: number } | undefined)?.n ?? 0);
