/**
 * The gateway's configuration: a YAML or JSON file, `${NAME}` from the environment, checked against
 * schemas/config.schema.json and then section by section against each adapter. Every fault is told at once, with a
 * JSON pointer; the gateway does not start on an unknown key, a default secret or an open door (law 10).
 */
import type { Adapter, SourceSpec } from '../adapter/types.ts';
import { compileSchema } from '../contract/compile.ts';
import { configIssue } from '../contract/config-issue.ts';
import { issue } from '../contract/errors/issue.ts';
import type { Issue } from '../contract/errors/types.ts';
import { isRecord } from '../contract/is-record.ts';
import { ValidationError, isValidationError, type Checked, type Validate } from '../contract/validate.ts';
import type { DailyWindow } from '../delivery/policy.ts';
import { loadRegister, POPULATION_DATABASES } from '../indicators/index.ts';
import type { LedgerSettings } from '../ledger/open.ts';
import configSchema from '../../schemas/config.schema.json' with { type: 'json' };
import { deliveryIssues, readDelivery, type DeliveryConfig, type RawDelivery } from './config/delivery.ts';
import { readConfigFile, substituteEnv } from './config/file.ts';
import { coerceFromEnv, secretsIn, withDefaults } from './config/schema-walk.ts';
import { PLACEHOLDER_HASHES, isPlaceholderSecret, type ApiKeyConfig } from './keys.ts';
import type { LogLevel } from './log.ts';

export interface ServerConfig {
  host: string;
  port: number;
  /** bytes */
  bodyLimit: number;
  maxLargeBodies: number;
  importLineLimit: number;
  importWindow: number;
  maxImports: number;
  importStallSeconds: number;
  maxDepth: number;
  maxPending: number;
  maxRssBytes: number;
  maxEventLoopDelayMs: number;
  minFreeBytes: number;
  maxBacklog: number;
  requestTimeoutMs: number;
  trustProxy: boolean | string[];
  rateLimit: { max: number; windowSeconds: number; authFailures: number };
}
export type { DeliveryConfig } from './config/delivery.ts';
/** One receiver of alerts. */
export interface WebhookConfig { name: string; url: string; secret: string; timeoutMs?: number; caFile?: string }
export interface AlertsConfig {
  everySeconds: number;
  digestSeconds: number;
  upstreamDownSeconds: number;
  backlogAgeSeconds: number;
  quietMinutes: number;
  busyHours: DailyWindow[];
  webhooks: WebhookConfig[];
}
/** How answers are held against their pinned shapes. */
export interface DriftConfig {
  enabled: boolean;
  /** each nth answer is looked at */
  every: number;
  /** answers until a field counts as always there */
  habitAfter: number;
}
/** How the indicators are computed. */
export interface IndicatorsConfig {
  enabled: boolean;
  /** JSON file with what dossiers cannot tell; see src/indicators/register.ts */
  register?: string;
  /** whose report it is, for its head */
  authority?: string;
  /** name of the upstream whose acceptance makes a dossier synchronised */
  portal: string;
  everySeconds: number;
  populationDatabases?: string[];
  onlinePaymentPlatform?: 'NATIONAL' | 'PROVINCE';
}
/** Asking a population database: what for, and within which bounds. */
export interface CitizensConfig {
  /** by code; nothing may be asked for anything else */
  purposes: Readonly<Record<string, { legalBasis: string; dossierRequired?: boolean }>>;
  /** of the database, in `linkedDatabases` of a dossier */
  databaseCode: string;
  cacheSeconds: number;
  /** by API key and route */
  perMinute: number;
}
/** Months; null keeps for ever. Without folders: in the ledger's. */
export interface RetentionConfig {
  payloadMonths: number | null;
  finishedPayloadMonths: number | null;
  attemptMonths: number | null;
  quarantineMonths: number | null;
  archiveFolder?: string;
  /** `HH:MM` at +07:00 */
  checkpointAt: string;
  checkpointFolder?: string;
}
/** An upstream as configured: its own name, the adapter that speaks to it, the adapter's checked configuration. */
export interface UpstreamBinding { id: string; adapter: Adapter; config: unknown }
/** A source system as configured. */
export interface SourceBinding { id: string; adapter: Adapter; source: SourceSpec; config: unknown; mode: 'push' | 'poll'; pollSeconds: number }
export interface GatewayConfig {
  server: ServerConfig;
  apiKeys: ApiKeyConfig[];
  ledger: LedgerSettings;
  delivery: DeliveryConfig;
  retention: RetentionConfig;
  upstreams: UpstreamBinding[];
  sources: SourceBinding[];
  logging: { level: LogLevel; requests: 'all' | 'errors' | 'none' };
  metrics: { enabled: boolean; public: boolean };
  alerts: AlertsConfig;
  drift: DriftConfig;
  indicators: IndicatorsConfig;
  citizens: CitizensConfig;
  /** prefix of the address of docs/errors.md in problem details */
  docsBase: string;
}

