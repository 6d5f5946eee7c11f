/** A province outgrows one machine: its ledger goes to PostgreSQL, and its gateway with it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MoveProof } from '../../src/ledger/move.ts';
import { drained, exportLines, sceneConfig, seedOf, sendLines, startPortal, summaryOf, type Portal } from '../faults/scene.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';
import { configFile, endEverything, freshFolder, run, serveGateway } from '../support/process.ts';

let portal: Portal;
let database: TestDatabase;
beforeEach(async () => {
  portal = await startPortal(seedOf('move').seed);
  database = await testDatabase();
});
afterEach(async () => {
  endEverything();
  await portal.close();
  await database.drop();
});

describe('ledger move', () => {
  it('is refused while the gateway runs, proves itself, and what was not delivered yet is delivered from PostgreSQL', { timeout: 90_000 }, async () => {
    const [folder, other] = [freshFolder(), freshFolder()];
    const from = configFile(folder, sceneConfig({ folder, portal }));
    const to = configFile(other, { ...sceneConfig({ folder: other, portal }), ledger: { engine: 'postgres', url: database.url, keyFile: join(folder, 'data', 'ledger.key') } });
    const proofFile = join(other, 'proof.json');
    const move = ['ledger', 'move', '--from-config', from, '--to-config', to, '--proof', proofFile];

    const before = await serveGateway(from);
    await sendLines(before.url, exportLines(60));
    expect(await run(move)).toMatchObject({ code: 3, stderr: expect.stringContaining('LT-LEDGER-LOCKED') });
    await before.kill();
    const moved = await run(move);
    expect(moved, moved.stderr).toMatchObject({ code: 0, stdout: expect.stringMatching(/^dossiers +60 +60 +=/m) });
    expect(moved.stdout).toContain('không có gì thay đổi');
    const proof = JSON.parse(readFileSync(proofFile, 'utf8')) as MoveProof;
    expect(proof).toMatchObject({ ok: true, chain: { source: { brokenAt: null }, target: { brokenAt: null } } });
    expect(await run(move)).toMatchObject({ code: 3, stderr: expect.stringContaining('LT-LEDGER-TARGET-NOT-EMPTY') });
    expect(await run(['ledger', 'move', '--from-config', to, '--to-config', from])).toMatchObject({ code: 2 });

    const after = await serveGateway(to);
    expect(await summaryOf(after.url)).toMatchObject({ dossiers: 60 });
    const summary = await drained(after.url, 40_000);
    expect(summary.exchanges.filter((exchange) => !['done', 'superseded'].includes(exchange.state) && exchange.count > 0)).toEqual([]);
    expect(portal.simulator.summary()).toMatchObject({ dossiers: 60 });
    const exported = join(other, 'export');
    expect(await run(['ledger', 'export', '--config', to, '--out', exported])).toMatchObject({ code: 0 });
    expect(await run(['verify', ...['events-000000000001.ndjson.gz'].map((name) => join(exported, name)), '--from', `0:${'0'.repeat(64)}`])).toMatchObject({ code: 0 });
    await after.stop();
  });
});
