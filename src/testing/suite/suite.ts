/** The conformance suite: what every adapter must be, check by check, without a test runner. */
import type { AdapterFixtures } from '../../adapter/fixtures.ts';
import type { Adapter, AnyOperation, Simulator } from '../../adapter/types.ts';
import { CHECK_IDS, type CheckId } from './catalogue.ts';
import { classifyChecks } from './checks-classify.ts';
import { docsChecks } from './checks-docs.ts';
import { encodeChecks } from './checks-encode.ts';
import { inboundChecks } from './checks-inbound.ts';
import { planChecks } from './checks-plan.ts';
import { privacyChecks } from './checks-privacy.ts';
import { roundChecks } from './checks-rounds.ts';
import { schemaChecks } from './checks-schemas.ts';
import { simulatorChecks } from './checks-simulator.ts';
import { sourceChecks } from './checks-source.ts';
import { tableChecks } from './checks-tables.ts';
import { wireChecks } from './checks-wire.ts';
import { makeSuite } from './kit.ts';
import type { AdapterCheck, SuiteOptions } from './types.ts';

/**
 * Every check for this adapter, in the order of `CHECKS`. Nothing runs before `run()` of a check is called; each stands alone.
 * @param fixtures see `AdapterFixtures`; our own are `adapters/<id>/fixtures.ts`
 * @throws TypeError for a name in `options.only` that is no check
 */
export function adapterChecks<Config, Ops extends Record<string, AnyOperation>, Double extends Simulator = Simulator>(
  adapter: Adapter<Config, Ops, Double>,
  fixtures: AdapterFixtures<Config, Ops>,
  options: SuiteOptions = {},
): AdapterCheck[] {
  const { only } = options;
  const wrong = only?.find((id) => !CHECK_IDS.includes(id as CheckId));
  if (wrong !== undefined) throw new TypeError(`no check is called ${wrong}; there are ${CHECK_IDS.join(', ')}`);
  const suite = makeSuite(adapter as unknown as Adapter, fixtures as unknown as AdapterFixtures, options);
  const all = [schemaChecks, encodeChecks, tableChecks, classifyChecks, wireChecks, simulatorChecks, planChecks, inboundChecks, roundChecks, privacyChecks, sourceChecks, docsChecks].flatMap((of) => of(suite));
  return only === undefined ? all : all.filter(({ id }) => only.includes(id));
}
