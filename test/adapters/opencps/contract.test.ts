/** What the conformance suite does not ask of this adapter. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { opencps } from '../../../adapters/opencps/adapter.ts';
import { DEFAULT_STATUS_MAP } from '../../../adapters/opencps/codes.ts';
import { ExportRecord } from '../../../adapters/opencps/generated/validators.js';
import { opencpsErrors } from '../../../src/contract/errors/opencps.ts';
import { isValidationError } from '../../../src/contract/validate.ts';
import { record } from './record.ts';

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
  it('accepts nothing that the schema refuses, and points at every field that the schema points at', () => {
    fc.assert(fc.property(fc.dictionary(fc.constantFrom(...keys), anything, { maxKeys: 5 }), (changes) => {
      const value = record(changes);
      if (ExportRecord(value)) return;
      expect(attempt(value).ok).toBe(false);
    }), { numRuns: 800 });
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
  it('declares each code once, in both languages', () => {
    expect(new Set(opencpsErrors.map((e) => e.code)).size).toBe(opencpsErrors.length);
    for (const entry of opencpsErrors) for (const text of [entry.title, entry.cause, entry.action]) expect(text.vi !== '' && text.en !== '' && text.vi !== text.en).toBe(true);
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

});
