import { describe, expect, it } from 'vitest';
import { configure } from '../../../adapters/opencps/config.ts';
import { decodeRecord } from '../../../adapters/opencps/decode.ts';
import { Dossier as isCanonical } from '../../../src/contract/generated/canonical.js';
import { isValidationError } from '../../../src/contract/validate.ts';
import { action, record, type AnyRecord } from './record.ts';

const config = configure({});
const decode = (changes: AnyRecord = {}, raw: unknown = {}) => decodeRecord(record(changes), raw === undefined ? config : configure(raw));
const warningsOf = (changes: AnyRecord, raw?: unknown): string[] => decode(changes, raw).warnings.map((w) => `${w.code} ${w.pointer}`);
function errorsOf(value: unknown): string[] {
  try {
    decodeRecord(value, config);
  } catch (error) {
    if (isValidationError(error)) return error.issues.map((i) => `${i.code} ${i.pointer}`);
    throw error;
  }
  return [];
}

describe('a complete record', () => {
  const { dossier, warnings } = decode();

  it('maps without a warning into what the canonical schema accepts', () => {
    expect(warnings).toEqual([]);
    expect(isCanonical(dossier)).toBe(true);
  });

  it('follows the mapping table', () => {
    expect(dossier).toMatchObject({
      code: 'H13.101-250701-0007', sourceSystem: 'opencps', sourceId: '4711', sourceUpdatedAt: '2025-07-07T02:30:00Z', source: 'PORTAL_LOCAL', channel: 'ONLINE',
      procedure: { code: '1.009906', name: 'Thay đổi hộ tịch', sector: { code: 'G15-HT99', name: 'Hộ tịch' }, level: 'FULL', caseCode: 'MAU-1' },
      agency: { code: 'H13.101' },
      applicant: {
        kind: 'CITIZEN', name: 'Nguyễn Thị Thử', ids: [{ type: 'CCCD', number: '092199999002', issuedOn: '2023-09-27' }], phone: '0900000001', email: 'thu@example.vn',
        address: { text: 'Số 1, khu vực 3', provinceCode: '92', communeCode: '31120', asOf: '2025-07-01' },
      },
      status: 'RETURNED', sourceStatus: { status: 'done' }, delivery: { method: 'COUNTER' },
      dates: {
        submittedAt: '2025-07-01T01:00:00Z', acceptedAt: '2025-07-01T01:15:00Z', dueAt: '2025-07-09T10:00:00Z', resolvedAt: '2025-07-04T03:00:00Z', returnedAt: '2025-07-07T02:30:00Z',
        supplementRequestedAt: '2025-07-02T02:00:00Z', supplementedAt: '2025-07-03T02:00:00Z',
      },
      components: [{ code: 'TP.1', name: 'Tờ khai', files: [{ id: '1', name: 'Tờ khai', url: 'https://tep.example.vn/1.pdf', size: 1000 }] }],
      results: [{ code: 'KQ.1', name: 'Trích lục', number: '12/KQ', issuedAt: '2025-07-04T03:00:00Z', files: [{ url: 'https://tep.example.vn/2.pdf' }] }],
      fees: [{ name: 'Lệ phí', type: 'LE_PHI', amount: 20_000 }],
      payments: [{ ref: '0000012', amount: 20_000, method: 'ONLINE', status: 'PAID', paidAt: '2025-07-01T01:15:00Z', provider: 'PayPlatDVCQG', platform: 'NATIONAL' }],
      step: { code: '400', name: 'Đã trả kết quả', assignees: ['cb.motcua01'] },
    });
    expect(dossier.applicant.address).not.toHaveProperty('districtCode');
  });

  it('makes the progress of the actions, with ids, and the supplement of the stay in waiting', () => {
    expect(dossier.history.map((h) => [h.id, h.status])).toEqual([
      ['11', 'SUBMITTED'], ['12', 'ACCEPTED'], ['13', 'PROCESSING'], ['14', 'SUPPLEMENT_REQUIRED'], ['15', 'PROCESSING'], ['16', 'RESOLVED'], ['17', 'RETURNED'],
    ]);
    expect(dossier.history[1]).toMatchObject({ at: '2025-07-01T01:15:00Z', action: 'Tiếp nhận', actor: 'Cán bộ mẫu', unit: 'Phòng mẫu', from: 'a', to: 'b12', dueAt: '2025-07-09T10:00:00Z' });
    expect(dossier.supplements).toEqual([
      { id: '14', requestedAt: '2025-07-02T02:00:00Z', requestedBy: 'Chuyên viên mẫu', reason: 'Bổ sung bản chụp rõ.', completedAt: '2025-07-03T02:00:00Z', receivedBy: 'Cán bộ mẫu' },
    ]);
  });

  it('keeps what no rule maps, verbatim', () => {
    expect(decode({ lockState: 'PAUSE', metaData: '{"a":1}', whatever: { deep: [1] }, empty: '' }).dossier.raw).toMatchObject({
      groupId: 55_301, referenceUid: '6a1f0f1e-0d6b-4f6e-9a55-0d5a4a1b2c3d', lockState: 'PAUSE', metaData: '{"a":1}', whatever: { deep: [1] },
    });
    expect(decode().dossier.raw).not.toHaveProperty('applicantName');
    expect(decode({ contactName: 'Người khác' }).dossier.raw).toMatchObject({ contactName: 'Người khác' });
  });
});

