/** Lists with rows that are none, supplements that differ in one word, decisions that cross a hand-over, clocks that disagree. */
import { describe, expect, it } from 'vitest';
import { dvclt } from '../../../adapters/dvclt/adapter.ts';
import { eventsOf } from '../../../adapters/dvclt/events.ts';
import { encodeStatus } from '../../../adapters/dvclt/encode-status.ts';
import { intake } from '../../../adapters/dvclt/rounds/intake.ts';
import { results } from '../../../adapters/dvclt/rounds/results.ts';
import { pushCivilStatus } from '../../../adapters/dvclt/operations/push.ts';
import { readRow } from '../../../adapters/dvclt/result.ts';
import type { Dossier } from '../../../src/model/canonical.ts';
import { at, CODE, handedOver, received, registered, said, told } from './dossiers.ts';
import { BIRTH, BIRTH_RESULT, config, detail, FILES, NOW, NUMBER, PDF, resultRow, row, snapshot, xmlOf } from './fixtures.ts';
import { world, type World } from './world.ts';

const FIRST = 'H99.45.01-250110-0001';
const GOOD = 'G22.99.99-250110-0032';

describe('a row that is none', () => {
  it.each<[string, unknown]>([
    ['its procedure is a number', row({ maTTHC: 2000986 })], ['no id', row({ id: null })], ['no number', row({ maHoSo: null })], ['a number of nobody', row({ maHoSo: 'x'.repeat(200) })], ['a text', 'hồ sơ'],
  ])('of the list (%s) is put aside, and the next dossier is taken', async (_what, bad) => {
    await using w = await world();
    w.rows = [bad, null, row({ id: '78', maHoSo: GOOD })];
    w.details = { 78: detail({ number: GOOD }) };
    expect(await intake.run(w.deps)).toEqual({ told: 1, failed: 1 });
    await intake.run(w.deps);
    expect(w.desk.aside).toHaveLength(1);
    expect([...w.desk.dossiers.values()].map(({ nationalCode }) => nationalCode)).toEqual([GOOD]);
  });
  it('of the results is put aside, and the next one is told', async () => {
    await using w = await world();
    const [one, other] = [handedOver(said(await received(), 'ACCEPTED', '08:30:00')), { ...handedOver(said(await received(), 'ACCEPTED', '08:30:00')), code: 'H99.45.01-250110-0004' }];
    for (const dossier of [one, other]) w.desk.dossiers.set(dossier.code, dossier);
    w.deps.dossiersAfter = async function* () { yield* [one, other]; };
    w.answers.results = () => ({ body: { status: 1, value: [{ ...resultRow(one.code), trangThai: [] }, 'x', resultRow(other.code)] } });
    expect(await results.run(w.deps)).toEqual({ told: 1, failed: 2 });
    expect(w.desk.dossiers.get(other.code)?.status).toBe('RESOLVED');
    expect(w.desk.aside.map(({ code }) => code)).toEqual([one.code, undefined]);
  });
  it('nested deeper than can be written, or far too long, is put aside all the same', async () => {
    await using w = await world();
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    const level2 = JSON.stringify({ maDonVi: 99001, maTTHC: 'x', module: 'KS', maHoSo: NUMBER, data: '<root/>', fileDinhKem: [] });
    w.rows = [row(), row({ id: '78', maHoSo: GOOD })];
    w.details = { 77: detail({ level1: `${level2.slice(0, -1)},"tren":${deep}}` }), 78: detail({ number: GOOD, xml: `<root>${' '.repeat(3_000_000)}</root>` }) };
    expect(await intake.run(w.deps)).toEqual({ told: 0, failed: 2 });
    expect(w.desk.aside).toHaveLength(2);
    expect(Math.max(...w.desk.aside.map(({ origin }) => origin.text.length))).toBeLessThan(1_100_000);
  });
});

