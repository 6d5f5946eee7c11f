/** The signature of an id_token, by keys that a loopback server gives out. */
import { generateKeyPairSync, createSign, type KeyObject } from 'node:crypto';
import { expect, it } from 'vitest';
import { configureSignIn } from '../../../../adapters/vneid/login/index.ts';
import { openLine } from '../../../../adapters/vneid/login/line.ts';
import { signatureCheck } from '../../../../adapters/vneid/login/token.ts';
import { httpLoopback } from '../../../support/loopback.ts';
import { refusalOf, REDIRECT, SECRET } from './scene.ts';

const pairs = [generateKeyPairSync('rsa', { modulusLength: 2048 }), generateKeyPairSync('rsa', { modulusLength: 2048 })] as const;
const jwk = (key: KeyObject, kid: string) => ({ ...key.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' });
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

it.each([[[1]], [[null]], [[{}]], [[{ kty: 'RSA', kid: 'k0' }]], ['x'], [undefined]])('keys that are none (%j) sign nobody in, and are no crash', async (keys) => {
  await using server = await httpLoopback((_request, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys })));
  const config = configureSignIn({
    style: 'vnconnect', clientId: 'mot-cua-099', clientSecret: 'x', redirectUri: REDIRECT, transactionSecret: SECRET, issuer: 'https://sso.example/oauth2/token',
    endpoints: { authorize: `${server.url}/a`, token: `${server.url}/t`, userinfo: `${server.url}/u`, jwks: `${server.url}/jwks` },
  });
  const line = openLine(config);
  try {
    expect(await refusalOf(signatureCheck(config, line, Date.now)(`${part({ alg: 'RS256', kid: 'k0' })}.${part({ iss: config.issuer, aud: config.clientId })}.AAAA`))).toMatch(/^LT-VNEID-LOGIN-(UNAVAILABLE|TOKEN)$/);
  } finally {
    await line.close();
  }
});

it('is checked with the provider’s keys, and with its new ones after it changed them; unknown keys make no storm', async () => {
  let clock = Date.parse('2026-01-05T02:00:00Z');
  let given = [jwk(pairs[0].publicKey, 'k0')];
  await using server = await httpLoopback((_request, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: given })));
  const config = configureSignIn({
    style: 'vnconnect', clientId: 'mot-cua-099', clientSecret: 'x', redirectUri: REDIRECT, transactionSecret: SECRET, issuer: 'https://sso.example/oauth2/token',
    endpoints: { authorize: `${server.url}/a`, token: `${server.url}/t`, userinfo: `${server.url}/u`, jwks: `${server.url}/jwks` },
  });
  const line = openLine(config);
  const check = signatureCheck(config, line, () => clock);
  const token = (which: 0 | 1, kid = `k${which}`, more: Record<string, unknown> = {}, alg = 'RS256'): string => {
    const seconds = Math.floor(clock / 1000);
    const content = `${part({ alg, kid })}.${part({ iss: config.issuer, aud: config.clientId, sub: 's', iat: seconds, exp: seconds + 60, ...more })}`;
    return `${content}.${alg === 'none' ? '' : createSign('sha256').update(content).sign(pairs[which].privateKey).toString('base64url')}`;
  };
  try {
    await check(token(0));
    await check(token(0));
    expect(server.requests).toBe(1);
    for (const forged of [token(1, 'k0'), token(0, 'k0', {}, 'none'), token(0, 'k0', { aud: 'khac' }), token(0, 'k0', { iss: 'https://khac.example' }), token(0, 'k0', { exp: 1 }), `${token(0)}x`, 'x']) {
      expect(await refusalOf(check(forged))).toBe('LT-VNEID-LOGIN-TOKEN');
    }
    expect(await refusalOf(check(token(1)))).toBe('LT-VNEID-LOGIN-TOKEN');
    expect(server.requests).toBe(1);

    given = [jwk(pairs[1].publicKey, 'k1')];
    clock += 61_000;
    await check(token(1));
    expect(server.requests).toBe(2);
    for (let i = 0; i < 5; i += 1) expect(await refusalOf(check(token(0)))).toBe('LT-VNEID-LOGIN-TOKEN');
    expect(server.requests).toBe(2);
  } finally {
    await line.close();
  }
});
