/** Options of a simulator, read one by one: what is wrong or unknown is refused by its name. */
import { isRecord } from '../contract/is-record.ts';
import type { SimulatorOptions } from './types.ts';

/** @throws TypeError always, naming the option */
export const badOption = (name: string, wanted: string): never => {
  throw new TypeError(`simulator option "${name}" must be ${wanted}`);
};

export const isText = (v: unknown): v is string => typeof v === 'string';

/** Reads options one by one and remembers which were asked for, so that `finish` refuses a misspelt one. Everything throws TypeError. */
export function optionReader(options: SimulatorOptions) {
  const known = new Set<string>();
  const get = (name: string): unknown => {
    known.add(name);
    return options[name];
  };
  const own = <T>(name: string, fallback: T, is: (v: unknown) => v is T, wanted: string): T => {
    const v = get(name) ?? fallback;
    return is(v) ? v : badOption(name, wanted);
  };
  return {
    own,
    /** a text of this form */
    shaped: (name: string, fallback: string, form: RegExp, wanted: string): string => own(name, fallback, (v): v is string => isText(v) && form.test(v), wanted),
    /** how often: 0 where it is not said */
    count: (name: string): number => own(name, 0, (v): v is number => Number.isSafeInteger(v) && (v as number) >= 0 && (v as number) <= 10_000, 'a whole number to 10000'),
    text(name: string, fallback: string): string {
      const v = get(name) ?? fallback;
      return isText(v) ? v : badOption(name, 'text');
    },
    flag(name: string, fallback: boolean): boolean {
      const v = get(name) ?? fallback;
      return typeof v === 'boolean' ? v : badOption(name, 'true or false');
    },
    positive(name: string, fallback: number): number {
      const v = get(name) ?? fallback;
      return typeof v === 'number' && v > 0 ? v : badOption(name, 'a number above 0');
    },
    oneOf<const T extends string>(name: string, words: readonly T[], fallback: T): T {
      const v = get(name) ?? fallback;
      return words.find((w) => w === v) ?? badOption(name, `one of ${words.join(', ')}`);
    },
    texts(name: string, fallback: string[]): string[] {
      const v = get(name) ?? fallback;
      return Array.isArray(v) && v.every(isText) ? v : badOption(name, 'a list of texts');
    },
    code(name: string, fallback: number | string): number | string {
      const v = get(name) ?? fallback;
      return typeof v === 'number' || isText(v) ? v : badOption(name, 'a number or a text');
    },
    records(name: string, fallback: Record<string, unknown>[]): Record<string, unknown>[] {
      const v = get(name) ?? fallback;
      return Array.isArray(v) && v.every(isRecord) ? v : badOption(name, 'a list of objects');
    },
    map<T>(name: string, fallback: Record<string, T>, is: (v: unknown) => v is T, wanted: string): Record<string, T> {
      const v = get(name) ?? fallback;
      if (!isRecord(v)) return badOption(name, 'an object');
      const out: Record<string, T> = Object.create(null) as Record<string, T>;
      for (const [k, item] of Object.entries(v)) out[k] = is(item) ? item : badOption(`${name}.${k}`, wanted);
      return out;
    },
    clock(): () => number {
      const v = get('now') ?? Date.now;
      return typeof v === 'function' ? (v as () => number) : badOption('now', 'a function');
    },
    raw: get,
    finish(): void {
      for (const name of Object.keys(options)) if (!known.has(name)) badOption(name, 'left out: no such option');
    },
  };
}
