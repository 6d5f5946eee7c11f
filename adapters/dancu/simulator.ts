/**
 * A double of the population database behind whichever of the four transports: invented people, the checks of who calls, and every way of
 * answering that is known. It keeps nothing of whom was asked for. No sockets: `lienthong/testing` hosts it.
 */
import { createGatewayDoor, GATEWAY_KINDS, type GatewayDoor, type GatewayKind } from '../../src/adapter/lgsp/index.ts';
import { badOption, optionReader } from '../../src/adapter/simulator-options.ts';
import type { JournalEntry, Simulator, SimulatorOptions, SimulatorRequest, SimulatorResponse } from '../../src/adapter/types.ts';
import { TRANSPORT_KINDS, type TransportKind } from './config-schema.ts';
import type { CongDan } from './contract.ts';
import { LOOK_UP_ELEMENT, RELATIVES_ELEMENT, VERIFY_ELEMENT } from './elements.ts';
import { collectionXml, envelope, existsXml, faultXml, matches, readPeople, relativesXml, type NameStyle } from './simulator/people.ts';
import { readJsonQuestion, readSoap, type Question } from './question.ts';
import { digestOf } from './signature.ts';

/** How a question is answered; `normal` by what the database holds. */
export const ANSWER_KINDS = ['normal', 'not-found', 'mismatch', 'not-licensed', 'officer-refused', 'failed', 'fault-client', 'fault-server', 'page-502', 'page', 'malformed', 'doctype', 'err', 'two', 'other-person'] as const;
export type AnswerKind = (typeof ANSWER_KINDS)[number];

export interface DancuSimulatorOptions extends SimulatorOptions {
  seed?: string;
  now?: () => number;
  /** Default x-road */
  transport?: TransportKind;
  /** what the platform in front of it wants to be shown. Default: `basic` with lgsp, else `none` */
  gateway?: GatewayKind;
  /** in the words of the database, see PEOPLE; those are the default */
  citizens?: CongDan[];
  /** when a record was changed, ms since 1970, by its number. Default: all at the beginning of 2025 */
  changes?: Record<string, number>;
  /** how everything is answered. Default normal */
  answer?: AnswerKind;
  /** how questions about one number are answered, whatever `answer` says */
  answers?: Record<string, AnswerKind>;
  /** how a name is written. Default as-given */
  names?: NameStyle;
  /** element around TonTai. Default KetQuaXacThuc */
  verifyElement?: 'KetQuaXacThuc' | 'KetQuaXacThucResponse';
  /** how far the Timestamp of a caller may be off, ms. Default 300000 */
  clockSkewMs?: number;
  /** signature: another user or key is refused. Default true */
  signed?: boolean;
}

export interface DancuSimulator extends Simulator {
  describe(request: SimulatorRequest): { service?: string; address?: string };
  now(): number;
  advance(ms: number): void;
  /** tokens of the platform in front; absent where it gives none */
  expireSessions?(): void;
  /** counts for a person, without personal data */
  state(): unknown;
  systemError(): SimulatorResponse;
}

const CHANGED_AT = Date.UTC(2024, 11, 31, 17); // the beginning of 2025 in Vietnam
const WRAPPED_PATH = '/apiCSDLDanCu/ChiaSeThongTinCongDan';
const LOOK_UP_PATH = `/${LOOK_UP_ELEMENT}`;
/** Paths with their services. */
const SERVICES: Readonly<Record<string, string>> = { [LOOK_UP_PATH]: 'lookUpCitizen', [WRAPPED_PATH]: 'lookUpCitizen', [`/${VERIFY_ELEMENT}`]: 'verifyCitizen', [`/${RELATIVES_ELEMENT}`]: 'verifyRelatives' };
const PAGE = '<!DOCTYPE html><html><head><title>Thông báo</title></head><body>Hệ thống đang bảo trì</body></html>';
/** Invented; they open nothing. */
const DEMO = { authenticationUrl: 'https://xac-thuc.example.vn/csdldc', user: 'tinh-mau', secretKey: 'khoa-mau-khong-dung-that', client: 'VN/GOV/H99/mot-cua', apiKey: 'apikey-mau-khong-dung-that', userNameService: 'mot-cua-mau' } as const;
const OTHER: CongDan = { SoDinhDanh: '099399999999', HoVaTen: { Ten: 'Người Khác' }, GioiTinh: '1', NgayThangNamSinh: { Nam: '1999' } };
const CODES: Readonly<Partial<Record<AnswerKind, string>>> = { 'not-licensed': '004', 'officer-refused': '005' };

