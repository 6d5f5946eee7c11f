/** Loopback servers that fail in real ways. Every one is closed by the test that made it (`using`). */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

export interface Loopback extends AsyncDisposable { url: string; requests: number }

export async function httpLoopback(handler: (request: IncomingMessage, response: ServerResponse, n: number) => void): Promise<Loopback> {
  const loopback = { requests: 0 } as Loopback;
  const server = createServer((request, response) => {
    loopback.requests += 1;
    handler(request, response, loopback.requests);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  loopback.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  loopback[Symbol.asyncDispose] = () =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return loopback;
}

/** Below HTTP: whatever the handler does with the raw socket. */
export async function tcpLoopback(handler: (socket: Socket) => void): Promise<Loopback> {
  const sockets = new Set<Socket>();
  const loopback = { requests: 0 } as Loopback;
  const server = createTcpServer((socket) => {
    loopback.requests += 1;
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    handler(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  loopback.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  loopback[Symbol.asyncDispose] = () =>
    new Promise((resolve) => {
      for (const socket of sockets) socket.destroy();
      server.close(() => resolve());
    });
  return loopback;
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
