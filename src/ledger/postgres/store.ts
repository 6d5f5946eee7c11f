/** The database of one ledger and what a process keeps of it in memory: keys, names, its own id. What changes is never kept: other processes change it too. */
import { randomUUID, timingSafeEqual } from 'node:crypto';
import type { QueryResultRow } from 'pg';
import { GENESIS } from '../chain.ts';
import type { ChainPosition } from '../chain.ts';
import { LedgerError } from '../errors.ts';
import type { LedgerKey, LedgerKeys } from '../keys.ts';
import { Indexer, Sealer } from '../seal.ts';
import { Database, failureOf } from './db.ts';
import type { Line, Tx } from './db.ts';
import { migrate } from './migrations/index.ts';
import { Names } from './names.ts';

export interface StoreOptions {
  url: string;
  keys: LedgerKeys;
  /** ms; the time that events and exchanges are recorded under */
  now: () => number;
  /** connections for reading, beside the few that write and listen */
  poolSize: number;
  /** false: the server has no LISTEN and NOTIFY */
  notify?: boolean;
}

export interface HeadRow { seq: number; hash: string; mac: string; nextDossier: number; nextExchange: number; nextQuarantine: number; requires: number }
export const HEAD_FIELDS = `seq, hash, mac, next_dossier AS "nextDossier", next_exchange AS "nextExchange", next_quarantine AS "nextQuarantine", requires`;

export class Store {
  readonly db: Database;
  readonly sealer: Sealer;
  readonly indexer: Indexer;
  readonly names = new Names();
  readonly now: () => number;
  /** unique for each start; owner of this process's claims, and its slot among the counters */
  readonly instanceId = randomUUID();
  /** what takes the chain: appends, orders */
  readonly intakeLine: Line;
  /** what moves lanes without the chain: claims, updates, sweeps */
  readonly lanesLine: Line;

  private constructor(db: Database, keys: LedgerKeys, indexKey: LedgerKey, now: () => number, lines: { intake: Line; lanes: Line }) {
    this.db = db;
    this.now = now;
    this.sealer = new Sealer(keys);
    this.indexer = new Indexer(indexKey.index);
    this.intakeLine = lines.intake;
    this.lanesLine = lines.lanes;
  }

  /** @throws LedgerError LT-LEDGER-DRIVER-MISSING, -OPEN-FAILED, -NEWER, -MIGRATION-CHANGED, -KEY-WRONG */
  static async open({ url, keys, now, poolSize, notify = true }: StoreOptions): Promise<Store> {
    const db = await Database.open({ url, poolSize, notify, applicationName: 'lienthong' });
    try {
      const intake = db.line();
      await migrate(intake, now());
      const indexKey = await intake.transaction((tx) => checkKeys(tx, keys, now()));
      const store = new Store(db, keys, indexKey, now, { intake, lanes: db.line() });
      await intake.transaction((tx) => store.#firstHead(tx));
      await store.names.reload(db);
      return store;
    } catch (e) {
      await db.close();
      throw failureOf(e);
    }
  }

  /** A read of what is committed. */
  query<R extends QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<R[]> { return this.db.query<R>(text, values); }

  /** The head as the last commit left it, if its seal is intact: a cut tail cannot hide behind an edited row. */
  async sealedHead(ask: { query: Store['query'] } = this): Promise<ChainPosition | undefined> {
    const [row] = await ask.query<HeadRow>(`SELECT ${HEAD_FIELDS} FROM chain_head WHERE one = 1`);
    return row === undefined ? undefined : this.checkedHead(row);
  }

  checkedHead({ seq, hash, mac }: HeadRow): ChainPosition | undefined { return mac === this.headMac(seq, hash) ? { seq, hash } : undefined; }

  headMac(seq: number, hash: string): string { return this.indexer.hash('chain head', `${seq} ${hash}`).toString('hex'); }

  /** Ids for attempts, ascending. */
  async attemptIds(tx: Tx, count: number): Promise<number[]> {
    const rows = await tx.query<{ id: number }>(`SELECT nextval('attempt_ids') AS id FROM generate_series(1, $1::int)`, [count]);
    return rows.map(({ id }) => id);
  }

  close(): Promise<void> { return this.db.close(); }

  async #firstHead(tx: Tx): Promise<void> {
    const { seq, hash } = GENESIS;
    await tx.query(
      `INSERT INTO chain_head (one, seq, hash, mac, next_dossier, next_exchange, next_quarantine, requires)
       SELECT 1, $1, $2, $3, 1, 1, 1, coalesce(max(compatible_from), 1) FROM schema_migrations ON CONFLICT (one) DO NOTHING`,
      [seq, hash, this.headMac(seq, hash)],
    );
  }
}

/**
 * Refuses keys that did not write this database; a new current key beside all the known ones is a rotation and is recorded.
 * Returns the key whose hashes the database holds: searches and fingerprints stay with the first key for ever.
 */
async function checkKeys(tx: Tx, keys: LedgerKeys, now: number): Promise<LedgerKey> {
  const ring = [keys.current, ...keys.older];
  // Two processes with different first keys must not both find an empty table.
  await tx.query('LOCK TABLE keys IN SHARE ROW EXCLUSIVE MODE');
  const known = await tx.query<{ id: string; checkValue: Uint8Array }>('SELECT id, check_value AS "checkValue" FROM keys ORDER BY first_used_at, id');
  for (const row of known) {
    const key = ring.find((candidate) => candidate.id === row.id);
    if (key === undefined || !timingSafeEqual(key.check, row.checkValue)) throw new LedgerError('LT-LEDGER-KEY-WRONG', `key ${row.id}`);
  }
  if (!known.some((row) => row.id === keys.current.id)) {
    await tx.query('INSERT INTO keys (id, check_value, first_used_at) VALUES ($1, $2, $3)', [keys.current.id, keys.current.check, now]);
  }
  const [stored] = await tx.query<{ value: string }>(
    `INSERT INTO meta (key, value) VALUES ('index_key', $1) ON CONFLICT (key) DO UPDATE SET value = meta.value RETURNING value`, [keys.current.id],
  );
  const indexKey = ring.find((key) => key.id === stored?.value);
  if (indexKey === undefined) throw new LedgerError('LT-LEDGER-KEY-WRONG', `key ${stored?.value ?? ''}`);
  return indexKey;
}
