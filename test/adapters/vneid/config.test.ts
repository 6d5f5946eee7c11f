import { describe, expect, it } from 'vitest';
import { vneid } from '../../../adapters/vneid/adapter.ts';
import { advise, configure, DEFAULTS } from '../../../adapters/vneid/config.ts';
import { isLltpStatus, STATUS_CODES, statusCode, statusName, type LltpStatus } from '../../../adapters/vneid/codes.ts';
import { issue } from '../../../src/contract/errors/issue.ts';
import { ValidationError } from '../../../src/contract/validate.ts';
import { DOSSIER_STATUSES } from '../../../src/model/canonical.ts';
import { checkTotal } from '../../../src/model/code-table.ts';
import { config, RAW } from './samples.ts';

const refused = (more: Record<string, unknown>): string[] => {
  try {
    configure({ ...RAW, ...more });
    return [];
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    return error.issues.map(({ code, pointer }) => `${code} ${pointer ?? ''}`);
  }
};

describe('configuration', () => {
  it('fills what need not be given', () => {
    expect(config()).toMatchObject({ system: 'vneid', reportPath: '/v2/lyLichTuPhap/traKetQuaHoSoLLTP', gateway: { kind: 'none' }, codes: { first: 1, unknown: 'refuse' }, termDays: 8, interruptedRetryMs: 420_000, backend: { baseUrl: RAW.baseUrl, pollEveryMs: 900_000, refusals: 'ignore' } });
    const { backend: _, ...alone } = RAW;
    expect(configure(alone).backend.kind).toBe('none');
    expect(DEFAULTS.withoutCertificate).toBe('wait');
  });
  it.each([
    ['an unknown key', { autKey: 'x' }, ['LT-CONFIG-UNKNOWN-KEY /autKey']],
    ['a backend without its addresses', { backend: { kind: 'btp' } }, ['LT-CONFIG-REQUIRED /backend/pushPath', 'LT-CONFIG-REQUIRED /backend/resultPath', 'LT-CONFIG-REQUIRED /backend/authKey']],
    ['http to another machine', { baseUrl: 'http://lgsp.example.vn' }, ['LT-CONFIG-VALUE /baseUrl']],
    ['http to the software', { backend: { ...RAW.backend, baseUrl: 'http://btp.example.vn' } }, ['LT-CONFIG-VALUE /backend/baseUrl']],
    ['an old secret without a new one', { codeGet: undefined, previousCodeGet: 'ma-bi-mat-cu' }, ['LT-CONFIG-REQUIRED /codeGet']],
    ['a gateway of half a kind', { gateway: { kind: 'jwt', auth: 'x' } }, ['LT-CONFIG-REQUIRED /gateway/tokenUrl']],
    ['half a client certificate', { tls: { certFile: '/a.pem' } }, ['LT-CONFIG-REQUIRED /tls/keyFile']],
  ])('refuses %s', (_what, more, issues) => expect(refused(more)).toEqual(issues));
  it('warns of what is open, and of nothing where it is not', () => {
    expect(advise(config()).map(({ code, severity }) => `${code} ${severity ?? ''}`)).toEqual(['LT-VNEID-NO-GATEWAY-AUTH warning', 'LT-VNEID-SECRET-IN-URL warning', 'LT-VNEID-PAYMENT-UNCHECKED warning']);
    expect(advise(config({ codeGet: undefined, backend: { kind: 'none' } })).map(({ code }) => code)).toEqual(['LT-VNEID-NO-GATEWAY-AUTH', 'LT-VNEID-NO-CODEGET', 'LT-VNEID-NO-BACKEND', 'LT-VNEID-PAYMENT-UNCHECKED']);
    const careful = config({ gateway: { kind: 'jwt', tokenUrl: 'https://lgsp.example.vn/token', auth: 'x' }, signature: { header: 'x-sig', key: 'k'.repeat(32) }, payment: { statuses: { '1': 'PAID' } } });
    expect(advise(careful)).toEqual([]);
  });
  it('names only errors that are in the catalogue', () => {
    for (const { code } of advise(config({ codeGet: undefined, backend: { kind: 'none' } }))) expect(issue(code).message.en).not.toMatch(/does not describe/);
    expect(vneid.rounds?.[0]?.everyMs(config())).toBe(900_000);
  });
});

describe('states', () => {
  it('every status has its digit, or a reason why not, and every digit its name', () => {
    expect(checkTotal(DOSSIER_STATUSES, STATUS_CODES)).toEqual({ ok: true });
    expect(STATUS_CODES.rows().map(({ wire }) => [wire, statusName(wire as LltpStatus)])).toEqual([
      ['1', 'Mới đăng ký'], ['2', 'Được tiếp nhận'], ['3', 'Không được tiếp nhận'], ['4', 'Đang xử lý'], ['5', 'Yêu cầu bổ sung giấy tờ'], ['6', 'Yêu cầu thực hiện nghĩa vụ tài chính'],
      ['7', 'Công dân yêu cầu rút hồ sơ'], ['8', 'Dừng xử lý'], ['9', 'Đã xử lý xong'], ['10', 'Đã trả kết quả'],
    ]);
  });
  it('are of a kind of their own: a digit of another system is none until it was checked', () => {
    // @ts-expect-error -- a text is no state of VNeID, though it may be the same digit
    const wrong: LltpStatus = '4';
    expect([isLltpStatus(wrong), isLltpStatus('11'), isLltpStatus(4), isLltpStatus('')]).toEqual([true, false, false, false]);
    expect([statusCode('DRAFT'), statusCode('RETURNED')]).toEqual([undefined, '10']);
  });
});
