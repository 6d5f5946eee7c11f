/** A conformance report as one HTML file: for the screen, and for the A4 pages that go with an acceptance minute. No scripts, nothing loaded. */
import { hash } from 'node:crypto';
import type { ConformanceVerdict } from '../../adapter/conformance.ts';
import type { Text } from '../../contract/errors/types.ts';
import { localParts } from '../../model/time.ts';
import { escapeMarkup } from '../../contract/markup.ts';
import { STYLE } from './html-style.ts';
import { conformanceJson, type ConformanceCheckResult, type ConformanceEvidence, type ConformanceReport } from './report.ts';

export type ReportLanguage = 'vi' | 'en';

const VERDICTS: Readonly<Record<ConformanceVerdict, Text>> = {
  pass: { vi: 'Đạt', en: 'pass' },
  fail: { vi: 'Không đạt', en: 'fail' },
  unclear: { vi: 'Chưa rõ', en: 'unclear' },
  skipped: { vi: 'Bỏ qua', en: 'skipped' },
};
const OUTCOMES: Readonly<Record<ConformanceReport['outcome'], Text>> = {
  passed: { vi: 'ĐẠT: không có kiểm tra nào không đạt', en: 'PASSED: no check failed' },
  failed: { vi: 'KHÔNG ĐẠT: có kiểm tra không đạt', en: 'FAILED: checks failed' },
  incomplete: { vi: 'CHƯA XONG: lượt chạy chưa đi hết, không dùng làm kết luận', en: 'INCOMPLETE: the run did not get to its end and is no verdict' },
  unreachable: { vi: 'KHÔNG KẾT NỐI ĐƯỢC: hệ thống không trả lời lời gọi nào', en: 'UNREACHABLE: the system answered no call' },
};
const MODES: Readonly<Record<ConformanceReport['mode'], Text>> = {
  'read-only': { vi: 'chỉ đọc', en: 'read-only' },
  'read-write': { vi: 'đọc và ghi hồ sơ kiểm thử', en: 'reading, and writing test dossiers' },
};

/** Vietnam's time to the second, with UTC behind it. */
function bothTimes(instant: string): string {
  const { year, month, day, hour, minute, second } = localParts(Date.parse(instant));
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${two(day)}/${two(month)}/${year} ${two(hour)}:${two(minute)}:${two(second)} (UTC+7) · ${instant} (UTC)`;
}

/**
 * @param language which of the two languages stands first
 * @returns a page that holds the JSON report too, in a block of its own, whose SHA-256 is printed
 */
export function conformanceHtml(report: ConformanceReport, language: ReportLanguage = 'vi'): string {
  const other: ReportLanguage = language === 'vi' ? 'en' : 'vi';
  const both = (text: Text): string => `<span lang="${language}">${escapeMarkup(text[language])}</span> <span class="o" lang="${other}">${escapeMarkup(text[other])}</span>`;
  const json = conformanceJson(report);
  const { summary, suite } = report;
  const title = `${suite.id} · ${suite.title[language]}`;
  const row = (label: Text, value: string): string => `<tr><th>${both(label)}</th><td>${value}</td></tr>`;
  const code = (text: string): string => `<code>${escapeMarkup(text)}</code>`;

  const head = [
    row({ vi: 'Hệ thống được kiểm tra', en: 'System under test' }, `${code(report.target)}<br><small>${both(suite.target)}</small>`),
    row({ vi: 'Bắt đầu', en: 'Began' }, bothTimes(report.startedAt)),
    row({ vi: 'Kết thúc', en: 'Ended' }, bothTimes(report.endedAt)),
    row({ vi: 'Người thực hiện', en: 'Carried out by' }, report.operator === null ? '—' : escapeMarkup(report.operator)),
    row({ vi: 'Phạm vi', en: 'Scope' }, both(MODES[report.mode])),
    row({ vi: 'Hợp đồng', en: 'Contract' }, report.contract === null ? '—' : `${escapeMarkup(`${report.contract.title} ${report.contract.version}`)}<br><small>SHA-256 ${code(report.contract.sha256)}</small>`),
    row({ vi: 'Bộ kiểm tra', en: 'Suite' }, escapeMarkup(`${suite.id} · ${report.adapter.id} ${report.adapter.version} · ${report.tool.name} ${report.tool.version}`)),
    row({ vi: 'Hạt giống', en: 'Seed' }, code(report.seed)),
    row({ vi: 'Giới hạn', en: 'Limits' }, both(limitsOf(report.limits))),
    ...(report.tls === null ? [] : [row({ vi: 'Đường truyền TLS', en: 'TLS line' }, escapeMarkup(`${report.tls.protocol} · ${report.tls.cipher} · ${report.tls.validTo ?? ''}`))]),
    ...(report.written.length === 0 ? [] : [row({ vi: 'Hồ sơ kiểm thử đã ghi, cần xoá ở hệ thống', en: 'Test dossiers left at the system, to be removed there' }, report.written.map(code).join(' '))]),
    row({ vi: 'SHA-256 của báo cáo JSON', en: 'SHA-256 of the JSON report' }, code(hash('sha256', json, 'hex'))),
  ].join('\n');

  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeMarkup(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${both({ vi: 'Báo cáo kiểm tra kết nối', en: 'Conformance report' })}</h1>
<p class="sub">${both(suite.title)}</p>
</header>
<p class="outcome ${report.outcome}">${both(OUTCOMES[report.outcome])}</p>
<ul class="sum">
${(Object.keys(VERDICTS) as ConformanceVerdict[]).map((verdict) => `<li class="${verdict}"><b>${summary[verdict]}</b> ${both(VERDICTS[verdict])}</li>`).join('\n')}
<li><b>${summary.calls}</b> ${both({ vi: 'lời gọi', en: 'calls' })}</li>
</ul>
<table class="facts">
${head}
</table>
<h2>${both({ vi: 'Kết quả từng kiểm tra', en: 'Result of each check' })}</h2>
<table class="checks">
<thead><tr><th>#</th><th>${both({ vi: 'Kiểm tra', en: 'Check' })}</th><th>${both({ vi: 'Kết quả', en: 'Result' })}</th></tr></thead>
<tbody>
${report.checks.map((check, i) => rowOf(check, i + 1, both)).join('\n')}
</tbody>
</table>
${signatures(both)}
<p class="foot">${both({
    vi: 'Dữ liệu cá nhân và tài khoản đã được che. “Bỏ qua” và “Chưa rõ” không phải là đạt. SHA-256 của từng câu trả lời tính trên bản nhận được, trước khi che. Căn cứ: mục của bản tổng hợp dữ kiện; [A] từ hai nguồn độc lập, [B] một nguồn, [C] suy luận.',
    en: 'Personal data and accounts are masked. “Skipped” and “unclear” are not passes. The SHA-256 of each answer is that of the text received, before masking. Rule: section of the fact sheet; [A] two independent sources, [B] one source, [C] inference.',
  })}</p>
<script type="application/json" id="report">
${json}</script>
</body>
</html>
`;
}

