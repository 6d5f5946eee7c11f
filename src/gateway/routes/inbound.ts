/**
 * Calls that upstreams make to us, mounted at `/inbound/<upstream>/<path>`. The adapter answers in the upstream's own
 * words, its quirks included; only authentication, size and shape of HTTP are ours.
 */
import { isUtf8 } from 'node:buffer';
import type { FastifyReply } from 'fastify';
import { parseJson } from '../../contract/limits.ts';
import type { InboundRoute } from '../../adapter/types.ts';
import type { Dossier } from '../../model/canonical.ts';
import type { Routes } from '../context.ts';
import { answers, describeRoute } from '../plugins/openapi.ts';
import { ProblemError } from '../problem.ts';

const RETRY_SECONDS = 10;

export const inboundRoutes: Routes = (app, context) => {
  const { config, upstreams, ledger, metrics } = context;
  const findDossier = async (code: string): Promise<Dossier | undefined> => {
    const row = await ledger.getDossier(code);
    return row === undefined ? undefined : (JSON.parse(row.body) as Dossier);
  };

  void app.register(async (scope) => {
    // Upstreams are old programs: they send JSON as text/plain or without a type. What it is decides the adapter.
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: config.server.bodyLimit }, (_request, body, done) => done(null, body));
    for (const { id, adapter, config: own } of upstreams) {
      for (const route of adapter.inbound as InboundRoute[]) {
        const path = `/inbound/${id}/${route.path.replace(/^\/+/, '')}`;
        scope.route<{ Body: Buffer | undefined }>({
          method: route.method,
          url: path.replaceAll(':', '::'),
          bodyLimit: config.server.bodyLimit,
          onRequest: context.auth('inbound'),
          validatorCompiler: () => () => true,
          schema: describeRoute(`inbound-${id}-${route.id}`, 'inbound', route.title, 'inbound', {
            response: answers({ 200: { description: 'In the upstream’s own words / Theo đúng quy ước của hệ thống đích', content: { 'application/json': { schema: {} } } } }),
          }),
          handler: async (request, reply) => {
            const body = route.method === 'GET' ? request.query : bodyOf(request.body, config.server);
            context.drift.inbound(id, route, body);
            const answer = context.evidence.state().writable ? await route.handle(body, { config: own, findDossier }) : unavailable(route, reply);
            metrics.inbound(id, route.id, answer.status);
            return reply.code(answer.status).header('content-type', 'application/json; charset=utf-8').send(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
          },
        });
      }
    }
  });
};

/** No evidence could be kept of what we would say now: the upstream is asked to come again, in its own form where it has one. */
function unavailable(route: InboundRoute, reply: FastifyReply): { status: number; body: unknown } {
  const answer = route.unavailable?.();
  if (answer === undefined) throw new ProblemError('LT-GATEWAY-LEDGER', { retryAfterSeconds: RETRY_SECONDS });
  void reply.header('retry-after', String(RETRY_SECONDS));
  return answer;
}

/**
 * Parsed JSON. What cannot be parsed is handed on as text, so that the adapter refuses it in the words that its
 * upstream understands.
 */
function bodyOf(bytes: Buffer | undefined, limits: { bodyLimit: number; maxDepth: number }): unknown {
  if (bytes === undefined || bytes.length === 0) return undefined;
  const parsed = parseJson(bytes, { maxBytes: limits.bodyLimit, maxDepth: limits.maxDepth });
  if (parsed.ok) return parsed.value;
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}
