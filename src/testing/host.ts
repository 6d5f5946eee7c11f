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

const HTML_PAGE: SimulatorResponse = {
  status: 502,
  headers: { 'content-type': 'text/html' },
  body: '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n',
};
const BROKEN: SimulatorResponse = { status: 200, headers: { 'content-type': 'application/json' }, body: '{"error":"system error"}' };
const refusal = (status: number, body: string, retryAfter: number | undefined): SimulatorResponse => ({
  status, body, headers: { 'content-type': 'text/plain', ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }) },
});
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

  /** Handles one request and remembers what it changed, in case the reply gets lost. */
  function apply(request: SimulatorRequest, service: string | undefined) {
    const from = sim.journal().length;
    let answer: SimulatorResponse;
    try {
      answer = sim.handle(request);
    } catch (error) {
      // a broken simulator must show itself to the test that hosts it, not end the process
      answer = { status: 500, headers: { 'content-type': 'text/plain' }, body: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
    const to = sim.journal().length;
    let open = true;
    return {
      answer,
      lost(why: FaultKind | 'client-gone'): void {
        if (!open) return;
        open = false;
        const effects = sim.journal().slice(from, to).filter((e) => e.effect === 'create' || e.effect === 'update' || e.effect === 'append');
        const [first] = effects;
        if (first !== undefined) faults.recordLost({ why, service: service ?? first.service, effects });
      },
    };
  }

  function send(res: ServerResponse, answer: SimulatorResponse): void {
    const body = Buffer.from(answer.body, 'utf8');
    res.writeHead(answer.status, { ...answer.headers, 'content-length': body.length });
    res.end(body);
  }

  /** Faults that keep a request from being applied, and what the caller gets instead. */
  const instead: Partial<Record<FaultKind, (call: Call, fault: FaultSpec) => void>> = {
    hang: () => undefined,
    'reset-before': ({ req }) => req.socket.resetAndDestroy(),
    'html-502': ({ res }) => send(res, HTML_PAGE),
    'error-200': ({ res }) => send(res, sim.systemError?.() ?? BROKEN),
    'http-429': ({ res }, fault) => send(res, refusal(429, 'Too Many Requests', fault.retryAfterSeconds ?? 1)),
    'http-503': ({ res }, fault) => send(res, refusal(503, 'Service Unavailable', fault.retryAfterSeconds)),
  };
  /** Faults that lose the reply to a request that has been applied. */
  const losing: Partial<Record<FaultKind, (call: Call, answer: SimulatorResponse) => void>> = {
    'hang-after': () => undefined,
    'reset-after': ({ req }) => req.socket.resetAndDestroy(),
    'html-502-after': ({ res }) => send(res, HTML_PAGE),
    garbage: ({ res }, answer) => send(res, { ...answer, body: faults.noise() }),
    truncated: ({ req, res }, answer) => {
      const body = Buffer.from(answer.body, 'utf8');
      res.writeHead(answer.status, { ...answer.headers, 'content-length': body.length });
      res.write(body.subarray(0, body.length >> 1), () => req.socket.destroy());
    },
  };
  /** Faults that only make the reply harder to read. */
  const disturbing: Partial<Record<FaultKind, (call: Call, answer: SimulatorResponse, fault: FaultSpec) => void>> = {
    'wrong-content-type': ({ res }, answer) => send(res, { ...answer, headers: { ...answer.headers, 'content-type': 'text/html; charset=utf-8' } }),
    dribble: ({ res }, answer, fault) => dribble(res, answer, faults.draw(fault.delay ?? { fixed: 20 })),
  };

  /** The request is applied and the reply goes out, whole or spoilt. */
  function applyAndReply(call: Call, fault: FaultSpec | undefined, waitMs: number): void {
    const { res } = call;
    const { answer, lost } = apply(call.request, call.service);
    if (res.destroyed) return lost('client-gone');
    res.once('close', () => {
      if (!res.writableFinished) lost('client-gone');
    });
    const reply = (): void => {
      if (res.destroyed) return;
      const lose = fault === undefined ? undefined : losing[fault.kind];
      const disturb = fault === undefined ? undefined : disturbing[fault.kind];
      if (fault !== undefined && lose !== undefined) {
        lost(fault.kind);
        lose(call, answer);
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
      if (fault !== undefined && refuse !== undefined) return refuse(call, fault);
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
