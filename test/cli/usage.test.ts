import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { program } from '../../src/cli/program.ts';
import { configFile, endEverything, freshFolder, printed, run, start } from '../support/process.ts';

afterEach(endEverything);

/** No English sentence here has a letter beyond ASCII. */
const VIETNAMESE = /[à-ỹđ]/i;

/** Two at a time: the machine that tests run on may have no more cores. */
async function inPairs<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let i = 0; i < items.length; i += 2) results.push(...(await Promise.all(items.slice(i, i + 2).map(work))));
  return results;
}

describe('help', () => {
  const commands = program().commands.flatMap((c) => (c.commands.length > 0 ? c.commands.map((inner) => [c.name(), inner.name()]) : [[c.name()]]));

  it('covers every command: what it does in both languages, its options, the exit codes; exit code 0', { timeout: 60_000 }, async () => {
    expect(commands.map((words) => words.join(' ')).sort()).toEqual([
      'alerts', 'blocked', 'breaker', 'cancel', 'config check', 'conformance', 'dead', 'demo', 'drift acknowledge', 'drift list', 'evidence', 'freeze', 'holds', 'import', 'indicators compare', 'indicators explain', 'indicators findings', 'indicators forecast', 'indicators recompute', 'indicators report', 'instances', 'keys new', 'land convert', 'land validate', 'ledger backup', 'ledger export', 'ledger move',
      'ledger restore', 'mock', 'new-adapter', 'orders', 'record fixtures', 'release', 'replay cancel', 'replay list', 'replay preview', 'replay start', 'replay status', 'retry', 'serve', 'shadow', 'status', 'upstreams',
      'verify',
    ]);
    const helps = await inPairs([[], ...commands], async (words) => ({ words, ...(await run([...words, '--help'])) }));
    for (const { words, code, stdout, stderr } of helps) {
      expect([words, code, stderr]).toEqual([words, 0, '']);
      expect(stdout, words.join(' ')).toContain(`Usage: lienthong ${words.join(' ')}`.trim());
      expect(stdout).toMatch(/Exit codes \/ Mã thoát: 0 .* 1 .* 2 .* 3 /);
    }
    for (const command of program().commands.flatMap((c) => [c, ...c.commands])) {
      expect(command.description(), command.name()).toContain(' / ');
      expect(command.description().split(' / ')[1], command.name()).toMatch(VIETNAMESE);
    }
  });

  it('tells the version', async () => {
    expect((await run(['--version'])).stdout.trim()).toBe(manifest.version);
  });
});

describe('wrong usage', () => {
  it('ends with exit code 2 and one sentence, never with a stack', { timeout: 60_000 }, async () => {
    const folder = freshFolder();
    const broken = join(folder, 'faults.json');
    writeFileSync(broken, '{"rules":[{"kind":"no-such-fault"}]}');
    mkdirSync(join(folder, 'sub'));
    const file = configFile(folder, { ledger: { folder } });
    const wrong: [args: string[], says: RegExp][] = [
      [['bogus'], /unknown command 'bogus'/],
      [['serve'], /required option '-c, --config <file>'/],
      [['serve', '--config', join(folder, 'absent.yaml')], /LT-CONFIG-/],
      [['serve', '--config', file, '--roles', 'intake,dance'], /'dance' is not one of intake, deliver/],
      [['status', '--bogus'], /unknown option '--bogus'/],
      [['mock', 'atlantis'], /no simulator for 'atlantis'; there is: dvcqg/],
      [['mock', 'dvcqg', '--port', 'abc'], /--port: 0 … 65535, not 'abc'/],
      [['mock', 'dvcqg', '--option', 'errorCodeStyle=loud'], /--option: simulator option "errorCodeStyle"/],
      [['mock', 'dvcqg', '--option', 'nothing'], /--option wants name=value/],
      [['mock', 'dvcqg', '--faults', broken], /--faults: no such fault: no-such-fault/],
      [['import', join(folder, 'absent.ndjson'), '--from', 'opencps'], /no such file/],
      [['import', join(folder, 'sub'), '--from', 'opencps'], /no such file/],
      [['keys', 'new', '--name', 'mot cua'], /--name: ASCII/],
      [['keys', 'new', '--name', 'mot-cua', '--scopes', 'intake,everything'], /--scopes: 'everything'/],
      [['config', 'check', join(folder, 'absent.yaml')], /^$/],
    ];
    const results = await inPairs(wrong, async ([args, says]) => ({ args, says, ...(await run(args)) }));
    for (const { args, says, code, stderr } of results) {
      expect([args.join(' '), code]).toEqual([args.join(' '), 2]);
      expect(stderr).toMatch(says);
      expect(stderr).not.toMatch(/^\s+at /m);
    }
  });
});

