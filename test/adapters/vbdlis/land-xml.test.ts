import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildLandFile } from '../../../adapters/vbdlis/xml/build.ts';
import { checkLandFile } from '../../../adapters/vbdlis/xml/check.ts';
import { misfitsOf } from '../../../adapters/vbdlis/xml/fits.ts';
import { LAND_CODES } from '../../../adapters/vbdlis/xml/codes.ts';
import { collectLandXml, parseLandXml } from '../../../adapters/vbdlis/xml/read.ts';
import { CODED_LEAVES, HO_SO_XML, type ElementShape, type LeafType } from '../../../adapters/vbdlis/xml/shape.ts';
import type { LandFile, Unplaced } from '../../../adapters/vbdlis/xml/types.ts';
import { isXmlFault } from '../../../src/contract/xml/events.ts';

/** Text as people and old systems write it: spaces, marks, characters that XML must escape; no control characters, which XML does not have. */
const text = fc.oneof(
  fc.constantFrom('Nguyễn Thị Mẫu', 'Lâu dài', '  hai đầu  ', 'A & B <c> "d" \'e\'', ']]>', 'Thôn Ví Dụ'.normalize('NFD'), '012', '00000', 'x\ny', '\u{1F3E0}'),
  fc.string({ unit: 'grapheme', maxLength: 12 }).filter((s) => !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(s) && s.isWellFormed()),
);
const LEAVES: Record<LeafType, fc.Arbitrary<unknown>> = {
  str: text,
  int: fc.integer({ min: -999_999, max: 999_999_999 }).map((n) => (n === 0 ? 0 : n)),
  dec: fc.tuple(fc.nat(10_000_000), fc.nat(999)).map(([a, b]) => `${a}.${String(b).padStart(3, '0')}`),
  bool: fc.boolean(),
  dt: fc.date({ min: new Date('1990-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }).chain((d) => fc.constantFrom(d.toISOString(), d.toISOString().slice(0, 19), d.toISOString().slice(0, 10), `${d.toISOString().slice(0, 19)}+07:00`)),
};

function nodeOf(shape: ElementShape, depth: number): fc.Arbitrary<Record<string, unknown>> {
  const parts: Record<string, fc.Arbitrary<unknown>> = {};
  for (const [leaf, type] of Object.entries(shape.leaves)) parts[leaf] = LEAVES[type];
  for (const [name, child] of Object.entries(shape.children)) {
    const below = nodeOf(child, depth + 1);
    parts[name] = Object.keys(child.leaves).length === 0 ? below.filter((w) => Object.keys(w).length > 0) : fc.array(below, { minLength: 1, maxLength: depth > 2 ? 1 : 3 });
  }
  if (shape.files !== undefined && depth < 6) parts[shape.files] = fc.constant({ HoSoXml: [{ hoSoGuid: 'before', DC_TinhHinhDangKy: [{ maXa: '00123' }] }] });
  return fc.record(parts, { requiredKeys: [] });
}
const file = nodeOf(HO_SO_XML, 0) as fc.Arbitrary<LandFile>;

/** Cut anywhere, as a socket or a disk does. */
function* cut(document: string, sizes: readonly number[]): Generator<string> {
  for (let at = 0, i = 0; at < document.length; i += 1) {
    const size = Math.max(1, sizes[i % Math.max(1, sizes.length)] ?? 7);
    yield document.slice(at, at + size);
    at += size;
  }
}
const small = (file: LandFile): boolean => JSON.stringify(file).length < 40_000;

describe('the laws of a land file', () => {
  it('reads what it writes, whole and in pieces, with nothing lost and nothing odd', async () => {
    await fc.assert(fc.asyncProperty(file.filter(small), fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 8 }), async (x, sizes) => {
      expect(misfitsOf(x)).toEqual([]);
      const document = buildLandFile(x);
      const whole = parseLandXml(document);
      expect(whole).toEqual({ files: [x], findings: [], more: 0 });
      expect(await collectLandXml(cut(document, sizes))).toEqual(whole);
    }), { numRuns: 60 });
  });
});

/** Every leaf of an element, and two of every entity in it. */
function fullNode(shape: ElementShape, depth = 0): Record<string, unknown> {
  const value: Record<LeafType, unknown> = { str: '007 “x”', int: 12, dec: '012.50', bool: false, dt: '2025-03-04T08:15:00' };
  return {
    ...Object.fromEntries(Object.entries(shape.leaves).map(([leaf, type]) => [leaf, value[type]])),
    ...Object.fromEntries(Object.entries(shape.children).map(([name, child]) => [name, Object.keys(child.leaves).length === 0 ? fullNode(child, depth + 1) : [fullNode(child, depth + 1), fullNode(child, depth + 1)]])),
    ...(shape.files === undefined || depth > 4 ? {} : { [shape.files]: { HoSoXml: [{ hoSoGuid: 'before' }, { hoSoGuid: 'before that' }] } }),
  };
}
it('holds every element of the format at once, two of each entity, in the order of the format', async () => {
  const full = fullNode(HO_SO_XML) as LandFile;
  const document = buildLandFile(full);
  expect(parseLandXml(document)).toEqual({ files: [full], findings: [], more: 0 });
  expect(await collectLandXml(cut(document, [1_000]))).toEqual({ files: [full], findings: [], more: 0 });
  const order = [...document.matchAll(/<([A-Za-z]\w*)>/g)].map(([, name]) => name ?? '').filter((name) => name in HO_SO_XML.children);
  expect([...new Set(order)]).toEqual(Object.keys(HO_SO_XML.children));
});

const doc = (inner: string): string => `<?xml version="1.0" encoding="utf-8"?>\n<HoSoXml xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">${inner}</HoSoXml>`;
const parcel = (inner: string): string => doc(`<ThongTinTaiSan><ThongTinThuaDat><DC_ThuaDat>${inner}</DC_ThuaDat></ThongTinThuaDat></ThongTinTaiSan>`);

describe('what the format does not have', () => {
  const foreign = fc.letrec<{ raw: Unplaced }>((tie) => ({
    raw: fc.oneof({ maxDepth: 3 },
      fc.record({ name: fc.constantFrom('moiThem', 'DC_Moi', 'x'), text }),
      fc.record({ name: fc.constantFrom('moiThem', 'DC_Moi', 'x'), children: fc.array(tie('raw'), { minLength: 1, maxLength: 3 }) })),
  })).raw;
  it('is kept wherever it stands, written again, and said once for each', async () => {
    await fc.assert(fc.asyncProperty(fc.array(foreign, { minLength: 1, maxLength: 3 }), fc.array(foreign, { minLength: 1, maxLength: 3 }), fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 }), async (atRoot, inParcel, sizes) => {
      const file: LandFile = { ThongTinTaiSan: { ThongTinThuaDat: { DC_ThuaDat: [{ thuaDatId: '1', unplaced: inParcel }] } }, unplaced: atRoot };
      const document = buildLandFile(file);
      const whole = parseLandXml(document);
      const plain = (raw: Unplaced): unknown => ({ name: raw.name, text: raw.text === '' ? undefined : raw.text, children: raw.children?.map(plain) });
      const kept = whole.files.map(({ ThongTinTaiSan, unplaced }) => [ThongTinTaiSan?.ThongTinThuaDat?.DC_ThuaDat?.[0]?.unplaced?.map(plain), unplaced?.map(plain)]);
      expect(kept).toEqual([[inParcel.map(plain), atRoot.map(plain)]]);
      expect(whole.findings.map(({ kind }) => kind)).toEqual(Array(inParcel.length + atRoot.length).fill('unknown-element'));
      expect(await collectLandXml(cut(document, sizes))).toEqual(whole);
      expect(buildLandFile(whole.files[0] ?? {})).toBe(document);
    }), { numRuns: 60 });
  });
});

