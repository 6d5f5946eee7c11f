import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { validateLedgerEvent } from '../../src/contract/canonical.ts';
import { hashApiKey } from '../../src/gateway/keys.ts';
import type { EvidenceBundle } from '../../src/gateway/bundle.ts';
import { codeOf, drained, exportLines, sceneConfig, seedOf, sendLines, startPortal, type Portal } from '../faults/scene.ts';
import { configFile, endEverything, freshFolder, run, serveGateway } from '../support/process.ts';

let portal: Portal;
let folder: string;
beforeEach(async () => {
  portal = await startPortal(seedOf('evidence').seed);
  folder = freshFolder();
});
afterEach(async () => {
  endEverything();
  await portal.close();
});

describe('evidence of one dossier', () => {
  it('holds its events with their links, its exchanges and attempts, and verifies alone and against the whole chain', { timeout: 60_000 }, async () => {
    const config = configFile(folder, sceneConfig({ folder, portal }));
    const gateway = await serveGateway(config);
    const lines = exportLines(20);
    await sendLines(gateway.url, lines);
    await drained(gateway.url, 30_000);
    const code = codeOf(lines[7] ?? '');

    const single = join(folder, 'evidence.json');
    const overHttp = await run(['evidence', code, '--to', gateway.url, '--out', single]);
    expect(overHttp, overHttp.stderr).toMatchObject({ code: 0 });
    const bundle = JSON.parse(readFileSync(single, 'utf8')) as EvidenceBundle;
    const { events, exchanges, attempts, dossier } = bundle.timeline as { events: unknown[]; exchanges: unknown[]; attempts: { mapping: string }[]; dossier: { code: string } };
    expect(bundle).toMatchObject({ code, format: 'lienthong-evidence', verification: { whole: true, broken: [] }, versions: { dossierSchema: expect.stringMatching(/dossier/), mappings: [expect.stringMatching(/^dvcqg /)] } });
    expect(dossier.code).toBe(code);
    expect(exchanges.length).toBeGreaterThan(1);
    expect(attempts.length).toBeGreaterThan(0);
    for (const event of events) expect(validateLedgerEvent(event).ok).toBe(true);
    expect(bundle.chain.map(({ seq, hash, prevHash }) => ({ seq, hash, prevHash }))).toEqual((events as { seq: number; hash: string; prevHash: string }[]).map(({ seq, hash, prevHash }) => ({ seq, hash, prevHash })));
    expect(bundle.chain.every((event) => event.bodyHash.length === 64 && event.body === undefined)).toBe(true);

    const out = join(folder, 'bundle');
    const direct = await run(['evidence', code, '--config', config, '--out', out]);
    expect(direct, direct.stderr).toMatchObject({ code: 0 });
    expect(readdirSync(out).sort()).toEqual(['attempts.json', 'chain.json', 'checkpoints.json', 'dossier.json', 'events.json', 'evidence.json', 'exchanges.json', 'orders.json', 'report.txt', 'versions.json']);
    expect((JSON.parse(readFileSync(join(out, 'evidence.json'), 'utf8')) as EvidenceBundle).chain).toEqual(bundle.chain);

    const report = readFileSync(join(out, 'report.txt'), 'utf8');
    expect(report).toMatch(new RegExp(`^Mã hồ sơ / dossier +${code}$`, 'm'));
    expect(report).toMatch(/^Chuỗi băm \/ hash chain +toàn vẹn \/ whole$/m);
    expect(report).toMatch(/^\d\d\/\d\d\/20\d\d \d\d:\d\d:\d\d {2}\[\d+\] nhận thay đổi \/ change received: opencps, import/m);
    expect(report).toMatch(/gửi \/ sent dvcqg syncDossier \(lượt \/ exchange \d+\): done, HTTP 200/);
    expect(report).toMatch(/^\d+ {2}dvcqg syncDossier: đã được nhận \/ taken/m);

    const exported = join(folder, 'export');
    expect(await run(['ledger', 'export', '--config', config, '--out', exported])).toMatchObject({ code: 0 });
    const [chain = ''] = readdirSync(exported).filter((name) => name.startsWith('events')).map((name) => join(exported, name));
    expect(JSON.parse((await run(['verify', single, '--json'])).stdout)).toMatchObject({ ok: true, evidence: { files: 1, events: bundle.chain.length }, compared: 0 });
    expect(JSON.parse((await run(['verify', chain, single, '--json'])).stdout)).toMatchObject({ ok: true, compared: bundle.chain.length });

    const sealed = async () => JSON.parse((await run(['verify', single, '--config', config, '--json'])).stdout) as object;
    expect(await sealed(), 'the key shows that nothing in it was changed, also when its fields came in another order').toMatchObject({ ok: true });
    writeFileSync(single, JSON.stringify({ ...bundle, timeline: { ...bundle.timeline, dossier: { ...dossier, summary: 'nội dung khác' } } }));
    expect(await sealed()).toMatchObject({ ok: false, findings: [{ why: 'bundle-seal' }] });
    const [first] = bundle.chain;
    const [shown] = events as object[];
    for (const forged of [{ ...bundle, timeline: { ...bundle.timeline, events: [{ ...shown, actor: 'ai-khac' }, ...events.slice(1)] } }, { ...bundle, timeline: { ...bundle.timeline, events: events.slice(1) } }, { ...bundle, code: 'H99.14-000000-0000' }]) {
      writeFileSync(single, JSON.stringify(forged));
      expect(JSON.parse((await run(['verify', single, '--json'])).stdout), 'what is shown is what the chain says').toMatchObject({ ok: false, findings: [{ why: 'shown', seq: first?.seq }] });
    }
    writeFileSync(single, JSON.stringify({ ...bundle, chain: [{ ...first, recordedAt: 1 }] }));
    expect(await run(['verify', single])).toMatchObject({ code: 1, stdout: expect.stringContaining(`event / sự kiện ${first?.seq}`) });
    await gateway.stop();
  });

  it('needs the key that reads, and a dossier that is there; the name of what it writes tells the time only', { timeout: 60_000 }, async () => {
    const key = 'lt_khoa-doc-chung-cu-chi-dung-tren-may-nay-thoi';
    const config = configFile(folder, { ...sceneConfig({ folder, portal }), apiKeys: [{ name: 'thanh-tra', sha256: hashApiKey(key), scopes: ['read'] }] });
    const gateway = await serveGateway(config);
    expect(await run(['evidence', 'H99-1', '--to', gateway.url], { env: { LIENTHONG_API_KEY: '' } })).toMatchObject({ code: 2, stderr: expect.stringContaining('401') });
    expect(await run(['evidence', 'H99-1', '--to', gateway.url], { env: { LIENTHONG_API_KEY: key } })).toMatchObject({ code: 3, stderr: expect.stringContaining('LT-GATEWAY-DOSSIER-UNKNOWN') });
    expect(await run(['evidence', 'H99-1', '--config', config])).toMatchObject({ code: 2, stderr: expect.stringContaining('không có hồ sơ này') });
    await gateway.stop();
  });
});
