/** How answers are understood: as documented, totally, and never in a way that doubles a write. */
import { answered, failed, meaningOf } from '../../adapter/fixtures.ts';
import type { AnyOperation, WireResult } from '../../adapter/types.ts';
import { isRecord } from '../../contract/is-record.ts';
import { loadFastCheck } from './fast-check.ts';
import { checkIssues, contextOf, describeError, makeCheck, type Findings, type OperationCase, type Suite } from './kit.ts';
import type { AdapterCheck } from './types.ts';
import { same, shown } from './values.ts';

type Classified = ReturnType<AnyOperation['classify']>;

/** A request of the operation, as an answer's other half. */
export const requestOf = (suite: Suite, { operation, fixtures }: OperationCase): unknown => operation.encode([fixtures.inputs[0]], contextOf(suite.configs().get(''), fixtures.remote));

const KINDS = ['accepted', 'rejected', 'retry', 'unknown'];
export const PAGE = '<!DOCTYPE html><html><head><title>Thông báo</title></head><body><h1>Hệ thống đang bảo trì</h1></body></html>';

/** What must hold of whatever classify answers. */
function checkOutcome(suite: Suite, op: OperationCase, result: WireResult, request: unknown, found: Findings): void {
  const before = structuredClone(result);
  const answer = op.operation.classify(result, request);
  if (!same(result, before)) found.add(op.id, 'câu trả lời bị sửa', 'the answer was changed');
  if (!KINDS.includes(answer.kind)) return found.add(op.id, `kết quả ${shown(answer)} không có trong các kiểu`, `${shown(answer)} is no kind of outcome`);
  if (meaningOf(op.operation.classify(before, request)) !== meaningOf(answer)) found.add(op.id, 'cùng câu trả lời được hiểu hai cách', 'the same answer is understood in two ways');
  if (answer.kind !== 'accepted') checkIssues(answer.kind === 'rejected' ? answer.issues : [answer.issue], op.id, found);
  if (answer.kind === 'retry' && answer.retryAfterMs !== undefined && !(Number.isFinite(answer.retryAfterMs) && answer.retryAfterMs >= 0)) found.add(op.id, `thời gian chờ ${answer.retryAfterMs} không phải số mili giây`, `the pause ${answer.retryAfterMs} is no number of milliseconds`);
  if (answer.kind !== 'accepted') return;
  if (result.kind === 'failure') found.add(op.id, `không có trả lời (${result.code}) mà coi là thành công`, `no answer (${result.code}) is called a success`);
  else if ((result.status < 200 || result.status > 299) && suite.fixtures.absent?.['http-status'] === undefined) found.add(op.id, `HTTP ${result.status} được coi là thành công`, `HTTP ${result.status} is called a success`);
}

/** Bodies near the documented ones, and bodies of no kind at all. */
async function checkTotal(suite: Suite, found: Findings): Promise<void> {
  const fc = await loadFastCheck();
  const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('', PAGE, 'null', '{"', 'Lỗi hệ thống', 'Thành công', '__proto__'));
  const junk = fc.oneof(fc.jsonValue({ maxDepth: 3 }), text, fc.constantFrom(undefined, null, 0, -0, Number.MAX_SAFE_INTEGER, true, [], {}, [[]]));
  for (const op of suite.operations) {
    const request = requestOf(suite, op);
    const bodies = op.fixtures.answers.flatMap(({ answer }) => (answer.kind === 'response' && isRecord(answer.body) ? [answer.body] : []));
    const names = [...new Set(bodies.flatMap((body) => Object.keys(body)))];
    const near = bodies.length === 0 || names.length === 0 ? junk : fc.tuple(fc.constantFrom(...bodies), fc.dictionary(fc.constantFrom(...names), junk, { maxKeys: 3 })).map(([body, changes]) => ({ ...body, ...changes }));
    const response = fc.tuple(fc.oneof(near, junk), text, fc.oneof(fc.constantFrom(200, 200, 200, 201, 204, 400, 401, 403, 404, 409, 429, 500, 502, 503, 504), fc.integer({ min: 100, max: 599 })), fc.dictionary(fc.constantFrom('retry-after', 'content-type', 'x'), fc.oneof(fc.string(), fc.nat(1_000).map(String)), { maxKeys: 2 }))
      .map(([body, raw, status, headers]): WireResult => ({ kind: 'response', status, headers, body, text: isRecord(body) || Array.isArray(body) ? JSON.stringify(body) : raw, durationMs: 1 }));
    const failure = fc.tuple(fc.constantFrom('before' as const, 'after' as const), fc.oneof(fc.constantFrom('ECONNREFUSED', 'READ_TIMEOUT', 'RESET', 'TOO_LARGE', 'ABORTED'), fc.string())).map(([sent, code]) => failed(sent, code));
    await suite.forAll(found, op.id, () => fc.oneof({ weight: 5, arbitrary: response }, { weight: 1, arbitrary: failure }) as never, (result: WireResult, inner) => {
      try {
        checkOutcome(suite, op, result, request, inner);
      } catch (error) {
        inner.add('classify', `ném ${describeError(error)}`, `throws ${describeError(error)}`);
      }
    });
  }
}

