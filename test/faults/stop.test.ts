import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { waitFor } from '../../src/testing/index.ts';
import { configFile, endEverything, freshFolder, serveGateway } from '../support/process.ts';
import { drained, evidence, exchangesOf, exportLines, findings, inLedger, judge, NO_FINDINGS, sceneConfig, seedOf, sendLines, startPortal, type Portal } from './scene.ts';

const { seed } = seedOf('stop');
let portal: Portal;
let folder: string;
let file: string;
beforeEach(async () => {
  portal = await startPortal(seed);
  folder = freshFolder();
  file = configFile(folder, sceneConfig({ folder, portal, upstream: { readTimeoutMs: 60_000 } }));
});
afterEach(async () => {
  endEverything();
  await portal.close();
});

const lines = exportLines(40);
/** @param whoseWord `host-or-ledger` where the sender was cut off: an answer that nobody read is no fault of the host */
async function endsWell(whoseWord: 'host' | 'host-or-ledger'): Promise<void> {
  const gateway = await serveGateway(file);
  await sendLines(gateway.url, lines);
  const summary = await drained(gateway.url, 20_000);
  expect(summary).toMatchObject({ dossiers: lines.length, events: lines.length });
  expect(await gateway.stop()).toEqual({ code: 0, signal: null });
  const exchanges = await inLedger(folder, exchangesOf);
  const report = judge({ portal, lines, exchanges, evidence: whoseWord });
  expect(findings(report), evidence(seed, report, portal, exchanges)).toEqual(NO_FINDINGS);
  expect(portal.simulator.summary()).toMatchObject({ dossiers: lines.length, creates: lines.length, doubledSupplementSteps: 0 });
  if (whoseWord === 'host') expect(portal.simulator.summary()['doubledSteps']).toBe(0);
}

describe('stopping a gateway', () => {
  it('in mid-import answers for what it took, delivers it after the next start, and takes the rest then', { timeout: 40_000 }, async () => {
    portal.faults.set({ seed, rules: [{ kind: 'latency', delay: { fixed: 30 } }] });
    const gateway = await serveGateway(file);
    let stopped: ReturnType<typeof gateway.stop> | undefined;
    const { results, summary, sent } = await sendLines(gateway.url, lines, { window: 4, onAnswer: (answered) => { if (answered === 15) stopped = gateway.stop(); } });
    expect(await stopped).toEqual({ code: 0, signal: null });
    expect(results.map((r) => r.status)).toEqual(results.map(() => 'accepted'));
    expect(results.length).toBeGreaterThanOrEqual(15);
    expect(sent).toBeLessThan(lines.length);
    if (summary !== undefined) expect(summary).toMatchObject({ lines: results.length, complete: false });
    await endsWell('host');
  });

  it('while the portal hangs does not wait for it when asked twice; nothing is sent blindly again', { timeout: 40_000 }, async () => {
    portal.faults.set({ seed, rules: [{ kind: 'hang', match: { method: 'POST', service: ['DongBoHoSoMC', 'CapNhatTienDoHoSoMC'] }, rate: 0.3 }] });
    const gateway = await serveGateway(file);
    await sendLines(gateway.url, lines);
    await waitFor(() => (portal.faults.counts()['hang'] ?? 0) >= 5, { timeoutMs: 15_000, describe: 'calls that hang' });
    gateway.child.kill('SIGTERM');
    // The first signal has been heard when the door is shut.
    await waitFor(async () => !(await fetch(`${gateway.url}/healthz`, { headers: { connection: 'close' } }).then((r) => r.ok, () => false)), { describe: 'the gateway to stop listening' });
    gateway.child.kill('SIGTERM');
    expect(await gateway.ended).toEqual({ code: 130, signal: null });
    portal.faults.set({});
    await endsWell('host-or-ledger');
  });
});
