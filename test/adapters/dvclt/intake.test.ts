/** Dossiers that wait at DVCLT, taken over: decoded three times, stored before they are acknowledged, one row's fault its own. */
import { describe, expect, it } from 'vitest';
import { intake } from '../../../adapters/dvclt/rounds/intake.ts';
import type { Dossier } from '../../../src/model/canonical.ts';
import { BIRTH, detail, FILES, NOW, NUMBER, row, snapshot, xmlOf } from './fixtures.ts';
import { world } from './world.ts';

const CODE = 'H99.45.01-250110-0001';

describe('a dossier that is new', () => {
  it('becomes a canonical dossier with its files kept, and is acknowledged', async () => {
    await using w = await world();
    w.rows = [row()];
    w.details = { 77: detail() };
    expect(await intake.run(w.deps)).toEqual({ told: 1, failed: 0 });
    const dossier = w.desk.dossiers.get(CODE);
    expect(dossier).toMatchObject({
      code: CODE, nationalCode: NUMBER, source: 'INTERCONNECTED', status: 'SUBMITTED', agency: { code: 'H99.45.01' }, procedure: { code: '2.002621' },
      applicant: { name: 'Đỗ Văn Ba', ids: [{ type: 'CCCD', number: '099093000789' }], phone: '0900000102' },
      dates: { submittedAt: '2025-01-10T01:05:00Z', dueAt: '2025-01-10T10:00:00Z' },
      civilStatus: {
        kind: 'BIRTH', interconnectedNumber: NUMBER, interconnectedId: '77', nationalProcedure: '2.000986', unitCode: '99001', registrationPlace: '99001', copies: 2, submission: 1,
        facts: {
          child: { name: 'Đỗ Minh Thử', gender: 'MALE', birthDate: '2025-01-07', birthPlace: { text: 'Bệnh viện Ví Dụ, Tỉnh Mẫu', provinceCode: '99' } },
          father: { birthDate: '1993' }, birthCertificate: { number: 'DEMO-GCS-31', issuedOn: '2025-01-08' }, birthKindCode: '1',
        },
      },
    });
    expect(dossier?.components.map(({ files }) => files[0])).toMatchObject([{ name: 'gcs.pdf', url: expect.stringMatching(/^lienthong-file:[0-9a-f]{64}$/) }, { name: 'cu.pdf', deleted: true }]);
    expect(w.of('PUT', '').map(({ body }) => JSON.parse(body))).toEqual([{ maHoSo: NUMBER, daNhan: true }]);
    expect(JSON.stringify(dossier)).not.toContain(FILES[0]?.duLieuTepDinhKem);
  });
  it('has one code, however often the acknowledgement is lost', async () => {
    await using w = await world();
    w.rows = [row()];
    w.details = { 77: detail() };
    w.answers.acknowledge = () => ({ status: 502, body: 'bad gateway' });
    expect(await intake.run(w.deps)).toEqual({ told: 0, failed: 1 });
    w.answers.acknowledge = () => ({ body: { message: 'CẬP NHẬT THÀNH CÔNG' } });
    expect(await intake.run(w.deps)).toEqual({ told: 0, failed: 0 });
    expect([...w.desk.dossiers.keys()]).toEqual([CODE]);
    expect(w.desk.changes()).toBe(1);
    // Known and not waited for: the detail with its files is not fetched again.
    expect(w.of('GET', '/77')).toHaveLength(1);
  });
  it('is not acknowledged while it is not stored', async () => {
    await using w = await world();
    w.rows = [row()];
    w.details = { 77: detail() };
    w.deps.acceptDossier = () => Promise.reject(new Error('the disk is full'));
    await expect(intake.run(w.deps)).rejects.toThrow('the disk is full');
    expect(w.of('PUT', '')).toEqual([]);
  });
  it('"không thành công" acknowledges nothing', async () => {
    await using w = await world();
    w.rows = [row()];
    w.details = { 77: detail() };
    w.answers.acknowledge = () => ({ body: { message: 'Không cập nhật thành công' } });
    expect(await intake.run(w.deps)).toEqual({ told: 0, failed: 1 });
  });
});