export interface LoadConfigOptions {
  /** YAML or JSON file; without it the overrides are the whole configuration */
  file?: string;
  /** where `${NAME}` is looked up. @default process.env */
  env?: Readonly<Record<string, string | undefined>>;
  /** merged over the file, object by object; lists are replaced */
  overrides?: Record<string, unknown>;
  /** every adapter of this installation by its id; the composition root knows them */
  adapters?: Readonly<Record<string, Adapter>>;
}

/** The schema of a configuration file, as published in schemas/config.schema.json. */
export const CONFIG_SCHEMA: Readonly<Record<string, unknown>> = configSchema;

/**
 * Reads, completes and checks a configuration.
 * @throws ValidationError with every issue
 */
export function loadConfig(options: LoadConfigOptions): GatewayConfig {
  const checked = checkConfig(options);
  if (!checked.ok) throw new ValidationError(checked.issues);
  return checked.value;
}

/** As `loadConfig`, but hands the issues back: for `config check`. */
export function checkConfig(options: LoadConfigOptions): Checked<GatewayConfig> {
  const read = options.file === undefined ? { ok: true as const, value: {} as unknown } : readConfigFile(options.file);
  if (!read.ok) return read;
  const merged = merge(read.value ?? {}, options.overrides);
  const env = options.env ?? process.env;
  const { value, issues, fromEnv } = substituteEnv(merged, env);
  coerceFromEnv(value, CONFIG_SCHEMA, fromEnv);
  const unset = new Set(issues.map((i) => i.pointer));
  // A variable that is missing leaves an empty text behind; what the schema says about that text is only noise.
  const report = (found: Issue[]): void => void issues.push(...found.filter((i) => !unset.has(i.pointer)));

  const shaped = validate(value);
  if (!shaped.ok) report(shaped.issues.map(configIssue));
  report(placeholderIssues(value, CONFIG_SCHEMA, ''));
  const raw = (isRecord(value) ? withDefaults(value, CONFIG_SCHEMA, CONFIG_SCHEMA) : {}) as RawConfig;
  const adapters = options.adapters ?? {};
  const upstreams = sections(raw.upstreams).flatMap(([id, section]) => bindUpstream(id, section, adapters, fromEnv, report));
  const sources = sections(raw.sources).flatMap(([id, section]) => bindSource(id, section, adapters, fromEnv, report));
  if (shaped.ok) report([...crossChecks(raw), ...deliveryIssues(raw.delivery, sections(raw.upstreams).map(([id]) => id), upstreams, Date.now()), ...databaseIssues(raw.ledger, env), ...registerIssues(raw.indicators)]);
  if (issues.length > 0) return { ok: false, issues };
  return {
    ok: true,
    value: {
      server: raw.server,
      apiKeys: raw.apiKeys ?? [],
      ledger: raw.ledger,
      delivery: readDelivery(raw.delivery, upstreams),
      retention: raw.retention,
      upstreams,
      sources,
      logging: raw.logging,
      metrics: raw.metrics,
      alerts: { ...raw.alerts, busyHours: raw.alerts.busyHours ?? [], webhooks: raw.alerts.webhooks ?? [] },
      drift: raw.drift,
      indicators: raw.indicators,
      citizens: { ...raw.citizens, purposes: Object.assign(Object.create(null) as CitizensConfig['purposes'], raw.citizens.purposes) },
      docsBase: raw.docsBase,
    },
  };
}