function readOptions(options: SimulatorOptions) {
  const read = optionReader(options);
  const transport = read.oneOf('transport', TRANSPORT_KINDS, 'x-road');
  const isAnswer = (v: unknown): v is AnswerKind => ANSWER_KINDS.some((kind) => kind === v);
  const isTime = (v: unknown): v is number => typeof v === 'number' && Number.isFinite(v);
  const settings = {
    transport,
    seed: read.text('seed', 'dancu'),
    now: read.clock(),
    gateway: read.oneOf('gateway', GATEWAY_KINDS, transport === 'lgsp' ? 'basic' : 'none'),
    people: readPeople(read.raw('citizens')),
    changes: read.map('changes', {}, isTime, 'a number of ms since 1970'),
    answer: read.oneOf('answer', ANSWER_KINDS, 'normal'),
    answers: read.map('answers', {}, isAnswer, `one of ${ANSWER_KINDS.join(', ')}`),
    names: read.oneOf('names', ['as-given', 'text', 'whole'], 'as-given'),
    verifyElement: read.oneOf('verifyElement', ['KetQuaXacThuc', 'KetQuaXacThucResponse'], 'KetQuaXacThuc'),
    clockSkewMs: read.positive('clockSkewMs', 5 * 60_000),
    signed: read.flag('signed', true),
  };
  read.finish();
  if (transport === 'x-road' && settings.gateway !== 'none') badOption('gateway', 'none with x-road');
  return settings;
}

const xml = (body: string, status = 200): SimulatorResponse => ({ status, headers: { 'content-type': 'text/xml; charset=utf-8' }, body });
const json = (body: unknown, status = 200): SimulatorResponse => ({ status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(body) });
const plain = (status: number, body: string, type: string): SimulatorResponse => ({ status, headers: { 'content-type': `${type}; charset=utf-8` }, body });

