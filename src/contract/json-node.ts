/** Looking into JSON documents of any shape without believing them. */
import { isRecord } from './is-record.ts';
import { pointerNames } from './pointer.ts';

export type Node = Record<string, unknown>;

/** An object, or an empty one. */
export const node = (value: unknown): Node => (isRecord(value) ? value : {});
export const list = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);
export const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/**
 * What a reference points at, `undefined` when there is nothing.
 * @throws Error for a reference that leads out of the document
 */
export function pointed(document: Node, reference: string): unknown {
  if (reference === '#') return document;
  if (!reference.startsWith('#/')) throw new Error(`only references inside the document are followed, not ${reference}`);
  return pointerNames(reference).reduce<unknown>((at, name) => (Array.isArray(at) ? (at as unknown[])[Number(name)] : node(at)[name]), document);
}
