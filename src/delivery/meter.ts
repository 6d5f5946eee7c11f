/**
 * The rate limit at the line itself. A call that delivery lets through has its slot already; but one call may make several
 * requests (a login, a corrected one, the reads of a probe), and each further one waits here for a slot of its own.
 */
import type { HttpRequest, Transport, TransportOptions } from '../adapter/transport.ts';
import type { Limiter } from './limiter.ts';

export interface Meter {
  /** a call was let through, with its slot */
  begin(): void;
  /** the call is over, whether it made a request or not */
  end(): void;
  wrap(make: (options: TransportOptions) => Transport): (options: TransportOptions) => Transport;
}

/** Each wait lasts for seconds at the most: who gets no slot in so many of them is told that nothing was sent. */
const MOST_WAITS = 30;
const LONGEST_PAUSE_MS = 2_000;

export function createMeter(limiter: Limiter, now: () => number): Meter {
  let inFlight = 0;
  /** slots of calls that have made no request yet */
  let paid = 0;

  async function slot(signal: AbortSignal): Promise<boolean> {
    for (let waits = 0; waits < MOST_WAITS && !signal.aborted; waits += 1) {
      if (limiter.take()) return true;
      const later = await limiter.wait(signal);
      if (later === null) return !signal.aborted;
      await new Promise((resolve) => setTimeout(resolve, Math.min(LONGEST_PAUSE_MS, Math.max(1, later - now()))));
    }
    return false;
  }

  return {
    begin() {
      inFlight += 1;
      paid += 1;
    },
    end() {
      inFlight -= 1;
      // A call that made no request leaves its slot behind; it is lost, not saved up.
      paid = Math.min(paid, inFlight);
    },
    wrap: (make) => (options) => {
      const line = make(options);
      const never = new AbortController().signal;
      const admitted = async (request: HttpRequest): Promise<boolean> => {
        if (paid === 0) return slot(request.signal ?? never);
        paid -= 1;
        return true;
      };
      const limited = { kind: 'failure', sent: 'before', code: 'RATE_LIMITED', durationMs: 0 } as const;
      const { open } = line;
      return {
        request: async (request) => ((await admitted(request)) ? line.request(request) : limited),
        ...(open === undefined ? {} : { open: async (request: HttpRequest) => ((await admitted(request)) ? open(request) : limited) }),
        close: () => line.close(),
      };
    },
  };
}
