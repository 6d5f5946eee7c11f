import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { record, type RecordOptions } from '../../src/cli/commands/record.ts';
import { shadow } from '../../src/cli/commands/shadow.ts';
import { createDvcqgSimulator } from '../../adapters/dvcqg/simulator.ts';
import { startSimulator } from '../../src/testing/host.ts';
import { endEverything, freshFolder, printed, run, start } from '../support/process.ts';
import { CONFIG, recordPortal } from '../testing/recorder-support.ts';

afterEach(endEverything);

describe('record', () => {
  it('stands before a portal, writes what goes by without its people, and says at the end what it did', { timeout: 60_000 }, async () => {
    const simulator = createDvcqgSimulator({ seed: 'cli' });
    const portal = await startSimulator(simulator);
    const out = join(freshFolder(), 'portal.ndjson');
    const started = start(['record', '--target', portal.url, '--upstream', 'dvcqg', '--out', out, '--json'], { stdin: 'pipe' });
    const [line] = await printed(started, /^\{.*\}$/m);
    const { url } = JSON.parse(line) as { url: string };
    const answer = await fetch(`${url}/mapi/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(simulator.accounts[0]) });
    expect(await answer.json()).toMatchObject({ error_code: expect.anything() as unknown });
    expect(existsSync(out)).toBe(false);
    started.child.stdin?.end();
    expect(await started.ended).toEqual({ code: 0, signal: null });
    await portal.close();
    const text = readFileSync(out, 'utf8');
    expect(text.trim().split('\n')).toHaveLength(1);
    expect(text).not.toContain(simulator.accounts[0]?.password);
    expect(started.stdout()).toContain('"recorded":1,"skipped":0');
  });

  it('says what is missing or wrong before anything starts', async () => {
    const out = join(freshFolder(), 'r.ndjson');
    const given: RecordOptions = { port: '0', host: '127.0.0.1', timeout: '60', target: 'http://127.0.0.1:9', out, upstream: 'dvcqg' };
    const { target: _target, ...without } = given;
    await expect(record(without)).rejects.toThrow('--target, --out and --upstream');
    await expect(record({ ...given, target: 'ftp://x' })).rejects.toThrow('--target: an http');
    await expect(record({ ...given, upstream: 'khong-co' })).rejects.toThrow("--upstream: 'khong-co' is neither an adapter");
    await expect(record({ ...given, timeout: 'lâu' })).rejects.toThrow('--timeout');
    await expect(record({ ...given, tlsCert: 'a.pem' })).rejects.toThrow('--tls-cert and --tls-key');
    await expect(record({ ...given, keyEnv: 'NOT_SET_HERE' })).rejects.toThrow('NOT_SET_HERE must hold 64');
    writeFileSync(out, '');
    await expect(record(given)).rejects.toThrow('is there already');
  });
});

describe('what is made of a recording', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lt-record-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  let recording: string;
  let config: string;
  beforeAll(async () => {
    const made = await recordPortal(folder);
    recording = made.file;
    config = join(folder, 'gateway.yaml');
    writeFileSync(config, JSON.stringify({ upstreams: { dvcqg: { adapter: 'dvcqg', mode: 'direct', ...CONFIG, agencyCode: made.agency } } }));
  });

  it('fixtures by operation', { timeout: 60_000 }, async () => {
    const out = join(folder, 'fixtures');
    const done = await run(['record', 'fixtures', recording, '--adapter', 'dvcqg', '--config', config, '--out', out]);
    expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining('syncDossier: 2 inputs, 3 answers') });
    expect(readdirSync(out)).toContain('appendProgress.answers.json');
  });

  it('a shadow run of a version against itself is quiet; of a changed one it names the field and ends with 1', { timeout: 60_000 }, async () => {
    const same = await run(['shadow', '--recording', recording, '--adapter', 'dvcqg', '--config', config]);
    expect(same).toMatchObject({ code: 0, stdout: expect.stringContaining('8 exchanges, 7 compared, 0 differ, 1 passed over') });
    const module = join(folder, 'next.ts');
    writeFileSync(module, `import { dvcqg } from ${JSON.stringify(resolve('adapters/dvcqg/adapter.ts'))};
const { findDossier } = dvcqg.operations;
export const next = { ...dvcqg, version: 'next', operations: { ...dvcqg.operations, findDossier: { ...findDossier, encode: (inputs, ctx) => ({ ...findDossier.encode(inputs, ctx), mahoso: inputs[0].code.toLowerCase() }) } } };
`);
    const report = join(folder, 'shadow.html');
    const other = await run(['shadow', '--recording', recording, '--adapter', 'dvcqg', '--against', module, '--config', config, '--report', report]);
    expect(other).toMatchObject({ code: 1, stdout: expect.stringMatching(/findDossier +sends +\/body\/mahoso +changed +1/) });
    expect(readFileSync(report, 'utf8')).toContain('/body/mahoso');
  });

  it('says what is wrong with a recording or with settings, and where', async () => {
    const broken = join(folder, 'broken.ndjson');
    writeFileSync(broken, `${readFileSync(recording, 'utf8').split('\n')[0] ?? ''}\n{"hoTen":"Nguyễn\n`);
    const refusal = await shadow({ recording: broken, adapter: 'dvcqg', config }).catch((error: unknown) => (error as Error).message);
    expect(refusal).toContain('line 2 is not JSON');
    expect(refusal).not.toContain('Nguyễn');
    const bare = join(folder, 'bare.yaml');
    writeFileSync(bare, 'baseUrl: http://127.0.0.1:9\n');
    await expect(shadow({ recording, adapter: 'dvcqg', config: bare })).rejects.toThrow('/agencyCode');
    await expect(shadow({ recording: join(folder, 'absent'), adapter: 'dvcqg', config })).rejects.toThrow('no such file');
    await expect(shadow({ recording, adapter: 'dvcqg', config, report: 'x.pdf' })).rejects.toThrow('--report');
  });
});
