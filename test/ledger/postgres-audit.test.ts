/** What can be seen and what can be changed by someone who has the PostgreSQL database but not the key. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyExport } from '../../src/ledger/chain.ts';
import { T0, change, claimOne, ids, settle, snapshot, step } from './fixtures.ts';
import { postgresStorage } from './postgres-fixtures.ts';
import type { PostgresStorage } from './postgres-fixtures.ts';

describe('what a PostgreSQL ledger shows and withstands', () => {
  let storage: PostgresStorage;
  beforeEach(async () => { storage = await postgresStorage(); });
  afterEach(() => storage.dispose());

  /** Every row of every table as text, bytea as the bytes that they are. */
  async function everything(): Promise<string> {
    const tables = await storage.database.query<{ name: string }>(`SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public'`);
    expect(tables.length).toBeGreaterThan(15);
    const rows = await Promise.all(tables.map(({ name }) => storage.database.query<Record<string, unknown>>(`SELECT * FROM ${name}`)));
    return rows.flat().flatMap((row) => Object.values(row)).map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') + Buffer.from(value).toString('utf8') : String(value))).join('\n');
  }

  it('holds nothing personal in the clear, in no table, and no reason of an order', async () => {
    const secrets = {
      identity: '099123456789', phone: '0900000123', email: 'an@example.vn', name: 'Nguyễn Văn Ất', search: 'Nguyen Van At', address: 'số 12 đường Trần Phú', key: 'khóa của khách',
      evidence: 'bằng chứng', pointer: 'LT-ODD/099888777666', frozen: 'lý do đóng băng', released: 'lý do mở', cancelled: 'lý do hủy', retried: 'lý do gửi lại', ordered: 'nội dung lệnh', cell: 'giá trị ô',
    };
    const { identity, phone, email, name, search, address, key, evidence, pointer, frozen, released, cancelled, retried, ordered, cell } = secrets;
    const ledger = await storage.open();
    await ledger.append(change('D-1', {
      body: JSON.stringify({ identity, phone, email, name, address }), idempotencyKey: key, plans: [snapshot('v1'), step('s1')],
      terms: [{ kind: 'identity', value: identity }, { kind: 'phone', value: phone }, { kind: 'email', value: email }, { kind: 'name', value: search }],
      warnings: [{ code: 'LT-X', pointer, message: { vi: 'lạ', en: 'odd' } }],
    }));
    await ledger.quarantine({ via: 'api', actor: null, raw: `{"identity":"${identity}","name":"${name}"`, issues: [{ code: 'LT-X', pointer, message: { vi: 'x', en: 'x' } }], dossierCode: phone });
    const lane = await claimOne(ledger, T0);
    const attempt = { exchangeIds: ids(lane), operation: 'sync-dossier', kind: 'send', startedAt: 1, endedAt: 2, outcome: 'rejected', code: null, httpStatus: 400, evidence: `${evidence} ${name}` } as const;
    await ledger.update(settle(lane, ids(lane), 'rejected', { attempts: [attempt], release: { nextAt: null } }));
    const by = 'key-of-operator';
    const [first = 0, second = 0] = ids(lane);
    expect(await ledger.retry(first, by, T0, retried)).toBe(true);
    expect(await ledger.cancel(second, by, T0, cancelled)).toBe('cancelled');
    const hold = await ledger.freeze({ scope: 'dossier', key: 'D-1', upstream: null, by, reason: frozen, until: null }, T0);
    await ledger.freeze({ scope: 'upstream', key: 'portal', upstream: null, by, reason: frozen, until: null }, T0);
    await ledger.release(hold.id, by, T0, released);
    await ledger.act({ kind: 'control.noted', by, content: { why: ordered } }, T0);
    await ledger.putCell('alerts/x', JSON.stringify({ why: cell }), 0);

    const seen = await everything();
    // The search must be able to find what is there.
    for (const clear of ['D-1', by, 'control.frozen', 'alerts/x']) expect(seen).toContain(clear);
    for (const [what, secret] of Object.entries(secrets)) expect(seen.includes(secret), what).toBe(false);
    expect((await ledger.timeline('D-1'))?.attempts[0]?.evidence).toContain(evidence);
    expect(await ledger.findDossiers({ kind: 'phone', value: phone }, 1)).toEqual(['D-1']);
  });

  describe('tampering', () => {
    const fill = async () => {
      const ledger = await storage.open();
      for (let i = 1; i <= 5; i++) await ledger.append(change(`D-${i}`, { plans: [step(`s${i}`)] }));
      expect(await ledger.verify()).toEqual({ events: 5, brokenAt: null });
      return ledger;
    };
    const copyOf = (seq: number, as: string): string => `INSERT INTO events SELECT (jsonb_populate_record(e, '{"seq": ${as}}')).* FROM events e WHERE seq = ${seq}`;
    const cases: [what: string, sql: string[], brokenAt: number][] = [
      ['edited metadata', ['UPDATE events SET recorded_at = recorded_at + 1 WHERE seq = 3'], 3],
      ['a forged actor', [`UPDATE events SET actor = 'nobody' WHERE seq = 2`], 2],
      ['a renamed dossier', [`UPDATE dossiers SET code = 'D-X' WHERE code = 'D-4'`], 4],
      ['an edited body', [`UPDATE events SET body = set_byte(body, 20, 255 - get_byte(body, 20)) WHERE seq = 4`], 4],
      ['an edited body beside its old hash', [`UPDATE events SET body_hash = sha256(body), body = set_byte(body, 20, 255 - get_byte(body, 20)) WHERE seq = 4`], 4],
      ['a deleted event', ['DELETE FROM events WHERE seq = 2'], 2],
      ['a deleted first event', ['DELETE FROM events WHERE seq = 1'], 1],
      ['a cut tail', ['DELETE FROM events WHERE seq > 3'], 4],
      ['a cut tail with a rewritten head', ['DELETE FROM events WHERE seq > 3', `UPDATE chain_head SET seq = 3, hash = (SELECT encode(hash, 'hex') FROM events WHERE seq = 3)`], 4],
      ['a head set back', [`UPDATE chain_head SET seq = 3, hash = 'x'`], 6],
      ['an event behind the head', [copyOf(5, '6')], 6],
      ['swapped events', ['UPDATE events SET seq = -seq WHERE seq IN (2, 3)', 'UPDATE events SET seq = 5 + seq WHERE seq < 0'], 2],
    ];
    it.each(cases)('is found: %s', async (_what, statements, brokenAt) => {
      const ledger = await fill();
      for (const sql of statements) await storage.database.query(sql);
      expect((await ledger.verify()).brokenAt).toBe(brokenAt);
      // What is broken stays broken, however much is appended behind it.
      await ledger.append(change('D-9'));
      expect((await ledger.verify()).brokenAt).toBe(brokenAt);
    });

    it('shows in an export as well', async () => {
      const ledger = await fill();
      await storage.database.query('DELETE FROM events WHERE seq = 2');
      expect(verifyExport(await ledger.exportEvents({ afterSeq: 0, limit: 99, bodies: true }))).toEqual({ events: 1, brokenAt: 2 });
    });

    it('a body that does not open becomes a dead letter; other lanes and the rest of its own go on', async () => {
      const ledger = await fill();
      await storage.database.query(`UPDATE events SET body = '\\x00' WHERE seq = 2`);
      await ledger.append(change('D-2', { status: 'RESOLVED', plans: [step('later')] }));
      const lanes = await ledger.claim({ now: T0, limit: 10, leaseMs: 1000, owner: 'w', perLane: 10 });
      expect(lanes.flatMap((lane) => lane.exchanges.map((exchange) => exchange.itemKey)).sort()).toEqual(['later', 's1', 's3', 's4', 's5']);
      expect(await ledger.listExchanges({ states: ['dead'], limit: 9 })).toMatchObject([{ itemKey: 's2', code: 'LT-LEDGER-UNREADABLE' }]);
    });
  });

  it('exports and archives in slices, large bodies too, without a gap', async () => {
    const ledger = await storage.open();
    const body = 'x'.repeat(900_000);
    for (let i = 1; i <= 12; i++) await ledger.append(change('D-1', { sourceUpdatedAt: T0 + i, body: JSON.stringify({ i, body }) }));
    const seqs: number[] = [];
    let slices = 0;
    for (let afterSeq = 0; ; slices++) {
      const slice = await ledger.exportEvents({ afterSeq, limit: 100, bodies: true });
      if (slice.length === 0) break;
      seqs.push(...slice.map((event) => event.seq));
      afterSeq = seqs.at(-1) ?? 0;
    }
    expect(seqs).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(slices).toBeGreaterThan(1);
    const policy = { bodiesBefore: T0 + 1, lastBodiesBefore: null, attemptsBefore: null, quarantineBefore: null };
    const first = await ledger.expirable(policy, 100);
    expect(first.events.length).toBeLessThan(11);
    const second = await ledger.expirable(policy, 100, first.next ?? undefined);
    const third = await ledger.expirable(policy, 100, second.next ?? undefined);
    expect([...first.events, ...second.events, ...third.events].map((event) => event.seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(third.next).toBeNull();
    expect((await ledger.storage()).usedBytes).toBeGreaterThan(9_000_000);
  });
});
