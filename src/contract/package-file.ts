/** Files that travel with the package beside its code: schemas, documents. */
import { existsSync, readFileSync } from 'node:fs';

let root: URL | undefined;

/**
 * The nearest folder above that is this package; the build has a manifest of its own, without a name. Code that was bundled into
 * another program has none: there nothing is missed until such a file is opened, and that says which one.
 */
function packageRoot(): URL {
  for (let at = new URL('.', import.meta.url); ; ) {
    const manifest = new URL('package.json', at);
    if (existsSync(manifest) && (JSON.parse(readFileSync(manifest, 'utf8')) as { name?: string }).name === 'lienthong') return at;
    const above = new URL('..', at);
    // At the root of the disk, `/` or `C:/`, there is no way up.
    if (above.href === at.href) return new URL('.', import.meta.url);
    at = above;
  }
}

/** @param path from the package's root, e.g. `schemas/upstream/dvcqg.openapi.yaml` */
export const packageFile = (path: string): URL => new URL(path, (root ??= packageRoot()));
