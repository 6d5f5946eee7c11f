/**
 * Encryption at rest and keyed hashes (law 6). A sealed blob is
 * `version(1) | key id(4) | iv(12) | ciphertext | tag(16)`; the additional data names table and row, so that a blob
 * moved to another row does not open. Random 96-bit IVs: one key is good for 2^32 blobs, then rotate.
 */
import { createCipheriv, createDecipheriv, createHmac, createSecretKey, randomFillSync } from 'node:crypto';
import type { Hmac, KeyObject } from 'node:crypto';
import { LedgerError } from './errors.ts';
import type { LedgerKeys } from './keys.ts';

const VERSION = 1;
const IV_AT = 5;
const BODY_AT = 17;
const TAG_BYTES = 16;
const IV_BYTES = 12;
const HASH_BYTES = 16;
const IVS_AT_ONCE = 512;

export class Sealer {
  readonly #id: Buffer;
  readonly #sealKey: KeyObject;
  readonly #byId: Map<number, KeyObject>;
  // Random bytes are drawn for many IVs at once: a call per IV costs as much as the hash of a body.
  readonly #ivs = Buffer.allocUnsafeSlow(IV_BYTES * IVS_AT_ONCE);
  #ivAt = IVS_AT_ONCE;

  constructor(keys: LedgerKeys) {
    this.#id = Buffer.from(keys.current.id, 'hex');
    this.#sealKey = createSecretKey(keys.current.seal);
    this.#byId = new Map([keys.current, ...keys.older].map((key) => [Number.parseInt(key.id, 16), createSecretKey(key.seal)]));
  }

  /** Encrypts bytes for the row `place`, e.g. `events:42`. */
  seal(plain: Uint8Array, place: string): Buffer {
    if (this.#ivAt === IVS_AT_ONCE) {
      randomFillSync(this.#ivs);
      this.#ivAt = 0;
    }
    const iv = this.#ivs.subarray(this.#ivAt * IV_BYTES, ++this.#ivAt * IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#sealKey, iv, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(place));
    const out = Buffer.allocUnsafe(BODY_AT + plain.length + TAG_BYTES);
    out[0] = VERSION;
    out.set(this.#id, 1);
    out.set(iv, IV_AT);
    out.set(cipher.update(plain), BODY_AT);
    cipher.final();
    out.set(cipher.getAuthTag(), BODY_AT + plain.length);
    return out;
  }

  /** Decrypts to text. @throws LedgerError LT-LEDGER-UNREADABLE when key, place or bytes do not fit */
  open(blob: Uint8Array, place: string): string { return this.openBytes(blob, place).toString('utf8'); }

  /** Decrypts. @throws LedgerError LT-LEDGER-UNREADABLE when key, place or bytes do not fit */
  openBytes(blob: Uint8Array, place: string): Buffer {
    const bytes = Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength);
    const key = bytes.length >= BODY_AT + TAG_BYTES && bytes[0] === VERSION ? this.#byId.get(bytes.readUInt32BE(1)) : undefined;
    if (key === undefined) throw new LedgerError('LT-LEDGER-UNREADABLE', place);
    const tagAt = bytes.length - TAG_BYTES;
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(IV_AT, BODY_AT), { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(place));
      decipher.setAuthTag(bytes.subarray(tagAt));
      const plain = decipher.update(bytes.subarray(BODY_AT, tagAt));
      decipher.final();
      return plain;
    } catch (e) {
      throw new LedgerError('LT-LEDGER-UNREADABLE', place, e);
    }
  }
}

/** Keyed hashes, cut to 16 bytes: equal values can be found, the values cannot be read or guessed without the key. */
export class Indexer {
  readonly #key: KeyObject;

  constructor(indexKey: Uint8Array) {
    this.#key = createSecretKey(indexKey);
  }

  /** `scope` separates uses (a phone never matches an identity number), NUL separates scope and value. */
  hash(scope: string, value: string | Uint8Array): Buffer {
    return cut(this.#hmac(scope, value));
  }

  /** All 32 bytes, where the hash is the only thing that tells two values apart. */
  full(scope: string, value: Uint8Array): Buffer { return this.#hmac(scope, value).digest(); }

  /** One call less for short values: the hot path hashes several per change. */
  term(kind: string, value: string): Buffer {
    return cut(createHmac('sha256', this.#key).update(`term:${kind}\0${value}`));
  }

  #hmac(scope: string, value: string | Uint8Array): Hmac { return createHmac('sha256', this.#key).update(`${scope}\0`).update(value); }
}

/** By way of a byte string: a third faster than cutting the Buffer that `digest()` makes. */
const cut = (hmac: Hmac): Buffer => Buffer.from(hmac.digest('binary').slice(0, HASH_BYTES), 'latin1');

/** The seal of a checkpoint, the same on every engine. `at` in ms. */
export const checkpointSeal = (indexer: Indexer, seq: number, hash: string, at: number): Buffer => indexer.hash('checkpoint', `${seq} ${hash} ${at}`);

/** The seal of an evidence bundle. `digest`: of the whole bundle without its seal, hex. */
export const evidenceSeal = (indexer: Indexer, digest: string): Buffer => indexer.hash('evidence', digest);
