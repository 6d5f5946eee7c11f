/** What answers of the land system mean: fact sheet 1.6a, 6.1 (the other way round) and 6.2, row by row. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { vbdlis } from '../../../adapters/vbdlis/adapter.ts';
import { classifyWrite, meaningOf, readReply, type LandWrite } from '../../../adapters/vbdlis/classify.ts';
import { DEFAULT_PHRASES } from '../../../adapters/vbdlis/codes.ts';
import { answered, failed } from '../../../src/adapter/fixtures.ts';
import type { AnyOperation, WireResult } from '../../../src/adapter/types.ts';
import { config } from './fixtures.ts';

const WRITES: readonly LandWrite[] = ['submit', 'submitTax', 'supplementDone', 'resultReturned', 'wrongResult'];
const envelope = (data: unknown, success: unknown, message: unknown = 'Thành công') => ({ data, status: { success, code: 200, type: 'x', time: '2025-03-04T08:15:02', message } });

/** The meaning of an accepted answer, else the outcome's kind and code. */
function verdict(operation: LandWrite, result: WireResult, own = config()): string {
  const known = vbdlis.operations[operation] as AnyOperation;
  const outcome = known.classify(result, undefined, own);
  if (outcome.kind !== 'accepted') return `${outcome.kind} ${outcome.kind === 'rejected' ? outcome.issues[0]?.code : outcome.issue.code}`;
  return (known.decode(outcome.response, [{ code: 'x' }], { config: own, remote: {}, now: () => 0, run: () => Promise.reject(new Error('nothing to ask')) }) as { meaning: string }).meaning;
}
const REFUSED = 'rejected LT-VBDLIS-REFUSED';

