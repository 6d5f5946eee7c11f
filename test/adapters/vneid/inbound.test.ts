import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { submission } from '../../../adapters/vneid/simulator/people.ts';
import { readOptions } from '../../../adapters/vneid/simulator/options.ts';
import { randomFrom } from '../../../src/adapter/random.ts';
import { validateDossier } from '../../../src/contract/canonical.ts';
import type { Dossier } from '../../../src/model/canonical.ts';
import { bodyOf, CODE, config, DELEGATE, desk, PDF, SECRET, taken, type Desk } from './samples.ts';

const OK = { status: 200, body: { statusCode: '00', data: null, errorDetail: null } };
const detail = (reply: { body: unknown }): string => (reply.body as { errorDetail: string }).errorDetail;
const known = (one: Desk): Dossier => one.dossiers.get(CODE) as Dossier;
const move = (one: Desk, more: Partial<Dossier>): void => void one.dossiers.set(CODE, { ...known(one), ...more });

describe('L1, a number', () => {
  it('is the next of the agency and the day, with the flags that the reference has', async () => {
    const one = desk();
    expect(await one.call('issueCode')).toEqual({ status: 200, body: { data: 'H99.14-250110-0001', succeeded: false, failed: true, message: null } });
    expect((await one.call('issueCode')).body).toMatchObject({ data: 'H99.14-250110-0002' });
    one.clock.now = Date.parse('2025-01-10T17:00:00Z'); // already the 11th in Vietnam
    expect((await one.call('issueCode')).body).toMatchObject({ data: 'H99.14-250111-0001' });
  });
  it('begins where the configuration says and grows beyond four digits', async () => {
    const one = desk(config({ codes: { agencyCode: 'H99.14', first: 9999 } }));
    expect((await one.call('issueCode')).body).toMatchObject({ data: 'H99.14-250110-9999' });
    expect((await one.call('issueCode')).body).toMatchObject({ data: 'H99.14-250110-10000' });
  });
  it.each([['another secret', 'ma-bi-mat-codeget'], ['the beginning of it', SECRET.slice(0, -1)], ['nothing', '']])('is not given to %s, in the words of the reference', async (_what, CodeGet) => {
    const refused = { status: 400, body: { succeeded: false, failed: true, message: 'Mã xác thực không hợp lệ', data: null } };
    expect(await desk().call('issueCode', undefined, { query: { CodeGet } })).toEqual(refused);
    expect(await desk(config({ codeGet: undefined })).call('issueCode', undefined, { query: { CodeGet } })).toEqual(refused);
  });
  it('is given to the old secret while the other side changes over, and wants the signature where one is agreed', async () => {
    const key = 'khoa-ky-cua-he-thong-phia-truoc-0001';
    const one = desk(config({ codeGet: 'ma-moi-123', previousCodeGet: SECRET, signature: { header: 'X-Chu-Ky', key } }));
    expect(await one.call('issueCode')).toMatchObject({ status: 400, isUnauthorized: true });
    const signed = { text: '', headers: { 'x-chu-ky': createHmac('sha256', key).update('').digest('hex') } };
    expect(await one.call('issueCode', undefined, signed)).toMatchObject({ status: 200 });
  });
});

