/** JSON that is read, changed and written again without losing a digit of its numbers. */
import type { Place } from './marks.ts';

/** A number as it was written: 20250812090000123 is more than a double holds. */
class Written {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}

/** @throws SyntaxError when it is not JSON */
export function parseExact(text: string): unknown {
  const reviver = (_key: string, value: unknown, context?: { source?: string }): unknown => (typeof value === 'number' ? new Written(context?.source ?? String(value)) : value);
  return JSON.parse(text, reviver as (key: string, value: unknown) => unknown) as unknown;
}

/** An object or a list that is packed into a text, as façades pack answers; `undefined` when the text is none. */
export function packedJson(text: string): unknown {
  const start = text.trimStart()[0];
  if (start !== '{' && start !== '[') return undefined;
  try {
    const value = parseExact(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

export interface Mapping {
  field(place: Place, name: string, value: unknown): Place;
  item(place: Place, value: unknown): Place;
  name(name: string): string;
  text(text: string, place: Place, name: string | undefined): string;
  /** @returns the new number as JSON writes it */
  number(source: string, place: Place, name: string | undefined): string;
}

/** @param value from `parseExact`. @returns JSON text */
export function mapJson(value: unknown, place: Place, map: Mapping, name?: string): string {
  if (typeof value === 'string') return JSON.stringify(map.text(value, place, name));
  if (value instanceof Written) return map.number(value.source, place, name);
  if (Array.isArray(value)) return `[${value.map((item: unknown) => mapJson(item, map.item(place, item), map, name)).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value).map(([key, inner]) => `${JSON.stringify(map.name(key))}:${mapJson(inner, map.field(place, key, inner), map, key)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}
