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

const PROXY_HEADERS: ReadonlySet<string> = new Set(['forwarded', 'via', 'x-real-ip']);

/** Node gives header names in lower case. An empty header counts: its presence alone tells. */
function cameThroughProxy(headers: FastifyRequest['headers']): boolean {
  for (const name in headers) if (PROXY_HEADERS.has(name) || name.startsWith('x-forwarded')) return true;
  return false;
}

/** A hook of fastify. Callbacks, not promises: this runs before every call. */
export type Authenticate = (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => void;

/**
 * Makes the check for routes that need a scope.
 * Without configured keys only calls to a loopback host name pass: a web page that rebinds its own name to 127.0.0.1
 * would carry that name in Host. Nor does a call with a proxy's header pass: a proxy on this machine would bring
 * everybody in.
 */
export function createAuth(keys: readonly ApiKeyConfig[], failed: FailureLimit): (scope: ApiScope) => Authenticate {
  const find = createKeyring(keys);
  if (keys.length === 0) {
    return () => (request, _reply, done) => {
      if (!LOCAL_HOSTS.test(request.headers.host ?? '')) {
        done(new ProblemError('LT-GATEWAY-HOST'));
        return;
      }
      if (cameThroughProxy(request.headers)) {
        done(new ProblemError('LT-GATEWAY-PROXIED'));
        return;
      }
      request.caller = LOCAL;
      done();
    };
  }
  return (scope) => (request, _reply, done) => {
    const presented = presentedKey(request);
    const caller = presented === undefined ? undefined : find(presented);
    if (caller === undefined) {
      const refusal = new ProblemError('LT-GATEWAY-UNAUTHENTICATED', { headers: { 'www-authenticate': 'Bearer realm="lienthong"' } });
      if (presented === undefined) done(refusal);
      else failed(request).then((tooMany) => done(tooMany ? new ProblemError('LT-GATEWAY-RATE-LIMIT', { retryAfterSeconds: 60 }) : refusal), done);
      return;
    }
    if (!caller.scopes.has(scope) && !(scope === 'indicators' && caller.scopes.has('read'))) {
      done(new ProblemError('LT-GATEWAY-FORBIDDEN', { extra: { scope } }));
      return;
    }
    request.caller = caller;
    done();
  };
}

function presentedKey(request: FastifyRequest): string | undefined {
  const own = request.headers['x-api-key'];
  if (typeof own === 'string') return own;
  const authorization = request.headers.authorization;
  if (authorization === undefined || !/^bearer /i.test(authorization)) return undefined;
  return authorization.slice(7).trim();
}
