/** Configuration of one interconnection. What no source proves is a setting here; README.md has the reasons. */
import { adviseGateway, checkGateway, type GatewayAuth } from '../../src/adapter/lgsp/index.ts';
import { compileSchema } from '../../src/contract/compile.ts';
import { configIssue } from '../../src/contract/config-issue.ts';
import { issue } from '../../src/contract/errors/issue.ts';
import type { Issue } from '../../src/contract/errors/types.ts';
import { ValidationError } from '../../src/contract/validate.ts';
import type { CivilEventKind } from '../../src/model/generated/civil-status.ts';
import { formatDossierNumber } from '../../src/model/dossier-number.ts';
import { DEFAULT_MODULES, DEFAULT_PROCEDURES, DEFAULT_TEXTS, type ProcedureRow } from './codes.ts';
import { dvcltConfigSchema } from './config-schema.ts';
import type { DeadlineSettings } from './deadlines.ts';
import { STATUS_RULES, type PhraseRule } from './phrases.ts';

export interface UnitAgency { code: string; name: string }
export interface DvcltConfig {
  system: string;
  baseUrl: string;
  gateway: GatewayAuth;
  paths: { list: string; detail: string; acknowledge: string; status: string };
  bodyOnGet: boolean;
  /** absent: nothing is pushed and nothing polled */
  civilStatus?: { baseUrl: string; gateway: GatewayAuth; paths: { push: string; pushOther: string; results: string } };
  variant: 'three-level' | 'two-level';
  country: string;
  provinceCode: string;
  responsibleAgency: number;
  /** by maDonVi, leading zeros kept */
  units: Readonly<Record<string, UnitAgency>>;
  /** first of a day in the codes that are issued here */
  firstNumber: number;
  procedures: Readonly<Record<string, ProcedureRow>>;
  modules: Readonly<Record<CivilEventKind, string>>;
  /** ms */
  intakeEveryMs: number;
  intakeMost: number;
  resultsEveryMs: number;
  resultsDays: number;
  emptyDeathResult: 'wait' | 'take';
  push: 'on-acceptance' | 'never';
  report: boolean;
  texts: { accepted: string; handedOver: string };
  statusRules: readonly PhraseRule[];
  deadlines: DeadlineSettings;
  maxFileBytes: number;
  maxFiles: number;
  maxTotalBytes: number;
  maxResponseBytes: number;
  connectTimeoutMs: number;
  readTimeoutMs: number;
  connections: number;
  tls?: { caFile?: string; certFile?: string; keyFile?: string; serverName?: string };
}

/** Everything that need not be given. */
export const DEFAULTS = {
  system: 'dvclt',
  paths: {
    list: '/api/lienthongdvclt/danhsachhoso', detail: '/api/lienthongdvclt/hosolienthong/{id}', acknowledge: '/api/lienthongdvclt/capnhatdanhanhoso',
    status: '/api/lienthongDVCLT/capNhatTrangThaiHoSoDVCLTHoTich',
  },
  bodyOnGet: false,
  civilPaths: { push: '/apiLienThongKSKT/1.0/nhanHoSoDKHT', pushOther: '/hotich/1.0/dangKyHoTich', results: '/apiLienThongKSKT/1.0/layKetQua' },
  variant: 'three-level', // both sources have it; the other form was seen once (3.5)
  country: 'VN',
  responsibleAgency: 5,
  firstNumber: 1,
  intakeEveryMs: 10 * 60_000,
  intakeMost: 200,
  resultsEveryMs: 15 * 60_000,
  resultsDays: 180,
  emptyDeathResult: 'wait',
  push: 'on-acceptance',
  report: true,
  cutoff: '15:00', dayEnd: '17:00', supplementWorkingDays: 7, daysOff: [],
  maxFileBytes: 20 * 1024 * 1024, maxFiles: 100, maxTotalBytes: 60 * 1024 * 1024, maxResponseBytes: 100 * 1024 * 1024,
  connectTimeoutMs: 5_000,
  readTimeoutMs: 100_000,
  connections: 8,
} as const;

/** As an operator writes it. */
type Raw = Partial<Omit<DvcltConfig, 'paths' | 'civilStatus' | 'procedures' | 'modules' | 'texts' | 'deadlines'>> & Pick<DvcltConfig, 'baseUrl' | 'gateway' | 'provinceCode' | 'units'> & {
  paths?: Partial<DvcltConfig['paths']>;
  civilStatus?: { baseUrl: string; gateway: GatewayAuth; paths?: Partial<NonNullable<DvcltConfig['civilStatus']>['paths']> };
  procedures?: Record<string, Partial<ProcedureRow> & Pick<ProcedureRow, 'kind'>>;
  modules?: Partial<DvcltConfig['modules']>;
  texts?: Partial<DvcltConfig['texts']>;
  cutoff?: string; dayEnd?: string; supplementWorkingDays?: number; daysOff?: string[];
};

let check: ReturnType<typeof compileSchema<Raw>> | undefined;
const bare = <T>(given: Readonly<Record<string, T>>): Readonly<Record<string, T>> => Object.assign(Object.create(null) as Record<string, T>, given);

