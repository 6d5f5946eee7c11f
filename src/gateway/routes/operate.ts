/** What an operator sees and does: dossiers with their timeline, exchanges, quarantine, figures. */
import { issue } from '../../contract/errors/issue.ts';
import { parseJson } from '../../contract/limits.ts';
import { EXCHANGE_STATES, type ExchangeFilter, type ExchangeState } from '../../ledger/ledger.ts';
import { instantFromEpoch } from '../../model/time.ts';
import type { Routes } from '../context.ts';
import { answers, component, describeRoute } from '../plugins/openapi.ts';
import { ProblemError } from '../problem.ts';
import { countsView, exchangeView, maskedIssue, outline, timelineView } from '../views.ts';

const PAGE = {
  limit: { type: 'integer', minimum: 1, maximum: 500, default: 100, description: 'Most items', 'x-description-vi': 'Số mục tối đa' },
  after: { type: 'integer', minimum: 0, description: 'Continue after this id', 'x-description-vi': 'Lấy tiếp sau số này' },
};
const OPEN_OBJECT = { type: 'object', additionalProperties: true };
const EXCHANGE = {
  type: 'object',
  additionalProperties: true,
  required: ['id', 'upstream', 'operation', 'dossierCode', 'state', 'attempts'],
  properties: {
    id: { type: 'integer' }, upstream: { type: 'string' }, operation: { type: 'string' }, dossierCode: { type: 'string' }, itemKey: { type: 'string' }, eventSeq: { type: 'integer' },
    state: { type: 'string', enum: [...EXCHANGE_STATES] }, attempts: { type: 'integer' }, lostReplies: { type: 'integer' }, createdAt: { type: 'string' }, settledAt: { type: ['string', 'null'] },
    nextAt: { type: ['string', 'null'] }, code: { type: ['string', 'null'] }, doubt: { type: ['string', 'null'], description: 'How a lost reply was settled', 'x-description-vi': 'Cách xử lý câu trả lời bị mất' },
    title: component('Text'), who: { type: 'string' }, action: component('Text'),
  },
};
const page = (item: Record<string, unknown>): Record<string, unknown> => ({ type: 'object', required: ['items', 'next'], properties: { items: { type: 'array', items: item }, next: { type: ['integer', 'null'] } } });
const REASON_CHARS = 200;
const RETRY_BODY_BYTES = 4096;
const RETRY_BODY = { type: 'object', required: ['reason'], additionalProperties: false, properties: { reason: { type: 'string', minLength: 1, maxLength: REASON_CHARS, description: 'Kept encrypted in the ledger; no personal data', 'x-description-vi': 'Lưu mã hoá trong sổ cái; không ghi thông tin cá nhân' } } };

