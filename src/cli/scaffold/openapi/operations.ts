/** The calls of a document as operations of an adapter: their addresses, inputs, answers, and what cannot be made of them. */
import { issue } from '../../../contract/errors/issue.ts';
import type { Issue, Text } from '../../../contract/errors/types.ts';
import { list, node, text, type Node } from '../../../contract/json-node.ts';
import { childPointer } from '../../../contract/pointer.ts';
import { ValidationError } from '../../../contract/validate.ts';
import { camelCase, pascalCase, uniqueNames } from '../names.ts';
import { unescapePart, type OpenApi } from './read.ts';
import { referenceTo, referredName, type Schemas } from './schemas.ts';

export type Place = 'path' | 'query' | 'header';
export interface Parameter { in: Place; name: string; required: boolean; description: string; schema: Node }
export interface Answer { status: number; key: string; description: string; kind: 'json' | 'value' | 'text' | 'none'; media: string | undefined; schema: Node | undefined }
export interface ScaffoldOperation {
  /** name of the operation in code */
  id: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** as in the document: `/ho-so/{maHoSo}` */
  path: string;
  title: Text;
  /** the language of the title that the document lacks */
  untitled: keyof Text | undefined;
  access: 'read' | 'write';
  parameters: Parameter[];
  body: { kind: 'json' | 'form' | 'text'; media: string; required: boolean; schema: Node } | undefined;
  answer: Answer;
  failures: Answer[];
  /** components that hold what is sent and what comes back */
  requestName: string;
  responseName: string;
  security: unknown;
}
/** A call that is left out, and why. */
export interface Skipped { call: string; why: Text }

const MOST_OPERATIONS = 30;
const METHODS = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options', 'trace'] as const;
const MADE = new Set(['get', 'post', 'put', 'patch', 'delete']);
/** The line sets these itself. */
const OWN_HEADERS = new Set(['accept', 'content-type', 'authorization', 'host', 'content-length', 'cookie']);

interface Found { method: string; path: string; pointer: string; value: Node; shared: unknown[]; wanted: string }

