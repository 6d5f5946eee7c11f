/** The simulated land system on loopback: whole lives of cases in both dialects, every message of fact sheet 6.2, files, what it refuses, and that a seed repeats a run. */
import { afterEach, describe, expect, it } from 'vitest';
import { vbdlis } from '../../adapters/vbdlis/adapter.ts';
import { scenarios } from '../../adapters/vbdlis/scenarios.ts';
import { createVbdlisSimulator } from '../../adapters/vbdlis/simulator.ts';
import type { VbdlisSimulatorOptions } from '../../adapters/vbdlis/simulator.ts';
import { connect } from '../../src/adapter/client.ts';
import { waitFor } from '../../src/testing/index.ts';
import type { HostOptions, SimulatorRequest } from '../../src/testing/index.ts';
import { land as landDossier } from '../adapters/vbdlis/fixtures.ts';
import { handedOver, HOUR, landAndProvince, papers, RECEIPT, START, submission, supplement, taxSubmission, wrong } from './land.ts';
import type { Envelope } from './land.ts';

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => void (await Promise.all(open.splice(0).map((one) => one.close()))));
async function land(options: VbdlisSimulatorOptions = {}, host: HostOptions = {}) {
  const scene = await landAndProvince(options, host);
  open.push(scene);
  return scene;
}
const accepted = { data: 1, status: { success: true, code: 200, type: 'success', message: 'Thành công' } };
const refused = (message: string) => ({ data: 0, status: { success: false, type: 'error', message } });

/** Without a host: what it answers, and what it would call. */
const DIRECT: Omit<SimulatorRequest, 'path' | 'body'> = { method: 'POST', query: {}, headers: { host: 'dat-dai.example.vn' } };
function alone(options: VbdlisSimulatorOptions = {}) {
  const simulator = createVbdlisSimulator({ seed: 'one', now: () => START, ...options });
  return {
    simulator,
    post: (path: string, body: unknown) => JSON.parse(simulator.handle({ ...DIRECT, path, body: typeof body === 'string' ? body : JSON.stringify(body) }).body) as Envelope,
    /** everything that happens by itself within so many hours */
    told(hours: number) {
      simulator.advance(hours * HOUR);
      return simulator.takeCallbacks().map(({ name, body = '{}' }) => ({ name, body: JSON.parse(body) as Record<string, unknown> }));
    },
  };
}

it('begins at the time that it is told, and goes on from there', () => {
  const { simulator } = alone({ startAt: '2025-07-14T00:30:00Z' });
  simulator.advance(HOUR);
  expect(new Date(simulator.now()).toISOString()).toBe('2025-07-14T01:30:00.000Z');
});

