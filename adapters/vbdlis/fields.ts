/** Small writers of the land messages: text, time, what is required. */
import { fault, type Findings } from '../../src/adapter/findings.ts';
import { toNfc } from '../../src/model/text.ts';
import { formatTime } from '../../src/model/time.ts';
import type { LandConfig } from './config.ts';

/** Absent text of the applicant is "" (fact sheet 2.1). */
export const text = (value: string | undefined): string => (value === undefined ? '' : toNfc(value));
/** Absent text elsewhere is null, written and not left out (1.7). */
export const textOrNull = (value: string | undefined): string | null => (value === undefined || value === '' ? null : toNfc(value));

export function needed(value: string | undefined, pointer: string, to: Findings): string {
  const whole = text(value);
  if (whole === '') fault(to, 'LT-VBDLIS-FIELD-MISSING', pointer);
  return whole;
}

const VIETNAM_ISO = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})/;

/**
 * Instant → `2025-03-04T08:15:00`, Vietnam's time without an offset (or UTC, U3). Fractions of a second are cut: no source writes them.
 * @returns '' after a fault
 */
export function wireTime(instant: string, pointer: string, { outboundTime }: Pick<LandConfig, 'outboundTime'>, to: Findings): string {
  try {
    // Whatever its spelling, by way of Vietnam's clock: an instant that is none is found here.
    const vietnam = VIETNAM_ISO.exec(formatTime(instant, 'iso'))?.[1] ?? '';
    return outboundTime === 'vietnam' ? vietnam : new Date(instant).toISOString().slice(0, 19);
  } catch {
    fault(to, 'LT-VBDLIS-TIME', pointer);
    return '';
  }
}
export const wireTimeOrNull = (instant: string | undefined, pointer: string, config: Pick<LandConfig, 'outboundTime'>, to: Findings): string | null =>
  instant === undefined ? null : wireTime(instant, pointer, config, to);
