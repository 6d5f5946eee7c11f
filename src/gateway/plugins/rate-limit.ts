/** Rate limits: calls per API key (per address without one), and wrong keys per address. */
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ServerConfig } from '../config.ts';
import { ProblemError } from '../problem.ts';

/** Notes a wrong key; true when this address has shown too many of them. */
export type FailureLimit = (request: FastifyRequest) => Promise<boolean>;

/**
 * Applies the limit to every route that is registered afterwards in this scope.
 * @param callerOf name of the authenticated caller, if any: the limit runs after authentication
 */
export async function useRateLimit(app: FastifyInstance, limit: ServerConfig['rateLimit'], callerOf: (request: FastifyRequest) => string | undefined): Promise<FailureLimit> {
  await app.register(rateLimit, {
    global: limit.max > 0,
    max: limit.max > 0 ? limit.max : 1,
    timeWindow: limit.windowSeconds * 1000,
    cache: 10_000,
    keyGenerator: (request) => callerOf(request) ?? request.ip,
    errorResponseBuilder: (_request, context) => new ProblemError('LT-GATEWAY-RATE-LIMIT', { retryAfterSeconds: Math.max(1, Math.ceil(context.ttl / 1000)) }),
    addHeadersOnExceeding: { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false },
  });
  const failures = app.createRateLimit({ max: limit.authFailures, timeWindow: 60_000, keyGenerator: (request) => `wrong-key ${request.ip}` });
  return async (request) => {
    const state = await failures(request);
    return !state.isAllowed && state.isExceeded;
  };
}
