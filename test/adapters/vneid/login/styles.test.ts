/** The three styles against the simulated providers, over sockets. */
import { describe, expect, it } from 'vitest';
import { contentOf } from '../../../../adapters/vneid/login/code-flow.ts';
import { readPrivateKey } from '../../../../adapters/vneid/login/envelope.ts';
import { localAccountKey } from '../../../../adapters/vneid/login/index.ts';
import { tokenRefusal } from '../../../../adapters/vneid/login/line.ts';
import { privatePem } from '../../../../adapters/vneid/login/simulator/crypto.ts';
import { validateVerifiedPerson } from '../../../../src/contract/canonical.ts';
import { openScene, refusalOf, STYLES } from './scene.ts';

describe.each(STYLES)('%s', (style) => {
  it('signs somebody in, and says where to go on', async () => {
    await using scene = await openScene(style);
    const { person, returnTo, secrets } = await scene.signIn.finish(await scene.come(0, '/ho-so?trang=2'));
    expect(person).toMatchObject({ citizenId: '099190000123', fullName: 'Lê Thị Mẫu', birthDate: '1990-02-14', idp: style, assurance: 'unknown' });
    expect(returnTo).toBe('/ho-so?trang=2');
    expect(validateVerifiedPerson(JSON.parse(JSON.stringify(person))).ok).toBe(true);
    expect(localAccountKey(person)).toEqual({ kind: 'citizen-id', value: '099190000123' });
    expect(secrets.accessToken.reveal()).toMatch(/^at-/);
  });

  it('knows a birth year without a day', async () => {
    await using scene = await openScene(style);
    const { person } = await scene.signIn.finish(await scene.come(1));
    expect(person.birthDate).toBe('1985');
  });

  it('refuses the same callback a second time, and lets one of many in', async () => {
    await using scene = await openScene(style);
    const came = await scene.come();
    await scene.signIn.finish(came);
    expect(await refusalOf(scene.signIn.finish(came))).toBe('LT-VNEID-LOGIN-REPLAY');
    const again = await scene.come();
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => scene.signIn.finish(again)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(new Set(results.flatMap((r) => (r.status === 'rejected' ? [(r.reason as { code: string }).code] : [])))).toEqual(new Set(['LT-VNEID-LOGIN-REPLAY']));
  });

  it('refuses the state of another browser, and does not use up the sign-in that it met', async () => {
    await using scene = await openScene(style);
    const [mine, other] = [await scene.come(0), await scene.come(1)];
    expect(await refusalOf(scene.signIn.finish({ rawQuery: other.rawQuery, transaction: mine.transaction }))).toBe('LT-VNEID-LOGIN-STATE');
    expect(await refusalOf(scene.signIn.finish({ rawQuery: mine.rawQuery, transaction: undefined }))).toBe('LT-VNEID-LOGIN-TRANSACTION');
    expect((await scene.signIn.finish(mine)).person.fullName).toBe('Lê Thị Mẫu');
  });

  it('tells a person who cancelled', async () => {
    await using scene = await openScene(style);
    const came = await scene.come('none');
    await expect(scene.signIn.finish(came)).rejects.toMatchObject({ code: 'LT-VNEID-LOGIN-DENIED', idpError: 'access_denied', status: 403 });
    expect(await refusalOf(scene.signIn.finish(came))).toBe('LT-VNEID-LOGIN-REPLAY');
  });

  it('tells a code that expired', async () => {
    await using scene = await openScene(style);
    const came = await scene.come();
    scene.simulator.advance(6_000);
    expect(await refusalOf(scene.signIn.finish(came))).toBe('LT-VNEID-LOGIN-CODE');
  });

  it.each([
    ['token-html', 'LT-VNEID-LOGIN-UNAVAILABLE'], ['token-502', 'LT-VNEID-LOGIN-UNAVAILABLE'], ['token-401', 'LT-VNEID-LOGIN-CLIENT'],
    ['userinfo-html', 'LT-VNEID-LOGIN-UNAVAILABLE'], ['userinfo-502', 'LT-VNEID-LOGIN-UNAVAILABLE'],
  ] as const)('tells %s apart', async (fault, code) => {
    await using scene = await openScene(style, { simulator: { fault } });
    expect(await refusalOf(scene.signIn.finish(await scene.come()))).toBe(code);
  });

  it('says when nobody is there', async () => {
    await using scene = await openScene(style, { settings: { endpoints: { authorize: 'http://127.0.0.1:9/a', token: 'http://127.0.0.1:9/t', userinfo: 'http://127.0.0.1:9/u' } } });
    const { url, transaction } = await scene.signIn.begin();
    expect(await refusalOf(scene.signIn.finish({ rawQuery: `code=x&state=${new URL(url).searchParams.get('state') ?? ''}`, transaction }))).toBe('LT-VNEID-LOGIN-UNAVAILABLE');
  });
});

