/** The line to the database: SOAP or JSON, straight or through the province's LGSP, with whatever shows who calls. */
import { openGatewayAuth } from '../../src/adapter/lgsp/index.ts';
import type { AdapterRuntime, Wire } from '../../src/adapter/types.ts';
import { isRecord } from '../../src/contract/is-record.ts';
import { isRest, type DancuConfig } from './config.ts';
import type { PathId } from './config-schema.ts';
import { componentOf } from './contract.ts';
import { keyOf } from './encode.ts';
import { LOOK_UP_ELEMENT, NAMESPACES, RELATIVES_ELEMENT, type MessageForm } from './elements.ts';
import { xRoadHeaders } from './signature.ts';
import { soapEnvelope } from './soap.ts';

const FORMS: Readonly<Record<string, MessageForm>> = { LookUpRequest: 'lookUp', VerifyRequest: 'verify', RelativesRequest: 'relatives', ChangesRequest: 'changes' };

/** A verification that is asked as a look-up goes where look-ups go. */
const addressOf = (operation: string, { verification }: DancuConfig): PathId => (operation === 'verifyCitizen' && verification.by === 'look-up' ? 'lookUpCitizen' : (operation as PathId));

const WRAPPERS: Readonly<Record<PathId, (config: DancuConfig) => string>> = {
  lookUpCitizen: () => LOOK_UP_ELEMENT,
  verifyCitizen: ({ verification }) => verification.element,
  verifyRelatives: () => RELATIVES_ELEMENT,
  listChanges: () => LOOK_UP_ELEMENT,
};

/** Path, content type and body of one call. */
export function messageOf(operation: string, request: unknown, config: DancuConfig): { path: string; contentType: string; body: string } {
  const id = addressOf(operation, config);
  const path = config.paths[id];
  if (isRest(config.transport)) return { path, contentType: 'application/json; charset=utf-8', body: JSON.stringify(request) };
  const { namespace, prefix, pagingElement } = config;
  const style = { namespace: NAMESPACES[namespace], prefix, ...(pagingElement === undefined ? {} : { pagingElement }) };
  return { path, contentType: `${config.contentType}; charset=utf-8`, body: soapEnvelope(WRAPPERS[id](config), FORMS[componentOf(request)] ?? 'lookUp', request as Record<string, unknown>, style) };
}

/** The officer's own key at the LGSP; encode has refused an officer without one. */
function officerHeader({ transport }: DancuConfig, request: unknown): Record<string, string> {
  if (transport.kind !== 'lgsp' || transport.officerKeys === undefined || !isRecord(request)) return {};
  const key = keyOf(transport.officerKeys, String(request['MaCanBo']));
  return key === undefined ? {} : { authhash: Buffer.from(`${key.keyName}:${key.keyPass}`, 'utf8').toString('base64') };
}

export function openWire(config: DancuConfig, runtime: AdapterRuntime): Wire {
  const { baseUrl, connectTimeoutMs, readTimeoutMs, connections, maxResponseBytes, tls, transport } = config;
  const options = { connectTimeoutMs, readTimeoutMs, connections, maxResponseBytes, ...(tls === undefined ? {} : { tls }) };
  const line = runtime.transport({ ...options, baseUrl });
  const gateway = openGatewayAuth(config.gateway, { transport: runtime.transport, now: runtime.now, line: options });
  return {
    call(operation, request, { signal }) {
      const { path, contentType, body } = messageOf(operation.id, request, config);
      const soap: Record<string, string> = isRest(transport) ? {} : { soapaction: '""' };
      // Made anew for each try: the signature holds the time.
      return gateway.around(signal, (shown) => line.request({
        method: 'POST', path, body,
        headers: { 'content-type': contentType, ...soap, ...config.headers, ...(transport.kind === 'x-road' ? xRoadHeaders(transport, runtime.now()) : {}), ...shown, ...officerHeader(config, request) },
        ...(signal === undefined ? {} : { signal }),
      }));
    },
    close: async () => void (await Promise.all([line.close(), gateway.close()])),
  };
}
