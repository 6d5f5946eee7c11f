/** The simulated VNeID and judicial-record software on loopback: whole lives, what each refuses, the numbers of 6.6, and that a seed repeats a run. */
import { afterEach, describe, expect, it } from 'vitest';
import { scenarios } from '../../../adapters/vneid/scenarios.ts';
import { createVneidSimulator, type VneidSimulatorOptions } from '../../../adapters/vneid/simulator.ts';
import { declaration, scene, START, type Scene } from './province.ts';

const open: Scene[] = [];
afterEach(async () => void (await Promise.all(open.splice(0).map((one) => one.close()))));
async function start(options: VneidSimulatorOptions = {}, lines = 1): Promise<Scene> {
  const made = await scene(options, lines);
  open.push(made);
  return made;
}
/** A scene in which one citizen has applied. */
async function applied(options: VneidSimulatorOptions = {}, code = 'H99.14-260302-0001'): Promise<Scene> {
  const made = await start(options);
  made.numbers.push(code);
  made.simulator.apply();
  await made.advance(0);
  return made;
}
const HOUR = 3_600_000;
const CODE = 'H99.14-260302-0001';
const OK = { statusCode: '00', data: null, errorDetail: null };
const cannot = (name: string) => ({ statusCode: '01', data: null, errorDetail: `Hồ sơ không thể cập nhật lên trạng thái ${name}` });
const PDF = 'JVBERi0xLjcKJeLjz9MK';
const certificate = { soPhieuLLTP: '7', ngayCapPhieu: '03/03/2026', loaiPhieu: '1', nguoiLapPhieu: 'A', nguoiKy: 'B', chucVu: 'C', tinhTrangAnTich: '0', tenTinhTrangAnTich: 'x', thongTinCDNCV: '', tenThongTinCDNCV: '', thongTinAn: null, dsCDNCV: null, phieuLLTP: PDF, quyetDinhThuHoi: '' };
const withdrawn = (decision: string) => ({ type: 'thuhoi', ketQuaXuLy: { ...certificate, quyetDinhThuHoi: decision } });
const breaches = ({ running }: Scene) => [...running.callbacks.journal().flatMap(({ issues, breaches: own }) => [...issues, ...own]), ...running.exchanges.list(0, 1_000).flatMap(({ issues = [], breaches: own = [] }) => [...issues, ...own])];

