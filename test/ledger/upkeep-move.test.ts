/** From SQLite to a real PostgreSQL: everything arrives, is proven, and goes on there. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { MOVED_TABLES, moveLedger } from '../../src/ledger/move.ts';
import { CopyTarget } from '../../src/ledger/postgres/copy.ts';
import { openPostgresLedger } from '../../src/ledger/postgres/ledger.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';
import { SNAPSHOT, T0, change, claimOne, claimOptions, ids, settle, snapshot, sqliteStorage, step } from './fixtures.ts';
import type { SqliteStorage } from './fixtures.ts';

const DOSSIERS = 700;
/** The largest is more than one page of rows may hold. */
const PAPERS = [Buffer.from('đơn'), Buffer.alloc(9_000_000, 7), Buffer.from('ảnh')];

let storage: SqliteStorage;
let database: TestDatabase;
let moved: Ledger | undefined;
beforeEach(async () => {
  storage = await sqliteStorage();
  database = await testDatabase();
});
afterEach(async () => {
  await moved?.close();
  moved = undefined;
  await storage.dispose();
  await database.drop();
});

const version = (code: string, n: number) => change(code, { sourceUpdatedAt: T0 + n, body: JSON.stringify({ code, n, who: 'Nguyễn Văn Ất 😀' }), terms: [{ kind: 'phone', value: `0900${code}` }], plans: [snapshot(`v${n}`), step(`s${n}`, 'land')] });
const move = () => moveLedger({ folder: storage.folder, url: database.url, keys: storage.keys, now: T0 });

/** A ledger that has seen everything: sent, refused, held, quarantined, expired, sealed. */
async function filled(): Promise<void> {
  const ledger = await storage.open();
  await Promise.all(Array.from({ length: DOSSIERS }, (_, i) => ledger.append(version(`D-${i}`, 1))));
  await ledger.append(version('D-1', 2));
  for (const [i, paper] of PAPERS.entries()) {
    const address = await ledger.keepFile(paper, { mediaType: 'application/pdf' });
    await ledger.append({ ...version(`D-${i}`, 3), body: JSON.stringify({ code: `D-${i}`, address }), plans: [], terms: [] });
  }
  for (const lane of await ledger.claim(claimOptions(T0, { limit: 100, upstreams: ['portal'] }))) {
    const attempt = { exchangeIds: ids(lane), operation: SNAPSHOT, kind: 'send', startedAt: T0, endedAt: T0 + 5, outcome: 'done', code: null, httpStatus: 200, mapping: 'm-1', evidence: 'câu trả lời' } as const;
    await ledger.update(settle(lane, ids(lane), lane.dossierCode.endsWith('7') ? 'rejected' : 'done', { attempts: [attempt], remote: '{"id":1}', release: { nextAt: null } }));
  }
  await ledger.freeze({ scope: 'dossier', key: 'D-650', upstream: null, by: 'key-1', reason: 'bà Ất gọi', until: null }, T0);
  await ledger.quarantine({ via: 'api', actor: null, raw: '{"a":"à"}', issues: [] });
  await ledger.setCursor('source:opencps', 'trang-7');
  await ledger.putCell('breaker/portal', '{"state":"open"}', 0);
  await ledger.checkpoint(T0);
  const { events } = await ledger.expirable({ bodiesBefore: T0 + 1, lastBodiesBefore: null, attemptsBefore: null, quarantineBefore: null }, 10_000);
  await ledger.expire({ eventSeqs: events.map((event) => event.seq), attemptIds: [], quarantineIds: [] }, { file: 'archive-1.ndjson.gz', sha256: '0'.repeat(64) }, T0);
  await ledger.close();
}

