/**
 * Serves a recording back: inside the process as a transport, or behind HTTP through `startSimulator`, which brings faults and the
 * admin pages with it. A call that is not in the recording is answered with what is different about it, never with a guess.
 */
import { textOfBody, type Transport, type TransportOptions } from '../../adapter/transport.ts';
import type { SimulatorRequest, SimulatorResponse, WireResult } from '../../adapter/types.ts';
import { joinPath } from '../../adapter/http.ts';
import type { HostedSimulator } from '../host.ts';
import { differencesOf, type Difference } from './diff.ts';
import type { RecordedExchange, RecordedRequest } from './recording.ts';

export interface ReplayOptions {
  /** `strict`: calls come in the order of the recording; `any` (default): each call gets the first exchange that fits and was not served yet, then the last that fits */
  order?: 'any' | 'strict';
}
/** A call that the recording does not have. */
export interface Unmatched {
  method: string;
  path: string;
  /** `seq` of the nearest exchange, where there is one with the same method and address */
  nearest?: number;
  /** pointers into `/query` and `/body` of what is different from it; no values */
  differs: string[];
}
export interface Replay extends HostedSimulator {
  /** for `connect(adapter, config, { transport: replay.transport })`; recorded failures of the line are played as such */
  transport: (options: TransportOptions) => Transport;
  unmatched(): readonly Unmatched[];
  /** exchanges that nobody has asked for yet */
  left(): number;
}

const NOT_RECORDED = 501;

/** The recorded address stands behind another prefix than that of the client at hand. */
const samePath = (a: string, b: string): boolean => a === b || a.endsWith(b.startsWith('/') ? b : `/${b}`) || b.endsWith(a.startsWith('/') ? a : `/${a}`);

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
const queryOf = (query: string): Record<string, string> => Object.fromEntries(new URLSearchParams(query));

/** What of a call is different from a recorded one; a body that was not recorded fits every body. */
function differenceTo(recorded: RecordedRequest, query: Record<string, string>, body: string): Difference[] {
  return [
    ...differencesOf(queryOf(recorded.query), query).map((d) => ({ ...d, pointer: `/query${d.pointer}` })),
    ...(typeof recorded.body === 'string' ? differencesOf(jsonOf(recorded.body), jsonOf(body)).map((d) => ({ ...d, pointer: `/body${d.pointer}` })) : []),
  ];
}

/** @param exchanges a recording in memory; see `readRecording` */
export function replayUpstream(exchanges: readonly RecordedExchange[], options: ReplayOptions = {}): Replay {
  const strict = options.order === 'strict';
  let served = new Set<number>();
  let next = 0;
  let missed: Unmatched[] = [];

  /** The exchange that answers a call. */
  function find(method: string, path: string, query: Record<string, string>, body: string): RecordedExchange | undefined {
    let nearest: { seq: number; differs: string[] } | undefined;
    let again: number | undefined;
    for (let i = strict ? next : 0; i < (strict ? Math.min(next + 1, exchanges.length) : exchanges.length); i += 1) {
      const { request, seq } = exchanges[i] as RecordedExchange;
      if (request.method !== method || !samePath(request.path, path)) continue;
      const differs = differenceTo(request, query, body).map((d) => d.pointer);
      if (differs.length > 0) {
        if (nearest === undefined || differs.length < nearest.differs.length) nearest = { seq, differs };
        continue;
      }
      if (served.has(i)) {
        again = i;
        continue;
      }
      served.add(i);
      next = i + 1;
      return exchanges[i];
    }
    if (again !== undefined) return exchanges[again];
    missed.push({ method, path, ...(nearest === undefined ? { differs: [] } : { nearest: nearest.seq, differs: nearest.differs }) });
    return undefined;
  }

  function refusal(): SimulatorResponse {
    const { method, path, nearest, differs } = missed.at(-1) as Unmatched;
    const detail = nearest === undefined
      ? { en: 'the recording has no call to this address', vi: 'bản ghi không có lượt gọi tới địa chỉ này' }
      : { en: `nearest is exchange ${nearest}; different: ${differs.slice(0, 20).join(', ')}`, vi: `gần nhất là lượt ${nearest}; khác ở: ${differs.slice(0, 20).join(', ')}` };
    return { status: NOT_RECORDED, headers: { 'content-type': 'application/problem+json' }, body: JSON.stringify({ title: 'Not in the recording / Không có trong bản ghi', status: NOT_RECORDED, method, path, detail }) };
  }

  const answerOf = (exchange: RecordedExchange): SimulatorResponse => {
    const { response, failure } = exchange;
    // Behind HTTP the line is ours: a failure of the recorded one is told as a gateway tells it.
    if (response === undefined) return { status: failure?.code === 'READ_TIMEOUT' ? 504 : 502, headers: { 'content-type': 'text/plain', 'x-lienthong-replay': failure?.code ?? '' }, body: '' };
    return { status: response.status, headers: response.headers, body: typeof response.body === 'string' ? response.body : '' };
  };

  return {
    id: exchanges[0]?.upstream ?? 'replay',
    handle(request: SimulatorRequest) {
      const found = find(request.method, request.path, request.query, request.body);
      return found === undefined ? refusal() : answerOf(found);
    },
    transport: (transport) => ({
      request(request) {
        const base = new URL(transport.baseUrl);
        const [path = '', query = ''] = joinPath(base, base.pathname.replace(/\/$/, ''), request).split('?');
        const found = find(request.method, path, queryOf(query), textOfBody(request.body));
        return Promise.resolve(found?.failure === undefined ? asResult(found === undefined ? refusal() : answerOf(found), found?.durationMs ?? 0) : { kind: 'failure', ...found.failure, durationMs: found.durationMs });
      },
      close: () => Promise.resolve(),
    }),
    unmatched: () => missed,
    left: () => exchanges.length - served.size,
    journal: () => [],
    summary: () => ({ exchanges: exchanges.length, served: served.size, unmatched: missed.length }),
    reset() {
      served = new Set();
      missed = [];
      next = 0;
    },
  };
}

/** A recorded answer as the transport gives it. */
export function asResult(answer: SimulatorResponse, durationMs: number): WireResult {
  const body = jsonOf(answer.body);
  return { kind: 'response', status: answer.status, headers: answer.headers ?? {}, body: body === answer.body ? undefined : body, text: answer.body, durationMs };
}
