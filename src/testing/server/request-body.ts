/** From Node's request to what simulators take: whole bodies, bounded. */
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SimulatorRequest } from '../../adapter/types.ts';

const NO_QUERY: Record<string, string> = Object.freeze({});

/** A body as text; `isText` is false where its bytes were no UTF-8. */
export interface ReadBody { text: string; isText: boolean }

export function toRequest(req: IncomingMessage, { text: body, isText }: ReadBody): SimulatorRequest {
  const url = req.url ?? '/';
  const mark = url.indexOf('?');
  const headers: Record<string, string> = {};
  for (const name in req.headers) {
    const value = req.headers[name];
    if (typeof value === 'string') headers[name] = value;
  }
  return {
    method: req.method ?? 'GET',
    path: mark < 0 ? url : url.slice(0, mark),
    query: mark < 0 ? NO_QUERY : Object.fromEntries(new URLSearchParams(url.slice(mark + 1))),
    headers,
    body,
    ...(isText ? {} : { notUtf8: true as const }),
  };
}

/**
 * Reads a whole body and goes on with it; answers 413 itself, and stays silent when the caller hung up in the middle.
 * @param max bytes
 */
export function readBody(req: IncomingMessage, res: ServerResponse, max: number, then: (body: ReadBody) => void): void {
  let first: Buffer | undefined;
  let more: Buffer[] | undefined;
  let size = 0;
  req.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > max) {
      if (!res.headersSent) res.writeHead(413, { connection: 'close' }).end();
    } else if (first === undefined) first = chunk;
    else (more ??= [first]).push(chunk);
  });
  req.on('end', () => {
    if (size > max) return;
    const bytes = more !== undefined ? Buffer.concat(more) : first;
    then(bytes === undefined ? { text: '', isText: true } : { text: bytes.toString('utf8'), isText: isUtf8(bytes) });
  });
  // a caller that dies in mid-request is ordinary life in a fault test
  req.on('error', () => undefined);
}
