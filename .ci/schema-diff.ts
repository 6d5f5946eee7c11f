/**
 * npm run schemas:check      what changed in schemas/ since the last release, in words; fails when a version or schemas/CHANGELOG.md does not say so
 * npm run schemas:release    the documents as they are become the last release (schemas/released/); part of publishing the package
 *   --against FOLDER         compare with the documents of another folder laid out like schemas/, e.g. of an older package
 *   --all                    changes of wording too, one by one
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkAll } from './schema-diff/check.ts';
import { publishedIn, release, releasedIn } from './schema-diff/documents.ts';
import { tell } from './schema-diff/tell.ts';

const { values } = parseArgs({ options: { release: { type: 'boolean', default: false }, against: { type: 'string' }, all: { type: 'boolean', default: false } } });
const folder = join(new URL('..', import.meta.url).pathname, 'schemas');
const documents = publishedIn(folder);
const released = values.against === undefined ? releasedIn(folder) : new Map(publishedIn(values.against).map(({ id, document }) => [id, document]));
const verdicts = checkAll(documents, released, readFileSync(join(folder, 'CHANGELOG.md'), 'utf8'));

for (const verdict of verdicts) console.log(tell(verdict, values.all));
const faults = verdicts.flatMap((verdict) => verdict.faults);
if (faults.length > 0) process.exitCode = 1;
else if (values.release) {
  release(folder, documents);
  console.log(`released: ${documents.map(({ id }) => id).join(', ')}`);
}
