import { loadConfig } from '../../gateway/config.ts';
import { ROLES, type Role } from '../../gateway/roles.ts';
import { ADAPTERS } from '../adapters.ts';
import { startApp } from '../app.ts';
import { CommandError, EXIT } from '../output.ts';
import { untilSignal } from '../until-signal.ts';

/** Runs the gateway until it is told to stop (SIGTERM, SIGINT); a second signal ends it at once, which is safe too. */
export async function serve(options: { config: string; roles?: string; port?: string }): Promise<void> {
  const roles = options.roles?.split(',').map((role) => role.trim());
  const wrong = roles?.find((role) => !(ROLES as readonly string[]).includes(role));
  if (wrong !== undefined) throw new CommandError(`--roles: '${wrong}' is not one of ${ROLES.join(', ')}`, EXIT.usage);
  if (options.port !== undefined && !/^\d{1,5}$/.test(options.port)) throw new CommandError(`--port: '${options.port}' is not a port`, EXIT.usage);
  const config = loadConfig({ file: options.config, adapters: ADAPTERS, ...(options.port === undefined ? {} : { overrides: { server: { port: Number(options.port) } } }) });
  const app = await startApp(config, roles === undefined ? {} : { roles: roles as Role[] });
  // Whoever reads the line may send the signal at once: it must find us listening for it.
  const stopped = untilSignal();
  process.stdout.write(`lienthong ${app.url}\n`);
  await stopped;
  await app.close();
}
