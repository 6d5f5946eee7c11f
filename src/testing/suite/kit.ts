/** What the checks share: the adapter with its fixtures, findings in words, random inputs, configurations. */
import type { AdapterFixtures, Arbitrary as Drawn, Draw, OperationFixtures } from '../../adapter/fixtures.ts';
import type { Adapter, AnyOperation, OperationContext, RemoteState } from '../../adapter/types.ts';
import { errorEntry } from '../../contract/errors/catalogue.ts';
import type { Issue, Text } from '../../contract/errors/types.ts';
import { isRecord } from '../../contract/is-record.ts';
import { isValidationError } from '../../contract/validate.ts';
import type { Contract } from '../../contract/openapi.ts';
import type { Dossier } from '../../model/canonical.ts';
import { contractOf } from '../contracts.ts';
import { KitError } from '../peer.ts';
import { CHECKS, type CheckId } from './catalogue.ts';
import { arbitraryDossier } from './dossiers.ts';
import { loadFastCheck } from './fast-check.ts';
import type { AdapterCheck, SuiteOptions } from './types.ts';

/** In the suite all operations are alike; their types are the author's help, not ours. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- as AnyOperation
type AnyFixtures = OperationFixtures<any, any, any, any>;
export interface OperationCase { id: string; operation: AnyOperation; fixtures: AnyFixtures }

/** Findings of one check: all of them, in both languages, told at the end. */
export class Findings {
  readonly #found: Text[] = [];
  readonly #where: string[] = [];

