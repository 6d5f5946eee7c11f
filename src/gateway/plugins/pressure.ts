/** Refuses work while memory or the event loop is beyond its bound. Orders, health and metrics stay reachable. */
import underPressure from '@fastify/under-pressure';
import type { FastifyInstance } from 'fastify';
import type { ServerConfig } from '../config.ts';
import { ProblemError } from '../problem.ts';

const RETRY_AFTER_SECONDS = 5;

class Pressed extends ProblemError {
  constructor() {
    super('LT-GATEWAY-BUSY', { retryAfterSeconds: RETRY_AFTER_SECONDS });
  }
}

/** Watches the routes of this scope. @returns whether the process is beyond a bound now */
export async function usePressureValve(app: FastifyInstance, server: Pick<ServerConfig, 'maxRssBytes' | 'maxEventLoopDelayMs'>): Promise<() => boolean> {
  await app.register(underPressure, {
    maxRssBytes: server.maxRssBytes,
    maxEventLoopDelay: server.maxEventLoopDelayMs,
    retryAfter: RETRY_AFTER_SECONDS,
    customError: Pressed,
  });
  return () => app.isUnderPressure();
}
