import { isRecord } from '../../src/contract/is-record.ts';
import { toNfc } from '../../src/model/text.ts';

/** A copy with every text in composed letters, as messages are written whatever the province's system sends. */
export function composed<T>(value: T): T {
  if (typeof value === 'string') return toNfc(value) as T;
  if (Array.isArray(value)) return value.map((one: unknown) => composed(one)) as T;
  return isRecord(value) ? (Object.fromEntries(Object.entries(value).map(([name, one]) => [name, composed(one)])) as T) : value;
}
