/** What upstreams answer otherwise than their pinned schemas say, and the word of a person that it is known. */
import { formText } from '../../contract/shape-form.ts';
import { DEVIATION_KINDS, type DeviationKind } from '../../contract/shape.ts';
import { instantFromEpoch } from '../../model/time.ts';
import type { Routes } from '../context.ts';
import type { Entry } from '../drift/record.ts';
import type { UpstreamDrift } from '../drift/radar.ts';
import { answers, component, describeRoute } from '../plugins/openapi.ts';
import { SMALL_BODY_BYTES, takeSmallJson } from '../plugins/small-json.ts';
import { ProblemError } from '../problem.ts';
import { REASON_BODY } from './shapes.ts';

const DEVIATION = {
  type: 'object',
  required: ['id', 'upstream', 'operation', 'kind', 'pointer', 'basis', 'found', 'code', 'text', 'count', 'observed', 'first', 'last', 'acknowledged'],
  properties: {
    id: { type: 'string', description: 'Stable: the same difference has the same id for ever', 'x-description-vi': 'Cố định: cùng một điểm khác thì luôn cùng mã' },
    upstream: { type: 'string', description: 'Upstream or source as configured', 'x-description-vi': 'Hệ thống đích hoặc nguồn theo cấu hình' },
    operation: { type: 'string', description: 'Operation, or inbound call', 'x-description-vi': 'Thao tác, hoặc lời gọi đến' },
    kind: { type: 'string', enum: [...DEVIATION_KINDS] },
    pointer: { type: 'string', description: 'Where: [] is any item of a list, * a name that is not shown', 'x-description-vi': 'Vị trí: [] là phần tử bất kỳ của danh sách, * là tên không hiển thị' },
    basis: { type: 'string', enum: ['schema', 'habit'], description: 'Differs from the pinned schema, or from all that was answered before', 'x-description-vi': 'Khác lược đồ đã ghim, hay khác mọi câu trả lời trước đó' },
    found: { anyOf: [component('Text'), { type: 'null' }], description: 'What is there, masked: its kind and length, never the value', 'x-description-vi': 'Cái đã gặp, đã che: loại và độ dài, không bao giờ là giá trị' },
    code: { type: ['string', 'null'], description: 'The unknown code itself, where it is not personal', 'x-description-vi': 'Chính mã lạ, nếu không phải thông tin cá nhân' },
    text: component('Text'),
    count: { type: 'integer', description: 'Answers that showed it', 'x-description-vi': 'Số câu trả lời có điểm này' },
    observed: { type: 'integer', description: 'Answers of this operation that were looked at', 'x-description-vi': 'Số câu trả lời của thao tác đã được xem' },
    first: { type: 'string' }, last: { type: 'string' },
    acknowledged: { type: ['object', 'null'], properties: { by: { type: 'string' }, reason: { type: 'string' }, at: { type: 'string' } } },
  },
};
const OBSERVED = { type: 'object', required: ['upstream', 'operation', 'observed', 'last'], properties: { upstream: { type: 'string' }, operation: { type: 'string' }, observed: { type: 'integer' }, last: { type: 'string' } } };
const UNOBSERVED = { type: 'object', required: ['upstream', 'operation'], properties: { upstream: { type: 'string' }, operation: { type: 'string' } } };

interface Filter { upstream?: string; operation?: string; kind?: DeviationKind; acknowledged?: boolean }

