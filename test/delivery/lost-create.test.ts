/** A create whose reply was lost, from the ledger to the portal's simulator: never two dossiers, and never our data left behind. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dvcqg } from '../../adapters/dvcqg/adapter.ts';
import { connect, type Connection } from '../../src/adapter/client.ts';
import { drainLane } from '../../src/delivery/lane.ts';
import { createProtection } from '../../src/delivery/protection.ts';
import { RETRY_DEFAULTS } from '../../src/delivery/retry.ts';
import { keysFromMasters } from '../../src/ledger/keys.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import type { Dossier } from '../../src/model/canonical.ts';
import { mockUpstream, type MockUpstream } from '../../src/testing/index.ts';
import { dossier } from '../adapters/dvcqg/fixtures.ts';

const DONGBO = { service: 'DongBoHoSoMC' };

let folder: string;
let ledger: Ledger;
let portal: MockUpstream<'dvcqg'>;
let connection: Connection;
let now: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lienthong-lost-create-'));
  now = Date.UTC(2025, 6, 10);
  ledger = await openSqliteLedger({ folder, keys: keysFromMasters([randomBytes(32)]), now: () => now });
  portal = await mockUpstream('dvcqg', { seed: 'lost-create' });
  connection = connect(dvcqg, portal.config(), { readRetry: { retries: 0 } }) as unknown as Connection;
});
afterEach(async () => {
  await connection.close();
  await ledger.close();
  await rm(folder, { recursive: true, force: true });
  await portal.restore();
});

const append = (value: Dossier) => ledger.append({
  kind: 'dossier.snapshot', dossierCode: value.code, sourceSystem: 'opencps', sourceId: value.code, sourceUpdatedAt: now, via: 'api', actor: null,
  body: JSON.stringify(value), terms: [], warnings: [],
  columns: { status: value.status, subStatus: null, procedureCode: value.procedure.code, sectorCode: 'G99', agencyCode: 'H92.14', channel: 'ONLINE', submittedAt: null, acceptedAt: now, dueAt: null, resolvedAt: null, returnedAt: null },
  plans: [{ upstream: 'dvcqg', operation: 'syncDossier', itemKey: 'snapshot', coalesce: true }],
});

async function deliver(): Promise<void> {
  const claim = () => ledger.claim({ now, limit: 10, leaseMs: 60_000, owner: 'test', perLane: 32, upstreams: ['dvcqg'], beginFirst: new Set() });
  for (const lane of await claim()) {
    await drainLane(lane, { ledger, connection, policy: RETRY_DEFAULTS, protection: createProtection({ ledger, now: () => now }), now: () => now, random: () => 1, perLane: 32, signal: new AbortController().signal, stopping: () => false, observe: () => undefined });
  }
  now += RETRY_DEFAULTS.capMs;
}
const writes = () => portal.simulator.journal().filter((e) => e.effect === 'create' || e.effect === 'update');
const refusals = () => portal.simulator.journal().filter((e) => e.effect === 'refused');

describe('a create whose reply was lost', () => {
  it('is found by the probe and goes again as an update', async () => {
    portal.faults.once('reset-after', DONGBO);
    await append(dossier());
    await deliver();
    await deliver();
    expect(writes().map((e) => e.effect)).toEqual(['create', 'update']);
    expect(refusals()).toEqual([]);
    expect(await ledger.listExchanges({ limit: 10 })).toMatchObject([{ state: 'done', doubt: 'probe-not-applied', lostReplies: 1 }]);
  });

  it('does not take a dossier that was there before us for ours: our data arrives', async () => {
    expect((await connection.execute(dvcqg.operations.syncDossier, [dossier({ note: 'Bản của hệ thống cũ' })])).outcome.kind).toBe('done');
    portal.faults.once('reset-before', DONGBO);
    await append(dossier({ note: 'Bản mới' }));
    await deliver();
    await deliver();
    // The create of the old system, and ours.
    expect(writes().map((e) => e.effect)).toEqual(['create', 'update']);
    expect(refusals()).toEqual([]);
  });

  it('that never arrived goes again as a create', async () => {
    portal.faults.once('reset-before', DONGBO);
    await append(dossier());
    await deliver();
    await deliver();
    expect(writes().map((e) => e.effect)).toEqual(['create']);
  });
});
