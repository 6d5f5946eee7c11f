/** Calls of the land system: let in by their secret, read in any case, answered to the letter (fact sheet 1.4, 1.6, 6.1). */
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { vbdlisConfigSchema } from '../../../adapters/vbdlis/config-schema.ts';
import { inboundFixtures } from '../../../adapters/vbdlis/fixtures/inbound.ts';
import { inboundRoutes } from '../../../adapters/vbdlis/inbound.ts';
import { inboundConfigOf } from '../../../adapters/vbdlis/inbound-config.ts';
import { inDeclaredCase } from '../../../adapters/vbdlis/names.ts';
import { compileSchema } from '../../../src/contract/compile.ts';
import { openContract } from '../../../src/contract/openapi.ts';
import { readFileSync } from 'node:fs';
import { valueAt } from '../../../src/testing/suite/values.ts';
import { CALLS, CODE, config, desk, dossier, OK, SECRETS } from './inbound-desk.ts';

const posts = inboundRoutes.filter(({ method, path }) => method === 'POST' && path.endsWith(':securityCode'));
const [, MOVED] = CALLS.moved;
const NONE = { status: 200, body: { result: 0, message: 'Không tìm thấy hồ sơ!' } };

describe('who calls', () => {
  it.each(posts.map(({ id }) => id))('%s: another secret, or none, is 500 in words', async (id) => {
    const { call, changes } = desk();
    const refused = { status: 500, body: 'Mã bảo mật không chính xác' };
    for (const securityCode of ['', 'sai', SECRETS.securityCode.toUpperCase(), `${SECRETS.securityCode} `]) expect(await call(id, MOVED, { params: { securityCode } })).toEqual(refused);
    expect(await call(id, MOVED, { params: {} })).toEqual(refused);
    expect(await desk([dossier()], inboundConfigOf({}) as never).call(id, MOVED, { params: { securityCode: '' } })).toEqual(refused);
    expect(changes()).toBe(0);
  });

  it('catalogues: missing is 400, wrong is 500 in other words, the parameter in any case', async () => {
    const { call } = desk();
    expect(await call('users', {}, { query: {} })).toMatchObject({ status: 400, body: { errors: { SecurityCode: ['The SecurityCode field is required.'] } } });
    expect(await call('users', {}, { query: { SecurityCode: 'sai' } })).toEqual({ status: 500, body: 'Mã xác thực không chính xác' });
    expect(await call('users', {}, { query: { securitycode: SECRETS.securityCode } })).toMatchObject({ status: 200 });
  });

  it('an old secret is taken beside the new one while it is configured, and opens nothing alone', async () => {
    const previousSecrets = { securityCode: 'ma-cu-cua-dat-dai', codeGet: 'ma-thue-cu-01', taxSecurityKey: 'khoa-thue-cu-01' };
    const { call } = desk([dossier()], config({ previousSecrets }));
    const old = { params: { securityCode: previousSecrets.securityCode }, query: { SecurityCode: previousSecrets.securityCode, CodeGet: previousSecrets.codeGet } };
    expect([await call('moved', MOVED), await call('moved', MOVED, old)]).toEqual([OK, OK]);
    expect([(await call('users', {}, old)).status, (await call('ilisTaxNotices', {}, old)).status, (await call('portalTaxVoucher', { SecurityKey: previousSecrets.taxSecurityKey })).isUnauthorized]).toEqual([200, 400, undefined]);
    expect((await call('ilisTaxNotices', { SoBienNhan: CODE }, old)).status).toBe(201);
    expect((await call('moved', MOVED, { params: { securityCode: previousSecrets.codeGet } })).status).toBe(500);
    const closed = desk([dossier()], inboundConfigOf({ previousSecrets }) as never);
    expect((await closed.call('moved', MOVED, old)).status).toBe(500);
  });

  it('a signature is asked for where one is configured', async () => {
    const key = 'khoa-ky-noi-dung-goi-tin-0123456789';
    const { call, changes } = desk([dossier()], config({ signature: { header: 'X-Chu-Ky', key } }));
    const mac = createHmac('sha256', key).update(JSON.stringify(MOVED));
    const hex = mac.digest('hex');
    for (const headers of [{}, { 'x-chu-ky': '' }, { 'x-chu-ky': 'ab'.repeat(32) }] as Record<string, string>[]) {
      expect(await call('moved', MOVED, { headers })).toEqual({ status: 500, body: 'Mã bảo mật không chính xác', isUnauthorized: true });
    }
    expect(changes()).toBe(0);
    expect(await call('moved', MOVED, { headers: { 'x-chu-ky': `sha256=${hex}` } })).toEqual(OK);
    expect(await call('moved', MOVED, { headers: { 'x-chu-ky': Buffer.from(hex, 'hex').toString('base64') } })).toEqual(OK);
  });
});

