/** Bytes of files: attachments that go out, and what the land system offers by its links. Both have limits, and neither is held whole unless asked for. */
import { createHash } from 'node:crypto';
import { createReadStream, realpathSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import type { Transport, TransportOptions } from '../../src/adapter/transport.ts';
import type { AdapterRuntime, WireResult } from '../../src/adapter/types.ts';
import { fileIdIn } from '../../src/model/file-address.ts';
import { extensionOf, FOLDER_SCHEME } from './attachments.ts';
import type { LandConfig } from './config.ts';

/** Why a file could not be read; the classifier knows what each means. */
export type FileTroubleCode = 'FILE_MISSING' | 'FILE_UNREACHABLE' | 'FILE_TOO_LARGE' | 'FILE_TYPE' | 'LINK_REFUSED';
class FileTrouble extends Error {
  readonly code: FileTroubleCode;
  constructor(code: FileTroubleCode, cause?: unknown) {
    super(code, { cause });
    this.code = code;
  }
}

/** Lines to hosts of files, opened when first needed. */
export interface FileLines { to(origin: string): Transport; close(): Promise<void> }
export function fileLines(make: (options: TransportOptions) => Transport, options: Omit<TransportOptions, 'baseUrl'>): FileLines {
  const lines = new Map<string, Transport>();
  return {
    to(origin) {
      let line = lines.get(origin);
      if (line === undefined) lines.set(origin, (line = make({ ...options, baseUrl: origin })));
      return line;
    },
    close: async () => void (await Promise.all([...lines.values()].map((line) => line.close()))),
  };
}

/** Where and what a whole address is, as the transport wants it: letter by letter, since a store may have signed it. */
export const partsOf = (url: URL): { path: string } => ({ path: url.pathname + url.search });

const isHtml = (headers: Record<string, string>): boolean => /^\s*(text\/html|application\/xhtml)/i.test(headers['content-type'] ?? '');

// ---- going out ----------------------------------------------------------------------------------------------------

/**
 * Reads the files of one message, one after the other.
 * @param signal of the call that the message goes out with
 * @param readFile of the runtime: content that the ledger keeps
 */
export function attachmentReader(config: LandConfig, lines: FileLines, signal: AbortSignal | undefined, readFile: AdapterRuntime['readFile']): (address: string) => AsyncIterable<Buffer> {
  const { maxFileBytes, maxTotalBytes, folder } = config.attachments;
  let total = 0;
  const chunksOf = (address: string): AsyncIterable<Buffer> => {
    if (fileIdIn(address) !== undefined) return fromLedger(address, readFile);
    return address.startsWith(FOLDER_SCHEME) ? fromFolder(folder, decodeURIComponent(address.slice(FOLDER_SCHEME.length))) : fromHost(address, config, lines, signal);
  };
  return async function* read(address) {
    let bytes = 0;
    for await (const chunk of chunksOf(address)) {
      bytes += chunk.length;
      total += chunk.length;
      if (bytes > maxFileBytes || total > maxTotalBytes) throw new FileTrouble('FILE_TOO_LARGE');
      yield chunk;
    }
    // A file of nothing is a store that has lost it.
    if (bytes === 0) throw new FileTrouble('FILE_MISSING');
  };
}

async function* fromLedger(address: string, readFile: AdapterRuntime['readFile']): AsyncGenerator<Buffer> {
  let content: Uint8Array | undefined;
  try {
    content = await readFile?.(address);
  } catch (error) {
    throw new FileTrouble('FILE_UNREACHABLE', error);
  }
  if (content === undefined) throw new FileTrouble('FILE_MISSING');
  yield Buffer.from(content.buffer, content.byteOffset, content.byteLength);
}

async function* fromFolder(folder: string, place: string): AsyncGenerator<Buffer> {
  let file: string;
  try {
    const root = realpathSync(folder);
    // After links are followed: a link in the folder must not lead out of it.
    file = realpathSync(resolve(root, place));
    if (!file.startsWith(root.endsWith(sep) ? root : root + sep)) throw new FileTrouble('FILE_MISSING');
  } catch (error) {
    throw new FileTrouble('FILE_MISSING', error);
  }
  try {
    yield* createReadStream(file) as AsyncIterable<Buffer>;
  } catch (error) {
    throw new FileTrouble('FILE_MISSING', error);
  }
}

/** Statuses with which a store says that it will not give the file, however often it is asked. */
const isFinal = (status: number): boolean => status < 500 && status !== 408 && status !== 429;

async function* fromHost(address: string, { attachments, readTimeoutMs, uploadTimeoutMs }: LandConfig, lines: FileLines, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  const url = new URL(address);
  const line = lines.to(url.origin);
  const answer = await line.open?.({ method: 'GET', ...partsOf(url), headers: { ...attachments.headers }, readTimeoutMs: readTimeoutMs + uploadTimeoutMs, ...(signal === undefined ? {} : { signal }) });
  if (answer?.kind !== 'open') throw new FileTrouble('FILE_UNREACHABLE');
  if (answer.status !== 200) {
    await letGo(answer.chunks);
    throw new FileTrouble(isFinal(answer.status) ? 'FILE_MISSING' : 'FILE_UNREACHABLE');
  }
  if (isHtml(answer.headers)) {
    await letGo(answer.chunks);
    throw new FileTrouble('FILE_TYPE');
  }
  yield* told(answer.chunks);
}

/** The line's own words for what breaks off, in ours. */
async function* told(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* chunks;
  } catch (error) {
    throw new FileTrouble((error as { code?: unknown }).code === 'TOO_LARGE' ? 'FILE_TOO_LARGE' : 'FILE_UNREACHABLE', error);
  }
}

