import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { drainLane, type LaneDeps } from '../../src/delivery/lane.ts';
import { createProtection, type Protection } from '../../src/delivery/protection.ts';
import { RETRY_DEFAULTS } from '../../src/delivery/retry.ts';
import { keysFromMasters } from '../../src/ledger/keys.ts';
import type { ExchangeRow, Ledger, NewChange } from '../../src/ledger/ledger.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import type { DossierStatus } from '../../src/model/canonical.ts';
import { toyUpstream, type Reaction, type Toy } from '../support/toy.ts';

const keys = keysFromMasters([randomBytes(32)]);
const CODE = 'H13.01-250701-0001';
let folder: string;
let ledger: Ledger;
let toy: Toy;
let protection: Protection;
let now: number;
let stopping: boolean;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lienthong-lane-'));
  now = Date.UTC(2025, 6, 1);
  stopping = false;
  ledger = await openSqliteLedger({ folder, keys, now: () => now });
  toy = toyUpstream();
  protection = createProtection({ ledger, now: () => now });
});
afterEach(async () => {
  await ledger.close();
  await rm(folder, { recursive: true, force: true });
});

const STATUS_OF: Record<string, DossierStatus> = { supplement: 'SUPPLEMENT_REQUIRED', finish: 'RESOLVED' };

function change(steps: string[], options: { code?: string; status?: DossierStatus; summary?: string; version?: number } = {}): NewChange {
  const { code = CODE, status = 'PROCESSING', version = 1 } = options;
  const dossier = {
    schemaVersion: '1', code, sourceSystem: 'test', sourceId: code, status, version,
    ...(options.summary === undefined ? {} : { summary: options.summary }),
    history: steps.map((action, i) => ({ at: `2025-07-01T0${i}:00:00Z`, status: STATUS_OF[action] ?? 'PROCESSING', action })),
  };
  return {
    kind: 'dossier.snapshot', dossierCode: code, sourceSystem: 'test', sourceId: code, sourceUpdatedAt: now + version, via: 'api', actor: null,
    body: JSON.stringify(dossier), terms: [], warnings: [],
    columns: { status, subStatus: null, procedureCode: '1.000001', sectorCode: 'G01', agencyCode: 'H13.01', channel: 'ONLINE', submittedAt: null, acceptedAt: now, dueAt: null, resolvedAt: null, returnedAt: null },
    plans: [
      { upstream: 'toy', operation: 'snapshot', itemKey: `snapshot:${version}`, coalesce: true },
      ...steps.map((action) => ({ upstream: 'toy', operation: 'step', itemKey: action, coalesce: false })),
    ],
  };
}

const deps = (): LaneDeps => ({
  ledger, connection: toy.connection, policy: RETRY_DEFAULTS, protection, now: () => now, random: () => 1, perLane: 32, signal: new AbortController().signal, stopping: () => stopping, observe: () => undefined,
});

/** Drains whatever is due at `now`, claim by claim, until nothing is. */
async function deliver(): Promise<void> {
  for (let round = 0; round < 50; round += 1) {
    const lanes = await ledger.claim({ now, limit: 10, leaseMs: 60_000, owner: 'test', perLane: 32, upstreams: ['toy'], beginFirst: new Set(['snapshot']) });
    if (lanes.length === 0) return;
    for (const lane of lanes) {
      await drainLane(lane, deps());
    }
  }
  throw new Error('the lane spins');
}
const later = async (ms = 60 * 60 * 1000) => {
  now += ms;
  await deliver();
};
const rows = async (): Promise<ExchangeRow[]> => ledger.listExchanges({ limit: 100 });
const states = async () => Object.fromEntries((await rows()).map((row) => [row.itemKey, row.state]));
const sentSteps = () => toy.sent.flatMap((call) => call.steps ?? []);

