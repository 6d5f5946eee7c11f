/** Checks of the portal that change nothing there: login, sessions, errors, catalogues, look-up. */
import { failed, passed, skipped, unclear, type ConformanceCheck, type ConformanceFinding } from '../../../src/adapter/conformance.ts';
import { isRecord } from '../../../src/contract/is-record.ts';
import { meaningOf, readEnvelope, resultItems, textOf } from '../answer.ts';
import { classifyLookup } from '../operations/find-dossier.ts';
import type { LookupRequest } from '../contract.ts';
import { CATALOGUES } from '../services.ts';
import { sessionOf, sessionRefused } from '../wire.ts';
import { accepted, answered, differs, enveloped, refused, said, type Answer } from './answers.ts';
import { tlsCheck } from './line-checks.ts';
import type { Portal } from './portal-line.ts';
import type { PortalSettings } from './settings.ts';

type Check = ConformanceCheck<Portal, PortalSettings>;
const LOGIN = 'login.accepted';

/** A session that is refused must also be understood: otherwise a client never logs in again. */
function sessionRefusal(answer: Answer): ConformanceFinding {
  const verdict = refused(answer);
  if (verdict.kind === 'fail') return verdict;
  if (sessionRefused(answer.result)) return verdict;
  return unclear('Bị từ chối, nhưng lời báo không cho biết là do phiên: phía gọi sẽ không tự đăng nhập lại.', 'Refused, but the message does not say that it is about the session: a caller will not log in again by itself.');
}

const login: Check = {
  id: LOGIN, title: { vi: 'Đăng nhập bằng tài khoản của đơn vị', en: 'Log in with the agency’s account' }, rule: '1.3 [A]', access: 'read',
  async run(_ctx, portal) {
    const answer = await portal.login();
    const { response } = accepted(answer);
    const session = sessionOf(response.body);
    if (session === undefined) return failed('error_code bằng 0 nhưng không có session.', 'error_code is 0, but there is no session.');
    portal.keep(session);
    return passed('Có phiên, đúng hợp đồng.', 'A session came, as the contract has it.');
  },
};

const wrongAccount: Check = {
  id: 'login.wrong-account', title: { vi: 'Tài khoản không có thật bị từ chối', en: 'An account that does not exist is refused' }, rule: '1.3 [A]', access: 'read', needs: [LOGIN],
  // An invented name, never a wrong password for the real one: that would lock the agency's account.
  async run(ctx, portal) {
    const answer = await portal.login(JSON.stringify({ username: `khong-co-${ctx.random.hex(8)}`, password: ctx.random.hex(24) }));
    const response = answered(answer);
    const session = readEnvelope(response.body)?.body['session'];
    if (textOf(session) !== '') {
      ctx.hide(textOf(session));
      return failed('Vẫn nhận được session.', 'A session was given all the same.');
    }
    return refused(answer);
  },
};

const brokenLogin: Check = {
  id: 'login.not-json', title: { vi: 'Đăng nhập với thân không phải JSON bị từ chối', en: 'A login whose body is no JSON is refused' }, rule: '6.1 [C]', access: 'read', needs: [LOGIN],
  run: async (_ctx, portal) => refused(await portal.login('{"username":')),
};

const sessionReuse: Check = {
  id: 'session.reused', title: { vi: 'Một phiên dùng được cho nhiều lời gọi', en: 'One session serves several calls' }, rule: '1.4 [B]', access: 'read', needs: [LOGIN],
  async run(_ctx, portal) {
    const session = await portal.session();
    // Only the session is looked at here: what the answer holds is the catalogue's own check.
    for (let i = 0; i < 2; i += 1) {
      const { envelope } = enveloped(await portal.ask('LayDanhMucLinhVuc', {}, { session }));
      if (envelope.code !== 0) return failed(`Lời gọi thứ ${i + 1} bị từ chối${said(envelope).vi}.`, `Call ${i + 1} was refused${said(envelope).en}.`);
    }
    return passed('Cả hai lời gọi đều được chấp nhận.', 'Both calls were accepted.');
  },
};

