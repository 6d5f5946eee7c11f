/** A land system and a store of files over real sockets, as small as the tests of the line need them. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { vbdlis } from '../../../adapters/vbdlis/adapter.ts';
import { connect, type ConnectOptions } from '../../../src/adapter/client.ts';
import { bodyOf, httpLoopback, type Loopback } from '../../support/loopback.ts';
import { rawConfig } from './fixtures.ts';

export interface Seen { method: string; path: string; headers: IncomingMessage['headers']; body: string; isWhole: boolean }
export interface Server extends Loopback { seen: Seen[]; host: string }
export type Answer = (seen: Seen, response: ServerResponse, n: number) => void;

export const OK: Answer = (_seen, response) => void response.end(JSON.stringify({ data: 1, status: { success: true, message: 'Thành công' } }));

export async function serve(answer: Answer = OK): Promise<Server> {
  const seen: Seen[] = [];
  const loopback = await httpLoopback((request, response, n) => void (async () => {
    const one: Seen = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body: '', isWhole: false };
    seen.push(one);
    try {
      one.body = await bodyOf(request);
      one.isWhole = request.complete;
    } catch {
      return; // broken off: there is nobody to answer
    }
    answer(one, response, n);
  })());
  return Object.assign(loopback, { seen, host: new URL(loopback.url).host });
}

/** Closed after each test by `closeAll`. */
const open: (() => Promise<unknown>)[] = [];
export async function closeAll(): Promise<void> {
  for (const close of open.splice(0).reverse()) await close();
}
export async function server(answer?: Answer): Promise<Server> {
  const made = await serve(answer);
  open.push(() => Promise.resolve(made[Symbol.asyncDispose]()));
  return made;
}
export function client(raw: Record<string, unknown>, options: Pick<ConnectOptions, 'now' | 'readFile'> = {}) {
  const connection = connect(vbdlis, { ...rawConfig, ...raw }, { readRetry: { retries: 0 }, ...options });
  open.push(() => connection.close());
  return connection;
}
