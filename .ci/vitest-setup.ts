/** Runs once around a whole test run: what its test files share. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { endSharedServer, RUN_FOLDER } from '../test/support/postgres.ts';
import { freshServerFolder } from '../test/support/postgres-server.ts';

export default function setup(): () => Promise<void> {
  stripBeforehand();
  // A place for a PostgreSQL, if one of the files asks for it.
  const folder = freshServerFolder();
  process.env[RUN_FOLDER] = folder;
  return () => endSharedServer(folder);
}

/**
 * Node strips types by WebAssembly, once in each thread, and V8 may abort the process when many threads of one process do so
 * one after another (nodejs/node#64500). A test file opens a hundred ledgers, each a thread with thirty modules. With a compile
 * cache, filled here by one process, the threads read their modules stripped, and start in a third of the time.
 */
function stripBeforehand(): void {
  process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../.cache/node', import.meta.url));
  const thread = new URL('../src/ledger/sqlite/worker.ts', import.meta.url).href;
  // Outside a thread the module refuses to run, but by then everything it needs is in the cache.
  spawnSync(process.execPath, ['--input-type=module', '--eval', `await import(${JSON.stringify(thread)}).catch(() => {})`], { stdio: 'ignore' });
}
