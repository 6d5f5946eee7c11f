import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hashApiKey } from '../../src/gateway/keys.ts';
import { drained, exportLines, sceneConfig, seedOf, startPortal, type Portal } from '../faults/scene.ts';
import { httpLoopback } from '../support/loopback.ts';
import { configFile, endEverything, freshFolder, run, serveGateway } from '../support/process.ts';

const KEY = 'lt_khoa-cua-bai-kiem-thu-chi-dung-tren-may-nay';
const WITH_KEY = { env: { LIENTHONG_API_KEY: KEY } };

let portal: Portal;
let folder: string;
beforeEach(async () => {
  portal = await startPortal(seedOf('cli').seed);
  folder = freshFolder();
});
afterEach(async () => {
  endEverything();
  await portal.close();
});

function exported(name: string, lines: readonly string[]): string {
  const file = join(folder, name);
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

describe('a gateway from the shell', () => {
  it('takes a file, delivers it, tells how it stands; refused lines are named and end with exit code 1', { timeout: 60_000 }, async () => {
    const config = sceneConfig({ folder, portal });
    const gateway = await serveGateway(configFile(folder, { ...config, apiKeys: [{ name: 'bai-kiem-thu', sha256: hashApiKey(KEY), scopes: ['intake', 'read'] }] }));
    const lines = exportLines(30);

    const noKey = await run(['status', '--to', gateway.url], { env: { LIENTHONG_API_KEY: '' } });
    expect([noKey.code, noKey.stderr]).toEqual([2, expect.stringContaining('401')]);

    const good = await run(['import', exported('good.ndjson', lines), '--from', 'opencps', '--to', gateway.url], WITH_KEY);
    expect(good).toMatchObject({ code: 0, stdout: 'accepted 30\n' });
    const again = await run(['import', exported('good.ndjson', lines), '--from', 'opencps', '--to', gateway.url], WITH_KEY);
    expect(again).toMatchObject({ code: 0, stdout: 'duplicate 30\n' });

    await drainedWithKey(gateway.url);
    const calm = await run(['status', '--to', gateway.url], WITH_KEY);
    expect(calm.code, calm.stderr).toBe(0);
    expect(calm.stdout).toMatch(/dossiers \/ hồ sơ 30 · .*doubts \/ nghi vấn 0/);
    expect(calm.stdout).toMatch(/^dvcqg +syncDossier +done +30$/m);

    const bad = ['{"dossierNo": 1', JSON.stringify({ ...(JSON.parse(lines[0] ?? '') as object), submitDate: '32/13/2025 00:00:00', serviceCode: '' })];
    const mixed = await run(['import', exported('mixed.ndjson', [lines[0] ?? '', ...bad]), '--from', 'opencps', '--to', gateway.url], WITH_KEY);
    expect(mixed).toMatchObject({ code: 1, stdout: 'duplicate 1 · quarantined 2\n' });
    expect(mixed.stderr).toMatch(/^line 2 LT-INPUT-TRUNCATED quarantine \d+$/m);
    expect(mixed.stderr).toMatch(/^line 3 LT-GATEWAY-REFUSED quarantine \d+\n {2}LT-OPENCPS-\S+ \/(submitDate|serviceCode) /m);
    const machine = await run(['import', exported('mixed.ndjson', bad), '--from', 'opencps', '--to', gateway.url, '--json'], WITH_KEY);
    expect([machine.code, machine.stdout.trim().split('\n').map((line) => (JSON.parse(line) as { line: number; status: string }).status)]).toEqual([1, ['quarantined', 'quarantined']]);

    const worried = await run(['status', '--to', gateway.url, '--json'], WITH_KEY);
    expect([worried.code, JSON.parse(worried.stdout)]).toEqual([1, expect.objectContaining({ dossiers: 30, quarantined: 4 })]);

    const unknown = await run(['import', exported('good.ndjson', lines), '--from', 'nobody', '--to', gateway.url], WITH_KEY);
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('LT-GATEWAY-SOURCE-UNKNOWN')]);
    expect(await gateway.stop()).toEqual({ code: 0, signal: null });
  });

  it('that cannot be reached, or breaks off, is exit code 3 and says what to do', async () => {
    const file = exported('good.ndjson', exportLines(5));
    await using dead = await httpLoopback((request, response) => {
      request.resume();
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      response.write('{"line":1,"status":"accepted"}\n{"line":2,"sta', () => response.destroy());
    });
    const cut = await run(['import', file, '--from', 'opencps', '--to', dead.url]);
    expect(cut).toMatchObject({ code: 3, stderr: expect.stringMatching(/broke off before the end; send the same file again/) });
    expect(cut.stderr).toContain('gửi lại đúng tệp này');
    expect(cut.stderr).not.toMatch(/^\s+at /m);

    const summaries: [answer: string, why: RegExp][] = [
      ['{"line":1,"status":"accepted"}\n{"line":2,"status":"failed","code":"LT-GATEWAY-LEDGER"}\n{"summary":{"lines":2,"accepted":1,"failed":1,"complete":false,"code":"LT-GATEWAY-LEDGER"}}\n', /send the same file again.*LT-GATEWAY-LEDGER/],
      ['{"line":1,"status":"accepted"}\n{"summary":{"lines":1,"accepted":1,"complete":false,"code":"LT-GATEWAY-IMPORT-STOPPED"}}\n', /send the same file again.*LT-GATEWAY-IMPORT-STOPPED/],
      ['{"line":1,"status":"accepted"}\n{"line":2,"status":"failed","code":"LT-GATEWAY-LEDGER"}\n{"summary":{"lines":2,"accepted":1,"failed":1,"complete":true}}\n', /send the same file again.*LT-GATEWAY-LEDGER/],
      ['{"line":1,"status":"accepted"}\n{"summary":{"lines":1,"accepted":1}}\n', /send the same file again/],
    ];
    for (const [answer, why] of summaries) {
      await using half = await httpLoopback((request, response) => void request.resume().on('end', () => response.writeHead(200, { 'content-type': 'application/x-ndjson' }).end(answer)));
      const short = await run(['import', file, '--from', 'opencps', '--to', half.url]);
      expect(short, answer).toMatchObject({ code: 3, stdout: expect.stringMatching(/^accepted 1/), stderr: expect.stringMatching(why) });
    }

    await using busy = await httpLoopback((request, response) => void request.resume().on('end', () => response.writeHead(503).end('busy')));
    expect(await run(['import', file, '--from', 'opencps', '--to', busy.url])).toMatchObject({ code: 3, stderr: expect.stringContaining('HTTP 503') });

    const nobody = await run(['status', '--to', 'http://127.0.0.1:1']);
    expect(nobody).toMatchObject({ code: 3, stderr: expect.stringContaining('không kết nối được cổng') });
  });

  it('on a port that is taken ends with exit code 3 and leaves the ledger free', async () => {
    const port = Number(new URL(portal.url).port);
    const taken = await run(['serve', '--config', configFile(folder, sceneConfig({ folder, portal, server: { port } }))]);
    expect(taken).toMatchObject({ code: 3, stdout: '', stderr: expect.stringMatching(/EADDRINUSE.*cổng đã có tiến trình khác dùng/s) });
    expect(taken.stderr).not.toMatch(/^\s+at /m);
    const gateway = await serveGateway(configFile(folder, sceneConfig({ folder, portal })));
    expect(await gateway.stop()).toEqual({ code: 0, signal: null });
  });
});

async function drainedWithKey(url: string): Promise<void> {
  await drained(url, 20_000, { authorization: `Bearer ${KEY}` });
}