it('a whole life: number, dossier, received, handed over, supplemented, received again, result, returned, withdrawn', async () => {
  const s = await applied({ supplementAfterMs: [HOUR, HOUR], resultAfterMs: [HOUR, HOUR], chances: { convicted: 1 } });
  expect(s.simulator.application(CODE)).toMatchObject({ phase: 'taken', state: '1', versions: 1, answers: ['00'] });
  expect(s.came[0]?.body).toMatchObject({ maHoSoMCDT: CODE, nguonDangKy: 2, ngayTiepNhan: '02/03/2026', toKhai: { nycSoGiayTo: expect.stringMatching(/^099\d{9}$/), nycDienThoai: expect.stringMatching(/^090000\d{4}$/) } });
  expect(await s.report(CODE, '2')).toEqual(OK);
  expect(await s.push(CODE)).toMatchObject({ status: '1', statusDescription: 'Gửi thông tin thành công' });
  expect(await s.read(CODE)).toEqual({ status: 1, statusDescription: 'Thành công', value: [{ maHoSoMCDT: CODE, trangThaiXuLy: '4', ketQuaXuLy: null }] });
  expect(await s.report(CODE, '4')).toEqual(OK);
  expect(await s.report(CODE, '5', { lyDoTuChoi: 'Ảnh giấy tờ bị mờ' })).toEqual(OK);
  expect(s.came).toHaveLength(1);
  await s.advance(HOUR);
  expect(s.came).toHaveLength(2);
  const [first, second] = s.came;
  expect(second?.body).toMatchObject({ maHoSoMCDT: CODE, ngayTiepNhan: '02/03/2026' });
  expect((second?.body['toKhai'] as { nycHoTen: string }).nycHoTen).toBe((first?.body['toKhai'] as { nycHoTen: string }).nycHoTen);
  expect(second?.text).not.toBe(first?.text);
  expect(s.simulator.application(CODE)).toMatchObject({ phase: 'taken', state: '1', versions: 2 });
  expect(await s.report(CODE, '2')).toEqual(OK);
  // It has the dossier, and is not told of the supplement (2.9).
  expect(await s.push(CODE)).toMatchObject({ status: '0', errorDescription: 'Hồ sơ đã được tiếp nhận, không thể cập nhật thông tin' });
  expect(await s.report(CODE, '4')).toEqual(OK);
  const [row] = (await s.read(CODE))['value'] as { trangThaiXuLy: string; ketQuaXuLy: Record<string, unknown> }[];
  expect(row).toMatchObject({ trangThaiXuLy: '9', ketQuaXuLy: { phieuLLTP: expect.stringMatching(/^JVBERi/), quyetDinhThuHoi: '', tinhTrangAnTich: '1', thongTinAn: [{ soBanAn: '15/2019/HSST' }] } });
  // The same certificate however often it is asked for, and another one once it was made anew.
  await s.advance(48 * HOUR);
  expect(((await s.read(CODE))['value'] as unknown[])[0]).toEqual(row);
  expect(await s.report(CODE, '9', { ketQuaXuLy: row?.ketQuaXuLy })).toEqual(OK);
  expect(await s.report(CODE, '10')).toEqual(OK);
  s.simulator.reissue(CODE);
  const [again] = (await s.read(CODE))['value'] as { ketQuaXuLy: Record<string, unknown> }[];
  expect(again?.ketQuaXuLy['phieuLLTP']).not.toBe(row?.ketQuaXuLy['phieuLLTP']);
  expect(await s.report(CODE, '10', withdrawn(PDF))).toEqual(OK);
  expect(s.simulator.application(CODE)).toMatchObject({ state: '10', certificate: { number: expect.any(String), bytes: expect.any(Number) }, revocations: [{ bytes: 15 }] });
  expect(s.simulator.journal().filter(({ key }) => key === CODE).map(({ service, effect }) => `${service} ${effect}`)).toEqual([
    'issueCode read', 'createDossier create', 'reportStatus update', 'pushToBackend create', 'readResult read', 'reportStatus update', 'reportStatus update', 'createDossier update', 'reportStatus update',
    'pushToBackend refused', 'reportStatus update', 'readResult read', 'readResult read', 'reportStatus update', 'reportStatus update', 'readResult read', 'reportStatus update',
  ]);
  // Both sides have kept to the document.
  expect(breaches(s)).toEqual([]);
});

