import { describe, expect, it } from 'vitest';
import { T0, change, claimOne, claimOptions, held, ids, settle, snapshot, step } from './fixtures.ts';
import type { Bench } from './conformance.ts';

/** Lanes: claiming in order, leases, giving back, waking, crashes, retries by a person. */
export function laneConformance(bench: Bench): void {
  const add = (code: string, plans = [snapshot(`${code}-v1`)], status = 'PROCESSING') => bench.ledger.append(change(code, { status, plans }));
  const nothing = async (now = T0) => { expect(await bench.ledger.claim(claimOptions(now))).toEqual([]); };

  describe('claim', () => {
    it('hands out each ready lane once, longest waiting first, with the bodies it needs', async () => {
      for (const code of ['D-1', 'D-2', 'D-3']) {
        await add(code);
        bench.clock.now += 10;
      }
      const lanes = await bench.ledger.claim(claimOptions(bench.clock.now, { limit: 2 }));
      expect(lanes.map((lane) => lane.dossierCode)).toEqual(['D-1', 'D-2']);
      expect(lanes[0]).toMatchObject({ upstream: 'portal', remote: '{}', events: [{ seq: 1, body: change('D-1').body }] });
      expect(lanes[0]?.exchanges).toMatchObject([{ operation: 'sync-dossier', itemKey: 'D-1-v1', eventSeq: 1, state: 'pending', attempts: 0, lostReplies: 0, createdAt: T0 }]);
      expect((await bench.ledger.claim(claimOptions(bench.clock.now))).map((lane) => lane.dossierCode)).toEqual(['D-3']);
      await nothing(bench.clock.now);
    });

    it('keeps to the upstreams asked for and to the number per lane', async () => {
      await add('D-1', [step('a'), step('b'), step('c'), step('x', 'land')]);
      expect(await bench.ledger.claim(claimOptions(T0, { upstreams: ['none'] }))).toEqual([]);
      const land = await claimOne(bench.ledger, T0, { upstreams: ['land'] });
      expect(land.exchanges.map((exchange) => exchange.itemKey)).toEqual(['x']);
      const portal = await claimOne(bench.ledger, T0, { perLane: 2 });
      expect(portal.exchanges.map((exchange) => exchange.itemKey)).toEqual(['a', 'b']);
    });

    it('stops at the first one that is not due: later ones wait', async () => {
      await add('D-1', [step('a'), step('b')]);
      const lane = await claimOne(bench.ledger, T0);
      const [a] = ids(lane);
      await bench.ledger.update({
        ...held(lane),
        exchanges: [{ id: a ?? 0, state: 'pending', attempts: 1, lostReplies: 0, code: 'LT-X', nextAt: T0 + 1000 }],
        release: { nextAt: null },
      });
      await nothing(T0 + 999);
      expect(await bench.ledger.nextReadyAt()).toBe(T0 + 1000);
      expect((await claimOne(bench.ledger, T0 + 1000)).exchanges.map((exchange) => [exchange.itemKey, exchange.attempts])).toEqual([['a', 1], ['b', 0]]);
    });

    it('puts a lane with nothing due to rest until its next time', async () => {
      await add('D-1', [step('a')]);
      const lane = await claimOne(bench.ledger, T0);
      await bench.ledger.update({
        ...held(lane), exchanges: [{ id: ids(lane)[0] ?? 0, state: 'unknown', attempts: 1, lostReplies: 1, code: null, nextAt: T0 + 500 }], release: { nextAt: T0 },
      });
      await nothing(T0);
      expect(await bench.ledger.nextReadyAt()).toBe(T0 + 500);
      expect((await claimOne(bench.ledger, T0 + 500)).exchanges).toMatchObject([{ state: 'unknown', lostReplies: 1 }]);
    });
  });

  describe('claim by due date and within a bound', () => {
    const DAY = 86_400_000;
    const dueAt = (at: number | null, over: Partial<ReturnType<typeof change>['columns']> = {}) => ({ columns: { ...change('any').columns, dueAt: at, ...over } });
    const addDue = (code: string, at: number | null, over: Partial<ReturnType<typeof change>['columns']> = {}) =>
      bench.ledger.append(change(code, { plans: [snapshot(`${code}-v1`)], ...dueAt(at, over) }));
    const codes = async (limit: number) => (await bench.ledger.claim(claimOptions(bench.clock.now, { limit, urgentWithinMs: DAY }))).map((lane) => lane.dossierCode);

    it('lets dossiers near their due date go first, overdue ones before all, up to three quarters of a claim', async () => {
      for (const code of ['old-1', 'old-2', 'old-3']) await addDue(code, null);
      bench.clock.now += 10;
      for (const [code, due] of [['far', 3 * DAY], ['soon-2', DAY / 2], ['soon-1', DAY / 4], ['late', -DAY], ['soon-3', DAY / 2 + 1]] as const) await addDue(code, bench.clock.now + due);
      expect((await codes(4)).sort()).toEqual(['late', 'old-1', 'soon-1', 'soon-2']);
      expect((await codes(4)).sort()).toEqual(['far', 'old-2', 'old-3', 'soon-3']);
    });

    it('goes by the longest waiting alone when nobody asks for urgency', async () => {
      await addDue('old', null);
      bench.clock.now += 10;
      await addDue('late', bench.clock.now - DAY);
      expect((await claimOne(bench.ledger, bench.clock.now, { limit: 1 })).dossierCode).toBe('old');
    });

    it('follows the date of a newer change; what was finished too late presses no more', async () => {
      const now = bench.clock.now;
      for (const code of ['other', 'moved', 'finished', 'just-in-time']) await addDue(code, code === 'moved' || code === 'other' ? null : now + DAY / 2);
      await bench.ledger.append(change('moved', { status: 'RESOLVED', ...dueAt(now + 1) }));
      await bench.ledger.append(change('finished', { status: 'RESOLVED', ...dueAt(now - 1, { resolvedAt: now }) }));
      await bench.ledger.append(change('just-in-time', { status: 'RESOLVED', ...dueAt(now + 2, { resolvedAt: now }) }));
      expect((await codes(3)).slice(0, 2)).toEqual(['moved', 'just-in-time']);
    });

    it('leases no more lanes of an upstream than asked, whoever holds them', async () => {
      for (const code of ['D-1', 'D-2', 'D-3']) await add(code, [snapshot('v1'), snapshot('x1', 'land')]);
      const mostLeased = { portal: 2 };
      const first = await bench.ledger.claim(claimOptions(T0, { mostLeased }));
      expect(first.map((lane) => lane.upstream).sort()).toEqual(['land', 'land', 'land', 'portal', 'portal']);
      expect(await bench.ledger.claim(claimOptions(T0, { mostLeased, owner: 'w2' }))).toEqual([]);
      const one = first.find((lane) => lane.upstream === 'portal');
      if (one === undefined) throw new Error('lane expected');
      await bench.ledger.update(settle(one, ids(one), 'done', { release: { nextAt: null } }));
      expect(await bench.ledger.claim(claimOptions(T0, { mostLeased }))).toMatchObject([{ upstream: 'portal', dossierCode: 'D-3', procedureCode: '1.004194' }]);
      expect((await bench.ledger.sweep(T0 + 60_001)).expired).toBe(5);
      expect((await bench.ledger.claim(claimOptions(T0 + 60_001, { mostLeased, upstreams: ['portal'] }))).length).toBe(2);
    });
  });

  describe('claim that begins', () => {
    const beginFirst = new Set(['sync-dossier']);

    it('puts the first exchange of such an operation on the wire, durably, and no other', async () => {
      await add('D-1', [snapshot('v1'), snapshot('x1', 'land'), step('s1')]);
      await add('D-2', [step('s2'), snapshot('v2')]);
      const lanes = await bench.ledger.claim(claimOptions(T0, { beginFirst, upstreams: ['portal'] }));
      expect(lanes.map((lane) => lane.exchanges.map((exchange) => [exchange.itemKey, exchange.begun === true]))).toEqual([[['v1', true], ['s1', false]], [['s2', false], ['v2', false]]]);
      expect((await bench.ledger.listExchanges({ states: ['sending'], limit: 9 })).map((exchange) => exchange.itemKey)).toEqual(['v1']);
      await bench.reopen();
      const again = await bench.ledger.claim(claimOptions(T0, { beginFirst, upstreams: ['portal'] }));
      expect(again[0]?.exchanges.map((exchange) => [exchange.itemKey, exchange.state, exchange.begun === true])).toEqual([['v1', 'unknown', false], ['s1', 'pending', false]]);
    });

    it('takes back one that is not sent after all', async () => {
      await add('D-1');
      const lane = await claimOne(bench.ledger, T0, { beginFirst });
      const back = { id: ids(lane)[0] ?? 0, state: 'pending', attempts: 0, lostReplies: 0, code: null } as const;
      await bench.ledger.update({ ...held(lane), exchanges: [back], release: { nextAt: T0 } });
      expect((await claimOne(bench.ledger, T0)).exchanges).toMatchObject([{ state: 'pending', attempts: 0 }]);
    });
  });

  describe('update', () => {
    it('keeps remote state, attempts with their evidence, and the outcome', async () => {
      await add('D-1');
      const lane = await claimOne(bench.ledger, T0);
      await bench.ledger.update({ ...held(lane), begin: ids(lane) });
      expect((await bench.ledger.listExchanges({ limit: 9 }))[0]?.state).toBe('sending');
      bench.clock.now = T0 + 50;
      const attempt = { exchangeIds: ids(lane), operation: 'sync-dossier', kind: 'send', startedAt: T0, endedAt: T0 + 40, outcome: 'done', code: null, httpStatus: 200 } as const;
      await bench.ledger.update({ ...settle(lane, ids(lane), 'done'), attempts: [{ ...attempt, mapping: 'v7', evidence: 'reply' }], remote: '{"exists":true}', release: { nextAt: null } });
      const timeline = await bench.ledger.timeline('D-1');
      expect(timeline?.exchanges).toMatchObject([{ state: 'done', attempts: 1, settledAt: T0 + 50 }]);
      expect(timeline?.attempts).toMatchObject([{ ...attempt, upstream: 'portal', dossierCode: 'D-1', mapping: 'v7', evidence: 'reply' }]);
      await add('D-1', [snapshot('v2')], 'RESOLVED');
      expect((await claimOne(bench.ledger, bench.clock.now)).remote).toBe('{"exists":true}');
    });

    it('refuses an old lease and changes nothing', async () => {
      await add('D-1');
      const old = await claimOne(bench.ledger, T0, { leaseMs: 100 });
      expect(await bench.ledger.sweep(T0 + 101)).toEqual({ woken: 0, expired: 1 });
      const current = await claimOne(bench.ledger, T0 + 101);
      const attempt = { exchangeIds: ids(old), operation: 'sync-dossier', kind: 'send', startedAt: 1, endedAt: 2, outcome: 'done', code: null, httpStatus: 200 } as const;
      await expect(bench.ledger.update({ ...settle(old, ids(old), 'done'), attempts: [attempt] })).rejects.toMatchObject({ code: 'LT-LEDGER-LEASE-LOST' });
      await bench.ledger.update({ ...held(current), release: { nextAt: null } });
      await expect(bench.ledger.update({ ...held(current), release: { nextAt: null } })).rejects.toMatchObject({ code: 'LT-LEDGER-LEASE-LOST' });
      const timeline = await bench.ledger.timeline('D-1');
      expect(timeline?.exchanges[0]?.state).toBe('pending');
      expect(timeline?.attempts).toEqual([]);
    });

    it('refuses to settle exchanges of another lane, and spoils no neighbour in its group', async () => {
      await add('D-1');
      await add('D-2');
      const [one, two] = await bench.ledger.claim(claimOptions(T0));
      if (one === undefined || two === undefined) throw new Error('two lanes expected');
      const results = await Promise.allSettled([
        bench.ledger.update(settle(one, ids(two), 'done')),
        bench.ledger.update(settle(two, ids(two), 'done', { release: { nextAt: null } })),
        bench.ledger.append(change('D-3')),
      ]);
      expect(results.map((result) => result.status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
      expect((await bench.ledger.timeline('D-2'))?.exchanges[0]?.state).toBe('done');
    });

    it('renews the lease with every step', async () => {
      await add('D-1');
      const lane = await claimOne(bench.ledger, T0, { leaseMs: 100 });
      bench.clock.now = T0 + 90;
      await bench.ledger.update({ ...held(lane), begin: ids(lane) });
      expect((await bench.ledger.sweep(T0 + 150)).expired).toBe(0);
      expect((await bench.ledger.sweep(T0 + 191)).expired).toBe(1);
    });

    it('counts what policy settled without an answer, once', async () => {
      await add('D-1', [step('a'), step('b')]);
      const lane = await claimOne(bench.ledger, T0);
      const [a, b] = ids(lane);
      const base = { attempts: 1, lostReplies: 1, code: null };
      await bench.ledger.update({ ...held(lane), exchanges: [{ ...base, id: a ?? 0, state: 'pending', doubt: 'resent-after-lost-reply' }, { ...base, id: b ?? 0, state: 'done', doubt: 'probe-applied' }] });
      await bench.ledger.update({ ...held(lane), exchanges: [{ ...base, id: a ?? 0, state: 'done' }], release: { nextAt: null } });
      expect((await bench.ledger.counts(T0)).doubts).toBe(1);
      expect((await bench.ledger.listExchanges({ doubtOnly: true, limit: 9 })).map((exchange) => [exchange.id, exchange.doubt])).toEqual([[a, 'resent-after-lost-reply']]);
      expect((await bench.ledger.getExchange(b ?? 0))?.doubt).toBe('probe-applied');
    });
  });

  describe('release', () => {
    it('forgets nothing that arrived during the lease', async () => {
      await add('D-1');
      const lane = await claimOne(bench.ledger, T0);
      await add('D-1', [snapshot('v2')], 'RESOLVED');
      await nothing();
      await bench.ledger.update(settle(lane, ids(lane), 'done', { release: { nextAt: null, blocked: true } }));
      expect((await claimOne(bench.ledger, T0)).exchanges.map((exchange) => exchange.itemKey)).toEqual(['v2']);
    });

    it('waits until the time asked for', async () => {
      await add('D-1');
      const lane = await claimOne(bench.ledger, T0);
      await bench.ledger.update({ ...held(lane), release: { nextAt: T0 + 300 } });
      await nothing(T0 + 299);
      expect((await claimOne(bench.ledger, T0 + 300)).lease).toBeGreaterThan(lane.lease);
    });

    it('leaves a blocked lane alone until something new or a person comes', async () => {
      await add('D-1', [snapshot('v1'), step('s1')]);
      const lane = await claimOne(bench.ledger, T0);
      const [first] = ids(lane);
      await bench.ledger.update(settle(lane, [first ?? 0], 'rejected', { release: { nextAt: null, blocked: true } }));
      expect(await bench.ledger.counts(T0)).toMatchObject({ lanesReady: 0, lanesBlocked: 1 });
      expect(await bench.ledger.sweep(T0 + 1e9)).toEqual({ woken: 0, expired: 0 });
      await nothing(T0 + 1e9);
      expect(await bench.ledger.nextReadyAt()).toBeNull();
      expect(await bench.ledger.retry(first ?? 0, 'admin', T0)).toBe(true);
      expect((await claimOne(bench.ledger, T0)).exchanges.map((exchange) => exchange.itemKey)).toEqual(['v1', 's1']);
      expect((await bench.ledger.counts(T0)).lanesBlocked).toBe(0);
    });

    it('lets the sweep find due work in a lane that was given back as finished', async () => {
      await add('D-1');
      const lane = await claimOne(bench.ledger, T0);
      await bench.ledger.update({ ...held(lane), release: { nextAt: null } });
      await nothing();
      expect(await bench.ledger.sweep(T0)).toEqual({ woken: 1, expired: 0 });
      expect((await claimOne(bench.ledger, T0)).dossierCode).toBe('D-1');
    });

    it('turns what is left on the wire into unknown', async () => {
      await add('D-1');
      const lane = await claimOne(bench.ledger, T0);
      await bench.ledger.update({ ...held(lane), begin: ids(lane) });
      await bench.ledger.update({ ...held(lane), release: { nextAt: null } });
      expect((await claimOne(bench.ledger, T0)).exchanges).toMatchObject([{ state: 'unknown', attempts: 1, lostReplies: 1 }]);
    });
  });

  describe('crash and loss of a worker', () => {
    it('finds after a restart every lane again, and what was on the wire as unknown', async () => {
      await add('D-1', [snapshot('v1'), step('s1')]);
      await add('D-2');
      const lanes = await bench.ledger.claim(claimOptions(T0));
      const one = lanes.find((lane) => lane.dossierCode === 'D-1');
      if (one === undefined) throw new Error('lane expected');
      await bench.ledger.update({ ...held(one), begin: ids(one).slice(0, 1) });
      bench.clock.now = T0 + 1000;
      await bench.reopen();
      const again = await bench.ledger.claim(claimOptions(bench.clock.now));
      expect(again.map((lane) => lane.dossierCode).sort()).toEqual(['D-1', 'D-2']);
      expect(again.find((lane) => lane.dossierCode === 'D-1')?.exchanges).toMatchObject([
        { itemKey: 'v1', state: 'unknown', attempts: 1, lostReplies: 1 }, { itemKey: 's1', state: 'pending', attempts: 0, lostReplies: 0 },
      ]);
      expect((await bench.ledger.timeline('D-1'))?.attempts).toMatchObject([{ outcome: 'unknown', code: 'LT-LEDGER-INTERRUPTED', startedAt: T0, endedAt: T0 + 1000 }]);
      await expect(bench.ledger.update({ ...held(one), release: { nextAt: null } })).rejects.toMatchObject({ code: 'LT-LEDGER-LEASE-LOST' });
    });

    it('takes back an expired lease in the same way', async () => {
      await add('D-1');
      const lane = await claimOne(bench.ledger, T0, { leaseMs: 100 });
      await bench.ledger.update({ ...held(lane), begin: ids(lane) });
      expect((await bench.ledger.sweep(T0 + 200)).expired).toBe(1);
      expect((await bench.ledger.counts(T0)).exchanges).toEqual({ 'portal/sync-dossier/unknown': 1 });
    });
  });

  describe('retry by a person', () => {
    it.each(['rejected', 'dead', 'doubtful', 'cancelled'] as const)('sets a %s exchange going again, with who asked on the chain', async (state) => {
      await add('D-1');
      const lane = await claimOne(bench.ledger, T0);
      const [id = 0] = ids(lane);
      await bench.ledger.update({ ...held(lane), exchanges: [{ id, state, attempts: 3, lostReplies: 1, code: 'LT-X' }], release: { nextAt: null, blocked: true } });
      expect(await bench.ledger.retry(id, 'admin', T0 + 5, 'bà Mẫu gọi hỏi, đã sửa')).toBe(true);
      expect(await bench.ledger.retry(id, 'admin', T0 + 5)).toBe(false);
      expect((await claimOne(bench.ledger, T0 + 5)).exchanges).toMatchObject([{ id, state: 'pending', attempts: 0, lostReplies: 1 }]);
      const events = (await bench.ledger.timeline('D-1'))?.events;
      expect(events?.at(-1)).toMatchObject({ kind: 'exchange.retried', via: 'operator', actor: 'admin', recordedAt: T0 + 5 });
      expect(JSON.stringify(events)).not.toContain('bà Mẫu');
      expect(await bench.ledger.verify()).toEqual({ events: 2, brokenAt: null });
      expect((await bench.ledger.getDossier('D-1'))?.lastEventSeq).toBe(1);
    });

    it('refuses what is not settled badly, and what does not exist', async () => {
      await add('D-1');
      const [exchange] = await bench.ledger.listExchanges({ limit: 1 });
      expect(await bench.ledger.retry(exchange?.id ?? 0, 'admin', T0)).toBe(false);
      expect(await bench.ledger.retry(999, 'admin', T0)).toBe(false);
    });
  });
}
