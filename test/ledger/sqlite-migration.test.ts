/** A ledger that an earlier version wrote opens, keeps what it holds, and delivers. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GENESIS_HASH, eventHash, sha256Hex } from '../../src/ledger/chain.ts';
import { keysFromMasters } from '../../src/ledger/keys.ts';
import { Indexer, Sealer } from '../../src/ledger/seal.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { migrate, migrations } from '../../src/ledger/sqlite/migrations/index.ts';
import { T0, change, claimOptions, ids, settle, snapshot } from './fixtures.ts';

const DAY = 86_400_000;
const keys = keysFromMasters([randomBytes(32)]);

/**
 * What version 0.1 left: by its own migration alone, rows as it wrote them. One dossier waits and is due soon, one was finished
 * too late, one waits on the wire of a worker that is gone.
 */
function writeOldLedger(file: string): void {
  const db = new DatabaseSync(file);
  db.exec('PRAGMA journal_mode = WAL');
  migrate(db, T0, migrations.slice(0, 1));
  const sealer = new Sealer(keys);
  const indexer = new Indexer(keys.current.index);
  db.prepare('INSERT INTO keys VALUES (?, ?, ?)').run(keys.current.id, keys.current.check, T0);
  db.prepare(`INSERT INTO meta VALUES ('index_key', ?)`).run(keys.current.id);
  db.exec(`INSERT INTO upstreams VALUES (1, 'portal'); INSERT INTO operations VALUES (1, 1, 'sync-dossier')`);
  const dossiers = [['D-1', T0 + DAY, null, 0, 1], ['D-2', T0 - DAY, T0 - 5, 0, 1], ['D-3', null, null, 1, 2]] as const;
  let previous = GENESIS_HASH;
  for (const [i, [code, due, resolved, exchangeState, laneState]] of dossiers.entries()) {
    const seq = i + 1;
    const { columns, body, sourceSystem, sourceId } = change(code);
    db.prepare('INSERT INTO dossiers VALUES (?, ?, ?, NULL, ?, ?, ?, ?, NULL, NULL, ?, ?, NULL, 1, ?, ?, NULL)')
      .run(seq, code, columns.status, columns.procedureCode, columns.sectorCode, columns.agencyCode, columns.channel, due, resolved, T0, seq);
    const sealed = sealer.seal(Buffer.from(body), `events:${seq}`);
    const metadata = { seq, kind: 'dossier.snapshot', dossierCode: code, sourceSystem, sourceId, recordedAt: T0, sourceUpdatedAt: null, via: 'api', actor: 'key-1', stale: false, warningsHash: '' } as const;
    const hash = eventHash(previous, metadata, sha256Hex(sealed));
    db.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, NULL, ?, ?, 0, 1, ?, NULL, ?)')
      .run(seq, seq, indexer.hash(`change:${sourceSystem}\0`, Buffer.from(body)), metadata.kind, sourceSystem, sourceId, T0, 'api', 'key-1', Buffer.from(hash, 'hex'), sealed);
    previous = hash;
    const lane = seq * 1024 + 1;
    db.prepare('INSERT INTO exchanges (lane_id, operation_no, item_key, event_seq, state, created_at, begun_at) VALUES (?, 1, ?, ?, ?, ?, ?)')
      .run(lane, `${code}-v1`, seq, exchangeState, T0, exchangeState === 1 ? T0 : null);
    db.prepare('INSERT INTO lanes (id, upstream_no, state, ready_at, lease, lease_until, owner) VALUES (?, 1, ?, ?, ?, ?, ?)')
      .run(lane, laneState, laneState === 1 ? T0 + seq : null, laneState === 1 ? 0 : 1, laneState === 1 ? null : T0 + 60_000, laneState === 1 ? null : 'gone');
  }
  db.prepare('INSERT INTO attempts VALUES (1, 1025, ?, ?, ?, ?, ?, ?, ?, ?, NULL)').run('sync-dossier', 'send', '[1]', T0, T0 + 9, 'retry', 'LT-X', 503);
  const counted = [['dossiers', 3], ['events', 3], ['status/PROCESSING/ONLINE', 3], ['exchange/1/0', 2], ['exchange/1/1', 1], ['lanes/ready', 2]] as const;
  for (const [key, n] of counted) db.prepare('INSERT INTO counters VALUES (?, ?)').run(key, n);
  const mac = indexer.hash('chain head', `3 ${previous}`).toString('hex');
  db.prepare(`INSERT INTO meta VALUES ('chain_head', ?)`).run(`3 ${previous} ${mac}`);
  db.close();
}

describe('a ledger of version 0001', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lt-old-'));
    writeOldLedger(join(folder, 'ledger.db'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('opens, keeps all it holds, and delivers', async () => {
    const ledger = await openSqliteLedger({ folder, keys, now: () => T0 });
    try {
      expect(await ledger.verify()).toEqual({ events: 3, brokenAt: null });
      expect(await ledger.getDossier('D-1')).toMatchObject({ body: change('D-1').body, lastEventSeq: 1 });
      const [attempt] = (await ledger.timeline('D-1'))?.attempts ?? [];
      expect(attempt).toMatchObject({ exchangeIds: [1], outcome: 'retry', code: 'LT-X' });
      expect(attempt).not.toHaveProperty('mapping');
      expect(await ledger.counts(T0)).toMatchObject({ dossiers: 3, lanesReady: 3, lanesHeld: 0, exchanges: { 'portal/sync-dossier/pending': 2, 'portal/sync-dossier/unknown': 1 } });
      expect((await ledger.append(change('D-1'))).status).toBe('duplicate');
      // The one due soon first, though another has waited longer; the one finished too late presses no more.
      const [urgent] = await ledger.claim(claimOptions(T0 + 10, { limit: 2, urgentWithinMs: 2 * DAY }));
      expect(urgent?.dossierCode).toBe('D-1');
      if (urgent !== undefined) await ledger.update(settle(urgent, ids(urgent), 'done', { release: { nextAt: null } }));
      await ledger.append(change('D-4', { plans: [snapshot('v1')] }));
      await ledger.sweep(T0 + 120_000);
      for (let turn = 0; turn < 5; turn++) {
        for (const lane of await ledger.claim(claimOptions(T0 + 120_000))) await ledger.update(settle(lane, ids(lane), 'done', { release: { nextAt: null } }));
      }
      expect((await ledger.counts(T0)).exchanges).toEqual({ 'portal/sync-dossier/done': 4 });
      expect(await ledger.verify()).toEqual({ events: 4, brokenAt: null });
    } finally {
      await ledger.close();
    }
  });

  it('is refused by a program that does not know the new shape', async () => {
    await (await openSqliteLedger({ folder, keys, now: () => T0 })).close();
    const db = new DatabaseSync(join(folder, 'ledger.db'));
    expect(() => { migrate(db, T0, migrations.slice(0, 1)); }).toThrow(/LT-LEDGER-NEWER/);
    db.close();
  });

  it('keeps the shape of its first migration for ever', () => {
    expect(sha256Hex(migrations[0]?.sql ?? '')).toBe('b33eb0c53b5792c77f67c0899b3c8ae7aa2f5e63b8eb38b0b7cb88a6e400134c');
  });
});
