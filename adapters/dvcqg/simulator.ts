/**
 * A stateful double of the national portal's exchange service: sessions that expire, creates of what exists and updates of
 * what does not exist refused in the portal's own way, progress steps that append whatever comes. It follows the fact
 * sheet, quirks included; where the sheet knows nothing (session life, most codes) the behaviour is an option.
 * No sockets and no timers: `lienthong/testing` hosts it. State, clock and randomness belong to the instance.
 */
import { oncePer } from '../../src/adapter/once-per.ts';
import type { JournalEntry, Simulator, SimulatorCallback, SimulatorCallKind, SimulatorOptions, SimulatorRequest, SimulatorResponse } from '../../src/adapter/types.ts';
import { makeCall, PORTAL_CALLS } from './simulator/calls.ts';
import { isFields, textOf } from './simulator/checks.ts';
import type { Fields } from './simulator/checks.ts';
import { readOptions } from './simulator/options.ts';
import type { Account, DvcqgSimulatorOptions, EndpointFamily } from './simulator/options.ts';
import { createReporting } from './simulator/reporting.ts';
import { SERVICES } from './simulator/services.ts';
import type { Answer, Service } from './simulator/services.ts';
import { createState } from './simulator/state.ts';
import type { PortalDossier, SnapshotItem, StepItem } from './simulator/state.ts';

export { inventedProcedure } from './simulator/catalogue.ts';
export type { Account, DvcqgSimulatorOptions, PortalDossier, SnapshotItem, StepItem };

export interface DvcqgSimulator extends Simulator {
  /** what repeats this run */
  readonly seed: string;
  /** who may log in; the host prints them */
  readonly accounts: readonly Account[];
  readonly agencies: readonly string[];
  readonly dstcode: string;
  /** the portal's clock, ms since epoch */
  now(): number;
  /** moves the portal's clock forward */
  advance(ms: number): void;
  /** makes the portal's clock wrong, negative for behind; 0 puts it right */
  skew(ms: number): void;
  /** what the portal holds, without personal data: counts, and the newest dossiers */
  state(): unknown;
  /** the calls of the portal to the province that can be asked for */
  calls(): readonly SimulatorCallKind[];
  /** one of them. @throws TypeError naming what is missing */
  call(name: string, params: Readonly<Record<string, string>>): SimulatorCallback;
  /** every open session is refused from now on */
  expireSessions(): void;
  dossier(code: string): Readonly<PortalDossier> | undefined;
  dossiers(): IterableIterator<Readonly<PortalDossier>>;
  /** a dossier that came to the portal by another way: known, but not in the journal */
  plant(snapshot: Fields): void;
  /** what a request is about, without handling it: for fault rules and statistics */
  describe(request: SimulatorRequest): { service?: string; address?: string; undocumented?: true; keys: string[] };
  /** figures of the public reports that are set by hand */
  figures: { all(): unknown; set(input: unknown): void; clear(): void };
  /** the portal's way of saying that it broke */
  systemError(): SimulatorResponse;
}

const PREFIXES = ['/XrdAdapter/RestService/forward', '/VXPAdapter/RestService/forward'];
const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8' };
const json = (body: unknown): SimulatorResponse => ({ status: 200, headers: JSON_HEADERS, body: JSON.stringify(body) });
const plain = (status: number, body: string): SimulatorResponse => ({ status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body });

/** Where the OpenAPI document has the calls of a façade: every installation has addresses of its own for them. */
const FACADE_ADDRESSES: Readonly<Record<string, string>> = {
  DongBoHoSoMC: '/facade/them-moi', CapNhatTienDoHoSoMC: '/facade/dong-bo-tien-trinh', DongBoTrangThaiHoSo: '/KetNoiMotCuaQuocGia/DongBoTrangThaiHoSoKM',
};
function addressOf({ way, service }: Parsed): string | undefined {
  if (way === 'login') return '/mapi/login';
  if (way === 'call') return '/mapi/g';
  return way === 'facade' ? (FACADE_ADDRESSES[service] ?? `/KetNoiMotCuaQuocGia/${service}`) : undefined;
}

