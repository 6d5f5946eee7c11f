import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { createTransport } from '../../src/adapter/http.ts';
import { mock, type MockOptions } from '../../src/cli/commands/mock.ts';
import { readFaultFile } from '../../src/testing/server/fault-file.ts';
import { UPSTREAM_IDS } from '../../src/testing/upstreams.ts';
import { record } from '../adapters/opencps/record.ts';
import { freePort } from '../support/free-port.ts';
import { endEverything, freshFolder, printed, run, start } from '../support/process.ts';

afterEach(endEverything);

it('mock opencps serves the records of an export, and tells nothing that this simulator does not have', { timeout: 60_000 }, async () => {
  const folder = freshFolder();
  const file = join(folder, 'export.ndjson');
  writeFileSync(file, `\uFEFF${JSON.stringify(record())}\r\n\n${JSON.stringify(record({ dossierId: 4712, dossierNo: 'H13.101-250701-0008' }))}\n`);
  const started = start(['mock', 'opencps', '--records', file, '--json'], { stdin: 'pipe' });
  const [line] = await printed(started, /^\{.*\}$/m);
  const facts = JSON.parse(line) as { url: string; admin: string };
  expect(facts).toEqual({ upstream: 'opencps', url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/), admin: `${facts.url}/__admin/summary`, page: `${facts.url}/__admin/`, settings: expect.objectContaining({ baseUrl: facts.url, token: expect.any(String) }) });
  const answer = await fetch(`${facts.url}/o/rest/v2/dossiers`);
  expect(await answer.json()).toMatchObject({ total: 2, data: [{ dossierNo: 'H13.101-250701-0007' }, { dossierNo: 'H13.101-250701-0008' }] });
  expect(await (await fetch(facts.admin)).json()).toMatchObject({ simulator: 'opencps', summary: { dossiers: 2 } });
  started.child.stdin?.end();
  expect(await started.ended).toEqual({ code: 0, signal: null });

  const plain = start(['mock', 'opencps']);
  await printed(plain, /^admin .*$/m);
  expect(plain.stdout()).toMatch(/^opencps simulator http:\S+\npage \S+\/__admin\/\nadmin \S+\nsettings \{.+\}\n$/);
  await plain.stop();
});

it('mock takes a long option from a file', { timeout: 60_000 }, async () => {
  const file = join(freshFolder(), 'procedures.json');
  writeFileSync(file, '{"1.009912":{"code":"CT-01","name":"Chuyển nhượng (minh họa)"}}');
  const started = start(['mock', 'vbdlis', '--json', '--callback-lines', '4', '-o', `procedures=@${file}`, 'securityCode=invented'], { stdin: 'pipe' });
  const [line] = await printed(started, /^\{.*\}$/m);
  expect(JSON.parse(line)).toMatchObject({ settings: { securityCode: 'invented', procedures: { '1.009912': { code: 'CT-01' } } } });
  expect(await started.stop()).toEqual({ code: 0, signal: null });
});

it('mock --records says which line it cannot read, and that a portal holds no export', { timeout: 60_000 }, async () => {
  const file = join(freshFolder(), 'broken.ndjson');
  writeFileSync(file, `${JSON.stringify(record())}\n{"applicantName": "Nguyễn`);
  const broken = await run(['mock', 'opencps', '--records', file]);
  expect(broken).toMatchObject({ code: 2, stderr: expect.stringContaining('--records: line 2 is not JSON') });
  expect(broken.stderr).not.toMatch(/Nguyễn|^\s+at /m);
  expect(await run(['mock', 'opencps', '--records', `${file}.absent`])).toMatchObject({ code: 2, stderr: expect.stringContaining('--records: ENOENT') });
  expect(await run(['mock', 'dvcqg', '--records', file])).toMatchObject({ code: 2, stderr: expect.stringContaining("--records: 'dvcqg' is no source") });
});

