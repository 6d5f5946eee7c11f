/** The adapter made from an OpenAPI document: one operation for each chosen call, and a double that answers with examples. */
import { pointerPart } from '../../../contract/pointer.ts';
import { commentText, propertyName, quoted } from '../names.ts';
import type { ScaffoldCall, ScaffoldModel } from '../openapi/model.ts';
import { todoText } from '../todos.ts';
import { configLiteral, markdownTable, secretsOf, strangerTest, type Shape } from './shared.ts';

/** JSON as a literal of code, moved in by so many blanks. */
const literal = (value: unknown, indent: number): string =>
  (JSON.stringify(value, null, 2) ?? 'null').replace(/[⟦⟧‹›\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).replaceAll('\n', `\n${' '.repeat(indent)}`);
const textLiteral = ({ vi, en }: { vi: string; en: string }): string => `{ vi: ${quoted(vi)}, en: ${quoted(en)} }`;
const typeImports = (names: readonly string[]): string => `⟦import type { ${[...new Set(names)].sort().join(', ')} } from './types.ts';\n⟧`;

export const typesFile = ({ types }: ScaffoldModel): string => `/** What goes over the wire, as the contract document describes it. What the document leaves open is \`unknown\`. */

${types}
`;

export function routesFile({ operations }: ScaffoldModel): string {
  return `/** Which operation is which HTTP call, and how its input becomes one. */
⟦import type { HttpRequest } from 'lienthong';

export interface Route { method: HttpRequest['method']; path: string; media?: string }
type Values = Readonly<Record<string, unknown>>;
/** One call: what stands in the address, the query, the headers and the body. */
interface Call { path?: Values; query?: Values; headers?: Values; body?: unknown }
⟧
export const ROUTES⟦: Readonly<Record<string, Route>>⟧ = {
${operations.map(({ id, method, path, body }) => `  ${id}: { method: '${method}', path: ${quoted(path)}${body === undefined ? '' : `, media: ${quoted(body.media)}`} },`).join('\n')}
};

/** One segment of an address. Dots alone would steer the address elsewhere. */
const segment = (value⟦: unknown⟧)⟦: string⟧ => encodeURIComponent(String(value)).replace(/^\\.{1,2}$/, (dots) => dots.replaceAll('.', '%2E'));

/** The address of a call, its placeholders filled in. The double knows calls by it. */
export const addressOf = (route⟦: Route⟧, values⟦: Values⟧ = {})⟦: string⟧ => route.path.replace(/\\{([^{}]+)\\}/g, (_placeholder, name⟦: string⟧) => segment(values[name] ?? ''));

const texts = (values⟦: Values⟧ = {})⟦: Record<string, string>⟧ => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, typeof value === 'object' ? JSON.stringify(value) : String(value)]));

/** A body as the media type wants it. */
function written(body⟦: unknown⟧, media⟦: string⟧)⟦: string⟧ {
  if (/[/+]json$/.test(media)) return JSON.stringify(body);
  if (media.includes('urlencoded')) return new URLSearchParams(texts(body⟦ as Values⟧)).toString();
  return String(body);
}

/** @throws TypeError for an operation that has no route */
export function requestOf(operationId⟦: string⟧, request⟦: unknown⟧)⟦: HttpRequest⟧ {
  const route = ROUTES[operationId];
  if (route === undefined) throw new TypeError(\`no route for \${operationId}\`);
  const { path, query, headers, body } = request⟦ as Call⟧;
  const hasBody = route.media !== undefined && body !== undefined;
  return {
    method: route.method, path: addressOf(route, path), query: texts(query),
    headers: { ...texts(headers), ...(hasBody ? { 'content-type': route.media⟦ as string⟧ } : {}) },
    ...(hasBody ? { body: written(body, route.media⟦ as string⟧) } : {}),
  };
}
`;
}

function operationOf(call: ScaffoldCall): string {
  const { id, title, untitled, access, requestName, responseName, answer, method, path } = call;
  const write = access === 'write';
  return `/** ${method} ${commentText(path)} */
const ${id} = ${write ? 'write' : 'read'}⟦<${requestName}, ${responseName}>⟧({
  id: '${id}',
${untitled === undefined ? '' : `  // ‹titles ${id}.${untitled}›\n`}  title: ${textLiteral(title)},
${answer.kind === 'text' && answer.media === undefined ? `  // ‹success ${id}›\n` : ''}  request: '${requestName}', response: '${responseName}', answer: '${answer.kind}',
${write ? `  // ‹idempotency ${id}›
  idempotency: { kind: 'none', why: { vi: 'Tài liệu không nói gửi lại có nhân đôi không; coi là có.', en: 'The document does not say whether a repeat doubles anything; taken that it does.' } },
  // ‹probe ${id}›
  lostReply: () => ({ then: 'never-resend', why: { vi: 'Chưa có cách hỏi lại; người xử lý quyết định.', en: 'There is no way to ask yet; a person decides.' } }),
` : ''}});
`;
}

export function operationsFile({ operations }: ScaffoldModel): string {
  const writes = operations.some(({ access }) => access === 'write');
  const reads = operations.some(({ access }) => access === 'read');
  return `/** What can be asked of the system. Inputs are the calls themselves; what they mean for a dossier is still to be written. */
