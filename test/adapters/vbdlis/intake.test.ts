/** Land dossiers at a gateway's intake: snapshots that come late, calls that come twice or without a time, and what is planned of them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { vbdlis } from '../../../adapters/vbdlis/adapter.ts';
import { fullLandDossier } from '../../../adapters/vbdlis/fixtures/dossiers.ts';
import { BODIES, INBOUND_SECRETS, LAND_CODE as CODE, landDossier } from '../../../adapters/vbdlis/fixtures/inbound.ts';
import type { Gateway } from '../../../src/gateway/server.ts';
import { loadKeys } from '../../../src/ledger/keys.ts';
import type { Ledger } from '../../../src/ledger/ledger.ts';
import { openSqliteLedger } from '../../../src/ledger/sqlite/ledger.ts';
import type { Dossier } from '../../../src/model/canonical.ts';
import { gatewayWith } from '../../gateway/fixtures.ts';
import { rawConfig } from './fixtures.ts';

let folder = '';
let ledger: Ledger;
let gateway: Gateway;
let now: number;
beforeEach(async () => {
  now = Date.parse('2025-03-10T01:00:00Z');
  folder = mkdtempSync(join(tmpdir(), 'lt-land-intake-'));
  ledger = await openSqliteLedger({ folder, keys: loadKeys({ env: {}, keyFile: join(folder, 'key'), createIfMissing: true }) });
  gateway = await gatewayWith({ ledger, now: () => now, upstreams: [{ id: 'dat-dai', adapter: vbdlis, config: vbdlis.configure({ ...rawConfig, ...INBOUND_SECRETS }) }] as never });
});
afterEach(async () => {
  await gateway.close();
  await ledger.close();
  rmSync(folder, { recursive: true, force: true });
});

const take = async (value: Dossier): Promise<string> => (await gateway.intake.take({ raw: JSON.stringify(value), via: 'api', actor: null })).status;
const call = async (name: string, body: unknown): Promise<void> => {
  const { statusCode, body: answer } = await gateway.app.inject({ method: 'POST', url: `/inbound/dat-dai/api/v1/VBDLISs/${name}/${INBOUND_SECRETS.securityCode}`, headers: { 'content-type': 'application/json' }, payload: JSON.stringify(body) });
  expect([statusCode, answer]).toEqual([200, '{"result":1,"message":null}']);
};
const held = async (): Promise<Dossier> => JSON.parse((await ledger.getDossier(CODE))?.body ?? '{}') as Dossier;
const planned = async (): Promise<string[]> => (await ledger.timeline(CODE))?.exchanges.map(({ operation }) => operation) ?? [];

it('a snapshot that comes late sends no dossier to the land system that was withdrawn since', async () => {
  const accepted = fullLandDossier({ status: 'ACCEPTED', sourceUpdatedAt: '2025-03-04T02:00:00Z', history: [{ at: '2025-03-04T01:00:00Z', status: 'ACCEPTED', action: 'Tiếp nhận' }] });
  const withdrawn: Dossier = { ...accepted, status: 'WITHDRAWN', sourceUpdatedAt: '2025-03-04T05:00:00Z', history: [...accepted.history, { at: '2025-03-04T04:00:00Z', status: 'WITHDRAWN', action: 'Rút hồ sơ' }] };
  expect([await take(withdrawn), await take(accepted)]).toEqual(['accepted', 'stale']);
  expect([(await held()).status, await planned()]).toEqual(['WITHDRAWN', []]);
});

it('what the land system says of a dossier that began there (I6) outlives the province’s snapshots, and is not sent back to it', async () => {
  await take(landDossier({ status: 'SUBMITTED', history: [] }));
  await call('TiepNhanHoSoChoMotCua', BODIES.originatesInLand);
  const { landCase } = await held();
  expect(landCase).toMatchObject({ origin: 'land', parcels: [{ number: '125' }] });
  expect(await take(landDossier({ sourceUpdatedAt: '2025-03-05T01:20:00Z' }))).toBe('accepted');
  expect(await held()).toMatchObject({ status: 'PROCESSING', landCase: { ...landCase } });
  expect(await planned()).toEqual([]);
  // What the province knows better is its to say.
  await take(landDossier({ sourceUpdatedAt: '2025-03-05T01:30:00Z', landCase: { system: 'vbdlis', state: 'PROCESSING', stateSince: '2025-03-05T01:30:00Z', events: [], obligations: [], results: [], propertyAddress: 'Thôn Khác' } }));
  expect((await held()).landCase).toMatchObject({ origin: 'land', propertyAddress: 'Thôn Khác' });
});

it('two calls that say the same words are two', async () => {
  await take(landDossier());
  for (const name of ['ThueChuyenTraHoSoDoSai', 'ThongBaoNhapSaiThuTuc', 'YeuCauCapNhatHoSo']) await call(name, { SoBienNhan: CODE, GhiChu: 'Sai thông tin' });
  expect((await held()).landCase?.events.map(({ kind }) => kind).sort()).toEqual(['CORRECTION_REQUESTED', 'TAX_RETURNED', 'WRONG_PROCEDURE']);
});

it.each([
  ['YeuCauBoSungHoSo', { SoBienNhan: CODE, NgayChoBoSung: '0001-01-01T00:00:00', MaCanBoXuLy: 'vpdk.vidu02', GhiChu: 'Thiếu giấy tờ' }],
  ['ChuyenHoSo', { SoBienNhan: CODE, MaCanBoChuyen: 'vpdk.vidu01', MaCanBoNhan: 'vpdk.vidu02' }],
  ['NhanBoSungHoSo', { SoBienNhan: CODE }],
  ['KetThucHoSo', { SoBienNhan: CODE, MaCanBoXuLy: 'vpdk.vidu02', TrangThaiKetThuc: 0 }],
])('%s without a time: again at once it is the same, days later it has happened again', async (name, body) => {
  await take(landDossier());
  for (const [at, events] of [['2025-03-10T01:00:00Z', 1], ['2025-03-10T01:05:00Z', 1], ['2025-03-14T01:00:00Z', 2], ['2025-03-14T01:01:00Z', 2]] as const) {
    now = Date.parse(at);
    await call(name, body);
    expect((await held()).landCase?.events).toHaveLength(events);
  }
});
