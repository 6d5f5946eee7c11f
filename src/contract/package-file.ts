/** Files that travel with the package beside its code: schemas, documents. */
import { existsSync, readFileSync } from 'node:fs';

let root: URL | undefined;

/** The nearest folder above that is this package; the build has a manifest of its own, without a name. */
function packageRoot(): URL {
  for (let at = new URL('.', import.meta.url); ; at = new URL('..', at)) {
    const manifest = new URL('package.json', at);
    if (existsSync(manifest) && (JSON.parse(readFileSync(manifest, 'utf8')) as { name?: string }).name === 'lienthong') return at;
    if (at.pathname === '/') throw new Error('the files of the package lienthong are not where its code is');
  }
}

/** @param path from the package's root, e.g. `schemas/upstream/dvcqg.openapi.yaml` */
export const packageFile = (path: string): URL => new URL(path, (root ??= packageRoot()));
