/** What stands between a lane and its upstream, with a real ledger: breaker, Retry-After, rate, calendar, concurrency, holds, time limits. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDelivery, type Delivery, type DeliveryOptions } from '../../src/delivery/index.ts';
import { beginTrial, CLOSED, type Breaker } from '../../src/delivery/breaker.ts';
import type { UpstreamPolicy } from '../../src/delivery/policy.ts';
import { LedgerError } from '../../src/ledger/errors.ts';
import { keysFromMasters } from '../../src/ledger/keys.ts';
import type { ExchangeRow, Ledger } from '../../src/ledger/ledger.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { waitFor } from '../../src/testing/wait.ts';
import { toyChange, toyUpstream, type Reaction, type Toy } from '../support/toy.ts';

const keys = keysFromMasters([randomBytes(32)]);
let folder: string;
let ledger: Ledger;
let toy: Toy;
const running = new Set<Delivery>();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lienthong-protection-'));
  ledger = await openSqliteLedger({ folder, keys });
  toy = toyUpstream();
});
afterEach(async () => {
  await stopAll();
  await ledger.close();
  await rm(folder, { recursive: true, force: true });
});

const code = (n: number): string => `H13.01-250701-${String(n).padStart(4, '0')}`;
function run(policy: UpstreamPolicy = {}, over: Partial<DeliveryOptions> = {}): Delivery {
  const delivery = createDelivery({ ledger, connections: new Map([['toy', toy.connection]]), policy: { baseMs: 20, capMs: 50, probeDelayMs: 10 }, upstreams: { toy: policy }, onError: () => undefined, ...over });
  running.add(delivery);
  delivery.start();
  return delivery;
}
async function stopAll(): Promise<void> {
  await Promise.all([...running].map((delivery) => delivery.stop(500)));
  running.clear();
}
const rows = (): Promise<ExchangeRow[]> => ledger.listExchanges({ limit: 500 });
const allDone = async (): Promise<boolean> => (await rows()).every((row) => row.state === 'done');
const append = (count: number): Promise<unknown> => Promise.all(Array.from({ length: count }, (_, n) => ledger.append(toyChange(code(n)))));
/** A reaction that the test lets go. */
function later(): { reaction: Promise<Reaction>; go: (reaction: Reaction) => void } {
  const { promise, resolve } = Promise.withResolvers<Reaction>();
  return { reaction: promise, go: resolve };
}

