/** Pages for people, in plain HTML without a script: nothing of what came from outside is shown. */
import { errorEntry } from '../../../src/contract/errors/catalogue.ts';
import { escapeMarkup } from '../../../src/contract/markup.ts';

const STYLE = 'body{font:16px/1.5 system-ui,sans-serif;max-width:36rem;margin:3rem auto;padding:0 1rem;color:#1b1b1b}small{color:#555}a.button,button{display:block;width:100%;box-sizing:border-box;margin:.5rem 0;padding:.7rem 1rem;border:1px solid #8a1c1c;border-radius:.4rem;background:#fff;color:#8a1c1c;font:inherit;text-align:left;text-decoration:none;cursor:pointer}';

/** @param body markup */
export const page = (title: string, body: string): string =>
  `<!doctype html><html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><title>${escapeMarkup(title)}</title><style>${STYLE}</style></head><body><h1>${escapeMarkup(title)}</h1>${body}</body></html>`;

/** What went wrong and what to do, by the catalogue. @param again a path of ours that begins anew */
export function refusalPage(code: string, again: string): string {
  const entry = errorEntry(code);
  const lines = entry === undefined ? '' : `<p><strong>${escapeMarkup(entry.title.vi)}</strong><br>${escapeMarkup(entry.action.vi)}</p><p lang="en">${escapeMarkup(entry.title.en)}<br>${escapeMarkup(entry.action.en)}</p>`;
  return page('Chưa đăng nhập được', `${lines}<p><a class="button" href="${escapeMarkup(again)}">Đăng nhập lại / Sign in again</a></p><p><small>${escapeMarkup(code)}</small></p>`);
}
