/**
 * Puts a simulator behind a real HTTP server on loopback, with faults on demand and an admin API under `/__admin`.
 * Plain node:http on purpose: the host shares the machine with what is measured against it.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Simulator, SimulatorRequest, SimulatorResponse } from '../adapter/types.ts';
import { handleAdmin } from './admin.ts';
import { createFaults } from './faults.ts';
import type { FaultKind, FaultPlan, Faults, FaultSpec } from './faults.ts';
import { applyRequest, replyInstead, spoiltReply } from './replies.ts';

/** What a simulator may offer beside the adapter contract; the host uses what is there. */
export interface SimulatorHooks {
  /** what a request is about; without it fault rules cannot match services */
  describe?(request: SimulatorRequest): { service?: string };
  /** the upstream's own way of saying that it broke, for `error-200` */
  systemError?(): SimulatorResponse;
  expireSessions?(): void;
  /** moves the simulator's clock forward by ms */
  advance?(ms: number): void;
  /** the simulator's clock, ms since epoch */
  now?(): number;
}
export type HostedSimulator = Simulator & SimulatorHooks;

export interface HostOptions {
  /** 0 (default) takes a free one */
  port?: number;
  /** default 127.0.0.1 */
  host?: string;
  /** a plan, or faults made elsewhere */
  faults?: FaultPlan | Faults;
  /** larger request bodies get 413. Default 16 MiB */
  maxBodyBytes?: number;
}
export interface RunningSimulator<S extends HostedSimulator = HostedSimulator> {
  /** `http://127.0.0.1:port`, no slash at the end */
  url: string;
  simulator: S;
  faults: Faults;
  /** ends every connection, hanging ones included */
  close(): Promise<void>;
}

/** One request on its way through the host. */
interface Call { req: IncomingMessage; res: ServerResponse; request: SimulatorRequest; service: string | undefined }

const NO_QUERY: Record<string, string> = Object.freeze({});
/** Pieces that a dribbled answer is cut into. */
const DRIBBLE_PIECES = 16;

const isFaults = (f: FaultPlan | Faults): f is Faults => 'decide' in f;

function toRequest(req: IncomingMessage, body: string): SimulatorRequest {
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
  };
}

/** Reads a whole body and goes on with it; answers 413 itself, and stays silent when the caller hung up in the middle. */
function readBody(req: IncomingMessage, res: ServerResponse, max: number, then: (body: string) => void): void {
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
    then(more !== undefined ? Buffer.concat(more).toString('utf8') : first === undefined ? '' : first.toString('utf8'));
  });
  // a caller that dies in mid-request is ordinary life in a fault test
  req.on('error', () => undefined);
}

/**
 * Starts hosting and answers once the port is open.
 * @param simulator an instance, or a function that makes one
 * @throws what listening failed with (port taken …)
 */
