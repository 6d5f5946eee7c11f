/** How answers are read: the whole record, every odd form of it, and XML that means harm. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { people, PERSON, soap } from '../../../adapters/dancu/fixtures/answers.ts';
import { classifyLookUp, classifyVerify } from '../../../adapters/dancu/classify.ts';
import { birthOf, decodeLookUp, decodeRelatives, decodeVerify, fullNameOf, numbersOf } from '../../../adapters/dancu/decode.ts';
import { encodeLookUp } from '../../../adapters/dancu/encode.ts';
import { readReply } from '../../../adapters/dancu/reply.ts';
import { collectionXml } from '../../../adapters/dancu/simulator/people.ts';
import type { CongDan } from '../../../adapters/dancu/contract.ts';
import { answered } from '../../../src/adapter/fixtures.ts';
import { validateCitizenVerification } from '../../../src/contract/canonical.ts';
import type { Issue } from '../../../src/contract/errors/types.ts';
import type { CitizenRecord } from '../../../src/model/canonical.ts';
import { codeOf, config, question, sent } from './support.ts';

const settings = config();
const request = encodeLookUp(question(), settings);
/** What a look-up of the person of the fixtures is understood as. */
function lookedUp(text: string, more: Record<string, unknown> = {}): { record?: CitizenRecord | undefined; warnings: string[]; means: string } {
  const understood = classifyLookUp(answered(text), request, settings);
  if (understood.kind !== 'accepted') return { warnings: [], means: `${understood.kind} ${understood.kind === 'rejected' ? (understood.issues[0]?.code ?? '') : understood.kind === 'retry' ? understood.issue.code : ''}` };
  const warnings: Issue[] = [];
  const record = decodeLookUp(understood.response, question(), config(more), (warning) => void warnings.push(warning));
  return { record, warnings: warnings.map(({ code, pointer }) => `${code} ${pointer ?? ''}`), means: 'accepted' };
}
const oneWith = (more: string): string => people(`<ns1:SoDinhDanh>099190000123</ns1:SoDinhDanh><ns1:HoVaTen>Lê Thị Mẫu</ns1:HoVaTen>${more}`);

