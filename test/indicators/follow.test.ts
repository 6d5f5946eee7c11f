import { open, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  checkFollowed, comparePopulations, computeReport, createFollower, DEFINITION_SETS, factsOf, loadSnapshot, Population, recompute, saveSnapshot, type Follower, type FollowOptions,
} from '../../src/indicators/index.ts';
import { columnsOf } from '../../src/gateway/terms.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import type { Dossier } from '../../src/model/index.ts';
import { change, claimOptions, held, ids, settle, snapshot, sqliteStorage, type SqliteStorage, T0 } from '../ledger/fixtures.ts';
import { dossier, type Over } from './fixtures.ts';

const clock = { now: T0 };
let storage: SqliteStorage;
let ledger: Ledger;
let options: FollowOptions;
beforeEach(async () => {
  clock.now = T0;
  storage = await sqliteStorage(clock);
  ledger = await storage.open();
  options = { ledger, acceptance: { upstream: 'portal', operation: 'sync-dossier' } };
});
afterEach(() => storage.dispose());

const record = (value: Dossier, version = value.status) => ledger.append(change(value.code, { body: JSON.stringify(value), columns: columnsOf(value), plans: [snapshot(`v-${version}`)] }));
const put = (code: string, over?: Over) => record(dossier(code, over));

/** Delivers what waits: `done`, or left without an answer. */
async function deliver(outcome: 'done' | 'unknown', only?: string): Promise<void> {
  clock.now += 60_000;
  for (const lane of await ledger.claim(claimOptions(clock.now))) {
    const mine = only === undefined || lane.dossierCode === only;
    const attempts = [{ exchangeIds: ids(lane), operation: 'sync-dossier', kind: 'send' as const, startedAt: clock.now, endedAt: clock.now, outcome, code: null, httpStatus: 200 }];
    await ledger.update(mine ? { ...settle(lane, ids(lane), outcome === 'done' ? 'done' : 'pending'), attempts, release: { nextAt: clock.now } } : { ...held(lane), release: { nextAt: clock.now } });
  }
}

const figures = (population: Population) => computeReport(population, { definitions: DEFINITION_SETS['qd766-2022'], period: { from: '2025-07-01', to: '2025-07-31' }, by: 'unit' });
const expectSame = (a: Population, b: Population): void => {
  expect(comparePopulations(a, b)).toEqual({ dossiers: a.size, differing: 0, rows: [] });
  expect(figures(a)).toEqual(figures(b));
};

