/** A document turned into what the templates write: operations with examples, a contract of their own, types, how a call proves itself. */
import { issue } from '../../../contract/errors/issue.ts';
import { normalizeStrings } from '../../../contract/nfc.ts';
import { list, node, text, type Node } from '../../../contract/json-node.ts';
import { ValidationError } from '../../../contract/validate.ts';
import type { Security } from '../templates/shared.ts';
import { examplesOf } from './examples.ts';
import { contractOf, operationsOf, type ScaffoldOperation, type Skipped } from './operations.ts';
import type { OpenApi } from './read.ts';
import { referredName, schemasOf, type Note } from './schemas.ts';
import { typesOf } from './types.ts';

export interface ScaffoldCall extends ScaffoldOperation { input: unknown; output: unknown }
export interface ScaffoldModel {
  title: string;
  server: string;
  security: Security;
  operations: ScaffoldCall[];
  skipped: Skipped[];
  notes: Note[];
  contract: Node;
  types: string;
}

/**
 * @param chosen names of operations (`operationId`, name in code or `POST /path`); all of them when absent
 * @throws ValidationError with LT-KIT-OPENAPI-OPERATION or LT-KIT-OPENAPI-EXAMPLE
 */
export function modelOf(api: OpenApi, chosen?: readonly string[]): ScaffoldModel {
  const schemas = schemasOf(api);
  const { operations, skipped } = operationsOf(api, schemas, chosen);
  openWhatFails(schemas.components, schemas.notes);
  const examples = examplesOf(schemas.components);
  const calls = operations.flatMap((operation): ScaffoldCall[] => {
    const [input, output] = [operation.requestName, operation.responseName].map((name) => ({ name, ...examples.of(name) }));
    const failed = [input, output].find((one) => one !== undefined && one.issues.length > 0);
    if (failed === undefined) {
      const { answer } = operation;
      // A success that is a bare number, text or truth value is a JSON value all the same.
      const bare = answer.kind === 'json' && (typeof output?.value !== 'object' || output.value === null);
      return [{ ...operation, answer: bare ? { ...answer, kind: 'value' } : answer, input: normalizeStrings(input?.value), output: normalizeStrings(output?.value) }];
    }
    const { message, pointer = '', code } = failed.issues[0] ?? issue('LT-INPUT-SHAPE');
    const call = `${operation.method} ${operation.path}`;
    if (chosen !== undefined) throw new ValidationError([issue('LT-KIT-OPENAPI-EXAMPLE', `/components/schemas/${failed.name}`, { vi: `${call}: ${code} ${pointer}`, en: `${call}: ${code} ${pointer}` })]);
    skipped.push({ call, why: { vi: `không tạo được mẫu cho ${failed.name}${pointer}: ${message.vi}`, en: `no example could be made for ${failed.name}${pointer}: ${message.en}` } });
    return [];
  });
  if (calls.length === 0) throw new ValidationError(skipped.map(({ call, why }) => issue('LT-KIT-OPENAPI-EXAMPLE', undefined, { vi: `${call}: ${why.vi}`, en: `${call}: ${why.en}` })));
  const contract = contractOf(api, schemas, calls);
  const components = node(contract['components']);
  const needed = reachable(calls, schemas.components);
  components['schemas'] = Object.fromEntries(Object.entries(node(components['schemas'])).filter(([name]) => needed.has(name)));
  return {
    title: text(node(api.root['info'])['title']).slice(0, 100) || 'Upstream',
    server: serverOf(api),
    security: securityOf(api, calls),
    operations: calls, skipped, notes: schemas.notes, contract,
    types: typesOf(components['schemas'] as Record<string, Node>),
  };
}

/** A component that a strict compiler refuses is left open and says so; one that only refers to it works on. */
function openWhatFails(components: Record<string, Node>, notes: Note[]): void {
  for (const name of Object.keys(components)) if (isEndless(name, components)) leaveOpen(name, 'it says nothing but itself');
  const open = Object.fromEntries(Object.keys(components).map((name): [string, Node] => [name, {}]));
  for (const [name, schema] of Object.entries(components)) {
    const why = examplesOf({ ...open, [name]: schema }).broken(name);
    if (why !== undefined) leaveOpen(name, why);
  }
  const together = examplesOf(components);
  for (const name of Object.keys(components)) {
    const why = together.broken(name);
    if (why !== undefined) leaveOpen(name, why);
  }

  function leaveOpen(name: string, why: string): void {
    components[name] = { 'x-todo': `TODO(schema) ${name}: ${why.split('\n')[0]?.slice(0, 200) ?? ''}` };
    notes.push({ pointer: `/components/schemas/${name}`, text: { vi: 'để mở: không biên dịch chặt được', en: 'left open: it could not be compiled strictly' } });
  }
}

/** A schema that is itself again before it has looked at any part of a value: a check of it would never end. */
function isEndless(name: string, components: Readonly<Record<string, Node>>): boolean {
  const seen = new Set<string>();
  const leads = (schema: Node): boolean => {
    const to = referredName(schema);
    if (to === name) return true;
    const { allOf, anyOf, oneOf, not, if: when, then, else: otherwise } = schema;
    if ([...list(allOf), ...list(anyOf), ...list(oneOf), not, when, then, otherwise].some((part) => part !== undefined && leads(node(part)))) return true;
    if (to === undefined || seen.has(to)) return false;
    seen.add(to);
    return leads(node(components[to]));
  };
  return leads(node(components[name]));
}

function reachable(calls: readonly ScaffoldCall[], components: Readonly<Record<string, Node>>): Set<string> {
  const found = new Set<string>();
  const walk = (value: unknown): void => {
    const name = referredName(value);
    if (name !== undefined && !found.has(name)) {
      found.add(name);
      walk(components[name]);
    }
    if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) walk(item);
  };
  for (const call of calls) walk([{ $ref: `#/components/schemas/${call.requestName}` }, { $ref: `#/components/schemas/${call.responseName}` }, call.failures.map(({ schema }) => schema), call.parameters.map(({ schema }) => schema)]);
  return found;
}

function serverOf(api: OpenApi): string {
  const url = text(node(list(api.root['servers'])[0])['url']);
  return /^https?:\/\/[^\s{}"'<>]{1,200}$/.test(url) ? url : '';
}

/** The first way of proving who calls that the line can send; a header before the address, where proxies log it. */
function securityOf(api: OpenApi, calls: readonly ScaffoldCall[]): Security {
  const schemes = node(node(api.root['components'])['securitySchemes']);
  const wanted = calls.flatMap(({ security }) => list(security).flatMap((one) => Object.keys(node(one))));
  const kinds = [...new Set(wanted)].flatMap((name): Security[] => {
    const { value: scheme } = api.deref(schemes[name], `/components/securitySchemes/${name}`);
    const type = text(scheme['type']);
    if (type === 'oauth2' || type === 'openIdConnect') return [{ kind: 'bearer' }];
    if (type === 'http') return [{ kind: text(scheme['scheme']).toLowerCase() === 'basic' ? 'basic' : 'bearer' }];
    const [place, key] = [text(scheme['in']), text(scheme['name'])];
    return type === 'apiKey' && (place === 'header' || place === 'query') && /^[\w-]{1,100}$/.test(key) ? [{ kind: 'key', in: place, name: key }] : [];
  });
  return kinds.find((one) => one.kind !== 'key' || one.in === 'header') ?? kinds[0] ?? { kind: 'none' };
}
