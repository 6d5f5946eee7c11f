/**
 * From what came back to an outcome (fact sheet 3.5, 3.6, 3.7, 6.2). HTTP tells little: 200 carries failures, 400 an event out of order. Total:
 * every WireResult has an outcome.
 */
import { fileOutcome } from '../../src/adapter/file-slots.ts';
import { LOGIN_PAUSE_MS, LOGIN_REFUSED } from '../../src/adapter/login.ts';
import { retryAfterOf } from '../../src/adapter/retry-after.ts';
import type { Outcome, WireResult } from '../../src/adapter/types.ts';
import { issue } from '../../src/contract/errors/issue.ts';
import { isRecord } from '../../src/contract/is-record.ts';
import { resultRow, rowsOf, waitingRow, type ResultRow, type Rows, type WaitingRow, type Words } from './contract.ts';
import { ACKNOWLEDGED, ALREADY_RECEIVED, meaningOf, says, STATUS_RULES, wordsOf, type PhraseRule } from './phrases.ts';

type Unaccepted = Exclude<Outcome<never>, { kind: 'done' }>;
export type Classified<Res> = { kind: 'accepted'; response: Res } | Unaccepted;
type Answer = Extract<WireResult, { kind: 'response' }>;

/** Failure code that our own line makes before anything is sent. */
export const NOT_OFFERED = 'NOT_OFFERED';

const BUSY_PAUSE_MS = 5_000;
/** An event whose predecessor DVCLT does not know yet: that one goes first in the lane, and DVCLT may need a while. */
const ORDER_PAUSE_MS = 60_000;

