/** Settings of the simulated land system, checked once when it is made. What the fact sheet leaves open (U1–U7) is a setting. */
import { randomBytes } from 'node:crypto';
import { randomFrom } from '../../../src/adapter/random.ts';
import type { Random } from '../../../src/adapter/random.ts';
import { badOption, isText, optionReader } from '../../../src/adapter/simulator-options.ts';
import type { SimulatorCallback, SimulatorOptions } from '../../../src/adapter/types.ts';
import { isRecord } from '../../../src/contract/is-record.ts';
import { epochFromInstant } from '../../../src/model/time.ts';
import { DEFAULT_CHANCES, isScript, REWORK } from './script.ts';
import type { Chances, Script } from './script.ts';

export interface LandAccount { username: string; password: string; clientId: string; clientSecret: string }
export interface LandOfficer { code: string; name: string; office?: string; position?: string; id?: string }
export interface LandProcedure { code: string; name: string }

/** What is said, by what it means (fact sheet 6.2). One of the list is drawn for each answer. */
export const DEFAULT_MESSAGES = {
  accepted: ['Thành công'],
  exists: ['Số biên nhận đã tồn tại'],
  notWaiting: ['Hồ sơ không chờ bổ sung'],
  notFound: ['Không tìm thấy hồ sơ', 'Hồ sơ không tồn tại'],
  alreadyReturned: ['Hồ sơ đã được trả kết quả'],
  notFinished: ['Hồ sơ chưa kết thúc xử lý'],
  unknownOfficer: ['Người tiếp nhận không có trong danh mục người dùng'],
  unknownProcedure: ['Mã quy trình không có trong danh mục thủ tục'],
  failed: ['Có lỗi xảy ra khi thực hiện xử lý'],
};
export type MessageName = keyof typeof DEFAULT_MESSAGES;

/** `code` and `type` of an answer are placeholders in every source (U4). */
const DEFAULT_CODES: Record<MessageName | 'invalid', number> = {
  accepted: 200, exists: 409, notWaiting: 409, notFound: 404, alreadyReturned: 409, notFinished: 409, unknownOfficer: 400, unknownProcedure: 400, failed: 500, invalid: 400,
};

export const FILE_STATES = ['there', 'missing', 'big', 'wrong-type'] as const;
export type FileState = (typeof FILE_STATES)[number];

