import { afterEach, describe, expect, it } from 'vitest';
import { dvcqgJournalReader as reader } from '../../adapters/dvcqg/simulator.ts';
import { expectedAtPortal } from '../../src/cli/demo-check.ts';
import type { CallbackFaultKind, FaultKind } from '../../src/testing/index.ts';
import { configFile, endEverything, freshFolder, serveGateway } from '../support/process.ts';
import { connectionTo, drained, earlierVersion, evidence, exchangesOf, exportLines, findings, inLedger, judge, NO_FINDINGS, sceneConfig, seedOf, sendLines, startPortal, type Portal } from './scene.ts';

const DOSSIERS = 800;
/** Every fault of a call that we make must have happened at least so often, or the run proves nothing. */
const AT_LEAST: Record<Exclude<FaultKind, CallbackFaultKind>, number> = {
  latency: 100, hang: 5, 'hang-after': 5, 'reset-before': 15, 'reset-after': 15, 'html-502': 15, 'html-502-after': 15, 'error-200': 15, truncated: 15, garbage: 15,
  'wrong-content-type': 15, 'http-429': 15, 'http-503': 15, dribble: 10, 'half-open': 3, 'expire-session': 5, 'clock-skew': 5,
};

/** Far above every delay that is meant to be bearable: on a busy machine a reply must not be lost without a fault. */
const READ_TIMEOUT_MS = 1_200;

let portal: Portal | undefined;
afterEach(async () => {
  endEverything();
  await portal?.close();
});