const later = (code: string, detail?: string, retryAfterMs?: number): Unaccepted => ({ kind: 'retry', issue: issue(code, undefined, detail), ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
const refused = (code: string, detail?: string): Unaccepted => ({ kind: 'rejected', issues: [issue(code, undefined, detail)] });
const lost = (isWrite: boolean, detail: string): Unaccepted => (isWrite ? { kind: 'unknown', issue: issue('LT-UPSTREAM-LOST-REPLY', undefined, detail) } : later('LT-UPSTREAM-SERVER-ERROR', detail));

function ofFailure(failure: Extract<WireResult, { kind: 'failure' }>, isWrite: boolean): Unaccepted {
  const { code, sent } = failure;
  const ofFile = fileOutcome(failure);
  if (ofFile !== undefined) return ofFile;
  if (code === NOT_OFFERED) return refused('LT-DVCLT-NO-CIVIL-STATUS');
  if (code === LOGIN_REFUSED) return later('LT-UPSTREAM-LOGIN-FAILED', undefined, LOGIN_PAUSE_MS);
  if (sent === 'before') return later('LT-UPSTREAM-UNREACHABLE', code);
  return lost(isWrite, code);
}

/** What only HTTP tells. */
function ofStatus({ status, headers }: Answer, isWrite: boolean): Unaccepted | undefined {
  const detail = `HTTP ${status}`;
  if (status === 429) return later('LT-UPSTREAM-BUSY', detail, retryAfterOf(headers) ?? BUSY_PAUSE_MS);
  if (status === 401 || status === 403) return later('LT-UPSTREAM-SESSION-REFUSED', detail, LOGIN_PAUSE_MS);
  if (status >= 500 || status === 408 || (status >= 300 && status < 400)) return lost(isWrite, detail);
  return undefined;
}

/** A read that is there, or is asked for again. */
function classifyRead<Res>(result: WireResult, isAnswer: (body: unknown) => boolean): Classified<Res> {
  if (result.kind === 'failure') return ofFailure(result, false);
  const bad = ofStatus(result, false);
  if (bad !== undefined) return bad;
  if (result.status >= 400) return refused('LT-DVCLT-HTTP', `HTTP ${result.status}`);
  return isAnswer(result.body) ? { kind: 'accepted', response: result.body as Res } : later('LT-DVCLT-ANSWER', `HTTP ${result.status}`);
}
const given = (rows: unknown): readonly unknown[] => (Array.isArray(rows) ? (rows as unknown[]) : []);
/** What is read of a list (K2), and of results (K6): the answer with the rows that are rows; the others stand in `unread`. */
export interface Listed { data: WaitingRow[]; unread: Rows<WaitingRow>['unread'] }
export interface Results { status: string | number | null; value: ResultRow[]; unread: Rows<ResultRow>['unread'] }
export function classifyList(result: WireResult): Classified<Listed> {
  const read = classifyRead<{ data: unknown }>(result, (body) => isRecord(body) && (Array.isArray(body['data']) || body['data'] === null));
  if (read.kind !== 'accepted') return read;
  const { rows, unread } = rowsOf(given(read.response.data), waitingRow);
  return { kind: 'accepted', response: { data: rows, unread } };
}
/** Whatever is in it is read row by row, so that what is wrong with one dossier can be put aside. */
export const classifyDetail = <Res>(result: WireResult): Classified<Res> => classifyRead(result, isRecord);
export function classifyResults(result: WireResult): Classified<Results> {
  const read = classifyRead<{ status: unknown; value?: unknown }>(result, (body) => isRecord(body) && 'status' in body);
  if (read.kind !== 'accepted') return read;
  // 0 with rows is still an answer about those rows.
  const { value } = read.response;
  const status = typeof read.response.status === 'string' || typeof read.response.status === 'number' ? read.response.status : null;
  if (String(status) !== '1' && !Array.isArray(value)) return later('LT-DVCLT-ANSWER', `status ${String(status).slice(0, 10)}`);
  const { rows, unread } = rowsOf(given(value), resultRow);
  return { kind: 'accepted', response: { status, value: rows, unread } };
}

/** No rule knows it. JSON says that it was heard, so that it may simply go again; a page or broken text leaves it open whether it was. */
function unheardOf({ status, body }: Answer): Unaccepted {
  return body === undefined ? { kind: 'unknown', issue: issue('LT-DVCLT-ANSWER', undefined, `HTTP ${status}`) } : later('LT-DVCLT-ANSWER', `HTTP ${status}`);
}

/** K4: the words alone. */
export function classifyAcknowledge(result: WireResult): Classified<Words> {
  if (result.kind === 'failure') return ofFailure(result, true);
  const words = wordsOf(result.body, result.text);
  if (says(words, ACKNOWLEDGED)) return { kind: 'accepted', response: { words } };
  return ofStatus(result, true) ?? (result.status >= 400 ? refused('LT-DVCLT-HTTP', `HTTP ${result.status}`) : unheardOf(result));
}

// ---- K5 ------------------------------------------------------------------------------------------------------------

/** LGSP sheet B.5. The first two are about who calls, and pass when a person has mended it. */
const ERROR_CODES: ReadonlyMap<string, string> = new Map([
  ['100', 'AUTHEN_ERROR'], ['101', 'IP_DISALLOWED'], ['106', 'AGENCY_ID_INCORRECT'], ['108', 'PROVINCE_ID_INCORRECT'], ['200', 'RECORD_UNCOMPLETE'], ['201', 'RECORD_NOT_FOUND'], ['302', 'DATA_TYPE_INVALID'], ['500', 'DATA_INCORRECT'],
]);
const ABOUT_THE_CALLER = new Set(['100', '101']);

/** Taken: status 1 as a number or text, or the words that it was taken before. */
export function classifyPush(result: WireResult): Classified<Words> {
  if (result.kind === 'failure') return ofFailure(result, true);
  const { body, text } = result;
  const words = wordsOf(body, text);
  const reply = isRecord(body) && 'status' in body ? body : undefined;
  if (reply !== undefined && String(reply['status']) === '1') return { kind: 'accepted', response: { words: '1' } };
  if (reply !== undefined && says(words, ALREADY_RECEIVED)) return { kind: 'accepted', response: { words: ALREADY_RECEIVED } };
  // The 2025 envelope says 500 in its body, with sentences about the dossier: an answer, whatever HTTP has.
  const isOf2025 = reply !== undefined && 'errors' in reply && 'inputSend' in reply;
  if (reply === undefined || (result.status >= 500 && !isOf2025)) return ofStatus(result, true) ?? { kind: 'unknown', issue: issue('LT-DVCLT-ANSWER', undefined, `HTTP ${result.status}`) };
  const code = String(reply['errorCode'] ?? '').trim();
  if (ABOUT_THE_CALLER.has(code)) return later('LT-DVCLT-CALLER', ERROR_CODES.get(code), LOGIN_PAUSE_MS);
  // The words may hold what the citizen declared: only the code is shown, the whole answer stands in the timeline.
  return refused('LT-DVCLT-REFUSED', ERROR_CODES.get(code) ?? (/^[\w-]{1,20}$/.test(code) ? code : undefined));
}

// ---- K7 ------------------------------------------------------------------------------------------------------------

export function classifyStatus(result: WireResult, rules: readonly PhraseRule[] = STATUS_RULES): Classified<Words> {
  if (result.kind === 'failure') return ofFailure(result, true);
  const meaning = meaningOf(wordsOf(result.body, result.text), rules);
  switch (meaning) {
    case 'done': return { kind: 'accepted', response: { words: 'done' } };
    case 'gone': return { kind: 'accepted', response: { words: 'gone' } };
    case 'order': return later('LT-DVCLT-ORDER', undefined, ORDER_PAUSE_MS);
    case 'retry': return later('LT-DVCLT-ANSWER');
    case 'failed': return refused('LT-DVCLT-LOGIC');
    // What no rule knows goes again, as often as the gateway allows, and then stands in front of a person.
    case undefined: return ofStatus(result, true) ?? unheardOf(result);
  }
}
