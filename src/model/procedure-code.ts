/**
 * Codes of administrative procedures (mã TTHC, rules §2.3): one digit, a dot, six digits; provinces append their agency
 * (`1.011442.000.00.00.H38`), the national portal's online services a number (`1.000105.01`). Two codes mean the same
 * procedure when their base agrees. Always text: a spreadsheet turns 1.105000 into 1.105.
 */
import { currentAgencyCode, normalizeCode } from './agency-code.ts';
import { refuse, type Refusal } from './result.ts';

export interface ProcedureCode {
  ok: true;
  /** the national code, `1.011442` */
  base: string;
  /** what follows the base, without its dot */
  suffix?: string;
  /** the suffix when it is an agency, as spelled */
  agency?: string;
  /** the suffix when it is the number of an online service (MaDVC) */
  service?: string;
  /** base and suffix, without outer blanks */
  normalized: string;
}

const CODE = /^(\d\.\d{6})(?:\.([0-9A-Z]{1,3}(?:\.[0-9A-Z]{1,3}){0,5}))?$/;
const LONGEST = 48;

/** Reads a procedure code. @returns its parts or `LT-MODEL-PROCEDURE-CODE-FORMAT` */
export function parseProcedureCode(text: string): ProcedureCode | Refusal {
  const match = text.length > LONGEST ? null : CODE.exec(normalizeCode(text));
  if (match === null) {
    return refuse('LT-MODEL-PROCEDURE-CODE-FORMAT', 'không đúng dạng n.nnnnnn, có thể kèm mã cơ quan phía sau', 'not in the form n.nnnnnn with an optional agency behind it');
  }
  const [normalized, base = '', suffix] = match;
  if (suffix === undefined) return { ok: true, base, normalized };
  if (/^\d{2}$/.test(suffix)) return { ok: true, base, suffix, service: suffix, normalized };
  return currentAgencyCode(suffix) === undefined ? { ok: true, base, suffix, normalized } : { ok: true, base, suffix, agency: suffix, normalized };
}

/** The national base of a code, `undefined` when the text is no procedure code. */
export function procedureBase(text: string): string | undefined {
  const parsed = parseProcedureCode(text);
  return parsed.ok ? parsed.base : undefined;
}

/** Do two codes mean the same procedure, whatever their local suffixes? */
export function sameProcedure(a: string, b: string): boolean {
  const base = procedureBase(a);
  return base === undefined ? a === b : base === procedureBase(b);
}
