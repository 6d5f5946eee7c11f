/**
 * A stateful double of both systems around a province's judicial records: VNeID, which asks for a number, sends dossiers and takes states (L1, L2, L6), and the
 * judicial-record software, which takes dossiers and has certificates (L4, L5). VNeID's sign-in is there as well. It follows the fact sheet; what the
 * sheet leaves open is an option. No sockets and no timers: `lienthong/testing` hosts it. State, clock and randomness belong to the instance.
 */
import { createGatewayDoor } from '../../src/adapter/lgsp/door.ts';
import { oncePer } from '../../src/adapter/once-per.ts';
import type { JournalEntry, Simulator, SimulatorCallback, SimulatorCallKind, SimulatorOptions, SimulatorRequest, SimulatorResponse } from '../../src/adapter/types.ts';
import { isRecord } from '../../src/contract/is-record.ts';
import { createLoginSimulator, type LoginSimulator } from './login/simulator.ts';
import { createBackend, type BackendCase } from './simulator/backend.ts';
import { makeCall, VNEID_CALLS } from './simulator/calls.ts';
import { fieldOf, fileSeen, problemOf, type MessageKind } from './simulator/checks.ts';
import { createDesk, type Application, type Phase, type WriteEntry } from './simulator/desk.ts';
import { readOptions, type BackendState, type MessageName, type VneidSimulatorOptions } from './simulator/options.ts';
import type { Wish } from './simulator/people.ts';

export type { Application, BackendCase, BackendState, Phase, VneidSimulatorOptions, Wish };

export interface VneidSimulator extends Simulator {
  /** what repeats this run */
  readonly seed: string;
  /** what VNeID shows, and what the judicial-record software wants to see */
  readonly secrets: { readonly codeGet: string; readonly authKey: string };
  /** VNeID's sign-in, below the same address */
  readonly login: LoginSimulator;
  now(): number;
  /** moves the clock of both systems forward; what is due by then is told with the next `takeCallbacks` */
  advance(ms: number): void;
  /** when something happens next by itself, ms since epoch */
  nextAt(): number | undefined;
  dueIn(): number | undefined;
  /** the calls to the province since it was asked last, in order */
  takeCallbacks(): readonly SimulatorCallback[];
  /** what both systems hold, without personal data */
  state(): unknown;
  calls(): readonly SimulatorCallKind[];
  /** one of them. @throws TypeError naming what is missing */
  call(name: string, params: Readonly<Record<string, string>>): SimulatorCallback;
  /** a citizen applies: L1 is called next, L2 follows from its answer */
  apply(wish?: Wish): Readonly<Application>;
  /** what VNeID has of a dossier */
  application(code: string): Readonly<Application> | undefined;
  applications(): readonly Readonly<Application>[];
  /** what the judicial-record software has of it, and its state by now */
  backendCase(code: string): Readonly<BackendCase & { state: string }> | undefined;
  /** as if the province had handed the dossier over before. @param form 1 or 2 */
  handOver(code: string, form?: string): void;
  /** the certificate is made anew. @throws TypeError when there is none */
  reissue(code: string): void;
  /** every token is refused from now on */
  expireSessions(): void;
  describe(request: SimulatorRequest): { service?: string; address?: string; undocumented?: true; keys: string[] };
  systemError(): SimulatorResponse;
}

/** Paths below the base; those of L4 and L5 are settings of each installation. */
const PATHS = {
  '/lltp/guiHoSo': 'pushToBackend', '/lltp/nhanTrangThai': 'readResult', '/v2/lyLichTuPhap/traKetQuaHoSoLLTP': 'reportStatus', '/GetToken': 'getToken',
} as const satisfies Record<string, MessageKind | 'getToken'>;
const TOKEN_PATH = '/token';
const MAX_TOKENS = 1_000;
const NAMES: Readonly<Record<string, string>> = {
  1: 'Mới đăng ký', 2: 'Được tiếp nhận', 3: 'Không được tiếp nhận', 4: 'Đang xử lý', 5: 'Yêu cầu bổ sung giấy tờ', 6: 'Yêu cầu thực hiện nghĩa vụ tài chính', 7: 'Công dân yêu cầu rút hồ sơ',
  8: 'Dừng xử lý', 9: 'Đã xử lý xong', 10: 'Đã trả kết quả',
};

const json = (status: number, body: unknown): SimulatorResponse => ({ status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(body) });
const plain = (status: number, body: string, type = 'text/plain'): SimulatorResponse => ({ status, headers: { 'content-type': `${type}; charset=utf-8` }, body });

interface Parsed { kind: MessageKind | 'getToken' | 'login' | 'door' | 'nowhere'; path: string; body: unknown }