describe('a land file as sources write it', () => {
  it('keeps leading zeros, digits of decimals and dates as they stand', () => {
    const { files, findings } = parseLandXml(parcel('<thuaDatId>007</thuaDatId><maXa>00091</maXa><dienTich>212.50</dienTich>'));
    expect(findings).toEqual([]);
    expect(files[0]?.ThongTinTaiSan?.ThongTinThuaDat?.DC_ThuaDat).toEqual([{ thuaDatId: '007', maXa: '00091', dienTich: '212.50' }]);
  });

  it('takes nil for absent, ignores the marks of the annotated sample, and joins wrappers of one name', () => {
    const { files, findings } = parseLandXml(doc(
      '<DC_TinhHinhDangKy Trang="57"><soThuTu xsi:nil="true" /><coQuyenSuDung>1</coQuyenSuDung><maDon GhiChu="x">A</maDon></DC_TinhHinhDangKy>'
      + '<ThongTinDiaChi><DC_DiaChi><diaChiId>1</diaChiId></DC_DiaChi></ThongTinDiaChi><ThongTinDiaChi><DC_DiaChi><diaChiId>2</diaChiId></DC_DiaChi></ThongTinDiaChi>',
    ));
    expect(findings).toEqual([]);
    expect(files).toEqual([{ DC_TinhHinhDangKy: [{ coQuyenSuDung: true, maDon: 'A' }], ThongTinDiaChi: { DC_DiaChi: [{ diaChiId: '1' }, { diaChiId: '2' }] } }]);
  });

  it('keeps what has no place or does not fit, says where, and writes it again', async () => {
    const document = parcel('<dienTich>rộng</dienTich><maXa>1</maXa><maXa>2</maXa><moiThem><a>x</a></moiThem><soThuTuThua><b>1</b></soThuTuThua>').replace('</HoSoXml>', 'lạc<ThongTinMoi><y>1</y></ThongTinMoi></HoSoXml>');
    const read = parseLandXml(document);
    const at = 'HoSoXml/ThongTinTaiSan/ThongTinThuaDat/DC_ThuaDat';
    expect(read.findings).toEqual([
      { kind: 'wrong-type', at: `${at}/dienTich`, detail: 'dec' }, { kind: 'repeated', at: `${at}/maXa` }, { kind: 'unknown-element', at: `${at}/moiThem` },
      { kind: 'wrong-type', at: `${at}/soThuTuThua`, detail: 'str' }, { kind: 'stray-text', at: 'HoSoXml' }, { kind: 'unknown-element', at: 'HoSoXml/ThongTinMoi' },
    ]);
    expect(await collectLandXml(cut(document, [3, 11, 40]))).toEqual(read);
    const [file] = read.files;
    expect(parseLandXml(buildLandFile(file ?? {})).files).toEqual(read.files);
  });

  it('reads many files under one root, and says when there is none', async () => {
    const many = `<DanhSach>${'<HoSoXml><hoSoGuid>a</hoSoGuid></HoSoXml>'.repeat(3)}<Khac/></DanhSach>`;
    expect(parseLandXml(many)).toEqual({ files: [{ hoSoGuid: 'a' }, { hoSoGuid: 'a' }, { hoSoGuid: 'a' }], findings: [{ kind: 'unknown-element', at: 'DanhSach/Khac' }], more: 0 });
    expect(await collectLandXml(cut(many, [5]))).toEqual(parseLandXml(many));
    expect(parseLandXml('<x><y/></x>').findings.map(({ kind }) => kind)).toEqual(['unknown-element', 'no-such-root']);
  });

  it('finds codes outside their lists, ids that come twice and references to nothing', () => {
    const { files } = parseLandXml(doc(
      '<ThongTinQuyenSuDungDat><DC_QuyenSuDungDat><quyenSuDungDatId>q</quyenSuDungDatId><loaiDoiTuong>0</loaiDoiTuong><chuId>c1</chuId><thuaDatId>t9</thuaDatId></DC_QuyenSuDungDat></ThongTinQuyenSuDungDat>'
      + '<ThongTinGiaoDich><DC_GiaoDich><giaoDichId>g</giaoDichId><maBienDong>ZZ</maBienDong></DC_GiaoDich><DC_GiaoDich><giaoDichId>g</giaoDichId><maBienDong>CN</maBienDong></DC_GiaoDich></ThongTinGiaoDich>'
      + '<ThongTinChu><ThongTinCaNhan><DC_CaNhan><caNhanId>c1</caNhanId><hoTen>Lê Văn Mẫu</hoTen></DC_CaNhan></ThongTinCaNhan></ThongTinChu>',
    ));
    const found = checkLandFile(files[0] ?? {});
    expect(found).toEqual([
      { kind: 'unknown-code', at: 'HoSoXml/ThongTinGiaoDich/DC_GiaoDich/maBienDong', detail: 'change', code: 'ZZ' },
      { kind: 'duplicate-id', at: 'HoSoXml/ThongTinGiaoDich/DC_GiaoDich[2]/giaoDichId' },
      { kind: 'dangling-reference', at: 'HoSoXml/ThongTinQuyenSuDungDat/DC_QuyenSuDungDat/thuaDatId', detail: 'thuaDatId' },
    ]);
    expect(checkLandFile(files[0] ?? {}, { change: ['ZZ'] }).map(({ kind }) => kind)).toEqual(['duplicate-id', 'dangling-reference']);
  });
});

