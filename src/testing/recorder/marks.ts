/**
 * What an upstream's OpenAPI document says of each value: personal, secret, declared and neither, or not declared at all. Where
 * several schemas may be meant, a value is what any of them says: too much is replaced rather than too little.
 */
import { isRecord } from '../../contract/is-record.ts';
import { list, node, pointed, type Node } from '../../contract/json-node.ts';
import type { Contract } from '../../contract/openapi.ts';
import { searchKey } from '../../model/text.ts';

/** Kinds of the mark `x-sensitive` (schemas/README.md), and `secret` for `x-secret`. */
export type Mark = 'identity' | 'name' | 'phone' | 'email' | 'address' | 'birth' | 'free-text' | 'file' | 'secret';
/** `known`: declared and not marked. `unknown`: nobody vouches for it. */
export type Standing = Mark | 'known' | 'unknown';

/** The schemas that may be meant at a place, and the mark that lies on everything below it. */
export interface Place { nodes: readonly Node[]; inherited?: Mark | undefined }

/** What is personal by its name, whoever calls a field so. Matched against the name in lower case without accents and separators. */
const NAMES: readonly [RegExp, Mark][] = [
  [/pass(word|wd)?$|^pwd|matkhau|secret|token|session|apikey|accesskey|securitykey|authorization|cookie|credential|privatekey|signature$/, 'secret'],
  [/email|thudientu|hopthu/, 'email'],
  [/phone|mobile|telno|^tel$|dienthoai|^sdt|^fax$|didong/, 'phone'],
  [/birth|ngaysinh|sinhngay|^dob$|ngaythangnamsinh/, 'birth'],
  [/cccd|cmnd|cmt(nd)?|dinhdanh(canhan)?$|citizenid|identity(no|number)|idno$|passport|hochieu|masothue|taxcode|^mst/, 'identity'],
  [/hoten|hovaten|fullname|firstname|lastname|tennguoi|chuhoso|nguoinop|personname|applicantname/, 'name'],
  [/diachi|address|street|thuongtru|tamtru|quequan/, 'address'],
];

const isMark = (value: unknown): value is Mark => typeof value === 'string' && ['identity', 'name', 'phone', 'email', 'address', 'birth', 'free-text', 'file'].includes(value);

/** The strictest of several marks: a secret is dropped, a number must keep its form, free text is the loosest. */
const STRICTEST: readonly Mark[] = ['secret', 'identity', 'name', 'phone', 'email', 'birth', 'address', 'file', 'free-text'];
const strictest = (marks: readonly Mark[]): Mark | undefined => STRICTEST.find((mark) => marks.includes(mark));

/** The places of one operation. */
export interface OperationPlaces {
  id: string;
  /** as in the document, with `{placeholders}` */
  path: string;
  request(contentType: string, value: unknown): Place;
  /** @param request the request's body: it decides which of several answers is meant */
  response(status: number, contentType: string, value: unknown, request: unknown): Place;
  parameter(where: 'query' | 'header' | 'path', name: string): Place | undefined;
}

export interface Marks {
  operation(method: string, path: string): OperationPlaces | undefined;
  field(place: Place, name: string, value: unknown): Place;
  item(place: Place, value: unknown): Place;
  /** what a value is at this place. @param name the field's name, where it has one */
  standing(place: Place, name: string | undefined): Standing;
  /** is this a word of the contract: a service, a fixed value? */
  isWord(text: string): boolean;
  /** does the contract call a field so? */
  declares(name: string): boolean;
}

/** A schema without one of these says nothing about its values. */
const SAYING = ['type', 'enum', 'const', 'pattern', '$ref', 'oneOf', 'anyOf', 'allOf'];

export const NOWHERE: Place = { nodes: [] };

