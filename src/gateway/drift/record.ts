/** What is known of the drift of one upstream: one cell of the ledger, the same for all processes. Pure. */
import { hash } from 'node:crypto';
import type { Form } from '../../contract/shape-form.ts';
import type { Deviation, DeviationKind } from '../../contract/shape.ts';
import { joinHabits, type KnownHabits } from './habits.ts';

/** What the answer differs from: the pinned schema, or what has been answered so far. */
export type Basis = 'schema' | 'habit';

/** One difference, however often it was seen. Another type or another code at the same place is another one. */
export interface Entry {
  operation: string;
  kind: DeviationKind;
  pointer: string;
  basis: Basis;
  found: Form | null;
  code?: string;
  first: number;
  last: number;
  /** answers that showed it */
  count: number;
  ack?: { by: string; reason: string; at: number };
}
export interface Observed { count: number; first: number; last: number }
export interface DriftRecord {
  /** by operation */
  observed: Record<string, Observed>;
  /** by id */
  found: Record<string, Entry>;
  /** by `operation variant` */
  habits: Record<string, KnownHabits>;
  /** differences that were not kept, because there are too many already */
  more: number;
}

/** One upstream that turns everything over must not fill the ledger, nor one operation hide the others. */
export const MOST_FOUND = 200;
export const MOST_FOUND_PER_OPERATION = 80;
/** Habits of one upstream, as characters of JSON: a cell of the ledger holds only so much, and differences must find room in it. */
const MOST_HABIT_CHARS = 128 * 1024;
/** Not seen for so long: it has been mended, or the schema has learned it. */
const FORGET_MS = 180 * 24 * 60 * 60 * 1000;

export const emptyRecord = (): DriftRecord => ({ observed: {}, found: {}, habits: {}, more: 0 });

/** Stable over restarts and processes: what a person acknowledges. */
export const idOf = (upstream: string, operation: string, basis: Basis, { kind, pointer, found, code }: Deviation): string =>
  hash('sha256', JSON.stringify([upstream, operation, basis, kind, pointer, kind === 'unseen-code' ? (code ?? '') : (found?.type ?? '')])).slice(0, 12);

/** Takes one more into the record, in place. @returns false when there is no room for it */
export function addEntry(record: DriftRecord, id: string, entry: Entry): boolean {
  const known = record.found[id];
  if (known !== undefined) {
    known.count += entry.count;
    known.first = Math.min(known.first, entry.first);
    known.last = Math.max(known.last, entry.last);
    return true;
  }
  const all = Object.values(record.found);
  if (all.length >= MOST_FOUND || all.filter(({ operation }) => operation === entry.operation).length >= MOST_FOUND_PER_OPERATION) {
    record.more += entry.count;
    return false;
  }
  record.found[id] = { ...entry };
  return true;
}

export function addObserved(record: DriftRecord, operation: string, { count, first, last }: Observed): void {
  const known = record.observed[operation];
  record.observed[operation] = known === undefined ? { count, first, last } : { count: known.count + count, first: Math.min(known.first, first), last: Math.max(known.last, last) };
}

/** What one process has seen since it last wrote, put to what all know. @returns a new record */
export function mergeRecord(base: DriftRecord, delta: DriftRecord, now: number): DriftRecord {
  const merged: DriftRecord = { ...structuredClone(base), more: base.more + delta.more };
  for (const [id, { last }] of Object.entries(merged.found)) if (now - last > FORGET_MS) delete merged.found[id];
  for (const [operation, seen] of Object.entries(delta.observed)) addObserved(merged, operation, seen);
  for (const [id, entry] of Object.entries(delta.found)) addEntry(merged, id, entry);
  let chars = JSON.stringify(merged.habits).length;
  for (const [key, known] of Object.entries(delta.habits)) {
    const before = merged.habits[key] ?? {};
    const after = joinHabits(before, known);
    const grown = chars + JSON.stringify(after).length - JSON.stringify(before).length + key.length;
    if (grown > MOST_HABIT_CHARS) continue;
    chars = grown;
    merged.habits[key] = after;
  }
  return merged;
}

/** A cell of another version of this program, or none, is an empty record: what still holds is then found again. */
export const recordOf = (held: Partial<DriftRecord> | null | undefined): DriftRecord =>
  held?.observed === undefined || held.found === undefined || held.habits === undefined ? emptyRecord() : { observed: held.observed, found: held.found, habits: held.habits, more: held.more ?? 0 };

/** @param value of a cell */
export function readRecord(value: string | undefined): DriftRecord {
  if (value === undefined) return emptyRecord();
  try {
    return recordOf(JSON.parse(value) as Partial<DriftRecord> | null);
  } catch {
    return emptyRecord();
  }
}