function checkDocumented(suite: Suite, found: Findings): void {
  for (const op of suite.operations) {
    const request = requestOf(suite, op);
    for (const { what, answer, means, retryAfterMs } of op.fixtures.answers) {
      const where = `${op.id}, ${what}`;
      try {
        const understood = op.operation.classify(structuredClone(answer), request);
        const actual = meaningOf(understood);
        if (actual !== means) found.add(where, `được hiểu là ${actual}, phải là ${means}`, `is understood as ${actual}, must be ${means}`);
        else if (retryAfterMs !== undefined && (understood.kind !== 'retry' || understood.retryAfterMs !== retryAfterMs)) found.add(where, `phải chờ ${retryAfterMs} ms, được ${understood.kind === 'retry' ? String(understood.retryAfterMs) : understood.kind}`, `must wait ${retryAfterMs} ms, not ${understood.kind === 'retry' ? String(understood.retryAfterMs) : understood.kind}`);
        checkOutcome(suite, op, structuredClone(answer), request, found);
        if (understood.kind === 'accepted') checkDecode(suite, op, understood.response, where, found);
      } catch (error) {
        found.add(where, `ném ${describeError(error)}`, `throws ${describeError(error)}`);
      }
    }
  }
}

/** A documented success fits the response schema and can be decoded. */
function checkDecode(suite: Suite, op: OperationCase, response: unknown, where: string, found: Findings): void {
  const checked = op.operation.response(response);
  if (!checked.ok && op.operation.access === 'read') found.add(where, 'trả lời mẫu không hợp lệ với lược đồ trả lời', 'the documented answer does not fit the response schema');
  op.operation.decode(response, [op.fixtures.inputs[0]], contextOf(suite.configs().get(''), op.fixtures.remote));
}

function checkAfterSend(suite: Suite, found: Findings): void {
  for (const op of suite.operations) {
    const request = requestOf(suite, op);
    const write = op.operation.access === 'write';
    for (const code of ['READ_TIMEOUT', 'RESET', 'TOO_LARGE', 'ABORTED', 'TRUNCATED', 'SOMETHING_NEW']) {
      const { kind } = op.operation.classify(failed('after', code), request);
      if (write && kind !== 'unknown') found.add(op.id, `${code} sau khi gửi được hiểu là ${kind}, phải là unknown`, `${code} after sending is understood as ${kind}, must be unknown`);
      if (!write && kind === 'accepted') found.add(op.id, `${code} được coi là thành công`, `${code} is called a success`);
    }
    for (const code of ['ECONNREFUSED', 'ENOTFOUND', 'CERT_HAS_EXPIRED']) {
      const { kind } = op.operation.classify(failed('before', code), request);
      if (kind !== 'retry' && (kind !== 'rejected' || code === 'ECONNREFUSED')) found.add(op.id, `${code} trước khi gửi được hiểu là ${kind}, phải là retry`, `${code} before sending is understood as ${kind}, must be retry`);
    }
    // What a proxy says about a gateway behind it proves nothing about what the gateway did.
    for (const status of write ? [500, 502, 504] : []) {
      const { kind } = op.operation.classify(answered(PAGE, status, { 'content-type': 'text/html' }), request);
      if (kind !== 'unknown') found.add(op.id, `trang lỗi ${status} được hiểu là ${kind}, phải là unknown`, `an error page ${status} is understood as ${kind}, must be unknown`);
    }
  }
}

function checkRetryAfter(suite: Suite, found: Findings): void {
  for (const op of suite.operations) {
    const request = requestOf(suite, op);
    const pause = (header?: string): Classified => op.operation.classify(answered('Too Many Requests', 429, header === undefined ? {} : { 'retry-after': header }), request);
    for (const seconds of [1, 7, 120]) {
      const answer = pause(String(seconds));
      if (answer.kind !== 'retry' || answer.retryAfterMs !== seconds * 1000) found.add(op.id, `429 với Retry-After ${seconds}: ${shown(answer)}`, `429 with Retry-After ${seconds}: ${shown(answer)}`);
    }
    for (const odd of [undefined, '', 'soon', '-1', '1e9', 'Wed, 21 Oct 2026 07:28:00 GMT', '99999999999999']) {
      const answer = pause(odd);
      const ms = answer.kind === 'retry' ? answer.retryAfterMs : undefined;
      if (answer.kind !== 'retry' || (ms !== undefined && !(Number.isFinite(ms) && ms >= 0 && ms <= 86_400_000))) found.add(op.id, `429 với Retry-After ${odd ?? '(không có)'}: ${shown(answer)}`, `429 with Retry-After ${odd ?? '(none)'}: ${shown(answer)}`);
    }
  }
}

function checkPages(suite: Suite, found: Findings): void {
  for (const op of suite.operations) {
    const request = requestOf(suite, op);
    for (const [what, text] of [['HTML', PAGE], ['nothing', ''], ['text', 'OK']] as const) {
      const { kind } = op.operation.classify(answered(text, 200, { 'content-type': 'text/html' }), request);
      const isWrong = op.operation.access === 'write' ? kind !== 'unknown' : kind === 'accepted';
      if (isWrong) found.add(op.id, `200 với ${what} được hiểu là ${kind}`, `200 with ${what} is understood as ${kind}`);
    }
  }
}

export function classifyChecks(suite: Suite): AdapterCheck[] {
  return [
    makeCheck('classify.documented', (found) => checkDocumented(suite, found)),
    makeCheck('classify.total', (found) => checkTotal(suite, found)),
    makeCheck('classify.after-send', (found) => checkAfterSend(suite, found)),
    makeCheck('classify.retry-after', (found) => checkRetryAfter(suite, found)),
    makeCheck('classify.page', (found) => checkPages(suite, found)),
  ];
}
