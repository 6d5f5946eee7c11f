/**
 * Configuration of one land system. One entry is one system in one dialect; a province with two of them (or with VBDLIS for some units and
 * ILIS for others) has two entries, and each takes its own units. What no source proves is a setting here; README.md has the reasons.
 */
import { compileSchema } from '../../src/contract/compile.ts';
import { issue } from '../../src/contract/errors/issue.ts';
import type { Issue } from '../../src/contract/errors/types.ts';
import { ValidationError } from '../../src/contract/validate.ts';
import type { DossierStatus } from '../../src/model/canonical.ts';
import { DEFAULT_EXTENSIONS, DEFAULT_PHRASES, PATHS, type Phrases, type ProfileId, type WriteId } from './codes.ts';
import { vbdlisConfigSchema } from './config-schema.ts';
import { inboundConfigOf, type InboundConfig } from './inbound-config.ts';

/** OAuth2 password grant (fact sheet 1.3). */
export interface Login { tokenUrl: string; username: string; password: string; clientId: string; clientSecret: string }
/** What the land system calls a national procedure; agreed through the catalogue I11. */
export interface ProcedureRow {
  /** MaQuyTrinh */
  code: string;
  /** TenQuyTrinh as a whole; absent: `<caseName>_<name of the procedure>`, or the procedure's name alone */
  name?: string;
  caseName?: string;
  /** LaQuyTrinhCapTinh (U5) */
  provincial: boolean;
  /** goes through the tax step of ILIS */
  tax: boolean;
}
/** GSO codes as text, leading zeros kept. */
export interface AreaCodes { provinceCode: string; districtCode?: string; communeCode: string }

export interface AttachmentConfig {
  /** hosts (`name` or `name:port`) that files may be read from by their link */
  hosts: readonly string[];
  /** link of files that only have an id; `{id}` is filled in */
  link: string;
  /** headers of those reads */
  headers: Readonly<Record<string, string>>;
  /** folder that files without a link are read from; '' for none */
  folder: string;
  /** place in that folder; `{code}`, `{id}` and `{name}` are filled in */
  path: string;
  maxFileBytes: number;
  maxTotalBytes: number;
  maxFiles: number;
  extensions: readonly string[];
  incomplete: 'refuse' | 'leave-out';
}
export interface DownloadConfig {
  /** put before a relative link as it is (DownloadFileUrl) */
  url: string;
  /** hosts that absolute links may lead to; those of `url` and `baseUrl` may always */
  hosts: readonly string[];
  /** hosts that get the token; that of `baseUrl` always */
  tokenHosts: readonly string[];
  headers: Readonly<Record<string, string>>;
  maxFileBytes: number;
  extensions: readonly string[];
  /** `fetch`: every file that is named in a case is fetched and checked once */
  results: 'fetch' | 'leave';
}
export interface TaxConfig { url: string; login?: Login; /** step codes or sub-statuses at which the tax step begins */ steps: readonly string[] }

export interface LandConfig extends InboundConfig {
  profile: ProfileId;
  /** name in the dossier's land case */
  system: string;
  baseUrl: string;
  paths: Readonly<Record<WriteId, string>>;
  headers: Readonly<Record<string, string>>;
  login?: Login;
  tax?: TaxConfig;
  /** ms */
  sessionTtlMs: number;
  connectTimeoutMs: number;
  readTimeoutMs: number;
  /** added where files go out */
  uploadTimeoutMs: number;
  connections: number;
  maxResponseBytes: number;
  tls?: { caFile?: string; certFile?: string; keyFile?: string; serverName?: string };
  /** agencies whose dossiers come here, units below them included; empty: all */
  agencies: readonly string[];
  /** communes whose property comes here; empty: all */
  communes: readonly string[];
  /** `national code` or `national code/case code` → row. A dossier of another procedure is no land dossier */
  procedures: Readonly<Record<string, ProcedureRow>>;
  submitWhen: readonly DossierStatus[];
  unpaidReceptionFee: 'send' | 'hold';
  /** agency (units below included) → where its dossiers' property lies, for dossiers that do not say */
  areas: Readonly<Record<string, AreaCodes>>;
  areaFallback: 'none' | 'applicant';
  /** HuyenId where there is no district any more (U8); the tax step sends '' then */
  noDistrict: number;
  /** user name of an officer of `officers`, for dossiers whose receiving officer is not among them */
  receivingOfficer?: string;
  outboundTime: 'vietnam' | 'utc';
  attachments: AttachmentConfig;
  downloads: DownloadConfig;
  /** sub-status of a history entry that says: the result is wrong */
  wrongResultState: string;
  /** `known`: O3 only for dossiers that the land system has told something of */
  tellReturned: 'known' | 'always';
  phrases: Phrases;
}

