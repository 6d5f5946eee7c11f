/** Dead letters sent again: preview, run, progress, cancel, result. */
import type { FastifyInstance } from 'fastify';
import { issue } from '../../contract/errors/issue.ts';
import { VERDICTS } from '../../delivery/replay-preview.ts';
import { REPLAYABLE, type ReplayableState, type ReplayFilter } from '../../delivery/replay-record.ts';
import type { Replays } from '../../delivery/replay.ts';
import { EXCHANGE_STATES, type ExchangeState } from '../../ledger/ledger.ts';
import type { GatewayContext, Routes } from '../context.ts';
import { previewView, replayView } from '../control-views.ts';
import { answers, component, describeRoute } from '../plugins/openapi.ts';
import { SMALL_BODY_BYTES, takeSmallJson } from '../plugins/small-json.ts';
import { ProblemError } from '../problem.ts';
import { exchangeView } from '../views.ts';
import { cut, EXCHANGE, ID_PARAMS, INSTANT, instantIn, OPEN_OBJECT, page, PAGE, REASON, REASON_BODY } from './shapes.ts';

interface FilterBody { states: ReplayableState[]; upstream?: string; operation?: string; dossier?: string; procedure?: string; code?: string; settledFrom?: string; settledBefore?: string }

const FILTER = {
  type: 'object', required: ['states'], additionalProperties: false,
  properties: {
    states: { type: 'array', minItems: 1, maxItems: REPLAYABLE.length, uniqueItems: true, items: { type: 'string', enum: [...REPLAYABLE] }, description: 'At least one: nothing is sent again by an empty filter', 'x-description-vi': 'Ít nhất một: bộ lọc trống không gửi lại gì' },
    upstream: { type: 'string', minLength: 1, maxLength: 40 }, operation: { type: 'string', minLength: 1, maxLength: 100 }, dossier: { type: 'string', minLength: 1, maxLength: 100 },
    procedure: { type: 'string', minLength: 1, maxLength: 100 },
    code: { type: 'string', minLength: 1, maxLength: 100, description: 'Stable code of the last outcome', 'x-description-vi': 'Mã lỗi của lần gửi cuối' },
    settledFrom: { ...INSTANT, description: 'Ended at or after', 'x-description-vi': 'Kết thúc từ thời điểm này' },
    settledBefore: { ...INSTANT, description: 'Ended before', 'x-description-vi': 'Kết thúc trước thời điểm này' },
  },
};
const REPLAY = {
  type: 'object', additionalProperties: true,
  required: ['id', 'state', 'by', 'reason', 'startedAt', 'endedAt', 'filter', 'selected', 'woken', 'open', 'states', 'lastError', 'cancelled'],
  properties: {
    id: { type: 'integer' }, state: { type: 'string', enum: ['running', 'done', 'cancelled'] }, by: { type: 'string' }, reason: { type: 'string' }, startedAt: { type: 'string' }, endedAt: { type: ['string', 'null'] }, filter: OPEN_OBJECT,
    selected: { type: 'integer', description: 'Selected when it was ordered', 'x-description-vi': 'Số lượt được chọn lúc ra lệnh' },
    woken: { type: 'integer', description: 'Set going so far', 'x-description-vi': 'Số lượt đã xếp hàng lại' },
    open: { type: 'integer', description: 'Set going and not yet settled', 'x-description-vi': 'Số lượt đã xếp hàng, chưa có kết quả' },
    states: { ...OPEN_OBJECT, description: 'What has become of those set going', 'x-description-vi': 'Trạng thái hiện tại của các lượt đã xếp hàng' },
    lastError: { type: ['object', 'null'], additionalProperties: true }, cancelled: { type: ['object', 'null'], additionalProperties: true },
  },
};
const PREVIEW = {
  type: 'object', additionalProperties: true,
  required: ['selected', 'more', 'examined', 'counts', 'upstreams', 'estimatedSeconds', 'items', 'next'],
  properties: {
    selected: { type: ['integer', 'null'], description: 'What the filter selects; counted on the first page', 'x-description-vi': 'Số lượt bộ lọc chọn được; chỉ đếm ở trang đầu' },
    more: { type: 'boolean', description: 'There are more than were counted', 'x-description-vi': 'Còn nhiều hơn số đã đếm' },
    examined: { type: 'integer' },
    counts: { ...OPEN_OBJECT, description: `Of the examined ones, what would happen now: ${VERDICTS.join(', ')}`, 'x-description-vi': 'Trong số đã xét, điều sẽ xảy ra nếu gửi bây giờ' },
    estimatedSeconds: { type: ['integer', 'null'], description: 'Until all that can go has gone; null when it cannot be told', 'x-description-vi': 'Thời gian ước tính đến khi gửi xong; null khi không ước tính được' },
    upstreams: { type: 'array', items: OPEN_OBJECT },
    items: {
      type: 'array',
      items: {
        type: 'object', additionalProperties: true, required: ['id', 'verdict', 'issues', 'mapping'],
        properties: { id: { type: 'integer' }, verdict: { type: 'string', enum: [...VERDICTS] }, issues: { type: 'array', items: component('Issue') }, mapping: OPEN_OBJECT, newer: { type: ['integer', 'null'] }, holdId: { type: ['integer', 'null'] }, mayDouble: { type: 'boolean', description: 'A reply was lost and the operation cannot be repeated safely: look at the upstream first', 'x-description-vi': 'Đã mất câu trả lời và thao tác không lặp lại an toàn: kiểm tra ở hệ thống đích trước' } },
      },
    },
    next: { type: ['integer', 'null'] },
  },
};
/** Each one is built and checked: more would keep the process from its other work. */
const PREVIEWED = { limit: { ...PAGE.limit, maximum: 200, default: 50 }, after: PAGE.after };