const sessionMissing: Check = {
  id: 'session.empty', title: { vi: 'Không có phiên thì bị từ chối', en: 'A call without a session is refused' }, rule: '1.5 [A], 1.4 [C]', access: 'read', needs: [LOGIN],
  run: async (_ctx, portal) => sessionRefusal(await portal.ask('LayDanhMucLinhVuc', {}, { session: '' })),
};
const sessionInvented: Check = {
  id: 'session.invented', title: { vi: 'Phiên không có thật bị từ chối', en: 'A session that was never given out is refused' }, rule: '1.4 [C]', access: 'read', needs: [LOGIN],
  run: async (ctx, portal) => sessionRefusal(await portal.ask('LayDanhMucLinhVuc', {}, { session: ctx.random.hex(32) })),
};
const sessionExpired: Check = {
  id: 'session.expired', title: { vi: 'Phiên hết hạn bị từ chối, đăng nhập lại dùng được ngay', en: 'An expired session is refused, and a new login works at once' }, rule: '1.4 [C]', access: 'read', needs: [LOGIN],
  async run(ctx, portal) {
    const { sessionWaitSeconds } = ctx.settings;
    if (sessionWaitSeconds === 0) return skipped('Thời hạn phiên không công bố; đặt sessionWaitSeconds (--session-wait) để chờ phiên hết hạn.', 'The life of a session is not published; set sessionWaitSeconds (--session-wait) to wait for its end.');
    const session = sessionOf(answered(await portal.login()).body);
    if (session === undefined) return failed('Không lấy được phiên.', 'There was no session.');
    ctx.hide(session);
    await ctx.wait(sessionWaitSeconds * 1_000);
    const answer = await portal.ask('LayDanhMucLinhVuc', {}, { session });
    if (enveloped(answer).envelope.code === 0) return unclear(`Sau ${sessionWaitSeconds} giây phiên vẫn dùng được.`, `After ${sessionWaitSeconds} seconds the session was still accepted.`);
    const verdict = sessionRefusal(answer);
    if (verdict.kind !== 'pass') return verdict;
    const fresh = sessionOf(answered(await portal.login()).body);
    if (fresh === undefined) return failed('Không đăng nhập lại được.', 'The new login was refused.');
    portal.keep(fresh);
    const { envelope } = enveloped(await portal.ask('LayDanhMucLinhVuc', {}, { session: fresh }));
    return envelope.code === 0 ? verdict : failed(`Phiên mới bị từ chối${said(envelope).vi}.`, `The new session was refused${said(envelope).en}.`);
  },
};

const agencyWrong: Check = {
  id: 'agency.wrong', title: { vi: 'Mã đơn vị không có thật bị từ chối', en: 'An agency that does not exist is refused' }, rule: '1.5 [A], uncertain: 6.1 [C]', access: 'read', needs: [LOGIN],
  run: async (_ctx, portal) => refused(await portal.ask('LayDanhMucLinhVuc', {}, { agency: '000.00.00.Z00' })),
};
const serviceUnknown: Check = {
  id: 'service.unknown', title: { vi: 'Tên dịch vụ không có thật bị từ chối', en: 'A service that does not exist is refused' }, rule: '1.5 [A], 6.1 [C]', access: 'read', needs: [LOGIN],
  run: async (_ctx, portal) => refused(await portal.ask('LayDuLieuKhongCo')),
};
const notJson: Check = {
  id: 'body.not-json', title: { vi: 'Thân không phải JSON bị từ chối', en: 'A body that is no JSON is refused' }, rule: '6.1 [C]', access: 'read', needs: [LOGIN],
  run: async (_ctx, portal) => refused(await portal.raw({ method: 'POST', body: '{"session":' })),
};
const wrongMethod: Check = {
  id: 'method.get', title: { vi: 'GET không phải là lời gọi dịch vụ', en: 'GET is no way of calling a service' }, rule: '1.5 [A]', access: 'read', needs: [LOGIN],
  async run(_ctx, portal) {
    const { status, body } = answered(await portal.raw({ method: 'GET' }));
    if (status >= 500) return failed(`HTTP ${status}: lỗi máy chủ.`, `HTTP ${status}: a server error.`);
    if (status < 400 && readEnvelope(body)?.code === 0) return failed('GET được trả lời như một lời gọi thành công.', 'GET was answered like a call that succeeded.');
    return passed(`Bị từ chối (HTTP ${status}).`, `Refused (HTTP ${status}).`);
  },
};

/** The list of an accepted answer; every item must have its code. */
async function listed(portal: Portal, service: string, key: string): Promise<ConformanceFinding & { items: Record<string, unknown>[] }> {
  const { envelope } = accepted(await portal.ask(service));
  const items = resultItems(envelope.result);
  if (items === undefined) return { ...failed('Không có danh sách trong result.', 'There is no list in result.'), items: [] };
  const bare = items.filter((item) => textOf(item[key]) === '').length;
  if (bare > 0) return { ...failed(`${bare} mục không có ${key}.`, `${bare} items have no ${key}.`), items };
  if (items.length === 0) return { ...unclear('Danh mục rỗng.', 'The catalogue is empty.'), items };
  return { ...passed(`${items.length} mục.`, `Items: ${items.length}.`), items };
}