describe('a row that cannot be taken', () => {
  const DOCTYPE = `<!DOCTYPE root [<!ENTITY a "b">]>${xmlOf(BIRTH)}`;
  it.each<[string, Record<string, unknown>, Parameters<typeof detail>[0], string[]]>([
    ['unknown unit', { maDonVi: 99999 }, {}, ['LT-DVCLT-UNIT']],
    ['unmapped procedure', { maTTHC: '9.999999' }, {}, ['LT-DVCLT-PROCEDURE']],
    ['both, both told', { maTTHC: '9.999999', maDonVi: 1 }, {}, ['LT-DVCLT-UNIT', 'LT-DVCLT-PROCEDURE']],
    ['the text of level 1 is no JSON', {}, { level1: 'not json' }, ['LT-DVCLT-ENCODING', 'LT-INPUT-TYPE']],
    ['level 1 has no text', {}, { level1: { maHoSo: 'x' } }, ['LT-DVCLT-ENCODING']],
    ['the detail of another dossier', {}, { number: 'G22.99.99-250110-0099' }, ['LT-DVCLT-MISMATCH']],
    ['DOCTYPE', {}, { xml: DOCTYPE }, ['LT-DVCLT-DOCTYPE']],
    ['broken XML', {}, { xml: '<root><hoTich>' }, ['LT-DVCLT-XML']],
    ['no hoTich', {}, { xml: '<root/>' }, ['LT-DVCLT-XML']],
    ['a death under a birth', {}, { module: 'KT' }, ['LT-DVCLT-MODULE']],
    ['a module that is a word of JavaScript', {}, { module: 'constructor', files: [{ ...FILES[0], tenTepDinhKem: 'a.constructor' }] }, ['LT-DVCLT-MODULE']],
    ['a name that is too long', {}, { xml: xmlOf({ ...BIRTH, nksHoTen: 'x'.repeat(600) }) }, ['LT-INPUT-LENGTH']],
    ['two wrong values and a file of nothing', {}, { xml: xmlOf({ ...BIRTH, nksGioiTinh: '7', nksNgaySinh: '31.02.2025' }), files: [{ ...FILES[0], duLieuTepDinhKem: '' }] }, ['LT-DVCLT-FILE', 'LT-DVCLT-VALUE', 'LT-DVCLT-VALUE']],
  ])('%s: put aside once a day, never acknowledged, and the next row goes on', async (_name, listed, parts, codes) => {
    await using w = await world();
    const good = 'G22.99.99-250110-0032';
    w.rows = [row(listed), row({ id: '78', maHoSo: good })];
    w.details = { 77: detail(parts), 78: detail({ number: good }) };
    expect(await intake.run(w.deps)).toEqual({ told: 1, failed: 1 });
    await intake.run(w.deps);
    expect(w.desk.aside.map(({ issues }) => issues.map(({ code }) => code))).toEqual([codes]);
    expect(new Set(w.of('PUT', '').map(({ body }) => (JSON.parse(body) as { maHoSo: string }).maHoSo))).toEqual(new Set([good]));
    w.now = NOW + 25 * 3_600_000;
    await intake.run(w.deps);
    expect(w.desk.aside).toHaveLength(2);
  });
  it('two units that are one number are refused', async () => {
    await using w = await world({ units: { '00123': { code: 'H99.1', name: 'A' }, 123: { code: 'H99.2', name: 'B' } } });
    w.rows = [row({ maDonVi: 123 })];
    await intake.run(w.deps);
    expect(w.desk.aside[0]?.issues.map(({ code }) => code)).toEqual(['LT-DVCLT-UNIT-AMBIGUOUS']);
  });
  it('many of them keep no good one waiting', async () => {
    await using w = await world({ intakeMost: 2 });
    w.rows = [row({ maHoSo: 'bad-1', maTTHC: 'x' }), row({ maHoSo: 'bad-2', maTTHC: 'x' }), row()];
    w.details = { 77: detail() };
    expect(await intake.run(w.deps)).toEqual({ told: 0, failed: 2 });
    expect(await intake.run(w.deps)).toEqual({ told: 1, failed: 1 });
  });
  it('a list that does not come is a failed round, not an empty one', async () => {
    await using w = await world();
    w.rows = 'none' as never;
    expect(await intake.run(w.deps)).toEqual({ told: 0, failed: 1 });
  });
});

