/** The wire contract of the national portal, checked as a document: what other tests and the generator take for granted. */
import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

type Node = Record<string, unknown>;
const isNode = (v: unknown): v is Node => typeof v === 'object' && v !== null && !Array.isArray(v);
const node = (v: unknown): Node => {
  if (!isNode(v)) throw new Error('an object was expected');
  return v;
};
const strings = (v: unknown): string[] => (Array.isArray(v) ? v.filter((x) => typeof x === 'string') : []);

const document = node(parse(readFileSync(new URL('../../schemas/upstream/dvcqg.openapi.yaml', import.meta.url), 'utf8')));
const paths = node(document['paths']);
const schemas = node(node(document['components'])['schemas']) as Record<string, Node>;
const schema = (name: string): Node => {
  const found = schemas[name];
  if (found === undefined) throw new Error(`${name} is missing`);
  return found;
};
const properties = (s: Node): [string, Node][] => Object.entries(isNode(s['properties']) ? s['properties'] : {}).map(([k, v]) => [k, node(v)]);

/** Every object in a tree, with the way to it. */
function* walk(value: unknown, at: string): Generator<[string, Node]> {
  if (Array.isArray(value)) for (const [i, v] of value.entries()) yield* walk(v, `${at}/${i}`);
  else if (isNode(value)) {
    yield [at, value];
    for (const [k, v] of Object.entries(value)) yield* walk(v, `${at}/${k}`);
  }
}
/** Every schema below a component (not its examples and marks), the component itself included. */
function* subschemas(s: Node, at: string): Generator<[string, Node]> {
  yield [at, s];
  for (const [k, v] of properties(s)) yield* subschemas(v, `${at}.${k}`);
  for (const key of ['items', 'not']) if (isNode(s[key])) yield* subschemas(s[key], `${at}.${key}`);
  for (const key of ['oneOf', 'anyOf']) if (Array.isArray(s[key])) for (const [i, v] of s[key].entries()) yield* subschemas(node(v), `${at}.${key}.${i}`);
}
const all = Object.entries(schemas).flatMap(([name, s]) => [...subschemas(s, name)]);

const marks = new Set<string>(['components']);
for (const [, n] of walk(schemas, '')) for (const key of Object.keys(n)) if (key.startsWith('x-')) marks.add(key);
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
ajv.addVocabulary([...marks]);
ajv.addSchema({ $id: 'dvcqg', components: { schemas } });
const check = (name: string): ValidateFunction => {
  const fn = ajv.getSchema(`dvcqg#/components/schemas/${name}`);
  if (fn === undefined) throw new Error(`${name} does not compile`);
  return fn;
};
const accepts = (name: string, value: unknown): boolean => check(name)(value);
const example = (name: string, at = 0): Node => node(structuredClone((schema(name)['examples'] as unknown[])[at]));

