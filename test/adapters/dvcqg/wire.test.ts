/** The line to the portal over real sockets: sessions, routing, façade, faults. */
import { afterEach, describe, expect, it } from 'vitest';
import { dvcqg } from '../../../adapters/dvcqg/adapter.ts';
import { createDvcqgSimulator, type DvcqgSimulatorOptions } from '../../../adapters/dvcqg/simulator.ts';
import { facadeRequest, nationalBody } from '../../../adapters/dvcqg/wire.ts';
import { connect } from '../../../src/adapter/client.ts';
import type { Dossier } from '../../../src/model/canonical.ts';
import { startSimulator } from '../../../src/testing/index.ts';
import { bodyOf, httpLoopback } from '../../support/loopback.ts';
import { config, dossier, rawConfig } from './fixtures.ts';

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function portal(options: DvcqgSimulatorOptions = {}, more: Record<string, unknown> = {}) {
  const running = await startSimulator(createDvcqgSimulator({ seed: 'wire', ...options }));
  const { simulator } = running;
  open.push(() => running.close());
  const client = (extra: Record<string, unknown> = {}, connectOptions: { now?: () => number } = {}) => {
    const [account] = simulator.accounts;
    const connection = connect(dvcqg, { baseUrl: running.url, agencyCode: simulator.agencies[0], ...account, dstcode: simulator.dstcode, ...more, ...extra }, { readRetry: { retries: 0 }, ...connectOptions });
    open.push(() => connection.close());
    return connection;
  };
  const effects = (kind: string) => simulator.journal().filter((e) => e.effect === kind);
  return { ...running, client, effects };
}
const step = (i = 0) => ({ dossierCode: dossier().code, entry: dossier().history[i] as Dossier['history'][number] });
const other = (n: number): Dossier => dossier({ code: `H92.14-250701-${String(n).padStart(4, '0')}` });

describe('a dossier and its steps', () => {
  it('creates, updates by flipping, appends, finds', async () => {
    const p = await portal();
    const client = p.client();
    expect(await client.run('findDossier', { code: dossier().code })).toEqual({ kind: 'done', value: { exists: false } });
    expect(await client.run('syncDossier', dossier())).toMatchObject({ kind: 'done' });
    expect(await client.run('syncDossier', dossier()), 'create of what exists').toMatchObject({ kind: 'done' });
    expect(await client.run('appendProgress', step())).toEqual({ kind: 'done', value: { steps: 1 } });
    expect(await client.run('findDossier', { code: dossier().code })).toMatchObject({ kind: 'done', value: { exists: true, status: '10' } });
    expect(p.simulator.journal().filter((e) => e.effect !== 'read' && e.effect !== 'refused').map((e) => e.effect)).toEqual(['login', 'create', 'update', 'append']);
  });

  it('flips an update of what is not there', async () => {
    const p = await portal();
    expect(await p.client().run('syncDossier', dossier(), { remote: { exists: true } })).toMatchObject({ kind: 'done' });
    expect(p.effects('create')).toHaveLength(1);
  });

  it('passes the portal’s own strict checks in both generations', async () => {
    const p = await portal({ strict: true, unknownFields: 'refuse' });
    for (const [i, profile] of ['v1.4-2020', '2023+'].entries()) expect(await p.client({ profile }).run('syncDossier', other(i + 1)), profile).toMatchObject({ kind: 'done' });
  });

  it('sends nothing of a dossier that is wrong', async () => {
    const p = await portal();
    expect(await p.client().run('syncDossier', dossier({ dates: {} }))).toMatchObject({ kind: 'rejected' });
    expect(p.simulator.journal()).toEqual([]);
  });

  it('pushes the status of a dossier that was filed on the portal', async () => {
    const p = await portal({ nationalDossiers: ['QG-250701-0001'] });
    const input = { nationalCode: 'QG-250701-0001', code: 'H92.14-250701-0042', at: '2025-07-01T01:30:00Z', status: 'STOPPED' as const };
    expect(await p.client().run('syncStatus', input)).toMatchObject({ kind: 'done' });
    expect(p.effects('update')).toMatchObject([{ item: { TrangThai: '5', NgayXuLy: '20250701083000' } }]);
    expect(await p.client().run('syncStatus', { ...input, nationalCode: 'QG-250701-0002' })).toMatchObject({ kind: 'rejected', issues: [{ code: 'LT-DVCQG-ABSENT' }] });
  });
});

