/** Compiles src, adapters and the example generator to dist, and copies what the compiler leaves out (generated validators, data). */
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = new URL('..', import.meta.url).pathname;
const dist = join(root, 'dist');
rmSync(dist, { recursive: true, force: true });
execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, '.ci/tsconfig.build.json')], { stdio: 'inherit' });

/** What tsc does not emit: kinds of file (`.js` and `.d.ts` here are generated validators), and the attachments that fixtures send. */
const COPIED = /(\.js|\.d\.ts|\.json|\.csv|\.sql)$|\/fixtures\/files\//;
/** Exports of a run, and projects of users. */
const LEFT_OUT = /\/data\/export|\/examples\/testing\//;
let copied = 0;
for (const top of ['src', 'adapters', 'examples']) {
  for (const entry of readdirSync(join(root, top), { recursive: true, withFileTypes: true })) {
    const from = join(entry.parentPath, entry.name);
    const to = join(dist, from.slice(root.length));
    if (!entry.isFile() || !COPIED.test(from) || LEFT_OUT.test(from) || existsSync(to)) continue;
    mkdirSync(dirname(to), { recursive: true });
    cpSync(from, to);
    copied += 1;
  }
}
// tsc copies the whole manifest for its version; a nested one with exports would mislead bundlers.
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
writeFileSync(join(dist, 'package.json'), `${JSON.stringify({ version, type: 'module' })}\n`);
chmodSync(join(dist, 'src/cli/main.js'), 0o755);
console.log(`built dist (${copied} data files copied)`);