/**
 * @param options see {@link VneidSimulatorOptions}; everything has a default
 * @throws TypeError naming an option that is wrong or unknown
 */
export function createVneidSimulator(options: VneidSimulatorOptions | SimulatorOptions = {}): VneidSimulator {
  const settings = readOptions(options);
  const { messages } = settings;
  let clockOffset = 0;
  let call = 0;
  let entries: JournalEntry[] = [];
  const now = (): number => settings.now() + clockOffset;
  const counts = { refused: 0, interrupted: 0, tokens: 0, wrongKeys: 0 };
  const drift = { unknownFields: 0 };
  /** reports that have met the trouble of their dossier's number, and how often */
  const troubled = new Map<string, number>();
  const tokens = new Map<string, number>();
  let tokenSource = settings.random.fork('tokens');

  const write: WriteEntry = (service, effect, key, item, note, at = now()) => {
    entries.push({ seq: entries.length + 1, at, service, effect, call, ...(key === undefined ? {} : { key }), ...(item === undefined ? {} : { item }), ...(note === undefined ? {} : { note }) });
  };
  const door = createGatewayDoor({ kind: settings.gateway, now, seed: settings.seed, tokenPath: TOKEN_PATH, tokenTtlMs: settings.tokenTtlMs });
  const login = createLoginSimulator({ seed: settings.seed, now });
  let desk = createDesk(settings, now, write);
  let backend = createBackend(settings, now);

  const spell = (text: string): string => text.normalize(settings.letters);
  const say = (name: MessageName): string => spell(messages[name]);
  /** The envelope of L6 (2.4). */
  const envelope = (statusCode: string, errorDetail: string | null): SimulatorResponse => json(200, { statusCode, data: null, errorDetail: errorDetail === null ? null : spell(errorDetail) });
  /** The answer to L4 (2.6). */
  const pushed = (isTaken: boolean, words: string): SimulatorResponse =>
    json(200, { status: isTaken ? '1' : '0', statusDescription: isTaken ? words : spell('Thất bại'), errorCode: isTaken ? null : 'E1', errorDescription: isTaken ? null : words });

  function parse(request: SimulatorRequest): Parsed {
    const { basePath } = settings;
    const path = request.path.startsWith(`${basePath}/`) ? request.path.slice(basePath.length) : '';
    const kind = Object.hasOwn(PATHS, path) ? PATHS[path as keyof typeof PATHS] : path === TOKEN_PATH ? 'door' : login.isHere({ ...request, path }) ? 'login' : 'nowhere';
    let body: unknown;
    if (kind !== 'login' && kind !== 'door' && kind !== 'nowhere') {
      try {
        body = JSON.parse(request.body);
      } catch {
        body = undefined;
      }
    }
    return { kind, path, body };
  }
  const parsedOf = oncePer(parse);

  function refuse(kind: MessageKind, key: string | undefined, note: string, answer: SimulatorResponse): SimulatorResponse {
    counts.refused += 1;
    write(kind, 'refused', key, undefined, note);
    return answer;
  }

  // ---- the judicial-record software ----------------------------------------------------------------------------------------

  const hasKey = (body: unknown): boolean => fieldOf(body, 'authKey') === settings.authKey;
  function wrongKey(kind: MessageKind, key: string | undefined): SimulatorResponse {
    counts.wrongKeys += 1;
    return refuse(kind, key, messages.wrongKey, kind === 'pushToBackend' ? pushed(false, say('wrongKey')) : json(200, { status: 0, statusDescription: say('wrongKey'), value: null }));
  }

  function push(body: Record<string, unknown>, code: string): SimulatorResponse {
    const declaration = isRecord(body['toKhai']) ? body['toKhai'] : {};
    const files = Array.isArray(declaration['fileHoSo']) ? declaration['fileHoSo'].map((file) => fileSeen(fieldOf(file, 'noiDungFile'))) : [];
    const isAgain = backend.case(code) !== undefined;
    if (!backend.push(code, fieldOf(declaration, 'loaiPhieu'))) return refuse('pushToBackend', code, messages.pushedBefore, pushed(false, say('pushedBefore')));
    write('pushToBackend', isAgain ? 'update' : 'create', code, { uyQuyen: fieldOf(declaration, 'uyQuyen'), fileHoSo: files });
    return pushed(true, say('pushed'));
  }

  function readResult(code: string): SimulatorResponse {
    const value = backend.read(code);
    if (value === undefined) return refuse('readResult', code, messages.unknownDossier, json(200, { status: 0, statusDescription: say('unknownDossier'), value: null }));
    write('readResult', 'read', code, { trangThaiXuLy: value[0]?.['trangThaiXuLy'] });
    return json(200, { status: 1, statusDescription: say('read'), value });
  }

  // ---- VNeID ---------------------------------------------------------------------------------------------------------------

  const cannotUpdate = (state: string): string => `${messages.cannotUpdate} ${NAMES[state] ?? state}`;

  function report(body: Record<string, unknown>, code: string): SimulatorResponse {
    const state = fieldOf(body, 'trangThaiXuLy');
    const done = desk.report(body);
    switch (done.kind) {
      case 'taken': return envelope('00', null);
      case 'cannot-update': return refuse('reportStatus', code, messages.cannotUpdate, envelope('01', cannotUpdate(state)));
      case 'unknown': return refuse('reportStatus', code, messages.unknownDossier, envelope('01', messages.unknownDossier));
    }
  }

  /** What 6.6 wants of certain numbers: each report meets it once, …9001 twice, and goes through after that. */
  function trouble(body: Record<string, unknown>, code: string): SimulatorResponse | undefined {
    const suffix = settings.suffixes ? code.slice(-5) : '';
    if (!['-9001', '-9002', '-9003', '-9004'].includes(suffix)) return undefined;
    const state = fieldOf(body, 'trangThaiXuLy');
    if (suffix === '-9002') return refuse('reportStatus', code, messages.cannotUpdate, envelope('01', cannotUpdate(state)));
    const key = `${code} ${state} ${fieldOf(body, 'type')} ${fileSeen(fieldOf(body['ketQuaXuLy'], 'quyetDinhThuHoi'))?.sha256 ?? ''}`;
    const times = troubled.get(key) ?? 0;
    troubled.set(key, times + 1);
    if (suffix === '-9001' && times < 2) {
      counts.interrupted += 1;
      return refuse('reportStatus', code, messages.interrupted, envelope('03', messages.interrupted));
    }
    if (suffix === '-9003' && times === 0) return refuse('reportStatus', code, 'HTTP 502', plain(502, '<html><body><h1>502 Bad Gateway</h1></body></html>', 'text/html'));
    if (suffix !== '-9004' || times > 0) return undefined;
    // It was taken; only its answer is spoilt.
    report(body, code);
    return plain(200, '{"statusCode":"00","data":', 'application/json');
  }

  function getToken(body: unknown): SimulatorResponse {
    if (!isRecord(body) || fieldOf(body, 'user') === '' || fieldOf(body, 'key') !== settings.authKey) {
      write('getToken', 'refused');
      return json(200, { statusCode: '01', accessToken: null, errorDetail: say('wrongKey') });
    }
    if (tokens.size >= MAX_TOKENS) tokens.delete(tokens.keys().next().value as string);
    const token = tokenSource.hex(40);
    tokens.set(token, now() + settings.tokenTtlMs);
    counts.tokens += 1;
    write('getToken', 'login');
    return json(200, { statusCode: '00', accessToken: token, errorDetail: null });
  }
  function hasToken({ headers }: SimulatorRequest): boolean {
    const [, token = ''] = /^Bearer (\S+)$/.exec(headers['authorization'] ?? '') ?? [];
    return (tokens.get(token) ?? Number.NEGATIVE_INFINITY) > now();
  }

  // ---- both ----------------------------------------------------------------------------------------------------------------

  const invalid = (kind: MessageKind, words: string): SimulatorResponse => {
    if (kind === 'reportStatus') return envelope('02', words);
    return kind === 'pushToBackend' ? pushed(false, spell(`${messages.pushFailed}: ${words}`)) : json(200, { status: 0, statusDescription: spell(words), value: null });
  };

  function message(kind: MessageKind, request: SimulatorRequest, body: unknown): SimulatorResponse {
    const code = fieldOf(body, 'maHoSoMCDT').slice(0, 100) || undefined;
    if (kind === 'reportStatus' && settings.wantsToken && !hasToken(request)) return refuse(kind, code, 'no token', json(401, { statusCode: '02', data: null, errorDetail: 'Unauthorized' }));
    if (kind !== 'reportStatus' && isRecord(body) && !hasKey(body)) return wrongKey(kind, code);
    const problem = problemOf(kind, body, { strict: settings.strict, unknownFields: settings.unknownFields, drift });
    if (problem !== undefined || !isRecord(body) || code === undefined) return refuse(kind, code, problem ?? '', invalid(kind, `${messages.invalid}: ${problem ?? ''}`));
    if (kind === 'pushToBackend') return push(body, code);
    if (kind === 'readResult') return readResult(code);
    return trouble(body, code) ?? report(body, code);
  }

  function handle(request: SimulatorRequest): SimulatorResponse {
    const { kind, path, body } = parsedOf(request);
    call += 1;
    desk.work();
    if (kind === 'nowhere') return plain(404, 'Not Found');
    if (kind === 'login') return login.handle({ ...request, path });
    const stopped = kind === 'getToken' ? undefined : door.stop({ ...request, path });
    if (stopped !== undefined) {
      write(kind === 'door' ? 'gatewayToken' : kind, stopped.effect, undefined, undefined, stopped.note);
      return stopped.response;
    }
    if (kind === 'door') return plain(404, 'Not Found');
    if (request.method !== 'POST') return plain(405, 'Method Not Allowed');
    return kind === 'getToken' ? getToken(body) : message(kind, request, body);
  }

  return {
    id: 'vneid',
    seed: settings.seed,
    secrets: { codeGet: settings.codeGet, authKey: settings.authKey },
    login,
    handle,
    clientConfig(baseUrl) {
      const base = `${baseUrl}${settings.basePath}`;
      return {
        baseUrl: base, codeGet: settings.codeGet, gateway: door.clientConfig(base), codes: { agencyCode: settings.agencyCode },
        province: { code: settings.provinceCode, name: settings.provinceName }, agency: { code: settings.agencyCode, name: settings.agencyName },
        procedure: { code: settings.procedure, name: 'Cấp Phiếu lý lịch tư pháp cho công dân Việt Nam', sector: { code: 'TP-LLTP', name: 'Lý lịch tư pháp' } },
        backend: { kind: 'btp', pushPath: '/lltp/guiHoSo', resultPath: '/lltp/nhanTrangThai', authKey: settings.authKey },
        ...(settings.wantsToken ? { getToken: { path: '/GetToken', fields: { user: 'tinh-mau', key: settings.authKey } } } : {}),
      };
    },
    journal: (): readonly JournalEntry[] => entries,
    summary: () => ({ applications: desk.all().length, handedOver: backend.count(), ...desk.counts, ...counts, unknownFields: drift.unknownFields }),
    reset() {
      clockOffset = call = 0;
      entries = [];
      troubled.clear();
      tokens.clear();
      tokenSource = settings.random.fork('tokens');
      Object.assign(counts, { refused: 0, interrupted: 0, tokens: 0, wrongKeys: 0 });
      drift.unknownFields = 0;
      door.reset();
      login.reset();
      desk = createDesk(settings, now, write);
      backend = createBackend(settings, now);
    },
    now,
    advance(ms) {
      if (!(ms >= 0 && Number.isFinite(ms))) throw new RangeError('the clock only moves forward');
      clockOffset += ms;
    },
    nextAt: () => (Number.isFinite(desk.nextAt()) ? desk.nextAt() : undefined),
    dueIn: () => (Number.isFinite(desk.nextAt()) ? Math.max(0, desk.nextAt() - now()) : undefined),
    takeCallbacks() {
      desk.work();
      return desk.takeCallbacks();
    },
    state: () => ({
      applications: desk.all().slice(-SHOWN).map(({ citizen, phase, code, versions, sent, answers, state, dueOn, certificate, revocations }) => ({ citizen, phase, code, versions, sent, answers, state, dueOn, certificate: certificate?.sha256, revocations: revocations.length })),
      backend: Object.entries(backend.states()).slice(-SHOWN),
    }),
    calls: () => VNEID_CALLS,
    call: (name, params) => makeCall(name, params, desk),
    apply: (wish) => desk.apply(wish),
    application: (code) => desk.find(code),
    applications: () => desk.all(),
    backendCase(code) {
      const state = backend.stateOf(code);
      const found = backend.case(code);
      return state === undefined || found === undefined ? undefined : { code, pushes: found.pushes, issues: found.issues, issuedAt: found.issuedAt, state };
    },
    handOver: (code, form = '1') => void backend.push(code, form),
    reissue: (code) => backend.reissue(code),
    expireSessions() {
      tokens.clear();
      door.expireTokens();
      login.expireSessions();
    },
    describe(request) {
      const { kind, path, body } = parsedOf(request);
      if (kind === 'nowhere') return { keys: [] };
      if (kind === 'login') return { ...login.describe({ ...request, path }), keys: [] };
      if (kind === 'door') return { service: 'gatewayToken', undocumented: true, keys: [] };
      const code = fieldOf(body, 'maHoSoMCDT');
      return { service: kind, address: path, keys: code === '' ? [] : [code] };
    },
    systemError: () => envelope('02', 'Lỗi hệ thống'),
  };
}

/** Applications and dossiers that a person is shown. */
const SHOWN = 200;
