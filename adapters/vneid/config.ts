/** Configuration of one connection to VNeID's judicial records. What no source proves (U1–U14) is a setting here; README.md has the reasons. */
import { adviseGateway, checkGateway, type GatewayAuth } from '../../src/adapter/lgsp/index.ts';
import type { CallSignature } from '../../src/adapter/shared-secret.ts';
import type { TlsFiles } from '../../src/adapter/tls.ts';
import { compileSchema } from '../../src/contract/compile.ts';
import { configIssue } from '../../src/contract/config-issue.ts';
import { issue } from '../../src/contract/errors/issue.ts';
import type { Issue } from '../../src/contract/errors/types.ts';
import { ValidationError } from '../../src/contract/validate.ts';
import type { DossierStatus, PaymentStatus } from '../../src/model/canonical.ts';
import { DEFAULT_ANSWERS, DEFAULT_PUSH_PHRASES, PUSH_WHEN, REPORT_PATH, REPORTED_STATUSES, TERM_DAYS, type AnswerRow, type PushPhrases } from './codes.ts';
import { vneidConfigSchema } from './config-schema.ts';
import type { IntakeLimits } from './inbound/check.ts';

/** The software behind, whichever it is. `none`: nothing is handed over and nothing asked. */
export interface BackendConfig {
  kind: 'btp' | 'none';
  baseUrl: string;
  gateway: GatewayAuth;
  pushPath: string;
  resultPath: string;
  authKey: string;
  pushWhen: readonly DossierStatus[];
  pollEveryMs: number;
  giveUpAfterDays: number;
  refusals: 'ignore' | 'take-over';
  declaredConvictions: 'authorised-only' | 'always';
  relation: 'name' | 'code';
  phrases: PushPhrases;
}
export interface FileConfig { hosts: readonly string[]; headers: Readonly<Record<string, string>>; maxFileBytes: number }

export interface VneidConfig {
  system: string;
  baseUrl: string;
  reportPath: string;
  gateway: GatewayAuth;
  getToken?: { path: string; fields: Readonly<Record<string, string>>; ttlMs: number };
  codeGet?: string;
  previousCodeGet?: string;
  signature?: CallSignature;
  codes: { agencyCode: string; first: number; unknown: 'refuse' | 'accept' };
  province: { code: string; name: string };
  agency: { code: string; name: string };
  procedure: { code: string; name: string; sector: { code: string; name: string }; selfCase?: string; authorisedCase?: string };
  termDays: number;
  limits: IntakeLimits;
  payment: { statuses: Readonly<Record<string, PaymentStatus>>; otherwise: PaymentStatus };
  reported: readonly DossierStatus[];
  withoutCertificate: 'wait' | 'send';
  answers: readonly AnswerRow[];
  interruptedRetryMs: number;
  backend: BackendConfig;
  files: FileConfig;
  connectTimeoutMs: number;
  readTimeoutMs: number;
  connections: number;
  maxResponseBytes: number;
  tls?: TlsFiles;
}

/** Everything that need not be given. */
export const DEFAULTS = {
  system: 'vneid',
  reportPath: REPORT_PATH,
  gateway: { kind: 'none' },
  termDays: TERM_DAYS,
  limits: { maxBodyBytes: 64 * 1024 * 1024, maxFiles: 100, maxFileBytes: 10 * 1024 * 1024, maxTotalBytes: 48 * 1024 * 1024 },
  payment: { statuses: {}, otherwise: 'PAID' }, // VNeID passes a dossier on once it is paid; the reference never looks at the state (2.5)
  reported: REPORTED_STATUSES,
  withoutCertificate: 'wait', // a 9 without its certificate would be the last word of a citizen's request
  answers: DEFAULT_ANSWERS,
  interruptedRetryMs: 7 * 60_000, // 2.8
  files: { hosts: [], headers: {}, maxFileBytes: 10 * 1024 * 1024 },
  connectTimeoutMs: 5_000,
  readTimeoutMs: 60_000,
  connections: 8,
  maxResponseBytes: 32 * 1024 * 1024,
} as const satisfies Partial<VneidConfig>;

const BACKEND_DEFAULTS = {
  kind: 'none', pushPath: '', resultPath: '', authKey: '', pushWhen: PUSH_WHEN, pollEveryMs: 15 * 60_000, giveUpAfterDays: 90, refusals: 'ignore',
  declaredConvictions: 'authorised-only', relation: 'name', phrases: DEFAULT_PUSH_PHRASES,
} as const satisfies Partial<BackendConfig>;

