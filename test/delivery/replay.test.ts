import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDelivery } from '../../src/delivery/index.ts';
import { createProtection } from '../../src/delivery/protection.ts';
import { createReplays, type Replays, type ReplayOptions } from '../../src/delivery/replay.ts';
import type { ReplayFilter } from '../../src/delivery/replay-record.ts';
import type { ExchangeUpdate, Ledger, NewChange } from '../../src/ledger/ledger.ts';
import { waitFor } from '../../src/testing/index.ts';
import { sqliteStorage, type Clock, type Storage } from '../ledger/fixtures.ts';
import { postgresStorage } from '../ledger/postgres-fixtures.ts';
import { toyUpstream, type Toy } from '../support/toy.ts';

const RUNNING: Clock = { get now() { return Date.now(); } };
const ENGINES: readonly [name: string, storage: (clock: Clock) => Promise<Storage>][] = [['sqlite', sqliteStorage], ['postgres', postgresStorage]];

let storage: Storage;
let ledger: Ledger;
let toy: Toy;

const codeOf = (n: number) => `H13.01-250701-${String(n).padStart(4, '0')}`;
const DEAD: ReplayFilter = { states: ['dead'] };

interface Given { summary?: string; steps?: string[]; at?: number; plans?: NewChange['plans'] }
function change(n: number, given: Given = {}): NewChange {
  const code = codeOf(n);
  const steps = given.steps ?? [];
  return {
    kind: 'dossier.snapshot', dossierCode: code, sourceSystem: 'test', sourceId: code, sourceUpdatedAt: given.at ?? 1, via: 'api', actor: null, terms: [], warnings: [],
    body: JSON.stringify({ schemaVersion: '1', code, status: 'PROCESSING', summary: given.summary ?? `v${given.at ?? 1}`, history: steps.map((action) => ({ at: '2025-07-01T00:00:00Z', status: 'PROCESSING', action })) }),
    columns: { status: 'PROCESSING', subStatus: null, procedureCode: '1.000001', sectorCode: 'G01', agencyCode: 'H13.01', channel: 'ONLINE', submittedAt: null, acceptedAt: 1, dueAt: null, resolvedAt: null, returnedAt: null },
    plans: given.plans ?? [{ upstream: 'toy', operation: 'snapshot', itemKey: `snapshot:${given.at ?? 1}`, coalesce: true }, ...steps.map((itemKey) => ({ upstream: 'toy', operation: 'step', itemKey, coalesce: false }))],
  };
}

/** Takes everything that waits to its end, as workers would. */
async function settleAll(state: ExchangeUpdate['state'] = 'dead', code: string | null = 'LT-DELIVERY-GAVE-UP'): Promise<number[]> {
  const settled: number[] = [];
  for (;;) {
    const lanes = await ledger.claim({ now: Date.now() + 1000, limit: 100, leaseMs: 60_000, owner: 'test', perLane: 50 });
    if (lanes.length === 0) return settled;
    for (const lane of lanes) {
      const ids = lane.exchanges.map((x) => x.id);
      settled.push(...ids);
      await ledger.update({
        upstream: lane.upstream, dossierCode: lane.dossierCode, lease: lane.lease,
        attempts: [{ exchangeIds: ids, operation: 'snapshot', kind: 'send', startedAt: 1_000, endedAt: 1_200, outcome: 'retry', code, httpStatus: 503, mapping: 'toy-0' }],
        exchanges: ids.map((id) => ({ id, state, attempts: 1, lostReplies: 0, code })), release: { nextAt: null },
      });
    }
  }
}

async function deadLetters(count: number): Promise<number[]> {
  for (let n = 1; n <= count; n += 1) await ledger.append(change(n));
  return settleAll();
}

const replaysOn = (over: Partial<ReplayOptions> = {}): Replays => createReplays({ ledger, connections: new Map([['toy', toy.connection]]), ...over });

/** The same ledger, with some calls changed. */
const ledgerWith = (changed: Partial<Ledger>): Ledger => new Proxy(ledger, {
  get(target, name) {
    const own = (changed as Record<string | symbol, unknown>)[name] ?? (target as unknown as Record<string | symbol, unknown>)[name];
    return typeof own === 'function' ? (own as (...args: unknown[]) => unknown).bind(target) : own;
  },
});

