/**
 * The HTTP line to one upstream: axios as the interface over an undici Pool, one instance per upstream.
 *
 * Why the pool underneath: axios' own Node adapter costs more than twice the CPU per request (docs/decisions.md), and the
 * pool brings keep-alive, connect timeout, TLS material and a response-size limit per upstream. No interceptors: retry,
 * session and classification are ours, in the open.
 */
import { Axios, AxiosHeaders, type AxiosRequestConfig, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios';
import { Pool } from 'undici';
import { tlsMaterial } from './tls.ts';
import type { HttpRequest, Transport, TransportOptions } from './transport.ts';
import type { WireResult } from './types.ts';

export const TRANSPORT_DEFAULTS = {
  connectTimeoutMs: 5_000,
  readTimeoutMs: 30_000,
  connections: 256,
  maxResponseBytes: 10 * 1024 * 1024,
} as const;

/**
 * Errors that no established connection can have, so that they prove "not sent" by themselves. For mocks that play them: a
 * mocked socket is "connected" at once, so there the moment of sending tells nothing. Unreachable hosts are not among them:
 * a connection that was up can end with those words too.
 */
const NEVER_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EADDRNOTAVAIL', 'UND_ERR_CONNECT_TIMEOUT']);

/** Machine words that the rest of the code and the docs use, instead of a library's own. */
const WORDS: Record<string, string> = {
  UND_ERR_CONNECT_TIMEOUT: 'CONNECT_TIMEOUT',
  UND_ERR_HEADERS_TIMEOUT: 'READ_TIMEOUT',
  UND_ERR_BODY_TIMEOUT: 'READ_TIMEOUT',
  UND_ERR_SOCKET: 'RESET',
  ECONNRESET: 'RESET',
  EPIPE: 'RESET',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'TOO_LARGE',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'TRUNCATED',
};

function errorCode(error: unknown): string {
  for (let e: unknown = error, depth = 0; e instanceof Error && depth < 5; e = e.cause, depth += 1) {
    const code = (e as { code?: unknown }).code;
    if (typeof code === 'string' && code !== '') return code;
  }
  return 'UNKNOWN';
}

function poolFor(options: TransportOptions): Pool {
  return new Pool(new URL(options.baseUrl).origin, {
    connections: options.connections ?? TRANSPORT_DEFAULTS.connections,
    pipelining: 1,
    headersTimeout: 0, // one deadline over the whole exchange is kept below; a dribbling body must not outlive it
    bodyTimeout: 0,
    maxResponseSize: options.maxResponseBytes ?? TRANSPORT_DEFAULTS.maxResponseBytes,
    connect: {
      timeout: options.connectTimeoutMs ?? TRANSPORT_DEFAULTS.connectTimeoutMs,
      ...tlsMaterial(options.tls),
    },
  });
}

/** A call that failed, and whether any of it was given to a connection. */
class LineFailure extends Error {
  readonly sent: 'before' | 'after';
  constructor(sent: 'before' | 'after', cause: unknown) {
    super('the call failed on the line', { cause });
    this.sent = sent;
  }
}

/** Our own name for the signal: axios would put its word "canceled" in the place of what we know of the failure. */
interface LineRequest extends AxiosRequestConfig<HttpRequest['body']> { cut: AbortSignal }

const BOM = 0xfeff;

function textOf(chunks: Buffer[]): string {
  const text = (chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)).toString('utf8');
  return text.charCodeAt(0) === BOM ? text.slice(1) : text;
}

/**
 * axios' transport adapter over the pool. The request was prepared by us, so nothing is transformed here.
 *
 * The pool begins a request right before it writes the first byte, when a connection is up (TLS included) and free. What fails
 * earlier, in the queue, while connecting or in the handshake, reached nobody, whatever the error is called. Everything after
 * that moment may have been received: for a write that means outcome unknown, which is the safe reading.
 */
function overPool(pool: Pool) {
  return (config: InternalAxiosRequestConfig): Promise<AxiosResponse<string>> => new Promise((resolve, reject) => {
    const { cut: signal } = config as InternalAxiosRequestConfig & LineRequest;
    let sent: 'before' | 'after' = 'before';
    let stop: ((reason: Error) => void) | undefined;
    let status = 0;
    let headers = {};
    const chunks: Buffer[] = [];
    signal.addEventListener('abort', () => {
      const reason = new Error('cut');
      // The pool looks at a waiting request only when its turn comes, which may be never: the caller is told at once.
      reject(new LineFailure(sent, reason));
      stop?.(reason);
    }, { once: true });
    pool.dispatch({
      path: config.url ?? '/',
      method: (config.method ?? 'get').toUpperCase() as 'GET',
      headers: config.headers as unknown as Record<string, string>,
      // The pool takes any iterable, and waits for the socket between two pieces; its type names streams only.
      body: (config.data ?? null) as string | null,
    }, {
      onRequestStart(controller) {
        // Given up while it waited: it must not leave now.
        if (signal.aborted) return controller.abort(new Error('cut'));
        sent = 'after';
        stop = (reason) => controller.abort(reason);
      },
      onResponseStart(_controller, statusCode, received) {
        status = statusCode;
        headers = received;
      },
      onResponseData: (_controller, chunk) => void chunks.push(chunk),
      onResponseEnd: () => resolve({ data: textOf(chunks), status, statusText: '', headers: new AxiosHeaders(headers), config }),
      onResponseError: (_controller, error) => reject(new LineFailure(sent, error)),
    });
  });
}