/** What was asked for, and what the document has. @throws ValidationError */
export function operationsOf(api: OpenApi, schemas: Schemas, chosen: readonly string[] | undefined): { operations: ScaffoldOperation[]; skipped: Skipped[] } {
  const found = callsOf(api);
  if (found.length === 0) throw new ValidationError([issue('LT-KIT-OPENAPI-OPERATION', '/paths', { vi: 'tài liệu không có lời gọi nào', en: 'the document has no call at all' })]);
  const fresh = uniqueNames();
  const named = found.map((call) => ({ ...call, id: fresh(camelCase(call.wanted, call.method, 'Call')) }));
  const wanted = chosen === undefined ? named : pick(named, chosen);
  const skipped: Skipped[] = [];
  const operations: ScaffoldOperation[] = [];
  for (const call of wanted) {
    const made = MADE.has(call.method) ? operation(call) : { vi: `phương thức ${call.method.toUpperCase()}`, en: `method ${call.method.toUpperCase()}` };
    if ('id' in made) operations.push(made);
    else skipped.push({ call: `${call.method.toUpperCase()} ${call.path}`, why: made });
  }
  if (chosen !== undefined && skipped.length > 0) throw new ValidationError(skipped.map(({ call, why }) => issue('LT-KIT-OPENAPI-OPERATION', undefined, { vi: `${call}: ${why.vi}`, en: `${call}: ${why.en}` })));
  if (operations.length === 0) throw new ValidationError([issue('LT-KIT-OPENAPI-OPERATION', '/paths', { vi: 'không lời gọi nào dùng được', en: 'none of the calls can be used' })]);
  if (operations.length > MOST_OPERATIONS) {
    const names = operations.slice(0, 60).map(({ id }) => id).join(',');
    throw new ValidationError([issue('LT-KIT-OPENAPI-OPERATION', '/paths', { vi: `có ${operations.length}, tối đa ${MOST_OPERATIONS}; chọn bằng --operations trong: ${names}`, en: `there are ${operations.length}, at most ${MOST_OPERATIONS} can be made; choose with --operations from: ${names}` })]);
  }
  return { operations, skipped };

  function operation({ id, method, path: given, pointer, value, shared }: Found & { id: string }): ScaffoldOperation | Text {
    if (isMixed(given)) return { vi: 'tham số chỉ là một phần của đoạn địa chỉ', en: 'a parameter that is only a part of a segment of its address' };
    const path = addressOf(given);
    const body = bodyOf(value, pointer);
    if (body !== undefined && 'vi' in body) return body;
    const parameters = parametersOf([...shared, ...list(value['parameters'])], path, pointer);
    const answers = answersOf(value, pointer);
    const answer = answers.find(({ status }) => status >= 200 && status < 300) ?? { status: 200, key: '200', description: 'OK', kind: 'json' as const, media: 'application/json', schema: undefined };
    const summary = text(value['summary']).trim() || text(value['description']).trim().split('\n')[0] || `${method.toUpperCase()} ${path}`;
    const typeName = pascalCase(id, 'Call');
    return {
      id, method: method.toUpperCase() as ScaffoldOperation['method'], path,
      ...titleOf(summary.slice(0, 200), text(value['x-summary-vi']).trim().slice(0, 200), `${method.toUpperCase()} ${given}`),
      access: method === 'get' ? 'read' : 'write',
      parameters, body, answer, failures: answers.filter((other) => other !== answer && (other.status < 200 || other.status >= 300)),
      requestName: schemas.add(`${typeName}Request`, envelope(parameters, body)),
      responseName: responseName(typeName, answer),
      security: value['security'] ?? api.root['security'],
    };
  }

  /** A component that is the answer keeps its name; anything else gets one. */
  function responseName(typeName: string, answer: Answer): string {
    const named = answer.schema === undefined ? undefined : referredName(answer.schema);
    return named ?? schemas.add(`${typeName}Response`, answer.kind === 'json' ? (answer.schema ?? { example: {} }) : { type: answer.kind === 'none' ? 'null' : 'string' });
  }

  function bodyOf(value: Node, pointer: string): ScaffoldOperation['body'] | Text {
    const at = childPointer(pointer, 'requestBody');
    const { value: given } = api.deref(value['requestBody'], at);
    const contents = node(given['content']);
    if (Object.keys(contents).length === 0) return undefined;
    const spoken = mediaOf(contents, ['json', 'form', 'text']);
    if (spoken === undefined) return { vi: `nội dung gửi dạng ${Object.keys(contents).join(', ')}`, en: `a body of ${Object.keys(contents).join(', ')}` };
    const { given: name, media, kind } = spoken;
    const schema = kind === 'text' ? undefined : node(contents[name])['schema'];
    const made = schema === undefined ? (kind === 'text' ? { type: 'string' } : {}) : schemas.schema(schema, `${at}/content${childPointer('', name)}/schema`);
    return { kind, media, required: given['required'] === true || kind === 'form', schema: kind === 'form' ? flat(made, at) : made };
  }

  /** Fields of a form travel as text: what is no single value is written by the caller. */
  function flat(made: Node, at: string): Node {
    const name = referredName(made);
    const plain = name === undefined ? made : node(schemas.components[name]);
    return { ...plain, properties: Object.fromEntries(Object.entries(node(plain['properties'])).map(([field, schema]) => [field, single(node(schema), `${at}/${field}`)])) };
  }

  function parametersOf(given: readonly unknown[], path: string, pointer: string): Parameter[] {
    const made = new Map<string, Parameter>();
    for (const [i, item] of given.entries()) {
      const at = `${childPointer(pointer, 'parameters')}/${i}`;
      const { value } = api.deref(item, at);
      const [place, name] = [text(value['in']), text(value['name'])];
      if (name === '' || (place === 'header' && OWN_HEADERS.has(name.toLowerCase()))) continue;
      if (place === 'path' && !path.includes(`{${name}}`)) continue;
      if (place !== 'path' && place !== 'query' && place !== 'header') {
        schemas.notes.push({ pointer: at, text: { vi: `tham số "${place}" không được gửi`, en: `a parameter in "${place}" is not sent` } });
        continue;
      }
      made.set(`${place} ${name}`, { in: place, name, required: place === 'path' || value['required'] === true, description: text(value['description']), schema: scalar(value['schema'], at) });
    }
    // Placeholders that nobody described are texts.
    for (const [, name = ''] of path.matchAll(/\{([^}]+)\}/g)) {
      if (!made.has(`path ${name}`)) made.set(`path ${name}`, { in: 'path', name, required: true, description: '', schema: { type: 'string', minLength: 1 } });
    }
    return [...made.values()];
  }

  function scalar(given: unknown, at: string): Node {
    return given === undefined ? { type: 'string' } : single(schemas.schema(given, `${at}/schema`), at);
  }

  /** Parameters and forms hold single values. A list or an object in one is written by the caller, as this upstream wants it. */
  function single(made: Node, at: string): Node {
    const name = referredName(made);
    const plain = name === undefined ? made : node(schemas.components[name]);
    const types = typeof plain['type'] === 'string' ? [plain['type']] : list(plain['type']);
    if (!types.includes('array') && !types.includes('object')) return made;
    schemas.notes.push({ pointer: at, text: { vi: 'danh sách hoặc đối tượng trong tham số hay biểu mẫu: truyền dưới dạng chuỗi đã ghép sẵn', en: 'a list or an object in a parameter or a form: given as a text that is already joined' } });
    return { type: 'string' };
  }

  function answersOf(value: Node, pointer: string): Answer[] {
    const responses = node(value['responses']);
    return Object.keys(responses).flatMap((key): Answer[] => {
      const status = key === 'default' ? (Object.keys(responses).some((other) => other.startsWith('2')) ? 500 : 200) : Number(key.replace(/XX$/i, '00'));
      if (!Number.isInteger(status)) return [];
      const at = `${childPointer(pointer, 'responses')}/${key}`;
      const { value: given } = api.deref(responses[key], at);
      const contents = node(given['content']);
      const description = text(given['description']);
      const [first] = Object.keys(contents);
      if (first === undefined) return [{ status, key, description, kind: status === 204 || status === 205 ? 'none' : 'text', media: undefined, schema: undefined }];
      const spoken = mediaOf(contents, ['json']);
      // Whatever is no JSON is read as a text.
      if (spoken === undefined) return [{ status, key, description, kind: 'text', media: (first.split(';')[0] ?? first).trim().toLowerCase(), schema: undefined }];
      const schema = node(contents[spoken.given])['schema'];
      return [{ status, key, description, kind: 'json', media: spoken.media, schema: schema === undefined ? undefined : schemas.schema(schema, `${at}/content${childPointer('', spoken.given)}/schema`) }];
    }).sort((a, b) => a.status - b.status);
  }
}

