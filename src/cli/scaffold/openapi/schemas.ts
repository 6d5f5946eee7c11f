/**
 * Schemas of a stranger's document (OpenAPI 3.0 or 3.1) in the strict dialect that our validators compile: draft 2020-12, each
 * type spelt out, no word that checks nothing. What cannot be said in it is left open, with a note; never silently.
 */
import { ANNOTATION_FORMATS, FORMATS } from '../../../contract/formats.ts';
import { list, node, text, type Node } from '../../../contract/json-node.ts';
import { childPointer } from '../../../contract/pointer.ts';
import type { Text } from '../../../contract/errors/types.ts';
import { pascalCase, uniqueTypeNames } from '../names.ts';
import { isRecord } from '../../../contract/is-record.ts';
import { unescapePart, type OpenApi } from './read.ts';

/** Something of the document that a person must look at. */
export interface Note { pointer: string; text: Text }

export interface Schemas {
  /** the components made so far: what was referred to, under names that code can use */
  components: Record<string, Node>;
  notes: Note[];
  /** @param pointer where it stands in the document, for the notes */
  schema(value: unknown, pointer: string): Node;
  /** puts a schema of our own among the components. @returns its name */
  add(wanted: string, schema: Node): string;
}

export const referenceTo = (name: string): Node => ({ $ref: `#/components/schemas/${name}` });
export const referredName = (schema: unknown): string | undefined => /^#\/components\/schemas\/([\w]+)$/.exec(text(node(schema)['$ref']))?.[1];

const TYPES = new Set(['string', 'number', 'integer', 'boolean', 'object', 'array', 'null']);
const LONGEST_PATTERN = 500;
/** Words that mean something for values of one type only; a schema that says them says the type. */
const IMPLY: Readonly<Record<string, string>> = {
  properties: 'object', required: 'object', additionalProperties: 'object', minProperties: 'object', maxProperties: 'object', propertyNames: 'object', patternProperties: 'object',
  dependentRequired: 'object', unevaluatedProperties: 'object',
  items: 'array', minItems: 'array', maxItems: 'array', uniqueItems: 'array', prefixItems: 'array',
  minLength: 'string', maxLength: 'string', pattern: 'string',
  minimum: 'number', maximum: 'number', multipleOf: 'number', exclusiveMinimum: 'number', exclusiveMaximum: 'number',
};
const ABOUT = ['title', 'description', 'default', 'deprecated', 'readOnly', 'writeOnly', 'example'];
const AS_THEY_ARE = ['minLength', 'maxLength', 'minItems', 'maxItems', 'uniqueItems', 'minProperties', 'maxProperties', 'minimum', 'maximum', 'multipleOf', 'dependentRequired'];

