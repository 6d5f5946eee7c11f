/** What people ordered: for whoever must answer for it later. */
import type { Routes } from '../context.ts';
import { ordersOf, orderView } from '../order-views.ts';
import { answers, component, describeRoute } from '../plugins/openapi.ts';
import { ProblemError } from '../problem.ts';
import { MOST_ID, cut, page, PAGE } from './shapes.ts';

/** What stands on the chain by somebody's name: an order, a question about a citizen. */
export const ORDER = {
  type: 'object',
  required: ['seq', 'kind', 'by', 'at', 'title', 'reason', 'about'],
  properties: {
    seq: { type: 'integer', description: 'Its event on the hash chain', 'x-description-vi': 'Sự kiện tương ứng trong chuỗi băm' },
    kind: { type: 'string' }, by: { type: 'string', description: 'Name of the API key; system: the gateway itself, a hold that ended by its time', 'x-description-vi': 'Tên khoá API; system: do cổng tự làm, lệnh tạm giữ hết hạn' },
    at: { type: 'string' }, title: component('Text'),
    reason: { type: ['string', 'null'], description: 'null: none was given, or retention has let it go', 'x-description-vi': 'null: không ghi, hoặc đã hết thời hạn lưu' },
    about: { type: ['object', 'null'], additionalProperties: true, description: 'Hold, exchange, upstream or filter that it was about', 'x-description-vi': 'Lệnh tạm giữ, lượt trao đổi, hệ thống đích hoặc bộ lọc liên quan' },
  },
};

export const orderRoutes: Routes = (app, context) => {
  const { ledger } = context;
  app.get<{ Querystring: { dossier?: string; limit: number; before?: number } }>('/v1/orders', {
    onRequest: context.auth('read'),
    schema: describeRoute('listOrders', 'control', { vi: 'Các lệnh đã ra: ai, khi nào, vì sao', en: 'Orders given: who, when, why' }, 'read', {
      querystring: {
        type: 'object', additionalProperties: false,
        properties: {
          dossier: { type: 'string', minLength: 1, maxLength: 100, description: 'Orders about this dossier; without it those about none: procedures, upstreams, breakers, replays', 'x-description-vi': 'Các lệnh về hồ sơ này; bỏ trống: các lệnh về thủ tục, hệ thống đích, cầu dao, gửi lại hàng loạt' },
          limit: PAGE.limit,
          before: { type: 'integer', minimum: 1, maximum: MOST_ID, description: 'Older than this order', 'x-description-vi': 'Lấy các lệnh trước số này' },
        },
      },
      response: answers({ 200: { description: 'Orders, newest first / Lệnh, mới trước', ...page(ORDER) } }),
    }, { vi: 'Lý do được mã hoá trong sổ cái và chỉ đọc được ở đây, trong hồ sơ chứng cứ và ở chính lệnh tạm giữ, lượt gửi lại.', en: 'Reasons are kept encrypted in the ledger; they are read here, in evidence, and on a standing hold or a replay itself.' }),
  }, async (request, reply) => {
    const { dossier, limit, before } = request.query;
    const { rows, next } = cut(dossier === undefined ? await aboutNone(limit + 1, before) : await aboutDossier(dossier, before), limit, (order) => order.seq);
    return reply.header('cache-control', 'no-store').send({ items: rows, next });
  });

  const aboutNone = async (limit: number, before: number | undefined) => (await ledger.listOrders({ limit, ...(before === undefined ? {} : { beforeSeq: before }) })).map(orderView);
  const aboutDossier = async (code: string, before = Number.MAX_SAFE_INTEGER) => {
    const timeline = await ledger.timeline(code);
    if (timeline === undefined) throw new ProblemError('LT-GATEWAY-DOSSIER-UNKNOWN');
    return (await ordersOf(ledger, timeline)).filter((order) => order.seq < before).reverse();
  };
};
