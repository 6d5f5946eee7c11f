/**
 * The whole life of a case between three systems: the gateway, the land system and the portal. Submitted, supplemented, taxed, paid, finished,
 * handed over, found to be wrong, corrected, handed over again; and all three journals tell the same story.
 */
import { afterEach, expect, it } from 'vitest';
import { fullCase, fullLandDossier } from '../../../adapters/vbdlis/fixtures/dossiers.ts';
import { BODIES, INBOUND_SECRETS } from '../../../adapters/vbdlis/fixtures/inbound.ts';
import type { Dossier, DossierStatus, HistoryEntry } from '../../../src/model/canonical.ts';
import { instantFromEpoch, wire14FromInstant } from '../../../src/model/time.ts';
import { endEverything } from '../../support/process.ts';
import { BEGIN, threeSystems, type Profile, type ThreeSystems } from './three-systems.ts';

const CODE = 'H99.99.01-260302-0007';
const open: ThreeSystems[] = [];
afterEach(async () => {
  for (const systems of open.splice(0)) await systems.close();
  endEverything();
});

const OLD_DUE = '2026-03-20T10:00:00Z';
const NEW_DUE = '2026-03-25T10:00:00Z';
const step = (what: string, minutes = 10) => ({ do: what, afterMs: minutes * 60_000 });
const SCRIPTS = {
  vbdlis: [step('move'), step('supplement'), step('move'), step('tax'), step('move'), step('finish')],
  // Here the tax step is the province's own, between the moves.
  ilis: [step('move'), step('supplement'), step('move'), step('move', 60), step('finish')],
};

const MOVED = '4 Luân chuyển hồ sơ tại cơ quan đất đai';
const UNTIL_TAX = ['2 Tiếp nhận', '4 Chuyển liên thông', MOVED, '5 Cơ quan đất đai yêu cầu bổ sung hồ sơ', '4 Đã nhận giấy tờ bổ sung', '4 Cơ quan đất đai đã nhận hồ sơ bổ sung', MOVED];
const AFTER_TAX = [MOVED, '9 Cơ quan đất đai kết thúc hồ sơ', '10 Trả kết quả', '10 Kết quả sai', '10 Cơ quan đất đai kết thúc hồ sơ', '10 Trả kết quả đã đính chính'];
const BEFORE = ['HANDOVER', 'SUPPLEMENT_REQUESTED', 'SUPPLEMENT_RECEIVED', 'HANDOVER', 'TAX_NOTICES'];
const AFTER = ['HANDOVER', 'FINISHED', 'HANDOVER', 'FINISHED'];
const LAND_BEFORE = ['submit create', 'moved update', 'supplementRequested update', 'downloadFile read', 'supplementDone update', 'supplementReceived update', 'moved update'];
const LAND_AFTER = ['moved update', 'finished update', 'downloadFile read', 'resultReturned update', 'wrongResult append', 'moved update', 'finished update', 'downloadFile read', 'resultReturned update'];
const STORY = {
  vbdlis: {
    events: [...BEFORE, 'TAX_NOTICES', 'TAX_NOTICES', 'OBLIGATION_PAID', 'OBLIGATION_PAID', ...AFTER],
    obligations: [['vbdlis', 1_250_000, ['PAID']], ['vbdlis', 2_250_000, ['PAID']]],
    operations: ['submit', 'downloadFile', 'supplementDone', 'downloadFile', 'downloadFile', 'supplementDone', 'downloadFile', 'resultReturned', 'wrongResult', 'downloadFile', 'resultReturned'],
    land: [...LAND_BEFORE, 'taxNotices update', 'downloadFile read', 'downloadFile read', 'supplementDone update', ...LAND_AFTER],
    steps: [...UNTIL_TAX, '6 Yêu cầu thực hiện nghĩa vụ tài chính', '6 Đã nộp nghĩa vụ tài chính', '4 Đã nộp nghĩa vụ tài chính', ...AFTER_TAX],
  },
  ilis: {
    events: [...BEFORE, ...AFTER],
    obligations: [['ilis', undefined, ['PAID']], ['ilis', undefined, ['PAID']]],
    operations: ['submit', 'downloadFile', 'supplementDone', 'submitTax', 'downloadFile', 'downloadFile', 'supplementDone', 'downloadFile', 'resultReturned', 'wrongResult', 'downloadFile', 'resultReturned'],
    // Its main line waits for no payment: the tax step stands on its own.
    land: [...LAND_BEFORE, 'submitTax create', 'ilisTaxNotices update', 'downloadFile read', 'downloadFile read', 'supplementDone refused Hồ sơ không chờ bổ sung', ...LAND_AFTER],
    steps: [...UNTIL_TAX, '4 Chuyển bước thuế', '6 Yêu cầu thực hiện nghĩa vụ tài chính', '6 Chờ công dân nộp thuế', '4 Đã nộp thuế', ...AFTER_TAX],
  },
} as const;

