/** Text to HTML. Everything that comes from a document passes through `escapeMarkup`. */
import { text, type Node as Json } from '../../src/contract/json-node.ts';
import { escapeMarkup } from '../../src/contract/markup.ts';

/** Paragraphs at empty lines, code between backticks; no other mark-up is known. */
const prose = (value: string): string => escapeMarkup(value.trim()).replace(/`([^`]+)`/g, '<code>$1</code>').replace(/\n\s*\n/g, '<br><br>');

/** A text in both languages; the reader's choice above the page hides one. Where both are equal it stands once. */
export function both(vi: string, en: string): string {
  if (vi === '' || vi === en) return en === '' ? '' : `<div>${prose(en)}</div>`;
  return `<div lang="vi" class="vi">${prose(vi)}</div>${en === '' ? '' : `<div lang="en" class="en">${prose(en)}</div>`}`;
}
/** Our own short words, Vietnamese and English on one line. */
export const label = (vi: string, en: string): string => `<span lang="vi" class="vi">${escapeMarkup(vi)}</span><span class="sep"> · </span><span lang="en" class="en">${escapeMarkup(en)}</span>`;
export const described = (node: Json): string => both(text(node['x-description-vi']), text(node['description']));

/** Ids in addresses: letters, digits and dashes only. */
export const anchor = (kind: string, name: string): string => `${kind}-${name.replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^-+|-+$/g, '')}`;

const STYLE = `
:root{color-scheme:light dark;--fg:#1b1f24;--bg:#fff;--soft:#f4f5f7;--line:#d5d9de;--dim:#59636e;--link:#0a58b8;--warn:#9a3b00}
@media(prefers-color-scheme:dark){:root{--fg:#e3e6ea;--bg:#16191d;--soft:#20252b;--line:#39414a;--dim:#9aa5b1;--link:#7db4ff;--warn:#ffb074}}
*{box-sizing:border-box}body{margin:0;font:15px/1.5 system-ui,"Segoe UI",Roboto,"Noto Sans",sans-serif;color:var(--fg);background:var(--bg)}
a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}
.page{display:grid;grid-template-columns:19rem minmax(0,1fr)}nav{position:sticky;top:0;height:100vh;overflow:auto;padding:1rem;background:var(--soft);border-right:1px solid var(--line);font-size:13px}
nav ul{list-style:none;margin:.2rem 0 .8rem;padding:0}nav li{overflow-wrap:anywhere;padding:1px 0}nav b{display:block;margin-top:.6rem}
main{padding:2.6rem 2rem 4rem;max-width:76rem}h1{margin:.2rem 0}h2{margin:2.2rem 0 .4rem;border-bottom:2px solid var(--line)}h3{margin:1.8rem 0 .3rem;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%;margin:.5rem 0;font-size:14px}th,td{border:1px solid var(--line);padding:.3rem .5rem;text-align:left;vertical-align:top}th{background:var(--soft);font-weight:600}
td:first-child{overflow-wrap:anywhere;min-width:9rem}code,pre{font:13px/1.45 ui-monospace,Consolas,"DejaVu Sans Mono",monospace}pre{background:var(--soft);border:1px solid var(--line);padding:.6rem;overflow:auto;max-height:24rem}
.en{color:var(--dim)}.rule{color:var(--dim);font-size:13px;overflow-wrap:anywhere}.mark{display:inline-block;border:1px solid var(--line);border-radius:3px;padding:0 .35em;margin:0 .3em .1em 0;font-size:12px}.warn{color:var(--warn);border-color:var(--warn)}
.method{display:inline-block;min-width:4.2em;font-weight:700}.lang{position:fixed;top:.5rem;right:1rem;background:var(--soft);border:1px solid var(--line);border-radius:4px;padding:.15rem .6rem;font-size:13px;z-index:1}
body:has(#lang-vi:checked) .en,body:has(#lang-vi:checked) .sep,body:has(#lang-en:checked) .vi,body:has(#lang-en:checked) .sep{display:none}body:has(#lang-en:checked) .en{color:inherit}
@media(max-width:60rem){.page{display:block}nav{position:static;height:auto;max-height:40vh;border-right:0}main{padding:1rem}}
@media print{nav,.lang{display:none}.page{display:block}}
`.trim();

const CHOICE = '<div class="lang"><label><input type="radio" name="lang" id="lang-both" checked> vi+en</label> <label><input type="radio" name="lang" id="lang-vi"> Tiếng Việt</label> <label><input type="radio" name="lang" id="lang-en"> English</label></div>';

/** A whole page. No script, no font, nothing from outside: it reads the same from a disk without a network. */
export function page(title: string, nav: string, main: string): string {
  return `<!doctype html>
<html lang="vi">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><title>${escapeMarkup(title)}</title><style>${STYLE}</style></head>
<body>${CHOICE}<div class="page"><nav>${nav}</nav><main>${main}</main></div></body>
</html>
`;
}

const LOADING_TAG = /^<(?:script|link|img|iframe|object|embed|video|audio|source|base)\b|\s(?:src|srcset|poster|action|style|on\w+)\s*=/i;

/** What would make a page ask for something outside of itself, or run. @returns the offending pieces */
export function outsideOf(html: string): string[] {
  const styles = [...html.matchAll(/<style>(.*?)<\/style>/gs)].flatMap((m) => (/@import|url\(/i.test(m[1] ?? '') ? ['<style>'] : []));
  return [...[...html.matchAll(/<[a-z][^>]*>/gi)].map((m) => m[0]).filter((tag) => LOADING_TAG.test(tag)), ...styles];
}
