/** What an upstream's answer tells of the dossier itself is put there before the exchange is done, so that no crash loses it. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Connection } from '../../src/adapter/client.ts';
import type { AnyOperation } from '../../src/adapter/types.ts';
import { drainLane, type Learn } from '../../src/delivery/lane.ts';
import { createProtection } from '../../src/delivery/protection.ts';
import { RETRY_DEFAULTS } from '../../src/delivery/retry.ts';
import { LedgerError } from '../../src/ledger/errors.ts';
import { keysFromMasters } from '../../src/ledger/keys.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import type { Dossier } from '../../src/model/canonical.ts';
import { toyChange, toyUpstream, type Toy } from '../support/toy.ts';

const CODE = 'H13.01-250701-0001';
let folder: string;
let ledger: Ledger;
let toy: Toy;
let now: number;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lienthong-learn-'));
  now = Date.UTC(2025, 6, 1);
  ledger = await openSqliteLedger({ folder, keys: keysFromMasters([randomBytes(32)]), now: () => now });
  toy = toyUpstream();
});
afterEach(async () => {
  await ledger.close();
  await rm(folder, { recursive: true, force: true });
});

/** The toy, with a step that learns. */
function learning(): Connection {
  const { adapter } = toy.connection;
  const step: AnyOperation = { ...(adapter.operations['step'] as AnyOperation), learn: (dossier: Dossier) => ({ ...dossier, note: 'đã học' }) };
  return { ...toy.connection, adapter: { ...adapter, operations: { ...adapter.operations, step } } };
}
async function deliver(learn: Learn | undefined): Promise<void> {
  const protection = createProtection({ ledger, now: () => now });
  for (const lane of await ledger.claim({ now, limit: 10, leaseMs: 60_000, owner: 'test', perLane: 32, upstreams: ['toy'], beginFirst: new Set() })) {
    await drainLane(lane, { ledger, connection: learning(), policy: RETRY_DEFAULTS, protection, now: () => now, random: () => 1, perLane: 32, signal: new AbortController().signal, stopping: () => false, observe: () => undefined, learn });
  }
}
const states = async (): Promise<Record<string, string>> => Object.fromEntries((await ledger.listExchanges({ limit: 10 })).map(({ operation, state }) => [operation, state]));

it('is told once for each thing that was taken, while its exchange is still on the wire; a refusal tells nothing', async () => {
  await ledger.append(toyChange(CODE, { steps: ['a', 'b'] }));
  const told: unknown[] = [];
  await deliver(async (where, change) => {
    told.push({ ...where, state: (await states())['step'], note: change({ code: CODE } as Dossier)?.note });
  });
  expect(told).toEqual(['a', 'b'].map((item) => ({ upstream: 'toy', dossierCode: CODE, origin: `step ${item} null`, state: 'sending', note: 'đã học' })));
  expect(await states()).toEqual({ snapshot: 'done', step: 'done' });

  toy.react = ({ operation }) => (operation === 'step' ? 'refuse' : 'ok');
  await ledger.append(toyChange('H13.01-250701-0002', { steps: ['a'] }));
  await deliver(() => Promise.reject(new Error('nothing was taken')));
  expect(await states()).toMatchObject({ step: 'rejected' });
});

it('what the ledger did not take is told again: the exchange was never done without it', async () => {
  await ledger.append(toyChange(CODE, { steps: ['a'] }));
  await expect(deliver(() => Promise.reject(new LedgerError('LT-LEDGER-WRITE-FAILED')))).rejects.toThrow('LT-LEDGER-WRITE-FAILED');
  expect(await states()).toMatchObject({ step: 'sending' });
  // The lease runs out, as after a crash; a step that cannot be asked about goes once more.
  now += 120_000;
  await ledger.sweep(now);
  const told: string[] = [];
  await deliver((where) => Promise.resolve(void told.push(where.origin)));
  expect(told).toEqual(['step a null']);
  expect(await states()).toMatchObject({ step: 'done' });
  expect(toy.sent.filter(({ operation }) => operation === 'step')).toHaveLength(2);
});