export const driftRoutes: Routes = (app, context) => {
  const { drift } = context;

  app.get<{ Querystring: Filter }>('/v1/drift', {
    onRequest: context.auth('read'),
    schema: describeRoute('listDrift', 'figures', { vi: 'Câu trả lời của hệ thống đích khác lược đồ ở đâu', en: 'Where answers of upstreams differ from their schemas' }, 'read', {
      querystring: {
        type: 'object', additionalProperties: false,
        properties: { upstream: { type: 'string', maxLength: 40 }, operation: { type: 'string', maxLength: 100 }, kind: { type: 'string', enum: [...DEVIATION_KINDS] }, acknowledged: { type: 'boolean' } },
      },
      response: answers({
        200: {
          description: 'Differences, newest first / Các điểm khác, mới trước', type: 'object', required: ['enabled', 'items', 'observed', 'unobserved', 'more'],
          properties: {
            enabled: { type: 'boolean' }, items: { type: 'array', items: DEVIATION }, observed: { type: 'array', items: OBSERVED },
            unobserved: { type: 'array', description: 'Operations without a pinned shape: nothing is said of them', 'x-description-vi': 'Thao tác chưa có cấu trúc ghim: không có kết luận', items: UNOBSERVED },
            more: { type: 'integer', description: 'Sightings that were not kept, because there are too many differences already', 'x-description-vi': 'Số lần gặp không được giữ vì đã có quá nhiều điểm khác' },
          },
        },
      }),
    }),
  }, async (request, reply) => {
    const { upstream, operation, kind, acknowledged } = request.query;
    const fits = (system: string, of: string): boolean => (upstream === undefined || system === upstream) && (operation === undefined || of === operation);
    const records = await drift.report();
    const items = records.flatMap((record) => Object.entries(record.found)
      .filter(([, entry]) => fits(record.upstream, entry.operation) && (kind === undefined || entry.kind === kind) && (acknowledged === undefined || (entry.ack !== undefined) === acknowledged))
      .map(([id, entry]) => ({ entry, view: viewOf(record, id, entry) })));
    items.sort((a, b) => b.entry.first - a.entry.first);
    return reply.header('cache-control', 'no-store').send({
      enabled: context.config.drift.enabled,
      items: items.map(({ view }) => view),
      observed: records.flatMap((record) => Object.entries(record.observed).filter(([of]) => fits(record.upstream, of)).map(([of, { count, last }]) => ({ upstream: record.upstream, operation: of, observed: count, last: instantFromEpoch(last) }))),
      unobserved: drift.unobserved().filter((one) => fits(one.upstream, one.operation)),
      more: records.reduce((sum, record) => sum + (fits(record.upstream, operation ?? '') ? record.more : 0), 0),
    });
  });

  void app.register(async (scope) => {
    takeSmallJson(scope);
    scope.post<{ Params: { id: string }; Body: { reason: string } }>('/v1/drift/:id(^[0-9a-f]{1,12})::acknowledge', {
      onRequest: context.auth('operate'),
      bodyLimit: SMALL_BODY_BYTES,
      schema: describeRoute('acknowledgeDrift', 'figures', { vi: 'Xác nhận đã biết một điểm khác', en: 'Acknowledge a difference' }, 'operate', {
        params: { type: 'object', required: ['id'], properties: { id: { type: 'string' } } },
        body: REASON_BODY,
        response: answers({ 200: { description: 'The difference / Điểm khác', ...DEVIATION } }),
      }, { vi: 'Điểm này không còn cảnh báo nữa; kiểu khác hoặc mã khác ở cùng chỗ là một điểm mới.', en: 'It raises no alert any more; another type or another code at the same place is a new one.' }),
    }, async (request) => {
      const { id } = request.params;
      const by = request.caller?.name ?? 'unknown';
      const before = (await drift.report()).find(({ found }) => found[id] !== undefined);
      const entry = before?.found[id];
      if (before === undefined || entry === undefined) throw new ProblemError('LT-GATEWAY-DRIFT-UNKNOWN');
      const { operation, kind, pointer } = entry;
      await context.ledger.act({ kind: 'control.drift-acknowledged', by, content: { drift: id, upstream: before.upstream, operation, deviation: kind, pointer, reason: request.body.reason } }, context.now());
      const known = await drift.acknowledge(id, by, request.body.reason);
      if (known === undefined) throw new ProblemError('LT-GATEWAY-DRIFT-UNKNOWN');
      context.logger.warn({ requestId: request.id, caller: by, upstream: known.upstream, operation, subject: pointer }, 'drift acknowledged');
      const record = (await drift.report()).find(({ upstream }) => upstream === known.upstream);
      return viewOf(record ?? { upstream: known.upstream, observed: {}, found: {}, habits: {}, more: 0 }, id, known.entry);
    });
  });
};

const TEXTS: Readonly<Record<DeviationKind, Record<Entry['basis'], { vi: string; en: string }>>> = {
  new: {
    schema: { vi: 'Trường mới, lược đồ chưa có', en: 'A new field that the schema does not have' },
    habit: { vi: 'Trường mới', en: 'A new field' },
  },
  missing: {
    schema: { vi: 'Thiếu trường mà lược đồ bắt buộc', en: 'A field is missing that the schema asks for' },
    habit: { vi: 'Thiếu trường mà trước nay luôn có', en: 'A field is missing that was always there' },
  },
  retyped: {
    schema: { vi: 'Kiểu dữ liệu khác lược đồ', en: 'Another type than the schema says' },
    habit: { vi: 'Kiểu dữ liệu khác trước nay', en: 'Another type than ever before' },
  },
  'unseen-code': {
    schema: { vi: 'Mã ngoài bảng mã', en: 'A code that is in no table' },
    habit: { vi: 'Mã chưa gặp', en: 'A code not seen before' },
  },
};

function viewOf({ upstream, observed }: UpstreamDrift, id: string, entry: Entry) {
  const { operation, kind, pointer, basis, found, code, count, first, last, ack } = entry;
  return {
    id, upstream, operation, kind, pointer, basis,
    found: found === null ? null : formText(found), code: code ?? null, text: TEXTS[kind][basis],
    count, observed: observed[operation]?.count ?? count, first: instantFromEpoch(first), last: instantFromEpoch(last),
    acknowledged: ack === undefined ? null : { by: ack.by, reason: ack.reason, at: instantFromEpoch(ack.at) },
  };
}