describe('a whole life in VBDLIS', () => {
  it('from submission through supplement, tax, result, return and a wrong result to the corrected one', async () => {
    const { post, pass, told, seen, simulator, running, get, url } = await land({ script: [...scenarios['whole-life'].options.script], stepMs: [HOUR, HOUR] });
    const { securityCode } = simulator.secrets;

    expect((await post('/tiepnhan', submission())).body).toMatchObject(accepted);
    expect(seen).toEqual([]);
    await pass(100);
    expect(told()).toEqual(['ChuyenHoSo', 'YeuCauBoSungHoSo']);
    expect(seen[0]).toMatchObject({ path: `/api/v1/VBDLISs/ChuyenHoSo/${securityCode}`, body: { SoBienNhan: RECEIPT, MaCanBoChuyen: 'vpdk.mau01', MaCanBoNhan: 'vpdk.mau02', LaTrangThaiChuyenLai: false, NgayChuyen: '2025-03-04T02:15:00Z' } });
    expect(seen[1]).toMatchObject({ body: { MaCanBoXuLy: 'vpdk.mau02', LaTamDung: false, NgayChoBoSung: '2025-03-04T03:15:00Z', TapTin: { KieuFile: '.pdf' } } });

    expect((await post('/capnhattrangthaibosunghoso', supplement())).body).toMatchObject(accepted);
    await pass(100);
    expect(told()).toEqual(['NhanBoSungHoSo', 'ChuyenHoSo', 'GuiKetQuaThue']);
    // a local time without an offset came in, UTC goes out
    expect(seen[2]?.body).toMatchObject({ NgayHenTraMoi: '2025-03-21T10:00:00Z' });
    expect(seen[4]?.body).toMatchObject({ DanhSachThongBaoThue: [{ HoTenChu: 'Trần Thị Ví Dụ' }] });

    expect((await post('/capnhattrangthaibosunghoso', supplement())).body).toMatchObject(accepted);
    await pass(100);
    expect(told()).toEqual(['ChuyenHoSo', 'KetThucHoSo']);
    const [result] = seen.at(-1)?.body['DanhSachGiayToKetQua'] as { LinkFile: string; KieuFile: string }[];
    const file = await get(`${url}/files/${result?.LinkFile ?? ''}`, {});
    expect(file).toMatchObject({ status: 200, headers: { 'content-type': 'application/pdf' } });
    expect(file.text).toMatch(/^%PDF-1\.4\n[\s\S]*%%EOF\n$/);
    expect(file.text.indexOf('xref\n0 6')).toBe(Number(/startxref\n(\d+)/.exec(file.text)?.[1]));

    expect((await post('/capnhattrangthaitraketquahoso', handedOver())).body).toMatchObject(accepted);
    expect((await post('/phanhoihososaiketqua', wrong())).body).toMatchObject(accepted);
    await pass(100);
    expect(told()).toEqual(['ChuyenHoSo', 'KetThucHoSo']);
    expect(seen.at(-2)?.body).toMatchObject({ LaTrangThaiChuyenLai: true });
    const [corrected] = seen.at(-1)?.body['DanhSachGiayToKetQua'] as { LinkFile: string }[];
    expect(corrected?.LinkFile).not.toBe(result?.LinkFile);
    expect((await post('/capnhattrangthaitraketquahoso', handedOver())).body).toMatchObject(accepted);

    expect(simulator.case(RECEIPT)).toMatchObject({ phase: 'returned', ended: 2, wrongResults: 1, files: 2, parcels: 1 });
    expect(simulator.summary()).toMatchObject({ cases: 1, submitted: 1, supplements: 1, payments: 1, handedOver: 2, wrongResults: 1, doubledWrongResults: 0, refused: 0, told: 9, 'phase.returned': 1 });
    expect(simulator.journal().map(({ service, effect }) => `${service}:${effect}`)).toEqual([
      'submit:create', 'moved:update', 'supplementRequested:update', 'supplementDone:update', 'supplementReceived:update', 'moved:update', 'taxNotices:update', 'supplementDone:update',
      'moved:update', 'finished:update', 'downloadFile:read', 'resultReturned:update', 'wrongResult:append', 'moved:update', 'finished:update', 'resultReturned:update',
    ]);
    // both sides have kept to the document, and the secret of the path is kept nowhere
    const records = running.callbacks.journal();
    expect(records.flatMap(({ issues, breaches }) => [...issues, ...breaches])).toEqual([]);
    expect(running.exchanges.list(0, 100).flatMap(({ issues, breaches }) => [...issues, ...breaches])).toEqual([]);
    expect(JSON.stringify([records, simulator.state(), simulator.journal()])).not.toContain(securityCode);
    expect(JSON.stringify([simulator.state(), simulator.journal()])).not.toMatch(/Trần Thị|0900000001|099199000001/);
  });

  it('the host repeats and reorders its calls', async () => {
    const { post, pass, seen, told } = await land({ script: ['move', 'move', 'finish'], stepMs: [HOUR, HOUR] }, {
      faults: { rules: [{ kind: 'callback-reorder', match: { service: 'moved' }, limit: 1 }, { kind: 'callback-duplicate', match: { service: 'finished' } }] },
    });
    await post('/tiepnhan', submission());
    await pass(10);
    expect(told()).toEqual(['ChuyenHoSo', 'ChuyenHoSo', 'KetThucHoSo', 'KetThucHoSo']);
    expect(seen.slice(0, 2).map(({ body }) => body['NgayChuyen'])).toEqual(['2025-03-04T03:15:00Z', '2025-03-04T02:15:00Z']);
  });
});

describe('a clock that runs', () => {
  it('the land system calls by itself, and stops when nothing is left', async () => {
    const { post, seen, told, simulator } = await land({ now: Date.now, script: ['move', 'move', 'finish'], stepMs: [5, 20] });
    await post('/tiepnhan', submission());
    await waitFor(() => seen.length === 3, { describe: () => `${seen.length} of 3 calls` });
    expect(told()).toEqual(['ChuyenHoSo', 'ChuyenHoSo', 'KetThucHoSo']);
    expect(simulator.dueIn()).toBeUndefined();
  });
});

