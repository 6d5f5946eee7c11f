import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.ts'],
    globalSetup: new URL('./vitest-setup.ts', import.meta.url).pathname,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Fault tests start processes of their own, and many tests wait for clocks and databases: three files at once fill two cores.
    maxWorkers: 3,
    reporters: ['default', ['json', { outputFile: '.cache/test-report.json' }]],
  },
});
