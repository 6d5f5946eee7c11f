/** What the conformance suite gives out. */
import type { Text } from '../../contract/errors/types.ts';

/** One thing that every adapter must be. */
export interface AdapterCheck {
  /** stable: `encode.dates` */
  id: string;
  title: Text;
  /** why it does not apply to this adapter; then `run` does nothing */
  skip?: Text;
  /** @throws Error whose message says in words what is wrong, all of it at once */
  run(): Promise<void>;
}

export interface SuiteOptions {
  /** random inputs for each law. Default 100 */
  runs?: number;
  /** repeats the same random inputs. Default 1 */
  seed?: number;
  /** only these checks */
  only?: readonly string[];
}

/** The part of a test runner that the suite needs; vitest, jest and `node:test` all have it. */
export interface TestRunner {
  describe(name: string, body: () => void): unknown;
  it: ((name: string, body: () => Promise<void>) => unknown) & { skip(name: string, body: () => Promise<void>): unknown };
}