export async function startSimulator<S extends HostedSimulator>(simulator: S | (() => S), options: HostOptions = {}): Promise<RunningSimulator<S>> {
  const { port = 0, host = '127.0.0.1', maxBodyBytes = 16 * 1024 * 1024 } = options;
  const sim: S = typeof simulator === 'function' ? (simulator as () => S)() : simulator;
  const faults = options.faults === undefined ? createFaults() : isFaults(options.faults) ? options.faults : createFaults(options.faults);
  const timers = new Set<NodeJS.Timeout>();
  const later = (ms: number, run: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      run();
    }, ms);
    timers.add(timer);
  };

  function send(res: ServerResponse, answer: SimulatorResponse): void {
    const body = Buffer.from(answer.body, 'utf8');
    res.writeHead(answer.status, { ...answer.headers, 'content-length': body.length });
    res.end(body);
  }

  /** Faults that keep a request from being applied, and what the caller gets instead. */
  const instead: Partial<Record<FaultKind, (call: Call) => void>> = {
    hang: () => undefined,
    'reset-before': ({ req }) => req.socket.resetAndDestroy(),
  };
  /** Faults that lose the reply to a request that has been applied. */
  const losing: Partial<Record<FaultKind, (call: Call, answer: SimulatorResponse) => void>> = {
    'hang-after': () => undefined,
    'reset-after': ({ req }) => req.socket.resetAndDestroy(),
    truncated: ({ req, res }, answer) => {
      const body = Buffer.from(answer.body, 'utf8');
      res.writeHead(answer.status, { ...answer.headers, 'content-length': body.length });
      res.write(body.subarray(0, body.length >> 1), () => req.socket.destroy());
    },
  };
  /** Faults that only make the reply harder to read. */
  const disturbing: Partial<Record<FaultKind, (call: Call, answer: SimulatorResponse, fault: FaultSpec) => void>> = {
    dribble: ({ res }, answer, fault) => dribble(res, answer, faults.draw(fault.delay ?? { fixed: 20 })),
  };

  /** The request is applied and the reply goes out, whole or spoilt. */
  function applyAndReply(call: Call, fault: FaultSpec | undefined, waitMs: number): void {
    const { res } = call;
    const { answer, lost } = applyRequest(sim, faults, call.request, call.service);
    if (res.destroyed) return lost('client-gone');
    res.once('close', () => {
      if (!res.writableFinished) lost('client-gone');
    });
    const reply = (): void => {
      if (res.destroyed) return;
      const lose = fault === undefined ? undefined : losing[fault.kind];
      const disturb = fault === undefined ? undefined : disturbing[fault.kind];
      const spoilt = fault === undefined ? undefined : spoiltReply(fault, answer, faults);
      if (fault !== undefined && lose !== undefined) {
        lost(fault.kind);
        lose(call, answer);
      } else if (fault !== undefined && spoilt !== undefined) {
        if (spoilt.lost) lost(fault.kind);
        send(res, spoilt.reply);
      } else if (fault !== undefined && disturb !== undefined) disturb(call, answer, fault);
      else send(res, answer);
    };
    if (waitMs > 0) later(waitMs, reply);
    else reply();
  }

  function dribble(res: ServerResponse, answer: SimulatorResponse, pauseMs: number): void {
    const body = Buffer.from(answer.body, 'utf8');
    res.writeHead(answer.status, { ...answer.headers, 'content-length': body.length });
    const step = Math.max(1, Math.ceil(body.length / DRIBBLE_PIECES));
    const next = (at: number): void => {
      if (res.destroyed) return;
      if (at >= body.length) {
        res.end();
        return;
      }
      res.write(body.subarray(at, at + step));
      later(pauseMs, () => next(at + step));
    };
    next(0);
  }

  function onBody(req: IncomingMessage, res: ServerResponse, body: string): void {
    const request = toRequest(req, body);
    if (!faults.enabled) return applyAndReply({ req, res, request, service: undefined }, undefined, 0);
    const { service } = sim.describe?.(request) ?? {};
    const call: Call = { req, res, request, service };
    const { latency, fault } = faults.decide({ method: request.method, path: request.path, ...(service === undefined ? {} : { service }) });
    const go = (): void => {
      const refuse = fault === undefined ? undefined : instead[fault.kind];
      const reply = replyInstead(sim, fault);
      if (fault !== undefined && refuse !== undefined) return refuse(call);
      if (reply !== undefined) return send(call.res, reply);
      if (fault?.kind === 'expire-session') sim.expireSessions?.();
      applyAndReply(call, fault, latency?.apply === 'first' ? latency.ms : 0);
    };
    if (latency?.apply === 'last') later(latency.ms, go);
    else go();
  }

  const server = createServer({ keepAliveTimeout: 65_000, noDelay: true }, (req, res) => {
    readBody(req, res, maxBodyBytes, (body) => {
      if (req.url?.startsWith('/__admin') === true) handleAdmin(req, res, body, { simulator: sim, faults });
      else onBody(req, res, body);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address() as AddressInfo;
  const named = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;

  return {
    url: `http://${named}:${address.port}`,
    simulator: sim,
    faults,
    async close() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      server.closeAllConnections();
      await closed;
    },
  };
}
