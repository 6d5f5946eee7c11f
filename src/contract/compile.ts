/**
 * JSON Schema to validator, with the settings that all validators of the product share. The generator uses them at build
 * time; an adapter that lives outside this repository compiles its own schemas at run time with `compileSchema`.
 */
import { Ajv2020, type Options } from 'ajv/dist/2020.js';
import { checkWith, type CheckOptions, type CompiledCheck } from './check.ts';
import { ANNOTATION_FORMATS, FORMATS } from './formats.ts';
import type { Validate } from './validate.ts';

/** Faults kept per check. More than any caller lists, so that a hostile body of a million wrong items costs no memory. */
const MAX_FAULTS = 400;

/**
 * Keeps ajv's list of faults short. Its generated code pushes one object per fault and joins lists by copying them, which
 * a long list of wrong items turns into quadratic time. The count `errors` still goes up with every fault: it decides
 * whether a branch failed, only the list is cut.
 */
export function boundFaults(code: string): string {
  const bounded = code
    .replace(/vErrors\.push\((err\d+)\)/g, `(vErrors.length < ${MAX_FAULTS} && vErrors.push($1))`)
    .replace(/vErrors\.length = (_errs\d+)/g, 'vErrors.length = Math.min(vErrors.length, $1)')
    .replace(
      /vErrors = vErrors === null \? ([\w.]+)\.errors : vErrors\.concat\(\1\.errors\);\s*errors = vErrors\.length;/g,
      `errors += $1.errors.length; vErrors = vErrors === null ? $1.errors : vErrors.length < ${MAX_FAULTS} ? vErrors.concat($1.errors) : vErrors;`,
    );
  // A newer ajv may write other code; then the generator must stop rather than drop the bound silently.
  if (/vErrors\.push\((?!err\d+\)\))/.test(bounded) || /errors = vErrors\.length/.test(bounded)) throw new Error('ajv writes fault lists in a way that is not known here');
  return bounded;
}

/** Settings of every ajv instance of the product. `lengths` count UTF-16 units, as the databases behind the upstreams do. */
export const AJV_OPTIONS: Options = {
  allErrors: true,
  strict: true,
  strictTypes: true,
  allowUnionTypes: true,
  allowMatchingProperties: false,
  unicode: false,
  messages: false,
  logger: false,
};

/** An ajv instance that knows our formats and passes over words that only describe (`x-…`, `example` …). */
export function newAjv(annotations: Iterable<string> = [], code?: Options['code']): Ajv2020 {
  const ajv = new Ajv2020({ ...AJV_OPTIONS, ...(code === undefined ? {} : { code }) });
  for (const [name, check] of Object.entries(FORMATS)) ajv.addFormat(name, { type: 'string', validate: check });
  for (const name of ANNOTATION_FORMATS) ajv.addFormat(name, true);
  for (const word of annotations) ajv.addVocabulary([word]);
  return ajv;
}

const DESCRIBING = new Set(['example', 'externalDocs', 'xml', 'tsType']);

/** The words in a schema that describe and check nothing: `x-…` and OpenAPI's own. */
export function annotationsOf(schema: unknown): Set<string> {
  const found = new Set<string>();
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) node.forEach(walk);
    else if (typeof node === 'object' && node !== null) {
      for (const [key, value] of Object.entries(node)) {
        if (key.startsWith('x-') || DESCRIBING.has(key)) found.add(key);
        walk(value);
      }
    }
  };
  walk(schema);
  return found;
}

/**
 * Compiles a JSON Schema (draft 2020-12) at run time. Strict: unknown keywords and formats are refused.
 * @throws Error when the schema itself is wrong
 */
export function compileSchema<T = unknown>(schema: Record<string, unknown>, options: CheckOptions = {}): Validate<T> {
  const ajv = newAjv(annotationsOf(schema), { process: boundFaults });
  return checkWith(ajv.compile<T>(schema) as CompiledCheck<T>, options);
}

/**
 * The schemas inside a larger document (OpenAPI), each compiled when it is first asked for. References within it are followed.
 * @returns the check at a pointer, `#/components/schemas/Name`. @throws Error when there is nothing there, or the schema is wrong
 */
export function checksWithin(document: Record<string, unknown>): (pointer: string) => CompiledCheck<unknown> {
  let ajv: Ajv2020 | undefined;
  return (pointer) => {
    if (ajv === undefined) {
      ajv = newAjv(annotationsOf(document), { process: boundFaults });
      ajv.addVocabulary(Object.keys(document));
      ajv.addSchema({ ...document, $id: 'document' });
    }
    // The compiler takes a pointer for a part of an address; a percent sign in a name stands for itself.
    const check = ajv.getSchema(`document${pointer.replaceAll('%', '%25')}`);
    if (check === undefined) throw new Error(`no schema at ${pointer}`);
    return check as CompiledCheck<unknown>;
  };
}

/**
 * Validators of the components of an OpenAPI 3.1 document, for an adapter that ships its contract as such a file. As strict as
 * `compileSchema`; a component is compiled when it is first used.
 * @param document the parsed document
 * @returns the validator of the component `#/components/schemas/<name>`; using it throws Error when there is none of this name
 */
export function compileComponents(document: Record<string, unknown>): <T>(name: string, options?: CheckOptions) => Validate<T> {
  const checkAt = checksWithin(document);
  return <T>(name: string, options: CheckOptions = {}): Validate<T> => {
    let validate: Validate<T> | undefined;
    const lazy: Validate<T> = (value) => (validate ??= checkWith(checkAt(`#/components/schemas/${name}`) as CompiledCheck<T>, options))(value);
    within.set(lazy, { document, name });
    return lazy;
  };
}

const within = new WeakMap<object, { document: Readonly<Record<string, unknown>>; name: string }>();
/** The component that `compileComponents` made a validator of; undefined for any other validator. */
export const componentBehind = (validate: Validate<unknown>): { document: Readonly<Record<string, unknown>>; name: string } | undefined => within.get(validate);
