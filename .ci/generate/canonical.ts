/** Types, enum tables, validators and the sensitive-field tree of the canonical schemas. */
import { readdirSync, readFileSync } from 'node:fs';
import { compile, type JSONSchema } from 'json-schema-to-typescript';
import { BANNER, type Files } from './files.ts';
import { mapSchemas, type Schema } from './schema.ts';
import { validatorDeclarations, validatorModule } from './validators.ts';

const FOLDER = 'schemas/canonical';

/** Every canonical schema by its short name (`dossier`), in order. */
export function readCanonical(): Map<string, Schema> {
  const files = readdirSync(FOLDER).filter((f) => f.endsWith('.schema.json')).sort();
  return new Map(files.map((f) => [f.replace('.schema.json', ''), JSON.parse(readFileSync(`${FOLDER}/${f}`, 'utf8')) as Schema]));
}

export async function canonicalFiles(): Promise<Files> {
  const files: Files = new Map();
  const schemas = readCanonical();
  const idToName = new Map([...schemas].map(([name, schema]) => [String(schema['$id']), name]));
  const exports: Record<string, string> = {};
  for (const [name, schema] of schemas) {
    exports[typeName(schema)] = String(schema['$id']);
    files.set(`src/model/generated/${name}.ts`, await typesOf(schema, schemas, idToName));
  }
  files.set('src/model/generated/enums.ts', enumsOf(schemas));
  files.set('src/contract/generated/canonical.js', validatorModule({ schemas: [...schemas.values()], exports, origin: FOLDER }));
  const imports = [...schemas].map(([name, schema]) => `import type { ${typeName(schema)} as ${typeName(schema)}Type } from '../../model/generated/${name}.js';`);
  files.set('src/contract/generated/canonical.d.ts', validatorDeclarations(Object.keys(exports), (n) => `${n}Type`, '../check.js', imports));
  for (const [name, schema] of schemas) files.set(`src/contract/generated/${name}-sensitive.ts`, sensitiveOf(name, schema, schemas, idToName));
  return files;
}

const typeName = (schema: Schema): string => {
  const title = schema['title'];
  if (typeof title !== 'string' || !/^[A-Z]\w*$/.test(title)) throw new Error(`${String(schema['$id'])}: "title" must be the name of the type`);
  return title;
};

