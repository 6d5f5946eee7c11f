/** Files that are complete and on the disk under their name, or not there at all. */
import { createHash } from 'node:crypto';
import { closeSync, createWriteStream, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { PassThrough } from 'node:stream';
import type { Duplex, Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/** What a half-written file is called; nobody reads one, and whoever writes the same name again replaces it. */
export const PART = '.part';

export interface WrittenFile { /** hex, of the file as it lies on the disk */ sha256: string; bytes: number }

/** A text file that grows line by line and appears under its name, durable, with `finish`. Mode 0600. */
export class DurableFile {
  readonly path: string;
  readonly #part: string;
  readonly #into: Duplex;
  readonly #file: Writable;
  readonly #hash = createHash('sha256');
  readonly #written: Promise<void>;
  #bytes = 0;

  /** @param gzip compresses what is written */
  constructor(path: string, gzip: boolean) {
    this.path = path;
    this.#part = `${path}${PART}`;
    rmSync(this.#part, { force: true });
    // `flush`: fsync before the descriptor is closed.
    const file = (this.#file = createWriteStream(this.#part, { flags: 'wx', mode: 0o600, flush: true }));
    this.#into = gzip ? createGzip() : new PassThrough();
    this.#into.on('data', (chunk: Buffer) => {
      this.#hash.update(chunk);
      this.#bytes += chunk.length;
    });
    this.#into.pipe(file);
    file.once('error', (error) => this.#into.destroy(error));
    // An error of the packing itself would else be nobody's.
    this.#into.once('error', (error) => file.destroy(error));
    this.#written = finished(file);
    // A failure is told by the next write or by `finish`.
    this.#written.catch(() => undefined);
  }

  /** Resolves when there is room for more. @throws what the disk fails with */
  async line(text: string): Promise<void> {
    if (this.#into.errored != null) throw this.#into.errored;
    if (this.#into.write(`${text}\n`)) return;
    const roomAgain = new Promise<void>((resolve) => this.#into.once('drain', resolve));
    await Promise.race([roomAgain, this.#written]);
  }

  /** fsync, rename, fsync of the folder. */
  async finish(): Promise<WrittenFile> {
    this.#into.end();
    await this.#written;
    renameSync(this.#part, this.path);
    syncFolder(dirname(this.path));
    return { sha256: this.#hash.digest('hex'), bytes: this.#bytes };
  }

  /** Leaves nothing behind. */
  async discard(): Promise<void> {
    this.#into.destroy();
    this.#file.destroy();
    await this.#written.catch(() => undefined);
    rmSync(this.#part, { force: true });
  }
}

/** Makes a new directory entry durable; platforms that cannot open folders do it by themselves. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  syncPath(folder);
}

export function syncPath(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
