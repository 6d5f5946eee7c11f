/** Shows an integration platform who calls: the headers of each call, one login for all, one more try of a call whose token was refused. */
import { guardedSessions, notSent, withSession } from '../login.ts';
import type { SessionProvider } from '../session.ts';
import type { Transport, TransportOptions } from '../transport.ts';
import type { WireResult } from '../types.ts';
import { GATEWAY_DEFAULTS, type GatewayAuth } from './config.ts';
import { partnerToken } from './partner-key.ts';
import { loggingIn, readToken, tokenRequest, type WithToken } from './token.ts';
import { vxpHeaders } from './vxp.ts';

export interface GatewayAuthDeps {
  transport: (options: TransportOptions) => Transport;
  now: () => number;
  /** of the line to the token address: timeouts, TLS files. The adapter's own, as a rule */
  line?: Omit<TransportOptions, 'baseUrl'>;
}
export interface GatewayLine {
  /**
   * Makes a call with the headers that the platform wants, lower-case names. A refused token is renewed and the call made once more: it was not
   * looked at. When no token is to be had, nothing was sent: a failure `before` with the code LOGIN_… .
   * @param call makes the call anew each time it is asked
   * @param parameters of a VXP call, which travel as headers and are signed
   */
  around(signal: AbortSignal | undefined, call: (headers: Record<string, string>) => Promise<WireResult>, parameters?: Readonly<Record<string, string>>): Promise<WireResult>;
  /** did the platform say that the token is not valid? */
  isRefused(result: WireResult): boolean;
  close(): Promise<void>;
}

export function openGatewayAuth(gateway: GatewayAuth, deps: GatewayAuthDeps): GatewayLine {
  const login = loggingIn(gateway);
  const statuses: readonly number[] = login?.refusedStatuses ?? GATEWAY_DEFAULTS.refusedStatuses;
  const isRefused = (result: WireResult): boolean => result.kind === 'response' && statuses.includes(result.status);
  const fixed = fixedHeaders(gateway);

  if (login === undefined) {
    return {
      around: (_signal, call, parameters) => (gateway.kind === 'vxp' ? signed(gateway, deps.now(), fixed, call, parameters) : call({ ...fixed })),
      isRefused,
      close: () => Promise.resolve(),
    };
  }
  const url = new URL(login.tokenUrl);
  const line = deps.transport({ ...deps.line, baseUrl: url.origin });
  const sessions = tokensOf(login, line, url, deps.now);
  return {
    around: (signal, call) => withSession(sessions, signal, (token) => call({ ...fixed, authorization: `Bearer ${token}` }), isRefused),
    isRefused,
    close: () => line.close(),
  };
}

function tokensOf(login: WithToken, line: Transport, url: URL, now: () => number): SessionProvider {
  return guardedSessions({
    ttlMs: Number.POSITIVE_INFINITY, // each answer says how long it holds, or `readToken` does
    now,
    ask: () => line.request({ method: 'POST', path: url.pathname, query: Object.fromEntries(url.searchParams), ...tokenRequest(login) }),
    read: (answer) => readToken(login, answer, now()),
  });
}

/** What stands in every call, whatever the token. */
function fixedHeaders(gateway: GatewayAuth): Record<string, string> {
  const headers = Object.fromEntries(Object.entries(gateway.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
  if (gateway.authHash !== undefined) headers['authhash'] = Buffer.from(`${gateway.authHash.keyName}:${gateway.authHash.keyPass}`).toString('base64');
  if (gateway.kind !== 'lgspaccesstoken') return headers;
  const { place = 'header', keepHeader = true, backend } = gateway;
  if (place === 'authorization') headers['authorization'] = partnerToken(gateway);
  else if (place === 'header' || keepHeader) headers['lgspaccesstoken'] = partnerToken(gateway);
  if (place === 'header' && backend !== undefined) {
    if (backend.in === 'x-authentication-token') headers['x-authentication-token'] = backend.token;
    else headers['authorization'] = `Bearer ${backend.token}`;
  }
  return headers;
}

function signed(gateway: Extract<GatewayAuth, { kind: 'vxp' }>, nowMs: number, fixed: Record<string, string>, call: (headers: Record<string, string>) => Promise<WireResult>, parameters?: Readonly<Record<string, string>>): Promise<WireResult> {
  let headers: Record<string, string>;
  try {
    headers = vxpHeaders(gateway, nowMs, parameters);
  } catch {
    return Promise.resolve(notSent('HEADER_REFUSED'));
  }
  return call({ ...fixed, ...headers });
}
