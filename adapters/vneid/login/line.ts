/** The line to an identity provider: the house's transport, one pool for each host, and every way of failing in our words. */
import { createTransport } from '../../../src/adapter/http.ts';
import type { HttpRequest, Transport } from '../../../src/adapter/transport.ts';
import type { WireResult } from '../../../src/adapter/types.ts';
import type { SignInConfig } from './config.ts';
import { SignInError } from './sign-in-error.ts';

export type Answer = Extract<WireResult, { kind: 'response' }>;
export interface Line {
  /** redirects are not followed: a code or a token must not go where an answer points. @throws SignInError `LT-VNEID-LOGIN-UNAVAILABLE` */
  ask(url: string, request: Omit<HttpRequest, 'path' | 'query'>): Promise<Answer>;
  close(): Promise<void>;
}

export function openLine({ connectTimeoutMs, readTimeoutMs, maxResponseBytes, tls }: SignInConfig): Line {
  const pools = new Map<string, Transport>();
  return {
    async ask(url, request) {
      const { origin, pathname, search } = new URL(url);
      let pool = pools.get(origin);
      if (pool === undefined) pools.set(origin, (pool = createTransport({ baseUrl: origin, connectTimeoutMs, readTimeoutMs, maxResponseBytes, connections: 32, ...(tls === undefined ? {} : { tls }) })));
      const result = await pool.request({ ...request, path: `${pathname}${search}` });
      if (result.kind === 'failure') throw new SignInError('LT-VNEID-LOGIN-UNAVAILABLE', result.code);
      return result;
    },
    close: async () => void (await Promise.all([...pools.values()].map((pool) => pool.close()))),
  };
}

/** A body as HTML forms send it. */
export const form = (fields: Readonly<Record<string, string | undefined>>): Pick<HttpRequest, 'body' | 'headers'> => ({
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams(Object.entries(fields).filter((pair): pair is [string, string] => pair[1] !== undefined)).toString(),
});

/** How a client shows itself, in the body or (RFC 6749 2.3.1) form-encoded in Basic. */
export function clientProof({ clientAuth, clientId, clientSecret = '' }: SignInConfig): { fields: Record<string, string>; headers: Record<string, string> } {
  if (clientAuth === 'post') return { fields: { client_id: clientId, client_secret: clientSecret }, headers: {} };
  const encoded = (text: string): string => new URLSearchParams({ '': text }).toString().slice(1);
  return { fields: {}, headers: { authorization: `Basic ${Buffer.from(`${encoded(clientId)}:${encoded(clientSecret)}`).toString('base64')}` } };
}

/** What an answer of the token endpoint that is no token says of the cause. */
export function tokenRefusal(status: number, error: string | undefined): SignInError {
  const more = error === undefined ? {} : { idpError: error };
  if (error === 'invalid_client' || error === 'unauthorized_client' || status === 401 || status === 403) return new SignInError('LT-VNEID-LOGIN-CLIENT', `HTTP ${status}`, more);
  if (error !== undefined || status === 400) return new SignInError('LT-VNEID-LOGIN-CODE', `HTTP ${status}`, more);
  return new SignInError('LT-VNEID-LOGIN-UNAVAILABLE', `HTTP ${status}`);
}