describe('a supplement', () => {
  it('replaces the whole, under the same code and with its history', async () => {
    await using w = await world();
    w.rows = [row()];
    w.details = { 77: detail() };
    await intake.run(w.deps);
    const before = w.desk.dossiers.get(CODE) as Dossier;
    const waits = { ...before, status: 'SUPPLEMENT_REQUIRED' as const, history: [...before.history, { at: '2025-01-10T02:00:00Z', status: 'SUPPLEMENT_REQUIRED' as const, action: 'ask' }], supplements: [{ requestedAt: '2025-01-10T02:00:00Z', reason: 'Thiếu giấy' }] };
    await w.deps.acceptDossier(waits, { text: 'officer' });
    w.now = NOW + 3 * 3_600_000;
    w.details = { 77: detail({ xml: xmlOf({ ...BIRTH, nksHoTen: 'Đỗ Minh Khác' }), files: [{ ...FILES[0], id: 9, tenTepDinhKem: 'moi.pdf' }] }) };
    expect(await intake.run(w.deps)).toEqual({ told: 1, failed: 0 });
    const after = w.desk.dossiers.get(CODE) as Dossier;
    expect(after).toMatchObject({ code: CODE, status: 'SUBMITTED', civilStatus: { submission: 2, facts: { child: { name: 'Đỗ Minh Khác' } } }, dates: { supplementedAt: '2025-01-10T04:10:00Z' } });
    expect(after.history.slice(0, before.history.length + 1)).toEqual(waits.history);
    expect(after.components.flatMap(({ files }) => files.map(({ name }) => name))).toEqual(['moi.pdf']);
    expect(after.supplements[0]?.completedAt).toBe('2025-01-10T04:10:00Z');
    // Not waited for any more: the next round confirms and changes nothing.
    const changes = w.desk.changes();
    expect(await intake.run(w.deps)).toEqual({ told: 0, failed: 0 });
    expect(w.desk.changes()).toBe(changes);
  });
  it('is none while it is what is known already: its acknowledgement was lost, and an officer was quick', async () => {
    await using w = await world();
    w.rows = [row()];
    w.details = { 77: detail() };
    w.answers.acknowledge = () => ({ status: 502, body: 'bad' });
    await intake.run(w.deps);
    const known = w.desk.dossiers.get(CODE) as Dossier;
    await w.deps.acceptDossier({ ...known, status: 'SUPPLEMENT_REQUIRED', history: [...known.history, { at: '2025-01-10T02:00:00Z', status: 'SUPPLEMENT_REQUIRED', action: 'ask' }] }, { text: 'officer' });
    delete w.answers.acknowledge;
    await intake.run(w.deps);
    expect(w.desk.dossiers.get(CODE)).toMatchObject({ status: 'SUPPLEMENT_REQUIRED', civilStatus: { submission: 1 } });
    expect(w.of('PUT', '')).toHaveLength(2);
  });
  it('that comes while nobody waits for one is confirmed and not taken', async () => {
    await using w = await world();
    w.rows = [row()];
    w.details = { 77: detail() };
    await intake.run(w.deps);
    await w.deps.acceptDossier(snapshot(w.desk.dossiers.get(CODE) as Dossier, 'ACCEPTED', '2025-01-10T01:30:00Z'), { text: 'officer' });
    w.details = { 77: detail({ xml: xmlOf({ ...BIRTH, nksHoTen: 'Đỗ Minh Khác' }) }) };
    await intake.run(w.deps);
    expect(w.desk.dossiers.get(CODE)?.status).toBe('ACCEPTED');
    expect(w.of('PUT', '')).toHaveLength(2);
  });
});

describe('the GET', () => {
  it.each([[false, ''], [true, '{}']])('with bodyOnGet %s has the body %j', async (bodyOnGet, body) => {
    await using w = await world({ bodyOnGet });
    w.rows = [row()];
    w.details = { 77: detail() };
    await intake.run(w.deps);
    expect(w.asked.filter(({ method }) => method === 'GET').map((one) => one.body)).toEqual([body, body]);
  });
});