describe('a supplement', () => {
  /** Taken, and an officer has asked for more. */
  async function waiting(w: World): Promise<void> {
    w.rows = [row()];
    w.details = { 77: detail() };
    await intake.run(w.deps);
    const known = w.desk.dossiers.get(FIRST) as Dossier;
    await w.deps.acceptDossier(dvclt.keep?.(known, snapshot(known, 'SUPPLEMENT_REQUIRED', '2025-01-10T02:00:00Z')) as Dossier, { text: 'officer' });
    w.now = NOW + 3 * 3_600_000;
  }
  it.each<[string, unknown, Record<string, unknown>]>([
    ['takes a paper back', detail({ files: FILES.map((file) => ({ ...file, huyGiayTo: 1 })) }), {}],
    ['leaves a paper out', detail({ files: FILES.slice(0, 1) }), {}],
    ['names another place of registration', detail({ xml: xmlOf({ ...BIRTH, noiDangKy: '99002' }) }), {}],
    ['wants more copies', detail({ xml: xmlOf({ ...BIRTH, soLuongBanSao: '3' }) }), {}],
    ['changes a field that no table knows', detail({ xml: xmlOf({ ...BIRTH, ghiChuRieng: 'x' }) }), {}],
    ['is word for word the same, listed as another one', detail(), { id: '79' }],
    ['is word for word the same, after it was acknowledged', detail(), {}],
  ])('that %s is one', async (_what, again, listed) => {
    await using w = await world();
    await waiting(w);
    w.rows = [row(listed)];
    w.details = { 77: again, 79: again };
    expect(await intake.run(w.deps)).toEqual({ told: 1, failed: 0 });
    expect(w.desk.dossiers.get(FIRST)).toMatchObject({ status: 'SUBMITTED', civilStatus: { submission: 2 } });
  });
  it('whose own acknowledgement was lost is none of its own', async () => {
    await using w = await world();
    await waiting(w);
    w.details = { 77: detail({ xml: xmlOf({ ...BIRTH, nksHoTen: 'Đỗ Minh Khác' }) }) };
    w.answers.acknowledge = () => ({ status: 502, body: 'bad' });
    expect(await intake.run(w.deps)).toEqual({ told: 0, failed: 1 });
    delete w.answers.acknowledge;
    const known = w.desk.dossiers.get(FIRST) as Dossier;
    await w.deps.acceptDossier(dvclt.keep?.(known, snapshot(known, 'SUPPLEMENT_REQUIRED', '2025-01-10T05:00:00Z')) as Dossier, { text: 'officer again' });
    await intake.run(w.deps);
    expect(w.desk.dossiers.get(FIRST)).toMatchObject({ status: 'SUPPLEMENT_REQUIRED', civilStatus: { submission: 2 } });
  });
  it('answers the request, also where the clock of who asked runs ahead: 2 is told once', async () => {
    await using w = await world();
    await waiting(w);
    const known = w.desk.dossiers.get(FIRST) as Dossier;
    w.desk.dossiers.set(FIRST, { ...known, history: known.history.map((entry) => (entry.status === 'SUPPLEMENT_REQUIRED' ? { ...entry, at: '2025-01-10T05:00:00Z' } : entry)) });
    const before = eventsOf(w.desk.dossiers.get(FIRST) as Dossier).map(({ key }) => key);
    w.details = { 77: detail({ xml: xmlOf({ ...BIRTH, nksHoTen: 'Đỗ Minh Khác' }) }) };
    await intake.run(w.deps);
    expect(eventsOf(w.desk.dossiers.get(FIRST) as Dossier).map(({ key }) => key)).toEqual(before);
    const accepted = said(w.desk.dossiers.get(FIRST) as Dossier, 'ACCEPTED', '13:00:00');
    expect([accepted.status, ...eventsOf(accepted).map(({ status }) => status)]).toEqual(['ACCEPTED', 1, 2, 3]);
  });
  it('has the code of its dossier, also when the unit is another agency by now', async () => {
    await using w = await world();
    await waiting(w);
    Object.assign(w.deps.config.units, { 99001: { code: 'H99.46.01', name: 'UBND Xã Mới' } });
    w.details = { 77: detail({ xml: xmlOf({ ...BIRTH, nksHoTen: 'Đỗ Minh Khác' }) }) };
    await intake.run(w.deps);
    expect([...w.desk.dossiers.keys()]).toEqual([FIRST]);
  });
  it('of the province, asked for after one of the ministry’s system, has its own reason and deadline', async () => {
    const asked = told(handedOver(said(await received(), 'ACCEPTED', '08:30:00')), { trangThai: '2', ketQuaXuLy: null, noiDungXuLy: 'lý do cũ', hanBoSungHoSo: '12/01/2025 17:00:00', thoiGianThucHien: '10/01/2025 10:00:00' });
    const resumed = said(asked, 'ACCEPTED', '16:00:00');
    const later = { ...said(resumed, 'SUPPLEMENT_REQUIRED', '16:30:00'), supplements: [{ requestedAt: at('16:30:00'), reason: 'lý do mới', deadline: at('17:00:00') }, ...resumed.supplements] };
    const event = eventsOf(later).at(-1);
    expect(event?.status).toBe(2);
    expect(encodeStatus({ ...later, event: event as never }, config())).toMatchObject({ noiDungXuLy: 'lý do mới', hanBoSungHoSo: '10/01/2025 17:00:00' });
  });
});

