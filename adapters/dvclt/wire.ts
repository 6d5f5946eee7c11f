/** The two lines: to DVCLT, and to the civil-status system behind the province's LGSP. Each has its own way of showing who calls. */
import { notSent } from '../../src/adapter/login.ts';
import { openGatewayAuth, type GatewayLine } from '../../src/adapter/lgsp/index.ts';
import type { HttpRequest, Transport } from '../../src/adapter/transport.ts';
import type { AdapterRuntime, Wire, WireResult } from '../../src/adapter/types.ts';
import { NOT_OFFERED } from './classify.ts';
import { INTERCONNECTED_MODULES } from './codes.ts';
import type { DvcltConfig } from './config.ts';
import type { PushRequest } from './contract.ts';
import { withContent } from './content.ts';
import type { DetailRequest } from './operations/read.ts';

interface Line { transport: Transport; auth: GatewayLine }

export function openWire(config: DvcltConfig, runtime: AdapterRuntime): Wire {
  const { connectTimeoutMs, readTimeoutMs, connections, maxResponseBytes, tls } = config;
  const common = { connectTimeoutMs, readTimeoutMs, connections, ...(tls === undefined ? {} : { tls }) };
  const lineTo = (baseUrl: string, gateway: DvcltConfig['gateway']): Line => ({
    transport: runtime.transport({ ...common, maxResponseBytes, baseUrl }),
    auth: openGatewayAuth(gateway, { transport: runtime.transport, now: runtime.now, line: common }),
  });
  const dvclt = lineTo(config.baseUrl, config.gateway);
  const civil = config.civilStatus === undefined ? undefined : lineTo(config.civilStatus.baseUrl, config.civilStatus.gateway);

  const send = (line: Line, request: Pick<HttpRequest, 'method' | 'path' | 'body'>, signal: AbortSignal | undefined): Promise<WireResult> =>
    line.auth.around(signal, (headers) => line.transport.request({
      ...request,
      headers: { ...(request.body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }), ...headers },
      ...(signal === undefined ? {} : { signal }),
    }));
  const get = (path: string): Pick<HttpRequest, 'method' | 'path' | 'body'> => ({ method: 'GET', path, ...(config.bodyOnGet ? { body: '{}' } : {}) });

  return {
    async call(operation, request, { signal }) {
      switch (operation.id) {
        case 'listDossiers': return send(dvclt, get(config.paths.list), signal);
        case 'readDossier': return send(dvclt, get(config.paths.detail.replace('{id}', encodeURIComponent((request as DetailRequest).id))), signal);
        case 'acknowledge': return send(dvclt, { method: 'PUT', path: config.paths.acknowledge, body: JSON.stringify(request) }, signal);
        default: break;
      }
      const filled = await withContent(operation.id, request, runtime.readFile, config.maxTotalBytes);
      if (!filled.ok) return filled.failure;
      const body = JSON.stringify(filled.message);
      if (operation.id === 'reportStatus') return send(dvclt, { method: 'POST', path: config.paths.status, body }, signal);
      if (civil === undefined || config.civilStatus === undefined) return notSent(NOT_OFFERED);
      const { paths } = config.civilStatus;
      const path = operation.id === 'readResults' ? paths.results : INTERCONNECTED_MODULES.has((request as PushRequest).module) ? paths.push : paths.pushOther;
      return send(civil, { method: 'POST', path, body }, signal);
    },
    async close() {
      for (const line of [dvclt, civil]) if (line !== undefined) await Promise.all([line.transport.close(), line.auth.close()]);
    },
  };
}
