/**
 * The door of a simulated integration platform: its token endpoint, and the check of what every call shows. For simulators of what stands
 * behind one, so that each of them refuses a wrong key and an expired token as a platform does.
 */
import { timingSafeEqual } from 'node:crypto';
import { isRecord } from '../../contract/is-record.ts';
import { sameAgency } from '../../model/agency-code.ts';
import { wire14FromEpoch } from '../../model/time.ts';
import { randomFrom } from '../random.ts';
import type { SimulatorRequest, SimulatorResponse } from '../types.ts';
import type { GatewayAuth } from './config.ts';
import { readPartnerToken } from './partner-key.ts';
import { loggingIn, tokenRequest } from './token.ts';
import { VXP_PREFIX, VXP_VERSION, vxpHash, vxpTimestamp } from './vxp.ts';

export const GATEWAY_KINDS = ['none', 'basic', 'form', 'lgsp-header', 'lgsp-token', 'lgsp-authorization', 'jwt', 'password', 'secret-pass', 'vxp'] as const;
/** The variants by one word each, so that a simulator's option names one. */
export type GatewayKind = (typeof GATEWAY_KINDS)[number];

export interface GatewayDoorOptions {
  kind: GatewayKind;
  now: () => number;
  seed?: string;
  /** path of the token endpoint. @default /token */
  tokenPath?: string;
  /** life of a token, ms. @default 3600000 */
  tokenTtlMs?: number;
  /** a token is refused after so many calls, whatever its life. Default: never */
  callsPerToken?: number;
  /** what the token endpoint answers: a token, a refusal, a proxy's page, or 503. @default token */
  login?: 'token' | 'refused' | 'page' | 'down';
  /** how far the clock of a signed call may be off, ms; vxp. @default 300000 */
  clockSkewMs?: number;
}
/** Refused, or answered at the door; `login` tells what it was. The note holds nothing that was shown. */
export interface AtDoor { response: SimulatorResponse; effect: 'login' | 'refused'; note: string }
export interface GatewayDoor {
  /** undefined: let in. Anything else is the answer, with what the simulator's journal is to say of it */
  stop(request: SimulatorRequest): AtDoor | undefined;
  /** `gateway` of the configuration of a client that is let in. @param baseUrl of the simulator, no slash at its end */
  clientConfig(baseUrl: string): GatewayAuth;
  /** every token that was given is refused from now on */
  expireTokens(): void;
  /** another answer of the token endpoint from now on */
  loginAnswers(login: NonNullable<GatewayDoorOptions['login']>): void;
  /** how often somebody was let in at the token endpoint, and how often not; calls that were refused */
  counts(): Readonly<{ logins: number; loginsRefused: number; callsRefused: number }>;
  reset(): void;
}

