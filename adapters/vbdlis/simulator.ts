/**
 * A stateful double of the land system, as VBDLIS or as ILIS: takes O1–O4 and the tax step, answers in the words that their meaning stands
 * in, works its cases on scripts by a clock of its own, calls the province, and serves files. It follows the fact sheet; what the sheet
 * leaves open is an option. No sockets and no timers: `lienthong/testing` hosts it. State, clock and randomness belong to the instance.
 */
import { oncePer } from '../../src/adapter/once-per.ts';
import type { JournalEntry, Simulator, SimulatorCallback, SimulatorCallKind, SimulatorOptions, SimulatorRequest, SimulatorResponse } from '../../src/adapter/types.ts';
import { isRecord } from '../../src/contract/is-record.ts';
import { VIETNAM_OFFSET_MS } from '../../src/model/time.ts';
import { LAND_CALLS, makeCall } from './simulator/calls.ts';
import { createCases } from './simulator/cases.ts';
import type { LandCase, Phase, Submission } from './simulator/cases.ts';
import { carelessness, listOf, momentOf, problemOf, receivedFiles, textOf } from './simulator/checks.ts';
import type { Fields, MessageKind } from './simulator/checks.ts';
import { fileResponse } from './simulator/files.ts';
import { readOptions } from './simulator/options.ts';
import type { LandAccount, LandOfficer, MessageName, VbdlisSimulatorOptions } from './simulator/options.ts';

export type { LandAccount, LandCase, LandOfficer, Phase, VbdlisSimulatorOptions };

export interface VbdlisSimulator extends Simulator {
  /** what repeats this run */
  readonly seed: string;
  readonly profile: 'vbdlis' | 'ilis';
  /** who may log in (ILIS); the host prints them */
  readonly accounts: readonly LandAccount[];
  /** what its calls show: in the path, and in the query of KetQuaThue */
  readonly secrets: { readonly securityCode: string; readonly codeGet: string };
  /** the land system's clock, ms since epoch */
  now(): number;
  /** moves the land system's clock forward; what is due by then is told with the next `takeCallbacks` */
  advance(ms: number): void;
  /** makes the land system's clock wrong, negative for behind; 0 puts it right */
  skew(ms: number): void;
  /** when something happens next by itself, ms since epoch; undefined as `dueIn` */
  nextAt(): number | undefined;
  /** ms until something happens by itself; undefined when every case waits for the province, or is done */
  dueIn(): number | undefined;
  /** the calls to the province since it was asked last, in order */
  takeCallbacks(): readonly SimulatorCallback[];
  /** what the land system holds, without personal data */
  state(): unknown;
  /** the calls to the province that can be asked for */
  calls(): readonly SimulatorCallKind[];
  /** one of them. @throws TypeError naming what is missing */
  call(name: string, params: Readonly<Record<string, string>>): SimulatorCallback;
  /** a dossier begins in the land system (I6). @returns its receipt number. @throws TypeError when there is one with it */
  originate(receipt?: string): string;
  /** every token is refused from now on */
  expireSessions(): void;
  case(receipt: string): Readonly<LandCase> | undefined;
  cases(): IterableIterator<Readonly<LandCase>>;
  /** what a request is about, without handling it: for fault rules and statistics */
  describe(request: SimulatorRequest): { service?: string; address?: string; keys: string[] };
  /** the land system's way of saying that it broke */
  systemError(): SimulatorResponse;
}