describe('refusals', () => {
  it.each(posts.map(({ id }) => id))('%s: no number is 400, and a dossier that is not known is told', async (id) => {
    const { call, changes } = desk();
    expect(await call(id, { MaCanBoXuLy: 'a' })).toMatchObject({ status: 400, body: { status: 400, errors: { SoBienNhan: ['The SoBienNhan field is required.'] } } });
    for (const body of [undefined, null, 'x', 5, [MOVED]]) expect((await call(id, body)).status).toBe(400);
    const unknown = { ...MOVED, MaCanBoXuLy: 'a', SoBienNhan: 'H99-KHONG-CO' };
    expect(await call(id, unknown)).toEqual(id === 'originatesInLand' ? OK : NONE);
    expect(await call(id, { ...unknown, SoBienNhan: 'H'.repeat(60) })).toEqual(id === 'originatesInLand' ? OK : NONE);
    expect(changes()).toBe(0);
  });
  it.each([['taxNotices', true], ['originatesInLand', true], ['sentBack', true], ['moved', false], ['finished', false]])('%s with an empty number', async (id, hasWords) => {
    expect(await desk().call(id, { ...MOVED, MaCanBoXuLy: 'a', SoBienNhan: ' ' })).toEqual(hasWords ? { status: 500, body: 'Không có số biên nhận' } : NONE);
  });
  it('officers are taken as they come, unless unknown ones are to be refused, and then nothing is changed', async () => {
    expect(await desk().call(...CALLS.moved)).toEqual(OK);
    const strict = config({ unknownOfficers: 'refuse', officers: [{ code: 'VPDK.vidu01', name: 'Phạm Văn Giả Định' }, { code: 'vpdk.vidu02', name: 'Ngô Thị Giả Định' }] });
    const { call, changes, held } = desk([dossier()], strict);
    for (const [id, body] of [CALLS.movedAgain, ['supplementRequested', { ...CALLS.requested[1], MaCanBoXuLy: 'la' }], ['finished', { ...CALLS.finished[1], MaCanBoXuLy: 'la' }]] as const) {
      expect(await call(id, body)).toEqual({ status: 500, body: 'User Not Found.' });
    }
    expect(changes()).toBe(0);
    expect(await call('sentBack', { SoBienNhan: CODE, MaCanBoXuLy: 'la' })).toEqual(OK);
    expect(await call(...CALLS.moved)).toEqual(OK);
    expect(held().history.find(({ id }) => id?.startsWith('vbdlis:HANDOVER'))).toMatchObject({ actor: 'Phạm Văn Giả Định', from: 'Phạm Văn Giả Định', to: 'Ngô Thị Giả Định' });
    expect(held().landCase?.events.find(({ kind }) => kind === 'HANDOVER')).toMatchObject({ from: 'vpdk.vidu01', to: 'vpdk.vidu02', statusCode: '4', stepTime: 8, text: 'Thẩm tra' });
  });
  it('a dossier that began in the land system and is not known may be refused', async () => {
    expect(await desk([], config({ unknownFromLand: 'refuse' })).call('originatesInLand', { SoBienNhan: CODE })).toEqual(NONE);
  });
  it('more than a dossier can hold is refused whole', async () => {
    const { call, held } = desk();
    const many = { ...CALLS.tax[1], DanhSachThongBaoThue: Array.from({ length: 150 }, (_, i) => ({ SoThongBaoThue: `TB-${i}` })) };
    expect(await call('taxNotices', many)).toEqual(OK);
    const before = held();
    expect(await call('taxNotices', { ...many, DanhSachThongBaoThue: many.DanhSachThongBaoThue.map(({ SoThongBaoThue }) => ({ SoThongBaoThue: `${SoThongBaoThue}-X` })) })).toEqual({ status: 500, body: 'Có lỗi xảy ra khi thực hiện xử lý' });
    expect(held()).toBe(before);
    // Not a part of it either.
    expect(await desk().call('taxNotices', { ...many, DanhSachThongBaoThue: Array.from({ length: 201 }, (_, i) => ({ SoThongBaoThue: `TB-${i}` })) })).toEqual({ status: 500, body: 'Có lỗi xảy ra khi thực hiện xử lý' });
  });
});

