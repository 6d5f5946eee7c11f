/** What style 1C encrypts, opened again; and nothing that a wrong key or a changed letter makes of it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decryptCode, isEnvelope, openEnvelope } from '../../../../adapters/vneid/login/envelope.ts';
import { keyPair, lock, lockWithPlus } from '../../../../adapters/vneid/login/simulator/crypto.ts';

const { publicKey, privateKey } = keyPair('client');
const keyBytes = fc.constantFrom(16, 24, 32);

describe('an envelope', () => {
  it('gives back what was put in, whatever the length of the key', () => {
    fc.assert(fc.property(fc.dictionary(fc.stringMatching(/^[a-zA-Z]{1,10}$/), fc.oneof(fc.string({ unit: 'grapheme' }).map((s) => s.normalize('NFC')), fc.integer(), fc.constant(null))), keyBytes, (value, bytes) => {
      const text = JSON.stringify(value);
      fc.pre(!text.includes('\\u')); // half a character, or a NUL, which the gate refuses
      expect(openEnvelope(privateKey, lock(publicKey, text, bytes))).toEqual(JSON.parse(text));
    }), { numRuns: 60 });
  });

  it('is refused with any letter changed, and says the same each time', () => {
    const envelope = lock(publicKey, JSON.stringify({ citizenPid: '099190000123' }), 32);
    fc.assert(fc.property(fc.constantFrom('data' as const, 'key' as const), fc.nat(), fc.constantFrom('A', 'z', '+', '-', ' ', '='), (field, n, letter) => {
      const text = envelope[field];
      const at = n % (text.length - 4);
      fc.pre(text[at] !== letter);
      let opened: unknown;
      try {
        opened = openEnvelope(privateKey, { ...envelope, [field]: `${text.slice(0, at)}${letter}${text.slice(at + 1)}` });
      } catch (error) {
        expect(error).toMatchObject({ code: 'LT-VNEID-LOGIN-DECRYPT', message: expect.not.stringContaining('099') as string });
        return;
      }
      expect(opened).not.toEqual({ citizenPid: '099190000123' });
    }), { numRuns: 80 });
  });

  it('is refused with the key of somebody else, and with a key of another length', () => {
    for (let i = 0; i < 20; i += 1) expect(() => openEnvelope(keyPair('another-client').privateKey, lock(publicKey, '{"a":1}', 32))).toThrow(/LT-VNEID-LOGIN-DECRYPT/);
    for (const bytes of [8, 15, 20, 33, 64]) expect(() => openEnvelope(privateKey, lock(publicKey, '{"a":1}', bytes)), String(bytes)).toThrow(/LT-VNEID-LOGIN-DECRYPT/);
    for (const odd of [{ data: '', key: '' }, { data: 'x', key: 'y' }, { data: 'AAAA', key: 'AAAA' }, { data: lock(publicKey, '{}', 16).data, key: 'A'.repeat(1_000) }]) expect(() => openEnvelope(privateKey, odd)).toThrow(/LT-VNEID-LOGIN-DECRYPT/);
  });

  it('is known by both of its fields', () => {
    expect([isEnvelope({ data: 'a', key: 'b' }), isEnvelope({ data: 'a' }), isEnvelope({ data: 1, key: 'b' }), isEnvelope([]), isEnvelope(null), isEnvelope('x')]).toEqual([true, false, false, false, false, false]);
  });
});

describe('a code', () => {
  it('is one GUID or several, and never bytes that only happen to open', () => {
    const guid = '0f8fad5b-d9cb-469f-a165-70867728950e';
    for (const text of [guid, `${guid}.${guid}.${guid}`]) {
      const { key, data } = lockWithPlus(publicKey, text, 32);
      expect(decryptCode(privateKey, key, data)).toBe(text);
    }
    for (const text of ['', 'có dấu', 'a b', '\u0000', 'x'.repeat(3_000)]) {
      const { key, data } = lock(publicKey, text, 32);
      expect(() => decryptCode(privateKey, key, data), JSON.stringify(text.slice(0, 10))).toThrow(/LT-VNEID-LOGIN-DECRYPT/);
    }
  });
});