it.each(['vbdlis', 'ilis'] as const)('%s: three journals, one story', { timeout: 90_000 }, async (profile: Profile) => {
  const s = await threeSystems(profile, CODE, { script: SCRIPTS[profile], reworkScript: [step('move-back'), step('finish')], stepMs: [600_000, 600_000], taxSteps: profile === 'ilis' ? ['THUE'] : [], maxNotices: 2 },);
  open.push(s);
  const [received, sentOn] = [instantFromEpoch(BEGIN - 3_600_000), instantFromEpoch(BEGIN - 1_800_000)];
  // What the province's own system knows: it never hears of the land system.
  let { ...mine }: Dossier = fullLandDossier({
    code: CODE, sourceUpdatedAt: sentOn, dates: { submittedAt: received, acceptedAt: received, dueAt: OLD_DUE }, landCase: fullCase({ stateSince: sentOn }),
    history: [{ at: received, status: 'ACCEPTED', action: 'Tiếp nhận', actor: 'Lê Thị Tiếp Nhận' }, { at: sentOn, status: 'PROCESSING', action: 'Chuyển liên thông' }],
  });
  const act = async (entry: Omit<HistoryEntry, 'at'>, more: (at: string) => Partial<Dossier> = () => ({})): Promise<void> => {
    const at = s.later();
    mine = { ...mine, sourceUpdatedAt: at, status: entry.status, history: [...mine.history, { at, ...entry }], ...more(at) };
    await s.send(mine);
  };
  const phase = (): string | undefined => s.land.simulator.case(CODE)?.phase;
  const events = (d: Dossier): string[] => d.landCase?.events.map(({ kind }) => kind) ?? [];

  await s.send(mine);
  await s.settled();
  s.later(10);
  await s.until((d) => events(d).length === 1, 'moved');
  s.later(10);
  await s.until((d) => d.status === 'SUPPLEMENT_REQUIRED', 'supplement');
  await act({ status: 'PROCESSING', action: 'Đã nhận giấy tờ bổ sung' }, (at) => ({ supplements: [{ requestedAt: at, reason: 'Theo yêu cầu', completedAt: at, newDueAt: NEW_DUE }] }));
  await s.until(() => phase() === 'working', 'O2');
  s.later(10);
  await s.until((d) => events(d).includes('SUPPLEMENT_RECEIVED'), 'I3');
  s.later(10);
  await s.until((d) => events(d).length === 4, 'moved again');
  await (profile === 'vbdlis' ? taxThroughThePortal() : taxThroughIlis());

  s.later(60);
  await s.until((d) => events(d).filter((kind) => kind === 'HANDOVER').length === 3, 'moved on');
  s.later(10);
  await s.until((d) => d.status === 'RESOLVED', 'finished');
  await s.settled();
  const first = (await s.held(CODE)).landCase?.results[0];
  await act({ status: 'RETURNED', action: 'Trả kết quả' }, (at) => ({ dates: { ...mine.dates, returnedAt: at } }));
  await s.until((d) => phase() === 'returned' && d.landCase?.state === 'RETURNED_TO_CITIZEN', 'handed over');
  await act({ status: 'RETURNED', subStatus: 'WRONG_RESULT', action: 'Kết quả sai', note: 'Sai diện tích thửa đất' });
  await s.until(() => phase() === 'working', 'reported as wrong');
  s.later(10);
  await s.until((d) => d.landCase?.events.at(-1)?.isReturn === true, 'back to the officer');
  s.later(10);
  await s.until((d) => events(d).filter((kind) => kind === 'FINISHED').length === 2, 'corrected');
  await s.settled();
  await act({ status: 'RETURNED', action: 'Trả kết quả đã đính chính' }, (at) => ({ dates: { ...mine.dates, returnedAt: at } }));
  await s.until(() => phase() === 'returned', 'handed over again');
  await s.settled();

  // ---- the gateway's own record
  const end = await s.held(CODE);
  expect(end).toMatchObject({
    status: 'RETURNED',
    dates: { dueAt: NEW_DUE, dueHistory: [{ dueAt: OLD_DUE }] },
    landCase: { state: 'RETURNED_TO_CITIZEN', newDueAt: NEW_DUE },
  });
  expect(end.dates.dueHistory).toHaveLength(1);
  expect(events(end)).toEqual(STORY[profile].events);
  expect(end.supplements.map(({ id, completedAt }) => [id?.startsWith('vbdlis:') === true, completedAt !== undefined])).toEqual([[true, true], [false, true]]);
  expect(end.landCase?.obligations.map(({ amount, channel, payments }) => [channel, amount, payments?.map(({ status }) => status)])).toEqual(STORY[profile].obligations);
  const files = (d: Dossier): unknown[] => d.landCase?.results.map(({ link, fetched }) => [link, fetched?.bytes, fetched?.sha256.length, fetched?.mediaType]) ?? [];
  expect(files(end)).toEqual([[expect.not.stringMatching(`^${first?.link ?? ''}$`), first?.fetched?.bytes, 64, 'application/pdf']]);
  expect(first?.fetched?.sha256).not.toBe(end.landCase?.results[0]?.fetched?.sha256);
  const exchanges = await s.exchanges(CODE);
  expect(exchanges.filter(({ state }) => !['done', 'superseded'].includes(state))).toEqual([]);
  expect(exchanges.filter(({ upstream }) => upstream === 'dat-dai').map(({ operation }) => operation)).toEqual(STORY[profile].operations);

  // ---- the land system's, which the simulator keeps for itself
  expect(s.atLand(CODE)).toEqual(STORY[profile].land);
  expect(s.land.validation.counts()).toMatchObject({ breaches: 0 });

  // ---- the portal's: each step once, in the order of what happened; the last snapshot is the dossier as it is
  const atPortal = s.atPortal(CODE);
  expect(atPortal.steps).toEqual(STORY[profile].steps);
  expect(atPortal.snapshots.map((line) => line.split(' ')[0])).toEqual(['create', ...atPortal.snapshots.slice(1).map(() => 'update')]);
  expect(atPortal.snapshots.at(-1)).toBe('update 10');
  // One snapshot for each change, and none for the files that were fetched meanwhile.
  const changes = mine.history.length - 1 + s.told.length;
  expect(exchanges.filter(({ operation }) => operation === 'syncDossier')).toHaveLength(changes);
  const statuses = atPortal.snapshots.map((line) => line.split(' ')[1]);
  expect(statuses.filter((status, i) => status !== statuses[i - 1])).toEqual(['4', '5', '4', '6', '4', '9', '10']);

  // ---- everything told again, last things first: answered as before, and nothing anywhere is another
  for (const { path, body, status } of [...s.told].reverse()) expect((await s.call(path, JSON.parse(body))).status).toBe(status);
  await s.settled();
  expect(await s.held(CODE)).toEqual(end);
  expect(await s.exchanges(CODE)).toEqual(exchanges);
  expect([s.atPortal(CODE), s.atLand(CODE)]).toEqual([atPortal, STORY[profile].land]);

  /** VBDLIS tells of the notices; the amounts and the vouchers come from the portal, each notice in another spelling. */
  async function taxThroughThePortal(): Promise<void> {
    s.later(10);
    const { landCase } = await s.until((d) => d.status === 'PAYMENT_REQUIRED', 'tax notices');
    const numbers = landCase?.obligations.map(({ noticeNumber = '' }) => noticeNumber) ?? [];
    expect(numbers).toHaveLength(2);
    for (const [i, number] of numbers.entries()) {
      const item = i === 0 ? 'TEN_TIEUMUC' : 'TEN_TIEU_MUC';
      const row = `<MA_SO_THUE>000000000${i + 1}</MA_SO_THUE><SO_QUYET_DINH>${number}</SO_QUYET_DINH><NGAY_QUYET_DINH>02-03-2026</NGAY_QUYET_DINH><${item}>Lệ phí trước bạ ${i + 1}</${item}><SO_TIEN>${i + 1}250000</SO_TIEN>`;
      const xml = `<?xml version="1.0" encoding="utf-8"?><DATA><BODY><ROW_LIST><MA_HSO>${CODE}</MA_HSO><LIST>${row}</LIST></ROW_LIST></BODY></DATA>`;
      await fromPortal('ImportThongBaoThueFromDVCQG', { FileThongBaoThue: Buffer.from(xml).toString('base64') });
    }
    for (const [i, number] of numbers.entries()) {
      expect((await s.held(CODE)).status).toBe('PAYMENT_REQUIRED');
      const paidAt = wire14FromInstant(s.later());
      await fromPortal('ImportChungTuThueFromDVCQG', { MaHoSo: CODE, MaSoThue: `000000000${i + 1}`, ThongTinThanhToan: { ThoiGianThanhToan: paidAt, MaThongBaoThue: number, TrangThaiThanhToan: '1', SoTien: `${i + 1}250000` } });
    }
    await s.until((d) => d.status === 'PROCESSING' && phase() === 'working', 'paid');
  }
  async function fromPortal(name: string, data: unknown): Promise<void> {
    const path = `/api/v1/LienThongNVTCDVCQuocGias/${name}`;
    const body = { SecurityKey: INBOUND_SECRETS.taxSecurityKey, Data: data };
    for (const answer of [await s.call(path, body), await s.call(path, body)]) expect(answer).toMatchObject({ status: 201, answer: expect.stringContaining('"succeeded":true') as string });
    s.told.push({ path, body: JSON.stringify(body), status: 201, answer: '' });
  }

  /** The province sends the dossier to the tax step itself, waits, and sees that it was paid. */
  async function taxThroughIlis(): Promise<void> {
    await act({ status: 'PROCESSING', action: 'Chuyển bước thuế' }, () => ({ step: { code: 'THUE' } }));
    await s.settled();
    s.later(10);
    await s.until((d) => d.status === 'PAYMENT_REQUIRED', 'tax notices');
    await act({ status: 'PAYMENT_REQUIRED', action: 'Chờ công dân nộp thuế' });
    await act({ status: 'PROCESSING', action: 'Đã nộp thuế' }, () => ({ step: { code: 'DAT-DAI' } }));
    await s.until((d) => d.status === 'PROCESSING', 'paid');
    await s.settled();
  }
});

