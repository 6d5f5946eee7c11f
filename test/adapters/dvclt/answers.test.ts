/** What answers mean (fact sheet 3.2, 3.5, 3.7, 6.2): words before HTTP, denials before what they deny. */
import { describe, expect, it } from 'vitest';
import { classifyAcknowledge, classifyList, classifyPush, classifyResults, classifyStatus } from '../../../adapters/dvclt/classify.ts';
import { meaningOf, says, STATUS_RULES, wordsOf } from '../../../adapters/dvclt/phrases.ts';
import type { WireResult } from '../../../src/adapter/types.ts';
import { config } from './fixtures.ts';

const answer = (body: unknown, status = 200): WireResult => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { kind: 'response', status, headers: {}, body: typeof body === 'string' ? undefined : body, text, durationMs: 1 };
};
const seen = (outcome: { kind: string; issues?: readonly { code: string }[]; issue?: { code: string } }): string => [outcome.kind, outcome.issues?.[0]?.code ?? outcome.issue?.code].filter(Boolean).join(' ');
const title = (words: string): unknown => ({ title: words, status: 200, errors: null });

describe('K7', () => {
  it.each<[string, string]>([
    ['Cập nhật trạng thái thành công', 'accepted'],
    ['Hồ sơ đã tồn tại trong Một cửa điện tử', 'accepted'],
    ['Hồ sơ bị từ chối. Không thể cập nhật trạng thái', 'accepted'],
    ['Hồ sơ không tồn tại', 'accepted'],
    ['Hồ sơ đã trả kết quả, không được cập nhật trạng thái', 'accepted'],
    ['Hồ sơ đã hoàn thành đăng ký, không được cập nhật trạng thái', 'accepted'],
    ['Hồ sơ đã có kết quả xử lý. Không thể cập nhật', 'accepted'],
    ['Cập nhật không thành công', 'retry LT-DVCLT-ANSWER'],
    ['Cập nhật chưa thành công', 'retry LT-DVCLT-ANSWER'],
    ['Hồ sơ chưa cập nhật trạng thái trước đó', 'retry LT-DVCLT-ORDER'],
    ['Hồ sơ chưa được gửi không thể cập nhật trạng thái', 'retry LT-DVCLT-ORDER'],
    ['Có lỗi trong quá trình thêm mới', 'retry LT-DVCLT-ANSWER'],
    ['Client received SOAP Fault from server', 'retry LT-DVCLT-ANSWER'],
    ['Logic xử lý không hợp lệ', 'rejected LT-DVCLT-LOGIC'],
    ['Điều gì đó khác', 'retry LT-DVCLT-ANSWER'],
  ])('%s: %s', (words, meaning) => {
    expect(seen(classifyStatus(answer(title(words))))).toBe(meaning);
    // In any case, decomposed, and as a refusal of one field.
    expect(seen(classifyStatus(answer({ status: 400, errors: { soHoSoLT: [words.toUpperCase().normalize('NFD')] } }, 400)))).toBe(meaning);
    // A text that no rule knows and that is no JSON may be a page of anybody: whether it was heard is open.
    expect(seen(classifyStatus(answer(words)))).toBe(meaningOf(words, STATUS_RULES) === undefined ? 'unknown LT-DVCLT-ANSWER' : meaning);
  });
  it('the rule that could never match at the source is in lower case and does', () => {
    expect(meaningOf('Hồ sơ đã có kết quả xử lý. Không thể sửa', STATUS_RULES)).toBe('gone');
  });
  it('a province’s own rule goes first', () => {
    const { statusRules } = config({ statusRules: [{ says: 'Điều gì đó', means: 'failed' }] });
    expect(seen(classifyStatus(answer(title('Điều gì đó khác')), statusRules))).toBe('rejected LT-DVCLT-LOGIC');
  });
  it.each<[string, WireResult, string]>([
    ['a page with 502', answer('<html>', 502), 'unknown LT-UPSTREAM-LOST-REPLY'],
    ['"server error" with 500 says that it failed', answer({ title: 'Internal Server Error' }, 500), 'retry LT-DVCLT-ANSWER'],
    ['401', answer('', 401), 'retry LT-UPSTREAM-SESSION-REFUSED'],
    ['429', answer('', 429), 'retry LT-UPSTREAM-BUSY'],
    ['a cut line', { kind: 'failure', sent: 'after', code: 'RESET', durationMs: 1 }, 'unknown LT-UPSTREAM-LOST-REPLY'],
    ['nobody there', { kind: 'failure', sent: 'before', code: 'ECONNREFUSED', durationMs: 1 }, 'retry LT-UPSTREAM-UNREACHABLE'],
    ['a file that is gone', { kind: 'failure', sent: 'before', code: 'FILE_MISSING', durationMs: 1 }, 'rejected LT-UPSTREAM-FILE-UNREADABLE'],
  ])('%s', (_name, result, meaning) => expect(seen(classifyStatus(result))).toBe(meaning));
});

