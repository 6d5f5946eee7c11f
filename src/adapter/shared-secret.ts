/** Upstreams that show who calls by an agreed secret, or have something in front that signs. Compared in constant time. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { InboundCall } from './types.ts';

const hashed = (text: string): Buffer => createHash('sha256').update(text).digest();

/** False where no secret is configured. Takes the same time for every text of one length. */
export const isSameSecret = (given: unknown, secret: string | undefined): boolean => {
  const same = timingSafeEqual(hashed(typeof given === 'string' ? given : ''), hashed(secret ?? ''));
  return same && secret !== undefined && secret !== '';
};

/** The secret, or the one that it takes the place of. A door that is closed is not opened by an old key. */
export function isEitherSecret(given: unknown, secret: string | undefined, previous: string | undefined): boolean {
  const [isNow, wasBefore] = [isSameSecret(given, secret), isSameSecret(given, previous)];
  return secret !== undefined && (isNow || wasBefore);
}

/** ASP.NET knows query parameters in any case. */
export function queryValue(query: InboundCall['query'], name: string): string | undefined {
  return query[name] ?? Object.entries(query).find(([given]) => given.toLowerCase() === name.toLowerCase())?.[1];
}

/** HMAC-SHA-256 over the body of a call in a header, for installations with something in front that signs. */
export interface CallSignature { header: string; key: string }

/** True where no signature is asked for. Hex or base64, with or without `sha256=` in front. */
export function isSigned({ headers, text }: Pick<InboundCall, 'headers' | 'text'>, { signature }: { signature?: CallSignature }): boolean {
  if (signature === undefined) return true;
  const given = (headers[signature.header.toLowerCase()] ?? '').replace(/^sha256=/i, '');
  const bytes = Buffer.from(given, /^[\da-f]{64}$/i.test(given) ? 'hex' : 'base64');
  const wanted = createHmac('sha256', signature.key).update(text).digest();
  return bytes.length === wanted.length && timingSafeEqual(bytes, wanted);
}
