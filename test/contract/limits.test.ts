import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_MAX_BYTES, parseJson, type JsonLimits } from '../../src/contract/limits.ts';
import { dossierArbitrary } from './dossier-arbitrary.ts';

const refusal = (input: string | Uint8Array, limits?: JsonLimits): string => {
  const parsed = parseJson(input, limits);
  return parsed.ok ? 'accepted' : parsed.issues.map((i) => `${i.code} ${i.pointer}`).join();
};
const valueOf = (input: string | Uint8Array, limits?: JsonLimits): unknown => {
  const parsed = parseJson(input, limits);
  return parsed.ok ? parsed.value : parsed.issues;
};
const bytes = (text: string): Buffer => Buffer.from(text);

describe('parseJson', () => {
  it('reads what JSON.parse reads, from text and from bytes', () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      const text = JSON.stringify(value, null, 1);
      fc.pre(!text.includes('__proto__') && !text.includes('\\u0000'));
      expect(valueOf(text, { nfc: false })).toEqual(JSON.parse(text));
      expect(valueOf(bytes(text), { nfc: false })).toEqual(JSON.parse(text));
    }));
  });

  it('leaves a dossier as it is', () => {
    fc.assert(fc.property(dossierArbitrary, (dossier) => {
      const text = JSON.stringify(dossier);
      fc.pre(!text.includes('__proto__') && !text.includes('\\u0000'));
      expect(JSON.stringify(valueOf(bytes(text), { nfc: false }))).toBe(text);
      expect(JSON.stringify(valueOf(bytes(text.normalize('NFC'))))).toBe(text.normalize('NFC'));
    }), { numRuns: 100 });
  });

  it('passes over a byte-order mark', () => {
    expect(valueOf('\ufeff{"a":1}')).toEqual({ a: 1 });
    expect(valueOf(bytes('\ufeff{"a":1}'))).toEqual({ a: 1 });
  });

  it('refuses more bytes than allowed, counting bytes and not characters', () => {
    expect(refusal(JSON.stringify('x'.repeat(DEFAULT_MAX_BYTES)))).toBe('LT-INPUT-TOO-LARGE ');
    expect(refusal('"ếế"', { maxBytes: 8 })).toBe('accepted');
    expect(refusal('"ếế"', { maxBytes: 7 })).toBe('LT-INPUT-TOO-LARGE ');
    expect(refusal(bytes('"ếế"'), { maxBytes: 7 })).toBe('LT-INPUT-TOO-LARGE ');
  });

  it('survives 50 MB: refused by default, read where the limit allows it', () => {
    const big = Buffer.alloc(50 * 1024 * 1024, 'a');
    big[0] = 34;
    big[big.length - 1] = 34;
    expect(refusal(big)).toBe('LT-INPUT-TOO-LARGE ');
    expect(valueOf(big, { maxBytes: big.length })).toHaveLength(big.length - 2);
  });

  it('survives depth bombs of every form', () => {
    for (const n of [100_000, 5_000_000]) {
      expect(refusal('['.repeat(n), { maxBytes: 1e9 })).toBe('LT-INPUT-TOO-DEEP ');
      expect(refusal('{"a":'.repeat(n), { maxBytes: 1e9 })).toBe('LT-INPUT-TOO-DEEP ');
      expect(refusal('['.repeat(n) + ']'.repeat(n), { maxBytes: 1e9, maxDepth: 1e9 })).toBe('LT-INPUT-TOO-DEEP ');
    }
    expect(refusal('['.repeat(64) + ']'.repeat(64))).toBe('accepted');
    expect(refusal('['.repeat(65) + ']'.repeat(65))).toBe('LT-INPUT-TOO-DEEP ');
    // Brackets inside a text are no levels.
    expect(valueOf(`"${'['.repeat(1000)}\\"${'{'.repeat(1000)}"`)).toHaveLength(2001);
  });

  it.each([
    ['{"a":1', 'LT-INPUT-TRUNCATED '], ['{"a":', 'LT-INPUT-TRUNCATED '], ['{"a":"b', 'LT-INPUT-TRUNCATED '], ['{"a":"b\\', 'LT-INPUT-TRUNCATED '], ['[1,2', 'LT-INPUT-TRUNCATED '], ['{"a":tr', 'LT-INPUT-TRUNCATED '],
    ['', 'LT-INPUT-NOT-JSON '], ['nul', 'LT-INPUT-NOT-JSON '], ['{"a":1}}', 'LT-INPUT-NOT-JSON '], ['{a:1}', 'LT-INPUT-NOT-JSON '], ['<html>502</html>', 'LT-INPUT-NOT-JSON '], ['{"a":1,}', 'LT-INPUT-NOT-JSON '], ['[01]', 'LT-INPUT-NOT-JSON '],
  ])('tells a cut text from a wrong one: %s', (text, expected) => {
    expect(refusal(text)).toBe(expected);
  });

  it('calls every proper beginning of a dossier cut short', () => {
    const whole = bytes('{"code":"H99","name":"Nguyễn Văn Mẫu","ids":[{"n":"😀"}]}');
    for (let n = 1; n < whole.length; n++) expect(refusal(whole.subarray(0, n)), String(n)).toBe('LT-INPUT-TRUNCATED ');
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(refusal(Buffer.from([0x22, 0xff, 0x22]))).toBe('LT-INPUT-NOT-JSON ');
    expect(refusal(Buffer.from('{"ten":"Nguy\u00ean"}', 'latin1'))).toBe('LT-INPUT-NOT-JSON ');
  });

  it('never quotes the input in its message', () => {
    const parsed = parseJson('{"name": Nguyễn Bí Mật 099199000099}');
    expect(JSON.stringify(parsed)).not.toMatch(/Nguy|0991/);
    expect(JSON.stringify(parsed)).toContain('LT-INPUT-NOT-JSON');
  });

  it.each([
    ['{"a":1,"a":2}', '/a'], ['{"x":[0,{"b":{"c":1,"d":[],"c":1}}]}', '/x/1/b/c'], ['{"a":1,"\\u0061":2}', '/a'], ['{"a/b":1,  "a/b"  :2}', '/a~1b'], ['[{"a":":"},{"a":"\\"a\\":","a":1}]', '/1/a'], ['{"__proto__":1,"__proto__":2}', '/__proto__'],
  ])('refuses a name that occurs twice in one object: %s', (text, pointer) => {
    expect(refusal(text)).toBe(`LT-INPUT-DUPLICATE-FIELD ${pointer}`);
  });

  it('accepts the same name in different objects and colons inside texts', () => {
    expect(refusal('[{"a":{"a":"a:\\":"}},{"a":":::"}]')).toBe('accepted');
  });

  it.each([['{"__proto__":{"admin":true}}', '/__proto__'], ['{"a":[{"\\u005f\\u005fproto__":1}]}', '/a/0/__proto__']])('refuses prototype pollution: %s', (text, pointer) => {
    expect(refusal(text)).toBe(`LT-INPUT-FORBIDDEN-FIELD ${pointer}`);
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
  });
  it('allows the word __proto__ as a value', () => {
    expect(valueOf('{"note":"__proto__"}')).toEqual({ note: '__proto__' });
  });

  it.each([['{"a":{"b":"x\\u0000"}}', '/a/b'], ['["\\ud800"]', '/0'], ['{"a":"\\udc00\\ud800"}', '/a'], ['{"a":{"x\\u0000":1}}', '/a'], ['"a\ud800"', '']])('refuses text that cannot be stored: %j', (text, pointer) => {
    expect(refusal(text)).toBe(`LT-INPUT-BAD-TEXT ${pointer}`);
  });
  it('accepts a whole surrogate pair, escaped or not', () => {
    expect(valueOf('"\\ud83d\\ude00"')).toBe('😀');
    expect(valueOf('"😀"')).toBe('😀');
  });

  it('brings decomposed Vietnamese to NFC, escaped or not', () => {
    const nfd = 'Nguyễn Thị Hoà'.normalize('NFD');
    const escaped = JSON.stringify(nfd).replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
    expect(valueOf(bytes(JSON.stringify({ a: [nfd] })))).toEqual({ a: ['Nguyễn Thị Hoà'] });
    expect(valueOf(`{"a":${escaped}}`)).toEqual({ a: 'Nguyễn Thị Hoà' });
    expect(valueOf(JSON.stringify(nfd))).toBe('Nguyễn Thị Hoà');
    expect(valueOf(JSON.stringify(nfd), { nfc: false })).toBe(nfd);
  });
});