interface Facts { upstream: string; url: string; page: string; seed?: string; accounts?: { username: string; password: string }[]; ca?: string }
const linesOf = (text: string): Facts[] => text.trim().split('\n').map((line) => JSON.parse(line) as Facts);

/** A port with free ones behind it. */
it('mock runs every upstream, each on its own port, over HTTPS, with faults by sections and options by name', { timeout: 60_000 }, async () => {
  const folder = freshFolder();
  const faults = join(folder, 'faults.yaml');
  const caFile = join(folder, 'ca.pem');
  writeFileSync(faults, 'all:\n  rules:\n    - { kind: http-429, retryAfterSeconds: 7, limit: 1 }\nopencps:\n  rules:\n    - kind: html-502\n      limit: 1\n');
  // Others follow it.
  const port = await freePort(UPSTREAM_IDS.length);
  const started = start(['mock', 'all', '--json', '--port', String(port), '--seed', 'cli', '--tls', '--ca-file', caFile, '--faults', faults, '-o', 'dvcqg.agencies=["000.00.00.H98"]', '-o', 'opencps.token=invented', '--scenario', 'dvcqg.short-sessions'], { stdin: 'pipe' });
  await printed(started, /(\{.*\}\n){2}/);
  const facts = linesOf(started.stdout());
  expect(facts.map((f) => [f.upstream, f.url, f.ca])).toEqual(UPSTREAM_IDS.map((id, i) => [id, `https://127.0.0.1:${port + i}`, caFile]));
  const of = (id: string) => {
    const baseUrl = facts.find((f) => f.upstream === id)?.url ?? '';
    return createTransport({ baseUrl, tls: { caFile } });
  };
  const [portal, source] = [of('dvcqg'), of('opencps')];
  expect(await portal.request({ method: 'POST', path: '/mapi/login' })).toMatchObject({ status: 429, headers: { 'retry-after': '7' } });
  expect(await portal.request({ method: 'POST', path: '/mapi/login', body: JSON.stringify(facts[0]?.accounts?.[0]) })).toMatchObject({ status: 200, headers: { 'x-lienthong-issues': expect.any(String) } });
  // its own section goes first, then what holds for all
  for (const status of [502, 429, 401]) expect(await source.request({ method: 'GET', path: '/o/rest/v2/dossiers' })).toMatchObject({ status });
  // nobody who does not know the authority believes the certificate
  const stranger = createTransport({ baseUrl: facts[0]?.url ?? '' });
  expect(await stranger.request({ method: 'GET', path: '/' })).toMatchObject({ kind: 'failure', sent: 'before' });
  await Promise.all([portal, source, stranger].map((t) => t.close()));
  expect(await started.stop()).toEqual({ code: 0, signal: null });
});

