import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createDelivery } from '../../src/delivery/index.ts';
import { keysFromMasters } from '../../src/ledger/keys.ts';
import type { Ledger, NewChange } from '../../src/ledger/ledger.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { waitFor } from '../../src/testing/index.ts';
import { toyUpstream } from '../support/toy.ts';

let folder: string;
let ledger: Ledger;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lienthong-delivery-'));
  ledger = await openSqliteLedger({ folder, keys: keysFromMasters([randomBytes(32)]) });
});
afterEach(async () => {
  await ledger.close();
  await rm(folder, { recursive: true, force: true });
});

function change(upstream: string): NewChange {
  const code = 'H13.01-250701-0001';
  return {
    kind: 'dossier.snapshot', dossierCode: code, sourceSystem: 'test', sourceId: code, sourceUpdatedAt: 1, via: 'api', actor: null, terms: [], warnings: [],
    body: JSON.stringify({ schemaVersion: '1', code, status: 'PROCESSING', history: [{ at: '2025-07-01T00:00:00Z', status: 'PROCESSING', action: 'a' }] }),
    columns: { status: 'PROCESSING', subStatus: null, procedureCode: '1.000001', sectorCode: 'G01', agencyCode: 'H13.01', channel: 'ONLINE', submittedAt: null, acceptedAt: 1, dueAt: null, resolvedAt: null, returnedAt: null },
    plans: [{ upstream, operation: 'snapshot', itemKey: 'snapshot:1', coalesce: true }, { upstream, operation: 'step', itemKey: 'a', coalesce: false }],
  };
}
const states = async () => (await ledger.listExchanges({ limit: 10 })).map((row) => row.state);

it('a counter that fails does not make what was delivered look lost', async () => {
  const toy = toyUpstream();
  const errors: unknown[] = [];
  const delivery = createDelivery({
    ledger, connections: new Map([['toy', toy.connection]]), onError: (error) => errors.push(error),
    observe: () => {
      throw new TypeError('a counter');
    },
  });
  await ledger.append(change('toy'));
  delivery.start();
  await waitFor(async () => (await states()).every((state) => state === 'done'), { describe: 'both to be done' });
  await delivery.stop();
  expect(toy.sent.map((call) => call.operation)).toEqual(['snapshot', 'step']);
  expect(errors).toHaveLength(2);
});

it('work of an upstream that is no longer configured waits and keeps nobody awake', async () => {
  await ledger.append(change('gone'));
  expect(await ledger.nextReadyAt()).not.toBeNull();
  expect(await ledger.nextReadyAt(['toy'])).toBeNull();
  expect(await states()).toEqual(['pending', 'pending']);
});