describe('L2, a new dossier', () => {
  it('becomes a valid dossier with everything that was said, and its files put away', async () => {
    const one = desk();
    expect(await one.call('createDossier', bodyOf())).toEqual(OK);
    const dossier = known(one);
    expect(validateDossier(dossier).ok).toBe(true);
    expect(dossier).toMatchObject({
      code: CODE, source: 'VNEID', channel: 'ONLINE', status: 'SUBMITTED', agency: { code: 'H99.14' }, procedure: { code: '2.000488', caseCode: 'TU-NOP' },
      applicant: { name: 'Lê Thị Mẫu', ids: [{ type: 'CCCD', number: '099190000123', issuedOn: '2021-05-20' }], birthDate: '1990-02-14', gender: 'FEMALE', phone: '0900000101', email: 'mau@mail.example', address: { text: 'Thôn Một, Xã Ví Dụ, Huyện Thử Nghiệm, Tỉnh Mẫu', communeCode: '99001' } },
      fees: [{ code: 'phiLLTP', amount: 100_000 }, { code: 'phiCapThemBanGiay', amount: 5_000 }],
      payments: [{ amount: 105_000, method: 'ONLINE', status: 'PAID', provider: 'VNeID' }],
      delivery: { method: 'POST', address: { text: 'Thôn Một, Xã Ví Dụ, Tỉnh Mẫu' } }, history: [{ status: 'SUBMITTED', at: '2025-01-10T02:15:30Z' }], dates: { submittedAt: '2025-01-10T02:15:30Z' },
    });
    expect(dossier.delegate).toBeUndefined();
    expect(dossier.judicialRecord).toMatchObject({
      form: '1', system: 'vneid', copies: 3, withProhibitions: false, purpose: { code: '1', name: 'Bổ sung hồ sơ xin việc' }, channel: { code: '2', name: 'VNeID' }, receivedOn: '2025-01-10', proposedDueOn: '2025-01-22',
      declaration: {
        father: { name: 'Lê Văn Giả', birthYear: '1962' }, mother: { birthYear: '1965' }, convictions: 'Không', feeClass: { code: '1' },
        person: { identityType: { code: '4' }, ethnicity: { code: '01' }, birthPlace: { countryCode: 'VN', provinceCode: '99' }, residence: { detail: 'Thôn Một', countryName: 'Việt Nam' } },
        residences: [{ from: '02/2004', until: '08/2012' }, { from: '09/2012', until: '01/2025', workplace: 'Công ty Ví Dụ' }],
      },
      payment: { feeGroup: { code: '1' }, delivery: { code: '2' }, receipt: { items: [{ content: 'Phí cấp phiếu', amount: '105000' }], transaction: { code: '1' }, url: 'https://bienlai.example/demo/0007' } },
      submissions: [{ at: '2025-01-10T02:15:30Z' }],
    });
    expect(dossier.judicialRecord?.declaration?.spouse).toBeUndefined();
    const [paper] = dossier.components;
    expect(paper).toMatchObject({ code: 'CCCD', files: [{ name: 'DinhKem1.jpeg', size: 13 }, { name: 'DinhKem2.pdf', size: 15 }] });
    const kept = one.files.get(paper?.files[1]?.url ?? '');
    expect(kept?.mediaType).toBe('application/pdf');
    expect(Buffer.from(kept?.content ?? []).toString('base64')).toBe(PDF);
    expect(JSON.stringify(dossier)).not.toContain(PDF);
  });

  it('tells of an authorised person only where there is one', async () => {
    const given = await taken(bodyOf({ uyQuyen: '1', thongTinUyQuyen: DELEGATE }));
    expect(given).toMatchObject({ delegate: { name: 'Đỗ Văn Giả', ids: [{ number: '099085000456' }] }, procedure: { caseCode: 'UY-QUYEN' }, applicant: { name: 'Lê Thị Mẫu' } });
    expect(given.judicialRecord?.authorisation).toMatchObject({ relation: { code: '3', name: 'Anh trai' }, signedOn: '2025-01-05', person: { residence: { detail: 'Thôn Một' } } });
    expect((await taken(bodyOf({ uyQuyen: 2, thongTinUyQuyen: DELEGATE }))).delegate).toBeUndefined();
  });

  it('is free of charge at 0, and paid as the table of the transaction says', async () => {
    const free = await taken(bodyOf({ thongTinThanhToan: { tongPhi: 0 } }, { thongTinBienLai: null }));
    expect(free).toMatchObject({ payments: [], fees: [], judicialRecord: { payment: { exempt: true } }, delivery: { method: 'ONLINE' } });
    const rules = config({ payment: { statuses: { '1': 'PAID' }, otherwise: 'PENDING' } });
    expect((await taken(bodyOf(), rules)).payments).toMatchObject([{ status: 'PAID' }]);
    expect((await taken(bodyOf({}, { thongTinBienLai: { trangThaiGD: 7 } }), rules)).payments).toMatchObject([{ status: 'PENDING' }]);
  });

  it('takes what anybody fills in on VNeID, codes as numbers or as text, letters composed or not', async () => {
    await fc.assert(fc.asyncProperty(fc.nat(1_000_000), fc.boolean(), fc.boolean(), async (seed, codesAsText, decomposed) => {
      const settings = readOptions({ seed: String(seed), codesAsText });
      const body = submission(CODE, randomFrom(`citizen ${seed}`), 1, '10/01/2025', {}, settings);
      const text = decomposed ? JSON.stringify(body).normalize('NFD') : JSON.stringify(body);
      const one = desk();
      expect(await one.call('createDossier', JSON.parse(text), { text })).toEqual(OK);
      expect(known(one).applicant.name).toBe((body['toKhai'] as { nycHoTen: string }).nycHoTen.normalize('NFC'));
    }), { numRuns: 40 });
  });
});