const BAD_CALL = 2;
const SYSTEM_ERROR = -1;

/** A request after parsing, once, whoever asks for it. */
interface Parsed {
  way: 'login' | 'call' | 'facade' | 'nowhere';
  path: string;
  service: string;
  /** the body, when it was JSON */
  body: unknown;
  params: Fields;
  broken: boolean;
}

/**
 * @param options see {@link DvcqgSimulatorOptions}; everything has a default
 * @throws TypeError naming an option that is wrong or unknown
 */
export function createDvcqgSimulator(options: DvcqgSimulatorOptions | SimulatorOptions = {}): DvcqgSimulator {
  const settings = readOptions(options);
  let clockOffset = 0;
  let skew = 0;
  const now = (): number => settings.now() + clockOffset + skew;
  let state = createState(settings, now);
  let style = settings.random.fork('style');
  const reporting = createReporting(settings, () => state.dossiers.values(), now);
  const direct = settings.mode !== 'facade';
  const facade = settings.mode !== 'direct';

  function parse(request: SimulatorRequest): Parsed {
    const prefix = PREFIXES.find((p) => request.path.startsWith(`${p}/`));
    const path = prefix === undefined ? request.path : request.path.slice(prefix.length);
    const parsed: Parsed = { way: 'nowhere', path, service: '', body: undefined, params: {}, broken: false };
    if (direct && (path === settings.loginPath || path === settings.sharePath || path === settings.integrationPath)) {
      parsed.way = path === settings.loginPath ? 'login' : 'call';
    } else if (facade) {
      const last = path.slice(path.lastIndexOf('/') + 1);
      const name = last === 'LayDanhSachTTHCDonVi' ? 'LayDanhSachTTHC' : (settings.facadeAliases[last]?.service ?? last);
      if (SERVICES.has(name)) {
        parsed.way = 'facade';
        parsed.service = name;
      }
    }
    if (parsed.way === 'nowhere') return parsed;
    if (request.body !== '') {
      try {
        parsed.body = JSON.parse(request.body);
      } catch {
        parsed.broken = true;
      }
    }
    if (isFields(parsed.body)) parsed.params = parsed.body;
    if (parsed.way === 'login') parsed.service = 'login';
    if (parsed.way === 'call') parsed.service = textOf(parsed.params, 'service');
    return parsed;
  }

  const parsedOf = oncePer(parse);

  /** A façade writes codes as text in every source; the portal itself as either (2.3). */
  function codeInStyle(code: number | string, viaFacade: boolean): number | string {
    if (settings.errorCodeStyle === 'number') return Number(code);
    if (settings.errorCodeStyle === 'string' || viaFacade) return String(code);
    if (typeof code === 'string') return code;
    return code === 0 && style.next() < 0.5 ? '0' : code;
  }
  function respond(answer: Answer, viaFacade: boolean): SimulatorResponse {
    const code = codeInStyle(answer.code, viaFacade);
    if (!viaFacade) {
      const silent = settings.errorCodeStyle === 'mixed' && answer.code === 0 && style.next() < 0.25;
      return json({ error_code: code, ...(answer.message !== undefined && !silent ? { message: answer.message } : {}), ...(answer.result !== undefined ? { result: answer.result } : {}) });
    }
    const embed = answer.result !== undefined || (answer.code === 0 && settings.facadeWriteMessage === 'json');
    const inner = { error_code: answer.code, ...(answer.message !== undefined ? { message: answer.message } : {}), ...(answer.result !== undefined ? { result: answer.result } : {}) };
    return json({ error_code: code, message: embed ? JSON.stringify(inner) : answer.message });
  }
  function refuse(parsed: Parsed, message: string, code: number | string = BAD_CALL): SimulatorResponse {
    state.counts.refused += 1;
    state.write(parsed.service.slice(0, 60) || parsed.way, 'refused', undefined, undefined, message);
    return respond({ code, message }, parsed.way === 'facade');
  }

  const duplicateCode = (): number | string => style.pick(settings.duplicateCodes);
  const run = (service: Service, params: Fields): Answer => service.run(params, { settings, state, duplicateCode });

  function login(parsed: Parsed): SimulatorResponse {
    const username = textOf(parsed.params, 'username');
    const password = textOf(parsed.params, 'password');
    if (!settings.accounts.some((a) => a.username === username && a.password === password)) {
      state.counts.loginsRefused += 1;
      return refuse(parsed, 'Tên đăng nhập hoặc mật khẩu không đúng');
    }
    state.counts.logins += 1;
    state.write('login', 'login');
    const code = codeInStyle(0, false);
    return json({ session: state.openSession(), error_code: code, message: 'Thành công' });
  }

  function routed(request: SimulatorRequest): boolean {
    if (settings.dstcode === '') return true;
    const header = settings.dstcodeIn === 'query' ? undefined : request.headers['dstcode'];
    const query = settings.dstcodeIn === 'header' ? undefined : request.query['dstcode'];
    return (header ?? query) === settings.dstcode;
  }

  function call(request: SimulatorRequest, parsed: Parsed): SimulatorResponse {
    const { params, service: name } = parsed;
    if (!routed(request)) return refuse(parsed, 'Thiếu hoặc sai mã đích dstcode');
    if (!state.useSession(textOf(params, 'session'))) {
      state.counts.sessionsRefused += 1;
      return refuse(parsed, 'Phiên làm việc không hợp lệ hoặc đã hết hạn', settings.sessionErrorCode);
    }
    if (!settings.agencies.has(textOf(params, 'madonvi'))) return refuse(parsed, 'Mã đơn vị không hợp lệ');
    const service = SERVICES.get(name);
    if (service === undefined) return refuse(parsed, 'Dịch vụ không tồn tại');
    const family: EndpointFamily = settings.endpointOf[name] ?? service.family;
    if (parsed.path !== (family === 'share' ? settings.sharePath : settings.integrationPath)) return refuse(parsed, 'Dịch vụ không thuộc địa chỉ kết nối này');
    return respond(run(service, params), false);
  }

  /** One more hop, no session (1.7): a bare list for writes, query parameters for reads. */
  function viaFacade(request: SimulatorRequest, parsed: Parsed): SimulatorResponse {
    const service = SERVICES.get(parsed.service);
    if (service === undefined) return plain(404, 'Not Found');
    const { query } = request;
    const unit = query['MaDinhDanhDV'];
    if (unit !== undefined && !settings.agencies.has(unit)) return refuse(parsed, 'Mã đơn vị không hợp lệ');
    if (service.access === 'read') {
      const code = query['mahoso'] ?? query['maHoSo'] ?? query['MaHoSo'];
      const asked: Fields = { provider: 'wso2is', ...query, ...(code === undefined ? {} : { mahoso: code }), ...parsed.params };
      return respond(run(service, asked), true);
    }
    if (request.method !== 'POST') return plain(405, 'Method Not Allowed');
    const last = parsed.path.slice(parsed.path.lastIndexOf('/') + 1);
    const isUpdating = settings.facadeAliases[last]?.isUpdating ?? query['isUpdating'];
    // only the status push is seen wrapped; how a façade wraps it is not known, so bare passes too
    const { body, params } = parsed;
    const wrapped = parsed.service === 'DongBoTrangThaiHoSo' && 'data' in params;
    return respond(run(service, { type: params['type'] ?? query['type'] ?? '2', isUpdating, data: wrapped ? params['data'] : body }), true);
  }

  function handle(request: SimulatorRequest): SimulatorResponse {
    const report = reporting.tailOf(request.path);
    if (report !== undefined) return reporting.handle(request, report);
    const parsed = parsedOf(request);
    state.nextCall();
    if (parsed.way === 'nowhere') return plain(404, 'Not Found');
    if (parsed.way !== 'facade' && request.method !== 'POST') return plain(405, 'Method Not Allowed');
    if (parsed.broken) return refuse(parsed, 'Dữ liệu gửi lên không đúng định dạng JSON');
    if (parsed.way === 'login') return login(parsed);
    return parsed.way === 'call' ? call(request, parsed) : viaFacade(request, parsed);
  }

  return {
    id: 'dvcqg',
    seed: settings.seed,
    accounts: settings.accounts,
    agencies: [...settings.agencies],
    dstcode: settings.dstcode,
    handle,
    clientConfig: (baseUrl) => ({
      baseUrl, agencyCode: [...settings.agencies][0] ?? '', ...settings.accounts[0],
      dstcode: settings.dstcode, dstcodeIn: settings.dstcodeIn === 'query' ? 'query' : 'header',
      mode: settings.mode === 'facade' ? 'facade' : 'direct',
      paths: { login: settings.loginPath, share: settings.sharePath, integration: settings.integrationPath },
      endpoints: { ...settings.endpointOf },
    }),
    journal: (): readonly JournalEntry[] => state.journal,
    summary: () => ({ ...state.summary(), sessions: state.liveSessions() }),
    reset() {
      clockOffset = skew = 0;
      style = settings.random.fork('style');
      state = createState(settings, now);
      reporting.clear();
    },
    figures: { all: () => reporting.orders(), set: (input) => reporting.set(input), clear: () => reporting.clear() },
    now,
    advance(ms) {
      if (!(ms >= 0 && Number.isFinite(ms))) throw new RangeError('the clock only moves forward');
      clockOffset += ms;
    },
    skew: (ms) => void (skew = ms),
    state: () => state.overview(),
    calls: () => PORTAL_CALLS,
    call: (name, params) => makeCall(name, params, [...settings.agencies][0] ?? ''),
    expireSessions: () => state.expireSessions(),
    dossier: (code) => state.dossiers.get(code),
    dossiers: () => state.dossiers.values(),
    plant: (snapshot) => state.putSnapshot(snapshot, 'False', 'DongBoHoSoMC', true),
    describe(request) {
      const report = reporting.tailOf(request.path);
      // Nobody has published a document of these: there is nothing to hold them against.
      if (report !== undefined) return { service: `reporting/${report}`, undocumented: true, keys: [] };
      const parsed = parsedOf(request);
      const { service, params, body } = parsed;
      const address = addressOf(parsed);
      const items: unknown = params['data'] ?? body;
      const keys = (Array.isArray(items) ? (items as unknown[]) : [items, params]).flatMap((item) => {
        const key = isFields(item) ? textOf(item, 'MaHoSo') || textOf(item, 'mahoso') : '';
        return key === '' ? [] : [key];
      });
      return { ...(service === '' ? {} : { service }), ...(address === undefined ? {} : { address }), keys: [...new Set(keys)] };
    },
    systemError: () => json({ error_code: codeInStyle(SYSTEM_ERROR, false), message: 'Lỗi hệ thống, vui lòng thử lại sau' }),
  };
}

/** How the journal is read when it is compared with a ledger (`checkDelivery` of `lienthong/testing`). */
export const dvcqgJournalReader = {
  /** the status that a create or update left behind */
  status: (item: unknown): string => (isFields(item) ? textOf(item, 'TrangThaiHoSo') : ''),
  /** equal for two steps that the portal cannot tell apart */
  stepIdentity: (item: unknown): string => (isFields(item) ? ['ThoiDiemXuLy', 'TrangThai', 'NoiDungXuLy', 'NguoiXuLy'].map((f) => textOf(item, f)).join('\u001f') : ''),
  /** “Yêu cầu bổ sung”: a second one makes the dossier late (QĐ 766), so it may never be doubled */
  isSupplement: (item: unknown): boolean => isFields(item) && textOf(item, 'TrangThai') === '5',
};