it('mock --record writes every exchange without personal data, and --validate refuses what the contract does not allow', { timeout: 60_000 }, async () => {
  const folder = freshFolder();
  const file = join(folder, 'traffic.ndjson');
  const started = start(['mock', 'dvcqg', '--json', '--record', file, '--validate', 'refuse', '--keep', '5'], { stdin: 'pipe' });
  const [line] = await printed(started, /^\{.*\}$/m);
  const { url, accounts, page } = JSON.parse(line) as Facts;
  const post = (path: string, body: unknown) => fetch(`${url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  expect(((await (await post('/mapi/login', accounts?.[0])).json()) as { session?: string }).session).toBeDefined();
  expect((await post('/mapi/g', { service: 'TraCuuTechID', mstorcmnd: '092199999002' })).status).toBe(400);
  expect(await (await fetch(page)).text()).toContain('<!doctype html>');
  expect(existsSync(file)).toBe(false);
  await started.stop();
  expect(started.stderr()).toContain('recorded 2, left out 0');
  const recorded = readFileSync(file, 'utf8');
  expect(recorded.trim().split('\n').map((l) => (JSON.parse(l) as { response: { status: number } }).response.status)).toEqual([200, 400]);
  for (const secret of ['092199999002', accounts?.[0]?.password ?? 'none', accounts?.[0]?.username ?? 'none']) expect(recorded).not.toContain(secret);
});

it('mock says what is wrong with what was typed', async () => {
  const file = join(freshFolder(), 'faults.yaml');
  writeFileSync(file, 'rules:\n  - kind: explode\n');
  const typed = { port: '0', host: '127.0.0.1', keep: '10' };
  for (const [names, options, words] of [
    [['dvcqg', 'nothing'], {}, "no simulator for 'nothing'"],
    [['all'], { option: ['seed=1'] }, '--option: say which upstream'],
    [['dvcqg'], { option: ['sed=1'] }, '--option: simulator option "sed"'],
    [['dvcqg'], { scenario: ['nothing'] }, "--scenario: dvcqg has no scenario 'nothing'"],
    [['all'], { scenario: ['facade'] }, '--scenario: say which upstream'],
    [['dvcqg'], { faults: file }, '--faults: no such fault: explode'],
    [['dvcqg'], { validate: 'sometimes' }, '--validate: observe, refuse, off'],
    [['all'], { port: '65535' }, '--port: '],
    [['dvcqg'], { port: 'high' }, '--port: '],
    [['dvcqg'], { tlsCert: file }, '--tls-cert and --tls-key'],
    [['dvcqg'], { callbackUrl: 'https://user:secret@example.vn' }, '--callback-url: '],
    [['dvcqg'], { callbackHeader: ['secret'] }, '--callback-header '],
    [['dvcqg'], { callbackLines: '0' }, '--callback-lines: '],
    [['vbdlis'], { option: ['scripts=@/no/such/file'] }, '--option scripts: ENOENT'],
    [['vbdlis'], { option: ['startAt=yesterday'] }, '--option: simulator option "startAt"'],
    [['dvcqg'], { keep: 'many' }, '--keep: '],
    [['dvcqg'], { record: file }, '--record: '],
  ] as [string[], Partial<MockOptions>, string][]) {
    const said = await mock(names, { ...typed, ...options }).then(() => 'nothing', (error: unknown) => error);
    expect(said, words).toMatchObject({ name: 'CommandError', exitCode: 2, message: expect.stringContaining(words) });
    expect(String(said)).not.toContain('secret');
  }
});

it.each([
  ['rules: [{ kind: hang }', 'line'], ['7', 'expected'], ['dvcgq: { rules: [] }', 'no such section: dvcgq'], ['{ seed: a, rulez: [] }', 'no such key: rulez'], ['rules: { kind: hang }', 'rules is a list'],
  ['rules: [{ kind: hang, rat: 0.5 }]', 'no such key of a rule: rat'], ['rules: [{ kind: hang, match: { servic: x } }]', 'no such key of a match: servic'], ['all: 5', 'a section is a fault plan'], ['dvcqg: { rules: [{ kind: hang, rate: 2 }] }', 'between 0 and 1'],
])('a fault file %j is refused', (text, words) => {
  expect(() => readFaultFile(text, UPSTREAM_IDS)).toThrow(words);
});

it('a fault file is a plan for all, or sections', () => {
  const one = readFaultFile('{"seed": "s", "rules": [{"kind": "hang"}]}', UPSTREAM_IDS);
  expect(one.planFor('opencps')).toEqual({ seed: 's', rules: [{ kind: 'hang' }] });
  const sections = readFaultFile('all: { seed: s, rules: [{ kind: hang }] }\ndvcqg: { rules: [{ kind: garbage }], sequence: [none, hang] }', UPSTREAM_IDS);
  expect(sections.planFor('dvcqg')).toEqual({ seed: 's', sequence: ['none', 'hang'], rules: [{ kind: 'garbage' }, { kind: 'hang' }] });
  expect(sections.planFor('opencps')).toEqual({ seed: 's', rules: [{ kind: 'hang' }] });
  expect(readFaultFile('dvcqg: { rules: [] }', UPSTREAM_IDS).planFor('opencps')).toBeUndefined();
});
