/** The conformance suite: what every adapter must be, check by check, without a test runner. */
import type { AdapterFixtures } from '../../adapter/fixtures.ts';
import type { Adapter, AnyOperation } from '../../adapter/types.ts';
import type { AdapterCheck, SuiteOptions } from './types.ts';

/**
 * Every check for this adapter, in a fixed order. Nothing runs before `run()` of a check is called.
 * @param fixtures see `AdapterFixtures`; our own are `adapters/<id>/fixtures.ts`
 */
export function adapterChecks<Config, Ops extends Record<string, AnyOperation>>(
  _adapter: Adapter<Config, Ops>,
  _fixtures: AdapterFixtures<Config, Ops>,
  _options: SuiteOptions = {},
): AdapterCheck[] {
  return [];
}
