import { describe, expect, it } from 'vitest';
import { checkDossier, encodeDossier } from '../../../adapters/dvcqg/encode.ts';
import { operations } from '../../../adapters/dvcqg/operations.ts';
import { ValidationError } from '../../../src/contract/validate.ts';
import type { Dossier } from '../../../src/model/canonical.ts';
import { config, context, dossier } from './fixtures.ts';

const cfg = config();
const found = (d: Dossier, more: Record<string, unknown> = {}): string[] => checkDossier(d, config(more)).map((i) => `${i.severity === 'warning' ? 'warning ' : ''}${i.code} ${i.pointer}`);
const dates = (d: Dossier['dates']): Dossier['dates'] => ({ acceptedAt: '2025-07-01T01:30:00Z', ...d });

describe('cross-field checks before sending', () => {
  it('passes a dossier that is in order', () => expect(found(dossier())).toEqual([]));

  it.each([
    ['no reception', { status: 'PROCESSING' as const, dates: {} }, ['LT-DVCQG-FIELD-MISSING /dates/acceptedAt']],
    ['ends before it is received', { status: 'PROCESSING' as const, dates: dates({ resolvedAt: '2025-07-01T01:29:59Z' }) }, ['LT-DVCQG-DATES-ORDER /dates/resolvedAt']],
    ['ends in the second in which it is received', { status: 'PROCESSING' as const, dates: dates({ resolvedAt: '2025-07-01T01:30:00Z' }) }, []],
    ['finished without an end', { status: 'RESOLVED' as const, dates: dates({}) }, ['LT-DVCQG-FIELD-MISSING /dates/resolvedAt']],
    ['returned without end and return', { status: 'RETURNED' as const, dates: dates({}) }, ['LT-DVCQG-FIELD-MISSING /dates/resolvedAt', 'LT-DVCQG-FIELD-MISSING /dates/returnedAt']],
    ['refused without a refusal', { status: 'REJECTED' as const, dates: dates({}) }, ['LT-DVCQG-FIELD-MISSING /dates/rejectedAt']],
    ['held status', { status: 'UNKNOWN' as const }, ['LT-DVCQG-STATUS-HELD /status']],
    ['local procedure code', { procedure: { ...dossier().procedure, code: 'TT-01' } }, ['LT-DVCQG-PROCEDURE-CODE /procedure/code']],
    ['negative fee', { fees: [{ name: 'Phí', amount: -1 }] }, ['LT-DVCQG-AMOUNT /fees/0/amount']],
    ['fee with a fraction', { fees: [{ name: 'Phí', amount: 1.5 }] }, ['LT-DVCQG-AMOUNT /fees/0/amount']],
    ['database without a code', { linkedDatabases: ['dan-cu'] }, ['LT-DVCQG-DATABASE-CODE /linkedDatabases/0']],
    ['empty names', { agency: { code: 'H92', name: '' } }, ['LT-DVCQG-FIELD-MISSING /agency/name']],
    ['second supplement request', { history: [...dossier().history, { at: '2025-07-02T00:00:00Z', status: 'SUPPLEMENT_REQUIRED' as const, action: 'Yêu cầu bổ sung' }] }, ['warning LT-DVCQG-SECOND-SUPPLEMENT /supplements']],
    ['result without link', { results: [{ code: 'K', name: 'Kết quả', files: [] }] }, ['warning LT-DVCQG-RESULT-INCOMPLETE /results/0']],
    ['result without code', { results: [{ name: 'Kết quả', files: [{ name: 'k', url: 'https://tep.example.vn/k' }] }] }, ['warning LT-DVCQG-RESULT-INCOMPLETE /results/0']],
  ])('%s', (_what, change, expected) => expect(found(dossier(change))).toEqual(expected));

  it('lets a database pass once it has a code', () => expect(found(dossier({ linkedDatabases: ['dan-cu'] }), { databases: { 'dan-cu': '1' } })).toEqual([]));
  it('refuses incomplete results where the province wants that', () => {
    const d = dossier({ results: [{ name: 'Kết quả', files: [] }] });
    expect(found(d, { incompleteResults: 'refuse' })).toEqual(['LT-DVCQG-RESULT-INCOMPLETE /results/0']);
    expect(() => encodeDossier(d, cfg)).not.toThrow();
  });
  it('knows that the 2020 message cannot carry a refusal date', () => expect(found(dossier({ status: 'REJECTED', dates: dates({}) }), { profile: 'v1.4-2020' })).toEqual([]));

  it('throws everything at once, errors first, warnings after', () => {
    const d = dossier({ code: '', status: 'RETURNED', dates: {}, fees: [{ name: '', amount: -1 }], results: [{ name: 'K', files: [] }] });
    try {
      operations.syncDossier.encode([d], context(cfg));
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(ValidationError);
      expect((error as ValidationError).issues.map((i) => i.pointer)).toEqual(['/code', '/fees/0/amount', '/fees/0/name', '/dates/acceptedAt', '/dates/resolvedAt', '/dates/returnedAt', '/results/0']);
    }
  });
});

