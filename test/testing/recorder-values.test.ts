import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCitizenNumber } from '../../src/model/citizen-number.ts';
import { dateFromDayNumber } from '../../src/model/civil-date.ts';
import { parseDossierNumber } from '../../src/model/dossier-number.ts';
import { parsePhone } from '../../src/model/phone.ts';
import { parseTaxCode, taxCheckDigit } from '../../src/model/tax-code.ts';
import { createInventor, type Kind } from '../../src/testing/recorder/invent.ts';

const KEY = Buffer.alloc(32, 3);
const digits = (n: number) => fc.array(fc.nat(9), { minLength: n, maxLength: n }).map((d) => d.join(''));
const citizen = fc.tuple(fc.constantFrom('001', '092', '079', '048'), fc.nat(3), digits(2), digits(6)).map((parts) => parts.join(''));
const tax = digits(9).map((nine) => ({ nine, check: taxCheckDigit(nine) })).filter(({ check }) => check !== undefined).map(({ nine, check }) => `${nine}${check}`);
const mobile = fc.tuple(fc.constantFrom('090', '098', '032', '070'), digits(7)).map((parts) => parts.join(''));
const landline = fc.tuple(fc.constantFrom('0292', '0254'), fc.integer({ min: 3_000_000, max: 3_999_999 })).map(([area, n]) => `${area}${n}`);
const dossier = fc.tuple(fc.constantFrom('H21.129-250812-', '000.00.19.H26-250131-'), digits(4)).map((parts) => parts.join(''));
const name = fc.array(fc.constantFrom('Nguyễn', 'Văn', 'Thị', 'Ánh', 'Đức', 'Hồ', 'Kiên', 'Lê'), { minLength: 2, maxLength: 5 }).map((words) => words.join(' '));
const RUNS = { numRuns: 150, seed: 4 };

