/** Puts the rooms together: ledger, connections, delivery, gateway, schedules. Every command that runs a gateway goes through here. */
import manifest from '../../package.json' with { type: 'json' };
import { openConnection, type Connection } from '../adapter/client.ts';
import { createTransport } from '../adapter/http.ts';
import { createDelivery, createProtection, type Delivery } from '../delivery/index.ts';
import { createReplays, TURN_MS } from '../delivery/replay.ts';
import { createAlerts, type Alerts } from '../gateway/alerts/alerts.ts';
import type { GatewayConfig } from '../gateway/config.ts';
import { createDrift, type Drift } from '../gateway/drift/radar.ts';
import { createFileReader } from '../gateway/file-reader.ts';
import { createFigures, type Figures } from '../gateway/indicators/figures.ts';
import { createIndicatorService } from '../gateway/indicators/service.ts';
import { createLogger, type Logger } from '../gateway/log.ts';
import { createPoller } from '../gateway/poller.ts';
import { ROLES, type Role } from '../gateway/roles.ts';
import { retentionTasks } from '../gateway/retention.ts';
import { readRounds } from '../gateway/rounds/record.ts';
import { createRounds } from '../gateway/rounds/rounds.ts';
import { createSchedule, type Schedule } from '../gateway/schedule.ts';
import { createGateway, type Gateway } from '../gateway/server.ts';
import { isLedgerError } from '../ledger/errors.ts';
import { loadRegister } from '../indicators/index.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { openLedger } from '../ledger/open.ts';

export interface App {
  url: string;
  ledger: Ledger;
  delivery: Delivery | undefined;
  logger: Logger;
  /** stops taking, lets what is on the wire finish, closes the ledger; bounded, and safe to call twice */
  close(): Promise<void>;
}

/** Lines to upstreams and receivers that do not close by themselves are left to the end of the process. */
const CLOSE_LINES_MS = 3_000;
/** How often numbers that nobody asks for any more are looked for. */
const CODES_MS = 60 * 60 * 1000;
/** A database out of reach must not keep a process from ending: everything acknowledged is durable already. */
const CLOSE_LEDGER_MS = 5_000;

/**
 * @param options.roles what this process does; all when absent
 * @throws LedgerError when another gateway holds the folder, the database is out of reach, the key is wrong or missing; whatever listening fails with
 */
