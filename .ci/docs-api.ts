/** npm run docs:api: the static reference of all published schemas, in site/api; `--out FOLDER` writes elsewhere. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildSite } from './docs-api/site.ts';
import { publishedIn } from './schema-diff/documents.ts';

const root = new URL('..', import.meta.url).pathname;
const { values } = parseArgs({ options: { out: { type: 'string', default: join(root, 'site/api') } } });
const out = resolve(values.out);
const documents = publishedIn(join(root, 'schemas'));
const built = buildSite(documents, readFileSync(join(root, 'schemas/CHANGELOG.md'), 'utf8'), out, ({ file, bytes }) => console.log(`${file.padEnd(16)} ${(bytes / 1_000).toFixed(0).padStart(6)} kB`));
console.log(`${built.length} pages, nothing loaded from outside: ${join(out, 'index.html')}`);
