/** The text of a message, with the content of its files read in while it goes out. */
import { FILE_SLOT } from './contract.ts';

/** In the text of a message, only a field `data` with a slot in it looks like this: a quote inside a text is escaped. */
const SLOT = new RegExp(`"data":"${FILE_SLOT}([^"\\\\]*)"`, 'g');
/** A multiple of three, so that pieces of base64 can be put one after the other. */
const PIECE = 48 * 1024;

/**
 * @param read the content behind an address; called when its turn comes, so that one file is open at a time
 * @returns the text whole where no file is in it; otherwise pieces, of which at most one chunk of one file is held
 */
export function bodyOf(message: unknown, read: (address: string) => AsyncIterable<Buffer>): string | AsyncIterable<string> {
  const text = JSON.stringify(message);
  return text.includes(`"data":"${FILE_SLOT}`) ? withFiles(text, read) : text;
}

async function* withFiles(text: string, read: (address: string) => AsyncIterable<Buffer>): AsyncGenerator<string> {
  let from = 0;
  for (const found of text.matchAll(SLOT)) {
    yield `${text.slice(from, found.index)}"data":"`;
    yield* base64(read(found[1] ?? ''));
    from = found.index + found[0].length - 1;
  }
  yield text.slice(from);
}

/** Base64 of bytes that come in chunks of any size. */
export async function* base64(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const whole = bytes.length - (bytes.length % 3);
    for (let i = 0; i < whole; i += PIECE) yield bytes.toString('base64', i, Math.min(i + PIECE, whole));
    rest = Buffer.from(bytes.subarray(whole));
  }
  if (rest.length > 0) yield rest.toString('base64');
}
