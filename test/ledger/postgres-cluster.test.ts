import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Membership } from '../../src/ledger/cluster.ts';
import { living } from '../../src/ledger/cluster.ts';
import type { LedgerError } from '../../src/ledger/errors.ts';
import { Cluster } from '../../src/ledger/postgres/cluster.ts';
import { Database } from '../../src/ledger/postgres/db.ts';
import { migrate } from '../../src/ledger/postgres/migrations/index.ts';
import { waitFor } from '../../src/testing/wait.ts';
import { startOwnPostgres, testDatabase } from '../support/postgres.ts';
import type { TestDatabase } from '../support/postgres.ts';

const CHILD = fileURLToPath(new URL('cluster-child.ts', import.meta.url));
const ALL: Membership = { roles: ['intake', 'deliver', 'schedule', 'console'], version: '1.0.0' };

interface Said { id: string; at: number; fresh: boolean; unbroken: boolean; leads: boolean }
interface Member { child: ChildProcess; said: Said[]; last(): Said | undefined }

describe('processes on one PostgreSQL', () => {
  let storage: TestDatabase;
  const opened: { cluster: Cluster; database: Database }[] = [];
  const children: ChildProcess[] = [];

  const open = async (id: string, url = storage.url, onWarning?: (warning: LedgerError) => void): Promise<Cluster> => {
    const database = await Database.open({ url, applicationName: 'test', poolSize: 1 });
    const cluster = new Cluster({ database, instanceId: id, ...(onWarning === undefined ? {} : { onWarning }) });
    opened.push({ cluster, database });
    return cluster;
  };
  const prepare = async (url: string): Promise<void> => {
    const database = await Database.open({ url, applicationName: 'test', poolSize: 1 });
    await migrate(database.line(), Date.now());
    await database.close();
  };
  const member = (roles: string): Member => {
    const child = spawn(process.execPath, [CHILD, storage.url, roles], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    const said: Said[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => said.push(JSON.parse(line) as Said));
    return { child, said, last: () => said.at(-1) };
  };

  beforeEach(async () => {
    storage = await testDatabase();
    await prepare(storage.url);
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    for (const child of children.splice(0)) child.kill('SIGKILL');
    for (const { cluster, database } of opened.splice(0)) {
      await cluster.close();
      await database.close();
    }
    await storage.drop();
  });

  it('lists who is there, with what they do, and forgets who leaves', async () => {
    const [a, b] = [await open('a'), await open('b')];
    expect(a.fresh()).toBe(false);
    await a.join(ALL);
    await b.join({ roles: ['deliver'], version: '1.0.1' });
    expect(a.fresh()).toBe(true);
    const listed = await b.instances();
    expect(listed).toMatchObject([{ id: 'a', ...ALL, pid: process.pid, leads: true }, { id: 'b', roles: ['deliver'], version: '1.0.1', leads: false }]);
    expect(Math.abs(Date.now() - (listed[0]?.beatAt ?? 0))).toBeLessThan(5_000);
    await waitFor(async () => ((await b.instances())[0]?.beatAt ?? 0) > (listed[0]?.beatAt ?? 0), { describe: 'the next beat' });
    await a.close();
    expect((await b.instances()).map(({ id }) => id)).toEqual(['b']);
    expect(a.fresh()).toBe(false);
  });

  it('has one leader: the oldest with the role, and at once the next when it leaves or takes another role', async () => {
    const [a, b, c] = [await open('a'), await open('b'), await open('c')];
    await a.join({ roles: ['deliver'], version: '1' });
    await b.join(ALL);
    await c.join(ALL);
    expect([a, b, c].map((one) => one.leads())).toEqual([false, true, false]);
    await b.join({ roles: ['deliver'], version: '1' });
    expect(b.leads()).toBe(false);
    await waitFor(() => c.leads(), { timeoutMs: 3_000 });
    await b.join(ALL);
    expect(b.leads()).toBe(false);
    await c.close();
    await waitFor(() => b.leads(), { timeoutMs: 3_000 });
    expect((await a.instances()).filter((one) => one.leads).map(({ id }) => id)).toEqual(['b']);
  });

  it('has another leader within seconds of a kill -9, and never two', async () => {
    const first = member('schedule');
    await waitFor(() => first.last()?.leads);
    const [second, third] = [member('schedule'), member('schedule,deliver')];
    await waitFor(() => second.last()?.fresh === true && third.last()?.fresh === true);
    const killedAt = Date.now();
    first.child.kill('SIGKILL');
    await waitFor(() => second.last()?.leads === true || third.last()?.leads === true, { timeoutMs: 12_000 });
    expect(Date.now() - killedAt).toBeLessThan(9_000);
    const [led, waited] = second.last()?.leads === true ? [second, third] : [third, second];
    const more = led.said.length + 30;
    await waitFor(() => led.said.length >= more);
    expect(waited.said.some((one) => one.leads)).toBe(false);
  });

  it('a paused process finds itself not fresh when it wakes, and knows later that what it had may be gone', async () => {
    const one = member('schedule');
    const other = member('schedule');
    await waitFor(() => one.last()?.fresh === true && other.last()?.fresh === true);
    const [paused, stays] = one.last()?.leads === true ? [one, other] : [other, one];
    paused.child.kill('SIGSTOP');
    await waitFor(() => stays.last()?.leads, { timeoutMs: 12_000 });
    const before = paused.said.length;
    paused.child.kill('SIGCONT');
    await waitFor(() => paused.said.length > before);
    expect(paused.said[before]).toMatchObject({ fresh: false, leads: false });
    await waitFor(() => paused.last()?.fresh);
    expect(paused.last()).toMatchObject({ unbroken: false, leads: false });
    expect(stays.last()).toMatchObject({ unbroken: true, leads: true });
  });

  it('tells every process what one says, and everything after a lost connection', async () => {
    const [a, b] = [await open('a'), await open('b')];
    const heard: Record<string, string[]> = { a: [], b: [] };
    a.onNotice((notice) => heard['a']?.push(notice));
    const stop = b.onNotice((notice) => heard['b']?.push(notice));
    await waitFor(() => heard['a']?.includes('work') === true && heard['b']?.includes('work') === true, { describe: 'both to listen' });
    heard['a'] = [];
    heard['b'] = [];
    await storage.query(`SELECT pg_notify('lienthong', 'control'), pg_notify('lienthong', 'a word of a later version')`);
    await waitFor(() => heard['a']?.length === 1 && heard['b']?.length === 1);
    expect(heard).toEqual({ a: ['control'], b: ['control'] });
    stop();
    await storage.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' OR query = 'SELECT 1'`);
    await waitFor(() => heard['a']?.length === 3, { describe: 'notices after the reconnection' });
    await storage.query(`SELECT pg_notify('lienthong', 'work')`);
    await waitFor(() => heard['a']?.length === 4);
    expect(heard['b']).toEqual(['control']);
  });

  it('forgets processes that have been gone for a day, not those of an hour', async () => {
    await storage.query(`INSERT INTO instances (id, host, pid, version, roles, started_at, beat_at)
      SELECT id, 'h', 1, '1', '{schedule}', 1, extract(epoch FROM now() - age::interval) * 1000 FROM (VALUES ('day', '25 hours'), ('hour', '1 hour')) gone (id, age)`);
    const a = await open('a');
    await a.join(ALL);
    expect((await a.instances()).map(({ id, leads }) => [id, leads])).toEqual([['hour', false], ['a', true]]);
  });

  it('lists those that live, however many have come and gone', async () => {
    await storage.query(`INSERT INTO instances (id, host, pid, version, roles, started_at, beat_at)
      SELECT 'gone-' || n, 'h', 1, '1', '{schedule}', n, extract(epoch FROM now()) * 1000 - 60000 FROM generate_series(1, 1100) n`);
    const a = await open('a');
    await a.join(ALL);
    const listed = await a.instances();
    expect(living(listed).map(({ id }) => id)).toEqual(['a']);
    expect(listed).toHaveLength(1_000);
  });

  it('warns once when the clocks differ, and says by how much', async () => {
    const real = Date.now;
    vi.spyOn(Date, 'now').mockImplementation(() => real() - 60_000);
    const warnings: LedgerError[] = [];
    const a = await open('a', storage.url, (warning) => warnings.push(warning));
    await a.join(ALL);
    await a.join(ALL);
    expect(warnings.map((warning) => warning.code)).toEqual(['LT-LEDGER-CLOCK']);
    await waitFor(async () => ((await a.instances())[0]?.clockSkewMs ?? 0) > 55_000);
  });

  it('is not fresh while the database is away, and is again, under its old name, when it is back', async () => {
    await using own = await startOwnPostgres();
    const database = await own.createDatabase();
    await prepare(database.url);
    const a = await open('a', database.url);
    await a.join(ALL);
    own.pause();
    await waitFor(() => !a.fresh(), { timeoutMs: 5_000 });
    expect(a.leads()).toBe(false);
    own.resume();
    await waitFor(() => a.fresh() && a.leads(), { timeoutMs: 8_000 });
    await own.kill();
    await waitFor(() => !a.fresh(), { timeoutMs: 5_000 });
    await expect(a.instances()).rejects.toMatchObject({ code: 'LT-LEDGER-UNREACHABLE' });
    await own.start();
    await waitFor(() => a.fresh() && a.leads(), { timeoutMs: 9_000 });
    expect((await a.instances()).map(({ id }) => id)).toEqual(['a']);
    await a.close();
  });
});
