/** Checks of the province's side: what the portal asks of a province, well formed and not. */
import { failed, passed, skipped, unclear, type ConformanceCall, type ConformanceCheck, type ConformanceContext, type ConformanceFinding } from '../../../src/adapter/conformance.ts';
import { isRecord } from '../../../src/contract/is-record.ts';
import { textOf } from '../answer.ts';
import { answered, ask, differs, type Answer } from './answers.ts';
import { tlsCheck, timeCheck } from './line-checks.ts';
import type { ProvinceSettings } from './settings.ts';

type Context = ConformanceContext<ProvinceSettings>;

/** What the checks of one run share. */
export interface Province {
  /** asks `search/call`; headers given here replace the run's own, '' leaves one out */
  search(body: string | Record<string, unknown>, headers?: Record<string, string>): Promise<Answer>;
  call(call: ConformanceCall): Promise<Answer>;
  question(code: string, more?: Record<string, unknown>): Record<string, unknown>;
  /** a number that no dossier has */
  unknown(n: number): string;
}
type Check = ConformanceCheck<Province, ProvinceSettings>;

export function openProvince(ctx: Context): Province {
  const { settings } = ctx;
  const key = settings.apiKey === undefined ? {} : { [settings.apiKeyHeader.toLowerCase()]: settings.apiKeyHeader.toLowerCase() === 'authorization' ? `Bearer ${settings.apiKey}` : settings.apiKey };
  const own: Record<string, string> = { 'content-type': 'application/json', ...settings.headers, ...key };
  const run = ctx.random.hex(8);
  const call = (asked: ConformanceCall): Promise<Answer> => {
    const headers = Object.fromEntries(Object.entries({ ...own, ...asked.headers }).filter(([, value]) => value !== ''));
    return ask(ctx, { ...asked, headers });
  };
  return {
    call,
    search: (body, headers = {}) => call({ method: 'POST', path: '/search/call', headers, body: typeof body === 'string' ? body : JSON.stringify(body) }),
    question: (code, more = {}) => ({ madonvi: settings.agencyCode, service: 'TraCuuHoSo', masohoso: code, ...more }),
    unknown: (n) => `${settings.prefix}-${run}-${String(n).padStart(4, '0')}`,
  };
}

const isDigest = (body: unknown): boolean => isRecord(body) && textOf(body['MaHoSo']) !== '';

/** "Not found" or "not understood" as the portal reads it: HTTP 200 and the error form (fact sheet 3.8). */
function errorForm(answer: Answer): ConformanceFinding {
  const { status, body } = answered(answer);
  if (isDigest(body)) return failed('Trả về thông tin một hồ sơ.', 'A dossier was answered.');
  if (status >= 500) return failed(`HTTP ${status}: lỗi máy chủ thay vì lời báo lỗi.`, `HTTP ${status}: a server error instead of an error answer.`);
  if (status >= 400) return unclear(`HTTP ${status}; tài liệu chỉ nói tới HTTP 200 kèm error_code "-1".`, `HTTP ${status}; the document only knows HTTP 200 with error_code "-1".`);
  return answer.issues.length > 0 ? differs(answer.issues) : passed('Báo lỗi đúng dạng.', 'An error in the documented form.');
}

/** For what is not a question at all: refusing it by HTTP status is as good. */
function refusedSomehow(answer: Answer): ConformanceFinding {
  const { status, body } = answered(answer);
  if (isDigest(body)) return failed('Trả về thông tin một hồ sơ.', 'A dossier was answered.');
  return status >= 400 && status < 500 ? passed(`Bị từ chối bằng HTTP ${status}.`, `Refused by HTTP ${status}.`) : errorForm(answer);
}

function digest(answer: Answer, code: string): ConformanceFinding {
  const { status, body } = answered(answer);
  if (status !== 200 || !isDigest(body)) return failed(`HTTP ${status}, không có thông tin hồ sơ.`, `HTTP ${status}, no dossier was answered.`, answer.issues);
  if (answer.issues.length > 0) return differs(answer.issues);
  return isRecord(body) && textOf(body['MaHoSo']) === code ? passed('Đúng hồ sơ, đúng hợp đồng, không có trường nào khác.', 'The right dossier, as the contract has it, and no field beside it.') : failed('Trả về hồ sơ khác.', 'Another dossier was answered.');
}

const NO_DOSSIER = skipped('Chưa cho mã hồ sơ đang có (dossier, --dossier).', 'No dossier that is there was named (dossier, --dossier).');
const UNKNOWN = 'search.unknown';

