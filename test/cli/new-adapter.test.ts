import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import ts from 'typescript';
import tseslint from 'typescript-eslint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseJson } from '../../src/contract/limits.ts';
import { isAdapterId } from '../../src/cli/scaffold/names.ts';
import { modelOf } from '../../src/cli/scaffold/openapi/model.ts';
import { openDocument } from '../../src/cli/scaffold/openapi/read.ts';
import { textFor } from '../../src/cli/scaffold/openapi/pattern.ts';
import { TODOS } from '../../src/cli/scaffold/todos.ts';
import { isValidationError } from '../../src/contract/validate.ts';
import { CLI, endEverything, freshFolder } from '../support/process.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DOCUMENT_30 = join(ROOT, 'test/cli/openapi/one-stop-3.0.yaml');
const KINDS_30 = join(ROOT, 'test/cli/openapi/kinds-3.0.yaml');
const DOCUMENT_31 = join(ROOT, 'test/cli/openapi/awkward-3.1.json');

interface Facts { folder: string; files: string[]; project: string | null; operations: { id: string; call: string }[]; skipped: { call: string }[]; notes: { pointer: string }[]; todos: { file: string; line: number; key: keyof typeof TODOS }[] }
interface Ended { code: number | null; output: string; stderr: string }

let home = '';