describe('order and batches', () => {
  it('sends the snapshot first, then the steps in order, as few calls as the batch limit allows', async () => {
    await ledger.append(change(['a', 'b', 'c', 'd']));
    await deliver();
    expect(toy.sent).toEqual([
      { operation: 'snapshot', code: CODE, status: 'PROCESSING', isUpdate: false },
      { operation: 'step', code: CODE, steps: ['a', 'b', 'c'] },
      { operation: 'step', code: CODE, steps: ['d'] },
    ]);
    expect(new Set(Object.values(await states()))).toEqual(new Set(['done']));
  });

  it('a newer snapshot goes instead of an unsent one; no step is dropped and none is sent twice', async () => {
    await ledger.append(change(['a']));
    await ledger.append(change(['a', 'b'], { status: 'RESOLVED', version: 2 }));
    await deliver();
    expect(toy.sent.filter((call) => call.operation === 'snapshot')).toEqual([{ operation: 'snapshot', code: CODE, status: 'RESOLVED', isUpdate: false }]);
    expect(sentSteps()).toEqual(['a', 'b']);
    expect(await states()).toMatchObject({ 'snapshot:1': 'superseded', 'snapshot:2': 'done' });
    await ledger.append(change(['a', 'b', 'c'], { version: 3 }));
    await deliver();
    expect(toy.sent.at(-2)).toMatchObject({ operation: 'snapshot', isUpdate: true });
    expect(sentSteps()).toEqual(['a', 'b', 'c']);
  });

  it('flips create to update once when the upstream knows the dossier, and the other way round', async () => {
    toy.react = (call) => (call.operation === 'snapshot' && call.isUpdate !== true ? 'exists' : 'ok');
    await ledger.append(change([]));
    await deliver();
    expect(toy.sent.map((call) => call.isUpdate)).toEqual([false, true]);
    toy.react = (call) => (call.operation === 'snapshot' && call.isUpdate === true ? 'missing' : 'ok');
    await ledger.append(change([], { version: 2 }));
    await deliver();
    expect(toy.sent.map((call) => call.isUpdate)).toEqual([false, true, true, false]);
    toy.react = (call) => (call.isUpdate === true ? 'missing' : 'exists'); // an upstream that contradicts itself is not asked for ever
    await ledger.append(change([], { version: 3 }));
    await deliver();
    expect(toy.sent).toHaveLength(6);
    expect(await states()).toMatchObject({ 'snapshot:3': 'rejected' });
  });
});

describe('retry', () => {
  it('waits as the upstream asks, keeps the order, and goes on', async () => {
    toy.react = (_, n) => (n === 2 ? { retryAfterMs: 30_000 } : 'ok');
    await ledger.append(change(['a', 'b']));
    await deliver();
    expect(await ledger.nextReadyAt()).toBe(now + 30_000);
    expect(toy.sent).toHaveLength(2);
    await later(29_999);
    expect(toy.sent).toHaveLength(2);
    await later(1);
    expect(sentSteps()).toEqual(['a', 'b', 'a', 'b']); // the first call was refused as busy: certainly not applied
    expect(new Set(Object.values(await states()))).toEqual(new Set(['done']));
  });

  it('gives up after the last attempt; a person’s retry sends again', async () => {
    toy.react = () => 'unreachable';
    await ledger.append(change([]));
    await deliver();
    for (let i = 1; i < RETRY_DEFAULTS.maxAttempts; i += 1) await later(RETRY_DEFAULTS.capMs);
    expect(toy.sent).toHaveLength(RETRY_DEFAULTS.maxAttempts);
    const [row] = await rows();
    expect(row).toMatchObject({ state: 'dead', code: 'LT-DELIVERY-GAVE-UP' });
    await later();
    expect(toy.sent).toHaveLength(RETRY_DEFAULTS.maxAttempts);
    toy.react = () => 'ok';
    expect(await ledger.retry(row?.id ?? 0, 'operator', now)).toBe(true);
    await deliver();
    expect(await states()).toEqual({ 'snapshot:1': 'done' });
  });
});

