/** Says in words what was wrong with a call: which field, what is expected there, what kind of thing stood there. Never a value: it may be personal. */
import type { Contract, JsonSchema } from '../../contract/openapi.ts';
import { issue } from '../../contract/errors/issue.ts';
import type { Text } from '../../contract/errors/types.ts';
import { isRecord } from '../../contract/is-record.ts';
import { pointerNames } from '../../contract/pointer.ts';
import { KitError } from '../peer.ts';
import type { MockedCall } from './journal.ts';

/** Thrown by `verify()`: calls that the contract does not allow. */
export class UnexpectedCallsError extends KitError {
  readonly calls: readonly MockedCall[];
  constructor(calls: readonly MockedCall[], total: number, upstream: string, words: readonly string[]) {
    const more = total > words.length ? [`… +${total - words.length}`] : [];
    super(issue('LT-KIT-UNEXPECTED-CALL', undefined, { vi: `${total} lần gọi, hệ thống đích giả lập ${upstream}`, en: `${total} ${total === 1 ? 'call' : 'calls'}, mock of ${upstream}` }), { more: ['', ...words, ...more].join('\n') });
    this.calls = calls;
  }
}

const SHOWN_ISSUES = 20;
const SHOWN_ADDRESSES = 5;

/** One call as a paragraph; `n` is its number in the list. */
export function wordsOf(n: number, call: MockedCall, contract: Contract | undefined): string {
  const known = contract?.operations.find((operation) => operation.id === call.operation);
  // Paths and service names of the document where it knows them; what a sender puts there is not repeated.
  const names = [call.operation, call.schema].filter((name) => name !== undefined);
  const lines = [`${n}. ${call.method} ${known?.path ?? call.url.split('?')[0]}${names.length === 0 ? '' : ` (${names.join(', ')})`}`];
  for (const found of call.issues.slice(0, SHOWN_ISSUES)) {
    const expected = expectedAt(contract, call, found.pointer ?? '');
    const got = gotAt(call, found.pointer ?? '');
    lines.push(`   ${found.pointer === undefined || found.pointer === '' ? '/' : found.pointer}  ${found.code}`);
    lines.push(`     vi: ${found.message.vi}${expected === undefined ? '' : `. Cần: ${expected.vi}`}${got === undefined ? '' : `. Nhận được: ${got.vi}`}`);
    lines.push(`     en: ${found.message.en}${expected === undefined ? '' : `. Expected: ${expected.en}`}${got === undefined ? '' : `. Got: ${got.en}`}`);
  }
  if (call.issues.length > SHOWN_ISSUES) lines.push(`   … +${call.issues.length - SHOWN_ISSUES}`);
  if (known === undefined && contract !== undefined) lines.push(...nearest(contract, call).map((address) => `   · ${address}`));
  return lines.join('\n');
}

/** The addresses of the document that share a segment with the one that was called, the most alike first. */
function nearest(contract: Contract, call: MockedCall): string[] {
  const asked = new Set(call.path.split('/').filter((part) => part !== ''));
  return contract.operations
    .map((operation) => ({ operation, shared: operation.path.split('/').filter((part) => asked.has(part)).length }))
    .filter(({ shared }) => shared > 0)
    .sort((a, b) => b.shared - a.shared)
    .slice(0, SHOWN_ADDRESSES)
    .map(({ operation }) => `${operation.method} ${operation.path}: ${operation.title.vi === operation.title.en ? operation.title.en : `${operation.title.vi} · ${operation.title.en}`}`);
}

function resolved(contract: Contract, schema: JsonSchema | undefined): JsonSchema | undefined {
  let at = schema;
  for (let hops = 0; at !== undefined && typeof at['$ref'] === 'string' && hops < 20; hops += 1) {
    const { $ref, ...beside } = at;
    const target = contract.schema(String($ref).split('/').at(-1) ?? '');
    // What stands beside a reference says more of this field than the shared part does.
    at = target === undefined ? undefined : { ...target, ...beside };
  }
  return at;
}

