import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dvcqg } from '../../adapters/dvcqg/adapter.ts';
import dossier from '../../examples/sdk/dossier.json' with { type: 'json' };
import { ADAPTERS } from '../../src/cli/adapters.ts';
import { validateDossier } from '../../src/contract/canonical.ts';
import { checkConfig } from '../../src/gateway/config.ts';
import { generateApiKey } from '../../src/gateway/keys.ts';
import { startSimulator, type HostedSimulator, type RunningSimulator } from '../../src/testing/index.ts';
import schema from '../../schemas/config.schema.json' with { type: 'json' };
import { codeBlocks, DOCUMENTS, read, ROOT, tableUnder } from './documents.ts';

const run = promisify(execFile);
/** As a user runs it, but for `lienthong`, which means this checkout instead of an installed package. */
const node = (file: string, env: Record<string, string> = {}) =>
  run(process.execPath, ['--import', join(ROOT, 'test/docs/self-reference.ts'), file], { cwd: ROOT, env: { PATH: process.env['PATH'] ?? '', ...env } });

it('every block that shows a file shows all of it', () => {
  const shown = DOCUMENTS.flatMap((document) => codeBlocks(read(document)).filter((block) => block.mark?.startsWith('file: ')));
  expect(new Set(shown.map((block) => block.mark)).size).toBeGreaterThanOrEqual(2);
  for (const { mark, text } of shown) expect(text).toBe(read(mark?.slice('file: '.length) ?? ''));
});

