/**
 * Tax codes (mã số thuế, rules §6): ten digits, the last a check digit; a branch adds `-NNN`. Since 01/07/2025 individuals and
 * household businesses use their 12-digit personal number instead, on which the checksum means nothing.
 */
import { refuse, type Refusal } from './result.ts';

export interface TaxCode {
  ok: true;
  kind: 'organization' | 'branch' | 'personal';
  /** `9300000014`, `9300000014-001` or twelve digits */
  code: string;
  /** the ten digits of the parent, for organisations and branches */
  parent?: string;
}

const WEIGHTS = [31, 29, 23, 19, 17, 13, 7, 5, 3] as const;
const LONGEST = 32;

/** Check digit for the first nine digits; `undefined` when the nine can belong to no code (the sum asks for a ten) or are no digits. */
export function taxCheckDigit(firstNine: string): number | undefined {
  if (!/^\d{9}$/.test(firstNine)) return undefined;
  const sum = WEIGHTS.reduce((total, weight, i) => total + weight * (firstNine.charCodeAt(i) - 48), 0);
  const check = 10 - (sum % 11);
  return check === 10 ? undefined : check;
}

/**
 * Reads a tax code; blanks and dots are forgiven, thirteen digits are a branch without its hyphen.
 * @returns the code, or `LT-MODEL-TAX-CODE-FORMAT`, `LT-MODEL-TAX-CODE-CHECK` (check digit), `LT-MODEL-TAX-CODE-BRANCH` (branch 000)
 */
export function parseTaxCode(text: string): TaxCode | Refusal {
  const plain = text.length > LONGEST ? '' : text.normalize('NFKC').replace(/[\s.]/g, '').replace(/[\u2010-\u2015\u2212]/g, '-');
  if (/^\d{12}$/.test(plain)) return { ok: true, kind: 'personal', code: plain };
  const match = /^(\d{10})(?:-?(\d{3}))?$/.exec(plain);
  if (match === null) {
    return refuse('LT-MODEL-TAX-CODE-FORMAT', 'phải gồm 10 chữ số, 10 chữ số kèm -NNN, hoặc 12 chữ số của cá nhân', 'must have 10 digits, 10 digits with -NNN, or the 12 digits of a person');
  }
  const [, parent = '', branch] = match;
  if (taxCheckDigit(parent.slice(0, 9)) !== parent.charCodeAt(9) - 48) {
    return refuse('LT-MODEL-TAX-CODE-CHECK', 'sai chữ số kiểm tra', 'the check digit is wrong');
  }
  if (branch === '000') return refuse('LT-MODEL-TAX-CODE-BRANCH', 'số đơn vị phụ thuộc không thể là 000', 'a branch cannot be 000');
  return branch === undefined ? { ok: true, kind: 'organization', code: parent, parent } : { ok: true, kind: 'branch', code: `${parent}-${branch}`, parent };
}
