import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { errorEntry } from '../../src/contract/errors/catalogue.ts';
import { configFile, endEverything, freshFolder, run, serveGateway, start } from '../support/process.ts';
import { codeOf, drained, exportLines, sceneConfig, seedOf, sendLines, startPortal, summaryOf, type Portal } from './scene.ts';

let portal: Portal;
let folder: string;
let file: string;
beforeEach(async () => {
  portal = await startPortal(seedOf('lock').seed);
  folder = freshFolder();
  file = configFile(folder, sceneConfig({ folder, portal }));
});
afterEach(async () => {
  endEverything();
  await portal.close();
});

describe('a second gateway on the same data folder', () => {
  it('is refused in both languages, and the first one does not notice', async () => {
    const first = await serveGateway(file);
    const lines = exportLines(60);
    const half = await sendLines(first.url, lines.slice(0, 30));
    expect(half.summary).toMatchObject({ accepted: 30, complete: true });

    const second = await run(['serve', '--config', file]);
    const title = errorEntry('LT-LEDGER-LOCKED')?.title;
    expect(second.code).toBe(3);
    expect(second.stdout).toBe('');
    expect(second.stderr).toContain('LT-LEDGER-LOCKED');
    expect(second.stderr).toContain(title?.vi);
    expect(second.stderr).toContain(title?.en);
    expect(second.stderr, 'names who holds it').toContain(String(first.child.pid));
    expect(second.stderr, 'no stack for a person').not.toMatch(/^\s+at /m);

    const rest = await sendLines(first.url, lines.slice(30));
    expect(rest.summary).toMatchObject({ accepted: 30, complete: true });
    expect(await drained(first.url, 20_000)).toMatchObject({ dossiers: 60 });
    expect(portal.simulator.summary()).toMatchObject({ dossiers: 60, doubledSteps: 0 });
    expect((await first.stop()).code).toBe(0);
  });

  it('starts at once when the first was killed, with everything that it had acknowledged', async () => {
    const first = await serveGateway(file);
    const lines = exportLines(40);
    expect((await sendLines(first.url, lines)).summary).toMatchObject({ accepted: 40 });
    await first.kill();
    expect(existsSync(join(folder, 'data', 'ledger.lock')), 'the lock of a killed gateway stays behind').toBe(true);

    const second = await serveGateway(file);
    for (const line of lines) expect((await fetch(`${second.url}/v1/dossiers/${encodeURIComponent(codeOf(line))}`)).status).toBe(200);
    await drained(second.url, 20_000);
    expect((await run(['serve', '--config', file])).code, 'and holds the lock itself').toBe(3);
    expect((await summaryOf(second.url)).dossiers).toBe(40);
  });

  it('starts after having been killed while it started for the first time', { timeout: 60_000 }, async () => {
    const { seed, random } = seedOf('first-start');
    const began = Date.now();
    await (await serveGateway(configFile(freshFolder(), sceneConfig({ folder: freshFolder(), portal })))).kill();
    const usual = Date.now() - began;
    for (let i = 0; i < 5; i += 1) {
      const starting = start(['serve', '--config', file]);
      // The second half of a start is the one that touches the disk.
      await new Promise((resolve) => setTimeout(resolve, usual * (0.5 + random.next() / 2)));
      await starting.kill();
    }
    const gateway = await serveGateway(file);
    expect((await sendLines(gateway.url, exportLines(10))).summary, seed).toMatchObject({ accepted: 10, complete: true });
    await drained(gateway.url, 20_000);
    expect((await gateway.stop()).code, seed).toBe(0);
  });

  it('starts after an orderly end, and of two that start together one wins', async () => {
    const first = await serveGateway(file);
    expect((await first.stop()).code).toBe(0);
    expect(existsSync(join(folder, 'data', 'ledger.lock'))).toBe(false);
    const both = await Promise.allSettled([serveGateway(file), serveGateway(file)]);
    expect(both.map((b) => b.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(String(both.find((b) => b.status === 'rejected')?.reason)).toMatch(/ended with 3 .*LT-LEDGER-LOCKED/s);
  });
});
