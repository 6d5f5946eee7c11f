/**
 * The calls that a simulated upstream makes to us: one after another, or on several lines of which each keeps its order, with the tries
 * that the simulator asks for, and with faults. Every one of them is kept in a journal, whatever became of it.
 */
import type { Transport } from '../../adapter/transport.ts';
import type { SimulatorCallback, WireResult } from '../../adapter/types.ts';
import type { Contract } from '../../contract/openapi.ts';
import type { Issue } from '../../contract/errors/types.ts';
import type { CallbackFaultKind, FaultDecision, FaultKind, Faults } from '../faults.ts';
import { beginningOf } from './exchange-log.ts';

export interface CallbackTry {
  /** ms since epoch */
  at: number;
  /** what was answered */
  status?: number;
  /** or why nothing was: CONNECT_TIMEOUT, RESET … */
  failure?: string;
  durationMs: number;
}
export interface CallbackRecord {
  /** from 1, in the order in which the simulator asked for them */
  id: number;
  at: number;
  name: string;
  method: string;
  path: string;
  /** `waiting`, or what became of it. `no-address`: the host was told no address to call; `lost`: a fault */
  state: 'waiting' | 'answered' | 'failed' | 'lost' | 'no-address';
  tries: readonly CallbackTry[];
  faults: readonly CallbackFaultKind[];
  request: { headers: Readonly<Record<string, string>>; body: string };
  /** of the last try; text cut at 64 Ki characters */
  response?: { status: number; headers: Readonly<Record<string, string>>; body: string };
  /** what is wrong with our own request, and with the answer, by the OpenAPI document */
  breaches: readonly Issue[];
  issues: readonly Issue[];
}