/** @throws TypeError naming an option that is wrong or unknown */
export function createDancuSimulator(options: DancuSimulatorOptions | SimulatorOptions = {}): DancuSimulator {
  const settings = readOptions(options);
  const { transport, people } = settings;
  const isJson = transport === 'rest-wrapped' || transport === 'rest-flat';
  let offset = 0;
  const now = (): number => settings.now() + offset;
  const door: GatewayDoor = createGatewayDoor({ kind: settings.gateway, now, seed: settings.seed });
  let entries: JournalEntry[] = [];
  const totals = { asked: 0, found: 0, refused: 0 };

  // Neither number nor name: what is kept of a question is that there was one.
  const write = (service: string, effect: JournalEntry['effect'], note: string): void => void entries.push({ seq: entries.length + 1, at: now(), service, effect, note });

  /** What is wrong with the caller's signature; undefined: nothing. */
  function strangerTo({ headers }: SimulatorRequest): string | undefined {
    const timestamp = headers['timestamp'] ?? '';
    // Milliseconds or seconds: both are in use.
    const at = /^\d{13}$/.test(timestamp) ? Number(timestamp) : /^\d{10}$/.test(timestamp) ? Number(timestamp) * 1000 : Number.NaN;
    if (!(Math.abs(at - now()) <= settings.clockSkewMs)) return 'timestamp is stale';
    if (headers['apikey'] !== DEMO.apiKey || headers['x-road-client'] !== DEMO.client) return 'client is not known';
    const expected = `Basic ${Buffer.from(`${DEMO.user}:${digestOf(DEMO.authenticationUrl, DEMO.user, timestamp, DEMO.secretKey)}`).toString('base64')}`;
    if (headers['authorization'] !== expected) return 'signature is wrong';
    return headers['soapaction'] === '""' ? undefined : 'SOAPAction is missing';
  }

  /** As the transport has it: SOAP, or SOAP as a text in JSON. */
  const answered = (body: string, status = 200): SimulatorResponse => (isJson ? json({ error_code: '0', message: body }, status) : xml(body, status));
  const coded = (code: string): SimulatorResponse => (isJson ? json({ error_code: code, message: 'Không được phép' }) : xml(collectionXml([], settings.names, `<ns1:MaLoi>${code}</ns1:MaLoi>`)));

  const found = (question: Question): CongDan[] => people.filter((person) => matches(person, question));

  function truthful(question: Question, service: string, kind: AnswerKind): SimulatorResponse {
    const persons = kind === 'not-found' || kind === 'mismatch' ? [] : found(question);
    totals.found += persons.length > 0 ? 1 : 0;
    if (service === 'verifyCitizen') return answered(existsXml(settings.verifyElement, persons.length > 0));
    if (question.form === 'changes') return answered(collectionXml(changed(question), settings.names));
    const [person] = persons;
    if (service === 'verifyRelatives') return answered(person === undefined ? existsXml(settings.verifyElement, false) : relativesXml(person));
    if (kind === 'two') return answered(collectionXml([...people].slice(0, 2), settings.names));
    if (kind === 'other-person') return answered(collectionXml([OTHER], settings.names));
    return answered(collectionXml(persons, settings.names));
  }

  function changed({ from = 0, to = 0, page = 1, pageSize = 1 }: Question): CongDan[] {
    const at = ({ SoDinhDanh = '', SoCMND = '' }: CongDan): number => settings.changes[SoDinhDanh] ?? settings.changes[SoCMND] ?? CHANGED_AT;
    return people.filter((person) => at(person) >= from && at(person) <= to).slice((page - 1) * pageSize, page * pageSize);
  }

  function answerOf(question: Question, service: string): SimulatorResponse {
    const kind = settings.answers[question.soDinhDanh ?? ''] ?? settings.answers[question.soCMND ?? ''] ?? settings.answer;
    const code = CODES[kind];
    if (code !== undefined) return coded(code);
    switch (kind) {
      case 'failed': return json({ message: 'Có lỗi xảy ra', errorCode: '01' }, 400);
      case 'fault-client': return answered(faultXml('Client'), isJson ? 200 : 500);
      case 'fault-server': return answered(faultXml('Server'), isJson ? 200 : 500);
      case 'page-502': return plain(502, PAGE, 'text/html');
      case 'page': return plain(200, PAGE, 'text/html');
      case 'malformed': return answered(collectionXml(found(question), settings.names).slice(0, -20));
      case 'doctype': return answered(`<!DOCTYPE a [<!ENTITY b "c">]>${envelope('')}`);
      case 'err': return isJson ? json({ error_code: '0', message: 'Err' }) : plain(200, 'Err', 'text/plain');
      default: return truthful(question, service, kind);
    }
  }

  const serviceOf = ({ method, path }: SimulatorRequest): string | undefined => (method === 'POST' && Object.hasOwn(SERVICES, path) && (path === WRAPPED_PATH) === (transport === 'rest-wrapped') ? SERVICES[path] : undefined);

  function handle(request: SimulatorRequest): SimulatorResponse {
    const stopped = door.stop(request);
    if (stopped !== undefined) {
      write('gateway', stopped.effect, stopped.note);
      if (stopped.effect === 'refused') totals.refused += 1;
      return stopped.response;
    }
    const service = serviceOf(request);
    if (service === undefined) return plain(404, 'Not Found', 'text/plain');
    const refuse = (response: SimulatorResponse, note: string): SimulatorResponse => {
      totals.refused += 1;
      write(service, 'refused', note);
      return response;
    };
    const strange = transport === 'x-road' && settings.signed ? strangerTo(request) : undefined;
    if (strange !== undefined) return refuse(json({ message: 'Unauthorized' }, 401), strange);
    const question = isJson ? readJsonQuestion(request.body) : readSoap(request.body);
    if (question === undefined || question.requestId === '' || question.officer === '') return refuse(isJson ? json({ message: 'Bad Request', errorCode: '01' }, 400) : xml(faultXml('Client'), 500), 'message does not fit the schema');
    totals.asked += 1;
    const response = answerOf(question, service);
    write(question.form === 'changes' ? 'listChanges' : service, 'read', `HTTP ${response.status}`);
    return response;
  }

  const hasTokens = !['none', 'lgsp-header', 'lgsp-authorization', 'vxp'].includes(settings.gateway);
  return {
    id: 'dancu',
    handle,
    describe: (request) => {
      const service = serviceOf(request);
      return service === undefined ? {} : { service };
    },
    now,
    advance: (ms) => void (offset += ms),
    ...(hasTokens ? { expireSessions: () => door.expireTokens() } : {}),
    state: () => ({ people: people.length, ...totals }),
    systemError: () => answered(faultXml('Server')),
    clientConfig: (baseUrl) => ({
      baseUrl,
      serviceAccount: 'DEMO',
      officer: 'canbo.demo',
      transport: transport === 'x-road' ? { kind: transport, authenticationUrl: DEMO.authenticationUrl, user: DEMO.user, secretKey: DEMO.secretKey, client: DEMO.client, apiKey: DEMO.apiKey }
        : transport === 'rest-flat' ? { kind: transport, userNameService: DEMO.userNameService } : { kind: transport },
      // Codes of the two optional services are invented: no source names them.
      ...(isJson ? {} : { services: { relatives: '038', changes: '039' } }),
      ...(transport === 'x-road' ? {} : { gateway: door.clientConfig(baseUrl) }),
    }),
    journal: () => entries,
    summary: () => ({ ...totals }),
    reset() {
      entries = [];
      door.reset();
      Object.assign(totals, { asked: 0, found: 0, refused: 0 });
    },
  };
}
