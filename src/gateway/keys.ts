/**
 * API keys. A key carries 256 random bits, so that a plain SHA-256 of it cannot be turned back and no slow password
 * hash is needed; a slow one would only give an attacker a way to burn our CPU.
 */
import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

export const API_SCOPES = ['intake', 'read', 'operate', 'inbound', 'metrics', 'indicators', 'citizens'] as const;
/** intake: send dossiers · read: see dossiers and exchanges · operate: retry, quarantine · inbound: an upstream that calls us · metrics: scrape · indicators: figures without dossiers, which `read` may see too · citizens: ask a population database */
export type ApiScope = (typeof API_SCOPES)[number];

export interface ApiKeyConfig {
  /** who calls; recorded as the actor of every change */
  name: string;
  /** SHA-256 of the key, 64 hex digits */
  sha256: string;
  scopes: ApiScope[];
}

/** Who makes a call. */
export interface Caller { name: string; scopes: ReadonlySet<ApiScope> }

/** SHA-256 of a key in lower-case hex: what the configuration holds. */
export const hashApiKey = (key: string): string => hash('sha256', key, 'hex');

/** A new key (`lt_` and 43 characters of base64url) with the hash for the configuration. The key is shown once and kept nowhere. */
export function generateApiKey(): { key: string; sha256: string } {
  const key = `lt_${randomBytes(32).toString('base64url')}`;
  return { key, sha256: hashApiKey(key) };
}

/** Longer than any key that we make; what is longer is not hashed at all. */
const MAX_KEY_LENGTH = 512;

/**
 * Finds the caller of a presented key. Every configured key is compared in constant time, so that the answer's time
 * tells nothing about how near a guess was.
 */
export function createKeyring(keys: readonly ApiKeyConfig[]): (presented: string) => Caller | undefined {
  const entries = keys.map((k) => ({ digest: Buffer.from(k.sha256, 'hex'), caller: { name: k.name, scopes: new Set(k.scopes) } }));
  return (presented) => {
    if (presented.length === 0 || presented.length > MAX_KEY_LENGTH) return undefined;
    const digest = hash('sha256', presented, 'buffer');
    let found: Caller | undefined;
    for (const entry of entries) {
      if (timingSafeEqual(entry.digest, digest)) found = entry.caller;
    }
    return found;
  };
}

/** Words that stand in example files and on lists of the first passwords tried. Compared in lower case. */
export const PLACEHOLDER_WORDS: readonly string[] = [
  'changeme', 'change-me', 'change_me', 'changeit', 'change-it', 'changethis', 'password', 'passw0rd', 'p@ssw0rd', 'matkhau', 'mat-khau', 'secret', 'secretkey', 'admin', 'administrator',
  'root', 'user', 'username', 'test', 'testing', 'demo', 'default', 'example', 'sample', 'placeholder', 'none', 'null', 'undefined', 'todo', 'fixme', 'tbd', 'token', 'apikey', 'api-key',
  'api_key', 'key', 'qwerty', 'abc123', '123456', '12345678', '123456789', '1234567890', 'letmein', 'welcome', 'dvcqg', 'lienthong',
];
const words = new Set(PLACEHOLDER_WORDS);

/** True for a secret that was never set: an example's word, `<…>`, `your-…`, one character repeated, or nothing at all. */
export function isPlaceholderSecret(value: string): boolean {
  const text = value.trim().toLowerCase();
  return text === '' || words.has(text) || /^(.)\1*$/.test(text) || /^<.*>$/.test(text) || /^your[-_ ]/.test(text) || /change[-_ ]?(me|it|this)/.test(text) || /^x{3,}/.test(text);
}

/** Hashes of keys that are no secret: the placeholder words and the empty text. */
export const PLACEHOLDER_HASHES: ReadonlySet<string> = new Set(['', ...PLACEHOLDER_WORDS].map(hashApiKey));
