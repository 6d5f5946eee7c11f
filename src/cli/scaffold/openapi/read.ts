/** An OpenAPI document from a stranger: read within limits, and refused in words where it cannot be used. */
import { readFileSync, statSync } from 'node:fs';
import { issue } from '../../../contract/errors/issue.ts';
import type { Text } from '../../../contract/errors/types.ts';
import { node, text, type Node } from '../../../contract/json-node.ts';
import { childPointer } from '../../../contract/pointer.ts';
import { ValidationError } from '../../../contract/validate.ts';
import { parseYaml } from '../../../contract/yaml.ts';


const MOST_BYTES = 4 * 1024 * 1024;
const MOST_DEPTH = 100;
const MOST_NODES = 300_000;
/** Aliases that a YAML file may use; each is expanded. */
const MOST_ALIASES = 1_000;

export interface OpenApi {
  version: '3.0' | '3.1';
  root: Node;
  /** what a `$ref` points at. @throws ValidationError when it points outside or at nothing */
  follow(reference: string, from: string): unknown;
  /** the value itself, references followed to their end */
  deref(value: unknown, from: string): { value: Node; name: string | undefined };
}

export const refuse = (code: `LT-KIT-${string}`, pointer: string | undefined, detail?: Text): never => {
  throw new ValidationError([issue(code, pointer, detail)]);
};

/** @throws ValidationError with one of the LT-KIT codes of documents */
export function readOpenApi(file: string): OpenApi {
  let source: string;
  try {
    if (statSync(file).size > MOST_BYTES) return refuse('LT-KIT-OPENAPI-UNREADABLE', undefined, { vi: `lớn hơn ${MOST_BYTES / 1024 / 1024} MB`, en: `larger than ${MOST_BYTES / 1024 / 1024} MB` });
    source = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    if (error instanceof ValidationError) throw error;
    const why = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    return refuse('LT-KIT-OPENAPI-UNREADABLE', undefined, { vi: why, en: why });
  }
  return openDocument(source);
}

/** As `readOpenApi`, for a text at hand. */
export function openDocument(source: string): OpenApi {
  const parsed = parseYaml(source, MOST_ALIASES);
  if (!parsed.ok) {
    const [first] = parsed.faults;
    const at = first?.line === undefined ? '' : `, ${first.line}:${first.column ?? 1}`;
    return refuse('LT-KIT-OPENAPI-UNREADABLE', undefined, { vi: `sai cú pháp YAML/JSON (${first?.code ?? '?'}${at})`, en: `a YAML/JSON syntax error (${first?.code ?? '?'}${at})` });
  }
  const root = node(parsed.value);
  measure(root);
  const said = text(root['openapi']);
  const version = /^3\.[01](\.|$)/.exec(said) === null ? undefined : (said.slice(0, 3) as '3.0' | '3.1');
  if (version === undefined) {
    const swagger = root['swagger'] !== undefined;
    return refuse('LT-KIT-OPENAPI-VERSION', swagger ? '/swagger' : '/openapi', swagger ? { vi: 'Swagger 2.0; hãy chuyển sang 3.x trước (npx swagger2openapi)', en: 'Swagger 2.0; convert it to 3.x first (npx swagger2openapi)' } : undefined);
  }

  const follow = (reference: string, from: string): unknown => {
    if (!reference.startsWith('#/')) {
      return refuse('LT-KIT-OPENAPI-REFERENCE', from, { vi: 'trỏ ra ngoài tệp; hãy gộp thành một tệp trước (npx @redocly/cli bundle)', en: 'it leads out of the file; make one file of it first (npx @redocly/cli bundle)' });
    }
    let at: unknown = root;
    for (const part of reference.slice(2).split('/')) {
      const name = unescapePart(part);
      at = Array.isArray(at) ? (at as unknown[])[Number(name)] : Object.hasOwn(node(at), name) ? node(at)[name] : undefined;
    }
    return at === undefined ? refuse('LT-KIT-OPENAPI-REFERENCE', from, { vi: 'không trỏ vào đâu', en: 'it points at nothing' }) : at;
  };
  return {
    version, root, follow,
    deref(value, from) {
      let at = node(value);
      let name: string | undefined;
      for (let hops = 0; typeof at['$ref'] === 'string'; hops += 1) {
        if (hops > 20) return refuse('LT-KIT-OPENAPI-REFERENCE', from, { vi: 'vòng lặp', en: 'a circle' });
        name = unescapePart(at['$ref'].split('/').at(-1) ?? '');
        at = node(follow(at['$ref'], from));
      }
      return { value: at, name };
    },
  };
}

export function unescapePart(part: string): string {
  let plain = part;
  try {
    plain = decodeURIComponent(part);
  } catch {
    // Not percent-encoded after all: taken as it is.
  }
  return plain.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** The walks behind this are recursive; a document that is too deep or too large for them is refused here. */
function measure(root: Node): void {
  let nodes = 0;
  const walk = (value: unknown, pointer: string, depth: number): void => {
    if (typeof value !== 'object' || value === null) return;
    nodes += 1;
    if (depth > MOST_DEPTH) refuse('LT-KIT-OPENAPI-UNREADABLE', pointer.slice(0, 200), { vi: `lồng sâu hơn ${MOST_DEPTH} tầng`, en: `nested deeper than ${MOST_DEPTH} levels` });
    if (nodes > MOST_NODES) refuse('LT-KIT-OPENAPI-UNREADABLE', undefined, { vi: `hơn ${MOST_NODES} phần tử`, en: `more than ${MOST_NODES} elements` });
    for (const [key, item] of Object.entries(value)) walk(item, childPointer(pointer, key), depth + 1);
  };
  walk(root, '', 0);
}
