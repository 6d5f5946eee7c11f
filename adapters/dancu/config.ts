/** Configuration of one line to the population database. What the sources disagree about, or do not say, is a setting here; README.md has the reasons. */
import { adviseGateway, checkGateway, type GatewayAuth } from '../../src/adapter/lgsp/index.ts';
import { compileSchema } from '../../src/contract/compile.ts';
import { configIssue } from '../../src/contract/config-issue.ts';
import { issue } from '../../src/contract/errors/issue.ts';
import type { Issue } from '../../src/contract/errors/types.ts';
import { ValidationError } from '../../src/contract/validate.ts';
import { ANSWER_CODES, type CodeMeaning } from './codes.ts';
import { dancuConfigSchema, type PathId, type TransportKind } from './config-schema.ts';
import { LOOK_UP_ELEMENT, RELATIVES_ELEMENT, VERIFY_ELEMENT, type NamespaceName } from './elements.ts';
import type { NameForm } from './names.ts';

export interface OfficerKey { keyName: string; keyPass: string }
export type DancuTransport =
  | {
      kind: 'x-road';
      authenticationUrl?: string;
      user?: string;
      secretKey?: string;
      timestampUnit?: 'ms' | 's';
      client?: string;
      apiKey?: string;
      esb?: { sourceType: string; sourceUsername: string };
    }
  | { kind: 'lgsp'; officerKeys?: Readonly<Record<string, OfficerKey>> }
  | { kind: 'rest-wrapped' }
  | { kind: 'rest-flat'; userNameService: string };

export interface DancuConfig {
  baseUrl: string;
  transport: DancuTransport;
  gateway: GatewayAuth;
  headers: Readonly<Record<string, string>>;
  tls?: { caFile?: string; certFile?: string; keyFile?: string; serverName?: string };
  /** ms */
  connectTimeoutMs: number;
  readTimeoutMs: number;
  connections: number;
  maxResponseBytes: number;
  paths: Readonly<Record<PathId, string>>;
  contentType: 'application/xml' | 'text/xml';
  namespace: NamespaceName;
  prefix: string;
  serviceAccount: string;
  requestPrefix: string;
  officer?: string;
  organisation: { unit?: string; account?: string; phone?: string };
  services: { lookUp: string; verify: string; relatives?: string; changes?: string };
  verification: { by: 'service' | 'look-up'; form: 'service-code' | 'integration-code'; element: string };
  names: NameForm;
  dates: 'compact' | 'dashed';
  maritalStatus3: 'divorced' | 'divorced-or-widowed';
  pagingElement?: string;
  answerCodes: Readonly<Record<string, CodeMeaning>>;
}

/** Everything that need not be given and does not hang on the transport. */
export const DEFAULTS = {
  gateway: { kind: 'none' },
  headers: {},
  connectTimeoutMs: 5_000,
  readTimeoutMs: 20_000,
  connections: 8,
  maxResponseBytes: 2 * 1024 * 1024,
  contentType: 'application/xml',
  namespace: 'current',
  prefix: 'dan',
  requestPrefix: '',
  organisation: {},
  names: 'compact',
  dates: 'compact',
  maritalStatus3: 'divorced',
} as const satisfies Partial<DancuConfig>;

const SOAP_PATHS: Readonly<Record<PathId, string>> = { lookUpCitizen: `/${LOOK_UP_ELEMENT}`, verifyCitizen: `/${VERIFY_ELEMENT}`, verifyRelatives: `/${RELATIVES_ELEMENT}`, listChanges: `/${LOOK_UP_ELEMENT}` };
const WRAPPED_PATH = '/apiCSDLDanCu/ChiaSeThongTinCongDan';
const pathsOf = (kind: TransportKind): Readonly<Record<PathId, string>> => (kind === 'rest-wrapped' ? { ...SOAP_PATHS, lookUpCitizen: WRAPPED_PATH } : SOAP_PATHS);

export const isRest = ({ kind }: Pick<DancuTransport, 'kind'>): boolean => kind === 'rest-wrapped' || kind === 'rest-flat';

type Given = Pick<DancuConfig, 'baseUrl' | 'transport' | 'serviceAccount'> & Partial<Omit<DancuConfig, 'paths' | 'services' | 'verification'>> & {
  paths?: Partial<DancuConfig['paths']>;
  services?: Partial<DancuConfig['services']>;
  verification?: Partial<DancuConfig['verification']>;
};

