import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareCitizenNumber, currentAgencyCode, formatDossierNumber, isLevel1Known, legacyAgencyCode, level1Agency, parseAgencyCode, parseCitizenNumber, parseDossierNumber, parsePhone,
  parseProcedureCode, parseTaxCode, procedureBase, sameAgency, sameProcedure, taxCheckDigit,
} from '../../src/model/index.ts';
import birthPlaces from './vectors/cccd-birth-provinces.json' with { type: 'json' };
import vectors from './vectors/identifier-vectors.json' with { type: 'json' };

const H99 = { extraLevel1: ['H99'] };
const group = (length: number) => fc.string({ unit: fc.constantFrom(...'0123456789ABC'), minLength: length, maxLength: length });
// A lowest level that itself looks like a level 1 fits both spellings; that case has its own test.
const level4 = group(3).filter((text) => !/^[A-C]\d\d$/.test(text));
const level1 = fc.constantFrom('H01', 'H20', 'H63', 'G09', 'G22', 'H99');
const hostile = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom(...'0123456789.-H –'), maxLength: 40 }));

describe('agency code', () => {
  it('has two spellings of one agency', () => {
    expect(parseAgencyCode('000.00.19.H26')).toMatchObject({ ok: true, form: 'legacy', current: 'H26.19', legacy: '000.00.19.H26', level1: 'H26' });
    expect(parseAgencyCode('H26.19')).toMatchObject({ ok: true, form: 'current', current: 'H26.19', legacy: '000.00.19.H26' });
    expect(parseAgencyCode('000.01.14.H99', H99)).toMatchObject({ ok: true, current: 'H99.14.01' });
    expect(parseAgencyCode('000.A0.01.H26')).toMatchObject({ ok: true, current: 'H26.01.A0' });
    expect(parseAgencyCode('000.00.00.H20')).toMatchObject({ ok: true, current: 'H20' });
    expect(parseAgencyCode('H15.50.05.13')).toMatchObject({ ok: true, current: 'H15.50.05.13', legacy: '013.05.50.H15' });
    const wide = parseAgencyCode('H21.129');
    expect(wide).toMatchObject({ ok: true, current: 'H21.129' });
    expect(wide).not.toHaveProperty('legacy');
  });

  it('is equal across spellings and only then', () => {
    expect(sameAgency('000.00.19.H26', 'H26.19')).toBe(true);
    expect(sameAgency('h26.19 ', '000.00.19.H26')).toBe(true);
    expect(sameAgency('H15.50.05.13', '013.05.50.H15')).toBe(true);
    expect(sameAgency('H26.00', 'H26')).toBe(true);
    expect(sameAgency('H26.19', 'H26.20')).toBe(false);
    expect(sameAgency('H26.19', 'H26.19.01')).toBe(false);
    expect(sameAgency('?', '?')).toBe(true);
    expect(sameAgency('?', '!')).toBe(false);
  });

  it('survives the way to the other spelling and back', () => {
    fc.assert(fc.property(level4, group(2), group(2), level1, (d, c, b, a) => {
      const legacy = `${d}.${c}.${b}.${a}`;
      const current = currentAgencyCode(legacy);
      expect(current).toBeDefined();
      expect(legacyAgencyCode(current ?? '')).toBe(legacy);
      expect(sameAgency(legacy, current ?? '')).toBe(true);
    }));
    fc.assert(fc.property(level1, fc.array(group(2), { maxLength: 2 }), (a, lower) => {
      const current = currentAgencyCode([a, ...lower].join('.')) ?? '';
      expect(currentAgencyCode(legacyAgencyCode(current) ?? '')).toBe(current);
    }));
  });

  it('is read from the end that is a level 1 when it fits both spellings', () => {
    expect(parseAgencyCode('H15.50.05.A13')).toMatchObject({ ok: true, form: 'current', level1: 'H15' });
    expect(parseAgencyCode('A13.05.50.H15')).toMatchObject({ ok: true, form: 'legacy', current: 'H15.50.05.A13' });
    expect(parseDossierNumber('H15.50.05.A13-250812-0001')).toMatchObject({ ok: true, form: 'current', level1: 'H15' });
  });

  it('needs a level 1 of the catalogue, or one that the caller adds', () => {
    expect(parseAgencyCode('H99.01')).toMatchObject({ ok: false, code: 'LT-MODEL-AGENCY-LEVEL1-UNKNOWN' });
    expect(parseAgencyCode('H99.01', { extraLevel1: new Set(['H99']) }).ok).toBe(true);
    expect(parseAgencyCode('H64').ok).toBe(false);
    expect(parseAgencyCode('G23').ok).toBe(false);
    for (let n = 1; n <= 63; n += 1) expect(isLevel1Known(`H${String(n).padStart(2, '0')}`)).toBe(true);
    for (let n = 1; n <= 22; n += 1) expect(isLevel1Known(`G${String(n).padStart(2, '0')}`)).toBe(true);
    expect(level1Agency('H20')).toEqual({ code: 'H20', name: 'Đồng Tháp', kind: 'province', corroborated: true });
    expect(level1Agency('H13')).toMatchObject({ name: 'Cần Thơ', corroborated: false });
    expect(level1Agency('G22')).toMatchObject({ kind: 'ministry' });
    expect(level1Agency('constructor')).toBeUndefined();
  });

  it.each(['', 'H2', '26.H19', '000.00.H26', 'H26.1234', 'H26-19', 'H26.', 'H26.1.2.3.4', 'x'.repeat(10_000)])('%j is none', (text) => {
    expect(parseAgencyCode(text)).toMatchObject({ ok: false, code: 'LT-MODEL-AGENCY-CODE-FORMAT' });
  });
});

