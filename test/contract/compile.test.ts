import { describe, expect, it } from 'vitest';
import { checkWith, type CompiledCheck } from '../../src/contract/check.ts';
import { boundFaults, compileSchema } from '../../src/contract/compile.ts';
import { isValidationError, ValidationError } from '../../src/contract/validate.ts';

const found = (schema: Record<string, unknown>, value: unknown): string[] => {
  const checked = compileSchema(schema)(value);
  return checked.ok ? [] : checked.issues.map((i) => `${i.code} ${i.pointer} ${i.message.en}`);
};

describe('compileSchema', () => {
  it('checks a third party’s schema and types the value', () => {
    const validate = compileSchema<{ MaHoSo: string }>({ type: 'object', required: ['MaHoSo'], properties: { MaHoSo: { type: 'string', format: 'vn-datetime', example: '20250701083000', 'x-note': 'passed over' } } });
    const checked = validate({ MaHoSo: '20250701083000', more: 1 });
    expect(checked.ok && checked.value.MaHoSo).toBe('20250701083000');
    expect(validate({ MaHoSo: '20250231083000' }).ok).toBe(false);
  });

  it('refuses a schema with a misspelt keyword or an unknown format', () => {
    expect(() => compileSchema({ type: 'object', requierd: ['a'] })).toThrow(/requierd/);
    expect(() => compileSchema({ type: 'string', format: 'vn-dattime' })).toThrow(/vn-dattime/);
  });

  it.each([
    ['type', { type: 'integer' }, 'x', 'LT-INPUT-TYPE  Wrong type of value: expected a whole number'],
    ['types', { type: ['string', 'null'] }, 1, 'LT-INPUT-TYPE  Wrong type of value: expected text or null'],
    ['const', { const: '1' }, '2', 'LT-INPUT-ENUM  A value outside its code list: expected 1'],
    ['enum', { enum: ['', 'A', 3] }, 'B', 'LT-INPUT-ENUM  A value outside its code list: expected "", A, 3'],
    ['pattern', { type: 'string', pattern: '^\\d+$' }, 'B', 'LT-INPUT-PATTERN  Text of the wrong form: ^\\d+$'],
    ['format', { type: 'string', format: 'http-url' }, 'B', 'LT-INPUT-PATTERN  Text of the wrong form: http-url'],
    ['uniqueItems', { type: 'array', uniqueItems: true, items: {} }, [{ a: 1 }, { a: 1 }], 'LT-INPUT-COUNT  Too few or too many items: the items must differ'],
    ['minItems', { type: 'array', minItems: 1 }, [], 'LT-INPUT-COUNT  Too few or too many items: at least 1'],
    ['maxProperties', { type: 'object', maxProperties: 0 }, { a: 1 }, 'LT-INPUT-COUNT  Too few or too many items: at most 0'],
    ['exclusiveMinimum', { type: 'number', exclusiveMinimum: 0 }, 0, 'LT-INPUT-RANGE  A number out of range: more than 0'],
    ['multipleOf', { type: 'number', multipleOf: 1000 }, 8, 'LT-INPUT-RANGE  A number out of range: a multiple of 1000'],
    ['dependentRequired', { type: 'object', dependentRequired: { a: ['b'] } }, { a: 1 }, 'LT-INPUT-REQUIRED /b A required field is missing'],
    ['not', { not: { type: 'string' } }, 'x', 'LT-INPUT-SHAPE  A structure that does not fit the schema'],
  ])('names the fault of %s', (_, schema, value, expected) => {
    expect(found(schema, value)).toEqual([expected]);
  });

  it('reports a union as one fault, and what is wrong inside a branch beside it', () => {
    const schema = { anyOf: [{ type: 'null' }, { type: 'object', required: ['a'], properties: { a: { type: 'string' } } }] };
    expect(found(schema, 5)).toEqual(['LT-INPUT-SHAPE  A structure that does not fit the schema']);
    expect(found(schema, { a: 5 })).toEqual(expect.arrayContaining([expect.stringContaining('LT-INPUT-TYPE /a')]));
  });

  it('reports what an if/then asks for without the if itself', () => {
    const schema = { type: 'object', properties: { k: {}, a: {} }, if: { type: 'object', properties: { k: { const: 1 } }, required: ['k'] }, then: { type: 'object', required: ['a'], properties: { a: {} } } };
    expect(found(schema, { k: 1 })).toEqual(['LT-INPUT-REQUIRED /a A required field is missing']);
    expect(found(schema, { k: 2 })).toEqual([]);
  });

  it('keeps the verdict of unions right when a branch has more faults than are kept', () => {
    const items = { $ref: '#/$defs/item' };
    const schema = {
      $defs: { item: { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] }, long: { type: 'array', items } },
      type: 'object',
      properties: { v: { anyOf: [{ $ref: '#/$defs/long' }, { type: 'array', items: { type: 'string' } }] }, w: { anyOf: [{ $ref: '#/$defs/long' }, { type: 'array', items: { type: 'boolean' } }] } },
    };
    const many = <T>(v: T): T[] => Array.from({ length: 5000 }, () => v);
    expect(found(schema, { v: many('x') })).toEqual([]);
    expect(found(schema, { v: many('x'), w: many(true) })).toEqual([]);
    expect(found(schema, { v: many('x'), w: many('x') }).length).toBeGreaterThan(0);
    expect(found(schema, { v: many(5) }).length).toBeGreaterThan(0);
    expect(found(schema, { v: many({ n: 1 }), w: many({ n: 1 }) })).toEqual([]);
  });

  it('takes a long list of faults without slowing down by its square', () => {
    const schema = { $defs: { item: { type: 'object', properties: { n: { $ref: '#/$defs/num' } } }, num: { type: 'number' } }, type: 'array', items: { $ref: '#/$defs/item' } };
    expect(found(schema, Array.from({ length: 300_000 }, () => ({ n: 'x' })))).toHaveLength(101);
  });
});