interface LandOptions {
  /** repeats a run: scripts, times, secrets and accounts come from it. Default: a fresh one, see `simulator.seed` */
  seed?: string;
  /** the land system's clock, ms since epoch. Default: the machine's clock; `advance()` moves either one forward */
  now?: () => number;
  /** what the land system's clock shows when it is made, an instant. Default: what it shows anyway */
  startAt?: string;
  /** which land system. Default `vbdlis` */
  profile?: 'vbdlis' | 'ilis';
  /** before every path: BaseUrl. Default none */
  basePath?: string;
  /** before every relative link: DownloadFileUrl. Default `/files/` */
  downloadPath?: string;
  /** the address that ILIS writes into absolute links. Default: the one it was called at last */
  publicUrl?: string;
  /** last segment of its calls (I1–I12). Default: made from the seed */
  securityCode?: string;
  /** of `KetQuaThue`. Default: made from the seed */
  codeGet?: string;
  /** ILIS: who may log in. Default: one account made from the seed */
  accounts?: LandAccount[];
  /** ILIS: life of a token, ms. Default 5 minutes */
  tokenTtlMs?: number;
  /** officers of the land system and of the province, as in I10; the first is the province's reception. Default an invented few */
  officers?: LandOfficer[];
  /** refuses a dossier whose NguoiTiepNhan is not among `officers`. Default false */
  requireKnownOfficer?: boolean;
  /** national procedure code → what the land system calls it. Default an invented few */
  procedures?: Record<string, LandProcedure>;
  /** refuses a dossier with another MaQuyTrinh. Default false */
  requireKnownProcedure?: boolean;
  /** codes of steps of the province at which the tax step through ILIS begins; only for `clientConfig`. Default none: no tax step */
  taxSteps?: string[];
  /** for every case. Default: drawn from the seed and the receipt number */
  script?: Script;
  /** for single cases, by receipt number */
  scripts?: Record<string, Script>;
  /** after O4. Default: back to the officer, and a corrected result */
  reworkScript?: Script;
  /** how often what happens, where the script is drawn */
  chances?: Partial<Chances>;
  /** shortest and longest time of a step, ms. Default 2 to 48 hours */
  stepMs?: [number, number];
  /** how tax notices come. Default: as the profile has it, `GuiKetQuaThue` or `KetQuaThue` */
  taxVia?: 'GuiKetQuaThue' | 'KetQuaThue';
  /** an I2 with LaTamDung tells before the notices that payment is waited for (U6). Default false */
  announcePayment?: boolean;
  /** most notices of one case. Default 2 */
  maxNotices?: number;
  /** a dossier that was sent back comes again (U7): taken, or answered as known. It is worked on either way. Default `accept` */
  resubmitted?: 'accept' | 'exists';
  /** TrangThaiKetThuc of what ends without a result (U5). Default 1 */
  returnedCode?: number;
  /** field names of its calls. Default `declared` */
  names?: 'declared' | 'camel' | 'lower' | 'upper' | 'mixed';
  /** times of its calls (U3): UTC with Z, UTC with nothing, Vietnam with +07:00, or any of them. Default `z` */
  dates?: 'z' | 'naked' | 'offset' | 'mixed';
  /** MaTrangThai carries the name of the status, as ILIS was seen to mix the two up (6.4.9). Default false */
  statusAsName?: boolean;
  /** KieuFile without its dot. Default false */
  bareFileKind?: boolean;
  /** officers in its calls whom the province does not know (6.4.7). Default false */
  strangers?: boolean;
  /** further tries of its calls. Default 2, half a second apart */
  retry?: { attempts: number; delayMs: number };
  /** field names of its answers. Default `lower`, as declared */
  replyNames?: 'lower' | 'pascal';
  /** `status.success` of what was accepted: 6.4.11, and 1.6a for `false`. Default `true` */
  success?: 'true' | 'false' | 'null' | 'absent';
  /** HTTP status of answers: nobody looks at it (1.3). Default `always-200` */
  httpStatus?: 'always-200' | 'by-code';
  /** other words, by what they mean */
  messages?: Partial<Record<MessageName, string | string[]>>;
  /** Vietnamese letters of its answers composed or decomposed. Default `NFC` */
  messageForm?: 'NFC' | 'NFD';
  /** status.code by what it means (U4) */
  codes?: Partial<Record<MessageName | 'invalid', number>>;
  /** what becomes of a file that is fetched. Default `there` */
  files?: FileState;
  /** the same for single cases, by receipt number */
  fileStates?: Record<string, FileState>;
  /** size of a `big` file. Default 8 MiB */
  bigFileBytes?: number;
  /** checks every field. Default true; without it only the receipt number is looked at */
  strict?: boolean;
  /** fields that the fact sheet does not know: counted (default) or refused */
  unknownFields?: 'count' | 'refuse';
}

/** Options of the simulated land system. Everything has a default. */
export interface VbdlisSimulatorOptions extends SimulatorOptions, LandOptions {
  seed?: string;
  now?: () => number;
}

export interface Settings extends Required<Omit<LandOptions, 'script' | 'startAt' | 'publicUrl' | 'chances' | 'messages' | 'codes'>> {
  script: Script | undefined;
  publicUrl: string;
  chances: Chances;
  messages: Record<MessageName, string[]>;
  codes: Record<MessageName | 'invalid', number>;
  retry: NonNullable<SimulatorCallback['retry']>;
  random: Random;
}

