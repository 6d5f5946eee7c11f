/**
 * An upstream's OpenAPI 3.1 document at work: which operation a call is, and whether the call and its answer are what the
 * document says, in words. For mocks, conformance runs and people; delivery uses the generated validators instead.
 */
import { issuesOf, type SchemaFault } from './check.ts';
import { checksWithin } from './compile.ts';
import { issue } from './errors/issue.ts';
import type { Issue, Text } from './errors/types.ts';
import { isRecord } from './is-record.ts';
import { list, node, pointed, text, type Node } from './json-node.ts';
import { childPointer, pointerPart } from './pointer.ts';
import { parseYaml } from './yaml.ts';

export type JsonSchema = Record<string, unknown>;

/** One operation of the document. */
export interface ContractOperation {
  id: string;
  /** upper case */
  method: string;
  /** as in the document, `/downloadfile/{uuid}` */
  path: string;
  title: Text;
  tags: readonly string[];
}
export interface ContractCall {
  method: string;
  /** without the query */
  path: string;
  query?: Readonly<Record<string, string>>;
  /** names in lower case */
  headers?: Readonly<Record<string, string>>;
  /** the body as text; '' or absent: none */
  body?: string;
  /** what was sent was no UTF-8, and `body` is what could be read of it */
  notUtf8?: true;
}
export interface ContractAnswer { status: number; headers?: Readonly<Record<string, string>>; body: string }

/** What the document has to say of one call. Issues point into `/body`, `/query`, `/headers`, `/path`, `/status`. */
export interface CallVerdict {
  operation: ContractOperation | undefined;
  /** the component that the body was held against: `DongBoHoSoMC2023Request` */
  schema: string | undefined;
  issues: Issue[];
}

export interface Contract {
  title: string;
  /** of the document: `info.version` */
  version: string;
  /** the whole document, references as they stand; not to be changed */
  document: JsonSchema;
  operations: readonly ContractOperation[];
  /** The operation at this address. What stands before the document's path is taken for the installation's prefix. */
  find(method: string, path: string): ContractOperation | undefined;
  checkRequest(call: ContractCall): CallVerdict;
  /** @param call what was asked; it decides which of several answers is the right one */
  checkResponse(call: ContractCall, answer: ContractAnswer): CallVerdict;
  /** the names of all component schemas */
  schemaNames(): string[];
  /** a component's schema, `undefined` when there is none of this name */
  schema(name: string): JsonSchema | undefined;
  /** every issue of a value under a component. @throws Error when there is no such component */
  checkAgainst(name: string, value: unknown): Issue[];
}

/** What an address of a document may offer, as its keys. */
export const METHODS = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options'];
/** Our own documents use anchors for repeated lists. */
const MOST_ALIASES = 1_000;

interface Route { operation: ContractOperation; segments: string[]; node: Node; pointer: string }

const segmentsOf = (path: string): string[] => path.split('/').filter((s) => s !== '');

