/** Any interleaving of changes, workers, operators and crashes: the engine and a naive reference agree on order and states. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Hold } from '../../src/ledger/control.ts';
import type { ClaimedLane, ExchangeState, Ledger } from '../../src/ledger/ledger.ts';
import { SNAPSHOT, T0, change, claimOptions, held, snapshot, step } from './fixtures.ts';
import type { Clock, Storage } from './fixtures.ts';
import { LaneModel } from './lane-model.ts';
import type { ModelExchange } from './lane-model.ts';

/** Every run opens the ledger some times, each with its fsyncs; a slow disk is no failure. */
const RUNS_TIMEOUT_MS = 120_000;
const PER_LANE = 3;
const LEASE_MS = 100;

type Action =
  | { kind: 'append'; dossier: number; at: number; snapshot: boolean; steps: number[]; upstream: number }
  | { kind: 'claim'; beginFirst: boolean }
  | { kind: 'begin'; pick: number; count: number }
  | { kind: 'settle'; pick: number; state: ExchangeState; delay: number | null }
  | { kind: 'release'; pick: number; delay: number | null; blocked: boolean }
  | { kind: 'sweep' }
  | { kind: 'retry'; pick: number }
  | { kind: 'cancel'; pick: number }
  | { kind: 'freeze'; dossier: number; upstream: number | null }
  | { kind: 'letGo'; pick: number }
  | { kind: 'wait'; ms: number }
  | { kind: 'crash' };

const delay = fc.option(fc.integer({ min: 1, max: 150 }));
const pick = fc.nat(9);
const actions: fc.Arbitrary<Action[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('append' as const), dossier: fc.nat(2), at: fc.nat(2), snapshot: fc.boolean(), steps: fc.array(fc.nat(4), { maxLength: 3 }), upstream: fc.nat(1) }) },
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('claim' as const), beginFirst: fc.boolean() }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('begin' as const), pick, count: fc.integer({ min: 1, max: 3 }) }) },
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('settle' as const), pick, state: fc.constantFrom<ExchangeState>('done', 'done', 'pending', 'unknown', 'rejected', 'dead', 'doubtful', 'superseded'), delay }) },
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('release' as const), pick, delay, blocked: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('sweep' as const) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('retry' as const), pick }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('cancel' as const), pick: fc.nat(30) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('freeze' as const), dossier: fc.nat(2), upstream: fc.option(fc.nat(1)) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('letGo' as const), pick }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 120 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('crash' as const) }) },
  ),
  // Without a size of its own fast-check keeps arrays near their shortest, and nothing of interest happens.
  { minLength: 30, maxLength: 80, size: 'max' },
);

class Run {
  readonly model = new LaneModel();
  readonly #clock: Clock;
  readonly #open: () => Promise<Ledger>;
  #ledger: Ledger;
  #leases: ClaimedLane[] = [];
  #changes = 0;

  constructor(clock: Clock, ledger: Ledger, open: () => Promise<Ledger>) {
    this.#clock = clock;
    this.#ledger = ledger;
    this.#open = open;
  }