export function schemasOf(api: OpenApi): Schemas {
  const components: Record<string, Node> = {};
  const notes: Note[] = [];
  const names = new Map<string, string>();
  const fresh = uniqueTypeNames();
  const note = (pointer: string, vi: string, en: string): void => void notes.push({ pointer, text: { vi, en } });

  /** Whatever a reference points at becomes a component, wherever it stood. */
  function refer(reference: string, pointer: string): Node {
    // One place may be written in several ways: with letters, or percent-encoded.
    const place = reference.split('/').map(unescapePart).join('/');
    const known = names.get(place);
    if (known !== undefined) return referenceTo(known);
    const target = api.follow(reference, pointer);
    const name = fresh(pascalCase(unescapePart(reference.split('/').at(-1) ?? ''), 'Schema'));
    names.set(place, name);
    // The place is taken before the walk goes in: schemas may contain themselves.
    components[name] = {};
    components[name] = schema(target, reference.slice(1));
    return referenceTo(name);
  }

  function schema(value: unknown, pointer: string): Node {
    if (value === false) return { not: {} };
    const given = node(value);
    if (typeof given['$ref'] === 'string') {
      const reference = refer(given['$ref'], childPointer(pointer, '$ref'));
      if (api.version === '3.0') return reference;
      const { $ref: _ref, ...rest } = given;
      const beside = withoutNull(rest, pointer);
      return Object.keys(beside).every((key) => ABOUT.includes(key)) ? { ...beside, ...reference } : { allOf: [reference, beside] };
    }
    return nullable(given, pointer);
  }

  /** OpenAPI 3.0 says `nullable: true` where JSON Schema says `type: [x, null]`. */
  function nullable(given: Node, pointer: string): Node {
    const plain = withoutNull(given, pointer);
    if (api.version !== '3.0' || given['nullable'] !== true) return plain;
    const type = plain['type'];
    if (typeof type !== 'string' || ['allOf', 'anyOf', 'oneOf', 'not'].some((word) => word in plain)) return Object.keys(plain).length === 0 ? plain : { anyOf: [plain, { type: 'null' }] };
    return { ...plain, type: [type, 'null'], ...(Array.isArray(plain['enum']) && !plain['enum'].includes(null) ? { enum: [...(plain['enum'] as unknown[]), null] } : {}) };
  }

  function withoutNull(given: Node, pointer: string): Node {
    const made: Node = {};
    for (const word of ABOUT) if (given[word] !== undefined) made[word] = given[word];
    for (const word of AS_THEY_ARE) if (given[word] !== undefined) made[word] = given[word];
    if (Array.isArray(given['examples'])) made['examples'] = given['examples'];
    if ('const' in given) made['const'] = given['const'];
    const values = [...new Map(list(given['enum']).map((item) => [JSON.stringify(item), item])).values()];
    if (values.length > 0) made['enum'] = values;
    ranges(given, made);
    texts(given, made, pointer);
    lists(given, made, pointer);
    objects(given, made, pointer);
    for (const word of ['allOf', 'anyOf', 'oneOf']) {
      const parts = list(given[word]).map((part, i) => schema(part, `${childPointer(pointer, word)}/${i}`));
      if (parts.length > 0) made[word] = parts;
    }
    for (const word of ['not', 'if', 'then', 'else']) if (isRecord(given[word])) made[word] = schema(given[word], childPointer(pointer, word));
    if (made['if'] === undefined) for (const word of ['then', 'else']) delete made[word];
    typed(given, made, pointer);
    return made;
  }

  function ranges(given: Node, made: Node): void {
    for (const [word, bound] of [['exclusiveMinimum', 'minimum'], ['exclusiveMaximum', 'maximum']] as const) {
      if (typeof given[word] === 'number') made[word] = given[word];
      else if (given[word] === true && typeof given[bound] === 'number') {
        made[word] = given[bound];
        delete made[bound];
      }
    }
  }

  function texts(given: Node, made: Node, pointer: string): void {
    const pattern = text(given['pattern']);
    if (pattern !== '') {
      if (compiles(pattern)) made['pattern'] = pattern;
      else {
        made['x-pattern'] = pattern;
        note(childPointer(pointer, 'pattern'), 'biểu thức chính quy không dùng được ở đây; không kiểm tra', 'a pattern that cannot be used here; it is not checked');
      }
    }
    const format = text(given['format']);
    if (Object.hasOwn(FORMATS, format) || ANNOTATION_FORMATS.includes(format)) made['format'] = format;
    else if (format !== '') made['x-format'] = format;
  }

  function lists(given: Node, made: Node, pointer: string): void {
    if (Array.isArray(given['prefixItems'])) {
      made['items'] = {};
      note(childPointer(pointer, 'prefixItems'), 'danh sách có vị trí cố định; từng vị trí không được kiểm tra', 'a list with fixed places; the places are not checked');
    } else if (isRecord(given['items'])) made['items'] = schema(given['items'], childPointer(pointer, 'items'));
  }

  function objects(given: Node, made: Node, pointer: string): void {
    const properties: Node = {};
    for (const [name, value] of Object.entries(node(given['properties']))) {
      // No JSON that we read or write may use it: the gate refuses it.
      if (name === '__proto__') continue;
      properties[name] = schema(value, `${childPointer(pointer, 'properties')}${childPointer('', name)}`);
    }
    // A field that is only read, or only written, is required one way only; the schema serves both ways.
    const oneWay = (name: string): boolean => ['readOnly', 'writeOnly'].some((word) => node(node(given['properties'])[name])[word] === true);
    const required = [...new Set(list(given['required']).filter((name): name is string => typeof name === 'string' && name !== '__proto__'))].filter((name) => !oneWay(name));
    for (const name of required) if (!Object.hasOwn(properties, name)) properties[name] = {};
    if (Object.keys(properties).length > 0) made['properties'] = properties;
    if (required.length > 0) made['required'] = required;
    const more = given['additionalProperties'];
    if (typeof more === 'boolean') made['additionalProperties'] = more;
    else if (isRecord(more)) made['additionalProperties'] = schema(more, childPointer(pointer, 'additionalProperties'));
    if (typeof given['unevaluatedProperties'] === 'boolean') made['unevaluatedProperties'] = given['unevaluatedProperties'];
    const patterns = Object.entries(node(given['patternProperties'])).filter(([pattern]) => compiles(pattern) && !Object.keys(properties).some((name) => new RegExp(pattern).test(name)));
    if (patterns.length > 0) made['patternProperties'] = Object.fromEntries(patterns.map(([pattern, value]) => [pattern, schema(value, `${childPointer(pointer, 'patternProperties')}${childPointer('', pattern)}`)]));
  }

  function typed(given: Node, made: Node, pointer: string): void {
    const said = (typeof given['type'] === 'string' ? [given['type']] : list(given['type'])).filter((type): type is string => typeof type === 'string');
    const known = [...new Set(said.filter((type) => TYPES.has(type)))];
    if (known.length < said.length) note(childPointer(pointer, 'type'), 'kiểu không có trong JSON Schema; để mở', 'a type that JSON Schema does not have; left open');
    const implied = [...new Set(Object.keys(made).flatMap((word) => IMPLY[word] ?? []))];
    const types = known.length > 0 ? known : said.length > 0 ? [] : implied;
    if (types.length > 0) made['type'] = types.length === 1 ? types[0] : types;
    // A word about another type than the one said (`minimum` of a text) never checks anything, and a strict compiler refuses it.
    const fits = (type: string): boolean => types.includes(type) || (type === 'number' && types.includes('integer'));
    for (const word of Object.keys(made)) if (IMPLY[word] !== undefined && !fits(IMPLY[word])) delete made[word];
    if (made['format'] !== undefined && types.length > 0 && !types.includes('string') && Object.hasOwn(FORMATS, text(made['format']))) delete made['format'];
  }

  return {
    components, notes, schema,
    add(wanted, made) {
      const name = fresh(pascalCase(wanted, 'Schema'));
      components[name] = made;
      return name;
    },
  };
}

/** Usable without the unicode flag, and short enough not to be a trap. */
function compiles(pattern: string): boolean {
  try {
    return pattern.length <= LONGEST_PATTERN && new RegExp(pattern) instanceof RegExp;
  } catch {
    return false;
  }
}
