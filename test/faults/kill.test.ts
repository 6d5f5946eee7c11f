import { afterEach, describe, expect, it } from 'vitest';
import { waitFor, type Random } from '../../src/testing/index.ts';
import { configFile, endEverything, freshFolder, serveGateway, start, type GatewayProcess } from '../support/process.ts';
import {
  codeOf, drained, earlierVersion, evidence, exchangesOf, exportLines, findings, inLedger, judge, NO_FINDINGS, sceneConfig, seedOf, sendLines, startPortal, type Portal,
} from './scene.ts';

const DOSSIERS = 1_900;
const ROUNDS = { import: 21, delivery: 4, starting: 1, stopping: 1 } as const;
type Moment = keyof typeof ROUNDS;
/** Lines without an answer while an import is on: what a kill finds in the air. */
const WINDOW = 48;
/** Lines that are sent again although they were acknowledged. */
const MOST_OVERLAP = 12;

let portal: Portal | undefined;
afterEach(async () => {
  endEverything();
  await portal?.close();
});

/** The export with an older version of every fourth dossier some lines ahead of its last one, so that updates happen too. */
function input(random: Random): string[] {
  const lines: string[] = [];
  const later: { due: number; line: string }[] = [];
  exportLines(DOSSIERS).forEach((line, i) => {
    const earlier = i % 4 === 0 ? earlierVersion(line, 1 + random.int(2)) : undefined;
    lines.push(earlier ?? line);
    if (earlier !== undefined) later.push({ due: lines.length + random.int(150), line });
    while ((later[0]?.due ?? Number.POSITIVE_INFINITY) <= lines.length) lines.push(later.shift()?.line ?? '');
  });
  return [...lines, ...later.map((l) => l.line)];
}

function moments(random: Random): Moment[] {
  const all = (Object.keys(ROUNDS) as Moment[]).flatMap((moment) => Array.from({ length: ROUNDS[moment] }, () => ({ moment, at: random.next() })));
  return all.sort((a, b) => a.at - b.at).map(({ moment }) => moment);
}

interface TimelineBody { dossier: { status: string }; events: { id: string }[]; attempts: { code: string | null }[] }

