import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { ConformanceReport } from '../../src/testing/index.ts';
import { AGENCY, json, portalUnderTest, type PortalUnderTest } from '../testing/conformance-portal.ts';
import { waitFor } from '../../src/testing/index.ts';
import { endEverything, freshFolder, run, start } from '../support/process.ts';

let portal: PortalUnderTest | undefined;
afterEach(async () => {
  endEverything();
  await portal?.running.close();
  portal = undefined;
});
const base = ['conformance', '--upstream', 'dvcqg', '--agency', AGENCY, '--rate', '500', '--account-env', 'THU'];
const env = (): Record<string, string> => ({ THU_DAU: 'KT.TINH', THU_USERNAME: portal?.account.username ?? 'ai-do', THU_PASSWORD: portal?.account.password ?? 'khong-ai-biet' });
const read = (file: string): ConformanceReport => JSON.parse(readFileSync(file, 'utf8')) as ConformanceReport;

it('writes the three reports, says what was left out, keeps the account to itself and ends with 0; what fails ends with 1', { timeout: 60_000 }, async () => {
  portal = await portalUnderTest();
  const folder = freshFolder();
  const files = ['report.html', 'report.json', 'report.xml'].map((name) => join(folder, name));
  const [html = '', jsonFile = '', xml = ''] = files;
  const config = join(folder, 'settings.yaml');
  writeFileSync(config, 'procedure: "1.009999"\nprefix: ${THU_DAU}\n');
  const good = await run([...base, '--target', portal.running.url, '--config', config, '--report', html, '--json', jsonFile, '--junit', xml, '--operator', 'Trần Văn Mẫu', '--seed', 'cli'], { env: env() });
  expect(good).toMatchObject({ code: 0, stderr: expect.stringMatching(/^conformance dvcqg: (\d+)\/\1 \| passed$/m) });
  expect(good.stdout).toMatch(/bỏ qua \/ skipped {2}write\.create write\.create-shown .*\n {2}Kiểm tra này ghi dữ liệu.*\n {2}This check writes; the run is read-only/);
  expect(good.stdout).toMatch(/^passed · \d+ đạt \/ pass · 0 không đạt \/ fail · 0 chưa rõ \/ unclear · \d+ bỏ qua \/ skipped · \d+ lời gọi \/ calls$/m);
  expect(read(jsonFile)).toMatchObject({ reportVersion: '1', outcome: 'passed', operator: 'Trần Văn Mẫu', seed: 'cli', mode: 'read-only', tool: { name: 'lienthong' } });
  expect(readFileSync(jsonFile, 'utf8')).toContain('KT.TINH-');
  expect(readFileSync(html, 'utf8')).toContain('Báo cáo kiểm tra kết nối');
  expect(readFileSync(xml, 'utf8')).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?>\n<testsuites /);
  const everything = [good.stdout, good.stderr, ...files.map((file) => readFileSync(file, 'utf8'))].join('\n');
  for (const secret of [env()['THU_USERNAME'], env()['THU_PASSWORD']]) expect(everything).not.toContain(secret);
  await portal.running.close();

  portal = await portalUnderTest({ twist: ({ body, honest }) => (body['service'] === 'LayDVC' ? json({ error_code: 0, result: 5 }) : honest()) });
  const bad = await run([...base, '--target', portal.running.url, '--lang', 'en'], { env: env() });
  expect(bad.code).toBe(1);
  expect(bad.stdout).toMatch(/KHÔNG ĐẠT \/ FAIL {2}catalogue\.online-services\n {2}The answer differs from the contract\.\n {2}Câu trả lời khác với hợp đồng\.\n {2}LT-INPUT-TYPE \/body\/result /);
});

it('--strict takes an unclear result for a failure', { timeout: 60_000 }, async () => {
  portal = await portalUnderTest({ twist: ({ honest }) => (honest().body.includes('Phiên làm việc') ? json({ error_code: 99, message: 'E' }) : honest()) });
  const { code, stdout } = await run([...base, '--target', portal.running.url, '--strict'], { env: env() });
  expect([code, stdout]).toEqual([1, expect.stringMatching(/^passed · .* · 0 không đạt \/ fail · 2 chưa rõ/m)]);
});

it('Ctrl-C ends the run and writes what there is', { timeout: 60_000 }, async () => {
  portal = await portalUnderTest({ faults: { rules: [{ kind: 'hang', match: { service: 'LayDanhMucCoQuan' } }] } });
  const file = join(freshFolder(), 'report.json');
  const running = start([...base, '--target', portal.running.url, '--json', file], { env: env() });
  const { faults } = portal.running;
  await waitFor(() => (faults.counts()['hang'] ?? 0) > 0, { timeoutMs: 30_000, describe: 'the call that hangs' });
  running.child.kill('SIGINT');
  expect(await running.ended).toEqual({ code: 1, signal: null });
  const report = read(file);
  expect(report).toMatchObject({ stopped: 'interrupted', outcome: 'incomplete' });
  expect(report.summary.pass).toBeGreaterThan(5);
  expect(running.stdout()).toMatch(/^incomplete · /m);
});

it('refuses what it cannot run with in one sentence, and says when nobody answers', { timeout: 60_000 }, async () => {
  const target = ['--target', 'http://127.0.0.1:9'];
  const wrong: [args: string[], code: number, says: RegExp][] = [
    [['conformance', '--upstream', 'atlantis', ...target], 2, /LT-KIT-SUITE-UNKNOWN \/upstream\n.*dvcqg, province-callbacks/],
    [['conformance', '--upstream', 'dvcqg', ...target, '--account-env', 'KHONG_CO'], 2, /--account-env: KHONG_CO_USERNAME is not set/],
    [[...base, ...target, '--rate', 'nhanh'], 2, /--rate: a number, not 'nhanh'/],
    [[...base, ...target, '--config', '/khong/co/tep.yaml'], 2, /LT-CONFIG-UNREADABLE/],
    [[...base, ...target, '--report', '/khong/co/bao-cao.html'], 2, /--report: \/khong\/co\/bao-cao.html: ENOENT/],
    [[...base, ...target], 3, /unreachable/],
  ];
  const results = await Promise.all(wrong.map(async ([args, code, says]) => ({ args, code, says, result: await run(args, { env: env() }) })));
  for (const { args, code, says, result } of results) {
    expect([args.join(' '), result.code]).toEqual([args.join(' '), code]);
    expect(result.stderr + result.stdout).toMatch(says);
    expect(result.stderr).not.toMatch(/^\s+at /m);
  }
});
