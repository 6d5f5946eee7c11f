/**
 * The standard flow, by openid-client: random values, PKCE, the token request and the checks of the id_token. Two steps are not its own:
 * VNConnect wants a POST without parameters for userinfo, where the library knows GET alone, and answers introspection
 * without `active`, which the library demands: userinfo.ts does both.
 */
import * as client from 'openid-client';
import type { Tokens } from './code-flow.ts';
import { isLoopback, type SignInConfig } from './config.ts';
import { clientProof, tokenRefusal, type Line } from './line.ts';
import { isSignInError, oauthWord, SignInError } from './sign-in-error.ts';
import type { Transaction } from './transaction.ts';

/** Fresh values of a sign-in: 256 bit each. */
export async function freshValues({ nonce, pkce }: SignInConfig): Promise<{ state: string; nonce?: string; verifier?: string; challenge?: string }> {
  const verifier = pkce ? client.randomPKCECodeVerifier() : undefined;
  return {
    state: client.randomState(),
    ...(nonce ? { nonce: client.randomNonce() } : {}),
    ...(verifier === undefined ? {} : { verifier, challenge: await client.calculatePKCECodeChallenge(verifier) }),
  };
}

/** @param config one with an issuer. @returns the code's exchange, id_token checked */
export function standardExchange(config: SignInConfig, line: Line, checkSignature: (idToken: string) => Promise<void>): (query: ReadonlyMap<string, string>, transaction: Transaction) => Promise<Tokens> {
  const { issuer = '', endpoints, clientId, redirectUri } = config;
  const proof = clientProof(config);
  // The library's own Basic escapes even a hyphen: right by the letter, and refused by servers that do not decode.
  const showClient: client.ClientAuth = (_server, _client, body, headers) => {
    for (const [name, value] of Object.entries(proof.fields)) body.set(name, value);
    for (const [name, value] of Object.entries(proof.headers)) headers.set(name, value);
  };
  const provider = new client.Configuration(
    { issuer, authorization_endpoint: endpoints.authorize, ...(endpoints.token === undefined ? {} : { token_endpoint: endpoints.token }) },
    clientId, undefined, showClient,
  );
  if (endpoints.token !== undefined && isLoopback(new URL(endpoints.token))) client.allowInsecureRequests(provider);
  // The house's line under the library: its limits, timeouts and certificates, and no redirect followed.
  provider[client.customFetch] = async (url, { method, headers, body }) => {
    const answer = await line.ask(url, { method: method as 'POST', headers, ...(body == null ? {} : { body: String(body as URLSearchParams | string) }) });
    return new Response(answer.text === '' ? null : answer.text, { status: answer.status, headers: { 'content-type': answer.headers['content-type'] ?? '' } });
  };

  return async (query, { state, nonce, verifier }) => {
    const callback = new URL(redirectUri);
    for (const [name, value] of query) callback.searchParams.set(name, value);
    let tokens: Awaited<ReturnType<typeof client.authorizationCodeGrant>>;
    try {
      tokens = await client.authorizationCodeGrant(provider, callback, {
        expectedState: state, idTokenExpected: true, ...(nonce === undefined ? {} : { expectedNonce: nonce }), ...(verifier === undefined ? {} : { pkceCodeVerifier: verifier }),
      });
    } catch (error) {
      throw inOurWords(error);
    }
    const idToken = tokens.id_token;
    if (idToken === undefined) throw new SignInError('LT-VNEID-LOGIN-TOKEN');
    await checkSignature(idToken);
    return { accessToken: tokens.access_token, idToken, idTokenClaims: { ...tokens.claims() } };
  };
}

/** An answer that is no token answer, or none in time. */
const NO_ANSWER: ReadonlySet<unknown> = new Set(['OAUTH_RESPONSE_IS_NOT_CONFORM', 'OAUTH_RESPONSE_IS_NOT_JSON', 'OAUTH_PARSE_ERROR', 'OAUTH_TIMEOUT', 'OAUTH_ABORT']);

/** The library's errors hold tokens, claims and the provider's free text: nothing of them but the kind gets out. */
function inOurWords(error: unknown): SignInError {
  if (error instanceof Error && isSignInError(error.cause)) return error.cause; // of our line, wrapped
  if (error instanceof client.ResponseBodyError) return tokenRefusal(error.status, oauthWord(error.error));
  if (error instanceof client.WWWAuthenticateChallengeError) return tokenRefusal(error.status, undefined);
  return new SignInError(error instanceof client.ClientError && NO_ANSWER.has(error.code) ? 'LT-VNEID-LOGIN-UNAVAILABLE' : 'LT-VNEID-LOGIN-TOKEN');
}
