/** The conformance suites of all upstreams, by the name that a person types. */
import type { ConformanceSuite } from '../../adapter/conformance.ts';
import type { Adapter } from '../../adapter/types.ts';
import { issue } from '../../contract/errors/issue.ts';
import { ValidationError } from '../../contract/validate.ts';
import { anyUpstream, UPSTREAM_IDS } from '../upstreams.ts';

export interface FoundSuite { adapter: Adapter; suite: ConformanceSuite }

export async function conformanceSuites(): Promise<FoundSuite[]> {
  const adapters = await Promise.all(UPSTREAM_IDS.map(anyUpstream));
  return (await Promise.all(adapters.map(async (adapter) => ((await adapter.conformance?.()) ?? []).map((suite) => ({ adapter, suite }))))).flat();
}

/** @throws ValidationError that names the suites there are */
export async function conformanceSuite(id: string): Promise<FoundSuite> {
  const all = await conformanceSuites();
  const found = all.find(({ suite }) => suite.id === id);
  if (found === undefined) throw new ValidationError([issue('LT-KIT-SUITE-UNKNOWN', '/upstream', all.map(({ suite }) => suite.id).join(', '))]);
  return found;
}