/** The schema of what a pointer points at below a schema; the first branch of a union that knows it. */
function schemaAt(contract: Contract, schema: JsonSchema | undefined, parts: readonly string[]): JsonSchema | undefined {
  const at = resolved(contract, schema);
  if (at === undefined) return undefined;
  const [part, ...rest] = parts;
  if (part === undefined) return at;
  const properties = isRecord(at['properties']) ? at['properties'] : {};
  const next = Object.hasOwn(properties, part) ? properties[part] : /^\d+$/.test(part) ? at['items'] : undefined;
  if (isRecord(next)) {
    const found = schemaAt(contract, next, rest);
    if (found !== undefined) return found;
  }
  for (const word of ['allOf', 'oneOf', 'anyOf']) {
    for (const branch of Array.isArray(at[word]) ? (at[word] as unknown[]) : []) {
      const found = isRecord(branch) ? schemaAt(contract, branch, parts) : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

const KINDS: Readonly<Record<string, Text>> = {
  string: { vi: 'chuỗi', en: 'text' }, number: { vi: 'số', en: 'a number' }, integer: { vi: 'số nguyên', en: 'a whole number' }, boolean: { vi: 'true hoặc false', en: 'true or false' },
  object: { vi: 'đối tượng', en: 'an object' }, array: { vi: 'mảng', en: 'a list' }, null: { vi: 'null', en: 'null' },
};
const SHOWN_VALUES = 20;

/** What the document wants at a place of the body; undefined where it says nothing of it. */
function expectedAt(contract: Contract | undefined, call: MockedCall, pointer: string): Text | undefined {
  if (contract === undefined || call.schema === undefined || !pointer.startsWith('/body')) return undefined;
  const schema = schemaAt(contract, contract.schema(call.schema), pointerNames(pointer).slice(1));
  return schema === undefined ? undefined : describeSchema(schema);
}

function describeSchema(schema: JsonSchema): Text | undefined {
  const vi: string[] = [];
  const en: string[] = [];
  const say = (a: string, b: string): void => {
    vi.push(a);
    en.push(b);
  };
  const types = (Array.isArray(schema['type']) ? (schema['type'] as unknown[]) : [schema['type']]).flatMap((type) => KINDS[String(type)] ?? []);
  if (types.length > 0) say(types.map((t) => t.vi).join(' / '), types.map((t) => t.en).join(' / '));
  if ('const' in schema) say(`đúng bằng ${JSON.stringify(schema['const'])}`, `exactly ${JSON.stringify(schema['const'])}`);
  if (Array.isArray(schema['enum'])) {
    const values = schema['enum'] as unknown[];
    const shown = `${values.slice(0, SHOWN_VALUES).map((value) => JSON.stringify(value)).join(', ')}${values.length > SHOWN_VALUES ? ', …' : ''}`;
    say(`một trong ${shown}`, `one of ${shown}`);
  }
  const { minLength, maxLength } = schema;
  if (typeof maxLength === 'number') say(`${Number(minLength ?? 0)} đến ${maxLength} ký tự`, `${Number(minLength ?? 0)} to ${maxLength} characters`);
  else if (typeof minLength === 'number') say(`ít nhất ${minLength} ký tự`, `at least ${minLength} character${minLength === 1 ? '' : 's'}`);
  if (typeof schema['pattern'] === 'string') say(`dạng ${schema['pattern']}`, `of the form ${schema['pattern']}`);
  if (typeof schema['format'] === 'string') say(`dạng ${schema['format']}`, `format ${schema['format']}`);
  const meaning = { vi: schema['x-description-vi'] ?? schema['description'], en: schema['description'] };
  if (vi.length === 0 && typeof meaning.en !== 'string') return undefined;
  return {
    vi: `${vi.join(', ')}${typeof meaning.vi === 'string' ? ` (${meaning.vi.replace(/\.$/, '')})` : ''}`,
    en: `${en.join(', ')}${typeof meaning.en === 'string' ? ` (${meaning.en.replace(/\.$/, '')})` : ''}`,
  };
}

/** What kind of thing stood there. */
function gotAt(call: MockedCall, pointer: string): Text | undefined {
  const [place, ...parts] = pointerNames(pointer);
  if (place !== 'body') return undefined;
  if (call.body === '') return { vi: 'không có', en: 'nothing' };
  let at: unknown;
  try {
    at = JSON.parse(call.body);
  } catch {
    return { vi: `${call.body.length} ký tự không phải JSON`, en: `${call.body.length} characters that are not JSON` };
  }
  for (const part of parts) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return { vi: 'không có', en: 'nothing' };
    at = (at as Record<string, unknown>)[part];
  }
  return kindOf(at);
}

function kindOf(value: unknown): Text {
  if (value === '') return { vi: 'chuỗi rỗng', en: 'empty text' };
  if (typeof value === 'string') return { vi: `chuỗi ${value.length} ký tự`, en: `text of ${value.length} characters` };
  if (Array.isArray(value)) return { vi: `mảng ${value.length} phần tử`, en: `a list of ${value.length}` };
  if (value === null) return { vi: 'null', en: 'null' };
  return KINDS[typeof value] ?? { vi: typeof value, en: typeof value };
}
