/** Dossiers come in: one by one, or as an NDJSON stream of any size. */
import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { issue } from '../../contract/errors/issue.ts';
import { pointerPart } from '../../contract/pointer.ts';
import type { GatewayContext, Routes } from '../context.ts';
import { startImport, type LineResult } from '../import-stream.ts';
import type { IntakeInput, IntakeResult } from '../intake.ts';
import type { Line } from '../ndjson.ts';
import { answers, component, describeRoute } from '../plugins/openapi.ts';
import { ProblemError } from '../problem.ts';
import { isLedgerError } from '../../ledger/errors.ts';

const JSON_TYPES = /^application\/(?:[\w.-]+\+)?json(?:;|$)/i;
const NDJSON_TYPES = /^application\/(?:x-ndjson|ndjson|jsonl|x-jsonlines)(?:;|$)/i;
const IMPORT_RETRY_SECONDS = 15;
/** What passes within seconds: an import that runs already waits for it. Anything else ends it. */
const PASSING: ReadonlySet<string> = new Set(['ledger', 'process']);

const SOURCE_QUERY = {
  type: 'object',
  additionalProperties: false,
  properties: { source: { type: 'string', maxLength: 40, description: 'Configured source whose own shape is sent; without it the canonical form', 'x-description-vi': 'Nguồn đã khai báo, khi gửi theo cấu trúc riêng của nguồn; bỏ trống là mô hình chuẩn' } },
};
const IDEMPOTENCY_HEADER = { type: 'object', properties: { 'idempotency-key': { type: 'string', description: 'The same key with the same content is answered with the same result; with other content it is a conflict', 'x-description-vi': 'Cùng khoá và cùng nội dung thì trả cùng kết quả; khác nội dung là xung đột' } } };

const TAKEN = {
  type: 'object',
  required: ['status', 'eventId', 'dossierCode', 'exchanges'],
  properties: {
    status: { type: 'string', enum: ['accepted', 'duplicate', 'stale'] }, eventId: { type: 'string' }, dossierCode: { type: 'string' },
    exchanges: { type: 'integer', description: 'Messages that this change made for upstreams', 'x-description-vi': 'Số lượt trao đổi mà thay đổi này tạo ra' },
    warnings: { type: 'array', items: component('Issue') },
  },
};

export const intakeRoutes: Routes = (app, context) => {
  void app.register(async (scope) => oneDossier(scope, context));
  void app.register(async (scope) => manyDossiers(scope, context));
};

function refuseEncodings(scope: FastifyInstance): void {
  scope.addHook('onRequest', (request, _reply, done) => {
    const encoding = request.headers['content-encoding'];
    done(encoding === undefined || encoding === 'identity' ? undefined : new ProblemError('LT-GATEWAY-MEDIA-TYPE', { headers: { 'accept-encoding': 'identity', connection: 'close' } }));
  });
}

function oneDossier(scope: FastifyInstance, context: GatewayContext): void {
  const { config, intake, metrics, errors } = context;
  refuseEncodings(scope);
  // The bytes stay as they are: the one parser of the intake path checks limits and UTF-8 itself.
  scope.addContentTypeParser(JSON_TYPES, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  scope.setErrorHandler(async (error, request, reply) => {
    if ((error as { code?: unknown }).code !== 'FST_ERR_CTP_BODY_TOO_LARGE') return errors.handle(error, request, reply);
    // Only the fact is kept: the body was not read.
    const refused = await intake.refuse({ via: 'api', actor: request.caller?.name ?? null }, '', [issue('LT-INPUT-TOO-LARGE', '', { vi: `tối đa ${config.server.bodyLimit} byte`, en: `at most ${config.server.bodyLimit} bytes` })]);
    metrics.intake('quarantined', reply.elapsedTime / 1000);
    return errors.send('LT-INPUT-TOO-LARGE', request, reply, { issues: refused.issues, extra: { quarantineId: refused.quarantineId } });
  });

  scope.post<{ Querystring: { source?: string } }>('/v1/dossiers', {
    bodyLimit: config.server.bodyLimit,
    onRequest: [context.auth('intake'), (_request, _reply, done) => done(shed(context))],
    // The canonical schema is checked on the intake path, where all entries meet; fastify must not check it again.
    validatorCompiler: ({ httpPart, schema }) => (httpPart === 'querystring' ? checkSourceQuery(schema) : () => true),
    schema: describeRoute('submitDossier', 'intake', { vi: 'Gửi một thay đổi của một hồ sơ', en: 'Send one change of one dossier' }, 'intake', {
      body: component('Dossier'),
      querystring: SOURCE_QUERY,
      headers: IDEMPOTENCY_HEADER,
      response: answers({ 202: { description: 'Durable / Đã ghi bền vững', ...TAKEN } }),
    }, { vi: 'Trả lời chỉ sau khi thay đổi đã ghi bền vững. Dữ liệu sai được liệt kê hết lỗi và giữ trong khu cách ly.', en: 'Answered only after the change is durable. Bad input gets every error at once and is kept in quarantine.' }),
  }, (request, reply) => takeOne(context, request, reply));
}

async function takeOne(context: GatewayContext, request: FastifyRequest<{ Querystring: { source?: string } }>, reply: FastifyReply): Promise<FastifyReply> {
  const { intake, metrics, errors } = context;
  const body = request.body;
  if (!Buffer.isBuffer(body) || body.length === 0) throw new ProblemError('LT-GATEWAY-BODY-MISSING');
  const actor = request.caller?.name ?? null;
  const input: IntakeInput = { raw: body, via: 'api', actor };
  const { source } = request.query;
  if (source !== undefined) input.source = knownSource(context, source);
  const key = request.headers['idempotency-key'];
  if (key !== undefined) input.idempotencyKey = checkedKey(key);

  let result: IntakeResult;
  try {
    result = await intake.take(input);
  } catch (error) {
    metrics.intake('failed', reply.elapsedTime / 1000);
    throw error;
  }
  metrics.intake(result.status, reply.elapsedTime / 1000);
  // The caller hung up or was told that time is over; what is durable stays so.
  if (reply.sent) return reply;
  switch (result.status) {
    case 'quarantined':
      return errors.send(topCode(result), request, reply, { issues: result.issues, extra: { quarantineId: result.quarantineId } });
    case 'conflict':
      return errors.send('LT-GATEWAY-CONFLICT', request, reply, { extra: { eventId: result.eventId, dossierCode: result.dossierCode } });
    default:
      return reply.code(202).header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(taken(result)));
  }
}

