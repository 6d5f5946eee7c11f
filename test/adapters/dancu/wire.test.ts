/** What goes over each of the four transports, byte by byte. The order of the elements is written down here a second time. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeChanges, encodeLookUp, encodeRelatives, encodeVerify } from '../../../adapters/dancu/encode.ts';
import { accentedName, compactName } from '../../../adapters/dancu/names.ts';
import { readJsonQuestion, readSoap } from '../../../adapters/dancu/question.ts';
import { digestOf } from '../../../adapters/dancu/signature.ts';
import { messageOf } from '../../../adapters/dancu/wire.ts';
import { config, question, RAW, sent } from './support.ts';

const HEAD = '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:dan="http://dancuquocgia.bca"><soapenv:Header/><soapenv:Body>';
const TAIL = '</soapenv:Body></soapenv:Envelope>';
/** Names of the children, in their order. */
const elements = (xml: string): string[] => [...xml.slice(xml.indexOf('Body>')).matchAll(/<(?:\w+:)?(\w+)[ />]/g)].map((m) => m[1] as string).slice(0);

describe('x-road', () => {
  it('SOAP as it was seen, with the headers that show who calls', async () => {
    const { seen } = await sent({}, question({ birth: '1990' }));
    expect(seen.length).toBe(1);
    const [{ path, headers, body }] = seen as [(typeof seen)[0]];
    expect(path).toBe('/TraCuuThongTinCongDan');
    expect(body).toBe(`${HEAD}<dan:TraCuuThongTinCongDan><dan:MaYeuCau>q-0001</dan:MaYeuCau><dan:MaDVC>VPCP</dan:MaDVC><dan:MaTichHop>037</dan:MaTichHop><dan:MaCanBo>canbo.mau</dan:MaCanBo><dan:SoDinhDanh>099190000123</dan:SoDinhDanh><dan:HoVaTen>LETHIMAU</dan:HoVaTen><dan:NgayThangNamSinh><dan:Nam>1990</dan:Nam></dan:NgayThangNamSinh></dan:TraCuuThongTinCongDan>${TAIL}`);
    expect(headers).toMatchObject({ 'content-type': 'application/xml; charset=utf-8', soapaction: '""', timestamp: '1763781296123', 'x-road-client': 'VN/GOV/H99/mau', apikey: 'apikey-mau' });
    // The hash was made with sha256sum over the four texts, one after the other.
    expect(Buffer.from((headers['authorization'] as string).slice('Basic '.length), 'base64').toString()).toBe('tinh-mau:f0eb0838f96985e7eca8013d36bf0e1315f5cee1755a51816751ad1545e86ad2');
  });
  it('the timestamp in seconds signs seconds', async () => {
    const { seen: [call] } = await sent({ transport: { ...RAW.transport, timestampUnit: 's' } }, question());
    expect(call?.headers['timestamp']).toBe('1763781296');
    expect(Buffer.from((call?.headers['authorization'] as string).slice('Basic '.length), 'base64').toString()).toBe('tinh-mau:404cfbe2407e606d0d500ad6e6609fa906449618ad2b776c67531366adc95c94');
  });
  it('the digest is over authentication URL, user, timestamp and key, in this order', () => {
    expect(digestOf('https://a/', 'b', '1', 'c')).toBe(createHash('sha256').update('https://a/b1c').digest('hex'));
    expect(digestOf('https://a/', 'b', '1', 'c')).toMatch(/^[0-9a-f]{64}$/);
  });
  it('the headers of the older ESB, alone or beside a signature', async () => {
    const esb = { sourceType: 'MCDT', sourceUsername: 'tinh-mau' };
    const { seen: [alone] } = await sent({ transport: { kind: 'x-road', esb }, contentType: 'text/xml' }, question());
    expect([alone?.headers['esb_source_type'], alone?.headers['esb_source_username'], alone?.headers['authorization'], alone?.headers['content-type']]).toEqual(['MCDT', 'tinh-mau', undefined, 'text/xml; charset=utf-8']);
    const { seen: [both] } = await sent({ transport: { ...RAW.transport, esb } }, question());
    expect(both?.headers['esb_source_type']).toBe('MCDT');
    expect(both?.headers['authorization']).toMatch(/^Basic /);
  });
  it('each operation has its own sequence', () => {
    const full = config({ organisation: { unit: 'H99.14', account: 'mau', phone: '0' }, services: { relatives: '038', changes: '039' } });
    const of = (operation: string, request: unknown, by = full) => elements(messageOf(operation, request, by).body);
    expect(of('lookUpCitizen', encodeLookUp(question(), full))).toEqual(['TraCuuThongTinCongDan', 'MaYeuCau', 'MaDVC', 'MaTichHop', 'MaCanBo', 'MaDonVi', 'TaiKhoan', 'SoDienThoai', 'SoDinhDanh', 'HoVaTen', 'NgayThangNamSinh', 'NgayThangNam']);
    expect(of('verifyCitizen', encodeVerify(question(), full))).toEqual(['XacThucThongTinCongDan', 'MaYeuCau', 'MaDichVu', 'MaCanBo', 'SoDinhDanh', 'SoCMND', 'HoVaTen']);
    expect(of('verifyRelatives', encodeRelatives(question(), full))).toEqual(['XacMinhThongTinNhanThan', 'MaYeuCau', 'MaDVC', 'MaTichHop', 'MaDonVi', 'MaCanBo', 'SoDinhDanh', 'SoCMND', 'HoVaTen', 'NgayThangNamSinh']);
    const changes = encodeChanges({ requestId: 'q-2', from: 1, to: 2, kind: '1', page: 1, pageSize: 10 }, full);
    expect(of('listChanges', changes)).toEqual(['TraCuuThongTinCongDan', 'MaYeuCau', 'MaDVC', 'MaTichHop', 'MaCanBo', 'TuNgay', 'DenNgay', 'Loai', 'Trang', 'SoBanGhi']);
    expect(of('listChanges', changes, config({ services: { changes: '039' }, pagingElement: 'PhanTrang' })).slice(-4)).toEqual(['Loai', 'PhanTrang', 'Trang', 'SoBanGhi']);
    const integrated = config({ verification: { form: 'integration-code', element: 'XacThucThongTinCongDanRequest' } });
    expect(of('verifyCitizen', encodeVerify(question(), integrated), integrated).slice(0, 4)).toEqual(['XacThucThongTinCongDanRequest', 'MaYeuCau', 'MaDVC', 'MaTichHop']);
  });
  it('the older namespace with a prefix of its own', () => {
    const older = config({ namespace: 'older', prefix: 'qldc' });
    expect(messageOf('lookUpCitizen', encodeLookUp(question(), older), older).body).toContain('xmlns:qldc="http://gtel.vn/qldc"><soapenv:Header/><soapenv:Body><qldc:TraCuuThongTinCongDan><qldc:MaYeuCau>');
  });
});