describe('following the ledger', () => {
  it('takes in what is new, and only that', async () => {
    const follower = createFollower(options);
    await put('D-1');
    await put('D-2');
    expect(await follower.catchUp()).toEqual({ events: 2, calls: 0, dossiers: 2 });
    expect(await follower.catchUp()).toEqual({ events: 0, calls: 0, dossiers: 0 });
    await put('D-1', { status: 'RESOLVED', dates: { resolvedAt: '2025-07-04T03:00:00Z' } });
    expect(await follower.catchUp()).toEqual({ events: 1, calls: 0, dossiers: 1 });
    expect(follower.population.get('D-1')).toMatchObject({ status: 'RESOLVED', branch: 'resolved', synchronisedAt: null });
    await deliver('done', 'D-1');
    expect(await follower.catchUp()).toMatchObject({ calls: 1, dossiers: 1 });
    expect([follower.population.get('D-1')?.synchronisedAt, follower.population.get('D-2')?.synchronisedAt]).toEqual([clock.now, null]);
    // A lost reply is no acceptance.
    await deliver('unknown', 'D-2');
    await follower.catchUp();
    expect(follower.population.get('D-2')?.synchronisedAt).toBeNull();
  });

  it('comes to the same numbers as reading everything from scratch, in any order of things', async () => {
    const follower = createFollower(options);
    const statuses = ['ACCEPTED', 'PROCESSING', 'SUPPLEMENT_REQUIRED', 'RESOLVED', 'RETURNED'] as const;
    // A fixed mixture of new dossiers, changes, deliveries and readings in between.
    for (let i = 0; i < 60; i += 1) {
      const status = statuses[(i * 7) % statuses.length] ?? 'PROCESSING';
      const value = dossier(`D-${(i * 13) % 17}`, { status, agency: { code: `H13.10${i % 3}`, name: 'x' }, channel: i % 2 === 0 ? 'ONLINE' : 'COUNTER', ...(status === 'RETURNED' ? { dates: { returnedAt: '2025-07-20T03:00:00Z' } } : {}) });
      await record(value, `${status}-${i}` as Dossier['status']);
      if (i % 9 === 4) await deliver('done');
      if (i % 5 === 1) await follower.catchUp();
    }
    await follower.catchUp();
    const fresh = await recompute(options);
    expect(fresh.population.size).toBe(17);
    expectSame(follower.population, fresh.population);
    expect(figures(fresh.population).whole.figures.find(({ id }) => id === '1.4')?.numerator).toBeGreaterThan(0);
    // What was read from scratch goes on from there.
    await put('D-99');
    await fresh.catchUp();
    expect(fresh.population.has('D-99')).toBe(true);
  });

  it('says which dossiers differ, and in what', async () => {
    await put('D-1');
    await put('D-2');
    const follower = createFollower(options);
    expect(await checkFollowed(follower, options)).toEqual({ dossiers: 2, differing: 0, rows: [] });
    const wrong: Follower = createFollower(options, { population: new Population(), cursor: follower.cursor });
    wrong.population.put(factsOf(dossier('D-1', { channel: 'POSTAL' }), null));
    wrong.population.put(factsOf(dossier('D-3'), null));
    expect(await checkFollowed(wrong, options)).toEqual({ dossiers: 2, differing: 3, rows: [{ code: 'D-1', fields: ['channel'], in: 'both' }, { code: 'D-2', fields: [], in: 'second' }, { code: 'D-3', fields: [], in: 'first' }] });
  });

  it('keeps what it learnt of a dossier whose content has expired', async () => {
    await put('D-1', { status: 'RETURNED', dates: { resolvedAt: '2025-07-04T03:00:00Z', returnedAt: '2025-07-05T03:00:00Z' }, flags: { vneidVerified: true } });
    await deliver('done');
    const follower = createFollower(options);
    await follower.catchUp();
    const policy = { bodiesBefore: null, lastBodiesBefore: Date.UTC(2030, 0, 1), attemptsBefore: Date.UTC(2030, 0, 1), quarantineBefore: null };
    const slice = await ledger.expirable(policy, 100);
    await ledger.expire({ eventSeqs: slice.events.map(({ seq }) => seq), attemptIds: slice.attempts.map(({ id }) => id), quarantineIds: [] }, { file: 'a', sha256: 'b'.repeat(64) }, clock.now);
    expect((await ledger.getDossier('D-1'))?.body).toBe('');
    await follower.catchUp();
    expect(follower.population.get('D-1')).toMatchObject({ status: 'RETURNED', marks: { vneidVerified: true } });
    // From scratch there is what the ledger keeps in the clear: every count by status, channel, unit and due date is the same.
    const fresh = await recompute(options);
    expect(fresh.population.get('D-1')).toMatchObject({ status: 'RETURNED', branch: 'resolved', endedAt: Date.parse('2025-07-04T03:00:00Z'), synchronisedAt: clock.now, marks: { received: true, vneidVerified: false } });
  });

  it('goes on when retention has emptied the calls and their ids begin anew', async () => {
    await put('D-1');
    await deliver('done');
    const follower = createFollower({ ...options, overlapMs: 0 }, { population: new Population(), cursor: { seq: 0, call: 50 } });
    await follower.catchUp();
    expect(follower.population.get('D-1')?.synchronisedAt).toBe(clock.now);
    await put('D-2');
    await follower.catchUp();
    expect(follower.population.get('D-2')?.synchronisedAt).toBeNull();
    await deliver('done');
    await follower.catchUp();
    expect(follower.population.get('D-2')?.synchronisedAt).toBe(clock.now);
  });

  it('takes in a call that becomes visible behind others that ended much later', async () => {
    for (const code of ['D-1', 'D-2', 'D-3']) await put(code);
    for (const code of ['D-1', 'D-2', 'D-3']) await deliver('done', code);
    // Another process has the first id and has not committed yet.
    let hidden = true;
    const late = new Proxy(ledger, { get(target, name, receiver: unknown) {
      if (name !== 'listCalls') return (Reflect.get(target, name, receiver) as (...args: unknown[]) => unknown).bind(target);
      return async (asked: Parameters<Ledger['listCalls']>[0]) => { const page = await ledger.listCalls(asked); return hidden ? { ...page, calls: page.calls.filter(({ dossierCode }) => dossierCode !== 'D-1') } : page; };
    } });
    const blind = new Proxy(late, { get(target, name, receiver: unknown) {
      if (name !== 'dossiers') return Reflect.get(target, name, receiver) as unknown;
      return async (...args: Parameters<Ledger['dossiers']>) => (await ledger.dossiers(...args)).map((row) => (hidden && row.code === 'D-1' ? { ...row, doneAt: null } : row));
    } });
    const follower = createFollower({ ...options, ledger: blind });
    await follower.catchUp();
    expect(['D-1', 'D-3'].map((code) => follower.population.get(code)?.synchronisedAt)).toEqual([null, clock.now]);
    hidden = false;
    await follower.catchUp();
    expectSame(follower.population, (await recompute(options)).population);
  });

  it('lets calls at the same time wait for one another, and a failed one is read again', async () => {
    await put('D-1');
    let broken = true;
    const flaky = new Proxy(ledger, { get: (target, name, receiver: unknown) => (name === 'dossiers' && broken ? () => Promise.reject(new Error('away')) : (Reflect.get(target, name, receiver) as (...args: unknown[]) => unknown).bind(target)) });
    const follower = createFollower({ ...options, ledger: flaky });
    await expect(follower.catchUp()).rejects.toThrow('away');
    broken = false;
    const both = await Promise.all([follower.catchUp(), follower.catchUp()]);
    expect(both.map(({ events }) => events)).toEqual([1, 0]);
  });
});

