/**
 * Puts a simulator behind a real HTTP server on loopback: faults on demand, every request held against the upstream's OpenAPI
 * document, a log of what went through, the upstream's own calls, and an admin API with a page under `/__admin`.
 * Plain node:http on purpose: the host shares the machine with what is measured against it.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Simulator, SimulatorCallback, SimulatorCallKind, SimulatorRequest, SimulatorResponse } from '../adapter/types.ts';
import type { CallVerdict, Contract } from '../contract/openapi.ts';
import { handleAdmin } from './admin.ts';
import { createFaults, isFaults } from './faults.ts';
import type { FaultPlan, Faults, FaultSpec } from './faults.ts';
import type { Recorder } from './recorder/recording.ts';
import { applyRequest, brokenReply, DRIBBLE_PAUSE, replyInstead, spoiltReply } from './replies.ts';
import { BREAKS_AFTER, BREAKS_BEFORE, sendDribbling, sendWhole, type Reply } from './server/answering.ts';
import { createCallbacks, type CallbackOptions, type Callbacks } from './server/callbacks.ts';
import { createClock, skewOf, type HostClock } from './server/clock.ts';
import { createExchangeLog, type ExchangeLog, type ExchangeLogOptions, type LoggedExchange } from './server/exchange-log.ts';
import { createInspector, VALIDATE_HEADER, type Inspector, type ValidationMode } from './server/inspector.ts';
import { listen } from './server/listen.ts';
import { refusal } from './server/refusal.ts';
import { readBody, toRequest, type ReadBody } from './server/request-body.ts';

/** What a simulator may offer beside the adapter contract; the host uses what is there. */
export interface SimulatorHooks {
  /**
   * What a request is about; without it fault rules cannot match services. `address` is the path of the OpenAPI document that means
   * this call, where the installation has another address for it. `undocumented`: a call that the document leaves out on purpose.
   */
  describe?(request: SimulatorRequest): { service?: string; address?: string; undocumented?: true };
  /** the upstream's own way of saying that it broke, for `error-200` */
  systemError?(): SimulatorResponse;
  expireSessions?(): void;
  /** moves the simulator's clock forward by ms */
  advance?(ms: number): void;
  /** the simulator's clock, ms since epoch */
  now?(): number;
  /** makes the clock wrong by ms, negative for behind; 0 puts it right */
  skew?(ms: number): void;
  /** what it holds, for a person to look at: plain JSON, bounded, without personal data */
  state?(): unknown;
  /** the calls that it wants to make since it was asked last */
  takeCallbacks?(): readonly SimulatorCallback[];
  /** ms until it wants to call by itself; undefined: not before something else happens */
  dueIn?(): number | undefined;
  /** the calls that a person may ask for */
  calls?(): readonly SimulatorCallKind[];
  /** figures that it reports and a person may set. @throws TypeError of `set` that says what is wrong */
  figures?: { all(): unknown; set(input: unknown): void; clear(): void };
  /** one of them. @throws TypeError that says what is missing */
  call?(name: string, params: Readonly<Record<string, string>>): SimulatorCallback;
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
  /** the upstream's OpenAPI document, or where it lies: requests and answers are held against it */
  contract?: Contract | URL;
  /** what is done about a request that the document does not allow. Default `observe` */
  validate?: ValidationMode;
  /** what is kept of the exchanges. Default the newest 1,000 */
  log?: ExchangeLogOptions;
  /** brings about the state that the simulator starts from, now and after each reset */
  given?: () => void;
  /** PEM texts: HTTPS instead of HTTP */
  tls?: { cert: string; key: string };
  /** gets every exchange as it went over the wire; the caller closes it */
  recorder?: Recorder;
  /** where the upstream's own calls go; without a URL they are only listed */
  callbacks?: Pick<CallbackOptions, 'url' | 'headers' | 'caFile' | 'lines'>;
}
export interface RunningSimulator<S extends HostedSimulator = HostedSimulator> {
  /** `http://127.0.0.1:port`, no slash at the end */
  url: string;
  simulator: S;
  faults: Faults;
  /** what went through, newest kept */
  exchanges: ExchangeLog;
  /** how requests are held against the document */
  validation: Inspector;
  clock: HostClock;
  /** the upstream's own calls */
  callbacks: Callbacks;
  /** ends every connection, hanging ones included */
  close(): Promise<void>;
}

