import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { adviseSignIn, configureSignIn, signInConfigSchema } from '../../../../adapters/vneid/login/index.ts';
import { privatePem } from '../../../../adapters/vneid/login/simulator/crypto.ts';
import { isValidationError } from '../../../../src/contract/validate.ts';
import { REDIRECT, SECRET } from './scene.ts';

const common = { clientId: 'x', clientSecret: 'y', redirectUri: REDIRECT, transactionSecret: SECRET };
const endpoints = { authorize: 'https://sso.example/a', token: 'https://sso.example/t', userinfo: 'https://sso.example/u' };

function faults(raw: unknown): string[] {
  try {
    configureSignIn(raw);
  } catch (error) {
    if (isValidationError(error)) return error.issues.map(({ code, pointer }) => `${code} ${pointer ?? ''}`);
    throw error;
  }
  return [];
}

describe('configuration of a sign-in', () => {
  it('has the known addresses and what is standard as defaults', () => {
    expect(configureSignIn({ ...common, style: 'vnconnect' })).toMatchObject({ endpoints: { token: 'https://xacthuc.dichvucong.gov.vn/oauth2/token' }, acrValues: 'LoA1', userinfoMethod: 'POST', pkce: true, nonce: false });
    expect(configureSignIn({ ...common, style: 'vnconnect', endpoints, issuer: 'https://sso.example/oauth2/token' })).toMatchObject({ endpoints, nonce: true, pkce: true });
    expect(configureSignIn({ ...common, style: 'vneid-direct', endpoints: { token: endpoints.token, userinfo: endpoints.userinfo } })).toMatchObject({ endpoints: { authorize: 'https://sso.dancuquocgia.gov.vn/auth' }, userinfoMethod: 'GET' });
    expect(configureSignIn({ ...common, style: 'vneid-oidc', endpoints, privateKey: privatePem() })).toMatchObject({ pkce: false, nonce: false, encryption: 'auto', accountTypes: {} });
  });

  it('has no secret by default, and tells everything that is wrong at once', () => {
    expect(faults({ style: 'vnconnect', clientId: 'x', redirectUri: REDIRECT })).toEqual(['LT-CONFIG-REQUIRED /transactionSecret']);
    expect(faults({ ...common, style: 'vnconnect', transactionSecret: 'short' })).toEqual(['LT-CONFIG-VALUE /transactionSecret']);
    expect(faults({ ...common, style: 'vneid-direct' })).toEqual(['LT-CONFIG-REQUIRED /endpoints']);
    // A test whose authorize endpoint is its own must not send its code to a live system.
    expect(faults({ ...common, style: 'vnconnect', endpoints: { authorize: endpoints.authorize } })).toEqual(['LT-CONFIG-REQUIRED /endpoints/token', 'LT-CONFIG-REQUIRED /endpoints/userinfo']);
    expect(faults({ ...common, style: 'vneid-oidc', endpoints, pkce: true, issuer: 'https://sso.example' })).toEqual(['LT-CONFIG-REQUIRED /privateKey', 'LT-CONFIG-VALUE /pkce', 'LT-CONFIG-VALUE /issuer']);
    expect(faults({ ...common, style: 'vnconnect', nonce: true, endpoints: { ...endpoints, jwks: 'https://sso.example/j' } })).toEqual(['LT-CONFIG-REQUIRED /issuer', 'LT-CONFIG-REQUIRED /issuer']);
    expect(faults({ ...common, style: 'vnconnect', handover: { secret: SECRET } })).toEqual(['LT-CONFIG-VALUE /handover', 'LT-CONFIG-REQUIRED /endpoints/authorize']);
    expect(faults({ ...common, style: 'vnconnect', redirectUri: `${REDIRECT}?x=1`, tls: { certFile: 'x' } })).toEqual(['LT-CONFIG-VALUE /redirectUri', 'LT-CONFIG-REQUIRED /tls/keyFile']);
  });

  it('speaks http with this machine alone', () => {
    const at = (token: string) => faults({ ...common, style: 'vnconnect', endpoints: { ...endpoints, token } });
    expect([at('http://127.0.0.1:1/t'), at('http://[::1]:1/t'), at('http://localhost/t')]).toEqual([[], [], []]);
    expect(at('http://sso.example/t')).toEqual(['LT-CONFIG-VALUE /endpoints/token']);
    expect(at('http://127.0.0.1.example/t')).toEqual(['LT-CONFIG-VALUE /endpoints/token']);
    expect(faults({ ...common, style: 'vnconnect', redirectUri: 'http://motcua.example/cb', logout: 'http://sso.example/out' })).toEqual(['LT-CONFIG-VALUE /redirectUri', 'LT-CONFIG-VALUE /logout']);
  });

  it('wants an RSA key of 2048 bits or more', () => {
    const pem = (pair: { privateKey: { export(o: { type: 'pkcs8'; format: 'pem' }): string | Buffer } }): string => pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    const key = (privateKey: string) => faults({ ...common, style: 'vneid-oidc', endpoints, privateKey });
    expect(key('x')).toEqual(['LT-CONFIG-VALUE /privateKey']);
    expect(key(pem(generateKeyPairSync('ec', { namedCurve: 'P-256' })))).toEqual(['LT-CONFIG-VALUE /privateKey']);
    expect(key(pem(generateKeyPairSync('rsa', { modulusLength: 1024 })))).toEqual(['LT-CONFIG-VALUE /privateKey']);
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    for (const type of ['pkcs8', 'pkcs1'] as const) expect(key(privateKey.export({ type, format: 'pem' }) as string), type).toEqual([]);
  });

  it('warns where nothing but userinfo says who it is', () => {
    expect(adviseSignIn(configureSignIn({ ...common, style: 'vnconnect' })).map(({ code }) => code)).toEqual(['LT-VNEID-LOGIN-NO-ID-TOKEN']);
    expect(adviseSignIn(configureSignIn({ ...common, style: 'vnconnect', issuer: 'https://sso.example' }))).toEqual([]);
    expect(adviseSignIn(configureSignIn({ ...common, style: 'vneid-oidc', endpoints, privateKey: privatePem() }))).toEqual([]);
  });

  it('describes every setting in both languages, and marks the secrets', () => {
    const properties = signInConfigSchema['properties'] as Record<string, { description?: string; 'x-description-vi'?: string; writeOnly?: boolean }>;
    for (const [name, field] of Object.entries(properties)) {
      expect(field.description, name).toBeTruthy();
      expect(field['x-description-vi'], name).toBeTruthy();
    }
    for (const name of ['clientSecret', 'transactionSecret', 'privateKey']) expect(properties[name]?.writeOnly, name).toBe(true);
  });
});
