/**
 * Agency identifiers in their two spellings (rules §2.1): QCVN 102:2016 writes four groups with level 1 last
 * (`000.00.19.H26`), QĐ 20/2020/QĐ-TTg writes level 1 first and only the levels needed (`H26.19`). Both name the same agency,
 * and both are on the wires today.
 */
import level1Data from './data/agency-level1.json' with { type: 'json' };
import { refuse, type Refusal } from './result.ts';

export interface Level1Options {
  /** level-1 codes accepted beside the catalogue, for codes newer than it or invented for tests (`H99`) */
  extraLevel1?: readonly string[] | ReadonlySet<string>;
}

export interface Level1Agency {
  code: string;
  name: string;
  kind: 'province' | 'ministry';
  /** seen in a public source; the others follow the well-known list and need the national catalogue (rules §2.1) */
  corroborated: boolean;
}

const PROVINCES: Readonly<Record<string, (string | number)[]>> = level1Data.provinces;
const MINISTRIES: Readonly<Record<string, string>> = level1Data.ministries;

/**
 * The body behind a level-1 code (H01–H63, G01–G22); names are those from before the mergers of 2025. `undefined` when the
 * catalogue does not have it.
 */
export function level1Agency(code: string): Level1Agency | undefined {
  const province = Object.hasOwn(PROVINCES, code) ? PROVINCES[code] : undefined;
  if (province !== undefined) return { code, name: String(province[0]), kind: 'province', corroborated: province[1] === 1 };
  const ministry = Object.hasOwn(MINISTRIES, code) ? MINISTRIES[code] : undefined;
  return ministry === undefined ? undefined : { code, name: ministry, kind: 'ministry', corroborated: false };
}

/** Is the level-1 code in the catalogue, or among those the caller adds? */
export function isLevel1Known(code: string, options: Level1Options = {}): boolean {
  const extra = options.extraLevel1;
  return Object.hasOwn(PROVINCES, code) || Object.hasOwn(MINISTRIES, code) ||
    (extra !== undefined && (Array.isArray(extra) ? extra.includes(code) : (extra as ReadonlySet<string>).has(code)));
}

export interface AgencyCode {
  ok: true;
  /** how it was spelled */
  form: 'legacy' | 'current';
  /** QĐ 20/2020 spelling, level 1 first, no empty levels: `H26.19` */
  current: string;
  /** QCVN 102 spelling; absent when a group does not fit its fixed widths (`H21.129`) */
  legacy?: string;
  level1: string;
  /** equal for all spellings of one agency */
  key: string;
}

const LEGACY = /^([0-9A-Z]{3})\.([0-9A-Z]{2})\.([0-9A-Z]{2})\.([A-Z]\d{2})$/;
const CURRENT = /^[A-Z]\d{2}(?:\.[0-9A-Z]{1,3}){0,3}$/;
const EMPTY_GROUP = /^0+$/;
const LONGEST = 64;

/** Upper case, full-width letters made plain, every kind of blank removed, every kind of dash made a hyphen. */
export function normalizeCode(text: string): string {
  return text.normalize('NFKC').replace(/\s+/g, '').replace(/[\u2010-\u2015\u2212]/g, '-').toUpperCase();
}

/**
 * Reads an agency identifier in either spelling; lower case, full-width letters and blanks are forgiven.
 * @returns both spellings, or `LT-MODEL-AGENCY-CODE-FORMAT`, or `LT-MODEL-AGENCY-LEVEL1-UNKNOWN`: an unknown level 1 is an
 *   error, lower levels are not judged here (rules §2.1)
 */
export function parseAgencyCode(text: string, options: Level1Options = {}): AgencyCode | Refusal {
  const shape = text.length > LONGEST ? undefined : readShape(normalizeCode(text));
  if (shape === undefined) return refuse('LT-MODEL-AGENCY-CODE-FORMAT', 'không đúng dạng 000.00.19.H26 hoặc H26.19', 'not in the form 000.00.19.H26 or H26.19');
  if (!isLevel1Known(shape.level1, options)) return refuse('LT-MODEL-AGENCY-LEVEL1-UNKNOWN', 'mã cấp 1 không có trong danh mục', 'the level-1 code is not in the catalogue');
  return shape;
}

function readShape(code: string): AgencyCode | undefined {
  const legacy = LEGACY.exec(code);
  // H15.50.05.A13 fits both spellings; the end that the catalogue knows as level 1 decides.
  if (legacy !== null && (isLevel1Known(legacy[4] ?? '') || !isLevel1Known(legacy[1] ?? ''))) {
    const [, level4 = '', level3 = '', level2 = '', level1 = ''] = legacy;
    return build('legacy', level1, [level2, level3, level4]);
  }
  if (!CURRENT.test(code)) return undefined;
  const [level1 = '', ...lower] = code.split('.');
  return build('current', level1, lower);
}

function build(form: 'legacy' | 'current', level1: string, lower: string[]): AgencyCode {
  const used = lower.slice(0, lower.findLastIndex((group) => !EMPTY_GROUP.test(group)) + 1);
  const [level2 = '00', level3 = '00', level4 = '000'] = used;
  // The fourth level has three characters in one spelling and two in the other.
  const wide = level4.length === 2 ? `0${level4}` : level4;
  const fits = level2.length === 2 && level3.length === 2 && wide.length === 3;
  const key = [level1, ...used.slice(0, 2), ...(used.length === 3 ? [wide] : [])].join('.');
  return {
    ok: true, form, level1, key, current: [level1, ...used].join('.'),
    ...(fits ? { legacy: `${wide}.${level3}.${level2}.${level1}` } : {}),
  };
}

/** The spelling with level 1 first; `undefined` when the text is no agency code. The catalogue is not asked. */
export function currentAgencyCode(text: string): string | undefined {
  return text.length > LONGEST ? undefined : readShape(normalizeCode(text))?.current;
}

/** The four-group spelling; `undefined` when the text is no agency code or has no such spelling. The catalogue is not asked. */
export function legacyAgencyCode(text: string): string | undefined {
  return text.length > LONGEST ? undefined : readShape(normalizeCode(text))?.legacy;
}

/** Do two spellings name the same agency? Texts that are no agency codes are the same only when they are equal. */
export function sameAgency(a: string, b: string): boolean {
  if (a === b) return true;
  if (a.length > LONGEST || b.length > LONGEST) return false;
  const left = readShape(normalizeCode(a));
  return left !== undefined && left.key === readShape(normalizeCode(b))?.key;
}
