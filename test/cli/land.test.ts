/** `land validate` and `land convert` as a person meets them: good files, odd ones, broken ones, and things that are no such file. */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { landConvert } from '../../src/cli/commands/land.ts';
import { CommandError } from '../../src/cli/output.ts';
import { endEverything, freshFolder, run } from '../support/process.ts';

const GOOD = `<?xml version="1.0" encoding="utf-8"?>
<HoSoXml><hoSoGuid>007</hoSoGuid><ThongTinTaiSan><ThongTinThuaDat><DC_ThuaDat><thuaDatId>T1</thuaDatId><maXa>00091</maXa><dienTich>212.50</dienTich>
<diaChi>Thôn Ví Dụ</diaChi><ThongTinMucDichSuDung><DC_MucDichSuDung><maMucDichSuDung>ONT</maMucDichSuDung></DC_MucDichSuDung></ThongTinMucDichSuDung></DC_ThuaDat></ThongTinThuaDat></ThongTinTaiSan></HoSoXml>`;
const LARGE_BYTES = 66 * 1024 * 1024;

let folder = '';
const at = (name: string): string => join(folder, name);
beforeAll(() => {
  folder = freshFolder();
  const utf16 = Buffer.from(`\ufeff${GOOD.replace('utf-8', 'utf-16')}`, 'utf16le');
  const parcel = `<DC_ThuaDat><thuaDatId>T</thuaDatId><diaChi>${'Thôn Ví Dụ '.repeat(2_000)}</diaChi></DC_ThuaDat>`;
  const files: Record<string, string | Buffer> = {
    'good.xml': GOOD, 'odd.xml': GOOD.replace('ONT', 'ZZZ').replace('212.50', 'rộng').replace('<maXa>', '<moiThem>x</moiThem><maXa>'), 'broken.xml': GOOD.slice(0, 150),
    'doctype.xml': GOOD.replace('<HoSoXml>', '<!DOCTYPE HoSoXml SYSTEM "file:///etc/hostname"><HoSoXml>'), 'old.xml': Buffer.from(GOOD.replace('utf-8', 'windows-1252'), 'latin1'),
    'utf16.xml': utf16, 'utf16-no-mark.xml': utf16.subarray(2), 'empty.xml': '', 'other.xml': '<DATA><BODY/></DATA>', 'one.json': '{"hoSoGuid": "x"}', 'two.json': '[{"hoSoGuid": "x"}, {"hoSoGuid": "y"}]',
    'wrong.json': '{"hoSoGuid": {"a": 1}, "ThongTinTaiSan": 5, "khongCo": "Trần Thị Ví Dụ", "ThongTinDiaChi": {"DC_DiaChi": {"maXa": "1"}}}', 'cut.json': '[1',
    'name.json': '{"unplaced": [{"name": "a b=\\"1\\""}]}', 'large.xml': `<HoSoXml><ThongTinTaiSan><ThongTinThuaDat>${parcel.repeat(Math.ceil(LARGE_BYTES / Buffer.byteLength(parcel)))}</ThongTinThuaDat></ThongTinTaiSan></HoSoXml>`,
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(at(name), content);
  mkdirSync(at('folder'));
});
afterAll(endEverything);

describe('land validate', () => {
  it.each<[string, number, RegExp]>([
    ['good.xml', 0, /^HoSoXml 1 · DC_ThuaDat 1\nnothing odd \/ không có gì bất thường$/m],
    ['odd.xml', 1, /DC_ThuaDat\/moiThem\n {2}phần tử không có trong khuôn dạng[^]*“ZZZ” \(land-use\)\n {2}mã ngoài danh mục[^]*\n3 findings \/ điểm cần xem/],
    ['other.xml', 1, /không có phần tử HoSoXml \/ there is no element HoSoXml/],
  ])('%s ends with %d', async (name, code, said) => {
    const { stdout, ...ended } = await run(['land', 'validate', at(name)]);
    expect(ended).toMatchObject({ code, stderr: '' });
    expect(stdout).toMatch(said);
    expect(stdout).not.toContain('rộng');
  });

  it('takes a list of further codes, and says everything as JSON', async () => {
    writeFileSync(at('codes.json'), '{"land-use": ["ZZZ"]}');
    const { code, stdout } = await run(['land', 'validate', at('odd.xml'), '--codes', at('codes.json'), '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ files: 1, entities: { DC_ThuaDat: 1 }, findings: [{ kind: 'unknown-element' }, { kind: 'wrong-type', detail: 'dec' }], more: 0 });
  });
});

/** What it said, and that it left nothing behind. */
async function refused(from: string, to: string): Promise<string> {
  const before = readdirSync(folder).length;
  const error = await landConvert(at(from), { out: at(to) }).then(() => undefined, (reason: unknown) => reason);
  expect(error).toBeInstanceOf(CommandError);
  expect(error).toMatchObject({ exitCode: 2 });
  expect(readdirSync(folder).length).toBe(before);
  return (error as Error).message;
}

describe('land convert', () => {
  it('goes to JSON and back without losing anything, one file or several', async () => {
    await landConvert(at('good.xml'), { out: at('good.json') });
    await landConvert(at('good.json'), { out: at('good-again.xml') });
    await landConvert(at('good-again.xml'), { out: at('good-again.json') });
    expect(readFileSync(at('good-again.json'), 'utf8')).toBe(readFileSync(at('good.json'), 'utf8'));
    expect(JSON.parse(readFileSync(at('good.json'), 'utf8'))).toMatchObject({ hoSoGuid: '007', ThongTinTaiSan: { ThongTinThuaDat: { DC_ThuaDat: [{ maXa: '00091', dienTich: '212.50' }] } } });
    await landConvert(at('two.json'), { out: at('two.xml') });
    await landConvert(at('two.xml'), { out: at('two-again.json') });
    expect(JSON.parse(readFileSync(at('two-again.json'), 'utf8'))).toEqual([{ hoSoGuid: 'x' }, { hoSoGuid: 'y' }]);
  });

  it('reads UTF-16 with its mark and without', async () => {
    for (const name of ['utf16.xml', 'utf16-no-mark.xml']) await landConvert(at(name), { out: at(`${name}.json`) });
    expect(readFileSync(at('utf16.xml.json'), 'utf8')).toContain('Thôn Ví Dụ');
    expect(readFileSync(at('utf16-no-mark.xml.json'), 'utf8')).toBe(readFileSync(at('utf16.xml.json'), 'utf8'));
  });

  it('takes a file of any size line by line, and says that JSON is too small for it', async () => {
    expect(await refused('large.xml', 'large.json')).toMatch(/larger than 64 MiB \/ lớn hơn 64 MiB; convert it to NDJSON/);
    await landConvert(at('large.xml'), { out: at('large.ndjson') });
    const lines = readFileSync(at('large.ndjson'), 'utf8').trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(2_000);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ path: 'ThongTinTaiSan/ThongTinThuaDat', DC_ThuaDat: { thuaDatId: 'T' } });
    expect(JSON.parse(lines.at(-1) ?? '')).toEqual({ HoSoXml: {} });
  });

  it.each<[string, string, RegExp]>([
    ['broken.xml', 'x.json', /broken\.xml:\d: not well-formed XML \/ không phải XML hợp lệ$/], ['doctype.xml', 'x.json', /document type declaration, which is refused \/ có khai báo DOCTYPE/],
    ['old.xml', 'x.json', /is neither UTF-8 nor UTF-16 \/ không phải UTF-8 hoặc UTF-16/], ['empty.xml', 'x.json', /is no XML/], ['other.xml', 'x.json', /there is no element HoSoXml/], ['other.xml', 'x.ndjson', /there is no element HoSoXml/],
    ['one.json', 'x.json', /JSON can only be converted to XML \/ không phải XML; JSON chỉ chuyển được sang XML/], ['good.xml', 'x.xml', /is XML already \/ đã là XML/], ['cut.json', 'x.xml', /not JSON \/ không phải JSON/],
    ['name.json', 'x.xml', /a name that XML does not have/], ['folder', 'x.json', /no file \/ không phải tệp/], ['missing.xml', 'x.json', /no such file \/ không có tệp này/], ['missing.json', 'x.xml', /no such file/],
    ['good.xml', 'x.txt', /--to: json, ndjson, xml/], ['good.xml', 'odd.xml', /exists; --force/], ['good.xml', 'nowhere/x.json', /ENOENT \/ không ghi được/],
  ])('refuses %s to %s', async (from, to, said) => {
    expect(await refused(from, to)).toMatch(said);
  });

  it('says where JSON does not fit the format, without its values, and writes nothing', async () => {
    const said = await refused('wrong.json', 'x.xml');
    expect(said).toMatch(/nothing was written \/ [^]*\/hoSoGuid: [^]*text[^]*\/ThongTinTaiSan: [^]*object[^]*\/khongCo: the format has no such element[^]*\/ThongTinDiaChi\/DC_DiaChi: [^]*list/);
    expect(said).not.toContain('Ví Dụ');
    expect(existsSync(at('x.xml'))).toBe(false);
  });

  it('does not pass over in silence what is odd', async () => {
    expect(await run(['land', 'convert', at('odd.xml'), '-o', at('odd.json')])).toMatchObject({ code: 0, stderr: expect.stringMatching(/2 findings, see land validate \/ điểm cần xem/) as string });
    expect(readFileSync(at('odd.json'), 'utf8')).toContain('"moiThem"');
  });
});
