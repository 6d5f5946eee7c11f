/** What of a canonical document may be shown. Derived from the `x-sensitive` marks: a field without a place in the schema is never shown. */
import { DOSSIER_SHOWN } from './generated/dossier-sensitive.ts';

/**
 * The schema as a tree of what may be shown: `true` keeps a value, a word masks it (the kind of personal data),
 * an object goes into the named fields, `{ '*': … }` into the items of a list.
 */
export type Shown = true | string | { readonly [field: string]: Shown };

/** A field that holds personal data: JSON pointer with `*` for any item of a list, and the kind of data. */
export interface SensitivePath { pointer: string; kind: string }

/** Every field of a dossier that is marked as personal in its schema. A mark covers everything below the field. */
export const DOSSIER_SENSITIVE: readonly SensitivePath[] = pathsOf(DOSSIER_SHOWN, '');

function pathsOf(shown: Shown, pointer: string): SensitivePath[] {
  if (shown === true) return [];
  if (typeof shown === 'string') return [{ pointer, kind: shown }];
  return Object.entries(shown).flatMap(([field, below]) => pathsOf(below, `${pointer}/${field}`));
}

/**
 * A copy for logs and screens: personal values become `[kind]`, so that a reader sees that there is one.
 * Works on any tree, valid or not: an object where a plain value is expected is masked, unknown fields are left out.
 */
export function redactDossier(dossier: unknown): Record<string, unknown> {
  const copy = redact(dossier, DOSSIER_SHOWN);
  return typeof copy === 'object' && copy !== null ? (copy as Record<string, unknown>) : {};
}

function redact(value: unknown, shown: Shown): unknown {
  if (typeof shown === 'string') return `[${shown}]`;
  if (shown === true) return plain(value);
  const items = shown['*'];
  if (items !== undefined) return Array.isArray(value) ? value.map((item) => redact(item, items)) : '[hidden]';
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return '[hidden]';
  const out: Record<string, unknown> = {};
  for (const field in shown) {
    const below = shown[field];
    if (below !== undefined && Object.hasOwn(value, field)) out[field] = redact((value as Record<string, unknown>)[field], below);
  }
  return out;
}

/** A value that the schema lets through is a plain one or a list of plain ones; anything else came in without validation. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => (typeof item === 'object' ? '[hidden]' : item));
  return typeof value === 'object' && value !== null ? '[hidden]' : value;
}
