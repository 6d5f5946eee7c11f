/** The conformance suite as its users meet it: somebody else's adapter, other runners, and what it says when something is missing. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { dvcqg } from '../../adapters/dvcqg/adapter.ts';
import { fixtures } from '../../adapters/dvcqg/fixtures.ts';
import type { AdapterFixtures } from '../../src/adapter/fixtures.ts';
import type { Adapter, AnyOperation, Round } from '../../src/adapter/types.ts';
import type { Text } from '../../src/contract/errors/types.ts';
import type { Dossier } from '../../src/model/canonical.ts';
import { adapterChecks, CHECK_IDS, CHECKS, describeAdapter, type CheckId } from '../../src/testing/index.ts';
import { MUTANTS } from './mutants.ts';
import { registerFixtures, sampleRegister } from './suite-adapter.ts';

const root = new URL('../..', import.meta.url).pathname;
mkdirSync(join(root, '.cache'), { recursive: true });
const folder = mkdtempSync(join(root, '.cache/suite-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeAdapter(sampleRegister, registerFixtures, { describe, it }, { runs: 30 });

const portal = dvcqg as unknown as Adapter;
const given = fixtures as unknown as AdapterFixtures;
const told = async (id: CheckId, adapter: Adapter, own: AdapterFixtures): Promise<string> => {
  const [check] = adapterChecks(adapter, own, { only: [id], runs: 5 });
  return (check as NonNullable<typeof check>).run().then(() => '', (error: Error) => error.message);
};
const file = (name: string, text: string): URL => {
  writeFileSync(join(folder, name), text);
  return pathToFileURL(join(folder, name));
};

const SUITE = pathToFileURL(join(root, 'src/testing/index.ts')).href;
const REGISTER = pathToFileURL(join(root, 'test/testing/suite-adapter.ts')).href;
/** A process of its own, without this runner around it. */
function run(args: readonly string[]): Promise<{ stdout: string }> {
  const { NODE_TEST_CONTEXT: _context, NODE_OPTIONS: _options, ...env } = process.env;
  return promisify(execFile)(process.execPath, args, { timeout: 60_000, env });
}

/** What the register does not have: a document, codes, sessions, a write that cannot be asked about, calls to us, records, a README. */
const SKIPPED: readonly CheckId[] = [
  'schema.contract', 'tables.total', 'wire.contract', 'simulator.session', 'lost-reply.declared', 'inbound.answers', 'rounds.again', 'source.total', 'source.known', 'source.flagged', 'source.refused', 'source.steps', 'source.poll',
  'source.interrupted', 'docs.tables',
];

/** Faults of documents and fixtures, which no change of the code makes. */
const BROKEN: readonly [CheckId, string, () => { adapter?: Partial<Adapter>; own?: Partial<AdapterFixtures> }, RegExp][] = [
  ['fixtures.complete', 'an operation without fixtures', () => ({ own: { operations: { ...given.operations, getProcedure: undefined } as never } }), /getProcedure: has no fixtures/],
  ['schema.contract', 'a component that does not compile', () => ({ adapter: { contract: file('broken.yaml', 'openapi: 3.1.0\ninfo: { title: x, version: "1" }\npaths: { /a: { get: { summary: A, responses: { "200": { description: a } } } } }\ncomponents: { schemas: { Odd: { type: strange } } }\n') } }), /Odd: does not compile/],
  ['rounds.again', 'a round that brings the same again, and one that says nothing of a failure', () => ({
    adapter: { rounds: ['one', 'two', 'three'].map((id) => ({ id, title: { vi: 'Mẫu', en: 'Sample' }, everyMs: () => 1_000, run: async () => ({ told: id === 'one' ? 1 : 0, failed: 0 }) })) },
    own: { rounds: { one: { told: 1 }, two: { told: 0 } } },
  }), /one: asked once more it brings news[\s\S]*one: the upstream answers nothing[\s\S]*two: the upstream answers nothing[\s\S]*three: has no fixtures/],
  ['docs.tables', 'a README that knows another operation', () => ({ own: { readme: { file: file('README.md', '# x\n\n## Operations\n\n| operation |\n|---|\n| `other` |\n\n## Configuration\n\n| key |\n|---|\n| `baseUrl` |\n') } } }), /Operations: lacks "syncDossier"[\s\S]*Operations: has "other"/],
];

