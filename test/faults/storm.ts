/**
 * One run of the nemesis from an empty ledger to its verdict: gateways that take and deliver changes, everything around them
 * struck by turns, then calm, then the question whether all of it came out right. Used by the test and by the long runner.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { randomFrom, waitFor, type FaultKind, type Random } from '../../src/testing/index.ts';
import { configFile, endEverything, freshFolder } from '../support/process.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { openHome } from './engines.ts';
import { fleetOf } from './fleet.ts';
import { unleash } from './nemesis.ts';
import { drained, earlierVersion, exportLines, sceneConfig, startPortal, type Portal } from './scene.ts';
import { schedule, unsettled, type BlowKind, type EngineName } from './schedule.ts';
import { startSender } from './sender.ts';
import { faultsIn, judgeStorm, LEAST, type Verdict } from './verdict.ts';

export interface StormOptions {
  engine: EngineName;
  seed: string;
  /** how long the faults last */
  seconds: number;
  /** changes sent per second while they last */
  perSecond?: number;
  /** called about once a second, and with each blow */
  tell?: (progress: StormProgress, what?: string) => void;
}
export interface StormProgress { phase: 'starting' | 'storm' | 'calm' | 'verdict'; seconds: number; lines: number; acknowledged: number; calls: number; blows: Partial<Record<BlowKind, number>>; faults: Partial<Record<FaultKind, number>> }
export interface StormReport extends Verdict { seed: string; engine: EngineName; progress: StormProgress }

/** Below this a reply may be late without a fault on a busy machine. */
const READ_TIMEOUT_MS = 1_200;
const ACKNOWLEDGE_MS = 60_000;
const DRAIN_MS = 90_000;
/** How long the upstream stays unsettled after the last blow, at most. */
const WEATHER_MS = 15_000;

/** Some dossiers come as they were earlier first, so that updates, duplicates and steps in several calls happen. */
function inputOf(random: Random, count: number): string[] {
  const lines: string[] = [];
  const later: { due: number; line: string }[] = [];
  for (const line of exportLines(count)) {
    const earlier = random.next() < 0.4 ? earlierVersion(line, 1 + random.int(3)) : undefined;
    lines.push(earlier ?? line);
    if (earlier !== undefined) later.push({ due: lines.length + random.int(200), line });
    later.sort((a, b) => a.due - b.due);
    while ((later[0]?.due ?? Number.POSITIVE_INFINITY) <= lines.length) lines.push(later.shift()?.line ?? '');
  }
  return [...lines, ...later.map((l) => l.line)];
}

