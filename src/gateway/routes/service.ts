/** What machines ask: health, readiness, metrics, the description of the API. */
import type { Routes } from '../context.ts';
import { answers, describeRoute } from '../plugins/openapi.ts';
import { ProblemError } from '../problem.ts';
import { createReadiness } from '../readiness.ts';

const BOOLEAN = { type: 'boolean' };

export const serviceRoutes: Routes = (app, context) => {
  const readiness = createReadiness(context);

  app.get('/healthz', {
    schema: describeRoute('health', 'service', { vi: 'Tiến trình còn sống', en: 'The process is alive' }, null, {
      response: answers({ 200: { description: 'Alive / Còn sống', type: 'object', properties: { status: { type: 'string', const: 'ok' } } } }),
    }),
  }, (_request, reply) => reply.header('cache-control', 'no-store').send({ status: 'ok' }));

  app.get('/readyz', {
    schema: describeRoute('readiness', 'service', { vi: 'Sẵn sàng nhận việc', en: 'Ready for work' }, null, {
      response: answers({ 200: { description: 'Ready / Sẵn sàng', type: 'object', properties: { status: { type: 'string', const: 'ready' }, checks: { type: 'object', properties: { ledger: BOOLEAN, delivery: BOOLEAN, load: BOOLEAN, open: BOOLEAN } }, warnings: { type: 'array', description: 'Limits of which 80 % or more is used', 'x-description-vi': 'Các giới hạn đã dùng từ 80 %', items: { type: 'object', properties: { limit: { type: 'string' }, used: { type: 'number' }, bound: { type: 'number' }, ratio: { type: 'number' } } } } } } }),
    }),
  }, async (_request, reply) => {
    const { ready, checks, issues, warnings } = await readiness();
    if (!ready) throw new ProblemError('LT-GATEWAY-NOT-READY', { issues, extra: { checks, warnings }, retryAfterSeconds: 5 });
    return reply.header('cache-control', 'no-store').send({ status: 'ready', checks, ...(warnings.length === 0 ? {} : { warnings }) });
  });

  if (context.config.metrics.enabled) {
    const open = context.config.metrics.public;
    app.get('/metrics', {
      ...(open ? {} : { onRequest: context.auth('metrics') }),
      schema: describeRoute('metrics', 'service', { vi: 'Số đo Prometheus', en: 'Prometheus metrics' }, open ? null : 'metrics', {
        response: answers({ 200: { description: 'Metrics / Số đo', content: { 'text/plain': { schema: { type: 'string' } } } } }),
      }),
    }, async (_request, reply) => {
      const { text, contentType } = await context.metrics.scrape();
      return reply.header('content-type', contentType).header('cache-control', 'no-store').send(text);
    });
  }

  app.get('/openapi.json', {
    schema: describeRoute('openapi', 'service', { vi: 'Mô tả giao diện này (OpenAPI 3.1)', en: 'The description of this API (OpenAPI 3.1)' }, null, {
      response: answers({ 200: { description: 'OpenAPI 3.1', type: 'object', additionalProperties: true } }),
    }),
  }, (_request, reply) => reply.header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(app.swagger())));
};
