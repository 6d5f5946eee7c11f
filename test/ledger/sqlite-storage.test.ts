/** What only the SQLite engine has: its file, migrations, keys beside it, failures of the disk and of its thread. */
import { randomBytes } from 'node:crypto';
import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keysFromMasters } from '../../src/ledger/keys.ts';
import { Sealer } from '../../src/ledger/seal.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { migrate, migrations } from '../../src/ledger/sqlite/migrations/index.ts';
import { T0, change, claimOne, ids, settle, snapshot, sqliteStorage, step } from './fixtures.ts';
import type { SqliteStorage } from './fixtures.ts';

describe('file of the SQLite ledger', () => {
  let storage: SqliteStorage;
  beforeEach(async () => { storage = await sqliteStorage(); });
  afterEach(() => storage.dispose());

  const edit = (sql: string): void => {
    const db = new DatabaseSync(storage.file);
    db.exec(sql);
    db.close();
  };

  it('is durable by its settings, one file after closing, for the owner only', async () => {
    const ledger = await storage.open();
    await ledger.append(change('D-1'));
    const names = await readdir(storage.folder);
    for (const name of names.filter((file) => file.startsWith('ledger.db'))) expect((await stat(join(storage.folder, name))).mode & 0o077).toBe(0);
    await ledger.close();
    expect((await readdir(storage.folder)).sort()).toEqual(['ledger.db', 'ledger.held', 'ledger.mutex']);
    const db = new DatabaseSync(storage.file, { readOnly: true });
    expect(db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    expect(db.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    db.close();
  });

  it('holds nothing personal in the clear, in no file of the folder', async () => {
    const secrets = ['099123456789', '0900000123', 'an@example.vn', 'Nguyễn Văn Ất', 'Nguyen Van At', 'số 12 đường Trần Phú', 'khóa của khách', 'bằng chứng', 'LT-ODD/099888777666'];
    const [identity = '', phone = '', email = '', name = '', search = '', address = '', key = '', evidence = '', pointer = ''] = secrets;
    const ledger = await storage.open();
    await ledger.append(change('D-1', {
      body: JSON.stringify({ identity, phone, email, name, address }),
      terms: [{ kind: 'identity', value: identity }, { kind: 'phone', value: phone }, { kind: 'email', value: email }, { kind: 'name', value: search }],
      idempotencyKey: key,
      warnings: [{ code: 'LT-X', pointer, message: { vi: 'lạ', en: 'odd' } }],
      plans: [snapshot('v1')],
    }));
    await ledger.quarantine({ via: 'api', actor: null, raw: `{"identity":"${identity}","name":"${name}"`, issues: [{ code: 'LT-X', pointer, message: { vi: 'x', en: 'x' } }], dossierCode: phone });
    const lane = await claimOne(ledger, T0);
    const attempt = { exchangeIds: ids(lane), operation: 'sync-dossier', kind: 'send', startedAt: 1, endedAt: 2, outcome: 'rejected', code: null, httpStatus: 400, evidence: `${evidence} ${name}` } as const;
    await ledger.update({ ...settle(lane, ids(lane), 'rejected'), attempts: [attempt] });

    const inFiles = async (): Promise<string[]> => {
      const files = await readdir(storage.folder);
      const bytes = await Promise.all(files.map((file) => readFile(join(storage.folder, file))));
      // As the search must be able to find what is there, a value that is meant to be in the clear goes first.
      expect(bytes.some((content) => content.includes('D-1'))).toBe(true);
      return secrets.filter((secret) => bytes.some((content) => content.includes(secret) || content.includes(JSON.stringify(secret).slice(1, -1))));
    };
    expect(await readdir(storage.folder)).toContain('ledger.db-wal');
    expect(await inFiles()).toEqual([]);
    await ledger.close();
    expect(await inFiles()).toEqual([]);
    const again = await storage.open();
    expect((await again.timeline('D-1'))?.attempts[0]?.evidence).toContain(evidence);
    expect(await again.findDossiers({ kind: 'phone', value: phone }, 1)).toEqual(['D-1']);
  });

  it('keeps reasons of orders and shared cells sealed, and who ordered in the clear', async () => {
    const secrets = ['lý do đóng băng', 'lý do mở', 'lý do hủy', 'nội dung lệnh', 'giá trị ô'];
    const [frozen = '', released = '', cancelled = '', ordered = '', cell = ''] = secrets;
    const ledger = await storage.open();
    await ledger.append(change('D-1', { plans: [snapshot('v1')] }));
    const hold = await ledger.freeze({ scope: 'dossier', key: 'D-1', upstream: null, by: 'key-of-operator', reason: frozen, until: null }, T0);
    const kept = await ledger.freeze({ scope: 'upstream', key: 'portal', upstream: null, by: 'key-of-operator', reason: frozen, until: null }, T0);
    await ledger.release(hold.id, 'key-of-operator', T0, released);
    await ledger.cancel(1, 'key-of-operator', T0, cancelled);
    await ledger.act({ kind: 'control.noted', by: 'key-of-operator', content: { why: ordered } }, T0);
    await ledger.putCell('alerts/x', JSON.stringify({ why: cell }), 0);
    for (const close of [false, true]) {
      if (close) await ledger.close();
      const files = (await readdir(storage.folder)).filter((file) => file.startsWith('ledger.db'));
      const bytes = await Promise.all(files.map((file) => readFile(join(storage.folder, file))));
      expect(bytes.some((content) => content.includes('key-of-operator'))).toBe(true);
      expect(secrets.filter((secret) => bytes.some((content) => content.includes(secret)))).toEqual([]);
    }
    const again = await storage.open();
    expect(await again.listHolds()).toEqual([kept]);
    expect((await again.getCell('alerts/x'))?.value).toContain(cell);
  });

  it('undoes in memory what a lost transaction had ordered, leased and counted', async () => {
    const ledger = await storage.open();
    for (const code of ['D-1', 'D-2']) await ledger.append(change(code, { plans: [snapshot('v1')] }));
    const unbindable = {} as unknown as string;
    const results = await Promise.allSettled([
      ledger.freeze({ scope: 'dossier', key: 'D-1', upstream: null, by: 'admin', reason: '', until: null }, T0),
      ledger.claim({ now: T0, limit: 9, leaseMs: 1000, owner: 'w', perLane: 9, mostLeased: { portal: 1 } }),
      ledger.setCursor('x', unbindable),
    ]);
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(results[1]).toMatchObject({ value: [{ dossierCode: 'D-2' }] });
    expect(await ledger.listHolds()).toHaveLength(1);
    expect(await ledger.claim({ now: T0, limit: 9, leaseMs: 1000, owner: 'w', perLane: 9, mostLeased: { portal: 1 } })).toEqual([]);
    expect(await ledger.counts(T0)).toMatchObject({ lanesHeld: 1, lanesReady: 0, events: 3 });
    expect(await ledger.verify()).toEqual({ events: 3, brokenAt: null });
  });

  it('keeps why a person retried sealed, and who in the clear', async () => {
    const reason = 'bà Nguyễn Thị Mẫu 0900000123 gọi hỏi';
    const ledger = await storage.open();
    await ledger.append(change('D-1', { plans: [snapshot('v1')] }));
    const lane = await claimOne(ledger, T0);
    await ledger.update(settle(lane, ids(lane), 'rejected'));
    expect(await ledger.retry(ids(lane)[0] ?? 0, 'key-of-operator', T0, reason)).toBe(true);
    const inFiles = async (text: string): Promise<boolean> => {
      const files = (await readdir(storage.folder)).filter((file) => file.startsWith('ledger.db'));
      return (await Promise.all(files.map((file) => readFile(join(storage.folder, file))))).some((content) => content.includes(text));
    };
    for (const close of [false, true]) {
      if (close) await ledger.close();
      expect(await inFiles('key-of-operator')).toBe(true);
      for (const part of [reason, 'Nguyễn Thị Mẫu', '0900000123']) expect(await inFiles(part), part).toBe(false);
    }
    const db = new DatabaseSync(storage.file, { readOnly: true });
    const row = db.prepare(`SELECT seq, actor, body FROM events WHERE kind = 'exchange.retried'`).get();
    db.close();
    expect(row?.['actor']).toBe('key-of-operator');
    expect(JSON.parse(new Sealer(storage.keys).open(row?.['body'] as Uint8Array, `events:${Number(row?.['seq'])}`))).toEqual({ exchangeId: ids(lane)[0], from: 'rejected', reason });
  });

  describe('migrations', () => {
    it('are recorded once with their checksums', async () => {
      for (let i = 0; i < 2; i++) await (await storage.open()).close();
      const db = new DatabaseSync(storage.file, { readOnly: true });
      expect(db.prepare('SELECT number, name FROM schema_migrations').all().map((row) => ({ ...row }))).toEqual(migrations.map(({ number, name }) => ({ number, name })));
      db.close();
    });

    it('refuse a database of a newer program', async () => {
      await (await storage.open()).close();
      edit(`INSERT INTO schema_migrations VALUES (9999, 'future', 'x', 0)`);
      await expect(storage.open()).rejects.toMatchObject({ code: 'LT-LEDGER-NEWER', message: expect.stringContaining('9999-future') as string });
    });

    it('refuse when an applied one is not the one in the program', async () => {
      await (await storage.open()).close();
      edit(`UPDATE schema_migrations SET checksum = 'x' WHERE number = 1`);
      await expect(storage.open()).rejects.toMatchObject({ code: 'LT-LEDGER-MIGRATION-CHANGED' });
    });

    it('apply in order, and undo a failing one as a whole', () => {
      const db = new DatabaseSync(':memory:');
      const [a, b] = [{ number: 1, name: 'a', sql: 'CREATE TABLE t (x INTEGER) STRICT' }, { number: 2, name: 'b', sql: 'CREATE TABLE u (x INTEGER) STRICT; INSERT INTO nowhere VALUES (1)' }];
      expect(() => { migrate(db, T0, [b, a]); }).toThrow(/nowhere/);
      const tables = db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`).all().map((row) => row['name']);
      expect(tables).toEqual(['schema_migrations', 't']);
      migrate(db, T0, [a, { ...b, sql: 'ALTER TABLE t ADD COLUMN y INTEGER' }]);
      expect(db.prepare('SELECT count(*) AS n FROM schema_migrations').get()).toMatchObject({ n: 2 });
    });

    it('numbers rise without gaps', () => {
      expect(migrations.map((migration) => migration.number)).toEqual(migrations.map((_, i) => i + 1));
    });
  });

  describe('keys', () => {
    const open = (...masters: Buffer[]) => openSqliteLedger({ folder: storage.folder, keys: keysFromMasters(masters), now: () => T0 });

    it('refuses a wrong key before anything is written, and frees the folder', async () => {
      await (await storage.open()).close();
      await expect(open(randomBytes(32))).rejects.toMatchObject({ code: 'LT-LEDGER-KEY-WRONG' });
      await storage.open();
    });

    it('rotates: the new key writes, the old one still reads, searches and duplicates go on', async () => {
      const [a, b] = [randomBytes(32), randomBytes(32)];
      const term = { kind: 'phone', value: '0900000001' } as const;
      const before = await open(a);
      const first = await before.append(change('D-1', { terms: [term] }));
      await before.close();
      const rotated = await open(b, a);
      expect((await rotated.getDossier('D-1'))?.body).toBe(change('D-1').body);
      expect(await rotated.append(change('D-1', { terms: [term] }))).toEqual({ ...first, status: 'duplicate' });
      await rotated.append(change('D-2', { terms: [term] }));
      expect(await rotated.findDossiers(term, 9)).toEqual(['D-2', 'D-1']);
      await rotated.close();
      await expect(open(b)).rejects.toMatchObject({ code: 'LT-LEDGER-KEY-WRONG' });
      await expect(open(a)).rejects.toMatchObject({ code: 'LT-LEDGER-KEY-WRONG' });
      const again = await open(b, a);
      expect(await again.verify()).toEqual({ events: 2, brokenAt: null });
      await again.close();
    });
  });

  describe('tampering', () => {
    const fill = async (): Promise<void> => {
      const ledger = await storage.open();
      for (let i = 1; i <= 5; i++) await ledger.append(change(`D-${i}`, { plans: [step(`s${i}`)] }));
      expect(await ledger.verify()).toEqual({ events: 5, brokenAt: null });
      await ledger.close();
    };
    const cases: [what: string, sql: string, brokenAt: number][] = [
      ['edited metadata', `UPDATE events SET recorded_at = recorded_at + 1 WHERE seq = 3`, 3],
      ['a forged actor', `UPDATE events SET actor = 'nobody' WHERE seq = 2`, 2],
      ['a renamed dossier', `UPDATE dossiers SET code = 'D-X' WHERE code = 'D-4'`, 4],
      ['an edited body', `UPDATE events SET body = CAST(substr(body, 1, 20) || CASE hex(substr(body, 21, 1)) WHEN '00' THEN X'01' ELSE X'00' END || substr(body, 22) AS BLOB) WHERE seq = 4`, 4],
      ['a deleted event', 'DELETE FROM events WHERE seq = 2', 2],
      ['a deleted first event', 'DELETE FROM events WHERE seq = 1', 1],
      ['a cut tail', 'DELETE FROM events WHERE seq > 3', 4],
      ['a cut tail with a rewritten head', `DELETE FROM events WHERE seq > 3; UPDATE meta SET value = '3 ' || (SELECT lower(hex(hash)) FROM events WHERE seq = 3) || ' 00' WHERE key = 'chain_head'`, 4],
      ['a deleted head', `DELETE FROM meta WHERE key = 'chain_head'`, 6],
      ['a head set back', `UPDATE meta SET value = '3 x y' WHERE key = 'chain_head'`, 6],
      ['swapped events', 'UPDATE events SET seq = -seq WHERE seq IN (2, 3); UPDATE events SET seq = 5 + seq WHERE seq < 0', 2],
    ];
    it.each(cases)('is found: %s', async (_what, sql, brokenAt) => {
      await fill();
      edit(sql);
      const ledger = await storage.open();
      expect((await ledger.verify()).brokenAt).toBe(brokenAt);
      // What is broken stays broken, however much is appended behind it.
      await ledger.append(change('D-9'));
      expect((await ledger.verify()).brokenAt).toBe(brokenAt);
    });

    it('a body that does not open becomes a dead letter; other lanes and the rest of its own go on', async () => {
      await fill();
      edit(`UPDATE events SET body = X'00' WHERE seq = 2`);
      const ledger = await storage.open();
      await ledger.append(change('D-2', { status: 'RESOLVED', plans: [step('later')] }));
      const lanes = await ledger.claim({ now: T0, limit: 10, leaseMs: 1000, owner: 'w', perLane: 10 });
      expect(lanes.flatMap((lane) => lane.exchanges.map((exchange) => exchange.itemKey)).sort()).toEqual(['later', 's1', 's3', 's4', 's5']);
      expect(await ledger.listExchanges({ states: ['dead'], limit: 9 })).toMatchObject([{ itemKey: 's2', code: 'LT-LEDGER-UNREADABLE' }]);
    });
  });

  describe('failures', () => {
    it('a full disk acknowledges nothing, keeps what was acknowledged, and goes on once there is room', async () => {
      const small = { folder: storage.folder, keys: storage.keys, now: () => T0, maxBytes: 600_000 };
      const ledger = await openSqliteLedger(small);
      const body = (i: number) => JSON.stringify({ i, filler: 'x'.repeat(20_000) });
      const settled = await Promise.allSettled(Array.from({ length: 100 }, (_, i) => ledger.append(change(`D-${i}`, { body: body(i), plans: [snapshot('v1')] }))));
      const more = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => ledger.append(change(`E-${i}`, { body: body(i) }))));
      const refused = [...settled, ...more].filter((result) => result.status === 'rejected');
      expect(refused.length).toBeGreaterThan(0);
      for (const result of refused) expect(result.reason).toMatchObject({ code: 'LT-LEDGER-WRITE-FAILED' });
      const kept = settled.flatMap((result, i) => (result.status === 'fulfilled' ? [`D-${i}`] : [])).concat(more.flatMap((result, i) => (result.status === 'fulfilled' ? [`E-${i}`] : [])));
      const counts = await ledger.counts(T0);
      expect(counts).toMatchObject({ dossiers: kept.length, events: kept.length });
      for (const code of kept) expect((await ledger.getDossier(code))?.code).toBe(code);
      expect(await ledger.verify()).toEqual({ events: kept.length, brokenAt: null });
      await ledger.close();
      const roomy = await storage.open();
      expect(await roomy.counts(T0)).toEqual(counts);
      expect((await roomy.append(change('F-1'))).eventSeq).toBe(kept.length + 1);
    });

    it('refuses more than the bound of waiting intakes, and takes them again later', async () => {
      const ledger = await openSqliteLedger({ folder: storage.folder, keys: storage.keys, now: () => T0, maxPending: 5 });
      const results = await Promise.allSettled(Array.from({ length: 8 }, (_, i) => ledger.append(change(`D-${i}`))));
      expect(results.map((result) => result.status)).toEqual([...Array<string>(5).fill('fulfilled'), ...Array<string>(3).fill('rejected')]);
      expect(results.at(-1)).toMatchObject({ reason: { code: 'LT-LEDGER-BUSY' } });
      expect((await ledger.append(change('E-1'))).status).toBe('accepted');
      await ledger.close();
    });

    it('lets everything asked for before closing finish', async () => {
      const ledger = await storage.open();
      const calls = Array.from({ length: 300 }, (_, i) => ledger.append(change(`D-${i}`)));
      await ledger.close();
      expect((await Promise.all(calls)).every((result) => result.status === 'accepted')).toBe(true);
      expect((await (await storage.open()).counts(T0)).dossiers).toBe(300);
    });

    it('rejects one call that cannot be handed over, not its neighbours', async () => {
      const ledger = await storage.open();
      const odd = { via: 'api', actor: null, raw: (() => 'x') as unknown as string, issues: [] } as const;
      const results = await Promise.allSettled([ledger.append(change('D-1')), ledger.quarantine({ ...odd, issues: [] }), ledger.append(change('D-2'))]);
      expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    });

    it('a damaged file is refused in words', async () => {
      await (await storage.open()).close();
      await writeFile(storage.file, 'this is no database, and it never was one, whatever its name may say. '.repeat(200));
      await expect(storage.open()).rejects.toMatchObject({ code: 'LT-LEDGER-OPEN-FAILED' });
    });
  });
});