describe('XML that means harm', () => {
  const both = async (document: string): Promise<unknown[]> => {
    const kindOf = (error: unknown): unknown => (isXmlFault(error) ? error.kind : error);
    const whole = ((): unknown => {
      try {
        return parseLandXml(document).files.length;
      } catch (error) {
        return kindOf(error);
      }
    })();
    return [whole, await collectLandXml(cut(document, [4_096])).then(({ files }) => files.length, kindOf)];
  };
  it.each<[string, string, unknown]>([
    ['a document type', '<!DOCTYPE HoSoXml><HoSoXml/>', 'doctype'],
    ['entities that grow', '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><HoSoXml><hoSoGuid>&b;</hoSoGuid></HoSoXml>', 'doctype'],
    ['a file of the machine', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><HoSoXml><hoSoGuid>&x;</hoSoGuid></HoSoXml>', 'doctype'],
    ['an entity that nobody declared', doc('<hoSoGuid>&x;</hoSoGuid>'), 'not-well-formed'],
    ['depth', `<HoSoXml>${'<a>'.repeat(20_000)}${'</a>'.repeat(20_000)}</HoSoXml>`, 'limit'],
    ['a text without end', doc(`<hoSoGuid>${'x'.repeat(5_000_000)}</hoSoGuid>`), 'limit'],
    ['a document that is cut', doc('<hoSoGuid>1').slice(0, -12), 'not-well-formed'],
    ['HTML', '<html><body><br></body></html>', 'not-well-formed'],
    ['nothing', '', 'not-well-formed'],
    ['control characters', doc('<hoSoGuid>\u0000</hoSoGuid>'), 'not-well-formed'],
    ['names of JavaScript', doc('<__proto__><x>1</x></__proto__>'), 'not-well-formed'],
    ['names of JavaScript below a prefix', doc('<a:constructor xmlns:a="u">1</a:constructor>'), 'not-well-formed'],
  ])('%s', async (_what, document, expected) => {
    expect(await both(document)).toEqual([expected, expected]);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it('stops at a gigabyte of spaces long before its end', async () => {
    let sent = 0;
    function* spaces(): Generator<string> {
      yield '<HoSoXml>';
      for (; sent < 1_024; sent += 1) yield ' '.repeat(1024 * 1024);
      yield '</HoSoXml>';
    }
    await expect(collectLandXml(spaces())).rejects.toMatchObject({ kind: 'limit' });
    expect(sent).toBeLessThan(10);
  });
});

/** The fact sheet's lists (4.7 a–j), read off it by hand. */
const SHEET: Readonly<Record<keyof typeof LAND_CODES, string>> = {
  'land-use': 'CAN DRA BCS BHK DCH LUC DDL DDT MNC SKC TIN TON DBV DCK DNL SKN DCS DGT SKT SKK DKV LMU NTD NKH NTS NHK ODT ONT PNK CQP RDD RPH RSX SKX DSH SON SKS TMD DTL CLN LUK LUN DXH DGD DKH DNG DTT DVH DYT DSK TSC DTS NCS',
  'planning-use': 'CAN DRA CSD LUC DDT MNC SKC TIN TON SKN DDL KDT SKT KCN SKK KKT DKV LMU NTD NNP NKH NTS ODT ONT DHT PNN PNK CQP RDD RPH RSX SKX DSH SON SKS TMD HNK CLN LUA DNG TSC DTS NCS',
  origin: 'DG-CTT DG-KTT DG-QL DT-THN DT-TML DT-KCN DT-KCN-THN DT-KCN-TML CNQ CNQ-CTT CNQ-KTT',
  'transfer-origin': '1 2 3 4 5 6 7 8 9 10 14 15 16 17 18 19 20 21',
  'user-kind': 'NSD NQL UBS TVN CDS UBQ TKT CNN TKQ TLD GDC TCN NNG CDQ TKH TPQ TSN TNG TVD',
  'certificate-kind': '1 2 3 4 5 6 7 11 17 18 19 99',
  'mortgage-kind': '0 1 2 3 4 5 6 7 8 9 10',
  change: 'BN BTS CD CL CM CMT CN CNN CP CQM CQT CT CLS DC SN DG DH DT GA GD GH GK GP GT GV HC HD LK SA DGN TA TAN TC TCN TCQ TD TG TH TK TKN TL TM TN TQ TS TT VC XC XCN XN XT XV XX',
  'owner-kind': '0 1 2 3 4',
  'asset-kind': '6 7 8 9 10 11 12 13 14',
};

describe('the tables', () => {
  it('have as many codes as the format has', () => {
    expect(Object.fromEntries(Object.entries(LAND_CODES).map(([name, codes]) => [name, Object.keys(codes).length]))).toEqual({
      'land-use': 53, 'planning-use': 43, origin: 11, 'transfer-origin': 18, 'user-kind': 19, 'certificate-kind': 12, 'mortgage-kind': 11, change: 53, 'owner-kind': 5, 'asset-kind': 9,
    });
    for (const [name, codes] of Object.entries(LAND_CODES)) expect(Object.keys(codes).sort(), name).toEqual(SHEET[name as keyof typeof SHEET].split(' ').sort());
    for (const codes of Object.values(LAND_CODES)) for (const [code, { vi, en }] of Object.entries(codes)) expect(vi.length > 1 && en.length > 1 && vi !== en, code).toBe(true);
  });
  it('have the 21 children of the root, hoSoGuid among them, and name every coded leaf that there is', () => {
    expect(Object.keys(HO_SO_XML.children).length + Object.keys(HO_SO_XML.leaves).length).toBe(21);
    const leaves = new Set<string>();
    const walk = (shape: ElementShape): void => {
      for (const leaf of Object.keys(shape.leaves)) leaves.add(leaf);
      for (const child of Object.values(shape.children)) walk(child);
    };
    walk(HO_SO_XML);
    expect(Object.keys(CODED_LEAVES).filter((leaf) => !leaves.has(leaf))).toEqual([]);
  });
});