describe('what cannot be accepted', () => {
  it('refuses anything that is no record', () => {
    for (const value of [null, undefined, 'x', 7, [], [record()]]) expect(errorsOf(value)).toEqual(['LT-OPENCPS-NOT-A-RECORD ']);
  });

  it('names everything that an empty record lacks, at once', () => {
    expect(errorsOf({}).sort()).toEqual([
      'LT-OPENCPS-MISSING /applicantName', 'LT-OPENCPS-MISSING /dossierStatus', 'LT-OPENCPS-MISSING /govAgencyCode', 'LT-OPENCPS-MISSING /govAgencyName',
      'LT-OPENCPS-MISSING /serviceCode', 'LT-OPENCPS-MISSING /serviceName', 'LT-OPENCPS-NO-ID /dossierId', 'LT-OPENCPS-NO-NUMBER /dossierNo', 'LT-OPENCPS-NO-SECTOR /domainCode',
    ]);
  });

  it('points at wrong types wherever they are, beside the other faults', () => {
    const errors = errorsOf(record({
      applicantName: { first: 'x' }, online: [], actions: [action(1, '01/07/2025 08:00:00', 'receiving', 'Nộp'), 'text', { createDate: {} }], dossierFiles: 'none', receiveDate: '31/02/2025 08:00:00',
    }));
    expect(errors).toEqual(expect.arrayContaining([
      'LT-INPUT-TYPE /applicantName', 'LT-INPUT-TYPE /online', 'LT-INPUT-TYPE /actions/1', 'LT-INPUT-TYPE /actions/2/createDate', 'LT-INPUT-TYPE /dossierFiles', 'LT-OPENCPS-DATE /receiveDate', 'LT-OPENCPS-MISSING /applicantName',
    ]));
  });

  it.each([
    ['a day that does not exist', '31/02/2025 08:00:00'], ['an hour that does not exist', '01/07/2025 24:00:00'], ['a month first', '07/13/2025 08:00:00'],
    ['seconds instead of milliseconds', 1_751_329_825], ['words', 'hôm qua'], ['a number without end', 8.64e15], ['Liferay’s smallest long', -9_223_372_036_854_776_000], ['a fraction', 1_751_329_825_000.5],
  ])('refuses %s', (_, value) => {
    expect(errorsOf(record({ dueDate: value }))).toEqual(['LT-OPENCPS-DATE /dueDate']);
  });

  it('refuses money that is not whole đồng and texts longer than the model takes', () => {
    const payment = { feeAmount: -1, paymentAmount: 10.5, paymentStatus: 5 };
    expect(errorsOf(record({ payments: [payment], dossierName: 'x'.repeat(4001) }))).toEqual(['LT-OPENCPS-AMOUNT /payments/0/feeAmount', 'LT-OPENCPS-AMOUNT /payments/0/paymentAmount', 'LT-INPUT-LENGTH /dossierName']);
  });

  it('never repeats a value in an issue', () => {
    try {
      decodeRecord(record({ applicantIdNo: 'SECRET-1', receiveDate: 'SECRET-2', contactTelNo: 'SECRET-3', dossierStatus: { a: 'SECRET-4' } }), config);
      expect.fail('was accepted');
    } catch (error) {
      expect(JSON.stringify(error)).not.toContain('SECRET');
      expect(String((error as Error).message)).not.toContain('SECRET');
    }
  });
});

