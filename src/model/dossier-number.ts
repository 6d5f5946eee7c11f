/**
 * Dossier numbers (mã hồ sơ, rules §2.2): agency identifier – receipt date – sequence. The receiving system issues the number
 * once and nobody renumbers; the date in it says when it was issued and is no base for a term.
 */
import { normalizeCode, parseAgencyCode, type Level1Options } from './agency-code.ts';
import { isDate } from './civil-date.ts';
import { refuse, type Refusal } from './result.ts';

export interface DossierNumber {
  ok: true;
  /** `legacy`: agency as QCVN 102 writes it · `current`: agency as QĐ 20/2020 writes it · `portal`: ministry portals, 8-digit date and 7-digit sequence */
  form: 'legacy' | 'current' | 'portal';
  /** as spelled in the number, normalised */
  agency: string;
  level1: string;
  /** `YYYY-MM-DD` in Vietnam */
  date: string;
  /** with its leading zeros */
  seq: string;
  /** exactly as given */
  original: string;
  normalized: string;
}

const NUMBER = /^([0-9A-Z.]{3,16})-(\d{6}|\d{8})-(\d{4,7})$/;
const LONGEST = 80;

/**
 * The number in the spelling under which it is compared: upper case, hyphens for dashes, no blanks, no full-width letters.
 * The agency keeps its spelling: `H26.19-…` and `000.00.19.H26-…` are two numbers.
 */
export function normalizeDossierNumber(text: string): string {
  return normalizeCode(text);
}

/**
 * Reads a dossier number of any form in use.
 * @returns its parts, or `LT-MODEL-DOSSIER-NUMBER-FORMAT`, `LT-MODEL-DOSSIER-NUMBER-DATE` (the day does not exist), or
 *   `LT-MODEL-AGENCY-LEVEL1-UNKNOWN` (see `extraLevel1`)
 */
export function parseDossierNumber(text: string, options: Level1Options = {}): DossierNumber | Refusal {
  const normalized = text.length > LONGEST ? '' : normalizeDossierNumber(text);
  const [, agency = '', digits = '', seq = ''] = NUMBER.exec(normalized) ?? [];
  const issuer = parseAgencyCode(agency, options);
  if (!issuer.ok) {
    return issuer.code === 'LT-MODEL-AGENCY-CODE-FORMAT'
      ? refuse('LT-MODEL-DOSSIER-NUMBER-FORMAT', 'không đúng dạng mã cơ quan-ngày-số thứ tự', 'not in the form agency-date-sequence')
      : issuer;
  }
  const day = digits.length === 6 ? `20${digits}` : digits;
  const date = `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`;
  if (!isDate(date)) return refuse('LT-MODEL-DOSSIER-NUMBER-DATE', 'ngày trong mã hồ sơ không tồn tại', 'the date in the dossier number does not exist');
  return { ok: true, form: digits.length === 8 ? 'portal' : issuer.form, agency, level1: issuer.level1, date, seq, original: text, normalized };
}

/**
 * Writes a new number in the province's short form, `H21.129-250812-0035`: current agency spelling, six-digit date, four
 * digits counted per agency and day.
 * @param agency in either spelling
 * @param date Vietnamese day of receipt, `YYYY-MM-DD`, years 2000–2099 (the number has two digits for it)
 * @param seq 1–9999; above it the number is refused, never wrapped (rules §2.2)
 * @returns the number, or `LT-MODEL-DOSSIER-NUMBER-EXHAUSTED`, `LT-MODEL-DOSSIER-NUMBER-DATE` or what `parseAgencyCode` refuses
 */
export function formatDossierNumber(agency: string, date: string, seq: number, options: Level1Options = {}): { ok: true; number: string } | Refusal {
  const parsed = parseAgencyCode(agency, options);
  if (!parsed.ok) return parsed;
  if (!isDate(date) || !date.startsWith('20')) return refuse('LT-MODEL-DOSSIER-NUMBER-DATE', 'ngày cấp mã hồ sơ không hợp lệ', 'the date for the dossier number is not valid');
  if (!Number.isInteger(seq) || seq < 1 || seq > 9999) {
    return refuse('LT-MODEL-DOSSIER-NUMBER-EXHAUSTED', 'số thứ tự trong ngày phải từ 1 đến 9999', 'the sequence of a day runs from 1 to 9999');
  }
  return { ok: true, number: `${parsed.current}-${date.slice(2, 4)}${date.slice(5, 7)}${date.slice(8)}-${String(seq).padStart(4, '0')}` };
}
