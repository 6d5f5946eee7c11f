/**
 * Files in messages. While a message is planned and kept, an address stands in the place of the content, so that the ledger's copy stays small; only the line
 * puts the content in: of files that the ledger keeps (src/adapter/file-slots.ts), and of those that the province names by a link.
 */
import { withFileContents, type Filled, type FileTrouble } from '../../src/adapter/file-slots.ts';
import { notSent } from '../../src/adapter/login.ts';
import type { Transport, TransportOptions } from '../../src/adapter/transport.ts';
import type { AdapterRuntime } from '../../src/adapter/types.ts';
import { isRecord } from '../../src/contract/is-record.ts';
import type { FileRef } from '../../src/model/canonical.ts';
import { fileIdIn } from '../../src/model/file-address.ts';
import type { FileConfig } from './config.ts';
import { bytesOf } from './values.ts';

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

/** The fields of L4 and L6 that hold contents: only there an address is one, so that a citizen's text that looks like it stays text. */
const CONTENTS: ReadonlySet<string> = new Set(['phieuLLTP', 'quyetDinhThuHoi', 'noiDungFile']);

/** The same message with `change` applied to the fields that hold contents, in their order. */
function mapContents(message: unknown, change: (slot: string) => string): unknown {
  if (Array.isArray(message)) return message.map((one) => mapContents(one, change));
  if (!isRecord(message)) return message;
  return Object.fromEntries(Object.entries(message).map(([name, value]) => [name, CONTENTS.has(name) && typeof value === 'string' ? change(value) : mapContents(value, change)]));
}

/** No base64 has a colon in it, and every link has. */
const isLink = (slot: string): boolean => slot.includes(':') && fileIdIn(slot) === undefined;

export interface FileLines {
  /** The message with contents in the places of addresses; the one that was given stays as it is. */
  fill(message: unknown, signal: AbortSignal | undefined): Promise<Filled<unknown>>;
  close(): Promise<void>;
}

/**
 * @param options of the lines to hosts that files are read from
 * @param maxBytes of all files of a message together
 */
export function fileLines(config: FileConfig, { readFile, transport }: Pick<AdapterRuntime, 'readFile' | 'transport'>, options: Omit<TransportOptions, 'baseUrl'>, maxBytes: number): FileLines {
  const lines = new Map<string, Transport>();
  const lineTo = (origin: string): Transport => {
    const line = lines.get(origin) ?? transport({ ...options, baseUrl: origin, maxResponseBytes: config.maxFileBytes + 1 });
    lines.set(origin, line);
    return line;
  };

  async function fetched(address: string, signal: AbortSignal | undefined): Promise<{ content: string } | { trouble: FileTrouble }> {
    const url = new URL(address);
    const answer = await lineTo(url.origin).open?.({
      method: 'GET', path: url.pathname, query: Object.fromEntries(url.searchParams), headers: { ...config.headers }, ...(signal === undefined ? {} : { signal }),
    });
    if (answer?.kind !== 'open') return { trouble: 'FILE_UNREACHABLE' };
    const { status, chunks } = answer;
    const parts: Buffer[] = [];
    let bytes = 0;
    try {
      for await (const chunk of chunks) {
        bytes += chunk.length;
        // An answer that is no file is left at once, as one that is too large: nobody reads it, and the line is free again.
        if (status !== 200 || bytes > config.maxFileBytes) break;
        parts.push(chunk);
      }
    } catch (error) {
      return { trouble: (error as { code?: unknown }).code === 'TOO_LARGE' ? 'FILE_TOO_LARGE' : 'FILE_UNREACHABLE' };
    }
    if (status !== 200) return { trouble: status >= 500 || status === 408 || status === 429 ? 'FILE_UNREACHABLE' : 'FILE_MISSING' };
    if (bytes > config.maxFileBytes) return { trouble: 'FILE_TOO_LARGE' };
    return bytes === 0 ? { trouble: 'FILE_MISSING' } : { content: Buffer.concat(parts).toString('base64') };
  }

  return {
    async fill(message, signal) {
      const slots: string[] = [];
      mapContents(message, (slot) => {
        slots.push(slot);
        return slot;
      });
      // One after the other: so many files are not open at once.
      for (const [i, slot] of slots.entries()) {
        if (!isLink(slot)) continue;
        const file = await fetched(slot, signal);
        if ('trouble' in file) return { ok: false, failure: notSent(file.trouble) };
        slots[i] = file.content;
      }
      const filled = await withFileContents(slots, readFile, { maxBytes });
      if (!filled.ok) return filled;
      let next = 0;
      return { ok: true, message: mapContents(message, (slot) => filled.message[next++] ?? slot) };
    },
    close: async () => void (await Promise.all([...lines.values()].map((line) => line.close()))),
  };
}
