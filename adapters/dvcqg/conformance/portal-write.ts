/** Checks that write at the portal: marked test dossiers under a prefix of their own, never anybody's record. */
import { failed, passed, skipped, unclear, type ConformanceCheck, type ConformanceFinding } from '../../../src/adapter/conformance.ts';
import { textOf } from '../answer.ts';
import { contradictionOf } from '../classify.ts';
import { encodeDossier } from '../encode.ts';
import { encodeSteps } from '../steps.ts';
import { accepted, refused, stop, type Answer } from './answers.ts';
import { anotherDossier, itemsOf, lookUp } from './portal-read.ts';
import type { Portal } from './portal-line.ts';
import type { PortalSettings } from './settings.ts';
import { testDossier, testSteps } from './test-dossier.ts';

type Check = ConformanceCheck<Portal, PortalSettings>;
type HoSo = NonNullable<Portal['created']>;

const LOGIN = 'login.accepted';
const CREATE = 'write.create';
/** Where the catalogue could not be read and no setting names one: the invented code of the fact sheet's examples. */
const ANY_PROCEDURE = '1.009999';

function invent(portal: Portal, n: number): HoSo {
  const { settings: { connection: config }, now } = portal.ctx;
  return encodeDossier(testDossier({ code: portal.code(n), procedure: portal.procedure ?? ANY_PROCEDURE, config, now: now() }), config);
}
const sync = (portal: Portal, isUpdating: 'True' | 'False', hoSo: Record<string, unknown>, session?: string): Promise<Answer> =>
  portal.ask('DongBoHoSoMC', { isUpdating, data: [hoSo] }, session === undefined ? {} : { session });

/** A write that must not take effect: refused, and nothing there afterwards. */
async function withoutEffect(portal: Portal, code: string, answer: Answer): Promise<ConformanceFinding> {
  // A lost answer may have been a stored dossier.
  if (answer.result.kind === 'failure') portal.ctx.wrote(code);
  const verdict = refused(answer);
  if (verdict.kind === 'fail') portal.ctx.wrote(code);
  const { seen } = await lookUp(portal, code);
  if (seen === 'there') {
    portal.ctx.wrote(code);
    return failed('Hồ sơ vẫn được ghi.', 'The dossier was stored all the same.');
  }
  if (verdict.kind !== 'pass') return verdict;
  return seen === 'absent' ? verdict : unclear('Bị từ chối, nhưng tra cứu không cho biết đã ghi hay chưa.', 'Refused, but the look-up does not say whether it was stored.');
}

const create: Check = {
  id: CREATE, title: { vi: 'Thêm mới một hồ sơ kiểm thử', en: 'Create a test dossier' }, rule: '3.1 [A], 6.2 [A]', access: 'write', needs: [LOGIN, 'lookup.absent'],
  async run(ctx, portal) {
    const hoSo = invent(portal, 1);
    const answer = await sync(portal, 'False', hoSo);
    if (contradictionOf(answer.result) === 'exists') return unclear('Hồ sơ của mã ngẫu nhiên này đã có từ lần chạy trước; chạy lại với --seed khác.', 'The dossier of this seed is there from an earlier run; run again with another --seed.');
    // Even an answer that nobody understands may have stored it.
    ctx.wrote(hoSo.MaHoSo);
    accepted(answer);
    portal.created = hoSo;
    return passed(`Đã ghi ${hoSo.MaHoSo}.`, `Stored ${hoSo.MaHoSo}.`);
  },
};

/** What the look-up shows of the dossier that was written. */
async function shows(portal: Portal, hoSo: HoSo): Promise<ConformanceFinding> {
  const { seen, items, answer } = await lookUp(portal, hoSo.MaHoSo);
  accepted(answer);
  if (seen !== 'there') return failed('Không tra cứu thấy hồ sơ vừa ghi.', 'The dossier that was stored is not found.');
  const own = itemsOf(hoSo.MaHoSo, items);
  if (own.length === 0) return anotherDossier();
  if (own.length > 1 && textOf(own[0]?.['MaHoSo']) !== '') return failed(`Hồ sơ có ${own.length} bản.`, `The dossier is there ${own.length} times.`);
  const status = textOf(own[0]?.['TrangThaiHoSo']);
  if (status === '') return unclear('Có hồ sơ; câu trả lời không cho biết trạng thái.', 'The dossier is there; the answer does not show its status.');
  return status === hoSo.TrangThaiHoSo ? passed(`Có đúng một bản, trạng thái ${status}.`, `There once, with status ${status}.`) : failed(`Trạng thái không khớp: gửi ${hoSo.TrangThaiHoSo}.`, `The status differs: ${hoSo.TrangThaiHoSo} was sent.`);
}

const stored = (portal: Portal): HoSo => portal.created ?? stop(skipped('Lượt chạy này chưa ghi hồ sơ kiểm thử nào.', 'This run has stored no test dossier.'));

const created: Check = {
  id: 'write.create-shown', title: { vi: 'Tra cứu thấy hồ sơ vừa thêm, đúng trạng thái', en: 'The look-up shows the new dossier with its status' }, rule: '2.1 [A], 3.8 [C]', access: 'write', needs: [CREATE],
  run: async (_ctx, portal) => shows(portal, stored(portal)),
};

const repeated: Check = {
  id: 'write.create-repeated', title: { vi: 'Thêm mới lần nữa bị từ chối vì đã tồn tại', en: 'A second create is refused as existing' }, rule: '6.1 [B], 6.2 [B]', access: 'write', needs: [CREATE],
  async run(_ctx, portal) {
    const answer = await sync(portal, 'False', stored(portal));
    const verdict = refused(answer);
    if (verdict.kind === 'fail') return verdict;
    if (contradictionOf(answer.result) !== 'exists') return unclear('Bị từ chối, nhưng không hiểu được là vì đã tồn tại: phía gọi sẽ không chuyển sang cập nhật.', 'Refused, but not understood as existing: a caller will not turn it into an update.');
    return verdict;
  },
};

