/**
 * Telephone numbers as people wrote them in twenty years of forms. A number that cannot be read is worth a warning and never
 * stops a dossier (rules §6). Numbers from before the changes of 2017 (area codes, QĐ 2036/QĐ-BTTTT) and 2018 (11-digit
 * mobiles) are converted by table.
 */
import prefixes from './data/phone-prefixes.json' with { type: 'json' };
import type { ModelCode, Why } from './result.ts';

export interface Phone {
  ok: true;
  /** `+84900000001` */
  e164: string;
  /** as dialled inside Vietnam, `0900000001`; foreign numbers stay in their international form */
  national: string;
  kind: 'mobile' | 'landline' | 'foreign';
  /** set when the number was written in a numbering that has ended */
  converted?: 'mobile-2018' | 'area-2017';
}
export interface PhoneProblem {
  ok: false;
  severity: 'warning';
  code: ModelCode;
  why: Why;
  /** the numbers found when there are several; personal data */
  candidates?: Phone[];
}

const OLD_MOBILE: Readonly<Record<string, string>> = prefixes.mobile2018;
const OLD_AREA: Readonly<Record<string, string>> = prefixes.area2017;
const MOBILE: ReadonlySet<string> = new Set(prefixes.mobilePrefixes);
const AREAS: ReadonlySet<string> = new Set([...Object.values(OLD_AREA), ...prefixes.unchangedAreas]);
const BETWEEN_DIGITS = /[\s.()/\-\u2010-\u2015]/g;
const BETWEEN_NUMBERS = /\s*(?:[;,/|&\n]|\s[-\u2010-\u2015]\s|\s+(?:hoặc|và|or)\s+)\s*|\s+(?=(?:\+|0)\d{8,})/i;
const LONGEST = 120;

/**
 * Reads one telephone number.
 * Where an old area code and a mobile prefix of today look alike (037 was Thanh Hóa), ten digits are read as today's mobile.
 * @returns the number, or a warning: `LT-MODEL-PHONE-AMBIGUOUS` (several numbers in one field; the caller must not choose) or
 *   `LT-MODEL-PHONE-FORMAT`
 */
export function parsePhone(text: string): Phone | PhoneProblem {
  if (text.length > LONGEST) return unreadable();
  const plain = text.normalize('NFKC').normalize('NFC').trim();
  const single = readNumber(plain);
  if (single !== undefined) return single;
  const candidates = plain.split(BETWEEN_NUMBERS).map(readNumber).filter((found) => found !== undefined);
  if (candidates.length < 2) return unreadable();
  return {
    ok: false, severity: 'warning', code: 'LT-MODEL-PHONE-AMBIGUOUS', candidates,
    why: { vi: 'một ô chứa nhiều số điện thoại', en: 'one field holds several telephone numbers' },
  };
}

function unreadable(): PhoneProblem {
  return { ok: false, severity: 'warning', code: 'LT-MODEL-PHONE-FORMAT', why: { vi: 'không nhận ra số điện thoại', en: 'not recognisable as a telephone number' } };
}

function readNumber(written: string): Phone | undefined {
  const digits = written.replace(BETWEEN_DIGITS, '');
  const match = /^(?:\+|00)?(\d{4,15})$/.exec(digits);
  if (match === null) return undefined;
  const international = digits.startsWith('+') || digits.startsWith('00');
  const body = match[1] ?? '';
  if (international && !body.startsWith('84')) {
    return body.length >= 7 && !body.startsWith('0') ? { ok: true, kind: 'foreign', e164: `+${body}`, national: `+${body}` } : undefined;
  }
  if (international || (body.startsWith('84') && body.length >= 11)) return domestic(`0${body.slice(2).replace(/^0/, '')}`);
  return domestic(body);
}

/** A number with its trunk zero, in today's or in an older numbering. */
function domestic(number: string): Phone | undefined {
  const mobile = number.length === 10 && MOBILE.has(number.slice(0, 3));
  if (mobile) return made(number, 'mobile');
  if (number.length === 11) {
    const area = number.slice(0, 3) === '024' || number.slice(0, 3) === '028' ? number.slice(0, 3) : number.slice(0, 4);
    if (AREAS.has(area)) return made(number, 'landline');
    const prefix = OLD_MOBILE[number.slice(0, 4)];
    if (prefix !== undefined) return made(prefix + number.slice(4), 'mobile', 'mobile-2018');
  }
  return oldLandline(number);
}

/** Old landlines: area codes of two to four digits before a subscriber number of seven (Hà Nội and Hồ Chí Minh City: eight). */
function oldLandline(number: string): Phone | undefined {
  for (const length of [4, 3, 2]) {
    const area = OLD_AREA[number.slice(0, length)];
    if (area !== undefined && number.length - length === (length === 2 ? 8 : 7)) return made(area + number.slice(length), 'landline', 'area-2017');
  }
  return undefined;
}

function made(national: string, kind: 'mobile' | 'landline', converted?: 'mobile-2018' | 'area-2017'): Phone {
  return { ok: true, kind, national, e164: `+84${national.slice(1)}`, ...(converted === undefined ? {} : { converted }) };
}
