/**
 * Reads changes out of the province systems that do not push. One loop per source; the cursor is kept in the ledger and
 * moves only after every record of a page is durable, so a crash reads a page again and the ledger knows its records.
 */
import { createTransport } from '../adapter/http.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { SourceBinding } from './config.ts';
import type { Intake } from './intake.ts';
import type { Logger } from './log.ts';

export interface Poller { start(): void; stop(): Promise<void> }
export interface PollerOptions { sources: readonly SourceBinding[]; intake: Intake; ledger: Ledger; logger: Logger; now?: () => number }

export function createPoller(options: PollerOptions): Poller {
  const { intake, ledger, logger, now = Date.now } = options;
  const stopping = new AbortController();
  const loops: Promise<void>[] = [];

  async function readOnce(binding: SourceBinding): Promise<number> {
    const poll = binding.source.poll;
    if (poll === undefined) return 0;
    const wire = binding.adapter.open(binding.config as never, { now, transport: createTransport });
    const cursorName = `source:${binding.id}`;
    let read = 0;
    try {
      for await (const page of poll({ wire, config: binding.config, now }, await ledger.getCursor(cursorName))) {
        await Promise.all(page.records.map((parsed) => intake.take({ raw: { parsed }, source: binding.id, via: 'poll', actor: binding.id })));
        await ledger.setCursor(cursorName, page.cursor);
        read += page.records.length;
        if (stopping.signal.aborted) break;
      }
    } finally {
      await wire.close();
    }
    return read;
  }

  async function loop(binding: SourceBinding): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        const read = await readOnce(binding);
        logger.debug({ source: binding.id, read }, 'polled');
      } catch (error) {
        // The next round reads from the same cursor: nothing is lost, and the log says since when it does not work.
        logger.warn({ source: binding.id, error: error instanceof Error ? error.name : 'unknown' }, 'polling a source failed');
      }
      await pause(binding.pollSeconds * 1000, stopping.signal);
    }
  }

  return {
    start() {
      for (const binding of options.sources) if (binding.mode === 'poll' && loops.length < options.sources.length) loops.push(loop(binding));
    },
    async stop() {
      stopping.abort();
      await Promise.all(loops);
    },
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}
