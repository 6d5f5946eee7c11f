/** kill -9 between archive and expiry: every row is in the ledger or in a whole archive, and the next run takes up what is left. */
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readArchive } from '../../src/ledger/archive.ts';
import { loadKeys } from '../../src/ledger/keys.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { T0, change } from './fixtures.ts';

const child = new URL('./upkeep-child.ts', import.meta.url).pathname;
const EVENTS = 100;
const REFUSED = 20;

let root: string;
beforeEach(async () => { root = await mkdtemp(join(tmpdir(), 'lt-retain-')); });
afterEach(() => rm(root, { recursive: true, force: true }));

/** Runs the child until it says `stopAt`, or to its end when that is empty. */
function retainUntil(stopAt: string, folder: string, keyFile: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const running = spawn(process.execPath, [child, folder, keyFile, String(T0 + 1), stopAt], { stdio: ['ignore', 'pipe', 'inherit'] });
    running.stdout.on('data', (chunk: Buffer) => { if (stopAt !== '' && chunk.toString().split('\n').includes(stopAt)) running.kill('SIGKILL'); });
    running.on('error', reject);
    running.on('close', (code) => { if (stopAt !== '' || code === 0) resolve(); else reject(new Error(`retention ended with ${String(code)}`)); });
  });
}

async function archived(folder: string): Promise<{ events: Set<number>; quarantine: Set<number>; files: string[] }> {
  const files = await readdir(join(folder, 'archive'));
  const events = new Set<number>();
  const quarantine = new Set<number>();
  for (const name of files.filter((file) => !file.endsWith('.part'))) {
    const rows = readArchive(join(folder, 'archive', name));
    for (;;) {
      const step = await rows.next();
      if (step.done === true) {
        expect(step.value.broken, name).toBeNull();
        break;
      }
      if (step.value.kind === 'events') events.add(step.value.row.seq);
      if (step.value.kind === 'quarantine') quarantine.add(step.value.row.id);
    }
  }
  return { events, quarantine, files };
}

describe('retention that is killed', () => {
  it('loses no row, wherever it stops', { timeout: 60_000 }, async () => {
    const folder = join(root, 'ledger');
    const keyFile = join(root, 'key');
    const keys = loadKeys({ env: {}, keyFile, createIfMissing: true });
    const opened = async <T>(work: (ledger: Ledger) => Promise<T>): Promise<T> => {
      const ledger = await openSqliteLedger({ folder, keys, now: () => T0 });
      try {
        return await work(ledger);
      } finally {
        await ledger.close();
      }
    };
    await opened(async (ledger) => {
      await Promise.all(Array.from({ length: EVENTS }, (_, i) => ledger.append(change('D-1', { sourceUpdatedAt: T0 + i, body: JSON.stringify({ i }) }))));
      await Promise.all(Array.from({ length: REFUSED }, (_, i) => ledger.quarantine({ via: 'api', actor: null, raw: `${i}`, issues: [] })));
    });
    const seqs = Array.from({ length: EVENTS }, (_, i) => i + 1);
    for (const stopAt of ['archived', 'expired', 'archived', '']) {
      await retainUntil(stopAt, folder, keyFile);
      const { events, quarantine } = await archived(folder);
      await opened(async (ledger) => {
        const kept = new Set((await ledger.bodies(seqs)).map((event) => event.seq));
        expect(seqs.filter((seq) => !kept.has(seq) && !events.has(seq)), stopAt).toEqual([]);
        const refused = new Set((await ledger.listQuarantine({ limit: 100 })).map((item) => item.id));
        expect(Array.from({ length: REFUSED }, (_, i) => i + 1).filter((id) => !refused.has(id) && !quarantine.has(id)), stopAt).toEqual([]);
        expect((await ledger.verify()).brokenAt).toBeNull();
        // Only the newest of each is left in the end.
        if (stopAt === '') expect([[...kept], [...refused]]).toEqual([[EVENTS], [REFUSED]]);
      });
    }
  });
});