/** One fault of the whole body (not JSON, too deep …) is the problem itself; faults of fields are one refusal. */
function topCode(result: IntakeResult & { status: 'quarantined' }): string {
  const only = result.issues.length === 1 ? result.issues[0] : undefined;
  const wholeBody = only !== undefined && ['LT-INPUT-NOT-JSON', 'LT-INPUT-TRUNCATED', 'LT-INPUT-TOO-LARGE', 'LT-INPUT-TOO-DEEP'].includes(only.code);
  return wholeBody ? only.code : 'LT-GATEWAY-REFUSED';
}

function taken(result: IntakeResult & { status: 'accepted' | 'duplicate' | 'stale' }): Record<string, unknown> {
  const { status, eventId, dossierCode, exchanges, warnings } = result;
  return { status, eventId, dossierCode, exchanges, ...(warnings.length === 0 ? {} : { warnings }) };
}

function manyDossiers(scope: FastifyInstance, context: GatewayContext): void {
  const { config, openImports } = context;
  refuseEncodings(scope);
  scope.addContentTypeParser(NDJSON_TYPES, (_request, payload, done) => done(null, payload));
  scope.post<{ Querystring: { source?: string } }>('/v1/dossiers::import', {
    // An import lasts as long as its file; it has a watchdog of its own.
    config: { untimed: true },
    onRequest: [
      context.auth('intake'),
      (_request, _reply, done) => {
        const full = openImports.size >= config.server.maxImports;
        if (full) context.metrics.shed('imports');
        done(full ? new ProblemError('LT-GATEWAY-BUSY', { retryAfterSeconds: IMPORT_RETRY_SECONDS, headers: { connection: 'close' }, extra: { limit: 'imports' } }) : shed(context));
      },
    ],
    validatorCompiler: ({ httpPart, schema }) => (httpPart === 'querystring' ? checkSourceQuery(schema) : () => true),
    schema: describeRoute('importDossiers', 'intake', { vi: 'Nhập nhiều hồ sơ từ luồng NDJSON', en: 'Import many dossiers from an NDJSON stream' }, 'intake', {
      consumes: ['application/x-ndjson'],
      querystring: SOURCE_QUERY,
      body: { type: 'string', description: 'One JSON object a line, UTF-8, any length', 'x-description-vi': 'Mỗi dòng một đối tượng JSON, UTF-8, dài bao nhiêu cũng được' },
      response: answers({ 200: { description: 'A result line for each input line, in order, then a summary line / Mỗi dòng vào một dòng kết quả theo thứ tự, cuối cùng là dòng tổng kết', content: { 'application/x-ndjson': { schema: { type: 'string' } } } } }),
    }, {
      vi: 'Vừa gửi vừa đọc kết quả: số dòng xử lý cùng lúc có giới hạn, nên bên gửi phải đọc câu trả lời trong khi gửi. Dòng trống được bỏ qua.',
      en: 'Read the results while sending: only a bounded number of lines is in work, so a client that sends everything before it reads will be stopped by backpressure. Blank lines are passed over.',
    }),
  }, (request, reply) => {
    const body = request.body as Readable | undefined;
    if (body === undefined || body === null) throw new ProblemError('LT-GATEWAY-BODY-MISSING');
    const source = request.query.source === undefined ? undefined : knownSource(context, request.query.source);
    return importMany(context, request, reply, body, source);
  });
}

