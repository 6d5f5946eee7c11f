/** The lines to VNeID and to the judicial-record software: headers of the integration platform, the token where one is asked for, contents and the key put in while a message goes out. */
import { openGatewayAuth, type GatewayLine } from '../../src/adapter/lgsp/index.ts';
import { guardedSessions, notSent, withSession } from '../../src/adapter/login.ts';
import type { SessionProvider } from '../../src/adapter/session.ts';
import type { Transport } from '../../src/adapter/transport.ts';
import type { AdapterRuntime, Wire, WireResult } from '../../src/adapter/types.ts';
import { isRecord } from '../../src/contract/is-record.ts';
import { NOT_OFFERED } from './classify.ts';
import type { VneidConfig } from './config.ts';
import { fileLines } from './files.ts';
import { codeOf } from './values.ts';

type Headers = Record<string, string>;
interface Line { transport: Transport; gateway: GatewayLine }

export function openWire(config: VneidConfig, runtime: AdapterRuntime): Wire {
  const { backend, connectTimeoutMs, readTimeoutMs, connections, maxResponseBytes, tls, getToken } = config;
  const options = { connectTimeoutMs, readTimeoutMs, connections, maxResponseBytes, ...(tls === undefined ? {} : { tls }) };
  const lineTo = (baseUrl: string, gateway: VneidConfig['gateway']): Line => ({
    transport: runtime.transport({ ...options, baseUrl }), gateway: openGatewayAuth(gateway, { transport: runtime.transport, now: runtime.now, line: options }),
  });
  const vneid = lineTo(config.baseUrl, config.gateway);
  // One address and one way of showing who calls are one line, and one login.
  const isSame = backend.baseUrl === config.baseUrl && backend.gateway === config.gateway;
  const software = isSame ? vneid : lineTo(backend.baseUrl, backend.gateway);
  const files = fileLines(config.files, runtime, options, config.limits.maxTotalBytes + config.files.maxFileBytes);
  const tokens = getToken === undefined ? undefined : tokensOf(getToken, vneid, runtime.now);

  const post = (line: Line, path: string, body: string, signal: AbortSignal | undefined, more: Headers = {}): Promise<WireResult> =>
    line.gateway.around(signal, (headers) => line.transport.request({
      method: 'POST', path, body, headers: { 'content-type': 'application/json; charset=utf-8', accept: 'application/json', ...headers, ...more }, ...(signal === undefined ? {} : { signal }),
    }));

  return {
    async call(operation, request, { signal }) {
      const isReport = operation.id === 'reportStatus';
      const path = isReport ? config.reportPath : operation.id === 'pushToBackend' ? backend.pushPath : backend.resultPath;
      if (path === '' || (!isReport && backend.kind === 'none')) return notSent(NOT_OFFERED);
      const filled = await files.fill(request, signal);
      if (!filled.ok) return filled.failure;
      const body = JSON.stringify(isReport || !isRecord(filled.message) ? filled.message : { ...filled.message, authKey: backend.authKey });
      if (!isReport) return post(software, path, body, signal);
      if (tokens === undefined) return post(vneid, path, body, signal);
      return withSession(tokens, signal, (token) => post(vneid, path, body, signal, { authorization: `Bearer ${token}` }), isRefused);
    },
    close: async () => void (await Promise.all([...new Set([vneid, software])].flatMap((line) => [line.transport.close(), line.gateway.close()]).concat(files.close()))),
  };
}

const isRefused = (result: WireResult): boolean => result.kind === 'response' && (result.status === 401 || result.status === 403);

/** U1: the reply is known, the request is configuration. */
function tokensOf({ path, fields, ttlMs }: NonNullable<VneidConfig['getToken']>, { transport, gateway }: Line, now: () => number): SessionProvider {
  const body = JSON.stringify(fields);
  return guardedSessions({
    ttlMs,
    now,
    ask: () => gateway.around(undefined, (headers) => transport.request({ method: 'POST', path, headers: { 'content-type': 'application/json; charset=utf-8', ...headers }, body })),
    read(answer) {
      const given = isRecord(answer.body) ? answer.body : {};
      const token = given['accessToken'];
      // What cannot stand in a header is no token, and must not become a line of its own there.
      if (codeOf(given['statusCode']) === '00' && typeof token === 'string' && /^[\x21-\x7e]+$/.test(token)) return { session: token, ttlMs };
      return codeOf(given['statusCode']) !== undefined || [400, 401, 403].includes(answer.status) ? 'refused' : undefined;
    },
  });
}
