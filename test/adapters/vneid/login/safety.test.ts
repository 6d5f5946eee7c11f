/** What an attacker, a broken browser or a log would try. */
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSignIn, createSpentStore, SignInError } from '../../../../adapters/vneid/login/index.ts';
import { readRawQuery } from '../../../../adapters/vneid/login/raw-query.ts';
import { checkReturnTo } from '../../../../adapters/vneid/login/transaction.ts';
import { openScene, refusalOf, REDIRECT, SECRET, STYLES } from './scene.ts';

describe('a sign-in under way', () => {
  it('is sealed: any changed letter is refused, and so is one of another configuration', async () => {
    await using scene = await openScene('vnconnect');
    const { rawQuery, transaction } = await scene.come();
    for (const at of [0, 10, 30, transaction.length - 5]) {
      const changed = `${transaction.slice(0, at)}${transaction[at] === 'A' ? 'B' : 'A'}${transaction.slice(at + 1)}`;
      expect(await refusalOf(scene.signIn.finish({ rawQuery, transaction: changed })), String(at)).toBe('LT-VNEID-LOGIN-TRANSACTION');
    }
    for (const odd of ['', 'x', 'A'.repeat(5_000), '%00', '…']) expect(await refusalOf(scene.signIn.finish({ rawQuery, transaction: odd })), odd.slice(0, 5)).toBe('LT-VNEID-LOGIN-TRANSACTION');
    // Mix-up: begun with one provider, brought to the callback of another.
    await using other = await openScene('vneid-direct');
    expect(await refusalOf(other.signIn.finish({ rawQuery, transaction }))).toBe('LT-VNEID-LOGIN-TRANSACTION');
    expect(await refusalOf(scene.signIn.finish({ rawQuery: `${rawQuery}&iss=https%3A%2F%2Fke-gian.example`, transaction }))).toBe('LT-VNEID-LOGIN-STATE');
    expect((await scene.signIn.finish({ rawQuery, transaction })).person.idp).toBe('vnconnect');
  });

  it('says nothing of what is in it', async () => {
    await using scene = await openScene('vnconnect');
    const { url, transaction } = await scene.signIn.begin({ returnTo: '/ho-so-cua-toi' });
    const opened = Buffer.from(transaction, 'base64url').toString('latin1');
    expect(opened).not.toContain('ho-so-cua-toi');
    expect(opened).not.toContain(new URL(url).searchParams.get('state') ?? '-');
  });

  it('ends after its minutes', async () => {
    let clock = Date.now();
    await using scene = await openScene('vnconnect', { now: () => clock, settings: { transactionMinutes: 2 } });
    const came = await scene.come();
    clock += 120_001;
    expect(await refusalOf(scene.signIn.finish(came))).toBe('LT-VNEID-LOGIN-EXPIRED');
  });

  it('needs a state, whatever else comes; an error without one uses nothing up', async () => {
    await using scene = await openScene('vneid-oidc');
    const { rawQuery, transaction } = await scene.come();
    expect(await refusalOf(scene.signIn.finish({ rawQuery: rawQuery.replace(/state=[^&]*&/, ''), transaction }))).toBe('LT-VNEID-LOGIN-STATE');
    expect(await refusalOf(scene.signIn.finish({ rawQuery: 'error=server_error', transaction }))).toBe('LT-VNEID-LOGIN-DENIED');
    expect(await refusalOf(scene.signIn.finish({ rawQuery: 'error=access_denied&state=khac', transaction }))).toBe('LT-VNEID-LOGIN-STATE');
    expect((await scene.signIn.finish({ rawQuery, transaction })).person.idp).toBe('vneid-oidc');
  });

  it('does not repeat what a stranger wrote into the address', async () => {
    await using scene = await openScene('vnconnect');
    const { transaction, rawQuery } = await scene.come();
    const state = new URLSearchParams(rawQuery).get('state') ?? '';
    const refusal = await scene.signIn.finish({ rawQuery: `state=${state}&error=%3Cscript%3E099190000123&error_description=099190000123`, transaction }).catch((e: unknown) => e);
    expect(inspect(refusal, { depth: 9 })).not.toMatch(/099190000123|script/);
  });

  it('is used up once where processes share a store', async () => {
    const spent = createSpentStore();
    await using one = await openScene('vnconnect', { spent });
    const came = await one.come();
    const two = createSignIn({ ...one.simulator.settings('vnconnect', one.url, REDIRECT), transactionSecret: SECRET }, { spent });
    const results = await Promise.allSettled([one.signIn.finish(came), two.finish(came)]);
    await two.close();
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('the memory of used sign-ins', () => {
  it('forgets what has expired, and nothing else', () => {
    let clock = 0;
    const store = createSpentStore(() => clock);
    expect([store.take('a', 10), store.take('b', 20), store.take('a', 10)]).toEqual([true, true, false]);
    clock = 15;
    expect([store.take('c', 30), store.take('b', 20)]).toEqual([true, false]);
  });
});

describe('where to go on', () => {
  it.each(['/', '/ho-so', '/ho-so/H99?x=1&y=2#z', '/t%C3%ACm'])('takes %s', (path) => expect(checkReturnTo(path)).toBe(path));
  it('writes letters as a header and a cookie can hold them', async () => {
    expect(checkReturnTo('/tìm-kiếm?tên=Đào#ơ')).toBe('/t%C3%ACm-ki%E1%BA%BFm?t%C3%AAn=%C4%90%C3%A0o#%C6%A1');
    await using scene = await openScene('vnconnect');
    const { transaction, rawQuery } = await scene.come(0, `/${'ơ'.repeat(160)}`);
    expect((await scene.signIn.finish({ transaction, rawQuery })).returnTo).toMatch(/^\/(%C6%A1){160}$/);
    expect(transaction.length).toBeLessThan(3_000);
  });
  it.each([
    'https://ke-gian.example', '//ke-gian.example', '/\\ke-gian.example', '\\\\ke-gian.example', '/\t/ke-gian.example', '/\n/ke-gian.example', 'javascript:alert(1)', 'ho-so', '', ' /ho-so', '/ho so',
    '/.//ke-gian.example', '/%2e//ke-gian.example', `/${'ơ'.repeat(200)}`, '/x/..//ke-gian.example', `/${'x'.repeat(1_000)}`, '/a\u0000', '/a\\b',
  ])('refuses %j', (path) => expect(() => checkReturnTo(path)).toThrow(/LT-VNEID-LOGIN-RETURN/));
  it('never leads to another site', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }).map((text) => `/${text}`), fc.webUrl(), fc.array(fc.constantFrom('/', '\\', '.', 'a', '@', ':', '?', '#', '\t', '%2f'), { maxLength: 8 }).map((parts) => parts.join(''))), (text) => {
      let path = '';
      try {
        path = checkReturnTo(text);
      } catch {
        return;
      }
      expect(new URL(path, 'https://motcua.example/x/y').origin).toBe('https://motcua.example');
      expect(path).toMatch(/^\/(?!\/)[\x21-\x7e]*$/);
    }), { numRuns: 500 });
  });
});

