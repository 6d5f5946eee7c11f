import { describe, expect, it } from 'vitest';
import { ANSWER_RULES } from '../../../adapters/dvcqg/answer-rules.ts';
import { claimsSuccess, errorCodeOf, meaningOf, readEnvelope } from '../../../adapters/dvcqg/answer.ts';
import { retryAfterOf } from '../../../src/adapter/retry-after.ts';
import { operations } from '../../../adapters/dvcqg/operations.ts';
import type { WireResult } from '../../../src/adapter/types.ts';
import { answered, config, context, dossier, failed } from './fixtures.ts';

const cfg = config();
const create = operations.syncDossier.encode([dossier()], context(cfg));
const update = { ...create, isUpdating: 'True' as const };
const refusal = (message: string, code: number | string = 1) => answered({ error_code: code, message });

describe('what came back, and what it means', () => {
  it('takes for a refused login only what speaks of the login', () => {
    const refused = ['Session expired', 'The session has expired', 'Invalid session', 'Session not found', 'Session không hợp lệ', 'Session đã hết hạn', 'Session không tồn tại', 'Token hết hạn', 'Phiên làm việc không hợp lệ', 'Phiên đăng nhập không tồn tại', 'Vui lòng đăng nhập lại', 'Unauthorized'];
    expect(refused.filter((message) => meaningOf(message) !== 'session')).toEqual([]);
    const other = ['could not commit: Hibernate Session was already closed', 'Hibernate session is invalid', 'Lỗi lưu session vào cơ sở dữ liệu', 'Database session has expired', 'Session timed out', 'Phiên làm việc: Read timed out'];
    expect(other.filter((message) => meaningOf(message) === 'session')).toEqual([]);
  });

  it('never repeats the text of the portal in an issue: it may name a person', () => {
    const outcome = operations.syncDossier.classify(refusal('Hồ sơ của Trần Thị Mẫu không hợp lệ', 9), create);
    expect(JSON.stringify(outcome)).not.toContain('Mẫu');
    expect(JSON.stringify(outcome)).toContain('error_code 9');
  });

  it('reads Retry-After in seconds, a day at the most', () => {
    expect([undefined, '', 'Wed, 21 Oct 2026 07:28:00 GMT', '-5', '99999999'].map((v) => retryAfterOf(v === undefined ? {} : { 'retry-after': v }))).toEqual([undefined, undefined, undefined, undefined, 86_400_000]);
  });
});

