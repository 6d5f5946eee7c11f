/** The simulated DVCLT and civil-status system on loopback: whole lives, what each refuses, every sentence of 3.7, and that a seed repeats a run. */
import { expect, it } from 'vitest';
import { createDvcltSimulator } from '../../../adapters/dvclt/simulator.ts';
import { HOUR, scene, type Scene } from './scene.ts';

it('the whole life of a birth: listed, taken, acknowledged, accepted, handed over, registered, returned', async () => {
  await using s = await scene();
  const { number } = s.simulator.apply({ kind: 'KS' });
  expect(await s.round('intake')).toEqual({ told: 1, failed: 0 });
  const application = s.simulator.application(number);
  expect(application).toMatchObject({ isWaiting: false, acknowledged: 1, versions: 1 });
  const taken = s.dossier(number);
  expect(taken.civilStatus).toMatchObject({ kind: 'BIRTH', facts: { child: { name: application?.declared['nksHoTen'] } } });
  expect(await s.report(taken)).toEqual(['1 taken']);
  const accepted = s.says(taken, 'ACCEPTED');
  expect(await s.report(accepted)).toEqual(['3 taken']);
  expect(await s.push(accepted)).toMatchObject({ kind: 'done', value: { isDuplicate: false } });
  expect(await s.report(s.dossier())).toEqual(['7 taken']);
  expect(await s.round('results')).toEqual({ told: 1, failed: 0 });
  s.simulator.advance(HOUR);
  expect(s.simulator.registryCase(taken.code)).toMatchObject({ state: '3', pushes: 1, files: 1 });
  await s.round('results');
  s.simulator.advance(HOUR);
  await s.round('results');
  const registered = s.dossier();
  const newborn = s.simulator.newborn(taken.code);
  expect(newborn).toMatch(/^099[23]\d{8}$/);
  expect(registered).toMatchObject({ status: 'RESOLVED', civilStatus: { result: { citizenNumber: newborn }, facts: { child: { citizenNumber: newborn } } } });
  expect(await s.report(registered)).toEqual(['4 taken']);
  expect(await s.report(s.says(registered, 'RETURNED'))).toEqual(['5 taken']);
  expect(s.simulator.application(number)).toMatchObject({ events: [1, 3, 7, 4, 5], code: taken.code, result: { citizenNumber: newborn, paperCode: 'KQ.G15.000031', file: { bytes: registered.civilStatus?.result?.file?.size } } });
  expect(s.desk.aside).toEqual([]);
  expect(s.breaches()).toEqual([]);
  expect(s.simulator.summary()).toMatchObject({ refused: 0, unknownFields: 0, secondCodes: 0 });
});

// ---- by hand, over HTTP ----------------------------------------------------------------------------------------------------