const once: Check = {
  id: 'write.once', title: { vi: 'Gửi hai lần vẫn chỉ là một hồ sơ', en: 'Sent twice, there once' }, rule: '6.2 [A]', access: 'write', needs: [CREATE],
  run: async (_ctx, portal) => shows(portal, stored(portal)),
};

const update: Check = {
  id: 'write.update', title: { vi: 'Cập nhật thay toàn bộ bản chụp, tra cứu thấy trạng thái mới', en: 'An update replaces the snapshot, and the look-up shows it' }, rule: '3.1 [A], 6.2 [A]', access: 'write', needs: [CREATE],
  async run(_ctx, portal) {
    // "4": being processed (fact sheet 4.1).
    const changed = { ...stored(portal), TrangThaiHoSo: '4' } as HoSo;
    accepted(await sync(portal, 'True', changed));
    portal.created = changed;
    return shows(portal, changed);
  },
};
const updateTwice: Check = {
  id: 'write.update-repeated', title: { vi: 'Cập nhật lần nữa được chấp nhận, vẫn một hồ sơ', en: 'The same update again is accepted, still one dossier' }, rule: '6.2 [C]', access: 'write', needs: ['write.update'],
  async run(_ctx, portal) {
    accepted(await sync(portal, 'True', stored(portal)));
    return shows(portal, stored(portal));
  },
};
const updateAbsent: Check = {
  id: 'write.update-absent', title: { vi: 'Cập nhật hồ sơ chưa có bị từ chối', en: 'An update of a dossier that is not there is refused' }, rule: '6.2 [C]', access: 'write', needs: [CREATE],
  async run(_ctx, portal) {
    const hoSo = invent(portal, 2);
    const answer = await sync(portal, 'True', hoSo);
    const verdict = await withoutEffect(portal, hoSo.MaHoSo, answer);
    if (verdict.kind !== 'pass' || contradictionOf(answer.result) === 'absent') return verdict;
    return unclear('Bị từ chối, nhưng không hiểu được là vì chưa có: phía gọi sẽ không chuyển sang thêm mới.', 'Refused, but not understood as absent: a caller will not turn it into a create.');
  },
};

const steps: Check = {
  id: 'write.progress', title: { vi: 'Nối thêm hai bước xử lý', en: 'Append two progress steps' }, rule: '3.2 [A]', access: 'write', needs: [CREATE],
  async run(ctx, portal) {
    accepted(await portal.ask('CapNhatTienDoHoSoMC', { data: encodeSteps(testSteps(stored(portal).MaHoSo, ctx.now()), ctx.settings.connection) }));
    return passed('Được chấp nhận; hợp đồng không có cách đọc lại các bước.', 'Accepted; the contract has no way of reading steps back.');
  },
};
const stepsAbsent: Check = {
  id: 'write.progress-absent', title: { vi: 'Bước xử lý của hồ sơ chưa có bị từ chối', en: 'Steps of a dossier that is not there are refused' }, rule: '3.2 [A], 6.2 [C]', access: 'write', needs: [CREATE],
  async run(ctx, portal) {
    const code = portal.code(3);
    return withoutEffect(portal, code, await portal.ask('CapNhatTienDoHoSoMC', { data: encodeSteps(testSteps(code, ctx.now()), ctx.settings.connection) }));
  },
};

/** A dossier with one thing wrong; each under a number of its own. */
const faulty: Check[] = [
  { id: 'write.field-missing', vi: 'Thiếu MaTTHC thì bị từ chối', en: 'A dossier without MaTTHC is refused', rule: '3.1.1 row 2 [A]', n: 4, spoil: ({ MaTTHC: _gone, ...rest }: HoSo) => rest },
  { id: 'write.date-wrong', vi: 'Ngày không đúng yyyyMMddHHmmss thì bị từ chối', en: 'A date that is not yyyyMMddHHmmss is refused', rule: '5 [A]', n: 5, spoil: (hoSo: HoSo) => ({ ...hoSo, NgayTiepNhan: '2025-02-30' }) },
  { id: 'write.status-wrong', vi: 'Mã trạng thái ngoài bảng thì bị từ chối', en: 'A status code outside the table is refused', rule: '4.1 [A]', n: 6, spoil: (hoSo: HoSo) => ({ ...hoSo, TrangThaiHoSo: '99' }) },
].map(({ id, vi, en, rule, n, spoil }): Check => ({
  id, title: { vi, en }, rule, access: 'write', needs: [CREATE],
  async run(_ctx, portal) {
    const hoSo = invent(portal, n);
    return withoutEffect(portal, hoSo.MaHoSo, await sync(portal, 'False', spoil(hoSo)));
  },
}));

const withoutSession: Check = {
  id: 'write.session-invented', title: { vi: 'Ghi với phiên không có thật bị từ chối và không có hiệu lực', en: 'A write under an invented session is refused and has no effect' }, rule: '1.4 [C]', access: 'write', needs: [CREATE],
  async run(ctx, portal) {
    const hoSo = invent(portal, 7);
    return withoutEffect(portal, hoSo.MaHoSo, await sync(portal, 'False', hoSo, ctx.random.hex(32)));
  },
};

export const portalWrites: readonly Check[] = [create, created, repeated, once, update, updateTwice, updateAbsent, steps, stepsAbsent, ...faulty, withoutSession];