/** True for an address that only this machine can reach. */
export const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);

// The file's shape after the schema has passed and the defaults are in.
type RawConfig = Omit<GatewayConfig, 'upstreams' | 'sources' | 'apiKeys' | 'alerts' | 'delivery' | 'citizens'> & { citizens: Omit<CitizensConfig, 'purposes'> & Partial<Pick<CitizensConfig, 'purposes'>>; delivery: RawDelivery; alerts: Omit<AlertsConfig, 'busyHours' | 'webhooks'> & Partial<Pick<AlertsConfig, 'busyHours' | 'webhooks'>>; apiKeys?: ApiKeyConfig[]; upstreams?: unknown; sources?: unknown };
type Report = (issues: Issue[]) => void;

let compiled: Validate<unknown> | undefined;
const validate: Validate<unknown> = (value) => (compiled ??= compileSchema(configSchema))(value);

const sections = (value: unknown): [string, Record<string, unknown>][] => (isRecord(value) ? Object.entries(value).flatMap(([id, section]): [string, Record<string, unknown>][] => (isRecord(section) ? [[id, section]] : [])) : []);

function merge(base: unknown, over: unknown): unknown {
  if (over === undefined) return base;
  if (!isRecord(base) || !isRecord(over)) return over;
  const out: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) out[key] = Object.hasOwn(base, key) ? merge(base[key], value) : value;
  return out;
}

function placeholderIssues(value: unknown, schema: Readonly<Record<string, unknown>>, at: string): Issue[] {
  return secretsIn(value, schema)
    .filter((s) => isPlaceholderSecret(s.value) || s.shown.has(s.value) || PLACEHOLDER_HASHES.has(s.value))
    .map((s) => issue('LT-CONFIG-PLACEHOLDER-SECRET', at + s.pointer));
}

function crossChecks(raw: RawConfig): Issue[] {
  const keys = raw.apiKeys ?? [];
  const issues: Issue[] = [];
  if (!isLoopback(raw.server.host) && keys.length === 0) issues.push(issue('LT-CONFIG-KEYS-REQUIRED', '/apiKeys'));
  // Without keys the caller's place is the only lock, and behind a proxy everybody calls from loopback.
  if (raw.server.trustProxy !== false && keys.length === 0) issues.push(issue('LT-CONFIG-PROXY-WITHOUT-KEYS', '/server/trustProxy'));
  const names = new Set<string>();
  const hashes = new Set<string>();
  keys.forEach((key, i) => {
    if (names.has(key.name)) issues.push(issue('LT-CONFIG-DUPLICATE-KEY', `/apiKeys/${i}/name`));
    if (hashes.has(key.sha256)) issues.push(issue('LT-CONFIG-DUPLICATE-KEY', `/apiKeys/${i}/sha256`));
    names.add(key.name);
    hashes.add(key.sha256);
  });
  // A question that the indicators do not count would be a point lost without a word.
  if (raw.citizens.purposes !== undefined && !(raw.indicators.populationDatabases ?? POPULATION_DATABASES).includes(raw.citizens.databaseCode)) {
    issues.push(issue('LT-CONFIG-VALUE', '/citizens/databaseCode', { vi: 'không có trong indicators.populationDatabases', en: 'not in indicators.populationDatabases' }));
  }
  raw.alerts.webhooks?.forEach((hook, i) => {
    if (!URL.canParse(hook.url)) issues.push(issue('LT-CONFIG-VALUE', `/alerts/webhooks/${i}/url`));
    if (raw.alerts.webhooks?.findIndex((other) => other.name === hook.name) !== i) issues.push(issue('LT-CONFIG-DUPLICATE-NAME', `/alerts/webhooks/${i}/name`));
  });
  return issues;
}

