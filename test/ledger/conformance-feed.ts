import { expect, describe, it } from 'vitest';
import { SNAPSHOT, T0, change, claimOne, ids, settle, snapshot, step } from './fixtures.ts';
import type { Bench } from './conformance.ts';

/** Following: what changed, what was called, dossiers in batches with the moment of their acceptance. */
export function feedConformance(bench: Bench): void {
  const acceptance = { upstream: 'portal', operation: SNAPSHOT };
  describe('following', () => {
    it('tells every event of a dossier in order, page by page, and where it ends', async () => {
      expect(await bench.ledger.listChanges({ afterSeq: 0, limit: 10 })).toEqual({ changes: [], through: 0, newest: 0 });
      await bench.ledger.append(change('D-1'));
      await bench.ledger.append(change('D-2'));
      // An event without a dossier is passed over, and counted as looked at.
      await bench.ledger.checkpoint(T0);
      await bench.ledger.append(change('D-1', { status: 'RESOLVED' }));
      const first = await bench.ledger.listChanges({ afterSeq: 0, limit: 3 });
      expect(first).toEqual({ changes: [{ seq: 1, dossierCode: 'D-1' }, { seq: 2, dossierCode: 'D-2' }], through: 3, newest: 4 });
      expect(await bench.ledger.listChanges({ afterSeq: first.through, limit: 3 })).toEqual({ changes: [{ seq: 4, dossierCode: 'D-1' }], through: 4, newest: 4 });
      expect(await bench.ledger.listChanges({ afterSeq: 4, limit: 3 })).toEqual({ changes: [], through: 4, newest: 4 });
    });

    it('gives dossiers by code and by pages, as they are now', async () => {
      for (const code of ['D-3', 'D-1', 'D-2']) await bench.ledger.append(change(code));
      await bench.ledger.append(change('D-3', { status: 'RESOLVED' }));
      const some = await bench.ledger.dossiers(['D-3', 'none', 'D-1']);
      expect(some.map(({ code }) => code).sort()).toEqual(['D-1', 'D-3']);
      const third = some.find(({ code }) => code === 'D-3');
      const { id: _id, doneAt, ...row } = third ?? { id: 0, doneAt: 0 };
      expect(row).toEqual(await bench.ledger.getDossier('D-3'));
      expect(row).toMatchObject({ columns: { status: 'RESOLVED' }, lastEventSeq: 4 });
      expect(doneAt).toBeNull();
      const pages: string[] = [];
      for (let afterId = 0; ;) {
        const page = await bench.ledger.listDossiers({ afterId, limit: 2 });
        if (page.length === 0) break;
        pages.push(...page.map(({ code }) => code));
        afterId = page.at(-1)?.id ?? 0;
      }
      expect(pages).toEqual(['D-3', 'D-1', 'D-2']);
      await expect(bench.ledger.dossiers(Array.from({ length: 1001 }, (_, i) => `D-${i}`))).rejects.toMatchObject({ code: 'LT-LEDGER-INVALID' });
    });

    it('tells when the upstream first took a dossier, and nothing of other operations, upstreams or doubts', async () => {
      await bench.ledger.append(change('D-1', { plans: [snapshot('v1'), step('s1'), snapshot('l1', 'land')] }));
      await bench.ledger.append(change('D-2', { plans: [snapshot('v1')] }));
      const doneAt = async () => Object.fromEntries((await bench.ledger.dossiers(['D-1', 'D-2'], acceptance)).map((row) => [row.code, row.doneAt]));
      expect(await doneAt()).toEqual({ 'D-1': null, 'D-2': null });
      bench.clock.now = T0 + 5000;
      const land = await claimOne(bench.ledger, T0 + 5000, { upstreams: ['land'] });
      await bench.ledger.update(settle(land, ids(land), 'done', { release: { nextAt: null } }));
      expect(await doneAt()).toEqual({ 'D-1': null, 'D-2': null });
      for (const lane of await bench.ledger.claim({ now: T0 + 5000, limit: 9, leaseMs: 60_000, owner: 'w', perLane: 9 })) {
        const wanted = lane.exchanges.filter(({ operation }) => operation === SNAPSHOT).map(({ id }) => id);
        await bench.ledger.update(settle(lane, wanted, lane.dossierCode === 'D-1' ? 'done' : 'doubtful', { release: { nextAt: null } }));
      }
      expect(await doneAt()).toEqual({ 'D-1': T0 + 5000, 'D-2': null });
      // A later snapshot that is taken, or still waits, changes nothing: it was there already.
      await bench.ledger.append(change('D-1', { status: 'RESOLVED', plans: [snapshot('v2')] }));
      expect(await doneAt()).toEqual({ 'D-1': T0 + 5000, 'D-2': null });
      expect((await bench.ledger.listDossiers({ afterId: 0, limit: 9, acceptance })).map((row) => row.doneAt)).toEqual([T0 + 5000, null]);
    });

    it('tells the calls that ended, by pages', async () => {
      expect(await bench.ledger.listCalls({ afterId: 0, limit: 5 })).toEqual({ calls: [], newest: 0 });
      await bench.ledger.append(change('D-1', { plans: [snapshot('v1'), step('s1')] }));
      const lane = await claimOne(bench.ledger, T0);
      const attempt = (operation: string, exchangeIds: number[], outcome: 'done' | 'unknown') => ({ exchangeIds, operation, kind: 'send' as const, startedAt: T0, endedAt: T0 + 10, outcome, code: null, httpStatus: 200 });
      const [first = 0, second = 0] = ids(lane);
      await bench.ledger.update({ ...settle(lane, [first], 'done'), attempts: [attempt(SNAPSHOT, [first], 'done'), attempt('report-step', [second], 'unknown')] });
      const { calls, newest } = await bench.ledger.listCalls({ afterId: 0, limit: 1 });
      expect(calls).toEqual([{ id: calls[0]?.id, upstream: 'portal', operation: SNAPSHOT, dossierCode: 'D-1', outcome: 'done', endedAt: T0 + 10 }]);
      const rest = await bench.ledger.listCalls({ afterId: calls[0]?.id ?? 0, limit: 5 });
      expect(rest.calls.map(({ outcome }) => outcome)).toEqual(['unknown']);
      expect(rest.newest).toBe(newest);
      expect(rest.calls[0]?.id).toBe(newest);
    });
  });
}