describe('dossier number', () => {
  it.each(vectors.dossierNumber)('$value', ({ value, agency, date, seq, level1: top, form }) => {
    expect(parseDossierNumber(value)).toEqual({
      ok: true, form: form.startsWith('legacy') ? 'legacy' : form.startsWith('ministry') ? 'portal' : 'current', agency, level1: top, date, seq, original: value, normalized: value,
    });
  });

  it.each(vectors.dossierNumberInvalid)('$value: $why', ({ value, why }) => {
    const result = parseDossierNumber(value);
    expect(result.ok).toBe(why.includes('then accept'));
    if (result.ok) expect(result).toMatchObject({ normalized: 'H21.129-250812-0035', original: value });
    else expect(result.code).toBe(why === 'day 32' ? 'LT-MODEL-DOSSIER-NUMBER-DATE' : why === 'wrong separator' ? 'LT-MODEL-DOSSIER-NUMBER-FORMAT' : 'LT-MODEL-AGENCY-LEVEL1-UNKNOWN');
  });

  it('forgives blanks and full-width letters, and keeps the original', () => {
    expect(parseDossierNumber(' Ｈ21.129 — 250812－0035\u00a0')).toMatchObject({ ok: true, normalized: 'H21.129-250812-0035', original: ' Ｈ21.129 — 250812－0035\u00a0' });
    expect(parseDossierNumber('H99.01-250812-0001', H99).ok).toBe(true);
    expect(parseDossierNumber('H56-250812-12345')).toMatchObject({ ok: true, seq: '12345' });
  });

  it.each(['H21.129-250229-0001', 'H21.129-20250832-0001'])('%s names no day', (text) => expect(parseDossierNumber(text)).toMatchObject({ code: 'LT-MODEL-DOSSIER-NUMBER-DATE' }));
  it.each(['', 'H21.129-250812-035', 'H21.129-250812-00000035', 'H21.129-2508120-0035', 'H21.129-250812-0035-1', 'H'.repeat(100_000)])('%# has the wrong shape', (text) => {
    expect(parseDossierNumber(text)).toMatchObject({ code: 'LT-MODEL-DOSSIER-NUMBER-FORMAT' });
  });

  it('is written in the short form and read again', () => {
    const day = fc.integer({ min: 0, max: 36_524 }).map((n) => new Date(Date.UTC(2000, 0, 1) + n * 86_400_000).toISOString().slice(0, 10));
    fc.assert(fc.property(level1, fc.array(group(2), { maxLength: 3 }), day, fc.integer({ min: 1, max: 9999 }), (a, lower, date, seq) => {
      const agency = [a, ...lower].join('.');
      const written = formatDossierNumber(agency, date, seq, H99);
      expect(written.ok).toBe(true);
      if (!written.ok) return;
      expect(parseDossierNumber(written.number, H99)).toMatchObject({ ok: true, form: 'current', agency: currentAgencyCode(agency), date, seq: String(seq).padStart(4, '0') });
    }));
    expect(formatDossierNumber('000.00.19.H26', '2025-08-12', 35)).toEqual({ ok: true, number: 'H26.19-250812-0035' });
  });

  it('fails above 9999 instead of wrapping', () => {
    for (const seq of [10_000, 0, -1, 1.5, Number.NaN]) expect(formatDossierNumber('H26.19', '2025-08-12', seq)).toMatchObject({ code: 'LT-MODEL-DOSSIER-NUMBER-EXHAUSTED' });
    for (const date of ['2025-02-30', '1999-01-01', '']) expect(formatDossierNumber('H26.19', date, 1)).toMatchObject({ code: 'LT-MODEL-DOSSIER-NUMBER-DATE' });
    expect(formatDossierNumber('H99', '2025-08-12', 1).ok).toBe(false);
  });
});

