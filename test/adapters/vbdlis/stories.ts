/** What must hold of the land system's calls and files, as short stories that any copy of the adapter can be put through. Each throws where it does not hold. */
import { createHmac } from 'node:crypto';
import { expect } from 'vitest';
import type { LandConfig } from '../../../adapters/vbdlis/config.ts';
import type { downloadUrl as DownloadUrl } from '../../../adapters/vbdlis/files.ts';
import type { InboundConfig } from '../../../adapters/vbdlis/inbound-config.ts';
import type { LandInboundConfig } from '../../../adapters/vbdlis/inbound.ts';
import type { amountOf as AmountOf } from '../../../adapters/vbdlis/tax.ts';
import { connect } from '../../../src/adapter/client.ts';
import type { InboundRoute } from '../../../src/adapter/types.ts';
import type { Dossier, DossierStatus } from '../../../src/model/canonical.ts';
import type { Copy } from '../../testing/mutant-copy.ts';
import { config as landConfig, login, rawConfig } from './fixtures.ts';
import { CALLS, CODE, config, desk, dossier, OK, SECRETS, type Call, type Desk } from './inbound-desk.ts';
import { serve, type Answer } from './land-servers.ts';

export type Story = (copy: Copy) => Promise<void>;

const at = (copy: Copy, more: Partial<InboundConfig> = {}, dossiers: readonly Dossier[] = [dossier()]): Desk =>
  desk(dossiers, config(more), copy.adapter.inbound as unknown as InboundRoute<LandInboundConfig>[]);
async function told(on: Desk, ...calls: readonly Call[]): Promise<Dossier> {
  for (const [id, body] of calls) expect([id, await on.call(id, body)]).toEqual([id, OK]);
  return on.held();
}
const ended = (over: Record<string, unknown> = {}): Call => ['finished', { ...CALLS.finished[1], ...over }];
const tomorrow = (status: DossierStatus, when: string) => ({ at: when, status, action: 'Tỉnh chuyển trạng thái' });

const row = (over: Record<string, string> = {}): string => `<LIST>${Object.entries({ MA_SO_THUE: '0000000001', SO_QUYET_DINH: 'TB-1', TEN_TIEUMUC: 'Lệ phí', SO_TIEN: '1000', ...over }).map(([name, value]) => `<${name}>${value}</${name}>`).join('')}</LIST>`;
const push = (on: Desk, groups: Readonly<Record<string, string>>, SecurityKey: string = SECRETS.taxSecurityKey) => {
  const xml = `<DATA><BODY>${Object.entries(groups).map(([code, rows]) => `<ROW_LIST><MA_HSO>${code}</MA_HSO>${rows}</ROW_LIST>`).join('')}</BODY></DATA>`;
  return on.call('portalTaxNotices', { SecurityKey, Data: { FileThongBaoThue: Buffer.from(xml).toString('base64') } });
};
const pay = (on: Desk, SoTien: unknown, TrangThaiThanhToan: unknown = '1', when = '20250314093000') =>
  on.call('portalTaxVoucher', { SecurityKey: SECRETS.taxSecurityKey, Data: { MaHoSo: CODE, MaSoThue: '0000000001', ThongTinThanhToan: { ThoiGianThanhToan: when, MaThongBaoThue: 'TB-1', TrangThaiThanhToan, SoTien } } });

const pdf: Answer = (seen, response) => void response.writeHead(200, { 'content-type': 'application/pdf' }).end(`%PDF ${seen.path}`);

