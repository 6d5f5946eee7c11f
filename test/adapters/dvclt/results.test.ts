/** What the civil-status system tells of what was handed over (fact sheet 3.6). */
import { describe, expect, it } from 'vitest';
import { pushCivilStatus } from '../../../adapters/dvclt/operations/push.ts';
import { intake } from '../../../adapters/dvclt/rounds/intake.ts';
import { results } from '../../../adapters/dvclt/rounds/results.ts';
import { dvclt } from '../../../adapters/dvclt/adapter.ts';
import type { Dossier } from '../../../src/model/canonical.ts';
import { BIRTH_RESULT, detail, NUMBER, resultRow, row, snapshot, xmlOf } from './fixtures.ts';
import { world, type World } from './world.ts';

const codeOf = (n: number): string => `H99.45.01-250110-000${n}`;
const DEATH = { maGBT: 'DEMO-GBT', ngayCapGBT: '20250105', noiDangKy: '99001', nktHoTen: 'Lê Văn Cũ', nktGioiTinh: '1', nktNgaySinh: '1940', nktNgayChet: '04.01.2025', nktNoiChet: 'Xã Ví Dụ', nycHoTen: 'Lê Thị Con', nycLoaiGiayToTuyThan: '4', nycSoGiayToTuyThan: '099180000111' };
const DEATH_RESULT = { nktHoTen: 'Lê Văn Cũ', nktGioiTinh: 1, nktNgaySinh: '1940', nktNgayChet: '04.01.2025', nycHoTen: 'Lê Thị Con', soDangKy: '3', quyenSo: '01/2025', trangSo: '3', giayKhaiTu: '', maGiayToKetQua: null };

/** Dossiers taken over, accepted and handed over. */
async function handedOver(w: World, kinds: readonly ('KS' | 'KT')[] = ['KS']): Promise<void> {
  w.rows = kinds.map((module, i) => row({ id: String(i), maHoSo: `${NUMBER}${i}`, module, maTTHC: module === 'KS' ? '2.000986' : '1.011733' }));
  w.details = Object.fromEntries(kinds.map((module, i) => [i, detail({ number: `${NUMBER}${i}`, module, procedure: module === 'KS' ? '2.000986' : '1.011733', ...(module === 'KT' ? { xml: xmlOf(DEATH) } : {}) })]));
  await intake.run(w.deps);
  for (const [code, dossier] of w.desk.dossiers) {
    const accepted = dvclt.keep?.(dossier, snapshot(dossier, 'ACCEPTED', '2025-01-10T01:30:00Z')) as Dossier;
    const learnt = pushCivilStatus.learn?.(accepted, accepted, { code, isDuplicate: false }, Date.parse('2025-01-10T02:02:00Z'));
    w.desk.dossiers.set(code, learnt as Dossier);
  }
  w.now = Date.parse('2025-01-10T08:30:00Z');
}
const ofItsOwn = (given: Record<string, unknown> | null, dossier: Dossier | undefined) => (given === null ? null : { ...given, maHoSoLT: dossier?.civilStatus?.interconnectedNumber ?? null });
const answer = (w: World, make: (code: string) => Record<string, unknown> | null): void => {
  w.answers.results = (body) => ({ body: { status: 1, statusDescription: 'Thành công', value: (body as { maDinhDanhHoSo: string[] }).maDinhDanhHoSo.map((code) => ofItsOwn(make(code), w.desk.dossiers.get(code))) } });
};

describe('a result', () => {
  it.each(['4', 4])('comes into the dossier with its file and the newborn’s number, once (code %j)', async (trangThai) => {
    await using w = await world();
    await handedOver(w);
    answer(w, (code) => resultRow(code, { trangThai }));
    expect(await results.run(w.deps)).toEqual({ told: 1, failed: 0 });
    const dossier = w.desk.dossiers.get(codeOf(1)) as Dossier;
    expect(dossier).toMatchObject({
      status: 'RESOLVED', dates: { resolvedAt: '2025-01-10T08:20:11Z' },
      results: [{ code: 'KQ.G15.000031', name: 'Giấy khai sinh', number: '12, 01/2025', files: [{ url: expect.stringMatching(/^lienthong-file:/) }] }],
      civilStatus: {
        backend: { state: 'REGISTERED', code: '4', officer: 'Hoàng Văn Tư' }, facts: { child: { citizenNumber: '099225000031', name: 'Đỗ Minh Thử' } },
        result: { citizenNumber: '099225000031', register: { registeredOn: '2025-01-10', provinceCode: '99', communeCode: '99001', number: '12', book: '01/2025', page: '12' }, facts: { mother: { identityPaper: { number: '099195000456' } } } },
      },
    });
    expect(JSON.stringify(dossier)).not.toContain(BIRTH_RESULT.giayKhaiSinh);
    expect(w.desk.aside).toEqual([]);
    const asked = w.asked.length;
    expect(await results.run(w.deps)).toEqual({ told: 0, failed: 0 });
    expect(w.asked).toHaveLength(asked);
  });
  it.each([['another sex', { nksGioiTinh: 2 }], ['another year', { nksNgaySinh: '07.01.2024' }], ['another province', { ndkksMaTinh: '01' }]])('with %s than its number is taken, and told', async (_name, more) => {
    await using w = await world();
    await handedOver(w);
    answer(w, (code) => resultRow(code, { ketQuaXuLy: { ...BIRTH_RESULT, ...more } }));
    expect(await results.run(w.deps)).toEqual({ told: 1, failed: 0 });
    expect(w.desk.dossiers.get(codeOf(1))?.status).toBe('RESOLVED');
    expect(w.desk.aside.map(({ issues }) => issues.map(({ code, severity }) => [code, severity]))).toEqual([[['LT-DVCLT-NEWBORN', 'warning']]]);
  });
  it.each([['null', null], ['no text of JSON', 'x']])('that is said to be there and is %s is waited for', async (_name, ketQuaXuLy) => {
    await using w = await world();
    await handedOver(w);
    answer(w, (code) => resultRow(code, { ketQuaXuLy }));
    expect(await results.run(w.deps)).toEqual({ told: 0, failed: 0 });
    expect(w.desk.dossiers.get(codeOf(1))?.status).toBe('PROCESSING');
  });
  it.each([['wait', 'PROCESSING'], ['take', 'RESOLVED']])('of a death without its file: %s', async (emptyDeathResult, status) => {
    await using w = await world({ emptyDeathResult });
    await handedOver(w, ['KT']);
    answer(w, (code) => resultRow(code, { module: 'LTKT', ketQuaXuLy: DEATH_RESULT }));
    await results.run(w.deps);
    expect(w.desk.dossiers.get(codeOf(1))?.status).toBe(status);
  });
});

