/** A conformance report as JUnit XML, the form that CI servers read. */
import { escapeMarkup } from '../../contract/markup.ts';
import type { ConformanceCheckResult, ConformanceReport } from './report.ts';

/** Control characters that XML 1.0 has no place for are left out. */
const xml = (text: string): string => escapeMarkup(text
  .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '')
  .replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '\uFFFD'));
const seconds = (ms: number): string => (ms / 1_000).toFixed(3);

function details({ issues, evidence }: ConformanceCheckResult): string {
  const calls = evidence.map((call) => `${call.at} ${call.method} ${call.path} -> ${call.status === null ? (call.failure ?? '?') : `HTTP ${call.status}`} ${call.durationMs} ms sha256 ${call.responseSha256 ?? '-'}`);
  return xml([...issues.map(({ code, pointer = '', message }) => `${code} ${pointer} ${message.vi} / ${message.en}`), ...calls].join('\n'));
}

/** `unclear` has no word of its own in JUnit: it is a skipped case whose message says so. @returns XML 1.0, UTF-8 */
export function conformanceJunit(report: ConformanceReport): string {
  const { summary, suite, checks } = report;
  const durationMs = Date.parse(report.endedAt) - Date.parse(report.startedAt);
  const properties = {
    target: report.target, mode: report.mode, outcome: report.outcome, seed: report.seed, startedAt: report.startedAt, endedAt: report.endedAt,
    adapter: `${report.adapter.id} ${report.adapter.version}`, contract: report.contract === null ? '' : `${report.contract.version} ${report.contract.sha256}`, tool: `${report.tool.name} ${report.tool.version}`,
  };
  const cases = checks.map((check) => {
    const note = xml(`${check.note.vi} / ${check.note.en}`);
    const inside = check.verdict === 'pass' ? ''
      : check.verdict === 'fail' ? `<failure type="fail" message="${note}">${details(check)}</failure>`
      : `<skipped message="${check.verdict}: ${note}"/>`;
    return `    <testcase classname="${xml(suite.id)}" name="${xml(`${check.id}: ${check.title.vi} / ${check.title.en}`)}" time="${seconds(check.durationMs)}">${inside}</testcase>`;
  });
  const counts = `tests="${summary.total}" failures="${summary.fail}" errors="0" skipped="${summary.skipped + summary.unclear}" time="${seconds(durationMs)}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="lienthong conformance" ${counts}>`,
    `  <testsuite name="${xml(suite.id)}" ${counts} timestamp="${xml(report.startedAt)}">`,
    '    <properties>',
    ...Object.entries(properties).map(([name, value]) => `      <property name="${name}" value="${xml(value)}"/>`),
    '    </properties>',
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}
