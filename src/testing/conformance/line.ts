/** The line of a conformance run: polite, bounded, and everything that went over it is kept as evidence. */
import { hash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { ConformanceCall } from '../../adapter/conformance.ts';
import { createTransport } from '../../adapter/http.ts';
import type { TlsFiles } from '../../adapter/tls.ts';
import type { WireResult } from '../../adapter/types.ts';
import type { Issue } from '../../contract/errors/types.ts';
import type { Contract, ContractCall } from '../../contract/openapi.ts';
import { instantFromEpoch } from '../../model/time.ts';
import type { Masker } from './mask.ts';
import type { ConformanceEvidence } from './report.ts';

export interface LineOptions {
  target: string;
  contract: Contract | undefined;
  masker: Masker;
  callsPerSecond: number;
  callTimeoutMs: number;
  maxResponseBytes: number;
  tls: TlsFiles;
  /** names of request headers whose values are kept */
  shownHeaders: readonly string[];
  signal: AbortSignal;
  now: () => number;
}
export interface ConformanceLine {
  call(call: ConformanceCall): Promise<WireResult>;
  issuesOf(call: ConformanceCall, result: WireResult): Issue[];
  wait(ms: number): Promise<void>;
  durations(): readonly number[];
  /** how many calls were made, and how many of them were answered */
  counts(): { calls: number; answered: number };
  /** what was kept since the last time */
  evidence(): ConformanceEvidence[];
  close(): Promise<void>;
}

/** Larger bodies are told by size and hash: they are our own, made to be large. */
const LONGEST_SHOWN = 20_000;
const SHOWN_RESPONSE_HEADERS = ['content-type', 'content-length', 'retry-after', 'allow'] as const;
const sha256 = (text: string): string => hash('sha256', text, 'hex');

export function createLine(options: LineOptions): ConformanceLine {
  const { contract, masker, signal, now } = options;
  const transport = createTransport({
    baseUrl: options.target, connections: 4, maxResponseBytes: options.maxResponseBytes,
    connectTimeoutMs: Math.min(options.callTimeoutMs, 10_000), readTimeoutMs: options.callTimeoutMs, tls: options.tls,
  });
  const base = new URL(options.target).pathname.replace(/\/$/, '');
  const shownHeaders = new Set(['accept', 'content-type', ...options.shownHeaders]);
  const spacingMs = 1_000 / options.callsPerSecond;
  const durations: number[] = [];
  let kept: ConformanceEvidence[] = [];
  let nextAt = Number.NEGATIVE_INFINITY;
  let calls = 0;

  const wait = async (ms: number): Promise<void> => {
    if (ms > 0) await pause(ms, undefined, { signal }).catch(() => undefined);
  };
  const contractCall = ({ method, path, contractPath, query, headers, body }: ConformanceCall): ContractCall =>
    ({ method, path: contractPath ?? path, ...(query === undefined ? {} : { query }), headers: { 'content-type': headers?.['content-type'] ?? '' }, body: body ?? '' });

  function shownBody(text: string, read: { known: boolean; value: unknown }, schema: string | undefined, from: 'us' | 'them'): string {
    if (text === '') return '';
    if (text.length > LONGEST_SHOWN) return `[${text.length} characters]`;
    if (read.known) return masker.body(read.value, schema, from);
    return /^\s*<(!doctype|html)/i.test(text) ? `[HTML ${text.length}]` : `[text ${text.length}, not JSON]`;
  }

  function keep(call: ConformanceCall, result: WireResult, at: number): void {
    const { body = '' } = call;
    const asked = contractCall(call);
    const sent = parsed(body);
    const response = result.kind === 'response' ? result : undefined;
    // A wrong label must not hide what the body is: for masking it counts as JSON. Our own oversized bodies are not looked at.
    const small = body.length <= LONGEST_SHOWN;
    const schemaOf = { request: small && sent.known ? contract?.checkRequest(asked).schema : undefined, response: response === undefined || response.body === undefined || !small ? undefined : contract?.checkResponse(asked, { status: response.status, body: response.text }).schema };
    const query = new URLSearchParams(call.query).toString();
    kept.push({
      at: instantFromEpoch(at),
      durationMs: Math.round(result.durationMs),
      method: call.method,
      path: masker.text(`${base}${call.path.startsWith('/') ? '' : '/'}${call.path}${query === '' ? '' : `?${query}`}`, 300),
      requestHeaders: Object.fromEntries(Object.entries(call.headers ?? {}).map(([name, value]) => [name, shownHeaders.has(name.toLowerCase()) ? masker.text(value) : '[hidden]'])),
      requestBody: shownBody(body, sent, schemaOf.request, 'us'),
      status: response?.status ?? null,
      failure: result.kind === 'failure' ? result.code : null,
      responseHeaders: Object.fromEntries(SHOWN_RESPONSE_HEADERS.flatMap((name): [string, string][] => {
        const value = response?.headers[name];
        return value === undefined ? [] : [[name, masker.text(value, 80)]];
      })),
      responseBody: response === undefined ? '' : shownBody(response.text, { known: response.body !== undefined, value: response.body }, schemaOf.response, 'them'),
      responseBytes: response === undefined ? 0 : Buffer.byteLength(response.text),
      responseSha256: response === undefined ? null : sha256(response.text),
    });
  }

  return {
    async call(call) {
      const slot = Math.max(performance.now(), nextAt);
      nextAt = slot + spacingMs;
      await wait(slot - performance.now());
      const at = now();
      const { method, path, query, headers, body } = call;
      const result = await transport.request({
        method, path, signal,
        ...(query === undefined ? {} : { query }), ...(headers === undefined ? {} : { headers }), ...(body === undefined ? {} : { body }),
      });
      if (result.kind === 'failure' && result.code === 'ABORTED') return result;
      calls += 1;
      if (result.kind === 'response') durations.push(result.durationMs);
      keep(call, result, at);
      return result;
    },
    issuesOf(call, result) {
      if (result.kind === 'failure' || contract === undefined) return [];
      const { issues } = contract.checkResponse(contractCall(call), { status: result.status, headers: result.headers, body: result.text });
      return issues.map((found) => (found.pointer === undefined ? found : { ...found, pointer: masker.pointer(found.pointer) }));
    },
    wait,
    durations: () => durations,
    counts: () => ({ calls, answered: durations.length }),
    evidence() {
      const taken = kept;
      kept = [];
      return taken;
    },
    close: () => transport.close(),
  };
}

function parsed(text: string): { known: boolean; value: unknown } {
  if (text.length > LONGEST_SHOWN) return { known: false, value: undefined };
  try {
    return { known: true, value: JSON.parse(text) as unknown };
  } catch {
    return { known: false, value: undefined };
  }
}
