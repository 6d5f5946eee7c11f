/**
 * How an integration platform (NDXP, NGSP, a province's LGSP) wants to be shown who calls: the variants of the EMC/LGSP fact sheet B.2 and
 * the signed headers of B.6, as the property `gateway` of an adapter's configuration. What no source proves is a setting.
 */
import { issue } from '../../contract/errors/issue.ts';
import type { Issue } from '../../contract/errors/types.ts';
import { currentAgencyCode, legacyAgencyCode } from '../../model/agency-code.ts';

interface Common {
  /** sent with every call to the upstream as they are: `apikey`, `dstcode` … */
  headers?: Readonly<Record<string, string>>;
  /** header `AuthHash`: base64 of `keyName:keyPass`, an officer's account on the platform (vneid fact sheet 4.3, T2) */
  authHash?: { keyName: string; keyPass: string };
  /** allows http to other machines */
  insecure?: boolean;
}
/** Where a login of any kind goes, and how long its token is kept. */
export interface TokenSource {
  tokenUrl: string;
  /** longest time a token is kept, ms. @default 600000 where the platform does not say how long it holds, else what it says */
  tokenTtlMs?: number;
  /** renewed this long before its end, ms */
  renewBeforeMs?: number;
  /** HTTP statuses that say: this token is not valid (any more). @default [401] */
  refusedStatuses?: readonly number[];
}
/** Base64 of JSON, no signature: a bearer secret (B.2, 2). */
export interface PartnerKey {
  accessKey: string;
  secretKey: string;
  appName: string;
  /** agency code; sent as `agencySpelling` says */
  partnerCode: string;
  /** @default partnerCode */
  partnerCodeCus?: string;
  /** `000.00.14.H99` (legacy), `H99.14` (current), or as it is written here */
  agencySpelling?: 'as-written' | 'legacy' | 'current';
}
export type GatewayAuth =
  /** nothing is shown: a private network, or a local adapter adds it */
  | (Common & { kind: 'none' })
  /** B.2, 1 and 1b */
  | (Common & TokenSource & { kind: 'client-credentials'; key: string; secret: string; credentialsIn?: 'basic' | 'form'; scope?: string })
  /** B.2, 2, 2b and 2c */
  | (Common & Partial<TokenSource> & PartnerKey & {
    kind: 'lgspaccesstoken';
    place?: 'header' | 'header+token' | 'authorization';
    /** header+token: is the header sent with the calls too, beside the token? */
    keepHeader?: boolean;
    /** header: the back-end's own token */
    backend?: { token: string; in?: 'authorization' | 'x-authentication-token' };
  })
  /** B.2, 3 */
  | (Common & TokenSource & { kind: 'jwt'; auth: string })
  /** B.2, 4 */
  | (Common & TokenSource & { kind: 'password'; fields?: 'userName/password' | 'SecretId/SecretPass'; user: string; password: string })
  /** B.6 */
  | (Common & { kind: 'vxp'; systemId: string; secret: string; signContentType?: boolean; signedNames?: 'prefixed' | 'plain' });

export const GATEWAY_DEFAULTS = {
  /** 3: a token is renewed when less than 5 minutes are left */
  jwtRenewBeforeMs: 5 * 60_000,
  renewBeforeMs: 30_000,
  tokenTtlMs: 10 * 60_000,
  refusedStatuses: [401],
} as const;

const said = (vi: string, en: string, schema: Record<string, unknown>) => ({ ...schema, description: en, 'x-description-vi': vi });
const text = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength });
const secret = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength, writeOnly: true });
// What cannot stand in a header is refused here and not on the line.
const headerSecret = (maxLength: number) => ({ ...secret(maxLength), pattern: '^[\\x20-\\x7e]+$' });

/** Which keys belong to a variant, beside the common ones: those that must be there, and those that may. */
const TOKEN_KEYS = ['tokenTtlMs', 'renewBeforeMs', 'refusedStatuses'];
const COMMON_KEYS = ['kind', 'headers', 'authHash', 'insecure'];
const KEYS: Readonly<Record<GatewayAuth['kind'], { required: readonly string[]; optional: readonly string[] }>> = {
  none: { required: [], optional: [] },
  'client-credentials': { required: ['tokenUrl', 'key', 'secret'], optional: [...TOKEN_KEYS, 'credentialsIn', 'scope'] },
  lgspaccesstoken: { required: ['accessKey', 'secretKey', 'appName', 'partnerCode'], optional: [...TOKEN_KEYS, 'tokenUrl', 'partnerCodeCus', 'agencySpelling', 'place', 'keepHeader', 'backend'] },
  jwt: { required: ['tokenUrl', 'auth'], optional: TOKEN_KEYS },
  password: { required: ['tokenUrl', 'user', 'password'], optional: [...TOKEN_KEYS, 'fields'] },
  vxp: { required: ['systemId', 'secret'], optional: ['signContentType', 'signedNames'] },
};

