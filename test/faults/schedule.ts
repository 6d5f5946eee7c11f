/** What the nemesis will do: pure, and all of it decided by the seed before the run begins. Times in ms. */
import { FAULT_KINDS, isCallbackFault, randomFrom, type FaultKind, type FaultPlan, type Random } from '../../src/testing/index.ts';

export const ENGINES = ['sqlite', 'postgres'] as const;
export type EngineName = (typeof ENGINES)[number];

export type LinkName = 'upstream' | 'database';
export type Blow =
  /** SIGKILL, started again after `downMs`; comes down while `calls` of the upstream's replies are awaited, or at 0 whenever it likes */
  | { kind: 'kill'; gateway: number; downMs: number; calls: number }
  /** SIGTERM, started again after `downMs` */
  | { kind: 'stop'; gateway: number; downMs: number }
  /** SIGSTOP, then SIGCONT; `long`: so long that the others take its lanes */
  | { kind: 'pause' | 'long-pause'; gateway: number; forMs: number }
  | { kind: 'database-kill' | 'database-stop'; downMs: number }
  | { kind: 'database-pause'; forMs: number }
  | { kind: 'cut' | 'half-open'; link: LinkName; gateway: number; forMs: number }
  | { kind: 'slow-line'; link: LinkName; gateway: number; forMs: number; delayMs: number }
  /** the upstream behaves like this for a while */
  | { kind: 'weather'; name: string; plan: FaultPlan; forMs: number }
  /** every session at the upstream ends */
  | { kind: 'expire-sessions' };
export type BlowKind = Blow['kind'];

/** Blows that come one after another; tracks run beside one another. */
export interface Track { name: string; blows: { afterMs: number; blow: Blow }[] }

const RATE = 0.02;
/** Always a little of everything. */
const UNSETTLED: FaultPlan['rules'] = [
  { kind: 'latency', rate: 0.5, delay: { lognormal: { median: 10, sigma: 1, max: 150 } } },
  { kind: 'reset-before', rate: RATE },
  { kind: 'reset-after', rate: RATE },
  { kind: 'html-502', rate: RATE },
  { kind: 'html-502-after', rate: RATE },
  { kind: 'error-200', rate: RATE },
  { kind: 'truncated', rate: RATE },
  { kind: 'garbage', rate: RATE },
  { kind: 'wrong-content-type', rate: RATE },
  { kind: 'http-429', rate: RATE, retryAfterSeconds: 1 },
  { kind: 'http-503', rate: RATE },
  { kind: 'dribble', rate: RATE, delay: { uniform: [1, 10] } },
  { kind: 'hang', rate: 0.005 },
  { kind: 'hang-after', rate: 0.005 },
];
const WEATHERS: Record<string, FaultPlan['rules']> = {
  busy: [{ kind: 'http-429', rate: 0.8, retryAfterSeconds: 1 }],
  broken: [{ kind: 'http-503', rate: 0.4 }, { kind: 'html-502', rate: 0.6 }],
  lossy: [{ kind: 'reset-after', rate: 0.2 }, { kind: 'html-502-after', rate: 0.2 }, { kind: 'truncated', rate: 0.2 }, { kind: 'garbage', rate: 0.1 }],
  slow: [{ kind: 'latency', delay: { uniform: [100, 500] } }, { kind: 'dribble', rate: 0.3, delay: { uniform: [1, 10] } }],
  silent: [{ kind: 'hang', rate: 0.15 }, { kind: 'hang-after', rate: 0.15 }],
};

/** Every kind that a run must have seen, whatever the dice say; the nemesis ends sessions by itself, and the portal makes no calls here. */
export const EACH_KIND: readonly FaultKind[] = FAULT_KINDS.filter((kind) => kind !== 'expire-session' && !isCallbackFault(kind));

export const unsettled = (seed: string): FaultPlan => ({ seed, rules: UNSETTLED });

/** Shuffles in place. */
function shuffled<T>(list: T[], random: Random): T[] {
  for (let i = list.length - 1; i > 0; i -= 1) {
    const j = random.int(i + 1);
    [list[i], list[j]] = [list[j] as T, list[i] as T];
  }
  return list;
}
const between = (random: Random, low: number, high: number): number => low + random.int(high - low + 1);
const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

