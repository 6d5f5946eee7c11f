/** From JSON Schema to shapes: what is compared with the answers of a running upstream (see shape.ts). */
import { isRecord } from './is-record.ts';
import { list, node } from './json-node.ts';
import type { JsonType } from './shape-form.ts';
import type { Shape } from './shape.ts';

type Schema = Readonly<Record<string, unknown>>;

const MERGED = ['allOf', 'anyOf', 'oneOf'] as const;

/**
 * @param schemas by name, as under `components/schemas` or `$defs`
 * @param prefix what a reference to one of them begins with, e.g. `#/components/schemas/`
 * @returns one shape for each. `x-outcome` on a code table marks the fields that say what became of a call. `x-shape` names the schema of something that is not checked there; `x-code-table` the one that knows the codes
 */
export function shapesOf(schemas: Readonly<Record<string, unknown>>, prefix: string): Record<string, Shape> {
  const named = (ref: unknown): string | undefined => {
    if (typeof ref !== 'string' || !ref.startsWith(prefix)) return undefined;
    const name = ref.slice(prefix.length);
    return Object.hasOwn(schemas, name) ? name : undefined;
  };

  const tableOf = (schema: Schema): Schema => (typeof schema['x-code-table'] === 'string' ? node(schemas[schema['x-code-table']]) : schema);

  function codesOf(schema: Schema): string[] | undefined {
    const table = tableOf(schema);
    const codes = [...list(table['enum']), ...('const' in table ? [table['const']] : []), ...Object.keys(node(table['x-meaning']))];
    const texts = codes.filter((code) => typeof code !== 'object' && code !== '').map(String);
    return texts.length === 0 ? undefined : [...new Set(texts)];
  }

  /** What a node says by itself, without its reference. */
  function ownOf(schema: Schema, open: ReadonlySet<string>): Shape {
    const types = (typeof schema['type'] === 'string' ? [schema['type']] : list(schema['type'])) as JsonType[];
    const fields = Object.entries(node(schema['properties']));
    const codes = codesOf(schema);
    const isMap = isRecord(schema['additionalProperties']) || 'patternProperties' in schema;
    return {
      ...(types.length === 0 ? {} : { types }),
      ...(fields.length === 0 ? {} : { fields: Object.fromEntries(fields.map(([name, value]) => [name, shapeOf(node(value), open)])) }),
      ...(list(schema['required']).length === 0 ? {} : { required: list(schema['required']).map(String) }),
      ...(isMap ? { map: true } : {}),
      ...(isRecord(schema['items']) ? { items: shapeOf(schema['items'], open) } : {}),
      ...(codes === undefined ? {} : { codes }),
      ...(tableOf(schema)['x-outcome'] === true ? { outcome: true } : {}),
      ...('x-sensitive' in schema || schema['x-secret'] === true ? { personal: true } : {}),
    };
  }

  /** @param open names that are being looked into for a merge: a schema that contains itself ends there */
  function shapeOf(schema: Schema, open: ReadonlySet<string>): Shape {
    const own = ownOf(schema, open);
    const ref = named(schema['$ref']) ?? (typeof schema['x-shape'] === 'string' ? named(prefix + schema['x-shape']) : undefined);
    if (ref !== undefined) {
      const target = node(schemas[ref]);
      // A plain scalar is shorter written out than referred to.
      if (!['properties', 'items', '$ref', 'x-shape', ...MERGED].some((word) => word in target)) return { ...ownOf(target, open), ...own };
      return { ref, ...own };
    }
    let shape = own;
    for (const word of MERGED) {
      const branches = list(schema[word]).map((branch) => whole(shapeOf(node(branch), open), open));
      if (branches.length > 0) shape = word === 'allOf' ? branches.reduce(both, shape) : both(shape, branches.reduce(either));
    }
    return shape;
  }

  /** A branch of a merge with its reference looked up: two references cannot be merged by name. */
  function whole({ ref, ...own }: Shape, open: ReadonlySet<string>): Shape {
    if (ref === undefined) return own;
    if (open.has(ref)) return {};
    return { ...whole(shapeOf(node(schemas[ref]), new Set([...open, ref])), new Set([...open, ref])), ...own };
  }

  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, shapeOf(node(schema), new Set([name]))]));
}

/** A schema that stands alone, with its own `$defs`. */
export function shapesOfSchema(schema: Schema): { table: Record<string, Shape>; root: Shape } {
  const table = shapesOf({ ...node(schema['$defs']), '': schema }, '#/$defs/');
  return { table, root: table[''] ?? {} };
}

const unite = <T>(a: readonly T[] | undefined, b: readonly T[] | undefined): T[] => [...new Set([...(a ?? []), ...(b ?? [])])];

/** Everything that both say holds. */
function both(a: Shape, b: Shape): Shape {
  const types = a.types === undefined || b.types === undefined ? (a.types ?? b.types) : a.types.filter((type) => b.types?.includes(type));
  const required = unite(a.required, b.required);
  return {
    ...(types === undefined ? {} : { types }),
    ...(a.fields === undefined && b.fields === undefined ? {} : { fields: fieldsOf(a, b, both) }),
    ...(required.length === 0 ? {} : { required }),
    ...rest(a, b, (a.codes ?? b.codes) === undefined ? undefined : unite(a.codes, b.codes)),
  };
}

/** Nothing that only one of them says is asked for. */
function either(a: Shape, b: Shape): Shape {
  const required = (a.required ?? []).filter((name) => b.required?.includes(name));
  const isOpen = isOpaque(a) || isOpaque(b);
  return {
    ...(a.types === undefined || b.types === undefined ? {} : { types: unite(a.types, b.types) }),
    ...(isOpen || (a.fields === undefined && b.fields === undefined) ? {} : { fields: fieldsOf(a, b, either) }),
    ...(required.length === 0 ? {} : { required }),
    ...rest(a, b, a.codes === undefined || b.codes === undefined ? undefined : unite(a.codes, b.codes)),
  };
}

/** A field that both have is what `merge` makes of it. References stay with the first: what they mean is not known here. */
function fieldsOf(a: Shape, b: Shape, merge: (a: Shape, b: Shape) => Shape): Record<string, Shape> {
  const fields = new Map(Object.entries(b.fields ?? {}));
  for (const [name, own] of Object.entries(a.fields ?? {})) {
    const other = fields.get(name);
    fields.set(name, other === undefined ? own : own.ref === undefined && other.ref === undefined ? merge(own, other) : { ...(own.ref === undefined ? other : {}), ...own, ...marked(own, other) });
  }
  return Object.fromEntries(fields);
}

/** What one of them calls personal is personal. */
const marked = (a: Shape, b: Shape): Shape => (a.personal === true || b.personal === true ? { personal: true } : {});

const rest = (a: Shape, b: Shape, codes: string[] | undefined): Shape => ({
  ...(a.map === true || b.map === true ? { map: true } : {}),
  ...((a.items ?? b.items) === undefined ? {} : { items: a.items ?? b.items ?? {} }),
  ...(codes === undefined ? {} : { codes }),
  ...(a.outcome === true || b.outcome === true ? { outcome: true } : {}),
  ...marked(a, b),
});

/** May be an object, and nothing is known of what is in it. */
const isOpaque = ({ types, fields }: Shape): boolean => fields === undefined && (types === undefined || types.includes('object'));