export const STORIES = {
  async table(copy) {
    const rows: readonly (readonly [Call, DossierStatus, string])[] = [
      [CALLS.moved, 'PROCESSING', 'PROCESSING'], [CALLS.requested, 'SUPPLEMENT_REQUIRED', 'WAITING_SUPPLEMENT'], [CALLS.received, 'PROCESSING', 'PROCESSING'], [CALLS.tax, 'PAYMENT_REQUIRED', 'WAITING_FINANCIAL_OBLIGATION'],
      [ended(), 'RESOLVED', 'FINISHED_WITH_RESULT'], [ended({ TrangThaiKetThuc: 1 }), 'RESOLVED', 'FINISHED_WITHOUT_RESULT'],
      [['sentBack', { SoBienNhan: CODE }], 'ACCEPTED', 'NEEDS_CORRECTION'], [['wrongProcedure', { SoBienNhan: CODE }], 'PROCESSING', 'WRONG_PROCEDURE'], [['returnedByTax', { SoBienNhan: CODE }], 'PROCESSING', 'PROCESSING'],
      [['supplementRequested', { ...CALLS.requested[1], LaTamDung: true }], 'SUPPLEMENT_REQUIRED', 'PAUSED'],
    ];
    for (const [call, status, state] of rows) {
      const now = await told(at(copy), call);
      expect([call[0], now.status, now.landCase?.state]).toEqual([call[0], status, state]);
    }
    // While papers are waited for, a hand-over moves nothing.
    expect(await told(at(copy), CALLS.requested, ['moved', { ...CALLS.moved[1], NgayChuyen: '2025-03-07T02:00:00Z' }])).toMatchObject({ status: 'SUPPLEMENT_REQUIRED' });
  },
  async late(copy) {
    for (const status of ['RETURNED', 'WITHDRAWN', 'REJECTED'] as const) {
      const on = at(copy, {}, [dossier({ status, history: [...dossier().history, tomorrow(status, '2025-03-04T02:00:00Z')] })]);
      expect((await told(on, CALLS.moved, CALLS.requested, CALLS.tax, ['sentBack', { SoBienNhan: CODE }])).status).toBe(status);
    }
    const on = at(copy);
    const late = await told(on, ended(), ['moved', { ...CALLS.moved[1], NgayChuyen: '2025-03-21T02:00:00Z' }], ['supplementRequested', { ...CALLS.requested[1], NgayChoBoSung: '2025-03-22T02:00:00Z' }]);
    expect(late).toMatchObject({ status: 'RESOLVED', supplements: [], landCase: { state: 'FINISHED_WITH_RESULT' } });
    expect(late.landCase?.events.map(({ isLate }) => isLate)).toEqual([undefined, true, true]);
  },
  async times(copy) {
    for (const [given, instant] of [['2025-03-05T02:00:00', '2025-03-05T02:00:00Z'], ['2025-03-05T02:00:00Z', '2025-03-05T02:00:00Z'], ['2025-03-05T09:00:00+07:00', '2025-03-05T02:00:00Z'], ['0001-01-01T00:00:00', '2025-03-25T00:00:00Z'], ['2031-01-01T00:00:00Z', '2025-03-25T00:00:00Z']]) {
      expect((await told(at(copy), ['moved', { ...CALLS.moved[1], NgayChuyen: given }])).landCase?.events[0]?.at).toBe(instant);
    }
    const on = at(copy);
    const { status } = await on.call('ilisTaxNotices', { SoBienNhan: CODE, NgayCoKetQuaThue: '2025-03-12T09:00:00', DanhSachThongBaoThue: [{ HoVaChu: 'Lê Văn Mẫu', SoThongBaoThue: 'TB-9' }] });
    expect([status, on.held().landCase?.obligations[0]?.decidedAt]).toEqual([201, '2025-03-12T02:00:00Z']);
  },
  async repeat(copy) {
    const on = at(copy);
    const all: readonly Call[] = Object.values(CALLS);
    const once = await told(on, ...all);
    for (const call of [...all, ...all]) expect(await on.call(...call)).toEqual(OK);
    expect([on.changes(), on.held()]).toEqual([all.length, once]);
  },
  async recur(copy) {
    const on = at(copy);
    const sentBack: Call = ['sentBack', { SoBienNhan: CODE, GhiChu: null }];
    await told(on, sentBack);
    on.clock.now += 2 * 86_400_000;
    await told(on, ['moved', { ...CALLS.moved[1], NgayChuyen: '2025-03-26T00:00:00Z' }], sentBack);
    expect(on.held().landCase?.state).toBe('NEEDS_CORRECTION');
  },
  async order(copy) {
    const all = Object.values(CALLS);
    const inOrder = await told(at(copy), ...all);
    const reversed = await told(at(copy), ...all.slice(0, -1).reverse(), CALLS.finished);
    const stands = ({ status, landCase, history }: Dossier) => ({ status, state: landCase?.state, since: landCase?.stateSince, events: landCase?.events, steps: history.map(({ at: when }) => when) });
    expect(stands(reversed)).toEqual(stands(inOrder));
  },
  async secrets(copy) {
    const { securityCode } = SECRETS;
    const on = at(copy);
    for (const given of ['', securityCode.slice(0, 5), securityCode.slice(0, -1), `${securityCode}x`, securityCode.toUpperCase()]) {
      expect([given, await on.call('moved', CALLS.moved[1], { params: { securityCode: given } })]).toEqual([given, { status: 500, body: 'Mã bảo mật không chính xác' }]);
      expect((await on.call('users', {}, { query: { SecurityCode: given } })).status).toBe(given === '' ? 400 : 500);
      expect((await on.call('ilisTaxNotices', {}, { query: { CodeGet: given } })).status).toBe(400);
    }
    for (const key of ['', SECRETS.taxSecurityKey.slice(0, -1)]) expect((await push(on, { [CODE]: row() }, key)).isUnauthorized).toBe(true);
    expect(on.changes()).toBe(0);
    const closed = copy.adapter.inbound as unknown as InboundRoute<LandInboundConfig>[];
    const { securityCode: _1, codeGet: _2, taxSecurityKey: _3, ...open } = config();
    for (const route of closed) expect(route.guard?.({ params: { securityCode: '' }, query: { SecurityCode: '', CodeGet: '' }, headers: {} }, open), route.id).toBeDefined();
  },
  async signature(copy) {
    const key = 'khoa-ky-noi-dung-goi-tin-0123456789';
    const on = at(copy, { signature: { header: 'X-Chu-Ky', key } });
    const mac = createHmac('sha256', key).update(JSON.stringify(CALLS.moved[1])).digest('hex');
    for (const headers of [{}, { 'x-chu-ky': '' }, { 'x-chu-ky': mac.slice(0, 32) }, { 'x-chu-ky': Buffer.from(mac, 'hex').toString('base64').slice(0, 20) }, { 'x-chu-ky': '00'.repeat(32) }] as Record<string, string>[]) expect((await on.call('moved', CALLS.moved[1], { headers })).isUnauthorized).toBe(true);
    expect((await on.call('ilisTaxNotices', CALLS.tax[1], { headers: {} })).isUnauthorized).toBe(true);
    expect((await on.call('portalTaxVoucher', { SecurityKey: SECRETS.taxSecurityKey }, { headers: {} })).isUnauthorized).toBe(true);
    expect([on.changes(), await on.call('moved', CALLS.moved[1], { headers: { 'x-chu-ky': mac } })]).toEqual([0, OK]);
  },
  async officers(copy) {
    const on = at(copy, { unknownOfficers: 'refuse', officers: [{ code: 'VPDK.VIDU01', name: 'Phạm Văn Giả Định' }] });
    expect(await on.call(...CALLS.moved)).toEqual({ status: 500, body: 'User Not Found.' });
    expect([on.changes(), await on.call('finished', { ...CALLS.finished[1], MaCanBoXuLy: 'vpdk.vidu01' })]).toEqual([0, OK]);
  },
  async foreign(copy) {
    const birth = dossier({ procedure: { code: '1.000001', name: 'Đăng ký khai sinh (minh họa)', sector: { code: 'G99-HT01', name: 'Hộ tịch' } } });
    for (const unknownOfficers of ['take', 'refuse'] as const) {
      const on = at(copy, { unknownOfficers }, [birth]);
      for (const call of [CALLS.moved, CALLS.requested, CALLS.finished] as readonly Call[]) expect([call[0], await on.call(...call)]).toEqual([call[0], { status: 200, body: { result: 0, message: 'Không tìm thấy hồ sơ!' } }]);
      const { body } = await on.call('ilisTaxNotices', { SoBienNhan: CODE, DanhSachThongBaoThue: [{ SoThongBaoThue: 'TB-1' }] });
      expect([body, on.changes()]).toEqual([{ result: 0, message: 'Hồ sơ không tồn tại hoặc đã bị xóa' }, 0]);
    }
    // What the land system has spoken of before stays its own, whatever its procedure is called now.
    const on = at(copy);
    const before = await told(on, CALLS.moved);
    expect(await told(at(copy, {}, [{ ...before, procedure: birth.procedure }]), CALLS.requested)).toMatchObject({ status: 'SUPPLEMENT_REQUIRED' });
  },
  async names(copy) {
    const on = at(copy);
    const [, body] = CALLS.requested;
    expect(await on.call('supplementRequested', Object.fromEntries(Object.entries(body).map(([name, value]) => [name.toUpperCase(), value])))).toEqual(OK);
    expect(on.held()).toMatchObject({ status: 'SUPPLEMENT_REQUIRED', supplements: [{ reason: 'Thiếu bản sao giấy tờ' }] });
    expect(await at(copy).call('moved', { ...CALLS.moved[1], sobiennhan: 'H-KHAC' })).toEqual(OK);
  },
  async amounts(copy) {
    const { amountOf } = (await copy.module('tax.ts')) as { amountOf: typeof AmountOf };
    for (const [text, amount] of [['1250000', 1_250_000], ['1250000.00', 1_250_000], ['-5', undefined], ['1.250', undefined], ['1,250', undefined], ['', undefined]] as const) expect([text, amountOf(text)]).toEqual([text, amount]);
    const on = at(copy);
    await push(on, { [CODE]: row() + row({ TEN_TIEUMUC: 'Thuế', SO_TIEN: '500' }) });
    expect(on.held().landCase?.obligations.map(({ amount }) => amount)).toEqual([1500]);
  },
  async paid(copy) {
    const on = at(copy);
    await push(on, { [CODE]: row() });
    await pay(on, 1000, '0');
    await pay(on, 400);
    expect(on.held()).toMatchObject({ status: 'PAYMENT_REQUIRED' });
    await pay(on, 600, '1', '20250315093000');
    expect(on.held()).toMatchObject({ status: 'PROCESSING', landCase: { state: 'PROCESSING' } });
  },
  async whole(copy) {
    const on = at(copy);
    expect((await push(on, { [CODE]: row(), 'H99-KHONG-CO': row() })).body).toMatchObject({ succeeded: false, message: 'Hồ sơ không tồn tại hoặc đã bị xóa' });
    expect(on.changes()).toBe(0);
    expect((await on.call('taxNotices', { ...CALLS.tax[1], DanhSachThongBaoThue: Array.from({ length: 201 }, (_, i) => ({ SoThongBaoThue: `TB-${i}` })) })).status).toBe(500);
    expect(on.changes()).toBe(0);
  },
  async channels(copy) {
    const on = at(copy);
    await told(on, ['taxNotices', { ...CALLS.tax[1], DanhSachThongBaoThue: [{ SoThongBaoThue: 'TB-1', LoaiThue: 'Lệ phí' }] }]);
    await push(on, { [CODE]: row() });
    expect(on.held().landCase?.obligations).toMatchObject([{ noticeNumber: 'TB-1', taxCode: '0000000001', amount: 1000, taxKind: 'Lệ phí' }]);
  },
  async snapshot(copy) {
    const on = at(copy);
    const before = await told(on, CALLS.requested, CALLS.received, CALLS.tax, CALLS.finished);
    const kept = copy.adapter.keep?.(before, dossier({ sourceUpdatedAt: '2025-03-21T00:00:00Z' }));
    expect(kept).toMatchObject({ status: 'RESOLVED', dates: { dueAt: '2025-03-21T10:00:00Z', dueHistory: [{ dueAt: '2025-03-18T10:00:00Z' }] }, landCase: { state: 'FINISHED_WITH_RESULT', obligations: [{}, {}], results: [{}] } });
    expect([kept?.history.length, kept?.supplements.length]).toEqual([before.history.length, 1]);
    expect(copy.adapter.keep?.(before, dossier({ status: 'RETURNED', history: [...dossier().history, tomorrow('RETURNED', '2025-03-22T00:00:00Z')] }))).toMatchObject({ status: 'RETURNED', landCase: { state: 'RETURNED_TO_CITIZEN' } });
  },
  async hosts(copy) {
    const { downloadUrl } = (await copy.module('files.ts')) as { downloadUrl: typeof DownloadUrl };
    const own: LandConfig = landConfig({ baseUrl: 'https://dat.example.vn/a', downloads: { url: 'https://tep.example.vn/kho/', hosts: ['kho.example.vn'] } });
    for (const link of ['gcn.pdf', 'https://kho.example.vn/x', 'https://dat.example.vn/x']) expect([link, downloadUrl(link, own)?.href]).toEqual([link, expect.any(String)]);
    for (const link of ['../x', 'https://xkho.example.vn/x', 'https://kho.example.vn.xyz/x', 'https://kho.example.vn:81/x', 'http://dat.example.vn/x', 'https://a@kho.example.vn/x', 'ftp://kho.example.vn/x', 'https://127.0.0.1/x']) expect([link, downloadUrl(link, own)?.href]).toEqual([link, undefined]);
  },
  async files(copy) {
    await using land = await serve((seen, response, n) => (seen.path.startsWith('/token') ? void response.end('{"access_token":"ma-truy-cap"}') : seen.path.startsWith('/trang') ? void response.writeHead(302, { location: '/gcn.pdf' }).end() : seen.path.startsWith('/doc') ? void response.end('MZ') : pdf(seen, response, n)));
    await using other = await serve(pdf);
    const connection = connect(copy.adapter, { ...rawConfig, baseUrl: land.url, profile: 'ilis', login: { ...login, tokenUrl: `${land.url}/token` }, downloads: { hosts: [other.host], maxFileBytes: 1024 } }, { readRetry: { retries: 0 } });
    try {
      const kindOf = async (link: string): Promise<string> => (await connection.run('downloadFile', { link, extension: '.pdf' })).kind;
      expect([await kindOf(`${land.url}/gcn.pdf`), await kindOf(`${other.url}/gcn.pdf`), await kindOf(`${land.url}/trang.pdf`), await kindOf(`${land.url}/doc.pdf`), await kindOf(`${other.url}/${'x'.repeat(2000)}.pdf`)]).toEqual(['done', 'done', 'rejected', 'rejected', 'rejected']);
      expect([land.seen.find(({ path }) => path === '/gcn.pdf')?.headers.authorization, other.seen.map(({ headers }) => headers.authorization)]).toEqual(['Bearer ma-truy-cap', [undefined, undefined]]);
    } finally {
      await connection.close();
    }
  },
  async contents(copy) {
    await using store = await serve(pdf);
    await using land = await serve();
    const connection = connect(copy.adapter, { ...rawConfig, baseUrl: land.url, attachments: { hosts: [store.host] } }, { readRetry: { retries: 0 } });
    try {
      const papers = ['a.pdf', 'b.pdf', 'c.pdf'].map((name) => ({ name: `Giấy ${name}`, files: [{ name, url: `${store.url}/${name}` }] }));
      expect(await connection.run('wrongResult', { code: CODE, content: 'Sai diện tích', papers })).toMatchObject({ kind: 'done' });
      const { DanhSachGiayToDinhKem: sent } = JSON.parse(land.seen[0]?.body ?? '{}') as { DanhSachGiayToDinhKem: { TapTin: { name: string; data: string } }[] };
      expect(sent.map(({ TapTin }) => [TapTin.name, Buffer.from(TapTin.data, 'base64').toString()])).toEqual(['a.pdf', 'b.pdf', 'c.pdf'].map((name) => [name, `%PDF /${name}`]));
    } finally {
      await connection.close();
    }
  },
  async due(copy) {
    const on = at(copy);
    const now = await told(on, CALLS.requested, CALLS.received);
    expect(now.dates).toMatchObject({ dueAt: '2025-03-21T10:00:00Z', dueHistory: [{ dueAt: '2025-03-18T10:00:00Z' }] });
    const { dueAt: _, ...dates } = dossier().dates;
    const earlier: Call = ['supplementReceived', { ...CALLS.received[1], NgayNhanBoSung: '2025-03-07T03:00:00', NgayHenTraMoi: '2025-03-30T10:00:00' }];
    const later = await told(at(copy, {}, [dossier({ dates })]), CALLS.received, earlier);
    expect(later.dates.dueAt, 'of two new dates the one of the later receipt').toBe('2025-03-21T10:00:00Z');
  },
} as const satisfies Record<string, Story>;

export type StoryId = keyof typeof STORIES;