type Both = (text: Text) => string;

function limitsOf({ callsPerSecond, callTimeoutMs, totalTimeoutMs, maxResponseBytes }: ConformanceReport['limits']): Text {
  const [rate, call, total, size] = [callsPerSecond, callTimeoutMs / 1_000, totalTimeoutMs / 1_000, `${Number((maxResponseBytes / 1_048_576).toFixed(2))} MiB`];
  return { vi: `${rate} lời gọi/giây, mỗi lời gọi ${call} giây, cả lượt ${total} giây, câu trả lời ${size}`, en: `${rate} calls/s, ${call} s a call, ${total} s in all, answers of ${size}` };
}

function rowOf(check: ConformanceCheckResult, n: number, both: Both): string {
  const issues = check.issues.map(({ code, pointer, message }) => `<li><code>${escapeMarkup(code)}</code> <code>${escapeMarkup(pointer ?? '')}</code> ${both(message)}</li>`);
  const write = check.access === 'write' ? ` · ${both({ vi: 'có ghi', en: 'writes' })}` : '';
  return `<tr class="${check.verdict}"><td>${n}</td><td><b>${both(check.title)}</b><br><small><code>${escapeMarkup(check.id)}</code> · ${both({ vi: 'căn cứ', en: 'rule' })} ${escapeMarkup(check.rule)}${write}</small>
<p>${both(check.note)}</p>${issues.length === 0 ? '' : `<ul class="issues">${issues.join('')}</ul>`}${evidenceOf(check, both)}</td><td class="v">${both(VERDICTS[check.verdict])}</td></tr>`;
}

function evidenceOf({ evidence, verdict }: ConformanceCheckResult, both: Both): string {
  if (evidence.length === 0) return '';
  return `<details${verdict === 'fail' || verdict === 'unclear' ? ' open' : ''}><summary>${both({ vi: `${evidence.length} lời gọi`, en: `${evidence.length} ${evidence.length === 1 ? 'call' : 'calls'}` })}</summary>${evidence.map(callOf).join('')}</details>`;
}

function callOf(call: ConformanceEvidence): string {
  const headers = (list: Record<string, string>): string => Object.entries(list).map(([name, value]) => `${name}: ${value}`).join('\n');
  const sent = [`${call.method} ${call.path}`, headers(call.requestHeaders), call.requestBody].filter((text) => text !== '').join('\n');
  const got = call.status === null ? (call.failure ?? '') : [`HTTP ${call.status}`, headers(call.responseHeaders), call.responseBody].filter((text) => text !== '').join('\n');
  const sums = [`${call.at} · ${call.durationMs} ms · ${call.responseBytes} B`, ...(call.responseSha256 === null ? [] : [`SHA-256 ${call.responseSha256}`])].join(' · ');
  return `<div class="call"><pre>${escapeMarkup(sent)}</pre><pre>${escapeMarkup(got)}</pre><small>${escapeMarkup(sums)}</small></div>`;
}

function signatures(both: Both): string {
  const place = (who: Text): string => `<div><p>${both(who)}</p><p class="how">${both({ vi: '(ký, ghi rõ họ tên)', en: '(signature and full name)' })}</p></div>`;
  return `<section class="sign">
<h2>${both({ vi: 'Xác nhận, kèm biên bản nghiệm thu', en: 'Signatures, for the acceptance minute' })}</h2>
<p class="where">${both({ vi: '…………………, ngày …… tháng …… năm ………', en: '(place and date)' })}</p>
<div class="who">${place({ vi: 'Đại diện đơn vị chủ quản', en: 'For the agency' })}${place({ vi: 'Đại diện nhà cung cấp', en: 'For the vendor' })}${place({ vi: 'Người thực hiện kiểm tra', en: 'For whoever ran the checks' })}</div>
</section>`;
}