describe('another state', () => {
  it.each([
    ['no time of its own', {}, '2025-01-21T10:00:00Z'],
    ['a deadline', { hanBoSungHoSo: '15/01/2025 17:00:00' }, '2025-01-15T10:00:00Z'],
  ])('2 asks for a supplement: %s', async (_name, more, deadline) => {
    await using w = await world();
    await handedOver(w);
    answer(w, (code) => resultRow(code, { trangThai: '2', ketQuaXuLy: null, noiDungXuLy: 'Thiếu giấy chứng sinh', ...more }));
    expect(await results.run(w.deps)).toEqual({ told: 1, failed: 0 });
    expect(w.desk.dossiers.get(codeOf(1))).toMatchObject({ status: 'SUPPLEMENT_REQUIRED', supplements: [{ reason: 'Thiếu giấy chứng sinh', deadline, requestedAt: '2025-01-10T08:20:11Z' }], civilStatus: { supplementDeadline: deadline } });
  });
  it('6 refuses, with its reason', async () => {
    await using w = await world();
    await handedOver(w);
    answer(w, (code) => resultRow(code, { trangThai: 6, ketQuaXuLy: null, noiDungXuLy: 'Đã đăng ký ở nơi khác' }));
    await results.run(w.deps);
    expect(w.desk.dossiers.get(codeOf(1))).toMatchObject({ status: 'REJECTED', statusReason: 'Đã đăng ký ở nơi khác', civilStatus: { backend: { state: 'REFUSED' } } });
  });
  it.each([['1', 'WAITING'], [3, 'PROCESSING'], ['99', 'UNKNOWN'], [null, 'UNKNOWN']])('%j is noted as %s, and nothing moves', async (trangThai, state) => {
    await using w = await world();
    await handedOver(w);
    answer(w, (code) => resultRow(code, { trangThai, ketQuaXuLy: null }));
    await results.run(w.deps);
    const changes = w.desk.changes();
    await results.run(w.deps);
    expect(w.desk.changes()).toBe(changes);
    expect(w.desk.dossiers.get(codeOf(1))).toMatchObject({ status: 'PROCESSING', civilStatus: { backend: { state } } });
  });
});

describe('many dossiers', () => {
  it('are asked about three at a time, one module a call, and a bad row leaves the others alone', async () => {
    await using w = await world();
    await handedOver(w, ['KS', 'KS', 'KS', 'KS', 'KT']);
    answer(w, (code) => (code === codeOf(2) ? resultRow(code, { ketQuaXuLy: { ...BIRTH_RESULT, soDinhDanh: '12' } }) : code === codeOf(3) ? null : resultRow(code, code === codeOf(5) ? { module: 'LTKT', ketQuaXuLy: { ...DEATH_RESULT, giayKhaiTu: BIRTH_RESULT.giayKhaiSinh } } : {})));
    expect(await results.run(w.deps)).toEqual({ told: 3, failed: 1 });
    expect(w.of('POST', '/layKetQua').map(({ body }) => JSON.parse(body) as { module: string; maTinh: string; maDinhDanhHoSo: string[] }).map(({ module, maTinh, maDinhDanhHoSo }) => [module, maTinh, maDinhDanhHoSo.length])).toEqual([['LTKS', '99', 3], ['LTKS', '99', 1], ['LTKT', '99', 1]]);
    expect([1, 2, 3, 4, 5].map((n) => w.desk.dossiers.get(codeOf(n))?.status)).toEqual(['RESOLVED', 'PROCESSING', 'PROCESSING', 'RESOLVED', 'RESOLVED']);
    expect(w.desk.aside.map(({ code, issues }) => [code, issues[0]?.code])).toEqual([[codeOf(2), 'LT-DVCLT-VALUE']]);
  });
  it('a refused call fails its three and no others', async () => {
    await using w = await world();
    await handedOver(w, ['KS', 'KS', 'KS', 'KS']);
    w.answers.results = (body) => ((body as { maDinhDanhHoSo: string[] }).maDinhDanhHoSo.length === 3 ? { status: 500, body: 'oops' } : { body: { status: '1', value: [resultRow(codeOf(4), { maHoSoLT: `${NUMBER}3` })] } });
    expect(await results.run(w.deps)).toEqual({ told: 1, failed: 3 });
  });
});
