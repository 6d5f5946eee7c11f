/**
 * The page of a mock server: what went through, what the simulator holds, buttons for faults and the clock. One text without any
 * outside resource; everything that comes from a request is set as text, never as markup.
 */
import { createHash } from 'node:crypto';

const STYLE = `
:root { color-scheme: light dark; --line: #8886; --bad: #b3261e; --soft: #8882; }
@media (prefers-color-scheme: dark) { :root { --bad: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0; font: 14px/1.5 system-ui, sans-serif; }
header, main { padding: .75rem 1rem; }
header { border-bottom: 1px solid var(--line); display: flex; flex-wrap: wrap; gap: .5rem 1.25rem; align-items: center; }
h1 { font-size: 1.15rem; margin: 0; } h2 { font-size: 1rem; margin: 1.25rem 0 .4rem; }
main { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 0 1.5rem; }
@media (max-width: 70rem) { main { grid-template-columns: minmax(0, 1fr); } }
fieldset { border: 1px solid var(--line); border-radius: 6px; margin: 0 0 .6rem; padding: .4rem .6rem; display: flex; flex-wrap: wrap; gap: .35rem; align-items: center; }
legend { padding: 0 .3rem; font-weight: 600; }
button, select, input { font: inherit; } button { padding: .15rem .5rem; cursor: pointer; }
.scroll { overflow: auto; max-height: 26rem; border: 1px solid var(--line); border-radius: 6px; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .15rem .5rem; white-space: nowrap; border-bottom: 1px solid var(--soft); }
th { position: sticky; top: 0; background: Canvas; }
td button { border: 0; background: none; padding: 0; text-decoration: underline; color: inherit; }
tr[aria-selected="true"] { background: var(--soft); }
.bad { color: var(--bad); font-weight: 600; }
pre { margin: 0; padding: .5rem; white-space: pre-wrap; overflow-wrap: anywhere; }
#kinds, #call form { display: flex; flex-wrap: wrap; gap: .35rem; }
#detail { padding: 0 .5rem; } #detail h3 { font-size: .95rem; margin: .5rem 0 0; }
.note { opacity: .75; }
`;

