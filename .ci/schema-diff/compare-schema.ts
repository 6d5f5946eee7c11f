/** Two versions of one JSON Schema (2020-12), keyword by keyword. References are compared by name: what they point at is compared on its own. */
import { isDeepStrictEqual } from 'node:util';
import { bareSchema } from '../generate/schema.ts';
import { node as json, list, type Node as Json } from '../../src/contract/json-node.ts';
import { levelOf, type Change, type Kind, type Role } from './levels.ts';

export interface Side { /** what a reference points at */ resolve(ref: string): unknown }
export interface Pair { old: Side; now: Side; roles: readonly Role[]; out: Change[]; /** references of different names that are being compared: schemas refer to themselves */ seen?: Set<string> }

const words = (values: Iterable<unknown>): string => [...values].map((v) => JSON.stringify(v)).join(', ');

/** Larger is stricter for the first, smaller for the second. */
const LOWER_BOUNDS = ['minLength', 'minimum', 'exclusiveMinimum', 'minItems', 'minProperties', 'minContains'];
const UPPER_BOUNDS = ['maxLength', 'maximum', 'exclusiveMaximum', 'maxItems', 'maxProperties', 'maxContains'];
/** Rules that cannot be told to be stricter or looser: there, gone or other. */
const RULES = ['pattern', 'format', 'multipleOf', 'uniqueItems', 'contentMediaType', 'contentEncoding', 'contains', 'prefixItems', 'propertyNames', 'patternProperties', 'dependentRequired', 'dependentSchemas', 'not', 'if', 'then', 'else', 'unevaluatedProperties', 'unevaluatedItems', 'allOf'];
/** Compared below by code of their own. */
const HANDLED = new Set(['type', 'enum', 'const', 'properties', 'required', 'additionalProperties', 'items', 'oneOf', 'anyOf', '$ref', 'default', 'deprecated', 'x-direction', 'x-sensitive', 'x-secret', 'x-meaning', 'x-version', '$defs', ...LOWER_BOUNDS, ...UPPER_BOUNDS, ...RULES]);
const MOST_HOPS = 20;

export function compareSchemas(pair: Pair, where: string, before: unknown, after: unknown): void {
  if (isDeepStrictEqual(before, after)) return;
  const refs = [json(before)['$ref'], json(after)['$ref']];
  const bothRefer = typeof refs[0] === 'string' && refs[0] === refs[1];
  if (!bothRefer && refs.some((ref) => ref !== undefined)) {
    const key = `${refs.map(String).join(' ')} ${refs.every((ref) => ref !== undefined) ? '' : where}`;
    if ((pair.seen ??= new Set()).has(key)) return;
    pair.seen.add(key);
  }
  const old = bothRefer ? withoutRef(before) : inlined(pair.old, before);
  const now = bothRefer ? withoutRef(after) : inlined(pair.now, after);
  const note = (kind: Kind, detail: string, at = where): void => void pair.out.push({ kind, level: levelOf(kind, pair.roles), where: at, detail });
  types(old, now, note);
  values(old, now, note);
  fields(pair, where, old, now, note);
  bounds(old, now, note);
  marks(old, now, note);
  if ('items' in old && 'items' in now) compareSchemas(pair, `${where}[]`, old['items'], now['items']);
  else if ('items' in old !== 'items' in now) note('items' in now ? 'rule added' : 'rule removed', 'what is in the list');
  for (const word of ['oneOf', 'anyOf']) variants(pair, where, word, old, now, note);
  const rest = (schema: Json): Json => Object.fromEntries(Object.entries(schema).filter(([key]) => !HANDLED.has(key)));
  if (!isDeepStrictEqual(rest(old), rest(now))) {
    const changed = [...new Set([...Object.keys(rest(old)), ...Object.keys(rest(now))])].filter((key) => !isDeepStrictEqual(old[key], now[key]));
    note('wording', changed.join(', '));
  }
}

