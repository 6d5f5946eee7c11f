/** A ledger's copies and checks from the shell, beside a gateway that goes on writing. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ExportedEvent } from '../../src/ledger/chain.ts';
import { loadKeys } from '../../src/ledger/keys.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { exportLines, sceneConfig, seedOf, sendLines, startPortal, summaryOf, type Portal } from '../faults/scene.ts';
import { configFile, endEverything, freshFolder, run, serveGateway } from '../support/process.ts';

let portal: Portal;
let folder: string;
let config: string;
let data: string;
beforeEach(async () => {
  portal = await startPortal(seedOf('ledger').seed);
  folder = freshFolder();
  data = join(folder, 'data');
  config = configFile(folder, sceneConfig({ folder, portal }));
});
afterEach(async () => {
  endEverything();
  await portal.close();
});

/** A second place for a ledger with the same key. */
function secondPlace(name: string): { config: string; data: string } {
  const place = join(folder, name);
  mkdirSync(place);
  const elsewhere = { config: configFile(place, sceneConfig({ folder: place, portal })), data: join(place, 'data') };
  mkdirSync(elsewhere.data, { mode: 0o700 });
  copyFileSync(join(data, 'ledger.key'), join(elsewhere.data, 'ledger.key'));
  return elsewhere;
}
const exportedFiles = (out: string): string[] => readdirSync(out).filter((name) => name.startsWith('events')).map((name) => join(out, name));
const linesIn = (file: string): ExportedEvent[] => gunzipSync(readFileSync(file)).toString().trimEnd().split('\n').map((line) => JSON.parse(line) as ExportedEvent);
async function eventsOf(dataFolder: string): Promise<{ events: ExportedEvent[]; whole: boolean }> {
  const ledger = await openSqliteLedger({ folder: dataFolder, keys: loadKeys({ env: {}, keyFile: join(dataFolder, 'ledger.key') }) });
  try {
    return { events: await ledger.exportEvents({ afterSeq: 0, limit: 10_000, bodies: true }), whole: (await ledger.verify()).brokenAt === null };
  } finally {
    await ledger.close();
  }
}

describe('a ledger that is written to', () => {
  it('is backed up and restored: every event that was there when the backup began, none changed; a gateway goes on from it', { timeout: 90_000 }, async () => {
    const gateway = await serveGateway(config);
    const lines = exportLines(400);
    await sendLines(gateway.url, lines.slice(0, 100));
    const before = (await summaryOf(gateway.url)).events;
    const importing = sendLines(gateway.url, lines.slice(100), { window: 16 });
    const file = join(folder, 'copy.db');
    const backup = await run(['ledger', 'backup', '--config', config, '--out', file, '--json']);
    expect(backup, backup.stderr).toMatchObject({ code: 0 });
    const { results } = await importing;
    expect(results.filter((result) => result.status === 'accepted')).toHaveLength(300);
    const report = JSON.parse(backup.stdout) as { rows: { events: number; dossiers: number }; head: { seq: number; hash: string } };
    expect(report.rows.events).toBeGreaterThanOrEqual(before);

    const place = secondPlace('restored');
    const restored = await run(['ledger', 'restore', '--from', file, '--config', place.config]);
    expect(restored, restored.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining(`${report.head.seq}:${report.head.hash}`) });
    expect(await gateway.stop()).toMatchObject({ code: 0 });
    const original = await eventsOf(data);
    const copy = await eventsOf(place.data);
    expect(copy.whole && original.whole).toBe(true);
    expect(copy.events).toEqual(original.events.slice(0, report.rows.events));

    const again = await serveGateway(place.config);
    const { results: second } = await sendLines(again.url, lines);
    expect(second.filter((result) => result.status === 'duplicate' || result.status === 'accepted')).toHaveLength(400);
    expect((await summaryOf(again.url)).dossiers).toBe((new Set(original.events.map((event) => event.dossierCode).filter((code) => code !== ''))).size);
    await again.stop();
  });

  it('is exported beside the gateway; the files verify without key and database, and a change is found at its event', { timeout: 60_000 }, async () => {
    const gateway = await serveGateway(config);
    await sendLines(gateway.url, exportLines(50));
    const out = join(folder, 'export');
    const exported = await run(['ledger', 'export', '--config', config, '--out', out, '--bodies']);
    expect(exported, exported.stderr).toMatchObject({ code: 0 });
    expect(await run(['ledger', 'export', '--config', config, '--out', out])).toMatchObject({ code: 3, stderr: expect.stringContaining('LT-LEDGER-TARGET-NOT-EMPTY') });
    const [file = ''] = exportedFiles(out);
    const good = await run(['verify', file]);
    expect(good).toMatchObject({ code: 0, stdout: expect.stringContaining('toàn vẹn') });
    const events = linesIn(file);
    expect(good.stdout).toContain(`${events.at(-1)?.seq}:${events.at(-1)?.hash}`);

    const forged = join(folder, 'forged.ndjson');
    const changed = events.map((event) => (event.seq === 17 ? { ...event, actor: 'ai-do' } : event));
    writeFileSync(forged, changed.map((event) => `${JSON.stringify(event)}\n`).join(''));
    const bad = await run(['verify', forged]);
    expect(bad).toMatchObject({ code: 1, stdout: expect.stringMatching(/✗ hash · .*forged\.ndjson:17 · event \/ sự kiện 17\n.*KHÔNG toàn vẹn/s) });
    expect(JSON.parse((await run(['verify', forged, '--json'])).stdout)).toMatchObject({ ok: false, events: 16, findings: [{ why: 'hash', seq: 17, line: 17 }] });

    writeFileSync(forged, events.slice(20).map((event) => `${JSON.stringify(event)}\n`).join(''));
    expect(await run(['verify', forged, '--from', `20:${events[19]?.hash}`])).toMatchObject({ code: 0 });
    expect(await run(['verify', forged, '--from', '20:abc'])).toMatchObject({ code: 2, stderr: expect.stringContaining('--from') });
    expect(await run(['verify', join(folder, 'absent')])).toMatchObject({ code: 2, stderr: expect.stringContaining('ENOENT') });
    await gateway.stop();
  });
});