describe('procedure code', () => {
  it.each(vectors.tthc)('$value', (vector) => {
    const result = parseProcedureCode(vector.value);
    expect(result.ok).toBe(vector.valid);
    if (result.ok && vector.base !== undefined) expect(result).toMatchObject({ base: vector.base, agency: vector.agency });
  });
  it('compares on its base and keeps its suffix', () => {
    expect(parseProcedureCode('2.000815.000.00.00.H55.02')).toMatchObject({ ok: true, base: '2.000815', suffix: '000.00.00.H55.02' });
    expect(parseProcedureCode('1.000105.01')).toMatchObject({ ok: true, service: '01' });
    expect(parseProcedureCode('1.000105.H56.14')).toMatchObject({ ok: true, agency: 'H56.14' });
    expect(sameProcedure('1.011442.000.00.00.H38', ' 1.011442')).toBe(true);
    expect(sameProcedure('1.011442', '1.011443')).toBe(false);
    expect(procedureBase('1.105')).toBeUndefined();
  });
});

describe('citizen number', () => {
  it.each(vectors.cccd.valid)('$id', ({ id, province, gender, year }) => {
    expect(parseCitizenNumber(id)).toMatchObject({ ok: true, kind: 'CCCD', number: id, birthPlace: { code: province }, gender: gender === 'nam' ? 'MALE' : 'FEMALE', birthYear: year, warnings: [] });
  });
  it.each(vectors.cccd.invalid)('$id: $why', ({ id, why }) => {
    const code = why.startsWith('province') ? 'LT-MODEL-CITIZEN-BIRTH-PLACE' : why.startsWith('leading') ? 'LT-MODEL-CITIZEN-NUMBER-ZERO-LOST' : 'LT-MODEL-CITIZEN-NUMBER-FORMAT';
    expect(parseCitizenNumber(id)).toMatchObject({ ok: false, code });
  });
  it('knows the 63 places of birth registration and the province of today', () => {
    expect(birthPlaces.codes).toHaveLength(63);
    for (const { code, name, successorProvince } of birthPlaces.codes) {
      expect(parseCitizenNumber(`${code}200999001`)).toMatchObject({ ok: true, birthPlace: { code, name, successor: successorProvince } });
    }
  });
  it.each(birthPlaces.genderCentury)('digit $digit means $years', ({ digit, gender, years }) => {
    const first = Number(years.slice(0, 4));
    expect(parseCitizenNumber(`001${digit}07999001`)).toMatchObject({ ok: true, gender: gender === 'nam' ? 'MALE' : 'FEMALE', birthYear: first + 7 });
  });
  it('accepts invented places on request, and warns about other countries and the future', () => {
    expect(parseCitizenNumber('099099000001').ok).toBe(false);
    expect(parseCitizenNumber('099099000001', { extraBirthPlaces: ['099'] })).toMatchObject({ ok: true, birthYear: 1999, birthPlace: { code: '099' } });
    expect(parseCitizenNumber('231099999001')).toMatchObject({ ok: true, warnings: [{ code: 'LT-MODEL-CITIZEN-BIRTH-ABROAD' }] });
    expect(parseCitizenNumber('087299999001', { asOf: '2026-11-01' })).toMatchObject({ ok: true, warnings: [{ code: 'LT-MODEL-CITIZEN-BIRTH-YEAR', severity: 'warning' }] });
    expect(parseCitizenNumber('087299999001')).toMatchObject({ ok: true, warnings: [] });
  });
  it('notices lost zeros and never adds them', () => {
    for (const text of ['87084999001', '1084999001']) expect(parseCitizenNumber(text)).toMatchObject({ code: 'LT-MODEL-CITIZEN-NUMBER-ZERO-LOST' });
  });
  it('reads spaced digits and the old card number', () => {
    expect(parseCitizenNumber(' 087 084 999.001 ')).toMatchObject({ ok: true, number: '087084999001' });
    expect(parseCitizenNumber('999999001')).toEqual({ ok: true, kind: 'CMND', number: '999999001', warnings: [] });
  });
  it('only warns when the register says otherwise', () => {
    const number = parseCitizenNumber('087084999001');
    expect(number.ok && number.kind === 'CCCD').toBe(true);
    if (!number.ok || number.kind !== 'CCCD') return;
    expect(compareCitizenNumber(number, { gender: 'MALE', birthDate: '1984-05-06' })).toEqual([]);
    expect(compareCitizenNumber(number, { gender: 'OTHER' })).toEqual([]);
    expect(compareCitizenNumber(number, { gender: 'FEMALE', birthDate: '1985' }).map(({ severity }) => severity)).toEqual(['warning', 'warning']);
  });
});

