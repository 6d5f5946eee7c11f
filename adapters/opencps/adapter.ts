/** OpenCPS v2 as a source of dossiers. Nothing is written to it. */
import { defineAdapter } from '../../src/adapter/define.ts';
import type { AdapterRuntime, AnyOperation, Wire } from '../../src/adapter/types.ts';
import { issue } from '../../src/contract/errors/issue.ts';
import { packageFile } from '../../src/contract/package-file.ts';
import { ValidationError } from '../../src/contract/validate.ts';
import { configSchema, configure, type OpencpsConfig } from './config.ts';
import { decodeRecord } from './decode.ts';
import { operations, readCall, routeOf } from './operations.ts';
import { poll } from './poll.ts';
import { scenarios } from './scenarios.ts';
import { createSimulator } from './simulator.ts';

export type { OpencpsConfig } from './config.ts';
export { PollError } from './poll.ts';
export { createSimulator, type OpencpsSimulator, type OpencpsSimulatorOptions } from './simulator.ts';

/** @throws ValidationError when the configuration only covers the import of files */
function open(config: OpencpsConfig, runtime: AdapterRuntime): Wire {
  const { baseUrl, token, groupId } = config;
  if (baseUrl === undefined || token === undefined || groupId === undefined) throw new ValidationError([issue('LT-OPENCPS-NO-ENDPOINT', '/baseUrl')]);
  const transport = runtime.transport({
    baseUrl,
    connectTimeoutMs: config.connectTimeoutMs,
    readTimeoutMs: config.readTimeoutMs,
    connections: config.poll.concurrency,
    maxResponseBytes: config.maxResponseBytes,
    ...(config.tls === undefined ? {} : { tls: config.tls }),
  });
  const headers = { authorization: `Bearer ${token}`, groupId };
  return {
    call(operation: AnyOperation, request: unknown, options) {
      const { path, query } = routeOf(operation.id, request, config);
      return transport.request({ method: 'GET', path: config.basePath + path, query, headers, ...(options.signal === undefined ? {} : { signal: options.signal }) });
    },
    close: () => transport.close(),
  };
}

export const opencps = defineAdapter({
  id: 'opencps',
  title: { vi: 'OpenCPS v2: hệ thống một cửa điện tử của tỉnh', en: 'OpenCPS v2: the province’s one-stop system' },
  version: '2026-11',
  configSchema,
  configure,
  operations,
  inbound: [],
  open,
  source: { decode: decodeRecord, poll },
  contract: packageFile('schemas/upstream/opencps.openapi.yaml'),
  shapes: () => import('./generated/shapes.js'),
  readCall,
  simulator: (options) => createSimulator(options),
  scenarios,
});