  /** @param where names the place: operation, field, example */
  add(where: string, vi: string, en: string): void {
    const at = [...this.#where, where].filter((w) => w !== '').join(', ');
    const before = at === '' ? '' : `${at}: `;
    this.#found.push({ vi: before + vi, en: before + en });
  }

  /** Findings inside `body` are told to be at `where`. */
  within<T>(where: string, body: () => T): T {
    this.#where.push(where);
    try {
      return body();
    } finally {
      this.#where.pop();
    }
  }

  get first(): Text | undefined {
    return this.#found[0];
  }

  /** @throws Error with every finding */
  end(title: Text): void {
    if (this.#found.length === 0) return;
    const list = (language: keyof Text): string => [...new Set(this.#found.map((f) => f[language]))].slice(0, MOST_FINDINGS).map((line) => `  - ${line}`).join('\n');
    throw new Error(`${title.en}:\n${list('en')}\n${title.vi}:\n${list('vi')}`);
  }
}
const MOST_FINDINGS = 20;
/** Characters of an input that breaks a law. */
const LONGEST_EXAMPLE = 2_000;

export interface Suite {
  adapter: Adapter;
  fixtures: AdapterFixtures;
  operations: readonly OperationCase[];
  runs: number;
  seed: number;
  /** the checked configuration of the fixtures, and of each variant; '' is the plain one */
  configs(): ReadonlyMap<string, unknown>;
  contract(): Contract | undefined;
  /** tries a law on random values; what `law` finds or throws is told with the smallest value that breaks it */
  forAll<T>(found: Findings, where: string, draw: (draw: Draw) => Drawn<T>, law: (value: T, found: Findings) => void): Promise<void>;
}

/** A context in which nothing can be asked: what encode and plan may use. */
export const contextOf = (config: unknown, remote: RemoteState = {}, warn?: (warning: Issue) => void): OperationContext => ({
  config, remote, now: () => 0,
  run: () => Promise.reject(new TypeError('encode asks nothing of the upstream')),
  ...(warn === undefined ? {} : { warn }),
});

export function makeSuite(adapter: Adapter, fixtures: AdapterFixtures, options: SuiteOptions): Suite {
  const runs = options.runs ?? 100;
  const seed = options.seed ?? 1;
  let configs: Map<string, unknown> | undefined;
  const suite: Suite = {
    adapter, fixtures, runs, seed,
    operations: Object.entries(adapter.operations).flatMap(([id, operation]) => {
      const found = (fixtures.operations as Record<string, AnyFixtures | undefined>)[id];
      return found === undefined ? [] : [{ id, operation, fixtures: found }];
    }),
    configs() {
      configs ??= new Map([['', {}], ...Object.entries(fixtures.variants ?? {})].map(([name, more]) => [name as string, adapter.configure({ ...fixtures.config, ...(more as object) })]));
      return configs;
    },
    contract: () => contractOf(adapter),
    async forAll(found, where, draw, law) {
      const fc = await loadFastCheck();
      const drawn = { dossier: arbitraryDossier(fc), ...fc } as unknown as Draw;
      let last: Text | undefined;
      const details = fc.check(fc.property(draw(drawn) as never, (value) => {
        const inner = new Findings();
        law(value as never, inner);
        const broken = inner.first;
        if (broken === undefined) return;
        last = broken;
        throw new Error(broken.en);
      }), { numRuns: runs, seed });
      if (!details.failed) return;
      const example = JSON.stringify(details.counterexample?.[0])?.slice(0, LONGEST_EXAMPLE) ?? '';
      const why = last ?? { vi: describeError(details.errorInstance), en: describeError(details.errorInstance) };
      found.add(where, `${why.vi}; với đầu vào (seed ${seed}): ${example}`, `${why.en}; with the input (seed ${seed}): ${example}`);
    },
  };
  return suite;
}

/** An error as a finding shows it: its issues where it has some. */
export function describeError(error: unknown): string {
  if (isValidationError(error)) return issuesShown(error.issues);
  return error instanceof Error ? `${error.name}: ${error.message.split('\n')[0] ?? ''}` : String(error);
}

export const issuesShown = (issues: readonly Issue[]): string => issues.slice(0, 5).map((i) => `${i.code}${i.pointer === undefined ? '' : ` at ${i.pointer === '' ? '/' : i.pointer}`} (${i.message.en})`).join('; ');

/** Issues that are no issues: an unknown code, a text that lacks a language. */
export function checkIssues(issues: readonly Issue[], where: string, found: Findings): void {
  if (issues.length === 0) found.add(where, 'không nêu lỗi nào', 'names no issue');
  for (const { code, message } of issues) {
    if (errorEntry(code) === undefined && !isOwnCode(code)) found.add(where, `mã "${code}" không phải mã lỗi`, `"${code}" is no error code`);
    if (typeof message?.vi !== 'string' || typeof message.en !== 'string' || message.vi === '' || message.en === '') found.add(where, `${code} thiếu lời văn tiếng Việt hoặc tiếng Anh`, `${code} lacks its text in Vietnamese or English`);
  }
}
/** Adapters outside this repository bring codes of their own. */
const isOwnCode = (code: unknown): boolean => typeof code === 'string' && /^[A-Z][A-Z0-9]*(-[A-Z0-9]+)+$/.test(code) && !code.startsWith('LT-');

export const isDossier = (value: unknown): value is Dossier => isRecord(value) && value['schemaVersion'] !== undefined && Array.isArray(value['history']);

/** By which key the simulator's journal knows an input. */
export function keyOf({ fixtures }: OperationCase, input: unknown): string {
  if (fixtures.key !== undefined) return fixtures.key(input);
  const code = isRecord(input) ? input['code'] : undefined;
  return typeof code === 'string' ? code : '';
}

/** The dossiers among the fixtures: inputs of operations that take one. */
export function dossiersOf(suite: Suite): Dossier[] {
  return suite.operations.flatMap(({ fixtures }) => fixtures.inputs.filter(isDossier));
}

/** Makes a check of a body that collects findings. */
export function makeCheck(id: CheckId, body: (found: Findings) => void | Promise<void>, skip?: Text): AdapterCheck {
  const title = CHECKS[id];
  return {
    id, title,
    ...(skip === undefined ? {} : { skip }),
    async run() {
      if (skip !== undefined) return;
      const found = new Findings();
      try {
        await body(found);
      } catch (error) {
        if (error instanceof KitError) throw error;
        found.add('', describeError(error), describeError(error));
      }
      found.end(title);
    },
  };
}