const SCRIPT = `
'use strict';
const WORDS = {
  vi: { title: 'máy chủ giả lập', requests: 'Lượt gọi', detail: 'Chi tiết', effects: 'Nhật ký của hệ thống giả lập', state: 'Trạng thái', faults: 'Gây lỗi cho lượt gọi kế tiếp', clock: 'Đồng hồ', check: 'Đối chiếu hợp đồng', other: 'Điều khiển',
    callbacks: 'Lời gọi của hệ thống giả lập tới tỉnh', call: 'Gọi thử', time: 'Lúc', what: 'Gọi', service: 'Dịch vụ', status: 'Trả lời', ms: 'ms', fault: 'Lỗi gây ra', issues: 'Sai', effect: 'Tác động', key: 'Hồ sơ', note: 'Ghi chú', tries: 'Số lần gửi',
    on: 'bật lỗi', clear: 'Xoá mọi lỗi', waiting: 'đang chờ', personal: 'hiện dữ liệu cá nhân', only: 'chỉ lượt sai', pause: 'tạm dừng', expire: 'Hết phiên', reset: 'Xoá sạch', sure: 'Xoá mọi thứ mà hệ thống giả lập đang giữ?',
    minute: '+1 phút', hour: '+1 giờ', day: '+1 ngày', behind: 'chậm 5 phút', ahead: 'nhanh 5 phút', right: 'đúng giờ', none: 'chưa có', pick: 'Chọn một lượt gọi', wrong: 'Yêu cầu sai ở đâu', lying: 'Câu trả lời giả lập sai hợp đồng (lỗi của bộ giả lập)', asked: 'Yêu cầu', answered: 'Trả lời', noanswer: 'Không có trả lời', gone: 'Mất kết nối tới máy chủ giả lập', switchTo: 'English', observe: 'ghi nhận', refuse: 'từ chối', off: 'tắt' },
  en: { title: 'mock server', requests: 'Requests', detail: 'Detail', effects: 'What the simulator applied', state: 'State', faults: 'Fault for the next request', clock: 'Clock', check: 'Contract check', other: 'Controls',
    callbacks: 'The upstream’s own calls to the province', call: 'Try a call', time: 'At', what: 'Call', service: 'Service', status: 'Answer', ms: 'ms', fault: 'Fault', issues: 'Wrong', effect: 'Effect', key: 'Dossier', note: 'Note', tries: 'Tries',
    on: 'faults on', clear: 'Clear all faults', waiting: 'waiting', personal: 'show personal data', only: 'only with issues', pause: 'pause', expire: 'End sessions', reset: 'Forget everything', sure: 'Forget everything that the simulator holds?',
    minute: '+1 minute', hour: '+1 hour', day: '+1 day', behind: '5 min behind', ahead: '5 min ahead', right: 'right time', none: 'nothing yet', pick: 'Choose a request', wrong: 'What is wrong with the request', lying: 'The mock’s own answer breaks the contract (a fault of the mock)', asked: 'Request', answered: 'Answer', noanswer: 'No answer', gone: 'The mock server is not reached', switchTo: 'Tiếng Việt', observe: 'observe', refuse: 'refuse', off: 'off' },
};
const KINDS = {
  vi: { latency: 'trả lời chậm', hang: 'treo, chưa thực hiện', 'hang-after': 'treo, đã thực hiện', 'reset-before': 'ngắt, chưa thực hiện', 'reset-after': 'ngắt, đã thực hiện', 'html-502': 'trang 502, chưa thực hiện', 'html-502-after': 'trang 502, đã thực hiện', 'error-200': 'báo lỗi hệ thống, HTTP 200', truncated: 'trả lời bị cắt', garbage: 'trả lời vô nghĩa', 'wrong-content-type': 'sai content-type', 'http-429': '429 quá nhiều', 'http-503': '503 tạm ngừng', dribble: 'trả lời nhỏ giọt', 'half-open': 'kết nối nửa mở', 'expire-session': 'hết phiên', 'clock-skew': 'lệch giờ', 'callback-lost': 'mất lời gọi', 'callback-duplicate': 'gọi hai lần', 'callback-reorder': 'gọi sai thứ tự', 'callback-delay': 'gọi muộn' },
  en: { latency: 'late answer', hang: 'hang, not applied', 'hang-after': 'hang, applied', 'reset-before': 'reset, not applied', 'reset-after': 'reset, applied', 'html-502': '502 page, not applied', 'html-502-after': '502 page, applied', 'error-200': 'system error, HTTP 200', truncated: 'truncated answer', garbage: 'garbage', 'wrong-content-type': 'wrong content type', 'http-429': '429', 'http-503': '503', dribble: 'dribbled answer', 'half-open': 'half-open connection', 'expire-session': 'session expired', 'clock-skew': 'wrong clock', 'callback-lost': 'lost callback', 'callback-duplicate': 'doubled callback', 'callback-reorder': 'callback out of order', 'callback-delay': 'late callback' },
};
let lang = (navigator.language || 'vi').startsWith('en') ? 'en' : 'vi';
let selected = Number(location.hash.slice(1)) || 0;
let shown = '';
const $ = (id) => document.getElementById(id);
const say = (key) => WORDS[lang][key] || key;
const el = (tag, text, props) => { const e = document.createElement(tag); if (text !== undefined) e.textContent = text; Object.assign(e, props || {}); return e; };
const personal = () => ($('personal').checked ? '?personal=show' : '');
const time = (ms) => new Date(ms).toLocaleTimeString('vi-VN', { hour12: false });

async function ask(path, method, body) {
  const response = await fetch('/__admin' + path, { method: method || 'GET', ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }) });
  const text = await response.text();
  if ((response.headers.get('content-type') || '').includes('ndjson')) return text.split('\\n').filter(Boolean).map((line) => JSON.parse(line));
  const value = JSON.parse(text);
  if (!response.ok) { $('message').textContent = value.error || String(response.status); throw new Error(value.error); }
  $('message').textContent = '';
  return value;
}
const act = (path, method, body) => () => ask(path, method, body).then(refresh, () => undefined);

function rows(id, items, cells) {
  const body = $(id);
  body.replaceChildren(...items.map((item) => { const tr = el('tr'); tr.append(...cells(item, tr).map((c) => { const td = el('td'); td.append(c); return td; })); return tr; }));
  if (items.length === 0) { const td = el('td', say('none'), { colSpan: 9, className: 'note' }); const tr = el('tr'); tr.append(td); body.append(tr); }
}
const bad = (n) => (n > 0 ? el('span', String(n), { className: 'bad' }) : '');

async function refresh() {
  const summary = await ask('/summary');
  document.title = summary.simulator + ' · ' + say('title');
  $('name').textContent = summary.simulator + ' · ' + say('title');
  $('now').textContent = new Date(summary.now).toLocaleString('vi-VN', { hour12: false }) + (summary.skewMs ? ' (' + summary.skewMs / 1000 + ' s)' : '');
  $('mode').value = summary.validation.mode;
  $('mode').disabled = !summary.validation.documented;
  $('counts').textContent = Object.entries(summary.summary).map(([k, v]) => k + ' ' + v).join(' · ');
  const faults = await ask('/faults');
  $('enabled').checked = faults.enabled;
  $('faultNote').textContent = (faults.waiting ? faults.waiting + ' ' + say('waiting') + ' · ' : '') + Object.entries(faults.counts).map(([k, v]) => k + ' ' + v).join(' · ');
  if ($('kinds').childElementCount === 0) for (const kind of faults.kinds) $('kinds').append(el('button', KINDS[lang][kind] || kind, { onclick: act('/faults/once', 'POST', { fault: kind }), title: kind }));

  const requests = await ask('/requests?after=' + Math.max(0, summary.exchanges - 300) + '&limit=300' + ($('only').checked ? '&issues=only' : ''));
  rows('requests', requests.reverse(), (r, tr) => {
    tr.setAttribute('aria-selected', String(r.id === selected));
    const open = el('button', '#' + r.id, { onclick: () => { location.hash = String(r.id); } });
    return [open, time(r.at), r.service || r.operation || '', r.status ? String(r.status) : (r.end || '…'), bad(r.issues.length + r.breaches.length), r.fault || (r.latencyMs ? 'latency' : ''), r.durationMs === undefined ? '' : String(Math.round(r.durationMs)), r.method + ' ' + r.path];
  });
  const effects = await ask('/journal?after=' + Math.max(0, summary.effects - 100) + '&limit=100');
  rows('effects', effects.reverse(), (e) => [String(e.seq), time(e.at), e.service, e.effect, e.key || '', e.note || '']);
  const callbacks = await ask('/callbacks?limit=50&after=' + Math.max(0, summary.callbacks.made - 50) + ($('personal').checked ? '&personal=show' : ''));
  rows('callbacks', callbacks.reverse(), (c) => [String(c.id), time(c.at), c.name, c.state + (c.response ? ' ' + c.response.status : ''), String(c.tries.length), c.faults.join(', '), bad(c.issues.length + c.breaches.length)]);
  const { state } = await ask('/state');
  const text = JSON.stringify(state, null, 2);
  if (text !== shown) { shown = text; $('state').textContent = text; }
}

function issueList(title, issues) {
  if (issues.length === 0) return [];
  const list = el('ul');
  for (const issue of issues) list.append(el('li', (issue.pointer || '') + ' — ' + issue.message[lang] + ' (' + issue.code + ')'));
  return [el('h3', title, { className: 'bad' }), list];
}
async function detail() {
  const box = $('detail');
  if (selected === 0) { box.replaceChildren(el('p', say('pick'), { className: 'note' })); return; }
  const e = await ask('/requests/' + selected + personal()).catch(() => undefined);
  if (e === undefined) { selected = 0; return; }
  box.replaceChildren(
    el('p', '#' + e.id + ' ' + e.method + ' ' + e.path + (e.fault ? ' · ' + e.fault : '')),
    ...issueList(say('wrong'), e.issues), ...issueList(say('lying'), e.breaches),
    el('h3', say('asked')), el('pre', JSON.stringify(e.request, null, 2)),
    el('h3', e.response ? say('answered') + ' ' + e.status : say('noanswer')), ...(e.response ? [el('pre', JSON.stringify(e.response, null, 2))] : []));
}

async function calls() {
  const kinds = await ask('/calls');
  $('callBox').hidden = kinds.length === 0;
  $('call').replaceChildren(...kinds.map((kind) => {
    const form = el('form');
    const inputs = kind.params.map((p) => el('input', undefined, { name: p.name, placeholder: p.title[lang], ariaLabel: p.title[lang] }));
    form.append(...inputs, el('button', kind.title[lang]));
    form.onsubmit = (event) => { event.preventDefault(); ask('/call', 'POST', { name: kind.name, params: Object.fromEntries(inputs.map((i) => [i.name, i.value])) }).then((r) => { $('callResult').textContent = JSON.stringify(r, null, 2); refresh(); }, () => undefined); };
    return form;
  }));
}

function speak() {
  document.documentElement.lang = lang;
  for (const e of document.querySelectorAll('[data-t]')) e.textContent = say(e.dataset.t);
  $('kinds').replaceChildren();
  calls().catch(() => undefined);
  detail();
}
$('lang').onclick = () => { lang = lang === 'vi' ? 'en' : 'vi'; speak(); refresh(); };
$('mode').onchange = () => act('/validation', 'POST', { mode: $('mode').value })();
$('enabled').onchange = () => act('/faults', 'POST', { enabled: $('enabled').checked })();
$('clear').onclick = act('/faults', 'DELETE');
$('expire').onclick = act('/sessions:expire', 'POST', {});
$('reset').onclick = () => { if (confirm(say('sure'))) act('/reset', 'POST', {})(); };
$('personal').onchange = () => { detail(); refresh(); };
$('only').onchange = refresh;
window.onhashchange = () => { selected = Number(location.hash.slice(1)) || 0; detail(); refresh(); };
for (const b of document.querySelectorAll('[data-advance]')) b.onclick = act('/clock', 'POST', { advanceMs: Number(b.dataset.advance) });
for (const b of document.querySelectorAll('[data-skew]')) b.onclick = act('/clock', 'POST', { skewMs: Number(b.dataset.skew) });
speak();
async function turn() {
  if (!$('pause').checked && !document.hidden) await refresh().then(() => { $('gone').hidden = true; }, () => { $('gone').hidden = false; });
  setTimeout(turn, 1500);
}
turn();
`;