/** A check that asks for the dossier that was named. */
const known = (id: string, vi: string, en: string, rule: string, run: (ctx: Context, province: Province, code: string) => Promise<ConformanceFinding>): Check =>
  ({ id, title: { vi, en }, rule, access: 'read', needs: [UNKNOWN], run: async (ctx, province) => (ctx.settings.dossier === undefined ? NO_DOSSIER : run(ctx, province, ctx.settings.dossier)) });

const error = (id: string, vi: string, en: string, rule: string, body: (province: Province, ctx: Context) => string | Record<string, unknown>, verdict: (answer: Answer) => ConformanceFinding = errorForm): Check =>
  ({ id, title: { vi, en }, rule, access: 'read', ...(id === UNKNOWN ? {} : { needs: [UNKNOWN] }), run: async (ctx, province) => verdict(await province.search(body(province, ctx))) });

const searches: Check[] = [
  error(UNKNOWN, 'Mã hồ sơ không có thật: báo lỗi đúng dạng', 'A number that does not exist: an error in the documented form', '3.8 [B]', (p) => p.question(p.unknown(1))),
  known('search.known', 'Hồ sơ đang có: đúng chín trường, không lớp bọc', 'A dossier that is there: the nine fields, no envelope', '3.8 [B]', async (_ctx, p, code) => digest(await p.search(p.question(code)), code)),
  known('search.repeated', 'Hỏi lại được trả lời như nhau', 'Asked again, answered alike', '3.8 [B]', async (_ctx, p, code) => {
    const texts = [];
    for (let i = 0; i < 2; i += 1) texts.push(answered(await p.search(p.question(code))).text);
    return texts[0] === texts[1] ? passed('Hai câu trả lời giống nhau.', 'Both answers are equal.') : unclear('Hai câu trả lời khác nhau: hồ sơ có thể vừa thay đổi.', 'The answers differ: the dossier may have changed in between.');
  }),
  known('search.service-ignored', 'Không xét giá trị service', 'The value of service does not matter', '3.8 [B]', async (_ctx, p, code) => digest(await p.search(p.question(code, { service: 'TraCuu' })), code)),
  known('search.extra-field', 'Trường lạ được bỏ qua', 'A field that is not known is passed over', '2.3 [C]', async (_ctx, p, code) => digest(await p.search(p.question(code, { truongMoi: 'x' })), code)),
  known('search.nfd-field', 'Chữ tổ hợp (NFD) ở trường khác không làm hỏng tra cứu', 'Decomposed letters (NFD) in another field break nothing', '5 [C]', async (_ctx, p, code) => digest(await p.search(p.question(code, { service: 'Tra cứu hồ sơ'.normalize('NFD') })), code)),
  known('search.text-plain', 'JSON gửi với content-type text/plain vẫn được hiểu', 'JSON labelled as text/plain is understood', '2.2 [C]', async (_ctx, p, code) => {
    const answer = await p.search(p.question(code), { 'content-type': 'text/plain' });
    return answered(answer).status === 415 ? unclear('HTTP 415; chương trình cũ có thể gửi sai nhãn.', 'HTTP 415; old programs may label it wrong.') : digest(answer, code);
  }),
  error('search.empty', 'Mã hồ sơ rỗng', 'An empty number', '3.8 [B]', (p) => p.question('')),
  error('search.missing', 'Thiếu masohoso', 'masohoso is missing', '3.8 [B]', () => ({})),
  error('search.null', 'masohoso là null', 'masohoso is null', '3.8 [C]', (p) => p.question('', { masohoso: null })),
  error('search.object', 'masohoso là đối tượng', 'masohoso is an object', '3.8 [C]', (p) => p.question('', { masohoso: { $ne: '' } })),
  error('search.wildcard', 'Ký tự đại diện không trả về hồ sơ', 'A wildcard answers no dossier', '3.8 [B]', (p) => p.question('%')),
  error('search.quote', 'Dấu nháy trong mã hồ sơ', 'A quotation mark in the number', '3.8 [B]', (p) => p.question(`${p.unknown(2)}' OR '1'='1`)),
  error('search.nfd', 'Mã hồ sơ có chữ tổ hợp (NFD)', 'A number with decomposed letters (NFD)', '5 [C]', (p) => p.question(`${p.unknown(3)}-Hồ sơ mẫu`.normalize('NFD'))),
  error('search.long', 'Mã hồ sơ dài 10.000 ký tự', 'A number of 10,000 characters', '5 [C]', (p) => p.question('9'.repeat(10_000)), refusedSomehow),
  error('search.not-json', 'Thân không phải JSON', 'A body that is no JSON', '6.1 [B]', () => 'masohoso=1', refusedSomehow),
  error('search.truncated', 'JSON bị cắt giữa chừng', 'JSON that was cut off', '6.1 [B]', (p) => JSON.stringify(p.question(p.unknown(4))).slice(0, -9), refusedSomehow),
  error('search.no-body', 'Không có thân', 'No body', '6.1 [C]', () => '', refusedSomehow),
  error('search.list', 'Thân là danh sách', 'The body is a list', '2.3 [C]', () => '[]', refusedSomehow),
  error('search.deep', 'JSON lồng 2.000 tầng', 'JSON nested 2,000 deep', '6.1 [C]', () => `${'['.repeat(2_000)}${']'.repeat(2_000)}`, refusedSomehow),
  error('search.huge', 'Thân quá lớn', 'An oversized body', '6.1 [C]', (p, ctx) => p.question(p.unknown(5), { rac: 'x'.repeat(ctx.settings.hugeBytes) }), refusedSomehow),
  {
    id: 'search.get', title: { vi: 'GET không trả về hồ sơ', en: 'GET answers no dossier' }, rule: '2.2 [B]', access: 'read', needs: [UNKNOWN],
    run: async (_ctx, p) => refusedSomehow(await p.call({ method: 'GET', path: '/search/call', headers: { 'content-type': '' } })),
  },
];

