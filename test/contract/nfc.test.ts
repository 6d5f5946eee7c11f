import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isNfc, normalizeStrings } from '../../src/contract/nfc.ts';

describe('isNfc', () => {
  it('is certain when it says yes: no passed-over character is changed by NFC or joins with the one before', () => {
    const passed: string[] = [];
    for (let c = 0; c < 0x11_0000; c++) {
      if (c >= 0xd800 && c <= 0xdfff) continue;
      const ch = String.fromCodePoint(c);
      if (!isNfc(ch)) continue;
      passed.push(ch);
      expect(ch.normalize('NFC') === ch, `U+${c.toString(16)}`).toBe(true);
      // NFC only ever joins with a character that some letter decomposes to; a or ă before it shows the common ones.
      for (const before of ['a', 'ă', 'o', 'ơ', ' ', 'ạ']) if ((before + ch).normalize('NFC') !== before + ch) expect.fail(`U+${c.toString(16)} joins with ${before}`);
    }
    expect(passed.length).toBeGreaterThan(1000);
    const letters = 'aàáảãạăằắẳẵặâầấẩẫậđeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵ';
    for (const ch of letters + letters.toUpperCase() + '“”‘’–—…₫') expect(isNfc(ch), ch).toBe(true);
  });
  it('doubts every text that NFC would change', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (s) => {
      if (isNfc(s)) expect(s.normalize('NFC')).toBe(s);
    }), { numRuns: 2000 });
  });
});

describe('normalizeStrings', () => {
  const nfd = 'Trần Đức Hoà'.normalize('NFD');
  it('changes values in place, at any depth, and nothing else', () => {
    const inner = [nfd, 1, null, { a: nfd }];
    const tree = { name: nfd, n: 5, inner, ok: 'Trần' };
    expect(normalizeStrings(tree)).toBe(tree);
    expect(tree).toEqual({ name: 'Trần Đức Hoà', n: 5, inner: ['Trần Đức Hoà', 1, null, { a: 'Trần Đức Hoà' }], ok: 'Trần' });
    expect(tree.inner).toBe(inner);
    expect(normalizeStrings(nfd)).toBe('Trần Đức Hoà');
    expect(normalizeStrings(null)).toBe(null);
  });
  it('goes a hundred thousand levels deep', () => {
    let tree: unknown = { a: nfd };
    for (let i = 0; i < 100_000; i++) tree = i % 2 ? [tree] : { a: tree };
    let at: unknown = normalizeStrings(tree);
    while (typeof at === 'object' && at !== null) at = Array.isArray(at) ? at[0] : (at as Record<string, unknown>)['a'];
    expect(at).toBe('Trần Đức Hoà');
  });
  it('gives what a plain recursion over String.normalize gives', () => {
    const plain = (v: unknown): unknown => (typeof v === 'string' ? v.normalize('NFC') : Array.isArray(v) ? v.map(plain) : typeof v === 'object' && v !== null ? Object.fromEntries(Object.entries(v).map(([k, x]) => [k, plain(x)])) : v);
    fc.assert(fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
      const expected = plain(value);
      expect(normalizeStrings(structuredClone(value))).toEqual(expected);
    }));
  });
});