describe('escaping', () => {
  const accented = config({ names: 'accented' });
  it.each([
    ['Nguyễn "Tý" & Sửu <x>', 'NGUYỄN &quot;TÝ&quot; &amp; SỬU &lt;X&gt;'],
    ['A ]]> B', 'A ]]&gt; B'],
    ["H'Hen Niê &amp;", "H'HEN NIÊ &amp;AMP;"],
    ['<!-- --> <?x?>', '&lt;!-- --&gt; &lt;?X?&gt;'],
  ])('%s', (fullName, written) => {
    const { body } = messageOf('lookUpCitizen', encodeLookUp(question({ fullName }), accented), accented);
    expect(body).toContain(`<dan:HoVaTen>${written}</dan:HoVaTen>`);
    expect(readSoap(body)?.hoVaTen).toBe(accentedName(fullName));
  });
  it('a character that XML does not have is refused, not dropped', () => {
    for (const fullName of ['Lê\u0000', 'Lê\u0008', '\ud800 Lê', 'Lê \ufffe']) expect(() => encodeLookUp(question({ fullName }), accented)).toThrow();
  });
  it('names in both forms, whatever the letters are made of', () => {
    for (const form of ['NFC', 'NFD'] as const) {
      expect(compactName('Trần Thị Đào'.normalize(form))).toBe('TRANTHIDAO');
      expect(accentedName(' Trần  Thị Đào '.normalize(form))).toBe('TRẦN THỊ ĐÀO');
      expect(accentedName('Trần Thị Đào'.normalize(form)).normalize('NFC')).toBe(accentedName('Trần Thị Đào'.normalize(form)));
    }
  });
});

