/** Files that every generated adapter has, whatever it was made from. */
import { commentText, quoted } from '../names.ts';

/** How a call proves who calls. */
export type Security =
  | { kind: 'none' }
  | { kind: 'bearer' }
  | { kind: 'basic' }
  | { kind: 'key'; in: 'header' | 'query'; name: string };

export interface Shape {
  /** id of the adapter: `my-system` */
  id: string;
  /** its name in code: `mySystem` */
  name: string;
  /** invented or from the document; for people */
  title: { vi: string; en: string };
  security: Security;
  /** where the document says that the system is; '' when it does not */
  server: string;
}

/** Settings that prove who calls: names, and invented values for the tests. */
export function secretsOf(security: Security): { name: string; value: string; secret: boolean; vi: string; en: string }[] {
  switch (security.kind) {
    case 'none': return [];
    case 'bearer': return [{ name: 'token', value: 'invented-token-0001', secret: true, vi: 'Mã truy cập, gửi trong tiêu đề Authorization', en: 'Access token, sent in the header Authorization' }];
    case 'basic': return [
      { name: 'username', value: 'invented-user', secret: false, vi: 'Tên tài khoản', en: 'Account name' },
      { name: 'password', value: 'invented-password-0001', secret: true, vi: 'Mật khẩu', en: 'Password' },
    ];
    case 'key': return [{ name: 'apiKey', value: 'invented-key-0001', secret: true, vi: `Khóa truy cập, gửi trong ${security.in === 'header' ? 'tiêu đề' : 'tham số'} ${security.name}`, en: `Access key, sent in the ${security.in === 'header' ? 'header' : 'query parameter'} ${security.name}` }];
  }
}

export function configFile({ title, security, server }: Shape): string {
  const secrets = secretsOf(security);
  return `/** Settings of one installation: what an operator writes, and what the code works with. */
import { compileSchema, ValidationError } from 'lienthong';

⟦export interface Config {
  /** address of the system, without a slash at its end */
  baseUrl: string;
${secrets.map(({ name, en }) => `  /** ${en} */\n  ${name}: string;\n`).join('')}  /** ms */
  connectTimeoutMs: number;
  /** ms */
  readTimeoutMs: number;
}
⟧
/** JSON Schema of what an operator writes. Secrets carry writeOnly: they are never shown, logged or given a default. */
export const configSchema⟦: Record<string, unknown>⟧ = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  additionalProperties: false,
  required: [${['baseUrl', ...secrets.map(({ name }) => name)].map(quoted).join(', ')}],
  properties: {
    // ‹config›
    baseUrl: { type: 'string', format: 'http-url', maxLength: 2000, description: ${quoted(`Address of ${title.en}${server === '' ? '' : `, for example ${server}`}`)}, 'x-description-vi': ${quoted(`Địa chỉ của ${title.vi}${server === '' ? '' : `, ví dụ ${server}`}`)} },
${secrets.map(({ name, secret, vi, en }) => `    ${name}: { type: 'string', minLength: 1, maxLength: 4000,${secret ? ' writeOnly: true,' : ''} description: ${quoted(en)}, 'x-description-vi': ${quoted(vi)} },\n`).join('')}    connectTimeoutMs: { type: 'integer', minimum: 1, default: 5000, description: 'Longest wait for a connection, ms', 'x-description-vi': 'Thời gian chờ kết nối tối đa, ms' },
    readTimeoutMs: { type: 'integer', minimum: 1, default: 30000, description: 'Longest wait for a whole answer, ms', 'x-description-vi': 'Thời gian chờ trả lời tối đa, ms' },
  },
};

const check = compileSchema⟦<Pick<Config, ${['baseUrl', ...secrets.map(({ name }) => name)].map(quoted).join(' | ')}> & Partial<Config>>⟧(configSchema);

/** @throws ValidationError with every fault at once */
export function configure(raw⟦: unknown⟧)⟦: Config⟧ {
  const checked = check(raw);
  if (!checked.ok) throw new ValidationError(checked.issues);
  return { connectTimeoutMs: 5000, readTimeoutMs: 30_000, ...checked.value, baseUrl: checked.value.baseUrl.replace(/\\/+$/, '') };
}
`;
}

export const contractFile = (): string => `/** The contract document: read once, and the source of every check of what leaves and what comes back. */
import { readFileSync } from 'node:fs';
import { compileComponents } from 'lienthong';

export const CONTRACT = new URL('./contract.openapi.json', import.meta.url);

/** The validator of a component of the document: \`component('Name')\`. */
export const component = compileComponents(JSON.parse(readFileSync(CONTRACT, 'utf8'))⟦ as Record<string, unknown>⟧);
`;

