/**
 * npm run schemas:check      what changed in schemas/ since the last release, in words; fails when a version or schemas/CHANGELOG.md does not say so
 * npm run schemas:release    the documents as they are become the last release (schemas/released/); part of publishing the package
 *   --against FOLDER         compare with the documents of another folder laid out like schemas/, e.g. of an older package
 *   --all                    changes of wording too, one by one
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkAll, type Verdict } from './schema-diff/check.ts';
import { publishedIn, release, releasedIn } from './schema-diff/documents.ts';
import type { Change } from './schema-diff/levels.ts';

const { values } = parseArgs({ options: { release: { type: 'boolean', default: false }, against: { type: 'string' }, all: { type: 'boolean', default: false } } });
const folder = join(new URL('..', import.meta.url).pathname, 'schemas');
const documents = publishedIn(folder);
const released = values.against === undefined ? releasedIn(folder) : new Map(publishedIn(values.against).map(({ id, document }) => [id, document]));
const verdicts = checkAll(documents, released, readFileSync(join(folder, 'CHANGELOG.md'), 'utf8'));

const NAMES = { major: 'BREAKING', minor: 'minor', patch: 'patch' };
const line = ({ level, where, kind, detail }: Change): string => `  ${NAMES[level].padEnd(8)} ${where}: ${kind}${detail === '' || where.endsWith(`.${detail}`) ? '' : ` (${detail})`}`;
const ORDER = ['major', 'minor', 'patch'];

function tell({ id, from, to, changes, level, faults }: Verdict): void {
  const state = from === undefined ? 'new' : level === undefined ? 'unchanged' : level === 'major' ? 'BREAKING' : 'not breaking';
  console.log(`${id} ${from === undefined || from === to ? to : `${from} → ${to}`} · ${state}`);
  const wording = changes.filter((change) => change.kind === 'wording');
  const shown = values.all ? changes : changes.filter((change) => change.kind !== 'wording');
  for (const change of [...shown].sort((a, b) => ORDER.indexOf(a.level) - ORDER.indexOf(b.level))) console.log(line(change));
  if (!values.all && wording.length > 0) console.log(`  patch    wording in ${wording.length} places`);
  for (const fault of faults) console.error(`  ✗ ${fault}`);
}

for (const verdict of verdicts) tell(verdict);
const faults = verdicts.flatMap((verdict) => verdict.faults);
if (faults.length > 0) process.exitCode = 1;
else if (values.release) {
  release(folder, documents);
  console.log(`released: ${documents.map(({ id }) => id).join(', ')}`);
}
