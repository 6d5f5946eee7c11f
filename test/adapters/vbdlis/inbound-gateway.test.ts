/** The land system's calls through a running gateway: HTTP, the ledger, the portal's progress steps, drift and the log. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inboundRoutes } from '../../../adapters/vbdlis/inbound.ts';
import { keep } from '../../../adapters/vbdlis/keep.ts';
import * as pinned from '../../../adapters/vbdlis/generated/shapes.js';
import type { Adapter, PinnedShapes } from '../../../src/adapter/types.ts';
import { createLogger } from '../../../src/gateway/log.ts';
import type { Gateway } from '../../../src/gateway/server.ts';
import { loadKeys } from '../../../src/ledger/keys.ts';
import type { Ledger } from '../../../src/ledger/ledger.ts';
import { openSqliteLedger } from '../../../src/ledger/sqlite/ledger.ts';
import type { Dossier } from '../../../src/model/canonical.ts';
import { createDrift } from '../../../src/gateway/drift/radar.ts';
import { gatewayWith, quiet, testConfig, toyAdapter } from '../../gateway/fixtures.ts';
import { memoryCells } from '../../support/cells.ts';
import { CALLS, CODE, config, dossier, OK, SECRETS } from './inbound-desk.ts';

/** Takes calls as the land system makes them, and sends what follows as the toy does: a snapshot, and each step once. */
const land = { ...toyAdapter, id: 'vbdlis', inbound: inboundRoutes, keep, shapes: () => Promise.resolve(pinned as PinnedShapes) } as unknown as Adapter;

let folder = '';
let ledger: Ledger;
let gateway: Gateway;
let lines: string[] = [];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lt-land-'));
  ledger = await openSqliteLedger({ folder, keys: loadKeys({ env: {}, keyFile: join(folder, 'key'), createIfMissing: true }) });
  lines = [];
  gateway = await gatewayWith({
    ledger, upstreams: [{ id: 'dat-dai', adapter: land, config: config() }] as never,
    logger: createLogger({ level: 'debug', stream: { write: (line) => void lines.push(line) } }), config: testConfig({ logging: { level: 'debug', requests: 'all' } }),
  });
});
afterEach(async () => {
  await gateway.close();
  await ledger.close();
  rmSync(folder, { recursive: true, force: true });
});

const names = { moved: 'ChuyenHoSo', supplementRequested: 'YeuCauBoSungHoSo', supplementReceived: 'NhanBoSungHoSo', taxNotices: 'GuiKetQuaThue', finished: 'KetThucHoSo' } as const;
const post = (path: string, body: unknown) => gateway.app.inject({ method: 'POST', url: `/inbound/dat-dai/${path}`, headers: { 'content-type': 'application/json' }, payload: JSON.stringify(body) });
const call = ([id, body]: readonly [keyof typeof names, unknown], secret = SECRETS.securityCode) => post(`api/v1/vbdliss/${names[id]}/${secret}`, body);
const take = (value: Dossier) => gateway.intake.take({ raw: JSON.stringify(value), via: 'api', actor: null });
const held = async (): Promise<Dossier> => JSON.parse((await ledger.getDossier(CODE))?.body ?? '{}') as Dossier;
const all = Object.values(CALLS);

