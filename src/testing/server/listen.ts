/** Opening a port, and how whoever stands on this machine reaches it. */
import type { AddressInfo, Server } from 'node:net';

/**
 * @param port 0 takes a free one
 * @returns `127.0.0.1:8080`, the host in brackets where it is IPv6. @throws what listening failed with
 */
export async function listen(server: Server, port: number, host: string): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const named = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return `${named}:${(server.address() as AddressInfo).port}`;
}
