/**
 * A population in a file, so that a restart need not read the whole ledger: columns as they are, with a checksum. A cache and no more: a file of
 * another version, of another ledger or with a wrong byte is passed over, and the ledger is read instead.
 */
import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { LedgerUpkeep } from '../ledger/upkeep.ts';
import { MARKS } from './facts.ts';
import type { FollowCursor } from './follow.ts';
import { BRANCHES } from './on-time.ts';
import { CHUNK_ROWS, COLUMN_NAMES, Dictionary, EMPTY_ROW, Population, newChunk, type Chunk } from './population.ts';

const MAGIC = 'LTPOP1\n';
const DIGEST_BYTES = 32;
const MOST_HEADER_BYTES = 64 * 1024 * 1024;

interface Header {
  /** everything that the meaning of the bytes hangs on */
  layout: string;
  /** which chain it was read from, and how far: the hash of the event at the cursor */
  chain: string;
  cursor: FollowCursor;
  rows: number;
  codesBytes: number;
  dictionaries: { texts: string[]; names: string[] }[];
}

/** @param salt whatever else decides how dossiers become facts (options, say) */
const layoutOf = (salt: string): string => createHash('sha256').update(JSON.stringify([COLUMN_NAMES, MARKS, BRANCHES, CHUNK_ROWS, new Uint8Array(new Uint16Array([1]).buffer)[0], salt])).digest('hex');

export interface SnapshotOptions {
  /** to tell which ledger it belongs to */
  ledger: Pick<LedgerUpkeep, 'exportEvents'>;
  salt?: string;
}

async function chainAt({ ledger }: SnapshotOptions, seq: number): Promise<string> {
  if (seq === 0) return '';
  const [event] = await ledger.exportEvents({ afterSeq: seq - 1, limit: 1, bodies: false });
  return event?.seq === seq ? event.hash : '';
}

/** Writes beside the file and puts it in its place only when it is whole. Nothing may change the population meanwhile (`Follower.quietly`). */
export async function saveSnapshot(file: string, population: Population, cursor: FollowCursor, options: SnapshotOptions): Promise<void> {
  const codes: string[] = [];
  for (let row = 0; row < population.rows; row += 1) {
    const [chunk, i] = population.at(row);
    codes.push(chunk.branch[i] === EMPTY_ROW ? '' : population.code(row));
  }
  const codeBytes = Buffer.from(codes.join('\n'), 'latin1');
  const header: Header = {
    layout: layoutOf(options.salt ?? ''), chain: await chainAt(options, cursor.seq), cursor: { ...cursor }, rows: population.rows, codesBytes: codeBytes.length,
    dictionaries: [population.agencies, population.procedures, population.sectors].map(({ texts, names }) => ({ texts, names })),
  };
  const partial = `${file}.part`;
  const handle = await open(partial, 'w', 0o600);
  const hash = createHash('sha256');
  const write = async (bytes: Uint8Array): Promise<void> => {
    hash.update(bytes);
    await handle.appendFile(bytes);
  };
  try {
    const headerBytes = Buffer.from(JSON.stringify(header));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(headerBytes.length);
    for (const part of [Buffer.from(MAGIC), length, headerBytes, codeBytes]) await write(part);
    for (const chunk of population.chunks) for (const name of COLUMN_NAMES) await write(bytesOf(chunk[name]));
    await handle.appendFile(hash.digest());
    await handle.sync();
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
  await rename(partial, file);
}

/** What was saved, if it is whole, of this version and of this ledger; otherwise undefined. */
export async function loadSnapshot(file: string, options: SnapshotOptions): Promise<{ population: Population; cursor: FollowCursor } | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return await read(handle, options);
  } finally {
    await handle.close();
  }
}

async function read(handle: FileHandle, options: SnapshotOptions): Promise<{ population: Population; cursor: FollowCursor } | undefined> {
  const { size } = await handle.stat();
  const hash = createHash('sha256');
  let at = 0;
  const take = async (bytes: Uint8Array): Promise<boolean> => {
    if (at + bytes.length > size - DIGEST_BYTES) return false;
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, at);
    at += bytesRead;
    hash.update(bytes);
    return bytesRead === bytes.length;
  };
  const [magic, length] = [Buffer.alloc(MAGIC.length), Buffer.alloc(4)];
  if (!(await take(magic)) || magic.toString('latin1') !== MAGIC || !(await take(length)) || length.readUInt32LE() > Math.min(MOST_HEADER_BYTES, size)) return undefined;
  const headerBytes = Buffer.alloc(length.readUInt32LE());
  if (!(await take(headerBytes))) return undefined;
  let header: Header;
  try {
    header = JSON.parse(headerBytes.toString('utf8')) as Header;
  } catch {
    return undefined;
  }
  if (header.layout !== layoutOf(options.salt ?? '') || header.codesBytes > size || header.chain !== await chainAt(options, header.cursor.seq)) return undefined;
  const codes = Buffer.alloc(header.codesBytes);
  if (!(await take(codes))) return undefined;
  const chunks: Chunk[] = [];
  for (let rows = 0; rows < header.rows; rows += CHUNK_ROWS) {
    const chunk = newChunk();
    for (const name of COLUMN_NAMES) if (!(await take(bytesOf(chunk[name])))) return undefined;
    chunks.push(chunk);
  }
  const digest = Buffer.alloc(DIGEST_BYTES);
  await handle.read(digest, 0, DIGEST_BYTES, at);
  if (at + DIGEST_BYTES !== size || !digest.equals(hash.digest())) return undefined;
  const [agencies, procedures, sectors] = header.dictionaries.map(({ texts, names }) => new Dictionary(texts, names));
  if (agencies === undefined || procedures === undefined || sectors === undefined) return undefined;
  const named = header.rows === 0 ? [] : codes.toString('latin1').split('\n');
  return { population: new Population({ agencies, procedures, sectors, chunks, codes: named }), cursor: header.cursor };
}

const bytesOf = (column: Chunk[keyof Chunk]): Uint8Array => new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