describe('what was asked is what the other side reads', () => {
  const digits = (length: number) => fc.array(fc.nat(9), { minLength: length, maxLength: length }).map((all) => all.join(''));
  const word = fc.string({ unit: fc.constantFrom(...'aáàảãạăâbcđdeêghiklmnoôơpqrstuưvxyẦỵ"&<>\'] '), minLength: 1, maxLength: 30 }).filter((name) => /\p{L}/u.test(name));
  const questions = fc.record({ requestId: fc.stringMatching(/^[A-Za-z0-9._:-]{1,40}$/), number: fc.oneof(digits(12), digits(9)), fullName: word, birth: fc.option(fc.oneof(fc.integer({ min: 1900, max: 2025 }).map(String), fc.date({ min: new Date('1900-01-01'), max: new Date('2025-12-31'), noInvalidDate: true }).map((d) => d.toISOString().slice(0, 10))), { nil: undefined }), officer: fc.constantFrom(undefined, 'canbo.hai', '099080000001') })
    .map(({ number, birth, officer, ...rest }) => question({ ...rest, ...(number.length === 12 ? { citizenId: number } : { citizenId: undefined, oldId: number }), birth, ...(officer === undefined ? {} : { officer }) }));
  const kinds = [
    ['x-road', RAW.transport, {}], ['lgsp', { kind: 'lgsp' }, { gateway: { kind: 'none' } }], ['rest-wrapped', { kind: 'rest-wrapped' }, {}], ['rest-flat', { kind: 'rest-flat', userNameService: 'mau' }, {}],
  ] as const;
  it.each(kinds)('%s', (kind, transport, more) => {
    fc.assert(fc.property(questions, fc.constantFrom('compact', 'accented'), fc.constantFrom('compact', 'dashed'), (asked, names, dates) => {
      const settings = config({ transport, ...more, names, dates });
      const { body } = messageOf('lookUpCitizen', encodeLookUp(asked, settings), settings);
      const read = kind.startsWith('rest') ? readJsonQuestion(body) : readSoap(body);
      const birth = asked.birth ?? '';
      expect(read).toMatchObject({
        requestId: asked.requestId, officer: asked.officer ?? 'canbo.mau', soDinhDanh: asked.citizenId ?? (kind.startsWith('rest') ? '' : undefined), soCMND: asked.oldId ?? (kind.startsWith('rest') ? '' : undefined),
        hoVaTen: names === 'compact' ? compactName(asked.fullName) : accentedName(asked.fullName),
      });
      expect(read?.nam ?? '').toBe(birth.length === 4 ? birth : '');
      expect(read?.ngayThangNam ?? '').toBe(birth.length === 4 ? '' : dates === 'dashed' ? birth : birth.replaceAll('-', ''));
    }), { seed: 7, numRuns: 60 });
  });
});