export const classifyFile = (): string => `/**
 * From what came back on the wire to an outcome. Total: every answer and every failure has one. The order of the questions is the
 * order of certainty: did it leave, did something else answer instead of the system, what does the system say.
 */
import { issue, retryAfterOf⟦, type Issue, type Outcome, type WireResult⟧ } from 'lienthong';

⟦/** What a call does at the system, as far as sending it again is concerned. */
export type Access = 'read' | 'write';
/** How a success looks: a JSON object or list, any JSON value, a text, or nothing at all with status 204. */
export type AnswerKind = 'json' | 'value' | 'text' | 'none';
type Unaccepted = Exclude<Outcome<never>, { kind: 'done' }>;
export type Classified<Res> = { kind: 'accepted'; response: Res } | Unaccepted;
⟧
const refused = (found⟦: Issue⟧)⟦: Unaccepted⟧ => ({ kind: 'rejected', issues: [found] });

/** Nobody knows whether it took effect. A read is simply asked again; a write is in doubt, and never repeated blindly. */
const lost = (access⟦: Access⟧, code⟦: string⟧, detail⟦: string⟧)⟦: Unaccepted⟧ =>
  access === 'write' ? { kind: 'unknown', issue: issue('LT-UPSTREAM-LOST-REPLY', undefined, detail) } : { kind: 'retry', issue: issue(code, undefined, detail) };

export function classify⟦<Res>⟧(result⟦: WireResult⟧, access⟦: Access⟧, kind⟦: AnswerKind⟧ = 'json')⟦: Classified<Res>⟧ {
  if (result.kind === 'failure') {
    if (result.sent === 'before') return { kind: 'retry', issue: issue('LT-UPSTREAM-UNREACHABLE', undefined, result.code) };
    return lost(access, 'LT-UPSTREAM-LOST-REPLY', result.code);
  }
  const { status, headers, body, text } = result;
  const detail = \`HTTP \${status}\`;
  if (status === 429) {
    const retryAfterMs = retryAfterOf(headers);
    return { kind: 'retry', issue: issue('LT-UPSTREAM-BUSY', undefined, detail), ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  }
  if (status === 401 || status === 403) return refused(issue('LT-UPSTREAM-LOGIN-FAILED', undefined, detail));
  // A proxy's 502 says that it lost the system, not that the system did nothing. 408 and a redirect prove as little.
  if (status >= 500 || status === 408 || status < 200 || (status >= 300 && status < 400)) return lost(access, 'LT-UPSTREAM-SERVER-ERROR', detail);
  if (status >= 400) return refused(issue('LT-UPSTREAM-REFUSED', undefined, detail));
  // ‹success›
  if (kind === 'none' && (status === 204 || status === 205)) return { kind: 'accepted', response: null⟦ as Res⟧ };
  if (kind === 'json' && typeof body === 'object' && body !== null) return { kind: 'accepted', response: body⟦ as Res⟧ };
  if (kind === 'value' && body !== undefined) return { kind: 'accepted', response: body⟦ as Res⟧ };
  if (kind === 'text' && text.trim() !== '' && headers['content-type']?.includes('html') !== true) return { kind: 'accepted', response: text⟦ as Res⟧ };
  // Status 200 with a page, or with nothing: a proxy or a login form may have answered.
  return lost(access, 'LT-UPSTREAM-RESPONSE-INVALID', detail);
}
`;

export function adapterFile({ id, name, title, security }: Shape): string {
  const header = headersOf(security);
  return `/** ${commentText(title.en)}: the adapter, put together from its parts. */
import { defineAdapter⟦, type AdapterRuntime, type AnyOperation, type Wire⟧ } from 'lienthong';
import { configSchema, configure⟦, type Config⟧ } from './config.ts';
import { CONTRACT } from './contract.ts';
import { operations } from './operations.ts';
import { requestOf } from './routes.ts';
import { createSimulator } from './simulator.ts';

/** The line to one installation. The transport never throws: every way of failing is a result that \`classify\` reads. */
function open(config⟦: Config⟧, runtime⟦: AdapterRuntime⟧)⟦: Wire⟧ {
  const transport = runtime.transport({ baseUrl: config.baseUrl, connectTimeoutMs: config.connectTimeoutMs, readTimeoutMs: config.readTimeoutMs });
  // ‹auth›
${header}  return {
    call(operation⟦: AnyOperation⟧, request⟦: unknown⟧, { signal }⟦: { signal?: AbortSignal }⟧) {
      const made = requestOf(operation.id, request);
      return transport.request({ ...made, ${security.kind === 'none' ? '' : 'headers: { ...made.headers, ...headers }, '}${security.kind === 'key' && security.in === 'query' ? `query: { ...made.query, ${quoted(security.name)}: config.apiKey }, ` : ''}...(signal === undefined ? {} : { signal }) });
    },
    close: () => transport.close(),
  };
}

export const ${name} = defineAdapter({
  id: ${quoted(id)},
  title: { vi: ${quoted(title.vi)}, en: ${quoted(title.en)} },
  // Another one whenever the same input would be sent differently: it is kept with every attempt.
  version: '1',
  configSchema,
  configure,
  operations,
  inbound: [],
  open,
  contract: CONTRACT,
  simulator: (options) => createSimulator(options),
});
`;
}

