/** The line to EMC: one address, two ways of writing a message. */
import type { AdapterRuntime, Wire } from '../../src/adapter/types.ts';
import type { EmcConfig } from './config.ts';
import { isJson, type TrackingRequest } from './contract.ts';

/** Percent-encoded as the standard of forms has it: the older implementation wrote raw values, which Vietnamese letters and & corrupt. */
export const bodyOf = (request: TrackingRequest): string => (isJson(request) ? JSON.stringify(request) : new URLSearchParams(Object.entries(request)).toString());

export function openWire(config: EmcConfig, runtime: AdapterRuntime): Wire {
  const { baseUrl, connectTimeoutMs, readTimeoutMs, connections, maxResponseBytes, tls } = config;
  const line = runtime.transport({ baseUrl, connectTimeoutMs, readTimeoutMs, connections, maxResponseBytes, ...(tls === undefined ? {} : { tls }) });
  const dialect: Record<string, string> = config.encoding === 'json'
    ? { 'content-type': 'application/json; charset=utf-8' }
    : { 'content-type': 'application/x-www-form-urlencoded', charset: 'utf-8' };
  return {
    call: (_operation, request, { signal }) => line.request({
      method: 'POST', path: config.path, headers: { ...dialect, ...config.headers }, body: bodyOf(request as TrackingRequest),
      ...(signal === undefined ? {} : { signal }),
    }),
    close: () => line.close(),
  };
}
