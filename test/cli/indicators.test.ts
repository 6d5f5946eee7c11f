/** The indicators on the command line: a gateway with a simulated portal behind it, asked while it runs and past it; figures compared with the portal's own. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDvcqgSimulator, type DvcqgSimulator } from '../../adapters/dvcqg/simulator.ts';
import { ADAPTERS } from '../../src/cli/adapters.ts';
import { startApp, type App } from '../../src/cli/app.ts';
import { loadConfig } from '../../src/gateway/config.ts';
import type { Dossier } from '../../src/model/canonical.ts';
import { startSimulator, type RunningSimulator } from '../../src/testing/index.ts';
import { waitFor } from '../../src/testing/wait.ts';
import { dossier } from '../gateway/fixtures.ts';
import { configFile, endEverything, run } from '../support/process.ts';

const AGENCY = '000.00.00.H99';
const folder = mkdtempSync(join(tmpdir(), 'lt-cli-indicators-'));
let portal: RunningSimulator<DvcqgSimulator>;
let app: App;
let file = '';

const ended = (at: string): Partial<Dossier> => ({ status: 'RESOLVED', dates: { ...dossier().dates, resolvedAt: at }, history: [{ at: '2025-07-01T01:30:00Z', status: 'ACCEPTED', action: 'Tiếp nhận' }, { at, status: 'RESOLVED', action: 'Xong' }] });
const DOSSIERS: Dossier[] = [
  dossier(1, { channel: 'ONLINE', ...ended('2025-07-03T02:00:00Z') }), dossier(2, { channel: 'ONLINE', ...ended('2025-07-09T02:00:00Z') }), dossier(3),
  dossier(4, { ...ended('2025-07-02T02:00:00Z'), agency: { code: 'H99.01', name: 'Sở Mẫu' } }),
];

beforeAll(async () => {
  portal = await startSimulator(createDvcqgSimulator({ seed: 'figures', agencies: [AGENCY] }));
  const overrides = {
    // A loaded machine is not what is asked here.
    server: { host: '127.0.0.1', port: 0, maxEventLoopDelayMs: 0, maxRssBytes: 0 }, ledger: { folder: join(folder, 'ledger') }, logging: { level: 'silent' }, indicators: { authority: 'UBND tỉnh Mẫu' },
    upstreams: { dvcqg: { adapter: 'dvcqg', agencyCode: AGENCY, ...portal.simulator.accounts[0], baseUrl: portal.url } },
  };
  app = await startApp(loadConfig({ adapters: ADAPTERS, overrides }));
  file = configFile(folder, overrides);
  for (const one of DOSSIERS) expect((await fetch(`${app.url}/v1/dossiers`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(one) })).status).toBe(202);
  await waitFor(() => portal.simulator.summary()['steps'] === 8, { timeoutMs: 20_000, describe: 'every step at the portal' });
  await waitFor(async () => ((await (await fetch(`${app.url}/v1/indicators/1.4?period=2025-07`)).json()) as { figure?: { numerator: number } }).figure?.numerator === 4, { timeoutMs: 20_000, describe: 'the portal’s acceptance in the figures' });
}, 60_000);
afterAll(async () => {
  endEverything();
  await app.close();
  await portal.close();
  rmSync(folder, { recursive: true, force: true });
});
const ask = (...args: string[]) => run(['indicators', ...args, '--to', app.url]);
const setAtPortal = (body: unknown) => fetch(`${portal.url}/__admin/figures`, { method: 'POST', body: JSON.stringify(body) });

describe('report', () => {
  it('is a table for people, the same from the gateway and past it', { timeout: 60_000 }, async () => {
    const table = await ask('--period', '2025-07', '--by', 'unit');
    expect([table.code, table.stderr]).toEqual([0, '']);
    expect(table.stdout).toMatch(/^2\.1 +Hồ sơ giải quyết đúng hạn hoặc trước hạn +2 +4 +50\.00 % +10\.00 +20\.00/m);
    expect(table.stdout).toMatch(/^1\.4 +.* 4 +4 +100\.00 % +6\.00/m);
    expect(table.stdout).toMatch(/^H99\.01 +Sở Mẫu +1 /m);
    const past = await run(['indicators', 'report', '--period', '2025-07', '--by', 'unit', '-c', file]);
    expect([past.code, past.stdout]).toEqual([0, table.stdout]);
  });

  it('is a file: page, workbook, list, JSON', { timeout: 60_000 }, async () => {
    const out = (name: string) => join(folder, name);
    for (const [format, start] of [['html', '<!doctype html>\n<html lang="en">'], ['xlsx', 'PK'], ['csv', '\uFEFFCode,'], ['json', '{"definitions":']] as const) {
      expect(await ask('report', '--period', '2025-07', '--by', 'unit', '--format', format, '--lang', 'en', '-o', out(`r.${format}`))).toMatchObject({ code: 0, stdout: '' });
      expect(readFileSync(out(`r.${format}`), format === 'xlsx' ? 'latin1' : 'utf8').startsWith(start), format).toBe(true);
    }
    expect(readFileSync(out('r.html'), 'utf8')).toContain('UBND tỉnh Mẫu');
    expect(await ask('report', '--format', 'xlsx')).toMatchObject({ code: 2, stderr: expect.stringContaining('needs -o') as string });
    expect(await ask('report', '--format', 'pdf')).toMatchObject({ code: 2 });
    for (const where of [['--to', app.url], ['-c', file]]) expect(await run(['indicators', '--period', 'tháng bảy', ...where])).toMatchObject({ code: 2, stderr: expect.stringContaining('LT-INDICATORS-PERIOD') as string });
  });
});

it('explain says of a figure and of a dossier what is lost, why, and what to do', { timeout: 60_000 }, async () => {
  const figure = await ask('explain', '2.1', '--period', '2025-07');
  expect(figure.code).toBe(1);
  expect(figure.stdout).toContain('2 / 4 = 50.00 % · threshold / ngưỡng 1 · points / điểm 10.00 of / trên 20.00 · lost / mất 10.00');
  expect(figure.stdout).toMatch(/1 × ended-late: .*\n +→ /);
  expect(figure.stdout).toMatch(/^H99\.14-250701-0003 .* open-late +5\.000000$/m);
  const one = await ask('explain', 'H99.14-250701-0002', '--period', '2025-07');
  expect([one.code, one.stdout]).toEqual([1, expect.stringMatching(/✗ 2\.1 .*· 5\.000000 points[^]*ended-late/)]);
  expect((await ask('explain', '1.1', '--period', '2025-07')).code).toBe(0);
  expect(await ask('explain', '9.9')).toMatchObject({ code: 2, stderr: expect.stringContaining('LT-INDICATORS-UNKNOWN') as string });
});

it('findings and forecast end with exit code 1 when a person should look', { timeout: 60_000 }, async () => {
  expect(await ask('findings', '--period', '2025-07')).toMatchObject({ code: 0, stdout: 'none / không có\n' });
  const soon = await ask('forecast', '--days', '2', '--period', '2025-07', '--as-of', '2025-07-03T08:00:00+07:00');
  expect([soon.code, soon.stdout]).toEqual([1, expect.stringMatching(/^1 become late by[^]*^2025-07-04T10:00:00Z +1 +H99\.14-250701-0003 /m)]);
  expect(soon.stdout).toMatch(/^2\.1 +.* 3\/4 +2\/4 +15\.0000 +10\.0000 +5\.0000$/m);
  expect(await ask('forecast', '--days', '0')).toMatchObject({ code: 2 });
});

it('recompute --check finds what was followed to be what the ledger says', { timeout: 60_000 }, async () => {
  expect(await ask('recompute', '--check')).toMatchObject({ code: 0, stdout: '4 dossiers: equal / hồ sơ: khớp\n' });
  expect(await ask('recompute')).toMatchObject({ code: 0, stdout: expect.stringContaining('4 dossiers read anew') as string });
  expect(await run(['indicators', 'recompute', '-c', file])).toMatchObject({ code: 2 });
});

describe('compare', () => {
  const compare = (...args: string[]) => ask('compare', '--period', '2025-07', ...args);
  const asked = () => ['--url', portal.url, '--department', 'H99'];

  it('finds the portal’s own count of what was synchronised to be ours, by unit too', { timeout: 60_000 }, async () => {
    const same = await compare(...asked(), '--all');
    expect([same.code, same.stderr]).toEqual([0, '']);
    for (const row of [/^Đơn vị H99 +totalOnTime +2\.1 +numerator +2 +2 +=$/m, /^Ủy ban nhân dân phường Mẫu +totalOnTime +2\.1 +numerator +1 +1 +=$/m, /^Sở Mẫu +DOSSIER_SYNC +1\.4 +numerator +1 +1 +=$/m, /^Đơn vị H99 +channelOnlineSum +online +numerator +2 +2 +=$/m, /authorityCount +3\.1 +denominator +– +– +not reported/]) expect(same.stdout).toMatch(row);
    expect(same.stdout).toMatch(/TEMP_NATIONAL_REPORT_DENOMINATOR: .*\n\d+ equal \/ khớp · 0 differ/);
  });

  it('warns where they differ, also from a file, and never takes null for zero', { timeout: 60_000 }, async () => {
    await setAtPortal({ endpoint: 'dvc-progress-tree', values: { totalOnTime: 3, totalCompleted: null } });
    await setAtPortal({ endpoint: 'transparency', code: 'DOSSIER_SYNC', values: { denominator: 9 } });
    const differing = await compare(...asked());
    expect(differing.code).toBe(1);
    expect(differing.stdout).toMatch(/^Đơn vị H99 +totalOnTime +2\.1 +numerator +2 +3 +≠$/m);
    expect(differing.stdout).toMatch(/^Đơn vị H99 +DOSSIER_SYNC +1\.4 +denominator +4 +9 +≠$/m);
    expect(differing.stdout).not.toContain('totalCompleted');
    const saved = join(folder, 'saved.json');
    writeFileSync(saved, JSON.stringify([{ code: 'OK', data: { parent: { departmentName: 'Tỉnh', totalOnTime: '7', totalReceived: 4, totalOverdue: null }, children: [{ departmentName: 'Sở lạ', totalOnTime: 1 }] } }]));
    const fromFile = JSON.parse((await compare('--file', saved, '--json')).stdout) as { rows: unknown[]; unknown: string[]; differing: number };
    expect(fromFile).toMatchObject({ differing: 1, unknown: ['Sở lạ'], rows: expect.arrayContaining([expect.objectContaining({ code: 'totalOverdue', ours: 2, theirs: null, verdict: 'not-reported' }), expect.objectContaining({ code: 'totalOnTime', ours: 2, theirs: 7, verdict: 'differs' })]) as unknown[] });
  });

  it('says what is missing in the question or the answer', { timeout: 60_000 }, async () => {
    writeFileSync(join(folder, 'empty.json'), '{"data":{}}');
    for (const [args, says] of [[['--url', portal.url], /--department/], [[], /one of --file and --url/], [['--file', join(folder, 'absent.json')], /no such file/], [['--file', join(folder, 'empty.json')], /no figure of the portal/]] as const) expect(await compare(...args)).toMatchObject({ code: 2, stderr: expect.stringMatching(says) as string });
    expect(await ask('compare', '--period', '2025-07-03', ...asked())).toMatchObject({ code: 2, stderr: expect.stringContaining('months, quarters and years') as string });
    expect(await compare('--url', 'http://127.0.0.1:9', '--department', 'H99')).toMatchObject({ code: 3 });
  });
});