describe('breaker', () => {
  const policy: UpstreamPolicy = { breaker: { minimumCalls: 5, openMs: 300, mostOpenMs: 300 } };

  it('opens when the upstream does not answer, claims nothing meanwhile, survives a restart, and is closed by a person', async () => {
    toy.react = () => 'unreachable';
    await append(20);
    const delivery = run({ breaker: { minimumCalls: 5, openMs: 60_000 } }, { concurrency: 2 });
    await waitFor(async () => (await delivery.protection.view('toy')).breaker.state === 'open', { describe: 'the breaker to open' });
    await waitFor(() => delivery.stats().active === 0);
    const calls = toy.sent.length;
    expect(calls).toBeLessThan(10);
    expect((await rows()).filter((row) => row.attempts > 0).length).toBeLessThanOrEqual(calls);
    await stopAll();
    await ledger.close();

    ledger = await openSqliteLedger({ folder, keys });
    toy.react = () => 'ok';
    const next = run(policy);
    expect(await next.protection.view('toy')).toMatchObject({ open: false, breaker: { state: 'open', trips: 1 }, waits: [{ reason: 'breaker' }] });
    await ledger.append(toyChange(code(99)));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(toy.sent).toHaveLength(calls);

    await next.protection.resetBreaker('toy', 'nva', 'the portal is back');
    await waitFor(allDone, { describe: 'all to be done' });
    expect((await next.protection.view('toy')).breaker).toMatchObject({ state: 'closed', trips: 0 });
    expect((await ledger.exportEvents({ afterSeq: 0, limit: 100, bodies: false })).map((event) => event.kind)).toContain('control.breaker-reset');
  });

  it('lets one call at a time through as a trial, of all processes together', async () => {
    let flying = 0;
    let most = 0;
    let isTrial = false;
    toy.react = async (): Promise<Reaction> => {
      flying += 1;
      if (isTrial) most = Math.max(most, flying);
      await new Promise((resolve) => setTimeout(resolve, isTrial ? 30 : 1));
      flying -= 1;
      return 'unreachable';
    };
    await append(40);
    const both = [run(policy), run(policy)];
    await waitFor(async () => (await both[0]?.protection.view('toy'))?.breaker.state === 'open' && flying === 0, { describe: 'the breaker to open' });
    isTrial = true;
    await waitFor(async () => ((await both[1]?.protection.view('toy'))?.breaker.trips ?? 0) >= 4, { describe: 'three failed trials' });
    expect(most).toBe(1);
    toy.react = () => 'ok';
    await waitFor(allDone, { describe: 'all to be done' });
  });

  it('a trial that died with its process is made again at once, not when its time is over', async () => {
    const held: Breaker = { ...beginTrial({ ...CLOSED, state: 'open', trips: 1, until: 0 }, 'a process that is gone/1', 60_000, Date.now()) };
    await ledger.putCell('breaker/toy', JSON.stringify(held), 0);
    await append(5);
    run(policy);
    await waitFor(allDone, { timeoutMs: 5_000, describe: 'all to be done' });
  });

  it('a refusal is an answer: it never opens', async () => {
    toy.react = () => 'refuse';
    await append(30);
    const delivery = run(policy);
    await waitFor(async () => (await rows()).every((row) => row.state !== 'pending'));
    expect((await delivery.protection.view('toy')).breaker.state).toBe('closed');
  });

  it('a trial whose process died frees itself', async () => {
    await ledger.putCell('breaker/toy', JSON.stringify({ state: 'half-open', since: 0, until: Date.now() + 300, trips: 1, trial: 'dead', throttledUntil: null }), 0);
    await append(3);
    run(policy);
    await waitFor(allDone, { describe: 'all to be done' });
    expect(JSON.parse((await ledger.getCell('breaker/toy'))?.value ?? '{}')).toMatchObject({ state: 'closed' });
  });
});

it('what the upstream asks for (Retry-After) holds for all its lanes and all processes', async () => {
  toy.react = (_call, n) => (n === 1 ? { retryAfterMs: 600 } : 'ok');
  const begin = Date.now();
  await ledger.append(toyChange(code(0)));
  const one = run();
  await waitFor(async () => (await one.protection.view('toy')).throttledUntil !== null);
  const two = run();
  await waitFor(async () => (await two.protection.view('toy')).waits[0]?.reason === 'throttled');
  await append(10);
  await waitFor(allDone, { describe: 'all to be done' });
  expect(Date.now() - begin).toBeGreaterThanOrEqual(600);
});

it('two processes on one ledger keep the rate together, in every stretch of time', async () => {
  const rate = { perSecond: 40, burst: 8 };
  const times: number[] = [];
  toy.react = () => {
    times.push(Date.now());
    return 'ok';
  };
  await append(80);
  run({ rate });
  run({ rate });
  await waitFor(allDone, { describe: 'all to be done', timeoutMs: 15_000 });
  expect(times).toHaveLength(80);
  // Timers and the loop may be late by some milliseconds, so that two calls stand closer than their slots.
  const late = 2;
  for (let i = 0; i < times.length; i += 1) for (let j = i; j < times.length; j += 1) expect(j - i + 1).toBeLessThanOrEqual(rate.burst + late + (rate.perSecond * ((times[j] ?? 0) - (times[i] ?? 0))) / 1_000);
}, 30_000);

it('a rate so slow that a send cannot wait for its slot asks once and sends then', async () => {
  toy.react = (_call, n) => (n === 1 ? 'lost' : 'ok');
  await append(1);
  run({ rate: { perSecond: 0.4, burst: 1 } });
  await waitFor(allDone, { describe: 'it to be done', timeoutMs: 15_000 });
  expect((await ledger.timeline(code(0)))?.attempts.map(({ kind }) => kind)).toEqual(['send', 'probe', 'send']);
}, 20_000);

