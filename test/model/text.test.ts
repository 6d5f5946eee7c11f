import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanLine, cleanText, compareVietnamese, comparisonKey, isNfc, repairTcvn3, sameName, searchKey, toNfc } from '../../src/model/index.ts';
import tcvn3 from './vectors/tcvn3-cp1252-map.json' with { type: 'json' };

const vietnamese = fc.string({ unit: fc.constantFrom(...'aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ ĐẶÔNƠƯỸÐð-’\''), maxLength: 60 });
const text = fc.oneof(vietnamese, fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }));

describe('Unicode form', () => {
  it('is NFC whatever comes in, and NFC stays as it is', () => {
    fc.assert(fc.property(text, (given) => {
      const nfc = toNfc(given);
      expect(nfc).toBe(given.normalize('NFC'));
      expect(toNfc(nfc)).toBe(nfc);
      expect(isNfc(nfc)).toBe(true);
      expect(isNfc(given)).toBe(nfc === given);
    }), { numRuns: 500 });
  });

  it('is never skipped by the quick look: every letter of the basic plane, alone and after a Vietnamese one', () => {
    for (let code = 0; code <= 0xffff; code += 1) {
      const letter = String.fromCharCode(code);
      if (toNfc(letter) !== letter.normalize('NFC') || toNfc(`ô${letter}`) !== `ô${letter}`.normalize('NFC')) expect.fail(`U+${code.toString(16)}`);
    }
  });

  it('makes 26 code points of a decomposed name 20', () => {
    const name = 'Nguyễn Thị Thuỳ Dương';
    expect([...name.normalize('NFD')].length).toBeGreaterThan([...name].length);
    expect(toNfc(name.normalize('NFD'))).toBe(name);
  });
});

describe('comparison key', () => {
  it.each([
    ['Hoà', 'Hòa'], ['Thuỷ', 'Thủy'], ['HOÀ BÌNH', 'hòa bình'], ['Khoẻ', 'Khỏe'], ['Xã  Hoả Lựu ', 'xã Hỏa Lựu'], ['Ea H’Leo', "Ea H'Leo"], ['Ðặng Văn Ðức', 'Đặng Văn Đức'],
    ['Bà Rịa – Vũng Tàu', 'Bà Rịa - Vũng Tàu'],
  ])('%s is %s', (a, b) => {
    expect(sameName(a, b)).toBe(true);
    expect(sameName(a.normalize('NFD'), b)).toBe(true);
  });
  it.each([['Mỹ Tho', 'Mỹ Thọ'], ['Tân Thành', 'Tân Thạnh'], ['Dung', 'Đung'], ['Lan', 'Lân'], ['Hoa', 'Hoà'], ['Ma', 'Mả']])('%s is not %s', (a, b) => {
    expect(sameName(a, b)).toBe(false);
  });
  it('does not depend on the Unicode form and is stable', () => {
    fc.assert(fc.property(vietnamese, (given) => {
      const key = comparisonKey(given);
      expect(comparisonKey(given.normalize('NFD'))).toBe(key);
      expect(comparisonKey(key)).toBe(key);
      expect(comparisonKey(given.toUpperCase())).toBe(key);
    }));
  });
});

describe('search key', () => {
  it('is what a person types without accents', () => {
    expect(searchKey('  Đặng Thị   Ánh-Nguyệt ')).toBe('dang thi anh nguyet');
    expect(searchKey('Ðỗ ð')).toBe('do d');
    expect(searchKey('Ea H’Leo')).toBe('ea hleo');
    expect(searchKey('ＨÀ ＮỘＩ')).toBe('ha noi');
    expect(searchKey('Mỹ Tho')).toBe(searchKey('Mỹ Thọ'));
  });
  it('does not depend on the Unicode form', () => {
    fc.assert(fc.property(text, (given) => { expect(searchKey(given.normalize('NFD'))).toBe(searchKey(given.normalize('NFC'))); }), { numRuns: 500 });
  });
  it('of Vietnamese is plain ASCII', () => {
    fc.assert(fc.property(vietnamese, (given) => { expect(searchKey(given)).toMatch(/^(?:[a-z]+(?: [a-z]+)*)?$/); }));
  });
});

describe('cleaning', () => {
  it('removes what cannot be seen and keeps the text', () => {
    expect(cleanText('\ufeff Nguyễn\u200b Văn\u00a0A\u0000 \r\n')).toBe('Nguyễn Văn A');
    expect(cleanText('dòng 1\ndòng\t2')).toBe('dòng 1\ndòng\t2');
    expect(cleanText('abc\u202edcba')).toBe('abcdcba');
    expect(cleanLine(' a \n\n b ')).toBe('a b');
  });
  it('is done after one time', () => {
    fc.assert(fc.property(text, (given) => { expect(cleanText(cleanText(given))).toBe(cleanText(given)); }), { numRuns: 500 });
  });
});

describe('alphabet', () => {
  it('orders as in the dictionary', () => {
    expect(['đa', 'ê', 'da', 'e', 'â', 'ă', 'a', 'ơ', 'o', 'ô', 'ư', 'u'].sort(compareVietnamese)).toEqual(['a', 'ă', 'â', 'da', 'đa', 'e', 'ê', 'o', 'ô', 'ơ', 'u', 'ư']);
  });
});

describe('TCVN3', () => {
  it('is repaired letter by letter', () => {
    expect(repairTcvn3(tcvn3.test.in)).toBe(tcvn3.test.out);
    for (const [wrong, right] of Object.entries(tcvn3.vn3)) expect(repairTcvn3(wrong)).toBe(right);
    expect(Object.keys(tcvn3.vn3)).toHaveLength(94);
  });
  it('leaves Windows punctuation alone, whose bytes other tables use for capitals', () => {
    for (const mark of Object.keys(tcvn3.vn1Only)) expect(repairTcvn3(mark)).toBe(mark);
  });
  it('puts loose tones on the letter before them', () => {
    expect(repairTcvn3('a°')).toBe('à');
  });
});