describe('catalogues', () => {
  it('reads each list leniently', async () => {
    const p = await portal();
    const client = p.client();
    expect(await client.run('listProcedures', undefined)).toMatchObject({ kind: 'done', value: expect.arrayContaining([{ code: '1.009999', name: 'Cấp bản sao trích lục mẫu' }]) });
    expect(await client.run('listAgencies', undefined)).toMatchObject({ kind: 'done', value: [{ code: p.simulator.agencies[0], level: '1' }] });
    expect(await client.run('listSectors', undefined)).toMatchObject({ kind: 'done', value: expect.arrayContaining([{ code: 'G99-HT01', name: 'Hộ tịch (mẫu)', ministryCode: '000.00.00.G99' }]) });
    expect(await client.run('listOnlineServices', undefined)).toMatchObject({ kind: 'done', value: expect.arrayContaining([expect.objectContaining({ code: '1.009999.01', procedure: { code: '1.009999', name: 'Cấp bản sao trích lục mẫu' } })]) });
    expect(await client.run('listCatalogue', { name: 'LayDanhMucDanToc' })).toMatchObject({ kind: 'done', value: [{ code: '01', name: 'Kinh' }, { code: '05', name: 'Khmer' }] });
    expect(await client.run('listCatalogue', { name: 'LayDanhMucQuanHuyen' })).toEqual({ kind: 'done', value: [] });
    expect(await client.run('findTechnicalId', { identifier: '092199999002' })).toMatchObject({ kind: 'done', value: { technicalIds: [expect.stringMatching(/^tech-/)] } });
  });
  it('reads a procedure with its mixed types, and says when there is none', async () => {
    const p = await portal();
    expect(await p.client().run('getProcedure', { code: '1.009999' })).toMatchObject({
      kind: 'done',
      value: {
        code: '1.009999', public: true, sectors: [{ code: 'G99-HT01' }], levels: [{ code: '3', name: 'Cấp Xã' }],
        durations: [{ channel: 'COUNTER', amount: 3, fees: [{ code: '1', amount: 8000 }] }, { channel: 'ONLINE', amount: 3, fees: [] }],
        papers: [{ originals: 1, copies: 0 }], legalBases: [],
      },
    });
    expect(await p.client().run('getProcedure', { code: '1.000000' })).toMatchObject({ kind: 'rejected', issues: [{ code: 'LT-DVCQG-NOT-FOUND' }] });
  });
  it('refuses a catalogue that is none', async () => {
    const p = await portal();
    expect(await p.client().run('listCatalogue', { name: 'DongBoHoSoMC' as never })).toMatchObject({ kind: 'rejected' });
    expect(p.simulator.journal()).toEqual([]);
  });
});

