import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checks, shapes } from '../../adapters/dvcqg/generated/shapes.js';
import { shapes as opencps } from '../../adapters/opencps/generated/shapes.js';
import { formOf, formText, shownCode, shownName } from '../../src/contract/shape-form.ts';
import { shapesOf, shapesOfSchema } from '../../src/contract/shape-of.ts';
import { compareShape, openShape, SHAPE_BOUNDS, type Deviation, type ShapeTable } from '../../src/contract/shape.ts';

const DOCUMENT = {
  Answer: {
    type: 'object', required: ['code', 'items'],
    properties: {
      code: { $ref: '#/components/schemas/Scalar', 'x-code-table': 'Codes' },
      message: { type: 'string', 'x-sensitive': 'free-text' },
      items: { type: ['array', 'null'], items: { $ref: '#/components/schemas/Item' } },
      loose: { type: 'array', items: { 'x-shape': 'Item' } },
      labels: { type: 'object', additionalProperties: { type: 'string' }, properties: { a: { type: 'string' } } },
      any: {},
      bag: { type: 'object' },
    },
  },
  Item: {
    type: 'object', required: ['id'],
    properties: { id: { type: 'string' }, amount: { type: 'number' }, whole: { type: 'integer' }, kind: { enum: ['a', 'b'] }, who: { type: 'string', 'x-sensitive': 'identity', enum: ['x'] }, below: { $ref: '#/components/schemas/Item' } },
  },
  Scalar: { type: ['string', 'number', 'null'] },
  Codes: { type: 'string', 'x-meaning': { 0: { vi: '', en: '' }, 7: { vi: '', en: '' } } },
};
const table: ShapeTable = shapesOf(DOCUMENT, '#/components/schemas/');
const root = openShape(table, { ref: 'Answer' });
const told = (found: Deviation[]) => found.map(({ kind, pointer, found: form, code }) => `${kind} ${pointer}${form === null ? '' : ` ${formText(form).en}`}${code === undefined ? '' : ` '${code}'`}`);
const look = (value: unknown) => told(compareShape(value, root));
const FINE = { code: '0', items: [{ id: '1', amount: 2.5, whole: 2, kind: 'a' }] };

