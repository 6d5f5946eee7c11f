/**
 * A stateful double of the three identity providers: VNeID directly, the national portal's VNConnect, and VNeID's OIDC with encryption. A
 * person chooses an invented citizen on its login page; codes work once and for seconds. No sockets: `lienthong/testing` hosts it.
 */
import type { KeyObject } from 'node:crypto';
import { randomFrom } from '../../../src/adapter/random.ts';
import { optionReader } from '../../../src/adapter/simulator-options.ts';
import type { JournalEntry, Simulator, SimulatorOptions, SimulatorRequest, SimulatorResponse } from '../../../src/adapter/types.ts';
import { escapeMarkup } from '../../../src/contract/markup.ts';
import type { SignInStyle } from './config.ts';
import { page } from './pages.ts';
import { challengeOf, keyPair, lock, lockWithPlus, privatePem, publicKeys, readPublicKey, signToken } from './simulator/crypto.ts';
import { claimsOf, INVENTED_PEOPLE, type LoginPerson } from './simulator/people.ts';

/** `token-…` and `userinfo-…` break that endpoint; `wrong-key` encrypts for somebody else, `key-length` under a key that is none */
const FAULTS = ['none', 'wrong-key', 'key-length', 'token-html', 'token-502', 'token-401', 'userinfo-html', 'userinfo-502', 'nonce', 'subject'] as const;
export type LoginFault = (typeof FAULTS)[number];

export interface LoginSimulatorOptions extends SimulatorOptions {
  seed?: string;
  now?: () => number;
  /** ms. Default 5 s: a code lives for a few seconds (1.3) */
  codeLifetimeMs?: number;
  tokenLifetimeMs?: number;
  /** style 1C encrypts (default), or answers in the clear */
  encryption?: boolean;
  /** 128, 192 or 256 (default) */
  aesBits?: number;
  /** PEM of the client; its own pair by default, whose private half `settings` gives */
  publicKey?: string;
  /** VNConnect's long claim set instead of the nine claims */
  fullClaims?: boolean;
  fault?: LoginFault;
}

export interface LoginSimulator extends Simulator {
  describe(request: SimulatorRequest): { service?: string; undocumented?: true };
  /** is this one of its addresses? For a simulator that has this one beside itself */
  isHere(request: SimulatorRequest): boolean;
  /** settings of a sign-in (all but `transactionSecret`) that reach this double under the base URL (no slash at its end) */
  settings(style: SignInStyle, baseUrl: string, redirectUri: string): Record<string, unknown>;
  readonly people: readonly LoginPerson[];
  fail(fault: LoginFault): void;
  /** every token stops working */
  expireSessions(): void;
  now(): number;
  advance(ms: number): void;
  state(): unknown;
}

interface Code { style: SignInStyle; person: number; redirectUri: string; nonce?: string; challenge?: string; until: number; encryptKey?: string; used: boolean }
interface Token { style: SignInStyle; person: number; until: number }
type Endpoint = 'authorize' | 'token' | 'userinfo' | 'introspection' | 'jwks' | 'end-session' | 'view-info';

/** Paths below the base URL. Those of styles 1A (but `/auth`) and 1C are ours: the real ones are not public. */
const PATHS: Readonly<Record<string, { style: SignInStyle; endpoint: Endpoint; method: 'GET' | 'POST' }>> = {
  '/auth': { style: 'vneid-direct', endpoint: 'authorize', method: 'GET' },
  '/auth/token': { style: 'vneid-direct', endpoint: 'token', method: 'POST' },
  '/auth/userinfo': { style: 'vneid-direct', endpoint: 'userinfo', method: 'GET' },
  '/oauth2/authorize': { style: 'vnconnect', endpoint: 'authorize', method: 'GET' },
  '/oauth2/token': { style: 'vnconnect', endpoint: 'token', method: 'POST' },
  '/oauth2/userinfo': { style: 'vnconnect', endpoint: 'userinfo', method: 'POST' },
  '/oauth2/introspect': { style: 'vnconnect', endpoint: 'introspection', method: 'POST' },
  '/oauth2/jwks': { style: 'vnconnect', endpoint: 'jwks', method: 'GET' },
  '/oidc/logout': { style: 'vnconnect', endpoint: 'end-session', method: 'GET' },
  '/encrypted/authorize': { style: 'vneid-oidc', endpoint: 'authorize', method: 'GET' },
  '/encrypted/token': { style: 'vneid-oidc', endpoint: 'token', method: 'POST' },
  '/encrypted/userinfo': { style: 'vneid-oidc', endpoint: 'userinfo', method: 'GET' },
  '/api/idp/third-party/view-info': { style: 'vneid-direct', endpoint: 'view-info', method: 'GET' },
  '/api/idp/third-party/logout': { style: 'vneid-direct', endpoint: 'end-session', method: 'GET' },
};
const CLIENT_ID = 'mot-cua-099';
const MOST = 10_000;
const TITLES: Readonly<Record<SignInStyle, string>> = { 'vneid-direct': 'VNeID (giả lập)', vnconnect: 'Cổng DVCQG – VNConnect (giả lập)', 'vneid-oidc': 'VNeID OIDC (giả lập)' };

