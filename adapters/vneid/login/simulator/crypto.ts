/** Keys of the login simulator, and what it encrypts and signs. Made when first used: most tests need none. */
import { constants, createCipheriv, createHash, createPublicKey, createSign, generateKeyPairSync, publicEncrypt, randomBytes, type KeyObject } from 'node:crypto';

interface Pair { publicKey: KeyObject; privateKey: KeyObject }
const pairs = new Map<string, Pair>();
/** One pair for a purpose in each process: making one costs more than the test that uses it. */
export function keyPair(purpose: 'client' | 'another-client' | 'issuer'): Pair {
  let pair = pairs.get(purpose);
  if (pair === undefined) pairs.set(purpose, (pair = generateKeyPairSync('rsa', { modulusLength: 2048 })));
  return pair;
}
export const privatePem = (): string => keyPair('client').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;

export interface Locked { data: string; key: string }

/** @param keyBytes of the AES key; 16, 24 and 32 are keys, anything else only looks like one */
export function lock(publicKey: KeyObject, text: string, keyBytes: number): Locked {
  const key = randomBytes(keyBytes);
  const usable = [16, 24, 32].includes(keyBytes) ? key : Buffer.concat([key, Buffer.alloc(32)]).subarray(0, 32);
  const cipher = createCipheriv(`aes-${(usable.length * 8) as 128 | 192 | 256}-ecb`, usable, null);
  const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]).toString('base64');
  return { data, key: publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, key).toString('base64') };
}

/** The code of a callback always has a `+` in it, so that whoever spoils one finds out at once. */
export function lockWithPlus(publicKey: KeyObject, text: string, keyBytes: number): Locked {
  for (;;) {
    const locked = lock(publicKey, text, keyBytes);
    if (locked.data.includes('+')) return locked;
  }
}

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const KEY_ID = 'simulated-1';

/** A JWT, RS256. */
export function signToken(claims: Record<string, unknown>): string {
  const content = `${part({ alg: 'RS256', typ: 'JWT', kid: KEY_ID })}.${part(claims)}`;
  return `${content}.${createSign('sha256').update(content).sign(keyPair('issuer').privateKey).toString('base64url')}`;
}
export const publicKeys = (): { keys: unknown[] } => ({ keys: [{ ...keyPair('issuer').publicKey.export({ format: 'jwk' }), kid: KEY_ID, use: 'sig', alg: 'RS256' }] });

export const readPublicKey = (pem: string): KeyObject => createPublicKey(pem);
/** PKCE, S256 */
export const challengeOf = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url');