describe('tax code', () => {
  it.each(vectors.mst.valid)('%s', (code) => expect(parseTaxCode(code)).toEqual({ ok: true, kind: 'organization', code, parent: code }));
  it.each(vectors.mst.validBranch)('%s', (code) => {
    expect(parseTaxCode(code)).toMatchObject({ ok: true, kind: 'branch', code });
    expect(parseTaxCode(code.replace('-', ''))).toMatchObject({ ok: true, kind: 'branch', code });
  });
  it.each(vectors.mst.invalid)('%s is refused', (code) => expect(parseTaxCode(code).ok).toBe(false));
  it.each(vectors.mst.neverIssuedFirst9)('%s begins no code', (first) => {
    expect(taxCheckDigit(first)).toBeUndefined();
    for (let digit = 0; digit <= 9; digit += 1) expect(parseTaxCode(`${first}${digit}`)).toMatchObject({ code: 'LT-MODEL-TAX-CODE-CHECK' });
  });
  it('of a person has twelve digits and no check digit', () => {
    expect(parseTaxCode('087 084 999001')).toEqual({ ok: true, kind: 'personal', code: '087084999001' });
    expect(parseTaxCode('9300000014-000')).toMatchObject({ code: 'LT-MODEL-TAX-CODE-BRANCH' });
    expect(parseTaxCode('9'.repeat(10_000))).toMatchObject({ code: 'LT-MODEL-TAX-CODE-FORMAT' });
  });
  it('notices one wrong digit, whichever it is', () => {
    fc.assert(fc.property(fc.constantFrom(...vectors.mst.valid), fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 9 }), (code, place, shift) => {
      const wrong = code.slice(0, place) + String((Number(code[place]) + shift) % 10) + code.slice(place + 1);
      expect(parseTaxCode(wrong).ok).toBe(false);
    }));
  });
});

describe('telephone', () => {
  it.each(vectors.phones.valid)('%s', (written, e164) => expect(parsePhone(written ?? '')).toMatchObject({ ok: true, e164 }));
  it.each(vectors.phones.convertOldPrefix)('%s is now %s', (old, now) => expect(parsePhone(old ?? '')).toMatchObject({ ok: true, national: now, kind: 'mobile', converted: 'mobile-2018' }));
  it.each(vectors.phones.oldAreaCode)('%s is now %s', (old, now) => expect(parsePhone(old ?? '')).toMatchObject({ ok: true, national: now, kind: 'landline', converted: 'area-2017' }));
  it.each(vectors.phones.ambiguous)('%s', (text) => {
    const field = text.replace(/ \(.*$/, '');
    expect(parsePhone(field)).toMatchObject({ ok: false, severity: 'warning', code: 'LT-MODEL-PHONE-AMBIGUOUS', candidates: [{ national: '0912345678' }, { national: '0987654321' }] });
  });
  it.each([
    ['0900000001', '+84900000001'], ['84900000001', '+84900000001'], ['0084 900 000 001', '+84900000001'], ['+84(0)900000001', '+84900000001'], ['０９００００００01', '+84900000001'],
    ['04 38200123', '+842438200123'], ['01202345678', '+84702345678'], ['01992345678', '+84592345678'], ['01862345678', '+84562345678'], ['0210 3820123', '+842103820123'], ['+1 202 555 0100', '+12025550100'],
    ['0373852123', '+84373852123'],
  ])('%s is %s', (written, e164) => expect(parsePhone(written)).toMatchObject({ ok: true, e164 }));
  it.each(['0900000001/0900000002', '0900000001; 02923820123', '0900000001 hoặc 0900000002', '0900000001 0900000002', '0900000001,0900000002,0900000003'])('%s are several', (text) => {
    expect(parsePhone(text)).toMatchObject({ ok: false, code: 'LT-MODEL-PHONE-AMBIGUOUS' });
  });
  it.each(['', 'không có', '0', '0123', '19001234', '090000000', '09000000012', '01112345678', '1'.repeat(100_000), '+0123456789'])('%j is only a warning', (text) => {
    expect(parsePhone(text)).toMatchObject({ ok: false, severity: 'warning', code: 'LT-MODEL-PHONE-FORMAT' });
  });
});

describe('any text', () => {
  it('gets an answer and no exception, and the answer never repeats it', () => {
    fc.assert(fc.property(hostile, (text) => {
      for (const parse of [parseAgencyCode, parseDossierNumber, parseProcedureCode, parseCitizenNumber, parseTaxCode, parsePhone]) {
        const result = parse(text);
        if (!result.ok && text.length > 6) expect(JSON.stringify(result.why)).not.toContain(text);
      }
    }), { numRuns: 300 });
  });
});