import { defineOperation, normalizeStrings⟦, ${writes ? 'type Operation, ' : ''}type Text⟧ } from 'lienthong';
import { classify⟦, type AnswerKind⟧ } from './classify.ts';
⟦import type { Config } from './config.ts';
⟧import { component } from './contract.ts';
${typeImports(operations.flatMap(({ requestName, responseName }) => [requestName, responseName]))}
⟦/** What differs between operations. */
interface Spec {
  id: string;
  title: Text;
  /** components of the contract document */
  request: string;
  response: string;
  answer: AnswerKind;
}
⟧
const common = ⟦<Req, Res>⟧({ id, title, request, response, answer }⟦: Spec⟧, access⟦: 'read' | 'write'⟧) => ({
  id, title, access,
  ordering: 'none', coalesce: 'never', batch: { max: 1 },
  request: component⟦<Req>⟧(request), response: component⟦<Res>⟧(response),
  // ‹fields›
  // ‹subscribe›
  encode: (inputs⟦: Req[]⟧)⟦: Req⟧ => normalizeStrings(structuredClone(inputs[0]⟦ as Req⟧)),
  classify: (result⟦: Parameters<typeof classify>[0]⟧) => classify⟦<Res>⟧(result, access, answer),
  decode: (value⟦: Res⟧)⟦: Res⟧ => value,
}⟦ as const⟧);
${reads ? `
const read = ⟦<Req, Res>⟧(spec⟦: Spec⟧) => defineOperation⟦<Req, Req, Res, Res, Config>⟧({
  ...common⟦<Req, Res>⟧(spec, 'read'),
  idempotency: { kind: 'natural-key', why: { vi: 'Chỉ đọc, gọi lại không thay đổi gì.', en: 'A read; repeating it changes nothing.' } },
});
` : ''}${writes ? `
const write = ⟦<Req, Res>⟧({ idempotency, lostReply, ...spec }⟦: Spec & Required<Pick<Operation<Req, Req, Res, Res, Config>, 'idempotency' | 'lostReply'>>⟧) =>
  defineOperation⟦<Req, Req, Res, Res, Config>⟧({ ...common⟦<Req, Res>⟧(spec, 'write'), idempotency, lostReply });
` : ''}
${operations.map(operationOf).join('\n')}
export const operations = { ${operations.map(({ id }) => id).join(', ')} };
`;
}

export function examplesFile({ operations }: ScaffoldModel): string {
  return `/** An input and an answer for each operation, from the document or invented: for the tests, and for the double. */
${typeImports(operations.flatMap(({ requestName, responseName }) => [requestName, responseName]))}
export const EXAMPLES = {
${operations.map(({ id, input, output, requestName, responseName }) => `  ${id}: {
    input: ${literal(input, 4)}⟦ as ${requestName}⟧,
    output: ${literal(output, 4)}⟦ as ${responseName}⟧,
  },`).join('\n')}
};
`;
}

export function simulatorFile(shape: Shape, { operations }: ScaffoldModel): string {
  const stranger = strangerTest(shape.security);
  return `/** A double of the system: it takes every call that the contract knows and answers with the examples. No sockets: lienthong/testing hosts it. */
⟦import type { JournalEntry, Simulator, SimulatorOptions, SimulatorRequest, SimulatorResponse } from 'lienthong/testing';
⟧import { EXAMPLES } from './examples.ts';
import { ROUTES⟦, type Route⟧ } from './routes.ts';

⟦interface Service { effect: JournalEntry['effect']; answer: SimulatorResponse }
⟧
${operations.some(({ answer }) => answer.media === 'application/json') ? `const JSON_TYPE = { 'content-type': 'application/json' };\n` : ''}const TEXT_TYPE = { 'content-type': 'text/plain; charset=utf-8' };
const SERVICES⟦: Readonly<Record<string, Service>>⟧ = {
${operations.map((call) => `  ${call.id}: { effect: '${effectOf(call)}', answer: ${answerOf(call)} },`).join('\n')}
};

const parts = (path⟦: string⟧)⟦: string[]⟧ => path.split('/').filter((part) => part !== '');
/** The nearest route: one whose segments are spelt out goes before one with placeholders. */
const ORDERED = Object.entries(ROUTES).map(([id, route]) => ({ id, route, open: route.path.split('{').length })).sort((a, b) => a.open - b.open);