describe('dates', () => {
  const accepted = '2025-07-01T01:15:00Z';
  it.each([
    ['epoch milliseconds', Date.parse(accepted)], ['the same as text', String(Date.parse(accepted))], ['Liferay’s form', '01/07/2025 08:15:00'], ['Lucene’s form', '20250701081500'],
    ['dashes', '01-07-2025 08:15:00'], ['ISO in UTC', '2025-07-01T01:15:00.000Z'], ['ISO with offset', '2025-07-01T08:15:00+07:00'], ['ISO without zone', '2025-07-01T08:15:00'], ['SQL', '2025-07-01 08:15:00'],
  ])('reads %s', (_, value) => {
    expect(decode({ receiveDate: value }).dossier.dates.acceptedAt).toBe(accepted);
  });

  it.each([0, '0', '', null, undefined])('takes %j for absent', (value) => {
    expect(decode({ extendDate: value }).dossier.dates).not.toHaveProperty('dueHistory');
    expect(decode({ submitDate: value }).dossier.dates).not.toHaveProperty('submittedAt');
  });

  it('keeps the first due date when it was extended', () => {
    const { dates } = decode({ extendDate: '16/07/2025 17:00:00' }).dossier;
    expect(dates.dueAt).toBe('2025-07-16T10:00:00Z');
    expect(dates.dueHistory).toEqual([{ dueAt: '2025-07-09T10:00:00Z', changedAt: '2025-07-07T02:30:00Z', reason: 'extendDate' }]);
  });

  it('takes what the status asks for from the progress, and says so', () => {
    const { dossier, warnings } = decode({ receiveDate: 0, releaseDate: '', finishDate: null });
    expect(dossier.dates).toMatchObject({ acceptedAt: '2025-07-01T01:15:00Z', resolvedAt: '2025-07-04T03:00:00Z', returnedAt: '2025-07-07T02:30:00Z' });
    expect(warnings.map((w) => `${w.code} ${w.pointer}`)).toEqual(['LT-OPENCPS-DATE-DERIVED /receiveDate', 'LT-OPENCPS-DATE-DERIVED /releaseDate', 'LT-OPENCPS-DATE-DERIVED /finishDate']);
  });

  it('says what is missing when the progress does not tell either', () => {
    expect(warningsOf({ releaseDate: 0, finishDate: 0, actions: [] })).toEqual(['LT-OPENCPS-NO-HISTORY /actions', 'LT-OPENCPS-DATE-MISSING /releaseDate', 'LT-OPENCPS-DATE-MISSING /finishDate']);
    expect(warningsOf({ dossierStatus: 'denied', releaseDate: 0, finishDate: 0, actions: undefined })).toContain('LT-OPENCPS-DATE-MISSING /dossierStatus');
  });

  it('finds the refusal and the withdrawal in the progress', () => {
    const actions = [action(1, '01/07/2025 08:00:00', 'receiving', 'Nộp')];
    expect(decode({ dossierStatus: 'denied', actions: [...actions, action(2, '02/07/2025 08:00:00', 'denied', 'Từ chối', { actionNote: 'Không thuộc thẩm quyền.' })] }).dossier)
      .toMatchObject({ status: 'REJECTED', dates: { rejectedAt: '2025-07-02T01:00:00Z' }, statusReason: 'Không thuộc thẩm quyền.' });
    expect(decode({ dossierStatus: 'cancelled', cancellingDate: '05/07/2025 08:00:00', actions }).dossier.dates.withdrawnAt).toBe('2025-07-05T01:00:00Z');
  });

  it('warns of dates that contradict each other', () => {
    expect(warningsOf({ submitDate: '02/07/2025 08:00:00', releaseDate: '30/06/2025 08:00:00' })).toEqual(['LT-OPENCPS-DATE-ORDER /receiveDate', 'LT-OPENCPS-DATE-ORDER /releaseDate']);
  });
});