describe('an answer held against its shape', () => {
  it('that is as pinned has nothing to tell', () => {
    for (const value of [FINE, { code: 7, items: null }, { ...FINE, message: 'anything', any: [1, { x: 1 }], bag: { whatever: 1 }, labels: { z: 'free' } }, { ...FINE, items: [{ id: '1', below: { id: '2' } }] }]) expect(look(value)).toEqual([]);
  });

  it('tells new, missing and retyped fields and unseen codes, each once with its place', () => {
    expect(look({ code: '0' })).toEqual(['missing /items']);
    expect(look({ ...FINE, extra: 1500 })).toEqual(['new /extra whole number of 4 digits']);
    expect(look({ code: '0', items: [{ id: 1 }, { id: 2 }, { amount: '3' }] })).toEqual(['retyped /items/[]/id whole number of 1 digits', 'missing /items/[]/id', 'retyped /items/[]/amount text of 1 digits']);
    expect(look({ code: 17, items: {} })).toEqual(["unseen-code /code whole number of 2 digits '17'", 'retyped /items object with 0 fields']);
    expect(look({ ...FINE, items: [{ id: '1', below: { id: '2', below: { id: 3 } } }] })).toEqual(['retyped /items/[]/below/below/id whole number of 1 digits']);
    expect(look({ ...FINE, items: [{ id: '1', whole: 2.5 }] })).toEqual(['retyped /items/[]/whole decimal number']);
    expect(look('a page')).toEqual(['retyped  text of 6 characters']);
  });

  it('looks into what is not enforced, where the schema names it', () => {
    expect(look({ ...FINE, loose: [{ id: '1' }, { id: '2', news: true }] })).toEqual(['new /loose/[]/news true or false']);
  });

  it('never shows a value: codes of personal fields, names that look like data, texts instead of codes', () => {
    expect(look({ ...FINE, items: [{ id: '1', who: 'y' }] })).toEqual(['unseen-code /items/[]/who text of 1 characters']);
    expect(look({ ...FINE, items: [{ id: '1', kind: 'Nguyễn Văn Mẫu' }] })).toEqual(['unseen-code /items/[]/kind text of 14 characters']);
    expect(look({ ...FINE, items: [{ id: '1', kind: 'k092199000017' }] })).toEqual(['unseen-code /items/[]/kind text of 13 characters']);
    expect(look({ code: '092199000017', items: null })).toEqual(['unseen-code /code text of 12 digits']);
    expect(look({ code: 'LOI', items: null })).toEqual(['unseen-code /code text of 3 characters']);
    expect(look({ ...FINE, '092199000017': 1, 'Nguyễn Văn Mẫu': 2, 'a@b.vn': 'x' })).toEqual(['new /* whole number of 1 digits', 'new /* text of 1 characters']);
    expect([shownName('TrangThai'), shownName('trạng_thái'), shownName('H99.14-250715-0042')]).toEqual(['TrangThai', 'trạng_thái', '*']);
    expect([shownCode('12', ['0', '-3']), shownCode('x', ['0']), shownCode('done-2', ['new']), shownCode('0900000001', ['new'])]).toEqual(['12', undefined, 'done-2', undefined]);
  });

  it('says which known fields were there', () => {
    const seen: string[] = [];
    compareShape({ code: 1, items: [{ id: '1' }] }, root, (place, type) => { if (place.pointer.startsWith('/items/[]/') || place.pointer === '/message') seen.push(`${place.pointer} ${String(type)}`); });
    expect(seen).toEqual(['/message undefined', '/items/[]/id string', '/items/[]/amount undefined', '/items/[]/whole undefined', '/items/[]/kind undefined', '/items/[]/who undefined', '/items/[]/below undefined']);
  });

  it('is bounded and total on any JSON', () => {
    let deep: unknown = { id: 1 };
    for (let i = 0; i < 10_000; i += 1) deep = { id: '1', below: deep };
    expect(look({ code: '0', items: [deep] })).toEqual([]);
    expect(compareShape({ code: '0', items: Array.from({ length: 1_000 }, () => 7) }, root)).toHaveLength(1);
    expect(compareShape({ code: '0', items: null, ...Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`f${i}`, 1])) }, root)).toHaveLength(SHAPE_BOUNDS.deviations);
    fc.assert(fc.property(fc.jsonValue(), (value) => {
      expect(compareShape(value, root).length).toBeLessThanOrEqual(SHAPE_BOUNDS.deviations);
      formText(formOf(value));
    }), { seed: 7, numRuns: 300 });
  });
});