describe('the record', () => {
  it('of the example, field by field', () => {
    expect(lookedUp(people(PERSON))).toEqual({
      means: 'accepted', warnings: [],
      record: {
        fullName: 'Lê Thị Mẫu', nameParts: { given: 'Lê Thị Mẫu' }, citizenId: '099190000123', sex: 'FEMALE', birthDate: '1990-02-14', ethnicity: { code: '01', name: 'Kinh' }, religion: { code: '00', name: 'Không tôn giáo' },
        nationality: { code: 'VN' }, maritalStatus: 'NEVER_MARRIED', bloodType: 'UNKNOWN', permanentAddress: { countryCode: 'VN', provinceCode: '99', communeCode: '99001', detail: 'Thôn Một' },
        householdHead: { relationship: { code: 'CH01' }, fullName: 'Lê Văn Giả' },
      },
    });
  });
  it('every other element, and the attributes of the collection', () => {
    const place = (name: string, code: string): string => `<ns1:${name}><ns1:MaTinhThanh>99</ns1:MaTinhThanh><ns1:MaQuanHuyen>${code}</ns1:MaQuanHuyen><ns1:MaPhuongXa/></ns1:${name}>`;
    const kin = (name: string, number: string): string => `<ns1:${name}><ns1:HoVaTen><ns1:Ho>Lê</ns1:Ho><ns1:ChuDem/><ns1:Ten>${name}</ns1:Ten></ns1:HoVaTen><ns1:QuocTich>VNM</ns1:QuocTich><ns1:SoDinhDanh>${number}</ns1:SoDinhDanh></ns1:${name}>`;
    const more = `<ns1:SoCMND>099000123</ns1:SoCMND>${place('NoiDangKyKhaiSinh', '990')}${place('QueQuan', '991')}${place('NoiOHienTai', '992')}${kin('Cha', '099060000124')}${kin('Me', '099000125')}${kin('VoChong', '099088000126')}${kin('NguoiDaiDien', '099088000127')}`
      + '<ns1:SoSoHoKhau>990000001</ns1:SoSoHoKhau><ns1:LoaiTaiKhoan>1</ns1:LoaiTaiKhoan><ns1:MaSoThue>9900000001</ns1:MaSoThue><ns1:ThuDienTu>mau@example.vn</ns1:ThuDienTu>';
    const text = oneWith(more).replace('<ns1:CongdanCollection', '<ns1:CongdanCollection SoCongDan="1" GhiChu="thử" ThoiDiemDuLieu="20250101" ns1:id="x-1"');
    expect(lookedUp(text).record).toEqual({
      fullName: 'Lê Thị Mẫu', citizenId: '099190000123', oldId: '099000123',
      birthRegistration: { provinceCode: '99', districtCode: '990' }, hometown: { provinceCode: '99', districtCode: '991' }, currentAddress: { provinceCode: '99', districtCode: '992' },
      father: { fullName: 'Lê Cha', nationality: { code: 'VNM' }, citizenId: '099060000124' }, mother: { fullName: 'Lê Me', nationality: { code: 'VNM' }, oldId: '099000125' },
      spouse: { fullName: 'Lê VoChong', nationality: { code: 'VNM' }, citizenId: '099088000126' }, representative: { fullName: 'Lê NguoiDaiDien', nationality: { code: 'VNM' }, citizenId: '099088000127' },
      householdBookNumber: '990000001', accountType: '1', taxCode: '9900000001', email: 'mau@example.vn', source: { count: 1, note: 'thử', dataAt: '20250101', id: 'x-1' },
    });
  });
  it('codes that no table has are kept, listed and warned of without their value', () => {
    const { record, warnings } = lookedUp(oneWith('<ns1:GioiTinh>7</ns1:GioiTinh><ns1:DanToc>77</ns1:DanToc><ns1:TonGiao>14</ns1:TonGiao><ns1:TinhTrangHonNhan>8</ns1:TinhTrangHonNhan><ns1:NhomMau>09</ns1:NhomMau><ns1:ChuHo><ns1:QuanHe>con</ns1:QuanHe></ns1:ChuHo><ns1:SoCMND>12345</ns1:SoCMND>'));
    expect(record).toMatchObject({ ethnicity: { code: '77' }, religion: { code: '14', name: 'Phật giáo Hòa Hảo' }, householdHead: { relationship: { code: 'con' } } });
    expect(record).not.toHaveProperty('sex');
    expect(record?.unknownCodes?.map(({ field, code }) => `${field}=${code}`).sort()).toEqual(['bloodType=09', 'citizenId=12345', 'ethnicity=77', 'householdHead.relationship=con', 'maritalStatus=8', 'sex=7']);
    expect(warnings.sort()).toEqual(['bloodType', 'citizenId', 'ethnicity', 'householdHead/relationship', 'maritalStatus', 'sex'].map((field) => `LT-DANCU-CODE-UNKNOWN /${field}`));
  });
  it('marital status 3 is what the configuration says', () => {
    const text = oneWith('<ns1:TinhTrangHonNhan>3</ns1:TinhTrangHonNhan>');
    expect([lookedUp(text).record?.maritalStatus, lookedUp(text, { maritalStatus3: 'divorced-or-widowed' }).record?.maritalStatus]).toEqual(['DIVORCED', 'DIVORCED_OR_WIDOWED']);
  });
  it('names as text or in parts; numbers by their length; births of every form', () => {
    expect([fullNameOf('  Lê  Văn Giả '), fullNameOf({ Ho: 'Lê', ChuDem: 'Văn', Ten: 'Giả' }), fullNameOf({ Ten: 'Lê Văn Giả' }), fullNameOf({}), fullNameOf(undefined)]).toEqual(['Lê Văn Giả', 'Lê Văn Giả', 'Lê Văn Giả', '', '']);
    expect([numbersOf('099000123', ''), numbersOf('', '099190000123'), numbersOf('1', '2')]).toEqual([{ oldId: '099000123' }, { citizenId: '099190000123' }, {}]);
    expect(['19900214', '1990-02-14', '1990', '19900230', 'x'].map((NgayThangNam) => birthOf({ NgayThangNam }))).toEqual(['1990-02-14', '1990-02-14', '1990', '1990', undefined]);
    expect([birthOf({ Nam: '1960' }), birthOf({ NgayThangNam: '', Nam: '1960' }), birthOf({}), birthOf(undefined)]).toEqual(['1960', '1960', undefined, undefined]);
  });
  it('whose it is goes by the number; where the record has none of that kind, by the name', () => {
    const means = (asked: Record<string, unknown>, numbers: string, name = 'Lê Thị Mẫu') => classifyLookUp(answered(people(`${numbers}<HoVaTen>${name}</HoVaTen>`)), encodeLookUp(question(asked), settings), settings).kind;
    const [twelve, nine, otherTwelve, otherNine] = ['<SoDinhDanh>099190000123</SoDinhDanh>', '<SoCMND>099000123</SoCMND>', '<SoDinhDanh>099190000124</SoDinhDanh>', '<SoCMND>099000124</SoCMND>'];
    const byCard = { citizenId: undefined, oldId: '099000123' };
    expect([means({}, twelve), means({}, `${twelve}${otherNine}`), means({}, nine), means(byCard, nine), means(byCard, `${otherTwelve}${nine}`), means(byCard, twelve), means(byCard, '<SoDinhDanh>099000123</SoDinhDanh>')]).toEqual(Array.from({ length: 7 }, () => 'accepted'));
    expect([means({}, otherTwelve), means({}, `${otherTwelve}${nine}`), means({}, ''), means({}, '<SoDinhDanh>99190000123</SoDinhDanh>'), means(byCard, otherNine), means(byCard, `${twelve}${otherNine}`), means(byCard, twelve, 'Lê Thị Khác'), means({}, nine, 'Lê Thị Khác')]).toEqual(Array.from({ length: 8 }, () => 'rejected'));
  });
  it('of a page of changes a record without a name is left out and told, and holds up none', async () => {
    const { outcome } = await sent({ services: { changes: '039' } }, { requestId: 'c-1', from: 0, to: 1, page: 1, pageSize: 10 }, 'listChanges', () => ({ body: people(PERSON, '<ns1:SoDinhDanh>099190000125</ns1:SoDinhDanh>').replace('<ns1:CongdanCollection', '<ns1:CongdanCollection SoCongDan="12"') }));
    expect(outcome).toMatchObject({ kind: 'done', value: { records: [{ fullName: 'Lê Thị Mẫu' }], unread: 1, total: 12 }, warnings: [{ code: 'LT-DANCU-RECORD', severity: 'warning' }] });
  });
  it('a name that is another one is told', () => {
    expect(lookedUp(people('<a:SoDinhDanh xmlns:a="x">099190000123</a:SoDinhDanh><HoVaTen>Lê Thị Khác</HoVaTen>')).warnings).toEqual(['LT-DANCU-NAME-DIFFERS /fullName']);
  });
  it('a birth that is another one is told; the years are compared where there is no day', () => {
    const born = (birth: string): string[] => lookedUp(oneWith(`<NgayThangNamSinh>${birth}</NgayThangNamSinh>`)).warnings;
    expect([born('<NgayThangNam>19900214</NgayThangNam>'), born('<Nam>1990</Nam>'), born('<NgayThangNam>19900215</NgayThangNam>')]).toEqual([[], [], ['LT-DANCU-BIRTH-DIFFERS /birthDate']]);
  });
  it('a sex or year that the number does not say is a warning, and nothing is changed by it', () => {
    const { record, warnings } = lookedUp(oneWith('<GioiTinh>1</GioiTinh><NgayThangNamSinh><Nam>1991</Nam></NgayThangNamSinh>'));
    expect(warnings).toEqual(['LT-DANCU-BIRTH-DIFFERS /birthDate', 'LT-DANCU-NUMBER-DIFFERS /citizenId', 'LT-DANCU-NUMBER-DIFFERS /citizenId']);
    expect(record).toMatchObject({ sex: 'MALE', birthDate: '1991', citizenId: '099190000123' });
    expect(lookedUp(oneWith('<GioiTinh>2</GioiTinh><NgayThangNamSinh><Nam>1990</Nam></NgayThangNamSinh>')).warnings).toEqual([]);
  });
  it('every record counts, wherever it stands: none is passed over as nobody, and two are two', () => {
    const one = '<CongDan><SoDinhDanh>099190000123</SoDinhDanh><HoVaTen>Lê Thị Mẫu</HoVaTen></CongDan>';
    const two = `${one}${one.replace('Mẫu', 'Hai')}`;
    expect([`<Tra>${two}</Tra>`, `<CongdanCollection>${one}</CongdanCollection><CongdanCollection>${one}</CongdanCollection>`, `<CongdanCollection><Trang>${two}</Trang></CongdanCollection>`].map((inner) => lookedUp(soap(inner)).means)).toEqual(Array.from({ length: 3 }, () => 'rejected LT-DANCU-AMBIGUOUS'));
    expect([`<CongdanCollection/><CongdanCollection>${one}</CongdanCollection>`, `<CongdanCollection><Trang>${one}</Trang></CongdanCollection>`, one].map((inner) => lookedUp(soap(inner)).record?.fullName)).toEqual(Array.from({ length: 3 }, () => 'Lê Thị Mẫu'));
  });
  it('a known code beside "nobody" says that nobody was looked for; beside a record it says nothing', () => {
    const wrapped = (message: unknown, error_code: unknown) => {
      const understood = classifyLookUp(answered({ error_code, message }), request, settings);
      return understood.kind === 'rejected' ? understood.issues[0]?.code : understood.kind;
    };
    expect([wrapped(people(), '004'), wrapped(people(), '005'), wrapped(people(), '0'), wrapped(people(), 200), wrapped(people(PERSON), '004')]).toEqual(['LT-DANCU-NOT-LICENSED', 'LT-DANCU-OFFICER-REFUSED', 'accepted', 'accepted', 'accepted']);
    const flat = (body: unknown): string => classifyLookUp(answered(body), request, settings).kind;
    expect([flat({ errorCode: '004', CongDan: null }), flat({ CongDan: [] })]).toEqual(['rejected', 'accepted']);
    const verified = (inner: string): string => classifyVerify(answered(soap(inner)), {}, 'service', settings).kind;
    expect([verified('<a><TonTai>false</TonTai><MaLoi>004</MaLoi></a>'), verified('<a><TonTai>false</TonTai><MaLoi>00</MaLoi></a>'), verified('<a><TonTai>true</TonTai><MaLoi>004</MaLoi></a>')]).toEqual(['rejected', 'accepted', 'accepted']);
  });
  it('whatever is in the record, what comes out is a CitizenRecord', () => {
    const word = fc.oneof(fc.string({ maxLength: 40 }).filter((s) => /^[\x20-\x7e]*$/.test(s)), fc.constantFrom('', '1', '01', '0990000001', '099190000123', 'Lê Thị Mẫu', '19900214', 'VN'));
    const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
    const place = fc.record({ MaTinhThanh: word, MaQuanHuyen: word, MaPhuongXa: word, ChiTiet: word, QuocGia: word }, { requiredKeys: [] });
    const name = fc.oneof(word, fc.record({ Ho: word, ChuDem: word, Ten: word }, { requiredKeys: [] }));
    const kin = fc.record({ HoVaTen: name, QuocTich: word, SoDinhDanh: word, SoCMND: word, QuanHe: word }, { requiredKeys: [] });
    const records = fc.record({ SoCMND: some(word), GioiTinh: some(word), DanToc: some(word), TonGiao: some(word), TinhTrangHonNhan: some(word), NhomMau: some(word), NgayThangNamSinh: some(fc.record({ Nam: word, NgayThangNam: word }, { requiredKeys: [] })), QueQuan: some(place), ThuongTru: some(place), QuocTich: some(word), Cha: some(kin), ChuHo: some(kin), SoSoHoKhau: some(word), MaSoThue: some(word) });
    fc.assert(fc.property(records, name, (fields, HoVaTen) => {
      const citizen = { SoDinhDanh: '099190000123', HoVaTen, ...fields } as unknown as CongDan;
      const { record, means } = lookedUp(collectionXml([citizen], 'as-given'));
      if (fullNameOf(HoVaTen) === '') expect(means).toBe('rejected LT-DANCU-RECORD');
      else expect(validateCitizenVerification({ outcome: 'MATCH', record })).toMatchObject({ ok: true });
    }), { seed: 11, numRuns: 120 });
  });
});