const mainLists: Check[] = [
  { id: 'catalogue.agencies', title: { vi: 'Danh mục cơ quan', en: 'Agency catalogue' }, rule: '2.1, 3.4 [A]', service: 'LayDanhMucCoQuan', key: 'MADONVI' },
  { id: 'catalogue.sectors', title: { vi: 'Danh mục lĩnh vực', en: 'Sector catalogue' }, rule: '2.1, 3.4 [A]', service: 'LayDanhMucLinhVuc', key: 'MALINHVUC' },
  { id: 'catalogue.procedures', title: { vi: 'Danh sách thủ tục', en: 'List of procedures' }, rule: '2.1 [A]', service: 'LayDanhSachTTHC', key: 'MATTHC' },
  { id: 'catalogue.online-services', title: { vi: 'Danh sách dịch vụ công trực tuyến', en: 'List of online services' }, rule: '2.1 [B]', service: 'LayDVC', key: 'MADVC' },
].map(({ id, title, rule, service, key }): Check => ({
  id, title, rule, access: 'read', needs: [LOGIN],
  async run(_ctx, portal) {
    const { items, ...found } = await listed(portal, service, key);
    if (service === 'LayDanhSachTTHC') portal.procedure ??= items.map((item) => textOf(item['MATTHC'])).find((code) => /^\d\.\d{6}$/.test(code));
    return found;
  },
}));

const procedureDetail: Check = {
  id: 'catalogue.procedure', title: { vi: 'Chi tiết một thủ tục', en: 'Detail of one procedure' }, rule: '2.1, 3.5 [A]', access: 'read', needs: [LOGIN],
  async run(_ctx, portal) {
    const { procedure } = portal;
    if (procedure === undefined) return skipped('Không biết mã thủ tục nào.', 'No procedure code is known.');
    const { envelope } = accepted(await portal.ask('LayThuTuc', { maTTHC: procedure }));
    const items = resultItems(envelope.result) ?? [];
    if (items.length !== 1) return failed(`Cần đúng một thủ tục, có ${items.length}.`, `Exactly one procedure is expected, there are ${items.length}.`);
    return textOf(items[0]?.['MATTHC']) === procedure ? passed('Đúng thủ tục đã hỏi.', 'The procedure that was asked for.') : failed('Trả về thủ tục khác.', 'Another procedure was answered.');
  },
};
/** @param otherwise what is found when something is answered where there is nothing */
function emptyOrRefused(answer: Answer, otherwise: ConformanceFinding): ConformanceFinding {
  const { envelope, issues } = enveloped(answer);
  if (envelope.code !== 0) return refused(answer);
  if (issues.length > 0) return differs(issues);
  return (resultItems(envelope.result) ?? []).length === 0 ? passed('Kết quả rỗng.', 'An empty result.') : otherwise;
}
const procedureUnknown: Check = {
  id: 'catalogue.procedure-unknown', title: { vi: 'Thủ tục không có thật: rỗng hoặc từ chối', en: 'A procedure that does not exist: empty or refused' }, rule: '3.5 [C]', access: 'read', needs: [LOGIN],
  run: async (_ctx, portal) => emptyOrRefused(await portal.ask('LayThuTuc', { maTTHC: '9.999999' }), failed('Trả về một thủ tục cho mã không có thật.', 'A procedure was answered for a code that does not exist.')),
};

/** Only their names are known (fact sheet 2.1): that one is not there proves nothing. */
const smallLists: Check[] = CATALOGUES.map((service): Check => ({
  id: `catalogue.${service}`, title: { vi: `Danh mục ${service}`, en: `Catalogue ${service}` }, rule: '2.1 [B]', access: 'read', needs: [LOGIN],
  async run(_ctx, portal) {
    const { envelope, issues } = enveloped(await portal.ask(service));
    if (issues.length > 0) return differs(issues);
    if (envelope.code !== 0) return unclear(`Không được phục vụ${said(envelope).vi}; nguồn chỉ biết tên danh mục.`, `Not served${said(envelope).en}; the sources know its name only.`);
    const items = resultItems(envelope.result);
    if (items === undefined) return unclear('Được chấp nhận, nhưng không có danh sách trong result.', 'Accepted, but there is no list in result.');
    return passed(`${items.length} mục.`, `Items: ${items.length}.`);
  },
}));

/** The answer to a look-up as the adapter understands it: a failure is never read as absent (fact sheet 6.2). */
export async function lookUp(portal: Portal, code: string): Promise<{ seen: 'there' | 'absent' | 'unclear'; items: Record<string, unknown>[]; answer: Answer }> {
  const answer = await portal.ask('TraCuuHoSo', { mahoso: code });
  answered(answer);
  const read = classifyLookup(answer.result, { mahoso: code } as LookupRequest);
  if (read.kind !== 'accepted') return { seen: 'unclear', items: [], answer };
  const items = Array.isArray(read.response.result) ? (read.response.result as unknown[]).filter(isRecord) : [];
  return { seen: items.length > 0 ? 'there' : 'absent', items, answer };
}

