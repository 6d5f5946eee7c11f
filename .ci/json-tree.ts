/** Looking into documents of any shape without believing them. */
export type Json = Record<string, unknown>;

/** An object, or an empty one. */
export const json = (value: unknown): Json => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {});
export const list = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);
export const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/**
 * What a reference points at, `undefined` when there is nothing.
 * @throws Error for a reference that leads out of the document
 */
export function pointed(document: Json, ref: string): unknown {
  if (ref === '#') return document;
  if (!ref.startsWith('#/')) throw new Error(`only references inside the document are followed, not ${ref}`);
  return ref.slice(2).split('/').reduce<unknown>((at, part) => (Array.isArray(at) ? (at as unknown[])[Number(part)] : json(at)[part.replaceAll('~1', '/').replaceAll('~0', '~')]), document);
}
