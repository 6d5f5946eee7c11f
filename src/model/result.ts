/** The shape in which the rules of this room answer. They never throw on bad data and never repeat the offending value. */

/** Why something was refused, in both languages, without the value itself: values may be personal data. */
export interface Why { vi: string; en: string }

/** Codes of this room; each has its entry in the error catalogue (area `model`). */
export type ModelCode = `LT-MODEL-${string}`;

export interface Refusal { ok: false; code: ModelCode; why: Why }

/** Something noticed that does not stop the work. */
export interface Finding { code: ModelCode; severity: 'warning' | 'error'; why: Why }

/** Makes a refusal. */
export function refuse(code: ModelCode, vi: string, en: string): Refusal {
  return { ok: false, code, why: { vi, en } };
}

/** Makes a warning. */
export function warn(code: ModelCode, vi: string, en: string): Finding {
  return { code, severity: 'warning', why: { vi, en } };
}
