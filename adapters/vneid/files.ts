/**
 * Files in messages. While a message is planned and kept, an address stands in the place of the content, so that the ledger's copy stays small; only the line
 * puts the content in.
 */
import type { Transport, TransportOptions } from '../../src/adapter/transport.ts';
import type { AdapterRuntime } from '../../src/adapter/types.ts';
import { isRecord } from '../../src/contract/is-record.ts';
import type { FileRef } from '../../src/model/canonical.ts';
import { fileIdIn } from '../../src/model/file-address.ts';
import type { FileConfig } from './config.ts';
import { bytesOf } from './values.ts';

/** Why a file could not be read; the classifier knows what each means. */
export type FileTroubleCode = 'FILE_MISSING' | 'FILE_UNREACHABLE' | 'FILE_TOO_LARGE';
export class FileTrouble extends Error {
  readonly code: FileTroubleCode;
  constructor(code: FileTroubleCode, cause?: unknown) {
    super(code, { cause });
    this.code = code;
  }
}

const INLINE = /^data:[^,]*;base64,(.*)$/is;
function linkOf(url: string, { hosts }: FileConfig): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, username, password, host, href } = new URL(url);
  return (protocol === 'https:' || protocol === 'http:') && username === '' && password === '' && hosts.includes(host) ? href : undefined;
}

/**
 * What stands for the file in a message: the address of a kept one, a link to a host that is allowed, or the content where the dossier brings it itself
 * (`data:…;base64,…`). undefined: there is no way to read it.
 */
export function slotOf({ url }: FileRef, config: FileConfig): string | undefined {
  if (url === undefined) return undefined;
  if (fileIdIn(url) !== undefined) return url;
  return bytesOf(INLINE.exec(url)?.[1])?.toString('base64') ?? linkOf(url, config);
}

/** The fields of L4 and L6 that hold contents. No base64 has a colon in it, and every address has. */
const CONTENTS: ReadonlySet<string> = new Set(['phieuLLTP', 'quyetDinhThuHoi', 'noiDungFile']);

/** Reads what is behind an address. @throws FileTrouble */
export type ReadContent = (address: string) => Promise<Uint8Array>;

/** The message with contents in the places of addresses; the one that was given stays as it is. @throws FileTrouble */
export async function withContents(message: unknown, read: ReadContent): Promise<unknown> {
  if (Array.isArray(message)) {
    const filled: unknown[] = [];
    // One after the other: so many files are not open at once.
    for (const one of message) filled.push(await withContents(one, read));
    return filled;
  }
  if (!isRecord(message)) return message;
  const filled: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(message)) {
    filled[name] = CONTENTS.has(name) && typeof value === 'string' && value.includes(':') ? Buffer.from(await read(value)).toString('base64') : await withContents(value, read);
  }
  return filled;
}

/** @param options of the lines to hosts that files are read from */
export function contentReader(config: FileConfig, { readFile, transport }: Pick<AdapterRuntime, 'readFile' | 'transport'>, options: Omit<TransportOptions, 'baseUrl'>): { read(address: string, signal: AbortSignal | undefined): Promise<Uint8Array>; close(): Promise<void> } {
  const lines = new Map<string, Transport>();
  const lineTo = (origin: string): Transport => {
    const line = lines.get(origin) ?? transport({ ...options, baseUrl: origin, maxResponseBytes: config.maxFileBytes + 1 });
    lines.set(origin, line);
    return line;
  };

  async function kept(address: string): Promise<Uint8Array> {
    let content: Uint8Array | undefined;
    try {
      content = await readFile?.(address);
    } catch (error) {
      throw new FileTrouble('FILE_UNREACHABLE', error);
    }
    if (content === undefined) throw new FileTrouble('FILE_MISSING');
    return content;
  }

  async function fetched(address: string, signal: AbortSignal | undefined): Promise<Uint8Array> {
    const url = new URL(address);
    const answer = await lineTo(url.origin).open?.({
      method: 'GET', path: url.pathname, query: Object.fromEntries(url.searchParams), headers: { ...config.headers }, ...(signal === undefined ? {} : { signal }),
    });
    if (answer?.kind !== 'open') throw new FileTrouble('FILE_UNREACHABLE');
    const { status, chunks } = answer;
    const parts: Buffer[] = [];
    let bytes = 0;
    try {
      for await (const chunk of chunks) {
        // An answer that is no file is left at once: nobody reads it, and the line is free again.
        if (status !== 200) break;
        bytes += chunk.length;
        if (bytes > config.maxFileBytes) throw new FileTrouble('FILE_TOO_LARGE');
        parts.push(chunk);
      }
    } catch (error) {
      if (error instanceof FileTrouble) throw error;
      throw new FileTrouble((error as { code?: unknown }).code === 'TOO_LARGE' ? 'FILE_TOO_LARGE' : 'FILE_UNREACHABLE', error);
    }
    if (status === 200 && bytes > 0) return Buffer.concat(parts);
    throw new FileTrouble(status >= 500 || status === 408 || status === 429 ? 'FILE_UNREACHABLE' : 'FILE_MISSING');
  }

  return {
    read: (address, signal) => (fileIdIn(address) === undefined ? fetched(address, signal) : kept(address)),
    close: async () => void (await Promise.all([...lines.values()].map((line) => line.close()))),
  };
}
