/** ajv standalone: schemas in, one self-contained ES module of checks out, with a declaration file beside it. */
import { createRequire } from 'node:module';
import { _ } from 'ajv';
import { boundFaults, newAjv } from '../../src/contract/compile.ts';
import { FORMATS } from '../../src/contract/formats.ts';
import { BANNER } from './files.ts';
import { bareSchema, type Schema } from './schema.ts';

// The package has no ES entry for this part of ajv.
const standaloneCode = createRequire(import.meta.url)('ajv/dist/standalone').default as (ajv: unknown, names: Record<string, string>) => string;

export interface ValidatorSource {
  /** schemas with an `$id` each */
  schemas: Schema[];
  /** export name → `$id` with an optional pointer */
  exports: Record<string, string>;
  /** told in messages */
  origin: string;
}

/** The text of the module: only plain functions, no import, so that it may be copied anywhere as it is. */
export function validatorModule({ schemas, exports, origin }: ValidatorSource): string {
  for (const name of Object.keys(exports)) {
    if (!/^[A-Za-z_$][\w$]*$/.test(name)) throw new Error(`${origin}: the schema name "${name}" cannot be the name of an export`);
  }
  const ajv = newAjv([], { source: true, esm: true, lines: true, formats: _`formats` });
  for (const schema of schemas) ajv.addSchema(bareSchema(schema));
  let code: string;
  try {
    code = boundFaults(standaloneCode(ajv, exports));
  } catch (e) {
    throw new Error(`${origin}: ${(e as Error).message} (known formats: ${Object.keys(FORMATS).join(', ')})`, { cause: e });
  }
  code = code.replace(/^"use strict";\n?/, '');
  if (code.includes('require("ajv/dist/runtime/equal").default')) {
    code = code.replaceAll('require("ajv/dist/runtime/equal").default', 'equal');
    code = `${deepEqualSource}\n${code}`;
  }
  const leftOver = /require\([^)]*\)/.exec(code);
  if (leftOver) throw new Error(`${origin}: the generated code needs ${leftOver[0]}`);
  const used = Object.keys(FORMATS).filter((name) => new RegExp(`formats(?:\\.${name}\\b|\\["${name}"\\])`).test(code));
  const formats = used.map((name) => `  ${JSON.stringify(name)}: { validate: ${sourceOf(name)} },`).join('\n');
  return `${BANNER}\n${used.length ? `const formats = {\n${formats}\n};\n` : ''}${code.trim()}\n`;
}

/** The declaration file: `typeOf` gives the TypeScript type of an export, `imports` the lines that bring those types in. */
export function validatorDeclarations(names: string[], typeOf: (name: string) => string, checkModule: string, imports: string[]): string {
  const lines = names.map((name) => `export const ${name}: CompiledCheck<${typeOf(name)}>;`);
  return [BANNER, `import type { CompiledCheck } from '${checkModule}';`, ...imports, '', ...lines, ''].join('\n');
}

/** The function as Node runs it: types are stripped to blanks, and runs of blanks are squeezed so that the text is short. */
const sourceOf = (name: string): string => String(FORMATS[name]).replace(/[ \t]{2,}/g, ' ').replace(/ ?\n ?/g, '\n');

/** Structural equality for `const`, `enum` and `uniqueItems` on objects and arrays. */
function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((k) => Object.hasOwn(b, k) && equal((a as Schema)[k], (b as Schema)[k]));
}
const deepEqualSource = String(equal);
