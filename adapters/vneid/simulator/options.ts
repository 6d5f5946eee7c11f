/** Settings of the simulated VNeID and judicial-record software, checked once when they are made. What the fact sheet leaves open (6.4) is a setting. */
import { randomBytes } from 'node:crypto';
import { GATEWAY_KINDS, type GatewayKind } from '../../../src/adapter/lgsp/door.ts';
import { randomFrom, type Random } from '../../../src/adapter/random.ts';
import { badOption, isText, optionReader } from '../../../src/adapter/simulator-options.ts';
import type { SimulatorCallback, SimulatorOptions } from '../../../src/adapter/types.ts';
import { isRecord } from '../../../src/contract/is-record.ts';

/** What is said, by what it means (fact sheet 2.4, 2.6, 2.7). */
export const DEFAULT_MESSAGES = {
  /** L6; the name of the state follows */
  cannotUpdate: 'Hồ sơ không thể cập nhật lên trạng thái',
  interrupted: 'Yêu cầu bị gián đoạn. Vui lòng thử lại.',
  unknownDossier: 'Không tìm thấy hồ sơ',
  invalid: 'Dữ liệu không hợp lệ',
  /** L4 */
  pushed: 'Gửi thông tin thành công',
  pushedBefore: 'Hồ sơ đã được tiếp nhận, không thể cập nhật thông tin',
  /** has the words of success in it */
  pushFailed: 'Gửi thông tin không thành công',
  wrongKey: 'Khóa xác thực không hợp lệ',
  /** L5 */
  read: 'Thành công',
};
export type MessageName = keyof typeof DEFAULT_MESSAGES;

/**
 * How a citizen's dossier reaches the province. `lost-answer`: what was answered does not reach VNeID, and the same body goes again. `twice`: the same
 * body on two connections at once. `two-versions`: two bodies at once.
 */
export const DELIVERIES = ['once', 'lost-answer', 'twice', 'two-versions'] as const;
export type Delivery = (typeof DELIVERIES)[number];

/** What is wrong with a body: a fee that is no whole number, no name, no residence, a file that is no base64, a file without its kind. */
export const SPOILS = ['none', 'money', 'no-name', 'no-residence', 'bad-base64', 'no-media-type'] as const;
export type Spoil = (typeof SPOILS)[number];

/** States that the judicial-record software gives one after another, each after its time; after `5` it waits for the dossier to be handed over again. */
export const BACKEND_STATES = ['3', '5', '9', '10'] as const;
export type BackendState = (typeof BACKEND_STATES)[number];

interface VneidOptions {
  /** repeats a run: people, secrets and times come from it. Default: a fresh one, see `simulator.seed` */
  seed?: string;
  /** the clock of both systems, ms since epoch. Default: the machine's clock; `advance()` moves either one forward */
  now?: () => number;
  /** before every path. Default none */
  basePath?: string;
  /** the secret that VNeID shows (L1, L2). Default: made from the seed */
  codeGet?: string;
  /** the key that the judicial-record software wants to see (L4, L5). Default: made from the seed */
  authKey?: string;
  /** 2 digits. Default 99 */
  provinceCode?: string;
  provinceName?: string;
  /** code and name of the receiving unit. Default H99.14 */
  agencyCode?: string;
  agencyName?: string;
  /** national code of the procedure, as receipts name it. Default 2.000488 */
  procedure?: string;
  /** how the integration platform in front of L4–L6 wants to be shown who calls. Default none */
  gateway?: GatewayKind;
  /** life of its tokens, ms. Default an hour */
  tokenTtlMs?: number;
  /** L6 wants a token of GetToken (U1). Default false */
  wantsToken?: boolean;
  /** citizens who apply as soon as the simulator is there. Default 0 */
  citizens?: number;
  delivery?: Delivery;
  /** of every body. Default none */
  spoil?: Spoil;
  /** how often a citizen applies through somebody else, was born abroad, has convictions; 0 to 1 */
  chances?: Partial<Chances>;
  /** codes of its messages as text instead of numbers (6.6). Default false */
  codesAsText?: boolean;
  /** Vietnamese letters of its messages and answers composed or decomposed. Default NFC */
  letters?: 'NFC' | 'NFD';
  /** bytes of each paper at least. Default: as small as a PDF is */
  paperBytes?: number;
  /** shortest and longest time until a citizen supplements, ms; `never` for not at all. Default 2 to 48 hours */
  supplementAfterMs?: [number, number] | 'never';
  /** shortest and longest time until the judicial-record software has its next state, ms. Default 24 to 120 hours */
  resultAfterMs?: [number, number];
  /** what it comes to. Default ['9'] */
  backendStates?: readonly BackendState[];
  /** the same for single dossiers, by code */
  backendStatesOf?: Record<string, readonly BackendState[]>;
  /** dossiers that VNeID does not know (L6). Default: taken, in the state that is reported first */
  unknownDossiers?: 'take' | 'refuse';
  /** dossiers whose code ends in 9001 to 9005 meet what 6.6 says. Default true */
  suffixes?: boolean;
  /** checks every field of L4 to L6. Default true; without it only the code is looked at */
  strict?: boolean;
  /** fields that the fact sheet does not know: counted (default) or refused */
  unknownFields?: 'count' | 'refuse';
  /** further tries of its calls. Default 2, half a second apart */
  retry?: { attempts: number; delayMs: number };
  /** other words, by what they mean */
  messages?: Partial<Record<MessageName, string>>;
}
export interface Chances { authorised: number; abroad: number; convicted: number; free: number }
const DEFAULT_CHANCES: Chances = { authorised: 0.3, abroad: 0.1, convicted: 0.1, free: 0.1 };

