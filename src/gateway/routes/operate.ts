/** What an operator sees and does: dossiers with their timeline, exchanges, quarantine, figures. */
import { issue } from '../../contract/errors/issue.ts';
import { EXCHANGE_STATES, type ExchangeFilter, type ExchangeState } from '../../ledger/ledger.ts';
import { instantFromEpoch } from '../../model/time.ts';
import type { Routes } from '../context.ts';
import { answers, component, describeRoute } from '../plugins/openapi.ts';
import { SMALL_BODY_BYTES, takeSmallJson } from '../plugins/small-json.ts';
import { ProblemError } from '../problem.ts';
import { countsView, exchangeView, limitsView, maskedIssue, outline, timelineView } from '../views.ts';
import { cut, EXCHANGE, ID_PARAMS, INSTANT, instantIn, MOST_ID, OPEN_OBJECT, page, PAGE, REASON_BODY } from './shapes.ts';

interface ExchangeQuery {
  state?: string; upstream?: string; operation?: string; dossier?: string; procedure?: string; code?: string; settledFrom?: string; settledBefore?: string; replay?: number; doubt?: boolean;
  limit: number; after?: number;
}

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

  app.get<{ Querystring: ExchangeQuery }>('/v1/exchanges', {
    onRequest: context.auth('read'),
    schema: describeRoute('listExchanges', 'exchanges', { vi: 'Danh sách lượt trao đổi', en: 'List exchanges' }, 'read', {
      querystring: {
        type: 'object', additionalProperties: false,
        properties: {
          state: { type: 'string', maxLength: 200, description: `One or more of ${EXCHANGE_STATES.join(', ')}, separated by commas`, 'x-description-vi': 'Một hoặc nhiều trạng thái, cách nhau dấu phẩy' },
          upstream: { type: 'string', maxLength: 40 }, operation: { type: 'string', maxLength: 100 }, dossier: { type: 'string', maxLength: 100 },
          procedure: { type: 'string', maxLength: 100, description: 'Procedure code of the dossier', 'x-description-vi': 'Mã thủ tục của hồ sơ' },
          code: { type: 'string', maxLength: 100, description: 'Stable code of the last outcome', 'x-description-vi': 'Mã lỗi của lần gửi cuối' },
          settledFrom: { ...INSTANT, description: 'Ended at or after this instant', 'x-description-vi': 'Kết thúc từ thời điểm này' },
          settledBefore: { ...INSTANT, description: 'Ended before this instant', 'x-description-vi': 'Kết thúc trước thời điểm này' },
          replay: { type: 'integer', minimum: 1, maximum: MOST_ID, description: 'Sent again last by this replay', 'x-description-vi': 'Được lượt gửi lại này xếp hàng lần cuối' },
          doubt: { type: 'boolean', description: 'Only those whose reply was lost and that were settled by policy', 'x-description-vi': 'Chỉ những lượt mất câu trả lời và được xử lý theo chính sách' },
          ...PAGE,
        },
      },
      response: answers({ 200: { description: 'Exchanges, oldest first / Lượt trao đổi, cũ trước', ...page(EXCHANGE) } }),
    }),
  }, async (request, reply) => {
    const { limit } = request.query;
    const { rows, next } = cut(await ledger.listExchanges(filterIn(request.query)), limit, (row) => row.id);
    return reply.header('cache-control', 'no-store').send({ items: rows.map(exchangeView), next });
  });

  void app.register(async (scope) => {
    takeSmallJson(scope);
    scope.post<{ Params: { id: number }; Body: { reason: string } }>('/v1/exchanges/:id(^\\d{1,15})::retry', {
      onRequest: context.auth('operate'),
      bodyLimit: SMALL_BODY_BYTES,
      schema: describeRoute('retryExchange', 'exchanges', { vi: 'Gửi lại một lượt trao đổi', en: 'Retry an exchange' }, 'operate', {
        params: ID_PARAMS,
        body: REASON_BODY,
        response: answers({ 202: { description: 'Waiting again / Đã xếp hàng lại', type: 'object', required: ['id', 'state'], properties: { id: { type: 'integer' }, state: { type: 'string', const: 'pending' } } } }),
      }, { vi: 'Chỉ với lượt bị từ chối, bỏ cuộc, còn nghi vấn hoặc đã huỷ. Người gửi lại được ghi vào sổ cái, lý do được mã hoá.', en: 'Only for an exchange that was rejected or cancelled, is dead or doubtful. Who retried is recorded, and why, encrypted.' }),
    }, async (request, reply) => {
      const { id } = request.params;
      const by = request.caller?.name ?? 'unknown';
      const exchange = await ledger.getExchange(id);
      if (exchange === undefined) throw new ProblemError('LT-GATEWAY-EXCHANGE-UNKNOWN');
      const operation = context.upstreams.find((u) => u.id === exchange.upstream)?.adapter.operations[exchange.operation];
      if (!(await ledger.retry(id, by, now(), request.body.reason, undefined, operation?.coalesce === 'snapshot'))) throw new ProblemError('LT-GATEWAY-NOT-RETRYABLE');
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
    const { rows, next } = cut(await ledger.listQuarantine(after === undefined ? { limit: limit + 1 } : { limit: limit + 1, afterId: after }), limit, (row) => row.id);
    const items = rows.map((q) => ({ id: q.id, at: instantFromEpoch(q.at), via: q.via, dossierCode: q.dossierCode, line: q.line, issues: q.issues.map(maskedIssue), outline: outline(q.raw) }));
    return reply.header('cache-control', 'no-store').send({ items, next });
  });

  app.get('/v1/summary', {
    onRequest: context.auth('read'),
    schema: describeRoute('getSummary', 'figures', { vi: 'Các con số hiện tại', en: 'The present figures' }, 'read', {
      response: answers({ 200: { description: 'Figures / Con số', ...OPEN_OBJECT, required: ['dossiers', 'events', 'quarantined', 'byStatusAndChannel', 'exchanges', 'doubts', 'lanesReady'], properties: { dossiers: { type: 'integer' }, events: { type: 'integer' }, quarantined: { type: 'integer' }, byStatusAndChannel: OPEN_OBJECT, exchanges: { type: 'array', items: OPEN_OBJECT }, doubts: { type: 'integer' }, lanesReady: { type: 'integer' }, lanesBlocked: { type: 'integer' }, lanesHeld: { type: 'integer' }, oldestPendingSeconds: { type: ['integer', 'null'] }, limits: { type: 'array', description: 'How much of each limit is used; ratio 1 is the limit', 'x-description-vi': 'Mức sử dụng của từng giới hạn; ratio 1 là tới hạn', items: OPEN_OBJECT }, delivery: OPEN_OBJECT } } }),
    }),
  }, async (_request, reply) => {
    const counts = await ledger.counts(now());
    const stats = delivery?.stats();
    return reply.header('cache-control', 'no-store').send({ ...countsView(counts), limits: limitsView(context.limits.readings()), delivery: stats === undefined ? null : { ...stats } });
  });
};

/** One row more than asked for, see `cut`. */
function filterIn(query: ExchangeQuery): ExchangeFilter {
  const filter: ExchangeFilter = { limit: query.limit + 1 };
  if (query.state !== undefined) filter.states = statesIn(query.state);
  if (query.upstream !== undefined) filter.upstream = query.upstream;
  if (query.operation !== undefined) filter.operation = query.operation;
  if (query.dossier !== undefined) filter.dossierCode = query.dossier;
  if (query.procedure !== undefined) filter.procedureCode = query.procedure;
  if (query.code !== undefined) filter.code = query.code;
  if (query.settledFrom !== undefined) filter.settledFrom = instantIn(query.settledFrom, '/query/settledFrom');
  if (query.settledBefore !== undefined) filter.settledBefore = instantIn(query.settledBefore, '/query/settledBefore');
  if (query.replay !== undefined) filter.replay = query.replay;
  if (query.doubt === true) filter.doubtOnly = true;
  if (query.after !== undefined) filter.afterId = query.after;
  return filter;
}

function statesIn(list: string): ExchangeState[] {
  const known: readonly string[] = EXCHANGE_STATES;
  const states = list.split(',').map((s) => s.trim());
  if (states.some((s) => !known.includes(s))) throw new ProblemError('LT-GATEWAY-PARAMETER', { issues: [issue('LT-INPUT-ENUM', '/query/state', EXCHANGE_STATES.join(', '))] });
  return states as ExchangeState[];
}