describe('K5', () => {
  const reply = (status: unknown, more: Record<string, unknown> = {}): unknown => ({ status, statusDescription: 'x', errorCode: null, errorDescription: null, ...more });
  it.each<[string, WireResult, string]>([
    ['1 as text', answer(reply('1')), 'accepted'],
    ['1 as a number', answer(reply(1)), 'accepted'],
    ['taken before', answer(reply('0', { errorCode: 'E1', errorDescription: 'Hồ sơ ĐÃ ĐƯỢC TIẾP NHẬN' })), 'accepted'],
    ['"chưa được tiếp nhận" is no such thing', answer(reply('0', { errorDescription: 'Hồ sơ chưa được tiếp nhận' })), 'rejected LT-DVCLT-REFUSED'],
    ['refused data', answer(reply('0', { errorCode: '302' })), 'rejected LT-DVCLT-REFUSED'],
    ['a code that is a word of JavaScript', answer(reply('0', { errorCode: 'constructor' })), 'rejected LT-DVCLT-REFUSED'],
    ['who calls is not known', answer(reply(0, { errorCode: 100 })), 'retry LT-DVCLT-CALLER'],
    ['the envelope of 2025', answer({ title: 'Lỗi', errors: 'Câu một.nCâu hai.', status: 500, inputSend: '{}' }, 500), 'rejected LT-DVCLT-REFUSED'],
    ['what was sent, said back, is no answer', answer({ title: 'Lỗi', errors: 'Sai.', status: 500, inputSend: 'đã được tiếp nhận' }, 500), 'rejected LT-DVCLT-REFUSED'],
    ['a page with 200', answer('<html>'), 'unknown LT-DVCLT-ANSWER'],
    ['502', answer('bad', 502), 'unknown LT-UPSTREAM-LOST-REPLY'],
  ])('%s', (_name, result, meaning) => expect(seen(classifyPush(result))).toBe(meaning));
  it('shows the meaning of a code and no word of the answer', () => {
    expect(JSON.stringify(classifyPush(answer(reply('0', { errorCode: '302', errorDescription: 'Đỗ Minh Thử sai' }))))).toMatch(/DATA_TYPE_INVALID/);
    expect(JSON.stringify(classifyPush(answer(reply('0', { errorCode: '302', errorDescription: 'Đỗ Minh Thử sai' }))))).not.toContain('Minh');
  });
});

describe('the questions', () => {
  it.each<[string, WireResult, string]>([
    ['rows', answer({ data: [] }), 'accepted'], ['none', answer({ data: null }), 'accepted'], ['something else', answer({ rows: [] }), 'retry LT-DVCLT-ANSWER'],
    ['404', answer('', 404), 'rejected LT-DVCLT-HTTP'], ['500', answer('', 500), 'retry LT-UPSTREAM-SERVER-ERROR'],
  ])('a list: %s', (_name, result, meaning) => expect(seen(classifyList(result))).toBe(meaning));
  it('results: 0 with rows is an answer, 0 without is none', () => {
    expect([seen(classifyResults(answer({ status: 0, value: [] }))), seen(classifyResults(answer({ status: 0, statusDescription: 'lỗi', value: null })))]).toEqual(['accepted', 'retry LT-DVCLT-ANSWER']);
  });
  it('an acknowledgement by its words alone, in JSON or plain, escaped or not', () => {
    for (const text of ['Cập nhật thành công', '{"message":"C\\u1eadp nh\\u1eadt th\\u00e0nh c\\u00f4ng"}']) {
      const body: unknown = text.startsWith('{') ? JSON.parse(text) : undefined;
      expect(seen(classifyAcknowledge({ kind: 'response', status: 200, headers: {}, body, text, durationMs: 1 }))).toBe('accepted');
    }
    expect(seen(classifyAcknowledge(answer({ message: 'Đã lưu' })))).toBe('retry LT-DVCLT-ANSWER');
  });
});

it('a phrase that is denied right before it is not said; one that is said elsewhere too is', () => {
  expect([says('Không  thành công', 'thành công'), says('Lần 1 không thành công, lần 2 thành công', 'thành công')]).toEqual([false, true]);
  expect(wordsOf({ a: [{ b: 'x' }], c: 1 }, 'y')).toBe('x');
});
