/** How an answer goes out on a socket, whole or spoilt on the connection itself. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SimulatorResponse } from '../../adapter/types.ts';
import type { FaultKind } from '../faults.ts';
import { halfOf, piecesOf } from '../replies.ts';

/** One answer on its way: `extra` are headers of the host beside those of the answer. */
export interface Reply { req: IncomingMessage; res: ServerResponse; extra: Readonly<Record<string, string>> }

function head({ res, extra }: Reply, answer: SimulatorResponse): Buffer {
  const body = Buffer.from(answer.body, 'utf8');
  res.writeHead(answer.status, { ...answer.headers, ...extra, 'content-length': body.length });
  return body;
}

export function sendWhole(reply: Reply, answer: SimulatorResponse): void {
  const body = head(reply, answer);
  reply.res.end(body);
}

/** Half of the body, then the connection ends. */
function sendHalf(reply: Reply, answer: SimulatorResponse): void {
  const body = head(reply, answer);
  reply.res.write(halfOf(body), () => reply.req.socket.destroy());
}

/** @param later waits; it is never called again once the host has closed */
export function sendDribbling(reply: Reply, answer: SimulatorResponse, pauseMs: number, later: (ms: number, run: () => void) => void): void {
  const { res } = reply;
  const body = head(reply, answer);
  const pieces = piecesOf(body);
  const next = (): void => {
    if (res.destroyed) return;
    const piece = pieces.shift();
    if (piece === undefined) {
      res.end();
      return;
    }
    res.write(piece);
    later(pauseMs, next);
  };
  next();
}

/**
 * The connection stays and nobody is at the other end of it: what the caller writes from now on fills buffers, and its farewell is
 * not noticed. Node's parser reads a socket by itself until somebody else listens; then pausing stops the reading.
 */
function abandon(req: IncomingMessage): void {
  const { socket } = req;
  socket.on('data', () => undefined);
  socket.removeAllListeners('data');
  socket.pause();
}

/** Faults of the connection that keep a request from being applied; the caller gets no answer. */
export const BREAKS_BEFORE: Partial<Record<FaultKind, (req: IncomingMessage) => void>> = {
  hang: () => undefined,
  'reset-before': (req) => req.socket.resetAndDestroy(),
  'half-open': abandon,
};

/** Faults of the connection that lose the answer to a request that has been applied. */
export const BREAKS_AFTER: Partial<Record<FaultKind, (reply: Reply, answer: SimulatorResponse) => void>> = {
  'hang-after': () => undefined,
  'reset-after': ({ req }) => req.socket.resetAndDestroy(),
  truncated: sendHalf,
};
