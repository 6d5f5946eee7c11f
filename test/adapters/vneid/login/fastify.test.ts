/** The plugin in a real fastify, over sockets: cookies, headers, pages, and what its log keeps. */
import Fastify, { type FastifyInstance } from 'fastify';
import { describe, expect, it } from 'vitest';
import { createSignIn, signHandover, signInPlugin, type SignedIn, type SignInPluginOptions } from '../../../../adapters/vneid/login/index.ts';
import { createLoginSimulator } from '../../../../adapters/vneid/login/simulator.ts';
import { startSimulator } from '../../../../src/testing/host.ts';
import { freePort } from '../../../support/free-port.ts';
import { SECRET } from './scene.ts';

interface Portal extends AsyncDisposable { url: string; app: FastifyInstance; log: string[]; entered: SignedIn[]; refused: string[] }

async function openPortal(settings: (base: string, redirectUri: string) => Record<string, unknown>, more: Partial<SignInPluginOptions> = {}): Promise<Portal & { simulator: ReturnType<typeof createLoginSimulator> }> {
  const host = await startSimulator(createLoginSimulator());
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const log: string[] = [];
  const [entered, refused]: [SignedIn[], string[]] = [[], []];
  const app = Fastify({ logger: { level: 'trace', stream: { write: (line: string) => void log.push(line) } } });
  const signIn = createSignIn({ transactionSecret: SECRET, ...settings(host.url, `${url}/vneidsso/callback`) });
  await app.register(signInPlugin, { signIn, onSignedIn: (signedIn: SignedIn) => void entered.push(signedIn), onRefused: (error) => void refused.push(error.code), ...more });
  await app.listen({ port, host: '127.0.0.1' });
  return {
    url, app, log, entered, refused, simulator: host.simulator,
    async [Symbol.asyncDispose]() {
      await app.close();
      await signIn.close();
      await host.close();
    },
  };
}
const raw = (url: string, init: RequestInit = {}): Promise<Response> => fetch(url, { redirect: 'manual', ...init });
const simulated = (style: 'vneid-oidc' | 'vnconnect') => (base: string, redirectUri: string) => createLoginSimulator().settings(style, base, redirectUri);

