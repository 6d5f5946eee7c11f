/**
 * The hash chain of events (law 5). Each event's hash covers the hash before it, its metadata in one fixed serialisation and
 * the hash of its ciphertext: editing, deleting or reordering any event breaks every later link, and checking needs neither
 * the key nor the database.
 */
import { hash as digest } from 'node:crypto';
import type { Via } from './ledger.ts';

/** The `prevHash` of the first event. */
export const GENESIS_HASH = '0'.repeat(64);

/** What the chain protects beside the ciphertext. Times are epoch ms; `warningsHash` is '' when there were none. */
export interface ChainedMetadata {
  seq: number;
  kind: string;
  dossierCode: string;
  sourceSystem: string;
  sourceId: string;
  recordedAt: number;
  sourceUpdatedAt: number | null;
  via: Via;
  actor: string | null;
  stale: boolean;
  warningsHash: string;
}

/** One line of an export: metadata, links and either the ciphertext (base64) or only its hash. */
export interface ExportedEvent extends ChainedMetadata {
  prevHash: string;
  hash: string;
  bodyHash: string;
  body?: string;
}

export const sha256Hex = (bytes: string | Uint8Array): string => digest('sha256', bytes, 'hex');

/**
 * Hash of an event, hex. The serialisation is a JSON array in this fixed order with a version in front; JSON text holds no
 * bare line break, so the three parts cannot run into one another.
 */
export function eventHash(prevHash: string, m: ChainedMetadata, bodyHash: string): string {
  const metadata = JSON.stringify([
    1, m.seq, m.kind, m.dossierCode, m.sourceSystem, m.sourceId, m.recordedAt, m.sourceUpdatedAt, m.via, m.actor, m.stale ? 1 : 0, m.warningsHash,
  ]);
  return sha256Hex(`${prevHash}\n${metadata}\n${bodyHash}`);
}

/** The event's public id: derived from its hash, so it needs no storage and cannot be moved to another event. */
export const eventId = (hash: string): string => `ev_${hash.slice(0, 32)}`;

export interface ChainPosition { seq: number; hash: string }
export const GENESIS: ChainPosition = { seq: 0, hash: GENESIS_HASH };

/** What is wrong with an event as the successor of another. `hash`: its metadata or its body's hash were edited. */
export type ChainBreak = 'sequence' | 'link' | 'body' | 'hash';

/** Why `event` is not the right successor of `previous`; null when it is. */
export function breakBetween(previous: ChainPosition, event: ExportedEvent): ChainBreak | null {
  if (event.seq !== previous.seq + 1) return 'sequence';
  if (event.prevHash !== previous.hash) return 'link';
  return breakInside(event);
}

/** What is wrong with an event by itself, wherever it stands. */
export function breakInside(event: ExportedEvent): 'body' | 'hash' | null {
  if (event.body !== undefined && sha256Hex(Buffer.from(event.body, 'base64')) !== event.bodyHash) return 'body';
  return eventHash(event.prevHash, event, event.bodyHash) === event.hash ? null : 'hash';
}

/** True when `event` is the right successor of `previous`. */
export const follows = (previous: ChainPosition, event: ExportedEvent): boolean => breakBetween(previous, event) === null;

/**
 * Checks exported events, in order, from nothing but their lines (JSON text or parsed). `from` continues after an earlier
 * file; `head` is what a trusted record (a checkpoint on paper) says the last event is: without it a cut tail looks whole.
 * `brokenAt` is the sequence number at which the chain stops being whole, null when it is.
 */
export function verifyExport(
  lines: Iterable<string | ExportedEvent>,
  options: { from?: ChainPosition; head?: ChainPosition } = {},
): { events: number; brokenAt: number | null } {
  let previous = options.from ?? GENESIS;
  let events = 0;
  for (const line of lines) {
    const event = typeof line === 'string' ? parseLine(line) : line;
    if (event === undefined || !follows(previous, event)) return { events, brokenAt: previous.seq + 1 };
    previous = { seq: event.seq, hash: event.hash };
    events += 1;
  }
  const { head } = options;
  if (head !== undefined && (head.seq !== previous.seq || head.hash !== previous.hash)) return { events, brokenAt: previous.seq + 1 };
  return { events, brokenAt: null };
}

function parseLine(line: string): ExportedEvent | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as ExportedEvent) : undefined;
  } catch {
    return undefined;
  }
}
