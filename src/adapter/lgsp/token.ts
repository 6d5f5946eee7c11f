/** Tokens of an integration platform: how each variant asks for one, and what its answer says (B.2). */
import { isRecord } from '../../contract/is-record.ts';
import { parseTime } from '../../model/time.ts';
import type { TimedSession } from '../session.ts';
import type { HttpRequest } from '../transport.ts';
import type { WireResult } from '../types.ts';
import { GATEWAY_DEFAULTS, type GatewayAuth, type TokenSource } from './config.ts';
import { partnerToken } from './partner-key.ts';

/** A variant that has a token, with where it is fetched. */
export type WithToken = Exclude<GatewayAuth, { kind: 'none' | 'vxp' }> & TokenSource;

/** The variant when it logs in; undefined where every call stands for itself. */
export function loggingIn(gateway: GatewayAuth): WithToken | undefined {
  if (gateway.kind === 'none' || gateway.kind === 'vxp') return undefined;
  if (gateway.kind !== 'lgspaccesstoken') return gateway;
  return gateway.place === 'header+token' && gateway.tokenUrl !== undefined ? { ...gateway, tokenUrl: gateway.tokenUrl } : undefined;
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const JSON_BODY = { 'content-type': 'application/json' };

/** What is posted to the token address. */
export function tokenRequest(gateway: WithToken): Pick<HttpRequest, 'headers' | 'body'> {
  const form = (fields: Record<string, string>): string => new URLSearchParams(fields).toString();
  switch (gateway.kind) {
    case 'client-credentials': {
      const fields = { grant_type: 'client_credentials', ...(gateway.scope === undefined ? {} : { scope: gateway.scope }) };
      if (gateway.credentialsIn === 'form') return { headers: FORM, body: form({ ...fields, client_id: gateway.key, client_secret: gateway.secret }) };
      return { headers: { ...FORM, authorization: `Basic ${Buffer.from(`${gateway.key}:${gateway.secret}`).toString('base64')}` }, body: form(fields) };
    }
    case 'lgspaccesstoken':
      return { headers: { ...FORM, lgspaccesstoken: partnerToken(gateway) }, body: form({ grant_type: 'client_credentials' }) };
    case 'jwt':
      return { headers: { ...JSON_BODY, auth: gateway.auth }, body: '{}' };
    case 'password': {
      const [user = '', password = ''] = (gateway.fields ?? 'userName/password').split('/');
      return { headers: JSON_BODY, body: JSON.stringify({ [user]: gateway.user, [password]: gateway.password }) };
    }
  }
}

/**
 * The token of an answer with how long it may be kept; `refused` when the account is at fault (400, 401, 403); undefined for anything
 * else: a page, a proxy's error, an answer without token.
 */
export function readToken(gateway: WithToken, answer: Extract<WireResult, { kind: 'response' }>, nowMs: number): TimedSession | 'refused' | undefined {
  const body = answer.status >= 200 && answer.status < 300 && isRecord(answer.body) ? answer.body : {};
  const token = body['access_token'] ?? body['token'];
  // What cannot stand in a header is no token, and must not become a line of its own there.
  if (typeof token === 'string' && /^[\x21-\x7e]+$/.test(token)) return { session: token, ttlMs: keptFor(gateway, body, nowMs) };
  return [400, 401, 403].includes(answer.status) ? 'refused' : undefined;
}

function keptFor(gateway: WithToken, body: Record<string, unknown>, nowMs: number): number {
  const { renewBeforeMs = gateway.kind === 'jwt' ? GATEWAY_DEFAULTS.jwtRenewBeforeMs : GATEWAY_DEFAULTS.renewBeforeMs } = gateway;
  const life = secondsOf(body['expires_in']) ?? until(body['expiryDate'] ?? body['expiration'], nowMs);
  if (life === undefined) return gateway.tokenTtlMs ?? GATEWAY_DEFAULTS.tokenTtlMs;
  // A token that is shorter than the margin still serves half of its life: kept for no time at all it would be fetched for every call.
  return Math.min(Math.max(life - renewBeforeMs, life / 2), gateway.tokenTtlMs ?? Number.POSITIVE_INFINITY);
}

/** `expires_in`: seconds as a number or text → ms. */
function secondsOf(value: unknown): number | undefined {
  const seconds = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof seconds === 'number' && Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
}

/** `expiryDate`, `expiration`: a time, Vietnamese where it has no offset → ms from now. One that has passed is a clock that differs: not believed. */
function until(value: unknown, nowMs: number): number | undefined {
  const read = typeof value === 'string' ? parseTime(value) : undefined;
  return read?.ok === true && read.epochMs > nowMs ? read.epochMs - nowMs : undefined;
}
