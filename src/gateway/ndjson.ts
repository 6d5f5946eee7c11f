/**
 * Lines out of a byte stream. Works on bytes, because a line feed never occurs inside a UTF-8 letter: a letter that is
 * split over two chunks needs no care. Holds at most one line; a line above the limit is skipped, not collected.
 */

export type Line =
  /** without its line end */
  | { number: number; bytes: Buffer; /** the stream ended before a line end came */ unterminated: boolean }
  /** `head` is the beginning of a line that is too long to be held */
  | { number: number; tooLong: true; head: Buffer };

const LF = 10;
const CR = 13;
const HEAD_BYTES = 4096;

export class LineSplitter {
  readonly #limit: number;
  #number = 0;
  #parts: Buffer[] = [];
  #held = 0;
  /** the head of a line being skipped */
  #skipping: Buffer | undefined;

  /** @param limit longest line in bytes, without its end */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The lines that this chunk completes. Blank lines are counted, but not handed out. */
  *push(chunk: Buffer): Generator<Line, void, undefined> {
    let from = 0;
    for (;;) {
      const end = chunk.indexOf(LF, from);
      if (end === -1) break;
      const line = this.#finish(chunk.subarray(from, end), false);
      from = end + 1;
      if (line !== undefined) yield line;
    }
    if (from < chunk.length) this.#hold(chunk.subarray(from));
  }

  /** The last line, when the stream did not end with a line end. */
  end(): Line | undefined {
    if (this.#held === 0 && this.#skipping === undefined) return undefined;
    return this.#finish(Buffer.alloc(0), true);
  }

  #hold(part: Buffer): void {
    if (this.#skipping !== undefined) return;
    this.#parts.push(part);
    this.#held += part.length;
    // One more than the limit, because the last byte may be the CR of the line end.
    if (this.#held > this.#limit + 1) {
      this.#skipping = Buffer.concat(this.#parts).subarray(0, HEAD_BYTES);
      this.#parts = [];
      this.#held = 0;
    }
  }

  #finish(rest: Buffer, unterminated: boolean): Line | undefined {
    this.#number += 1;
    const number = this.#number;
    if (this.#skipping !== undefined) {
      const head = this.#skipping;
      this.#skipping = undefined;
      return { number, tooLong: true, head };
    }
    let bytes = rest;
    if (this.#held > 0) {
      this.#parts.push(rest);
      bytes = Buffer.concat(this.#parts, this.#held + rest.length);
      this.#parts = [];
      this.#held = 0;
    }
    if (number === 1 && bytes.length >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) bytes = bytes.subarray(3);
    if (bytes.length > 0 && bytes[bytes.length - 1] === CR) bytes = bytes.subarray(0, -1);
    if (bytes.length > this.#limit) return { number, tooLong: true, head: bytes.subarray(0, HEAD_BYTES) };
    return isBlank(bytes) ? undefined : { number, bytes, unterminated };
  }
}

function isBlank(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte !== 32 && byte !== 9 && byte !== CR) return false;
  return true;
}
