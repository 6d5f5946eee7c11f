/**
 * Reads changes out of the province systems that do not push. One loop per source; the cursor is kept in the ledger and
 * moves only after every record of a page is durable, so a crash reads a page again and the ledger knows its records.
 */
import type { Wire } from '../adapter/types.ts';
import { createTransport } from '../adapter/http.ts';
import { watchWire, type AnswerObserver } from '../adapter/watch.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { SourceBinding } from './config.ts';
import type { Intake } from './intake.ts';
import type { Logger } from './log.ts';
import { pause } from './pause.ts';

export interface Poller {
  /** begins one loop for each source in mode `poll`; a second call does nothing */
  start(): void;
  /** takes no further record and waits for those on their way to the disk, never for an upstream */
  stop(): Promise<void>;
}
export interface PollerOptions { sources: readonly SourceBinding[]; intake: Pick<Intake, 'take'>; ledger: Ledger; logger: Logger; now?: () => number; /** while true nothing is read: what came in could not be recorded */ paused?: () => boolean; /** told of every answer of a source */ observer?: (source: string) => AnswerObserver | undefined }

/** Records of a page that wait for the disk at once: enough for full commits, far below what makes the gateway shed its callers. */
export const TAKE_WINDOW = 64;
/** No upstream can make us wait longer than this; a timer beyond 2³¹ ms would fire at once. */
const PAUSED_LOOK_MS = 1_000;
const LONGEST_PAUSE_MS = 24 * 60 * 60 * 1000;

interface Round { read: number; quarantined: number }

export function createPoller(options: PollerOptions): Poller {
  const { intake, ledger, logger, now = Date.now } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  const loops: Promise<void>[] = [];

  /** @throws what the ledger failed with; the page is not complete then, and its cursor must not be kept */
  async function takeAll(records: readonly unknown[], source: string): Promise<Round> {
    const round: Round = { read: 0, quarantined: 0 };
    const failed: unknown[] = [];
    let next = 0;
    const worker = async (): Promise<void> => {
      while (next < records.length && failed.length === 0 && !signal.aborted) {
        const parsed = records[next];
        next += 1;
        try {
          const { status } = await intake.take({ raw: { parsed }, source, via: 'poll', actor: source });
          round.read += 1;
          if (status === 'quarantined') round.quarantined += 1;
        } catch (error) {
          failed.push(error);
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(TAKE_WINDOW, records.length) }, worker));
    if (failed.length > 0) throw failed[0];
    return round;
  }

  async function readOnce(binding: SourceBinding): Promise<Round> {
    const total: Round = { read: 0, quarantined: 0 };
    const poll = binding.source.poll;
    if (poll === undefined) return total;
    const cursorName = `source:${binding.id}`;
    let cursor = await ledger.getCursor(cursorName);
    const wire = watchWire(binding.adapter.open(binding.config as never, { now, transport: createTransport }), options.observer?.(binding.id));
    let pages: AsyncIterator<{ records: unknown[]; cursor: string }> | undefined;
    try {
      pages = poll({ wire: stoppable(wire, signal), config: binding.config, now }, cursor)[Symbol.asyncIterator]();
      for (;;) {
        const step = await Promise.race([pages.next(), stopped]);
        if (step === undefined || step.done === true) break;
        const { records, cursor: reached } = step.value;
        const { read, quarantined } = await takeAll(records, binding.id);
        total.read += read;
        total.quarantined += quarantined;
        // Stopped in the middle of a page: what was taken is durable, the rest is read again.
        if (read < records.length) break;
        if (reached !== (cursor ?? '')) {
          await ledger.setCursor(cursorName, reached);
          cursor = reached;
        }
        if (signal.aborted) break;
      }
    } finally {
      // Not waited for: a generator that hangs takes its end only when it comes back.
      void pages?.return?.().catch(() => undefined);
      const closed = wire.close().catch(() => undefined);
      await Promise.race([closed, stopped]);
    }
    return total;
  }

  async function loop(binding: SourceBinding): Promise<void> {
    const usual = binding.pollSeconds * 1000;
    while (!signal.aborted) {
      let wait = usual;
      if (options.paused?.() === true) {
        await pause(PAUSED_LOOK_MS, signal);
        continue;
      }
      try {
        const { read, quarantined } = await readOnce(binding);
        logger[quarantined > 0 ? 'warn' : 'debug']({ source: binding.id, read, quarantined }, 'polled');
      } catch (error) {
        if (signal.aborted) return;
        // The next round reads from the same cursor: nothing is lost, and the log says since when it does not work.
        logger.warn({ source: binding.id, codes: codesOf(error), err: error }, 'polling a source failed');
        wait = Math.max(usual, retryAfterOf(error));
      }
      await pause(Math.min(wait, LONGEST_PAUSE_MS), signal);
    }
  }

  return {
    start() {
      if (loops.length > 0 || signal.aborted) return;
      for (const binding of options.sources) if (binding.mode === 'poll') loops.push(loop(binding));
    },
    async stop() {
      stopping.abort();
      await Promise.all(loops);
    },
  };
}

/** Every call on the wire ends with the poller, so that no socket is left open behind it. */
function stoppable(wire: Wire, signal: AbortSignal): Wire {
  return {
    call: (operation, request, options) => wire.call(operation, request, { signal: options.signal === undefined ? signal : AbortSignal.any([signal, options.signal]) }),
    close: () => wire.close(),
  };
}

/** Codes of the issues that an adapter's error carries; errors of adapters are told by their shape, this room knows none of them. */
function codesOf(error: unknown): string[] | undefined {
  const issues = (error as { issues?: unknown } | null | undefined)?.issues;
  return Array.isArray(issues) ? issues.map((found: { code?: unknown } | null) => String(found?.code)) : undefined;
}

/** ms that the upstream asked us to leave it alone; 0 when it said nothing */
function retryAfterOf(error: unknown): number {
  const asked = (error as { retryAfterMs?: unknown } | null | undefined)?.retryAfterMs;
  return typeof asked === 'number' && asked > 0 ? asked : 0;
}
