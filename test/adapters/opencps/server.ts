/** A simulator behind a real socket on loopback. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SimulatorRequest, SimulatorResponse } from '../../../src/adapter/types.ts';

export interface Served { url: string; requests: SimulatorRequest[]; close(): Promise<void> }

/** @param handle answers a request; may change the simulator's state between two requests */
export async function serve(handle: (request: SimulatorRequest, number: number) => SimulatorResponse): Promise<Served> {
  const requests: SimulatorRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    const url = new URL(incoming.url ?? '/', 'http://loopback');
    const request: SimulatorRequest = {
      method: incoming.method ?? 'GET', path: url.pathname, query: Object.fromEntries(url.searchParams),
      headers: Object.fromEntries(Object.entries(incoming.headers).map(([k, v]) => [k, String(v)])), body: '',
    };
    requests.push(request);
    const answer = handle(request, requests.length);
    outgoing.writeHead(answer.status, answer.headers ?? {}).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () => new Promise<void>((resolve, reject) => {
      server.close((error) => (error === undefined ? resolve() : reject(error)));
      server.closeAllConnections();
    }),
  };
}
