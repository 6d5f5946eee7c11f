/** Random valid dossiers, drawn from the schema itself: a field that the schema gains is tested without anyone thinking of it. */
import { readFileSync } from 'node:fs';
import { packageFile } from '../../contract/package-file.ts';
import type { Dossier } from '../../model/canonical.ts';
import type { Arbitrary, FastCheck } from './fast-check.ts';

export type Schema = Record<string, unknown>;

let schema: Schema | undefined;
/** The canonical schema of a dossier, parsed once. */
export const dossierSchema = (): Schema => (schema ??= JSON.parse(readFileSync(packageFile('schemas/canonical/dossier.schema.json'), 'utf8')) as Schema);

/** What references of the dossier's schema lead to: definitions by their name, the document of a part by its address. */
let definitions: Readonly<Record<string, Schema>> | undefined;
function allDefinitions(): Readonly<Record<string, Schema>> {
  if (definitions !== undefined) return definitions;
  const parts = ['land-case', 'judicial-record', 'civil-status'].map((name) => JSON.parse(readFileSync(packageFile(`schemas/canonical/${name}.schema.json`), 'utf8')) as Schema);
  return (definitions = Object.assign({}, dossierSchema()['$defs'], ...parts.map((part) => ({ ...(part['$defs'] as Schema), [String(part['$id'])]: part }))) as Record<string, Schema>);
}

/** The schema behind a reference. */
export function resolve(given: Schema): Schema {
  const ref = given['$ref'];
  if (typeof ref !== 'string') return given;
  const target = allDefinitions()[ref.replace(/^.*#\/\$defs\//, '')];
  if (target === undefined) throw new Error(`no definition ${ref}`);
  return resolve({ ...target, ...Object.fromEntries(Object.entries(given).filter(([k]) => k !== '$ref')) });
}

const two = (n: number): string => String(n).padStart(2, '0');

/** Dossiers that pass the canonical schema, every field of it among them. */
export function arbitraryDossier(fc: FastCheck): Arbitrary<Dossier> {
  const day = fc.date({ min: new Date('1900-01-01T00:00:00Z'), max: new Date('2199-12-31T00:00:00Z'), noInvalidDate: true }).map((d) => d.toISOString().slice(0, 10));
  const formats: Record<string, Arbitrary<string>> = {
    instant: fc.tuple(day, fc.nat(23), fc.nat(59), fc.nat(59), fc.constantFrom('', '.120')).map(([d, h, m, s, ms]) => `${d}T${two(h)}:${two(m)}:${two(s)}${ms}Z`),
    date: day,
    'partial-date': fc.tuple(day, fc.constantFrom(4, 7, 10)).map(([d, n]) => d.slice(0, n)),
  };
  const text = fc.oneof(
    fc.constantFrom('Nguyễn Văn Mẫu', 'Trần Thị Thử', 'Đơn đề nghị (mẫu)', 'H’Mẫu Ê-ban', '099199000001'),
    fc.string({ unit: 'grapheme-composite', minLength: 1, maxLength: 20 }).filter((s) => !s.includes('\0')),
  );

  function of(raw: Schema): Arbitrary<unknown> {
    const node = resolve(raw);
    if ('const' in node) return fc.constant(node['const']);
    const values = node['enum'];
    if (Array.isArray(values)) return fc.constantFrom(...(values as unknown[]));
    switch (node['type']) {
      case 'string': {
        const format = node['format'];
        if (typeof format === 'string') return formats[format] ?? fc.constant(`no arbitrary for ${format}`);
        const max = Number(node['maxLength'] ?? 1000);
        if (typeof node['pattern'] === 'string') return fc.stringMatching(new RegExp(node['pattern'])).map((s) => s.slice(0, max));
        return text.map((s) => s.slice(0, max).toWellFormed());
      }
      case 'integer':
        return fc.integer({ min: Number(node['minimum']), max: Math.min(Number(node['maximum']), 2 ** 31 - 1) });
      case 'number':
        return fc.double({ noNaN: true, noDefaultInfinity: true });
      case 'boolean':
        return fc.boolean();
      case 'array':
        return fc.array(of(node['items'] as Schema), { maxLength: 3 });
      case 'object': {
        const properties = node['properties'] as Record<string, Schema> | undefined;
        if (properties === undefined) return fc.dictionary(fc.string({ maxLength: 8 }).filter((k) => k !== '__proto__'), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 });
        return fc.record(Object.fromEntries(Object.entries(properties).map(([k, v]) => [k, of(v)])), { requiredKeys: (node['required'] ?? []) as string[] });
      }
      default:
        throw new Error(`no arbitrary for ${JSON.stringify(node)}`);
    }
  }
  return of(dossierSchema()) as Arbitrary<Dossier>;
}
