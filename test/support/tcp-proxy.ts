/**
 * A network line between two ends on loopback, which a test can cut, deafen or slow down. What happens to bytes and
 * connections is what happens on a real line; nothing is made up for the protocol on top.
 */
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';

export interface TcpProxy {
  /** 127.0.0.1:port is the near end */
  port: number;
  /** resets every connection and each new one, until `heal` */
  cut(): void;
  /**
   * Half-open: what either end sends is swallowed, neither hears of the other's end, and new connections are taken and stay
   * silent, until `heal`. A connection that was deaf once stays deaf, as behind a firewall that forgot it.
   */
  deafen(): void;
  /** every piece of data arrives this much later, in order; 0: at once. What waits is dropped when its sender hangs up */
  delay(ms: number): void;
  /** new connections work again */
  heal(): void;
  /** connections ever taken, those that a fault reset or deafened, bytes that came in at the near end */
  figures(): { connections: number; reset: number; deafened: number; sentBytes: number };
  close(): Promise<void>;
}

/** One connection through the proxy. */
interface Line { near: Socket; far: Socket | undefined; deaf: boolean; nearGone: boolean; farGone: boolean }

/** @param target where the far end is; asked for each connection, so that it may move */
export async function startTcpProxy(target: () => { host: string; port: number }): Promise<TcpProxy> {
  let mode: 'through' | 'cut' | 'deaf' = 'through';
  let delayMs = 0;
  const lines = new Set<Line>();
  const timers = new Set<NodeJS.Timeout>();
  const figures = { connections: 0, reset: 0, deafened: 0, sentBytes: 0 };

  function later(ms: number, work: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      work();
    }, ms);
    timers.add(timer);
  }

  function drop(line: Line): void {
    lines.delete(line);
    line.near.resetAndDestroy();
    line.far?.resetAndDestroy();
  }

  /** Bytes that `from` sends reach `to`; its end does so after them. */
  function relay(line: Line, from: Socket, to: Socket, gone: () => boolean): void {
    let waiting = Promise.resolve();
    // Without a delay nothing is queued: the fast path costs one write.
    let queued = 0;
    const deliver = (work: () => void): void => {
      if (delayMs === 0 && queued === 0) return work();
      const dueAt = performance.now() + delayMs;
      queued += 1;
      waiting = waiting.then(() => new Promise<void>((resolve) => later(Math.max(0, dueAt - performance.now()), resolve))).then(() => {
        queued -= 1;
        if (!line.deaf && !gone() && !to.destroyed) work();
      });
    };
    from.on('data', (piece: Buffer) => {
      if (from === line.near) figures.sentBytes += piece.length;
      if (line.deaf) return;
      deliver(() => {
        if (to.write(piece)) return;
        from.pause();
        to.once('drain', () => from.resume());
      });
    });
    from.on('end', () => {
      if (line.deaf) from.destroy();
      else deliver(() => to.end());
    });
  }

  function ended(line: Line): void {
    if (!lines.has(line)) return;
    // On a deaf line one end does not hear that the other has gone; it hears it once the line is healed.
    if (line.deaf && mode === 'deaf' && !(line.nearGone && line.farGone)) return;
    if (line.deaf && !line.nearGone) return;
    drop(line);
  }

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    figures.connections += 1;
    const line: Line = { near, far: undefined, deaf: mode === 'deaf', nearGone: false, farGone: false };
    near.on('error', () => undefined);
    if (mode === 'cut') {
      figures.reset += 1;
      near.resetAndDestroy();
      return;
    }
    lines.add(line);
    near.on('close', () => {
      line.nearGone = true;
      ended(line);
    });
    if (line.deaf) {
      figures.deafened += 1;
      line.farGone = true;
      near.resume();
      near.on('end', () => near.destroy());
      return;
    }
    const far = connect({ ...target(), allowHalfOpen: true, noDelay: true });
    line.far = far;
    far.on('error', () => undefined);
    far.on('close', () => {
      line.farGone = true;
      ended(line);
    });
    relay(line, near, far, () => line.nearGone);
    relay(line, far, near, () => line.farGone);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve());
  });

  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      mode = 'cut';
      figures.reset += lines.size;
      for (const line of [...lines]) drop(line);
    },
    deafen() {
      mode = 'deaf';
      for (const line of lines) {
        if (line.deaf) continue;
        line.deaf = true;
        figures.deafened += 1;
        // A pause for a slow reader must not keep us from hearing the end later.
        line.near.resume();
        line.far?.resume();
        if (line.near.readableEnded) line.near.destroy();
      }
    },
    delay(ms) {
      delayMs = ms;
    },
    heal() {
      mode = 'through';
      delayMs = 0;
      for (const line of [...lines]) if (line.deaf && line.nearGone) drop(line);
    },
    figures: () => ({ ...figures }),
    async close() {
      for (const timer of timers) clearTimeout(timer);
      for (const line of [...lines]) drop(line);
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
