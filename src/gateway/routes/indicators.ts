/** The indicators that a province is judged by: figures, the dossiers behind them, what was lost and why, what is going to be late. */
import { isValidationError } from '../../contract/validate.ts';
import { csvTable } from '../../indicators/report/compose.ts';
import { csvOf } from '../../indicators/report/csv.ts';
import { htmlOf, PAGE_POLICY } from '../../indicators/report/html.ts';
import type { Routes } from '../context.ts';
import { readAsk, type Ask, type RawAsk } from '../indicators/ask.ts';
import { NotReady, type IndicatorService, type Part } from '../indicators/service.ts';
import { answers, describeRoute } from '../plugins/openapi.ts';
import { SMALL_BODY_BYTES, takeSmallJson } from '../plugins/small-json.ts';
import { languageOf, ProblemError } from '../problem.ts';
import { ASK, CODE_PARAM, DOSSIERS, EXPLAINED_DOSSIER, EXPLAINED_INDICATOR, FINDINGS, FORECAST, RECOMPUTED, REPORT } from './indicator-shapes.ts';

const FORMATS = ['json', 'csv', 'xlsx', 'html'] as const;
type Format = (typeof FORMATS)[number];
const TYPES: Readonly<Record<Exclude<Format, 'json'>, string>> = { csv: 'text/csv; charset=utf-8', xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', html: 'text/html; charset=utf-8' };
const LIMIT = { type: 'integer', minimum: 1, maximum: 2000, description: 'Most items', 'x-description-vi': 'Số mục tối đa' };
const AFTER = { type: 'string', maxLength: 200, description: 'Continue after this key or code', 'x-description-vi': 'Lấy tiếp sau khoá hoặc mã này' };
const query = (more: Record<string, unknown> = {}) => ({ type: 'object', additionalProperties: false, properties: { ...ASK, ...more } });
const LOADING_SECONDS = 5;

export const indicatorRoutes: Routes = (app, context) => {
  /** Answers a question when the figures have taken in what happened so far. */
  const answer = async <T>(raw: RawAsk, work: (service: IndicatorService, ask: Ask) => T): Promise<T> => {
    const service = await figuresOf(context);
    return told(() => work(service, readAsk(raw, context.now())));
  };

  app.get<{ Querystring: RawAsk & { format: Format; lang?: 'vi' | 'en'; limit: number; after?: string } }>('/v1/indicators', {
    onRequest: context.auth('indicators'),
    schema: describeRoute('getIndicators', 'indicators', { vi: 'Các chỉ số của một kỳ', en: 'The indicators of a period' }, 'indicators', {
      querystring: query({
        format: { type: 'string', enum: [...FORMATS], default: 'json', description: 'csv, xlsx: for a spreadsheet; html: a page to print', 'x-description-vi': 'csv, xlsx: bảng tính; html: trang để in' },
        lang: { type: 'string', enum: ['vi', 'en'], description: 'Of csv, xlsx and html', 'x-description-vi': 'Ngôn ngữ của csv, xlsx, html' }, limit: { ...LIMIT, default: 1000 }, after: AFTER,
      }),
      response: answers({ 200: { description: 'The report / Báo cáo', content: { 'application/json': { schema: REPORT }, 'text/csv': { schema: { type: 'string' } }, 'text/html': { schema: { type: 'string' } }, [TYPES.xlsx]: { schema: { type: 'string', contentMediaType: TYPES.xlsx } } } } }),
    }, { vi: 'Phân số chính xác; tỷ lệ không bị điều chỉnh cho tròn 100 %. Mẫu số bằng 0 thì để trống kèm lý do.', en: 'Exact fractions; shares are never adjusted to 100 %. A zero denominator gives null with a reason.' }),
  }, async (request, reply) => {
    const { format, lang, limit, after } = request.query;
    void reply.header('cache-control', 'no-store');
    if (format === 'json') return reply.send(await answer(request.query, (service, ask) => service.report(ask, { limit, ...(after === undefined ? {} : { after }) })));
    const language = lang ?? languageOf(request.headers['accept-language']);
    const document = await answer(request.query, (service, ask) => service.document(ask));
    void reply.header('content-type', TYPES[format]);
    if (format === 'html') return reply.header('content-security-policy', `${PAGE_POLICY}; frame-ancestors 'none'`).send(Buffer.from(htmlOf(document, language)));
    void reply.header('content-disposition', `attachment; filename="indicators.${format}"`);
    if (format === 'csv') return reply.send(Buffer.from(csvOf(csvTable(document), language)));
    const { xlsxOf } = await import('../../indicators/report/xlsx.ts');
    return reply.send(await xlsxOf(document, language));
  });

  app.get<{ Querystring: RawAsk }>('/v1/indicators/findings', {
    onRequest: context.auth('read'),
    schema: describeRoute('listIndicatorFindings', 'indicators', { vi: 'Số liệu mâu thuẫn, kèm hồ sơ', en: 'Contradictions in the figures, with the dossiers' }, 'read', {
      querystring: query(), response: answers({ 200: { description: 'Contradictions / Mâu thuẫn', ...FINDINGS } }),
    }),
  }, async (request, reply) => reply.header('cache-control', 'no-store').send(await answer(request.query, (service, ask) => service.findings(ask))));

  app.get<{ Querystring: RawAsk & { days: number; limit: number } }>('/v1/indicators/forecast', {
    onRequest: context.auth('read'),
    schema: describeRoute('forecastIndicators', 'indicators', { vi: 'Hồ sơ sắp quá hạn và số điểm sẽ mất', en: 'Dossiers about to be late, and what that costs' }, 'read', {
      querystring: query({ days: { type: 'integer', minimum: 1, maximum: 250, default: 5, description: 'Working days to look ahead', 'x-description-vi': 'Số ngày làm việc tới' }, limit: { ...LIMIT, default: 200 } }),
      response: answers({ 200: { description: 'Forecast / Dự báo', ...FORECAST } }),
    }),
  }, async (request, reply) => reply.header('cache-control', 'no-store').send(await answer(request.query, (service, ask) => service.forecast(ask, request.query.days, request.query.limit))));

  app.get<{ Params: { code: string }; Querystring: RawAsk }>('/v1/dossiers/:code/indicators', {
    onRequest: context.auth('read'),
    schema: describeRoute('explainDossier', 'indicators', { vi: 'Một hồ sơ được tính vào đâu, mất điểm ở đâu', en: 'What a dossier counts for, and what it loses' }, 'read', {
      params: { type: 'object', required: ['code'], properties: { code: CODE_PARAM } }, querystring: query(), response: answers({ 200: { description: 'Explanation / Giải thích', ...EXPLAINED_DOSSIER } }),
    }),
  }, async (request, reply) => {
    const found = await answer(request.query, (service, ask) => service.dossier(ask, request.params.code));
    if (found === undefined) throw new ProblemError('LT-GATEWAY-DOSSIER-UNKNOWN');
    return reply.header('cache-control', 'no-store').send(found);
  });

  app.get<{ Params: { code: string }; Querystring: RawAsk }>('/v1/indicators/:code', {
    onRequest: context.auth('indicators'),
    schema: describeRoute('explainIndicator', 'indicators', { vi: 'Một chỉ tiêu: định nghĩa, số liệu, điểm mất và lý do', en: 'One indicator: definition, figure, points lost and why' }, 'indicators', {
      params: { type: 'object', required: ['code'], properties: { code: CODE_PARAM } }, querystring: query(), response: answers({ 200: { description: 'Explanation / Giải thích', ...EXPLAINED_INDICATOR } }),
    }),
  }, async (request, reply) => reply.header('cache-control', 'no-store').send(await answer(request.query, (service, ask) => service.indicator(ask, request.params.code))));

  app.get<{ Params: { code: string }; Querystring: RawAsk & { part: Part; group?: string; limit: number; after?: string } }>('/v1/indicators/:code/dossiers', {
    onRequest: context.auth('read'),
    schema: describeRoute('listIndicatorDossiers', 'indicators', { vi: 'Các hồ sơ đứng sau một số liệu', en: 'The dossiers behind a figure' }, 'read', {
      params: { type: 'object', required: ['code'], properties: { code: CODE_PARAM } },
      querystring: query({
        part: { type: 'string', enum: ['numerator', 'denominator', 'missing'], default: 'missing', description: 'missing: in the denominator only, with the reasons and their repair', 'x-description-vi': 'missing: chỉ có ở mẫu số, kèm lý do và cách khắc phục' },
        group: { type: 'string', maxLength: 200, description: 'Key of a group, with by', 'x-description-vi': 'Khoá của nhóm, dùng cùng by' }, limit: { ...LIMIT, default: 100 }, after: AFTER,
      }),
      response: answers({ 200: { description: 'Dossiers by code / Hồ sơ theo mã', ...DOSSIERS } }),
    }),
  }, async (request, reply) => {
    const { part, group, limit, after } = request.query;
    const page = { part, limit, ...(group === undefined ? {} : { group }), ...(after === undefined ? {} : { after }) };
    return reply.header('cache-control', 'no-store').send(await answer(request.query, (service, ask) => service.dossiers(ask, request.params.code, page)));
  });

  void app.register(async (scope) => {
    takeSmallJson(scope);
    scope.post<{ Body: { replace?: boolean } }>('/v1/indicators::recompute', {
      onRequest: context.auth('operate'), bodyLimit: SMALL_BODY_BYTES, config: { untimed: true },
      schema: describeRoute('recomputeIndicators', 'indicators', { vi: 'Tính lại từ đầu và đối chiếu', en: 'Compute from the beginning and compare' }, 'operate', {
        body: { type: 'object', additionalProperties: false, properties: { replace: { type: 'boolean', default: false, description: 'Go on with what was read anew; else only compare', 'x-description-vi': 'Dùng số liệu vừa đọc lại; nếu không thì chỉ đối chiếu' } } },
        response: answers({ 200: { description: 'What differs / Chỗ khác nhau', ...RECOMPUTED } }),
      }),
    }, async (request, reply) => {
      const service = await figuresOf(context);
      const { replace = false } = request.body;
      const result = await service.recompute(replace);
      if (result === undefined) throw new ProblemError('LT-INDICATORS-RECOMPUTING');
      context.logger.info({ requestId: request.id, caller: request.caller?.name, count: result.differing }, 'indicators recomputed');
      return reply.header('cache-control', 'no-store').send(result);
    });
  });
};

/** @throws ProblemError while there are no figures */
export async function figuresOf({ indicators }: Parameters<Routes>[1]): Promise<IndicatorService> {
  if (indicators === undefined) throw new ProblemError('LT-INDICATORS-OFF');
  if (!indicators.ready()) throw new ProblemError('LT-INDICATORS-LOADING', { retryAfterSeconds: LOADING_SECONDS });
  await indicators.refresh();
  return indicators;
}

/** What is wrong with a question, in the words of the API. */
export function told<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (isValidationError(error)) throw new ProblemError('LT-GATEWAY-PARAMETER', { issues: error.issues });
    if (error instanceof NotReady) throw new ProblemError('LT-INDICATORS-LOADING', { retryAfterSeconds: LOADING_SECONDS });
    if (error instanceof RangeError) throw new ProblemError('LT-INDICATORS-UNKNOWN');
    throw error;
  }
}
