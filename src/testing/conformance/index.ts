/** Conformance runs: what `lienthong/testing` and the command line use. */
export { CONFORMANCE_DEFAULTS, runConformance } from './run.ts';
export type { ConformanceOptions } from './run.ts';
export { conformanceSuite, conformanceSuites } from './suites.ts';
export type { FoundSuite } from './suites.ts';
export { conformanceJson } from './report.ts';
export type { ConformanceCheckResult, ConformanceEvidence, ConformanceReport } from './report.ts';
export { conformanceHtml } from './html.ts';
export type { ReportLanguage } from './html.ts';
export { conformanceJunit } from './junit.ts';
