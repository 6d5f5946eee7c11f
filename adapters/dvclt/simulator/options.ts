/** Settings of the simulated DVCLT and civil-status system, checked once when they are made. What the fact sheet leaves open (6.4) is a setting. */
import { randomBytes } from 'node:crypto';
import { GATEWAY_KINDS, type GatewayKind } from '../../../src/adapter/lgsp/door.ts';
import { randomFrom, type Random } from '../../../src/adapter/random.ts';
import { badOption, isText, optionReader } from '../../../src/adapter/simulator-options.ts';
import type { SimulatorOptions } from '../../../src/adapter/types.ts';
import { isRecord } from '../../../src/contract/is-record.ts';

/** What is said, by what it means (fact sheet 3.2, 3.5, 3.7; LGSP sheet B.5). Only what the sheets match on is theirs; the words around it are invented. */
export const DEFAULT_MESSAGES = {
  /** K4 */
  acknowledged: 'Cập nhật thành công',
  /** K7 */
  updated: 'Cập nhật trạng thái thành công',
  /** has the words of success in it */
  notUpdated: 'Cập nhật trạng thái không thành công',
  refusedBefore: 'Hồ sơ bị từ chối. Không thể cập nhật trạng thái',
  existsBefore: 'Trạng thái hồ sơ đã tồn tại trong một cửa điện tử',
  unknownDossier: 'Hồ sơ không tồn tại',
  returnedBefore: 'Hồ sơ đã trả kết quả, không được cập nhật trạng thái',
  registeredBefore: 'Hồ sơ đã hoàn thành đăng ký, không được cập nhật trạng thái',
  hasResult: 'Hồ sơ đã có kết quả xử lý. Không thể cập nhật trạng thái',
  orderMissing: 'Hồ sơ chưa cập nhật trạng thái trước đó',
  notSentYet: 'Hồ sơ chưa được gửi không thể cập nhật trạng thái',
  insertFailed: 'Có lỗi trong quá trình thêm mới',
  soapFault: 'Client received SOAP Fault from server',
  serverError: 'Server Error',
  /** no rule knows it */
  unheardOf: 'Hệ thống đang bận, xin quay lại sau',
  badLogic: 'Logic xử lý không hợp lệ',
  invalid: 'Dữ liệu không hợp lệ',
  /** K5, K6 */
  done: 'Thành công',
  failed: 'Thất bại',
  pushedBefore: 'Hồ sơ đã được tiếp nhận',
};
export type MessageName = keyof typeof DEFAULT_MESSAGES;

/**
 * What is wrong with a dossier: level 2 that is no JSON, broken XML, a DOCTYPE, no `hoTich`, a unit or a procedure that nobody has mapped, another number
 * inside than in the list, a paper that is no base64, a day that is none.
 */
export const SPOILS = ['none', 'level-2', 'xml', 'doctype', 'no-hotich', 'unit', 'procedure', 'number', 'file', 'day'] as const;
export type Spoil = (typeof SPOILS)[number];

/**
 * States that the civil-status system gives one after another, each after its time (3.6). After `2` it waits for the dossier to come again; `4-empty` is
 * registered without its file, `4-null` without a result; `9` stands for every other code.
 */
export const REGISTRY_STATES = ['2', '3', '4', '4-empty', '4-null', '6', '9'] as const;
export type RegistryState = (typeof REGISTRY_STATES)[number];

/** How K5 is refused (B.5): the first two are about the caller and pass after the first try, `500` is about the dossier, `2025` the same in the newer envelope. */
export const PUSH_FAULTS = ['none', '100', '101', '500', '2025'] as const;
export type PushFault = (typeof PUSH_FAULTS)[number];

interface DvcltOptions {
  /** repeats a run: people, numbers and times come from it. Default: a fresh one, see `simulator.seed` */
  seed?: string;
  /** the clock of both systems, ms since epoch. Default: the machine's clock; `advance()` moves either one forward */
  now?: () => number;
  /** before every path. Default none */
  basePath?: string;
  /** how DVCLT wants to be logged in to (K1, U10). Default password: userName/password */
  login?: GatewayKind;
  /** how the integration platform in front of K5 and K6 wants to be shown who calls. Default lgsp-token */
  lgsp?: GatewayKind;
  /** life of the tokens of either, ms. Default an hour */
  tokenTtlMs?: number;
  /** 2 digits. Default 99 */
  provinceCode?: string;
  /** code of the commune that dossiers are for, and the province's code and name of it. Default 99001 */
  unit?: string;
  agencyCode?: string;
  agencyName?: string;
  /** what a GET may have as its body (6.3, 11). Default: anything */
  getBody?: 'any' | 'required' | 'refused';
  /** form of K5 (3.5, U5). Default three-level */
  variant?: 'three-level' | 'two-level';
  /** dossiers that wait as soon as the simulator is there, births and deaths in turn. Default 0 */
  citizens?: number;
  /** … or only once its clock is moved on for the first time. Default false */
  citizensWait?: boolean;
  /** of every dossier. Default none */
  spoil?: Spoil;
  /** Vietnamese letters of dossiers and answers composed or decomposed. Default NFC */
  letters?: 'NFC' | 'NFD';
  /** bytes of each paper at least. Default: as small as a PDF is */
  paperBytes?: number;
  /** shortest and longest time until a citizen supplements, ms; `never` for not at all. Default 2 to 48 hours */
  supplementAfterMs?: [number, number] | 'never';
  /** shortest and longest time until the civil-status system has its next state, ms. Default 1 to 8 hours */
  stepAfterMs?: [number, number];
  /** what it comes to. Default ['3', '4'] */
  registryStates?: readonly RegistryState[];
  /** the same for single dossiers, by the province's code */
  registryStatesOf?: Record<string, readonly RegistryState[]>;
  /** `trangThai` of K6 as a number instead of text. Default false */
  statesAsNumbers?: boolean;
  pushFault?: PushFault;
  /** dossiers that DVCLT does not know (K4, K7). Default: taken, in the state that is reported first */
  unknownDossiers?: 'take' | 'refuse';
  /** dossiers whose DVCLT number ends in 9001 to 9010 meet what suffixes.ts says. Default true */
  suffixes?: boolean;
  /** HTTP status of answers of K7 that refuse: the one in the body (default), or 200 */
  refusalHttp?: 'as-in-body' | '200';
  /** checks every field of K4 to K7. Default true; without it only the numbers are looked at */
  strict?: boolean;
  /** fields that the fact sheet does not know: counted (default) or refused */
  unknownFields?: 'count' | 'refuse';
  /** other words, by what they mean */
  messages?: Partial<Record<MessageName, string>>;
}