describe('a case through the gateway', () => {
  it('is kept durably, once, and each step goes out once, whatever the province sends in between', async () => {
    await take(dossier());
    for (const [i, one] of all.entries()) {
      expect((await call(one)).json()).toEqual(OK.body);
      expect((await take(dossier({ sourceUpdatedAt: `2025-03-2${i}T00:00:00Z`, note: `lần ${i}` }))).status).toBe('accepted');
      expect((await call(one)).json()).toEqual(OK.body);
    }
    const now = await held();
    expect(now).toMatchObject({ status: 'RESOLVED', note: 'lần 5', supplements: [{ completedAt: '2025-03-08T03:00:00Z' }], dates: { dueAt: '2025-03-21T10:00:00Z' }, landCase: { state: 'FINISHED_WITH_RESULT', obligations: [{}, {}] } });
    expect(now.landCase?.events).toHaveLength(6);
    const steps = (await ledger.timeline(CODE))?.exchanges.filter(({ operation }) => operation === 'step').map(({ itemKey }) => itemKey);
    expect(steps?.sort()).toEqual(now.history.map(({ at, status }) => `${at} ${status}`).sort());
    expect((await ledger.verify()).brokenAt).toBeNull();
  });

  it('all calls at once, in any order: none is lost', async () => {
    await take(dossier());
    const replies = await Promise.all([...all].reverse().map((one) => call(one)));
    expect(replies.map((reply) => reply.statusCode)).toEqual(all.map(() => 200));
    expect((await held()).landCase?.events).toHaveLength(6);
    expect(await held()).toMatchObject({ status: 'RESOLVED' });
  });

  it('tax from the portal comes in by its own secret, and a wrong one counts as a wrong key', async () => {
    await take(dossier());
    const voucher = (key: string) => post('api/v1/LienThongNVTCDVCQuocGias/ImportChungTuThueFromDVCQG', { SecurityKey: key, Data: { MaHoSo: CODE, ThongTinThanhToan: { MaThongBaoThue: 'TB-1', TrangThaiThanhToan: '1' } } });
    const wrong = await voucher('doan-mo-mot-khoa');
    expect([wrong.statusCode, wrong.json()]).toEqual([201, { succeeded: false, failed: true, message: '401 Unauthorized - Error Security Code', data: null }]);
    expect((await voucher(SECRETS.taxSecurityKey)).json()).toMatchObject({ succeeded: true });
    expect(await held()).toMatchObject({ landCase: { obligations: [{ payments: [{ status: 'PAID' }] }] } });
    let last = wrong;
    for (let i = 0; i < 200 && last.statusCode !== 429; i += 1) last = await voucher('doan-mo-mot-khoa');
    expect(last.statusCode).toBe(429);
  });

  it('no secret, right or wrong, is in a log, an error or the metrics', async () => {
    await take(dossier());
    const said: string[] = [];
    const guesses = [...Object.values(SECRETS), 'doan-mo-mot-ma-bat-ky'];
    for (const secret of guesses) {
      for (const url of [`api/v1/VBDLISs/ChuyenHoSo/${secret}`, `api/v1/VBDLISs/ChuyenHoSo/${secret}/them`, `api/v1/VBDLISs/KhongCo/${secret}`, `KetQuaThue?CodeGet=${secret}`]) {
        for (const payload of [JSON.stringify(CALLS.moved[1]), '{"hong', '[]', 'x'.repeat(100)]) said.push((await gateway.app.inject({ method: 'POST', url: `/inbound/dat-dai/${url}`, headers: { 'content-type': 'application/json' }, payload })).body);
      }
      said.push((await gateway.app.inject(`/inbound/dat-dai/api/v1/VBDLISs/GetDanhMucTrangThai?SecurityCode=${secret}`)).body);
    }
    said.push((await gateway.app.inject('/metrics')).body);
    const text = [...said, ...lines].join('\n');
    expect(lines.length).toBeGreaterThan(20);
    for (const secret of guesses) expect(text).not.toContain(secret);
    expect(text).not.toContain('Trần Thị Ví Dụ');
  });

  it('names in another case are no drift; one that nobody declared is', async () => {
    const drift = createDrift({ cells: memoryCells(), config: { enabled: true, every: 1, habitAfter: 20 }, systems: [{ id: 'dat-dai', adapter: land }], logger: quiet, flushMs: { usual: 3_600_000, soon: 3_600_000 } });
    await drift.start();
    const route = inboundRoutes.find(({ id }) => id === 'moved') as unknown as Adapter['inbound'][number];
    const told = async () => (await drift.report()).flatMap(({ found }) => Object.values(found)).map(({ kind, pointer }) => `${kind} ${pointer}`);
    drift.inbound('dat-dai', route, Object.fromEntries(Object.entries(CALLS.moved[1]).map(([name, value]) => [name.toLowerCase(), value])));
    expect([await told(), drift.observedHere()]).toEqual([[], [{ upstream: 'dat-dai', operation: 'moved', count: 1 }]]);
    drift.inbound('dat-dai', route, { ...CALLS.moved[1], TruongMoi: 1 });
    expect(await told()).toEqual(['new /TruongMoi']);
    // The catalogues have nothing but a query; its secret is nowhere shown.
    const users = inboundRoutes.find(({ id }) => id === 'users') as unknown as Adapter['inbound'][number];
    drift.inbound('dat-dai', users, { securitycode: SECRETS.securityCode });
    drift.inbound('dat-dai', users, { SecurityCode: SECRETS.securityCode, NgayCapNhat: '2025-03-04' });
    expect((await told()).slice(1)).toEqual(['new /NgayCapNhat']);
    expect(JSON.stringify(await drift.report())).not.toContain(SECRETS.securityCode);
    expect(drift.unobserved().map(({ operation }) => operation)).toEqual(['push', 'step']);
    await drift.close();
  });
});