describe('the plugin', () => {
  it('signs in with one short cookie, and leaves nothing of it in the log', async () => {
    await using portal = await openPortal(simulated('vneid-oidc'));
    const begun = await raw(`${portal.url}/login/vneid?returnTo=/ho-so`);
    const set = begun.headers.get('set-cookie') ?? '';
    expect(set).toMatch(/^lienthong-signin=[\w-]+; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax$/); // no Secure: this is http on loopback
    const chosen = await raw(`${begun.headers.get('location') ?? ''}&person=0`);
    const callback = chosen.headers.get('location') ?? '';
    expect(callback).toContain('+');
    const cookie = set.split(';')[0] ?? '';
    const back = await raw(callback, { headers: { cookie: `other=1; ${cookie}; more=2` } });
    expect([back.status, back.headers.get('location')]).toEqual([302, '/ho-so']);
    expect(back.headers.get('set-cookie')).toMatch(/^lienthong-signin=; Path=\/; Max-Age=0/);
    for (const answer of [begun, back]) expect([answer.headers.get('cache-control'), answer.headers.get('referrer-policy')]).toEqual(['no-store', 'no-referrer']);
    expect(portal.entered.map(({ person }) => person.citizenId)).toEqual(['099190000123']);

    const again = await raw(callback, { headers: { cookie } });
    expect(again.status).toBe(400);
    const page = await again.text();
    expect(page).toContain('LT-VNEID-LOGIN-REPLAY');
    expect(page).toContain('Đăng nhập lại');
    expect((await raw(callback)).status).toBe(400);
    expect(portal.refused).toEqual(['LT-VNEID-LOGIN-REPLAY', 'LT-VNEID-LOGIN-TRANSACTION']);
    expect(portal.log.join('')).not.toMatch(/encrypt_key|code=|099190000123|lienthong-signin/);
  });

  it('keeps the address out of the log when the application itself breaks, and uses nothing up for a HEAD', async () => {
    await using portal = await openPortal(simulated('vneid-oidc'), {
      onSignedIn: () => {
        throw new Error('the session store is away');
      },
    });
    const begun = await raw(`${portal.url}/login/vneid`);
    const cookie = (begun.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const callback = (await raw(`${begun.headers.get('location') ?? ''}&person=0`)).headers.get('location') ?? '';
    expect((await raw(callback, { method: 'HEAD', headers: { cookie } })).status).toBe(405);
    expect((await raw(callback, { headers: { cookie } })).status).toBe(500);
    expect(portal.simulator.summary()).toMatchObject({ userinfos: 1 });
    expect(portal.log.join('')).not.toMatch(/code=|encrypt_key|099190000123|at-[0-9a-f]{8}/);
  });

  it('goes on to an address with Vietnamese letters', async () => {
    await using portal = await openPortal(simulated('vnconnect'));
    const begun = await raw(`${portal.url}/login/vneid?returnTo=${encodeURIComponent('/hồ-sơ')}`);
    const callback = (await raw(`${begun.headers.get('location') ?? ''}&person=0`)).headers.get('location') ?? '';
    const back = await raw(callback, { headers: { cookie: (begun.headers.get('set-cookie') ?? '').split(';')[0] ?? '' } });
    expect([back.status, decodeURIComponent(back.headers.get('location') ?? '')]).toEqual([302, '/hồ-sơ'.normalize('NFC')]);
  });

  it('goes to no other site', async () => {
    await using portal = await openPortal(simulated('vnconnect'));
    for (const returnTo of ['https://ke-gian.example', '//ke-gian.example', '/%5Cke-gian.example', 'x&returnTo=y']) {
      const answer = await raw(`${portal.url}/login/vneid?returnTo=${returnTo}`);
      expect([answer.status, answer.headers.get('location'), answer.headers.get('set-cookie')], returnTo).toEqual([400, null, null]);
    }
  });

  it('signs out by POST alone, at the provider too', async () => {
    let kept: SignedIn | undefined;
    await using portal = await openPortal(simulated('vnconnect'), { onSignedIn: (signedIn) => void (kept = signedIn), onSignOut: () => kept?.secrets });
    const begun = await raw(`${portal.url}/login/vneid`);
    const chosen = await raw(`${begun.headers.get('location') ?? ''}&person=0`);
    await raw(chosen.headers.get('location') ?? '', { headers: { cookie: (begun.headers.get('set-cookie') ?? '').split(';')[0] ?? '' } });
    expect((await raw(`${portal.url}/logout/vneid`)).status).toBe(404);
    const out = await raw(`${portal.url}/logout/vneid`, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: '' });
    expect(out.status).toBe(303);
    expect(out.headers.get('location')).toContain('/api/idp/third-party/logout?token_id=');
  });

  it('uses a cookie that no other host can set where there is TLS', async () => {
    const app = Fastify();
    const signIn = createSignIn({ ...createLoginSimulator().settings('vnconnect', 'http://127.0.0.1:9', 'https://motcua.example/cb'), transactionSecret: SECRET });
    await app.register(signInPlugin, { signIn, onSignedIn: () => undefined });
    const begun = await app.inject('/login/vneid');
    expect(begun.headers['set-cookie']).toMatch(/^__Host-lienthong-signin=[\w-]+; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax; Secure$/);
    await app.close();
    await signIn.close();
  });
});

