/** What a conformance run leaves behind. The shape is stable: docs/conformance.md lists it, `reportVersion` counts its breaks. */
import type { ConformanceVerdict, TlsFacts } from '../../adapter/conformance.ts';
import type { Issue, Text } from '../../contract/errors/types.ts';

/** One call and its answer, masked. Times are UTC instants, sizes bytes. */
export interface ConformanceEvidence {
  at: string;
  durationMs: number;
  method: string;
  /** with the query */
  path: string;
  /** header names and what may be shown of their values */
  requestHeaders: Record<string, string>;
  /** without a hash of the whole: a body holds a password or a session, and a hash of a password can be guessed at */
  requestBody: string;
  /** `null`: there was no answer, `failure` says why */
  status: number | null;
  failure: string | null;
  responseHeaders: Record<string, string>;
  responseBody: string;
  responseBytes: number;
  /** of the answer as received, before masking */
  responseSha256: string | null;
}

export interface ConformanceCheckResult {
  id: string;
  title: Text;
  rule: string;
  access: 'read' | 'write';
  verdict: ConformanceVerdict;
  note: Text;
  issues: Issue[];
  durationMs: number;
  evidence: ConformanceEvidence[];
}

export interface ConformanceReport {
  reportVersion: '1';
  suite: { id: string; title: Text; target: Text };
  adapter: { id: string; version: string };
  contract: { title: string; version: string; sha256: string } | null;
  tool: { name: string; version: string };
  target: string;
  tls: TlsFacts | null;
  operator: string | null;
  mode: 'read-only' | 'read-write';
  seed: string;
  limits: { callsPerSecond: number; callTimeoutMs: number; totalTimeoutMs: number; maxResponseBytes: number };
  startedAt: string;
  endedAt: string;
  /** why it ended before its last check */
  stopped: 'interrupted' | 'time-limit' | null;
  /** `unreachable`: nothing ever answered. `incomplete`: it was stopped, a check of ours broke, or no check had a result */
  outcome: 'passed' | 'failed' | 'incomplete' | 'unreachable';
  summary: Record<ConformanceVerdict, number> & { total: number; calls: number };
  /** test records that the run left at the target */
  written: string[];
  checks: ConformanceCheckResult[];
}

/**
 * The report as the text whose SHA-256 stands in the HTML: two spaces, ends with a line feed. `<` is escaped, so that the same
 * bytes can stand inside a page.
 */
export const conformanceJson = (report: ConformanceReport): string => `${JSON.stringify(report, null, 2).replaceAll('<', '\\u003c')}\n`;
