/**
 * Ends calls that take too long. One timer for all of them: a timer and an abort signal per call cost more than the
 * rest of the framework.
 */
import type { FastifyReply } from 'fastify';
import { ProblemError } from './problem.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** the route has a watch of its own */
    untimed?: boolean;
  }
}

export interface Deadlines {
  /** watches a call from now on */
  add(reply: FastifyReply): void;
  /** the call was answered or its connection is gone */
  delete(reply: FastifyReply): void;
  stop(): void;
}

/** @param ms how long a call may take; looked at about every quarter of that, at least every second */
export function createDeadlines(ms: number): Deadlines {
  // In order of arrival, and all have the same time: the first that is not due ends the look.
  const open = new Map<FastifyReply, number>();
  const timer = setInterval(() => {
    const due = performance.now() - ms;
    for (const [reply, since] of open) {
      if (since > due) break;
      open.delete(reply);
      // What was being read will not be needed, and what comes after it on this connection cannot be told apart from it.
      if (!reply.sent) reply.header('connection', 'close').send(new ProblemError('LT-GATEWAY-TIMEOUT'));
    }
  }, Math.max(10, Math.min(1000, ms / 4)));
  timer.unref();
  return {
    add: (reply) => void open.set(reply, performance.now()),
    delete: (reply) => void open.delete(reply),
    stop: () => clearInterval(timer),
  };
}
