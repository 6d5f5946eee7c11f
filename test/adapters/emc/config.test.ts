/** Settings: what is refused, what is warned of, and what the applicant becomes. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { emc } from '../../../adapters/emc/adapter.ts';
import { userOf } from '../../../adapters/emc/user.ts';
import { isValidationError } from '../../../src/contract/validate.ts';
import type { Party } from '../../../src/model/canonical.ts';
import { config, rawConfig } from './fixtures.ts';

const refused = (more: Record<string, unknown>): string[] => {
  try {
    emc.configure({ ...rawConfig, ...more });
    return [];
  } catch (error) {
    if (!isValidationError(error)) throw error;
    return error.issues.map(({ code, pointer }) => `${code} ${pointer ?? ''}`);
  }
};

describe('configuration', () => {
  it('TLS is never off: https, but for a double on the same machine', () => {
    expect(refused({ baseUrl: 'http://f-emc.example.vn' })).toEqual(['LT-CONFIG-VALUE /baseUrl']);
    for (const baseUrl of ['http://127.0.0.1:9104', 'http://localhost:9104', 'http://[::1]:9104', 'https://emc.example.vn']) expect(refused({ baseUrl })).toEqual([]);
    expect(refused({ baseUrl: 'http://127.0.0.1.example.vn' })).toEqual(['LT-CONFIG-VALUE /baseUrl']);
    expect(JSON.stringify(emc.configSchema)).not.toMatch(/rejectUnauthorized|insecure|verify/i);
  });
  it('a site number is required', () => {
    expect(refused({ siteId: undefined })).toEqual(['LT-CONFIG-REQUIRED /siteId']);
    expect(refused({ siteId: 0 })[0]).toMatch(/\/siteId$/);
  });
  it('the applicant needs a key and a place; a certificate its key', () => {
    expect(refused({ user: 'hash' })).toEqual(['LT-CONFIG-REQUIRED /userKey', 'LT-CONFIG-REQUIRED /userLocation']);
    expect(refused({ user: 'raw' })).toEqual(['LT-CONFIG-REQUIRED /userLocation']);
    expect(refused({ tls: { certFile: '/x.pem' } })).toEqual(['LT-CONFIG-REQUIRED /tls/keyFile']);
  });
  it('days and words are checked', () => {
    expect(refused({ notBefore: '2025-02-30' }).length).toBe(1);
    expect(refused({ statuses: { PROCESSING: 'GONE' } })[0]).toMatch(/\/statuses\/PROCESSING$/);
  });
  it('the applicant on the wire is warned of, never silently', () => {
    const advice = (more: Record<string, unknown>) => emc.advise?.(config(more)).map(({ code, pointer, severity }) => [code, pointer, severity]);
    expect(advice({})).toEqual([]);
    expect(advice({ user: 'raw', userLocation: '99' })).toEqual([['LT-EMC-USER-RAW', '/user', 'warning']]);
    expect(advice({ user: 'hash', userKey: 'khoa-bam-mau-khong-dung-that', userLocation: '99' })).toEqual([['LT-EMC-USER-HASH', '/user', 'warning']]);
  });
});

describe('the applicant', () => {
  const party = (...ids: Party['ids']): Party => ({ kind: 'CITIZEN', name: 'Nguyễn Văn Mẫu', ids });
  const raw = config({ user: 'raw', userLocation: '99' });
  const key = 'khoa-bam-mau-khong-dung-that';
  const told = (applicant: Party, settings = raw): unknown => JSON.parse(userOf(applicant, settings) ?? 'null');
  it('is left out unless switched on', () => {
    expect(userOf(party({ type: 'CCCD', number: '099199000001' }), config())).toBeUndefined();
  });
  it('as it is, in the words of the one implementation that sends it', () => {
    expect(told(party({ type: 'TECH_ID', number: 'tk-1' }, { type: 'CCCD', number: '099199000001' }))).toEqual({ ID_local: '099199000001', ID_QG: '099199000001', TYPE: '2', LOCATION: '99' });
    expect(told(party({ type: 'TAX_CODE', number: '9900000001-001' }))).toMatchObject({ TYPE: '1' });
    expect(told(party({ type: 'OTHER', number: '9900000001' }))).toMatchObject({ TYPE: '1' });
    expect(told(party({ type: 'TECH_ID', number: 'tk-1' }))).toBeNull();
  });
  it('as a hash: one value for one person under one key, and the number nowhere in it', () => {
    const settings = config({ user: 'hash', userKey: key, userLocation: '99' });
    const id = createHmac('sha256', key).update('099199000001').digest('hex');
    expect(told(party({ type: 'CCCD', number: ' 099199000001 ' }), settings)).toEqual({ ID_local: id, ID_QG: id, TYPE: '2', LOCATION: '99' });
    expect(told(party({ type: 'CCCD', number: '099199000001' }), config({ user: 'hash', userKey: `${key}-khac`, userLocation: '99' }))).not.toMatchObject({ ID_QG: id });
    expect(id).not.toContain('099199000001');
  });
});