/** As an operator writes it. */
type Raw = Pick<VneidConfig, 'baseUrl' | 'province' | 'agency' | 'procedure'> & Partial<Omit<VneidConfig, 'codes' | 'limits' | 'payment' | 'backend' | 'files' | 'getToken'>> & {
  codes: Partial<VneidConfig['codes']> & { agencyCode: string };
  getToken?: { path: string; fields: Record<string, string>; ttlMs?: number };
  limits?: Partial<IntakeLimits>;
  payment?: Partial<VneidConfig['payment']>;
  backend?: Partial<Omit<BackendConfig, 'phrases'>> & { phrases?: Partial<PushPhrases> };
  files?: Partial<FileConfig>;
};

let check: ReturnType<typeof compileSchema<Raw>> | undefined;

function crossChecks(given: Raw): Issue[] {
  const { backend, tls } = given;
  const issues = checkGateway(given.gateway ?? DEFAULTS.gateway, { '/baseUrl': given.baseUrl });
  if (backend?.gateway !== undefined || backend?.baseUrl !== undefined) {
    issues.push(...checkGateway(backend.gateway ?? given.gateway ?? DEFAULTS.gateway, { '/backend/baseUrl': backend.baseUrl }, '/backend/gateway'));
  }
  if (backend?.kind === 'btp') {
    for (const name of ['pushPath', 'resultPath', 'authKey'] as const) if (backend[name] === undefined) issues.push(issue('LT-CONFIG-REQUIRED', `/backend/${name}`));
  }
  if (given.previousCodeGet !== undefined && given.codeGet === undefined) issues.push(issue('LT-CONFIG-REQUIRED', '/codeGet'));
  if ((tls?.certFile === undefined) !== (tls?.keyFile === undefined)) issues.push(issue('LT-CONFIG-REQUIRED', tls?.certFile === undefined ? '/tls/certFile' : '/tls/keyFile'));
  return issues;
}

/**
 * Checks a configuration and fills the defaults.
 * @throws ValidationError with every issue and pointers into `raw`
 */
export function configure(raw: unknown): VneidConfig {
  check ??= compileSchema<Raw>(vneidConfigSchema);
  const checked = check(raw);
  if (!checked.ok) throw new ValidationError(checked.issues.map(configIssue));
  const given = checked.value;
  const issues = crossChecks(given);
  if (issues.length > 0) throw new ValidationError(issues);
  const { getToken, ...rest } = given;
  const gateway = given.gateway ?? DEFAULTS.gateway;
  return {
    ...DEFAULTS, ...rest, gateway,
    ...(getToken === undefined ? {} : { getToken: { ttlMs: 10 * 60_000, ...getToken } }),
    codes: { first: 1, unknown: 'refuse', ...given.codes },
    limits: { ...DEFAULTS.limits, ...given.limits },
    payment: { ...DEFAULTS.payment, ...given.payment, statuses: Object.assign(Object.create(null) as Record<string, PaymentStatus>, given.payment?.statuses) },
    backend: { ...BACKEND_DEFAULTS, baseUrl: given.baseUrl, gateway, ...given.backend, phrases: { ...DEFAULT_PUSH_PHRASES, ...given.backend?.phrases } },
    files: { ...DEFAULTS.files, ...given.files, hosts: (given.files?.hosts ?? []).map((host) => host.toLowerCase()) },
  };
}

/** What is allowed and yet worth a person's second look, pointing into the configuration. */
export function advise({ gateway, backend, codeGet, signature, getToken, payment }: VneidConfig): Issue[] {
  const warn = (code: string, at: string): Issue => issue(code, at, undefined, 'warning');
  const isNaked = gateway.kind === 'none' && gateway.headers === undefined && gateway.authHash === undefined && getToken === undefined;
  return [
    ...adviseGateway(gateway), ...(backend.kind === 'none' || backend.gateway === gateway ? [] : adviseGateway(backend.gateway, '/backend/gateway')),
    ...(isNaked ? [warn('LT-VNEID-NO-GATEWAY-AUTH', '/gateway')] : []),
    ...(codeGet === undefined ? [warn('LT-VNEID-NO-CODEGET', '/codeGet')] : signature === undefined ? [warn('LT-VNEID-SECRET-IN-URL', '/signature')] : []),
    ...(backend.kind === 'none' ? [warn('LT-VNEID-NO-BACKEND', '/backend')] : []),
    ...(Object.keys(payment.statuses).length === 0 ? [warn('LT-VNEID-PAYMENT-UNCHECKED', '/payment/statuses')] : []),
  ];
}