describe('verification', () => {
  const byLookUp = (text: string, asked = question()) => {
    const understood = classifyVerify(answered(text), request, 'look-up', settings);
    return understood.kind === 'accepted' ? decodeVerify(understood.response, asked) : understood.kind;
  };
  it('by a look-up compares what was asked, and gives nothing but the outcome', () => {
    expect(byLookUp(people(PERSON))).toEqual({ outcome: 'MATCH' });
    expect(byLookUp(people(PERSON), question({ birth: '1990' }))).toEqual({ outcome: 'MATCH' });
    expect(byLookUp(people(PERSON), question({ birth: undefined, fullName: 'LE THI MAU' }))).toEqual({ outcome: 'MATCH' });
    expect(byLookUp(people(PERSON), question({ birth: '1990-02-15' }))).toEqual({ outcome: 'MISMATCH' });
    expect(byLookUp(people(PERSON), question({ birth: '1991' }))).toEqual({ outcome: 'MISMATCH' });
    expect(byLookUp(people(PERSON), question({ fullName: 'Lê Thị Mẫn' }))).toEqual({ outcome: 'MISMATCH' });
    expect(byLookUp(people())).toEqual({ outcome: 'NOT_FOUND' });
  });
  it('says that a birth was not compared where the message has none', async () => {
    const warned = async (more: Record<string, unknown>, asked = question()): Promise<string[]> => {
      const { outcome } = await sent(more, asked, 'verifyCitizen', () => ({ body: soap('<KetQuaXacThuc><TonTai>true</TonTai></KetQuaXacThuc>') }));
      return outcome.kind === 'done' ? (outcome.warnings ?? []).map(({ code, pointer }) => `${code} ${pointer ?? ''}`) : [outcome.kind];
    };
    expect(await warned({})).toEqual(['LT-DANCU-BIRTH-NOT-ASKED /birth']);
    expect([await warned({}, question({ birth: undefined })), await warned({ verification: { form: 'integration-code' } })]).toEqual([[], []]);
  });
  it('two names of which no letter of the alphabet is left are not one name', () => {
    const [asked, other] = [question({ fullName: '李明' }), people('<SoDinhDanh>099190000123</SoDinhDanh><HoVaTen>王芳</HoVaTen>')];
    expect([byLookUp(other, asked), byLookUp(other.replace('王芳', '李明'), asked)]).toEqual([{ outcome: 'MISMATCH' }, { outcome: 'MATCH' }]);
  });
  it('a truth value in any spelling and wrapper', () => {
    const told = (inner: string) => {
      const understood = classifyVerify(answered(soap(inner)), {}, 'service', settings);
      return understood.kind === 'accepted' ? decodeVerify(understood.response, question()).outcome : understood.kind;
    };
    expect(['<KetQuaXacThuc><TonTai>true</TonTai></KetQuaXacThuc>', '<a:KetQuaXacThucResponse xmlns:a="x"><KetQuaXacThuc><TonTai> TRUE </TonTai></KetQuaXacThuc></a:KetQuaXacThucResponse>', '<KetQuaXacThuc><TonTai>1</TonTai></KetQuaXacThuc>'].map(told)).toEqual(['MATCH', 'MATCH', 'MATCH']);
    expect(['<KetQuaXacThuc><TonTai>false</TonTai></KetQuaXacThuc>', '<KetQuaXacThuc><TonTai>0</TonTai></KetQuaXacThuc>'].map(told)).toEqual(['MISMATCH', 'MISMATCH']);
    expect(['<KetQuaXacThuc/>', '<KetQuaXacThuc><TonTai/></KetQuaXacThuc>', '<KetQuaXacThuc><TonTai>không</TonTai></KetQuaXacThuc>'].map(told)).toEqual(['rejected', 'rejected', 'rejected']);
  });
  it('relatives that are said not to exist', () => {
    expect(decodeRelatives({ TonTai: false }, settings)).toEqual({ outcome: 'MISMATCH' });
    expect(decodeRelatives({ Cha: { HoVaTen: 'Lê Văn Giả' } } as never, settings)).toEqual({ outcome: 'MATCH', father: { fullName: 'Lê Văn Giả' } });
  });
});