describe('sessions', () => {
  it('logs in once for many callers', async () => {
    const p = await portal();
    const client = p.client();
    const outcomes = await Promise.all(Array.from({ length: 30 }, (_, i) => client.run('syncDossier', other(i))));
    expect(outcomes.every((o) => o.kind === 'done')).toBe(true);
    expect(p.effects('login')).toHaveLength(1);
  });

  it('logs in again when the portal forgot the session, once for many, and repeats even a step exactly once', async () => {
    const p = await portal();
    const client = p.client();
    await client.run('syncDossier', dossier());
    p.simulator.expireSessions();
    const outcomes = await Promise.all([client.run('appendProgress', step(0)), client.run('appendProgress', step(1)), client.run('syncDossier', other(1)), client.run('findDossier', { code: dossier().code })]);
    expect(outcomes.map((o) => o.kind)).toEqual(['done', 'done', 'done', 'done']);
    expect(p.effects('append')).toHaveLength(2);
    expect(p.effects('login')).toHaveLength(2);
  });

  it('gives up after one fresh session', async () => {
    await using server = await httpLoopback((request, response) => {
      void bodyOf(request).then((text) => response.end(request.url === '/mapi/login' ? '{"session":"S","error_code":0}' : JSON.stringify({ error_code: -1, message: `Phiên làm việc không hợp lệ ${text.length > 0 ? '' : '?'}` })));
    });
    const client = connect(dvcqg, { ...rawConfig, baseUrl: server.url });
    open.push(() => client.close());
    expect(await client.run('syncDossier', dossier())).toMatchObject({ kind: 'retry', issue: { code: 'LT-UPSTREAM-SESSION-REFUSED' } });
    expect(server.requests).toBe(4);
  });

  it('renews its cache after the configured time', async () => {
    const p = await portal();
    let clock = 0;
    const client = p.client({ sessionTtlMs: 60_000 }, { now: () => clock });
    await client.run('findDossier', { code: 'A' });
    clock = 59_999;
    await client.run('findDossier', { code: 'A' });
    expect(p.effects('login')).toHaveLength(1);
    clock = 60_000;
    await client.run('findDossier', { code: 'A' });
    expect(p.effects('login')).toHaveLength(2);
  });

  it('does not hammer a portal that refuses the account', async () => {
    const p = await portal();
    let clock = 0;
    const client = p.client({ password: 'sai-mat-khau-roi' }, { now: () => clock });
    for (let i = 0; i < 5; i += 1) expect(await client.run('syncDossier', dossier())).toMatchObject({ kind: 'retry', issue: { code: 'LT-UPSTREAM-LOGIN-FAILED' }, retryAfterMs: 60_000 });
    expect(p.simulator.journal()).toHaveLength(1);
    clock = 60_001;
    await client.run('syncDossier', dossier());
    expect(p.simulator.journal()).toHaveLength(2);
  });

  it.each([
    ['HTML 502', (r: { statusCode: number; end: (s: string) => void }) => { r.statusCode = 502; r.end('<html>502</html>'); }],
    ['no session', (r: { statusCode: number; end: (s: string) => void }) => { r.end('{"error_code":0}'); }],
    ['HTML 200', (r: { statusCode: number; end: (s: string) => void }) => { r.end('<html>login</html>'); }],
  ])('%s at login means that nothing was sent', async (_what, answer) => {
    await using server = await httpLoopback((_request, response) => answer(response as never));
    const client = connect(dvcqg, { ...rawConfig, baseUrl: server.url });
    open.push(() => client.close());
    expect((await client.run('appendProgress', step())).kind).toBe('retry');
  });

  it('takes the portal’s own trouble at login for trouble, not for a refused account', async () => {
    await using server = await httpLoopback((request, response, n) => {
      response.end(request.url !== '/mapi/login' ? '{"error_code":0}' : n === 1 ? '{"error_code":-1,"message":"Lỗi hệ thống, vui lòng thử lại sau"}' : '{"session":"S","error_code":0}');
    });
    const client = connect(dvcqg, { ...rawConfig, baseUrl: server.url }, { now: () => 0 });
    open.push(() => client.close());
    const first = await client.run('appendProgress', step());
    expect(first.kind).toBe('retry');
    expect(first).not.toHaveProperty('retryAfterMs');
    expect((await client.run('appendProgress', step())).kind).toBe('done');
  });

  it('a session of a strange shape cannot break out of the body', async () => {
    const bodies: string[] = [];
    await using server = await httpLoopback((request, response) => {
      void bodyOf(request).then((text) => {
        bodies.push(text);
        response.end(request.url === '/mapi/login' ? JSON.stringify({ session: 'a","service":"X"$&', error_code: '00' }) : '{"error_code":0,"result":[]}');
      });
    });
    const client = connect(dvcqg, { ...rawConfig, baseUrl: server.url });
    open.push(() => client.close());
    await client.run('findDossier', { code: 'A' });
    expect(JSON.parse(bodies[1] ?? '')).toEqual({ session: 'a","service":"X"$&', madonvi: '000.00.00.H92', service: 'TraCuuHoSo', mahoso: 'A' });
    expect(Object.keys(JSON.parse(bodies[1] ?? '') as object)[0]).toBe('session');
  });
});