describe('L2, what cannot be taken', () => {
  const cases: [string, unknown, RegExp][] = [
    ['no JSON', 'xin chào', /không phải là JSON/],
    ['no code', bodyOf({}, { maHoSoMCDT: ' ' }), /thiếu maHoSoMCDT/],
    ['no declaration', bodyOf({}, { toKhai: null }), /thiếu toKhai/],
    ['a form that there is not', bodyOf({ loaiPhieu: 3 }), /loaiPhieu phải là 1 hoặc 2/],
    ['no name', bodyOf({ nycHoTen: null }), /thiếu nycHoTen/],
    ['a birth date of another shape', bodyOf({ nycNgaySinh: '1990-02-14' }), /nycNgaySinh phải là ngày dd\/MM\/yyyy/],
    ['a day that does not exist', bodyOf({ nycNgaySinh: '31/02/1990' }), /nycNgaySinh phải là ngày/],
    ['no residence', bodyOf({ nycThuongTru: null }), /thiếu nycThuongTru/],
    ['no birth place', bodyOf({ nycNoiSinh: 'Tỉnh Mẫu' }), /thiếu nycNoiSinh/],
    ['an authorisation by nobody', bodyOf({ uyQuyen: 1 }), /thiếu thongTinUyQuyen/],
    ['an authorised person without relation', bodyOf({ uyQuyen: 1, thongTinUyQuyen: { ...DELEGATE, nuqQuanHe: null } }), /thiếu nuqQuanHe/],
    ['a residence of nowhere', bodyOf({ quaTrinhCTNNNLV: [{ tuThangNam: '01/2020', denThangNam: '02/2020' }] }), /thiếu quaTrinhCTNNNLV\[0\]\.diaChiCuTru/],
    ['no fees', bodyOf({ thongTinThanhToan: null }), /thiếu thongTinThanhToan/],
    ['a decimal fee', bodyOf({ thongTinThanhToan: { tongPhi: '105.000,5' } }), /tongPhi phải là số tiền/],
    ['a blank fee', bodyOf({ thongTinThanhToan: { tongPhi: '' } }), /tongPhi phải là số tiền/],
    ['a file without its kind', bodyOf({ giayToDinhKem: [{ ma: 'A', ten: 'B', danhSach: [{ loai: null, duLieu: PDF }] }] }), /thiếu giayToDinhKem\[0\]\.danhSach\[0\]\.loai/],
    ['a file with a prefix', bodyOf({ giayToDinhKem: [{ ma: 'A', ten: 'B', danhSach: [{ loai: 'image/png', duLieu: `data:image/png;base64,${PDF}` }] }] }), /không phải base64/],
  ];
  it.each(cases)('%s: answered 01 with a sentence, put aside, and nothing of it taken', async (_what, body, words) => {
    const one = desk();
    const reply = await one.call('createDossier', body);
    expect(reply).toMatchObject({ status: 200, body: { statusCode: '01', data: null } });
    expect(detail(reply)).toMatch(words);
    expect(detail(reply)).toMatch(/^Hồ sơ chưa hợp lệ: .*\.$/);
    expect(detail(reply)).not.toMatch(/undefined|null|\[object|LT-|099190000123|105\.000/);
    expect([one.dossiers.size, one.files.size, one.aside.length]).toEqual([0, 0, 1]);
  });
  it('everything at once', async () => {
    const reply = await desk().call('createDossier', bodyOf({ nycHoTen: '', nycNgaySinh: '', thongTinThanhToan: { tongPhi: 'abc' } }));
    expect(detail(reply)).toBe('Hồ sơ chưa hợp lệ: thiếu nycHoTen; thiếu nycNgaySinh; tongPhi phải là số tiền chỉ gồm chữ số.');
  });
  it('more than the limits allow', async () => {
    const limits = { maxBodyBytes: 10_000, maxFiles: 2, maxFileBytes: 1024, maxTotalBytes: 1500 };
    const file = (bytes: number) => ({ loai: 'application/pdf', duLieu: Buffer.alloc(bytes, 1).toString('base64') });
    const send = (files: unknown[]) => desk(config({ limits })).call('createDossier', bodyOf({ giayToDinhKem: [{ ma: 'A', ten: 'B', danhSach: files }] }));
    expect(await send([file(1024)])).toEqual(OK);
    expect(detail(await send([file(1025)]))).toMatch(/lớn hơn dung lượng cho phép/);
    expect(detail(await send([file(800), file(800)]))).toMatch(/lớn hơn tổng dung lượng/);
    expect(detail(await send([file(1), file(1), file(1)]))).toMatch(/có quá 2 tệp/);
    expect(detail(await send([file(9000)]))).toBe('Nội dung hồ sơ lớn hơn dung lượng cho phép');
  });
  it('a number that is none of ours, unless the configuration takes it', async () => {
    for (const maHoSoMCDT of ['H98.14-250110-0007', 'H99.14-250111-0007', 'H99.14.1-250110-0007', 'abc']) {
      const one = desk();
      expect(detail(await one.call('createDossier', bodyOf({}, { maHoSoMCDT })))).toBe('Mã hồ sơ không do hệ thống của tỉnh cấp');
      expect(one.aside).toMatchObject([{ issues: [{ code: 'LT-VNEID-CODE-NOT-ISSUED' }], code: maHoSoMCDT }]);
    }
    const open = desk(config({ codes: { agencyCode: 'H99.14', unknown: 'accept' } }));
    expect(await open.call('createDossier', bodyOf({}, { maHoSoMCDT: 'H98.14-250110-0007' }))).toEqual(OK);
  });
  it('never throws and never takes half, whatever comes', async () => {
    await fc.assert(fc.asyncProperty(fc.anything(), fc.anything(), async (declaration, root) => {
      const one = desk();
      const reply = await one.call('createDossier', { maHoSoMCDT: CODE, toKhai: declaration, thongTinBienLai: root });
      expect((reply.body as { statusCode: string }).statusCode).toBe(one.dossiers.size === 1 ? '00' : '01');
    }), { numRuns: 200 });
  });
});

describe('L2, the same number again', () => {
  it('the same body is answered 00 and changes nothing: at once, later, and while the first is still running', async () => {
    const one = desk();
    const both = await Promise.all([one.call('createDossier', bodyOf()), one.call('createDossier', bodyOf())]);
    expect([...both, await one.call('createDossier', bodyOf())]).toEqual([OK, OK, OK]);
    expect([one.changes(), known(one).judicialRecord?.submissions?.length]).toEqual([1, 1]);
    move(one, { status: 'PROCESSING' });
    expect(await one.call('createDossier', bodyOf())).toEqual(OK);
    expect(known(one).status).toBe('PROCESSING');
  });
  it.each(['SUBMITTED', 'ACCEPTED', 'PROCESSING', 'RESOLVED', 'RETURNED', 'REJECTED', 'WITHDRAWN'] as const)('another body in %s is refused in the words of the reference, and kept for a person', async (status) => {
    const one = desk();
    await one.call('createDossier', bodyOf());
    move(one, { status });
    const before = known(one);
    expect(await one.call('createDossier', bodyOf({ soLuongCap: 1 }))).toEqual({ status: 200, body: { statusCode: '01', data: null, errorDetail: 'Hồ sơ không ở trạng thái bổ sung, không thể thực hiện cập nhật' } });
    expect(known(one)).toBe(before);
    expect(one.aside).toMatchObject([{ issues: [{ code: 'LT-VNEID-NOT-WAITING' }], code: CODE }]);
  });
  it('two bodies at once: one is taken, the other is told so', async () => {
    const one = desk();
    const replies = await Promise.all([one.call('createDossier', bodyOf()), one.call('createDossier', bodyOf({ soLuongCap: 1 }))]);
    expect(replies.map(({ body }) => (body as { statusCode: string }).statusCode).sort()).toEqual(['00', '01']);
    expect(known(one).judicialRecord?.submissions).toHaveLength(1);
  });
  it('a supplement replaces the citizen’s part whole, keeps ours, adds no payment; the first body again is still 00', async () => {
    const one = desk();
    await one.call('createDossier', bodyOf());
    const asked = { requestedAt: '2025-01-11T01:00:00Z', reason: 'Ảnh giấy tờ bị mờ' };
    move(one, { status: 'SUPPLEMENT_REQUIRED', statusReason: asked.reason, supplements: [asked], history: [...known(one).history, { at: asked.requestedAt, status: 'SUPPLEMENT_REQUIRED', action: 'Yêu cầu bổ sung' }], agency: { code: 'H99.14.2', name: 'Phòng mẫu' } });
    one.clock.now = Date.parse('2025-01-12T03:00:00Z');
    // The replay of the first one, late: it is no supplement.
    expect(await one.call('createDossier', bodyOf())).toEqual(OK);
    expect(known(one).status).toBe('SUPPLEMENT_REQUIRED');
    const second = bodyOf({ nycDienThoai: '0900000202', giayToDinhKem: [{ ma: 'CCCD', ten: 'Ảnh mới', danhSach: [{ loai: 'image/png', duLieu: PDF }] }], thongTinThanhToan: { tongPhi: '999999', phiLLTP: '999999' } });
    expect(await one.call('createDossier', second)).toEqual(OK);
    const now = known(one);
    expect(now).toMatchObject({
      status: 'SUBMITTED', agency: { code: 'H99.14.2' }, applicant: { phone: '0900000202' }, components: [{ name: 'Ảnh mới', files: [{ name: 'DinhKem1.png' }] }], payments: [{ amount: 105_000 }],
      dates: { submittedAt: '2025-01-10T02:15:30Z', supplementedAt: '2025-01-12T03:00:00Z' }, supplements: [{ reason: 'Ảnh giấy tờ bị mờ', completedAt: '2025-01-12T03:00:00Z' }],
    });
    expect(now.history.map(({ status }) => status)).toEqual(['SUBMITTED', 'SUPPLEMENT_REQUIRED', 'SUBMITTED']);
    expect([now.statusReason, now.components.length, now.fees[0]?.amount, now.judicialRecord?.submissions?.length]).toEqual([undefined, 1, 100_000, 2]);
    for (const again of [bodyOf(), second]) expect(await one.call('createDossier', again)).toEqual(OK);
    expect(known(one)).toBe(now);
  });
  it('a supplement that is not valid leaves the dossier waiting', async () => {
    const one = desk();
    await one.call('createDossier', bodyOf());
    move(one, { status: 'SUPPLEMENT_REQUIRED' });
    expect(detail(await one.call('createDossier', bodyOf({ nycHoTen: '' })))).toMatch(/thiếu nycHoTen/);
    expect(known(one)).toMatchObject({ status: 'SUPPLEMENT_REQUIRED', applicant: { name: 'Lê Thị Mẫu' } });
  });
  it('a number that another channel has used is no dossier of VNeID’s', async () => {
    const given = await taken();
    const { judicialRecord: _, ...counter } = given;
    const one = desk(config(), [{ ...counter, source: 'COUNTER', status: 'SUPPLEMENT_REQUIRED' }]);
    expect(detail(await one.call('createDossier', bodyOf()))).toMatch(/không ở trạng thái bổ sung/);
    expect(known(one).source).toBe('COUNTER');
  });
  it('a file that cannot be kept refuses the dossier as a whole', async () => {
    const one = desk();
    const inner = one.deps.keepFile;
    let n = 0;
    one.deps.keepFile = async (content, mediaType) => {
      if ((n += 1) === 2) throw Object.assign(new Error('disk'), { code: 'LT-LEDGER-WRITE' });
      return inner(content, mediaType);
    };
    await expect(one.call('createDossier', bodyOf())).rejects.toThrow('disk');
    expect(one.dossiers.size).toBe(0);
    expect(await one.call('createDossier', bodyOf())).toEqual(OK);
  });
});
