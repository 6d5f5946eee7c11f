/**
 * From what came back to an outcome (fact sheet 1.6a, 6.2). The meaning stands in Vietnamese words; HTTP status counts only where no answer
 * in the agreed form came. Total: every WireResult has an outcome.
 */
import { LOGIN_PAUSE_MS, LOGIN_REFUSED } from '../../src/adapter/login.ts';
import { retryAfterOf } from '../../src/adapter/retry-after.ts';
import type { Outcome, WireResult } from '../../src/adapter/types.ts';
import { issue } from '../../src/contract/errors/issue.ts';
import { isRecord } from '../../src/contract/is-record.ts';
import { toNfc } from '../../src/model/text.ts';
import { DEFAULT_PHRASES, type Meaning, type Phrases, type WriteId } from './codes.ts';
import type { LandReply } from './contract.ts';
import type { FileTroubleCode } from './files.ts';
import { inDeclaredCase } from './names.ts';

export type LandWrite = WriteId | 'submitTax';
type Unaccepted = Exclude<Outcome<never>, { kind: 'done' }>;
export type Classified<Res> = { kind: 'accepted'; response: Res } | Unaccepted;

const BUSY_PAUSE_MS = 5_000;

/** Failure code that our own wire makes before anything is sent. */
export const NOT_OFFERED = 'NOT_OFFERED';

