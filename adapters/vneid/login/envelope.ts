/**
 * What style 1C encrypts: an AES key under our RSA key (PKCS#1 v1.5), data under that key (AES-ECB, PKCS#5 padding), both in base64
 * (fact sheet 1.3; padding and key length in production are not certain, U14). Weak by today's measure; TLS is what protects the line.
 */
import { constants, createDecipheriv, createPrivateKey, privateDecrypt, type KeyObject } from 'node:crypto';
import { isRecord } from '../../../src/contract/is-record.ts';
import { parseJson } from '../../../src/contract/limits.ts';
import { SignInError } from './sign-in-error.ts';

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const AES_BY_BYTES: Readonly<Record<number, string>> = { 16: 'aes-128-ecb', 24: 'aes-192-ecb', 32: 'aes-256-ecb' };
const SHORTEST_RSA_BITS = 2048;

/** One answer for everything that can be wrong: which step failed would help whoever tries keys. */
const spoilt = (): SignInError => new SignInError('LT-VNEID-LOGIN-DECRYPT');

/** @param pem PKCS#8 or PKCS#1. @returns undefined when it is no RSA key of 2048 bits or more */
export function readPrivateKey(pem: string): KeyObject | undefined {
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= SHORTEST_RSA_BITS ? key : undefined;
  } catch {
    return undefined;
  }
}

function bytesOf(base64: string): Buffer {
  const plain = base64.replace(/[\r\n]/g, '');
  if (plain === '' || !BASE64.test(plain)) throw spoilt();
  return Buffer.from(plain, 'base64');
}

/**
 * @param wrapped the AES key under our RSA key, base64. @param data base64
 * @throws SignInError `LT-VNEID-LOGIN-DECRYPT`
 */
export function decrypt(privateKey: KeyObject, wrapped: string, data: string): Buffer {
  const [lock, content] = [bytesOf(wrapped), bytesOf(data)];
  let key: Buffer;
  try {
    key = privateDecrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, lock);
  } catch {
    throw spoilt(); // the block is longer than the modulus, say
  }
  // A wrong private key throws nothing: OpenSSL gives random bytes of random length instead (implicit rejection).
  const cipher = AES_BY_BYTES[key.length];
  if (cipher === undefined) throw spoilt();
  try {
    const decipher = createDecipheriv(cipher, key, null);
    return Buffer.concat([decipher.update(content), decipher.final()]);
  } catch {
    throw spoilt();
  }
}

/** The code of the callback: one GUID, or several with dots between them. Random bytes that happen to be padded well are told by their look. */
export function decryptCode(privateKey: KeyObject, encryptKey: string, code: string): string {
  const text = decrypt(privateKey, encryptKey, code).toString('latin1');
  if (!/^[\x21-\x7e]{1,2000}$/.test(text)) throw spoilt();
  return text;
}

/** `{data, key}` is an envelope; anything else is what it is. */
export const isEnvelope = (body: unknown): body is { data: string; key: string } => isRecord(body) && typeof body['data'] === 'string' && typeof body['key'] === 'string';

/** @returns the JSON in it. @throws SignInError `LT-VNEID-LOGIN-DECRYPT` */
export function openEnvelope(privateKey: KeyObject, { data, key }: { data: string; key: string }): unknown {
  const parsed = parseJson(decrypt(privateKey, key, data));
  if (!parsed.ok) throw spoilt();
  return parsed.value;
}
