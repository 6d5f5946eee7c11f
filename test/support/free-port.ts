/** Ports for programs that must be told one. */
import { createServer } from 'node:net';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';

/** Below the ports that systems give to outgoing connections and to `listen(0)`: nobody takes one of these by chance in the meantime, nor while a server is away that will come back. */
const [FIRST, END] = [20_000, 30_000];
const TRIES = 200;

/** @returns the first of `count` neighbouring ports that were free a moment ago */
export async function freePort(count = 1): Promise<number> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const port = randomInt(FIRST, END - count);
    const free = await Promise.all(Array.from({ length: count }, (_, i) => isFree(port + i)));
    if (free.every(Boolean)) return port;
  }
  throw new Error(`no ${count} free ports between ${FIRST} and ${END}`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
