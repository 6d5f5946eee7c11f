/**
 * The keys of the ledger: where they come from and what is refused. A ledger never runs on a default secret (law 10).
 * From each 32-byte master key HKDF-SHA256 derives one key for encryption and one for keyed hashes.
 */
import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import { closeSync, constants, fstatSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { LedgerError } from './errors.ts';

/** One master key in derived form; plain bytes so that it can be handed to the ledger's thread. */
export interface LedgerKey {
  /** first 4 bytes of an HKDF output, as 8 hex digits: written into every blob, tells nothing about the key */
  id: string;
  /** AES-256-GCM key */
  seal: Uint8Array;
  /** HMAC key of search terms, fingerprints and the chain head */
  index: Uint8Array;
  /** compared when a database is opened, so that a wrong key is refused before anything is written */
  check: Uint8Array;
}

/** The first key writes; the others only read what they wrote. */
export interface LedgerKeys { current: LedgerKey; older: LedgerKey[] }

export interface LoadKeysOptions {
  /** name of the environment variable; it wins over the file */
  envVar?: string;
  env?: Record<string, string | undefined>;
  keyFile?: string;
  /** create the key file (mode 0600) when neither exists: embedded mode only */
  createIfMissing?: boolean;
}

const DEFAULT_ENV_VAR = 'LIENTHONG_LEDGER_KEY';
const KEY_BYTES = 32;
/** Sentences that people hash to get "a key". */
const WELL_KNOWN = ['', 'test', 'secret', 'password', 'changeme', 'admin', 'key', 'lienthong', 'example'];
const wellKnownHashes = new Set(WELL_KNOWN.map((text) => createHash('sha256').update(text).digest('hex')));

/**
 * Reads the master key(s): from the environment, else from the key file, else creates the file if allowed.
 * A value is one key or several (newest first) separated by commas or whitespace, each 32 bytes in base64, base64url or hex.
 * @throws LedgerError LT-LEDGER-KEY-MISSING, -FORMAT, -WEAK, -EXPOSED. Messages never hold any part of a key.
 */
export function loadKeys(options: LoadKeysOptions): LedgerKeys {
  const envVar = options.envVar ?? DEFAULT_ENV_VAR;
  const fromEnv = (options.env ?? process.env)[envVar];
  if (fromEnv !== undefined && fromEnv.trim() !== '') return parseKeys(fromEnv, envVar);
  if (options.keyFile === undefined) throw new LedgerError('LT-LEDGER-KEY-MISSING', envVar);
  const text = readKeyFile(options.keyFile) ?? (options.createIfMissing === true ? createKeyFile(options.keyFile) : undefined);
  if (text === undefined) throw new LedgerError('LT-LEDGER-KEY-MISSING', `${envVar}, ${options.keyFile}`);
  return parseKeys(text, options.keyFile);
}

/** Derives the key ring from raw master keys, newest first. @throws LedgerError LT-LEDGER-KEY-FORMAT, -WEAK */
export function keysFromMasters(masters: readonly Uint8Array[], origin = 'master key'): LedgerKeys {
  const [current, ...older] = masters.map((master) => {
    if (master.length !== KEY_BYTES) throw new LedgerError('LT-LEDGER-KEY-FORMAT', origin);
    if (isGuessable(master)) throw new LedgerError('LT-LEDGER-KEY-WEAK', origin);
    return derive(master);
  });
  if (current === undefined) throw new LedgerError('LT-LEDGER-KEY-FORMAT', origin);
  return { current, older };
}

function parseKeys(text: string, origin: string): LedgerKeys {
  const masters = text.split(/[\s,]+/).filter((part) => part !== '').map((part) => decodeKey(part, origin));
  return keysFromMasters(masters, origin);
}

function decodeKey(text: string, origin: string): Uint8Array {
  if (/^[0-9a-fA-F]{64}$/.test(text)) return Buffer.from(text, 'hex');
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) throw new LedgerError('LT-LEDGER-KEY-FORMAT', origin);
  return Buffer.from(text, 'base64');
}

/** Nothing of this kind comes out of a random generator: chances are below 1 in 10^13. */
function isGuessable(key: Uint8Array): boolean {
  const bytes = [...key];
  const distinct = new Set(bytes).size;
  const steps = new Set(bytes.slice(1).map((byte, i) => (byte - (bytes[i] ?? 0) + 256) % 256)).size;
  const isText = bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
  return distinct < 8 || steps < 4 || isText || wellKnownHashes.has(Buffer.from(key).toString('hex'));
}

function derive(master: Uint8Array): LedgerKey {
  const part = (info: string, length: number) => new Uint8Array(hkdfSync('sha256', master, 'lienthong ledger v1', info, length));
  return {
    id: Buffer.from(part('key id', 4)).toString('hex'),
    seal: part('aes-256-gcm', 32),
    index: part('hmac-sha256', 32),
    check: part('check value', 16),
  };
}

function readKeyFile(path: string): string | undefined {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY);
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new LedgerError('LT-LEDGER-KEY-MISSING', path, e);
  }
  try {
    // The check and the read use one descriptor, so the file cannot be swapped between them.
    const stat = fstatSync(fd);
    const othersMayAccess = process.platform !== 'win32' && (stat.mode & 0o077) !== 0;
    if (!stat.isFile() || othersMayAccess) throw new LedgerError('LT-LEDGER-KEY-EXPOSED', path);
    if (stat.size > 65_536) throw new LedgerError('LT-LEDGER-KEY-FORMAT', path);
    return readFileSync(fd, 'utf8');
  } finally {
    closeSync(fd);
  }
}

/**
 * The file appears under its name complete and durable, or not at all: a process that is killed in the middle leaves no half
 * a key behind (the next start would refuse it), and one that reads it meanwhile never sees one.
 */
function createKeyFile(path: string): string {
  const text = `${randomBytes(KEY_BYTES).toString('base64')}\n`;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const aside = `${path}.${randomBytes(6).toString('hex')}.new`;
  try {
    writeDurably(aside, text);
    placeNew(aside, path, text);
  } catch (e) {
    // Another process was faster: its key is the key.
    const existing = (e as NodeJS.ErrnoException).code === 'EEXIST' ? readKeyFile(path) : undefined;
    if (existing !== undefined) return existing;
    throw new LedgerError('LT-LEDGER-KEY-MISSING', path, e);
  } finally {
    rmSync(aside, { force: true });
  }
  syncFolder(dirname(path));
  return text;
}

const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/** A link never replaces what is there; a rename would. Shared folders of some virtual machines know no links. */
function placeNew(aside: string, path: string, text: string): void {
  try {
    linkSync(aside, path);
  } catch (e) {
    if (!NO_LINKS.has((e as NodeJS.ErrnoException).code ?? '')) throw e;
    writeDurably(path, text);
  }
}

function writeDurably(path: string, text: string): void {
  const fd = openSync(path, 'wx', 0o600);
  try {
    writeSync(fd, text);
    // A key lost in a power cut after data was written with it would be a lost ledger.
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Makes a new directory entry durable; platforms that cannot open folders do it by themselves. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