describe('status words', () => {
  it('keeps an unknown word verbatim and says UNKNOWN', () => {
    const { dossier, warnings } = decode({ dossierStatus: 'đang-treo', dossierSubStatus: 'lý do' });
    expect(dossier).toMatchObject({ status: 'UNKNOWN', sourceStatus: { status: 'đang-treo', subStatus: 'lý do' } });
    expect(warnings.map((w) => w.code)).toContain('LT-OPENCPS-STATUS-UNMAPPED');
    for (const word of ['constructor', '__proto__', 'toString', 'PROCESSING']) expect(decode({ dossierStatus: word }).dossier.status).toBe('UNKNOWN');
  });

  it('looks the pair up before the word, and warns of a pair that no rule names', () => {
    const raw = { statusMap: { 'processing/tax': { status: 'PAYMENT_REQUIRED', subStatus: 'TAX' }, 'đang-treo': 'STOPPED' } };
    const actions = [action(1, '01/07/2025 08:00:00', 'handover', 'Nhận')];
    expect(decode({ dossierStatus: 'processing', dossierSubStatus: 'tax', actions }, raw).dossier).toMatchObject({ status: 'PAYMENT_REQUIRED', subStatus: 'TAX' });
    expect(decode({ dossierStatus: 'đang-treo', actions }, raw).dossier.status).toBe('STOPPED');
    const other = decode({ dossierStatus: 'processing', dossierSubStatus: 'khac', actions }, raw);
    expect(other.dossier.status).toBe('PROCESSING');
    expect(other.warnings.map((w) => `${w.code} ${w.pointer}`)).toEqual(['LT-OPENCPS-SUBSTATUS-UNMAPPED /dossierSubStatus']);
  });
});

