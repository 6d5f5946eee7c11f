/**
 * Files whose content the ledger keeps: papers that came inside an upstream's messages, results on their way. Each content is kept once,
 * encrypted, outside the dossiers, whose bodies name it by its address (src/model/file-address.ts).
 *
 * How long: a file stays while any event's body that is still there names it, since that body can be shown and sent; `dropFiles` lets go of
 * the others, once they are old enough that nobody is still about to name them. An event's body that is emptied by retention names nothing.
 */
import { LedgerError } from './errors.ts';
import type { Order } from './order.ts';
import type { Indexer } from './seal.ts';

/** Kept as a file; the address says nothing about the content to who does not hold the ledger's key. */
export interface KeptFile { content: Uint8Array; mediaType: string; /** of the content */ bytes: number }
/** What a slice of `dropFiles` let go. `next`: where to go on, null at the end. */
export interface DroppedFiles { files: number; bytes: number; next: string | null }

export interface LedgerFiles {
  /**
   * Durable when it resolves. The same content again is one file, of the media type that it came with first.
   * @param info.mediaType what cannot be one is kept as `application/octet-stream`
   * @returns its address, for `FileRef.url` @throws LedgerError LT-LEDGER-FILE-TOO-LARGE
   */
  keepFile(content: Uint8Array, info: { mediaType: string }): Promise<string>;
  /** undefined for what was never kept, is kept no more, or is no address. @throws LedgerError LT-LEDGER-UNREADABLE when the content was tampered with */
  readFile(address: string): Promise<KeptFile | undefined>;
  /**
   * Lets go of files that no body names and that were kept (again) before `before`, ms; looks at no more than `limit` files behind `after`. What
   * goes is recorded as an event `retention.files-dropped`, in the same transaction.
   */
  dropFiles(options: { before: number; limit: number; after?: string | undefined }, now: number): Promise<DroppedFiles>;
}

const MAX_FILE_BYTES = 20_000_000;
/** of the largest size */
const MOST_WAITING = 5;
export const FILES_DROPPED = 'retention.files-dropped';
/** Sealed with the content: neither can be put beside another. */
export const filePlace = (id: string, mediaType: string): string => `files:${id}:${mediaType}`;

const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,63}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/;
const ANY_BYTES = 'application/octet-stream';
/** Without parameters, in lower case. */
const mediaTypeOf = (said: string): string => {
  const bare = (said.split(';', 1)[0] ?? '').trim().toLowerCase();
  return MEDIA_TYPE.test(bare) ? bare : ANY_BYTES;
};

/** A file as an engine takes it: checked, with bytes of its own. */
export interface FileCall { content: Uint8Array; mediaType: string }

/** Files on their way into an engine: a few at a time, since each is held whole until it is written. */
export class FileIntake {
  readonly #maxBytes: number;
  #waiting = 0;

  /** @param maxBytes of one file */
  constructor(maxBytes = MAX_FILE_BYTES) { this.#maxBytes = maxBytes; }

  /** @throws LedgerError LT-LEDGER-INVALID, -FILE-TOO-LARGE, -BUSY while too many wait already */
  async take(content: Uint8Array, mediaType: string, write: (file: FileCall) => Promise<string>): Promise<string> {
    if (!(content instanceof Uint8Array) || typeof mediaType !== 'string') throw new LedgerError('LT-LEDGER-INVALID', 'content, mediaType');
    const bytes = content.byteLength;
    if (bytes > this.#maxBytes) throw new LedgerError('LT-LEDGER-FILE-TOO-LARGE', `${bytes} > ${this.#maxBytes}`);
    if (this.#waiting + bytes > MOST_WAITING * this.#maxBytes) throw new LedgerError('LT-LEDGER-BUSY');
    this.#waiting += bytes;
    try {
      // A part of something larger would travel between threads with all of it.
      return await write({ content: new Uint8Array(content), mediaType: mediaTypeOf(mediaType) });
    } finally {
      this.#waiting -= bytes;
    }
  }
}

/** 64 hexadecimal digits. Keyed: whoever has a paper cannot find out whether the ledger holds it. */
export const fileIdOf = (indexer: Indexer, content: Uint8Array): string => indexer.full('file', content).toString('hex');


/** Of a page of files by id: where the next one begins. */
export const nextAfter = (seen: readonly { id: Uint8Array }[], limit: number): string | null => (seen.length < limit ? null : hexOf(seen.at(-1)?.id));

/** The event that says what went. */
export const droppedOrder = (gone: readonly { id: Uint8Array }[], bytes: number, now: number): Order => ({
  kind: FILES_DROPPED, by: 'system', now, subject: `files:${gone.length}`, content: { files: gone.length, bytes, ids: gone.map(({ id }) => hexOf(id)) },
});

const hexOf = (id: Uint8Array = new Uint8Array()): string => Buffer.from(id).toString('hex');
