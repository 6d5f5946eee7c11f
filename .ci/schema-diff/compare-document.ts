/** Two versions of one published document: OpenAPI (operations and components) or a single JSON Schema with its `$defs`. */
import { isDeepStrictEqual } from 'node:util';
import { node as json, list, pointed, type Node as Json } from '../../src/contract/json-node.ts';
import { METHODS } from '../../src/contract/openapi.ts';
import { compareSchemas, type Side } from './compare-schema.ts';
import { levelOf, type Change, type Kind, type Role } from './levels.ts';

const BOTH: readonly Role[] = ['written', 'read'];

/** @param roles who stands behind a plain JSON Schema, or an OpenAPI document whose schemas do not say (`x-direction`) and cannot be told by where they are used */
export function compareDocuments(before: Json, after: Json, roles: readonly Role[] = BOTH): Change[] {
  return 'openapi' in after ? compareOpenApi(before, after, roles) : compareJsonSchema(before, after, roles);
}

export const versionOf = (document: Json): string => {
  const version = 'openapi' in document ? json(document['info'])['version'] : document['x-version'];
  if (typeof version !== 'string' || !/^\d+\.\d+\.\d+$/.test(version)) throw new Error(`a document carries its version as MAJOR.MINOR.PATCH (info.version, or x-version in a JSON Schema), not ${JSON.stringify(version)}`);
  return version;
};

const sideOf = (document: Json): Side => ({ resolve: (ref) => pointed(document, ref) });

function compareJsonSchema(before: Json, after: Json, roles: readonly Role[]): Change[] {
  const out: Change[] = [];
  const pair = { old: sideOf(before), now: sideOf(after), roles, out };
  compareSchemas(pair, String(after['title'] ?? 'document'), before, after);
  compareNamed(json(before['$defs']), json(after['$defs']), () => roles, pair);
  return out;
}

interface Sides { old: Side; now: Side; out: Change[] }

function compareNamed(was: Json, is: Json, rolesOf: (name: string) => readonly Role[], sides: Sides): void {
  for (const name of new Set([...Object.keys(was), ...Object.keys(is)])) {
    const roles = rolesOf(name);
    const note = (kind: Kind): void => void sides.out.push({ kind, level: levelOf(kind, roles), where: name, detail: '' });
    if (!Object.hasOwn(was, name)) note('schema added');
    else if (!Object.hasOwn(is, name)) note('schema removed');
    else compareSchemas({ ...sides, roles }, name, was[name], is[name]);
  }
}

function compareOpenApi(before: Json, after: Json, unknown: readonly Role[]): Change[] {
  const out: Change[] = [];
  const sides: Sides = { old: sideOf(before), now: sideOf(after), out };
  const known = rolesIn(before, rolesIn(after, new Map()));
  compareNamed(json(json(before['components'])['schemas']), json(json(after['components'])['schemas']), (name) => [...(known.get(name) ?? unknown)], sides);
  const upstream = hasDirections(after);
  const [was, is] = [operationsOf(before), operationsOf(after)];
  for (const id of new Set([...was.keys(), ...is.keys()])) {
    const [old, now] = [was.get(id), is.get(id)];
    const note = (kind: Kind, detail = ''): void => void out.push({ kind, level: levelOf(kind, BOTH), where: id, detail });
    if (old === undefined) note('operation added');
    else if (now === undefined) note('operation removed');
    else compareOperation(sides, { id, old, now, upstream }, note);
  }
  const outline = (document: Json): Json => ({ ...document, paths: undefined, components: { ...json(document['components']), schemas: undefined }, info: { ...json(document['info']), version: undefined } });
  if (!isDeepStrictEqual(json(json(before['components'])['securitySchemes']), json(json(after['components'])['securitySchemes']))) out.push({ kind: 'authentication changed', level: 'major', where: 'document', detail: 'securitySchemes' });
  else if (!isDeepStrictEqual(outline(before), outline(after))) out.push({ kind: 'wording', level: 'patch', where: 'document', detail: 'info, servers, tags, shared parts' });
  return out;
}

interface Operation { node: Json; parameters: Map<string, Json>; security: unknown }

function operationsOf(document: Json): Map<string, Operation> {
  const side = sideOf(document);
  const operations = new Map<string, Operation>();
  for (const [path, item] of Object.entries(json(document['paths']))) {
    for (const method of METHODS) {
      const node = json(item)[method];
      if (node === undefined) continue;
      const parameters = [...list(json(item)['parameters']), ...list(json(node)['parameters'])].map((p) => dereferenced(side, p));
      operations.set(`${method.toUpperCase()} ${path}`, {
        node: json(node), security: json(node)['security'] ?? document['security'],
        parameters: new Map(parameters.map((p) => [`${String(p['name'])} in ${String(p['in'])}`, p])),
      });
    }
  }
  return operations;
}

const dereferenced = (side: Side, value: unknown): Json => (typeof json(value)['$ref'] === 'string' ? json(side.resolve(String(json(value)['$ref']))) : json(value));
const without = (node: Json, ...keys: string[]): Json => Object.fromEntries(Object.entries(node).filter(([key]) => !keys.includes(key)));

