/**
 * Dossiers that meet trouble by the end of their DVCLT number, in the manner of 6.6, so that a test has every row of the answers of K7 (3.7) without an
 * option. Each event of such a dossier meets it so many times, and goes through after that.
 */
import type { MessageName } from './options.ts';

export type Trouble =
  | { kind: 'says'; message: MessageName; times: number }
  /** a proxy's page; nothing was taken */
  | { kind: 'page'; times: number }
  /** it was taken; only its answer is spoilt */
  | { kind: 'spoilt'; times: number };

const says = (message: MessageName, times = 1): Trouble => ({ kind: 'says', message, times });
const SUFFIXES: Readonly<Record<string, Trouble>> = {
  9001: says('insertFailed', 2), 9002: says('hasResult', Number.POSITIVE_INFINITY), 9003: { kind: 'page', times: 1 }, 9004: { kind: 'spoilt', times: 1 }, 9006: says('soapFault'), 9007: says('serverError'),
  9008: says('unheardOf'), 9009: says('badLogic', Number.POSITIVE_INFINITY), 9010: says('notUpdated'),
};
export const troubleOf = (number: string): Trouble | undefined => SUFFIXES[number.slice(number.lastIndexOf('-') + 1)];
/** Of such a dossier the citizen supplements at once. */
export const isQuick = (number: string): boolean => number.endsWith('-9005');