describe('a whole life in ILIS', () => {
  it('with tokens, absolute links and tax through KetQuaThue', async () => {
    const { post, pass, told, seen, simulator, running, login, get, url } = await land({ profile: 'ilis', script: ['move', 'supplement', 'tax', 'finish'], stepMs: [HOUR, HOUR] });
    expect((await login()).body).toMatchObject({ token_type: 'Bearer', expires_in: 300 });
    expect((await post('/TiepNhanHoSo', submission())).body).toMatchObject(accepted);
    await pass(10);
    expect((await login()).status).toBe(200);
    expect((await post('/BoSungHoSo', supplement())).body).toMatchObject(accepted);
    await pass(10);
    expect(told()).toEqual(['ChuyenHoSo', 'YeuCauBoSungHoSo', 'NhanBoSungHoSo', 'KetQuaThue']);
    const tax = seen.at(-1);
    expect(tax?.path).toBe(`/KetQuaThue?CodeGet=${simulator.secrets.codeGet}`);
    // Vietnam's time, and names of its own (5.1)
    const [notice] = tax?.body['DanhSachThongBaoThue'] as { HoVaChu: string; DuongDanTBT: string }[];
    expect(tax?.body['NgayCoKetQuaThue']).toBe('2025-03-04T20:15:00');
    expect(notice?.HoVaChu).toBe('Trần Thị Ví Dụ');
    expect((await get(notice?.DuongDanTBT ?? '', {})).status).toBe(200);

    await login();
    expect((await post('/BoSungHoSo', supplement())).body).toMatchObject(accepted);
    await pass(10);
    await login();
    const [result] = seen.at(-1)?.body['DanhSachGiayToKetQua'] as { LinkFile: string }[];
    expect(result?.LinkFile).toMatch(new RegExp(`^${url}/files/ket-qua/`));
    expect((await get(result?.LinkFile ?? '', {})).status).toBe(401);
    expect(await get(result?.LinkFile ?? '')).toMatchObject({ status: 200, headers: { 'content-type': 'application/pdf' } });
    expect((await post('/CapNhatTrangThaiHoSo', handedOver())).body).toMatchObject(accepted);
    expect((await post('/phanhoihososaiketqua', wrong())).body).toMatchObject(accepted);
    await pass(10);
    expect(told()).toEqual(['KetThucHoSo', 'ChuyenHoSo', 'KetThucHoSo']);
    const records = running.callbacks.journal();
    expect(records.flatMap(({ issues, breaches }) => [...issues, ...breaches])).toEqual([]);
    expect(JSON.stringify(records)).not.toContain(simulator.secrets.codeGet);
  });

  it('refuses what has no token, a wrong one, or one that has expired; and wrong accounts', async () => {
    const { post, login, forgetToken, simulator, running } = await land({ profile: 'ilis' });
    expect(await post('/TiepNhanHoSo', submission())).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
    for (const change of [{ password: 'khac' }, { client_secret: 'khac' }, { username: '' }]) expect(await login(change)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect(await login({ grant_type: 'client_credentials' })).toMatchObject({ status: 400, body: { error: 'unsupported_grant_type' } });
    await login();
    expect((await post('/TiepNhanHoSo', submission())).status).toBe(200);
    running.clock.advance(5 * 60_000);
    expect((await post('/BoSungHoSo', supplement())).status).toBe(401);
    await login();
    simulator.expireSessions();
    expect((await post('/BoSungHoSo', supplement())).status).toBe(401);
    forgetToken();
    expect(simulator.summary()).toMatchObject({ submitted: 1, logins: 2, loginsRefused: 3, tokensRefused: 3, refused: 0 });
  });

  it('the tax step: codes are text and keep their zeros, the answer comes to KetQuaThue, and a second time is known', async () => {
    const { post, pass, told, seen, login, simulator } = await land({ profile: 'ilis', stepMs: [HOUR, HOUR] });
    await login();
    expect((await post('/ilis/thue', submission())).body).toMatchObject(refused('Trường TinhId phải là chuỗi ký tự'));
    expect((await post('/ilis/thue', taxSubmission())).body).toMatchObject(accepted);
    expect((await post('/ilis/thue', taxSubmission())).body).toMatchObject(refused('Số biên nhận đã tồn tại'));
    // the dossier itself is another matter
    expect((await post('/TiepNhanHoSo', submission())).body).toMatchObject(accepted);
    await pass(1);
    expect(told().filter((name) => name === 'KetQuaThue')).toEqual(['KetQuaThue']);
    expect(seen.find(({ name }) => name === 'KetQuaThue')?.body).toMatchObject({ SoBienNhan: RECEIPT, NguoiXuLy: 'vpdk.mau01' });
    expect(simulator.summary()).toMatchObject({ cases: 1, taxSteps: 1 });
  });
});

describe('messages of fact sheet 6.2', () => {
  it('O1: the receipt number exists already, and the resend changes nothing', () => {
    const { post, simulator } = alone();
    expect(post('/tiepnhan', submission())).toMatchObject(accepted);
    expect(post('/tiepnhan', submission(RECEIPT, { ThongTinThuaDat: [] }))).toMatchObject({ ...refused('Số biên nhận đã tồn tại'), status: { code: 409 } });
    expect(simulator.case(RECEIPT)).toMatchObject({ submissions: 1, parcels: 1 });
    expect(simulator.journal().map(({ effect }) => effect)).toEqual(['create', 'refused']);
    expect(simulator.summary()).toMatchObject({ submitted: 1, duplicatesRefused: 1 });
  });

  it('O2: nothing is waited for, before it was asked and after it was done', () => {
    const { post, told, simulator } = alone({ script: ['supplement', 'finish'], stepMs: [HOUR, HOUR] });
    post('/tiepnhan', submission());
    expect(post('/capnhattrangthaibosunghoso', supplement())).toMatchObject(refused('Hồ sơ không chờ bổ sung'));
    told(5);
    expect(post('/capnhattrangthaibosunghoso', supplement())).toMatchObject(accepted);
    expect(post('/capnhattrangthaibosunghoso', supplement())).toMatchObject(refused('Hồ sơ không chờ bổ sung'));
    expect(told(5).map(({ name }) => name)).toEqual(['supplementReceived', 'finished']);
    expect(simulator.summary()).toMatchObject({ supplements: 1, refused: 2 });
  });

  it('O3: handed over already, not finished yet', () => {
    const { post, told } = alone({ script: ['finish'] });
    post('/tiepnhan', submission());
    expect(post('/capnhattrangthaitraketquahoso', handedOver())).toMatchObject(refused('Hồ sơ chưa kết thúc xử lý'));
    told(48);
    expect(post('/capnhattrangthaitraketquahoso', handedOver())).toMatchObject(accepted);
    expect(post('/capnhattrangthaitraketquahoso', handedOver())).toMatchObject(refused('Hồ sơ đã được trả kết quả'));
  });

  it('O2–O4: unknown, in either wording', () => {
    const { post } = alone();
    const said = new Set(Array.from({ length: 20 }, () => post('/capnhattrangthaitraketquahoso', handedOver()).status.message));
    expect([...said].sort()).toEqual(['Hồ sơ không tồn tại', 'Không tìm thấy hồ sơ']);
    const fixed = alone({ messages: { notFound: 'Không tìm thấy' } });
    for (const [path, body] of [['/capnhattrangthaibosunghoso', supplement()], ['/phanhoihososaiketqua', wrong()]] as const) expect(fixed.post(path, body)).toMatchObject(refused('Không tìm thấy'));
  });

  it('O4: there is no result yet; a second report is taken again and counted', () => {
    const { post, told, simulator } = alone({ script: ['finish'] });
    post('/tiepnhan', submission());
    expect(post('/phanhoihososaiketqua', wrong())).toMatchObject(refused('Hồ sơ chưa kết thúc xử lý'));
    told(48);
    expect(post('/phanhoihososaiketqua', wrong())).toMatchObject(accepted);
    expect(post('/phanhoihososaiketqua', wrong())).toMatchObject(accepted);
    expect(simulator.summary()).toMatchObject({ wrongResults: 1, doubledWrongResults: 1 });
    expect(told(200).map(({ name }) => name)).toEqual(['moved', 'finished']);
  });

  it('other words, codes, names and HTTP statuses are options', () => {
    const { simulator } = alone({ messages: { exists: 'SỐ BIÊN NHẬN ĐÃ TỒN TẠI' }, messageForm: 'NFD', codes: { exists: 422 }, httpStatus: 'by-code', replyNames: 'pascal' });
    const call = () => simulator.handle({ ...DIRECT, path: '/tiepnhan', body: JSON.stringify(submission()) });
    expect(call().status).toBe(200);
    const { status, body } = call();
    expect(status).toBe(422);
    expect(JSON.parse(body)).toMatchObject({ Data: 0, Status: { Success: false, Code: 422, Message: 'SỐ BIÊN NHẬN ĐÃ TỒN TẠI'.normalize('NFD') } });
  });

  it.each([['null', { success: null }], ['absent', {}], ['false', { success: false, message: 'Có lỗi xảy ra khi thực hiện xử lý' }]] as const)('data 1 with success %s', (success, status) => {
    const { post, told, simulator } = alone({ success, script: ['supplement'] });
    const first = post('/tiepnhan', submission());
    expect(first).toMatchObject({ data: 1, status });
    expect('success' in first.status).toBe(success !== 'absent');
    told(48);
    expect(post('/capnhattrangthaibosunghoso', supplement()).data).toBe(1);
    // it counts for O1, and is an error for the others: nothing happened then
    expect(simulator.case(RECEIPT)?.phase).toBe(success === 'false' ? 'waiting-supplement' : 'working');
  });
});

describe('ways of a case', () => {
  it('sent back: waits until it is submitted again, and goes on', () => {
    const { post, told, simulator } = alone({ script: ['send-back', 'finish'] });
    post('/tiepnhan', submission());
    expect(told(100)).toMatchObject([{ name: 'sentBack', body: { SoBienNhan: RECEIPT, MaCanBoXuLy: 'vpdk.mau01' } }]);
    expect(simulator.dueIn()).toBeUndefined();
    expect(post('/tiepnhan', submission(RECEIPT, { DanhSachGiayToDinhKem: papers('moi.pdf') }))).toMatchObject(accepted);
    expect(simulator.case(RECEIPT)).toMatchObject({ submissions: 2, files: 1 });
    expect(told(100).map(({ name }) => name)).toEqual(['finished']);
  });

  it('sent back where a second submission is known all the same: the work goes on', () => {
    const { post, told, simulator } = alone({ script: ['send-back', 'finish'], resubmitted: 'exists' });
    post('/tiepnhan', submission());
    told(100);
    expect(post('/tiepnhan', submission())).toMatchObject(refused('Số biên nhận đã tồn tại'));
    expect(told(100).map(({ name }) => name)).toEqual(['finished']);
    expect(simulator.case(RECEIPT)).toMatchObject({ submissions: 1, phase: 'finished' });
  });

  it('wrong procedure: waits for another one', () => {
    const { post, told } = alone({ script: ['wrong-procedure', 'finish'] });
    post('/tiepnhan', submission());
    expect(told(100).map(({ name }) => name)).toEqual(['wrongProcedure']);
    expect(post('/tiepnhan', submission())).toMatchObject(refused('Số biên nhận đã tồn tại'));
    expect(post('/tiepnhan', submission(RECEIPT, { ThongTinQuyTrinh: { MaQuyTrinh: 'TH-MAU-002', TenQuyTrinh: 'Cấp đổi' } }))).toMatchObject(accepted);
    expect(told(100).map(({ name }) => name)).toEqual(['finished']);
  });

  it('paused: over by itself, or when the province says so', () => {
    const itself = alone({ script: ['pause', 'finish'], stepMs: [HOUR, HOUR] });
    itself.post('/tiepnhan', submission());
    expect(itself.told(10)).toMatchObject([{ name: 'supplementRequested', body: { LaTamDung: true } }, { name: 'supplementReceived' }, { name: 'finished' }]);
    const asked = alone({ script: [{ do: 'pause', afterMs: 0 }, 'finish'], stepMs: [50 * HOUR, 50 * HOUR] });
    asked.post('/tiepnhan', submission());
    asked.told(40);
    expect(asked.post('/capnhattrangthaibosunghoso', supplement())).toMatchObject(accepted);
    // from then on it counts, and only once
    expect(asked.told(49)).toEqual([]);
    expect(asked.told(1)).toMatchObject([{ name: 'supplementReceived' }]);
  });

  it('returned by the tax office, announced payment, ended without a result, late calls', () => {
    const { post, told } = alone({ script: ['tax-return', 'tax', 'return', 'move'], announcePayment: true, returnedCode: 3 });
    post('/tiepnhan', submission());
    expect(told(200)).toMatchObject([{ name: 'returnedByTax' }, { name: 'supplementRequested', body: { LaTamDung: true } }, { name: 'taxNotices' }]);
    post('/capnhattrangthaibosunghoso', supplement());
    expect(told(200)).toMatchObject([{ name: 'finished', body: { TrangThaiKetThuc: 3, GhiChu: 'Không đủ điều kiện giải quyết' } }, { name: 'moved' }]);
  });

  it('what is told after the end changes nothing any more', () => {
    const { post, told, simulator } = alone({ script: ['finish', 'supplement', 'pause', 'return', 'move'], stepMs: [HOUR, HOUR] });
    post('/tiepnhan', submission());
    expect(told(1).map(({ name }) => name)).toEqual(['finished']);
    expect(post('/capnhattrangthaitraketquahoso', handedOver())).toMatchObject(accepted);
    expect(told(50).map(({ name }) => name)).toEqual(['supplementRequested', 'supplementRequested', 'finished', 'moved']);
    expect(simulator.case(RECEIPT)?.phase).toBe('returned');
    expect(post('/capnhattrangthaibosunghoso', supplement())).toMatchObject(refused('Hồ sơ không chờ bổ sung'));
    expect(simulator.dueIn()).toBeUndefined();
  });

  it('a dossier that begins in the land system', () => {
    const { simulator, told } = alone({ script: ['finish'] });
    const receipt = simulator.originate();
    expect(receipt).toBe('H99.99-250304-9001');
    expect(told(100)).toMatchObject([{ name: 'originatesInLand', body: { SoBienNhan: receipt, NgayTiepNhan: '2025-03-04T01:15:00Z', ThongTinThuaDat: { SoThuTuThua: expect.any(String) as string }, DanhSachGiayToDinhKem: [{ KieuFile: '.pdf' }] } }, { name: 'finished' }]);
    expect(() => simulator.originate(receipt)).toThrow(/receipt number/);
  });

  it('a script for one receipt number only; a call before its own submission is answered', async () => {
    const { post, seen, called, simulator } = await land({ scripts: { [RECEIPT]: [{ do: 'move', afterMs: 0 }] }, script: [] });
    await post('/tiepnhan', submission());
    await post('/tiepnhan', submission('H99.99.01-250304-0008'));
    await called();
    expect(seen.map(({ body }) => body['SoBienNhan'])).toEqual([RECEIPT]);
    expect(simulator.dueIn()).toBeUndefined();
  });
});

describe('a seed repeats a run', () => {
  const receipts = Array.from({ length: 40 }, (_, i) => `H99.99.01-250304-${String(i).padStart(4, '0')}`);
  /** Works every case to its end, the province doing at once whatever is waited for. */
  function run(seed: string, order: readonly string[]) {
    const { simulator, post } = alone({ seed, names: 'mixed', dates: 'mixed' });
    for (const receipt of order) post('/tiepnhan', submission(receipt));
    const told = new Map<string, string[]>();
    for (let next = simulator.dueIn(); next !== undefined; next = simulator.dueIn()) {
      simulator.advance(next);
      for (const { name, body = '' } of simulator.takeCallbacks()) {
        const receipt = /H99\.99\.01-250304-\d{4}/.exec(body)?.[0] ?? '';
        told.set(receipt, [...(told.get(receipt) ?? []), `${name} ${body}`]);
      }
      for (const receipt of receipts) {
        const phase = simulator.case(receipt)?.phase ?? '';
        if (phase.startsWith('waiting-s') || phase === 'waiting-payment') post('/capnhattrangthaibosunghoso', supplement(receipt));
        if (phase === 'waiting-resubmission') post('/tiepnhan', submission(receipt, { ThongTinQuyTrinh: { MaQuyTrinh: 'TH-MAU-002', TenQuyTrinh: 'Cấp đổi' } }));
      }
    }
    return { told: receipts.map((receipt) => told.get(receipt)), secrets: simulator.secrets, summary: simulator.summary() };
  }

  it('every case is told the same, in whatever order they come; another seed tells otherwise', () => {
    const first = run('a', receipts);
    expect(run('a', receipts)).toEqual(first);
    expect(run('a', [...receipts].reverse()).told).toEqual(first.told);
    const other = run('b', receipts);
    expect(other.told).not.toEqual(first.told);
    expect(other.secrets).not.toEqual(first.secrets);
    // all of them have ended, and something of everything that is frequent has happened
    expect(first.summary).toMatchObject({ cases: 40, 'phase.finished': 40 });
    expect(first.summary['supplements']).toBeGreaterThan(3);
    expect(first.summary['payments']).toBeGreaterThan(10);
  });

  it('after a reset it begins anew', () => {
    const { simulator, post, told } = alone({ script: ['move', 'tax'] });
    const life = () => {
      post('/tiepnhan', submission());
      return JSON.stringify(told(100));
    };
    const first = life();
    simulator.reset();
    expect(simulator.summary()).toMatchObject({ cases: 0, journal: 0, due: 0, filesOffered: 0 });
    expect(simulator.now()).toBe(START);
    expect(life()).toBe(first);
  });
});

describe('how it writes', () => {
  const written = (options: VbdlisSimulatorOptions) => {
    const { post, told } = alone({ script: [{ do: 'move', afterMs: HOUR }, { do: 'supplement', afterMs: 0 }], ...options });
    post('/tiepnhan', submission());
    return told(10).map(({ body }) => body) as [Record<string, unknown>, Record<string, unknown>];
  };
  it.each([['camel', 'soBienNhan', 'ngayChuyen'], ['lower', 'sobiennhan', 'ngaychuyen'], ['upper', 'SOBIENNHAN', 'NGAYCHUYEN'], ['declared', 'SoBienNhan', 'NgayChuyen']] as const)('names: %s', (names, receipt, time) => {
    expect(written({ names })[0]).toMatchObject({ [receipt]: RECEIPT, [time]: '2025-03-04T02:15:00Z' });
  });
  it.each([['z', '2025-03-04T02:15:00Z'], ['naked', '2025-03-04T02:15:00'], ['offset', '2025-03-04T09:15:00+07:00']] as const)('dates: %s', (dates, text) => {
    expect(written({ dates })[0]['NgayChuyen']).toBe(text);
  });
  it('a clock that is wrong shows in what it writes, and changes nothing in what is due', () => {
    const { simulator, post, told } = alone({ script: [{ do: 'move', afterMs: HOUR }] });
    simulator.skew(-HOUR);
    post('/tiepnhan', submission());
    expect(told(1)).toMatchObject([{ body: { NgayChuyen: '2025-03-04T01:15:00Z' } }]);
  });
  it('defects that a land system can show', () => {
    const [moved, asked] = written({ statusAsName: true, bareFileKind: true, strangers: true });
    expect(moved).toMatchObject({ MaTrangThai: 'Đang xử lý', MaCanBoChuyen: expect.stringMatching(/^ngoai\./) as string });
    expect(asked).toMatchObject({ TapTin: { KieuFile: 'pdf' } });
  });
});

describe('files', () => {
  const served = (options: VbdlisSimulatorOptions) => {
    const { simulator, post, told } = alone({ script: ['finish'], ...options });
    post('/tiepnhan', submission());
    const results = told(100)[0]?.body['DanhSachGiayToKetQua'] as { LinkFile: string }[];
    const fetchIt = (path: string) => simulator.handle({ ...DIRECT, method: 'GET', path, body: '' });
    return { link: results[0]?.LinkFile ?? '', fetchIt, simulator };
  };
  it('are the same whenever they are fetched, below the path that was configured, and only what was offered is there', () => {
    const { link, fetchIt, simulator } = served({ downloadPath: '/tai/ve/' });
    const first = fetchIt(`/tai/ve/${link}`);
    expect(first.status).toBe(200);
    expect(fetchIt(`/tai/ve/${link}`)).toEqual(first);
    for (const path of [`/files/${link}`, '/tai/ve/khac', '/tai/ve/', '/tai/ve/__proto__', '/']) expect(fetchIt(path).status).toBe(404);
    expect(simulator.journal().at(-1)).toMatchObject({ service: 'downloadFile', effect: 'read', key: RECEIPT });
  });
  it('can be missing, big, or of the wrong type; for one case or for all', () => {
    const missing = served({ files: 'missing' });
    expect(missing.fetchIt(`/files/${missing.link}`).status).toBe(404);
    const big = served({ fileStates: { [RECEIPT]: 'big' }, bigFileBytes: 100_000 });
    const { body, headers } = big.fetchIt(`/files/${big.link}`);
    expect(headers).toEqual({ 'content-type': 'application/pdf' });
    expect(body.length).toBeGreaterThanOrEqual(100_000);
    expect(body.startsWith('%PDF-') && body.endsWith('%%EOF\n')).toBe(true);
    const html = served({ files: 'wrong-type' });
    expect(html.fetchIt(`/files/${html.link}`)).toMatchObject({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } });
  });
});