describe('the standard styles', () => {
  it.each(['vneid-direct', 'vnconnect'] as const)('%s sends state, nonce and PKCE, and believes no other nonce, subject or signature', async (style) => {
    await using scene = await openScene(style);
    const asked = new URL((await scene.signIn.begin()).url).searchParams;
    expect(asked.get('code_challenge_method')).toBe('S256');
    for (const name of ['state', 'nonce', 'code_challenge']) expect(Buffer.from(asked.get(name) ?? '', 'base64url').length, name).toBeGreaterThanOrEqual(32);
    for (const fault of ['nonce', 'subject'] as const) {
      scene.simulator.fail(fault);
      expect(await refusalOf(scene.signIn.finish(await scene.come())), fault).toBe('LT-VNEID-LOGIN-TOKEN');
    }
  });
});

it.each([
  [400, 'invalid_grant', 'CODE'], [400, 'invalid_client', 'CLIENT'], [400, 'unauthorized_client', 'CLIENT'], [401, undefined, 'CLIENT'], [403, undefined, 'CLIENT'], [400, undefined, 'CODE'], [415, undefined, 'UNAVAILABLE'], [500, undefined, 'UNAVAILABLE'], [200, undefined, 'UNAVAILABLE'],
])('a token refused with %i and %s is a matter of %s', (status, error, code) => expect(tokenRefusal(status, error).code).toBe(`LT-VNEID-LOGIN-${code}`));

describe('vnconnect', () => {
  it('asks for LoA1, and understands the nine claims and the long set', async () => {
    await using scene = await openScene('vnconnect');
    expect(new URL((await scene.signIn.begin()).url).searchParams.get('acr_values')).toBe('LoA1');
    const { person, secrets } = await scene.signIn.finish(await scene.come());
    expect(person).toMatchObject({ loginIdp: 'BCA', accountType: 'citizen', assuranceRaw: { acr: '1' } });
    expect(Object.keys(secrets.claims())).toHaveLength(9);

    await using full = await openScene('vnconnect', { simulator: { fullClaims: true } });
    const long = await full.signIn.finish(await full.come(1));
    expect(long.person).toMatchObject({ oldId9: '990000456', assurance: 'unknown', assuranceRaw: { loAs: 'LoA1', acr: '1' } });
    expect(long.secrets.claims()['SoDienThoai']).toBe('0900000123');
    expect(JSON.stringify(long)).not.toContain('0900000123');
  });

  it('reads an enterprise, whose key is its tax code', async () => {
    await using scene = await openScene('vnconnect');
    const { person } = await scene.signIn.finish(await scene.come(2));
    expect(person).toMatchObject({ accountType: 'enterprise', fullName: 'Phạm Thị "Ví & Dụ"', enterprise: { taxCode: '9300000014', name: 'Công ty TNHH Ví Dụ & Con' } });
    expect(localAccountKey(person)).toEqual({ kind: 'tax-code', value: '9300000014' });
  });

  it('checks a token of another site', async () => {
    await using scene = await openScene('vnconnect');
    const { secrets } = await scene.signIn.finish(await scene.come());
    const token = secrets.accessToken.reveal();
    expect(await scene.signIn.checkToken(token)).toMatchObject({ clientId: scene.signIn.config.clientId });
    expect(await scene.signIn.checkToken(token, ['mot-cua-khac'])).toBeUndefined();
    scene.simulator.expireSessions();
    expect(await scene.signIn.checkToken(token)).toBeUndefined();
  });

  it('ends the session at the provider: by VNeID’s own link, else by the template', async () => {
    await using scene = await openScene('vnconnect');
    const { secrets } = await scene.signIn.finish(await scene.come());
    expect(scene.signIn.logoutUrl(secrets)).toContain('/api/idp/third-party/logout?token_id=');
    const { logoutUri: _, ...rest } = secrets;
    const url = new URL(scene.signIn.logoutUrl(rest, '/tam-biet') ?? '');
    expect(url.searchParams.get('callback')).toBe('https://motcua.example/tam-biet');
    expect(url.searchParams.get('access_token')).toBe(secrets.accessToken.reveal());
    expect(() => scene.signIn.logoutUrl(rest, 'https://ke-gian.example/')).toThrow(/LT-VNEID-LOGIN-RETURN/);
  });
});

