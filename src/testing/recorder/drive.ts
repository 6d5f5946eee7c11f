/** Makes an adapter do once more what a recorded call did, against the recorded answer, and keeps what it sends and what it understands. */
import { openConnection, prepare } from '../../adapter/client.ts';
import { joinPath } from '../../adapter/http.ts';
import { textOfBody, type HttpRequest, type Transport, type TransportOptions } from '../../adapter/transport.ts';
import type { Adapter, AnyOperation, Outcome, ReadCall, WireCall, WireResult } from '../../adapter/types.ts';
import { namesCredential } from '../../contract/mask.ts';
import { asResult } from './replay.ts';
import { DROPPED } from './invent.ts';
import type { RecordedExchange, RecordedRequest } from './recording.ts';

/** A request as it would go over the wire; credentials left out. */
export interface Sent { method: string; path: string; query: Record<string, string>; headers: Record<string, string>; body: unknown }
export interface Driven {
  /** `undefined` when the adapter refused to send, or sent nothing that it can itself read back */
  sends: Sent | undefined;
  /** the second request of a call that the first answer made it correct (create ⇄ update); its answer is not known */
  corrected: Sent | undefined;
  understands: Outcome;
}
type Classified = ReturnType<AnyOperation['classify']>;
export interface Driver {
  /** which operation a recorded exchange was; `undefined` for logins and for what the adapter cannot read back */
  read(exchange: RecordedExchange): ReadCall | undefined;
  /** remembers an exchange that is no operation: a login, which is answered with it from now on, unless it gave no session and one before did */
  aside(exchange: RecordedExchange): void;
  run(call: ReadCall, exchange: RecordedExchange): Promise<Driven>;
  /** how the adapter classifies an answer to this call; `undefined` when it would not have made the call */
  classify(call: ReadCall, result: WireResult): Classified | undefined;
  close(): Promise<void>;
}

export function parsed(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}

/** A recorded request as the adapter's `readCall` takes it. */
export const callOf = (request: RecordedRequest): WireCall =>
  ({ method: request.method, path: request.path, query: Object.fromEntries(new URLSearchParams(request.query)), body: typeof request.body === 'string' ? parsed(request.body) : undefined });

/** What came back, as the transport gave it; `undefined` when its text was not recorded. */
export function resultOf({ response, failure, durationMs }: RecordedExchange): WireResult | undefined {
  if (failure !== undefined) return { kind: 'failure', sent: failure.sent, code: failure.code, durationMs };
  if (response === undefined || typeof response.body !== 'string') return undefined;
  return asResult({ status: response.status, headers: response.headers, body: response.body }, durationMs);
}

/** Did the answer hand out something secret, as a login does that was accepted? */
const gaveSecret = ({ response }: RecordedExchange): boolean => typeof response?.body === 'string' && response.body.includes(DROPPED);

/** The later of two logins; a refused one (a wrong password, a test of one) does not end the session that an earlier one opened. */
const better = (known: RecordedExchange | undefined, next: RecordedExchange): RecordedExchange => (known !== undefined && gaveSecret(known) && !gaveSecret(next) ? known : next);

const notRecorded: WireResult = { kind: 'failure', sent: 'after', code: 'NOT_RECORDED', durationMs: 0 };

/**
 * @param rawConfig settings of the adapter; credentials in it are used for nothing but to be sent to nobody
 * @throws ValidationError for settings that are not acceptable; TypeError for an adapter without `readCall`
 */
export function drive(adapter: Adapter, rawConfig: unknown): Driver {
  const config = adapter.configure(rawConfig);
  const { readCall } = adapter;
  if (readCall === undefined) throw new TypeError(`the adapter ${adapter.id} has no readCall`);
  const logins = new Map<string, RecordedExchange>();
  let last: RecordedExchange | undefined;
  let current: { exchange: RecordedExchange; sent: Sent[] } | undefined;

  function answer(base: URL, request: HttpRequest): WireResult {
    const [path = '', search = ''] = joinPath(base, base.pathname.replace(/\/$/, ''), request).split('?');
    const query = Object.fromEntries(new URLSearchParams(search));
    const body = parsed(textOfBody(request.body));
    if (readCall?.({ method: request.method, path, query, body }, config) === undefined) {
      const login = logins.get(path) ?? [...logins].find(([known]) => known.endsWith(path) || path.endsWith(known))?.[1] ?? last;
      return (login === undefined ? undefined : resultOf(login)) ?? notRecorded;
    }
    if (current === undefined) return notRecorded;
    const headers = Object.fromEntries(Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), namesCredential(name) ? DROPPED : value]));
    current.sent.push({ method: request.method, path, query, headers, body });
    // A second request in the same call has an answer of its own, which stands elsewhere in the recording.
    return (current.sent.length === 1 ? resultOf(current.exchange) : undefined) ?? notRecorded;
  }

  const transport = (options: TransportOptions): Transport => {
    const base = new URL(options.baseUrl);
    return { request: (request) => Promise.resolve(answer(base, request)), close: () => Promise.resolve() };
  };
  let at = 0;
  const connection = openConnection(adapter, config, { transport, now: () => at, readRetry: { retries: 0 } });

  return {
    read: ({ request }) => readCall(callOf(request), config),
    aside(exchange) {
      if (exchange.response === undefined) return;
      const { path } = exchange.request;
      logins.set(path, better(logins.get(path), exchange));
      last = better(last, exchange);
    },
    async run(call, exchange) {
      const operation = adapter.operations[call.operation] as AnyOperation;
      at = Date.parse(exchange.at);
      current = { exchange, sent: [] };
      const { outcome } = await connection.execute(operation, call.inputs, call.remote === undefined ? {} : { remote: call.remote });
      const [sends, corrected] = current.sent;
      current = undefined;
      return { sends, corrected, understands: outcome };
    },
    classify(call, result) {
      const operation = adapter.operations[call.operation] as AnyOperation;
      const prepared = prepare(operation, call.inputs, { config, remote: call.remote ?? {}, now: () => at, run: () => Promise.reject(new Error('nothing is asked')) });
      return prepared.ok ? operation.classify(result, prepared.request, config) : undefined;
    },
    close: () => connection.close(),
  };
}