/** Path and query of a request. @param prefix the base URL's path, without a slash at its end */
export function joinPath(base: URL, prefix: string, request: HttpRequest): string {
  const path = `${prefix}${request.path.startsWith('/') ? '' : '/'}${request.path}`;
  if (base.search === '' && isEmpty(request.query)) return path;
  const query = new URLSearchParams(base.search);
  for (const [name, value] of Object.entries(request.query ?? {})) query.set(name, value);
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}

function isEmpty(query: HttpRequest['query']): boolean {
  for (const _ in query) return false;
  return true;
}

function flatHeaders(headers: AxiosResponse['headers']): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : String(value);
  return flat;
}

/** The pieces as they are, and a word to us when they break off. */
async function* watched(pieces: AsyncIterable<string | Buffer>, brokenOff: (error: Error) => void): AsyncGenerator<string | Buffer> {
  try {
    yield* pieces;
  } catch (error) {
    brokenOff(error instanceof Error ? error : new Error('broken off'));
    throw error;
  }
}

/** Our word for what ended a call. */
function wordOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return 'READ_TIMEOUT';
  if (error instanceof Error && error.name === 'AbortError') return 'ABORTED';
  const code = errorCode(error);
  return WORDS[code] ?? code;
}

async function* chunksOf(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* body;
  } catch (error) {
    throw Object.assign(new Error('the answer broke off', { cause: error }), { code: wordOf(error) });
  }
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // HTML error pages and cut answers: the classifier decides by status and text
  }
}

/**
 * @param options base URL, timeouts in ms, size limits in bytes, TLS files
 * @returns a transport whose `request` never throws; call `close` when done
 */
export function createTransport(options: TransportOptions): Transport {
  const base = new URL(options.baseUrl);
  const prefix = base.pathname.replace(/\/$/, '');
  const pool = poolFor(options);
  // The bare class: an instance of `axios.create` merges a dozen defaults into each request that mean nothing here, for half of
  // axios' cost.
  const http = new Axios({ adapter: overPool(pool), validateStatus: null });

  return {
    async request(request: HttpRequest): Promise<WireResult> {
      const started = performance.now();
      const stopped = () => request.signal?.aborted === true;
      if (stopped()) return { kind: 'failure', sent: 'before', code: 'ABORTED', durationMs: 0 };
      const deadline = new AbortController();
      let late = false;
      // After a pause of the whole process (a suspended machine, a long turn of the loop) timers fire before waiting sockets are
      // read. An answer that is already here must not be taken for a lost one, so the loop gets a turn to read it first.
      let turn: NodeJS.Immediate | undefined;
      const timer = setTimeout(() => {
        turn = setImmediate(() => {
          turn = setImmediate(() => {
            late = true;
            deadline.abort();
          });
        });
      }, request.readTimeoutMs ?? options.readTimeoutMs ?? TRANSPORT_DEFAULTS.readTimeoutMs);
      const onAbort = () => deadline.abort();
      let brokenOff: Error | undefined;
      const body = typeof request.body === 'object' ? watched(request.body, (error) => void (brokenOff = error)) : request.body;
      request.signal?.addEventListener('abort', onAbort, { once: true });
      try {
        const call: LineRequest = {
          url: joinPath(base, prefix, request),
          method: request.method,
          headers: { accept: 'application/json', ...request.headers },
          ...(body === undefined ? {} : { data: body }),
          cut: deadline.signal,
        };
        const response = await http.request<string>(call);
        return {
          kind: 'response',
          status: response.status,
          headers: flatHeaders(response.headers),
          body: parseBody(response.data),
          text: response.data,
          durationMs: performance.now() - started,
        };
      } catch (error) {
        if (brokenOff !== undefined) return { kind: 'failure', sent: 'before', code: errorCode(brokenOff), durationMs: performance.now() - started };
        const code = errorCode(error);
        return {
          kind: 'failure',
          sent: (error instanceof LineFailure && error.sent === 'before') || NEVER_CONNECTED.has(code) ? 'before' : 'after',
          code: late ? 'READ_TIMEOUT' : stopped() ? 'ABORTED' : (WORDS[code] ?? code),
          durationMs: performance.now() - started,
        };
      } finally {
        clearTimeout(timer);
        clearImmediate(turn);
        request.signal?.removeEventListener('abort', onAbort);
      }
    },
    async open(request) {
      const started = performance.now();
      const failure = (error: unknown): Extract<WireResult, { kind: 'failure' }> => {
        const code = errorCode(error);
        return { kind: 'failure', sent: NEVER_CONNECTED.has(code) ? 'before' : 'after', code: wordOf(error), durationMs: performance.now() - started };
      };
      const ms = request.readTimeoutMs ?? options.readTimeoutMs ?? TRANSPORT_DEFAULTS.readTimeoutMs;
      try {
        const deadline = AbortSignal.timeout(ms);
        const answer = await pool.request({
          path: joinPath(base, prefix, request),
          method: request.method,
          headers: { ...request.headers },
          signal: request.signal === undefined ? deadline : AbortSignal.any([deadline, request.signal]),
        });
        return { kind: 'open', status: answer.statusCode, headers: flatHeaders(answer.headers as AxiosResponse['headers']), chunks: chunksOf(answer.body) };
      } catch (error) {
        return failure(error);
      }
    },
    close: () => pool.close().catch(() => pool.destroy()),
  };
}
