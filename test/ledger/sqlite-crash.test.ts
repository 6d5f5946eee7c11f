/** kill -9 at arbitrary moments, and the death of the ledger's thread: nothing acknowledged is lost (law 1). */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type * as Threads from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { randomFrom } from '../../src/adapter/random.ts';
import { loadKeys } from '../../src/ledger/keys.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { change, sqliteStorage } from './fixtures.ts';

const threads = vi.hoisted(() => ({ started: [] as Threads.Worker[] }));
vi.mock('node:worker_threads', async (original) => {
  const real = await original<typeof Threads>();
  class Worker extends real.Worker {
    constructor(...args: ConstructorParameters<typeof real.Worker>) {
      super(...args);
      threads.started.push(this);
    }
  }
  return { ...real, Worker };
});

const child = new URL('./crash-child.ts', import.meta.url).pathname;
const ROUNDS = 5;
const ROUNDS_TIMEOUT_MS = 120_000;

describe('a killed process', () => {
  let root: string;
  beforeEach(async () => { root = await mkdtemp(join(tmpdir(), 'lt-kill-')); });
  afterEach(() => rm(root, { recursive: true, force: true }));

  /** Lets a child work until it has acknowledged `acknowledgements` things, kills it, and returns what it said. */
  function killAfter(acknowledgements: number, folder: string, keyFile: string, round: number): Promise<string[]> {
    return new Promise((resolve, reject) => {
      const process_ = spawn(process.execPath, [child, folder, keyFile, String(round)], { stdio: ['ignore', 'pipe', 'pipe'] });
      let said = '';
      let complaints = '';
      process_.stderr.on('data', (chunk: Buffer) => { complaints += chunk.toString(); });
      process_.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (said.split('\n').length > acknowledgements) process_.kill('SIGKILL');
      });
      process_.on('error', reject);
      process_.on('close', (_code, signal) => {
        // The last line may be cut; what is whole was acknowledged.
        if (signal === 'SIGKILL') resolve(said.split('\n').slice(0, -1));
        else reject(new Error(`child ended by itself: ${complaints}`));
      });
    });
  }

  it(`loses nothing that it had acknowledged, ${ROUNDS} times over`, async () => {
    const folder = join(root, 'ledger');
    const keyFile = join(root, 'key');
    const keys = loadKeys({ env: {}, keyFile, createIfMissing: true });
    const random = randomFrom('20250701');
    const acknowledged = new Map<string, string>();
    const settled = new Set<number>();
    for (let round = 0; round < ROUNDS; round++) {
      for (const line of await killAfter(50 + random.int(1500), folder, keyFile, round)) {
        const [what, key = '', eventId = ''] = line.split(' ');
        if (what === 'a') acknowledged.set(key, eventId);
        else settled.add(Number(key));
      }
      const ledger = await openSqliteLedger({ folder, keys });
      const counts = await ledger.counts(Date.now());
      const { events, brokenAt } = await ledger.verify();
      expect(brokenAt).toBeNull();
      expect(events).toBeGreaterThanOrEqual(acknowledged.size);
      expect(Object.keys(counts.exchanges).filter((key) => key.endsWith('/sending'))).toEqual([]);
      await ledger.close();

      const db = new DatabaseSync(join(folder, 'ledger.db'), { readOnly: true });
      const ids = new Map(db.prepare('SELECT d.code, e.hash FROM dossiers d JOIN events e ON e.seq = d.last_seq').all()
        .map((row) => [String(row['code']), `ev_${Buffer.from(row['hash'] as Uint8Array).toString('hex').slice(0, 32)}`]));
      const done = new Set(db.prepare('SELECT id FROM exchanges WHERE state = 6').all().map((row) => Number(row['id'])));
      expect([...acknowledged].filter(([code, id]) => ids.get(code) !== id)).toEqual([]);
      expect([...settled].filter((id) => !done.has(id))).toEqual([]);
      // Half a change is no change: exchanges, lanes and counters agree with the events.
      const one = (sql: string): unknown => Object.values(db.prepare(sql).get() ?? {})[0];
      expect(one('SELECT count(*) FROM exchanges')).toBe(2 * ids.size);
      expect(one('SELECT count(*) FROM lanes')).toBe(ids.size);
      expect(one('SELECT count(*) FROM terms')).toBe(ids.size);
      expect(counts).toMatchObject({ dossiers: ids.size, events: ids.size });
      expect(one('SELECT count(*) FROM lanes WHERE state = 2')).toBe(0);
      expect(one('SELECT count(*) FROM exchanges x JOIN lanes l ON l.id = x.lane_id WHERE x.state < 3 AND l.state <> 1')).toBe(0);
      db.close();
    }
    expect(acknowledged.size).toBeGreaterThan(ROUNDS * 10);
    expect(settled.size).toBeGreaterThan(0);
  }, ROUNDS_TIMEOUT_MS);
});

describe('a dead thread', () => {
  it('rejects whoever waits and whoever comes later; closing frees the folder', async () => {
    const storage = await sqliteStorage();
    try {
      const ledger = await storage.open();
      await ledger.append(change('D-1'));
      const waiting = Array.from({ length: 50 }, (_, i) => ledger.append(change(`E-${i}`)));
      const outcome = Promise.allSettled(waiting);
      await threads.started.at(-1)?.terminate();
      const codes = (await outcome).map((result) => (result.status === 'rejected' ? (result.reason as { code: string }).code : 'accepted'));
      expect(new Set(codes)).toEqual(new Set(['LT-LEDGER-BROKEN']));
      await expect(ledger.counts(0)).rejects.toMatchObject({ code: 'LT-LEDGER-BROKEN' });
      expect(ledger.pending()).toBe(0);
      await ledger.close();
      expect((await (await storage.open()).getDossier('D-1'))?.code).toBe('D-1');
    } finally {
      await storage.dispose();
    }
  });
});