describe('create and update contradicted', () => {
  const { amend } = operations.syncDossier;
  const exists = 'Hồ sơ H92.14-250701-0042 đã tồn tại trên hệ thống';
  it.each<[string, WireResult, 'True' | 'False' | undefined, 'True' | 'False' | undefined]>([
    ['exists', refusal(exists), 'True', undefined],
    ['exists, decomposed', refusal(exists.normalize('NFD')), 'True', undefined],
    ['exists, capitals', refusal(exists.toUpperCase()), 'True', undefined],
    ['code 3 without words', answered({ error_code: '3' }), 'True', undefined],
    ['code -3 without words', answered({ error_code: -3 }), 'True', undefined],
    ['code 3 about something else', refusal('Phiên làm việc hết hạn', 3), undefined, undefined],
    ['absent', refusal('Hồ sơ H92.14-250701-0042 không tồn tại trên hệ thống'), undefined, 'False'],
    ['not yet there', refusal('Hồ sơ chưa tồn tại'), undefined, 'False'],
    ['no longer there is not "exists"', refusal('Hồ sơ đã không tồn tại'), undefined, 'False'],
    ['the procedure is absent, not the dossier', refusal('Mã thủ tục 1.009999 không tồn tại'), undefined, undefined],
    ['a duplicate account is not a duplicate dossier', refusal('Tài khoản này đã tồn tại'), undefined, undefined],
    ['success', answered({ error_code: 0, message: exists }), undefined, undefined],
    ['an error page', answered(exists, 500), undefined, undefined],
    ['nothing', failed('after', 'RESET'), undefined, undefined],
  ])('%s', (_what, result, forCreate, forUpdate) => {
    expect(amend?.(result, create)?.isUpdating).toBe(forCreate);
    expect(amend?.(result, update)?.isUpdating).toBe(forUpdate);
  });
  it('keeps everything else of the request', () => expect(amend?.(refusal(exists), create)).toEqual(update));
});
describe('TraCuuHoSo: exists, absent or unknown', () => {
  const request = operations.findDossier.encode([{ code: 'A' }], context(cfg));
  const answer = (result: WireResult): unknown => {
    const outcome = operations.findDossier.classify(result, request);
    if (outcome.kind !== 'accepted') return outcome.kind;
    return operations.findDossier.decode(outcome.response, [{ code: 'A' }], context(cfg));
  };
  it.each<[string, WireResult, unknown]>([
    ['an item', answered({ error_code: 0, result: [{ MaHoSo: 'A', TrangThaiHoSo: 4 }] }), { exists: true, status: '4' }],
    ['an item of unknown shape', answered({ error_code: '0', result: [{ x: 1 }] }), { exists: true }],
    ['a list inside data', answered({ error_code: 0, result: { data: [{ MaHoSo: 'A' }] } }), { exists: true }],
    ['an empty list', answered({ error_code: 0, result: [] }), { exists: false }],
    ['an empty list inside data', answered({ error_code: 0, result: { data: [] } }), { exists: false }],
    ['said in words', refusal('Hồ sơ không tồn tại'), { exists: false }],
    ['said in words with a zero', answered({ error_code: 0, message: 'Không tìm thấy hồ sơ', result: null }), { exists: false }],
    ['only other dossiers', answered({ error_code: 0, result: [{ MaHoSo: 'B' }] }), 'unknown'],
    ['no list', answered({ error_code: 0 }), 'unknown'],
    ['null', answered({ error_code: 0, result: null }), 'unknown'],
    ['an error is not "absent"', refusal('Sai dữ liệu', 9), 'unknown'],
    ['an error page is not "absent"', answered('<html></html>', 502), 'retry'],
    ['a timeout is not "absent"', failed('after', 'READ_TIMEOUT'), 'retry'],
  ])('%s', (_what, result, expected) => expect(answer(result)).toEqual(expected));
});

describe('reading envelopes', () => {
  it('takes error codes by number, and nothing else for zero', () => {
    expect([0, '0', '00', ' 0 ', -3, '-3', '+1'].map(errorCodeOf)).toEqual([0, 0, 0, 0, -3, -3, 1]);
    expect(['', ' ', null, undefined, false, [], {}, '0x0', '1e3', 0.5, NaN, Infinity].map(errorCodeOf).every((c) => c === undefined)).toBe(true);
  });
  it('stops unwrapping', () => {
    let text = '{"error_code":0,"result":[1]}';
    for (let i = 0; i < 8; i += 1) text = JSON.stringify({ error_code: 0, message: text });
    expect(readEnvelope(text)?.code).toBe(0);
  });
  it('does not claim success where it is denied', () => {
    expect(['Đồng bộ thành công', 'THÀNH CÔNG', 'thành công'.normalize('NFD')].map(claimsSuccess)).toEqual([true, true, true]);
    expect(['Đồng bộ không thành công', 'chưa thành công', 'lỗi', '', undefined].some(claimsSuccess)).toBe(false);
  });
  it('has a source for every rule, and each rule is reachable', () => {
    const sample = { exists: 'đã tồn tại', absent: 'không tồn tại', session: 'session expired', busy: 'quá tải', broken: 'System error', lost: 'timeout' };
    for (const rule of ANSWER_RULES) {
      expect(rule.source).toMatch(/\[[ABC]\]/);
      expect(meaningOf(sample[rule.meaning])).toBe(rule.meaning);
    }
  });
  it('is quick on a text made to be slow', () => {
    expect(meaningOf('thu tuc '.repeat(499))).toBeUndefined();
    expect(meaningOf('đã tồn tại'.padEnd(5_000))).toBeUndefined();
  });
});
