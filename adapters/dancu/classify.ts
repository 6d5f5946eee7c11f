/** From what came back to an outcome (fact sheet 4.6). What was said counts before the HTTP status: business failures come with 200. Total: every WireResult has an outcome. */
import { LOGIN_PAUSE_MS, LOGIN_REFUSED } from '../../src/adapter/login.ts';
import { retryAfterOf } from '../../src/adapter/retry-after.ts';
import type { Outcome, WireResult } from '../../src/adapter/types.ts';
import { issue } from '../../src/contract/errors/issue.ts';
import { isRecord } from '../../src/contract/is-record.ts';
import { ANSWER_CODES, type CodeMeaning } from './codes.ts';
import type { DancuConfig } from './config.ts';
import { isCollection, type CongDan, type CongdanCollection, type NhanThanResponse, type VerifyAnswer } from './contract.ts';
import { fullNameOf, numbersOf } from './decode.ts';
import { isSameName } from './names.ts';
import { readReply, type Reply } from './reply.ts';

type Unaccepted = Exclude<Outcome<never>, { kind: 'done' }>;
export type Classified<Res> = { kind: 'accepted'; response: Res } | Unaccepted;
type Words = Pick<DancuConfig, 'answerCodes'>;

const BUSY_PAUSE_MS = 5_000;

