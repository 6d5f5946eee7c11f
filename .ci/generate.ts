/**
 * Writes every generated file of the repository, or with `--check` only tells which are out of date.
 * `--only <id>` limits the work to one upstream's documents (or `canonical`, `errors`, `gateway`) while one is being written.
 * `--root <folder>` works on another folder that is laid out like this repository.
 */
import { mkdirSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { canonicalFiles } from './generate/canonical.ts';
import { errorsDocument } from './generate/errors-doc.ts';
import type { Files } from './generate/files.ts';
import { gatewayFiles } from './generate/gateway.ts';
import { upstreamFiles, upstreamIds } from './generate/upstream.ts';

const { check, only, root } = parseArgs({ options: { check: { type: 'boolean', default: false }, only: { type: 'string' }, root: { type: 'string' } } }).values;
process.chdir(root ?? new URL('..', import.meta.url).pathname);

const parts: [string, () => Promise<Files>][] = [
  ['canonical', canonicalFiles],
  ['errors', () => Promise.resolve(new Map([['docs/errors.md', errorsDocument()]]))],
  ['gateway', gatewayFiles],
  ...upstreamIds().map((id): [string, () => Promise<Files>] => [id, () => upstreamFiles(id)]),
];
if (only !== undefined && !parts.some(([name]) => name === only)) {
  console.error(`nothing is called "${only}": ${parts.map(([name]) => name).join(', ')}`);
  process.exit(2);
}

const wanted: Files = new Map();
let failed = false;
for (const [name, make] of parts) {
  if (only !== undefined && name !== only) continue;
  try {
    for (const [path, text] of await make()) wanted.set(path, text);
  } catch (e) {
    console.error(`${name}: ${(e as Error).message}`);
    failed = true;
  }
}

const stale: string[] = [];
for (const [path, text] of wanted) {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
  stale.push(path);
  if (check) continue;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
// A file whose schema is gone would otherwise live on for ever. Only where everything was made.
if (only === undefined && !failed) {
  const folders = ['src/model/generated', 'src/contract/generated', ...(existsSync('adapters') ? readdirSync('adapters') : []).map((id) => `adapters/${id}/generated`)];
  for (const folder of folders.filter((f) => existsSync(f))) {
    for (const file of readdirSync(folder).sort()) {
      const path = `${folder}/${file}`;
      if (wanted.has(path)) continue;
      stale.push(`${path} (no longer generated)`);
      if (!check) rmSync(path);
    }
  }
}

if (check && stale.length > 0) {
  console.error(`Out of date; run node .ci/generate.ts:\n${stale.map((p) => `  ${p}`).join('\n')}`);
  process.exit(1);
}
if (failed) process.exit(1);
console.log(check ? `${wanted.size} generated files are up to date` : stale.length ? `wrote:\n${stale.map((p) => `  ${p}`).join('\n')}` : 'nothing to do');
