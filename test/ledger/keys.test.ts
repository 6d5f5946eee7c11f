import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keysFromMasters, loadKeys } from '../../src/ledger/keys.ts';
import { Indexer, Sealer } from '../../src/ledger/seal.ts';

describe('keys of the ledger', () => {
  let folder: string;
  let keyFile: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lt-keys-'));
    keyFile = join(folder, 'deep', 'ledger.key');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const fromEnv = (value: string) => loadKeys({ env: { LIENTHONG_LEDGER_KEY: value } });
  const codeOf = (work: () => unknown): unknown => {
    try {
      work();
    } catch (e) {
      return (e as { code?: unknown }).code;
    }
    return 'no error';
  };

  it('reads base64, base64url and hex as the same key', () => {
    const master = randomBytes(32);
    const forms = [master.toString('base64'), master.toString('base64url'), master.toString('hex'), ` ${master.toString('hex').toUpperCase()}\n`];
    expect(new Set(forms.map((form) => fromEnv(form).current.id)).size).toBe(1);
  });

  it('takes the environment before the file, and several keys newest first', async () => {
    loadKeys({ env: {}, keyFile, createIfMissing: true });
    const [a, b] = [randomBytes(32), randomBytes(32)];
    const keys = loadKeys({ env: { LIENTHONG_LEDGER_KEY: `${a.toString('hex')},${b.toString('base64')}` }, keyFile });
    expect([keys.current.id, ...keys.older.map((key) => key.id)]).toEqual([keysFromMasters([a]).current.id, keysFromMasters([b]).current.id]);
  });

  it('creates a key file only when asked, for the owner only, and reads it again', async () => {
    expect(codeOf(() => loadKeys({ env: {}, keyFile }))).toBe('LT-LEDGER-KEY-MISSING');
    expect(codeOf(() => loadKeys({ env: {} }))).toBe('LT-LEDGER-KEY-MISSING');
    const created = loadKeys({ env: { LIENTHONG_LEDGER_KEY: ' ' }, keyFile, createIfMissing: true });
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
    expect(loadKeys({ env: {}, keyFile, createIfMissing: true })).toEqual(created);
    expect(loadKeys({ env: {}, keyFile })).toEqual(created);
  });

  it('of processes that create it together all have the same key, and none ever sees half of one', async () => {
    const module = JSON.stringify(new URL('../../src/ledger/keys.ts', import.meta.url).href);
    const code = `const { workerData, parentPort } = require('node:worker_threads');
      import(${module}).then(({ loadKeys }) => {
        const { gate, files } = workerData;
        parentPort.postMessage(files.map((keyFile, i) => {
          // Every round begins for all at once.
          Atomics.add(gate, i, 1);
          while (Atomics.load(gate, i) < 3) ;
          try { return loadKeys({ env: {}, keyFile, createIfMissing: true }).current.id; } catch (e) { return e.code ?? String(e); }
        }));
      });`;
    const files = Array.from({ length: 60 }, (_, i) => join(folder, `${i}`, 'ledger.key'));
    const gate = new Int32Array(new SharedArrayBuffer(4 * files.length));
    const found = await Promise.all([1, 2, 3].map(async () => {
      const thread = new Worker(code, { eval: true, workerData: { gate, files } });
      const [ids] = (await once(thread, 'message')) as [string[]];
      await thread.terminate();
      return ids;
    }));
    for (const [i, keyFile] of files.entries()) {
      expect(found.map((ids) => ids[i])).toEqual(Array.from({ length: 3 }, () => loadKeys({ env: {}, keyFile }).current.id));
      expect(await readdir(dirname(keyFile)), 'nothing else is left behind').toEqual(['ledger.key']);
    }
  });

  it.each([0o640, 0o604, 0o660])('refuses a key file with mode %o', async (mode) => {
    loadKeys({ env: {}, keyFile, createIfMissing: true });
    await chmod(keyFile, mode);
    expect(codeOf(() => loadKeys({ env: {}, keyFile }))).toBe('LT-LEDGER-KEY-EXPOSED');
  });

  it('refuses malformed keys without repeating them', async () => {
    for (const text of ['abc', 'f'.repeat(62), 'f'.repeat(66), randomBytes(31).toString('base64'), randomBytes(33).toString('base64'), '!'.repeat(43)]) {
      expect(codeOf(() => fromEnv(text))).toBe('LT-LEDGER-KEY-FORMAT');
    }
    await writeFile(join(folder, 'empty.key'), '\n', { mode: 0o600 });
    expect(codeOf(() => loadKeys({ env: {}, keyFile: join(folder, 'empty.key') }))).toBe('LT-LEDGER-KEY-FORMAT');
    expect(() => fromEnv('hunter2hunter2')).not.toThrow(/hunter2/);
  });

  it('refuses keys that can be guessed', () => {
    const guessable = [
      Buffer.alloc(32), Buffer.alloc(32, 0xff), Buffer.alloc(32, 'ab'), Buffer.from(Array.from({ length: 32 }, (_, i) => i)), Buffer.from(Array.from({ length: 32 }, (_, i) => 255 - 2 * i)),
      Buffer.from('a-passphrase-of-exactly-32-chars'), createHash('sha256').update('changeme').digest(), createHash('sha256').update('').digest(),
    ];
    for (const key of guessable) expect(codeOf(() => fromEnv(key.toString('base64')))).toBe('LT-LEDGER-KEY-WEAK');
  });

  it('does not show the key in what it derives', async () => {
    const created = loadKeys({ env: {}, keyFile, createIfMissing: true });
    const master = Buffer.from((await readFile(keyFile, 'utf8')).trim(), 'base64');
    const parts = [created.current.seal, created.current.index, created.current.check, Buffer.from(created.current.id, 'hex')].map((part) => Buffer.from(part).toString('hex'));
    expect(new Set(parts.map((part) => part.slice(0, 8))).size).toBe(4);
    for (const part of parts) expect(master.toString('hex')).not.toContain(part.slice(0, 8));
  });
});

