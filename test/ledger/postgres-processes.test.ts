import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keysFromMasters } from '../../src/ledger/keys.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { openPostgresLedger } from '../../src/ledger/postgres/ledger.ts';
import { waitFor } from '../../src/testing/wait.ts';
import { testDatabase } from '../support/postgres.ts';
import type { TestDatabase } from '../support/postgres.ts';
import { change, claimOne, claimOptions, ids, settle, snapshot } from './fixtures.ts';

const CHILD = fileURLToPath(new URL('postgres-child.ts', import.meta.url));
const MASTER = randomBytes(32);

interface Process { child: ChildProcess; said: string[] }

describe('several processes on one PostgreSQL ledger', () => {
  let database: TestDatabase;
  const children: ChildProcess[] = [];
  const ledgers: Ledger[] = [];

  const open = async (): Promise<Ledger> => {
    const ledger = await openPostgresLedger({ url: database.url, keys: keysFromMasters([MASTER]) });
    ledgers.push(ledger);
    return ledger;
  };
  const start = async (mode: 'worker' | 'stuck'): Promise<Process> => {
    const child = spawn(process.execPath, [CHILD, database.url, MASTER.toString('hex'), mode], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    const said: string[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => said.push(line));
    await waitFor(() => said.includes('ready'), { timeoutMs: 15_000 });
    return { child, said };
  };
  const add = (ledger: Ledger, code: string, procedureCode = '1.004194') =>
    ledger.append(change(code, { plans: [snapshot(`${code}-v1`)], columns: { ...change(code).columns, procedureCode } }));
  const stateOf = async (ledger: Ledger, code: string) => (await ledger.timeline(code))?.exchanges.map((exchange) => exchange.state);

  beforeEach(async () => { database = await testDatabase(); });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await Promise.all(ledgers.splice(0).map((ledger) => ledger.close()));
    await database.drop();
  });

  it('takes back, within seconds, what a killed process had on the wire, whatever its lease says', async () => {
    const mine = await open();
    await mine.join({ roles: ['deliver'], version: '1' });
    const stuck = await start('stuck');
    await add(mine, 'D-1');
    await waitFor(() => stuck.said.includes('sending D-1'));
    expect(await mine.sweep(Date.now())).toMatchObject({ expired: 0 });
    const killedAt = Date.now();
    stuck.child.kill('SIGKILL');
    await waitFor(async () => (await mine.sweep(Date.now())).expired === 1, { timeoutMs: 14_000, intervalMs: 200 });
    expect(Date.now() - killedAt).toBeLessThan(10_000);
    const lane = await claimOne(mine, Date.now());
    expect(lane.exchanges).toMatchObject([{ state: 'unknown', attempts: 1, lostReplies: 1 }]);
    await mine.update(settle(lane, ids(lane), 'done', { release: { nextAt: null } }));
    expect(await stateOf(mine, 'D-1')).toEqual(['done']);
  });

  it('a paused process finds its lanes gone: what it does afterwards is refused', async () => {
    const [one, two] = [await open(), await open()];
    await one.join({ roles: ['deliver'], version: '1' });
    await add(one, 'D-1');
    const lane = await claimOne(one, Date.now(), { leaseMs: 600_000 });
    // As if it had not beaten since: the beats of this process go on.
    await waitFor(async () => {
      await database.query('UPDATE instances SET beat_at = 0');
      return (await two.sweep(Date.now())).expired === 1;
    });
    await expect(one.update(settle(lane, ids(lane), 'done'))).rejects.toMatchObject({ code: 'LT-LEDGER-LEASE-LOST' });
    expect(await stateOf(two, 'D-1')).toEqual(['pending']);
  });

  it('a process that only waits to be told hears of new work, of a hold and of its end', async () => {
    const mine = await open();
    const worker = await start('worker');
    await add(mine, 'D-1');
    await waitFor(() => worker.said.includes('done D-1'));
    const hold = await mine.freeze({ scope: 'procedure', key: '1.000001', upstream: null, by: 'admin', reason: 'thử', until: null }, Date.now());
    await add(mine, 'D-2', '1.000001');
    await add(mine, 'D-3');
    await waitFor(() => worker.said.includes('done D-3'));
    expect(await stateOf(mine, 'D-2')).toEqual(['pending']);
    expect((await mine.counts(Date.now())).lanesHeld).toBe(1);
    expect(await mine.listBlocked({ limit: 9 })).toMatchObject([{ dossierCode: 'D-2', why: 'hold', holdId: hold.id, waiting: 1 }]);
    await mine.release(hold.id, 'admin', Date.now());
    await waitFor(() => worker.said.includes('done D-2'));
    expect(worker.said.filter((line) => line.startsWith('done')).sort()).toEqual(['done D-1', 'done D-2', 'done D-3']);
  });

  it('a hold made in one process keeps back the next claim and the next call of another', async () => {
    const [one, two] = [await open(), await open()];
    await add(one, 'D-1');
    await add(one, 'D-2');
    const lane = await claimOne(two, Date.now(), { limit: 1 });
    await one.freeze({ scope: 'upstream', key: 'portal', upstream: null, by: 'admin', reason: 'bảo trì', until: null }, Date.now());
    expect(await two.claim(claimOptions(Date.now()))).toEqual([]);
    await expect(two.update({ upstream: lane.upstream, dossierCode: lane.dossierCode, lease: lane.lease, begin: ids(lane) })).rejects.toMatchObject({ code: 'LT-LEDGER-LEASE-LOST' });
    expect((await one.counts(Date.now())).lanesHeld).toBe(2);
    expect((await two.listHolds()).map((hold) => hold.reason)).toEqual(['bảo trì']);
  });

  it('lets go of ended holds once, whoever sweeps', async () => {
    const all = [await open(), await open(), await open()];
    const [one] = all as [Ledger, Ledger, Ledger];
    await add(one, 'D-1');
    await one.freeze({ scope: 'dossier', key: 'D-1', upstream: null, by: 'admin', reason: 'x', until: Date.now() }, Date.now() - 1);
    await Promise.all(all.map((ledger) => ledger.sweep(Date.now() + 1)));
    await waitFor(async () => (await one.counts(Date.now())).lanesReady === 1);
    expect((await one.timeline('D-1'))?.events.map((event) => event.kind)).toEqual(['dossier.snapshot', 'control.frozen', 'control.released']);
    expect(await one.listHolds()).toEqual([]);
    expect((await one.verify()).brokenAt).toBeNull();
  });

  it('two processes cannot undo each other in a shared cell', async () => {
    const [one, two] = [await open(), await open()];
    const addOne = async (ledger: Ledger): Promise<void> => {
      await waitFor(async () => {
        const cell = await ledger.getCell('test/sum');
        return ledger.putCell('test/sum', String(Number(cell?.value ?? 0) + 1), cell?.version ?? 0);
      });
    };
    await Promise.all(Array.from({ length: 40 }, (_, i) => addOne(i % 2 === 0 ? one : two)));
    expect(await one.getCell('test/sum')).toEqual({ name: 'test/sum', version: 40, value: '40' });
  });

  it('gives one chain without a gap to appends, orders and retention from all of them at once', async () => {
    const all = [await open(), await open(), await open()];
    const orders = all.flatMap((ledger, n) => Array.from({ length: 60 }, (_, i): Promise<unknown> => {
      if (i % 20 === 7) return ledger.act({ kind: 'control.noted', by: 'admin', content: { n, i } }, Date.now());
      if (i % 20 === 13) return ledger.checkpoint(Date.now());
      return add(ledger, `D-${n}-${i % 9}-${i}`);
    }));
    await Promise.all(orders);
    const [one] = all as [Ledger, Ledger, Ledger];
    expect(await one.verify()).toEqual({ events: 180, brokenAt: null });
    expect((await one.counts(Date.now())).events).toBe(180);
    expect(await one.listCheckpoints(99)).toHaveLength(9);
  });
});