describe('a saved population', () => {
  const file = () => join(storage.folder, 'indicators.snapshot');

  it('is read back as it was and goes on from there', async () => {
    const follower = createFollower(options);
    for (let i = 0; i < 30; i += 1) await put(`D-${i}`, { agency: { code: `H13.1${i % 4}`, name: `Đơn vị ${i % 4}` } });
    await deliver('done');
    await follower.catchUp();
    follower.population.delete('D-7');
    await follower.quietly(() => saveSnapshot(file(), follower.population, follower.cursor, { ledger }));
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    const loaded = await loadSnapshot(file(), { ledger });
    expect(loaded?.cursor).toEqual(follower.cursor);
    expectSame(loaded?.population as Population, follower.population);
    expect(loaded?.population.get('D-3')?.names.agency).toBe('Đơn vị 3');
    await put('D-7', { status: 'RESOLVED' });
    const going = createFollower(options, loaded);
    await going.catchUp();
    expectSame(going.population, (await recompute(options)).population);
  });

  it('is passed over when a byte is wrong, when it is cut, of another version or of another ledger', async () => {
    await put('D-1');
    const follower = createFollower(options);
    await follower.catchUp();
    expect(await loadSnapshot(file(), { ledger })).toBeUndefined();
    const save = () => saveSnapshot(file(), follower.population, follower.cursor, { ledger });
    await save();
    expect(await loadSnapshot(file(), { ledger, salt: 'other options' })).toBeUndefined();
    const whole = await readFile(file());
    for (const at of [0, 9, 40, whole.length - 40_000, whole.length - 1]) {
      const broken = Buffer.from(whole);
      broken[at] = (broken[at] ?? 0) ^ 1;
      await writeFile(file(), broken);
      expect([at, await loadSnapshot(file(), { ledger })]).toEqual([at, undefined]);
    }
    for (const length of [0, 5, 100, whole.length - 1]) {
      await writeFile(file(), whole);
      const handle = await open(file(), 'r+');
      await handle.truncate(length);
      await handle.close();
      expect([length, await loadSnapshot(file(), { ledger })]).toEqual([length, undefined]);
    }
    await save();
    const other = await sqliteStorage(clock);
    const stranger = await other.open();
    await stranger.append(change('D-1'));
    expect(await loadSnapshot(file(), { ledger: stranger })).toBeUndefined();
    await other.dispose();
    expect(await loadSnapshot(file(), { ledger })).toBeDefined();
  });
});
