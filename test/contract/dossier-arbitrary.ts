/** Random valid dossiers, drawn from the schema itself: a field that the schema gains is tested without anyone thinking of it. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { Dossier } from '../../src/model/canonical.ts';

export type Schema = Record<string, unknown>;
export const dossierSchema = JSON.parse(readFileSync(new URL('../../schemas/canonical/dossier.schema.json', import.meta.url), 'utf8')) as Schema;
const defs = dossierSchema['$defs'] as Record<string, Schema>;

/** The schema behind a reference. */
export function resolve(schema: Schema): Schema {
  const ref = schema['$ref'];
  if (typeof ref !== 'string') return schema;
  const target = defs[ref.replace('#/$defs/', '')];
  if (target === undefined) throw new Error(`no definition ${ref}`);
  return resolve({ ...target, ...Object.fromEntries(Object.entries(schema).filter(([k]) => k !== '$ref')) });
}

const two = (n: number): string => String(n).padStart(2, '0');
const day = fc.date({ min: new Date('1900-01-01T00:00:00Z'), max: new Date('2199-12-31T00:00:00Z'), noInvalidDate: true }).map((d) => d.toISOString().slice(0, 10));
const FORMATS: Record<string, fc.Arbitrary<string>> = {
  instant: fc.tuple(day, fc.nat(23), fc.nat(59), fc.nat(59), fc.constantFrom('', '.120')).map(([d, h, m, s, ms]) => `${d}T${two(h)}:${two(m)}:${two(s)}${ms}Z`),
  date: day,
  'partial-date': fc.tuple(day, fc.constantFrom(4, 7, 10)).map(([d, n]) => d.slice(0, n)),
};
const text = fc.oneof(
  fc.constantFrom('Nguyễn Văn Mẫu', 'Trần Thị Thử', 'Đơn đề nghị (mẫu)', 'H’Mẫu Ê-ban', '099199000001'),
  fc.string({ unit: 'grapheme-composite', minLength: 1, maxLength: 20 }).filter((s) => !s.includes('\0')),
);

function of(raw: Schema): fc.Arbitrary<unknown> {
  const schema = resolve(raw);
  if ('const' in schema) return fc.constant(schema['const']);
  const values = schema['enum'];
  if (Array.isArray(values)) return fc.constantFrom(...(values as unknown[]));
  switch (schema['type']) {
    case 'string': {
      const format = schema['format'];
      if (typeof format === 'string') return FORMATS[format] ?? fc.constant(`no arbitrary for ${format}`);
      const max = Number(schema['maxLength'] ?? 1000);
      if (typeof schema['pattern'] === 'string') return fc.stringMatching(new RegExp(schema['pattern'])).map((s) => s.slice(0, max));
      return text.map((s) => s.slice(0, max).toWellFormed());
    }
    case 'integer':
      return fc.integer({ min: Number(schema['minimum']), max: Math.min(Number(schema['maximum']), 2 ** 31 - 1) });
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(of(schema['items'] as Schema), { maxLength: 3 });
    case 'object': {
      const properties = schema['properties'] as Record<string, Schema> | undefined;
      if (properties === undefined) return fc.dictionary(fc.string({ maxLength: 8 }).filter((k) => k !== '__proto__'), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 });
      return fc.record(Object.fromEntries(Object.entries(properties).map(([k, v]) => [k, of(v)])), { requiredKeys: (schema['required'] ?? []) as string[] });
    }
    default:
      throw new Error(`no arbitrary for ${JSON.stringify(schema)}`);
  }
}

export const dossierArbitrary = of(dossierSchema) as fc.Arbitrary<Dossier>;

/** The example of the schema, as a fresh copy. */
export const exampleDossier = (): Dossier => structuredClone((dossierSchema['examples'] as Dossier[])[0] as Dossier);