/** A command in the folder of a developer, without what this test runner tells its own children. */
function sh(args: readonly string[], cwd = home): Promise<Ended> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_OPTIONS|NODE_TEST|NODE_V8|TEST$)/.test(name)));
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: 120_000 });
    let output = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('close', (code) => resolve({ code, output, stderr }));
  });
}
const lienthong = (...args: string[]): Promise<Ended> => sh([CLI, 'new-adapter', ...args]);
async function made(...args: string[]): Promise<Facts> {
  const { code, output, stderr } = await lienthong(...args, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const parsed = parseJson(output);
  return (parsed.ok ? parsed.value : undefined) as Facts;
}

/** Tests that ran, failed and were skipped, as node:test counts them. */
const counts = (output: string): Record<string, number> => Object.fromEntries([...output.matchAll(/^(?:#|ℹ) (pass|fail|skipped) (\d+)$/gm)].map(([, what = '', n]) => [what, Number(n)]));
const nodeTest = (folder: string): Promise<Ended> => sh(['--test'], join(home, folder));

const facts = new Map<string, Facts>();

beforeAll(async () => {
  home = freshFolder();
  // The package as its users have it, but made of the sources at hand.
  mkdirSync(join(home, 'package'));
  mkdirSync(join(home, 'node_modules'));
  writeFileSync(join(home, 'package/package.json'), JSON.stringify({ name: 'lienthong', version: '0.1.0', type: 'module', exports: { '.': './index.ts', './testing': './testing.ts' } }));
  writeFileSync(join(home, 'package/index.ts'), `export * from ${JSON.stringify(join(ROOT, 'src/index.ts'))};\n`);
  writeFileSync(join(home, 'package/testing.ts'), `export * from ${JSON.stringify(join(ROOT, 'src/testing/index.ts'))};\n`);
  symlinkSync('../package', join(home, 'node_modules/lienthong'));
  for (const name of ['fast-check', 'vitest', '@types']) symlinkSync(join(ROOT, 'node_modules', name), join(home, 'node_modules', name));
  for (const [name, args] of [['my-system', []], ['mot-cua', ['--from', DOCUMENT_30, '--tests', 'node']], ['open', ['--from', DOCUMENT_31, '--tests', 'node']], ['kieu', ['--from', KINDS_30, '--tests', 'node']], ['js-plain', ['--js', '--tests', 'node']], ['js-mot-cua', ['--js', '--from', DOCUMENT_30, '--operations', 'createDossier,GET /ho-so/{code}', '--tests', 'node']]] as const) {
    facts.set(name, await made(name, ...args));
  }
}, 60_000);
afterAll(endEverything);

const folders = (): string[] => [...facts.keys()];

describe('what is written', () => {
  it('is told as files that are there, in a folder of its own, with a manifest where there was none', () => {
    for (const [name, { folder, files, project }] of facts) {
      expect(folder).toBe(join(home, name));
      expect([...files].sort()).toEqual(readdirSync(folder).sort());
      expect(project).toBeNull();
      expect(files).toEqual(expect.arrayContaining(['README.md', 'contract.openapi.json', 'package.json']));
      expect(files.some((file) => file.endsWith('.ts'))).toBe(!name.startsWith('js-'));
      for (const file of files.filter((one) => /\.[jt]s$/.test(one))) {
        const text = readFileSync(join(folder, file), 'utf8');
        expect(text, `${name}/${file}`).not.toMatch(/[⟦⟧]|‹\w+/);
        for (const [, from = ''] of text.matchAll(/from '([^'.][^']*)'/g)) expect(['lienthong', 'lienthong/testing', 'vitest', 'node:test', 'node:fs', 'node:util']).toContain(from);
      }
    }
  });

  it('has its TODOs where they are said to be, each known and explained in docs/new-adapter.md', () => {
    const page = readFileSync(join(ROOT, 'docs/new-adapter.md'), 'utf8');
    const seen = new Set<string>();
    for (const { folder, files, todos } of facts.values()) {
      for (const { file, line, key } of todos) {
        seen.add(key);
        expect(readFileSync(join(folder, file), 'utf8').split('\n')[line - 1], `${file}:${line}`).toContain(`TODO(${key})`);
      }
      const all = files.filter((file) => !file.endsWith('.md')).flatMap((file) => [...readFileSync(join(folder, file), 'utf8').matchAll(/TODO\(/g)]);
      expect(todos).toHaveLength(all.length);
    }
    const rows = [...page.matchAll(/^\| `(\w+)` \| ([^|]+) \| ([^|]+) \|$/gm)].map(([, key = '', what = '', why = '']) => [key, what.trim(), why.trim()]);
    expect(rows).toEqual(Object.entries(TODOS).map(([key, { what, why }]) => [key, `${what.en} · ${what.vi}`, `${why.en} · ${why.vi}`]));
    expect([...seen].sort()).toEqual(Object.keys(TODOS).filter((key) => key !== 'schema').sort());
  });

  it('makes an operation of each call that can be made, and says which cannot, and why', () => {
    expect(facts.get('mot-cua')?.operations.map(({ id }) => id)).toEqual(['listDossiers', 'createDossier', 'getDossier', 'changeStatus', 'deleteCall', 'login']);
    expect(facts.get('mot-cua')?.skipped).toEqual([expect.objectContaining({ call: 'POST /ho-so/{code}/tep' })]);
    expect(facts.get('open')?.operations.map(({ id }) => id)).toEqual(['traCuuHoSo', 'deleteCall', 'componentCall', 'classCall', 'classCall2']);
    expect(facts.get('open')?.skipped).toEqual([expect.objectContaining({ call: 'GET /file/{id}.pdf' })]);
    expect(facts.get('kieu')?.operations.map(({ id }) => id)).toEqual(['getAId', 'postAId', 'putAId', 'postB', 'postC']);
    expect(facts.get('js-mot-cua')?.operations).toEqual([{ id: 'createDossier', call: 'POST /ho-so' }, { id: 'getDossier', call: 'GET /ho-so/{code}' }]);
  });

  it('type-checks strictly', { timeout: 120_000 }, () => {
    const roots = folders().flatMap((name) => readdirSync(join(home, name)).filter((file) => file.endsWith('.ts')).map((file) => join(home, name, file)));
    const { compilerOptions } = JSON.parse(readFileSync(join(home, 'my-system/tsconfig.json'), 'utf8')) as { compilerOptions: Record<string, unknown> };
    const { options, errors } = ts.convertCompilerOptionsFromJson({ ...compilerOptions, noUnusedLocals: true, noUnusedParameters: true, lib: ['es2024'], typeRoots: [join(ROOT, 'node_modules/@types')] }, home);
    expect(errors).toEqual([]);
    const program = ts.createProgram(roots, options);
    const told = roots.flatMap((root) => {
      const file = program.getSourceFile(root);
      return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(({ messageText, start }) => `${root}:${start ?? 0} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
    });
    expect(told).toEqual([]);
    // What the document says is in the types: a text where a number belongs is seen.
    const probe = join(home, 'mot-cua/wrong.ts');
    writeFileSync(probe, "import type { Created } from './types.ts';\nexport const wrong: Created = { id: 'x' };\n");
    const wrong = ts.createProgram([probe], options, undefined, program);
    expect(wrong.getSemanticDiagnostics(wrong.getSourceFile(probe))).toHaveLength(1);
  });

  it('is clean under a linter', { timeout: 60_000 }, async () => {
    const rules = { eqeqeq: ['error', 'always', { null: 'ignore' }], '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }], 'no-multiple-empty-lines': ['error', { max: 1 }], 'no-trailing-spaces': 'error', semi: 'error' } as const;
    const eslint = new ESLint({ cwd: home, overrideConfigFile: true, overrideConfig: [...tseslint.configs.recommended, { rules }] as never });
    const results = await eslint.lintFiles(folders().map((name) => `${name}/*.{ts,js}`));
    expect(results.length).toBeGreaterThan(40);
    expect(results.flatMap(({ filePath, messages }) => messages.map(({ line, message }) => `${filePath}:${line} ${message}`))).toEqual([]);
  });
});

describe('the suite over it', () => {
  it('is green under node:test right after it was written', { timeout: 120_000 }, async () => {
    const names = ['mot-cua', 'open', 'kieu', 'js-plain', 'js-mot-cua'];
    const { code, output } = await sh(['--test', '--test-concurrency=2', ...names.map((name) => join(name, readdirSync(join(home, name)).find((file) => file.startsWith('adapter.test.')) ?? ''))]);
    expect(counts(output), output.slice(-5_000)).toMatchObject({ fail: 0 });
    expect(code).toBe(0);
    expect(counts(output)['pass']).toBeGreaterThanOrEqual(25 * names.length);
  });

  it('is green under vitest', { timeout: 120_000 }, async () => {
    const { code, output, stderr } = await sh([join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--root', '.'], join(home, 'my-system'));
    expect(code, output + stderr).toBe(0);
    expect(Number(/Tests.*?(\d+) passed/.exec(output.replaceAll(/\u001b\[[\d;]*m/g, ''))?.[1])).toBeGreaterThanOrEqual(28);
  });

  it('turns red when the adapter is spoilt', { timeout: 60_000 }, async () => {
    cpSync(join(home, 'js-plain'), join(home, 'spoilt'), { recursive: true });
    const change = (file: string, from: string, to: string): void => {
      const text = readFileSync(join(home, 'spoilt', file), 'utf8');
      expect(text).toContain(from);
      writeFileSync(join(home, 'spoilt', file), text.replace(from, to));
    };
    change('classify.js', "access === 'write' ? { kind: 'unknown'", "access === 'never' ? { kind: 'unknown'");
    change('codes.js', "wire: '04'", "wire: '14'");
    change('operations.js', "'applied' : 'not-applied'", "'applied' : 'applied'");
    const { code, output } = await nodeTest('spoilt');
    expect(code).toBe(1);
    for (const check of ['classify.after-send', 'encode.known', 'tables.total', 'simulator.lost-reply']) expect(output).toMatch(new RegExp(`(✖|not ok \\d+ -) ${check.replace('.', '\\.')}`));
  });
});

describe('what is refused', () => {
  it('names, folders and options that cannot be right, with exit code 2 and in words, and nothing is written', { timeout: 60_000 }, async () => {
    const before = readdirSync(home).sort();
    const wrong: [string[], RegExp][] = [
      [['My_System'], /no name for an adapter.*không dùng làm tên/],
      [['../evil'], /no name for an adapter/],
      [['dvcqg'], /is an adapter of this package/],
      [['x', '--out', 'a/../../b'], /'\.\.' is not taken.*không nhận/],
      [['x', '--tests', 'jest'], /--tests: vitest or node/],
      [['x', '--operations', 'a'], /--operations needs --from/],
      [['x', '--from', join(home, 'absent.yaml')], /LT-KIT-OPENAPI-UNREADABLE/],
      [['x', '--from', DOCUMENT_30, '--operations', 'nobody'], /LT-KIT-OPENAPI-OPERATION[^]*createDossier/],
      [['x', '--from', DOCUMENT_30, '--operations', 'uploadFile'], /multipart/],
      [['my-system'], /already there:.*adapter\.ts.*--force.*để ghi đè/],
    ];
    for (const [args, says] of wrong) {
      const { code, stderr, output } = await lienthong(...args);
      expect([args, code, output]).toEqual([args, 2, '']);
      expect(stderr).toMatch(says);
      expect(stderr).not.toMatch(/^\s+at /m);
    }
    expect(readdirSync(home).sort()).toEqual(before);
  });

  it('writes over files only when it is told to, and never through a link', { timeout: 60_000 }, async () => {
    const file = join(home, 'js-plain/README.md');
    writeFileSync(file, 'mine');
    expect((await lienthong('js-plain', '--js', '--tests', 'node')).code).toBe(2);
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect((await lienthong('js-plain', '--js', '--tests', 'node', '--force')).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toContain('The system js-plain');
    mkdirSync(join(home, 'linked'));
    symlinkSync(join(home, 'victim.ts'), join(home, 'linked/adapter.ts'));
    const through = await lienthong('linked', '--force');
    expect(through).toMatchObject({ code: 2, stderr: expect.stringContaining('no plain file: adapter.ts') });
    expect(existsSync(join(home, 'victim.ts'))).toBe(false);
  });

  it('in a folder of a project: no second manifest, and the next steps are those of that project', async () => {
    mkdirSync(join(home, 'project'));
    writeFileSync(join(home, 'project/package.json'), '{ "private": true }');
    const { code, output } = await sh([CLI, 'new-adapter', 'inside', '--out', 'src/inside'], join(home, 'project'));
    expect(code).toBe(0);
    expect(readdirSync(join(home, 'project/src/inside'))).not.toContain('package.json');
    expect(output).toMatch(/npm i -D fast-check vitest\n[^]*package\.json: add "type": "module"/);
    expect(output).toMatch(/src\/inside\/operations\.ts:\d+/);
    expect(output).toContain(TODOS.probe.why.vi);
  });

  const refusal = (source: string): { code: string; pointer: string | undefined; vi: string } => {
    try {
      modelOf(openDocument(source));
    } catch (error) {
      if (isValidationError(error)) return { code: error.issues[0]?.code ?? '', pointer: error.issues[0]?.pointer, vi: error.issues[0]?.message.vi ?? '' };
      throw error;
    }
    throw new Error('it was taken');
  };
  const withPaths = (paths: unknown, more: object = {}): string => JSON.stringify({ openapi: '3.1.0', info: { title: 'x', version: '1' }, paths, ...more });
  const answering = (schema: unknown): unknown => ({ '/a': { get: { responses: { 200: { description: 'x', content: { 'application/json': { schema } } } } } } });

  it('documents that cannot be used: syntax, version, references, size, depth, nothing to make', () => {
    expect(refusal('a: [')).toMatchObject({ code: 'LT-KIT-OPENAPI-UNREADABLE', vi: expect.stringMatching(/1:\d|2:\d/) });
    expect(refusal('swagger: "2.0"')).toMatchObject({ code: 'LT-KIT-OPENAPI-VERSION', pointer: '/swagger' });
    expect(refusal('openapi: 4.0.0')).toMatchObject({ code: 'LT-KIT-OPENAPI-VERSION' });
    expect(refusal(withPaths({}))).toMatchObject({ code: 'LT-KIT-OPENAPI-OPERATION' });
    expect(refusal(withPaths(answering({ $ref: 'other.yaml#/X' })))).toMatchObject({ code: 'LT-KIT-OPENAPI-REFERENCE' });
    expect(refusal(withPaths(answering({ $ref: '#/components/schemas/Nobody' })))).toMatchObject({ code: 'LT-KIT-OPENAPI-REFERENCE' });
    expect(refusal(withPaths({ '/a': { $ref: '#/paths/~1a' } }))).toMatchObject({ code: 'LT-KIT-OPENAPI-REFERENCE' });
    expect(refusal(`{"openapi":"3.1.0","info":${'{"a":'.repeat(200)}1${'}'.repeat(200)}}`)).toMatchObject({ code: 'LT-KIT-OPENAPI-UNREADABLE' });
    expect(refusal(withPaths(answering({ type: 'array', items: { enum: [1] }, minItems: 2, maxItems: 1 })))).toMatchObject({ code: 'LT-KIT-OPENAPI-EXAMPLE' });
    expect(refusal(withPaths(Object.fromEntries(Array.from({ length: 31 }, (_, n) => [`/p${n}`, { get: { responses: {} } }]))))).toMatchObject({ code: 'LT-KIT-OPENAPI-OPERATION', vi: expect.stringContaining('--operations') });
  });

  it('leaves open what a strict compiler refuses, with a note and a TODO, and no more than that', () => {
    const { contract, notes } = modelOf(openDocument(withPaths(answering({ $ref: '#/components/schemas/Odd' }), { components: { schemas: { Odd: { type: 'object', properties: { ok: { type: 'string' }, no: { type: 'object', minProperties: 'many' } } } } } })));
    const schemas = (contract['components'] as { schemas: Record<string, Record<string, unknown>> }).schemas;
    expect(schemas['Odd']?.['x-todo']).toMatch(/^TODO\(schema\) Odd: /);
    expect(notes).toEqual([expect.objectContaining({ pointer: '/components/schemas/Odd' })]);
  });

  it('names: only what may name a folder', () => {
    for (const id of ['a', 'my-system', 'x2', 'so-tnmt-2025']) expect(isAdapterId(id)).toBe(true);
    for (const id of ['', '-a', 'a-', 'a--b', 'A', 'a_b', 'a.b', 'a/b', '..', 'đ', '2a', 'a'.repeat(41)]) expect(isAdapterId(id)).toBe(false);
  });

  it('patterns: a text that fits, or none', () => {
    for (const pattern of ['^\\d{12}$', '^[A-Z]\\d{2}\\.\\d{2}-\\d{6}-\\d{4}$', '^(?:0|\\+84)9\\d{8}$', '^[^@\\s]+@[^@\\s]+$', '^(a|b){2,3}$', '^\\w{3,}\\/?$', '^(?!00)\\d{2}$|^1$', '[\\u00c0-\\u1ef9]+', '^$']) {
      const text = textFor(pattern, 0);
      expect(text, pattern).toBeDefined();
      expect(text, pattern).toMatch(new RegExp(pattern));
    }
    for (const pattern of ['^(?=a)b$', '(']) expect(textFor(pattern, 0), pattern).toBeUndefined();
  });
});