describe('a hand-over that was under way', () => {
  it('is not undone by an old snapshot that comes late', async () => {
    const asked = said(said(await received(), 'ACCEPTED', '08:20:00'), 'SUPPLEMENT_REQUIRED', '08:25:00');
    const after = handedOver(said(asked, 'ACCEPTED', '08:30:00'));
    const late = dvclt.keep?.(after, { ...snapshot(asked, 'SUPPLEMENT_REQUIRED', at('08:25:00')), history: asked.history.filter(({ id }) => id?.startsWith('dvclt:') !== true) }) as Dossier;
    expect(late.status).toBe('PROCESSING');
  });
  it('is told as the work of who accepted the dossier (7.5)', async () => {
    const known = handedOver(said(await received(), 'ACCEPTED', '08:30:00'));
    expect(encodeStatus({ ...known, event: eventsOf(known).at(-1) as never }, config())).toMatchObject({ trangThai: 7, nguoiXuLy: 'Hoàng Văn Tư', noiDungXuLy: 'Gửi hồ sơ qua hệ thống BTP', ngayKetThucTheoQuyDinh: '11/01/2025 09:02:00' });
  });
  it.each<[Dossier['status'], number[]]>([['SUPPLEMENT_REQUIRED', [1, 3, 2]], ['REJECTED', [1, 3, 6]]])('while an officer said %s undoes nothing', async (status, events) => {
    const decided = said(said(await received(), 'ACCEPTED', '08:30:00'), status, '09:00:00');
    const after = pushCivilStatus.learn?.(decided, decided, { code: CODE, isDuplicate: false }, Date.parse(at('09:05:00'))) as Dossier;
    const again = dvclt.keep?.(after, { ...snapshot(after, status, at('09:00:00')), history: after.history.filter(({ id }) => id?.startsWith('dvclt:') !== true) }) as Dossier;
    expect([again.status, ...eventsOf(again).map((event) => event.status)]).toEqual([status, ...events]);
  });
});

