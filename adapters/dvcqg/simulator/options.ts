/** Settings of the simulated portal, checked once when it is made. */
import { randomBytes } from 'node:crypto';
import type { SimulatorOptions } from '../../../src/adapter/types.ts';
import { randomFrom } from '../../../src/adapter/random.ts';
import type { Random } from '../../../src/adapter/random.ts';
import { badOption as bad, isText, optionReader } from '../../../src/adapter/simulator-options.ts';
import { isRecord } from '../../../src/contract/is-record.ts';
import { DEFAULT_PROCEDURES } from './catalogue.ts';
import type { CatalogueItem } from './catalogue.ts';

export interface Account { username: string; password: string }
export type EndpointFamily = 'share' | 'integration';

export interface DvcqgSimulatorOptions extends SimulatorOptions {
  /** repeats a run: tokens, mixed answers and default accounts come from it. Default: a fresh one, see `simulator.seed` */
  seed?: string;
  /** the portal's clock, ms since epoch. Default: the machine's clock; `advance()` moves either one forward */
  now?: () => number;
  /** who may log in. Default: one account made from the seed; there is no fixed one */
  accounts?: Account[];
  /** agency identifiers that may call. Default `['000.00.00.H99']` */
  agencies?: string[];
  /** life of a session, ms. The real one is unknown (fact sheet 1.4). Default 10 minutes */
  sessionTtlMs?: number;
  /** a session is refused after so many calls. Default: no limit */
  maxCallsPerSession?: number;
  /** how `error_code` is written; `mixed` draws from the seed and also drops the optional `message` of some successes. Default `mixed` */
  errorCodeStyle?: 'number' | 'string' | 'mixed';
  /** answers of a create of what exists; drawn from the seed. Default `[1, '3', '-3']` (fact sheet 6.1) */
  duplicateCodes?: (number | string)[];
  /** answer of a session that is unknown or has expired; the real code is unknown. Default -1 */
  sessionErrorCode?: number | string;
  /** direct: login and sessions; facade: a provincial hop with bare arrays; both: either. Default `direct` */
  mode?: 'direct' | 'facade' | 'both';
  /** façade writes answer with plain text (default) or with the national answer as JSON inside `message` */
  facadeWriteMessage?: 'text' | 'json';
  /** last path segments that a façade uses for a write, beside the service names themselves */
  facadeAliases?: Record<string, { service: string; isUpdating?: 'True' | 'False' }>;
  /** default `/mapi/login` */
  loginPath?: string;
  /** default `/mapi/g` */
  sharePath?: string;
  /** default `/mapi/g`: the fact sheet cannot tell the two apart (1.6) */
  integrationPath?: string;
  /** moves single services to the other endpoint */
  endpointOf?: Record<string, EndpointFamily>;
  /** the destination that calls must name in header or query; '' accepts any, absent included. Default the portal's own */
  dstcode?: string;
  /** where `dstcode` may stand. Default `either` */
  dstcodeIn?: 'header' | 'query' | 'either';
  /** `LayThuTuc` and `LayDanhSachTTHC` data; default a small invented set */
  procedures?: CatalogueItem[];
  /** refuses dossiers of a procedure that is not in `procedures`. Default false */
  requireKnownProcedure?: boolean;
  /** numbers filed on the portal itself; `DongBoTrangThaiHoSo` may name them */
  nationalDossiers?: string[];
  /** tax code or citizen number to TechID; others get one made from the seed's hash of the number */
  techIds?: Record<string, string>;
  /** questions for `LayDanhSachHoiDapGuiTuDVCQG` and `LayDanhSachHoiDapBoCoQuan` */
  questions?: CatalogueItem[];
  /** checks fields, lengths and cross-field rules. Default true; without it only keys and sessions are checked */
  strict?: boolean;
  /** fields that the fact sheet does not know: counted (default) or refused */
  unknownFields?: 'count' | 'refuse';
  /** keeps the last full snapshot and full step items for inspection; costs memory. Default false */
  keepPayloads?: boolean;
}