describe('lost replies', () => {
  it('asks about a lost create and does not send it again when it took effect', async () => {
    toy.react = (call) => {
      if (call.operation !== 'snapshot') return 'ok';
      toy.exists.add(call.code);
      return 'lost';
    };
    await ledger.append(change(['a']));
    await deliver();
    expect(await states()).toMatchObject({ 'snapshot:1': 'unknown', a: 'pending' });
    await later();
    expect(toy.sent.filter((call) => call.operation === 'snapshot')).toHaveLength(1);
    expect((await rows())[0]).toMatchObject({ state: 'done', doubt: 'probe-applied', lostReplies: 1 });
    expect(sentSteps()).toEqual(['a']);
  });

  it('sends again when the upstream says that it has nothing', async () => {
    toy.react = (_, n) => (n === 1 ? 'lost' : 'ok');
    await ledger.append(change([]));
    await deliver();
    await later();
    expect(toy.sent).toHaveLength(2);
    expect((await rows())[0]).toMatchObject({ state: 'done', doubt: 'probe-not-applied' });
  });

  it('waits while the upstream cannot be asked', async () => {
    toy.react = (call, n) => (call.operation === 'snapshot' && n === 1 ? 'lost' : 'unreachable');
    await ledger.append(change([]));
    await deliver();
    for (let i = 0; i < 5; i += 1) await later();
    expect(toy.sent).toHaveLength(1);
    expect(await states()).toEqual({ 'snapshot:1': 'unknown' });
    toy.react = () => 'ok';
    await later();
    expect(toy.sent).toHaveLength(2);
  });

  it('repeats once what costs more when missing, never what costs more when doubled, and flags both', async () => {
    toy.react = (call) => (call.operation === 'step' ? 'lost' : 'ok');
    await ledger.append(change(['supplement', 'finish']));
    await deliver();
    await later();
    await later();
    await later();
    expect(sentSteps()).toEqual(['supplement', 'finish', 'finish']);
    const found = await rows();
    expect(found.find((row) => row.itemKey === 'supplement')).toMatchObject({ state: 'doubtful', doubt: 'never-resent', code: 'LT-DELIVERY-NEVER-RESENT' });
    expect(found.find((row) => row.itemKey === 'finish')).toMatchObject({ state: 'doubtful', lostReplies: 2, doubt: 'resent-after-lost-reply', code: 'LT-DELIVERY-RESENT-IN-DOUBT' });
    expect((await ledger.counts(now)).doubts).toBe(2);
  });

  it('a repeat that is answered is done, and the doubt stays visible', async () => {
    let lost = 0;
    toy.react = (call) => (call.operation === 'step' && (lost += 1) === 1 ? 'lost' : 'ok');
    await ledger.append(change(['finish']));
    await deliver();
    await later();
    expect((await rows())[1]).toMatchObject({ state: 'done', doubt: 'resent-after-lost-reply', code: 'LT-DELIVERY-RESENT-IN-DOUBT' });
    await later();
    expect(sentSteps()).toEqual(['finish', 'finish']);
  });

  it('reads a crash between sending and settling as a lost reply', async () => {
    await ledger.append(change(['supplement']));
    await deliver();
    await ledger.append(change(['supplement', 'finish'], { version: 2 }));
    const [lane] = await ledger.claim({ now, limit: 1, leaseMs: 60_000, owner: 'test', perLane: 32 });
    expect(lane).toBeDefined();
    if (lane === undefined) return;
    const ids = lane.exchanges.map((exchange) => exchange.id);
    await ledger.update({ upstream: 'toy', dossierCode: CODE, lease: lane.lease, begin: ids });
    await ledger.close();
    ledger = await openSqliteLedger({ folder, keys, now: () => now });
    expect((await rows()).filter((row) => ids.includes(row.id)).map((row) => row.state)).toEqual(['unknown', 'unknown']);
    const before = toy.sent.length;
    await later();
    // The snapshot exists, so an update of it was asked about; the step is repeated once by its own rule.
    expect(toy.sent.slice(before).flatMap((call) => call.steps ?? [])).toEqual(['finish']);
    expect((await rows()).every((row) => row.state === 'done')).toBe(true);
  });
});

describe('refusals', () => {
  it('a refused snapshot holds its steps, visibly; a newer one sets them free', async () => {
    toy.react = (call) => (call.operation === 'snapshot' && call.status === 'PROCESSING' ? 'refuse' : 'ok');
    await ledger.append(change(['a']));
    await ledger.append(change(['x'], { code: 'H13.01-250701-0002', status: 'ACCEPTED' }));
    await deliver();
    const held = await ledger.listExchanges({ dossierCode: CODE, limit: 10 });
    expect(held).toMatchObject([{ itemKey: 'snapshot:1', state: 'rejected' }, { itemKey: 'a', state: 'pending', code: 'LT-DELIVERY-BLOCKED' }]);
    expect(await states()).toMatchObject({ x: 'done' });
    await later();
    expect(sentSteps()).toEqual(['x']);
    await ledger.append(change(['a', 'b'], { status: 'RESOLVED', version: 2 }));
    await deliver();
    expect(sentSteps()).toEqual(['x', 'a', 'b']);
  });

  it('keeps what cannot be encoded out of the wire and tells why', async () => {
    await ledger.append(change([], { summary: 'invalid' }));
    await deliver();
    expect(toy.sent).toEqual([]);
    expect((await rows())[0]).toMatchObject({ state: 'rejected', code: 'LT-INPUT-TYPE' });
    expect((await ledger.timeline(CODE))?.attempts[0]?.evidence).toContain('/summary');
  });

  it('halves a refused batch until the one at fault stands alone; the others go through in order', async () => {
    toy.react = (call) => (call.steps?.includes('b') === true ? 'refuse' : 'ok');
    await ledger.append(change(['a', 'b', 'c', 'd']));
    await deliver();
    expect(await states()).toMatchObject({ a: 'done', b: 'rejected', c: 'done', d: 'done' });
    const accepted = toy.sent.filter((call) => call.steps !== undefined && !call.steps.includes('b')).flatMap((call) => call.steps ?? []);
    expect(accepted).toEqual(['a', 'c', 'd']);
  });
});