describe('config check', () => {
  const good = { server: { port: 0 }, ledger: { folder: './data' }, upstreams: { dvcqg: { adapter: 'dvcqg', baseUrl: 'http://127.0.0.1:9', agencyCode: '000.00.00.H13', username: 'tinh-can-tho', password: '${DVCQG_PASSWORD}' } } };

  it('accepts a good file and says what it holds, no secret', async () => {
    const folder = freshFolder();
    const file = configFile(folder, good);
    const { code, stdout } = await run(['config', 'check', file], { env: { DVCQG_PASSWORD: 'mat-khau-rat-dai' } });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'ok: 127.0.0.1:0 · ledger ./data · upstreams dvcqg · sources none\n' });
    const shared = configFile(freshFolder(), { ...good, ledger: { engine: 'postgres', url: 'postgres://lienthong:${DVCQG_PASSWORD}@db.example.vn/lienthong' } });
    expect((await run(['config', 'check', shared], { env: { DVCQG_PASSWORD: 'mat-khau-rat-dai' } })).stdout).toBe('ok: 127.0.0.1:0 · ledger postgres · upstreams dvcqg · sources none\n');
    expect(JSON.parse((await run(['config', 'check', file, '--json'], { env: { DVCQG_PASSWORD: 'mat-khau-rat-dai' } })).stdout)).toEqual({ ok: true });
  });

  it('names everything that is wrong with a bad one, in both languages, with pointers; exit code 2', async () => {
    const file = configFile(freshFolder(), { ...good, server: { host: '0.0.0.0', port: 70_000, bogus: 1 }, sources: { x: { adapter: 'nobody' } } });
    const { code, stdout } = await run(['config', 'check', file]);
    expect(code).toBe(2);
    for (const pointer of ['/server/port', '/server/bogus', '/sources/x/adapter', '/upstreams/dvcqg/password']) expect(stdout).toMatch(new RegExp(`^LT-CONFIG-[A-Z-]+ ${pointer}$`, 'm'));
    expect(stdout).toMatch(VIETNAMESE);
    const machine = JSON.parse((await run(['config', 'check', file, '--json'])).stdout) as { ok: boolean; issues: { code: string; pointer: string; message: { vi: string; en: string } }[] };
    expect(machine.ok).toBe(false);
    expect(machine.issues.length).toBeGreaterThanOrEqual(4);
  });

  it('warns of what is allowed and yet worth a second look, and passes', async () => {
    const file = configFile(freshFolder(), { ...good, upstreams: { emc: { adapter: 'emc', baseUrl: 'https://emc.example.vn', siteId: 4711, user: 'raw', userLocation: '99' } } });
    const { code, stdout } = await run(['config', 'check', file]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ok: .*\nLT-EMC-USER-RAW \/upstreams\/emc\/user\n {2}Số định danh .*\n {2}The applicant’s .*\n$/);
    expect(JSON.parse((await run(['config', 'check', file, '--json'])).stdout)).toMatchObject({ ok: true, warnings: [{ code: 'LT-EMC-USER-RAW', pointer: '/upstreams/emc/user', severity: 'warning' }] });
  });

  it('accepts what `keys new` prints, pasted as it is', async () => {
    const made = await run(['keys', 'new', '--name', 'mot-cua', '--scopes', 'intake, read']);
    expect(made.code).toBe(0);
    const [shown = '', ...lines] = made.stdout.split('\n');
    const key = shown.split(': ')[1] ?? '';
    expect(key).toMatch(/^lt_[\w-]{43}$/);
    const folder = freshFolder();
    const file = join(folder, 'pasted.yaml');
    writeFileSync(file, `server:\n  host: 0.0.0.0\nledger:\n  folder: ${folder}\n${lines.join('\n')}`);
    expect(lines.join('\n'), 'the key itself is not in the configuration').not.toContain(key);
    expect(await run(['config', 'check', file])).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('mock', () => {
  it('says in one line of JSON where it listens and who may log in, answers, and ends with whoever started it', async () => {
    const mock = start(['mock', 'dvcqg', '--json', '--seed', 'lich', '-o', 'agencies=["000.00.00.H13"]'], { stdin: 'pipe' });
    const [line] = await printed(mock, /^\{.*\}$/m);
    const facts = JSON.parse(line) as { url: string; admin: string; seed: string; accounts: { username: string; password: string }[] };
    expect(facts).toMatchObject({ upstream: 'dvcqg', seed: 'lich', url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) });
    const login = await fetch(`${facts.url}/mapi/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(facts.accounts[0]) });
    expect(await login.json()).toMatchObject({ session: expect.any(String) });
    expect(await (await fetch(facts.admin)).json()).toMatchObject({ simulator: 'dvcqg', summary: { logins: 1 } });
    mock.child.stdin?.end();
    expect(await mock.ended).toEqual({ code: 0, signal: null });
  });

  it('ends on SIGTERM in order, and gives a port that is taken back with exit code 3', async () => {
    const mock = start(['mock', 'dvcqg', '--seed', 'lich']);
    const [, port = ''] = await printed(mock, /simulator http:\/\/127\.0\.0\.1:(\d+)/);
    const second = await run(['mock', 'dvcqg', '--port', port]);
    expect(second).toMatchObject({ code: 3, stderr: expect.stringContaining('EADDRINUSE') });
    expect(second.stderr).not.toMatch(/^\s+at /m);
    expect(await mock.stop()).toEqual({ code: 0, signal: null });
  });
});
