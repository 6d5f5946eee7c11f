/**
 * A code for a token where there is no id_token to check: style 1C, whose code, token and claims may be encrypted (fact sheet 1.3), and the
 * other styles while nobody knows their issuer. A form, although the vendor's document says JSON: JSON may give HTTP 415.
 */
import type { KeyObject } from 'node:crypto';
import { isRecord } from '../../../src/contract/is-record.ts';
import type { SignInConfig } from './config.ts';
import { decryptCode, isEnvelope, openEnvelope } from './envelope.ts';
import { clientProof, form, tokenRefusal, type Answer, type Line } from './line.ts';
import { oauthWord, SignInError } from './sign-in-error.ts';
import type { Transaction } from './transaction.ts';

export interface Tokens {
  accessToken: string;
  idToken?: string;
  /** of an id_token that was checked */
  idTokenClaims?: Readonly<Record<string, unknown>>;
}

const LONGEST_TOKEN = 16_384;

/** @returns what an answer says in the clear. @throws SignInError `LT-VNEID-LOGIN-DECRYPT`, `LT-VNEID-LOGIN-PLAIN` */
export function contentOf({ status, body }: Answer, { encryption }: SignInConfig, privateKey: KeyObject | undefined): unknown {
  if (privateKey === undefined) return body;
  if (isEnvelope(body)) return openEnvelope(privateKey, body);
  // A refusal may be in the clear: what it says is the reason, and nobody's data.
  if (encryption === 'required' && status === 200 && isRecord(body)) throw new SignInError('LT-VNEID-LOGIN-PLAIN');
  return body;
}

/** @throws SignInError `LT-VNEID-LOGIN-CALLBACK`, `LT-VNEID-LOGIN-DECRYPT`, `LT-VNEID-LOGIN-PLAIN` */
function codeOf(query: ReadonlyMap<string, string>, { encryption }: SignInConfig, privateKey: KeyObject | undefined): string {
  const code = query.get('code') ?? '';
  const encryptKey = query.get('encrypt_key');
  if (code === '') throw new SignInError('LT-VNEID-LOGIN-CALLBACK', { vi: 'thiếu code', en: 'no code' });
  if (privateKey === undefined) return code;
  if (encryptKey === undefined) {
    if (encryption === 'required') throw new SignInError('LT-VNEID-LOGIN-PLAIN');
    return code;
  }
  // Base64 has no blank: somebody before us has read the query as a form.
  if (/\s/.test(code + encryptKey)) throw new SignInError('LT-VNEID-LOGIN-DECRYPT', { vi: 'dấu + đã thành dấu cách trước khi tới đây', en: 'a + became a space before it came here' });
  return decryptCode(privateKey, encryptKey, code);
}

export function plainExchange(config: SignInConfig, line: Line, privateKey: KeyObject | undefined): (query: ReadonlyMap<string, string>, transaction: Transaction) => Promise<Tokens> {
  const proof = clientProof(config);
  return async (query, { verifier }) => {
    const fields = { grant_type: 'authorization_code', code: codeOf(query, config, privateKey), redirect_uri: config.redirectUri, ...proof.fields, code_verifier: verifier, encrypt_key: privateKey === undefined ? undefined : query.get('encrypt_key') };
    const { headers, body } = form(fields);
    const answer = await line.ask(config.endpoints.token ?? '', { method: 'POST', headers: { ...headers, ...proof.headers }, ...(body === undefined ? {} : { body }) });
    const content = contentOf(answer, config, privateKey);
    if (answer.status !== 200) throw tokenRefusal(answer.status, isRecord(content) ? oauthWord(content['error']) : undefined);
    const token = isRecord(content) ? content['access_token'] : undefined;
    if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token) || token.length > LONGEST_TOKEN) {
      // Some providers say 200 and `error`.
      const error = isRecord(content) ? oauthWord(content['error']) : undefined;
      throw error === undefined ? new SignInError('LT-VNEID-LOGIN-UNAVAILABLE', { vi: 'câu trả lời không có access_token', en: 'an answer without access_token' }) : tokenRefusal(400, error);
    }
    const idToken = isRecord(content) ? content['id_token'] : undefined;
    return { accessToken: token, ...(typeof idToken === 'string' && idToken.length <= LONGEST_TOKEN ? { idToken } : {}) };
  };
}