const HOUR_MS = 3_600_000;
const DEFAULT_OFFICERS: LandOfficer[] = [
  { code: 'motcua.mau01', name: 'Trần Thị Ví Dụ', office: 'Bộ phận Một cửa (minh họa)', position: 'Chuyên viên', id: '00000000-0000-4000-8000-000000000001' },
  { code: 'vpdk.mau01', name: 'Lê Văn Mẫu', office: 'Văn phòng đăng ký đất đai (minh họa)', position: 'Thẩm tra viên', id: '00000000-0000-4000-8000-000000000002' },
  { code: 'vpdk.mau02', name: 'Phạm Văn Giả Định', office: 'Văn phòng đăng ký đất đai (minh họa)', position: 'Lãnh đạo', id: '00000000-0000-4000-8000-000000000003' },
];
const DEFAULT_PROCEDURES: Record<string, LandProcedure> = {
  '1.012781': { code: 'TH-MAU-001', name: 'Chuyển nhượng toàn bộ thửa_Đăng ký biến động (minh họa)' },
  '1.012756': { code: 'TH-MAU-002', name: 'Cấp đổi_Cấp giấy chứng nhận (minh họa)' },
};

const isOfficer = (v: unknown): v is LandOfficer => isRecord(v) && isText(v['code']) && v['code'] !== '' && isText(v['name']);
const isAccount = (v: unknown): v is LandAccount => isRecord(v) && ['username', 'password', 'clientId', 'clientSecret'].every((name) => isText(v[name]) && v[name] !== '');
const isProcedure = (v: unknown): v is LandProcedure => isRecord(v) && isText(v['code']) && isText(v['name']);
const isFileState = (v: unknown): v is FileState => FILE_STATES.some((state) => state === v);
const isNumber = (v: unknown): v is number => typeof v === 'number';
const isChance = (v: unknown): v is number => isNumber(v) && v >= 0 && v <= 1;
const isWords = (v: unknown): v is string | string[] => isText(v) || (Array.isArray(v) && v.length > 0 && v.every(isText));
const isSpan = (v: unknown): v is [number, number] => Array.isArray(v) && v.length === 2 && isNumber(v[0]) && isNumber(v[1]) && v[0] >= 0 && v[1] >= v[0];
const isRetry = (v: unknown): v is NonNullable<SimulatorCallback['retry']> => isRecord(v) && isNumber(v['attempts']) && isNumber(v['delayMs']);
/** What stands in a path or a query unescaped. */
const SECRET = /^[A-Za-z0-9._~-]+$/;

/** A value of the default's keys for each that is given. @throws TypeError naming a key that there is not */
function filled<T>(name: string, given: Record<string, T>, fallback: Record<string, T>): Record<string, T> {
  for (const key of Object.keys(given)) if (!Object.hasOwn(fallback, key)) badOption(`${name}.${key}`, `one of ${Object.keys(fallback).join(', ')}`);
  return { ...fallback, ...given };
}

/** A clock that goes on as the given one does. @throws TypeError for what is no instant */
function clockFrom(startAt: string, now: () => number): () => number {
  if (startAt === '') return now;
  const start = epochFromInstant(startAt) ?? badOption('startAt', 'an instant, 2025-07-14T00:30:00Z');
  const made = now();
  return () => start + now() - made;
}

/**
 * Checks the options and fills the defaults.
 * @throws TypeError naming the option that is wrong or unknown
 */