/** With the wrong key nothing may be answered, whatever is asked. */
const auth = (id: string, vi: string, en: string, header: (ctx: Context) => string): Check => ({
  id, title: { vi, en }, rule: '2.2 [B]', access: 'read', needs: [UNKNOWN],
  async run(ctx, p) {
    const { apiKey, apiKeyHeader, dossier } = ctx.settings;
    if (apiKey === undefined) return skipped('Không có khóa (apiKey): người gọi được nhận biết bằng cách khác.', 'There is no key (apiKey): the caller is known in another way.');
    const { status, body } = answered(await p.search(p.question(dossier ?? p.unknown(6)), { [apiKeyHeader.toLowerCase()]: header(ctx) }));
    if (isDigest(body)) return failed('Trả về hồ sơ cho người gọi không được phép.', 'A dossier was answered to a caller who has no right to it.');
    if (status === 401 || status === 403) return passed(`Bị từ chối bằng HTTP ${status}.`, `Refused by HTTP ${status}.`);
    if (status >= 500) return failed(`HTTP ${status}: lỗi máy chủ.`, `HTTP ${status}: a server error.`);
    return dossier === undefined ? unclear(`HTTP ${status}: không rõ bị từ chối hay chỉ là không tìm thấy.`, `HTTP ${status}: refused, or only not found?`) : passed(`Không trả về hồ sơ (HTTP ${status}).`, `No dossier was answered (HTTP ${status}).`);
  },
});

const NOT_OFFERED = (status: number): ConformanceFinding => skipped(`Không có địa chỉ này (HTTP ${status}).`, `The address is not offered (HTTP ${status}).`);

/** "It was taken", in the words of each generation of callbacks (fact sheet 2.3, 2.5, 6.1). */
const DONE: readonly (readonly [field: string, value: string])[] = [['error_code', '0'], ['error_code', 'SUCCESSFUL'], ['MaLoi', '00'], ['return_code', '0']];
const saysDone = (body: unknown): boolean => isRecord(body) && DONE.some(([field, value]) => textOf(body[field]) === value);

/** What else the portal may call: asked with nothing in it, which must be refused. A bad implementation would store it, so it counts as writing. */
const probe = (path: string, vi: string, en: string, rule: string, access: 'read' | 'write', body: (p: Province) => unknown): Check => ({
  id: `callback.${path.replaceAll('/', '.').slice(1)}`, title: { vi, en }, rule, access, needs: [UNKNOWN],
  async run(_ctx, p) {
    const answer = await p.call({ method: 'POST', path, body: JSON.stringify(body(p)) });
    const { status, body: got } = answered(answer);
    if (status === 404 || status === 405) return NOT_OFFERED(status);
    if (status >= 500) return failed(`HTTP ${status}: lỗi máy chủ.`, `HTTP ${status}: a server error.`);
    if (status >= 400) return unclear(`HTTP ${status}; tài liệu chỉ nói tới HTTP 200.`, `HTTP ${status}; the document only knows HTTP 200.`);
    if (answer.issues.length > 0) return differs(answer.issues);
    // Asking what an unknown dossier owes may well be answered "nothing".
    if (access === 'write' && saysDone(got)) return failed('Gói tin rỗng được chấp nhận.', 'An empty message was accepted.');
    return passed('Trả lời đúng dạng.', 'Answered in its form.');
  },
});