const states = async () => (await ledger.listExchanges({ limit: 1000 })).map((row) => row.state);
const pending = async () => (await states()).filter((state) => state === 'pending').length;
async function events(): Promise<{ kind: string; actor: string | null; dossierCode: string }[]> {
  return (await ledger.exportEvents({ afterSeq: 0, limit: 5_000, bodies: false })).map((event) => ({ kind: event.kind, actor: event.actor, dossierCode: event.dossierCode }));
}
const timesRetried = async (n: number) => (await ledger.timeline(codeOf(n)))?.events.filter((event) => event.kind === 'exchange.retried').length;

async function started(replays: Replays, filter = DEAD): Promise<number> {
  const result = await replays.start(filter, 'ha', 'Cổng đã sửa');
  if (result.status !== 'started') throw new Error(result.status);
  return result.replay.id;
}

describe.each(ENGINES)('%s', (_name, open) => {
  beforeEach(async () => {
    storage = await open(RUNNING);
    ledger = await storage.open();
    await ledger.join({ roles: ['schedule'], version: '0.0.0-test' });
    await waitFor(() => ledger.leads(), { describe: 'the only process to lead' });
    toy = toyUpstream();
  });
  afterEach(() => storage.dispose());

  describe('a replay', () => {
    it('wakes in slices and is done when everything it woke has ended; who ordered it is on the chain', async () => {
      await deadLetters(7);
      const replays = replaysOn({ mostOpen: 3 });
      const id = await started(replays);
      expect(await replays.get(id)).toMatchObject({ state: 'running', by: 'ha', reason: 'Cổng đã sửa', selected: 7, woken: 0, open: 0 });
      expect(await pending(), 'nothing before the first turn').toBe(0);

      expect(await replays.tick()).toBe(true);
      expect(await pending()).toBe(3);
      await replays.tick();
      expect(await pending(), 'no more than three open').toBe(3);
      expect(await replays.get(id)).toMatchObject({ woken: 3, open: 3, states: { pending: 3 } });

      await settleAll('done', null);
      await replays.tick();
      await settleAll();
      await replays.tick();
      await settleAll('done', null);
      for (let turn = 0; turn < 3; turn += 1) await replays.tick();
      expect(await replays.get(id)).toMatchObject({ state: 'done', woken: 7, open: 0, states: { done: 4, dead: 3 }, endedAt: expect.any(Number) });
      expect(await replays.tick()).toBe(false);

      const told = (await events()).filter((event) => event.kind.startsWith('replay.'));
      expect(told).toEqual([{ kind: 'replay.started', actor: 'ha', dossierCode: '' }, { kind: 'replay.done', actor: 'ha', dossierCode: '' }]);
      expect(await ledger.listExchanges({ replay: id, limit: 10 })).toHaveLength(7);
      expect(await ledger.verify()).toMatchObject({ brokenAt: null });
    });

    it('leaves through delivery like everything else', async () => {
      await deadLetters(5);
      const delivery = createDelivery({ ledger, connections: new Map([['toy', toy.connection]]) });
      const replays = replaysOn({ mostOpen: 2, onWoken: () => delivery.wake() });
      const id = await started(replays);
      delivery.start();
      await waitFor(async () => {
        await replays.tick();
        return (await replays.get(id))?.state === 'done';
      });
      await delivery.stop();
      expect(toy.sent.map((call) => call.code)).toEqual([1, 2, 3, 4, 5].map(codeOf));
    });

    it('takes what its filter selects, and nothing that ends badly after it was ordered', async () => {
      await ledger.append(change(1));
      await settleAll('rejected', 'LT-UPSTREAM-REFUSED');
      await ledger.append(change(2));
      await settleAll();
      const replays = replaysOn();
      expect(await replays.start({ states: ['dead'], code: 'LT-UPSTREAM-REFUSED' }, 'ha', 'x')).toEqual({ status: 'nothing' });
      expect(await replays.start({ states: ['dead'], upstream: 'nobody' }, 'ha', 'x')).toEqual({ status: 'nothing' });
      const id = await started(replays);
      expect(await replays.get(id)).toMatchObject({ selected: 1 });
      const ordered = Date.now();
      await waitFor(() => Date.now() > ordered + 1, { describe: 'the clock that settles to move on' });
      await ledger.append(change(3));
      await settleAll();
      await replays.tick();
      expect(await ledger.listExchanges({ states: ['pending'], limit: 10 })).toMatchObject([{ dossierCode: codeOf(2), replay: id }]);
      expect(await states()).toEqual(['rejected', 'pending', 'dead']);
    });

    it('that would select too many is refused, and says how many are allowed', async () => {
      await deadLetters(4);
      expect(await replaysOn({ mostSelected: 3 }).start(DEAD, 'ha', 'x')).toEqual({ status: 'too-many', most: 3 });
      expect(await replaysOn({ mostSelected: 4 }).start(DEAD, 'ha', 'x')).toMatchObject({ status: 'started' });
      expect((await events()).filter((event) => event.kind === 'replay.started')).toHaveLength(1);
    });

    it('does nothing in a process that does not lead', async () => {
      await deadLetters(2);
      const follower = createReplays({ ledger: ledgerWith({ leads: () => false }), connections: new Map([['toy', toy.connection]]) });
      await started(follower);
      expect(await follower.tick()).toBe(false);
      expect(await pending()).toBe(0);
    });

    it('crashed between waking and saving its place: nothing is woken twice, nothing forgotten', async () => {
      await deadLetters(6);
      const before = replaysOn({ mostOpen: 4 });
      const id = await started(before);
      const crashing = createReplays({ ledger: ledgerWith({ putCell: () => Promise.reject(new Error('gone')) }), connections: new Map([['toy', toy.connection]]), mostOpen: 4 });
      await crashing.tick();
      expect(await pending()).toBe(4);
      await settleAll(); // all of them fail again before anybody looks
      const after = replaysOn({ mostOpen: 4 });
      for (let turn = 0; turn < 6; turn += 1) {
        await after.tick();
        await settleAll('done', null);
      }
      expect(await after.get(id)).toMatchObject({ state: 'done', woken: 6, states: { dead: 4, done: 2 } });
      for (const n of [1, 2, 3, 4, 5, 6]) expect(await timesRetried(n), codeOf(n)).toBe(1);
    });

    it('with two processes that both believe to lead: nothing is woken twice', async () => {
      await deadLetters(30);
      const [a, b] = [replaysOn({ mostOpen: 10 }), replaysOn({ mostOpen: 10 })];
      const id = await started(a);
      for (let turn = 0; turn < 12 && (await a.get(id))?.state === 'running'; turn += 1) {
        await Promise.all([a.tick(), b.tick()]);
        await settleAll('done', null);
      }
      expect(await a.get(id)).toMatchObject({ state: 'done', states: { done: 30 } });
      for (let n = 1; n <= 30; n += 1) expect(await timesRetried(n), codeOf(n)).toBe(1);
    });

    it('cancelled: wakes nothing more, gives back what was not sent, lets the wire finish', async () => {
      await deadLetters(6);
      const replays = replaysOn({ mostOpen: 3 });
      const id = await started(replays);
      await replays.tick();
      const [flying] = await ledger.claim({ now: Date.now() + 1000, limit: 1, leaseMs: 60_000, owner: 'test', perLane: 1, beginFirst: new Set(['snapshot']) });
      if (flying === undefined) throw new Error('nothing to claim');
      const result = await replays.cancel(id, 'an', 'nhầm bộ lọc');
      expect(result).toMatchObject({ status: 'cancelled', givenBack: 2, replay: { state: 'cancelled', cancelled: { by: 'an', reason: 'nhầm bộ lọc' }, open: 1 } });
      await replays.tick();
      expect((await ledger.listExchanges({ states: ['dead'], limit: 10 })).map((row) => row.code).sort()).toEqual(['LT-DELIVERY-GAVE-UP', 'LT-DELIVERY-GAVE-UP', 'LT-DELIVERY-GAVE-UP', 'LT-DELIVERY-REPLAY-CANCELLED', 'LT-DELIVERY-REPLAY-CANCELLED']);
      await ledger.update({ upstream: 'toy', dossierCode: flying.dossierCode, lease: flying.lease, exchanges: flying.exchanges.map((x) => ({ id: x.id, state: 'done', attempts: 1, lostReplies: 0, code: null })), release: { nextAt: null } });
      expect(await replays.get(id)).toMatchObject({ state: 'cancelled', open: 0, states: { dead: 2, done: 1 }, loose: false });
      expect(await replays.cancel(id, 'an', 'x')).toEqual({ status: 'ended' });
      expect(await replays.cancel(999_999, 'an', 'x')).toEqual({ status: 'unknown' });
      expect((await events()).filter((event) => event.kind.startsWith('replay.')).map((event) => [event.kind, event.actor])).toEqual([['replay.started', 'ha'], ['replay.cancelled', 'an']]);
      expect(await replays.tick()).toBe(false);
    });

    it('cancelled in the middle of a slice: what was just woken is given back too', async () => {
      await deadLetters(3);
      const orders = replaysOn();
      const id = await started(orders);
      let cancelled: Promise<unknown> | undefined;
      const leader = createReplays({
        connections: new Map([['toy', toy.connection]]),
        ledger: ledgerWith({
          async putCell(name, value, version) {
            await (cancelled ??= orders.cancel(id, 'an', 'dừng'));
            return ledger.putCell(name, value, version);
          },
        }),
      });
      await leader.tick();
      expect(await states()).toEqual(['dead', 'dead', 'dead']);
      await leader.tick();
      expect(await orders.get(id)).toMatchObject({ state: 'cancelled', loose: false, open: 0 });
    });

    it('that cannot go on does not stop another one, and what no upstream is there for stays as it is', async () => {
      const towards = (upstream: string) => [{ upstream, operation: 'snapshot', itemKey: 'snapshot:1', coalesce: true }];
      for (const n of [1, 2, 3]) await ledger.append(change(n, { plans: towards('closed') }));
      await ledger.append(change(4, { plans: towards('gone') }));
      await ledger.append(change(5));
      await settleAll();
      await ledger.freeze({ scope: 'upstream', key: 'closed', upstream: null, by: 'ha', reason: 'x', until: null }, Date.now());
      const replays = replaysOn({ mostOpen: 2, connections: new Map([['toy', toy.connection], ['closed', toy.connection]]) });
      const stuck = await started(replays, { states: ['dead'], upstream: 'closed' });
      const free = await started(replays, { states: ['dead'], upstream: 'toy' });
      const nowhere = await started(replays, { states: ['dead'], upstream: 'gone' });
      await replays.tick();
      await settleAll('done', null);
      await replays.tick();
      await replays.tick();
      expect(await replays.get(stuck)).toMatchObject({ state: 'running', woken: 2, open: 2 });
      expect(await replays.get(free)).toMatchObject({ state: 'done', states: { done: 1 } });
      expect(await replays.get(nowhere)).toMatchObject({ state: 'done', selected: 1, woken: 0 });
      expect(await ledger.listExchanges({ upstream: 'gone', limit: 10 })).toMatchObject([{ state: 'dead' }]);
    });

    it('lists the newest first and remembers an error until it goes well again', async () => {
      await deadLetters(2);
      const replays = replaysOn();
      const first = await started(replays);
      const broken = createReplays({ ledger: ledgerWith({ retry: () => Promise.reject(new TypeError('a mistake')) }), connections: new Map([['toy', toy.connection]]) });
      await broken.tick();
      expect(await replays.get(first)).toMatchObject({ state: 'running', lastError: { code: 'LT-DELIVERY-INTERNAL' } });
      const second = await started(replays);
      expect((await replays.list()).map((replay) => replay.id)).toEqual([second, first]);
      await replays.tick();
      expect(await replays.get(first)).toMatchObject({ lastError: null, woken: 2 });
    });
  });

  describe('a preview', () => {
    it('says of each exchange what would happen now, and changes nothing', async () => {
      const notDossier = { upstream: 'toy', coalesce: false };
      await ledger.append(change(1)); // goes
      await ledger.append(change(2, { summary: 'invalid' })); // our own check refuses it
      await ledger.append(change(3)); // held
      await ledger.append(change(4, { plans: [{ ...notDossier, operation: 'step', itemKey: 'a' }], steps: ['a'] })); // the upstream does not have the dossier
      await ledger.append(change(5, { plans: [{ ...notDossier, operation: 'vanished', itemKey: 'a' }] }));
      await ledger.append(change(6)); // a newer one goes instead
      await settleAll('doubtful', 'LT-DELIVERY-NEVER-RESENT');
      await ledger.append(change(6, { at: 2 }));
      await settleAll('done', null);
      const hold = await ledger.freeze({ scope: 'dossier', key: codeOf(3), upstream: null, by: 'ha', reason: 'chờ', until: null }, Date.now());
      const before = await events();

      const protection = createProtection({ ledger, upstreams: ['toy'], policies: { toy: { rate: { perSecond: 2, burst: 1 }, concurrency: 4 } } });
      const replays = replaysOn({ protection });
      const filter: ReplayFilter = { states: ['doubtful'] };
      const preview = await replays.preview(filter, { limit: 50 });
      expect(preview.items.map((item) => [item.dossierCode, item.verdict])).toEqual([
        [codeOf(1), 'send'], [codeOf(2), 'invalid'], [codeOf(3), 'held'], [codeOf(4), 'needs'], [codeOf(5), 'gone'], [codeOf(6), 'replaced'],
      ]);
      expect(preview.counts).toEqual({ send: 1, wait: 0, held: 1, needs: 1, invalid: 1, replaced: 1, gone: 1 });
      expect(preview).toMatchObject({ selected: 6, more: false, examined: 6, next: null });
      expect(preview.items[1]?.issues).toMatchObject([{ code: 'LT-INPUT-TYPE', pointer: '/summary' }]);
      expect(preview.items[2]?.holdId).toBe(hold.id);
      expect(preview.items[5]?.newer).toBeGreaterThan(preview.items[5]?.id ?? 0);
      expect(preview.items[0]?.mapping).toEqual({ then: 'toy-0', now: toy.connection.adapter.version });
      // A step whose reply was lost may be there already; a snapshot is found out about.
      expect(preview.items.map((item) => item.mayDouble)).toEqual([false, false, false, true, false, false]);
      // One of six would go: at two a second.
      expect(preview.upstreams).toMatchObject([{ upstream: 'toy', selected: 6, averageMs: 200, view: { rate: { perSecond: 2 } }, estimatedMs: 500 }]);
      expect(preview.estimatedMs).toBe(500);

      expect(await events()).toEqual(before);
      expect(toy.sent).toEqual([]);
    });

    it('holds for the run: an older snapshot is not sent over a newer one', async () => {
      await ledger.append(change(1));
      const [old] = await settleAll('doubtful', 'LT-DELIVERY-NEVER-RESENT');
      await ledger.append(change(1, { at: 2 }));
      await settleAll('done', null);
      const replays = replaysOn();
      await replays.start({ states: ['doubtful'] }, 'ha', 'gửi lại');
      await waitFor(async () => { await replays.tick(); return (await replays.list())[0]?.state === 'done'; });
      expect((await replays.list())[0]).toMatchObject({ selected: 1, woken: 0 });
      expect((await ledger.getExchange(old ?? 0))?.state).toBe('doubtful');
    });

    it('waits for an upstream whose breaker is open, and adds that to the estimate', async () => {
      await deadLetters(2);
      const protection = createProtection({ ledger, upstreams: ['toy'], policies: { toy: { concurrency: 2 } } });
      await protection.openBreaker('toy', 'ha', 'bảo trì', 60_000);
      const preview = await replaysOn({ protection }).preview(DEAD, { limit: 50 });
      expect(preview.items.map((item) => item.verdict)).toEqual(['wait', 'wait']);
      expect(preview.upstreams[0]?.view).toMatchObject({ open: false, breaker: { state: 'open' }, waits: [{ reason: 'breaker' }] });
      // A minute, and two calls of 200 ms side by side.
      expect(preview.estimatedMs).toBeGreaterThan(55_000);
      expect(preview.estimatedMs).toBeLessThanOrEqual(60_200);
    });

    it('comes in pages; what is counted is counted once', async () => {
      await deadLetters(5);
      const replays = replaysOn();
      const first = await replays.preview(DEAD, { limit: 2 });
      expect(first).toMatchObject({ selected: 5, examined: 2, estimatedMs: Math.round((5 * 200) / 32) });
      const second = await replays.preview(DEAD, { limit: 2, after: first.next ?? 0 });
      const third = await replays.preview(DEAD, { limit: 2, after: second.next ?? 0 });
      expect([second.selected, third.next]).toEqual([null, null]);
      expect([...first.items, ...second.items, ...third.items].map((item) => item.dossierCode)).toEqual([1, 2, 3, 4, 5].map(codeOf));
    });
  });
});