describe('progress', () => {
  it('reads newest-first and mixed lists, and actions that an export keeps under logs', () => {
    const steps = record()['actions'] as AnyRecord[];
    const expected = decode().dossier.history;
    expect(decode({ actions: [...steps].reverse() }).dossier.history).toEqual(expected);
    expect(decode({ actions: [], logs: steps }).dossier.history).toEqual(expected);
    expect(decode({ actions: steps, logs: [...steps, { dossierLogId: 1, author: 'Hệ thống', content: 'Đã gửi thông báo', createDate: '01/07/2025 08:00:01' }] }).dossier.history).toEqual(expected);
    expect(decode({ actions: [steps[3], steps[0], steps[2], steps[1], steps[6], steps[4], steps[5]] }).dossier.history).toEqual(expected);
  });

  it('makes one step of an action that the log repeats without an id, and adds what only the log has', () => {
    const steps = record()['actions'] as AnyRecord[];
    const expected = decode().dossier.history;
    const withoutId = steps.map(({ dossierActionId: _id, ...line }) => line);
    expect(decode({ actions: steps, logs: withoutId }).dossier.history).toEqual(expected);
    // The log is written after the action: a second later, in other words.
    const reworded = withoutId.map((line) => ({ ...line, actionName: 'ghi nhật ký', createDate: '01/07/2025 08:00:01' }));
    expect(decode({ actions: steps, logs: reworded }).dossier.history).toEqual(expected);
    const late = steps.map((line) => ({ ...line, createDate: '01/07/2025 08:00:01' }));
    expect(decode({ actions: steps, logs: late }).dossier.history).toEqual(expected);
    expect(decode({ actions: steps.slice(0, 3), logs: steps }).dossier.history).toEqual(expected);
    expect(decode({ actions: [], logs: withoutId }).dossier.history).toHaveLength(steps.length);
  });

  it('keeps steps of the same second in their true order, also from a newest-first list', () => {
    const same = '01/07/2025 08:15:00';
    const actions = [action(1, '01/07/2025 08:00:00', 'receiving', 'Nộp'), action(2, same, 'handover', 'Nhận'), action(3, same, 'processing', 'Chuyển')];
    const changes = { dossierStatus: 'processing', releaseDate: 0, finishDate: 0 };
    expect(decode({ ...changes, actions }).dossier.history.map((h) => h.id)).toEqual(['1', '2', '3']);
    expect(decode({ ...changes, actions: [...actions].reverse() }).dossier.history.map((h) => h.id)).toEqual(['1', '2', '3']);
  });

  it('asks the table of steps where an action does not carry its status, and the dossier for the last one', () => {
    const actions = [action(1, '01/07/2025 08:00:00', undefined, 'Nhận'), action(2, '01/07/2025 09:00:00', undefined, 'Chuyển'), action(3, '02/07/2025 09:00:00', undefined, 'Ký')];
    const changes = { actions, dossierStatus: 'releasing', finishDate: 0 };
    const { dossier, warnings } = decode(changes, { stepStatusMap: { b1: 'ACCEPTED' } });
    expect(dossier.history.map((h) => h.status)).toEqual(['ACCEPTED', 'UNKNOWN', 'RESOLVED']);
    expect(warnings.map((w) => `${w.code} ${w.pointer}`)).toEqual(['LT-OPENCPS-STEP-NO-STATUS /actions/1']);
  });

  it('leaves out what has not happened, and what has no time, with a warning', () => {
    const steps = record()['actions'] as AnyRecord[];
    expect(decode({ actions: [...steps, action(99, '08/07/2025 09:00:00', 'processing', 'Dự kiến', { state: 0 })] }).dossier.history).toHaveLength(7);
    const without = decode({ actions: [...steps, action(98, 0, 'done', 'Không giờ')] });
    expect(without.dossier.history).toHaveLength(7);
    expect(without.warnings.map((w) => `${w.code} ${w.pointer}`)).toEqual(['LT-OPENCPS-STEP-NO-TIME /actions/7']);
  });

  it('warns of moves outside the table and of a second supplement, pointing at the action', () => {
    const steps = record()['actions'] as AnyRecord[];
    const twice = [...steps.slice(0, 5), action(21, '03/07/2025 10:00:00', 'waiting', 'Yêu cầu bổ sung'), action(22, '03/07/2025 11:00:00', 'processing', 'Nhận'), ...steps.slice(5)];
    expect(warningsOf({ actions: twice })).toEqual(['LT-MODEL-HISTORY-SECOND-SUPPLEMENT /actions/5']);
    expect(decode({ actions: twice }).dossier.supplements).toHaveLength(2);
    expect(warningsOf({ actions: [...steps, action(30, '08/07/2025 10:00:00', 'processing', 'Mở lại')] })).toEqual(['LT-MODEL-STATUS-FINAL /actions/7']);
  });

  it('does not call a supplement complete when the dossier was withdrawn instead', () => {
    const actions = [...(record()['actions'] as AnyRecord[]).slice(0, 4), action(20, '03/07/2025 09:00:00', 'cancelled', 'Rút')];
    const { dossier } = decode({ actions, dossierStatus: 'cancelled', releaseDate: 0, finishDate: 0 });
    expect(dossier.supplements).toHaveLength(1);
    expect(dossier.supplements[0]).not.toHaveProperty('completedAt');
  });
});

