import { describe, expect, it } from 'vitest';
import { T0, change, claimOne, claimOptions, held, ids, settle, snapshot, step } from './fixtures.ts';
import type { Bench } from './conformance.ts';

/** Looking: dossiers, search, lists by pages, counts, quarantine, cursors, the chain. */
export function readConformance(bench: Bench): void {
  describe('reading', () => {
    it('answers undefined for what is not there', async () => {
      expect(await bench.ledger.getDossier('none')).toBeUndefined();
      expect(await bench.ledger.timeline('none')).toBeUndefined();
      expect(await bench.ledger.getExchange(1)).toBeUndefined();
      expect(await bench.ledger.getCursor('none')).toBeUndefined();
      expect(await bench.ledger.nextReadyAt()).toBeNull();
    });

    it('finds dossiers by a personal value, by its kind only', async () => {
      await bench.ledger.append(change('D-1', { terms: [{ kind: 'identity', value: '099123456789' }, { kind: 'phone', value: '0900000001' }] }));
      await bench.ledger.append(change('D-2', { terms: [{ kind: 'identity', value: '099123456789' }] }));
      await bench.ledger.append(change('D-1', { status: 'RESOLVED', terms: [{ kind: 'identity', value: '099123456789' }] }));
      expect(await bench.ledger.findDossiers({ kind: 'identity', value: '099123456789' }, 10)).toEqual(['D-2', 'D-1']);
      expect(await bench.ledger.findDossiers({ kind: 'identity', value: '099123456789' }, 1)).toEqual(['D-2']);
      expect(await bench.ledger.findDossiers({ kind: 'identity', value: '0900000001' }, 10)).toEqual([]);
      expect(await bench.ledger.findDossiers({ kind: 'phone', value: '0900000001' }, 10)).toEqual(['D-1']);
    });

    it('links the events of a dossier and shows their warnings', async () => {
      const warning = { code: 'LT-MODEL-X', pointer: '/dates', message: { vi: 'cảnh báo', en: 'warning' }, severity: 'warning' } as const;
      const first = await bench.ledger.append(change('D-1', { warnings: [warning] }));
      await bench.ledger.append(change('D-2'));
      await bench.ledger.append(change('D-1', { status: 'RESOLVED', via: 'import', actor: null }));
      const events = (await bench.ledger.timeline('D-1'))?.events ?? [];
      const between = (await bench.ledger.timeline('D-2'))?.events ?? [];
      expect(events).toMatchObject([
        { seq: 1, id: first.eventId, kind: 'dossier.snapshot', via: 'api', actor: 'key-1', recordedAt: T0, stale: false, warnings: [warning], prevHash: '0'.repeat(64) },
        { seq: 3, via: 'import', actor: null, warnings: [], prevHash: between[0]?.hash },
      ]);
      expect(between[0]?.prevHash).toBe(events[0]?.hash);
    });

    it('pages through exchanges by filter without missing or repeating one', async () => {
      for (let i = 0; i < 7; i++) await bench.ledger.append(change(`D-${i}`, { plans: [snapshot(`v${i}`), step(`s${i}`), step(`x${i}`, 'land')] }));
      const lane = await claimOne(bench.ledger, T0, { limit: 1, upstreams: ['land'] });
      await bench.ledger.update(settle(lane, ids(lane), 'rejected', { release: { nextAt: null } }));
      const seen: number[] = [];
      for (;;) {
        const page = await bench.ledger.listExchanges({ states: ['pending', 'rejected'], afterId: seen.at(-1) ?? 0, limit: 4 });
        if (page.length === 0) break;
        seen.push(...page.map((exchange) => exchange.id));
      }
      expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
      expect(seen).toHaveLength(21);
      const keys = async (filter: Parameters<typeof bench.ledger.listExchanges>[0]) => (await bench.ledger.listExchanges(filter)).map((exchange) => exchange.itemKey);
      expect(await keys({ upstream: 'land', states: ['rejected'], limit: 9 })).toEqual(['x0']);
      expect(await keys({ operation: 'report-step', upstream: 'portal', limit: 2 })).toEqual(['s0', 's1']);
      expect(await keys({ dossierCode: 'D-3', limit: 9 })).toEqual(['v3', 's3', 'x3']);
      expect(await keys({ upstream: 'none', limit: 9 })).toEqual([]);
      expect(await keys({ procedureCode: '1.004194', states: ['rejected'], limit: 9 })).toEqual(['x0']);
      expect(await keys({ procedureCode: '9.9', limit: 9 })).toEqual([]);
      expect(await keys({ dossierCode: 'none', limit: 9 })).toEqual([]);
    });

    it('finds exchanges by the code and the time of their end', async () => {
      for (const code of ['D-1', 'D-2', 'D-3']) await bench.ledger.append(change(code, { plans: [step(code)] }));
      for (const lane of await bench.ledger.claim(claimOptions(T0))) {
        bench.clock.now += 100;
        await bench.ledger.update({ ...held(lane), exchanges: [{ id: ids(lane)[0] ?? 0, state: 'rejected', attempts: 1, lostReplies: 0, code: `LT-${lane.dossierCode}` }], release: { nextAt: null } });
      }
      const keys = async (filter: Omit<Parameters<typeof bench.ledger.listExchanges>[0], 'limit'>) => (await bench.ledger.listExchanges({ ...filter, limit: 9 })).map((exchange) => exchange.itemKey);
      expect(await keys({ code: 'LT-D-2' })).toEqual(['D-2']);
      expect(await keys({ settledFrom: T0 + 200 })).toEqual(['D-2', 'D-3']);
      expect(await keys({ settledFrom: T0 + 200, settledBefore: T0 + 300, states: ['rejected', 'dead'] })).toEqual(['D-2']);
      expect(await keys({ replay: 1 })).toEqual([]);
      expect((await bench.ledger.listExchanges({ limit: 1 }))[0]?.replay).toBeNull();
    });

    it('counts exactly, also after a restart', async () => {
      await bench.ledger.append(change('D-1', { plans: [snapshot('v1'), step('s1')] }));
      await bench.ledger.append(change('D-1', { status: 'RESOLVED', plans: [snapshot('v2')] }));
      await bench.ledger.append(change('D-2', { plans: [snapshot('v1')] }));
      await bench.ledger.quarantine({ via: 'api', actor: null, raw: '{', issues: [] });
      const expected = {
        dossiers: 2, events: 3, quarantined: 1, doubts: 0, lanesReady: 2, oldestPendingMs: 700, byStatusAndChannel: { 'RESOLVED/ONLINE': 1, 'PROCESSING/ONLINE': 1 },
        exchanges: { 'portal/sync-dossier/pending': 2, 'portal/sync-dossier/superseded': 1, 'portal/report-step/pending': 1 },
      };
      expect(await bench.ledger.counts(T0 + 700)).toMatchObject(expected);
      await bench.reopen();
      expect(await bench.ledger.counts(T0 + 700)).toMatchObject(expected);
    });

    it('keeps refused input with its issues, cut to a bound', async () => {
      const issues = [{ code: 'LT-INPUT-X', pointer: '/a', message: { vi: 'sai', en: 'wrong' } }];
      const first = await bench.ledger.quarantine({ via: 'import', actor: 'file', raw: 'dòng hỏng', issues, dossierCode: 'D-9', line: 12 });
      await bench.ledger.quarantine({ via: 'api', actor: null, raw: 'x'.repeat(1_000_000), issues: Array.from({ length: 5000 }, () => issues[0]).flatMap((issue) => issue ?? []) });
      const [kept, big] = await bench.ledger.listQuarantine({ limit: 10 });
      expect(kept).toEqual({ id: first.id, at: T0, via: 'import', raw: 'dòng hỏng', issues, dossierCode: 'D-9', line: 12 });
      expect(big?.raw.length).toBeLessThan(100_000);
      expect(big?.issues.length).toBeLessThan(1000);
      expect(await bench.ledger.listQuarantine({ afterId: big?.id ?? 0, limit: 10 })).toEqual([]);
    });

    it('keeps cursors', async () => {
      await bench.ledger.setCursor('opencps', 'a');
      await bench.ledger.setCursor('opencps', 'b');
      await bench.reopen();
      expect(await bench.ledger.getCursor('opencps')).toBe('b');
    });

    it('carries any text through: NFD, emoji, long bodies, lone surrogates in JSON escapes', async () => {
      const body = JSON.stringify({ nfd: 'Nguyễn'.normalize('NFD'), emoji: '👩🏽‍🌾', lone: '\ud800', long: 'ế'.repeat(100_000) });
      await bench.ledger.append(change('D-1', { body }));
      expect((await bench.ledger.getDossier('D-1'))?.body).toBe(body);
    });

    it('says how many callers wait', async () => {
      expect(bench.ledger.pending()).toBe(0);
      const calls = Array.from({ length: 20 }, (_, i) => bench.ledger.append(change(`D-${i}`)));
      expect(bench.ledger.pending()).toBe(20);
      await Promise.all(calls);
      expect(bench.ledger.pending()).toBe(0);
    });

    it('walks a whole chain while others write', async () => {
      await Promise.all(Array.from({ length: 600 }, (_, i) => bench.ledger.append(change(`D-${i}`))));
      const [verified] = await Promise.all([bench.ledger.verify(), ...Array.from({ length: 100 }, (_, i) => bench.ledger.append(change(`E-${i}`)))]);
      expect(verified.brokenAt).toBeNull();
      expect(verified.events).toBeGreaterThanOrEqual(600);
    });
  });
}