function headersOf(security: Security): string {
  switch (security.kind) {
    case 'bearer': return '  const headers = { authorization: `Bearer ${config.token}` };\n';
    case 'basic': return "  const headers = { authorization: `Basic ${Buffer.from(`${config.username}:${config.password}`).toString('base64')}` };\n";
    case 'key': return security.in === 'header' ? `  const headers = { ${quoted(security.name.toLowerCase())}: config.apiKey };\n` : '  const headers = {};\n';
    case 'none': return '';
  }
}

/** What the double asks of a caller, as an expression over `request` that is true for a stranger; '' when it asks nothing. */
export function strangerTest(security: Security): string {
  switch (security.kind) {
    case 'bearer': return "request.headers['authorization'] !== 'Bearer invented-token-0001'";
    case 'basic': return "request.headers['authorization'] !== `Basic ${Buffer.from('invented-user:invented-password-0001').toString('base64')}`";
    case 'key': return security.in === 'header' ? `request.headers[${quoted(security.name.toLowerCase())}] !== 'invented-key-0001'` : `request.query[${quoted(security.name)}] !== 'invented-key-0001'`;
    case 'none': return '';
  }
}

/** The configuration of the tests, as a literal; `baseUrl` is an expression. */
export const configLiteral = (security: Security, baseUrl: string): string =>
  `{ ${baseUrl === 'baseUrl' ? 'baseUrl' : `baseUrl: ${baseUrl}`}${secretsOf(security).map(({ name, value }) => `, ${name}: ${quoted(value)}`).join('')} }`;

export function testFile(name: string, runner: 'vitest' | 'node'): string {
  return `/** The conformance suite over this adapter: one test for each thing that every adapter must be. */
import { describe, it } from '${runner === 'vitest' ? 'vitest' : 'node:test'}';
import { describeAdapter } from 'lienthong/testing';
import { ${name} } from './adapter.ts';
import { fixtures } from './fixtures.ts';

describeAdapter(${name}, fixtures, { describe, it });
`;
}

export function packageJson(id: string, version: string, language: 'ts' | 'js', runner: 'vitest' | 'node'): string {
  return `${JSON.stringify({
    name: `lienthong-adapter-${id}`, version: '0.1.0', private: true, type: 'module',
    exports: `./adapter.${language}`,
    engines: { node: '>=22.20' },
    scripts: { test: runner === 'vitest' ? 'vitest run' : 'node --test', ...(language === 'ts' ? { types: 'tsc -p .' } : {}) },
    dependencies: { lienthong: `^${version}` },
    devDependencies: {
      ...(language === 'ts' ? { '@types/node': '^24.0.0' } : {}), 'fast-check': '^4.0.0', ...(language === 'ts' ? { typescript: '^5.9.0' } : {}), ...(runner === 'vitest' ? { vitest: '^5.0.0' } : {}),
    },
  }, null, 2)}\n`;
}

export const tsconfigJson = (): string => `${JSON.stringify({
  compilerOptions: {
    target: 'es2023', module: 'nodenext', types: ['node'], strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, noImplicitOverride: true,
    verbatimModuleSyntax: true, erasableSyntaxOnly: true, allowImportingTsExtensions: true, skipLibCheck: true, noEmit: true,
  },
  include: ['*.ts'],
}, null, 2)}\n`;

/** Rows of a Markdown table; what would end a cell is escaped. */
export const markdownTable = (head: string[], rows: string[][]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replace(/\s+/g, ' ')).join(' | ')} |`).join('\n');

export function settingsTable(shape: Shape): string {
  return markdownTable(['key · khoá', 'default · mặc định', 'what it is for · ý nghĩa'], [
    ['`baseUrl`', '–', 'address of the system · địa chỉ hệ thống'],
    ...secretsOf(shape.security).map(({ name, vi, en }) => [`\`${name}\``, '–', `${en} · ${vi}`]),
    ['`connectTimeoutMs`', '5000', 'longest wait for a connection · chờ kết nối tối đa'],
    ['`readTimeoutMs`', '30000', 'longest wait for a whole answer · chờ trả lời tối đa'],
  ]);
}
