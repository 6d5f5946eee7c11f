/** Carries one call of a mock out: the double applies it, faults do to it what they do to calls on a real socket. */
import { setTimeout as pause } from 'node:timers/promises';
import type { SimulatorRequest, SimulatorResponse } from '../../adapter/types.ts';
import type { Contract } from '../../contract/openapi.ts';
import type { FaultKind, Faults } from '../faults.ts';
import type { HostedSimulator } from '../host.ts';
import { applyRequest, DRIBBLE_PAUSE, halfOf, piecesOf, replyInstead, spoiltReply } from '../replies.ts';
import { skewOf, type HostClock } from '../server/clock.ts';
import type { DoorReply } from './door.ts';
import type { MockedCall } from './journal.ts';

/** Kinds that a mock inside the process plays. The others need a socket, or calls of the upstream: `startMockServer` has both. */
export const PLAYABLE_FAULTS = [
  'latency', 'hang', 'hang-after', 'reset-before', 'reset-after', 'html-502', 'html-502-after', 'error-200', 'truncated', 'garbage', 'wrong-content-type', 'http-429', 'http-503', 'dribble', 'expire-session', 'clock-skew',
] as const satisfies readonly FaultKind[];

/** @throws TypeError on the first kind that cannot be played */
export function checkPlayable(kinds: readonly FaultKind[]): void {
  const known: readonly string[] = PLAYABLE_FAULTS;
  const wrong = kinds.find((kind) => !known.includes(kind));
  if (wrong !== undefined) throw new TypeError(`a mock inside the process cannot play '${String(wrong).slice(0, 40)}': it needs a socket or a caller of its own, which startMockServer has; playable are ${known.join(', ')}`);
}

export interface Playing {
  call: MockedCall;
  request: SimulatorRequest;
  /** the same request at the address that the document knows */
  documented: SimulatorRequest;
  simulator: HostedSimulator;
  clock: HostClock;
  faults: Faults;
  contract: Contract | undefined;
  /** the caller hung up */
  caller: AbortSignal;
  /** the mock was restored */
  over: AbortSignal;
  /** the double has no such address; throws where that is not allowed */
  notServed(): void;
}

const reset = (): Error => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
const NOT_FOUND: ReadonlySet<number> = new Set([404, 405, 501]);

/** @throws what the caller sees as a failure of its connection */
export async function carryOut(playing: Playing): Promise<DoorReply> {
  const { call, request, simulator, clock, faults } = playing;
  const { latency, fault } = faults.decide({ method: request.method, path: request.path, ...(call.service === undefined ? {} : { service: call.service }) });
  call.faults = [...(latency === undefined ? [] : ['latency' as const]), ...(fault === undefined ? [] : [fault.kind])];
  const untilEnd = (): AbortSignal => AbortSignal.any([playing.caller, playing.over]);
  const brokenOff = (): never => {
    call.state = 'lost';
    throw reset();
  };
  const wait = (ms: number): Promise<void> => pause(ms, undefined, { signal: untilEnd() }).catch(brokenOff);
  const forEver = async (): Promise<never> => {
    const ends = untilEnd();
    if (!ends.aborted) await new Promise((resolve) => ends.addEventListener('abort', resolve, { once: true }));
    return brokenOff();
  };

  if (latency?.apply === 'last') await wait(latency.ms);
  if (fault?.kind === 'hang') return forEver();
  if (fault?.kind === 'reset-before') return brokenOff();
  const instead = replyInstead(simulator, fault);
  if (instead !== undefined) return reply(call, instead);
  if (fault?.kind === 'expire-session') simulator.expireSessions?.();

  const entries = simulator.journal().length;
  const { answer: plain, lost, date } = clock.during(skewOf(fault), () => ({ ...applyRequest(simulator, faults, request, call.service), date: clock.date() }));
  const answer = date === undefined ? plain : { ...plain, headers: { date, ...plain.headers } };
  if (NOT_FOUND.has(answer.status) && simulator.journal().length === entries) playing.notServed();
  call.answer = { headers: {}, ...answer };
  call.answerIssues = playing.contract?.checkResponse(playing.documented, answer).issues ?? [];
  playing.caller.addEventListener('abort', () => {
    if (call.state !== 'pending') return;
    call.state = 'lost';
    lost('client-gone');
  }, { once: true });
  if (latency?.apply === 'first') await wait(latency.ms);

  if (fault?.kind === 'hang-after' || fault?.kind === 'reset-after' || fault?.kind === 'truncated') {
    call.state = 'lost';
    lost(fault.kind);
    if (fault.kind === 'truncated') return cut(answer);
    return fault.kind === 'hang-after' ? forEver() : brokenOff();
  }
  const spoilt = fault === undefined ? undefined : spoiltReply(fault, answer, faults);
  if (fault !== undefined && spoilt?.lost === true) {
    lost(fault.kind);
    const sent = reply(call, spoilt.reply);
    call.state = 'lost';
    return sent;
  }
  if (fault?.kind === 'dribble') {
    call.state = 'answered';
    return dribble(answer, faults.draw(fault.delay ?? DRIBBLE_PAUSE), untilEnd());
  }
  return reply(call, spoilt?.reply ?? answer);
}

const bytesOf = (answer: SimulatorResponse): { status: number; headers: Record<string, string>; bytes: Buffer } => {
  const bytes = Buffer.from(answer.body, 'utf8');
  return { status: answer.status, headers: { ...answer.headers, 'content-length': String(bytes.length) }, bytes };
};

function reply(call: MockedCall, answer: SimulatorResponse): DoorReply {
  call.state = 'answered';
  call.answer = { headers: {}, ...answer };
  const { status, headers, bytes } = bytesOf(answer);
  return { status, headers, body: bytes };
}

function cut(answer: SimulatorResponse): DoorReply {
  const { status, headers, bytes } = bytesOf(answer);
  return {
    status, headers,
    body: (async function* () {
      yield halfOf(bytes);
      await Promise.reject(reset());
    })(),
  };
}

function dribble(answer: SimulatorResponse, pauseMs: number, ends: AbortSignal): DoorReply {
  const { status, headers, bytes } = bytesOf(answer);
  return {
    status, headers,
    body: (async function* () {
      for (const [i, piece] of piecesOf(bytes).entries()) {
        if (i > 0) await pause(pauseMs, undefined, { signal: ends }).catch(() => Promise.reject(reset()));
        yield piece;
      }
    })(),
  };
}
