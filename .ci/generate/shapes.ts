/** The pinned shapes of what an upstream sends us: what its answers are compared with while the gateway runs. */
import { shapesOf } from '../../src/contract/shape-of.ts';
import type { Shape } from '../../src/contract/shape.ts';
import { BANNER, type Files } from './files.ts';
import type { Schema } from './schema.ts';

export function shapeFiles(folder: string, schemas: Readonly<Record<string, Schema>>): Files {
  const all = shapesOf(schemas, '#/components/schemas/');
  const wanted = new Set<string>();
  const want = (shape: Shape): void => {
    if (shape.ref !== undefined && !wanted.has(shape.ref)) {
      wanted.add(shape.ref);
      want(all[shape.ref] ?? {});
    }
    for (const below of [...Object.values(shape.fields ?? {}), ...(shape.items === undefined ? [] : [shape.items])]) want(below);
  };
  // What only we send is checked by its validator before it goes. A union is what its branches are.
  const isOutbound = (schema: Schema | undefined): boolean => {
    if (schema?.['x-direction'] !== undefined) return schema['x-direction'] === 'outbound';
    const branches = [schema?.['oneOf'], schema?.['anyOf']].flatMap((list) => (Array.isArray(list) ? (list as Schema[]) : []));
    return branches.length > 0 && branches.every((branch) => isOutbound(schemas[String(branch['$ref']).split('/').pop() ?? '']));
  };
  for (const [name, shape] of Object.entries(all)) {
    if (!isOutbound(schemas[name]) && (shape.fields ?? shape.items ?? shape.ref) !== undefined) want({ ref: name });
  }
  const lines = Object.entries(all).filter(([name]) => wanted.has(name)).map(([name, shape]) => `  ${JSON.stringify(name)}: ${JSON.stringify(shape)},`);
  return new Map([
    [`${folder}/shapes.js`, `${BANNER}\nexport * as checks from './validators.js';\n\nexport const shapes = {\n${lines.join('\n')}\n};\n`],
    [`${folder}/shapes.d.ts`, `${BANNER}\nimport type { ShapeTable } from '../../../src/contract/shape.js';\n\nexport * as checks from './validators.js';\nexport const shapes: ShapeTable;\n`],
  ]);
}