const MAX_TOKENS = 1000;
const json = (status: number, body: unknown): SimulatorResponse => ({ status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
const same = (a: string, b: string): boolean => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

/** Invented keys of the simulated platform. They open no other door. */
const DEMO = { key: 'demo-key', secret: 'demo-secret-not-real', accessKey: 'demo-access', secretKey: 'demo-secret', appName: 'gateway-demo', partnerCode: '000.00.14.H99', auth: 'demo-auth-not-real', user: 'demo-user' } as const;

function configOf(kind: GatewayKind, tokenUrl: string): GatewayAuth {
  const partner = { kind: 'lgspaccesstoken', accessKey: DEMO.accessKey, secretKey: DEMO.secretKey, appName: DEMO.appName, partnerCode: DEMO.partnerCode } as const;
  switch (kind) {
    case 'none': return { kind: 'none' };
    case 'basic': case 'form': return { kind: 'client-credentials', tokenUrl, key: DEMO.key, secret: DEMO.secret, credentialsIn: kind };
    case 'lgsp-header': return partner;
    case 'lgsp-token': return { ...partner, place: 'header+token', tokenUrl };
    case 'lgsp-authorization': return { ...partner, place: 'authorization' };
    case 'jwt': return { kind: 'jwt', tokenUrl, auth: DEMO.auth };
    case 'password': case 'secret-pass': return { kind: 'password', tokenUrl, user: DEMO.user, password: DEMO.secret, fields: kind === 'password' ? 'userName/password' : 'SecretId/SecretPass' };
    case 'vxp': return { kind: 'vxp', systemId: DEMO.partnerCode, secret: DEMO.secret };
  }
}

export function createGatewayDoor(options: GatewayDoorOptions): GatewayDoor {
  const { kind, now, seed = 'gateway', tokenPath = '/token', tokenTtlMs = 3_600_000, callsPerToken = Number.POSITIVE_INFINITY, clockSkewMs = 5 * 60_000 } = options;
  const own = configOf(kind, `https://door.example.vn${tokenPath}`);
  const login = loggingIn(own);
  const tokens = new Map<string, { until: number; calls: number }>();
  let random = randomFrom(seed).fork('gateway-tokens');
  let answers = options.login ?? 'token';
  const counts = { logins: 0, loginsRefused: 0, callsRefused: 0 };

  const refusedLogin = (response: SimulatorResponse, note: string): AtDoor => {
    counts.loginsRefused += 1;
    return { response, effect: 'refused', note };
  };
  const refusedCall = (note: string): AtDoor => {
    counts.callsRefused += 1;
    return { response: { ...json(401, { fault: { code: 900901, message: 'Invalid Credentials', description: note } }), headers: { 'content-type': 'application/json', 'www-authenticate': 'Bearer error="invalid_token"' } }, effect: 'refused', note };
  };

  /** The caller shows what our own client would: keys are compared, and nothing else of the body is looked at. */
  function knowsCaller(request: SimulatorRequest): boolean {
    if (login === undefined) return false;
    if (login.kind === 'lgspaccesstoken') return isPartner(request.headers['lgspaccesstoken']) && new URLSearchParams(request.body).get('grant_type') === 'client_credentials';
    const wanted = tokenRequest(login);
    if (login.kind === 'jwt') return same(request.headers['auth'] ?? '', login.auth);
    if (login.kind === 'password') return jsonEqual(request.body, wanted.body as string);
    const given = new URLSearchParams(request.body);
    if (login.credentialsIn !== 'form' && !same(request.headers['authorization'] ?? '', wanted.headers?.['authorization'] ?? '')) return false;
    return [...new URLSearchParams(wanted.body as string)].every(([name, value]) => same(given.get(name) ?? '', value));
  }

  function give(): AtDoor {
    if (tokens.size >= MAX_TOKENS) tokens.delete(tokens.keys().next().value as string);
    const token = `${random.hex(16)}.${random.hex(24)}`;
    const until = now() + tokenTtlMs;
    tokens.set(token, { until, calls: 0 });
    counts.logins += 1;
    return { response: json(200, answerOf(token, until)), effect: 'login', note: 'token given' };
  }
  /** As each platform words it (B.2). */
  function answerOf(token: string, until: number): Record<string, unknown> {
    const refreshToken = random.hex(24);
    if (kind === 'jwt') return { token, refreshToken, expiryDate: isoOf(until) };
    if (kind === 'password') return { token, refreshToken, refreshTokenExpiryTime: isoOf(until + tokenTtlMs) };
    if (kind === 'secret-pass') return { token, expiration: isoOf(until) };
    return { access_token: token, scope: 'am_application_scope default', token_type: 'Bearer', expires_in: Math.floor(tokenTtlMs / 1000) };
  }

  function tokenEndpoint(request: SimulatorRequest): AtDoor {
    if (request.method !== 'POST') return refusedLogin(json(405, { error: 'method_not_allowed' }), 'not a POST');
    if (answers === 'page') return refusedLogin({ status: 200, headers: { 'content-type': 'text/html' }, body: '<html><body>Please sign in</body></html>' }, 'a page was played');
    if (answers === 'down') return refusedLogin(json(503, { error: 'temporarily_unavailable' }), 'an outage was played');
    if (answers === 'refused' || !knowsCaller(request)) return refusedLogin(json(401, { error: 'invalid_client', error_description: 'A valid OAuth client could not be found' }), 'key not known');
    return give();
  }

  function hasToken(request: SimulatorRequest): boolean {
    const [, token = ''] = /^Bearer (\S+)$/.exec(request.headers['authorization'] ?? '') ?? [];
    const known = tokens.get(token);
    if (known === undefined || known.until <= now() || known.calls >= callsPerToken) return false;
    known.calls += 1;
    return true;
  }

  function call(request: SimulatorRequest): AtDoor | undefined {
    if (kind === 'none') return undefined;
    if (kind === 'lgsp-header') return isPartner(request.headers['lgspaccesstoken']) ? undefined : refusedCall('lgspaccesstoken not known');
    if (kind === 'lgsp-authorization') return isPartner(request.headers['authorization']) ? undefined : refusedCall('authorization not known');
    if (kind === 'vxp') {
      const wrong = signatureFault(request.headers, now(), clockSkewMs);
      return wrong === undefined ? undefined : refusedCall(wrong);
    }
    return hasToken(request) ? undefined : refusedCall('no token, or one that has expired');
  }

  return {
    stop: (request) => (login !== undefined && request.path === tokenPath ? tokenEndpoint(request) : call(request)),
    clientConfig: (baseUrl) => configOf(kind, `${baseUrl}${tokenPath}`),
    expireTokens: () => tokens.clear(),
    loginAnswers: (next) => void (answers = next),
    counts: () => ({ ...counts }),
    reset() {
      tokens.clear();
      random = randomFrom(seed).fork('gateway-tokens');
      answers = options.login ?? 'token';
      counts.logins = counts.loginsRefused = counts.callsRefused = 0;
    },
  };
}

function isPartner(value: string | undefined): boolean {
  const shown = readPartnerToken(value ?? '');
  return shown !== undefined && same(shown.accessKey, DEMO.accessKey) && same(shown.secretKey, DEMO.secretKey) && shown.appName === DEMO.appName && sameAgency(shown.partnerCode, DEMO.partnerCode);
}

/** Is the signed JSON what the headers say, its hash right, its time near ours? */
function signatureFault(headers: Readonly<Record<string, string>>, nowMs: number, skewMs: number): string | undefined {
  const at = (name: string): string => headers[name.toLowerCase()] ?? '';
  const signed = at(`${VXP_PREFIX}sign-header`);
  if (at(`${VXP_PREFIX}version`) !== VXP_VERSION) return 'version not known';
  if (!same(at(`${VXP_PREFIX}hash-header`), vxpHash(DEMO.secret, signed))) return 'hash does not match';
  const read = fieldsOf(signed);
  if (read === undefined) return 'what was signed is no object';
  if (Object.entries(read).some(([name, value]) => at(name) !== value || (name !== `${VXP_PREFIX}content-type` && at(name.slice(VXP_PREFIX.length)) !== value))) return 'headers are not those that were signed';
  if (read[`${VXP_PREFIX}systemid`] !== DEMO.partnerCode) return 'system not known';
  const [, day, month, year, clock] = /^(\d\d)(\d\d)(\d{4})T(\d{6})\+0700$/.exec(String(read[`${VXP_PREFIX}timestamp`] ?? '')) ?? [];
  const [shown, early, late] = [`${year}${month}${day}${clock}`, nowMs - skewMs, nowMs + skewMs];
  return shown >= wire14FromEpoch(early) && shown <= wire14FromEpoch(late) ? undefined : `timestamp too far from ${vxpTimestamp(nowMs)}`;
}

const isoOf = (ms: number): string => new Date(ms).toISOString();

function fieldsOf(text: string): Record<string, unknown> | undefined {
  try {
    const read: unknown = JSON.parse(text);
    return isRecord(read) ? read : undefined;
  } catch {
    return undefined;
  }
}

function jsonEqual(text: string, wanted: string): boolean {
  const given = fieldsOf(text);
  return given !== undefined && Object.entries(fieldsOf(wanted) ?? {}).every(([name, value]) => same(String(given[name] ?? ''), String(value)));
}