function fits({ method, path }⟦: Route⟧, request⟦: SimulatorRequest⟧)⟦: boolean⟧ {
  const [wanted, given] = [parts(path), parts(request.path)];
  return method === request.method && wanted.length === given.length && wanted.every((part, i) => part.startsWith('{') || part === given[i]);
}

// ‹simulator›
export function createSimulator({ now = Date.now }⟦: SimulatorOptions⟧ = {})⟦: Simulator⟧ {
  const entries⟦: JournalEntry[]⟧ = [];
  const note = (service⟦: string⟧, effect⟦: JournalEntry['effect']⟧, key⟦: string⟧)⟦: void⟧ => {
    entries.push({ seq: entries.length + 1, at: now(), service, effect, key });
  };
  return {
    id: ${quoted(shape.id)},
    handle(request⟦: SimulatorRequest⟧)⟦: SimulatorResponse⟧ {
      const id = ORDERED.find(({ route }) => fits(route, request))?.id ?? '';
      const service = SERVICES[id];
      if (service === undefined) return { status: 404, headers: TEXT_TYPE, body: 'no such address' };
${stranger === '' ? '' : `      if (${stranger}) {
        note(id, 'refused', request.path);
        return { status: 401, headers: TEXT_TYPE, body: 'the caller is not known' };
      }
`}      note(id, service.effect, request.path);
      return service.answer;
    },
    clientConfig: (baseUrl) => (${configLiteral(shape.security, 'baseUrl')}),
    journal: () => entries,
    summary: () => ({ calls: entries.length, refused: entries.filter(({ effect }) => effect === 'refused').length }),
    reset() {
      entries.length = 0;
    },
  };
}
`;
}

function effectOf({ access, method }: ScaffoldCall): string {
  if (access === 'read') return 'read';
  return method === 'POST' ? 'create' : 'update';
}

function answerOf({ id, answer }: ScaffoldCall): string {
  if (answer.kind === 'none') return `{ status: ${answer.status}, body: '' }`;
  const isJson = answer.kind === 'json' || answer.kind === 'value';
  if (isJson) return `{ status: ${answer.status}, headers: ${answer.media === 'application/json' ? 'JSON_TYPE' : `{ 'content-type': ${quoted(answer.media ?? '')} }`}, body: JSON.stringify(EXAMPLES.${id}.output) }`;
  return `{ status: ${answer.status}, headers: ${answer.media === undefined ? 'TEXT_TYPE' : `{ 'content-type': ${quoted(answer.media)} }`}, body: String(EXAMPLES.${id}.output) }`;
}

export function fixturesFile(shape: Shape, { operations }: ScaffoldModel): string {
  const secrets = secretsOf(shape.security).filter(({ secret }) => secret);
  // The suite refuses a secret in an address, and it is right: addresses are logged by everything on the way.
  const inAddress = shape.security.kind === 'key' && shape.security.in === 'query';
  return `/** What is known of this adapter from elsewhere than its own code: examples and answers. Invented data only. */
import { answered, failed⟦, type FixturesOf⟧ } from 'lienthong/testing';
⟦import type { ${shape.name} } from './adapter.ts';
⟧import { EXAMPLES } from './examples.ts';
import { addressOf, ROUTES⟦, type Route⟧ } from './routes.ts';

const key = (id⟦: string⟧, input⟦: { path?: Record<string, unknown> }⟧)⟦: string⟧ => addressOf(ROUTES[id]⟦ as Route⟧, input.path);

