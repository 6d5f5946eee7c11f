/** Prints the test run's closing line in the plain form, from vitest's own report; fails when nothing ran. */
import { readFileSync } from 'node:fs';

const report = JSON.parse(readFileSync(new URL('../.cache/test-report.json', import.meta.url), 'utf8')) as { numPassedTests: number; numFailedTests: number; numPendingTests: number };
console.log(`${report.numPassedTests} passed, ${report.numFailedTests} failed, ${report.numPendingTests} skipped`);
if (report.numPassedTests === 0 || report.numFailedTests > 0) process.exit(1);
