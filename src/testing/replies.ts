/**
 * What a fault makes of a reply, for whatever carries replies to a caller: the host's sockets and the mocks inside a process
 * play the same kinds the same way.
 */
import type { SimulatorRequest, SimulatorResponse } from '../adapter/types.ts';
import type { Delay, FaultKind, Faults, FaultSpec } from './faults.ts';
import type { HostedSimulator } from './host.ts';

const HTML_PAGE: SimulatorResponse = {
  status: 502,
  headers: { 'content-type': 'text/html' },
  body: '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n',
};
const BROKEN: SimulatorResponse = { status: 200, headers: { 'content-type': 'application/json' }, body: '{"error":"system error"}' };
const refusal = (status: number, body: string, retryAfter: number | undefined): SimulatorResponse => ({
  status, body, headers: { 'content-type': 'text/plain', ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }) },
});

const INSTEAD: Partial<Record<FaultKind, (simulator: HostedSimulator, fault: FaultSpec) => SimulatorResponse>> = {
  'html-502': () => HTML_PAGE,
  'error-200': (simulator) => simulator.systemError?.() ?? BROKEN,
  'http-429': (_, fault) => refusal(429, 'Too Many Requests', fault.retryAfterSeconds ?? 1),
  'http-503': (_, fault) => refusal(503, 'Service Unavailable', fault.retryAfterSeconds),
};
/** The reply of a fault that keeps a request from being applied; undefined for every other fault. */
export const replyInstead = (simulator: HostedSimulator, fault: FaultSpec | undefined): SimulatorResponse | undefined =>
  fault === undefined ? undefined : INSTEAD[fault.kind]?.(simulator, fault);

/** The reply that a fault puts in the place of the right one, after the request was applied; undefined for faults that work on the connection. */
export function spoiltReply(fault: FaultSpec, answer: SimulatorResponse, faults: Faults): { reply: SimulatorResponse; lost: boolean } | undefined {
  if (fault.kind === 'html-502-after') return { reply: HTML_PAGE, lost: true };
  if (fault.kind === 'garbage') return { reply: { ...answer, body: faults.noise() }, lost: true };
  if (fault.kind === 'wrong-content-type') return { reply: { ...answer, headers: { ...answer.headers, 'content-type': 'text/html; charset=utf-8' } }, lost: false };
  return undefined;
}

/** A broken simulator must show itself to the test that hosts it, not end the process. */
export const brokenReply = (error: unknown): SimulatorResponse => ({ status: 500, headers: { 'content-type': 'text/plain' }, body: error instanceof Error ? (error.stack ?? error.message) : String(error) });

/** Pause between two pieces of a dribbled answer, where the fault does not say. */
export const DRIBBLE_PAUSE: Delay = { fixed: 20 };
const DRIBBLE_PIECES = 16;
/** A dribbled answer goes out in these; none for an empty one. */
export function piecesOf(body: Buffer): Buffer[] {
  const step = Math.max(1, Math.ceil(body.length / DRIBBLE_PIECES));
  return Array.from({ length: Math.ceil(body.length / step) }, (_, i) => body.subarray(i * step, (i + 1) * step));
}
/** What a truncated answer has of its body. */
export const halfOf = (body: Buffer): Buffer => body.subarray(0, body.length >> 1);

/** A request that was applied: its answer, and `lost`, to be called once when the caller cannot have read it. */
export interface Applied { answer: SimulatorResponse; lost(why: FaultKind | 'client-gone'): void }

/** Handles one request and remembers what it changed, in case the reply gets lost. Never throws. */
export function applyRequest(simulator: HostedSimulator, faults: Faults, request: SimulatorRequest, service: string | undefined): Applied {
  const from = simulator.journal().length;
  let answer: SimulatorResponse;
  try {
    answer = simulator.handle(request);
  } catch (error) {
    answer = brokenReply(error);
  }
  const to = simulator.journal().length;
  let open = true;
  return {
    answer,
    lost(why) {
      if (!open) return;
      open = false;
      const effects = simulator.journal().slice(from, to).filter((e) => e.effect === 'create' || e.effect === 'update' || e.effect === 'append');
      const [first] = effects;
      if (first !== undefined) faults.recordLost({ why, service: service ?? first.service, effects });
    },
  };
}