function readOptions(options: SimulatorOptions) {
  const read = optionReader(options);
  const settings = {
    seed: read.text('seed', 'vneid-login'), now: read.clock(),
    codeLifetimeMs: read.positive('codeLifetimeMs', 5_000), tokenLifetimeMs: read.positive('tokenLifetimeMs', 300_000),
    encryption: read.flag('encryption', true), aesBits: read.positive('aesBits', 256), publicKey: read.text('publicKey', ''),
    fullClaims: read.flag('fullClaims', false), fault: read.oneOf('fault', FAULTS, 'none'),
  };
  read.finish();
  return settings;
}

const json = (status: number, body: unknown): SimulatorResponse => ({ status, headers: { 'content-type': 'application/json;charset=UTF-8', 'cache-control': 'no-store' }, body: JSON.stringify(body) });
const html = (status: number, body: string): SimulatorResponse => ({ status, headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }, body });
const to = (location: string): SimulatorResponse => ({ status: 302, headers: { location, 'cache-control': 'no-store' }, body: '' });
const broken = (fault: string): SimulatorResponse | undefined =>
  fault.endsWith('-html') ? html(200, page('Bảo trì', '<p>Hệ thống đang bảo trì.</p>')) : fault.endsWith('-502') ? html(502, '<html><body><h1>502 Bad Gateway</h1></body></html>') : undefined;