describe('corrections', () => {
  it('a good snapshot that came while the bad one was on its way goes first, before the steps of the bad one', async () => {
    toy.react = (call) => (call.operation === 'snapshot' && call.status === 'PROCESSING' ? 'refuse' : 'ok');
    await ledger.append(change(['a']));
    const [lane] = await ledger.claim({ now, limit: 1, leaseMs: 60_000, owner: 'test', perLane: 32, beginFirst: new Set(['snapshot']) });
    if (lane === undefined) throw new Error('no lane');
    await ledger.append(change(['a', 'b'], { status: 'RESOLVED', version: 2 }));
    await drainLane(lane, deps());
    await deliver();
    expect(await states()).toEqual({ 'snapshot:1': 'superseded', 'snapshot:2': 'done', a: 'done', b: 'done' });
    expect(sentSteps()).toEqual(['a', 'b']);
    // Sending the old one again would turn the clock back.
    expect(await ledger.retry((await rows())[0]?.id ?? 0, 'operator', now)).toBe(false);
  });

  it('the same holds when the bad one was in doubt and everything was claimed together', async () => {
    let first = true;
    toy.react = (call) => {
      if (call.operation !== 'snapshot' || call.status !== 'PROCESSING') return 'ok';
      if (!first) return 'refuse';
      first = false;
      return 'lost';
    };
    await ledger.append(change(['a']));
    await deliver();
    await ledger.append(change(['a', 'b'], { status: 'RESOLVED', version: 2 }));
    await later();
    await later();
    expect(await states()).toEqual({ 'snapshot:1': 'superseded', 'snapshot:2': 'done', a: 'done', b: 'done' });
  });

  it('a refused step is sent again as the corrected change has it', async () => {
    toy.react = (call) => (call.steps !== undefined && call.steps.includes('b') && toy.sent.length < 6 ? 'refuse' : 'ok');
    await ledger.append(change(['a', 'b']));
    await deliver();
    expect(await states()).toMatchObject({ a: 'done', b: 'rejected' });
    toy.react = () => 'ok';
    await ledger.append(change(['a', 'b'], { version: 2 }));
    await deliver();
    expect(await states()).toMatchObject({ a: 'done', b: 'done' });
    const [row] = (await rows()).filter((r) => r.itemKey === 'b');
    expect(row).toMatchObject({ attempts: 1, eventSeq: 2 });
  });

  it('a source whose clock was ahead does not silence its dossier', async () => {
    await ledger.append({ ...change([]), sourceUpdatedAt: now + 7 * 3_600_000 });
    now += 60_000;
    expect(await ledger.append({ ...change([], { version: 2 }), sourceUpdatedAt: now })).toMatchObject({ status: 'stale' });
    now += 15 * 60_000;
    expect(await ledger.append({ ...change([], { version: 3 }), sourceUpdatedAt: now })).toMatchObject({ status: 'accepted' });
  });
});