describe('the raw query', () => {
  it('keeps every letter of what was escaped well, + and blank apart', () => {
    fc.assert(fc.property(fc.uniqueArray(fc.tuple(fc.stringMatching(/^[a-z_]{1,8}$/), fc.string({ unit: 'grapheme', maxLength: 20 })), { selector: ([name]) => name, maxLength: 8 }), (pairs) => {
      const query = pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
      expect([...readRawQuery(`/callback?${query}`)]).toEqual(pairs);
    }), { numRuns: 200 });
    expect(readRawQuery('a=1+2&b=1%202&c=1%2B2').get('a')).toBe('1+2');
  });
  it.each(['code=1&code=2', 'state=%zz', `code=${'x'.repeat(20_000)}`, Array.from({ length: 60 }, (_, i) => `a${i}=1`).join('&')])('refuses %.20s', (query) => expect(() => readRawQuery(query)).toThrow(/LT-VNEID-LOGIN-CALLBACK/));
});

describe.each(STYLES)('the secrets of %s', (style) => {
  it('are in nothing that prints, copies or breaks', async () => {
    await using scene = await openScene(style);
    const signedIn = await scene.signIn.finish(await scene.come());
    const token = signedIn.secrets.accessToken.reveal();
    expect(Object.keys(signedIn)).toEqual(['person', 'returnTo']);
    const shown = [
      JSON.stringify(signedIn), JSON.stringify({ ...signedIn }), inspect(signedIn, { depth: 9, showHidden: true }), `${signedIn.secrets.accessToken}`, JSON.stringify(signedIn.secrets), inspect(signedIn.secrets, { depth: 9 }),
      JSON.stringify(scene.simulator.journal()), JSON.stringify(scene.simulator.state()),
    ].join('\n');
    expect(shown).not.toContain(token);
    expect(shown).not.toContain('token_id');
    for (const fault of style === 'vneid-oidc' ? (['token-401', 'userinfo-502', 'wrong-key'] as const) : (['token-401', 'userinfo-502', 'subject', 'nonce'] as const)) {
      scene.simulator.fail(fault);
      const error: unknown = await scene.signIn.finish(await scene.come()).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(SignInError);
      expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/at-[0-9a-f]{8}|099190000123|eyJ|Lê Thị/);
    }
  });
});