/**
 * Fills a track: the fixed part of the list once, whatever the time, then more of the same until `totalMs` is used.
 * The fixed part is what the least counts of a run rest on.
 */
function track(name: string, random: Random, make: () => Blow[], totalMs: number, gapMs: [number, number], length: (blow: Blow) => number): Track {
  const blows: Track['blows'] = [];
  let used = 0;
  for (let round = 0; round === 0 || used < totalMs; round += 1) {
    for (const blow of shuffled(make(), random)) {
      const afterMs = between(random, ...gapMs);
      if (round > 0 && used + afterMs + length(blow) > totalMs) return { name, blows };
      used += afterMs + length(blow);
      blows.push({ afterMs, blow });
    }
  }
  return { name, blows };
}

const lengthOf = (blow: Blow): number => ('forMs' in blow ? blow.forMs : 'downMs' in blow ? blow.downMs + 1_500 : 0);

/** @param seconds how long it shall last, roughly: what must happen happens even when that is too short for it */
export function schedule(seed: string, engine: EngineName, seconds: number): Track[] {
  const root = randomFrom(`nemesis:${engine}:${seed}`);
  const gateways = engine === 'postgres' ? 2 : 1;
  const totalMs = seconds * 1000;
  const some = (random: Random): number => random.int(gateways);

  const processes = root.fork('processes');
  const down = (): number => between(processes, 0, 600);
  const kill = (calls: number) => (): Blow => ({ kind: 'kill', gateway: some(processes), downMs: down(), calls });
  const pause = (): Blow => ({ kind: 'pause', gateway: some(processes), forMs: between(processes, 200, 2_000) });
  const stop = (): Blow => ({ kind: 'stop', gateway: some(processes), downMs: down() });
  const oneProcess = (): Blow[] => [...times(4, kill(4)), ...times(2, kill(0)), ...times(2, pause), { kind: 'long-pause', gateway: 0, forMs: between(processes, 3_000, 4_500) }, stop()];
  const sharedDatabase = (): Blow[] => [
    ...times(2, kill(6)), ...times(2, kill(0)), pause(), stop(),
    // longer than a process may be silent before the others take its lanes
    { kind: 'long-pause', gateway: some(processes), forMs: between(processes, 7_000, 9_000) },
    ...times(2, (): Blow => ({ kind: 'database-kill', downMs: between(processes, 0, 1_500) })),
    { kind: 'database-stop', downMs: between(processes, 0, 1_000) },
    { kind: 'database-pause', forMs: between(processes, 500, 3_000) },
  ];

  const lines = root.fork('lines');
  const fault = (link: LinkName): Blow[] => [
    { kind: 'cut', link, gateway: some(lines), forMs: between(lines, 800, 1_800) },
    { kind: 'half-open', link, gateway: some(lines), forMs: between(lines, 500, 3_000) },
    { kind: 'slow-line', link, gateway: some(lines), forMs: between(lines, 500, 2_000), delayMs: between(lines, 20, 250) },
  ];
  const links = (): Blow[] => (engine === 'postgres' ? [...fault('upstream'), ...fault('database')] : [...fault('upstream'), ...fault('upstream')]);

  const sky = root.fork('sky');
  const weathers = (): Blow[] => [
    ...Object.entries(WEATHERS).map(([name, rules]): Blow => ({ kind: 'weather', name, plan: { seed: `${seed}:${name}:${sky.hex(8)}`, rules: rules ?? [] }, forMs: between(sky, 800, 2_000) })),
    ...times(2, (): Blow => ({ kind: 'expire-sessions' })),
  ];

  return [
    track('processes', processes, engine === 'postgres' ? sharedDatabase : oneProcess, totalMs, [800, 2_000], lengthOf),
    // Between two cuts there must be time to work, or the other faults meet nobody.
    track('lines', lines, links, totalMs, [1_500, 3_500], lengthOf),
    track('sky', sky, weathers, totalMs, [500, 2_000], lengthOf),
  ];
}