it('inside a closed window nothing is called; at its end everything goes', async () => {
  const to = Date.now() + 700;
  await append(5);
  const delivery = run({ calendar: { maintenance: [{ from: 0, to }] } });
  await waitFor(async () => (await delivery.protection.view('toy')).waits[0]?.reason === 'calendar');
  toy.react = () => {
    expect(Date.now()).toBeGreaterThanOrEqual(to);
    return 'ok';
  };
  await waitFor(allDone, { describe: 'all to be done' });
});

it('dossiers near their due date go first', async () => {
  for (let n = 0; n < 10; n += 1) await ledger.append(toyChange(code(n), { dueAt: Date.now() + 30 * 24 * 3_600_000 }));
  await ledger.append(toyChange(code(50), { dueAt: Date.now() + 3_600_000 }));
  run({}, { concurrency: 1, urgentWithinMs: 24 * 3_600_000 });
  await waitFor(allDone);
  // Urgent ones have three claims of four, so that the others move on too.
  expect(toy.sent.slice(0, 2).map((call) => call.code)).toContain(code(50));
});

it('no more dossiers at a time than the upstream allows, of all processes; an operation has a limit of its own', async () => {
  let flying = 0;
  let most = 0;
  toy.react = async (): Promise<Reaction> => {
    flying += 1;
    most = Math.max(most, flying);
    await new Promise((resolve) => setTimeout(resolve, 5));
    flying -= 1;
    return 'ok';
  };
  await append(30);
  run({ concurrency: 3 });
  run({ concurrency: 3 });
  await waitFor(allDone);
  expect(most).toBeLessThanOrEqual(3);
  expect(most).toBeGreaterThan(1);
  await stopAll();
  most = 0;
  await Promise.all(Array.from({ length: 20 }, (_, n) => ledger.append(toyChange(code(100 + n)))));
  run({ operations: { snapshot: { concurrency: 2 } } });
  await waitFor(allDone);
  expect(most).toBe(2);
});

