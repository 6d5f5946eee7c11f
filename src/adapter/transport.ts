import type { TlsFiles } from './tls.ts';
import type { WireResult } from './types.ts';

/** Settings of one upstream's HTTP line. Times in milliseconds, sizes in bytes. */
export interface TransportOptions {
  baseUrl: string;
  connectTimeoutMs?: number;
  readTimeoutMs?: number;
  /** sockets kept open to this upstream */
  connections?: number;
  maxResponseBytes?: number;
  tls?: TlsFiles;
}
export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** joined to baseUrl */
  path: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  /**
   * sent as is; objects are the caller's to serialise. In pieces for what is too large to be held: taken one by one as the line takes
   * them, and only once. Pieces that break off (the iterable throws) are a failure `before` with the thrown error's `code`: what is
   * incomplete was not received.
   */
  body?: string | AsyncIterable<string | Buffer>;
  connectTimeoutMs?: number;
  readTimeoutMs?: number;
  signal?: AbortSignal;
}
/** The body as text; '' where there is none, or where it goes out in pieces that are nowhere held. */
export const textOfBody = (body: HttpRequest['body']): string => (typeof body === 'string' ? body : '');

/** An answer whose body is taken as it comes. `chunks` throws an error with a `code` when the line breaks; leaving the loop early closes it. */
export interface OpenAnswer { kind: 'open'; status: number; headers: Record<string, string>; chunks: AsyncIterable<Buffer> }
export interface Transport {
  /** never throws: every way of failing is a WireResult */
  request(request: HttpRequest): Promise<WireResult>;
  /** as `request`, for a file: its bytes as they come. Redirects are not followed. Absent where a line plays recorded answers */
  open?(request: HttpRequest): Promise<OpenAnswer | Extract<WireResult, { kind: 'failure' }>>;
  close(): Promise<void>;
}