it('told in the wrong order: the same case, each step once at the portal, and the last snapshot is the end', { timeout: 60_000 }, async () => {
  const s = await threeSystems('vbdlis', CODE, { script: [] });
  open.push(s);
  const landCase = fullCase({ stateSince: '2025-03-04T01:20:00Z' });
  const codes = { inOrder: CODE, reversed: 'H99.99.01-260302-0017', afterTheEnd: 'H99.99.01-260302-0018' };
  const names = { moved: 'ChuyenHoSo', supplementRequested: 'YeuCauBoSungHoSo', supplementReceived: 'NhanBoSungHoSo', taxNotices: 'GuiKetQuaThue', finished: 'KetThucHoSo' } as const;
  const calls = Object.keys(names) as (keyof typeof names)[];
  const orders = { inOrder: calls, reversed: [3, 2, 1, 3, 0, 4, 2], afterTheEnd: [2, 4, 0, 3, 1, 4, 2] };
  const { securityCode } = s.land.simulator.secrets;
  const ends: { case: unknown; course: unknown }[] = [];
  for (const [how, code] of Object.entries(codes)) {
    await s.send(fullLandDossier({ code, landCase }));
    for (const name of orders[how as keyof typeof orders].map((one) => (typeof one === 'number' ? (calls[one] as keyof typeof names) : one))) {
      const told = await s.call(`/api/v1/VBDLISs/${names[name]}/${securityCode}`, { ...BODIES[name], SoBienNhan: code });
      expect(told).toEqual({ status: 200, answer: '{"result":1,"message":null}' });
    }
    await s.settled();
    const { status, dates, landCase: end, history, supplements } = await s.held(code);
    const steps = s.atPortal(code).steps;
    expect(steps.toSorted()).toEqual(history.map(({ status: of, action }) => `${PORTAL_CODES[of] ?? ''} ${action}`).toSorted());
    expect(s.atPortal(code).snapshots.at(-1)).toBe('update 9');
    ends.push({
      case: { status, state: end?.state, events: end?.events.map(({ id, at }) => [id, at]), obligations: end?.obligations.length, results: end?.results.map(({ link }) => link) },
      course: { dates, supplements, steps: steps.toSorted() },
    });
  }
  const [inOrder, reversed, afterTheEnd] = ends;
  expect(reversed).toEqual(inOrder);
  // What is told after the end is kept, and moves nothing any more, the due date included.
  expect(afterTheEnd?.case).toEqual(inOrder?.case);
  expect(afterTheEnd?.course).toMatchObject({ steps: expect.not.arrayContaining(['5 Cơ quan đất đai yêu cầu bổ sung hồ sơ']) as unknown });
});
const PORTAL_CODES: Partial<Record<DossierStatus, string>> = { ACCEPTED: '2', PROCESSING: '4', SUPPLEMENT_REQUIRED: '5', PAYMENT_REQUIRED: '6', RESOLVED: '9' };
