/** Entries of the history that this adapter makes, known by their ids. */
import type { Dossier, HistoryEntry } from '../../src/model/canonical.ts';
import { epochFromInstant } from '../../src/model/time.ts';

const OURS = 'dvclt:';
export const receivedId = (submission: number): string => `${OURS}received:${submission}`;
export const handedOverId = (submission: number): string => `${OURS}handed-over:${submission}`;
export const resultId = (submission: number, state: string): string => `${OURS}btp:${submission}:${state}`;
export const isOurs = ({ id }: { id?: string }): boolean => id?.startsWith(OURS) === true;
/** Which submission an entry begins; undefined for any other entry. */
export function submissionBegun({ id }: HistoryEntry): number | undefined {
  const [, number] = /^dvclt:received:(\d{1,4})$/.exec(id ?? '') ?? [];
  return number === undefined ? undefined : Number(number);
}
export const isHandedOver = ({ id }: HistoryEntry): boolean => id?.startsWith(`${OURS}handed-over:`) === true;
export const submissionOf = ({ civilStatus }: Dossier): number => civilStatus?.submission ?? 1;

/** By time; entries of one time keep their order. */
export const inOrder = (history: readonly HistoryEntry[]): HistoryEntry[] => [...history].sort((a, b) => epochOf(a.at) - epochOf(b.at));
const epochOf = (instant: string): number => epochFromInstant(instant) ?? 0;
/** The history with one entry more, at its place; unchanged where it is there already. */
export const withEntry = (history: readonly HistoryEntry[], entry: HistoryEntry): HistoryEntry[] => (history.some(({ id }) => id === entry.id) ? [...history] : inOrder([...history, entry]));