describe('people, agencies, codes', () => {
  it('keeps names in NFC with their hyphens and apostrophes', () => {
    const name = 'K’Brêu Rơ-chăm H\'Lan';
    expect(decode({ applicantName: `  ${name.normalize('NFD')}\u200b ` }).dossier.applicant.name).toBe(name);
  });

  it('tells kinds of papers apart and keeps doubtful numbers', () => {
    const ids = (changes: AnyRecord) => decode(changes).dossier.applicant.ids[0];
    expect(ids({ applicantIdNo: '362000001' })).toMatchObject({ type: 'CMND' });
    expect(ids({ applicantIdNo: 'B1234567' })).toMatchObject({ type: 'PASSPORT' });
    expect(ids({ applicantIdType: 'business', applicantIdNo: '9300000014' })).toMatchObject({ type: 'TAX_CODE' });
    expect(ids({ applicantIdType: 'business', applicantIdNo: '092199999002' })).toMatchObject({ type: 'CCCD' });
    expect(decode({ applicantIdType: 'business' }).dossier.applicant.kind).toBe('BUSINESS');
    expect(ids({ applicantIdNo: '92199999002' })).toMatchObject({ number: '92199999002' });
    expect(warningsOf({ applicantIdNo: '92199999002' })).toEqual(['LT-OPENCPS-IDENTITY /applicantIdNo']);
    expect(warningsOf({ applicantIdType: 'business', applicantIdNo: '9300000015' })).toEqual(['LT-OPENCPS-IDENTITY /applicantIdNo']);
    expect(warningsOf({ applicantIdType: 'constructor' })).toEqual(['LT-OPENCPS-CODE-UNMAPPED /applicantIdType']);
    expect(warningsOf({ contactTelNo: 'gọi sau' })).toEqual(['LT-OPENCPS-PHONE /contactTelNo']);
  });

  it('reads agency codes in both spellings', () => {
    expect(decode({ govAgencyCode: '000.00.19.H26' }).dossier.agency).toMatchObject({ code: 'H26.19', legacyCode: '000.00.19.H26' });
    expect(decode({ govAgencyCode: 'H26.19' }).dossier.agency).toMatchObject({ code: 'H26.19', legacyCode: '000.00.19.H26' });
    expect(warningsOf({ govAgencyCode: 'SOTUPHAP' })).toEqual(['LT-OPENCPS-AGENCY-CODE /govAgencyCode']);
    expect(decode({ govAgencyCode: 'H99.14', dossierNo: 'H99.14-250701-0001' }, { extraLevel1: ['H99'] }).warnings).toEqual([]);
  });

  it('normalises a number as printed in Word and keeps the original', () => {
    const { dossier } = decode({ dossierNo: 'h13.101–250701–0007' });
    expect(dossier.code).toBe('H13.101-250701-0007');
    expect(dossier.raw).toMatchObject({ dossierNo: 'h13.101–250701–0007' });
    expect(warningsOf({ dossierNo: 'HS/2025/77' })).toEqual(['LT-OPENCPS-NUMBER-FORM /dossierNo']);
    expect(decode({ dossierNo: 'HS/2025/77' }).dossier.code).toBe('HS/2025/77');
    expect(errorsOf(record({ dossierNo: 'Hồ sơ 77' }))).toEqual(['LT-OPENCPS-NUMBER-FORM /dossierNo']);
  });

  it('takes the number of the national portal from referenceUid', () => {
    expect(decode({ referenceUid: '000.00.00.G22-250701-0042' }).dossier).toMatchObject({ nationalCode: '000.00.00.G22-250701-0042', source: 'PORTAL_NATIONAL' });
  });

  it('maps local procedures by configuration; without a row the codes are equal', () => {
    const raw = { procedures: { 'HT-06': { code: '1.009906', sector: { code: 'G15-HT99' }, level: 'PARTIAL' }, X: '1.000105' } };
    expect(decode({ serviceCode: 'HT-06', domainCode: '', domainName: '', serviceLevel: undefined }, raw).dossier.procedure)
      .toEqual({ code: '1.009906', localCode: 'HT-06', name: 'Thay đổi hộ tịch', sector: { code: 'G15-HT99' }, level: 'PARTIAL', caseCode: 'MAU-1' });
    expect(decode({ serviceCode: 'X' }, raw).dossier.procedure).toMatchObject({ code: '1.000105', localCode: 'X' });
    expect(decode({ serviceCode: '1.000105.000.00.00.H38' }).dossier.procedure).toMatchObject({ code: '1.000105', localCode: '1.000105.000.00.00.H38' });
    expect(warningsOf({ serviceCode: 'KHAC' })).toEqual(['LT-OPENCPS-PROCEDURE-UNMAPPED /serviceCode']);
  });

  it('tells channel and origin', () => {
    const at = (changes: AnyRecord) => {
      const { source, channel } = decode(changes).dossier;
      return `${source}/${channel}`;
    };
    expect(at({ online: false, originality: 3 })).toBe('COUNTER/COUNTER');
    expect(at({ online: 'false', originality: 3, fromViaPostal: 2 })).toBe('POSTAL/POSTAL');
    expect(at({ online: 'true', originality: '-1' })).toBe('PORTAL_LOCAL/ONLINE');
    expect(at({ online: 1, originality: 2 })).toBe('INTERCONNECTED/ONLINE');
  });

  it('reads the return by post', () => {
    const { dossier } = decode({ viaPostal: '3', postalServiceName: 'VNPost', postalAddress: 'Số 2', postalWardCode: '31120', postConnect: { orderNumber: 'VN1' } });
    expect(dossier.delivery).toEqual({ method: 'POST', status: 'SENT', provider: 'VNPost', orderNo: 'VN1', address: { text: 'Số 2', communeCode: '31120', asOf: '2025-07-01' } });
  });

  it('names a delegate', () => {
    expect(decode({ delegateName: 'Trần Văn Mẫu', delegateIdNo: '092088999001', delegateTelNo: '0900000002' }).dossier.delegate)
      .toEqual({ kind: 'CITIZEN', name: 'Trần Văn Mẫu', ids: [{ type: 'CCCD', number: '092088999001' }], phone: '0900000002' });
  });
});