export interface CallbackOptions {
  /** where the province's endpoint stands; undefined: nothing is called, the journal tells what would have been */
  url?: string;
  /** sent with every call, credentials for instance; never shown */
  headers?: Readonly<Record<string, string>>;
  /** for an endpoint whose certificate nobody else knows */
  caFile?: string;
  /** calls at the same time; those about one subject are made one after another all the same. Default 1: all of them are */
  lines?: number;
  faults: Faults;
  /** undefined: nothing is checked */
  contract?: () => Contract | undefined;
  /** waits; the host's, so that closing ends it */
  later: (ms: number, run: () => void) => void;
  /** the simulator was told an answer, and may want to call again */
  heard?: () => void;
}
export interface Callbacks {
  /** where calls go from now on; undefined: nowhere. For an endpoint that only stands once the simulator does */
  to(url: string | undefined): void;
  /** puts calls in line */
  push(callbacks: readonly SimulatorCallback[]): void;
  /** puts one in line and waits until something has become of it */
  make(callback: SimulatorCallback): Promise<CallbackRecord>;
  journal(): readonly CallbackRecord[];
  /** the id given last */
  last(): number;
  /** calls in line and on the wire */
  waiting(): number;
  clear(): void;
  close(): Promise<void>;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
interface Job { callback: SimulatorCallback; record: Mutable<CallbackRecord> & { tries: CallbackTry[]; faults: CallbackFaultKind[] }; decision?: FaultDecision; held?: true; settled: (record: CallbackRecord) => void }

/** One after another. `arrived` wakes a call that waits for the next one to overtake it. */
interface Line { queue: Job[]; busy: boolean; arrived?: () => void }

const KEPT = 1_000;
const KEPT_CHARS = 65_536;
const READ_TIMEOUT_MS = 10_000;
const REORDER_WAIT = { fixed: 1_000 };

/** For a person who typed something else. */
export const CALLBACK_URL = 'an http(s) address without an account is expected / cần địa chỉ http(s), không kèm tài khoản';
export const isCallbackUrl = (text: string): boolean => /^https?:\/\/[^\s@]+$/.test(text) && URL.canParse(text);

const isAnswered = (result: WireResult): boolean => result.kind === 'response' && result.status < 500 && result.status !== 429;

export function createCallbacks(options: CallbackOptions): Callbacks {
  const { headers: own = {}, faults, later } = options;
  const lines = Array.from({ length: options.lines ?? 1 }, (): Line => ({ queue: [], busy: false }));
  let { url } = options;
  let journal: CallbackRecord[] = [];
  let last = 0;
  let closed = false;
  let transport: { to: string; line: Transport } | undefined;
  const stop = new AbortController();

  /** Always the same one for a subject; calls about nothing in particular keep to the first. */
  function lineOf({ subject }: SimulatorCallback): Line {
    let hash = 0;
    for (const letter of subject ?? '') hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_003;
    return lines[hash % lines.length] as Line;
  }

  const pause = (ms: number): Promise<void> => new Promise((resolve) => {
    later(ms, resolve);
  });
  const sawFault = (job: Job, kind: FaultKind): void => void job.record.faults.push(kind as CallbackFaultKind);

  async function attempt(job: Job): Promise<boolean> {
    const { callback, record } = job;
    // the HTTP client takes a while to load, and most mocks never call anybody
    const { createTransport } = await import('../../adapter/http.ts');
    const to = url ?? '';
    if (transport?.to !== to) {
      void transport?.line.close();
      transport = { to, line: createTransport({ baseUrl: to, readTimeoutMs: READ_TIMEOUT_MS, connections: Math.max(4, lines.length), ...(options.caFile === undefined ? {} : { tls: { caFile: options.caFile } }) }) };
    }
    const at = Date.now();
    const result = await transport.line.request({ method: callback.method, path: callback.path, headers: { ...callback.headers, ...own }, signal: stop.signal, ...(callback.query === undefined ? {} : { query: callback.query }), ...(callback.body === undefined ? {} : { body: callback.body }) });
    if (result.kind === 'failure') record.tries.push({ at, failure: result.code, durationMs: result.durationMs });
    else {
      record.tries.push({ at, status: result.status, durationMs: result.durationMs });
      record.response = { status: result.status, headers: result.headers, body: beginningOf(result.text, KEPT_CHARS) };
      record.issues = options.contract?.()?.checkResponse(callCheck(callback), { status: result.status, headers: result.headers, body: result.text }).issues ?? [];
      if (callback.answered !== undefined && !closed) {
        callback.answered(result.status, result.text);
        options.heard?.();
      }
    }
    return isAnswered(result);
  }

  async function deliver(job: Job): Promise<void> {
    const { retry = { attempts: 0, delayMs: 0 } } = job.callback;
    for (let more = retry.attempts; ; more -= 1) {
      const answered = await attempt(job);
      if (closed) return;
      job.record.state = answered ? 'answered' : 'failed';
      if (answered || more <= 0) return;
      await pause(retry.delayMs);
    }
  }

  function settle(job: Job, state?: CallbackRecord['state']): void {
    if (state !== undefined) job.record.state = state;
    job.settled(job.record);
  }

  /** What the fault makes of the next call in line; true when it has been dealt with. */
  async function turn(job: Job, line: Line): Promise<void> {
    const { callback } = job;
    const { queue } = line;
    job.decision ??= faults.decide({ callback: true, service: callback.name, method: callback.method, path: callback.path });
    const { latency, fault } = job.decision;
    if (fault?.kind === 'callback-reorder' && job.held === undefined) {
      job.held = true;
      sawFault(job, fault.kind);
      if (queue.length === 0) await Promise.race([pause(faults.draw(fault.delay ?? REORDER_WAIT)), new Promise<void>((resolve) => (line.arrived = resolve))]);
      queue.splice(1, 0, job);
      return;
    }
    if (latency !== undefined) {
      sawFault(job, 'callback-delay');
      await pause(latency.ms);
    }
    if (fault?.kind === 'callback-lost') {
      sawFault(job, fault.kind);
      return settle(job, 'lost');
    }
    await deliver(job);
    if (fault?.kind === 'callback-duplicate') {
      sawFault(job, fault.kind);
      await attempt(job);
    }
    settle(job);
  }

  async function work(line: Line): Promise<void> {
    if (line.busy) return;
    line.busy = true;
    for (let job = line.queue.shift(); job !== undefined && !closed; job = line.queue.shift()) await turn(job, line);
    line.busy = false;
  }
  function giveUp(): void {
    for (const { queue } of lines) for (const job of queue.splice(0)) settle(job, 'failed');
  }

  function add(callback: SimulatorCallback, settled: Job['settled']): void {
    const record: Job['record'] = {
      id: (last += 1), at: Date.now(), name: callback.name, method: callback.method, path: callback.shownPath ?? callback.path, state: 'waiting', tries: [], faults: [], issues: [],
      request: { headers: callback.headers ?? {}, body: callback.body ?? '' },
      breaches: options.contract?.()?.checkRequest(callCheck(callback)).issues ?? [],
    };
    journal.push(record);
    if (journal.length > KEPT) journal = journal.slice(-KEPT);
    const job: Job = { callback, record, settled };
    if (url === undefined) return settle(job, 'no-address');
    const line = lineOf(callback);
    line.queue.push(job);
    line.arrived?.();
    // what goes wrong in here is a mistake of ours and must be seen: an unhandled rejection ends the process
    void work(line);
  }

  return {
    to: (address) => void (url = address),
    push(callbacks) {
      for (const callback of callbacks) add(callback, () => undefined);
    },
    make: (callback) => new Promise((resolve) => add(callback, resolve)),
    journal: () => journal,
    last: () => last,
    waiting: () => lines.reduce((sum, { queue, busy }) => sum + queue.length + (busy ? 1 : 0), 0),
    clear() {
      giveUp();
      journal = [];
    },
    async close() {
      closed = true;
      stop.abort();
      giveUp();
      for (const line of lines) line.arrived?.();
      await transport?.line.close();
    },
  };
}

const callCheck = (callback: SimulatorCallback) => ({ method: callback.method, path: callback.path, headers: callback.headers ?? {}, ...(callback.query === undefined ? {} : { query: callback.query }), ...(callback.body === undefined ? {} : { body: callback.body }) });