describe('the SDK example', () => {
  const FILE = 'examples/sdk/sync-one-dossier.ts';
  const account = { username: 'tinh-mau', password: 'only-for-the-simulator' };
  let portal: RunningSimulator;
  beforeAll(async () => {
    const simulator = dvcqg.simulator?.({ seed: 'docs', accounts: [account] });
    if (simulator === undefined) throw new Error('the portal has a simulator');
    portal = await startSimulator(simulator as HostedSimulator);
  });
  afterAll(() => portal.close());
  const env = (more: Record<string, string> = {}) => ({ DVCQG_URL: portal.url, DVCQG_AGENCY: '000.00.00.H99', DVCQG_USERNAME: account.username, DVCQG_PASSWORD: account.password, ...more });

  it('has 15 lines of code at most', () => {
    expect(read(FILE).split('\n').filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(15);
  });

  it('its dossier is valid and invented', () => {
    expect(validateDossier(dossier)).toMatchObject({ ok: true });
    expect(dossier.applicant.ids[0]?.number).toMatch(/^\d{6}999\d{3}$|^099/);
  });

  it('brings the dossier to the portal, and again as an update', async () => {
    expect((await node(FILE, env())).stdout).toBe(`synchronised ${dossier.code}\n`);
    expect((await node(FILE, env())).stdout).toBe(`synchronised ${dossier.code}\n`);
    const effects = portal.simulator.journal().filter((entry) => entry.key === dossier.code).map((entry) => entry.effect);
    expect(effects.filter((effect) => effect === 'create' || effect === 'update')).toEqual(['create', 'update']);
  });

  it('tells an unreachable portal and a missing setting apart, and fails', async () => {
    const nobody = await node(FILE, env({ DVCQG_URL: 'http://127.0.0.1:1' })).catch((error: unknown) => error);
    expect(nobody).toMatchObject({ code: 1, stderr: expect.stringContaining('LT-UPSTREAM-UNREACHABLE') as unknown });
    const unset = await node(FILE).catch((error: unknown) => error);
    expect(unset).toMatchObject({ code: 1, stderr: expect.stringContaining('/baseUrl') as unknown });
  });
});

describe('examples of docs/sdk.md', () => {
  const folder = join(ROOT, '.cache/docs-sdk');
  const blocks = codeBlocks(read('docs/sdk.md')).filter((block) => block.mark?.startsWith('test: '));
  const expected: Readonly<Record<string, string>> = { seam: 'false\n', mock: 'false\n', simulator: 'unknown not-applied { exists: true }\n' };
  beforeAll(() => mkdir(folder, { recursive: true }));
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(Object.keys(expected))('%s', async (name) => {
    const block = blocks.find((candidate) => candidate.mark === `test: ${name}`);
    const file = join(folder, `${name}.ts`);
    await writeFile(file, block?.text ?? '');
    expect((await node(file)).stdout).toBe(expected[name]);
  });

  it('leaves none out', () => {
    expect(blocks.map((block) => block.mark?.slice('test: '.length)).sort()).toEqual(Object.keys(expected).sort());
  });
});

describe('the gateway example', () => {
  const file = join(ROOT, 'examples/gateway/lienthong.yaml');
  const env = { MOT_CUA_KEY_SHA256: generateApiKey().sha256, DVCQG_URL: 'https://truc.example.vn/VXPAdapter/RestService/forward', DVCQG_USERNAME: 'tinh-mau', DVCQG_PASSWORD: 'mot-bi-mat-du-dai' };

  it('passes the check with the variables that it names', () => {
    const checked = checkConfig({ file, env, adapters: ADAPTERS });
    expect(checked).toMatchObject({ ok: true, value: { server: { host: '127.0.0.1' } } });
    const named = [...read('examples/gateway/lienthong.yaml').matchAll(/\$\{(\w+)\}/g)].map((m) => m[1]);
    expect(new Set(named)).toEqual(new Set(Object.keys(env)));
  });

  it('is refused without them, and with a default password', () => {
    expect(checkConfig({ file, env: {}, adapters: ADAPTERS })).toMatchObject({ ok: false, issues: Array.from({ length: 4 }, () => ({ code: 'LT-CONFIG-ENV-MISSING' })) });
    expect(checkConfig({ file, env: { ...env, DVCQG_PASSWORD: 'changeme' }, adapters: ADAPTERS })).toMatchObject({ ok: false, issues: [{ code: 'LT-CONFIG-PLACEHOLDER-SECRET' }] });
  });
});

describe('the example of a province', () => {
  const file = join(ROOT, 'examples/gateway/province.yaml');
  const env = {
    MOT_CUA_KEY_SHA256: generateApiKey().sha256, TRUONG_CA_KEY_SHA256: generateApiKey().sha256, DATABASE_URL: 'postgres://lienthong:mot-bi-mat-du-dai@db.example.vn:5432/lienthong',
    DVCQG_URL: 'https://truc.example.vn/VXPAdapter/RestService/forward', DVCQG_USERNAME: 'tinh-mau', DVCQG_PASSWORD: 'mot-bi-mat-du-dai',
    ALERT_URL: 'https://truc-ban.example.vn/bao', ALERT_SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
  };

  it('passes the check with the variables that it names, and is shown whole in both languages', () => {
    const checked = checkConfig({ file, env, adapters: ADAPTERS });
    expect(checked).toMatchObject({ ok: true, value: { ledger: { engine: 'postgres' } } });
    const text = read('examples/gateway/province.yaml');
    expect(new Set([...text.matchAll(/\$\{(\w+)\}/g)].map((m) => m[1]))).toEqual(new Set(Object.keys(env)));
    for (const document of ['docs/operations.md', 'docs/operations.vi.md']) expect(codeBlocks(read(document)).map((block) => block.text)).toContain(text);
  });

  it('shows every setting of an upstream that its table names', () => {
    const keys = Object.keys(schema.properties.delivery.properties.upstreams.additionalProperties.properties);
    const named = tableUnder(read('docs/operations.md'), 'setting').filter(([name]) => !name?.includes('Months')).flatMap(([name]) => [...(name ?? '').matchAll(/`(\w+)/g)].map((m) => m[1] ?? ''));
    expect([...new Set(named)].sort()).toEqual(keys.sort());
    expect(tableUnder(read('docs/operations.vi.md'), 'thiết lập').map(([name]) => name)).toEqual(tableUnder(read('docs/operations.md'), 'setting').map(([name]) => name));
  });
});

describe('the example of a land system', () => {
  it('passes the check with the variables that it names, and is shown whole in both languages', () => {
    const env = {
      MOT_CUA_KEY_SHA256: generateApiKey().sha256, DVCQG_URL: 'https://truc.example.vn/VXPAdapter/RestService/forward', DVCQG_USERNAME: 'tinh-mau', DVCQG_PASSWORD: 'mot-bi-mat-du-dai',
      VBDLIS_URL: 'https://dat-dai.example.vn/lienthong', VBDLIS_FILES_URL: 'https://dat-dai.example.vn/tep/', VBDLIS_SECURITY_CODE: 'mot-ma-du-dai-01', NVTC_SECURITY_KEY: 'mot-khoa-du-dai-01',
    };
    expect(checkConfig({ file: join(ROOT, 'examples/gateway/land.yaml'), env, adapters: ADAPTERS })).toMatchObject({ ok: true });
    const text = read('examples/gateway/land.yaml');
    expect(new Set([...text.matchAll(/\$\{(\w+)\}/g)].map((m) => m[1]))).toEqual(new Set(Object.keys(env)));
    for (const document of ['docs/operations.md', 'docs/operations.vi.md']) expect(codeBlocks(read(document)).map((block) => block.text)).toContain(text);
  });
});

describe('the example of judicial records, births and deaths, and the population database', () => {
  it('passes the check with the variables that it names, and is shown whole in both languages', () => {
    const env = {
      MOT_CUA_KEY_SHA256: generateApiKey().sha256, DVCQG_URL: 'https://truc.example.vn/VXPAdapter/RestService/forward', DVCQG_USERNAME: 'tinh-mau', DVCQG_PASSWORD: 'mot-bi-mat-du-dai',
      LGSP_URL: 'https://lgsp.example.vn', LGSP_KEY: 'mot-khoa-lgsp-01', LGSP_SECRET: 'mot-bi-mat-du-dai-02', VNEID_CODE_GET: 'mot-ma-du-dai-01', BTP_AUTH_KEY: 'mot-khoa-du-dai-01',
      DVCLT_URL: 'https://dvclt.example.vn', DVCLT_PASSWORD: 'mot-bi-mat-du-dai-03', CSDLDC_SECRET: 'mot-bi-mat-du-dai-04', CSDLDC_API_KEY: 'mot-khoa-du-dai-02',
    };
    expect(checkConfig({ file: join(ROOT, 'examples/gateway/vneid.yaml'), env, adapters: ADAPTERS })).toMatchObject({ ok: true });
    const text = read('examples/gateway/vneid.yaml');
    expect(new Set([...text.matchAll(/\$\{(\w+)\}/g)].map((m) => m[1]))).toEqual(new Set(Object.keys(env)));
    for (const document of ['docs/operations.md', 'docs/operations.vi.md']) expect(codeBlocks(read(document)).map((block) => block.text)).toContain(text);
  });
});
