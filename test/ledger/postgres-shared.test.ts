/** Several ledgers on one database: one chain, no lane twice, the work of one that is cut off, and a database that goes away. */
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keysFromMasters } from '../../src/ledger/keys.ts';
import type { Ledger, NewChange } from '../../src/ledger/ledger.ts';
import { Database } from '../../src/ledger/postgres/db.ts';
import { openPostgresLedger } from '../../src/ledger/postgres/ledger.ts';
import { migrate, migrations } from '../../src/ledger/postgres/migrations/index.ts';
import type { Migration } from '../../src/ledger/postgres/migrations/index.ts';
import { waitFor } from '../../src/testing/wait.ts';
import { testDatabase } from '../support/postgres.ts';
import type { TestDatabase } from '../support/postgres.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import type { TcpProxy } from '../support/tcp-proxy.ts';
import { T0, change, claimOptions, held, ids, settle, snapshot, step } from './fixtures.ts';

const keys = keysFromMasters([randomBytes(32)]);
const MEMBER = { roles: ['deliver', 'schedule'], version: '0.0.0' };

describe('ledgers on one PostgreSQL', () => {
  let database: TestDatabase;
  let proxy: TcpProxy;
  const opened: Ledger[] = [];

  beforeEach(async () => {
    database = await testDatabase();
    const { hostname, port } = new URL(database.url);
    proxy = await startTcpProxy(() => ({ host: hostname, port: Number(port) }));
  });
  afterEach(async () => {
    proxy.heal();
    await Promise.all(opened.splice(0).map((ledger) => ledger.close()));
    await proxy.close();
    await database.drop();
  });

  async function open(options: { through?: TcpProxy; maxPending?: number; notify?: boolean } = {}): Promise<Ledger> {
    const url = new URL(database.url);
    if (options.through !== undefined) url.port = String(options.through.port);
    const ledger = await openPostgresLedger({ url: url.href, keys, ...(options.maxPending === undefined ? {} : { maxPending: options.maxPending }), ...(options.notify === undefined ? {} : { notify: options.notify }) });
    opened.push(ledger);
    return ledger;
  }
  const two = async (): Promise<[Ledger, Ledger]> => [await open(), await open()];
  const plain = (code: string, over: Parameters<typeof change>[1] = {}): NewChange => change(code, { plans: [snapshot('v1')], ...over });

  it('two that open an empty database together make it once', async () => {
    const [a, b] = await Promise.all([open(), open()]);
    await a.append(plain('D-1'));
    expect((await b.getDossier('D-1'))?.code).toBe('D-1');
  });

  it('takes a change of a dossier whose lanes are being worked on: it waits for them, and finds them all again', async () => {
    const ledger = await open();
    const plans = (n: number) => ['portal', 'land', 'emc'].map((upstream) => step(`s${n}`, upstream));
    const blocked = `SELECT count(*)::int AS n FROM pg_locks WHERE NOT granted`;
    await ledger.append(change('D-1', { plans: plans(0) }));
    const lanes = await database.query<{ id: string }>('SELECT id FROM lanes ORDER BY id');
    expect(lanes).toHaveLength(3);
    const worker = new Client({ connectionString: database.url });
    await worker.connect();
    try {
      for (const [n, { id }] of [...lanes, ...lanes].entries()) {
        await worker.query('BEGIN');
        await worker.query('UPDATE lanes SET lease = lease + 1 WHERE id = $1', [id]);
        const appended = ledger.append(change('D-1', { plans: plans(n + 1), status: n % 2 === 0 ? 'RESOLVED' : 'PROCESSING' }));
        await waitFor(async () => (await database.query<{ n: number }>(blocked))[0]?.n === 1);
        await worker.query('COMMIT');
        expect(await appended).toMatchObject({ status: 'accepted', exchanges: 3 });
      }
    } finally {
      await worker.end();
    }
  });

  it('append to one unbroken chain, and know each other\'s changes again', async () => {
    const ledgers = await two();
    const [a, b] = ledgers;
    const codes = Array.from({ length: 150 }, (_, i) => `D-${i}`);
    const results = await Promise.all(ledgers.flatMap((ledger) => codes.map((code) => ledger.append(plain(code)))));
    expect(results.filter(({ status }) => status === 'accepted')).toHaveLength(codes.length);
    expect(results.filter(({ status }) => status === 'duplicate')).toHaveLength(codes.length);
    expect(new Set(results.map(({ eventSeq }) => eventSeq)).size).toBe(codes.length);
    expect(await a.verify()).toEqual({ events: codes.length, brokenAt: null });
    expect(await b.counts(Date.now())).toMatchObject({ dossiers: codes.length, events: codes.length, lanesReady: codes.length });
  });

  it('share the work on a server without LISTEN and NOTIFY: each looks once a second', async () => {
    const [a, b] = await Promise.all([open({ notify: false }), open({ notify: false })]);
    const told: string[] = [];
    b.onNotice((notice) => told.push(notice));
    await b.join(MEMBER);
    await a.append(plain('D-1'));
    await waitFor(() => told.includes('work') && told.includes('control'), { timeoutMs: 5_000, describe: 'the other process to look' });
    expect(await b.claim(claimOptions(Date.now()))).toHaveLength(1);
  });

  it('take back at once what they hold without draining it: the answer of a claim was lost', async () => {
    const ledger = await open();
    await ledger.append(plain('D-1'));
    const [lane] = await ledger.claim(claimOptions(Date.now()));
    expect(lane?.dossierCode).toBe('D-1');
    expect(await ledger.sweep(Date.now())).toMatchObject({ expired: 0 });
    expect(await ledger.sweep(Date.now(), [{ upstream: 'portal', dossierCode: 'D-1' }])).toMatchObject({ expired: 0 });
    expect(await ledger.sweep(Date.now(), [])).toMatchObject({ expired: 1 });
    expect(await ledger.claim(claimOptions(Date.now()))).toHaveLength(1);
  });

  it('a wrong clock takes nothing from a process that lives, however long its call takes', async () => {
    const [a, b] = await two();
    await a.join(MEMBER);
    await b.join(MEMBER);
    await a.append(plain('D-1'));
    const [lane] = await a.claim(claimOptions(Date.now()));
    if (lane === undefined) throw new Error('nothing claimed');
    await a.update({ ...held(lane), begin: ids(lane) });
    expect((await b.sweep(Date.now() + 3_600_000, [])).expired).toBe(0);
    await a.update(settle(lane, ids(lane), 'done', { release: { nextAt: null } }));
    expect((await a.getExchange(ids(lane)[0] ?? 0))?.state).toBe('done');
  });

  it('what a wrong clock put off for a year goes on within a day', async () => {
    const [a, b] = await two();
    await a.join(MEMBER);
    await a.append(plain('D-1'));
    const now = Date.now();
    const [lane] = await a.claim(claimOptions(now));
    if (lane === undefined) throw new Error('nothing claimed');
    const year = now + 365 * 86_400_000;
    await a.update({ ...held(lane), exchanges: [{ id: ids(lane)[0] ?? 0, state: 'pending', attempts: 1, lostReplies: 0, code: null, nextAt: year }], release: { nextAt: year } });
    await b.sweep(now, []);
    expect(await b.nextReadyAt()).toBeLessThan(now + 86_400_000 + 60_000);
    expect(await b.claim(claimOptions(now))).toEqual([]);
    expect(await b.claim(claimOptions(now + 86_460_000))).toHaveLength(1);
  });

  it('a hold that a person has just prolonged is not let go by a sweep that saw its old end', async () => {
    const [a] = await two();
    const now = Date.now();
    const hold = await a.freeze({ scope: 'dossier', key: 'D-1', upstream: null, by: 'admin', reason: 'chờ', until: now - 1 }, now - 10);
    const raw = await Database.open({ url: database.url, poolSize: 1, applicationName: 'test' });
    try {
      let sweeping: Promise<unknown> | undefined;
      await raw.line().transaction(async (tx) => {
        await tx.query('SELECT 1 FROM chain_head FOR UPDATE');
        sweeping = a.sweep(now);
        await waitFor(async () => (await raw.query(`SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`)).length > 0, { describe: 'the sweep to wait' });
        await tx.query('UPDATE holds SET ends_at = $1', [now + 3_600_000]);
      });
      await sweeping;
    } finally {
      await raw.close();
    }
    expect((await a.listHolds()).map(({ id }) => id)).toEqual([hold.id]);
  });

  it('a wrong clock does not end a hold before its time', async () => {
    const [a] = await two();
    const now = Date.now();
    await a.freeze({ scope: 'dossier', key: 'D-1', upstream: null, by: 'admin', reason: 'chờ', until: now + 3_600_000 }, now);
    await a.sweep(now + 86_400_000);
    expect(await a.listHolds()).toHaveLength(1);
  });

  it('give one number to a name that both see first', async () => {
    const ledgers = await two();
    await Promise.all(ledgers.flatMap((ledger, i) => ['portal', 'land', 'metrics'].map((upstream) => ledger.append(change(`D-${i}`, { body: upstream, plans: [step(upstream, upstream)] })))));
    const { exchanges } = await ledgers[0].counts(Date.now());
    expect(exchanges).toEqual({ 'portal/report-step/pending': 2, 'land/report-step/pending': 2, 'metrics/report-step/pending': 2 });
  });

  it('never lease a lane twice', async () => {
    const ledgers = await two();
    const codes = Array.from({ length: 200 }, (_, i) => `D-${i}`);
    await Promise.all(codes.map((code) => ledgers[0].append(plain(code))));
    const taken: string[] = [];
    await Promise.all(ledgers.map(async (ledger) => {
      await waitFor(async () => {
        const lanes = await ledger.claim(claimOptions(Date.now(), { limit: 7 }));
        taken.push(...lanes.map(({ dossierCode }) => dossierCode));
        await Promise.all(lanes.map((lane) => ledger.update(settle(lane, ids(lane), 'done', { release: { nextAt: null } }))));
        return taken.length >= codes.length;
      });
    }));
    expect([...taken].sort()).toEqual([...codes].sort());
    expect((await ledgers[1].counts(Date.now())).exchanges).toEqual({ 'portal/sync-dossier/done': codes.length });
  });

  it('keep a limit of leased lanes together', async () => {
    const ledgers = await two();
    await Promise.all(Array.from({ length: 40 }, (_, i) => ledgers[0].append(plain(`D-${i}`))));
    const claims = await Promise.all([0, 1, 2, 3].flatMap(() => ledgers.map((ledger) => ledger.claim(claimOptions(Date.now(), { limit: 4, mostLeased: { portal: 9 } })))));
    expect(claims.flat()).toHaveLength(9);
  });

  it('one that is cut off loses its lanes within seconds; what it had on the wire is in doubt, and its word counts no more', async () => {
    const lost = await open({ through: proxy });
    const other = await open();
    await Promise.all([lost.join(MEMBER), other.join(MEMBER)]);
    await other.append(change('D-1', { plans: [snapshot('v1'), step('s1')] }));
    const [lane] = await lost.claim(claimOptions(Date.now(), { leaseMs: 3_600_000, beginFirst: new Set(['sync-dossier']) }));
    if (lane === undefined) throw new Error('lane expected');
    proxy.cut();
    expect(await other.sweep(Date.now())).toEqual({ woken: 0, expired: 0 });
    await waitFor(async () => (await other.sweep(Date.now())).expired === 1, { timeoutMs: 15_000, intervalMs: 200 });
    expect(lost.fresh()).toBe(false);
    const [again] = await other.claim(claimOptions(Date.now()));
    expect(again?.exchanges).toMatchObject([{ itemKey: 'v1', state: 'unknown', lostReplies: 1 }, { itemKey: 's1', state: 'pending' }]);
    proxy.heal();
    await expect(lost.update(settle(lane, ids(lane), 'done', { release: { nextAt: null } }))).rejects.toMatchObject({ code: 'LT-LEDGER-LEASE-LOST' });
    if (again !== undefined) await other.update({ ...held(again), release: { nextAt: null } });
  });

  it('one that closes gives its lanes back at once', async () => {
    const [a, b] = await two();
    await a.join(MEMBER);
    await a.append(plain('D-1'));
    await a.claim(claimOptions(Date.now()));
    await a.close();
    expect((await b.claim(claimOptions(Date.now()))).map(({ dossierCode }) => dossierCode)).toEqual(['D-1']);
    expect(await b.counts(Date.now())).toMatchObject({ dossiers: 1, lanesReady: 0 });
    expect(await database.query('SELECT DISTINCT slot FROM counters WHERE slot <> $1', [''])).toHaveLength(1);
  });

  it('says that the database is out of reach, and goes on by itself; what is repeated is recorded once', async () => {
    const ledger = await open({ through: proxy });
    await ledger.append(plain('D-1'));
    proxy.cut();
    const calls = await Promise.allSettled([ledger.append(plain('D-2')), ledger.getDossier('D-1'), ledger.claim(claimOptions(Date.now()))]);
    const unreachable = { status: 'rejected', reason: { code: 'LT-LEDGER-UNREACHABLE' } };
    expect(calls).toMatchObject([unreachable, unreachable, unreachable]);
    proxy.heal();
    expect((await ledger.append(plain('D-1'))).status).toBe('duplicate');
    expect((await ledger.append(plain('D-2'))).status).toBe('accepted');
    expect(await ledger.verify()).toEqual({ events: 2, brokenAt: null });
  });

  it('sessions that the server ends between two calls are not noticed', async () => {
    const ledger = await open();
    await ledger.append(plain('D-1'));
    await database.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()');
    expect((await ledger.append(plain('D-2'))).status).toBe('accepted');
    expect((await ledger.claim(claimOptions(Date.now()))).length).toBe(2);
    expect((await ledger.getDossier('D-2'))?.code).toBe('D-2');
  });

  it('one record that the database refuses does not spoil its neighbours', async () => {
    const ledger = await open();
    const results = await Promise.allSettled([ledger.append(plain('D-1')), ledger.append(plain('D-2', { sourceId: 'a\u0000b' })), ledger.append(plain('D-3'))]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { code: 'LT-LEDGER-WRITE-FAILED' } });
    expect(await ledger.verify()).toEqual({ events: 2, brokenAt: null });
  });

  it('sheds intake above the bound', async () => {
    const ledger = await open({ maxPending: 3 });
    const results = await Promise.allSettled(Array.from({ length: 5 }, (_, i) => ledger.append(plain(`D-${i}`))));
    expect(results.map((result) => (result.status === 'fulfilled' ? 'ok' : (result.reason as { code: string }).code))).toEqual(['ok', 'ok', 'ok', 'LT-LEDGER-BUSY', 'LT-LEDGER-BUSY']);
    expect((await ledger.append(plain('D-9'))).status).toBe('accepted');
  });

  it('adds up the counts of a process that ended without a word', async () => {
    await (await open()).append(plain('D-1'));
    await database.query(`UPDATE counters SET slot = 'gone/intake'`);
    expect(await (await open()).counts(Date.now())).toMatchObject({ dossiers: 1, events: 1, lanesReady: 1 });
    expect(await database.query('SELECT DISTINCT slot FROM counters')).toEqual([{ slot: '' }]);
  });

  it('refuses another key', async () => {
    await open();
    await expect(openPostgresLedger({ url: database.url, keys: keysFromMasters([randomBytes(32)]) })).rejects.toMatchObject({ code: 'LT-LEDGER-KEY-WRONG' });
  });

  it('refuses an address where no PostgreSQL answers', async () => {
    proxy.cut();
    const url = new URL(database.url);
    url.port = String(proxy.port);
    await expect(openPostgresLedger({ url: url.href, keys })).rejects.toMatchObject({ code: 'LT-LEDGER-OPEN-FAILED' });
  });

  describe('while a newer version is rolled out', () => {
    const next = (compatibleFrom: number): Migration => ({ number: 999, name: 'next', sql: 'ALTER TABLE quarantine ADD COLUMN note text', compatibleFrom });
    const upgrade = async (migration: Migration): Promise<void> => {
      const db = await Database.open({ url: database.url, applicationName: 'newer', poolSize: 1 });
      try {
        await migrate(db.line(), T0, [...migrations, migration]);
      } finally {
        await db.close();
      }
    };

    it('an older process goes on, and may start again, beside a migration that only adds', async () => {
      const ledger = await open();
      await ledger.append(plain('D-1'));
      await upgrade(next(1));
      expect((await ledger.append(plain('D-2'))).status).toBe('accepted');
      expect((await (await open()).append(plain('D-3'))).status).toBe('accepted');
    });

    it('stops writing, and does not start, after one that it cannot work beside', async () => {
      const ledger = await open();
      await upgrade(next(999));
      await expect(ledger.append(plain('D-1'))).rejects.toMatchObject({ code: 'LT-LEDGER-NEWER' });
      await expect(open()).rejects.toMatchObject({ code: 'LT-LEDGER-NEWER' });
    });

    it('refuses a released migration that was edited', async () => {
      await open();
      const db = await Database.open({ url: database.url, applicationName: 'edited', poolSize: 1 });
      const edited = migrations.map((migration) => ({ ...migration, sql: `${migration.sql} ` }));
      await expect(migrate(db.line(), T0, edited)).rejects.toMatchObject({ code: 'LT-LEDGER-MIGRATION-CHANGED' });
      await db.close();
    });
  });
});
