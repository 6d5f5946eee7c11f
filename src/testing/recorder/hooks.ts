/** Recording inside a process: at our adapters' transport, and at an axios instance of a vendor's own client. */
import { createTransport, joinPath } from '../../adapter/http.ts';
import { textOfBody, type Transport, type TransportOptions } from '../../adapter/transport.ts';
import type { RawBody, Recorder } from './recording.ts';

/**
 * A transport factory for `connect(adapter, config, { transport })` that tells the recorder of every call.
 * @param make what makes the transport; default the HTTP line of the SDK
 */
export function recordTransport(recorder: Recorder, make: (options: TransportOptions) => Transport = createTransport): (options: TransportOptions) => Transport {
  return (options) => {
    const inner = make(options);
    const base = new URL(options.baseUrl);
    return {
      async request(request) {
        const at = Date.now();
        const result = await inner.request(request);
        recorder.record({
          at, durationMs: result.durationMs,
          request: { method: request.method, url: joinPath(base, base.pathname.replace(/\/$/, ''), request), headers: lower(request.headers ?? {}), body: textOfBody(request.body) },
          ...(result.kind === 'response' ? { response: { status: result.status, headers: result.headers, body: result.text } } : { failure: { sent: result.sent, code: result.code } }),
        });
        return result;
      },
      close: () => inner.close(),
    };
  };
}

interface Intercepted<T> { use(done: (value: T) => T, failed?: (error: unknown) => unknown): number; eject(id: number): void }
interface AxiosCall { method?: string; headers?: unknown; data?: unknown }
interface AxiosAnswer { status: number; headers?: unknown; data?: unknown; config: AxiosCall }
/** The part of an axios instance that the hook needs; any axios from 1.0 on has it. */
export interface AxiosLike<Call extends AxiosCall = AxiosCall, Answer extends AxiosAnswer = AxiosAnswer> {
  interceptors: { request: Intercepted<Call>; response: Intercepted<Answer> };
  getUri(config?: Call): string;
}

/**
 * Records what an axios instance sends and gets. Set it up last: it sees requests as other interceptors left them. A streamed answer
 * is not read, so its body is not recorded.
 * @returns a function that takes the hook away again
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- any instance of any version of axios
export function recordAxios(instance: AxiosLike<any, any>, recorder: Recorder): () => void {
  const began = new WeakMap<object, number>();
  const tell = (call: AxiosCall, answer: Omit<AxiosAnswer, 'config'> | undefined, code: string | undefined): void => {
    const at = began.get(call);
    if (at === undefined) return;
    began.delete(call);
    let url: string;
    try {
      const full = new URL(instance.getUri(call), 'http://localhost');
      url = `${full.pathname}${full.search}`;
    } catch {
      return; // an address that is none was not called
    }
    recorder.record({
      at, durationMs: Date.now() - at,
      request: { method: (call.method ?? 'get').toUpperCase(), url, headers: headersOf(call.headers), body: bodyOf(call.data) },
      ...(answer === undefined ? { failure: { sent: code === 'ECONNREFUSED' || code === 'ENOTFOUND' ? 'before' as const : 'after' as const, code: code ?? 'UNKNOWN' } }
        : { response: { status: answer.status, headers: headersOf(answer.headers), body: bodyOf(answer.data) } }),
    });
  };
  const request = instance.interceptors.request.use((call: AxiosCall) => {
    began.set(call, Date.now());
    return call;
  });
  const response = instance.interceptors.response.use(
    (answer: AxiosAnswer) => {
      tell(answer.config, answer, undefined);
      return answer;
    },
    (error: unknown) => {
      const { config, response: answer, code } = (error ?? {}) as { config?: AxiosCall; response?: AxiosAnswer; code?: string };
      if (config !== undefined) tell(config, answer, code);
      return Promise.reject(error as Error);
    },
  );
  return () => {
    instance.interceptors.request.eject(request);
    instance.interceptors.response.eject(response);
  };
}

const lower = (headers: Readonly<Record<string, string>>): Record<string, string> => Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

function headersOf(headers: unknown): Record<string, string> {
  if (typeof headers !== 'object' || headers === null) return {};
  const plain = 'toJSON' in headers && typeof headers.toJSON === 'function' ? (headers.toJSON() as object) : headers;
  // The bytes were unpacked before anybody could see them.
  return Object.fromEntries(Object.entries(plain).flatMap(([name, value]): [string, string][] => {
    const text = Array.isArray(value) ? value.join(', ') : typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
    return text === undefined || name.toLowerCase() === 'content-encoding' ? [] : [[name.toLowerCase(), text]];
  }));
}

function bodyOf(data: unknown): RawBody {
  if (data === undefined || data === null) return '';
  if (typeof data === 'string' || Buffer.isBuffer(data)) return data;
  if (data instanceof ArrayBuffer) return Buffer.from(data);
  if (ArrayBuffer.isView(data)) return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (data instanceof URLSearchParams) return data.toString();
  // A stream can be read once, and that is its receiver's to do; a form with files is no text.
  if (typeof (data as { pipe?: unknown }).pipe === 'function' || (typeof FormData !== 'undefined' && data instanceof FormData) || data instanceof Blob) return { tooLarge: 0 };
  return JSON.stringify(data) ?? '';
}
