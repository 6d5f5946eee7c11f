/**
 * The line to the portal: straight through the exchange adapter (login, session, dstcode), or through a provincial façade
 * (no session, bare arrays, answers packed as text). Whoever asks sees one dialect: the national one.
 */
import { guardedSessions, notSent, withSession } from '../../src/adapter/login.ts';
import type { HttpRequest, Transport } from '../../src/adapter/transport.ts';
import type { AdapterRuntime, AnyOperation, Wire, WireResult } from '../../src/adapter/types.ts';
import { isRecord } from '../../src/contract/is-record.ts';
import { claimsSuccess, errorCodeOf, meaningOf, readEnvelope, textOf } from './answer.ts';
import { NOT_OFFERED } from './classify.ts';
import type { DvcqgConfig } from './config.ts';
import { SESSION_SLOT } from './contract.ts';
import { SERVICE_ENDPOINTS, WRITE_SERVICES, type FacadeWrite, type ServiceName } from './services.ts';

type Request = Record<string, unknown> & { service: ServiceName };

export function openWire(config: DvcqgConfig, runtime: AdapterRuntime): Wire {
  const transport = runtime.transport({
    baseUrl: config.baseUrl,
    connectTimeoutMs: config.connectTimeoutMs,
    readTimeoutMs: config.readTimeoutMs,
    connections: config.connections,
    maxResponseBytes: config.maxResponseBytes,
    ...(config.tls === undefined ? {} : { tls: config.tls }),
  });
  return config.mode === 'facade' ? facadeWire(config, transport) : directWire(config, transport, runtime.now);
}

// ---- straight through the exchange adapter ------------------------------------------------------------------------

/** What every call through the exchange adapter carries: where it is to go, in the header or in the query (fact sheet 1.1, 1.5). */
export function directHead(config: DvcqgConfig): { headers: Record<string, string>; query: Record<string, string> } {
  const routing = { ...(config.dstcode === '' ? {} : { dstcode: config.dstcode }), ...(config.providerUrl === '' ? {} : { providerurl: config.providerUrl }) };
  const headers = { accept: 'application/json', 'content-type': 'application/json', charset: 'utf-8' };
  return config.dstcodeIn === 'header' ? { headers: { ...headers, ...routing }, query: {} } : { headers, query: routing };
}

function directWire(config: DvcqgConfig, transport: Transport, now: () => number): Wire {
  const { headers, query } = directHead(config);
  const post = (path: string, body: string, operation: AnyOperation | undefined, signal: AbortSignal | undefined): Promise<WireResult> =>
    transport.request({
      method: 'POST', path, query, headers, body,
      ...(operation?.timeouts?.readMs === undefined ? {} : { readTimeoutMs: operation.timeouts.readMs }),
      ...(signal === undefined ? {} : { signal }),
    });

  const sessions = guardedSessions({
    ttlMs: config.sessionTtlMs,
    now,
    ask: () => post(config.paths.login, JSON.stringify({ username: config.username, password: config.password }), undefined, undefined),
    read({ status, body }) {
      const session = status === 200 ? sessionOf(body) : undefined;
      if (session !== undefined) return { session, ttlMs: config.sessionTtlMs };
      return status === 401 || status === 403 || (status === 200 && accountRefused(body)) ? 'refused' : undefined;
    },
  });
  // The slot stands first in every request, so that the session is written into the text without parsing it again.
  const slot = `{"session":${JSON.stringify(SESSION_SLOT)}`;

  return {
    call(operation, request, { signal }) {
      const { service } = request as Request;
      const path = config.paths[config.endpoints[service] ?? SERVICE_ENDPOINTS[service]];
      const text = JSON.stringify(request);
      const body = (session: string): string => `{"session":${JSON.stringify(session)}${text.slice(slot.length)}`;
      if (!text.startsWith(slot)) throw new TypeError('a request begins with its session slot');
      return withSession(sessions, signal, (session) => post(path, body(session), operation, signal), sessionRefused);
    },
    close: () => transport.close(),
  };
}

/** Answers to a login that speak of the portal's own trouble and not of the account: no reason to pause everything. */
const NOT_ABOUT_THE_ACCOUNT: ReadonlySet<string | undefined> = new Set(['busy', 'broken', 'lost']);

function accountRefused(body: unknown): boolean {
  const envelope = readEnvelope(body);
  return envelope?.code !== undefined && !NOT_ABOUT_THE_ACCOUNT.has(meaningOf(envelope.message));
}