describe('kill -9 of the gateway', () => {
  it('loses nothing that was acknowledged, doubles no dossier and no supplement request, and breaks no chain', { timeout: 300_000 }, async () => {
    const { seed, random } = seedOf('kill');
    console.info(`seed ${seed}`);
    const lines = input(random);
    portal = await startPortal(seed, {
      rules: [
        { kind: 'latency', delay: { lognormal: { median: 12, sigma: 0.5, max: 60 } } },
        { kind: 'reset-after', rate: 0.01 },
        { kind: 'html-502-after', rate: 0.005 },
      ],
    });
    const folder = freshFolder();
    const file = configFile(folder, sceneConfig({ folder, portal, delivery: { concurrency: 8, retry: { baseMs: 20, capMs: 400, maxAttempts: 60, retryAfterCapMs: 250, probeDelayMs: 10 } } }));

    /** by line: the event that its acknowledgement named */
    const acknowledged = new Map<number, string>();
    let firstOpen = 0;
    let kills = 0;
    let killsInImport = 0;
    let killedWithLinesInTheAir = 0;
    let sentTwice = 0;

    /** Sends from the first line without an acknowledgement, or a little before it. */
    async function sendOn(gateway: GatewayProcess, onAnswer?: (answered: number) => void): Promise<{ inTheAir: number }> {
      const from = Math.max(0, firstOpen - random.int(MOST_OVERLAP + 1));
      const { results, sent } = await sendLines(gateway.url, lines.slice(from), { window: WINDOW, ...(onAnswer === undefined ? {} : { onAnswer }) });
      results.forEach((result, i) => {
        const line = from + i;
        const { status, eventId } = result as { status: string; eventId: string };
        const known = acknowledged.get(line);
        // Nothing acknowledged may be forgotten: the same line again is the same event.
        if (known !== undefined) {
          expect({ line, status, eventId }, seed).toEqual({ line, status: 'duplicate', eventId: known });
          sentTwice += 1;
        }
        expect(['accepted', 'duplicate', 'stale'], `${seed} line ${line}: ${JSON.stringify(result)}`).toContain(status);
        acknowledged.set(line, eventId);
        firstOpen = Math.max(firstOpen, line + 1);
      });
      return { inTheAir: sent - results.length };
    }

    async function killed(gateway: GatewayProcess): Promise<void> {
      await gateway.kill();
      kills += 1;
    }

    for (const moment of moments(random)) {
      if (moment === 'starting') {
        // Some time between the first line of code and the open port: opening, migrating, putting right what the last kill left.
        const process = start(['serve', '--config', file]);
        await new Promise((resolve) => setTimeout(resolve, 300 + random.int(900)));
        await process.kill();
        kills += 1;
        continue;
      }
      const gateway = await serveGateway(file);
      if (moment === 'import') {
        const target = 8 + random.int(80);
        const patience = random.int(2) * random.int(12);
        let dying: Promise<void> | undefined;
        const { inTheAir } = await sendOn(gateway, (answered) => {
          if (answered < target || dying !== undefined) return;
          dying = patience === 0 ? killed(gateway) : new Promise<void>((resolve) => setTimeout(resolve, patience)).then(() => killed(gateway));
        });
        expect(dying, `${seed}: the import was over before the kill; the input is too short`).toBeDefined();
        await dying;
        killsInImport += 1;
        if (inTheAir > 0) killedWithLinesInTheAir += 1;
      } else {
        const calls = portal.simulator.journal().length + 5 + random.int(60);
        await waitFor(() => (portal?.simulator.journal().length ?? 0) >= calls, { timeoutMs: 5_000, describe: 'the delivery to go on' }).catch(() => undefined);
        if (moment === 'stopping') {
          gateway.child.kill('SIGTERM');
          await new Promise((resolve) => setTimeout(resolve, random.int(30)));
        }
        await killed(gateway);
      }
    }

    const gateway = await serveGateway(file);
    while (firstOpen < lines.length) await sendOn(gateway);
    const summary = await drained(gateway.url, 60_000);

    // Everything acknowledged is in the ledger, under the event that was named, and the last version is the one that counts.
    let interrupted = 0;
    const byCode = new Map<string, string[]>();
    acknowledged.forEach((eventId, line) => byCode.set(codeOf(lines[line] ?? ''), [...(byCode.get(codeOf(lines[line] ?? '')) ?? []), eventId]));
    const inLedgerUnder = async ([code, events]: [string, string[]]): Promise<void> => {
      const response = await fetch(`${gateway.url}/v1/dossiers/${encodeURIComponent(code)}`);
      expect(response.status, `${seed} ${code}`).toBe(200);
      const body = (await response.json()) as TimelineBody;
      expect(body.events.map((event) => event.id), `${seed} ${code}`).toEqual(events);
      interrupted += body.attempts.filter((attempt) => attempt.code === 'LT-LEDGER-INTERRUPTED').length;
    };
    const entries = [...byCode];
    for (let i = 0; i < entries.length; i += 16) await Promise.all(entries.slice(i, i + 16).map(inLedgerUnder));
    expect((await gateway.stop()).code, gateway.stderr()).toBe(0);

    const { chain, exchanges } = await inLedger(folder, async (ledger) => ({ chain: await ledger.verify(), exchanges: await exchangesOf(ledger) }));
    const report = judge({ portal, lines, exchanges, evidence: 'host-or-ledger' });
    const figures = {
      kills, killsInImport, killedWithLinesInTheAir, interrupted, sentTwice, lines: lines.length, acknowledged: acknowledged.size, lostAtHost: portal.faults.lostReplies().length,
      doubts: summary.doubts, ...report.figures,
    };
    console.info(JSON.stringify(figures));

    expect(findings(report), evidence(seed, report, portal, exchanges)).toEqual(NO_FINDINGS);
    expect(chain, seed).toEqual({ events: lines.length, brokenAt: null });
    expect(summary, seed).toMatchObject({ dossiers: DOSSIERS, events: lines.length, quarantined: 0 });
    expect(exchanges.filter((e) => e.state === 'rejected' || e.state === 'dead'), seed).toEqual([]);
    expect(portal.simulator.summary()['dossiers'], seed).toBe(DOSSIERS);

    // A run in which too little happened proves nothing.
    expect(killsInImport, seed).toBeGreaterThanOrEqual(20);
    expect(killedWithLinesInTheAir, seed).toBeGreaterThanOrEqual(10);
    expect(interrupted, seed).toBeGreaterThanOrEqual(20);
    expect(sentTwice, seed).toBeGreaterThanOrEqual(20);
    expect(report.figures.steps, seed).toBeGreaterThanOrEqual(DOSSIERS * 2);
    expect(portal.faults.lostReplies().length, seed).toBeGreaterThanOrEqual(10);
  });
});
