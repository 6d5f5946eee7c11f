/** Who calls: shared secrets in the path, the query or the body. Compared in constant time; no secret is ever in a reply, an error or a log. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { InboundCall } from '../../../src/adapter/types.ts';
import type { InboundConfig } from '../inbound-config.ts';

const hashed = (text: string): Buffer => createHash('sha256').update(text).digest();

/** False where no secret is configured. Takes the same time for every text of one length. */
const isSame = (given: unknown, secret: string | undefined): boolean => {
  const same = timingSafeEqual(hashed(typeof given === 'string' ? given : ''), hashed(secret ?? ''));
  return same && secret !== undefined && secret !== '';
};

type Secrets = Pick<InboundConfig, 'securityCode' | 'codeGet' | 'taxSecurityKey' | 'previousSecrets'>;

/** The secret of this name, or the one that it takes the place of. A door that is closed is not opened by an old key. */
export function isSecret(given: unknown, name: 'securityCode' | 'codeGet' | 'taxSecurityKey', secrets: Secrets): boolean {
  const [isNow, wasBefore] = [isSame(given, secrets[name]), isSame(given, secrets.previousSecrets?.[name])];
  return secrets[name] !== undefined && (isNow || wasBefore);
}

/** ASP.NET knows query parameters in any case. */
export function queryValue(query: InboundCall['query'], name: string): string | undefined {
  return query[name] ?? Object.entries(query).find(([given]) => given.toLowerCase() === name.toLowerCase())?.[1];
}

/** True where no signature is asked for. Hex or base64, with or without `sha256=` in front. */
export function isSigned({ headers, text }: Pick<InboundCall, 'headers' | 'text'>, { signature }: Pick<InboundConfig, 'signature'>): boolean {
  if (signature === undefined) return true;
  const given = (headers[signature.header.toLowerCase()] ?? '').replace(/^sha256=/i, '');
  const bytes = Buffer.from(given, /^[\da-f]{64}$/i.test(given) ? 'hex' : 'base64');
  const wanted = createHmac('sha256', signature.key).update(text).digest();
  return bytes.length === wanted.length && timingSafeEqual(bytes, wanted);
}