/** JSON Schema of the property `gateway` of an adapter's configuration; every secret is writeOnly. Which key belongs to which kind: `checkGateway`. */
export const gatewayAuthSchema: Record<string, unknown> = said('Cách xác thực với nền tảng tích hợp (NDXP/NGSP/LGSP/VXP); xem docs/lgsp.md.', 'How the integration platform (NDXP/NGSP/LGSP/VXP) is shown who calls; see docs/lgsp.md.', {
  type: 'object',
  additionalProperties: false,
  required: ['kind'],
  properties: {
    kind: said('Biến thể.', 'Variant.', { type: 'string', enum: Object.keys(KEYS) }),
    headers: said('Header gửi kèm mọi lời gọi (apikey, dstcode …).', 'Headers sent with every call (apikey, dstcode …).', {
      type: 'object', writeOnly: true, maxProperties: 20, propertyNames: { pattern: '^[A-Za-z0-9_-]{1,100}$' }, additionalProperties: { type: 'string', writeOnly: true, maxLength: 2000, pattern: '^[\\x20-\\x7e]*$' },
    }),
    authHash: said('Header AuthHash: base64(keyName:keyPass).', 'Header AuthHash: base64(keyName:keyPass).', {
      type: 'object', additionalProperties: false, required: ['keyName', 'keyPass'], properties: { keyName: said('Tên khóa.', 'Name of the key.', text(200)), keyPass: said('Mật khẩu của khóa.', 'Its password.', secret(500)) },
    }),
    insecure: said('Cho phép http tới máy khác (bí mật đi không mã hóa). Không dùng ngoài thử nghiệm.', 'Allows http to other machines (secrets travel in the open). Never outside a test.', { type: 'boolean', default: false }),
    tokenUrl: said('Địa chỉ lấy mã truy cập.', 'Where the token is fetched.', { type: 'string', format: 'http-url', maxLength: 500 }),
    tokenTtlMs: said('Thời gian giữ mã truy cập tối đa (ms). Mặc định: theo trả lời của nền tảng, không có thì 10 phút.', 'Longest time a token is kept (ms). Default: what the platform says, or 10 minutes where it does not.', { type: 'integer', minimum: 1000, maximum: 86_400_000 }),
    renewBeforeMs: said('Lấy mã mới trước khi hết hạn chừng này (ms). Mặc định 30 giây; jwt: 5 phút.', 'Renewed this long before its end (ms). Default 30 seconds; jwt: 5 minutes.', { type: 'integer', minimum: 0, maximum: 3_600_000 }),
    refusedStatuses: said('Mã HTTP nghĩa là mã truy cập không còn hiệu lực. Mặc định 401.', 'HTTP statuses that say that the token is not valid any more. Default 401.', { type: 'array', minItems: 1, maxItems: 10, items: { type: 'integer', minimum: 400, maximum: 499 } }),
    key: said('client-credentials: consumer key.', 'client-credentials: consumer key.', secret(500)),
    secret: said('client-credentials: consumer secret; vxp: khóa HMAC.', 'client-credentials: consumer secret; vxp: the HMAC key.', secret(500)),
    credentialsIn: said('client-credentials: gửi trong Authorization: Basic (mặc định) hoặc trong form.', 'client-credentials: sent as Authorization: Basic (default) or in the form.', { type: 'string', enum: ['basic', 'form'] }),
    scope: said('client-credentials: scope, nếu nền tảng đòi.', 'client-credentials: scope, where the platform wants it.', text(200)),
    accessKey: said('lgspaccesstoken: AccessKey.', 'lgspaccesstoken: AccessKey.', secret(500)),
    secretKey: said('lgspaccesstoken: SecretKey.', 'lgspaccesstoken: SecretKey.', secret(500)),
    appName: said('lgspaccesstoken: AppName.', 'lgspaccesstoken: AppName.', text(200)),
    partnerCode: said('lgspaccesstoken: PartnerCode, mã định danh cơ quan.', 'lgspaccesstoken: PartnerCode, the agency code.', text(64)),
    partnerCodeCus: said('lgspaccesstoken: PartnerCodeCus; mặc định như partnerCode.', 'lgspaccesstoken: PartnerCodeCus; as partnerCode by default.', text(64)),
    agencySpelling: said('Cách viết mã cơ quan: 000.00.14.H99 (legacy), H99.14 (current), hoặc như đã ghi (mặc định).', 'Spelling of the agency codes: 000.00.14.H99 (legacy), H99.14 (current), or as written (default).', { type: 'string', enum: ['as-written', 'legacy', 'current'] }),
    place: said('lgspaccesstoken: trong header (mặc định); header+token: header để lấy Bearer; authorization: đặt thẳng trong Authorization (ESB TP.HCM).', 'lgspaccesstoken: in the header (default); header+token: the header buys a Bearer; authorization: in Authorization without a scheme word (HCMC ESB).', { type: 'string', enum: ['header', 'header+token', 'authorization'] }),
    keepHeader: said('header+token: vẫn gửi header cùng mọi lời gọi (mặc định có).', 'header+token: the header goes with the calls too (default yes).', { type: 'boolean' }),
    backend: said('place header: mã truy cập riêng của hệ thống phía sau.', 'place header: the token of the system behind.', {
      type: 'object', additionalProperties: false, required: ['token'],
      properties: { token: said('Mã truy cập.', 'The token.', headerSecret(4000)), in: said('Nơi đặt; mặc định authorization (Bearer).', 'Where it stands; default authorization (Bearer).', { type: 'string', enum: ['authorization', 'x-authentication-token'] }) },
    }),
    auth: said('jwt: giá trị header Auth.', 'jwt: value of the header Auth.', headerSecret(4000)),
    fields: said('password: tên hai trường; mặc định userName/password.', 'password: names of the two fields; default userName/password.', { type: 'string', enum: ['userName/password', 'SecretId/SecretPass'] }),
    user: said('password: tài khoản.', 'password: user.', text(500)),
    password: said('password: mật khẩu.', 'password: password.', secret(500)),
    systemId: said('vxp: mã cơ quan đã đăng ký.', 'vxp: the registered agency code.', { ...text(64), pattern: '^[\\x21-\\x7e]+$' }),
    signContentType: said('vxp: ký cả content-type (mặc định không; SDK gốc ký những gì là chưa rõ).', 'vxp: content-type is signed too (default no; what the original SDK signs is unknown).', { type: 'boolean' }),
    signedNames: said('vxp: XroadVnpt-sign-header-key ghi tên có tiền tố (mặc định) hay không.', 'vxp: XroadVnpt-sign-header-key names the headers with the prefix (default) or without.', { type: 'string', enum: ['prefixed', 'plain'] }),
  },
});