export const replayRoutes: Routes = (app, context) => {
  lookRoutes(app, context);
  void app.register(async (scope) => {
    takeSmallJson(scope);
    orderRoutes(scope, context);
  });
};

function lookRoutes(app: FastifyInstance, context: GatewayContext): void {
  const { ledger, auth } = context;

  app.get('/v1/replays', {
    onRequest: auth('read'),
    schema: describeRoute('listReplays', 'replays', { vi: 'Các lượt gửi lại hàng loạt', en: 'The replays' }, 'read', {
      response: answers({ 200: { description: 'Replays, newest first / Lượt gửi lại, mới trước', type: 'object', required: ['items'], properties: { items: { type: 'array', items: REPLAY } } } }),
    }),
  }, async (_request, reply) => reply.header('cache-control', 'no-store').send({ items: (await replaysOf(context).list()).map(replayView) }));

  app.get<{ Params: { id: number } }>('/v1/replays/:id(^\\d{1,15})', {
    onRequest: auth('read'),
    schema: describeRoute('getReplay', 'replays', { vi: 'Tiến độ của một lượt gửi lại', en: 'How far a replay has come' }, 'read', {
      params: ID_PARAMS,
      response: answers({ 200: { description: 'Replay / Lượt gửi lại', ...REPLAY } }),
    }),
  }, async (request, reply) => {
    const found = await replaysOf(context).get(request.params.id);
    if (found === undefined) throw new ProblemError('LT-GATEWAY-REPLAY-UNKNOWN');
    return reply.header('cache-control', 'no-store').send(replayView(found));
  });

  app.get<{ Params: { id: number }; Querystring: { state?: ExchangeState; limit: number; after?: number } }>('/v1/replays/:id(^\\d{1,15})/result', {
    onRequest: auth('read'),
    schema: describeRoute('getReplayResult', 'replays', { vi: 'Kết quả từng lượt trao đổi của một lượt gửi lại', en: 'What became of each exchange of a replay' }, 'read', {
      params: ID_PARAMS,
      querystring: { type: 'object', additionalProperties: false, properties: { state: { type: 'string', enum: [...EXCHANGE_STATES] }, ...PAGE } },
      response: answers({ 200: { description: 'Exchanges, oldest first / Lượt trao đổi, cũ trước', ...page(EXCHANGE) } }),
    }),
  }, async (request, reply) => {
    const { id } = request.params;
    const { state, limit, after } = request.query;
    const found = await ledger.listExchanges({ replay: id, limit: limit + 1, ...(state === undefined ? {} : { states: [state] }), ...(after === undefined ? {} : { afterId: after }) });
    if (found.length === 0 && (await replaysOf(context).get(id)) === undefined) throw new ProblemError('LT-GATEWAY-REPLAY-UNKNOWN');
    const { rows, next } = cut(found, limit, (row) => row.id);
    return reply.header('cache-control', 'no-store').send({ items: rows.map(exchangeView), next });
  });
}