describe('what it refuses', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['a missing field', { MaHoSoMotCua: undefined }, 'Thiếu trường MaHoSoMotCua'],
    ['no receipt number', { SoBienNhan: '' }, 'Trường SoBienNhan không được để trống'],
    ['a long receipt number', { SoBienNhan: 'x'.repeat(51) }, 'Trường SoBienNhan vượt quá 50 ký tự'],
    ['an area as text', { TinhId: '01' }, 'Trường TinhId phải là số nguyên không âm'],
    ['an impossible time', { NgayHenTra: '2025-13-01T00:00:00' }, 'Trường NgayHenTra phải là thời điểm yyyy-MM-ddTHH:mm:ss'],
    ['no officer', { NguoiTiepNhan: '' }, 'Trường NguoiTiepNhan không được để trống'],
    ['no applicant', { ThongTinNguoiNopDon: null }, 'Trường ThongTinNguoiNopDon phải là một đối tượng'],
    ['an area of a parcel as a number', { ThongTinThuaDat: [{ SoThuTuThua: '1', SoHieuBanDo: '1', DienTich: 99999.5, DiaChiChiTiet: null }] }, 'Trường ThongTinThuaDat[0].DienTich phải là chuỗi ký tự'],
    ['one parcel instead of a list', { ThongTinThuaDat: {} }, 'Trường ThongTinThuaDat phải là một danh sách'],
    ['a data URI', { DanhSachGiayToDinhKem: [{ TenGiayTo: 'Đơn', SoBanChinh: 1, SoBanSao: 0, TapTin: { name: 'a.pdf', data: 'data:application/pdf;base64,JVBERi0=' } }] }, 'Trường DanhSachGiayToDinhKem[0].TapTin.data phải là chuỗi base64, không có tiền tố'],
  ])('%s, without repeating what was sent', (_name, fields, message) => {
    const { post, simulator } = alone();
    const answer = post('/tiepnhan', submission(RECEIPT, fields));
    expect(answer).toMatchObject(refused(message));
    expect(simulator.summary()).toMatchObject({ cases: 0, refused: 1 });
  });

  it('no JSON, no object, another method, no such address', () => {
    const { post, simulator } = alone();
    expect(post('/tiepnhan', '{')).toMatchObject(refused('Dữ liệu gửi lên không đúng định dạng JSON'));
    for (const body of ['null', '[]', '1']) expect(post('/tiepnhan', body)).toMatchObject(refused('Dữ liệu gửi lên phải là một đối tượng'));
    expect(simulator.handle({ ...DIRECT, method: 'PUT', path: '/tiepnhan', body: '{}' }).status).toBe(405);
    for (const path of ['/TiepNhanHoSo', '/ilis/token', '/__proto__', '/']) expect(simulator.handle({ ...DIRECT, path, body: '{}' }).status).toBe(404);
  });

  it('officers and procedures that it does not know, when it is told to', () => {
    const { post } = alone({ requireKnownOfficer: true, requireKnownProcedure: true });
    expect(post('/tiepnhan', submission(RECEIPT, { NguoiTiepNhan: 'ai.do' }))).toMatchObject(refused('Người tiếp nhận không có trong danh mục người dùng'));
    expect(post('/tiepnhan', submission(RECEIPT, { ThongTinQuyTrinh: { MaQuyTrinh: 'X', TenQuyTrinh: '' } }))).toMatchObject(refused('Mã quy trình không có trong danh mục thủ tục'));
    expect(post('/tiepnhan', submission())).toMatchObject(accepted);
  });

  it('fields that nobody knows are counted, or refused; careless files are counted', () => {
    const counting = alone();
    expect(counting.post('/tiepnhan', submission(RECEIPT, { La: 1, DanhSachGiayToDinhKem: [...papers('a.pdf', 'a.pdf', 'kho/2025/b.pdf')] }))).toMatchObject(accepted);
    expect(counting.simulator.summary()).toMatchObject({ unknownFields: 1, repeatedFiles: 1, foldersInNames: 1 });
    expect(alone({ unknownFields: 'refuse' }).post('/tiepnhan', submission(RECEIPT, { La: 1 }))).toMatchObject(refused('Trường La không có trong đặc tả'));
  });

  it('options that there are not', () => {
    for (const options of [{ profil: 'ilis' }, { script: ['fly'] }, { chances: { rain: 1 } }, { stepMs: [2, 1] }, { securityCode: 'a/b' }, { basePath: '/x/' }, { files: 'eaten' }, { messages: { hello: 'x' } }]) {
      expect(() => createVbdlisSimulator(options)).toThrow(new RegExp(`simulator option "${Object.keys(options)[0] ?? ''}`));
    }
  });
});