/** Table 3.1.1, in its order. */
const ROWS = [
  'MaHoSo', 'MaTTHC', 'TenTTHC', 'MaLinhVuc', 'TenLinhVuc', 'KenhThucHien', 'SoBienNhan', 'SoGiayToChuHoSo', 'ChuHoSo', 'LoaiDoiTuong', 'MaDoiTuong', 'ThongTinKhac', 'Email', 'Fax',
  'SoDienThoai', 'TrichYeuHoSo', 'NgayTiepNhan', 'NgayHenTra', 'TrangThaiHoSo', 'NgayTra', 'ThongTinTra', 'HinhThuc', 'NgayKetThucXuLy', 'DonViXuLy', 'GhiChu', 'TaiLieuNop', 'DanhSachLePhi',
  'DanhSachTepDinhKemKhac', 'DanhSachHoSoBoSung', 'DanhSachGiayToKetQua', 'NoiNopHoSo', 'HoSoCoThanhPhanSoHoa', 'TaiKhoanDuocXacThucVoiVNeID', 'DuocThanhToanTrucTuyen', 'NgayTuChoi', 'DinhDanhCHS',
  'NgayNopHoSo', 'DSKetNoiCSDL',
];
/** Sections 2.1, 3.4 to 3.8: every value of `service`. */
const SERVICES = [
  'LayDanhMucCoQuan', 'LayDanhMucLinhVuc', 'LayDanhSachTTHC', 'LayThuTuc', 'LayDVC', 'LayDanhMucGioiTinh', 'LayDanhMucTinhThanh', 'LayDanhMucQuanHuyen', 'LayDanhMucPhuongXa', 'LayDanhMucQuocGia',
  'LayDanhMucDanToc', 'LayDanhMucTonGiao', 'LayDanhMucTinhTrangHonNhan', 'LayDanhMucDoiTuong', 'LayDanhMucCapThucHien', 'LayDanhMucCanCuPhapLy', 'LayDanhMucLePhi', 'LayDanhMucLoaiThuTuc', 'LayDanhMucNhomThuTuc',
  'LayDanhMucThuTucThuocLoai', 'LayQDCB', 'TraCuuTechID', 'TraCuuHoSo', 'DongBoHoSoMC', 'CapNhatTienDoHoSoMC', 'DongBoTrangThaiHoSo', 'LayDanhSachHoiDapGuiTuDVCQG', 'LayDanhSachHoiDapBoCoQuan',
  'LayNoiDungTraLoiTheoCauHoi', 'DongBoHoiDap', 'DongBoKetQuaHoiDapGuiTuDVCQG', 'DongBoDanhGia',
];
/** Section 2.2: path below forward/ and the names of its schemas. */
const INBOUND: Record<string, string> = {
  '/addtthcKhuyenMai': 'AddtthcKhuyenMai', '/nhanhsdvcqg': 'Nhanhsdvcqg', '/nhantbthuedvcqg': 'Nhantbthuedvcqg', '/search/call': 'SearchCall', '/dptracuuthanhtoanhs': 'Dptracuuthanhtoanhs', '/dpnhankqthanhtoanhs': 'Dpnhankqthanhtoanhs',
};
const refsOf = (value: unknown): string[] => [...walk(value, '')].map(([, n]) => n['$ref']).filter((r) => typeof r === 'string').map((r) => r.replace('#/components/schemas/', ''));

