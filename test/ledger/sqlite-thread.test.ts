/** The ledger's thread as the tests run it: from source, but without stripping types (why: .ci/vitest-setup.ts). */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';

it('finds its modules stripped already, so that no thread of a test brings its own WebAssembly', async () => {
  const engine = new URL('../../src/ledger/sqlite/engine.ts', import.meta.url).href;
  const thread = new Worker(
    `import(${JSON.stringify(engine)}).then(() => require('node:worker_threads').parentPort.postMessage(process.moduleLoadList))`,
    { eval: true },
  );
  const [loaded] = await once(thread, 'message') as [string[]];
  await thread.terminate();
  expect(loaded.some((name) => name.includes('sqlite'))).toBe(true);
  expect(loaded.filter((name) => name.includes('amaro'))).toEqual([]);
});
