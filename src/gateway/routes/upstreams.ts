/** How each upstream stands, the breaker by hand, and the processes on this ledger. */
import { BREAKER_STATES, type UpstreamView } from '../../delivery/policy.ts';
import type { Routes } from '../context.ts';
import { instanceView, roundView, upstreamView } from '../control-views.ts';
import { answers, component, describeRoute } from '../plugins/openapi.ts';
import { SMALL_BODY_BYTES, takeSmallJson } from '../plugins/small-json.ts';
import { ProblemError } from '../problem.ts';
import { readRounds } from '../rounds/record.ts';
import { OPEN_OBJECT, REASON } from './shapes.ts';

const MOST_MINUTES = 24 * 60;
const MINUTE_MS = 60_000;

const UPSTREAM = {
  type: 'object', additionalProperties: true,
  required: ['upstream', 'open', 'waits', 'breaker', 'throttledUntil', 'rate', 'concurrency'],
  properties: {
    upstream: { type: 'string' },
    open: { type: 'boolean', description: 'A call could go out now', 'x-description-vi': 'Có thể gửi ngay lúc này' },
    waits: { type: 'array', items: OPEN_OBJECT, description: 'Why not, the longest obstacle first', 'x-description-vi': 'Lý do chưa gửi được, trở ngại lâu nhất trước' },
    breaker: { type: 'object', additionalProperties: true, properties: { state: { type: 'string', enum: [...BREAKER_STATES] }, since: { type: ['string', 'null'] }, until: { type: ['string', 'null'] }, trips: { type: 'integer' } } },
    throttledUntil: { type: ['string', 'null'], description: 'Its own word (Retry-After)', 'x-description-vi': 'Theo yêu cầu của hệ thống đích (Retry-After)' },
    rate: { type: ['object', 'null'], additionalProperties: true }, concurrency: { type: ['integer', 'null'] },
    rounds: {
      type: 'array', description: 'What it is asked by the clock, and how that last went', 'x-description-vi': 'Các lượt hỏi định kỳ và kết quả lần gần nhất',
      items: {
        type: 'object', additionalProperties: true, required: ['id', 'at', 'told', 'failed', 'failingSince'],
        properties: {
          id: { type: 'string' }, title: component('Text'), at: { type: ['string', 'null'], description: 'When the last one ended', 'x-description-vi': 'Lần gần nhất kết thúc lúc nào' },
          told: { type: 'integer', description: 'Dossiers that it brought news of', 'x-description-vi': 'Số hồ sơ có tin mới' }, failed: { type: 'integer', description: 'Rows that failed', 'x-description-vi': 'Số dòng bị lỗi' },
          code: { type: ['string', 'null'], description: 'Why the round as a whole failed', 'x-description-vi': 'Vì sao cả lượt không thành' },
          failingSince: { type: ['string', 'null'], description: 'Since when none has ended without a failure', 'x-description-vi': 'Từ khi nào không lượt nào trọn vẹn' },
        },
      },
    },
    counts: { ...OPEN_OBJECT, description: 'Exchanges by state', 'x-description-vi': 'Số lượt trao đổi theo trạng thái' },
  },
};

