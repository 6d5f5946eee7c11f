/**
 * Personal numbers (rules §6): the 12-digit citizen number `PPP G YY NNNNNN` (TT 07/2016/TT-BCA, TT 59/2021/TT-BCA) and the
 * older 9-digit card number. Neither has a check digit. PPP is where the birth was registered, in the numbering of 63 provinces,
 * for ever: it is neither the residence nor the province of today, and nothing may be derived from it.
 */
import provinceData from './data/citizen-provinces.json' with { type: 'json' };
import { refuse, warn, type Finding, type Refusal } from './result.ts';

const PROVINCES: Readonly<Record<string, string[]>> = provinceData;

export interface CitizenNumber {
  ok: true;
  kind: 'CCCD';
  number: string;
  /** where the birth was registered; `name` is absent for codes outside the list of 63 */
  birthPlace: { code: string; name?: string; /** province of today that took over the old one */ successor?: string };
  gender: 'MALE' | 'FEMALE';
  birthYear: number;
  warnings: Finding[];
}
export interface CardNumber { ok: true; kind: 'CMND'; number: string; warnings: Finding[] }

export interface CitizenNumberOptions {
  /** birth-place codes accepted beside the list, for invented people (`099`) */
  extraBirthPlaces?: readonly string[];
  /** Vietnamese day of the check, `YYYY-MM-DD`; when given, a birth year after it is a warning */
  asOf?: string;
}

const LONGEST = 40;

/**
 * Reads a citizen number or an old card number; blanks, dots and hyphens between digits and full-width digits are forgiven.
 * Leading zeros are never added: a number that lost one in a spreadsheet must be asked for again.
 * @returns the parts with warnings (`LT-MODEL-CITIZEN-BIRTH-YEAR`, `LT-MODEL-CITIZEN-BIRTH-ABROAD`), or
 *   `LT-MODEL-CITIZEN-NUMBER-FORMAT`, `LT-MODEL-CITIZEN-NUMBER-ZERO-LOST`, `LT-MODEL-CITIZEN-BIRTH-PLACE`
 */
export function parseCitizenNumber(text: string, options: CitizenNumberOptions = {}): CitizenNumber | CardNumber | Refusal {
  const number = text.length > LONGEST ? '' : text.normalize('NFKC').replace(/[\s.\-\u2010-\u2015]/g, '');
  if (/^\d{9}$/.test(number)) return { ok: true, kind: 'CMND', number, warnings: [] };
  if (/^[1-9]\d{9,10}$/.test(number) && Object.hasOwn(PROVINCES, number.padStart(12, '0').slice(0, 3))) {
    return refuse('LT-MODEL-CITIZEN-NUMBER-ZERO-LOST', 'thiếu chữ số, nhiều khả năng mất số 0 ở đầu', 'digits are missing; it has probably lost its leading zero');
  }
  if (!/^\d{12}$/.test(number)) {
    return refuse('LT-MODEL-CITIZEN-NUMBER-FORMAT', 'phải gồm 12 chữ số (hoặc 9 chữ số đối với chứng minh nhân dân cũ)', 'must have 12 digits (or 9 for the old identity card)');
  }
  const code = number.slice(0, 3);
  const known = Object.hasOwn(PROVINCES, code) ? PROVINCES[code] : undefined;
  const warnings: Finding[] = [];
  if (known === undefined && options.extraBirthPlaces?.includes(code) !== true) {
    // Births abroad carry a country code of the same circular, above the provinces; that list is not at hand (rules §6).
    if (code < '100') return refuse('LT-MODEL-CITIZEN-BIRTH-PLACE', 'mã nơi đăng ký khai sinh không có trong danh mục', 'the code of the place of birth registration is not in the list');
    warnings.push(warn('LT-MODEL-CITIZEN-BIRTH-ABROAD', 'mã nơi sinh là mã nước ngoài, chưa kiểm tra được', 'the birth place is a code of another country and could not be checked'));
  }
  const digit = number.charCodeAt(3) - 48;
  const birthYear = 1900 + (digit >> 1) * 100 + Number(number.slice(4, 6));
  if (options.asOf !== undefined && birthYear > Number(options.asOf.slice(0, 4))) {
    warnings.push(warn('LT-MODEL-CITIZEN-BIRTH-YEAR', 'năm sinh trong số định danh ở tương lai', 'the birth year in the number lies in the future'));
  }
  const [name, successor] = known ?? [];
  return {
    ok: true, kind: 'CCCD', number, birthYear, warnings, gender: digit % 2 === 0 ? 'MALE' : 'FEMALE',
    birthPlace: { code, ...(name === undefined ? {} : { name }), ...(successor === undefined ? {} : { successor }) },
  };
}

/**
 * Compares what the number says with what the register says. Registers are corrected and numbers are not, so a difference is
 * a warning, never a refusal (rules §6).
 * @param person gender and `YYYY-MM-DD` (or `YYYY`) of birth, where known
 */
export function compareCitizenNumber(number: CitizenNumber, person: { gender?: 'MALE' | 'FEMALE' | 'OTHER'; birthDate?: string }): Finding[] {
  const findings: Finding[] = [];
  if ((person.gender === 'MALE' || person.gender === 'FEMALE') && person.gender !== number.gender) {
    findings.push(warn('LT-MODEL-CITIZEN-MISMATCH', 'giới tính khác với số định danh', 'the gender differs from the number'));
  }
  if (person.birthDate !== undefined && Number(person.birthDate.slice(0, 4)) !== number.birthYear) {
    findings.push(warn('LT-MODEL-CITIZEN-MISMATCH', 'năm sinh khác với số định danh', 'the birth year differs from the number'));
  }
  return findings;
}