/** @throws Error when the scene could not be set up or came to no end; what is wrong with its outcome stands in the report */
export async function storm(options: StormOptions): Promise<StormReport> {
  const { engine, seed, seconds, perSecond = 24, tell = () => undefined } = options;
  const random = randomFrom(`storm:${engine}:${seed}`);
  const began = performance.now();
  const lines = inputOf(random.fork('input'), Math.round((seconds * perSecond) / 1.4));
  const progress: StormProgress = { phase: 'starting', seconds: 0, lines: lines.length, acknowledged: 0, calls: 0, blows: {}, faults: {} };
  const proxies: TcpProxy[] = [];
  let watch: NodeJS.Timeout | undefined;
  await using home = await openHome(engine);
  const portal = await startPortal(seed, {}, { sessionTtlMs: 5_000, maxCallsPerSession: 300 });
  try {
    const portalAt = new URL(portal.url);
    const upstream: TcpProxy[] = [];
    const database: TcpProxy[] = [];
    const files: string[] = [];
    for (let i = 0; i < home.gateways; i += 1) {
      const toPortal = await startTcpProxy(() => ({ host: portalAt.hostname, port: Number(portalAt.port) }));
      upstream.push(toPortal);
      const server = home.server;
      const toDatabase = server === undefined ? undefined : await startTcpProxy(() => ({ host: '127.0.0.1', port: server.port }));
      if (toDatabase !== undefined) database.push(toDatabase);
      const folder = join(freshFolder(), `gateway-${i}`);
      mkdirSync(folder);
      files.push(configFile(folder, {
        ...sceneConfig({
          folder, portal,
          upstream: { baseUrl: `http://127.0.0.1:${toPortal.port}`, readTimeoutMs: READ_TIMEOUT_MS, connectTimeoutMs: 1_000, sessionTtlMs: 3_600_000 },
          delivery: {
            concurrency: 12, retry: { baseMs: 20, capMs: 500, maxAttempts: 200, retryAfterCapMs: 250, probeDelayMs: 10 },
            // It opens and closes many times in a run, and never so long that the faults find nobody at work.
            upstreams: { dvcqg: { breaker: { minimumCalls: 30, failureRate: 0.6, windowMs: 2_000, openMs: 200, mostOpenMs: 500 } } },
          },
        }),
        ledger: home.ledgerConfig(toDatabase?.port),
      }));
    }
    proxies.push(...upstream, ...database);
    const fleet = fleetOf(files);
    await Promise.all(fleet.slots.map((slot) => slot.start()));

    progress.phase = 'storm';
    const sender = startSender({ lines, targets: fleet.slots.map((slot) => slot.url), random: random.fork('sender'), perSecond });
    const look = (what?: string): void => {
      Object.assign(progress, { seconds: (performance.now() - began) / 1000, acknowledged: sender.acknowledged.size, calls: portal.simulator.journal().length, blows: nemesis.counts(), faults: portal.faults.counts() });
      tell(progress, what);
    };
    const nemesis = unleash({ seed, fleet, portal, database: home.server, lines: { upstream, database } }, schedule(seed, engine, seconds), (what) => setImmediate(look, what));
    watch = setInterval(look, 1_000);
    await nemesis.done;
    await enoughWeather(seed, portal, engine);

    progress.phase = 'calm';
    const patience = setTimeout(() => sender.stop(), ACKNOWLEDGE_MS);
    await sender.done;
    clearTimeout(patience);
    const [anyUrl] = fleet.slots.flatMap((slot) => slot.url() ?? []);
    let undrained: string | undefined;
    const summary = await drained(anyUrl ?? '', DRAIN_MS).catch((error: unknown) => void (undrained = String(error)));
    for (const slot of fleet.slots) await slot.stop();

    progress.phase = 'verdict';
    look();
    const verdict = await home.inLedger((ledger) => judgeStorm({
      engine, lines, ledger, portal, acknowledged: sender.acknowledged, blows: nemesis.counts(), doubts: summary?.doubts,
      violations: [...fleet.violations(), ...sender.violations, ...(undrained === undefined ? [] : [undrained])],
      figures: { ...sender.figures, refusedStarts: fleet.refusedStarts(), ...lineFigures(proxies) },
    }));
    return { seed, engine, progress, ...verdict };
  } finally {
    clearInterval(watch);
    endEverything();
    for (const proxy of proxies) await proxy.close();
    await portal.close();
  }
}

function lineFigures(lines: readonly TcpProxy[]): { linesReset: number; linesDeafened: number } {
  const figures = lines.map((line) => line.figures());
  return { linesReset: figures.reduce((sum, f) => sum + f.reset, 0), linesDeafened: figures.reduce((sum, f) => sum + f.deafened, 0) };
}

/** How to see a run again. */
export const againWith = ({ engine, seed, seconds }: Pick<StormOptions, 'engine' | 'seed' | 'seconds'>): string => `npm run test:faults -- --engine ${engine} --seed ${seed} --seconds ${seconds}`;

/** Blows may have kept the gateway from calling for most of the time: the upstream stays unsettled until enough calls have met it. */
async function enoughWeather(seed: string, portal: Portal, engine: EngineName): Promise<void> {
  const { lostAtHost = 0, faults = 0 } = LEAST[engine].figures;
  const seen = (): number => faultsIn(portal.faults.counts());
  portal.faults.set(unsettled(`${seed}:end`));
  await waitFor(() => portal.faults.lostReplies().length >= lostAtHost && seen() >= faults, { timeoutMs: WEATHER_MS }).catch(() => undefined);
  portal.faults.set({});
}