  async act(action: Action): Promise<void> {
    const { now } = this.#clock;
    switch (action.kind) {
      case 'append': return this.#append(action);
      case 'claim': return this.#claim(action.beginFirst ? new Set([SNAPSHOT]) : new Set());
      case 'begin': return this.#begin(action);
      case 'settle': return this.#settle(action);
      case 'release': return this.#release(action);
      case 'sweep':
        expect(await this.#ledger.sweep(now)).toEqual(this.model.sweep(now));
        this.#leases = this.#leases.filter((lease) => this.model.lane(nameOf(lease)).state === 'leased');
        return;
      case 'retry': {
        const exchange = this.model.exchanges[action.pick % Math.max(1, this.model.exchanges.length)];
        if (exchange !== undefined) expect(await this.#ledger.retry(exchange.order, 'admin', now)).toBe(this.model.retry(exchange, now));
        return;
      }
      case 'cancel': {
        const exchange = this.model.exchanges[action.pick % Math.max(1, this.model.exchanges.length)];
        if (exchange !== undefined) expect(await this.#ledger.cancel(exchange.order, 'admin', now)).toBe(this.model.cancel(exchange, now));
        return;
      }
      case 'freeze': {
        const [code, upstream] = [`D-${action.dossier}`, action.upstream === null ? null : upstreamName(action.upstream)];
        await this.#ledger.freeze({ scope: 'dossier', key: code, upstream, by: 'admin', reason: '', until: null }, now);
        this.model.freeze(upstream === null ? code : `${upstream}|${code}`);
        return;
      }
      case 'letGo': {
        const holds = await this.#ledger.listHolds();
        const hold = holds[action.pick % Math.max(1, holds.length)];
        if (hold !== undefined) await this.#letGo(hold);
        return;
      }
      case 'wait':
        this.#clock.now += action.ms;
        return;
      case 'crash':
        await this.#ledger.close();
        this.#ledger = await this.#open();
        this.model.crash(now);
        this.#leases = [];
    }
  }

  /** Everything that can be seen agrees. */
  async compare(): Promise<void> {
    const rows = await this.#ledger.listExchanges({ limit: 10_000 });
    const seen = rows.map((row) => [row.id, row.itemKey, row.state, row.attempts, row.lostReplies, row.nextAt]);
    expect(seen).toEqual(this.model.exchanges.map((e) => [e.order, e.itemKey, e.state, e.attempts, e.lost, e.nextAt]));
    const counts = await this.#ledger.counts(this.#clock.now);
    const expected: Record<string, number> = {};
    for (const row of rows) expected[`${row.upstream}/${row.operation}/${row.state}`] = (expected[`${row.upstream}/${row.operation}/${row.state}`] ?? 0) + 1;
    const lanes = [...this.model.lanes.values()];
    expect(counts.exchanges).toEqual(expected);
    expect(counts).toMatchObject({ lanesReady: lanes.filter((lane) => lane.state === 'ready').length, lanesBlocked: lanes.filter((lane) => lane.state === 'blocked').length, lanesHeld: lanes.filter((lane) => lane.state === 'held').length });
    const readyTimes = lanes.filter((lane) => lane.state === 'ready').map((lane) => lane.readyAt);
    expect(await this.#ledger.nextReadyAt()).toBe(readyTimes.length === 0 ? null : Math.min(...readyTimes));
  }

  /** With workers that simply succeed, everything that waits is brought to its end: no lane is ever forgotten. */
  async drain(): Promise<void> {
    await this.act({ kind: 'crash' });
    for (const hold of await this.#ledger.listHolds()) await this.#letGo(hold);
    for (const lane of this.model.lanes.keys()) {
      const [upstream = '', code = ''] = lane.split('|');
      // Blocked lanes wait for news, so here is some.
      await this.#ledger.append(change(code, { sourceUpdatedAt: T0 + 1000, body: `{"last":"${lane}"}`, plans: [step(`last-${code}`, upstream)] }));
    }
    this.#clock.now += 1000;
    for (let turn = 0; turn < 100; turn++) {
      const lanes = await this.#ledger.claim(claimOptions(this.#clock.now, { perLane: PER_LANE }));
      if (lanes.length === 0) break;
      for (const lane of lanes) {
        const exchanges = lane.exchanges.map(({ id, attempts, lostReplies }) => ({ id, state: 'done' as const, attempts: attempts + 1, lostReplies, code: null }));
        await this.#ledger.update({ ...held(lane), exchanges, release: { nextAt: this.#clock.now } });
      }
    }
    expect(await this.#ledger.listExchanges({ states: ['pending', 'sending', 'unknown'], limit: 10 })).toEqual([]);
    expect((await this.#ledger.verify()).brokenAt).toBeNull();
  }

  async #letGo(hold: Hold): Promise<void> {
    expect(await this.#ledger.release(hold.id, 'admin', this.#clock.now)).toBe(true);
    this.model.letGo(hold.upstream === null ? hold.key : `${hold.upstream}|${hold.key}`);
  }

  async #append(action: Extract<Action, { kind: 'append' }>): Promise<void> {
    const code = `D-${action.dossier}`;
    const upstream = upstreamName(action.upstream);
    const n = ++this.#changes;
    const plans = [...(action.snapshot ? [snapshot(`v${n}`, upstream)] : []), ...action.steps.map((key) => step(`s${key}`, upstream))];
    const result = await this.#ledger.append(change(code, { sourceUpdatedAt: T0 + action.at, body: `{"n":${n}}`, plans }));
    expect(result.status).toBe(this.model.append(code, T0 + action.at, plans, this.#clock.now));
  }

  async #claim(beginFirst: ReadonlySet<string>): Promise<void> {
    const { now } = this.#clock;
    // Lanes with nothing due are put to rest within one claim, a bounded number at a time; here all fit.
    const lanes = await this.#ledger.claim(claimOptions(now, { perLane: PER_LANE, leaseMs: LEASE_MS, beginFirst }));
    const claimed = new Map(lanes.map((lane) => [nameOf(lane), lane.exchanges.map((exchange) => exchange.itemKey)]));
    expect(claimed).toEqual(this.model.claim(now, PER_LANE, LEASE_MS, beginFirst));
    this.#leases.push(...lanes);
  }

  #held(at: number): ClaimedLane | undefined { return this.#leases[at % Math.max(1, this.#leases.length)]; }

  #claimed(lease: ClaimedLane): ModelExchange[] {
    return lease.exchanges.map((exchange) => this.model.exchanges[exchange.id - 1]).filter((exchange) => exchange !== undefined);
  }

  async #begin(action: Extract<Action, { kind: 'begin' }>): Promise<void> {
    const lease = this.#held(action.pick);
    if (lease === undefined) return;
    // What was cancelled or replaced since the claim is tried too: a worker does not know of it.
    const begun = this.#claimed(lease).filter((exchange) => ['pending', 'unknown', 'sending', 'cancelled', 'superseded'].includes(exchange.state)).slice(0, action.count);
    const update = { ...held(lease), begin: begun.map((exchange) => exchange.order) };
    if (!this.model.begin(nameOf(lease), begun, this.#clock.now)) {
      await expect(this.#ledger.update(update)).rejects.toMatchObject({ code: 'LT-LEDGER-LEASE-LOST' });
      this.#leases = this.#leases.filter((other) => other !== lease);
      return;
    }
    await this.#ledger.update(update);
    this.model.lane(nameOf(lease)).until = this.#clock.now + LEASE_MS;
  }

  async #settle(action: Extract<Action, { kind: 'settle' }>): Promise<void> {
    const lease = this.#held(action.pick);
    const exchange = lease === undefined ? undefined : this.#claimed(lease).find((e) => ['pending', 'unknown', 'sending'].includes(e.state));
    if (lease === undefined || exchange === undefined) return;
    const nextAt = action.delay === null ? null : this.#clock.now + action.delay;
    this.model.settle(exchange, action.state, nextAt);
    await this.#ledger.update({
      ...held(lease),
      exchanges: [{ id: exchange.order, state: action.state, attempts: exchange.attempts, lostReplies: exchange.lost, code: null, ...(nextAt === null ? {} : { nextAt }) }],
    });
    this.model.lane(nameOf(lease)).until = this.#clock.now + LEASE_MS;
  }

  async #release(action: Extract<Action, { kind: 'release' }>): Promise<void> {
    const lease = this.#held(action.pick);
    if (lease === undefined) return;
    const how = { nextAt: action.delay === null ? null : this.#clock.now + action.delay, blocked: action.blocked };
    await this.#ledger.update({ ...held(lease), release: how });
    this.model.release(nameOf(lease), how, this.#clock.now);
    this.#leases = this.#leases.filter((other) => other !== lease);
    await expect(this.#ledger.update({ ...held(lease), release: how })).rejects.toMatchObject({ code: 'LT-LEDGER-LEASE-LOST' });
  }
}

const upstreamName = (no: number): string => (no === 0 ? 'portal' : 'land');
const nameOf = (lane: ClaimedLane): string => `${lane.upstream}|${lane.dossierCode}`;

export function laneProperty(engine: string, runs: number, makeStorage: (clock: Clock) => Promise<Storage>): void {
  describe(`lanes on ${engine} against the reference`, () => {
    it('agree whatever happens in whatever order', async () => {
      await fc.assert(
        fc.asyncProperty(actions, async (list) => {
          const clock: Clock = { now: T0 };
          const storage = await makeStorage(clock);
          try {
            const run = new Run(clock, await storage.open(), () => storage.open());
            for (const action of list) {
              await run.act(action);
              await run.compare();
            }
            await run.drain();
          } finally {
            await storage.dispose();
          }
        }),
        { numRuns: runs, seed: 20_250_701 },
      );
    }, RUNS_TIMEOUT_MS);
  });
}
