/**
 * The hand-over of style 1A: a province's SSO application has signed somebody in and posts who it was (`KiemTraNguoiDungVneid`), then sends
 * the browser with the access token as a handle (fact sheet 1.1). The original endpoint believes everybody (quirk 16); this one believes
 * whoever holds the secret, and gives the person to the browser that began the sign-in, once.
 */
import { createHash, createHmac } from 'node:crypto';
import { isRecord } from '../../../src/contract/is-record.ts';
import { parseJson } from '../../../src/contract/limits.ts';
import { linksOf, readPerson, type Warn } from './claims.ts';
import type { SignInConfig } from './config.ts';
import { withSecrets } from './person.ts';
import { SecretText } from './secret-text.ts';
import { SignInError } from './sign-in-error.ts';
import type { Handed, HandoverStore } from './stores.ts';
import { sameText } from './transaction.ts';

/** Seconds since epoch, when it was signed. */
export const TIMESTAMP_HEADER = 'x-lienthong-timestamp';
/** Lower-case hexadecimal HMAC-SHA256 of `<timestamp>.<body>`. */
export const SIGNATURE_HEADER = 'x-lienthong-signature';
/** The secret itself, for an application that cannot sign. */
export const KEY_HEADER = 'x-lienthong-key';

/** The original takes 30 MB (1.1); eleven short fields and two tokens need no more than this. */
const MOST_BYTES = 128 * 1024;
const TOLERANCE_MS = 5 * 60_000;

export interface HandoverRequest {
  /** exactly the bytes received */
  body: string | Uint8Array;
  /** names in lower case */
  headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** What the SSO application has to send with a body, for its own code and for tests. @param seconds since epoch */
export const signHandover = (secret: string, body: string | Uint8Array, seconds: number): Record<string, string> =>
  ({ [TIMESTAMP_HEADER]: String(seconds), [SIGNATURE_HEADER]: createHmac('sha256', secret).update(`${seconds}.`).update(body).digest('hex') });

const handleOf = (accessToken: string): string => createHash('sha256').update(accessToken).digest('hex');
const refused = (): SignInError => new SignInError('LT-VNEID-LOGIN-HANDOVER');

function isTrusted({ body, headers }: HandoverRequest, { secret, check }: NonNullable<SignInConfig['handover']>, now: number): boolean {
  const header = (name: string): string => (typeof headers[name] === 'string' ? headers[name] : '');
  if (check === 'shared-key') return sameText(header(KEY_HEADER), secret);
  const timestamp = header(TIMESTAMP_HEADER);
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(now - Number(timestamp) * 1000) > TOLERANCE_MS) return false;
  return sameText(header(SIGNATURE_HEADER), signHandover(secret, body, Number(timestamp))[SIGNATURE_HEADER] ?? '');
}

export interface Handover {
  /**
   * @returns what the original answers: the access token, as plain text
   * @throws SignInError `LT-VNEID-LOGIN-HANDOVER` (signature, time, handed over before), `LT-VNEID-LOGIN-CLAIMS`
   */
  receive(request: HandoverRequest): Promise<string>;
  /** @param state of the sign-in that asks. @returns the person handed over under this token, once. @throws SignInError `LT-VNEID-LOGIN-CODE` */
  fetch(accessToken: string, state: string): Promise<Handed>;
}

export function openHandover(config: SignInConfig, store: HandoverStore, now: () => number, warn: Warn): Handover {
  const { handover } = config;
  return {
    async receive(request) {
      if (handover === undefined || !isTrusted(request, handover, now())) throw refused();
      const parsed = parseJson(request.body, { maxBytes: MOST_BYTES, maxDepth: 4 });
      const claims = parsed.ok && isRecord(parsed.value) ? parsed.value : undefined;
      const accessToken = claims?.['access_token'];
      if (claims === undefined || typeof accessToken !== 'string' || !/^[\x21-\x7e]{8,16384}$/.test(accessToken)) throw new SignInError('LT-VNEID-LOGIN-CLAIMS', undefined, { pointer: '/access_token' });
      // Nobody has checked its id_token: `acr` of it says nothing here.
      const person = readPerson(config, claims, undefined, warn);
      const idToken = claims['id_token'];
      const handed = withSecrets({ person }, {
        accessToken: new SecretText(accessToken), ...(typeof idToken === 'string' && idToken !== '' ? { idToken: new SecretText(idToken) } : {}), ...linksOf(claims), claims: () => claims,
      });
      const { state } = claims;
      const until = now() + handover.minutes * 60_000;
      // The handle stays known as long as a signature would be taken: the same cannot come twice.
      if (!(await store.put(handleOf(accessToken), Object.assign(handed, { until, ...(typeof state === 'string' && state !== '' ? { state } : {}) }), Math.max(until, now() + 2 * TOLERANCE_MS)))) throw refused();
      return accessToken;
    },
    async fetch(accessToken, state) {
      const handed = await store.take(handleOf(accessToken));
      if (handed === undefined || handed.until <= now() || (handed.state !== undefined && !sameText(handed.state, state))) throw new SignInError('LT-VNEID-LOGIN-CODE', { vi: 'không có lời bàn giao nào cho lần này', en: 'nobody was handed over for this' });
      return handed;
    },
  };
}
