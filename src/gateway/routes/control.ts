/** What an operator orders: hold back, let go, give up; and the list of what does not go on by itself. */
import type { FastifyInstance } from 'fastify';
import { issue } from '../../contract/errors/issue.ts';
import { HOLD_SCOPES, type BlockedLane, type HoldScope } from '../../ledger/control.ts';
import type { GatewayContext, Routes } from '../context.ts';
import { blockedView, holdView } from '../control-views.ts';
import { answers, component, describeRoute } from '../plugins/openapi.ts';
import { SMALL_BODY_BYTES, takeSmallJson } from '../plugins/small-json.ts';
import { ProblemError } from '../problem.ts';
import { cut, ID_PARAMS, INSTANT, instantIn, page, PAGE, REASON, REASON_BODY } from './shapes.ts';

const WHY = ['hold', 'refused', 'failed'] as const satisfies readonly BlockedLane['why'][];
/** A hold that is to stand longer than this is one without an end. */
const MOST_HOURS = 24 * 366;
const HOUR_MS = 3_600_000;

const HOLD = {
  type: 'object',
  required: ['id', 'scope', 'key', 'upstream', 'by', 'reason', 'createdAt', 'until'],
  properties: {
    id: { type: 'integer' }, scope: { type: 'string', enum: [...HOLD_SCOPES] }, key: { type: 'string' }, upstream: { type: ['string', 'null'] }, by: { type: 'string' }, reason: { type: 'string' },
    createdAt: { type: 'string' }, until: { type: ['string', 'null'], description: 'Ends by itself then; null: when a person releases it', 'x-description-vi': 'Tự hết hiệu lực lúc đó; null: đến khi có người gỡ' },
  },
};
const NEW_HOLD = {
  type: 'object', required: ['scope', 'key', 'reason'], additionalProperties: false,
  properties: {
    scope: { type: 'string', enum: [...HOLD_SCOPES] },
    key: { type: 'string', minLength: 1, maxLength: 100, description: 'Dossier number, procedure code or configured upstream, by scope', 'x-description-vi': 'Mã hồ sơ, mã thủ tục hoặc tên hệ thống đích, tuỳ scope' },
    upstream: { type: 'string', minLength: 1, maxLength: 40, description: 'Towards this upstream only', 'x-description-vi': 'Chỉ giữ chiều gửi tới hệ thống đích này' },
    reason: REASON,
    until: INSTANT,
    forHours: { type: 'number', exclusiveMinimum: 0, maximum: MOST_HOURS, description: 'Instead of until', 'x-description-vi': 'Thay cho until' },
  },
};
const BLOCKED = {
  type: 'object', additionalProperties: true,
  required: ['lane', 'upstream', 'dossierCode', 'why', 'since', 'waiting', 'title', 'who', 'action'],
  properties: {
    lane: { type: 'integer', description: 'Cursor: pass it as after', 'x-description-vi': 'Con trỏ trang: truyền vào after' },
    upstream: { type: 'string' }, dossierCode: { type: 'string' }, procedureCode: { type: 'string' },
    why: { type: 'string', enum: [...WHY], description: 'hold: held back by a person · refused: what the rest stands behind was refused · failed: rejected or dead, nothing waits', 'x-description-vi': 'hold: người vận hành tạm giữ · refused: bản tin đứng trước bị từ chối · failed: bị từ chối hoặc bỏ cuộc, không có gì chờ' },
    holdId: { type: ['integer', 'null'] },
    hold: { type: ['object', 'null'], properties: { by: { type: 'string' }, reason: { type: 'string' }, until: { type: ['string', 'null'] } }, description: 'The order that keeps it back', 'x-description-vi': 'Lệnh đang giữ' },
    exchangeId: { type: ['integer', 'null'] }, operation: { type: ['string', 'null'] }, code: { type: ['string', 'null'] }, since: { type: 'string' }, waiting: { type: 'integer' },
    title: component('Text'), who: { type: 'string' }, action: component('Text'),
  },
};

