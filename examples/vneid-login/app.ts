/**
 * A tiny portal whose citizens sign in through VNeID, in each of the three styles, against the simulated providers.
 *
 *   npm exec -- node examples/vneid-login/app.ts [port]
 */
import { startPortal } from './portal.ts';

const portal = await startPortal({ port: Number(process.argv[2] ?? 3000) });
process.stdout.write(`Mở trong trình duyệt / Open in a browser: ${portal.url}/\n`);

const stop = (): void => void portal.close().then(() => process.exit(0));
process.once('SIGINT', stop).once('SIGTERM', stop);