export function readOptions(options: VbdlisSimulatorOptions | SimulatorOptions): Settings {
  const read = optionReader(options);
  const { own } = read;
  const list = <T>(name: string, fallback: T[], is: (v: unknown) => v is T, wanted: string): T[] =>
    own(name, fallback, (v): v is T[] => Array.isArray(v) && v.length > 0 && v.every(is), `a list of ${wanted}`);
  const path = (name: string, fallback: string, form: RegExp, wanted: string): string => {
    const v = read.text(name, fallback);
    return form.test(v) ? v : badOption(name, wanted);
  };
  const seed = read.text('seed', '') || randomBytes(16).toString('hex');
  const random = randomFrom(`vbdlis:${seed}`);
  const secrets = random.fork('secrets');
  const [securityCode, codeGet] = [secrets.hex(32), secrets.hex(32)];
  const account: LandAccount = { username: `tinh-${secrets.hex(6)}`, password: secrets.hex(32), clientId: `mot-cua-${secrets.hex(6)}`, clientSecret: secrets.hex(32) };
  const profile = read.oneOf('profile', ['vbdlis', 'ilis'], 'vbdlis');
  const script = read.raw('script');
  const messages = filled('messages', read.map<string | string[]>('messages', {}, isWords, 'a text or a list of texts'), DEFAULT_MESSAGES);
  const settings: Settings = {
    seed,
    random,
    now: clockFrom(read.text('startAt', ''), read.clock()),
    profile,
    basePath: path('basePath', '', /^(\/[^/?#]+)*$/, 'empty, or a path without a slash at its end'),
    downloadPath: path('downloadPath', '/files/', /^\/([^?#]*\/)?$/, 'a path with a slash at both ends'),
    publicUrl: path('publicUrl', '', /^(https?:\/\/[^/?#]+)?$/, 'http(s)://host, without a path'),
    securityCode: path('securityCode', securityCode, SECRET, 'letters, digits and . _ ~ -'),
    codeGet: path('codeGet', codeGet, SECRET, 'letters, digits and . _ ~ -'),
    accounts: list('accounts', [account], isAccount, '{username, password, clientId, clientSecret}'),
    tokenTtlMs: read.positive('tokenTtlMs', 5 * 60_000),
    officers: list('officers', DEFAULT_OFFICERS, isOfficer, '{code, name, office?, position?, id?}'),
    requireKnownOfficer: read.flag('requireKnownOfficer', false),
    procedures: read.map('procedures', DEFAULT_PROCEDURES, isProcedure, '{code, name}'),
    requireKnownProcedure: read.flag('requireKnownProcedure', false),
    taxSteps: read.texts('taxSteps', []),
    script: script === undefined || isScript(script) ? script : badOption('script', 'a list of steps'),
    scripts: read.map('scripts', {}, isScript, 'a list of steps'),
    reworkScript: own('reworkScript', REWORK, isScript, 'a list of steps'),
    chances: filled('chances', read.map('chances', {}, isChance, 'a number from 0 to 1'), { ...DEFAULT_CHANCES }) as unknown as Chances,
    stepMs: own<[number, number]>('stepMs', [2 * HOUR_MS, 48 * HOUR_MS], isSpan, '[shortest, longest] in ms'),
    taxVia: read.oneOf('taxVia', ['GuiKetQuaThue', 'KetQuaThue'], profile === 'ilis' ? 'KetQuaThue' : 'GuiKetQuaThue'),
    announcePayment: read.flag('announcePayment', false),
    maxNotices: read.positive('maxNotices', 2),
    resubmitted: read.oneOf('resubmitted', ['accept', 'exists'], 'accept'),
    returnedCode: own('returnedCode', 1, isNumber, 'a number'),
    names: read.oneOf('names', ['declared', 'camel', 'lower', 'upper', 'mixed'], 'declared'),
    dates: read.oneOf('dates', ['z', 'naked', 'offset', 'mixed'], 'z'),
    statusAsName: read.flag('statusAsName', false),
    bareFileKind: read.flag('bareFileKind', false),
    strangers: read.flag('strangers', false),
    retry: own('retry', { attempts: 2, delayMs: 500 }, isRetry, '{attempts, delayMs}'),
    replyNames: read.oneOf('replyNames', ['lower', 'pascal'], 'lower'),
    success: read.oneOf('success', ['true', 'false', 'null', 'absent'], 'true'),
    httpStatus: read.oneOf('httpStatus', ['always-200', 'by-code'], 'always-200'),
    messages: Object.fromEntries(Object.entries(messages).map(([name, words]) => [name, isText(words) ? [words] : words])) as Settings['messages'],
    messageForm: read.oneOf('messageForm', ['NFC', 'NFD'], 'NFC'),
    codes: filled('codes', read.map('codes', {}, isNumber, 'a number'), DEFAULT_CODES) as Settings['codes'],
    files: read.oneOf('files', FILE_STATES, 'there'),
    fileStates: read.map('fileStates', {}, isFileState, `one of ${FILE_STATES.join(', ')}`),
    bigFileBytes: read.positive('bigFileBytes', 8 * 1024 * 1024),
    strict: read.flag('strict', true),
    unknownFields: read.oneOf('unknownFields', ['count', 'refuse'], 'count'),
  };
  read.finish();
  return settings;
}
