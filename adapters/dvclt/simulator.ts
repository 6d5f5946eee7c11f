/**
 * A stateful double of both systems around births and deaths of the interconnected services: DVCLT, where dossiers wait, are acknowledged and followed by
 * their events (K1–K4, K7), and the civil-status system, which takes dossiers and registers them (K5, K6). It follows the fact sheet; what the sheet
 * leaves open is an option. No sockets and no timers: `lienthong/testing` hosts it. State, clock and randomness belong to the instance.
 */
import { createGatewayDoor, type GatewayDoor } from '../../src/adapter/lgsp/door.ts';
import { oncePer } from '../../src/adapter/once-per.ts';
import type { JournalEntry, Simulator, SimulatorOptions, SimulatorRequest, SimulatorResponse } from '../../src/adapter/types.ts';
import { isRecord } from '../../src/contract/is-record.ts';
import { fieldOf, fileSeen, inside, problemOfAcknowledge, problemOfPush, problemOfResults, problemOfStatus, type Problem } from './simulator/checks.ts';
import { createDesk, type Application, type WriteEntry } from './simulator/desk.ts';
import { readOptions, type DvcltSimulatorOptions, type MessageName, type RegistryState } from './simulator/options.ts';
import type { Fields, Wish } from './simulator/people.ts';
import { createRegistry, type Pushed, type RegistryCase } from './simulator/registry.ts';
import { troubleOf } from './simulator/suffixes.ts';

export type { Application, DvcltSimulatorOptions, RegistryCase, RegistryState, Wish };

export interface DvcltSimulator extends Simulator {
  /** what repeats this run */
  readonly seed: string;
  now(): number;
  /** moves the clock of both systems forward */
  advance(ms: number): void;
  /** when something happens next by itself, ms since epoch */
  nextAt(): number | undefined;
  /** what both systems hold, without personal data */
  state(): unknown;
  /** a citizen declares a birth or a death: it waits in the list. @throws TypeError for a number that there is */
  apply(wish?: Wish): Readonly<Application>;
  /** the citizen answers the request for a supplement now. @throws TypeError when there is none */
  supplement(number: string): void;
  /** what DVCLT has of a dossier, by its own number */
  application(number: string): Readonly<Application> | undefined;
  applications(): readonly Readonly<Application>[];
  /** what the civil-status system has of it by now, by the province's code */
  registryCase(code: string): Readonly<RegistryCase> | undefined;
  /** the newborn's number, once registered */
  newborn(code: string): string | undefined;
  /** the civil-status system has a dossier, as if it had been handed over. @param pushed what K5 would have brought; `data` by its names on the wire */
  handOver(pushed: Omit<Pushed, 'files'>): void;
  /** every token of both is refused from now on */
  expireSessions(): void;
  describe(request: SimulatorRequest): { service?: string; address?: string; undocumented?: true; keys: string[] };
  systemError(): SimulatorResponse;
}

const DETAIL_PATH = '/api/lienthongdvclt/hosolienthong/';
/** Paths below the base: whose they are, the verb, and what is asked (3.2). */
const PATHS = {
  '/api/lienthongdvclt/danhsachhoso': ['dvclt', 'GET', 'listDossiers'],
  '/api/lienthongdvclt/capnhatdanhanhoso': ['dvclt', 'PUT', 'acknowledge'],
  '/api/lienthongDVCLT/capNhatTrangThaiHoSoDVCLTHoTich': ['dvclt', 'POST', 'reportStatus'],
  '/apiLienThongKSKT/1.0/nhanHoSoDKHT': ['lgsp', 'POST', 'pushCivilStatus'],
  '/hotich/1.0/dangKyHoTich': ['lgsp', 'POST', 'pushCivilStatus'],
  '/apiLienThongKSKT/1.0/layKetQua': ['lgsp', 'POST', 'readResults'],
} as const;
const LOGIN_PATH = '/api/authentication/token';
const TOKEN_PATH = '/token';
/** Most dossiers of one K6. */
const TOGETHER = 3;
/** Applications that a person is shown. */
const SHOWN = 200;
/** B.5, by what the check found. */
const CODES = { missing: ['200', 'RECORD_UNCOMPLETE'], type: ['302', 'DATA_TYPE_INVALID'], content: ['500', 'DATA_INCORRECT'] } as const;