const later = (code: string, detail?: string, retryAfterMs?: number): Unaccepted => ({ kind: 'retry', issue: issue(code, undefined, detail), ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
const refused = (code: string, detail?: string): Unaccepted => ({ kind: 'rejected', issues: [issue(code, undefined, detail)] });
const lost = (write: boolean, code: string, detail?: string): Unaccepted => (write ? { kind: 'unknown', issue: issue(code, undefined, detail) } : later(code, detail));

// ---- the envelope -------------------------------------------------------------------------------------------------

/** The envelope as far as it is understood. */
export interface Reply { accepted: boolean; /** status.success; undefined where it is not said */ success: boolean | undefined; message: string; /** the whole answer, as text to be searched */ text: string }

const folded = (words: string): string => toNfc(words).toLowerCase();

function truth(value: unknown): boolean | undefined {
  const word = typeof value === 'string' ? value.trim().toLowerCase() : value;
  if (word === true || word === 1 || word === 'true' || word === '1') return true;
  return word === false || word === 0 || word === 'false' || word === '0' ? false : undefined;
}

/** @returns `undefined` for what is no envelope: `data` must say 1 or 0, in any spelling */
export function readReply(body: unknown): Reply | undefined {
  const reply = inDeclaredCase('PhanHoiDatDai', body);
  if (!isRecord(reply)) return undefined;
  const accepted = truth(reply['data']);
  if (accepted === undefined) return undefined;
  const status = isRecord(reply['status']) ? reply['status'] : {};
  const message = typeof status['message'] === 'string' ? status['message'] : '';
  return { accepted, success: truth(status['success']), message: folded(message).trim(), text: folded(JSON.stringify(reply)) };
}

/** What an answer to this operation means (6.2, row by row). */
export function meaningOf(operation: LandWrite, reply: Reply, phrases: Phrases): Meaning {
  const says = (list: readonly string[]): boolean => list.some((phrase) => reply.text.includes(folded(phrase)));
  switch (operation) {
    case 'submit':
    case 'submitTax':
      // data alone counts; O1 is idempotent by its words.
      return reply.accepted ? 'ACCEPTED' : says(phrases.alreadyExists) ? 'ALREADY_EXISTS' : 'REJECTED';
    case 'supplementDone':
      if (reply.accepted) return reply.success === false ? 'REJECTED' : 'ACCEPTED';
      return phrases.notWaiting.some((phrase) => reply.message === folded(phrase).trim()) ? 'NOT_WAITING' : 'REJECTED';
    case 'resultReturned':
      if (reply.accepted && reply.success !== false) return 'ACCEPTED';
      return says(phrases.alreadyReturned) ? 'ALREADY_RETURNED' : says(phrases.notFound) ? 'NOT_FOUND' : 'REJECTED';
    case 'wrongResult':
      return reply.accepted && reply.success !== false ? 'ACCEPTED' : 'REJECTED';
  }
}

// ---- outcomes -----------------------------------------------------------------------------------------------------

const FILE_TROUBLE: Readonly<Record<FileTroubleCode, Unaccepted>> = {
  FILE_MISSING: refused('LT-VBDLIS-FILE-UNREADABLE'),
  FILE_UNREACHABLE: later('LT-VBDLIS-FILE-UNREADABLE'),
  FILE_TOO_LARGE: refused('LT-VBDLIS-FILE-SIZE'),
  FILE_TYPE: refused('LT-VBDLIS-FILE-TYPE'),
  LINK_REFUSED: refused('LT-VBDLIS-LINK'),
};

function ofFailure(result: Extract<WireResult, { kind: 'failure' }>, write: boolean): Unaccepted {
  const { code, sent } = result;
  if (code === NOT_OFFERED) return refused('LT-VBDLIS-NOT-OFFERED');
  if (code === LOGIN_REFUSED) return later('LT-UPSTREAM-LOGIN-FAILED', undefined, LOGIN_PAUSE_MS);
  // Only where nothing complete was sent: a message that broke off over its files, or a file that was not taken.
  if (sent === 'before' && Object.hasOwn(FILE_TROUBLE, code)) return FILE_TROUBLE[code as FileTroubleCode];
  if (sent === 'before') return later('LT-UPSTREAM-UNREACHABLE', code);
  return lost(write, 'LT-UPSTREAM-LOST-REPLY', code);
}

/** Answers that are no envelope: something else than the land system spoke, or it broke. */
function ofStatus({ status, headers }: Extract<WireResult, { kind: 'response' }>): Unaccepted {
  const detail = `HTTP ${status}`;
  if (status === 429) return later('LT-UPSTREAM-BUSY', detail, retryAfterOf(headers) ?? BUSY_PAUSE_MS);
  if (status === 401 || status === 403) return later('LT-UPSTREAM-SESSION-REFUSED', detail, LOGIN_PAUSE_MS);
  if (status >= 500 || status === 408 || (status >= 300 && status < 400) || status < 200) return { kind: 'unknown', issue: issue('LT-UPSTREAM-LOST-REPLY', undefined, detail) };
  if (status >= 400) return refused('LT-VBDLIS-HTTP', detail);
  return { kind: 'unknown', issue: issue('LT-VBDLIS-ANSWER-SHAPE', undefined, detail) };
}

/** @param phrases of the configuration; the defaults of 6.2 where nobody gives them */
export function classifyWrite(operation: LandWrite, result: WireResult, phrases: Phrases = DEFAULT_PHRASES): Classified<LandReply> {
  if (result.kind === 'failure') return ofFailure(result, true);
  const reply = readReply(result.body);
  if (reply === undefined) return ofStatus(result);
  if (meaningOf(operation, reply, phrases) === 'REJECTED') return refused('LT-VBDLIS-REFUSED');
  return { kind: 'accepted', response: inDeclaredCase('PhanHoiDatDai', result.body) as LandReply };
}

/** A file that was asked for: there, not to be had, or to be asked for again. */
export function classifyDownload<Res>(result: WireResult): Classified<Res> {
  if (result.kind === 'failure') return ofFailure(result, false);
  const detail = `HTTP ${result.status}`;
  if (result.status === 200 && isRecord(result.body) && typeof result.body['sha256'] === 'string') return { kind: 'accepted', response: result.body as Res };
  if (result.status === 429) return later('LT-UPSTREAM-BUSY', detail, retryAfterOf(result.headers) ?? BUSY_PAUSE_MS);
  if (result.status >= 500 || result.status === 408) return later('LT-UPSTREAM-SERVER-ERROR', detail, retryAfterOf(result.headers));
  return refused('LT-VBDLIS-DOWNLOAD', detail);
}