/** Paths below BaseUrl; `address` is the one of the OpenAPI document. */
const PATHS: Readonly<Record<'vbdlis' | 'ilis', Readonly<Record<string, MessageKind | 'login'>>>> = {
  vbdlis: { '/tiepnhan': 'submit', '/capnhattrangthaibosunghoso': 'supplementDone', '/capnhattrangthaitraketquahoso': 'resultReturned', '/phanhoihososaiketqua': 'wrongResult' },
  ilis: { '/TiepNhanHoSo': 'submit', '/BoSungHoSo': 'supplementDone', '/CapNhatTrangThaiHoSo': 'resultReturned', '/phanhoihososaiketqua': 'wrongResult', '/ilis/thue': 'tax', '/ilis/token': 'login' },
};
/** As the adapter names its operations. */
const SERVICES: Readonly<Record<MessageKind | 'login' | 'file', string>> = {
  submit: 'submit', tax: 'submitTax', supplementDone: 'supplementDone', resultReturned: 'resultReturned', wrongResult: 'wrongResult', login: 'login', file: 'downloadFile',
};

const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8' };
const json = (status: number, body: unknown): SimulatorResponse => ({ status, headers: JSON_HEADERS, body: JSON.stringify(body) });
const plain = (status: number, body: string): SimulatorResponse => ({ status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body });
/** Old tokens are forgotten beyond this many, so that a client that logs in for every call cannot fill the memory. */
const MAX_TOKENS = 10_000;

/** A request after parsing, once, whoever asks for it. */
interface Parsed {
  kind: MessageKind | 'login' | 'file' | 'nowhere';
  /** below BaseUrl */
  path: string;
  /** the body, when it was JSON */
  body: unknown;
  broken: boolean;
}

/**
 * @param options see {@link VbdlisSimulatorOptions}; everything has a default
 * @throws TypeError naming an option that is wrong or unknown
 */