describe('vneid-oidc', () => {
  it('sends neither nonce nor PKCE', async () => {
    await using scene = await openScene('vneid-oidc');
    expect([...new URL((await scene.signIn.begin()).url).searchParams.keys()].sort()).toEqual(['client_id', 'redirect_uri', 'response_type', 'scope', 'state']);
  });

  it.each([128, 192, 256])('opens AES-%i', async (aesBits) => {
    await using scene = await openScene('vneid-oidc', { simulator: { aesBits } });
    expect((await scene.signIn.finish(await scene.come())).person.citizenId).toBe('099190000123');
  });

  it('needs the + of the code: a query that was read as a form is refused, and says so', async () => {
    await using scene = await openScene('vneid-oidc');
    const { rawQuery, transaction } = await scene.come();
    expect(rawQuery).toContain('+');
    // As a web framework gives it to a handler, and the handler writes it down again.
    const spoilt = [...new URLSearchParams(rawQuery)].map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
    await expect(scene.signIn.finish({ rawQuery: spoilt, transaction })).rejects.toMatchObject({ code: 'LT-VNEID-LOGIN-DECRYPT', issue: { message: { en: expect.stringContaining('became a space') as string } } });
  });

  it.each(['wrong-key', 'key-length'] as const)('says that nothing can be read: %s', async (fault) => {
    await using scene = await openScene('vneid-oidc', { simulator: { fault } });
    expect(await refusalOf(scene.signIn.finish(await scene.come()))).toBe('LT-VNEID-LOGIN-DECRYPT');
  });

  it('takes what is not encrypted, unless encryption is required', async () => {
    await using scene = await openScene('vneid-oidc', { simulator: { encryption: false } });
    expect((await scene.signIn.finish(await scene.come())).person.fullName).toBe('Lê Thị Mẫu');
    await using strict = await openScene('vneid-oidc', { simulator: { encryption: false }, settings: { encryption: 'required' } });
    expect(await refusalOf(strict.signIn.finish(await strict.come()))).toBe('LT-VNEID-LOGIN-PLAIN');
    expect(strict.simulator.summary()).toMatchObject({ codes: 1, tokens: 0, refused: 0 }); // the code went nowhere
    const key = readPrivateKey(privatePem());
    const answer = { kind: 'response', status: 200, headers: {}, body: { access_token: 'x' }, text: '', durationMs: 0 } as const;
    expect(() => contentOf(answer, strict.signIn.config, key)).toThrow(/LT-VNEID-LOGIN-PLAIN/);
    expect(contentOf(answer, scene.signIn.config, key)).toEqual(answer.body);
    // A refusal in the clear is a refusal, and its reason is told.
    expect(contentOf({ ...answer, status: 400, body: { error: 'invalid_grant' } }, strict.signIn.config, key)).toEqual({ error: 'invalid_grant' });
  });

  it('explains a kind of account and a level by the tables that are configured, and by nothing else', async () => {
    await using bare = await openScene('vneid-oidc');
    const before = (await bare.signIn.finish(await bare.come())).person;
    expect(before).toMatchObject({ assurance: 'unknown', assuranceRaw: { accountLevel: '2' } });
    expect(before.accountType).toBeUndefined();
    expect(bare.warned).toEqual(['/accountType']);
    await using scene = await openScene('vneid-oidc', { settings: { accountTypes: { 1: 'citizen' }, assurance: { accountLevel: { 1: 1, 2: 2 } } } });
    expect((await scene.signIn.finish(await scene.come(0))).person).toMatchObject({ accountType: 'citizen', assurance: 2 });
    expect((await scene.signIn.finish(await scene.come(1))).person).toMatchObject({ assurance: 1 });
    expect((await scene.signIn.finish(await scene.come(2))).person).toMatchObject({ assurance: 'unknown', assuranceRaw: {} });
  });
});
