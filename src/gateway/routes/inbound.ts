/**
 * Calls that upstreams make to us, mounted at `/inbound/<upstream>/<path>`. The adapter answers in the upstream's own
 * words, its quirks included; only authentication, size and shape of HTTP are ours.
 */
import { isUtf8 } from 'node:buffer';
import type { FastifyError, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import { parseJson, type JsonLimits } from '../../contract/limits.ts';
import type { InboundCall, InboundReply, InboundRoute } from '../../adapter/types.ts';
import { isLedgerError } from '../../ledger/errors.ts';
import type { Routes } from '../context.ts';
import { createLargeBodies, isLarge } from '../large-bodies.ts';
import { answers, describeRoute } from '../plugins/openapi.ts';
import { ProblemError } from '../problem.ts';

const RETRY_SECONDS = 10;

export const inboundRoutes: Routes = (app, context) => {
  const { config, upstreams, metrics } = context;
  const usual = config.server.bodyLimit;
  const large = createLargeBodies(config.server.maxLargeBodies);

  /** Guessing a secret must not be cheaper than guessing a key. */
  const countFailed = async (request: FastifyRequest): Promise<void> => {
    if (await context.failedAuth(request)) throw new ProblemError('LT-GATEWAY-RATE-LIMIT', { retryAfterSeconds: 60 });
  };

  void app.register(async (scope) => {
    // Upstreams are old programs: they send JSON as text/plain or without a type. What it is decides the adapter.
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: usual }, (_request, body, done) => done(null, body));
    for (const { id, adapter, config: own } of upstreams) {
      for (const route of adapter.inbound as InboundRoute[]) {
        const path = `/inbound/${id}/${route.path.replace(/^\/+/, '')}`;
        const bodyLimit = Math.max(usual, route.bodyLimit?.(own) ?? 0);
        const answered = (reply: FastifyReply, answer: InboundReply): FastifyReply => {
          metrics.inbound(id, route.id, answer.status);
          return send(reply, answer);
        };
        const guarded: onRequestHookHandler = route.guard === undefined ? context.auth('inbound') : (request, reply, done) => {
          const refusal = route.guard?.(callOf(request), own);
          if (refusal === undefined) return done();
          metrics.inbound(id, route.id, refusal.status);
          countFailed(request).then(() => send(reply, refusal), done);
        };
        // Asked for when the caller is known, before the first byte of the body is read. What room is left on the disk is for evidence, not for papers.
        const placed: onRequestHookHandler = (request, reply, done) => {
          if (bodyLimit === usual || !isLarge(request, usual)) return done();
          const place = context.shedding() === undefined ? large.enter(request, reply) : Promise.resolve(false);
          place.then((hasPlace) => {
            if (hasPlace) return done();
            if (!reply.sent) answered(reply.header('connection', 'close'), unavailable(route, reply, 'LT-GATEWAY-BUSY'));
          }).catch(done);
        };
        scope.route<{ Body: Buffer | undefined }>({
          method: route.method,
          url: path,
          bodyLimit,
          onRequest: [guarded, placed],
          validatorCompiler: () => () => true,
          schema: describeRoute(`inbound-${id}-${route.id}`, 'inbound', route.title, 'inbound', {
            response: answers({ 200: { description: 'In the upstream’s own words / Theo đúng quy ước của hệ thống đích', content: { 'application/json': { schema: {} } } } }),
          }),
          errorHandler(error, request, reply) {
            const answer = (error as Partial<FastifyError>).code === 'FST_ERR_CTP_BODY_TOO_LARGE' ? route.tooLarge?.() : undefined;
            return answer === undefined ? context.errors.handle(error, request, reply) : answered(reply, answer);
          },
          handler: async (request, reply) => {
            const leave = large.handle(request);
            try {
              const text = request.body?.toString('utf8') ?? '';
              const body = route.method === 'GET' ? request.query : bodyOf(request.body, text, { maxBytes: bodyLimit, maxDepth: config.server.maxDepth });
              context.drift.inbound(id, route, body);
              const deps = context.dossierDeps({ upstream: id, kind: route.id, via: 'inbound', config: own });
              const call: InboundCall = { ...callOf(request), body, text };
              const answer = context.evidence.state().writable ? await route.handle(call, deps).catch(unwritten(route, reply)) : unavailable(route, reply, 'LT-GATEWAY-LEDGER');
              metrics.inbound(id, route.id, answer.status);
              if (answer.isUnauthorized === true) await countFailed(request);
              return send(reply, answer);
            } finally {
              leave();
            }
          },
        });
      }
    }
  });
};

const send = (reply: FastifyReply, { status, body }: InboundReply): FastifyReply =>
  reply.code(status).header('content-type', typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8').send(typeof body === 'string' ? body : JSON.stringify(body));

/** Repeated names count once: the first. */
function callOf(request: FastifyRequest): Omit<InboundCall, 'body' | 'text'> {
  const texts = (values: unknown): Record<string, string> => Object.fromEntries(Object.entries(values as Record<string, unknown>).flatMap(([name, value]) => {
    const text: unknown = Array.isArray(value) ? value[0] : value;
    return typeof text === 'string' ? [[name, text]] : [];
  }));
  return { params: texts(request.params ?? {}), query: texts(request.query ?? {}), headers: texts(request.headers) };
}

/**
 * No evidence could be kept of what we would say now, or there is no room for what it brings: the upstream is asked to come again, in its own form
 * where it has one, else with the problem `code`.
 */
function unavailable(route: InboundRoute, reply: FastifyReply, code: string): InboundReply {
  const answer = route.unavailable?.();
  if (answer === undefined) throw new ProblemError(code, { retryAfterSeconds: RETRY_SECONDS });
  void reply.header('retry-after', String(RETRY_SECONDS));
  return answer;
}

/** The ledger failed in the middle of a call: nothing was acknowledged, and the upstream may say it all again. What failed is known to those who watch the ledger. */
const unwritten = (route: InboundRoute, reply: FastifyReply) => (error: unknown): InboundReply => {
  if (!isLedgerError(error) || route.unavailable === undefined) throw error;
  return unavailable(route, reply, error.code);
};

/**
 * Parsed JSON. What cannot be parsed is handed on as text, so that the adapter refuses it in the words that its
 * upstream understands.
 */
function bodyOf(bytes: Buffer | undefined, text: string, limits: JsonLimits): unknown {
  if (bytes === undefined || bytes.length === 0 || !isUtf8(bytes)) return undefined;
  const parsed = parseJson(text, limits);
  return parsed.ok ? parsed.value : text;
}
