/** Gateway processes under a supervisor that starts what has ended, as an installation has one. */
import { waitFor } from '../../src/testing/index.ts';
import { serveGateway, type GatewayProcess } from '../support/process.ts';

/** One place where a gateway runs; its process changes, its configuration does not. */
export interface Slot {
  readonly index: number;
  /** undefined while nobody answers there */
  url(): string | undefined;
  process(): GatewayProcess | undefined;
  /** SIGKILL, whatever it does; waits until it is gone */
  kill(): Promise<void>;
  pause(): void;
  resume(): void;
  /** SIGTERM; what it ended with other than 0 is a violation */
  stop(): Promise<void>;
  /** waits until it answers; a start that is refused is tried again */
  start(): Promise<void>;
}

export interface Fleet {
  slots: readonly Slot[];
  /** what no gateway may do: to end by itself, to end in disorder */
  violations(): readonly string[];
  /** starts that were refused, because the database was away for example */
  refusedStarts(): number;
}

const START_MS = 40_000;
/** Above what a gateway gives to callers (15 s) and to a database that does not answer. */
const STOP_MS = 25_000;

/** @param files one configuration for each slot */
export function fleetOf(files: readonly string[]): Fleet {
  const violations: string[] = [];
  let refused = 0;

  function slot(file: string, index: number): Slot {
    let running: GatewayProcess | undefined;
    let paused = false;

    async function started(): Promise<void> {
      if (running !== undefined) return;
      const process = await waitFor(() => serveGateway(file).catch((error: unknown) => {
        refused += 1;
        lastRefusal = String(error);
        return undefined;
      }), { timeoutMs: START_MS, intervalMs: 200, describe: () => `gateway ${index} to start: ${lastRefusal}` });
      running = process;
      void process.ended.then(({ code, signal }) => {
        if (running !== process) return;
        running = undefined;
        violations.push(`gateway ${index} ended by itself with ${String(code ?? signal)}: ${process.stderr().slice(-2_000)}`);
      });
    }
    let lastRefusal = '';

    return {
      index,
      url: () => (paused ? undefined : running?.url),
      process: () => running,
      async kill() {
        const process = running;
        running = undefined;
        paused = false;
        await process?.kill();
      },
      pause() {
        if (running === undefined) return;
        paused = true;
        running.child.kill('SIGSTOP');
      },
      resume() {
        paused = false;
        running?.child.kill('SIGCONT');
      },
      async stop() {
        const process = running;
        running = undefined;
        if (process === undefined) return;
        const asked = performance.now();
        const { code, signal } = await process.stop();
        const tookMs = Math.round(performance.now() - asked);
        if (tookMs > STOP_MS) violations.push(`gateway ${index} took ${tookMs} ms to stop`);
        if (code !== 0) violations.push(`gateway ${index} was asked to stop and ended with ${String(code ?? signal)}: ${process.stderr().slice(-2_000)}`);
      },
      start: started,
    };
  }

  return { slots: files.map(slot), violations: () => violations, refusedStarts: () => refused };
}
