/** Settings: what belongs together, what is refused, what follows from what. */
import { describe, expect, it } from 'vitest';
import { dancu } from '../../../adapters/dancu/adapter.ts';
import { isValidationError } from '../../../src/contract/validate.ts';
import { config, RAW } from './support.ts';

const refused = (more: Record<string, unknown>): string[] => {
  try {
    dancu.configure({ ...RAW, ...more });
    return [];
  } catch (error) {
    if (!isValidationError(error)) throw error;
    return error.issues.map(({ code, pointer }) => `${code} ${pointer ?? ''}`);
  }
};
const LGSP = { kind: 'client-credentials', tokenUrl: 'https://lgsp.example.vn/token', key: 'k', secret: 's' };

describe('configuration', () => {
  it('https, but for a double on the same machine; the check of TLS is never off', () => {
    expect(refused({ baseUrl: 'http://ndxp.example.vn' })).toEqual(['LT-CONFIG-VALUE /baseUrl']);
    for (const baseUrl of ['http://127.0.0.1:9105', 'http://localhost:9105', 'https://ndxp.example.vn']) expect(refused({ baseUrl })).toEqual([]);
    expect(refused({ baseUrl: 'http://lgsp.example.vn', transport: { kind: 'lgsp' }, gateway: LGSP })).toEqual(['LT-CONFIG-VALUE /baseUrl']);
  });
  it('a signature is whole, or it is the older ESB alone', () => {
    expect(refused({ transport: { kind: 'x-road' } })).toEqual(['authenticationUrl', 'user', 'secretKey'].map((key) => `LT-CONFIG-REQUIRED /transport/${key}`));
    expect(refused({ transport: { kind: 'x-road', user: 'a', esb: { sourceType: 'a', sourceUsername: 'b' } } })).toEqual(['authenticationUrl', 'secretKey'].map((key) => `LT-CONFIG-REQUIRED /transport/${key}`));
    expect(refused({ transport: { kind: 'x-road', esb: { sourceType: 'a', sourceUsername: 'b' } } })).toEqual([]);
  });
  it('each transport has its own keys, and its gateway or none', () => {
    expect(refused({ transport: { kind: 'rest-wrapped', secretKey: 'x' } })).toEqual(['LT-CONFIG-UNKNOWN-KEY /transport/secretKey']);
    expect(refused({ gateway: LGSP })).toEqual(['LT-CONFIG-VALUE /gateway/kind']);
    expect(refused({ transport: { kind: 'lgsp' } })).toEqual(['LT-CONFIG-REQUIRED /gateway']);
    expect(refused({ transport: { kind: 'rest-flat' } })).toEqual(['LT-CONFIG-REQUIRED /transport/userNameService']);
    expect(refused({ transport: { kind: 'rest-wrapped' }, gateway: LGSP })).toEqual([]);
  });
  it('the wrappers have look-ups and nothing else', () => {
    const transport = { kind: 'rest-wrapped' };
    expect(refused({ transport, verification: { by: 'service' }, services: { relatives: '038', changes: '039' } })).toEqual(['LT-CONFIG-VALUE /verification/by', 'LT-CONFIG-VALUE /services/relatives', 'LT-CONFIG-VALUE /services/changes']);
    expect(config({ transport }).verification.by).toBe('look-up');
  });
  it('codes, paths and meanings where nothing is said', () => {
    expect(config()).toMatchObject({ services: { lookUp: '037', verify: '033' }, verification: { by: 'service', form: 'service-code', element: 'XacThucThongTinCongDan' }, paths: { lookUpCitizen: '/TraCuuThongTinCongDan' }, namespace: 'current', gateway: { kind: 'none' } });
    expect(config({ verification: { form: 'integration-code' } }).services.verify).toBe('003');
    expect(config({ verification: { form: 'integration-code' }, services: { verify: '034' } }).services.verify).toBe('034');
    expect(config({ answerCodes: { '006': 'officer-not-allowed', '01': 'service-not-licensed' } }).answerCodes).toEqual({ '004': 'service-not-licensed', '005': 'officer-not-allowed', '006': 'officer-not-allowed', '01': 'service-not-licensed' });
  });
  it('what cannot stand in a header or between two tags is refused', () => {
    for (const serviceAccount of ['VP\u0000', 'VP\nCP', '', ' VPCP', 'VPCP ']) expect(refused({ serviceAccount }).length, serviceAccount).toBeGreaterThan(0);
    expect(refused({ prefix: 'a:b' }).length).toBe(1);
    expect(refused({ requestPrefix: 'a b' }).length).toBe(1);
    expect(refused({ transport: { ...RAW.transport, apiKey: 'a\r\nb' } }).length).toBe(1);
  });
  it('an open line to a platform is warned of', () => {
    const open = config({ baseUrl: 'http://lgsp.example.vn', transport: { kind: 'lgsp' }, gateway: { kind: 'none', insecure: true } });
    expect(dancu.advise?.(open).map(({ code, pointer }) => [code, pointer])).toEqual([['LT-LGSP-INSECURE', '/gateway/insecure']]);
  });
});
