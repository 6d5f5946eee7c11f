/** docs/testing.md in both languages: its tables say what is, its example runs. jest and node:test run in the package check. */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, describe, beforeAll, afterAll } from 'vitest';
import { mockUpstream, PLAYABLE_FAULTS, scenariosOf, UPSTREAM_IDS } from '../../src/testing/index.ts';
import { bare, codeBlocks, headings, read, ROOT, tableUnder } from './documents.ts';

const PAGES = { en: { text: read('docs/testing.md'), fault: 'fault' }, vi: { text: read('docs/testing.vi.md'), fault: 'lỗi' } } as const;

describe.each(['en', 'vi'] as const)('tables (%s)', (language) => {
  const { text, fault } = PAGES[language];

  it.each(UPSTREAM_IDS)('every state of %s', async (id) => {
    const scenarios = Object.entries(await scenariosOf(id));
    if (scenarios.length > 0) expect(tableUnder(text, `\`${id}\``).map(([name, title]) => [bare(name), title])).toEqual(scenarios.map(([name, title]) => [name, title[language]]));
  });

  it('every fault', () => {
    expect(tableUnder(text, fault).map(([name]) => bare(name))).toEqual([...PLAYABLE_FAULTS]);
  });

  it('what the mock says is what it says', async () => {
    const shown = codeBlocks(text).find((block) => block.language === 'text')?.text.trim().split('\n') ?? [];
    const mock = await mockUpstream('dvcqg');
    const step = { MaHoSo: 'H99-1', NguoiXuLy: 'Mẫu', ChucDanh: '', ThoiDiemXuLy: '2025-07-01', PhongBanXuLy: '', NoiDungXuLy: 'mẫu', TrangThai: '2', NgayBatDau: '', NgayKetThucTheoQuyDinh: '' };
    const body = JSON.stringify({ session: 's', madonvi: '000.00.00.H99', service: 'CapNhatTienDoHoSoMC', data: [step] });
    await fetch(`${mock.url}/mapi/g`, { method: 'POST', headers: { 'content-type': 'application/json' }, body }).catch(() => undefined);
    const said: unknown = await mock.restore().catch((error: unknown) => error);
    const lines = (said instanceof Error ? said.message : '').split('\n');
    expect(shown.length).toBeGreaterThan(4);
    expect(lines).toEqual(expect.arrayContaining(shown));
  });
});

it('both languages have the same outline and the same code', () => {
  expect(headings(PAGES.vi.text).map((h) => h.level)).toEqual(headings(PAGES.en.text).map((h) => h.level));
  expect(codeBlocks(PAGES.vi.text)).toEqual(codeBlocks(PAGES.en.text));
});

describe('the vitest example', () => {
  const folder = join(ROOT, '.cache/docs-testing');
  const CONFIG = `export default { resolve: { alias: [
    { find: /^lienthong$/, replacement: ${JSON.stringify(join(ROOT, 'src/index.ts'))} },
    { find: /^lienthong\\/testing$/, replacement: ${JSON.stringify(join(ROOT, 'src/testing/index.ts'))} },
    { find: /^lienthong\\/adapters\\/(\\w+)$/, replacement: ${JSON.stringify(`${ROOT}adapters/$1/adapter.ts`)} },
  ] } };\n`;
  const CARELESS = `import { test } from 'vitest';
import { mockUpstream } from 'lienthong/testing';
test('careless', async () => {
  await using mock = await mockUpstream('dvcqg');
  await fetch(mock.url + '/mapi/logon', { method: 'POST' }).catch(() => {});
});\n`;
  beforeAll(async () => {
    await mkdir(folder, { recursive: true });
    await copyFile(join(ROOT, 'examples/testing/vitest/portal.test.js'), join(folder, 'portal.test.js'));
    await copyFile(join(ROOT, 'examples/sdk/dossier.json'), join(folder, 'dossier.json'));
    await writeFile(join(folder, 'vitest.config.js'), CONFIG);
    await writeFile(join(folder, 'careless.test.js'), CARELESS);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('is green, and a test that calls what no contract has is not', async () => {
    const file = join(folder, 'report.json');
    await new Promise<void>((resolve) => {
      execFile(process.execPath, [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--root', folder, '--reporter', 'json', '--outputFile', file], { cwd: folder, env: { PATH: process.env['PATH'] ?? '' } }, () => resolve());
    });
    const { testResults } = JSON.parse(await readFile(file, 'utf8')) as { testResults: { assertionResults: { title: string; status: string; failureMessages: string[] }[] }[] };
    const results = testResults.flatMap((file) => file.assertionResults);
    expect(results.filter((test) => test.status === 'passed')).toHaveLength(4);
    expect(results.filter((test) => test.status !== 'passed')).toMatchObject([{ title: 'careless', status: 'failed', failureMessages: [expect.stringContaining('LT-KIT-UNEXPECTED-CALL')] }]);
  });
});