/** A reference to another canonical document becomes an import instead of a second copy of its types. */
async function typesOf(schema: Schema, schemas: Map<string, Schema>, idToName: Map<string, string>): Promise<string> {
  const imports = new Set<string>();
  const localised = mapSchemas(schema, (node) => {
    const ref = node['$ref'];
    if (typeof ref !== 'string') return node;
    const described = 'description' in node ? { description: node['description'] } : {};
    // By name: a reference with its own description would otherwise become a second, numbered type.
    if (ref.startsWith('#/$defs/')) return { tsType: ref.slice('#/$defs/'.length), ...described };
    const [id = '', pointer] = ref.split('#');
    const name = idToName.get(id);
    const target = name === undefined ? undefined : schemas.get(name);
    if (name === undefined || target === undefined) throw new Error(`${String(schema['$id'])}: unknown reference ${ref}`);
    const type = pointer ? (pointer.split('/').pop() ?? '') : typeName(target);
    imports.add(`import type { ${type} } from './${name}.ts';`);
    return { tsType: type, ...described };
  });
  const text = await compile(dropAnnotations(localised) as JSONSchema, typeName(schema), {
    bannerComment: '',
    additionalProperties: false,
    ignoreMinAndMaxItems: true,
    unreachableDefinitions: true,
    strictIndexSignatures: false,
    style: { singleQuote: true, printWidth: 160 },
  });
  // The tool notes where it found a type and repeats limits that the schema already states; a reader of the type needs neither.
  const clean = text
    .replace(/\n \*\n \* This interface was referenced by [^\n]*\n \* via the `definition` "[^"]*"\.(?=\n)/g, '')
    .replace(/\/\*\*\n \* This interface was referenced by [^\n]*\n \* via the `definition` "[^"]*"\.\n \*\/\n/g, '')
    .replace(/(?:\n +\*)?\n +\* @(?:max|min)Items \d+/g, '')
    .replace(/\/\*\*\n +\* ([^\n]*)\n +\*\//g, '/** $1 */')
    .replace(/\{\n +\[k: string\]: unknown;\n +\}/g, 'Record<string, unknown>');
  return [BANNER, ...[...imports].sort(), '', clean.trim(), ''].join('\n');
}

/** Examples and marks would become comments; `$id` would be looked up. */
const dropAnnotations = (schema: unknown): unknown =>
  mapSchemas(schema, (s) => Object.fromEntries(Object.entries(s).filter(([key]) => key !== 'examples' && key !== '$id' && !key.startsWith('x-'))));

/** Enum definitions as arrays that code can walk, with their meanings in both languages. */
function enumsOf(schemas: Map<string, Schema>): string {
  const out: string[] = [BANNER, '', '/** A sentence in both languages. */', 'export interface Meaning { readonly vi: string; readonly en: string }', ''];
  for (const schema of schemas.values()) {
    for (const [name, def] of Object.entries((schema['$defs'] ?? {}) as Record<string, Schema>)) {
      const values = def['enum'];
      if (!Array.isArray(values)) continue;
      const meaning = (def['x-meaning'] ?? {}) as Record<string, { vi: string; en: string }>;
      const constant = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase();
      out.push(`/** ${String(def['description'] ?? name)} */`);
      out.push(`export const ${plural(constant)} = [${values.map((v) => `'${String(v)}'`).join(', ')}] as const;`);
      out.push(`export const ${constant}_MEANING = {`);
      for (const v of values) {
        const m = meaning[String(v)];
        if (m === undefined) throw new Error(`${name}: "${String(v)}" has no x-meaning`);
        const key = /^(\w+)$/.test(String(v)) ? String(v) : `'${String(v)}'`;
        out.push(`  ${key}: { vi: ${JSON.stringify(m.vi)}, en: ${JSON.stringify(m.en)} },`);
      }
      out.push('} as const satisfies Record<string, Meaning>;', '');
    }
  }
  return out.join('\n');
}
const plural = (word: string): string => (/(S|X|CH)$/.test(word) ? `${word}ES` : /[^AEIOU]Y$/.test(word) ? `${word.slice(0, -1)}IES` : `${word}S`);

/**
 * The schema as a tree of what may be shown: `true` keeps a value, a word masks it (the kind of personal data),
 * an object goes into the named fields, `{ '*': … }` into the items of a list. What the tree does not name is dropped.
 */
type Shown = true | string | { [field: string]: Shown };
function sensitiveOf(name: string, root: Schema, schemas: Map<string, Schema>, idToName: Map<string, string>): string {
  const resolve = (node: Schema, doc: Schema): [Schema, Schema] => {
    const ref = node['$ref'];
    if (typeof ref !== 'string') return [node, doc];
    const [id = '', pointer = ''] = ref.split('#');
    const target = id === '' ? doc : schemas.get(idToName.get(id) ?? '');
    if (target === undefined) throw new Error(`unknown reference ${ref}`);
    let at: unknown = target;
    for (const part of pointer.split('/').filter(Boolean)) at = (at as Schema)[part];
    // A mark beside the reference speaks of this use of the definition.
    return resolve({ ...(at as Schema), ...('x-sensitive' in node ? { 'x-sensitive': node['x-sensitive'] } : {}) }, target);
  };
  const shown = (raw: Schema, inDoc: Schema): Shown => {
    const [node, doc] = resolve(raw, inDoc);
    const mark = node['x-sensitive'];
    if (typeof mark === 'string') return mark;
    const properties = node['properties'] as Record<string, Schema> | undefined;
    if (properties) return Object.fromEntries(Object.entries(properties).map(([k, v]) => [k, shown(v, doc)]));
    if (node['items'] !== undefined) {
      const item = shown(node['items'] as Schema, doc);
      return item === true ? true : { '*': item };
    }
    return true;
  };
  const constant = `${name.replaceAll('-', '_').toUpperCase()}_SHOWN`;
  return `${BANNER}\nimport type { Shown } from '../sensitive.ts';\n\nexport const ${constant}: Shown = ${JSON.stringify(shown(root, root), null, 2)};\n`;
}