/** Keys of `transport` that a kind has, beside `kind`. */
const KEYS: Readonly<Record<TransportKind, readonly string[]>> = {
  'x-road': ['authenticationUrl', 'user', 'secretKey', 'timestampUnit', 'client', 'apiKey', 'esb'],
  lgsp: ['officerKeys'],
  'rest-wrapped': [],
  'rest-flat': ['userNameService'],
};
const SIGNATURE = ['authenticationUrl', 'user', 'secretKey'] as const;

/** Only a double on the same machine is spoken to without TLS. */
const isHere = (url: URL): boolean => ['localhost', '[::1]'].includes(url.hostname) || /^127(\.\d{1,3}){3}$/.test(url.hostname);

function transportIssues({ transport, gateway }: Given): Issue[] {
  const { kind } = transport;
  const issues = Object.keys(transport).filter((key) => key !== 'kind' && !KEYS[kind].includes(key)).map((key) => issue('LT-CONFIG-UNKNOWN-KEY', `/transport/${key}`, { vi: `không thuộc kind ${kind}`, en: `does not belong to kind ${kind}` }));
  if (kind === 'x-road') {
    const given = SIGNATURE.filter((key) => transport[key] !== undefined);
    const isSigned = given.length > 0 || transport.esb === undefined;
    if (isSigned) issues.push(...SIGNATURE.filter((key) => transport[key] === undefined).map((key) => issue('LT-CONFIG-REQUIRED', `/transport/${key}`)));
    if (gateway !== undefined && gateway.kind !== 'none') issues.push(issue('LT-CONFIG-VALUE', '/gateway/kind', { vi: 'x-road không qua LGSP', en: 'x-road does not go through an LGSP' }));
  }
  if (kind === 'lgsp' && gateway === undefined) issues.push(issue('LT-CONFIG-REQUIRED', '/gateway'));
  if (kind === 'rest-flat' && transport.userNameService === undefined) issues.push(issue('LT-CONFIG-REQUIRED', '/transport/userNameService'));
  return issues;
}

function crossChecks(given: Given): Issue[] {
  const issues = transportIssues(given);
  const { gateway, baseUrl, tls } = given;
  if (gateway !== undefined) issues.push(...checkGateway(gateway, { '/baseUrl': baseUrl }));
  else {
    const url = new URL(baseUrl);
    if (url.protocol !== 'https:' && !isHere(url)) issues.push(issue('LT-CONFIG-VALUE', '/baseUrl', { vi: 'phải là https', en: 'must be https' }));
  }
  if (isRest(given.transport)) {
    if (given.verification?.by === 'service') issues.push(issue('LT-CONFIG-VALUE', '/verification/by', { vi: 'đường truyền JSON không có dịch vụ xác thực', en: 'the JSON transports have no service of verification' }));
    for (const key of ['relatives', 'changes'] as const) {
      if (given.services?.[key] !== undefined) issues.push(issue('LT-CONFIG-VALUE', `/services/${key}`, { vi: 'đường truyền JSON không có dịch vụ này', en: 'the JSON transports have no such service' }));
    }
  }
  if ((tls?.certFile === undefined) !== (tls?.keyFile === undefined)) issues.push(issue('LT-CONFIG-REQUIRED', tls?.certFile === undefined ? '/tls/certFile' : '/tls/keyFile'));
  return issues;
}

let check: ReturnType<typeof compileSchema<Given>> | undefined;

/**
 * Checks a configuration and fills the defaults.
 * @throws ValidationError with every issue and pointers into `raw`
 */
export function configure(raw: unknown): DancuConfig {
  check ??= compileSchema<Given>(dancuConfigSchema);
  const checked = check(raw);
  if (!checked.ok) throw new ValidationError(checked.issues.map(configIssue));
  const given = checked.value;
  const issues = crossChecks(given);
  if (issues.length > 0) throw new ValidationError(issues);
  const form = given.verification?.form ?? 'service-code';
  return {
    ...DEFAULTS,
    ...given,
    paths: { ...pathsOf(given.transport.kind), ...given.paths },
    services: { lookUp: '037', verify: form === 'service-code' ? '033' : '003', ...given.services },
    verification: { by: isRest(given.transport) ? 'look-up' : 'service', form, element: VERIFY_ELEMENT, ...given.verification },
    answerCodes: { ...ANSWER_CODES, ...given.answerCodes },
  };
}

/** What is allowed and yet worth a person's second look, pointing into the configuration. */
export const advise = ({ gateway }: Pick<DancuConfig, 'gateway'>): Issue[] => adviseGateway(gateway);
