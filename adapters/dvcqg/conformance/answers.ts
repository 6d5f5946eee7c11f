/** Reading answers as a check does: what must hold, and what the check says when it does not. */
import { ConformanceStop, failed, passed, unclear, type ConformanceCall, type ConformanceContext, type ConformanceFinding } from '../../../src/adapter/conformance.ts';
import type { WireResult } from '../../../src/adapter/types.ts';
import type { Issue, Text } from '../../../src/contract/errors/types.ts';
import type { AnswerMeaning } from '../answer-rules.ts';
import { meaningOf, readEnvelope, type Envelope } from '../answer.ts';

type Response = Extract<WireResult, { kind: 'response' }>;

export interface Answer { result: WireResult; issues: Issue[] }
/** An answer that came, with the contract's verdict on it. */
export interface Answered { response: Response; envelope: Envelope; issues: Issue[] }

export async function ask<S>(ctx: ConformanceContext<S>, call: ConformanceCall): Promise<Answer> {
  const result = await ctx.call(call);
  return { result, issues: ctx.issuesOf(call, result) };
}

export const stop = (finding: ConformanceFinding): never => {
  throw new ConformanceStop(finding);
};

/** @throws ConformanceStop when nothing came back within the limits */
export function answered({ result }: Answer): Response {
  if (result.kind === 'response') return result;
  return stop(failed(`Không nhận được câu trả lời (${result.code}).`, `No answer came (${result.code}).`));
}

/** An answer in the common envelope, with HTTP 200 and JSON. @throws ConformanceStop otherwise */
export function enveloped(answer: Answer): Answered {
  const response = answered(answer);
  const { status } = response;
  if (status === 404 || status === 405) stop(failed(`HTTP ${status}: địa chỉ hoặc phương thức này không có.`, `HTTP ${status}: there is no such address or method.`, answer.issues));
  const envelope = readEnvelope(response.body);
  if (envelope === undefined) return stop(failed(`HTTP ${status}, thân không phải đối tượng JSON.`, `HTTP ${status}, the body is no JSON object.`, answer.issues));
  return { response, envelope, issues: answer.issues };
}

/** Accepted: `error_code` zero in any spelling, and as the contract has it. @throws ConformanceStop otherwise */
export function accepted(answer: Answer): Answered {
  const read = enveloped(answer);
  const { code } = read.envelope;
  if (code === undefined) stop(failed('Câu trả lời không có error_code là số.', 'The answer has no numeric error_code.', read.issues));
  if (code !== 0) stop(failed(`Bị từ chối${said(read.envelope).vi}.`, `Refused${said(read.envelope).en}.`, read.issues));
  if (read.issues.length > 0) stop(differs(read.issues));
  return read;
}

const MEANINGS: Readonly<Record<AnswerMeaning, Text>> = {
  exists: { vi: 'đã tồn tại', en: 'exists already' },
  absent: { vi: 'không tồn tại', en: 'not there' },
  session: { vi: 'phiên không được nhận', en: 'session refused' },
  busy: { vi: 'đang bận', en: 'busy' },
  broken: { vi: 'lỗi hệ thống', en: 'system error' },
  lost: { vi: 'mất kết nối phía sau', en: 'lost behind it' },
};

/** Code and meaning of a refusal: its words themselves may name a person and are never shown. */
export function said({ code, message }: Envelope): Text {
  const meaning = meaningOf(message);
  const words = (lead: string, lang: keyof Text): string => ` (error_code ${String(code)}${meaning === undefined ? '' : `, ${lead} “${MEANINGS[meaning][lang]}”`})`;
  return { vi: words('hiểu là', 'vi'), en: words('understood as', 'en') };
}

export const differs = (issues: Issue[]): ConformanceFinding => failed('Câu trả lời khác với hợp đồng.', 'The answer differs from the contract.', issues);

/**
 * A refusal in the documented form: HTTP 200, JSON, an `error_code` that is not zero. A refusal by HTTP status is clear to a
 * program but not documented; a server error is no refusal.
 */
export function refused(answer: Answer): ConformanceFinding {
  const response = answered(answer);
  const { status } = response;
  if (status >= 500) return failed(`HTTP ${status}: lỗi máy chủ thay vì từ chối.`, `HTTP ${status}: a server error instead of a refusal.`, answer.issues);
  if (status >= 400) return unclear(`Bị từ chối bằng HTTP ${status}; tài liệu chỉ nói tới HTTP 200 kèm error_code.`, `Refused by HTTP ${status}; the document only knows HTTP 200 with an error_code.`, answer.issues);
  const { envelope, issues } = enveloped(answer);
  if (envelope.code === 0) return failed('Được chấp nhận, trong khi phải bị từ chối.', 'Accepted, although it must be refused.', issues);
  if (envelope.code === undefined) return failed('Câu trả lời không có error_code là số.', 'The answer has no numeric error_code.', issues);
  if (issues.length > 0) return differs(issues);
  return passed(`Bị từ chối đúng dạng${said(envelope).vi}.`, `Refused in the documented form${said(envelope).en}.`);
}