/** The items of the dossier that was asked for. Their shape is not published: where none of them names a dossier, all are taken for it. */
export function itemsOf(code: string, items: readonly Record<string, unknown>[]): Record<string, unknown>[] {
  const named = items.filter((item) => textOf(item['MaHoSo']) !== '');
  return named.length === 0 ? [...items] : named.filter((item) => textOf(item['MaHoSo']) === code);
}
export const anotherDossier = (): ConformanceFinding => failed('Trả về hồ sơ khác với hồ sơ đã hỏi.', 'Another dossier than the one asked for was answered.');

const absentLookup = (id: string, vi: string, en: string, rule: string, codeOf: (portal: Portal) => string): Check => ({
  id, title: { vi, en }, rule, access: 'read', needs: [LOGIN],
  async run(_ctx, portal) {
    const { seen, answer } = await lookUp(portal, codeOf(portal));
    const { envelope, issues } = enveloped(answer);
    // A list that is not empty is the worst answer: somebody else's dossiers.
    if (seen === 'there' || (envelope.code === 0 && (resultItems(envelope.result) ?? []).length > 0)) return failed('Trả về hồ sơ, trong khi không có hồ sơ nào.', 'Dossiers were answered, although there is none.');
    if (issues.length > 0) return differs(issues);
    if (seen === 'absent') return passed('Được trả lời là không có.', 'Answered as not there.');
    return envelope.code === 0 ? unclear('Không rõ là có hay không có.', 'It is not clear whether it is there.') : unclear(`Bị từ chối${said(envelope).vi}: không nói rõ là không có.`, `Refused${said(envelope).en}: it is not said that it is not there.`);
  },
});

const lookups: Check[] = [
  absentLookup('lookup.absent', 'Tra cứu mã hồ sơ không có thật', 'Look-up of a dossier that does not exist', '2.1 [A], 6.2 [A]', (portal) => portal.code(9_999)),
  absentLookup('lookup.wildcard', 'Ký tự đại diện không trả về hồ sơ của người khác', 'A wildcard does not answer with other people’s dossiers', '2.1 [A]', () => '%'),
  absentLookup('lookup.quote', 'Dấu nháy trong mã hồ sơ không gây lỗi', 'A quotation mark in a number breaks nothing', '2.1 [A]', (portal) => `${portal.code(9_998)}' OR '1'='1`),
  {
    id: 'lookup.empty', title: { vi: 'Mã hồ sơ rỗng bị từ chối hoặc không có kết quả', en: 'An empty number is refused or finds nothing' }, rule: '2.1 [C]', access: 'read', needs: [LOGIN],
    run: async (_ctx, portal) => emptyOrRefused(await portal.ask('TraCuuHoSo', { mahoso: '' }), failed('Trả về hồ sơ cho mã rỗng.', 'Dossiers were answered for an empty number.')),
  },
  {
    id: 'lookup.known', title: { vi: 'Tra cứu một hồ sơ đang có', en: 'Look-up of a dossier that is there' }, rule: '2.1 [A]', access: 'read', needs: [LOGIN],
    async run(ctx, portal) {
      const { dossier } = ctx.settings;
      if (dossier === undefined) return skipped('Chưa cho mã hồ sơ đang có (dossier, --dossier).', 'No dossier that is there was named (dossier, --dossier).');
      const { seen, items, answer } = await lookUp(portal, dossier);
      accepted(answer);
      if (seen === 'there' && itemsOf(dossier, items).length === 0) return anotherDossier();
      return seen === 'there' ? passed('Có hồ sơ.', 'The dossier is there.') : failed('Không thấy hồ sơ đã cho.', 'The dossier that was named is not found.');
    },
  },
];

const technicalId: Check = {
  id: 'account.techid', title: { vi: 'TraCuuTechID trả lời đúng dạng', en: 'TraCuuTechID answers in its form' }, rule: '2.1 [A]', access: 'read', needs: [LOGIN],
  // A citizen number with the prefix 099, which no province has.
  async run(ctx, portal) {
    const { envelope, issues } = enveloped(await portal.ask('TraCuuTechID', { provider: 'wso2is', mstorcmnd: `0991999${String(ctx.random.int(100_000)).padStart(5, '0')}` }));
    if (issues.length > 0) return differs(issues);
    if (envelope.code === 0) return passed('Đúng hợp đồng.', 'As the contract has it.');
    return meaningOf(envelope.message) === 'absent' ? passed('Được trả lời là không có.', 'Answered as not there.') : unclear(`Bị từ chối${said(envelope).vi}.`, `Refused${said(envelope).en}.`);
  },
};

export const portalReads: readonly Check[] = [
  tlsCheck, login, wrongAccount, brokenLogin, sessionReuse, sessionMissing, sessionInvented, sessionExpired, agencyWrong, serviceUnknown, notJson, wrongMethod,
  ...mainLists, procedureDetail, procedureUnknown, ...smallLists, technicalId, ...lookups,
];