describe('names and replies', () => {
  const inCase = (value: unknown, how: (name: string) => string): unknown =>
    Array.isArray(value) ? value.map((item) => inCase(item, how)) : typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([name, item]) => [how(name), inCase(item, how)])) : value;

  it.each([['lower', (n: string) => n.toLowerCase()], ['upper', (n: string) => n.toUpperCase()], ['camel', (n: string) => n.slice(0, 1).toLowerCase() + n.slice(1)]])('field names in %s case are the same call', async (_what, how) => {
    const declared = desk();
    const other = desk();
    for (const [id, body] of Object.values(CALLS)) {
      expect(await declared.call(id, body)).toEqual(OK);
      expect(await other.call(id, inCase(body, how))).toEqual(OK);
    }
    expect(other.held()).toEqual(declared.held());
    const again = other.changes();
    for (const [id, body] of Object.values(CALLS)) await other.call(id, body);
    expect(other.changes()).toBe(again);
  });
  it('of two names that differ by case the declared one counts; names that nobody declared stay for drift', () => {
    expect(inDeclaredCase('ChuyenHoSoRequest', { sobiennhan: 'a', SoBienNhan: 'b', SOBIENNHAN: 'c', la: 1 })).toEqual({ SoBienNhan: 'b', la: 1 });
    expect(inDeclaredCase('CungCapSoBienNhanRequest', { thongtinthuadat: [{ sohieubando: '17' }], danhsachgiaytodinhkem: [{ linkfile: 'x', khac: 1 }] })).toEqual({ ThongTinThuaDat: [{ SoHieuBanDo: '17' }], DanhSachGiayToDinhKem: [{ LinkFile: 'x', khac: 1 }] });
    expect(inDeclaredCase('ChuyenHoSoRequest', 'x')).toBe('x');
    expect(Object.getPrototypeOf(inDeclaredCase('ChuyenHoSoRequest', JSON.parse('{"__proto__":{"a":1}}')))).toBe(Object.prototype);
  });
  it('names of replies are configuration (U2)', async () => {
    expect(await desk([dossier()], config({ replyNames: 'pascal' })).call(...CALLS.moved)).toEqual({ status: 200, body: { Result: 1, Message: null } });
    expect(await desk([], config({ replyNames: 'pascal' })).call(...CALLS.moved)).toEqual({ status: 200, body: { Result: 0, Message: 'Không tìm thấy hồ sơ!' } });
  });
  it('every example and its reply is what the document says', async () => {
    const contract = openContract(readFileSync('schemas/upstream/vbdlis.openapi.yaml', 'utf8'));
    expect(Object.keys(inboundFixtures).sort()).toEqual(inboundRoutes.map(({ id }) => id).sort());
    const headers = { 'content-type': 'application/json' };
    for (const route of inboundRoutes) {
      for (const { what, body, dossier: known, status = 200, gives } of inboundFixtures[route.id]?.known ?? []) {
        expect(route.request(body).ok).toBe(true);
        for (const replyNames of ['camel', 'pascal'] as const) {
          const reply = await desk(known === undefined ? [] : [known], config({ replyNames })).call(route.id, body);
          expect([route.id, what, reply.status]).toEqual([route.id, what, status]);
          if (replyNames === 'camel') for (const [pointer, value] of Object.entries(gives)) expect(valueAt(reply.body, pointer), pointer).toEqual(value);
          const query: Record<string, string> = route.id === 'ilisTaxNotices' ? { CodeGet: 'x' } : route.method === 'GET' ? { SecurityCode: 'x' } : {};
          const asked = { method: route.method, path: `/${route.path.replace(':securityCode', 'x')}`, query, headers, body: route.method === 'GET' ? '' : JSON.stringify(body) };
          expect(contract.find(asked.method, asked.path)?.id).toBe(route.id);
          expect(contract.checkRequest(asked).issues).toEqual([]);
          expect(contract.checkResponse(asked, { status: reply.status, headers, body: JSON.stringify(reply.body) }).issues).toEqual([]);
        }
      }
    }
  });
  it('the settings pass their schema, secrets are write-only and no secret has a default', () => {
    const properties = vbdlisConfigSchema['properties'] as Record<string, { writeOnly?: boolean; default?: unknown }>;
    for (const name of Object.keys(SECRETS)) expect([properties[name]?.writeOnly, properties[name]?.default]).toEqual([true, undefined]);
    const check = compileSchema({ type: 'object', properties, additionalProperties: false });
    expect(check({ ...SECRETS, signature: { header: 'X-Chu-Ky', key: 'k'.repeat(32) }, officers: [{ code: 'a', name: 'b' }] }).ok).toBe(true);
    expect(check({ securityCode: 'ngan' }).ok).toBe(false);
    expect(check({ securityCode: 'ma/khong-dung-duoc-trong-dia-chi' }).ok).toBe(false);
  });
});

