import { describe, expect, it } from 'vitest';
import { CANCEL_CODES } from '../../src/ledger/control.ts';
import type { NewHold } from '../../src/ledger/control.ts';
import type { AttemptRecord } from '../../src/ledger/ledger.ts';
import type { Notice } from '../../src/ledger/cluster.ts';
import { T0, change, claimOne, claimOptions, held, ids, settle, snapshot, step } from './fixtures.ts';
import type { Bench } from './conformance.ts';

/** What a person orders: hold back, let go, give up, and what is told of it. */
export function controlConformance(bench: Bench): void {
  const add = (code: string, plans = [snapshot(`${code}-v1`)], over: Parameters<typeof change>[1] = {}) => bench.ledger.append(change(code, { plans, ...over }));
  const nothing = async (now = T0) => { expect(await bench.ledger.claim(claimOptions(now))).toEqual([]); };
  const hold = (over: Partial<NewHold> = {}): NewHold => ({ scope: 'dossier', key: 'D-1', upstream: null, by: 'admin', reason: 'bà Mẫu khiếu nại', until: null, ...over });
  const keysOf = (lanes: { exchanges: { itemKey: string }[] }[]) => lanes.flatMap((lane) => lane.exchanges.map((exchange) => exchange.itemKey)).sort();
  const procedure = (code: string) => ({ columns: { ...change('any').columns, procedureCode: code } });

  describe('a retry of a snapshot', () => {
    /** v1 comes to an end in doubt, or is given up, while v2 waits behind it. */
    async function overtaken(how: 'doubtful' | 'cancelled', goes: boolean): Promise<number> {
      await add('D-1', [snapshot('v1')]);
      const first = await claimOne(bench.ledger, T0);
      const [id = 0] = ids(first);
      await bench.ledger.update(settle(first, [id], 'unknown', { release: { nextAt: T0 } }));
      await add('D-1', [snapshot('v2')], { status: 'RESOLVED' });
      if (how === 'cancelled') expect(await bench.ledger.cancel(id, 'admin', T0)).toBe('cancelled');
      else {
        const again = await claimOne(bench.ledger, T0 + 20);
        await bench.ledger.update(settle(again, [id], 'doubtful', { release: { nextAt: T0 + 20 } }));
      }
      const second = await claimOne(bench.ledger, T0 + 20);
      await bench.ledger.update(settle(second, goes ? ids(second) : [], 'done', { release: { nextAt: goes ? null : T0 + 1_000 } }));
      return id;
    }

    it.each([['doubtful', true], ['doubtful', false], ['cancelled', true], ['cancelled', false]] as const)('does not turn the clock back (%s, the newer one delivered: %s)', async (how, goes) => {
      const id = await overtaken(how, goes);
      expect(await bench.ledger.retry(id, 'admin', T0 + 30, undefined, undefined, true)).toBe(false);
      expect((await bench.ledger.getExchange(id))?.state).toBe(how);
      // A step is no picture of the whole: it may go late.
      expect(await bench.ledger.retry(id, 'admin', T0 + 30)).toBe(true);
    });

    it('goes while nothing newer is there', async () => {
      await add('D-1', [snapshot('v1')]);
      const lane = await claimOne(bench.ledger, T0);
      await bench.ledger.update(settle(lane, ids(lane), 'doubtful', { release: { nextAt: null } }));
      expect(await bench.ledger.retry(ids(lane)[0] ?? 0, 'admin', T0, undefined, undefined, true)).toBe(true);
    });
  });

  describe('hold', () => {
    it('keeps one dossier back in every lane, and no other', async () => {
      await add('D-1', [snapshot('v1'), step('x1', 'land')]);
      await add('D-2');
      const kept = await bench.ledger.freeze(hold(), T0);
      expect(kept).toEqual({ ...hold(), id: kept.id, createdAt: T0 });
      expect(keysOf(await bench.ledger.claim(claimOptions(T0)))).toEqual(['D-2-v1']);
      expect(await bench.ledger.counts(T0)).toMatchObject({ lanesHeld: 2, lanesReady: 0 });
      expect(await bench.ledger.nextReadyAt()).toBeNull();
      expect(await bench.ledger.release(kept.id, 'admin', T0 + 5)).toBe(true);
      expect(await bench.ledger.release(kept.id, 'admin', T0 + 5)).toBe(false);
      expect(keysOf(await bench.ledger.claim(claimOptions(T0 + 5)))).toEqual(['v1', 'x1']);
      expect((await bench.ledger.counts(T0)).lanesHeld).toBe(0);
    });

    it('keeps a procedure back, everywhere or towards one upstream', async () => {
      await add('D-1', [snapshot('v1'), step('x1', 'land')], procedure('1.1'));
      await add('D-2', [snapshot('v2')], procedure('2.2'));
      const kept = await bench.ledger.freeze(hold({ scope: 'procedure', key: '1.1', upstream: 'land' }), T0);
      expect(keysOf(await bench.ledger.claim(claimOptions(T0)))).toEqual(['v1', 'v2']);
      await bench.ledger.freeze(hold({ scope: 'procedure', key: '1.1' }), T0);
      await bench.ledger.release(kept.id, 'admin', T0);
      await nothing();
    });

    it('keeps an upstream back; its lanes wake nobody', async () => {
      await add('D-1', [snapshot('v1'), step('x1', 'land')]);
      const kept = await bench.ledger.freeze(hold({ scope: 'upstream', key: 'portal' }), T0);
      expect(keysOf(await bench.ledger.claim(claimOptions(T0)))).toEqual(['x1']);
      expect(await bench.ledger.nextReadyAt()).toBeNull();
      expect(await bench.ledger.nextReadyAt(['portal'])).toBeNull();
      await bench.ledger.release(kept.id, 'admin', T0);
      expect(await bench.ledger.nextReadyAt(['portal'])).not.toBeNull();
      expect(keysOf(await bench.ledger.claim(claimOptions(T0)))).toEqual(['v1']);
    });

    it('catches what comes later: a new change is recorded and waits, so does a dossier not known yet', async () => {
      await bench.ledger.freeze(hold(), T0);
      expect((await add('D-1')).status).toBe('accepted');
      await nothing();
      expect((await add('D-1', [snapshot('D-1-v2')], { status: 'RESOLVED' })).status).toBe('accepted');
      await nothing();
      expect((await bench.ledger.counts(T0)).lanesHeld).toBe(1);
      const [kept] = await bench.ledger.listHolds();
      await bench.ledger.release(kept?.id ?? 0, 'admin', T0);
      expect((await claimOne(bench.ledger, T0)).exchanges.map((exchange) => exchange.itemKey)).toEqual(['D-1-v2']);
    });

    it('lets finish what is on the wire, and holds the rest of the lane', async () => {
      await add('D-1', [snapshot('v1'), step('s1')]);
      const lane = await claimOne(bench.ledger, T0, { beginFirst: new Set(['sync-dossier']) });
      await bench.ledger.freeze(hold(), T0);
      const [first = 0, second = 0] = ids(lane);
      const sent: AttemptRecord = { exchangeIds: [first], operation: 'sync-dossier', kind: 'send', startedAt: T0, endedAt: T0 + 5, outcome: 'done', code: null, httpStatus: 200 };
      // The worker goes on to the next: what it learned is kept, what it wants to send is not begun.
      await expect(bench.ledger.update({ ...settle(lane, [first], 'done'), attempts: [sent], begin: [second] })).rejects.toMatchObject({ code: 'LT-LEDGER-LEASE-LOST' });
      await expect(bench.ledger.update({ ...held(lane), release: { nextAt: null } })).rejects.toMatchObject({ code: 'LT-LEDGER-LEASE-LOST' });
      const timeline = await bench.ledger.timeline('D-1');
      expect(timeline?.exchanges.map((exchange) => [exchange.itemKey, exchange.state, exchange.attempts])).toEqual([['v1', 'done', 1], ['s1', 'pending', 0]]);
      expect(timeline?.attempts).toMatchObject([{ outcome: 'done' }]);
      await nothing();
      expect((await bench.ledger.counts(T0)).lanesHeld).toBe(1);
    });

    it('outlives a restart', async () => {
      await add('D-1');
      const kept = await bench.ledger.freeze(hold({ until: T0 + 60_000 }), T0);
      await nothing();
      await bench.reopen();
      await nothing();
      expect(await bench.ledger.listHolds()).toEqual([kept]);
      expect((await bench.ledger.counts(T0)).lanesHeld).toBe(1);
    });

    it('ends by itself at its time, by the system', async () => {
      await add('D-1');
      await bench.ledger.freeze(hold({ until: T0 + 1000 }), T0);
      await nothing();
      await bench.ledger.sweep(T0 + 999);
      await nothing(T0 + 999);
      await bench.ledger.sweep(T0 + 1000);
      expect(await bench.ledger.listHolds()).toEqual([]);
      expect((await claimOne(bench.ledger, T0 + 1000)).dossierCode).toBe('D-1');
      expect((await bench.ledger.timeline('D-1'))?.events.map((event) => [event.kind, event.actor])).toEqual([['dossier.snapshot', 'key-1'], ['control.frozen', 'admin'], ['control.released', 'system']]);
    });

    it('ordered again keeps its id and takes the new reason, author and end', async () => {
      const first = await bench.ledger.freeze(hold(), T0);
      const other = await bench.ledger.freeze(hold({ upstream: 'portal' }), T0 + 1);
      const again = await bench.ledger.freeze(hold({ by: 'chief', reason: 'khác', until: T0 + 9000 }), T0 + 2);
      expect(again).toEqual({ ...first, by: 'chief', reason: 'khác', until: T0 + 9000 });
      expect(await bench.ledger.listHolds()).toEqual([again, other]);
    });

    it('stays while another one matches too', async () => {
      await add('D-1');
      const one = await bench.ledger.freeze(hold(), T0);
      const two = await bench.ledger.freeze(hold({ scope: 'upstream', key: 'portal' }), T0);
      await nothing();
      await bench.ledger.release(one.id, 'admin', T0);
      await nothing();
      expect(await bench.ledger.listBlocked({ limit: 9 })).toMatchObject([{ why: 'hold', holdId: two.id }]);
      await bench.ledger.release(two.id, 'admin', T0);
      expect((await claimOne(bench.ledger, T0)).dossierCode).toBe('D-1');
    });

    it('gives a lane back when its time has come after the hold, not before', async () => {
      await add('D-1');
      const lane = await claimOne(bench.ledger, T0);
      await bench.ledger.update({ ...held(lane), exchanges: [{ id: ids(lane)[0] ?? 0, state: 'pending', attempts: 1, lostReplies: 0, code: 'LT-X', nextAt: T0 + 5000 }], release: { nextAt: null } });
      const kept = await bench.ledger.freeze(hold(), T0);
      await bench.ledger.release(kept.id, 'admin', T0 + 1);
      await nothing(T0 + 4999);
      expect((await claimOne(bench.ledger, T0 + 5000)).dossierCode).toBe('D-1');
    });

    it('covers more lanes than one step moves, and lets all of them go', async () => {
      const many = 1_300;
      await Promise.all(Array.from({ length: many }, (_, i) => add(`M-${i}`)));
      const kept = await bench.ledger.freeze(hold({ scope: 'procedure', key: '1.004194' }), T0);
      await expect.poll(async () => {
        await nothing();
        return (await bench.ledger.counts(T0)).lanesHeld;
      }, { timeout: 20_000 }).toBe(many);
      await bench.ledger.release(kept.id, 'admin', T0);
      // A stop in the middle of it forgets none.
      await bench.reopen();
      await expect.poll(async () => {
        await bench.ledger.sweep(T0);
        return (await bench.ledger.counts(T0)).lanesReady;
      }, { timeout: 20_000 }).toBe(many);
    });

    it('refuses a hold that names nothing', async () => {
      await expect(bench.ledger.freeze(hold({ key: '' }), T0)).rejects.toMatchObject({ code: 'LT-LEDGER-INVALID' });
    });

    it('puts both orders on the chain, the reason sealed', async () => {
      await add('D-1');
      const kept = await bench.ledger.freeze(hold(), T0 + 1);
      await bench.ledger.release(kept.id, 'chief', T0 + 2, 'bà Mẫu đã rút');
      await bench.ledger.freeze(hold({ scope: 'upstream', key: 'portal' }), T0 + 3);
      const events = (await bench.ledger.timeline('D-1'))?.events;
      expect(events).toMatchObject([{}, { kind: 'control.frozen', via: 'operator', actor: 'admin', recordedAt: T0 + 1 }, { kind: 'control.released', actor: 'chief', recordedAt: T0 + 2 }]);
      expect(JSON.stringify(events)).not.toContain('bà Mẫu');
      expect(await bench.ledger.verify()).toEqual({ events: 4, brokenAt: null });
    });
  });

  describe('list of blocked lanes', () => {
    it('says why each stands and what to look at first, by pages and by reason', async () => {
      await add('D-1');
      await add('D-2', [snapshot('v2'), step('s2')]);
      await add('D-3');
      await add('D-4');
      await add('D-5', [step('x5', 'land')]);
      bench.clock.now = T0 + 50;
      for (const lane of await bench.ledger.claim(claimOptions(T0))) {
        if (lane.dossierCode === 'D-2') await bench.ledger.update({ ...held(lane), exchanges: [{ id: ids(lane)[0] ?? 0, state: 'rejected', attempts: 1, lostReplies: 0, code: 'LT-NO' }], release: { nextAt: null, blocked: true } });
        else if (lane.dossierCode === 'D-3') await bench.ledger.update({ ...held(lane), exchanges: [{ id: ids(lane)[0] ?? 0, state: 'dead', attempts: 9, lostReplies: 0, code: 'LT-GONE' }], release: { nextAt: null } });
        else await bench.ledger.update({ ...held(lane), release: { nextAt: T0 } });
      }
      const kept = await bench.ledger.freeze(hold({ reason: 'x' }), T0 + 60);
      await bench.ledger.claim(claimOptions(T0 + 60, { upstreams: ['portal'] }));
      const all = await bench.ledger.listBlocked({ limit: 9 });
      expect(all).toMatchObject([
        { upstream: 'portal', dossierCode: 'D-1', procedureCode: '1.004194', why: 'hold', holdId: kept.id, operation: 'sync-dossier', code: null, since: T0, waiting: 1 },
        { dossierCode: 'D-2', why: 'refused', holdId: null, operation: 'sync-dossier', code: 'LT-NO', since: T0 + 50, waiting: 1 },
        { dossierCode: 'D-3', why: 'failed', holdId: null, code: 'LT-GONE', waiting: 0 },
      ]);
      expect(all).toHaveLength(3);
      const [first] = await bench.ledger.listBlocked({ limit: 1 });
      expect(first).toEqual(all[0]);
      expect(await bench.ledger.listBlocked({ limit: 9, afterLane: first?.lane ?? 0 })).toEqual(all.slice(1));
      expect(await bench.ledger.listBlocked({ upstream: 'portal', limit: 9 })).toEqual(all);
      expect((await bench.ledger.listBlocked({ why: 'failed', limit: 9 })).map((lane) => lane.dossierCode)).toEqual(['D-3']);
      expect((await bench.ledger.listBlocked({ why: 'refused', limit: 9 })).map((lane) => lane.dossierCode)).toEqual(['D-2']);
      expect(await bench.ledger.listBlocked({ upstream: 'land', limit: 9 })).toEqual([]);
      expect(await bench.ledger.listBlocked({ upstream: 'none', limit: 9 })).toEqual([]);
    });
  });

  describe('cancel', () => {
    const blockedBy = async (state: 'rejected' | 'dead' | 'doubtful' | 'unknown') => {
      await add('D-1', [snapshot('v1'), step('s1')]);
      const lane = await claimOne(bench.ledger, T0);
      const [first = 0] = ids(lane);
      await bench.ledger.update({ ...held(lane), exchanges: [{ id: first, state, attempts: 1, lostReplies: 0, code: 'LT-X', ...(state === 'unknown' ? { nextAt: T0 + 1e6 } : {}) }], release: { nextAt: null, blocked: state !== 'unknown' } });
      return first;
    };

    it.each(['rejected', 'dead', 'doubtful', 'unknown'] as const)('gives a %s exchange up: what stood behind it goes on', async (state) => {
      const first = await blockedBy(state);
      await nothing();
      expect(await bench.ledger.cancel(first, 'admin', T0 + 7, 'bà Mẫu rút hồ sơ')).toBe('cancelled');
      expect(await bench.ledger.getExchange(first)).toMatchObject({ state: 'cancelled', settledAt: T0 + 7, nextAt: null, code: CANCEL_CODES.cancelled });
      expect((await claimOne(bench.ledger, T0 + 7)).exchanges.map((exchange) => exchange.itemKey)).toEqual(['s1']);
      const events = (await bench.ledger.timeline('D-1'))?.events;
      expect(events?.at(-1)).toMatchObject({ kind: 'exchange.cancelled', via: 'operator', actor: 'admin', recordedAt: T0 + 7 });
      expect(JSON.stringify(events)).not.toContain('bà Mẫu');
      expect(await bench.ledger.counts(T0)).toMatchObject({ exchanges: { 'portal/sync-dossier/cancelled': 1, 'portal/report-step/pending': 1 }, lanesBlocked: 0 });
    });

    it('ends what waits, alone in its lane, and leaves nothing to do', async () => {
      await add('D-1');
      const [exchange] = await bench.ledger.listExchanges({ limit: 1 });
      expect(await bench.ledger.cancel(exchange?.id ?? 0, 'admin', T0, undefined, 'dead')).toBe('cancelled');
      expect(await bench.ledger.getExchange(exchange?.id ?? 0)).toMatchObject({ state: 'dead', code: CANCEL_CODES.dead });
      await nothing();
      expect(await bench.ledger.nextReadyAt()).toBeNull();
      expect(await bench.ledger.sweep(T0)).toEqual({ woken: 0, expired: 0 });
    });

    it('says when there is nothing to cancel', async () => {
      await add('D-1');
      await add('D-2');
      const [one, two] = await bench.ledger.claim(claimOptions(T0));
      if (one === undefined || two === undefined) throw new Error('two lanes expected');
      await bench.ledger.update({ ...held(one), begin: ids(one) });
      await bench.ledger.update(settle(two, ids(two), 'done', { release: { nextAt: null } }));
      const { events } = await bench.ledger.counts(T0);
      expect(await bench.ledger.cancel(999, 'admin', T0)).toBe('unknown-exchange');
      expect(await bench.ledger.cancel(ids(one)[0] ?? 0, 'admin', T0)).toBe('in-flight');
      expect(await bench.ledger.cancel(ids(two)[0] ?? 0, 'admin', T0)).toBe('settled');
      expect((await bench.ledger.counts(T0)).events).toBe(events);
    });

    it('reaches what a worker has claimed but not begun', async () => {
      await add('D-1', [step('a'), step('b'), step('c')]);
      const lane = await claimOne(bench.ledger, T0);
      const [a = 0, b = 0, c = 0] = ids(lane);
      await bench.ledger.update({ ...held(lane), begin: [a] });
      expect(await bench.ledger.cancel(b, 'admin', T0)).toBe('cancelled');
      await expect(bench.ledger.update({ ...settle(lane, [a], 'done'), begin: [b] })).rejects.toMatchObject({ code: 'LT-LEDGER-LEASE-LOST' });
      const states = (await bench.ledger.timeline('D-1'))?.exchanges.map((exchange) => [exchange.id, exchange.state]);
      expect(states).toEqual([[a, 'done'], [b, 'cancelled'], [c, 'pending']]);
      expect((await claimOne(bench.ledger, T0)).exchanges.map((exchange) => exchange.itemKey)).toEqual(['c']);
    });

    it('stands against what a worker says afterwards, unless the effect is known', async () => {
      await add('D-1', [step('a'), step('b')]);
      const lane = await claimOne(bench.ledger, T0);
      const [a = 0, b = 0] = ids(lane);
      for (const id of [a, b]) await bench.ledger.cancel(id, 'admin', T0);
      const base = { attempts: 1, lostReplies: 1, code: null };
      await bench.ledger.update({ ...held(lane), exchanges: [{ ...base, id: a, state: 'pending', nextAt: T0 + 1 }, { ...base, id: b, state: 'done', doubt: 'probe-applied' }], release: { nextAt: null } });
      expect((await bench.ledger.getExchange(a))?.state).toBe('cancelled');
      expect((await bench.ledger.getExchange(b))?.state).toBe('done');
      await nothing(T0 + 2);
    });

    it('can be taken back by a retry, until a newer snapshot has taken its place', async () => {
      await add('D-1');
      const [exchange] = await bench.ledger.listExchanges({ limit: 1 });
      const id = exchange?.id ?? 0;
      await bench.ledger.cancel(id, 'admin', T0);
      expect(await bench.ledger.retry(id, 'admin', T0)).toBe(true);
      expect((await claimOne(bench.ledger, T0, { leaseMs: 1 })).exchanges).toMatchObject([{ id, state: 'pending' }]);
      await bench.ledger.sweep(T0 + 10);
      await bench.ledger.cancel(id, 'admin', T0);
      await add('D-1', [snapshot('D-1-v2')], { status: 'RESOLVED' });
      expect(await bench.ledger.retry(id, 'admin', T0)).toBe(false);
      expect((await claimOne(bench.ledger, T0 + 10)).exchanges.map((waiting) => waiting.itemKey)).toEqual(['D-1-v2']);
    });

    it('empties a held lane', async () => {
      await add('D-1');
      await bench.ledger.freeze(hold(), T0);
      await nothing();
      const [exchange] = await bench.ledger.listExchanges({ limit: 1 });
      expect(await bench.ledger.cancel(exchange?.id ?? 0, 'admin', T0)).toBe('cancelled');
      expect(await bench.ledger.counts(T0)).toMatchObject({ lanesHeld: 0, lanesReady: 0 });
    });
  });

  describe('replays and other orders', () => {
    it('a replay marks what it wakes, and counts how that stands', async () => {
      for (const code of ['D-1', 'D-2', 'D-3']) await add(code);
      for (const lane of await bench.ledger.claim(claimOptions(T0))) await bench.ledger.update(settle(lane, ids(lane), 'dead', { release: { nextAt: null } }));
      const { seq } = await bench.ledger.act({ kind: 'replay.started', by: 'admin', content: { why: 'cổng đã sửa' } }, T0);
      const [one = 0, two = 0] = (await bench.ledger.listExchanges({ limit: 9 })).map((exchange) => exchange.id);
      for (const id of [one, two]) expect(await bench.ledger.retry(id, 'admin', T0, undefined, seq)).toBe(true);
      expect(await bench.ledger.replayCounts(seq)).toEqual({ pending: 2 });
      const lane = await claimOne(bench.ledger, T0, { limit: 1 });
      await bench.ledger.update(settle(lane, ids(lane), 'done', { release: { nextAt: null } }));
      expect(await bench.ledger.replayCounts(seq)).toEqual({ pending: 1, done: 1 });
      expect(await bench.ledger.replayCounts(seq, ['pending', 'sending', 'unknown'])).toEqual({ pending: 1 });
      expect(await bench.ledger.replayCounts(seq + 99)).toEqual({});
      expect((await bench.ledger.listExchanges({ replay: seq, limit: 9 })).map((exchange) => exchange.id)).toEqual([one, two]);
      expect((await bench.ledger.listExchanges({ replay: seq, states: ['done'], limit: 9 }))).toMatchObject([{ id: ids(lane)[0], replay: seq }]);
    });

    it('an order without a dossier stands on the chain, with or without one', async () => {
      await add('D-1');
      const { seq } = await bench.ledger.act({ kind: 'control.paused', by: 'admin', content: { why: 'bảo trì' } }, T0 + 1);
      expect(seq).toBe(2);
      await bench.ledger.act({ kind: 'control.noted', by: 'admin', dossierCode: 'D-1', content: {} }, T0 + 2);
      expect((await bench.ledger.timeline('D-1'))?.events.map((event) => event.kind)).toEqual(['dossier.snapshot', 'control.noted']);
      expect(await bench.ledger.verify()).toEqual({ events: 3, brokenAt: null });
      await expect(bench.ledger.act({ kind: 'control.noted', by: 'admin', dossierCode: 'none', content: {} }, T0)).rejects.toMatchObject({ code: 'LT-LEDGER-INVALID' });
      await expect(bench.ledger.act({ kind: 'dossier.snapshot' as 'control.x', by: 'admin', content: {} }, T0)).rejects.toMatchObject({ code: 'LT-LEDGER-INVALID' });
    });

    it('questions about citizens are listed alone, and do not stand among orders', async () => {
      await bench.ledger.act({ kind: 'control.paused', by: 'admin', content: { why: 'bảo trì' } }, T0);
      for (const n of [1, 2, 3]) await bench.ledger.act({ kind: 'citizen.asked', by: 'mot-cua', content: { n } }, T0 + n);
      expect((await bench.ledger.listOrders({ limit: 9 })).map(({ kind }) => kind)).toEqual(['control.paused']);
      expect((await bench.ledger.listOrders({ limit: 2, citizens: true })).map(({ content }) => content)).toEqual([{ n: 3 }, { n: 2 }]);
      expect((await bench.ledger.listOrders({ limit: 9, citizens: true, beforeSeq: 3 })).map(({ content }) => content)).toEqual([{ n: 1 }]);
    });

    it('orders can be read again with who and why, newest first; those of a dossier stand in its timeline', async () => {
      await add('D-1');
      const kept = await bench.ledger.freeze(hold({ scope: 'upstream', key: 'portal', by: 'truong-ca', reason: 'Cổng báo bảo trì', until: T0 + 99 }), T0);
      await bench.ledger.freeze(hold(), T0 + 1);
      await bench.ledger.checkpoint(T0 + 1);
      await bench.ledger.release(kept.id, 'pho-ca', T0 + 2, 'xong sớm');
      const orders = await bench.ledger.listOrders({ limit: 9 });
      expect(orders).toMatchObject([
        { kind: 'control.released', by: 'pho-ca', at: T0 + 2, content: { hold: kept.id, reason: 'xong sớm' } },
        { kind: 'control.frozen', by: 'truong-ca', at: T0, content: { scope: 'upstream', key: 'portal', until: T0 + 99, reason: 'Cổng báo bảo trì' } },
      ]);
      expect(await bench.ledger.listOrders({ limit: 1 })).toEqual(orders.slice(0, 1));
      expect(await bench.ledger.listOrders({ limit: 9, beforeSeq: orders[0]?.seq ?? 0 })).toEqual(orders.slice(1));
      const own = (await bench.ledger.timeline('D-1'))?.events.filter((event) => event.kind === 'control.frozen').map((event) => event.seq) ?? [];
      expect((await bench.ledger.bodies(own)).map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([{ scope: 'dossier', reason: hold().reason }]);
    });

    it('tells who listens of orders and of work, until he stops', async () => {
      await add('D-1');
      const heard: Notice[] = [];
      const stop = bench.ledger.onNotice((notice) => { heard.push(notice); });
      const kept = await bench.ledger.freeze(hold(), T0);
      await expect.poll(() => heard).toContain('control');
      await bench.ledger.release(kept.id, 'admin', T0);
      await expect.poll(() => heard).toContain('work');
      stop();
      heard.length = 0;
      await bench.ledger.putCell('alerts/x', '{}', 0);
      await bench.ledger.counts(T0);
      expect(heard).toEqual([]);
    });
  });
}