describe('moving a ledger to PostgreSQL', () => {
  it('carries every row, proves it, and the gateway goes on there: same timelines, same chain, what waited is delivered', { timeout: 90_000 }, async () => {
    await filled();
    const proof = await move();
    expect(proof.tables.filter((table) => !table.same)).toEqual([]);
    expect(proof.ok).toBe(true);
    expect(proof.tables.map((table) => table.table)).toEqual(MOVED_TABLES.map((table) => table.name));
    const rows = Object.fromEntries(proof.tables.map((table) => [table.table, table.targetRows]));
    expect(rows).toMatchObject({ dossiers: DOSSIERS, exchanges: 2 * DOSSIERS + 2, attempts: 100, quarantine: 1, holds: 1, cells: 1, cursors: 1, checkpoints: 1, terms: DOSSIERS, files: PAPERS.length, file_uses: PAPERS.length });
    expect(proof.chain).toEqual({ source: { events: rows['events'], brokenAt: null }, target: { events: rows['events'], brokenAt: null } });

    const source = await storage.open();
    moved = await openPostgresLedger({ url: database.url, keys: storage.keys, now: () => T0 });
    expect(await moved.counts(T0)).toEqual(await source.counts(T0));
    for (const code of ['D-1', 'D-7', 'D-650']) expect(await moved.timeline(code)).toEqual(await source.timeline(code));
    expect(await moved.findDossiers({ kind: 'phone', value: '0900D-9' }, 5)).toEqual(['D-9']);
    expect(await moved.listQuarantine({ limit: 5 })).toEqual(await source.listQuarantine({ limit: 5 }));
    expect(await moved.listHolds()).toEqual(await source.listHolds());
    expect(await moved.getCell('breaker/portal')).toEqual(await source.getCell('breaker/portal'));
    expect(await moved.getCursor('source:opencps')).toBe('trang-7');
    expect(await moved.listCheckpoints(5)).toEqual(await source.listCheckpoints(5));
    expect(await moved.exportEvents({ afterSeq: 0, limit: 5_000, bodies: true })).toEqual(await source.exportEvents({ afterSeq: 0, limit: 5_000, bodies: true }));
    for (let i = 0; i < PAPERS.length; i++) {
      const { address } = JSON.parse((await moved.getDossier(`D-${i}`))?.body ?? '') as { address: string };
      expect(Buffer.compare((await moved.readFile(address))?.content ?? new Uint8Array(), PAPERS[i] ?? Buffer.alloc(0))).toBe(0);
    }
    expect(await moved.dropFiles({ before: T0 + 1, limit: 100 }, T0)).toEqual({ files: 0, bytes: 0, next: null });
    await source.close();

    await moved.join({ roles: ['deliver'], version: 'test' });
    expect(await moved.append(version('D-3', 1))).toMatchObject({ status: 'duplicate' });
    expect(await moved.append(version('NEW', 1))).toMatchObject({ status: 'accepted', exchanges: 2 });
    const lane = await claimOne(moved, T0 + 1, { limit: 1, upstreams: ['portal'], owner: moved.instanceId });
    const attempt = { exchangeIds: ids(lane), operation: SNAPSHOT, kind: 'send', startedAt: T0, endedAt: T0 + 5, outcome: 'done', code: null, httpStatus: 200 } as const;
    await moved.update(settle(lane, ids(lane), 'done', { attempts: [attempt], release: { nextAt: null } }));
    expect((await moved.timeline(lane.dossierCode))?.attempts).toHaveLength(1);
    expect(JSON.parse(lane.events[0]?.body ?? '')).toMatchObject({ code: lane.dossierCode });
    expect((await moved.verify()).brokenAt).toBeNull();
  });

  it('refuses a source that a gateway holds, and a target that holds anything; a refused move leaves nothing behind', { timeout: 60_000 }, async () => {
    const ledger = await storage.open();
    await ledger.append(version('D-1', 1));
    await expect(move()).rejects.toMatchObject({ code: 'LT-LEDGER-LOCKED' });
    await ledger.close();
    expect((await move()).ok).toBe(true);
    await expect(move()).rejects.toMatchObject({ code: 'LT-LEDGER-TARGET-NOT-EMPTY' });
    expect(await database.query('SELECT count(*)::int AS n FROM dossiers')).toEqual([{ n: 1 }]);
  });

  it('says which table differs when the target does not keep what it was given', { timeout: 60_000 }, async () => {
    await filled();
    await (await CopyTarget.open(database.url, T0)).close();
    await database.query(`CREATE FUNCTION other() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.id = 42 THEN NEW.outcome := 'retry'; END IF; RETURN NEW; END $$`);
    await database.query('CREATE TRIGGER other BEFORE INSERT ON attempts FOR EACH ROW EXECUTE FUNCTION other()');
    const proof = await move();
    expect(proof.ok).toBe(false);
    expect(proof.tables.filter((table) => !table.same).map((table) => table.table)).toEqual(['attempts']);
  });
});
