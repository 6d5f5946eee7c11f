/**
 * Payloads for people's eyes, by the marks of an OpenAPI document: `x-sensitive` and `x-secret` fields show their kind instead of
 * their value, fields that the document does not know show nothing. What is left out and what is empty stays visible.
 */
import { isRecord } from './is-record.ts';
import type { Contract, JsonSchema } from './openapi.ts';

const HIDDEN = '[hidden]';
const REFERENCE = '#/components/schemas/';
const DEEPEST = 40;
const UNIONS = ['allOf', 'oneOf', 'anyOf'];

/** What of a payload may be shown: `codes` only what is marked as nothing else, `personal` everything but secrets. */
export type MaskLevel = 'codes' | 'personal';

/** @param schema a component's name; undefined or unknown: every value is hidden, or at level `personal` those with a secret's name */
export function maskPayload(contract: Contract | undefined, schema: string | undefined, value: unknown, level: MaskLevel = 'codes'): unknown {
  const root = schema === undefined ? undefined : contract?.schema(schema);
  const unknown = level === 'codes' ? hide : hideSecrets;
  return contract === undefined || root === undefined ? unknown(value, 0) : masked({ contract, personal: level === 'personal', unknown }, [root], value, 0);
}

/** Names that mean a secret, whatever a document says of them. */
export const isSecretName = (name: string): boolean => /^(session(_?id)?|pass|password|passwd|pwd|mat_?khau|pin|otp|((access|refresh|id|auth|csrf)[_-]?)?token|(client[_-]?)?secret|(x-)?api[_-]?key|private[_-]?key|secret_?(id|pass|key)|access_?key|signature|authorization)$/i.test(name);

/** Names of headers, and texts, that speak of what opens a door: accounts, sessions, keys. */
export const namesCredential = (text: string): boolean => /auth|cookie|credential|csrf|key|password|secret|session|signature|(sign|hash)-header|token/i.test(text);

/** Numbers of phones and of citizens as people write them; a dossier's number has other groups. */
export const GROUPED_NUMBER = /(?<!\d)0\d{2,3}(?:[._-]\d{3}){2,3}(?!\d)/;
/** Text of unknown meaning: shown when it has the look of a code, hidden when it may be a number of a person, a name or an address. */
export function maskByShape(text: string): string {
  return /^[\w.:/-]{0,64}$/.test(text) && !/\d{8}/.test(text) && !GROUPED_NUMBER.test(text) && !/^[A-Za-z0-9_-]{24,}$/.test(text) ? text : HIDDEN;
}

/** All that a schema says of a value, from every branch: a mark in one of them counts. */
function spread(contract: Contract, schemas: readonly JsonSchema[]): JsonSchema[] {
  const found: JsonSchema[] = [];
  const seen = new Set<unknown>();
  const visit = (schema: unknown): void => {
    if (!isRecord(schema) || seen.has(schema)) return;
    seen.add(schema);
    found.push(schema);
    const reference = schema['$ref'];
    if (typeof reference === 'string' && reference.startsWith(REFERENCE)) visit(contract.schema(reference.slice(REFERENCE.length)));
    for (const word of UNIONS) if (Array.isArray(schema[word])) schema[word].forEach(visit);
  };
  schemas.forEach(visit);
  return found;
}

interface Level { contract: Contract; personal: boolean; unknown: (value: unknown, depth: number) => unknown }

function masked(level: Level, schemas: readonly JsonSchema[], value: unknown, depth: number): unknown {
  const { contract, unknown } = level;
  const all = spread(contract, schemas);
  if (value === '' || value === null) return value;
  if (all.some((schema) => schema['x-secret'] === true)) return '[secret]';
  const kind = level.personal ? undefined : all.map((schema) => schema['x-sensitive']).find((mark) => typeof mark === 'string');
  if (depth > DEEPEST) return HIDDEN;
  if (Array.isArray(value)) {
    if (kind !== undefined) return `[${kind}]`;
    const items = all.map((schema) => schema['items']).filter(isRecord);
    return value.map((item: unknown) => (items.length === 0 ? unknown(item, depth + 1) : masked(level, items, item, depth + 1)));
  }
  if (kind !== undefined) return `[${kind}]`;
  // A name where the document has an object says nothing about the name: it is not what the document speaks of.
  if (!isRecord(value)) return typeof value === 'boolean' || all.some(speaksOfScalars) ? value : HIDDEN;
  return Object.fromEntries(Object.entries(value).map(([name, below]) => {
    const known = all.map((schema) => schema['properties']).filter(isRecord).map((properties) => (Object.hasOwn(properties, name) ? properties[name] : undefined)).filter(isRecord);
    return known.length === 0 ? [level.personal ? name : maskByShape(name), isSecretName(name) ? '[secret]' : unknown(below, depth + 1)] : [name, masked(level, known, below, depth + 1)];
  }));
}

const SCALARS: ReadonlySet<unknown> = new Set(['string', 'number', 'integer']);

function speaksOfScalars(schema: JsonSchema): boolean {
  const { type } = schema;
  return 'const' in schema || 'enum' in schema || SCALARS.has(type) || (Array.isArray(type) && type.some((word) => SCALARS.has(word)));
}

/** The bare structure: names and lists, and which values are empty. */
function hide(value: unknown, depth: number): unknown {
  if (value === '' || value === null || typeof value === 'boolean') return value;
  if (depth > DEEPEST) return HIDDEN;
  if (Array.isArray(value)) return value.map((item) => hide(item, depth + 1));
  if (isRecord(value)) return Object.fromEntries(Object.entries(value).map(([name, below]) => [maskByShape(name), hide(below, depth + 1)]));
  return HIDDEN;
}

/** Everything but what has a secret's name. */
function hideSecrets(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEEPEST) return HIDDEN;
  if (Array.isArray(value)) return value.map((item) => hideSecrets(item, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([name, below]) => [name, isSecretName(name) && below !== '' ? '[secret]' : hideSecrets(below, depth + 1)]));
}
