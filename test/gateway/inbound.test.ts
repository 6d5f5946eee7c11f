/** Calls of an upstream that change a dossier: durably, once, onto what the dossier is, and not lost again with the next snapshot. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Adapter, InboundCall } from '../../src/adapter/types.ts';
import type { Gateway } from '../../src/gateway/server.ts';
import { LedgerError } from '../../src/ledger/errors.ts';
import { loadKeys } from '../../src/ledger/keys.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import type { Dossier } from '../../src/model/canonical.ts';
import { dossier, gatewayWith, toyAdapter } from './fixtures.ts';

const CODE = 'H99.14-250701-0001';
const MARK = 'told:';
type Told = { code?: string; at?: string; word?: string };

/** A system that tells of steps, and whose steps outlive the province's snapshots. */
const telling: Adapter = {
  ...toyAdapter,
  inbound: [{
    id: 'tell', title: { vi: 'Báo', en: 'Tell' }, method: 'POST', path: 'Tell/:secret', request: (value) => ({ ok: true, value }),
    unavailable: () => ({ status: 503, body: { Result: 'later' } }),
    guard: ({ params }) => (params['secret'] === 'right' ? undefined : { status: 500, body: 'Mã bảo mật không chính xác' }),
    async handle(call: InboundCall, { changeDossier }) {
      const { code = '', at = '', word = '' } = call.body as Told;
      const result = await changeDossier(code, call, (known) =>
        known.history.some(({ id }) => id === MARK + at) ? undefined
        : { ...known, status: 'SUPPLEMENT_REQUIRED', history: [...known.history, { id: MARK + at, at, status: 'SUPPLEMENT_REQUIRED', action: word }] });
      return { status: 200, body: { Result: result.status === 'no-dossier' ? 0 : 1, how: result.status } };
    },
  }],
  keep: (known, incoming) => {
    const told = known.history.filter(({ id }) => id?.startsWith(MARK) === true);
    return told.length === 0 ? incoming : { ...incoming, status: known.status, history: [...incoming.history, ...told] };
  },
};

let folder = '';
let ledger: Ledger;
let gateway: Gateway;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lt-inbound-'));
  ledger = await openSqliteLedger({ folder, keys: loadKeys({ env: {}, keyFile: join(folder, 'key'), createIfMissing: true }) });
  gateway = await gatewayWith({ ledger, upstreams: [{ id: 'toy', adapter: telling, config: {} }] as never });
});
afterEach(async () => {
  await gateway.close();
  await ledger.close();
  rmSync(folder, { recursive: true, force: true });
});

const tell = (told: Told, secret = 'right', path = 'Tell') => gateway.app.inject({ method: 'POST', url: `/inbound/toy/${path}/${secret}`, headers: { 'content-type': 'application/json' }, payload: JSON.stringify(told) });
const take = (value: Dossier) => gateway.intake.take({ raw: JSON.stringify(value), via: 'api', actor: null });
const held = async (): Promise<Dossier> => JSON.parse((await ledger.getDossier(CODE))?.body ?? '{}') as Dossier;
const steps = async (): Promise<string[]> => (await ledger.timeline(CODE))?.exchanges.filter(({ operation }) => operation === 'step').map(({ itemKey }) => itemKey) ?? [];

