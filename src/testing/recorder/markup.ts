/** XML and HTML: the structure stays, the texts and attributes in it are cleaned. */

type Clean = (text: string, name?: string) => string;

const TOKEN = /<!\[CDATA\[([\s\S]*?)\]\]>|<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<(\/?)([\p{L}_][\p{L}\p{N}_.:-]*)((?:\s+[\p{L}_][\p{L}\p{N}_.:-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/gu;
const ATTRIBUTE = /\s+([\p{L}_][\p{L}\p{N}_.:-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/gu;
const ENTITY: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const open = (text: string): string => text.replace(/&(?:#(\d+)|#x([0-9a-fA-F]+)|(amp|lt|gt|quot|apos));/g, (_all, decimal: string | undefined, hex: string | undefined, name: string | undefined) =>
  (name !== undefined ? (ENTITY[name] as string) : String.fromCodePoint(Math.min(0x10ffff, decimal !== undefined ? Number(decimal) : Number.parseInt(hex as string, 16)))));
const shut = (text: string): string => text.replace(/[&<>"]/g, (letter) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[letter] as string);
/** `ns2:HoTen` is the field HoTen. */
const local = (name: string): string => name.slice(name.indexOf(':') + 1);

/** @returns `undefined` when it is not well-formed, or holds a document type: it is then not recorded */
export function cleanXml(xml: string, clean: Clean): string | undefined {
  const path: string[] = [];
  let out = '';
  let at = 0;
  for (const match of xml.matchAll(TOKEN)) {
    if (match.index !== at) return undefined;
    const [whole, cdata, closing, name, attributes = '', empty, text] = match;
    at += whole.length;
    if (cdata !== undefined) out += shut(clean(cdata, path.at(-1)));
    else if (text !== undefined) out += text.trim() === '' ? text : shut(clean(open(text), path.at(-1)));
    else if (name === undefined) out += whole.startsWith('<?xml') ? '<?xml version="1.0" encoding="UTF-8"?>' : '';
    else if (closing === '/') {
      if (path.pop() !== local(name)) return undefined;
      out += `</${name}>`;
    } else {
      out += `<${name}${attributes.replace(ATTRIBUTE, (_all, key: string, double: string | undefined, single: string | undefined) => ` ${key}="${/^xmlns(:|$)/.test(key) ? double ?? single ?? '' : shut(clean(open(double ?? single ?? ''), local(key)))}"`)}${empty ?? ''}>`;
      if (empty !== '/') path.push(local(name));
    }
  }
  return at === xml.length && path.length === 0 ? out : undefined;
}

/** Pages of servers and proxies: the tags stay without their attributes, scripts, styles and comments go. */
export function cleanHtml(html: string, clean: Clean): string {
  return html.replace(/<!--[\s\S]*?(?:-->|$)|<(script|style)\b[\s\S]*?(?:<\/\1\s*>|$)/gi, '')
    .replace(/<(\/?)([A-Za-z][\w-]*)[^>]*(?:>|$)|<![^>]*(?:>|$)|([^<]+)|</g, (_all, closing: string | undefined, tag: string | undefined, text: string | undefined) =>
      (text !== undefined ? (text.trim() === '' ? text : shut(clean(open(text)))) : tag !== undefined ? `<${closing}${tag}>` : ''));
}