const later = (code: string, detail?: string, retryAfterMs?: number): Unaccepted => ({ kind: 'retry', issue: issue(code, undefined, detail), ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
const refused = (code: string, detail?: string): Unaccepted => ({ kind: 'rejected', issues: [issue(code, undefined, detail)] });

const BY_MEANING: Readonly<Record<CodeMeaning, string>> = { 'service-not-licensed': 'LT-DANCU-NOT-LICENSED', 'officer-not-allowed': 'LT-DANCU-OFFICER-REFUSED', failed: 'LT-DANCU-FAILED' };

function byCode(code: string, { answerCodes }: Words): Unaccepted {
  // What is no code of the table may be anything, a number of somebody too: it is not repeated.
  const meaning = Object.hasOwn(answerCodes, code) ? answerCodes[code] : undefined;
  return meaning === undefined ? refused('LT-DANCU-FAILED') : refused(BY_MEANING[meaning], code);
}

/** What is wrong with the line, or with what was said; undefined where a person's data came. */
function trouble(result: Extract<WireResult, { kind: 'response' }>, reply: Reply, words: Words): Unaccepted | undefined {
  const { status, headers } = result;
  const detail = `HTTP ${status}`;
  if (status === 429) return later('LT-UPSTREAM-BUSY', detail, retryAfterOf(headers) ?? BUSY_PAUSE_MS);
  if (reply.kind === 'fault') return reply.side === 'server' ? later('LT-DANCU-FAULT', detail) : refused('LT-DANCU-FAULT', detail);
  if (status === 503) return later('LT-UPSTREAM-BUSY', detail, retryAfterOf(headers));
  if (status >= 500 || status === 408) return later('LT-UPSTREAM-SERVER-ERROR', detail);
  // Beside "nobody" too: who may not ask is not told of anybody.
  const code = 'code' in reply ? reply.code : undefined;
  if (code !== undefined && Object.hasOwn(words.answerCodes, code)) return byCode(code, words);
  if (status === 401 || status === 403) return refused('LT-DANCU-CLOSED', detail);
  if (status < 200 || status > 299) return refused('LT-DANCU-REFUSED', detail);
  switch (reply.kind) {
    case 'code': return byCode(reply.code, words);
    case 'err': return later('LT-DANCU-LINE-DOWN');
    case 'page': case 'broken': return later('LT-DANCU-ANSWER', reply.kind);
    case 'hostile': return refused('LT-DANCU-ANSWER', reply.kind);
    case 'strange': return refused('LT-DANCU-ANSWER', reply.kind);
    case 'collection': case 'exists': case 'relatives': return undefined;
  }
}

function classify<Res>(result: WireResult, words: Words, understand: (reply: Reply) => Classified<Res>): Classified<Res> {
  if (result.kind === 'failure') {
    if (result.code === LOGIN_REFUSED) return later('LT-UPSTREAM-LOGIN-FAILED', undefined, LOGIN_PAUSE_MS);
    // Asking changes nothing, so that a lost answer may be asked for again.
    return later(result.sent === 'before' ? 'LT-UPSTREAM-UNREACHABLE' : 'LT-UPSTREAM-LOST-REPLY', result.code);
  }
  const reply = readReply(result.body, result.text);
  return trouble(result, reply, words) ?? understand(reply);
}

const strange: Unaccepted = refused('LT-DANCU-ANSWER', 'strange');

/** Whom the message asks for, in the words of whichever transport. */
function askedPerson(request: unknown): { numbers: readonly string[]; name: string } {
  const fields = isRecord(request) ? request : {};
  const texts = (...names: string[]): string[] => names.map((name) => fields[name]).filter((value): value is string => typeof value === 'string' && value !== '');
  return { numbers: texts('SoDinhDanh', 'SoCMND', 'soDinhDanh', 'soCMND'), name: texts('HoVaTen', 'hoVaTen')[0] ?? '' };
}

/** Is the record that of the person who was asked for? By the number where the record has one of its kind, else by the name. */
function isAsked({ SoDinhDanh, SoCMND, HoVaTen }: CongDan, request: unknown): boolean {
  const { citizenId, oldId } = numbersOf(SoDinhDanh, SoCMND);
  // A record without a number at all may be anybody's.
  if (citizenId === undefined && oldId === undefined) return false;
  const { numbers, name } = askedPerson(request);
  const same = numbers.map((number) => ({ number, known: number.length === 12 ? citizenId : oldId })).filter(({ known }) => known !== undefined);
  return same.length > 0 ? same.every(({ number, known }) => number === known) : isSameName(name, fullNameOf(HoVaTen));
}

/** One citizen at most, and the one who was asked for: a wrapper that mixes up its answers must not show anybody the record of another person. */
function onePerson(value: CongdanCollection, request: unknown): Classified<CongdanCollection> {
  if (value.CongDan.length > 1) return refused('LT-DANCU-AMBIGUOUS', String(value.CongDan.length));
  const [citizen] = value.CongDan;
  if (citizen === undefined) return { kind: 'accepted', response: value };
  if (fullNameOf(citizen.HoVaTen) === '') return refused('LT-DANCU-RECORD');
  return isAsked(citizen, request) ? { kind: 'accepted', response: value } : refused('LT-DANCU-OTHER-PERSON');
}

const DEFAULT_WORDS: Words = { answerCodes: ANSWER_CODES };

export const classifyLookUp = (result: WireResult, request: unknown, words: Words = DEFAULT_WORDS): Classified<CongdanCollection> =>
  classify(result, words, (reply) => (reply.kind === 'collection' ? onePerson(reply.value, request) : strange));

/** @param by how it was asked: a truth value answers the service, a record answers a look-up, and neither answers the other */
export const classifyVerify = (result: WireResult, request: unknown, by: 'service' | 'look-up', words: Words = DEFAULT_WORDS): Classified<VerifyAnswer> =>
  classify<VerifyAnswer>(result, words, (reply) => {
    if (by === 'service') return reply.kind === 'exists' ? { kind: 'accepted', response: { TonTai: reply.value } } : strange;
    return reply.kind === 'collection' ? onePerson(reply.value, request) : strange;
  });

export const classifyChanges = (result: WireResult, words: Words = DEFAULT_WORDS): Classified<CongdanCollection> =>
  classify(result, words, (reply) => (reply.kind === 'collection' ? { kind: 'accepted', response: reply.value } : strange));

/** What the element around the relatives is called is not known: a record with them, themselves alone, and a truth value are all taken. */
export const classifyRelatives = (result: WireResult, request: unknown, words: Words = DEFAULT_WORDS): Classified<NhanThanResponse> =>
  classify<NhanThanResponse>(result, words, (reply) => {
    if (reply.kind === 'relatives') return { kind: 'accepted', response: reply.value };
    if (reply.kind === 'exists') return { kind: 'accepted', response: { TonTai: reply.value } };
    if (reply.kind !== 'collection') return strange;
    const one = onePerson(reply.value, request);
    if (one.kind !== 'accepted' || !isCollection(one.response)) return one as Unaccepted;
    const [citizen] = one.response.CongDan;
    if (citizen === undefined) return { kind: 'accepted', response: { TonTai: false } };
    const { Cha, Me, VoChong, NguoiDaiDien, ChuHo } = citizen;
    return { kind: 'accepted', response: { TonTai: true, ...Object.fromEntries(Object.entries({ Cha, Me, VoChong, NguoiDaiDien, ChuHo }).filter(([, value]) => value !== undefined)) } };
  });