describe('around it', () => {
  it.each(['vbdlis', 'ilis'] as const)('its configuration is one of the adapter: %s', (profile) => {
    const { simulator } = alone({ profile, basePath: '/lt', taxSteps: ['THUE'] });
    expect(vbdlis.configure(simulator.clientConfig?.('http://127.0.0.1:1'))).toMatchObject({ profile, baseUrl: 'http://127.0.0.1:1/lt', downloads: { url: 'http://127.0.0.1:1/lt/files/' } });
  });

  it.each(['vbdlis', 'ilis'] as const)('the adapter speaks with it, and means the same: %s', async (profile) => {
    const { simulator, running, url, pass, seen } = await land({ profile, script: ['supplement', 'finish'], stepMs: [HOUR, HOUR], requireKnownOfficer: true, requireKnownProcedure: true, taxSteps: ['THUE'], unknownFields: 'refuse' });
    const connection = connect(vbdlis, simulator.clientConfig?.(url), { readRetry: { retries: 0 }, now: () => simulator.now() });
    open.push(connection);
    const dossier = landDossier({ components: [] });
    const { code } = dossier;
    const meaning = (word: string) => ({ kind: 'done', value: { code, meaning: word } });
    const supplementDone = () => connection.run('supplementDone', { code, newDueAt: '2025-03-21T10:00:00Z' });
    const resultReturned = () => connection.run('resultReturned', { code, returnedAt: '2025-03-25T02:00:00Z' });

    expect(await resultReturned()).toMatchObject(meaning('NOT_FOUND'));
    expect(await connection.run('submit', dossier)).toMatchObject(meaning('ACCEPTED'));
    expect(await connection.run('submit', dossier)).toMatchObject(meaning('ALREADY_EXISTS'));
    expect(await supplementDone()).toMatchObject(meaning('NOT_WAITING'));
    await pass(1);
    // the token has expired meanwhile; nobody notices
    expect(await supplementDone()).toMatchObject(meaning('ACCEPTED'));
    await pass(2);
    const [result] = seen.at(-1)?.body['DanhSachGiayToKetQua'] as { LinkFile: string; KieuFile: string }[];
    expect(await connection.run('downloadFile', { link: result?.LinkFile ?? '', extension: '.pdf' })).toMatchObject({ kind: 'done', value: { mediaType: 'application/pdf' } });
    expect(await resultReturned()).toMatchObject(meaning('ACCEPTED'));
    expect(await resultReturned()).toMatchObject(meaning('ALREADY_RETURNED'));
    expect(await connection.run('wrongResult', { code, content: 'Sai diện tích' })).toMatchObject(meaning('ACCEPTED'));
    if (profile === 'ilis') expect(await connection.run('submitTax', dossier)).toMatchObject(meaning('ACCEPTED'));
    expect(running.exchanges.list(0, 100).flatMap(({ issues, breaches }) => [...issues, ...breaches])).toEqual([]);
    expect(simulator.summary()).toMatchObject({ unknownFields: 0, repeatedFiles: 0, foldersInNames: 0 });
  });

  it('calls that a person asks for, of known and of unknown dossiers, change nothing; all fit the document', async () => {
    const { simulator, running, seen, post } = await land();
    await post('/tiepnhan', submission());
    const before = JSON.stringify([simulator.journal(), simulator.state()]);
    for (const { name } of simulator.calls()) for (const soBienNhan of [RECEIPT, 'H99.99.01-250304-0404']) await running.callbacks.make(simulator.call(name, { soBienNhan }));
    expect(JSON.stringify([simulator.journal(), simulator.state()])).toBe(before);
    const records = running.callbacks.journal();
    expect(records.flatMap(({ name, issues, breaches }) => [...issues, ...breaches].map(({ code, pointer }) => [name, code, pointer]))).toEqual([]);
    expect(new Set(records.map(({ state }) => state))).toEqual(new Set(['answered']));
    expect(seen.find(({ name }) => name === 'GetDanhMucNguoiDung')?.path).toBe(`/api/v1/VBDLISs/GetDanhMucNguoiDung?SecurityCode=${simulator.secrets.securityCode}`);
    expect(() => simulator.call('moved', {})).toThrow(/soBienNhan/);
    expect(() => simulator.call('constructor', { soBienNhan: RECEIPT })).toThrow(/no such call/);
  });

  it('every scenario can be brought about, with titles in both languages', () => {
    for (const [name, scenario] of Object.entries(scenarios)) {
      const { title, options = {}, given } = scenario as { title: { vi: string; en: string }; options?: VbdlisSimulatorOptions; given?: (land: ReturnType<typeof createVbdlisSimulator>) => void };
      expect([title.vi, title.en], name).not.toContain('');
      const simulator = createVbdlisSimulator({ seed: 'one', ...options });
      given?.(simulator);
      if (name === 'from-land') expect(simulator.summary()['cases']).toBe(1);
    }
  });

  it('says what a request is about, and how it breaks', () => {
    const { simulator } = alone({ profile: 'ilis', basePath: '/lt' });
    const about = (path: string, body = '', method = 'POST') => simulator.describe({ ...DIRECT, method, path, body });
    expect(about('/lt/TiepNhanHoSo', JSON.stringify(submission()))).toEqual({ service: 'submit', address: '/TiepNhanHoSo', keys: [RECEIPT] });
    expect(about('/lt/ilis/token', 'grant_type=password')).toEqual({ service: 'login', address: '/ilis/token', keys: [] });
    expect(about('/lt/files/x', '', 'GET')).toEqual({ service: 'downloadFile', address: '/files/link', keys: [] });
    expect(about('/khac')).toEqual({ keys: [] });
    expect(JSON.parse(simulator.systemError().body)).toMatchObject({ ...refused('Có lỗi xảy ra khi thực hiện xử lý'), status: { code: 500 } });
  });
});
