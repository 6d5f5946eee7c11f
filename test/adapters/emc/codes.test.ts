/** The traps of the tables: codes that mean the opposite elsewhere, levels that do not exist. */
import { describe, expect, it } from 'vitest';
import { CHANNEL_TABLE } from '../../../adapters/dvcqg/codes.ts';
import { DEFAULT_STATUSES, RECEPTION_CODES } from '../../../adapters/emc/codes.ts';
import { encode } from '../../../adapters/emc/encode.ts';
import type { Channel } from '../../../src/model/canonical.ts';
import { config, emcDossier } from './fixtures.ts';

describe('the direction trap', () => {
  it.each(['ONLINE', 'COUNTER'] as const)('%s has the other code at the national portal', (channel) => {
    expect([RECEPTION_CODES.encode(channel), CHANNEL_TABLE.encode(channel)].sort()).toEqual(['1', '2']);
  });
  it('one code read by both means two things', () => {
    for (const code of ['1', '2']) expect(RECEPTION_CODES.decode(code)).not.toBe(CHANNEL_TABLE.decode(code));
    expect(RECEPTION_CODES.decode('1')).toBe('ONLINE');
  });
  it('post is not online, unless the province says so', () => {
    const written = (channel: Channel, more = {}) => encode(emcDossier({ channel }), config(more)).formsReception;
    expect([written('POSTAL'), written('POSTAL', { postalReception: 'online' }), written('COUNTER', { postalReception: 'online' })]).toEqual(['2', '1', '2']);
  });
});

describe('settings over the tables', () => {
  const written = (more: Record<string, unknown>, dossier = {}) => encode(emcDossier(dossier), config(more));
  it('an unpaid fee as OpenCPS counts it', () => {
    const unpaid = { payments: [] };
    expect([written({}, unpaid).formsPayments, written({ unpaidFee: 'in-person' }, unpaid).formsPayments, written({ unpaidFee: 'in-person' }, { payments: [], fees: [] }).formsPayments]).toEqual(['0', '2', '0']);
  });
  it('one payment online among others counts as online', () => {
    expect(written({}, { payments: [{ amount: 1, method: 'CASH', status: 'PAID' }, { amount: 1, method: 'ONLINE', status: 'PAID' }] }).formsPayments).toBe('1');
    expect(written({}, { payments: [{ amount: 1, method: 'CASH', status: 'PAID' }, { amount: 1, method: 'ONLINE', status: 'FAILED' }] }).formsPayments).toBe('2');
  });
  it('levels, sources and the repeated number', () => {
    expect(written({ levels: { INFO: '1' } }, { procedure: { ...emcDossier().procedure, level: 'INFO' } }).level).toBe('1');
    expect(written({ nationalSources: [] }).isFromDVCQG).toBe('0');
    expect(written({ nationalSources: ['PORTAL_NATIONAL', 'VNEID'] }, { source: 'VNEID' }).isFromDVCQG).toBe('1');
    expect([written({}).maHoSo, written({ repeatCode: true }).maHoSo]).toEqual([undefined, 'H99.14-250701-0042']);
  });
  it('a row of statuses changes alone', () => {
    expect(config({ statuses: { SUBMITTED: 'RECEIVED' } }).statuses).toEqual({ ...DEFAULT_STATUSES, SUBMITTED: 'RECEIVED' });
  });
});