/** An answer that nobody reads keeps its connection: take one piece at the most, and leave. */
async function letGo(chunks: AsyncIterable<Buffer>): Promise<void> {
  try {
    for await (const _ of chunks) break;
  } catch {
    // It was not wanted anyway.
  }
}

// ---- coming in (O5) -----------------------------------------------------------------------------------------------

export interface DownloadRequest {
  /** as the land system gave it */
  link: string;
  /** KieuFile, with its dot */
  extension?: string;
  /** give the content too, not only what it is */
  keep?: boolean;
}
export interface DownloadedFile { /** hex */ sha256: string; bytes: number; mediaType?: string; /** only when it was to be kept */ content?: Buffer }

/**
 * The whole address of a link, if it may be asked.
 * @returns `undefined` for a link that cannot be read, that leads to a host nobody has allowed, or that is relative without `downloads.url`
 */
export function downloadUrl(link: string, config: Pick<LandConfig, 'downloads' | 'baseUrl'>): URL | undefined {
  const { url: prefix, hosts } = config.downloads;
  const isAbsolute = /^[a-z][a-z0-9+.-]*:/i.test(link) || link.startsWith('//');
  if (!isAbsolute && prefix === '') return undefined;
  const whole = isAbsolute ? link : prefix + link;
  if (!URL.canParse(whole)) return undefined;
  const url = new URL(whole);
  if ((url.protocol !== 'https:' && url.protocol !== 'http:') || url.username !== '' || url.password !== '') return undefined;
  // A relative link goes on from where the prefix ends: not to another host, nor above it.
  if (!isAbsolute) return url.href.startsWith(new URL(prefix).href) ? url : undefined;
  const own = [config.baseUrl, prefix].filter((base) => base !== '').map((base) => new URL(base).origin);
  return own.includes(url.origin) || hosts.includes(url.host) ? url : undefined;
}

/** First bytes by extension, for the kinds that have them. */
const SIGNATURES: Readonly<Record<string, readonly string[]>> = {
  '.pdf': ['25504446'], '.png': ['89504e47'], '.jpg': ['ffd8ff'], '.jpeg': ['ffd8ff'], '.tif': ['49492a00', '4d4d002a'], '.tiff': ['49492a00', '4d4d002a'],
  '.zip': ['504b'], '.docx': ['504b'], '.xlsx': ['504b'], '.doc': ['d0cf11e0'], '.xls': ['d0cf11e0'], '.rar': ['52617221'],
};
const SIGNATURE_BYTES = 4;

/** Is it one of the kinds that are taken, and what its extension says? A content without extension must be of a kind that shows. */
function isTaken(extension: string, start: Buffer, extensions: readonly string[]): boolean {
  const hex = start.toString('hex');
  const fits = (name: string): boolean => SIGNATURES[name]?.some((signature) => hex.startsWith(signature)) === true;
  if (extension === '') return extensions.some(fits);
  return extensions.includes(extension) && (SIGNATURES[extension] === undefined || fits(extension));
}

const notRead = (code: string, started: number): WireResult => ({ kind: 'failure', sent: 'before', code, durationMs: performance.now() - started });

/**
 * Reads a file through, or to the end of what is allowed.
 * @returns as `body` a `DownloadedFile`; for an HTTP status other than 200 the status without a body; a failure with a FileTroubleCode
 */
export async function download(request: DownloadRequest, url: URL, headers: Record<string, string>, config: LandConfig, lines: FileLines, signal: AbortSignal | undefined): Promise<WireResult> {
  const started = performance.now();
  const { maxFileBytes, extensions } = config.downloads;
  const line = lines.to(url.origin);
  if (line.open === undefined) return notRead('NOT_OFFERED', started);
  const answer = await line.open({ method: 'GET', ...partsOf(url), headers, readTimeoutMs: config.readTimeoutMs + config.uploadTimeoutMs, ...(signal === undefined ? {} : { signal }) });
  if (answer.kind === 'failure') return answer;
  const response = (body: unknown): WireResult => ({ kind: 'response', status: answer.status, headers: answer.headers, body, text: '', durationMs: performance.now() - started });
  const given = (request.extension ?? '').toLowerCase();
  const extension = given.startsWith('.') ? given : extensionOf(url.pathname.slice(url.pathname.lastIndexOf('/') + 1));
  if (answer.status !== 200 || isHtml(answer.headers)) {
    await letGo(answer.chunks);
    return answer.status === 200 ? notRead('FILE_TYPE', started) : response(undefined);
  }
  const hash = createHash('sha256');
  const kept: Buffer[] = [];
  let bytes = 0;
  let start: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of told(answer.chunks)) {
      bytes += chunk.length;
      if (bytes > maxFileBytes) throw new FileTrouble('FILE_TOO_LARGE');
      if (start.length < SIGNATURE_BYTES) {
        start = Buffer.concat([start, chunk.subarray(0, SIGNATURE_BYTES)]).subarray(0, SIGNATURE_BYTES);
        if (start.length === SIGNATURE_BYTES && !isTaken(extension, start, extensions)) throw new FileTrouble('FILE_TYPE');
      }
      hash.update(chunk);
      if (request.keep === true) kept.push(chunk);
    }
  } catch (error) {
    if (error instanceof FileTrouble) return notRead(error.code, started);
    throw error;
  }
  if (bytes === 0) return notRead('FILE_MISSING', started);
  if (bytes < SIGNATURE_BYTES && !isTaken(extension, start, extensions)) return notRead('FILE_TYPE', started);
  const mediaType = answer.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  const file: DownloadedFile = { sha256: hash.digest('hex'), bytes, ...(mediaType === undefined || mediaType === '' ? {} : { mediaType }), ...(request.keep === true ? { content: Buffer.concat(kept) } : {}) };
  return response(file);
}