describe('states (2.9)', () => {
  it('a repeat, a step back and a step over the end are no news, in words', async () => {
    const s = await applied();
    expect(await s.report(CODE, '2')).toEqual(OK);
    expect(await s.report(CODE, '2')).toEqual(cannot('Được tiếp nhận'));
    expect(await s.report(CODE, '4')).toEqual(OK);
    expect(await s.report(CODE, '2')).toEqual(cannot('Được tiếp nhận'));
    expect(await s.report(CODE, '10')).toEqual(cannot('Đã trả kết quả'));
    expect(await s.report(CODE, '3', { lyDoTuChoi: 'Sai thông tin' })).toEqual(OK);
    expect(await s.report(CODE, '4')).toEqual(cannot('Đang xử lý'));
    expect(s.simulator.application(CODE)).toMatchObject({ state: '3', reason: 'Sai thông tin' });
    expect(s.simulator.summary()).toMatchObject({ refused: 4 });
  });
  it('from 5 only the citizen leads back', async () => {
    const s = await applied({ supplementAfterMs: 'never' });
    await s.report(CODE, '5');
    expect(await s.report(CODE, '2')).toEqual(cannot('Được tiếp nhận'));
    await s.advance(1000 * HOUR);
    expect(s.came).toHaveLength(1);
    await s.running.callbacks.make(s.simulator.call('supplement', { maHoSo: CODE }));
    expect(s.simulator.application(CODE)).toMatchObject({ state: '1', versions: 2 });
    expect(await s.report(CODE, '2')).toEqual(OK);
  });
  it('a withdrawal goes with the state that holds, each decision once, and both files', async () => {
    const s = await applied();
    for (const state of ['2', '4', '9']) await s.report(CODE, state);
    expect(await s.report(CODE, '9', { type: 'thuhoi', ketQuaXuLy: certificate })).toMatchObject({ statusCode: '02' });
    expect(await s.report(CODE, '10', withdrawn(PDF))).toEqual(cannot('Đã trả kết quả'));
    expect(await s.report(CODE, '9', withdrawn(PDF))).toEqual(OK);
    expect(await s.report(CODE, '9', withdrawn(PDF))).toEqual(cannot('Đã xử lý xong'));
    expect(await s.report(CODE, '9', withdrawn('JVBERi0xLjQK'))).toEqual(OK);
    expect(s.simulator.application(CODE)?.revocations).toHaveLength(2);
  });
  it.each([
    ['a result too early', { trangThaiXuLy: '4', ketQuaXuLy: certificate }], ['a decision without a withdrawal', { trangThaiXuLy: '9', ketQuaXuLy: { ...certificate, quyetDinhThuHoi: PDF } }],
    ['a number as state', { trangThaiXuLy: 2 }], ['no such state', { trangThaiXuLy: '11' }], ['another kind of date', { ngayHenTraKetQua: '2026-03-12' }], ['no name of the state', { tenTrangThaiXuLy: '' }],
    ['a certificate that is no PDF', { trangThaiXuLy: '9', ketQuaXuLy: { ...certificate, phieuLLTP: 'aGVsbG8=' } }], ['a field that is missing', { lyDoTuChoi: undefined }],
  ])('refuses %s with 02', async (_, more) => {
    const s = await applied();
    expect(await s.report(CODE, '2', more)).toMatchObject({ statusCode: '02', errorDetail: expect.stringMatching(/^Dữ liệu không hợp lệ: /) });
    expect(s.simulator.application(CODE)?.state).toBe('1');
  });
});

