/** Configuration of one EMC site. What no source proves is a setting here; README.md has the reasons. */
import { compileSchema } from '../../src/contract/compile.ts';
import { configIssue } from '../../src/contract/config-issue.ts';
import { issue } from '../../src/contract/errors/issue.ts';
import type { Issue } from '../../src/contract/errors/types.ts';
import { ValidationError } from '../../src/contract/validate.ts';
import type { DossierSource, DossierStatus } from '../../src/model/canonical.ts';
import { startOfLocalDay } from '../../src/model/time.ts';
import { DEFAULT_LEVELS, DEFAULT_STATUSES, type EmcLevel, type LevelWord, type StatusTarget } from './codes.ts';
import { emcConfigSchema } from './config-schema.ts';

export interface EmcConfig {
  baseUrl: string;
  path: string;
  siteId: number;
  encoding: 'form' | 'json';
  success: 'any-2xx' | '204';
  /** an HTML page with 2xx */
  pages: 'doubt' | 'accept';
  unknownOutcome: 'give-up' | 'resend-once';
  headers: Readonly<Record<string, string>>;
  tls?: { caFile?: string; certFile?: string; keyFile?: string; serverName?: string };
  /** ms */
  connectTimeoutMs: number;
  readTimeoutMs: number;
  connections: number;
  maxResponseBytes: number;
  /** whose dossiers are reported, units below them included; empty: all */
  agencies: readonly string[];
  /** Vietnamese day; nothing that happened before it is reported */
  notBefore?: string;
  steps: 'all' | 'latest';
  statuses: Readonly<Record<DossierStatus, StatusTarget>>;
  assignment: 'first-handover' | 'never';
  assignedSubStatuses: readonly string[];
  postalReception: 'in-person' | 'online';
  unpaidFee: 'none' | 'in-person';
  levels: Readonly<Record<LevelWord, EmcLevel>>;
  nationalSources: readonly DossierSource[];
  repeatCode: boolean;
  user: 'omit' | 'hash' | 'raw';
  /** of the hash; there whenever `user` is `hash` */
  userKey?: string;
  userLocation?: string;
}

/** Everything that need not be given. */
export const DEFAULTS = {
  path: '/TrackingMCDT',
  encoding: 'form', // the older client, and the one that checks a concrete status (A.4.1)
  success: 'any-2xx',
  pages: 'doubt',
  unknownOutcome: 'give-up',
  headers: {},
  connectTimeoutMs: 5_000,
  readTimeoutMs: 30_000,
  connections: 8,
  maxResponseBytes: 64 * 1024,
  agencies: [],
  steps: 'all',
  statuses: DEFAULT_STATUSES,
  assignment: 'first-handover',
  assignedSubStatuses: [],
  postalReception: 'in-person',
  unpaidFee: 'none',
  levels: DEFAULT_LEVELS,
  nationalSources: ['PORTAL_NATIONAL'],
  repeatCode: false,
  user: 'omit',
} as const satisfies Omit<EmcConfig, 'baseUrl' | 'siteId'>;

/** As an operator writes it. */
type Raw = Pick<EmcConfig, 'baseUrl' | 'siteId'> & Partial<Omit<EmcConfig, 'statuses' | 'levels'>> & { statuses?: Partial<EmcConfig['statuses']>; levels?: Partial<EmcConfig['levels']> };

let check: ReturnType<typeof compileSchema<Raw>> | undefined;

/** Only a double on the same machine is spoken to without TLS. */
const isHere = (url: URL): boolean => ['localhost', '[::1]'].includes(url.hostname) || /^127(\.\d{1,3}){3}$/.test(url.hostname);

function crossChecks(given: Raw): Issue[] {
  const issues: Issue[] = [];
  const url = new URL(given.baseUrl);
  if (url.protocol !== 'https:' && !isHere(url)) issues.push(issue('LT-CONFIG-VALUE', '/baseUrl', { vi: 'phải là https', en: 'must be https' }));
  if (given.notBefore !== undefined && startOfLocalDay(given.notBefore) === undefined) issues.push(issue('LT-CONFIG-VALUE', '/notBefore'));
  const { user = DEFAULTS.user } = given;
  if (user === 'hash' && given.userKey === undefined) issues.push(issue('LT-CONFIG-REQUIRED', '/userKey'));
  if (user !== 'omit' && given.userLocation === undefined) issues.push(issue('LT-CONFIG-REQUIRED', '/userLocation'));
  if ((given.tls?.certFile === undefined) !== (given.tls?.keyFile === undefined)) issues.push(issue('LT-CONFIG-REQUIRED', given.tls?.certFile === undefined ? '/tls/certFile' : '/tls/keyFile'));
  return issues;
}

/**
 * Checks a configuration and fills the defaults.
 * @throws ValidationError with every issue and pointers into `raw`
 */
export function configure(raw: unknown): EmcConfig {
  check ??= compileSchema<Raw>(emcConfigSchema);
  const checked = check(raw);
  if (!checked.ok) throw new ValidationError(checked.issues.map(configIssue));
  const given = checked.value;
  const issues = crossChecks(given);
  if (issues.length > 0) throw new ValidationError(issues);
  return { ...DEFAULTS, ...given, statuses: { ...DEFAULT_STATUSES, ...given.statuses }, levels: { ...DEFAULT_LEVELS, ...given.levels } };
}

/** What is allowed and yet worth a person's second look, pointing into the configuration. */
export function advise({ user }: Pick<EmcConfig, 'user'>): Issue[] {
  return user === 'omit' ? [] : [issue(user === 'raw' ? 'LT-EMC-USER-RAW' : 'LT-EMC-USER-HASH', '/user', undefined, 'warning')];
}
