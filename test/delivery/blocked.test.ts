/** What a lane cannot send: a step whose dossier the upstream does not have, an operation that the adapter no longer has. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { drainLane } from '../../src/delivery/lane.ts';
import { createProtection } from '../../src/delivery/protection.ts';
import { RETRY_DEFAULTS } from '../../src/delivery/retry.ts';
import { keysFromMasters } from '../../src/ledger/keys.ts';
import type { ExchangeRow, Ledger, NewChange, PlannedExchange } from '../../src/ledger/ledger.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { toyUpstream, type Toy } from '../support/toy.ts';

const CODE = 'H13.01-250701-0001';
const START = Date.UTC(2025, 6, 1);
let now = START;
let folder: string;
let ledger: Ledger;
let toy: Toy;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lienthong-blocked-'));
  now = START;
  ledger = await openSqliteLedger({ folder, keys: keysFromMasters([randomBytes(32)]), now: () => now });
  toy = toyUpstream();
});
afterEach(async () => {
  await ledger.close();
  await rm(folder, { recursive: true, force: true });
});

const SNAPSHOT = (version: number): PlannedExchange => ({ upstream: 'toy', operation: 'snapshot', itemKey: `snapshot:${version}`, coalesce: true });
const STEP = (itemKey: string): PlannedExchange => ({ upstream: 'toy', operation: 'step', itemKey, coalesce: false });

function change(version: number, plans: PlannedExchange[]): NewChange {
  return {
    kind: 'dossier.snapshot', dossierCode: CODE, sourceSystem: 'test', sourceId: CODE, sourceUpdatedAt: START + version, via: 'api', actor: null,
    body: JSON.stringify({ schemaVersion: '1', code: CODE, sourceSystem: 'test', sourceId: CODE, status: 'PROCESSING', version, history: ['a', 'b'].map((action, i) => ({ at: `2025-07-01T0${i}:00:00Z`, status: 'PROCESSING', action })) }),
    terms: [], warnings: [], plans,
    columns: { status: 'PROCESSING', subStatus: null, procedureCode: '1.000001', sectorCode: 'G01', agencyCode: 'H13.01', channel: 'ONLINE', submittedAt: null, acceptedAt: START, dueAt: null, resolvedAt: null, returnedAt: null },
  };
}
async function deliver(): Promise<void> {
  for (let round = 0; round < 20; round += 1) {
    const lanes = await ledger.claim({ now, limit: 10, leaseMs: 60_000, owner: 'test', perLane: 32, upstreams: ['toy'] });
    if (lanes.length === 0) return;
    for (const lane of lanes) {
      await drainLane(lane, { ledger, connection: toy.connection, policy: RETRY_DEFAULTS, protection: createProtection({ ledger, now: () => now }), now: () => now, random: () => 1, perLane: 32, signal: new AbortController().signal, stopping: () => false, observe: () => undefined });
    }
  }
  throw new Error('the lane spins');
}
const row = async (itemKey: string): Promise<ExchangeRow | undefined> => (await ledger.listExchanges({ limit: 100 })).find((r) => r.itemKey === itemKey);

it('a step whose dossier the upstream refused waits under LT-DELIVERY-BLOCKED, is counted, and is left alone by the clock', async () => {
  toy.react = (call) => (call.operation === 'snapshot' ? 'refuse' : 'ok');
  await ledger.append(change(1, [SNAPSHOT(1), STEP('a')]));
  await deliver();
  expect(await row('snapshot:1')).toMatchObject({ state: 'rejected', code: 'LT-UPSTREAM-REFUSED' });
  expect(await row('a')).toMatchObject({ state: 'pending', attempts: 0 });
  // A further step finds the first one still at the head of the lane.
  await ledger.append(change(2, [STEP('b')]));
  await deliver();
  expect(await row('a')).toMatchObject({ state: 'pending', code: 'LT-DELIVERY-BLOCKED', attempts: 0 });
  expect((await ledger.counts(now)).lanesBlocked).toBe(1);

  now += 24 * 60 * 60 * 1000;
  expect(await ledger.sweep(now)).toEqual({ woken: 0, expired: 0 });
  await deliver();
  expect(toy.sent.map((call) => call.operation)).toEqual(['snapshot']);

  toy.react = () => 'ok';
  expect(await ledger.retry((await row('snapshot:1'))?.id ?? 0, 'operator', now)).toBe(true);
  await deliver();
  expect(toy.sent.slice(1).map((call) => call.steps ?? call.operation)).toEqual(['snapshot', ['a', 'b']]);
  expect(await row('a')).toMatchObject({ state: 'done', code: null });
  expect((await ledger.counts(now)).lanesBlocked).toBe(0);
});

it('an operation that the adapter no longer has is dead under LT-DELIVERY-OPERATION-UNKNOWN and holds up nothing behind it', async () => {
  await ledger.append(change(1, [SNAPSHOT(1), { upstream: 'toy', operation: 'abolished', itemKey: 'old', coalesce: false }, STEP('a')]));
  await deliver();
  expect(await row('old')).toMatchObject({ state: 'dead', code: 'LT-DELIVERY-OPERATION-UNKNOWN', attempts: 0 });
  expect(toy.sent.map((call) => call.operation)).toEqual(['snapshot', 'step']);
  expect(await row('a')).toMatchObject({ state: 'done' });
});