/** @param yaml the document's text, YAML or JSON. @throws Error when it is not an OpenAPI 3.1 document */
export function openContract(yaml: string): Contract {
  const parsed = parseYaml(yaml, MOST_ALIASES);
  if (!parsed.ok) throw new Error(`not YAML: ${parsed.faults.map((f) => `${f.code}${f.line === undefined ? '' : ` in line ${f.line}`}`).join(', ')}`);
  const document = node(parsed.value);
  if (!text(document['openapi']).startsWith('3.1')) throw new Error('an OpenAPI 3.1 document is expected');
  const info = node(document['info']);
  const schemas = node(node(document['components'])['schemas']);
  const routes = routesOf(document);

  const checkAt = checksWithin(document);
  const check = (pointer: string, value: unknown): readonly SchemaFault[] => {
    const holds = checkAt(pointer);
    return holds(value) ? [] : (holds.errors ?? []);
  };

  const deref = (value: unknown): Node => {
    let at = node(value);
    for (let hops = 0; typeof at['$ref'] === 'string' && hops < 20; hops += 1) at = node(pointed(document, at['$ref']));
    return at;
  };

  interface Branch { pointer: string; name: string | undefined }
  // A mock asks for every call: what the document says about a union is worked out once.
  const alternatives = new Map<string, Branch[]>();
  const alternativesOf = (pointer: string): Branch[] => {
    let known = alternatives.get(pointer);
    if (known === undefined) alternatives.set(pointer, (known = branchesOf(pointer, pointed(document, pointer))));
    return known;
  };
  const fixed = new Map<string, [string, unknown][]>();

  /** The alternatives that a schema offers, unions inside unions laid flat. */
  function branchesOf(pointer: string, value: unknown): Branch[] {
    const schema = node(value);
    if (typeof schema['$ref'] === 'string') return branchesOf(schema['$ref'], pointed(document, schema['$ref']));
    for (const word of ['oneOf', 'anyOf']) {
      if (Array.isArray(schema[word])) return list(schema[word]).flatMap((item, i) => branchesOf(`${pointer}/${word}/${i}`, item));
    }
    return [{ pointer, name: /^#\/components\/schemas\/([^/]+)$/.exec(pointer)?.[1] }];
  }

  /** What tells the branches of a union apart: fields that may have one value only. */
  function fixedFields(branch: Branch): [string, unknown][] {
    let known = fixed.get(branch.pointer);
    if (known === undefined) fixed.set(branch.pointer, (known = fixedFieldsOf(branch)));
    return known;
  }
  function fixedFieldsOf(branch: Branch): [string, unknown][] {
    return Object.entries(node(node(pointed(document, branch.pointer))['properties'])).flatMap(([name, value]): [string, unknown][] => {
      const field = deref(value);
      if ('const' in field) return [[name, field['const']]];
      return list(field['enum']).length === 1 ? [[name, list(field['enum'])[0]]] : [];
    });
  }

  /** The branch that a body means: by its fixed fields, then by the fewest issues. */
  function judge(pointer: string, value: unknown, at: string, preferred?: string): { schema: string | undefined; issues: Issue[] } {
    const all = alternativesOf(pointer);
    const named = all.find((branch) => branch.name !== undefined && branch.name === preferred);
    let candidates = named === undefined ? all : [named];
    if (candidates.length > 1 && isRecord(value)) {
      const wrong = candidates.map((branch) => fixedFields(branch).filter(([name, fixed]) => value[name] !== fixed).map(([name]) => name));
      const fitting = candidates.filter((_, i) => wrong[i]?.length === 0);
      if (fitting.length > 0) candidates = fitting;
      else {
        // Nothing is meant by it: what it may mean is said, instead of everything that each branch misses.
        const [selector] = wrong[0] ?? [];
        const known = selector === undefined ? [] : [...new Set(candidates.flatMap((branch) => fixedFields(branch).filter(([name]) => name === selector).map(([, fixed]) => String(fixed))))];
        if (selector !== undefined && wrong.every((names) => names.includes(selector))) {
          const shown = known.slice(0, 40).join(', ');
          return { schema: undefined, issues: [issue('LT-INPUT-ENUM', childPointer(at, selector), { vi: `cần một trong: ${shown}`, en: `expected one of: ${shown}` })] };
        }
      }
    }
    let best: { schema: string | undefined; issues: Issue[] } | undefined;
    for (const branch of candidates) {
      const issues = issuesOf(check(branch.pointer, value), { at });
      if (issues.length === 0) return { schema: branch.name, issues };
      if (best === undefined || issues.length < best.issues.length) best = { schema: branch.name, issues };
    }
    return best ?? { schema: undefined, issues: [] };
  }

  function parametersOf(route: Route): { at: string; in: string; name: string; required: boolean }[] {
    const [path = ''] = /^#\/paths\/[^/]+/.exec(route.pointer) ?? [];
    const own = list(route.node['parameters']).map((value, i) => ({ value, at: `${route.pointer}/parameters/${i}` }));
    const shared = list(node(pointed(document, path))['parameters']).map((value, i) => ({ value, at: `${path}/parameters/${i}` }));
    return [...shared, ...own].map(({ value, at }) => {
      const ref = node(value)['$ref'];
      const parameter = deref(value);
      return { at: typeof ref === 'string' ? ref : at, in: text(parameter['in']), name: text(parameter['name']), required: parameter['required'] === true };
    });
  }

  function checkParameters(route: Route, call: ContractCall): Issue[] {
    const actual = segmentsOf(call.path).slice(-route.segments.length);
    const inPath = Object.fromEntries(route.segments.flatMap((s, i) => (s.startsWith('{') ? [[s.slice(1, -1), safeDecode(actual[i] ?? '')]] : [])));
    const places: Record<string, { at: string; values: Readonly<Record<string, string>> }> = { path: { at: '/path', values: inPath }, query: { at: '/query', values: call.query ?? {} }, header: { at: '/headers', values: call.headers ?? {} } };
    return parametersOf(route).flatMap((parameter) => {
      const place = places[parameter.in];
      if (place === undefined) return [];
      const name = parameter.in === 'header' ? parameter.name.toLowerCase() : parameter.name;
      const at = childPointer(place.at, parameter.name);
      const value = Object.hasOwn(place.values, name) ? place.values[name] : undefined;
      if (value === undefined) return parameter.required ? [issue('LT-INPUT-REQUIRED', at)] : [];
      return node(pointed(document, parameter.at))['schema'] === undefined ? [] : issuesOf(check(`${parameter.at}/schema`, scalarFor(deref(node(pointed(document, parameter.at))['schema']), value)), { at });
    });
  }

  /** The media types of a body, and what the text is under them. */
  function bodyOf(contents: Node, contentType: string | undefined, body: string): { media: string; value: unknown } | Issue[] | undefined {
    const kinds = Object.keys(contents);
    const given = (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
    const media = kinds.find((kind) => kind.toLowerCase() === given) ?? (kinds.length === 1 ? kinds[0] : undefined) ?? kinds.find((kind) => kind.includes('json'));
    if (media === undefined) return undefined;
    const wrongKind = given !== '' && given !== media.toLowerCase() ? [issue('LT-INPUT-ENUM', '/headers/content-type', { vi: `cần ${kinds.join(', ')}`, en: `expected ${kinds.join(', ')}` })] : [];
    if (media.includes('json')) {
      try {
        const value: unknown = JSON.parse(body);
        return wrongKind.length > 0 ? wrongKind : { media, value };
      } catch {
        return [...wrongKind, issue('LT-INPUT-NOT-JSON', '/body')];
      }
    }
    if (wrongKind.length > 0) return wrongKind;
    if (media === 'application/x-www-form-urlencoded') return { media, value: Object.fromEntries(new URLSearchParams(body)) };
    return media.startsWith('text/') ? { media, value: body } : undefined;
  }

  /** Fields of a form travel as text, as parameters do. */
  const typedFields = (properties: Node, fields: Node): Node => Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, Object.hasOwn(properties, name) ? scalarFor(deref(properties[name]), text(value)) : value]));

  const routeFor = (method: string, path: string): Route | undefined => {
    const parts = segmentsOf(path);
    const upper = method.toUpperCase();
    const fits = (route: Route): boolean => route.operation.method === upper && parts.length >= route.segments.length && route.segments.every((s, i) => s.startsWith('{') || s === parts[parts.length - route.segments.length + i]);
    return routes.find(fits);
  };

  function requestSchema(route: Route, call: ContractCall): { schema: string | undefined; issues: Issue[] } {
    const bodyNode = deref(route.node['requestBody']);
    const ref = node(route.node['requestBody'])['$ref'];
    const at = typeof ref === 'string' ? ref : `${route.pointer}/requestBody`;
    if (Object.keys(bodyNode).length === 0) return { schema: undefined, issues: [] };
    const { body = '' } = call;
    if (body === '') return { schema: undefined, issues: bodyNode['required'] === true ? [issue('LT-INPUT-REQUIRED', '/body')] : [] };
    const contents = node(bodyNode['content']);
    const read = bodyOf(contents, call.headers?.['content-type'], body);
    if (read === undefined) return { schema: undefined, issues: [] };
    if (Array.isArray(read)) return { schema: undefined, issues: read };
    if (call.notUtf8 === true) return { schema: undefined, issues: [issue('LT-INPUT-NOT-JSON', '/body', { vi: 'không phải UTF-8', en: 'not UTF-8' })] };
    const schema = node(contents[read.media])['schema'];
    if (schema === undefined) return { schema: undefined, issues: [] };
    const value = read.media === 'application/x-www-form-urlencoded' ? typedFields(node(deref(schema)['properties']), node(read.value)) : read.value;
    return judge(`${at}/content/${pointerPart(read.media)}/schema`, value, '/body');
  }

  return {
    title: text(info['title']),
    version: text(info['version']),
    document,
    operations: routes.map((route) => route.operation),
    find: (method, path) => routeFor(method, path)?.operation,
    checkRequest(call) {
      const route = routeFor(call.method, call.path);
      if (route === undefined) {
        const methods = METHODS.filter((method) => routeFor(method, call.path) !== undefined).map((method) => method.toUpperCase());
        const detail = methods.length > 0 ? { vi: `cần phương thức ${methods.join(', ')}`, en: `expected method ${methods.join(', ')}` } : { vi: 'không có địa chỉ này trong hợp đồng', en: 'the contract has no such address' };
        return { operation: undefined, schema: undefined, issues: [issue('LT-INPUT-ENUM', methods.length > 0 ? '/method' : '/path', detail)] };
      }
      const { schema, issues } = requestSchema(route, call);
      return { operation: route.operation, schema, issues: [...checkParameters(route, call), ...issues] };
    },
    checkResponse(call, answer) {
      const route = routeFor(call.method, call.path);
      if (route === undefined) return { operation: undefined, schema: undefined, issues: [] };
      const responses = node(route.node['responses']);
      const status = [String(answer.status), `${String(answer.status)[0] ?? ''}XX`, 'default'].find((key) => responses[key] !== undefined);
      if (status === undefined) {
        const known = Object.keys(responses).join(', ');
        return { operation: route.operation, schema: undefined, issues: [issue('LT-INPUT-ENUM', '/status', { vi: `cần ${known}`, en: `expected ${known}` })] };
      }
      const ref = node(responses[status])['$ref'];
      const contents = node(deref(responses[status])['content']);
      const read = Object.keys(contents).length === 0 ? undefined : bodyOf(contents, answer.headers?.['content-type'], answer.body);
      if (read === undefined) return { operation: route.operation, schema: undefined, issues: [] };
      if (Array.isArray(read)) return { operation: route.operation, schema: undefined, issues: read };
      if (node(contents[read.media])['schema'] === undefined) return { operation: route.operation, schema: undefined, issues: [] };
      const at = typeof ref === 'string' ? ref : `${route.pointer}/responses/${status}`;
      // By the naming rule of schemas/README.md, XRequest is answered with XResponse; a profile's name ends in its year.
      const asked = requestSchema(route, call).schema?.replace(/(\d{4})?Request$/, 'Response');
      return { operation: route.operation, ...judge(`${at}/content/${pointerPart(read.media)}/schema`, read.value, '/body', asked) };
    },
    schemaNames: () => Object.keys(schemas),
    schema: (name) => (Object.hasOwn(schemas, name) ? node(schemas[name]) : undefined),
    checkAgainst(name, value) {
      if (!Object.hasOwn(schemas, name)) throw new Error(`no schema is called ${name}`);
      return issuesOf(check(`#/components/schemas/${pointerPart(name)}`, value));
    },
  };
}