/** Only a double on the same machine is spoken to without TLS. */
const isHere = (host: string): boolean => ['localhost', '[::1]'].includes(host) || /^127(\.\d{1,3}){3}$/.test(host);
const isOpen = (address: string): boolean => URL.canParse(address) && new URL(address).protocol === 'http:' && !isHere(new URL(address).hostname);

/**
 * What the schema does not say of `gateway`: which keys the variant has, TLS for the token address and for the adapter's own ones (the secrets travel to both), the token
 * address where the variant needs one, and agency codes that have the wanted spelling.
 * @param addresses the adapter's addresses by their JSON pointer
 */
export function checkGateway(gateway: GatewayAuth, addresses: Readonly<Record<string, string | undefined>>, at = '/gateway'): Issue[] {
  const { required, optional } = KEYS[gateway.kind];
  const known = new Set([...COMMON_KEYS, ...required, ...optional]);
  const issues: Issue[] = [
    ...required.filter((key) => !Object.hasOwn(gateway, key)).map((key) => issue('LT-CONFIG-REQUIRED', `${at}/${key}`)),
    ...Object.keys(gateway).filter((key) => !known.has(key)).map((key) => issue('LT-CONFIG-UNKNOWN-KEY', `${at}/${key}`, { vi: `không thuộc kind ${gateway.kind}`, en: `does not belong to kind ${gateway.kind}` })),
  ];
  if (gateway.insecure !== true) {
    const tokenUrl = 'tokenUrl' in gateway ? gateway.tokenUrl : undefined;
    for (const [pointer, address] of Object.entries({ ...addresses, [`${at}/tokenUrl`]: tokenUrl })) {
      if (address !== undefined && isOpen(address)) issues.push(issue('LT-CONFIG-VALUE', pointer, { vi: 'phải là https', en: 'must be https' }));
    }
  }
  if (gateway.kind !== 'lgspaccesstoken') return issues;
  if (gateway.place === 'header+token' && gateway.tokenUrl === undefined) issues.push(issue('LT-CONFIG-REQUIRED', `${at}/tokenUrl`));
  for (const name of ['partnerCode', 'partnerCodeCus'] as const) {
    const code = gateway[name];
    if (code !== undefined && spelled(code, gateway.agencySpelling) === undefined) {
      issues.push(issue('LT-CONFIG-VALUE', `${at}/${name}`, { vi: 'không viết được theo agencySpelling', en: 'cannot be spelled as agencySpelling says' }));
    }
  }
  return issues;
}

/** What is allowed and yet worth a person's second look. @returns warnings that point into the configuration */
export function adviseGateway(gateway: GatewayAuth, at = '/gateway'): Issue[] {
  return gateway.insecure === true ? [issue('LT-LGSP-INSECURE', `${at}/insecure`, undefined, 'warning')] : [];
}

/** An agency code in the wanted spelling (B.1); undefined where it has none. */
export function spelled(code: string, spelling: PartnerKey['agencySpelling']): string | undefined {
  if (spelling === 'legacy') return legacyAgencyCode(code);
  return spelling === 'current' ? currentAgencyCode(code) : code;
}