type Note = (kind: Kind, detail: string, at?: string) => void;

const withoutRef = (schema: unknown): Json => Object.fromEntries(Object.entries(json(schema)).filter(([key]) => key !== '$ref'));

function inlined(side: Side, schema: unknown): Json {
  // `true` allows everything, `false` nothing.
  if (typeof schema === 'boolean') return schema ? {} : { not: {} };
  let at = json(schema);
  for (let hops = 0; typeof at['$ref'] === 'string' && hops < MOST_HOPS; hops += 1) {
    const { $ref, ...own } = at;
    at = { ...json(side.resolve(String($ref))), ...own };
  }
  return at;
}

function typesOf(schema: Json): Set<string> | undefined {
  const { type } = schema;
  if (type === undefined) return undefined;
  const set = new Set(typeof type === 'string' ? [type] : list(type).map(String));
  if (set.has('number')) set.add('integer');
  return set;
}

function types(old: Json, now: Json, note: Note): void {
  const [was, is] = [typesOf(old), typesOf(now)];
  if (was === undefined && is === undefined) return;
  const gone = was === undefined ? ['anything'] : [...was].filter((t) => is !== undefined && !is.has(t));
  const come = is === undefined ? ['anything'] : [...is].filter((t) => was !== undefined && !was.has(t));
  const lost = is !== undefined && gone.length > 0;
  const won = was !== undefined && come.length > 0;
  const detail = `${was === undefined ? 'anything' : [...was].join(' or ')} → ${is === undefined ? 'anything' : [...is].join(' or ')}`;
  if (lost && won) note('type changed', detail);
  else if (lost) note('type narrowed', detail);
  else if (won) note('type widened', detail);
}

function valuesOf(schema: Json): unknown[] | undefined {
  if ('const' in schema) return [schema['const']];
  return Array.isArray(schema['enum']) ? (schema['enum'] as unknown[]) : undefined;
}

function values(old: Json, now: Json, note: Note): void {
  const [was, is] = [valuesOf(old), valuesOf(now)];
  if (was === undefined && is === undefined) return;
  if (was === undefined) return note('value removed', `only ${words(is ?? [])} from now on`);
  if (is === undefined) return note('value added', 'any value from now on');
  const has = (all: unknown[], value: unknown): boolean => all.some((other) => isDeepStrictEqual(other, value));
  const gone = was.filter((value) => !has(is, value));
  const come = is.filter((value) => !has(was, value));
  if (gone.length > 0) note('value removed', words(gone));
  if (come.length > 0) note('value added', words(come));
}

function fields(pair: Pair, where: string, old: Json, now: Json, note: Note): void {
  const [was, is] = [json(old['properties']), json(now['properties'])];
  const [mustWas, mustIs] = [new Set(list(old['required'])), new Set(list(now['required']))];
  for (const name of new Set([...Object.keys(was), ...Object.keys(is)])) {
    const at = `${where}.${name}`;
    if (!Object.hasOwn(was, name)) note(mustIs.has(name) ? 'required field added' : 'field added', name, at);
    else if (!Object.hasOwn(is, name)) note('field removed', name, at);
    else compareSchemas(pair, at, was[name], is[name]);
  }
  for (const name of new Set([...mustWas, ...mustIs])) {
    const known = Object.hasOwn(was, String(name)) || !Object.hasOwn(is, String(name));
    if (!mustWas.has(name) && known) note('field became required', String(name), `${where}.${String(name)}`);
    else if (!mustIs.has(name) && (Object.hasOwn(is, String(name)) || !Object.hasOwn(was, String(name)))) note('field no longer required', String(name), `${where}.${String(name)}`);
  }
  const [other, others] = [old['additionalProperties'] ?? true, now['additionalProperties'] ?? true];
  if (isDeepStrictEqual(other, others)) return;
  if (others === false) note('unknown fields refused', '');
  else if (other === false || others === true) note('unknown fields allowed', '');
  else if (other === true) note('rule added', 'for fields that are not named');
  else compareSchemas(pair, `${where}.*`, other, others);
}