describe('files and payments', () => {
  const file = (more: AnyRecord): AnyRecord => ({ dossierFileId: 9, referenceUid: 'uid-9', dossierPartNo: 'TP1', dossierPartType: '1', fileTemplateNo: 'TP.1', displayName: 'Tờ khai', fileUrl: 'https://tep.example.vn/9.pdf', ...more });

  it('puts the files of one part together and leaves out the office’s own', () => {
    const { dossier } = decode({ dossierFiles: [file({}), file({ dossierFileId: 10, displayName: 'Trang 2', removed: 'true' }), file({ dossierPartType: 3 }), file({ dossierPartNo: 'TP2', displayName: 'Bản sao' })] });
    expect(dossier.components.map((c) => [c.name, c.files.length])).toEqual([['Tờ khai', 2], ['Bản sao', 1]]);
    expect(dossier.components[0]?.files[1]?.deleted).toBe(true);
  });

  it('calls papers digitised when they came over the counter and have a file here', () => {
    expect(decode({ online: false }).dossier).toMatchObject({ flags: { hasDigitizedComponents: true }, components: [{ digitization: 'DIGITIZED' }] });
    expect(decode({ online: true }).dossier).not.toHaveProperty('flags');
  });

  it('makes addresses by configuration and never passes on what is not http', () => {
    const raw = { fileUrl: 'https://motcua.example.vn/dossiers/{dossierId}/files/{referenceUid}' };
    const url = (changes: AnyRecord, config: unknown) => decode({ dossierFiles: [file(changes)] }, config).dossier.components[0]?.files[0]?.url;
    expect(url({ fileUrl: '' }, raw)).toBe('https://motcua.example.vn/dossiers/4711/files/uid-9');
    expect(url({ fileUrl: 'javascript:alert(1)' }, {})).toBeUndefined();
    expect(url({ fileUrl: 'file:///etc/passwd' }, {})).toBeUndefined();
    expect(warningsOf({ dossierFiles: [file({ fileUrl: '' })] })).toEqual(['LT-OPENCPS-FILE-ADDRESS /dossierFiles/0']);
  });

  it('maps paper codes by configuration', () => {
    const codes = (raw: unknown) => decode({}, raw).dossier.components[0]?.code;
    expect(codes({ papers: { 'TP.1': '000.00.00.G15-KQ0001' } })).toBe('000.00.00.G15-KQ0001');
    expect(codes({ papers: { 'TP.1': '' } })).toBeUndefined();
  });

  it('reads fees by kind, and a payment that is only reported counts as open', () => {
    const payment = { paymentFileId: 6, feeAmount: '10000', serviceAmount: 5000.0, shipAmount: 30_000, advanceAmount: 1000, paymentAmount: 45_000, paymentStatus: 3, paymentMethod: 'KeyPay', confirmDatetime: '01/07/2025 08:15:00' };
    const { fees, payments } = decode({ payments: [payment] }).dossier;
    expect(fees.map((f) => [f.type, f.amount])).toEqual([['LE_PHI', 10_000], ['PHI', 5000], ['OTHER', 30_000]]);
    expect(payments).toEqual([{ amount: 45_000, method: 'ONLINE', status: 'PENDING', ref: '6', provider: 'KeyPay', platform: 'PROVINCE' }]);
    expect(decode({ payments: [{ ...payment, paymentStatus: 5, paymentMethod: 'Tiền mặt' }] }).dossier.payments[0]).toMatchObject({ method: 'CASH', status: 'PAID' });
    expect(warningsOf({ payments: [{ ...payment, paymentStatus: 8, paymentMethod: 'vàng' }] })).toEqual(['LT-OPENCPS-CODE-UNMAPPED /payments/0/paymentStatus', 'LT-OPENCPS-CODE-UNMAPPED /payments/0/paymentMethod']);
  });
});
