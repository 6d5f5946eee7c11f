/** Every way in which a call can fail, told as a problem document with a code of the catalogue. */
import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { errorEntry } from '../contract/errors/catalogue.ts';
import { issue } from '../contract/errors/issue.ts';
import type { Issue } from '../contract/errors/types.ts';
import { pointerPart } from '../contract/pointer.ts';
import { isValidationError } from '../contract/validate.ts';
import { isLedgerError } from '../ledger/errors.ts';
import type { Logger } from './log.ts';
import { ProblemError, languageOf, problemOf } from './problem.ts';

/** What fastify itself refuses, in our words. */
const NATIVE: Readonly<Record<string, string>> = {
  FST_ERR_NOT_FOUND: 'LT-GATEWAY-NOT-FOUND',
  FST_ERR_VALIDATION: 'LT-GATEWAY-PARAMETER',
  FST_ERR_CTP_BODY_TOO_LARGE: 'LT-INPUT-TOO-LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'LT-GATEWAY-MEDIA-TYPE',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'LT-GATEWAY-BAD-REQUEST',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'LT-GATEWAY-BODY-MISSING',
  FST_ERR_CTP_INVALID_JSON_BODY: 'LT-INPUT-NOT-JSON',
  FST_ERR_BAD_URL: 'LT-GATEWAY-BAD-REQUEST',
  FST_ERR_MAX_PARAM_LENGTH: 'LT-GATEWAY-BAD-REQUEST',
  FST_ERR_ASYNC_CONSTRAINT: 'LT-GATEWAY-BAD-REQUEST',
};

export interface HttpErrors {
  /** any error that a handler or the framework throws */
  handle(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply;
  send(code: string, request: FastifyRequest, reply: FastifyReply, more?: { issues?: Issue[] | undefined; extra?: Record<string, unknown> | undefined }): FastifyReply;
  /** bytes that are not HTTP */
  client(error: NodeJS.ErrnoException, socket: Socket): void;
}

export function createHttpErrors(options: { logger: Logger; docsBase: string }): HttpErrors {
  const { logger, docsBase } = options;

  const send: HttpErrors['send'] = (code, request, reply, more = {}) => {
    const language = languageOf(request.headers['accept-language']);
    const problem = problemOf(code, { requestId: request.id, instance: `urn:lienthong:request:${request.id}`, language, docsBase }, more.issues, more.extra);
    return reply
      .code(problem.status)
      .header('content-type', 'application/problem+json; charset=utf-8')
      .header('content-language', language)
      .header('cache-control', 'no-store')
      .send(JSON.stringify(problem));
  };

  return {
    send,
    handle(error, request, reply) {
      if (error instanceof ProblemError) {
        for (const [name, value] of Object.entries(error.headers)) reply.header(name, value);
        if (error.retryAfterSeconds !== undefined) reply.header('retry-after', String(error.retryAfterSeconds));
        return send(error.code, request, reply, { issues: error.issues, extra: error.extra });
      }
      if (isValidationError(error)) return send('LT-GATEWAY-PARAMETER', request, reply, { issues: error.issues });
      if (isLedgerError(error)) {
        logger.error({ requestId: request.id, code: error.code, err: error }, 'ledger failed');
        const known = errorEntry(error.code)?.http;
        if (known === undefined || known >= 500) reply.header('retry-after', '5');
        return send(known === undefined ? 'LT-GATEWAY-LEDGER' : error.code, request, reply);
      }
      const native = error as Partial<FastifyError>;
      const code = native.code === undefined ? undefined : NATIVE[native.code];
      if (code !== undefined) return send(code, request, reply, { issues: native.validation === undefined ? undefined : parameterIssues(native) });
      if (native.statusCode === 400) return send('LT-GATEWAY-BAD-REQUEST', request, reply);
      logger.error({ requestId: request.id, err: error }, 'request failed');
      return send('LT-GATEWAY-INTERNAL', request, reply);
    },
    client(error, socket) {
      const code = error.code === 'HPE_HEADER_OVERFLOW' ? 'LT-GATEWAY-HEADERS-TOO-LARGE' : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'LT-GATEWAY-TIMEOUT' : 'LT-GATEWAY-BAD-REQUEST';
      if (error.code === 'ECONNRESET' || !socket.writable) {
        socket.destroy();
        return;
      }
      const problem = problemOf(code, { requestId: '-', instance: 'urn:lienthong:request:-', language: 'vi', docsBase });
      const body = JSON.stringify(problem);
      socket.end(`HTTP/1.1 ${problem.status} Refused\r\nContent-Type: application/problem+json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`);
    },
  };
}

/** Pointers into `/query`, `/params` or `/body`, so that they cannot be taken for a place in a dossier. */
function parameterIssues(error: Partial<FastifyError>): Issue[] {
  const where = { querystring: '/query', params: '/params', body: '/body', headers: '/headers' }[error.validationContext ?? 'body'] ?? '/body';
  return (error.validation ?? []).slice(0, 50).map((fault) => {
    const params = fault.params as { additionalProperty?: unknown; missingProperty?: unknown };
    const name = params.additionalProperty ?? params.missingProperty;
    const pointer = where + fault.instancePath + (typeof name === 'string' ? `/${pointerPart(name.slice(0, 100))}` : '');
    const code = fault.keyword === 'additionalProperties' ? 'LT-INPUT-UNKNOWN-FIELD' : fault.keyword === 'required' ? 'LT-INPUT-REQUIRED' : fault.keyword === 'enum' ? 'LT-INPUT-ENUM' : fault.keyword === 'type' ? 'LT-INPUT-TYPE' : 'LT-INPUT-SHAPE';
    return issue(code, pointer);
  });
}
