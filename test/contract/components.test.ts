import { describe, expect, it } from 'vitest';
import { compileComponents } from '../../src/contract/compile.ts';

const component = compileComponents({
  openapi: '3.1.0',
  info: { title: 'x', version: '1' },
  paths: { '/100%/{a b}': { get: { parameters: [{ name: 'a b', in: 'path', schema: { type: 'string' } }] } } },
  components: {
    schemas: {
      Person: { type: 'object', additionalProperties: false, required: ['name'], 'x-note': 'words that only describe are passed over', properties: { name: { type: 'string' }, boss: { $ref: '#/components/schemas/Person' } } },
      'half 50%': { type: 'integer' },
      Wrong: { type: 'object', noSuchWord: 1 },
    },
  },
});

describe('validators of the components of a document', () => {
  it('follow references, a schema within itself too, and name every issue without a value', () => {
    const check = component<{ name: string }>('Person');
    expect(check({ name: 'A', boss: { name: 'B' } })).toEqual({ ok: true, value: { name: 'A', boss: { name: 'B' } } });
    const refused = check({ name: 1, boss: { nam: 'secret' } });
    expect(refused.ok).toBe(false);
    expect(refused.ok ? [] : refused.issues.map(({ code, pointer }) => `${code} ${pointer ?? ''}`).sort()).toEqual(['LT-INPUT-REQUIRED /boss/name', 'LT-INPUT-TYPE /name', 'LT-INPUT-UNKNOWN-FIELD /boss/nam']);
    expect(JSON.stringify(refused)).not.toContain('secret');
  });

  it('are found by names with a percent sign, and compiled only when they are used: strictly', () => {
    expect(component('half 50%')(1)).toEqual({ ok: true, value: 1 });
    const wrong = component('Wrong');
    expect(() => wrong({})).toThrow(/noSuchWord/);
    expect(() => component('Nobody')({})).toThrow(/no schema at #\/components\/schemas\/Nobody/);
  });
});