/** Everything that need not be given. */
export const DEFAULTS = {
  profile: 'vbdlis',
  system: 'vbdlis',
  headers: {},
  sessionTtlMs: 10 * 60 * 1000,
  connectTimeoutMs: 5_000,
  readTimeoutMs: 100_000, // the reference's HttpClient (6.3)
  uploadTimeoutMs: 600_000,
  connections: 16,
  maxResponseBytes: 1024 * 1024,
  agencies: [],
  communes: [],
  submitWhen: ['ACCEPTED', 'PROCESSING'],
  unpaidReceptionFee: 'send',
  areas: {},
  areaFallback: 'none',
  noDistrict: 0,
  outboundTime: 'vietnam',
  attachments: {
    hosts: [], link: '', headers: {}, folder: '', path: '{id}',
    maxFileBytes: 20 * 1024 * 1024, maxTotalBytes: 200 * 1024 * 1024, maxFiles: 100, extensions: DEFAULT_EXTENSIONS, incomplete: 'refuse',
  },
  downloads: { url: '', hosts: [], tokenHosts: [], headers: {}, maxFileBytes: 50 * 1024 * 1024, extensions: DEFAULT_EXTENSIONS, results: 'fetch' },
  wrongResultState: 'WRONG_RESULT',
  tellReturned: 'known',
  phrases: DEFAULT_PHRASES,
} as const satisfies Partial<LandConfig>;

/** As an operator writes it. */
type Raw = Partial<Omit<LandConfig, 'procedures' | 'attachments' | 'downloads' | 'phrases' | 'paths'>> & {
  procedures?: Record<string, Partial<ProcedureRow>>;
  attachments?: Partial<AttachmentConfig>;
  downloads?: Partial<DownloadConfig>;
  phrases?: Partial<Phrases>;
  paths?: Partial<Record<WriteId, string>>;
};

const CODES: Record<string, string> = { 'LT-INPUT-UNKNOWN-FIELD': 'LT-CONFIG-UNKNOWN-KEY', 'LT-INPUT-REQUIRED': 'LT-CONFIG-REQUIRED' };
let check: ReturnType<typeof compileSchema<Raw>> | undefined;

/** Without a prototype: words of the data are looked up in these. */
const bare = <T>(given: Readonly<Record<string, T>>): Readonly<Record<string, T>> => Object.assign(Object.create(null) as Record<string, T>, given);
const lower = (list: readonly string[]): readonly string[] => list.map((word) => word.toLowerCase());

function crossChecks(given: Raw): Issue[] {
  const issues: Issue[] = [];
  const profile = given.profile ?? DEFAULTS.profile;
  if (profile === 'ilis' && given.login === undefined) issues.push(issue('LT-CONFIG-REQUIRED', '/login'));
  if (given.tax !== undefined && given.tax.login === undefined && given.login === undefined) issues.push(issue('LT-CONFIG-REQUIRED', '/tax/login'));
  const { receivingOfficer, officers = [] } = given;
  if (receivingOfficer !== undefined && !officers.some(({ code }) => code === receivingOfficer)) {
    issues.push(issue('LT-CONFIG-VALUE', '/receivingOfficer', { vi: 'không có trong officers', en: 'not among officers' }));
  }
  return issues;
}

/**
 * Checks a configuration and fills the defaults.
 * @throws ValidationError with every issue and pointers into `raw`
 */
export function configure(raw: unknown): LandConfig {
  check ??= compileSchema<Raw>(vbdlisConfigSchema);
  const checked = check(raw);
  if (!checked.ok) {
    throw new ValidationError(checked.issues.map((found) => {
      const code = CODES[found.code] ?? 'LT-CONFIG-VALUE';
      return issue(code, found.pointer, code === 'LT-CONFIG-VALUE' ? found.message : undefined);
    }));
  }
  const given = checked.value;
  const issues = crossChecks(given);
  if (issues.length > 0) throw new ValidationError(issues);
  const profile = given.profile ?? DEFAULTS.profile;
  return {
    ...DEFAULTS,
    ...inboundConfigOf(given),
    profile,
    baseUrl: given.baseUrl ?? '',
    paths: { ...PATHS[profile], ...given.paths },
    procedures: bare(Object.fromEntries(Object.entries(given.procedures ?? {}).map(([code, row]) => [code, { provincial: true, tax: false, ...row, code: row.code ?? '' }]))),
    areas: bare(given.areas ?? {}),
    attachments: { ...DEFAULTS.attachments, ...given.attachments, hosts: lower(given.attachments?.hosts ?? []), extensions: lower(given.attachments?.extensions ?? DEFAULTS.attachments.extensions) },
    downloads: {
      ...DEFAULTS.downloads, ...given.downloads,
      hosts: lower(given.downloads?.hosts ?? []), tokenHosts: lower(given.downloads?.tokenHosts ?? []), extensions: lower(given.downloads?.extensions ?? DEFAULTS.downloads.extensions),
    },
    phrases: { ...DEFAULT_PHRASES, ...given.phrases },
  };
}