describe('an envelope', () => {
  it.each<[LandWrite, unknown, string]>([
    ['submit', envelope(1, true), 'ACCEPTED'],
    ['submit', envelope(1, false), 'ACCEPTED'],
    ['submit', envelope(0, false, 'Số biên nhận đã tồn tại'), 'ALREADY_EXISTS'],
    ['submit', { ...envelope(0, false, 'Lỗi'), detail: { vi: 'Hồ sơ ĐÃ TỒN TẠI trong hệ thống' } }, 'ALREADY_EXISTS'],
    ['submit', envelope(0, false, 'Số biên nhận đã tồn tại'.normalize('NFD')), 'ALREADY_EXISTS'],
    ['submit', envelope(0, true, 'Người tiếp nhận không tồn tại'), REFUSED],
    ['submit', envelope(0, null, null), REFUSED],
    ['submitTax', envelope(0, false, 'Hồ sơ đã tồn tại'), 'ALREADY_EXISTS'],
    ['supplementDone', envelope(1, true), 'ACCEPTED'],
    ['supplementDone', envelope(1, null), 'ACCEPTED'],
    ['supplementDone', envelope(1, false), REFUSED],
    ['supplementDone', envelope(0, false, 'Hồ sơ không chờ bổ sung'), 'NOT_WAITING'],
    ['supplementDone', envelope(0, false, ' hồ sơ KHÔNG chờ bổ sung '.normalize('NFD')), 'NOT_WAITING'],
    ['supplementDone', envelope(0, false, 'Lỗi: Hồ sơ không chờ bổ sung'), REFUSED],
    ['supplementDone', envelope(1, false, 'Hồ sơ không chờ bổ sung'), REFUSED],
    ['supplementDone', envelope(0, false, 'Số biên nhận đã tồn tại'), REFUSED],
    ['resultReturned', envelope(1, true), 'ACCEPTED'],
    ['resultReturned', envelope(1, false), REFUSED],
    ['resultReturned', envelope(0, false, 'Không tìm thấy hồ sơ!'), 'NOT_FOUND'],
    ['resultReturned', envelope(0, false, 'Hồ sơ không tồn tại'), 'NOT_FOUND'],
    ['resultReturned', envelope(0, false, 'Hồ sơ đã được trả kết quả'), 'ALREADY_RETURNED'],
    ['resultReturned', envelope(1, false, 'Hồ sơ đã được trả kết quả'), 'ALREADY_RETURNED'],
    ['resultReturned', envelope(0, false, 'Chưa kết thúc'), REFUSED],
    ['wrongResult', envelope(1, true), 'ACCEPTED'],
    ['wrongResult', envelope(1, false), REFUSED],
    ['wrongResult', envelope(0, false, 'Hồ sơ đã được trả'), REFUSED],
  ])('%s %j: %s', (operation, body, means) => expect(verdict(operation, answered(body))).toBe(means));

  it('may have its names in any case, its values as text, and any HTTP status', () => {
    for (const status of [200, 201, 400, 401, 404, 500, 502]) expect(verdict('submit', answered({ Data: '1', STATUS: { Success: 'True', Message: 'x' } }, status)), String(status)).toBe('ACCEPTED');
    expect(verdict('resultReturned', answered({ DATA: 0, Status: { SUCCESS: 'False', message: 'Không tìm thấy' } }, 500))).toBe('NOT_FOUND');
    expect(verdict('submit', answered({ data: 1, status: null }))).toBe('ACCEPTED');
    expect(verdict('supplementDone', answered({ data: 0 }))).toBe(REFUSED);
  });

  it('is told apart by the configured words', () => {
    const own = config({ phrases: { alreadyExists: ['TRÙNG SỐ BIÊN NHẬN'], notWaiting: ['Không ở trạng thái chờ'] } });
    expect(verdict('submit', answered(envelope(0, false, 'Lỗi: trùng số biên nhận'.normalize('NFD'))), own)).toBe('ALREADY_EXISTS');
    expect(verdict('submit', answered(envelope(0, false, 'đã tồn tại')), own)).toBe(REFUSED);
    expect(verdict('supplementDone', answered(envelope(0, false, 'không ở trạng thái chờ')), own)).toBe('NOT_WAITING');
    expect(verdict('resultReturned', answered(envelope(0, false, 'không tìm thấy')), own), 'a line that is not given stays ours').toBe('NOT_FOUND');
  });

  it('warns of what it says against itself, and of a dossier that is not there', () => {
    const told = (operation: LandWrite, body: unknown): string[] => {
      const warnings: string[] = [];
      const known = vbdlis.operations[operation] as AnyOperation;
      known.decode(body, [{ code: 'x' }], { config: config(), remote: {}, now: () => 0, run: () => Promise.reject(new Error('nothing to ask')), warn: ({ code }) => void warnings.push(code) });
      return warnings;
    };
    expect(told('submit', envelope(1, false))).toEqual(['LT-VBDLIS-CONTRADICTION']);
    expect(told('resultReturned', envelope(0, false, 'không tìm thấy'))).toEqual(['LT-VBDLIS-NOT-FOUND']);
    expect(told('submit', envelope(1, true))).toEqual([]);
  });

  it('never shows the words of the answer in an issue', () => {
    const outcome = classifyWrite('submit', answered(envelope(0, false, 'Trần Thị Ví Dụ 001199000001 không hợp lệ')));
    expect(JSON.stringify(outcome)).not.toMatch(/Ví Dụ|001199/);
  });
});

