/**
 * From what came back on the wire to an outcome. Total: every WireResult has one. The order of the questions is the order
 * of certainty: did it leave, did something answer instead of the portal, what does the envelope say, what does its text say.
 */
import { issue } from '../../src/contract/errors/issue.ts';
import { LOGIN_PAUSE_MS, LOGIN_REFUSED } from '../../src/adapter/login.ts';
import { retryAfterOf } from '../../src/adapter/retry-after.ts';
import type { Outcome, WireResult } from '../../src/adapter/types.ts';
import { DUPLICATE_CODES } from './answer-rules.ts';
import { meaningOf, readEnvelope, type Envelope } from './answer.ts';

/** An accepted envelope, or why there is none. */
export type Classified<Res> = { kind: 'accepted'; response: Res } | Exclude<Outcome<never>, { kind: 'done' }>;

/** Pause after "busy" without Retry-After. */
const BUSY_PAUSE_MS = 5_000;

/** Failure code that our own wire makes before anything is sent. */
export const NOT_OFFERED = 'NOT_OFFERED';

/** What the call does at the portal, as far as a repeat is concerned. */
export type Access = 'read' | 'write' | 'append';

type Unaccepted = Exclude<Outcome<never>, { kind: 'done' }>;

const later = (code: string, detail?: string, retryAfterMs?: number): Unaccepted =>
  ({ kind: 'retry', issue: issue(code, undefined, detail), ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
const refused = (code: string, detail?: string): Unaccepted => ({ kind: 'rejected', issues: [issue(code, undefined, detail)] });

/** The same mishap read two ways: a lost reply of a read is asked again, of a write it is a doubt. */
const lost = (write: boolean, code: string, detail?: string): Unaccepted =>
  write ? { kind: 'unknown', issue: issue(code, undefined, detail) } : later(code, detail);

function ofFailure(result: Extract<WireResult, { kind: 'failure' }>, write: boolean): Unaccepted {
  if (result.code === NOT_OFFERED) return refused('LT-DVCQG-NOT-OFFERED');
  if (result.code === LOGIN_REFUSED) return later('LT-UPSTREAM-LOGIN-FAILED', undefined, LOGIN_PAUSE_MS);
  if (result.sent === 'before') return later('LT-UPSTREAM-UNREACHABLE', result.code);
  // A list that is too long stays too long: asking again cannot help.
  if (result.code === 'TOO_LARGE' && !write) return refused('LT-DVCQG-ANSWER-SHAPE', result.code);
  return lost(write, 'LT-UPSTREAM-LOST-REPLY', result.code);
}

/** Statuses other than 2xx; `undefined` lets the envelope speak. */
function ofStatus(result: Extract<WireResult, { kind: 'response' }>, write: boolean): Unaccepted | undefined {
  const { status, headers } = result;
  if (status >= 200 && status < 300) return undefined;
  const detail = `HTTP ${status}`;
  if (status === 429) return later('LT-UPSTREAM-BUSY', detail, retryAfterOf(headers) ?? BUSY_PAUSE_MS);
  if (status === 401 || status === 403) return later('LT-UPSTREAM-SESSION-REFUSED', detail, LOGIN_PAUSE_MS);
  // A proxy's 502/503/504 says that it lost the portal, not that the portal did nothing. 408 and 3xx prove as little.
  if (status >= 500 || status === 408 || status < 400) {
    if (write) return { kind: 'unknown', issue: issue('LT-UPSTREAM-LOST-REPLY', undefined, detail) };
    return later('LT-UPSTREAM-SERVER-ERROR', detail, retryAfterOf(headers));
  }
  return refused('LT-DVCQG-HTTP', detail);
}

function ofText(envelope: Envelope, access: Access): Unaccepted {
  const detail = `error_code ${envelope.code ?? '?'}`;
  switch (meaningOf(envelope.message)) {
    case 'exists': return refused('LT-DVCQG-EXISTS', detail);
    case 'absent': return refused('LT-DVCQG-ABSENT', detail);
    case 'session': return later('LT-UPSTREAM-SESSION-REFUSED', detail, LOGIN_PAUSE_MS);
    case 'busy': return later('LT-UPSTREAM-BUSY', detail, BUSY_PAUSE_MS);
    // It may have broken after it had stored: an append must not go again on that word. A snapshot or a state may.
    case 'broken': return lost(access === 'append', 'LT-UPSTREAM-SERVER-ERROR', detail);
    case 'lost': return lost(access !== 'read', 'LT-UPSTREAM-LOST-REPLY', detail);
    case undefined: return refused('LT-DVCQG-REFUSED', detail);
  }
}

/**
 * @param access a lost reply of a `write` is an unknown outcome, of a `read` a retry; an `append` is a write that a repeat
 *   would double, so that the portal's own "system error" leaves it unknown as well
 * @returns `accepted` with the unwrapped envelope when the portal answered `error_code` 0 in any spelling
 */
export function classifyAnswer<Res>(result: WireResult, access: Access): Classified<Res> {
  const write = access !== 'read';
  if (result.kind === 'failure') return ofFailure(result, write);
  const byStatus = ofStatus(result, write);
  if (byStatus !== undefined) return byStatus;
  const envelope = readEnvelope(result.body);
  if (envelope === undefined) return lost(write, 'LT-DVCQG-ANSWER-SHAPE', `HTTP ${result.status}`);
  if (envelope.code === 0) return { kind: 'accepted', response: envelope.body as Res };
  if (envelope.code === undefined) {
    // No code at all: a read that brought its result is answered; a write was not acknowledged.
    if (!write && envelope.result !== undefined && envelope.result !== null) return { kind: 'accepted', response: envelope.body as Res };
    return lost(write, 'LT-DVCQG-ANSWER-SHAPE', 'error_code');
  }
  return ofText(envelope, access);
}

/** Answers that prove that nothing was applied because the dossier is, or is not, there already. */
export function contradictionOf(result: WireResult): 'exists' | 'absent' | undefined {
  if (result.kind !== 'response' || result.status < 200 || result.status >= 300) return undefined;
  const envelope = readEnvelope(result.body);
  if (envelope === undefined || envelope.code === undefined || envelope.code === 0) return undefined;
  const meaning = meaningOf(envelope.message);
  if (meaning === 'exists' || meaning === 'absent') return meaning;
  return meaning === undefined && DUPLICATE_CODES.has(envelope.code) ? 'exists' : undefined;
}