export const upstreamRoutes: Routes = (app, context) => {
  const { ledger, auth, now } = context;

  app.get('/v1/upstreams', {
    onRequest: auth('read'),
    schema: describeRoute('listUpstreams', 'control', { vi: 'Tình trạng của từng hệ thống đích', en: 'How each upstream stands' }, 'read', {
      response: answers({ 200: { description: 'Upstreams / Hệ thống đích', type: 'object', required: ['items'], properties: { items: { type: 'array', items: { ...UPSTREAM, properties: { ...UPSTREAM.properties, adapter: OPEN_OBJECT, title: component('Text') } } } } } }),
    }),
  }, async (_request, reply) => {
    const [counts, views, rounds] = await Promise.all([ledger.counts(now()), context.upstreamViews(), readRounds(ledger, context.upstreams)]);
    const items = context.upstreams.map(({ id, adapter }) => ({
      upstream: id, adapter: { id: adapter.id, mapping: adapter.version }, title: adapter.title,
      ...upstreamView(views.find((view) => view.upstream === id) ?? unprotected(id)),
      rounds: (adapter.rounds ?? []).map((round) => roundView(round, rounds.find((seen) => seen.upstream === id && seen.round === round.id))),
      counts: statesOf(counts.exchanges, id),
    }));
    return reply.header('cache-control', 'no-store').send({ items });
  });

  app.get('/v1/instances', {
    onRequest: auth('read'),
    schema: describeRoute('listInstances', 'control', { vi: 'Các tiến trình đang dùng chung sổ cái', en: 'The processes on this ledger' }, 'read', {
      response: answers({ 200: { description: 'Processes / Tiến trình', type: 'object', required: ['items'], properties: { items: { type: 'array', items: { type: 'object', additionalProperties: true, required: ['id', 'roles', 'version', 'leads'], properties: { id: { type: 'string' }, host: { type: 'string' }, pid: { type: 'integer' }, version: { type: 'string' }, roles: { type: 'array', items: { type: 'string' } }, startedAt: { type: 'string' }, beatAt: { type: 'string' }, leads: { type: 'boolean', description: 'Runs the schedules', 'x-description-vi': 'Đang chạy các lịch' } } } } } } }),
    }),
  }, async (_request, reply) => reply.header('cache-control', 'no-store').send({ items: (await ledger.instances()).map(instanceView) }));

  void app.register(async (scope) => {
    takeSmallJson(scope);
    scope.post<{ Params: { id: string }; Body: { state: 'closed' | 'open'; reason: string; forMinutes?: number } }>('/v1/upstreams/:id/breaker', {
      onRequest: auth('operate'),
      bodyLimit: SMALL_BODY_BYTES,
      schema: describeRoute('setBreaker', 'control', { vi: 'Đóng hoặc mở cầu dao của một hệ thống đích', en: 'Close or open the breaker of an upstream' }, 'operate', {
        params: { type: 'object', required: ['id'], properties: { id: { type: 'string', minLength: 1, maxLength: 40 } } },
        body: {
          type: 'object', required: ['state', 'reason'], additionalProperties: false,
          properties: {
            state: { type: 'string', enum: ['closed', 'open'], description: 'closed: calls go out again, a Retry-After is forgotten · open: none goes out for a while', 'x-description-vi': 'closed: gửi lại bình thường, bỏ qua Retry-After · open: tạm ngừng gửi' },
            reason: REASON,
            forMinutes: { type: 'number', exclusiveMinimum: 0, maximum: MOST_MINUTES, description: 'With open: pause before one call is tried; the longest pause of the policy when absent', 'x-description-vi': 'Khi mở: thời gian nghỉ trước khi thử một lời gọi; bỏ trống là thời gian dài nhất trong cấu hình' },
          },
        },
        response: answers({ 200: { description: 'How it stands now / Tình trạng hiện tại', ...UPSTREAM } }),
      }, { vi: 'Muốn ngừng gửi cho đến khi có người cho phép thì dùng lệnh tạm giữ (POST /v1/holds, scope upstream).', en: 'To stop until a person says otherwise use a hold (POST /v1/holds, scope upstream).' }),
    }, async (request) => {
      const { id } = request.params;
      const { state, reason, forMinutes } = request.body;
      if (!context.upstreams.some((u) => u.id === id)) throw new ProblemError('LT-GATEWAY-UPSTREAM-UNKNOWN');
      const { protection } = context;
      if (protection === undefined) throw new ProblemError('LT-GATEWAY-OTHER-ROLE', { extra: { role: 'console' } });
      const by = request.caller?.name ?? 'unknown';
      if (state === 'closed') await protection.resetBreaker(id, by, reason);
      else await protection.openBreaker(id, by, reason, forMinutes === undefined ? undefined : forMinutes * MINUTE_MS);
      context.logger.warn({ requestId: request.id, caller: by, upstream: id, state }, 'breaker by hand');
      context.delivery?.wake();
      return { upstream: id, ...upstreamView(await protection.view(id)) };
    });
  });
};

/** Where nothing protects an upstream, nothing stands in its way either. */
const unprotected = (upstream: string): UpstreamView => ({ upstream, open: true, waits: [], breaker: { state: 'closed', since: 0, until: null, trips: 0 }, throttledUntil: null, rate: null, concurrency: null });

function statesOf(exchanges: Readonly<Record<string, number>>, upstream: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const [key, n] of Object.entries(exchanges)) {
    const [own, , state = ''] = key.split('/');
    if (own === upstream && n > 0) counts[state] = (counts[state] ?? 0) + n;
  }
  return counts;
}