/** @param contract absent: nothing is declared, and everything is judged by its name and its form */
export function marksOf(contract: Contract | undefined): Marks {
  const document = contract?.document ?? {};
  const constants = new Set<string>();
  const byName = new Map<string, Set<Mark>>();

  const follow = (reference: string): Node => (reference.startsWith('#/') ? node(pointed(document, reference)) : {});
  const markOf = (node: Node): Mark | undefined => (node['x-secret'] === true ? 'secret' : isMark(node['x-sensitive']) ? node['x-sensitive'] : undefined);

  /** A schema laid flat: behind its references, with the branches of its unions. The reference's own marks come along. */
  function flat(value: unknown, body: unknown, depth = 0): Node[] {
    if (!isRecord(value) || depth > 12) return [];
    const out: Node[] = [value];
    if (typeof value['$ref'] === 'string') out.push(...flat(follow(value['$ref']), body, depth + 1));
    // Items that are checked one by one name their shape instead of referring to it.
    if (typeof value['x-shape'] === 'string') out.push(...flat(follow(`#/components/schemas/${value['x-shape']}`), body, depth + 1));
    for (const word of ['allOf', 'oneOf', 'anyOf']) {
      const branches = list(value[word]);
      const fitting = word === 'allOf' ? branches : branches.filter((branch) => mayMean(branch, body, depth));
      for (const branch of fitting.length > 0 ? fitting : branches) out.push(...flat(branch, body, depth + 1));
    }
    return out;
  }

  /** A branch whose fixed fields say something else is not meant. */
  function mayMean(branch: unknown, body: unknown, depth: number): boolean {
    if (!isRecord(body)) return true;
    return flat(branch, undefined, depth + 1).every((node) => !isRecord(node['properties']) || Object.entries(node['properties']).every(([name, field]) => {
      const fixed = flat(field, undefined, depth + 1).flatMap((n) => ('const' in n ? [n['const']] : list(n['enum']).length === 1 ? list(n['enum']) : []));
      return fixed.length === 0 || typeof body[name] !== 'string' || fixed.includes(body[name]);
    }));
  }

  (function read(value: unknown): void {
    if (Array.isArray(value)) return value.forEach(read);
    if (!isRecord(value)) return;
    if (typeof value['const'] === 'string') constants.add(value['const']);
    for (const word of list(value['enum'])) if (typeof word === 'string') constants.add(word);
    if (isRecord(value['x-meaning'])) for (const word of Object.keys(value['x-meaning'])) constants.add(word);
    if (isRecord(value['properties'])) {
      for (const [name, field] of Object.entries(value['properties'])) {
        const known = byName.get(name) ?? new Set<Mark>();
        byName.set(name, known);
        const mark = isRecord(field) ? markOf(field) : undefined;
        if (mark !== undefined) known.add(mark);
      }
    }
    Object.values(value).forEach(read);
  })(document);

  const placeOf = (node: unknown, body: unknown, inherited?: Mark): Place => {
    const nodes = flat(node, body);
    return { nodes, inherited: strictest([...nodes.map(markOf), inherited].filter((mark) => mark !== undefined)) };
  };
  const content = (body: unknown, contentType: string): unknown => {
    const contents = flat(body, undefined).map((node) => node['content']).find(isRecord) ?? {};
    const found = contents[contentType] ?? Object.values(contents)[0];
    return isRecord(found) ? found['schema'] : undefined;
  };
  /** The name of the component that a body means, where it is one of several. */
  function componentOf(schema: unknown, body: unknown): string | undefined {
    if (!isRecord(schema)) return undefined;
    if (typeof schema['$ref'] === 'string') return schema['$ref'].split('/').at(-1);
    const branches = [...list(schema['oneOf']), ...list(schema['anyOf'])].filter((branch) => mayMean(branch, body, 0));
    return branches.length === 1 ? componentOf(branches[0], body) : undefined;
  }

  function operation(method: string, path: string): OperationPlaces | undefined {
    const found = contract?.find(method, path);
    if (found === undefined) return undefined;
    const shared = (document['paths'] as Record<string, Node>)[found.path] ?? {};
    const node = shared[found.method.toLowerCase()] as Node;
    const parameters = [...list(shared['parameters']), ...list(node['parameters'])].map((value) => flat(value, undefined).at(-1) ?? {});
    return {
      id: found.id,
      path: found.path,
      request: (contentType, value) => placeOf(content(node['requestBody'], contentType), value),
      response(status, contentType, value, request) {
        const responses = isRecord(node['responses']) ? node['responses'] : {};
        const answer = responses[String(status)] ?? responses[`${String(status)[0] ?? ''}XX`] ?? responses['default'] ?? Object.values(responses)[0];
        const schema = content(answer, contentType);
        // By the naming rule of schemas/README.md, XRequest is answered with XResponse.
        const asked = componentOf(content(node['requestBody'], ''), request)?.replace(/(\d{4})?Request$/, 'Response');
        const own = isRecord(schema) ? [...list(schema['oneOf']), ...list(schema['anyOf'])].find((branch) => isRecord(branch) && String(branch['$ref']).endsWith(`/${asked}`)) : undefined;
        return placeOf(own ?? schema, value);
      },
      parameter(where, name) {
        const parameter = parameters.find((p) => p['in'] === where && (where === 'header' ? String(p['name']).toLowerCase() === name.toLowerCase() : p['name'] === name));
        return parameter === undefined ? undefined : placeOf(parameter['schema'], undefined, markOf(parameter));
      },
    };
  }

  return {
    operation,
    field(place, name, value) {
      const declared = place.nodes.flatMap((node) => (isRecord(node['properties']) && Object.hasOwn(node['properties'], name) ? [node['properties'][name]] : []));
      const other = declared.length > 0 ? [] : place.nodes.flatMap((node) => (isRecord(node['additionalProperties']) ? [node['additionalProperties']] : []));
      const places = [...declared, ...other].map((node) => placeOf(node, value, place.inherited));
      return { nodes: places.flatMap((p) => p.nodes), inherited: strictest([...places.map((p) => p.inherited), place.inherited].filter((mark) => mark !== undefined)) };
    },
    item(place, value) {
      const places = place.nodes.flatMap((node) => [node['items'], ...list(node['prefixItems'])]).filter(isRecord).map((node) => placeOf(node, value, place.inherited));
      return { nodes: places.flatMap((p) => p.nodes), inherited: strictest([...places.map((p) => p.inherited), place.inherited].filter((mark) => mark !== undefined)) };
    },
    standing(place, name) {
      const declared = place.nodes.some((node) => SAYING.some((word) => word in node));
      // Not declared here, but marked elsewhere under this name (an answer packed as text, a field that moved): what it is there, it is here.
      const anywhere = name === undefined ? undefined : strictest([...(byName.get(name) ?? [])]);
      // A declared field without a mark is believed; its name is asked only where nobody declared it.
      if (place.inherited !== undefined && place.inherited !== 'free-text') return place.inherited;
      const byItsName = name === undefined || declared ? undefined : NAMES.find(([pattern]) => pattern.test(searchKey(name).replace(/[^a-z0-9]/g, '')))?.[1];
      return byItsName ?? (declared ? undefined : anywhere) ?? place.inherited ?? (declared ? 'known' : 'unknown');
    },
    isWord: (text) => constants.has(text) || byName.has(text),
    declares: (name) => byName.has(name),
  };
}