function crossChecks({ baseUrl, gateway, civilStatus, tls, units }: Raw): Issue[] {
  const issues = checkGateway(gateway, { '/baseUrl': baseUrl });
  if (civilStatus !== undefined) issues.push(...checkGateway(civilStatus.gateway, { '/civilStatus/baseUrl': civilStatus.baseUrl }, '/civilStatus/gateway'));
  if ((tls?.certFile === undefined) !== (tls?.keyFile === undefined)) issues.push(issue('LT-CONFIG-REQUIRED', tls?.certFile === undefined ? '/tls/certFile' : '/tls/keyFile'));
  for (const [unit, { code }] of Object.entries(units)) {
    if (numberOf(code, '2025-01-01', 1) === undefined) issues.push(issue('LT-CONFIG-VALUE', `/units/${unit}/code`));
  }
  return issues;
}

/** A dossier number of this agency; the province's own level-1 code holds, listed or not. undefined when it makes none, as after 9999 of a day. */
export function numberOf(agency: string, day: string, n: number): string | undefined {
  const parts = agency.split('.');
  const made = formatDossierNumber(agency, day, n, { extraLevel1: [parts[0] ?? '', parts.at(-1) ?? ''] });
  return made.ok ? made.number : undefined;
}

function proceduresOf(given: Raw['procedures'] = {}): Readonly<Record<string, ProcedureRow>> {
  const own = Object.entries(given).map(([code, row]): [string, ProcedureRow] => {
    const known = DEFAULT_PROCEDURES[code];
    const like = known?.kind === row.kind ? known : Object.values(DEFAULT_PROCEDURES).find(({ kind }) => kind === row.kind);
    return [code, { name: code, sector: { code: 'G15-HT', name: 'Hộ tịch' }, ...(like === undefined ? {} : { name: like.name, sector: like.sector }), ...(known?.kind === row.kind ? known : {}), ...row }];
  });
  return bare({ ...DEFAULT_PROCEDURES, ...Object.fromEntries(own) });
}

/**
 * Checks a configuration and fills the defaults.
 * @throws ValidationError with every issue and pointers into `raw`
 */
export function configure(raw: unknown): DvcltConfig {
  check ??= compileSchema<Raw>(dvcltConfigSchema);
  const checked = check(raw);
  if (!checked.ok) throw new ValidationError(checked.issues.map(configIssue));
  const issues = crossChecks(checked.value);
  if (issues.length > 0) throw new ValidationError(issues);
  const { cutoff = DEFAULTS.cutoff, dayEnd = DEFAULTS.dayEnd, supplementWorkingDays = DEFAULTS.supplementWorkingDays, daysOff = DEFAULTS.daysOff, civilStatus, statusRules, ...given } = checked.value;
  const { civilPaths, cutoff: _c, dayEnd: _e, supplementWorkingDays: _s, daysOff: _d, ...defaults } = DEFAULTS;
  return {
    ...defaults, ...given,
    paths: { ...DEFAULTS.paths, ...given.paths },
    ...(civilStatus === undefined ? {} : { civilStatus: { ...civilStatus, paths: { ...civilPaths, ...civilStatus.paths } } }),
    units: bare(given.units),
    procedures: proceduresOf(given.procedures),
    modules: { ...DEFAULT_MODULES, ...given.modules },
    texts: { ...DEFAULT_TEXTS, ...given.texts },
    statusRules: [...(statusRules ?? []), ...STATUS_RULES],
    deadlines: { cutoff, end: dayEnd, supplementWorkingDays, daysOff },
  };
}

/** What is allowed and yet worth a person's second look, pointing into the configuration. */
export function advise(config: DvcltConfig): Issue[] {
  return [
    ...adviseGateway(config.gateway),
    ...(config.civilStatus === undefined ? [] : adviseGateway(config.civilStatus.gateway, '/civilStatus/gateway')),
    ...(config.civilStatus === undefined && config.push === 'on-acceptance' ? [issue('LT-DVCLT-NO-CIVIL-STATUS', '/civilStatus', undefined, 'warning')] : []),
    ...Object.keys(config.units).filter((code) => code.length === 3).slice(0, 1).map(() => issue('LT-DVCLT-DISTRICT-UNIT', '/units', undefined, 'warning')),
  ];
}

export type UnitFound = { ok: true; code: string; agency: UnitAgency; level: 'commune' | 'district' } | { ok: false; code: 'LT-DVCLT-UNIT' | 'LT-DVCLT-UNIT-AMBIGUOUS' };
/** A number on the wire has lost its leading zeros: codes are compared without them, and two that are equal then are refused. */
export function unitOf(given: unknown, { units }: Pick<DvcltConfig, 'units'>): UnitFound {
  const text = typeof given === 'number' || typeof given === 'string' ? String(given).trim() : '';
  const without = (code: string): string => code.replace(/^0+/, '');
  const found = Object.hasOwn(units, text) && typeof given === 'string' ? [text] : Object.keys(units).filter((code) => without(code) === without(text) && text !== '');
  const [code] = found;
  const agency = code === undefined ? undefined : units[code];
  if (code === undefined || agency === undefined) return { ok: false, code: 'LT-DVCLT-UNIT' };
  if (found.length > 1) return { ok: false, code: 'LT-DVCLT-UNIT-AMBIGUOUS' };
  return { ok: true, code, agency, level: code.length === 3 ? 'district' : 'commune' };
}
