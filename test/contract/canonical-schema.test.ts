import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { newAjv } from '../../src/contract/compile.ts';
import * as canonical from '../../src/model/canonical.ts';
import type { Dossier, DossierStatus } from '../../src/model/canonical.ts';
import { dossierSchema, exampleDossier, type Schema } from './dossier-arbitrary.ts';

const read = (name: string): Schema => JSON.parse(readFileSync(new URL(`../../schemas/canonical/${name}.schema.json`, import.meta.url), 'utf8')) as Schema;
const documents: [string, Schema][] = [['dossier', dossierSchema], ['event', read('event')]];

/** Every schema inside a document that describes one field, with its path. */
function fields(schema: Schema, path: string): [string, Schema][] {
  const out: [string, Schema][] = [];
  for (const [name, field] of Object.entries((schema['properties'] ?? {}) as Record<string, Schema>)) out.push([`${path}.${name}`, field], ...fields(field, `${path}.${name}`));
  for (const [name, def] of Object.entries((schema['$defs'] ?? {}) as Record<string, Schema>)) out.push([name, def], ...fields(def, name));
  return out;
}

describe.each(documents)('schemas/canonical/%s.schema.json', (_, document) => {
  const all = fields(document, String(document['title']));

  it('is valid against the meta-schema of draft 2020-12', () => {
    expect(document['$schema']).toBe('https://json-schema.org/draft/2020-12/schema');
    const ajv = newAjv();
    expect(ajv.validateSchema(document), ajv.errorsText()).toBe(true);
  });

  it('describes every field in both languages', () => {
    for (const [path, field] of all) {
      if ('$ref' in field && !('description' in field)) continue;
      expect(typeof field['description'], path).toBe('string');
      expect(String(field['x-description-vi'] ?? ''), path).toMatch(/\p{L}/u);
    }
  });

  it('gives every code of a list its meaning in both languages', () => {
    for (const [path, field] of all) {
      if (!Array.isArray(field['enum'])) continue;
      const meaning = field['x-meaning'] as Record<string, { vi: string; en: string }>;
      expect(Object.keys(meaning).sort(), path).toEqual([...(field['enum'] as string[])].sort());
      for (const m of Object.values(meaning)) {
        expect(m.vi.length, path).toBeGreaterThan(1);
        expect(m.en.length, path).toBeGreaterThan(1);
      }
    }
  });

  it('closes every object but raw, and bounds every text, list and number', () => {
    for (const [path, field] of [[String(document['title']), document] as [string, Schema], ...all]) {
      if (field['type'] === 'object') expect(field['additionalProperties'], path).toBe(path === 'Dossier.raw');
      if (field['type'] === 'string' && !field['enum'] && !field['format'] && field['const'] === undefined && !String(field['pattern']).endsWith('{64}$')) expect(field['maxLength'], path).toBeGreaterThan(0);
      if (field['type'] === 'array') expect(field['maxItems'], path).toBeGreaterThan(0);
      if (field['type'] === 'integer') expect(field['maximum'], path).toBeGreaterThan(0);
    }
  });
});

describe('the canonical types', () => {
  it('come from the schema: value lists, and the example as a Dossier', () => {
    const defs = dossierSchema['$defs'] as Record<string, Schema>;
    expect(canonical.DOSSIER_STATUSES).toEqual(defs['DossierStatus']?.['enum']);
    expect(canonical.DOSSIER_STATUS_MEANING.PROCESSING.vi).toBe('Đang xử lý');
    const status: DossierStatus = canonical.DOSSIER_STATUSES[0];
    const dossier: Dossier = exampleDossier();
    expect([status, dossier.schemaVersion]).toEqual(['DRAFT', '1']);
    // @ts-expect-error a word that is not on the list is no status
    const wrong: DossierStatus = 'DONE';
    // @ts-expect-error null is no way to say "not known"
    dossier.note = null;
    expect(wrong).not.toBe(dossier.status);
  });

  it('and everything else that is generated are up to date', () => {
    const root = new URL('../..', import.meta.url).pathname;
    expect(execFileSync(process.execPath, ['.ci/generate.ts', '--check', '--only', 'canonical'], { cwd: root, encoding: 'utf8' })).toContain('up to date');
  });
});