function importMany(context: GatewayContext, request: FastifyRequest, reply: FastifyReply, input: Readable, source: string | undefined): FastifyReply {
  const { config, intake, metrics, logger, openImports } = context;
  const actor = request.caller?.name ?? null;
  const started = startImport({
    input,
    window: config.server.importWindow,
    lineLimit: config.server.importLineLimit,
    stallMs: config.server.importStallSeconds * 1000,
    take: (line) => outcomeOf(performance.now(), takeLine(line), line.number),
    pressure: () => {
      const why = context.shedding();
      return why === undefined ? undefined : { then: PASSING.has(why.reason) ? 'wait' : 'stop', code: why.code };
    },
    onEnd: (totals) => {
      openImports.delete(started);
      metrics.importsOpen(-1);
      const { accepted, duplicate, stale, conflict, quarantined } = totals.results;
      logger.info({ requestId: request.id, lines: totals.lines, accepted, duplicate, stale, conflict, quarantined, complete: totals.complete, code: totals.code, durationMs: Math.round(reply.elapsedTime), caller: actor }, 'import ended');
      // Half-read input would otherwise be drained to its end, however long it is.
      if (!totals.complete) reply.raw.once('finish', () => request.raw.socket.destroySoon());
    },
  });
  openImports.add(started);
  metrics.importsOpen(1);

  /** Knows the line by its number only: its bytes are free while the ledger works. */
  async function outcomeOf(at: number, taken: Promise<IntakeResult>, line: number): Promise<LineResult & { status: IntakeResult['status'] | 'failed' }> {
    let outcome: LineResult & { status: IntakeResult['status'] | 'failed' };
    try {
      outcome = lineResult(await taken);
    } catch (error) {
      logger.error({ requestId: request.id, line, err: error }, 'import line failed');
      outcome = { status: 'failed', code: isLedgerError(error) ? error.code : 'LT-GATEWAY-LEDGER' };
    }
    metrics.intake(outcome.status, (performance.now() - at) / 1000);
    return outcome;
  }

  function takeLine(line: Line): Promise<IntakeResult> {
    const where = { via: 'import' as const, actor, line: line.number };
    if ('tooLong' in line) {
      const limit = config.server.importLineLimit;
      return intake.refuse(where, line.head.toString('utf8'), [issue('LT-INPUT-TOO-LARGE', '', { vi: `tối đa ${limit} byte một dòng`, en: `at most ${limit} bytes a line` })]);
    }
    return intake.take(source === undefined ? { raw: line.bytes, ...where } : { raw: line.bytes, source, ...where });
  }
  return reply.header('content-type', 'application/x-ndjson; charset=utf-8').header('cache-control', 'no-store').header('x-accel-buffering', 'no').send(started.results);
}

function lineResult(result: IntakeResult): LineResult & { status: IntakeResult['status'] } {
  switch (result.status) {
    case 'quarantined': {
      const { status, issues, quarantineId, dossierCode } = result;
      return { status, code: topCode(result), ...(dossierCode === undefined ? {} : { dossierCode }), quarantineId, issues };
    }
    case 'conflict':
      return { status: 'conflict', code: 'LT-GATEWAY-CONFLICT', eventId: result.eventId, dossierCode: result.dossierCode };
    default:
      return { status: result.status, ...taken(result) };
  }
}

function shed(context: GatewayContext): ProblemError | undefined {
  const why = context.shedding();
  if (why === undefined) return undefined;
  context.metrics.shed(why.reason);
  return new ProblemError(why.code, { retryAfterSeconds: why.retryAfterSeconds, extra: { limit: why.reason } });
}

function knownSource(context: GatewayContext, source: string): string {
  if (!context.intake.hasSource(source)) throw new ProblemError('LT-GATEWAY-SOURCE-UNKNOWN', { issues: [issue('LT-GATEWAY-SOURCE-UNKNOWN', '/query/source')] });
  return source;
}

/** The ledger keeps keys per caller: two callers may choose the same one without knowing of each other. */
function checkedKey(key: string | string[]): string {
  if (typeof key !== 'string' || !/^[!-~][ -~]{0,199}$/.test(key)) throw new ProblemError('LT-GATEWAY-IDEMPOTENCY-KEY');
  return key;
}

/** The query has one known name; a compiled schema would say no more. */
function checkSourceQuery(_schema: unknown): (query: unknown) => { value: unknown } | { error: Error } {
  return (query) => {
    const found = query as Record<string, unknown>;
    for (const name in found) {
      if (name !== 'source') return { error: new ProblemError('LT-GATEWAY-PARAMETER', { issues: [issue('LT-INPUT-UNKNOWN-FIELD', `/query/${pointerPart(name.slice(0, 100))}`)] }) };
    }
    if (found['source'] !== undefined && typeof found['source'] !== 'string') return { error: new ProblemError('LT-GATEWAY-PARAMETER', { issues: [issue('LT-INPUT-TYPE', '/query/source')] }) };
    return { value: query };
  };
}