const head = (...words: string[]): string => `<thead><tr>${words.map((word) => `<th scope="col"${word === '#' ? '>#' : ` data-t="${word}">`}</th>`).join('')}</tr></thead>`;
const BODY = `
<header>
  <h1 id="name"></h1><span id="now"></span>
  <label><input type="checkbox" id="pause"> <span data-t="pause"></span></label>
  <label><input type="checkbox" id="personal"> <span data-t="personal"></span></label>
  <button id="lang" data-t="switchTo"></button>
  <span id="gone" class="bad" role="status" hidden data-t="gone"></span><span id="message" class="bad" role="status"></span>
</header>
<main>
  <section>
    <h2><span data-t="requests"></span> <label class="note"><input type="checkbox" id="only"> <span data-t="only"></span></label></h2>
    <div class="scroll" tabindex="0"><table>${head('#', 'time', 'service', 'status', 'issues', 'fault', 'ms', 'what')}<tbody id="requests"></tbody></table></div>
    <h2 data-t="effects"></h2>
    <p class="note" id="counts"></p>
    <div class="scroll" tabindex="0"><table>${head('#', 'time', 'what', 'effect', 'key', 'note')}<tbody id="effects"></tbody></table></div>
    <h2 data-t="callbacks"></h2>
    <div class="scroll" tabindex="0"><table>${head('#', 'time', 'what', 'status', 'tries', 'fault', 'issues')}<tbody id="callbacks"></tbody></table></div>
  </section>
  <section>
    <h2 data-t="other"></h2>
    <fieldset><legend data-t="faults"></legend><span id="kinds"></span>
      <label><input type="checkbox" id="enabled"> <span data-t="on"></span></label><button id="clear" data-t="clear"></button><span id="faultNote" class="note"></span></fieldset>
    <fieldset><legend data-t="clock"></legend>
      <button data-advance="60000" data-t="minute"></button><button data-advance="3600000" data-t="hour"></button><button data-advance="86400000" data-t="day"></button>
      <button data-skew="-300000" data-t="behind"></button><button data-skew="0" data-t="right"></button><button data-skew="300000" data-t="ahead"></button></fieldset>
    <fieldset><legend data-t="check"></legend><select id="mode" aria-label="mode"><option value="observe" data-t="observe"></option><option value="refuse" data-t="refuse"></option><option value="off" data-t="off"></option></select>
      <button id="expire" data-t="expire"></button><button id="reset" data-t="reset"></button></fieldset>
    <fieldset id="callBox"><legend data-t="call"></legend><span id="call"></span><pre id="callResult"></pre></fieldset>
    <h2 data-t="detail"></h2>
    <div class="scroll" id="detail" tabindex="0"></div>
    <h2 data-t="state"></h2>
    <div class="scroll" tabindex="0"><pre id="state"></pre></div>
  </section>
</main>
`;

const sha256 = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
let made: { html: string; policy: string } | undefined;

/** The page, and the content security policy that lets nothing run but its own script. */
export const adminPage = (): { html: string; policy: string } => (made ??= {
  html: `<!doctype html>\n<html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>lienthong</title><link rel="icon" href="data:,"><style>${STYLE}</style></head><body>${BODY}<script>${SCRIPT}</script></body></html>\n`,
  policy: `default-src 'none'; script-src ${sha256(SCRIPT)}; style-src ${sha256(STYLE)}; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
});
