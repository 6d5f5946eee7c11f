/** Claims of every shape become one person, or a reason; nothing is invented. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configureSignIn, localAccountKey, parseCitizenCardQr, readKioskCard, type SignInConfig, type SignInStyle } from '../../../../adapters/vneid/login/index.ts';
import { readBirth, readQrDate } from '../../../../adapters/vneid/login/birth.ts';
import { readPerson } from '../../../../adapters/vneid/login/claims.ts';
import { privatePem } from '../../../../adapters/vneid/login/simulator/crypto.ts';
import { validateVerifiedPerson } from '../../../../src/contract/canonical.ts';
import { dateFromDayNumber, dayNumberFromDate } from '../../../../src/model/civil-date.ts';
import { REDIRECT, SECRET, STYLES } from './scene.ts';

const endpoints = { authorize: 'https://sso.example/a', token: 'https://sso.example/t', userinfo: 'https://sso.example/u' };
const configOf = (style: SignInStyle, more: Record<string, unknown> = {}): SignInConfig =>
  configureSignIn({ style, clientId: 'x', clientSecret: 'y', redirectUri: REDIRECT, transactionSecret: SECRET, endpoints, ...(style === 'vneid-oidc' ? { privateKey: privatePem() } : {}), ...more });

/** The person, and what was left out. */
function read(style: SignInStyle, claims: Record<string, unknown>, more: Record<string, unknown> = {}, idToken?: Record<string, unknown>) {
  const warned: string[] = [];
  return { person: readPerson(configOf(style, more), claims, idToken, ({ pointer }) => void warned.push(pointer ?? '')), warned };
}
const base = { sub: 's-1', TechID: 't-1', LoaiTaiKhoan: '1', SoDinhDanh: '099190000123', HoVaTen: 'Lê Thị Mẫu', NgayThangNamSinh: '19900214' };

describe('a date of birth', () => {
  const days = fc.integer({ min: dayNumberFromDate('1850-01-01') ?? 0, max: dayNumberFromDate('2200-12-31') ?? 0 }).map(dateFromDayNumber);
  it('is read in every form of the fact sheet', () => {
    fc.assert(fc.property(days, (date) => {
      const [y = '', m = '', d = ''] = date.split('-');
      for (const text of [date, `${y}${m}${d}`, `${d}/${m}/${y}`]) expect(readBirth(text)).toBe(date);
      expect(readQrDate(`${d}${m}${y}`)).toBe(date);
      for (const text of [y, `${y}0000`, `00/00/${y}`]) expect(readBirth(text)).toBe(y);
    }), { numRuns: 200 });
  });
  it.each(['', '0', '19900230', '31/04/1990', '1990-13-01', '1990-0214', '199002', '00000000', '0000', '14/2/1990', '14.02.1990', ' 1990', '１９９０'])('%j is none', (text) => expect(readBirth(text)).toBeUndefined());
});

describe('claims', () => {
  it('are read whatever comes: a person that fits the schema, or a reason', () => {
    const value = fc.oneof(fc.string({ maxLength: 30 }), fc.integer(), fc.constant(null), fc.boolean(), fc.constant({}), fc.constant('099190000123'), fc.constant('19900214'), fc.constant('2'));
    const names = ['sub', 'TechID', 'LoaiTaiKhoan', 'SoDinhDanh', 'SoCMND', 'HoVaTen', 'NgayThangNamSinh', 'loAs', 'IAL', 'MaSoThue', 'TenDoanhNghiep', 'citizenPid', 'fullName', 'birthDate', 'accountType', 'accountLevel', 'loginIdp'];
    const claims = fc.dictionary(fc.constantFrom(...names), value, { maxKeys: names.length });
    const configs = STYLES.map((style) => configOf(style));
    fc.assert(fc.property(fc.constantFrom(...configs), claims, (config, given) => {
      try {
        const person = readPerson(config, given, undefined, () => undefined);
        expect(validateVerifiedPerson(person).ok).toBe(true);
        expect(person.assurance).toBe('unknown');
        for (const one of [person.citizenId, person.oldId9, person.techId, person.fullName]) if (one !== undefined) expect(Object.values(given).map((v) => (typeof v === 'string' ? v.normalize('NFC').replace(/\s+/g, ' ').trim() : v))).toContain(one);
      } catch (error) {
        expect(error).toMatchObject({ code: 'LT-VNEID-LOGIN-CLAIMS' });
      }
    }), { numRuns: 400 });
  });

  it('take the kind of account as number and as text', () => {
    expect(read('vneid-direct', { ...base, LoaiTaiKhoan: 1 }).person.accountType).toBe('citizen');
    expect(read('vnconnect', { ...base, LoaiTaiKhoan: '3' }).person.accountType).toBe('organisation');
    expect(read('vnconnect', { ...base, LoaiTaiKhoan: '9' })).toMatchObject({ person: { fullName: 'Lê Thị Mẫu' }, warned: ['/LoaiTaiKhoan'] });
    for (const odd of ['constructor', '__proto__', 'toString']) expect(read('vnconnect', { ...base, LoaiTaiKhoan: odd }).person.accountType).toBeUndefined();
  });

  it('keep the leading zero: a number in the place of a citizen number is none', () => {
    const { person, warned } = read('vnconnect', { ...base, SoDinhDanh: 99190000123 });
    expect(person.citizenId).toBeUndefined();
    expect(warned).toEqual(['/SoDinhDanh']);
    expect(localAccountKey(person)).toBeUndefined();
  });

  it('bring names to NFC', () => expect(read('vnconnect', { ...base, HoVaTen: '  Lê  Thị Mẫu '.normalize('NFD') }).person.fullName).toBe('Lê Thị Mẫu'));

  it('say what is missing', () => {
    expect(() => read('vneid-oidc', { fullName: 'Lê Thị Mẫu' })).toThrow(/LT-VNEID-LOGIN-CLAIMS.*citizenPid/);
    expect(() => read('vnconnect', { HoVaTen: 'Lê Thị Mẫu' })).toThrow(/sub/);
    expect(() => read('vnconnect', { sub: 's-1' })).toThrow(/HoVaTen/);
  });

  it('are found under other names where these are configured', () => {
    const { person } = read('vneid-oidc', { cccd: '099190000123', ten: 'Lê Thị Mẫu', ngaySinh: '14/02/1990' }, { claims: { citizenId: 'cccd', fullName: 'ten', birthDate: 'ngaySinh' } });
    expect(person).toMatchObject({ citizenId: '099190000123', birthDate: '1990-02-14', subject: '099190000123' });
  });
});

