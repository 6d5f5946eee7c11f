import { describe, expect, it } from 'vitest';
import { dvcqg } from '../../../adapters/dvcqg/adapter.ts';
import * as compiled from '../../../adapters/dvcqg/generated/validators.js';
import type { Dossier } from '../../../src/model/canonical.ts';
import { searchCall } from '../../../adapters/dvcqg/inbound.ts';
import { createDossierDesk } from '../../support/dossier-deps.ts';
import { config, dossier } from './fixtures.ts';

const [route] = dvcqg.inbound;
const ask = (body: unknown, known: Dossier | undefined = dossier(), more: Record<string, unknown> = {}) =>
  route?.handle({ body, text: '', params: {}, query: {}, headers: {} }, createDossierDesk({ config: config(more), dossiers: known === undefined ? [] : [known] }).deps);
const question = { madonvi: '000.00.00.H92', service: 'TraCuuHoSo', masohoso: dossier().code };

describe('search/call', () => {
  it('is where the portal calls it', () => expect([route?.method, route?.path]).toEqual(['POST', 'search/call']));
  it('answers the digest without envelope, and nothing personal', async () => {
    const answer = await ask(question);
    expect(answer).toEqual({
      status: 200,
      body: {
        MaHoSo: 'H92.14-250701-0042', MaTTHC: '1.009999', TenTTHC: 'Cấp bản sao trích lục mẫu', MaLinhVuc: 'G99-HT01', TenLinhVuc: 'Hộ tịch (mẫu)', LoaiDoiTuong: '1', TrangThaiHoSo: '10',
        HinhThuc: '1', DonViXuLy: 'UBND phường Mẫu',
      },
    });
    expect(compiled.SearchCallResponse(answer?.body)).toBe(true);
    expect(JSON.stringify(answer)).not.toMatch(/Trần Thị Mẫu|0900000001|092199999002/);
  });
  it.each([
    ['online, by post', 'online-flag', { channel: 'ONLINE' as const, delivery: { method: 'POST' as const } }, '1'],
    ['counter, by post', 'online-flag', { channel: 'COUNTER' as const, delivery: { method: 'POST' as const } }, '0'],
    ['counter, by post, as form of return', 'return-form', { channel: 'COUNTER' as const, delivery: { method: 'POST' as const } }, '1'],
  ])('HinhThuc: %s', async (_what, lookupReturnForm, change, expected) => {
    expect(await ask(question, dossier(change), { lookupReturnForm })).toMatchObject({ body: { HinhThuc: expected } });
  });
  it.each([
    ['no number', { service: 'x' }, dossier()],
    ['an unknown number', { masohoso: 'H92.14-250701-9999' }, dossier()],
    ['a draft', question, dossier({ status: 'DRAFT' })],
    ['a status that nobody understood', question, dossier({ status: 'UNKNOWN' })],
    ['nonsense', 'x', dossier()],
    ['a number of the wrong type', { masohoso: { $ne: '' } }, dossier()],
  ])('%s is answered as not found, with 200 and the code as text', async (_what, body, known) => {
    const answer = await ask(body, known);
    expect(answer).toMatchObject({ status: 200, body: { error_code: '-1' } });
    expect(compiled.SearchCallResponse(answer?.body)).toBe(true);
  });
  it('without evidence the portal is asked to come again, in its own form: "not found" would be believed', () => {
    const answer = searchCall.unavailable?.();
    expect(answer).toMatchObject({ status: 503, body: { error_code: '-1' } });
    expect(compiled.SearchCallResponse(answer?.body)).toBe(true);
  });
});