function orderRoutes(scope: FastifyInstance, context: GatewayContext): void {
  scope.post<{ Body: { filter: FilterBody; limit: number; after?: number } }>('/v1/replays::preview', {
    onRequest: context.auth('read'),
    bodyLimit: SMALL_BODY_BYTES,
    schema: describeRoute('previewReplay', 'replays', { vi: 'Xem trước một lượt gửi lại; không gửi, không đổi gì', en: 'Preview a replay; nothing is sent or changed' }, 'read', {
      body: { type: 'object', required: ['filter'], additionalProperties: false, properties: { filter: FILTER, ...PREVIEWED } },
      response: answers({ 200: { description: 'What would happen / Điều sẽ xảy ra', ...PREVIEW } }),
    }, { vi: 'Từng lượt được dựng và kiểm tra như khi gửi thật: hợp lệ hay không, phiên bản ánh xạ, lệnh tạm giữ, cầu dao và giới hạn của hệ thống đích.', en: 'Each one is built and checked as delivery would: valid or not, mapping version, holds, breaker and limits of the upstream.' }),
  }, async (request, reply) => {
    const { filter, limit, after } = request.body;
    const preview = await replaysOf(context).preview(filterIn(filter), after === undefined ? { limit } : { limit, after });
    return reply.header('cache-control', 'no-store').send(previewView(preview));
  });

  scope.post<{ Body: { filter: FilterBody; reason: string } }>('/v1/replays', {
    onRequest: context.auth('operate'),
    bodyLimit: SMALL_BODY_BYTES,
    schema: describeRoute('startReplay', 'replays', { vi: 'Gửi lại hàng loạt', en: 'Send many again' }, 'operate', {
      body: { type: 'object', required: ['filter', 'reason'], additionalProperties: false, properties: { filter: FILTER, reason: REASON } },
      response: answers({ 202: { description: 'Recorded, begins within seconds / Đã ghi nhận, bắt đầu trong vài giây', ...REPLAY } }),
    }, { vi: 'Các lượt được xếp hàng từng phần, sau việc đang chạy, qua cùng giới hạn với mọi lượt khác. Ai ra lệnh và vì sao được ghi vào chuỗi sự kiện.', en: 'Set going in slices, behind live traffic, through the same limits as everything else. Who ordered it and why is on the chain of events.' }),
  }, async (request, reply) => {
    const by = request.caller?.name ?? 'unknown';
    const started = await replaysOf(context).start(filterIn(request.body.filter), by, request.body.reason);
    if (started.status === 'nothing') throw new ProblemError('LT-GATEWAY-REPLAY-NOTHING');
    if (started.status === 'too-many') throw new ProblemError('LT-GATEWAY-REPLAY-TOO-MANY', { extra: { most: started.most } });
    context.logger.warn({ requestId: request.id, caller: by, count: started.replay.selected }, 'replay started');
    return reply.code(202).header('location', `/v1/replays/${started.replay.id}`).send(replayView(started.replay));
  });

  scope.post<{ Params: { id: number }; Body: { reason: string } }>('/v1/replays/:id(^\\d{1,15})::cancel', {
    onRequest: context.auth('operate'),
    bodyLimit: SMALL_BODY_BYTES,
    schema: describeRoute('cancelReplay', 'replays', { vi: 'Dừng một lượt gửi lại', en: 'Cancel a replay' }, 'operate', {
      params: ID_PARAMS,
      body: REASON_BODY,
      response: answers({ 200: { description: 'Cancelled / Đã dừng', ...REPLAY, required: [...REPLAY.required, 'givenBack'], properties: { ...REPLAY.properties, givenBack: { type: 'integer', description: 'Had not been sent yet and are dead letters again', 'x-description-vi': 'Số lượt chưa gửi, trở lại trạng thái bỏ cuộc' } } } }),
    }, { vi: 'Không xếp hàng thêm; lượt chưa gửi trở lại trạng thái bỏ cuộc, lượt đang gửi đi hết.', en: 'Nothing more is set going; what was not sent yet is dead again, what is on the wire finishes.' }),
  }, async (request) => {
    const by = request.caller?.name ?? 'unknown';
    const result = await replaysOf(context).cancel(request.params.id, by, request.body.reason);
    if (result.status !== 'cancelled') throw new ProblemError(result.status === 'unknown' ? 'LT-GATEWAY-REPLAY-UNKNOWN' : 'LT-GATEWAY-REPLAY-ENDED');
    context.logger.warn({ requestId: request.id, caller: by, count: result.givenBack }, 'replay cancelled');
    return { ...replayView(result.replay), givenBack: result.givenBack };
  });
}

function replaysOf({ replays }: GatewayContext): Replays {
  if (replays === undefined) throw new ProblemError('LT-GATEWAY-OTHER-ROLE', { extra: { role: 'console' } });
  return replays;
}

/** @throws ProblemError that points at what is wrong */
function filterIn(body: FilterBody): ReplayFilter {
  const { dossier, procedure, settledFrom, settledBefore, ...same } = body;
  const filter: ReplayFilter = { ...same };
  if (dossier !== undefined) filter.dossierCode = dossier;
  if (procedure !== undefined) filter.procedureCode = procedure;
  if (settledFrom !== undefined) filter.settledFrom = instantIn(settledFrom, '/body/filter/settledFrom');
  if (settledBefore !== undefined) filter.settledBefore = instantIn(settledBefore, '/body/filter/settledBefore');
  if (filter.settledFrom !== undefined && filter.settledBefore !== undefined && filter.settledFrom >= filter.settledBefore) {
    throw new ProblemError('LT-GATEWAY-PARAMETER', { issues: [issue('LT-INPUT-SHAPE', '/body/filter/settledBefore', { vi: 'phải sau settledFrom', en: 'must be after settledFrom' })] });
  }
  return filter;
}