type Kind = 'json' | 'form' | 'text';
const KINDS: Readonly<Record<Kind, RegExp>> = { json: /^(?:[^;]*[/+]json|\*\/\*)$/i, form: /^application\/x-www-form-urlencoded$/i, text: /^text\//i };

/** The content to speak: the first kind that is wanted. `given` is its name in the document, `media` what goes into the header. */
function mediaOf(contents: Node, wanted: readonly Kind[]): { given: string; media: string; kind: Kind } | undefined {
  for (const kind of wanted) {
    for (const given of Object.keys(contents)) {
      const media = (given.split(';')[0] ?? given).trim().toLowerCase();
      if (KINDS[kind].test(media)) return { given, media: media === '*/*' ? 'application/json' : media, kind };
    }
  }
  return undefined;
}

/** Letters that an address cannot hold are encoded in it; placeholders stay as they are named. */
const addressOf = (path: string): string => path.split('/').map((part) => (part.startsWith('{') ? part : encodeURI(unescapePart(part)))).join('/');
/** A placeholder that is only a part of a segment, `/{id}.pdf`. */
const isMixed = (path: string): boolean => path.split('/').some((part) => part.includes('{') && !/^\{[^{}]+\}$/.test(part));

/** Words that only Vietnamese has letters for. */
const VIETNAMESE = /[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]/i;

/** Operators read titles in both languages. The one that the document lacks is the call itself, until a person writes it. */
function titleOf(summary: string, vietnamese: string, call: string): Pick<ScaffoldOperation, 'title' | 'untitled'> {
  if (vietnamese !== '' && vietnamese !== summary) return { title: { vi: vietnamese, en: summary }, untitled: undefined };
  return VIETNAMESE.test(summary) ? { title: { vi: summary, en: `Call ${call}` }, untitled: 'en' } : { title: { vi: `Lời gọi ${call}`, en: summary }, untitled: 'vi' };
}

/** Everything of one call in one value: what goes into the address, the query, the headers and the body. */
function envelope(parameters: readonly Parameter[], body: ScaffoldOperation['body']): Node {
  const properties: Node = {};
  const required: string[] = [];
  for (const [group, place] of [['path', 'path'], ['query', 'query'], ['headers', 'header']] as const) {
    const members = parameters.filter((parameter) => parameter.in === place);
    if (members.length === 0) continue;
    const needed = members.filter((member) => member.required).map(({ name }) => name);
    properties[group] = {
      type: 'object', additionalProperties: false, ...(needed.length === 0 ? {} : { required: needed }),
      properties: Object.fromEntries(members.map(({ name, schema, description }) => [name, safeIn(place, description === '' || '$ref' in schema ? schema : { description, ...schema })])),
    };
    if (needed.length > 0) required.push(group);
  }
  if (body !== undefined) {
    properties['body'] = body.schema;
    if (body.required) required.push('body');
  }
  return { type: 'object', description: 'One call: address, query, headers, body', additionalProperties: false, ...(required.length === 0 ? {} : { required }), properties };
}

/** An address has no empty segment, and dots alone would steer it elsewhere; a header is one line of plain letters. */
function safeIn(place: Place, schema: Node): Node {
  if (schema['type'] !== 'string' || schema['enum'] !== undefined || schema['pattern'] !== undefined || schema['format'] !== undefined) return schema;
  if (place === 'header') return { ...schema, pattern: '^[ -~]*$' };
  return place === 'path' ? { ...schema, minLength: Math.max(1, Number(schema['minLength'] ?? 1)), pattern: '^(?!\\.{1,2}$)' } : schema;
}

function callsOf(api: OpenApi): Found[] {
  return Object.entries(node(api.root['paths'])).flatMap(([path, given]) => {
    const at = `/paths${childPointer('', path)}`;
    const { value: item } = api.deref(given, at);
    return METHODS.flatMap((method) => (item[method] === undefined ? [] : [{
      method, path, pointer: `${at}/${method}`, value: node(item[method]), shared: list(item['parameters']),
      wanted: text(node(item[method])['operationId']) || `${method} ${path}`,
    }]));
  });
}

function pick<C extends Found & { id: string }>(calls: readonly C[], chosen: readonly string[]): C[] {
  const issues: Issue[] = [];
  const picked = chosen.flatMap((name) => {
    const call = calls.find((one) => one.id === name || one.wanted === name || `${one.method.toUpperCase()} ${one.path}` === name);
    if (call !== undefined) return [call];
    const known = calls.slice(0, 60).map(({ id }) => id).join(', ');
    // The name is the caller's own word on the command line, and the document's operation names are public.
    issues.push(issue('LT-KIT-OPENAPI-OPERATION', undefined, { vi: `không có "${name}"; có: ${known}`, en: `there is no "${name}"; there is: ${known}` }));
    return [];
  });
  if (issues.length > 0) throw new ValidationError(issues);
  return [...new Set(picked)];
}

/** The document that the adapter ships: OpenAPI 3.1, the chosen calls, and the schemas that they need. */
export function contractOf(api: OpenApi, schemas: Schemas, operations: readonly ScaffoldOperation[]): Node {
  const paths: Record<string, Node> = {};
  for (const operation of operations) {
    const { method, path, id, title, parameters, body, answer, failures } = operation;
    const item = (paths[path] ??= {});
    item[method.toLowerCase()] = {
      operationId: id, summary: title.en, ...(title.vi === title.en ? {} : { 'x-summary-vi': title.vi }),
      ...(parameters.length === 0 ? {} : { parameters: parameters.map((p) => ({ name: p.name, in: p.in, ...(p.required ? { required: true } : {}), ...(p.description === '' ? {} : { description: p.description }), schema: p.schema })) }),
      ...(body === undefined ? {} : { requestBody: { ...(body.required ? { required: true } : {}), content: { [body.media]: { schema: body.schema } } } }),
      ...(operation.security === api.root['security'] ? {} : { security: operation.security }),
      responses: Object.fromEntries([answer, ...failures].map((one) => [one.key, {
        description: one.description,
        ...(one.media === undefined ? {} : { content: { [one.media]: one === answer ? { schema: referenceTo(operation.responseName) } : one.schema === undefined ? {} : { schema: one.schema } } }),
      }])),
    };
  }
  const info = node(api.root['info']);
  const schemes = Object.entries(node(node(api.root['components'])['securitySchemes'])).map(([name, value]) => [name, api.deref(value, `/components/securitySchemes/${name}`).value] as const);
  return {
    openapi: '3.1.0',
    info: { title: text(info['title']) || 'Upstream', version: String(info['version'] ?? '1'), ...(text(info['description']) === '' ? {} : { description: info['description'] }) },
    ...(list(api.root['servers']).length === 0 ? {} : { servers: api.root['servers'] }),
    ...(list(api.root['security']).length === 0 ? {} : { security: api.root['security'] }),
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(schemas.components).sort(([a], [b]) => (a < b ? -1 : 1))),
      ...(schemes.length === 0 ? {} : { securitySchemes: Object.fromEntries(schemes) }),
    },
  };
}