describe('a sign-in that the province’s SSO application hands over', () => {
  const shared = 'khoa-chung-voi-ung-dung-sso-chi-de-kiem-thu';
  const settings = (more: Record<string, unknown> = {}) => (_base: string, redirectUri: string) =>
    ({ style: 'vneid-direct', clientId: 'mot-cua-099', redirectUri, endpoints: { authorize: 'https://sso.example/vneidsso/authorize' }, handover: { secret: shared, ...more } });
  /** 7.1 of the fact sheet */
  const body = (more: Record<string, unknown> = {}) => JSON.stringify({
    sub: '00000000-0000-4000-8000-000000000123', LoaiTaiKhoan: 1, SoDinhDanh: '099190000123', HoVaTen: 'Lê Thị Mẫu', NgayThangNamSinh: '19900214', TechID: '00000000-0000-4000-8000-000000000123',
    loAs: null, userProfileUri: 'https://sso.example/view-info?token_id=REDACTED', logoutUri: 'https://sso.example/logout?token_id=REDACTED', IAL: null, id_token: null, access_token: 'opaque-demo-token', ...more,
  });
  const hand = (portal: Portal, text: string, headers: Record<string, string>): Promise<Response> => raw(`${portal.url}/users/KiemTraNguoiDungVneid`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: text });
  const seconds = (): number => Math.floor(Date.now() / 1000);

  async function begin(portal: Portal): Promise<{ state: string; cookie: string }> {
    const begun = await raw(`${portal.url}/login/vneid?returnTo=/ho-so`);
    const url = new URL(begun.headers.get('location') ?? '');
    expect([url.origin + url.pathname, [...url.searchParams.keys()]]).toEqual(['https://sso.example/vneidsso/authorize', ['state']]);
    return { state: url.searchParams.get('state') ?? '', cookie: (begun.headers.get('set-cookie') ?? '').split(';')[0] ?? '' };
  }

  it('is taken from whoever signs it, once, and only by the browser that began it', async () => {
    await using portal = await openPortal(settings());
    const mine = await begin(portal);
    const other = await begin(portal);
    const text = body();
    const headers = signHandover(shared, text, seconds());
    const taken = await hand(portal, text, headers);
    expect([taken.status, await taken.text()]).toEqual([200, 'opaque-demo-token']);
    expect((await hand(portal, text, headers)).status).toBe(401);

    const complete = (state: string, cookie: string) => raw(`${portal.url}/vneidsso/callback?accessToken=opaque-demo-token&state=${state}`, { headers: { cookie } });
    expect((await complete(mine.state, other.cookie)).status).toBe(400);
    expect((await complete(mine.state, mine.cookie)).headers.get('location')).toBe('/ho-so');
    // A handle that somebody read off the first browser's address.
    expect((await complete(other.state, other.cookie)).status).toBe(502);
    expect(portal.entered.map(({ person }) => person)).toMatchObject([{ idp: 'vneid-direct', accountType: 'citizen', citizenId: '099190000123', assurance: 'unknown', assuranceRaw: {} }]);
    expect(portal.refused).toEqual(['LT-VNEID-LOGIN-HANDOVER', 'LT-VNEID-LOGIN-STATE', 'LT-VNEID-LOGIN-CODE']);
    expect(portal.log.join('')).not.toMatch(/opaque-demo-token|099190000123/);
  });

  it('is refused without a signature, with a wrong or an old one, and of another body', async () => {
    await using portal = await openPortal(settings());
    const text = body();
    const good = signHandover(shared, text, seconds());
    for (const headers of [{}, signHandover(`${shared}x`, text, seconds()), signHandover(shared, text, seconds() - 400), signHandover(shared, body({ SoDinhDanh: '099078000789' }), seconds()), { ...good, 'x-lienthong-timestamp': 'x' }, { 'x-lienthong-key': shared }]) {
      const answer = await hand(portal, text, headers);
      expect([answer.status, await answer.text()], JSON.stringify(Object.keys(headers))).toEqual([401, '']);
    }
    const odd = body({ access_token: undefined });
    expect((await hand(portal, odd, signHandover(shared, odd, seconds()))).status).toBe(502);
    const large = body({ id_token: 'x'.repeat(200_000) });
    expect((await hand(portal, large, signHandover(shared, large, seconds()))).status).toBe(413);
  });

  it('is taken by the shared key alone where that was configured', async () => {
    await using portal = await openPortal(settings({ check: 'shared-key' }));
    expect((await hand(portal, body(), { 'x-lienthong-key': `${shared}x` })).status).toBe(401);
    expect((await hand(portal, body(), { 'x-lienthong-key': shared })).status).toBe(200);
  });
});