describe('checkWith', () => {
  const schema = { type: 'object', additionalProperties: false, required: ['a'], properties: { a: { type: 'string' } } };
  it('can put all issues under one code, a prefix, a severity and a limit', () => {
    const validate = compileSchema(schema, { code: 'LT-INPUT-SHAPE', at: '/items/3', severity: 'warning', max: 1 });
    expect(validate({ b: 1 })).toEqual({
      ok: false,
      issues: [
        { code: 'LT-INPUT-SHAPE', pointer: '/items/3/a', severity: 'warning', message: { vi: 'Cấu trúc không khớp lược đồ: Thiếu trường bắt buộc', en: 'A structure that does not fit the schema: A required field is missing' } },
        expect.objectContaining({ code: 'LT-INPUT-MORE-ISSUES', severity: 'warning' }),
      ],
    });
  });
  it('does not keep the faults of the last value alive', () => {
    const check: CompiledCheck<number> = Object.assign((value: unknown): value is number => {
      check.errors = typeof value === 'number' ? null : [{ instancePath: '', schemaPath: '#/type', keyword: 'type', params: { type: 'number' } }];
      return typeof value === 'number';
    }, { errors: null });
    expect(checkWith(check)('x').ok).toBe(false);
    expect(check.errors).toBeNull();
  });
});

describe('boundFaults', () => {
  it('stops when ajv writes its lists in an unknown way', () => {
    expect(() => boundFaults('vErrors.push({})')).toThrow();
    expect(() => boundFaults('vErrors = vErrors.concat(x.errors); errors = vErrors.length;')).toThrow();
  });
});

describe('ValidationError', () => {
  it('shows codes and pointers, and is known by its shape', () => {
    const error = new ValidationError([{ code: 'LT-INPUT-TYPE', pointer: '/a', message: { vi: 'x', en: 'y' } }]);
    expect(error.message).toBe('1 issue(s): LT-INPUT-TYPE at /a');
    expect(isValidationError(error)).toBe(true);
    expect(isValidationError(new Error('x'))).toBe(false);
  });
});