describe('shapes of schemas', () => {
  it('unite what alternatives may have and ask only for what all of them ask for', () => {
    const merged = shapesOf({
      Either: { oneOf: [{ $ref: '#/$defs/A' }, { $ref: '#/$defs/B' }] },
      Both: { type: 'object', properties: { own: { type: 'string' } }, allOf: [{ $ref: '#/$defs/A' }, { $ref: '#/$defs/B' }] },
      A: { type: 'object', required: ['id', 'a'], properties: { id: { type: 'string' }, a: { const: 'A' } } },
      B: { type: 'object', required: ['id'], properties: { id: { type: 'string' }, b: { type: 'string' } } },
      Opaque: { anyOf: [{ $ref: '#/$defs/A' }, { type: 'object' }] },
    }, '#/$defs/');
    expect(merged['Either']).toMatchObject({ required: ['id'], types: ['object'] });
    expect(Object.keys(merged['Either']?.fields ?? {}).sort()).toEqual(['a', 'b', 'id']);
    expect(merged['Both']?.required).toEqual(['id', 'a']);
    expect(Object.keys(merged['Both']?.fields ?? {}).sort()).toEqual(['a', 'b', 'id', 'own']);
    expect(merged['Opaque']?.fields).toBeUndefined();
  });

  it('keep the mark of a person through a merge with a reference, and fields with the names of what every object has', () => {
    const merged = shapesOf({
      Kind: { type: 'object', properties: { code: { enum: ['A', 'B'] } } },
      One: { allOf: [{ properties: { who: { $ref: '#/$defs/Kind' }, constructor: { type: 'string' } } }, { properties: { who: { 'x-sensitive': 'name' } } }] },
      Two: { allOf: [{ properties: { who: { 'x-sensitive': 'name' } } }, { properties: { who: { $ref: '#/$defs/Kind' } } }] },
      Three: { anyOf: [{ properties: { toString: { type: 'string' }, a: {} } }, { properties: { a: {} } }] },
    }, '#/$defs/');
    for (const name of ['One', 'Two']) expect(compareShape({ who: { code: 'ANH' } }, openShape(merged, { ref: name }))).toEqual([{ kind: 'unseen-code', pointer: '/who/code', found: { type: 'string', size: 3, of: 'text' } }]);
    expect(compareShape(JSON.parse('{"constructor": 1}'), openShape(merged, { ref: 'One' })).map(({ kind, pointer }) => `${kind} ${pointer}`)).toEqual(['retyped /constructor']);
    expect(compareShape({ toString: 1 }, openShape(merged, { ref: 'Three' })).map(({ kind, pointer }) => `${kind} ${pointer}`)).toEqual(['retyped /toString']);
  });

  it('numbers written in groups are no codes', () => {
    for (const code of ['0900-001-234', '092.199.999.017', '01-02-1990', '1990_02_01']) expect(shownCode(code, ['A'])).toBeUndefined();
    for (const code of ['000.00.01.H16', 'HS-2025', 'TRA_LAI.2']) expect(shownCode(code, ['A'])).toBe(code);
  });

  it('come from a schema that stands alone, and end where it contains itself', () => {
    const alone = shapesOfSchema({ type: 'object', properties: { tree: { $ref: '#/$defs/Tree' } }, $defs: { Tree: { type: 'object', properties: { tree: { $ref: '#/$defs/Tree' }, n: { type: 'number' } }, anyOf: [{ $ref: '#/$defs/Tree' }] } } });
    expect(told(compareShape({ tree: { tree: { tree: { n: 'x' } } } }, openShape(alone.table, alone.root)))).toEqual(['retyped /tree/tree/tree/n text of 1 characters']);
  });

  it('are pinned for every answer of the portal and for the calls that it makes; what only we send is left out', () => {
    const answers = Object.keys(checks).filter((name) => name.endsWith('Response') && !/^(Facade|KeyPay|PayGov)/.test(name) && name in shapes);
    expect(answers.length).toBeGreaterThan(30);
    expect(shapes['SearchCallRequest']).toMatchObject({ required: ['masohoso'] });
    expect(shapes['DongBoHoSoMCRequest']).toBeUndefined();
    expect(told(compareShape({ error_code: '99', message: 'Nguyễn Văn Mẫu', result: [{ MaHoSo: 'H', TrangThaiHoSo: '12', la: 1 }] }, openShape(shapes, { ref: 'TraCuuHoSoResponse' })))).toEqual([
      "unseen-code /error_code text of 2 digits '99'", "unseen-code /result/[]/TrangThaiHoSo text of 2 digits '12'", 'new /result/[]/la whole number of 1 digits',
    ]);
  });

  it('mark what is personal as the document does', () => {
    expect(opencps['Dossier']?.fields?.['applicantIdNo']?.personal).toBe(true);
    expect(opencps['Dossier']?.fields?.['dossierStatus']?.codes).toContain('processing');
  });
});
