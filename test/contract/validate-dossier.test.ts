import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { validateDossier, validateLedgerEvent } from '../../src/contract/canonical.ts';
import type { Issue } from '../../src/contract/errors/types.ts';
import { dossierArbitrary, dossierSchema, exampleDossier, resolve, type Schema } from './dossier-arbitrary.ts';

const issuesOf = (value: unknown): Issue[] => {
  const checked = validateDossier(value);
  return checked.ok ? [] : checked.issues;
};
const found = (value: unknown): string[] => issuesOf(value).map((i) => `${i.code} ${i.pointer}`);

/** One way to spoil a valid dossier, and what must then be said. */
interface Spoil { expected: string; apply: () => void }

/** Every single-fault mutation of a value that its schema forbids. */
function spoils(rawSchema: Schema, value: unknown, pointer: string, replace: (v: unknown) => void): Spoil[] {
  const schema = resolve(rawSchema);
  const wrong: unknown = typeof value === 'string' ? 7 : typeof value === 'object' ? 'x' : {};
  const out: Spoil[] = [{ expected: `LT-INPUT-TYPE ${pointer}`, apply: () => replace(wrong) }];
  if (Array.isArray(schema['enum'])) out.push({ expected: `LT-INPUT-ENUM ${pointer}`, apply: () => replace('NO_SUCH_WORD') });
  if (schema['format'] !== undefined) out.push({ expected: `LT-INPUT-DATE ${pointer}`, apply: () => replace('2025-02-30T00:00:00Z') });
  if (typeof schema['maxLength'] === 'number') out.push({ expected: `LT-INPUT-LENGTH ${pointer}`, apply: () => replace('x'.repeat(Number(schema['maxLength']) + 1)) });
  if (typeof schema['minLength'] === 'number') out.push({ expected: `LT-INPUT-LENGTH ${pointer}`, apply: () => replace('') });
  if (typeof schema['minimum'] === 'number') out.push({ expected: `LT-INPUT-RANGE ${pointer}`, apply: () => replace(Number(schema['minimum']) - 1) });
  if (typeof schema['maxItems'] === 'number') out.push({ expected: `LT-INPUT-COUNT ${pointer}`, apply: () => replace(Array.from({ length: Number(schema['maxItems']) + 1 }, () => (value as unknown[])[0])) });
  if (Array.isArray(value)) value.forEach((item, i) => out.push(...spoils(schema['items'] as Schema, item, `${pointer}/${i}`, (v) => (value[i] = v))));
  const properties = schema['properties'] as Record<string, Schema> | undefined;
  if (properties !== undefined) {
    const fields = value as Record<string, unknown>;
    out.push({ expected: `LT-INPUT-UNKNOWN-FIELD ${pointer}/zz~1~0`, apply: () => (fields['zz/~'] = 1) });
    for (const name of (schema['required'] ?? []) as string[]) out.push({ expected: `LT-INPUT-REQUIRED ${pointer}/${name}`, apply: () => delete fields[name] });
    for (const [name, item] of Object.entries(fields)) out.push(...spoils(properties[name] ?? {}, item, `${pointer}/${name}`, (v) => (fields[name] = v)));
  }
  return out;
}