describe('faults of our own', () => {
  it('an exchange that our code stumbles over before the wire becomes a dead letter; the lane goes on', async () => {
    const step = toy.connection.adapter.operations['step'];
    const input = step?.subscribe?.input;
    if (step?.subscribe === undefined || input === undefined) throw new Error('no step');
    step.subscribe.input = (dossier, itemKey) => {
      if (itemKey === 'a') throw new TypeError('a mistake');
      return input(dossier, itemKey) as unknown;
    };
    await ledger.append(change(['a', 'b']));
    await expect(deliver()).rejects.toThrow('a mistake');
    await deliver();
    expect(await states()).toEqual({ 'snapshot:1': 'done', a: 'dead', b: 'done' });
  });

  it('a write whose answer our code cannot read is a doubt, not “nothing was sent”', async () => {
    const step = toy.connection.adapter.operations['step'];
    if (step === undefined) throw new Error('no step');
    step.decode = () => {
      throw new TypeError('a mistake');
    };
    await ledger.append(change(['supplement']));
    await deliver();
    expect((await rows())[1]).toMatchObject({ state: 'unknown', code: 'LT-UPSTREAM-ANSWER-UNREAD' });
    await later();
    expect(sentSteps()).toEqual(['supplement']);
    expect(await states()).toMatchObject({ supplement: 'doubtful' });
  });

  it('gives up only the one that has used its attempts, and a person’s retry starts anew', async () => {
    toy.react = (call) => (call.operation === 'step' ? 'unreachable' : 'ok');
    await ledger.append(change(['a']));
    await deliver();
    for (let i = 1; i < RETRY_DEFAULTS.maxAttempts - 1; i += 1) await later(RETRY_DEFAULTS.capMs);
    await ledger.append(change(['a', 'b'], { version: 2 }));
    await later(RETRY_DEFAULTS.capMs);
    expect(await states()).toMatchObject({ a: 'dead', b: 'pending' });
    const [dead] = (await rows()).filter((row) => row.itemKey === 'a');
    await ledger.retry(dead?.id ?? 0, 'operator', now);
    await later(RETRY_DEFAULTS.capMs);
    expect(await states()).toMatchObject({ a: 'pending', b: 'pending' });
  });

  it.each([['is there', true], ['is not there', false]] as const)('a person’s retry of one in doubt asks first: it %s', async (_what, isThere) => {
    // The reply is lost, the upstream cannot be asked either, and it ends as a dead letter.
    let isDown = true;
    toy.react = (call) => (call.operation === 'find' ? (isDown ? 'unreachable' : 'ok') : toy.sent.length === 1 ? 'lost' : 'ok');
    await ledger.append(change([]));
    await deliver();
    for (let i = 0; i < RETRY_DEFAULTS.maxAttempts; i += 1) await later(RETRY_DEFAULTS.capMs);
    const [dead] = await rows();
    expect(dead).toMatchObject({ state: 'dead', code: 'LT-UPSTREAM-PROBE-FAILED' });
    isDown = false;
    if (isThere) toy.exists.add(CODE);
    await ledger.retry(dead?.id ?? 0, 'operator', now);
    await later();
    expect((await rows())[0]).toMatchObject({ state: 'done', doubt: isThere ? 'probe-applied' : 'probe-not-applied' });
    expect(toy.sent).toHaveLength(isThere ? 1 : 2);
  });

  it('a retry of one in doubt that may not go now is still in doubt afterwards, and no attempt is counted', async () => {
    toy.react = (call) => (call.operation === 'find' ? 'unreachable' : toy.sent.length === 1 ? 'lost' : 'ok');
    await ledger.append(change([]));
    await deliver();
    for (let i = 0; i < RETRY_DEFAULTS.maxAttempts; i += 1) await later(RETRY_DEFAULTS.capMs);
    await ledger.retry((await rows())[0]?.id ?? 0, 'operator', now);
    await protection.openBreaker('toy', 'operator', 'bảo trì', 60_000);
    const [lane] = await ledger.claim({ now, limit: 1, leaseMs: 60_000, owner: 'test', perLane: 32, beginFirst: new Set(['snapshot']) });
    if (lane === undefined) throw new Error('no lane');
    await drainLane(lane, deps());
    expect((await rows())[0]).toMatchObject({ state: 'pending', attempts: 0, lostReplies: 1 });
    await protection.resetBreaker('toy', 'operator', 'xong');
    await later();
    expect(toy.sent).toHaveLength(1);
    expect((await rows())[0]).toMatchObject({ state: 'unknown', attempts: 1 });
  });

  it('a lane that this process still drains is not taken back, whatever the clock did', async () => {
    await ledger.append(change(['a']));
    await deliver();
    await ledger.append(change(['a', 'b'], { version: 2 }));
    const [lane] = await ledger.claim({ now, limit: 1, leaseMs: 1_000, owner: 'test', perLane: 32, beginFirst: new Set(['snapshot']) });
    now += 10_000;
    expect(await ledger.sweep(now, [{ upstream: 'toy', dossierCode: CODE }])).toMatchObject({ expired: 0 });
    expect(lane).toBeDefined();
    expect(await ledger.sweep(now)).toMatchObject({ expired: 1 });
  });
});