interface Said { status: number; text: string; body: Record<string, unknown> }
async function call(s: Scene, method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Said> {
  const answer = await fetch(`${s.running.url}${path}`, { method, headers: { 'content-type': 'application/json', ...headers }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const text = await answer.text();
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = {};
  }
  return { status: answer.status, text, body: parsed as Record<string, unknown> };
}
const OPEN = { login: 'none', lgsp: 'none' } as const;
const LIST = '/api/lienthongdvclt/danhsachhoso';
const STATUS = '/api/lienthongDVCLT/capNhatTrangThaiHoSoDVCLTHoTich';
const RESULTS = '/apiLienThongKSKT/1.0/layKetQua';
const TIME = '10/01/2025 09:00:00';
const DEATH_RESULT = {
  ...Object.fromEntries('nktHoTen nktNgaySinh nktDanToc nktQuocTich nktNoiCuTru nktSoGiayTo nktNgayChet nktNoiChet nktNguyenNhanChet giayBaoTuLoai giayBaoTuSo nycHoTen nycQuanHe nycSoGiayTo soDangKy quyenSo trangSo'.split(' ').map((name) => [name, null])),
  nktGioiTinh: 1, nktLoaiCuTru: 1, giayKhaiTu: 'Không có thông tin', maGiayToKetQua: 'KQ.G15.000034',
};
/** K7 as the sheet has it. */
const event = (number: string, trangThai: number, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  maTTHC: '2.000986', soHoSoLT: number, coQuanXuLy: 5, maHoSo: 'H99.45.01-250110-0003', trangThai, thoiGianThucHien: TIME, ghiChu: null, noiDungXuLy: 'x', nguoiXuLy: null, chucDanh: null, phongBanXuLy: null,
  ketQuaXuLy: trangThai === 4 ? JSON.stringify(DEATH_RESULT) : null, ngayBatDau: TIME, ngayKetThucTheoQuyDinh: TIME, ngayHenTraTruoc: null, ngayHenTraMoi: null, hanBoSungHoSo: trangThai === 2 ? TIME : null, ...more,
});
const report = async (s: Scene, number: string, status: number, more: Record<string, unknown> = {}): Promise<string> => {
  const { body, text, status: http } = await call(s, 'POST', STATUS, event(number, status, more));
  const errors = body['errors'] as { soHoSoLT?: string[] } | null | undefined;
  return String(errors?.soHoSoLT?.[0] ?? body['title'] ?? `${http} ${text.slice(0, 30)}`);
};
const OK = 'Cập nhật trạng thái thành công';

it('takes events in their order and says in the words of 3.7 what else it thinks of one', async () => {
  await using s = await scene(OPEN);
  const { number } = s.simulator.apply({ kind: 'KT' });
  expect(await report(s, number, 3)).toBe('Hồ sơ chưa được gửi không thể cập nhật trạng thái');
  expect(await report(s, number, 1)).toBe(OK);
  expect(await report(s, number, 1)).toBe('Trạng thái hồ sơ đã tồn tại trong một cửa điện tử');
  expect(await report(s, number, 7)).toBe('Hồ sơ chưa cập nhật trạng thái trước đó');
  expect(await report(s, number, 3)).toBe(OK);
  expect(await report(s, number, 4)).toBe('Hồ sơ chưa cập nhật trạng thái trước đó');
  for (const status of [7, 4]) expect(await report(s, number, status)).toBe(OK);
  expect(await report(s, number, 4)).toBe('Hồ sơ đã có kết quả xử lý. Không thể cập nhật trạng thái');
  expect(await report(s, number, 2)).toBe('Hồ sơ đã hoàn thành đăng ký, không được cập nhật trạng thái');
  expect(await report(s, number, 5)).toBe(OK);
  expect(await report(s, number, 5)).toBe('Hồ sơ đã trả kết quả, không được cập nhật trạng thái');
  const refused = s.simulator.apply({ kind: 'KS' }).number;
  for (const status of [1, 6]) expect(await report(s, refused, status)).toBe(OK);
  expect(await report(s, refused, 3)).toBe('Hồ sơ bị từ chối. Không thể cập nhật trạng thái');
  expect([s.simulator.application(number)?.events, s.simulator.application(refused)?.events]).toEqual([[1, 3, 7, 4, 5], [1, 6]]);
});

it('knows no stranger when it is told so, and never takes a second number of the province for one dossier', async () => {
  await using s = await scene({ ...OPEN, unknownDossiers: 'refuse' });
  expect(await report(s, 'G22.99.99-250110-7777', 1)).toBe('Hồ sơ không tồn tại');
  const { number } = s.simulator.apply();
  expect(await report(s, number, 1)).toBe(OK);
  expect(await report(s, number, 3, { maHoSo: 'H99.45.01-250110-0004' })).toBe('Logic xử lý không hợp lệ');
  expect(s.simulator.summary()).toMatchObject({ secondCodes: 1 });
});

it.each<[string, string[], number]>([
  ['9001', ['Có lỗi trong quá trình thêm mới', 'Có lỗi trong quá trình thêm mới', OK], 1], ['9002', ['Hồ sơ đã có kết quả xử lý. Không thể cập nhật trạng thái', 'Hồ sơ đã có kết quả xử lý. Không thể cập nhật trạng thái'], 0],
  ['9003', ['502 <html><body><h1>502 Bad Gatewa', OK], 1], ['9004', ['200 {"type":null,"title":', 'Trạng thái hồ sơ đã tồn tại trong một cửa điện tử'], 1], ['9006', ['Client received SOAP Fault from server', OK], 1], ['9007', ['Server Error', OK], 1],
  ['9008', ['Hệ thống đang bận, xin quay lại sau', OK], 1], ['9009', ['Logic xử lý không hợp lệ', 'Logic xử lý không hợp lệ'], 0], ['9010', ['Cập nhật trạng thái không thành công', OK], 1],
])('the number …-%s has its own trouble', async (suffix, words, taken) => {
  await using s = await scene(OPEN);
  const { number } = s.simulator.apply({ number: `G22.99.99-250110-${suffix}` });
  for (const said of words) expect((await report(s, number, 1)).slice(0, said.length)).toBe(said);
  expect(s.simulator.application(number)?.events).toHaveLength(taken);
});

it('…-9005 supplements at once, others by the clock; the dossier waits again with other papers', async () => {
  await using s = await scene(OPEN);
  const quick = s.simulator.apply({ kind: 'KS', number: 'G22.99.99-250110-9005' }).number;
  const slow = s.simulator.apply({ kind: 'KS' }).number;
  const rows = async (): Promise<unknown[]> => ((await call(s, 'GET', LIST)).body['data'] as { maHoSo: string }[]).map(({ maHoSo }) => maHoSo);
  for (const number of [quick, slow]) {
    await call(s, 'PUT', '/api/lienthongdvclt/capnhatdanhanhoso', { maHoSo: number, daNhan: true });
    for (const status of [1, 2]) await report(s, number, status);
  }
  expect(await rows()).toEqual([quick]);
  expect(() => s.simulator.supplement(quick)).toThrow('is not asked');
  s.simulator.advance(HOUR);
  expect(await rows()).toEqual([quick, slow]);
  expect([await report(s, slow, 7), await report(s, slow, 3)]).toEqual(['Hồ sơ chưa cập nhật trạng thái trước đó', OK]);
  expect(s.simulator.application(slow)).toMatchObject({ versions: 2, events: [1, 2, 3] });
});

it('wants to be logged in to, at DVCLT in either shape and at the integration platform; tokens end', async () => {
  for (const login of ['password', 'secret-pass'] as const) {
    await using s = await scene({ login, tokenTtlMs: 60_000 });
    s.simulator.apply();
    expect((await call(s, 'GET', LIST)).status).toBe(401);
    expect((await call(s, 'POST', RESULTS, { maDinhDanhHoSo: ['a'], maTinh: '99', module: 'LTKS' })).status).toBe(401);
    expect((await call(s, 'POST', '/api/authentication/token', { userName: 'x', password: 'y' })).status).toBe(401);
    expect(await s.round('intake')).toEqual({ told: 1, failed: 0 });
    s.simulator.advance(61_000);
    s.simulator.apply();
    expect(await s.round('intake')).toEqual({ told: 1, failed: 0 });
    s.simulator.expireSessions();
    s.simulator.apply();
    expect(await s.round('intake')).toEqual({ told: 1, failed: 0 });
    expect(s.breaches()).toEqual([]);
  }
});

it('a GET with or without its body, as the double is told', async () => {
  await using strict = await scene({ ...OPEN, getBody: 'required' });
  strict.simulator.apply();
  expect((await call(strict, 'GET', LIST)).status).toBe(400);
  expect(await strict.round('intake')).toEqual({ told: 1, failed: 0 });
  await using bare = await scene({ ...OPEN, getBody: 'refused' });
  bare.simulator.apply();
  expect(await bare.round('intake')).toEqual({ told: 1, failed: 0 });
});

it('bad dossiers between good ones: each is put aside with what is wrong, none holds up another, and each is still listed', async () => {
  await using s = await scene(OPEN);
  const spoils = ['none', 'unit', 'procedure', 'level-2', 'xml', 'doctype', 'no-hotich', 'number', 'file', 'day', 'none'] as const;
  for (const spoil of spoils) s.simulator.apply({ kind: 'KS', spoil });
  expect(await s.round('intake')).toEqual({ told: 2, failed: 9 });
  expect(s.desk.aside.map(({ issues }) => issues[0]?.code).sort()).toEqual(['DOCTYPE', 'ENCODING', 'FILE', 'MISMATCH', 'PROCEDURE', 'UNIT', 'VALUE', 'XML', 'XML'].map((code) => `LT-DVCLT-${code}`));
  expect(s.simulator.applications().map(({ isWaiting }) => isWaiting)).toEqual(spoils.map((spoil) => spoil !== 'none'));
});

it.each(['three-level', 'two-level'] as const)('the civil-status system takes the %s form and no other', async (variant) => {
  for (const other of ['three-level', 'two-level'] as const) {
    await using s = await scene({ variant }, { variant: other });
    s.simulator.apply({ kind: 'KS' });
    s.simulator.apply({ kind: 'KT' });
    await s.round('intake');
    for (const dossier of [...s.desk.dossiers.values()]) expect(await s.push(s.says(dossier, 'ACCEPTED'))).toMatchObject(variant === other ? { kind: 'done' } : { kind: 'rejected', issues: [{ code: 'LT-DVCLT-REFUSED' }] });
    s.simulator.advance(2 * HOUR);
    expect(await s.round('results')).toEqual({ told: variant === other ? 2 : 0, failed: 0 });
    if (variant === other) expect(s.simulator.summary()).toMatchObject({ unknownFields: 0, refused: 0 });
  }
});

it.each<[string, string, string]>([['100', 'retry', 'LT-DVCLT-CALLER'], ['101', 'retry', 'LT-DVCLT-CALLER'], ['500', 'rejected', 'LT-DVCLT-REFUSED'], ['2025', 'rejected', 'LT-DVCLT-REFUSED']])('K5 refused with %s', async (pushFault, kind, code) => {
  await using s = await scene({ pushFault: pushFault as '100' });
  s.simulator.apply({ kind: 'KS' });
  await s.round('intake');
  const accepted = s.says(s.dossier(), 'ACCEPTED');
  const first = await s.push(accepted);
  expect([first.kind, 'issue' in first ? first.issue.code : 'issues' in first ? first.issues[0]?.code : '']).toEqual([kind, code]);
  expect((await s.push(accepted)).kind).toBe(kind === 'retry' ? 'done' : 'rejected');
  if (kind === 'retry') expect(await s.push({ ...accepted })).toMatchObject({ kind: 'done', value: { isDuplicate: true } });
});

it('K6: three dossiers a question, of its own province; what it has not, and what it says in numbers', async () => {
  await using s = await scene({ ...OPEN, statesAsNumbers: true });
  const ask = async (codes: string[], maTinh = '99') => (await call(s, 'POST', RESULTS, { maDinhDanhHoSo: codes, maTinh, module: 'LTKS' })).body;
  expect(await ask(['a', 'b', 'c', 'd'])).toEqual({ status: 0, statusDescription: '500 DATA_INCORRECT', value: null });
  expect(await ask(['a'], '58')).toEqual({ status: 0, statusDescription: '108 PROVINCE_ID_INCORRECT', value: null });
  expect(await ask(['a'])).toMatchObject({ status: 1, value: [{ maHoSoMCDT: 'a', trangThai: 0, errors: 'RECORD_NOT_FOUND', ketQuaXuLy: null }] });
  s.simulator.handOver({ code: 'b', module: 'LTKS', interconnected: 'G', unit: '99001', data: { nksGioiTinh: '2', nksNgaySinh: '07.01.2025' } });
  expect(await ask(['b'])).toMatchObject({ value: [{ trangThai: 1, thoiGianThucHien: '10/01/2025 08:00:00' }] });
  s.simulator.advance(2 * HOUR);
  expect(await ask(['b'])).toMatchObject({ value: [{ trangThai: 4, thoiGianThucHien: '10/01/2025 10:00:00', ketQuaXuLy: { soDinhDanh: expect.stringMatching(/^099325\d{6}$/) as string, soDangKy: '1', quyenSo: '01/2025' } }] });
});

it.each<[string, Record<string, unknown>, string]>([
  ['a field too few', { noiDungXuLy: undefined }, 'thiếu trường noiDungXuLy'], ['text for a number', { trangThai: '3' }, 'trường trangThai phải là số từ 1 đến 7'], ['another agency', { coQuanXuLy: 4 }, 'trường coQuanXuLy phải là 5'],
  ['a day in another form', { thoiGianThucHien: '2025-01-10' }, 'trường thoiGianThucHien phải là dd/MM/yyyy HH:mm:ss'], ['a result too early', { ketQuaXuLy: '{}' }, 'trường ketQuaXuLy chỉ có ở trạng thái 4'], ['no beginning', { ngayBatDau: null }, 'trạng thái 3 phải có ngayBatDau'],
])('K7 with %s is refused, without a value in the words', async (_what, more, words) => {
  await using s = await scene(OPEN);
  expect(await report(s, 'G22.99.99-250110-0031', 3, more)).toBe(`Dữ liệu không hợp lệ: ${words}`);
});

it('the same seed gives the same people and numbers; options that are wrong are refused by name', async () => {
  const run = async (seed: string) => {
    await using s = await scene({ ...OPEN, seed, citizens: 2 });
    return s.simulator.applications().map(({ number, declared }) => [number, declared]);
  };
  expect(await run('a')).toEqual(await run('a'));
  expect(await run('a')).not.toEqual(await run('b'));
  for (const [options, name] of [[{ citizen: 1 }, 'citizen'], [{ spoil: 'everything' }, 'spoil'], [{ registryStates: ['5'] }, 'registryStates'], [{ messages: { hello: 'x' } }, 'messages.hello'], [{ unit: 'abc' }, 'unit']] as const) {
    expect(() => createDvcltSimulator(options as never)).toThrow(name);
  }
  const simulator = createDvcltSimulator({ seed: 'a', citizens: 1 });
  simulator.advance(5);
  simulator.apply();
  simulator.reset();
  expect([simulator.applications().length, simulator.journal()]).toEqual([1, []]);
});

it('dossiers and answers in decomposed letters are taken all the same', async () => {
  await using s = await scene({ letters: 'NFD', citizens: 2 });
  expect(await s.round('intake')).toEqual({ told: 2, failed: 0 });
  const accepted = s.says(s.dossier(s.simulator.applications()[0]?.number), 'ACCEPTED');
  expect(accepted.applicant.name).toBe(accepted.applicant.name.normalize('NFC'));
  expect((await s.push(accepted)).kind).toBe('done');
  expect(await s.push({ ...accepted })).toMatchObject({ kind: 'done', value: { isDuplicate: true } });
});

it('a supplement that only the province asked for may not replace what the civil-status system has: a warning says so', async () => {
  await using s = await scene();
  const { number } = s.simulator.apply({ kind: 'KS' });
  await s.round('intake');
  const handedOver = s.says(s.dossier(), 'ACCEPTED');
  await s.push(handedOver);
  await s.report(s.dossier());
  const asked = s.says(s.dossier(), 'SUPPLEMENT_REQUIRED', 'Thiếu giấy chứng sinh');
  await s.report(asked);
  s.simulator.advance(HOUR);
  await s.round('intake');
  const again = s.says(s.dossier(number), 'ACCEPTED');
  expect(again.civilStatus?.submission).toBe(2);
  expect(await s.push(again)).toMatchObject({ kind: 'done', value: { isDuplicate: true }, warnings: [{ code: 'LT-DVCLT-EARLIER-KEPT', severity: 'warning' }] });
  expect(s.simulator.registryCase(again.code)).toMatchObject({ pushes: 1 });
});
