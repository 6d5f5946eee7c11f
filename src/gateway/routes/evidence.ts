/** The evidence of one dossier, for whoever must show later what was exchanged and that nothing was changed. */
import { evidenceBundle } from '../bundle.ts';
import type { Routes } from '../context.ts';
import { answers, describeRoute } from '../plugins/openapi.ts';
import { ProblemError } from '../problem.ts';

const OPEN_OBJECT = { type: 'object', additionalProperties: true };

export const evidenceRoutes: Routes = (app, context) => {
  app.get<{ Params: { code: string } }>('/v1/dossiers/:code/evidence', {
    onRequest: context.auth('read'),
    schema: describeRoute('getEvidence', 'dossiers', { vi: 'Chứng cứ của một hồ sơ', en: 'Evidence of a dossier' }, 'read', {
      params: { type: 'object', required: ['code'], properties: { code: { type: 'string', minLength: 1, maxLength: 100 } } },
      response: answers({ 200: {
        description: 'Timeline, orders with their reasons, hashes with the links of the chain, versions, checkpoints / Dòng thời gian, lệnh kèm lý do, mã băm và liên kết chuỗi, phiên bản, điểm kiểm tra', type: 'object',
        required: ['format', 'version', 'code', 'madeAt', 'versions', 'timeline', 'orders', 'chain', 'checkpoints', 'verification', 'seal'],
        properties: { format: { type: 'string' }, version: { type: 'integer' }, code: { type: 'string' }, madeAt: { type: 'string' }, versions: OPEN_OBJECT, timeline: OPEN_OBJECT, orders: { type: 'array', items: OPEN_OBJECT }, chain: { type: 'array', items: OPEN_OBJECT }, checkpoints: OPEN_OBJECT, verification: OPEN_OBJECT, seal: { type: 'string' } },
      } }),
    }),
  }, async (request, reply) => {
    const bundle = await evidenceBundle(context.ledger, request.params.code, context.now());
    if (bundle === undefined) throw new ProblemError('LT-GATEWAY-DOSSIER-UNKNOWN');
    return reply.header('cache-control', 'no-store').send(bundle);
  });
};
