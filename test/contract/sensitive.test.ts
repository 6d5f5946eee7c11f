import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DOSSIER_SENSITIVE, redactDossier } from '../../src/contract/sensitive.ts';
import { dossierArbitrary, dossierSchema, exampleDossier, resolve, type Schema } from './dossier-arbitrary.ts';

/** Names of fields that hold something about a person wherever they stand in a dossier. */
const PERSONAL = /^(number|issuedOn|birthDate|gender|phone|email|fax|text|district\w+|commune\w+|assignees|url|signedBy|requestedBy|receivedBy|receivedNote|reason|statusReason|actor|action|title|ref|note|from|to|summary|orderNo|raw|reusedFrom)$/;
/** Objects whose `name` is a person's name, a file's name or free text. */
const PERSONAL_NAMES = /\/(applicant|delegate|files\/\*|papers\/\*|otherPapers\/\*)\/name$/;

function leaves(raw: Schema, pointer: string): string[] {
  const schema = resolve(raw);
  const properties = schema['properties'] as Record<string, Schema> | undefined;
  if (properties) return Object.entries(properties).flatMap(([k, v]) => leaves(v, `${pointer}/${k}`));
  if (schema['items'] && resolve(schema['items'] as Schema)['properties']) return leaves(schema['items'] as Schema, `${pointer}/*`);
  return [pointer];
}

describe('x-sensitive marks', () => {
  it('are on every personal field', () => {
    const marked = new Set(DOSSIER_SENSITIVE.map((s) => s.pointer));
    const personal = leaves(dossierSchema, '').filter((p) => PERSONAL.test(p.split('/').pop() ?? '') || PERSONAL_NAMES.test(p));
    expect(personal.length).toBeGreaterThan(40);
    expect(personal.filter((p) => !marked.has(p))).toEqual([]);
  });
  it('are of known kinds and point at fields that exist', () => {
    const known = new Set(['identity', 'name', 'phone', 'email', 'address', 'birth', 'free-text', 'file']);
    const all = new Set(leaves(dossierSchema, ''));
    for (const { pointer, kind } of DOSSIER_SENSITIVE) {
      expect(known.has(kind), `${pointer} ${kind}`).toBe(true);
      expect(all.has(pointer), pointer).toBe(true);
    }
  });
  it('leave what operators filter by in the clear', () => {
    const marked = DOSSIER_SENSITIVE.map((s) => s.pointer);
    for (const open of ['/code', '/status', '/procedure/code', '/agency/code', '/channel', '/dates/dueAt', '/history/*/at', '/fees/*/amount']) expect(marked).not.toContain(open);
  });
});

describe('redactDossier', () => {
  it('masks what is personal and keeps the rest', () => {
    const shown = redactDossier(exampleDossier());
    expect(shown).toMatchObject({
      code: 'H99.14-251103-0007', status: 'PROCESSING', summary: '[free-text]',
      applicant: { kind: 'CITIZEN', name: '[name]', ids: [{ type: 'CCCD', number: '[identity]' }], phone: '[phone]', address: { provinceCode: '99', text: '[address]' } },
      history: [{ status: 'SUBMITTED', actor: '[name]' }, {}, {}],
    });
    expect(JSON.stringify(shown)).not.toMatch(/Mẫu\b|0991|0900|@example|to-khai/);
  });

  it('lets through no value of a marked field, in any dossier', () => {
    const secret = 'BÍ-MẬT-099';
    const spoil = (value: unknown, pointer: string[]): void => {
      const [head, ...rest] = pointer;
      if (head === undefined || typeof value !== 'object' || value === null) return;
      for (const key of head === '*' ? Object.keys(value) : [head]) {
        const holder = value as Record<string, unknown>;
        if (!(key in holder)) continue;
        if (rest.length === 0) holder[key] = { deep: [secret] };
        else spoil(holder[key], rest);
      }
    };
    fc.assert(fc.property(dossierArbitrary, (dossier) => {
      const copy = JSON.parse(JSON.stringify(dossier)) as unknown;
      for (const { pointer } of DOSSIER_SENSITIVE) spoil(copy, pointer.slice(1).split('/'));
      expect(JSON.stringify(redactDossier(copy))).not.toContain(secret);
    }), { numRuns: 100 });
  });

  it('drops or hides what the schema does not know', () => {
    const odd = { ...exampleDossier(), secret: 'x-secret', code: { inner: 'x-secret' }, applicant: 'x-secret', history: { a: 'x-secret' }, linkedDatabases: [['x-secret']], agency: ['x-secret'] };
    expect(JSON.stringify(redactDossier(odd))).not.toContain('x-secret');
    for (const value of [null, undefined, 'x-secret', ['x-secret'], 5]) expect(redactDossier(value)).toEqual({});
  });
});
