/** Where two values differ, in pointers. The values themselves are the caller's to show or not. */
import { childPointer } from '../../contract/pointer.ts';
import { isRecord } from '../../contract/is-record.ts';
import { DROPPED } from './invent.ts';

export interface Difference {
  /** JSON pointer; items of lists by their number */
  pointer: string;
  kind: 'changed' | 'added' | 'removed';
  before?: unknown;
  after?: unknown;
}

const MOST = 1_000;

/**
 * @param before what a credential became in a recording (`dropped`) equals every text
 * @returns at most a thousand differences
 */
export function differencesOf(before: unknown, after: unknown): Difference[] {
  const found: Difference[] = [];
  compare(before, after, '', found);
  return found;
}

function compare(before: unknown, after: unknown, at: string, found: Difference[]): void {
  if (found.length >= MOST || Object.is(before, after) || (before === DROPPED && typeof after === 'string')) return;
  if (before === undefined) return void found.push({ pointer: at, kind: 'added', after });
  if (after === undefined) return void found.push({ pointer: at, kind: 'removed', before });
  if (Array.isArray(before) && Array.isArray(after)) {
    for (let i = 0; i < Math.max(before.length, after.length); i += 1) compare(before[i], after[i], childPointer(at, i), found);
    return;
  }
  if (isRecord(before) && isRecord(after)) {
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) compare(Object.hasOwn(before, name) ? before[name] : undefined, Object.hasOwn(after, name) ? after[name] : undefined, childPointer(at, name), found);
    return;
  }
  found.push({ pointer: at, kind: 'changed', before, after });
}

/** The same field of every item of a list is one field: items get a star for their number. */
export const fieldOf = (pointer: string): string => pointer.replace(/\/\d+(?=\/|$)/g, '/*');
