/** The indicators over HTTP: figures, dossiers behind them, files for people, the feed of an operation centre; who may see what. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ValidationError } from '../../src/contract/validate.ts';
import { createFigures, type Figures } from '../../src/gateway/indicators/figures.ts';
import { createIndicatorService } from '../../src/gateway/indicators/service.ts';
import { hashApiKey } from '../../src/gateway/keys.ts';
import type { Gateway } from '../../src/gateway/server.ts';
import { loadKeys } from '../../src/ledger/keys.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import type { Dossier } from '../../src/model/canonical.ts';
import { dossier, gatewayWith, quiet, testConfig } from './fixtures.ts';
import { memoryLedger } from './memory-ledger.ts';

const [FIGURES, READ, OPERATE, INTAKE] = ['lt_khoa-chi-so', 'lt_khoa-xem', 'lt_khoa-dieu-hanh', 'lt_khoa-gui'] as const;
const folder = mkdtempSync(join(tmpdir(), 'lt-indicators-'));
/** A loaded machine is not what is asked here. */
const QUIET_SERVER = { port: 0, maxEventLoopDelayMs: 0, maxRssBytes: 0 };
const NOW = Date.parse('2025-07-10T03:00:00Z');
const keys = (['indicators', 'read', 'operate', 'intake'] as const).map((scope, i) => ({ name: scope, sha256: hashApiKey([FIGURES, READ, OPERATE, INTAKE][i] ?? ''), scopes: [scope] }));
let ledger: Ledger;
let figures: Figures;
let gateway: Gateway;

const put = (one: Dossier) => gateway.app.inject({ method: 'POST', url: '/v1/dossiers', headers: { authorization: `Bearer ${INTAKE}`, 'content-type': 'application/json' }, payload: JSON.stringify(one) });
const get = async (url: string, key: string = READ, headers: Record<string, string> = {}) => {
  const reply = await gateway.app.inject({ method: 'GET', url, headers: { authorization: `Bearer ${key}`, ...headers } });
  return { status: reply.statusCode, headers: reply.headers, text: reply.body, raw: reply.rawPayload, body: (/json/.test(String(reply.headers['content-type'])) ? reply.json() : undefined) as any }; // eslint-disable-line @typescript-eslint/no-explicit-any -- the tests say what they expect of it
};
const figure = (report: { figures: { id: string }[] }, id: string) => report.figures.find((one) => one.id === id);

