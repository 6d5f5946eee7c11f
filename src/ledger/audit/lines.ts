/** Lines of NDJSON files, plain or gzip, read as they come: an export may be larger than memory. */
import { createReadStream, openSync, readSync, closeSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** One event's ciphertext in base64 with room to spare; a file without line ends is not ours. */
const MOST_LINE_CHARS = 256 * 1024 * 1024;
const GZIP_MAGIC = [0x1f, 0x8b];

/**
 * @yields each line without its end; empty ones too, so that numbers of lines are those of an editor
 * @throws what reading fails with, also when the compressed data is cut off or damaged
 */
export async function* linesOf(file: string): AsyncGenerator<string> {
  const packed = isGzip(file);
  const source = createReadStream(file);
  const bytes: Readable = packed ? source.pipe(createGunzip()) : source;
  source.once('error', (error) => bytes.destroy(error));
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for await (const chunk of bytes) {
      rest += decoder.decode(chunk as Uint8Array, { stream: true });
      const lines = rest.split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
      if (rest.length > MOST_LINE_CHARS) throw new RangeError('a line is too long');
    }
  } finally {
    source.destroy();
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}

function isGzip(file: string): boolean {
  const fd = openSync(file, 'r');
  try {
    const head = Buffer.alloc(GZIP_MAGIC.length);
    readSync(fd, head, 0, head.length, 0);
    return GZIP_MAGIC.every((byte, i) => head[i] === byte);
  } finally {
    closeSync(fd);
  }
}

/** JSON of one line as an object; undefined when it is none. */
export function recordOf(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
