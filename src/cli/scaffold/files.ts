/** All files of a new adapter. */
import { camelCase } from './names.ts';
import { modelOf, type ScaffoldModel } from './openapi/model.ts';
import { readOpenApi } from './openapi/read.ts';
import { render, type GeneratedFile, type Language } from './render.ts';
import * as from from './templates/from.ts';
import * as plain from './templates/plain.ts';
import * as shared from './templates/shared.ts';
import { readmeFile } from './templates/readme.ts';

export interface ScaffoldOptions {
  id: string;
  language: Language;
  runner: 'vitest' | 'node';
  /** file of an OpenAPI document */
  document?: string;
  /** calls of the document to make operations of; all when absent */
  operations?: readonly string[];
  /** version of this package, for the manifest */
  version: string;
}
export interface Scaffold {
  files: GeneratedFile[];
  /** package.json and tsconfig.json: only for a folder that belongs to no project yet */
  project: GeneratedFile[];
  /** undefined without a document */
  model: ScaffoldModel | undefined;
}

/** @throws ValidationError with every fault when the document cannot be used */
export function scaffold({ id, language, runner, document, operations, version }: ScaffoldOptions): Scaffold {
  const model = document === undefined ? undefined : modelOf(readOpenApi(document), operations);
  const shape: shared.Shape = {
    id, name: camelCase(id, 'adapter', 'Adapter'),
    title: model === undefined ? { vi: `Hệ thống ${id}`, en: `The system ${id}` } : { vi: model.title, en: model.title },
    security: model?.security ?? { kind: 'bearer' },
    server: model?.server ?? '',
  };
  const code = (name: string, template: string): GeneratedFile => ({ path: `${name}.${language}`, content: render(template, language) });
  const json = (name: string, value: unknown): GeneratedFile => ({ path: name, content: `${JSON.stringify(value, null, 2)}\n` });
  const own = model === undefined
    ? [
        code('codes', plain.codesFile()), code('routes', plain.routesFile()), code('operations', plain.operationsFile(shape)), code('simulator', plain.simulatorFile(shape)), code('fixtures', plain.fixturesFile(shape)),
        json('contract.openapi.json', plain.contractDocument(shape)),
        { path: 'README.md', content: readmeFile(shape, runner, language, plain.operationsTable(), plain.readmeExtra()) },
      ]
    : [
        ...(language === 'ts' ? [code('types', from.typesFile(model))] : []),
        code('routes', from.routesFile(model)), code('operations', from.operationsFile(model)), code('examples', from.examplesFile(model)), code('simulator', from.simulatorFile(shape, model)), code('fixtures', from.fixturesFile(shape, model)),
        json('contract.openapi.json', model.contract),
        { path: 'README.md', content: readmeFile(shape, runner, language, from.operationsTable(model), from.readmeExtra(model)) },
      ];
  return {
    model,
    files: [
      code('adapter', shared.adapterFile(shape)), code('config', shared.configFile(shape)), code('contract', shared.contractFile()), code('classify', shared.classifyFile()), ...own,
      code('adapter.test', shared.testFile(shape.name, runner)),
    ],
    project: [{ path: 'package.json', content: shared.packageJson(id, version, language, runner) }, ...(language === 'ts' ? [{ path: 'tsconfig.json', content: shared.tsconfigJson() }] : [])],
  };
}