describe('a call that changes a dossier', () => {
  it('is kept as an event of its own and sent on to the upstreams', async () => {
    await take(dossier());
    expect((await tell({ code: CODE, at: '2025-07-02T01:00:00Z', word: 'Bổ sung' })).json()).toEqual({ Result: 1, how: 'changed' });
    expect(await held()).toMatchObject({ status: 'SUPPLEMENT_REQUIRED', sourceSystem: 'demo' });
    expect((await ledger.timeline(CODE))?.events.map(({ via, sourceSystem }) => [via, sourceSystem])).toEqual([['api', 'demo'], ['inbound', 'toy']]);
    expect(await steps()).toContain('2025-07-02T01:00:00Z SUPPLEMENT_REQUIRED');
  });

  it('comes twice, also late, and changes it once', async () => {
    await take(dossier());
    const first = { code: CODE, at: '2025-07-02T01:00:00Z', word: 'a' };
    await tell(first);
    expect((await tell(first)).json()).toEqual({ Result: 1, how: 'unchanged' });
    await tell({ code: CODE, at: '2025-07-03T01:00:00Z', word: 'b' });
    expect((await tell(first)).json()).toEqual({ Result: 1, how: 'unchanged' });
    expect((await ledger.timeline(CODE))?.events).toHaveLength(3);
  });

  it('comes at the same time as others, and none of them is lost', async () => {
    await take(dossier());
    const all = Array.from({ length: 12 }, (_, i) => ({ code: CODE, at: `2025-07-02T01:00:${String(i).padStart(2, '0')}Z`, word: 'x' }));
    const [replies] = await Promise.all([Promise.all(all.map((told) => tell(told))), take(dossier(1, { sourceUpdatedAt: '2025-07-02T03:00:00Z', note: 'mới' }))]);
    expect(replies.map((reply) => reply.statusCode)).toEqual(all.map(() => 200));
    const now = await held();
    expect(now.note).toBe('mới');
    expect(now.history.filter(({ id }) => id?.startsWith(MARK)).map(({ at }) => at).sort()).toEqual(all.map(({ at }) => at));
    expect((await ledger.verify()).brokenAt).toBeNull();
  });

  it('outlives the next snapshot, and the same snapshot again is still the same', async () => {
    await take(dossier());
    await tell({ code: CODE, at: '2025-07-02T01:00:00Z', word: 'a' });
    const next = dossier(1, { sourceUpdatedAt: '2025-07-02T03:00:00Z', note: 'mới' });
    expect((await take(next)).status).toBe('accepted');
    expect(await held()).toMatchObject({ status: 'SUPPLEMENT_REQUIRED', note: 'mới' });
    expect((await take(next)).status).toBe('duplicate');
    expect((await take(dossier())).status).toBe('duplicate');
    expect((await ledger.timeline(CODE))?.events).toHaveLength(3);
  });

  it('comes in a crowd, with a crowd of snapshots: nobody is sent away, and what came last holds', async () => {
    await take(dossier());
    const all = Array.from({ length: 60 }, (_, i) => ({ code: CODE, at: `2025-07-02T01:00:${String(i).padStart(2, '0')}Z`, word: 'x' }));
    // A source without times: the order in which its snapshots come is all that there is.
    const snapshots = all.map((_, i): Dossier => {
      const { sourceUpdatedAt: _time, ...timeless } = dossier(1, { note: `lần ${i}` });
      return timeless;
    });
    const [replies, results] = await Promise.all([Promise.all(all.map((told) => tell(told))), Promise.all(snapshots.map(take))]);
    expect(replies.map((reply) => reply.statusCode)).toEqual(all.map(() => 200));
    expect(results.map(({ status }) => status)).toEqual(all.map(() => 'accepted'));
    expect(await held()).toMatchObject({ note: 'lần 59' });
    expect((await held()).history.filter(({ id }) => id?.startsWith(MARK))).toHaveLength(60);
  });

  it('of a dossier whose content has expired is one of a dossier that is not there; the province’s next snapshot is taken', async () => {
    await gateway.close();
    gateway = await gatewayWith({ ledger, upstreams: [{ id: 'toy', adapter: { ...telling, operations: {} }, config: {} }] as never });
    await take(dossier());
    const row = await ledger.getDossier(CODE);
    await ledger.expire({ eventSeqs: [row?.lastEventSeq ?? 0], attemptIds: [], quarantineIds: [] }, { file: 'a', sha256: 'b' }, Date.now());
    expect((await ledger.getDossier(CODE))?.body).toBe('');
    const told = await tell({ code: CODE, at: '2025-07-02T01:00:00Z', word: 'a' });
    expect([told.statusCode, told.body]).toEqual([200, JSON.stringify({ Result: 0, how: 'no-dossier' })]);
    expect((await take(dossier(1, { sourceUpdatedAt: '2025-07-02T03:00:00Z', note: 'mới' }))).status).toBe('accepted');
    expect(await held()).toMatchObject({ note: 'mới' });
  });

  it('while the ledger fails is answered in the upstream’s own form, changes nothing, and may be made again', async () => {
    await take(dossier());
    const append = vi.spyOn(ledger, 'append').mockRejectedValueOnce(new LedgerError('LT-LEDGER-BUSY', CODE));
    const call = { code: CODE, at: '2025-07-02T01:00:00Z', word: 'Bổ sung' };
    const refused = await tell(call);
    expect([refused.statusCode, refused.json(), refused.headers['retry-after']]).toEqual([503, { Result: 'later' }, '10']);
    append.mockRestore();
    expect((await tell(call)).json()).toEqual({ Result: 1, how: 'changed' });
  });

  it('of a dossier that nobody knows changes nothing', async () => {
    expect((await tell({ code: 'H99-KHONG-CO', at: '2025-07-02T01:00:00Z', word: 'a' })).json()).toEqual({ Result: 0, how: 'no-dossier' });
  });

  it('is refused in the upstream’s own words without the secret, whatever the case of the address', async () => {
    const refused = await tell({ code: CODE }, 'wrong');
    expect([refused.statusCode, refused.body]).toEqual([500, 'Mã bảo mật không chính xác']);
    await take(dossier());
    expect((await tell({ code: CODE, at: '2025-07-02T01:00:00Z', word: 'a' }, 'right', 'tELL')).json()).toEqual({ Result: 1, how: 'changed' });
  });
});