describe('an upstream that fails in every known way', () => {
  it('gets everything all the same; what nobody can know is flagged and counted', { timeout: 120_000 }, async () => {
    const { seed, random } = seedOf('upstream');
    console.info(`seed ${seed}`);
    portal = await startPortal(seed, {
      rules: [
        { kind: 'latency', rate: 0.3, delay: { lognormal: { median: 8, sigma: 1, max: 150 } } },
        { kind: 'hang', rate: 0.01 },
        { kind: 'hang-after', rate: 0.01 },
        { kind: 'reset-before', rate: 0.025 },
        { kind: 'reset-after', rate: 0.025 },
        { kind: 'html-502', rate: 0.025 },
        { kind: 'html-502-after', rate: 0.025 },
        { kind: 'error-200', rate: 0.025 },
        { kind: 'truncated', rate: 0.025 },
        { kind: 'garbage', rate: 0.025 },
        { kind: 'wrong-content-type', rate: 0.025 },
        { kind: 'http-429', rate: 0.025, retryAfterSeconds: 1 },
        { kind: 'http-503', rate: 0.025 },
        { kind: 'dribble', rate: 0.02, delay: { uniform: [1, 10] } },
        // sixteen pieces: this one never ends in time
        { kind: 'dribble', rate: 0.005, delay: { fixed: READ_TIMEOUT_MS / 8 } },
        { kind: 'half-open', rate: 0.005 },
        { kind: 'expire-session', rate: 0.01 },
        { kind: 'clock-skew', rate: 0.005 },
        { kind: 'clock-skew', rate: 0.005, skewMs: -300_000 },
      ],
    }, { sessionTtlMs: 3_000, maxCallsPerSession: 300 });
    const folder = freshFolder();
    const file = configFile(folder, sceneConfig({ folder, portal, upstream: { readTimeoutMs: READ_TIMEOUT_MS, connectTimeoutMs: 1_000, sessionTtlMs: 3_600_000 }, delivery: { concurrency: 24, retry: { baseMs: 20, capMs: 300, maxAttempts: 60, retryAfterCapMs: 200, probeDelayMs: 10 } } }));
    const gateway = await serveGateway(file);

    const lines = exportLines(DOSSIERS);
    // Every third dossier comes once as it was earlier, so that updates meet the faults too.
    const earlier = lines.flatMap((line, i) => (i % 3 === 0 ? [earlierVersion(line, 1 + random.int(2)) ?? ''] : [])).filter((line) => line !== '');
    const first = await sendLines(gateway.url, earlier);
    const second = await sendLines(gateway.url, lines);
    expect(first.summary, seed).toMatchObject({ accepted: earlier.length, complete: true });
    expect(second.summary, seed).toMatchObject({ lines: DOSSIERS, complete: true });

    const summary = await drained(gateway.url, 90_000);
    const counts = portal.faults.counts();
    expect((await gateway.stop()).code, gateway.stderr()).toBe(0);
    portal.faults.enabled = false;

    const { exchanges, chain } = await inLedger(folder, async (ledger) => ({ exchanges: await exchangesOf(ledger), chain: await ledger.verify() }));
    const report = judge({ portal, lines, exchanges, evidence: 'host' });
    const supplementsInDoubt = portal.faults.lostReplies().flatMap((lost) => lost.effects).filter((entry) => entry.effect === 'append' && reader.isSupplement(entry.item)).length;
    console.info(JSON.stringify({ counts, supplementsInDoubt, lostReplies: portal.faults.lostReplies().length, doubts: summary.doubts, ...report.figures }));

    expect(findings(report), evidence(seed, report, portal, exchanges)).toEqual(NO_FINDINGS);
    expect(chain.brokenAt, seed).toBeNull();
    expect(portal.simulator.summary(), seed).toMatchObject({ dossiers: DOSSIERS, creates: DOSSIERS, doubledSupplementSteps: 0 });
    // Nothing waits, nothing was given up: every state is one of the good ends, or the flagged one.
    expect(new Set(exchanges.map((e) => e.state)), seed).toEqual(new Set(['done', 'doubtful', 'superseded']));
    expect(exchanges.filter((e) => e.operation === 'syncDossier' && e.state === 'doubtful'), seed).toEqual([]);

    // The doubts are exactly what the portal's journal cannot settle: each is a step that came twice, or not at all, or might have.
    const policy = exchanges.filter((e) => e.doubt === 'resent-after-lost-reply' || e.doubt === 'never-resent');
    expect(summary.doubts, seed).toBe(policy.length);
    expect(policy.filter((e) => e.operation !== 'appendProgress' || e.lostReplies === 0), seed).toEqual([]);
    const flagged = new Set(policy.map((e) => `${e.dossierCode} ${e.itemKey}`));
    const arrived = new Map<string, number>();
    for (const entry of portal.simulator.journal()) {
      if (entry.effect !== 'append') continue;
      const key = `${entry.key ?? ''} ${reader.stepIdentity(entry.item)}`;
      arrived.set(key, (arrived.get(key) ?? 0) + 1);
    }
    const seen = { once: 0, twice: 0, missing: 0 };
    for (const [code, { steps }] of expectedAtPortal(lines, connectionTo(portal))) {
      for (const { identity, itemKey } of steps) {
        const times = arrived.get(`${code} ${identity}`) ?? 0;
        const isFlagged = flagged.has(`${code} ${itemKey}`);
        if (times !== 1) expect({ code, itemKey, times, isFlagged }, seed).toEqual({ code, itemKey, times, isFlagged: true });
        if (isFlagged) seen[times === 0 ? 'missing' : times === 1 ? 'once' : 'twice'] += 1;
      }
    }
    expect(seen.twice, seed).toBe(report.figures.doubledAccounted);
    expect(seen.once + seen.twice + seen.missing, seed).toBe(summary.doubts);

    const provoked: Record<string, number> = counts;
    for (const [kind, least] of Object.entries(AT_LEAST)) expect([kind, (provoked[kind] ?? 0) >= least, provoked[kind]], seed).toEqual([kind, true, provoked[kind]]);
    expect(seen.twice, seed).toBeGreaterThanOrEqual(3);
    expect(seen.missing, seed).toBeGreaterThanOrEqual(3);
    expect(supplementsInDoubt, seed).toBeGreaterThanOrEqual(1);
    expect(report.figures.steps, seed).toBeGreaterThanOrEqual(DOSSIERS * 2);
    expect(exchanges.filter((e) => e.operation === 'syncDossier' && e.lostReplies > 0 && e.state === 'done').some((e) => e.doubt !== 'probe-not-applied'), seed).toBe(false);
    expect(exchanges.some((e) => e.operation === 'syncDossier' && e.doubt === 'probe-not-applied'), seed).toBe(true);
  });
});
