/** The dialects of an upstream as adapters of their own, each with its own examples: everything is checked for each of them. */
import type { AdapterFixtures } from '../../adapter/fixtures.ts';
import type { Adapter, AnyOperation, Simulator } from '../../adapter/types.ts';

export interface Dialect<Config, Ops extends Record<string, AnyOperation>, Double extends Simulator> {
  /** '' for the adapter as its fixtures have it */
  name: string;
  adapter: Adapter<Config, Ops, Double>;
  fixtures: AdapterFixtures<Config, Ops>;
}

const less = <T extends object>(table: T, names: readonly string[]): T => Object.fromEntries(Object.entries(table).filter(([name]) => !names.includes(name))) as T;

/** The plain one first. */
export function dialectsOf<Config, Ops extends Record<string, AnyOperation>, Double extends Simulator>(adapter: Adapter<Config, Ops, Double>, fixtures: AdapterFixtures<Config, Ops>): Dialect<Config, Ops, Double>[] {
  const others = Object.entries(fixtures.dialects ?? {}).map(([name, { without = [], ...own }]) => {
    const laid = { ...fixtures, ...own };
    return { name, adapter: { ...adapter, operations: less(adapter.operations, without) }, fixtures: { ...laid, operations: less(laid.operations, without) } };
  });
  return [{ name: '', adapter, fixtures }, ...others];
}
