/** Puts the rooms together: ledger, connections, delivery, gateway. Every command that runs a gateway goes through here. */
import { openConnection, type Connection } from '../adapter/client.ts';
import { createDelivery, type Delivery } from '../delivery/index.ts';
import type { GatewayConfig } from '../gateway/config.ts';
import { createLogger, type Logger } from '../gateway/log.ts';
import { createGateway, type Gateway } from '../gateway/server.ts';
import { createPoller, type Poller } from '../gateway/poller.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { openLedger } from '../ledger/open.ts';

export type Role = 'intake' | 'deliver';
export const ROLES: readonly Role[] = ['intake', 'deliver'];

export interface App {
  url: string;
  ledger: Ledger;
  delivery: Delivery | undefined;
  logger: Logger;
  /** stops taking, lets what is on the wire finish, closes the ledger; safe to call twice */
  close(): Promise<void>;
}

/**
 * @throws LedgerError when another gateway holds the folder, the key is wrong or missing; whatever listening fails with
 */
export async function startApp(config: GatewayConfig, options: { roles?: readonly Role[]; logger?: Logger } = {}): Promise<App> {
  const roles = options.roles ?? ROLES;
  const logger = options.logger ?? createLogger(config.logging);
  const ledger = await openLedger(config.ledger);
  const connections = new Map<string, Connection>();
  let delivery: Delivery | undefined;
  let poller: Poller | undefined;
  let gateway: Gateway | undefined;
  try {
    for (const { id, adapter, config: own } of config.upstreams) connections.set(id, openConnection(adapter, own));
    if (roles.includes('deliver')) {
      delivery = createDelivery({
        ledger,
        connections,
        concurrency: config.delivery.concurrency,
        policy: config.delivery.retry,
        observe: (attempt) => gateway?.metrics.attempt(attempt),
        onError: (error, where) => logger.error({ err: error, ...where }, 'delivery failed'),
      });
    }
    gateway = await createGateway({ config, ledger, logger, ...(delivery === undefined ? {} : { delivery }) });
    const url = await gateway.listen();
    delivery?.start();
    if (roles.includes('intake')) {
      poller = createPoller({ sources: config.sources, intake: gateway.intake, ledger, logger });
      poller.start();
    }
    let closing: Promise<void> | undefined;
    const close = async () => {
      // Together: while the door is being shut no further call should begin that a second signal would cut off.
      await Promise.all([poller?.stop(), gateway?.close(), delivery?.stop()]);
      await Promise.all([...connections.values()].map((connection) => connection.close()));
      await ledger.close();
    };
    return { url, ledger, delivery, logger, close: () => (closing ??= close()) };
  } catch (error) {
    await gateway?.close().catch(() => undefined);
    await ledger.close();
    throw error;
  }
}
