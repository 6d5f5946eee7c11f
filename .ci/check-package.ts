/**
 * Packs the project as npm would publish it and uses it as a stranger: a new project installs the tarball, type-checks and
 * runs one import of every export, on the pinned Node and on the oldest and newest that `engines` promises. Vendors' contract
 * tests run against the tarball as well.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

const root = new URL('..', import.meta.url).pathname;
const npm = (args: string[], cwd: string) => execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
const step = (text: string) => console.log(`package check: ${text}`);

/** A test that makes a call which no contract has, and does not look: the mock has to fail it. */
const CARELESS: Record<string, string> = { jest: '', 'node-test': "import { test } from 'node:test';\n" };
const CARELESS_TEST = `import { mockUpstream } from 'lienthong/testing';
test('careless', async () => {
  await using mock = await mockUpstream('dvcqg');
  await fetch(mock.url + '/mapi/logon', { method: 'POST' }).catch(() => {});
});
`;

/** Installs a project of examples/testing with the tarball in the place of the published package, as docs/testing.md says. */
function vendorProject(runner: string, tarball: string): string {
  const project = mkdtempSync(join(folder, `${runner}-`));
  cpSync(join(root, 'examples/testing', runner), project, { recursive: true });
  const file = join(project, 'package.json');
  const own = JSON.parse(readFileSync(file, 'utf8')) as { devDependencies: Record<string, string> };
  writeFileSync(file, JSON.stringify({ ...own, devDependencies: { ...own.devDependencies, lienthong: `file:${tarball}` } }));
  npm(['install', '--no-audit', '--no-fund', '--prefer-offline'], project);
  cpSync(join(project, 'node_modules/lienthong/examples/sdk/dossier.json'), join(project, 'dossier.json'));
  return project;
}

/** @param node of the runtime; npm puts it before every other */
function npmTest(project: string, node: string, args: string[] = []): { status: number | null; output: string } {
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env['PATH'] ?? ''}` };
  const { status, stdout, stderr } = spawnSync('npm', ['test', ...args], { cwd: project, env, encoding: 'utf8' });
  return { status, output: `${stdout}${stderr}` };
}

function vendorTests(runner: string, project: string): void {
  const tests = npmTest(project, process.execPath);
  if (tests.status !== 0) throw new Error(`${runner}: the contract tests of the example fail\n${tests.output}`);
  writeFileSync(join(project, 'careless.test.js'), `${CARELESS[runner] ?? ''}${CARELESS_TEST}`);
  const careless = npmTest(project, process.execPath, ['--', 'careless.test.js']);
  rmSync(join(project, 'careless.test.js'));
  if (careless.status === 0 || !careless.output.includes('LT-KIT-UNEXPECTED-CALL')) throw new Error(`${runner}: a call that no contract has must fail the test that makes it\n${careless.output}`);
}

const folder = mkdtempSync(join(tmpdir(), 'lienthong-consumer-'));
try {
  step('publint');
  execFileSync('npm', ['exec', '--', 'publint', '--strict'], { cwd: root, stdio: 'inherit' });

  const [packed] = JSON.parse(npm(['pack', '--ignore-scripts', '--json', '--pack-destination', folder], root)) as { filename: string; size: number; unpackedSize: number; entryCount: number }[];
  if (packed === undefined) throw new Error('npm pack made nothing');
  step(`${packed.filename}: ${(packed.size / 1e6).toFixed(2)} MB, ${packed.entryCount} files`);

  step('types as each module system resolves them');
  execFileSync('npm', ['exec', '--', 'attw', join(folder, packed.filename), '--profile', 'esm-only'], { cwd: root, stdio: 'inherit' });

  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  npm(['install', '--no-audit', '--no-fund', '--omit=dev', join(folder, packed.filename)], folder);

  // Every export of package.json, so that a new one cannot be forgotten here.
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { exports: Record<string, unknown>; version: string };
  const imports = Object.keys(manifest.exports).flatMap((key) => {
    if (key === './adapters/*') return ['dvcqg', 'opencps', 'vbdlis'].map((id) => ({ name: `lienthong/adapters/${id}`, json: false }));
    if (key === './schemas/*') return ['canonical/dossier.schema.json', 'config.schema.json', 'gateway.openapi.json'].map((file) => ({ name: `lienthong/schemas/${file}`, json: true }));
    return [{ name: `lienthong${key.slice(1)}`, json: key.endsWith('.json') }];
  });
  const source = [
    ...imports.map(({ name, json }, i) => `import * as m${i} from '${name}'${json ? " with { type: 'json' }" : ''};`),
    `import { connect, type Dossier } from 'lienthong';`,
    `import { dvcqg } from 'lienthong/adapters/dvcqg';`,
    `export const status: Dossier['status'] = 'ACCEPTED';`,
    `export const line = () => connect(dvcqg, {});`,
    `const modules = [${imports.map((_, i) => `m${i}`).join(', ')}];`,
    `for (const m of modules) if (Object.keys(m).length === 0) throw new Error('an export is empty');`,
    // nock is an optional peer, and not installed here: everything else of the kit works without it.
    `import { fixturesOf, mockUpstream } from 'lienthong/testing';`,
    // Fixtures that send files bring them along.
    `import { readFileSync } from 'node:fs';`,
    `const { attachments } = (await fixturesOf('vbdlis')).config as { attachments: { folder: string } };`,
    `if (readFileSync(attachments.folder + 'don-dang-ky.pdf').length === 0) throw new Error('a fixture has lost its files');`,
    `export const typed = async (): Promise<number | undefined> => (await mockUpstream('dvcqg')).simulator.dossier('')?.creates;`,
    `const missing: unknown = await mockUpstream('dvcqg').then(() => 'started', (error: { code?: string }) => error.code);`,
    `if (missing !== 'LT-KIT-PEER-MISSING') throw new Error('without nock: ' + String(missing));`,
    `console.log(modules.length + ' imports on node ' + process.version);`,
  ].join('\n');
  writeFileSync(join(folder, 'use.ts'), source);
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: { module: 'nodenext', target: 'es2023', strict: true, exactOptionalPropertyTypes: true, resolveJsonModule: true, outDir: 'out', types: ['node'], typeRoots: [join(root, 'node_modules/@types')], skipLibCheck: false }, files: ['use.ts'] }));
  step('types of every export');
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], { stdio: 'inherit' });
  step('imports of every export');
  execFileSync(process.execPath, [join(folder, 'out/use.js')], { cwd: folder, stdio: 'inherit' });
  execFileSync(process.execPath, [join(folder, 'node_modules/.bin/lienthong'), '--version'], { cwd: folder, stdio: 'inherit' });

  step("a vendor's contract tests: jest");
  vendorTests('jest', vendorProject('jest', join(folder, packed.filename)));
  step("a vendor's contract tests: node:test");
  const vendor = vendorProject('node-test', join(folder, packed.filename));
  vendorTests('node-test', vendor);

  for (const major of ['22', '26']) {
    const runtime = mkdtempSync(join(tmpdir(), `lienthong-node${major}-`));
    try {
      writeFileSync(join(runtime, 'package.json'), JSON.stringify({ name: 'runtime', private: true }));
      npm(['install', '--no-audit', '--no-fund', `node@${major}`], runtime);
      const node = join(runtime, 'node_modules/.bin/node');
      execFileSync(node, [join(folder, 'out/use.js')], { cwd: folder, stdio: 'inherit' });
      const tests = npmTest(vendor, node);
      if (tests.status !== 0) throw new Error(`the contract tests of the example fail on node ${major}\n${tests.output}`);
    } finally {
      rmSync(runtime, { recursive: true, force: true });
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