describe('sealing', () => {
  const [old, current] = [randomBytes(32), randomBytes(32)];

  it('opens what it sealed, at the same place only', () => {
    const sealer = new Sealer(keysFromMasters([current]));
    const blob = sealer.seal(Buffer.from('Nguyễn Văn Ất'), 'events:1');
    expect(sealer.open(blob, 'events:1')).toBe('Nguyễn Văn Ất');
    expect(() => sealer.open(blob, 'events:2')).toThrow(/LT-LEDGER-UNREADABLE/);
  });

  it('notices every changed byte, and blobs of any other shape', () => {
    const sealer = new Sealer(keysFromMasters([current]));
    const blob = sealer.seal(Buffer.from('abc'), 'events:1');
    for (let i = 0; i < blob.length; i++) {
      const changed = Buffer.from(blob);
      changed[i] = (changed[i] ?? 0) ^ 1;
      expect(() => sealer.open(changed, 'events:1')).toThrow(/LT-LEDGER-UNREADABLE/);
      expect(() => sealer.open(blob.subarray(0, i), 'events:1')).toThrow(/LT-LEDGER-UNREADABLE/);
    }
  });

  it('never uses an initialisation vector twice', () => {
    const sealer = new Sealer(keysFromMasters([current]));
    const vectors = Array.from({ length: 2000 }, () => sealer.seal(Buffer.from('x'), 'p').subarray(5, 17).toString('hex'));
    expect(new Set(vectors).size).toBe(2000);
  });

  it('reads with an older key of the ring and writes with the current one', () => {
    const before = new Sealer(keysFromMasters([old])).seal(Buffer.from('x'), 'p');
    const rotated = new Sealer(keysFromMasters([current, old]));
    expect(rotated.open(before, 'p')).toBe('x');
    expect(() => new Sealer(keysFromMasters([old])).open(rotated.seal(Buffer.from('x'), 'p'), 'p')).toThrow(/LT-LEDGER-UNREADABLE/);
  });

  it('hashes by key, kind and value', () => {
    const a = new Indexer(keysFromMasters([current]).current.index);
    const b = new Indexer(keysFromMasters([old]).current.index);
    const hex = (hash: Buffer) => hash.toString('hex');
    expect(hex(a.term('phone', '0900000001'))).toBe(hex(a.term('phone', '0900000001')));
    expect(new Set([a.term('phone', '1'), a.term('identity', '1'), a.term('phone', '2'), b.term('phone', '1')].map(hex)).size).toBe(4);
    expect(a.term('phone', '1')).toHaveLength(16);
  });
});