function compareOperation(sides: Sides, pair: { id: string; old: Operation; now: Operation; upstream: boolean }, note: (kind: Kind, detail?: string) => void): void {
  const { id, old, now, upstream } = pair;
  // In an upstream's document either side may be ours; what stands outside of a component does not say which.
  const asking = { ...sides, roles: upstream ? (['written', 'inbound'] as const) : (['written'] as const) };
  const answering = { ...sides, roles: upstream ? (['written', 'inbound'] as const) : (['read'] as const) };

  for (const name of new Set([...old.parameters.keys(), ...now.parameters.keys()])) {
    const [was, is] = [old.parameters.get(name), now.parameters.get(name)];
    if (was === undefined) note(is?.['required'] === true ? 'required parameter added' : 'parameter added', name);
    else if (is === undefined) note('parameter removed', name);
    else {
      if (was['required'] !== true && is['required'] === true) note('parameter became required', name);
      if (was['required'] === true && is['required'] !== true) note('parameter no longer required', name);
      compareSchemas(asking, `${id} ${name}`, was['schema'], is['schema']);
      if (!isDeepStrictEqual(without(was, 'schema', 'required'), without(is, 'schema', 'required'))) note('wording', name);
    }
  }

  const body = (operation: Operation, side: Side): Json | undefined => (operation.node['requestBody'] === undefined ? undefined : dereferenced(side, operation.node['requestBody']));
  const [was, is] = [body(old, sides.old), body(now, sides.now)];
  if (was === undefined && is !== undefined) note(is['required'] === true ? 'required body added' : 'body added');
  else if (was !== undefined && is === undefined) note('body removed');
  else if (was !== undefined && is !== undefined) {
    if (was['required'] !== true && is['required'] === true) note('required body added', 'it was optional');
    contents(asking, `${id} request`, was, is, note);
  }

  const [answersWas, answersIs] = [json(old.node['responses']), json(now.node['responses'])];
  for (const status of new Set([...Object.keys(answersWas), ...Object.keys(answersIs)])) {
    if (!Object.hasOwn(answersWas, status)) note('answer added', status);
    else if (!Object.hasOwn(answersIs, status)) note('answer removed', status);
    else contents(answering, `${id} ${status}`, dereferenced(sides.old, answersWas[status]), dereferenced(sides.now, answersIs[status]), note);
  }
  if (!isDeepStrictEqual(old.security, now.security)) note('authentication changed');
  const rest = (operation: Operation): Json => without(operation.node, 'parameters', 'requestBody', 'responses', 'security');
  if (!isDeepStrictEqual(rest(old), rest(now))) note('wording');
}

function contents(pair: Sides & { roles: readonly Role[] }, where: string, old: Json, now: Json, note: (kind: Kind, detail?: string) => void): void {
  const [was, is] = [json(old['content']), json(now['content'])];
  for (const media of new Set([...Object.keys(was), ...Object.keys(is)])) {
    if (!Object.hasOwn(was, media)) note('media type added', `${where} ${media}`);
    else if (!Object.hasOwn(is, media)) note('media type removed', `${where} ${media}`);
    else {
      compareSchemas(pair, where, json(was[media])['schema'], json(is[media])['schema']);
      if (!isDeepStrictEqual(without(json(was[media]), 'schema'), without(json(is[media]), 'schema'))) note('wording', `${where} ${media}`);
    }
  }
  if (!isDeepStrictEqual(without(old, 'content', 'required'), without(now, 'content', 'required'))) note('wording', where);
}

// ---- who stands behind a component -----------------------------------------------------------------------------

const hasDirections = (document: Json): boolean => Object.values(json(json(document['components'])['schemas'])).some((schema) => typeof json(schema)['x-direction'] === 'string');

/** By `x-direction` where the document has it, else by where a component is used; and what a component refers to is used as it is. */
function rolesIn(document: Json, known: Map<string, Set<Role>>): Map<string, Set<Role>> {
  const schemas = json(json(document['components'])['schemas']);
  function reach(value: unknown, role: Role): void {
    for (const name of refsOf(value)) {
      const roles = known.get(name) ?? new Set<Role>();
      known.set(name, roles);
      if (roles.has(role)) continue;
      roles.add(role);
      reach(schemas[name], role);
    }
  }
  if (hasDirections(document)) {
    for (const [name, schema] of Object.entries(schemas)) {
      const direction = json(schema)['x-direction'];
      if (typeof direction === 'string') reach({ $ref: `#/components/schemas/${name}` }, direction === 'outbound' ? 'written' : 'inbound');
    }
    return known;
  }
  for (const { node, parameters } of operationsOf(document).values()) {
    reach([node['requestBody'], ...parameters.values()], 'written');
    reach(node['responses'], 'read');
  }
  return known;
}

function refsOf(value: unknown): string[] {
  const found: string[] = [];
  const walk = (at: unknown): void => {
    if (typeof at !== 'object' || at === null) return;
    const ref = (at as Json)['$ref'];
    const name = typeof ref === 'string' ? /^#\/components\/schemas\/([^/]+)$/.exec(ref)?.[1] : undefined;
    if (name !== undefined) found.push(name);
    for (const inner of Object.values(at)) walk(inner);
  };
  walk(value);
  return found;
}
