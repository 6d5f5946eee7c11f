/** Configuration of one way of signing in. What no source proves is a setting here; README.md has the reasons. */
import { compileSchema } from '../../../src/contract/compile.ts';
import { configIssue } from '../../../src/contract/config-issue.ts';
import { issue } from '../../../src/contract/errors/issue.ts';
import type { Issue } from '../../../src/contract/errors/types.ts';
import { ValidationError } from '../../../src/contract/validate.ts';
import type { VerifiedAccountType, VerifiedIdentityProvider } from '../../../src/model/canonical.ts';
import type { TlsFiles } from '../../../src/adapter/tls.ts';
import { signInConfigSchema } from './config-schema.ts';
import { readPrivateKey } from './envelope.ts';

export type SignInStyle = VerifiedIdentityProvider;
export type AssuranceName = 'loAs' | 'IAL' | 'accountLevel' | 'acr';
interface Endpoints { authorize: string; token?: string; userinfo?: string; introspection?: string; jwks?: string }

export interface SignInConfig {
  style: SignInStyle;
  clientId: string;
  clientSecret?: string;
  clientAuth: 'post' | 'basic';
  redirectUri: string;
  transactionSecret: string;
  transactionMinutes: number;
  /** token and userinfo are there unless a gateway application hands over */
  endpoints: Endpoints;
  issuer?: string;
  nonce: boolean;
  pkce: boolean;
  scope: string;
  acrValues?: string;
  userinfoMethod: 'GET' | 'POST';
  /** `{accessToken}`, `{idToken}`, `{returnTo}` */
  logout?: string;
  /** PEM; there for vneid-oidc */
  privateKey?: string;
  encryption: 'auto' | 'required';
  /** of vneid-oidc */
  claims: { citizenId: string; fullName: string; birthDate: string };
  accountTypes: Readonly<Record<string, VerifiedAccountType>>;
  assurance: Readonly<Partial<Record<AssuranceName, Readonly<Record<string, 1 | 2>>>>>;
  handover?: { secret: string; check: 'hmac' | 'shared-key'; minutes: number };
  /** ms */
  connectTimeoutMs: number;
  readTimeoutMs: number;
  maxResponseBytes: number;
  tls?: TlsFiles;
}

/** 1.1: the authorize endpoint is public; those of token and userinfo are nowhere to be seen. */
const DIRECT_AUTHORIZE = 'https://sso.dancuquocgia.gov.vn/auth';
const PORTAL = 'https://xacthuc.dichvucong.gov.vn';
/** 1.2 */
const PORTAL_ENDPOINTS: Endpoints = { authorize: `${PORTAL}/oauth2/authorize`, token: `${PORTAL}/oauth2/token`, userinfo: `${PORTAL}/oauth2/userinfo` };
/** 1.4 */
const ACCOUNT_TYPES = { 1: 'citizen', 2: 'enterprise', 3: 'organisation' } as const;

/** Everything that need not be given. */
export const SIGN_IN_DEFAULTS = {
  clientAuth: 'post',
  transactionMinutes: 10,
  scope: 'openid',
  encryption: 'auto',
  claims: { citizenId: 'citizenPid', fullName: 'fullName', birthDate: 'birthDate' },
  assurance: {},
  connectTimeoutMs: 5_000,
  readTimeoutMs: 10_000,
  maxResponseBytes: 256 * 1024,
} as const satisfies Partial<SignInConfig>;

/** As an operator writes it. */
export type SignInSettings = Pick<SignInConfig, 'style' | 'clientId' | 'redirectUri' | 'transactionSecret'> &
  Partial<Omit<SignInConfig, 'endpoints' | 'claims' | 'handover'>> & { endpoints?: Partial<Endpoints>; claims?: Partial<SignInConfig['claims']>; handover?: { secret: string; check?: 'hmac' | 'shared-key'; minutes?: number } };

let check: ReturnType<typeof compileSchema<SignInSettings>> | undefined;

/** Only what runs on the same machine is spoken to without TLS. */
export const isLoopback = (url: URL): boolean => ['localhost', '[::1]'].includes(url.hostname) || /^127(\.\d{1,3}){3}$/.test(url.hostname);
const bad = (pointer: string, vi: string, en: string): Issue => issue('LT-CONFIG-VALUE', pointer, { vi, en });
const missing = (pointer: string): Issue => issue('LT-CONFIG-REQUIRED', pointer);