export async function startApp(config: GatewayConfig, options: { roles?: readonly Role[]; logger?: Logger } = {}): Promise<App> {
  const roles = options.roles ?? ROLES;
  const logger = options.logger ?? createLogger(config.logging);
  const ledger = await openLedger(config.ledger, { onWarning: (warning) => logger.warn({ code: warning.code }, 'ledger') });
  const connections = new Map<string, Connection>();
  let delivery: Delivery | undefined;
  let stopProtection: (() => void) | undefined;
  let gateway: Gateway | undefined;
  let alerts: Alerts | undefined;
  let schedule: Schedule | undefined;
  let drift: Drift | undefined;
  let figures: Figures | undefined;
  const close = async (): Promise<void> => {
    // Together: while the door is being shut no further call should begin that a second signal would cut off.
    await Promise.all([schedule?.stop(), gateway?.close(), delivery?.stop()]);
    stopProtection?.();
    await within(CLOSE_LINES_MS, Promise.all([alerts?.close(), ...[...connections.values()].map((connection) => connection.close())]));
    // A cache: what cannot be kept now is read again.
    await within(CLOSE_LINES_MS, figures?.close() ?? Promise.resolve());
    // After everything that observes has ended; what cannot be written now is lost, and found again.
    await within(CLOSE_LINES_MS, drift?.close() ?? Promise.resolve());
    await within(CLOSE_LEDGER_MS, ledger.close());
  };
  try {
    await ledger.join({ roles, version: manifest.version });
    const upstreams = config.upstreams.map(({ id }) => id);
    const failed = (error: unknown, where: { upstream?: string; dossierCode?: string } = {}): void => {
      gateway?.evidence.failed(error);
      logger.error({ err: error, ...where }, 'delivery failed');
    };
    const radar = createDrift({ cells: ledger, config: config.drift, systems: [...config.upstreams, ...config.sources], logger });
    drift = radar;
    await radar.start();
    const protection = createProtection({
      ledger, upstreams, policies: config.delivery.upstreams, retryAfterCapMs: config.delivery.retry.retryAfterCapMs, onError: failed,
      onChange: ({ upstream, what, state, own }) => { if (own) logger.warn({ upstream, state, subject: what }, 'upstream protection'); },
    });
    const readFile = createFileReader(ledger, logger);
    for (const { id, adapter, config: own } of config.upstreams) connections.set(id, openConnection(adapter, own, { transport: protection.metered(id, createTransport), observe: radar.observer(id), readFile }));
    if (roles.includes('deliver')) {
      delivery = createDelivery({
        ledger, connections, protection, concurrency: config.delivery.concurrency, policy: config.delivery.retry,
        urgentWithinMs: config.delivery.urgentWithinHours * 3_600_000,
        async learn(where, change) {
          try {
            await gateway?.intake.change({ ...where, actor: null, isLearnt: true }, change);
          } catch (error) {
            if (isLedgerError(error)) throw error;
            // An adapter's own mistake: the call was made all the same, and is not made again for it.
            logger.error({ err: error, upstream: where.upstream, dossierCode: where.dossierCode }, 'answer not put into the dossier');
          }
        },
        observe: (attempt) => gateway?.metrics.attempt(attempt),
        onError: failed,
      });
    }
    const replays = createReplays({
      ledger, connections, protection, concurrency: config.delivery.concurrency, onWoken: () => delivery?.wake(),
      onError: (error) => logger.error({ err: error }, 'replay failed'),
    });
    const upstreamViews = () => protection.views();
    const { indicators: { enabled, register, authority } } = config;
    if (enabled && roles.includes('console')) figures = createFigures({ ledger, config: config.indicators, folder: config.ledger.folder, logger });
    const indicators = figures === undefined ? {} : {
      indicators: createIndicatorService({ source: figures, ...(register === undefined ? {} : { register: loadRegister(register) }), ...(authority === undefined ? {} : { authority }) }),
    };
    gateway = await createGateway({ config, ledger, logger, roles, connections, protection, replays, upstreamViews, drift: radar, ...indicators, ...(delivery === undefined ? {} : { delivery }) });
    const { codes, dossierDeps, evidence, intake, limits, metrics } = gateway;
    if (roles.includes('schedule')) {
      alerts = createAlerts({ ledger, config: config.alerts, upstreams, upstreamViews, limits, logger, metrics, drift: radar, rounds: () => readRounds(ledger, config.upstreams), now: Date.now });
      evidence.onChange(alerts.evidence);
      schedule = createSchedule({
        leads: () => ledger.leads(), logger, onFailure: metrics.scheduleFailed, paused: () => !evidence.state().writable,
        tasks: [
          { name: 'replays', everyMs: TURN_MS, run: () => replays.tick() },
          ...alerts.tasks,
          ...retentionTasks({ ledger, config: config.retention, folder: config.ledger.folder, logger }),
          { name: 'codes', everyMs: CODES_MS, run: (signal) => codes.letGo(signal) },
        ],
        standing: [
          () => createPoller({ sources: config.sources, intake, ledger, logger, observer: radar.observer, paused: () => !evidence.state().writable }),
          () => createRounds({ connections, protection, dossierDeps, ledger, logger, metrics, paused: () => !evidence.state().writable }),
        ],
      });
    }
    const url = await gateway.listen();
    delivery?.start();
    // A process that asks and does not deliver must know of breakers and holds as well.
    const asks = roles.includes('console') && config.upstreams.some(({ adapter }) => adapter.citizens !== undefined);
    if (schedule !== undefined || asks) {
      stopProtection = () => protection.stop();
      await protection.start();
    }
    schedule?.start();
    figures?.start();
    let closing: Promise<void> | undefined;
    return { url, ledger, delivery, logger, close: () => (closing ??= close()) };
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
}

/** Waits for something, but not for ever. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work.catch(() => undefined), late]);
  clearTimeout(timer);
}