interface NewHoldBody { scope: HoldScope; key: string; upstream?: string; reason: string; until?: string; forHours?: number }

export const controlRoutes: Routes = (app, context) => {
  lookRoutes(app, context);
  void app.register(async (scope) => {
    takeSmallJson(scope);
    holdRoutes(scope, context);
    cancelRoute(scope, context);
  });
};

function lookRoutes(app: FastifyInstance, { ledger, auth }: GatewayContext): void {
  app.get('/v1/holds', {
    onRequest: auth('read'),
    schema: describeRoute('listHolds', 'control', { vi: 'Các lệnh tạm giữ đang có hiệu lực', en: 'The standing holds' }, 'read', {
      response: answers({ 200: { description: 'Holds, oldest first / Lệnh tạm giữ, cũ trước', type: 'object', required: ['items'], properties: { items: { type: 'array', items: HOLD } } } }),
    }),
  }, async (_request, reply) => reply.header('cache-control', 'no-store').send({ items: (await ledger.listHolds()).map(holdView) }));

  app.get<{ Querystring: { upstream?: string; why?: BlockedLane['why']; limit: number; after?: number } }>('/v1/blocked', {
    onRequest: auth('read'),
    schema: describeRoute('listBlocked', 'control', { vi: 'Hồ sơ không tự đi tiếp, kèm lý do', en: 'Dossiers that do not go on by themselves, and why' }, 'read', {
      querystring: { type: 'object', additionalProperties: false, properties: { upstream: { type: 'string', maxLength: 40 }, why: { type: 'string', enum: [...WHY] }, ...PAGE } },
      response: answers({ 200: { description: 'Blocked lanes / Hàng đợi bị chặn', ...page(BLOCKED) } }),
    }),
  }, async (request, reply) => {
    const { upstream, why, limit, after } = request.query;
    const found = await ledger.listBlocked({ limit: limit + 1, ...(upstream === undefined ? {} : { upstream }), ...(why === undefined ? {} : { why }), ...(after === undefined ? {} : { afterLane: after }) });
    const { rows, next } = cut(found, limit, (row) => row.lane);
    const holds = new Map(rows.some((row) => row.holdId !== null) ? (await ledger.listHolds()).map((hold) => [hold.id, hold]) : []);
    return reply.header('cache-control', 'no-store').send({ items: rows.map((row) => blockedView(row, holds.get(row.holdId ?? 0))), next });
  });
}

function holdRoutes(scope: FastifyInstance, context: GatewayContext): void {
  const { ledger, delivery, now } = context;

  scope.post<{ Body: NewHoldBody }>('/v1/holds', {
    onRequest: context.auth('operate'),
    bodyLimit: SMALL_BODY_BYTES,
    schema: describeRoute('freeze', 'control', { vi: 'Tạm giữ một hồ sơ, một thủ tục hoặc một hệ thống đích', en: 'Hold back a dossier, a procedure or an upstream' }, 'operate', {
      body: NEW_HOLD,
      response: answers({ 200: { description: 'The hold / Lệnh tạm giữ', ...HOLD } }),
    }, { vi: 'Những gì đang trên đường truyền vẫn đi hết; việc nhận hồ sơ không dừng. Giữ lại cùng đối tượng thì lệnh cũ nhận lý do, người và thời hạn mới.', en: 'What is on the wire finishes; intake goes on. The same thing held again: the standing hold takes the new reason, author and end.' }),
  }, async (request) => {
    const { scope: what, key, upstream, reason } = request.body;
    for (const name of what === 'upstream' ? [key] : upstream === undefined ? [] : [upstream]) {
      if (!context.upstreams.some((u) => u.id === name)) throw new ProblemError('LT-GATEWAY-UPSTREAM-UNKNOWN');
    }
    if (what === 'upstream' && upstream !== undefined) throw parameter('/body/upstream', { vi: 'scope "upstream" đã nêu tên trong key', en: 'the scope "upstream" names it in key' });
    const by = request.caller?.name ?? 'unknown';
    const hold = await ledger.freeze({ scope: what, key, upstream: upstream ?? null, by, reason, until: endOf(request.body, now()) }, now());
    context.logger.warn({ requestId: request.id, caller: by, holdId: hold.id, ...(what === 'dossier' ? { dossierCode: key } : {}), ...(what === 'upstream' ? { upstream: key } : {}) }, 'held back');
    return holdView(hold);
  });

  scope.post<{ Params: { id: number }; Body: { reason: string } }>('/v1/holds/:id(^\\d{1,15})::release', {
    onRequest: context.auth('operate'),
    bodyLimit: SMALL_BODY_BYTES,
    schema: describeRoute('releaseHold', 'control', { vi: 'Gỡ một lệnh tạm giữ', en: 'Release a hold' }, 'operate', {
      params: ID_PARAMS,
      body: REASON_BODY,
      response: answers({ 200: { description: 'Released / Đã gỡ', type: 'object', required: ['id', 'released'], properties: { id: { type: 'integer' }, released: { type: 'boolean', const: true } } } }),
    }),
  }, async (request) => {
    const { id } = request.params;
    const by = request.caller?.name ?? 'unknown';
    if (!(await ledger.release(id, by, now(), request.body.reason))) throw new ProblemError('LT-GATEWAY-HOLD-UNKNOWN');
    context.logger.warn({ requestId: request.id, caller: by, holdId: id }, 'released');
    delivery?.wake();
    return { id, released: true };
  });
}