describe('invented values', () => {
  const inventor = createInventor(KEY);
  const again = createInventor(KEY);
  const law = (what: string, kind: Kind, real: fc.Arbitrary<string>, holds: (made: string, from: string) => boolean) => it(what, () => {
    fc.assert(fc.property(real, (from) => {
      const made = inventor.invent(kind, from);
      return made !== from && holds(made, from) && inventor.invent(kind, from) === made && again.invent(kind, from) === made;
    }), RUNS);
  });

  law('citizen numbers keep place, sex, century and year, and are valid', 'citizen', citizen, (made, from) => {
    const parsed = parseCitizenNumber(made);
    return parsed.ok && parsed.kind === 'CCCD' && made.slice(0, 6) === from.slice(0, 6) && made.slice(6, 8) === '99';
  });
  law('old card numbers keep nine digits', 'card', digits(9), (made) => parseCitizenNumber(made).ok && made.length === 9);
  law('tax codes keep their check digit right', 'tax', tax, (made) => parseTaxCode(made).ok && made.startsWith('97'));
  law('mobiles stay mobiles, of a block that is nobody’s', 'phone', mobile, (made) => {
    const phone = parsePhone(made);
    return phone.ok && phone.kind === 'mobile' && made.startsWith('0900');
  });
  law('landlines stay in their area', 'phone', landline, (made, from) => {
    const phone = parsePhone(made);
    return phone.ok && phone.kind === 'landline' && made.slice(0, 5) === `${from.slice(0, 4)}0`;
  });
  law('dossier numbers keep agency and day', 'dossier', dossier, (made, from) => parseDossierNumber(made).ok && made.slice(0, -4) === from.slice(0, -4));
  law('names keep their number of words', 'name', name, (made, from) => made.split(' ').length === from.split(' ').length);
  law('days of birth stay in their year and exist', 'birth', fc.integer({ min: -20_000, max: 15_000 }).map(dateFromDayNumber), (made, from) => made.slice(0, 4) === from.slice(0, 4) && parseDay(made));
  law('e-mail addresses are of a domain that is nobody’s', 'email', fc.emailAddress().map((text) => text.toLowerCase()), (made) => /^[a-z0-9.]+@example\.com$/.test(made));

  it.each<[Kind, string, string]>([
    ['citizen', '092085999123', '092 085 999 123'],
    ['phone', '0900001234', '+84 900 001 234'],
    ['phone', '0900001234', '0900.001.234'],
    ['tax', '9300000014', '9300000014-001'],
    ['birth', '1985-03-12', '12/03/1985'],
  ])('a %s is the same one in another spelling', (kind, one, other) => {
    const core = (text: string): string => text.replace(/\D/g, '').replace(/^84/, '0').slice(0, kind === 'tax' ? 10 : undefined);
    const [a, b] = [inventor.invent(kind, one), inventor.invent(kind, other)];
    expect(kind === 'birth' ? b.split('/').reverse().join('-') : core(b)).toBe(kind === 'birth' ? a : core(a));
  });

  it('a citizen number that lost its zero is the same person', () => {
    expect(`0${inventor.invent('citizen', '92085999123')}`).toBe(inventor.invent('citizen', '092085999123'));
  });

  it('a name takes the spelling in which it was written', () => {
    const made = inventor.invent('name', 'Nguyễn Văn Đạt');
    const bare = made.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/g, 'd').replace(/Đ/g, 'D');
    expect(inventor.invent('name', 'NGUYỄN VĂN ĐẠT')).toBe(made.toUpperCase());
    expect(inventor.invent('name', 'Nguyễn Văn Đạt'.normalize('NFD'))).toBe(made.normalize('NFD'));
    expect(inventor.invent('name', 'NGUYEN VAN DAT')).toBe(bare.toUpperCase());
    expect(inventor.invent('name', 'Công ty TNHH Hai Con Cò')).toMatch(/^Công ty TNHH /);
  });

  it.each<[Kind, fc.Arbitrary<string>]>([['citizen', citizen], ['tax', tax], ['phone', mobile], ['dossier', dossier], ['card', digits(9)], ['name', name]])('no two people become one: %s', (kind, real) => {
    const own = createInventor(KEY);
    const values = [...new Set(fc.sample(real, { numRuns: 1500, seed: 9 }))];
    const made = values.map((value) => own.invent(kind, value));
    const keyed = new Set(values.map((value) => value.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/gi, 'd').toLowerCase()));
    // Names that differ by their accents alone are one on purpose: without accents nobody can tell them apart.
    expect(new Set(made).size).toBe(kind === 'name' ? keyed.size : values.length);
  });

  it('another key gives other people', () => {
    const other = createInventor(Buffer.alloc(32, 4));
    const values = fc.sample(citizen, { numRuns: 50, seed: 1 });
    expect(values.filter((value) => other.invent('citizen', value) === inventor.invent('citizen', value)).length).toBeLessThan(3);
  });

  it('a file becomes another of its kind', () => {
    const pdf = Buffer.from(`%PDF-1.7\n${'x'.repeat(200)}`).toString('base64');
    expect(Buffer.from(inventor.invent('file', pdf), 'base64').toString()).toMatch(/^%PDF-/);
    expect(inventor.invent('file', 'https://kho.example.vn/tep/0900001234.docx?t=1')).toMatch(/^https:\/\/tep\.example\.vn\/\d+\.docx$/);
    expect(inventor.invent('file', 'Giấy khai sinh.pdf')).toMatch(/\.pdf$/);
    expect(inventor.invent('file', Buffer.alloc(6_000_000, 7).toString('base64')).length).toBeLessThan(100);
  });

  it('free text keeps its length and its codes, and the sentences of systems', () => {
    const text = 'Ông Bảy ở cạnh chợ nộp 1.001193 tại H21.129; hồ sơ đã tồn tại trên hệ thống';
    const made = inventor.invent('text', text);
    expect(made).toContain('1.001193');
    expect(made).toContain('H21.129; hồ sơ đã tồn tại trên hệ thống');
    expect(made).not.toMatch(/Bảy|chợ|cạnh/);
    expect(Math.abs(made.length - text.length)).toBeLessThanOrEqual(3);
  });
});

const parseDay = (text: string): boolean => !Number.isNaN(Date.parse(text));