/** @throws TypeError naming an option that is wrong or unknown */
export function createLoginSimulator(options: LoginSimulatorOptions | SimulatorOptions = {}): LoginSimulator {
  const settings = readOptions(options);
  const clientSecret = randomFrom(`${settings.seed} secret`).hex(32);
  let random = randomFrom(settings.seed);
  let offset = 0;
  let fault = settings.fault;
  let entries: JournalEntry[] = [];
  const codes = new Map<string, Code>();
  const tokens = new Map<string, Token>();
  const totals = { pages: 0, codes: 0, tokens: 0, userinfos: 0, refused: 0 };
  const now = (): number => settings.now() + offset;
  const guid = (): string => [8, 4, 4, 4, 12].map((digits) => random.hex(digits)).join('-');
  const clientKey = (): KeyObject => (fault === 'wrong-key' ? keyPair('another-client').publicKey : settings.publicKey === '' ? keyPair('client').publicKey : readPublicKey(settings.publicKey));
  const keyBytes = (): number => (fault === 'key-length' ? 20 : settings.aesBits / 8);
  const put = <T>(map: Map<string, T>, key: string, value: T): void => {
    if (map.size >= MOST) map.delete(map.keys().next().value as string);
    map.set(key, value);
  };
  const write = (service: string, effect: JournalEntry['effect'], note?: string): void => void entries.push({ seq: entries.length + 1, at: now(), service, effect, ...(note === undefined ? {} : { note }) });
  const refuse = (service: string, status: number, error: string, note: string): SimulatorResponse => {
    totals.refused += 1;
    write(service, 'refused', note);
    return json(status, { error, error_description: note });
  };
  /** style 1C hides what it answers */
  const answer = (style: SignInStyle, body: unknown): SimulatorResponse => json(200, style === 'vneid-oidc' && settings.encryption ? lock(clientKey(), JSON.stringify(body), keyBytes()) : body);

  function loginPage(style: SignInStyle, query: Record<string, string>): SimulatorResponse {
    totals.pages += 1;
    const link = (person: string): string => escapeMarkup(`?${new URLSearchParams({ ...query, person }).toString()}`);
    const items = INVENTED_PEOPLE.map(({ fullName, enterpriseName, accountType }, i) => `<a class="button" id="person-${i}" href="${link(String(i))}">${escapeMarkup(accountType === '1' ? fullName : `${enterpriseName ?? ''} – ${fullName}`)}</a>`);
    return html(200, page(TITLES[style], `<p>Chọn một người hư cấu để đăng nhập. <span lang="en">Choose an invented person to sign in as.</span></p>${items.join('')}<a class="button" id="cancel" href="${link('none')}">Hủy / Cancel</a>`));
  }

  function authorize(style: SignInStyle, query: Record<string, string>): SimulatorResponse {
    const { response_type: type, client_id: client, redirect_uri: redirectUri = '', scope = '', state = '', nonce, code_challenge: challenge, person } = query;
    if (type !== 'code' || client !== CLIENT_ID || !URL.canParse(redirectUri) || !scope.split(' ').includes('openid')) {
      totals.refused += 1;
      write('authorize', 'refused', 'response_type, client_id, redirect_uri or scope');
      return html(400, page('Yêu cầu không hợp lệ', '<p>response_type, client_id, redirect_uri, scope</p>'));
    }
    if (person === undefined) return loginPage(style, query);
    // By hand: the provider does not escape the `+` of its base64 (1.3).
    const back = (rest: string): SimulatorResponse => to(`${redirectUri}?state=${encodeURIComponent(state)}&${rest}`);
    const index = Number(person);
    if (INVENTED_PEOPLE[index] === undefined) return back('error=access_denied&error_description=Ng%C6%B0%E1%BB%9Di+d%C3%B9ng+h%E1%BB%A7y');
    const code = guid();
    const locked = style === 'vneid-oidc' && settings.encryption ? lockWithPlus(clientKey(), code, keyBytes()) : undefined;
    put(codes, code, {
      style, person: index, redirectUri, until: now() + settings.codeLifetimeMs, used: false,
      // Style 1C has neither (1.3).
      ...(nonce === undefined || style === 'vneid-oidc' ? {} : { nonce }), ...(challenge === undefined || style === 'vneid-oidc' ? {} : { challenge }), ...(locked === undefined ? {} : { encryptKey: locked.key }),
    });
    totals.codes += 1;
    write('authorize', 'login');
    return back(locked === undefined ? `code=${code}` : `code=${locked.data}&encrypt_key=${locked.key}`);
  }

  function isClient(fields: URLSearchParams, headers: Record<string, string>): boolean {
    const basic = /^Basic (.+)$/.exec(headers['authorization'] ?? '')?.[1];
    if (basic === undefined) return fields.get('client_id') === CLIENT_ID && fields.get('client_secret') === clientSecret;
    return Buffer.from(basic, 'base64').toString() === `${CLIENT_ID}:${clientSecret}`;
  }

  function token(style: SignInStyle, { headers, body }: SimulatorRequest): SimulatorResponse {
    const instead = fault.startsWith('token-') ? broken(fault) : undefined;
    if (instead !== undefined) return instead;
    if (!(headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')) return refuse('token', 415, 'invalid_request', 'a form is wanted');
    const fields = new URLSearchParams(body);
    if (fault === 'token-401' || !isClient(fields, headers)) return refuse('token', 401, 'invalid_client', 'client');
    const code = codes.get(fields.get('code') ?? '');
    if (fields.get('grant_type') !== 'authorization_code' || code === undefined || code.style !== style) return refuse('token', 400, 'invalid_grant', 'no such code');
    if (code.used || now() > code.until) return refuse('token', 400, 'invalid_grant', code.used ? 'code used' : 'code expired');
    if (fields.get('redirect_uri') !== code.redirectUri) return refuse('token', 400, 'invalid_grant', 'redirect_uri');
    if (code.challenge !== undefined && challengeOf(fields.get('code_verifier') ?? '') !== code.challenge) return refuse('token', 400, 'invalid_grant', 'code_verifier');
    if ((code.encryptKey ?? null) !== fields.get('encrypt_key')) return refuse('token', 400, 'invalid_request', 'encrypt_key');
    code.used = true;
    const accessToken = `at-${random.hex(40)}`;
    put(tokens, accessToken, { style, person: code.person, until: now() + settings.tokenLifetimeMs });
    totals.tokens += 1;
    write('token', 'login');
    const seconds = Math.floor(settings.tokenLifetimeMs / 1000);
    return answer(style, { access_token: accessToken, token_type: 'Bearer', expires_in: seconds, scope: 'openid', ...(style === 'vneid-oidc' ? {} : { id_token: idToken(style, code, headers, seconds) }) });
  }

  const issuerOf = (style: SignInStyle, base: string): string => `${base}${style === 'vnconnect' ? '/oauth2/token' : '/auth'}`;
  const baseOf = (headers: Record<string, string>): string => `http://${headers['host'] ?? '127.0.0.1'}`;

  function idToken(style: SignInStyle, { person, nonce }: Code, headers: Record<string, string>, seconds: number): string {
    const { sub } = claimsOf(style, INVENTED_PEOPLE[person] as LoginPerson, person, false, { profile: '', logout: '' });
    const iat = Math.floor(now() / 1000);
    return signToken({ iss: issuerOf(style, baseOf(headers)), aud: CLIENT_ID, sub, iat, exp: iat + seconds, acr: '1', ...(nonce === undefined ? {} : { nonce: fault === 'nonce' ? 'another' : nonce }) });
  }

  function userinfo(style: SignInStyle, { headers }: SimulatorRequest): SimulatorResponse {
    const instead = fault.startsWith('userinfo-') ? broken(fault) : undefined;
    if (instead !== undefined) return instead;
    const bearer = /^Bearer (.+)$/.exec(headers['authorization'] ?? '')?.[1] ?? '';
    const found = tokens.get(bearer);
    if (found === undefined || found.style !== style || now() > found.until) return refuse('userinfo', 401, 'invalid_token', 'token unknown or expired');
    const link = (what: string): string => `${baseOf(headers)}/api/idp/third-party/${what}?token_id=${bearer}`;
    const person = INVENTED_PEOPLE[found.person] as LoginPerson;
    totals.userinfos += 1;
    write('userinfo', 'read');
    const claims = claimsOf(style, person, found.person, settings.fullClaims, { profile: link('view-info'), logout: link('logout') });
    return answer(style, fault === 'subject' ? { ...claims, sub: 'another' } : claims);
  }

  function introspection({ body }: SimulatorRequest): SimulatorResponse {
    const found = tokens.get(new URLSearchParams(body).get('token') ?? '');
    return found === undefined || now() > found.until ? refuse('introspection', 400, 'invalid_token', 'token unknown or expired') : json(200, { client_id: CLIENT_ID, exp: Math.floor(found.until / 1000) });
  }

  function endSession(query: Record<string, string>): SimulatorResponse {
    const { token_id: id = '', access_token: accessToken = '', callback } = query;
    const had = tokens.delete(id) || tokens.delete(accessToken);
    write('end-session', had ? 'login' : 'read');
    return callback !== undefined && URL.canParse(callback) ? to(callback) : html(200, page('Đã đăng xuất', '<p>Phiên đăng nhập đã kết thúc. <span lang="en">Signed out.</span></p>'));
  }

  const placeOf = ({ method, path }: SimulatorRequest) => {
    const place = Object.hasOwn(PATHS, path) ? PATHS[path] : undefined;
    return place !== undefined && place.method === method ? place : undefined;
  };

  function handle(request: SimulatorRequest): SimulatorResponse {
    const place = placeOf(request);
    if (place === undefined) return json(404, { error: 'not_found' });
    switch (place.endpoint) {
      case 'authorize': return authorize(place.style, request.query);
      case 'token': return token(place.style, request);
      case 'userinfo': return userinfo(place.style, request);
      case 'introspection': return introspection(request);
      case 'jwks': return json(200, publicKeys());
      case 'end-session': return endSession(request.query);
      case 'view-info': return html(tokens.has(request.query['token_id'] ?? '') ? 200 : 401, page('Thông tin tài khoản', '<p>…</p>'));
    }
  }

  return {
    id: 'vneid-login',
    handle,
    isHere: (request) => placeOf(request) !== undefined,
    describe: (request) => {
      const place = placeOf(request);
      return place === undefined ? {} : { service: place.endpoint, undocumented: true };
    },
    settings(style, baseUrl, redirectUri) {
      const at = (endpoint: Endpoint): string => `${baseUrl}${Object.entries(PATHS).find(([, place]) => place.style === style && place.endpoint === endpoint)?.[0] ?? ''}`;
      const endpoints = { authorize: at('authorize'), token: at('token'), userinfo: at('userinfo') };
      return {
        style, clientId: CLIENT_ID, clientSecret, redirectUri,
        ...(style === 'vneid-oidc'
          ? { endpoints, ...(settings.publicKey === '' ? { privateKey: privatePem() } : {}) }
          : { endpoints: { ...endpoints, jwks: `${baseUrl}/oauth2/jwks`, ...(style === 'vnconnect' ? { introspection: at('introspection') } : {}) }, issuer: issuerOf(style, baseUrl) }),
        ...(style === 'vnconnect' ? { logout: `${baseUrl}/oidc/logout?access_token={accessToken}&callback={returnTo}` } : {}),
      };
    },
    people: INVENTED_PEOPLE,
    fail: (kind) => void (fault = kind),
    expireSessions: () => tokens.clear(),
    now,
    advance: (ms) => void (offset += ms),
    state: () => ({ ...totals, fault }),
    journal: () => entries,
    summary: () => ({ ...totals }),
    reset() {
      random = randomFrom(settings.seed);
      fault = settings.fault;
      entries = [];
      codes.clear();
      tokens.clear();
      Object.assign(totals, { pages: 0, codes: 0, tokens: 0, userinfos: 0, refused: 0 });
    },
  };
}