describe('routing', () => {
  it.each(['header', 'query'] as const)('names the destination in the %s', async (where) => {
    const p = await portal({ dstcodeIn: where });
    expect(await p.client({ dstcodeIn: where }).run('findDossier', { code: 'A' })).toMatchObject({ kind: 'done' });
    const wrong = where === 'header' ? 'query' : 'header';
    expect(await p.client({ dstcodeIn: wrong }).run('findDossier', { code: 'A' })).toMatchObject({ kind: 'unknown' });
  });

  it('adds providerurl and the adapter’s prefix, and leaves dstcode out when it is empty', async () => {
    const seen: (string | undefined)[] = [];
    await using server = await httpLoopback((request, response) => {
      seen.push(request.url, request.headers['dstcode'] as string | undefined);
      response.end('{"session":"S","error_code":0,"result":[]}');
    });
    const client = connect(dvcqg, { ...rawConfig, baseUrl: `${server.url}/VXPAdapter/RestService/forward`, dstcode: '', dstcodeIn: 'query', providerUrl: 'http://trong.example.vn/x' });
    open.push(() => client.close());
    await client.run('findDossier', { code: 'A' });
    expect(seen).toEqual([expect.stringMatching(/^\/VXPAdapter\/RestService\/forward\/mapi\/login\?providerurl=/), undefined, expect.stringMatching(/^\/VXPAdapter\/RestService\/forward\/mapi\/g\?providerurl=/), undefined]);
  });

  it('sends each service to its own family, and moves one by configuration', async () => {
    const apart = { sharePath: '/mapi/s', integrationPath: '/mapi/i' };
    const paths = { share: '/mapi/s', integration: '/mapi/i' };
    const p = await portal(apart);
    const client = p.client({ paths });
    expect((await client.run('listProcedures', undefined)).kind).toBe('done');
    expect((await client.run('getProcedure', { code: '1.009999' })).kind).toBe('done');
    const moved = await portal({ ...apart, endpointOf: { LayThuTuc: 'share' } });
    expect((await moved.client({ paths }).run('getProcedure', { code: '1.009999' })).kind).toBe('rejected');
    expect((await moved.client({ paths, endpoints: { LayThuTuc: 'share' } }).run('getProcedure', { code: '1.009999' })).kind).toBe('done');
  });
});

describe('faults on the line', () => {
  const write = { service: 'DongBoHoSoMC' };
  it.each([
    ['reset-before', 'unknown'], ['reset-after', 'unknown'], ['html-502', 'unknown'], ['html-502-after', 'unknown'], ['truncated', 'unknown'], ['garbage', 'unknown'],
    ['hang', 'unknown'], ['hang-after', 'unknown'], ['http-503', 'unknown'], ['http-429', 'retry'], ['error-200', 'retry'], ['wrong-content-type', 'done'], ['expire-session', 'done'],
  ] as const)('%s on a write is %s', async (fault, kind) => {
    const p = await portal();
    const client = p.client({ readTimeoutMs: fault.startsWith('hang') ? 300 : 20_000 });
    await client.run('findDossier', { code: 'A' });
    p.faults.once(fault, write);
    expect((await client.run('syncDossier', dossier())).kind).toBe(kind);
  });

  it('a step that met a broken portal is in doubt, for it may have been stored', async () => {
    const p = await portal();
    const client = p.client();
    await client.run('syncDossier', dossier());
    p.faults.once('error-200', { service: 'CapNhatTienDoHoSoMC' });
    expect((await client.run('appendProgress', step())).kind).toBe('unknown');
  });

  it('finds out by the probe whether a lost create has to go again as an update', async () => {
    for (const [fault, learned] of [['reset-after', { remote: { exists: true } }], ['reset-before', {}]] as const) {
      const p = await portal();
      const client = p.client();
      p.faults.once(fault, write);
      expect((await client.run('syncDossier', dossier())).kind).toBe('unknown');
      expect(await client.probe(dvcqg.operations.syncDossier, dossier())).toEqual({ kind: 'not-applied', ...learned });
    }
  });
});

