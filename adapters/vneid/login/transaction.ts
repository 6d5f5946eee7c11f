/**
 * A sign-in under way, kept by the browser that began it: sealed (AES-256-GCM), so that nobody reads or writes one, and bound to the
 * configuration that made it, so that what one identity provider was asked is not answered by another (mix-up).
 */
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { isRecord } from '../../../src/contract/is-record.ts';
import type { SignInConfig } from './config.ts';
import { SignInError } from './sign-in-error.ts';

export interface Transaction {
  /** what is used up when it ends */
  id: string;
  state: string;
  nonce?: string;
  /** PKCE */
  verifier?: string;
  returnTo: string;
  /** ms since epoch */
  beganAt: number;
}

const IV_BYTES = 12;
const TAG_BYTES = 16;
const LONGEST = 4_096;
const LONGEST_RETURN = 1_000;

export interface Sealer {
  seal(transaction: Transaction): string;
  /** @throws SignInError `LT-VNEID-LOGIN-TRANSACTION`, `LT-VNEID-LOGIN-EXPIRED` */
  unseal(sealed: string | undefined): Transaction;
}

export function createSealer({ transactionSecret, transactionMinutes, style, clientId, endpoints, redirectUri }: SignInConfig, now: () => number): Sealer {
  const key = new Uint8Array(hkdfSync('sha256', transactionSecret, '', 'lienthong vneid sign-in v1', 32));
  const whose = Buffer.from(JSON.stringify([style, clientId, endpoints.authorize, redirectUri]));
  return {
    seal(transaction) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES }).setAAD(whose);
      const content = Buffer.concat([cipher.update(JSON.stringify(transaction), 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), content]).toString('base64url');
    },
    unseal(sealed) {
      const opened = sealed === undefined || sealed.length > LONGEST ? undefined : openSealed(Buffer.from(sealed, 'base64url'), key, whose);
      if (opened === undefined) throw new SignInError('LT-VNEID-LOGIN-TRANSACTION');
      const age = now() - opened.beganAt;
      if (age > transactionMinutes * 60_000) throw new SignInError('LT-VNEID-LOGIN-EXPIRED');
      return opened;
    },
  };
}

function openSealed(bytes: Buffer, key: Uint8Array, whose: Buffer): Transaction | undefined {
  if (bytes.length <= IV_BYTES + TAG_BYTES) return undefined;
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES }).setAAD(whose);
    decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    const value: unknown = JSON.parse(Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8'));
    return isRecord(value) ? (value as unknown as Transaction) : undefined; // the tag says that we wrote it
  } catch {
    return undefined;
  }
}

const hashed = (text: string): Buffer => createHash('sha256').update(text).digest();
/** Equal, in a time that tells nothing of how far they are. */
export const sameText = (a: string, b: string): boolean => timingSafeEqual(hashed(a), hashed(b));

/**
 * A path of the same site, or nothing: whatever a browser could read as another site is refused (open redirect). Browsers read `\` as `/`
 * and drop tabs and line breaks.
 * @returns the path as a browser writes it: percent-encoded, so that it fits into a header and the cookie
 * @throws SignInError `LT-VNEID-LOGIN-RETURN`
 */
export function checkReturnTo(returnTo: string): string {
  const isPath = returnTo.length <= LONGEST_RETURN && /^\/[^\\\x00-\x20\x7f]*$/.test(returnTo);
  const here = 'https://here.invalid';
  const url = isPath && URL.canParse(returnTo, here) ? new URL(returnTo, here) : undefined;
  const path = url === undefined || url.origin !== here ? '' : `${url.pathname}${url.search}${url.hash}`;
  if (path === '' || path.startsWith('//') || path.length > LONGEST_RETURN) throw new SignInError('LT-VNEID-LOGIN-RETURN');
  return path;
}