describe('files', () => {
  it('keep their addresses letter by letter: letters that are not in NFC, and blanks', async () => {
    const { call, held } = desk();
    const links = ['ho-so/Giấy  chứng nhận.pdf', 'ho-so/Giấy  chứng nhận.pdf'.normalize('NFD'), ' a\u0000b\n', '\ud800.pdf', 'x'.repeat(4001)];
    const [, body] = CALLS.finished;
    expect(await call('finished', { ...body, DanhSachGiayToKetQua: links.map((LinkFile) => ({ TenGiayTo: 'Giấy'.normalize('NFD'), KieuFile: 'PDF', LinkFile })) })).toEqual(OK);
    const files = held().landCase?.results ?? [];
    expect(files.map(({ link }) => link)).toEqual(['ho-so/Giấy  chứng nhận.pdf', expect.stringMatching(/^ho-so\/Gia%CC%82%CC%81y {2}chu/), 'ab', '\ufffd.pdf']);
    expect(decodeURIComponent(files[1]?.link ?? '')).toBe(links[1]);
    expect(files.every(({ name, extension }) => name === 'Giấy' && extension === '.pdf')).toBe(true);
  });
});

describe('whatever comes', () => {
  const names = Object.keys({ ...MOVED, ...CALLS.requested[1], ...CALLS.received[1], ...CALLS.tax[1], ...CALLS.finished[1], TapTin: 0, ThongTinThuaDat: 0, ThongTinQuyTrinh: 0, Data: 0, SecurityKey: 0 });
  const junk = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.string({ unit: 'grapheme' }), fc.constantFrom(undefined, null, [], {}, '9999-12-31T00:00:00Z', '0001-01-01T00:00:00', -1, 1e300, CODE, '\u0000', '2025-02-30T00:00:00Z'));
  const body = fc.oneof({ weight: 4, arbitrary: fc.tuple(fc.dictionary(fc.constantFrom(...names), junk, { maxKeys: 12 }), fc.boolean()).map(([fields, known]) => (known ? { MaCanBoChuyen: 'a', MaCanBoNhan: 'b', MaCanBoXuLy: 'c', SecurityKey: SECRETS.taxSecurityKey, ...fields, SoBienNhan: CODE } : fields)) }, { weight: 1, arbitrary: junk });

  it('is answered, never thrown at, and no secret is in an answer', async () => {
    await fc.assert(fc.asyncProperty(fc.constantFrom(...inboundRoutes.map(({ id }) => id)), body, fc.boolean(), async (id, given, isRight) => {
      const { call, held } = desk();
      const reply = await call(id, given, isRight ? {} : { params: { securityCode: 'doan-mo-mot-ma' }, query: { SecurityCode: 'doan-mo-mot-ma', CodeGet: 'doan-mo-mot-ma' } });
      expect([200, 201, 400, 500]).toContain(reply.status);
      const shown = JSON.stringify(reply.body);
      for (const secret of [...Object.values(SECRETS), 'doan-mo-mot-ma']) expect(shown).not.toContain(secret);
      for (const secret of Object.values(SECRETS)) expect(JSON.stringify(held())).not.toContain(secret);
    }), { numRuns: 400, seed: 5 });
  });
});
