/** Looking into examples and comparing them, for findings that a person can read. */
import { isDeepStrictEqual } from 'node:util';
import type { Changes } from '../../adapter/fixtures.ts';
import { isRecord } from '../../contract/is-record.ts';
import { childPointer, pointerNames } from '../../contract/pointer.ts';

/** What a JSON pointer points at; `undefined` when there is nothing. */
export function valueAt(value: unknown, pointer: string): unknown {
  return pointerNames(pointer).reduce<unknown>((at, name) => (typeof at === 'object' && at !== null && Object.hasOwn(at, name) ? (at as Record<string, unknown>)[name] : undefined), value);
}

/** A copy with other values at these pointers; what lies between is made. `undefined` takes the field away. */
export function withChanges<T>(value: T, changes: Changes): T {
  let copy: unknown = structuredClone(value);
  for (const [pointer, next] of Object.entries(changes)) {
    const names = pointerNames(pointer);
    const last = names.pop();
    if (last === undefined) {
      copy = next;
      continue;
    }
    let at = copy as Record<string, unknown>;
    names.forEach((name, i) => {
      if (typeof at[name] !== 'object' || at[name] === null) at[name] = /^\d+$/.test(names[i + 1] ?? last) ? [] : {};
      at = at[name] as Record<string, unknown>;
    });
    if (next === undefined && !Array.isArray(at)) delete at[last];
    else at[last] = next;
  }
  return copy as T;
}

/** Every text inside a value, with its pointer. */
export function textsIn(value: unknown, at = ''): { pointer: string; text: string }[] {
  if (typeof value === 'string') return [{ pointer: at, text: value }];
  if (Array.isArray(value)) return value.flatMap((item, i) => textsIn(item, childPointer(at, i)));
  return isRecord(value) ? Object.entries(value).flatMap(([name, field]) => textsIn(field, childPointer(at, name))) : [];
}

/** A copy whose texts went through `change`. */
export function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change));
  return isRecord(value) ? Object.fromEntries(Object.entries(value).map(([name, field]) => [name, mapTexts(field, change)])) : value;
}

/** A copy whose fields stand in another order: the same value to everybody who reads JSON. */
export function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  return isRecord(value) ? Object.fromEntries(Object.entries(value).reverse().map(([name, field]) => [name, turned(field)])) : value;
}

/** A copy without fields that are `undefined`: JSON has none. */
export const plain = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)) as unknown);

/** Equal in content. Unlike `isDeepStrictEqual` it does not ask how an object was made: a copy has another prototype than a bare object. */
export function same(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) || Array.isArray(b)) return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => same(item, b[i]));
  if (a instanceof Map && b instanceof Map) return same([...(a as Map<unknown, unknown>)], [...(b as Map<unknown, unknown>)]);
  if (!isRecord(a) || !isRecord(b) || a instanceof Set) return isDeepStrictEqual(a, b);
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && same(a[name], b[name]));
}

const MOST_SHOWN = 5;

/** Where two values differ, a few places of it, in the form `/a/b: 1, not 2`; '' when they are equal. */
export function difference(actual: unknown, expected: unknown): string {
  const found: string[] = [];
  const walk = (a: unknown, b: unknown, at: string): void => {
    if (same(a, b)) return;
    const bothLists = Array.isArray(a) && Array.isArray(b);
    if (bothLists || (isRecord(a) && isRecord(b))) {
      const names = new Set([...Object.keys(a), ...Object.keys(b)]);
      for (const name of names) walk((a as Record<string, unknown>)[name], (b as Record<string, unknown>)[name], childPointer(at, name));
    } else found.push(`${at === '' ? '/' : at}: ${shown(a)}, not ${shown(b)}`);
  };
  walk(actual, expected, '');
  const more = found.length > MOST_SHOWN ? `; and ${found.length - MOST_SHOWN} more` : '';
  return found.slice(0, MOST_SHOWN).join('; ') + more;
}

const LONGEST_SHOWN = 160;
/** A value as JSON, short. Fixtures are invented data, so it may be shown. */
export function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : (JSON.stringify(value) ?? String(value));
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}
