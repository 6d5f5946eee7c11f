/**
 * What can be asked of a dossier without its times, packed into one number: every indicator is a function of it (and of what a scan adds), so
 * that a report counts equal words instead of asking every dossier every question.
 */
import { DOSSIER_STATUSES, type Channel, type DossierStatus, type ServiceLevel } from '../model/index.ts';
import { MARKS, type DossierFacts, type Mark } from './facts.ts';

export const CHANNELS: readonly Channel[] = ['COUNTER', 'ONLINE', 'POSTAL'];
const LEVELS: readonly (ServiceLevel | null)[] = [null, 'INFO', 'PARTIAL', 'FULL'];
const PLATFORMS = [null, 'NATIONAL', 'PROVINCE'] as const;

// status 0–3 · channel 4–5 · level 6–7 · paid online 8–9 · supplements 10–11 · marks from 12 · synchronised last
const FIRST_MARK = 12;
const SYNCHRONISED = 31;

/** The word of a dossier, an unsigned 32-bit number. */
export function wordOf(facts: DossierFacts): number {
  let word = DOSSIER_STATUSES.indexOf(facts.status) | (CHANNELS.indexOf(facts.channel) << 4) | (LEVELS.indexOf(facts.level) << 6) |
    (PLATFORMS.indexOf(facts.paidOnline) << 8) | (Math.min(2, facts.supplementsAsked) << 10);
  MARKS.forEach((mark, i) => { if (facts.marks[mark]) word |= 1 << (FIRST_MARK + i); });
  if (facts.synchronisedAt !== null) word |= 1 << SYNCHRONISED;
  return word >>> 0;
}

export const statusOf = (word: number): DossierStatus => DOSSIER_STATUSES[word & 15] ?? 'UNKNOWN';
export const channelIndex = (word: number): number => (word >>> 4) & 3;
export const channelOf = (word: number): Channel => CHANNELS[channelIndex(word)] ?? 'COUNTER';
export const levelOf = (word: number): ServiceLevel | null => LEVELS[(word >>> 6) & 3] ?? null;
export const paidOf = (word: number): DossierFacts['paidOnline'] => PLATFORMS[(word >>> 8) & 3] ?? null;
export const isSynchronised = (word: number): boolean => word >>> SYNCHRONISED === 1;
export const withSynchronised = (word: number, yes: boolean): number => (yes ? word | (1 << SYNCHRONISED) : word & ~(1 << SYNCHRONISED)) >>> 0;
const BIT = Object.fromEntries(MARKS.map((mark, i) => [mark, FIRST_MARK + i])) as Record<Mark, number>;
export const hasMark = (word: number, mark: Mark): boolean => ((word >>> BIT[mark]) & 1) === 1;
export const marksOf = (word: number): Record<Mark, boolean> => Object.fromEntries(MARKS.map((mark) => [mark, hasMark(word, mark)])) as Record<Mark, boolean>;