describe('a restore', () => {
  it('writes over nothing, waits for no gateway, and takes no damaged copy', { timeout: 60_000 }, async () => {
    const gateway = await serveGateway(config);
    await sendLines(gateway.url, exportLines(40));
    const file = join(folder, 'copy.db');
    expect(await run(['ledger', 'backup', '--config', config, '--out', file])).toMatchObject({ code: 0 });
    expect(await run(['ledger', 'backup', '--config', config, '--out', file])).toMatchObject({ code: 3, stderr: expect.stringContaining('LT-LEDGER-TARGET-NOT-EMPTY') });
    expect(await run(['ledger', 'restore', '--from', file, '--config', config])).toMatchObject({ code: 3, stderr: expect.stringContaining('LT-LEDGER-LOCKED') });
    await gateway.stop();
    expect(await run(['ledger', 'restore', '--from', file, '--config', config])).toMatchObject({ code: 3, stderr: expect.stringContaining('LT-LEDGER-TARGET-NOT-EMPTY') });

    const place = secondPlace('other');
    const refused = async (damage: (copy: string) => void): Promise<void> => {
      const bad = join(folder, 'bad.db');
      copyFileSync(file, bad);
      damage(bad);
      const { code, stderr } = await run(['ledger', 'restore', '--from', bad, '--config', place.config]);
      expect([code, stderr]).toEqual([3, expect.stringContaining('LT-LEDGER-COPY-UNSOUND')]);
      expect(existsSync(join(place.data, 'ledger.db'))).toBe(false);
    };
    const edit = (sql: string) => (copy: string) => {
      const db = new DatabaseSync(copy);
      db.exec(sql);
      db.close();
    };
    await refused(edit("UPDATE events SET actor = 'ai-do' WHERE seq = 9"));
    await refused(edit('DELETE FROM events WHERE seq = (SELECT max(seq) FROM events)'));
    await refused(edit('DELETE FROM dossiers WHERE id = 40'));
    await refused((copy) => truncateSync(copy, 20_000));
    await refused((copy) => writeFileSync(copy, ''));
    writeFileSync(join(place.data, 'ledger.key'), `${Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')}\n`);
    expect(await run(['ledger', 'restore', '--from', file, '--config', place.config])).toMatchObject({ code: 3, stderr: expect.stringContaining('LT-LEDGER-KEY-WRONG') });
  });
});