describe('through a provincial façade', () => {
  it.each(['text', 'json'] as const)('creates, updates, appends and reads with answers as %s', async (facadeWriteMessage) => {
    const p = await portal({ mode: 'facade', facadeWriteMessage });
    const client = p.client({ mode: 'facade' });
    expect(await client.run('syncDossier', dossier())).toMatchObject({ kind: 'done' });
    expect(await client.run('syncDossier', dossier()), 'already there').toMatchObject({ kind: 'done' });
    expect(await client.run('syncDossier', dossier(), { remote: { exists: true } })).toMatchObject({ kind: 'done' });
    expect(await client.run('appendProgress', step())).toMatchObject({ kind: 'done' });
    expect(await client.run('getProcedure', { code: '1.009999' })).toMatchObject({ kind: 'done', value: { code: '1.009999' } });
    expect(await client.run('listProcedures', undefined)).toMatchObject({ kind: 'done' });
    expect(p.simulator.journal().filter((e) => e.effect !== 'read' && e.effect !== 'refused').map((e) => e.effect)).toEqual(['create', 'update', 'update', 'append']);
  });

  it('says what the façade does not offer, without calling it', async () => {
    const p = await portal({ mode: 'facade' });
    expect(await p.client({ mode: 'facade' }).run('findDossier', { code: 'A' })).toMatchObject({ kind: 'rejected', issues: [{ code: 'LT-DVCQG-NOT-OFFERED' }] });
    expect(p.simulator.journal()).toEqual([]);
    expect(await p.client({ mode: 'facade', facade: { paths: { TraCuuHoSo: '/KetNoiMotCuaQuocGia/TraCuuHoSo' } } }).run('findDossier', { code: 'A' })).toEqual({ kind: 'done', value: { exists: false } });
  });

  it('sends bare arrays, no session, and fills the templates of a relay', async () => {
    const cfg = config({ mode: 'facade', facade: { paths: { create: '/SynsTTHCC/DongBoHoSoMC?MaDinhDanhDV={madonvi}&isUpdating={isUpdating}' } } });
    const request = { session: '-', madonvi: 'x', service: 'DongBoHoSoMC', isUpdating: 'False', data: [{ MaHoSo: 'A' }] } as const;
    expect(facadeRequest(cfg, request)).toEqual({ method: 'POST', path: '/SynsTTHCC/DongBoHoSoMC', query: { MaDinhDanhDV: '000.00.00.H92', isUpdating: 'False' }, body: '[{"MaHoSo":"A"}]' });
    expect(facadeRequest(cfg, { ...request, isUpdating: 'True' })?.path).toBe('/CapNhat');
    expect(facadeRequest(cfg, { session: '-', madonvi: 'x', service: 'LayThuTuc', maTTHC: '1.009999' })).toEqual({ method: 'GET', path: '/KetNoiMotCuaQuocGia/LayThuTuc', query: { maTTHC: '1.009999' } });
  });

  it.each<[string, unknown, boolean, unknown]>([
    ['a zero with its words', { error_code: '0', message: 'Đồng bộ thành công' }, true, '0'],
    ['a zero without its words is no success', { error_code: '0', message: 'Đã nhận' }, true, -1],
    ['a zero with negated words is no success', { error_code: '0', message: 'Đồng bộ không thành công' }, true, -1],
    ['a zero without message is no success', { error_code: '0' }, true, -1],
    ['a packed national zero needs no words', { error_code: '0', message: '{"error_code":0}' }, true, 0],
    ['a packed national refusal', { error_code: '0', message: '{"error_code":5,"message":"Sai"}' }, true, 5],
    ['a refusal stays what it is', { error_code: '-3', message: 'Hồ sơ A đã tồn tại trên hệ thống' }, true, '-3'],
    ['a read needs no words', { error_code: '0', message: '{"result":[]}' }, false, 0],
  ])('%s', (_what, body, write, code) => expect((nationalBody(body, write) as Record<string, unknown>)['error_code']).toBe(code));

  it('sends its own headers', async () => {
    const keys: unknown[] = [];
    await using server = await httpLoopback((request, response) => {
      keys.push(request.headers['access-key']);
      response.end('{"error_code":"0","message":"Thành công"}');
    });
    const client = connect(dvcqg, { baseUrl: server.url, agencyCode: '000.00.00.H92', mode: 'facade', facade: { headers: { 'Access-Key': 'khoa-cua-facade' } } });
    open.push(() => client.close());
    expect((await client.run('syncDossier', dossier())).kind).toBe('done');
    expect(keys).toEqual(['khoa-cua-facade']);
  });
});