/** The session of a login answer: present, and `error_code` zero in any spelling (fact sheet 1.3). */
export function sessionOf(body: unknown): string | undefined {
  const envelope = readEnvelope(body);
  if (envelope === undefined || errorCodeOf(envelope.body['error_code']) !== 0) return undefined;
  const session = textOf(envelope.body['session']);
  return session === '' ? undefined : session;
}

/** Did the portal say that it does not know the session? Its own words for it are unknown (1.4): see answer-rules.ts. */
export function sessionRefused(result: WireResult): boolean {
  if (result.kind !== 'response') return false;
  if (result.status === 401 || result.status === 403) return true;
  if (result.status !== 200) return false;
  const envelope = readEnvelope(result.body);
  return envelope !== undefined && envelope.code !== undefined && envelope.code !== 0 && meaningOf(envelope.message) === 'session';
}

// ---- through a provincial façade ----------------------------------------------------------------------------------

function facadeWire(config: DvcqgConfig, transport: Transport): Wire {
  const headers: Record<string, string> = { accept: 'application/json', 'content-type': 'application/json', charset: 'utf-8', ...config.facade.headers };
  return {
    async call(operation, request, { signal }) {
      const http = facadeRequest(config, request as Request);
      if (http === undefined) return notSent(NOT_OFFERED);
      const result = await transport.request({
        ...http,
        headers,
        ...(operation.timeouts?.readMs === undefined ? {} : { readTimeoutMs: operation.timeouts.readMs }),
        ...(signal === undefined ? {} : { signal }),
      });
      return result.kind === 'response' ? { ...result, body: nationalBody(result.body, WRITE_SERVICES.has((request as Request).service)) } : result;
    },
    close: () => transport.close(),
  };
}

const FACADE_WRITES: Partial<Record<ServiceName, (request: Request) => FacadeWrite>> = {
  DongBoHoSoMC: (request) => (request['isUpdating'] === 'True' ? 'update' : 'create'),
  CapNhatTienDoHoSoMC: () => 'progress',
  DongBoTrangThaiHoSo: () => 'status',
};

/** Parameters that belong to the envelope and do not travel to a façade. */
const ENVELOPE_KEYS: ReadonlySet<string> = new Set(['session', 'madonvi', 'service', 'data', 'isUpdating']);

/** @returns `undefined` when the façade has no such service */
export function facadeRequest(config: DvcqgConfig, request: Request): Pick<HttpRequest, 'method' | 'path' | 'query' | 'body'> | undefined {
  const write = FACADE_WRITES[request.service]?.(request);
  const template = config.facade.paths[write ?? request.service];
  if (template === undefined) return undefined;
  const filled = template.replace('{madonvi}', encodeURIComponent(config.agencyCode)).replace('{isUpdating}', String(request['isUpdating'] ?? ''));
  const [path = '', search = ''] = filled.split('?');
  const query: Record<string, string> = Object.fromEntries(new URLSearchParams(search));
  // Dossiers and steps travel as the bare array; a status keeps its own object with `type` beside it.
  if (write === 'status') return { method: 'POST', path, query, body: JSON.stringify({ type: request['type'], data: request['data'] }) };
  if (write !== undefined) return { method: 'POST', path, query, body: JSON.stringify(request['data']) };
  for (const [key, value] of Object.entries(request)) if (!ENVELOPE_KEYS.has(key)) query[key] = String(value);
  return { method: 'GET', path, query };
}

/** The code that stands for "a zero without its success words": any code but zero. */
const NO_SUCCESS = -1;

/**
 * A façade's answer in the national dialect: the national answer out of `message` where it is packed there; a write's "0"
 * only where the text claims success (fact sheet 1.7, 6.1).
 */
export function nationalBody(body: unknown, write: boolean): unknown {
  const envelope = readEnvelope(body);
  if (envelope === undefined) return body;
  const unwrapped = isRecord(body) && envelope.body !== body;
  // A packed national answer brings its own error_code: it needs no words.
  if (unwrapped && errorCodeOf(envelope.body['error_code']) !== undefined) return envelope.body;
  if (!write) return envelope.code === undefined ? envelope.body : { ...envelope.body, error_code: envelope.code };
  if (envelope.code === 0 && !claimsSuccess(envelope.message)) return { ...envelope.body, error_code: NO_SUCCESS };
  return envelope.body;
}