function routesOf(document: Node): Route[] {
  const routes: Route[] = [];
  for (const [path, value] of Object.entries(node(document['paths']))) {
    for (const method of METHODS) {
      const found = node(value)[method];
      if (!isRecord(found)) continue;
      const summary = text(found['summary']);
      const operation: ContractOperation = {
        id: text(found['operationId']) || `${method} ${path}`, method: method.toUpperCase(), path,
        title: { vi: text(found['x-summary-vi']) || summary, en: summary }, tags: list(found['tags']).filter((tag): tag is string => typeof tag === 'string'),
      };
      routes.push({ operation, segments: segmentsOf(path), node: found, pointer: `#/paths/${pointerPart(path)}/${method}` });
    }
  }
  // The longest address first, and a spelt-out segment before a placeholder: the nearest one wins.
  const open = (route: Route): number => route.segments.filter((s) => s.startsWith('{')).length;
  return routes.sort((a, b) => b.segments.length - a.segments.length || open(a) - open(b));
}

function safeDecode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Parameters travel as text; a schema that wants a number or a truth value gets one where the text is one. */
function scalarFor(schema: Node, value: string): unknown {
  const types = typeof schema['type'] === 'string' ? [schema['type']] : list(schema['type']);
  if (types.includes('string') || types.length === 0) return value;
  if ((types.includes('integer') || types.includes('number')) && /^-?\d+(\.\d+)?$/.test(value)) return Number(value);
  if (types.includes('boolean') && (value === 'true' || value === 'false')) return value === 'true';
  return value;
}