describe('the conformance suite', () => {
  it('has a broken copy, document or fixture for each of its checks', () => {
    const caught = new Set<string>([...MUTANTS.flatMap((m) => m.caughtBy), ...BROKEN.map(([id]) => id)]);
    expect(CHECK_IDS.filter((id) => !caught.has(id))).toEqual([]);
  });
  it.each(BROKEN)('%s catches %s', async (id, _what, change, message) => {
    const { adapter = {}, own = {} } = change();
    expect(await told(id, { ...portal, ...adapter }, { ...given, ...own })).toMatch(message);
  });

  it('finds nothing wrong with a round that asks, takes once, and tells of a failure', async () => {
    const round: Round = {
      id: 'own', title: { vi: 'Mẫu', en: 'Sample' }, everyMs: () => 1_000,
      async run({ run, acceptDossier }) {
        const asked = await run(dvcqg.operations.getProcedure as AnyOperation, [fixtures.operations.getProcedure.inputs[0]]);
        if (asked.kind !== 'done') return { told: 0, failed: 1 };
        const { status } = await acceptDossier(fixtures.operations.syncDossier.inputs[0] as Dossier, { text: 'x' });
        return { told: status === 'accepted' ? 1 : 0, failed: 0 };
      },
    };
    expect(await told('rounds.again', { ...portal, rounds: [round] }, { ...given, rounds: { own: { told: 1 } } })).toBe('');
  });

  it('says everything in Vietnamese and in English', async () => {
    for (const { vi: words, en } of Object.values(CHECKS) as Text[]) expect(words !== '' && en !== '' && words !== en).toBe(true);
    const message = await told('fixtures.complete', portal, { ...given, operations: {} });
    expect(message).toContain('syncDossier: has no fixtures');
    expect(message).toContain('syncDossier: không có dữ liệu mẫu');
  });
  it('skips only what is declared to be absent, and shows it with the reason', () => {
    const skipped = adapterChecks(sampleRegister, registerFixtures).filter((check) => check.skip !== undefined);
    expect(skipped.map(({ id }) => id)).toEqual(SKIPPED);
    for (const { skip } of skipped) expect(skip?.vi && skip.en).toBeTruthy();
  });
  it.each(['schema.contract', 'tables.total', 'docs.tables', 'simulator.effects'] as const)('%s is not passed over without a word', async (id) => {
    const { simulator: _simulator, ...without } = sampleRegister as unknown as Adapter;
    expect(await told(id, without, { ...(registerFixtures as unknown as AdapterFixtures), absent: {} })).toContain('absent.');
  });
  it('knows its checks by name', () => {
    expect(adapterChecks(portal, given).map(({ id }) => id)).toEqual(CHECK_IDS);
    expect(() => adapterChecks(portal, given, { only: ['encode.beauty'] })).toThrow(/no check is called encode.beauty; there are fixtures.complete, /);
  });
  it('names the command when fast-check is missing', async () => {
    const script = file('without.ts', `import { registerHooks } from 'node:module';
registerHooks({ resolve: (name, context, next) => {
  if (name === 'fast-check') throw Object.assign(new Error("Cannot find package 'fast-check' imported from here"), { code: 'ERR_MODULE_NOT_FOUND' });
  return next(name, context);
} });
const { adapterChecks } = await import(${JSON.stringify(SUITE)});
const { sampleRegister, registerFixtures } = await import(${JSON.stringify(REGISTER)});
for (const check of adapterChecks(sampleRegister, registerFixtures, { only: ['classify.total', 'classify.page'] })) await check.run().then(() => console.log(check.id, 'ran'), (error) => console.log(error.message));
`);
    const { stdout } = await run([script.pathname]);
    expect(stdout).toMatch(/LT-KIT-PEER-MISSING.*npm i -D fast-check/);
    expect(stdout, 'what draws nothing needs no fast-check').toContain('classify.page ran');
  });
});

describe('other runners', () => {
  it('takes describe and it from the globals, as under jest, and says what is missing without them', () => {
    const names: string[] = [];
    const skipped: string[] = [];
    const globals = { describe: (name: string, body: () => void) => { names.push(name); body(); }, it: Object.assign((name: string) => names.push(name), { skip: (name: string) => skipped.push(name) }) };
    expect(() => describeAdapter(sampleRegister, registerFixtures)).toThrow(/needs a test runner/);
    for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value);
    try {
      describeAdapter(sampleRegister, registerFixtures);
    } finally {
      vi.unstubAllGlobals();
    }
    expect(names[0]).toBe('adapter register: conformance');
    expect(names.length - 1 + skipped.length).toBe(CHECK_IDS.length);
    expect(skipped.find((name) => name.startsWith('docs.tables'))).toContain('Sổ mẫu không có README');
  });

  it('runs under node:test', async () => {
    const test = file('register.test.ts', `import { describe, it } from 'node:test';
import { describeAdapter } from ${JSON.stringify(SUITE)};
import { sampleRegister, registerFixtures } from ${JSON.stringify(REGISTER)};
describeAdapter(sampleRegister, registerFixtures, { describe, it }, { runs: 5 });
`);
    const { stdout } = await run(['--test', '--test-reporter=tap', test.pathname]);
    expect(stdout).toMatch(/# fail 0\n/);
    expect(Number(/# pass (\d+)/.exec(stdout)?.[1])).toBe(CHECK_IDS.length - SKIPPED.length);
    expect(Number(/# skipped (\d+)/.exec(stdout)?.[1])).toBe(SKIPPED.length);
  });
});