export const operateRoutes: Routes = (app, context) => {
  const { ledger, delivery, now } = context;

  app.get<{ Params: { code: string } }>('/v1/dossiers/:code', {
    onRequest: context.auth('read'),
    schema: describeRoute('getDossier', 'dossiers', { vi: 'Hồ sơ cùng dòng thời gian', en: 'A dossier with its timeline' }, 'read', {
      params: { type: 'object', required: ['code'], properties: { code: { type: 'string', minLength: 1, maxLength: 100 } } },
      response: answers({ 200: { description: 'Dossier / Hồ sơ', type: 'object', required: ['code', 'version', 'updatedAt', 'dossier', 'events', 'exchanges', 'attempts'], properties: { code: { type: 'string' }, version: { type: 'integer' }, updatedAt: { type: 'string' }, dossier: component('Dossier'), events: { type: 'array', items: OPEN_OBJECT }, exchanges: { type: 'array', items: EXCHANGE }, attempts: { type: 'array', items: OPEN_OBJECT } } } }),
    }),
  }, async (request, reply) => {
    const timeline = await ledger.timeline(request.params.code);
    if (timeline === undefined) throw new ProblemError('LT-GATEWAY-DOSSIER-UNKNOWN');
    return reply.header('cache-control', 'no-store').send(timelineView(timeline));
  });

  app.get<{ Querystring: { state?: string; upstream?: string; operation?: string; dossier?: string; doubt?: boolean; limit: number; after?: number } }>('/v1/exchanges', {
    onRequest: context.auth('read'),
    schema: describeRoute('listExchanges', 'exchanges', { vi: 'Danh sách lượt trao đổi', en: 'List exchanges' }, 'read', {
      querystring: {
        type: 'object', additionalProperties: false,
        properties: {
          state: { type: 'string', maxLength: 200, description: `One or more of ${EXCHANGE_STATES.join(', ')}, separated by commas`, 'x-description-vi': 'Một hoặc nhiều trạng thái, cách nhau dấu phẩy' },
          upstream: { type: 'string', maxLength: 40 }, operation: { type: 'string', maxLength: 100 }, dossier: { type: 'string', maxLength: 100 },
          doubt: { type: 'boolean', description: 'Only those whose reply was lost and that were settled by policy', 'x-description-vi': 'Chỉ những lượt mất câu trả lời và được xử lý theo chính sách' },
          ...PAGE,
        },
      },
      response: answers({ 200: { description: 'Exchanges, oldest first / Lượt trao đổi, cũ trước', ...page(EXCHANGE) } }),
    }),
  }, async (request, reply) => {
    const { state, upstream, operation, dossier, doubt, limit, after } = request.query;
    const filter: ExchangeFilter = { limit: limit + 1 };
    if (state !== undefined) filter.states = statesIn(state);
    if (upstream !== undefined) filter.upstream = upstream;
    if (operation !== undefined) filter.operation = operation;
    if (dossier !== undefined) filter.dossierCode = dossier;
    if (doubt === true) filter.doubtOnly = true;
    if (after !== undefined) filter.afterId = after;
    // One more than asked for tells whether there is another page.
    const rows = await ledger.listExchanges(filter);
    const items = rows.slice(0, limit);
    return reply.header('cache-control', 'no-store').send({ items: items.map(exchangeView), next: rows.length > limit ? (items.at(-1)?.id ?? null) : null });
  });

  void app.register(async (scope) => {
    scope.addContentTypeParser(/^application\/(?:[\w.-]+\+)?json(?:;|$)/i, { parseAs: 'buffer', bodyLimit: RETRY_BODY_BYTES }, (_request, body, done) => {
      const parsed = parseJson(body as Buffer, { maxBytes: RETRY_BODY_BYTES, maxDepth: 4 });
      if (parsed.ok) done(null, parsed.value);
      else done(new ProblemError(parsed.issues[0]?.code ?? 'LT-INPUT-NOT-JSON', { issues: parsed.issues }) as Error);
    });
    scope.post<{ Params: { id: number }; Body: { reason: string } }>('/v1/exchanges/:id(^\\d{1,15})::retry', {
      onRequest: context.auth('operate'),
      bodyLimit: RETRY_BODY_BYTES,
      schema: describeRoute('retryExchange', 'exchanges', { vi: 'Gửi lại một lượt trao đổi', en: 'Retry an exchange' }, 'operate', {
        params: { type: 'object', required: ['id'], properties: { id: { type: 'integer', minimum: 1 } } },
        body: RETRY_BODY,
        response: answers({ 202: { description: 'Waiting again / Đã xếp hàng lại', type: 'object', required: ['id', 'state'], properties: { id: { type: 'integer' }, state: { type: 'string', const: 'pending' } } } }),
      }, { vi: 'Chỉ với lượt bị từ chối, bỏ cuộc hoặc còn nghi vấn. Người gửi lại được ghi vào sổ cái, lý do được mã hoá.', en: 'Only for an exchange that was rejected, is dead or doubtful. Who retried is recorded, and why, encrypted.' }),
    }, async (request, reply) => {
      const { id } = request.params;
      const by = request.caller?.name ?? 'unknown';
      if (!(await ledger.retry(id, by, now(), request.body.reason))) {
        throw new ProblemError((await ledger.getExchange(id)) === undefined ? 'LT-GATEWAY-EXCHANGE-UNKNOWN' : 'LT-GATEWAY-NOT-RETRYABLE');
      }
      context.logger.info({ requestId: request.id, exchangeId: id, caller: by }, 'exchange retried');
      delivery?.wake();
      return reply.code(202).send({ id, state: 'pending' });
    });
  });

  app.get<{ Querystring: { limit: number; after?: number } }>('/v1/quarantine', {
    onRequest: context.auth('operate'),
    schema: describeRoute('listQuarantine', 'quarantine', { vi: 'Khu cách ly, không hiện giá trị', en: 'Quarantine, without any value' }, 'operate', {
      querystring: { type: 'object', additionalProperties: false, properties: PAGE },
      response: answers({
        200: {
          description: 'Refused input with its issues / Dữ liệu bị từ chối cùng các lỗi',
          ...page({ type: 'object', required: ['id', 'at', 'via', 'issues'], properties: { id: { type: 'integer' }, at: { type: 'string' }, via: { type: 'string' }, dossierCode: { type: ['string', 'null'] }, line: { type: ['integer', 'null'] }, issues: { type: 'array', items: component('Issue') }, outline: { description: 'Field names and kinds of values', 'x-description-vi': 'Tên trường và kiểu giá trị' } } }),
        },
      }),
    }),
  }, async (request, reply) => {
    const { limit, after } = request.query;
    const rows = await ledger.listQuarantine(after === undefined ? { limit: limit + 1 } : { limit: limit + 1, afterId: after });
    const items = rows.slice(0, limit).map((q) => ({ id: q.id, at: instantFromEpoch(q.at), via: q.via, dossierCode: q.dossierCode, line: q.line, issues: q.issues.map(maskedIssue), outline: outline(q.raw) }));
    return reply.header('cache-control', 'no-store').send({ items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null });
  });

  app.get('/v1/summary', {
    onRequest: context.auth('read'),
    schema: describeRoute('getSummary', 'figures', { vi: 'Các con số hiện tại', en: 'The present figures' }, 'read', {
      response: answers({ 200: { description: 'Figures / Con số', ...OPEN_OBJECT, required: ['dossiers', 'events', 'quarantined', 'byStatusAndChannel', 'exchanges', 'doubts', 'lanesReady'], properties: { dossiers: { type: 'integer' }, events: { type: 'integer' }, quarantined: { type: 'integer' }, byStatusAndChannel: OPEN_OBJECT, exchanges: { type: 'array', items: OPEN_OBJECT }, doubts: { type: 'integer' }, lanesReady: { type: 'integer' }, lanesBlocked: { type: 'integer' }, oldestPendingSeconds: { type: ['integer', 'null'] }, delivery: OPEN_OBJECT } } }),
    }),
  }, async (_request, reply) => {
    const counts = await ledger.counts(now());
    const stats = delivery?.stats();
    return reply.header('cache-control', 'no-store').send({ ...countsView(counts), delivery: stats === undefined ? null : { ...stats } });
  });
};

function statesIn(list: string): ExchangeState[] {
  const known: readonly string[] = EXCHANGE_STATES;
  const states = list.split(',').map((s) => s.trim());
  if (states.some((s) => !known.includes(s))) throw new ProblemError('LT-GATEWAY-PARAMETER', { issues: [issue('LT-INPUT-ENUM', '/query/state', EXCHANGE_STATES.join(', '))] });
  return states as ExchangeState[];
}