export interface Settings {
  seed: string;
  now: () => number;
  accounts: Account[];
  agencies: Set<string>;
  sessionTtlMs: number;
  maxCallsPerSession: number;
  errorCodeStyle: 'number' | 'string' | 'mixed';
  duplicateCodes: (number | string)[];
  sessionErrorCode: number | string;
  mode: 'direct' | 'facade' | 'both';
  facadeWriteMessage: 'text' | 'json';
  facadeAliases: Record<string, { service: string; isUpdating?: 'True' | 'False' }>;
  loginPath: string;
  sharePath: string;
  integrationPath: string;
  endpointOf: Record<string, EndpointFamily>;
  dstcode: string;
  dstcodeIn: 'header' | 'query' | 'either';
  procedures: Map<string, CatalogueItem>;
  requireKnownProcedure: boolean;
  nationalDossiers: Set<string>;
  techIds: Record<string, string>;
  questions: CatalogueItem[];
  strict: boolean;
  unknownFields: 'count' | 'refuse';
  keepPayloads: boolean;
  random: Random;
}

type Alias = { service: string; isUpdating?: 'True' | 'False' };
const isFamily = (v: unknown): v is EndpointFamily => v === 'share' || v === 'integration';
const isAlias = (v: unknown): v is Alias => isRecord(v) && isText(v['service']) && [undefined, 'True', 'False'].includes(v['isUpdating'] as string | undefined);

/**
 * Checks the options and fills the defaults.
 * @throws TypeError naming the option that is wrong or unknown
 */
export function readOptions(options: DvcqgSimulatorOptions | SimulatorOptions): Settings {
  const read = optionReader(options);
  const seed = read.text('seed', '') || randomBytes(16).toString('hex');
  const random = randomFrom(`dvcqg:${seed}`);
  const secrets = random.fork('accounts');
  const defaultAccount: CatalogueItem = { username: `tinh-${secrets.hex(6)}`, password: secrets.hex(32) };
  const accounts = read.records('accounts', [defaultAccount]).map((a): Account => {
    const { username, password } = a;
    return isText(username) && username !== '' && isText(password) && password !== '' ? { username, password } : bad('accounts', 'a list of {username, password}');
  });
  const duplicateCodes = read.raw('duplicateCodes') ?? [1, '3', '-3'];
  const procedures = read.records('procedures', DEFAULT_PROCEDURES);
  const settings: Settings = {
    seed,
    random,
    accounts,
    now: read.clock(),
    agencies: new Set(read.texts('agencies', ['000.00.00.H99'])),
    sessionTtlMs: read.positive('sessionTtlMs', 10 * 60_000),
    maxCallsPerSession: read.positive('maxCallsPerSession', Number.POSITIVE_INFINITY),
    errorCodeStyle: read.oneOf('errorCodeStyle', ['number', 'string', 'mixed'], 'mixed'),
    duplicateCodes: Array.isArray(duplicateCodes) && duplicateCodes.length > 0 ? (duplicateCodes as unknown[]).map((c) => (typeof c === 'number' || typeof c === 'string' ? c : bad('duplicateCodes', 'a list of codes'))) : bad('duplicateCodes', 'a list of codes'),
    sessionErrorCode: read.code('sessionErrorCode', -1),
    mode: read.oneOf('mode', ['direct', 'facade', 'both'], 'direct'),
    facadeWriteMessage: read.oneOf('facadeWriteMessage', ['text', 'json'], 'text'),
    facadeAliases: read.map('facadeAliases', {
      ThemMoi: { service: 'DongBoHoSoMC', isUpdating: 'False' },
      CapNhat: { service: 'DongBoHoSoMC', isUpdating: 'True' },
      DongBoTienTrinh: { service: 'CapNhatTienDoHoSoMC' },
      DongBoTrangThaiHoSoKM: { service: 'DongBoTrangThaiHoSo' },
    }, isAlias, '{service, isUpdating?}'),
    loginPath: read.text('loginPath', '/mapi/login'),
    sharePath: read.text('sharePath', '/mapi/g'),
    integrationPath: read.text('integrationPath', '/mapi/g'),
    endpointOf: read.map('endpointOf', {}, isFamily, 'share or integration'),
    dstcode: read.text('dstcode', 'VN:GOV:000.00.00.G22:vpcpdvcprovider'),
    dstcodeIn: read.oneOf('dstcodeIn', ['header', 'query', 'either'], 'either'),
    procedures: new Map(procedures.map((p) => [String(p['MATTHC']), p])),
    requireKnownProcedure: read.flag('requireKnownProcedure', false),
    nationalDossiers: new Set(read.texts('nationalDossiers', [])),
    techIds: read.map('techIds', {}, isText, 'text'),
    questions: read.records('questions', []),
    strict: read.flag('strict', true),
    unknownFields: read.oneOf('unknownFields', ['count', 'refuse'], 'count'),
    keepPayloads: read.flag('keepPayloads', false),
  };
  read.finish();
  return settings;
}