type Service = (typeof PATHS)[keyof typeof PATHS][2] | 'readDossier';
type Parsed =
  | { kind: 'nowhere' }
  | { kind: 'login'; door: 'dvclt' | 'lgsp'; path: string }
  | { kind: 'call'; door: 'dvclt' | 'lgsp'; path: string; service: Service; method: string; id: string; body: unknown };

const json = (status: number, body: unknown): SimulatorResponse => ({ status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(body) });
const plain = (status: number, body: string, type = 'text/plain'): SimulatorResponse => ({ status, headers: { 'content-type': `${type}; charset=utf-8` }, body });

/**
 * @param options see {@link DvcltSimulatorOptions}; everything has a default
 * @throws TypeError naming an option that is wrong or unknown
 */
export function createDvcltSimulator(options: DvcltSimulatorOptions | SimulatorOptions = {}): DvcltSimulator {
  const settings = readOptions(options);
  const { messages } = settings;
  let clockOffset = 0;
  let call = 0;
  let entries: JournalEntry[] = [];
  const now = (): number => settings.now() + clockOffset;
  const counts = { refused: 0, tokens: 0, answeredBefore: 0 };
  const drift = { unknownFields: 0 };
  const checking = { unknownFields: settings.unknownFields, variant: settings.variant, drift };
  /** reports that have met the trouble of their number, and pushes that have met a fault, and how often */
  const troubled = new Map<string, number>();

  const write: WriteEntry = (service, effect, key, item, note) => {
    entries.push({ seq: entries.length + 1, at: now(), service, effect, call, ...(key === undefined ? {} : { key }), ...(item === undefined ? {} : { item }), ...(note === undefined ? {} : { note }) });
  };
  const doors: Readonly<Record<'dvclt' | 'lgsp', GatewayDoor>> = {
    dvclt: createGatewayDoor({ kind: settings.login, now, seed: `${settings.seed} dvclt`, tokenPath: LOGIN_PATH, tokenTtlMs: settings.tokenTtlMs }),
    lgsp: createGatewayDoor({ kind: settings.lgsp, now, seed: `${settings.seed} lgsp`, tokenPath: TOKEN_PATH, tokenTtlMs: settings.tokenTtlMs }),
  };
  let desk = createDesk(settings, now, write);
  let registry = createRegistry(settings, now);

  const spell = (text: string): string => text.normalize(settings.letters);
  const say = (name: MessageName): string => spell(messages[name]);
  const times = (key: string): number => {
    const before = troubled.get(key) ?? 0;
    troubled.set(key, before + 1);
    return before;
  };

  function parse(request: SimulatorRequest): Parsed {
    const path = request.path.startsWith(`${settings.basePath}/`) ? request.path.slice(settings.basePath.length) : '';
    if (path === LOGIN_PATH || path === TOKEN_PATH) return { kind: 'login', door: path === LOGIN_PATH ? 'dvclt' : 'lgsp', path };
    const body = request.body === '' ? undefined : inside(request.body);
    if (path.startsWith(DETAIL_PATH)) return { kind: 'call', door: 'dvclt', path, service: 'readDossier', method: 'GET', id: path.slice(DETAIL_PATH.length), body };
    if (!Object.hasOwn(PATHS, path)) return { kind: 'nowhere' };
    const [door, method, service] = PATHS[path as keyof typeof PATHS];
    return { kind: 'call', door, path, service, method, id: '', body };
  }
  const parsedOf = oncePer(parse);

  function refuse(service: Service, key: string | undefined, note: string, answer: SimulatorResponse): SimulatorResponse {
    counts.refused += 1;
    write(service, 'refused', key, undefined, note);
    return answer;
  }

  // ---- DVCLT ---------------------------------------------------------------------------------------------------------------

  function read(service: 'listDossiers' | 'readDossier', id: string, body: unknown): SimulatorResponse {
    // Some servers and proxies refuse a GET with a body, and the sources send `{}` with theirs (6.3, 11).
    if (settings.getBody === 'required' && !isRecord(body)) return refuse(service, undefined, 'GET without its body', plain(400, 'A non-empty request body is required.'));
    if (settings.getBody === 'refused' && body !== undefined) return refuse(service, undefined, 'GET with a body', plain(400, 'Request has body'));
    if (service === 'listDossiers') {
      const rows = desk.list();
      write(service, 'read', undefined, { rows: rows.length });
      return json(200, { data: rows });
    }
    const found = desk.detail(id);
    if (found === undefined) return refuse(service, undefined, messages.unknownDossier, json(200, { data: null }));
    write(service, 'read', found.number);
    return json(200, { data: found.level1 });
  }

  function acknowledge(number: string): SimulatorResponse {
    const end = desk.acknowledge(number);
    if (end === 'unknown') return refuse('acknowledge', number, messages.unknownDossier, json(200, { message: say('unknownDossier') }));
    if (end === 'again') counts.answeredBefore += 1;
    write('acknowledge', end === 'again' ? 'read' : 'update', number, { daNhan: true });
    return json(200, { message: say('acknowledged') });
  }

  const reported = (): SimulatorResponse => json(200, { type: null, title: say('updated'), status: 200, errors: null, traceId: 'demo' });
  /** ASP.NET's own shape: the words stand in `errors` (3.7). */
  function unreported(words: string, status = 400): SimulatorResponse {
    return json(settings.refusalHttp === '200' ? 200 : status, { type: 'https://tools.ietf.org/html/rfc7231', title: 'One or more validation errors occurred.', status, errors: { soHoSoLT: [words] }, traceId: 'demo' });
  }
  function report(body: Fields, number: string): SimulatorResponse {
    const done = desk.report(body);
    if (done.kind === 'taken') return reported();
    if (done.message === 'existsBefore' || done.message === 'hasResult') counts.answeredBefore += 1;
    return refuse('reportStatus', number, `${messages[done.message]} (${String(body['trangThai'])})`, unreported(say(done.message)));
  }
  function trouble(body: Fields, number: string): SimulatorResponse | undefined {
    const one = settings.suffixes ? troubleOf(number) : undefined;
    if (one === undefined || times(`${number} ${String(body['trangThai'])} ${fieldOf(body, 'thoiGianThucHien')}`) >= one.times) return undefined;
    if (one.kind === 'page') return refuse('reportStatus', number, 'HTTP 502', plain(502, '<html><body><h1>502 Bad Gateway</h1></body></html>', 'text/html'));
    if (one.kind === 'says') return refuse('reportStatus', number, messages[one.message], one.message === 'serverError' ? unreported(say(one.message), 500) : unreported(say(one.message)));
    report(body, number);
    return plain(200, '{"type":null,"title":', 'application/json');
  }

  // ---- the civil-status system ---------------------------------------------------------------------------------------------

  const registered = (isTaken: boolean, code: string | null, words: string | null): SimulatorResponse =>
    json(200, { status: isTaken ? '1' : '0', statusDescription: say(isTaken ? 'done' : 'failed'), errorCode: code, errorDescription: words === null ? null : spell(words) });
  /** The newer envelope: sentences glued with the letter n, since a backslash is lost on the way (3.5). */
  const glued = (words: string[], body: Fields): SimulatorResponse => json(200, { title: say('failed'), errors: spell(words.join('n')), status: 500, inputSend: { maHoSoMCDT: body['maHoSoMCDT'] } });

  function push(body: Fields, code: string): SimulatorResponse {
    const { pushFault } = settings;
    if (pushFault === '2025') return refuse('pushCivilStatus', code, 'DATA_INCORRECT', glued(['Dữ liệu không đúng.', 'Đề nghị kiểm tra lại.'], body));
    if (pushFault === '500') return refuse('pushCivilStatus', code, 'DATA_INCORRECT', registered(false, '500', 'DATA_INCORRECT'));
    if (pushFault !== 'none' && times(`push ${code}`) === 0) return refuse('pushCivilStatus', code, pushFault, registered(false, pushFault, pushFault === '100' ? 'AUTHEN_ERROR' : 'IP_DISALLOWED'));
    const files = Array.isArray(body['fileDinhKem']) ? body['fileDinhKem'].map((file) => fileSeen(fieldOf(file, 'duLieuTepDinhKem'))) : [];
    const data = inside(body['data']);
    const interconnected = fieldOf(body, 'maHoSoLT');
    const end = registry.push({ code, module: fieldOf(body, 'module'), interconnected, unit: fieldOf(body, 'maDonVi'), data: isRecord(data) ? data : {}, files: files.length });
    if (end === 'before') {
      counts.answeredBefore += 1;
      return refuse('pushCivilStatus', code, messages.pushedBefore, registered(false, 'E1', messages.pushedBefore));
    }
    write('pushCivilStatus', end === 'again' ? 'update' : 'create', code, { module: body['module'], maHoSoLT: interconnected, ngayTiepNhan: body['ngayTiepNhan'], tep: files });
    return registered(true, null, null);
  }

  function results(body: Fields): SimulatorResponse {
    const codes = Array.isArray(body['maDinhDanhHoSo']) ? (body['maDinhDanhHoSo'] as unknown[]).filter((code): code is string => typeof code === 'string') : [];
    const not = (code: string, words: string): SimulatorResponse => refuse('readResults', undefined, words, json(200, { status: 0, statusDescription: `${code} ${words}`, value: null }));
    if (codes.length === 0 || codes.length > TOGETHER) return not('500', 'DATA_INCORRECT');
    if (fieldOf(body, 'maTinh') !== settings.provinceCode) return not('108', 'PROVINCE_ID_INCORRECT');
    const rows = codes.map((code) => registry.row(code, fieldOf(body, 'module')));
    for (const row of rows) write('readResults', 'read', fieldOf(row, 'maHoSoMCDT'), { trangThai: row['trangThai'] });
    return json(200, { status: 1, statusDescription: say('done'), value: rows });
  }

  // ---- both ----------------------------------------------------------------------------------------------------------------

  const CHECKS = { acknowledge: problemOfAcknowledge, reportStatus: problemOfStatus, pushCivilStatus: problemOfPush, readResults: problemOfResults } as const;
  const KEYS = { acknowledge: 'maHoSo', reportStatus: 'soHoSoLT', pushCivilStatus: 'maHoSoMCDT', readResults: 'module' } as const;

  function invalid(service: keyof typeof CHECKS, key: string | undefined, { why, words }: Problem): SimulatorResponse {
    const [code, name] = CODES[why];
    if (service === 'pushCivilStatus') return refuse(service, key, words, registered(false, code, name));
    if (service === 'readResults') return refuse(service, key, words, json(200, { status: 0, statusDescription: `${code} ${name}`, value: null }));
    return refuse(service, key, words, service === 'reportStatus' ? unreported(spell(`${messages.invalid}: ${words}`)) : json(400, { message: spell(`${messages.invalid}: ${words}`) }));
  }

  function message(service: keyof typeof CHECKS, body: unknown): SimulatorResponse {
    const key = fieldOf(body, KEYS[service]).slice(0, 100) || undefined;
    if (!isRecord(body) || key === undefined) return invalid(service, key, { why: 'missing', field: KEYS[service], words: `thiếu trường ${KEYS[service]}` });
    const problem = settings.strict ? CHECKS[service](body, checking) : undefined;
    if (problem !== undefined) return invalid(service, key, problem);
    switch (service) {
      case 'acknowledge': return acknowledge(key);
      case 'pushCivilStatus': return push(body, key);
      case 'readResults': return results(body);
      case 'reportStatus': return trouble(body, key) ?? report(body, key);
    }
  }

  function handle(request: SimulatorRequest): SimulatorResponse {
    const parsed = parsedOf(request);
    call += 1;
    desk.work();
    if (parsed.kind === 'nowhere') return plain(404, 'Not Found');
    const stopped = doors[parsed.door].stop({ ...request, path: parsed.path });
    if (stopped !== undefined) {
      if (stopped.effect === 'login') counts.tokens += 1;
      write(parsed.kind === 'login' ? loginService(parsed.door) : parsed.service, stopped.effect, undefined, undefined, stopped.note);
      return stopped.response;
    }
    if (parsed.kind === 'login') return plain(404, 'Not Found');
    const { service, method, id, body } = parsed;
    if (request.method !== method) return plain(405, 'Method Not Allowed');
    return service === 'listDossiers' || service === 'readDossier' ? read(service, id, body) : message(service, body);
  }
  const loginService = (door: 'dvclt' | 'lgsp'): string => (door === 'dvclt' ? 'token' : 'gatewayToken');
  /** The document has the two forms of K1; every other login is the platform's own matter. */
  const isK1 = (door: 'dvclt' | 'lgsp'): boolean => door === 'dvclt' && (settings.login === 'password' || settings.login === 'secret-pass');
  const finite = (at: number): number | undefined => (Number.isFinite(at) ? at : undefined);

  return {
    id: 'dvclt',
    seed: settings.seed,
    handle,
    clientConfig(baseUrl) {
      const base = `${baseUrl}${settings.basePath}`;
      return {
        baseUrl: base, gateway: doors.dvclt.clientConfig(base), civilStatus: { baseUrl: base, gateway: doors.lgsp.clientConfig(base) }, provinceCode: settings.provinceCode,
        units: { [settings.unit]: { code: settings.agencyCode, name: settings.agencyName } },
        ...(settings.variant === 'two-level' ? { variant: settings.variant } : {}), ...(settings.getBody === 'required' ? { bodyOnGet: true } : {}),
      };
    },
    journal: (): readonly JournalEntry[] => entries,
    summary: () => ({ waiting: desk.list().length, applications: desk.all().length, handedOver: registry.count(), ...desk.counts, ...counts, unknownFields: drift.unknownFields }),
    reset() {
      clockOffset = call = 0;
      entries = [];
      troubled.clear();
      Object.assign(counts, { refused: 0, tokens: 0, answeredBefore: 0 });
      drift.unknownFields = 0;
      doors.dvclt.reset();
      doors.lgsp.reset();
      desk = createDesk(settings, now, write);
      registry = createRegistry(settings, now);
    },
    now,
    advance(ms) {
      if (!(ms >= 0 && Number.isFinite(ms))) throw new RangeError('the clock only moves forward');
      clockOffset += ms;
      desk.declareAll();
    },
    nextAt: () => finite(Math.min(desk.nextAt(), registry.nextAt())),
    state: () => ({
      applications: desk.all().slice(-SHOWN).map(({ number, id, kind, isWaiting, versions, acknowledged, read: reads, code, events, supplementDue, result }) => ({ number, id, kind, isWaiting, versions, acknowledged, reads, code, events, supplementDue, file: result?.file?.sha256 })),
      civilStatus: registry.states().slice(-SHOWN),
    }),
    apply(wish) {
      desk.work();
      return desk.apply(wish);
    },
    supplement: (number) => desk.supplement(number),
    application: (number) => desk.find(number),
    applications: () => desk.all(),
    registryCase: (code) => registry.find(code),
    newborn: (code) => registry.newborn(code),
    handOver: (pushed) => void registry.push({ ...pushed, files: 0 }),
    expireSessions() {
      doors.dvclt.expireTokens();
      doors.lgsp.expireTokens();
    },
    describe(request) {
      const parsed = parsedOf(request);
      if (parsed.kind === 'nowhere') return { keys: [] };
      if (parsed.kind === 'login') return { service: loginService(parsed.door), ...(isK1(parsed.door) ? { address: parsed.path } : { undocumented: true as const }), keys: [] };
      const { service, path, body } = parsed;
      const key = service === 'listDossiers' || service === 'readDossier' ? '' : fieldOf(body, KEYS[service]);
      const codes = service === 'readResults' && isRecord(body) && Array.isArray(body['maDinhDanhHoSo']) ? (body['maDinhDanhHoSo'] as unknown[]).filter((code): code is string => typeof code === 'string') : key === '' ? [] : [key];
      return { service, address: path, keys: codes };
    },
    systemError: () => json(200, { type: null, title: 'Server Error', status: 500, errors: null, traceId: 'demo' }),
  };
}
