/** Carries a schedule out on a running scene, and puts everything right at its end. */
import { setTimeout as sleep } from 'node:timers/promises';
import { waitFor } from '../../src/testing/index.ts';
import type { OwnPostgres } from '../support/postgres.ts';
import type { TcpProxy } from '../support/tcp-proxy.ts';
import type { Fleet } from './fleet.ts';
import type { Portal } from './scene.ts';
import { EACH_KIND, unsettled, type Blow, type BlowKind, type Track } from './schedule.ts';

/** How long a blow waits for somebody to meet it. A fault that meets nobody proves nothing: a gateway may be down, or have closed the upstream's breaker. */
const MEET_MS = 10_000;
const HANGS = ['hang', 'hang-after'] as const;

/** What the nemesis may strike. Lines are by gateway. */
export interface Stage {
  seed: string;
  fleet: Fleet;
  portal: Portal;
  database: OwnPostgres | undefined;
  lines: { upstream: readonly TcpProxy[]; database: readonly TcpProxy[] };
}

export interface Nemesis {
  /** resolves when the whole schedule has been carried out and everything runs again */
  done: Promise<void>;
  counts(): Partial<Record<BlowKind, number>>;
}

const met = async (condition: () => boolean): Promise<void> => {
  await waitFor(condition, { timeoutMs: MEET_MS, intervalMs: 10 }).catch(() => undefined);
};

/** Lets the next calls hang, half of them after their effect, and waits until so many do. */
async function hanging(portal: Portal, calls: number): Promise<void> {
  const seen = (): number => HANGS.reduce((sum, kind) => sum + (portal.faults.counts()[kind] ?? 0), 0);
  const before = seen();
  for (let i = 0; i < calls; i += 1) portal.faults.once(HANGS[i % HANGS.length] ?? 'hang');
  await met(() => seen() >= before + calls);
}

export function unleash(stage: Stage, tracks: readonly Track[], tell: (text: string) => void = () => undefined): Nemesis {
  const counts: Partial<Record<BlowKind, number>> = {};

  async function strike(blow: Blow): Promise<void> {
    const { fleet, database, portal } = stage;
    tell(JSON.stringify(blow, (key, value: unknown) => (key === 'plan' ? undefined : value)));
    counts[blow.kind] = (counts[blow.kind] ?? 0) + 1;
    const slot = 'gateway' in blow ? fleet.slots[blow.gateway] : undefined;
    const line = 'link' in blow ? stage.lines[blow.link][blow.gateway] : undefined;
    switch (blow.kind) {
      case 'kill':
        await hanging(portal, blow.calls);
        await slot?.kill();
        await sleep(blow.downMs);
        return slot?.start();
      case 'stop':
        await slot?.stop();
        await sleep(blow.downMs);
        return slot?.start();
      case 'pause':
      case 'long-pause':
        slot?.pause();
        await sleep(blow.forMs);
        return slot?.resume();
      case 'database-kill':
      case 'database-stop':
        await (blow.kind === 'database-kill' ? database?.kill() : database?.stop());
        await sleep(blow.downMs);
        return database?.start();
      case 'database-pause':
        database?.pause();
        await sleep(blow.forMs);
        return database?.resume();
      case 'cut':
      case 'half-open': {
        const before = line?.figures();
        if (blow.kind === 'cut') line?.cut();
        else line?.deafen();
        await sleep(blow.forMs);
        const figure = blow.kind === 'cut' ? 'reset' : 'deafened';
        await met(() => line === undefined || line.figures()[figure] !== before?.[figure]);
        return line?.heal();
      }
      case 'slow-line':
        line?.delay(blow.delayMs);
        await sleep(blow.forMs);
        return line?.heal();
      case 'weather':
        portal.faults.set(blow.plan);
        await sleep(blow.forMs);
        return portal.faults.set(unsettled(`${stage.seed}:${String(counts.weather)}`));
      case 'expire-sessions':
        return portal.simulator.expireSessions();
    }
  }

  async function follow({ blows }: Track): Promise<void> {
    for (const { afterMs, blow } of blows) {
      await sleep(afterMs);
      await strike(blow);
    }
  }

  async function all(): Promise<void> {
    stage.portal.faults.set(unsettled(stage.seed));
    for (const kind of EACH_KIND) stage.portal.faults.once(kind);
    await Promise.all(tracks.map(follow));
    stage.portal.faults.set({});
    for (const line of [...stage.lines.upstream, ...stage.lines.database]) line.heal();
    await Promise.all(stage.fleet.slots.map((slot) => slot.start()));
  }

  return { done: all(), counts: () => ({ ...counts }) };
}
