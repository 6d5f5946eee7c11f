/** Kept files as they lie on the disk: nothing to read there, and nothing to change unnoticed. */
import { randomBytes } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileIdIn } from '../../src/model/file-address.ts';
import { keysFromMasters } from '../../src/ledger/keys.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { backupSqlite } from '../../src/ledger/sqlite/upkeep-offline.ts';
import { T0, sqliteStorage } from './fixtures.ts';
import type { SqliteStorage } from './fixtures.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('kept files of the SQLite ledger', () => {
  let storage: SqliteStorage;
  beforeEach(async () => { storage = await sqliteStorage(); });
  afterEach(() => storage.dispose());

  const edit = (sql: string, ...values: (Uint8Array | string)[]): void => {
    const db = new DatabaseSync(storage.file);
    db.prepare(sql).run(...values);
    db.close();
  };

  it('are nowhere in the clear, nor under a name that the content alone would give', async () => {
    const secret = 'Phiếu lý lịch tư pháp của bà Ất';
    const ledger = await storage.open();
    const address = await ledger.keepFile(bytes(secret), { mediaType: 'application/pdf' });
    for (const close of [false, true]) {
      if (close) await ledger.close();
      const names = (await readdir(storage.folder)).filter((name) => name.startsWith('ledger.db'));
      const files = await Promise.all(names.map((name) => readFile(join(storage.folder, name))));
      expect(files.some((content) => content.includes('application/pdf'))).toBe(true);
      expect(files.some((content) => content.includes(secret))).toBe(false);
    }
    const other = await sqliteStorage();
    try {
      expect(await (await other.open()).keepFile(bytes(secret), { mediaType: 'application/pdf' })).not.toBe(address);
    } finally {
      await other.dispose();
    }
  });

  it('a changed byte, another type or the content of another file is noticed; the others are read as before', async () => {
    let ledger = await storage.open();
    const [changed, retyped, swapped, sound] = await Promise.all(['một', 'hai', 'ba', 'bốn'].map((text) => ledger.keepFile(bytes(text), { mediaType: 'application/pdf' })));
    const key = (address = ''): Buffer => Buffer.from(fileIdIn(address) ?? '', 'hex');
    await ledger.close();
    const db = new DatabaseSync(storage.file);
    const content = Buffer.from((db.prepare('SELECT content FROM files WHERE id = ?').get(key(changed)) as { content: Uint8Array }).content);
    db.close();
    content[20] = (content[20] ?? 0) ^ 1;
    edit('UPDATE files SET content = ? WHERE id = ?', content, key(changed));
    edit(`UPDATE files SET media_type = 'text/html' WHERE id = ?`, key(retyped));
    edit('UPDATE files SET content = (SELECT content FROM files WHERE id = ?) WHERE id = ?', key(sound), key(swapped));
    ledger = await storage.open();
    for (const address of [changed, retyped, swapped]) await expect(ledger.readFile(address ?? '')).rejects.toMatchObject({ code: 'LT-LEDGER-UNREADABLE' });
    expect(Buffer.from((await ledger.readFile(sound ?? ''))?.content ?? []).toString()).toBe('bốn');
  });

  it('keep their address and stay readable when the key is changed', async () => {
    const masters = [randomBytes(32), randomBytes(32)] as const;
    const open = (keys: ReturnType<typeof keysFromMasters>) => openSqliteLedger({ folder: storage.folder, keys, now: () => T0 });
    const before = await open(keysFromMasters([masters[0]]));
    const address = await before.keepFile(bytes('cũ'), { mediaType: 'application/pdf' });
    await before.close();
    const after = await open(keysFromMasters([masters[1], masters[0]]));
    try {
      expect(await after.keepFile(bytes('cũ'), { mediaType: 'application/pdf' })).toBe(address);
      expect(Buffer.from((await after.readFile(address))?.content ?? []).toString()).toBe('cũ');
    } finally {
      await after.close();
    }
  });

  it('are limited by configuration, and are in a backup', async () => {
    const ledger = await openSqliteLedger({ folder: storage.folder, keys: storage.keys, now: () => T0, maxFileBytes: 4 });
    try {
      await ledger.keepFile(bytes('1234'), { mediaType: 'text/plain' });
      await expect(ledger.keepFile(bytes('12345'), { mediaType: 'text/plain' })).rejects.toMatchObject({ code: 'LT-LEDGER-FILE-TOO-LARGE' });
      const many = await Promise.allSettled(Array.from({ length: 8 }, (_, i) => ledger.keepFile(bytes(`tp-${i}`), { mediaType: 'text/plain' })));
      expect(many.map((one) => (one.status === 'fulfilled' ? 'kept' : (one.reason as { code: string }).code))).toEqual([...Array<string>(5).fill('kept'), ...Array<string>(3).fill('LT-LEDGER-BUSY')]);
      await ledger.keepFile(bytes('sau'), { mediaType: 'text/plain' });
      expect(backupSqlite(storage.folder, join(storage.folder, 'copy.db'), storage.keys).rows).toMatchObject({ files: 7 });
    } finally {
      await ledger.close();
    }
  });
});