describe('what comes back', () => {
  it('is heard whatever the clock over there says, after a supplement too', async () => {
    const asked = told(handedOver(said(await received(), 'ACCEPTED', '08:30:00')), { trangThai: '2', ketQuaXuLy: null, thoiGianThucHien: '10/01/2025 10:00:00' });
    const twice = handedOver(said(said(asked, 'PROCESSING', '14:00:00'), 'ACCEPTED', '14:00:00'), '14:05:00');
    expect(twice.civilStatus).toMatchObject({ submission: 2, backend: { state: 'WAITING' } });
    expect(told(twice, { thoiGianThucHien: '10/01/2025 09:30:00' })).toMatchObject({ status: 'RESOLVED' });
    expect(told(twice, { trangThai: '2', ketQuaXuLy: null, thoiGianThucHien: '10/01/2025 10:00:00' })).toBeUndefined();
  });
  it('comes in, and 4 goes, where the officer had closed the dossier before', async () => {
    const closed = said(handedOver(said(await received(), 'ACCEPTED', '08:30:00')), 'RESOLVED', '15:00:00');
    expect(closed.status).toBe('RESOLVED');
    const known = told(closed);
    expect(known).toMatchObject({ status: 'RESOLVED', civilStatus: { backend: { state: 'REGISTERED' }, facts: { child: { citizenNumber: BIRTH_RESULT.soDinhDanh } } }, results: [{ name: 'Giấy khai sinh' }] });
    const event = eventsOf(known).at(-1);
    expect(encodeStatus({ ...known, event: event as never }, config())).toMatchObject({ trangThai: 4, ketQuaXuLy: expect.stringContaining(BIRTH_RESULT.soDinhDanh) });
  });
  it('is of this dossier, or of none', async () => {
    const event = handedOver(said(await received(), 'ACCEPTED', '08:30:00')).civilStatus as NonNullable<Dossier['civilStatus']>;
    expect(readRow(resultRow(CODE, { maHoSoLT: GOOD }) as never, event, config())).toMatchObject({ kind: 'bad', issues: [{ code: 'LT-DVCLT-MISMATCH' }] });
    expect(readRow(resultRow(CODE, { maHoSoLT: null }) as never, event, config()).kind).toBe('told');
  });
  it('counts without a detail that cannot be read; that one is told', async () => {
    const event = handedOver(said(await received(), 'ACCEPTED', '08:30:00')).civilStatus as NonNullable<Dossier['civilStatus']>;
    const read = readRow(resultRow(CODE, { ketQuaXuLy: { ...BIRTH_RESULT, nksGioiTinh: 9 } }) as never, event, config());
    expect(read).toMatchObject({ kind: 'told', told: { result: { citizenNumber: BIRTH_RESULT.soDinhDanh }, warnings: [{ code: 'LT-DVCLT-VALUE', pointer: '/ketQuaXuLy/nksGioiTinh', severity: 'warning' }] } });
    for (const bad of [{ soDinhDanh: '12' }, { giayKhaiSinh: '§' }]) expect(readRow(resultRow(CODE, { ketQuaXuLy: { ...BIRTH_RESULT, ...bad } }) as never, event, config()).kind).toBe('bad');
  });
  it('lies in no future', async () => {
    const asked = told(handedOver(said(await received(), 'ACCEPTED', '08:30:00')), { trangThai: '2', ketQuaXuLy: null, thoiGianThucHien: '11/01/2025 22:00:00' });
    expect(asked.history.at(-1)?.at).toBe(at('15:25:00'));
  });
  it('was refused: closing it at the counter tells DVCLT nothing more', async () => {
    const refused = told(handedOver(said(await received(), 'ACCEPTED', '08:30:00')), { trangThai: '6', ketQuaXuLy: null });
    expect(eventsOf(said(refused, 'RETURNED', '16:00:00')).map(({ status }) => status)).toEqual([1, 3, 7, 6]);
    expect(eventsOf(said(await registered(), 'RETURNED', '16:00:00')).map(({ status }) => status)).toEqual([1, 3, 7, 4, 5]);
  });
});

it('days as other systems write them are days', async () => {
  await using w = await world();
  w.rows = [row()];
  w.details = { 77: detail({ xml: xmlOf({ ...BIRTH, nycNgayCapGiayToTuyThan: '2021-05-20T00:00:00', meNgaySinh: '00/00/1960', chaNgaySinh: '03/03/1993 00:00:00' }), files: [{ ...FILES[0], duLieuTepDinhKem: PDF }] }) };
  expect(await intake.run(w.deps)).toEqual({ told: 1, failed: 0 });
  expect(w.desk.dossiers.get(FIRST)?.civilStatus?.facts).toMatchObject({ requester: { identityPaper: { issuedOn: '2021-05-20' } }, mother: { birthDate: '1960' }, father: { birthDate: '1993-03-03' } });
  expect(() => config({ firstNumber: 0 })).toThrow();
});
