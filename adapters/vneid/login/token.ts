/** The signature of an id_token, by jose. The rest of its checks (issuer, audience, nonce, times) openid-client has made by then. */
import { createLocalJWKSet, errors, jwtVerify, type JSONWebKeySet } from 'jose';
import { isRecord } from '../../../src/contract/is-record.ts';
import type { SignInConfig } from './config.ts';
import type { Line } from './line.ts';
import { SignInError } from './sign-in-error.ts';

const KEPT_MS = 10 * 60_000;
/** Whoever sends tokens with unknown keys must not make us ask for keys each time. */
const PAUSE_MS = 60_000;

/** @returns a check that throws SignInError `LT-VNEID-LOGIN-TOKEN`; passes everything where no keys are configured (OpenID Connect Core 3.1.3.7, 6: the token came over TLS from the provider itself) */
export function signatureCheck({ endpoints: { jwks }, issuer, clientId }: SignInConfig, line: Line, now: () => number): (idToken: string) => Promise<void> {
  if (jwks === undefined || issuer === undefined) return () => Promise.resolve();
  let keys: { find: ReturnType<typeof createLocalJWKSet>; at: number } | undefined;

  async function fetchKeys(): Promise<ReturnType<typeof createLocalJWKSet>> {
    const { status, body } = await line.ask(jwks as string, { method: 'GET' });
    if (status !== 200 || !isRecord(body) || !Array.isArray(body['keys'])) throw new SignInError('LT-VNEID-LOGIN-UNAVAILABLE', `JWKS, HTTP ${status}`);
    let find: ReturnType<typeof createLocalJWKSet>;
    try {
      find = createLocalJWKSet(body as unknown as JSONWebKeySet);
    } catch {
      throw new SignInError('LT-VNEID-LOGIN-UNAVAILABLE', 'JWKS');
    }
    keys = { find, at: now() };
    return find;
  }
  const isGood = async (idToken: string, find: ReturnType<typeof createLocalJWKSet>): Promise<boolean | 'no-key'> => {
    try {
      await jwtVerify(idToken, find, { issuer, audience: clientId, clockTolerance: 30, currentDate: new Date(now()) });
      return true;
    } catch (error) {
      return error instanceof errors.JWKSNoMatchingKey ? 'no-key' : false;
    }
  };

  return async (idToken) => {
    const age = keys === undefined ? Number.POSITIVE_INFINITY : now() - keys.at;
    let answer = await isGood(idToken, keys === undefined || age > KEPT_MS ? await fetchKeys() : keys.find);
    // The provider has changed its keys since.
    if (answer === 'no-key' && age > PAUSE_MS && age <= KEPT_MS) answer = await isGood(idToken, await fetchKeys());
    if (answer !== true) throw new SignInError('LT-VNEID-LOGIN-TOKEN');
  };
}
