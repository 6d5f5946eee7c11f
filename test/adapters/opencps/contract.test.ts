/** The schema, the configuration and the mapping, held against each other and against arbitrary input. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { opencps } from '../../../adapters/opencps/adapter.ts';
import { DEFAULT_STATUS_MAP } from '../../../adapters/opencps/codes.ts';
import { ExportRecord, DossierStatus } from '../../../adapters/opencps/generated/validators.js';
import { classifyRead } from '../../../adapters/opencps/operations.ts';
import { Dossier as isCanonical } from '../../../src/contract/generated/canonical.js';
import { errorEntry } from '../../../src/contract/errors/catalogue.ts';
import { opencpsErrors } from '../../../src/contract/errors/opencps.ts';
import { isValidationError } from '../../../src/contract/validate.ts';
import { DOSSIER_STATUSES } from '../../../src/model/canonical.ts';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { record, type AnyRecord } from './record.ts';

const config = opencps.configure({});
const decode = (value: unknown) => {
  const { source } = opencps;
  if (source === undefined) throw new Error('no source');
  return source.decode(value, config);
};
type Attempt = { ok: true; value: ReturnType<typeof decode> } | { ok: false; codes: string[] };
function attempt(value: unknown): Attempt {
  try {
    return { ok: true, value: decode(value) };
  } catch (error) {
    if (!isValidationError(error)) throw error;
    return { ok: false, codes: error.issues.map((i) => i.code) };
  }
}

/** Values as hostile or broken sources may put anywhere. */
const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }), fc.constantFrom(0, -1, '', '0', null, true, Number.MAX_SAFE_INTEGER, -9_223_372_036_854_776_000, 'constructor', '__proto__', '\u0000', '\ud800', 'a'.repeat(20_000)),
  fc.date({ noInvalidDate: false }).map((d) => d.getTime()), fc.string({ unit: 'binary', maxLength: 40 }),
);
const keys = Object.keys(record());

describe('decode', () => {
  it('either gives a dossier that the canonical schema accepts, or issues from the catalogue; nothing else', () => {
    fc.assert(fc.property(fc.dictionary(fc.constantFrom(...keys), anything, { maxKeys: 8 }), (changes) => {
      const result = attempt(record(changes));
      if (!result.ok) {
        expect(result.codes.length).toBeGreaterThan(0);
        for (const code of result.codes) expect(errorEntry(code), code).toBeDefined();
        return;
      }
      for (const warning of result.value.warnings) expect(errorEntry(warning.code), warning.code).toBeDefined();
      if (!isCanonical(result.value.dossier)) expect.fail(JSON.stringify((isCanonical as { errors?: unknown }).errors));
    }), { numRuns: 1500 });
  });

  it('holds also for broken parts', () => {
    const part = (list: string) => fc.array(fc.oneof(anything, fc.integer({ min: 0, max: 6 }).chain((i) => fc.dictionary(
      fc.constantFrom(...Object.keys((record()[list] as AnyRecord[])[0] ?? {})), anything, { maxKeys: 4 },
    ).map((changes) => ({ ...((record()[list] as AnyRecord[])[i % (record()[list] as AnyRecord[]).length]), ...changes })))), { maxLength: 6 });
    fc.assert(fc.property(part('actions'), part('dossierFiles'), part('payments'), (actions, dossierFiles, payments) => {
      const result = attempt(record({ actions, logs: actions, dossierFiles, payments }));
      if (result.ok && !isCanonical(result.value.dossier)) expect.fail(JSON.stringify((isCanonical as { errors?: unknown }).errors));
    }), { numRuns: 800 });
  });

  it('accepts nothing that the schema refuses, and points at every field that the schema points at', () => {
    fc.assert(fc.property(fc.dictionary(fc.constantFrom(...keys), anything, { maxKeys: 5 }), (changes) => {
      const value = record(changes);
      if (ExportRecord(value)) return;
      expect(attempt(value).ok).toBe(false);
    }), { numRuns: 800 });
  });

  it('is a function of the record alone', () => {
    fc.assert(fc.property(fc.dictionary(fc.constantFrom(...keys), anything, { maxKeys: 4 }), (changes) => {
      const value = record(changes);
      const before = JSON.stringify(value);
      expect(attempt(structuredClone(value))).toEqual(attempt(value));
      expect(JSON.stringify(value)).toBe(before);
    }), { numRuns: 300 });
  });

  it('gives the same dossier whatever the order of the fields', () => {
    fc.assert(fc.property(fc.shuffledSubarray(keys, { minLength: keys.length }), (order) => {
      const value = record();
      const turned = decode(Object.fromEntries(order.map((key) => [key, value[key]]))).dossier;
      const straight = decode(value).dossier;
      expect(turned).toEqual(straight);
    }), { numRuns: 50 });
  });

  it('orders any progress by time and closes each supplement at most once', () => {
    const words = fc.constantFrom(...Object.keys(DEFAULT_STATUS_MAP));
    fc.assert(fc.property(fc.array(fc.record({ minute: fc.integer({ min: 0, max: 10_000 }), word: words }), { maxLength: 15 }), (steps) => {
      const actions = steps.map((s, i) => ({ dossierActionId: i + 1, createDate: Date.UTC(2025, 6, 1) + s.minute * 60_000, actionName: 'x', dossierStatus: s.word }));
      const { dossier } = decode(record({ actions }));
      const times = dossier.history.map((h) => Date.parse(h.at));
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(dossier.history).toHaveLength(actions.length);
      for (const s of dossier.supplements) expect(s.completedAt === undefined || Date.parse(s.completedAt) >= Date.parse(s.requestedAt)).toBe(true);
      expect(dossier.supplements.filter((s) => s.completedAt === undefined).length).toBeLessThanOrEqual(
        dossier.history.filter((h) => ['SUPPLEMENT_REQUIRED'].includes(h.status)).length,
      );
    }), { numRuns: 300 });
  });

  it('stands any depth and does not grow with it', () => {
    let deep: unknown = 1;
    for (let i = 0; i < 5_000; i += 1) deep = [deep];
    expect(attempt(record({ applicantName: deep })).ok).toBe(false);
    expect(attempt(record({ unknownField: deep })).ok).toBe(true);
    expect(attempt(record({ actions: Array.from({ length: 3_000 }, () => null) })).ok).toBe(false);
  });
});

