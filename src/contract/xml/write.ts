/** Text and names as XML. What XML 1.0 cannot say at all (control characters, lone surrogates) is refused rather than dropped. */

// eslint is told in its configuration that control characters are meant.
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
const SPECIAL = /[&<>"\r]/;
const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#13;' };

/** @throws TypeError when the text holds a character that XML 1.0 does not have */
export function xmlText(text: string): string {
  if (FORBIDDEN.test(text) || !text.isWellFormed()) throw new TypeError('a text holds a character that XML does not have');
  return SPECIAL.test(text) ? text.replace(/[&<>"\r]/g, (c) => ESCAPES[c] ?? c) : text;
}

export const XML_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>';
