/** Asking a population database about a citizen, and who has asked. Everything personal travels in bodies: an address is written down by every proxy. */
import type { FastifyInstance } from 'fastify';
import type { CitizenAct } from '../citizens/desk.ts';
import { findQueries, type QueryFilter } from '../citizens/queries.ts';
import { questionOf, type QuestionBody } from '../citizens/question.ts';
import type { GatewayContext, Routes } from '../context.ts';
import { orderView } from '../order-views.ts';
import { answers, component, describeRoute } from '../plugins/openapi.ts';
import { SMALL_BODY_BYTES, takeSmallJson } from '../plugins/small-json.ts';
import { ProblemError } from '../problem.ts';
import { ORDER } from './orders.ts';
import { cut, MOST_ID, page, PAGE } from './shapes.ts';

const said = (vi: string, en: string, schema: Record<string, unknown>) => ({ ...schema, description: en, 'x-description-vi': vi });
const PERSON_AND_MATTER = {
  citizenId: said('Số định danh cá nhân 12 chữ số; hoặc oldId.', 'Citizen number of 12 digits; or oldId.', { type: 'string', pattern: '^[0-9]{12}$', 'x-sensitive': 'identity' }),
  oldId: said('Số chứng minh nhân dân 9 chữ số.', 'Old identity card number of 9 digits.', { type: 'string', pattern: '^[0-9]{9}$', 'x-sensitive': 'identity' }),
  dossierCode: said('Hồ sơ mà vì nó cần hỏi.', 'The dossier that it is asked for.', { type: 'string', minLength: 1, maxLength: 50 }),
  officer: said('Tài khoản hoặc mã của cán bộ hỏi, như đã đăng ký với cơ sở dữ liệu.', 'Account or number of the officer who asks, as registered with the database.', { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._@-]{0,59}$' }),
};
const QUESTION = {
  type: 'object', additionalProperties: false, required: ['fullName', 'purpose', 'officer'],
  properties: {
    ...PERSON_AND_MATTER,
    fullName: said('Họ và tên có dấu.', 'Full name with accents.', { type: 'string', minLength: 1, maxLength: 300, 'x-sensitive': 'name' }),
    birthDate: said('Ngày sinh YYYY-MM-DD; hoặc birthYear.', 'Date of birth YYYY-MM-DD; or birthYear.', { type: 'string', pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$', 'x-sensitive': 'birth' }),
    birthYear: said('Năm sinh, khi không rõ ngày.', 'Year of birth, where the day is not known.', { type: 'string', pattern: '^[0-9]{4}$', 'x-sensitive': 'birth' }),
    purpose: said('Mã mục đích trong citizens.purposes của cấu hình.', 'Code of a purpose under citizens.purposes of the configuration.', { type: 'string', minLength: 1, maxLength: 40 }),
    upstream: said('Tên hệ thống dân cư trong cấu hình; bỏ trống khi chỉ có một.', 'Configured name of the database; may be left out where there is one.', { type: 'string', minLength: 1, maxLength: 40 }),
  },
};
const ANSWER = {
  type: 'object', required: ['requestId', 'upstream', 'fromCache', 'answer'],
  properties: {
    requestId: said('Mã của lần hỏi, cũng có trong nhật ký.', 'Number of the question, in its record too.', { type: 'string' }),
    upstream: { type: 'string' },
    fromCache: said('Trả lời đã có trong bộ nhớ, không hỏi lại.', 'It was known already and not asked again.', { type: 'boolean' }),
    answer: component('CitizenVerification'),
    warnings: said('Điều cần xem trước khi dùng câu trả lời, không kèm giá trị; không có khi không có gì.', 'What to look at before the answer is used, without values; absent where there is nothing.', { type: 'array', items: component('Issue') }),
  },
};
const FILTER = {
  type: 'object', additionalProperties: false,
  properties: {
    ...PERSON_AND_MATTER,
    limit: PAGE.limit,
    before: said('Lấy các bản ghi trước số này.', 'Older than this record.', { type: 'integer', minimum: 1, maximum: MOST_ID }),
  },
};
const AUDITED = {
  vi: 'Mỗi lần hỏi được ghi vào sổ cái trước khi gửi đi: ai, vì sao, cho hồ sơ nào; không ghi được thì không hỏi. Không nêu được địa chỉ hay mã dịch vụ: những điều đó nằm trong cấu hình.',
  en: 'Every question is on the ledger before it goes out: who, why, for which dossier; where that cannot be written nothing is asked. Callers name no address and no service: those are configuration.',
};

export const citizenRoutes: Routes = (app, context) => {
  void app.register(async (scope) => {
    takeSmallJson(scope);
    searchRoute(scope, context);
    askRoute(scope, context, 'verify', '/v1/citizens/verify', 'verifyCitizen', { vi: 'Xác thực: số và thông tin có thuộc cùng một công dân', en: 'Verify that a number and what is said of a citizen belong together' });
    askRoute(scope, context, 'lookUp', '/v1/citizens/look-up', 'lookUpCitizen', { vi: 'Tra cứu thông tin một công dân', en: 'Look a citizen up' });
  });

  app.get<{ Querystring: { limit: number; before?: number } }>('/v1/citizens/queries', {
    onRequest: context.auth('read'),
    schema: describeRoute('listCitizenQueries', 'citizens', { vi: 'Nhật ký tra cứu công dân: ai, khi nào, vì sao, kết quả', en: 'Questions about citizens: who, when, why, and the outcome' }, 'read', {
      querystring: {
        type: 'object', additionalProperties: false,
        properties: { limit: PAGE.limit, before: { type: 'integer', minimum: 1, maximum: MOST_ID, description: 'Older than this record', 'x-description-vi': 'Lấy các bản ghi trước số này' } },
      },
      response: answers({ 200: { description: 'Records, newest first / Bản ghi, mới trước', ...page(ORDER) } }),
    }, {
      vi: 'Nội dung được mã hoá trong sổ cái và chỉ đọc được ở đây. Không có thông tin cơ sở dữ liệu đã trả lời; số định danh chỉ còn dạng che và mã băm có khoá.',
      en: 'Kept encrypted in the ledger and read here only. Nothing of what the database answered; of a number its hidden form and a keyed hash.',
    }),
  }, async (request, reply) => {
    const { limit, before } = request.query;
    const found = await context.ledger.listOrders({ limit: limit + 1, citizens: true, ...(before === undefined ? {} : { beforeSeq: before }) });
    const { rows, next } = cut(found.map(orderView), limit, (row) => row.seq);
    return reply.header('cache-control', 'no-store').send({ items: rows, next });
  });
};

function searchRoute(scope: FastifyInstance, { ledger, auth }: GatewayContext): void {
  scope.post<{ Body: QueryFilter & { limit: number; before?: number } }>('/v1/citizens/queries::search', {
    onRequest: auth('read'),
    bodyLimit: SMALL_BODY_BYTES,
    schema: describeRoute('searchCitizenQueries', 'citizens', { vi: 'Ai đã hỏi về một công dân, cho một hồ sơ, hay một cán bộ đã hỏi gì', en: 'Who asked about a citizen, for a dossier, or what an officer asked' }, 'read', {
      body: FILTER,
      response: answers({ 200: { description: 'Records, newest first; a page may be empty and yet have a next one / Bản ghi, mới trước; một trang có thể trống mà vẫn còn trang sau', ...page(ORDER) } }),
    }, { vi: 'Số định danh nằm trong thân lời gọi, không bao giờ ở địa chỉ.', en: 'The number stands in the body, never in an address.' }),
  }, async (request, reply) => {
    const { limit, before, ...filter } = request.body;
    const { rows, next } = await findQueries(ledger, filter, limit, before);
    return reply.header('cache-control', 'no-store').send({ items: rows.map(orderView), next });
  });
}

function askRoute(scope: FastifyInstance, context: GatewayContext, act: CitizenAct, url: string, id: string, summary: { vi: string; en: string }): void {
  scope.post<{ Body: QuestionBody }>(url, {
    onRequest: context.auth('citizens'),
    bodyLimit: SMALL_BODY_BYTES,
    config: { rateLimit: { max: context.config.citizens.perMinute, timeWindow: 60_000 } },
    schema: describeRoute(id, 'citizens', summary, 'citizens', { body: QUESTION, response: answers({ 200: { description: 'What the database answered / Trả lời của cơ sở dữ liệu', ...ANSWER } }) }, AUDITED),
  }, async (request, reply) => {
    const { purpose, dossierCode, upstream } = request.body;
    if (!context.evidence.state().writable) throw new ProblemError('LT-CITIZEN-AUDIT', { retryAfterSeconds: 10 });
    const { requestId, upstream: asked, isFromCache, answer, warnings } = await context.citizens.ask({
      act, question: questionOf(request.body, context.now()), purpose, caller: request.caller?.name ?? 'unknown', callId: request.id,
      ...(dossierCode === undefined ? {} : { dossierCode }), ...(upstream === undefined ? {} : { upstream }),
    });
    return reply.header('cache-control', 'no-store').send({ requestId, upstream: asked, fromCache: isFromCache, answer, ...(warnings.length === 0 ? {} : { warnings }) });
  });
}