describe('lgsp', () => {
  const gateway = { kind: 'client-credentials', tokenUrl: 'http://door/token', key: 'khoa', secret: 'bi-mat' };
  const token = ({ path }: { path: string }) => (path === '/token' ? { type: 'application/json', body: '{"access_token":"ma-truy-cap","expires_in":3600}' } : { body: '' });
  it('the platform’s token, and the officer’s own key', async () => {
    const transport = { kind: 'lgsp', officerKeys: { 'canbo.hai': { keyName: 'hai', keyPass: 'mat-khau' }, '*': { keyName: 'chung', keyPass: 'mat-khau-chung' } } };
    const { seen } = await sent({ transport, gateway }, question({ officer: 'canbo.hai' }), 'lookUpCitizen', token);
    expect(seen.map(({ path }) => path)).toEqual(['/token', '/TraCuuThongTinCongDan']);
    expect(seen[1]?.headers).toMatchObject({ authorization: 'Bearer ma-truy-cap', authhash: Buffer.from('hai:mat-khau').toString('base64'), soapaction: '""' });
    expect(seen[1]?.headers['timestamp']).toBeUndefined();
    const { seen: others } = await sent({ transport, gateway }, question(), 'lookUpCitizen', token);
    expect(others[1]?.headers['authhash']).toBe(Buffer.from('chung:mat-khau-chung').toString('base64'));
  });
  it('an officer without a key asks nothing', async () => {
    const { seen, outcome } = await sent({ transport: { kind: 'lgsp', officerKeys: { 'canbo.hai': { keyName: 'hai', keyPass: 'mat-khau' } } }, gateway }, question(), 'lookUpCitizen', token);
    expect([seen, outcome]).toMatchObject([[], { kind: 'rejected', issues: [{ code: 'LT-DANCU-OFFICER', pointer: '/officer' }] }]);
  });
});

describe('JSON', () => {
  it('the wrapper: camelCase, null for what is not said', async () => {
    const { seen: [call] } = await sent({ transport: { kind: 'rest-wrapped' } }, question({ birth: '1990' }));
    expect([call?.path, call?.headers['content-type'], call?.headers['soapaction']]).toEqual(['/apiCSDLDanCu/ChiaSeThongTinCongDan', 'application/json; charset=utf-8', undefined]);
    expect(JSON.parse(call?.body ?? '')).toEqual({ hoVaTen: 'LETHIMAU', soDinhDanh: '099190000123', soCMND: null, ngayThangNam: null, nam: '1990', maTichHop: '037', maDVC: 'VPCP', maCanBo: 'canbo.mau', maYeuCau: 'q-0001' });
  });
  it('the flat one, asked to verify: the same message, and nothing but the outcome comes of it', async () => {
    const record = { CongDan: { SoDinhDanh: '099190000123', HoVaTen: 'Lê Thị Mẫu', NgayThangNamSinh: { NgayThangNam: '19900214' } } };
    const { seen: [call], outcome } = await sent({ transport: { kind: 'rest-flat', userNameService: 'mau' }, requestPrefix: 'H99-' }, question(), 'verifyCitizen', () => ({ type: 'application/json', body: JSON.stringify(record) }));
    expect(JSON.parse(call?.body ?? '')).toEqual({ maYeuCau: 'H99-q-0001', maDVC: 'VPCP', maCanBo: 'canbo.mau', soDinhDanh: '099190000123', soCMND: '', hoVaTen: 'LETHIMAU', ngayThangNam: '19900214', userNameService: 'mau' });
    expect(outcome).toEqual({ kind: 'done', value: { outcome: 'MATCH' } });
  });
  it('services that the wrappers do not have are refused here', async () => {
    for (const [operation, input] of [['verifyRelatives', question()], ['listChanges', { requestId: 'q', from: 0, to: 1, page: 1, pageSize: 1 }]] as const) {
      const { seen, outcome } = await sent({ transport: { kind: 'rest-wrapped' } }, input, operation);
      expect([seen, outcome]).toMatchObject([[], { kind: 'rejected', issues: [{ code: 'LT-DANCU-NOT-OFFERED' }] }]);
    }
  });
});
