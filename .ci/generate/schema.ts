/** Walking JSON Schema without mistaking a field's name for a keyword. */
export type Schema = Record<string, unknown>;

/** Keywords whose value maps names to schemas: below them a key is a name, not a keyword. */
const NAME_MAPS = new Set(['properties', 'patternProperties', '$defs', 'dependentSchemas']);
/** Keywords whose value is data. */
const DATA = new Set(['enum', 'const', 'required', 'default', 'examples', 'example']);

/** A copy in which `change` has seen every schema, outermost first. */
export function mapSchemas(node: unknown, change: (schema: Schema) => Schema): unknown {
  if (Array.isArray(node)) return node.map((n) => mapSchemas(n, change));
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(Object.entries(change(node as Schema)).map(([key, value]) => {
    if (DATA.has(key) || key.startsWith('x-')) return [key, value];
    if (NAME_MAPS.has(key)) return [key, Object.fromEntries(Object.entries(value as Schema).map(([name, s]) => [name, mapSchemas(s, change)]))];
    return [key, mapSchemas(value, change)];
  }));
}

const DESCRIBING = new Set(['title', 'description', 'examples', 'example', 'externalDocs', 'xml', 'discriminator', 'deprecated', 'readOnly', 'writeOnly', 'default', '$comment', '$schema']);

/** Only what decides whether a value fits. */
export const bareSchema = (schema: Schema): Schema =>
  mapSchemas(schema, (s) => Object.fromEntries(Object.entries(s).filter(([key]) => !DESCRIBING.has(key) && !key.startsWith('x-')))) as Schema;
