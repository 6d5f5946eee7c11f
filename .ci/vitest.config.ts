import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.ts'],
    globalSetup: new URL('./vitest-setup.ts', import.meta.url).pathname,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Fault tests start processes of their own; two files at once already fill two cores.
    maxWorkers: 2,
    reporters: ['default', ['json', { outputFile: '.cache/test-report.json' }]],
  },
});