describe('tables', () => {
  const document = parse(readFileSync('schemas/upstream/opencps.openapi.yaml', 'utf8')) as { components: { schemas: Record<string, { examples?: string[]; 'x-meaning'?: Record<string, unknown> }> } };

  it('maps every status word that the contract names, to a status that exists', () => {
    const words = document.components.schemas['DossierStatus']?.examples ?? [];
    expect(words.length).toBe(17);
    expect([...words].sort()).toEqual(Object.keys(DEFAULT_STATUS_MAP).sort());
    expect(Object.keys(document.components.schemas['DossierStatus']?.['x-meaning'] ?? {}).sort()).toEqual([...words].sort());
    for (const { status } of Object.values(DEFAULT_STATUS_MAP)) expect(DOSSIER_STATUSES).toContain(status);
    expect(words.every((word) => DossierStatus(word))).toBe(true);
  });

  it('declares each code once, in both languages', () => {
    expect(new Set(opencpsErrors.map((e) => e.code)).size).toBe(opencpsErrors.length);
    for (const entry of opencpsErrors) for (const text of [entry.title, entry.cause, entry.action]) expect(text.vi !== '' && text.en !== '' && text.vi !== text.en).toBe(true);
  });
});

describe('classify', () => {
  it('understands every answer and every failure of a read as answered, refused or repeatable, never as in doubt', () => {
    const result = fc.oneof(
      fc.record({ kind: fc.constant('response' as const), status: fc.integer({ min: 100, max: 599 }), headers: fc.dictionary(fc.constantFrom('retry-after', 'x'), fc.string()), body: fc.oneof(fc.jsonValue(), fc.constant(undefined)), text: fc.string(), durationMs: fc.nat() }),
      fc.record({ kind: fc.constant('failure' as const), sent: fc.constantFrom('before' as const, 'after' as const), code: fc.string(), durationMs: fc.nat() }),
    );
    fc.assert(fc.property(result, (answer) => {
      const { kind } = classifyRead(answer);
      expect(['accepted', 'rejected', 'retry']).toContain(kind);
      if (kind === 'accepted') expect(answer.kind === 'response' && answer.status < 400).toBe(true);
    }));
  });
});

describe('configuration', () => {
  const faults = (raw: unknown): string[] => {
    try {
      opencps.configure(raw);
    } catch (error) {
      if (isValidationError(error)) return error.issues.map((i) => `${i.code} ${i.pointer}`);
      throw error;
    }
    return [];
  };

  it('needs nothing to import files, and everything to read by REST', () => {
    expect(faults(undefined)).toEqual([]);
    expect(faults({ baseUrl: 'https://motcua.example.vn' })).toEqual(['LT-OPENCPS-CONFIG /token', 'LT-OPENCPS-CONFIG /groupId']);
    expect(() => opencps.open(config, { now: Date.now, transport: () => expect.fail('no line may be opened') })).toThrow(expect.objectContaining({ name: 'ValidationError' }) as Error);
  });

  it('refuses unknown keys and values, all at once', () => {
    const found = faults({ base_url: 'x', statusMap: { processing: 'WORKING' }, poll: { pageSize: 0, overlapMinutes: -1 }, basePath: 'rest' });
    expect(found.every((f) => f.startsWith('LT-OPENCPS-CONFIG /'))).toBe(true);
    for (const pointer of ['/base_url', '/poll/pageSize', '/poll/overlapMinutes', '/basePath']) expect(found).toContain(`LT-OPENCPS-CONFIG ${pointer}`);
    expect(found.some((f) => f.includes('/statusMap/processing'))).toBe(true);
  });

  it('keeps the token out of what an editor shows', () => {
    expect(opencps.configSchema).toMatchObject({ additionalProperties: false, properties: { token: { writeOnly: true } } });
  });
});
