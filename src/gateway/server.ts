/**
 * The HTTP service: composes intake, operator API, inbound routes and the machines' endpoints on fastify.
 * Everything it needs is passed in; it knows no adapter, no engine and no command line.
 */
import type { Socket } from 'node:net';
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance, type onRequestHookHandler, type onResponseHookHandler } from 'fastify';
import type { UpstreamView } from '../delivery/policy.ts';
import type { Protection } from '../delivery/protection.ts';
import type { Replays } from '../delivery/replay.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Connection } from '../adapter/client.ts';
import { createAuth } from './auth.ts';
import { createCitizenDesk } from './citizens/desk.ts';
import { keepMark } from './citizens/mark.ts';
import type { GatewayConfig, SourceBinding, UpstreamBinding } from './config.ts';
import { createDeadlines } from './deadlines.ts';
import type { DeliverySeen, GatewayContext, Shedding } from './context.ts';
import { createCodes, type Codes } from './codes.ts';
import { createDossierDeps, type MakeDossierDeps } from './dossier-deps.ts';
import { createDrift, type Drift } from './drift/radar.ts';
import { createEvidenceWatch, type EvidenceWatch } from './evidence.ts';
import { createHttpErrors } from './http-errors.ts';
import { createIntake, type Intake } from './intake.ts';
import type { IndicatorService } from './indicators/service.ts';
import { createLimits, type Limits } from './limits.ts';
import { createLogger, type Logger } from './log.ts';
import { createMetrics, type GatewayMetrics } from './metrics.ts';
import { useSecurityHeaders } from './plugins/helmet.ts';
import { useOpenApi } from './plugins/openapi.ts';
import { usePressureValve } from './plugins/pressure.ts';
import { useRateLimit } from './plugins/rate-limit.ts';
import { ProblemError } from './problem.ts';
import { createRequestIds } from './request-id.ts';
import { requireRole, ROLES, type Role } from './roles.ts';
import { alertRoutes } from './routes/alerts.ts';
import { citizenRoutes } from './routes/citizens.ts';
import { controlRoutes } from './routes/control.ts';
import { driftRoutes } from './routes/drift.ts';
import { evidenceRoutes } from './routes/evidence.ts';
import { fileRoutes } from './routes/files.ts';
import { inboundRoutes } from './routes/inbound.ts';
import { indicatorRoutes } from './routes/indicators.ts';
import { iocRoutes } from './routes/ioc.ts';
import { intakeRoutes } from './routes/intake.ts';
import { operateRoutes } from './routes/operate.ts';
import { orderRoutes } from './routes/orders.ts';
import { replayRoutes } from './routes/replays.ts';
import { serviceRoutes } from './routes/service.ts';
import { upstreamRoutes } from './routes/upstreams.ts';
import { createRouteTable } from './route-table.ts';

export interface GatewayOptions {
  config: GatewayConfig;
  ledger: Ledger;
  /** @default config.upstreams */
  upstreams?: readonly UpstreamBinding[];
  /** @default config.sources */
  sources?: readonly SourceBinding[];
  /** the open lines, by configured name; without them no population database can be asked */
  connections?: ReadonlyMap<string, Connection>;
  /** the delivery room, where the same process delivers */
  delivery?: DeliverySeen;
  /** @default lines on standard output at the configured level */
  logger?: Logger;
  /** what this process serves; health and metrics are served always. @default all */
  roles?: readonly Role[];
  /** how each upstream stands now, the same from every process */
  upstreamViews?: () => Promise<readonly UpstreamView[]>;
  /** the breakers, for orders by hand, and for questions about citizens */
  protection?: Pick<Protection, 'view' | 'resetBreaker' | 'openBreaker' | 'admit' | 'isHeld' | 'policy'>;
  replays?: Replays;
  /** what is observed of the upstreams' answers; without it the gateway shows what others have observed */
  drift?: Drift;
  /** the figures that a province is judged by; without it their routes say that they are off */
  indicators?: IndicatorService;
  now?: () => number;
}

export interface Gateway {
  /** for `inject()` and for tests; listen with `listen()` */
  app: FastifyInstance;
  /** the one path of a change, for entries other than HTTP (polls, files) */
  intake: Intake;
  /** for rounds, as for the routes that upstreams call */
  dossierDeps: MakeDossierDeps;
  codes: Codes;
  metrics: GatewayMetrics;
  limits: Limits;
  evidence: EvidenceWatch;
  /** @returns the address where it listens, with the port that the system chose when 0 was configured */
  listen(): Promise<string>;
  /**
   * Takes no new work, answers what was begun, ends imports between two lines, then closes; what is not answered after `graceMs`
   * (default 15000) is cut. The ledger stays open: it belongs to the caller
   */
  close(graceMs?: number): Promise<void>;
}

/** Headers may take 30 s, an idle kept-alive connection lives longer than the usual proxy's 60 s. */
const HEADERS_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_MS = 72_000;
const CLOSE_GRACE_MS = 15_000;
const CLOSE_LOOK_MS = 50;