describe('validateDossier', () => {
  it('accepts the example of the schema and gives back the same object', () => {
    const dossier = exampleDossier();
    const checked = validateDossier(dossier);
    expect(checked).toEqual({ ok: true, value: dossier });
    expect(checked.ok && checked.value).toBe(dossier);
  });

  it('accepts every dossier that the schema describes', () => {
    fc.assert(fc.property(dossierArbitrary, (dossier) => {
      expect(found(dossier)).toEqual([]);
    }), { numRuns: 200 });
  });

  it('names the exact field of any single fault', () => {
    fc.assert(fc.property(dossierArbitrary, fc.nat(), (dossier, pick) => {
      const copy = JSON.parse(JSON.stringify(dossier)) as typeof dossier;
      const all = spoils(dossierSchema, copy, '', () => undefined).filter((s) => s.expected !== 'LT-INPUT-TYPE ');
      const spoil = all[pick % all.length];
      spoil?.apply();
      expect(found(copy)).toContain(spoil?.expected);
    }), { numRuns: 400 });
  });

  it('finds every possible single fault of one dossier, each in its own run', () => {
    const count = spoils(dossierSchema, exampleDossier(), '', () => undefined).length;
    expect(count).toBeGreaterThan(200);
    for (let i = 1; i < count; i++) {
      const dossier = exampleDossier();
      const spoil = spoils(dossierSchema, dossier, '', () => undefined)[i];
      spoil?.apply();
      const said = found(dossier);
      expect(said, spoil?.expected).toContain(spoil?.expected);
    }
  });

  it('says everything at once', () => {
    const dossier = exampleDossier() as unknown as Record<string, Record<string, unknown>>;
    delete dossier['procedure']?.['name'];
    (dossier as Record<string, unknown>)['status'] = 'ĐANG XỬ LÝ';
    if (dossier['dates']) dossier['dates']['dueAt'] = '2025-02-30T10:00:00Z';
    (dossier['fees'] as unknown as Record<string, unknown>[]).push({ name: 'Phí', amount: -1 }, { amount: '8000', nane: 'x' });
    (dossier as Record<string, unknown>)['sourceId'] = 17;
    expect(found(dossier).sort()).toEqual([
      'LT-INPUT-DATE /dates/dueAt',
      'LT-INPUT-ENUM /status',
      'LT-INPUT-RANGE /fees/1/amount',
      'LT-INPUT-REQUIRED /fees/2/name',
      'LT-INPUT-REQUIRED /procedure/name',
      'LT-INPUT-TYPE /fees/2/amount',
      'LT-INPUT-TYPE /sourceId',
      'LT-INPUT-UNKNOWN-FIELD /fees/2/nane',
    ]);
  });

  it('speaks both languages and never repeats a value', () => {
    const dossier = exampleDossier() as unknown as Record<string, unknown>;
    dossier['code'] = 'Nguyễn Bí Mật 099199000099';
    dossier['status'] = '099199000099';
    (dossier['applicant'] as Record<string, unknown>)['birthDate'] = '099199000099';
    const issues = issuesOf(dossier);
    expect(issues.map((i) => i.pointer)).toEqual(expect.arrayContaining(['/code', '/status', '/applicant/birthDate']));
    for (const i of issues) {
      expect(i.message.vi).not.toBe('');
      expect(i.message.en).not.toBe('');
      expect(i.message.vi).not.toBe(i.message.en);
    }
    expect(JSON.stringify(issues)).not.toMatch(/099199000099|Bí Mật/);
  });

  it.each([['null', null], ['a text', 'x'], ['a list', []], ['nothing', undefined], ['a number', 3]])('refuses %s as a dossier, pointing at the whole', (_, value) => {
    expect(found(value)).toEqual(['LT-INPUT-TYPE ']);
  });

  it('lists no more than a hundred issues and says that there are others, however long the list of faults', () => {
    const dossier = { ...exampleDossier(), history: Array.from({ length: 200_000 }, () => ({ at: 1, zz: 2 })) };
    const issues = issuesOf(dossier);
    expect(issues).toHaveLength(101);
    expect(issues.at(-1)?.code).toBe('LT-INPUT-MORE-ISSUES');
  });

  it('does not repeat a very long field name in a pointer', () => {
    expect(found({ ...exampleDossier(), ['x'.repeat(5000)]: 1 })).toEqual(['LT-INPUT-UNKNOWN-FIELD ']);
  });

  it('is not misled by the names of built-in methods', () => {
    const bare = JSON.parse('{"constructor": 1, "toString": 2, "hasOwnProperty": 3}') as unknown;
    expect(found(bare)).toEqual(expect.arrayContaining(['LT-INPUT-UNKNOWN-FIELD /constructor', 'LT-INPUT-UNKNOWN-FIELD /toString', 'LT-INPUT-REQUIRED /code']));
  });
});

describe('validateLedgerEvent', () => {
  const event = (): Record<string, unknown> => ({
    seq: 1, id: 'e-1', kind: 'dossier.snapshot', sourceSystem: 'igate-h99', recordedAt: '2025-11-03T03:05:00.120Z',
    sourceUpdatedAt: null, via: 'import', actor: null, stale: false, warnings: [{ code: 'LT-INPUT-DATE', pointer: '/dates/dueAt', message: { vi: 'a', en: 'b' }, severity: 'warning' }],
    prevHash: '0'.repeat(64), hash: 'b'.repeat(64),
  });
  it('accepts an event', () => {
    expect(validateLedgerEvent(event()).ok).toBe(true);
  });
  it('names every fault; an event that carries a dossier is none', () => {
    const checked = validateLedgerEvent({ ...event(), via: 'fax', hash: 'B'.repeat(64), warnings: [{ code: 'x', message: { vi: 'a', en: 'b' } }], body: exampleDossier() });
    expect(checked.ok ? [] : checked.issues.map((i) => `${i.code} ${i.pointer}`).sort()).toEqual(['LT-INPUT-ENUM /via', 'LT-INPUT-PATTERN /hash', 'LT-INPUT-PATTERN /warnings/0/code', 'LT-INPUT-UNKNOWN-FIELD /body']);
  });
});
