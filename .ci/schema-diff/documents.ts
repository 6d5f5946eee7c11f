/** Which documents are published, and what of them was released last. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { node as json, type Node as Json } from '../../src/contract/json-node.ts';
import type { Role } from './levels.ts';

export interface Published { id: string; path: string; document: Json; roles: readonly Role[] }

const SUFFIX = /\.(schema\.json|openapi\.json|openapi\.yaml)$/;
const FOLDERS = ['', 'canonical', 'upstream'];
/** Who stands behind a plain JSON Schema; both where nothing is said. */
const ROLES: Record<string, readonly Role[]> = { config: ['written'], event: ['read'] };

/** Every document below a folder that is laid out like `schemas/`. */
export function publishedIn(folder: string): Published[] {
  return FOLDERS.flatMap((sub) => {
    const at = join(folder, sub);
    if (!existsSync(at)) return [];
    return readdirSync(at).filter((file) => SUFFIX.test(file)).sort().map((file): Published => {
      const id = file.replace(SUFFIX, '');
      const text = readFileSync(join(at, file), 'utf8');
      const document = json(file.endsWith('.yaml') ? parse(text, { maxAliasCount: 1_000 }) : JSON.parse(text));
      return { id, path: join(at, file), document, roles: ROLES[id] ?? ['written', 'read'] };
    });
  });
}

const releasedFolder = (folder: string): string => join(folder, 'released');

export function releasedIn(folder: string): Map<string, Json> {
  const at = releasedFolder(folder);
  if (!existsSync(at)) return new Map();
  return new Map(readdirSync(at).filter((file) => file.endsWith('.json')).map((file) => [file.replace(/\.json$/, ''), json(JSON.parse(readFileSync(join(at, file), 'utf8')))]));
}

/** What is there now becomes what the next change is compared with. One line each: nobody reads or edits them. */
export function release(folder: string, documents: readonly Published[]): void {
  const at = releasedFolder(folder);
  rmSync(at, { recursive: true, force: true });
  mkdirSync(at, { recursive: true });
  for (const { id, document } of documents) writeFileSync(join(at, `${id}.json`), `${JSON.stringify(document)}\n`);
}