describe('the document', () => {
  it('is OpenAPI 3.1 on JSON Schema 2020-12', () => {
    expect(document['openapi']).toBe('3.1.0');
    expect(document['jsonSchemaDialect']).toBe('https://json-schema.org/draft/2020-12/schema');
  });

  it('refers only to schemas that exist, and every schema is reachable', () => {
    const targets = refsOf(document);
    expect(targets.filter((t) => schemas[t] === undefined)).toEqual([]);
    const standalone = Object.entries(schemas).filter(([name]) => !targets.includes(name)).map(([name]) => name);
    // Shapes for simulators and for parameters are used from code; nothing else may lie about unused.
    expect(standalone.filter((name) => !/(Inbound|Params|Request|Response)$/.test(name) && !('x-meaning' in schema(name)) && name !== 'HoSo')).toEqual([]);
  });

  it('compiles every schema in strict mode', () => {
    for (const name of Object.keys(schemas)) expect(() => check(name), name).not.toThrow();
  });

  it('describes every schema and every field in both languages', () => {
    const bare: string[] = [];
    for (const [name, s] of Object.entries(schemas)) if (typeof s['description'] !== 'string' || typeof s['x-description-vi'] !== 'string') bare.push(name);
    for (const [at, s] of all) for (const [k, f] of properties(s)) if (typeof f['description'] !== 'string' || typeof f['x-description-vi'] !== 'string') bare.push(`${at}.${k}`);
    expect(bare).toEqual([]);
  });

  it('says how sure each schema is, and gives each operation a unique id', () => {
    const unsure = Object.entries(schemas).filter(([, s]) => !('oneOf' in s) && !('anyOf' in s) && !/^[ABC]$/.test(String(s['x-confidence']))).map(([n]) => n);
    expect(unsure).toEqual([]);
    expect(all.filter(([, s]) => 'x-confidence' in s && !/^[ABC]$/.test(String(s['x-confidence']))).map(([at]) => at)).toEqual([]);
    const ids = [...walk(paths, '')].map(([, n]) => n['operationId']).filter((id) => id !== undefined);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('direction', () => {
  const objects = all.filter(([, s]) => s['type'] === 'object');

  it('is declared on every object of ours', () => {
    const undeclared = Object.entries(schemas).filter(([, s]) => s['type'] === 'object' && !['inbound', 'outbound'].includes(String(s['x-direction']))).map(([n]) => n);
    expect(undeclared).toEqual([]);
  });

  it('outbound objects are closed, inbound ones are open', () => {
    const wrong: string[] = [];
    for (const [at, s] of objects) {
      const direction = schema(at.split('.')[0] ?? '')['x-direction'];
      if (direction === 'outbound' && s['additionalProperties'] !== false) wrong.push(at);
      if (direction === 'inbound' && s['additionalProperties'] === false) wrong.push(at);
    }
    expect(wrong).toEqual([]);
  });

  it('outbound scalars are strings, but for the numbers that the portal expects', () => {
    const numbers = all.filter(([at, s]) => schema(at.split('.')[0] ?? '')['x-direction'] !== 'inbound' && ['integer', 'number', 'boolean'].includes(String(s['type']))).map(([at]) => at);
    expect(numbers.sort()).toEqual(['CoKhoanPhaiNop.error_code', 'DanhGia.TongSoNguoiDanhGia', 'MaKetQuaTraCuuThanhToan', 'MaLoiTraLoi', 'ReturnCodeReply.return_code']);
    expect(all.filter(([at, s]) => schema(at.split('.')[0] ?? '')['x-direction'] === 'outbound' && Array.isArray(s['type'])).map(([at]) => at)).toEqual([]);
  });

  it('never mixes: no outbound schema leads to an inbound one', () => {
    for (const [name, s] of Object.entries(schemas)) {
      if (s['x-direction'] !== 'outbound') continue;
      expect(refsOf(node(s['properties'] ?? {})).concat(refsOf(s['items'] ?? {})).filter((t) => schema(t)['x-direction'] === 'inbound'), name).toEqual([]);
    }
  });
});

describe('code tables', () => {
  it('give every value a meaning in both languages', () => {
    const tables = all.filter(([, s]) => 'enum' in s || 'x-meaning' in s);
    expect(tables.length).toBeGreaterThan(20);
    for (const [at, s] of tables) {
      const meaning = node(s['x-meaning']);
      if (Array.isArray(s['enum'])) expect(Object.keys(meaning).sort(), at).toEqual(s['enum'].map(String).sort());
      else expect(typeof s['pattern'], `${at} is open: it needs a pattern`).toBe('string');
      for (const [value, text] of Object.entries(meaning)) {
        expect(node(text), `${at} ${value}`).toEqual({ vi: expect.stringMatching(/\S/) as string, en: expect.stringMatching(/\S/) as string });
      }
      expect(s['x-source'], at).toEqual(expect.stringMatching(/\S/));
    }
  });

  it('are what inbound fields point to', () => {
    for (const [at, s] of all) if ('x-code-table' in s) expect(schemas[String(s['x-code-table'])]?.['x-meaning'], at).toBeDefined();
  });

  it('leave tables open that nobody has seen in full, and say so', () => {
    for (const name of ['MaLoaiDinhDanh', 'MaNoiNopHoSo', 'MaCoSoDuLieu', 'MaLoaiGiayTo']) {
      expect(schema(name)['enum'], name).toBeUndefined();
      expect(schema(name)['x-open-question'], name).toEqual(expect.stringMatching(/\S/));
    }
  });

  it('the status table is exactly 1 to 10', () => {
    expect(schema('MaTrangThaiHoSo')['enum']).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9', '10']);
  });
});

describe('the dossier', () => {
  const byRow = (name: string): [number, string][] => properties(node(schema(name))).map(([k, f]) => [Number(f['x-row']), k]);
  const table = ROWS.map((name, i): [number, string] => [i + 1, name]);

  it('has the 38 rows of table 3.1.1 in 2023+, the first 30 in v1.4-2020', () => {
    expect(byRow('HoSo2023')).toEqual(table);
    expect(byRow('HoSoInbound')).toEqual(table);
    expect(byRow('HoSo2020')).toEqual(table.slice(0, 30));
  });

  it('reads the same in both profiles, but for the nested lists that grew', () => {
    const newer = Object.fromEntries(properties(schema('HoSo2023')));
    for (const [name, field] of properties(schema('HoSo2020'))) {
      const same = JSON.parse(JSON.stringify(field).replace(/(TaiLieuNop|GiayToKetQua)2020/, '$12023')) as unknown;
      expect(newer[name], name).toEqual(same);
    }
    for (const list of ['TaiLieuNop', 'GiayToKetQua']) {
      const grown = Object.fromEntries(properties(schema(`${list}2023`)));
      for (const [name, field] of properties(schema(`${list}2020`))) expect(grown[name], `${list}.${name}`).toEqual(field);
    }
    expect(Object.keys(node(schema('TaiLieuNop2023')['properties'])).slice(5)).toEqual(['DuocSoHoa', 'DuocTaiSuDung', 'DuocLayTuKhoDMQG', 'MaKetQuaThayThe']);
    expect(Object.keys(node(schema('GiayToKetQua2023')['properties'])).slice(4)).toEqual(['MaGiayToKetQua']);
  });

  it('lets only those fields be left out that real senders leave out', () => {
    const optional = (name: string): string[] => { const required = strings(schema(name)['required']); return ROWS.filter((r) => r in node(schema(name)['properties']) && !required.includes(r)); };
    expect(optional('HoSo2023')).toEqual(['SoBienNhan', 'SoGiayToChuHoSo']);
    expect(optional('HoSo2020')).toEqual(['KenhThucHien', 'SoBienNhan', 'SoGiayToChuHoSo']);
  });
});

describe('services', () => {
  it.each(SERVICES)('%s has a strict request and a tolerant response behind the shared URL', (service) => {
    const call = node(node(paths['/mapi/g'])['post']);
    expect(refsOf(call['requestBody'])).toContain(`${service}Request`);
    expect(refsOf(call['responses'])).toContain(`${service}Response`);
    const requests = service === 'DongBoHoSoMC' ? refsOf(schema(`${service}Request`)) : [`${service}Request`];
    for (const name of requests) {
      const request = schema(name);
      expect(request['x-direction']).toBe('outbound');
      expect(strings(request['required'])).toEqual(expect.arrayContaining(['session', 'madonvi', 'service']));
      expect(node(node(request['properties'])['service'])['const']).toBe(service);
    }
    expect(schema(`${service}Response`)['x-direction']).toBe('inbound');
    for (const code of [0, '0', '-3', '00', null]) expect(accepts(`${service}Response`, { error_code: code, message: null, result: null, x: 1 })).toBe(true);
    expect(accepts(`${service}Response`, { error_code: 0, result: { data: [] } })).toBe(true);
    expect(accepts(`${service}Response`, '<html>')).toBe(false);
  });

  it('the shared URL knows no service that is not listed here', () => {
    expect(refsOf(node(node(paths['/mapi/g'])['post'])['requestBody']).map((r) => r.replace(/Request$/, '')).sort()).toEqual([...SERVICES].sort());
  });

  it('login stands apart', () => {
    expect(accepts('LoginRequest', { username: 'demo_user', password: 'demo_password' })).toBe(true);
    expect(accepts('LoginRequest', { username: 'demo_user' })).toBe(false);
    for (const code of [0, '0']) expect(accepts('LoginResponse', { session: 's', error_code: code, result: '' })).toBe(true);
  });

  it.each(Object.entries(INBOUND))('%s is a call to us: tolerant request, strict reply', (path, name) => {
    const operation = node(node(paths[path])['post']);
    expect(operation['tags']).toEqual(['national-to-province']);
    expect(refsOf(operation['requestBody'])).toEqual([`${name}Request`]);
    expect(refsOf(operation['responses'])).toEqual([`${name}Response`]);
    const leaves = (n: string): string[] => { const s = schema(n); return 'oneOf' in s || 'anyOf' in s ? refsOf(s).flatMap(leaves) : [n]; };
    for (const leaf of leaves(`${name}Request`)) expect(schema(leaf)['x-direction'], leaf).toBe('inbound');
    for (const leaf of leaves(`${name}Response`)) expect(schema(leaf)['x-direction'], leaf).toBe('outbound');
  });

  it('attachments are fetched by uuid', () => {
    expect(node(node(paths['/downloadfile/{uuid}'])['get'])['tags']).toEqual(['national-to-province']);
    expect(accepts('DownloadfileParams', { uuid: '../../etc/passwd' })).toBe(false);
  });

  it('façades, payment platforms, the e-document store and the citizen login have their paths', () => {
    for (const tag of ['province-facade', 'payment', 'e-document-store', 'sso']) {
      const tagged = Object.entries(paths).filter(([, p]) => Object.values(node(p)).some((o) => strings(node(o)['tags']).includes(tag)));
      expect(tagged.length, tag).toBeGreaterThan(0);
    }
    for (const name of ['PaymentInit', 'PaymentQuery', 'PaymentGetBill', 'PaymentConfirm', 'KeyPayCreate', 'KeyPayDetail', 'KeyPayConfirm', 'PayGovCreate', 'PayGovConfirm', 'GetKetQuaGiayTo', 'GetGiayToByUrl', 'NhanChungTuThueDat']) {
      expect(schemas, name).toHaveProperty(`${name}Request`);
      expect(schemas, name).toHaveProperty(`${name}Response`);
    }
  });
});

describe('examples', () => {
  const examples = Object.entries(schemas).flatMap(([name, s]) => (Array.isArray(s['examples']) ? s['examples'] : []).map((value, i): [string, number, unknown] => [name, i, value]));

  it('exist for the payloads of section 8', () => {
    const names = examples.map(([n]) => n);
    for (const name of ['LoginRequest', 'LoginResponse', 'TraCuuHoSoRequest', 'TraCuuHoSoResponse', 'DongBoHoSoMC2020Request', 'DongBoHoSoMC2023Request', 'DongBoHoSoMCResponse', 'CapNhatTienDoHoSoMCRequest', 'LayThuTucResponse', 'SearchCallRequest', 'SearchCallFound', 'SearchCallError', 'NhanChungTuThueDatRequest', 'TraLoi', 'PaymentInitRequest', 'PaymentConfirmRequest', 'PaymentConfirmResponse']) {
      expect(names).toContain(name);
    }
  });

  it.each(examples)('%s #%i is valid', (name, _i, value) => {
    const fn = check(name);
    fn(value);
    expect(fn.errors).toBeNull();
  });

  it('name no real person, host or number', () => {
    const text = JSON.stringify(examples);
    for (const host of text.match(/(?:https?:\/\/|@)[^"/\s]+/g) ?? []) expect(host).toMatch(/(^|[./@])example\.vn$/);
    for (const phone of text.match(/"0\d{9}"/g) ?? []) expect(phone).toMatch(/^"(090000\d{4}|0{8,}\d{1,2})"$/);
    for (const citizen of text.match(/"\d{12}"/g) ?? []) expect(citizen).toMatch(/^"099/);
  });

  it('a request fits one union member only, so the union may be trusted', () => {
    expect(accepts('DongBoHoSoMCRequest', example('DongBoHoSoMC2020Request'))).toBe(true);
    expect(accepts('DongBoHoSoMCRequest', example('DongBoHoSoMC2023Request'))).toBe(true);
    expect(accepts('DongBoHoSoMC2020Request', example('DongBoHoSoMC2023Request'))).toBe(false);
    expect(accepts('DongBoHoSoMC2023Request', example('DongBoHoSoMC2020Request'))).toBe(false);
    expect(accepts('NhanhsdvcqgRequest', example('NhanChungTuThueDatRequest'))).toBe(true);
    expect(accepts('NhanHoSoKhuyenMaiRequest', example('NhanChungTuThueDatRequest'))).toBe(false);
  });
});

describe('what must not leave', () => {
  const dossier = (change: (d: Node) => void): boolean => {
    const request = example('DongBoHoSoMC2023Request');
    change(node((request['data'] as unknown[])[0]));
    return accepts('DongBoHoSoMC2023Request', request);
  };

  it('a status outside 1 to 10', () => {
    for (const status of ['', '0', '11', '01', 'processing', 2, null]) {
      expect(dossier((d) => { d['TrangThaiHoSo'] = status; }), String(status)).toBe(false);
      const steps = example('CapNhatTienDoHoSoMCRequest');
      node((steps['data'] as unknown[])[0])['TrangThai'] = status;
      expect(accepts('CapNhatTienDoHoSoMCRequest', steps), String(status)).toBe(false);
      const push = example('DongBoTrangThaiHoSoRequest');
      node(push['data'])['TrangThai'] = status;
      expect(accepts('DongBoTrangThaiHoSoRequest', push), String(status)).toBe(false);
    }
  });

  it('isUpdating or IsDeleted as anything but "True" and "False"', () => {
    for (const value of [true, false, 'true', 'FALSE', '1', '']) {
      expect(accepts('DongBoHoSoMC2023Request', { ...example('DongBoHoSoMC2023Request'), isUpdating: value }), String(value)).toBe(false);
      expect(dossier((d) => { node((d['TaiLieuNop'] as unknown[])[0])['IsDeleted'] = value; }), String(value)).toBe(false);
    }
  });

  it('an extra field, a number, null, or a missing field, anywhere in the dossier', () => {
    expect(dossier((d) => { d['Extra'] = ''; })).toBe(false);
    expect(dossier((d) => { node((d['DanhSachLePhi'] as unknown[])[0])['Extra'] = ''; })).toBe(false);
    const optional = ['SoBienNhan', 'SoGiayToChuHoSo'];
    for (const name of ROWS) {
      expect(dossier((d) => { d[name] = 1; }), `${name} as number`).toBe(false);
      expect(dossier((d) => { d[name] = null; }), `${name} null`).toBe(false);
      expect(dossier((d) => { Reflect.deleteProperty(d, name); }), `${name} missing`).toBe(optional.includes(name));
    }
    expect(dossier((d) => { node((d['DanhSachLePhi'] as unknown[])[0])['Gia'] = 8000; })).toBe(false);
  });

  it('a date that is not 14 digits, and an empty one where the portal wants a date', () => {
    for (const name of ROWS.filter((r) => r.startsWith('Ngay'))) {
      for (const bad of ['2025-07-15T08:30:00', '20250715', '20250715083000Z', '20250715083000\n', ' ']) expect(dossier((d) => { d[name] = bad; }), `${name} ${JSON.stringify(bad)}`).toBe(false);
      expect(dossier((d) => { d[name] = ''; }), `${name} empty`).toBe(!['NgayTiepNhan', 'NgayNopHoSo'].includes(name));
    }
  });

  it('texts longer than the limits that were seen, counted in characters and not in bytes', () => {
    const limits: Record<string, number> = { MaHoSo: 50, TrichYeuHoSo: 1000, ChuHoSo: 500, GhiChu: 1999 };
    for (const [name, max] of Object.entries(limits)) {
      expect(dossier((d) => { d[name] = 'ệ'.repeat(max); }), name).toBe(true);
      expect(dossier((d) => { d[name] = 'ệ'.repeat(max + 1); }), name).toBe(false);
    }
    const steps = example('CapNhatTienDoHoSoMCRequest');
    node((steps['data'] as unknown[])[0])['NguoiXuLy'] = 'a'.repeat(51);
    expect(accepts('CapNhatTienDoHoSoMCRequest', steps)).toBe(false);
  });

  it('a call without session, with another service, or with nothing in it', () => {
    const good = example('DongBoHoSoMC2023Request');
    for (const change of [{ session: '' }, { service: 'dongbohosomc' }, { data: [] }, { data: good['data'] && (good['data'] as unknown[])[0] }, { madonvi: 'tỉnh' }]) expect(accepts('DongBoHoSoMC2023Request', { ...good, ...change })).toBe(false);
  });

  it('a lookup reply with the codes of other senders', () => {
    const found = example('SearchCallFound');
    expect(accepts('SearchCallResponse', found)).toBe(true);
    expect(accepts('SearchCallResponse', { ...found, TrangThaiHoSo: '11' })).toBe(false);
    expect(accepts('SearchCallResponse', { ...found, ChuHoSo: 'Trần Thị Mẫu' })).toBe(false);
    expect(accepts('SearchCallResponse', { error_code: 0, message: 'x' })).toBe(false);
  });
});

describe('what must be let in', () => {
  it('numbers for strings, null or missing lists, unknown fields', () => {
    expect(accepts('HoSoInbound', { MaHoSo: 'H99.14-250715-0042', TrangThaiHoSo: 11, TaiLieuNop: null, DanhSachHoSoBoSung: [{ HoSoBoSungId: 1, TrangThaiBoSung: true, NgayHenTraMoi: null }], Moi: {} })).toBe(true);
    expect(accepts('LayThuTucResponse', { error_code: '0', result: [{ MATTHC: 1, LINHVUCTHUCHIEN: null, THANHPHANHOSO: [], MOI: 1 }] })).toBe(true);
    expect(accepts('SearchCallRequest', { masohoso: 'H99.14-250715-0042' })).toBe(true);
    expect(accepts('FacadePhanHoi', { error_code: '0', message: '{"error_code":0}' })).toBe(true);
  });

  it('but not what cannot be read at all', () => {
    expect(accepts('HoSoInbound', { MaHoSo: { a: 1 } })).toBe(false);
    expect(accepts('HoSoInbound', { MaHoSo: 'x', TaiLieuNop: 'none' })).toBe(false);
    expect(accepts('SearchCallRequest', {})).toBe(false);
    expect(accepts('AddtthcKhuyenMaiRequest', { MaHoSo: 'x' })).toBe(false);
  });
});

describe('personal data', () => {
  const KINDS = ['identity', 'name', 'phone', 'email', 'address', 'birth', 'free-text', 'file'];
  const marked = all.flatMap(([at, s]) => properties(s).map(([k, f]): [string, string, Node] => [`${at}.${k}`, k, f]));

  it('is marked with a known kind', () => {
    for (const [at, , f] of marked) if ('x-sensitive' in f) expect(KINDS, at).toContain(f['x-sensitive']);
  });

  it('is marked wherever a field of such a name occurs', () => {
    const personal = /^(ChuHoSo|HoTen.*|HoVaTen|HOVATEN|NguoiXuLy|Email|THUDIENTU|ThuDienTu|Fax|SoDienThoai.*|DienThoai|SODIENTHOAI|SoDinhDanh.*|SoCM.*|SoGiayToChuHoSo|MaDoiTuong|MaSoThue|mstorcmnd|TECHNICALID|TechID|DiaChi(?!DoanhNghiep$).*|DIACHI|GhiChu|TrichYeuHoSo|NoiDungXuLy|Duong[Dd]an.*|TenTep.*|Base64|NgayThangNamSinh|message)$/;
    const outspoken = marked.filter(([at, k]) => personal.test(k) && !/^(SearchCallError|TraLoi|.*Response|CoKhoanPhaiNop|KhongCoKhoanPhaiNop)\.message$/.test(at));
    expect(outspoken.length).toBeGreaterThan(60);
    expect(outspoken.filter(([, , f]) => !('x-sensitive' in f)).map(([at]) => at)).toEqual([]);
  });

  it('secrets are marked too', () => {
    for (const [at, k, f] of marked) if (/^(session|password|client_secret|access_token|id_token|accessKey|SecurityKey)$/.test(k)) expect(f['x-secret'], at).toBe(true);
  });
});