const EVIDENCE_SHED: Shedding = { reason: 'evidence', code: 'LT-GATEWAY-LEDGER', retryAfterSeconds: 10 };
const LEDGER_SHED: Shedding = { reason: 'ledger', code: 'LT-GATEWAY-BUSY', retryAfterSeconds: 2 };
const PROCESS_SHED: Shedding = { reason: 'process', code: 'LT-GATEWAY-BUSY', retryAfterSeconds: 2 };
/** Disk and backlog do not empty within seconds. */
const REACHED_RETRY_SECONDS = 30;

export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { config, ledger, delivery } = options;
  const now = options.now ?? Date.now;
  const logger = options.logger ?? createLogger(config.logging);
  const upstreams = options.upstreams ?? config.upstreams;
  const sources = options.sources ?? config.sources;
  const roles = options.roles ?? ROLES;
  const openImports = new Set<{ stop(): void }>();
  const limits = createLimits({
    ledger, now, server: config.server, settings: config.ledger, openImports: () => openImports.size,
    onChange: ({ limit, ratio, level }) => logger[level === 'far' ? 'info' : 'warn']({ limit, level, ratio: Math.round(ratio * 1000) / 1000 }, 'limit'),
  });
  const evidence = createEvidenceWatch({ ledger, now });
  evidence.onChange(({ writable, code }) => logger[writable ? 'info' : 'error']({ writable, code }, writable ? 'evidence can be written again' : 'evidence cannot be written: exchanges stop'));
  const upstreamViews = options.upstreamViews ?? (async () => []);
  const drift = options.drift ?? createDrift({ cells: ledger, config: config.drift, systems: [...upstreams, ...sources], logger, now });
  const metrics = createMetrics({ ledger, now, deliveryActive: () => delivery?.stats().active, limits, evidence, upstreamViews, drift });
  const errors = createHttpErrors({ logger, docsBase: config.docsBase });
  const intake = createIntake({
    ledger, upstreams, sources,
    ...(upstreams.some(({ adapter }) => adapter.citizens !== undefined) ? { keep: keepMark(config.citizens.databaseCode) } : {}),
    limits: { maxBytes: Math.max(config.server.bodyLimit, config.server.importLineLimit), maxDepth: config.server.maxDepth },
    ...(delivery === undefined ? {} : { onPlanned: () => delivery.wake() }),
    onUnwritten: (error) => evidence.failed(error),
  });
  const codes = createCodes({ ledger, now });
  const dossierDeps = createDossierDeps({ ledger, intake, codes, now, onUnwritten: (error) => evidence.failed(error) });
  const citizens = createCitizenDesk({
    config: config.citizens, connections: options.connections, protection: options.protection, metrics, ledger, dossierDeps, logger, now, onUnwritten: (error) => evidence.failed(error),
  });

  const app = Fastify({
    loggerInstance: innerLog(logger),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: config.server.bodyLimit,
    trustProxy: config.server.trustProxy,
    genReqId: createRequestIds(),
    exposeHeadRoutes: false,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    keepAliveTimeout: KEEP_ALIVE_MS,
    // Upstreams are old programs that write our addresses as they like.
    routerOptions: { maxParamLength: 200, caseSensitive: false },
    frameworkErrors: (error, request, reply) => void errors.handle(error, request, reply),
    clientErrorHandler: (error: NodeJS.ErrnoException, socket: Socket) => errors.client(error, socket),
    ajv: { customOptions: { removeAdditional: false, coerceTypes: true, allErrors: true, strict: false } },
  });
  app.server.headersTimeout = HEADERS_TIMEOUT_MS;
  // Response schemas are documentation: an answer is never cut to what its schema knows.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  app.setErrorHandler((error, request, reply) => errors.handle(error, request, reply));
  app.decorateRequest('caller', null);
  app.removeAllContentTypeParsers();

  let closing = false;
  const table = createRouteTable();
  const deadlines = createDeadlines(config.server.requestTimeoutMs);
  const requests = config.logging.requests;
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    if (closing) done(new ProblemError('LT-GATEWAY-STOPPING', { retryAfterSeconds: 10, headers: { connection: 'close' } }));
    // No name holds a NUL, and PostgreSQL takes no text with one. A body with one is refused by its parser.
    else done(request.url.includes('%00') ? new ProblemError('LT-GATEWAY-PARAMETER') : undefined);
  });
  app.addHook('onRoute', (route) => {
    const method = String(route.method);
    table.add(method, route.url);
    const url = route.url.replaceAll('::', ':');
    // One closure per route: looking the route up per call would cost more than what it is looked up for.
    const timed = route.config?.untimed !== true;
    if (timed) {
      const begin: onRequestHookHandler = (_request, reply, done) => {
        deadlines.add(reply);
        done();
      };
      route.onRequest = [begin, ...(route.onRequest === undefined ? [] : [route.onRequest].flat())];
    }
    const seen: onResponseHookHandler = (request, reply, done) => {
      if (timed) deadlines.delete(reply);
      metrics.request(method, url, reply.statusCode, reply.elapsedTime / 1000);
      if (requests === 'all' || (requests === 'errors' && reply.statusCode >= 400)) {
        logger[reply.statusCode >= 500 ? 'warn' : 'info']({ requestId: request.id, method, route: url, status: reply.statusCode, durationMs: Math.round(reply.elapsedTime * 10) / 10, caller: request.caller?.name }, 'request');
      }
      done();
    };
    route.onResponse = seen;
  });

  await useOpenApi(app);
  await useSecurityHeaders(app);
  // The limit's hooks are added to routes, after their own: it counts callers that are known.
  const failedKey = await useRateLimit(app, config.server.rateLimit, (request) => request.caller?.name);
  let pressed: () => boolean = () => false;
  const shedding = (): Shedding | undefined => {
    if (!evidence.state().writable) return EVIDENCE_SHED;
    if (ledger.pending() > config.server.maxPending) return LEDGER_SHED;
    if (pressed()) return PROCESS_SHED;
    const reached = limits.reached();
    return reached === undefined ? undefined : { reason: reached, code: 'LT-GATEWAY-BUSY', retryAfterSeconds: REACHED_RETRY_SECONDS };
  };
  const context: GatewayContext = {
    config, ledger, upstreams, sources, delivery, intake, dossierDeps, citizens, metrics, logger, errors, now, openImports, limits, evidence, shedding, upstreamViews,
    protection: options.protection, replays: options.replays, drift, indicators: options.indicators,
    auth: createAuth(config.apiKeys, failedKey), failedAuth: failedKey,
    isClosing: () => closing,
  };
  // Every route is there in every process: one that belongs to a role which this process was not given says so.
  await app.register(async (scope) => {
    pressed = await usePressureValve(scope, config.server);
    requireRole(scope, 'intake', roles);
    for (const routes of [intakeRoutes, inboundRoutes]) routes(scope, context);
  });
  // Orders are few, and never needed more than when a process has too much to do.
  await app.register(async (scope) => {
    requireRole(scope, 'console', roles);
    for (const routes of [operateRoutes, evidenceRoutes, fileRoutes, alertRoutes, controlRoutes, orderRoutes, citizenRoutes, replayRoutes, upstreamRoutes, driftRoutes, indicatorRoutes, iocRoutes]) routes(scope, context);
  });
  await app.register(async (service) => serviceRoutes(service, context));
  app.setNotFoundHandler((request, reply) => {
    const known = table.methodsOf(request.url);
    // A path that looks like a route of this very method was refused by a parameter's form: it names nothing.
    const allowed = known.includes(request.method) ? [] : known;
    metrics.request(request.method, 'unmatched', allowed.length > 0 ? 405 : 404, reply.elapsedTime / 1000);
    if (allowed.length === 0) return errors.send('LT-GATEWAY-NOT-FOUND', request, reply);
    return errors.send('LT-GATEWAY-METHOD', request, reply.header('allow', allowed.join(', ')));
  });
  await app.ready();

  let closed: Promise<void> | undefined;
  return {
    app, intake, dossierDeps, codes, metrics, limits, evidence,
    async listen() {
      await app.listen({ host: config.server.host, port: config.server.port });
      const address = app.server.address();
      const port = typeof address === 'object' && address !== null ? address.port : config.server.port;
      limits.start();
      evidence.start();
      logger.info({ address: config.server.host, port, roles }, 'listening');
      return `http://${config.server.host.includes(':') ? `[${config.server.host}]` : config.server.host}:${port}`;
    },
    close(graceMs = CLOSE_GRACE_MS) {
      closing = true;
      for (const open of openImports) open.stop();
      if (closed !== undefined) return closed;
      const cut = setTimeout(() => {
        citizens.stop();
        app.server.closeAllConnections();
      }, graceMs).unref();
      // A call that was answered while we close had been promised its connection for the next one: nobody else hangs up.
      const hangUp = setInterval(() => app.server.closeIdleConnections(), CLOSE_LOOK_MS).unref();
      closed = Promise.resolve(app.close()).then(() => {
        clearTimeout(cut);
        clearInterval(hangUp);
        deadlines.stop();
        limits.stop();
        evidence.stop();
        logger.info({}, 'closed');
        logger.flush();
      });
      return closed;
    },
  };
}

/** Fastify's own rare lines (a hook that failed, a stream that broke) through our allow-list: their texts may quote a request. */
function innerLog(own: Logger): FastifyBaseLogger {
  const say = (level: 'debug' | 'warn' | 'error') => (fields: unknown) => {
    const error = fields instanceof Error ? fields : (fields as { err?: unknown; error?: unknown } | null)?.err ?? (fields as { error?: unknown } | null)?.error;
    own[level](error === undefined ? {} : { err: error }, 'http');
  };
  const quiet = (): void => undefined;
  const logger: FastifyBaseLogger = { level: 'info', silent: quiet, trace: quiet, debug: quiet, info: quiet, warn: say('warn'), error: say('error'), fatal: say('error'), child: () => logger };
  return logger;
}
