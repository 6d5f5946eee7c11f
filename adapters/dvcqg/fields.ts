/** Small writers that every field of the portal goes through: text, time, and what went wrong, collected. */
import { fault, type Findings } from '../../src/adapter/findings.ts';
import { toNfc } from '../../src/model/text.ts';
import { wire14FromInstant } from '../../src/model/time.ts';

export { caution, fault, type Findings } from '../../src/adapter/findings.ts';

/** Absent text is "" on this wire, never null (fact sheet 5). */
export const text = (value: string | undefined): string => (value === undefined ? '' : toNfc(value));

/** Text cut to `max` UTF-16 units, the last one an ellipsis; never through the middle of a character. */
export function cut(value: string | undefined, max: number): string {
  const whole = text(value);
  if (whole.length <= max) return whole;
  const last = whole.charCodeAt(max - 2);
  return `${whole.slice(0, last >= 0xd800 && last <= 0xdbff ? max - 2 : max - 1)}…`;
}

/** Required text: "" is a fault at the pointer. */
export function needed(value: string | undefined, pointer: string, to: Findings): string {
  const whole = text(value);
  if (whole === '') fault(to, 'LT-DVCQG-FIELD-MISSING', pointer);
  return whole;
}

/** Required identifier: never cut, refused above `max`. */
export function identifier(value: string | undefined, max: number, pointer: string, to: Findings): string {
  const whole = needed(value, pointer, to);
  if (whole.length > max) fault(to, 'LT-DVCQG-IDENTIFIER-LENGTH', pointer, { vi: `tối đa ${max} ký tự`, en: `at most ${max} characters` });
  return whole;
}

/** Instant → `yyyyMMddHHmmss` at +07:00; absent → "". */
export function time(value: string | undefined, pointer: string, to: Findings): string {
  if (value === undefined) return '';
  try {
    return wire14FromInstant(value);
  } catch {
    fault(to, 'LT-DVCQG-TIME-INVALID', pointer);
    return '';
  }
}
