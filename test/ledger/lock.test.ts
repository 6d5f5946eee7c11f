import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockFolder } from '../../src/ledger/sqlite/lock.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { T0, change, sqliteStorage } from './fixtures.ts';
import type { SqliteStorage } from './fixtures.ts';

const run = promisify(execFile);
const child = new URL('./lock-child.ts', import.meta.url).pathname;

describe('lock of the folder', () => {
  let folder: string;
  beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'lt-lock-')); });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const lockFile = () => join(folder, 'ledger.lock');
  const stale = (over: object) => writeFile(lockFile(), JSON.stringify({ pid: process.pid, startTime: 'x:1', host: hostname(), token: 't', ...over }));

  it('is refused while its holder lives, naming pid and folder in both languages', async () => {
    const lock = lockFolder(folder);
    try {
      lockFolder(folder);
      expect.unreachable();
    } catch (e) {
      expect(e).toMatchObject({ code: 'LT-LEDGER-LOCKED' });
      const { text } = e as { text: { vi: string; en: string } };
      for (const sentence of [text.vi, text.en]) expect(sentence).toMatch(new RegExp(`${folder}.*${process.pid}`));
      expect(text.vi).not.toBe(text.en);
    }
    lock.release();
    lockFolder(folder).release();
    expect(await readdir(folder)).not.toContain('ledger.lock');
  });

  it('is refused to another process', async () => {
    const lock = lockFolder(folder);
    const { stdout } = await run(process.execPath, [child, folder]);
    expect(JSON.parse(stdout)).toMatchObject({ code: 'LT-LEDGER-LOCKED' });
    lock.release();
    expect(JSON.parse((await run(process.execPath, [child, folder])).stdout)).toEqual({ locked: true });
  });

  it('is taken over from a process that is gone', async () => {
    // The child of this test ended with the lock in its hand.
    expect(JSON.parse((await run(process.execPath, [child, folder, 'keep'])).stdout)).toEqual({ locked: true });
    const before: unknown = JSON.parse(await readFile(lockFile(), 'utf8'));
    lockFolder(folder).release();
    expect(before).toMatchObject({ host: hostname() });
  });

  it.runIf(process.platform === 'linux')('is taken over when the pid now belongs to another process', async () => {
    await stale({});
    lockFolder(folder).release();
  });

  it('is taken over when it was cut off while being written', async () => {
    await writeFile(lockFile(), '{"pid":');
    lockFolder(folder).release();
  });

  it('under another host name, as a container has after every start, is taken over only when nobody lives behind it', async () => {
    await stale({ host: 'other.example.vn' });
    const lock = lockFolder(folder);
    const mine = await readFile(lockFile(), 'utf8');
    await stale({ host: 'other.example.vn' });
    expect(() => lockFolder(folder)).toThrow(/other\.example\.vn/);
    await writeFile(lockFile(), mine);
    lock.release();
    lockFolder(folder).release();
  });

  it('holds even when its file was deleted', async () => {
    const lock = lockFolder(folder);
    await rm(lockFile());
    expect(() => lockFolder(folder)).toThrow('LT-LEDGER-LOCKED');
    lock.release();
  });

  it('goes to exactly one of many that find it stale at once', async () => {
    await stale({ startTime: 'x:1', pid: 2 ** 22 + 12345 });
    const results = await Promise.all(Array.from({ length: 4 }, () => run(process.execPath, [child, folder, 'hold'])));
    const locked = results.filter(({ stdout }) => stdout.includes('locked'));
    expect(locked).toHaveLength(1);
    expect(results.filter(({ stdout }) => stdout.includes('LT-LEDGER-LOCKED'))).toHaveLength(3);
  });

  it('is not removed by a holder that lost it', async () => {
    const lock = lockFolder(folder);
    await stale({ token: 'someone else' });
    lock.release();
    expect(await readFile(lockFile(), 'utf8')).toContain('someone else');
  });
});

describe('a second gateway on the same folder', () => {
  let storage: SqliteStorage;
  beforeEach(async () => { storage = await sqliteStorage(); });
  afterEach(() => storage.dispose());

  it('is refused; the first goes on', async () => {
    const first = await storage.open();
    await expect(storage.open()).rejects.toMatchObject({ code: 'LT-LEDGER-LOCKED' });
    expect((await first.append(change('D-1'))).status).toBe('accepted');
    await first.close();
    const second = await storage.open();
    expect((await second.getDossier('D-1'))?.code).toBe('D-1');
  });

  it('that got past a deleted lock stops the first, before the chain can fork', async () => {
    const first = await storage.open();
    await first.append(change('D-1'));
    await rm(join(storage.folder, 'ledger.lock'));
    await rm(join(storage.folder, 'ledger.held'));
    const second = await openSqliteLedger({ folder: storage.folder, keys: storage.keys, now: () => T0 });
    try {
      await expect(first.append(change('D-2'))).rejects.toMatchObject({ code: 'LT-LEDGER-TAKEN-OVER' });
      await expect(first.getDossier('D-1')).rejects.toMatchObject({ code: 'LT-LEDGER-TAKEN-OVER' });
      expect((await second.append(change('D-3'))).eventSeq).toBe(2);
      expect(await second.verify()).toEqual({ events: 2, brokenAt: null });
    } finally {
      await second.close();
    }
  });
});