function bounds(old: Json, now: Json, note: Note): void {
  for (const [words, sign] of [[LOWER_BOUNDS, 1], [UPPER_BOUNDS, -1]] as const) {
    for (const word of words) {
      const [was, is] = [old[word], now[word]];
      if (was === is) continue;
      const stricter = was === undefined || (is !== undefined && sign * (Number(is) - Number(was)) > 0);
      note(stricter ? 'bound tightened' : 'bound loosened', `${word} ${String(was ?? 'none')} → ${String(is ?? 'none')}`);
    }
  }
  for (const word of RULES) {
    if (isDeepStrictEqual(old[word], now[word])) continue;
    const sameRule = isDeepStrictEqual(bareSchema({ [word]: old[word] }), bareSchema({ [word]: now[word] }));
    note(sameRule ? 'wording' : old[word] === undefined ? 'rule added' : now[word] === undefined ? 'rule removed' : 'rule changed', word);
  }
}

function marks(old: Json, now: Json, note: Note): void {
  if (!isDeepStrictEqual(old['default'], now['default'])) note('default changed', `${JSON.stringify(old['default']) ?? 'none'} → ${JSON.stringify(now['default']) ?? 'none'}`);
  if (old['deprecated'] !== now['deprecated']) note('deprecated', now['deprecated'] === true ? 'from now on' : 'no longer');
  if (old['x-direction'] !== now['x-direction']) note('direction changed', `${String(old['x-direction'] ?? 'none')} → ${String(now['x-direction'] ?? 'none')}`);
  for (const mark of ['x-sensitive', 'x-secret']) if (old[mark] !== now[mark]) note('protection changed', `${mark} ${String(old[mark] ?? 'none')} → ${String(now[mark] ?? 'none')}`);
  const [was, is] = [json(old['x-meaning']), json(now['x-meaning'])];
  for (const code of new Set([...Object.keys(was), ...Object.keys(is)])) {
    if (isDeepStrictEqual(was[code], is[code])) continue;
    note(Object.hasOwn(was, code) ? 'meaning of a code changed' : 'code explained', code);
  }
}

/** Variants are matched by name, then by what they are, and what is left in their order. */
function variants(pair: Pair, where: string, word: string, old: Json, now: Json, note: Note): void {
  if (old[word] === undefined && now[word] === undefined) return;
  if (old[word] === undefined) return note('rule added', word);
  if (now[word] === undefined) return note('rule removed', word);
  const left = list(old[word]);
  const right = list(now[word]);
  const name = (schema: unknown): unknown => json(schema)['$ref'] ?? schema;
  const [was, is] = [left.filter((a) => !right.some((b) => isDeepStrictEqual(name(a), name(b)))), right.filter((b) => !left.some((a) => isDeepStrictEqual(name(a), name(b))))];
  const nameless = (schemas: unknown[]): unknown[] => schemas.filter((schema) => typeof name(schema) !== 'string');
  const paired = Math.min(nameless(was).length, nameless(is).length);
  for (let i = 0; i < paired; i += 1) compareSchemas(pair, `${where}(${word} ${i + 1})`, nameless(was)[i], nameless(is)[i]);
  const told = (schema: unknown): string => String(json(schema)['$ref'] ?? json(schema)['title'] ?? JSON.stringify(json(schema)['type'] ?? 'without a name')).replace(/^#\/(components\/schemas|\$defs)\//, '');
  const rest = (schemas: unknown[]): unknown[] => [...schemas.filter((schema) => typeof name(schema) === 'string'), ...nameless(schemas).slice(paired)];
  for (const schema of rest(was)) note('variant removed', told(schema));
  for (const schema of rest(is)) note('variant added', told(schema));
}