beforeAll(async () => {
  ledger = await openSqliteLedger({ folder, keys: loadKeys({ env: {}, keyFile: join(folder, 'key'), createIfMissing: true }) });
  figures = createFigures({ ledger, config: testConfig().indicators, folder, logger: quiet });
  await figures.load();
  gateway = await gatewayWith({ ledger, now: () => NOW, indicators: createIndicatorService({ source: figures, authority: 'UBND tỉnh Mẫu <b>', now: () => NOW }), config: testConfig({ apiKeys: keys, server: QUIET_SERVER }) });
  const resolved = { status: 'RESOLVED' as const, channel: 'ONLINE' as const };
  for (const one of [
    dossier(1),
    dossier(2, { ...resolved, dates: { ...dossier().dates, resolvedAt: '2025-07-03T02:00:00Z' }, history: [{ at: '2025-07-03T02:00:00Z', status: 'RESOLVED', action: 'Xong' }] }),
    dossier(3, { ...resolved, dates: { ...dossier().dates, resolvedAt: '2025-07-07T02:00:00Z' }, history: [{ at: '2025-07-07T02:00:00Z', status: 'RESOLVED', action: 'Xong' }] }),
    // Due after five more working days; its agency would be a formula in a spreadsheet.
    dossier(4, { dates: { ...dossier().dates, dueAt: '2025-07-14T10:00:00Z' }, agency: { code: 'H99.14.02', name: '=HYPERLINK("http://xau.example.vn")' } }),
  ]) expect((await put(one)).statusCode).toBe(202);
});
afterAll(async () => {
  await gateway.close();
  await figures.close();
  await ledger.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('figures', () => {
  it('are those of the period, exact, and of what was taken in just now', async () => {
    const { status, body } = await get('/v1/indicators?period=2025-07&by=unit');
    expect(status).toBe(200);
    expect(body).toMatchObject({ definitions: { id: 'qd766-2022' }, period: { from: '2025-07-01', to: '2025-07-31' }, by: 'unit', area: 'as-it-was', upTo: 4, next: null });
    expect(figure(body.whole, '2.1')).toMatchObject({ numerator: 1, denominator: 4, rate: '25.00', exact: '1/4', score: '5.00', maximum: '20.00', why: null });
    expect(figure(body.whole, '1.4')).toMatchObject({ numerator: 0, rate: '0.00' });
    expect(figure(body.whole, '4.1')).toMatchObject({ rate: null, why: 'register', score: null });
    expect(body.groups.map((group: { code: string; dossiers: number }) => [group.code, group.dossiers])).toEqual([['H99.14.02', 1], ['000.14.99.H99', 3]]);
    const counts = (await get('/v1/indicators?period=2025-07&set=province-counts&asOf=2025-07-10T10:00:00%2B07:00')).body;
    expect(figure(counts.whole, 'received')).toMatchObject({ numerator: 4, denominator: null, rate: null });
    expect(figure(counts.whole, 'in-time')).toMatchObject({ numerator: 2, denominator: 4 });
    expect(figure(counts.whole, 'online')).toMatchObject({ numerator: 2, rate: '50.00' });
    await put(dossier(5));
    expect((await get('/v1/indicators?period=2025-07')).body).toMatchObject({ upTo: 5, whole: { dossiers: 5 } });
  });

  it('come in pages of groups', async () => {
    const first = (await get('/v1/indicators?period=2025-07&by=day&limit=10')).body;
    const rest = (await get(`/v1/indicators?period=2025-07&by=day&limit=100&after=${first.next}`)).body;
    expect([first.groups.length, first.next, rest.groups.length, rest.next]).toEqual([10, '2025-07-10', 21, null]);
  });

  it('say everything that is wrong with a question', async () => {
    const wrong = await get('/v1/indicators?period=2025-13&asOf=gan-day-thoi');
    expect([wrong.status, wrong.body.code, wrong.body.issues.map((one: { code: string; pointer: string }) => `${one.code} ${one.pointer}`)]).toEqual([400, 'LT-GATEWAY-PARAMETER', ['LT-INDICATORS-PERIOD /query/period', 'LT-INPUT-DATE /query/asOf']]);
    // A list of nothing but commas narrows nothing.
    expect((await get('/v1/indicators?period=2025-07&unit=,&field=%20,')).body.whole).toEqual((await get('/v1/indicators?period=2025-07')).body.whole);
    for (const url of ['?period=2025&by=moon', '?period=2025-07&from=2025-07-01&to=2025-07-02', '?from=2025-07-02&to=2025-07-01', '?period=2000-01-01..2025-01-01', '?period=2023-01-01..2025-01-01&by=day', `?unit=${'a,'.repeat(300)}`, '?bogus=1', '?set=qd9999']) expect([url, (await get(`/v1/indicators${url}`)).status]).toEqual([url, 400]);
    expect((await get('/v1/indicators/9.9')).body).toMatchObject({ status: 404, code: 'LT-INDICATORS-UNKNOWN' });
    expect((await get('/v1/indicators/1.1/dossiers')).body).toMatchObject({ status: 404, code: 'LT-INDICATORS-UNKNOWN' });
  });
});

describe('what stands behind them', () => {
  it('each missing dossier with its reason and repair, in pages', async () => {
    const page = (await get('/v1/indicators/2.1/dossiers?period=2025-07&limit=2')).body;
    expect(page).toMatchObject({ part: 'missing', items: [{ code: 'H99.14-250701-0001', reasons: [{ code: 'open-late', text: { vi: expect.any(String), en: expect.any(String) }, repair: { vi: expect.any(String) } }] }, { code: 'H99.14-250701-0003', reasons: [{ code: 'ended-late' }] }], next: 'H99.14-250701-0003' });
    expect((await get(`/v1/indicators/2.1/dossiers?period=2025-07&after=${page.next}`)).body).toMatchObject({ items: [{ code: 'H99.14-250701-0004' }, { code: 'H99.14-250701-0005' }], next: null });
    expect((await get('/v1/indicators/2.1/dossiers?period=2025-07&part=numerator')).body.items).toMatchObject([{ code: 'H99.14-250701-0002', reasons: [], points: null }]);
    expect(page.items[0].points).toMatch(/^4\.0/);
  });

  it('an indicator and a dossier explain themselves', async () => {
    expect((await get('/v1/indicators/2.1?period=2025-07')).body).toMatchObject({ indicator: { id: '2.1', maximum: '20' }, figure: { numerator: 1, denominator: 5 }, lost: '16.00', missing: 4, looked: 4, reasons: [{ code: 'open-late', dossiers: 3 }, { code: 'ended-late', dossiers: 1 }] });
    const one = (await get('/v1/dossiers/H99.14-250701-0003/indicators?period=2025-07')).body;
    expect(one.indicators.find(({ indicator }: { indicator: { id: string } }) => indicator.id === '2.1')).toMatchObject({ state: 'lost', reasons: [{ code: 'ended-late' }] });
    expect((await get('/v1/dossiers/H99.14-250701-9999/indicators')).status).toBe(404);
  });

  it('what becomes late, and what it costs', async () => {
    const soon = (await get('/v1/indicators/forecast?period=2025-07&days=3')).body;
    expect(soon).toMatchObject({ late: 2, becoming: 1, horizon: '2025-07-15T16:59:59Z', dossiers: [{ code: 'H99.14-250701-0004', workingDaysLeft: 2 }], units: [{ code: 'H99.14.02', becoming: 1, late: 0 }, { becoming: 0, late: 2 }] });
    expect(soon.costs.find(({ indicator }: { indicator: { id: string } }) => indicator.id === '2.1')).toMatchObject({ before: { numerator: 2, score: '8.0000' }, after: { numerator: 1, score: '4.0000' }, lost: '4.0000' });
    expect((await get('/v1/indicators/forecast?period=2025-07&days=1')).body).toMatchObject({ becoming: 0, dossiers: [], costs: [] });
  });

  it('contradictions with their dossiers', async () => {
    await put(dossier(6, { status: 'RESOLVED', dates: { ...dossier().dates, resolvedAt: '2025-06-20T02:00:00Z' }, history: [] }));
    expect((await get('/v1/indicators/findings?period=2025-07')).body.items).toContainEqual(expect.objectContaining({ code: 'ends-before-receipt', count: 1, dossiers: ['H99.14-250701-0006'] }));
  });
});

describe('files', () => {
  it('a page that a browser lets do nothing, and that shows texts as texts', async () => {
    const page = await get('/v1/indicators?period=2025-07&by=unit&format=html&lang=vi');
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/=]+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/);
    expect(page.text).toContain('Từ ngày 01/07/2025 đến ngày 31/07/2025');
    expect(page.text).toContain('UBND tỉnh Mẫu &lt;b&gt;');
    expect(page.text).not.toMatch(/<script|<b>UBND|style="|<img|http:\/\/(?!xau)/);
    expect(page.text.match(/<svg /g)?.length).toBeGreaterThanOrEqual(4);
    expect((await get('/v1/indicators?period=2025-07&format=html', READ, { 'accept-language': 'en' })).text).toContain('<html lang="en">');
  });

  it('a table for a spreadsheet: marked as UTF-8, no formula, codes as text', async () => {
    const { text, headers } = await get('/v1/indicators?period=2025-07&by=unit&format=csv&lang=en');
    expect(headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(text.startsWith('\uFEFFCode,Name,No.,Indicator,Numerator,Denominator,Rate,Points,Maximum,Remark\r\n')).toBe(true);
    expect(text).toContain(`H99.14.02,"'=HYPERLINK(""http://xau.example.vn"")","=""2.1"""`);
    for (const line of text.slice(1).trimEnd().split('\r\n')) expect(line).not.toMatch(/^=|,=/);
  });

  it('a workbook', async () => {
    const { raw, headers } = await get('/v1/indicators?period=2025-07&by=unit&format=xlsx');
    expect(headers).toMatchObject({ 'content-type': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'content-disposition': 'attachment; filename="indicators.xlsx"' });
    expect(raw.subarray(0, 4)).toEqual(Buffer.from('PK\u0003\u0004'));
  });
});

it('the feed of an operation centre, in its own names', async () => {
  const [, unit] = (await get('/v1/ioc/ThongKeThangChiTiet?Month=7&Year=2025', FIGURES)).body;
  expect(unit).toMatchObject({ MaDonVi: '000.14.99.H99', TenDonVi: 'Ủy ban nhân dân phường Mẫu', HSTiepNhan: 5, HSTiepNhanTrucTuyen: 2, HSTrucTiepVaBCCI: 3, HSTiepNhanKyTruoc: 0, HSDaXLQuaHan: 1, HSDangXuLyTong: 2, HSDangXLQuaHan: 2 });
  const days = (await get('/v1/ioc/ThongKeHoSoTheoNgay?Month=7&Year=2025', FIGURES)).body;
  expect([days.length, days[0], days[2]]).toEqual([31, { Ngay: '2025-07-01', TiepNhan: 6, DaXuLyDungHan: 0, DaXuLyQuaHan: 0 }, { Ngay: '2025-07-03', TiepNhan: 0, DaXuLyDungHan: 1, DaXuLyQuaHan: 0 }]);
  for (const [name, rows] of [['ThongKeTheoTrangThaiHoSo', 8], ['ThongKeThang', 12], ['ThongKeNam', 5]] as const) expect((await get(`/v1/ioc/${name}?Year=2025&Month=7`, FIGURES)).body).toHaveLength(rows);
  for (const wrong of ['ThongKeGiDo', 'ThongKeThang?Year=x', 'ThongKeThangChiTiet?Month=13']) expect([400, 404]).toContain((await get(`/v1/ioc/${wrong}`, FIGURES)).status);
});

it('a key for figures shows no dossier, and nothing is shown without a key', async () => {
  for (const url of ['/v1/indicators', '/v1/indicators/2.1', '/v1/ioc/ThongKeThang']) {
    expect([url, (await get(url, FIGURES)).status, (await get(url, READ)).status, (await get(url, INTAKE)).status, (await get(url, 'lt_sai')).status]).toEqual([url, 200, 200, 403, 401]);
  }
  for (const url of ['/v1/indicators/2.1/dossiers', '/v1/indicators/findings', '/v1/indicators/forecast', '/v1/dossiers/H99.14-250701-0001/indicators']) expect([url, (await get(url, FIGURES)).status]).toEqual([url, 403]);
});

it('recomputed from the first event they are the same; who asks needs the scope', async () => {
  const recompute = (key: string, payload: string) => gateway.app.inject({ method: 'POST', url: '/v1/indicators:recompute', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' }, payload });
  expect((await recompute(READ, '{}')).statusCode).toBe(403);
  expect((await recompute(OPERATE, '{}')).json()).toMatchObject({ equal: true, replaced: false, dossiers: 6, differing: 0, rows: [] });
  figures.population()?.delete('H99.14-250701-0002');
  expect((await recompute(OPERATE, '{}')).json()).toMatchObject({ equal: false, differing: 1, rows: [{ code: 'H99.14-250701-0002', in: 'second' }] });
  expect((await recompute(OPERATE, '{"replace":true}')).json()).toMatchObject({ replaced: true, dossiers: 6 });
  expect((await recompute(OPERATE, '{}')).json()).toMatchObject({ equal: true });
});

it('says so while the ledger is being read, and where nobody computes them', async () => {
  const reading = await gatewayWith({ ledger: memoryLedger(), indicators: createIndicatorService({ source: { population: () => undefined, state: () => ({ seq: 0, moves: 0 }), refresh: async () => undefined, recompute: async () => undefined } }) });
  const without = await gatewayWith({ ledger: memoryLedger() });
  const [loading, off] = await Promise.all([reading, without].map((one) => one.app.inject({ url: '/v1/indicators', headers: { host: 'localhost' } })));
  expect([loading?.statusCode, loading?.json().code, loading?.headers['retry-after'], off?.statusCode, off?.json().code]).toEqual([503, 'LT-INDICATORS-LOADING', '5', 503, 'LT-INDICATORS-OFF']);
  await Promise.all([reading.close(), without.close()]);
});

it('a configuration with a register that is wrong says everything about it, and nothing starts', () => {
  const register = join(folder, 'register.json');
  writeFileSync(register, JSON.stringify({ procedures: [{ code: '1.009999', level: 'SOMETIMES', fee: false, returnsDocument: true, forCitizens: true }], bogus: 1 }));
  const pointers = (indicators: Record<string, unknown>): (string | undefined)[] => {
    try {
      testConfig({ indicators });
      return [];
    } catch (error) {
      return (error as ValidationError).issues.map(({ pointer }) => pointer).sort();
    }
  };
  expect(pointers({ register })).toEqual(['/indicators/register/bogus', '/indicators/register/procedures/0/level']);
  expect(pointers({ register: join(folder, 'absent.json') })).toEqual(['/indicators/register']);
  expect(pointers({ register, enabled: false })).toEqual([]);
});

it('a start goes on from the cache file', async () => {
  await figures.close();
  const again = createFigures({ ledger, config: testConfig().indicators, folder, logger: quiet });
  await again.load();
  expect([again.population()?.size, again.state().seq]).toEqual([6, 6]);
});
