/**
 * The standard flow against somebody else's OpenID provider (oidc-provider), which demands PKCE and answers a nonce: what is believed of our own
 * double is believed of a real one.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider, { type Configuration } from 'oidc-provider';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createSignIn, type SignIn } from '../../../../adapters/vneid/login/index.ts';
import { signToken } from '../../../../adapters/vneid/login/simulator/crypto.ts';
import { refusalOf, REDIRECT, SECRET } from './scene.ts';

const CLIENT = { client_id: 'mot-cua-099', client_secret: 'chi-dung-trong-kiem-thu-099' };
const CLAIMS = { sub: '00000000-0000-4000-8000-000000000123', TechID: '00000000-0000-4000-8000-000000000123', LoaiTaiKhoan: '1', SoDinhDanh: '099190000123', HoVaTen: 'Lê Thị Mẫu', NgayThangNamSinh: '19900214', loginIdp: 'BCA' };

interface Running extends AsyncDisposable {
  url: string;
  /** @param checked with an issuer and its keys */
  signIn(more?: Record<string, unknown>, checked?: boolean): SignIn;
  /** a browser that logs in as soon as it is asked to. @returns the callback's query, raw */
  come(url: string): Promise<string>;
}

async function openProvider(answerInstead?: (req: IncomingMessage, res: ServerResponse) => boolean): Promise<Running> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const settings: Configuration = {
    clients: [{ ...CLIENT, redirect_uris: [REDIRECT], token_endpoint_auth_method: 'client_secret_post', id_token_signed_response_alg: 'RS256' }],
    claims: { openid: Object.keys(CLAIMS) },
    findAccount: (_ctx, id) => ({ accountId: id, claims: () => CLAIMS }),
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    cookies: { keys: ['chi-dung-trong-kiem-thu'] },
    ttl: { Interaction: 60, Session: 60, Grant: 60, AccessToken: 60, IdToken: 60 },
    async loadExistingGrant({ oidc: { client, session, provider } }) {
      const grant = new provider.Grant({ clientId: client?.clientId, accountId: session?.accountId });
      grant.addOIDCScope('openid');
      await grant.save();
      return grant;
    },
  };
  const provider = new Provider(url, settings);
  const callback = provider.callback();
  const signIns: SignIn[] = [];
  server.on('request', (req: IncomingMessage, res: ServerResponse) => {
    if (answerInstead?.(req, res) === true) return;
    if (req.url?.startsWith('/interaction/') === true) void provider.interactionFinished(req, res, { login: { accountId: CLAIMS.sub } });
    else void callback(req, res);
  });
  return {
    url,
    signIn(more = {}, checked = true) {
      const one = createSignIn({
        style: 'vnconnect', clientId: CLIENT.client_id, clientSecret: CLIENT.client_secret, redirectUri: REDIRECT, transactionSecret: SECRET,
        endpoints: { authorize: `${url}/auth`, token: `${url}/token`, userinfo: `${url}/me`, ...(checked ? { jwks: `${url}/jwks` } : {}) }, ...(checked ? { issuer: url } : {}), ...more,
      });
      signIns.push(one);
      return one;
    },
    async come(start) {
      const jar = new Map<string, string>();
      for (let at = start, hops = 0; hops < 10; hops += 1) {
        if (at.startsWith(`${REDIRECT}?`)) return at.slice(REDIRECT.length + 1);
        const answer = await fetch(at, { redirect: 'manual', headers: { cookie: [...jar].map(([k, v]) => `${k}=${v}`).join('; ') } });
        for (const line of answer.headers.getSetCookie()) {
          const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
          jar.set(name, value);
        }
        const location = answer.headers.get('location');
        if (location === null) throw new Error(`no way on: ${answer.status} ${(await answer.text()).slice(0, 200)}`);
        at = new URL(location, at).href;
      }
      throw new Error('too many redirects');
    },
    async [Symbol.asyncDispose]() {
      for (const one of signIns) await one.close();
      await new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      });
    },
  };
}

// It warns of its memory and of its keys, each time: right for those who run one, noise here.
beforeAll(() => void vi.spyOn(console, 'warn').mockImplementation(() => undefined));
afterAll(() => void vi.restoreAllMocks());

describe('a real OpenID provider', () => {
  it('signs in with PKCE, nonce, checked signature and userinfo by POST', async () => {
    await using provider = await openProvider();
    const signIn = provider.signIn();
    const { url, transaction } = await signIn.begin({ returnTo: '/ho-so' });
    const rawQuery = await provider.come(url);
    const { person, returnTo, secrets } = await signIn.finish({ rawQuery, transaction });
    expect(person).toMatchObject({ citizenId: '099190000123', fullName: 'Lê Thị Mẫu', birthDate: '1990-02-14', accountType: 'citizen', idp: 'vnconnect' });
    expect(returnTo).toBe('/ho-so');
    expect(secrets.idToken?.reveal().split('.')).toHaveLength(3);
    expect(await refusalOf(signIn.finish({ rawQuery, transaction }))).toBe('LT-VNEID-LOGIN-REPLAY');
  });

  it('lets nobody in by a code that was stolen with its callback: the verifier is in another browser', async () => {
    await using provider = await openProvider();
    const signIn = provider.signIn();
    const [victim, thief] = [await signIn.begin(), await signIn.begin()];
    const stolen = new URLSearchParams(await provider.come(victim.url)).get('code') ?? '';
    const own = new URLSearchParams(await provider.come(thief.url));
    own.set('code', stolen);
    expect(await refusalOf(signIn.finish({ rawQuery: own.toString(), transaction: thief.transaction }))).toBe('LT-VNEID-LOGIN-CODE');
  });

  it('is the only one that is believed: another issuer, another secret', async () => {
    await using provider = await openProvider();
    for (const [more, code] of [[{ issuer: `${provider.url}/khac` }, 'LT-VNEID-LOGIN-STATE'], [{ clientSecret: 'sai' }, 'LT-VNEID-LOGIN-CLIENT']] as const) {
      const signIn = provider.signIn(more);
      const { url, transaction } = await signIn.begin();
      expect(await refusalOf(signIn.finish({ rawQuery: await provider.come(url), transaction })), JSON.stringify(more)).toBe(code);
    }
  });

  it('is not believed with a token that its keys did not sign', async () => {
    let nonce = '';
    let here = '';
    await using provider = await openProvider((req, res) => {
      if (req.url !== '/token') return false;
      const iat = Math.floor(Date.now() / 1000);
      const idToken = signToken({ iss: here, aud: CLIENT.client_id, sub: CLAIMS.sub, iat, exp: iat + 60, nonce });
      res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ access_token: 'x', token_type: 'Bearer', id_token: idToken }));
      return true;
    });
    here = provider.url;
    const signIn = provider.signIn();
    const { url, transaction } = await signIn.begin();
    nonce = new URL(url).searchParams.get('nonce') ?? '';
    expect(await refusalOf(signIn.finish({ rawQuery: await provider.come(url), transaction }))).toBe('LT-VNEID-LOGIN-TOKEN');
  });

  it('works without an issuer too, by userinfo and PKCE alone', async () => {
    await using provider = await openProvider();
    const signIn = provider.signIn({}, false);
    const { url, transaction } = await signIn.begin();
    expect(new URL(url).searchParams.get('nonce')).toBeNull();
    expect((await signIn.finish({ rawQuery: await provider.come(url), transaction })).person.citizenId).toBe('099190000123');
  });
});
