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
  /** sent as is; objects are the caller's to serialise */
  body?: string;
  connectTimeoutMs?: number;
  readTimeoutMs?: number;
  signal?: AbortSignal;
}
export interface Transport {
  /** never throws: every way of failing is a WireResult */
  request(request: HttpRequest): Promise<WireResult>;
  close(): Promise<void>;
}