/** Options of the simulated DVCLT with its civil-status system. Everything has a default. */
export interface DvcltSimulatorOptions extends SimulatorOptions, DvcltOptions {
  seed?: string;
  now?: () => number;
}
export interface Settings extends Required<Omit<DvcltOptions, 'messages'>> {
  messages: Record<MessageName, string>;
  random: Random;
}

const HOUR_MS = 3_600_000;
const isNumber = (v: unknown): v is number => typeof v === 'number';
const isSpan = (v: unknown): v is [number, number] => Array.isArray(v) && v.length === 2 && v.every(isNumber) && Number(v[0]) >= 0 && Number(v[1]) >= Number(v[0]);
const isStates = (v: unknown): v is readonly RegistryState[] => Array.isArray(v) && v.every((one) => REGISTRY_STATES.some((state) => state === one));

/** A value of the default's keys for each that is given. @throws TypeError naming a key that there is not */
function filled<T extends object>(name: string, given: unknown, fallback: T): T {
  if (!isRecord(given)) return badOption(name, 'an object');
  for (const [key, value] of Object.entries(given)) {
    if (!Object.hasOwn(fallback, key)) badOption(`${name}.${key}`, `one of ${Object.keys(fallback).join(', ')}`);
    if (!isText(value)) badOption(`${name}.${key}`, 'a text');
  }
  return { ...fallback, ...given };
}

/**
 * Checks the options and fills the defaults.
 * @throws TypeError naming the option that is wrong or unknown
 */
export function readOptions(options: DvcltSimulatorOptions | SimulatorOptions): Settings {
  const read = optionReader(options);
  const { own, shaped, count } = read;
  const seed = read.text('seed', '') || randomBytes(16).toString('hex');
  const settings: Settings = {
    seed,
    random: randomFrom(`dvclt:${seed}`),
    now: read.clock(),
    basePath: shaped('basePath', '', /^(\/[^/?#]+)*$/, 'empty, or a path without a slash at its end'),
    login: read.oneOf('login', GATEWAY_KINDS, 'password'),
    lgsp: read.oneOf('lgsp', GATEWAY_KINDS, 'lgsp-token'),
    tokenTtlMs: read.positive('tokenTtlMs', HOUR_MS),
    provinceCode: shaped('provinceCode', '99', /^\d{2}$/, '2 digits'),
    unit: shaped('unit', '99001', /^[1-9]\d{2,9}$/, '3 to 10 digits'),
    agencyCode: read.text('agencyCode', 'H99.45.01'),
    agencyName: read.text('agencyName', 'UBND Xã Ví Dụ'),
    getBody: read.oneOf('getBody', ['any', 'required', 'refused'], 'any'),
    variant: read.oneOf('variant', ['three-level', 'two-level'], 'three-level'),
    citizens: count('citizens'),
    citizensWait: read.flag('citizensWait', false),
    spoil: read.oneOf('spoil', SPOILS, 'none'),
    letters: read.oneOf('letters', ['NFC', 'NFD'], 'NFC'),
    paperBytes: count('paperBytes'),
    supplementAfterMs: own<[number, number] | 'never'>('supplementAfterMs', [2 * HOUR_MS, 48 * HOUR_MS], (v): v is [number, number] | 'never' => v === 'never' || isSpan(v), '[shortest, longest] in ms, or never'),
    stepAfterMs: own<[number, number]>('stepAfterMs', [HOUR_MS, 8 * HOUR_MS], isSpan, '[shortest, longest] in ms'),
    registryStates: own<readonly RegistryState[]>('registryStates', ['3', '4'], isStates, `a list of ${REGISTRY_STATES.join(', ')}`),
    registryStatesOf: read.map<readonly RegistryState[]>('registryStatesOf', {}, isStates, `a list of ${REGISTRY_STATES.join(', ')}`),
    statesAsNumbers: read.flag('statesAsNumbers', false),
    pushFault: read.oneOf('pushFault', PUSH_FAULTS, 'none'),
    unknownDossiers: read.oneOf('unknownDossiers', ['take', 'refuse'], 'take'),
    suffixes: read.flag('suffixes', true),
    refusalHttp: read.oneOf('refusalHttp', ['as-in-body', '200'], 'as-in-body'),
    strict: read.flag('strict', true),
    unknownFields: read.oneOf('unknownFields', ['count', 'refuse'], 'count'),
    messages: filled('messages', read.raw('messages') ?? {}, DEFAULT_MESSAGES),
  };
  read.finish();
  return settings;
}
