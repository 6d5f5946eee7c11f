/** The suite as tests: one `describe` with one test for each check, under whichever runner there is. */
import type { AdapterFixtures } from '../../adapter/fixtures.ts';
import type { Adapter, AnyOperation, Simulator } from '../../adapter/types.ts';
import { dialectsOf } from './dialects.ts';
import { adapterChecks } from './suite.ts';
import type { SuiteOptions, TestRunner } from './types.ts';

/** jest always, vitest with `globals: true`. */
function globalRunner(): TestRunner {
  const { describe, it } = globalThis as unknown as Partial<TestRunner>;
  if (describe === undefined || it === undefined) {
    throw new TypeError("describeAdapter needs a test runner: describeAdapter(adapter, fixtures, { describe, it }) with those of 'vitest' or 'node:test'");
  }
  return { describe, it };
}

/**
 * Declares every check of `adapterChecks` as a test of its own, for each dialect of the fixtures. Skipped ones are shown with their reason.
 * @param runner `describe` and `it` of vitest, jest or `node:test`; default: the global ones
 * @throws TypeError when there is no runner
 */
export function describeAdapter<Config, Ops extends Record<string, AnyOperation>, Double extends Simulator = Simulator>(
  adapter: Adapter<Config, Ops, Double>,
  fixtures: AdapterFixtures<Config, Ops>,
  runner: TestRunner = globalRunner(),
  options: SuiteOptions = {},
): void {
  const { describe, it } = runner;
  for (const dialect of dialectsOf(adapter, fixtures)) {
    describe(`adapter ${adapter.id}${dialect.name === '' ? '' : `, ${dialect.name}`}: conformance`, () => {
      for (const check of adapterChecks(dialect.adapter, dialect.fixtures, options)) {
        const name = `${check.id}: ${check.title.vi} / ${check.title.en}`;
        if (check.skip === undefined) it(name, () => check.run());
        // As skipped, never as passed: what is not checked is said.
        else it.skip(`${name} (${check.skip.vi} / ${check.skip.en})`, () => check.run());
      }
    });
  }
}