export function createVbdlisSimulator(options: VbdlisSimulatorOptions | SimulatorOptions = {}): VbdlisSimulator {
  const settings = readOptions(options);
  const isIlis = settings.profile === 'ilis';
  let clockOffset = 0;
  let skew = 0;
  let calledAt = '';
  const trueNow = (): number => settings.now() + clockOffset;
  const now = (): number => trueNow() + skew;
  const makeCases = (): ReturnType<typeof createCases> => createCases(settings, trueNow, () => skew, () => settings.publicUrl || calledAt);
  let cases = makeCases();
  let style = settings.random.fork('style');
  let tokenSource = settings.random.fork('tokens');
  const tokens = new Map<string, number>();

  function parse(request: SimulatorRequest): Parsed {
    const { basePath, downloadPath } = settings;
    const path = request.path.startsWith(`${basePath}/`) ? request.path.slice(basePath.length) : '';
    const known = Object.hasOwn(PATHS[settings.profile], path) ? PATHS[settings.profile][path] : undefined;
    const parsed: Parsed = { kind: known ?? (path.startsWith(downloadPath) && request.method === 'GET' ? 'file' : 'nowhere'), path, body: undefined, broken: false };
    if (known === undefined || known === 'login') return parsed;
    try {
      parsed.body = JSON.parse(request.body);
    } catch {
      parsed.broken = true;
    }
    return parsed;
  }
  const parsedOf = oncePer(parse);

  /** @param data 1 accepted, 0 not; what it means stands in the text (1.6a, 6.2) */
  function envelope(data: 0 | 1, code: number, text: string, success: boolean | null | undefined): SimulatorResponse {
    const status = {
      ...(success === undefined ? {} : { success }), code, type: success === false ? 'error' : 'success',
      time: new Date(now() + VIETNAM_OFFSET_MS).toISOString().slice(0, 19), message: text.normalize(settings.messageForm),
    };
    const http = settings.httpStatus === 'by-code' && code >= 200 && code <= 599 ? code : 200;
    if (settings.replyNames === 'lower') return json(http, { data, status });
    return json(http, { Data: data, Status: Object.fromEntries(Object.entries(status).map(([name, value]) => [`${name.slice(0, 1).toUpperCase()}${name.slice(1)}`, value])) });
  }
  const say = (name: MessageName): string => style.pick(settings.messages[name]);
  const SUCCESS = { true: true, false: false, null: null, absent: undefined } as const;

  function refuse(kind: MessageKind, name: MessageName | 'invalid', key: string | undefined, text = name === 'invalid' ? '' : say(name)): SimulatorResponse {
    cases.counts.refused += 1;
    cases.write(SERVICES[kind], 'refused', key, undefined, text);
    return envelope(0, settings.codes[name], text, false);
  }
  function accept(kind: MessageKind, effect: JournalEntry['effect'], key: string, item: unknown, note?: string): SimulatorResponse {
    cases.write(SERVICES[kind], effect, key, item, note);
    return envelope(1, settings.codes.accepted, settings.success === 'false' ? say('failed') : say('accepted'), SUCCESS[settings.success]);
  }

  function submissionOf(body: Fields): Submission {
    const files = receivedFiles(body);
    const careless = carelessness(files);
    cases.counts.repeatedFiles += careless.repeatedFiles;
    cases.counts.foldersInNames += careless.foldersInNames;
    const procedure = body['ThongTinQuyTrinh'];
    return {
      receipt: textOf(body, 'SoBienNhan'), procedure: { code: textOf(procedure, 'MaQuyTrinh'), name: textOf(procedure, 'TenQuyTrinh') }, taxpayer: textOf(body['ThongTinNguoiNopDon'], 'HoTen'),
      dueAt: momentOf(body['NgayHenTra']), files, parcels: listOf(body, 'ThongTinThuaDat').length,
    };
  }
  const itemOf = ({ procedure, files, parcels }: Submission) => ({ procedure: procedure.code, parcels, files: files.map(({ bytes, sha256 }) => ({ bytes, sha256 })) });

  function takeIn(kind: 'submit' | 'tax', body: Fields): SimulatorResponse {
    const receipt = textOf(body, 'SoBienNhan');
    const known = kind === 'tax' ? cases.findTaxStep(receipt) : cases.find(receipt);
    if (known !== undefined && known.phase !== 'waiting-resubmission') {
      cases.counts.duplicatesRefused += 1;
      return refuse(kind, 'exists', receipt);
    }
    // the tax step names officers by GUID (5.1)
    const officer = kind === 'tax' ? ('id' as const) : ('code' as const);
    if (settings.requireKnownOfficer && !settings.officers.some((one) => one[officer] === textOf(body, 'NguoiTiepNhan'))) return refuse(kind, 'unknownOfficer', receipt);
    const submission = submissionOf(body);
    const { code } = submission.procedure;
    if (settings.requireKnownProcedure && !Object.values(settings.procedures).some((one) => one.code === code)) return refuse(kind, 'unknownProcedure', receipt);
    if (known === undefined) {
      cases.counts.submitted += 1;
      if (kind === 'tax') cases.submitTax(submission);
      else cases.submit(submission);
      return accept(kind, 'create', receipt, itemOf(submission));
    }
    if (known.wrongProcedure && known.procedure.code === code) return refuse(kind, 'exists', receipt);
    cases.counts.resubmitted += 1;
    cases.resubmit(receipt, settings.resubmitted === 'accept' ? submission : undefined);
    return settings.resubmitted === 'accept' ? accept(kind, 'update', receipt, itemOf(submission)) : refuse(kind, 'exists', receipt);
  }

  function message(kind: MessageKind, body: Fields): SimulatorResponse {
    if (kind === 'submit' || kind === 'tax') return takeIn(kind, body);
    const receipt = textOf(body, 'SoBienNhan');
    const known = cases.find(receipt);
    if (known === undefined) return refuse(kind, 'notFound', receipt);
    // data 1 with success false is an error where success is looked at (6.2): nothing is applied then
    if (settings.success === 'false') return accept(kind, 'refused', receipt, undefined, 'success false');
    if (kind === 'supplementDone') {
      const waitedFor = cases.supplementDone(receipt, momentOf(body['NgayHenTraMoi']));
      if (waitedFor === undefined) return refuse(kind, 'notWaiting', receipt);
      cases.counts[waitedFor === 'payment' ? 'payments' : 'supplements'] += 1;
      return accept(kind, 'update', receipt, { waitedFor, files: receivedFiles(body).map(({ bytes, sha256 }) => ({ bytes, sha256 })) });
    }
    if (kind === 'resultReturned') {
      if (known.phase === 'returned') return refuse(kind, 'alreadyReturned', receipt);
      if (known.phase !== 'finished') return refuse(kind, 'notFinished', receipt);
      cases.handedOver(receipt);
      cases.counts.handedOver += 1;
      return accept(kind, 'update', receipt, { returnedAt: textOf(body, 'NgayTra') });
    }
    if (known.ended === 0) return refuse(kind, 'notFinished', receipt);
    // no message is known for a second one (6.2): it is taken again, and the doubling shows
    cases.counts[cases.reportWrong(receipt) ? 'wrongResults' : 'doubledWrongResults'] += 1;
    return accept(kind, 'append', receipt, { files: receivedFiles(body).map(({ bytes, sha256 }) => ({ bytes, sha256 })) });
  }

  function login(request: SimulatorRequest): SimulatorResponse {
    if (request.method !== 'POST') return plain(405, 'Method Not Allowed');
    const form = new URLSearchParams(request.body);
    if (form.get('grant_type') !== 'password') return json(400, { error: 'unsupported_grant_type' });
    const account = settings.accounts.find(({ username, password, clientId, clientSecret }) =>
      username === form.get('username') && password === form.get('password') && clientId === form.get('client_id') && clientSecret === form.get('client_secret'));
    if (account === undefined) {
      cases.counts.loginsRefused += 1;
      cases.write('login', 'refused');
      return json(400, { error: 'invalid_grant' });
    }
    if (tokens.size >= MAX_TOKENS) tokens.delete(tokens.keys().next().value as string);
    const token = tokenSource.hex(40);
    tokens.set(token, trueNow() + settings.tokenTtlMs);
    cases.counts.logins += 1;
    cases.write('login', 'login');
    return json(200, { access_token: token, expires_in: Math.floor(settings.tokenTtlMs / 1000), token_type: 'Bearer', refresh_token: tokenSource.hex(40), scope: 'default' });
  }
  function hasToken(request: SimulatorRequest): boolean {
    const [, token = ''] = /^Bearer (\S+)$/i.exec(request.headers['authorization'] ?? '') ?? [];
    return (tokens.get(token) ?? Number.NEGATIVE_INFINITY) > trueNow();
  }
  function noToken(service: string): SimulatorResponse {
    cases.counts.tokensRefused += 1;
    cases.write(service, 'refused', undefined, undefined, 'no token, or one that has expired');
    return { ...json(401, { error: 'invalid_token' }), headers: { ...JSON_HEADERS, 'www-authenticate': 'Bearer error="invalid_token"' } };
  }

  /** A folder's slash may come escaped. */
  function decoded(link: string): string {
    try {
      return decodeURIComponent(link);
    } catch {
      return link;
    }
  }

  function file(request: SimulatorRequest, path: string): SimulatorResponse {
    const link = decoded(path.slice(settings.downloadPath.length));
    const offered = cases.files.get(link);
    if (offered === undefined) return plain(404, 'Not Found');
    if (offered.needsToken && !hasToken(request)) return noToken(SERVICES.file);
    cases.counts.filesServed += 1;
    cases.write(SERVICES.file, 'read', offered.receipt, { link });
    const state = Object.hasOwn(settings.fileStates, offered.receipt) ? settings.fileStates[offered.receipt] : undefined;
    return fileResponse(link, state ?? settings.files, settings.bigFileBytes);
  }

  function handle(request: SimulatorRequest): SimulatorResponse {
    const { kind, path, body, broken } = parsedOf(request);
    const { host = '' } = request.headers;
    if (calledAt === '' && /^[A-Za-z0-9.:[\]-]+$/.test(host)) calledAt = `http://${host}`;
    // what was due before this call has happened before it
    cases.work();
    cases.nextCall();
    if (kind === 'nowhere') return plain(404, 'Not Found');
    if (kind === 'login') return login(request);
    if (kind === 'file') return file(request, path);
    if (request.method !== 'POST') return plain(405, 'Method Not Allowed');
    if (isIlis && !hasToken(request)) return noToken(SERVICES[kind]);
    if (broken) return refuse(kind, 'invalid', undefined, 'Dữ liệu gửi lên không đúng định dạng JSON');
    const problem = problemOf(kind, body, { strict: settings.strict, unknownFields: settings.unknownFields, drift: cases.drift });
    if (problem !== undefined) return refuse(kind, 'invalid', textOf(body, 'SoBienNhan').slice(0, 100) || undefined, problem);
    return message(kind, body as Fields);
  }

  return {
    id: 'vbdlis',
    seed: settings.seed,
    profile: settings.profile,
    accounts: isIlis ? settings.accounts : [],
    secrets: { securityCode: settings.securityCode, codeGet: settings.codeGet },
    handle,
    clientConfig(baseUrl) {
      calledAt = new URL(baseUrl).origin;
      const base = `${baseUrl}${settings.basePath}`;
      const [account] = settings.accounts;
      const loginConfig = { tokenUrl: `${base}/ilis/token`, ...account };
      return {
        profile: settings.profile, baseUrl: base, securityCode: settings.securityCode, codeGet: settings.codeGet,
        downloads: { url: `${base}${settings.downloadPath}` },
        officers: settings.officers, ...(settings.officers[0] === undefined ? {} : { receivingOfficer: settings.officers[0].code }),
        procedures: Object.fromEntries(Object.entries(settings.procedures).map(([national, { code, name }]) => [national, { code, name, ...(settings.taxSteps.length > 0 ? { tax: true } : {}) }])),
        ...(isIlis ? { login: loginConfig } : {}),
        ...(isIlis && settings.taxSteps.length > 0 ? { tax: { url: `${base}/ilis/thue`, steps: settings.taxSteps } } : {}),
      };
    },
    journal: (): readonly JournalEntry[] => cases.journal,
    summary: () => ({ ...cases.summary(), tokens: tokens.size }),
    reset() {
      clockOffset = skew = 0;
      tokens.clear();
      style = settings.random.fork('style');
      tokenSource = settings.random.fork('tokens');
      cases = makeCases();
    },
    now,
    advance(ms) {
      if (!(ms >= 0 && Number.isFinite(ms))) throw new RangeError('the clock only moves forward');
      clockOffset += ms;
    },
    skew: (ms) => void (skew = ms),
    nextAt: () => (Number.isFinite(cases.nextAt()) ? cases.nextAt() : undefined),
    dueIn: () => (Number.isFinite(cases.nextAt()) ? Math.max(0, cases.nextAt() - trueNow()) : undefined),
    takeCallbacks: () => cases.takeCallbacks(),
    state: () => cases.overview(),
    calls: () => LAND_CALLS,
    call: (name, params) => makeCall(name, params, cases),
    originate: (receipt) => cases.originate(receipt),
    expireSessions: () => tokens.clear(),
    case: (receipt) => cases.find(receipt),
    cases: () => cases.all(),
    describe(request) {
      const { kind, path, body } = parsedOf(request);
      if (kind === 'nowhere') return { keys: [] };
      const receipt = isRecord(body) ? textOf(body, 'SoBienNhan') : '';
      return { service: SERVICES[kind], address: kind === 'file' ? '/files/link' : path, keys: receipt === '' ? [] : [receipt] };
    },
    systemError: () => envelope(0, settings.codes.failed, settings.messages.failed[0] ?? '', false),
  };
}
