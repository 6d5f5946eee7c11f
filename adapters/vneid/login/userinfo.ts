/** Asking for the claims: POST at VNConnect, GET elsewhere (fact sheet 1.2, 1.3, 6.5); and checking a token that another site was given (1.2). */
import type { KeyObject } from 'node:crypto';
import { isRecord } from '../../../src/contract/is-record.ts';
import { normalizeStrings } from '../../../src/contract/nfc.ts';
import { contentOf, type Tokens } from './code-flow.ts';
import type { SignInConfig } from './config.ts';
import { form, type Line } from './line.ts';
import { SignInError } from './sign-in-error.ts';

export type Claims = Readonly<Record<string, unknown>>;

/** @returns the claims, text in NFC. @throws SignInError `LT-VNEID-LOGIN-USERINFO`, `-UNAVAILABLE`, `-TOKEN`, `-DECRYPT`, `-PLAIN` */
export async function askUserinfo(config: SignInConfig, line: Line, privateKey: KeyObject | undefined, { accessToken, idTokenClaims }: Tokens): Promise<Claims> {
  const answer = await line.ask(config.endpoints.userinfo ?? '', { method: config.userinfoMethod, headers: { authorization: `Bearer ${accessToken}` } });
  // 1.3: anything but 200 is fatal.
  if (answer.status >= 500) throw new SignInError('LT-VNEID-LOGIN-UNAVAILABLE', `HTTP ${answer.status}`);
  if (answer.status !== 200) throw new SignInError('LT-VNEID-LOGIN-USERINFO', `HTTP ${answer.status}`);
  const content = contentOf(answer, config, privateKey);
  if (!isRecord(content)) throw new SignInError('LT-VNEID-LOGIN-UNAVAILABLE', { vi: 'userinfo không phải JSON', en: 'userinfo is no JSON' });
  // OpenID Connect Core 5.3.2: claims of another subject are nobody's.
  if (idTokenClaims !== undefined && content['sub'] !== idTokenClaims['sub']) throw new SignInError('LT-VNEID-LOGIN-TOKEN', { vi: 'userinfo thuộc tài khoản khác', en: 'userinfo is of another account' });
  return normalizeStrings(content);
}

export interface CheckedToken { clientId: string; /** ms since epoch */ expiresAt: number }

/**
 * Is this a live token, and whose? The answer has no `active`, and the request carries `state=0` (1.2).
 * @param accepted clients whose tokens are taken; default our own alone
 * @returns undefined when it is dead or of another client
 */
export async function checkToken(config: SignInConfig, line: Line, accessToken: string, accepted: readonly string[], now: () => number): Promise<CheckedToken | undefined> {
  const url = config.endpoints.introspection;
  if (url === undefined) throw new SignInError('LT-VNEID-LOGIN-UNAVAILABLE', { vi: 'chưa cấu hình endpoints.introspection', en: 'endpoints.introspection is not configured' });
  const { status, body } = await line.ask(url, { method: 'POST', ...form({ token: accessToken, state: '0' }) });
  if (status >= 500 || (status === 200 && !isRecord(body))) throw new SignInError('LT-VNEID-LOGIN-UNAVAILABLE', `HTTP ${status}`);
  if (status !== 200 || !isRecord(body) || body['active'] === false) return undefined;
  const [clientId, exp] = [body['client_id'], Number(body['exp'])];
  if (typeof clientId !== 'string' || !accepted.includes(clientId) || !Number.isFinite(exp) || exp * 1000 <= now()) return undefined;
  return { clientId, expiresAt: exp * 1000 };
}
