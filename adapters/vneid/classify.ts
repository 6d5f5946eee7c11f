/**
 * From what came back to an outcome (fact sheet 2.4, 2.6, 6.2). The meaning stands in codes and Vietnamese words, always with HTTP 200; HTTP status counts only
 * where no answer in the agreed form came. Total: every WireResult has an outcome.
 */
import { fileOutcome } from '../../src/adapter/file-slots.ts';
import { LOGIN_PAUSE_MS, LOGIN_REFUSED } from '../../src/adapter/login.ts';
import { retryAfterOf } from '../../src/adapter/retry-after.ts';
import type { WireResult } from '../../src/adapter/types.ts';
import { issue } from '../../src/contract/errors/issue.ts';
import { isRecord } from '../../src/contract/is-record.ts';
import type { Classified, Unaccepted } from './backend/port.ts';
import { DEFAULT_ANSWERS, type AnswerMeaning, type AnswerRow } from './codes.ts';
import { DEFAULTS, type VneidConfig } from './config.ts';
import type { StatusAnswer } from './contract.ts';
import { codeOf, folded, says, textOf } from './values.ts';

type Access = 'read' | 'write';
const BUSY_PAUSE_MS = 5_000;
/** Failure code that our own wire makes before anything is sent. */
export const NOT_OFFERED = 'NOT_OFFERED';

const later = (code: string, detail?: string, retryAfterMs?: number): Unaccepted => ({ kind: 'retry', issue: issue(code, undefined, detail), ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
const refused = (code: string, detail?: string): Unaccepted => ({ kind: 'rejected', issues: [issue(code, undefined, detail)] });
/** A read may be asked again at once; of a write nobody knows. */
const lost = (access: Access, code: string, detail?: string): Unaccepted => (access === 'write' ? { kind: 'unknown', issue: issue(code, undefined, detail) } : later(code, detail));

export function ofFailure(result: Extract<WireResult, { kind: 'failure' }>, access: Access): Unaccepted {
  const { code, sent } = result;
  if (code === NOT_OFFERED) return refused('LT-VNEID-NOT-OFFERED');
  if (code === LOGIN_REFUSED) return later('LT-UPSTREAM-LOGIN-FAILED', undefined, LOGIN_PAUSE_MS);
  const file = fileOutcome(result);
  if (file !== undefined) return file;
  if (sent === 'before') return later('LT-UPSTREAM-UNREACHABLE', code);
  return lost(access, 'LT-UPSTREAM-LOST-REPLY', code);
}

/** Answers that are not in the agreed form: something else spoke (an HTML page with 200), or it broke. */
export function ofStatus({ status, headers }: Extract<WireResult, { kind: 'response' }>, access: Access): Unaccepted {
  const detail = `HTTP ${status}`;
  if (status === 429) return later('LT-UPSTREAM-BUSY', detail, retryAfterOf(headers) ?? BUSY_PAUSE_MS);
  if (status === 401 || status === 403) return later('LT-UPSTREAM-SESSION-REFUSED', detail, LOGIN_PAUSE_MS);
  if (status >= 500 || status === 408 || (status >= 300 && status < 400) || status < 200) return lost(access, 'LT-UPSTREAM-LOST-REPLY', detail);
  if (status >= 400) return refused('LT-VNEID-HTTP', detail);
  return lost(access, 'LT-VNEID-ANSWER-SHAPE', detail);
}

/**
 * Whether the other side itself was heard. Whoever lacks a token, comes too fast or meets something broken has not been, whatever stands in the answer: what is in
 * between has answers with `status` and `statusCode` of its own.
 */
export const isHeard = ({ status }: Extract<WireResult, { kind: 'response' }>): boolean => status < 500 && ![401, 403, 408, 429].includes(status);

/** What an answer to L6 means; `undefined` for what is none. */
export function meaningOf(body: unknown, rows: readonly AnswerRow[] = DEFAULT_ANSWERS): AnswerMeaning | undefined {
  const code = isRecord(body) ? codeOf(body['statusCode']) : undefined;
  if (code === undefined || !isRecord(body)) return undefined;
  const words = folded(textOf(body['errorDetail'], 10_000) ?? '');
  // As a number a code has lost the zero before it.
  const codes = typeof body['statusCode'] === 'number' ? [code, code.padStart(2, '0')] : [code];
  return rows.find((row) => codes.includes(row.code) && (row.words === undefined || says(words, row.words)))?.meaning ?? 'REJECTED';
}

/** The code of an answer as it may be shown: theirs, of few letters. */
const shownCode = (body: unknown): string => /^[A-Za-z0-9_-]{1,10}$/.exec((isRecord(body) ? codeOf(body['statusCode']) : undefined) ?? '')?.[0] ?? '?';

/** L6. */
export function classifyReport(result: WireResult, { answers, interruptedRetryMs }: Pick<VneidConfig, 'answers' | 'interruptedRetryMs'> = DEFAULTS): Classified<StatusAnswer> {
  if (result.kind === 'failure') return ofFailure(result, 'write');
  const meaning = isHeard(result) ? meaningOf(result.body, answers) : undefined;
  switch (meaning) {
    case 'ACCEPTED':
    case 'ALREADY_SO':
      return { kind: 'accepted', response: result.body as StatusAnswer };
    case 'INTERRUPTED':
      return later('LT-VNEID-INTERRUPTED', undefined, interruptedRetryMs);
    case 'REJECTED':
      return refused('LT-VNEID-REFUSED', `statusCode ${shownCode(result.body)}`);
    case undefined:
      return ofStatus(result, 'write');
  }
}