describe('XML that means harm', () => {
  const bomb = `<!DOCTYPE a [<!ENTITY a "${'x'.repeat(100)}"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>${soap('<a>&b;</a>')}`;
  it.each([
    ['a document type with entities', bomb, 'hostile'],
    ['an external entity', `<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]>${soap('&f;')}`, 'hostile'],
    ['elements inside elements without end', `${'<a>'.repeat(10_000)}${'</a>'.repeat(10_000)}`, 'hostile'],
    ['a text without end', soap(`<a>${'x'.repeat(100_000)}</a>`), 'hostile'],
    ['attributes without end', soap(`<a ${Array.from({ length: 100 }, (_, i) => `a${i}="1"`).join(' ')}/>`), 'hostile'],
    ['an entity that nobody declared', soap('<a>&nbsp;</a>'), 'broken'],
    ['two roots', `${soap('')}${soap('')}`, 'broken'],
    ['a name that means something to JavaScript', soap('<__proto__><CongDan/></__proto__>'), 'broken'],
    ['nothing but a comment', '<!-- 099190000123 -->', 'broken'],
  ])('%s', (_what, text, kind) => {
    expect(readReply(undefined, text).kind).toBe(kind);
    expect(lookedUp(text).means).toMatch(/^(rejected|retry) LT-DANCU-ANSWER$/);
    expect(JSON.stringify(classifyLookUp(answered(text), request, settings))).not.toMatch(/passwd|099190000123/);
  });
  it('CDATA, comments, a byte order mark and blanks are what they are everywhere', () => {
    const text = `\ufeff\n<?xml version="1.0"?>${oneWith('<ns1:SoSoHoKhau><![CDATA[99 <& 1]]><!-- x --></ns1:SoSoHoKhau>')}\n`;
    expect(lookedUp(text).record?.householdBookNumber).toBe('99 <& 1');
  });
  it('a field that has elements where a text belongs is refused, not guessed', async () => {
    const { outcome } = await sent({}, question(), 'lookUpCitizen', () => ({ body: oneWith('<ns1:QuocTich><x>VN</x></ns1:QuocTich>') }));
    expect(codeOf(outcome)).toBe('rejected LT-UPSTREAM-RESPONSE-INVALID');
  });
  it('whatever comes, an answer is read and nothing is thrown', () => {
    const piece = fc.constantFrom('<a>', '</a>', '<CongdanCollection>', '</CongdanCollection>', '<CongDan>', '</CongDan>', '<TonTai>', 'true', '</TonTai>', '<Fault/>', 'Err', '004', '&lt;', '&', ']]>', '<![CDATA[', '<!DOCTYPE a>', 'Lê', '\u0000', ' ');
    fc.assert(fc.property(fc.oneof(fc.array(piece, { maxLength: 12 }).map((all) => all.join('')), fc.string({ maxLength: 60 })), (text) => {
      expect(typeof readReply(undefined, text).kind).toBe('string');
      expect(typeof readReply({ message: text, error_code: text }, '').kind).toBe('string');
    }), { seed: 13, numRuns: 300 });
  });
});