describe('numbers of 6.6', () => {
  const at = (n: number) => applied({}, `H99.14-260302-900${n}`);
  it('9001 is interrupted twice', async () => {
    const s = await at(1);
    const interrupted = { statusCode: '03', data: null, errorDetail: 'Yêu cầu bị gián đoạn. Vui lòng thử lại.' };
    expect([await s.report('H99.14-260302-9001', '2'), await s.report('H99.14-260302-9001', '2'), await s.report('H99.14-260302-9001', '2')]).toEqual([interrupted, interrupted, OK]);
  });
  it('9002 cannot be updated, whatever is said', async () => {
    const s = await at(2);
    expect(await s.report('H99.14-260302-9002', '2')).toEqual(cannot('Được tiếp nhận'));
    expect(await s.report('H99.14-260302-9002', '4')).toEqual(cannot('Đang xử lý'));
  });
  it('9003 fails with 502 and has changed nothing', async () => {
    const s = await at(3);
    expect(await s.report('H99.14-260302-9003', '2')).toMatchObject({ http: 502 });
    expect(s.simulator.application('H99.14-260302-9003')?.state).toBe('1');
    expect(await s.report('H99.14-260302-9003', '2')).toEqual(OK);
  });
  it('9004 is answered with half a JSON, and was taken', async () => {
    const s = await at(4);
    expect(await s.report('H99.14-260302-9004', '2')).toMatchObject({ http: 200, text: expect.stringMatching(/^\{"statusCode"/) });
    expect(s.simulator.application('H99.14-260302-9004')?.state).toBe('2');
    expect(await s.report('H99.14-260302-9004', '2')).toEqual(cannot('Được tiếp nhận'));
  });
  it('9005 answers every request for a supplement at once', async () => {
    const s = await at(5);
    for (const round of [2, 3]) {
      await s.report('H99.14-260302-9005', '5');
      await s.settled();
      expect(s.simulator.application('H99.14-260302-9005')).toMatchObject({ state: '1', versions: round });
    }
  });
  it('are numbers like any other where that is wanted', async () => {
    const s = await applied({ suffixes: false }, 'H99.14-260302-9002');
    expect(await s.report('H99.14-260302-9002', '2')).toEqual(OK);
  });
});

describe('the first submission', () => {
  it('comes again to the letter when its answer was lost', async () => {
    const s = await applied({ ...scenarios['lost-answer'].options, citizens: 0 });
    expect(s.came).toHaveLength(2);
    expect(s.came[1]?.text).toBe(s.came[0]?.text);
    expect(s.simulator.application(CODE)).toMatchObject({ phase: 'taken', sent: 2, answers: ['00'] });
  });
  it('comes again when the province fails', async () => {
    const s = await start();
    s.answer = (n) => (n === 1 ? { status: 503 } : { statusCode: '00' });
    s.simulator.apply();
    await s.advance(0);
    expect(s.simulator.application(CODE)).toMatchObject({ phase: 'taken', answers: ['HTTP 503', '00'] });
  });
  it.each([['twice', true], ['two-versions', false]] as const)('%s: two at once', async (delivery, same) => {
    const s = await start({ delivery }, 8);
    s.answer = (n) => (n === 1 ? { statusCode: '00' } : { statusCode: '01', errorDetail: 'Hồ sơ không ở trạng thái bổ sung, không thể thực hiện cập nhật' });
    s.simulator.apply();
    await s.advance(0);
    expect(s.came).toHaveLength(2);
    expect(s.came[0]?.text === s.came[1]?.text).toBe(same);
    expect(s.simulator.application(CODE)).toMatchObject({ phase: 'taken', state: '1' });
  });
  it('that is refused stays so, with what was said', async () => {
    const s = await start({ spoil: 'money' });
    s.answer = () => ({ statusCode: '01', errorDetail: 'tongPhi phải là số tiền chỉ gồm chữ số' });
    s.simulator.apply();
    await s.advance(0);
    expect((s.came[0]?.body['toKhai'] as { thongTinThanhToan: { tongPhi: string } }).thongTinThanhToan.tongPhi).toBe('105.000,5');
    expect(s.simulator.application(CODE)).toMatchObject({ phase: 'refused', answers: ['01 tongPhi phải là số tiền chỉ gồm chữ số'] });
  });
  it('does not come without a number', async () => {
    const s = await start();
    s.numbers.push('');
    s.simulator.apply();
    await s.advance(0);
    expect(s.simulator.applications()[0]).toMatchObject({ phase: 'wants-code' });
    expect(s.came).toEqual([]);
    expect(s.simulator.summary()).toMatchObject({ codesRefused: 1 });
  });
  it('a number that is given twice is used once', async () => {
    const s = await start();
    s.running.faults.set({ rules: [{ kind: 'callback-duplicate', match: { service: 'issueCode' } }] });
    s.simulator.apply();
    await s.advance(0);
    expect(s.simulator.summary()).toMatchObject({ codesUnused: 1, applications: 1 });
    expect(s.came.map(({ body }) => body['maHoSoMCDT'])).toEqual([CODE]);
  });
});

describe('the judicial-record software', () => {
  it('knows its key, and says so in its own way', async () => {
    const s = await start();
    expect(await s.push(CODE, { authKey: 'wrong' })).toMatchObject({ status: '0', errorDescription: 'Khóa xác thực không hợp lệ' });
    expect(await s.read(CODE, { authKey: 'wrong' })).toEqual({ status: 0, statusDescription: 'Khóa xác thực không hợp lệ', value: null });
    expect(await s.read(CODE)).toEqual({ status: 0, statusDescription: 'Không tìm thấy hồ sơ', value: null });
    expect(s.simulator.backendCase(CODE)).toBeUndefined();
  });
  it.each([['a number', { loaiPhieu: 1 }], ['another file name', { fileHoSo: [{ tenLoaiFile: 'x', tenFile: 'cccd.pdf', noiDungFile: PDF }] }], ['a name in the right spelling', { nuqLoaiGiayTo: '4' }], ['an address without its detail', { nycThuongTru: {} }]])('refuses %s in words that hold those of success', async (_, more) => {
    const s = await start({ unknownFields: 'refuse' });
    expect(await s.push(CODE, { toKhai: declaration(more) })).toMatchObject({ status: '0', errorDescription: expect.stringMatching(/^Gửi thông tin không thành công: /) });
  });
  it('asks with 5 and goes on once it has the dossier again (U13)', async () => {
    const s = await start({ ...scenarios['backend-asks'].options, resultAfterMs: [HOUR, HOUR] });
    await s.push(CODE);
    await s.advance(10 * HOUR);
    expect(await s.read(CODE)).toMatchObject({ value: [{ trangThaiXuLy: '5', ketQuaXuLy: null }] });
    expect(await s.push(CODE)).toMatchObject({ status: '1' });
    await s.advance(HOUR);
    expect(await s.read(CODE)).toMatchObject({ value: [{ trangThaiXuLy: '9' }] });
    expect(s.simulator.backendCase(CODE)).toMatchObject({ pushes: 2, state: '9' });
  });
  it('refuses with 3 where it is told to (U13)', async () => {
    const s = await start({ ...scenarios['backend-refuses'].options, resultAfterMs: [0, 0] });
    await s.push(CODE);
    expect(await s.read(CODE)).toMatchObject({ value: [{ trangThaiXuLy: '3', ketQuaXuLy: null }] });
  });
});

describe('the way in', () => {
  it('the integration platform wants its token', async () => {
    const s = await start(scenarios.gateway.options);
    expect(await s.report(CODE, '2')).toMatchObject({ fault: { code: 900901 } });
    expect(s.simulator.clientConfig?.('http://x')).toMatchObject({ gateway: { kind: 'client-credentials', tokenUrl: 'http://x/token' } });
  });
  it('GetToken gives the token that L6 wants, and nobody else', async () => {
    const s = await start(scenarios['get-token'].options);
    const config = s.simulator.clientConfig?.(s.running.url) as { getToken: { path: string; fields: Record<string, string> } };
    const ask = async (fields: Record<string, string>) => (await (await fetch(`${s.running.url}${config.getToken.path}`, { method: 'POST', body: JSON.stringify(fields) })).json()) as { statusCode: string; accessToken: string };
    expect(await ask({ ...config.getToken.fields, key: 'wrong' })).toMatchObject({ statusCode: '01', accessToken: null });
    expect(await ask(config.getToken.fields)).toMatchObject({ statusCode: '00', accessToken: expect.stringMatching(/^[0-9a-f]{40}$/) });
    expect(await s.report(CODE, '2')).toMatchObject({ statusCode: '02' });
  });
  it('VNeID’s sign-in is there as well', async () => {
    const s = await start();
    const { login } = s.simulator;
    const page = await fetch(`${s.running.url}/auth?response_type=code&client_id=mot-cua-099&redirect_uri=${encodeURIComponent('http://127.0.0.1/back')}&scope=openid&state=x`);
    expect(await page.text()).toContain('VNeID');
    expect(login.summary()).toMatchObject({ pages: 1 });
  });
});

it('a dossier that VNeID does not know is taken as new, or refused where that is wanted', async () => {
  const s = await start();
  expect(await s.report('H99.14-260302-0777', '2')).toEqual(OK);
  expect(s.simulator.summary()).toMatchObject({ strangers: 1 });
  const strict = await start(scenarios.strangers.options);
  expect(await strict.report('H99.14-260302-0777', '2')).toEqual({ statusCode: '01', data: null, errorDetail: 'Không tìm thấy hồ sơ' });
});

it('words and dossiers in decomposed letters, codes as text', async () => {
  const s = await applied({ letters: 'NFD', codesAsText: true });
  expect(s.came[0]?.text).toBe(s.came[0]?.text.normalize('NFD'));
  expect(s.came[0]?.body).toMatchObject({ nguonDangKy: '2' });
  await s.report(CODE, '2');
  const { errorDetail } = await s.report(CODE, '2');
  expect(errorDetail).toBe(cannot('Được tiếp nhận').errorDetail.normalize('NFD'));
  expect(breaches(s)).toEqual([]);
});

it('the same seed gives the same run, and a reset begins it anew', async () => {
  const [one, two] = [await applied({ chances: { authorised: 1, abroad: 1 } }), await applied({ chances: { authorised: 1, abroad: 1 } })];
  expect(two.came[0]?.text).toBe(one.came[0]?.text);
  expect(one.came[0]?.body).toMatchObject({ toKhai: { uyQuyen: 1, thongTinUyQuyen: { nuqQuanHe: { ten: 'Con' } }, nycNoiSinh: { maQuocGia: 'LA' } } });
  one.simulator.reset();
  expect(one.simulator.summary()).toMatchObject({ applications: 0, handedOver: 0, refused: 0 });
  expect(one.simulator.now()).toBe(START);
  one.simulator.apply();
  await one.advance(0);
  expect(one.came[1]?.body['toKhai']).toMatchObject({ nycHoTen: (one.came[0]?.body['toKhai'] as { nycHoTen: string }).nycHoTen });
});

it('what it shows of itself has no personal data and no secret', async () => {
  const s = await applied({ chances: { authorised: 1 } });
  await s.report(CODE, '2');
  const shown = JSON.stringify([s.simulator.state(), s.simulator.journal(), s.simulator.summary()]);
  const { toKhai } = s.came[0]?.body as { toKhai: Record<string, string> & { thongTinUyQuyen: Record<string, string> } };
  for (const value of [toKhai['nycHoTen'], toKhai['nycSoGiayTo'], toKhai['nycDienThoai'], toKhai['nycEmail'], toKhai.thongTinUyQuyen['nuqHoTen'], s.simulator.secrets.codeGet, s.simulator.secrets.authKey]) expect(shown).not.toContain(value);
});

it('options and calls that there are not are refused by name', () => {
  expect(() => createVneidSimulator({ codeget: 'x' })).toThrow('"codeget"');
  expect(() => createVneidSimulator({ chances: { married: 1 } as never })).toThrow('chances.married');
  expect(() => createVneidSimulator({ backendStates: ['7'] as never })).toThrow('backendStates');
  expect(() => createVneidSimulator({ codeGet: 'a b' })).toThrow('codeGet');
  const simulator = createVneidSimulator();
  expect(() => simulator.call('nothing', {})).toThrow('issueCode');
  expect(() => simulator.call('repeat', {})).toThrow('maHoSo');
  expect(() => simulator.call('repeat', { maHoSo: 'H99.14-260302-0001' })).toThrow('never sent');
  expect(() => simulator.reissue('H99.14-260302-0001')).toThrow('no certificate');
  for (const { options } of Object.values(scenarios) as { options?: VneidSimulatorOptions }[]) expect(() => createVneidSimulator(options)).not.toThrow();
});

it('every call that may be asked for is made, and the province’s answer is understood', async () => {
  const s = await start();
  await s.running.callbacks.make(s.simulator.call('apply', {}));
  await s.settled();
  await s.running.callbacks.make(s.simulator.call('issueCode', {}));
  await s.running.callbacks.make(s.simulator.call('createDossier', { maHoSo: 'H99.14-260302-0500' }));
  await s.running.callbacks.make(s.simulator.call('repeat', { maHoSo: CODE }));
  expect(s.came.map(({ body }) => body['maHoSoMCDT'])).toEqual([CODE, 'H99.14-260302-0500', CODE]);
  expect(s.came[2]?.text).toBe(s.came[0]?.text);
  expect(s.simulator.applications().map(({ phase }) => phase)).toEqual(['taken', 'taken']);
});
