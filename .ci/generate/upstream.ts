/** For each document of an upstream: the types of everything in it, a strict check of every component schema, and the shapes of what comes in. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';
import { parse } from 'yaml';
import { BANNER, type Files } from './files.ts';
import { mapSchemas, type Schema } from './schema.ts';
import { shapeFiles } from './shapes.ts';
import { validatorDeclarations, validatorModule } from './validators.ts';

const FOLDER = 'schemas/upstream';

/** Adapters that have a wire document, by id. */
export function upstreamIds(): string[] {
  if (!existsSync(FOLDER)) return [];
  return readdirSync(FOLDER).filter((f) => f.endsWith('.openapi.yaml')).map((f) => f.replace('.openapi.yaml', '')).sort();
}

export async function upstreamFiles(id: string): Promise<Files> {
  const origin = `${FOLDER}/${id}.openapi.yaml`;
  const document = parse(readFileSync(origin, 'utf8'), { maxAliasCount: 1000 }) as { openapi?: string; components?: { schemas?: Record<string, Schema> } };
  if (!document.openapi?.startsWith('3.1')) throw new Error(`${origin}: OpenAPI 3.1 is expected`);
  const schemas = document.components?.schemas ?? {};
  const names = Object.keys(schemas);
  const types = astToString(await openapiTS(JSON.stringify(document), { alphabetize: false, silent: true }));
  const $id = `lienthong:upstream/${id}`;
  const module = validatorModule({
    schemas: [{ $id, $defs: localRefs(schemas, origin) }],
    exports: Object.fromEntries(names.map((name) => [name, `${$id}#/$defs/${name}`])),
    origin,
  });
  const folder = `adapters/${id}/generated`;
  return new Map([
    [`${folder}/types.ts`, `${BANNER}\n${types.trim()}\n`],
    [`${folder}/validators.js`, module],
    ...shapeFiles(folder, schemas),
    [`${folder}/validators.d.ts`, validatorDeclarations(names, (n) => `components['schemas']['${n}']`, '../../../src/contract/check.js', ["import type { components } from './types.js';"])],
  ]);
}

function localRefs(schemas: Record<string, Schema>, origin: string): Schema {
  const all = mapSchemas({ $defs: schemas }, (node) => {
    const ref = node['$ref'];
    if (typeof ref !== 'string') return node;
    if (!ref.startsWith('#/components/schemas/')) throw new Error(`${origin}: a schema may only refer to #/components/schemas/…, not ${ref}`);
    return { ...node, $ref: ref.replace('#/components/schemas/', '#/$defs/') };
  });
  return (all as Schema)['$defs'] as Schema;
}