/** Completes the address of a PostgreSQL ledger from DATABASE_URL, and refuses one that nobody should run on. */
function databaseIssues(ledger: LedgerSettings, env: Readonly<Record<string, string | undefined>>): Issue[] {
  if (ledger.engine !== 'postgres') return ledger.url === undefined ? [] : [issue('LT-CONFIG-DATABASE-UNUSED', '/ledger/url')];
  const address = ledger.url ?? env['DATABASE_URL'];
  if (address === undefined || address === '') return [issue('LT-CONFIG-DATABASE-URL', '/ledger/url')];
  ledger.url = address;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !['postgres:', 'postgresql:'].includes(url.protocol)) return [issue('LT-CONFIG-DATABASE-URL', '/ledger/url', 'postgres://')];
  // No password is no default one: peer authentication and client certificates need none.
  return url.password !== '' && isPlaceholderSecret(decoded(url.password)) ? [issue('LT-CONFIG-PLACEHOLDER-SECRET', '/ledger/url')] : [];
}

/** A register that is wrong would leave figures wrong: it is read before anything starts. */
function registerIssues({ enabled, register }: IndicatorsConfig): Issue[] {
  if (!enabled || register === undefined) return [];
  try {
    loadRegister(register);
    return [];
  } catch (error) {
    if (!isValidationError(error)) throw error;
    return error.issues.map((found) => ({ ...found, pointer: `/indicators/register${found.pointer ?? ''}` }));
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function bindUpstream(id: string, section: Record<string, unknown>, adapters: Readonly<Record<string, Adapter>>, fromEnv: ReadonlySet<string>, report: Report): UpstreamBinding[] {
  const { adapter: name, ...own } = section;
  const bound = bindAdapter(`/upstreams/${id}`, name, own, adapters, fromEnv, report);
  return bound === undefined ? [] : [{ id, ...bound }];
}

function bindSource(id: string, section: Record<string, unknown>, adapters: Readonly<Record<string, Adapter>>, fromEnv: ReadonlySet<string>, report: Report): SourceBinding[] {
  const { adapter: name, mode, pollSeconds, ...own } = section;
  const at = `/sources/${id}`;
  const bound = bindAdapter(at, name, own, adapters, fromEnv, report);
  if (bound === undefined) return [];
  const source = bound.adapter.source;
  if (source === undefined) {
    report([issue('LT-CONFIG-ADAPTER-ROLE', `${at}/adapter`)]);
    return [];
  }
  if (mode === 'poll' && source.poll === undefined) {
    report([issue('LT-CONFIG-ADAPTER-ROLE', `${at}/mode`)]);
    return [];
  }
  return [{ id, ...bound, source, mode: mode === 'poll' ? 'poll' : 'push', pollSeconds: typeof pollSeconds === 'number' ? pollSeconds : 60 }];
}

function bindAdapter(at: string, name: unknown, own: Record<string, unknown>, adapters: Readonly<Record<string, Adapter>>, fromEnv: ReadonlySet<string>, report: Report): { adapter: Adapter; config: unknown } | undefined {
  // Without a name the schema has complained already.
  if (typeof name !== 'string') return undefined;
  const adapter = Object.hasOwn(adapters, name) ? adapters[name] : undefined;
  if (adapter === undefined) {
    report([issue('LT-CONFIG-ADAPTER-UNKNOWN', `${at}/adapter`, Object.keys(adapters).join(', ') || undefined)]);
    return undefined;
  }
  const inside = new Set([...fromEnv].filter((p) => p.startsWith(`${at}/`)).map((p) => p.slice(at.length)));
  coerceFromEnv(own, adapter.configSchema, inside);
  const shaped = compileSchema(adapter.configSchema)(own);
  if (!shaped.ok) report(shaped.issues.map((found) => configIssue({ ...found, pointer: at + (found.pointer ?? '') })));
  report(placeholderIssues(own, adapter.configSchema, at));
  if (!shaped.ok) return undefined;
  try {
    return { adapter, config: adapter.configure(own) };
  } catch (error) {
    if (!isValidationError(error)) {
      // The message may quote the configuration, and with it a secret.
      report([issue('LT-CONFIG-ADAPTER-REFUSED', at, error instanceof Error ? error.name : undefined)]);
      return undefined;
    }
    report(error.issues.map((found) => ({ ...found, pointer: at + (found.pointer ?? '') })));
    return undefined;
  }
}