it('a worker that is told to stop gives its lane back untouched', async () => {
  await ledger.append(change(['a']));
  stopping = true;
  const [lane] = await ledger.claim({ now, limit: 1, leaseMs: 60_000, owner: 'test', perLane: 32, beginFirst: new Set(['snapshot']) });
  if (lane === undefined) throw new Error('no lane');
  await drainLane(lane, deps());
  expect(toy.sent).toEqual([]);
  // Begun with the claim and not sent: no lost reply, no probe.
  expect((await rows())[0]).toMatchObject({ state: 'pending', lostReplies: 0, attempts: 0 });
  stopping = false;
  await deliver();
  expect(sentSteps()).toEqual(['a']);
});

describe('a call that is not let through', () => {
  /** Lets so many calls through, then none until it is called again. */
  function allow(most: number): void {
    const real = createProtection({ ledger, now: () => now });
    let calls = 0;
    protection = { ...real, admit: (...args) => ((calls += 1) > most ? { go: false, waitUntil: now + 1_000, reason: 'rate' } : real.admit(...args)) };
  }

  it.each([
    ['the first half of a refused batch', 2, { a: 'pending', b: 'pending', c: 'pending' }, []],
    ['its second half', 3, { a: 'done', b: 'done', c: 'pending' }, ['a', 'b']],
  ])('%s was not sent: it waits, without a doubt', async (_what, most, expected, accepted) => {
    toy.react = (call) => (call.steps?.includes('c') === true && call.steps.length > 1 ? 'refuse' : 'ok');
    allow(most);
    await ledger.append(change(['a', 'b', 'c']));
    await deliver();
    expect(await states()).toMatchObject(expected);
    expect((await rows()).map((row) => row.lostReplies)).toEqual([0, 0, 0, 0]);
    expect(toy.sent.slice(2).flatMap((call) => call.steps ?? [])).toEqual(accepted);
    protection = createProtection({ ledger, now: () => now });
    await later(1_000);
    expect(await states()).toMatchObject({ a: 'done', b: 'done', c: 'done' });
  });

  it('an exchange in doubt stays in doubt, and is asked about when there is room', async () => {
    toy.react = (_call, n) => (n === 1 ? 'lost' : 'ok');
    await ledger.append(change([]));
    await deliver();
    allow(0);
    await later();
    expect((await rows())[0]).toMatchObject({ state: 'unknown', attempts: 1 });
    // Asked, and not let through to send: the answer is kept, or a slow rate would only ever ask.
    allow(1);
    await later();
    expect((await rows())[0]).toMatchObject({ state: 'pending', attempts: 2, doubt: 'probe-not-applied' });
    expect(toy.sent).toHaveLength(1);
    protection = createProtection({ ledger, now: () => now });
    await later();
    expect((await rows())[0]).toMatchObject({ state: 'done', doubt: 'probe-not-applied' });
  });

  it('what was begun with the claim waits as if it had never begun', async () => {
    allow(0);
    await ledger.append(change(['a']));
    await deliver();
    expect((await rows())[0]).toMatchObject({ state: 'pending', attempts: 0, lostReplies: 0, doubt: null });
    expect(toy.sent).toEqual([]);
  });
});

it('every exchange of a call is on record before it leaves, also beside one that was begun with the claim', async () => {
  const step = toy.connection.adapter.operations['step'];
  if (step === undefined) throw new Error('no step');
  step.probe = () => Promise.resolve({ kind: 'applied' });
  await ledger.append(change([]));
  await deliver();
  await ledger.append({ ...change(['a', 'b'], { version: 2 }), plans: change(['a', 'b']).plans.slice(1) });
  let seen: Record<string, string> = {};
  toy.react = async (): Promise<Reaction> => {
    seen = await states();
    return 'ok';
  };
  const [lane] = await ledger.claim({ now, limit: 1, leaseMs: 60_000, owner: 'test', perLane: 32, beginFirst: new Set(['step']) });
  if (lane === undefined) throw new Error('no lane');
  await drainLane(lane, deps());
  expect(seen).toMatchObject({ a: 'sending', b: 'sending' });
  expect(await states()).toMatchObject({ a: 'done', b: 'done' });
});
