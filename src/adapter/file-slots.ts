/**
 * Contents of kept files (src/model/file-address.ts) for messages that carry them as base64: `encode` writes the address where the content belongs,
 * so that what the ledger keeps of a message stays small, and the adapter's line puts the contents in just before the message leaves.
 */
import { issue } from '../contract/errors/issue.ts';
import { isRecord } from '../contract/is-record.ts';
import { fileIdIn } from '../model/file-address.ts';
import { notSent } from './login.ts';
import type { AdapterRuntime, Outcome, WireResult } from './types.ts';

/** Of one message, all its files together: in memory they stand as bytes, as base64 and in the message's text. */
const MAX_BYTES = 40_000_000;

/** Why a file could not be put in. `FILE_MISSING`: it is not there (any more). `FILE_UNREACHABLE`: the ledger did not answer. */
export const FILE_TROUBLES = ['FILE_MISSING', 'FILE_UNREACHABLE', 'FILE_TOO_LARGE'] as const;
export type FileTrouble = (typeof FILE_TROUBLES)[number];

/** `failure`: what the line's call comes to instead, a failure before anything was sent. */
export type Filled<T> = { ok: true; message: T } | { ok: false; failure: WireResult };

/**
 * @param message JSON; it is not changed
 * @param readFile of the runtime; absent (SDK), a message with an address in it cannot be sent
 * @param options.maxBytes of all contents together. @default 40,000,000
 * @returns the message with base64 in the place of every text that is an address as a whole; the same one where there is none
 */
export async function withFileContents<T>(message: T, readFile: AdapterRuntime['readFile'], { maxBytes = MAX_BYTES }: { maxBytes?: number } = {}): Promise<Filled<T>> {
  const uses = new Map<string, number>();
  const count = (text: string): string => {
    if (fileIdIn(text) !== undefined) uses.set(text, (uses.get(text) ?? 0) + 1);
    return text;
  };
  mapTexts(message, count);
  if (uses.size === 0) return { ok: true, message };
  const contents = new Map<string, string>();
  let total = 0;
  for (const [address, times] of uses) {
    let content: Uint8Array | undefined;
    try {
      content = await readFile?.(address);
    } catch {
      return trouble('FILE_UNREACHABLE');
    }
    if (content === undefined) return trouble('FILE_MISSING');
    total += content.byteLength * times;
    if (total > maxBytes) return trouble('FILE_TOO_LARGE');
    contents.set(address, Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('base64'));
  }
  return { ok: true, message: mapTexts(message, (text) => contents.get(text) ?? text) as T };
}

/** What such a failure means for any upstream; `undefined` for every other answer, which is the adapter's to understand. */
export function fileOutcome(result: WireResult): Extract<Outcome<never>, { kind: 'rejected' | 'retry' }> | undefined {
  if (result.kind !== 'failure' || result.sent !== 'before') return undefined;
  switch (result.code as FileTrouble) {
    case 'FILE_MISSING': return { kind: 'rejected', issues: [issue('LT-UPSTREAM-FILE-UNREADABLE')] };
    case 'FILE_TOO_LARGE': return { kind: 'rejected', issues: [issue('LT-UPSTREAM-FILES-TOO-LARGE')] };
    case 'FILE_UNREACHABLE': return { kind: 'retry', issue: issue('LT-UPSTREAM-FILE-UNREADABLE') };
    default: return undefined;
  }
}

const trouble = (code: FileTrouble): { ok: false; failure: WireResult } => ({ ok: false, failure: notSent(code) });

function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change));
  return isRecord(value) ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapTexts(item, change)])) : value;
}