/** Options of the simulated VNeID with its judicial-record software. Everything has a default. */
export interface VneidSimulatorOptions extends SimulatorOptions, VneidOptions {
  seed?: string;
  now?: () => number;
}
export interface Settings extends Required<Omit<VneidOptions, 'chances' | 'messages'>> {
  chances: Chances;
  messages: Record<MessageName, string>;
  retry: NonNullable<SimulatorCallback['retry']>;
  random: Random;
}

const HOUR_MS = 3_600_000;
/** What stands in a query unescaped. */
const SECRET = /^[A-Za-z0-9._~-]+$/;

const isNumber = (v: unknown): v is number => typeof v === 'number';
const isChance = (v: unknown): v is number => isNumber(v) && v >= 0 && v <= 1;
const isSpan = (v: unknown): v is [number, number] => Array.isArray(v) && v.length === 2 && isNumber(v[0]) && isNumber(v[1]) && v[0] >= 0 && v[1] >= v[0];
const isStates = (v: unknown): v is readonly BackendState[] => Array.isArray(v) && v.every((one) => BACKEND_STATES.some((state) => state === one));
const isRetry = (v: unknown): v is NonNullable<SimulatorCallback['retry']> => isRecord(v) && isNumber(v['attempts']) && isNumber(v['delayMs']);

/** A value of the default's keys for each that is given. @throws TypeError naming a key that there is not */
function filled<T extends object>(name: string, given: Record<string, unknown>, fallback: T): T {
  for (const key of Object.keys(given)) if (!Object.hasOwn(fallback, key)) badOption(`${name}.${key}`, `one of ${Object.keys(fallback).join(', ')}`);
  return { ...fallback, ...given };
}

/**
 * Checks the options and fills the defaults.
 * @throws TypeError naming the option that is wrong or unknown
 */
export function readOptions(options: VneidSimulatorOptions | SimulatorOptions): Settings {
  const read = optionReader(options);
  const { own, shaped, count } = read;
  const seed = read.text('seed', '') || randomBytes(16).toString('hex');
  const random = randomFrom(`vneid:${seed}`);
  const secrets = random.fork('secrets');
  const settings: Settings = {
    seed,
    random,
    now: read.clock(),
    basePath: shaped('basePath', '', /^(\/[^/?#]+)*$/, 'empty, or a path without a slash at its end'),
    codeGet: shaped('codeGet', secrets.hex(32), SECRET, 'letters, digits and . _ ~ -'),
    authKey: shaped('authKey', secrets.hex(32), SECRET, 'letters, digits and . _ ~ -'),
    provinceCode: shaped('provinceCode', '99', /^\d{2}$/, '2 digits'),
    provinceName: read.text('provinceName', 'Tỉnh Mẫu'),
    agencyCode: read.text('agencyCode', 'H99.14'),
    agencyName: read.text('agencyName', 'Đơn vị mẫu'),
    procedure: read.text('procedure', '2.000488'),
    gateway: read.oneOf('gateway', GATEWAY_KINDS, 'none'),
    tokenTtlMs: read.positive('tokenTtlMs', HOUR_MS),
    wantsToken: read.flag('wantsToken', false),
    citizens: count('citizens'),
    delivery: read.oneOf('delivery', DELIVERIES, 'once'),
    spoil: read.oneOf('spoil', SPOILS, 'none'),
    chances: filled('chances', read.map('chances', {}, isChance, 'a number from 0 to 1'), DEFAULT_CHANCES),
    codesAsText: read.flag('codesAsText', false),
    letters: read.oneOf('letters', ['NFC', 'NFD'], 'NFC'),
    paperBytes: count('paperBytes'),
    supplementAfterMs: own<[number, number] | 'never'>('supplementAfterMs', [2 * HOUR_MS, 48 * HOUR_MS], (v): v is [number, number] | 'never' => v === 'never' || isSpan(v), '[shortest, longest] in ms, or never'),
    resultAfterMs: own<[number, number]>('resultAfterMs', [24 * HOUR_MS, 120 * HOUR_MS], isSpan, '[shortest, longest] in ms'),
    backendStates: own<readonly BackendState[]>('backendStates', ['9'], isStates, `a list of ${BACKEND_STATES.join(', ')}`),
    backendStatesOf: read.map<readonly BackendState[]>('backendStatesOf', {}, isStates, `a list of ${BACKEND_STATES.join(', ')}`),
    unknownDossiers: read.oneOf('unknownDossiers', ['take', 'refuse'], 'take'),
    suffixes: read.flag('suffixes', true),
    strict: read.flag('strict', true),
    unknownFields: read.oneOf('unknownFields', ['count', 'refuse'], 'count'),
    retry: own('retry', { attempts: 2, delayMs: 500 }, isRetry, '{attempts, delayMs}'),
    messages: filled('messages', read.map('messages', {}, isText, 'a text'), DEFAULT_MESSAGES),
  };
  read.finish();
  return settings;
}