describe('control', () => {
  it('a freeze takes effect in the middle of a lane: what is on the wire ends, nothing more begins until it is let go', async () => {
    const gate = later();
    toy.react = (call) => (call.steps?.includes('a') === true ? gate.reaction : 'ok');
    await ledger.append(toyChange(code(1), { steps: ['a', 'b', 'c', 'd', 'e'] }));
    run();
    await waitFor(() => toy.sent.length === 2); // the snapshot, and the first three steps
    const hold = await ledger.freeze({ scope: 'dossier', key: code(1), upstream: null, by: 'nva', reason: 'asked by the applicant', until: null }, Date.now());
    gate.go('ok');
    await waitFor(async () => (await ledger.counts(Date.now())).lanesHeld === 1, { describe: 'the lane to be held' });
    expect(toy.sent.flatMap((call) => call.steps ?? [])).toEqual(['a', 'b', 'c']);
    expect((await rows()).map((row) => row.state)).toEqual(['done', 'done', 'done', 'done', 'pending', 'pending']);
    await ledger.release(hold.id, 'nva', Date.now());
    await waitFor(allDone);
    expect(toy.sent.flatMap((call) => call.steps ?? [])).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('an upstream that is held shows it, and an operator may open the breaker', async () => {
    const { protection } = run();
    await ledger.freeze({ scope: 'upstream', key: 'toy', upstream: null, by: 'nva', reason: 'x', until: null }, Date.now());
    expect(await protection.view('toy')).toMatchObject({ open: false, waits: [{ reason: 'held', until: null }] });
    await protection.openBreaker('toy', 'nva', 'they asked us to', 60_000);
    expect((await protection.views())[0]?.breaker.state).toBe('open');
  });
});

describe('time', () => {
  it('a call that takes too long is cut, and counts as a lost reply', async () => {
    toy.react = (call, n) => (call.operation !== 'find' && n === 1 ? 'hang' : 'ok');
    await ledger.append(toyChange(code(1)));
    run({ callTimeoutMs: 100 });
    await waitFor(allDone, { describe: 'all to be done' });
    const timeline = await ledger.timeline(code(1));
    expect(timeline?.attempts.map(({ kind, outcome, mapping }) => ({ kind, outcome, mapping }))).toEqual([
      { kind: 'send', outcome: 'unknown', mapping: '1' }, { kind: 'probe', outcome: 'not-applied', mapping: '1' }, { kind: 'send', outcome: 'done', mapping: '1' },
    ]);
    expect(timeline?.exchanges[0]).toMatchObject({ lostReplies: 1, doubt: 'probe-not-applied' });
  });

  it('stopping cuts what hangs after the grace, and leaves it to be asked about', async () => {
    toy.react = () => 'hang';
    await ledger.append(toyChange(code(1)));
    const delivery = run();
    await waitFor(() => toy.sent.length === 1);
    const begin = Date.now();
    await delivery.stop(200);
    expect(Date.now() - begin).toBeLessThan(2_000);
    expect((await rows())[0]).toMatchObject({ state: 'unknown', lostReplies: 1 });
  });
});

describe('a ledger that cannot be relied upon', () => {
  /** The real ledger, with some of its calls replaced. */
  const with_ = (over: Partial<Ledger>): Ledger => new Proxy(ledger, { get: (target, name) => (over as Record<PropertyKey, unknown>)[name] ?? (typeof Reflect.get(target, name) === 'function' ? (Reflect.get(target, name) as () => unknown).bind(target) : Reflect.get(target, name)) });

  it('a process that is not fresh right before the wire sends nothing, and leaves no doubt behind', async () => {
    let asked = 0;
    await ledger.append(toyChange(code(1)));
    // Fresh while it claims, not any more when it would send.
    const delivery = run({}, { ledger: with_({ fresh: (since?: number) => (since === undefined ? true : (asked += 1) > 3) }) });
    await waitFor(() => asked >= 1 && delivery.stats().active === 0);
    expect(toy.sent).toEqual([]);
    expect((await rows())[0]).toMatchObject({ state: 'pending', attempts: 0, lostReplies: 0 });
    await waitFor(allDone, { describe: 'it to go on when fresh' });
    expect(toy.sent).toHaveLength(1);
  });

  it('that does not write: nothing is begun, it says since when and why, and goes on by itself', async () => {
    let isFull = false;
    const full = (): Promise<never> => Promise.reject(new LedgerError('LT-LEDGER-WRITE-FAILED'));
    const failing = with_({
      claim: (options) => (isFull ? full() : ledger.claim(options)),
      update: (update) => (isFull ? full() : ledger.update(update)),
      setCursor: (name, value) => (isFull ? full() : ledger.setCursor(name, value)),
    });
    const delivery = run({}, { ledger: failing });
    await append(1);
    await waitFor(allDone);
    expect(delivery.stats().stalled).toBeNull();
    isFull = true;
    await append(5);
    delivery.wake();
    await waitFor(() => delivery.stats().stalled?.code === 'LT-LEDGER-WRITE-FAILED', { describe: 'the stall' });
    const sent = toy.sent.length;
    await ledger.append(toyChange(code(70)));
    delivery.wake();
    expect(toy.sent).toHaveLength(sent);
    isFull = false;
    await waitFor(allDone, { describe: 'all to be done' });
    expect(delivery.stats().stalled).toBeNull();

    // A call that ended while nothing could be written is asked about, as soon as something can be.
    const gate = later();
    toy.react = () => gate.reaction;
    await ledger.append(toyChange(code(80)));
    delivery.wake();
    await waitFor(() => toy.sent.at(-1)?.code === code(80));
    isFull = true;
    gate.go('ok');
    await waitFor(() => delivery.stats().stalled !== null);
    isFull = false;
    await waitFor(allDone, { describe: 'the lost one to be resolved' });
    expect((await ledger.timeline(code(80)))?.exchanges[0]).toMatchObject({ state: 'done', doubt: 'probe-applied', lostReplies: 1 });
  });
});