const callbacks: Check[] = [
  probe('/dptracuuthanhtoanhs', 'Hỏi khoản phải nộp của hồ sơ không có thật', 'What a dossier that does not exist owes', '3.12 [B]', 'read', (p) => ({ MaHoSo: p.unknown(7) })),
  {
    id: 'callback.downloadfile', title: { vi: 'Tải tệp không có thật', en: 'Fetch a file that does not exist' }, rule: '2.2 [B]', access: 'read', needs: [UNKNOWN],
    async run(ctx, p) {
      const hex = ctx.random.hex(32);
      const { status, text } = answered(await p.call({ method: 'GET', path: `/downloadfile/${hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')}`, headers: { 'content-type': '' } }));
      if (status === 404 || status === 405) return NOT_OFFERED(status);
      if (status >= 500) return failed(`HTTP ${status}: lỗi máy chủ.`, `HTTP ${status}: a server error.`);
      return status === 200 && text !== '' ? unclear('HTTP 200 kèm nội dung cho một tệp không có thật.', 'HTTP 200 with content for a file that does not exist.') : passed(`Không có nội dung (HTTP ${status}).`, `No content (HTTP ${status}).`);
    },
  },
  probe('/addtthcKhuyenMai', 'Thông báo khuyến mại rỗng bị từ chối', 'An empty promotion notice is refused', '3.9 [A]', 'write', () => ({})),
  probe('/nhanhsdvcqg', 'Hồ sơ bổ sung rỗng bị từ chối', 'An empty amendment is refused', '3.9 [A]', 'write', () => ({ service: 'NhanHoSo', isUpdating: 'False', data: {} })),
  probe('/nhantbthuedvcqg', 'Thông báo thuế rỗng bị từ chối', 'An empty land-tax notice is refused', '3.10 [A]', 'write', () => ({ service: 'NhanThongBaoThueDat', isUpdating: 'False', data: {} })),
  // One province's own addresses for the same calls.
  probe('/HoSo/ThongBaoKhuyenMai', 'Thông báo khuyến mại rỗng bị từ chối (địa chỉ kiểu Thanh Hóa)', 'An empty promotion notice is refused (Thanh Hóa’s address)', '2.2 [B]', 'write', () => ({})),
  probe('/HoSo/ThongBaoKhuyenMaiBoSung', 'Khuyến mại bổ sung rỗng bị từ chối (địa chỉ kiểu Thanh Hóa)', 'An empty amendment is refused (Thanh Hóa’s address)', '2.2 [B]', 'write', () => ({})),
  probe('/LienThongNVTCDVCQuocGia/ImportThongBaoThueFromDVCQG', 'Thông báo thuế rỗng bị từ chối (địa chỉ kiểu Thanh Hóa)', 'An empty land-tax notice is refused (Thanh Hóa’s address)', '2.2 [B]', 'write', () => ({})),
  probe('/LienThongNVTCDVCQuocGia/ImportChungTuThueFromDVCQG', 'Chứng từ thuế rỗng bị từ chối (địa chỉ kiểu Thanh Hóa)', 'An empty land-tax receipt is refused (Thanh Hóa’s address)', '2.2 [B]', 'write', () => ({})),
  probe('/dpnhankqthanhtoanhs', 'Kết quả thanh toán rỗng bị từ chối', 'An empty payment result is refused', '3.12 [A]', 'write', () => ({})),
  probe('/paymentconfirm', 'Kết quả thanh toán KeyPay rỗng bị từ chối', 'An empty KeyPay result is refused', '2.5, 3.12 [A]', 'write', () => ({})),
  probe('/paygov/confirm', 'Kết quả thanh toán PayGov rỗng bị từ chối', 'An empty PayGov result is refused', '2.5 [B]', 'write', () => ({})),
];

export const provinceChecks: readonly Check[] = [
  tlsCheck, ...searches,
  auth('auth.missing', 'Không có khóa thì không trả lời', 'Without the key nothing is answered', () => ''),
  auth('auth.wrong', 'Khóa sai thì không trả lời', 'With a wrong key nothing is answered', (ctx) => (ctx.settings.apiKeyHeader.toLowerCase() === 'authorization' ? `Bearer ${ctx.random.hex(40)}` : ctx.random.hex(40))),
  ...callbacks, timeCheck(UNKNOWN),
];
