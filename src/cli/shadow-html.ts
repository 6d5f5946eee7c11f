/** The report of a shadow run as one page, readable without a network. */
import { escapeMarkup } from '../contract/markup.ts';
import type { ShadowField, ShadowReport } from '../testing/recorder/shadow.ts';

const STYLE = 'body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1b1b1b;background:#fff}table{border-collapse:collapse;width:100%}th,td{border-bottom:1px solid #d0d0d0;padding:.4rem .6rem;text-align:left;vertical-align:top}td.n{text-align:right}code{font-size:.95em;overflow-wrap:anywhere}.ok{color:#0a6b2d}.bad{color:#a3160d}';
const PART: Record<ShadowField['part'], string> = { sends: 'sends / gửi đi', understands: 'understands / hiểu câu trả lời' };
const KIND: Record<ShadowField['kind'], string> = { changed: 'changed / khác', added: 'added / thêm', removed: 'removed / mất' };

export function shadowHtml(report: ShadowReport, run: { recording: string; adapter: string; against: string | undefined }): string {
  const rows = report.fields.map(({ operation, part, field, kind, count, samples }) =>
    `<tr><td><code>${escapeMarkup(operation)}</code></td><td>${PART[part]}</td><td><code>${escapeMarkup(field === '' ? '/' : field)}</code></td><td>${KIND[kind]}</td><td class="n">${count}</td><td>${samples.map(({ seq, before, after }) => `${seq}: <code>${escapeMarkup(before)}</code> → <code>${escapeMarkup(after)}</code>`).join('<br>')}</td></tr>`);
  const verdict = report.differing === 0 ? '<p class="ok">No difference / Không có khác biệt</p>' : `<p class="bad">${report.differing} of ${report.compared} exchanges differ / ${report.differing} trên ${report.compared} lượt khác nhau</p>`;
  return `<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><title>Shadow run / Chạy đối chiếu</title><style>${STYLE}</style></head>
<body><h1>Shadow run / Chạy đối chiếu</h1>
<p><code>${escapeMarkup(run.adapter)}</code> → ${run.against === undefined ? 'what was sent / nội dung đã gửi' : `<code>${escapeMarkup(run.against)}</code>`} · <code>${escapeMarkup(run.recording)}</code></p>
${verdict}
<p>${report.exchanges} exchanges, ${report.passedOver} passed over (logins, other calls) / ${report.exchanges} lượt, bỏ qua ${report.passedOver} (đăng nhập, lượt gọi khác)${report.more === 0 ? '' : `; ${report.more} more differences / còn ${report.more} khác biệt`}</p>
<table><thead><tr><th>Operation / Thao tác</th><th>Part / Phần</th><th>Field / Trường</th><th>Kind / Loại</th><th>Times / Số lần</th><th>Samples, masked / Ví dụ, đã che</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table></body></html>
`;
}