/** One request on its way through the host. */
interface Call {
  req: IncomingMessage;
  res: ServerResponse;
  request: SimulatorRequest;
  /** the same request at the address that the document knows */
  documented: SimulatorRequest;
  service: string | undefined;
  at: number;
  started: number;
  mode: ValidationMode;
  verdict: CallVerdict | undefined;
  fault: FaultSpec | undefined;
  logged: LoggedExchange | undefined;
  /** what the caller was sent in full */
  sent?: SimulatorResponse;
}

/** A clock that stands still must not keep us busy; a longer timer than this one would fire at once. */
const SHORTEST_WAIT_MS = 10;
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/** What a recording says of an exchange without an answer, in the words of `WireResult`. */
const FAILURE_OF: Partial<Record<string, string>> = { 'reset-before': 'RESET', 'reset-after': 'RESET', truncated: 'TRUNCATED' };

/**
 * Starts hosting and answers once the port is open.
 * @param simulator an instance, or a function that makes one
 * @throws what listening failed with (port taken …)
 */
export async function startSimulator<S extends HostedSimulator>(simulator: S | (() => S), options: HostOptions = {}): Promise<RunningSimulator<S>> {
  const { port = 0, host = '127.0.0.1', maxBodyBytes = 16 * 1024 * 1024, recorder } = options;
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
  const validation = createInspector(options.contract, options.validate ?? 'observe');
  const exchanges = createExchangeLog(options.log);
  const clock = createClock(sim, () => tellDue());
  options.given?.();
  const callbacks = createCallbacks({ ...options.callbacks, faults, contract: () => (validation.mode === 'off' ? undefined : validation.contract()), later, heard: () => tellDue() });

  let wake: NodeJS.Timeout | undefined;
  /** Puts what the simulator wants to call by now in line, and comes back when more is due. */
  function tellDue(): void {
    callbacks.push(sim.takeCallbacks?.() ?? []);
    const ms = sim.dueIn?.();
    clearTimeout(wake);
    wake = ms === undefined ? undefined : setTimeout(tellDue, Math.min(Math.max(ms, SHORTEST_WAIT_MS), LONGEST_WAIT_MS));
  }
  tellDue();

  /** The call is over, whatever became of it. */
  function ended(call: Call): void {
    const { logged, res } = call;
    const durationMs = performance.now() - call.started;
    const whole = res.writableFinished && call.sent !== undefined;
    if (logged !== undefined) {
      logged.durationMs = durationMs;
      logged.end = whole ? 'answered' : call.fault !== undefined && (call.fault.kind in BREAKS_BEFORE || call.fault.kind in BREAKS_AFTER) ? 'broken' : 'caller-gone';
    }
    if (recorder === undefined) return;
    const { [VALIDATE_HEADER]: _, ...headers } = call.request.headers;
    recorder.record({
      at: call.at, durationMs,
      request: { method: call.request.method, url: call.req.url ?? '/', headers, body: call.request.body },
      ...(whole && call.sent !== undefined ? { response: { status: call.sent.status, headers: call.sent.headers ?? {}, body: call.sent.body } } : { failure: { sent: 'after', code: FAILURE_OF[call.fault?.kind ?? ''] ?? 'READ_TIMEOUT' } }),
    });
  }

  function replyOf(call: Call, breaches: number): Reply {
    const date = clock.date();
    const extra: Record<string, string> = {};
    if (date !== undefined) extra['date'] = date;
    if (call.logged !== undefined) extra['x-lienthong-exchange'] = String(call.logged.id);
    if (call.verdict !== undefined) extra['x-lienthong-issues'] = String(call.verdict.issues.length);
    if (breaches > 0) extra['x-lienthong-breaches'] = String(breaches);
    return { req: call.req, res: call.res, extra };
  }
  function send(call: Call, answer: SimulatorResponse, reply = replyOf(call, 0)): void {
    call.sent = answer;
    if (call.logged !== undefined) exchanges.answered(call.logged, answer);
    sendWhole(reply, answer);
  }

  /** The simulator's own answer is held against the document too: what it says and the document does not allow would mislead the caller. */
  function breachesOf(call: Call, answer: SimulatorResponse): number {
    if (call.mode === 'off' || call.verdict?.operation === undefined) return 0;
    const breaches = validation.answer(call.documented, answer);
    if (call.logged !== undefined) call.logged.breaches = breaches;
    return breaches.length;
  }

  /** The request is applied and the reply goes out, whole or spoilt. */
  function applyAndReply(call: Call, waitMs: number): void {
    const { res, fault } = call;
    const { answer, lost } = applyRequest(sim, faults, call.request, call.service);
    tellDue();
    const whole = replyOf(call, breachesOf(call, answer));
    if (res.destroyed) return lost('client-gone');
    res.once('close', () => {
      if (!res.writableFinished) lost('client-gone');
    });
    const reply = (): void => {
      if (res.destroyed) return;
      if (fault === undefined) return send(call, answer, whole);
      const breaks = BREAKS_AFTER[fault.kind];
      const spoilt = spoiltReply(fault, answer, faults);
      if (breaks !== undefined) {
        lost(fault.kind);
        breaks(whole, answer);
      } else if (spoilt !== undefined) {
        if (spoilt.lost) lost(fault.kind);
        send(call, spoilt.reply, whole);
      } else if (fault.kind === 'dribble') {
        call.sent = answer;
        if (call.logged !== undefined) exchanges.answered(call.logged, answer);
        sendDribbling(whole, answer, faults.draw(fault.delay ?? DRIBBLE_PAUSE), later);
      } else send(call, answer, whole);
    };
    if (waitMs > 0) later(waitMs, reply);
    else reply();
  }

  function onBody(req: IncomingMessage, res: ServerResponse, body: ReadBody): void {
    const request = toRequest(req, body);
    const asked = validation.modeFor(request);
    const { service, address, undocumented } = (faults.enabled || asked !== 'off' || options.log?.max !== 0 ? sim.describe?.(request) : undefined) ?? {};
    const mode = undocumented === true ? 'off' : asked;
    const known = service === undefined ? {} : { service };
    const { latency, fault } = faults.enabled ? faults.decide({ method: request.method, path: request.path, ...known }) : {};
    const documented = mode === 'off' || address === undefined || address === request.path ? request : { ...request, path: address };
    const verdict = mode === 'off' ? undefined : validation.request(documented);
    const call: Call = { req, res, request, documented, service, at: Date.now(), started: performance.now(), mode, verdict, fault, logged: undefined };
    call.logged = exchanges.open(call.at, request, {
      validation: mode, ...known, ...(address === undefined ? {} : { address }),
      ...(verdict === undefined ? {} : { issues: verdict.issues }),
      ...(verdict?.operation === undefined ? {} : { operation: verdict.operation.id }),
      ...(fault === undefined ? {} : { fault: fault.kind }),
      ...(latency === undefined ? {} : { latencyMs: latency.ms }),
    });
    if (call.logged !== undefined || recorder !== undefined) res.once('close', () => ended(call));

    const go = (): void => {
      const breaks = fault === undefined ? undefined : BREAKS_BEFORE[fault.kind];
      if (breaks !== undefined) return breaks(req);
      const reply = replyInstead(sim, fault);
      if (reply !== undefined) return send(call, reply);
      if (mode === 'refuse' && verdict !== undefined && verdict.issues.length > 0) return send(call, refusal(verdict.issues, request.headers['accept-language']));
      if (fault?.kind === 'expire-session') sim.expireSessions?.();
      clock.during(skewOf(fault), () => applyAndReply(call, latency?.apply === 'first' ? latency.ms : 0));
    };
    if (latency?.apply === 'last') later(latency.ms, go);
    else go();
  }

  const listener: RequestListener = (req, res) => {
    readBody(req, res, maxBodyBytes, (body) => {
      if (/^\/__admin(?:[/?]|$)/.test(req.url ?? '')) handleAdmin(req, res, body.text, { simulator: sim, faults, exchanges, validation, clock, callbacks, ...(options.given === undefined ? {} : { given: options.given }) });
      else {
        try {
          onBody(req, res, body);
        } catch (error) {
          if (res.headersSent) res.destroy();
          else sendWhole({ req, res, extra: {} }, brokenReply(error));
        }
      }
    });
  };
  const common = { keepAliveTimeout: 65_000, noDelay: true };
  const server = options.tls === undefined ? createServer(common, listener) : createTlsServer({ ...common, ...options.tls }, listener);
  const address = await listen(server, port, host);

  return {
    url: `${options.tls === undefined ? 'http' : 'https'}://${address}`,
    simulator: sim,
    faults,
    exchanges,
    validation,
    clock,
    callbacks,
    async close() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      clearTimeout(wake);
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      server.closeAllConnections();
      await callbacks.close();
      await closed;
    },
  };
}
