/** Questions to a JSON Schema about a value: where are secrets, which defaults apply, which type is meant. */
import { isRecord } from '../../contract/is-record.ts';
import { pointed } from '../../contract/json-node.ts';
import { pointerPart } from '../../contract/pointer.ts';

export type SchemaNode = Readonly<Record<string, unknown>>;

/** Follows a local `$ref` (`#/$defs/x`). */
function resolve(node: unknown, root: SchemaNode): SchemaNode | undefined {
  let current = node;
  for (let hops = 0; hops < 20 && isRecord(current) && typeof current['$ref'] === 'string'; hops++) {
    const ref = current['$ref'];
    if (!ref.startsWith('#/')) return undefined;
    current = pointed(root, ref);
  }
  return isRecord(current) ? current : undefined;
}

/** A schema and the branches of its combinators: all that may speak of the same value. */
function branches(node: unknown, root: SchemaNode, depth = 0): SchemaNode[] {
  const schema = resolve(node, root);
  if (schema === undefined || depth > 10) return [];
  const parts = (['allOf', 'anyOf', 'oneOf'] as const).flatMap((word): unknown[] => (Array.isArray(schema[word]) ? (schema[word] as unknown[]) : []));
  return [schema, ...parts.flatMap((part) => branches(part, root, depth + 1))];
}

/** The schemas that may speak of one property or item. */
function childSchemas(schema: SchemaNode, key: string | number, root: SchemaNode): SchemaNode[] {
  if (typeof key === 'number') return branches(schema['items'], root);
  const properties = schema['properties'];
  return branches(isRecord(properties) && Object.hasOwn(properties, key) ? properties[key] : schema['additionalProperties'], root);
}

export interface Visited { pointer: string; value: unknown; schemas: SchemaNode[]; replace: (value: unknown) => void }

/** Visits every value inside `value` together with the schemas that describe it. */
export function visit(value: unknown, schema: SchemaNode, each: (at: Visited) => void): void {
  const walk = (node: unknown, schemas: SchemaNode[], pointer: string): void => {
    const entries: [string | number, unknown][] = Array.isArray(node) ? node.map((v, i): [number, unknown] => [i, v]) : isRecord(node) ? Object.entries(node) : [];
    for (const [key, child] of entries) {
      const below = schemas.flatMap((s) => childSchemas(s, key, schema));
      const at = `${pointer}/${pointerPart(String(key))}`;
      let current = child;
      each({
        pointer: at,
        value: child,
        schemas: below,
        replace: (next) => {
          current = next;
          if (Array.isArray(node)) node[Number(key)] = next;
          else if (isRecord(node)) node[key] = next;
        },
      });
      walk(current, below, at);
    }
  };
  walk(value, branches(schema, schema), '');
}

/** Numbers and booleans that came as the text of an environment variable, where the schema means them so. */
export function coerceFromEnv(value: unknown, schema: SchemaNode, fromEnv: ReadonlySet<string>): void {
  visit(value, schema, ({ pointer, value: text, schemas, replace }) => {
    if (typeof text !== 'string' || !fromEnv.has(pointer)) return;
    const types = new Set(schemas.map((s) => s['type']));
    if (types.has('string')) return;
    if ((types.has('integer') || types.has('number')) && /^-?\d{1,15}(\.\d+)?$/.test(text)) replace(Number(text));
    else if (types.has('boolean') && (text === 'true' || text === 'false')) replace(text === 'true');
  });
}

/** Texts in places that the schema marks `writeOnly`, with the values that the schema itself shows as examples. */
export function secretsIn(value: unknown, schema: SchemaNode): { pointer: string; value: string; shown: ReadonlySet<unknown> }[] {
  const found: { pointer: string; value: string; shown: ReadonlySet<unknown> }[] = [];
  visit(value, schema, ({ pointer, value: text, schemas }) => {
    if (typeof text !== 'string' || !schemas.some((s) => s['writeOnly'] === true)) return;
    const shown = schemas.flatMap((s) => [s['default'], s['example'], ...(Array.isArray(s['examples']) ? (s['examples'] as unknown[]) : [])]).filter((v) => v !== undefined);
    found.push({ pointer, value: text, shown: new Set(shown) });
  });
  return found;
}

/** A copy with the schema's defaults where an object leaves a key out. Objects that are absent are made when they have defaults of their own. */
export function withDefaults(value: unknown, schema: unknown, root: SchemaNode): unknown {
  const node = resolve(schema, root);
  if (node === undefined) return value;
  if (value === undefined) {
    if (Object.hasOwn(node, 'default')) return structuredClone(node['default']);
    const required = node['required'];
    if (node['type'] !== 'object' || !isRecord(node['properties']) || (Array.isArray(required) && required.length > 0)) return undefined;
    return withDefaults({}, node, root);
  }
  if (Array.isArray(value)) return value.map((item) => withDefaults(item, node['items'], root));
  if (!isRecord(value)) return value;
  const out: Record<string, unknown> = { ...value };
  if (isRecord(node['properties'])) {
    for (const [key, child] of Object.entries(node['properties'])) {
      const filled = withDefaults(out[key], child, root);
      if (filled !== undefined) out[key] = filled;
    }
  }
  if (isRecord(node['additionalProperties'])) {
    const known = isRecord(node['properties']) ? node['properties'] : {};
    for (const key of Object.keys(out)) if (!Object.hasOwn(known, key)) out[key] = withDefaults(out[key], node['additionalProperties'], root);
  }
  return out;
}
