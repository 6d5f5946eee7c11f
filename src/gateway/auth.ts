/** Who may call what. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createKeyring, API_SCOPES, type ApiKeyConfig, type ApiScope, type Caller } from './keys.ts';
import type { FailureLimit } from './plugins/rate-limit.ts';
import { ProblemError } from './problem.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** set once the call is authenticated */
    caller: Caller | null;
  }
}

/** Everybody on this machine, when no keys are configured and the gateway listens on loopback only. */
const LOCAL: Caller = { name: 'loopback', scopes: new Set(API_SCOPES) };
const LOCAL_HOSTS = /^(localhost|127(\.\d{1,3}){3}|\[::1\]|::1)(:\d{1,5})?$/i;

export type Authenticate = (request: FastifyRequest, reply: FastifyReply) => Promise<void> | void;

/**
 * Makes the check for routes that need a scope.
 * Without configured keys only calls to a loopback host name pass: a web page that rebinds its own name to 127.0.0.1
 * would carry that name in Host.
 */
export function createAuth(keys: readonly ApiKeyConfig[], failed: FailureLimit): (scope: ApiScope) => Authenticate {
  const find = createKeyring(keys);
  return (scope) => {
    if (keys.length === 0) {
      return (request) => {
        if (!LOCAL_HOSTS.test(request.headers.host ?? '')) throw new ProblemError('LT-GATEWAY-HOST');
        request.caller = LOCAL;
      };
    }
    return async (request) => {
      const presented = presentedKey(request);
      const caller = presented === undefined ? undefined : find(presented);
      if (caller === undefined) {
        if (presented !== undefined && (await failed(request))) throw new ProblemError('LT-GATEWAY-RATE-LIMIT', { retryAfterSeconds: 60 });
        throw new ProblemError('LT-GATEWAY-UNAUTHENTICATED', { headers: { 'www-authenticate': 'Bearer realm="lienthong"' } });
      }
      if (!caller.scopes.has(scope)) throw new ProblemError('LT-GATEWAY-FORBIDDEN', { extra: { scope } });
      request.caller = caller;
    };
  };
}

function presentedKey(request: FastifyRequest): string | undefined {
  const own = request.headers['x-api-key'];
  if (typeof own === 'string') return own;
  const authorization = request.headers.authorization;
  if (authorization === undefined || !/^bearer /i.test(authorization)) return undefined;
  return authorization.slice(7).trim();
}