describe('which dossiers the portal hears of', () => {
  const { syncDossier, appendProgress } = operations;
  const planned = (d: Dossier, more: Record<string, unknown> = {}) => [syncDossier, appendProgress].map((op) => op.subscribe?.plan(d, config(more)).length);
  const waiting = (status: Dossier['status']) => dossier({ status, dates: { submittedAt: '2025-07-01T01:00:00Z' } });

  it('plans a snapshot and every step of a received one', () => expect(planned(dossier())).toEqual([1, 4]));
  it.each(['SUBMITTED', 'REJECTED', 'WITHDRAWN', 'SUPPLEMENT_REQUIRED'] as const)('holds %s back until the reception', (status) => {
    expect(planned(waiting(status))).toEqual([0, 0]);
    expect(planned(waiting(status), { beforeReception: 'report' })).toEqual([1, 4]);
    expect(planned(dossier({ status }))).toEqual([1, 4]);
  });
  it('plans what should have been received and was not: the issue must be seen', () => expect(planned(waiting('PROCESSING'))).toEqual([1, 4]));
  it('plans nothing of a draft, and an unknown status so that it is seen', () => {
    expect(planned(dossier({ status: 'DRAFT' }))).toEqual([0, 0]);
    expect(planned(dossier({ status: 'UNKNOWN' }))).toEqual([1, 4]);
  });
  it('leaves skipped steps out and keeps held ones', () => {
    const d = dossier({ history: [...dossier().history, { id: 'd', at: '2025-07-01T00:00:00Z', status: 'DRAFT', action: 'Soạn' }, { id: 'u', at: '2025-07-03T00:00:00Z', status: 'UNKNOWN', action: 'Khác' }] });
    expect(appendProgress.subscribe?.plan(d, cfg).map((p) => p.itemKey)).toEqual(['id:s1', 'id:s2', 'id:s3', 'id:s4', 'id:u']);
  });
  it('plans steps in the order of their time, and finds each again by its key', () => {
    const d = dossier({ history: [...dossier().history].reverse() });
    const keys = appendProgress.subscribe?.plan(d, cfg).map((p) => p.itemKey) ?? [];
    expect(keys).toEqual(['id:s1', 'id:s2', 'id:s3', 'id:s4']);
    expect(keys.map((key) => appendProgress.subscribe?.input(d, key)?.entry.id)).toEqual(['s1', 's2', 's3', 's4']);
    expect(appendProgress.subscribe?.input(d, 'id:nobody')).toBeUndefined();
  });
  it('sends steps only to a dossier that is there', () => {
    expect([appendProgress.needs?.({}), appendProgress.needs?.({ exists: true })]).toEqual([false, true]);
  });
});

describe('progress steps', () => {
  const encode = (entries: Dossier['history'], more: Record<string, unknown> = {}) =>
    operations.appendProgress.encode(entries.map((entry) => ({ dossierCode: 'H92.14-250701-0042', entry })), context(config(more))).data;

  it('writes all nine fields', () => {
    expect(encode(dossier().history.slice(2, 3))).toEqual([{
      MaHoSo: 'H92.14-250701-0042', NguoiXuLy: 'Lê Văn Mẫu', ChucDanh: 'Chuyên viên', ThoiDiemXuLy: '20250702101500', PhongBanXuLy: '', NoiDungXuLy: 'Hoàn thành xử lý', TrangThai: '9',
      NgayBatDau: '20250701140000', NgayKetThucTheoQuyDinh: '20250703170000',
    }]);
  });
  it('appends the note, or not', () => {
    const asked = dossier().history.slice(1, 2);
    expect(encode(asked)[0]?.NoiDungXuLy).toBe('Yêu cầu bổ sung - Thiếu giấy tờ');
    expect(encode(asked, { stepNote: 'omit' })[0]?.NoiDungXuLy).toBe('Yêu cầu bổ sung');
  });
  it('names an officer where the source does not, and cuts a long name', () => {
    const at = '2025-07-01T00:00:00Z';
    const [nobody, long] = encode([{ at, status: 'PROCESSING', action: '' }, { at, status: 'PROCESSING', action: 'x', actor: 'ă'.repeat(51) }]);
    expect(nobody).toMatchObject({ NguoiXuLy: 'Chuyên viên', NoiDungXuLy: 'Đang xử lý' });
    expect(long?.NguoiXuLy).toBe(`${'ă'.repeat(49)}…`);
  });
  it('holds one to ten steps of one dossier', () => {
    const entry = dossier().history[0] as Dossier['history'][number];
    const call = (codes: string[]) => () => operations.appendProgress.encode(codes.map((dossierCode) => ({ dossierCode, entry })), context(cfg));
    expect(call(Array.from({ length: 10 }, () => 'A'))).not.toThrow();
    expect(call(Array.from({ length: 11 }, () => 'A'))).toThrow(ValidationError);
    expect(call(['A', 'B'])).toThrow(ValidationError);
    expect(call([])).toThrow(ValidationError);
  });
  it('shows a held status as an issue at its step', () => {
    expect(() => encode([{ at: '2025-07-01T00:00:00Z', status: 'UNKNOWN', action: 'x' }])).toThrow('LT-DVCQG-STATUS-HELD at /0/entry/status');
  });
});