describe('no envelope', () => {
  const page = '<html><body>502 Bad Gateway</body></html>';
  it.each(WRITES)('%s: what may have taken effect is a lost reply', (operation) => {
    for (const result of [answered(page, 502), answered(page, 200), answered('', 200), answered({ message: 'x' }, 500), answered({ data: 'x' }, 200), answered([], 200), answered(page, 302), answered(page, 408), answered({ data: null, status: {} }), failed('after', 'READ_TIMEOUT'), failed('after', 'RESET'), failed('after', 'FILE_MISSING')]) {
      expect(verdict(operation, result), JSON.stringify(result)).toMatch(/^unknown LT-(UPSTREAM-LOST-REPLY|VBDLIS-ANSWER-SHAPE)$/);
    }
  });

  it.each(WRITES)('%s: what certainly did not is said so', (operation) => {
    expect(verdict(operation, failed('before', 'ECONNREFUSED'))).toBe('retry LT-UPSTREAM-UNREACHABLE');
    expect(verdict(operation, failed('before', 'LOGIN_REFUSED'))).toBe('retry LT-UPSTREAM-LOGIN-FAILED');
    expect(verdict(operation, failed('before', 'LOGIN_HTTP_500'))).toBe('retry LT-UPSTREAM-UNREACHABLE');
    expect(verdict(operation, failed('before', 'NOT_OFFERED'))).toBe('rejected LT-VBDLIS-NOT-OFFERED');
    expect(verdict(operation, failed('before', 'FILE_MISSING'))).toBe('rejected LT-VBDLIS-FILE-UNREADABLE');
    expect(verdict(operation, failed('before', 'FILE_UNREACHABLE'))).toBe('retry LT-VBDLIS-FILE-UNREADABLE');
    expect(verdict(operation, failed('before', 'FILE_TOO_LARGE'))).toBe('rejected LT-VBDLIS-FILE-SIZE');
    expect(verdict(operation, failed('before', 'FILE_TYPE'))).toBe('rejected LT-VBDLIS-FILE-TYPE');
    expect(verdict(operation, answered({ title: 'One or more validation errors occurred.' }, 400))).toBe('rejected LT-VBDLIS-HTTP');
    expect(verdict(operation, answered('Not Found', 404))).toBe('rejected LT-VBDLIS-HTTP');
    expect(verdict(operation, answered('Request Entity Too Large', 413))).toBe('rejected LT-VBDLIS-HTTP');
    expect(verdict(operation, answered('Unauthorized', 401))).toBe('retry LT-UPSTREAM-SESSION-REFUSED');
    expect((vbdlis.operations[operation] as AnyOperation).classify(answered('slow', 429, { 'retry-after': '7' }), undefined)).toMatchObject({ kind: 'retry', retryAfterMs: 7000 });
  });
});

describe('any answer', () => {
  const value = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.record({ data: fc.jsonValue({ maxDepth: 1 }), status: fc.jsonValue({ maxDepth: 2 }) }), fc.string());
  it('has an outcome; done is only what 6.2 calls done', () => {
    fc.assert(fc.property(fc.constantFrom(...WRITES), value, fc.integer({ min: 100, max: 599 }), (operation, body, status) => {
      const outcome = verdict(operation, answered(body, status));
      if (/^(retry|rejected|unknown) /.test(outcome)) return;
      const reply = readReply(body);
      expect(reply).toBeDefined();
      if (reply !== undefined) expect(meaningOf(operation, reply, DEFAULT_PHRASES)).toBe(outcome);
      expect(outcome).not.toBe('REJECTED');
    }), { seed: 7, numRuns: 500 });
  });
});

describe('a file', () => {
  const read = (result: WireResult): string => {
    const outcome = (vbdlis.operations.downloadFile as AnyOperation).classify(result, { link: 'x' });
    return outcome.kind === 'accepted' ? 'accepted' : `${outcome.kind} ${outcome.kind === 'rejected' ? outcome.issues[0]?.code : outcome.issue.code}`;
  };
  it.each<[WireResult, string]>([
    [answered({ sha256: 'a', bytes: 1 }), 'accepted'],
    [answered('x', 404), 'rejected LT-VBDLIS-DOWNLOAD'],
    [answered('x', 302), 'rejected LT-VBDLIS-DOWNLOAD'],
    [answered('x', 503), 'retry LT-UPSTREAM-SERVER-ERROR'],
    [answered('x', 429), 'retry LT-UPSTREAM-BUSY'],
    [failed('after', 'RESET'), 'retry LT-UPSTREAM-LOST-REPLY'],
    [failed('before', 'LINK_REFUSED'), 'rejected LT-VBDLIS-LINK'],
    [failed('before', 'FILE_UNREACHABLE'), 'retry LT-VBDLIS-FILE-UNREADABLE'],
    [failed('before', 'FILE_TOO_LARGE'), 'rejected LT-VBDLIS-FILE-SIZE'],
  ])('%j: %s', (result, means) => expect(read(result)).toBe(means));
});
