import { describe, expect, it } from 'vitest';
import { T0, change, claimOne, ids, settle, snapshot, step } from './fixtures.ts';
import type { Bench } from './conformance.ts';

/** Recording a change: acceptance, duplicates, conflicts, order in time, replacing snapshots. */
export function appendConformance(bench: Bench): void {
  describe('append', () => {
    it('keeps the change, its columns and its body', async () => {
      const result = await bench.ledger.append(change('D-1', { plans: [snapshot('v1'), step('s1')] }));
      expect(result).toMatchObject({ status: 'accepted', eventSeq: 1, exchanges: 2 });
      const dossier = await bench.ledger.getDossier('D-1');
      expect(dossier).toMatchObject({ code: 'D-1', version: 1, lastEventSeq: 1, updatedAt: T0, body: change('D-1').body, columns: change('D-1').columns });
    });

    it('answers the same change again with the first result', async () => {
      const first = await bench.ledger.append(change('D-1', { plans: [snapshot('v1')] }));
      const again = await bench.ledger.append(change('D-1', { plans: [snapshot('v1')] }));
      expect(again).toEqual({ ...first, status: 'duplicate' });
      expect((await bench.ledger.counts(T0)).events).toBe(1);
    });

    it('records what was worked out from a dossier only while it is still that one', async () => {
      const none = await bench.ledger.append(change('D-1', { basedOn: 7 }));
      expect(none).toEqual({ status: 'moved', eventId: '', eventSeq: 0, exchanges: 0 });
      expect(await bench.ledger.getDossier('D-1')).toBeUndefined();
      const first = await bench.ledger.append(change('D-1', { basedOn: 0 }));
      expect(first).toMatchObject({ status: 'accepted' });
      const [one, other] = await Promise.all(['RESOLVED', 'SUPPLEMENT_REQUIRED'].map((status) => bench.ledger.append(change('D-1', { status, basedOn: first.eventSeq, plans: [step(status)] }))));
      expect([one?.status, other?.status].sort()).toEqual(['accepted', 'moved']);
      const row = await bench.ledger.getDossier('D-1');
      expect(row?.columns.status).toBe(one?.status === 'accepted' ? 'RESOLVED' : 'SUPPLEMENT_REQUIRED');
      expect([one, other].find((result) => result?.status === 'moved')?.eventSeq).toBe(row?.lastEventSeq);
      expect((await bench.ledger.counts(T0)).events).toBe(2);
      expect((await bench.ledger.verify()).brokenAt).toBeNull();
    });

    it('knows the same change again by what was sent, where more than that is kept', async () => {
      const first = await bench.ledger.append(change('D-1', { origin: 'sent', body: '{"sent":1,"added":1}', sourceUpdatedAt: T0 }));
      expect(await bench.ledger.append(change('D-1', { origin: 'sent', body: '{"sent":1,"added":2}', sourceUpdatedAt: T0, basedOn: 99 }))).toEqual({ ...first, status: 'duplicate' });
      expect(await bench.ledger.append(change('D-1', { origin: 'sent too', body: '{"sent":1,"added":1}', sourceUpdatedAt: T0 }))).toMatchObject({ status: 'accepted' });
      expect((await bench.ledger.getDossier('D-1'))?.body).toBe('{"sent":1,"added":1}');
    });

    it('takes a return to an earlier content without a source time as a new change', async () => {
      const statuses = ['PROCESSING', 'RESOLVED', 'PROCESSING'];
      const results = [];
      for (const status of statuses) results.push((await bench.ledger.append(change('D-1', { status }))).status);
      expect(results).toEqual(['accepted', 'accepted', 'accepted']);
    });

    it('knows any earlier change again when the source gives times', async () => {
      const first = await bench.ledger.append(change('D-1', { sourceUpdatedAt: T0 }));
      await bench.ledger.append(change('D-1', { status: 'RESOLVED', sourceUpdatedAt: T0 + 1 }));
      expect(await bench.ledger.append(change('D-1', { sourceUpdatedAt: T0 }))).toEqual({ ...first, status: 'duplicate' });
    });

    it('keeps equal bodies of different dossiers and source systems apart', async () => {
      const body = '{"same":true}';
      const results = await Promise.all([
        bench.ledger.append(change('D-1', { body })),
        bench.ledger.append(change('D-2', { body })),
        bench.ledger.append(change('D-1', { body, sourceSystem: 'igate' })),
      ]);
      expect(results.map((result) => result.status)).toEqual(['accepted', 'accepted', 'accepted']);
    });

    it('tells a repeated idempotency key from a key used for something else', async () => {
      const first = await bench.ledger.append(change('D-1', { idempotencyKey: 'k1' }));
      await bench.ledger.append(change('D-1', { status: 'RESOLVED' }));
      expect(await bench.ledger.append(change('D-1', { idempotencyKey: 'k1' }))).toEqual({ ...first, status: 'duplicate' });
      const conflict = await bench.ledger.append(change('D-1', { status: 'RETURNED', idempotencyKey: 'k1' }));
      expect(conflict).toEqual({ status: 'conflict', eventId: first.eventId, eventSeq: first.eventSeq, exchanges: 0 });
      expect((await bench.ledger.getDossier('D-1'))?.columns.status).toBe('RESOLVED');
    });

    it('remembers a key that came with a change known already', async () => {
      await bench.ledger.append(change('D-1'));
      expect((await bench.ledger.append(change('D-1', { idempotencyKey: 'k2' }))).status).toBe('duplicate');
      expect((await bench.ledger.append(change('D-1', { status: 'RESOLVED', idempotencyKey: 'k2' }))).status).toBe('conflict');
    });

    it('does not let two callers\' equal keys meet', async () => {
      await bench.ledger.append(change('D-1', { idempotencyKey: 'k1', actor: 'key-1' }));
      expect((await bench.ledger.append(change('D-2', { idempotencyKey: 'k1', actor: 'key-2' }))).status).toBe('accepted');
    });

    it('sends nothing on an older change that only the newest one may ask for', async () => {
      const now = { ...step('now'), newestOnly: true };
      await bench.ledger.append(change('D-1', { sourceUpdatedAt: T0 + 10, plans: [step('s1')] }));
      expect(await bench.ledger.append(change('D-1', { sourceUpdatedAt: T0, plans: [now, step('s2')] }))).toMatchObject({ status: 'stale', exchanges: 1 });
      expect(await bench.ledger.append(change('D-1', { sourceUpdatedAt: T0 + 20, plans: [now] }))).toMatchObject({ status: 'accepted', exchanges: 1 });
      expect((await bench.ledger.timeline('D-1'))?.exchanges.map(({ itemKey }) => itemKey)).toEqual(['s1', 's2', 'now']);
    });

    it('records an older change as stale: the dossier stays, snapshots are dropped, unseen steps are sent', async () => {
      await bench.ledger.append(change('D-1', { status: 'RESOLVED', sourceUpdatedAt: T0 + 10, plans: [snapshot('new'), step('s2')] }));
      const stale = await bench.ledger.append(change('D-1', { sourceUpdatedAt: T0, plans: [snapshot('old'), step('s1'), step('s2')] }));
      expect(stale).toMatchObject({ status: 'stale', exchanges: 1 });
      expect(await bench.ledger.getDossier('D-1')).toMatchObject({ version: 1, lastEventSeq: 1, columns: { status: 'RESOLVED' } });
      const timeline = await bench.ledger.timeline('D-1');
      expect(timeline?.events.map((event) => event.stale)).toEqual([false, true]);
      expect(timeline?.exchanges.map((exchange) => [exchange.itemKey, exchange.state])).toEqual([['new', 'pending'], ['s2', 'pending'], ['s1', 'pending']]);
    });

    it('lets two changes of one dossier in one group see each other', async () => {
      const results = await Promise.all([
        bench.ledger.append(change('D-1', { plans: [snapshot('v1'), step('s1')] })),
        bench.ledger.append(change('D-1', { plans: [snapshot('v1'), step('s1')] })),
        bench.ledger.append(change('D-1', { status: 'RESOLVED', plans: [snapshot('v2'), step('s1'), step('s2')] })),
      ]);
      expect(results.map((result) => [result.status, result.exchanges])).toEqual([['accepted', 2], ['duplicate', 2], ['accepted', 2]]);
      expect(await bench.ledger.getDossier('D-1')).toMatchObject({ version: 2, lastEventSeq: 2 });
    });

    it('refuses alone what no row can hold, and records its neighbours', async () => {
      const bad = { ...change('D-2'), body: undefined } as unknown as ReturnType<typeof change>;
      const [a, b, c] = await Promise.allSettled([bench.ledger.append(change('D-1')), bench.ledger.append(bad), bench.ledger.append(change('D-3'))]);
      expect([a.status, b.status, c.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect((await bench.ledger.counts(T0)).dossiers).toBe(2);
      expect(await bench.ledger.verify()).toEqual({ events: 2, brokenAt: null });
    });
  });

  describe('replacing snapshots', () => {
    const states = async (code = 'D-1') => Object.fromEntries((await bench.ledger.timeline(code))?.exchanges.map((exchange) => [exchange.itemKey, exchange.state]) ?? []);

    it('supersedes what waits, in its own operation and upstream only', async () => {
      await bench.ledger.append(change('D-1', { plans: [snapshot('v1'), snapshot('x1', 'land'), step('s1')] }));
      await bench.ledger.append(change('D-1', { status: 'RESOLVED', plans: [snapshot('v2'), step('s2')] }));
      expect(await states()).toEqual({ v1: 'superseded', x1: 'pending', s1: 'pending', v2: 'pending', s2: 'pending' });
    });

    it('gives the newer snapshot the turn of the one it replaces, before the steps that wait behind it', async () => {
      await bench.ledger.append(change('D-1', { plans: [snapshot('v1'), step('s1')] }));
      await bench.ledger.append(change('D-1', { status: 'RESOLVED', plans: [snapshot('v2'), step('s2')] }));
      const lane = await claimOne(bench.ledger, T0);
      expect(lane.exchanges.map((exchange) => exchange.itemKey)).toEqual(['v2', 's1', 's2']);
      expect(lane.events.map((event) => event.seq).sort()).toEqual([1, 2]);
    });

    it('never touches what is on the wire or in doubt', async () => {
      await bench.ledger.append(change('D-1', { plans: [snapshot('v1')] }));
      const lane = await claimOne(bench.ledger, T0);
      await bench.ledger.update({ ...settle(lane, [], 'done'), begin: ids(lane) });
      await bench.ledger.append(change('D-1', { status: 'RESOLVED', plans: [snapshot('v2')] }));
      expect(await states()).toEqual({ v1: 'sending', v2: 'pending' });
      await bench.ledger.update(settle(lane, ids(lane), 'unknown'));
      await bench.ledger.append(change('D-1', { status: 'RETURNED', plans: [snapshot('v3')] }));
      expect(await states()).toEqual({ v1: 'unknown', v2: 'superseded', v3: 'pending' });
    });

    it.each(['rejected', 'dead'] as const)('a %s snapshot does not poison the next, and its attempt stays on record', async (state) => {
      await bench.ledger.append(change('D-1', { plans: [snapshot('v1'), step('s1')] }));
      const lane = await claimOne(bench.ledger, T0);
      const first = ids(lane).slice(0, 1);
      const attempt = { exchangeIds: first, operation: 'sync-dossier', kind: 'send', startedAt: T0, endedAt: T0 + 5, outcome: 'rejected', code: 'LT-X', httpStatus: 400 } as const;
      await bench.ledger.update({ ...settle(lane, first, state), attempts: [attempt], release: { nextAt: null, blocked: true } });
      expect(await bench.ledger.claim({ now: T0, limit: 9, leaseMs: 1, owner: 'w', perLane: 9 })).toEqual([]);
      await bench.ledger.append(change('D-1', { status: 'RESOLVED', plans: [snapshot('v2')] }));
      expect(await states()).toEqual({ v1: 'superseded', s1: 'pending', v2: 'pending' });
      expect((await bench.ledger.timeline('D-1'))?.attempts).toMatchObject([{ exchangeIds: first, outcome: 'rejected', code: 'LT-X' }]);
      expect((await claimOne(bench.ledger, T0)).exchanges.map((exchange) => exchange.itemKey)).toEqual(['v2', 's1']);
    });
  });
}