function addressIssue(pointer: string, address: string | undefined): Issue[] {
  const url = address === undefined || !URL.canParse(address) ? undefined : new URL(address);
  return url !== undefined && url.protocol !== 'https:' && !isLoopback(url) ? [bad(pointer, 'phải là https', 'must be https')] : [];
}

function* crossChecks(given: SignInSettings): Iterable<Issue> {
  const { style, endpoints, handover, privateKey, issuer, redirectUri, tls } = given;
  yield* addressIssue('/redirectUri', redirectUri);
  if (/[?#]/.test(redirectUri)) yield bad('/redirectUri', 'không được có ? hoặc #', 'must have neither ? nor #');
  for (const [name, address] of Object.entries(endpoints ?? {})) yield* addressIssue(`/endpoints/${name}`, address);
  yield* addressIssue('/logout', given.logout);

  if (handover !== undefined) {
    if (style !== 'vneid-direct') yield bad('/handover', 'chỉ có ở vneid-direct', 'is there for vneid-direct only');
    if (endpoints?.authorize === undefined) yield missing('/endpoints/authorize');
  } else if (endpoints === undefined) {
    if (style !== 'vnconnect') yield missing('/endpoints');
  } else {
    if (endpoints.token === undefined) yield missing('/endpoints/token');
    if (endpoints.userinfo === undefined) yield missing('/endpoints/userinfo');
    if (endpoints.authorize === undefined && style !== 'vneid-direct') yield missing('/endpoints/authorize');
  }
  if (handover === undefined && given.clientSecret === undefined) yield missing('/clientSecret');

  if (style === 'vneid-oidc') {
    if (privateKey === undefined) yield missing('/privateKey');
    else if (readPrivateKey(privateKey) === undefined) yield bad('/privateKey', 'phải là khóa RSA từ 2048 bit, dạng PEM', 'must be an RSA key of 2048 bits or more, as PEM');
    // 1.3: neither is answered there, so that a check of it would refuse everybody.
    if (given.pkce === true) yield bad('/pkce', 'vneid-oidc không hỗ trợ', 'vneid-oidc has none');
    if (issuer !== undefined) yield bad('/issuer', 'vneid-oidc không có id_token', 'vneid-oidc has no id_token');
  } else if (privateKey !== undefined) yield bad('/privateKey', 'chỉ có ở vneid-oidc', 'is there for vneid-oidc only');
  if (issuer === undefined) {
    if (given.nonce === true) yield missing('/issuer');
    if (endpoints?.jwks !== undefined) yield missing('/issuer');
  }
  if ((tls?.certFile === undefined) !== (tls?.keyFile === undefined)) yield missing(tls?.certFile === undefined ? '/tls/certFile' : '/tls/keyFile');
}

/**
 * Checks a configuration and fills the defaults, those of the style among them.
 * @throws ValidationError with every issue and pointers into `raw`
 */
export function configureSignIn(raw: unknown): SignInConfig {
  check ??= compileSchema<SignInSettings>(signInConfigSchema);
  const checked = check(raw);
  if (!checked.ok) throw new ValidationError(checked.issues.map(configIssue));
  const given = checked.value;
  const issues = [...crossChecks(given)];
  if (issues.length > 0) throw new ValidationError(issues);
  const { style, handover, ...rest } = given;
  const isPortal = style === 'vnconnect';
  return {
    ...SIGN_IN_DEFAULTS,
    nonce: given.issuer !== undefined,
    pkce: style !== 'vneid-oidc',
    userinfoMethod: isPortal ? 'POST' : 'GET',
    ...(isPortal ? { acrValues: 'LoA1' } : {}),
    accountTypes: style === 'vneid-oidc' ? {} : ACCOUNT_TYPES,
    ...rest,
    style,
    endpoints: { authorize: DIRECT_AUTHORIZE, ...(given.endpoints ?? PORTAL_ENDPOINTS) },
    claims: { ...SIGN_IN_DEFAULTS.claims, ...given.claims },
    ...(handover === undefined ? {} : { handover: { check: 'hmac', minutes: 2, ...handover } }),
  };
}

/** What is allowed and yet worth a person's second look, pointing into the configuration. */
export function adviseSignIn({ style, issuer, handover }: SignInConfig): Issue[] {
  return style === 'vneid-oidc' || handover !== undefined || issuer !== undefined ? [] : [issue('LT-VNEID-LOGIN-NO-ID-TOKEN', '/issuer', undefined, 'warning')];
}