function cancelRoute(scope: FastifyInstance, context: GatewayContext): void {
  const { ledger, delivery, now } = context;
  scope.post<{ Params: { id: number }; Body: { reason: string } }>('/v1/exchanges/:id(^\\d{1,15})::cancel', {
    onRequest: context.auth('operate'),
    bodyLimit: SMALL_BODY_BYTES,
    schema: describeRoute('cancelExchange', 'exchanges', { vi: 'Huỷ một lượt trao đổi', en: 'Cancel an exchange' }, 'operate', {
      params: ID_PARAMS,
      body: REASON_BODY,
      response: answers({ 200: { description: 'Cancelled / Đã huỷ', type: 'object', required: ['id', 'state'], properties: { id: { type: 'integer' }, state: { type: 'string', const: 'cancelled' } } } }),
    }, { vi: 'Lượt đang chờ, nghi vấn hoặc đã thất bại: không gửi nữa, các lượt đứng sau đi tiếp.', en: 'One that waits, is in doubt or has failed: it is not sent again, and what stands behind it goes on.' }),
  }, async (request) => {
    const { id } = request.params;
    const by = request.caller?.name ?? 'unknown';
    const result = await ledger.cancel(id, by, now(), request.body.reason);
    if (result !== 'cancelled') throw new ProblemError({ 'unknown-exchange': 'LT-GATEWAY-EXCHANGE-UNKNOWN', 'in-flight': 'LT-GATEWAY-IN-FLIGHT', settled: 'LT-GATEWAY-NOT-CANCELLABLE' }[result]);
    context.logger.info({ requestId: request.id, exchangeId: id, caller: by }, 'exchange cancelled');
    delivery?.wake();
    return { id, state: 'cancelled' };
  });
}

/** When the hold ends by itself. @throws ProblemError for an end that is past or said twice */
function endOf({ until, forHours }: NewHoldBody, now: number): number | null {
  if (until !== undefined && forHours !== undefined) throw parameter('/body/forHours', { vi: 'chỉ dùng until hoặc forHours', en: 'either until or forHours' });
  if (forHours !== undefined) return now + Math.round(forHours * HOUR_MS);
  if (until === undefined) return null;
  const end = instantIn(until, '/body/until');
  if (end <= now) throw parameter('/body/until', { vi: 'đã qua', en: 'it is past' });
  return end;
}

const parameter = (pointer: string, detail: { vi: string; en: string }): ProblemError => new ProblemError('LT-GATEWAY-PARAMETER', { issues: [issue('LT-INPUT-SHAPE', pointer, detail)] });
