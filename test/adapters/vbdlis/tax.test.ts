/** Land tax: three channels, one obligation (fact sheet 5). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ILIS_TAX as ilis } from '../../../adapters/vbdlis/fixtures/inbound.ts';
import { isPaid } from '../../../adapters/vbdlis/obligations.ts';
import { amountOf, portalNotices } from '../../../adapters/vbdlis/tax.ts';
import type { Dossier } from '../../../src/model/canonical.ts';
import { CALLS, CODE, config, desk, dossier, OK, SECRETS, type Desk } from './inbound-desk.ts';

const TB1 = 'TB-DEMO-00001';
const row = (over: Record<string, string> = {}): string => Object.entries({ MA_SO_THUE: '0000000001', SO_QUYET_DINH: TB1, NGAY_QUYET_DINH: '12-03-2025', TEN_TIEUMUC: 'Lệ phí trước bạ nhà đất', SO_TIEN: '1250000', ...over }).map(([name, value]) => `<${name}>${value}</${name}>`).join('');
const xml = (rows: readonly string[], code = CODE): string => `<DATA><BODY><ROW_LIST><MA_HSO>${code}</MA_HSO>${rows.map((one) => `<LIST>${one}</LIST>`).join('')}</ROW_LIST></BODY></DATA>`;
const packed = (text: string): string => Buffer.from(text).toString('base64');
const push = (on: Desk, text: string, key: unknown = SECRETS.taxSecurityKey) => on.call('portalTaxNotices', { SecurityKey: key, Service: 'x', Ngay: '20250312', IsUpdating: '0', Data: { FileThongBaoThue: packed(text) } });
const voucher = (over: Record<string, unknown> = {}) => ({ SecurityKey: SECRETS.taxSecurityKey, Data: { MaHoSo: CODE, MaSoThue: '0000000001', HoTenNguoiNopTien: 'Lê Văn Mẫu', UrlFileChungTu: 'demo/ct-1', ThongTinThanhToan: { NoiDungThanhToan: 'Nộp lệ phí', ThoiGianThanhToan: '20250314093000', MaThongBaoThue: TB1, TrangThaiThanhToan: '1', SoTien: 1250000, ...over } } });
const DONE = { status: 201, body: { succeeded: true, failed: false, message: null, data: null } };
const failed = (message: string) => ({ status: 201, body: { succeeded: false, failed: true, message, data: null } });
const owed = ({ landCase }: Dossier) => landCase?.obligations ?? [];

describe('through VBDLIS (I4)', () => {
  it('gives a notice for each, without amounts', async () => {
    const on = desk();
    expect(await on.call(...CALLS.tax)).toEqual(OK);
    expect(owed(on.held())).toEqual([
      { id: `${CODE}||${TB1}`, channel: 'vbdlis', noticeNumber: TB1, payer: 'Lê Văn Mẫu', taxKind: 'Lệ phí trước bạ', decidedAt: '2025-03-12T03:00:00Z', document: { link: 'demo/tbt-00001' } },
      expect.objectContaining({ id: `${CODE}||TB-DEMO-00002`, taxKind: 'Thuế thu nhập cá nhân' }),
    ]);
    expect(on.held().history.at(-1)).toMatchObject({ status: 'PAYMENT_REQUIRED', action: 'Yêu cầu thực hiện nghĩa vụ tài chính' });
  });
});

describe('through ILIS', () => {
  it('takes local times, and the number for no tax code', async () => {
    const on = desk();
    expect(await on.call('ilisTaxNotices', ilis)).toEqual({ status: 201, body: { result: 1, message: null } });
    expect(owed(on.held())).toEqual([{ id: `${CODE}||${TB1}`, channel: 'ilis', noticeNumber: TB1, payer: 'Lê Văn Mẫu', taxKind: 'Lệ phí trước bạ', subItem: 'Lệ phí trước bạ nhà đất', decidedAt: '2025-03-12T02:00:00Z', document: { link: 'https://dat.example.vn/tbt-1.pdf' } }]);
    expect([on.held().status, on.held().landCase?.state]).toEqual(['PAYMENT_REQUIRED', 'WAITING_FINANCIAL_OBLIGATION']);
  });
  it('is refused in the words of the reference', async () => {
    const on = desk();
    expect(await on.call('ilisTaxNotices', ilis, { query: { CodeGet: 'sai' } })).toEqual({ status: 400, body: '' });
    expect(await on.call('ilisTaxNotices', ilis, { query: {} })).toEqual({ status: 400, body: '' });
    expect((await on.call('ilisTaxNotices', ilis, { query: { codeget: SECRETS.codeGet } })).status).toBe(201);
    for (const DanhSachThongBaoThue of [[], null, [{}]]) expect(await on.call('ilisTaxNotices', { ...ilis, DanhSachThongBaoThue })).toEqual({ status: 201, body: { result: 0, message: 'Không có thông tin thông báo thuế' } });
    expect(await on.call('ilisTaxNotices', { ...ilis, SoBienNhan: 'H99-KHONG-CO' })).toEqual({ status: 201, body: { result: 0, message: 'Hồ sơ không tồn tại hoặc đã bị xóa' } });
    expect(on.changes()).toBe(1);
  });
});

describe('from the portal', () => {
  it('reads the document of the sheet, either spelling of the sub-item', async () => {
    for (const name of ['TEN_TIEUMUC', 'TEN_TIEU_MUC', 'TenTieuMuc']) {
      const on = desk();
      expect(await push(on, xml([row().replaceAll('TEN_TIEUMUC', name)]))).toEqual(DONE);
      expect(owed(on.held())).toEqual([{ id: `${CODE}|0000000001|${TB1}`, channel: 'portal', taxCode: '0000000001', noticeNumber: TB1, subItem: 'Lệ phí trước bạ nhà đất', decidedAt: '2025-03-11T17:00:00Z', amount: 1_250_000 }]);
      expect(on.held().status).toBe('PAYMENT_REQUIRED');
      await push(on, xml([row().replaceAll('TEN_TIEUMUC', name)]));
      expect(on.changes()).toBe(1);
    }
  });
  it('adds the sub-items of one decision', async () => {
    const on = desk();
    await push(on, xml([row(), row({ TEN_TIEUMUC: 'Thuế thu nhập cá nhân', SO_TIEN: '750000.00' }), row()]));
    expect(owed(on.held())).toMatchObject([{ amount: 2_000_000, subItem: 'Lệ phí trước bạ nhà đất; Thuế thu nhập cá nhân' }]);
  });
  it('refuses a wrong key as the reference does, and tells the gateway that it was one', async () => {
    const on = desk();
    for (const key of ['sai', '', null, 5, { $ne: '' }]) expect(await push(on, xml([row()]), key)).toEqual({ ...failed('401 Unauthorized - Error Security Code'), isUnauthorized: true });
    const { taxSecurityKey: _, ...none } = config();
    expect(await push(desk([dossier()], none), xml([row()]), '')).toEqual(failed('401 Unauthorized - Error Security Code'));
    expect(on.changes()).toBe(0);
  });
  it('takes all of a message or nothing', async () => {
    const on = desk([dossier(), dossier({ code: 'H99.99.01-250304-0008', sourceId: '8' })]);
    const two = (second: string) => `<DATA><BODY>${[CODE, second].map((code) => `<ROW_LIST><LIST>${row()}</LIST><MA_HSO>${code}</MA_HSO></ROW_LIST>`).join('')}</BODY></DATA>`;
    expect(await push(on, two('H99-KHONG-CO'))).toEqual(failed('Hồ sơ không tồn tại hoặc đã bị xóa'));
    expect(on.changes()).toBe(0);
    expect(await push(on, two('H99.99.01-250304-0008'))).toEqual(DONE);
    expect(owed(on.held('H99.99.01-250304-0008'))).toMatchObject([{ id: `H99.99.01-250304-0008|0000000001|${TB1}` }]);
  });
  it.each([
    ['no base64', { FileThongBaoThue: '§§' }], ['no text', { FileThongBaoThue: Buffer.from([0xff, 0xfe, 0xfd]).toString('base64') }], ['no XML', { FileThongBaoThue: packed('DATA') }], ['nothing', null],
    ['a document type', { FileThongBaoThue: packed(`<!DOCTYPE a [<!ENTITY b "c">]>${xml([row({ SO_QUYET_DINH: '&b;' })])}`) }], ['depth', { FileThongBaoThue: packed(`${'<a>'.repeat(200)}${'</a>'.repeat(200)}`) }],
    ['a flood of rows', { FileThongBaoThue: packed(xml(Array.from({ length: 2001 }, (_, i) => row({ SO_QUYET_DINH: `TB-${i}` })))) }],
  ])('%s is no notice', async (_what, Data) => {
    const on = desk();
    expect(await on.call('portalTaxNotices', { SecurityKey: SECRETS.taxSecurityKey, Data })).toEqual(failed('Không có thông tin thông báo thuế'));
    expect(on.changes()).toBe(0);
  });
  it('reads anything that is XML, and throws at nothing that is not', () => {
    const names = ['DATA', 'ROW_LIST', 'LIST', 'MA_HSO', 'SO_TIEN', 'constructor', 'x'];
    const tree = fc.letrec<{ node: string }>((tie) => ({ node: fc.oneof({ maxDepth: 5 }, fc.string(), fc.tuple(fc.constantFrom(...names), fc.array(tie('node'), { maxLength: 3 })).map(([name, inside]) => `<${name}>${inside.join('')}</${name}>`)) })).node;
    fc.assert(fc.property(fc.oneof(tree.map(packed), fc.base64String(), fc.string()), (base64) => { expect(typeof portalNotices(base64).ok).toBe('boolean'); }), { numRuns: 300, seed: 3 });
  });
  it.each([['1250000', 1_250_000], ['1250000.00', 1_250_000], ['0', 0], ['12.5', 13], ['1.250', undefined], ['1.250.000', undefined], ['1,250', undefined], ['-5', undefined], ['', undefined], ['9'.repeat(30), undefined]])('%s đồng', (text, amount) => expect(amountOf(text)).toBe(amount));
});

describe('one notice, three channels', () => {
  it('is one obligation, whichever way it comes first, with what each of them knows', async () => {
    const tellings: ((on: Desk) => Promise<unknown>)[] = [(on) => on.call(...CALLS.tax), (on) => on.call('ilisTaxNotices', { ...ilis, DanhSachThongBaoThue: ilis.DanhSachThongBaoThue.map(({ DuongDanTBT: _, ...item }) => item) }), (on) => push(on, xml([row()])), (on) => on.call('portalTaxVoucher', voucher())];
    const known = async (order: readonly number[]) => {
      const on = desk();
      for (const i of order) await tellings[i]?.(on);
      return owed(on.held()).map(({ channel: _, ...rest }) => rest);
    };
    const expected = await known([0, 1, 2, 3]);
    expect(expected).toHaveLength(2);
    expect(expected[0]).toEqual({
      id: `${CODE}|0000000001|${TB1}`, noticeNumber: TB1, taxCode: '0000000001', payer: 'Lê Văn Mẫu', taxKind: 'Lệ phí trước bạ', subItem: 'Lệ phí trước bạ nhà đất', decidedAt: '2025-03-11T17:00:00Z', amount: 1_250_000,
      document: { link: 'demo/tbt-00001' }, payments: [{ status: 'PAID', paidAt: '2025-03-14T02:30:00Z', amount: 1_250_000, payer: 'Lê Văn Mẫu', text: 'Nộp lệ phí', document: { link: 'demo/ct-1' } }],
    });
    for (const order of [[3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 0, 2], [0, 0, 2, 2, 3, 3, 1]]) expect(await known(order)).toEqual(expected);
  });
  it('two decisions of one number for two payers stay two', async () => {
    const on = desk();
    await push(on, xml([row(), row({ MA_SO_THUE: '0000000002', SO_TIEN: '5' })]));
    expect(owed(on.held()).map(({ taxCode, amount }) => [taxCode, amount])).toEqual([['0000000001', 1_250_000], ['0000000002', 5]]);
    await on.call('portalTaxVoucher', voucher());
    expect(owed(on.held()).map(isPaid)).toEqual([true, false]);
    expect(on.held().status).toBe('PAYMENT_REQUIRED');
  });
});

describe('paid', () => {
  it('lets the dossier go on once everything is', async () => {
    const on = desk();
    await push(on, xml([row(), row({ SO_QUYET_DINH: 'TB-2', SO_TIEN: '500000' })]));
    expect(await on.call('portalTaxVoucher', voucher())).toEqual(DONE);
    expect(on.held().status).toBe('PAYMENT_REQUIRED');
    on.clock.now += 60_000;
    await on.call('portalTaxVoucher', voucher({ MaThongBaoThue: 'TB-2', SoTien: '200000', ThoiGianThanhToan: '20250315080000' }));
    expect(on.held().status).toBe('PAYMENT_REQUIRED');
    await on.call('portalTaxVoucher', voucher({ MaThongBaoThue: 'TB-2', SoTien: '300000', ThoiGianThanhToan: '20250315090000' }));
    expect([on.held().status, on.held().landCase?.state]).toEqual(['PROCESSING', 'PROCESSING']);
    const changes = on.changes();
    await on.call('portalTaxVoucher', voucher());
    expect(on.changes()).toBe(changes);
  });
  it('a voucher may come before its notice', async () => {
    const on = desk();
    await on.call('portalTaxVoucher', voucher());
    await push(on, xml([row()]));
    expect([on.held().status, owed(on.held()).map(isPaid)]).toEqual(['PROCESSING', [true]]);
  });
  it('only 1 means paid; the same voucher may say so later, and never less', async () => {
    const on = desk();
    await push(on, xml([row()]));
    await on.call('portalTaxVoucher', voucher({ TrangThaiThanhToan: 0 }));
    expect([on.held().status, owed(on.held())[0]?.payments?.[0]?.status]).toEqual(['PAYMENT_REQUIRED', 'UNKNOWN']);
    await on.call('portalTaxVoucher', voucher());
    await on.call('portalTaxVoucher', voucher({ TrangThaiThanhToan: '0' }));
    expect([on.held().status, owed(on.held())[0]?.payments?.map(({ status }) => status)]).toEqual(['PROCESSING', ['PAID']]);
  });
  it('a voucher for nobody is refused in words', async () => {
    const on = desk();
    for (const MaHoSo of ['H99-KHONG-CO', null, '']) expect(await on.call('portalTaxVoucher', { ...voucher(), Data: { ...voucher().Data, MaHoSo } })).toEqual(failed('Hồ sơ không tồn tại hoặc đã bị xóa'));
  });
  it.each([[{ amount: 0 }, true], [{}, false], [{ payments: [{ status: 'PAID' as const }], amount: 5 }, true], [{ payments: [{ status: 'PAID' as const, amount: 4 }], amount: 5 }, false], [{ payments: [{ status: 'UNKNOWN' as const, amount: 5 }], amount: 5 }, false]])('%j: %s', (obligation, paid) => expect(isPaid(obligation)).toBe(paid));
});