describe('assurance', () => {
  const tables = { assurance: { loAs: { LoA1: 1, LoA2: 2 }, IAL: { 2: 2 }, acr: { 1: 1 } } };
  it('is 2 only where a table says so of something given, and the lower one of two', () => {
    expect(read('vnconnect', base, tables).person).toMatchObject({ assurance: 'unknown', assuranceRaw: {} });
    expect(read('vnconnect', { ...base, loAs: 'LoA2' }, tables).person).toMatchObject({ assurance: 2, assuranceRaw: { loAs: 'LoA2' } });
    expect(read('vneid-direct', { ...base, loAs: 'LoA2', IAL: 2 }, tables).person).toMatchObject({ assurance: 2, assuranceRaw: { loAs: 'LoA2', IAL: 2 } });
    expect(read('vneid-direct', { ...base, loAs: 'LoA2', IAL: 2 }, tables, { acr: '1' }).person).toMatchObject({ assurance: 1, assuranceRaw: { acr: '1' } });
    expect(read('vnconnect', { ...base, loAs: 'constructor' }, tables).person.assurance).toBe('unknown');
    expect(read('vnconnect', { ...base, loAs: 'LoA2' }).person).toMatchObject({ assurance: 'unknown', assuranceRaw: { loAs: 'LoA2' } });
    // `acr` among the claims is nobody's word; that of a checked id_token is the provider's.
    expect(read('vnconnect', { ...base, acr: '1' }, tables).person.assuranceRaw).toEqual({});
  });
});

describe('the key of an account', () => {
  it('follows the kind of account, and never lets a tax code of 12 digits pass for a citizen', () => {
    const key = (more: Record<string, unknown>) => localAccountKey(read('vnconnect', { ...base, ...more }).person);
    expect(key({})).toEqual({ kind: 'citizen-id', value: '099190000123' });
    expect(key({ SoDinhDanh: '', SoCMND: '990000456' })).toEqual({ kind: 'old-id', value: '990000456' });
    expect(key({ LoaiTaiKhoan: '2', MaSoThue: '099190000123' })).toEqual({ kind: 'tax-code', value: '099190000123' });
    expect(key({ LoaiTaiKhoan: '2', MaSoDoanhNghiep: '9300000014' })).toEqual({ kind: 'enterprise-code', value: '9300000014' });
    expect(key({ LoaiTaiKhoan: '2' })).toBeUndefined();
    expect(key({ LoaiTaiKhoan: '3' })).toEqual({ kind: 'tech-id', value: 't-1' });
    expect(key({ LoaiTaiKhoan: '7' })).toBeUndefined();
  });
});

describe('an identity card', () => {
  const text = '099190000123|990000456|Lê Thị Mẫu|14021990|Nữ|Thôn Một, Xã Ví Dụ, Tỉnh Mẫu|20052021';
  it('is read from its QR text', () => {
    expect(parseCitizenCardQr(text)).toEqual({ ok: true, value: { citizenId: '099190000123', oldId9: '990000456', fullName: 'Lê Thị Mẫu', birthDate: '1990-02-14', gender: 'FEMALE', address: 'Thôn Một, Xã Ví Dụ, Tỉnh Mẫu', issuedOn: '2021-05-20' } });
    expect(parseCitizenCardQr(text.replace('990000456', ''))).toMatchObject({ ok: true });
  });
  it('is refused field by field', () => {
    const pointers = (bad: string): (string | undefined)[] => {
      const read = parseCitizenCardQr(bad);
      return read.ok ? [] : read.issues.map(({ pointer }) => pointer);
    };
    expect(pointers('99190000123|1|  |30021990|Nam|x|20052021')).toEqual(['/0', '/1', '/2', '/3']);
    expect(pointers(`${text}|x`)).toEqual(['']);
    expect(pointers('x'.repeat(3_000))).toEqual(['']);
    expect(pointers(text.replace('14021990', '19900214'))).toEqual(['/3']);
  });
  it('is read from its chip', () => {
    expect(readKioskCard({ idCode: '099190000123', oldIdCode: '', personName: 'Lê Thị Mẫu', dateOfBirth: '14/02/1990', gender: 'Nữ', residencePlace: 'Tỉnh Mẫu', issueDate: '20/05/2021', expiryDate: '14/02/2030', fatherName: 'x' }))
      .toEqual({ ok: true, value: { citizenId: '099190000123', fullName: 'Lê Thị Mẫu', birthDate: '1990-02-14', gender: 'FEMALE', address: 'Tỉnh Mẫu', issuedOn: '2021-05-20', expiresOn: '2030-02-14' } });
    expect(readKioskCard({ idCode: 99190000123 })).toMatchObject({ ok: false, issues: [{ pointer: '/idCode' }, { pointer: '/personName' }, { pointer: '/dateOfBirth' }] });
  });
});