// ‹answers›
const FAILURES = [
  { what: 'wrong message', answer: answered({ message: 'wrong' }, 400), means: 'rejected LT-UPSTREAM-REFUSED' },
  { what: 'unknown caller', answer: answered({ message: 'unknown' }, 401), means: 'rejected LT-UPSTREAM-LOGIN-FAILED' },
  { what: 'too many calls', answer: answered({ message: 'slowly' }, 429, { 'retry-after': '7' }), means: 'retry LT-UPSTREAM-BUSY', retryAfterMs: 7000 },
  { what: 'nobody listens', answer: failed('before', 'ECONNREFUSED'), means: 'retry LT-UPSTREAM-UNREACHABLE' },
];
${operations.some(({ access }) => access === 'write') ? `const LOST = [
  { what: 'the system broke', answer: answered({ message: 'error' }, 500), means: 'unknown LT-UPSTREAM-LOST-REPLY' },
  { what: 'the reply was lost', answer: failed('after', 'RESET'), means: 'unknown LT-UPSTREAM-LOST-REPLY' },
];
` : ''}
export const fixtures⟦: FixturesOf<typeof ${shape.name}>⟧ = {
  config: ${configLiteral(shape.security, "'http://127.0.0.1:9'")},
${inAddress ? `  // ${todoText('auth')}. The document puts the key into the address, where everything on the way logs it; the suite would refuse it as a secret.\n  secrets: [],\n` : `  secrets: [${secrets.map(({ name }) => quoted(`/${name}`)).join(', ')}],\n`}  operations: {
${operations.map(fixtureOf).join('\n')}
  },
  readme: { file: new URL('./README.md', import.meta.url) },
  absent: { tables: { vi: 'chưa có bảng mã', en: 'there is no code table yet' } },
};
`;
}

function fixtureOf({ id, access, requestName, input, output, answer, failures, parameters }: ScaffoldCall): string {
  const write = access === 'write';
  const first = textIn(input);
  const success = answer.kind === 'none' ? `answered('', ${answer.status})` : answer.kind === 'json' || (answer.kind === 'value' && typeof output !== 'string') ? `answered(EXAMPLES.${id}.output, ${answer.status})` : answer.kind === 'value' ? `{ ...answered('', ${answer.status}), body: EXAMPLES.${id}.output }` : `answered(String(EXAMPLES.${id}.output), ${answer.status})`;
  const documented = failures.filter(({ status }) => ![400, 401, 429, 500].includes(status)).map(({ status, description }) =>
    `        { what: ${quoted(`${status} ${commentText(description)}`.trim().slice(0, 120))}, answer: answered({ message: 'as documented' }, ${status}), means: '${meaningOf(status, write)}' },\n`);
  return `    ${id}: {
      inputs: [EXAMPLES.${id}.input],
      component: '${requestName}',
      key: (${parameters.some((one) => one.in === 'path') ? 'input' : ''}) => key('${id}', ${parameters.some((one) => one.in === 'path') ? 'input' : '{}'}),
${write ? `      roundTrip: { decode: (request) => request, expected: (input) => input },
      // ‹dates ${id}›
      dates: [],
      known: [${first === undefined ? '' : `{ what: 'the example', set: {}, gives: { ${propertyName(first.pointer)}: ${quoted(first.text)} } }`}],
      verbatim: [${first === undefined ? '' : `{ from: ${quoted(first.pointer)}, to: ${quoted(first.pointer)}, values: ['0001', '000.00.00.H99'] }`}],
      refused: [{ what: 'a field that the contract does not have', set: { '/noSuchField': 1 }, code: 'LT-INPUT-UNKNOWN-FIELD', pointer: '/noSuchField' }],
` : ''}      // ‹personal ${id}›
      personal: [],
      answers: [
        { what: 'success', answer: ${success}, means: 'accepted' },
        ...FAILURES,
${documented.join('')}${write ? '        ...LOST,\n' : ''}      ],
    },`;
}

/** What `classify` makes of a status; the generated code says the same, and the suite holds them against one another. */
function meaningOf(status: number, write: boolean): string {
  if (status === 403) return 'rejected LT-UPSTREAM-LOGIN-FAILED';
  if (status >= 500 || status === 408 || (status >= 300 && status < 400)) return write ? 'unknown LT-UPSTREAM-LOST-REPLY' : 'retry LT-UPSTREAM-SERVER-ERROR';
  return 'rejected LT-UPSTREAM-REFUSED';
}

/** The first text in an input, and where it is. */
function textIn(value: unknown, pointer = ''): { pointer: string; text: string } | undefined {
  if (typeof value === 'string') return { pointer, text: value };
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, item] of Object.entries(value)) {
    const found = textIn(item, `${pointer}/${pointerPart(name)}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

export const operationsTable = ({ operations }: ScaffoldModel): string => markdownTable(['operation · thao tác', 'call · lời gọi', 'kind · loại', 'after a lost reply · sau khi mất trả lời'],
  operations.map(({ id, method, path, access }) => [`\`${id}\``, `${method} ${path}`, access === 'write' ? 'write · ghi' : 'read · đọc', access === 'write' ? 'a person decides (TODO(probe)) · người xử lý quyết định' : 'called again · gọi lại']));

export function readmeExtra({ skipped, notes }: ScaffoldModel): string {
  const parts: string[] = [];
  if (skipped.length > 0) parts.push(`## Left out · Không tạo\n\n${markdownTable(['call · lời gọi', 'why · vì sao'], skipped.map(({ call, why }) => [call, `${why.en} · ${why.vi}`]))}\n`);
  if (notes.length > 0) parts.push(`## Notes on the document · Lưu ý về tài liệu\n\n${markdownTable(['place · chỗ', 'what · điều gì'], notes.map(({ pointer, text }) => [`\`${pointer.replaceAll('`', "'")}\``, `${text.en} · ${text.vi}`]))}\n`);
  return parts.join('\n');
}
